/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What one span costs: CPU nanoseconds of the thread that does it. First a
 * stage around an element that does nothing, in all the ways in which it may be
 * listened to; then the parts that this is made of, each alone.
 *
 * All loops are warm: code and data are in the caches. See frame.c for what it
 * is when they are not.
 *
 * With arguments: VARIANT COUNT pushes COUNT buffers through one variant and
 * prints nothing, for a tool that counts instructions; --list names the
 * variants.
 */

#include <gst/prof/gstprofclock.h>
#include <gst/prof/gstprofmessage.h>
#include <gst/prof/gstprofmonitor.h>
#include <gst/prof/gstprofthreadrecord.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feed.h"
#include "series.h"

#define ROUNDS 200

/* Half of what a stage may have unread on the bus, an eighth of what the
 * monitor's queue holds */
#define SLICE 512

#define SINK " ! fakesink sync=false async=false"
#define STAGE "profstage name=in stage=bench element=identity" SINK

typedef enum {
  READ_BUS = 1 << 0,
} VariantFlags;

static const struct
{
  const gchar *name;
  const gchar *label;
  const gchar *description;
  VariantFlags flags;
} variants[] = {
  {"bare", "identity", "identity name=in" SINK},
  {"bin", "identity in a bin", "bin.( name=in identity )" SINK},
  {"swallowed", "profstage in latencytracer.( )",
        "latencytracer.( " STAGE " )"},
  {"read", "profstage, messages on a bus that is read", STAGE, READ_BUS},
  {"full", "profstage, messages on a bus that is full", STAGE},
  {"floating", "profstage, latencytracer floating, bus read",
        STAGE " latencytracer", READ_BUS},
  {"floating-full", "profstage, latencytracer floating, bus full",
        STAGE " latencytracer"},
};

enum { BARE, BIN, SWALLOWED, READ, FULL, FLOATING, FLOATING_FULL };

/* What the parts work with */
typedef struct {
  GstProfMonitor *monitor;
  GstElement *pipeline;
  GstBus *bus;
  GstProfSpan span;
  GstClockTime now;
} Parts;

static void
client_deliver (GstProfThreadClient * client, const GstProfSpan * span)
{
}

static void
client_nothing (GstProfThreadClient * client)
{
}

static GstProfThreadClient client = {
  client_deliver, client_nothing, client_nothing, client_nothing,
};

static gboolean
monitor_wants (GstDebugLevel level, gpointer user_data)
{
  return FALSE;
}

static void
monitor_log (GstDebugLevel level, const gchar * line, gpointer user_data)
{
}

static gboolean
monitor_post (GstStructure * structure, gpointer user_data)
{
  gst_structure_free (structure);
  return TRUE;
}

static void
take_time (Parts * parts)
{
  for (guint i = 0; i < SLICE; i++)
    gst_prof_clock_now ();
}

static void
bracket (Parts * parts)
{
  GstProfThreadRecord *record;

  for (guint i = 0; i < SLICE; i++) {
    record = gst_prof_thread_record_get ();
    gst_prof_thread_record_prepare (record, &client);
    gst_prof_thread_record_enter (record, gst_prof_clock_now ());
    gst_prof_thread_record_leave (record, gst_prof_clock_now ());
    gst_prof_thread_record_settle (record);
  }
}

static void
bracket_outside (Parts * parts)
{
  GstProfThreadRecord *record;

  for (guint i = 0; i < SLICE; i++) {
    record = gst_prof_thread_record_get ();
    gst_prof_thread_record_enter_outside (record, &client,
        gst_prof_clock_now ());
    gst_prof_thread_record_leave_outside (record, gst_prof_clock_now ());
    gst_prof_thread_record_settle (record);
  }
}

static void
hand_over (Parts * parts)
{
  for (guint i = 0; i < SLICE; i++)
    gst_prof_monitor_push_span (parts->monitor, &parts->span);
}

static void
make_message (Parts * parts)
{
  for (guint i = 0; i < SLICE; i++)
    gst_message_unref (gst_prof_message_new_span (GST_OBJECT (parts->pipeline),
            &parts->span));
}

static void
make_and_post (Parts * parts)
{
  for (guint i = 0; i < SLICE; i++)
    gst_element_post_message (parts->pipeline,
        gst_prof_message_new_span (GST_OBJECT (parts->pipeline),
            &parts->span));
}

static void
empty_bus (Parts * parts)
{
  GstMessage *message;

  while ((message = gst_bus_pop (parts->bus)) != NULL)
    gst_message_unref (message);
}

static void
process (Parts * parts)
{
  gst_prof_monitor_process (parts->monitor, parts->now);
}

/* Spans as a recording into Matroska has them: the stages follow each other
 * on one thread, and a new frame comes every 33 ms. */
