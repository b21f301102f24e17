/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Lets a burst through, then one in each interval, and counts the rest. Owns
 * two numbers; passive, time comes in. The allowance fills up again with time:
 * after ten quiet intervals a whole burst may pass.
 */

#include "gstproflimiter.h"

/*
 * gst_prof_limiter_admit:
 * @limiter: a limiter
 * @now: the time, nanoseconds
 * @held_back: (out): how many were refused since the last that passed; only
 *   set when this one passes
 *
 * Returns: whether this one may pass; if not it is counted
 */
gboolean
gst_prof_limiter_admit (GstProfLimiter * limiter, GstClockTime now,
    guint * held_back)
{
  GstClockTime due = MAX (limiter->due, now);

  /* `due` runs ahead of the time by one interval for each that passed. */
  if (due - now > (GST_PROF_LIMITER_BURST - 1) * GST_PROF_LIMITER_INTERVAL) {
    limiter->held_back++;
    return FALSE;
  }

  limiter->due = due + GST_PROF_LIMITER_INTERVAL;
  *held_back = gst_prof_limiter_flush (limiter);
  return TRUE;
}

/*
 * gst_prof_limiter_flush:
 * @limiter: a limiter
 *
 * Returns: how many were refused since the last that passed; they count no
 *   more
 */
guint
gst_prof_limiter_flush (GstProfLimiter * limiter)
{
  guint held_back = limiter->held_back;

  limiter->held_back = 0;
  return held_back;
}
