/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What an analysis says while something goes on: a stage that keeps its thread,
 * a set-up, a gap, a main loop. Time is literal, explanations come from a
 * function of the test's own.
 */

#include "told.h"

#include <string.h>

#include <gst/prof/gstprofmessage.h>
#include <gst/prof/gstprofthreadrecord.h>

#define MS GST_MSECOND
#define LOOK 25                 /* milliseconds, as the monitor */

/* A span that is open is told that much after its threshold of 50 ms. */
#define ENCODE_TOLD 91

static GstProfAnalysis *analysis;
static GQuark encode;

static gboolean has_entered;
static GstClockTime entered_at;
static GstProfQuestion asked;

static gboolean
explain (const GstProfQuestion * question, GstProfExplanation * explanation,
    gpointer user_data)
{
  asked = *question;
  memset (explanation, 0, sizeof *explanation);
  gst_prof_blame_init (&explanation->causes, question->duration);
  gst_prof_blame_init (&explanation->root, question->duration);
  return TRUE;
}

static gboolean
get_entered (GQuark stage, guint64 thread_id, GstClockTime * entered,
    gpointer user_data)
{
  if (!has_entered)
    return FALSE;
  *entered = entered_at;
  return TRUE;
}

static void
setup (void)
{
  GstProfConfig config;

  gst_prof_config_init (&config);
  config.telemetry_frames = 0;
  config.performance_interval = 0;
  encode = g_quark_from_static_string ("encode");
  has_entered = FALSE;
  analysis = gst_prof_analysis_new (&config, NULL, NULL);
  told_setup (analysis);
  gst_prof_analysis_set_explain_func (analysis, explain, get_entered, NULL);
  gst_prof_analysis_add_stage (analysis, "normalize");
  gst_prof_analysis_add_stage (analysis, "encode");
  gst_prof_analysis_set_playing (analysis, TRUE, 0);
}

static void
teardown (void)
{
  gst_prof_analysis_free (analysis);
  told_teardown ();
}

static void
push_span (const gchar * stage, GstClockTime running_time, GstClockTime enter,
    GstClockTime own)
{
  GstProfSpan span = GST_PROF_SPAN_INIT;

  span.stage = g_ref_string_new (stage);
  span.stream_id = g_ref_string_new ("v");
  span.running_time = span.running_time_out = running_time * MS;
  span.enter = enter * MS;
  span.leave = (enter + own) * MS;
  span.own = own * MS;
  span.frame_duration = 33 * MS;
  span.thread_id = 1;
  span.buffers = 1;
  gst_prof_analysis_push_span (analysis, &span, span.leave);
  gst_prof_span_clear (&span);
}

/* Thread 1 is in the encoder since @enter, and charged for all of it. */
static GstProfActivityState
make_state (GstClockTime enter)
{
  const GstProfActivityState state = {
    .thread_id = 1,
    .stage = encode,
    .stage_enter = enter * MS,
    .stage_since = enter * MS,
    .changed = enter * MS,
    .depth = 1,
  };

  return state;
}

static void
watch (const GstProfActivityState * state, GstClockTime now)
{
  gst_prof_analysis_watch_thread (analysis, state, 0, now * MS);
}

/* --- a stage --- */

GST_START_TEST (a_stage_past_its_threshold_is_told_while_it_is)
{
  GstProfActivityState state = make_state (1000);

  watch (&state, 1000 + ENCODE_TOLD - 1);
  assert_told ("slow-encode", 0, 0);
  watch (&state, 1000 + ENCODE_TOLD);
  assert_told ("slow-encode", 1, 0);
  assert_equals_uint64 (last_number ("duration"), ENCODE_TOLD * MS);
  assert_equals_uint64 (last_number ("threshold"), 50 * MS);
  fail_unless (asked.live);
  assert_equals_int (asked.stage, encode);
  assert_equals_uint64 (asked.stretches[0].thread_id, 1);
  assert_equals_uint64 (asked.stretches[0].from, 1000 * MS);
  assert_equals_uint64 (asked.stretches[0].to, (1000 + ENCODE_TOLD) * MS);
}

GST_END_TEST;

GST_START_TEST (time_downstream_is_not_the_stages_own)
{
  GstProfActivityState state = make_state (1000);

  /* 30 ms of its own before it pushed, and again since 2000. */
  state.stage_own = 30 * MS;
  state.stage_since = 2000 * MS;
  watch (&state, 2060);
  assert_told ("slow-encode", 0, 0);
  watch (&state, 2061);
  assert_told ("slow-encode", 1, 0);
  assert_equals_uint64 (last_number ("duration"), 91 * MS);
}

