/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * A port: the bracket around one pad of a stage. An input port sits on a ghost
 * sink pad, an output port on the internal pad of a ghost source pad; each
 * replaces the pad's functions by ones that read the clock and call the
 * default. What passes is passed on untouched.
 *
 * Push mode: an input's chain opens a span, an output's chain stops its clock.
 * Pull mode: a child that is pulled from is measured in the source pad's
 * getrange; a child that pulls in a loop of its own from the time pulled data
 * comes back to it until it asks for more.
 *
 * A port belongs to its pad's streaming thread. It takes no lock but the
 * meter's leaf lock, and allocates nothing per buffer.
 */

#include "gstprofport.h"

#include <gst/prof/gstprofclock.h>
#include <gst/prof/gstprofcontainer.h>

#include <string.h>

/* Frames without a packet, beyond what an encoder usually keeps, that make it
 * starved; a third of a second at 30 fps */
#define STARVED_FRAMES 10

static inline GstProfPort *
get_port (GstPad * pad)
{
  return gst_pad_get_element_private (pad);
}

/*
 * gst_prof_port_to_running_time:
 * @time: a time in the port's segment, or %GST_CLOCK_TIME_NONE
 *
 * Returns: its running time, %GST_CLOCK_TIME_NONE if it has none
 */
GstClockTime
gst_prof_port_to_running_time (GstProfPort * port, GstClockTime time)
{
  if (!GST_CLOCK_TIME_IS_VALID (time)
      || port->segment.format != GST_FORMAT_TIME)
    return GST_CLOCK_TIME_NONE;
  return gst_segment_to_running_time (&port->segment, GST_FORMAT_TIME, time);
}

static void
set_caps (GstProfPort * port, GstCaps * caps)
{
  const GstStructure *s = gst_caps_get_structure (caps, 0);
  const gchar *name = gst_structure_get_name (s);
  gint num, den;

  gst_caps_replace (&port->caps, caps);
  port->not_video = !g_str_has_prefix (name, "video/")
      && !g_str_has_prefix (name, "image/");
  port->encoded = !port->not_video && strcmp (name, "video/x-raw") != 0;
  port->frame_duration = GST_CLOCK_TIME_NONE;
  if (gst_structure_get_fraction (s, "framerate", &num, &den) && num > 0)
    port->frame_duration =
        gst_util_uint64_scale_int (GST_SECOND, den, num);
}

/*
 * gst_prof_port_set_payload:
 * @span: a span
 * @buffer: a buffer that it is about
 *
 * Notes the identity of the buffer's memory: what a muxer passes on uncopied
 * keeps it.
 */
void
gst_prof_port_set_payload (GstProfSpan * span, GstBuffer * buffer)
{
  if (gst_buffer_n_memory (buffer) == 1) {
    span->payload = (guint64) (guintptr) gst_buffer_peek_memory (buffer, 0);
    span->payload_size = gst_buffer_get_size (buffer);
  }
}

