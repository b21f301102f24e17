/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/**
 * SECTION:element-latencytracer
 * @title: latencytracer
 * @short_description: says where each frame's time went
 *
 * Listens to the stages (profnormalize, profencode, profmuxsink, profsink,
 * profstage), joins what they measured to frames, and says which stage was slow
 * and how much time is missing between frames: as lines in the debug log, as
 * messages on the bus, and in the property #GstProfLatencyTracer:stats.
 *
 * It has two forms. With the pipeline inside, it is a bin around it:
 *
 * |[
 * GST_DEBUG=latencytracer:4 gst-launch-1.0 latencytracer.\( videotestsrc \
 *     num-buffers=300 ! profnormalize ! profencode ! h264parse ! \
 *     profmuxsink location=test.mkv \)
 * ]|
 *
 * It then hears what is inside, and takes the span messages off the bus unless
 * #GstProfLatencyTracer:forward-spans is set. Without anything inside it floats
 * in a pipeline, and hears all stages of that; an application adds it with
 * gst_bin_add() and needs to link nothing:
 *
 * |[
 * GST_DEBUG=latencytracer:4 gst-launch-1.0 latencytracer videotestsrc \
 *     num-buffers=300 ! profnormalize ! profencode ! h264parse ! \
 *     profmuxsink location=test.mkv
 * ]|
 *
 * ## Lines
 *
 * SLOW … at level WARNING (2), CRITICAL … at ERROR (1), [TELEMETRY] of the
 * first frames and PERFORMANCE at INFO (4). After ten of a kind they come once a
 * second, and say how many were held back.
 *
 * ## Messages
 *
 * All are element messages with this element as their source, and all times are
 * uint64 nanoseconds. docs/messages.md lists every field.
 *
 * - `prof-warning`, when something was slow: `kind` (string), `stage` (string),
 *   `stream-id` (string), `frame` (uint64, from 1, 0: unknown), `running-time`,
 *   `start`, `duration`, `threshold` (uint64), `state` (string: open while it
 *   goes on, final), `stages`, `causes`, `root-causes` (structures of uint64),
 *   `root-cause`, `elements`, `evidence` (string), `held-back` (uint), `advice`
 *   and `text` (string).
 * - `prof-summary`, before EOS reaches the application, and when the pipeline
 *   leaves PAUSED with something new to sum up: the same as
 *   #GstProfLatencyTracer:stats.
 * - `prof-frame`, for each frame, when #GstProfLatencyTracer:forward-frames is
 *   set.
 *
 * At most 1024 of them are unread at a time; what is dropped then is counted in
 * the summary.
 */

/*
 * The element leads: spans to the monitor (by gstproffeed.c), its lines to the
 * log, its messages to the bus. It judges nothing itself. State changes come
 * from the application's threads one at a time, EOS on a streaming thread.
 */

#include "gstproflatencytracer.h"

#include "gstprofmonitorproperties.h"
#include "gstprofsession.h"
#include "gstprofsinkwatch.h"
#include "gstprofunread.h"

#include <gst/prof/gstprofclock.h>
#include <gst/prof/gstprofmessage.h>
#include <gst/prof/gstprofmonitor.h>
#include <gst/prof/gstprofthreadrecord.h>

GST_DEBUG_CATEGORY_STATIC (gst_prof_latency_tracer_debug);
#define GST_CAT_DEFAULT gst_prof_latency_tracer_debug

#define DEFAULT_FORWARD_SPANS FALSE

enum {
  PROP_0,
  PROP_FORWARD_SPANS,
  PROP_MONITOR,                 /* the first of the monitor's */
};

struct _GstProfLatencyTracer {
  GstBin parent;

  /* set once */
  GstProfSession *session;
  GstProfMonitor *monitor;      /* the session's */
  GstProfUnread *unread;

  /* OBJECT_LOCK */
  gboolean forward_spans;

  /* attach_lock: taken by whoever attaches or detaches; then the monitor's */
  GMutex attach_lock;
  gboolean floating;

  /* state changes */
  GstProfSinkWatch *sink_watch;
};

G_DEFINE_TYPE_WITH_CODE (GstProfLatencyTracer, gst_prof_latency_tracer,
    GST_TYPE_BIN,
    GST_DEBUG_CATEGORY_INIT (gst_prof_latency_tracer_debug, "latencytracer", 0,
        "where each frame's time went"));
GST_ELEMENT_REGISTER_DEFINE (latencytracer, "latencytracer", GST_RANK_NONE,
    GST_TYPE_PROF_LATENCY_TRACER);

