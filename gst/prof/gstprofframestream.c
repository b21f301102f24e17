/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Joins the spans of one stream to frames, and decides when a frame has ended.
 * Owns what it remembers of the stages, the frames and the packets on their
 * way; how containers are read back is the write join's. Passive: its owner's
 * thread.
 *
 * Three keys lead to a frame. Up to the encoder's input it is running time,
 * which a stage may correct: stages before that see another time than those
 * behind. A packet is found by the running time of its frame. Behind a muxer
 * it is the place in decode order.
 *
 * Each stage delivers in order. So a frame that lacks a stage which a later
 * frame has passed will never pass it, however the threads' deliveries are
 * mixed.
 */

#include "gstprofframestream.h"

#include "gstprofframelist.h"
#include "gstprofstagename.h"
#include "gstprofwritejoin.h"

#include <string.h>

/* Newer frames after which one is given up. x264enc keeps at most 250. */
#define MAX_INSIDE 512

/* Spans of encoded video that wait for their frame to be heard of */
#define MAX_PARKED 256

/* Frames that have ended, remembered to tell a late span from a new frame */
#define HISTORY 128

/* After this time a stage that has joined nothing is not waited for: one that
 * is silent, and one that only other streams pass */
#define SILENT_AFTER (5 * GST_SECOND)
#define FOREIGN_AFTER GST_SECOND

/* So many writes in a row that are nobody's: not waited for any more. */
#define UNJOINABLE_AFTER 30

/* Bit in a frame's passed beside those of the stages: a packet came out */
#define HAS_PACKET (((guint32) 1) << 31)

#define FRAME_FLAGS (GST_PROF_SPAN_FLAG_KEYFRAME \
    | GST_PROF_SPAN_FLAG_PREROLL | GST_PROF_SPAN_FLAG_CORRECTED \
    | GST_PROF_SPAN_FLAG_RESET)

#define BIT(stage) (((guint32) 1) << (stage))

typedef enum
{
  SIDE_UNKNOWN,
  SIDE_BEFORE,
  SIDE_BEHIND,
} Side;

/* What one stage is for this stream */
typedef struct
{
  gboolean seen;
  gboolean source;              /* makes packets out of frames */
  gboolean corrector;           /* corrects times */
  gboolean encoded;             /* is passed in decode order */
  Side correction;              /* where it is, seen from the corrector */
  Side encoding;                /* where it is, seen from the source */
  gboolean absent;              /* is not waited for */
  guint32 behind;               /* stages known to come later */
  guint64 joined;
  guint64 unjoined;
  guint unjoined_run;           /* writes since the last one that was joined */
  GstProfFrameEntry *last;      /* that passed it, unless it has ended */
  guint64 passed_seq;           /* number of the last packet that passed it */
  gboolean restarted;           /* has begun anew since the last restart */
  GstProfWriteJoin *write;
} Stage;

typedef struct
{
  GstClockTime in;
  GstClockTime out;
  guint32 passed;
} Ended;

typedef struct
{
  GstProfFrameStream *stream;
  guint stage;
} WriteContext;

struct _GstProfFrameStream
{
  GstProfFrameStages *stages;
  GRefString *stream_id;
  GstProfFrameTotals *totals;
  GstProfFrameFunc func;
  gpointer user_data;

  Stage stage[GST_PROF_FRAME_MAX_STAGES];
  WriteContext contexts[GST_PROF_FRAME_MAX_STAGES];
  GstProfFrameList list;
  GstProfPacketQueue *packets;
  GArray *parked;

  Ended history[HISTORY];
  guint n_history;

  GstClockTime now;
  gboolean has_restart;
  GstClockTime restart;
  GstClockTime last_dts;
  GstClockTime empty_since;     /* the encoder held nothing after this entry */
  gint first_stage;
  guint64 pushed_number;
};

static void write_decided (const GstProfWrite * write, GstProfPacket * packet,
    guint64 skipped, gpointer user_data);

/*
 * gst_prof_frame_stream_new:
 * @stages: the stages of all streams; outlive the stream
 * @stream_id: (nullable): the stream's id
 * @totals: where to count; outlive the stream
 * @func: called for each frame that ends
 * @user_data: data for @func
 *
 * Returns: (transfer full): a stream without frames
 */
GstProfFrameStream *
gst_prof_frame_stream_new (GstProfFrameStages * stages, GRefString * stream_id,
    GstProfFrameTotals * totals, GstProfFrameFunc func, gpointer user_data)
{
  GstProfFrameStream *self = g_new0 (GstProfFrameStream, 1);

  self->stages = stages;
  self->stream_id = stream_id ? g_ref_string_acquire (stream_id) : NULL;
  self->totals = totals;
  self->func = func;
  self->user_data = user_data;
  self->packets = gst_prof_packet_queue_new ();
  self->parked = g_array_new (FALSE, FALSE, sizeof (GstProfSpan));
  g_array_set_clear_func (self->parked, (GDestroyNotify) gst_prof_span_clear);
  self->last_dts = self->empty_since = GST_CLOCK_TIME_NONE;
  self->first_stage = -1;
  for (guint s = 0; s < GST_PROF_FRAME_MAX_STAGES; s++)
    self->contexts[s] = (WriteContext) { self, s };
  return self;
}

/*
 * gst_prof_frame_stream_free:
 * @self: (transfer full): the stream; flush it before
 */