static void
prepare_input (GstProfPort * port, GstProfSpan * span, GstBuffer * buffer)
{
  span->stage = g_ref_string_acquire (port->meter->stage);
  if (port->stream_id != NULL)
    span->stream_id = g_ref_string_acquire (port->stream_id);
  span->frame_duration = port->frame_duration;
  if (port->not_video)
    span->flags |= GST_PROF_SPAN_FLAG_NOT_VIDEO;
  if (port->encoded)
    span->flags |= GST_PROF_SPAN_FLAG_ENCODED;
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
  if (!(span->flags & GST_PROF_SPAN_FLAG_PREROLL))
    atomic_store (&meter->first_buffer, span->own);
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

/* A muxer holds each stream until the others have come as far. That is no work
 * of the stage, and would be blamed on it: with several streams, what the
 * thread did not spend on a CPU is waiting. */
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
static guint
open_span (GstProfPort * port, GstProfThreadRecord * record,
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
  if (atomic_load_explicit (&port->meter->n_streams,
          memory_order_relaxed) > 1)
    port->cpu = gst_prof_clock_thread_cpu ();
  now = gst_prof_clock_now ();
  if (buffer != NULL)
    note_frames_in (port, list, span, now);
  gst_prof_thread_record_enter (record, now);
  return atomic_load_explicit (&port->meter->epoch, memory_order_relaxed);
}

static GstProfSpan *
close_span (GstProfPort * port, GstProfThreadRecord * record, guint epoch)
{
  GstProfSpan *span =
      gst_prof_thread_record_leave (record, gst_prof_clock_now ());

  take_waiting_out (port, span);
  if ((epoch & 1) == 0
      || epoch != atomic_load_explicit (&port->meter->epoch,
          memory_order_relaxed))
    span->flags |= GST_PROF_SPAN_FLAG_PREROLL;
  return span;
}

static void
close_buffer_span (GstProfPort * port, GstProfThreadRecord * record,
    guint epoch)
{
  GstProfSpan *span = close_span (port, record, epoch);

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

static GstFlowReturn
input_chain (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  GstProfPort *port = get_port (pad);
  GstProfThreadRecord *record;
  GstFlowReturn ret;
  guint epoch;

  if (port->hooks->chain && port->hooks->chain (port, buffer, &ret))
    return ret;

  record = gst_prof_thread_record_get ();
  epoch = open_span (port, record, buffer, NULL, 0);
  ret = gst_proxy_pad_chain_default (pad, parent, buffer);
  close_buffer_span (port, record, epoch);
  return ret;
}

static GstFlowReturn
input_chain_list (GstPad * pad, GstObject * parent, GstBufferList * list)
{
  GstProfPort *port = get_port (pad);
  GstProfThreadRecord *record;
  GstFlowReturn ret = GST_FLOW_OK;
  guint epoch, n = gst_buffer_list_length (list);

  if (n == 0)
    return gst_proxy_pad_chain_list_default (pad, parent, list);

  /* An element that deals with buffers itself gets them one by one. */
  if (port->hooks->chain) {
    for (guint i = 0; i < n && ret == GST_FLOW_OK; i++)
      ret = input_chain (pad, parent,
          gst_buffer_ref (gst_buffer_list_get (list, i)));
    gst_buffer_list_unref (list);
    return ret;
  }

  record = gst_prof_thread_record_get ();
  epoch = open_span (port, record, gst_buffer_list_get (list, 0), list, 0);
  ret = gst_proxy_pad_chain_list_default (pad, parent, list);
  close_buffer_span (port, record, epoch);
  return ret;
}

/* A muxer adds the headers to its caps once it has them: that is no other
 * format. */
static gboolean
is_same_format (GstCaps * a, GstCaps * b)
{
  gboolean same;

  if (a == NULL)
    return FALSE;
  a = gst_caps_copy (a);
  b = gst_caps_copy (b);
  gst_structure_remove_field (gst_caps_get_structure (a, 0), "streamheader");
  gst_structure_remove_field (gst_caps_get_structure (b, 0), "streamheader");
  same = gst_caps_is_equal (a, b);
  gst_caps_unref (a);
  gst_caps_unref (b);
  return same;
}

/* Upstream will say no more than "not-negotiated". The stream goes on or fails
 * as it would without us; this only says over what. */
static void
warn_refused (GstProfPort * port, GstCaps * caps)
{
  GstPad *target = gst_ghost_pad_get_target (GST_GHOST_PAD (port->pad));
  GstCaps *taken;

  if (target == NULL)
    return;
  gst_caps_replace (&port->refused, caps);
  taken = gst_pad_query_caps (target, NULL);
  GST_ELEMENT_WARNING (port->meter->element, CORE, NEGOTIATION,
      ("\"%s\" cannot take the caps %" GST_PTR_FORMAT,
          GST_OBJECT_NAME (GST_OBJECT_PARENT (target)), caps),
      ("it would take %" GST_PTR_FORMAT, taken));
  gst_caps_unref (taken);
  gst_object_unref (target);
}

/* A caps event is refused before the event function sees it when the pad does
 * not accept the caps; only a probe knows that it was one and not somebody who
 * asks around. */
static GstPadProbeReturn
caps_arriving (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstProfPort *port = user_data;

  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_CAPS)
    atomic_store (&port->arriving, g_thread_self ());
  return GST_PAD_PROBE_OK;
}

static gboolean
input_query (GstPad * pad, GstObject * parent, GstQuery * query)
{
  GstProfPort *port = get_port (pad);
  gboolean ret, accepted;
  GstCaps *caps;

  if (!port->hooks->query || !port->hooks->query (port, query, &ret))
    ret = gst_pad_query_default (pad, parent, query);

  if (GST_QUERY_TYPE (query) == GST_QUERY_ACCEPT_CAPS
      && atomic_load (&port->arriving) == g_thread_self ()) {
    atomic_store (&port->arriving, NULL);
    gst_query_parse_accept_caps (query, &caps);
    gst_query_parse_accept_caps_result (query, &accepted);
    /* Sticky caps come again before each buffer and event. */
    if (ret && !accepted && (port->refused == NULL
            || !gst_caps_is_equal (port->refused, caps)))
      warn_refused (port, caps);
  }
  return ret;
}

static gboolean
input_caps (GstProfPort * port, GstPad * pad, GstObject * parent,
    GstEvent * event)
{
  GstProfThreadRecord *record = gst_prof_thread_record_get ();
  GstProfMeter *meter = port->meter;
  gboolean ret, again, flowing;
  GstProfSpan *span;
  GRefString *detail = NULL;
  GstCaps *caps;
  guint epoch;

  atomic_store (&port->arriving, NULL);
  gst_event_parse_caps (event, &caps);
  again = is_same_format (port->caps, caps);
  set_caps (port, caps);
  flowing = atomic_load (&meter->first_seen);
  if (flowing && !again) {
    gchar *text = gst_caps_to_string (caps);

    detail = g_ref_string_new (text);
    g_free (text);
  }

  /* An encoder may drain now: its packets are of earlier frames. */
  epoch = open_span (port, record, NULL, NULL, GST_PROF_SPAN_FLAG_DRAIN);
  ret = gst_pad_event_default (pad, parent, event);
  span = close_span (port, record, epoch);
  if (port->hooks->caps_done)
    port->hooks->caps_done (port);

  /* It is not a span of a frame: what it cost is told as setup. Whatever it
   * carried for the first frame goes back to wait for that. */
  if (span->flags & GST_PROF_SPAN_FLAG_RESET)
    port->reset = TRUE;
  if (!flowing) {
    atomic_fetch_add (&meter->caps, span->own);
  } else if (!again) {
    atomic_store (&meter->renegotiation, span->own);
    gst_prof_meter_note_setup (meter, GST_PROF_SETUP_RENEGOTIATED, detail);
  }
  gst_prof_thread_record_discard (record, span);
  gst_prof_thread_record_settle (record);
  return ret;
}

static gboolean
input_eos (GstProfPort * port, GstPad * pad, GstObject * parent,
    GstEvent * event)
{
  GstProfThreadRecord *record = gst_prof_thread_record_get ();
  gboolean ret;
  guint epoch;

  /* The sink at the end of this call may end the run. */
  gst_prof_meter_tell (port->meter, GST_PROF_SETUP_COUNTERS, NULL);
  epoch = open_span (port, record, NULL, NULL, GST_PROF_SPAN_FLAG_DRAIN);
  ret = gst_pad_event_default (pad, parent, event);
  close_span (port, record, epoch);
  gst_prof_thread_record_settle (record);
  return ret;
}

static gboolean
input_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  GstProfPort *port = get_port (pad);
  const gchar *stream_id;
  gboolean ret;

  if (port->hooks->event && port->hooks->event (port, &event, &ret))
    return ret;

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_STREAM_START:
      gst_event_parse_stream_start (event, &stream_id);
      if (port->stream_id == NULL || strcmp (port->stream_id, stream_id) != 0) {
        g_clear_pointer (&port->stream_id, g_ref_string_release);
        port->stream_id = g_ref_string_new (stream_id);
        port->reset = TRUE;
      }
      break;
    case GST_EVENT_CAPS:
      return input_caps (port, pad, parent, event);
    case GST_EVENT_SEGMENT:
      gst_event_copy_segment (event, &port->segment);
      break;
    case GST_EVENT_EOS:
      return input_eos (port, pad, parent, event);
    case GST_EVENT_FLUSH_STOP:
      ret = gst_pad_event_default (pad, parent, event);
      gst_segment_init (&port->segment, GST_FORMAT_UNDEFINED);
      port->reset = TRUE;
      port->since_output = 0;
      gst_prof_meter_clear_inside (port->meter);
      return ret;
    default:
      break;
  }
  return gst_pad_event_default (pad, parent, event);
}

