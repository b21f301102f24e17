/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * When frames came into the first stage: intervals, waits, and what the first
 * stage's thread did in between. Owns, for each stream, the frame before, and
 * a bounded memory of the last spans on these threads. Compares with no
 * threshold. Passive: who holds it gives it the spans, in the order in which
 * they were delivered.
 *
 * An interval counts only when both of its ends are frames in PLAYING and all
 * of it was PLAYING: what a flush, a preroll, a pause or lost spans lie in says
 * nothing about what the pipeline can do.
 */

#include "gstprofarrivals.h"

#include "gstprofhistogram.h"

/* As many video streams as one pipeline records at once; the one that was
 * silent longest gives way. */
#define MAX_STREAMS 8

/* Spans between two frames on one thread: a frame in all stages, a few times
 * over for what a muxer writes. */
#define MAX_RECENT 1024

/* A median of fewer intervals says nothing. */
#define MIN_CADENCE 10

#define NO_FRAME (GST_PROF_SPAN_FLAG_DRAIN | GST_PROF_SPAN_FLAG_OUTPUT \
    | GST_PROF_SPAN_FLAG_HEADER | GST_PROF_SPAN_FLAG_NOT_VIDEO)

typedef struct
{
  GRefString *id;
  GQuark stage;                 /* the first one */
  GstClockTime stage_enter;     /* when it was first entered */
  guint64 used;

  gboolean has_last;
  GstClockTime last_enter;
  GstClockTime last_leave;
  GstClockTime frame_duration;
  guint64 thread_id;
  gboolean first_on_thread;
  gboolean watched;             /* from before its first frame on */

  GstProfHistogram *cadence;
} Stream;

typedef struct
{
  GQuark stage;
  guint64 thread_id;
  GstClockTime enter;
  GstClockTime leave;
  GstClockTime own;
} Recent;

struct _GstProfArrivals
{
  /* The last time in PLAYING: nothing is remembered of the one before */
  GstClockTime playing_from;
  GstClockTime playing_to;      /* none: it is still PLAYING */

  guint n_streams;
  guint64 uses;
  guint64 evicted;
  Stream streams[MAX_STREAMS];

  guint64 n_recent;             /* ever; the last MAX_RECENT are there */
  GstClockTime forgotten;       /* enter of the newest that is not */
  Recent recent[MAX_RECENT];
};

static void
stream_clear (Stream * stream)
{
  g_clear_pointer (&stream->id, g_ref_string_release);
  g_clear_pointer (&stream->cadence, gst_prof_histogram_free);
  *stream = (Stream) { 0 };
}

static Stream *
find_stream (GstProfArrivals * arrivals, const gchar * id)
{
  for (guint i = 0; i < arrivals->n_streams; i++) {
    if (g_strcmp0 (arrivals->streams[i].id, id) == 0)
      return &arrivals->streams[i];
  }
  return NULL;
}

static Stream *
ensure_stream (GstProfArrivals * arrivals, GRefString * id)
{
  Stream *stream = find_stream (arrivals, id);

  if (stream == NULL) {
    if (arrivals->n_streams < MAX_STREAMS) {
      stream = &arrivals->streams[arrivals->n_streams];
      stream->watched = arrivals->n_streams++ == 0;
    } else {
      stream = &arrivals->streams[0];
      for (guint i = 1; i < MAX_STREAMS; i++) {
        if (arrivals->streams[i].used < stream->used)
          stream = &arrivals->streams[i];
      }
      stream_clear (stream);
      arrivals->evicted++;
    }
    stream->id = id ? g_ref_string_acquire (id) : NULL;
  }
  stream->used = ++arrivals->uses;
  return stream;
}

/* Until the first frames of all streams came, no thread is known not to
 * matter. */
static gboolean
is_thread_watched (GstProfArrivals * arrivals, guint64 thread_id)
{
  for (guint i = 0; i < arrivals->n_streams; i++) {
    if (arrivals->streams[i].thread_id == 0
        || arrivals->streams[i].thread_id == thread_id)
      return TRUE;
  }
  return arrivals->n_streams == 0;
}

static void
remember (GstProfArrivals * arrivals, const GstProfSpan * span)
{
  Recent *recent = &arrivals->recent[arrivals->n_recent % MAX_RECENT];

  if (arrivals->n_recent >= MAX_RECENT)
    arrivals->forgotten = MAX (arrivals->forgotten, recent->enter);
  arrivals->n_recent++;

  recent->stage = g_quark_from_string (span->stage);
  recent->thread_id = span->thread_id;
  recent->enter = span->enter;
  recent->leave = span->leave;
  recent->own = span->own;
}

static gboolean
was_playing (GstProfArrivals * arrivals, GstClockTime from, GstClockTime to)
{
  /* GST_CLOCK_TIME_NONE is later than any time. */
  return arrivals->playing_from <= from && to <= arrivals->playing_to;
}

