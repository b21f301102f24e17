/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What holds up the process as a whole: stopped, without a CPU, suspended, short
 * of memory. The sampler knows it from its own lateness: it does nothing but
 * look, so that whatever makes it late made all late. Belongs to the sampler's
 * thread.
 */

#include "gstprofholdup.h"

#include <sys/resource.h>

/* Who is later than this was held up. */
#define LATE (15 * GST_MSECOND)

/* Memory that is short stays short for a while, though not every fault waits
 * for it. */
#define PRESSURE_LASTS (500 * GST_MSECOND)

/* How often the machine's numbers are read whether or not something is up. */
#define REFRESH_INTERVAL GST_SECOND

/*
 * gst_prof_holdup_init:
 * @holdup: (out caller-allocates): to be cleared with gst_prof_holdup_clear()
 */
void
gst_prof_holdup_init (GstProfHoldup * holdup)
{
  *holdup = (GstProfHoldup) {
  .system = gst_prof_system_new ()};
}

/*
 * gst_prof_holdup_clear:
 * @holdup: what held up the process
 */
void
gst_prof_holdup_clear (GstProfHoldup * holdup)
{
  g_clear_pointer (&holdup->system, gst_prof_system_free);
}

/*
 * gst_prof_holdup_add_steal:
 * @holdup: what held up the process
 * @steal: what the host has taken from the machine, nanoseconds, all CPUs
 *
 * As it was read in this look.
 */
void
gst_prof_holdup_add_steal (GstProfHoldup * holdup, GstClockTime steal)
{
  holdup->steal_left += steal - MIN (steal, holdup->steal);
  holdup->steal = steal;
  holdup->steal_read = TRUE;
}

/*
 * gst_prof_holdup_take_steal:
 * @holdup: what held up the process
 * @lost: what a thread did not compute though it had a CPU, nanoseconds
 *
 * Threads on different CPUs may lose at the same time: each look takes from what
 * the host took as much as the thread that lost most.
 *
 * Returns: how much of @lost the host may have taken
 */
GstClockTime
gst_prof_holdup_take_steal (GstProfHoldup * holdup, GstClockTime lost)
{
  GstClockTime stolen;

  if (lost == 0)
    return 0;
  if (!holdup->steal_read)
    gst_prof_holdup_add_steal (holdup,
        gst_prof_system_read_steal (holdup->system));
  stolen = MIN (lost, holdup->steal_left);
  holdup->steal_used = MAX (holdup->steal_used, stolen);
  return stolen;
}

static void
begin_steal (GstProfHoldup * holdup)
{
  holdup->steal_left -= MIN (holdup->steal_left, holdup->steal_used);
  holdup->steal_used = 0;
  holdup->steal_read = FALSE;
}

/* What was taken long ago, from whoever, explains nothing of now. */
static void
refresh_steal (GstProfHoldup * holdup)
{
  gst_prof_holdup_add_steal (holdup,
      gst_prof_system_read_steal (holdup->system));
  holdup->steal_left = 0;
}

/*
 * gst_prof_holdup_begin:
 * @holdup: what held up the process
 * @own_id: the calling thread, which will look
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 */
void
gst_prof_holdup_begin (GstProfHoldup * holdup, guint64 own_id,
    GstClockTime now)
{
  gst_prof_thread_files_open (&holdup->own_files, own_id);
  gst_prof_holdup_resume (holdup, now);
}

/*
 * gst_prof_holdup_resume:
 * @holdup: what held up the process
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * What the calling thread did since its last look is no lateness: there was nothing
 * to look at.
 */
void
gst_prof_holdup_resume (GstProfHoldup * holdup, GstClockTime now)
{
  holdup->last_look = 0;
  gst_prof_thread_files_read_times (&holdup->own_files, &holdup->own_times);
  holdup->suspended_before = gst_prof_system_read_suspended (holdup->system);
  gst_prof_holdup_read_throttled (holdup, now);
  refresh_steal (holdup);
}

/*
 * gst_prof_holdup_end:
 * @holdup: what held up the process
 *
 * The thread that looks ends.
 */
void
gst_prof_holdup_end (GstProfHoldup * holdup)
{
  gst_prof_thread_files_close (&holdup->own_files);
}

/*
 * gst_prof_holdup_read_throttled:
 * @holdup: what held up the process
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * Reads the group's throttled time, once in a look.
 */
void
gst_prof_holdup_read_throttled (GstProfHoldup * holdup, GstClockTime now)
{
  GstClockTime total;
  guint n = holdup->n_throttled;

  if (holdup->throttled_read)
    return;
  holdup->throttled_read = TRUE;
  total = gst_prof_system_read_throttled (holdup->system);
  if (n > 0 && holdup->throttled[(n - 1) % GST_PROF_HOLDUP_MAX_THROTTLED].total == total)
    return;
  holdup->throttled[n % GST_PROF_HOLDUP_MAX_THROTTLED] = (GstProfThrottled) { now, total };
  holdup->n_throttled++;
}

