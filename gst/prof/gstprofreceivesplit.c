/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Why nothing came out of the receive path, from the pauses of its pads: each
 * stretch of a wait behind a jitterbuffer in parts, one after the other, that
 * add up to it. Passive: time comes in as an argument; any thread.
 *
 * Only asked for time in which the jitterbuffer's thread waited. A decoder that
 * is merely slow gives no buffers either, but keeps that thread busy.
 *
 * Pauses are everywhere: at ten frames a second nothing passes most of the time.
 * So one pause explains another only if it had begun before: when a packet has
 * come in since the last one went out, the jitterbuffer holds it, however long
 * the next one takes. The rules, the first that fits:
 * 1. packets out, but nothing out of the depayloader for long, or out of the
 *    decoder, and a key frame was asked for: keyframe-wait
 * 2. packets out: it flows, upstream
 * 3. no packet out, and none in since before that, or for longer than packets are
 *    held: the network, the peer, or a renegotiation
 * 4. no packet out: packet-loss while some packet is missing, else jitterbuffer
 */

#include "gstprofreceivesplit.h"

/* From so much time before a pause it is told how often frames come. */
#define FRAME_RATE_SPAN (10 * GST_SECOND)

static void
append (GstProfReceiveSpans * list, GstClockTime from, GstClockTime to,
    guint64 value)
{
  if (to > from && list->n < GST_PROF_PERIODS_MAX)
    list->spans[list->n++] = (GstProfPeriod) { from, to, value };
}

/* The pauses of a flow. Before its first packet it paused as well, as far as
 * @since: when there can have been something to let pass. Returns whether the
 * last one goes on. */
static gboolean
list_quiets (GstProfFlow * flow, GstClockTime since, GstClockTime from,
    GstClockTime until, GstProfReceiveSpans * list)
{
  GstProfPeriod found[GST_PROF_PERIODS_MAX - 1];
  GstClockTime first = gst_prof_flow_get_first (flow);
  gboolean open = FALSE;
  guint n;

  list->n = 0;
  if (first == 0 || first > from)
    append (list, since, first == 0 || first > until ? until : first, 0);
  if (first == 0)
    return TRUE;
  n = gst_prof_flow_find_quiets (flow, from, until, found,
      G_N_ELEMENTS (found));
  for (guint i = 0; i < n; i++) {
    open = found[i].to == GST_CLOCK_TIME_NONE;
    append (list, found[i].from, open ? until : found[i].to, found[i].value);
  }
  return open;
}

static void
list_periods (GstProfPeriods * periods, GstClockTime from, GstClockTime until,
    GstProfReceiveSpans * list)
{
  GstProfPeriod found[GST_PROF_PERIODS_MAX];
  guint n = gst_prof_periods_find (periods, from, until, found,
      G_N_ELEMENTS (found));

  list->n = 0;
  for (guint i = 0; i < n; i++)
    append (list, found[i].from, found[i].to == GST_CLOCK_TIME_NONE ? until
        : found[i].to, found[i].value);
}

/* What no frame's own duration explains, as frames came before @time. */
static GstClockTime
get_frameless_least (GstProfFlow * flow, GstClockTime time)
{
  GstClockTime first = gst_prof_flow_get_first (flow);
  GstClockTime from = MAX (first, time - MIN (time, FRAME_RATE_SPAN));
  guint64 n = time > from ? gst_prof_flow_count (flow, from, time) : 0;

  if (first == 0 || n == 0)
    return GST_PROF_RECEIVE_NO_FIRST_FRAME;
  return MAX (GST_PROF_RECEIVE_NO_FRAME,
      GST_PROF_RECEIVE_NO_FRAMES * (time - from) / n);
}

/* The pauses of a flow while there were packets that could have become frames:
 * without the pauses of these that had begun before, and without long ones. Such
 * a list begins where the flow before it begins. */
