/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Joins the spans of one stream to frames: takes each span by what it is, and
 * breaks off at a flush. Owns what is known of the stream; how frames are
 * found, when they end, which packets there are and how containers are read
 * back is told by the files it uses. Passive: its owner's thread.
 *
 * Three keys lead to a frame. Up to the encoder's input it is running time,
 * which a stage may correct: stages before that see another time than those
 * behind. A packet is found by the running time of its frame. Behind a muxer
 * it is the place in decode order.
 */

#include "gstprofframestream.h"

#include "gstprofstreamend.h"
#include "gstprofstreamframes.h"
#include "gstprofstreampackets.h"
#include "gstprofstreamstages.h"

/* Spans of encoded video that wait for their frame to be heard of */
#define MAX_PARKED 256

/* So many writes in a row that are nobody's: not waited for any more. */
#define UNJOINABLE_AFTER 30

static void retry_parked (GstProfFrameStream * self);

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
    self->writers[s] = (GstProfStreamWriter) {
    self, s};
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

static void
push_raw (GstProfFrameStream * self, const GstProfSpan * span, guint s)
{
  GstProfFrameEntry *frame;
  gboolean packet = gst_prof_stream_packets_came_out (self, s, span);

  if (packet)
    self->stage[s].source = TRUE;
  if (span->flags & GST_PROF_SPAN_FLAG_OUTPUT) {
    self->stages->stages[s].apart++;
    if (packet)
      gst_prof_stream_packets_push (self, s, span);
    return;
  }
  frame = gst_prof_stream_frames_find (self, s, span);
  if (frame)
    gst_prof_stream_frames_add_span (self, frame, s, span);
  else
    gst_prof_stream_frames_count_unjoined (self, s, 1);
  if (packet)
    gst_prof_stream_packets_push (self, s, span);
  if (gst_prof_stream_stages_is_source (self, s))
    gst_prof_stream_packets_note_empty (self, s, span);
  retry_parked (self);
}

/* Without an encoder among the stages the first of encoded video has to say
 * which packets there are. */
static void
push_encoded_source (GstProfFrameStream * self, const GstProfSpan * span,
    guint s)
{
  GstProfFrameEntry *frame = gst_prof_stream_frames_find (self, s, span);

  if (frame == NULL) {
    gst_prof_stream_frames_count_unjoined (self, s, 1);
    return;
  }
  gst_prof_stream_frames_add_span (self, frame, s, span);
  if (frame->packets == 0) {
    GstProfPacket packet =
        gst_prof_stream_packets_make (span, span->running_time, span->enter);

    gst_prof_stream_packets_give (self, frame, &packet);
    gst_prof_stream_packets_update_writes (self);
  } else {
    gst_prof_stream_packets_note_muxed (self, frame, span);
  }
}

static gboolean
join_encoded (GstProfFrameStream * self, const GstProfSpan * span, guint s)
{
  GstClockTime time = span->running_time;
  GstProfFrameEntry *frame = gst_prof_frame_list_find (&self->list,
      GST_PROF_FRAME_KEY_OUT, time, GST_PROF_STREAM_BIT (s), FALSE);

  if (frame == NULL && self->stage[s].encoding == GST_PROF_STREAM_SIDE_UNKNOWN)
    frame = gst_prof_frame_list_find (&self->list, GST_PROF_FRAME_KEY_IN,
        time, GST_PROF_STREAM_BIT (s), FALSE);
  if (frame == NULL)
    frame = gst_prof_frame_list_find_near (&self->list,
        GST_PROF_FRAME_KEY_OUT, time, GST_PROF_STREAM_BIT (s));
  /* One frame may be several packets. */
  if (frame == NULL) {
    frame = gst_prof_frame_list_find (&self->list, GST_PROF_FRAME_KEY_OUT,
        time, 0, FALSE);
    if (frame && frame->packets <= frame->cells[s].spans)
      frame = NULL;
  }
  if (frame == NULL)
    return FALSE;
  gst_prof_stream_frames_add_span (self, frame, s, span);
  gst_prof_stream_packets_note_muxed (self, frame, span);
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
    gst_prof_stream_frames_count_unjoined (self, s, 1);
    return;
  }
  if (gst_prof_stream_stages_get_sources (self) == 0) {
    push_encoded_source (self, span, s);
    return;
  }
  if (self->stage[s].encoding == GST_PROF_STREAM_SIDE_BEFORE) {
    push_raw (self, span, s);
    return;
  }
  if (join_encoded (self, span, s))
    return;
  if (is_hopeless (self, span)
      && self->stage[s].encoding == GST_PROF_STREAM_SIDE_BEHIND) {
    gst_prof_stream_frames_count_unjoined (self, s, 1);
    return;
  }
  if (self->parked->len == MAX_PARKED) {
    gst_prof_stream_frames_count_unjoined (self, s, 1);
    return;
  }
  gst_prof_span_copy (&copy, span);
  /* The copy keeps the stage's index, so that no name is looked up again. */
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
      gst_prof_stream_frames_count_unjoined (self, span->inside, 1);
      g_array_remove_index (self->parked, i);
    } else {
      i++;
    }
  }
}

