/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstproftrend.h"

G_BEGIN_DECLS

/**
 * GstProfLag:
 * @fine: of the last 16 s
 * @coarse: of the last four minutes
 * @known: whether there is any
 * @latest: nanoseconds, negative when a frame was early
 * @most: the largest
 *
 * How late the frames of a stream are at one stage: running time then less
 * their own.
 */
typedef struct {
  GstProfTrend fine;
  GstProfTrend coarse;
  gboolean known;
  GstClockTimeDiff latest;
  GstClockTimeDiff most;
} GstProfLag;

/**
 * GstProfLagState:
 * @GST_PROF_LAG_UNKNOWN: no frame came lately, or too few
 * @GST_PROF_LAG_STEADY: it does not grow
 * @GST_PROF_LAG_GROWS: it does
 */
typedef enum {
  GST_PROF_LAG_UNKNOWN,
  GST_PROF_LAG_STEADY,
  GST_PROF_LAG_GROWS,
} GstProfLagState;

void            gst_prof_lag_init   (GstProfLag *lag);
void            gst_prof_lag_forget (GstProfLag *lag);
void            gst_prof_lag_add    (GstProfLag *lag, GstClockTime time,
                                     GstClockTimeDiff value);
GstProfLagState gst_prof_lag_judge  (const GstProfLag *lag,
                                     GstClockTime threshold, GstClockTime now,
                                     GstClockTime *window,
                                     GstProfTrendGrowth *growth);
GstProfLagState gst_prof_lag_judge_again
                                    (const GstProfLag *lag,
                                     GstClockTime threshold, GstClockTime now,
                                     GstClockTime window,
                                     GstProfTrendGrowth *growth);

G_END_DECLS