static void
list_frameless (GstProfFlow * flow, GstProfFlow * before,
    const GstProfReceiveSpans * out, GstClockTime from, GstClockTime until,
    GstClockTime asked, GstProfReceiveSpans * list)
{
  GstClockTime since = gst_prof_flow_get_first (before);
  GstProfReceiveSpans quiets;
  GstClockTime least;

  list->n = 0;
  if (since == 0)
    return;
  list_quiets (flow, since, from, until, &quiets);
  for (guint i = 0; i < quiets.n; i++) {
    GstClockTime begin = quiets.spans[i].from, end = quiets.spans[i].to;

    if (asked < begin)
      continue;
    least = get_frameless_least (flow, begin);
    for (guint j = 0; j < out->n; j++) {
      const GstProfPeriod *span = &out->spans[j];

      if (span->to <= begin || span->from >= end
          || (span->from > quiets.spans[i].from
              && span->to - span->from < least))
        continue;
      if (span->from >= begin + least)
        append (list, begin, span->from, 0);
      begin = MIN (span->to, end);
    }
    if (end >= begin + least)
      append (list, begin, end, 0);
  }
}

static GstClockTime
get_overlap (const GstProfReceiveSpans * list, GstClockTime from,
    GstClockTime to)
{
  GstClockTime sum = 0;

  for (guint i = 0; i < list->n; i++) {
    GstClockTime start = MAX (list->spans[i].from, from);
    GstClockTime end = MIN (list->spans[i].to, to);

    if (end > start)
      sum += end - start;
  }
  return sum;
}

/* A peer that has never sent RTCP may well pause without a sign of life, and one
 * that seldom does may for longer. */
static gboolean
is_all_silent (GstProfReceiver * receiver, GstClockTime until)
{
  GstProfTransport *transport = receiver->transport;
  GstClockTime rtcp = gst_prof_flow_get_last (&transport->rtcp);
  GstClockTime last = MAX (rtcp, gst_prof_flow_get_last (&receiver->in));
  GstClockTime usual = gst_prof_flow_get_usual_pause (&transport->rtcp, until);

  last = MAX (last, gst_prof_flow_get_last (&transport->any));
  return rtcp != 0 && until >= last + MAX (GST_PROF_RECEIVE_GONE,
      GST_PROF_RECEIVE_GONE_PAUSES * usual);
}

/* What a pause in what comes in is. Whoever sends again had not gone. */
static GstProfCause
name_silence (GstProfReceiver * receiver, GstClockTime from, GstClockTime to,
    gboolean open)
{
  GstProfTransport *transport = receiver->transport;
  GstProfReceiveSpans negotiated;
  GstProfGone gone;

  if (transport == NULL)
    return GST_PROF_CAUSE_NETWORK_SILENT;
  gone = atomic_load (&transport->gone);
  if (atomic_load (&transport->gone_since) > to)
    gone = GST_PROF_GONE_NOT;
  if (open && (gone == GST_PROF_GONE_BYE || gone == GST_PROF_GONE_CLOSED))
    return GST_PROF_CAUSE_PEER_GONE;
  list_periods (&transport->renegotiation, from, to, &negotiated);
  if (get_overlap (&negotiated, from, to) >= (to - from) / 2)
    return GST_PROF_CAUSE_RENEGOTIATION;
  if (open && (gone == GST_PROF_GONE_ICE || is_all_silent (receiver, to)))
    return GST_PROF_CAUSE_PEER_GONE;
  return GST_PROF_CAUSE_NETWORK_SILENT;
}

/*
 * gst_prof_receive_timeline_take:
 * @timeline: (out caller-allocates): what the receiver did
 * @receiver: a receiver
 * @from: begin of the interval that is of interest, CLOCK_MONOTONIC nanoseconds
 * @until: its end: now, if it still goes on
 *
 * What is known at the end holds for all of it: when the peer has been gone for
 * long enough, it was gone from the beginning of the silence on.
 */
void
gst_prof_receive_timeline_take (GstProfReceiveTimeline * timeline,
    GstProfReceiver * receiver, GstClockTime from, GstClockTime until)
{
  GstClockTime asked = atomic_load (&receiver->last_keyframe_request);
  gboolean open = list_quiets (&receiver->in, 0, from, until, &timeline->in);

  timeline->from = from;
  timeline->until = until;
  timeline->held = atomic_load (&receiver->latency) + GST_PROF_RECEIVE_HELD;
  for (guint i = 0; i < timeline->in.n; i++) {
    GstProfPeriod *span = &timeline->in.spans[i];

    span->value = name_silence (receiver, span->from, span->to,
        open && i == timeline->in.n - 1);
  }
  list_quiets (&receiver->out, 0, from, until, &timeline->out);
  timeline->depay.n = timeline->decoded.n = timeline->socket_full.n = 0;
  if (atomic_load (&receiver->has_depay))
    list_frameless (&receiver->depay, &receiver->out, &timeline->out, from,
        until, GST_CLOCK_TIME_NONE, &timeline->depay);
  if (atomic_load (&receiver->has_decoder))
    list_frameless (&receiver->decoded, &receiver->depay, &timeline->out, from,
        until, asked, &timeline->decoded);
  list_periods (&receiver->missing, from, until, &timeline->missing);
  if (receiver->transport != NULL)
    list_periods (&receiver->transport->socket_full, from, until,
        &timeline->socket_full);
}

