/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The functions of a ghost sink pad and of the internal pad behind it: what
 * comes into a stage, and what its child pulls.
 */

#include "gstprofportprivate.h"

#include <gst/prof/gstprofclock.h>

#include <string.h>

static GstFlowReturn
input_chain (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  GstProfPort *port = gst_prof_port_get (pad);
  GstProfThreadRecord *record;
  GstFlowReturn ret;
  guint epoch;

  if (port->hooks->chain && port->hooks->chain (port, buffer, &ret))
    return ret;

  record = gst_prof_thread_record_get ();
  gst_prof_meter_enter (port->meter);
  epoch = gst_prof_port_open_span (port, record, buffer, NULL, 0);
  ret = gst_proxy_pad_chain_default (pad, parent, buffer);
  gst_prof_port_close_buffer_span (port, record, epoch);
  gst_prof_meter_leave (port->meter);
  return ret;
}

static GstFlowReturn
input_chain_list (GstPad * pad, GstObject * parent, GstBufferList * list)
{
  GstProfPort *port = gst_prof_port_get (pad);
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
  gst_prof_meter_enter (port->meter);
  epoch = gst_prof_port_open_span (port, record,
      gst_buffer_list_get (list, 0), list, 0);
  ret = gst_proxy_pad_chain_list_default (pad, parent, list);
  gst_prof_port_close_buffer_span (port, record, epoch);
  gst_prof_meter_leave (port->meter);
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
  GstProfPort *port = gst_prof_port_get (pad);
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

  gst_event_parse_caps (event, &caps);
  again = is_same_format (port->caps, caps);
  gst_prof_port_set_caps (port, caps);
  atomic_store (&meter->packetized, port->packetized);
  flowing = atomic_load (&meter->first_seen);
  if (flowing && !again) {
    gchar *text = gst_caps_to_string (caps);

    detail = g_ref_string_new (text);
    g_free (text);
  }

  /* An encoder may drain now: its packets are of earlier frames. The two flags
   * together tell whoever looks that it is being set up. */
  epoch = gst_prof_port_open_span (port, record, NULL, NULL,
      GST_PROF_SPAN_FLAG_DRAIN | GST_PROF_SPAN_FLAG_HEADER);
  gst_prof_meter_enter (meter);
  ret = gst_pad_event_default (pad, parent, event);
  gst_prof_meter_leave (meter);
  span = gst_prof_port_close_span (port, record, epoch);
  if (port->hooks->caps_done)
    port->hooks->caps_done (port);

  /* It is not a span of a frame: what it cost is told as setup. Whatever it
   * carried for the first frame goes back to wait for that. */
  if (span->flags & GST_PROF_SPAN_FLAG_RESET)
    port->reset = TRUE;
  if (!flowing) {
    atomic_fetch_add (&meter->caps, span->own);
    gst_prof_meter_note_piece (meter, GST_PROF_SETUP_DONE, span->enter,
        span->leave, span->own);
  } else if (!again) {
    gst_prof_meter_note_piece (meter, GST_PROF_SETUP_RENEGOTIATED,
        span->enter, span->leave, span->own);
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
  epoch = gst_prof_port_open_span (port, record, NULL, NULL,
      GST_PROF_SPAN_FLAG_DRAIN);
  gst_prof_meter_enter (port->meter);
  ret = gst_pad_event_default (pad, parent, event);
  gst_prof_meter_leave (port->meter);
  gst_prof_port_close_span (port, record, epoch);
  gst_prof_thread_record_settle (record);
  return ret;
}

static gboolean
input_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  GstProfPort *port = gst_prof_port_get (pad);
  const gchar *stream_id;
  gboolean ret;

  if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS)
    atomic_store (&port->arriving, NULL);
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
  GstProfPort *port = gst_prof_port_get (pad);
  GstProfThreadRecord *record = gst_prof_thread_record_get ();
  GstProfThreadClient *client = &port->meter->client;
  GstProfSpan *open = gst_prof_thread_record_get_open (record, client);
  gboolean loop = open == NULL;
  GstFlowReturn ret;

  if (open != NULL && gst_prof_thread_record_is_standing (record)) {
    loop = TRUE;
    gst_prof_port_close_buffer_span (port, record,
        atomic_load_explicit (&port->meter->epoch, memory_order_relaxed));
  }

  gst_prof_thread_record_enter_outside (record, client, gst_prof_clock_now ());
  ret = gst_proxy_pad_getrange_default (pad, parent, offset, size, buffer);
  gst_prof_thread_record_leave_outside (record, gst_prof_clock_now ());
  gst_prof_thread_record_settle (record);

  if (loop && (ret == GST_FLOW_OK || ret == GST_FLOW_EOS)) {
    guint epoch = gst_prof_port_open_span (port, record, NULL, NULL,
        ret == GST_FLOW_EOS ? GST_PROF_SPAN_FLAG_DRAIN : 0);

    open = gst_prof_thread_record_get_open (record, client);
    if (open != NULL && ret == GST_FLOW_OK) {
      open->buffers = 1;
      open->bytes = gst_buffer_get_size (*buffer);
    }
    /* A loop that runs inside of another stage cannot be told from it. */
    if (!gst_prof_thread_record_stand (record, &port->pull_epoch)) {
      gst_prof_thread_record_discard (record,
          gst_prof_port_close_span (port, record, epoch));
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
  GstProfPort *port = gst_prof_port_get (pad);

  if (mode == GST_PAD_MODE_PULL && !active)
    gst_prof_port_forget_loop (port);
  return gst_ghost_pad_internal_activate_mode_default (pad, parent, mode,
      active);
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
  GstProfPort *port = gst_prof_port_new (meter, ghost_sink, hooks, owner);
  GstPad *internal =
      GST_PAD (gst_proxy_pad_get_internal (GST_PROXY_PAD (ghost_sink)));

  gst_pad_set_chain_function (ghost_sink, input_chain);
  gst_pad_set_chain_list_function (ghost_sink, input_chain_list);
  gst_pad_set_event_function (ghost_sink, input_event);
  gst_pad_set_query_function (ghost_sink, input_query);
  gst_pad_add_probe (ghost_sink, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
      caps_arriving, port, NULL);
  gst_prof_port_attach (port, internal);
  gst_pad_set_getrange_function (internal, input_getrange);
  gst_pad_set_activatemode_function (internal, input_activate_mode);
  gst_object_unref (internal);
  return port;
}
