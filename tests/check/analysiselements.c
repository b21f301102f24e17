/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What an analysis says of elements that take long, and of silence, in a pipeline
 * of any elements. Time is literal, explanations come from a function of the
 * test's own.
 */

#include "told.h"

#include <string.h>

#include <gst/prof/gstprofmessage.h>
#include <gst/prof/gstprofpadtable.h>

#define MS GST_MSECOND

/* Elements 1 … 3, one behind the other, and the sink pads' points. */
#define SRC 1
#define WORK 2
#define SINK 3
#define WORK_PAD 20
#define SINK_PAD 30

#define THREAD 77

static GstProfAnalysis *analysis;
static GstProfPadReading reading;
static GstClockTime now;

/* What the thread is said to have done. */
static GstProfCause cause;
static GstClockTime cause_time;
static GstProfQuestion asked;

static gboolean
explain (const GstProfQuestion * question, GstProfExplanation * explanation,
    gpointer user_data)
{
  GstProfBlame *blame = &explanation->causes;

  asked = *question;
  if (question->stretches[0].thread_id != THREAD)
    return FALSE;
  memset (explanation, 0, sizeof *explanation);
  gst_prof_blame_init (blame, question->duration);
  if (cause_time > 0) {
    blame->items[0] = (GstProfBlameItem) {
    .cause = cause,.time = MIN (cause_time, question->duration)};
    blame->n_items = 1;
    blame->rest = blame->wall - blame->items[0].time;
  }
  explanation->root = *blame;
  g_strlcpy (explanation->elements, "work", sizeof explanation->elements);
  return TRUE;
}

static void
add (guint number, const gchar * name, const gchar * stage)
{
  GstProfElementReading element = {
    .number = number,
    .name = name,
    .stage = stage,
    .coverage = "functions",
  };

  gst_prof_analysis_push_element (analysis, &element);
}

static void
setup (void)
{
  GstProfConfig config;

  gst_prof_config_init (&config);
  config.telemetry_frames = config.performance_interval = 0;
  config.count_elements = TRUE;
  now = 0;
  cause = GST_PROF_CAUSE_ON_CPU;
  cause_time = G_MAXUINT64;
  analysis = gst_prof_analysis_new (&config, NULL, NULL);
  told_setup (analysis);
  gst_prof_analysis_set_explain_func (analysis, explain, NULL, NULL);
  gst_prof_analysis_set_playing (analysis, TRUE, 1 * MS);
  add (SRC, "src", NULL);
  add (WORK, "work", NULL);
  add (SINK, "sink", NULL);
}

static void
teardown (void)
{
  gst_prof_analysis_free (analysis);
  told_teardown ();
}

static void
advance (GstClockTime time)
{
  now = time;
  gst_prof_analysis_advance (analysis, now);
}

static void
begin (guint point, guint element, guint from)
{
  reading = (GstProfPadReading) {
    .point = point,
    .element = element,
    .from = from,
    .task = from,
    .thread_id = THREAD,
    .at_end = element == SINK,
    .is_video = TRUE,
    .frame_duration = GST_CLOCK_TIME_NONE,
  };
}

static void
push (GstClockTime time)
{
  now = time;
  gst_prof_analysis_push_pad (analysis, &reading, now);
}

static void
slow_visit (guint point, guint element, GstClockTime from, GstClockTime own)
{
  begin (point, element, SRC);
  reading.slow[0] = (GstProfSlowVisit) {
    .event = {from, from + own, own, THREAD},
    .number = 45,
    .running_time = 3 * GST_SECOND,
  };
  reading.n_slow = 1;
  push (from + own);
  advance (from + own + 100 * MS);
}

GST_START_TEST (an_element_that_works_too_long_is_told)
{
  slow_visit (WORK_PAD, WORK, 1000 * MS, 150500 * GST_USECOND);
  assert_told ("slow-element", 0, 1);
  assert_equals_string (last_string ("stage"), "work");
  assert_equals_string (last_string ("root-cause"), "on-cpu");
  fail_unless (g_str_has_prefix (last_string ("text"),
          "SLOW ELEMENT: work 150.5ms | buffer 45; on-cpu 0.151s"), "%s",
      last_string ("text"));
  fail_unless (strstr (last_string ("text"), "; in work, threshold 50ms; advice: "
          "make the element cheaper") != NULL, "%s", last_string ("text"));
  assert_equals_int (asked.point, WORK_PAD);
  assert_equals_uint64 (asked.duration, 150500 * GST_USECOND);
}
GST_END_TEST;