void
gst_prof_frame_stream_free (GstProfFrameStream * self)
{
  for (guint s = 0; s < GST_PROF_FRAME_MAX_STAGES; s++)
    g_clear_pointer (&self->stage[s].write, gst_prof_write_join_free);
  while (self->list.head)
    gst_prof_frame_list_end (&self->list);
  g_array_unref (self->parked);
  gst_prof_packet_queue_free (self->packets);
  g_clear_pointer (&self->stream_id, g_ref_string_release);
  g_free (self);
}

/*
 * Stages
 */

static const gchar *
stage_name (GstProfFrameStream * self, guint s)
{
  return self->stages->stages[s].name;
}

static gboolean
is_foreign (GstProfFrameStream * self, guint s)
{
  const GstProfFrameStage *stage = &self->stages->stages[s];

  return !self->stage[s].seen && (stage->video || stage->other);
}

/* An encoder may keep many frames before its first packet shows that it is
 * one. */
static gboolean
is_source (GstProfFrameStream * self, guint s)
{
  return self->stage[s].source || (self->stages->stages[s].announced > 0
      && !self->stage[s].absent && !is_foreign (self, s)
      && strcmp (stage_name (self, s), GST_PROF_STAGE_ENCODE) == 0);
}

static guint32
get_sources (GstProfFrameStream * self)
{
  guint32 sources = 0;

  for (guint s = 0; s < self->stages->n_stages; s++) {
    if (is_source (self, s))
      sources |= BIT (s);
  }
  return sources;
}

static guint32
get_expected (GstProfFrameStream * self)
{
  guint32 expected = 0;

  for (guint s = 0; s < self->stages->n_stages; s++) {
    if (self->stages->stages[s].announced > 0 && !self->stage[s].absent)
      expected |= BIT (s);
  }
  return expected;
}

static guint
get_rank (const gchar * name)
{
  static const gchar *const names[] = {
    GST_PROF_STAGE_NORMALIZE, GST_PROF_STAGE_PTS, "", GST_PROF_STAGE_ENCODE,
    GST_PROF_STAGE_MUX, GST_PROF_STAGE_WRITE
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (strcmp (names[i], name) == 0)
      return i;
  }
  return 2;
}

/* Which of two stages comes first: as seen, else as usual */
static gboolean
precedes (GstProfFrameStream * self, guint a, guint b)
{
  if (self->stage[a].behind & BIT (b))
    return TRUE;
  if (self->stage[b].behind & BIT (a))
    return FALSE;
  return get_rank (stage_name (self, a)) < get_rank (stage_name (self, b));
}

static const gchar *
get_earliest (GstProfFrameStream * self, guint32 stages)
{
  gint first = -1;

  for (guint s = 0; s < self->stages->n_stages; s++) {
    if ((stages & BIT (s)) && (first < 0 || precedes (self, s, first)))
      first = s;
  }
  return first < 0 ? NULL : stage_name (self, first);
}

/* Learns from a frame in which order the stages are passed. */
static void
learn_order (GstProfFrameStream * self, const GstProfFrameEntry * frame)
{
  guint32 sources = get_sources (self);

  for (guint a = 0; a < self->stages->n_stages; a++) {
    Stage *stage = &self->stage[a];

    if (!(frame->passed & BIT (a)))
      continue;
    for (guint b = 0; b < self->stages->n_stages; b++) {
      gboolean before;

      if (a == b || !(frame->passed & BIT (b)))
        continue;
      before = frame->cells[a].enter < frame->cells[b].enter;
      if (before)
        stage->behind |= BIT (b);
      else
        stage->behind &= ~BIT (b);
      if (self->stage[b].corrector && !stage->corrector)
        stage->correction = before ? SIDE_BEFORE : SIDE_BEHIND;
      if (sources & BIT (b))
        stage->encoding = before ? SIDE_BEFORE : SIDE_BEHIND;
    }
  }
}

/*
 * The end of a frame
 */

static gboolean
was_overtaken (GstProfFrameStream * self, const GstProfFrameEntry * frame,
    guint s)
{
  const GstProfFrameEntry *last = self->stage[s].last;

  if (last == NULL || last->number <= frame->number)
    return FALSE;
  /* Stages in decode order and such in order of time see different orders. */
  return !GST_CLOCK_TIME_IS_VALID (frame->out.time)
      || !GST_CLOCK_TIME_IS_VALID (last->out.time)
      || last->out.time > frame->out.time;
}

/* Whether it is sure that the frame will not pass the stage any more */
static gboolean
is_skipped (GstProfFrameStream * self, const GstProfFrameEntry * frame,
    guint s, guint32 sources)
{
  const Stage *stage = &self->stage[s];

  if (!stage->encoded || stage->encoding == SIDE_BEFORE)
    return was_overtaken (self, frame, s);
  if (frame->no_packet)
    return TRUE;
  if (frame->first_seq > 0)
    return frame->last_seq < stage->passed_seq;
  if (sources == 0)
    return was_overtaken (self, frame, s);
  for (guint e = 0; e < self->stages->n_stages; e++) {
    if ((sources & BIT (e)) && !(frame->passed & BIT (e))
        && was_overtaken (self, frame, e))
      return TRUE;
  }
  return FALSE;
}

/* Stages that are still waited for; the sources among them, when it is their
 * packet */
static guint32
get_waited (GstProfFrameStream * self, const GstProfFrameEntry * frame)
{
  guint32 sources = get_sources (self);
  guint32 missing =
      get_expected (self) & ~(guint32) (frame->passed | frame->unjoined);
  guint32 waited = 0;

  for (guint s = 0; s < self->stages->n_stages; s++) {
    if ((missing & BIT (s)) && !is_skipped (self, frame, s, sources))
      waited |= BIT (s);
  }
  if (!(frame->passed & HAS_PACKET) && !frame->no_packet)
    waited |= sources & frame->passed;
  return waited;
}

