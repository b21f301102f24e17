/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofcause.h"
#include "gstprofreceiver.h"

G_BEGIN_DECLS

/* Nothing at all, not even RTCP, for that long: nobody is there. Browsers send
 * RTCP about once a second; of others, that may send it every five, nothing must
 * have come for so many times as long as usual. */
#define GST_PROF_RECEIVE_GONE (5 * GST_SECOND)
#define GST_PROF_RECEIVE_GONE_PAUSES 3

/* A frame's packets may be spread over a frame duration, during which nothing
 * comes out of a depayloader: only a pause of some frames is one of its own. Where
 * there was none of late, it is of the longer time. */
#define GST_PROF_RECEIVE_NO_FRAME (100 * GST_MSECOND)
#define GST_PROF_RECEIVE_NO_FRAMES 3
#define GST_PROF_RECEIVE_NO_FIRST_FRAME (200 * GST_MSECOND)

/* A jitterbuffer gives what it has when its latency has passed, with so much more
 * for its thread to do so. What it gave nothing for after that it has thrown away:
 * a packet that came twice, as browsers send them to try out the bandwidth. */
#define GST_PROF_RECEIVE_HELD (100 * GST_MSECOND)

/**
 * GstProfReceivePart:
 * @cause: why nothing came out of the receive path; upstream: it flowed
 * @from: begin, CLOCK_MONOTONIC nanoseconds
 * @to: end
 * @socket_full: how much of it the socket's queue was full, nanoseconds
 *
 * A stretch of time in which one thing was so.
 */
typedef struct {
  GstProfCause cause;
  GstClockTime from;
  GstClockTime to;
  GstClockTime socket_full;
} GstProfReceivePart;

/**
 * GstProfReceiveSpans:
 * @n: how many there are
 * @spans: (array length=n): one after the other; each has an end
 *
 * Periods of one kind.
 */
typedef struct {
  guint n;
  GstProfPeriod spans[GST_PROF_PERIODS_MAX];
} GstProfReceiveSpans;

/**
 * GstProfReceiveTimeline:
 * @from: begin of the interval
 * @until: its end
 * @held: how long the jitterbuffer may hold a packet when no other one comes
 * @in: no packet came into the jitterbuffer; value: a GstProfCause
 * @out: none came out of it
 * @depay: packets came out of it and no buffer out of the depayloader for long
 * @decoded: the same, of the decoder, and a key frame was asked for
 * @missing: some packet was missing; value: how many
 * @socket_full: the socket's queue was full
 *
 * What a receiver did in an interval, copied, so that it can be asked many
 * questions that agree with each other.
 */
typedef struct {
  GstClockTime from;
  GstClockTime until;
  GstClockTime held;
  GstProfReceiveSpans in;
  GstProfReceiveSpans out;
  GstProfReceiveSpans depay;
  GstProfReceiveSpans decoded;
  GstProfReceiveSpans missing;
  GstProfReceiveSpans socket_full;
} GstProfReceiveTimeline;

void     gst_prof_receive_timeline_take  (GstProfReceiveTimeline *timeline,
                                          GstProfReceiver *receiver,
                                          GstClockTime from, GstClockTime until);
guint    gst_prof_receive_timeline_split (const GstProfReceiveTimeline *timeline,
                                          GstClockTime from, GstClockTime to,
                                          GstProfReceivePart *parts, guint max);

gboolean gst_prof_receive_is_final       (GstProfCause cause);

G_END_DECLS
