/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Whether the lag of a stream at a stage grows. A single stall raises it in one
 * step, a start-up offset or a network's jitter do not raise it at all, and an
 * encoder's key frames raise and lower it: none of these is growth. Passive,
 * time comes in.
 */

#include "gstproflag.h"

#define FINE_INTERVAL (250 * GST_MSECOND)
#define COARSE_INTERVAL (4 * GST_SECOND)

/* Frames that do not come any more say nothing of now. */
#define MAX_AGE (2 * GST_SECOND)

/* The shortest first: what grows fast is seen soon, and 1 % above the budget in
 * two minutes. */
static const GstClockTime windows[] = {
  2 * GST_SECOND, 4 * GST_SECOND, 8 * GST_SECOND, 15 * GST_SECOND,
  32 * GST_SECOND, 64 * GST_SECOND, 120 * GST_SECOND, 240 * GST_SECOND,
};

#define LONGEST_FINE (15 * GST_SECOND)

/* What has grown goes on growing while lately it still gains more than a quarter
 * of what the threshold and the window come to. */
#define GOES_ON_DIVISOR 4
#define LATELY (4 * GST_SECOND)

/*
 * gst_prof_lag_init:
 * @lag: (out caller-allocates): no lag is known
 */
void
gst_prof_lag_init (GstProfLag * lag)
{
  *lag = (GstProfLag) { 0 };
  gst_prof_trend_init (&lag->fine, FINE_INTERVAL);
  gst_prof_trend_init (&lag->coarse, COARSE_INTERVAL);
}

/*
 * gst_prof_lag_forget:
 * @lag: a lag
 *
 * What comes has nothing to do with what was: a pause, a seek, a new clock. What
 * was the most stays.
 */
void
gst_prof_lag_forget (GstProfLag * lag)
{
  gst_prof_trend_clear (&lag->fine);
  gst_prof_trend_clear (&lag->coarse);
}

/*
 * gst_prof_lag_add:
 * @lag: a lag
 * @time: when a frame was there, CLOCK_MONOTONIC nanoseconds
 * @value: running time then less the frame's
 */
void
gst_prof_lag_add (GstProfLag * lag, GstClockTime time, GstClockTimeDiff value)
{
  lag->most = lag->known ? MAX (lag->most, value) : value;
  lag->latest = value;
  lag->known = TRUE;
  gst_prof_trend_add (&lag->fine, time, value);
  gst_prof_trend_add (&lag->coarse, time, value);
}

static gboolean
measure (const GstProfLag * lag, GstClockTime window,
    GstProfTrendGrowth * growth)
{
  return gst_prof_trend_measure (window <= LONGEST_FINE ? &lag->fine :
      &lag->coarse, window, growth);
}

static gboolean
is_stale (const GstProfLag * lag, GstClockTime now)
{
  GstProfTrendPoint last;

  return !gst_prof_trend_get_last (&lag->fine, &last)
      || (now > last.time && now - last.time > MAX_AGE);
}

static gboolean
has_gained (const GstProfTrendGrowth * growth, GstClockTime least)
{
  return growth->last > growth->first
      && (guint64) (growth->last - growth->first) > least;
}

/* In a long window of coarse points there is no lately. */
static GstProfLagState
judge_lately (const GstProfLag * lag, GstClockTime threshold,
    GstClockTime window)
{
  GstClockTime lately = window <= LONGEST_FINE ? MIN (window, LATELY) : window;
  GstProfTrendGrowth growth;

  if (!measure (lag, lately, &growth))
    return GST_PROF_LAG_UNKNOWN;
  return has_gained (&growth, gst_util_uint64_scale (threshold, lately,
          window) / GOES_ON_DIVISOR) ? GST_PROF_LAG_GROWS :
      GST_PROF_LAG_STEADY;
}

/*
 * gst_prof_lag_judge:
 * @lag: a lag
 * @threshold: how much must be gained in a window, nanoseconds
 * @now: the time
 * @window: (out): when it grows, the window that shows it
 * @growth: (out caller-allocates): when it grows, what happened in that
 *
 * Returns: whether it grows
 */
GstProfLagState
gst_prof_lag_judge (const GstProfLag * lag, GstClockTime threshold,
    GstClockTime now, GstClockTime * window, GstProfTrendGrowth * growth)
{
  GstProfTrendGrowth measured;

  if (is_stale (lag, now))
    return GST_PROF_LAG_UNKNOWN;
  for (guint i = 0; i < G_N_ELEMENTS (windows); i++) {
    if (measure (lag, windows[i], &measured) && measured.steady
        && measured.rate > 0 && has_gained (&measured, threshold)
        && judge_lately (lag, threshold, windows[i]) == GST_PROF_LAG_GROWS) {
      *window = windows[i];
      *growth = measured;
      return GST_PROF_LAG_GROWS;
    }
  }
  return GST_PROF_LAG_STEADY;
}

/*
 * gst_prof_lag_judge_again:
 * @lag: a lag that grew
 * @threshold: as gst_prof_lag_judge() was given it
 * @now: the time
 * @window: the window that it named
 * @growth: (out caller-allocates): unless the answer is
 *   %GST_PROF_LAG_UNKNOWN, what happened in the window
 *
 * Returns: whether it still grows. What is on the edge is not said to end and
 *   to begin again all the time
 */
GstProfLagState
gst_prof_lag_judge_again (const GstProfLag * lag, GstClockTime threshold,
    GstClockTime now, GstClockTime window, GstProfTrendGrowth * growth)
{
  if (is_stale (lag, now) || !measure (lag, window, growth))
    return GST_PROF_LAG_UNKNOWN;
  return judge_lately (lag, threshold, window);
}