GST_START_TEST (what_is_no_longer_than_the_threshold_is_not)
{
  slow_visit (WORK_PAD, WORK, 1000 * MS, 50 * MS);
  assert_told ("slow-element", 0, 0);
}
GST_END_TEST;

GST_START_TEST (who_waits_for_others_is_not_slow)
{
  static const GstProfCause waits[] = {
    GST_PROF_CAUSE_CLOCK, GST_PROF_CAUSE_PREROLL, GST_PROF_CAUSE_BLOCKED_PAD,
    GST_PROF_CAUSE_UPSTREAM, GST_PROF_CAUSE_DOWNSTREAM,
  };

  for (guint i = 0; i < G_N_ELEMENTS (waits); i++) {
    cause = waits[i];
    slow_visit (WORK_PAD, WORK, (i + 1) * GST_SECOND, 500 * MS);
  }
  /* Most of it, and no evidence of the rest. */
  cause_time = 300 * MS;
  slow_visit (WORK_PAD, WORK, 10 * GST_SECOND, 500 * MS);
  /* No evidence at all. */
  cause_time = 0;
  slow_visit (WORK_PAD, WORK, 11 * GST_SECOND, 500 * MS);
  assert_told ("slow-element", 0, 0);
}
GST_END_TEST;

GST_START_TEST (a_stage_tells_of_its_elements_itself)
{
  add (WORK, "work", "encode");
  slow_visit (WORK_PAD, WORK, 1000 * MS, 500 * MS);
  assert_told ("slow-element", 0, 0);
}
GST_END_TEST;

GST_START_TEST (what_began_before_playing_is_not_slow)
{
  gst_prof_analysis_set_playing (analysis, FALSE, 900 * MS);
  slow_visit (WORK_PAD, WORK, 1000 * MS, 500 * MS);
  gst_prof_analysis_set_playing (analysis, TRUE, 2100 * MS);
  slow_visit (WORK_PAD, WORK, 2000 * MS, 500 * MS);
  assert_told ("slow-element", 0, 0);
}
GST_END_TEST;

static void
look_inside (GstClockTime from, GstClockTime time)
{
  GstProfActivityState state = {
    .thread_id = THREAD,
    .changed = from,
    .home = WORK_PAD,
    .depth = 2,
    .points = {WORK_PAD, SINK_PAD},
  };

  gst_prof_analysis_watch_visit (analysis, &state, SINK, time);
  advance (time);
}

GST_START_TEST (a_sink_that_blocks_is_named_while_it_does)
{
  cause = GST_PROF_CAUSE_SLOW_READER;
  for (guint ms = 0; ms <= 90; ms += 10)
    look_inside (1000 * MS, (1000 + ms) * MS);
  assert_told ("slow-element", 0, 0);
  for (guint ms = 100; ms <= 2000; ms += 25)
    look_inside (1000 * MS, (1000 + ms) * MS);
  assert_told ("slow-element", 2, 0);
  assert_equals_string (last_string ("stage"), "sink");
  assert_equals_string (last_string ("root-cause"), "slow-reader");
  fail_unless (g_str_has_prefix (last_string ("text"),
          "SLOW ELEMENT: sink 1100.0ms | still going on: slow-reader 1.1s"), "%s",
      last_string ("text"));
  assert_equals_int (asked.point, SINK_PAD);

  /* The same one, when it has ended. */
  slow_visit (SINK_PAD, SINK, 1000 * MS, 2000 * MS);
  assert_told ("slow-element", 2, 1);
  advance (20 * GST_SECOND);
  assert_told ("slow-element", 2, 1);
}
GST_END_TEST;

/* 300 ms in PLAYING, and 1700 ms in which somebody waits for it to end. */
GST_START_TEST (who_holds_up_the_stop_is_told_until_it_is_over)
{
  for (guint ms = 0; ms <= 300; ms += 25)
    look_inside (1000 * MS, (1000 + ms) * MS);
  assert_told ("slow-element", 1, 0);
  gst_prof_analysis_stop_playing (analysis, 1300 * MS);
  for (guint ms = 325; ms < 2000; ms += 25)
    look_inside (1000 * MS, (1000 + ms) * MS);
  assert_told ("slow-element", 2, 0);
  slow_visit (SINK_PAD, SINK, 1000 * MS, 2000 * MS);
  assert_told ("slow-element", 2, 1);
  fail_unless (g_str_has_prefix (last_string ("text"),
          "SLOW ELEMENT: sink 2000.0ms | buffer 45; "), "%s",
      last_string ("text"));
  /* What begins then is none of it. */
  slow_visit (SINK_PAD, SINK, 3000 * MS, 2000 * MS);
  assert_told ("slow-element", 2, 1);
}
GST_END_TEST;

