/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What goes on in a run, compared with the thresholds while it does: a stage that
 * has its thread, a set-up, a stream whose next frame does not come, a main loop
 * that does not dispatch. Part of the analysis.
 */

#include "gstprofanalysisprivate.h"

/* What is open is told when it is that much longer than its threshold: much of
 * what goes on just then is over before anyone could read it. */
#define OPEN_MARGIN (40 * GST_MSECOND)

/* The end of a stream drains encoders and completes files. It is never slow, but
 * one that takes longer than this may hang. */
#define DRAIN_PATIENCE (5 * GST_SECOND)

/* When the end was announced, frames stay away until it is there. An end that
 * does not come at all is a gap again; sooner than a stall that is not looked at
 * is taken for over. */
#define END_PATIENCE (4 * GST_SECOND)

/* What a port gives the span in which it handles CAPS. */
#define CAPS_FLAGS (GST_PROF_SPAN_FLAG_DRAIN | GST_PROF_SPAN_FLAG_HEADER)

void
gst_prof_analysis_note_open (GstProfAnalysis * analysis, GstProfNotice * notice)
{
  notice->question.live = TRUE;
  notice->question.duration = notice->warning.duration;
  notice->warning.running_time = GST_CLOCK_TIME_NONE;
  gst_prof_analysis_set_threshold (analysis, notice);
  gst_prof_warner_note_open (analysis->warner, notice, analysis->now);
}

/* A stage has its thread for longer than it should. A span that ended just
 * after its threshold is told when it has ended, and that only. */
static void
watch_stage (GstProfAnalysis * analysis, const GstProfActivityState * state)
{
  const gchar *stage = g_quark_to_string (state->stage);
  GstProfNotice notice = {
    .kind = gst_prof_threshold_kind_for_stage (stage),
    .warning = {
          .stage = stage,
          .start = state->stage_enter,
          .duration = state->stage_own,
        },
    .question.stage = state->stage,
  };
  GstClockTime threshold = analysis->config.thresholds.values[notice.kind];

  if (analysis->now > state->stage_since)
    notice.warning.duration += analysis->now - state->stage_since;
  if (threshold != 0 && (state->stage_flags & GST_PROF_SPAN_FLAG_DRAIN) != 0)
    threshold = MAX (threshold, DRAIN_PATIENCE);
  if ((state->stage_flags & GST_PROF_ACTIVITY_WAITS) != 0
      || state->stage_enter < analysis->playing_since
      || threshold == 0 || notice.warning.duration <= threshold + OPEN_MARGIN)
    return;
  gst_prof_analysis_ask (&notice.question, state->thread_id, state->stage_enter, analysis->now);
  gst_prof_analysis_note_open (analysis, &notice);
}

static void
watch_setup (GstProfAnalysis * analysis, const GstProfActivityState * state,
    GQuark stage, GstClockTime since)
{
  GstProfNotice notice = {
    .kind = GST_PROF_WARNING_SLOW_SETUP,
    .warning = {
          .stage = g_quark_to_string (stage),
          .start = since,
        },
  };
  GstClockTime threshold =
      analysis->config.thresholds.values[GST_PROF_WARNING_SLOW_SETUP];

  if (analysis->now <= since)
    return;
  notice.warning.duration = analysis->now - since;
  if (threshold == 0 || notice.warning.duration <= threshold)
    return;
  gst_prof_analysis_ask (&notice.question, state->thread_id, since, analysis->now);
  gst_prof_analysis_note_open (analysis, &notice);
}

/*
 * gst_prof_analysis_watch_thread:
 * @analysis: an analysis
 * @state: what a thread of the pipeline is doing
 * @setting_up: the stage that it changes the state of or sets up, a quark; 0:
 *   none
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * To be called from time to time, so that what goes on is told while it does.
 */
void
gst_prof_analysis_watch_thread (GstProfAnalysis * analysis,
    const GstProfActivityState * state, GQuark setting_up, GstClockTime now)
{
  analysis->now = now;
  if (setting_up != 0)
    watch_setup (analysis, state, setting_up, state->changed);
  else if (state->stage != 0
      && (state->stage_flags & CAPS_FLAGS) == CAPS_FLAGS)
    watch_setup (analysis, state, state->stage, state->stage_enter);
  else if (state->stage != 0
      && GST_CLOCK_TIME_IS_VALID (analysis->playing_since))
    watch_stage (analysis, state);
}

/* A frame may have come since whose span is told when it has left. */
static GstClockTime
find_open_start (GstProfAnalysis * analysis, const GstProfOpenArrival * open)
{
  GstClockTime entered;

  if (analysis->entered != NULL
      && analysis->entered (g_quark_try_string (open->stage), open->thread_id,
          &entered, analysis->explain_data) && entered > open->start)
    return MIN (entered, analysis->now);
  return open->start;
}

static gboolean
is_ending (GstProfAnalysis * analysis)
{
  return GST_CLOCK_TIME_IS_VALID (analysis->ending_since)
      && analysis->now < analysis->ending_since + END_PATIENCE;
}

