/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

gchar *gst_prof_waiting_for_state (GstElement *element);
gchar *gst_prof_waiting_for_eos   (GstElement *element);

G_END_DECLS
