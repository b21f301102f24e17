/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What passed a pad, and which element let nothing through. Time is literal.
 *
 * Elements are numbers, and so are their sink pads: that of element n is 10 n, a
 * second one 10 n + 1.
 */

#include <gst/check/gstcheck.h>

#include <string.h>

#include <gst/prof/gstprofdropped.h>

#include "check-skip.h"

#define MS GST_MSECOND

#define SRC 1
#define VALVE 2
#define QUEUE 3
#define ENC 4
#define SINK 5
#define OTHER 6

static GstProfPadTable *pads;
static GstProfElementTable *elements;
static GstProfPassed passed;

static void
add_element (guint number, const gchar * name)
{
  GstProfElementReading element = {
    .number = number,.name = name,.coverage = "functions",
  };

  gst_prof_element_table_add (elements, &element);
}

static void
setup (void)
{
  pads = gst_prof_pad_table_new ();
  elements = gst_prof_element_table_new ();
  memset (&passed, 0, sizeof passed);
  add_element (SRC, "src");
  add_element (VALVE, "valve");
  add_element (QUEUE, "queue");
  add_element (ENC, "enc");
  add_element (SINK, "sink");
  add_element (OTHER, "other");
}

static void
teardown (void)
{
  gst_prof_pad_table_free (pads);
  gst_prof_element_table_free (elements);
}

/* Out of @from into @element's @pad, through what went into @feeders. */
static void
give (guint pad, guint from, const guint * feeders, guint n_feeders,
    gint64 running_time, GstClockTime time)
{
  GstProfPadReading reading = {
    .point = pad,
    .element = pad / 10,
    .from = from,
    .task = from,
    .handed_over = from == QUEUE && n_feeders > 0,
    .n_feeders = n_feeders,
    .frame_duration = GST_CLOCK_TIME_NONE,
    .times = {.buffers = 1,.visits = 1},
    .n_in = 1,
    .in = {{running_time, time}},
    .n_out = 1,
    .out = {{running_time, time}},
  };

  for (guint i = 0; i < n_feeders; i++)
    reading.feeders[i] = feeders[i];
  gst_prof_pad_table_take (pads, &reading);
  gst_prof_element_table_take (elements, &reading, time);
}

static void
pass (guint pad, guint from, gint64 running_time, GstClockTime time)
{
  guint feeder = 10 * from;

  give (pad, from, &feeder, from == SRC ? 0 : 1, running_time, time);
}

/* What comes out of the last element but one then. */
#define OUT(ms) ((ms) * MS + 3 * GST_USECOND)

/* A frame from the source as far as @last, 1 us from element to element. */
static void
frame (guint last, gint64 running_time, GstClockTime time)
{
  for (guint element = VALVE; element <= last; element++)
    pass (10 * element, element - 1, running_time,
        time + (element - VALVE) * GST_USECOND);
}

/* Frames every 40 ms, the first at @from. */
static void
frames (guint last, guint from_ms, guint to_ms)
{
  for (guint ms = from_ms; ms < to_ms; ms += 40)
    frame (last, ms * MS, ms * MS);
}

static void
find (guint from_ms, guint to_ms, guint now_ms, GstProfDropped * dropped)
{
  gst_prof_dropped_find (pads, elements, 10 * SINK, from_ms * MS, to_ms * MS,
      now_ms * MS, dropped);
}

static void
assert_verdict (guint from_ms, guint to_ms, guint now_ms,
    GstProfDroppedVerdict verdict, guint element, guint n)
{
  GstProfDropped dropped;

  find (from_ms, to_ms, now_ms, &dropped);
  fail_unless (dropped.verdict == verdict && dropped.element == element
      && dropped.came.n == n, "verdict %d of element %u with %"
      G_GUINT64_FORMAT " buffers, not %d of %u with %u", dropped.verdict,
      dropped.element, dropped.came.n, verdict, element, n);
}

static void
add (guint ms)
{
  gst_prof_passed_add (&passed, ms * MS);
}

/* To that the times are known. */
#define TICK (20 * (GstClockTime) GST_USECOND)

static void
assert_count (guint from_ms, guint to_ms, guint since_ms, guint n,
    guint pause_ms)
{
  GstProfPassedCount count;

  gst_prof_passed_count (&passed, from_ms * MS, to_ms * MS, &count);
  fail_unless (count.from == since_ms * MS && count.n == n
      && count.pause + TICK >= pause_ms * MS
      && count.pause <= pause_ms * MS + TICK, "since %" GST_TIME_FORMAT " %"
      G_GUINT64_FORMAT ", pause %" GST_TIME_FORMAT, GST_TIME_ARGS (count.from),
      count.n, GST_TIME_ARGS (count.pause));
}

