/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What one frame costs, all stages together: normalize, pts, encode, mux and
 * write, against the same elements without the stages around them.
 *
 * The encoder is left out, since its own time varies by more than what is
 * looked for: packets of a clip that was encoded beforehand travel as if they
 * were raw frames, and a capssetter in the encoder's place says what they are.
 * All that is left is pads, muxer, file and gst-prof.
 *
 * Three questions: CPU time of all threads when frames come as fast as they
 * can; time of the streaming thread when the caches are cold, as they are after
 * a real encoder; and what the monitor's thread takes when nothing comes.
 *
 * With arguments: WAY COUNT pushes COUNT frames into Matroska in one way and
 * prints nothing, for a tool that counts instructions; --list names the ways.
 */

#include <glib/gstdio.h>

#include <stdio.h>
#include <stdlib.h>

#include "feed.h"
#include "series.h"

/* What all stages of a frame may take together, in microseconds */
#define AIM 20.0

#define CLIP_FRAMES 300
#define WARM_FRAMES 1200
#define WARM_ROUNDS 9
#define COLD_FRAMES 300
#define COLD_ROUNDS 5

/* Frames come in bursts of 5 s of a camera's. The pause after each is long
 * enough for the monitor to look after its queue. */
#define BURST 150
#define PAUSE (15 * G_TIME_SPAN_MILLISECOND)

/* Frames after which the bus is read */
#define SLICE 100

/* More than the second-level cache of one core */
#define COLD_SIZE (4 * 1024 * 1024)

/* 100 times a second, as the monitor */
#define REST_TICK (10 * G_TIME_SPAN_MILLISECOND)
#define REST_TIME (1 * G_USEC_PER_SEC)
#define REST_ROUNDS 3

#define CODEC "capssetter name=codec join=false replace=true"
#define BARE "videoconvertscale name=in ! video/x-raw,format=I420 ! " CODEC \
    " %s name=mux ! filesink async=false location=%s"
#define STAGES "profnormalize name=in ! profencode encoder=\"" CODEC "\" ! " \
    "profmuxsink sink=\"filesink async=false\" location=%s"

static const struct
{
  const gchar *extension;
  const gchar *muxer;
  const gchar *stream_format;
} containers[] = {
  {"mkv", "matroskamux offset-to-zero=true", "avc"},
  {"mp4", "mp4mux", "avc"},
  {"ts", "mpegtsmux", "byte-stream"},
  {"flv", "flvmux", "avc"},
};

/* BARE_AGAIN is the control: it shows what is noise. */
enum { BARE_RUN, BARE_AGAIN, INSIDE, FLOATING, N_WAYS };

static const gchar *const way_names[N_WAYS] = {
  "bare", NULL, "inside", "floating",
};

static const gchar *const way_labels[N_WAYS] = {
  "without",
  "without, again",
  "latencytracer.( ), no messages",
  "latencytracer floating, messages read",
};

/* Microseconds per frame more than without */
typedef struct {
  BenchSeries series;
  gdouble quickest;
} More;

typedef struct {
  GPtrArray *packets;
  GstCaps *caps;
  guint container;
  gchar *location;
} Clip;

static GstPadProbeReturn
take_packet (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Clip *clip = user_data;

  if (clip->caps == NULL)
    clip->caps = gst_pad_get_current_caps (pad);
  g_ptr_array_add (clip->packets,
      gst_buffer_ref (GST_PAD_PROBE_INFO_BUFFER (info)));
  return GST_PAD_PROBE_OK;
}