GST_START_TEST (who_has_its_thread_in_a_pause_is_not_slow)
{
  gst_prof_analysis_set_playing (analysis, FALSE, 1050 * MS);
  for (guint ms = 75; ms < 2000; ms += 25)
    look_inside (1000 * MS, (1000 + ms) * MS);
  slow_visit (SINK_PAD, SINK, 1000 * MS, 2000 * MS);
  /* Nor when it is stopped from there. */
  gst_prof_analysis_stop_playing (analysis, 4000 * MS);
  slow_visit (SINK_PAD, SINK, 1000 * MS, 3500 * MS);
  assert_told ("slow-element", 0, 0);
}
GST_END_TEST;

static void
event_ended (GstClockTime from, GstClockTime to)
{
  begin (SINK_PAD, SINK, WORK);
  reading.slow[0] = (GstProfSlowVisit) {
    .event = {from, to, to - from, THREAD, TRUE},
    .running_time = GST_PROF_PASSING_NO_TIME,
  };
  reading.n_slow = 1;
  push (to);
  advance (to + 100 * MS);
}

/* The last buffer came 30 ms before the event. */
GST_START_TEST (an_event_that_is_held_has_an_end)
{
  begin (SINK_PAD, SINK, WORK);
  reading.in[0] = (GstProfPassing) { 0, 970 * MS };
  reading.n_in = 1;
  push (980 * MS);
  for (guint ms = 0; ms <= 1990; ms += 10)
    look_inside (1000 * MS, (1000 + ms) * MS);
  assert_told ("slow-element", 2, 0);
  event_ended (1000 * MS, 3000 * MS);
  assert_told ("slow-element", 2, 1);
  fail_unless (g_str_has_prefix (last_string ("text"),
          "SLOW ELEMENT: sink 2000.0ms | no buffer; "), "%s",
      last_string ("text"));
  advance (20 * GST_SECOND);
  assert_told ("slow-element", 2, 1);
}
GST_END_TEST;

GST_START_TEST (an_event_that_was_not_told_of_while_it_was_held_is_not)
{
  event_ended (1000 * MS, 1080 * MS);
  assert_told ("slow-element", 0, 0);
}
GST_END_TEST;

/* Its pad is asked again now and then. */
GST_START_TEST (a_wait_that_goes_on_is_not_told_until_it_is_work)
{
  guint last = 0;

  cause = GST_PROF_CAUSE_CLOCK;
  for (guint ms = 0; ms <= 1000; ms += 25)
    look_inside (1000 * MS, (1000 + ms) * MS);
  assert_told ("slow-element", 0, 0);
  cause = GST_PROF_CAUSE_ON_CPU;
  for (last = 1025; last <= 1500; last += 25)
    look_inside (1000 * MS, (1000 + last) * MS);
  assert_told ("slow-element", 1, 0);
}
GST_END_TEST;

static void
frames_come (guint point, guint element, guint first, guint n, guint interval)
{
  for (guint i = first; i < first + n; i++) {
    begin (point, element, WORK);
    reading.in[0] = (GstProfPassing) {
      (gint64) i * interval * MS, (1000 + i * interval) * MS,
    };
    reading.n_in = 1;
    reading.times.buffers = reading.times.visits = 1;
    push ((1000 + i * interval) * MS);
  }
}

static void
pause_ended (guint from, guint to)
{
  begin (SINK_PAD, SINK, WORK);
  reading.pauses[0] = (GstProfVisitEvent) {
  from * MS, to * MS, (to - from) * MS, THREAD};
  reading.n_pauses = 1;
  reading.in[0] = (GstProfPassing) { GST_PROF_PASSING_NO_TIME, to * MS };
  reading.n_in = 1;
  push (to * MS);
  advance (to * MS + 100 * MS);
}

static void
look_outside (guint since, guint at)
{
  GstProfActivityState state = {
    .thread_id = THREAD,
    .changed = since * MS,
    .home = SINK_PAD,
  };

  gst_prof_analysis_watch_silence (analysis, &state, SINK, at * MS);
  advance (at * MS);
}

