/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What holds up the whole process, told by whoever looks from its own lateness.
 * The time of a look is literal; what the kernel credits the test's thread with
 * meanwhile is real, and next to nothing.
 */

#include <gst/check/gstcheck.h>

#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <gst/prof/gstprofholdup.h>

#define MS GST_MSECOND
#define INTERVAL (10 * MS)

/* How late a look may be without meaning anything. */
#define LATE 15

/* What a noisy machine may take from the test's thread between two looks. */
#define NOISE (50 * MS)

static GstProfHoldup holdup;

static void
setup (void)
{
  gst_prof_holdup_init (&holdup);
  gst_prof_holdup_begin (&holdup, syscall (SYS_gettid), 1000 * MS);
}

static void
teardown (void)
{
  gst_prof_holdup_end (&holdup);
  gst_prof_holdup_clear (&holdup);
}

static void
look_at (GstClockTime now)
{
  gst_prof_holdup_look (&holdup, INTERVAL, now * MS);
}

static void
assert_nothing (void)
{
  assert_equals_uint64 (holdup.frozen, 0);
  assert_equals_uint64 (holdup.starved, 0);
  assert_equals_uint64 (holdup.suspended, 0);
  fail_if (holdup.starved_throttled);
}

GST_START_TEST (the_first_look_is_never_late)
{
  look_at (60000);
  assert_nothing ();
}

GST_END_TEST;

GST_START_TEST (looks_in_time_mean_nothing)
{
  for (guint t = 1000; t < 3000; t += 10) {
    look_at (t);
    assert_nothing ();
  }
}

GST_END_TEST;

GST_START_TEST (a_little_late_means_nothing)
{
  look_at (1000);
  look_at (1010 + LATE);
  assert_nothing ();
}

GST_END_TEST;

GST_START_TEST (a_longer_interval_is_not_late)
{
  look_at (1000);
  gst_prof_holdup_look (&holdup, 500 * MS, 1500 * MS);
  assert_nothing ();
}

GST_END_TEST;

GST_START_TEST (late_without_a_wait_for_the_cpu_is_stopped)
{
  look_at (1000);
  look_at (1510);
  assert_equals_uint64 (holdup.frozen + holdup.starved, 500 * MS);
  fail_unless (holdup.starved < NOISE);
}

GST_END_TEST;

GST_START_TEST (it_counts_once)
{
  look_at (1000);
  look_at (1510);
  look_at (1520);
  assert_nothing ();
}

GST_END_TEST;

/* As if the kernel had credited this thread with that delay since. */
static void
credit_delay (GstClockTime delay)
{
  holdup.own_times.delay -= delay * MS;
}

GST_START_TEST (late_because_of_the_cpu_is_starved)
{
  look_at (1000);
  credit_delay (400);
  look_at (1510);
  assert_equals_uint64 (holdup.frozen + holdup.starved, 500 * MS);
  fail_unless (holdup.starved >= 400 * MS
      && holdup.starved < 400 * MS + NOISE);
}

GST_END_TEST;

GST_START_TEST (more_delay_than_lateness_is_cut)
{
  look_at (1000);
  credit_delay (2000);
  look_at (1510);
  assert_equals_uint64 (holdup.starved, 500 * MS);
  assert_equals_uint64 (holdup.frozen, 0);
}

GST_END_TEST;

GST_START_TEST (a_small_rest_of_a_starved_process_is_not_stopped)
{
  look_at (1000);
  credit_delay (460);
  look_at (1510);
  assert_equals_uint64 (holdup.frozen, 0);
  fail_unless (holdup.starved >= 460 * MS);
}

GST_END_TEST;

GST_START_TEST (a_delay_in_time_is_not_the_processes)
{
  look_at (1000);
  credit_delay (400);
  look_at (1010);
  assert_nothing ();
}

GST_END_TEST;

/* It waited for pages itself, which says nothing of the others. */
GST_START_TEST (late_because_of_its_own_page_faults_is_not_stopped)
{
  look_at (1000);
  holdup.own_major_faults -= 3;
  look_at (1510);
  assert_equals_uint64 (holdup.frozen, 0);
}

GST_END_TEST;

static void
add_throttled (GstClockTime when, GstClockTime total)
{
  holdup.throttled[holdup.n_throttled++ % GST_PROF_HOLDUP_MAX_THROTTLED] =
      (GstProfThrottled) {
  when * MS, total * MS};
}

static void
assert_throttled (GstClockTime from, GstClockTime growth)
{
  assert_equals_uint64 (gst_prof_holdup_get_throttled (&holdup, from * MS),
      growth * MS);
}

