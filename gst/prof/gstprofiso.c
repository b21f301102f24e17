/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * MP4, MOV and 3GP. The payload has no header of its own. A fragment's header
 * (moof) names the track. Without one, H.264 and H.265 are known by their form;
 * of all else only the memory can tell what it is. What it remembers is its
 * caller's; passive.
 */

#include "gstprofiso.h"

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
read_boxes (GstProfContainerState * self, const guint8 * data, gsize size)
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
          gst_prof_container_state_set_track (self, track,
              GST_READ_UINT32_BE (body + 8) == BOX ('v', 'i', 'd', 'e') ?
              GST_PROF_CONTAINER_KIND_PACKET :
              GST_PROF_CONTAINER_KIND_NOT_VIDEO);
        break;
      case BOX ('t', 'f', 'h', 'd'):
        if (have >= 8)
          self->current = fragments++ == 0 ?
              gst_prof_container_state_get_track (self,
              GST_READ_UINT32_BE (body + 4)) :
              GST_PROF_CONTAINER_KIND_UNKNOWN;
        break;
    }
    if (length < 8)
      return;
    pos += length;
  }
}

/*
 * gst_prof_iso_read:
 * @self: what is remembered of the file
 * @data: (array length=size): the buffer's first bytes, best all of them
 * @size: how many
 * @buffer_size: size of the whole buffer in bytes
 * @pts: the buffer's PTS, or %GST_CLOCK_TIME_NONE
 * @dts: the buffer's DTS, or %GST_CLOCK_TIME_NONE
 * @unit: (inout): what the buffer is; unknown before
 *
 * Reads the next buffer of a file. The payload has the times of its buffer.
 */
void
gst_prof_iso_read (GstProfContainerState * self, const guint8 * data,
    gsize size, guint64 buffer_size, GstClockTime pts, GstClockTime dts,
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
