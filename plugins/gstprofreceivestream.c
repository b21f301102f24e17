/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * One jitterbuffer that is followed, and the numbers of it: those that our taps
 * count, and those that jitterbuffer and session tell themselves. Which
 * jitterbuffers there are is the receive watch's business
 * (gstprofreceivewatch.c), whose lock protects most of it.
 */

#include "gstprofreceivestream.h"

#include "gstprofreceivestats.h"

/*
 * gst_prof_receive_stream_new:
 * @jitterbuffer: a jitterbuffer
 * @id: tells it from others
 *
 * Counts at once.
 *
 * Returns: (transfer full): a stream, whose probe is to be stopped before it is
 *   given back
 */
GstProfReceiveStream *
gst_prof_receive_stream_new (GstElement * jitterbuffer, guint64 id)
{
  GstProfReceiveStream *stream = g_atomic_rc_box_new0 (GstProfReceiveStream);

  stream->id = id;
  stream->element = gst_object_ref (jitterbuffer);
  stream->receiver = gst_prof_receiver_new (GST_OBJECT_NAME (jitterbuffer),
      jitterbuffer, NULL);
  stream->probe = gst_prof_receive_probe_new (stream->receiver, jitterbuffer);
  stream->counts.id = id;
  g_strlcpy (stream->counts.name, GST_OBJECT_NAME (jitterbuffer),
      sizeof (stream->counts.name));
  return stream;
}

GstProfReceiveStream *
gst_prof_receive_stream_ref (GstProfReceiveStream * stream)
{
  return g_atomic_rc_box_acquire (stream);
}

static void
stream_clear (gpointer data)
{
  GstProfReceiveStream *stream = data;

  g_clear_pointer (&stream->transport, gst_prof_transport_watch_unref);
  gst_prof_receiver_unref (stream->receiver);
  gst_object_unref (stream->element);
}

void
gst_prof_receive_stream_unref (gpointer stream)
{
  g_atomic_rc_box_release_full (stream, stream_clear);
}

/*
 * gst_prof_receive_stream_waits_at:
 * @stream: a stream
 * @path: the way from its jitterbuffer as it is now
 *
 * Returns: whether it is told already when the ends of @path are linked
 */
gboolean
gst_prof_receive_stream_waits_at (GstProfReceiveStream * stream,
    const GstProfReceivePath * path)
{
  if (stream->n_waits != path->n_ends)
    return FALSE;
  for (guint i = 0; i < path->n_ends; i++) {
    if (stream->waits[i].object != path->ends[i])
      return FALSE;
  }
  return TRUE;
}

/*
 * gst_prof_receive_stream_place:
 * @stream: a stream
 * @path: the way from its jitterbuffer as it is now
 *
 * Counts there from now on.
 */
void
gst_prof_receive_stream_place (GstProfReceiveStream * stream,
    const GstProfReceivePath * path)
{
  gst_prof_receive_probe_place (stream->probe, path->out, path->depayed,
      path->decoded);
  gst_prof_receive_probe_renew (stream->probe);
  if (path->caps != NULL)
    gst_prof_receive_stats_take_caps (path->caps, &stream->counts,
        &stream->clock_rate);
  atomic_store (&stream->receiver->has_depay, path->has_depay);
  atomic_store (&stream->receiver->has_decoder, path->has_decoder);
}

/* Who sends; what is in it may be known further down only. */
static void
read_caps (GstProfReceiveStream * stream, GstProfReceiveCounts * counts)
{
  GstPad *pad = gst_element_get_static_pad (stream->element, "sink");
  GstCaps *caps = pad ? gst_pad_get_current_caps (pad) : NULL;

  if (caps != NULL) {
    gst_prof_receive_stats_take_caps (caps, counts, &stream->clock_rate);
    gst_caps_unref (caps);
  }
  gst_clear_object (&pad);
}

/* What it took in and did not give on. */
static void
find_held (GstProfReceiveStream * stream, GstProfReceiveCounts * counts,
    guint64 given, guint64 * held_bytes)
{
  GstProfFlow *in = &stream->receiver->in;
  guint64 taken = gst_prof_flow_get_packets (in);

  /* Whoever is not in PAUSED has nothing in it. */
  if (GST_STATE (stream->element) < GST_STATE_PAUSED)
    stream->thrown_away = taken - MIN (taken, given);
  given += stream->thrown_away;
  counts->held = taken - MIN (taken, given);
  *held_bytes = taken == 0 ? 0 :
      gst_util_uint64_scale (gst_prof_flow_get_bytes (in), counts->held, taken);
}

/*
 * gst_prof_receive_stream_read:
 * @stream: a stream
 * @transport: (nullable): its transport, read just before
 * @counts: (inout): gets what jitterbuffer and session tell
 * @held_bytes: (out): bytes in the jitterbuffer; an estimate
 *
 * The reading thread, without any lock: takes the jitterbuffer's own.
 */
void
gst_prof_receive_stream_read (GstProfReceiveStream * stream,
    GstProfTransportWatch * transport, GstProfReceiveCounts * counts,
    guint64 * held_bytes)
{
  g_autoptr (GstStructure) stats = NULL;
  const GstStructure *session = NULL;
  guint64 given = 0;
  guint latency = 0;

  g_object_get (stream->element, "stats", &stats, "latency", &latency, NULL);
  counts->latency = latency * GST_MSECOND;
  atomic_store (&stream->receiver->latency, counts->latency);
  read_caps (stream, counts);
  if (stats != NULL)
    gst_prof_receive_stats_take_buffer (stats, counts, &given);
  find_held (stream, counts, given, held_bytes);

  if (transport != NULL) {
    session = gst_prof_transport_watch_get_session_stats (transport);
    counts->transport = gst_prof_transport_watch_get_id (transport);
    counts->has_socket = gst_prof_transport_watch_has_socket (transport);
  }
  if (session != NULL)
    gst_prof_receive_stats_take_session (session, stream->clock_rate, counts);
}

static GstClockTime
get_age (GstProfFlow * flow, GstClockTime now)
{
  GstClockTime last = gst_prof_flow_get_last (flow);

  if (last == 0)
    return GST_CLOCK_TIME_NONE;
  return now - MIN (last, now);
}

/*
 * gst_prof_receive_stream_count:
 * @stream: a stream
 * @counts: (inout): gets what was counted packet by packet
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * Any thread.
 */
void
gst_prof_receive_stream_count (GstProfReceiveStream * stream,
    GstProfReceiveCounts * counts, GstClockTime now)
{
  GstProfReceiver *receiver = stream->receiver;
  GstProfTransport *transport = atomic_load (&receiver->transport);

  counts->packets = gst_prof_flow_get_packets (&receiver->in);
  counts->bytes = gst_prof_flow_get_bytes (&receiver->in);
  counts->depay = gst_prof_flow_get_packets (&receiver->depay);
  counts->decoded = gst_prof_flow_get_packets (&receiver->decoded);
  counts->has_depay = atomic_load (&receiver->has_depay);
  counts->has_decoder = atomic_load (&receiver->has_decoder);
  counts->keyframe_requests = atomic_load (&receiver->keyframe_requests);
  counts->packet_age = get_age (&receiver->in, now);
  counts->rtcp_age = GST_CLOCK_TIME_NONE;
  if (transport == NULL)
    return;
  counts->rtcp_age = get_age (&transport->rtcp, now);
  counts->socket_bytes = atomic_load (&transport->socket_bytes);
  counts->socket_drops = atomic_load (&transport->socket_drops);
  counts->gone = atomic_load (&transport->gone);
  counts->state = atomic_load (&transport->state);
}
