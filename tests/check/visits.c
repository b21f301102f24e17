/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What is known of a pad's visits, with literal times. */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofvisits.h>

#define KEPT GST_PROF_VISITS_KEPT
#define NONE GST_CLOCK_TIME_NONE
#define THREAD 4711

/* One who reads all. */
typedef struct
{
  guint64 next;
  guint64 lost;
  guint n;
  GstProfVisit found[2 * KEPT];
  GstProfVisitEvent events[2 * GST_PROF_VISITS_EVENTS];
} Reader;

static GstProfVisits *visits;
static Reader reader;

static void
setup (void)
{
  visits = gst_prof_visits_new ();
  memset (&reader, 0, sizeof (reader));
}

static void
teardown (void)
{
  gst_prof_visits_free (visits);
}

static void
read_begun (void)
{
  reader.n = gst_prof_visits_read (visits, &reader.next, &reader.lost,
      reader.found, G_N_ELEMENTS (reader.found));
}

static void
read_ended (void)
{
  reader.n = gst_prof_visits_read_ended (visits, &reader.next, &reader.lost,
      reader.found, G_N_ELEMENTS (reader.found));
}

static void
read_slow (void)
{
  reader.n = gst_prof_visits_read_slow (visits, &reader.next, &reader.lost,
      reader.events, G_N_ELEMENTS (reader.events));
}

static void
read_pauses (void)
{
  reader.n = gst_prof_visits_read_pauses (visits, &reader.next, &reader.lost,
      reader.events, G_N_ELEMENTS (reader.events));
}

static void
visit (GstClockTime pts, GstClockTime enter, GstClockTime leave,
    GstClockTime own)
{
  guint place = gst_prof_visits_enter (visits, pts, 1, enter);

  gst_prof_visits_leave (visits, place, enter, leave, own, THREAD);
}

static void
assert_visit (const GstProfVisit * found, guint64 number, GstClockTime pts,
    GstClockTime enter, GstClockTime own)
{
  assert_equals_uint64 (found->number, number);
  assert_equals_uint64 (found->pts, pts);
  assert_equals_uint64 (found->enter, enter);
  assert_equals_uint64 (found->own, own);
}

static void
assert_event (const GstProfVisitEvent * event, GstClockTime from,
    GstClockTime to, GstClockTime own)
{
  assert_equals_uint64 (event->from, from);
  assert_equals_uint64 (event->to, to);
  assert_equals_uint64 (event->own, own);
  assert_equals_uint64 (event->thread_id, THREAD);
}

static GstProfVisitTimes
get_times (void)
{
  GstProfVisitTimes times;

  gst_prof_visits_get_times (visits, &times);
  return times;
}

static void
assert_counts (guint64 buffers, guint64 n_visits, GstClockTime own,
    GstClockTime max)
{
  GstProfVisitTimes times = get_times ();

  assert_equals_uint64 (times.buffers, buffers);
  assert_equals_uint64 (times.visits, n_visits);
  assert_equals_uint64 (times.own, own);
  assert_equals_uint64 (times.max, max);
}

GST_START_TEST (nobody_came_yet)
{
  GstProfVisitTimes zero = { 0 }, times = get_times ();

  fail_unless (memcmp (&times, &zero, sizeof (zero)) == 0);
  read_begun ();
  assert_equals_int (reader.n, 0);
  read_ended ();
  assert_equals_int (reader.n, 0);
  read_slow ();
  assert_equals_int (reader.n, 0);
  read_pauses ();
  assert_equals_int (reader.n, 0);
}

GST_END_TEST;

