/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofcadence.h"
#include "gstprofreading.h"

G_BEGIN_DECLS

/**
 * GstProfPadState:
 * @element: number of the element that is visited there
 * @from: number of the element out of which the buffers come, 0: not known
 * @entered: when something came in last, CLOCK_MONOTONIC nanoseconds; 0: never
 * @cadence: in which intervals something comes
 * @is_video: whether pictures come there
 * @ends: whether it is the last pad that these pictures come to
 * @frame_duration: of these by the caps, or %GST_CLOCK_TIME_NONE
 *
 * What is remembered of a pad from one reading to the next.
 */
typedef struct {
  guint element;
  guint from;
  GstClockTime entered;
  GstProfCadence cadence;
  gboolean is_video;
  gboolean ends;
  GstClockTime frame_duration;
} GstProfPadState;

/**
 * GstProfPadTable:
 *
 * The pads of a pipeline that something came to.
 */
typedef struct _GstProfPadTable GstProfPadTable;

typedef void (*GstProfPadStateFunc) (const GstProfPadState *pad,
                                     gpointer user_data);

GstProfPadTable *gst_prof_pad_table_new  (void);
void             gst_prof_pad_table_free (GstProfPadTable *table);

void gst_prof_pad_table_take   (GstProfPadTable *table,
                                const GstProfPadReading *reading);
void gst_prof_pad_table_remove (GstProfPadTable *table, guint element);

const GstProfPadState *
     gst_prof_pad_table_find   (GstProfPadTable *table, guint point);
void gst_prof_pad_table_foreach_end
                               (GstProfPadTable *table, GstProfPadStateFunc func,
                                gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfPadTable, gst_prof_pad_table_free)

G_END_DECLS
