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
 * GstProfContainerFormat:
 * @GST_PROF_CONTAINER_NONE: not a container: each buffer is a packet by itself
 * @GST_PROF_CONTAINER_OTHER: a container that is not understood
 * @GST_PROF_CONTAINER_MATROSKA: Matroska or WebM
 * @GST_PROF_CONTAINER_ISO: MP4, MOV, 3GP
 * @GST_PROF_CONTAINER_FLV: Flash video
 * @GST_PROF_CONTAINER_MPEG_TS: MPEG transport stream, packets of 188 bytes
 * @GST_PROF_CONTAINER_AVI: AVI
 * @GST_PROF_CONTAINER_IVF: IVF
 */
typedef enum {
  GST_PROF_CONTAINER_NONE,
  GST_PROF_CONTAINER_OTHER,
  GST_PROF_CONTAINER_MATROSKA,
  GST_PROF_CONTAINER_ISO,
  GST_PROF_CONTAINER_FLV,
  GST_PROF_CONTAINER_MPEG_TS,
  GST_PROF_CONTAINER_AVI,
  GST_PROF_CONTAINER_IVF,
} GstProfContainerFormat;

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

/**
 * GstProfContainer:
 * @format: what the caps say
 *
 * What has to be remembered between the buffers of one container. Plain data
 * of fixed size, needs no clearing; all but @format is private.
 */
typedef struct {
  GstProfContainerFormat format;

  /*< private >*/
  guint64 track[GST_PROF_CONTAINER_MAX_TRACKS];
  GstProfContainerKind track_kind[GST_PROF_CONTAINER_MAX_TRACKS];
  guint n_tracks;
  GstProfContainerKind current;
  guint64 remaining;
  guint64 scale_num;
  guint64 scale_den;
  gint64 cluster;
  gint64 last_ticks;
} GstProfContainer;

void     gst_prof_container_init         (GstProfContainer *self,
                                          const GstCaps *caps);
gboolean gst_prof_container_is_container (const GstProfContainer *self);
void     gst_prof_container_read         (GstProfContainer *self,
                                          const guint8 *data, gsize size,
                                          guint64 buffer_size,
                                          GstClockTime pts, GstClockTime dts,
                                          GstProfContainerUnit *ret_unit);

G_END_DECLS
