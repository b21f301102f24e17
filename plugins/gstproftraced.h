/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/prof/gstprofmonitor.h>

G_BEGIN_DECLS

void gst_prof_traced_init (const GstProfConfig *config, void (*begins) (void));

void gst_prof_traced_before (GstElement *bin, GstStateChange transition);
void gst_prof_traced_after  (GstElement *bin, GstStateChange transition,
                             GstStateChangeReturn ret);

G_END_DECLS
