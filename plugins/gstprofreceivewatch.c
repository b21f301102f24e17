/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What comes into a pipeline from a network: finds jitterbuffers, wherever they
 * are and also when they come later, the way behind them and the transport before
 * them, and has everything counted. The numbers are read elsewhere
 * (gstprofreceivereading.c). Judges nothing.
 *
 * Elements come and go, and pads are linked, in whichever thread does so; one
 * thread at a time reads. lock protects the lists and where the taps are. Nothing
 * that may wait is called with it held: ways are searched and statistics read
 * without it. Signals come to us with no lock of a pad or an element held, so
 * that taking those under lock, each for a moment, cannot cross.
 */

#include "gstprofreceivewatchprivate.h"

#include <gst/prof/gstprofclock.h>

/* Sessions of a pipeline that are heard. */
#define MAX_WEBRTC GST_PROF_RECEIVERS_MAX

/* Who is told that a way goes on; in a g_atomic_rc_box. */
typedef struct
{
  GstProfReceiveWatch *watch;
  guint64 id;
} Wait;

static void
watch_clear (gpointer data)
{
  GstProfReceiveWatch *watch = data;

  g_ptr_array_unref (watch->streams);
  g_ptr_array_unref (watch->transports);
  g_ptr_array_unref (watch->webrtcs);
  gst_prof_receivers_unref (watch->receivers);
  gst_prof_bin_watch_clear (&watch->elements);
  g_mutex_clear (&watch->lock);
}

static void
watch_release (gpointer watch, GClosure * closure)
{
  g_atomic_rc_box_release_full (watch, watch_clear);
}

static void
wait_free (gpointer data, GClosure * closure)
{
  Wait *wait = data;

  watch_release (wait->watch, NULL);
  g_free (wait);
}

/* With lock held. */
static GstProfReceiveStream *
find_stream (GstProfReceiveWatch * watch, guint64 id)
{
  for (guint i = 0; i < watch->streams->len; i++) {
    GstProfReceiveStream *stream = g_ptr_array_index (watch->streams, i);

    if (stream->id == id)
      return stream;
  }
  return NULL;
}

/* With lock held. */
static GstProfReceiveStream *
find_stream_of (GstProfReceiveWatch * watch, GstElement * jitterbuffer)
{
  for (guint i = 0; i < watch->streams->len; i++) {
    GstProfReceiveStream *stream = g_ptr_array_index (watch->streams, i);

    if (stream->element == jitterbuffer)
      return stream;
  }
  return NULL;
}

/* With lock held. */
static void
stop_waiting (GstProfReceiveStream * stream)
{
  for (guint i = 0; i < stream->n_waits; i++) {
    g_signal_handler_disconnect (stream->waits[i].object,
        stream->waits[i].handler);
    gst_object_unref (stream->waits[i].object);
  }
  stream->n_waits = 0;
}

static void
way_goes_on (GstObject * object, GstPad * pad, gpointer user_data)
{
  Wait *wait = user_data;
  GstProfReceiveStream *stream;

  g_mutex_lock (&wait->watch->lock);
  stream = find_stream (wait->watch, wait->id);
  if (stream != NULL)
    gst_prof_receive_stream_ref (stream);
  g_mutex_unlock (&wait->watch->lock);

  if (stream != NULL) {
    gst_prof_receive_watch_follow (wait->watch, stream);
    gst_prof_receive_stream_unref (stream);
  }
}

/* With lock held. */
static void
wait_at_ends (GstProfReceiveWatch * watch, GstProfReceiveStream * stream,
    const GstProfReceivePath * path)
{
  if (gst_prof_receive_stream_waits_at (stream, path))
    return;
  stop_waiting (stream);
  for (guint i = 0; i < path->n_ends; i++) {
    Wait *wait = g_new0 (Wait, 1);

    wait->watch = g_atomic_rc_box_acquire (watch);
    wait->id = stream->id;
    stream->waits[i].object = gst_object_ref (path->ends[i]);
    stream->waits[i].handler = g_signal_connect_data (path->ends[i],
        GST_IS_PAD (path->ends[i]) ? "linked" : "pad-added",
        G_CALLBACK (way_goes_on), wait, wait_free, 0);
  }
  stream->n_waits = path->n_ends;
}

