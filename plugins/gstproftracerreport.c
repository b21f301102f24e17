/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Writes the report of all pipelines of this process: when it exits, when
 * GStreamer is shut down (then it is only taken down, and written at exit), when a
 * signal ends the process, and when the hub's thread is asked to.
 *
 * exit() may be called by any thread, with any lock of GStreamer's or the
 * application's held. So a thread of its own makes the report, pipelines have a
 * limited time to answer, and the thread is not waited for for ever. Where no thread
 * can be had any more, the hub's does it. So it does when a signal ends the process,
 * where none can be made.
 *
 * There is one last report, whatever comes together: who is first to say that the
 * process ends has it written, and who comes after him waits for it.
 *
 * lock has one report written at a time. A process without any run says nothing at
 * its end.
 */

#include "gstproftracerreport.h"

#include "gstprofhub.h"
#include "gstprofruns.h"
#include "gstproftracerfile.h"

#include <gst/prof/gstprofclock.h>
#include <gst/prof/gstprofsignalmask.h>
#include <gst/prof/gstprofsummary.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* How long pipelines may take to answer, all together. */
#define ANSWER_TIME (500 * GST_MSECOND)

/* How long the end of the process may be held up. */
#define EXIT_TIME (3 * GST_SECOND)

/* How long the hub's thread is waited for. */
#define STOP_TIME (200 * GST_MSECOND)

/* How long who reads stderr may hold up the thread that calls exit(). */
#define SAY_TIME (200 * GST_MSECOND)

static const GstProfTracerParams *params;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Why the process ends; NULL: it does not. */
static const gchar *_Atomic ending;
/* The same, until the hub's thread begins with the last report */
static const gchar *_Atomic asked;
/* The last report */
static _Atomic gboolean written;

static gchar *
get_program (void)
{
  const gchar *name = g_get_prgname ();
  gchar *comm = NULL;

  if (name != NULL)
    return g_path_get_basename (name);
  if (g_file_get_contents ("/proc/self/comm", &comm, NULL, NULL))
    return g_strchomp (comm);
  return g_strdup ("unknown");
}

/* Who writes there, and does not come on, holds up nobody. */
static void
say (const gchar * what)
{
  if (ftrylockfile (stderr) == 0) {
    fflush (stderr);
    funlockfile (stderr);
  }
  gst_prof_tracer_file_write (STDERR_FILENO, what);
}

static gboolean
is_file (const gchar * name)
{
  return name != NULL && !g_str_equal (name, GST_PROF_TRACER_REPORT_STDERR)
      && !g_str_equal (name, GST_PROF_TRACER_REPORT_NONE);
}

static void
write_file (const gchar * key, const gchar * pattern, const gchar * text)
{
  g_autofree gchar *name = gst_prof_tracer_params_expand (pattern, getpid ());
  g_autoptr (GError) error = NULL;
  g_autofree gchar *complaint = NULL;

  if (gst_prof_tracer_file_replace (name, text, &error))
    return;
  /* Once it is lost nobody can have it again. */
  complaint = g_strdup_printf ("gst-prof: the report is not written, %s=%s; "
      "here it is\n", key, error->message);
  say (complaint);
  say (text);
}

static void
check_file (const gchar * key, const gchar * pattern)
{
  g_autofree gchar *name = gst_prof_tracer_params_expand (pattern, getpid ());
  g_autoptr (GError) error = NULL;

  if (!gst_prof_tracer_file_check (name, &error))
    g_printerr ("gst-prof: GST_TRACERS: %s=%s; a file that this user may write "
        "is needed there, else the report comes on stderr\n", key,
        error->message);
}

/*
 * gst_prof_tracer_report_check:
 *
 * Says which of the files could not be written as things are, while something can be
 * done about it.
 */
void
gst_prof_tracer_report_check (void)
{
  if (is_file (params->report))
    check_file ("report", params->report);
  if (is_file (params->json))
    check_file ("json", params->json);
}

static void
write_document (const GstProfDocument * document)
{
  g_autofree gchar *text = NULL, *json = NULL;

  /* First what takes no time: stderr may be a pipe that is full. */
  if (params->json != NULL
      && !g_str_equal (params->json, GST_PROF_TRACER_REPORT_NONE)) {
    json = gst_prof_document_to_json (document);
    if (is_file (params->json))
      write_file ("json", params->json, json);
    else
      say (json);
  }
  if (!g_str_equal (params->report, GST_PROF_TRACER_REPORT_NONE)) {
    text = gst_prof_document_to_text (document);
    if (is_file (params->report))
      write_file ("report", params->report, text);
    else
      say (text);
  }
}

/*
 * gst_prof_tracer_report_write:
 * @reason: why: exit, signal, requested, or a signal's name
 *
 * Writes what there is.
 */
void
gst_prof_tracer_report_write (const gchar * reason)
{
  g_autofree gchar *program = get_program ();
  g_autoptr (GstProfDocument) document = gst_prof_document_new (program,
      getpid (), reason, g_get_real_time () / G_USEC_PER_SEC);
  g_autofree gchar *complaint = NULL;
  guint missed;

  pthread_mutex_lock (&lock);
  missed = gst_prof_runs_fill (document, ANSWER_TIME);
  write_document (document);
  if (missed > 0) {
    complaint = g_strdup_printf ("gst-prof: %u more pipeline(s) did not answer "
        "in %u ms\n", missed, (guint) (ANSWER_TIME / GST_MSECOND));
    say (complaint);
  }
  pthread_mutex_unlock (&lock);
}

