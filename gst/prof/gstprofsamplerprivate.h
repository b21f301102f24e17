/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofpace.h"
#include "gstprofsampledthread.h"
#include "gstprofsampler.h"

G_BEGIN_DECLS

/* Shared by the files that make up the sampler, and by nobody else. */

/* Threads that are watched at once, helpers included. */
#define GST_PROF_SAMPLER_MAX_THREADS 512

/* Threads that have ended and that are remembered, and how many of these with what
 * they did. */
#define GST_PROF_SAMPLER_MAX_ENDED 512
#define GST_PROF_SAMPLER_MAX_ENDED_HISTORIES 64

/* Threads of a process that can be told from helpers. */
#define GST_PROF_SAMPLER_MAX_LISTED 2048

typedef struct _GstProfSamplerProcess GstProfSamplerProcess;

/* One pipeline's: what it asks for. */
struct _GstProfSampler
{
  GstProfSamplerProcess *process;
  guint64 number;               /* from 1, never used again */
  GstProfCoverage *coverage;    /* a reference */
  GstProfReceivers *receivers;  /* a reference, or NULL */

  /* the process's lock */
  GstClockTime interval;
  gboolean started;
  GArray *added;                /* guint64: threads that it added */
};

/* What all samplers of the process share. */
struct _GstProfSamplerProcess
{
  GMutex lock;
  GCond cond;
  gboolean running;             /* the thread; it ends itself */
  gboolean lost;                /* it was the parent's, before a fork */
  guint n_users;                /* samplers that exist, and the thread */
  guint64 last_number;
  GPtrArray *started;           /* GstProfSampler, by number */

  GPtrArray *threads;           /* GstProfSampledThread, all */
  GHashTable *by_id;            /* the newest of each id */
  GPtrArray *helpers;           /* of threads, those that are watched helpers */
  guint n_watched;
  guint n_ended;
  guint left_out;               /* in the last look */
  gboolean forked;              /* what is open is the parent's */

  /* written by the sampler's thread with lock held, but for the interval */
  GstProfHoldup holdup;
  guint64 number;               /* of the look */
  guint64 own_id;
  GstProfPace pace;
  GstClockTime helpers_listed;
  _Atomic guint64 interval;     /* from look to look, on average */

  /* only the sampler's thread */
  guint n_states;
  guint n_listed;
  guint64 listed[GST_PROF_SAMPLER_MAX_LISTED];
  GstProfActivityState states[GST_PROF_ACTIVITY_MAX_THREADS];
};

/* With lock held. */
GstProfSampledThread *gst_prof_sampler_find_thread (GstProfSamplerProcess *process,
                                                    guint64 thread_id);
GstProfSampledThread *gst_prof_sampler_ensure_thread (GstProfSamplerProcess *process,
                                                    guint64 thread_id);
gboolean              gst_prof_sampler_watch       (GstProfSamplerProcess *process,
                                                    GstProfSampledThread *thread);
void                  gst_prof_sampler_unwatch     (GstProfSamplerProcess *process,
                                                    GstProfSampledThread *thread);
void                  gst_prof_sampler_retire      (GstProfSamplerProcess *process,
                                                    GstProfSampledThread *thread);
void                  gst_prof_sampler_forget_share (GstProfSamplerProcess *process,
                                                    guint64 number);
void                  gst_prof_sampler_look        (GstProfSamplerProcess *process,
                                                    GstClockTime planned,
                                                    GstClockTime now);
void                  gst_prof_sampler_look_at_helpers (GstProfSamplerProcess *process,
                                                    GstClockTime now);

/* The sampler's thread, without lock. */
void                  gst_prof_sampler_take_states (GstProfSamplerProcess *process);

G_END_DECLS
