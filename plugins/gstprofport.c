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

#include "gstprofportprivate.h"

#include <string.h>

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
      || port->segment.format != GST_FORMAT_TIME
      || (port->segment.rate < 0.0
          && !GST_CLOCK_TIME_IS_VALID (port->segment.stop)))
    return GST_CLOCK_TIME_NONE;
  return gst_segment_to_running_time (&port->segment, GST_FORMAT_TIME, time);
}

static gboolean
is_video_in_packets (const GstStructure * s, const gchar * name)
{
  return strcmp (name, "application/x-rtp") == 0
      && g_strcmp0 (gst_structure_get_string (s, "media"), "video") == 0;
}

void
gst_prof_port_set_caps (GstProfPort * port, GstCaps * caps)
{
  const GstStructure *s = gst_caps_get_structure (caps, 0);
  const gchar *name = gst_structure_get_name (s);
  gint num, den;

  gst_caps_replace (&port->caps, caps);
  port->packetized = is_video_in_packets (s, name);
  port->not_video = !port->packetized && !g_str_has_prefix (name, "video/")
      && !g_str_has_prefix (name, "image/");
  port->encoded = !port->packetized && !port->not_video
      && strcmp (name, "video/x-raw") != 0;
  port->frame_duration = GST_CLOCK_TIME_NONE;
  if (gst_structure_get_fraction (s, "framerate", &num, &den) && num > 0)
    port->frame_duration =
        gst_util_uint64_scale_int (GST_SECOND, den, num);
  /* More than one frame per nanosecond is no rate to go by. */
  if (port->frame_duration == 0)
    port->frame_duration = GST_CLOCK_TIME_NONE;
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

/* Makes the port that of @pad, for as long as the pad lives. */
void
gst_prof_port_attach (GstProfPort * port, GstPad * pad)
{
  g_object_set_data_full (G_OBJECT (pad), "gst-prof-port",
      g_atomic_rc_box_acquire (port), (GDestroyNotify) gst_prof_port_unref);
  gst_pad_set_element_private (pad, port);
}

GstProfPort *
gst_prof_port_new (GstProfMeter * meter, GstPad * pad,
    const GstProfPortHooks * hooks, gpointer owner)
{
  static const GstProfPortHooks no_hooks;
  GstProfPort *port = g_atomic_rc_box_new0 (GstProfPort);

  port->meter = meter;
  port->pad = pad;
  port->hooks = hooks ? hooks : &no_hooks;
  port->owner = owner;
  gst_prof_port_reset (port);
  gst_prof_port_attach (port, pad);
  return port;
}

static void
port_clear (gpointer data)
{
  GstProfPort *port = data;

  g_clear_pointer (&port->stream_id, g_ref_string_release);
  gst_caps_replace (&port->caps, NULL);
  gst_caps_replace (&port->refused, NULL);
}

/*
 * gst_prof_port_unref:
 * @port: (transfer full): the port
 *
 * The pads whose functions it brackets have references of their own: a query
 * that is in a pad when the pad is removed still finds its port.
 */
void
gst_prof_port_unref (GstProfPort * port)
{
  g_atomic_rc_box_release_full (port, port_clear);
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
  port->packetized = FALSE;
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