/* Whether it has been in a stage that comes later, and so has passed @s */
static gboolean
got_further (GstProfFrameStream * self, const GstProfFrameEntry * frame,
    guint s)
{
  for (guint t = 0; t < self->stages->n_stages; t++) {
    if ((frame->passed & BIT (t)) && precedes (self, s, t))
      return TRUE;
  }
  return FALSE;
}

static void
judge (GstProfFrameStream * self, const GstProfFrameEntry * entry,
    guint32 waited, GstProfFrame * frame)
{
  guint32 missing = 0, sources = get_sources (self);

  for (guint s = 0; s < self->stages->n_stages; s++) {
    if (self->stages->stages[s].announced == 0 || (entry->passed & BIT (s))
        || (waited & BIT (s)))
      continue;
    if (self->stage[s].absent) {
      if (!is_foreign (self, s))
        frame->unjoined[frame->n_unjoined++] = stage_name (self, s);
    } else if ((entry->unjoined & BIT (s)) || got_further (self, entry, s)) {
      frame->unjoined[frame->n_unjoined++] = stage_name (self, s);
    } else {
      missing |= BIT (s);
    }
  }

  frame->state = GST_PROF_FRAME_COMPLETE;
  if (waited != 0) {
    frame->state = GST_PROF_FRAME_INCOMPLETE;
    frame->missing = get_earliest (self, waited);
  } else if (missing != 0 || entry->no_packet) {
    frame->state = entry->lossy ? GST_PROF_FRAME_INCOMPLETE
        : GST_PROF_FRAME_DROPPED;
    frame->missing =
        get_earliest (self, missing ? missing : sources & entry->passed);
  }
}

static gint
compare_cells (gconstpointer a, gconstpointer b)
{
  const GstProfFrameCell *cell_a = a, *cell_b = b;

  return cell_a->enter < cell_b->enter ? -1 : cell_a->enter > cell_b->enter;
}

/* A stage may be entered while another has not been left: the first is in front
 * if both were entered at once, so the order of the cells must be kept. */
static void
sort_cells (GstProfFrame * frame)
{
  for (guint i = 1; i < frame->n_cells; i++) {
    GstProfFrameCell cell = frame->cells[i];
    guint j = i;

    for (; j > 0 && compare_cells (&frame->cells[j - 1], &cell) > 0; j--)
      frame->cells[j] = frame->cells[j - 1];
    frame->cells[j] = cell;
  }
}

static void
sum_up (GstProfFrame * frame)
{
  for (guint i = 0; i < frame->n_cells; i++) {
    GstClockTime on_thread = 0;

    frame->total += frame->cells[i].own;
    for (guint j = 0; j < frame->n_cells; j++) {
      if (frame->cells[j].thread_id == frame->cells[i].thread_id)
        on_thread += frame->cells[j].own;
    }
    if (i == 0 || on_thread > frame->occupancy) {
      frame->occupancy = on_thread;
      frame->occupancy_thread = frame->cells[i].thread_id;
    }
  }
}

static void
fill_frame (GstProfFrameStream * self, const GstProfFrameEntry * entry,
    GstProfFrame * frame)
{
  gint last = -1;

  frame->number = entry->number;
  frame->stream_id = self->stream_id;
  frame->flags = entry->flags & FRAME_FLAGS;
  frame->running_time = entry->out.time;
  frame->encode_latency = entry->encode_latency;
  frame->frame_duration = entry->frame_duration;
  frame->packets = entry->packets;
  frame->bytes = entry->bytes;
  for (guint s = 0; s < self->stages->n_stages; s++) {
    if (!(entry->passed & BIT (s)))
      continue;
    frame->cells[frame->n_cells] = entry->cells[s];
    frame->cells[frame->n_cells++].stage = stage_name (self, s);
    if (last < 0 || entry->cells[s].enter >= entry->cells[last].enter)
      last = s;
  }
  sort_cells (frame);
  sum_up (frame);

  frame->first_enter = entry->first_enter;
  frame->last_leave = entry->first_enter;
  if (last >= 0) {
    frame->last_leave = entry->cells[last].leave;
    /* It came out of the encoder while another frame was in there. */
    if (self->stage[last].source
        && GST_CLOCK_TIME_IS_VALID (entry->encode_latency))
      frame->last_leave = entry->cells[last].enter + entry->encode_latency;
  }
  frame->latency = frame->last_leave - frame->first_enter;
}

static void
remember_end (GstProfFrameStream * self, const GstProfFrameEntry * entry)
{
  self->history[self->n_history++ % HISTORY] = (Ended) {
    entry->in.time, entry->out.time, entry->passed
  };
}

/* Ends the first frame, with @waited stages still waited for. */
static void
end_first (GstProfFrameStream * self, guint32 waited)
{
  GstProfFrameEntry *entry = self->list.head;
  GstProfFrame frame = {.frame_duration = GST_CLOCK_TIME_NONE };

  learn_order (self, entry);
  fill_frame (self, entry, &frame);
  judge (self, entry, waited, &frame);
  if (frame.state == GST_PROF_FRAME_COMPLETE) {
    self->totals->complete++;
    for (guint s = 0; s < self->stages->n_stages; s++) {
      if (frame.n_cells > 0 && frame.cells[0].stage == stage_name (self, s))
        self->first_stage = s;
    }
  } else if (frame.state == GST_PROF_FRAME_DROPPED) {
    self->totals->dropped++;
  } else {
    self->totals->incomplete++;
  }

  for (guint64 seq = entry->first_seq; seq > 0 && seq <= entry->last_seq;
      seq++) {
    GstProfPacket *packet = gst_prof_packet_queue_get (self->packets, seq);

    if (packet && packet->frame == entry)
      packet->frame = NULL;
  }
  for (guint s = 0; s < GST_PROF_FRAME_MAX_STAGES; s++) {
    if (self->stage[s].last == entry)
      self->stage[s].last = NULL;
  }
  remember_end (self, entry);
  gst_prof_frame_list_end (&self->list);
  self->func (&frame, self->user_data);
}

