/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Counts durations in log-linear buckets: each power of two is cut into 64
 * equal parts. Owns its counters and nothing else; passive, whoever holds it
 * writes it.
 *
 * A percentile is answered with the middle of the bucket that holds the rank.
 * A bucket is 1/64 of its octave wide, so the middle is at most 1/128 = 0.8 %
 * away from the recorded value. Values below 128 have a bucket each.
 */

#include "gstprofhistogram.h"

#include <math.h>

#define SUB_BITS 6
#define SUB_COUNT (1 << SUB_BITS)
/* 2^44 ns are 4.9 hours: no stay in a stage is longer. What is, counts as that
 * long in percentiles, and exactly in max and sum. */
#define MAX_BITS 44
#define N_BUCKETS ((MAX_BITS - SUB_BITS + 1) * SUB_COUNT)

struct _GstProfHistogram
{
  guint64 count;
  guint64 sum;
  guint64 min;
  guint64 max;
  guint64 buckets[N_BUCKETS];
};

G_DEFINE_BOXED_TYPE (GstProfHistogram, gst_prof_histogram,
    gst_prof_histogram_copy, gst_prof_histogram_free);

static guint
value_to_bucket (guint64 value)
{
  guint shift;

  if (value >> MAX_BITS)
    return N_BUCKETS - 1;
  if (value < 2 * SUB_COUNT)
    return value;

  /* The highest bit is implied by the row; the 6 below it are the column. */
  shift = 63 - __builtin_clzll (value) - SUB_BITS;
  return (shift << SUB_BITS) + (value >> shift);
}

static guint64
bucket_to_value (guint bucket)
{
  guint shift;

  if (bucket < 2 * SUB_COUNT)
    return bucket;

  shift = (bucket >> SUB_BITS) - 1;
  return ((guint64) (bucket - (shift << SUB_BITS)) << shift)
      + (G_GUINT64_CONSTANT (1) << shift) / 2;
}

/**
 * gst_prof_histogram_new:
 *
 * Returns: (transfer full): an empty histogram
 */
GstProfHistogram *
gst_prof_histogram_new (void)
{
  return g_new0 (GstProfHistogram, 1);
}

/**
 * gst_prof_histogram_copy:
 * @histogram: a histogram
 *
 * Returns: (transfer full): a histogram of the same contents
 */
GstProfHistogram *
gst_prof_histogram_copy (const GstProfHistogram * histogram)
{
  g_return_val_if_fail (histogram != NULL, NULL);

  return g_memdup2 (histogram, sizeof (GstProfHistogram));
}

/**
 * gst_prof_histogram_free:
 * @histogram: (nullable) (transfer full): a histogram
 */
void
gst_prof_histogram_free (GstProfHistogram * histogram)
{
  g_free (histogram);
}

/**
 * gst_prof_histogram_reset:
 * @histogram: a histogram
 *
 * Forgets all values.
 */
void
gst_prof_histogram_reset (GstProfHistogram * histogram)
{
  g_return_if_fail (histogram != NULL);

  *histogram = (GstProfHistogram) { 0 };
}

/**
 * gst_prof_histogram_record:
 * @histogram: a histogram
 * @value: a duration in nanoseconds
 *
 * Counts one value. Allocates nothing.
 */
void
gst_prof_histogram_record (GstProfHistogram * histogram, guint64 value)
{
  if (histogram->count == 0 || value < histogram->min)
    histogram->min = value;
  if (value > histogram->max)
    histogram->max = value;
  histogram->count++;
  histogram->sum += value;
  histogram->buckets[value_to_bucket (value)]++;
}

/**
 * gst_prof_histogram_merge:
 * @histogram: a histogram
 * @other: another one
 *
 * Counts in @histogram all values of @other, as if they had been recorded
 * there.
 */
void
gst_prof_histogram_merge (GstProfHistogram * histogram,
    const GstProfHistogram * other)
{
  g_return_if_fail (histogram != NULL);
  g_return_if_fail (other != NULL);

  if (other->count == 0)
    return;

  if (histogram->count == 0 || other->min < histogram->min)
    histogram->min = other->min;
  histogram->max = MAX (histogram->max, other->max);
  histogram->count += other->count;
  histogram->sum += other->sum;
  for (guint i = 0; i < N_BUCKETS; i++)
    histogram->buckets[i] += other->buckets[i];
}

/**
 * gst_prof_histogram_get_count:
 * @histogram: a histogram
 *
 * Returns: how many values were recorded
 */
guint64
gst_prof_histogram_get_count (const GstProfHistogram * histogram)
{
  return histogram->count;
}

/**
 * gst_prof_histogram_get_min:
 * @histogram: a histogram
 *
 * Returns: the smallest value, exactly; 0 when there is none
 */
guint64
gst_prof_histogram_get_min (const GstProfHistogram * histogram)
{
  return histogram->min;
}

/**
 * gst_prof_histogram_get_max:
 * @histogram: a histogram
 *
 * Returns: the largest value, exactly; 0 when there is none
 */
guint64
gst_prof_histogram_get_max (const GstProfHistogram * histogram)
{
  return histogram->max;
}

/**
 * gst_prof_histogram_get_sum:
 * @histogram: a histogram
 *
 * Returns: the sum of all values, exactly
 */
guint64
gst_prof_histogram_get_sum (const GstProfHistogram * histogram)
{
  return histogram->sum;
}

/**
 * gst_prof_histogram_get_mean:
 * @histogram: a histogram
 *
 * Returns: the mean of all values, rounded down; 0 when there is none
 */
guint64
gst_prof_histogram_get_mean (const GstProfHistogram * histogram)
{
  return histogram->count ? histogram->sum / histogram->count : 0;
}

/**
 * gst_prof_histogram_percentile:
 * @histogram: a histogram
 * @percentile: 0 to 100
 *
 * Returns: the value at that rank, within 1 %; the first and the last rank
 *   exactly; 0 when there is no value
 */
guint64
gst_prof_histogram_percentile (const GstProfHistogram * histogram,
    gdouble percentile)
{
  guint64 rank, seen = 0;
  guint bucket;

  g_return_val_if_fail (percentile >= 0.0 && percentile <= 100.0, 0);

  /* What is a whole number shall not become the next one by rounding. */
  rank = (guint64) ceil (percentile * histogram->count / 100.0 - 1e-6);
  if (rank <= 1)
    return histogram->min;
  if (rank >= histogram->count)
    return histogram->max;

  for (bucket = 0; bucket < N_BUCKETS - 1; bucket++) {
    seen += histogram->buckets[bucket];
    if (seen >= rank)
      break;
  }
  /* A bucket's middle can lie outside what was recorded. */
  return CLAMP (bucket_to_value (bucket), histogram->min, histogram->max);
}