static void
tell_decode_path (GstProfReceiveWatch * watch, GstProfReceiveStream * stream,
    const GstProfReceivePath * path)
{
  gconstpointer elements[GST_PROF_RECEIVE_PATH_MAX];

  for (guint i = 0; i < path->n_elements; i++)
    elements[i] = path->elements[i];
  gst_prof_receivers_set_decode_path (watch->receivers, stream->element,
      elements, path->n_elements);
}

/* With lock held: one source is one transport, however many streams it brings. */
static GstProfTransportWatch *
find_transport (GstProfReceiveWatch * watch,
    const GstProfReceiveOrigin * origin)
{
  GstProfTransportWatch *transport;

  for (guint i = 0; i < watch->transports->len; i++) {
    transport = g_ptr_array_index (watch->transports, i);
    if (gst_prof_transport_watch_get_source (transport) == origin->source)
      return transport;
  }
  if (watch->transports->len == GST_PROF_RECEIVERS_MAX)
    return NULL;
  transport = gst_prof_transport_watch_new (origin, ++watch->transport_ids);
  g_ptr_array_add (watch->transports, transport);
  return transport;
}

/* With lock held. */
static void
take_origin (GstProfReceiveWatch * watch, GstProfReceiveStream * stream,
    const GstProfReceiveOrigin * origin)
{
  GstProfTransportWatch *transport;

  if (origin->source == NULL)
    return;
  transport = find_transport (watch, origin);
  if (transport == NULL)
    return;
  gst_prof_transport_watch_place (transport, origin);
  if (stream->transport != NULL)
    return;
  stream->transport = gst_prof_transport_watch_ref (transport);
  gst_prof_receiver_set_transport (stream->receiver,
      gst_prof_transport_watch_get_transport (transport));
}

/*
 * gst_prof_receive_watch_follow:
 * @watch: a watch
 * @stream: one of its streams
 *
 * Looks where the stream comes from and goes to now. Any thread, without the lock.
 */
void
gst_prof_receive_watch_follow (GstProfReceiveWatch * watch,
    GstProfReceiveStream * stream)
{
  GstProfReceivePath path;
  GstProfReceiveOrigin origin;

  gst_prof_receive_path_find (stream->element, &path);
  gst_prof_receive_origin_find (stream->element, &origin);

  g_mutex_lock (&watch->lock);
  if (stream->probe != NULL) {
    gst_prof_receive_stream_place (stream, &path);
    wait_at_ends (watch, stream, &path);
    tell_decode_path (watch, stream, &path);
    take_origin (watch, stream, &origin);
  }
  g_mutex_unlock (&watch->lock);

  gst_prof_receive_path_clear (&path);
  gst_prof_receive_origin_clear (&origin);
}

/* With lock held. Returns: (transfer full) (nullable): a new stream */
static GstProfReceiveStream *
add_stream (GstProfReceiveWatch * watch, GstElement * jitterbuffer)
{
  GstProfReceiveStream *stream;

  if (watch->stopped || find_stream_of (watch, jitterbuffer) != NULL)
    return NULL;
  if (watch->streams->len == GST_PROF_RECEIVERS_MAX) {
    watch->refused++;
    return NULL;
  }
  stream = gst_prof_receive_stream_new (jitterbuffer, ++watch->stream_ids);
  gst_prof_receivers_add (watch->receivers, stream->receiver);
  g_ptr_array_add (watch->streams, stream);
  return gst_prof_receive_stream_ref (stream);
}

static void
look_at_jitterbuffer (GstProfReceiveWatch * watch, GstElement * jitterbuffer)
{
  GstProfReceiveStream *stream;

  g_mutex_lock (&watch->lock);
  stream = add_stream (watch, jitterbuffer);
  g_mutex_unlock (&watch->lock);
  if (stream == NULL)
    return;
  gst_prof_receive_watch_follow (watch, stream);
  gst_prof_receive_stream_unref (stream);
}

