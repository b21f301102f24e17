/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Sees when a session got how far: the states that a webrtcbin tells, and when
 * packets and frames first passed. Finds the webrtcbin below a bin, also one
 * that comes later; of several the first is followed, as a run has one start. A
 * state that was reached before is not seen, and never guessed.
 *
 * webrtcbin tells its states in threads of its own: the handlers look at the
 * clock and store. One thread at a time reads. lock protects which webrtcbin is
 * followed, a leaf: nothing is connected, disconnected or freed under it.
 */

#include "gstprofstartupwatch.h"

#include "gstprofbinwatch.h"

#include <gst/prof/gstprofclock.h>

#include <stdatomic.h>
#include <string.h>

/* Shared with the handlers. */
typedef struct
{
  _Atomic guint64 times[GST_PROF_STARTUP_N_MARKS];
} Seen;

typedef void (*StateFunc) (GObject * webrtcbin, GParamSpec * pspec,
    gpointer seen);

#define N_STATES 4

typedef struct
{
  GstElement *element;          /* NULL: there is none */
  gulong handlers[N_STATES];
} Peer;

struct _GstProfStartupWatch
{
  GstProfBinWatch elements;
  Seen *seen;

  GMutex lock;
  gboolean stopped;
  Peer peer;
};

static void
watch_clear (gpointer data)
{
  GstProfStartupWatch *watch = data;

  g_atomic_rc_box_release (watch->seen);
  gst_prof_bin_watch_clear (&watch->elements);
  g_mutex_clear (&watch->lock);
}

static void
unref_watch_closure (gpointer watch, GClosure * closure)
{
  g_atomic_rc_box_release_full (watch, watch_clear);
}

static void
unref_seen_closure (gpointer seen, GClosure * closure)
{
  g_atomic_rc_box_release (seen);
}

/* Only the first time counts. */
static void
note (Seen * seen, GstProfStartupMark mark)
{
  guint64 never = 0;

  atomic_compare_exchange_strong (&seen->times[mark], &never,
      gst_prof_clock_now ());
}

/* By its word, which is the same in all versions. */
static gboolean
is_state (GObject * webrtcbin, GParamSpec * pspec, const gchar * nick)
{
  GValue value = G_VALUE_INIT;
  GEnumValue *state = NULL;

  g_object_get_property (webrtcbin, pspec->name, &value);
  if (G_VALUE_HOLDS_ENUM (&value))
    state = g_enum_get_value (G_PARAM_SPEC_ENUM (pspec)->enum_class,
        g_value_get_enum (&value));
  g_value_unset (&value);
  return state != NULL && strcmp (state->value_nick, nick) == 0;
}

/* It is stable before there is any offer, but tells only when it changes. */
static void
signaling_changes (GObject * webrtcbin, GParamSpec * pspec, gpointer seen)
{
  note (seen, is_state (webrtcbin, pspec, "stable")
      ? GST_PROF_STARTUP_AGREED : GST_PROF_STARTUP_OFFERED);
}

static void
gathering_changes (GObject * webrtcbin, GParamSpec * pspec, gpointer seen)
{
  if (is_state (webrtcbin, pspec, "complete"))
    note (seen, GST_PROF_STARTUP_GATHERED);
}

static void
ice_changes (GObject * webrtcbin, GParamSpec * pspec, gpointer seen)
{
  if (is_state (webrtcbin, pspec, "connected")
      || is_state (webrtcbin, pspec, "completed"))
    note (seen, GST_PROF_STARTUP_ICE);
}

/* The whole is connected when ICE and DTLS are. */
static void
connection_changes (GObject * webrtcbin, GParamSpec * pspec, gpointer seen)
{
  if (is_state (webrtcbin, pspec, "connected"))
    note (seen, GST_PROF_STARTUP_DTLS);
}

static const struct
{
  const gchar *signal;
  StateFunc func;
} states[N_STATES] = {
  {"notify::signaling-state", signaling_changes},
  {"notify::ice-gathering-state", gathering_changes},
  {"notify::ice-connection-state", ice_changes},
  {"notify::connection-state", connection_changes},
};

static void
peer_connect (Peer * peer, GstElement * webrtcbin, Seen * seen)
{
  peer->element = gst_object_ref (webrtcbin);
  for (guint i = 0; i < N_STATES; i++)
    peer->handlers[i] = g_signal_connect_data (webrtcbin, states[i].signal,
        G_CALLBACK (states[i].func), g_atomic_rc_box_acquire (seen),
        unref_seen_closure, 0);
}

static void
peer_disconnect (Peer * peer)
{
  if (peer->element == NULL)
    return;
  for (guint i = 0; i < N_STATES; i++)
    g_signal_handler_disconnect (peer->element, peer->handlers[i]);
  gst_clear_object (&peer->element);
}

static gboolean
is_wanted (GstProfStartupWatch * watch)
{
  gboolean wanted;

  g_mutex_lock (&watch->lock);
  wanted = !watch->stopped && watch->peer.element == NULL;
  g_mutex_unlock (&watch->lock);
  return wanted;
}

