/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What the elements of a pipeline do, whatever they are: the table of them, an
 * element that takes long, and a silence in a pipeline whose stages, if it has
 * any, do not tell of it. Part of the analysis.
 */

#include "gstprofanalysisprivate.h"

/* What is open is told when it is that much longer than its threshold. */
#define OPEN_MARGIN (40 * GST_MSECOND)

/* A peer that is called needs so long to answer. */
#define FIRST_PATIENCE (5 * GST_SECOND)

/* A thread that waits for so long beyond the limit has been looked at. */
#define WAIT_SEEN (500 * GST_MSECOND)

/* So often the sinks are looked at: there may be many that are silent. */
#define ENDS_INTERVAL (100 * GST_MSECOND)

static gboolean
is_playing_since (GstProfAnalysis * analysis, GstClockTime time)
{
  return GST_CLOCK_TIME_IS_VALID (analysis->playing_since)
      && time >= analysis->playing_since;
}

/* Or it was until somebody began to stop it. Who only pauses it lets its threads wait
 * for as long as he likes, each at a place of its own. */
static gboolean
began_playing (GstProfAnalysis * analysis, GstClockTime time)
{
  return is_playing_since (analysis, time)
      || (time >= analysis->stopped_from && time < analysis->stopped_at);
}

/*
 * gst_prof_analysis_push_element:
 * @analysis: an analysis
 * @reading: an element that has come, or of which something has changed
 */
void
gst_prof_analysis_push_element (GstProfAnalysis * analysis,
    const GstProfElementReading * reading)
{
  gst_prof_element_table_add (analysis->elements, reading);
}

/*
 * gst_prof_analysis_remove_element:
 * @analysis: an analysis
 * @number: an element that is not there any more
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 */
void
gst_prof_analysis_remove_element (GstProfAnalysis * analysis, guint number,
    GstClockTime now)
{
  gst_prof_element_table_remove (analysis->elements, number, now);
  gst_prof_pad_table_remove (analysis->pads, number);
}

/* What a stage consists of is told under its name. */
const gchar *
gst_prof_analysis_find_name (GstProfAnalysis * analysis, guint number)
{
  const GstProfElementRow *row =
      gst_prof_element_table_find (analysis->elements, number);

  return row != NULL && gst_prof_element_row_get_stage (row) == NULL
      ? gst_prof_element_row_get_name (row) : NULL;
}

static void
judge_slow (GstProfAnalysis * analysis, const GstProfPadReading * reading,
    const GstProfSlowVisit * slow)
{
  const gchar *name = gst_prof_analysis_find_name (analysis, reading->element);
  GstProfNotice notice = {
    .kind = GST_PROF_WARNING_SLOW_ELEMENT,
    .warning = {
          .stage = name,
          .frame = slow->number,
          .running_time = slow->running_time >= 0 ? (GstClockTime)
              slow->running_time : GST_CLOCK_TIME_NONE,
          .start = slow->event.from,
          .duration = slow->event.own,
          .root_cause = GST_PROF_PART_UNKNOWN,
        },
    .separator = "; ",
    .own_work = TRUE,
    .end_only = slow->event.of_event,
    .question = {
          .point = reading->point,
          .duration = slow->event.own,
        },
  };

  if (name == NULL || !began_playing (analysis, slow->event.from)
      || !gst_prof_thresholds_exceeded (&analysis->config.thresholds,
          notice.kind, slow->event.own))
    return;
  gst_prof_analysis_ask (&notice.question, slow->event.thread_id,
      slow->event.from, slow->event.to);
  notice.line = gst_prof_line_new_slow_element (name, slow->event.own,
      slow->number);
  gst_prof_analysis_warn_unexplained (analysis, &notice);
}

/* Whoever waits knows only that nothing came. */
static void
fill_silence (GstProfNotice * notice, GstProfLedger * ledger)
{
  gst_prof_ledger_init (ledger, notice->warning.duration);
  gst_prof_ledger_add (ledger, GST_PROF_PART_UPSTREAM,
      notice->warning.duration);
  notice->stages = ledger;
  notice->fallback = ledger;
  notice->question.duration = notice->warning.duration;
}

/* A stage tells itself of what does not come to it. */
GstClockTime
gst_prof_analysis_find_limit (GstProfAnalysis * analysis, guint point)
{
  const GstProfPadState *pad = gst_prof_pad_table_find (analysis->pads, point);

  if (pad == NULL || analysis->n_stages > 0)
    return 0;
  return gst_prof_cadence_find_limit (&pad->cadence,
      gst_prof_pad_table_find_frame_duration (analysis->pads, pad),
      analysis->config.thresholds.values[GST_PROF_WARNING_GAP]);
}

