/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofframetable.h"

G_BEGIN_DECLS

GstStructure *gst_prof_frame_to_structure (const GstProfFrame *frame);

G_END_DECLS
