/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * From something that is to be warned about to what is said of it. Three things
 * lie in between: it is explained when all is known, some 50 ms after its end;
 * what goes on is told while it does, and once more, completely, when it is
 * over; and of each kind only so many are told, while all are counted.
 *
 * Owns the notices that wait, the stalls that are open, and the limiters. What is
 * known of a stall, and that it is summed up, is in gstprofwarneropen.c; what is said
 * of a notice, in gstprofwarnertell.c.
 * Judges nothing: who gives a notice has compared. Passive; the monitor calls it
 * under its lock.
 */

#include "gstprofwarnerprivate.h"

#include "gstprofexplanationline.h"
#include "gstprofline.h"

/* 50 ms of warnings, many times over; the oldest are told sooner. */
#define MAX_WAITING 256

/* An open stall is told again each second, and after half a minute every ten. */
#define REPEAT GST_SECOND
#define PATIENCE (30 * GST_SECOND)
#define SLOW_REPEAT (10 * GST_SECOND)

/* A stall that is no longer seen, and whose end has not come: its span is still
 * inside of another. After that long it is told without it. */
#define LOST (5 * GST_SECOND)

/* While it goes on, the start of a stall is that of the bracket around the one
 * that its span will have. */
#define SAME_START GST_MSECOND

/* A stream that ends is silent for a moment before its end is told: what is no
 * longer is no gap, and if it was told as one that is taken back. */
#define END_SILENCE GST_SECOND

typedef struct
{
  GstProfNotice notice;
  GRefString *stream_id;
  GstProfLedger stages;
  GstProfLedger fallback;
  GstClockTime due;
} Waiting;

/* Something open that was found to be a wait is not looked into again so soon. */
#define DISMISSED_FOR (250 * GST_MSECOND)

/* Of something that is to be a thread's own work, so much at least must be. */
#define OWN_DIVISOR 4

/*
 * gst_prof_warner_new:
 * @stats: where warnings are counted; outlives the warner
 * @output: where they are told; outlives the warner
 *
 * Returns: (transfer full): a warner that knows no causes
 */
GstProfWarner *
gst_prof_warner_new (GstProfStats * stats, GstProfOutputQueue * output)
{
  GstProfWarner *warner = g_new0 (GstProfWarner, 1);

  warner->stats = stats;
  warner->output = output;
  g_queue_init (&warner->waiting);
  return warner;
}

static void
notice_clear (GstProfNotice * notice)
{
  if (notice->line != NULL)
    g_string_free (notice->line, TRUE);
  notice->line = NULL;
  g_clear_pointer (&notice->tail, g_free);
}

static void
waiting_free (Waiting * waiting)
{
  notice_clear (&waiting->notice);
  g_clear_pointer (&waiting->stream_id, g_ref_string_release);
  g_free (waiting);
}

static void
remove_stall (GstProfWarner * warner, GstProfStall * stall)
{
  g_clear_pointer (&stall->stream_id, g_ref_string_release);
  g_free (stall->kept);
  g_free (stall->evidence);
  gst_clear_structure (&stall->causes);
  *stall = warner->stalls[--warner->n_stalls];
}

/*
 * gst_prof_warner_free:
 * @warner: (nullable) (transfer full): a warner
 */
void
gst_prof_warner_free (GstProfWarner * warner)
{
  if (warner == NULL)
    return;
  g_queue_clear_full (&warner->waiting, (GDestroyNotify) waiting_free);
  while (warner->n_stalls > 0)
    remove_stall (warner, &warner->stalls[0]);
  g_free (warner);
}

/*
 * gst_prof_warner_set_explain_func:
 * @warner: a warner
 * @func: (nullable): what knows causes
 * @user_data: for @func
 */
void
gst_prof_warner_set_explain_func (GstProfWarner * warner,
    GstProfExplainFunc func, gpointer user_data)
{
  warner->explain = func;
  warner->explain_data = user_data;
}