GST_START_TEST (a_visit_is_seen_from_its_begin_and_has_ended_when_it_has)
{
  Reader ended = { 0 };
  guint place;

  visit (1000, 100, 130, 20);
  place = gst_prof_visits_enter (visits, NONE, 1, 200);
  assert_counts (2, 1, 20, 20);
  read_begun ();
  assert_equals_int (reader.n, 2);
  assert_visit (&reader.found[0], 0, 1000, 100, 20);
  assert_visit (&reader.found[1], 1, NONE, 200, NONE);
  read_begun ();
  assert_equals_int (reader.n, 0);

  reader = ended;
  read_ended ();
  assert_equals_int (reader.n, 1);
  assert_visit (&reader.found[0], 0, 1000, 100, 20);
  gst_prof_visits_leave (visits, place, 200, 250, 50, THREAD);
  read_ended ();
  assert_equals_int (reader.n, 1);
  assert_visit (&reader.found[0], 1, NONE, 200, 50);
  assert_equals_uint64 (reader.lost, 0);
  assert_counts (2, 2, 70, 50);
}

GST_END_TEST;

GST_START_TEST (a_list_is_one_visit_of_many_buffers)
{
  guint place = gst_prof_visits_enter (visits, 7, 25, 100);

  gst_prof_visits_leave (visits, place, 100, 110, 10, THREAD);
  place = gst_prof_visits_enter (visits, NONE, 0, 120);
  gst_prof_visits_leave (visits, place, 120, 121, 1, THREAD);
  assert_counts (25, 2, 11, 10);
}

GST_END_TEST;

GST_START_TEST (one_takes_only_as_many_as_fit)
{
  for (guint i = 0; i < 5; i++)
    visit (i, 10 * i, 10 * i + 5, 5);
  assert_equals_int (gst_prof_visits_read (visits, &reader.next, &reader.lost,
          reader.found, 3), 3);
  assert_equals_uint64 (reader.next, 3);
  assert_equals_int (gst_prof_visits_read (visits, &reader.next, &reader.lost,
          reader.found, 3), 2);
  assert_visit (&reader.found[1], 4, 4, 40, 5);
  assert_equals_uint64 (reader.lost, 0);
}

GST_END_TEST;

GST_START_TEST (who_reads_too_late_knows_how_many_are_lost)
{
  for (guint i = 0; i < 1000; i++)
    visit (i, 10 * i, 10 * i + 5, i);
  read_begun ();
  assert_equals_int (reader.n, KEPT - 1);
  assert_equals_uint64 (reader.lost, 1000 - (KEPT - 1));
  for (guint i = 0; i < reader.n; i++) {
    guint64 number = 1000 - (KEPT - 1) + i;

    assert_visit (&reader.found[i], number, number, 10 * number, number);
  }
  assert_counts (1000, 1000, 499500, 999);
}

GST_END_TEST;

/* An encoder that looks ahead has dozens of frames inside, but its visits end. */
GST_START_TEST (none_has_ended_that_began_after_one_still_inside)
{
  guint outer = gst_prof_visits_enter_shared (visits, 100);
  guint inner = gst_prof_visits_enter_shared (visits, 110);

  gst_prof_visits_leave_shared (visits, inner, 110, 120, 10, THREAD, 5, 1);
  read_ended ();
  assert_equals_int (reader.n, 0);
  gst_prof_visits_leave_shared (visits, outer, 100, 130, 20, THREAD, 4, 1);
  read_ended ();
  assert_equals_int (reader.n, 2);
  assert_visit (&reader.found[0], 0, 4, 100, 20);
  assert_visit (&reader.found[1], 1, 5, 110, 10);
}

GST_END_TEST;

GST_START_TEST (own_times_are_exact_for_two_seconds_and_their_sum_always)
{
  static const GstClockTime coarse = 1 << 10;
  GstClockTime minute = 60 * GST_SECOND, hour = 60 * minute;

  visit (0, 0, hour, 0);
  visit (1, 0, hour, (1u << 31) - 1);
  visit (2, 0, hour, 1u << 31);
  visit (3, 0, hour, minute);
  visit (4, 0, hour, hour);
  read_ended ();
  assert_equals_int (reader.n, 5);
  assert_equals_uint64 (reader.found[0].own, 0);
  assert_equals_uint64 (reader.found[1].own, (1u << 31) - 1);
  assert_equals_uint64 (reader.found[2].own, 1u << 31);
  assert_equals_uint64 (reader.found[3].own, minute / coarse * coarse);
  fail_unless (reader.found[4].own > 36 * minute);
  fail_unless (reader.found[4].own < 37 * minute);
  assert_counts (5, 5, 2 * (G_GUINT64_CONSTANT (1) << 31) - 1 + minute + hour,
      hour);
}

