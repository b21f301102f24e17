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