/* The child pulls from upstream. @pad is the internal source pad behind the
 * ghost sink pad. */
static GstFlowReturn
input_getrange (GstPad * pad, GstObject * parent, guint64 offset, guint size,
    GstBuffer ** buffer)
{
  GstProfPort *port = get_port (pad);
  GstProfThreadRecord *record = gst_prof_thread_record_get ();
  GstProfThreadClient *client = &port->meter->client;
  GstProfSpan *open = gst_prof_thread_record_get_open (record, client);
  gboolean loop = open == NULL;
  GstFlowReturn ret;

  if (open != NULL && gst_prof_thread_record_is_standing (record)) {
    loop = TRUE;
    close_buffer_span (port, record,
        atomic_load_explicit (&port->meter->epoch, memory_order_relaxed));
  }

  gst_prof_thread_record_enter_outside (record, client, gst_prof_clock_now ());
  ret = gst_proxy_pad_getrange_default (pad, parent, offset, size, buffer);
  gst_prof_thread_record_leave_outside (record, gst_prof_clock_now ());
  gst_prof_thread_record_settle (record);

  if (loop && (ret == GST_FLOW_OK || ret == GST_FLOW_EOS)) {
    guint epoch = open_span (port, record, NULL, NULL,
        ret == GST_FLOW_EOS ? GST_PROF_SPAN_FLAG_DRAIN : 0);

    open = gst_prof_thread_record_get_open (record, client);
    if (open != NULL && ret == GST_FLOW_OK) {
      open->buffers = 1;
      open->bytes = gst_buffer_get_size (*buffer);
    }
    /* A loop that runs inside of another stage cannot be told from it. */
    if (!gst_prof_thread_record_stand (record, &port->pull_epoch)) {
      gst_prof_thread_record_discard (record, close_span (port, record,
              epoch));
      gst_prof_thread_record_settle (record);
    }
  }
  return ret;
}