static void
watch_gap (const GstProfOpenArrival * open, gpointer user_data)
{
  GstProfAnalysis *analysis = user_data;
  GstClockTime start = find_open_start (analysis, open);
  GstProfNotice notice = {
    .kind = GST_PROF_WARNING_GAP,
    .warning = {
          .stage = open->stage,
          .stream_id = open->stream_id,
          .start = start,
          .duration = analysis->now - start,
          .threshold = gst_prof_analysis_find_interval_threshold (analysis,
              GST_PROF_WARNING_GAP, open->stream_id, open->frame_duration),
        },
    .question.silent_stage = g_quark_from_string (open->stage),
  };

  if (notice.warning.threshold == 0
      || notice.warning.duration <= notice.warning.threshold
      || is_ending (analysis))
    return;
  gst_prof_analysis_ask (&notice.question, open->thread_id, start, analysis->now);
  gst_prof_analysis_note_open (analysis, &notice);
}

/*
 * gst_prof_analysis_advance:
 * @analysis: an analysis
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * Time has gone by: tells what is open for too long, and what had to wait until
 * all was known of it.
 */
void
gst_prof_analysis_advance (GstProfAnalysis * analysis, GstClockTime now)
{
  analysis->now = now;
  /* Unless it is known when a thread came in, it is not known when a gap began
   * either: its frame is told when the gap is over. */
  if (GST_CLOCK_TIME_IS_VALID (analysis->playing_since)
      && analysis->entered != NULL)
    gst_prof_arrivals_foreach_open (analysis->arrivals, now, watch_gap,
        analysis);
  gst_prof_analysis_watch_first (analysis);
  gst_prof_analysis_watch_ends (analysis);
  gst_prof_warner_advance (analysis->warner, now);
}

/*
 * gst_prof_analysis_stop_playing:
 * @analysis: an analysis
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * The pipeline is not PLAYING any more, and will not be: it is being stopped. An
 * element that has its thread just now holds that up, and is judged as in PLAYING.
 */
void
gst_prof_analysis_stop_playing (GstProfAnalysis * analysis, GstClockTime now)
{
  GstClockTime since = analysis->playing_since;

  gst_prof_analysis_set_playing (analysis, FALSE, now);
  if (!GST_CLOCK_TIME_IS_VALID (since))
    return;
  analysis->stopped_from = since;
  analysis->stopped_at = now;
}

/*
 * gst_prof_analysis_get_longest_open:
 * @analysis: an analysis
 * @kind: (out): what the longest stall that is open is
 * @stage: (out) (nullable) (transfer none): where
 * @duration: (out): how long it is, nanoseconds
 *
 * Returns: %FALSE when none is open
 */
gboolean
gst_prof_analysis_get_longest_open (GstProfAnalysis * analysis,
    GstProfWarningKind * kind, const gchar ** stage, GstClockTime * duration)
{
  return gst_prof_warner_get_longest_open (analysis->warner, kind, stage,
      duration);
}

/*
 * gst_prof_analysis_push_main_loop:
 * @analysis: an analysis
 * @thread_id: the thread that runs the default main context
 * @from: when it should have dispatched something, CLOCK_MONOTONIC nanoseconds
 * @to: when it did, or now
 * @live: it has not yet
 * @now: the time
 *
 * Does nothing when that is not longer than the threshold.
 */
void
gst_prof_analysis_push_main_loop (GstProfAnalysis * analysis,
    guint64 thread_id, GstClockTime from, GstClockTime to, gboolean live,
    GstClockTime now)
{
  GstProfNotice notice = {
    .kind = GST_PROF_WARNING_MAIN_LOOP,
    .warning = {
          .running_time = GST_CLOCK_TIME_NONE,
          .start = from,
          .duration = to - from,
        },
    .separator = ": ",
    .question = {
          .application = TRUE,
          .duration = to - from,
        },
  };

  analysis->now = now;
  if (!gst_prof_thresholds_exceeded (&analysis->config.thresholds,
          notice.kind, notice.warning.duration))
    return;
  gst_prof_analysis_ask (&notice.question, thread_id, from, to);
  if (live) {
    gst_prof_analysis_note_open (analysis, &notice);
    return;
  }
  notice.line = gst_prof_line_new_main_loop (notice.warning.duration);
  gst_prof_analysis_warn_unexplained (analysis, &notice);
}

/*
 * gst_prof_analysis_add_open_visit:
 * @analysis: an analysis
 * @state: a thread that is in an element
 * @number: the innermost one
 * @looks: what was seen of it there
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * To be called before a summary, so that it counts what has not ended. What an
 * element took in the same visit before it called another one is not in it.
 */
void
gst_prof_analysis_add_open_visit (GstProfAnalysis * analysis,
    const GstProfActivityState * state, guint number,
    const GstProfVisitTimes * looks, GstClockTime now)
{
  if (state->stage != 0 || now <= state->changed
      || !GST_CLOCK_TIME_IS_VALID (analysis->playing_since))
    return;
  gst_prof_element_table_add_open (analysis->elements, number,
      state->thread_id, now - state->changed, looks, now);
}

/*
 * gst_prof_analysis_forget_open_visits:
 * @analysis: an analysis
 *
 * To be called after the summary.
 */
void
gst_prof_analysis_forget_open_visits (GstProfAnalysis * analysis)
{
  gst_prof_element_table_forget_open (analysis->elements);
}
