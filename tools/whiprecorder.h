/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "recordoptions.h"

G_BEGIN_DECLS

GstProfExit gst_prof_whip_recorder_execute (const GstProfRecordOptions *options,
                                            GError **error);

G_END_DECLS