GST_START_TEST (silence_is_a_gap_while_it_lasts_and_when_it_is_over)
{
  GstProfSummary summary;

  cause = GST_PROF_CAUSE_UPSTREAM;
  frames_come (SINK_PAD, SINK, 0, 10, 33);
  for (guint at = 1300; at <= 3000; at += 25)
    look_outside (1300, at);
  assert_told ("gap", 2, 0);
  pause_ended (1300, 3100);
  assert_told ("gap", 2, 1);
  fail_unless (g_str_has_prefix (last_string ("text"), "Long gap between "
          "frames: 1.800s | nothing came to sink: upstream 1.8s"), "%s",
      last_string ("text"));
  assert_equals_string (last_string ("root-cause"), "upstream");

  gst_prof_summary_init (&summary);
  gst_prof_analysis_summarize (analysis, &summary);
  assert_equals_uint64 (summary.gaps, 1);
  assert_equals_uint64 (summary.longest_gap, 1800 * MS);
  gst_prof_summary_clear (&summary);
}
GST_END_TEST;

/* Control packets: they come to WORK, and what comes out of it to no sink. */
GST_START_TEST (what_comes_to_no_sink_makes_no_gap)
{
  for (guint i = 0; i < 10; i++) {
    begin (WORK_PAD, WORK, SRC);
    reading.in[0] = (GstProfPassing) { i * 33 * MS, (1000 + i * 33) * MS };
    reading.n_in = 1;
    push ((1000 + i * 33) * MS);
  }
  begin (WORK_PAD, WORK, SRC);
  reading.pauses[0] = (GstProfVisitEvent) {
  1300 * MS, 3300 * MS, 2000 * MS, THREAD};
  reading.n_pauses = 1;
  push (3300 * MS);
  advance (3400 * MS);
  assert_told ("gap", 0, 0);

  /* Some of it does now. */
  begin (SINK_PAD, SINK, WORK);
  reading.n_feeders = 1;
  reading.feeders[0] = WORK_PAD;
  reading.in[0] = (GstProfPassing) { 0, 3400 * MS };
  reading.n_in = 1;
  push (3400 * MS);
  begin (WORK_PAD, WORK, SRC);
  reading.pauses[0] = (GstProfVisitEvent) {
  3400 * MS, 5400 * MS, 2000 * MS, THREAD};
  reading.n_pauses = 1;
  push (5400 * MS);
  advance (5500 * MS);
  assert_told ("gap", 0, 1);
}
GST_END_TEST;

GST_START_TEST (few_frames_per_second_are_no_gaps)
{
  frames_come (SINK_PAD, SINK, 0, 10, 500);
  pause_ended (5500, 6500);
  look_outside (6500, 7700);
  assert_told ("gap", 0, 0);
  pause_ended (6500, 8200);
  assert_told ("gap", 0, 1);
}
GST_END_TEST;

GST_START_TEST (what_comes_when_it_likes_may_stay_away)
{
  /* Reports of a receiver. */
  frames_come (SINK_PAD, SINK, 0, 10, 5000);
  pause_ended (46000, 99000);
  assert_told ("gap", 0, 0);
}
GST_END_TEST;

GST_START_TEST (the_first_ones_are_not_known_to_be_late)
{
  pause_ended (1000, 9000);
  pause_ended (9000, 19000);
  assert_told ("gap", 0, 0);
}
GST_END_TEST;

/* One frame per second, each in a burst of packets. */
GST_START_TEST (bursts_are_counted_once)
{
  for (guint i = 0; i < 10; i++) {
    begin (SINK_PAD, SINK, WORK);
    for (guint k = 0; k < 40; k++)
      reading.in[k] = (GstProfPassing) {
      i * 900 * MS, (1000 + i * 900) * MS + k * 100 * GST_USECOND};
    reading.n_in = 40;
    push ((1010 + i * 900) * MS);
  }
  pause_ended (9104, 10000);
  assert_told ("gap", 0, 0);
}
GST_END_TEST;