static void
pass_over (GstProfFrameStream * self, guint s, guint64 first, guint64 end)
{
  for (guint64 seq = first; seq < end; seq++) {
    GstProfPacket *packet = gst_prof_packet_queue_get (self->packets, seq);

    if (packet && packet->frame)
      ((GstProfFrameEntry *) packet->frame)->unjoined |=
          GST_PROF_STREAM_BIT (s);
  }
}

static void
write_decided (const GstProfWrite * write, GstProfPacket * packet,
    guint64 skipped, gpointer user_data)
{
  GstProfStreamWriter *writer = user_data;
  GstProfFrameStream *self = writer->stream;
  guint s = writer->stage;
  GstProfStreamStage *stage = &self->stage[s];
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
      gst_prof_stream_frames_count_unjoined (self, s, write->spans);
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
    gst_prof_stream_frames_add_cell (self, packet->frame, s, &part);
  } else {
    stage->absent = FALSE;
    self->stages->stages[s].unjoined += write->spans;
  }
}

static void
push_muxed (GstProfFrameStream * self, const GstProfSpan * span, guint s)
{
  GstProfStreamStage *stage = &self->stage[s];

  if (stage->write == NULL)
    stage->write = gst_prof_write_join_new (self->packets, write_decided,
        &self->writers[s]);
  if (span->flags & (GST_PROF_SPAN_FLAG_HEADER
          | GST_PROF_SPAN_FLAG_NOT_VIDEO)) {
    self->stages->stages[s].apart++;
    gst_prof_write_join_close (stage->write, span->thread_id);
  } else {
    gst_prof_write_join_push (stage->write, span);
  }
}

static void
clear_parked (GstProfFrameStream * self, GstClockTime before)
{
  for (guint i = 0; i < self->parked->len;) {
    GstProfSpan *span = &g_array_index (self->parked, GstProfSpan, i);

    if (span->enter < before) {
      gst_prof_stream_frames_count_unjoined (self, span->inside, 1);
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
    gst_prof_stream_end_first (self, gst_prof_stream_end_get_waited (self,
            self->list.head));
  self->last_dts = self->empty_since = GST_CLOCK_TIME_NONE;
  self->n_history = 0;
}

/* Returns: whether the span belongs to what is going on now */
static gboolean
check_restart (GstProfFrameStream * self, const GstProfSpan * span, guint s)
{
  GstProfStreamStage *stage = &self->stage[s];

  if (span->flags & GST_PROF_SPAN_FLAG_RESET) {
    if (!self->has_restart || stage->restarted)
      restart (self, span->enter);
    else
      self->restart = MIN (self->restart, span->enter);
    stage->restarted = TRUE;
  }
  return !self->has_restart || stage->restarted || span->enter >= self->restart;
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
  self->pushed_stage = stage;
  self->pushed_enter = span->enter;
  self->stage[stage].seen = TRUE;

  if (span->flags & GST_PROF_SPAN_FLAG_MUXED) {
    self->stage[stage].encoded = TRUE;
    push_muxed (self, span, stage);
    gst_prof_stream_end_ready (self);
    return self->pushed_number;
  }

  for (guint s = 0; s < self->stages->n_stages; s++) {
    if (self->stage[s].write)
      gst_prof_write_join_close (self->stage[s].write, span->thread_id);
  }
  if (!check_restart (self, span, stage)) {
    gst_prof_stream_frames_count_unjoined (self, stage, 1);
  } else if (span->flags & GST_PROF_SPAN_FLAG_ENCODED) {
    self->stage[stage].encoded = TRUE;
    push_encoded (self, span, stage);
  } else {
    push_raw (self, span, stage);
  }
  gst_prof_stream_end_ready (self);
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
  for (GstProfFrameEntry * frame = self->list.head; frame; frame = frame->next)
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
  gst_prof_stream_end_ready (self);
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
    GstProfStreamStage *stage = &self->stage[s];

    if (stage->joined == 0 && (stage->unjoined > 0
            || gst_prof_stream_stages_is_foreign (self, s)))
      stage->absent = TRUE;
  }
  while (self->list.head)
    gst_prof_stream_end_first (self, gst_prof_stream_end_get_waited (self,
            self->list.head));
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
  return self->first_stage < 0 ? NULL : gst_prof_stream_stages_get_name (self,
      self->first_stage);
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