/* A silence from one that passed to the next has neither in it, whatever the
 * nanoseconds are. */
GST_START_TEST (who_ends_a_silence_is_not_in_it)
{
  GstProfPassedCount count;
  const GstClockTime from = 1234567891, to = 2765432109;

  gst_prof_passed_add (&passed, 1000000001);
  gst_prof_passed_add (&passed, from);
  gst_prof_passed_add (&passed, to);
  for (guint i = 1; i < 10; i++)
    gst_prof_passed_add (&passed, to + i * 1234567);
  gst_prof_passed_count (&passed, from, to, &count);
  assert_equals_uint64 (count.n, 0);
  assert_equals_uint64 (count.pause, to - from);
}

GST_END_TEST;

GST_START_TEST (what_passed_lately_is_counted_exactly)
{
  for (guint ms = 1000; ms <= 2000; ms += 40)
    add (ms);
  assert_count (1000, 2000, 1000, 24, 40);
  assert_count (1001, 2001, 1001, 25, 40);
  assert_count (2000, 3000, 2000, 0, 1000);
  assert_count (1500, 3000, 1500, 13, 1000);
  assert_count (3000, 2000, 3000, 0, 0);
  /* Before the first nothing passed. */
  assert_count (0, 1100, 0, 3, 1000);
}
GST_END_TEST;

GST_START_TEST (what_passed_long_ago_is_known_in_steps)
{
  GstProfPassedCount count;

  for (guint ms = 1000; ms < 61000; ms += 10)
    add (ms);
  /* Half a minute of steps; no more than what passed, no pause longer than one. */
  gst_prof_passed_count (&passed, 40000 * MS, 50000 * MS, &count);
  assert_equals_uint64 (count.from, 40000 * MS);
  fail_unless (count.n >= 940 && count.n <= 1000, "%" G_GUINT64_FORMAT,
      count.n);
  fail_unless (count.pause >= 10 * MS && count.pause <= 261 * MS);
  gst_prof_passed_count (&passed, 1000 * MS, 61000 * MS, &count);
  fail_unless (count.from >= 26000 * MS && count.from <= 30000 * MS);
  fail_unless (count.n >= 3000 && count.n <= 3300, "%" G_GUINT64_FORMAT,
      count.n);
}
GST_END_TEST;

/* Steps that are farther apart than one of them can tell. */
GST_START_TEST (what_passed_rarely_is_known_for_half_a_minute)
{
  GstProfPassedCount count;

  for (guint ms = 1000; ms < 41000; ms += 5000)
    for (guint i = 0; i < 20; i++)
      add (ms + i);
  assert_count (1000, 40000, 1000, 140, 5000);
  assert_count (10500, 21500, 10500, 60, 4981);
  /* An hour later that is not known any more, but that nothing came is. */
  add (3600000);
  gst_prof_passed_count (&passed, 1000 * MS, 3600001 * MS, &count);
  fail_unless (count.from >= 3460000 * MS && count.from <= 3568000 * MS);
  assert_equals_uint64 (count.n, 1);
  assert_count (3568000, 3600001, 3568000, 1, 32000);
  for (guint i = 1; i <= 140; i++)
    add (3600000 + i);
  assert_count (3599000, 3700000, 3599000, 141, 99860);
}
GST_END_TEST;

/* Packets of a frame, say. */
GST_START_TEST (what_comes_in_bursts_is_known_for_as_long)
{
  for (guint ms = 1000; ms <= 20000; ms += 40)
    for (guint i = 0; i < 3; i++)
      gst_prof_passed_add (&passed, ms * MS + i * GST_USECOND);
  assert_count (999, 20041, 999, 3 * 476, 280);
}
GST_END_TEST;

GST_START_TEST (however_many_pass_at_once_they_are_counted)
{
  add (1000);
  for (guint i = 0; i < 200000; i++)
    add (1001);
  for (guint ms = 2001; ms <= 2200; ms++)
    add (ms);
  assert_count (999, 2201, 999, 200201, 1000);
}
GST_END_TEST;

