/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What counting one received packet costs, in CPU nanoseconds of the thread that
 * pushes it, beside a buffer's way through an identity; then what it costs who
 * explains a wait, for each question.
 */

#include <gst/prof/gstprofclock.h>
#include <gst/prof/gstprofreceivesplit.h>

#include "feed.h"
#include "series.h"

#define ROUNDS 200
#define SLICE 512

/* 300 packets a second */
#define PACKET_INTERVAL (GST_SECOND / 300)

typedef struct {
  BenchFeed *feed;
  GstBuffer *packet;
  GstProfReceiver *receiver;
  GstProfReceiveTimeline timeline;
  GstClockTime now;
} Parts;

static void
push (Parts * parts)
{
  for (guint i = 0; i < SLICE; i++)
    bench_feed_push (parts->feed, parts->packet);
}

static void
take_time (Parts * parts)
{
  for (guint i = 0; i < SLICE; i++)
    gst_prof_clock_now ();
}

static void
pass (Parts * parts)
{
  for (guint i = 0; i < SLICE; i++) {
    gst_prof_flow_pass (&parts->receiver->in, 1, 1200, 0, parts->now);
    parts->now += PACKET_INTERVAL;
  }
}

static void
pass_with_pauses (Parts * parts)
{
  for (guint i = 0; i < SLICE; i++) {
    gst_prof_flow_pass (&parts->receiver->out, 1, 1200, 3, parts->now);
    parts->now += GST_PROF_FLOW_QUIET;
  }
}

/* As a probe does it. */
static void
pass_now (Parts * parts)
{
  for (guint i = 0; i < SLICE; i++)
    gst_prof_flow_pass (&parts->receiver->depay, 1, 1200, 0,
        gst_prof_clock_now ());
}

/* All that is kept. */
static void
take_timeline (Parts * parts)
{
  for (guint i = 0; i < SLICE; i++)
    gst_prof_receive_timeline_take (&parts->timeline, parts->receiver, 1,
        parts->now);
}

/* Ten milliseconds, at the end: as far as one must look. */
static void
split (Parts * parts)
{
  GstProfReceivePart found[32];

  for (guint i = 0; i < SLICE; i++)
    gst_prof_receive_timeline_split (&parts->timeline,
        parts->now - 10 * GST_MSECOND, parts->now, found,
        G_N_ELEMENTS (found));
}

static const struct
{
  const gchar *label;
  void (*run) (Parts * parts);
} parts_of_packet[] = {
  {"a buffer through an identity", push},
  {"reading the clock", take_time},
  {"counting a packet", pass},
  {"counting a packet that ends a pause", pass_with_pauses},
  {"counting a packet, the clock read", pass_now},
  {"a question: copying what a receiver did", take_timeline},
  {"a question: splitting one wait of 10 ms", split},
};

enum { PUSH, CLOCK, PASS, PAUSES, NOW, TIMELINE, SPLIT, N_PARTS };

static void
parts_init (Parts * parts)
{
  GstCaps *caps = gst_caps_from_string ("application/x-rtp");

  g_assert (G_N_ELEMENTS (parts_of_packet) == N_PARTS);
  parts->feed = bench_feed_new ("identity name=in ! fakesink sync=false "
      "async=false");
  bench_feed_start (parts->feed, caps);
  gst_caps_unref (caps);
  parts->packet = gst_buffer_new_allocate (NULL, 1200, NULL);
  parts->receiver = gst_prof_receiver_new ("bench", parts, NULL);
  parts->now = GST_SECOND;
}

static void
parts_clear (Parts * parts)
{
  bench_feed_free (parts->feed);
  gst_buffer_unref (parts->packet);
  gst_prof_receiver_unref (parts->receiver);
}

static void
run_parts (BenchSeries * series)
{
  Parts parts = { 0, };

  parts_init (&parts);
  for (guint round = 0; round < ROUNDS; round++) {
    for (guint p = 0; p < N_PARTS; p++) {
      guint64 start = bench_thread_cpu ();

      parts_of_packet[p].run (&parts);
      bench_series_add (&series[p],
          (bench_thread_cpu () - start) / (gdouble) SLICE);
    }
  }
  parts_clear (&parts);
}

int
main (void)
{
  static BenchSeries series[N_PARTS];
  BenchSeries ratios;

  bench_init ();
  bench_stay_on_one_cpu ();
  run_parts (series);
  bench_print_title ("A received packet, ns (%u rounds of %u)", ROUNDS, SLICE);
  for (guint p = 0; p < N_PARTS; p++)
    bench_print_series (parts_of_packet[p].label, &series[p], 1);
  bench_print_title ("To a buffer through an identity, ratio");
  bench_series_get_ratios (&series[PASS], &series[PUSH], &ratios);
  bench_print_series (parts_of_packet[PASS].label, &ratios, 3);
  bench_series_get_ratios (&series[NOW], &series[PUSH], &ratios);
  bench_print_series (parts_of_packet[NOW].label, &ratios, 3);
  return 0;
}
