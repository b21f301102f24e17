/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The packets of one stream in decode order, the last ones of them. Owns the
 * packets, not their frames. Passive: its owner's thread.
 */

#include "gstprofpacketqueue.h"

struct _GstProfPacketQueue
{
  guint64 newest;
  GstProfPacket packets[GST_PROF_PACKET_QUEUE_SIZE];
};

/*
 * gst_prof_packet_queue_new:
 *
 * Returns: (transfer full): an empty queue
 */
GstProfPacketQueue *
gst_prof_packet_queue_new (void)
{
  return g_new0 (GstProfPacketQueue, 1);
}

/*
 * gst_prof_packet_queue_free:
 * @self: (transfer full): the queue
 */
void
gst_prof_packet_queue_free (GstProfPacketQueue * self)
{
  g_free (self);
}

/*
 * gst_prof_packet_queue_push:
 * @self: the queue
 * @packet: the packet that comes next in decode order
 *
 * Takes a copy of @packet and gives it a number. The oldest packet falls out
 * when the queue is full.
 *
 * Returns: (transfer none): the copy
 */
GstProfPacket *
gst_prof_packet_queue_push (GstProfPacketQueue * self,
    const GstProfPacket * packet)
{
  GstProfPacket *slot =
      &self->packets[++self->newest % GST_PROF_PACKET_QUEUE_SIZE];

  *slot = *packet;
  slot->seq = self->newest;
  return slot;
}

/*
 * gst_prof_packet_queue_get:
 * @self: the queue
 * @seq: number of a packet
 *
 * Returns: (transfer none) (nullable): the packet, unless it fell out or has
 *   not come yet. Valid until the next push
 */
GstProfPacket *
gst_prof_packet_queue_get (GstProfPacketQueue * self, guint64 seq)
{
  GstProfPacket *packet = &self->packets[seq % GST_PROF_PACKET_QUEUE_SIZE];

  return seq > 0 && packet->seq == seq ? packet : NULL;
}

/*
 * gst_prof_packet_queue_get_oldest:
 * @self: the queue
 *
 * Returns: number of the oldest packet; more than the newest's when empty
 */
guint64
gst_prof_packet_queue_get_oldest (GstProfPacketQueue * self)
{
  return self->newest < GST_PROF_PACKET_QUEUE_SIZE ? 1
      : self->newest - GST_PROF_PACKET_QUEUE_SIZE + 1;
}

/*
 * gst_prof_packet_queue_get_newest:
 * @self: the queue
 *
 * Returns: number of the newest packet, 0 when none ever came
 */
guint64
gst_prof_packet_queue_get_newest (GstProfPacketQueue * self)
{
  return self->newest;
}

/*
 * gst_prof_packet_has_payload:
 * @packet: the packet
 * @payload: identity of a memory, 0: unknown
 * @payload_size: its size
 *
 * Returns: whether that is the memory the packet lies in
 */
gboolean
gst_prof_packet_has_payload (const GstProfPacket * packet, guint64 payload,
    guint64 payload_size)
{
  for (guint i = 0; payload != 0 && i < GST_PROF_PACKET_MAX_PAYLOADS; i++) {
    if (packet->payload[i] == payload
        && packet->payload_size[i] == payload_size)
      return TRUE;
  }
  return FALSE;
}

/*
 * gst_prof_packet_has_size:
 * @packet: the packet
 * @size: a size in bytes, 0: unknown
 *
 * Returns: whether that is the packet's size, before or after a parser
 */
gboolean
gst_prof_packet_has_size (const GstProfPacket * packet, guint64 size)
{
  if (size == 0)
    return FALSE;
  for (guint i = 0; i < GST_PROF_PACKET_MAX_PAYLOADS; i++) {
    if (packet->payload_size[i] == size)
      return TRUE;
  }
  return packet->bytes == size;
}

/*
 * gst_prof_packet_set_muxed:
 * @packet: the packet
 * @payload: identity of the memory that it lies in by now, 0: unknown
 * @payload_size: its size
 *
 * Notes what a stage behind the encoder was given. The last such stage counts,
 * besides the encoder.
 */
void
gst_prof_packet_set_muxed (GstProfPacket * packet, guint64 payload,
    guint64 payload_size)
{
  if (payload == 0)
    return;
  packet->payload[1] = payload;
  packet->payload_size[1] = payload_size;
}
