/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What looking costs: the share of one core that the sampler's and the monitor's
 * thread take beside a live pipeline with eight streaming threads. Beside it, the
 * control: a thread that is woken as often and does nothing, since waking a
 * thread is most of it on many machines. And the interval in which nothing is
 * looked at, for what the brackets alone cost the streaming threads. Then many
 * small live pipelines in one process, each with its own latencytracer.
 */

#include <stdio.h>
#include <string.h>

#include "feed.h"
#include "series.h"

#define ROUNDS 7
#define MANY_ROUNDS 3
#define SECONDS 4
#define WAKE_INTERVAL (10 * G_TIME_SPAN_MILLISECOND)

#define PIPELINE "videotestsrc is-live=true ! " \
    "video/x-raw,width=320,height=240,framerate=30/1 ! queue ! identity ! " \
    "queue ! identity ! queue ! profnormalize ! queue ! identity ! queue ! " \
    "profencode ! queue ! h264parse ! queue ! profmuxsink location=%s "

#define SOUND "audiotestsrc is-live=true ! audioconvert ! fakesink sync=true " \
    "latencytracer"

static const guint many[] = { 64, 200 };

#define N_MANY G_N_ELEMENTS (many)

static const struct
{
  const gchar *label;
  const gchar *tracer;
} ways[] = {
  {"without latencytracer", ""},
  {"latencytracer, every 10 ms", "latencytracer"},
  {"latencytracer, never looking", "latencytracer sample-interval=0"},
};

#define N_WAYS G_N_ELEMENTS (ways)

typedef struct
{
  BenchSeries sampler;
  BenchSeries monitor;
  BenchSeries control;
  BenchSeries process[N_WAYS];
  BenchSeries many[N_MANY];
  BenchSeries many_process[N_MANY];
} Results;

/* CPU time of the threads of that name, nanoseconds */
static guint64
read_thread_cpu (const gchar * name)
{
  GDir *dir = g_dir_open ("/proc/self/task", 0, NULL);
  const gchar *entry;
  guint64 sum = 0;

  while (dir != NULL && (entry = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *comm_path =
        g_strdup_printf ("/proc/self/task/%s/comm", entry);
    g_autofree gchar *stat_path =
        g_strdup_printf ("/proc/self/task/%s/schedstat", entry);
    g_autofree gchar *comm = NULL, *stat = NULL;

    if (g_file_get_contents (comm_path, &comm, NULL, NULL)
        && g_str_equal (g_strchomp (comm), name)
        && g_file_get_contents (stat_path, &stat, NULL, NULL))
      sum += g_ascii_strtoull (stat, NULL, 10);
  }
  if (dir != NULL)
    g_dir_close (dir);
  return sum;
}

static gdouble
percent (guint64 cpu)
{
  return 100.0 * cpu / (SECONDS * GST_SECOND);
}

static void
measure (guint way, const gchar * location, Results * results)
{
  g_autofree gchar *text = g_strdup_printf (PIPELINE, location);
  g_autofree gchar *description = g_strconcat (text, ways[way].tracer, NULL);
  GstElement *pipeline = bench_parse (description);
  guint64 process, sampler, monitor;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_usleep (G_USEC_PER_SEC);
  process = bench_process_cpu ();
  sampler = read_thread_cpu ("prof-sampler");
  monitor = read_thread_cpu ("prof-monitor");
  g_usleep (SECONDS * G_USEC_PER_SEC);
  bench_series_add (&results->process[way],
      percent (bench_process_cpu () - process));
  if (way == 1) {
    bench_series_add (&results->sampler,
        percent (read_thread_cpu ("prof-sampler") - sampler));
    bench_series_add (&results->monitor,
        percent (read_thread_cpu ("prof-monitor") - monitor));
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

static void
measure_control (Results * results)
{
  gint64 due = g_get_monotonic_time (), end = due + SECONDS * G_USEC_PER_SEC;
  guint64 start = bench_thread_cpu ();
  GMutex lock;
  GCond cond;

  g_mutex_init (&lock);
  g_cond_init (&cond);
  g_mutex_lock (&lock);
  while (due < end) {
    due += WAKE_INTERVAL;
    g_cond_wait_until (&cond, &lock, due);
  }
  g_mutex_unlock (&lock);
  g_mutex_clear (&lock);
  g_cond_clear (&cond);
  bench_series_add (&results->control, percent (bench_thread_cpu () - start));
}

/* One streaming thread each. */
static void
measure_many (guint i, Results * results)
{
  g_autoptr (GPtrArray) pipelines =
      g_ptr_array_new_with_free_func (gst_object_unref);
  guint64 process, sampler;

  for (guint j = 0; j < many[i]; j++) {
    g_ptr_array_add (pipelines, bench_parse (SOUND));
    gst_element_set_state (g_ptr_array_index (pipelines, j),
        GST_STATE_PLAYING);
  }
  g_usleep (2 * G_USEC_PER_SEC);
  process = bench_process_cpu ();
  sampler = read_thread_cpu ("prof-sampler");
  g_usleep (SECONDS * G_USEC_PER_SEC);
  bench_series_add (&results->many_process[i],
      percent (bench_process_cpu () - process));
  bench_series_add (&results->many[i],
      percent (read_thread_cpu ("prof-sampler") - sampler));
  for (guint j = 0; j < many[i]; j++)
    gst_element_set_state (g_ptr_array_index (pipelines, j), GST_STATE_NULL);
}

static void
print_many (const Results * results)
{
  bench_print_title ("Share of one core, %%, of the sampler, by live pipelines "
      "of one thread each (%u rounds of %u s)", MANY_ROUNDS, SECONDS);
  for (guint i = 0; i < N_MANY; i++) {
    g_autofree gchar *sampler = g_strdup_printf ("%u: sampler", many[i]);
    g_autofree gchar *process = g_strdup_printf ("%u: the whole process",
        many[i]);

    bench_print_series (sampler, &results->many[i], 2);
    bench_print_series (process, &results->many_process[i], 2);
  }
}

int
main (int argc, char **argv)
{
  g_autofree Results *results = g_new0 (Results, 1);
  g_autofree gchar *directory = NULL, *location = NULL;

  bench_init ();
  directory = g_dir_make_tmp ("gst-prof-bench-XXXXXX", NULL);
  location = g_build_filename (directory, "recording.mkv", NULL);
  for (guint round = 0; round < ROUNDS; round++) {
    for (guint i = 0; i < N_WAYS; i++)
      measure ((round + i) % N_WAYS, location, results);
    measure_control (results);
  }
  remove (location);
  remove (directory);
  for (guint round = 0; round < MANY_ROUNDS; round++) {
    for (guint i = 0; i < N_MANY; i++)
      measure_many (i, results);
  }

  bench_print_title ("Share of one core, %%, eight streaming threads at 30 fps "
      "(%u rounds of %u s)", ROUNDS, SECONDS);
  bench_print_series ("control: woken every 10 ms", &results->control, 2);
  bench_print_series ("the sampler's thread", &results->sampler, 2);
  bench_print_series ("the monitor's thread", &results->monitor, 2);
  bench_print_title ("The whole process, %% of one core");
  for (guint way = 0; way < N_WAYS; way++)
    bench_print_series (ways[way].label, &results->process[way], 2);
  print_many (results);
  return 0;
}
