/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstproftracerparams.h"

G_BEGIN_DECLS

void gst_prof_tracer_signals_init            (const GstProfTracerParams *wanted);
void gst_prof_tracer_signals_pipeline_begins (void);

G_END_DECLS