/* A stage that has never joined anything may be in another branch, or write in
 * a way that cannot be read. Frames must not wait for it for ever. */
static gboolean
give_up_stages (GstProfFrameStream * self, const GstProfFrameEntry * frame,
    guint32 waited)
{
  GstClockTime since = frame->first_enter;
  gboolean changed = FALSE;

  if (frame->passed & HAS_PACKET) {
    GstProfPacket *packet =
        gst_prof_packet_queue_get (self->packets, frame->first_seq);

    if (packet)
      since = MAX (since, packet->out);
  } else if (waited & get_sources (self) & frame->passed) {
    return FALSE;
  }
  for (guint s = 0; s < self->stages->n_stages; s++) {
    Stage *stage = &self->stage[s];

    if ((waited & BIT (s)) && stage->joined == 0 && self->now > since
        + (is_foreign (self, s) ? FOREIGN_AFTER : SILENT_AFTER)) {
      stage->absent = TRUE;
      changed = TRUE;
    }
  }
  return changed;
}

static void
end_frames (GstProfFrameStream * self)
{
  while (self->list.head) {
    guint32 waited = get_waited (self, self->list.head);

    if (waited == 0 || self->list.length > MAX_INSIDE)
      end_first (self, waited);
    else if (!give_up_stages (self, self->list.head, waited))
      return;
  }
}

/*
 * Joining
 */

static void
count_joined (GstProfFrameStream * self, guint s, guint spans)
{
  self->stages->stages[s].joined += spans;
  self->stage[s].joined += spans;
  self->stage[s].absent = FALSE;
}

static void
count_unjoined (GstProfFrameStream * self, guint s, guint spans)
{
  self->stages->stages[s].unjoined += spans;
  self->stage[s].unjoined += spans;
}

static void
add_cell (GstProfFrameStream * self, GstProfFrameEntry * frame, guint s,
    const GstProfFrameCell * part)
{
  GstProfFrameCell *cell = &frame->cells[s];
  Stage *stage = &self->stage[s];

  if (cell->spans == 0) {
    *cell = *part;
  } else {
    cell->own += part->own;
    cell->enter = MIN (cell->enter, part->enter);
    cell->leave = MAX (cell->leave, part->leave);
    cell->spans += part->spans;
    cell->bytes += part->bytes;
    cell->flags |= part->flags;
  }
  frame->passed |= BIT (s);
  frame->flags |= part->flags;
  gst_prof_frame_list_touch (&self->list, frame, part->enter);
  if (stage->last == NULL || stage->last->number < frame->number)
    stage->last = frame;
  if (stage->encoded)
    stage->passed_seq = MAX (stage->passed_seq, frame->first_seq);
  count_joined (self, s, part->spans);
  self->pushed_number = frame->number;
}

static void
add_span (GstProfFrameStream * self, GstProfFrameEntry * frame, guint s,
    const GstProfSpan * span)
{
  GstProfFrameCell part = {
    .own = span->own,
    .enter = span->enter,
    .leave = span->leave,
    .thread_id = span->thread_id,
    .spans = 1,
    .bytes = span->bytes,
    .flags = span->flags,
  };

  /* What came out of an encoder meanwhile is another frame's. */
  if (self->stage[s].source) {
    part.bytes = 0;
    part.flags &= ~GST_PROF_SPAN_FLAG_KEYFRAME;
  }
  if (!GST_CLOCK_TIME_IS_VALID (frame->frame_duration))
    frame->frame_duration = span->frame_duration;
  add_cell (self, frame, s, &part);
}

static void retry_parked (GstProfFrameStream * self);

/* Whether it belongs to a frame that has ended without it */
static gboolean
is_late (GstProfFrameStream * self, guint s, GstClockTime in, GstClockTime out)
{
  for (guint i = 0; i < MIN (self->n_history, HISTORY); i++) {
    const Ended *ended = &self->history[i];

    if (!(ended->passed & BIT (s)) && ((GST_CLOCK_TIME_IS_VALID (in)
                && ended->in == in) || (GST_CLOCK_TIME_IS_VALID (out)
                && ended->out == out)))
      return TRUE;
  }
  return FALSE;
}

static GstProfFrameEntry *
create_frame (GstProfFrameStream * self, guint s, GstClockTime enter,
    GstClockTime in, GstClockTime out)
{
  if (is_late (self, s, in, out))
    return NULL;
  self->totals->frames++;
  return gst_prof_frame_list_add (&self->list, enter, in, out);
}

/* A stage that corrects times knows both. The frame may be known by either, or
 * by each as if it were two. */