GST_START_TEST (a_silence_is_found_exactly_however_much_came_since)
{
  GstProfPassedSilence silence = { 0 };

  fail_if (gst_prof_passed_find_silence (&passed, 0, 1 * MS, 1 * MS,
          &silence));
  for (guint ms = 1000; ms <= 2000; ms += 10)
    add (ms);
  fail_if (gst_prof_passed_find_silence (&passed, 1000 * MS, 2000 * MS,
          2010 * MS, &silence));
  /* It goes on. */
  fail_unless (gst_prof_passed_find_silence (&passed, 2100 * MS, 2600 * MS,
          2600 * MS, &silence));
  assert_equals_uint64 (silence.from, 2000 * MS);
  assert_equals_uint64 (silence.to, 2600 * MS);
  for (guint ms = 3000; ms <= 9000; ms += 10)
    add (ms);
  fail_unless (gst_prof_passed_find_silence (&passed, 2200 * MS, 3200 * MS,
          9000 * MS, &silence));
  assert_equals_uint64 (silence.from, 2000 * MS);
  assert_equals_uint64 (silence.to, 3000 * MS);
  /* Less than half of the time. */
  fail_if (gst_prof_passed_find_silence (&passed, 2800 * MS, 3800 * MS,
          9000 * MS, &silence));
}
GST_END_TEST;

GST_START_TEST (who_takes_frames_and_lets_none_out_is_found)
{
  frames (SINK, 1000, 2000);
  frames (VALVE, 2000, 2400);
  /* While it goes on */
  assert_verdict (1960, 2400, 2400, GST_PROF_DROPPED_HERE, VALVE, 10);
  frames (VALVE, 2400, 4000);
  frames (SINK, 4000, 5000);
  /* Afterwards: the frame at 4 s came out. */
  assert_verdict (1960, 4000, 4050, GST_PROF_DROPPED_HERE, VALVE, 50);
}
GST_END_TEST;

/* 1 s of frames is in the queue, which goes on with them. */
GST_START_TEST (a_backlog_shifts_the_silence)
{
  GstProfDropped dropped;

  for (guint ms = 1000; ms < 8000; ms += 40) {
    frame (ms < 3000 || ms >= 5000 ? QUEUE : VALVE, ms * MS, ms * MS);
    if (ms >= 2000 && (ms < 4000 || ms >= 6000)) {
      pass (10 * ENC, QUEUE, (ms - 1000) * MS, ms * MS);
      pass (10 * SINK, ENC, (ms - 1000) * MS, OUT (ms));
    }
  }
  find (3960, 6000, 6050, &dropped);
  assert_equals_int (dropped.verdict, GST_PROF_DROPPED_HERE);
  assert_equals_int (dropped.element, VALVE);
  assert_equals_uint64 (dropped.silence.from,
      2960 * MS + GST_USECOND);
  assert_equals_uint64 (dropped.silence.to, 5000 * MS + GST_USECOND);
  assert_equals_uint64 (dropped.came.n, 50);
}
GST_END_TEST;

GST_START_TEST (a_source_that_pauses_is_no_element_that_drops)
{
  frames (SINK, 1000, 2000);
  assert_verdict (1960, 3000, 3000, GST_PROF_DROPPED_NOWHERE, 0, 0);
  /* One at the edge, two in the middle: no flow. */
  frame (VALVE, 2000 * MS, 2000 * MS);
  frame (VALVE, 2500 * MS, 2500 * MS);
  assert_verdict (1960, 3000, 3000, GST_PROF_DROPPED_NOWHERE, 0, 0);
  /* It flowed for half of the time only. */
  frames (VALVE, 2520, 3000);
  assert_verdict (1960, 4000, 4000, GST_PROF_DROPPED_NOWHERE, 0, 0);
}
GST_END_TEST;

GST_START_TEST (a_queue_may_hold_what_came)
{
  frames (SINK, 1000, 2000);
  frames (QUEUE, 2000, 4000);
  assert_verdict (1960, 4000, 4000, GST_PROF_DROPPED_HELD, QUEUE, 50);
}
GST_END_TEST;

/* It is full: its feeder stands in it with the last one. */
GST_START_TEST (a_full_queue_gets_nothing_more)
{
  frames (SINK, 1000, 2000);
  frames (QUEUE, 2000, 2160);
  assert_verdict (1960, 4000, 4000, GST_PROF_DROPPED_NOWHERE, 0, 0);
}
GST_END_TEST;

