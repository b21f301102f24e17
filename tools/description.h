/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

GstElement *gst_prof_description_parse       (gchar **words, GError **error);
GstElement *gst_prof_description_parse_child (const gchar *text, GError **error);
GstElement *gst_prof_description_trace       (GstElement *bin, GstElement **tracer,
                                              GError **error);

G_END_DECLS
