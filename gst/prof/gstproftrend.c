/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Tells steady growth from a step and from noise. Owns the last points of one
 * number; what the number is and how much growth is too much is others'
 * business. Passive, time comes in; who holds a trend calls it.
 */

#include "gstproftrend.h"

/* Fewer points do not tell a slope from a step. */
#define MIN_POINTS 5

/* Of what was gained in the window, what one step may be, and how much may be
 * lost again at its end. */
#define MAX_STEP_PERCENT 40
#define MAX_LOSS_PERCENT 25

/*
 * gst_prof_trend_init:
 * @trend: (out caller-allocates): an empty trend
 * @interval: least time between two points, nanoseconds; the trend reaches back
 *   64 of these
 */
void
gst_prof_trend_init (GstProfTrend * trend, GstClockTime interval)
{
  trend->interval = interval;
  gst_prof_trend_clear (trend);
}

/*
 * gst_prof_trend_clear:
 * @trend: a trend
 *
 * Forgets all points: what comes has nothing to do with what was.
 */
void
gst_prof_trend_clear (GstProfTrend * trend)
{
  trend->n = trend->next = 0;
  trend->pending = FALSE;
}

/* The ith point, the oldest first. */
static const GstProfTrendPoint *
get_point (const GstProfTrend * trend, guint i)
{
  return &trend->points[(trend->next + GST_PROF_TREND_POINTS - trend->n + i)
      % GST_PROF_TREND_POINTS];
}

/*
 * gst_prof_trend_get_last:
 * @trend: a trend
 * @point: (out): its newest point; untouched when there is none
 *
 * Returns: whether there is one
 */
gboolean
gst_prof_trend_get_last (const GstProfTrend * trend, GstProfTrendPoint * point)
{
  if (trend->n == 0)
    return FALSE;
  *point = *get_point (trend, trend->n - 1);
  return TRUE;
}

/*
 * gst_prof_trend_add:
 * @trend: a trend
 * @time: nanoseconds; what is before the last point is ignored
 * @value: the number at that time
 */
void
gst_prof_trend_add (GstProfTrend * trend, GstClockTime time, gint64 value)
{
  if (trend->n > 0 && time < get_point (trend, trend->n - 1)->time)
    return;
  /* With the time that it belongs to, so that the slope is right. */
  if (!trend->pending || value < trend->least.value)
    trend->least = (GstProfTrendPoint) { time, value };
  trend->pending = TRUE;
  if (trend->n > 0 && time < trend->due)
    return;

  trend->points[trend->next] = trend->least;
  trend->next = (trend->next + 1) % GST_PROF_TREND_POINTS;
  trend->n = MIN (trend->n + 1, GST_PROF_TREND_POINTS);
  trend->pending = FALSE;
  trend->due = time + trend->interval;
}

/* Least squares, with times relative to the first point, so that nothing is
 * lost in a double. */
static gdouble
fit_slope (const GstProfTrend * trend, guint begin)
{
  const GstProfTrendPoint *first = get_point (trend, begin);
  gdouble n = trend->n - begin, x_sum = 0, y_sum = 0, xx_sum = 0, xy_sum = 0;
  gdouble spread;

  for (guint i = begin; i < trend->n; i++) {
    const GstProfTrendPoint *point = get_point (trend, i);
    gdouble x = (gdouble) (point->time - first->time) / GST_SECOND;
    gdouble y = (gdouble) (point->value - first->value);

    x_sum += x;
    y_sum += y;
    xx_sum += x * x;
    xy_sum += x * y;
  }
  spread = n * xx_sum - x_sum * x_sum;
  return spread > 0 ? (n * xy_sum - x_sum * y_sum) / spread : 0;
}

static gboolean
is_steady (const GstProfTrend * trend, guint begin)
{
  gint64 first = get_point (trend, begin)->value;
  gint64 last = get_point (trend, trend->n - 1)->value;
  gint64 gained = last - first, largest_step = 0, highest = first;

  if (gained <= 0)
    return FALSE;
  for (guint i = begin + 1; i < trend->n; i++) {
    gint64 value = get_point (trend, i)->value;

    largest_step = MAX (largest_step, value - get_point (trend, i - 1)->value);
    highest = MAX (highest, value);
  }
  return largest_step <= gained / 100.0 * MAX_STEP_PERCENT
      && highest - last <= gained / 100.0 * MAX_LOSS_PERCENT;
}

/*
 * gst_prof_trend_measure:
 * @trend: a trend
 * @window: how far to look back from the newest point, nanoseconds
 * @growth: (out caller-allocates): what happened in that time; untouched when
 *   %FALSE is returned
 *
 * Returns: %FALSE when the trend does not reach back that far, or has too few
 *   points there
 */
gboolean
gst_prof_trend_measure (const GstProfTrend * trend, GstClockTime window,
    GstProfTrendGrowth * growth)
{
  const GstProfTrendPoint *first, *last;
  guint begin = 0;

  if (trend->n < MIN_POINTS)
    return FALSE;
  last = get_point (trend, trend->n - 1);
  while (last->time - get_point (trend, begin)->time > window)
    begin++;
  first = get_point (trend, begin);
  /* The points seldom lie exactly on its edge. */
  if (trend->n - begin < MIN_POINTS
      || last->time - first->time < window - window / 8)
    return FALSE;

  growth->from = first->time;
  growth->to = last->time;
  growth->first = first->value;
  growth->last = last->value;
  growth->rate = fit_slope (trend, begin);
  growth->steady = is_steady (trend, begin);
  return TRUE;
}
