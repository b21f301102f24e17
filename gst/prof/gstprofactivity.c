/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What each streaming thread is doing now, readable by other threads without
 * stopping it: the elements it is in, since when, and which stage is charged.
 * A thread has one record, made when it first meets a bracket and taken out of
 * the registry when it ends.
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

#include "gstprofactivity.h"

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Tries to read a record that is being written. A write takes some 10 ns. */
#define MAX_TRIES 64

struct _GstProfActivity
{
  guint64 thread_id;
  gboolean is_main;             /* the process's first thread */

  /* only its thread */
  guint overflow;
  guint pads;                   /* pads among the points on the stack */
  guint64 pad_mask;             /* which levels are pads */

  /* written by its thread, read by anyone */
  _Atomic guint sequence;
  _Atomic guint64 changes;
  _Atomic guint64 changed;
  _Atomic guint home;
  _Atomic guint depth;
  _Atomic guint points[GST_PROF_ACTIVITY_DEPTH];
  _Atomic guint stage;
  _Atomic guint64 stage_enter;
  _Atomic guint64 stage_own;
  _Atomic guint64 stage_since;
  _Atomic guint stage_flags;

  /* registry_lock: what a reader saw last */
  GstProfActivityState seen;
};

G_STATIC_ASSERT (GST_PROF_ACTIVITY_DEPTH <= 64);

static pthread_mutex_t registry_lock = PTHREAD_MUTEX_INITIALIZER;
static GstProfActivity *registry[GST_PROF_ACTIVITY_MAX_THREADS];
static guint n_registered;
static _Atomic guint n_unwatched;

static _Atomic guint last_point_id;

static void activity_free (gpointer data);

/* The destructor is what the GPrivate is for; the other is a load. */
static GPrivate activity_private = G_PRIVATE_INIT (activity_free);
static __thread GstProfActivity *own_activity;

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

  g_atomic_ref_count_init (&point->refs);
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
  g_atomic_ref_count_inc (&point->refs);
  return point;
}

/*
 * gst_prof_point_unref:
 * @point: (transfer full): a point
 */