static void
count (GstProfWarner * warner, const GstProfNotice * notice,
    const GstProfExplanation * explanation)
{
  GstProfWarning warning = notice->warning;
  const GstProfLedger *causes = notice->fallback;
  GstProfLedger ledger;

  if (notice->kind == GST_PROF_WARNING_GAP && notice->stages != NULL)
    gst_prof_stats_add_gap (warner->stats, notice->stages, notice->processing);
  if (explanation != NULL) {
    gst_prof_explanation_fill_ledger (&ledger, &explanation->root);
    causes = &ledger;
    warning.evidence = explanation->evidence;
  }
  gst_prof_stats_add_warning (warner->stats, notice->kind, &warning);
  if (notice->kind == GST_PROF_WARNING_GAP && causes != NULL)
    gst_prof_stats_add_gap_causes (warner->stats, warning.stage, causes);
}

/* What is about the set-up of a stage has no start that both could know. */
static GstProfStall *
find_stall (GstProfWarner * warner, const GstProfNotice * notice)
{
  gboolean by_stage = notice->kind == GST_PROF_WARNING_SLOW_SETUP
      || notice->kind == GST_PROF_WARNING_STATE_CHANGE
      || notice->kind == GST_PROF_WARNING_INIT_CHECK;
  guint64 thread_id = notice->question.n_stretches > 0 ?
      notice->question.stretches[0].thread_id : 0;

  for (guint i = 0; i < warner->n_stalls; i++) {
    GstProfStall *stall = &warner->stalls[i];

    if (stall->kind != notice->kind)
      continue;
    if (by_stage ? g_strcmp0 (stall->stage, notice->warning.stage) == 0
        : stall->thread_id == thread_id && ABS (GST_CLOCK_DIFF (stall->start,
                notice->warning.start)) < SAME_START)
      return stall;
  }
  return NULL;
}

/* While a thread is in a place it is not known since when if it brought an event: that
 * may have come long after what was brought last. What ends is what was seen there
 * meanwhile. */
static GstProfStall *
find_stall_within (GstProfWarner * warner, const GstProfNotice * notice)
{
  const GstProfStretch *whole = &notice->question.stretches[0];

  if (notice->question.n_stretches == 0 || notice->question.point == 0)
    return NULL;
  for (guint i = 0; i < warner->n_stalls; i++) {
    GstProfStall *stall = &warner->stalls[i];

    if (stall->kind == notice->kind && stall->thread_id == whole->thread_id
        && stall->question.point == notice->question.point
        && stall->seen >= whole->from && stall->seen <= whole->to)
      return stall;
  }
  return NULL;
}

/* Whether a thread did something itself. Without any evidence that is not known,
 * and nobody is accused. Who blocks a pad is no element's work, but makes a gap. Who
 * waits in an element for reasons that nobody can tell may do so with each buffer:
 * that is told when it is unusual. */
static gboolean
is_own_work (const GstProfNotice * notice,
    const GstProfExplanation * explanation)
{
  const GstProfBlameItem *place;
  static const GstProfCause waits[] = {
    GST_PROF_CAUSE_CLOCK, GST_PROF_CAUSE_PREROLL, GST_PROF_CAUSE_BLOCKED_PAD,
    GST_PROF_CAUSE_UPSTREAM, GST_PROF_CAUSE_DOWNSTREAM,
  };
  GstClockTime wall, known, waited = 0;

  if (explanation == NULL)
    return FALSE;
  wall = explanation->causes.wall;
  known = wall - MIN (wall, explanation->causes.rest);
  for (guint i = 0; i < G_N_ELEMENTS (waits); i++) {
    if (notice->held ? waits[i] == GST_PROF_CAUSE_CLOCK
        : notice->kind != GST_PROF_WARNING_GAP
        || waits[i] != GST_PROF_CAUSE_BLOCKED_PAD)
      waited += gst_prof_blame_get (&explanation->causes, waits[i]);
  }
  place = gst_prof_blame_get_place (&explanation->causes);
  if (notice->unusual && place != NULL && place->point != 0)
    known += place->time;
  return wall > waited + notice->warning.threshold
      && known > waited + wall / OWN_DIVISOR;
}

