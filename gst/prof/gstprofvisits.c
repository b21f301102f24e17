/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What is known of a pad's visits: totals, the last ones, those that took long
 * and the pauses between them. Here they are written; who reads them is in
 * gstprofvisitsread.c. Passive: times come in as arguments.
 *
 * Who pushes into a pad has its stream lock, so there is one writer at a time,
 * who never waits and needs no atomic addition. Several threads may pull from a
 * pad at once: they add atomically, and one of them at a time takes a place among
 * the last visits; who does not get that at once goes without.
 *
 * All fields are C11 atomics. A ring's counter is raised after a place was written.
 */

#include "gstprofvisitsprivate.h"

#include <stdlib.h>
#include <string.h>

#define KEPT GST_PROF_VISITS_KEPT

#define CACHE_LINE 64

/* Attempts to be the one who changes what only one may: that takes 10 ns. */
#define MAX_TRIES 200

#define LOAD GST_PROF_VISITS_LOAD
#define STORE GST_PROF_VISITS_STORE
#define ADD_SHARED(field, value) \
    atomic_fetch_add_explicit (&(field), (value), memory_order_relaxed)

G_STATIC_ASSERT ((KEPT & (KEPT - 1)) == 0);
G_STATIC_ASSERT (sizeof (GstProfVisits) + sizeof (GstProfKeptVisits) <= 1536);

static gpointer
allocate (gsize size)
{
  gpointer memory;

  size = (size + CACHE_LINE - 1) & ~(CACHE_LINE - 1);
  memory = aligned_alloc (CACHE_LINE, size);
  if (memory == NULL)
    g_error ("no memory for the visits of a pad");
  return memset (memory, 0, size);
}

/*
 * gst_prof_visits_new:
 *
 * Returns: (transfer full): visits of a pad that nobody came to yet
 */
GstProfVisits *
gst_prof_visits_new (void)
{
  GstProfVisits *visits = allocate (sizeof (GstProfVisits));

  STORE (visits->slow, G_MAXUINT64);
  STORE (visits->pause, G_MAXUINT64);
  STORE (visits->fresh, TRUE);
  return visits;
}

/*
 * gst_prof_visits_free:
 * @visits: (transfer full): visits
 */
void
gst_prof_visits_free (GstProfVisits * visits)
{
  free (LOAD (visits->kept));
  free (LOAD (visits->slow_visits));
  free (LOAD (visits->pauses));
  free (visits);
}

/* Once for each pad, when its first buffer comes. One thread at a time. */
GstProfKeptVisits *
gst_prof_visits_keep (GstProfVisits * visits)
{
  GstProfKeptVisits *kept = allocate (sizeof (GstProfKeptVisits));

  atomic_store_explicit (&visits->kept, kept, memory_order_release);
  return kept;
}

/* Once for each pad, after what took long. Several threads at once. */
static GstProfVisitEvents *
ensure_events (GstProfVisitEvents * _Atomic * events)
{
  GstProfVisitEvents *known = gst_prof_visits_get_events (events), *made;

  if (known != NULL)
    return known;
  made = allocate (sizeof (GstProfVisitEvents));
  if (atomic_compare_exchange_strong (events, &known, made))
    return made;
  free (made);
  return known;
}

static void
forget_events (GstProfVisitEvents * events)
{
  if (events != NULL)
    STORE (events->n, 0);
}

/*
 * gst_prof_visits_reset:
 * @visits: visits
 *
 * As if they were new, limits included. While no thread is in the pad, and
 * nobody reads.
 */
void
gst_prof_visits_reset (GstProfVisits * visits)
{
  STORE (visits->begun, 0);
  STORE (visits->buffers, 0);
  STORE (visits->visits, 0);
  STORE (visits->own, 0);
  STORE (visits->max, 0);
  STORE (visits->unkept, 0);
  STORE (visits->outside, 0);
  STORE (visits->looked, 0);
  STORE (visits->run, 0);
  STORE (visits->waited, 0);
  STORE (visits->outside_looked, 0);
  STORE (visits->outside_run, 0);
  STORE (visits->outside_waited, 0);
  STORE (visits->fresh, TRUE);
  forget_events (gst_prof_visits_get_events (&visits->slow_visits));
  forget_events (gst_prof_visits_get_events (&visits->pauses));
  gst_prof_visits_set_limits (visits, 0, 0);
}

/*
 * gst_prof_visits_set_limits:
 * @visits: visits
 * @slow: own nanoseconds from which on a visit is an event; 0: none is
 * @pause: nanoseconds from which on a pause is an event; 0: none is
 *
 * Any thread.
 */
void
gst_prof_visits_set_limits (GstProfVisits * visits, GstClockTime slow,
    GstClockTime pause)
{
  STORE (visits->slow, slow != 0 ? slow : G_MAXUINT64);
  STORE (visits->pause, pause != 0 ? pause : G_MAXUINT64);
}

