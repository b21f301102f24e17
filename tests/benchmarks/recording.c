/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * CPU time and peak memory of a 720p recording with and without gst-prof. Each
 * run is a process of its own, this program again with a way and a file as its
 * arguments, and the ways take turns. One of them comes twice: what its two
 * series differ by is what the machine alone does to the numbers, and a
 * difference between the others has to be seen beside that.
 */

#include <glib/gstdio.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "feed.h"
#include "series.h"

#define FRAMES 300
#define ROUNDS 9

/* YUY2, as cameras give it: there is something to convert. */
#define SOURCE "videotestsrc num-buffers=300 pattern=smpte horizontal-speed=4" \
    " ! video/x-raw,format=YUY2,width=1280,height=720,framerate=30/1 ! "
#define ENCODER "x264enc tune=zerolatency speed-preset=ultrafast " \
    "key-int-max=60 bitrate=4000"
#define BARE SOURCE "videoconvertscale ! video/x-raw,format=I420 ! " ENCODER \
    " ! h264parse ! matroskamux offset-to-zero=true ! filesink location=%s"
#define STAGES SOURCE "profnormalize ! profencode encoder=\"" ENCODER "\" ! " \
    "h264parse ! profmuxsink location=%s"

static const struct
{
  const gchar *label;
  const gchar *description;
} ways[] = {
  {"without", BARE},
  {"without, again (control)", BARE},
  {"latencytracer.( ), no messages", "latencytracer.( " STAGES " )"},
  {"latencytracer floating, messages read", STAGES " latencytracer"},
};

#define N_WAYS G_N_ELEMENTS (ways)

/* VmHWM: the most that was resident, in kB */
static guint64
read_peak_memory (void)
{
  g_autofree gchar *status = NULL;
  const gchar *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return 0;
  line = strstr (status, "VmHWM:");
  return line ? g_ascii_strtoull (line + strlen ("VmHWM:"), NULL, 10) : 0;
}

/* How often a thread of the process had to wait, and was woken again */
static glong
count_waits (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_nvcsw;
}

/* In the child: records, reads every message, and says what it took. */
static gint
record (guint way, const gchar * location)
{
  g_autofree gchar *description =
      g_strdup_printf (ways[way].description, location);
  GstElement *pipeline = bench_parse (description);
  glong waits = count_waits ();
  guint64 start = bench_process_cpu ();

  bench_run_to_end (pipeline, NULL, NULL);
  gst_object_unref (pipeline);
  printf ("%" G_GUINT64_FORMAT " %ld %" G_GUINT64_FORMAT "\n",
      bench_process_cpu () - start, count_waits () - waits,
      read_peak_memory ());
  return 0;
}

/* One series of each for every way */
typedef struct {
  BenchSeries cpu[N_WAYS];
  BenchSeries waits[N_WAYS];
  BenchSeries memory[N_WAYS];
} Results;

static void
run_child (guint way, const gchar * location, Results * results)
{
  gchar number[8], self[] = "/proc/self/exe";
  gchar *argv[] = { self, number, (gchar *) location, NULL };
  g_autofree gchar *output = NULL;
  g_autoptr (GError) error = NULL;
  guint64 ns, kb;
  glong waits;
  gint status;

  g_snprintf (number, sizeof (number), "%u", way);
  if (!g_spawn_sync (NULL, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output,
          NULL, &status, &error)
      || !g_spawn_check_wait_status (status, &error)
      || sscanf (output, "%" G_GUINT64_FORMAT " %ld %" G_GUINT64_FORMAT, &ns,
          &waits, &kb) != 3) {
    fprintf (stderr, "%s: %s\n", ways[way].label,
        error ? error->message : "no numbers");
    exit (1);
  }
  g_unlink (location);
  if (results != NULL) {
    bench_series_add (&results->cpu[way], ns / 1e6);
    bench_series_add (&results->waits[way], waits / (gdouble) FRAMES);
    bench_series_add (&results->memory[way], kb / 1024.0);
  }
}

static void
print_all (const Results * results)
{
  const BenchSeries *cpu = results->cpu;
  BenchSeries series;

  bench_print_title ("CPU of %u frames of 1280x720 into mkv, ms, user and "
      "system (%u rounds)", FRAMES, ROUNDS);
  for (guint way = 0; way < N_WAYS; way++)
    bench_print_series (ways[way].label, &cpu[way], 1);

  bench_print_title ("The same as a ratio to \"%s\" of the same round",
      ways[0].label);
  for (guint way = 1; way < N_WAYS; way++) {
    bench_series_get_ratios (&cpu[way], &cpu[0], &series);
    bench_print_series (ways[way].label, &series, 4);
  }

  bench_print_title ("More per frame than \"%s\" of the same round, us",
      ways[0].label);
  for (guint way = 1; way < N_WAYS; way++) {
    bench_series_get_differences (&cpu[way], &cpu[0], &series);
    for (guint i = 0; i < series.n; i++)
      series.values[i] *= 1000.0 / FRAMES;
    bench_print_series (ways[way].label, &series, 0);
  }

  bench_print_title ("Waits of all threads per frame");
  for (guint way = 0; way < N_WAYS; way++)
    bench_print_series (ways[way].label, &results->waits[way], 2);

  bench_print_title ("Peak memory, MiB");
  for (guint way = 0; way < N_WAYS; way++)
    bench_print_series (ways[way].label, &results->memory[way], 1);
}

int
main (int argc, char **argv)
{
  g_autofree Results *results = g_new0 (Results, 1);
  g_autofree gchar *directory = NULL, *location = NULL;

  bench_init ();
  if (argc == 3)
    return record (atoi (argv[1]) % N_WAYS, argv[2]);

  directory = g_dir_make_tmp ("gst-prof-bench-XXXXXX", NULL);
  location = g_build_filename (directory, "recording.mkv", NULL);
  run_child (0, location, NULL);
  for (guint round = 0; round < ROUNDS; round++) {
    for (guint i = 0; i < N_WAYS; i++) {
      guint way = (round + i) % N_WAYS;

      run_child (way, location, results);
    }
  }
  g_rmdir (directory);
  print_all (results);
  return 0;
}
