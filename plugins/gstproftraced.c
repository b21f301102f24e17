/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The pipelines that are traced: a bin that is in no other gets a session when it
 * leaves NULL, whose summary is kept when a run ends (gstprofruns.c). Its record
 * lies with the bin. The hub ticks it.
 *
 * State changes of one bin come one at a time, with its state lock held, and from
 * any thread. What the hub's thread reads of a record is set once or atomic.
 *
 * A bin that is put into another one is no pipeline of its own any more: what goes
 * on in it is seen from there. One that the application drops without bringing it
 * to NULL is let go of as well, so that GStreamer can complain as it does. It is
 * known by its references, of which none is left but the session's.
 */

#include "gstproftraced.h"

#include "gstprofhub.h"
#include "gstproflatencytracer.h"
#include "gstprofruns.h"
#include "gstprofsession.h"

#include <gst/prof/gstprofclock.h>
#include <gst/prof/gstproffork.h>

#include <stdatomic.h>

GST_DEBUG_CATEGORY_STATIC (gst_prof_tracer_debug);
#define GST_CAT_DEFAULT gst_prof_tracer_debug

typedef struct
{
  GstElement *bin;              /* the session's scope: that has the reference */
  GstProfSession *session;
  GstProfHubMember *member;
  guint generation;             /* the process that made it */
  gchar *name;

  /* A latencytracer tells all about this pipeline. */
  _Atomic gboolean quiet;

  /* Which run goes on, as gstprofruns.c knows it; 0: none. A state change's, but
   * for the hub, which reads. */
  _Atomic guint64 run_id;
  _Atomic guint run;
} Traced;

/* Set before the first state change */
static GstProfConfig config;
static void (*session_begins) (void);

static GQuark traced_quark;
static GQuark runs_quark;

static gboolean
client_wants (GstDebugLevel level, gpointer user_data)
{
  Traced *traced = user_data;

  return !atomic_load (&traced->quiet)
      && level <= gst_debug_category_get_threshold (GST_CAT_DEFAULT);
}

static void
client_log (GstDebugLevel level, const gchar * line, gpointer user_data)
{
  Traced *traced = user_data;

  if (!atomic_load (&traced->quiet))
    GST_CAT_LEVEL_LOG (GST_CAT_DEFAULT, level, traced->bin, "%s", line);
}

/* The application's bus is its own. */
static gboolean
client_post (GstStructure * structure, gpointer user_data)
{
  gst_structure_free (structure);
  return TRUE;
}

static void
client_fail (const gchar * text, gpointer user_data)
{
}

static gboolean
client_sample (GstProfBacklogSample * sample, gpointer user_data)
{
  Traced *traced = user_data;

  return gst_prof_session_read (traced->session, sample);
}

static const GstProfMonitorClient monitor_client = {
  client_wants, client_log, client_post, client_fail, client_sample,
};

static void detach (Traced * traced);

static gboolean
is_dropped (Traced * traced)
{
  return g_atomic_int_get ((gint *) &G_OBJECT (traced->bin)->ref_count)
      <= (gint) gst_prof_session_count_refs (traced->session);
}

/* Only if no state change is under way, which would use the record: then the bin
 * is not dropped either. */
static void
let_go_if_dropped (Traced * traced)
{
  GstElement *bin = traced->bin;

  if (!is_dropped (traced) || !GST_STATE_TRYLOCK (bin))
    return;
  if (is_dropped (traced)) {
    gst_object_ref (bin);
    detach (traced);
    GST_STATE_UNLOCK (bin);
    gst_object_unref (bin);
  } else {
    GST_STATE_UNLOCK (bin);
  }
}

static void
tick (const GstProfActivities * threads, GstClockTime now, gpointer user_data)
{
  Traced *traced = user_data;

  gst_prof_monitor_tick (gst_prof_session_get_monitor (traced->session),
      threads, now);
  let_go_if_dropped (traced);
}

