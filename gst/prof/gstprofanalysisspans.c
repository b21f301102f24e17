/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What stages told, compared with the thresholds: a frame, a visit of a stage, how long
 * nothing came to the first one, a set-up. Owns which encoders are starving. Part of
 * the analysis; passive, under the monitor's lock.
 */

#include "gstprofanalysisprivate.h"

/* What took most of a frame has a cause, which the advice is to follow. */
static void
ask_of_stage (GstProfNotice * notice, const GstProfFrame * frame)
{
  for (guint i = 0; i < frame->n_cells; i++) {
    const GstProfFrameCell *cell = &frame->cells[i];

    if (g_strcmp0 (cell->stage, notice->warning.stage) != 0)
      continue;
    notice->of_stage = TRUE;
    notice->question.stage = g_quark_from_string (cell->stage);
    notice->question.duration = cell->own;
    gst_prof_analysis_ask (&notice->question, cell->thread_id, cell->enter,
        cell->leave);
    return;
  }
}

/* A frame that has ended. */
void
gst_prof_analysis_judge_frame (GstProfAnalysis * analysis, const GstProfFrame * frame,
    GstClockTime budget)
{
  const GstProfThresholds *thresholds = &analysis->config.thresholds;
  GstProfLedger ledger;
  GstProfNotice notice = {
    .kind = GST_PROF_WARNING_CRITICAL,
    .warning = {
          .stream_id = frame->stream_id,
          .frame = frame->number,
          .running_time = frame->running_time,
          .start = frame->first_enter,
          .duration = frame->total,
        },
    .stages = &ledger,
  };

  if (!gst_prof_thresholds_exceeded (thresholds, notice.kind, frame->total))
    notice.kind = GST_PROF_WARNING_SLOW_FRAME;
  if (!gst_prof_thresholds_exceeded (thresholds, notice.kind, frame->total))
    return;

  gst_prof_ledger_init (&ledger, frame->total);
  for (guint i = 0; i < frame->n_cells; i++)
    gst_prof_ledger_add (&ledger, frame->cells[i].stage, frame->cells[i].own);
  notice.warning.root_cause = gst_prof_ledger_largest (&ledger);
  if (gst_prof_ledger_get (&ledger, GST_PROF_PART_UNKNOWN) == 0)
    notice.warning.stage = notice.warning.root_cause;
  ask_of_stage (&notice, frame);

  notice.line = gst_prof_line_new_slow_frame (notice.kind, frame, budget);
  gst_prof_analysis_warn (analysis, &notice);
}

static void
judge_own (GstProfAnalysis * analysis, const GstProfSpan * span, guint64 frame)
{
  GstProfNotice notice = {
    .kind = gst_prof_threshold_kind_for_stage (span->stage),
    .warning = {
          .stage = span->stage,
          .stream_id = span->stream_id,
          .frame = frame,
          .running_time = span->running_time,
          .start = span->enter,
          .duration = span->own,
          .root_cause = GST_PROF_PART_UNKNOWN,
        },
    .separator = "; ",
    .question = {
          .stage = g_quark_from_string (span->stage),
          .duration = span->own,
        },
  };

  if (span->flags & (GST_PROF_SPAN_FLAG_PREROLL | GST_PROF_SPAN_FLAG_DRAIN
          | GST_PROF_SPAN_FLAG_OUTPUT))
    return;
  if (!gst_prof_thresholds_exceeded (&analysis->config.thresholds,
          notice.kind, span->own))
    return;
  gst_prof_analysis_ask (&notice.question, span->thread_id, span->enter, span->leave);
  notice.line = gst_prof_line_new_slow_span (span, frame);
  gst_prof_analysis_warn_unexplained (analysis, &notice);
}

/* An episode lasts from the first span that says so to the next packet. */
static void
judge_starvation (GstProfAnalysis * analysis, const GstProfSpan * span,
    guint64 frame)
{
  GQuark stage = g_quark_from_string (span->stage);
  gboolean starved = (span->flags & GST_PROF_SPAN_FLAG_STARVED) != 0;
  GstProfNotice notice = {
    .kind = GST_PROF_WARNING_ENCODER_STARVATION,
    .warning = {
          .stage = span->stage,
          .stream_id = span->stream_id,
          .frame = frame,
          .running_time = span->running_time,
          .start = span->enter,
        },
  };
  guint i;

  for (i = 0; i < analysis->n_starving; i++) {
    if (analysis->starving[i] == stage)
      break;
  }
  if (i < analysis->n_starving) {
    if (!starved && span->packets > 0)
      analysis->starving[i] = analysis->starving[--analysis->n_starving];
    return;
  }
  if (!starved || i == G_N_ELEMENTS (analysis->starving))
    return;

  analysis->starving[analysis->n_starving++] = stage;
  notice.line = gst_prof_line_new_starvation (span, frame);
  gst_prof_analysis_warn (analysis, &notice);
}

/* A span that is over. */
void
gst_prof_analysis_judge_span (GstProfAnalysis * analysis,
    const GstProfSpan * span, guint64 frame)
{
  judge_own (analysis, span, frame);
  judge_starvation (analysis, span, frame);
}

