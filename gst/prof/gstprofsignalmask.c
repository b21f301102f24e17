/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Which signals a thread of ours leaves to the application's: all but those of its
 * own faults. Passive; any thread.
 */

#include "gstprofsignalmask.h"

static const int faults[] = {
  SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP,
};

/*
 * gst_prof_signal_mask_fill:
 * @set: (out caller-allocates): all signals that can wait
 *
 * Async-signal-safe.
 */
void
gst_prof_signal_mask_fill (sigset_t * set)
{
  sigfillset (set);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    sigdelset (set, faults[i]);
}

/*
 * gst_prof_signal_mask_new_thread:
 * @name: the thread's name
 * @func: (scope async): what it does
 * @data: for @func
 * @error: says why there is none
 *
 * Makes a thread that takes no signals, from its first instruction on: an
 * application that blocks one in all of its threads, to wait for it, knows nothing of
 * ours. Nor does a pipe that nobody reads any more end the process when this thread
 * writes to it.
 *
 * Returns: (transfer full) (nullable): the thread
 */
GThread *
gst_prof_signal_mask_new_thread (const gchar * name, GThreadFunc func,
    gpointer data, GError ** error)
{
  sigset_t set, before;
  GThread *thread;

  gst_prof_signal_mask_fill (&set);
  pthread_sigmask (SIG_BLOCK, &set, &before);
  thread = g_thread_try_new (name, func, data, error);
  pthread_sigmask (SIG_SETMASK, &before, NULL);
  return thread;
}
