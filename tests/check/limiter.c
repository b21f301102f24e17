/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstproflimiter.h>

static void
assert_burst_passes (GstProfLimiter * limiter, GstClockTime now)
{
  guint held_back;

  for (guint i = 0; i < 10; i++) {
    fail_unless (gst_prof_limiter_admit (limiter, now, &held_back));
    assert_equals_int (held_back, 0);
  }
}

GST_START_TEST (test_burst_of_ten_passes)
{
  GstProfLimiter limiter = { 0 };
  guint held_back = 77;

  assert_burst_passes (&limiter, 5 * GST_SECOND);
  fail_if (gst_prof_limiter_admit (&limiter, 5 * GST_SECOND, &held_back));
  assert_equals_int (held_back, 77);
}

GST_END_TEST;

GST_START_TEST (test_then_one_passes_each_second)
{
  GstProfLimiter limiter = { 0 };
  guint held_back;

  assert_burst_passes (&limiter, 5 * GST_SECOND);
  fail_if (gst_prof_limiter_admit (&limiter, 6 * GST_SECOND - 1, &held_back));
  fail_unless (gst_prof_limiter_admit (&limiter, 6 * GST_SECOND, &held_back));
  fail_if (gst_prof_limiter_admit (&limiter, 6 * GST_SECOND, &held_back));
  fail_unless (gst_prof_limiter_admit (&limiter, 7 * GST_SECOND, &held_back));
}

GST_END_TEST;

GST_START_TEST (test_what_was_held_back_is_told_once)
{
  GstProfLimiter limiter = { 0 };
  guint held_back;

  assert_burst_passes (&limiter, 0);
  for (guint i = 0; i < 7; i++)
    fail_if (gst_prof_limiter_admit (&limiter, 1, &held_back));
  fail_unless (gst_prof_limiter_admit (&limiter, GST_SECOND, &held_back));
  assert_equals_int (held_back, 7);
  fail_unless (gst_prof_limiter_admit (&limiter, 2 * GST_SECOND, &held_back));
  assert_equals_int (held_back, 0);
}

GST_END_TEST;

GST_START_TEST (test_flush_tells_the_rest)
{
  GstProfLimiter limiter = { 0 };
  guint held_back;

  assert_burst_passes (&limiter, 0);
  fail_if (gst_prof_limiter_admit (&limiter, 1, &held_back));
  assert_equals_int (gst_prof_limiter_flush (&limiter), 1);
  assert_equals_int (gst_prof_limiter_flush (&limiter), 0);
}

GST_END_TEST;

GST_START_TEST (test_allowance_comes_back_with_quiet)
{
  GstProfLimiter limiter = { 0 };
  guint held_back;

  assert_burst_passes (&limiter, 0);
  assert_burst_passes (&limiter, 10 * GST_SECOND);
  fail_if (gst_prof_limiter_admit (&limiter, 10 * GST_SECOND, &held_back));
}

GST_END_TEST;

static Suite *
limiter_suite (void)
{
  Suite *s = suite_create ("limiter");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_burst_of_ten_passes);
  tcase_add_test (tc, test_then_one_passes_each_second);
  tcase_add_test (tc, test_what_was_held_back_is_told_once);
  tcase_add_test (tc, test_flush_tells_the_rest);
  tcase_add_test (tc, test_allowance_comes_back_with_quiet);
  return s;
}

GST_CHECK_MAIN (limiter);