/* Of something that is over. */
static void
complete (GstProfWarner * warner, GstProfNotice * notice, GstClockTime now)
{
  GstProfStall *stall = find_stall (warner, notice);
  GstProfExplanation found;
  g_autofree GstProfExplanation *kept = NULL;
  const GstProfExplanation *explanation = NULL;
  gboolean told = FALSE, admitted;

  if (stall == NULL)
    stall = find_stall_within (warner, notice);
  if (stall == NULL && notice->end_only)
    return;
  if (stall != NULL) {
    gboolean lost = stall->lost;

    told = stall->told;
    kept = g_steal_pointer (&stall->kept);
    remove_stall (warner, stall);
    if (lost)
      return;
  }
  notice->question.live = FALSE;
  if (gst_prof_warner_explain_ended (warner, &notice->question, kept, &found))
    explanation = &found;
  if (notice->own_work && !told && warner->explain != NULL
      && !is_own_work (notice, explanation))
    return;
  if (!notice->of_stage)
    gst_prof_notice_set_root_cause (notice, explanation);
  notice->warning.kind = gst_prof_threshold_get (notice->kind)->nick;
  notice->warning.state = GST_PROF_WARNING_FINAL;
  notice->warning.advice = gst_prof_notice_find_advice (notice, explanation);
  if (notice->of_stage && explanation != NULL) {
    gst_prof_notice_append_stage_cause (notice->line, notice, explanation);
    explanation = NULL;
  }
  count (warner, notice, explanation);
  admitted = gst_prof_limiter_admit (&warner->limiters[notice->kind], now,
      &notice->warning.held_back);
  if (admitted || told)
    gst_prof_warner_tell (warner, notice, explanation);
}

static void
complete_oldest (GstProfWarner * warner, GstClockTime now)
{
  Waiting *waiting = g_queue_pop_head (&warner->waiting);

  complete (warner, &waiting->notice, now);
  waiting_free (waiting);
}

/*
 * gst_prof_warner_add:
 * @warner: a warner
 * @notice: something that is over; line and tail are taken
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * Tells it when all is known of it.
 */
void
gst_prof_warner_add (GstProfWarner * warner, GstProfNotice * notice,
    GstClockTime now)
{
  Waiting *waiting;
  guint n = notice->question.n_stretches;

  if (warner->explain == NULL || n == 0) {
    complete (warner, notice, now);
    notice_clear (notice);
    return;
  }

  waiting = g_new0 (Waiting, 1);
  waiting->notice = *notice;
  notice->line = NULL;
  notice->tail = NULL;
  if (notice->warning.stage)
    waiting->notice.warning.stage = g_intern_string (notice->warning.stage);
  if (notice->warning.stream_id)
    waiting->stream_id =
        g_ref_string_acquire ((GRefString *) notice->warning.stream_id);
  waiting->notice.warning.stream_id = waiting->stream_id;
  if (notice->stages) {
    waiting->stages = *notice->stages;
    waiting->notice.stages = &waiting->stages;
  }
  if (notice->fallback) {
    waiting->fallback = *notice->fallback;
    waiting->notice.fallback = &waiting->fallback;
  }
  waiting->due = notice->question.stretches[n - 1].to
      + GST_PROF_EXPLANATION_SETTLE;
  g_queue_push_tail (&warner->waiting, waiting);
  if (g_queue_get_length (&warner->waiting) > MAX_WAITING)
    complete_oldest (warner, now);
}