/* What a muxer gives of two pictures a second, in two pieces each. */
GST_START_TEST (what_a_muxer_gives_comes_as_often_as_its_pictures)
{
  begin (WORK_PAD, WORK, SRC);
  reading.frame_duration = 500 * MS;
  reading.in[0] = (GstProfPassing) { 0, 1000 * MS };
  reading.n_in = 1;
  push (1000 * MS);
  for (guint i = 0; i < 8; i++) {
    begin (SINK_PAD, SINK, WORK);
    reading.feeders[0] = WORK_PAD;
    reading.n_feeders = 1;
    reading.in[0] = (GstProfPassing) { 0, (1000 + i * 500) * MS };
    reading.in[1] = (GstProfPassing) { 0, (1053 + i * 500) * MS };
    reading.n_in = i == 7 ? 1 : 2;
    push ((1100 + i * 500) * MS);
  }
  pause_ended (4500, 4947);
  assert_told ("gap", 0, 0);
  pause_ended (4947, 6448);
  assert_told ("gap", 0, 1);
}
GST_END_TEST;

/* Request pads come and go. */
GST_START_TEST (a_pad_that_is_gone_is_forgotten)
{
  GstProfPadTable *pads = gst_prof_pad_table_new ();

  for (guint i = 1; i < 10000; i++) {
    begin (i, WORK, SRC);
    reading.in[0] = (GstProfPassing) { 0, i };
    reading.n_in = 1;
    gst_prof_pad_table_take (pads, &reading);
    fail_unless (gst_prof_pad_table_find (pads, i) != NULL);
    begin (i, WORK, SRC);
    reading.gone = TRUE;
    gst_prof_pad_table_take (pads, &reading);
    fail_unless (gst_prof_pad_table_find (pads, i) == NULL);
  }
  gst_prof_pad_table_free (pads);
}
GST_END_TEST;

GST_START_TEST (a_pause_counts_from_playing_on)
{
  frames_come (SINK_PAD, SINK, 0, 10, 33);
  gst_prof_analysis_set_playing (analysis, FALSE, 1400 * MS);
  look_outside (1300, 5000);
  gst_prof_analysis_set_playing (analysis, TRUE, 5000 * MS);
  pause_ended (1300, 5100);
  assert_told ("gap", 0, 0);
}
GST_END_TEST;

GST_START_TEST (where_there_are_stages_they_tell_of_gaps)
{
  gst_prof_analysis_add_stage (analysis, "encode");
  frames_come (SINK_PAD, SINK, 0, 10, 33);
  look_outside (1300, 5000);
  pause_ended (1300, 5000);
  assert_told ("gap", 0, 0);
}
GST_END_TEST;

static void
held (guint point, guint element, guint from, guint to, guint64 thread_id)
{
  begin (point, element, SRC);
  reading.slow[0] = (GstProfSlowVisit) {
    .event = {from * MS, to * MS, (to - from) * MS, thread_id},
    .running_time = GST_PROF_PASSING_NO_TIME,
  };
  reading.n_slow = 1;
  push (now);
}

static void
frame_comes (guint ms)
{
  begin (SINK_PAD, SINK, WORK);
  reading.in[0] = (GstProfPassing) { GST_PROF_PASSING_NO_TIME, ms * MS };
  reading.n_in = 1;
  push (ms * MS);
}

static void
assert_one_gap (GstClockTime duration)
{
  GstProfSummary summary;

  gst_prof_summary_init (&summary);
  gst_prof_analysis_summarize (analysis, &summary);
  assert_equals_uint64 (summary.gaps, 1);
  assert_equals_uint64 (summary.longest_gap, duration);
  gst_prof_summary_clear (&summary);
}

/* The last frame came at 1297 ms. */
GST_START_TEST (an_element_that_holds_up_its_thread_makes_a_gap_at_the_sink)
{
  /* Whichever is known first */
  gboolean frame_first = __i__;

  cause = GST_PROF_CAUSE_SLEEP;
  frames_come (SINK_PAD, SINK, 0, 10, 33);
  if (frame_first)
    frame_comes (3330);
  held (WORK_PAD, WORK, 1330, 3331, THREAD);
  if (!frame_first)
    frame_comes (3330);
  advance (3500 * MS);
  assert_told ("gap", 0, 1);
  assert_told ("slow-element", 0, 1);
  assert_one_gap (2000 * MS);
  held (WORK_PAD, WORK, 1330, 3331, THREAD);
  frame_comes (3530);
  advance (3700 * MS);
  assert_told ("gap", 0, 1);
}
GST_END_TEST;