/* The hub's thread, which has all signals blocked */
static void
write_on_request (void)
{
  const gchar *last = atomic_exchange (&asked, NULL);

  if (atomic_load (&written))
    return;
  gst_prof_tracer_report_write (last ? last : "signal");
  /* Unless the process has gone on meanwhile. */
  if (last != NULL && atomic_load (&ending) == last)
    atomic_store (&written, TRUE);
}

static gpointer
write_at_exit (gpointer data)
{
  gst_prof_tracer_report_write ("exit");
  gst_prof_hub_stop (STOP_TIME);
  atomic_store (&written, TRUE);
  return NULL;
}

static gboolean
begin_to_end (const gchar * reason)
{
  const gchar *none = NULL;

  return atomic_compare_exchange_strong (&ending, &none, reason);
}

static gboolean
have_hub_write (const gchar * reason)
{
  atomic_store (&asked, reason);
  return gst_prof_hub_request ();
}

/* A signal that ends the process ends it soon: its exit status is not ours. */
static gboolean
begin_to_exit (GstClockTime until)
{
  while (!begin_to_end ("exit")) {
    if (gst_prof_clock_now () >= until)
      return FALSE;
    g_usleep (1000);
  }
  return TRUE;
}

static void
exits (void)
{
  GstClockTime until = gst_prof_clock_now () + EXIT_TIME;
  GThread *thread;

  /* GStreamer's plugin scanner, say, or the child of a fork */
  if (!gst_prof_runs_any ()) {
    gst_prof_hub_stop (STOP_TIME);
    return;
  }
  if (!begin_to_exit (until))
    return;
  /* The report may go into a pipe that nobody reads any more, or be longer than
   * files may be. */
  thread = gst_prof_signal_mask_new_thread ("prof-report", write_at_exit, NULL,
      NULL);
  if (thread == NULL && !have_hub_write ("exit")) {
    gst_prof_tracer_file_say ("gst-prof: no report, as there is no thread that "
        "could write it\n", SAY_TIME);
    return;
  }
  while (!atomic_load (&written)) {
    if (gst_prof_clock_now () >= until) {
      gst_prof_tracer_file_say ("gst-prof: no report, as it does not come to "
          "its end\n", SAY_TIME);
      return;
    }
    g_usleep (1000);
  }
  if (thread != NULL)
    g_thread_join (thread);
  else
    gst_prof_hub_stop (STOP_TIME);
}

/* The registry is among the first that gst_deinit() lets go of, when all tasks
 * have been waited for. */
static void
gstreamer_ends (gpointer data, GObject * registry)
{
  gst_prof_runs_keep_running (ANSWER_TIME);
  gst_prof_hub_stop (STOP_TIME);
}

/* The parent's end is not the child's, and a report that is being written when the
 * process forks is not written in the child. */
static void
begin_anew (void)
{
  const pthread_mutex_t unlocked = PTHREAD_MUTEX_INITIALIZER;

  lock = unlocked;
  atomic_store (&ending, NULL);
  atomic_store (&asked, NULL);
  atomic_store (&written, FALSE);
}

/*
 * gst_prof_tracer_report_prepare:
 *
 * Has done what is done only once for the first report, such as types that have to
 * be registered: when the process ends by a signal, one of its threads may have been
 * stopped with the locks for that held.
 */
void
gst_prof_tracer_report_prepare (void)
{
  g_autofree gchar *program = get_program ();
  g_autoptr (GstProfDocument) document = gst_prof_document_new (program,
      getpid (), NULL, g_get_real_time () / G_USEC_PER_SEC);
  g_auto (GstProfSummary) nothing = { 0 };
  g_autoptr (GstStructure) summary = NULL;
  g_autofree gchar *text = NULL, *json = NULL;

  gst_prof_summary_init (&nothing);
  summary = gst_prof_summary_to_structure (&nothing);
  gst_prof_document_add (document, NULL, 1, FALSE, summary);
  text = gst_prof_document_to_text (document);
  json = gst_prof_document_to_json (document);
}

/*
 * gst_prof_tracer_report_end:
 * @reason: the name of the signal that ends the process, a static string
 *
 * Has the last report written, unless exit() has. Async-signal-safe.
 *
 * Returns: %FALSE when there is no thread that could
 */
gboolean
gst_prof_tracer_report_end (const gchar * reason)
{
  return !begin_to_end (reason) || have_hub_write (reason);
}

/*
 * gst_prof_tracer_report_is_written:
 *
 * Async-signal-safe.
 *
 * Returns: whether the last report is
 */
gboolean
gst_prof_tracer_report_is_written (void)
{
  return atomic_load (&written);
}

/*
 * gst_prof_tracer_report_go_on:
 * @reason: as it was given to gst_prof_tracer_report_end()
 *
 * The process has not ended after all: there will be another last report.
 * Async-signal-safe.
 */
void
gst_prof_tracer_report_go_on (const gchar * reason)
{
  if (atomic_load (&ending) != reason)
    return;
  atomic_store (&asked, NULL);
  atomic_store (&written, FALSE);
  atomic_store (&ending, NULL);
}

/*
 * gst_prof_tracer_report_init:
 * @wanted: what the user set; must stay valid
 *
 * Once: from now on the process ends with a report.
 */
void
gst_prof_tracer_report_init (const GstProfTracerParams * wanted)
{
  params = wanted;
  gst_prof_runs_init ();
  gst_prof_hub_set_request_func (write_on_request);
  g_object_weak_ref (G_OBJECT (gst_registry_get ()), gstreamer_ends, NULL);
  pthread_atfork (NULL, NULL, begin_anew);
  atexit (exits);
}
