/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Counts what goes by in a run, and sums it up. Owns the histograms, the gaps'
 * common ledger and what stages told of themselves; the warnings are counted in
 * gstprofworst.c. It decides nothing: it is told what is a frame, a gap, a
 * warning. Passive; its size is bounded whatever comes.
 */

#include "gstprofstats.h"

#include "gstprofhistogram.h"
#include "gstprofworst.h"

#include <string.h>

#define MAX_STAGES GST_PROF_FRAME_MAX_STAGES
/* Stages with several elements of the same name. */
#define MAX_SETUPS (2 * MAX_STAGES)

typedef struct
{
  GRefString *name;
  gboolean passed;              /* by a span, or was to be by a frame */
  guint elements;               /* that have this name now */
  guint most_elements;
  guint64 dropped;
  /* Where it came in the last frame that passed it; those that never were in a
   * frame come last. */
  guint position;
  GstProfHistogram *own;
  GstProfHistogram *span;
  GstClockTime apart_sum;
  GstClockTime waited_sum;
  guint64 preroll;
  GstClockTime preroll_sum;
  GstClockTime preroll_max;
  GstClockTime drain_sum;
  guint64 bytes;
  guint64 thread_id;
} Stage;

typedef struct
{
  GstProfSetup latest;
  guint64 renegotiations;
  GstClockTime slowest_renegotiation;
} Setup;

struct _GstProfStats
{
  guint n_stages;
  Stage stages[MAX_STAGES];

  guint elements;
  guint most_elements;

  guint64 spans;
  GstClockTime first_enter;
  GstClockTime last_leave;

  /* Of the frames in PLAYING */
  guint64 frames;
  GstClockTime first_frame;
  GstClockTime last_frame;
  guint64 preroll;
  guint64 over_budget;
  GstClockTime budget;
  gboolean budget_observed;
  GstProfHistogram *total;
  GstProfHistogram *occupancy;
  GstProfHistogram *latency;

  guint64 gaps;
  GstClockTime longest_gap;
  GstClockTime missing;
  GstProfLedger gap_ledger;
  GstStructure *gap_parts;
  GstProfLedger gap_cause_ledger;
  GstStructure *gap_causes;

  GstProfWorst *worst;

  guint64 corrections;
  GstClockTime largest_correction;
  guint n_setups;
  Setup setups[MAX_SETUPS];
};

/*
 * gst_prof_stats_new:
 *
 * Returns: (transfer full): counts of a run that has not begun
 */
GstProfStats *
gst_prof_stats_new (void)
{
  GstProfStats *stats = g_new0 (GstProfStats, 1);

  stats->first_enter = stats->first_frame = GST_CLOCK_TIME_NONE;
  stats->budget = GST_CLOCK_TIME_NONE;
  stats->total = gst_prof_histogram_new ();
  stats->occupancy = gst_prof_histogram_new ();
  stats->latency = gst_prof_histogram_new ();
  stats->worst = gst_prof_worst_new ();
  gst_prof_ledger_init (&stats->gap_ledger, 0);
  gst_prof_ledger_init (&stats->gap_cause_ledger, 0);
  return stats;
}

/*
 * gst_prof_stats_free:
 * @stats: (nullable) (transfer full): the counts
 */
void
gst_prof_stats_free (GstProfStats * stats)
{
  if (stats == NULL)
    return;

  for (guint i = 0; i < stats->n_stages; i++) {
    g_ref_string_release (stats->stages[i].name);
    gst_prof_histogram_free (stats->stages[i].own);
    gst_prof_histogram_free (stats->stages[i].span);
  }
  gst_prof_worst_free (stats->worst);
  for (guint i = 0; i < stats->n_setups; i++)
    gst_prof_setup_clear (&stats->setups[i].latest);
  gst_prof_histogram_free (stats->total);
  gst_prof_histogram_free (stats->occupancy);
  gst_prof_histogram_free (stats->latency);
  gst_clear_structure (&stats->gap_parts);
  gst_clear_structure (&stats->gap_causes);
  g_free (stats);
}

