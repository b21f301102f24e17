/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Puts together what is known of a pipeline that cannot keep up: how late its
 * frames are, what its stages take, what its queues hold, what memory and disk
 * do. Owns the levels and the list of what is to be told; how each of the
 * numbers is judged is in the files of their names. Reads nothing itself.
 *
 * Passive, time comes in. The analysis calls it, under the monitor's lock.
 */

#include "gstprofbacklog.h"

#include "gstprofbehind.h"
#include "gstprofmemory.h"
#include "gstprofstagename.h"

#include <string.h>

#define MAX_ENCODERS 8

/* The peak that is to be explained: a later one that is higher by less than 1 %
 * is what an allocator keeps of it. */
#define MOST_DIVISOR 100

#define NO_FRAME (GST_PROF_SPAN_FLAG_PREROLL | GST_PROF_SPAN_FLAG_DRAIN \
    | GST_PROF_SPAN_FLAG_OUTPUT | GST_PROF_SPAN_FLAG_HEADER \
    | GST_PROF_SPAN_FLAG_NOT_VIDEO)

typedef struct
{
  const gchar *stage;           /* interned */
  guint inside;
} Encoder;

struct _GstProfBacklog
{
  gboolean flowing;
  gboolean ended;               /* by EOS; until a frame comes again */
  guint64 frame_bytes;          /* of raw video, as it comes to the first stage */
  guint64 written;
  guint n_encoders;
  Encoder encoders[MAX_ENCODERS];

  GstProfHolders *holders;
  GstProfBehind *behind;
  guint64 holders_refused;
  GstProfMemory memory;
  guint64 unexplained;          /* when there was most of it */
  GstProfDiskUse disk;
  GQueue judgements;
};

/*
 * gst_prof_backlog_new:
 *
 * Returns: (transfer full): what piled up in a run that has not begun
 */
GstProfBacklog *
gst_prof_backlog_new (void)
{
  GstProfBacklog *backlog = g_new0 (GstProfBacklog, 1);

  backlog->holders = gst_prof_holders_new ();
  backlog->behind = gst_prof_behind_new (backlog->holders);
  gst_prof_memory_init (&backlog->memory);
  gst_prof_disk_use_init (&backlog->disk);
  g_queue_init (&backlog->judgements);
  return backlog;
}

/*
 * gst_prof_backlog_free:
 * @backlog: (nullable) (transfer full): what piled up
 */
void
gst_prof_backlog_free (GstProfBacklog * backlog)
{
  if (backlog == NULL)
    return;
  gst_prof_behind_free (backlog->behind);
  gst_prof_holders_free (backlog->holders);
  g_queue_clear_full (&backlog->judgements, g_free);
  g_free (backlog);
}

/* A stage that never keeps a frame is no holder. */
static void
note_inside (GstProfBacklog * backlog, const GstProfSpan * span)
{
  for (guint i = 0; i < backlog->n_encoders; i++) {
    if (strcmp (backlog->encoders[i].stage, span->stage) == 0) {
      backlog->encoders[i].inside = span->inside;
      return;
    }
  }
  if (span->inside == 0 || backlog->n_encoders == MAX_ENCODERS)
    return;
  backlog->encoders[backlog->n_encoders++] = (Encoder) {
  g_quark_to_string (g_quark_from_string (span->stage)), span->inside};
}

/*
 * gst_prof_backlog_add_span:
 * @backlog: what piled up
 * @span: a span
 * @first_stage: (nullable): the stage that its stream's frames come to first
 */
void
gst_prof_backlog_add_span (GstProfBacklog * backlog, const GstProfSpan * span,
    const gchar * first_stage)
{
  if (strcmp (span->stage, GST_PROF_STAGE_WRITE) == 0)
    backlog->written += span->bytes;
  else if (!(span->flags & GST_PROF_SPAN_FLAG_NOT_VIDEO))
    note_inside (backlog, span);
  if (g_strcmp0 (span->stage, first_stage) != 0 || (span->flags & NO_FRAME))
    return;

  backlog->flowing = TRUE;
  backlog->ended = FALSE;
  if (!(span->flags & (GST_PROF_SPAN_FLAG_ENCODED | GST_PROF_SPAN_FLAG_MUXED)))
    backlog->frame_bytes = span->bytes;
  gst_prof_behind_add_span (backlog->behind, span);
}