GST_END_TEST;

GST_START_TEST (the_end_of_a_stage_that_was_told_is_told)
{
  GstProfActivityState state = make_state (1000);

  for (guint t = 1000; t < 1500; t += LOOK)
    watch (&state, t);
  push_span ("encode", 0, 1000, 510);
  gst_prof_analysis_advance (analysis, 1560 * MS);
  assert_told ("slow-encode", 1, 1);
  assert_equals_uint64 (last_number ("duration"), 510 * MS);
}

GST_END_TEST;

GST_START_TEST (what_ends_just_after_its_threshold_is_told_at_its_end_only)
{
  GstProfActivityState state = make_state (1000);

  for (guint t = 1000; t < 1080; t += LOOK)
    watch (&state, t);
  push_span ("encode", 0, 1000, 80);
  gst_prof_analysis_advance (analysis, 1130 * MS);
  assert_told ("slow-encode", 0, 1);
}

GST_END_TEST;

GST_START_TEST (a_stage_that_waits_for_others_is_not_slow)
{
  GstProfActivityState state = make_state (1000);

  state.stage_flags = GST_PROF_ACTIVITY_WAITS;
  watch (&state, 20000);
  assert_told ("slow-encode", 0, 0);
}

GST_END_TEST;

GST_START_TEST (an_end_of_stream_may_take_its_time_and_not_for_ever)
{
  GstProfActivityState state = make_state (1000);

  state.stage_flags = GST_PROF_SPAN_FLAG_DRAIN;
  watch (&state, 1000 + 5040);
  assert_told ("slow-encode", 0, 0);
  watch (&state, 1000 + 5041);
  assert_told ("slow-encode", 1, 0);
}

GST_END_TEST;

GST_START_TEST (a_thread_in_no_stage_is_not_told)
{
  GstProfActivityState state = make_state (1000);

  state.stage = 0;
  watch (&state, 20000);
  assert_equals_int (told_count_messages (), 0);
}

GST_END_TEST;

GST_START_TEST (what_began_before_playing_is_not_told)
{
  GstProfActivityState state = make_state (1000);

  gst_prof_analysis_set_playing (analysis, FALSE, 1010 * MS);
  watch (&state, 5000);
  assert_told ("slow-encode", 0, 0);
  gst_prof_analysis_set_playing (analysis, TRUE, 6000 * MS);
  watch (&state, 7000);
  assert_told ("slow-encode", 0, 0);

  state = make_state (7000);
  watch (&state, 8000);
  assert_told ("slow-encode", 1, 0);
}

GST_END_TEST;

GST_START_TEST (a_threshold_of_zero_is_off_while_it_goes_on_as_well)
{
  GstProfActivityState state = make_state (1000);
  GstProfConfig config;

  gst_prof_config_init (&config);
  for (guint i = 0; i < GST_PROF_WARNING_N_KINDS; i++)
    config.thresholds.values[i] = 0;
  gst_prof_analysis_set_config (analysis, &config);
  push_span ("normalize", 0, 900, 1);
  for (guint t = 1000; t < 20000; t += LOOK) {
    watch (&state, t);
    gst_prof_analysis_watch_thread (analysis, &state, encode, t * MS);
    gst_prof_analysis_push_main_loop (analysis, 1, 1000 * MS, t * MS, TRUE,
        t * MS);
    gst_prof_analysis_advance (analysis, t * MS);
  }
  assert_equals_int (told_count_messages (), 0);
}

GST_END_TEST;

/* --- a set-up --- */

GST_START_TEST (a_state_change_that_hangs_is_told)
{
  GstProfActivityState state = make_state (1000);

  state.stage = 0;
  gst_prof_analysis_set_playing (analysis, FALSE, 500 * MS);
  gst_prof_analysis_watch_thread (analysis, &state, encode, 2000 * MS);
  assert_told ("slow-setup", 0, 0);
  gst_prof_analysis_watch_thread (analysis, &state, encode, 2001 * MS);
  assert_told ("slow-setup", 1, 0);
  assert_equals_uint64 (last_number ("duration"), 1001 * MS);
}

GST_END_TEST;

GST_START_TEST (caps_that_hang_are_told_as_set_up)
{
  GstProfActivityState state = make_state (1000);

  state.stage_flags = GST_PROF_SPAN_FLAG_DRAIN | GST_PROF_SPAN_FLAG_HEADER;
  watch (&state, 2000);
  assert_told ("slow-setup", 0, 0);
  watch (&state, 2001);
  assert_told ("slow-setup", 1, 0);
  assert_told ("slow-encode", 0, 0);
}

