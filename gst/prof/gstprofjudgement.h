/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofdiskuse.h"
#include "gstprofepisode.h"
#include "gstprofholders.h"
#include "gstprofload.h"
#include "gstprofmessage.h"
#include "gstprofthreshold.h"

G_BEGIN_DECLS

/* Holders that a judgement about memory names. */
#define GST_PROF_JUDGEMENT_SHARES 4

/**
 * GstProfJudgementShare:
 * @holder: a holder
 * @growth: bytes that are in it and were not after the warm-up
 */
typedef struct {
  GstProfHolder holder;
  guint64 growth;
} GstProfJudgementShare;

/**
 * GstProfJudgement:
 * @kind: falling-behind, memory-growth or disk-space; what follows up to
 *   @stream_id is of all, the rest of the one in whose paragraph it is
 * @state: whether it goes on
 * @start: when it began, CLOCK_MONOTONIC nanoseconds
 * @duration: how long it has been going on
 * @stream_id: (nullable): the stream
 * @at_end: of memory-growth and disk-space that have ended: it went on until the
 *   stream itself ended
 *
 * @at_last_stage: whether the backlog lies behind the first stage
 * @lag: how late the frames are now
 * @gained: how much of that since @start
 * @lag_rate: seconds gained per second
 * @dropped: frames that a queue has thrown away since @start, when that is what
 *   keeps the lag from growing; else 0
 * @drop_rate: the same per second, lately
 * @load: what the stages do
 * @holder: what holds the backlog
 *
 * @rss: resident bytes
 * @base: the same after the warm-up
 * @rss_rate: bytes per second
 * @n_shares: number of @shares
 * @shares: the holders that grew, the largest first
 * @unexplained: bytes that no holder explains
 *
 * @disk: room where the recording goes
 * @disk_rate: bytes per second that are written there; 0: not known
 * @disk_left: time until it is full, or %GST_CLOCK_TIME_NONE
 *
 * What there is to tell.
 */
typedef struct {
  GstProfWarningKind kind;
  GstProfWarningState state;
  GstClockTime start;
  GstClockTime duration;
  const gchar *stream_id;
  gboolean at_end;

  gboolean at_last_stage;
  GstClockTimeDiff lag;
  GstClockTimeDiff gained;
  gdouble lag_rate;
  guint64 dropped;
  gdouble drop_rate;
  GstProfLoadFigures load;
  GstProfHolderGrowth holder;

  guint64 rss;
  guint64 base;
  gdouble rss_rate;
  guint n_shares;
  GstProfJudgementShare shares[GST_PROF_JUDGEMENT_SHARES];
  guint64 unexplained;

  GstProfDiskSpace disk;
  gdouble disk_rate;
  GstClockTime disk_left;
} GstProfJudgement;

void gst_prof_judgement_push (GQueue *judgements,
                              const GstProfJudgement *judgement,
                              GstProfEpisodeStep step);

G_END_DECLS