GST_START_TEST (such_a_gap_is_told_while_it_lasts)
{
  cause = GST_PROF_CAUSE_SLEEP;
  frames_come (SINK_PAD, SINK, 0, 10, 33);
  for (guint at = 1330; at <= 3300; at += 25) {
    GstProfActivityState state = {
      .thread_id = THREAD,
      .changed = 1330 * MS,
      .home = WORK_PAD,
      .depth = 1,
      .points = {WORK_PAD},
    };

    gst_prof_analysis_watch_visit (analysis, &state, WORK, at * MS);
    advance (at * MS);
  }
  assert_told ("gap", 2, 0);
  /* An element before may have dropped what is waited for there. */
  assert_equals_int (asked.silent, SINK_PAD);
  frame_comes (3330);
  held (WORK_PAD, WORK, 1330, 3331, THREAD);
  advance (3500 * MS);
  assert_told ("gap", 2, 1);
  assert_one_gap (2000 * MS);
  held (WORK_PAD, WORK, 1330, 3331, THREAD);
  advance (3700 * MS);
  assert_told ("gap", 2, 1);
}
GST_END_TEST;

/* Its own thread, or the clock's wait; or not for long enough; or before. */
GST_START_TEST (who_does_not_hold_it_up_makes_none)
{
  frames_come (SINK_PAD, SINK, 0, 10, 33);
  frame_comes (3330);
  held (WORK_PAD, WORK, 1330, 3331, THREAD + 1);
  held (WORK_PAD, WORK, 1330, 1500, THREAD);
  held (WORK_PAD, WORK, 500, 1300, THREAD);
  advance (3500 * MS);
  assert_told ("gap", 0, 0);
  cause = GST_PROF_CAUSE_CLOCK;
  held (SINK_PAD, SINK, 1297, 3330, THREAD);
  advance (3700 * MS);
  assert_told ("gap", 0, 0);
}
GST_END_TEST;

/* Each part of the silence is told by who knows of it. */
GST_START_TEST (a_pause_and_a_stall_are_two_gaps)
{
  GstProfSummary summary;

  frames_come (SINK_PAD, SINK, 0, 10, 33);
  begin (SINK_PAD, SINK, WORK);
  reading.pauses[0] = (GstProfVisitEvent) {
  1330 * MS, 2330 * MS, 1000 * MS, THREAD};
  reading.n_pauses = 1;
  push (2330 * MS);
  frame_comes (3330);
  held (WORK_PAD, WORK, 2330, 3331, THREAD);
  advance (3500 * MS);
  assert_told ("gap", 0, 2);
  gst_prof_summary_init (&summary);
  gst_prof_analysis_summarize (analysis, &summary);
  assert_equals_uint64 (summary.gap_total, 2000 * MS);
  gst_prof_summary_clear (&summary);
}
GST_END_TEST;

GST_START_TEST (a_sink_that_blocks_is_a_gap_too)
{
  cause = GST_PROF_CAUSE_SLOW_READER;
  frames_come (SINK_PAD, SINK, 0, 10, 33);
  held (SINK_PAD, SINK, 1297, 3297, THREAD);
  frame_comes (3330);
  advance (3500 * MS);
  assert_told ("gap", 0, 1);
  assert_one_gap (2000 * MS);
}
GST_END_TEST;

static void
sample (GstClockTime time)
{
  g_autofree GstProfBacklogSample *sample = g_new0 (GstProfBacklogSample, 1);

  sample->live = TRUE;
  sample->has_offset = TRUE;
  sample->offset = -(GstClockTimeDiff) GST_SECOND;
  gst_prof_analysis_sample (analysis, sample, time);
}

GST_START_TEST (a_live_pipeline_that_gets_nothing_is_told)
{
  sample (100 * MS);
  for (guint at = 100; at <= 7000; at += 100)
    advance (at * MS);
  assert_told ("gap", 2, 0);
  begin (SINK_PAD, SINK, WORK);
  reading.in[0] = (GstProfPassing) { 0, 8001 * MS };
  reading.n_in = 1;
  push (8001 * MS);
  advance (8100 * MS);
  assert_told ("gap", 2, 1);
  fail_unless (g_str_has_prefix (last_string ("text"), "Long gap between "
          "frames: 8.000s | nothing came to any sink: upstream 8.0s"), "%s",
      last_string ("text"));
  advance (20 * GST_SECOND);
  assert_told ("gap", 2, 1);
}
GST_END_TEST;

