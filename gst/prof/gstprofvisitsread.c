/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What can be read of a pad's visits, while others write: the totals, the last ones,
 * those that took long and the pauses. Owns nothing; how far somebody has read is
 * theirs to keep.
 *
 * Any thread; readers take no lock. Whoever reads a place of a ring looks at its
 * counter again afterwards, and takes what may have been overwritten meanwhile for
 * lost.
 */

#include "gstprofvisitsprivate.h"

#define KEPT GST_PROF_VISITS_KEPT

#define LOAD GST_PROF_VISITS_LOAD

/*
 * gst_prof_visits_get_times:
 * @visits: visits
 * @times: (out): what is known of them
 *
 * Any thread.
 */
void
gst_prof_visits_get_times (GstProfVisits * visits, GstProfVisitTimes * times)
{
  times->buffers = LOAD (visits->buffers);
  times->visits = LOAD (visits->visits);
  times->unkept = LOAD (visits->unkept);
  times->own = LOAD (visits->own);
  times->max = LOAD (visits->max);
  times->outside = LOAD (visits->outside);
  times->looked = LOAD (visits->looked);
  times->run = LOAD (visits->run);
  times->waited = LOAD (visits->waited);
  times->outside_looked = LOAD (visits->outside_looked);
  times->outside_run = LOAD (visits->outside_run);
  times->outside_waited = LOAD (visits->outside_waited);
}

static GstClockTime
unpack_own (guint32 own)
{
  if (own == GST_PROF_VISITS_INSIDE || own == GST_PROF_VISITS_UNKNOWN)
    return GST_CLOCK_TIME_NONE;
  if (own & GST_PROF_VISITS_COARSE)
    return (guint64) (own & ~GST_PROF_VISITS_COARSE) << GST_PROF_VISITS_SHIFT;
  return own;
}

/* Moves @next on to the oldest that can be read, as of a counter that says @n. */
static gboolean
skip_lost (guint64 n, guint can_be_read, guint64 * next, guint64 * lost)
{
  if (n - *next <= can_be_read)
    return FALSE;
  *lost += n - can_be_read - *next;
  *next = n - can_be_read;
  return TRUE;
}

static guint
read_visits (GstProfVisits * visits, guint64 * next, guint64 * lost,
    GstProfVisit * found, guint max, gboolean only_ended)
{
  guint64 begun = atomic_load_explicit (&visits->begun, memory_order_acquire);
  GstProfKeptVisits *kept = gst_prof_visits_get_kept (visits);
  guint n = 0;

  if (kept == NULL)
    return 0;

  skip_lost (begun, KEPT - 1, next, lost);
  while (n < max && *next < begun) {
    guint i = *next % KEPT;
    guint32 own = atomic_load_explicit (&kept->own_of[i],
        memory_order_acquire);

    found[n].number = *next;
    found[n].own = unpack_own (own);
    found[n].pts = LOAD (kept->slots[i].pts);
    found[n].enter = LOAD (kept->slots[i].enter);
    atomic_thread_fence (memory_order_acquire);
    if (skip_lost (LOAD (visits->begun), KEPT - 1, next, lost))
      continue;
    if (only_ended && own == GST_PROF_VISITS_INSIDE)
      break;
    (*next)++;
    if (!only_ended || own != GST_PROF_VISITS_UNKNOWN)
      n++;
  }
  return n;
}

/*
 * gst_prof_visits_read:
 * @visits: visits
 * @next: (inout): number of the first one that the reader has not seen
 * @lost: (inout): is increased by those that were overwritten before
 * @found: (out caller-allocates) (array length=max): visits that began since
 * @max: how many fit
 *
 * Any thread.
 *
 * Returns: how many were found
 */
guint
gst_prof_visits_read (GstProfVisits * visits, guint64 * next, guint64 * lost,
    GstProfVisit * found, guint max)
{
  return read_visits (visits, next, lost, found, max, FALSE);
}

/*
 * gst_prof_visits_read_ended:
 * @visits: visits
 * @next: (inout): number of the first one that the reader has not seen
 * @lost: (inout): is increased by those that were overwritten before
 * @found: (out caller-allocates) (array length=max): visits that ended since,
 *   in the order in which they began: none that began after one that is still
 *   inside
 * @max: how many fit
 *
 * Any thread.
 *
 * Returns: how many were found
 */
guint
gst_prof_visits_read_ended (GstProfVisits * visits, guint64 * next,
    guint64 * lost, GstProfVisit * found, guint max)
{
  return read_visits (visits, next, lost, found, max, TRUE);
}

static guint
read_events (GstProfVisitEvents * events, guint64 * next, guint64 * lost,
    GstProfVisitEvent * found, guint max)
{
  guint64 end;
  guint n = 0;

  if (events == NULL)
    return 0;
  end = atomic_load_explicit (&events->n, memory_order_acquire);
  skip_lost (end, GST_PROF_VISITS_EVENTS, next, lost);
  while (n < max && *next < end) {
    GstProfVisitEventSlot *slot =
        &events->slots[*next % GST_PROF_VISITS_EVENT_SLOTS];

    found[n].from = LOAD (slot->from);
    found[n].to = LOAD (slot->to);
    found[n].own = LOAD (slot->own);
    found[n].thread_id = LOAD (slot->thread_id);
    found[n].of_event = LOAD (slot->of_event);
    atomic_thread_fence (memory_order_acquire);
    if (skip_lost (LOAD (events->n), GST_PROF_VISITS_EVENTS, next, lost))
      continue;
    (*next)++;
    n++;
  }
  return n;
}

/*
 * gst_prof_visits_read_slow:
 * @visits: visits
 * @next: (inout): number of the first one that the reader has not seen
 * @lost: (inout): is increased by those that were overwritten before
 * @found: (out caller-allocates) (array length=max): visits that took as long as
 *   the limit or longer
 * @max: how many fit
 *
 * Any thread.
 *
 * Returns: how many were found
 */
guint
gst_prof_visits_read_slow (GstProfVisits * visits, guint64 * next,
    guint64 * lost, GstProfVisitEvent * found, guint max)
{
  return read_events (gst_prof_visits_get_events (&visits->slow_visits), next,
      lost, found, max);
}

/*
 * gst_prof_visits_has_slow:
 * @visits: visits
 * @next: as gst_prof_visits_read_slow() has it
 *
 * Any thread.
 *
 * Returns: whether there is one that the reader has not seen
 */
gboolean
gst_prof_visits_has_slow (GstProfVisits * visits, guint64 next)
{
  GstProfVisitEvents *events = gst_prof_visits_get_events (&visits->slow_visits);

  return events != NULL && LOAD (events->n) != next;
}

/*
 * gst_prof_visits_read_pauses:
 * @visits: visits
 * @next: (inout): number of the first one that the reader has not seen
 * @lost: (inout): is increased by those that were overwritten before
 * @found: (out caller-allocates) (array length=max): pauses that took as long as
 *   the limit or longer
 * @max: how many fit
 *
 * Any thread.
 *
 * Returns: how many were found
 */
guint
gst_prof_visits_read_pauses (GstProfVisits * visits, guint64 * next,
    guint64 * lost, GstProfVisitEvent * found, guint max)
{
  return read_events (gst_prof_visits_get_events (&visits->pauses), next, lost,
      found, max);
}