typedef struct
{
  const GstProfReceiveSpans *list;
  guint next;
} Cursor;

enum { IN, OUT, DEPAY, DECODED, MISSING, N_CURSORS };

/* The span that @time is in, if any; @end becomes no later than the next time at
 * which that changes. */
static const GstProfPeriod *
get_span (Cursor * cursor, GstClockTime time, GstClockTime * end)
{
  const GstProfPeriod *span;

  while (cursor->next < cursor->list->n
      && cursor->list->spans[cursor->next].to <= time)
    cursor->next++;
  if (cursor->next == cursor->list->n)
    return NULL;
  span = &cursor->list->spans[cursor->next];
  *end = MIN (*end, span->from > time ? span->from : span->to);
  return span->from > time ? NULL : span;
}

/* What it is at @time; @end becomes no later than when that changes. */
static GstProfCause
judge (const GstProfReceiveTimeline * timeline,
    const GstProfPeriod * const *spans, GstClockTime time, GstClockTime * end)
{
  const GstProfPeriod *in = spans[IN], *out = spans[OUT];

  if (spans[DEPAY] != NULL || spans[DECODED] != NULL)
    return GST_PROF_CAUSE_KEYFRAME_WAIT;
  if (out == NULL)
    return GST_PROF_CAUSE_UPSTREAM;
  if (in != NULL && (in->from <= out->from
          || time >= in->from + timeline->held))
    return in->value;
  if (in != NULL)
    *end = MIN (*end, in->from + timeline->held);
  if (spans[MISSING] != NULL)
    return GST_PROF_CAUSE_PACKET_LOSS;
  return GST_PROF_CAUSE_JITTERBUFFER;
}

/*
 * gst_prof_receive_timeline_split:
 * @timeline: what the receiver did
 * @from: begin of a stretch in which its thread waited, within the timeline
 * @to: its end
 * @parts: (out caller-allocates) (array length=max): a place for parts
 * @max: how many have room there, at least one
 *
 * Returns: how many parts there are. They add up to the stretch; those for
 *   which there is no room go into the last one as upstream
 */
guint
gst_prof_receive_timeline_split (const GstProfReceiveTimeline * timeline,
    GstClockTime from, GstClockTime to, GstProfReceivePart * parts, guint max)
{
  Cursor cursors[N_CURSORS] = {
    [IN] = {&timeline->in},
    [OUT] = {&timeline->out},
    [DEPAY] = {&timeline->depay},
    [DECODED] = {&timeline->decoded},
    [MISSING] = {&timeline->missing},
  };
  guint n = 0;

  for (GstClockTime time = from, end; time < to; time = end) {
    const GstProfPeriod *spans[N_CURSORS];
    GstProfCause cause;

    end = to;
    for (guint i = 0; i < N_CURSORS; i++)
      spans[i] = get_span (&cursors[i], time, &end);
    cause = judge (timeline, spans, time, &end);
    if (n == max - 1 && (n == 0 || parts[n - 1].cause != cause)) {
      cause = GST_PROF_CAUSE_UPSTREAM;
      end = to;
    }
    if (n > 0 && parts[n - 1].cause == cause)
      parts[n - 1].to = end;
    else
      parts[n++] = (GstProfReceivePart) { cause, time, end, 0 };
  }
  for (guint i = 0; i < n; i++)
    parts[i].socket_full = get_overlap (&timeline->socket_full, parts[i].from,
        parts[i].to);
  return n;
}

/*
 * gst_prof_receive_is_final:
 * @cause: cause of a part
 *
 * Returns: whether it is the last word. If not, whatever the threads before the
 *   jitterbuffer did comes first
 */
gboolean
gst_prof_receive_is_final (GstProfCause cause)
{
  return cause == GST_PROF_CAUSE_PACKET_LOSS
      || cause == GST_PROF_CAUSE_JITTERBUFFER
      || cause == GST_PROF_CAUSE_KEYFRAME_WAIT;
}
