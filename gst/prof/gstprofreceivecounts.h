/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstProfReceiveCounts:
 * @id: tells it from others of the same name; from 1, never given twice in a run
 * @name: the jitterbuffer's; cut when too long
 * @media: audio, video or another one; empty: not known yet
 * @encoding: the encoding's name as SDP has it, such as VP8; empty: not known yet
 * @ssrc: who sends; 0: not known
 * @ended: whether its jitterbuffer has left; this is told once, with the last
 *   numbers
 * @packets: packets into the jitterbuffer
 * @bytes: bytes of them, RTP headers included
 * @lost: packets that the jitterbuffer gave up
 * @late: packets that came after they had been given up
 * @duplicates: packets that had come before
 * @rtx_requested: packets asked for again
 * @rtx_received: packets of these that came
 * @jitter: inter-arrival jitter (RFC 3550), nanoseconds
 * @round_trip: nanoseconds; 0: not known
 * @pli: Picture Loss Indications sent
 * @fir: Full Intra Requests sent
 * @nack: generic NACKs sent
 * @keyframe_requests: key frames that depayloader or decoder asked for, whether
 *   the session told the sender or not
 * @held: packets in the jitterbuffer now
 * @depay: buffers out of the depayloader: of video mostly frames
 * @decoded: buffers out of the decoder
 * @has_depay: whether there is a depayloader
 * @has_decoder: whether there is a decoder
 * @latency: the jitterbuffer's, nanoseconds
 * @packet_age: since the last packet, nanoseconds; %GST_CLOCK_TIME_NONE: none
 *   came yet
 * @rtcp_age: since RTCP came last, nanoseconds; %GST_CLOCK_TIME_NONE: never
 * @transport: tells the transport from others, from 1; 0: not known. Receivers
 *   with the same number share one (BUNDLE)
 * @has_socket: whether the socket's own numbers were found
 * @socket_bytes: bytes in the kernel's queue of the socket
 * @socket_drops: packets that the kernel dropped there
 * @gone: a GstProfGone: whether and how the peer is gone
 * @state: ICE or connection state in a word; a static string, or %NULL
 *
 * What is counted of one received stream, all from its beginning.
 */
typedef struct {
  guint64 id;
  gchar name[48];
  gchar media[16];
  gchar encoding[24];
  guint ssrc;
  gboolean ended;

  guint64 packets;
  guint64 bytes;
  guint64 lost;
  guint64 late;
  guint64 duplicates;
  guint64 rtx_requested;
  guint64 rtx_received;
  GstClockTime jitter;
  GstClockTime round_trip;

  guint64 pli;
  guint64 fir;
  guint64 nack;
  guint64 keyframe_requests;

  guint64 held;
  guint64 depay;
  guint64 decoded;
  gboolean has_depay;
  gboolean has_decoder;
  GstClockTime latency;

  GstClockTime packet_age;
  GstClockTime rtcp_age;

  guint transport;
  gboolean has_socket;
  guint64 socket_bytes;
  guint64 socket_drops;
  guint gone;
  const gchar *state;
} GstProfReceiveCounts;

G_END_DECLS