/*
 * gst_prof_backlog_add_frame:
 * @backlog: what piled up
 * @frame: a frame that ended
 */
void
gst_prof_backlog_add_frame (GstProfBacklog * backlog,
    const GstProfFrame * frame)
{
  gst_prof_behind_add_frame (backlog->behind, frame);
}

/*
 * gst_prof_backlog_add_arrival:
 * @backlog: what piled up
 * @stream_id: a stream that passes no stages
 * @time: when a frame of it came to its last element, CLOCK_MONOTONIC nanoseconds
 * @running_time: that frame's
 */
void
gst_prof_backlog_add_arrival (GstProfBacklog * backlog,
    const gchar * stream_id, GstClockTime time, GstClockTime running_time)
{
  backlog->flowing = TRUE;
  backlog->ended = FALSE;
  gst_prof_behind_add_arrival (backlog->behind, stream_id, time, running_time);
}

/*
 * gst_prof_backlog_set_load:
 * @backlog: what piled up
 * @stream_id: a stream that passes no stages
 * @figures: what the elements do
 */
void
gst_prof_backlog_set_load (GstProfBacklog * backlog, const gchar * stream_id,
    const GstProfLoadFigures * figures)
{
  gst_prof_behind_set_load (backlog->behind, stream_id, figures);
}

/*
 * gst_prof_backlog_set_hindrance_func:
 * @backlog: what piled up
 * @func: (nullable): what knows why a thread did not get on
 * @user_data: for @func
 */
void
gst_prof_backlog_set_hindrance_func (GstProfBacklog * backlog,
    GstProfHindranceFunc func, gpointer user_data)
{
  gst_prof_behind_set_hindrance_func (backlog->behind, func, user_data);
}

static void
add_share (GstProfJudgement * judgement, const GstProfHolder * holder,
    guint64 growth)
{
  guint i = judgement->n_shares;

  if (i < GST_PROF_JUDGEMENT_SHARES)
    judgement->n_shares++;
  else if (judgement->shares[--i].growth >= growth)
    return;
  for (; i > 0 && judgement->shares[i - 1].growth < growth; i--)
    judgement->shares[i] = judgement->shares[i - 1];
  judgement->shares[i] = (GstProfJudgementShare) { *holder, growth };
}

static void
explain_memory (GstProfBacklog * backlog, GstProfJudgement * judgement)
{
  guint64 explained = 0, growth = judgement->rss - MIN (judgement->rss,
      judgement->base);

  for (guint i = 0; i < gst_prof_holders_get_count (backlog->holders); i++) {
    const GstProfHolderState *state =
        gst_prof_holders_get (backlog->holders, i);
    guint64 share = gst_prof_holder_state_get_growth (state);

    explained += share;
    if (share > 0)
      add_share (judgement, &state->now, share);
  }
  judgement->unexplained = growth - MIN (growth, explained);
}

static void
fill_memory (GstProfBacklog * backlog, GstProfJudgement * judgement,
    GstClockTime now)
{
  const GstProfMemory *memory = &backlog->memory;
  GstClockTime end = memory->episode.open ? now : memory->grew_until;

  *judgement = (GstProfJudgement) {
    .kind = GST_PROF_WARNING_MEMORY_GROWTH,
    .start = memory->episode.start,
    .duration = end - MIN (end, memory->episode.start),
    .rss = memory->now,
    .base = memory->base,
  };
  explain_memory (backlog, judgement);
}

static void
judge_memory (GstProfBacklog * backlog, guint64 rss, guint64 threshold,
    GstClockTime now)
{
  GstProfMemory *memory = &backlog->memory;
  GstProfJudgement judgement;
  GstProfTrendGrowth growth = { 0 };
  gboolean most = rss > memory->peak + memory->peak / MOST_DIVISOR;
  GstProfEpisodeStep step;

  if (gst_prof_memory_add (memory, rss, backlog->flowing, now))
    gst_prof_memory_take_off_base (memory,
        gst_prof_holders_set_base (backlog->holders));
  step = gst_prof_memory_judge (memory, threshold, now, &growth);
  if (memory->base == 0 || (!most && step == GST_PROF_EPISODE_NOTHING))
    return;

  fill_memory (backlog, &judgement, now);
  judgement.rss_rate = growth.rate;
  if (most)
    backlog->unexplained = judgement.unexplained;
  gst_prof_judgement_push (&backlog->judgements, &judgement, step);
}

