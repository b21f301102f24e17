/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Opening and closing the span of a port: what is known of a buffer before it
 * comes in, and what has become known when the stage gives control back.
 * Streaming thread.
 */

#include "gstprofportprivate.h"

#include <gst/prof/gstprofclock.h>

/* Frames without a packet, beyond what an encoder usually keeps, that make it
 * starved; a third of a second at 30 fps */
#define STARVED_FRAMES 10

static void
prepare_input (GstProfPort * port, GstProfSpan * span, GstBuffer * buffer)
{
  gst_prof_port_label_span (port, port->meter, span);
  if (port->not_video)
    span->flags |= GST_PROF_SPAN_FLAG_NOT_VIDEO;
  if (port->encoded)
    span->flags |= GST_PROF_SPAN_FLAG_ENCODED;
  /* unless a frame comes out */
  if (port->packetized)
    span->flags |= GST_PROF_SPAN_FLAG_HEADER;
  if (port->reset) {
    span->flags |= GST_PROF_SPAN_FLAG_RESET;
    port->reset = FALSE;
  }
  if (buffer == NULL)
    return;
  span->buffers = 1;
  span->bytes = gst_buffer_get_size (buffer);
  span->running_time =
      gst_prof_port_to_running_time (port, GST_BUFFER_PTS (buffer));
  if (port->encoded) {
    span->dts_running_time =
        gst_prof_port_to_running_time (port, GST_BUFFER_DTS (buffer));
    gst_prof_port_set_payload (span, buffer);
    if (!GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT))
      span->flags |= GST_PROF_SPAN_FLAG_KEYFRAME;
  }
  if (port->hooks->classify)
    port->hooks->classify (port, buffer, span);
}

/* The first buffer has been dealt with: it gave the span its times. */
static void
prepare_list (GstProfPort * port, GstProfSpan * span, GstBufferList * list)
{
  guint n = gst_buffer_list_length (list);

  span->buffers = n;
  span->bytes = gst_buffer_list_calculate_size (list);
  for (guint i = 1; i < n && port->hooks->classify; i++)
    port->hooks->classify (port, gst_buffer_list_get (list, i), span);
}

static void
note_starvation (GstProfPort * port, GstProfSpan * span)
{
  guint depth = port->settled_depth ? port->settled_depth
      : port->expected_depth;

  if (span->packets > 0) {
    /* The frame whose packet this is has just left, but was inside. */
    if (port->settled_depth == 0)
      port->settled_depth = span->inside + 1;
    port->since_output = 0;
    return;
  }
  port->since_output++;
  if (port->since_output >= STARVED_FRAMES
      && span->inside + 1 >= depth + STARVED_FRAMES)
    span->flags |= GST_PROF_SPAN_FLAG_STARVED;
}

static void
note_first_buffer (GstProfPort * port, GstProfSpan * span)
{
  GstProfMeter *meter = port->meter;

  if (atomic_exchange (&meter->first_seen, TRUE))
    return;
  if (!(span->flags & GST_PROF_SPAN_FLAG_PREROLL)) {
    atomic_store (&meter->first_buffer, span->own);
    gst_prof_meter_note_piece (meter, GST_PROF_SETUP_DONE, span->enter,
        span->leave, span->own);
  }
  gst_prof_meter_note_setup (meter, GST_PROF_SETUP_DONE, NULL);
}

static void
note_frames_in (GstProfPort * port, GstBufferList * list, GstProfSpan * span,
    GstClockTime now)
{
  guint n = list ? gst_buffer_list_length (list) : 1;

  gst_prof_meter_frame_in (port->meter, span->running_time, now);
  for (guint i = 1; i < n; i++) {
    GstBuffer *buffer = gst_buffer_list_get (list, i);

    gst_prof_meter_frame_in (port->meter,
        gst_prof_port_to_running_time (port, GST_BUFFER_PTS (buffer)), now);
  }
}

/* A muxer holds each stream until the others have come as far, and a sink that
 * synchronizes holds a buffer until it is due. That is no work of the stage,
 * and would be blamed on it: what the thread of such a stage did not spend on a
 * CPU is waiting. */
static void
take_waiting_out (GstProfPort * port, GstProfSpan * span)
{
  GstClockTime busy;

  if (!GST_CLOCK_TIME_IS_VALID (port->cpu))
    return;
  busy = gst_prof_clock_thread_cpu () - port->cpu;
  if (busy < span->own) {
    span->waited = span->own - busy;
    span->own = busy;
  }
}

/* Opens a span; what it returns goes to close_span() on the same thread. With
 * @list, @buffer is the first in it. */
guint
gst_prof_port_open_span (GstProfPort * port, GstProfThreadRecord * record,
    GstBuffer * buffer, GstBufferList * list, GstProfSpanFlags flags)
{
  GstProfSpan *span =
      gst_prof_thread_record_prepare (record, &port->meter->client);
  GstClockTime now;

  prepare_input (port, span, buffer);
  if (list != NULL)
    prepare_list (port, span, list);
  span->flags |= flags;
  port->cpu = GST_CLOCK_TIME_NONE;
  if (atomic_load_explicit (&port->meter->client.waits, memory_order_relaxed))
    port->cpu = gst_prof_clock_thread_cpu ();
  now = gst_prof_clock_now ();
  if (buffer != NULL && !port->packetized)
    note_frames_in (port, list, span, now);
  gst_prof_thread_record_enter (record, now);
  return atomic_load_explicit (&port->meter->epoch, memory_order_relaxed);
}

GstProfSpan *
gst_prof_port_close_span (GstProfPort * port,
    GstProfThreadRecord * record, guint epoch)
{
  GstProfSpan *span =
      gst_prof_thread_record_leave (record, gst_prof_clock_now ());

  take_waiting_out (port, span);
  gst_prof_meter_note_preroll (port->meter, span, epoch);
  return span;
}

void
gst_prof_port_close_buffer_span (GstProfPort * port,
    GstProfThreadRecord * record, guint epoch)
{
  GstProfSpan *span = gst_prof_port_close_span (port, record, epoch);

  /* Whatever it carried for the first frame goes back to wait for that. */
  if (port->packetized && (span->flags & GST_PROF_SPAN_FLAG_HEADER)
      && (span->flags & GST_PROF_SPAN_FLAG_RESET)) {
    span->flags &= ~GST_PROF_SPAN_FLAG_RESET;
    port->reset = TRUE;
  }
  span->inside = gst_prof_meter_get_inside (port->meter);
  if (port->expected_depth > 0)
    note_starvation (port, span);
  if (G_UNLIKELY (!atomic_load_explicit (&port->meter->first_seen,
              memory_order_relaxed)))
    note_first_buffer (port, span);
  if (port->hooks->closed)
    port->hooks->closed (port, record, span);
  gst_prof_thread_record_settle (record);
}
