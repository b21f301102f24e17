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
 * gst_prof_signal_mask_block:
 *
 * The calling thread takes no signals from now on: an application that blocks one in
 * all of its threads, to wait for it, has not told ours. Nor does a pipe that nobody
 * reads any more end the process when this thread writes to it.
 */
void
gst_prof_signal_mask_block (void)
{
  sigset_t set;

  gst_prof_signal_mask_fill (&set);
  pthread_sigmask (SIG_BLOCK, &set, NULL);
}
