/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofframe.h"
#include "gstprofjudgement.h"
#include "gstprofreceivecounts.h"
#include "gstprofreceiver.h"
#include "gstprofspan.h"
#include "gstprofstartup.h"
#include "gstprofsummary.h"
#include "gstprofthreshold.h"

G_BEGIN_DECLS

/**
 * GstProfBacklogSample:
 * @live: whether the pipeline is live: what comes late stays late
 * @has_offset: whether it is PLAYING, with a clock
 * @offset: running time less CLOCK_MONOTONIC, nanoseconds
 * @rss: resident bytes of the process; 0: not known
 * @disk: room where the recording goes; with an empty path: not known
 * @holders_refused: holders that there was no room for
 * @n_holders: number of @holders
 * @holders: levels of all that hold buffers
 * @receivers_refused: received streams that there was no room for
 * @n_receivers: number of @receivers
 * @receivers: what comes in, the streams that end included
 * @startup: when the session got how far, up to the first decoded frame
 *
 * What was read of a pipeline at a moment.
 */
typedef struct {
  gboolean live;
  gboolean has_offset;
  GstClockTimeDiff offset;
  guint64 rss;
  GstProfDiskSpace disk;
  guint64 holders_refused;
  guint n_holders;
  GstProfHolder holders[GST_PROF_HOLDERS_MAX];
  guint64 receivers_refused;
  guint n_receivers;
  GstProfReceiveCounts receivers[GST_PROF_RECEIVERS_MAX];
  GstProfStartupMarks startup;
} GstProfBacklogSample;

/**
 * GstProfBacklog:
 *
 * What piles up in a run: frames, memory, files.
 */
typedef struct _GstProfBacklog GstProfBacklog;

GstProfBacklog *gst_prof_backlog_new       (void);
void            gst_prof_backlog_free      (GstProfBacklog *backlog);

void            gst_prof_backlog_add_span  (GstProfBacklog *backlog,
                                            const GstProfSpan *span,
                                            const gchar *first_stage);
void            gst_prof_backlog_add_frame (GstProfBacklog *backlog,
                                            const GstProfFrame *frame);
void            gst_prof_backlog_add_arrival (GstProfBacklog *backlog,
                                            const gchar *stream_id,
                                            GstClockTime time,
                                            GstClockTime running_time);
void            gst_prof_backlog_set_load  (GstProfBacklog *backlog,
                                            const gchar *stream_id,
                                            const GstProfLoadFigures *figures);
void            gst_prof_backlog_set_hindrance_func
                                           (GstProfBacklog *backlog,
                                            GstProfHindranceFunc func,
                                            gpointer user_data);
void            gst_prof_backlog_sample    (GstProfBacklog *backlog,
                                            const GstProfBacklogSample *sample,
                                            const GstProfThresholds *thresholds,
                                            GstClockTime now);
void            gst_prof_backlog_flush     (GstProfBacklog *backlog,
                                            GstClockTime now);

gboolean        gst_prof_backlog_next      (GstProfBacklog *backlog,
                                            GstProfJudgement *judgement);
void            gst_prof_backlog_summarize (GstProfBacklog *backlog,
                                            GstProfSummary *summary);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfBacklog, gst_prof_backlog_free)

G_END_DECLS
