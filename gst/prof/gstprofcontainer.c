/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What the bytes that reach a file say about the packet they carry: enough of
 * each container to tell packets of video from all else, and no more. Chooses by
 * the caps who reads them, and keeps what the reader remembers. Does not check a
 * file's correctness; never changes or keeps the bytes. One streaming thread
 * calls it for every buffer: no allocation, no logging, and whatever is not
 * understood is said to be unknown.
 */

#include "gstprofcontainer.h"

#include "gstprofiso.h"
#include "gstprofmatroska.h"
#include "gstprofmpegts.h"
#include "gstprofpacketheader.h"

#include <string.h>

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
  GstProfContainerState *state = &self->state;
  const GstStructure *s;
  gint packet_size;

  memset (self, 0, sizeof (*self));
  self->format = GST_PROF_CONTAINER_OTHER;
  state->current = GST_PROF_CONTAINER_KIND_UNKNOWN;
  state->scale_num = state->scale_den = 1;
  state->last_ticks = -1;
  if (caps == NULL || gst_caps_is_empty (caps) || gst_caps_is_any (caps))
    return;

  s = gst_caps_get_structure (caps, 0);
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    if (gst_structure_has_name (s, formats[i].name)) {
      self->format = formats[i].format;
      state->scale_num = formats[i].scale_num;
      state->scale_den = formats[i].scale_den;
      /* Blu-ray's packets have four more bytes in front. */
      if (self->format == GST_PROF_CONTAINER_MPEG_TS
          && gst_structure_get_int (s, "packetsize", &packet_size)
          && packet_size != GST_PROF_MPEG_TS_PACKET_SIZE)
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
  const GstProfContainerUnit unknown = GST_PROF_CONTAINER_UNIT_INIT;
  GstProfContainerState *state = &self->state;

  *ret_unit = unknown;
  switch (self->format) {
    case GST_PROF_CONTAINER_MATROSKA:
      gst_prof_matroska_read (state, data, size, buffer_size, ret_unit);
      break;
    case GST_PROF_CONTAINER_ISO:
      gst_prof_iso_read (state, data, size, buffer_size, pts, dts, ret_unit);
      break;
    case GST_PROF_CONTAINER_FLV:
      gst_prof_packet_header_read_flv (state, data, size, ret_unit);
      break;
    case GST_PROF_CONTAINER_MPEG_TS:
      gst_prof_mpeg_ts_read (state, data, size, ret_unit);
      break;
    case GST_PROF_CONTAINER_AVI:
      gst_prof_packet_header_read_avi (state, data, size, buffer_size,
          pts, dts, ret_unit);
      break;
    case GST_PROF_CONTAINER_IVF:
      gst_prof_packet_header_read_ivf (state, data, size, buffer_size,
          ret_unit);
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
