/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofbasestage.h"

G_BEGIN_DECLS

#define GST_TYPE_PROF_STAGE (gst_prof_stage_get_type ())
G_DECLARE_FINAL_TYPE (GstProfStage, gst_prof_stage, GST, PROF_STAGE,
    GstProfBaseStage)

GST_ELEMENT_REGISTER_DECLARE (profstage)

G_END_DECLS