/* Encodes a clip as the container wants to have it */
static void
clip_init (Clip * clip, guint container, const gchar * directory)
{
  g_autofree gchar *description =
      g_strdup_printf ("videotestsrc num-buffers=%u pattern=ball ! "
      "video/x-raw,format=I420,width=640,height=360,framerate=30/1 ! "
      "x264enc tune=zerolatency speed-preset=ultrafast bitrate=2000 ! "
      "h264parse ! video/x-h264,stream-format=%s,alignment=au ! "
      "fakesink name=out", CLIP_FRAMES, containers[container].stream_format);
  GstElement *pipeline = bench_parse (description);
  GstElement *out = gst_bin_get_by_name (GST_BIN (pipeline), "out");
  GstPad *pad = gst_element_get_static_pad (out, "sink");

  clip->packets =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_buffer_unref);
  clip->container = container;
  clip->location = g_strdup_printf ("%s/frame.%s", directory,
      containers[container].extension);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, take_packet, clip, NULL);
  bench_run_to_end (pipeline, NULL, NULL);
  gst_object_unref (pad);
  gst_object_unref (out);
  gst_object_unref (pipeline);
}

static void
clip_clear (Clip * clip)
{
  g_ptr_array_unref (clip->packets);
  gst_caps_unref (clip->caps);
  g_unlink (clip->location);
  g_free (clip->location);
}

static BenchFeed *
start_feed (Clip * clip, guint way)
{
  g_autofree gchar *stages = g_strdup_printf (STAGES, clip->location);
  g_autofree gchar *description = NULL;
  GstElement *codec, *mux;
  BenchFeed *feed;
  GstCaps *caps;

  if (way == INSIDE)
    description = g_strdup_printf ("latencytracer.( %s )", stages);
  else if (way == FLOATING)
    description = g_strdup_printf ("%s latencytracer", stages);
  else
    description = g_strdup_printf (BARE, containers[clip->container].muxer,
        clip->location);

  feed = bench_feed_new (description);
  codec = gst_bin_get_by_name (GST_BIN (feed->pipeline), "codec");
  g_object_set (codec, "caps", clip->caps, NULL);
  /* A muxer links to what it can take: that is known only now. */
  mux = gst_bin_get_by_name (GST_BIN (feed->pipeline), "mux");
  if (mux != NULL)
    gst_element_link (codec, mux);
  gst_clear_object (&mux);
  gst_object_unref (codec);

  caps = gst_caps_from_string ("video/x-raw,format=I420,width=640,height=360,"
      "framerate=30/1,pixel-aspect-ratio=1/1,interlace-mode=progressive");
  bench_feed_start (feed, caps);
  gst_caps_unref (caps);
  return feed;
}

static GstBuffer *
next_packet (Clip * clip, BenchFeed * feed)
{
  return g_ptr_array_index (clip->packets, feed->frames % clip->packets->len);
}

/* Returns microseconds of all threads per frame */
static gdouble
run_warm (Clip * clip, guint way, guint64 * lost)
{
  BenchFeed *feed = start_feed (clip, way);
  guint64 start, spent;

  for (guint i = 0; i < SLICE; i++)
    bench_feed_push (feed, next_packet (clip, feed));
  bench_feed_read (feed);

  start = bench_process_cpu ();
  for (guint i = 1; i <= WARM_FRAMES; i++) {
    bench_feed_push (feed, next_packet (clip, feed));
    if (i % SLICE == 0)
      bench_feed_read (feed);
    if (i % BURST == 0)
      g_usleep (PAUSE);
  }
  bench_feed_end (feed);
  spent = bench_process_cpu () - start;

  *lost += bench_feed_get_stat (feed, "spans-dropped")
      + bench_feed_get_stat (feed, "messages-dropped")
      + bench_feed_get_stat (feed, "unjoined");
  bench_feed_free (feed);
  return spent / 1e3 / WARM_FRAMES;
}

/* How much more than without is what is looked for: by rounds, and between the
 * quickest rounds of both. Others that use the machine make CPU time longer,
 * never shorter. */
static void
print_ways (const BenchSeries * ways, More * more)
{
  for (guint way = 0; way < N_WAYS; way++)
    bench_print_series (way_labels[way], &ways[way], 2);
  for (guint way = 1; way < N_WAYS; way++) {
    g_autofree gchar *label = g_strdup_printf ("  more: %s", way_labels[way]);

    bench_series_get_differences (&ways[way], &ways[BARE_RUN],
        &more[way].series);
    more[way].quickest = bench_series_get_quantile (&ways[way], 0.0)
        - bench_series_get_quantile (&ways[BARE_RUN], 0.0);
    bench_print_series (label, &more[way].series, 2);
  }
}

