/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * How late the default main context dispatches: a source in it that is due ten
 * times a second and reads the clock. An application that runs no main loop is
 * never told that it blocks one: only a loop that has dispatched several times
 * counts, and one that nobody owns any more has ended.
 *
 * lock protects all fields; a leaf, held for a few instructions. The source has
 * a reference of its own, so that a dispatch that is under way when the watch is
 * stopped still finds it.
 */

#include "gstprofmainloop.h"

#include "gstprofclock.h"

#include <sys/syscall.h>
#include <unistd.h>

#define INTERVAL (100 * GST_MSECOND)

/* A loop that ran so often is one that is meant to run. */
#define MIN_DISPATCHES 3

/* Less is how exactly a timer is kept. */
#define MIN_DELAY (20 * GST_MSECOND)

#define MAX_DELAYS 16

struct _GstProfMainLoop
{
  gatomicrefcount refs;
  GSource *source;

  GMutex lock;
  guint64 thread_id;
  guint64 dispatches;
  GstClockTime due;
  guint n_delays;
  GstProfMainLoopDelay delays[MAX_DELAYS];
};

static void
main_loop_unref (gpointer data)
{
  GstProfMainLoop *loop = data;

  if (!g_atomic_ref_count_dec (&loop->refs))
    return;
  g_mutex_clear (&loop->lock);
  g_free (loop);
}

static gboolean
dispatched (gpointer user_data)
{
  GstProfMainLoop *loop = user_data;
  GstClockTime now = gst_prof_clock_now ();

  g_mutex_lock (&loop->lock);
  loop->thread_id = syscall (SYS_gettid);
  if (loop->dispatches >= MIN_DISPATCHES && now > loop->due + MIN_DELAY
      && loop->n_delays < MAX_DELAYS)
    loop->delays[loop->n_delays++] = (GstProfMainLoopDelay) {
    loop->thread_id, loop->due, now};
  loop->dispatches++;
  loop->due = now + INTERVAL;
  g_mutex_unlock (&loop->lock);
  return G_SOURCE_CONTINUE;
}

/*
 * gst_prof_main_loop_new:
 *
 * Returns: (transfer full): a watch on the default main context
 */
GstProfMainLoop *
gst_prof_main_loop_new (void)
{
  GstProfMainLoop *loop = g_new0 (GstProfMainLoop, 1);

  g_atomic_ref_count_init (&loop->refs);
  g_mutex_init (&loop->lock);
  loop->source = g_timeout_source_new (INTERVAL / GST_MSECOND);
  g_atomic_ref_count_inc (&loop->refs);
  g_source_set_callback (loop->source, dispatched, loop, main_loop_unref);
  g_source_set_name (loop->source, "gst-prof main loop watch");
  g_source_attach (loop->source, NULL);
  return loop;
}

/*
 * gst_prof_main_loop_stop:
 * @loop: (transfer full): a watch
 */
void
gst_prof_main_loop_stop (GstProfMainLoop * loop)
{
  g_source_destroy (loop->source);
  g_source_unref (loop->source);
  main_loop_unref (loop);
}

/*
 * gst_prof_main_loop_get_thread_id:
 * @loop: a watch
 *
 * Returns: the thread that runs the loop, 0: not known yet
 */
guint64
gst_prof_main_loop_get_thread_id (GstProfMainLoop * loop)
{
  guint64 thread_id;

  g_mutex_lock (&loop->lock);
  thread_id = loop->dispatches >= MIN_DISPATCHES ? loop->thread_id : 0;
  g_mutex_unlock (&loop->lock);
  return thread_id;
}

/*
 * gst_prof_main_loop_pop_delay:
 * @loop: a watch
 * @delay: (out caller-allocates): untouched on failure
 *
 * Returns: %FALSE when there is none that has not been taken
 */
gboolean
gst_prof_main_loop_pop_delay (GstProfMainLoop * loop,
    GstProfMainLoopDelay * delay)
{
  gboolean found;

  g_mutex_lock (&loop->lock);
  found = loop->n_delays > 0;
  if (found) {
    *delay = loop->delays[0];
    loop->n_delays--;
    for (guint i = 0; i < loop->n_delays; i++)
      loop->delays[i] = loop->delays[i + 1];
  }
  g_mutex_unlock (&loop->lock);
  return found;
}

/* A loop that runs owns its context all the time. */
static gboolean
is_running (void)
{
  if (!g_main_context_acquire (NULL))
    return TRUE;
  g_main_context_release (NULL);
  return FALSE;
}

/*
 * gst_prof_main_loop_get_open:
 * @loop: a watch
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 * @delay: (out caller-allocates): what goes on; untouched on failure
 *
 * Returns: %FALSE when the loop dispatches in time, or does not run
 */
gboolean
gst_prof_main_loop_get_open (GstProfMainLoop * loop, GstClockTime now,
    GstProfMainLoopDelay * delay)
{
  gboolean late;
  GstProfMainLoopDelay open;

  g_mutex_lock (&loop->lock);
  open = (GstProfMainLoopDelay) {
  loop->thread_id, loop->due, now};
  late = loop->dispatches >= MIN_DISPATCHES && now > loop->due + MIN_DELAY;
  g_mutex_unlock (&loop->lock);
  if (!late)
    return FALSE;
  if (!is_running ()) {
    g_mutex_lock (&loop->lock);
    if (loop->due == open.from)
      loop->dispatches = 0;
    g_mutex_unlock (&loop->lock);
    return FALSE;
  }
  *delay = open;
  return TRUE;
}
