/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What the bytes that reach a file say about the packet they carry: enough of
 * each container to tell packets of video from all else, and no more. Owns
 * nothing; does not check a file's correctness; never changes or keeps the
 * bytes. One streaming thread calls it for every buffer: no allocation, no
 * logging, and whatever is not understood is said to be unknown.
 */

#include "gstprofcontainer.h"

#include <string.h>

#define TS_PACKET_SIZE 188
#define TS_PID_NULL 0x1fff
/* PES times count 90 kHz in 33 bits. */
#define TS_WRAP (G_GINT64_CONSTANT (1) << 33)

#define FLV_TAG_HEADER_SIZE 11
#define FLV_CODEC_H264 7

#define IVF_FRAME_HEADER_SIZE 12

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

static const GstProfContainerUnit unit_init = {
  .pts = GST_CLOCK_TIME_NONE,
  .dts = GST_CLOCK_TIME_NONE,
};

static GstClockTime
ticks_to_time (const GstProfContainer * self, gint64 ticks)
{
  if (ticks < 0)
    return GST_CLOCK_TIME_NONE;
  return gst_util_uint64_scale (ticks, self->scale_num, self->scale_den);
}

/* Tracks beyond the bound stay unknown. */
static void
set_track (GstProfContainer * self, guint64 track, GstProfContainerKind kind)
{
  guint i;

  for (i = 0; i < self->n_tracks && self->track[i] != track; i++);
  if (i == GST_PROF_CONTAINER_MAX_TRACKS)
    return;
  self->track[i] = track;
  self->track_kind[i] = kind;
  self->n_tracks = MAX (self->n_tracks, i + 1);
}

static GstProfContainerKind
get_track (const GstProfContainer * self, guint64 track)
{
  for (guint i = 0; i < self->n_tracks; i++) {
    if (self->track[i] == track)
      return self->track_kind[i];
  }
  return GST_PROF_CONTAINER_KIND_UNKNOWN;
}

/* Bytes of a packet whose header was a buffer of its own */
static void
read_remaining (GstProfContainer * self, guint64 buffer_size,
    GstProfContainerUnit * unit)
{
  unit->kind = self->current == GST_PROF_CONTAINER_KIND_PACKET ?
      GST_PROF_CONTAINER_KIND_CONTINUATION : self->current;
  unit->payload = buffer_size == self->remaining;
  self->remaining -= MIN (buffer_size, self->remaining);
}

/* A packet begins, and @have bytes of it are in this buffer */
static void
begin_packet (GstProfContainer * self, GstProfContainerKind kind,
    guint64 payload_size, guint64 have, GstProfContainerUnit * unit)
{
  self->current = kind;
  self->remaining = payload_size - MIN (have, payload_size);
  unit->kind = kind;
  if (kind == GST_PROF_CONTAINER_KIND_PACKET) {
    unit->packets = 1;
    unit->payload_size = payload_size;
  }
}

/*
 * Matroska
 */

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
read_matroska_block (GstProfContainer * self, const guint8 * data, gsize size,
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
  kind = get_track (self, track);
  begin_packet (self, kind, block_size - header, buffer_size - header, unit);
  if (kind == GST_PROF_CONTAINER_KIND_NOT_VIDEO)
    return;
  unit->pts = ticks_to_time (self,
      self->cluster + (gint16) GST_READ_UINT16_BE (data + length));
  unit->keyframe_known = simple;
  unit->keyframe = simple && (data[length + 2] & 0x80);
}

