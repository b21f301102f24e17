/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Faults that come from outside: the runner stops this process or one thread
 * of it, or takes the CPU away, and says when that was. On the application's
 * thread where nothing else is said.
 */

#include "faultinject.h"
#include "gstproffaultspend.h"

#include <unistd.h>

void
fault_inject_stop (FaultChild * child, GstClockTime duration)
{
  fault_child_ask (child, "stop", getpid (), duration);
}

void
fault_inject_freeze_v1 (FaultChild * child, GstClockTime duration)
{
  fault_child_ask (child, "freeze-v1", getpid (), duration);
}

void
fault_inject_freeze_v2 (FaultChild * child, GstClockTime duration)
{
  fault_child_ask (child, "freeze-v2", getpid (), duration);
}

/* Stops the thread that passed the spot last, wherever it is now. */
void
fault_inject_trace (FaultChild * child, GstClockTime duration)
{
  fault_child_ask (child, "trace", g_atomic_int_get (&child->spot_tid),
      duration);
}

void
fault_inject_fifo_hogs (FaultChild * child, GstClockTime duration)
{
  fault_child_ask (child, "fifo-hogs", getpid (), duration);
}

/* On the main thread, before there is a pipeline. */
void
fault_prepare_throttle (FaultChild * child)
{
  fault_child_ask (child, "enter-cpu", getpid (), 0);
}

static gpointer
have_throttled (gpointer data)
{
  FaultChild *child = data;

  fault_child_ask (child, "throttle", getpid (), child->duration);
  return NULL;
}

/* On the streaming thread: it computes while the quota lasts, and would go on. */
void
fault_inject_throttle (FaultChild * child, GstClockTime duration)
{
  GThread *thread = g_thread_new ("asker", have_throttled, child);

  gst_prof_fault_spin (duration + 50 * GST_MSECOND);
  g_thread_join (thread);
}
