/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofactivity.h>

/* The thread that calls, as the kernel numbers it */
guint64  activity_own_id (void);

/* What a thread is doing, as others see it; FALSE if it is not there. */
gboolean activity_find   (guint64 thread_id, GstProfActivityState *state);