static gboolean
try_lock (GstProfVisits * visits)
{
  for (guint i = 0; i < MAX_TRIES; i++) {
    guint unlocked = 0;

    if (LOAD (visits->busy) == 0
        && atomic_compare_exchange_weak_explicit (&visits->busy, &unlocked, 1,
            memory_order_acquire, memory_order_relaxed))
      return TRUE;
  }
  return FALSE;
}

static void
unlock (GstProfVisits * visits)
{
  atomic_store_explicit (&visits->busy, 0, memory_order_release);
}

/* Another thread is writing one, and was stopped in the middle of it: for that
 * nobody waits. */
static void
add_event (GstProfVisits * visits, GstProfVisitEvents * _Atomic * place,
    const GstProfVisitEvent * event)
{
  GstProfVisitEvents *events = ensure_events (place);
  guint64 number;
  GstProfVisitEventSlot *slot;

  if (!try_lock (visits)) {
    ADD_SHARED (visits->unkept, 1);
    return;
  }
  number = LOAD (events->n);
  slot = &events->slots[number % GST_PROF_VISITS_EVENT_SLOTS];
  atomic_thread_fence (memory_order_release);
  STORE (slot->from, event->from);
  STORE (slot->to, event->to);
  STORE (slot->own, event->own);
  STORE (slot->thread_id, event->thread_id);
  STORE (slot->of_event, event->of_event);
  atomic_store_explicit (&events->n, number + 1, memory_order_release);
  unlock (visits);
}

/* A visit that took as long as its limit or longer. */
void
gst_prof_visits_add_slow (GstProfVisits * visits, GstClockTime enter,
    GstClockTime now, GstClockTime own, guint64 thread_id)
{
  const GstProfVisitEvent event = { enter, now, own, thread_id, FALSE };

  add_event (visits, &visits->slow_visits, &event);
}

/*
 * gst_prof_visits_handle_event:
 * @visits: visits
 * @enter: when somebody brought an event
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 * @own: the element's own part of the time between, nanoseconds
 * @thread_id: the thread's, as in /proc/self/task
 *
 * It is no visit and in no sum, but if it took long it can be read as one that did.
 * Several threads at once.
 */
void
gst_prof_visits_handle_event (GstProfVisits * visits, GstClockTime enter,
    GstClockTime now, GstClockTime own, guint64 thread_id)
{
  const GstProfVisitEvent event = { enter, now, own, thread_id, TRUE };

  if (own >= LOAD (visits->slow))
    add_event (visits, &visits->slow_visits, &event);
}

/*
 * gst_prof_visits_enter:
 * @visits: visits of a pad that is pushed into
 * @pts: of the buffer, or of a list's first one
 * @n_buffers: how many come in
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * The thread that has the pad's stream lock.
 *
 * Returns: to be given to gst_prof_visits_leave()
 */
guint
gst_prof_visits_enter (GstProfVisits * visits, GstClockTime pts,
    guint n_buffers, GstClockTime now)
{
  STORE (visits->fresh, FALSE);
  return gst_prof_visits_enter_inline (visits, pts, n_buffers, now);
}

/*
 * gst_prof_visits_leave:
 * @visits: visits of a pad that is pushed into
 * @place: what gst_prof_visits_enter() gave
 * @enter: when that was
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 * @own: the element's own part of the time between, nanoseconds
 * @thread_id: the thread's, as in /proc/self/task
 *
 * The thread that has the pad's stream lock.
 */
void
gst_prof_visits_leave (GstProfVisits * visits, guint place,
    GstClockTime enter, GstClockTime now, GstClockTime own, guint64 thread_id)
{
  gst_prof_visits_leave_inline (visits, place, enter, now, own, thread_id);
}

/*
 * gst_prof_visits_enter_shared:
 * @visits: visits of a pad that is pulled from
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * Several threads at once.
 *
 * Returns: to be given to gst_prof_visits_leave_shared()
 */
guint
gst_prof_visits_enter_shared (GstProfVisits * visits, GstClockTime now)
{
  guint place;

  STORE (visits->fresh, FALSE);
  if (!try_lock (visits)) {
    ADD_SHARED (visits->unkept, 1);
    return GST_PROF_VISITS_NO_PLACE;
  }
  place = gst_prof_visits_begin (visits, GST_CLOCK_TIME_NONE, now,
      GST_PROF_VISITS_INSIDE);
  unlock (visits);
  return place;
}

