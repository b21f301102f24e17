/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Faults of the receive path: packets are lost or none of a frame arrives. All on
 * the application's thread.
 */

#include "faultinject.h"
#include "gstproffaultspend.h"

/* Nothing gets past the spot: before the jitterbuffer the network is down, behind
 * it no frame is complete. */
void
fault_inject_drop (FaultChild * child, GstClockTime duration)
{
  g_autoptr (GstElement) spot = fault_child_element (child, "spot");

  g_object_set (spot, "drop-probability", 1.0, NULL);
  gst_prof_fault_sleep (duration);
  g_object_set (spot, "drop-probability", 0.0, NULL);
}

typedef struct
{
  gint left;                    /* atomic: to be dropped yet */
  GstClockTime at;
} Drops;

static GstPadProbeReturn
drop_some (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  Drops *drops = data;

  if (g_atomic_int_get (&drops->left) == 0)
    return GST_PAD_PROBE_OK;
  drops->at = gst_prof_fault_monotonic_time ();
  g_atomic_int_add (&drops->left, -1);
  return GST_PAD_PROBE_DROP;
}

/* A few packets, for which the jitterbuffer waits as long as it may: until
 * later ones have waited for its latency. They come one by one: an identity
 * knows no lists. */
void
fault_inject_loss (FaultChild * child, GstClockTime duration)
{
  g_autoptr (GstElement) jitter = fault_child_element (child, "jitter");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (jitter, "sink");
  Drops drops = {.left = 3 };
  gulong id;

  g_object_set (jitter, "latency", (guint) (duration / GST_MSECOND), NULL);
  id = gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, drop_some, &drops,
      NULL);
  while (g_atomic_int_get (&drops.left) > 0)
    gst_prof_fault_sleep (GST_MSECOND);
  gst_pad_remove_probe (pad, id);
  child->begin = drops.at;
  gst_prof_fault_sleep (duration);
  child->end = drops.at + duration;
}

/* Gives the sender the port that "udpin" has bound to, if there are such. */
void
fault_connect_udp (FaultChild * child)
{
  g_autoptr (GstElement) in =
      gst_bin_get_by_name (GST_BIN (child->pipeline), "udpin");
  g_autoptr (GstElement) out =
      gst_bin_get_by_name (GST_BIN (child->pipeline), "udpout");
  gint port = 0;

  if (in == NULL || out == NULL)
    return;
  gst_element_set_state (in, GST_STATE_READY);
  g_object_get (in, "port", &port, NULL);
  g_object_set (out, "port", port, NULL);
}
