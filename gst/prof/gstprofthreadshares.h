/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Samplers that one thread belongs to at once: a latencytracer's, and that of the
 * whole pipeline. */
#define GST_PROF_THREAD_SHARES 4

/**
 * GstProfThreadShare:
 * @sampler: number of the sampler, 0: the place is free
 * @current: the thread works for it now
 * @watched: how long it was watched while it did, nanoseconds
 * @run: how much of that it was on a CPU
 * @delay: how much it was ready without a CPU
 * @looked: how much the sampler looked: not while it got no CPU itself
 * @idle: how much of @looked it had nothing to do
 *
 * What a thread did for one pipeline: threads come from a pool, and go back.
 */
typedef struct {
  guint64 sampler;
  gboolean current;
  GstClockTime watched;
  GstClockTime run;
  GstClockTime delay;
  GstClockTime looked;
  GstClockTime idle;
} GstProfThreadShare;

/**
 * GstProfThreadShares:
 * @shares: one for each sampler
 *
 * Whom a thread works for, and has. Plain data.
 */
typedef struct {
  GstProfThreadShare shares[GST_PROF_THREAD_SHARES];
} GstProfThreadShares;

GstProfThreadShare *
         gst_prof_thread_shares_find     (GstProfThreadShares *self,
                                          guint64 sampler);
void     gst_prof_thread_shares_add      (GstProfThreadShares *self,
                                          guint64 sampler);
void     gst_prof_thread_shares_leave    (GstProfThreadShares *self);
gboolean gst_prof_thread_shares_is_empty (const GstProfThreadShares *self);
void     gst_prof_thread_shares_credit   (GstProfThreadShares *self,
                                          const GstProfThreadShare *did,
                                          GstClockTime back);

G_END_DECLS