static void
read_matroska (GstProfContainer * self, const guint8 * data, gsize size,
    guint64 buffer_size, GstProfContainerUnit * unit)
{
  guint64 id, length, track = 0;
  gsize pos = 0;

  if (self->remaining > 0) {
    read_remaining (self, buffer_size, unit);
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
        read_matroska_block (self, data + pos, size - pos, buffer_size - pos,
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
        set_track (self, track,
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

/*
 * MP4. The payload has no header of its own. A fragment's header (moof) names
 * the track. Without one, H.264 and H.265 are known by their form; of all else
 * only the memory can tell what it is.
 */

#define BOX(a, b, c, d) GST_MAKE_FOURCC (d, c, b, a)

static gboolean
is_top_level_box (guint32 type)
{
  switch (type) {
    case BOX ('f', 't', 'y', 'p'):
    case BOX ('s', 't', 'y', 'p'):
    case BOX ('f', 'r', 'e', 'e'):
    case BOX ('s', 'k', 'i', 'p'):
    case BOX ('w', 'i', 'd', 'e'):
    case BOX ('u', 'd', 't', 'a'):
    case BOX ('u', 'u', 'i', 'd'):
    case BOX ('m', 'o', 'o', 'v'):
    case BOX ('m', 'o', 'o', 'f'):
    case BOX ('m', 'f', 'r', 'a'):
    case BOX ('s', 'i', 'd', 'x'):
    case BOX ('m', 'd', 'a', 't'):
      return TRUE;
  }
  return FALSE;
}

/* A payload could begin like a box by chance, but boxes fill their buffer; only
 * of mdat the content follows. */
static gboolean
is_boxes (const guint8 * data, gsize size, guint64 buffer_size)
{
  guint64 pos = 0;

  while (pos + 8 <= size) {
    guint64 length = GST_READ_UINT32_BE (data + pos);
    guint32 type = GST_READ_UINT32_BE (data + pos + 4);

    if (!is_top_level_box (type))
      return FALSE;
    if (type == BOX ('m', 'd', 'a', 't'))
      return buffer_size - pos <= 16;
    if (length < 8)
      return FALSE;
    pos += length;
  }
  return pos == buffer_size;
}

/* Whether the buffer is a chain of NAL units, each behind its length, that ends
 * where the buffer ends: no other kind of stream does that by chance. */
static gboolean
is_nal_units (const guint8 * data, gsize size, guint64 buffer_size)
{
  guint64 pos = 0;

  while (pos + 4 < size) {
    guint32 length = GST_READ_UINT32_BE (data + pos);

    if (length == 0)
      return FALSE;
    pos += 4 + (guint64) length;
  }
  return pos == buffer_size && pos > 0;
}

/* Looks for what tells the tracks, in moov: the id in tkhd and the type in
 * hdlr; in moof: the ids in tfhd. */
static void
read_boxes (GstProfContainer * self, const guint8 * data, gsize size)
{
  guint64 track = 0;
  guint fragments = 0;
  gsize pos = 0;

  while (pos + 8 <= size) {
    guint64 length = GST_READ_UINT32_BE (data + pos);
    const guint8 *body = data + pos + 8;
    gsize have = size - pos - 8;

    switch (GST_READ_UINT32_BE (data + pos + 4)) {
      case BOX ('m', 'o', 'o', 'v'):
      case BOX ('t', 'r', 'a', 'k'):
      case BOX ('m', 'd', 'i', 'a'):
      case BOX ('m', 'o', 'o', 'f'):
      case BOX ('t', 'r', 'a', 'f'):
        pos += 8;
        continue;
      case BOX ('t', 'k', 'h', 'd'):
        /* Version 1 has times of 64 bits before the id. */
        if (have >= 24)
          track = GST_READ_UINT32_BE (body + (body[0] == 1 ? 20 : 12));
        break;
      case BOX ('h', 'd', 'l', 'r'):
        if (have >= 12)
          set_track (self, track,
              GST_READ_UINT32_BE (body + 8) == BOX ('v', 'i', 'd', 'e') ?
              GST_PROF_CONTAINER_KIND_PACKET :
              GST_PROF_CONTAINER_KIND_NOT_VIDEO);
        break;
      case BOX ('t', 'f', 'h', 'd'):
        if (have >= 8)
          self->current = fragments++ == 0 ?
              get_track (self, GST_READ_UINT32_BE (body + 4)) :
              GST_PROF_CONTAINER_KIND_UNKNOWN;
        break;
    }
    if (length < 8)
      return;
    pos += length;
  }
}

static void
read_iso (GstProfContainer * self, const guint8 * data, gsize size,
    guint64 buffer_size, GstClockTime pts, GstClockTime dts,
    GstProfContainerUnit * unit)
{
  if (is_boxes (data, size, buffer_size)) {
    unit->kind = GST_PROF_CONTAINER_KIND_HEADER;
    read_boxes (self, data, size);
    return;
  }
  unit->kind = self->current;
  unit->payload = TRUE;
  if (unit->kind == GST_PROF_CONTAINER_KIND_UNKNOWN
      && is_nal_units (data, size, buffer_size))
    unit->kind = GST_PROF_CONTAINER_KIND_PACKET;
  if (unit->kind == GST_PROF_CONTAINER_KIND_NOT_VIDEO)
    return;
  unit->pts = pts;
  unit->dts = dts;
  if (unit->kind == GST_PROF_CONTAINER_KIND_PACKET) {
    unit->packets = 1;
    unit->payload_size = buffer_size;
  }
}

/*
 * FLV: one tag in each buffer
 */

static void
read_flv (GstProfContainer * self, const guint8 * data, gsize size,
    GstProfContainerUnit * unit)
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
  unit->dts = ticks_to_time (self, time);
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
  unit->pts = ticks_to_time (self, time);
  unit->kind = GST_PROF_CONTAINER_KIND_PACKET;
  unit->packets = 1;
  unit->payload_size = length > header ? length - header : 0;
  unit->keyframe_known = TRUE;
  unit->keyframe = data[FLV_TAG_HEADER_SIZE] >> 4 == 1;
}

/*
 * MPEG-TS
 */

static GstClockTime
read_pes_time (GstProfContainer * self, const guint8 * data)
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
  return ticks_to_time (self, ticks);
}

/* @data is one PES packet's beginning. */
static void
read_pes (GstProfContainer * self, const guint8 * data, gsize size, guint pid,
    GstProfContainerUnit * ret_unit)
{
  guint length, header;

  if (size < 9 || data[0] != 0 || data[1] != 0 || data[2] != 1)
    return;
  if ((data[3] & 0xf0) != 0xe0) {
    set_track (self, pid, GST_PROF_CONTAINER_KIND_NOT_VIDEO);
    ret_unit->kind = GST_PROF_CONTAINER_KIND_NOT_VIDEO;
    return;
  }
  set_track (self, pid, GST_PROF_CONTAINER_KIND_PACKET);
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
read_ts_packet (GstProfContainer * self, const guint8 * data,
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
  switch (get_track (self, pid)) {
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

static void
read_ts (GstProfContainer * self, const guint8 * data, gsize size,
    GstProfContainerUnit * unit)
{
  guint packets = 0;

  for (gsize pos = 0; pos + TS_PACKET_SIZE <= size; pos += TS_PACKET_SIZE) {
    GstProfContainerUnit one = unit_init;

    read_ts_packet (self, data + pos, &one);
    packets += one.packets;
    if (pos == 0 || get_rank (one.kind) > get_rank (unit->kind))
      *unit = one;
  }
  unit->packets = packets;
}

/*
 * AVI: a header with the size, then the payload, which alone has a time
 */

static void
read_avi_payload (GstProfContainer * self, guint64 buffer_size,
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

static void
read_avi (GstProfContainer * self, const guint8 * data, gsize size,
    guint64 buffer_size, GstClockTime pts, GstClockTime dts,
    GstProfContainerUnit * unit)
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
 * IVF: a header with size and time, then the payload
 */

static void
read_ivf (GstProfContainer * self, const guint8 * data, gsize size,
    guint64 buffer_size, GstProfContainerUnit * unit)
{
  if (self->remaining > 0) {
    read_remaining (self, buffer_size, unit);
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
  begin_packet (self, GST_PROF_CONTAINER_KIND_PACKET,
      GST_READ_UINT32_LE (data), buffer_size - IVF_FRAME_HEADER_SIZE, unit);
  unit->pts = ticks_to_time (self, GST_READ_UINT64_LE (data + 4));
}

/*
 * By caps
 */

static const struct
{
  const gchar *name;
  GstProfContainerFormat format;
  guint64 scale_num;
  guint64 scale_den;
} formats[] = {
  {"video/x-matroska", GST_PROF_CONTAINER_MATROSKA, GST_MSECOND, 1},
  {"video/x-matroska-3d", GST_PROF_CONTAINER_MATROSKA, GST_MSECOND, 1},
  {"audio/x-matroska", GST_PROF_CONTAINER_MATROSKA, GST_MSECOND, 1},
  {"video/webm", GST_PROF_CONTAINER_MATROSKA, GST_MSECOND, 1},
  {"audio/webm", GST_PROF_CONTAINER_MATROSKA, GST_MSECOND, 1},
  {"video/quicktime", GST_PROF_CONTAINER_ISO, 1, 1},
  {"video/mj2", GST_PROF_CONTAINER_ISO, 1, 1},
  {"audio/x-m4a", GST_PROF_CONTAINER_ISO, 1, 1},
  {"video/x-flv", GST_PROF_CONTAINER_FLV, GST_MSECOND, 1},
  {"video/mpegts", GST_PROF_CONTAINER_MPEG_TS, GST_SECOND / 10000, 9},
  {"video/x-msvideo", GST_PROF_CONTAINER_AVI, 1, 1},
  {"video/x-ivf", GST_PROF_CONTAINER_IVF, GST_SECOND, 90000},
  {"video/ogg", GST_PROF_CONTAINER_OTHER, 1, 1},
  {"audio/ogg", GST_PROF_CONTAINER_OTHER, 1, 1},
  {"video/x-ms-asf", GST_PROF_CONTAINER_OTHER, 1, 1},
  {"video/x-nut", GST_PROF_CONTAINER_OTHER, 1, 1},
  {"video/x-mng", GST_PROF_CONTAINER_OTHER, 1, 1},
};

static GstProfContainerFormat
guess_format (const GstStructure * s)
{
  const gchar *name = gst_structure_get_name (s);
  gboolean system = FALSE;

  /* MPEG-PS and DV are video/mpeg and video/x-dv with this field. */
  if (gst_structure_get_boolean (s, "systemstream", &system) && system)
    return GST_PROF_CONTAINER_OTHER;
  if (g_str_has_prefix (name, "video/") || g_str_has_prefix (name, "image/")
      || g_str_has_prefix (name, "audio/") || g_str_has_prefix (name, "text/"))
    return GST_PROF_CONTAINER_NONE;
  return GST_PROF_CONTAINER_OTHER;
}

/*
 * gst_prof_container_init:
 * @self: (out caller-allocates): the container
 * @caps: (nullable): caps at the sink pad; %NULL: not known
 *
 * Begins a new file of the kind that @caps say.
 */
void
gst_prof_container_init (GstProfContainer * self, const GstCaps * caps)
{
  const GstStructure *s;
  gint packet_size;

  memset (self, 0, sizeof (*self));
  self->format = GST_PROF_CONTAINER_OTHER;
  self->current = GST_PROF_CONTAINER_KIND_UNKNOWN;
  self->scale_num = self->scale_den = 1;
  self->last_ticks = -1;
  if (caps == NULL || gst_caps_is_empty (caps) || gst_caps_is_any (caps))
    return;

  s = gst_caps_get_structure (caps, 0);
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    if (gst_structure_has_name (s, formats[i].name)) {
      self->format = formats[i].format;
      self->scale_num = formats[i].scale_num;
      self->scale_den = formats[i].scale_den;
      /* Blu-ray's packets have four more bytes in front. */
      if (self->format == GST_PROF_CONTAINER_MPEG_TS
          && gst_structure_get_int (s, "packetsize", &packet_size)
          && packet_size != TS_PACKET_SIZE)
        self->format = GST_PROF_CONTAINER_OTHER;
      return;
    }
  }
  self->format = guess_format (s);
}

/*
 * gst_prof_container_is_container:
 * @self: the container
 *
 * Returns: %FALSE when each buffer is a packet by itself, whose time is the
 *   buffer's own.
 */
gboolean
gst_prof_container_is_container (const GstProfContainer * self)
{
  return self->format != GST_PROF_CONTAINER_NONE;
}

/*
 * gst_prof_container_read:
 * @self: the container
 * @data: (array length=size): the buffer's first bytes, best all of its first
 *   memory: lists of tracks can be longer than 1 KB, MP4's payload is walked
 *   through, and of MPEG-TS all packets are looked at
 * @size: how many
 * @buffer_size: size of the whole buffer in bytes, at least @size
 * @pts: the buffer's PTS, or %GST_CLOCK_TIME_NONE
 * @dts: the buffer's DTS, or %GST_CLOCK_TIME_NONE
 * @ret_unit: (out caller-allocates): what the buffer is
 *
 * Reads the next buffer of the file. Must be called for each one, in order.
 */
void
gst_prof_container_read (GstProfContainer * self, const guint8 * data,
    gsize size, guint64 buffer_size, GstClockTime pts, GstClockTime dts,
    GstProfContainerUnit * ret_unit)
{
  *ret_unit = unit_init;
  switch (self->format) {
    case GST_PROF_CONTAINER_MATROSKA:
      read_matroska (self, data, size, buffer_size, ret_unit);
      break;
    case GST_PROF_CONTAINER_ISO:
      read_iso (self, data, size, buffer_size, pts, dts, ret_unit);
      break;
    case GST_PROF_CONTAINER_FLV:
      read_flv (self, data, size, ret_unit);
      break;
    case GST_PROF_CONTAINER_MPEG_TS:
      read_ts (self, data, size, ret_unit);
      break;
    case GST_PROF_CONTAINER_AVI:
      read_avi (self, data, size, buffer_size, pts, dts, ret_unit);
      break;
    case GST_PROF_CONTAINER_IVF:
      read_ivf (self, data, size, buffer_size, ret_unit);
      break;
    case GST_PROF_CONTAINER_NONE:
      ret_unit->kind = GST_PROF_CONTAINER_KIND_PACKET;
      ret_unit->packets = 1;
      ret_unit->pts = pts;
      ret_unit->dts = dts;
      ret_unit->payload_size = buffer_size;
      ret_unit->payload = TRUE;
      break;
    case GST_PROF_CONTAINER_OTHER:
      ret_unit->payload = TRUE;
      break;
  }
}
