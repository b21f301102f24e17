/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofbacklogline.h>
#include <gst/prof/gstprofbacklogmessage.h>

#include <string.h>

#define MS GST_MSECOND
#define S GST_SECOND
#define MB G_GUINT64_CONSTANT (1000000)

static GstProfJudgement
make_falling_behind (void)
{
  GstProfJudgement judgement = {
    .kind = GST_PROF_WARNING_FALLING_BEHIND,
    .state = GST_PROF_WARNING_OPEN,
    .duration = 5 * S,
    .lag = 3400 * MS,
    .gained = 3300 * MS,
    .lag_rate = 0.667,
    .load = {30, GST_PROF_LOAD_STAGE, "normalize", 100 * MS, 105 * MS,
        110 * MS, 33333333, 10.0},
    .holder = {{1, GST_PROF_HOLDER_QUEUE, "queue0", 98, 305190000},
        62100000.0, 20.0, FALSE},
  };

  return judgement;
}

static void
assert_line (const GstProfJudgement * judgement, guint64 threshold,
    const gchar * expected)
{
  GString *line = gst_prof_backlog_line_new (judgement, threshold);

  assert_equals_string (line->str, expected);
  g_string_free (line, TRUE);
}

GST_START_TEST (test_falling_behind_says_what_where_and_how_fast)
{
  GstProfJudgement judgement = make_falling_behind ();

  assert_line (&judgement, 1 * S, "FALLING BEHIND: 0.67s per second | stage "
      "normalize takes 100.0ms p50 of a budget of 33.3ms: sustains 10.0 fps of "
      "30; lag 3.4s; queue0 holds 98 frames, 305.2MB, growing 62.1MB/s");
}

GST_END_TEST;

GST_START_TEST (test_what_keeps_a_thread_from_its_work_is_what_advice_is_about)
{
  GstProfJudgement judgement = make_falling_behind ();
  g_autofree gchar *advice = NULL;
  g_autoptr (GstStructure) figures = NULL;

  judgement.load.of_elements = TRUE;
  judgement.load.stage = "x264enc0";
  judgement.load.cause = GST_PROF_CAUSE_CPU_THROTTLED;
  judgement.holder = (GstProfHolderGrowth) { 0 };
  assert_line (&judgement, 0, "FALLING BEHIND: 0.67s per second | element "
      "x264enc0 takes 100.0ms of a budget of 33.3ms: sustains 10.0 fps of 30, "
      "cause: cpu-throttled; lag 3.4s; no queue that is known holds them");
  advice = gst_prof_backlog_line_dup_advice (&judgement,
      GST_PROF_CAUSE_UNKNOWN);
  assert_equals_string (advice,
      gst_prof_cause_get_info (GST_PROF_CAUSE_CPU_THROTTLED)->advice);
  figures = gst_prof_backlog_message_new_figures (&judgement);
  assert_equals_string (gst_structure_get_string (figures, "cause"),
      "cpu-throttled");
}

GST_END_TEST;

GST_START_TEST (test_where_not_all_is_measured_nobody_else_is_accused)
{
  GstProfJudgement judgement = make_falling_behind ();
  g_autofree gchar *advice = NULL;

  judgement.load.of_elements = TRUE;
  judgement.load.place = GST_PROF_LOAD_UNMEASURED;
  judgement.load.stage = "x264enc0";
  judgement.load.occupancy = 12 * MS;
  judgement.load.unmeasured = 7;
  judgement.holder = (GstProfHolderGrowth) { 0 };
  assert_line (&judgement, 0, "FALLING BEHIND: 0.67s per second | no element "
      "that is measured takes too long, and 7 elements and pads are not: the "
      "busiest thread, with x264enc0, takes 12.0ms of a budget of 33.3ms; it "
      "delivers 10.0 fps of 30; lag 3.4s; no queue that is known holds them");
  advice = gst_prof_backlog_line_dup_advice (&judgement,
      GST_PROF_CAUSE_UNKNOWN);
  fail_if (strstr (advice, "source") || strstr (advice, "feeds"));
  fail_unless (strstr (advice, "not measured") != NULL);
}

GST_END_TEST;

GST_START_TEST (test_frames_that_were_dropped_are_counted_in_the_line)
{
  GstProfJudgement judgement = make_falling_behind ();

  judgement.gained = judgement.lag_rate = 0;
  judgement.lag = 400 * MS;
  judgement.dropped = 120;
  judgement.drop_rate = 20.04;
  judgement.holder.rate = judgement.holder.buffer_rate = 0;
  judgement.holder.full = TRUE;
  assert_line (&judgement, 0, "FALLING BEHIND: 20.0 frames per second dropped "
      "| stage normalize takes 100.0ms p50 of a budget of 33.3ms: sustains 10.0 "
      "fps of 30; lag 0.4s; 120 frames dropped before normalize; queue0 holds "
      "98 frames, 305.2MB, and is full");
  judgement.state = GST_PROF_WARNING_FINAL;
  judgement.holder = (GstProfHolderGrowth) { 0 };
  assert_line (&judgement, 0, "FALLING BEHIND: 120 frames dropped before "
      "normalize in 5.0s | stage normalize takes 100.0ms p50 of a budget of "
      "33.3ms: sustains 10.0 fps of 30; lag 0.4s");
}

