/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The last times in which something was so, in a ring. Passive: time comes in as
 * an argument. One thread at a time writes, usually a streaming thread; any
 * thread reads. Nobody waits, and nothing torn is ever returned:
 *
 * A place of the ring is written again only when n has come to stand at the
 * period that will lie there. Whoever has read something of that period has
 * thereby seen n (release and acquire on the fields themselves, which
 * ThreadSanitizer understands), so that looking at n once more tells whether
 * what was read is all of the period that was meant. One that goes on may
 * already carry the value that it will be closed with.
 */

#include "gstprofperiods.h"

/* The place that n says is written next may be half written. */
#define READABLE (GST_PROF_PERIODS_MAX - 1)

static guint64
get_n (GstProfPeriods * periods)
{
  return atomic_load_explicit (&periods->n, memory_order_acquire);
}

static gboolean
is_open (GstProfPeriods * periods, guint64 n)
{
  return n > 0 && atomic_load_explicit (&periods->ring[(n - 1)
          % GST_PROF_PERIODS_MAX].to, memory_order_relaxed)
      == GST_CLOCK_TIME_NONE;
}

/*
 * gst_prof_periods_add:
 * @periods: periods
 * @from: begin, CLOCK_MONOTONIC nanoseconds, not before the end of the last one
 * @to: end; %GST_CLOCK_TIME_NONE: it goes on
 * @value: what is to be said of it
 *
 * Adds one, and drops the oldest when there is no room. Writer's thread only.
 */
void
gst_prof_periods_add (GstProfPeriods * periods, GstClockTime from,
    GstClockTime to, guint64 value)
{
  guint64 n = atomic_load_explicit (&periods->n, memory_order_relaxed);
  guint at = n % GST_PROF_PERIODS_MAX;

  atomic_store_explicit (&periods->ring[at].from, from, memory_order_release);
  atomic_store_explicit (&periods->ring[at].value, value,
      memory_order_release);
  atomic_store_explicit (&periods->ring[at].to, to, memory_order_release);
  atomic_store_explicit (&periods->n, n + 1, memory_order_release);
}

/*
 * gst_prof_periods_open:
 * @periods: periods
 * @from: begin, CLOCK_MONOTONIC nanoseconds
 * @value: what is to be said of it so far
 *
 * Begins one that goes on. If one goes on already, only its value is renewed.
 * Writer's thread only.
 */
void
gst_prof_periods_open (GstProfPeriods * periods, GstClockTime from,
    guint64 value)
{
  guint64 n = atomic_load_explicit (&periods->n, memory_order_relaxed);

  if (is_open (periods, n))
    atomic_store_explicit (&periods->ring[(n - 1)
            % GST_PROF_PERIODS_MAX].value, value, memory_order_release);
  else
    gst_prof_periods_add (periods, from, GST_CLOCK_TIME_NONE, value);
}

/*
 * gst_prof_periods_close:
 * @periods: periods
 * @to: end, CLOCK_MONOTONIC nanoseconds
 * @value: what is to be said of it
 *
 * Ends the one that goes on; does nothing if none does. Writer's thread only.
 */
void
gst_prof_periods_close (GstProfPeriods * periods, GstClockTime to,
    guint64 value)
{
  guint64 n = atomic_load_explicit (&periods->n, memory_order_relaxed);
  guint at = (n - 1) % GST_PROF_PERIODS_MAX;

  if (!is_open (periods, n))
    return;
  atomic_store_explicit (&periods->ring[at].value, value,
      memory_order_release);
  atomic_store_explicit (&periods->ring[at].to, to, memory_order_release);
}

/* Untouched when the writer has come round to it. */
static gboolean
read_period (GstProfPeriods * periods, guint64 index, GstProfPeriod * period)
{
  guint at = index % GST_PROF_PERIODS_MAX;
  GstProfPeriod found;

  /* The end first: with it, the value is final. */
  found.to = atomic_load_explicit (&periods->ring[at].to,
      memory_order_acquire);
  found.value = atomic_load_explicit (&periods->ring[at].value,
      memory_order_acquire);
  found.from = atomic_load_explicit (&periods->ring[at].from,
      memory_order_acquire);
  if (get_n (periods) - index > READABLE)
    return FALSE;
  *period = found;
  return TRUE;
}

/*
 * gst_prof_periods_find:
 * @periods: periods
 * @from: begin of an interval, CLOCK_MONOTONIC nanoseconds
 * @to: its end
 * @found: (out caller-allocates) (array length=max): a place for them
 * @max: how many have room there
 *
 * Any thread.
 *
 * Returns: how many of them overlap the interval; if there are more than @max,
 *   the newest are given. The oldest stands first.
 */
guint
gst_prof_periods_find (GstProfPeriods * periods, GstClockTime from,
    GstClockTime to, GstProfPeriod * found, guint max)
{
  guint64 n = get_n (periods);
  guint n_found = 0;

  for (guint64 i = n; i > 0 && n - i < READABLE && n_found < max; i--) {
    GstProfPeriod period;

    if (!read_period (periods, i - 1, &period))
      break;
    /* NONE is later than any time. */
    if (period.to <= from)
      break;
    if (period.from < to)
      found[n_found++] = period;
  }
  for (guint i = 0; i < n_found / 2; i++) {
    GstProfPeriod swapped = found[i];

    found[i] = found[n_found - 1 - i];
    found[n_found - 1 - i] = swapped;
  }
  return n_found;
}
