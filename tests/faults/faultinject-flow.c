/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Faults in which GStreamer itself holds the streaming thread up, because the
 * application told it to. All on the application's thread.
 */

#include "faultinject.h"
#include "gstproffaultspend.h"

/* The sink finds that the frames are not due yet. It has to be a source pad's
 * offset: a sink pad's changes nothing while data flows. */
void
fault_inject_offset (FaultChild * child, GstClockTime duration)
{
  g_autoptr (GstElement) spot = fault_child_element (child, "spot");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (spot, "src");

  gst_pad_set_offset (pad, duration);
  gst_prof_fault_sleep (duration);
}

typedef struct
{
  GMutex lock;
  GCond cond;
  GstClockTime since;           /* the lock; 0: not blocked yet */
} Block;

static GstPadProbeReturn
on_blocked (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  Block *block = data;

  g_mutex_lock (&block->lock);
  if (block->since == 0)
    block->since = gst_prof_fault_monotonic_time ();
  g_cond_signal (&block->cond);
  g_mutex_unlock (&block->lock);
  return GST_PAD_PROBE_OK;
}

/* As applications do that change a pipeline, and here one forgets to go on. */
void
fault_inject_block (FaultChild * child, GstClockTime duration)
{
  g_autoptr (GstElement) spot = fault_child_element (child, "spot");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (spot, "src");
  Block block = { 0 };
  gulong id;

  g_mutex_init (&block.lock);
  g_cond_init (&block.cond);
  id = gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BLOCK_DOWNSTREAM, on_blocked,
      &block, NULL);
  g_mutex_lock (&block.lock);
  while (block.since == 0)
    g_cond_wait (&block.cond, &block.lock);
  g_mutex_unlock (&block.lock);
  child->begin = block.since;
  gst_prof_fault_sleep (duration);
  child->end = gst_prof_fault_monotonic_time ();
  gst_pad_remove_probe (pad, id);
}

/* The sink alone is paused: it has a buffer, and waits for PLAYING. */
void
fault_inject_preroll (FaultChild * child, GstClockTime duration)
{
  g_autoptr (GstElement) out = fault_child_element (child, "out");

  gst_element_set_locked_state (out, TRUE);
  gst_element_set_state (out, GST_STATE_PAUSED);
  gst_prof_fault_sleep (duration);
  gst_element_set_state (out, GST_STATE_PLAYING);
  gst_element_set_locked_state (out, FALSE);
}

/* The user pauses the recording: nobody is to blame. */
void
fault_inject_pipeline_pause (FaultChild * child, GstClockTime duration)
{
  gst_element_set_state (child->pipeline, GST_STATE_PAUSED);
  gst_prof_fault_sleep (duration);
  gst_element_set_state (child->pipeline, GST_STATE_PLAYING);
}
