/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The last times in which something was so: found by when they were, and never
 * torn, however much is written meanwhile. */

#include <gst/check/gstcheck.h>

#include <string.h>

#include <gst/prof/gstprofperiods.h>

#define OPEN GST_CLOCK_TIME_NONE

/* The place that may be half written holds none. */
#define KEPT (GST_PROF_PERIODS_MAX - 1)

static GstProfPeriods periods;
static GstProfPeriod found[GST_PROF_PERIODS_MAX];

static void
setup (void)
{
  memset (&periods, 0, sizeof periods);
}

static void
assert_period (guint i, GstClockTime from, GstClockTime to, guint64 value)
{
  assert_equals_uint64 (found[i].from, from);
  assert_equals_uint64 (found[i].to, to);
  assert_equals_uint64 (found[i].value, value);
}

static guint
find (GstClockTime from, GstClockTime to)
{
  return gst_prof_periods_find (&periods, from, to, found,
      G_N_ELEMENTS (found));
}

GST_START_TEST (at_first_there_are_none)
{
  assert_equals_int (find (0, GST_CLOCK_TIME_NONE), 0);
}

GST_END_TEST;

GST_START_TEST (those_that_overlap_are_found_the_oldest_first)
{
  gst_prof_periods_add (&periods, 100, 200, 1);
  gst_prof_periods_add (&periods, 300, 400, 2);
  gst_prof_periods_add (&periods, 500, 600, 3);
  assert_equals_int (find (150, 550), 3);
  assert_period (0, 100, 200, 1);
  assert_period (1, 300, 400, 2);
  assert_period (2, 500, 600, 3);
  assert_equals_int (find (200, 500), 1);
  assert_period (0, 300, 400, 2);
  assert_equals_int (find (399, 401), 1);
  assert_equals_int (find (400, 500), 0);
  assert_equals_int (find (600, 700), 0);
  assert_equals_int (find (0, 100), 0);
}

GST_END_TEST;

GST_START_TEST (one_that_goes_on_has_no_end)
{
  gst_prof_periods_open (&periods, 100, 7);
  assert_equals_int (find (5000, 6000), 1);
  assert_period (0, 100, OPEN, 7);
  assert_equals_int (find (0, 100), 0);
  gst_prof_periods_close (&periods, 300, 9);
  assert_equals_int (find (200, 6000), 1);
  assert_period (0, 100, 300, 9);
  assert_equals_int (find (5000, 6000), 0);
}

GST_END_TEST;

GST_START_TEST (opening_what_is_open_renews_its_value)
{
  gst_prof_periods_open (&periods, 100, 1);
  gst_prof_periods_open (&periods, 150, 5);
  assert_equals_int (find (0, 1000), 1);
  assert_period (0, 100, OPEN, 5);
}

GST_END_TEST;

GST_START_TEST (closing_what_is_not_open_does_nothing)
{
  gst_prof_periods_close (&periods, 50, 1);
  assert_equals_int (find (0, 1000), 0);
  gst_prof_periods_add (&periods, 100, 200, 1);
  gst_prof_periods_close (&periods, 300, 2);
  assert_equals_int (find (0, 1000), 1);
  assert_period (0, 100, 200, 1);
}

GST_END_TEST;

GST_START_TEST (when_there_are_more_than_fit_the_newest_are_given)
{
  for (guint i = 1; i <= 10; i++)
    gst_prof_periods_add (&periods, i * 10, i * 10 + 5, i);
  assert_equals_int (gst_prof_periods_find (&periods, 0, 1000, found, 3), 3);
  assert_period (0, 80, 85, 8);
  assert_period (2, 100, 105, 10);
  assert_equals_int (gst_prof_periods_find (&periods, 0, 1000, found, 0), 0);
}

GST_END_TEST;

GST_START_TEST (the_oldest_are_forgotten)
{
  for (guint i = 1; i <= 1000; i++)
    gst_prof_periods_add (&periods, i * 10, i * 10 + 5, i);
  assert_equals_int (find (0, 100000), KEPT);
  assert_period (0, (1001 - KEPT) * 10, (1001 - KEPT) * 10 + 5, 1001 - KEPT);
  assert_period (KEPT - 1, 10000, 10005, 1000);
  assert_equals_int (find (0, (1001 - KEPT) * 10), 0);
}

GST_END_TEST;

/* --- while it is written --- */

#define N_READERS 2
#define N_WRITTEN 300000

static _Atomic gboolean written;

/* Period i is [4 i, 4 i + 2], with 8 i while it goes on and 8 i + 1 then. */
static gpointer
write_periods (gpointer data)
{
  for (guint64 i = 1; i <= N_WRITTEN; i++) {
    if (i % 3 == 0) {
      gst_prof_periods_add (&periods, 4 * i, 4 * i + 2, 8 * i + 1);
    } else {
      gst_prof_periods_open (&periods, 4 * i, 8 * i);
      gst_prof_periods_close (&periods, 4 * i + 2, 8 * i + 1);
    }
  }
  atomic_store (&written, TRUE);
  return NULL;
}

static gboolean
is_whole (const GstProfPeriod * period)
{
  guint64 i = period->from / 4;

  if (i == 0 || period->from != 4 * i)
    return FALSE;
  if (period->to == OPEN)
    return period->value == 8 * i || period->value == 8 * i + 1;
  return period->to == 4 * i + 2 && period->value == 8 * i + 1;
}

static gpointer
read_periods (gpointer data)
{
  GstProfPeriod seen[GST_PROF_PERIODS_MAX];
  guint64 torn = 0;

  while (!atomic_load (&written)) {
    guint n = gst_prof_periods_find (&periods, 0, GST_CLOCK_TIME_NONE, seen,
        G_N_ELEMENTS (seen));

    for (guint i = 0; i < n; i++) {
      if (!is_whole (&seen[i]) || (i > 0
              && seen[i].from != seen[i - 1].from + 4)
          || (i < n - 1 && seen[i].to == OPEN))
        torn++;
    }
  }
  return GSIZE_TO_POINTER (torn);
}

GST_START_TEST (nothing_that_is_read_is_torn)
{
  GThread *writer, *readers[N_READERS];

  atomic_store (&written, FALSE);
  for (guint i = 0; i < N_READERS; i++)
    readers[i] = g_thread_new ("reader", read_periods, NULL);
  writer = g_thread_new ("writer", write_periods, NULL);
  for (guint i = 0; i < N_READERS; i++)
    assert_equals_int (GPOINTER_TO_SIZE (g_thread_join (readers[i])), 0);
  g_thread_join (writer);
  assert_equals_int (find (0, GST_CLOCK_TIME_NONE), KEPT);
  assert_period (KEPT - 1, 4 * N_WRITTEN, 4 * N_WRITTEN + 2,
      G_GUINT64_CONSTANT (8) * N_WRITTEN + 1);
}

GST_END_TEST;

static Suite *
periods_suite (void)
{
  Suite *s = suite_create ("periods");
  TCase *tc = tcase_create ("periods");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, NULL);
  tcase_add_test (tc, at_first_there_are_none);
  tcase_add_test (tc, those_that_overlap_are_found_the_oldest_first);
  tcase_add_test (tc, one_that_goes_on_has_no_end);
  tcase_add_test (tc, opening_what_is_open_renews_its_value);
  tcase_add_test (tc, closing_what_is_not_open_does_nothing);
  tcase_add_test (tc, when_there_are_more_than_fit_the_newest_are_given);
  tcase_add_test (tc, the_oldest_are_forgotten);
  tcase_add_test (tc, nothing_that_is_read_is_torn);
  return s;
}

GST_CHECK_MAIN (periods);