GST_END_TEST;

GST_START_TEST (a_set_up_that_begins_now_has_no_negative_length)
{
  GstProfActivityState state = make_state (1000);

  gst_prof_analysis_watch_thread (analysis, &state, encode, 999 * MS);
  assert_equals_int (told_count_messages (), 0);
}

GST_END_TEST;

/* --- a gap --- */

static void
advance (guint from, guint to)
{
  for (guint t = from; t < to; t += LOOK)
    gst_prof_analysis_advance (analysis, t * MS);
}

GST_START_TEST (a_gap_is_told_while_it_goes_on_and_when_it_is_over)
{
  push_span ("normalize", 0, 1000, 8);
  gst_prof_analysis_advance (analysis, 1200 * MS);
  assert_told ("gap", 0, 0);
  gst_prof_analysis_advance (analysis, 1201 * MS);
  assert_told ("gap", 1, 0);
  assert_equals_uint64 (last_number ("duration"), 201 * MS);
  assert_equals_uint64 (asked.stretches[0].from, 1000 * MS);
  assert_equals_int (asked.stage, 0);

  advance (1225, 2900);
  push_span ("normalize", 1900, 2900, 8);
  gst_prof_analysis_advance (analysis, 3000 * MS);
  assert_told ("gap", 2, 1);
  assert_equals_uint64 (last_number ("duration"), 1900 * MS);
}

GST_END_TEST;

GST_START_TEST (frames_in_time_leave_no_gap_open)
{
  for (guint t = 1000; t < 3000; t += 33) {
    push_span ("normalize", t, t, 8);
    gst_prof_analysis_advance (analysis, (t + 20) * MS);
  }
  assert_told ("gap", 0, 0);
}

GST_END_TEST;

/* Its span is told when it has left. */
GST_START_TEST (a_frame_that_is_inside_ends_the_gap)
{
  push_span ("normalize", 0, 1000, 8);
  has_entered = TRUE;
  entered_at = 1033 * MS;
  advance (1040, 1230);
  assert_told ("gap", 0, 0);
  /* The one behind it is late by now. */
  advance (1230, 1300);
  assert_told ("gap", 1, 0);
  assert_equals_uint64 (asked.stretches[0].from, 1033 * MS);
}

GST_END_TEST;

GST_START_TEST (a_stage_that_was_entered_before_says_nothing)
{
  push_span ("normalize", 0, 1000, 8);
  has_entered = TRUE;
  entered_at = 1000 * MS;
  gst_prof_analysis_advance (analysis, 1201 * MS);
  assert_told ("gap", 1, 0);
  assert_equals_uint64 (asked.stretches[0].from, 1000 * MS);
}

GST_END_TEST;

GST_START_TEST (no_gap_is_open_when_the_stream_has_ended)
{
  GstProfSetup setup = {.kind = GST_PROF_SETUP_COUNTERS };

  push_span ("normalize", 0, 1000, 8);
  setup.stage = g_ref_string_new ("normalize");
  gst_prof_analysis_push_setup (analysis, &setup, 1100 * MS);
  g_ref_string_release ((gchar *) setup.stage);
  advance (1100, 5000);
  assert_told ("gap", 0, 0);
}

GST_END_TEST;

GST_START_TEST (no_gap_is_open_in_a_pause)
{
  push_span ("normalize", 0, 1000, 8);
  gst_prof_analysis_set_playing (analysis, FALSE, 1100 * MS);
  advance (1100, 5000);
  gst_prof_analysis_set_playing (analysis, TRUE, 5000 * MS);
  advance (5000, 9000);
  assert_told ("gap", 0, 0);
}

GST_END_TEST;

/* A thread that drains brings none; one that is stuck is told all the same. */
GST_START_TEST (no_frame_is_due_once_the_end_is_announced)
{
  push_span ("normalize", 0, 1000, 8);
  gst_prof_analysis_set_ending (analysis, 1200 * MS);
  advance (1200, 5200);
  assert_told ("gap", 0, 0);
  gst_prof_analysis_flush (analysis, 5200 * MS);
  assert_told ("gap", 0, 0);
}

GST_END_TEST;

GST_START_TEST (an_announced_end_that_does_not_come_is_told)
{
  push_span ("normalize", 0, 1000, 8);
  gst_prof_analysis_set_ending (analysis, 1200 * MS);
  advance (1200, 5200);
  assert_told ("gap", 0, 0);
  gst_prof_analysis_advance (analysis, 5200 * MS);
  assert_told ("gap", 1, 0);
  assert_equals_uint64 (last_number ("duration"), 4200 * MS);
}

