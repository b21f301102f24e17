/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* One frame at 30 per second */
#define BENCH_BUDGET (GST_SECOND / 30)

/* The most values of a series: what comes then is left out */
#define BENCH_SERIES_MAX 1024

/**
 * BenchSeries:
 *
 * The same thing measured again and again. Starts as all zeroes.
 */
typedef struct {
  guint n;
  gdouble values[BENCH_SERIES_MAX];
} BenchSeries;

void    bench_init (void);
void    bench_stay_on_one_cpu (void);

guint64 bench_thread_cpu  (void);
guint64 bench_process_cpu (void);

void    bench_series_add          (BenchSeries *series, gdouble value);
gdouble bench_series_get_quantile (const BenchSeries *series, gdouble q);
gdouble bench_series_get_median   (const BenchSeries *series);
void    bench_series_get_differences (const BenchSeries *of,
                                      const BenchSeries *less,
                                      BenchSeries *differences);
void    bench_series_get_ratios   (const BenchSeries *of,
                                   const BenchSeries *to,
                                   BenchSeries *ratios);

void    bench_print_title  (const gchar *format, ...) G_GNUC_PRINTF (1, 2);
void    bench_print_series (const gchar *label, const BenchSeries *series,
                            guint digits);
void    bench_print_value  (const gchar *label, gdouble value, guint digits);

G_END_DECLS
