/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_PROF_TREND_POINTS 64

typedef struct {
  GstClockTime time;
  gint64 value;
} GstProfTrendPoint;

/**
 * GstProfTrend:
 * @interval: least time between two points, nanoseconds
 * @n: points that are there
 * @next: where the next one goes
 * @due: when the interval ends
 * @pending: whether @least is of an interval that has not ended
 * @least: the smallest value since the last point, and when it was
 * @points: the last ones
 *
 * How a number changed lately: the smallest value of each interval, so that what
 * is high for a moment is no growth.
 */
typedef struct {
  GstClockTime interval;
  guint n;
  guint next;
  GstClockTime due;
  gboolean pending;
  GstProfTrendPoint least;
  GstProfTrendPoint points[GST_PROF_TREND_POINTS];
} GstProfTrend;

/**
 * GstProfTrendGrowth:
 * @from: time of the first point, nanoseconds
 * @to: time of the last point
 * @first: its value
 * @last: the last point's value
 * @rate: slope of the line through the points, per second
 * @steady: whether it grew all the time, in place of in one or two steps, and
 *   still does
 *
 * What a number did in a window.
 */
typedef struct {
  GstClockTime from;
  GstClockTime to;
  gint64 first;
  gint64 last;
  gdouble rate;
  gboolean steady;
} GstProfTrendGrowth;

void     gst_prof_trend_init    (GstProfTrend *trend, GstClockTime interval);
void     gst_prof_trend_clear   (GstProfTrend *trend);
void     gst_prof_trend_add     (GstProfTrend *trend, GstClockTime time,
                                 gint64 value);
gboolean gst_prof_trend_measure (const GstProfTrend *trend, GstClockTime window,
                                 GstProfTrendGrowth *growth);
gboolean gst_prof_trend_get_last (const GstProfTrend *trend,
                                  GstProfTrendPoint *point);

G_END_DECLS
