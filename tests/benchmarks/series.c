/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What the benchmarks have in common: CPU time, and series of measured values
 * that are told by their median and their middle half. Variants are measured in
 * turns, so that value i of one series and value i of another were taken at
 * about the same time: differences and ratios go by pairs, and a machine that
 * is slow for a while is slow for both.
 */

#include "series.h"

#include <locale.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LABEL_WIDTH 52

/*
 * bench_init:
 *
 * Initialises GStreamer. Log lines and tracers of the user's would be measured
 * too.
 */
void
bench_init (void)
{
  g_unsetenv ("GST_DEBUG");
  g_unsetenv ("GST_TRACERS");
  gst_init (NULL, NULL);
  /* Numbers look the same everywhere. */
  setlocale (LC_NUMERIC, "C");
  setvbuf (stdout, NULL, _IOLBF, 0);
}

/*
 * bench_stay_on_one_cpu:
 *
 * Keeps all threads of the process on the CPU it is on. What two threads cost
 * that hand buffers to each other depends on whether they really run side by
 * side, and so on whatever else the machine does: by more than what is looked
 * for here.
 */
void
bench_stay_on_one_cpu (void)
{
  cpu_set_t cpus;
  gint cpu = sched_getcpu ();

  if (cpu < 0)
    return;
  CPU_ZERO (&cpus);
  CPU_SET (cpu, &cpus);
  sched_setaffinity (0, sizeof (cpus), &cpus);
}

static guint64
read_clock (clockid_t id)
{
  struct timespec ts;

  clock_gettime (id, &ts);
  return GST_TIMESPEC_TO_TIME (ts);
}

/*
 * bench_thread_cpu:
 *
 * Returns: CPU time of the calling thread in nanoseconds
 */
guint64
bench_thread_cpu (void)
{
  return read_clock (CLOCK_THREAD_CPUTIME_ID);
}

/*
 * bench_process_cpu:
 *
 * Returns: CPU time of all threads of the process, in nanoseconds
 */
guint64
bench_process_cpu (void)
{
  return read_clock (CLOCK_PROCESS_CPUTIME_ID);
}

void
bench_series_add (BenchSeries * series, gdouble value)
{
  if (series->n < BENCH_SERIES_MAX)
    series->values[series->n++] = value;
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;

  return (x > y) - (x < y);
}

/*
 * bench_series_get_quantile:
 * @q: 0 for the least value, 1 for the largest
 *
 * Returns: the value, 0 when there is none; between two values what lies
 *   between them
 */
gdouble
bench_series_get_quantile (const BenchSeries * series, gdouble q)
{
  gdouble sorted[BENCH_SERIES_MAX], at;
  guint below;

  if (series->n == 0)
    return 0.0;
  memcpy (sorted, series->values, series->n * sizeof (gdouble));
  qsort (sorted, series->n, sizeof (gdouble), compare);
  at = q * (series->n - 1);
  below = (guint) at;
  if (below + 1 >= series->n)
    return sorted[series->n - 1];
  return sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]);
}

gdouble
bench_series_get_median (const BenchSeries * series)
{
  return bench_series_get_quantile (series, 0.5);
}

void
bench_series_get_differences (const BenchSeries * of,
    const BenchSeries * less, BenchSeries * differences)
{
  differences->n = 0;
  for (guint i = 0; i < MIN (of->n, less->n); i++)
    bench_series_add (differences, of->values[i] - less->values[i]);
}

void
bench_series_get_ratios (const BenchSeries * of, const BenchSeries * to,
    BenchSeries * ratios)
{
  ratios->n = 0;
  for (guint i = 0; i < MIN (of->n, to->n); i++)
    bench_series_add (ratios, of->values[i] / to->values[i]);
}

/*
 * bench_print_title:
 *
 * Prints the heading of a table.
 */
void
bench_print_title (const gchar * format, ...)
{
  g_autofree gchar *title = NULL;
  va_list args;

  va_start (args, format);
  title = g_strdup_vprintf (format, args);
  va_end (args);
  printf ("\n%s\n%-*s %10s  %s\n", title, LABEL_WIDTH, "", "median",
      "middle half");
}

/*
 * bench_print_series:
 * @label: what was measured
 * @digits: how many behind the point
 *
 * Prints the median and the two quartiles.
 */
void
bench_print_series (const gchar * label, const BenchSeries * series,
    guint digits)
{
  printf ("%-*s %10.*f  %.*f .. %.*f\n", LABEL_WIDTH, label,
      digits, bench_series_get_median (series),
      digits, bench_series_get_quantile (series, 0.25),
      digits, bench_series_get_quantile (series, 0.75));
}

/*
 * bench_print_value:
 * @label: what was computed
 * @digits: how many behind the point
 *
 * Prints a number that has no spread of its own.
 */
void
bench_print_value (const gchar * label, gdouble value, guint digits)
{
  printf ("%-*s %10.*f\n", LABEL_WIDTH, label, digits, value);
}
