/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * In which intervals something usually comes, so that a silence is told from the
 * time between two of few. What comes in several pieces has short intervals between
 * these and a long one after the last: then the long one is the usual one, if it
 * comes again and again and takes most of the time. Passive.
 */

#include "gstprofcadence.h"

#include <stdlib.h>

/* The packets of one frame, the buffers of one list: they come at once. */
#define BURST (5 * GST_MSECOND)

/* From so many on the median says something. */
#define MIN_INTERVALS 2

/* So many of the last ones the median is of. */
#define MEDIAN_OF 15

/* So often a long interval must have come, in the same rhythm, as long as the longest
 * but for a fifth, while all others are less than half as long; and so much of the time
 * it must take. Who stutters goes on for longer in between. */
#define MIN_PAUSES 4
#define LIKENESS_DIVISOR 5
#define TIME_DIVISOR 3

/* Less is what is told by nobody's threshold. */
#define LEAST_PAUSE (50 * GST_MSECOND)

/* A speaker is silent in such a pattern, and speaks for so long in between. */
#define HOLD (60 * GST_SECOND)

/* What comes more seldom comes when it likes: subtitles, reports of a receiver. */
#define SPARSE GST_SECOND

/* So many usual intervals are a silence. */
#define SILENCE 3

/* @back: 0 is the last one. Returns: nanoseconds */
static GstClockTime
get_interval (const GstProfCadence * cadence, guint back)
{
  guint i = (cadence->next + GST_PROF_CADENCE_INTERVALS - 1 - back)
      % GST_PROF_CADENCE_INTERVALS;

  return cadence->intervals[i] * GST_USECOND;
}

static gboolean
is_like (GstClockTime time, GstClockTime other)
{
  return MIN (time, other) >= MAX (time, other)
      - MAX (time, other) / LIKENESS_DIVISOR;
}

/* From the last pause back to those before it. Returns: how long it is, if it is one
 * of a pattern; 0: it is none */
static GstClockTime
find_pause (const GstProfCadence * cadence)
{
  GstClockTime last = get_interval (cadence, 0), paused = last, all = 0;
  GstClockTime since = last, rhythm = 0;
  guint n = 1;

  for (guint back = 1; back < cadence->n && n < MIN_PAUSES; back++) {
    GstClockTime interval = get_interval (cadence, back);

    if (interval < last / 2) {
      since += interval;
      continue;
    }
    if (!is_like (interval, last) || (rhythm != 0 && !is_like (since, rhythm)))
      return 0;
    all += since;
    rhythm = since;
    since = interval;
    /* The first one is where the rhythm begins. */
    if (++n < MIN_PAUSES)
      paused += interval;
  }
  return n == MIN_PAUSES && paused >= all - all / TIME_DIVISOR ? last : 0;
}

static void
note_pause (GstProfCadence * cadence, GstClockTime interval, GstClockTime time)
{
  GstClockTime pause = interval >= LEAST_PAUSE ? find_pause (cadence) : 0;

  if (pause > 0) {
    cadence->pause = pause;
    cadence->pause_seen = time;
  } else if (time > cadence->pause_seen + HOLD) {
    cadence->pause = 0;
  }
}

/*
 * gst_prof_cadence_add:
 * @cadence: a cadence
 * @time: when something came, CLOCK_MONOTONIC nanoseconds, not 0
 */
void
gst_prof_cadence_add (GstProfCadence * cadence, GstClockTime time)
{
  if (cadence->last != 0) {
    if (time < cadence->last + BURST)
      return;
    cadence->intervals[cadence->next] =
        MIN ((time - cadence->last) / GST_USECOND, G_MAXUINT32);
    cadence->next = (cadence->next + 1) % GST_PROF_CADENCE_INTERVALS;
    cadence->n = MIN (cadence->n + 1, GST_PROF_CADENCE_INTERVALS);
    note_pause (cadence, time - cadence->last, time);
  }
  cadence->last = time;
}

static int
compare_times (const void *a, const void *b)
{
  const GstClockTime first = *(const GstClockTime *) a;
  const GstClockTime second = *(const GstClockTime *) b;

  return first < second ? -1 : first > second;
}

static GstClockTime
get_median (const GstProfCadence * cadence)
{
  GstClockTime times[MEDIAN_OF];
  guint n = MIN (cadence->n, MEDIAN_OF);

  if (n < MIN_INTERVALS)
    return GST_CLOCK_TIME_NONE;
  for (guint i = 0; i < n; i++)
    times[i] = get_interval (cadence, i);
  qsort (times, n, sizeof (times[0]), compare_times);
  return times[n / 2];
}

/*
 * gst_prof_cadence_get_usual:
 * @cadence: a cadence
 *
 * Returns: the median interval, or the long one of a repeating pattern;
 *   %GST_CLOCK_TIME_NONE: too few are known
 */
GstClockTime
gst_prof_cadence_get_usual (const GstProfCadence * cadence)
{
  GstClockTime median = get_median (cadence);

  return GST_CLOCK_TIME_IS_VALID (median) ? MAX (median, cadence->pause)
      : GST_CLOCK_TIME_NONE;
}

/*
 * gst_prof_cadence_find_limit:
 * @cadence: a cadence
 * @frame_duration: how long what comes lasts, if it is pictures by whose caps that
 *   is known, or %GST_CLOCK_TIME_NONE
 * @threshold: from when on a silence is told, nanoseconds; 0: it is not
 *
 * Returns: the same for what comes in these intervals; 0: none is told, since
 *   what comes so seldom, or has hardly begun to come, may stay away
 */
GstClockTime
gst_prof_cadence_find_limit (const GstProfCadence * cadence,
    GstClockTime frame_duration, GstClockTime threshold)
{
  gboolean known = GST_CLOCK_TIME_IS_VALID (frame_duration);
  GstClockTime usual = known ? get_median (cadence)
      : gst_prof_cadence_get_usual (cadence);

  if (threshold == 0 || !GST_CLOCK_TIME_IS_VALID (usual))
    return 0;
  if (known)
    usual = MAX (usual, frame_duration);
  else if (usual > SPARSE)
    return 0;
  return MAX (threshold, SILENCE * usual);
}
