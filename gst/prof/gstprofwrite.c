/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The writing of one packet, put together from the spans of the sink that wrote
 * it. Plain data, owns nothing; passive.
 */

#include "gstprofwrite.h"

/*
 * gst_prof_write_begin:
 * @self: (out caller-allocates): a write
 * @span: its first span
 */
void
gst_prof_write_begin (GstProfWrite * self, const GstProfSpan * span)
{
  *self = (GstProfWrite) {
    .enter = span->enter,
    .leave = span->leave,
    .own = span->own,
    .thread_id = span->thread_id,
    .bytes = span->bytes,
    .first_bytes = span->bytes,
    .spans = 1,
    .flags = span->flags,
    .packets = span->packets,
    .pts = span->running_time,
    .payload_size = span->payload_size,
  };
  gst_prof_write_set_payload (self, span);
}

/*
 * gst_prof_write_add:
 * @self: a write
 * @span: more of the same packet
 */
void
gst_prof_write_add (GstProfWrite * self, const GstProfSpan * span)
{
  self->leave = MAX (self->leave, span->leave);
  self->own += span->own;
  self->bytes += span->bytes;
  self->spans++;
  self->flags |= span->flags;
}

/*
 * gst_prof_write_set_payload:
 * @self: a write
 * @span: one of its spans
 *
 * If that has the packet's memory, it is the write's.
 */
void
gst_prof_write_set_payload (GstProfWrite * self, const GstProfSpan * span)
{
  if (span->payload == 0)
    return;
  self->payload = span->payload;
  self->payload_size = span->payload_size;
}

/*
 * gst_prof_write_is_whole:
 * @self: a write
 *
 * A write that has its memory, or was given all at once, is over with its last
 * byte. Otherwise the container's own bytes are among those counted.
 *
 * Returns: whether the packet has been written for sure
 */
gboolean
gst_prof_write_is_whole (const GstProfWrite * self)
{
  if (self->payload_size == 0 || self->bytes < self->payload_size)
    return FALSE;
  return self->payload != 0 || self->first_bytes >= self->payload_size;
}
