/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The rule for time stamps: strictly increasing by at least 1 ms. */

#include <gst/check/gstcheck.h>

#include "plugins/gstprofpts.h"

#define FRAME (40 * GST_MSECOND)
#define NONE GST_CLOCK_TIME_NONE

static GstProfPts pts;

static void
setup (void)
{
  gst_prof_pts_reset (&pts);
}

static GstClockTime
next (GstClockTime time, GstClockTime duration)
{
  GstClockTime corrected = gst_prof_pts_next (&pts, time, duration);

  gst_prof_pts_keep (&pts, corrected);
  return corrected;
}

GST_START_TEST (increasing_times_stay)
{
  fail_unless_equals_uint64 (next (5 * GST_SECOND, FRAME), 5 * GST_SECOND);
  fail_unless_equals_uint64 (next (5 * GST_SECOND + GST_MSECOND, FRAME),
      5 * GST_SECOND + GST_MSECOND);
  fail_unless_equals_uint64 (next (9 * GST_SECOND, FRAME), 9 * GST_SECOND);
}

GST_END_TEST;

GST_START_TEST (a_repeated_time_moves_on_by_a_millisecond)
{
  next (GST_SECOND, FRAME);
  fail_unless_equals_uint64 (next (GST_SECOND, FRAME),
      GST_SECOND + GST_MSECOND);
  fail_unless_equals_uint64 (next (GST_SECOND, FRAME),
      GST_SECOND + 2 * GST_MSECOND);
}

GST_END_TEST;

GST_START_TEST (less_than_a_millisecond_is_made_one)
{
  next (GST_SECOND, FRAME);
  fail_unless_equals_uint64 (next (GST_SECOND + 999999, FRAME),
      GST_SECOND + GST_MSECOND);
}

GST_END_TEST;

GST_START_TEST (a_backward_time_follows_the_last)
{
  next (GST_SECOND, FRAME);
  fail_unless_equals_uint64 (next (0, FRAME), GST_SECOND + GST_MSECOND);
}

GST_END_TEST;

GST_START_TEST (a_missing_time_is_the_last_and_a_frame_duration)
{
  next (GST_SECOND, FRAME);
  fail_unless_equals_uint64 (next (NONE, FRAME), GST_SECOND + FRAME);
  fail_unless_equals_uint64 (next (NONE, FRAME), GST_SECOND + 2 * FRAME);
}

GST_END_TEST;

GST_START_TEST (without_a_duration_the_last_interval_counts)
{
  next (GST_SECOND, NONE);
  next (GST_SECOND + 20 * GST_MSECOND, NONE);
  fail_unless_equals_uint64 (next (NONE, NONE),
      GST_SECOND + 40 * GST_MSECOND);
}

GST_END_TEST;

GST_START_TEST (without_any_hint_a_missing_time_moves_on_by_a_millisecond)
{
  next (GST_SECOND, NONE);
  fail_unless_equals_uint64 (next (NONE, NONE), GST_SECOND + GST_MSECOND);
}

GST_END_TEST;

GST_START_TEST (the_first_missing_time_is_zero)
{
  fail_unless_equals_uint64 (next (NONE, FRAME), 0);
}

GST_END_TEST;

GST_START_TEST (after_a_reset_any_time_is_the_first)
{
  next (5 * GST_SECOND, FRAME);
  gst_prof_pts_reset (&pts);
  fail_unless_equals_uint64 (next (GST_SECOND, FRAME), GST_SECOND);
}

GST_END_TEST;

static Suite *
pts_suite (void)
{
  Suite *suite = suite_create ("pts");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, NULL);
  tcase_add_test (tcase, increasing_times_stay);
  tcase_add_test (tcase, a_repeated_time_moves_on_by_a_millisecond);
  tcase_add_test (tcase, less_than_a_millisecond_is_made_one);
  tcase_add_test (tcase, a_backward_time_follows_the_last);
  tcase_add_test (tcase, a_missing_time_is_the_last_and_a_frame_duration);
  tcase_add_test (tcase, without_a_duration_the_last_interval_counts);
  tcase_add_test (tcase,
      without_any_hint_a_missing_time_moves_on_by_a_millisecond);
  tcase_add_test (tcase, the_first_missing_time_is_zero);
  tcase_add_test (tcase, after_a_reset_any_time_is_the_first);
  return suite;
}

GST_CHECK_MAIN (pts);
