/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * A run summed up as far as it has come: what was counted, and if it is to, what goes
 * on just now. Part of the monitor.
 */

#include "gstprofmonitorprivate.h"

#include "gstprofclock.h"

/* @threads: (nullable): what all threads of the process are doing, if what goes on
 * is to be looked at first */
static GstStructure *
sum_up (GstProfMonitor * monitor, const GstProfActivities * threads)
{
  g_auto (GstProfSummary) summary = { 0 };
  GstClockTime now = gst_prof_clock_now ();
  GstStructure *structure;

  gst_prof_summary_init (&summary);
  g_mutex_lock (&monitor->lock);
  if (monitor->watch != NULL && threads != NULL) {
    gst_prof_watch_look (monitor->watch, monitor->analysis, threads, now);
    gst_prof_watch_count_open (monitor->watch, monitor->analysis, threads,
        now);
  } else if (monitor->watch != NULL) {
    gst_prof_watch_read (monitor->watch, monitor->analysis, now);
  }
  gst_prof_analysis_summarize (monitor->analysis, &summary);
  summary.spans_dropped += monitor->spans_lost - monitor->spans_lost_before;
  summary.setups_dropped =
      gst_prof_inbox_get_setups_dropped (&monitor->inbox) - monitor->setups_dropped_before;
  summary.warnings_dropped =
      atomic_load (&monitor->not_posted) - monitor->not_posted_before;
  if (monitor->watch != NULL)
    gst_prof_watch_summarize (monitor->watch, &summary, threads, now);
  gst_prof_analysis_name_threads (monitor->analysis, &summary);
  gst_prof_analysis_forget_open_visits (monitor->analysis);
  /* It refers to what the analysis owns. */
  structure = gst_prof_summary_to_structure (&summary);
  g_mutex_unlock (&monitor->lock);

  return structure;
}

/*
 * gst_prof_monitor_get_summary:
 * @monitor: a monitor
 *
 * What was taken in so far. Any thread.
 *
 * Returns: (transfer full): the structure of a `prof-summary` message
 */
GstStructure *
gst_prof_monitor_get_summary (GstProfMonitor * monitor)
{
  gst_prof_monitor_be_in_this_process (monitor);
  return sum_up (monitor, NULL);
}

/*
 * gst_prof_monitor_get_summary_now:
 * @monitor: a monitor
 *
 * The same with what goes on just now: what the threads are in, and the calls that
 * have not ended. Any thread that is in no element; takes no locks of the
 * pipeline's elements, and says nothing.
 *
 * Returns: (transfer full): the structure of a `prof-summary` message
 */
GstStructure *
gst_prof_monitor_get_summary_now (GstProfMonitor * monitor)
{
  g_autofree GstProfActivities *threads = g_new (GstProfActivities, 1);

  gst_prof_monitor_be_in_this_process (monitor);
  gst_prof_activities_take (threads);
  return sum_up (monitor, threads);
}
