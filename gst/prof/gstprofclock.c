/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The one place that reads the time. CLOCK_MONOTONIC unless a test put its own
 * clock in, so that own times can be asserted to the nanosecond. Any thread
 * may call gst_prof_clock_now(); it takes no lock.
 */

#include "gstprofclockprivate.h"

_Atomic (GstProfClockFunc) gst_prof_clock_func;

/*
 * gst_prof_clock_now:
 *
 * Returns: CLOCK_MONOTONIC in nanoseconds, or the test clock's time.
 */
GstClockTime
gst_prof_clock_now (void)
{
  return gst_prof_clock_read ();
}

/*
 * gst_prof_clock_thread_cpu:
 *
 * Costs as much as twenty readings of the wall clock: not for every bracket.
 *
 * Returns: CPU time of the calling thread in nanoseconds; with a test clock
 *   its time, as if the thread had always run
 */
GstClockTime
gst_prof_clock_thread_cpu (void)
{
  GstProfClockFunc func =
      atomic_load_explicit (&gst_prof_clock_func, memory_order_relaxed);
  struct timespec ts;

  if (G_UNLIKELY (func != NULL))
    return func ();

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &ts);
  return GST_TIMESPEC_TO_TIME (ts);
}

/*
 * gst_prof_clock_set_func:
 * @func: (nullable): the function to read time with, %NULL for CLOCK_MONOTONIC
 *
 * For tests. Set it before data flows.
 */
void
gst_prof_clock_set_func (GstProfClockFunc func)
{
  atomic_store_explicit (&gst_prof_clock_func, func, memory_order_relaxed);
}
