/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofsummary.h"
#include "gstprofthreshold.h"

G_BEGIN_DECLS

void gst_prof_report_backlog_append        (GString *report,
                                            const GstProfSummary *summary);
void gst_prof_report_backlog_append_held   (GString *report,
                                            const GstProfSummary *summary);
void gst_prof_report_backlog_append_behind (GString *text,
                                            const GstProfSummary *summary,
                                            guint i);
void gst_prof_report_backlog_append_warning
                                           (GString *text,
                                            const GstProfSummary *summary,
                                            GstProfWarningKind kind);

G_END_DECLS