GST_END_TEST;

GST_START_TEST (a_visit_that_takes_the_limit_or_longer_is_an_event)
{
  visit (0, 0, 900, 900);
  gst_prof_visits_set_limits (visits, 50, 0);
  visit (1, 1000, 1100, 49);
  visit (2, 2000, 2100, 50);
  visit (3, 3000, 3100, 51);
  read_slow ();
  assert_equals_int (reader.n, 2);
  assert_event (&reader.events[0], 2000, 2100, 50);
  assert_event (&reader.events[1], 3000, 3100, 51);
  gst_prof_visits_set_limits (visits, 0, 0);
  visit (4, 4000, 4900, 900);
  read_slow ();
  assert_equals_int (reader.n, 0);
  assert_equals_uint64 (reader.lost, 0);
}

GST_END_TEST;

GST_START_TEST (a_gst_event_that_takes_the_limit_or_longer_is_no_visit)
{
  gst_prof_visits_set_limits (visits, 50, 0);
  fail_if (gst_prof_visits_has_slow (visits, reader.next));
  gst_prof_visits_handle_event (visits, 1000, 1100, 49, THREAD);
  fail_if (gst_prof_visits_has_slow (visits, reader.next));
  gst_prof_visits_handle_event (visits, 2000, 2100, 50, THREAD);
  fail_unless (gst_prof_visits_has_slow (visits, reader.next));
  visit (3, 3000, 3100, 51);
  assert_counts (1, 1, 51, 51);
  read_slow ();
  assert_equals_int (reader.n, 2);
  assert_event (&reader.events[0], 2000, 2100, 50);
  assert_event (&reader.events[1], 3000, 3100, 51);
  fail_unless (reader.events[0].of_event);
  fail_if (reader.events[1].of_event);
  fail_if (gst_prof_visits_has_slow (visits, reader.next));
}

GST_END_TEST;

GST_START_TEST (of_many_events_the_last_ones_are_kept)
{
  gst_prof_visits_set_limits (visits, 1, 1);
  for (guint i = 0; i < 30; i++) {
    visit (i, 100 * i, 100 * i + 50, 50);
    gst_prof_visits_add_outside (visits, 100 * i + 50, 100 * i + 100, THREAD);
  }
  read_slow ();
  assert_equals_int (reader.n, GST_PROF_VISITS_EVENTS);
  assert_equals_uint64 (reader.lost, 30 - GST_PROF_VISITS_EVENTS);
  assert_event (&reader.events[0], 2200, 2250, 50);
  assert_event (&reader.events[7], 2900, 2950, 50);
  memset (&reader, 0, sizeof (reader));
  read_pauses ();
  assert_equals_int (reader.n, GST_PROF_VISITS_EVENTS);
  assert_equals_uint64 (reader.lost, 30 - GST_PROF_VISITS_EVENTS);
  assert_event (&reader.events[7], 2950, 3000, 50);
}

GST_END_TEST;

GST_START_TEST (time_outside_counts_once_somebody_came_in)
{
  gst_prof_visits_set_limits (visits, 0, 200);
  gst_prof_visits_add_outside (visits, 10, 1000, THREAD);
  assert_equals_uint64 (get_times ().outside, 0);
  visit (0, 1000, 1100, 100);
  gst_prof_visits_add_outside (visits, 1100, 1299, THREAD);
  gst_prof_visits_add_outside (visits, 1300, 1500, THREAD);
  assert_equals_uint64 (get_times ().outside, 399);
  read_pauses ();
  assert_equals_int (reader.n, 1);
  assert_event (&reader.events[0], 1300, 1500, 200);

  gst_prof_visits_begin_run (visits);
  gst_prof_visits_add_outside (visits, 1500, 9000, THREAD);
  visit (1, 9000, 9100, 100);
  gst_prof_visits_add_outside (visits, 9100, 9101, THREAD);
  assert_equals_uint64 (get_times ().outside, 400);
}

