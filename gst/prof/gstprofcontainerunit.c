/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What is known of a container in whatever format: what each track carries, how
 * long a tick of its clock is, and of the packet that is being written how much
 * is to come. Owns nothing but that; passive, the thread of its owner.
 */

#include "gstprofcontainerunit.h"

/*
 * gst_prof_container_state_to_time:
 * @self: the state
 * @ticks: a time by the container's clock
 *
 * Returns: it in nanoseconds; %GST_CLOCK_TIME_NONE: it is before zero
 */
GstClockTime
gst_prof_container_state_to_time (const GstProfContainerState * self,
    gint64 ticks)
{
  if (ticks < 0)
    return GST_CLOCK_TIME_NONE;
  return gst_util_uint64_scale (ticks, self->scale_num, self->scale_den);
}

/*
 * gst_prof_container_state_set_track:
 * @self: the state
 * @track: number of a track or PID
 * @kind: what it carries
 *
 * Tracks beyond the bound stay unknown.
 */
void
gst_prof_container_state_set_track (GstProfContainerState * self,
    guint64 track, GstProfContainerKind kind)
{
  guint i;

  for (i = 0; i < self->n_tracks && self->track[i] != track; i++);
  if (i == GST_PROF_CONTAINER_MAX_TRACKS)
    return;
  self->track[i] = track;
  self->track_kind[i] = kind;
  self->n_tracks = MAX (self->n_tracks, i + 1);
}

/*
 * gst_prof_container_state_get_track:
 * @self: the state
 * @track: number of a track or PID
 *
 * Returns: what it carries
 */
GstProfContainerKind
gst_prof_container_state_get_track (const GstProfContainerState * self,
    guint64 track)
{
  for (guint i = 0; i < self->n_tracks; i++) {
    if (self->track[i] == track)
      return self->track_kind[i];
  }
  return GST_PROF_CONTAINER_KIND_UNKNOWN;
}

/*
 * gst_prof_container_state_continue_packet:
 * @self: the state
 * @buffer_size: size of the buffer in bytes
 * @unit: what the buffer is
 *
 * The buffer has bytes of a packet whose header was a buffer of its own.
 */
void
gst_prof_container_state_continue_packet (GstProfContainerState * self,
    guint64 buffer_size, GstProfContainerUnit * unit)
{
  unit->kind = self->current == GST_PROF_CONTAINER_KIND_PACKET ?
      GST_PROF_CONTAINER_KIND_CONTINUATION : self->current;
  unit->payload = buffer_size == self->remaining;
  self->remaining -= MIN (buffer_size, self->remaining);
}

/*
 * gst_prof_container_state_begin_packet:
 * @self: the state
 * @kind: what the packet is
 * @payload_size: its size without the container's bytes
 * @have: how many of these are in this buffer
 * @unit: what the buffer is
 *
 * A packet begins in the buffer.
 */
void
gst_prof_container_state_begin_packet (GstProfContainerState * self,
    GstProfContainerKind kind, guint64 payload_size, guint64 have,
    GstProfContainerUnit * unit)
{
  self->current = kind;
  self->remaining = payload_size - MIN (have, payload_size);
  unit->kind = kind;
  if (kind == GST_PROF_CONTAINER_KIND_PACKET) {
    unit->packets = 1;
    unit->payload_size = payload_size;
  }
}
