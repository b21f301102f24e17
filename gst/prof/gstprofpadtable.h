/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofcadence.h"
#include "gstprofpassed.h"
#include "gstprofreading.h"

G_BEGIN_DECLS

/**
 * GstProfPadState:
 * @point: its point
 * @element: number of the element that is visited there
 * @from: number of the element out of which the buffers come, 0: not known
 * @handed_over: whether that one has a thread of its own for what it gives out
 * @n_feeders: how many are in @feeders
 * @feeders: (array length=n_feeders): points of the pads through which what comes
 *   here went into @from
 * @passed: when something came in
 * @thread_id: the thread that came in last
 * @at_end: whether @element is a sink
 * @outermost: whether a thread comes in there outermost, so that it is known when
 *   it waits
 * @waited: when a thread was last seen waiting for something to bring there; 0: never
 * @entered: when something came in last, CLOCK_MONOTONIC nanoseconds; 0: never
 * @cadence: in which intervals something comes
 * @is_video: whether pictures come there
 * @ends: whether it is the last pad that these pictures come to
 * @frame_duration: of these by the caps, or %GST_CLOCK_TIME_NONE
 *
 * What is remembered of a pad from one reading to the next.
 */
typedef struct {
  guint point;
  guint element;
  guint from;
  gboolean handed_over;
  guint n_feeders;
  guint feeders[GST_PROF_READING_MAX_FEEDERS];
  GstProfPassed passed;
  guint64 thread_id;
  gboolean at_end;
  gboolean outermost;
  GstClockTime waited;
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

void gst_prof_pad_table_note_wait
                               (GstProfPadTable *table, guint point,
                                GstClockTime now);

const GstProfPadState *
     gst_prof_pad_table_find   (GstProfPadTable *table, guint point);
GstClockTime
     gst_prof_pad_table_find_frame_duration
                              (GstProfPadTable *table,
                               const GstProfPadState *pad);
gboolean
     gst_prof_pad_table_reaches_end
                              (GstProfPadTable *table, guint point);
void gst_prof_pad_table_foreach
                               (GstProfPadTable *table, GstProfPadStateFunc func,
                                gpointer user_data);
void gst_prof_pad_table_foreach_end
                               (GstProfPadTable *table, GstProfPadStateFunc func,
                                gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfPadTable, gst_prof_pad_table_free)

G_END_DECLS
