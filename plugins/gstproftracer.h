/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

#define GST_USE_UNSTABLE_API
#include <gst/gsttracer.h>

G_BEGIN_DECLS

#define GST_TYPE_PROF_TRACER (gst_prof_tracer_get_type ())
G_DECLARE_FINAL_TYPE (GstProfTracer, gst_prof_tracer, GST, PROF_TRACER, GstTracer)

G_END_DECLS
