/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofarrivals.h"
#include "gstprofframetable.h"
#include "gstprofledger.h"
#include "gstprofsetup.h"
#include "gstprofsummary.h"
#include "gstprofthreshold.h"

G_BEGIN_DECLS

void     gst_prof_line_append_ms      (GString *line, GstClockTime time);
void     gst_prof_line_append_seconds (GString *line, GstClockTime time,
                                       guint decimals);

gchar   *gst_prof_line_new_telemetry   (const GstProfFrame *frame);
gchar   *gst_prof_line_new_performance (GstClockTime last,
                                        const GstProfDistribution *window,
                                        gdouble fps, guint over_budget);
gchar   *gst_prof_line_new_buffering   (GstClockTime threshold, guint critical,
                                        guint frames);
gchar   *gst_prof_line_new_held_back   (GstProfWarningKind kind, guint n);

GString *gst_prof_line_new_slow_span   (const GstProfSpan *span, guint64 frame);
GString *gst_prof_line_new_slow_element (const gchar *element,
                                        GstClockTime own, guint64 buffer);
GString *gst_prof_line_new_state_change (const gchar *element,
                                        GstClockTime duration);
GString *gst_prof_line_new_slow_frame  (GstProfWarningKind kind,
                                        const GstProfFrame *frame,
                                        GstClockTime budget);
GString *gst_prof_line_new_gap         (GstClockTime wall,
                                        GstClockTime processing);
GString *gst_prof_line_new_silence     (const gchar *element,
                                        GstClockTime wall);
gchar   *gst_prof_line_new_gap_tail    (guint64 frame);
GString *gst_prof_line_new_open        (GstProfWarningKind kind,
                                        const gchar *stage,
                                        GstClockTime duration);
GString *gst_prof_line_new_ended       (GstProfWarningKind kind,
                                        const gchar *stage,
                                        GstClockTime duration,
                                        gboolean counts);
GString *gst_prof_line_new_main_loop   (GstClockTime duration);
GString *gst_prof_line_new_wait        (GstClockTime waited, guint64 frame);
GString *gst_prof_line_new_setup       (const GstProfSetup *setup);
GString *gst_prof_line_new_init_check  (const GstProfSetup *setup);
GString *gst_prof_line_new_starvation  (const GstProfSpan *span, guint64 frame);
GString *gst_prof_line_new_file_removed (const GstProfSetup *setup);

void     gst_prof_line_finish          (GString *line, const gchar *advice,
                                        GstClockTime threshold, guint held_back);

G_END_DECLS
