/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofcoverage.h"
#include "gstprofhistory.h"
#include "gstprofholdup.h"

G_BEGIN_DECLS

/* Stuck stacks kept of a thread, and how much of each. */
#define GST_PROF_SAMPLED_THREAD_STACKS 8
#define GST_PROF_SAMPLED_THREAD_STACK_DEPTH 12

/**
 * GstProfLook:
 * @coverage: the pipeline
 * @holdup: what held up the process since the look before
 * @number: counts the looks
 *
 * One look at all threads.
 */
typedef struct {
  GstProfCoverage *coverage;
  GstProfHoldup *holdup;
  guint64 number;
} GstProfLook;

/* The elements that a thread stood in, innermost last. */
typedef struct {
  GstClockTime from;
  GstClockTime to;
  guint depth;
  guint points[GST_PROF_SAMPLED_THREAD_STACK_DEPTH];
} GstProfStuckStack;

/**
 * GstProfSampledThread:
 * @files: its files, and its id
 * @comm: its name
 * @helper: it is no streaming thread, but works for one
 * @added: it is looked at though it is in no element
 * @ended: it has ended, or works for somebody else now
 * @seen: it was looked at in this look
 * @state: what it was in
 * @times: its times, and those when it was @first looked at
 * @finding: what it waits for, if it is blocked
 * @blocked: it was blocked when it was looked at last
 * @sampled: when that was, CLOCK_MONOTONIC nanoseconds; 0: never
 * @idle: how long it had nothing to do
 * @history: what it did
 * @stacks: where it stood still of late
 *
 * A thread that is looked at. The other fields are its own.
 */
typedef struct {
  GstProfThreadFiles files;
  gchar comm[16];
  gboolean helper;
  gboolean added;
  gboolean ended;
  gboolean seen;

  GstProfActivityState state;
  GstProfThreadTimes times;
  GstProfThreadTimes first_times;
  GstClockTime first;
  GstClockTime sampled;
  GstClockTime idle;
  GstProfFinding finding;
  gboolean blocked;

  GstProfThreadStat stat;
  GstClockTime unsplit;         /* run time since @stat last told anything new */
  GstProfThreadCall call;
  gchar letter;                 /* its state, 0: not read since it blocked */
  gboolean pending;
  guint point;

  GstProfHistory *history;
  guint n_stacks;
  GstProfStuckStack stacks[GST_PROF_SAMPLED_THREAD_STACKS];
} GstProfSampledThread;

void gst_prof_sampled_thread_begin (GstProfSampledThread *thread,
                                    guint64 thread_id);
void gst_prof_sampled_thread_end   (GstProfSampledThread *thread);
void gst_prof_sampled_thread_clear (GstProfSampledThread *thread);
void gst_prof_sampled_thread_look  (GstProfSampledThread *thread,
                                    GstProfLook *look,
                                    const GstProfActivityState *state);

G_END_DECLS