/* Others may have taken the place while this one was inside. */
static void
end_shared (GstProfVisits * visits, guint place, GstClockTime pts, guint32 own)
{
  GstProfKeptVisits *kept = gst_prof_visits_get_kept (visits);
  guint begun;

  if (place == GST_PROF_VISITS_NO_PLACE || !try_lock (visits))
    return;
  begun = LOAD (visits->begun) % GST_PROF_VISITS_PLACES;
  if ((begun - place) % GST_PROF_VISITS_PLACES <= KEPT) {
    STORE (kept->slots[place % KEPT].pts, pts);
    atomic_store_explicit (&kept->own_of[place % KEPT], own,
        memory_order_release);
  }
  unlock (visits);
}

static void
raise_max (GstProfVisits * visits, GstClockTime own)
{
  guint64 max = LOAD (visits->max);

  while (own > max
      && !atomic_compare_exchange_weak_explicit (&visits->max, &max, own,
          memory_order_relaxed, memory_order_relaxed));
}

/*
 * gst_prof_visits_leave_shared:
 * @visits: visits of a pad that is pulled from
 * @place: what gst_prof_visits_enter_shared() gave
 * @enter: when that was
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 * @own: the element's own part of the time between, nanoseconds
 * @thread_id: the thread's, as in /proc/self/task
 * @pts: of the buffer that it got
 * @n_buffers: how many it got: 1 or 0
 *
 * Several threads at once.
 */
void
gst_prof_visits_leave_shared (GstProfVisits * visits, guint place,
    GstClockTime enter, GstClockTime now, GstClockTime own, guint64 thread_id,
    GstClockTime pts, guint n_buffers)
{
  end_shared (visits, place, pts, gst_prof_visits_pack_own (own));
  ADD_SHARED (visits->buffers, n_buffers);
  ADD_SHARED (visits->own, own);
  ADD_SHARED (visits->visits, 1);
  raise_max (visits, own);
  if (own >= LOAD (visits->slow))
    gst_prof_visits_add_slow (visits, enter, now, own, thread_id);
}

/*
 * gst_prof_visits_pass:
 * @visits: visits
 * @pts: of the buffer, or of a list's first one
 * @n_buffers: how many come in
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * Something comes in, and when it has been dealt with will not be known, as where
 * only a probe sees it. It is no visit that ended. Several threads at once.
 */
void
gst_prof_visits_pass (GstProfVisits * visits, GstClockTime pts,
    guint n_buffers, GstClockTime now)
{
  ADD_SHARED (visits->buffers, n_buffers);
  STORE (visits->fresh, FALSE);
  if (!try_lock (visits)) {
    ADD_SHARED (visits->unkept, 1);
    return;
  }
  gst_prof_visits_begin (visits, pts, now, GST_PROF_VISITS_UNKNOWN);
  unlock (visits);
}

/*
 * gst_prof_visits_add_outside:
 * @visits: visits of the pad that the thread is about to enter, outermost
 * @from: when it left what it entered outermost before
 * @to: now
 * @thread_id: the thread's, as in /proc/self/task
 *
 * Counted unless nobody came in yet in this run.
 */
void
gst_prof_visits_add_outside (GstProfVisits * visits, GstClockTime from,
    GstClockTime to, guint64 thread_id)
{
  const GstProfVisitEvent event = { from, to, to - from, thread_id, FALSE };

  if (LOAD (visits->fresh) || to <= from)
    return;
  ADD_SHARED (visits->outside, to - from);
  if (to - from >= LOAD (visits->pause))
    add_event (visits, &visits->pauses, &event);
}

/*
 * gst_prof_visits_begin_run:
 * @visits: visits
 *
 * What the pad's thread does until it comes in next is nobody's: the pad is being
 * started, or its segment is done and another one is for the application to ask
 * for. Any thread.
 */
void
gst_prof_visits_begin_run (GstProfVisits * visits)
{
  STORE (visits->fresh, TRUE);
}

/*
 * gst_prof_visits_is_fresh:
 * @visits: visits
 *
 * Any thread.
 *
 * Returns: whether nobody came in since the run began
 */
gboolean
gst_prof_visits_is_fresh (GstProfVisits * visits)
{
  return LOAD (visits->fresh);
}

/*
 * gst_prof_visits_add_look:
 * @visits: visits of the innermost pad that the thread is in; or of the pad that
 *   it came in by last
 * @inside: whether it is in
 * @time: that the look stands for, nanoseconds
 * @run: how much of it the thread was on a CPU
 * @waited: how much of it the thread waited
 *
 * The sampler; several at once.
 */
void
gst_prof_visits_add_look (GstProfVisits * visits, gboolean inside,
    GstClockTime time, GstClockTime run, GstClockTime waited)
{
  ADD_SHARED (*(inside ? &visits->looked : &visits->outside_looked), time);
  ADD_SHARED (*(inside ? &visits->run : &visits->outside_run), run);
  ADD_SHARED (*(inside ? &visits->waited : &visits->outside_waited), waited);
}