static gboolean
client_wants (GstDebugLevel level, gpointer user_data)
{
  return level <= gst_debug_category_get_threshold (GST_CAT_DEFAULT);
}

static void
client_log (GstDebugLevel level, const gchar * line, gpointer user_data)
{
  GST_CAT_LEVEL_LOG (GST_CAT_DEFAULT, level, user_data, "%s", line);
}

static gboolean
client_post (GstStructure * structure, gpointer user_data)
{
  GstProfLatencyTracer *self = user_data;

  return gst_prof_unread_post (self->unread, GST_ELEMENT (self),
      gst_message_new_element (GST_OBJECT (self), structure));
}

static gboolean
client_sample (GstProfBacklogSample * sample, gpointer user_data)
{
  GstProfLatencyTracer *self = user_data;

  return gst_prof_session_read (self->session, sample);
}

/* An application may wait, in whatever it does with a message, for the thread
 * that brings this element to NULL. */
static void
client_keep (gpointer user_data)
{
  g_object_ref (user_data);
}

/* An error, since an application that hears of it is to start again. */
static void
client_fail (const gchar * text, gpointer user_data)
{
  GST_ELEMENT_ERROR (user_data, STREAM, FAILED, ("The pipeline hangs."),
      ("%s", text));
}

static const GstProfMonitorClient monitor_client = {
  client_wants, client_log, client_post, client_fail, client_sample,
  client_keep, g_object_unref,
};

static void
post_summary (GstProfLatencyTracer * self)
{
  /* A summary is worth more than the 1024th warning, and there are few. */
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_element (GST_OBJECT (self),
          gst_prof_monitor_get_summary (self->monitor)));
}

/* EOS is about to be told, by the thread that brought it to the last sink. */
static void
stream_ends (GObject * object)
{
  GstProfLatencyTracer *self = GST_PROF_LATENCY_TRACER (object);

  gst_prof_thread_record_flush ();
  gst_prof_monitor_finish (self->monitor, gst_prof_clock_now ());
  post_summary (self);
}

static gboolean
gst_prof_latency_tracer_post_message (GstElement * element,
    GstMessage * message)
{
  /* The bin says EOS of its own when all sinks in it have. */
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS
      && GST_MESSAGE_SRC (message) == GST_OBJECT (element))
    stream_ends (G_OBJECT (element));

  return GST_ELEMENT_CLASS (gst_prof_latency_tracer_parent_class)->post_message
      (element, message);
}

/* A source may have a lot to do, or to wait for, until it sends it on. */
static gboolean
gst_prof_latency_tracer_send_event (GstElement * element, GstEvent * event)
{
  GstProfLatencyTracer *self = GST_PROF_LATENCY_TRACER (element);

  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS)
    gst_prof_monitor_set_ending (self->monitor, gst_prof_clock_now ());
  return GST_ELEMENT_CLASS (gst_prof_latency_tracer_parent_class)->send_event
      (element, event);
}

/* Our own stages post no spans while someone takes them off again. This is for
 * those that were posted before it was so, and for other libraries' stages. */
static void
gst_prof_latency_tracer_handle_message (GstBin * bin, GstMessage * message)
{
  GstProfLatencyTracer *self = GST_PROF_LATENCY_TRACER (bin);

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT
      && gst_message_has_name (message, GST_PROF_MESSAGE_SPAN)) {
    gboolean forward;

    GST_OBJECT_LOCK (self);
    forward = self->forward_spans;
    GST_OBJECT_UNLOCK (self);
    if (!forward) {
      gst_message_unref (message);
      return;
    }
  }
  GST_BIN_CLASS (gst_prof_latency_tracer_parent_class)->handle_message (bin,
      message);
}

static GstObject *
find_root (GstObject * object)
{
  GstObject *root = gst_object_ref (object);
  GstObject *parent;

  while ((parent = gst_object_get_parent (root)) != NULL) {
    gst_object_unref (root);
    root = parent;
  }
  return root;
}

/* With attach_lock held. */
static void
attach_locked (GstProfLatencyTracer * self)
{
  GstObject *scope;
  gboolean forward;

  GST_OBJECT_LOCK (self);
  self->floating = GST_BIN_NUMCHILDREN (self) == 0;
  forward = self->forward_spans;
  GST_OBJECT_UNLOCK (self);

  scope = self->floating ? find_root (GST_OBJECT (self)) :
      gst_object_ref (GST_OBJECT (self));
  GST_DEBUG_OBJECT (self, "listening to %" GST_PTR_FORMAT, scope);
  gst_prof_session_attach (self->session, scope,
      self->floating || forward ? GST_PROF_FEED_FLAG_NONE :
      GST_PROF_FEED_FLAG_SWALLOW);
  gst_object_unref (scope);
  gst_prof_monitor_start_thread (self->monitor);
}

