/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofbasestage.h"

G_BEGIN_DECLS

#define GST_TYPE_PROF_NORMALIZE (gst_prof_normalize_get_type ())
G_DECLARE_FINAL_TYPE (GstProfNormalize, gst_prof_normalize, GST, PROF_NORMALIZE,
    GstProfBaseStage)

GST_ELEMENT_REGISTER_DECLARE (profnormalize)

G_END_DECLS
