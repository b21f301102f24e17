/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * In which intervals something usually comes, so that a silence is told from the
 * time between two of few. Passive.
 */

#include "gstprofcadence.h"

#include <stdlib.h>
#include <string.h>

/* The packets of one frame, the buffers of one list: they come at once. */
#define BURST (5 * GST_MSECOND)

/* From so many on the median says something. */
#define MIN_INTERVALS 2

/* What comes more seldom comes when it likes: subtitles, reports of a receiver. */
#define SPARSE GST_SECOND

/* So many usual intervals are a silence. */
#define SILENCE 3

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
    cadence->intervals[cadence->next] = time - cadence->last;
    cadence->next = (cadence->next + 1) % GST_PROF_CADENCE_INTERVALS;
    cadence->n = MIN (cadence->n + 1, GST_PROF_CADENCE_INTERVALS);
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

/*
 * gst_prof_cadence_get_usual:
 * @cadence: a cadence
 *
 * Returns: the median interval, or %GST_CLOCK_TIME_NONE: too few are known
 */
GstClockTime
gst_prof_cadence_get_usual (const GstProfCadence * cadence)
{
  GstClockTime times[GST_PROF_CADENCE_INTERVALS];

  if (cadence->n < MIN_INTERVALS)
    return GST_CLOCK_TIME_NONE;
  memcpy (times, cadence->intervals, cadence->n * sizeof (times[0]));
  qsort (times, cadence->n, sizeof (times[0]), compare_times);
  return times[cadence->n / 2];
}

/*
 * gst_prof_cadence_find_limit:
 * @cadence: a cadence
 * @threshold: from when on a silence is told, nanoseconds; 0: it is not
 *
 * Returns: the same for what comes in these intervals; 0: none is told, since
 *   what comes so seldom, or has hardly begun to come, may stay away
 */
GstClockTime
gst_prof_cadence_find_limit (const GstProfCadence * cadence,
    GstClockTime threshold)
{
  GstClockTime usual = gst_prof_cadence_get_usual (cadence);

  if (threshold == 0 || !GST_CLOCK_TIME_IS_VALID (usual) || usual > SPARSE)
    return 0;
  return MAX (threshold, SILENCE * usual);
}