static void
attach (GstProfLatencyTracer * self)
{
  g_mutex_lock (&self->attach_lock);
  if (gst_prof_session_get_scope (self->session) == NULL)
    attach_locked (self);
  g_mutex_unlock (&self->attach_lock);
}

/* A stage is set up before the pipeline has come to this element: how long that
 * takes, and why, is not to be missed. */
static void
stage_prepares (GObject * object, GstElement * stage)
{
  GstProfLatencyTracer *self = GST_PROF_LATENCY_TRACER (object);
  GstObject *root = find_root (GST_OBJECT (self));

  if (GST_OBJECT_PARENT (self) != NULL && GST_BIN_NUMCHILDREN (self) == 0
      && gst_object_has_as_ancestor (GST_OBJECT (stage), root))
    attach (self);
  gst_object_unref (root);
}

static void
detach (GstProfLatencyTracer * self)
{
  g_mutex_lock (&self->attach_lock);
  gst_prof_monitor_stop_thread (self->monitor);
  gst_prof_session_detach (self->session);
  g_mutex_unlock (&self->attach_lock);
}

/* The stage for which this listened early goes away again, and this was never
 * set up: the pipeline did not come that far. Nobody else would let go of it. */
static void
stage_leaves (GObject * object, GstElement * stage)
{
  GstProfLatencyTracer *self = GST_PROF_LATENCY_TRACER (object);
  gboolean unused;

  GST_OBJECT_LOCK (self);
  unused = GST_STATE (self) == GST_STATE_NULL
      && GST_STATE_PENDING (self) == GST_STATE_VOID_PENDING;
  GST_OBJECT_UNLOCK (self);
  if (unused)
    detach (self);
}

static void
gst_prof_latency_tracer_set_bus (GstElement * element, GstBus * bus)
{
  if (bus != NULL)
    gst_prof_feed_register (G_OBJECT (element), stage_prepares, stage_leaves);
  else
    gst_prof_feed_unregister (G_OBJECT (element));
  GST_ELEMENT_CLASS (gst_prof_latency_tracer_parent_class)->set_bus (element,
      bus);
}

static void
start (GstProfLatencyTracer * self)
{
  GstObject *scope = gst_prof_session_get_scope (self->session);

  gst_prof_session_begin (self->session, GST_ELEMENT (self));
  gst_prof_monitor_start_thread (self->monitor);
  if (self->floating && GST_IS_BIN (scope))
    self->sink_watch = gst_prof_sink_watch_new (GST_BIN (scope), stream_ends,
        G_OBJECT (self));
}

static void
stop (GstProfLatencyTracer * self)
{
  g_clear_pointer (&self->sink_watch, gst_prof_sink_watch_stop);
  gst_prof_monitor_stop_thread (self->monitor);
  if (gst_prof_session_end (self->session))
    post_summary (self);
  gst_prof_monitor_end_run (self->monitor, gst_prof_clock_now ());
}

static GstStateChangeReturn
gst_prof_latency_tracer_change_state (GstElement * element,
    GstStateChange transition)
{
  GstProfLatencyTracer *self = GST_PROF_LATENCY_TRACER (element);
  GstStateChangeReturn ret;

  switch (transition) {
    case GST_STATE_CHANGE_NULL_TO_READY:
      attach (self);
      break;
    case GST_STATE_CHANGE_READY_TO_PAUSED:
      start (self);
      break;
    case GST_STATE_CHANGE_PLAYING_TO_PAUSED:
      gst_prof_monitor_set_playing (self->monitor, FALSE,
          gst_prof_clock_now ());
      break;
    default:
      break;
  }

  ret = GST_ELEMENT_CLASS (gst_prof_latency_tracer_parent_class)->change_state
      (element, transition);

  switch (transition) {
    case GST_STATE_CHANGE_NULL_TO_READY:
      if (ret == GST_STATE_CHANGE_FAILURE)
        detach (self);
      break;
    case GST_STATE_CHANGE_READY_TO_PAUSED:
      if (ret == GST_STATE_CHANGE_FAILURE)
        stop (self);
      break;
    case GST_STATE_CHANGE_PAUSED_TO_PLAYING:
      if (ret != GST_STATE_CHANGE_FAILURE)
        gst_prof_monitor_set_playing (self->monitor, TRUE,
            gst_prof_clock_now ());
      break;
    case GST_STATE_CHANGE_PAUSED_TO_READY:
      stop (self);
      break;
    case GST_STATE_CHANGE_READY_TO_NULL:
      /* What the stages told on their way to NULL. */
      gst_prof_monitor_process (self->monitor, gst_prof_clock_now ());
      detach (self);
      break;
    default:
      break;
  }
  return ret;
}