static void
look_at_webrtc (GstProfReceiveWatch * watch, GstElement * webrtcbin)
{
  GstProfWebrtcWatch *webrtc = gst_prof_webrtc_watch_new (webrtcbin);
  gboolean wanted;

  g_mutex_lock (&watch->lock);
  wanted = !watch->stopped && watch->webrtcs->len < MAX_WEBRTC;
  for (guint i = 0; i < watch->webrtcs->len; i++) {
    if (gst_prof_webrtc_watch_get_element (g_ptr_array_index (watch->webrtcs,
                i)) == webrtcbin)
      wanted = FALSE;
  }
  if (wanted)
    g_ptr_array_add (watch->webrtcs, gst_prof_webrtc_watch_ref (webrtc));
  g_mutex_unlock (&watch->lock);

  if (!wanted)
    gst_prof_webrtc_watch_stop (webrtc);
  gst_prof_webrtc_watch_unref (webrtc);
}

static void
element_added (GstBin * bin, GstBin * sub_bin, GstElement * element,
    gpointer user_data)
{
  GstProfReceiveWatch *watch = user_data;

  if (g_strcmp0 (G_OBJECT_TYPE_NAME (element), "GstRtpJitterBuffer") == 0)
    look_at_jitterbuffer (watch, element);
  else if (gst_prof_webrtc_watch_is_element (element))
    look_at_webrtc (watch, element);
}

static gboolean
is_gone (GstProfReceiveWatch * watch, GstElement * element,
    GstElement * removed)
{
  return gst_prof_bin_watch_is_gone (&watch->elements, element, removed);
}

/* With lock held: its last numbers, to be told with the next reading. */
static void
note_ended (GstProfReceiveWatch * watch, GstProfReceiveStream * stream)
{
  GstProfReceiveCounts *counts;

  if (watch->n_ended == GST_PROF_RECEIVERS_MAX) {
    watch->refused++;
    return;
  }
  counts = &watch->ended[watch->n_ended++];
  *counts = stream->counts;
  gst_prof_receive_stream_count (stream, counts, gst_prof_clock_now ());
  counts->held = 0;
  counts->ended = TRUE;
}

/* With lock held. */
static void
steal_streams (GstProfReceiveWatch * watch, GstElement * removed,
    GPtrArray * gone)
{
  for (guint i = watch->streams->len; i-- > 0;) {
    GstProfReceiveStream *stream = g_ptr_array_index (watch->streams, i);

    if (!is_gone (watch, stream->element, removed))
      continue;
    note_ended (watch, stream);
    stop_waiting (stream);
    gst_prof_receivers_remove (watch->receivers, stream->element);
    g_ptr_array_add (gone, g_ptr_array_steal_index (watch->streams, i));
  }
}

/* With lock held. */
static void
steal_transports (GstProfReceiveWatch * watch, GstElement * removed,
    GPtrArray * gone)
{
  for (guint i = watch->transports->len; i-- > 0;) {
    if (is_gone (watch, gst_prof_transport_watch_get_source (g_ptr_array_index
                (watch->transports, i)), removed))
      g_ptr_array_add (gone, g_ptr_array_steal_index (watch->transports, i));
  }
}

/* With lock held. */
static void
steal_webrtcs (GstProfReceiveWatch * watch, GstElement * removed,
    GPtrArray * gone)
{
  for (guint i = watch->webrtcs->len; i-- > 0;) {
    if (is_gone (watch, gst_prof_webrtc_watch_get_element (g_ptr_array_index
                (watch->webrtcs, i)), removed))
      g_ptr_array_add (gone, g_ptr_array_steal_index (watch->webrtcs, i));
  }
}

/* With lock held: its taps go, what they counted stays. */
static void
stop_stream (gpointer data, gpointer user_data)
{
  GstProfReceiveStream *stream = data;

  stop_waiting (stream);
  g_clear_pointer (&stream->probe, gst_prof_receive_probe_stop);
}

static void
stop_transport (gpointer data, gpointer user_data)
{
  gst_prof_transport_watch_stop (data);
}

static void
stop_webrtc (gpointer data, gpointer user_data)
{
  gst_prof_webrtc_watch_stop (data);
}

