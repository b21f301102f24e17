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

const GstProfCauseInfo *gst_prof_cause_get_info (GstProfCause cause);
gboolean                gst_prof_cause_find     (const gchar *nick,
                                                 GstProfCause *cause);

G_END_DECLS