static GstProfFrameEntry *
find_corrected (GstProfFrameStream * self, guint s, const GstProfSpan * span)
{
  GstClockTime in = span->running_time, out = span->running_time_out;
  GstProfFrameEntry *by_out = gst_prof_frame_list_find (&self->list,
      GST_PROF_FRAME_KEY_OUT, out, BIT (s), FALSE);
  GstProfFrameEntry *frame;

  if (by_out && by_out->resolved)
    return by_out;
  frame = gst_prof_frame_list_find (&self->list, GST_PROF_FRAME_KEY_IN, in,
      BIT (s), TRUE);
  if (frame == NULL)
    frame = by_out;
  if (frame == NULL)
    frame = create_frame (self, s, span->enter, in, out);
  if (frame == NULL)
    return NULL;

  if (by_out && by_out != frame && !(by_out->passed & HAS_PACKET)) {
    GstProfFrameEntry *gone = by_out;

    if (gst_prof_frame_list_merge (&self->list, frame, by_out)) {
      self->totals->frames--;
      for (guint t = 0; t < GST_PROF_FRAME_MAX_STAGES; t++) {
        if (self->stage[t].last == gone)
          self->stage[t].last = frame;
      }
    }
  }
  frame->resolved = TRUE;
  gst_prof_frame_list_set_times (&self->list, frame, in, out);
  return frame;
}

/* Behind the correction a time that is known to be corrected counts more than
 * one that may yet be. */
static GstProfFrameEntry *
find_plain (GstProfFrameStream * self, guint s, GstClockTime time)
{
  Side side = self->stage[s].correction;
  GstProfFrameEntry *frame = NULL;

  if (side != SIDE_BEFORE)
    frame = gst_prof_frame_list_find (&self->list, GST_PROF_FRAME_KEY_OUT,
        time, BIT (s), FALSE);
  if (frame == NULL && side != SIDE_BEHIND)
    frame = gst_prof_frame_list_find (&self->list, GST_PROF_FRAME_KEY_IN,
        time, BIT (s), FALSE);
  if (frame == NULL)
    frame = gst_prof_frame_list_find_near (&self->list, side == SIDE_BEFORE ?
        GST_PROF_FRAME_KEY_IN : GST_PROF_FRAME_KEY_OUT, time, BIT (s));
  return frame;
}

static GstProfFrameEntry *
find_or_create (GstProfFrameStream * self, guint s, const GstProfSpan * span)
{
  Stage *stage = &self->stage[s];
  GstProfFrameEntry *frame;

  if ((span->flags & GST_PROF_SPAN_FLAG_CORRECTED)
      && GST_CLOCK_TIME_IS_VALID (span->running_time_out)) {
    stage->corrector = TRUE;
    return find_corrected (self, s, span);
  }
  if (!GST_CLOCK_TIME_IS_VALID (span->running_time))
    return NULL;
  frame = find_plain (self, s, span->running_time);
  if (frame == NULL)
    frame = create_frame (self, s, span->enter, span->running_time,
        span->running_time);
  if (frame && stage->corrector)
    frame->resolved = TRUE;
  return frame;
}

/*
 * Packets
 */

static void
update_writes (GstProfFrameStream * self)
{
  for (guint s = 0; s < self->stages->n_stages; s++) {
    if (self->stage[s].write)
      gst_prof_write_join_update (self->stage[s].write);
  }
}

/* No packet to come is decoded before this one, and none is shown before it is
 * decoded: frames of an earlier time come no more. Two in a row, because some
 * encoders give a decode time to key frames only, and a wrong one. */
static void
note_decode_time (GstProfFrameStream * self, GstClockTime dts,
    guint32 sources)
{
  GstClockTime sure = GST_CLOCK_TIME_NONE;

  if (GST_CLOCK_TIME_IS_VALID (dts)
      && GST_CLOCK_TIME_IS_VALID (self->last_dts))
    sure = MIN (dts, self->last_dts);
  self->last_dts = dts;
  if (!GST_CLOCK_TIME_IS_VALID (sure))
    return;
  for (GstProfFrameEntry * frame = self->list.head; frame;
      frame = frame->next) {
    if (!GST_CLOCK_TIME_IS_VALID (frame->out.time))
      continue;
    if (frame->out.time + GST_MSECOND > sure)
      return;
    if (!(frame->passed & HAS_PACKET) && (frame->passed & sources))
      frame->no_packet = TRUE;
  }
}

/* What has entered an encoder that holds nothing has come out or never will. */
static void
note_empty_encoder (GstProfFrameStream * self, guint s,
    const GstProfSpan * span)
{
  if (GST_CLOCK_TIME_IS_VALID (self->empty_since)) {
    for (GstProfFrameEntry * frame = self->list.head;
        frame && frame->first_enter <= self->empty_since; frame = frame->next) {
      if (!(frame->passed & HAS_PACKET) && (frame->passed & BIT (s))
          && frame->cells[s].enter <= self->empty_since)
        frame->no_packet = TRUE;
    }
  }
  self->empty_since = span->inside == 0 ? span->enter : GST_CLOCK_TIME_NONE;
}

static GstProfFrameEntry *
find_frame_of_packet (GstProfFrameStream * self, GstClockTime time)
{
  GstProfFrameEntry *frame = gst_prof_frame_list_find (&self->list,
      GST_PROF_FRAME_KEY_OUT, time, HAS_PACKET, FALSE);

  if (frame == NULL)
    frame = gst_prof_frame_list_find_near (&self->list,
        GST_PROF_FRAME_KEY_OUT, time, HAS_PACKET);
  if (frame == NULL)
    frame = gst_prof_frame_list_find (&self->list, GST_PROF_FRAME_KEY_OUT,
        time, 0, FALSE);
  return frame;
}

