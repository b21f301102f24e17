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
 * There is one source, however many watches there are: it is attached with the first
 * and destroyed with the last. What it sees is remembered in a ring, of which each
 * watch takes what is new to it.
 *
 * lock protects all fields of all watches. It is held for a few instructions, and
 * taken before the context's own. What is shared is never freed, so that a dispatch
 * that is under way when the last watch is stopped still finds it.
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
  guint64 taken;                /* delays before that are no news */
};

static struct
{
  GMutex lock;
  guint n_watches;
  GSource *source;
  guint64 thread_id;
  guint64 dispatches;
  GstClockTime due;
  guint64 n_delays;             /* that were ever seen */
  GstProfMainLoopDelay delays[MAX_DELAYS];
} shared;

static gboolean
dispatched (gpointer user_data)
{
  GstClockTime now = gst_prof_clock_now ();

  g_mutex_lock (&shared.lock);
  shared.thread_id = syscall (SYS_gettid);
  if (shared.dispatches >= MIN_DISPATCHES && now > shared.due + MIN_DELAY)
    shared.delays[shared.n_delays++ % MAX_DELAYS] = (GstProfMainLoopDelay) {
    shared.thread_id, shared.due, now};
  shared.dispatches++;
  shared.due = now + INTERVAL;
  g_mutex_unlock (&shared.lock);
  return G_SOURCE_CONTINUE;
}

/* With lock held. */
static void
attach (void)
{
  shared.dispatches = 0;
  shared.source = g_timeout_source_new (INTERVAL / GST_MSECOND);
  g_source_set_callback (shared.source, dispatched, NULL, NULL);
  g_source_set_name (shared.source, "gst-prof main loop watch");
  g_source_attach (shared.source, NULL);
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

  g_mutex_lock (&shared.lock);
  loop->taken = shared.n_delays;
  if (shared.n_watches++ == 0)
    attach ();
  g_mutex_unlock (&shared.lock);
  return loop;
}

/*
 * gst_prof_main_loop_stop:
 * @loop: (transfer full): a watch
 */
void
gst_prof_main_loop_stop (GstProfMainLoop * loop)
{
  g_mutex_lock (&shared.lock);
  if (--shared.n_watches == 0) {
    g_source_destroy (shared.source);
    g_clear_pointer (&shared.source, g_source_unref);
  }
  g_mutex_unlock (&shared.lock);
  g_free (loop);
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

  g_mutex_lock (&shared.lock);
  thread_id = shared.dispatches >= MIN_DISPATCHES ? shared.thread_id : 0;
  g_mutex_unlock (&shared.lock);
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

  g_mutex_lock (&shared.lock);
  if (shared.n_delays > loop->taken + MAX_DELAYS)
    loop->taken = shared.n_delays - MAX_DELAYS;
  found = shared.n_delays > loop->taken;
  if (found)
    *delay = shared.delays[loop->taken++ % MAX_DELAYS];
  g_mutex_unlock (&shared.lock);
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

  g_mutex_lock (&shared.lock);
  open = (GstProfMainLoopDelay) {
  shared.thread_id, shared.due, now};
  late = shared.dispatches >= MIN_DISPATCHES && now > shared.due + MIN_DELAY;
  g_mutex_unlock (&shared.lock);
  if (!late)
    return FALSE;
  if (!is_running ()) {
    g_mutex_lock (&shared.lock);
    if (shared.due == open.from)
      shared.dispatches = 0;
    g_mutex_unlock (&shared.lock);
    return FALSE;
  }
  *delay = open;
  return TRUE;
}