GST_START_TEST (one_that_is_not_live_may_take_its_time)
{
  for (guint at = 100; at <= 7000; at += 100)
    advance (at * MS);
  assert_told ("gap", 0, 0);
}
GST_END_TEST;

/* 30 fps come, one every 45 ms; what comes of it to the sink comes in pieces. */
static void
fall_behind (GstClockTime work)
{
  GstClockTime sampled = 0;

  for (guint i = 0; i < 200; i++) {
    GstClockTime time = (1000 + i * 45) * MS;

    begin (WORK_PAD, WORK, SRC);
    reading.times = (GstProfVisitTimes) {
    .buffers = 1,.visits = 1,.own = work,.max = work};
    push (time);
    begin (SINK_PAD, SINK, WORK);
    reading.frame_duration = 33 * MS;
    reading.in[0] = (GstProfPassing) { i * 33 * MS, time };
    reading.n_in = 1;
    reading.times = (GstProfVisitTimes) {
    .buffers = 10,.visits = 10,.own = 1 * MS,.max = 1 * MS};
    push (time);
    if (time >= sampled + 250 * MS) {
      sampled = time;
      sample (time);
    }
    advance (time);
  }
  fail_unless (told_count ("falling-behind", "open") > 0);
}

GST_START_TEST (an_element_that_cannot_keep_up_lets_the_pipeline_fall_behind)
{
  GstProfSummary summary;
  const GstProfSummaryBehind *behind;

  fall_behind (45 * MS);
  fail_unless (strstr (last_string ("text"), "s per second | element work takes "
          "45.0ms of a budget of 33.0ms: sustains 21.7 fps of 30.30; lag ") != NULL, "%s",
      last_string ("text"));

  gst_prof_analysis_flush (analysis, now);
  gst_prof_summary_init (&summary);
  gst_prof_analysis_summarize (analysis, &summary);
  assert_equals_int (summary.behind->len, 1);
  behind = &g_array_index (summary.behind, GstProfSummaryBehind, 0);
  assert_equals_string (behind->stream_id, "sink");
  assert_equals_string (behind->stage, "work");
  assert_equals_string (behind->place, "stage");
  fail_unless (behind->cause == NULL);
  assert_equals_uint64 (summary.lag_first, 199 * 12 * MS);
  gst_prof_summary_clear (&summary);
}
GST_END_TEST;

GST_START_TEST (who_is_kept_from_working_is_not_to_be_made_cheaper)
{
  GstProfSummary summary;

  cause = GST_PROF_CAUSE_CPU_THROTTLED;
  fall_behind (45 * MS);
  fail_unless (strstr (last_string ("text"), "element work takes 45.0ms of a "
          "budget of 33.0ms: sustains 21.7 fps of 30.30, cause: cpu-throttled; "
          "lag ") != NULL, "%s", last_string ("text"));
  assert_equals_string (last_string ("advice"),
      gst_prof_cause_get_info (GST_PROF_CAUSE_CPU_THROTTLED)->advice);
  gst_prof_analysis_flush (analysis, now);
  gst_prof_summary_init (&summary);
  gst_prof_analysis_summarize (analysis, &summary);
  assert_equals_string (g_array_index (summary.behind, GstProfSummaryBehind,
          0).cause, "cpu-throttled");
  gst_prof_summary_clear (&summary);
}
GST_END_TEST;

/* What the busiest element takes is no reason; there may be one that takes more. */
GST_START_TEST (where_not_all_is_measured_nobody_else_is_accused)
{
  gst_prof_analysis_set_left_out (analysis, 3);
  advance (1 * MS);
  assert_equals_int (told_count_lines ("NOT MEASURED"), 1);
  fall_behind (5 * MS);
  fail_unless (strstr (last_string ("text"), "no element that is measured takes "
          "too long, and 3 elements and pads are not: ") != NULL, "%s",
      last_string ("text"));
  fail_if (strstr (last_string ("advice"), "feeds") != NULL, "%s",
      last_string ("advice"));
  gst_prof_analysis_set_left_out (analysis, 7);
  advance (20 * GST_SECOND);
  assert_equals_int (told_count_lines ("NOT MEASURED"), 1);
}
GST_END_TEST;

GST_START_TEST (where_all_is_measured_it_is_what_comes_before)
{
  fall_behind (5 * MS);
  fail_unless (strstr (last_string ("text"), "no element takes too long") != NULL,
      "%s", last_string ("text"));
  assert_equals_int (told_count_lines ("NOT MEASURED"), 0);
}
GST_END_TEST;