static void
give_packet (GstProfFrameStream * self, GstProfFrameEntry * frame,
    const GstProfPacket * template)
{
  GstProfPacket *packet =
      gst_prof_packet_queue_push (self->packets, template);

  packet->frame = frame;
  if (frame == NULL)
    return;
  gst_prof_packet_set_muxed (packet, frame->payload, frame->payload_size);
  frame->packets++;
  frame->bytes += packet->bytes;
  if (packet->keyframe)
    frame->flags |= GST_PROF_SPAN_FLAG_KEYFRAME;
  if (frame->first_seq == 0)
    frame->first_seq = packet->seq;
  frame->last_seq = packet->seq;
  frame->passed |= HAS_PACKET;
  frame->no_packet = FALSE;
  for (guint s = 0; s < self->stages->n_stages; s++) {
    if (self->stage[s].encoded && (frame->passed & BIT (s)))
      self->stage[s].passed_seq =
          MAX (self->stage[s].passed_seq, frame->first_seq);
  }
}

static GstProfPacket
make_packet (const GstProfSpan * span, GstClockTime pts, GstClockTime out)
{
  GstProfPacket packet = {
    .pts = pts,
    .dts = span->dts_running_time,
    .out = out,
    .thread_id = span->thread_id,
    .bytes = span->bytes,
    .keyframe = (span->flags & GST_PROF_SPAN_FLAG_KEYFRAME) != 0,
  };

  packet.payload[0] = span->payload;
  packet.payload_size[0] = span->payload_size;
  return packet;
}

/* A packet came out of an encoder while @span was in it. */
static void
push_packet (GstProfFrameStream * self, guint s, const GstProfSpan * span)
{
  GstProfFrameEntry *frame =
      find_frame_of_packet (self, span->running_time_out);
  GstClockTime out = span->enter;
  GstProfPacket packet;

  /* The moment it came out is told by the time its frame was inside. */
  if (frame && (frame->passed & BIT (s))
      && GST_CLOCK_TIME_IS_VALID (span->latency))
    out = CLAMP (frame->cells[s].enter + span->latency, span->enter,
        MAX (span->enter, span->leave));
  if (frame && frame->packets == 0)
    frame->encode_latency = span->latency;
  if (frame && (frame->passed & BIT (s)))
    frame->cells[s].bytes += span->bytes;
  packet = make_packet (span, span->running_time_out, out);
  give_packet (self, frame, &packet);

  /* If times cannot be told apart, it is nobody's fault that frames lack
   * theirs. */
  if (frame == NULL) {
    for (frame = self->list.head; frame; frame = frame->next)
      frame->lossy |= !(frame->passed & HAS_PACKET);
  }
  note_decode_time (self, span->dts_running_time, BIT (s));
  update_writes (self);
}

static gboolean
has_packet_out (GstProfFrameStream * self, guint s, const GstProfSpan * span)
{
  if (span->packets == 0 || (span->flags & GST_PROF_SPAN_FLAG_ENCODED))
    return FALSE;
  return self->stage[s].source || span->payload != 0
      || GST_CLOCK_TIME_IS_VALID (span->dts_running_time)
      || (span->flags & (GST_PROF_SPAN_FLAG_KEYFRAME
          | GST_PROF_SPAN_FLAG_OUTPUT));
}

static void
push_raw (GstProfFrameStream * self, const GstProfSpan * span, guint s)
{
  GstProfFrameEntry *frame;
  gboolean packet = has_packet_out (self, s, span);

  if (packet)
    self->stage[s].source = TRUE;
  if (span->flags & GST_PROF_SPAN_FLAG_OUTPUT) {
    self->stages->stages[s].apart++;
    if (packet)
      push_packet (self, s, span);
    return;
  }
  frame = find_or_create (self, s, span);
  if (frame)
    add_span (self, frame, s, span);
  else
    count_unjoined (self, s, 1);
  if (packet)
    push_packet (self, s, span);
  if (is_source (self, s))
    note_empty_encoder (self, s, span);
  retry_parked (self);
}

/*
 * Encoded video
 */

/* Tells the packet which memory a stage behind the encoder was given. */
static void
note_muxed (GstProfFrameStream * self, GstProfFrameEntry * frame,
    const GstProfSpan * span)
{
  GstProfPacket *packet = NULL;

  for (guint64 seq = frame->first_seq; seq > 0 && seq <= frame->last_seq;
      seq++) {
    GstProfPacket *one = gst_prof_packet_queue_get (self->packets, seq);

    if (one && one->frame == frame && (frame->packets == 1
            || one->dts == span->dts_running_time))
      packet = one;
  }
  if (packet) {
    gst_prof_packet_set_muxed (packet, span->payload, span->payload_size);
    update_writes (self);
  } else if (frame->packets == 0 && span->payload != 0) {
    frame->payload = span->payload;
    frame->payload_size = span->payload_size;
  }
}

/* Without an encoder among the stages the first of encoded video has to say
 * which packets there are. */
static void
push_encoded_source (GstProfFrameStream * self, const GstProfSpan * span,
    guint s)
{
  GstProfFrameEntry *frame = find_or_create (self, s, span);

  if (frame == NULL) {
    count_unjoined (self, s, 1);
    return;
  }
  add_span (self, frame, s, span);
  if (frame->packets == 0) {
    GstProfPacket packet =
        make_packet (span, span->running_time, span->enter);

    give_packet (self, frame, &packet);
    update_writes (self);
  } else {
    note_muxed (self, frame, span);
  }
}

