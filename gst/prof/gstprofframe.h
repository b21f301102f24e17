/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofspan.h"

G_BEGIN_DECLS

#define GST_PROF_FRAME_MAX_STAGES 16

/**
 * GstProfFrameState:
 * @GST_PROF_FRAME_COMPLETE: every expected stage was passed
 * @GST_PROF_FRAME_DROPPED: a later frame passed a stage that this one never
 *   reached
 * @GST_PROF_FRAME_INCOMPLETE: given up without an explanation
 */
typedef enum {
  GST_PROF_FRAME_COMPLETE,
  GST_PROF_FRAME_DROPPED,
  GST_PROF_FRAME_INCOMPLETE,
} GstProfFrameState;

/**
 * GstProfFrameCell:
 * @stage: the stage's name
 * @own: sum of the own times of the frame's spans there, nanoseconds
 * @enter: when the first of them began, CLOCK_MONOTONIC nanoseconds
 * @leave: when the last of them ended
 * @thread_id: the thread of the first one
 * @spans: how many spans
 * @bytes: sum of their bytes
 * @flags: the flags of all of them together
 *
 * One frame in one stage.
 */
typedef struct {
  const gchar *stage;
  GstClockTime own;
  GstClockTime enter;
  GstClockTime leave;
  guint64 thread_id;
  guint spans;
  guint64 bytes;
  GstProfSpanFlags flags;
} GstProfFrameCell;

/**
 * GstProfFrame:
 * @number: from 1 in each stream, in order of the first stage
 * @stream_id: (nullable): the stream
 * @state: how it ended
 * @flags: KEYFRAME, PREROLL, CORRECTED, RESET if any of its spans has it
 * @running_time: running time, corrected if it was corrected
 * @first_enter: when it came into the first stage, CLOCK_MONOTONIC nanoseconds
 * @last_leave: when it left the last stage
 * @latency: the time between the two
 * @encode_latency: from the encoder's input to its output, or
 *   %GST_CLOCK_TIME_NONE
 * @total: sum of the own times of all stages
 * @occupancy: largest sum of own times on one thread
 * @occupancy_thread: that thread
 * @frame_duration: by the caps' framerate, or %GST_CLOCK_TIME_NONE
 * @packets: packets that the encoder made of it
 * @bytes: size of these packets
 * @n_cells: stages passed
 * @cells: the stages passed, in order of entry
 * @missing: (nullable): with %GST_PROF_FRAME_DROPPED the stage that it did not
 *   reach, with %GST_PROF_FRAME_INCOMPLETE the first that was waited for
 * @n_unjoined: number of @unjoined
 * @unjoined: stages that it is likely to have passed, but whose spans could
 *   not be told to be this frame's
 *
 * One frame and where its time went. Valid during the callback only; the names
 * of stages live as long as the table.
 */
typedef struct {
  guint64 number;
  const gchar *stream_id;
  GstProfFrameState state;
  GstProfSpanFlags flags;
  GstClockTime running_time;
  GstClockTime first_enter;
  GstClockTime last_leave;
  GstClockTime latency;
  GstClockTime encode_latency;
  GstClockTime total;
  GstClockTime occupancy;
  guint64 occupancy_thread;
  GstClockTime frame_duration;
  guint packets;
  guint64 bytes;
  guint n_cells;
  GstProfFrameCell cells[GST_PROF_FRAME_MAX_STAGES];
  const gchar *missing;
  guint n_unjoined;
  const gchar *unjoined[GST_PROF_FRAME_MAX_STAGES];
} GstProfFrame;

/**
 * GstProfFrameFunc:
 * @frame: a frame that ended, valid during the call
 * @user_data: the data given to gst_prof_frame_table_new()
 *
 * Called once for each frame, in order of their numbers within a stream, from
 * within the calls on the table; must not call the table itself.
 */
typedef void (*GstProfFrameFunc) (const GstProfFrame *frame,
                                  gpointer user_data);

G_END_DECLS