static void
measure_warm (Clip * clip, More * more)
{
  g_autofree BenchSeries *ways = g_new0 (BenchSeries, N_WAYS);
  guint64 lost = 0;

  for (guint round = 0; round < WARM_ROUNDS; round++) {
    for (guint i = 0; i < N_WAYS; i++) {
      guint way = (round + i) % N_WAYS;

      bench_series_add (&ways[way], run_warm (clip, way, &lost));
    }
  }
  bench_print_title ("%s: us per frame, all threads, caches warm "
      "(%u rounds of %u frames)", containers[clip->container].extension,
      WARM_ROUNDS, WARM_FRAMES);
  print_ways (ways, more);
  if (lost > 0)
    printf ("%" G_GUINT64_FORMAT " spans were lost or not joined: "
        "the numbers are too low\n", lost);
}

/* What an encoder does to the caches between two frames */
static void
spoil_caches (guint8 * memory)
{
  for (gsize i = 0; i < COLD_SIZE; i += 64)
    memory[i]++;
}

/* Returns microseconds of the streaming thread per frame */
static gdouble
run_cold (Clip * clip, guint way, guint8 * memory)
{
  BenchFeed *feed = start_feed (clip, way);
  guint64 start, spent = 0;

  for (guint i = 1; i <= COLD_FRAMES; i++) {
    spoil_caches (memory);
    start = bench_thread_cpu ();
    bench_feed_push (feed, next_packet (clip, feed));
    spent += bench_thread_cpu () - start;
    if (i % SLICE == 0)
      bench_feed_read (feed);
  }
  bench_feed_end (feed);
  bench_feed_free (feed);
  return spent / 1e3 / COLD_FRAMES;
}

static void
measure_cold (Clip * clip, More * more)
{
  g_autofree BenchSeries *ways = g_new0 (BenchSeries, N_WAYS);
  g_autofree guint8 *memory = g_malloc0 (COLD_SIZE);

  for (guint round = 0; round < COLD_ROUNDS; round++) {
    for (guint i = 0; i < N_WAYS; i++) {
      guint way = (round + i) % N_WAYS;

      bench_series_add (&ways[way], run_cold (clip, way, memory));
    }
  }
  bench_print_title ("mkv: us per frame, streaming thread only, caches cold "
      "(%u rounds of %u frames)", COLD_ROUNDS, COLD_FRAMES);
  print_ways (ways, more);
}

/* The monitor looks after its queues 100 times a second, come what may. Beside
 * it: a thread that only wakes up as often. Microseconds per frame's time. */
static void
measure_rest (BenchSeries * monitor, BenchSeries * only_waking)
{
  const gdouble frames = REST_TIME * GST_USECOND / (gdouble) BENCH_BUDGET;
  GstElement *pipeline = bench_parse ("latencytracer");
  guint64 start;

  for (guint round = 0; round < REST_ROUNDS; round++) {
    gst_element_set_state (pipeline, GST_STATE_PLAYING);
    start = bench_process_cpu ();
    g_usleep (REST_TIME);
    bench_series_add (monitor, (bench_process_cpu () - start) / 1e3 / frames);
    gst_element_set_state (pipeline, GST_STATE_NULL);

    start = bench_process_cpu ();
    for (guint64 at = 0; at < REST_TIME; at += REST_TICK)
      g_usleep (REST_TICK);
    bench_series_add (only_waking,
        (bench_process_cpu () - start) / 1e3 / frames);
  }
  gst_object_unref (pipeline);
  bench_print_title ("Monitor's thread when nothing comes: us per 33.3 ms");
  bench_print_series ("latencytracer alone in a pipeline", monitor, 1);
  bench_print_series ("a thread that only wakes up 100 times a second",
      only_waking, 1);
}

static void
count_span (GstMessage * message, gpointer user_data)
{
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT
      && gst_message_has_name (message, "prof-span"))
    (*(guint *) user_data)++;
}

/* With a real encoder: how many spans there are must not depend on what stands
 * in for it. */
