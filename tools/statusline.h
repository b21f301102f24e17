/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

gchar *gst_prof_status_line_new (const GstStructure *stats, GstClockTime elapsed);

G_END_DECLS
