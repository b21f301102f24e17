/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

void gst_prof_report_text_append_right        (GString *report, guint width,
                                               const gchar *text);
void gst_prof_report_text_append_ms_column    (GString *report, guint width,
                                               GstClockTime time);
void gst_prof_report_text_append_count_column (GString *report, guint width,
                                               guint64 count);
void gst_prof_report_text_append_short_column (GString *report, guint width,
                                               GstClockTime time);
void gst_prof_report_text_append_short_count_column
                                              (GString *report, guint width,
                                               guint64 count);
void gst_prof_report_text_append_percent      (GString *report, guint width,
                                               guint64 part, guint64 whole);

void gst_prof_report_text_append_time         (GString *report,
                                               GstClockTime time);
void gst_prof_report_text_append_times        (GString *report, guint64 count,
                                               const gchar *one,
                                               const gchar *many);
void gst_prof_report_text_append_wrapped      (GString *report,
                                               const gchar *text, guint indent);

G_END_DECLS
