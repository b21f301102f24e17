/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * A thread that does something every so often until it is told to end. Each start
 * has a flag of its own: an old thread cannot take a new start's for its own.
 *
 * Whoever stops the thread waits for it, but not while it is in foreign code: a
 * bus sync handler that is called by the thread may wait for a lock which the one
 * who stops holds. Such a thread is left to itself. It keeps alive what it works
 * for, and ends as soon as it comes back, without touching that.
 *
 * The lock of a run protects its fields; the ticker's protects which run is the
 * last. They are not held together.
 */

#include "gstprofticker.h"

#include "gstproffork.h"
#include "gstprofsignalmask.h"

struct _GstProfTickerRun
{
  _Atomic guint refs;

  /* set once */
  GstProfTickerFuncs funcs;
  gpointer user_data;
  gint64 interval;

  /* the ticker's lock */
  GThread *thread;

  /* lock */
  GMutex lock;
  GCond cond;
  gboolean outside;
  gboolean ended;
  gboolean kept;
  _Atomic gboolean stop;        /* read without it as well */
};

static __thread GstProfTickerRun *own_run;

static void
run_unref (GstProfTickerRun * run)
{
  if (atomic_fetch_sub (&run->refs, 1) > 1)
    return;
  g_mutex_clear (&run->lock);
  g_cond_clear (&run->cond);
  g_free (run);
}

static gpointer
run_thread (gpointer data)
{
  GstProfTickerRun *run = data;

  own_run = run;
  g_mutex_lock (&run->lock);
  while (!run->stop) {
    g_cond_wait_until (&run->cond, &run->lock,
        g_get_monotonic_time () + run->interval);
    g_mutex_unlock (&run->lock);
    run->funcs.tick (run->user_data);
    g_mutex_lock (&run->lock);
  }
  run->ended = TRUE;
  g_cond_broadcast (&run->cond);
  g_mutex_unlock (&run->lock);

  own_run = NULL;
  if (run->kept)
    run->funcs.release (run->user_data);
  run_unref (run);
  return NULL;
}

/*
 * gst_prof_ticker_init:
 * @ticker: (out caller-allocates): a ticker without a thread
 */
void
gst_prof_ticker_init (GstProfTicker * ticker)
{
  g_mutex_init (&ticker->lock);
  ticker->run = NULL;
  atomic_init (&ticker->generation, gst_prof_fork_get_generation ());
}

/*
 * gst_prof_ticker_clear:
 * @ticker: a ticker that is stopped
 */
void
gst_prof_ticker_clear (GstProfTicker * ticker)
{
  g_assert (ticker->run == NULL);
  g_mutex_clear (&ticker->lock);
}

/* In the child of a fork there is no thread to wait for, and the lock may be held
 * for ever. */
static void
begin_anew_in_child (GstProfTicker * ticker)
{
  if (atomic_load (&ticker->generation) != gst_prof_fork_get_generation ())
    gst_prof_ticker_init (ticker);
}

/*
 * gst_prof_ticker_say_that_nobody_ticks:
 * @error: why there is no thread
 *
 * On stderr, once in a process: it is so for all. Any thread.
 */
void
gst_prof_ticker_say_that_nobody_ticks (const GError * error)
{
  static atomic_flag said = ATOMIC_FLAG_INIT;

  if (!atomic_flag_test_and_set (&said))
    g_printerr ("gst-prof: %s; nothing is told while it goes on, until there is a "
        "thread for it\n", error->message);
}

/*
 * gst_prof_ticker_start:
 * @ticker: a ticker
 * @name: the thread's name
 * @interval: microseconds from the end of one call to the next
 * @funcs: what is called; copied
 * @user_data: for @funcs
 *
 * Does nothing if there is a thread. Where none can be had nothing is called, and the
 * next start tries again.
 */
