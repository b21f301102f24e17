/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Ways to spend time on the calling thread, each for at least the duration
 * asked for, and one to die. They keep no state and know nothing of elements.
 * The clock is read here and not through gst_prof_clock_now(): a fault says what
 * it really took, whatever clock the library was given.
 */

#include "gstproffaultspend.h"

#include <errno.h>
#include <sys/random.h>
#include <time.h>

/*
 * gst_prof_fault_monotonic_time:
 *
 * Returns: CLOCK_MONOTONIC in nanoseconds.
 */
GstClockTime
gst_prof_fault_monotonic_time (void)
{
  struct timespec ts;

  clock_gettime (CLOCK_MONOTONIC, &ts);
  return GST_TIMESPEC_TO_TIME (ts);
}

/*
 * gst_prof_fault_spin:
 * @duration: nanoseconds
 *
 * Keeps the processor busy in user space, as an overloaded encoder does.
 */
void
gst_prof_fault_spin (GstClockTime duration)
{
  GstClockTime start = gst_prof_fault_monotonic_time ();
  volatile guint64 work = 1;

  while (gst_prof_fault_monotonic_time () - start < duration) {
    /* Some microseconds between two looks at the clock. */
    for (guint i = 0; i < 1000; i++)
      work = work * 6364136223846793005u + 1442695040888963407u;
  }
}

/*
 * gst_prof_fault_sleep:
 * @duration: nanoseconds
 *
 * Gives the processor away, as a slow disk makes a thread do.
 */
void
gst_prof_fault_sleep (GstClockTime duration)
{
  struct timespec until;

  GST_TIME_TO_TIMESPEC (gst_prof_fault_monotonic_time () + duration, until);
  while (clock_nanosleep (CLOCK_MONOTONIC, TIMER_ABSTIME, &until,
          NULL) == EINTR);
}

/*
 * gst_prof_fault_kernel:
 * @duration: nanoseconds
 *
 * Keeps the processor busy in the kernel, as copying or page faults do.
 */
void
gst_prof_fault_kernel (GstClockTime duration)
{
  GstClockTime start = gst_prof_fault_monotonic_time ();
  guint8 bytes[16384];

  while (gst_prof_fault_monotonic_time () - start < duration) {
    if (getrandom (bytes, sizeof bytes, 0) < 0 && errno != EINTR) {
      /* No getrandom here: any other cheap system call will do. */
      clock_getres (CLOCK_MONOTONIC, NULL);
    }
  }
}

/*
 * gst_prof_fault_segfault:
 *
 * Dies as of any wrong pointer.
 */
void
gst_prof_fault_segfault (void)
{
  /* Volatile, or the compiler would make of it what it likes. */
  volatile int *volatile nowhere = NULL;

  *nowhere = 1;
}
