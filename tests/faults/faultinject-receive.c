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

/* Of an RTP header: where its sequence number stands; and how far apart two series
 * are, so that nobody takes the second for what is left of the first. */
#define SEQUENCE_OFFSET 2
#define OTHER_SERIES 40000

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
renumber (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstBuffer *buffer =
      gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));
  guint8 number[2];

  gst_buffer_extract (buffer, SEQUENCE_OFFSET, number, 2);
  GST_WRITE_UINT16_BE (number, GST_READ_UINT16_BE (number) + OTHER_SERIES);
  gst_buffer_fill (buffer, SEQUENCE_OFFSET, number, 2);
  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  return GST_PAD_PROBE_OK;
}

/* The sender numbers its packets anew, so that the jitterbuffer begins anew: it
 * waits its latency before it gives the first. */
void
fault_inject_restart (FaultChild * child, GstClockTime duration)
{
  set_latency (child, duration);
  add_packet_probe (child, renumber);
  gst_prof_fault_sleep (duration);
  force_key_frame (child);
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
