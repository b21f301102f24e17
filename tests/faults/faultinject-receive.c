/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Faults of what comes in over a network. Sender and receiver are in one pipeline,
 * with UDP on 127.0.0.1 between them: "frames" and "packets" are valves of the
 * sender, before its encoder "camera" and behind its payloader.
 */

#include "faultinject.h"
#include "gstproffaultspend.h"

/* As long as it takes a few packets to get lost. */
#define SHORT_LOSS (60 * GST_MSECOND)

/* Of an RTP header: where its SSRC stands. */
#define SSRC_OFFSET 8
#define SSRC_SIZE 4
#define OTHER_SSRC 0x55

/* All that rtpbin makes of what comes in goes the same way. */
static void
join (GstElement * rtp, GstPad * pad, gpointer user_data)
{
  g_autoptr (GstPad) sink = NULL;

  if (!g_str_has_prefix (GST_PAD_NAME (pad), "recv_rtp_src"))
    return;
  sink = gst_element_request_pad_simple (user_data, "sink_%u");
  gst_pad_link (pad, sink);
}

static void
join_streams (FaultChild * child)
{
  g_autoptr (GstElement) rtp =
      gst_bin_get_by_name (GST_BIN (child->pipeline), "rtp");

  if (rtp != NULL)
    g_signal_connect_object (rtp, "pad-added", G_CALLBACK (join),
        fault_child_element (child, "join"), 0);
}

/* Gives the socket a free port and tells the sender, if there is one. */
void
fault_start_receiver (FaultChild * child)
{
  g_autoptr (GstElement) udp =
      gst_bin_get_by_name (GST_BIN (child->pipeline), "udp");
  g_autoptr (GstElement) to =
      gst_bin_get_by_name (GST_BIN (child->pipeline), "to");
  gint port = 0;

  if (udp == NULL || to == NULL)
    return;
  gst_element_set_state (udp, GST_STATE_READY);
  g_object_get (udp, "port", &port, NULL);
  g_object_set (to, "host", "127.0.0.1", "port", port, NULL);
  join_streams (child);
}

static void
drop_for (FaultChild * child, const gchar * name, GstClockTime duration)
{
  g_autoptr (GstElement) valve = fault_child_element (child, name);

  g_object_set (valve, "drop", TRUE, NULL);
  gst_prof_fault_sleep (duration);
  g_object_set (valve, "drop", FALSE, NULL);
}

static void
force_key_frame (FaultChild * child)
{
  g_autoptr (GstElement) encoder = fault_child_element (child, "camera");

  gst_element_send_event (encoder,
      gst_event_new_custom (GST_EVENT_CUSTOM_UPSTREAM,
          gst_structure_new ("GstForceKeyUnit", "running-time",
              GST_TYPE_CLOCK_TIME, GST_CLOCK_TIME_NONE, "all-headers",
              G_TYPE_BOOLEAN, TRUE, "count", G_TYPE_UINT, 1, NULL)));
}

/* The sender has nothing to send. */
void
fault_inject_no_frames (FaultChild * child, GstClockTime duration)
{
  drop_for (child, "frames", duration);
}

/* It sends, and nothing gets here. */
void
fault_inject_no_packets (FaultChild * child, GstClockTime duration)
{
  drop_for (child, "packets", duration);
  force_key_frame (child);
}

/* A few packets are lost, and the key frame that is asked for comes late. */
void
fault_inject_no_key_frame (FaultChild * child, GstClockTime duration)
{
  drop_for (child, "packets", SHORT_LOSS);
  gst_prof_fault_sleep (duration - MIN (duration, SHORT_LOSS));
  force_key_frame (child);
}

static void
set_latency (FaultChild * child, GstClockTime latency)
{
  g_autoptr (GstElement) jitter = fault_child_element (child, "jitter");

  g_object_set (jitter, "latency", (guint) (latency / GST_MSECOND), NULL);
}

static void
add_packet_probe (FaultChild * child, GstPadProbeCallback probe)
{
  g_autoptr (GstElement) valve = fault_child_element (child, "packets");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (valve, "src");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, probe, NULL, NULL);
}

static GstPadProbeReturn
change_source (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstBuffer *buffer =
      gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));

  gst_buffer_memset (buffer, SSRC_OFFSET, OTHER_SSRC, SSRC_SIZE);
  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  return GST_PAD_PROBE_OK;
}

/* The sender goes on as another source, with a key frame at once; rtpbin makes a
 * jitterbuffer for that, which waits its latency before it gives the first. */
void
fault_inject_new_source (FaultChild * child, GstClockTime duration)
{
  g_autoptr (GstElement) rtp = fault_child_element (child, "rtp");

  g_object_set (rtp, "latency", (guint) (duration / GST_MSECOND), NULL);
  add_packet_probe (child, change_source);
  force_key_frame (child);
  gst_prof_fault_sleep (duration);
}

static GstPadProbeReturn
drop_one (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GST_PAD_PROBE_INFO_FLOW_RETURN (info) = GST_FLOW_OK;
  gst_buffer_unref (GST_PAD_PROBE_INFO_BUFFER (info));
  GST_PAD_PROBE_INFO_DATA (info) = NULL;
  gst_pad_remove_probe (pad, GST_PAD_PROBE_INFO_ID (info));
  return GST_PAD_PROBE_HANDLED;
}

/* One packet is lost, and the jitterbuffer may wait for it that long. */
void
fault_inject_one_lost (FaultChild * child, GstClockTime duration)
{
  set_latency (child, duration);
  add_packet_probe (child, drop_one);
  gst_prof_fault_sleep (duration);
  force_key_frame (child);
}
