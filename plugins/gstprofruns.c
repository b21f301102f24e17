/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What there is to report of the pipelines of this process: runs that have ended
 * are kept, up to a number, and those that go on are asked when a report is made.
 *
 * lock protects what is kept; a leaf, held for a few instructions, and by a fork.
 * Any thread.
 */

#include "gstprofruns.h"

#include <pthread.h>
#include <stdatomic.h>

typedef struct
{
  _Atomic guint refs;
  guint64 id;
  gchar *name;
  guint run;
  gboolean ended;
  GstStructure *summary;
} Run;

static GstProfRunsSource running_source;

static _Atomic guint64 last_id;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static GQueue kept = G_QUEUE_INIT;
static guint64 forgotten;
/* GStreamer has been shut down: nothing goes on any more that could be asked. */
static gboolean over;

static Run *
run_ref (Run * run)
{
  atomic_fetch_add (&run->refs, 1);
  return run;
}

static void
run_unref (gpointer data)
{
  Run *run = data;

  if (atomic_fetch_sub (&run->refs, 1) > 1)
    return;
  g_free (run->name);
  gst_structure_free (run->summary);
  g_free (run);
}

static Run *
run_new (guint64 id, const gchar * name, guint number, gboolean ended,
    GstStructure * summary)
{
  Run *run = g_new0 (Run, 1);

  atomic_init (&run->refs, 1);
  run->id = id;
  run->name = g_strdup (name);
  run->run = number;
  run->ended = ended;
  run->summary = summary;
  return run;
}

static void
lock_runs (void)
{
  pthread_mutex_lock (&lock);
}

static void
unlock_runs (void)
{
  pthread_mutex_unlock (&lock);
}

/* What the parent had is for the parent to report. Not given back: allocating is
 * not safe here. */
static void
forget_all (void)
{
  g_queue_init (&kept);
  forgotten = 0;
  over = FALSE;
  atomic_store (&last_id, 0);
  unlock_runs ();
}

/*
 * gst_prof_runs_init:
 *
 * Once.
 */
void
gst_prof_runs_init (void)
{
  pthread_atfork (lock_runs, unlock_runs, forget_all);
}

/*
 * gst_prof_runs_set_source:
 * @source: who knows what goes on
 *
 * Once, before there is anything.
 */
void
gst_prof_runs_set_source (GstProfRunsSource source)
{
  running_source = source;
}

/*
 * gst_prof_runs_new_id:
 *
 * Returns: a number that no other run of this process has; never 0
 */
guint64
gst_prof_runs_new_id (void)
{
  return atomic_fetch_add (&last_id, 1) + 1;
}

/*
 * gst_prof_runs_any:
 *
 * Returns: whether there has been any run in this process
 */
gboolean
gst_prof_runs_any (void)
{
  return atomic_load (&last_id) > 0;
}

static void
keep (Run * run)
{
  Run *oldest = NULL;

  lock_runs ();
  g_queue_push_tail (&kept, run);
  if (g_queue_get_length (&kept) > GST_PROF_RUNS_MAX) {
    oldest = g_queue_pop_head (&kept);
    forgotten++;
  }
  unlock_runs ();
  if (oldest != NULL)
    run_unref (oldest);
}

/*
 * gst_prof_runs_add_ended:
 * @id: of gst_prof_runs_new_id()
 * @name: the pipeline's
 * @run: which of its runs, from 1
 * @summary: (transfer full): what there is to say of it
 */
void
gst_prof_runs_add_ended (guint64 id, const gchar * name, guint run,
    GstStructure * summary)
{
  keep (run_new (id, name, run, TRUE, summary));
}

/*
 * gst_prof_runs_add_running:
 * @runs: as the source got it
 * @id: of gst_prof_runs_new_id()
 * @name: the pipeline's
 * @run: which of its runs, from 1
 * @summary: (transfer full): what there is to say of it so far
 */
void
gst_prof_runs_add_running (GPtrArray * runs, guint64 id, const gchar * name,
    guint run, GstStructure * summary)
{
  g_ptr_array_add (runs, run_new (id, name, run, FALSE, summary));
}

static gboolean
has_id (GPtrArray * runs, guint64 id)
{
  for (guint i = 0; i < runs->len; i++) {
    if (((Run *) g_ptr_array_index (runs, i))->id == id)
      return TRUE;
  }
  return FALSE;
}

/* Returns: (transfer full): what is kept; @runs_forgotten: how many are not */
static GPtrArray *
dup_kept (guint64 * runs_forgotten, gboolean * is_over)
{
  GPtrArray *runs = g_ptr_array_new_with_free_func (run_unref);

  lock_runs ();
  for (GList * l = kept.head; l != NULL; l = l->next)
    g_ptr_array_add (runs, run_ref (l->data));
  *runs_forgotten = forgotten;
  *is_over = over;
  unlock_runs ();
  return runs;
}

static GPtrArray *
ask_running (GstClockTime timeout, guint * missed)
{
  GPtrArray *runs = g_ptr_array_new_with_free_func (run_unref);

  *missed = running_source ? running_source (runs, timeout) : 0;
  return runs;
}

/*
 * gst_prof_runs_keep_running:
 * @timeout: nanoseconds that this may take
 *
 * GStreamer is being shut down: what still goes on is summed up as it is now, and
 * nobody is asked any more.
 *
 * Returns: how many pipelines could not be asked
 */
guint
gst_prof_runs_keep_running (GstClockTime timeout)
{
  guint missed;
  g_autoptr (GPtrArray) running = ask_running (timeout, &missed);

  for (guint i = 0; i < running->len; i++)
    keep (run_ref (g_ptr_array_index (running, i)));
  lock_runs ();
  over = TRUE;
  unlock_runs ();
  return missed;
}

static void
add_to_document (GstProfDocument * document, const Run * run)
{
  gst_prof_document_add (document, run->name, run->run, run->ended,
      run->summary);
}

/*
 * gst_prof_runs_fill:
 * @document: gets all there is, in the order in which it ended
 * @timeout: nanoseconds that pipelines may take to answer
 *
 * Returns: how many did not
 */
guint
gst_prof_runs_fill (GstProfDocument * document, GstClockTime timeout)
{
  g_autoptr (GPtrArray) running = NULL, ended = NULL;
  guint64 runs_forgotten;
  gboolean is_over;
  guint missed = 0;

  lock_runs ();
  is_over = over;
  unlock_runs ();
  /* First what goes on: what ends meanwhile is then found among what is kept. */
  running = is_over ? g_ptr_array_new () : ask_running (timeout, &missed);
  ended = dup_kept (&runs_forgotten, &is_over);

  for (guint i = 0; i < ended->len; i++)
    add_to_document (document, g_ptr_array_index (ended, i));
  for (guint i = 0; i < running->len; i++) {
    Run *run = g_ptr_array_index (running, i);

    if (!has_id (ended, run->id))
      add_to_document (document, run);
  }
  gst_prof_document_set_forgotten (document, runs_forgotten);
  return missed;
}
