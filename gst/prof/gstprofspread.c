/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * A small histogram of times, for where there may be a thousand of them: of each
 * element, say. What GstProfHistogram tells to 1 % with 20 KB, this tells to 7 %
 * with one. All 0 is an empty one. Passive.
 */

#include "gstprofspread.h"

static guint
find_bucket (GstClockTime value)
{
  guint bit;

  if (value < (G_GUINT64_CONSTANT (1) << GST_PROF_SPREAD_FIRST_BIT))
    return 0;
  bit = 63 - __builtin_clzll (value);
  if (bit >= GST_PROF_SPREAD_FIRST_BIT + GST_PROF_SPREAD_BITS)
    return GST_PROF_SPREAD_BUCKETS - 1;
  return 1 + 8 * (bit - GST_PROF_SPREAD_FIRST_BIT) + ((value >> (bit - 3)) & 7);
}

/* In the middle of a bucket. */
static GstClockTime
get_middle (guint bucket)
{
  guint bit;
  GstClockTime start;

  if (bucket == 0)
    return G_GUINT64_CONSTANT (1) << (GST_PROF_SPREAD_FIRST_BIT - 1);
  bit = GST_PROF_SPREAD_FIRST_BIT + (bucket - 1) / 8;
  start = G_GUINT64_CONSTANT (1) << bit;
  start += (start >> 3) * ((bucket - 1) % 8);
  return start + (G_GUINT64_CONSTANT (1) << bit) / 16;
}

/* What there is little of does not vanish. */
static void
halve (GstProfSpread * spread)
{
  for (guint i = 0; i < GST_PROF_SPREAD_BUCKETS; i++)
    spread->counts[i] = (spread->counts[i] + 1) / 2;
}

/*
 * gst_prof_spread_add:
 * @spread: a spread
 * @value: nanoseconds
 */
void
gst_prof_spread_add (GstProfSpread * spread, GstClockTime value)
{
  guint16 *count = &spread->counts[find_bucket (value)];

  spread->min = spread->total > 0 ? MIN (spread->min, value) : value;
  spread->max = MAX (spread->max, value);
  spread->total++;
  if (*count == G_MAXUINT16)
    halve (spread);
  (*count)++;
}

static gdouble
get_weight (const GstProfSpread * spread)
{
  guint64 counted = 0;

  for (guint i = 0; i < GST_PROF_SPREAD_BUCKETS; i++)
    counted += spread->counts[i];
  return counted > 0 ? (gdouble) spread->total / counted : 0;
}

/*
 * gst_prof_spread_merge:
 * @spread: a spread
 * @other: another one, whose values @spread gets as well
 */
void
gst_prof_spread_merge (GstProfSpread * spread, const GstProfSpread * other)
{
  gdouble weight = get_weight (spread), other_weight = get_weight (other);
  gdouble sums[GST_PROF_SPREAD_BUCKETS], most = 0, scale;

  if (other->total == 0)
    return;
  for (guint i = 0; i < GST_PROF_SPREAD_BUCKETS; i++) {
    sums[i] = spread->counts[i] * weight + other->counts[i] * other_weight;
    most = MAX (most, sums[i]);
  }
  scale = most > G_MAXUINT16 ? G_MAXUINT16 / 2 / most : 1;
  for (guint i = 0; i < GST_PROF_SPREAD_BUCKETS; i++) {
    spread->counts[i] = (guint16) (sums[i] * scale + 0.5);
    /* What there is little of does not vanish. */
    if (sums[i] > 0)
      spread->counts[i] = MAX (spread->counts[i], 1);
  }
  spread->min = spread->total > 0 ? MIN (spread->min, other->min) : other->min;
  spread->max = MAX (spread->max, other->max);
  spread->total += other->total;
}

/*
 * gst_prof_spread_percentile:
 * @spread: a spread
 * @percent: 1 to 100
 *
 * Returns: what so many of the values do not exceed, to 7 %; 0: there is none
 */
GstClockTime
gst_prof_spread_percentile (const GstProfSpread * spread, guint percent)
{
  guint64 counted = 0, rank;

  if (spread->total == 0)
    return 0;
  for (guint i = 0; i < GST_PROF_SPREAD_BUCKETS; i++)
    counted += spread->counts[i];
  rank = MAX (gst_util_uint64_scale_ceil (counted, percent, 100), 1);
  counted = 0;
  for (guint i = 0; i < GST_PROF_SPREAD_BUCKETS; i++) {
    counted += spread->counts[i];
    if (counted >= rank)
      return CLAMP (get_middle (i), spread->min, spread->max);
  }
  return spread->max;
}

/*
 * gst_prof_spread_fill:
 * @spread: (nullable): a spread; %NULL: an empty one
 * @distribution: (inout): gets the percentiles; the rest is left as it is
 */
void
gst_prof_spread_fill (const GstProfSpread * spread,
    GstProfDistribution * distribution)
{
  if (spread == NULL)
    return;
  distribution->p50 = gst_prof_spread_percentile (spread, 50);
  distribution->p95 = gst_prof_spread_percentile (spread, 95);
  distribution->p99 = gst_prof_spread_percentile (spread, 99);
}
