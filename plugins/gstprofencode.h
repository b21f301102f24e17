/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofbasestage.h"

G_BEGIN_DECLS

#define GST_TYPE_PROF_ENCODE (gst_prof_encode_get_type ())
G_DECLARE_FINAL_TYPE (GstProfEncode, gst_prof_encode, GST, PROF_ENCODE,
    GstProfBaseStage)

GST_ELEMENT_REGISTER_DECLARE (profencode)

G_END_DECLS
