/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Whether a live pipeline falls behind: its frames come later and later to the
 * first stage, or out of the last; or frames are thrown away instead
 * (gstprofbehinddrops.c). Owns the streams' lags and what their last frames cost,
 * and puts together what is to be said of it. How a lag is judged is in
 * gstproflag.c.
 *
 * Passive, time comes in. The backlog calls it.
 */

#include "gstprofbehindprivate.h"

/* A clock that drifts moves the offset slowly; a seek or a pause in one leap. */
#define MAX_OFFSET_STEP (100 * GST_MSECOND)

/* So long a lag may grow unsaid while no frame has come out that would say
 * which stage is to blame. */
#define MAX_PATIENCE (8 * GST_SECOND)

typedef GstProfBehindStream Stream;

/*
 * gst_prof_behind_new:
 * @holders: where a backlog can lie; must outlive what is returned
 *
 * Returns: (transfer full): no stream is known
 */
GstProfBehind *
gst_prof_behind_new (GstProfHolders * holders)
{
  GstProfBehind *behind = g_new0 (GstProfBehind, 1);

  behind->holders = holders;
  return behind;
}

static void
clear_names (Stream * stream)
{
  g_clear_pointer (&stream->id, g_ref_string_release);
  g_clear_pointer (&stream->element, g_free);
}

/*
 * gst_prof_behind_free:
 * @behind: (nullable) (transfer full): the streams
 */
void
gst_prof_behind_free (GstProfBehind * behind)
{
  if (behind == NULL)
    return;
  for (guint i = 0; i < behind->n_streams; i++)
    clear_names (&behind->streams[i]);
  g_free (behind);
}

/* A stream that was silent longest gives way; one that is falling behind has
 * frames, and is not it. */
static Stream *
take_place (GstProfBehind * behind)
{
  Stream *stream = &behind->streams[0];

  if (behind->n_streams < GST_PROF_BEHIND_MAX_STREAMS)
    return &behind->streams[behind->n_streams++];
  for (guint i = 1; i < GST_PROF_BEHIND_MAX_STREAMS; i++) {
    if (behind->streams[i].used < stream->used)
      stream = &behind->streams[i];
  }
  clear_names (stream);
  return stream;
}

static Stream *
ensure_stream (GstProfBehind * behind, const gchar * id)
{
  Stream *stream = NULL;

  for (guint i = 0; i < behind->n_streams && stream == NULL; i++) {
    if (g_strcmp0 (behind->streams[i].id, id) == 0)
      stream = &behind->streams[i];
  }
  if (stream == NULL) {
    stream = take_place (behind);
    *stream = (Stream) {.id = id ? g_ref_string_new (id) : NULL };
    gst_prof_lag_init (&stream->lags[GST_PROF_BEHIND_FIRST]);
    gst_prof_lag_init (&stream->lags[GST_PROF_BEHIND_LAST]);
    gst_prof_load_init (&stream->load);
  }
  stream->used = ++behind->uses;
  return stream;
}

static void
add_lag (GstProfBehind * behind, GstProfLag * lag, GstClockTime time,
    GstClockTime running_time)
{
  if (behind->live && behind->has_offset
      && GST_CLOCK_TIME_IS_VALID (running_time))
    gst_prof_lag_add (lag, time, (GstClockTimeDiff) time + behind->offset
        - (GstClockTimeDiff) running_time);
}

static void
forget_lags (Stream * stream)
{
  gst_prof_lag_forget (&stream->lags[GST_PROF_BEHIND_FIRST]);
  gst_prof_lag_forget (&stream->lags[GST_PROF_BEHIND_LAST]);
}

/*
 * gst_prof_behind_set_clock:
 * @behind: the streams
 * @live: whether the pipeline is live: what comes late stays late
 * @has_offset: whether it is PLAYING, with a clock
 * @offset: running time less CLOCK_MONOTONIC, nanoseconds
 *
 * Holds for the frames that follow.
 */
void
gst_prof_behind_set_clock (GstProfBehind * behind, gboolean live,
    gboolean has_offset, GstClockTimeDiff offset)
{
  GstClockTimeDiff step = offset - behind->offset;

  if (has_offset != behind->has_offset
      || (has_offset && ABS (step) > MAX_OFFSET_STEP)) {
    for (guint i = 0; i < behind->n_streams; i++)
      forget_lags (&behind->streams[i]);
  }
  behind->live = live;
  behind->has_offset = has_offset;
  behind->offset = offset;
}

