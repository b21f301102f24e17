/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * From what piles up to what is said of it: a line, a message, a count. Judges
 * nothing. Passive; the analysis calls it, under the monitor's lock.
 */

#include "gstprofbacklogteller.h"

#include "gstprofbacklogline.h"
#include "gstprofbacklogmessage.h"
#include "gstprofline.h"

/* What the stage that it names was slow for of late. */
static GstProfCause
find_cause (const GstProfJudgement * judgement, GstProfStats * stats)
{
  const gchar *stage = judgement->load.stage;
  const gchar *nick = NULL;
  GstProfCause cause = GST_PROF_CAUSE_UNKNOWN;

  if (judgement->kind == GST_PROF_WARNING_FALLING_BEHIND && stage != NULL)
    nick = gst_prof_stats_get_usual_cause (stats, judgement->load.of_elements
        ? GST_PROF_WARNING_SLOW_ELEMENT
        : gst_prof_threshold_kind_for_stage (stage), stage);
  if (nick != NULL)
    gst_prof_cause_find (nick, &cause);
  return cause;
}

/* What goes on is told again and again, and counted when it has ended. */
static void
tell (GstProfBacklogTeller * teller, const GstProfJudgement * judgement,
    guint64 threshold, GstProfStats * stats, GstProfOutputQueue * output,
    GstClockTime now)
{
  const GstProfThreshold *kind = gst_prof_threshold_get (judgement->kind);
  g_autofree gchar *advice = gst_prof_backlog_line_dup_advice (judgement,
      find_cause (judgement, stats));
  g_autoptr (GstStructure) figures =
      gst_prof_backlog_message_new_figures (judgement);
  GString *line;
  GstProfWarning warning = {
    .kind = kind->nick,
    .stage = judgement->load.stage,
    .stream_id = judgement->stream_id,
    .running_time = GST_CLOCK_TIME_NONE,
    .start = judgement->start,
    .duration = judgement->duration,
    .threshold = threshold,
    .state = judgement->state,
    .figures = figures,
    .advice = advice,
  };

  if (judgement->state == GST_PROF_WARNING_FINAL)
    gst_prof_stats_add_warning (stats, judgement->kind, &warning);
  if (!gst_prof_limiter_admit (&teller->limiters[judgement->kind], now,
          &warning.held_back))
    return;

  line = gst_prof_backlog_line_new (judgement, threshold);
  gst_prof_line_finish (line, advice, 0, warning.held_back);
  warning.text = line->str;
  gst_prof_output_queue_push_structure (output,
      gst_prof_warning_to_structure (&warning));
  if (gst_prof_output_queue_wants (output, kind->level))
    gst_prof_output_queue_push_line (output, kind->level,
        g_string_free (line, FALSE));
  else
    g_string_free (line, TRUE);
}

/*
 * gst_prof_backlog_teller_tell:
 * @teller: a teller
 * @backlog: what piles up; what it has to tell is taken from it
 * @thresholds: what was too much
 * @stats: where warnings are counted
 * @output: where they are told
 * @now: the time, nanoseconds; limits the rate
 */
void
gst_prof_backlog_teller_tell (GstProfBacklogTeller * teller,
    GstProfBacklog * backlog, const GstProfThresholds * thresholds,
    GstProfStats * stats, GstProfOutputQueue * output, GstClockTime now)
{
  GstProfJudgement judgement;

  while (gst_prof_backlog_next (backlog, &judgement))
    tell (teller, &judgement, thresholds->values[judgement.kind], stats,
        output, now);
}