GST_END_TEST;

GST_START_TEST (test_the_places_of_too_much_time_are_told_apart)
{
  GstProfJudgement judgement = make_falling_behind ();

  judgement.load.place = GST_PROF_LOAD_THREAD;
  judgement.load.own = 30 * MS;
  judgement.load.occupancy = 50 * MS;
  judgement.load.sustained = 20.0;
  judgement.holder = (GstProfHolderGrowth) { 0 };
  assert_line (&judgement, 1 * S, "FALLING BEHIND: 0.67s per second | the "
      "stages on one thread take 50.0ms p50 of a budget of 33.3ms, most of it "
      "normalize with 30.0ms: sustains 20.0 fps of 30; lag 3.4s; no queue that "
      "is known holds them");

  judgement.load.place = GST_PROF_LOAD_BEHIND;
  judgement.load.own = 10 * MS;
  assert_line (&judgement, 1 * S, "FALLING BEHIND: 0.67s per second | what "
      "follows stage normalize on its thread and is not measured takes 100.0ms "
      "p50 of a budget of 33.3ms: sustains 20.0 fps of 30; lag 3.4s; no queue "
      "that is known holds them");

  judgement.load.place = GST_PROF_LOAD_BEFORE;
  assert_line (&judgement, 1 * S, "FALLING BEHIND: 0.67s per second | what "
      "comes before stage normalize is too slow: the stages take 50.0ms p50 of "
      "a budget of 33.3ms; it delivers 20.0 fps of 30; lag 3.4s; no queue that "
      "is known holds them");

  judgement.load.frames = 0;
  assert_line (&judgement, 1 * S, "FALLING BEHIND: 0.67s per second | no frame "
      "has passed all stages; lag 3.4s; no queue that is known holds them");
}

GST_END_TEST;

GST_START_TEST (test_a_full_jitterbuffer_holds_packets)
{
  GstProfJudgement judgement = make_falling_behind ();

  judgement.at_last_stage = TRUE;
  judgement.holder.full = TRUE;
  judgement.holder.holder.kind = GST_PROF_HOLDER_JITTERBUFFER;
  assert_line (&judgement, 1 * S, "FALLING BEHIND: 0.67s per second | stage "
      "normalize takes 100.0ms p50 of a budget of 33.3ms: sustains 10.0 fps of "
      "30; lag 3.4s behind the first stage; queue0 holds 98 packets, 305.2MB, "
      "and is full");
}

GST_END_TEST;

GST_START_TEST (test_the_end_says_what_was_gained)
{
  GstProfJudgement judgement = make_falling_behind ();

  judgement.state = GST_PROF_WARNING_FINAL;
  judgement.holder = (GstProfHolderGrowth) { 0 };
  assert_line (&judgement, 1 * S, "FALLING BEHIND: 3.3s in 5.0s in all | "
      "stage normalize takes 100.0ms p50 of a budget of 33.3ms: sustains 10.0 "
      "fps of 30; lag 3.4s");
}

GST_END_TEST;

GST_START_TEST (test_memory_says_who_has_it_and_what_is_unexplained)
{
  GstProfJudgement judgement = {
    .kind = GST_PROF_WARNING_MEMORY_GROWTH,
    .state = GST_PROF_WARNING_OPEN,
    .rss = 2906 * MB,
    .base = 150 * MB,
    .rss_rate = 62e6,
    .n_shares = 2,
    .shares = {{{1, GST_PROF_HOLDER_QUEUE, "queue0"}, 2700 * MB},
        {{2, GST_PROF_HOLDER_ENCODER, "encode"}, 16 * MB}},
    .unexplained = 40 * MB,
  };

  assert_line (&judgement, 100 * MB, "MEMORY GROWTH: 2756.0MB more | 2906.0MB, "
      "150.0MB after warm-up, 62.0MB/s: queue0 2700.0MB, encode 16.0MB, "
      "unexplained 40.0MB, threshold 100.0MB");
}

GST_END_TEST;

