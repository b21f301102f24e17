/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofcause.h"
#include "gstprofframe.h"

G_BEGIN_DECLS

/* Two seconds at 30 fps: as many as the shortest window of a lag. */
#define GST_PROF_LOAD_FRAMES 60

typedef struct {
  GstClockTime enter;
  GstClockTime running_time;
  GstClockTime occupancy;
  GstClockTime stay;            /* in the first stage, what follows included */
  GstClockTime own;             /* of the slowest stage of the busiest thread */
  const gchar *stage;           /* that stage, interned */
} GstProfLoadFrame;

/**
 * GstProfLoad:
 * @n: frames that are there
 * @next: where the next one goes
 * @budget: one frame's duration by the caps, or %GST_CLOCK_TIME_NONE
 * @interval: the shortest median interval of the frames' time stamps, or
 *   %GST_CLOCK_TIME_NONE
 * @first_stage: (nullable): the stage that frames come to first, interned
 * @frames: the last ones
 *
 * What the last frames of a stream cost.
 */
typedef struct {
  guint n;
  guint next;
  GstClockTime budget;
  GstClockTime interval;
  const gchar *first_stage;
  GstProfLoadFrame frames[GST_PROF_LOAD_FRAMES];
} GstProfLoad;

/**
 * GstProfLoadPlace:
 * @GST_PROF_LOAD_STAGE: one stage takes more than the budget
 * @GST_PROF_LOAD_THREAD: stages on one thread together do
 * @GST_PROF_LOAD_BEHIND: the first stage's thread does, in what follows that
 *   stage and is not measured
 * @GST_PROF_LOAD_BEFORE: none of these: whatever is before the first stage
 * @GST_PROF_LOAD_BETWEEN: something behind the first stage that is not measured
 * @GST_PROF_LOAD_UNMEASURED: no element that is measured, and not all are
 *
 * Where the time goes that is more than the budget.
 */
typedef enum {
  GST_PROF_LOAD_STAGE,
  GST_PROF_LOAD_THREAD,
  GST_PROF_LOAD_BEHIND,
  GST_PROF_LOAD_BEFORE,
  GST_PROF_LOAD_BETWEEN,
  GST_PROF_LOAD_UNMEASURED,
} GstProfLoadPlace;

/**
 * GstProfLoadFigures:
 * @frames: how many frames that was measured of; 0: nothing is known
 * @place: where too much time goes
 * @stage: (nullable): the slowest stage of the busiest thread; with
 *   %GST_PROF_LOAD_BEHIND and _BEFORE the first stage
 * @own: its median own time, nanoseconds
 * @occupancy: median occupancy
 * @stay: median stay in the first stage and what follows on its thread
 * @budget: one frame's duration by the caps or else by the frames' time
 *   stamps, or %GST_CLOCK_TIME_NONE
 * @sustained: frames per second that the busiest thread can do at most; with
 *   %GST_PROF_LOAD_BEFORE those that come
 * @thread_id: of elements: that thread
 * @unmeasured: elements and pads that are not measured, since there are too many
 * @cause: what kept that thread from its work for most of the time, or unknown: its
 *   work takes that long, or it is not known
 * @of_elements: whether this is of a pipeline without stages: means of a few
 *   seconds, and @stage is an element
 *
 * The same in a few numbers.
 */
typedef struct {
  guint frames;
  GstProfLoadPlace place;
  const gchar *stage;
  GstClockTime own;
  GstClockTime occupancy;
  GstClockTime stay;
  GstClockTime budget;
  gdouble sustained;
  guint64 thread_id;
  guint unmeasured;
  GstProfCause cause;
  gboolean of_elements;
} GstProfLoadFigures;

/**
 * GstProfHindranceFunc:
 * @thread_id: a thread
 * @user_data: of whoever gave the function
 *
 * Returns: what kept the thread from its work lately for longer than it worked, or
 *   unknown: nothing did, or nothing is known
 */
typedef GstProfCause (*GstProfHindranceFunc) (guint64 thread_id,
                                              gpointer user_data);

void gst_prof_load_init    (GstProfLoad *load);
void gst_prof_load_add     (GstProfLoad *load, const GstProfFrame *frame);
void gst_prof_load_measure (GstProfLoad *load, GstClockTime since,
                            GstProfLoadFigures *figures);

const gchar *gst_prof_load_place_get_nick (GstProfLoadPlace place);

G_END_DECLS