/* The 17th stage is not counted: the frame table says how many spans of such
 * stages there were. */
static Stage *
ensure_stage (GstProfStats * stats, const gchar * name)
{
  Stage *stage;

  for (guint i = 0; i < stats->n_stages; i++) {
    if (strcmp (stats->stages[i].name, name) == 0)
      return &stats->stages[i];
  }
  if (stats->n_stages == MAX_STAGES)
    return NULL;

  stage = &stats->stages[stats->n_stages++];
  stage->name = g_ref_string_new (name);
  stage->position = G_MAXUINT;
  stage->own = gst_prof_histogram_new ();
  stage->span = gst_prof_histogram_new ();
  return stage;
}

/*
 * gst_prof_stats_add_element:
 * @stats: the counts
 * @stage: the stage that an element measures which is there from now on
 */
void
gst_prof_stats_add_element (GstProfStats * stats, const gchar * stage)
{
  Stage *known = ensure_stage (stats, stage);

  stats->elements++;
  stats->most_elements = MAX (stats->most_elements, stats->elements);
  if (known != NULL) {
    known->elements++;
    known->most_elements = MAX (known->most_elements, known->elements);
  }
}

/*
 * gst_prof_stats_remove_element:
 * @stats: the counts
 * @stage: the stage of an element that is gone
 */
void
gst_prof_stats_remove_element (GstProfStats * stats, const gchar * stage)
{
  Stage *known = ensure_stage (stats, stage);

  if (stats->elements > 0)
    stats->elements--;
  if (known != NULL && known->elements > 0)
    known->elements--;
}

static void
add_correction (GstProfStats * stats, const GstProfSpan * span)
{
  stats->corrections++;
  if (GST_CLOCK_TIME_IS_VALID (span->running_time)
      && GST_CLOCK_TIME_IS_VALID (span->running_time_out)) {
    GstClockTimeDiff by = GST_CLOCK_DIFF (span->running_time,
        span->running_time_out);

    stats->largest_correction = MAX (stats->largest_correction,
        (GstClockTime) ABS (by));
  }
}

/*
 * gst_prof_stats_add_span:
 * @stats: the counts
 * @span: a span
 */
void
gst_prof_stats_add_span (GstProfStats * stats, const GstProfSpan * span)
{
  Stage *stage = ensure_stage (stats, span->stage);

  stats->spans++;
  if (span->enter < stats->first_enter)
    stats->first_enter = span->enter;
  stats->last_leave = MAX (stats->last_leave, span->leave);
  if (span->flags & GST_PROF_SPAN_FLAG_CORRECTED)
    add_correction (stats, span);
  if (stage == NULL)
    return;

  stage->passed = TRUE;
  stage->bytes += span->bytes;
  stage->thread_id = span->thread_id;
  if (span->flags & GST_PROF_SPAN_FLAG_OUTPUT)
    return;
  if (span->flags & GST_PROF_SPAN_FLAG_DRAIN) {
    stage->drain_sum += span->own;
    return;
  }
  if (span->flags & GST_PROF_SPAN_FLAG_PREROLL) {
    stage->preroll++;
    stage->preroll_sum += span->own;
    stage->preroll_max = MAX (stage->preroll_max, span->own);
    return;
  }
  gst_prof_histogram_record (stage->span, span->own);
  stage->waited_sum += span->waited;
  if (span->flags & (GST_PROF_SPAN_FLAG_HEADER | GST_PROF_SPAN_FLAG_NOT_VIDEO))
    stage->apart_sum += span->own;
}

static void
add_drop (GstProfStats * stats, const GstProfFrame * frame)
{
  Stage *stage;

  if (frame->state != GST_PROF_FRAME_DROPPED || frame->missing == NULL)
    return;
  stage = ensure_stage (stats, frame->missing);
  if (stage == NULL)
    return;
  stage->passed = TRUE;
  stage->dropped++;
}

