/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The main loop with the runs that have their course in it, one or many, and
 * the signals that end them: the first lets each run come to its end, a second
 * stops all at once. It owns the loop and the signal handlers; the runs belong
 * to who added them. Main thread only.
 */

#include <signal.h>

#include <glib-unix.h>

#include "loop.h"

#define N_SIGNALS 3

struct _GstProfLoop
{
  GMainLoop *main_loop;
  GstProfTerminal *terminal;
  GPtrArray *runs;              /* that are not over */
  guint signals[N_SIGNALS];
  guint interrupts;
  gboolean serving;
};

static void
quit_when_done (GstProfLoop * loop)
{
  if (loop->runs->len == 0 && (!loop->serving || loop->interrupts > 0))
    g_main_loop_quit (loop->main_loop);
}

/* A run that ends at once is taken out meanwhile. */
static void
for_each_run (GstProfLoop * loop, void (*func) (GstProfRun * run))
{
  g_autoptr (GPtrArray) runs = g_ptr_array_copy (loop->runs, NULL, NULL);

  for (guint i = 0; i < runs->len; i++)
    if (g_ptr_array_find (loop->runs, g_ptr_array_index (runs, i), NULL))
      func (g_ptr_array_index (runs, i));
}

static gboolean
on_signal (gpointer data)
{
  GstProfLoop *loop = data;

  if (++loop->interrupts == 1) {
    gst_prof_terminal_tell_timed (loop->terminal,
        "interrupted: sending EOS; a second time stops at once");
    for_each_run (loop, gst_prof_run_end);
  } else {
    for_each_run (loop, gst_prof_run_abort);
  }
  quit_when_done (loop);
  return G_SOURCE_CONTINUE;
}

static void
catch_signals (GstProfLoop * loop)
{
  static const gint signals[N_SIGNALS] = { SIGINT, SIGTERM, SIGHUP };

  for (gsize i = 0; i < N_SIGNALS; i++) {
    struct sigaction action;

    /* nohup, and a shell's background jobs, ask for it to be ignored */
    if (sigaction (signals[i], NULL, &action) == 0
        && action.sa_handler == SIG_IGN)
      continue;
    loop->signals[i] = g_unix_signal_add (signals[i], on_signal, loop);
  }
}

/*
 * gst_prof_loop_new:
 * @terminal: where to tell; must outlive the loop
 *
 * Catches the signals from now on, until the loop is freed: until the report is
 * out, Ctrl-C must not take it from the user.
 *
 * Returns: (transfer full): a loop without runs
 */
GstProfLoop *
gst_prof_loop_new (GstProfTerminal * terminal)
{
  GstProfLoop *loop = g_new0 (GstProfLoop, 1);

  loop->main_loop = g_main_loop_new (NULL, FALSE);
  loop->terminal = terminal;
  loop->runs = g_ptr_array_new ();
  catch_signals (loop);
  return loop;
}

/*
 * gst_prof_loop_free:
 * @loop: (transfer full): a loop that is not being executed
 */
void
gst_prof_loop_free (GstProfLoop * loop)
{
  for (gsize i = 0; i < N_SIGNALS; i++)
    g_clear_handle_id (&loop->signals[i], g_source_remove);
  g_ptr_array_unref (loop->runs);
  g_main_loop_unref (loop->main_loop);
  g_free (loop);
}

/*
 * gst_prof_loop_set_serving:
 * @loop: the loop
 * @serving: whether runs may still come when there is none
 *
 * One that is serving goes on until a signal comes and the last run is over.
 */
void
gst_prof_loop_set_serving (GstProfLoop * loop, gboolean serving)
{
  loop->serving = serving;
}

/*
 * gst_prof_loop_is_interrupted:
 * @loop: the loop
 *
 * Returns: whether a signal has come
 */
gboolean
gst_prof_loop_is_interrupted (GstProfLoop * loop)
{
  return loop->interrupts > 0;
}

/*
 * gst_prof_loop_add:
 * @loop: the loop
 * @run: a run, to be taken out with gst_prof_loop_remove() when it is over
 *
 * Starts the run.
 */
void
gst_prof_loop_add (GstProfLoop * loop, GstProfRun * run)
{
  g_ptr_array_add (loop->runs, run);
  gst_prof_run_start (run);
}

/*
 * gst_prof_loop_remove:
 * @loop: the loop
 * @run: a run that is over
 */
void
gst_prof_loop_remove (GstProfLoop * loop, GstProfRun * run)
{
  g_ptr_array_remove (loop->runs, run);
  quit_when_done (loop);
}

/*
 * gst_prof_loop_execute:
 * @loop: the loop
 *
 * Returns when no run is left, and none may come.
 */
void
gst_prof_loop_execute (GstProfLoop * loop)
{
  g_main_loop_run (loop->main_loop);
}
