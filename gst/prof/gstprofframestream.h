/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofstreamstate.h"

G_BEGIN_DECLS

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