static void
sum_up_one (gpointer member_data, gpointer user_data)
{
  Traced *traced = member_data;
  guint64 id = atomic_load (&traced->run_id);
  GstProfMonitor *monitor;

  if (id == 0)
    return;
  monitor = gst_prof_session_get_monitor (traced->session);
  gst_prof_monitor_process (monitor, gst_prof_clock_now ());
  gst_prof_runs_add_running (user_data, id, traced->name,
      atomic_load (&traced->run), gst_prof_monitor_get_summary_now (monitor));
}

/* Called by gstprofruns.c. */
static guint
sum_up (GPtrArray * runs, GstClockTime timeout)
{
  return gst_prof_hub_visit (sum_up_one, runs, timeout);
}

/*
 * gst_prof_traced_init:
 * @wanted: what the user set; what it points to must stay valid
 * @begins: is called when a pipeline is about to leave NULL, by its thread
 *
 * Once, before there are any pipelines.
 */
void
gst_prof_traced_init (const GstProfConfig * wanted, void (*begins) (void))
{
  GST_DEBUG_CATEGORY_INIT (gst_prof_tracer_debug, "proftracer", 0,
      "what GST_TRACERS=prof sees while it happens");
  config = *wanted;
  session_begins = begins;
  traced_quark = g_quark_from_static_string ("gst-prof-traced");
  runs_quark = g_quark_from_static_string ("gst-prof-runs");
  gst_prof_runs_set_source (sum_up);
}

static void
find_latency_tracer (const GValue * item, gpointer user_data)
{
  gboolean *found = user_data;

  if (GST_IS_PROF_LATENCY_TRACER (g_value_get_object (item)))
    *found = TRUE;
}

static gboolean
has_latency_tracer (GstElement * bin)
{
  GstIterator *elements = gst_bin_iterate_recurse (GST_BIN (bin));
  gboolean found = GST_IS_PROF_LATENCY_TRACER (bin);

  while (gst_iterator_foreach (elements, find_latency_tracer, &found)
      == GST_ITERATOR_RESYNC)
    gst_iterator_resync (elements);
  gst_iterator_free (elements);
  return found;
}

static Traced *
attach (GstElement * bin)
{
  Traced *traced = g_new0 (Traced, 1);

  session_begins ();
  traced->bin = bin;
  traced->name = gst_object_get_name (GST_OBJECT (bin));
  traced->generation = gst_prof_fork_get_generation ();
  atomic_store (&traced->quiet, has_latency_tracer (bin));
  traced->session = gst_prof_session_new (&monitor_client, traced);
  gst_prof_monitor_set_config (gst_prof_session_get_monitor (traced->session),
      &config);
  gst_prof_session_attach (traced->session, GST_OBJECT (bin),
      GST_PROF_FEED_FLAG_NONE);
  traced->member = gst_prof_hub_join (tick, traced);
  g_object_set_qdata (G_OBJECT (bin), traced_quark, traced);
  GST_DEBUG_OBJECT (bin, "traced");
  return traced;
}

/* A pipeline may be played again: its runs are counted over its whole life. */
static void
begin_run (Traced * traced)
{
  guint run = GPOINTER_TO_UINT (g_object_get_qdata (G_OBJECT (traced->bin),
          runs_quark)) + 1;

  g_object_set_qdata (G_OBJECT (traced->bin), runs_quark,
      GUINT_TO_POINTER (run));
  atomic_store (&traced->quiet, has_latency_tracer (traced->bin));
  gst_prof_session_begin (traced->session, traced->bin);
  atomic_store (&traced->run, run);
  atomic_store (&traced->run_id, gst_prof_runs_new_id ());
}

static void
end_run (Traced * traced)
{
  GstProfMonitor *monitor = gst_prof_session_get_monitor (traced->session);
  guint64 id = atomic_load (&traced->run_id);

  if (id == 0)
    return;
  gst_prof_session_end (traced->session);
  gst_prof_runs_add_ended (id, traced->name, atomic_load (&traced->run),
      gst_prof_monitor_get_summary (monitor));
  atomic_store (&traced->run_id, 0);
  gst_prof_monitor_end_run (monitor, gst_prof_clock_now ());
}

