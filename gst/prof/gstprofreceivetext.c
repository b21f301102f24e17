/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What shows that a root cause is in the receive path, in words: counts, ages
 * and rates. Passive: the interval's end is the time at which ages are told.
 */

#include "gstprofreceivetext.h"

#include "gstprofduration.h"

/* That no RTCP came is worth a word only after more time than there usually is
 * between. */
#define RTCP_EXPECTED (2 * GST_SECOND)

/* Rates are those of the time that the bins surely hold. */
#define RATE_SPAN (30 * GST_SECOND)

#define MAX_PARTS 128

static void
append_of (GString * text, const gchar * what, GstClockTime time,
    GstClockTime wall)
{
  g_string_append (text, what);
  g_string_append (text, " for ");
  gst_prof_duration_append (text, time);
  g_string_append (text, " of ");
  gst_prof_duration_append (text, wall);
}

/* Tenths of a second are exact enough for how long ago something was. */
static void
append_age (GString * text, GstClockTime age)
{
  g_string_append_printf (text, "%" G_GUINT64_FORMAT ".%" G_GUINT64_FORMAT
      "s ago", age / GST_SECOND, age % GST_SECOND / (100 * GST_MSECOND));
}

/* The longest part of that cause; the whole interval if there is none. */
static GstProfReceivePart
find_longest (const GstProfReceiveTimeline * timeline, GstProfCause cause)
{
  GstProfReceivePart parts[MAX_PARTS];
  GstProfReceivePart longest = { cause, timeline->from, timeline->from, 0 };
  guint n = gst_prof_receive_timeline_split (timeline, timeline->from,
      timeline->until, parts, MAX_PARTS);

  for (guint i = 0; i < n; i++) {
    if (parts[i].cause == cause
        && parts[i].to - parts[i].from > longest.to - longest.from)
      longest = parts[i];
  }
  if (longest.to == longest.from)
    longest.to = timeline->until;
  return longest;
}

/* The pause of a flow that @part is a part of, as it really was. */
static gboolean
find_pause (GstProfFlow * flow, const GstProfReceivePart * part,
    GstClockTime until, GstProfPeriod * pause)
{
  GstProfPeriod found[GST_PROF_PERIODS_MAX];
  guint n = gst_prof_flow_find_quiets (flow, part->from, until, found,
      G_N_ELEMENTS (found));

  for (guint i = 0; i < n; i++) {
    if (found[i].from <= part->from && found[i].to >= part->to) {
      *pause = found[i];
      return TRUE;
    }
  }
  return FALSE;
}

static void
append_rtcp (GString * text, GstProfTransport * transport,
    const GstProfReceivePart * silent, GstClockTime until, gboolean live)
{
  GstClockTime last = gst_prof_flow_get_last (&transport->rtcp);
  GstClockTime usual =
      gst_prof_flow_get_usual_pause (&transport->rtcp, silent->from);
  GstProfPeriod pause;

  if (last == 0)
    g_string_append (text, ", no RTCP ever");
  else if (live && last <= until)
    append_age (g_string_append (text, ", RTCP "), until - last);
  else if (!find_pause (&transport->rtcp, silent, until, &pause))
    g_string_append (text, ", RTCP came meanwhile");
  else if (silent->to - silent->from >= MAX (RTCP_EXPECTED, 2 * usual))
    g_string_append (text, ", no RTCP either");
}

/* What came after a silence tells whose it was. */
static GstProfCauseDetail
append_afterwards (GString * text, GstProfReceiver * receiver,
    const GstProfReceivePart * silent, GstClockTime until)
{
  GstProfPeriod pause;

  if (!find_pause (&receiver->in, silent, until, &pause)
      || pause.to == GST_CLOCK_TIME_NONE)
    return GST_PROF_CAUSE_DETAIL_NONE;
  if (pause.value == 0)
    g_string_append (text, "; then none was missing: the sender paused");
  else if (pause.value == 1)
    g_string_append (text, "; then one packet was missing: lost on the way");
  else
    g_string_append_printf (text, "; then %" G_GUINT64_FORMAT
        " packets were missing: lost on the way", pause.value);
  return pause.value == 0 ? GST_PROF_CAUSE_DETAIL_PAUSED : GST_PROF_CAUSE_DETAIL_LOST;
}

