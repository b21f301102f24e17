/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofepisode.h"
#include "gstproftrend.h"

G_BEGIN_DECLS

#define GST_PROF_DISK_PATH_SIZE 128

/**
 * GstProfDiskSpace:
 * @path: the directory that was asked for; empty: nothing is known
 * @free: bytes that an unprivileged process may still write there
 * @size: bytes of the whole file system
 * @time: when that was so, CLOCK_MONOTONIC nanoseconds
 *
 * How much room a file system has.
 */
typedef struct {
  gchar path[GST_PROF_DISK_PATH_SIZE];
  guint64 free;
  guint64 size;
  GstClockTime time;
} GstProfDiskSpace;

/**
 * GstProfDiskUse:
 * @space: what was read last
 * @rate: bytes per second that are written; 0: not known
 * @left: time until it is full, nanoseconds, or %GST_CLOCK_TIME_NONE
 * @taken: how the used space changed
 * @written: how what the stages wrote changed
 * @bytes: what they had written when they were asked last
 * @written_at: when that became more, CLOCK_MONOTONIC nanoseconds
 * @threshold: time until it is full that was too little when it was judged last,
 *   nanoseconds; 0: none was
 * @episode: too little is left
 *
 * The file system that is recorded to.
 */
typedef struct {
  GstProfDiskSpace space;
  gdouble rate;
  GstClockTime left;
  GstProfTrend taken;
  GstProfTrend written;
  guint64 bytes;
  GstClockTime written_at;
  GstClockTime threshold;
  GstProfEpisode episode;
} GstProfDiskUse;

void gst_prof_disk_use_init        (GstProfDiskUse *use);
void gst_prof_disk_use_add_written (GstProfDiskUse *use, guint64 bytes,
                                    GstClockTime now);
void gst_prof_disk_use_add_space   (GstProfDiskUse *use,
                                    const GstProfDiskSpace *space);
GstProfEpisodeStep
     gst_prof_disk_use_judge       (GstProfDiskUse *use,
                                    GstClockTime threshold, GstClockTime now);
gboolean
     gst_prof_disk_use_is_short    (const GstProfDiskUse *use);

G_END_DECLS
