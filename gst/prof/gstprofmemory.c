/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Whether the process's memory grows without an end. That a pipeline takes
 * memory when it starts is no growth: what counts is how much more it is than
 * after the warm-up. Reads nothing itself, and does not know what holds the
 * memory. Passive, time comes in.
 */

#include "gstprofmemory.h"

/* From the first frame on. By then encoder look-ahead and queues are filled. */
#define WARM_UP (3 * GST_SECOND)

/* Twice the level after the warm-up, whatever the threshold. */
#define LEAST_FACTOR 2

#define FINE_INTERVAL GST_SECOND
#define COARSE_INTERVAL (60 * GST_SECOND)

/* Readings come a quarter of a second late at the most: the shortest window has
 * enough points even when each of them does. */
static const GstClockTime windows[] = {
  8 * GST_SECOND, 15 * GST_SECOND, 60 * GST_SECOND,
  600 * GST_SECOND, 3600 * GST_SECOND,
};

#define LONGEST_FINE (60 * GST_SECOND)

/* Less in a window is what an allocator keeps. */
#define LEAST_GAIN 4000000

/* What has grown goes on growing while lately it still gains more than a quarter
 * of what it did. */
#define GOES_ON_DIVISOR 4
#define LATELY (8 * GST_SECOND)

/* What is taken in bursts rests between them. It has ended when it rests for
 * longer than the growth itself is looked for. */
#define REST (15 * GST_SECOND)

/*
 * gst_prof_memory_init:
 * @memory: (out caller-allocates): nothing is known
 */
void
gst_prof_memory_init (GstProfMemory * memory)
{
  *memory = (GstProfMemory) {.warm_until = GST_CLOCK_TIME_NONE };
  gst_prof_trend_init (&memory->fine, FINE_INTERVAL);
  gst_prof_trend_init (&memory->coarse, COARSE_INTERVAL);
}

/*
 * gst_prof_memory_add:
 * @memory: the memory
 * @rss: resident bytes; 0: not known
 * @flowing: whether any frame has come yet
 * @now: the time, nanoseconds
 *
 * Returns: whether the warm-up ended just now
 */
gboolean
gst_prof_memory_add (GstProfMemory * memory, guint64 rss, gboolean flowing,
    GstClockTime now)
{
  if (rss == 0)
    return FALSE;
  if (memory->first == 0)
    memory->first = rss;
  memory->now = rss;
  memory->peak = MAX (memory->peak, rss);
  gst_prof_trend_add (&memory->fine, now, rss);
  gst_prof_trend_add (&memory->coarse, now, rss);

  if (flowing && !GST_CLOCK_TIME_IS_VALID (memory->warm_until))
    memory->warm_until = now + WARM_UP;
  if (memory->base > 0 || !GST_CLOCK_TIME_IS_VALID (memory->warm_until)
      || now < memory->warm_until)
    return FALSE;
  memory->base = rss;
  return TRUE;
}

/*
 * gst_prof_memory_take_off_base:
 * @memory: the memory, whose warm-up has just ended
 * @bytes: how much of it was growth already
 *
 * Not below what was there before anything was recorded.
 */
void
gst_prof_memory_take_off_base (GstProfMemory * memory, guint64 bytes)
{
  memory->base = MAX (memory->base - MIN (bytes, memory->base),
      MIN (memory->base, memory->first));
}

static gboolean
measure (const GstProfMemory * memory, GstClockTime window,
    GstProfTrendGrowth * growth)
{
  return gst_prof_trend_measure (window <= LONGEST_FINE ? &memory->fine :
      &memory->coarse, window, growth);
}

/* Whether @gained in @window goes on. In a long window of coarse points there is
 * no lately. */
static gboolean
goes_on (const GstProfMemory * memory, GstClockTime window, gint64 gained,
    GstProfTrendGrowth * growth)
{
  GstClockTime lately = window <= LONGEST_FINE ? LATELY : window;

  return measure (memory, lately, growth) && growth->last - growth->first
      > (gint64) gst_util_uint64_scale (gained, lately, window)
      / GOES_ON_DIVISOR;
}

static gboolean
find_growth (GstProfMemory * memory, GstProfTrendGrowth * growth)
{
  GstProfTrendGrowth lately;

  for (guint i = 0; i < G_N_ELEMENTS (windows); i++) {
    if (measure (memory, windows[i], growth) && growth->steady
        && growth->rate > 0 && growth->last - growth->first >= LEAST_GAIN
        && goes_on (memory, windows[i], growth->last - growth->first,
            &lately)) {
      memory->window = windows[i];
      memory->gained = growth->last - growth->first;
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
is_large (const GstProfMemory * memory, guint64 threshold)
{
  return memory->base > 0 && memory->now >= LEAST_FACTOR * memory->base
      && memory->now - memory->base > threshold;
}

/*
 * gst_prof_memory_judge:
 * @memory: the memory
 * @threshold: bytes more than after the warm-up that are too much; 0: off
 * @now: the time, nanoseconds
 * @growth: (out caller-allocates): if it is to be told, what it did lately
 *
 * Returns: whether it is to be told now that it grows, or that it has ended
 */
GstProfEpisodeStep
gst_prof_memory_judge (GstProfMemory * memory, guint64 threshold,
    GstClockTime now, GstProfTrendGrowth * growth)
{
  if (memory->episode.open) {
    if (threshold > 0
        && goes_on (memory, memory->window, memory->gained, growth)) {
      memory->grew_until = now;
      return gst_prof_episode_go_on (&memory->episode, now, now);
    }
    if (threshold > 0 && now < memory->grew_until + REST)
      return GST_PROF_EPISODE_NOTHING;
    return gst_prof_episode_end (&memory->episode);
  }
  if (threshold == 0 || !is_large (memory, threshold)
      || !find_growth (memory, growth))
    return GST_PROF_EPISODE_NOTHING;
  memory->grew_until = now;
  return gst_prof_episode_go_on (&memory->episode, growth->from, now);
}