static void
judge_wait (GstProfAnalysis * analysis, const GstProfSpan * span,
    const GstProfArrival * arrival, guint64 frame)
{
  GstProfLedger ledger;
  GstProfNotice notice = {
    .kind = GST_PROF_WARNING_UPSTREAM_WAIT,
    .warning = {
          .stage = span->stage,
          .stream_id = span->stream_id,
          .frame = frame,
          .running_time = span->running_time,
          .start = span->enter - arrival->waited,
          .duration = arrival->waited,
          .threshold = gst_prof_analysis_find_interval_threshold (analysis,
              GST_PROF_WARNING_UPSTREAM_WAIT, span->stream_id,
              span->frame_duration),
          .root_cause = GST_PROF_PART_UPSTREAM,
        },
    .fallback = &ledger,
    .separator = ": ",
    .question = {
          .silent_stage = g_quark_from_string (span->stage),
          .duration = arrival->waited,
        },
  };

  if (notice.warning.threshold == 0
      || arrival->waited <= notice.warning.threshold)
    return;

  gst_prof_ledger_init (&ledger, arrival->waited);
  gst_prof_ledger_add (&ledger, GST_PROF_PART_UPSTREAM, arrival->waited);
  gst_prof_analysis_ask (&notice.question, arrival->thread_id, notice.warning.start,
      span->enter);
  notice.line = gst_prof_line_new_wait (arrival->waited, frame);
  gst_prof_analysis_warn (analysis, &notice);
}

/* What the spans say of a gap's causes: nothing but who should have been
 * there. */
static void
get_gap_fallback (const GstProfLedger * stages, GstProfLedger * causes)
{
  gst_prof_ledger_init (causes, stages->wall);
  gst_prof_ledger_add (causes, GST_PROF_PART_UPSTREAM,
      gst_prof_ledger_get (stages, GST_PROF_PART_UPSTREAM));
  gst_prof_ledger_add (causes, GST_PROF_PART_DOWNSTREAM,
      gst_prof_ledger_get (stages, GST_PROF_PART_DOWNSTREAM));
}

static void
judge_gap (GstProfAnalysis * analysis, const GstProfSpan * span,
    const GstProfArrival * arrival, guint64 frame)
{
  GstProfLedger stages, fallback;
  GstProfNotice notice = {
    .kind = GST_PROF_WARNING_GAP,
    .warning = {
          .stage = span->stage,
          .stream_id = span->stream_id,
          .frame = frame,
          .running_time = span->running_time,
          .start = arrival->start,
          .duration = arrival->interval,
          .threshold = gst_prof_analysis_find_interval_threshold (analysis,
              GST_PROF_WARNING_GAP, span->stream_id, span->frame_duration),
        },
    .stages = &stages,
    .fallback = &fallback,
    .separator = ": ",
    .question = {
          .silent_stage = g_quark_from_string (span->stage),
          .duration = arrival->interval,
        },
  };
  GstClockTime processing;

  if (notice.warning.threshold == 0
      || arrival->interval <= notice.warning.threshold)
    return;

  gst_prof_arrivals_split (analysis->arrivals, arrival, &stages, &processing);
  notice.processing = processing;
  get_gap_fallback (&stages, &fallback);
  gst_prof_analysis_ask (&notice.question, arrival->thread_id, arrival->start,
      span->enter);
  notice.line = gst_prof_line_new_gap (arrival->interval, processing);
  notice.tail = gst_prof_line_new_gap_tail (frame);
  gst_prof_analysis_warn (analysis, &notice);
}

/* What came to the first stage, and how long nothing had. */
void
gst_prof_analysis_judge_arrival (GstProfAnalysis * analysis,
    const GstProfSpan * span, const GstProfArrival * arrival, guint64 frame)
{
  judge_wait (analysis, span, arrival, frame);
  judge_gap (analysis, span, arrival, frame);
}

/* What a stage told of itself, that took @duration. */
void
gst_prof_analysis_judge_setup (GstProfAnalysis * analysis,
    const GstProfSetup * setup, GstProfWarningKind kind, GstClockTime duration,
    GString * (*new_line) (const GstProfSetup *))
{
  GstProfNotice notice = {
    .kind = kind,
    .warning = {
          .stage = setup->stage,
          .running_time = GST_CLOCK_TIME_NONE,
          .start = GST_CLOCK_TIME_NONE,
          .duration = duration,
          .root_cause = GST_PROF_PART_UNKNOWN,
        },
    .separator = "; ",
    .question = {
          .stage = g_quark_from_string (setup->stage),
          .duration = duration,
        },
  };

  if (gst_prof_threshold_get (kind)->property != NULL
      && !gst_prof_thresholds_exceeded (&analysis->config.thresholds, kind,
          duration))
    return;
  for (guint i = 0; i < setup->n_pieces && duration > 0; i++)
    gst_prof_analysis_ask (&notice.question, setup->pieces[i].thread_id,
        setup->pieces[i].start, setup->pieces[i].end);
  notice.line = new_line (setup);
  gst_prof_analysis_warn_unexplained (analysis, &notice);
}
