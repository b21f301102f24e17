/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* When the next look is due: as asked for, unless that is too dear. */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofpace.h>

#define MS GST_MSECOND
#define US GST_USECOND

static GstProfPace pace;

static void
setup (void)
{
  gst_prof_pace_init (&pace, 10 * MS);
}

/* Looks for so long, each of which costs that. Returns how many there were. */
static guint
look_for (GstClockTime time, GstClockTime cost)
{
  GstClockTime step = pace.interval;
  guint n = 0;

  for (GstClockTime now = 0; now < time; now += step) {
    step = gst_prof_pace_next (&pace, 10 * MS, step, cost);
    n++;
  }
  return n;
}

GST_START_TEST (a_cheap_look_comes_as_often_as_asked_for)
{
  guint n = look_for (100 * GST_SECOND, 90 * US);

  assert_equals_uint64 (pace.interval, 10 * MS);
  fail_unless (n > 9800 && n < 10200, "%u looks", n);
}

GST_END_TEST;

GST_START_TEST (no_interval_is_far_from_the_average)
{
  GstClockTime shortest = GST_SECOND, longest = 0;

  for (guint i = 0; i < 10000; i++) {
    GstClockTime step = gst_prof_pace_next (&pace, 10 * MS, 10 * MS, 0);

    shortest = MIN (shortest, step);
    longest = MAX (longest, step);
  }
  fail_unless (shortest >= 7500 * US && shortest < 7600 * US);
  fail_unless (longest <= 12500 * US && longest > 12400 * US);
}

GST_END_TEST;

/* Over any phase of something that comes every 10 ms as well. */
GST_START_TEST (looks_are_in_step_with_nothing)
{
  guint phases[10] = { 0 };
  GstClockTime now = 0;

  for (guint i = 0; i < 100000; i++) {
    now += gst_prof_pace_next (&pace, 10 * MS, 10 * MS, 0);
    phases[now / MS % 10]++;
  }
  for (guint i = 0; i < G_N_ELEMENTS (phases); i++)
    fail_unless (phases[i] > 9000 && phases[i] < 11000, "%u: %u", i,
        phases[i]);
}

GST_END_TEST;

GST_START_TEST (a_dear_look_comes_less_often)
{
  guint n;

  look_for (100 * GST_SECOND, 500 * US);
  n = look_for (100 * GST_SECOND, 500 * US);
  fail_unless (pace.interval > 45 * MS && pace.interval < 56 * MS);
  fail_unless (n * 500 * US <= 101 * GST_SECOND / GST_PROF_PACE_BUDGET,
      "%u looks", n);
}

GST_END_TEST;

GST_START_TEST (one_dear_look_delays_nothing)
{
  look_for (10 * GST_SECOND, 80 * US);
  gst_prof_pace_next (&pace, 10 * MS, 10 * MS, 8 * MS);
  assert_equals_uint64 (pace.interval, 10 * MS);
  gst_prof_pace_next (&pace, 10 * MS, 10 * MS, 80 * US);
  assert_equals_uint64 (pace.interval, 10 * MS);
}

GST_END_TEST;

GST_START_TEST (looks_that_are_dear_now_and_then_are_paid_for_as_well)
{
  GstClockTime step = 10 * MS, now, spent = 0;
  guint i = 0;

  for (now = 0; now < 100 * GST_SECOND; now += step) {
    GstClockTime cost = i++ % 10 == 0 ? 1000 * US : 80 * US;

    step = gst_prof_pace_next (&pace, 10 * MS, step, cost);
    spent += cost;
  }
  fail_unless (spent <= now / GST_PROF_PACE_BUDGET + 20 * MS);
  fail_unless (pace.interval <= 20 * MS);
}

GST_END_TEST;

GST_START_TEST (when_it_is_cheap_again_it_comes_as_often_again)
{
  look_for (100 * GST_SECOND, 500 * US);
  look_for (100 * GST_SECOND, 50 * US);
  assert_equals_uint64 (pace.interval, 10 * MS);
}

GST_END_TEST;

GST_START_TEST (it_is_never_more_often_than_asked_for)
{
  for (guint i = 0; i < 1000; i++) {
    gst_prof_pace_next (&pace, 200 * MS, 200 * MS, i * 10 * US);
    fail_unless (pace.interval >= 200 * MS);
  }
}

GST_END_TEST;

static Suite *
pace_suite (void)
{
  Suite *s = suite_create ("pace");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, NULL);
  tcase_add_test (tc, a_cheap_look_comes_as_often_as_asked_for);
  tcase_add_test (tc, no_interval_is_far_from_the_average);
  tcase_add_test (tc, looks_are_in_step_with_nothing);
  tcase_add_test (tc, a_dear_look_comes_less_often);
  tcase_add_test (tc, one_dear_look_delays_nothing);
  tcase_add_test (tc, looks_that_are_dear_now_and_then_are_paid_for_as_well);
  tcase_add_test (tc, when_it_is_cheap_again_it_comes_as_often_again);
  tcase_add_test (tc, it_is_never_more_often_than_asked_for);
  return s;
}

GST_CHECK_MAIN (pace);