static gboolean
join_encoded (GstProfFrameStream * self, const GstProfSpan * span, guint s)
{
  GstClockTime time = span->running_time;
  GstProfFrameEntry *frame = gst_prof_frame_list_find (&self->list,
      GST_PROF_FRAME_KEY_OUT, time, BIT (s), FALSE);

  if (frame == NULL && self->stage[s].encoding == SIDE_UNKNOWN)
    frame = gst_prof_frame_list_find (&self->list, GST_PROF_FRAME_KEY_IN,
        time, BIT (s), FALSE);
  if (frame == NULL)
    frame = gst_prof_frame_list_find_near (&self->list,
        GST_PROF_FRAME_KEY_OUT, time, BIT (s));
  /* One frame may be several packets. */
  if (frame == NULL) {
    frame = gst_prof_frame_list_find (&self->list, GST_PROF_FRAME_KEY_OUT,
        time, 0, FALSE);
    if (frame && frame->packets <= frame->cells[s].spans)
      frame = NULL;
  }
  if (frame == NULL)
    return FALSE;
  add_span (self, frame, s, span);
  note_muxed (self, frame, span);
  return TRUE;
}

/* Whether the frame of an encoded span should be known by now, if ever */
static gboolean
is_hopeless (GstProfFrameStream * self, const GstProfSpan * span)
{
  GstProfPacket *newest = gst_prof_packet_queue_get (self->packets,
      gst_prof_packet_queue_get_newest (self->packets));

  return newest && newest->out > span->enter;
}

static void
push_encoded (GstProfFrameStream * self, const GstProfSpan * span, guint s)
{
  GstProfSpan copy;

  if (!GST_CLOCK_TIME_IS_VALID (span->running_time)) {
    count_unjoined (self, s, 1);
    return;
  }
  if (get_sources (self) == 0) {
    push_encoded_source (self, span, s);
    return;
  }
  if (self->stage[s].encoding == SIDE_BEFORE) {
    push_raw (self, span, s);
    return;
  }
  if (join_encoded (self, span, s))
    return;
  if (is_hopeless (self, span) && self->stage[s].encoding == SIDE_BEHIND) {
    count_unjoined (self, s, 1);
    return;
  }
  if (self->parked->len == MAX_PARKED) {
    count_unjoined (self, s, 1);
    return;
  }
  gst_prof_span_copy (&copy, span);
  /* The copy remembers the stage by its index: names are not looked up again. */
  copy.inside = s;
  g_array_append_val (self->parked, copy);
}

static void
retry_parked (GstProfFrameStream * self)
{
  for (guint i = 0; i < self->parked->len;) {
    GstProfSpan *span = &g_array_index (self->parked, GstProfSpan, i);

    if (join_encoded (self, span, span->inside)) {
      g_array_remove_index (self->parked, i);
    } else if (is_hopeless (self, span)) {
      count_unjoined (self, span->inside, 1);
      g_array_remove_index (self->parked, i);
    } else {
      i++;
    }
  }
}

/*
 * Containers
 */

static void
pass_over (GstProfFrameStream * self, guint s, guint64 first, guint64 end)
{
  for (guint64 seq = first; seq < end; seq++) {
    GstProfPacket *packet = gst_prof_packet_queue_get (self->packets, seq);

    if (packet && packet->frame)
      ((GstProfFrameEntry *) packet->frame)->unjoined |= BIT (s);
  }
}

static void
write_decided (const GstProfWrite * write, GstProfPacket * packet,
    guint64 skipped, gpointer user_data)
{
  WriteContext *context = user_data;
  GstProfFrameStream *self = context->stream;
  guint s = context->stage;
  Stage *stage = &self->stage[s];
  GstProfFrameCell part = {
    .own = write->own,
    .enter = write->enter,
    .leave = write->leave,
    .thread_id = write->thread_id,
    .spans = write->spans,
    .bytes = write->bytes,
    .flags = write->flags,
  };

  if (packet == NULL) {
    if (write->packets > 0 || stage->joined == 0)
      count_unjoined (self, s, write->spans);
    else
      self->stages->stages[s].apart += write->spans;
    if (write->packets > 0 && ++stage->unjoined_run >= UNJOINABLE_AFTER)
      stage->absent = TRUE;
    return;
  }

  /* One of those that were passed over may be what could not be joined. */
  if (stage->unjoined_run > 0)
    pass_over (self, s, skipped, packet->seq);
  stage->unjoined_run = 0;
  /* Of several packets written at once the first has the time. */
  if (write->packets > 1)
    pass_over (self, s, packet->seq + 1, packet->seq + write->packets);
  stage->passed_seq = MAX (stage->passed_seq,
      packet->seq + MAX (write->packets, 1) - 1);
  if (packet->frame) {
    add_cell (self, packet->frame, s, &part);
  } else {
    stage->absent = FALSE;
    self->stages->stages[s].unjoined += write->spans;
  }
}

static void
push_muxed (GstProfFrameStream * self, const GstProfSpan * span, guint s)
{
  Stage *stage = &self->stage[s];

  if (stage->write == NULL)
    stage->write = gst_prof_write_join_new (self->packets, write_decided,
        &self->contexts[s]);
  if (span->flags & (GST_PROF_SPAN_FLAG_HEADER
          | GST_PROF_SPAN_FLAG_NOT_VIDEO)) {
    self->stages->stages[s].apart++;
    gst_prof_write_join_close (stage->write, span->thread_id);
  } else {
    gst_prof_write_join_push (stage->write, span);
  }
}

/*
 * Breaks
 */

static void
clear_parked (GstProfFrameStream * self, GstClockTime before)
{
  for (guint i = 0; i < self->parked->len;) {
    GstProfSpan *span = &g_array_index (self->parked, GstProfSpan, i);

    if (span->enter < before) {
      count_unjoined (self, span->inside, 1);
      g_array_remove_index (self->parked, i);
    } else {
      i++;
    }
  }
}