static void
detach (Traced * traced)
{
  end_run (traced);
  g_object_set_qdata (G_OBJECT (traced->bin), traced_quark, NULL);
  gst_prof_hub_leave (traced->member);
  gst_prof_session_free (traced->session);
  g_free (traced->name);
  g_free (traced);
}

static Traced *
find (GstElement * bin)
{
  Traced *traced = g_object_get_qdata (G_OBJECT (bin), traced_quark);

  /* The parent's: its locks may be held by threads that are not here. It is left
   * as it is, and this process begins anew with the next run. */
  if (traced != NULL
      && traced->generation != gst_prof_fork_get_generation ()) {
    g_object_set_qdata (G_OBJECT (bin), traced_quark, NULL);
    return NULL;
  }
  return traced;
}

static void
leave_playing (Traced * traced)
{
  GstProfMonitor *monitor = gst_prof_session_get_monitor (traced->session);

  if (GST_STATE_TARGET (traced->bin) < GST_STATE_PAUSED)
    gst_prof_monitor_stop_playing (monitor, gst_prof_clock_now ());
  else
    gst_prof_monitor_set_playing (monitor, FALSE, gst_prof_clock_now ());
}

/*
 * gst_prof_traced_before:
 * @bin: a bin, in another one or not
 * @transition: what it is about to do
 */
void
gst_prof_traced_before (GstElement * bin, GstStateChange transition)
{
  Traced *traced = find (bin);

  if (GST_OBJECT_PARENT (bin) != NULL) {
    if (traced != NULL)
      detach (traced);
    return;
  }
  switch (transition) {
    case GST_STATE_CHANGE_NULL_TO_READY:
      if (traced == NULL)
        attach (bin);
      break;
    case GST_STATE_CHANGE_READY_TO_PAUSED:
      /* It may have been in another one before. */
      if (traced == NULL)
        traced = attach (bin);
      end_run (traced);
      begin_run (traced);
      break;
    case GST_STATE_CHANGE_PAUSED_TO_READY:
      /* Elements that make their own pads take them away now. */
      if (traced != NULL)
        gst_prof_monitor_read (gst_prof_session_get_monitor
            (traced->session), gst_prof_clock_now ());
      break;
    case GST_STATE_CHANGE_PLAYING_TO_PAUSED:
      if (traced != NULL)
        leave_playing (traced);
      break;
    default:
      break;
  }
}

/*
 * gst_prof_traced_after:
 * @bin: a bin, in another one or not
 * @transition: what it did
 * @ret: how that went
 */
void
gst_prof_traced_after (GstElement * bin, GstStateChange transition,
    GstStateChangeReturn ret)
{
  Traced *traced = find (bin);

  if (traced == NULL)
    return;
  switch (transition) {
    case GST_STATE_CHANGE_NULL_TO_READY:
      if (ret == GST_STATE_CHANGE_FAILURE)
        detach (traced);
      break;
    case GST_STATE_CHANGE_READY_TO_PAUSED:
      if (ret == GST_STATE_CHANGE_FAILURE)
        end_run (traced);
      else
        /* Only now it is seen which elements have tasks. */
        gst_prof_monitor_read (gst_prof_session_get_monitor
            (traced->session), gst_prof_clock_now ());
      break;
    case GST_STATE_CHANGE_PAUSED_TO_PLAYING:
      if (ret != GST_STATE_CHANGE_FAILURE)
        gst_prof_monitor_set_playing (gst_prof_session_get_monitor
            (traced->session), TRUE, gst_prof_clock_now ());
      break;
    case GST_STATE_CHANGE_PAUSED_TO_READY:
      end_run (traced);
      break;
    case GST_STATE_CHANGE_READY_TO_NULL:
      detach (traced);
      break;
    default:
      break;
  }
}