/*
 * gst_prof_arrivals_new:
 *
 * Returns: (transfer full): arrivals of a pipeline that is not PLAYING yet
 */
GstProfArrivals *
gst_prof_arrivals_new (void)
{
  GstProfArrivals *arrivals = g_new0 (GstProfArrivals, 1);

  arrivals->playing_from = GST_CLOCK_TIME_NONE;
  return arrivals;
}

/*
 * gst_prof_arrivals_free:
 * @arrivals: (nullable) (transfer full): the arrivals
 */
void
gst_prof_arrivals_free (GstProfArrivals * arrivals)
{
  if (arrivals == NULL)
    return;

  for (guint i = 0; i < arrivals->n_streams; i++)
    stream_clear (&arrivals->streams[i]);
  g_free (arrivals);
}

/*
 * gst_prof_arrivals_set_playing:
 * @arrivals: the arrivals
 * @playing: whether the pipeline is PLAYING
 * @now: since when, CLOCK_MONOTONIC nanoseconds
 */
void
gst_prof_arrivals_set_playing (GstProfArrivals * arrivals, gboolean playing,
    GstClockTime now)
{
  gboolean was = GST_CLOCK_TIME_IS_VALID (arrivals->playing_from)
      && !GST_CLOCK_TIME_IS_VALID (arrivals->playing_to);

  if (playing && !was) {
    arrivals->playing_from = now;
    arrivals->playing_to = GST_CLOCK_TIME_NONE;
  } else if (!playing && was) {
    arrivals->playing_to = now;
  }
}

/*
 * gst_prof_arrivals_note_loss:
 * @arrivals: the arrivals
 *
 * Spans were lost: there may have been frames that nobody saw, so the
 * intervals that are open now count for nothing.
 */
void
gst_prof_arrivals_note_loss (GstProfArrivals * arrivals)
{
  for (guint i = 0; i < arrivals->n_streams; i++)
    arrivals->streams[i].has_last = FALSE;
}

static gboolean
is_frame (const GstProfSpan * span)
{
  if (span->flags & NO_FRAME)
    return FALSE;
  /* Of a container's bytes those are frames that begin a packet. */
  return !(span->flags & GST_PROF_SPAN_FLAG_MUXED) || span->packets > 0;
}

/* While the first stage is not known, as no frame is complete yet, it is taken
 * to be the one that was entered first. */
static gboolean
is_first_stage (Stream * stream, const GstProfSpan * span,
    const gchar * first_stage)
{
  GQuark stage = g_quark_from_string (first_stage ? first_stage : span->stage);

  if (stream->stage != stage) {
    if (first_stage == NULL && stream->stage != 0
        && span->enter >= stream->stage_enter)
      return FALSE;
    stream->stage = stage;
    stream->stage_enter = span->enter;
    stream->has_last = FALSE;
  }
  return first_stage == NULL || g_str_equal (first_stage, span->stage);
}

static void
note_frame (Stream * stream, const GstProfSpan * span)
{
  stream->has_last = !(span->flags & GST_PROF_SPAN_FLAG_PREROLL);
  stream->first_on_thread = stream->thread_id != span->thread_id
      && (stream->thread_id != 0 || !stream->watched);
  stream->thread_id = span->thread_id;
  stream->last_enter = span->enter;
  stream->last_leave = span->leave;
  stream->frame_duration = span->frame_duration;
}

static void
note_interval (Stream * stream, const GstProfSpan * span,
    GstClockTime interval)
{
  if (GST_CLOCK_TIME_IS_VALID (span->frame_duration))
    return;
  if (stream->cadence == NULL)
    stream->cadence = gst_prof_histogram_new ();
  gst_prof_histogram_record (stream->cadence, interval);
}

/*
 * gst_prof_arrivals_push:
 * @arrivals: the arrivals
 * @span: a span of whatever stage
 * @first_stage: (nullable): the first stage of the span's stream, if it is
 *   known
 * @arrival: (out caller-allocates): the interval that ends with this span;
 *   untouched when %FALSE is returned
 *
 * Returns: %TRUE if the span is a frame in the first stage, and the interval
 *   since the frame before it says something
 */
gboolean
gst_prof_arrivals_push (GstProfArrivals * arrivals, const GstProfSpan * span,
    const gchar * first_stage, GstProfArrival * arrival)
{
  Stream *stream;
  gboolean found = FALSE;

  if (is_thread_watched (arrivals, span->thread_id))
    remember (arrivals, span);

  if (!is_frame (span))
    return FALSE;
  stream = ensure_stream (arrivals, span->stream_id);
  if (!is_first_stage (stream, span, first_stage))
    return FALSE;
  if (span->flags & GST_PROF_SPAN_FLAG_RESET)
    stream->has_last = FALSE;

  if (stream->has_last && !(span->flags & GST_PROF_SPAN_FLAG_PREROLL)
      && span->enter >= stream->last_enter
      && was_playing (arrivals, stream->last_enter, span->enter)) {
    arrival->start = stream->last_enter;
    arrival->interval = span->enter - stream->last_enter;
    arrival->waited = span->enter > stream->last_leave ?
        span->enter - stream->last_leave : 0;
    arrival->thread_id = stream->thread_id;
    arrival->first_on_thread = stream->first_on_thread;
    note_interval (stream, span, arrival->interval);
    found = TRUE;
  }
  note_frame (stream, span);
  return found;
}