static GstProfStall *
ensure_stall (GstProfWarner * warner, const GstProfNotice * notice,
    GstClockTime now)
{
  const GstProfWarning *warning = &notice->warning;
  GstProfStall *stall = find_stall (warner, notice);
  guint held_back;

  /* Of a stage that is set up anew the end that was lost never comes. */
  if (stall != NULL && stall->lost && warning->start > stall->seen) {
    remove_stall (warner, stall);
    stall = NULL;
  }
  if (stall != NULL)
    return stall;
  for (guint i = 0; i < warner->n_stalls; i++) {
    if (warner->n_stalls == GST_PROF_WARNER_MAX_STALLS && warner->stalls[i].lost)
      remove_stall (warner, &warner->stalls[i]);
  }
  if (warner->n_stalls == GST_PROF_WARNER_MAX_STALLS)
    return NULL;

  stall = &warner->stalls[warner->n_stalls++];
  *stall = (GstProfStall) {
    .kind = notice->kind,
    .thread_id = notice->question.stretches[0].thread_id,
    .start = warning->start,
    .stage = g_intern_string (warning->stage),
    .threshold = warning->threshold,
    .first_told = now,
  };
  if (warning->stream_id)
    stall->stream_id = g_ref_string_acquire ((GRefString *) warning->stream_id);
  stall->told = gst_prof_limiter_admit (&warner->open_limiters[notice->kind],
      now, &held_back);
  return stall;
}

static gboolean
is_due (const GstProfStall * stall, GstClockTime now)
{
  if (!stall->told)
    return FALSE;
  if (stall->last_told == 0)
    return TRUE;
  return now - stall->last_told >=
      (now - stall->first_told > PATIENCE ? SLOW_REPEAT : REPEAT);
}

/* Of something open that is to be a thread's own work and was not told yet. */
static gboolean
is_dismissed (GstProfWarner * warner, const GstProfNotice * notice,
    GstClockTime now)
{
  guint64 thread_id = notice->question.stretches[0].thread_id;
  GstClockTime start = notice->question.stretches[0].from;
  GstProfDismissed *entry = NULL;
  GstProfExplanation found;

  for (guint i = 0; i < GST_PROF_WARNER_MAX_DISMISSED && entry == NULL; i++) {
    if (warner->dismissed[i].thread_id == thread_id
        && warner->dismissed[i].start == start
        && warner->dismissed[i].kind == notice->kind)
      entry = &warner->dismissed[i];
  }
  if (entry != NULL && now < entry->until)
    return TRUE;
  if (warner->explain == NULL || (gst_prof_warner_explain (warner,
              &notice->question, &found)
          && is_own_work (notice, &found)))
    return FALSE;
  if (entry == NULL) {
    entry = &warner->dismissed[warner->next_dismissed];
    warner->next_dismissed =
        (warner->next_dismissed + 1) % GST_PROF_WARNER_MAX_DISMISSED;
  }
  *entry = (GstProfDismissed) {
  notice->kind, thread_id, start, now + DISMISSED_FOR};
  return TRUE;
}

/*
 * gst_prof_warner_note_open:
 * @warner: a warner
 * @notice: something that is past its threshold and goes on; without a line.
 *   It has one stretch, from its begin to now
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * To be called again and again as long as it does. Tells it at once, and then
 * from time to time.
 */
void
gst_prof_warner_note_open (GstProfWarner * warner,
    const GstProfNotice * notice, GstClockTime now)
{
  GstProfNotice copy = *notice;
  GstProfExplanation found;
  const GstProfExplanation *explanation = NULL;
  GstProfStall *stall;

  if (notice->own_work && find_stall (warner, notice) == NULL
      && is_dismissed (warner, notice, now))
    return;
  stall = ensure_stall (warner, notice, now);
  if (stall == NULL || stall->lost)
    return;
  stall->seen = now;
  stall->duration = notice->warning.duration;
  stall->question = notice->question;
  if (!is_due (stall, now))
    return;
  stall->last_told = now;

  if (gst_prof_warner_explain (warner, &notice->question, &found)) {
    gst_prof_stall_keep_explanation (stall, &found);
    explanation = &found;
  }
  gst_prof_notice_set_root_cause (&copy, explanation);
  copy.warning.kind = gst_prof_threshold_get (copy.kind)->nick;
  copy.warning.state = GST_PROF_WARNING_OPEN;
  copy.warning.advice = gst_prof_notice_find_advice (&copy, explanation);
  copy.line = gst_prof_line_new_open (copy.kind, copy.warning.stage,
      copy.warning.duration);
  copy.separator = ": ";
  gst_prof_warner_tell (warner, &copy, explanation);
}

