/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * A sink to which nothing comes, since the thread that brings it is held up in an
 * element on the way, or in the sink: a gap. That the thread itself gets nothing is
 * told where it comes in (gstprofanalysiselements.c). Part of the analysis.
 */

#include "gstprofanalysisprivate.h"

/* As of who waits, and of who is slow. */
#define OPEN_MARGIN (40 * GST_MSECOND)

static gboolean
fill (GstProfAnalysis * analysis, const GstProfStandstill * standstill,
    GstProfNotice * notice, GstProfLedger * ledger)
{
  const GstProfPadState *pad =
      gst_prof_pad_table_find (analysis->pads, standstill->point);
  const gchar *name = pad != NULL
      ? gst_prof_analysis_find_name (analysis, pad->element) : NULL;
  GstClockTime from = standstill->from;

  if (name == NULL || standstill->limit == 0
      || !GST_CLOCK_TIME_IS_VALID (analysis->playing_since))
    return FALSE;
  from = MAX (from, analysis->playing_since);
  if (standstill->to <= from + standstill->limit)
    return FALSE;
  *notice = (GstProfNotice) {
    .kind = GST_PROF_WARNING_GAP,
    .separator = ": ",
    .own_work = TRUE,
    .unusual = TRUE,
    .warning = {
          .stage = name,
          .running_time = GST_CLOCK_TIME_NONE,
          .start = from,
          .duration = standstill->to - from,
          .threshold = standstill->limit,
        },
    .question = {
          .silent = standstill->point,
          .duration = standstill->to - from,
        },
    .stages = ledger,
    .fallback = ledger,
  };
  gst_prof_ledger_init (ledger, notice->warning.duration);
  gst_prof_ledger_add (ledger, standstill->at == standstill->point
      ? GST_PROF_PART_DOWNSTREAM : GST_PROF_PART_UPSTREAM,
      notice->warning.duration);
  gst_prof_analysis_ask (&notice->question, standstill->thread_id, from,
      standstill->to);
  return TRUE;
}

static void
tell (GstProfAnalysis * analysis, const GstProfStandstill * standstill)
{
  GstProfLedger ledger;
  GstProfNotice notice;

  if (!fill (analysis, standstill, &notice, &ledger))
    return;
  notice.line = gst_prof_line_new_silence (notice.warning.stage,
      notice.warning.duration);
  gst_prof_analysis_warn (analysis, &notice);
}

/* Before the pad knows of what came. */
static void
take_silences (GstProfAnalysis * analysis, const GstProfPadReading * reading)
{
  const GstProfPadState *pad =
      gst_prof_pad_table_find (analysis->pads, reading->point);
  GstClockTime last = pad != NULL ? pad->entered : 0;
  GstClockTime limit = gst_prof_analysis_find_limit (analysis, reading->point);

  for (guint i = 0; i < reading->n_in && limit > 0; i++) {
    GstProfStandstill silence = {
      .point = reading->point,
      .thread_id = reading->thread_id,
      .from = last,
      .to = reading->in[i].time,
      .limit = limit,
    };

    last = silence.to;
    if (silence.from != 0 && silence.to > silence.from + limit
        && gst_prof_standstills_add_silence (&analysis->standstills, &silence))
      tell (analysis, &silence);
  }
}

/*
 * gst_prof_analysis_take_standstills:
 * @analysis: an analysis
 * @reading: what has happened at a pad, of which the pads do not know yet
 */
void
gst_prof_analysis_take_standstills (GstProfAnalysis * analysis,
    const GstProfPadReading * reading)
{
  GstProfStandstill found[GST_PROF_STANDSTILL_KEPT];

  if (reading->at_end)
    take_silences (analysis, reading);
  for (guint i = 0; i < reading->n_slow; i++) {
    GstProfHeldVisit visit = { reading->point, reading->slow[i].event };
    guint n = gst_prof_standstills_add_visit (&analysis->standstills, &visit,
        found);

    for (guint k = 0; k < n; k++)
      tell (analysis, &found[k]);
  }
}

typedef struct
{
  GstProfAnalysis *analysis;
  guint64 thread_id;
  guint at;
  GstClockTime start;
} Held;

static void
watch_end (const GstProfPadState * pad, gpointer user_data)
{
  const Held *held = user_data;
  GstProfStandstill standstill = {
    .point = pad->point,
    .thread_id = held->thread_id,
    .at = held->at,
    .from = MAX (pad->entered, held->start),
    .to = held->analysis->now,
  };
  GstProfLedger ledger;
  GstProfNotice notice;

  if (!pad->at_end || pad->entered == 0 || pad->thread_id != held->thread_id)
    return;
  standstill.limit =
      gst_prof_analysis_find_limit (held->analysis, pad->point);
  if (fill (held->analysis, &standstill, &notice, &ledger))
    gst_prof_analysis_note_open (held->analysis, &notice);
}

/*
 * gst_prof_analysis_watch_standstill:
 * @analysis: an analysis
 * @state: a thread that is in an element
 * @start: since when it is, as far as is known
 *
 * To be called from time to time, so that a gap is told while it lasts.
 */
void
gst_prof_analysis_watch_standstill (GstProfAnalysis * analysis,
    const GstProfActivityState * state, GstClockTime start)
{
  GstClockTime threshold =
      analysis->config.thresholds.values[GST_PROF_WARNING_GAP];
  Held held = {
    analysis, state->thread_id, state->points[state->depth - 1], start
  };

  if (threshold == 0 || state->stage != 0
      || analysis->now <= state->changed + threshold + OPEN_MARGIN)
    return;
  gst_prof_pad_table_foreach (analysis->pads, watch_end, &held);
}
