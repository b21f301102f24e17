/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * One reading of what comes in: first the transports, then the streams, each with
 * its own statistics, into a sample. The reading thread, without the watch's lock
 * but for taking references and for putting numbers in their place.
 */

#include "gstprofreceivewatchprivate.h"

/* References to all there is, for a reading without the lock. */
typedef struct
{
  GPtrArray *streams;
  GPtrArray *transports;
  GPtrArray *webrtcs;
} All;

static gpointer
ref_stream (gconstpointer stream, gpointer user_data)
{
  return gst_prof_receive_stream_ref ((gpointer) stream);
}

static gpointer
ref_transport (gconstpointer transport, gpointer user_data)
{
  return gst_prof_transport_watch_ref ((gpointer) transport);
}

static gpointer
ref_webrtc (gconstpointer webrtc, gpointer user_data)
{
  return gst_prof_webrtc_watch_ref ((gpointer) webrtc);
}

/* With lock held. */
static void
all_take (All * all, GstProfReceiveWatch * watch)
{
  all->streams = g_ptr_array_copy (watch->streams, ref_stream, NULL);
  all->transports = g_ptr_array_copy (watch->transports, ref_transport, NULL);
  all->webrtcs = g_ptr_array_copy (watch->webrtcs, ref_webrtc, NULL);
  g_ptr_array_set_free_func (all->streams, gst_prof_receive_stream_unref);
  g_ptr_array_set_free_func (all->transports, gst_prof_transport_watch_unref);
  g_ptr_array_set_free_func (all->webrtcs, gst_prof_webrtc_watch_unref);
}

static void
all_clear (All * all)
{
  g_ptr_array_unref (all->streams);
  g_ptr_array_unref (all->transports);
  g_ptr_array_unref (all->webrtcs);
}

/* Returns: (nullable): the session that a transport is in */
static GstProfWebrtcWatch *
find_webrtc (const All * all, GstProfTransportWatch * transport)
{
  GstObject *source = GST_OBJECT (gst_prof_transport_watch_get_source
      (transport));

  for (guint i = 0; i < all->webrtcs->len; i++) {
    GstProfWebrtcWatch *webrtc = g_ptr_array_index (all->webrtcs, i);

    if (gst_object_has_as_ancestor (source, GST_OBJECT
            (gst_prof_webrtc_watch_get_element (webrtc))))
      return webrtc;
  }
  return NULL;
}

static gboolean
is_alone (const All * all, GstProfTransportWatch * transport,
    GstProfWebrtcWatch * webrtc)
{
  for (guint i = 0; i < all->transports->len; i++) {
    GstProfTransportWatch *other = g_ptr_array_index (all->transports, i);

    if (other != transport && find_webrtc (all, other) == webrtc)
      return FALSE;
  }
  return TRUE;
}

static void
read_transport (GstProfReceiveWatch * watch, const All * all,
    GstProfTransportWatch * transport, GstClockTime now)
{
  GstProfTransportUser users[GST_PROF_RECEIVERS_MAX];
  GstProfWebrtcWatch *webrtc = find_webrtc (all, transport);
  guint n = 0;

  g_mutex_lock (&watch->lock);
  for (guint i = 0; i < all->streams->len; i++) {
    GstProfReceiveStream *stream = g_ptr_array_index (all->streams, i);

    if (atomic_load (&stream->receiver->transport)
        != gst_prof_transport_watch_get_transport (transport))
      continue;
    users[n].receiver = stream->receiver;
    users[n++].ssrc = stream->counts.ssrc;
  }
  g_mutex_unlock (&watch->lock);
  gst_prof_transport_watch_read (transport, webrtc,
      webrtc != NULL && is_alone (all, transport, webrtc), users, n, now);
}

/* Returns: (nullable): the transport that a stream comes by */
static GstProfTransportWatch *
find_transport_of (const All * all, GstProfReceiveStream * stream)
{
  for (guint i = 0; i < all->transports->len; i++) {
    GstProfTransportWatch *transport = g_ptr_array_index (all->transports, i);

    if (gst_prof_transport_watch_get_transport (transport)
        == atomic_load (&stream->receiver->transport))
      return transport;
  }
  return NULL;
}

static void
read_stream (GstProfReceiveWatch * watch, const All * all,
    GstProfReceiveStream * stream)
{
  GstProfReceiveCounts counts;
  guint64 held_bytes;

  gst_prof_receive_watch_follow (watch, stream);
  g_mutex_lock (&watch->lock);
  counts = stream->counts;
  g_mutex_unlock (&watch->lock);
  gst_prof_receive_stream_read (stream, find_transport_of (all, stream),
      &counts, &held_bytes);

  g_mutex_lock (&watch->lock);
  stream->counts = counts;
  stream->held_bytes = held_bytes;
  g_mutex_unlock (&watch->lock);
}

/* With lock held. */
static void
fill_sample (GstProfReceiveWatch * watch, GstProfBacklogSample * sample,
    GstClockTime now)
{
  guint n = 0;

  while (n < GST_PROF_RECEIVERS_MAX && n < watch->n_ended) {
    sample->receivers[n] = watch->ended[n];
    n++;
  }
  watch->n_ended = 0;
  for (guint i = 0; i < watch->streams->len && n < GST_PROF_RECEIVERS_MAX; i++) {
    GstProfReceiveStream *stream = g_ptr_array_index (watch->streams, i);

    sample->receivers[n] = stream->counts;
    gst_prof_receive_stream_count (stream, &sample->receivers[n++], now);
  }
  sample->n_receivers = n;
  sample->receivers_refused = watch->refused;
}

/*
 * gst_prof_receive_watch_read:
 * @watch: a watch
 * @sample: (inout): its @n_receivers, @receivers and @receivers_refused are set
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * Not a streaming thread; one at a time. Looks anew where everything comes from
 * and goes to, too: links can change without a word.
 */
void
gst_prof_receive_watch_read (GstProfReceiveWatch * watch,
    GstProfBacklogSample * sample, GstClockTime now)
{
  All all;

  g_mutex_lock (&watch->lock);
  all_take (&all, watch);
  g_mutex_unlock (&watch->lock);

  for (guint i = 0; i < all.transports->len; i++)
    read_transport (watch, &all, g_ptr_array_index (all.transports, i), now);
  for (guint i = 0; i < all.streams->len; i++)
    read_stream (watch, &all, g_ptr_array_index (all.streams, i));

  g_mutex_lock (&watch->lock);
  fill_sample (watch, sample, now);
  g_mutex_unlock (&watch->lock);
  all_clear (&all);
}