static GstProfCauseDetail
append_gone (GString * text, GstProfTransport * transport)
{
  const gchar *state = atomic_load (&transport->state);

  switch (atomic_load (&transport->gone)) {
    case GST_PROF_GONE_BYE:
      g_string_append (text, "; it said so (RTCP BYE)");
      return GST_PROF_CAUSE_DETAIL_SAID_SO;
    case GST_PROF_GONE_CLOSED:
      g_string_append (text, "; DTLS was closed");
      return GST_PROF_CAUSE_DETAIL_SAID_SO;
    case GST_PROF_GONE_ICE:
      g_string_append_printf (text, "; ICE %s", state ? state : "failed");
      return GST_PROF_CAUSE_DETAIL_ICE_LOST;
    default:
      if (state != NULL)
        g_string_append_printf (text, "; though still %s", state);
      return GST_PROF_CAUSE_DETAIL_MUTE;
  }
}

static void
append_negotiated (GString * text, GstProfTransport * transport,
    const GstProfReceiveTimeline * timeline)
{
  GstProfPeriod found[GST_PROF_PERIODS_MAX];
  guint n = gst_prof_periods_find (&transport->renegotiation, timeline->from,
      timeline->until, found, G_N_ELEMENTS (found));
  const gchar *state = atomic_load (&transport->state);

  if (n > 0) {
    g_string_append (text, ", offers and answers took ");
    gst_prof_duration_append (text, MIN (found[n - 1].to, timeline->until)
        - found[n - 1].from);
  }
  if (state != NULL)
    g_string_append_printf (text, ", %s", state);
}

static GstProfCauseDetail
append_silence (GString * text, const GstProfReceived * received,
    GstProfCause cause, GstClockTime time, GstClockTime wall, gboolean live)
{
  GstProfReceiver *receiver = received->receiver;
  GstProfTransport *transport = receiver->transport;
  GstClockTime until = received->timeline.until;
  GstProfReceivePart silent = find_longest (&received->timeline, cause);

  append_of (text, "no RTP packet", time, wall);
  if (transport != NULL && cause == GST_PROF_CAUSE_RENEGOTIATION)
    append_negotiated (text, transport, &received->timeline);
  else if (transport != NULL)
    append_rtcp (text, transport, &silent, until, live);
  if (transport != NULL && cause == GST_PROF_CAUSE_PEER_GONE)
    return append_gone (text, transport);
  return append_afterwards (text, receiver, &silent, until);
}

/* Whoever goes on holding it may yet do so for longer than the latency. */
static GstProfCauseDetail
append_held (GString * text, const GstProfReceived * received, gboolean live)
{
  GstProfReceiver *receiver = received->receiver;
  GstClockTime latency = atomic_load (&receiver->latency);
  GstProfReceivePart held =
      find_longest (&received->timeline, GST_PROF_CAUSE_JITTERBUFFER);

  g_string_append_printf (text, "%" G_GUINT64_FORMAT
      " packets came in and 0 went out for ",
      gst_prof_flow_count (&receiver->in, held.from, held.to));
  gst_prof_duration_append (text, held.to - held.from);
  g_string_append (text, ", latency ");
  gst_prof_duration_append (text, latency);
  if (held.to - held.from > latency + GST_PROF_RECEIVE_HELD)
    return GST_PROF_CAUSE_DETAIL_BEYOND_LATENCY;
  return live ? GST_PROF_CAUSE_DETAIL_NONE : GST_PROF_CAUSE_DETAIL_LATENCY;
}

static void
append_lost (GString * text, const GstProfReceived * received,
    GstClockTime time, GstClockTime wall)
{
  const GstProfReceiveSpans *missing = &received->timeline.missing;
  guint64 n = 0;

  for (guint i = 0; i < missing->n; i++)
    n += missing->spans[i].value;
  append_of (text, "what came was held", time, wall);
  g_string_append_printf (text, ", waiting for missing packets (%"
      G_GUINT64_FORMAT " in %u place%s), latency ", n, missing->n,
      missing->n == 1 ? "" : "s");
  gst_prof_duration_append (text,
      atomic_load (&received->receiver->latency));
}

static guint64
get_rate (GstProfFlow * flow, const GstProfReceivePart * part)
{
  GstClockTime from = MAX (part->from, part->to - MIN (part->to, RATE_SPAN));

  return part->to == from ? 0 : gst_util_uint64_scale_round
      (gst_prof_flow_count (flow, from, part->to), GST_SECOND,
      part->to - from);
}

