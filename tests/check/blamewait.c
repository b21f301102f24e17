/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What the application's own thread waited in, which call a wait is told with, and
 * what is known of an element in which nobody looked, with literal times.
 */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofblame.h>

#define MS GST_MSECOND

/* Whatever numbers they have */
enum { POLL = 7, WAIT = 61, FUTEX = 202 };

static GstProfHistory *history;
static GstProfBlame blame;
static GstProfBlameWait found;

static void
setup (void)
{
  history = gst_prof_history_new (64);
}

static void
teardown (void)
{
  g_clear_pointer (&history, gst_prof_history_free);
}

static void
waits (guint from, guint to, GstProfCause cause, gint call, guint point)
{
  const GstProfSegment segment = {
    .from = from * MS,
    .to = to * MS,
    .cause = cause,
    .blocked = TRUE,
    .point = point,
    .call = call,
    .state = 'S',
  };

  gst_prof_history_push (history, &segment);
}

static gboolean
find (guint from, guint to)
{
  return gst_prof_blame_find_wait (history, from * MS, to * MS, &found);
}

GST_START_TEST (the_call_that_it_waited_in_longest_is_found)
{
  waits (0, 100, GST_PROF_CAUSE_UPSTREAM, POLL, 0);
  waits (100, 900, GST_PROF_CAUSE_UPSTREAM, FUTEX, 0);
  waits (900, 1000, GST_PROF_CAUSE_UPSTREAM, POLL, 0);
  fail_unless (find (0, 1000));
  assert_equals_int (found.call, FUTEX);
  assert_equals_uint64 (found.time, 800 * MS);
  fail_unless (found.state == 'S');
  /* Of the interval only */
  fail_unless (find (50, 150));
  assert_equals_uint64 (found.time, 50 * MS);
}

GST_END_TEST;

GST_START_TEST (a_call_of_which_nothing_is_known_is_found_too)
{
  waits (0, 100, GST_PROF_CAUSE_UNKNOWN, WAIT, 0);
  fail_unless (find (0, 100));
  assert_equals_int (found.call, WAIT);
}

GST_END_TEST;

GST_START_TEST (what_has_a_cause_or_is_in_an_element_is_no_such_wait)
{
  waits (0, 100, GST_PROF_CAUSE_LOCK, FUTEX, 0);
  waits (100, 200, GST_PROF_CAUSE_UNKNOWN, FUTEX, 3);
  fail_if (find (0, 200));
  fail_if (find (300, 400));
}

GST_END_TEST;

GST_START_TEST (nothing_comes_to_the_application)
{
  waits (0, 60, GST_PROF_CAUSE_UPSTREAM, FUTEX, 0);
  waits (60, 90, GST_PROF_CAUSE_SLEEP, WAIT, 0);
  waits (90, 100, GST_PROF_CAUSE_UPSTREAM, FUTEX, 3);
  gst_prof_blame_thread (history, 1, 0, 100 * MS, FALSE, NULL, &blame);
  gst_prof_blame_forget_source (&blame, 2);
  assert_equals_uint64 (blame.rest, 0);
  gst_prof_blame_forget_source (&blame, 1);
  assert_equals_uint64 (blame.rest, 60 * MS);
  assert_equals_uint64 (gst_prof_blame_get (&blame, GST_PROF_CAUSE_SLEEP),
      30 * MS);
  assert_equals_uint64 (gst_prof_blame_get (&blame, GST_PROF_CAUSE_UPSTREAM),
      10 * MS);
  fail_unless (gst_prof_blame_get_largest (&blame) == NULL);
}

GST_END_TEST;

/* However it ended. */
GST_START_TEST (a_wait_is_told_with_the_call_of_most_of_its_time)
{
  waits (0, 20, GST_PROF_CAUSE_UPSTREAM, POLL, 0);
  waits (20, 90, GST_PROF_CAUSE_UPSTREAM, FUTEX, 0);
  waits (90, 100, GST_PROF_CAUSE_UPSTREAM, POLL, 0);
  gst_prof_blame_thread (history, 1, 0, 100 * MS, FALSE, NULL, &blame);
  assert_equals_int (blame.n_items, 1);
  assert_equals_int (blame.items[0].call, FUTEX);
}

GST_END_TEST;

/* A thread that stood still for 100 ms, 90 of them in element 3's own time: when
 * somebody looked, it was in element 2. */
GST_START_TEST (what_was_seen_elsewhere_is_the_elements_as_far_as_it_must_be)
{
  waits (0, 95, GST_PROF_CAUSE_CPU_THROTTLED, FUTEX, 2);
  waits (95, 100, GST_PROF_CAUSE_SLEEP, FUTEX, 2);
  gst_prof_blame_thread (history, 1, 0, 100 * MS, FALSE, NULL, &blame);
  gst_prof_blame_limit (&blame, 1, 3, 90 * MS);
  assert_equals_uint64 (blame.wall, 90 * MS);
  assert_equals_uint64 (gst_prof_blame_get (&blame,
          GST_PROF_CAUSE_CPU_THROTTLED), 85 * MS);
  assert_equals_uint64 (gst_prof_blame_get (&blame, GST_PROF_CAUSE_SLEEP), 0);
  assert_equals_uint64 (blame.rest, 5 * MS);
  assert_equals_int (gst_prof_blame_get_largest (&blame)->point, 3);
}

GST_END_TEST;

GST_START_TEST (what_others_did_for_longer_than_the_element_says_nothing_of_it)
{
  waits (0, 60, GST_PROF_CAUSE_SLEEP, FUTEX, 2);
  waits (60, 70, GST_PROF_CAUSE_DISK, FUTEX, 3);
  waits (70, 100, GST_PROF_CAUSE_LOCK, FUTEX, 4);
  gst_prof_blame_thread (history, 1, 0, 100 * MS, FALSE, NULL, &blame);
  gst_prof_blame_limit (&blame, 1, 3, 30 * MS);
  assert_equals_uint64 (blame.wall, 30 * MS);
  assert_equals_uint64 (gst_prof_blame_get (&blame, GST_PROF_CAUSE_DISK),
      10 * MS);
  assert_equals_uint64 (blame.rest, 20 * MS);
}

GST_END_TEST;

static Suite *
blamewait_suite (void)
{
  Suite *s = suite_create ("blamewait");
  TCase *tc = tcase_create ("general");

  tcase_add_checked_fixture (tc, setup, teardown);
  suite_add_tcase (s, tc);
  tcase_add_test (tc, the_call_that_it_waited_in_longest_is_found);
  tcase_add_test (tc, a_call_of_which_nothing_is_known_is_found_too);
  tcase_add_test (tc, what_has_a_cause_or_is_in_an_element_is_no_such_wait);
  tcase_add_test (tc, nothing_comes_to_the_application);
  tcase_add_test (tc, a_wait_is_told_with_the_call_of_most_of_its_time);
  tcase_add_test (tc,
      what_was_seen_elsewhere_is_the_elements_as_far_as_it_must_be);
  tcase_add_test (tc,
      what_others_did_for_longer_than_the_element_says_nothing_of_it);
  return s;
}

GST_CHECK_MAIN (blamewait);
