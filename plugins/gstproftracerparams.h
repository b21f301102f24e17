/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/prof/gstprofanalysis.h>

G_BEGIN_DECLS

/* What stands for a file: stderr, or nothing at all */
#define GST_PROF_TRACER_REPORT_STDERR "-"
#define GST_PROF_TRACER_REPORT_NONE "none"

/* More looks than that cost more than they tell. */
#define GST_PROF_TRACER_MIN_SAMPLE_INTERVAL GST_MSECOND

/**
 * GstProfTracerParams:
 * @report: where the text goes: a file's name, or one of the two above
 * @json: (nullable): where the JSON goes, likewise; %NULL: nowhere
 * @exclude: (nullable) (array zero-terminated=1): patterns of names
 * @thresholds: what is slow
 * @sample_interval: nanoseconds between two looks at the threads; 0: none
 *
 * What a user wrote between the brackets of `GST_TRACERS="prof(…)"`. In names of
 * files `%p` still stands for the process.
 */
typedef struct {
  gchar *report;
  gchar *json;
  gchar **exclude;
  GstProfThresholds thresholds;
  GstClockTime sample_interval;
} GstProfTracerParams;

void   gst_prof_tracer_params_init  (GstProfTracerParams *params);
void   gst_prof_tracer_params_clear (GstProfTracerParams *params);
gchar *gst_prof_tracer_params_parse (GstProfTracerParams *params,
                                     const gchar *text);

const gchar *
       gst_prof_tracer_params_get_key (GstProfWarningKind kind);
gchar *gst_prof_tracer_params_expand (const gchar *name, guint64 pid);

G_END_DECLS
