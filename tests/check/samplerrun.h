/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofsampler.h>

#include "check-skip.h"
#include "samplerfaults.h"

/* How many percent of what happened must be told. */
#define SHARE 80

/* Where the machine is busy so much CPU time takes long: seconds of a case. */
#define TIMEOUT 120

/* How many runs are tried where the machine interferes. */
#define RUNS 6

#define SIMPLE "fakesrc num-buffers=10 ! identity name=x ! fakesink async=false"

/**
 * Fault:
 * @inject: what is done
 * @arrived: the thread is about to do it, and waits for
 * @go: that it may
 * @done: it has done it, and waits for
 * @end: that it may go on
 * @thread_id: whose fault it is, from @arrived on
 * @from: when it began, CLOCK_MONOTONIC nanoseconds, from @done on
 * @to: when it ended
 * @blocked: how long the thread was blocked in it
 *
 * What one thread of the pipeline is to do, once.
 */
typedef struct
{
  void (*inject) (void);

  GMutex lock;
  GCond cond;
  guint n;
  gboolean arrived;
  gboolean go;
  gboolean done;
  gboolean end;
  guint64 thread_id;
  GstClockTime from;
  GstClockTime to;
  GstClockTime blocked;
} Fault;

/* What runs, from run_make() to run_end(); counted, what passes its pads is */
extern GstElement *pipeline;
extern GstProfCoverage *coverage;
extern GstProfSampler *sampler;

void run_make         (const gchar *description);
void run_make_counted (const gchar *description);
void run_play         (void);
void run_end          (void);

/* A fault in the thread that passes the identity of that name */
void run_add_fault (Fault *fault, const gchar *name, void (*inject) (void));
void run_fault     (Fault *fault);
void run_raise     (Fault *fault, gboolean *flag);
void run_wait      (Fault *fault, const gboolean *flag);

void run_wait_until_watched (guint64 thread_id);
void run_wait_until_settled (GstClockTime time);

/* The sampler may get its turn late: to be called when what is looked at begins. */
void  run_note_late             (void);
guint run_count_sampler_threads (GstClockTime *delay);

/* The thread that passes the sink pad of an element of that name */
extern gint run_noted;
void  run_note_thread_of (const gchar *name);
guint run_get_point      (const gchar *name, GstProfVisitTimes *times);

gboolean run_get_use (guint64 thread_id, GstProfThreadUse *use);
gboolean run_explain (guint64 thread_id, GstClockTime from, GstClockTime to,
                      GstProfExplanation *explanation);

guint    run_get_share        (const GstProfBlame *blame, GstProfCause cause);
gboolean run_is_calm          (const GstProfBlame *blame);
void     run_assert_conserved (const GstProfBlame *blame, GstClockTime wall);
void     run_assert_told      (const GstProfBlame *blame, GstProfCause cause,
                               GstClockTime happened);
