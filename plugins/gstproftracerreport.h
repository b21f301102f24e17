/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstproftracerparams.h"

G_BEGIN_DECLS

void     gst_prof_tracer_report_init       (const GstProfTracerParams *params);
void     gst_prof_tracer_report_check      (void);
void     gst_prof_tracer_report_write      (const gchar *reason);

void     gst_prof_tracer_report_prepare    (void);
gboolean gst_prof_tracer_report_end        (const gchar *reason);
gboolean gst_prof_tracer_report_is_written (void);
void     gst_prof_tracer_report_go_on      (const gchar *reason);

G_END_DECLS
