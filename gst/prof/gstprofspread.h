/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofsummary.h"

G_BEGIN_DECLS

/* From 256 ns to 2^37 ns, 137 s, eight to each power of two; what is shorter or
 * longer is in the first or the last. */
#define GST_PROF_SPREAD_FIRST_BIT 8
#define GST_PROF_SPREAD_BITS 29
#define GST_PROF_SPREAD_BUCKETS (1 + 8 * GST_PROF_SPREAD_BITS)

/**
 * GstProfSpread:
 * @total: how many values there were
 * @min: the least
 * @max: the largest
 * @counts: how many there are in each range, in proportion: when one of them is
 *   full all are halved
 *
 * How values are spread, in half a kilobyte: percentiles are right to 7 %.
 */
typedef struct {
  guint64 total;
  GstClockTime min;
  GstClockTime max;
  guint16 counts[GST_PROF_SPREAD_BUCKETS];
} GstProfSpread;

void         gst_prof_spread_add        (GstProfSpread *spread, GstClockTime value);
void         gst_prof_spread_merge      (GstProfSpread *spread,
                                         const GstProfSpread *other);
GstClockTime gst_prof_spread_percentile (const GstProfSpread *spread,
                                         guint percent);
void         gst_prof_spread_fill       (const GstProfSpread *spread,
                                         GstProfDistribution *distribution);

G_END_DECLS