/* 25 frames, 1 s, are inside. */
GST_START_TEST (an_encoder_that_looks_ahead_is_not_accused)
{
  for (guint ms = 1000; ms < 5000; ms += 40) {
    frame (ENC, ms * MS, ms * MS);
    if (ms >= 2000)
      pass (10 * SINK, ENC, (ms - 1000) * MS, OUT (ms));
  }
  /* It begins anew. */
  frames (ENC, 5000, 6000);
  assert_verdict (4960, 6000, 6000, GST_PROF_DROPPED_HELD, ENC, 25);
  frames (ENC, 6000, 8000);
  assert_verdict (4960, 8000, 8000, GST_PROF_DROPPED_HELD, ENC, 75);
  /* That is more than it can mean to keep. */
  frames (ENC, 8000, 10000);
  assert_verdict (4960, 10000, 10000, GST_PROF_DROPPED_HERE, ENC, 125);
}
GST_END_TEST;

/* What comes out has nothing in common with what went in. */
GST_START_TEST (of_an_unknown_latency_only_a_long_silence_says_something)
{
  for (guint ms = 1000; ms < 2000; ms += 40) {
    frame (ENC, ms * MS, ms * MS);
    pass (10 * SINK, ENC, GST_PROF_PASSING_NO_TIME, OUT (ms));
  }
  frames (ENC, 2000, 2800);
  assert_verdict (1960, 2800, 2800, GST_PROF_DROPPED_HELD, ENC, 20);
  frames (ENC, 2800, 3200);
  assert_verdict (1960, 3200, 3200, GST_PROF_DROPPED_HERE, ENC, 30);
}
GST_END_TEST;

/* One for ten: four of these are nothing. */
GST_START_TEST (who_gathers_is_not_accused_for_it)
{
  for (guint ms = 1000; ms < 9000; ms += 40) {
    frame (ENC, ms * MS, ms * MS);
    if (ms % 400 == 0)
      pass (10 * SINK, ENC, GST_PROF_PASSING_NO_TIME, OUT (ms));
  }
  frames (ENC, 9000, 9920);
  assert_verdict (8800, 9920, 9920, GST_PROF_DROPPED_HELD, ENC, 27);
  frames (ENC, 9920, 10280);
  assert_verdict (8800, 10280, 10280, GST_PROF_DROPPED_HERE, ENC, 36);
}
GST_END_TEST;

static const guint inputs[] = { 10 * ENC, 10 * ENC + 1 };

/* A muxer with sound from a source of its own, as long as that gives some. */
static void
mux (guint from_ms, guint to_ms, gboolean sound, gboolean out)
{
  for (guint ms = from_ms; ms < to_ms; ms += 40) {
    frame (ENC, ms * MS, ms * MS);
    if (sound)
      give (10 * ENC + 1, OTHER, NULL, 0, ms * MS, ms * MS);
    if (out)
      give (10 * SINK, ENC, inputs, 2, ms * MS, OUT (ms));
  }
}

GST_START_TEST (a_muxer_that_waits_for_the_other_stream_is_not_accused)
{
  mux (1000, 2000, TRUE, TRUE);
  mux (2000, 4000, FALSE, FALSE);
  assert_verdict (1960, 4000, 4000, GST_PROF_DROPPED_HELD, ENC, 50);
  /* Nor one for which it is not known. */
  mux (4000, 6000, TRUE, FALSE);
  assert_verdict (1960, 6000, 6000, GST_PROF_DROPPED_HELD, ENC, 100);
}
GST_END_TEST;

GST_START_TEST (the_silent_stream_of_a_muxer_is_followed)
{
  mux (1000, 2000, TRUE, TRUE);
  /* The picture is dropped, the sound goes on. */
  for (guint ms = 2000; ms < 4000; ms += 40) {
    frame (VALVE, ms * MS, ms * MS);
    give (10 * ENC + 1, OTHER, NULL, 0, ms * MS, ms * MS);
  }
  assert_verdict (1960, 4000, 4000, GST_PROF_DROPPED_HERE, VALVE, 50);
}
GST_END_TEST;

GST_START_TEST (who_gives_to_others_has_not_got_this_stream)
{
  frames (SINK, 1000, 2000);
  for (guint ms = 2000; ms < 4000; ms += 40) {
    frame (VALVE, ms * MS, ms * MS);
    pass (10 * OTHER, VALVE, ms * MS, ms * MS);
  }
  assert_verdict (1960, 4000, 4000, GST_PROF_DROPPED_ELSEWHERE, VALVE, 50);
}
GST_END_TEST;