static void
add_cells (GstProfStats * stats, const GstProfFrame * frame)
{
  for (guint i = 0; i < frame->n_cells; i++) {
    const GstProfFrameCell *cell = &frame->cells[i];
    Stage *stage = ensure_stage (stats, cell->stage);

    if (stage == NULL)
      continue;
    stage->passed = TRUE;
    stage->position = i;
    if (!(cell->flags & GST_PROF_SPAN_FLAG_PREROLL))
      gst_prof_histogram_record (stage->own, cell->own);
  }
}

/*
 * gst_prof_stats_add_frame:
 * @stats: the counts
 * @frame: a frame that ended
 * @budget: one frame's duration, or %GST_CLOCK_TIME_NONE
 * @observed: whether that was not said by the caps
 *
 * A frame that was dropped on the way counts for the stages that it passed, but
 * not for TOTAL, occupancy and budget, of which it has only a part. One that
 * waited in PAUSED counts for none of them.
 */
void
gst_prof_stats_add_frame (GstProfStats * stats, const GstProfFrame * frame,
    GstClockTime budget, gboolean observed)
{
  add_cells (stats, frame);
  add_drop (stats, frame);
  if (frame->flags & GST_PROF_SPAN_FLAG_PREROLL) {
    stats->preroll++;
    return;
  }

  stats->frames++;
  if (frame->first_enter < stats->first_frame)
    stats->first_frame = frame->first_enter;
  stats->last_frame = MAX (stats->last_frame, frame->first_enter);

  if (GST_CLOCK_TIME_IS_VALID (budget)) {
    stats->budget = budget;
    stats->budget_observed = observed;
    if (frame->state != GST_PROF_FRAME_DROPPED && frame->occupancy > budget)
      stats->over_budget++;
  }
  if (frame->state != GST_PROF_FRAME_DROPPED) {
    gst_prof_histogram_record (stats->total, frame->total);
    gst_prof_histogram_record (stats->occupancy, frame->occupancy);
  }
  if (frame->state == GST_PROF_FRAME_COMPLETE && frame->n_unjoined == 0
      && GST_CLOCK_TIME_IS_VALID (frame->latency))
    gst_prof_histogram_record (stats->latency, frame->latency);
}

/*
 * gst_prof_stats_add_gap:
 * @stats: the counts
 * @ledger: where the gap went
 * @processing: time in our stages within it, nanoseconds
 */
void
gst_prof_stats_add_gap (GstProfStats * stats, const GstProfLedger * ledger,
    GstClockTime processing)
{
  stats->gaps++;
  stats->longest_gap = MAX (stats->longest_gap, ledger->wall);
  stats->missing += ledger->wall - processing;
  gst_prof_ledger_merge (&stats->gap_ledger, ledger);
}

/*
 * gst_prof_stats_add_gap_causes:
 * @stats: the counts
 * @stage: (nullable): before which it was
 * @ledger: a gap by root cause
 *
 * To be called after its warning was counted.
 */
void
gst_prof_stats_add_gap_causes (GstProfStats * stats, const gchar * stage,
    const GstProfLedger * ledger)
{
  gst_prof_ledger_merge (&stats->gap_cause_ledger, ledger);
  gst_prof_worst_add_causes (stats->worst, GST_PROF_WARNING_GAP, stage, ledger);
}

/*
 * gst_prof_stats_add_warning:
 * @stats: the counts
 * @kind: what it is about
 * @warning: its numbers
 *
 * Counts it, told or not.
 */
void
gst_prof_stats_add_warning (GstProfStats * stats, GstProfWarningKind kind,
    const GstProfWarning * warning)
{
  gst_prof_worst_add (stats->worst, kind, warning);
}

/*
 * gst_prof_stats_get_usual_cause:
 * @stats: the counts
 * @kind: a kind of warning
 * @stage: (nullable): a stage
 *
 * Returns: (nullable) (transfer none): what caused most of them there of late
 */
