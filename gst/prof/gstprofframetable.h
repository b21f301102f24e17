/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofframe.h"

G_BEGIN_DECLS

/**
 * GstProfFrameStageCounters:
 * @stage: the stage's name
 * @spans: spans that came
 * @joined: spans whose time went to a frame
 * @unjoined: spans of video that could not be told to be a frame's
 * @apart: spans that belong to no frame by their nature: headers, audio, drain
 */
typedef struct {
  const gchar *stage;
  guint64 spans;
  guint64 joined;
  guint64 unjoined;
  guint64 apart;
} GstProfFrameStageCounters;

/**
 * GstProfFrameCounters:
 * @frames: frames that came; complete + dropped + incomplete + inside
 * @complete: frames that passed every expected stage
 * @dropped: frames that were dropped on the way
 * @incomplete: frames given up
 * @inside: frames still on their way
 * @evicted_streams: streams given up because there were too many
 * @refused_stages: spans and announcements of stages beyond the 16th
 * @n_stages: number of @stages
 * @stages: what became of each stage's spans
 */
typedef struct {
  guint64 frames;
  guint64 complete;
  guint64 dropped;
  guint64 incomplete;
  guint64 inside;
  guint64 evicted_streams;
  guint64 refused_stages;
  guint n_stages;
  GstProfFrameStageCounters stages[GST_PROF_FRAME_MAX_STAGES];
} GstProfFrameCounters;

typedef struct _GstProfFrameTable GstProfFrameTable;

GstProfFrameTable *gst_prof_frame_table_new  (GstProfFrameFunc func,
                                              gpointer user_data);
void               gst_prof_frame_table_free (GstProfFrameTable *self);

void    gst_prof_frame_table_add_stage    (GstProfFrameTable *self,
                                           const gchar *stage);
void    gst_prof_frame_table_remove_stage (GstProfFrameTable *self,
                                           const gchar *stage);

guint64 gst_prof_frame_table_push      (GstProfFrameTable *self,
                                        const GstProfSpan *span);
void    gst_prof_frame_table_note_loss (GstProfFrameTable *self);
void    gst_prof_frame_table_flush     (GstProfFrameTable *self);

const gchar *gst_prof_frame_table_get_first_stage (GstProfFrameTable *self,
                                                   const gchar *stream_id);
void         gst_prof_frame_table_get_counters    (GstProfFrameTable *self,
                                                   GstProfFrameCounters *ret_counters);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfFrameTable, gst_prof_frame_table_free)

G_END_DECLS