GST_END_TEST;

GST_START_TEST (a_gap_that_was_open_before_the_end_was_announced_stays_one)
{
  push_span ("normalize", 0, 1000, 8);
  advance (1025, 4001);
  assert_told ("gap", 3, 0);
  gst_prof_analysis_set_ending (analysis, 4000 * MS);
  advance (4025, 4600);
  gst_prof_analysis_flush (analysis, 4600 * MS);
  assert_told ("gap", 3, 1);
  assert_equals_uint64 (last_number ("duration"), 3000 * MS);
}

GST_END_TEST;

GST_START_TEST (a_gap_before_an_end_that_hangs_is_told_on)
{
  push_span ("normalize", 0, 1000, 8);
  advance (1025, 4001);
  gst_prof_analysis_set_ending (analysis, 4000 * MS);
  advance (4025, 12000);
  fail_unless (told_count ("gap", "open") > 3);
  assert_told ("gap", told_count ("gap", "open"), 0);
}

GST_END_TEST;

GST_START_TEST (a_frame_that_comes_all_the_same_ends_a_gap)
{
  push_span ("normalize", 0, 1000, 8);
  gst_prof_analysis_set_ending (analysis, 1100 * MS);
  advance (1100, 1500);
  push_span ("normalize", 500, 1500, 8);
  gst_prof_analysis_advance (analysis, 1600 * MS);
  assert_told ("gap", 0, 1);
  assert_equals_uint64 (last_number ("duration"), 500 * MS);
}

GST_END_TEST;

static guint64
count_gaps (void)
{
  g_auto (GstProfSummary) summary = { 0 };

  gst_prof_summary_init (&summary);
  gst_prof_analysis_summarize (analysis, &summary);
  return summary.gaps;
}

GST_START_TEST (a_gap_counts_once)
{
  push_span ("normalize", 0, 1000, 8);
  advance (1025, 3000);
  push_span ("normalize", 2000, 3000, 8);
  gst_prof_analysis_advance (analysis, 3100 * MS);
  assert_equals_uint64 (count_gaps (), 1);
}

GST_END_TEST;

/* The frame that ended it stays inside for so long that the gap is told without
 * it. */
GST_START_TEST (a_gap_whose_end_is_told_late_counts_once)
{
  push_span ("normalize", 0, 1000, 8);
  advance (1025, 3000);
  has_entered = TRUE;
  entered_at = 3000 * MS;
  advance (3000, 9000);
  assert_equals_int (told_count ("gap", "final"), 1);
  push_span ("normalize", 2000, 3000, 6000);
  gst_prof_analysis_advance (analysis, 9100 * MS);
  assert_equals_int (told_count ("gap", "final"), 1);
  assert_equals_uint64 (count_gaps (), 1);
}

GST_END_TEST;

/* --- a frame --- */

GST_START_TEST (of_a_slow_frame_it_is_asked_why_its_largest_stage_was)
{
  push_span ("normalize", 0, 1000, 25);
  push_span ("encode", 0, 1025, 40);
  gst_prof_analysis_flush (analysis, 1200 * MS);
  assert_told ("slow-frame", 0, 1);
  assert_equals_int (asked.stage, encode);
  assert_equals_uint64 (asked.duration, 40 * MS);
  assert_equals_int (asked.n_stretches, 1);
  assert_equals_uint64 (asked.stretches[0].from, 1025 * MS);
  assert_equals_uint64 (asked.stretches[0].to, 1065 * MS);
}

GST_END_TEST;

/* --- the main loop --- */

static void
push_main_loop (guint from, guint to, gboolean live)
{
  gst_prof_analysis_push_main_loop (analysis, 7, from * MS, to * MS, live,
      to * MS);
}

GST_START_TEST (a_blocked_main_loop_is_told_while_it_is_and_when_it_is_over)
{
  push_main_loop (1000, 1100, TRUE);
  assert_told ("main-loop", 0, 0);
  push_main_loop (1000, 1101, TRUE);
  assert_told ("main-loop", 1, 0);
  assert_equals_uint64 (asked.stretches[0].thread_id, 7);
  push_main_loop (1000, 1126, TRUE);
  assert_told ("main-loop", 1, 0);
  push_main_loop (1000, 1150, FALSE);
  gst_prof_analysis_advance (analysis, 1200 * MS);
  assert_told ("main-loop", 1, 1);
  assert_equals_uint64 (last_number ("duration"), 150 * MS);
}

GST_END_TEST;

GST_START_TEST (a_main_loop_that_was_late_for_a_moment_is_not_told)
{
  push_main_loop (1000, 1100, FALSE);
  gst_prof_analysis_advance (analysis, 1200 * MS);
  assert_told ("main-loop", 0, 0);
}

