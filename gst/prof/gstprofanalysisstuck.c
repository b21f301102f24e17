/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Threads that are inside an element and do not come out of it, as the brackets know
 * it at each look, whether or not somebody looks at the threads themselves: who is
 * behind a silence, and whether anything came to a live pipeline's sinks at all.
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
static const GstProfHeldThread *
find_held (GstProfAnalysis * analysis, guint silent, GstClockTime from,
    GstClockTime to)
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
  const GstProfHeldThread *held = find_held (analysis,
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
  GstClockTime since = analysis->playing_since;
  const GstProfHeldThread *held;

  if (!analysis->live || analysis->n_stages > 0 || analysis->something_came
      || threshold == 0 || !GST_CLOCK_TIME_IS_VALID (since) || until < since
      || !gst_prof_analysis_has_elements (analysis))
    return FALSE;
  *notice = (GstProfNotice) {
    .kind = GST_PROF_WARNING_GAP,
    .separator = ": ",
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
  held = find_held (analysis, 0, since, until);
  gst_prof_analysis_ask (&notice->question, held ? held->thread_id : 0, since,
      until);
  return TRUE;
}

/* Something has come to a sink. */
void
gst_prof_analysis_note_first (GstProfAnalysis * analysis, GstClockTime time)
{
  GstProfLedger stages, causes;
  GstProfNotice notice;

  if (fill_first_silence (analysis, &notice, time, &stages, &causes)) {
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
  GstProfLedger stages, causes;
  GstProfNotice notice;

  if (fill_first_silence (analysis, &notice, analysis->now, &stages, &causes))
    gst_prof_analysis_note_open (analysis, &notice);
}
