/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What each streaming thread is doing now, readable by other threads without
 * stopping it: the elements it is in, since when, and which stage is charged.
 * A thread has one record, which it gets when it first meets a bracket. A record
 * is never freed, so that a crash handler may look at all of them: when a thread
 * ends, its record waits for the next one.
 *
 * Each record is a sequence lock: its thread makes `sequence` odd, writes, and
 * makes it even again; a reader that saw it odd, or different afterwards, reads
 * once more. All fields are C11 atomics, so there is no data race, and the
 * writer never waits. A reader gives up after some tries and takes what it
 * had the last time: a thread that was stopped by the kernel in the middle of
 * a write would hold it up for ever.
 *
 * registry_lock protects the list of records, not what is in them. It is taken
 * when a thread comes or goes and for the length of one walk through the list;
 * a fork holds it, so that it is free in the child.
 */

#include "gstprofactivityprivate.h"

#include <pthread.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Tries to read a record that is being written. A write takes some 10 ns. */
#define MAX_TRIES 64

#define LOAD GST_PROF_ACTIVITY_LOAD
#define STORE GST_PROF_ACTIVITY_STORE

static pthread_mutex_t registry_lock = PTHREAD_MUTEX_INITIALIZER;
static GstProfActivity *_Atomic first;  /* added to with registry_lock held */
static guint n_watched;
static _Atomic guint n_unwatched;

static _Atomic guint last_point_id;

static void give_back (gpointer data);

/* The destructor is what the GPrivate is for; the other is a load. */
static GPrivate activity_private = G_PRIVATE_INIT (give_back);
__thread GstProfActivity *gst_prof_activity_own;

/*
 * gst_prof_point_new:
 * @name: element and pad, or element
 *
 * Returns: (transfer full): a point that nobody has passed yet
 */
GstProfPoint *
gst_prof_point_new (const gchar * name)
{
  GstProfPoint *point = g_new0 (GstProfPoint, 1);

  atomic_init (&point->refs, 1);
  point->id = atomic_fetch_add (&last_point_id, 1) + 1;
  point->name = g_strdup (name);
  return point;
}

/*
 * gst_prof_point_ref:
 * @point: a point
 *
 * Returns: (transfer full): @point
 */
GstProfPoint *
gst_prof_point_ref (GstProfPoint * point)
{
  atomic_fetch_add (&point->refs, 1);
  return point;
}

/*
 * gst_prof_point_unref:
 * @point: (transfer full): a point
 */
void
gst_prof_point_unref (GstProfPoint * point)
{
  if (atomic_fetch_sub (&point->refs, 1) > 1)
    return;
  g_clear_pointer (&point->visits, gst_prof_visits_free);
  g_free (point->name);
  g_free (point);
}

/*
 * gst_prof_point_count:
 * @point: a pad's point
 *
 * From now on it is counted who comes to the pad. Any thread.
 *
 * Returns: (transfer none): what is counted
 */
GstProfVisits *
gst_prof_point_count (GstProfPoint * point)
{
  GstProfVisits *visits = atomic_load (&point->visits);
  GstProfVisits *made;

  if (visits != NULL)
    return visits;
  made = gst_prof_visits_new ();
  if (atomic_compare_exchange_strong (&point->visits, &visits, made))
    return made;
  gst_prof_visits_free (made);
  return visits;
}

static void
lock_registry (void)
{
  pthread_mutex_lock (&registry_lock);
}

static void
unlock_registry (void)
{
  pthread_mutex_unlock (&registry_lock);
}

/* With registry_lock held. */
static void
watch (GstProfActivity * activity)
{
  activity->is_watched = n_watched < GST_PROF_ACTIVITY_MAX_THREADS;
  if (activity->is_watched)
    n_watched++;
  else
    atomic_fetch_add (&n_unwatched, 1);
}

/* With registry_lock held. */
static void
unwatch (GstProfActivity * activity)
{
  if (activity->is_watched)
    n_watched--;
  else
    atomic_fetch_sub (&n_unwatched, 1);
  activity->is_watched = FALSE;
  STORE (activity->thread_id, 0);
}

/* Only the forking thread lives on in the child. */
static void
forget_other_threads (void)
{
  GstProfActivity *own = gst_prof_activity_own;

  for (GstProfActivity * activity = atomic_load (&first); activity != NULL;
      activity = activity->next) {
    activity->is_watched = FALSE;
    STORE (activity->thread_id, 0);
  }
  n_watched = 0;
  atomic_store (&n_unwatched, 0);
  if (own != NULL) {
    STORE (own->thread_id, syscall (SYS_gettid));
    own->is_main = TRUE;
    watch (own);
  }
  unlock_registry ();
}

