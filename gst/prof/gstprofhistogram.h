/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstProfHistogram:
 *
 * Durations in nanoseconds, counted in buckets of at most 1.6 % width. Its size
 * never changes. One thread writes; it has no lock of its own.
 */
typedef struct _GstProfHistogram GstProfHistogram;

#define GST_TYPE_PROF_HISTOGRAM (gst_prof_histogram_get_type ())
GType             gst_prof_histogram_get_type   (void);

GstProfHistogram *gst_prof_histogram_new        (void);
GstProfHistogram *gst_prof_histogram_copy       (const GstProfHistogram *histogram);
void              gst_prof_histogram_free       (GstProfHistogram *histogram);

void              gst_prof_histogram_reset      (GstProfHistogram *histogram);
void              gst_prof_histogram_record     (GstProfHistogram *histogram,
                                                 guint64 value);
void              gst_prof_histogram_merge      (GstProfHistogram *histogram,
                                                 const GstProfHistogram *other);

guint64           gst_prof_histogram_get_count  (const GstProfHistogram *histogram);
guint64           gst_prof_histogram_get_min    (const GstProfHistogram *histogram);
guint64           gst_prof_histogram_get_max    (const GstProfHistogram *histogram);
guint64           gst_prof_histogram_get_sum    (const GstProfHistogram *histogram);
guint64           gst_prof_histogram_get_mean   (const GstProfHistogram *histogram);
guint64           gst_prof_histogram_percentile (const GstProfHistogram *histogram,
                                                 gdouble percentile);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfHistogram, gst_prof_histogram_free)

G_END_DECLS