/* Before the cadence knows of the interval that the pause is a part of. */
static void
judge_pause (GstProfAnalysis * analysis, const GstProfPadReading * reading,
    const GstProfVisitEvent * pause)
{
  GstClockTime from = pause->from;
  const gchar *name = gst_prof_analysis_find_name (analysis, reading->element);
  GstProfLedger ledger;
  GstProfNotice notice = {
    .kind = GST_PROF_WARNING_GAP,
    .separator = ": ",
  };

  if (name == NULL || !is_playing_since (analysis, pause->to))
    return;
  from = MAX (from, analysis->playing_since);
  notice.warning = (GstProfWarning) {
    .stage = name,
    .running_time = GST_CLOCK_TIME_NONE,
    .start = from,
    .duration = pause->to - from,
    .threshold = gst_prof_analysis_find_limit (analysis, reading->point),
  };
  if (notice.warning.threshold == 0
      || notice.warning.duration <= notice.warning.threshold
      || !gst_prof_pad_table_reaches_end (analysis->pads, reading->point))
    return;
  fill_silence (&notice, &ledger);
  notice.question.silent = reading->point;
  gst_prof_analysis_ask (&notice.question, pause->thread_id, from, pause->to);
  notice.line = gst_prof_line_new_silence (name, notice.warning.duration);
  gst_prof_analysis_warn (analysis, &notice);
}

/* A sink to which nothing comes, while the thread that brings it goes on and so
 * tells of no pause: an element on the way lets nothing through. The thread may
 * bring other things, or events in place of the buffers. */
static gboolean
fill_swallowed (GstProfAnalysis * analysis, const GstProfPadState * pad,
    GstClockTime until, GstProfNotice * notice, GstProfLedger * ledger)
{
  const gchar *name = gst_prof_analysis_find_name (analysis, pad->element);
  GstClockTime from = MAX (pad->entered, analysis->playing_since);
  GstProfDropped dropped;

  if (!pad->at_end || pad->entered == 0 || name == NULL
      || !is_playing_since (analysis, until) || until <= from
      || !gst_prof_thresholds_exceeded (&analysis->config.thresholds,
          GST_PROF_WARNING_GAP, until - from))
    return FALSE;
  *notice = (GstProfNotice) {
    .kind = GST_PROF_WARNING_GAP,
    .separator = ": ",
    .warning = {
          .stage = name,
          .running_time = GST_CLOCK_TIME_NONE,
          .start = from,
          .duration = until - from,
          .threshold = gst_prof_analysis_find_limit (analysis, pad->point),
        },
    .question.silent = pad->point,
  };
  if (notice->warning.threshold == 0
      || notice->warning.duration <= notice->warning.threshold)
    return FALSE;
  gst_prof_dropped_find (analysis->pads, analysis->elements, pad->point, from,
      until, analysis->now, &dropped);
  if (dropped.verdict != GST_PROF_DROPPED_HERE)
    return FALSE;
  fill_silence (notice, ledger);
  gst_prof_analysis_ask (&notice->question, pad->thread_id, from, until);
  return TRUE;
}

static void
watch_swallowed (const GstProfPadState * pad, gpointer user_data)
{
  GstProfAnalysis *analysis = user_data;
  GstProfLedger ledger;
  GstProfNotice notice;

  /* If it is the thread that waits, that will be seen by then. */
  if (pad->outermost && (pad->waited > pad->entered
          || analysis->now < pad->entered + gst_prof_analysis_find_limit (analysis, pad->point)
          + WAIT_SEEN))
    return;
  if (fill_swallowed (analysis, pad, analysis->now, &notice, &ledger))
    gst_prof_analysis_note_open (analysis, &notice);
}

/* Before the pad knows of what came. */
static void
judge_swallowed (GstProfAnalysis * analysis, const GstProfPadReading * reading)
{
  const GstProfPadState *pad =
      gst_prof_pad_table_find (analysis->pads, reading->point);
  GstProfLedger ledger;
  GstProfNotice notice;

  if (pad == NULL || reading->n_in == 0 || reading->n_pauses > 0
      || pad->waited > pad->entered || !fill_swallowed (analysis, pad,
          reading->in[0].time, &notice, &ledger))
    return;
  notice.line = gst_prof_line_new_silence (notice.warning.stage,
      notice.warning.duration);
  gst_prof_analysis_warn (analysis, &notice);
}

/*
 * gst_prof_analysis_watch_ends:
 * @analysis: an analysis
 *
 * To be called from time to time, so that a sink to which nothing is let through is
 * told while it is so.
 */