void
gst_prof_point_unref (GstProfPoint * point)
{
  if (!g_atomic_ref_count_dec (&point->refs))
    return;
  g_free (point->name);
  g_free (point);
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

/* Only the forking thread lives on in the child. */
static void
forget_other_threads (void)
{
  n_registered = 0;
  atomic_store (&n_unwatched, 0);
  if (own_activity != NULL) {
    own_activity->thread_id = syscall (SYS_gettid);
    own_activity->is_main = TRUE;
    registry[n_registered++] = own_activity;
  }
  unlock_registry ();
}

static void
register_activity (GstProfActivity * activity)
{
  static gboolean fork_handled;

  lock_registry ();
  if (!fork_handled) {
    pthread_atfork (lock_registry, unlock_registry, forget_other_threads);
    fork_handled = TRUE;
  }
  if (n_registered < GST_PROF_ACTIVITY_MAX_THREADS)
    registry[n_registered++] = activity;
  else
    atomic_fetch_add (&n_unwatched, 1);
  unlock_registry ();
}

static void
activity_free (gpointer data)
{
  GstProfActivity *activity = data;
  gboolean found = FALSE;

  lock_registry ();
  for (guint i = 0; i < n_registered && !found; i++) {
    if (registry[i] == activity) {
      registry[i] = registry[--n_registered];
      found = TRUE;
    }
  }
  unlock_registry ();
  if (!found)
    atomic_fetch_sub (&n_unwatched, 1);
  own_activity = NULL;
  g_free (activity);
}

/*
 * gst_prof_activity_get:
 *
 * Returns: (transfer none): the calling thread's
 */
GstProfActivity *
gst_prof_activity_get (void)
{
  GstProfActivity *activity = own_activity;

  if (G_UNLIKELY (activity == NULL)) {
    activity = g_new0 (GstProfActivity, 1);
    activity->thread_id = syscall (SYS_gettid);
    activity->seen.thread_id = activity->thread_id;
    activity->is_main = activity->thread_id == (guint64) getpid ();
    own_activity = activity;
    g_private_set (&activity_private, activity);
    register_activity (activity);
  }
  return activity;
}

#define LOAD(field) \
    atomic_load_explicit (&(field), memory_order_relaxed)
#define STORE(field, value) \
    atomic_store_explicit (&(field), (value), memory_order_relaxed)

static inline guint
begin_write (GstProfActivity * activity)
{
  guint sequence = LOAD (activity->sequence);

  STORE (activity->sequence, sequence + 1);
  atomic_thread_fence (memory_order_release);
  return sequence + 2;
}

static inline void
end_write (GstProfActivity * activity, guint sequence)
{
  atomic_store_explicit (&activity->sequence, sequence, memory_order_release);
}

static inline void
push (GstProfActivity * activity, guint depth, guint id, gboolean is_pad)
{
  STORE (activity->points[depth], id);
  STORE (activity->depth, depth + 1);
  if (is_pad) {
    if (activity->pads++ == 0)
      STORE (activity->home, id);
    activity->pad_mask |= G_GUINT64_CONSTANT (1) << depth;
  }
}

static inline void
come_in (GstProfPoint * point, guint64 thread_id, GstClockTime now)
{
  STORE (point->entries, LOAD (point->entries) + 1);
  STORE (point->thread_id, thread_id);
  STORE (point->entered, now);
}

static inline void
enter (GstProfActivity * activity, GstProfPoint * point, GstClockTime now,
    gboolean is_pad)
{
  guint depth = LOAD (activity->depth);
  guint sequence;

  if (G_UNLIKELY (activity->overflow > 0 || depth == GST_PROF_ACTIVITY_DEPTH)) {
    activity->overflow++;
    return;
  }
  sequence = begin_write (activity);
  push (activity, depth, point->id, is_pad);
  STORE (activity->changes, LOAD (activity->changes) + 1);
  STORE (activity->changed, now);
  end_write (activity, sequence);
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
  guint64 thread_id = LOAD (point->thread_id);

  /* An application that puts something in now and then, silence in a pause say,
   * is not who should have fed what follows: that is still the streaming
   * thread. */
  if (G_LIKELY (!activity->is_main) || thread_id == 0)
    thread_id = activity->thread_id;
  come_in (point, thread_id, now);
  enter (activity, point, now, TRUE);
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
  guint64 thread_id = LOAD (point->thread_id);

  come_in (point, thread_id != 0 ? thread_id : activity->thread_id, now);
  enter (activity, point, now, TRUE);
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
  come_in (point, activity->thread_id, now);
  enter (activity, point, now, FALSE);
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
  enter (activity, point, now, FALSE);
}

/*
 * gst_prof_activity_leave:
 * @activity: the calling thread's
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * The thread leaves what it entered last.
 */
void
gst_prof_activity_leave (GstProfActivity * activity, GstClockTime now)
{
  guint depth, sequence;

  if (G_UNLIKELY (activity->overflow > 0)) {
    activity->overflow--;
    return;
  }
  depth = LOAD (activity->depth);
  g_return_if_fail (depth > 0);
  depth--;
  if (activity->pad_mask & (G_GUINT64_CONSTANT (1) << depth)) {
    activity->pad_mask &= ~(G_GUINT64_CONSTANT (1) << depth);
    activity->pads--;
  }
  sequence = begin_write (activity);
  STORE (activity->depth, depth);
  STORE (activity->changes, LOAD (activity->changes) + 1);
  STORE (activity->changed, now);
  end_write (activity, sequence);
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
  guint sequence = begin_write (activity);

  STORE (activity->stage, stage);
  STORE (activity->stage_enter, enter);
  STORE (activity->stage_own, own);
  STORE (activity->stage_since, since);
  STORE (activity->stage_flags, flags);
  end_write (activity, sequence);
}

static void
copy (GstProfActivity * activity, GstProfActivityState * state)
{
  state->thread_id = activity->thread_id;
  state->changes = LOAD (activity->changes);
  state->changed = LOAD (activity->changed);
  state->home = LOAD (activity->home);
  state->depth = MIN (LOAD (activity->depth), GST_PROF_ACTIVITY_DEPTH);
  for (guint i = 0; i < state->depth; i++)
    state->points[i] = LOAD (activity->points[i]);
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
  for (guint i = 0; i < n_registered; i++) {
    look (registry[i]);
    func (&registry[i]->seen, user_data);
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