GST_START_TEST (a_thread_is_named_by_the_element_that_took_most_of_it)
{
  GstProfSummary summary;
  GstProfSummaryThread thread = {.thread_id = THREAD };
  GstProfSummaryThread other = {.thread_id = THREAD + 1 };

  begin (WORK_PAD, WORK, SRC);
  reading.times = (GstProfVisitTimes) {
  .visits = 1,.own = 45 * MS,.max = 45 * MS};
  push (1000 * MS);
  begin (SINK_PAD, SINK, WORK);
  reading.times = (GstProfVisitTimes) {
  .visits = 1,.own = 90 * MS,.max = 90 * MS,.looked = 50 * MS,.waited =
        40 * MS};
  push (1000 * MS);
  gst_prof_summary_init (&summary);
  g_array_append_val (summary.threads, thread);
  g_array_append_val (summary.threads, other);
  gst_prof_analysis_name_threads (analysis, &summary);
  assert_equals_string (g_array_index (summary.threads, GstProfSummaryThread,
          0).stage, "work");
  fail_unless (g_array_index (summary.threads, GstProfSummaryThread,
          1).stage == NULL);
  gst_prof_summary_clear (&summary);
}
GST_END_TEST;

static Suite *
analysiselements_suite (void)
{
  Suite *suite = suite_create ("analysiselements");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, an_element_that_works_too_long_is_told);
  tcase_add_test (tcase, what_is_no_longer_than_the_threshold_is_not);
  tcase_add_test (tcase, who_waits_for_others_is_not_slow);
  tcase_add_test (tcase, a_stage_tells_of_its_elements_itself);
  tcase_add_test (tcase, what_began_before_playing_is_not_slow);
  tcase_add_test (tcase, a_sink_that_blocks_is_named_while_it_does);
  tcase_add_test (tcase, who_holds_up_the_stop_is_told_until_it_is_over);
  tcase_add_test (tcase, who_has_its_thread_in_a_pause_is_not_slow);
  tcase_add_test (tcase, an_event_that_is_held_has_an_end);
  tcase_add_test (tcase, an_event_that_was_not_told_of_while_it_was_held_is_not);
  tcase_add_test (tcase, a_wait_that_goes_on_is_not_told_until_it_is_work);
  tcase_add_test (tcase, silence_is_a_gap_while_it_lasts_and_when_it_is_over);
  tcase_add_test (tcase, what_comes_to_no_sink_makes_no_gap);
  tcase_add_test (tcase, few_frames_per_second_are_no_gaps);
  tcase_add_test (tcase, what_comes_when_it_likes_may_stay_away);
  tcase_add_test (tcase, the_first_ones_are_not_known_to_be_late);
  tcase_add_test (tcase, bursts_are_counted_once);
  tcase_add_test (tcase, what_a_muxer_gives_comes_as_often_as_its_pictures);
  tcase_add_test (tcase, a_pad_that_is_gone_is_forgotten);
  tcase_add_test (tcase, a_pause_counts_from_playing_on);
  tcase_add_test (tcase, where_there_are_stages_they_tell_of_gaps);
  tcase_add_loop_test (tcase,
      an_element_that_holds_up_its_thread_makes_a_gap_at_the_sink, 0, 2);
  tcase_add_test (tcase, such_a_gap_is_told_while_it_lasts);
  tcase_add_test (tcase, who_does_not_hold_it_up_makes_none);
  tcase_add_test (tcase, a_pause_and_a_stall_are_two_gaps);
  tcase_add_test (tcase, a_sink_that_blocks_is_a_gap_too);
  tcase_add_test (tcase, a_live_pipeline_that_gets_nothing_is_told);
  tcase_add_test (tcase, one_that_is_not_live_may_take_its_time);
  tcase_add_test (tcase,
      an_element_that_cannot_keep_up_lets_the_pipeline_fall_behind);
  tcase_add_test (tcase, who_is_kept_from_working_is_not_to_be_made_cheaper);
  tcase_add_test (tcase, where_not_all_is_measured_nobody_else_is_accused);
  tcase_add_test (tcase, where_all_is_measured_it_is_what_comes_before);
  tcase_add_test (tcase,
      a_thread_is_named_by_the_element_that_took_most_of_it);
  return suite;
}

GST_CHECK_MAIN (analysiselements);
