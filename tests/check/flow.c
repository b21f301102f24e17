/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What passes a pad: how much, and when nothing did, from literal times. */

#include <gst/check/gstcheck.h>

#include <string.h>

#include <gst/prof/gstprofflow.h>

#define MS GST_MSECOND
#define S GST_SECOND
#define OPEN GST_CLOCK_TIME_NONE

static GstProfFlow flow;
static GstProfPeriod found[GST_PROF_PERIODS_MAX];

static void
setup (void)
{
  memset (&flow, 0, sizeof flow);
}

static void
pass (GstClockTime now)
{
  gst_prof_flow_pass (&flow, 1, 1000, 0, now);
}

/* Milliseconds, both ends included */
static void
pass_each (guint interval, guint from, guint to)
{
  for (guint t = from; t <= to; t += interval)
    pass (t * MS);
}

static guint
find (GstClockTime from, GstClockTime to)
{
  return gst_prof_flow_find_quiets (&flow, from, to, found,
      G_N_ELEMENTS (found));
}

static void
assert_quiet (guint i, GstClockTime from, GstClockTime to, guint64 skipped)
{
  assert_equals_uint64 (found[i].from, from);
  assert_equals_uint64 (found[i].to, to);
  assert_equals_uint64 (found[i].value, skipped);
}

GST_START_TEST (at_first_nothing_has_passed)
{
  assert_equals_uint64 (gst_prof_flow_get_packets (&flow), 0);
  assert_equals_uint64 (gst_prof_flow_get_first (&flow), 0);
  assert_equals_uint64 (gst_prof_flow_get_last (&flow), 0);
  assert_equals_int (find (0, 100 * S), 0);
  assert_equals_uint64 (gst_prof_flow_count (&flow, 0, 100 * S), 0);
}

GST_END_TEST;

GST_START_TEST (what_passes_is_counted)
{
  gst_prof_flow_pass (&flow, 1, 1200, 0, 10 * S);
  gst_prof_flow_pass (&flow, 7, 8000, 0, 10 * S + 20 * MS);
  assert_equals_uint64 (gst_prof_flow_get_packets (&flow), 8);
  assert_equals_uint64 (gst_prof_flow_get_bytes (&flow), 9200);
  assert_equals_uint64 (gst_prof_flow_get_first (&flow), 10 * S);
  assert_equals_uint64 (gst_prof_flow_get_last (&flow), 10 * S + 20 * MS);
}

GST_END_TEST;

GST_START_TEST (a_pause_is_remembered_exactly_with_what_was_skipped)
{
  pass (10 * S);
  gst_prof_flow_pass (&flow, 1, 1000, 238, 13 * S + 21 * MS);
  pass (13 * S + 30 * MS);
  assert_equals_int (find (12 * S, 13 * S), 1);
  assert_quiet (0, 10 * S, 13 * S + 21 * MS, 238);
}

GST_END_TEST;

GST_START_TEST (less_than_50_ms_is_no_pause)
{
  pass (10 * S);
  pass (10 * S + 49 * MS);
  assert_equals_int (find (0, 10 * S + 60 * MS), 0);
  pass (10 * S + 99 * MS);
  assert_equals_int (find (0, 10 * S + 100 * MS), 1);
  assert_quiet (0, 10 * S + 49 * MS, 10 * S + 99 * MS, 0);
}

GST_END_TEST;

GST_START_TEST (a_pause_that_goes_on_is_found_without_an_end)
{
  pass (10 * S);
  assert_equals_int (find (9 * S, 10 * S + 49 * MS), 0);
  assert_equals_int (find (9 * S, 10 * S + 50 * MS), 1);
  assert_quiet (0, 10 * S, OPEN, 0);
  assert_equals_int (find (15 * S, 16 * S), 1);
  assert_quiet (0, 10 * S, OPEN, 0);
}

GST_END_TEST;

/* Who asks afterwards for what was before the pause, is not told of it. */
GST_START_TEST (a_pause_after_the_interval_is_not_in_it)
{
  pass_each (10, 10000, 12000);
  assert_equals_int (find (10 * S, 11 * S), 0);
  assert_equals_int (find (10 * S, 14 * S), 1);
}

GST_END_TEST;

GST_START_TEST (the_one_that_goes_on_counts_among_the_newest)
{
  for (guint i = 10; i <= 15; i++)
    pass (i * S);
  assert_equals_int (gst_prof_flow_find_quiets (&flow, 0, 20 * S, found, 3),
      3);
  assert_quiet (0, 13 * S, 14 * S, 0);
  assert_quiet (1, 14 * S, 15 * S, 0);
  assert_quiet (2, 15 * S, OPEN, 0);
}

GST_END_TEST;

GST_START_TEST (time_that_goes_back_begins_no_pause)
{
  pass (10 * S);
  pass (10 * S - 1 * MS);
  assert_equals_uint64 (gst_prof_flow_get_packets (&flow), 2);
  assert_equals_uint64 (gst_prof_flow_get_last (&flow), 10 * S);
  assert_equals_int (find (0, 10 * S + 10 * MS), 0);
}

GST_END_TEST;

