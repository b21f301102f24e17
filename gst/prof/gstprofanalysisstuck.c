/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Threads that are inside an element and do not come out of it, as the brackets know
 * it at each look, whether or not somebody looks at the threads themselves: who is
 * behind a silence, and whether anything comes to a pipeline's sinks at all.
 * Part of the analysis.
 */

#include "gstprofanalysisprivate.h"

/* A peer that is called needs so long to answer. */
#define FIRST_PATIENCE (5 * GST_SECOND)

/* An element is behind a silence when a thread has been in it for so much of it. */
#define PART_DIVISOR 2

/* A visit is unusual when it takes so many times as long as nineteen of twenty; or,
 * while few are known, so long. */
#define USUAL_FACTOR 4
#define LONG_VISIT GST_SECOND

/*
 * gst_prof_analysis_begin_look:
 * @analysis: an analysis
 *
 * To be called before the threads are gone through with
 * gst_prof_analysis_watch_visit() and gst_prof_analysis_watch_silence().
 */
void
gst_prof_analysis_begin_look (GstProfAnalysis * analysis)
{
  analysis->held_now = !analysis->held_now;
  analysis->held[analysis->held_now].n = 0;
}

void
gst_prof_analysis_note_held (GstProfAnalysis * analysis,
    const GstProfActivityState * state, guint number)
{
  GstProfHeldThreads *held = &analysis->held[analysis->held_now];

  if (held->n == GST_PROF_HELD_THREADS)
    return;
  held->threads[held->n++] = (GstProfHeldThread) {
    .thread_id = state->thread_id,
    .point = state->points[state->depth - 1],
    .element = number,
    .since = state->changed,
  };
}

/* Of this look, and of the one before it: who is behind a silence may come after it
 * in this one. Without @silent any of them may be. */
const GstProfHeldThread *
gst_prof_analysis_find_held (GstProfAnalysis * analysis, guint silent,
    GstClockTime from, GstClockTime to)
{
  const GstProfHeldThread *longest = NULL;

  for (guint look = 0; look < 2 && longest == NULL; look++) {
    const GstProfHeldThreads *held =
        &analysis->held[analysis->held_now ^ look];

    for (guint i = 0; i < held->n; i++) {
      const GstProfHeldThread *thread = &held->threads[i];

      if (thread->since > to - (to - from) / PART_DIVISOR
          || (longest != NULL && longest->since <= thread->since)
          || gst_prof_analysis_find_name (analysis, thread->element) == NULL
          || (silent != 0 && !gst_prof_pad_table_leads_to (analysis->pads,
                  thread->point, silent)))
        continue;
      longest = thread;
    }
  }
  return longest;
}

/* What stands where nobody looks at the threads: that they wait is known, and in
 * which element one does not get on, but not why. */
void
gst_prof_analysis_fill_silence (GstProfAnalysis * analysis,
    GstProfNotice * notice, GstProfLedger * stages, GstProfLedger * causes)
{
  GstClockTime duration = notice->warning.duration;
  GstClockTime from = notice->warning.start;
  const GstProfHeldThread *held = gst_prof_analysis_find_held (analysis,
      notice->question.silent, from, from + duration);

  gst_prof_ledger_init (stages, duration);
  gst_prof_ledger_add (stages, GST_PROF_PART_UPSTREAM, duration);
  gst_prof_ledger_init (causes, duration);
  notice->stages = stages;
  notice->fallback = causes;
  notice->question.duration = duration;
  if (held != NULL)
    notice->warning.elements = g_intern_string (gst_prof_analysis_find_name
        (analysis, held->element));
}

/* Whether a visit of that length is none of those that the element always has. */
gboolean
gst_prof_analysis_is_unusual (GstProfAnalysis * analysis, guint number,
    GstClockTime duration)
{
  GstClockTime gap = analysis->config.thresholds.values[GST_PROF_WARNING_GAP];
  const GstProfElementRow *row =
      gst_prof_element_table_find (analysis->elements, number);
  GstClockTime usual = row != NULL ? gst_prof_element_row_get_usual (row)
      : GST_CLOCK_TIME_NONE;

  if (!GST_CLOCK_TIME_IS_VALID (usual))
    return duration > LONG_VISIT;
  return duration > USUAL_FACTOR * usual && duration > gap;
}

static gboolean
fill_first_silence (GstProfAnalysis * analysis, GstProfNotice * notice,
    GstClockTime until, GstProfLedger * stages, GstProfLedger * causes)
{
  GstClockTime threshold =
      analysis->config.thresholds.values[GST_PROF_WARNING_GAP];
  GstClockTime since = MAX (analysis->playing_since, analysis->first_came);
  gboolean began = analysis->first_came != 0;
  const GstProfHeldThread *held;

  if ((!analysis->live && !began) || analysis->n_stages > 0
      || analysis->goes_on || threshold == 0
      || !GST_CLOCK_TIME_IS_VALID (analysis->playing_since) || until < since
      || !gst_prof_analysis_has_elements (analysis))
    return FALSE;
  /* A sink may have to show its first buffer for as long. */
  *notice = (GstProfNotice) {
    .kind = GST_PROF_WARNING_GAP,
    .separator = ": ",
    .own_work = began,
    .held = TRUE,
    .unusual = TRUE,
    .warning = {
          .running_time = GST_CLOCK_TIME_NONE,
          .start = since,
          .duration = until - since,
          .threshold = MAX (threshold, FIRST_PATIENCE),
        },
  };
  if (notice->warning.duration <= notice->warning.threshold)
    return FALSE;
  gst_prof_analysis_fill_silence (analysis, notice, stages, causes);
  held = gst_prof_analysis_find_held (analysis, 0, since, until);
  /* Of some streams one buffer is all that there is. */
  if (held == NULL && began)
    return FALSE;
  gst_prof_analysis_ask (&notice->question, held ? held->thread_id : 0, since,
      until);
  return TRUE;
}

/*
 * gst_prof_analysis_take_first:
 * @analysis: an analysis
 * @reading: what has happened at a pad, of which the pads do not know yet
 *
 * When something comes to a sink for the first time, and when to one that has got
 * something before.
 */
void
gst_prof_analysis_take_first (GstProfAnalysis * analysis,
    const GstProfPadReading * reading)
{
  const GstProfPadState *pad =
      gst_prof_pad_table_find (analysis->pads, reading->point);
  gboolean again = pad != NULL && pad->entered != 0;
  GstProfLedger stages, causes;
  GstProfNotice notice;

  if (!reading->at_end || reading->n_in == 0 || analysis->goes_on
      || (!again && reading->n_in == 1 && analysis->first_came != 0))
    return;
  if (fill_first_silence (analysis, &notice, reading->in[0].time, &stages,
          &causes)) {
    notice.line = gst_prof_line_new_silence ("any sink",
        notice.warning.duration);
    gst_prof_analysis_warn (analysis, &notice);
  }
  if (analysis->first_came == 0)
    analysis->first_came = reading->in[0].time;
  analysis->goes_on = again || reading->n_in > 1;
}

/*
 * gst_prof_analysis_watch_first:
 * @analysis: an analysis
 *
 * A live pipeline to whose sinks nothing has come since it is PLAYING, and any that
 * stands still since something came to them first.
 */
void
gst_prof_analysis_watch_first (GstProfAnalysis * analysis)
{
  GstProfLedger stages, causes;
  GstProfNotice notice;

  if (fill_first_silence (analysis, &notice, analysis->now, &stages, &causes))
    gst_prof_analysis_note_open (analysis, &notice);
}