static gdouble
count_spans (Clip * clip)
{
  g_autofree gchar *description =
      g_strdup_printf ("videotestsrc num-buffers=%u ! "
      "video/x-raw,width=320,height=240,framerate=30/1 ! profnormalize ! "
      "profencode ! h264parse ! profmuxsink location=%s", CLIP_FRAMES,
      clip->location);
  GstElement *pipeline = bench_parse (description);
  guint n = 0;

  bench_run_to_end (pipeline, count_span, &n);
  gst_object_unref (pipeline);
  return n / (gdouble) CLIP_FRAMES;
}

static void
print_budget (const gchar * label, const More * more, gdouble spans)
{
  gdouble us = bench_series_get_median (&more->series);

  printf ("%-40s %12.2f %12.2f %10.3f %% %12.2f\n", label, us, more->quickest,
      100.0 * us * GST_USECOND / BENCH_BUDGET, us / spans);
}

static void
list_ways (void)
{
  for (guint way = 0; way < N_WAYS; way++) {
    if (way_names[way] != NULL)
      puts (way_names[way]);
  }
}

static gint
run_one (const gchar * name, guint n)
{
  g_autofree gchar *directory = g_dir_make_tmp ("gst-prof-bench-XXXXXX", NULL);
  Clip clip = { 0, };
  BenchFeed *feed;
  guint way = 0;

  while (way < N_WAYS && g_strcmp0 (name, way_names[way]) != 0)
    way++;
  if (way == N_WAYS) {
    fprintf (stderr, "no way \"%s\"\n", name);
    return 2;
  }

  clip_init (&clip, 0, directory);
  feed = start_feed (&clip, way);
  for (guint i = 1; i <= n; i++) {
    bench_feed_push (feed, next_packet (&clip, feed));
    if (i % SLICE == 0) {
      bench_feed_read (feed);
      bench_feed_catch_up (feed);
    }
  }
  bench_feed_free (feed);
  clip_clear (&clip);
  g_rmdir (directory);
  return 0;
}

int
main (int argc, char **argv)
{
  g_autofree gchar *directory = NULL;
  Clip clips[G_N_ELEMENTS (containers)] = { { 0, } };
  More warm[G_N_ELEMENTS (containers)][N_WAYS];
  More cold[N_WAYS];
  BenchSeries rest = { 0, }, only_waking = { 0, };
  gdouble spans[G_N_ELEMENTS (containers)];

  bench_init ();
  if (argc == 2 && g_str_equal (argv[1], "--list")) {
    list_ways ();
    return 0;
  }
  if (argc == 3)
    return run_one (argv[1], atoi (argv[2]));

  bench_stay_on_one_cpu ();
  directory = g_dir_make_tmp ("gst-prof-bench-XXXXXX", NULL);
  printf ("\nSpans per frame: normalize, pts, encode, mux, write\n");
  for (guint i = 0; i < G_N_ELEMENTS (containers); i++) {
    clip_init (&clips[i], i, directory);
    spans[i] = count_spans (&clips[i]);
    bench_print_value (containers[i].extension, spans[i], 2);
  }

  for (guint i = 0; i < G_N_ELEMENTS (containers); i++)
    measure_warm (&clips[i], warm[i]);
  measure_cold (&clips[0], cold);
  measure_rest (&rest, &only_waking);

  for (guint way = INSIDE; way < N_WAYS; way++) {
    printf ("\nAll stages of a frame together (aim: at most %.0f us): %s\n"
        "%-40s %12s %12s %12s %12s\n", AIM, way_labels[way], "",
        "us a frame", "quickest", "of 33.3 ms", "us a span");
    for (guint i = 0; i < G_N_ELEMENTS (containers); i++)
      print_budget (containers[i].extension, &warm[i][way], spans[i]);
    print_budget ("mkv, streaming thread only, caches cold", &cold[way],
        spans[0]);
  }

  for (guint i = 0; i < G_N_ELEMENTS (containers); i++)
    clip_clear (&clips[i]);
  g_rmdir (directory);
  return 0;
}