/*
 * gst_prof_holdup_get_throttled:
 * @holdup: what held up the process
 * @from: CLOCK_MONOTONIC nanoseconds
 *
 * It grows when throttling ends, and the threads that had to wait are credited
 * when they run, which may be seen some looks later.
 *
 * Returns: how much the throttled time grew since then
 */
GstClockTime
gst_prof_holdup_get_throttled (const GstProfHoldup * holdup, GstClockTime from)
{
  guint n = holdup->n_throttled;
  guint oldest = n > GST_PROF_HOLDUP_MAX_THROTTLED ? n - GST_PROF_HOLDUP_MAX_THROTTLED : 0;
  GstClockTime newest, before;

  if (n == 0)
    return 0;
  newest = holdup->throttled[(n - 1) % GST_PROF_HOLDUP_MAX_THROTTLED].total;
  before = holdup->throttled[oldest % GST_PROF_HOLDUP_MAX_THROTTLED].total;
  for (guint i = oldest; i < n; i++) {
    if (holdup->throttled[i % GST_PROF_HOLDUP_MAX_THROTTLED].when <= from)
      before = holdup->throttled[i % GST_PROF_HOLDUP_MAX_THROTTLED].total;
  }
  return newest - MIN (before, newest);
}

static void
read_pressure (GstProfHoldup * holdup, GstClockTime now)
{
  GstClockTime pressure =
      gst_prof_system_read_memory_pressure (holdup->system);
  GstClockTime growth = pressure - MIN (holdup->pressure, pressure);
  GstClockTime elapsed = now - holdup->pressure_read;

  /* A twentieth of the time is more than the usual background. */
  if (holdup->pressure_read != 0 && growth > elapsed / 20)
    holdup->pressure_high = now;
  holdup->pressure = pressure;
  holdup->pressure_growth = holdup->pressure_read != 0 ? growth : 0;
  holdup->pressure_read = now;
}

/*
 * gst_prof_holdup_look:
 * @holdup: what held up the process
 * @interval: how long after the look before this one should come, nanoseconds
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * Finds how late the calling thread is, and why. To be called first in a look,
 * by the thread that made it.
 */
void
gst_prof_holdup_look (GstProfHoldup * holdup, GstClockTime interval,
    GstClockTime now)
{
  GstClockTime gone = now - holdup->last_look;
  GstProfThreadTimes times = holdup->own_times;
  GstClockTime late, delay, suspended;
  struct rusage usage;

  holdup->throttled_read = FALSE;
  begin_steal (holdup);
  holdup->frozen = holdup->starved = 0;
  holdup->starved_throttled = FALSE;
  gst_prof_thread_files_read_times (&holdup->own_files, &times);
  delay = times.delay - holdup->own_times.delay;
  holdup->own_times = times;
  getrusage (RUSAGE_THREAD, &usage);
  suspended = gst_prof_system_read_suspended (holdup->system);
  holdup->suspended =
      suspended - MIN (suspended, holdup->suspended_before);
  holdup->suspended_before = suspended;

  if (holdup->last_look != 0 && gone > interval + LATE) {
    late = gone - interval;
    holdup->starved = MIN (delay, late);
    if (holdup->starved > 0) {
      gst_prof_holdup_read_throttled (holdup, now);
      holdup->starved_throttled =
          gst_prof_holdup_get_throttled (holdup, holdup->last_look) >= holdup->starved / 2;
    }
    /* What it waited for itself says nothing of the others: pages, or memory
     * that it was not given. */
    read_pressure (holdup, now);
    if (usage.ru_majflt == holdup->own_major_faults
        && holdup->pressure_growth < late / 5)
      holdup->frozen = late - holdup->starved;
    if (holdup->frozen < late / 10)
      holdup->frozen = 0;
  }
  holdup->own_major_faults = usage.ru_majflt;
  holdup->last_look = now;

  if (now - holdup->refreshed >= REFRESH_INTERVAL) {
    gst_prof_system_refresh (holdup->system);
    gst_prof_holdup_read_throttled (holdup, now);
    read_pressure (holdup, now);
    refresh_steal (holdup);
    holdup->refreshed = now;
  }
}

/*
 * gst_prof_holdup_is_memory_short:
 * @holdup: what held up the process
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * Returns: whether tasks of the group, or of the machine, wait for memory
 */
gboolean
gst_prof_holdup_is_memory_short (GstProfHoldup * holdup, GstClockTime now)
{
  read_pressure (holdup, now);
  return holdup->pressure_high != 0
      && now - holdup->pressure_high < PRESSURE_LASTS;
}