/*
 * gst_prof_behind_add_span:
 * @behind: the streams
 * @span: a frame's span in the first stage of its stream
 */
void
gst_prof_behind_add_span (GstProfBehind * behind, const GstProfSpan * span)
{
  Stream *stream = ensure_stream (behind, span->stream_id);

  if (span->flags & GST_PROF_SPAN_FLAG_RESET)
    forget_lags (stream);
  add_lag (behind, &stream->lags[GST_PROF_BEHIND_FIRST], span->enter,
      span->running_time);
}

/*
 * gst_prof_behind_add_frame:
 * @behind: the streams
 * @frame: a frame that ended
 */
void
gst_prof_behind_add_frame (GstProfBehind * behind, const GstProfFrame * frame)
{
  Stream *stream;

  if ((frame->flags & GST_PROF_SPAN_FLAG_PREROLL) || frame->n_cells == 0
      || frame->state == GST_PROF_FRAME_DROPPED)
    return;
  stream = ensure_stream (behind, frame->stream_id);
  gst_prof_load_add (&stream->load, frame);
  if (frame->state == GST_PROF_FRAME_COMPLETE && frame->n_unjoined == 0)
    add_lag (behind, &stream->lags[GST_PROF_BEHIND_LAST], frame->last_leave,
        frame->running_time);
}

/*
 * gst_prof_behind_add_arrival:
 * @behind: the streams
 * @stream_id: a stream that passes no stages
 * @time: when a frame of it came to its last element, CLOCK_MONOTONIC nanoseconds
 * @running_time: that frame's
 */
void
gst_prof_behind_add_arrival (GstProfBehind * behind, const gchar * stream_id,
    GstClockTime time, GstClockTime running_time)
{
  add_lag (behind,
      &ensure_stream (behind, stream_id)->lags[GST_PROF_BEHIND_FIRST], time,
      running_time);
}

/*
 * gst_prof_behind_set_load:
 * @behind: the streams
 * @stream_id: a stream that passes no stages
 * @figures: what the elements do
 */
void
gst_prof_behind_set_load (GstProfBehind * behind, const gchar * stream_id,
    const GstProfLoadFigures * figures)
{
  Stream *stream = ensure_stream (behind, stream_id);

  if (g_strcmp0 (stream->element, figures->stage) != 0) {
    g_free (stream->element);
    stream->element = g_strdup (figures->stage);
  }
  stream->figures = *figures;
  stream->figures.stage = stream->element;
}

/*
 * gst_prof_behind_set_hindrance_func:
 * @behind: the streams
 * @func: (nullable): what knows why a thread did not get on; is called only for what
 *   falls behind
 * @user_data: for @func
 */
void
gst_prof_behind_set_hindrance_func (GstProfBehind * behind,
    GstProfHindranceFunc func, gpointer user_data)
{
  behind->find_hindrance = func;
  behind->hindrance_data = user_data;
}

void
gst_prof_behind_measure_load (GstProfBehind * behind,
    GstProfBehindStream * stream, GstClockTime since,
    GstProfLoadFigures * figures)
{
  gst_prof_load_measure (&stream->load, since, figures);
  if (figures->frames > 0 || stream->figures.frames == 0)
    return;
  *figures = stream->figures;
  /* What is told is remembered, also when the element is gone. */
  figures->stage = g_intern_string (figures->stage);
  if (behind->find_hindrance != NULL && (figures->place == GST_PROF_LOAD_STAGE
          || figures->place == GST_PROF_LOAD_THREAD))
    figures->cause = behind->find_hindrance (figures->thread_id,
        behind->hindrance_data);
}

/* What holds the backlog may be emptied before the lag ends: then the most that
 * was in it is of interest. */
void
gst_prof_behind_note_worst (GstProfBehindStream * stream)
{
  GstProfHolderGrowth holder = stream->worst.holder;
  gboolean same = stream->worst.start == stream->current.start
      && holder.holder.bytes > stream->current.holder.holder.bytes;

  if (stream->current.dropped < stream->worst.dropped
      || (stream->current.dropped == stream->worst.dropped
          && stream->current.gained <= stream->worst.gained))
    return;
  stream->worst = stream->current;
  if (same)
    stream->worst.holder = holder;
}

