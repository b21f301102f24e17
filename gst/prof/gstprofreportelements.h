/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofsummary.h"

G_BEGIN_DECLS

gboolean gst_prof_report_elements_are_all     (const GstProfSummary *summary);
gboolean gst_prof_report_elements_has         (const GstProfSummary *summary,
                                               const gchar *name);
void     gst_prof_report_elements_append_place
                                              (GString *text,
                                               const GstProfSummary *summary,
                                               const gchar *name);
void     gst_prof_report_elements_append_busiest
                                              (GString *report,
                                               const GstProfSummary *summary);
void     gst_prof_report_elements_append      (GString *report,
                                               const GstProfSummary *summary);

G_END_DECLS