/*
 * gst_prof_arrivals_split:
 * @arrivals: the arrivals
 * @arrival: what gst_prof_arrivals_push() has just given
 * @ledger: (out caller-allocates): the interval by stage, `upstream` and
 *   `downstream`
 * @processing: (out): time in our stages, nanoseconds
 *
 * Splits the interval as the first stage's thread spent it: the own times of
 * our stages; `downstream`: inside the first stage, but in elements that are
 * no stages; `upstream`: outside of all stages. What spans that are no longer
 * remembered would explain stays unknown.
 */
void
gst_prof_arrivals_split (GstProfArrivals * arrivals,
    const GstProfArrival * arrival, GstProfLedger * ledger,
    GstClockTime * processing)
{
  GstClockTime end = arrival->start + arrival->interval;
  GstClockTime left = end - arrival->waited;
  GstClockTime inside = 0, outside = 0;
  guint64 first = arrivals->n_recent > MAX_RECENT ?
      arrivals->n_recent - MAX_RECENT : 0;

  gst_prof_ledger_init (ledger, arrival->interval);
  for (guint64 i = first; i < arrivals->n_recent; i++) {
    const Recent *recent = &arrivals->recent[i % MAX_RECENT];
    GstClockTime credited;

    if (recent->thread_id != arrival->thread_id
        || recent->enter < arrival->start || recent->enter >= end)
      continue;
    credited = gst_prof_ledger_add (ledger, g_quark_to_string (recent->stage),
        MIN (recent->own, end - recent->enter));
    if (recent->enter < left)
      inside += credited;
    else
      outside += credited;
  }
  *processing = inside + outside;

  if (first > 0 && arrivals->forgotten >= arrival->start)
    return;
  if (!arrival->first_on_thread && left - arrival->start > inside)
    gst_prof_ledger_add (ledger, GST_PROF_PART_DOWNSTREAM,
        left - arrival->start - inside);
  if (arrival->waited > outside)
    gst_prof_ledger_add (ledger, GST_PROF_PART_UPSTREAM,
        arrival->waited - outside);
}

/*
 * gst_prof_arrivals_foreach_open:
 * @arrivals: the arrivals
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 * @func: is called for each stream whose last frame says when the next is due
 * @user_data: for @func
 */
void
gst_prof_arrivals_foreach_open (GstProfArrivals * arrivals, GstClockTime now,
    GstProfOpenArrivalFunc func, gpointer user_data)
{
  for (guint i = 0; i < arrivals->n_streams; i++) {
    const Stream *stream = &arrivals->streams[i];
    GstProfOpenArrival open = {
      .stream_id = stream->id,
      .stage = g_quark_to_string (stream->stage),
      .start = stream->last_enter,
      .thread_id = stream->thread_id,
      .frame_duration = stream->frame_duration,
    };

    if (stream->has_last && stream->last_enter < now
        && was_playing (arrivals, stream->last_enter, now))
      func (&open, user_data);
  }
}

/*
 * gst_prof_arrivals_end_stage:
 * @arrivals: the arrivals
 * @stage: a stage whose stream has ended
 *
 * What comes next there begins anew.
 */
void
gst_prof_arrivals_end_stage (GstProfArrivals * arrivals, const gchar * stage)
{
  GQuark quark = g_quark_try_string (stage);

  for (guint i = 0; i < arrivals->n_streams; i++) {
    if (arrivals->streams[i].stage == quark)
      arrivals->streams[i].has_last = FALSE;
  }
}

/*
 * gst_prof_arrivals_get_cadence:
 * @arrivals: the arrivals
 * @stream_id: (nullable): a stream
 *
 * Returns: the median interval of frames whose caps have no framerate, in
 *   nanoseconds; %GST_CLOCK_TIME_NONE while there are too few
 */
GstClockTime
gst_prof_arrivals_get_cadence (GstProfArrivals * arrivals,
    const gchar * stream_id)
{
  Stream *stream = find_stream (arrivals, stream_id);

  if (stream == NULL || stream->cadence == NULL
      || gst_prof_histogram_get_count (stream->cadence) < MIN_CADENCE)
    return GST_CLOCK_TIME_NONE;
  return gst_prof_histogram_percentile (stream->cadence, 50.0);
}

/*
 * gst_prof_arrivals_get_evicted:
 * @arrivals: the arrivals
 *
 * Returns: streams that were forgotten because there were too many
 */
guint64
gst_prof_arrivals_get_evicted (GstProfArrivals * arrivals)
{
  return arrivals->evicted;
}