/* With registry_lock held: one that no thread has. */
static GstProfActivity *
find_free (void)
{
  GstProfActivity *activity = atomic_load (&first);

  while (activity != NULL && LOAD (activity->thread_id) != 0)
    activity = activity->next;
  return activity;
}

/* With registry_lock held. A dump may look at it meanwhile. */
static void
clear (GstProfActivity * activity)
{
  guint sequence = gst_prof_activity_begin_write (activity);

  activity->entered = activity->pads = 0;
  activity->left = activity->called = 0;
  STORE (activity->home, 0);
  STORE (activity->changes, 0);
  STORE (activity->changed, 0);
  STORE (activity->depth, 0);
  STORE (activity->stage, 0);
  STORE (activity->stage_enter, 0);
  STORE (activity->stage_own, 0);
  STORE (activity->stage_since, 0);
  STORE (activity->stage_flags, 0);
  memset (&activity->seen, 0, sizeof (activity->seen));
  gst_prof_activity_end_write (activity, sequence);
}

static GstProfActivity *
take_activity (guint64 thread_id)
{
  static gboolean fork_handled;
  GstProfActivity *activity;

  lock_registry ();
  if (!fork_handled) {
    pthread_atfork (lock_registry, unlock_registry, forget_other_threads);
    fork_handled = TRUE;
  }
  activity = find_free ();
  if (activity != NULL) {
    clear (activity);
  } else {
    activity = g_new0 (GstProfActivity, 1);
    activity->next = atomic_load (&first);
    atomic_store (&first, activity);
  }
  activity->is_main = thread_id == (guint64) getpid ();
  activity->seen.thread_id = thread_id;
  STORE (activity->thread_id, thread_id);
  watch (activity);
  unlock_registry ();
  return activity;
}

/* Who dumps may still look at it, so it is kept for the next thread. */
static void
give_back (gpointer data)
{
  GstProfActivity *activity = data;

  gst_prof_activity_own = NULL;
  lock_registry ();
  unwatch (activity);
  unlock_registry ();
}

GstProfActivity *
gst_prof_activity_get_first (void)
{
  return atomic_load (&first);
}

/*
 * gst_prof_activity_get:
 *
 * Returns: (transfer none): the calling thread's
 */
GstProfActivity *
gst_prof_activity_get (void)
{
  GstProfActivity *activity = gst_prof_activity_own;

  if (G_UNLIKELY (activity == NULL)) {
    activity = take_activity (syscall (SYS_gettid));
    gst_prof_activity_own = activity;
    g_private_set (&activity_private, activity);
  }
  return activity;
}

static void
enter (GstProfActivity * activity, GstProfPoint * point, GstClockTime now,
    gboolean is_pad, gboolean is_event)
{
  guint depth = activity->entered;

  /* Of what lies too deep it is not known whether it is a pad. */
  if (G_UNLIKELY (depth >= GST_PROF_ACTIVITY_LEVELS)) {
    is_pad = FALSE;
  } else {
    activity->stays[depth].is_pad = is_pad;
    activity->stays[depth].aside = LOAD (activity->aside);
  }
  if (is_pad) {
    activity->stays[depth].enter = now;
    activity->stays[depth].called = gst_prof_activity_begin_stay (activity);
  }
  /* Not the depth yet: who reads meanwhile sees no event. */
  if (is_pad && is_event)
    STORE (activity->aside, depth + 1);
  gst_prof_activity_push (activity, point, point->id, now, is_pad);
}

/*
 * gst_prof_activity_enter_pad:
 * @activity: the calling thread's
 * @point: the pad's
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * Data comes to the pad. The outermost pad tells whose task the thread is.
 */
void
gst_prof_activity_enter_pad (GstProfActivity * activity, GstProfPoint * point,
    GstClockTime now)
{
  gst_prof_activity_claim (activity, point);
  enter (activity, point, now, TRUE, FALSE);
}

/*
 * gst_prof_activity_enter_pad_aside:
 * @activity: the calling thread's
 * @point: the pad's
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * An event comes to the pad, perhaps from the application, which ends a stream.
 * Who brought data last stays known; if nobody did, whoever brings events will.
 */
void
gst_prof_activity_enter_pad_aside (GstProfActivity * activity,
    GstProfPoint * point, GstClockTime now)
{
  if (LOAD (point->thread_id) == 0)
    STORE (point->thread_id, LOAD (activity->thread_id));
  enter (activity, point, now, TRUE, TRUE);
}

/*
 * gst_prof_activity_enter:
 * @activity: the calling thread's
 * @point: a stage's
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * The thread does something for a stage.
 */
