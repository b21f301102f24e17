/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofcoverage.h"
#include "gstprofthreadshares.h"
#include "gstprofthreadstep.h"

G_BEGIN_DECLS

/* Stuck stacks kept of a thread, and how much of each. */
#define GST_PROF_SAMPLED_THREAD_STACKS 8
#define GST_PROF_SAMPLED_THREAD_STACK_DEPTH 12

/**
 * GstProfLook:
 * @coverage: (nullable): a pipeline that the thread is in
 * @holdup: what held up the process since the look before
 * @number: counts the looks, from 1
 *
 * One look at a thread.
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
 * @files: its files
 * @thread_id: its id
 * @comm: its name
 * @helper: it is no streaming thread, but works for one
 * @wanted: a helper: when one that may wait for it did last
 * @added: how many want it looked at though it is in no element
 * @watched: it is looked at now, and has its files open
 * @gone: it is not there any more, says the kernel
 * @ended: so it has ended, and is only remembered
 * @seen: number of the look in which it was last met
 * @searched: @changes when it was last looked up whose thread it is
 * @owner: number of the sampler that gives the coverage when it is looked at
 * @newest: number of the newest sampler that was asked whether it is its thread
 * @shares: what it did for whom
 * @home: the outermost pad that it came in by last
 * @changes: of the activity, at the last look
 * @found: what it was in when it was looked at last
 * @sampled: when that was, CLOCK_MONOTONIC nanoseconds; 0: never
 * @history: (nullable): what it did
 * @stacks: where it stood still of late
 *
 * A thread that is looked at. The other fields are its own.
 */
typedef struct {
  guint64 thread_id;
  GstProfThreadFiles files;
  gchar comm[16];
  gboolean helper;
  GstClockTime wanted;
  guint added;
  gboolean watched;
  gboolean gone;
  gboolean ended;
  guint64 seen;
  guint64 searched;
  guint64 owner;
  guint64 newest;
  GstProfThreadShares shares;

  guint home;
  guint64 changes;
  GstProfThreadTimes times;
  GstClockTime sampled;
  GstProfThreadFound found;

  GstProfThreadStat stat;
  GstClockTime unsplit;         /* run time since @stat last told anything new */
  GstClockTime unsplit_since;
  GstClockTime since;           /* that it is in its call without having run */
  GstClockTime presumed;        /* idle, of the time before it was found pending */

  GstProfHistory *history;
  guint n_stacks;
  GstProfStuckStack stacks[GST_PROF_SAMPLED_THREAD_STACKS];
} GstProfSampledThread;

GstProfSampledThread *
     gst_prof_sampled_thread_new   (guint64 thread_id);
void gst_prof_sampled_thread_free  (GstProfSampledThread *thread);
void gst_prof_sampled_thread_begin (GstProfSampledThread *thread);
void gst_prof_sampled_thread_end   (GstProfSampledThread *thread);
void gst_prof_sampled_thread_look  (GstProfSampledThread *thread,
                                    const GstProfLook *look,
                                    const GstProfActivityState *state);

G_END_DECLS
