/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * A pipeline's state change that takes long, by the thread that makes it; and one
 * after which the pipeline waits for sinks that get nothing, by a thread that is in
 * an element meanwhile. Part of the analysis.
 */

#include "gstprofanalysisprivate.h"

/* A sink may wait so long for its first buffer. */
#define PREROLL_PATIENCE (5 * GST_SECOND)

static gboolean
fill (GstProfAnalysis * analysis, const GstProfStateChange * change,
    GstProfNotice * notice)
{
  guint64 thread_id = change->thread_id;
  const GstProfHeldThread *held;

  *notice = (GstProfNotice) {
    .kind = GST_PROF_WARNING_STATE_CHANGE,
    .separator = ": ",
    .warning = {
          .stage = change->element,
          .running_time = GST_CLOCK_TIME_NONE,
          .start = change->start,
          .duration = change->end - change->start,
          .threshold =
              analysis->config.thresholds.values[GST_PROF_WARNING_STATE_CHANGE],
          .root_cause = GST_PROF_PART_UNKNOWN,
        },
    .question = {
          .duration = change->end - change->start,
          .changes_state = change->lacking == NULL,
        },
  };
  if (change->lacking != NULL) {
    notice->warning.threshold =
        MAX (notice->warning.threshold, PREROLL_PATIENCE);
    /* As long as nobody is held up, that may be all right: a file that is
     * transcoded takes its time, too. Who was may have let go by the end. */
    held = gst_prof_analysis_find_held (analysis, 0, change->start,
        change->end);
    if (held != NULL)
      thread_id = held->thread_id;
    else if (!change->live && analysis->waited_since == change->start)
      thread_id = analysis->waited_for;
    else
      return FALSE;
  }
  if (change->end <= change->start
      || notice->warning.duration <= notice->warning.threshold)
    return FALSE;
  if (change->lacking != NULL) {
    analysis->waited_since = change->start;
    analysis->waited_for = thread_id;
  }
  gst_prof_analysis_ask (&notice->question, thread_id, change->start,
      change->end);
  notice->tail = change->lacking == NULL
      ? g_strdup_printf ("; %s to %s", gst_element_state_get_name
      (change->from), gst_element_state_get_name (change->to))
      : g_strdup_printf ("; to %s, waiting for a first buffer at %s",
      gst_element_state_get_name (change->to), change->lacking);
  return TRUE;
}

/*
 * gst_prof_analysis_push_state_change:
 * @analysis: an analysis
 * @change: a change of the pipeline's state
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * Does nothing when that is not longer than the threshold.
 */
void
gst_prof_analysis_push_state_change (GstProfAnalysis * analysis,
    const GstProfStateChange * change, GstClockTime now)
{
  GstProfNotice notice;

  analysis->now = now;
  if (!fill (analysis, change, &notice))
    return;
  if (change->live) {
    gst_prof_analysis_note_open (analysis, &notice);
    g_free (notice.tail);
    return;
  }
  notice.line = gst_prof_line_new_state_change (change->element,
      notice.warning.duration);
  gst_prof_analysis_warn_unexplained (analysis, &notice);
}
