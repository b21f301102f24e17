/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "recording.h"

G_BEGIN_DECLS

void gst_prof_warm_up (const GstProfRecordingSettings *settings,
                       const gchar *output);

G_END_DECLS