static void
push_frames (Parts * parts)
{
  static const struct
  {
    const gchar *stage;
    GstProfSpanFlags flags;
  } stages[] = {
    {"normalize", 0},
    {"pts", GST_PROF_SPAN_FLAG_NESTED},
    {"encode", GST_PROF_SPAN_FLAG_NESTED},
    {"mux", GST_PROF_SPAN_FLAG_NESTED | GST_PROF_SPAN_FLAG_ENCODED},
    {"write", GST_PROF_SPAN_FLAG_NESTED | GST_PROF_SPAN_FLAG_MUXED},
  };
  static GRefString *names[G_N_ELEMENTS (stages)];
  static guint64 n_frames;
  static gsize at;

  for (guint i = 0; i < SLICE; i++) {
    GstProfSpan span = parts->span;
    GstClockTime pts = n_frames * BENCH_BUDGET;

    if (names[at] == NULL)
      names[at] = g_ref_string_new_intern (stages[at].stage);
    span.stage = names[at];
    span.flags = stages[at].flags;
    if (n_frames == 0 && at == 0)
      span.flags |= GST_PROF_SPAN_FLAG_RESET;
    span.running_time = span.dts_running_time = pts;
    if (at + 1 < G_N_ELEMENTS (stages))
      span.running_time_out = pts;
    span.packets = 1;
    /* Some frames are larger than others: the histograms have work. */
    span.own = (at + 1 + n_frames % 7) * GST_MSECOND / 2;
    span.enter = GST_SECOND + pts + at * GST_MSECOND;
    span.leave = span.enter + span.own;
    span.payload = n_frames + 1;
    gst_prof_monitor_push_span (parts->monitor, &span);
    parts->now = span.leave;
    if (++at == G_N_ELEMENTS (stages)) {
      at = 0;
      n_frames++;
    }
  }
}

static void
tick (Parts * parts)
{
  for (guint i = 0; i < SLICE; i++)
    gst_prof_monitor_process (parts->monitor, parts->now);
}

/* @before and @after are not measured. */
static const struct
{
  const gchar *label;
  void (*before) (Parts * parts);
  void (*run) (Parts * parts);
  void (*after) (Parts * parts);
} parts_of_span[] = {
  {"reading the clock", NULL, take_time},
  {"bracket of an input: prepare, enter, leave, deliver", NULL, bracket},
  {"bracket of an output: outside and back", NULL, bracket_outside},
  {"hand-over to the monitor", NULL, hand_over, process},
  {"message, made and freed", NULL, make_message},
  {"message, made and posted", NULL, make_and_post, empty_bus},
  {"ledger: join, statistics, thresholds (other thread)", push_frames,
        process},
  {"monitor with nothing to do (100 times a second)", NULL, tick},
};

enum {
  CLOCK, BRACKET, OUTSIDE, HAND_OVER, MESSAGE, POST, LEDGER, TICK,
  N_PARTS
};

static void
parts_init (Parts * parts)
{
  static const GstProfMonitorClient monitor_client = {
    monitor_wants, monitor_log, monitor_post,
  };

  g_assert (G_N_ELEMENTS (parts_of_span) == N_PARTS);
  parts->monitor = gst_prof_monitor_new (&monitor_client, NULL);
  parts->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  gst_element_set_state (parts->pipeline, GST_STATE_PLAYING);
  parts->bus = gst_element_get_bus (parts->pipeline);
  gst_prof_span_init (&parts->span);
  parts->span.stage = g_ref_string_new_intern ("encode");
  parts->span.stream_id = g_ref_string_new_intern ("bench/video");
  parts->span.thread_id = 4711;
  parts->span.frame_duration = BENCH_BUDGET;
  parts->span.bytes = 15234;
  parts->span.payload_size = 15234;
  parts->span.buffers = 1;
  parts->now = GST_SECOND;
  gst_prof_monitor_begin_run (parts->monitor, parts->now);
  gst_prof_monitor_set_playing (parts->monitor, TRUE, parts->now);
}

static void
parts_clear (Parts * parts)
{
  gst_element_set_state (parts->pipeline, GST_STATE_NULL);
  gst_object_unref (parts->bus);
  gst_object_unref (parts->pipeline);
  gst_prof_span_clear (&parts->span);
  g_object_unref (parts->monitor);
}

static BenchFeed *
start_variant (guint index)
{
  BenchFeed *feed = bench_feed_new (variants[index].description);
  GstCaps *caps = gst_caps_from_string ("video/x-raw,format=I420,width=16,"
      "height=16,framerate=30/1");

  bench_feed_start (feed, caps);
  gst_caps_unref (caps);
  return feed;
}

static void
run_slice (BenchFeed * feed, guint index, GstBuffer * packet,
    BenchSeries * series)
{
  guint64 start = bench_thread_cpu ();

  for (guint i = 0; i < SLICE; i++)
    bench_feed_push (feed, packet);
  if (series != NULL)
    bench_series_add (series, (bench_thread_cpu () - start) / (gdouble) SLICE);
  if (variants[index].flags & READ_BUS)
    bench_feed_read (feed);
  bench_feed_catch_up (feed);
}

