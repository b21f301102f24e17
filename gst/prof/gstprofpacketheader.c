/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * FLV, AVI and IVF: containers that put a header of fixed form before each
 * packet, which says all that there is to know. What it remembers is its
 * caller's; passive.
 */

#include "gstprofpacketheader.h"

#include <string.h>

#define FLV_TAG_HEADER_SIZE 11
#define FLV_CODEC_H264 7

#define IVF_FRAME_HEADER_SIZE 12

/*
 * gst_prof_packet_header_read_flv:
 * @self: what is remembered of the file
 * @data: (array length=size): the buffer's first bytes
 * @size: how many
 * @unit: (inout): what the buffer is; unknown before
 *
 * Reads the next buffer of an FLV file, of which each has one tag.
 */
void
gst_prof_packet_header_read_flv (GstProfContainerState * self,
    const guint8 * data, gsize size, GstProfContainerUnit * unit)
{
  guint32 length;
  gint64 time;
  guint codec, header = 1;

  unit->kind = GST_PROF_CONTAINER_KIND_HEADER;
  if (size < FLV_TAG_HEADER_SIZE + 1 || memcmp (data, "FLV", 3) == 0)
    return;
  if (data[0] == 8) {
    unit->kind = GST_PROF_CONTAINER_KIND_NOT_VIDEO;
    return;
  }
  if (data[0] != 9)
    return;

  length = GST_READ_UINT24_BE (data + 1);
  time = GST_READ_UINT24_BE (data + 4) | (guint32) data[7] << 24;
  codec = data[FLV_TAG_HEADER_SIZE] & 0x0f;
  unit->dts = gst_prof_container_state_to_time (self, time);
  if (codec == FLV_CODEC_H264) {
    /* Packet type 0 is the codec data, 2 the end of the sequence. */
    header = 5;
    if (size < FLV_TAG_HEADER_SIZE + header
        || data[FLV_TAG_HEADER_SIZE + 1] != 1) {
      unit->dts = GST_CLOCK_TIME_NONE;
      return;
    }
    /* The distance from decoding to showing has a sign. */
    time += ((gint32) (GST_READ_UINT24_BE (data + FLV_TAG_HEADER_SIZE + 2)
            << 8)) >> 8;
  }
  unit->pts = gst_prof_container_state_to_time (self, time);
  unit->kind = GST_PROF_CONTAINER_KIND_PACKET;
  unit->packets = 1;
  unit->payload_size = length > header ? length - header : 0;
  unit->keyframe_known = TRUE;
  unit->keyframe = data[FLV_TAG_HEADER_SIZE] >> 4 == 1;
}

static void
read_avi_payload (GstProfContainerState * self, guint64 buffer_size,
    GstClockTime pts, GstClockTime dts, GstProfContainerUnit * unit)
{
  unit->kind = self->current;
  unit->payload = buffer_size == self->remaining;
  if (unit->kind == GST_PROF_CONTAINER_KIND_PACKET) {
    unit->packets = 1;
    unit->pts = pts;
    unit->dts = dts;
    unit->payload_size = self->remaining;
    self->current = GST_PROF_CONTAINER_KIND_CONTINUATION;
  }
  self->remaining -= MIN (buffer_size, self->remaining);
}

/*
 * gst_prof_packet_header_read_avi:
 * @self: what is remembered of the file
 * @data: (array length=size): the buffer's first bytes
 * @size: how many
 * @buffer_size: size of the whole buffer in bytes
 * @pts: the buffer's PTS, or %GST_CLOCK_TIME_NONE
 * @dts: the buffer's DTS, or %GST_CLOCK_TIME_NONE
 * @unit: (inout): what the buffer is; unknown before
 *
 * Reads the next buffer of an AVI file: a header with the size, or a payload,
 * which alone has a time.
 */
void
gst_prof_packet_header_read_avi (GstProfContainerState * self,
    const guint8 * data, gsize size, guint64 buffer_size, GstClockTime pts,
    GstClockTime dts, GstProfContainerUnit * unit)
{
  if (self->remaining > 0) {
    read_avi_payload (self, buffer_size, pts, dts, unit);
    return;
  }
  unit->kind = GST_PROF_CONTAINER_KIND_HEADER;
  if (size < 8 || buffer_size != 8 || !g_ascii_isdigit (data[0])
      || !g_ascii_isdigit (data[1]))
    return;
  self->remaining = GST_READ_UINT32_LE (data + 4);
  self->current = data[2] == 'd' && (data[3] == 'b' || data[3] == 'c') ?
      GST_PROF_CONTAINER_KIND_PACKET : GST_PROF_CONTAINER_KIND_NOT_VIDEO;
}

/*
 * gst_prof_packet_header_read_ivf:
 * @self: what is remembered of the file
 * @data: (array length=size): the buffer's first bytes
 * @size: how many
 * @buffer_size: size of the whole buffer in bytes
 * @unit: (inout): what the buffer is; unknown before
 *
 * Reads the next buffer of an IVF file: a header with size and time, or a
 * payload.
 */
void
gst_prof_packet_header_read_ivf (GstProfContainerState * self,
    const guint8 * data, gsize size, guint64 buffer_size,
    GstProfContainerUnit * unit)
{
  if (self->remaining > 0) {
    gst_prof_container_state_continue_packet (self, buffer_size, unit);
    return;
  }
  unit->kind = GST_PROF_CONTAINER_KIND_HEADER;
  if (size >= 24 && memcmp (data, "DKIF", 4) == 0) {
    /* The time base is a fraction of a second. */
    if (GST_READ_UINT32_LE (data + 16) > 0) {
      self->scale_num = GST_SECOND * GST_READ_UINT32_LE (data + 20);
      self->scale_den = GST_READ_UINT32_LE (data + 16);
    }
    return;
  }
  /* The frame count in the file's header is written again at the end. */
  if (size < IVF_FRAME_HEADER_SIZE)
    return;
  gst_prof_container_state_begin_packet (self, GST_PROF_CONTAINER_KIND_PACKET,
      GST_READ_UINT32_LE (data), buffer_size - IVF_FRAME_HEADER_SIZE, unit);
  unit->pts =
      gst_prof_container_state_to_time (self, GST_READ_UINT64_LE (data + 4));
}
