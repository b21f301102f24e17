/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * A monitor and all by which it hears of a pipeline: the stages' spans, the
 * threads, what comes in, levels and disk. Owned by a latencytracer or by the
 * tracer's record of a pipeline, whose state changes lead it, one at a time; who
 * ticks the monitor is their business.
 *
 * lock protects the pipeline watch, which is read by whoever ticks while state
 * changes make and stop it. It is taken before the locks of what is watched. It is
 * a POSIX one, as thread checkers know it.
 *
 * In the child of a fork nothing of what the parent watches is given back: its
 * locks may be held by threads that are not there.
 */

#include "gstprofsession.h"

#include "gstprofpipelinewatch.h"

#include <gst/prof/gstprofclock.h>
#include <gst/prof/gstproffork.h>

#include <pthread.h>

/* References to the scope: the session's own and the coverage's; those of the
 * levels, the receive watch and the startup watch. */
#define ATTACHED_REFS 2
#define WATCH_REFS 3

struct _GstProfSession
{
  /* set once */
  GstProfMonitor *monitor;

  /* state changes */
  GstObject *scope;
  GstProfReceivers *receivers;  /* of what comes into scope; NULL as it is */
  guint generation;             /* the process that attached it */

  pthread_mutex_t lock;
  GstProfPipelineWatch *watch;
};

/* Returns: whether what was attached is the parent's; it is forgotten then */
static gboolean
forget_after_fork (GstProfSession * session)
{
  if (session->scope == NULL
      || session->generation == gst_prof_fork_get_generation ())
    return FALSE;
  pthread_mutex_init (&session->lock, NULL);
  session->watch = NULL;
  session->receivers = NULL;
  session->scope = NULL;
  return TRUE;
}

/*
 * gst_prof_session_new:
 * @client: who the monitor speaks to
 * @user_data: for @client
 *
 * Returns: (transfer full): a session without a pipeline
 */
GstProfSession *
gst_prof_session_new (const GstProfMonitorClient * client, gpointer user_data)
{
  GstProfSession *session = g_new0 (GstProfSession, 1);

  pthread_mutex_init (&session->lock, NULL);
  session->monitor = gst_prof_monitor_new (client, user_data);
  return session;
}

/*
 * gst_prof_session_free:
 * @session: (nullable) (transfer full): a session whose monitor nobody ticks
 */
void
gst_prof_session_free (GstProfSession * session)
{
  if (session == NULL)
    return;
  gst_prof_session_detach (session);
  g_object_unref (session->monitor);
  pthread_mutex_destroy (&session->lock);
  g_free (session);
}

/*
 * gst_prof_session_get_monitor:
 * @session: a session
 *
 * Returns: (transfer none): its monitor, the same all the time
 */
GstProfMonitor *
gst_prof_session_get_monitor (GstProfSession * session)
{
  return session->monitor;
}

/*
 * gst_prof_session_get_scope:
 * @session: a session
 *
 * Returns: (transfer none) (nullable): what it is attached to
 */
GstObject *
gst_prof_session_get_scope (GstProfSession * session)
{
  forget_after_fork (session);
  return session->scope;
}

/*
 * gst_prof_session_count_refs:
 * @session: a session
 *
 * Any thread.
 *
 * Returns: how many references to its scope it has, with all that it owns
 */
guint
gst_prof_session_count_refs (GstProfSession * session)
{
  guint refs;

  pthread_mutex_lock (&session->lock);
  refs = session->watch != NULL ? ATTACHED_REFS + WATCH_REFS : ATTACHED_REFS;
  pthread_mutex_unlock (&session->lock);
  return refs;
}

/*
 * gst_prof_session_attach:
 * @session: a session that is not attached
 * @scope: the pipeline, or the bin, that it looks at
 * @flags: what that means for the messages of the stages in it
 */
void
gst_prof_session_attach (GstProfSession * session, GstObject * scope,
    GstProfFeedFlags flags)
{
  session->generation = gst_prof_fork_get_generation ();
  session->scope = gst_object_ref (scope);
  session->receivers = gst_prof_receivers_new ();
  gst_prof_feed_attach (scope, session->monitor, flags);
  gst_prof_monitor_attach (session->monitor, scope, session->receivers);
}

static void
stop_watch (GstProfSession * session)
{
  pthread_mutex_lock (&session->lock);
  g_clear_pointer (&session->watch, gst_prof_pipeline_watch_stop);
  pthread_mutex_unlock (&session->lock);
}

/*
 * gst_prof_session_detach:
 * @session: a session whose monitor nobody ticks
 *
 * Lets go of the pipeline. Does nothing if it is not attached.
 */
void
gst_prof_session_detach (GstProfSession * session)
{
  if (forget_after_fork (session) || session->scope == NULL)
    return;
  stop_watch (session);
  gst_prof_monitor_detach (session->monitor);
  gst_prof_feed_detach (session->scope, session->monitor);
  g_clear_pointer (&session->receivers, gst_prof_receivers_unref);
  gst_clear_object (&session->scope);
}

/*
 * gst_prof_session_begin:
 * @session: a session
 * @element: an element of the pipeline, by which its running time is known; it
 *   outlives the run
 *
 * The pipeline goes to PAUSED. Only a bin is read.
 */
void
gst_prof_session_begin (GstProfSession * session, GstElement * element)
{
  gst_prof_monitor_begin_run (session->monitor, gst_prof_clock_now ());
  if (forget_after_fork (session) || session->scope == NULL
      || !GST_IS_BIN (session->scope))
    return;
  pthread_mutex_lock (&session->lock);
  if (session->watch == NULL)
    session->watch = gst_prof_pipeline_watch_new (element,
        GST_BIN (session->scope), session->receivers);
  pthread_mutex_unlock (&session->lock);
}

/*
 * gst_prof_session_end:
 * @session: a session
 *
 * The pipeline has left PAUSED. It is still to be said to the monitor that the
 * run has ended, when the summary has been taken.
 *
 * Returns: whether there is something new to sum up
 */
gboolean
gst_prof_session_end (GstProfSession * session)
{
  if (!forget_after_fork (session))
    stop_watch (session);
  return gst_prof_monitor_finish (session->monitor, gst_prof_clock_now ());
}

/*
 * gst_prof_session_read:
 * @session: a session
 * @sample: (out caller-allocates): untouched on failure
 *
 * What the monitor's client has for `sample`. One thread at a time, whoever ticks.
 *
 * Returns: %FALSE when there is nothing to read
 */
gboolean
gst_prof_session_read (GstProfSession * session, GstProfBacklogSample * sample)
{
  gboolean readable;

  pthread_mutex_lock (&session->lock);
  readable = session->watch != NULL;
  if (readable)
    gst_prof_pipeline_watch_read (session->watch, sample,
        gst_prof_clock_now ());
  pthread_mutex_unlock (&session->lock);
  return readable;
}