static void
gst_prof_latency_tracer_set_property (GObject * object, guint prop_id,
    const GValue * value, GParamSpec * pspec)
{
  GstProfLatencyTracer *self = GST_PROF_LATENCY_TRACER (object);

  if (prop_id >= PROP_MONITOR) {
    gst_prof_monitor_properties_set (self->monitor, object,
        prop_id - PROP_MONITOR, value, pspec);
    return;
  }
  GST_OBJECT_LOCK (self);
  self->forward_spans = g_value_get_boolean (value);
  GST_OBJECT_UNLOCK (self);
}

static void
gst_prof_latency_tracer_get_property (GObject * object, guint prop_id,
    GValue * value, GParamSpec * pspec)
{
  GstProfLatencyTracer *self = GST_PROF_LATENCY_TRACER (object);

  if (prop_id >= PROP_MONITOR) {
    gst_prof_monitor_properties_get (self->monitor, object,
        prop_id - PROP_MONITOR, value, pspec);
    return;
  }
  GST_OBJECT_LOCK (self);
  g_value_set_boolean (value, self->forward_spans);
  GST_OBJECT_UNLOCK (self);
}

static void
gst_prof_latency_tracer_dispose (GObject * object)
{
  GstProfLatencyTracer *self = GST_PROF_LATENCY_TRACER (object);

  /* Only when it was not brought to NULL. */
  g_clear_pointer (&self->sink_watch, gst_prof_sink_watch_stop);
  gst_prof_feed_unregister (object);
  detach (self);

  G_OBJECT_CLASS (gst_prof_latency_tracer_parent_class)->dispose (object);
}

static void
gst_prof_latency_tracer_finalize (GObject * object)
{
  GstProfLatencyTracer *self = GST_PROF_LATENCY_TRACER (object);

  g_mutex_clear (&self->attach_lock);
  gst_prof_session_free (self->session);
  gst_prof_unread_unref (self->unread);

  G_OBJECT_CLASS (gst_prof_latency_tracer_parent_class)->finalize (object);
}

static void
gst_prof_latency_tracer_init (GstProfLatencyTracer * self)
{
  g_mutex_init (&self->attach_lock);
  self->forward_spans = DEFAULT_FORWARD_SPANS;
  self->session = gst_prof_session_new (&monitor_client, self);
  self->monitor = gst_prof_session_get_monitor (self->session);
  self->unread = gst_prof_unread_new ();
}

static void
gst_prof_latency_tracer_class_init (GstProfLatencyTracerClass * klass)
{
  GObjectClass *gobject_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBinClass *bin_class = GST_BIN_CLASS (klass);

  gobject_class->set_property = gst_prof_latency_tracer_set_property;
  gobject_class->get_property = gst_prof_latency_tracer_get_property;
  gobject_class->dispose = gst_prof_latency_tracer_dispose;
  gobject_class->finalize = gst_prof_latency_tracer_finalize;
  element_class->change_state = gst_prof_latency_tracer_change_state;
  element_class->set_bus = gst_prof_latency_tracer_set_bus;
  element_class->send_event = gst_prof_latency_tracer_send_event;
  element_class->post_message = gst_prof_latency_tracer_post_message;
  bin_class->handle_message = gst_prof_latency_tracer_handle_message;

  /**
   * GstProfLatencyTracer:forward-spans:
   *
   * Only matters when the pipeline is inside. Floating, it takes no message
   * off the bus.
   *
   * Since: 0.1
   */
  g_object_class_install_property (gobject_class, PROP_FORWARD_SPANS,
      g_param_spec_boolean ("forward-spans", "Forward spans",
          "Pass the stages' prof-span messages on to the application, in place "
          "of taking them off the bus (bin form only)", DEFAULT_FORWARD_SPANS,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
          GST_PARAM_MUTABLE_READY));
  gst_prof_monitor_properties_install (gobject_class, PROP_MONITOR);

  gst_element_class_set_static_metadata (element_class,
      "Latency tracer", "Generic/Bin/Debug",
      "Says in log lines and messages which stage took each frame's time and "
      "how much is missing between frames; put the pipeline inside, or let it "
      "float in the pipeline", "the gst-prof authors");
}
