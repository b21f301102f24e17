/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The packets that an encoder makes of one stream's frames: which frame each
 * belongs to, and which frames get none. Owns nothing. Passive: its owner's
 * thread.
 */

#include "gstprofstreampackets.h"

/*
 * gst_prof_stream_packets_update_writes:
 * @self: the stream
 *
 * Packets have come or have changed: writes may find theirs.
 */
void
gst_prof_stream_packets_update_writes (GstProfFrameStream * self)
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
note_decode_time (GstProfFrameStream * self, GstClockTime dts, guint32 sources)
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
    if (!(frame->passed & GST_PROF_STREAM_HAS_PACKET)
        && (frame->passed & sources))
      frame->no_packet = TRUE;
  }
}

/*
 * gst_prof_stream_packets_note_empty:
 * @self: the stream
 * @s: index of a source
 * @span: a frame's stay there
 *
 * What has entered an encoder that holds nothing has come out or never will.
 */
void
gst_prof_stream_packets_note_empty (GstProfFrameStream * self, guint s,
    const GstProfSpan * span)
{
  if (GST_CLOCK_TIME_IS_VALID (self->empty_since)) {
    for (GstProfFrameEntry * frame = self->list.head;
        frame && frame->first_enter <= self->empty_since; frame = frame->next) {
      if (!(frame->passed & GST_PROF_STREAM_HAS_PACKET)
          && (frame->passed & GST_PROF_STREAM_BIT (s))
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
      GST_PROF_FRAME_KEY_OUT, time, GST_PROF_STREAM_HAS_PACKET, FALSE);

  if (frame == NULL)
    frame = gst_prof_frame_list_find_near (&self->list,
        GST_PROF_FRAME_KEY_OUT, time, GST_PROF_STREAM_HAS_PACKET);
  if (frame == NULL)
    frame = gst_prof_frame_list_find (&self->list, GST_PROF_FRAME_KEY_OUT,
        time, 0, FALSE);
  return frame;
}

/*
 * gst_prof_stream_packets_give:
 * @self: the stream
 * @frame: (nullable): the packet's frame, if it is known
 * @template: the packet
 */
void
gst_prof_stream_packets_give (GstProfFrameStream * self,
    GstProfFrameEntry * frame, const GstProfPacket * template)
{
  GstProfPacket *packet = gst_prof_packet_queue_push (self->packets, template);

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
  frame->passed |= GST_PROF_STREAM_HAS_PACKET;
  frame->no_packet = FALSE;
  for (guint s = 0; s < self->stages->n_stages; s++) {
    if (self->stage[s].encoded && (frame->passed & GST_PROF_STREAM_BIT (s)))
      self->stage[s].passed_seq =
          MAX (self->stage[s].passed_seq, frame->first_seq);
  }
}

/*
 * gst_prof_stream_packets_make:
 * @span: a span that has a packet
 * @pts: the packet's running time
 * @out: when it came out
 *
 * Returns: the packet
 */
GstProfPacket
gst_prof_stream_packets_make (const GstProfSpan * span, GstClockTime pts,
    GstClockTime out)
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

/*
 * gst_prof_stream_packets_push:
 * @self: the stream
 * @s: index of a source
 * @span: the span during which a packet came out
 */
void
gst_prof_stream_packets_push (GstProfFrameStream * self, guint s,
    const GstProfSpan * span)
{
  GstProfFrameEntry *frame =
      find_frame_of_packet (self, span->running_time_out);
  GstClockTime out = span->enter;
  GstProfPacket packet;

  /* The moment it came out is told by the time its frame was inside. */
  if (frame && (frame->passed & GST_PROF_STREAM_BIT (s))
      && GST_CLOCK_TIME_IS_VALID (span->latency))
    out = CLAMP (frame->cells[s].enter + span->latency, span->enter,
        MAX (span->enter, span->leave));
  if (frame && frame->packets == 0)
    frame->encode_latency = span->latency;
  if (frame && (frame->passed & GST_PROF_STREAM_BIT (s)))
    frame->cells[s].bytes += span->bytes;
  packet = gst_prof_stream_packets_make (span, span->running_time_out, out);
  gst_prof_stream_packets_give (self, frame, &packet);

  /* If times cannot be told apart, it is nobody's fault that frames lack
   * theirs. */
  if (frame == NULL) {
    for (frame = self->list.head; frame; frame = frame->next)
      frame->lossy |= !(frame->passed & GST_PROF_STREAM_HAS_PACKET);
  }
  note_decode_time (self, span->dts_running_time, GST_PROF_STREAM_BIT (s));
  gst_prof_stream_packets_update_writes (self);
}

/*
 * gst_prof_stream_packets_came_out:
 * @self: the stream
 * @s: index of a stage
 * @span: a span of it
 *
 * Returns: whether the span tells of an encoded packet that came out
 */
gboolean
gst_prof_stream_packets_came_out (GstProfFrameStream * self, guint s,
    const GstProfSpan * span)
{
  if (span->packets == 0 || (span->flags & GST_PROF_SPAN_FLAG_ENCODED))
    return FALSE;
  return self->stage[s].source || span->payload != 0
      || GST_CLOCK_TIME_IS_VALID (span->dts_running_time)
      || (span->flags & (GST_PROF_SPAN_FLAG_KEYFRAME
          | GST_PROF_SPAN_FLAG_OUTPUT));
}

/*
 * gst_prof_stream_packets_note_muxed:
 * @self: the stream
 * @frame: the span's frame
 * @span: a span of encoded video
 *
 * Tells the packet which memory a stage behind the encoder was given.
 */
void
gst_prof_stream_packets_note_muxed (GstProfFrameStream * self,
    GstProfFrameEntry * frame, const GstProfSpan * span)
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
    gst_prof_stream_packets_update_writes (self);
  } else if (frame->packets == 0 && span->payload != 0) {
    frame->payload = span->payload;
    frame->payload_size = span->payload_size;
  }
}