static void
explain_item (guint from_ms, guint to_ms, guint now_ms,
    const GstProfBlameItem * item, GstProfExplanation * explanation)
{
  GstProfQuestion question = {
    .n_stretches = 1,
    .stretches = {{77, from_ms * MS, to_ms * MS}},
    .silent = 10 * SINK,
    .duration = (to_ms - from_ms) * MS,
  };

  memset (explanation, 0, sizeof *explanation);
  gst_prof_blame_init (&explanation->root, question.duration);
  explanation->root.items[0] = *item;
  explanation->root.items[0].time = question.duration - 20 * MS;
  explanation->root.n_items = 1;
  explanation->root.rest = 20 * MS;
  g_strlcpy (explanation->evidence, "as it was",
      sizeof explanation->evidence);
  gst_prof_dropped_name (pads, elements, &question, now_ms * MS, explanation);
}

static void
explain (guint from_ms, guint to_ms, guint now_ms, GstProfCause cause,
    guint home, GstProfExplanation * explanation)
{
  const GstProfBlameItem item = {.cause = cause,.home = home };

  explain_item (from_ms, to_ms, now_ms, &item, explanation);
}

GST_START_TEST (nobodys_time_is_told_by_who_dropped)
{
  GstProfExplanation explanation;
  const GstProfBlame *root = &explanation.root;

  frames (SINK, 1000, 2000);
  frames (VALVE, 2000, 4000);
  frames (SINK, 4000, 4400);
  explain (1960, 4000, 4400, GST_PROF_CAUSE_UPSTREAM, 10 * VALVE,
      &explanation);
  assert_equals_uint64 (gst_prof_blame_get (root, GST_PROF_CAUSE_DROPPED),
      2040 * MS);
  assert_equals_uint64 (gst_prof_blame_get (root, GST_PROF_CAUSE_UPSTREAM), 0);
  assert_equals_uint64 (root->rest, 0);
  assert_equals_string (explanation.evidence, "valve: 50 buffers came in and "
      "none reached queue in 2.04s");
  assert_equals_string (explanation.root_element, "valve");

  /* What came to a queue before is told of the rest of the gap. */
  explain (1000, 4000, 4400, GST_PROF_CAUSE_UPSTREAM, 10 * VALVE,
      &explanation);
  assert_equals_uint64 (gst_prof_blame_get (root, GST_PROF_CAUSE_DROPPED),
      2040 * MS);
  assert_equals_uint64 (gst_prof_blame_get (root, GST_PROF_CAUSE_UPSTREAM),
      960 * MS);
}
GST_END_TEST;

static void
assert_evidence_with_loss (guint from_ms, guint to_ms, const gchar * evidence)
{
  GstProfExplanation explanation = {.missing = 12 };
  GstProfQuestion question = {
    .n_stretches = 1,
    .stretches = {{77, from_ms * MS, to_ms * MS}},
    .silent = 10 * SINK,
    .duration = (to_ms - from_ms) * MS,
  };

  gst_prof_blame_init (&explanation.root, question.duration);
  gst_prof_dropped_name (pads, elements, &question, to_ms * MS, &explanation);
  assert_equals_string (explanation.evidence, evidence);
}

/* Who takes packets apart or decodes may lack them; a valve does not. */
GST_START_TEST (packets_that_were_missing_are_told_of_who_decodes)
{
  GstProfElementReading parser = {
    .number = VALVE,.name = "parser",.factory = "rawvideoparse",
    .coverage = "functions",
  };

  GST_PROF_CHECK_NEED ("rawvideoparse");
  frames (SINK, 1000, 2000);
  frames (VALVE, 2000, 4000);
  assert_evidence_with_loss (1960, 4000, "valve: 50 buffers came in and none reached queue "
      "in 2.03s");
  gst_prof_element_table_remove (elements, VALVE, 4000 * MS);
  gst_prof_element_table_add (elements, &parser);
  frames (SINK, 6000, 7000);
  frames (VALVE, 7000, 9000);
  assert_evidence_with_loss (6960, 9000, "parser: 50 buffers came in and none reached queue "
      "in 2.03s; RTP packets missing meanwhile: 12");
}
GST_END_TEST;

/* Of a thread that brought something all the time it says nothing. */
GST_START_TEST (what_the_feeders_thread_did_between_two_frames_is_no_reason)
{
  GstProfExplanation explanation;

  frames (SINK, 1000, 2000);
  frames (VALVE, 2000, 4000);
  explain (1960, 4000, 4000, GST_PROF_CAUSE_CPU_WAIT, 10 * VALVE,
      &explanation);
  assert_equals_uint64 (gst_prof_blame_get (&explanation.root,
          GST_PROF_CAUSE_CPU_WAIT), 1 * GST_USECOND);
  assert_equals_string (explanation.root_element, "valve");
}
GST_END_TEST;

