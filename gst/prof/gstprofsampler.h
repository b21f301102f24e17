/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofcoverage.h"
#include "gstprofexplanation.h"
#include "gstprofreceiver.h"

G_BEGIN_DECLS

#define GST_PROF_SAMPLER_INTERVAL (10 * GST_MSECOND)

/**
 * GstProfThreadUse:
 * @name: element and pad whose task it is, or the thread's name
 * @thread_id: the thread
 * @watched: how long it has been watched, nanoseconds
 * @run: how much of that it was on a CPU
 * @delay: how much it was ready without a CPU
 * @looked: how much of it the sampler looked: not while it got no CPU itself
 * @idle: how much of @looked the thread waited for upstream, downstream, the clock
 *   or PLAYING
 * @call: the system call that it was blocked in at the last look, or one of
 *   GST_PROF_SYSCALL_*
 * @state: its state then, 0: not read
 *
 * How busy a thread is, with the work of one pipeline.
 */
typedef struct {
  gchar name[64];
  guint64 thread_id;
  GstClockTime watched;
  GstClockTime run;
  GstClockTime delay;
  GstClockTime looked;
  GstClockTime idle;
  gint call;
  gchar state;
} GstProfThreadUse;

GstClockTime gst_prof_thread_use_get_busy (const GstProfThreadUse *use);

/**
 * GstProfSampler:
 *
 * Looks at the threads of a pipeline and remembers what they did. All samplers of
 * a process share one thread, and what it remembers.
 */
typedef struct _GstProfSampler GstProfSampler;

GstProfSampler *gst_prof_sampler_new   (GstProfCoverage *coverage,
                                        GstProfReceivers *receivers,
                                        GstClockTime interval);
void            gst_prof_sampler_free  (GstProfSampler *sampler);
void            gst_prof_sampler_start (GstProfSampler *sampler);
void            gst_prof_sampler_stop  (GstProfSampler *sampler);
void            gst_prof_sampler_set_interval (GstProfSampler *sampler,
                                               GstClockTime interval);
GstClockTime    gst_prof_sampler_get_interval (GstProfSampler *sampler);
guint           gst_prof_sampler_get_unwatched (GstProfSampler *sampler);
void            gst_prof_sampler_add_thread (GstProfSampler *sampler,
                                             guint64 thread_id);

gboolean        gst_prof_sampler_explain (GstProfSampler *sampler,
                                          const GstProfQuestion *question,
                                          GstProfExplanation *explanation);
guint           gst_prof_sampler_get_use (GstProfSampler *sampler,
                                          GstProfThreadUse *uses, guint max);
gchar          *gst_prof_sampler_describe_missing (GstProfSampler *sampler);

G_END_DECLS
