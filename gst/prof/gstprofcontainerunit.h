/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Video tracks or PIDs that one container can be asked about. */
#define GST_PROF_CONTAINER_MAX_TRACKS 8

/**
 * GstProfContainerKind:
 * @GST_PROF_CONTAINER_KIND_UNKNOWN: cannot be told: it may be a packet of
 *   video, of something else, or a part of one
 * @GST_PROF_CONTAINER_KIND_HEADER: the container's own bytes, of no packet
 * @GST_PROF_CONTAINER_KIND_PACKET: a video packet begins here
 * @GST_PROF_CONTAINER_KIND_CONTINUATION: more of the video packet before
 * @GST_PROF_CONTAINER_KIND_NOT_VIDEO: audio, text or data
 *
 * What a buffer on its way into a file is. In a span that is HEADER:
 * MUXED | HEADER. NOT_VIDEO: MUXED | NOT_VIDEO. PACKET: MUXED, the unit's
 * packets and times. CONTINUATION: MUXED, no packets, no times. UNKNOWN:
 * MUXED, no packets, but the unit's times. The last three carry the identity
 * of the memory if the unit says payload.
 */
typedef enum {
  GST_PROF_CONTAINER_KIND_UNKNOWN,
  GST_PROF_CONTAINER_KIND_HEADER,
  GST_PROF_CONTAINER_KIND_PACKET,
  GST_PROF_CONTAINER_KIND_CONTINUATION,
  GST_PROF_CONTAINER_KIND_NOT_VIDEO,
} GstProfContainerKind;

/**
 * GstProfContainerUnit:
 * @kind: what the buffer is. With several video packets in one buffer (TS with
 *   a larger alignment) PACKET, and the fields below tell of the first one
 * @packets: video packets that begin in the buffer
 * @pts: the packet's own time in the container, nanoseconds, or none
 * @dts: its decode time in the container, nanoseconds, or none
 * @payload_size: size of the packet without the container's bytes, 0: unknown.
 *   Only where a packet begins
 * @keyframe_known: whether @keyframe says anything
 * @keyframe: the packet is a key frame
 * @payload: the buffer is nothing but a packet's payload, so that its memory
 *   may be the one that the muxer was given. Where the container's header is a
 *   buffer of its own (Matroska), the header is the PACKET, and the
 *   CONTINUATION behind it has this set
 */
typedef struct {
  GstProfContainerKind kind;
  guint packets;
  GstClockTime pts;
  GstClockTime dts;
  guint64 payload_size;
  gboolean keyframe_known;
  gboolean keyframe;
  gboolean payload;
} GstProfContainerUnit;

#define GST_PROF_CONTAINER_UNIT_INIT { \
    .pts = GST_CLOCK_TIME_NONE, .dts = GST_CLOCK_TIME_NONE }

/**
 * GstProfContainerState:
 * @track: numbers of tracks or PIDs that are known
 * @track_kind: what each of them carries
 * @n_tracks: how many
 * @current: what the bytes are that come now, where a header told
 * @remaining: how many of them are to come
 * @scale_num: nanoseconds of a tick of the container's clock, times @scale_den
 * @scale_den: what to divide them by
 * @cluster: of Matroska: time of the cluster, in ticks
 * @last_ticks: of MPEG-TS: the last time, unwrapped, -1: none yet
 *
 * What has to be remembered between the buffers of one container. Plain data
 * of fixed size, needs no clearing.
 */
typedef struct {
  guint64 track[GST_PROF_CONTAINER_MAX_TRACKS];
  GstProfContainerKind track_kind[GST_PROF_CONTAINER_MAX_TRACKS];
  guint n_tracks;
  GstProfContainerKind current;
  guint64 remaining;
  guint64 scale_num;
  guint64 scale_den;
  gint64 cluster;
  gint64 last_ticks;
} GstProfContainerState;

GstClockTime gst_prof_container_state_to_time
                                        (const GstProfContainerState *self,
                                         gint64 ticks);

void gst_prof_container_state_set_track (GstProfContainerState *self,
                                         guint64 track,
                                         GstProfContainerKind kind);
GstProfContainerKind gst_prof_container_state_get_track
                                        (const GstProfContainerState *self,
                                         guint64 track);

void gst_prof_container_state_begin_packet
                                        (GstProfContainerState *self,
                                         GstProfContainerKind kind,
                                         guint64 payload_size, guint64 have,
                                         GstProfContainerUnit *unit);
void gst_prof_container_state_continue_packet
                                        (GstProfContainerState *self,
                                         guint64 buffer_size,
                                         GstProfContainerUnit *unit);

G_END_DECLS
