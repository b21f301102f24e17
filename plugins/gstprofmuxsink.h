/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofbasestage.h"

G_BEGIN_DECLS

#define GST_TYPE_PROF_MUX_SINK (gst_prof_mux_sink_get_type ())
G_DECLARE_FINAL_TYPE (GstProfMuxSink, gst_prof_mux_sink, GST, PROF_MUX_SINK,
    GstBin)

GST_ELEMENT_REGISTER_DECLARE (profmuxsink)

G_END_DECLS
