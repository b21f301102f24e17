/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * RTP sequence numbers before and behind a jitterbuffer, with literal numbers, and
 * with two threads that tell of them at once.
 */

#include <gst/check/gstcheck.h>

#include <string.h>

#include <gst/prof/gstprofsequence.h>

#define MANY 200000

static GstProfSequence sequence;
static GstProfPeriods missing;

static void
setup (void)
{
  memset (&sequence, 0, sizeof (sequence));
  memset (&missing, 0, sizeof (missing));
}

static guint
take (guint16 number, GstClockTime now)
{
  return gst_prof_sequence_take_in (&sequence, &missing, number, now);
}

static void
give (guint16 number, GstClockTime now)
{
  gst_prof_sequence_give_out (&sequence, &missing, number, now);
}

/* All at once: each period's begin, end and value. */
static void
assert_missing (guint n, const GstProfPeriod * expected)
{
  GstProfPeriod found[GST_PROF_PERIODS_MAX];

  assert_equals_int (gst_prof_periods_find (&missing, 0, GST_CLOCK_TIME_NONE,
          found, G_N_ELEMENTS (found)), n);
  for (guint i = 0; i < n; i++) {
    assert_equals_uint64 (found[i].from, expected[i].from);
    assert_equals_uint64 (found[i].to, expected[i].to);
    assert_equals_uint64 (found[i].value, expected[i].value);
  }
}

GST_START_TEST (test_numbers_in_a_row_skip_none_over_the_end_too)
{
  for (guint i = 0; i < 10; i++)
    assert_equals_int (take (65530 + i, i), 0);
  assert_missing (0, NULL);
  fail_if (gst_prof_sequence_is_waiting (&sequence));
}

GST_END_TEST;

GST_START_TEST (test_a_jump_tells_how_many_are_missing_over_the_end_too)
{
  take (65534, 10);
  assert_equals_int (take (3, 20), 4);
  fail_unless (gst_prof_sequence_is_waiting (&sequence));
  assert_missing (1, (GstProfPeriod[]) { {20, GST_CLOCK_TIME_NONE, 4} });
}

GST_END_TEST;

GST_START_TEST (test_what_comes_late_ends_the_wait_when_it_is_the_last)
{
  take (100, 10);
  assert_equals_int (take (103, 20), 2);
  assert_equals_int (take (102, 30), 0);
  fail_unless (gst_prof_sequence_is_waiting (&sequence));
  /* A second time: that is none of those that are missing. */
  assert_equals_int (take (102, 35), 0);
  fail_unless (gst_prof_sequence_is_waiting (&sequence));
  assert_equals_int (take (101, 40), 0);
  fail_if (gst_prof_sequence_is_waiting (&sequence));
  assert_equals_int (take (104, 50), 0);
  assert_missing (1, (GstProfPeriod[]) { {20, 40, 2} });
}

GST_END_TEST;

GST_START_TEST (test_going_past_what_is_missing_ends_the_wait)
{
  take (100, 10);
  take (103, 20);
  give (100, 25);
  fail_unless (gst_prof_sequence_is_waiting (&sequence));
  give (103, 220);
  fail_if (gst_prof_sequence_is_waiting (&sequence));
  assert_missing (1, (GstProfPeriod[]) { {20, 220, 2} });

  /* Too late, it is waited for no more, and belongs to no later wait. */
  assert_equals_int (take (101, 230), 0);
  assert_equals_int (take (104, 240), 0);
  assert_equals_int (take (106, 250), 1);
  assert_equals_int (take (102, 260), 0);
  assert_equals_int (take (105, 270), 0);
  assert_missing (2, (GstProfPeriod[]) { {20, 220, 2}, {250, 270, 1} });
}

GST_END_TEST;

GST_START_TEST (test_more_that_is_missing_prolongs_the_wait)
{
  take (100, 10);
  take (102, 20);
  take (105, 30);
  give (104, 40);
  fail_unless (gst_prof_sequence_is_waiting (&sequence));
  give (105, 50);
  assert_missing (1, (GstProfPeriod[]) { {20, 50, 3} });
}

