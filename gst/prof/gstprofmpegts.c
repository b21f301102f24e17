/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * MPEG transport streams: packets of 188 bytes, in which PES packets begin, some
 * of video. What it remembers is its caller's; passive.
 */

#include "gstprofmpegts.h"

#define TS_PACKET_SIZE GST_PROF_MPEG_TS_PACKET_SIZE
#define TS_PID_NULL 0x1fff
/* PES times count 90 kHz in 33 bits. */
#define TS_WRAP (G_GINT64_CONSTANT (1) << 33)

static GstClockTime
read_pes_time (GstProfContainerState * self, const guint8 * data)
{
  gint64 ticks = ((gint64) (data[0] & 0x0e) << 29)
      | ((gint64) data[1] << 22) | ((gint64) (data[2] & 0xfe) << 14)
      | ((gint64) data[3] << 7) | (data[4] >> 1);

  /* Of all times that look like this one, the nearest to the last */
  if (self->last_ticks >= 0) {
    gint64 base = self->last_ticks - self->last_ticks % TS_WRAP;

    ticks += base;
    if (ticks - self->last_ticks > TS_WRAP / 2 && ticks >= TS_WRAP)
      ticks -= TS_WRAP;
    else if (self->last_ticks - ticks > TS_WRAP / 2)
      ticks += TS_WRAP;
  }
  self->last_ticks = ticks;
  return gst_prof_container_state_to_time (self, ticks);
}

/* @data is one PES packet's beginning. */
static void
read_pes (GstProfContainerState * self, const guint8 * data, gsize size,
    guint pid, GstProfContainerUnit * ret_unit)
{
  guint length, header;

  if (size < 9 || data[0] != 0 || data[1] != 0 || data[2] != 1)
    return;
  if ((data[3] & 0xf0) != 0xe0) {
    gst_prof_container_state_set_track (self, pid,
        GST_PROF_CONTAINER_KIND_NOT_VIDEO);
    ret_unit->kind = GST_PROF_CONTAINER_KIND_NOT_VIDEO;
    return;
  }
  gst_prof_container_state_set_track (self, pid,
      GST_PROF_CONTAINER_KIND_PACKET);
  ret_unit->kind = GST_PROF_CONTAINER_KIND_PACKET;
  ret_unit->packets = 1;

  length = GST_READ_UINT16_BE (data + 4);
  header = 3 + data[8];
  if (length > header)
    ret_unit->payload_size = length - header;
  if ((data[7] & 0x80) && size >= 14)
    ret_unit->pts = ret_unit->dts = read_pes_time (self, data + 9);
  if ((data[7] & 0x40) && size >= 19)
    ret_unit->dts = read_pes_time (self, data + 14);
}

static void
read_ts_packet (GstProfContainerState * self, const guint8 * data,
    GstProfContainerUnit * ret_unit)
{
  guint pid = GST_READ_UINT16_BE (data + 1) & 0x1fff, pos = 4;
  gboolean random_access = FALSE;

  ret_unit->kind = GST_PROF_CONTAINER_KIND_HEADER;
  if (data[0] != 0x47 || pid == 0 || pid == TS_PID_NULL)
    return;
  if (data[3] & 0x20) {
    random_access = data[4] > 0 && (data[5] & 0x40);
    pos += 1 + data[4];
  }
  if (!(data[3] & 0x10) || pos >= TS_PACKET_SIZE)
    return;
  if (data[1] & 0x40) {
    read_pes (self, data + pos, TS_PACKET_SIZE - pos, pid, ret_unit);
    /* Not every muxer sets it: that it is missing says nothing. */
    ret_unit->keyframe = ret_unit->keyframe_known =
        random_access && ret_unit->packets > 0;
    return;
  }
  switch (gst_prof_container_state_get_track (self, pid)) {
    case GST_PROF_CONTAINER_KIND_PACKET:
      ret_unit->kind = GST_PROF_CONTAINER_KIND_CONTINUATION;
      break;
    case GST_PROF_CONTAINER_KIND_NOT_VIDEO:
      ret_unit->kind = GST_PROF_CONTAINER_KIND_NOT_VIDEO;
      break;
    default:
      break;
  }
}

/* Of several packets in a buffer the most telling counts. */
static guint
get_rank (GstProfContainerKind kind)
{
  switch (kind) {
    case GST_PROF_CONTAINER_KIND_PACKET:
      return 3;
    case GST_PROF_CONTAINER_KIND_CONTINUATION:
      return 2;
    case GST_PROF_CONTAINER_KIND_NOT_VIDEO:
      return 1;
    default:
      return 0;
  }
}

/*
 * gst_prof_mpeg_ts_read:
 * @self: what is remembered of the stream
 * @data: (array length=size): the buffer's bytes, whole packets
 * @size: how many
 * @unit: (inout): what the buffer is; unknown before
 *
 * Reads the next buffer of a stream.
 */
void
gst_prof_mpeg_ts_read (GstProfContainerState * self, const guint8 * data,
    gsize size, GstProfContainerUnit * unit)
{
  guint packets = 0;

  for (gsize pos = 0; pos + TS_PACKET_SIZE <= size; pos += TS_PACKET_SIZE) {
    GstProfContainerUnit one = GST_PROF_CONTAINER_UNIT_INIT;

    read_ts_packet (self, data + pos, &one);
    packets += one.packets;
    if (pos == 0 || get_rank (one.kind) > get_rank (unit->kind))
      *unit = one;
  }
  unit->packets = packets;
}
