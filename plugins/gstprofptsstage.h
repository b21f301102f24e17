/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofport.h"
#include "gstprofpts.h"

G_BEGIN_DECLS

/**
 * GstProfPtsMode:
 * @GST_PROF_PTS_MODE_FIX: times are made strictly increasing
 * @GST_PROF_PTS_MODE_KEEP: they stay, and what would be corrected is counted
 */
typedef enum
{
  GST_PROF_PTS_MODE_FIX,
  GST_PROF_PTS_MODE_KEEP,
} GstProfPtsMode;

#define GST_TYPE_PROF_PTS_MODE (gst_prof_pts_mode_get_type ())
GType gst_prof_pts_mode_get_type (void);

/**
 * GstProfPtsStage:
 * @meter: the stage's, which counts the corrections
 * @mode: what is done about times; not changed while data flows
 * @pts: the frames before; streaming thread
 *
 * The stage `pts` of an element. Lives as long as that.
 */
typedef struct {
  GstProfMeter meter;
  GstProfPtsMode mode;
  GstProfPts pts;
} GstProfPtsStage;

void gst_prof_pts_stage_init  (GstProfPtsStage *self, GstElement *element,
                               GstDebugCategory *category);
void gst_prof_pts_stage_clear (GstProfPtsStage *self);
void gst_prof_pts_stage_reset (GstProfPtsStage *self);

GstFlowReturn gst_prof_pts_stage_output (GstProfPtsStage *self,
                                         GstProfPort *port,
                                         GstProfThreadRecord *record,
                                         GstBuffer *buffer);

G_END_DECLS