const gchar *
gst_prof_stats_get_usual_cause (GstProfStats * stats, GstProfWarningKind kind,
    const gchar * stage)
{
  return gst_prof_worst_get_usual_cause (stats->worst, kind, stage);
}

/*
 * gst_prof_stats_add_setup:
 * @stats: the counts
 * @setup: what a stage told of itself
 */
void
gst_prof_stats_add_setup (GstProfStats * stats, const GstProfSetup * setup)
{
  Setup *known = NULL;
  GstClockTime caps = setup->caps;

  for (guint i = 0; i < stats->n_setups; i++) {
    if (g_strcmp0 (stats->setups[i].latest.stage, setup->stage) == 0
        && g_strcmp0 (stats->setups[i].latest.element, setup->element) == 0)
      known = &stats->setups[i];
  }
  if (known == NULL) {
    if (stats->n_setups == MAX_SETUPS)
      return;
    known = &stats->setups[stats->n_setups++];
  }

  if (setup->kind == GST_PROF_SETUP_RENEGOTIATED) {
    known->renegotiations++;
    known->slowest_renegotiation = MAX (known->slowest_renegotiation, caps);
    caps = known->latest.caps;
  }
  gst_prof_setup_clear (&known->latest);
  gst_prof_setup_copy (&known->latest, setup);
  known->latest.caps = caps;
}

static gint
compare_stages (gconstpointer a, gconstpointer b)
{
  const Stage *const *stage_a = a;
  const Stage *const *stage_b = b;

  if ((*stage_a)->position != (*stage_b)->position)
    return (*stage_a)->position < (*stage_b)->position ? -1 : 1;
  /* They lie in the order in which they appeared. */
  return *stage_a < *stage_b ? -1 : 1;
}

static void
summarize_stages (GstProfStats * stats, const GstProfFrameCounters * counters,
    GstProfSummary * summary)
{
  const Stage *sorted[MAX_STAGES];
  GstClockTime sum = 0;

  for (guint i = 0; i < stats->n_stages; i++) {
    sorted[i] = &stats->stages[i];
    sum += gst_prof_histogram_get_sum (stats->stages[i].own);
  }
  qsort (sorted, stats->n_stages, sizeof (sorted[0]), compare_stages);

  for (guint i = 0; i < stats->n_stages; i++) {
    const Stage *stage = sorted[i];
    GstProfSummaryStage record = {
      .name = stage->name,
      .elements = stage->most_elements,
      .dropped = stage->dropped,
      .apart_sum = stage->apart_sum,
      .waited_sum = stage->waited_sum,
      .preroll = stage->preroll,
      .preroll_sum = stage->preroll_sum,
      .preroll_max = stage->preroll_max,
      .drain_sum = stage->drain_sum,
      .bytes = stage->bytes,
      .thread_id = stage->thread_id,
    };

    if (!stage->passed)
      continue;
    gst_prof_distribution_init (&record.own, stage->own);
    gst_prof_distribution_init (&record.span, stage->span);
    record.share = sum ? (gdouble) record.own.sum / sum : 0.0;
    for (guint k = 0; k < counters->n_stages; k++) {
      const GstProfFrameStageCounters *joined = &counters->stages[k];

      if (strcmp (joined->stage, stage->name) != 0)
        continue;
      record.spans = joined->spans;
      record.joined = joined->joined;
      record.unjoined = joined->unjoined;
      record.apart = joined->apart;
    }
    summary->unjoined += record.unjoined;
    g_array_append_val (summary->stages, record);
  }
}

static guint
find_position (GstProfStats * stats, const gchar * name)
{
  for (guint i = 0; i < stats->n_stages; i++) {
    if (g_strcmp0 (stats->stages[i].name, name) == 0)
      return stats->stages[i].position;
  }
  return G_MAXUINT;
}

static gint
compare_setups (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Setup *const *setup_a = a;
  const Setup *const *setup_b = b;
  guint position_a = find_position (user_data, (*setup_a)->latest.stage);
  guint position_b = find_position (user_data, (*setup_b)->latest.stage);

  if (position_a != position_b)
    return position_a < position_b ? -1 : 1;
  return *setup_a < *setup_b ? -1 : 1;
}

