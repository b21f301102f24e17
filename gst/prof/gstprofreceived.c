/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Keeps what was last counted of each received stream, also of those that have
 * gone, and how many packets come now. At most GST_PROF_RECEIVERS_MAX streams
 * of a run are known; further ones are counted, and nothing more is said of
 * them. Reads nothing itself.
 *
 * Passive, time comes in. The analysis calls it, under the monitor's lock.
 */

#include "gstprofreceived.h"

#include "gstprofreceiver.h"

#include <string.h>

/* The rate now is that over so many readings, four a second: 2 s, in which a
 * stream of few packets has some. */
#define READINGS 9

typedef struct
{
  GstClockTime time;
  guint64 packets;
} Reading;

typedef struct
{
  GstProfReceiveCounts counts;
  Reading first;                /* with a packet; time 0: none came yet */
  GstClockTime last_packet;
  guint n_readings;
  Reading readings[READINGS];
} Stream;

struct _GstProfReceived
{
  guint n_streams;
  Stream *streams[GST_PROF_RECEIVERS_MAX];
  guint64 refused;              /* here */
  guint64 refused_before;       /* by who reads the pipeline */
  guint64 last_refused;         /* id of the latest */
};

/* The word for it in a summary; %NULL: the peer is there. */
static const gchar *const gone_nicks[] = {
  [GST_PROF_GONE_NOT] = NULL,
  [GST_PROF_GONE_BYE] = "bye",
  [GST_PROF_GONE_CLOSED] = "closed",
  [GST_PROF_GONE_ICE] = "ice",
};

/*
 * gst_prof_received_new:
 *
 * Returns: (transfer full): nothing that came in yet
 */
GstProfReceived *
gst_prof_received_new (void)
{
  return g_new0 (GstProfReceived, 1);
}

/*
 * gst_prof_received_free:
 * @received: (nullable) (transfer full): what came in
 */
void
gst_prof_received_free (GstProfReceived * received)
{
  if (received == NULL)
    return;
  for (guint i = 0; i < received->n_streams; i++)
    g_free (received->streams[i]);
  g_free (received);
}

static Stream *
ensure_stream (GstProfReceived * received, const GstProfReceiveCounts * counts)
{
  for (guint i = 0; i < received->n_streams; i++) {
    if (received->streams[i]->counts.id == counts->id)
      return received->streams[i];
  }
  if (received->n_streams < GST_PROF_RECEIVERS_MAX)
    return received->streams[received->n_streams++] = g_new0 (Stream, 1);

  /* Ids rise: one is not counted again in each reading. */
  if (counts->id > received->last_refused) {
    received->refused++;
    received->last_refused = counts->id;
  }
  return NULL;
}

static void
take (Stream * stream, const GstProfReceiveCounts * counts, GstClockTime now)
{
  Reading reading = { now, counts->packets };

  stream->counts = *counts;
  if (counts->packets == 0)
    return;
  if (stream->first.time == 0)
    stream->first = reading;
  if (GST_CLOCK_TIME_IS_VALID (counts->packet_age))
    stream->last_packet = now - MIN (now, counts->packet_age);
  stream->readings[stream->n_readings++ % READINGS] = reading;
}

/*
 * gst_prof_received_sample:
 * @received: what came in
 * @counts: (array length=n_counts): what is counted of each stream now
 * @n_counts: how many there are
 * @refused: streams that are not among them because there was no room
 * @now: when that was read, CLOCK_MONOTONIC nanoseconds
 *
 * To be called four times a second.
 */
void
gst_prof_received_sample (GstProfReceived * received,
    const GstProfReceiveCounts * counts, guint n_counts, guint64 refused,
    GstClockTime now)
{
  received->refused_before = MAX (received->refused_before, refused);
  for (guint i = 0; i < n_counts; i++) {
    Stream *stream = ensure_stream (received, &counts[i]);

    if (stream != NULL)
      take (stream, &counts[i], now);
  }
}

static gdouble
get_rate (const Reading * from, GstClockTime to, guint64 packets)
{
  if (to <= from->time || packets < from->packets)
    return 0.0;
  return (packets - from->packets) * (gdouble) GST_SECOND / (to - from->time);
}

static gdouble
get_rate_now (const Stream * stream)
{
  guint n = stream->n_readings;
  const Reading *oldest, *latest;

  if (n == 0 || stream->counts.ended)
    return 0.0;
  oldest = &stream->readings[n > READINGS ? n % READINGS : 0];
  latest = &stream->readings[(n - 1) % READINGS];
  return get_rate (oldest, latest->time, latest->packets);
}

/* A stream of which one reading had packets has no rate that could be told. */
static gdouble
get_mean_rate (const Stream * stream)
{
  if (stream->first.time == 0)
    return 0.0;
  return get_rate (&stream->first, stream->last_packet,
      stream->counts.packets);
}

static void
summarize_stream (const Stream * stream, GstProfSummary * summary)
{
  const GstProfReceiveCounts *counts = &stream->counts;
  GstProfSummaryReceiver receiver = {
    .name = counts->name,
    .media = counts->media[0] ? counts->media : NULL,
    .encoding = counts->encoding[0] ? counts->encoding : NULL,
    .ssrc = counts->ssrc,
    .ended = counts->ended,
    .packets = counts->packets,
    .bytes = counts->bytes,
    .rate = get_rate_now (stream),
    .mean_rate = get_mean_rate (stream),
    .lost = counts->lost,
    .late = counts->late,
    .duplicates = counts->duplicates,
    .rtx_requested = counts->rtx_requested,
    .rtx_received = counts->rtx_received,
    .jitter = counts->jitter,
    .round_trip = counts->round_trip,
    .pli = counts->pli,
    .fir = counts->fir,
    .nack = counts->nack,
    .keyframe_requests = counts->keyframe_requests,
    .held = counts->held,
    .depay = counts->depay,
    .decoded = counts->decoded,
    .latency = counts->latency,
    .packet_age = counts->packet_age,
    .rtcp_age = counts->rtcp_age,
    .socket_drops = counts->socket_drops,
    .gone = counts->gone < G_N_ELEMENTS (gone_nicks)
        ? gone_nicks[counts->gone] : NULL,
    .state = counts->state,
  };

  g_array_append_val (summary->receivers, receiver);
}

/*
 * gst_prof_received_summarize:
 * @received: what came in
 * @summary: (inout): an initialised summary, valid until the next call on
 *   @received
 */
void
gst_prof_received_summarize (GstProfReceived * received,
    GstProfSummary * summary)
{
  for (guint i = 0; i < received->n_streams; i++)
    summarize_stream (received->streams[i], summary);
  summary->receivers_refused = received->refused + received->refused_before;
}