/* After a flush times may come again that were seen before. The first stage
 * that has begun anew ends what entered before that; what other stages still
 * deliver of it is late. */
static void
restart (GstProfFrameStream * self, GstClockTime since)
{
  self->has_restart = TRUE;
  self->restart = since;
  for (guint s = 0; s < GST_PROF_FRAME_MAX_STAGES; s++) {
    self->stage[s].restarted = FALSE;
    if (self->stage[s].write)
      gst_prof_write_join_restart (self->stage[s].write, since);
  }
  clear_parked (self, since);
  while (self->list.head && self->list.head->first_enter < since)
    end_first (self, get_waited (self, self->list.head));
  self->last_dts = self->empty_since = GST_CLOCK_TIME_NONE;
  self->n_history = 0;
}

/* Returns: whether the span belongs to what is going on now */
static gboolean
check_restart (GstProfFrameStream * self, const GstProfSpan * span, guint s)
{
  Stage *stage = &self->stage[s];

  if (span->flags & GST_PROF_SPAN_FLAG_RESET) {
    if (!self->has_restart || stage->restarted)
      restart (self, span->enter);
    else
      self->restart = MIN (self->restart, span->enter);
    stage->restarted = TRUE;
  }
  return !self->has_restart || stage->restarted
      || span->enter >= self->restart;
}

/*
 * gst_prof_frame_stream_push:
 * @self: the stream
 * @span: a span of it
 * @stage: index of the span's stage
 *
 * Returns: number of the frame it was joined to, as far as numbers are known;
 *   0: to none, or not yet
 */
guint64
gst_prof_frame_stream_push (GstProfFrameStream * self,
    const GstProfSpan * span, guint stage)
{
  self->now = MAX (self->now, span->leave);
  self->pushed_number = 0;
  self->stage[stage].seen = TRUE;

  if (span->flags & GST_PROF_SPAN_FLAG_MUXED) {
    self->stage[stage].encoded = TRUE;
    push_muxed (self, span, stage);
    end_frames (self);
    return self->pushed_number;
  }

  for (guint s = 0; s < self->stages->n_stages; s++) {
    if (self->stage[s].write)
      gst_prof_write_join_close (self->stage[s].write, span->thread_id);
  }
  if (!check_restart (self, span, stage)) {
    count_unjoined (self, stage, 1);
  } else if (span->flags & GST_PROF_SPAN_FLAG_ENCODED) {
    self->stage[stage].encoded = TRUE;
    push_encoded (self, span, stage);
  } else {
    push_raw (self, span, stage);
  }
  end_frames (self);
  return self->pushed_number;
}

/*
 * gst_prof_frame_stream_note_loss:
 * @self: the stream
 *
 * Spans were lost: what the frames on their way lack says nothing about them.
 */
void
gst_prof_frame_stream_note_loss (GstProfFrameStream * self)
{
  for (GstProfFrameEntry * frame = self->list.head; frame;
      frame = frame->next)
    frame->lossy = TRUE;
}

/*
 * gst_prof_frame_stream_update:
 * @self: the stream
 *
 * To be called when stages have gone: frames need not wait for them.
 */
void
gst_prof_frame_stream_update (GstProfFrameStream * self)
{
  end_frames (self);
}

/*
 * gst_prof_frame_stream_flush:
 * @self: the stream
 *
 * Nothing more will come: ends all frames.
 */
void
gst_prof_frame_stream_flush (GstProfFrameStream * self)
{
  for (guint s = 0; s < self->stages->n_stages; s++) {
    if (self->stage[s].write == NULL)
      continue;
    gst_prof_write_join_flush (self->stage[s].write);
    if (self->stage[s].unjoined_run > 0)
      pass_over (self, s, self->stage[s].passed_seq + 1,
          gst_prof_packet_queue_get_newest (self->packets) + 1);
  }
  clear_parked (self, GST_CLOCK_TIME_NONE);
  for (guint s = 0; s < self->stages->n_stages; s++) {
    Stage *stage = &self->stage[s];

    if (stage->joined == 0 && (stage->unjoined > 0 || is_foreign (self, s)))
      stage->absent = TRUE;
  }
  while (self->list.head)
    end_first (self, get_waited (self, self->list.head));
}

/*
 * gst_prof_frame_stream_get_id:
 * @self: the stream
 *
 * Returns: (nullable): its id
 */
const gchar *
gst_prof_frame_stream_get_id (GstProfFrameStream * self)
{
  return self->stream_id;
}

/*
 * gst_prof_frame_stream_get_first_stage:
 * @self: the stream
 *
 * Returns: (nullable): the stage that frames pass first, once one was complete
 */
const gchar *
gst_prof_frame_stream_get_first_stage (GstProfFrameStream * self)
{
  return self->first_stage < 0 ? NULL : stage_name (self, self->first_stage);
}

/*
 * gst_prof_frame_stream_has_packets:
 * @self: the stream
 *
 * Returns: whether packets of it are known, which a muxer could be given
 */
gboolean
gst_prof_frame_stream_has_packets (GstProfFrameStream * self)
{
  return gst_prof_packet_queue_get_newest (self->packets) > 0;
}

/*
 * gst_prof_frame_stream_count_inside:
 * @self: the stream
 *
 * Returns: how many of its frames are on their way
 */
guint
gst_prof_frame_stream_count_inside (GstProfFrameStream * self)
{
  return self->list.length;
}