GST_START_TEST (test_disk_says_how_long_it_will_last)
{
  GstProfJudgement judgement = {
    .kind = GST_PROF_WARNING_DISK_SPACE,
    .state = GST_PROF_WARNING_OPEN,
    .disk = {"/recordings", 2400 * MB, 500000 * MB, 1},
    .disk_rate = 8e6,
    .disk_left = 300 * S,
  };
  g_autofree gchar *advice = NULL;

  assert_line (&judgement, 600 * S, "DISK SPACE: 2400.0MB free | /recordings, "
      "full in 300.0s at 8.0MB/s, threshold 600.0s");
  judgement.disk_left = GST_CLOCK_TIME_NONE;
  judgement.state = GST_PROF_WARNING_FINAL;
  assert_line (&judgement, 0, "DISK SPACE: 2400.0MB free | /recordings, no "
      "longer short");
  fail_unless (gst_prof_backlog_line_dup_advice (&judgement,
          GST_PROF_CAUSE_UNKNOWN) == NULL);
  judgement.at_end = TRUE;
  assert_line (&judgement, 0, "DISK SPACE: 2400.0MB free | /recordings, still "
      "short when the stream ended");
  advice = gst_prof_backlog_line_dup_advice (&judgement,
      GST_PROF_CAUSE_UNKNOWN);
  fail_unless (g_str_has_prefix (advice, "free space"));
}

GST_END_TEST;

GST_START_TEST (test_advice_is_for_the_stage_and_for_the_queue)
{
  GstProfJudgement judgement = make_falling_behind ();
  g_autofree gchar *unbounded = gst_prof_backlog_line_dup_advice (&judgement,
      GST_PROF_CAUSE_ON_CPU);
  g_autofree gchar *bounded = NULL;

  fail_unless (g_str_has_prefix (unbounded, "cheaper conversion"));
  fail_unless (strstr (unbounded, "; nothing limits queue0: ") != NULL);
  judgement.holder.holder.max_time = 1 * S;
  bounded = gst_prof_backlog_line_dup_advice (&judgement,
      GST_PROF_CAUSE_UNKNOWN);
  fail_unless (g_str_has_prefix (unbounded, bounded));
  fail_unless (strstr (bounded, "queue0") == NULL);
}

GST_END_TEST;

/* A cheaper conversion does not help against a sleep, and no queue against others
 * that take the CPU. */
GST_START_TEST (test_advice_is_for_what_made_the_stage_slow)
{
  GstProfJudgement judgement = make_falling_behind ();
  g_autofree gchar *sleep = NULL;
  g_autofree gchar *starved = NULL;

  judgement.holder.holder.max_time = 1 * S;
  sleep = gst_prof_backlog_line_dup_advice (&judgement, GST_PROF_CAUSE_SLEEP);
  assert_equals_string (sleep,
      gst_prof_cause_get_info (GST_PROF_CAUSE_SLEEP)->advice);
  judgement.load.place = GST_PROF_LOAD_THREAD;
  starved = gst_prof_backlog_line_dup_advice (&judgement,
      GST_PROF_CAUSE_CPU_WAIT);
  assert_equals_string (starved,
      gst_prof_cause_get_info (GST_PROF_CAUSE_CPU_WAIT)->advice);
}

GST_END_TEST;

GST_START_TEST (test_figures_are_numbers)
{
  GstProfJudgement judgement = make_falling_behind ();
  g_autoptr (GstStructure) figures =
      gst_prof_backlog_message_new_figures (&judgement);
  guint64 value = 0;
  gdouble rate = 0;

  fail_unless (gst_structure_get_uint64 (figures, "lag", &value));
  assert_equals_uint64 (value, 3400 * MS);
  fail_unless (gst_structure_get_uint64 (figures, "holder-rate", &value));
  assert_equals_uint64 (value, 62100000);
  fail_unless (gst_structure_get_double (figures, "lag-rate", &rate));
  assert_equals_float (rate, 0.667);
  assert_equals_string (gst_structure_get_string (figures, "place"), "stage");
  assert_equals_string (gst_structure_get_string (figures, "holder-kind"),
      "queue");
}

GST_END_TEST;

static Suite *
backlogline_suite (void)
{
  Suite *s = suite_create ("backlogline");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_falling_behind_says_what_where_and_how_fast);
  tcase_add_test (tc,
      test_what_keeps_a_thread_from_its_work_is_what_advice_is_about);
  tcase_add_test (tc, test_where_not_all_is_measured_nobody_else_is_accused);
  tcase_add_test (tc, test_frames_that_were_dropped_are_counted_in_the_line);
  tcase_add_test (tc, test_the_places_of_too_much_time_are_told_apart);
  tcase_add_test (tc, test_a_full_jitterbuffer_holds_packets);
  tcase_add_test (tc, test_the_end_says_what_was_gained);
  tcase_add_test (tc, test_memory_says_who_has_it_and_what_is_unexplained);
  tcase_add_test (tc, test_disk_says_how_long_it_will_last);
  tcase_add_test (tc, test_advice_is_for_the_stage_and_for_the_queue);
  tcase_add_test (tc, test_advice_is_for_what_made_the_stage_slow);
  tcase_add_test (tc, test_figures_are_numbers);
  return s;
}

GST_CHECK_MAIN (backlogline);
