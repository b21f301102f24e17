/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The stage pts of profnormalize: times rise, and corrections are counted. */

#include "stagerun.h"

#define MS GST_MSECOND
#define FRAME (40 * GST_MSECOND)
#define NONE GST_CLOCK_TIME_NONE

#define RAW "video/x-raw,format=I420,width=320,height=240,framerate=25/1"

static StageRun *
new_run (void)
{
  return stage_run_new_harness ("identity ! profnormalize name=n", NULL);
}

static void
start_stream (StageRun * run, GstClockTime start, GstClockTime base)
{
  GstSegment segment;

  gst_harness_push_event (run->harness, gst_event_new_stream_start ("s"));
  gst_harness_push_event (run->harness, gst_event_new_caps
      (gst_caps_from_string (RAW)));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = segment.time = start;
  segment.base = base;
  gst_harness_push_event (run->harness, gst_event_new_segment (&segment));
}

/* Pushes a frame with that time and returns the one it left with. */
static GstClockTime
pass (StageRun * run, GstClockTime pts)
{
  GstBuffer *buffer = stage_new_frame (RAW, pts, FRAME);

  fail_unless_equals_int (gst_harness_push (run->harness, buffer),
      GST_FLOW_OK);
  buffer = gst_harness_pull (run->harness);
  pts = GST_BUFFER_PTS (buffer);
  gst_buffer_unref (buffer);
  return pts;
}

static void
assert_corrections (StageRun * run, guint64 n, GstClockTime largest)
{
  GstElement *normalize = stage_run_get_element (run, "n");
  guint64 corrections, largest_correction;

  g_object_get (normalize, "corrections", &corrections, "largest-correction",
      &largest_correction, NULL);
  fail_unless_equals_uint64 (corrections, n);
  fail_unless_equals_uint64 (largest_correction, largest);
  gst_object_unref (normalize);
}

/* Segments by start and base: running time = time - start + base */
static const GstClockTime segments[][2] = {
  {0, 0},
  {10 * GST_SECOND, 0},
  {0, 7 * GST_SECOND},
  {10 * GST_SECOND, 7 * GST_SECOND},
};

GST_START_TEST (missing_repeated_and_backward_times_rise)
{
  StageRun *run = new_run ();
  const GstClockTime start = segments[__i__][0];

  start_stream (run, start, segments[__i__][1]);
  fail_unless_equals_uint64 (pass (run, start + FRAME), start + FRAME);
  assert_corrections (run, 0, 0);
  fail_unless_equals_uint64 (pass (run, start + FRAME), start + 41 * MS);
  assert_corrections (run, 1, MS);
  fail_unless_equals_uint64 (pass (run, start), start + 42 * MS);
  assert_corrections (run, 2, 42 * MS);
  fail_unless_equals_uint64 (pass (run, NONE), start + 82 * MS);
  assert_corrections (run, 3, 42 * MS);
  fail_unless_equals_uint64 (pass (run, NONE), start + 122 * MS);
  fail_unless_equals_uint64 (pass (run, start + 160 * MS), start + 160 * MS);
  assert_corrections (run, 4, 42 * MS);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (a_first_frame_without_a_time_begins_the_segment)
{
  StageRun *run = new_run ();

  start_stream (run, 10 * GST_SECOND, 0);
  fail_unless_equals_uint64 (pass (run, NONE), 10 * GST_SECOND);
  fail_unless_equals_uint64 (pass (run, NONE), 10 * GST_SECOND + FRAME);
  stage_run_free (run);
}

GST_END_TEST;

/* A segment in mid-stream may carry the running time on or turn it back. */
GST_START_TEST (a_new_segment_goes_on_in_running_time)
{
  StageRun *run = new_run ();

  start_stream (run, 0, 0);
  fail_unless_equals_uint64 (pass (run, GST_SECOND), GST_SECOND);
  start_stream (run, 0, 2 * GST_SECOND);
  fail_unless_equals_uint64 (pass (run, 0), 0);
  assert_corrections (run, 0, 0);
  start_stream (run, 0, 0);
  fail_unless_equals_uint64 (pass (run, GST_SECOND), 2 * GST_SECOND + MS);
  assert_corrections (run, 1, GST_SECOND + MS);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (a_flush_begins_anew)
{
  StageRun *run = new_run ();

  start_stream (run, 0, 0);
  pass (run, 5 * GST_SECOND);
  gst_harness_push_event (run->harness, gst_event_new_flush_start ());
  gst_harness_push_event (run->harness, gst_event_new_flush_stop (TRUE));
  start_stream (run, 0, 0);
  fail_unless_equals_uint64 (pass (run, GST_SECOND), GST_SECOND);
  assert_corrections (run, 0, 0);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (in_mode_keep_times_stay_and_are_counted)
{
  StageRun *run = stage_run_new_harness
      ("identity ! profnormalize name=n pts-mode=keep", NULL);

  start_stream (run, 0, 0);
  fail_unless_equals_uint64 (pass (run, GST_SECOND), GST_SECOND);
  fail_unless_equals_uint64 (pass (run, GST_SECOND), GST_SECOND);
  fail_unless_equals_uint64 (pass (run, 0), 0);
  fail_unless_equals_uint64 (pass (run, FRAME), FRAME);
  assert_corrections (run, 2, GST_SECOND + MS);
  fail_unless_equals_uint64 (pass (run, NONE), NONE);
  assert_corrections (run, 3, GST_SECOND + MS);
  stage_run_collect (run);
  fail_unless_equals_int (stage_run_count (run, "pts",
          GST_PROF_SPAN_FLAG_CORRECTED, 0), 0);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (counters_start_from_zero_in_a_new_run)
{
  StageRun *run = new_run ();

  start_stream (run, 0, 0);
  pass (run, GST_SECOND);
  pass (run, 0);
  assert_corrections (run, 1, GST_SECOND + MS);
  gst_element_set_state (run->harness->element, GST_STATE_NULL);
  gst_element_set_state (run->harness->element, GST_STATE_PLAYING);
  assert_corrections (run, 0, 0);
  stage_run_free (run);
}

GST_END_TEST;

static Suite *
ptsstage_suite (void)
{
  Suite *suite = suite_create ("ptsstage");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, missing_repeated_and_backward_times_rise, 0,
      G_N_ELEMENTS (segments));
  tcase_add_test (tcase, a_first_frame_without_a_time_begins_the_segment);
  tcase_add_test (tcase, a_new_segment_goes_on_in_running_time);
  tcase_add_test (tcase, a_flush_begins_anew);
  tcase_add_test (tcase, in_mode_keep_times_stay_and_are_counted);
  tcase_add_test (tcase, counters_start_from_zero_in_a_new_run);
  return suite;
}

GST_CHECK_MAIN (ptsstage);
