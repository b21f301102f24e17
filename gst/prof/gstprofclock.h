/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstProfClockFunc:
 *
 * Returns: a monotonic time in nanoseconds.
 */
typedef GstClockTime (*GstProfClockFunc) (void);

GstClockTime gst_prof_clock_now        (void);
GstClockTime gst_prof_clock_thread_cpu (void);
void         gst_prof_clock_set_func   (GstProfClockFunc func);

G_END_DECLS