static void
fill_disk (GstProfBacklog * backlog, GstProfJudgement * judgement,
    GstClockTime now)
{
  const GstProfDiskUse *disk = &backlog->disk;

  *judgement = (GstProfJudgement) {
    .kind = GST_PROF_WARNING_DISK_SPACE,
    .start = disk->episode.start,
    .duration = now - MIN (now, disk->episode.start),
    .disk = disk->space,
    .disk_rate = disk->rate,
    .disk_left = disk->left,
  };
}

static void
judge_disk (GstProfBacklog * backlog, const GstProfDiskSpace * space,
    GstClockTime threshold, GstClockTime now)
{
  GstProfJudgement judgement;
  GstProfEpisodeStep step;

  gst_prof_disk_use_add_written (&backlog->disk, backlog->written, now);
  if (space->path[0] != '\0')
    gst_prof_disk_use_add_space (&backlog->disk, space);
  step = gst_prof_disk_use_judge (&backlog->disk, threshold, now);
  fill_disk (backlog, &judgement, now);
  gst_prof_judgement_push (&backlog->judgements, &judgement, step);
}

/* Frames inside an encoder are as large as those that come to the first stage,
 * or nearly. */
static void
add_encoders (GstProfBacklog * backlog, GstClockTime now)
{
  for (guint i = 0; i < backlog->n_encoders; i++) {
    const Encoder *encoder = &backlog->encoders[i];
    GstProfHolder holder = {
      .kind = GST_PROF_HOLDER_ENCODER,
      .buffers = encoder->inside,
      .bytes = encoder->inside * backlog->frame_bytes,
    };

    g_strlcpy (holder.name, encoder->stage, sizeof (holder.name));
    gst_prof_holders_update (backlog->holders, &holder, now);
  }
}

static void
take_levels (GstProfBacklog * backlog, const GstProfBacklogSample * sample,
    GstClockTime now)
{
  gst_prof_holders_begin (backlog->holders);
  add_encoders (backlog, now);
  for (guint i = 0; i < sample->n_holders; i++)
    gst_prof_holders_update (backlog->holders, &sample->holders[i], now);
  gst_prof_holders_end (backlog->holders);
  backlog->holders_refused = MAX (backlog->holders_refused,
      sample->holders_refused);
}

/*
 * gst_prof_backlog_sample:
 * @backlog: what piled up
 * @sample: what was read just now
 * @thresholds: what is too much
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * To be called a few times a second.
 */
void
gst_prof_backlog_sample (GstProfBacklog * backlog,
    const GstProfBacklogSample * sample, const GstProfThresholds * thresholds,
    GstClockTime now)
{
  take_levels (backlog, sample, now);
  gst_prof_behind_set_clock (backlog->behind, sample->live,
      sample->has_offset, sample->offset);
  if (backlog->ended)
    return;
  gst_prof_behind_judge (backlog->behind,
      thresholds->values[GST_PROF_WARNING_FALLING_BEHIND], now,
      &backlog->judgements);
  judge_memory (backlog, sample->rss,
      thresholds->values[GST_PROF_WARNING_MEMORY_GROWTH], now);
  judge_disk (backlog, &sample->disk,
      thresholds->values[GST_PROF_WARNING_DISK_SPACE], now);
}

/*
 * gst_prof_backlog_flush:
 * @backlog: what piled up
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * The end of the stream or of the run: what goes on has ended.
 */
void
gst_prof_backlog_flush (GstProfBacklog * backlog, GstClockTime now)
{
  GstProfJudgement judgement;

  backlog->ended = TRUE;
  gst_prof_behind_flush (backlog->behind, now, &backlog->judgements);
  fill_memory (backlog, &judgement, now);
  judgement.at_end = TRUE;
  gst_prof_judgement_push (&backlog->judgements, &judgement, gst_prof_episode_end (&backlog->memory.episode));
  fill_disk (backlog, &judgement, now);
  judgement.at_end = gst_prof_disk_use_is_short (&backlog->disk);
  gst_prof_judgement_push (&backlog->judgements, &judgement, gst_prof_episode_end (&backlog->disk.episode));
}