static GstProfCauseDetail
append_frameless (GString * text, const GstProfReceived * received)
{
  GstProfReceiver *receiver = received->receiver;
  const GstProfReceiveSpans *depay = &received->timeline.depay;
  GstProfReceivePart part =
      find_longest (&received->timeline, GST_PROF_CAUSE_KEYFRAME_WAIT);
  guint64 asked = atomic_load (&receiver->keyframe_requests);
  GstClockTime last = atomic_load (&receiver->last_keyframe_request);
  gboolean in_decoder = TRUE;

  for (guint i = 0; i < depay->n; i++) {
    if (depay->spans[i].from < part.to && depay->spans[i].to > part.from)
      in_decoder = FALSE;
  }
  g_string_append_printf (text, "%" G_GUINT64_FORMAT " %s, no frame came out "
      "for ", get_rate (in_decoder ? &receiver->depay : &receiver->out, &part),
      in_decoder ? "buffers/s went to the decoder"
      : "packets/s went to the depayloader");
  gst_prof_duration_append (text, part.to - part.from);
  if (asked == 0) {
    g_string_append (text, "; no key frame was asked for");
    return GST_PROF_CAUSE_DETAIL_NOT_ASKED;
  }
  g_string_append_printf (text, "; %" G_GUINT64_FORMAT " key frame%s asked for "
      "so far, the last ", asked, asked == 1 ? "" : "s");
  append_age (text, received->timeline.until - MIN (last,
          received->timeline.until));
  return GST_PROF_CAUSE_DETAIL_ASKED;
}

/*
 * gst_prof_receive_text_append:
 * @text: a text
 * @received: a receiver and what it did
 * @cause: the root cause
 * @time: what that took of the interval, nanoseconds
 * @wall: length of the interval
 * @live: it still goes on
 * @detail: (out): what that says beyond the cause; untouched on failure
 *
 * Appends "no RTP packet for 3.02s of 3.10s, …".
 *
 * Returns: %FALSE when the cause is none of the receive path
 */
gboolean
gst_prof_receive_text_append (GString * text, const GstProfReceived * received,
    GstProfCause cause, GstClockTime time, GstClockTime wall, gboolean live,
    GstProfCauseDetail * detail)
{
  switch (cause) {
    case GST_PROF_CAUSE_NETWORK_SILENT:
    case GST_PROF_CAUSE_PEER_GONE:
    case GST_PROF_CAUSE_RENEGOTIATION:
      *detail = append_silence (text, received, cause, time, wall, live);
      return TRUE;
    case GST_PROF_CAUSE_JITTERBUFFER:
      *detail = append_held (text, received, live);
      return TRUE;
    case GST_PROF_CAUSE_PACKET_LOSS:
      append_lost (text, received, time, wall);
      *detail = GST_PROF_CAUSE_DETAIL_NONE;
      return TRUE;
    case GST_PROF_CAUSE_KEYFRAME_WAIT:
      *detail = append_frameless (text, received);
      return TRUE;
    default:
      return FALSE;
  }
}

/*
 * gst_prof_receive_text_append_socket:
 * @text: a text
 * @received: a receiver and what it did
 *
 * Appends how full the socket's queue was: "; the socket's queue was full …".
 */
void
gst_prof_receive_text_append_socket (GString * text,
    const GstProfReceived * received)
{
  const GstProfReceiveTimeline *timeline = &received->timeline;
  GstProfTransport *transport = received->receiver->transport;
  GstClockTime full = 0;
  guint64 dropped;

  for (guint i = 0; i < timeline->socket_full.n; i++) {
    const GstProfPeriod *span = &timeline->socket_full.spans[i];

    full += MIN (span->to, timeline->until) - MAX (span->from, timeline->from);
  }
  if (full == 0)
    return;
  g_string_append (text, "; the socket's queue was full for ");
  gst_prof_duration_append (text, full);
  g_string_append_printf (text, " (%" G_GUINT64_FORMAT " kB now)",
      atomic_load (&transport->socket_bytes) / 1000);
  dropped = atomic_load (&transport->socket_drops);
  if (dropped > 0)
    g_string_append_printf (text, ", %" G_GUINT64_FORMAT " packets dropped "
        "there so far", dropped);
}
