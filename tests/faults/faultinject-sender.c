/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Faults of a sender, or of the network behind it. It is in the same pipeline, with
 * UDP on 127.0.0.1 in between: "frames" and "packets" are valves before its encoder
 * "camera" and behind its payloader.
 */

#include "faultinject.h"
#include "gstproffaultspend.h"

/* As long as it takes a few packets to get lost. */
#define SHORT_LOSS (60 * GST_MSECOND)

/* Of an RTP header: where its SSRC stands. */
#define SSRC_OFFSET 8
#define SSRC_SIZE 4
#define OTHER_SSRC 0x55

static void
join (GstElement * rtp, GstPad * pad, gpointer user_data)
{
  g_autoptr (GstPad) sink = NULL;

  if (!g_str_has_prefix (GST_PAD_NAME (pad), "recv_rtp_src"))
    return;
  sink = gst_element_request_pad_simple (user_data, "sink_%u");
  gst_pad_link (pad, sink);
}

/* All that rtpbin makes of what comes in goes the same way. */
void
fault_join_streams (FaultChild * child)
{
  g_autoptr (GstElement) rtp =
      gst_bin_get_by_name (GST_BIN (child->pipeline), "rtp");
  g_autoptr (GstElement) funnel =
      gst_bin_get_by_name (GST_BIN (child->pipeline), "join");

  if (rtp != NULL && funnel != NULL)
    g_signal_connect_object (rtp, "pad-added", G_CALLBACK (join), funnel, 0);
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
