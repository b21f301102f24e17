/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofanalysis.h"
#include "gstprofarrivals.h"
#include "gstprofbacklog.h"
#include "gstprofbacklogteller.h"
#include "gstprofdropped.h"
#include "gstprofelementtable.h"
#include "gstprofframemessage.h"
#include "gstprofframetable.h"
#include "gstprofframewindow.h"
#include "gstprofline.h"
#include "gstprofmessage.h"
#include "gstprofpadtable.h"
#include "gstprofreceived.h"
#include "gstprofstandstill.h"
#include "gstprofstartup.h"
#include "gstprofstats.h"
#include "gstprofwarner.h"

G_BEGIN_DECLS

/* Shared by the files that make up the analysis, and by nobody else. */

/* Threads that are remembered of a look. */
#define GST_PROF_HELD_THREADS 16

/* A thread that is inside an element. */
typedef struct
{
  guint64 thread_id;
  guint point;                  /* the innermost one */
  guint element;                /* number of its element */
  GstClockTime since;
} GstProfHeldThread;

typedef struct
{
  guint n;
  GstProfHeldThread threads[GST_PROF_HELD_THREADS];
} GstProfHeldThreads;

struct _GstProfAnalysis
{
  GstProfConfig config;
  GstProfOutputQueue output;
  GstProfWarner *warner;

  GstProfExplainFunc explain;
  GstProfEnteredFunc entered;
  gpointer explain_data;        /* of both */

  GstClockTime now;
  GstClockTime playing_since;   /* none: it is not PLAYING */
  GstClockTime stopped_from;    /* it is being stopped, and was PLAYING from then */
  GstClockTime stopped_at;      /* until then; 0: it is not */
  GstClockTime ending_since;    /* none: no end was announced */
  GstProfFrameTable *frames;
  GstProfArrivals *arrivals;
  GstProfBacklog *backlog;
  GstProfBacklogTeller backlog_teller;
  GstProfReceived *received;
  GstProfStartup *startup;
  GstProfStats *stats;
  GstProfElementTable *elements;
  GstProfPadTable *pads;
  GstProfStandstills standstills;
  guint n_stages;               /* that are there */
  gboolean live;
  GstClockTime marked[2];       /* when, the last time and the time before */
  GstClockTime ends_watched;    /* when */
  GstClockTime first_came;      /* something, to a sink in this run; 0: not yet */
  gboolean goes_on;             /* and more to a sink that has got something */
  guint held_now;               /* which of @held is of the last look */
  GstProfHeldThreads held[2];
  GstClockTime waited_since;    /* the wait for sinks that was told last */
  guint64 waited_for;           /* the thread that was held up meanwhile */
  guint left_out;               /* pads and elements that are not covered */
  gboolean left_out_told;

  guint telemetry_lines;
  GstProfFrameWindow window;

  guint n_starving;
  GQuark starving[GST_PROF_FRAME_MAX_STAGES];
};


void         gst_prof_analysis_set_threshold    (GstProfAnalysis *analysis,
                                                 GstProfNotice *notice);
void         gst_prof_analysis_warn             (GstProfAnalysis *analysis,
                                                 GstProfNotice *notice);
void         gst_prof_analysis_judge_frame      (GstProfAnalysis *analysis,
                                                 const GstProfFrame *frame,
                                                 GstClockTime budget);
void         gst_prof_analysis_judge_span       (GstProfAnalysis *analysis,
                                                 const GstProfSpan *span,
                                                 guint64 frame);
void         gst_prof_analysis_judge_arrival    (GstProfAnalysis *analysis,
                                                 const GstProfSpan *span,
                                                 const GstProfArrival *arrival,
                                                 guint64 frame);
void         gst_prof_analysis_judge_setup      (GstProfAnalysis *analysis,
                                                 const GstProfSetup *setup,
                                                 GstProfWarningKind kind,
                                                 GstClockTime duration,
                                                 GString *(*new_line)
                                                     (const GstProfSetup *));
void         gst_prof_analysis_note_open        (GstProfAnalysis *analysis,
                                                 GstProfNotice *notice);
void         gst_prof_analysis_measure_elements (GstProfAnalysis *analysis);
void         gst_prof_analysis_watch_first      (GstProfAnalysis *analysis);
void         gst_prof_analysis_take_first       (GstProfAnalysis *analysis,
                                                 const GstProfPadReading *reading);
void         gst_prof_analysis_note_held        (GstProfAnalysis *analysis,
                                                 const GstProfActivityState *state,
                                                 guint number);
const GstProfHeldThread *
             gst_prof_analysis_find_held        (GstProfAnalysis *analysis,
                                                 guint silent, GstClockTime from,
                                                 GstClockTime to);
void         gst_prof_analysis_fill_silence     (GstProfAnalysis *analysis,
                                                 GstProfNotice *notice,
                                                 GstProfLedger *stages,
                                                 GstProfLedger *causes);
gboolean     gst_prof_analysis_is_unusual       (GstProfAnalysis *analysis,
                                                 guint number,
                                                 GstClockTime duration);
GstProfCause gst_prof_analysis_find_hindrance   (guint64 thread_id,
                                                 gpointer user_data);
gboolean     gst_prof_analysis_explain          (const GstProfQuestion *question,
                                                 GstProfExplanation *explanation,
                                                 gpointer user_data);
void         gst_prof_analysis_watch_ends       (GstProfAnalysis *analysis);
const gchar *gst_prof_analysis_find_name        (GstProfAnalysis *analysis,
                                                 guint number);
GstClockTime gst_prof_analysis_find_limit       (GstProfAnalysis *analysis,
                                                 guint point);
void         gst_prof_analysis_take_standstills (GstProfAnalysis *analysis,
                                                 const GstProfPadReading *reading);
void         gst_prof_analysis_watch_standstill (GstProfAnalysis *analysis,
                                                 const GstProfActivityState *state,
                                                 GstClockTime start);
void         gst_prof_analysis_warn_unexplained (GstProfAnalysis *analysis,
                                                 GstProfNotice *notice);
void         gst_prof_analysis_ask              (GstProfQuestion *question,
                                                 guint64 thread_id,
                                                 GstClockTime from,
                                                 GstClockTime to);
GstClockTime gst_prof_analysis_find_interval_threshold
                                                (GstProfAnalysis *analysis,
                                                 GstProfWarningKind kind,
                                                 const gchar *stream_id,
                                                 GstClockTime frame_duration);

G_END_DECLS