GST_START_TEST (throttled_time_is_its_growth_since_then)
{
  holdup.n_throttled = 0;
  assert_throttled (0, 0);
  add_throttled (1000, 70);
  add_throttled (1100, 150);
  add_throttled (1200, 240);
  assert_throttled (1200, 0);
  assert_throttled (1199, 90);
  assert_throttled (1100, 90);
  assert_throttled (1000, 170);
  /* What it had at the first reading is not growth. */
  assert_throttled (500, 170);
}

GST_END_TEST;

GST_START_TEST (throttled_time_that_is_forgotten_is_counted_from_what_is_known)
{
  holdup.n_throttled = 0;
  for (guint i = 0; i < 100; i++)
    add_throttled (1000 + i * 100, i * 50);
  assert_throttled (10900, 0);
  assert_throttled (10700, 100);
  assert_throttled (0, (GST_PROF_HOLDUP_MAX_THROTTLED - 1) * 50);
}

GST_END_TEST;

GST_START_TEST (no_more_is_stolen_than_the_host_took)
{
  look_at (1000);
  gst_prof_holdup_add_steal (&holdup, 5000 * MS);
  holdup.steal_left = 0;
  look_at (1010);
  gst_prof_holdup_add_steal (&holdup, 5020 * MS);
  assert_equals_uint64 (gst_prof_holdup_take_steal (&holdup, 8 * MS), 8 * MS);
  assert_equals_uint64 (gst_prof_holdup_take_steal (&holdup, 30 * MS),
      20 * MS);
  assert_equals_uint64 (gst_prof_holdup_take_steal (&holdup, 0), 0);
}

GST_END_TEST;

/* The kernel counts it in steps of 10 ms. */
GST_START_TEST (what_the_host_took_is_used_up_look_by_look)
{
  look_at (1000);
  gst_prof_holdup_add_steal (&holdup, 5000 * MS);
  holdup.steal_left = 0;
  look_at (1010);
  gst_prof_holdup_add_steal (&holdup, 5030 * MS);
  assert_equals_uint64 (gst_prof_holdup_take_steal (&holdup, 8 * MS), 8 * MS);
  assert_equals_uint64 (gst_prof_holdup_take_steal (&holdup, 6 * MS), 6 * MS);
  look_at (1020);
  gst_prof_holdup_add_steal (&holdup, 5030 * MS);
  assert_equals_uint64 (gst_prof_holdup_take_steal (&holdup, 9 * MS), 9 * MS);
  look_at (1030);
  gst_prof_holdup_add_steal (&holdup, 5030 * MS);
  assert_equals_uint64 (gst_prof_holdup_take_steal (&holdup, 99 * MS),
      13 * MS);
  look_at (1040);
  gst_prof_holdup_add_steal (&holdup, 5030 * MS);
  assert_equals_uint64 (gst_prof_holdup_take_steal (&holdup, 9 * MS), 0);
}

GST_END_TEST;

GST_START_TEST (memory_that_was_short_is_short_for_a_while)
{
  holdup.pressure_read = 0;
  holdup.pressure_high = 1000 * MS;
  fail_unless (gst_prof_holdup_is_memory_short (&holdup, 1499 * MS));
  holdup.pressure_read = 0;
  fail_if (gst_prof_holdup_is_memory_short (&holdup, 1500 * MS));
}

GST_END_TEST;

static Suite *
holdup_suite (void)
{
  Suite *s = suite_create ("holdup");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_test (tc, the_first_look_is_never_late);
  tcase_add_test (tc, looks_in_time_mean_nothing);
  tcase_add_test (tc, a_little_late_means_nothing);
  tcase_add_test (tc, a_longer_interval_is_not_late);
  tcase_add_test (tc, late_without_a_wait_for_the_cpu_is_stopped);
  tcase_add_test (tc, it_counts_once);
  tcase_add_test (tc, late_because_of_the_cpu_is_starved);
  tcase_add_test (tc, more_delay_than_lateness_is_cut);
  tcase_add_test (tc, a_small_rest_of_a_starved_process_is_not_stopped);
  tcase_add_test (tc, a_delay_in_time_is_not_the_processes);
  tcase_add_test (tc, late_because_of_its_own_page_faults_is_not_stopped);
  tcase_add_test (tc, throttled_time_is_its_growth_since_then);
  tcase_add_test (tc,
      throttled_time_that_is_forgotten_is_counted_from_what_is_known);
  tcase_add_test (tc, no_more_is_stolen_than_the_host_took);
  tcase_add_test (tc, what_the_host_took_is_used_up_look_by_look);
  tcase_add_test (tc, memory_that_was_short_is_short_for_a_while);
  return s;
}

GST_CHECK_MAIN (holdup);
