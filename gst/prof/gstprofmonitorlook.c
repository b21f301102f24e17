/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What a monitor does from time to time: looks what goes on in the pipeline's
 * threads, reads its levels, takes in what was pushed. Either its own thread does so
 * every 25 ms, or somebody who ticks several monitors. Part of the monitor; what a
 * tick alone uses is not locked.
 */

#include "gstprofmonitorprivate.h"

#include "gstprofclock.h"

/* How soon something that goes on is told; the sampler has a tick of its own. */
#define TICK (25 * G_TIME_SPAN_MILLISECOND)

/* Queues are looked at so often: what grows fast shows in the shortest window
 * of a trend, and it costs next to nothing. */
#define SAMPLE_INTERVAL (250 * GST_MSECOND)

/* Nor at each tick, where there are so many pipelines that these come seldom. */
#define SAMPLE_TICKS 4

/* Only whoever ticks. */
static void
take_sample (GstProfMonitor * monitor, GstClockTime now)
{
  GstClockTime spacing = now - monitor->ticked;

  monitor->ticked = now;
  if (monitor->client.sample == NULL || (monitor->sampled != 0
          && now - monitor->sampled < MAX (SAMPLE_INTERVAL,
              SAMPLE_TICKS * spacing)))
    return;
  monitor->sampled = now;
  if (monitor->sample == NULL)
    monitor->sample = g_new0 (GstProfBacklogSample, 1);
  if (!monitor->client.sample (monitor->sample, monitor->user_data))
    return;

  g_mutex_lock (&monitor->lock);
  gst_prof_analysis_sample (monitor->analysis, monitor->sample, now);
  gst_prof_monitor_take_output (monitor);
  g_mutex_unlock (&monitor->lock);

  gst_prof_monitor_say (monitor);
}

/* With watch_lock held: @threads, or if it is NULL what is so now. */
static const GstProfActivities *
take_threads (GstProfMonitor * monitor, const GstProfActivities * threads)
{
  if (threads != NULL)
    return threads;
  if (monitor->threads == NULL)
    monitor->threads = g_new (GstProfActivities, 1);
  gst_prof_activities_take (monitor->threads);
  return monitor->threads;
}

/* What goes on in the pipeline's threads. Only whoever ticks. */
static void
look_around (GstProfMonitor * monitor, const GstProfActivities * threads,
    GstClockTime now)
{
  g_autofree gchar *failure = NULL, *missing = NULL;

  g_mutex_lock (&monitor->watch_lock);
  if (monitor->watch != NULL) {
    threads = take_threads (monitor, threads);
    gst_prof_watch_refresh (monitor->watch, FALSE, now);
    missing = gst_prof_watch_take_missing (monitor->watch);
    g_mutex_lock (&monitor->lock);
    gst_prof_monitor_take_all (monitor, now);
    gst_prof_watch_look (monitor->watch, monitor->analysis, threads, now);
    failure = gst_prof_watch_judge (monitor->watch, monitor->analysis,
        monitor->config.watchdog_timeout);
    gst_prof_monitor_take_output (monitor);
    g_mutex_unlock (&monitor->lock);
  }
  g_mutex_unlock (&monitor->watch_lock);

  if (missing != NULL && monitor->client.wants (GST_LEVEL_WARNING,
          monitor->user_data)) {
    gst_prof_ticker_go_out ();
    monitor->client.log (GST_LEVEL_WARNING, missing, monitor->user_data);
    gst_prof_ticker_come_back ();
  }
  if (failure != NULL && !gst_prof_ticker_is_over ()) {
    gst_prof_monitor_say (monitor);
    gst_prof_ticker_go_out ();
    monitor->client.fail (failure, monitor->user_data);
    gst_prof_ticker_come_back ();
  }
}

/*
 * gst_prof_monitor_tick:
 * @monitor: a monitor
 * @threads: (nullable): what all threads of the process are doing, for who ticks
 *   several monitors; %NULL: it is looked up
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * Looks what goes on, and takes in all that has been pushed. One thread at a
 * time, every 25 ms or so: the monitor's own, or for a monitor without one
 * somebody else's. While client's functions are called nothing of the monitor is
 * locked.
 */
void
gst_prof_monitor_tick (GstProfMonitor * monitor,
    const GstProfActivities * threads, GstClockTime now)
{
  gst_prof_monitor_be_in_this_process (monitor);
  look_around (monitor, threads, now);
  if (gst_prof_ticker_is_over ())
    return;
  gst_prof_monitor_process (monitor, now);
  if (gst_prof_ticker_is_over ())
    return;
  take_sample (monitor, now);
}

