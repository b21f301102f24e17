/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Muxers that count in milliseconds drop a frame that has the time of the one
 * before, without a word. */
#define GST_PROF_PTS_MIN_STEP GST_MSECOND

/**
 * GstProfPts:
 *
 * What is remembered of the frames before. Plain data; streaming thread.
 */
typedef struct {
  GstClockTime last;            /* running time of the last frame */
  GstClockTime interval;        /* between the last two that had times */
} GstProfPts;

void         gst_prof_pts_reset (GstProfPts *self);
GstClockTime gst_prof_pts_next  (GstProfPts *self, GstClockTime running_time,
                                 GstClockTime frame_duration);
void         gst_prof_pts_keep  (GstProfPts *self, GstClockTime running_time);

G_END_DECLS