static void
update_current (GstProfBehind * behind, Stream * stream,
    const GstProfTrendGrowth * growth, GstClockTime now)
{
  GstProfJudgement *current = &stream->current;
  const GstProfLag *first = &stream->lags[GST_PROF_BEHIND_FIRST];
  const GstProfLag *last = &stream->lags[GST_PROF_BEHIND_LAST];

  current->kind = GST_PROF_WARNING_FALLING_BEHIND;
  current->stream_id = stream->id;
  current->start = stream->episode.start;
  current->duration = now - MIN (now, current->start);
  current->at_last_stage = stream->grows == GST_PROF_BEHIND_LAST;
  current->lag = first->known && last->known ? MAX (first->latest,
      last->latest) : first->known ? first->latest : last->latest;
  current->gained = stream->lags[stream->grows].latest - stream->before;
  stream->most = MAX (stream->most, current->gained);
  current->dropped = 0;
  current->drop_rate = 0;
  if (growth != NULL) {
    current->lag_rate = growth->rate / GST_SECOND;
    gst_prof_behind_measure_load (behind, stream, growth->from, &current->load);
    gst_prof_holders_find_backlog (behind->holders, &current->holder);
    /* They come to the first stage in time. That its thread waits in what
     * follows, or does not, says nothing: a queue that is full holds it up. */
    if (stream->grows == GST_PROF_BEHIND_LAST
        && (current->load.place == GST_PROF_LOAD_BEFORE
            || current->load.place == GST_PROF_LOAD_BEHIND))
      current->load.place = GST_PROF_LOAD_BETWEEN;
  }
  gst_prof_behind_note_worst (stream);
}

/* What was lost was lost, though it is caught up with by now. */
static void
end_growth (GstProfBehind * behind, Stream * stream, GstClockTime now)
{
  update_current (behind, stream, NULL, now);
  stream->current.gained = stream->most;
}

/* When both grow, whatever is in front of the first stage does. */
static gboolean
find_growth (GstProfBehind * behind, Stream * stream,
    GstClockTime threshold, GstClockTime now, GstProfTrendGrowth * growth)
{
  if (!behind->live || !behind->has_offset || threshold == 0)
    return FALSE;
  for (guint i = 0; i < GST_PROF_BEHIND_N_LAGS; i++) {
    if (gst_prof_lag_judge (&stream->lags[i], threshold, now, &stream->window,
            growth) == GST_PROF_LAG_GROWS) {
      stream->grows = i;
      return TRUE;
    }
  }
  return FALSE;
}

static GstProfEpisodeStep
begin_stream (GstProfBehind * behind, Stream * stream,
    GstClockTime threshold, GstClockTime now)
{
  GstProfTrendGrowth growth;
  GstProfLoadFigures load;
  GstProfEpisodeStep step;

  if (!find_growth (behind, stream, threshold, now, &growth))
    return gst_prof_behind_begin_drops (behind, stream, threshold, now);
  gst_prof_behind_measure_load (behind, stream, growth.from, &load);
  if (load.frames == 0 && now - MIN (now, growth.from) < MAX_PATIENCE)
    return GST_PROF_EPISODE_NOTHING;

  stream->before = growth.first;
  stream->most = 0;
  step = gst_prof_episode_go_on (&stream->episode, growth.from, now);
  update_current (behind, stream, &growth, now);
  return step;
}

static GstProfEpisodeStep
follow_stream (GstProfBehind * behind, Stream * stream,
    GstClockTime threshold, GstClockTime now)
{
  GstProfTrendGrowth growth;
  GstProfLagState state = GST_PROF_LAG_STEADY;
  guint grew = stream->grows;

  if (stream->drops)
    return gst_prof_behind_follow_drops (behind, stream, threshold, now);
  if (behind->live && behind->has_offset && threshold > 0)
    state = gst_prof_lag_judge_again (&stream->lags[stream->grows], threshold,
        now, stream->window, &growth);
  if (state == GST_PROF_LAG_UNKNOWN)
    return GST_PROF_EPISODE_NOTHING;
  if (state == GST_PROF_LAG_STEADY
      && !find_growth (behind, stream, threshold, now, &growth)) {
    end_growth (behind, stream, now);
    return gst_prof_episode_end (&stream->episode);
  }
  if (stream->grows != grew) {
    stream->before = growth.first;
    stream->most = 0;
  }
  update_current (behind, stream, &growth, now);
  return gst_prof_episode_go_on (&stream->episode, now, now);
}