GST_END_TEST;

GST_START_TEST (looks_inside_and_outside_are_summed_apart)
{
  GstProfVisitTimes times;

  gst_prof_visits_add_look (visits, TRUE, 10, 7, 2);
  gst_prof_visits_add_look (visits, TRUE, 100, 70, 20);
  gst_prof_visits_add_look (visits, FALSE, 1000, 1, 998);
  times = get_times ();
  assert_equals_uint64 (times.looked, 110);
  assert_equals_uint64 (times.run, 77);
  assert_equals_uint64 (times.waited, 22);
  assert_equals_uint64 (times.outside_looked, 1000);
  assert_equals_uint64 (times.outside_run, 1);
  assert_equals_uint64 (times.outside_waited, 998);
}

GST_END_TEST;

GST_START_TEST (what_only_passed_has_begun_and_never_ends)
{
  gst_prof_visits_pass (visits, 5, 3, 100);
  assert_counts (3, 0, 0, 0);
  read_begun ();
  assert_equals_int (reader.n, 1);
  assert_visit (&reader.found[0], 0, 5, 100, NONE);

  /* It holds up nobody who has. */
  visit (6, 200, 210, 10);
  memset (&reader, 0, sizeof (reader));
  read_ended ();
  assert_equals_int (reader.n, 1);
  assert_visit (&reader.found[0], 1, 6, 200, 10);
  assert_equals_uint64 (reader.lost, 0);
}

GST_END_TEST;

GST_START_TEST (after_a_reset_they_are_as_new)
{
  GstProfVisitTimes zero = { 0 }, times;

  gst_prof_visits_set_limits (visits, 1, 1);
  visit (0, 0, 10, 10);
  gst_prof_visits_add_outside (visits, 10, 20, THREAD);
  gst_prof_visits_add_look (visits, TRUE, 1, 1, 1);
  gst_prof_visits_add_look (visits, FALSE, 1, 1, 1);
  gst_prof_visits_reset (visits);
  times = get_times ();
  fail_unless (memcmp (&times, &zero, sizeof (zero)) == 0);
  read_begun ();
  assert_equals_int (reader.n, 0);
  read_slow ();
  assert_equals_int (reader.n, 0);
  read_pauses ();
  assert_equals_int (reader.n, 0);

  gst_prof_visits_add_outside (visits, 20, 30, THREAD);
  visit (0, 30, 40, 10);
  assert_equals_uint64 (get_times ().outside, 0);
  read_slow ();
  assert_equals_int (reader.n, 0);
}

GST_END_TEST;

/* --- several threads --- */

#define ROUNDS 100000

static gint writers;

/* All of a visit follows from its number. */
static gpointer
visit_often (gpointer data)
{
  gst_prof_visits_set_limits (visits, 1, 0);
  for (guint64 i = 0; i < ROUNDS; i++)
    visit (3 * i, 5 * i, 5 * i + 3, i % 3);
  g_atomic_int_dec_and_test (&writers);
  return NULL;
}

static void
assert_whole (void)
{
  for (guint i = 0; i < reader.n; i++) {
    const GstProfVisit *found = &reader.found[i];

    assert_equals_uint64 (found->pts, 3 * found->number);
    assert_equals_uint64 (found->enter, 5 * found->number);
    if (found->own != NONE)
      assert_equals_uint64 (found->own, found->number % 3);
    if (i > 0)
      fail_unless (found->number > found[-1].number);
  }
}