/*
 * gst_prof_port_forget_loop:
 * @port: an input port
 *
 * The child's own loop has ended: its thread may be somebody else's now.
 */
void
gst_prof_port_forget_loop (GstProfPort * port)
{
  atomic_fetch_add (&port->pull_epoch, 1);
}

static gboolean
input_activate_mode (GstPad * pad, GstObject * parent, GstPadMode mode,
    gboolean active)
{
  GstProfPort *port = get_port (pad);

  if (mode == GST_PAD_MODE_PULL && !active)
    gst_prof_port_forget_loop (port);
  return gst_ghost_pad_internal_activate_mode_default (pad, parent, mode,
      active);
}

/* The child's loop ends, or is about to: a span that stands open would stand
 * for ever. */
static void
end_loop (GstProfPort * port, GstProfThreadRecord * record)
{
  if (gst_prof_thread_record_is_standing (record)
      && gst_prof_thread_record_get_depth (record) == 1
      && gst_prof_thread_record_get_open (record, &port->meter->client)) {
    close_span (port, record,
        atomic_load_explicit (&port->meter->epoch, memory_order_relaxed));
    gst_prof_thread_record_settle (record);
  }
}

static void
fill_output (GstProfSpan * span, GstProfPort * port, GstBuffer * buffer,
    GstClockTime running_time, GstClockTime dts, GstClockTime latency)
{
  span->running_time_out = running_time;
  span->latency = latency;
  span->packets = 1;
  if (!port->encoded)
    return;
  span->dts_running_time = dts;
  span->bytes = gst_buffer_get_size (buffer);
  gst_prof_port_set_payload (span, buffer);
  if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT))
    span->flags &= ~GST_PROF_SPAN_FLAG_KEYFRAME;
  else
    span->flags |= GST_PROF_SPAN_FLAG_KEYFRAME;
}

