/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Packets remembered for the writes that are to come: a muxer that collects a
 * fragment of 10 s at 60 fps keeps 600. */
#define GST_PROF_PACKET_QUEUE_SIZE 1024

/* The memory that left the encoder, and the one that entered the muxer, which
 * is another if a parser between them rewrote it */
#define GST_PROF_PACKET_MAX_PAYLOADS 2

/**
 * GstProfPacket:
 * @seq: place in decode order, from 1; given by the queue
 * @frame: (nullable): the owner's frame
 * @pts: running time, or %GST_CLOCK_TIME_NONE
 * @dts: decode time as running time, or %GST_CLOCK_TIME_NONE
 * @out: when it came out, or the latest time before that is known
 * @thread_id: the thread that it came out on
 * @payload: identities of its memory, 0: unknown
 * @payload_size: their sizes in bytes
 * @bytes: its size in bytes
 * @keyframe: it is a key frame
 *
 * One encoded packet on its way to the file.
 */
typedef struct {
  guint64 seq;
  gpointer frame;
  GstClockTime pts;
  GstClockTime dts;
  GstClockTime out;
  guint64 thread_id;
  guint64 payload[GST_PROF_PACKET_MAX_PAYLOADS];
  guint64 payload_size[GST_PROF_PACKET_MAX_PAYLOADS];
  guint64 bytes;
  gboolean keyframe;
} GstProfPacket;

typedef struct _GstProfPacketQueue GstProfPacketQueue;

GstProfPacketQueue *gst_prof_packet_queue_new  (void);
void                gst_prof_packet_queue_free (GstProfPacketQueue *self);

GstProfPacket *gst_prof_packet_queue_push       (GstProfPacketQueue *self,
                                                 const GstProfPacket *packet);
GstProfPacket *gst_prof_packet_queue_get        (GstProfPacketQueue *self,
                                                 guint64 seq);
guint64        gst_prof_packet_queue_get_oldest (GstProfPacketQueue *self);
guint64        gst_prof_packet_queue_get_newest (GstProfPacketQueue *self);

gboolean gst_prof_packet_has_payload (const GstProfPacket *packet,
                                      guint64 payload, guint64 payload_size);
gboolean gst_prof_packet_has_size    (const GstProfPacket *packet,
                                      guint64 size);
void     gst_prof_packet_set_muxed   (GstProfPacket *packet, guint64 payload,
                                      guint64 payload_size);

G_END_DECLS