void
gst_prof_activity_enter (GstProfActivity * activity, GstProfPoint * point,
    GstClockTime now)
{
  STORE (point->thread_id, LOAD (activity->thread_id));
  STORE (point->entered, now);
  enter (activity, point, now, FALSE, FALSE);
}

/*
 * gst_prof_activity_enter_aside:
 * @activity: the calling thread's
 * @point: a stage's
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * The thread does something to a stage while another may be in it with data:
 * changes its state. Who came in last stays known.
 */
void
gst_prof_activity_enter_aside (GstProfActivity * activity,
    GstProfPoint * point, GstClockTime now)
{
  enter (activity, point, now, FALSE, FALSE);
}

/*
 * gst_prof_activity_leave:
 * @activity: the calling thread's
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * The thread leaves what it entered last.
 *
 * Returns: of a pad, how much of its stay was own time, nanoseconds: not spent in
 *   pads that were entered from there; none: it is a stage's, or lay too deep
 */
GstClockTime
gst_prof_activity_leave (GstProfActivity * activity, GstClockTime now)
{
  const GstProfActivityStay *stay;

  g_return_val_if_fail (activity->entered > 0, GST_CLOCK_TIME_NONE);
  gst_prof_activity_pop (activity, now);
  if (activity->entered >= GST_PROF_ACTIVITY_LEVELS)
    return GST_CLOCK_TIME_NONE;
  stay = &activity->stays[activity->entered];
  STORE (activity->aside, stay->aside);
  return stay->is_pad ? gst_prof_activity_end_stay (activity, stay->called,
      stay->enter, now) : GST_CLOCK_TIME_NONE;
}

/*
 * gst_prof_activity_set_stage:
 * @activity: the calling thread's
 * @stage: the stage that is charged from now on; 0: none
 * @enter: when the thread entered it
 * @own: its own time so far, nanoseconds
 * @since: now
 * @flags: of its span
 */
void
gst_prof_activity_set_stage (GstProfActivity * activity, GQuark stage,
    GstClockTime enter, GstClockTime own, GstClockTime since, guint flags)
{
  guint sequence = gst_prof_activity_begin_write (activity);

  STORE (activity->stage, stage);
  STORE (activity->stage_enter, enter);
  STORE (activity->stage_own, own);
  STORE (activity->stage_since, since);
  STORE (activity->stage_flags, flags);
  gst_prof_activity_end_write (activity, sequence);
}

static void
copy (GstProfActivity * activity, GstProfActivityState * state)
{
  guint depth = MIN (LOAD (activity->depth), GST_PROF_ACTIVITY_LEVELS);

  state->thread_id = LOAD (activity->thread_id);
  state->changes = LOAD (activity->changes);
  state->changed = LOAD (activity->changed);
  state->home = LOAD (activity->home);
  state->depth = MIN (depth, GST_PROF_ACTIVITY_DEPTH);
  for (guint i = 0; i + 1 < state->depth; i++)
    state->points[i] = LOAD (activity->levels[i + 1].id);
  if (depth > 0)
    state->points[state->depth - 1] = LOAD (activity->levels[depth].id);
  state->is_event = depth > 0 && LOAD (activity->aside) == depth;
  state->stage = LOAD (activity->stage);
  state->stage_enter = LOAD (activity->stage_enter);
  state->stage_own = LOAD (activity->stage_own);
  state->stage_since = LOAD (activity->stage_since);
  state->stage_flags = LOAD (activity->stage_flags);
}

/* With registry_lock held. */
static void
look (GstProfActivity * activity)
{
  GstProfActivityState state;

  for (guint i = 0; i < MAX_TRIES; i++) {
    guint before = atomic_load_explicit (&activity->sequence,
        memory_order_acquire);

    if (before & 1)
      continue;
    copy (activity, &state);
    atomic_thread_fence (memory_order_acquire);
    if (LOAD (activity->sequence) == before) {
      activity->seen = state;
      return;
    }
  }
}

/*
 * gst_prof_activity_foreach:
 * @func: is called for each thread
 * @user_data: for @func
 *
 * Any thread that is in no bracket.
 */
void
gst_prof_activity_foreach (GstProfActivityFunc func, gpointer user_data)
{
  lock_registry ();
  for (GstProfActivity * activity = atomic_load (&first); activity != NULL;
      activity = activity->next) {
    if (!activity->is_watched)
      continue;
    look (activity);
    func (&activity->seen, user_data);
  }
  unlock_registry ();
}

/*
 * gst_prof_activity_get_unwatched:
 *
 * Returns: how many threads are not seen, because there are too many
 */
guint
gst_prof_activity_get_unwatched (void)
{
  return atomic_load (&n_unwatched);
}