void
gst_prof_analysis_watch_ends (GstProfAnalysis * analysis)
{
  if (analysis->now < analysis->ends_watched + ENDS_INTERVAL)
    return;
  analysis->ends_watched = analysis->now;
  gst_prof_pad_table_foreach (analysis->pads, watch_swallowed, analysis);
}

static gboolean
fill_first_silence (GstProfAnalysis * analysis, GstProfNotice * notice,
    GstClockTime until)
{
  GstClockTime threshold =
      analysis->config.thresholds.values[GST_PROF_WARNING_GAP];

  if (!analysis->live || analysis->n_stages > 0 || analysis->something_came
      || threshold == 0 || !is_playing_since (analysis, until)
      || !gst_prof_analysis_has_elements (analysis))
    return FALSE;
  *notice = (GstProfNotice) {
    .kind = GST_PROF_WARNING_GAP,
    .separator = ": ",
    .warning = {
          .running_time = GST_CLOCK_TIME_NONE,
          .start = analysis->playing_since,
          .duration = until - analysis->playing_since,
          .threshold = MAX (threshold, FIRST_PATIENCE),
        },
  };
  if (notice->warning.duration <= notice->warning.threshold)
    return FALSE;
  gst_prof_analysis_ask (&notice->question, 0, analysis->playing_since, until);
  return TRUE;
}

static void
note_first (GstProfAnalysis * analysis, GstClockTime time)
{
  GstProfLedger ledger;
  GstProfNotice notice;

  if (fill_first_silence (analysis, &notice, time)) {
    fill_silence (&notice, &ledger);
    notice.line = gst_prof_line_new_silence ("any sink",
        notice.warning.duration);
    gst_prof_analysis_warn (analysis, &notice);
  }
  analysis->something_came = TRUE;
}

/*
 * gst_prof_analysis_watch_first:
 * @analysis: an analysis
 *
 * A live pipeline to whose sinks nothing has come since it is PLAYING.
 */
void
gst_prof_analysis_watch_first (GstProfAnalysis * analysis)
{
  GstProfLedger ledger;
  GstProfNotice notice;

  if (!fill_first_silence (analysis, &notice, analysis->now))
    return;
  fill_silence (&notice, &ledger);
  gst_prof_analysis_note_open (analysis, &notice);
}

/* Where pictures end, they are as late as they are. */
static void
note_arrivals (GstProfAnalysis * analysis, const GstProfPadReading * reading)
{
  const GstProfPadState *pad =
      gst_prof_pad_table_find (analysis->pads, reading->point);
  const gchar *name = gst_prof_analysis_find_name (analysis, reading->element);

  if (pad == NULL || !pad->ends || name == NULL || analysis->n_stages > 0)
    return;
  for (guint i = 0; i < reading->n_in; i++) {
    if (reading->in[i].running_time >= 0
        && is_playing_since (analysis, reading->in[i].time))
      gst_prof_backlog_add_arrival (analysis->backlog, name,
          reading->in[i].time, reading->in[i].running_time);
  }
}

/*
 * gst_prof_analysis_name_threads:
 * @analysis: an analysis
 * @summary: (inout): a summary with its threads
 *
 * Names of threads that are in no stage the element in which they worked most.
 */
void
gst_prof_analysis_name_threads (GstProfAnalysis * analysis,
    GstProfSummary * summary)
{
  for (guint i = 0; i < summary->threads->len; i++) {
    GstProfSummaryThread *thread =
        &g_array_index (summary->threads, GstProfSummaryThread, i);
    GstClockTime work, sum;
    const GstProfElementRow *row;

    if (thread->stage != NULL)
      continue;
    row = gst_prof_element_table_find_busiest (analysis->elements,
        thread->thread_id, FALSE, &work, &sum);
    if (row != NULL)
      thread->stage = gst_prof_element_row_get_name (row);
  }
}

/*
 * gst_prof_analysis_push_pad:
 * @analysis: an analysis
 * @reading: what has happened at a pad
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 */
void
gst_prof_analysis_push_pad (GstProfAnalysis * analysis,
    const GstProfPadReading * reading, GstClockTime now)
{
  analysis->now = now;
  for (guint i = 0; i < reading->n_slow; i++)
    judge_slow (analysis, reading, &reading->slow[i]);
  for (guint i = 0; i < reading->n_pauses; i++)
    judge_pause (analysis, reading, &reading->pauses[i]);
  judge_swallowed (analysis, reading);
  gst_prof_analysis_take_standstills (analysis, reading);
  if (reading->at_end && reading->n_in > 0 && !analysis->something_came)
    note_first (analysis, reading->in[0].time);
  gst_prof_element_table_take (analysis->elements, reading, now);
  gst_prof_pad_table_take (analysis->pads, reading);
  note_arrivals (analysis, reading);
}

