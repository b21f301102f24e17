/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofframe.h"

G_BEGIN_DECLS

/**
 * GstProfFrameStage:
 * @name: the stage's name
 * @announced: how many elements with this name are in the pipeline
 * @video: it has sent spans of video
 * @other: it has sent spans of something else
 * @spans: spans that came
 * @joined: spans whose time went to a frame
 * @unjoined: spans of video that could not be told to be a frame's
 * @apart: spans that belong to no frame by their nature
 *
 * One stage, for all streams.
 */
typedef struct {
  GRefString *name;
  guint announced;
  gboolean video;
  gboolean other;
  guint64 spans;
  guint64 joined;
  guint64 unjoined;
  guint64 apart;
} GstProfFrameStage;

/**
 * GstProfFrameStages:
 * @n_stages: how many
 * @stages: by index
 */
typedef struct {
  guint n_stages;
  GstProfFrameStage stages[GST_PROF_FRAME_MAX_STAGES];
} GstProfFrameStages;

/**
 * GstProfFrameTotals:
 * @frames: frames that came
 * @complete: frames that ended complete
 * @dropped: frames that ended dropped
 * @incomplete: frames that were given up
 */
typedef struct {
  guint64 frames;
  guint64 complete;
  guint64 dropped;
  guint64 incomplete;
} GstProfFrameTotals;

typedef struct _GstProfFrameStream GstProfFrameStream;

GstProfFrameStream *gst_prof_frame_stream_new  (GstProfFrameStages *stages,
                                                GRefString *stream_id,
                                                GstProfFrameTotals *totals,
                                                GstProfFrameFunc func,
                                                gpointer user_data);
void                gst_prof_frame_stream_free (GstProfFrameStream *self);

guint64 gst_prof_frame_stream_push      (GstProfFrameStream *self,
                                         const GstProfSpan *span, guint stage);
void    gst_prof_frame_stream_note_loss (GstProfFrameStream *self);
void    gst_prof_frame_stream_update    (GstProfFrameStream *self);
void    gst_prof_frame_stream_flush     (GstProfFrameStream *self);

const gchar *gst_prof_frame_stream_get_id          (GstProfFrameStream *self);
const gchar *gst_prof_frame_stream_get_first_stage (GstProfFrameStream *self);
gboolean     gst_prof_frame_stream_has_packets     (GstProfFrameStream *self);
guint        gst_prof_frame_stream_count_inside    (GstProfFrameStream *self);

G_END_DECLS