GST_START_TEST (what_another_thread_was_held_up_by_stands)
{
  static const GstProfCause causes[] = {
    GST_PROF_CAUSE_SLEEP, GST_PROF_CAUSE_ON_CPU, GST_PROF_CAUSE_CPU_WAIT,
  };
  GstProfExplanation explanation;

  frames (SINK, 1000, 2000);
  frames (VALVE, 2000, 4000);
  for (guint i = 0; i < G_N_ELEMENTS (causes); i++) {
    explain (1960, 4000, 4000, causes[i], 10 * ENC, &explanation);
    assert_equals_uint64 (gst_prof_blame_get (&explanation.root, causes[i]),
        2020 * MS);
    assert_equals_string (explanation.evidence, "as it was");
  }
}
GST_END_TEST;

GST_START_TEST (what_the_packets_tell_stands)
{
  static const GstProfCause causes[] = {
    GST_PROF_CAUSE_NETWORK_SILENT, GST_PROF_CAUSE_KEYFRAME_WAIT,
    GST_PROF_CAUSE_PACKET_LOSS, GST_PROF_CAUSE_DECODER_SLOW,
  };
  GstProfExplanation explanation;

  frames (SINK, 1000, 2000);
  frames (VALVE, 2000, 4000);
  for (guint i = 0; i < G_N_ELEMENTS (causes); i++) {
    explain (1960, 4000, 4000, causes[i], 10 * VALVE, &explanation);
    assert_equals_uint64 (gst_prof_blame_get (&explanation.root, causes[i]),
        2020 * MS);
    assert_equals_string (explanation.evidence, "as it was");
  }
}
GST_END_TEST;

/* To one of two branches, as an output-selector does. */
static void
switched (guint from_ms, guint to_ms)
{
  for (guint ms = from_ms; ms < to_ms; ms += 40) {
    frame (VALVE, ms * MS, ms * MS);
    pass (10 * OTHER, VALVE, ms * MS, ms * MS);
  }
}

GST_START_TEST (what_others_got_is_told_of_who_gave_it_to_them)
{
  GstProfExplanation explanation;
  const GstProfBlame *root = &explanation.root;

  frames (SINK, 1000, 2000);
  switched (2000, 4000);
  explain (1960, 4000, 4000, GST_PROF_CAUSE_UPSTREAM, 10 * VALVE,
      &explanation);
  /* It came 1 us later than to the sink. */
  assert_equals_uint64 (gst_prof_blame_get (root, GST_PROF_CAUSE_ELSEWHERE),
      2040 * MS - GST_USECOND);
  assert_equals_uint64 (gst_prof_blame_get (root, GST_PROF_CAUSE_UPSTREAM), 0);
  assert_equals_string (explanation.evidence, "valve: 50 buffers came in, "
      "other got 50 and queue none in 2.03s");
  assert_equals_string (explanation.root_element, "valve");
  explain (1960, 4000, 4000, GST_PROF_CAUSE_SLEEP, 10 * ENC, &explanation);
  assert_equals_uint64 (gst_prof_blame_get (root, GST_PROF_CAUSE_SLEEP),
      2020 * MS);
  assert_equals_string (explanation.evidence, "as it was");
  /* Of a minute it is known how many in a second. */
  switched (4000, 62000);
  explain (1960, 62000, 62000, GST_PROF_CAUSE_UPSTREAM, 10 * VALVE,
      &explanation);
  assert_equals_string (explanation.evidence, "valve: 25 buffers/s came in, "
      "other got 25/s and queue none in 60.03s");
}
GST_END_TEST;

