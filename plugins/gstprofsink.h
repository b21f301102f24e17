/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofbasestage.h"

G_BEGIN_DECLS

#define GST_TYPE_PROF_SINK (gst_prof_sink_get_type ())
G_DECLARE_FINAL_TYPE (GstProfSink, gst_prof_sink, GST, PROF_SINK,
    GstProfBaseStage)

GST_ELEMENT_REGISTER_DECLARE (profsink)

G_END_DECLS