/* A gap that no frame ended: nothing of it was processing. */
static void
count_lost (GstProfWarner * warner, const GstProfNotice * notice,
    const GstProfExplanation * explanation)
{
  GstProfLedger ledger;

  if (notice->kind == GST_PROF_WARNING_GAP) {
    gst_prof_ledger_init (&ledger, notice->warning.duration);
    gst_prof_stats_add_gap (warner->stats, &ledger, 0);
  }
  count (warner, notice, explanation);
}

/* It ended, but whoever would tell its end has not yet, or never will. */
static void
tell_lost (GstProfWarner * warner, GstProfStall * stall, GstClockTime now)
{
  GstProfNotice notice = {
    .kind = stall->kind,
    .warning = {
          .stage = stall->stage,
          .stream_id = stall->stream_id,
          .running_time = GST_CLOCK_TIME_NONE,
          .start = stall->start,
          .duration = stall->duration,
          .threshold = stall->threshold,
          .kind = gst_prof_threshold_get (stall->kind)->nick,
          .state = GST_PROF_WARNING_FINAL,
        },
    .question = stall->question,
    .separator = ": ",
  };
  GstProfExplanation found;
  const GstProfExplanation *explanation = NULL;
  gboolean counts;

  stall->lost = TRUE;
  notice.question.live = FALSE;
  if (gst_prof_warner_explain_ended (warner, &notice.question, stall->kept,
          &found))
    explanation = &found;
  gst_prof_notice_set_root_cause (&notice, explanation);
  notice.warning.advice = gst_prof_notice_find_advice (&notice, explanation);
  counts = stall->kind != GST_PROF_WARNING_GAP
      || stall->duration > END_SILENCE;
  if (counts)
    count_lost (warner, &notice, explanation);
  if (!stall->told)
    return;
  notice.line = gst_prof_line_new_ended (stall->kind, stall->stage,
      stall->duration, counts);
  gst_prof_warner_tell (warner, &notice, explanation);
}

/*
 * gst_prof_warner_advance:
 * @warner: a warner
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * Tells what has become due.
 */
void
gst_prof_warner_advance (GstProfWarner * warner, GstClockTime now)
{
  Waiting *waiting;

  while ((waiting = g_queue_peek_head (&warner->waiting)) != NULL
      && waiting->due <= now)
    complete_oldest (warner, now);
  for (guint i = 0; i < warner->n_stalls; i++) {
    GstProfStall *stall = &warner->stalls[i];

    if (!stall->lost && now > stall->seen + LOST)
      tell_lost (warner, stall, now);
  }
}

/*
 * gst_prof_warner_flush:
 * @warner: a warner
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * The end: tells all that waits or is open, and what was held back.
 */
void
gst_prof_warner_flush (GstProfWarner * warner, GstClockTime now)
{
  while (!g_queue_is_empty (&warner->waiting))
    complete_oldest (warner, now);
  for (guint i = 0; i < warner->n_stalls; i++) {
    if (!warner->stalls[i].lost)
      tell_lost (warner, &warner->stalls[i], now);
  }

  for (guint kind = 0; kind < GST_PROF_WARNING_N_KINDS; kind++) {
    GstDebugLevel level = gst_prof_threshold_get (kind)->level;
    guint n = gst_prof_limiter_flush (&warner->limiters[kind]);

    if (n > 0 && gst_prof_output_queue_wants (warner->output, level))
      gst_prof_output_queue_push_line (warner->output, level,
          gst_prof_line_new_held_back (kind, n));
  }
}
