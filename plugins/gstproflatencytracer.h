/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_PROF_LATENCY_TRACER (gst_prof_latency_tracer_get_type ())
G_DECLARE_FINAL_TYPE (GstProfLatencyTracer, gst_prof_latency_tracer,
    GST, PROF_LATENCY_TRACER, GstBin)

GST_ELEMENT_REGISTER_DECLARE (latencytracer);

G_END_DECLS
