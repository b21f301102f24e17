/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * When the next look at the threads is due. As time goes by looking earns credit,
 * one part in GST_PROF_PACE_BUDGET, and each look spends what it cost: while there
 * is credit the interval is the one that was asked for; when it runs out it is
 * stretched, until both are in balance. So a look that is dear once, since threads
 * came, delays nothing. Passive.
 *
 * No two intervals are the same: buffers that come every 10 ms would be looked at
 * in the same phase for ever, and what they spend most of their time in might
 * never be seen.
 */

#include "gstprofpace.h"

/* What may be spent in advance, or owed: a second's worth. */
#define MAX_CREDIT ((gint64) (10 * GST_MSECOND))

/* Looks over which the cost of one is averaged. */
#define COST_LOOKS 8

/* One that costs so much more than twice the average counts as that: what is dear
 * once says nothing of the next. It is paid for by credit. */
#define COST_STEP (50 * GST_USECOND)

/* An interval differs from the average by up to one part in so many. */
#define SPREAD 4

/*
 * gst_prof_pace_init:
 * @pace: (out caller-allocates): a pace
 * @interval: nanoseconds from one look to the next that are asked for
 */
void
gst_prof_pace_init (GstProfPace * pace, GstClockTime interval)
{
  *pace = (GstProfPace) {
  .interval = interval,.credit = MAX_CREDIT,.random = 1};
}

/* Good enough to be in step with nothing. */
static guint32
draw (GstProfPace * pace)
{
  pace->random = pace->random * 1664525u + 1013904223u;
  return pace->random >> 16;
}

/* From all of the credit to half of it there is no need to save; without any the
 * interval is what the cost asks for, and with a debt up to twice that. */
static GstClockTime
stretch (const GstProfPace * pace, GstClockTime interval)
{
  const gint64 half = MAX_CREDIT / 2;
  GstClockTime wanted = MAX (pace->cost * GST_PROF_PACE_BUDGET, interval);

  if (pace->credit < 0)
    return wanted + gst_util_uint64_scale (wanted, -pace->credit, MAX_CREDIT);
  return interval + gst_util_uint64_scale (wanted - interval,
      MAX (half - pace->credit, 0), half);
}

/*
 * gst_prof_pace_next:
 * @pace: a pace
 * @interval: nanoseconds from one look to the next that are asked for
 * @elapsed: how long ago the look before the last one was, nanoseconds
 * @cost: CPU time that went to looking meanwhile, nanoseconds
 *
 * Returns: how long after the last look the next one is due, nanoseconds
 */
GstClockTime
gst_prof_pace_next (GstProfPace * pace, GstClockTime interval,
    GstClockTime elapsed, GstClockTime cost)
{
  GstClockTime spread;

  pace->cost = (pace->cost * (COST_LOOKS - 1)
      + MIN (cost, 2 * pace->cost + COST_STEP)) / COST_LOOKS;
  pace->credit += (gint64) MIN (elapsed, 1000 * GST_SECOND)
      / GST_PROF_PACE_BUDGET - (gint64) MIN (cost, 1000 * GST_SECOND);
  pace->credit = CLAMP (pace->credit, -MAX_CREDIT, MAX_CREDIT);
  pace->interval = stretch (pace, interval);
  spread = pace->interval / SPREAD;
  return pace->interval - spread
      + gst_util_uint64_scale (2 * spread, draw (pace), G_MAXUINT16);
}