static void
summarize_setups (GstProfStats * stats, GstProfSummary * summary)
{
  const Setup *sorted[MAX_SETUPS];
  guint64 corrections = 0;

  for (guint i = 0; i < stats->n_setups; i++)
    sorted[i] = &stats->setups[i];
  g_qsort_with_data (sorted, stats->n_setups, sizeof (sorted[0]),
      compare_setups, stats);

  summary->largest_correction = stats->largest_correction;
  for (guint i = 0; i < stats->n_setups; i++) {
    const Setup *setup = sorted[i];
    const GstProfSetup *latest = &setup->latest;
    GstProfSummarySetup record = {
      .stage = latest->stage,
      .element = latest->element,
      .total = latest->state_changes + latest->caps + latest->first_buffer,
      .state_changes = latest->state_changes,
      .caps = latest->caps,
      .first_buffer = latest->first_buffer,
      .renegotiations = setup->renegotiations,
      .slowest_renegotiation = setup->slowest_renegotiation,
    };

    corrections += latest->corrections;
    summary->largest_correction = MAX (summary->largest_correction,
        latest->largest_correction);
    summary->messages_dropped += latest->messages_dropped;
    summary->spans_dropped += latest->spans_dropped;
    g_array_append_val (summary->setups, record);
  }
  /* The spans say it as it happens, the stages seldom but without loss. */
  summary->corrections = MAX (stats->corrections, corrections);
}

static void
summarize_frames (GstProfStats * stats, const GstProfFrameCounters * counters,
    GstProfSummary * summary)
{
  summary->frames = counters->frames;
  summary->complete = counters->complete;
  summary->dropped = counters->dropped;
  summary->incomplete = counters->incomplete;
  summary->inside = counters->inside;
  summary->stages_refused = counters->refused_stages;
  summary->streams_evicted = counters->evicted_streams;

  summary->preroll = stats->preroll;
  if (stats->frames > 1 && stats->last_frame > stats->first_frame)
    summary->fps = (gdouble) (stats->frames - 1) * GST_SECOND
        / (stats->last_frame - stats->first_frame);
  if (GST_CLOCK_TIME_IS_VALID (stats->first_enter))
    summary->duration = stats->last_leave - stats->first_enter;
  summary->budget = stats->budget;
  summary->budget_observed = stats->budget_observed;
  summary->over_budget = stats->over_budget;
  gst_prof_distribution_init (&summary->total, stats->total);
  gst_prof_distribution_init (&summary->occupancy, stats->occupancy);
  gst_prof_distribution_init (&summary->latency, stats->latency);
}

/*
 * gst_prof_stats_summarize:
 * @stats: the counts
 * @counters: those of the frame table
 * @summary: (inout): an initialised summary. It refers to @stats, and is valid
 *   until @stats counts on
 */
void
gst_prof_stats_summarize (GstProfStats * stats,
    const GstProfFrameCounters * counters, GstProfSummary * summary)
{
  summary->elements = stats->most_elements;
  summary->spans = stats->spans;
  summarize_frames (stats, counters, summary);
  summarize_stages (stats, counters, summary);
  gst_prof_worst_summarize (stats->worst, summary);
  summarize_setups (stats, summary);

  summary->gaps = stats->gaps;
  summary->longest_gap = stats->longest_gap;
  summary->gap_total = stats->gap_ledger.wall;
  summary->missing_total = stats->missing;
  gst_clear_structure (&stats->gap_parts);
  gst_clear_structure (&stats->gap_causes);
  stats->gap_parts = gst_prof_ledger_to_structure (&stats->gap_ledger);
  summary->gap_parts = stats->gap_parts;
  stats->gap_causes = gst_prof_ledger_to_structure (&stats->gap_cause_ledger);
  summary->gap_causes = stats->gap_causes;
}