/* Both get the frames that the silence began and ended with. */
GST_START_TEST (others_got_no_more_than_came)
{
  static const GstClockTime orders[] = { 1 * GST_USECOND, 900 * GST_USECOND };
  GstProfDropped dropped;

  for (guint i = 0; i < G_N_ELEMENTS (orders); i++) {
    for (guint ms = 1000; ms < 5000; ms += 40) {
      guint at = ms + i * 10000;

      pass (10 * VALVE, SRC, at * MS, at * MS);
      pass (10 * OTHER, VALVE, at * MS, at * MS + orders[i]);
      if (ms < 2000 || ms >= 4000) {
        pass (10 * QUEUE, VALVE, at * MS, at * MS + 500 * GST_USECOND);
        pass (10 * ENC, QUEUE, at * MS, at * MS + 510 * GST_USECOND);
        pass (10 * SINK, ENC, at * MS, at * MS + 520 * GST_USECOND);
      }
    }
    find (1960 + i * 10000, 4000 + i * 10000, 5000 + i * 10000, &dropped);
    assert_equals_int (dropped.verdict, GST_PROF_DROPPED_ELSEWHERE);
    assert_equals_uint64 (dropped.came.n, 50);
    assert_equals_uint64 (dropped.went.n, 50);
  }
}
GST_END_TEST;

/* It was unlinked, and is linked again, which is looked at only some time later. */
GST_START_TEST (a_branch_that_was_unlinked_is_known_by_what_fed_it)
{
  frames (SINK, 1000, 2000);
  switched (2000, 4000);
  give (10 * QUEUE, VALVE, NULL, 0, 4000 * MS, 4000 * MS);
  give (10 * ENC, QUEUE, NULL, 0, 4000 * MS, 4000 * MS);
  pass (10 * SINK, ENC, 4000 * MS, 4000 * MS);
  assert_verdict (1960, 4000, 4050, GST_PROF_DROPPED_ELSEWHERE, VALVE, 50);
  /* Nor is a queue one that gives out with its feeder's thread. */
  frames (QUEUE, 4040, 6000);
  give (10 * ENC, QUEUE, NULL, 0, 6000 * MS, 6000 * MS);
  pass (10 * SINK, ENC, 6000 * MS, 6000 * MS);
  assert_verdict (4000, 6000, 6050, GST_PROF_DROPPED_HELD, QUEUE, 49);
}
GST_END_TEST;

/* Before a muxer the other stream goes on: that is held, not given elsewhere. */
GST_START_TEST (the_stream_of_a_muxer_that_goes_elsewhere_is_found)
{
  mux (1000, 2000, TRUE, TRUE);
  for (guint ms = 2000; ms < 4000; ms += 40) {
    frame (VALVE, ms * MS, ms * MS);
    pass (10 * OTHER, VALVE, ms * MS, ms * MS);
    give (10 * ENC + 1, OTHER, NULL, 0, ms * MS, ms * MS);
  }
  assert_verdict (1960, 4000, 4000, GST_PROF_DROPPED_ELSEWHERE, VALVE, 50);
}
GST_END_TEST;

/* An event in place of a buffer has the sink wait for its time; a buffer has, too,
 * and then it was there. */
GST_START_TEST (a_wait_for_the_clock_is_a_reason_with_a_buffer_only)
{
  GstProfExplanation explanation;
  const GstProfBlame *root = &explanation.root;
  const GstProfBlameItem with_event = {
    .cause = GST_PROF_CAUSE_CLOCK,.home = 10 * SINK,.event = TRUE,
  };

  frames (SINK, 1000, 2000);
  frames (VALVE, 2000, 4000);
  explain (1960, 4000, 4000, GST_PROF_CAUSE_CLOCK, 10 * SINK, &explanation);
  assert_equals_string (explanation.evidence, "as it was");
  explain_item (1960, 4000, 4000, &with_event, &explanation);
  assert_equals_uint64 (gst_prof_blame_get (root, GST_PROF_CAUSE_CLOCK),
      1 * GST_USECOND);
  assert_equals_string (explanation.root_element, "valve");
}
GST_END_TEST;

GST_START_TEST (of_a_source_that_goes_on_it_is_not_said_that_nothing_came)
{
  GstProfExplanation explanation;

  frames (SINK, 1000, 2000);
  frames (QUEUE, 2000, 4000);
  explain (1960, 4000, 4000, GST_PROF_CAUSE_UPSTREAM, 10 * VALVE,
      &explanation);
  assert_equals_uint64 (explanation.root.rest, 2040 * MS);
  assert_equals_string (explanation.evidence, "queue: 50 buffers came in and "
      "none reached enc in 2.03s; it may hold them");
}
GST_END_TEST;

GST_START_TEST (of_one_that_pauses_it_is)
{
  GstProfExplanation explanation;

  frames (SINK, 1000, 2000);
  explain (1960, 4000, 4000, GST_PROF_CAUSE_UPSTREAM, 10 * VALVE,
      &explanation);
  assert_equals_uint64 (gst_prof_blame_get (&explanation.root,
          GST_PROF_CAUSE_UPSTREAM), 2020 * MS);
  assert_equals_string (explanation.evidence, "as it was");
}
GST_END_TEST;