static void
note_output (GstProfPort * port, GstProfThreadRecord * record,
    GstBuffer * buffer, GstClockTime now)
{
  GstProfMeter *meter = port->meter;
  GstClockTime running_time, dts, oldest, latency;
  GstProfSpan *span;

  running_time = gst_prof_port_to_running_time (port, GST_BUFFER_PTS (buffer));
  dts = gst_prof_port_to_running_time (port, GST_BUFFER_DTS (buffer));

  /* Packets come in decode order: none will follow that is to be shown before
   * this one is to be decoded. Without decode times they come in the order in
   * which they are shown. */
  oldest = port->encoded && GST_BUFFER_DTS_IS_VALID (buffer) ? dts
      : running_time;
  latency = gst_prof_meter_frame_out (meter, running_time, oldest, now);

  span = gst_prof_thread_record_get_open (record, &meter->client);
  if (span != NULL && !(span->flags & GST_PROF_SPAN_FLAG_DRAIN)) {
    if (span->packets == 0) {
      fill_output (span, port, buffer, running_time, dts, latency);
      return;
    }
    if (!port->encoded) {
      span->packets++;
      return;
    }
  }
  if (!port->encoded)
    return;

  span = gst_prof_thread_record_add (record, &meter->client);
  span->stage = g_ref_string_acquire (meter->stage);
  if (port->stream_id != NULL)
    span->stream_id = g_ref_string_acquire (port->stream_id);
  span->enter = span->leave = now;
  span->frame_duration = port->frame_duration;
  span->flags |= GST_PROF_SPAN_FLAG_OUTPUT;
  fill_output (span, port, buffer, running_time, dts, latency);
}

static GstFlowReturn
output_chain (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  GstProfPort *port = get_port (pad);
  GstProfThreadRecord *record = gst_prof_thread_record_get ();
  GstClockTime now = gst_prof_clock_now ();
  GstFlowReturn ret;

  gst_prof_thread_record_enter_outside (record, &port->meter->client, now);
  note_output (port, record, buffer, now);
  if (port->hooks->output)
    ret = port->hooks->output (port, record, buffer);
  else
    ret = gst_proxy_pad_chain_default (pad, parent, buffer);
  gst_prof_thread_record_leave_outside (record, gst_prof_clock_now ());
  if (G_UNLIKELY (ret != GST_FLOW_OK))
    end_loop (port, record);
  gst_prof_thread_record_settle (record);
  return ret;
}

static GstFlowReturn
output_chain_list (GstPad * pad, GstObject * parent, GstBufferList * list)
{
  GstProfPort *port = get_port (pad);
  GstProfThreadRecord *record;
  guint n = gst_buffer_list_length (list);
  GstFlowReturn ret = GST_FLOW_OK;
  GstClockTime now;

  if (port->hooks->output) {
    for (guint i = 0; i < n && ret == GST_FLOW_OK; i++)
      ret = output_chain (pad, parent,
          gst_buffer_ref (gst_buffer_list_get (list, i)));
    gst_buffer_list_unref (list);
    return ret;
  }

  record = gst_prof_thread_record_get ();
  now = gst_prof_clock_now ();
  gst_prof_thread_record_enter_outside (record, &port->meter->client, now);
  for (guint i = 0; i < n; i++)
    note_output (port, record, gst_buffer_list_get (list, i), now);
  ret = gst_proxy_pad_chain_list_default (pad, parent, list);
  gst_prof_thread_record_leave_outside (record, gst_prof_clock_now ());
  if (G_UNLIKELY (ret != GST_FLOW_OK))
    end_loop (port, record);
  gst_prof_thread_record_settle (record);
  return ret;
}

static void
note_output_event (GstProfPort * port, GstEvent * event)
{
  const gchar *stream_id;
  GstCaps *caps;

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_STREAM_START:
      gst_event_parse_stream_start (event, &stream_id);
      g_clear_pointer (&port->stream_id, g_ref_string_release);
      port->stream_id = g_ref_string_new (stream_id);
      break;
    case GST_EVENT_CAPS:
      gst_event_parse_caps (event, &caps);
      set_caps (port, caps);
      break;
    case GST_EVENT_SEGMENT:
      gst_event_copy_segment (event, &port->segment);
      break;
    default:
      break;
  }
}

