/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstProfCause:
 *
 * What a thread's time can have gone to, in the order in which causes of equal
 * size are named. The nicks stand in messages and lines.
 */
typedef enum {
  GST_PROF_CAUSE_UNKNOWN,
  GST_PROF_CAUSE_ON_CPU,
  GST_PROF_CAUSE_KERNEL,
  GST_PROF_CAUSE_HELPERS,
  GST_PROF_CAUSE_CPU_WAIT,
  GST_PROF_CAUSE_CPU_THROTTLED,
  GST_PROF_CAUSE_STEAL,
  GST_PROF_CAUSE_DISK,
  GST_PROF_CAUSE_NETWORK_FS,
  GST_PROF_CAUSE_SLOW_READER,
  GST_PROF_CAUSE_DEVICE,
  GST_PROF_CAUSE_PAGE_FAULT,
  GST_PROF_CAUSE_RECLAIM,
  GST_PROF_CAUSE_FROZEN,
  GST_PROF_CAUSE_SUSPENDED,
  GST_PROF_CAUSE_TRACED,
  GST_PROF_CAUSE_LOCK,
  GST_PROF_CAUSE_FILE_LOCK,
  GST_PROF_CAUSE_GIL,
  GST_PROF_CAUSE_SLEEP,
  GST_PROF_CAUSE_CLOCK,
  GST_PROF_CAUSE_PREROLL,
  GST_PROF_CAUSE_BLOCKED_PAD,
  GST_PROF_CAUSE_UPSTREAM,
  GST_PROF_CAUSE_DOWNSTREAM,
  GST_PROF_CAUSE_NETWORK_SILENT,
  GST_PROF_CAUSE_PEER_GONE,
  GST_PROF_CAUSE_RENEGOTIATION,
  GST_PROF_CAUSE_RECEIVE_THREAD,
  GST_PROF_CAUSE_PACKET_LOSS,
  GST_PROF_CAUSE_JITTERBUFFER,
  GST_PROF_CAUSE_KEYFRAME_WAIT,
  GST_PROF_CAUSE_DECODER_SLOW,
  GST_PROF_CAUSE_DROPPED,
  GST_PROF_CAUSE_ELSEWHERE,
  GST_PROF_CAUSE_PAUSED,
  GST_PROF_CAUSE_N,
} GstProfCause;

/**
 * GstProfCauseInfo:
 * @nick: the cause as messages carry it
 * @meaning: what it is, as a clause
 * @advice: what helps
 *
 * What is known of a cause.
 */
typedef struct {
  const gchar *nick;
  const gchar *meaning;
  const gchar *advice;
} GstProfCauseInfo;

/**
 * GstProfCauseDetail:
 * @GST_PROF_CAUSE_DETAIL_NONE: nothing
 * @GST_PROF_CAUSE_DETAIL_PAUSED: of network-silent: no packet was missing afterwards
 * @GST_PROF_CAUSE_DETAIL_LOST: of network-silent: packets were missing afterwards
 * @GST_PROF_CAUSE_DETAIL_SAID_SO: of peer-gone: RTCP BYE, or DTLS was closed
 * @GST_PROF_CAUSE_DETAIL_ICE_LOST: of peer-gone: ICE lost it
 * @GST_PROF_CAUSE_DETAIL_MUTE: of peer-gone: it just ceased to be heard
 * @GST_PROF_CAUSE_DETAIL_LATENCY: of jitterbuffer: not longer than its latency
 * @GST_PROF_CAUSE_DETAIL_BEYOND_LATENCY: of jitterbuffer: longer than that
 * @GST_PROF_CAUSE_DETAIL_ASKED: of keyframe-wait: key frames were asked for
 * @GST_PROF_CAUSE_DETAIL_NOT_ASKED: of keyframe-wait: none was
 *
 * What the evidence says beyond the cause, as far as it makes a difference to what
 * helps.
 */
typedef enum {
  GST_PROF_CAUSE_DETAIL_NONE,
  GST_PROF_CAUSE_DETAIL_PAUSED,
  GST_PROF_CAUSE_DETAIL_LOST,
  GST_PROF_CAUSE_DETAIL_SAID_SO,
  GST_PROF_CAUSE_DETAIL_ICE_LOST,
  GST_PROF_CAUSE_DETAIL_MUTE,
  GST_PROF_CAUSE_DETAIL_LATENCY,
  GST_PROF_CAUSE_DETAIL_BEYOND_LATENCY,
  GST_PROF_CAUSE_DETAIL_ASKED,
  GST_PROF_CAUSE_DETAIL_NOT_ASKED,
  GST_PROF_CAUSE_DETAIL_N,
} GstProfCauseDetail;

const GstProfCauseInfo *gst_prof_cause_get_info (GstProfCause cause);
const gchar            *gst_prof_cause_get_advice (GstProfCause cause,
                                                 GstProfCauseDetail detail);
gboolean                gst_prof_cause_find     (const gchar *nick,
                                                 GstProfCause *cause);

G_END_DECLS
