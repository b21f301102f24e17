/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The functions of a ghost source pad and of the internal pad behind it: what
 * comes out of a stage, and what is pulled from it.
 */

#include "gstprofportprivate.h"

#include <gst/prof/gstprofclock.h>

/* The child's loop ends, or is about to: a span that stands open would stand
 * for ever. */
static void
end_loop (GstProfPort * port, GstProfThreadRecord * record)
{
  if (gst_prof_thread_record_is_standing (record)
      && gst_prof_thread_record_get_depth (record) == 1
      && gst_prof_thread_record_get_open (record, &port->meter->client)) {
    gst_prof_port_close_span (port, record,
        atomic_load_explicit (&port->meter->epoch, memory_order_relaxed));
    gst_prof_thread_record_settle (record);
  }
}

/* Downstream has returned. With @ended nothing more comes: a loop of the
 * element's own ends, too. */
static void
come_back (GstProfPort * port, GstProfThreadRecord * record, gboolean ended)
{
  gst_prof_thread_record_leave_outside (record, gst_prof_clock_now ());
  if (G_UNLIKELY (ended))
    end_loop (port, record);
  gst_prof_thread_record_settle (record);
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

/* Of what comes out and has no stay of its own */
static GstProfSpan *
add_span (GstProfPort * port, GstProfThreadRecord * record, GstClockTime now)
{
  GstProfSpan *span =
      gst_prof_thread_record_add (record, &port->meter->client);

  gst_prof_port_label_span (port, port->meter, span);
  span->enter = span->leave = now;
  return span;
}

/* Out of packets. One stay may give several frames, the last that lacked its
 * end and this one: the others have none of their own. */
static void
note_unpacked (GstProfPort * port, GstProfThreadRecord * record,
    GstBuffer * buffer, GstClockTime now)
{
  GstProfMeter *meter = port->meter;
  GstProfSpan *span = gst_prof_thread_record_get_open (record, &meter->client);
  GstClockTime running_time, dts, latency;

  running_time = gst_prof_port_to_running_time (port, GST_BUFFER_PTS (buffer));
  dts = gst_prof_port_to_running_time (port, GST_BUFFER_DTS (buffer));
  if (span != NULL && span->packets > 0
      && span->running_time_out == running_time) {
    span->packets++;
    return;
  }
  if (span == NULL || span->packets > 0
      || (span->flags & GST_PROF_SPAN_FLAG_DRAIN)) {
    span = add_span (port, record, now);
  }
  gst_prof_meter_frame_in (meter, running_time, span->enter);
  latency = gst_prof_meter_frame_out (meter, running_time, running_time, now);
  fill_output (span, port, buffer, running_time, dts, latency);
  span->running_time = running_time;
  span->flags &= ~GST_PROF_SPAN_FLAG_HEADER;
  if (port->encoded)
    span->flags |= GST_PROF_SPAN_FLAG_ENCODED;
}

static void
note_output (GstProfPort * port, GstProfThreadRecord * record,
    GstBuffer * buffer, GstClockTime now)
{
  GstProfMeter *meter = port->meter;
  GstClockTime running_time, dts, oldest, latency;
  GstProfSpan *span;

  if (atomic_load_explicit (&meter->packetized, memory_order_relaxed)
      && !port->packetized) {
    note_unpacked (port, record, buffer, now);
    return;
  }
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

  span = add_span (port, record, now);
  span->flags |= GST_PROF_SPAN_FLAG_OUTPUT;
  fill_output (span, port, buffer, running_time, dts, latency);
}

static GstFlowReturn
output_chain (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  GstProfPort *port = gst_prof_port_get (pad);
  GstProfThreadRecord *record = gst_prof_thread_record_get ();
  GstClockTime now = gst_prof_clock_now ();
  GstFlowReturn ret;

  gst_prof_thread_record_enter_outside (record, &port->meter->client, now);
  note_output (port, record, buffer, now);
  if (port->hooks->output)
    ret = port->hooks->output (port, record, buffer);
  else
    ret = gst_proxy_pad_chain_default (pad, parent, buffer);
  come_back (port, record, ret != GST_FLOW_OK);
  return ret;
}

static GstFlowReturn
output_chain_list (GstPad * pad, GstObject * parent, GstBufferList * list)
{
  GstProfPort *port = gst_prof_port_get (pad);
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
  come_back (port, record, ret != GST_FLOW_OK);
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
      gst_prof_port_set_caps (port, caps);
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
  GstProfPort *port = gst_prof_port_get (pad);
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
  come_back (port, record, eos);
  return ret;
}

static gboolean
output_query (GstPad * pad, GstObject * parent, GstQuery * query)
{
  GstProfPort *port = gst_prof_port_get (pad);
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
  GstProfPort *port = gst_prof_port_get (pad);
  GstProfThreadRecord *record = gst_prof_thread_record_get ();
  GstProfSpan *span;
  GstFlowReturn ret;
  guint epoch;

  epoch = gst_prof_port_open_span (port, record, NULL, NULL, 0);
  ret = gst_proxy_pad_getrange_default (pad, parent, offset, size, buffer);
  span = gst_prof_port_close_span (port, record, epoch);
  if (ret == GST_FLOW_OK) {
    span->buffers = 1;
    span->packets = 1;
    span->bytes = gst_buffer_get_size (*buffer);
  }
  gst_prof_thread_record_settle (record);
  return ret;
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
  GstProfPort *port = gst_prof_port_new (meter, internal, hooks, owner);

  meter->has_output = TRUE;
  gst_pad_set_chain_function (internal, output_chain);
  gst_pad_set_chain_list_function (internal, output_chain_list);
  gst_pad_set_event_function (internal, output_event);
  gst_prof_port_attach (port, ghost_src);
  gst_pad_set_getrange_function (ghost_src, output_getrange);
  if (port->hooks->query)
    gst_pad_set_query_function (ghost_src, output_query);
  gst_object_unref (internal);
  return port;
}
