/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Matroska and WebM: a tree of elements, of which those are followed that name
 * tracks, times and packets. What it remembers is its caller's; passive.
 */

#include "gstprofmatroska.h"

#define MKV_SEGMENT 0x18538067
#define MKV_INFO 0x1549a966
#define MKV_TIMESTAMP_SCALE 0x2ad7b1
#define MKV_TRACKS 0x1654ae6b
#define MKV_TRACK_ENTRY 0xae
#define MKV_TRACK_NUMBER 0xd7
#define MKV_TRACK_TYPE 0x83
#define MKV_CLUSTER 0x1f43b675
#define MKV_CLUSTER_TIMESTAMP 0xe7
#define MKV_SIMPLE_BLOCK 0xa3
#define MKV_BLOCK_GROUP 0xa0
#define MKV_BLOCK 0xa1
#define MKV_TRACK_TYPE_VIDEO 1

/* Reads an EBML number of at most @max_length bytes. An id keeps its length
 * marker. Returns: bytes read, 0 when it is none. */
static guint
read_vint (const guint8 * data, gsize size, guint max_length, gboolean is_id,
    guint64 * ret_value)
{
  guint length = 1, i;
  guint64 value;

  if (size == 0 || data[0] == 0)
    return 0;
  while (!(data[0] & (0x80 >> (length - 1))))
    length++;
  if (length > max_length || length > size)
    return 0;
  value = is_id ? data[0] : data[0] & (0xff >> length);
  for (i = 1; i < length; i++)
    value = value << 8 | data[i];
  /* All ones: a size that is not known yet */
  if (!is_id && value == (G_GUINT64_CONSTANT (1) << (7 * length)) - 1)
    value = G_MAXUINT64;
  *ret_value = value;
  return length;
}

static guint64
read_number (const guint8 * data, guint64 size)
{
  guint64 value = 0;

  for (guint64 i = 0; i < MIN (size, 8); i++)
    value = value << 8 | data[i];
  return value;
}

/* @data begins behind the block's size, which is @block_size. */
static void
read_block (GstProfContainerState * self, const guint8 * data, gsize size,
    guint64 buffer_size, guint64 block_size, gboolean simple,
    GstProfContainerUnit * unit)
{
  GstProfContainerKind kind;
  guint64 track;
  guint length = read_vint (data, size, 8, FALSE, &track);
  guint header = length + 3;

  if (length == 0 || header > size || block_size < header) {
    unit->kind = GST_PROF_CONTAINER_KIND_UNKNOWN;
    return;
  }
  kind = gst_prof_container_state_get_track (self, track);
  gst_prof_container_state_begin_packet (self, kind, block_size - header,
      buffer_size - header, unit);
  if (kind == GST_PROF_CONTAINER_KIND_NOT_VIDEO)
    return;
  unit->pts = gst_prof_container_state_to_time (self,
      self->cluster + (gint16) GST_READ_UINT16_BE (data + length));
  unit->keyframe_known = simple;
  unit->keyframe = simple && (data[length + 2] & 0x80);
}

/*
 * gst_prof_matroska_read:
 * @self: what is remembered of the file
 * @data: (array length=size): the buffer's first bytes
 * @size: how many
 * @buffer_size: size of the whole buffer in bytes
 * @unit: (inout): what the buffer is; unknown before
 *
 * Reads the next buffer of a file.
 */
void
gst_prof_matroska_read (GstProfContainerState * self, const guint8 * data,
    gsize size, guint64 buffer_size, GstProfContainerUnit * unit)
{
  guint64 id, length, track = 0;
  gsize pos = 0;

  if (self->remaining > 0) {
    gst_prof_container_state_continue_packet (self, buffer_size, unit);
    return;
  }

  unit->kind = GST_PROF_CONTAINER_KIND_HEADER;
  while (pos < size) {
    guint n = read_vint (data + pos, size - pos, 4, TRUE, &id), m;

    if (n == 0)
      return;
    m = read_vint (data + pos + n, size - pos - n, 8, FALSE, &length);
    if (m == 0)
      return;
    pos += n + m;

    switch (id) {
      case MKV_SEGMENT:
      case MKV_INFO:
      case MKV_TRACKS:
      case MKV_TRACK_ENTRY:
      case MKV_CLUSTER:
      case MKV_BLOCK_GROUP:
        continue;
      case MKV_SIMPLE_BLOCK:
      case MKV_BLOCK:
        read_block (self, data + pos, size - pos, buffer_size - pos,
            length, id == MKV_SIMPLE_BLOCK, unit);
        return;
    }
    if (length > size - pos)
      return;
    switch (id) {
      case MKV_TIMESTAMP_SCALE:
        self->scale_num = read_number (data + pos, length);
        break;
      case MKV_TRACK_NUMBER:
        track = read_number (data + pos, length);
        break;
      case MKV_TRACK_TYPE:
        gst_prof_container_state_set_track (self, track,
            read_number (data + pos, length) == MKV_TRACK_TYPE_VIDEO ?
            GST_PROF_CONTAINER_KIND_PACKET :
            GST_PROF_CONTAINER_KIND_NOT_VIDEO);
        break;
      case MKV_CLUSTER_TIMESTAMP:
        self->cluster = read_number (data + pos, length);
        break;
    }
    pos += length;
  }
}