/*
 * gst_prof_analysis_watch_visit:
 * @analysis: an analysis
 * @state: a thread that is in an element
 * @number: the innermost one
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * To be called from time to time, so that an element that takes long is told while
 * it does.
 */
void
gst_prof_analysis_watch_visit (GstProfAnalysis * analysis,
    const GstProfActivityState * state, guint number, GstClockTime now)
{
  guint point = state->points[state->depth - 1];
  const GstProfPadState *pad = gst_prof_pad_table_find (analysis->pads, point);
  const gchar *name = gst_prof_analysis_find_name (analysis, number);
  GstClockTime threshold =
      analysis->config.thresholds.values[GST_PROF_WARNING_SLOW_ELEMENT];
  GstProfNotice notice = {
    .kind = GST_PROF_WARNING_SLOW_ELEMENT,
    .own_work = TRUE,
    .question.point = point,
  };

  analysis->now = now;
  /* Its end will be told of the visit, which may have begun before it called
   * another element. */
  notice.warning.start = pad != NULL && pad->entered != 0
      && pad->entered <= state->changed ? pad->entered : state->changed;
  gst_prof_analysis_watch_standstill (analysis, state, notice.warning.start);
  if (name == NULL || state->stage != 0 || threshold == 0
      || now <= state->changed + threshold + OPEN_MARGIN
      || !began_playing (analysis, state->changed))
    return;
  notice.warning.stage = name;
  notice.warning.duration = now - state->changed;
  gst_prof_analysis_ask (&notice.question, state->thread_id, state->changed,
      now);
  gst_prof_analysis_note_open (analysis, &notice);
}

/*
 * gst_prof_analysis_watch_silence:
 * @analysis: an analysis
 * @state: a thread that is outside of all elements, feeds no other one, and may
 *   still bring something
 * @number: the element that it came to last
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 */
void
gst_prof_analysis_watch_silence (GstProfAnalysis * analysis,
    const GstProfActivityState * state, guint number, GstClockTime now)
{
  GstClockTime limit = gst_prof_analysis_find_limit (analysis, state->home);
  const gchar *name = gst_prof_analysis_find_name (analysis, number);
  GstProfLedger ledger;
  GstProfNotice notice = {
    .kind = GST_PROF_WARNING_GAP,
    .warning = {
          .stage = name,
          .start = state->changed,
          .threshold = limit,
        },
  };

  analysis->now = now;
  gst_prof_pad_table_note_wait (analysis->pads, state->home, now);
  if (name == NULL || limit == 0
      || !GST_CLOCK_TIME_IS_VALID (analysis->playing_since))
    return;
  notice.warning.start = MAX (state->changed, analysis->playing_since);
  if (now <= notice.warning.start + limit
      || !gst_prof_pad_table_reaches_end (analysis->pads, state->home))
    return;
  notice.warning.duration = now - notice.warning.start;
  fill_silence (&notice, &ledger);
  notice.question.silent = state->home;
  gst_prof_analysis_ask (&notice.question, state->thread_id,
      notice.warning.start, now);
  gst_prof_analysis_note_open (analysis, &notice);
}

/* What the threads tell, and of a silence what the elements do. */
gboolean
gst_prof_analysis_explain (const GstProfQuestion * question,
    GstProfExplanation * explanation, gpointer user_data)
{
  GstProfAnalysis *analysis = user_data;

  if (!analysis->explain (question, explanation, analysis->explain_data))
    return FALSE;
  gst_prof_dropped_name (analysis->pads, analysis->elements, question,
      analysis->now, explanation);
  return TRUE;
}

/*
 * gst_prof_analysis_get_limits:
 * @analysis: an analysis
 * @slow: (out): own nanoseconds from which on a visit is of interest; 0: never
 * @pause: (out): the same of times in which nothing comes
 */
void
gst_prof_analysis_get_limits (GstProfAnalysis * analysis, GstClockTime * slow,
    GstClockTime * pause)
{
  const GstProfThresholds *thresholds = &analysis->config.thresholds;

  *slow = thresholds->values[GST_PROF_WARNING_SLOW_ELEMENT];
  *pause = thresholds->values[GST_PROF_WARNING_GAP];
  /* What holds up a thread for so long is a gap behind it. */
  if (*pause != 0 && (*slow == 0 || *pause < *slow))
    *slow = *pause;
}

/*
 * gst_prof_analysis_has_elements:
 * @analysis: an analysis
 *
 * Returns: whether it knows any element; not, when a run has just begun
 */
gboolean
gst_prof_analysis_has_elements (GstProfAnalysis * analysis)
{
  return !gst_prof_element_table_is_empty (analysis->elements);
}