GST_START_TEST (how_many_passed_meanwhile_is_known)
{
  pass_each (10, 10000, 19990);
  assert_equals_uint64 (gst_prof_flow_count (&flow, 10 * S, 20 * S), 1000);
  assert_equals_uint64 (gst_prof_flow_count (&flow, 12 * S, 14 * S), 200);
  assert_equals_uint64 (gst_prof_flow_count (&flow, 12 * S + 100 * MS,
          12 * S + 150 * MS), 5);
  assert_equals_uint64 (gst_prof_flow_count (&flow, 0, 10 * S), 0);
  assert_equals_uint64 (gst_prof_flow_count (&flow, 30 * S, 31 * S), 0);
}

GST_END_TEST;

/* The bin that is being filled is counted as far as it is. */
GST_START_TEST (how_many_passed_up_to_now_is_known)
{
  pass_each (10, 10000, 10090);
  assert_equals_uint64 (gst_prof_flow_count (&flow, 9 * S, 10 * S + 95 * MS),
      10);
}

GST_END_TEST;

GST_START_TEST (what_was_long_ago_is_not_counted)
{
  pass_each (10, 10000, 70000);
  assert_equals_uint64 (gst_prof_flow_count (&flow, 60 * S, 70 * S), 1000);
  fail_unless (gst_prof_flow_count (&flow, 10 * S, 70 * S) <= 3201);
  assert_equals_uint64 (gst_prof_flow_count (&flow, 10 * S, 20 * S), 0);
}

GST_END_TEST;

GST_START_TEST (one_unusual_pause_does_not_make_it_usual)
{
  assert_equals_uint64 (gst_prof_flow_get_usual_pause (&flow, 100 * S), 0);
  pass_each (1000, 10000, 14000);
  pass_each (1000, 34000, 36000);
  assert_equals_uint64 (gst_prof_flow_get_usual_pause (&flow, 100 * S), 1 * S);
}

GST_END_TEST;

GST_START_TEST (what_is_usual_changes)
{
  pass_each (1000, 10000, 40000);
  pass_each (5000, 45000, 100000);
  assert_equals_uint64 (gst_prof_flow_get_usual_pause (&flow, 200 * S), 5 * S);
  assert_equals_uint64 (gst_prof_flow_get_usual_pause (&flow, 40 * S), 1 * S);
}

GST_END_TEST;

/* --- while it is written --- */

#define N_PASSED 200000

static _Atomic gboolean passed;

/* A pause after every packet, longer each time */
static gpointer
pass_many (gpointer data)
{
  GstClockTime now = S;

  for (guint i = 0; i < N_PASSED; i++) {
    gst_prof_flow_pass (&flow, 1, 10, i, now);
    now += GST_PROF_FLOW_QUIET + i + 1;
  }
  atomic_store (&passed, TRUE);
  return NULL;
}

/* One after the other, each as long as it was and the last one going on. */
GST_START_TEST (there_is_always_a_pause_up_to_now)
{
  GThread *writer = g_thread_new ("writer", pass_many, NULL);
  guint wrong = 0;

  while (!atomic_load (&passed)) {
    guint n = gst_prof_flow_find_quiets (&flow, 0, GST_CLOCK_TIME_NONE - 1,
        found, G_N_ELEMENTS (found));

    for (guint i = 0; i < n; i++) {
      const GstProfPeriod *quiet = &found[i];

      if (i > 0 && quiet->from != found[i - 1].to)
        wrong++;
      if (quiet->to != OPEN
          && quiet->to - quiet->from != GST_PROF_FLOW_QUIET + quiet->value)
        wrong++;
      if (quiet->to == OPEN && i != n - 1)
        wrong++;
    }
  }
  g_thread_join (writer);
  assert_equals_int (wrong, 0);
  assert_equals_uint64 (gst_prof_flow_get_packets (&flow), N_PASSED);
}

GST_END_TEST;

static Suite *
flow_suite (void)
{
  Suite *s = suite_create ("flow");
  TCase *tc = tcase_create ("flow");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, NULL);
  tcase_add_test (tc, at_first_nothing_has_passed);
  tcase_add_test (tc, what_passes_is_counted);
  tcase_add_test (tc, a_pause_is_remembered_exactly_with_what_was_skipped);
  tcase_add_test (tc, less_than_50_ms_is_no_pause);
  tcase_add_test (tc, a_pause_that_goes_on_is_found_without_an_end);
  tcase_add_test (tc, a_pause_after_the_interval_is_not_in_it);
  tcase_add_test (tc, the_one_that_goes_on_counts_among_the_newest);
  tcase_add_test (tc, time_that_goes_back_begins_no_pause);
  tcase_add_test (tc, how_many_passed_meanwhile_is_known);
  tcase_add_test (tc, how_many_passed_up_to_now_is_known);
  tcase_add_test (tc, what_was_long_ago_is_not_counted);
  tcase_add_test (tc, one_unusual_pause_does_not_make_it_usual);
  tcase_add_test (tc, what_is_usual_changes);
  tcase_add_test (tc, there_is_always_a_pause_up_to_now);
  return s;
}

GST_CHECK_MAIN (flow);