static gboolean
output_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  GstProfPort *port = get_port (pad);
  GstProfThreadRecord *record;
  gboolean ret, eos;

  /* Events that overtake data come from any thread. */
  if (!GST_EVENT_IS_SERIALIZED (event))
    return gst_pad_event_default (pad, parent, event);

  if (port->hooks->event && port->hooks->event (port, &event, &ret))
    return ret;

  record = gst_prof_thread_record_get ();
  eos = GST_EVENT_TYPE (event) == GST_EVENT_EOS;
  note_output_event (port, event);
  /* A drain ends with it: what is still inside will not come out. */
  if (eos)
    gst_prof_meter_clear_inside (port->meter);

  gst_prof_thread_record_enter_outside (record, &port->meter->client,
      gst_prof_clock_now ());
  /* What was drained waits on this thread until the drain is over. Behind a
   * muxer or queue another thread may be at the end of the run by then. */
  if (eos)
    gst_prof_thread_record_flush ();
  ret = gst_pad_event_default (pad, parent, event);
  gst_prof_thread_record_leave_outside (record, gst_prof_clock_now ());
  if (eos)
    end_loop (port, record);
  gst_prof_thread_record_settle (record);
  return ret;
}

static gboolean
output_query (GstPad * pad, GstObject * parent, GstQuery * query)
{
  GstProfPort *port = get_port (pad);
  gboolean ret;

  if (port->hooks->query (port, query, &ret))
    return ret;
  return gst_pad_query_default (pad, parent, query);
}

/* Downstream pulls from the child, which may pull from upstream in turn. @pad
 * is the ghost source pad itself. */
static GstFlowReturn
output_getrange (GstPad * pad, GstObject * parent, guint64 offset, guint size,
    GstBuffer ** buffer)
{
  GstProfPort *port = get_port (pad);
  GstProfThreadRecord *record = gst_prof_thread_record_get ();
  GstProfSpan *span;
  GstFlowReturn ret;
  guint epoch;

  epoch = open_span (port, record, NULL, NULL, 0);
  ret = gst_proxy_pad_getrange_default (pad, parent, offset, size, buffer);
  span = close_span (port, record, epoch);
  if (ret == GST_FLOW_OK) {
    span->buffers = 1;
    span->packets = 1;
    span->bytes = gst_buffer_get_size (*buffer);
  }
  gst_prof_thread_record_settle (record);
  return ret;
}

static GstProfPort *
port_new (GstProfMeter * meter, GstPad * pad, const GstProfPortHooks * hooks,
    gpointer owner)
{
  static const GstProfPortHooks no_hooks;
  GstProfPort *port = g_new0 (GstProfPort, 1);

  port->meter = meter;
  port->pad = pad;
  port->hooks = hooks ? hooks : &no_hooks;
  port->owner = owner;
  gst_prof_port_reset (port);
  gst_pad_set_element_private (pad, port);
  return port;
}

/*
 * gst_prof_port_new_input:
 * @meter: the stage; outlives the port
 * @ghost_sink: a ghost sink pad, not active yet; outlives the port
 * @hooks: (nullable): what the element adds; static
 * @owner: for the hooks
 *
 * Returns: (transfer full): the bracket around the pad
 */
GstProfPort *
gst_prof_port_new_input (GstProfMeter * meter, GstPad * ghost_sink,
    const GstProfPortHooks * hooks, gpointer owner)
{
  GstProfPort *port = port_new (meter, ghost_sink, hooks, owner);
  GstPad *internal =
      GST_PAD (gst_proxy_pad_get_internal (GST_PROXY_PAD (ghost_sink)));

  gst_pad_set_chain_function (ghost_sink, input_chain);
  gst_pad_set_chain_list_function (ghost_sink, input_chain_list);
  gst_pad_set_event_function (ghost_sink, input_event);
  gst_pad_set_query_function (ghost_sink, input_query);
  gst_pad_add_probe (ghost_sink, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
      caps_arriving, port, NULL);
  gst_pad_set_element_private (internal, port);
  gst_pad_set_getrange_function (internal, input_getrange);
  gst_pad_set_activatemode_function (internal, input_activate_mode);
  gst_object_unref (internal);
  return port;
}

/*
 * gst_prof_port_new_output:
 * @meter: the stage; outlives the port
 * @ghost_src: a ghost source pad, not active yet; outlives the port
 * @hooks: (nullable): what the element adds; static
 * @owner: for the hooks
 *
 * Returns: (transfer full): the bracket around the pad
 */