/*
 * gst_prof_behind_judge:
 * @behind: the streams
 * @threshold: how much lag must be gained in a window, nanoseconds; 0: off
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 * @judgements: (element-type GstProfJudgement): gets what is to be told. Its
 *   strings are valid until the next call on @behind
 */
void
gst_prof_behind_judge (GstProfBehind * behind, GstClockTime threshold,
    GstClockTime now, GQueue * judgements)
{
  for (guint i = 0; i < behind->n_streams; i++) {
    Stream *stream = &behind->streams[i];
    GstProfEpisodeStep step = stream->episode.open
        ? follow_stream (behind, stream, threshold, now)
        : begin_stream (behind, stream, threshold, now);

    gst_prof_judgement_push (judgements, &stream->current, step);
  }
}

/*
 * gst_prof_behind_flush:
 * @behind: the streams
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 * @judgements: (element-type GstProfJudgement): as gst_prof_behind_judge()
 *
 * The end of the stream: what goes on has ended.
 */
void
gst_prof_behind_flush (GstProfBehind * behind, GstClockTime now,
    GQueue * judgements)
{
  for (guint i = 0; i < behind->n_streams; i++) {
    Stream *stream = &behind->streams[i];

    if (stream->episode.open && stream->drops)
      gst_prof_behind_end_drops (stream, now);
    else if (stream->episode.open)
      end_growth (behind, stream, now);
    stream->drops = FALSE;
    gst_prof_judgement_push (judgements, &stream->current,
        gst_prof_episode_end (&stream->episode));
    forget_lags (stream);
  }
}

static GstClockTime
get_time (gboolean known, GstClockTimeDiff lag)
{
  return known ? (GstClockTime) MAX (lag, 0) : GST_CLOCK_TIME_NONE;
}

/* %GST_CLOCK_TIME_NONE is larger than any. */
static GstClockTime
get_larger (GstClockTime a, GstClockTime b)
{
  if (!GST_CLOCK_TIME_IS_VALID (a) || !GST_CLOCK_TIME_IS_VALID (b))
    return MIN (a, b);
  return MAX (a, b);
}

/*
 * gst_prof_behind_get_lags:
 * @behind: the streams
 * @first: (out): lag at the first stage, of the stream where it is largest;
 *   one that is negative is 0, one that is not known %GST_CLOCK_TIME_NONE
 * @last: (out): the same at the last stage
 * @most: (out): the largest that was seen
 */
void
gst_prof_behind_get_lags (GstProfBehind * behind, GstClockTime * first,
    GstClockTime * last, GstClockTime * most)
{
  *first = *last = *most = GST_CLOCK_TIME_NONE;
  for (guint i = 0; i < behind->n_streams; i++) {
    const GstProfLag *lags = behind->streams[i].lags;

    *first = get_larger (*first, get_time (lags[GST_PROF_BEHIND_FIRST].known,
            lags[GST_PROF_BEHIND_FIRST].latest));
    *last = get_larger (*last, get_time (lags[GST_PROF_BEHIND_LAST].known,
            lags[GST_PROF_BEHIND_LAST].latest));
    for (guint k = 0; k < GST_PROF_BEHIND_N_LAGS; k++)
      *most = get_larger (*most, get_time (lags[k].known, lags[k].most));
  }
}

/*
 * gst_prof_behind_get_count:
 * @behind: the streams
 *
 * Returns: how many there are
 */
guint
gst_prof_behind_get_count (GstProfBehind * behind)
{
  return behind->n_streams;
}

/*
 * gst_prof_behind_get_worst:
 * @behind: the streams
 * @i: less than their number
 *
 * Returns: (nullable) (transfer none): the worst that was to be said of one of
 *   them, or %NULL: it never fell behind
 */
const GstProfJudgement *
gst_prof_behind_get_worst (GstProfBehind * behind, guint i)
{
  const GstProfJudgement *worst = &behind->streams[i].worst;

  return worst->gained > 0 || worst->dropped > 0 ? worst : NULL;
}