static void
element_added (GstBin * bin, GstBin * sub_bin, GstElement * element,
    gpointer user_data)
{
  GstProfStartupWatch *watch = user_data;
  Peer peer = { NULL };

  if (strcmp (G_OBJECT_TYPE_NAME (element), "GstWebRTCBin") != 0
      || !is_wanted (watch))
    return;

  peer_connect (&peer, element, watch->seen);
  g_mutex_lock (&watch->lock);
  /* Another may have come, or this have been stopped, in between. */
  if (!watch->stopped && watch->peer.element == NULL) {
    watch->peer = peer;
    peer.element = NULL;
  }
  g_mutex_unlock (&watch->lock);
  peer_disconnect (&peer);
}

/* When a bin was taken out, what is in it goes without a word. */
static void
element_removed (GstBin * bin, GstBin * sub_bin, GstElement * element,
    gpointer user_data)
{
  GstProfStartupWatch *watch = user_data;
  Peer peer = { NULL };

  g_mutex_lock (&watch->lock);
  if (watch->peer.element != NULL && (watch->peer.element == element
          || gst_object_has_as_ancestor (GST_OBJECT (watch->peer.element),
              GST_OBJECT (element)))) {
    peer = watch->peer;
    watch->peer.element = NULL;
  }
  g_mutex_unlock (&watch->lock);
  peer_disconnect (&peer);
}

/*
 * gst_prof_startup_watch_new:
 * @bin: the pipeline
 *
 * Looks at all that is in @bin, and at what comes later too. Any thread.
 *
 * Returns: (transfer full): a watch, to be stopped with
 *   gst_prof_startup_watch_stop()
 */
GstProfStartupWatch *
gst_prof_startup_watch_new (GstBin * bin)
{
  GstProfStartupWatch *watch = g_atomic_rc_box_new0 (GstProfStartupWatch);

  watch->seen = g_atomic_rc_box_new0 (Seen);
  g_mutex_init (&watch->lock);
  gst_prof_bin_watch_start (&watch->elements, bin, element_added,
      element_removed, watch, unref_watch_closure);
  return watch;
}

/*
 * gst_prof_startup_watch_stop:
 * @watch: (transfer full): the watch
 *
 * Any thread, but not while another reads.
 */
void
gst_prof_startup_watch_stop (GstProfStartupWatch * watch)
{
  Peer peer;

  gst_prof_bin_watch_stop (&watch->elements);

  g_mutex_lock (&watch->lock);
  watch->stopped = TRUE;
  peer = watch->peer;
  watch->peer.element = NULL;
  g_mutex_unlock (&watch->lock);

  peer_disconnect (&peer);
  g_atomic_rc_box_release_full (watch, watch_clear);
}

static gboolean
is_video (const GstProfBacklogSample * sample, const GstProfReceiver * receiver)
{
  for (guint i = 0; i < sample->n_receivers; i++) {
    if (strcmp (sample->receivers[i].name, receiver->name) == 0)
      return strcmp (sample->receivers[i].media, "video") == 0;
  }
  return FALSE;
}

/* Frames are video: the video stream that came first, else what came first. */
static GstProfReceiver *
find_receiver (const GstProfBacklogSample * sample, GstProfReceiver ** found,
    guint n)
{
  GstProfReceiver *best = NULL;
  GstClockTime best_first = 0;
  gboolean best_video = FALSE;

  for (guint i = 0; i < n; i++) {
    GstClockTime first = gst_prof_flow_get_first (&found[i]->in);
    gboolean video = is_video (sample, found[i]);

    if (first == 0 || (best_video && !video))
      continue;
    if (best != NULL && best_video == video && first >= best_first)
      continue;
    best = found[i];
    best_first = first;
    best_video = video;
  }
  return best;
}

static void
read_receiver (GstProfReceiver * receiver, GstProfStartupMarks * marks)
{
  marks->times[GST_PROF_STARTUP_PACKET] =
      gst_prof_flow_get_first (&receiver->in);
  marks->times[GST_PROF_STARTUP_RELEASED] =
      gst_prof_flow_get_first (&receiver->out);
  marks->times[GST_PROF_STARTUP_DECODED] =
      gst_prof_flow_get_first (&receiver->decoded);
  if (!atomic_load (&receiver->has_decoder))
    marks->times[GST_PROF_STARTUP_DECODED] =
        gst_prof_flow_get_first (&receiver->depay);
}

/*
 * gst_prof_startup_watch_read:
 * @watch: the watch
 * @receivers: (nullable): what comes in
 * @sample: (inout): its @startup is set; its @receivers are those of now
 *
 * Not a streaming thread; one at a time.
 */
void
gst_prof_startup_watch_read (GstProfStartupWatch * watch,
    GstProfReceivers * receivers, GstProfBacklogSample * sample)
{
  GstProfStartupMarks *marks = &sample->startup;
  GstProfReceiver *found[GST_PROF_RECEIVERS_MAX], *receiver;
  guint n = receivers ? gst_prof_receivers_list (receivers, found,
      GST_PROF_RECEIVERS_MAX) : 0;

  for (guint i = 0; i < GST_PROF_STARTUP_N_MARKS; i++)
    marks->times[i] = atomic_load (&watch->seen->times[i]);
  receiver = find_receiver (sample, found, n);
  if (receiver != NULL)
    read_receiver (receiver, marks);
  for (guint i = 0; i < n; i++)
    gst_prof_receiver_unref (found[i]);
}
