/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofsampledthread.h"
#include "gstprofsampler.h"

G_BEGIN_DECLS

/* Shared by the files that make up the sampler, and by nobody else. */

/* Streaming threads and helpers of a pipeline that are watched at once. */
#define GST_PROF_SAMPLER_MAX_THREADS 96

/* Threads of a process that can be told from helpers. */
#define GST_PROF_SAMPLER_MAX_LISTED 1024

struct _GstProfSampler {
  GstProfCoverage *coverage;    /* a reference */
  GstProfReceivers *receivers;  /* a reference, or NULL */
  _Atomic guint64 interval;
  _Atomic gboolean stop;
  GThread *thread;
  guint64 own_id;
  pid_t pid;

  /* only the sampler's thread */
  GstProfHoldup holdup;
  GstProfLook look;
  GstClockTime helpers_listed;
  GstClockTime helpers_wanted;
  guint64 listed[GST_PROF_SAMPLER_MAX_LISTED];
  guint n_states;
  GstProfActivityState states[GST_PROF_ACTIVITY_MAX_THREADS];

  GMutex lock;
  GCond cond;
  guint n_threads;
  GstProfSampledThread threads[GST_PROF_SAMPLER_MAX_THREADS];
  guint64 left_out;
};

/* With lock held. */
GstProfSampledThread *gst_prof_sampler_find_thread (GstProfSampler *sampler,
                                                    guint64 thread_id);

G_END_DECLS