GST_START_TEST (a_reader_never_sees_a_torn_visit_and_counts_all)
{
  Reader begun = { 0 }, ended = { 0 }, slow = { 0 };
  guint64 n_begun = 0, n_ended = 0, n_slow = 0;
  gboolean last;
  GThread *thread;

  g_atomic_int_set (&writers, 1);
  thread = g_thread_new ("writer", visit_often, NULL);
  do {
    last = g_atomic_int_get (&writers) == 0;
    reader = begun;
    read_begun ();
    assert_whole ();
    n_begun += reader.n;
    begun = reader;

    reader = ended;
    read_ended ();
    assert_whole ();
    n_ended += reader.n;
    ended = reader;

    reader = slow;
    read_slow ();
    for (guint i = 0; i < reader.n; i++) {
      GstProfVisitEvent *event = &reader.events[i];

      assert_event (event, event->from, event->from + 3, event->from / 5 % 3);
    }
    n_slow += reader.n;
    slow = reader;
  } while (!last);
  g_thread_join (thread);
  assert_equals_uint64 (n_begun + begun.lost, ROUNDS);
  assert_equals_uint64 (n_ended + ended.lost, ROUNDS);
  assert_equals_uint64 (n_slow + slow.lost, ROUNDS / 3 * 2);
  assert_counts (ROUNDS, ROUNDS, ROUNDS - 1, 2);
}

GST_END_TEST;

#define PULLERS 4

static gpointer
pull_often (gpointer data)
{
  for (guint64 i = 0; i < ROUNDS; i++) {
    guint place = gst_prof_visits_enter_shared (visits, 7);

    gst_prof_visits_leave_shared (visits, place, 7, 9, 2, THREAD, 5, i % 2);
  }
  g_atomic_int_dec_and_test (&writers);
  return NULL;
}

GST_START_TEST (nothing_is_lost_of_what_several_threads_pull)
{
  GThread *threads[PULLERS];
  guint64 n = 0;
  gboolean last;

  g_atomic_int_set (&writers, PULLERS);
  for (guint i = 0; i < PULLERS; i++)
    threads[i] = g_thread_new ("puller", pull_often, NULL);
  do {
    last = g_atomic_int_get (&writers) == 0;
    read_ended ();
    for (guint i = 0; i < reader.n; i++) {
      assert_equals_uint64 (reader.found[i].enter, 7);
      assert_equals_uint64 (reader.found[i].pts, 5);
      assert_equals_uint64 (reader.found[i].own, 2);
    }
    n += reader.n;
  } while (!last);
  for (guint i = 0; i < PULLERS; i++)
    g_thread_join (threads[i]);
  assert_counts (PULLERS * ROUNDS / 2, PULLERS * ROUNDS, PULLERS * ROUNDS * 2,
      2);
  fail_unless (n + reader.lost + get_times ().unkept <= PULLERS * ROUNDS);
}

GST_END_TEST;

static Suite *
visits_suite (void)
{
  Suite *s = suite_create ("visits");
  TCase *tc = tcase_create ("visits");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_test (tc, nobody_came_yet);
  tcase_add_test (tc, a_visit_is_seen_from_its_begin_and_has_ended_when_it_has);
  tcase_add_test (tc, a_list_is_one_visit_of_many_buffers);
  tcase_add_test (tc, one_takes_only_as_many_as_fit);
  tcase_add_test (tc, who_reads_too_late_knows_how_many_are_lost);
  tcase_add_test (tc, none_has_ended_that_began_after_one_still_inside);
  tcase_add_test (tc,
      own_times_are_exact_for_two_seconds_and_their_sum_always);
  tcase_add_test (tc, a_visit_that_takes_the_limit_or_longer_is_an_event);
  tcase_add_test (tc, a_gst_event_that_takes_the_limit_or_longer_is_no_visit);
  tcase_add_test (tc, of_many_events_the_last_ones_are_kept);
  tcase_add_test (tc, time_outside_counts_once_somebody_came_in);
  tcase_add_test (tc, looks_inside_and_outside_are_summed_apart);
  tcase_add_test (tc, what_only_passed_has_begun_and_never_ends);
  tcase_add_test (tc, after_a_reset_they_are_as_new);
  tcase_add_test (tc, a_reader_never_sees_a_torn_visit_and_counts_all);
  tcase_add_test (tc, nothing_is_lost_of_what_several_threads_pull);
  return s;
}

GST_CHECK_MAIN (visits);
