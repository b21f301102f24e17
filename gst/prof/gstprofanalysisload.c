/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What the elements of a live pipeline do for a picture, against what they may: for
 * when it falls behind. Where not all elements are measured nobody else is accused,
 * and where something kept the busiest thread from its work it is not called slow
 * for it. Part of the analysis.
 */

#include "gstprofanalysisprivate.h"

/* So often it is counted anew what elements do for a frame. */
#define MARK_INTERVAL (2 * GST_SECOND)

static guint
count_unmeasured (GstProfAnalysis * analysis)
{
  return analysis->left_out
      + gst_prof_element_table_get_n_waiting (analysis->elements);
}

/*
 * gst_prof_analysis_set_left_out:
 * @analysis: an analysis
 * @left_out: how many pads and elements that are there are not covered, since there
 *   are too many
 *
 * That there are such is told at once, and once.
 */
void
gst_prof_analysis_set_left_out (GstProfAnalysis * analysis, guint left_out)
{
  guint n;

  analysis->left_out = left_out;
  n = count_unmeasured (analysis);
  if (n == 0 || analysis->left_out_told)
    return;
  analysis->left_out_told = TRUE;
  if (gst_prof_output_queue_wants (&analysis->output, GST_LEVEL_WARNING))
    gst_prof_output_queue_push_line (&analysis->output, GST_LEVEL_WARNING,
        g_strdup_printf ("NOT MEASURED: %u elements and pads | there are more "
            "than can be measured at a time; what these take is not told, nor "
            "that one of them is slow", n));
}

static void
set_place (GstProfLoadFigures * load)
{
  if (!GST_CLOCK_TIME_IS_VALID (load->budget) || load->own > load->budget)
    load->place = GST_PROF_LOAD_STAGE;
  else if (load->occupancy > load->budget)
    load->place = GST_PROF_LOAD_THREAD;
  else if (load->unmeasured > 0)
    load->place = GST_PROF_LOAD_UNMEASURED;
  else
    load->place = GST_PROF_LOAD_BEFORE;
}

static gboolean
is_work (GstProfCause cause)
{
  return cause == GST_PROF_CAUSE_ON_CPU || cause == GST_PROF_CAUSE_KERNEL
      || cause == GST_PROF_CAUSE_HELPERS;
}

static gboolean
is_waiting (GstProfCause cause)
{
  return cause == GST_PROF_CAUSE_UPSTREAM || cause == GST_PROF_CAUSE_DOWNSTREAM
      || cause == GST_PROF_CAUSE_CLOCK || cause == GST_PROF_CAUSE_PREROLL
      || cause == GST_PROF_CAUSE_BLOCKED_PAD;
}

/* For the backlog */
GstProfCause
gst_prof_analysis_find_hindrance (guint64 thread_id, gpointer user_data)
{
  GstProfAnalysis *analysis = user_data;
  GstProfQuestion question = {.live = TRUE };
  GstProfExplanation found;
  GstClockTime work = 0, most = 0;
  GstProfCause hindrance = GST_PROF_CAUSE_UNKNOWN;

  gst_prof_analysis_ask (&question, thread_id, analysis->marked[1],
      analysis->now);
  if (question.n_stretches == 0 || analysis->explain == NULL)
    return hindrance;
  question.duration = analysis->now - analysis->marked[1];
  if (!gst_prof_analysis_explain (&question, &found, analysis))
    return hindrance;
  for (guint cause = 0; cause < GST_PROF_CAUSE_N; cause++) {
    GstClockTime time = gst_prof_blame_get (&found.causes, cause);

    if (is_work (cause) || cause == GST_PROF_CAUSE_UNKNOWN) {
      work += time;
    } else if (!is_waiting (cause) && time > most) {
      most = time;
      hindrance = cause;
    }
  }
  return most > work ? hindrance : GST_PROF_CAUSE_UNKNOWN;
}

/* What the busiest thread does for each buffer of its busiest element: at the end
 * there may be many for one of those, as behind a muxer. */
static void
measure_end (const GstProfPadState * pad, gpointer user_data)
{
  GstProfAnalysis *analysis = user_data;
  const gchar *name = gst_prof_analysis_find_name (analysis, pad->element);
  guint64 frames = 0;
  guint64 thread_id =
      gst_prof_element_table_find_busiest_thread (analysis->elements);
  GstClockTime work, sum;
  const GstProfElementRow *busiest =
      gst_prof_element_table_find_busiest (analysis->elements, thread_id, TRUE,
      &work, &sum);
  GstProfLoadFigures load = {
    .of_elements = TRUE,
    .thread_id = thread_id,
    .unmeasured = count_unmeasured (analysis),
    .budget = GST_CLOCK_TIME_IS_VALID (pad->frame_duration)
        ? pad->frame_duration : GST_CLOCK_TIME_NONE,
  };

  if (busiest != NULL)
    frames = gst_prof_element_row_get_lately (busiest);
  if (name == NULL || frames == 0)
    return;
  load.frames = MIN (frames, G_MAXUINT);
  load.stage = gst_prof_element_row_get_name (busiest);
  load.own = work / frames;
  load.occupancy = sum / frames;
  set_place (&load);
  if ((load.place == GST_PROF_LOAD_BEFORE
          || load.place == GST_PROF_LOAD_UNMEASURED)
      && analysis->now > analysis->marked[1])
    load.sustained = (gdouble) frames * GST_SECOND
        / (analysis->now - analysis->marked[1]);
  else if (load.occupancy > 0)
    load.sustained = (gdouble) GST_SECOND / load.occupancy;
  gst_prof_backlog_set_load (analysis->backlog, name, &load);
}

/*
 * gst_prof_analysis_measure_elements:
 * @analysis: an analysis
 *
 * To be called a few times a second.
 */
void
gst_prof_analysis_measure_elements (GstProfAnalysis * analysis)
{
  if (analysis->n_stages > 0 || !gst_prof_analysis_has_elements (analysis))
    return;
  if (analysis->now >= analysis->marked[0] + MARK_INTERVAL) {
    gst_prof_element_table_mark (analysis->elements);
    analysis->marked[1] = analysis->marked[0] != 0 ? analysis->marked[0]
        : analysis->now;
    analysis->marked[0] = analysis->now;
  }
  if (analysis->live)
    gst_prof_pad_table_foreach_end (analysis->pads, measure_end, analysis);
}