GST_END_TEST;

/* --- all of them --- */

GST_START_TEST (the_longest_that_is_open_is_known)
{
  GstProfActivityState state = make_state (1000);
  GstProfWarningKind kind;
  const gchar *stage;
  GstClockTime duration;

  fail_if (gst_prof_analysis_get_longest_open (analysis, &kind, &stage,
          &duration));
  push_main_loop (1100, 1300, TRUE);
  watch (&state, 1300);
  fail_unless (gst_prof_analysis_get_longest_open (analysis, &kind, &stage,
          &duration));
  assert_equals_int (kind, GST_PROF_WARNING_SLOW_ENCODE);
  assert_equals_string (stage, "encode");
  assert_equals_uint64 (duration, 300 * MS);
}

GST_END_TEST;

GST_START_TEST (a_flush_ends_what_is_open)
{
  GstProfActivityState state = make_state (1000);

  push_span ("normalize", 0, 1000, 8);
  advance (1025, 3000);
  watch (&state, 3000);
  gst_prof_analysis_flush (analysis, 3010 * MS);
  assert_told ("gap", 2, 1);
  assert_told ("slow-encode", 1, 1);
  assert_equals_uint64 (count_gaps (), 1);
}

GST_END_TEST;

static void
add_stages (TCase * tc)
{
  tcase_add_test (tc, a_stage_past_its_threshold_is_told_while_it_is);
  tcase_add_test (tc, time_downstream_is_not_the_stages_own);
  tcase_add_test (tc, the_end_of_a_stage_that_was_told_is_told);
  tcase_add_test (tc,
      what_ends_just_after_its_threshold_is_told_at_its_end_only);
  tcase_add_test (tc, a_stage_that_waits_for_others_is_not_slow);
  tcase_add_test (tc, an_end_of_stream_may_take_its_time_and_not_for_ever);
  tcase_add_test (tc, a_thread_in_no_stage_is_not_told);
  tcase_add_test (tc, what_began_before_playing_is_not_told);
  tcase_add_test (tc, a_threshold_of_zero_is_off_while_it_goes_on_as_well);
  tcase_add_test (tc, a_state_change_that_hangs_is_told);
  tcase_add_test (tc, caps_that_hang_are_told_as_set_up);
  tcase_add_test (tc, a_set_up_that_begins_now_has_no_negative_length);
  tcase_add_test (tc, of_a_slow_frame_it_is_asked_why_its_largest_stage_was);
}

static void
add_gaps (TCase * tc)
{
  tcase_add_test (tc, a_gap_is_told_while_it_goes_on_and_when_it_is_over);
  tcase_add_test (tc, frames_in_time_leave_no_gap_open);
  tcase_add_test (tc, a_frame_that_is_inside_ends_the_gap);
  tcase_add_test (tc, a_stage_that_was_entered_before_says_nothing);
  tcase_add_test (tc, no_gap_is_open_when_the_stream_has_ended);
  tcase_add_test (tc, no_gap_is_open_in_a_pause);
  tcase_add_test (tc, no_frame_is_due_once_the_end_is_announced);
  tcase_add_test (tc, an_announced_end_that_does_not_come_is_told);
  tcase_add_test (tc,
      a_gap_that_was_open_before_the_end_was_announced_stays_one);
  tcase_add_test (tc, a_gap_before_an_end_that_hangs_is_told_on);
  tcase_add_test (tc, a_frame_that_comes_all_the_same_ends_a_gap);
  tcase_add_test (tc, a_gap_counts_once);
  tcase_add_test (tc, a_gap_whose_end_is_told_late_counts_once);
  tcase_add_test (tc,
      a_blocked_main_loop_is_told_while_it_is_and_when_it_is_over);
  tcase_add_test (tc, a_main_loop_that_was_late_for_a_moment_is_not_told);
  tcase_add_test (tc, the_longest_that_is_open_is_known);
  tcase_add_test (tc, a_flush_ends_what_is_open);
}

static Suite *
analysislive_suite (void)
{
  Suite *s = suite_create ("analysislive");
  TCase *stages = tcase_create ("stages");
  TCase *gaps = tcase_create ("gaps");

  suite_add_tcase (s, stages);
  tcase_add_checked_fixture (stages, setup, teardown);
  add_stages (stages);
  suite_add_tcase (s, gaps);
  tcase_add_checked_fixture (gaps, setup, teardown);
  add_gaps (gaps);
  return s;
}

GST_CHECK_MAIN (analysislive);