GST_START_TEST (a_stage_knows_only_its_name)
{
  GstProfElementReading stage = {
    .number = ENC,.name = "enc",.stage = "encode",.coverage = "functions",
  };
  GstProfQuestion question = {
    .n_stretches = 1,
    .stretches = {{77, 1960 * MS, 4000 * MS}},
    .silent_stage = g_quark_from_static_string ("encode"),
    .duration = 2040 * MS,
  };
  GstProfExplanation explanation = { 0 };

  gst_prof_element_table_add (elements, &stage);
  frames (SINK, 1000, 2000);
  frames (VALVE, 2000, 4000);
  gst_prof_blame_init (&explanation.root, question.duration);
  gst_prof_dropped_name (pads, elements, &question, 4000 * MS, &explanation);
  assert_equals_string (explanation.root_element, "valve");
}
GST_END_TEST;

/* Elements that went in circles would be no pipeline; nor is the way endless. */
GST_START_TEST (a_circle_comes_to_an_end)
{
  guint feeder = 10 * SINK;

  give (10 * SINK, ENC, &feeder, 1, 0, 1000 * MS);
  give (10 * ENC, SINK, &feeder, 1, 0, 1000 * MS);
  assert_verdict (1000, 4000, 4000, GST_PROF_DROPPED_NOWHERE, 0, 0);
}
GST_END_TEST;

static Suite *
dropped_suite (void)
{
  Suite *suite = suite_create ("dropped");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, who_ends_a_silence_is_not_in_it);
  tcase_add_test (tcase, what_passed_lately_is_counted_exactly);
  tcase_add_test (tcase, what_passed_long_ago_is_known_in_steps);
  tcase_add_test (tcase, what_passed_rarely_is_known_for_half_a_minute);
  tcase_add_test (tcase, what_comes_in_bursts_is_known_for_as_long);
  tcase_add_test (tcase, however_many_pass_at_once_they_are_counted);
  tcase_add_test (tcase, a_silence_is_found_exactly_however_much_came_since);
  tcase_add_test (tcase, who_takes_frames_and_lets_none_out_is_found);
  tcase_add_test (tcase, a_backlog_shifts_the_silence);
  tcase_add_test (tcase, a_source_that_pauses_is_no_element_that_drops);
  tcase_add_test (tcase, a_queue_may_hold_what_came);
  tcase_add_test (tcase, a_full_queue_gets_nothing_more);
  tcase_add_test (tcase, an_encoder_that_looks_ahead_is_not_accused);
  tcase_add_test (tcase,
      of_an_unknown_latency_only_a_long_silence_says_something);
  tcase_add_test (tcase, who_gathers_is_not_accused_for_it);
  tcase_add_test (tcase,
      a_muxer_that_waits_for_the_other_stream_is_not_accused);
  tcase_add_test (tcase, the_silent_stream_of_a_muxer_is_followed);
  tcase_add_test (tcase, who_gives_to_others_has_not_got_this_stream);
  tcase_add_test (tcase, nobodys_time_is_told_by_who_dropped);
  tcase_add_test (tcase, packets_that_were_missing_are_told_of_who_decodes);
  tcase_add_test (tcase,
      what_the_feeders_thread_did_between_two_frames_is_no_reason);
  tcase_add_test (tcase, what_another_thread_was_held_up_by_stands);
  tcase_add_test (tcase, what_the_packets_tell_stands);
  tcase_add_test (tcase, what_others_got_is_told_of_who_gave_it_to_them);
  tcase_add_test (tcase, others_got_no_more_than_came);
  tcase_add_test (tcase, a_branch_that_was_unlinked_is_known_by_what_fed_it);
  tcase_add_test (tcase, the_stream_of_a_muxer_that_goes_elsewhere_is_found);
  tcase_add_test (tcase, a_wait_for_the_clock_is_a_reason_with_a_buffer_only);
  tcase_add_test (tcase,
      of_a_source_that_goes_on_it_is_not_said_that_nothing_came);
  tcase_add_test (tcase, of_one_that_pauses_it_is);
  tcase_add_test (tcase, a_stage_knows_only_its_name);
  tcase_add_test (tcase, a_circle_comes_to_an_end);
  return suite;
}

GST_CHECK_MAIN (dropped);