static void
element_removed (GstBin * bin, GstBin * sub_bin, GstElement * element,
    gpointer user_data)
{
  GstProfReceiveWatch *watch = user_data;
  g_autoptr (GPtrArray) streams =
      g_ptr_array_new_with_free_func (gst_prof_receive_stream_unref);
  g_autoptr (GPtrArray) transports =
      g_ptr_array_new_with_free_func (gst_prof_transport_watch_unref);
  g_autoptr (GPtrArray) webrtcs =
      g_ptr_array_new_with_free_func (gst_prof_webrtc_watch_unref);

  g_mutex_lock (&watch->lock);
  steal_streams (watch, element, streams);
  g_ptr_array_foreach (streams, stop_stream, NULL);
  steal_transports (watch, element, transports);
  steal_webrtcs (watch, element, webrtcs);
  g_mutex_unlock (&watch->lock);

  g_ptr_array_foreach (transports, stop_transport, NULL);
  g_ptr_array_foreach (webrtcs, stop_webrtc, NULL);
}

/* Those of a run before, which were kept for what was still to be explained. */
static void
forget_receivers (GstProfReceivers * receivers)
{
  GstProfReceiver *found[GST_PROF_RECEIVERS_MAX];
  guint n = gst_prof_receivers_list (receivers, found, G_N_ELEMENTS (found));

  for (guint i = 0; i < n; i++) {
    gst_prof_receivers_remove (receivers, found[i]->element);
    gst_prof_receiver_unref (found[i]);
  }
}

/*
 * gst_prof_receive_watch_new:
 * @bin: the pipeline
 * @receivers: gets the receivers that are in it; one watch at a time fills it
 *
 * Looks at all that is in @bin, and at what comes later too. Any thread.
 *
 * Returns: (transfer full): a watch, to be stopped with
 *   gst_prof_receive_watch_stop()
 */
GstProfReceiveWatch *
gst_prof_receive_watch_new (GstBin * bin, GstProfReceivers * receivers)
{
  GstProfReceiveWatch *watch = g_atomic_rc_box_new0 (GstProfReceiveWatch);

  watch->receivers = gst_prof_receivers_ref (receivers);
  g_mutex_init (&watch->lock);
  watch->streams =
      g_ptr_array_new_with_free_func (gst_prof_receive_stream_unref);
  watch->transports =
      g_ptr_array_new_with_free_func (gst_prof_transport_watch_unref);
  watch->webrtcs = g_ptr_array_new_with_free_func (gst_prof_webrtc_watch_unref);
  forget_receivers (receivers);

  gst_prof_bin_watch_start (&watch->elements, bin, element_added,
      element_removed, watch, watch_release);
  return watch;
}

/*
 * gst_prof_receive_watch_stop:
 * @watch: (transfer full): a watch
 *
 * What was counted stays in its receivers, for what is still to be explained. Any
 * thread, but not while another reads.
 */
void
gst_prof_receive_watch_stop (GstProfReceiveWatch * watch)
{
  GPtrArray *streams, *transports, *webrtcs;

  gst_prof_bin_watch_stop (&watch->elements);

  g_mutex_lock (&watch->lock);
  watch->stopped = TRUE;
  g_ptr_array_foreach (watch->streams, stop_stream, NULL);
  streams = g_steal_pointer (&watch->streams);
  transports = g_steal_pointer (&watch->transports);
  webrtcs = g_steal_pointer (&watch->webrtcs);
  watch->streams = g_ptr_array_new ();
  watch->transports = g_ptr_array_new ();
  watch->webrtcs = g_ptr_array_new ();
  g_mutex_unlock (&watch->lock);

  g_ptr_array_foreach (transports, stop_transport, NULL);
  g_ptr_array_foreach (webrtcs, stop_webrtc, NULL);
  g_ptr_array_unref (streams);
  g_ptr_array_unref (transports);
  g_ptr_array_unref (webrtcs);
  watch_release (watch, NULL);
}

/*
 * gst_prof_receive_watch_get_held:
 * @watch: a watch
 * @jitterbuffer: an element; only compared
 * @buffers: (out): packets in it when it was read last
 * @bytes: (out): what they have; an estimate
 *
 * Returns: whether it is followed
 */
gboolean
gst_prof_receive_watch_get_held (GstProfReceiveWatch * watch,
    GstElement * jitterbuffer, guint64 * buffers, guint64 * bytes)
{
  GstProfReceiveStream *stream;

  g_mutex_lock (&watch->lock);
  stream = find_stream_of (watch, jitterbuffer);
  if (stream != NULL) {
    *buffers = stream->counts.held;
    *bytes = stream->held_bytes;
  }
  g_mutex_unlock (&watch->lock);
  return stream != NULL;
}