/*
 * gst_prof_backlog_next:
 * @backlog: what piled up
 * @judgement: (out caller-allocates): what is to be told next, valid until the
 *   next call of anything else on @backlog; untouched when there is nothing
 *
 * Returns: whether there was something
 */
gboolean
gst_prof_backlog_next (GstProfBacklog * backlog,
    GstProfJudgement * judgement)
{
  g_autofree GstProfJudgement *next =
      g_queue_pop_head (&backlog->judgements);

  if (next == NULL)
    return FALSE;
  *judgement = *next;
  return TRUE;
}

static void
summarize_holders (GstProfBacklog * backlog, GstProfSummary * summary)
{
  for (guint i = 0; i < gst_prof_holders_get_count (backlog->holders); i++) {
    const GstProfHolderState *state =
        gst_prof_holders_get (backlog->holders, i);
    GstProfSummaryHolder holder = {
      .name = state->now.name,
      .kind = gst_prof_holder_kind_get_nick (state->now.kind),
      .buffers = state->now.buffers,
      .bytes = state->now.bytes,
      .time = state->now.time,
      .peak_buffers = state->peak.buffers,
      .peak_bytes = state->peak.bytes,
      .peak_time = state->peak.time,
    };

    g_array_append_val (summary->holders, holder);
  }
  summary->holders_refused = MAX (backlog->holders_refused,
      gst_prof_holders_get_refused (backlog->holders));
}

static void
summarize_behind (GstProfBacklog * backlog, GstProfSummary * summary)
{
  gst_prof_behind_get_lags (backlog->behind, &summary->lag_first,
      &summary->lag_last, &summary->lag_max);
  for (guint i = 0; i < gst_prof_behind_get_count (backlog->behind); i++) {
    const GstProfJudgement *worst =
        gst_prof_behind_get_worst (backlog->behind, i);
    GstProfSummaryBehind behind;

    if (worst == NULL)
      continue;
    behind = (GstProfSummaryBehind) {
      .stream_id = worst->stream_id,
      .stage = worst->load.stage,
      .place = worst->load.frames > 0
          ? gst_prof_load_place_get_nick (worst->load.place) : NULL,
      .cause = worst->load.cause != GST_PROF_CAUSE_UNKNOWN
          ? gst_prof_cause_get_info (worst->load.cause)->nick : NULL,
      .own = worst->load.own,
      .occupancy = worst->load.occupancy,
      .budget = worst->load.budget,
      .sustained = worst->load.sustained,
      .lag = MAX (worst->lag, 0),
      .gained = worst->gained,
      .lag_rate = worst->lag_rate,
      .dropped = worst->dropped,
      .duration = worst->duration,
      .holder = worst->holder.holder.name[0] ? worst->holder.holder.name
          : NULL,
      .holder_buffers = worst->holder.holder.buffers,
      .holder_bytes = worst->holder.holder.bytes,
      .holder_rate = worst->holder.rate > 0 ? worst->holder.rate : 0,
    };
    g_array_append_val (summary->behind, behind);
  }
}

/*
 * gst_prof_backlog_summarize:
 * @backlog: what piled up
 * @summary: (inout): an initialised summary, valid until the next call on
 *   @backlog
 */
void
gst_prof_backlog_summarize (GstProfBacklog * backlog, GstProfSummary * summary)
{
  const GstProfMemory *memory = &backlog->memory;
  const GstProfDiskUse *disk = &backlog->disk;

  summary->rss = memory->now;
  summary->rss_base = memory->base;
  summary->rss_peak = memory->peak;
  summary->rss_unexplained = backlog->unexplained;
  summary->disk_free = disk->space.free;
  summary->disk_size = disk->space.size;
  summary->disk_rate = disk->rate > 0 ? disk->rate : 0;
  summary->disk_left = disk->left;
  summarize_holders (backlog, summary);
  summarize_behind (backlog, summary);
}
