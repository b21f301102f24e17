/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofactivity.h"
#include "gstprofexplanation.h"
#include "gstprofoutput.h"
#include "gstprofreading.h"
#include "gstprofbacklog.h"
#include "gstprofsetup.h"
#include "gstprofspan.h"
#include "gstprofsummary.h"
#include "gstprofthreshold.h"

G_BEGIN_DECLS

#define GST_PROF_CONFIG_TELEMETRY_FRAMES 60
#define GST_PROF_CONFIG_PERFORMANCE_INTERVAL 30
#define GST_PROF_CONFIG_SAMPLE_INTERVAL (10 * GST_MSECOND)

/**
 * GstProfConfig:
 * @thresholds: what is slow
 * @telemetry_frames: so many frames at the start have a TELEMETRY line
 * @performance_interval: frames between PERFORMANCE lines; 0: none
 * @forward_frames: whether each frame becomes a `prof-frame`
 * @sample_interval: nanoseconds between two looks at the threads; 0: none
 * @watchdog_timeout: nanoseconds after which a stall is an error; 0: never
 * @startup_origin: when the peer said its first word, CLOCK_MONOTONIC
 *   nanoseconds; 0: not known
 * @count_elements: whether the visits of each element are counted, and told
 *   when they take long
 * @exclude: (nullable) (array zero-terminated=1): patterns of elements' and
 *   factories' names that are not to be touched then; must stay valid
 *
 * What the user can set.
 */
typedef struct {
  GstProfThresholds thresholds;
  guint telemetry_frames;
  guint performance_interval;
  gboolean forward_frames;
  GstClockTime sample_interval;
  GstClockTime watchdog_timeout;
  GstClockTime startup_origin;
  gboolean count_elements;
  const gchar *const *exclude;
} GstProfConfig;

/**
 * GstProfAnalysis:
 *
 * All that is found out in one run, from READY to PAUSED and back.
 */
typedef struct _GstProfAnalysis GstProfAnalysis;

void             gst_prof_config_init (GstProfConfig *config);

GstProfAnalysis *gst_prof_analysis_new  (const GstProfConfig *config,
                                         GstProfWantsFunc wants,
                                         gpointer user_data);
void             gst_prof_analysis_free (GstProfAnalysis *analysis);

void             gst_prof_analysis_set_explain_func (GstProfAnalysis *analysis,
                                                GstProfExplainFunc func,
                                                GstProfEnteredFunc entered,
                                                gpointer user_data);
void             gst_prof_analysis_set_config  (GstProfAnalysis *analysis,
                                                const GstProfConfig *config);
void             gst_prof_analysis_set_playing (GstProfAnalysis *analysis,
                                                gboolean playing,
                                                GstClockTime now);
void             gst_prof_analysis_stop_playing (GstProfAnalysis *analysis,
                                               GstClockTime now);
void             gst_prof_analysis_set_ending  (GstProfAnalysis *analysis,
                                                GstClockTime now);
void             gst_prof_analysis_add_stage    (GstProfAnalysis *analysis,
                                                 const gchar *stage);
void             gst_prof_analysis_remove_stage (GstProfAnalysis *analysis,
                                                 const gchar *stage);

void             gst_prof_analysis_push_span  (GstProfAnalysis *analysis,
                                               const GstProfSpan *span,
                                               GstClockTime now);
void             gst_prof_analysis_push_setup (GstProfAnalysis *analysis,
                                               const GstProfSetup *setup,
                                               GstClockTime now);
void             gst_prof_analysis_watch_thread (GstProfAnalysis *analysis,
                                               const GstProfActivityState *state,
                                               GQuark setting_up,
                                               GstClockTime now);
void             gst_prof_analysis_push_main_loop (GstProfAnalysis *analysis,
                                               guint64 thread_id,
                                               GstClockTime from,
                                               GstClockTime to, gboolean live,
                                               GstClockTime now);
void             gst_prof_analysis_push_element (GstProfAnalysis *analysis,
                                               const GstProfElementReading *reading);
void             gst_prof_analysis_remove_element (GstProfAnalysis *analysis,
                                               guint number, GstClockTime now);
void             gst_prof_analysis_push_pad   (GstProfAnalysis *analysis,
                                               const GstProfPadReading *reading,
                                               GstClockTime now);
void             gst_prof_analysis_watch_visit (GstProfAnalysis *analysis,
                                               const GstProfActivityState *state,
                                               guint number, GstClockTime now);
void             gst_prof_analysis_add_open_visit (GstProfAnalysis *analysis,
                                               const GstProfActivityState *state,
                                               guint number,
                                               const GstProfVisitTimes *looks,
                                               GstClockTime now);
void             gst_prof_analysis_forget_open_visits (GstProfAnalysis *analysis);
void             gst_prof_analysis_watch_silence (GstProfAnalysis *analysis,
                                               const GstProfActivityState *state,
                                               guint number, GstClockTime now);
void             gst_prof_analysis_get_limits (GstProfAnalysis *analysis,
                                               GstClockTime *slow,
                                               GstClockTime *pause);
void             gst_prof_analysis_name_threads (GstProfAnalysis *analysis,
                                               GstProfSummary *summary);
gboolean         gst_prof_analysis_has_elements (GstProfAnalysis *analysis);
void             gst_prof_analysis_set_left_out (GstProfAnalysis *analysis,
                                               guint left_out);
void             gst_prof_analysis_advance    (GstProfAnalysis *analysis,
                                               GstClockTime now);
gboolean         gst_prof_analysis_get_longest_open (GstProfAnalysis *analysis,
                                               GstProfWarningKind *kind,
                                               const gchar **stage,
                                               GstClockTime *duration);
void             gst_prof_analysis_sample     (GstProfAnalysis *analysis,
                                               const GstProfBacklogSample *sample,
                                               GstClockTime now);
void             gst_prof_analysis_note_loss  (GstProfAnalysis *analysis);
void             gst_prof_analysis_flush      (GstProfAnalysis *analysis,
                                               GstClockTime now);

GstProfOutput   *gst_prof_analysis_pop_output (GstProfAnalysis *analysis);
void             gst_prof_analysis_summarize  (GstProfAnalysis *analysis,
                                               GstProfSummary *summary);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfAnalysis, gst_prof_analysis_free)

G_END_DECLS