static void
run_variants (BenchSeries * series)
{
  BenchFeed *feeds[G_N_ELEMENTS (variants)];
  GstBuffer *packet = gst_buffer_new_allocate (NULL, 384, NULL);

  for (guint v = 0; v < G_N_ELEMENTS (variants); v++) {
    feeds[v] = start_variant (v);
    /* Fills the bus where it is to be full. */
    for (guint i = 0; i < 4; i++)
      run_slice (feeds[v], v, packet, NULL);
  }
  for (guint round = 0; round < ROUNDS; round++) {
    for (guint v = 0; v < G_N_ELEMENTS (variants); v++)
      run_slice (feeds[v], v, packet, &series[v]);
  }
  for (guint v = 0; v < G_N_ELEMENTS (variants); v++)
    bench_feed_free (feeds[v]);
  gst_buffer_unref (packet);
}

static void
run_parts (BenchSeries * series)
{
  Parts parts = { 0, };
  guint64 start;

  parts_init (&parts);
  for (guint round = 0; round < ROUNDS; round++) {
    for (guint p = 0; p < N_PARTS; p++) {
      if (parts_of_span[p].before)
        parts_of_span[p].before (&parts);
      start = bench_thread_cpu ();
      parts_of_span[p].run (&parts);
      bench_series_add (&series[p],
          (bench_thread_cpu () - start) / (gdouble) SLICE);
      if (parts_of_span[p].after)
        parts_of_span[p].after (&parts);
    }
  }
  parts_clear (&parts);
}

static void
print_sum (const gchar * title, const BenchSeries * whole,
    const BenchSeries * bare, const BenchSeries * bin,
    const BenchSeries * parts, gboolean handed_over, gboolean posted)
{
  BenchSeries of_bin, of_stage;
  gdouble sum;

  bench_series_get_differences (bin, bare, &of_bin);
  bench_series_get_differences (whole, bare, &of_stage);
  bench_print_title ("%s, ns per buffer", title);
  bench_print_series ("more than identity alone", &of_stage, 0);
  bench_print_series ("  a bin's ghost pads", &of_bin, 0);
  sum = bench_series_get_median (&of_bin);
  bench_print_series ("  bracket of the input", &parts[BRACKET], 0);
  sum += bench_series_get_median (&parts[BRACKET]);
  bench_print_series ("  bracket of the output", &parts[OUTSIDE], 0);
  sum += bench_series_get_median (&parts[OUTSIDE]);
  if (handed_over) {
    bench_print_series ("  hand-over", &parts[HAND_OVER], 0);
    sum += bench_series_get_median (&parts[HAND_OVER]);
  }
  if (posted) {
    bench_print_series ("  message, made and posted", &parts[POST], 0);
    sum += bench_series_get_median (&parts[POST]);
  }
  bench_print_value ("  the rest: what is noted of a buffer, who listens",
      bench_series_get_median (&of_stage) - sum, 0);
}

static void
print_all (const BenchSeries * whole, const BenchSeries * parts)
{
  bench_print_title ("A buffer pushed through, ns (%u rounds of %u)", ROUNDS,
      SLICE);
  for (guint v = 0; v < G_N_ELEMENTS (variants); v++)
    bench_print_series (variants[v].label, &whole[v], 0);

  bench_print_title ("Parts of a span, each alone, ns");
  for (guint p = 0; p < N_PARTS; p++)
    bench_print_series (parts_of_span[p].label, &parts[p], 0);

  print_sum (variants[SWALLOWED].label, &whole[SWALLOWED], &whole[BARE],
      &whole[BIN], parts, TRUE, FALSE);
  print_sum (variants[FLOATING].label, &whole[FLOATING], &whole[BARE],
      &whole[BIN], parts, TRUE, TRUE);
}

static gint
run_one (const gchar * name, guint n)
{
  GstBuffer *packet = gst_buffer_new_allocate (NULL, 384, NULL);

  for (guint v = 0; v < G_N_ELEMENTS (variants); v++) {
    BenchFeed *feed;

    if (!g_str_equal (name, variants[v].name))
      continue;
    feed = start_variant (v);
    for (guint i = 0; i < n; i += SLICE)
      run_slice (feed, v, packet, NULL);
    bench_feed_free (feed);
    gst_buffer_unref (packet);
    return 0;
  }
  fprintf (stderr, "no variant \"%s\"\n", name);
  return 2;
}

int
main (int argc, char **argv)
{
  g_autofree BenchSeries *whole =
      g_new0 (BenchSeries, G_N_ELEMENTS (variants));
  g_autofree BenchSeries *parts = g_new0 (BenchSeries, N_PARTS);

  bench_init ();
  if (argc == 2 && g_str_equal (argv[1], "--list")) {
    for (guint v = 0; v < G_N_ELEMENTS (variants); v++)
      puts (variants[v].name);
    return 0;
  }
  if (argc == 3)
    return run_one (argv[1], atoi (argv[2]));

  bench_stay_on_one_cpu ();
  run_variants (whole);
  run_parts (parts);
  print_all (whole, parts);
  return 0;
}