/*
 * gst_prof_monitor_attach:
 * @monitor: a monitor that is not attached
 * @scope: the pipeline, or the bin, whose threads it looks at
 * @receivers: (nullable): what comes in there; it may change at any time
 *
 * From now on causes are known. Not thread-safe against
 * gst_prof_monitor_detach().
 */
void
gst_prof_monitor_attach (GstProfMonitor * monitor, GstObject * scope,
    GstProfReceivers * receivers)
{
  GstProfConfig config;

  gst_prof_monitor_be_in_this_process (monitor);
  gst_prof_monitor_get_config (monitor, &config);
  if (config.sample_interval == 0 && !config.count_elements)
    return;

  g_mutex_lock (&monitor->watch_lock);
  g_mutex_lock (&monitor->lock);
  monitor->watch = gst_prof_watch_new (scope, receivers, &config);
  gst_prof_monitor_update_explain_func (monitor);
  g_mutex_unlock (&monitor->lock);
  g_mutex_unlock (&monitor->watch_lock);
}

/*
 * gst_prof_monitor_add_thread:
 * @monitor: a monitor
 * @thread_id: a thread that does something to the pipeline, in no element
 *
 * Looks at it as well, from now on. Any thread.
 */
void
gst_prof_monitor_add_thread (GstProfMonitor * monitor, guint64 thread_id)
{
  gst_prof_monitor_be_in_this_process (monitor);
  g_mutex_lock (&monitor->watch_lock);
  if (monitor->watch != NULL)
    gst_prof_watch_add_thread (monitor->watch, thread_id);
  g_mutex_unlock (&monitor->watch_lock);
}

/*
 * gst_prof_monitor_push_state_change:
 * @monitor: a monitor
 * @change: a change of the pipeline's state that takes long, or did
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * Any thread. It is told when the next tick is, or when the run ends.
 */
void
gst_prof_monitor_push_state_change (GstProfMonitor * monitor,
    const GstProfStateChange * change, GstClockTime now)
{
  gst_prof_monitor_be_in_this_process (monitor);
  g_mutex_lock (&monitor->lock);
  gst_prof_analysis_push_state_change (monitor->analysis, change, now);
  gst_prof_monitor_take_output (monitor);
  g_mutex_unlock (&monitor->lock);
}

/*
 * gst_prof_monitor_detach:
 * @monitor: a monitor
 *
 * Lets go of the pipeline. What is not explained yet never will be. Does nothing
 * if it is not attached.
 */
void
gst_prof_monitor_detach (GstProfMonitor * monitor)
{
  GstProfWatch *watch;

  gst_prof_monitor_be_in_this_process (monitor);
  g_mutex_lock (&monitor->watch_lock);
  g_mutex_lock (&monitor->lock);
  watch = g_steal_pointer (&monitor->watch);
  if (watch != NULL)
    gst_prof_watch_read (watch, monitor->analysis, gst_prof_clock_now ());
  gst_prof_monitor_update_explain_func (monitor);
  g_mutex_unlock (&monitor->lock);
  g_mutex_unlock (&monitor->watch_lock);
  gst_prof_watch_free (watch);
}

static void
tick (gpointer user_data)
{
  gst_prof_monitor_tick (user_data, NULL, gst_prof_clock_now ());
}

static void
keep (gpointer user_data)
{
  GstProfMonitor *monitor = g_object_ref (user_data);

  if (monitor->client.keep != NULL)
    monitor->client.keep (monitor->user_data);
}

static void
release (gpointer user_data)
{
  GstProfMonitor *monitor = user_data;

  if (monitor->client.release != NULL)
    monitor->client.release (monitor->user_data);
  g_object_unref (monitor);
}

/*
 * gst_prof_monitor_start_thread:
 * @monitor: a monitor
 *
 * From now on a thread calls gst_prof_monitor_tick() every 25 ms. Not thread-safe
 * against gst_prof_monitor_stop_thread().
 */
void
gst_prof_monitor_start_thread (GstProfMonitor * monitor)
{
  GstProfTickerFuncs funcs = {
    tick, keep, release, monitor->client.keep == NULL
  };

  gst_prof_monitor_be_in_this_process (monitor);
  gst_prof_ticker_start (&monitor->ticker, "prof-monitor", TICK, &funcs,
      monitor);
}

/*
 * gst_prof_monitor_stop_thread:
 * @monitor: a monitor
 *
 * Waits until the thread has ended. If it is in one of the client's functions and
 * that has @keep, it is not waited for: it ends when it comes back from there, and
 * touches neither the pipeline nor what is watched before. Does nothing if there
 * is none.
 */
void
gst_prof_monitor_stop_thread (GstProfMonitor * monitor)
{
  gst_prof_monitor_be_in_this_process (monitor);
  gst_prof_ticker_stop (&monitor->ticker);
}
