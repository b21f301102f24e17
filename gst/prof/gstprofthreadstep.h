/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofevidence.h"
#include "gstprofhistory.h"
#include "gstprofholdup.h"

G_BEGIN_DECLS

/**
 * GstProfThreadFound:
 * @call: what it is in
 * @finding: what it waits for, if it is blocked
 * @blocked: it is
 * @pending: it is ready to run, without a CPU
 * @letter: its state, 0: not read since it blocked
 * @point: the innermost element, 0: outside of all
 * @event: an event brought it there
 *
 * What a look found a thread in.
 */
typedef struct {
  GstProfThreadCall call;
  GstProfFinding finding;
  gboolean blocked;
  gboolean pending;
  gchar letter;
  guint point;
  gboolean event;
} GstProfThreadFound;

/**
 * GstProfThreadStep:
 * @from: the look before, CLOCK_MONOTONIC nanoseconds
 * @to: this one, later
 * @before: what the thread was in then
 * @now: what it is in
 * @home: the outermost pad that it came in by last
 * @changed: when it entered or left an element last, if it did in between, else 0
 * @growth: what the kernel says of it since
 * @kernel: how much of the run time it was in the kernel, nanoseconds
 * @reclaim: the machine was short of memory meanwhile
 *
 * What is known of a thread from one look to the next.
 */
typedef struct {
  GstClockTime from;
  GstClockTime to;
  const GstProfThreadFound *before;
  const GstProfThreadFound *now;
  guint home;
  GstClockTime changed;
  GstProfThreadTimes growth;
  GstClockTime kernel;
  gboolean reclaim;
} GstProfThreadStep;

gboolean     gst_prof_thread_step_is_idle (GstProfCause cause);
GstClockTime gst_prof_thread_step_record  (const GstProfThreadStep *self,
                                           GstProfHoldup *holdup,
                                           GstProfHistory *history,
                                           GstClockTime *presumed);

G_END_DECLS
