/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofframe.h"
#include "gstprofholders.h"
#include "gstprofjudgement.h"

G_BEGIN_DECLS

/**
 * GstProfBehind:
 *
 * Which streams of a pipeline fall behind.
 */
typedef struct _GstProfBehind GstProfBehind;

GstProfBehind *gst_prof_behind_new       (GstProfHolders *holders);
void           gst_prof_behind_free      (GstProfBehind *behind);

void           gst_prof_behind_set_clock (GstProfBehind *behind, gboolean live,
                                          gboolean has_offset,
                                          GstClockTimeDiff offset);
void           gst_prof_behind_add_span  (GstProfBehind *behind,
                                          const GstProfSpan *span);
void           gst_prof_behind_add_frame (GstProfBehind *behind,
                                          const GstProfFrame *frame);

void           gst_prof_behind_add_arrival (GstProfBehind *behind,
                                          const gchar *stream_id,
                                          GstClockTime time,
                                          GstClockTime running_time);
void           gst_prof_behind_set_load  (GstProfBehind *behind,
                                          const gchar *stream_id,
                                          const GstProfLoadFigures *figures);

void           gst_prof_behind_set_hindrance_func
                                         (GstProfBehind *behind,
                                          GstProfHindranceFunc func,
                                          gpointer user_data);

void           gst_prof_behind_judge     (GstProfBehind *behind,
                                          GstClockTime threshold,
                                          GstClockTime now, GQueue *judgements);
void           gst_prof_behind_flush     (GstProfBehind *behind,
                                          GstClockTime now, GQueue *judgements);

void           gst_prof_behind_get_lags  (GstProfBehind *behind,
                                          GstClockTime *first,
                                          GstClockTime *last,
                                          GstClockTime *most);
guint          gst_prof_behind_get_count (GstProfBehind *behind);
const GstProfJudgement *
               gst_prof_behind_get_worst (GstProfBehind *behind, guint i);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfBehind, gst_prof_behind_free)

G_END_DECLS