void
gst_prof_ticker_start (GstProfTicker * ticker, const gchar * name,
    gint64 interval, const GstProfTickerFuncs * funcs, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  GstProfTickerRun *run;

  begin_anew_in_child (ticker);
  g_mutex_lock (&ticker->lock);
  if (ticker->run == NULL) {
    run = g_new0 (GstProfTickerRun, 1);
    atomic_init (&run->refs, 2);        /* ours and the thread's */
    g_mutex_init (&run->lock);
    g_cond_init (&run->cond);
    run->funcs = *funcs;
    run->user_data = user_data;
    run->interval = interval;
    run->thread = gst_prof_signal_mask_new_thread (name, run_thread, run,
        &error);
    if (run->thread != NULL) {
      ticker->run = run;
    } else {
      run_unref (run);
      run_unref (run);
    }
  }
  g_mutex_unlock (&ticker->lock);
  if (error != NULL)
    gst_prof_ticker_say_that_nobody_ticks (error);
}

/* Returns: whether the thread has ended, so that it can be joined */
static gboolean
wait_for_end (GstProfTickerRun * run)
{
  gboolean ended;

  g_mutex_lock (&run->lock);
  run->stop = TRUE;
  g_cond_broadcast (&run->cond);
  if (run != own_run) {
    while (!run->ended && !(run->outside && !run->funcs.waits_outside))
      g_cond_wait (&run->cond, &run->lock);
  }
  ended = run->ended;
  /* Its own thread has whatever made it stop on its stack. */
  if (!ended) {
    run->funcs.keep (run->user_data);
    run->kept = TRUE;
  }
  g_mutex_unlock (&run->lock);
  return ended;
}

/*
 * gst_prof_ticker_stop:
 * @ticker: a ticker
 *
 * When it returns the thread has ended, or is on its way to that from foreign
 * code. Does nothing if there is none.
 */
void
gst_prof_ticker_stop (GstProfTicker * ticker)
{
  GstProfTickerRun *run;

  begin_anew_in_child (ticker);
  g_mutex_lock (&ticker->lock);
  run = g_steal_pointer (&ticker->run);
  g_mutex_unlock (&ticker->lock);
  if (run == NULL)
    return;
  if (wait_for_end (run))
    g_thread_join (run->thread);
  else
    g_thread_unref (run->thread);
  run_unref (run);
}

/*
 * gst_prof_ticker_wake:
 * @ticker: a ticker
 *
 * Has it called soon, if there is a thread. Any thread; waits for nothing: a
 * ticker that is just being stopped or started is not woken.
 */
void
gst_prof_ticker_wake (GstProfTicker * ticker)
{
  if (!g_mutex_trylock (&ticker->lock))
    return;
  if (ticker->run != NULL)
    g_cond_signal (&ticker->run->cond);
  g_mutex_unlock (&ticker->lock);
}

/*
 * gst_prof_ticker_go_out:
 *
 * The calling thread is about to call foreign code, with no lock held. What it
 * works for may be let go of meanwhile, if it is a ticker's thread.
 */
void
gst_prof_ticker_go_out (void)
{
  GstProfTickerRun *run = own_run;

  if (run == NULL)
    return;
  g_mutex_lock (&run->lock);
  run->outside = TRUE;
  g_cond_broadcast (&run->cond);
  g_mutex_unlock (&run->lock);
}

/*
 * gst_prof_ticker_come_back:
 *
 * The opposite.
 */
void
gst_prof_ticker_come_back (void)
{
  GstProfTickerRun *run = own_run;

  if (run == NULL)
    return;
  g_mutex_lock (&run->lock);
  run->outside = FALSE;
  g_mutex_unlock (&run->lock);
}

/*
 * gst_prof_ticker_is_over:
 *
 * Returns: whether the calling thread is a ticker's and has been told to end
 */
gboolean
gst_prof_ticker_is_over (void)
{
  return own_run != NULL && atomic_load (&own_run->stop);
}
