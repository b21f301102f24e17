/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofcause.h"

G_BEGIN_DECLS

/**
 * GstProfSegment:
 * @from: begin, CLOCK_MONOTONIC nanoseconds, as all that follow
 * @to: end
 * @run: time on a CPU within it
 * @kernel: how much of @run was in the kernel
 * @delay: time ready to run without a CPU, of which the thread was given one in
 *   this segment; may be longer than the segment: it was spent before @to
 * @throttled: how much of @delay the control group was throttled
 * @frozen: how much of the rest the whole process was stopped
 * @starved: how much of the rest the whole process got no CPU
 * @suspended: how much of the rest the machine was suspended
 * @stolen: how much of the rest the host of a virtual machine may have taken: the
 *   thread had a CPU all the time, and its run time does not say so
 * @object: the first argument of @call
 * @point: the innermost element, 0: outside of all
 * @home: the outermost pad that the thread came in by last
 * @call: the system call that it was blocked in
 * @cause: what the rest was spent on, as far as it is not one of those four
 * @state: its state letter
 * @pending: the thread was ready to run when it was looked at: the rest is
 *   credited to cpu-wait when it has run
 * @blocked: it was blocked at the end, so that it ran first; else it ran last
 * @condition: it waited for a condition of which only helper threads may know
 * @reclaim: the machine was short of memory meanwhile
 * @event: an event, no data, brought it into the innermost element
 * @starved_throttled: @starved is because of the control group's quota
 *
 * A stretch of time in which a thread did one thing. Thousands are kept of each
 * thread: so they are packed.
 */
typedef struct {
  GstClockTime from;
  GstClockTime to;
  GstClockTime run;
  GstClockTime kernel;
  GstClockTime delay;
  GstClockTime throttled;
  GstClockTime frozen;
  GstClockTime starved;
  GstClockTime suspended;
  GstClockTime stolen;
  guint64 object;
  guint point;
  guint home;
  gint call;
  GstProfCause cause : 8;
  gchar state;
  guint pending : 1;
  guint blocked : 1;
  guint condition : 1;
  guint reclaim : 1;
  guint event : 1;
  guint starved_throttled : 1;
} GstProfSegment;

/**
 * GstProfHistory:
 *
 * The last segments of one thread, in a bounded ring.
 */
typedef struct _GstProfHistory GstProfHistory;

GstProfHistory *gst_prof_history_new   (guint size);
void            gst_prof_history_free  (GstProfHistory *history);
void            gst_prof_history_clear (GstProfHistory *history);
void            gst_prof_history_push  (GstProfHistory *history,
                                        const GstProfSegment *segment);
void            gst_prof_history_explain_condition (GstProfHistory *history,
                                        GstProfCause cause);
void            gst_prof_history_rename_since (GstProfHistory *history,
                                        GstClockTime from, GstProfCause cause);
void            gst_prof_history_add_kernel (GstProfHistory *history,
                                        GstClockTime since, GstClockTime kernel);
guint           gst_prof_history_get_length (const GstProfHistory *history);
const GstProfSegment *
                gst_prof_history_get   (const GstProfHistory *history, guint i);
guint           gst_prof_history_find  (const GstProfHistory *history,
                                        GstClockTime time);

G_END_DECLS