GstProfPort *
gst_prof_port_new_output (GstProfMeter * meter, GstPad * ghost_src,
    const GstProfPortHooks * hooks, gpointer owner)
{
  GstPad *internal =
      GST_PAD (gst_proxy_pad_get_internal (GST_PROXY_PAD (ghost_src)));
  GstProfPort *port = port_new (meter, internal, hooks, owner);

  meter->has_output = TRUE;
  gst_pad_set_chain_function (internal, output_chain);
  gst_pad_set_chain_list_function (internal, output_chain_list);
  gst_pad_set_event_function (internal, output_event);
  gst_pad_set_element_private (ghost_src, port);
  gst_pad_set_getrange_function (ghost_src, output_getrange);
  if (port->hooks->query)
    gst_pad_set_query_function (ghost_src, output_query);
  gst_object_unref (internal);
  return port;
}

/*
 * gst_prof_port_free:
 * @port: (transfer full): the port
 *
 * When no thread can be in its pad any more.
 */
void
gst_prof_port_free (GstProfPort * port)
{
  g_clear_pointer (&port->stream_id, g_ref_string_release);
  gst_caps_replace (&port->caps, NULL);
  gst_caps_replace (&port->refused, NULL);
  g_free (port);
}

/*
 * gst_prof_port_reset:
 *
 * A new run begins. While the pad is not active.
 */
void
gst_prof_port_reset (GstProfPort * port)
{
  gst_segment_init (&port->segment, GST_FORMAT_UNDEFINED);
  g_clear_pointer (&port->stream_id, g_ref_string_release);
  gst_caps_replace (&port->caps, NULL);
  gst_caps_replace (&port->refused, NULL);
  port->frame_duration = GST_CLOCK_TIME_NONE;
  port->not_video = FALSE;
  port->encoded = FALSE;
  port->reset = TRUE;
  port->since_output = 0;
  port->settled_depth = 0;
}

/*
 * gst_prof_port_push_on:
 * @port: an output port
 * @buffer: (transfer full): the buffer
 *
 * Passes on what came out, from the output hook.
 *
 * Returns: downstream's answer
 */
GstFlowReturn
gst_prof_port_push_on (GstProfPort * port, GstBuffer * buffer)
{
  return gst_proxy_pad_chain_default (port->pad, GST_OBJECT_PARENT (port->pad),
      buffer);
}

/* Adds the ids of the video streams that reach @sinkpad from upstream */
static void
collect_video_streams (GstPad * sinkpad, GPtrArray * ids, guint depth)
{
  GstPad *peer = gst_pad_get_peer (sinkpad);
  GstIterator *links;
  GValue item = G_VALUE_INIT;

  if (peer == NULL)
    return;
  links = depth > 0 ? gst_pad_iterate_internal_links (peer) : NULL;
  while (links != NULL && gst_iterator_next (links, &item) == GST_ITERATOR_OK) {
    GstPad *pad = g_value_get_object (&item);
    GstCaps *caps = gst_pad_get_current_caps (pad);
    GstProfContainer container = { 0, };
    const gchar *name = "";

    if (caps != NULL) {
      gst_prof_container_init (&container, caps);
      name = gst_structure_get_name (gst_caps_get_structure (caps, 0));
    }
    if (caps == NULL || gst_prof_container_is_container (&container)) {
      collect_video_streams (pad, ids, depth - 1);
    } else if (g_str_has_prefix (name, "video/")
        || g_str_has_prefix (name, "image/")) {
      gchar *id = gst_pad_get_stream_id (pad);

      if (id != NULL)
        g_ptr_array_add (ids, id);
    }
    gst_clear_caps (&caps);
    g_value_unset (&item);
  }
  g_clear_pointer (&links, gst_iterator_free);
  gst_object_unref (peer);
}

/*
 * gst_prof_port_find_video_stream_id:
 * @sinkpad: a sink pad behind a muxer, whose caps are known
 *
 * Follows the pads upstream through muxers and what is behind them to the
 * streams that went in. Not per buffer.
 *
 * Returns: (nullable) (transfer full): id of the one video stream that reaches
 *   the pad, %NULL if there is none or more than one
 */
GRefString *
gst_prof_port_find_video_stream_id (GstPad * sinkpad)
{
  /* Muxer, queues and bins between it and the sink */
  const guint max_depth = 16;
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);
  GRefString *id = NULL;

  collect_video_streams (sinkpad, ids, max_depth);
  if (ids->len == 1)
    id = g_ref_string_new (g_ptr_array_index (ids, 0));
  g_ptr_array_unref (ids);
  return id;
}