GST_END_TEST;

GST_START_TEST (test_more_than_the_window_may_be_missing)
{
  take (0, 10);
  assert_equals_int (take (20001, 20), 20000);
  /* So far behind, it cannot be told from a new series. */
  assert_equals_int (take (5000, 30), 0);
  give (20001, 40);
  assert_missing (1, (GstProfPeriod[]) { {20, 40, 20000} });
}

GST_END_TEST;

GST_START_TEST (test_a_stray_number_is_ignored_but_two_in_a_row_are_a_new_series)
{
  take (1000, 10);
  take (1002, 20);
  assert_equals_int (take (40000, 30), 0);
  assert_equals_int (take (1003, 40), 0);
  fail_unless (gst_prof_sequence_is_waiting (&sequence));

  assert_equals_int (take (40000, 50), 0);
  assert_equals_int (take (40001, 60), 0);
  fail_if (gst_prof_sequence_is_waiting (&sequence));
  assert_equals_int (take (40002, 70), 0);
  assert_equals_int (take (40004, 80), 1);
  assert_missing (2, (GstProfPeriod[]) { {20, 60, 1},
      {80, GST_CLOCK_TIME_NONE, 1} });
}

GST_END_TEST;

GST_START_TEST (test_those_before_the_first_are_not_waited_for)
{
  take (100, 10);
  assert_equals_int (take (98, 20), 0);
  assert_equals_int (take (101, 30), 0);
  assert_missing (0, NULL);
}

GST_END_TEST;

static _Atomic guint taken;

static gpointer
give_all (gpointer data)
{
  guint given = 0;

  while (given < MANY) {
    guint last = atomic_load (&taken);

    for (; given < last; given++) {
      if (gst_prof_sequence_is_waiting (&sequence))
        give (given, given);
    }
  }
  return NULL;
}

/* Each third number never comes. Whoever of the two finds the other at it leaves
 * it to the next; in the end nobody is stuck, and no two periods overlap. */
GST_START_TEST (test_two_threads_may_tell_at_once)
{
  GstProfPeriod found[GST_PROF_PERIODS_MAX];
  GThread *thread;
  guint n;

  atomic_store (&taken, 0);
  thread = g_thread_new ("give", give_all, NULL);
  for (guint i = 0; i < MANY; i++) {
    if (i % 3 != 1)
      take (i, i);
    atomic_store (&taken, i + 1);
  }
  g_thread_join (thread);

  take ((guint16) (MANY + 1), MANY + 1);
  give ((guint16) (MANY + 1), MANY + 2);
  fail_if (gst_prof_sequence_is_waiting (&sequence));
  n = gst_prof_periods_find (&missing, 0, GST_CLOCK_TIME_NONE, found,
      G_N_ELEMENTS (found));
  fail_unless (n > 0);
  for (guint i = 0; i < n; i++) {
    fail_unless (found[i].to != GST_CLOCK_TIME_NONE);
    fail_unless (found[i].value > 0);
    fail_unless (i == 0 || found[i].from >= found[i - 1].from);
  }
}

GST_END_TEST;

static Suite *
sequence_suite (void)
{
  Suite *suite = suite_create ("sequence");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_add_checked_fixture (tc, setup, NULL);
  tcase_add_test (tc, test_numbers_in_a_row_skip_none_over_the_end_too);
  tcase_add_test (tc, test_a_jump_tells_how_many_are_missing_over_the_end_too);
  tcase_add_test (tc, test_what_comes_late_ends_the_wait_when_it_is_the_last);
  tcase_add_test (tc, test_going_past_what_is_missing_ends_the_wait);
  tcase_add_test (tc, test_more_that_is_missing_prolongs_the_wait);
  tcase_add_test (tc, test_more_than_the_window_may_be_missing);
  tcase_add_test (tc,
      test_a_stray_number_is_ignored_but_two_in_a_row_are_a_new_series);
  tcase_add_test (tc, test_those_before_the_first_are_not_waited_for);
  tcase_add_test (tc, test_two_threads_may_tell_at_once);
  return suite;
}

GST_CHECK_MAIN (sequence);
