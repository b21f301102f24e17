/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What a thread did from one look to the next, with literal times. No delay here
 * is longer than 1 ms, for which nothing has to be read of the machine.
 */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofthreadstep.h>

#define MS GST_MSECOND

/* What it was in at a look, outside of all elements or in one of these */
#define INNER 7
#define OUTER 3

static const GstProfThreadFound running = {
  .call = {.number = GST_PROF_SYSCALL_RUNNING},.pending = TRUE,.point = INNER
};

static const GstProfThreadFound waiting = {
  .call = {.number = 202,.args = {4711}},
  .finding = {GST_PROF_CAUSE_UPSTREAM, FALSE},
  .blocked = TRUE,.letter = 'S',.point = OUTER
};

static const GstProfThreadFound locked = {
  .call = {.number = 202,.args = {4712}},
  .finding = {GST_PROF_CAUSE_LOCK, FALSE},
  .blocked = TRUE,.letter = 'S',.point = INNER
};

static GstProfHoldup holdup;
static GstProfHistory *history;
static GstClockTime presumed;

static void
setup (void)
{
  holdup = (GstProfHoldup) { 0 };
  presumed = 0;
  history = gst_prof_history_new (8);
}

static void
teardown (void)
{
  gst_prof_history_free (history);
}

/* From 100 ms to 110 ms */
static GstProfThreadStep
make_step (const GstProfThreadFound * before, const GstProfThreadFound * now,
    GstClockTime run)
{
  return (GstProfThreadStep) {
    .from = 100 * MS, .to = 110 * MS, .before = before, .now = now,
    .home = OUTER, .growth = {.run = run, .turns = 1},
  };
}

static GstClockTime
record (const GstProfThreadStep * step)
{
  return gst_prof_thread_step_record (step, &holdup, history, &presumed);
}

static const GstProfSegment *
get (guint i, guint n)
{
  assert_equals_int (gst_prof_history_get_length (history), n);
  return gst_prof_history_get (history, i);
}

static void
assert_span (const GstProfSegment * segment, guint64 from, guint64 to,
    guint64 run)
{
  assert_equals_uint64 (segment->from, from * MS);
  assert_equals_uint64 (segment->to, to * MS);
  assert_equals_uint64 (segment->run, run * MS);
}

GST_START_TEST (who_waits_all_the_time_has_nothing_to_do)
{
  GstProfThreadStep step = make_step (&waiting, &waiting, 0);
  const GstProfSegment *segment;

  assert_equals_uint64 (record (&step), 10 * MS);
  segment = get (0, 1);
  assert_span (segment, 100, 110, 0);
  assert_equals_int (segment->cause, GST_PROF_CAUSE_UPSTREAM);
  assert_equals_int (segment->call, 202);
  assert_equals_uint64 (segment->object, 4711);
  assert_equals_int (segment->state, 'S');
  assert_equals_int (segment->point, OUTER);
  assert_equals_int (segment->home, OUTER);
  fail_unless (segment->blocked);
  assert_equals_uint64 (presumed, 0);
}

GST_END_TEST;

/* In an event it waited for the clock, and waits for it again with a buffer. */
GST_START_TEST (what_came_with_an_event_is_told_from_what_came_with_data)
{
  GstProfThreadFound before = waiting, now = waiting;
  GstProfThreadStep step = make_step (&before, &now, 0);

  before.event = TRUE;
  step.changed = 104 * MS;
  record (&step);
  assert_span (get (0, 2), 100, 104, 0);
  fail_unless (get (0, 2)->event);
  assert_span (get (1, 2), 104, 110, 0);
  fail_if (get (1, 2)->event);
}

GST_END_TEST;

GST_START_TEST (who_waits_for_a_lock_has_something_to_do)
{
  GstProfThreadStep step = make_step (&locked, &locked, 0);

  assert_equals_uint64 (record (&step), 0);
  assert_equals_int (get (0, 1)->cause, GST_PROF_CAUSE_LOCK);
}

GST_END_TEST;

/* Blocked before, it ran last: what it did not run it waited in what it was in. */
GST_START_TEST (who_was_blocked_and_runs_now_waited_first)
{
  GstProfThreadStep step = make_step (&waiting, &running, 4 * MS);
  const GstProfSegment *segment;

  assert_equals_uint64 (record (&step), 6 * MS);
  segment = get (0, 1);
  assert_span (segment, 100, 110, 4);
  assert_equals_int (segment->cause, GST_PROF_CAUSE_UPSTREAM);
  assert_equals_uint64 (segment->object, 4711);
  fail_if (segment->blocked);
  fail_if (segment->pending);
  assert_equals_uint64 (presumed, 0);
}

GST_END_TEST;

GST_START_TEST (who_enters_an_element_did_two_things)
{
  GstProfThreadStep step = make_step (&waiting, &running, 4 * MS);

  step.changed = 103 * MS;
  record (&step);
  /* It runs now, so that it ran last: 4 of the last 7. */
  assert_span (get (0, 2), 100, 103, 0);
  assert_equals_int (get (0, 2)->cause, GST_PROF_CAUSE_UPSTREAM);
  assert_equals_int (get (0, 2)->point, OUTER);
  assert_span (get (1, 2), 103, 110, 4);
  assert_equals_int (get (1, 2)->point, INNER);
}

GST_END_TEST;

GST_START_TEST (who_is_blocked_now_ran_first)
{
  GstProfThreadStep step = make_step (&running, &waiting, 4 * MS);

  step.changed = 103 * MS;
  step.kernel = 2 * MS;
  record (&step);
  assert_span (get (0, 2), 100, 103, 3);
  assert_equals_int (get (0, 2)->point, INNER);
  assert_span (get (1, 2), 103, 110, 1);
  assert_equals_int (get (1, 2)->cause, GST_PROF_CAUSE_UPSTREAM);
  /* What was in the kernel goes with what ran. */
  assert_equals_uint64 (get (0, 2)->kernel, 2 * MS * 3 / 4);
  assert_equals_uint64 (get (1, 2)->kernel, 2 * MS / 4);
}

GST_END_TEST;

GST_START_TEST (a_change_before_the_look_before_splits_nothing)
{
  GstProfThreadStep step = make_step (&running, &running, 10 * MS);

  step.changed = 100 * MS;
  record (&step);
  assert_span (get (0, 1), 100, 110, 10);
  step.changed = 110 * MS;
  record (&step);
  assert_span (get (1, 2), 100, 110, 10);
}

GST_END_TEST;

/* For how long it was ready is known when it has run. */
GST_START_TEST (who_is_found_ready_to_run_is_presumed_to_have_waited)
{
  GstProfThreadStep step = make_step (&running, &running, 4 * MS);

  assert_equals_uint64 (record (&step), 6 * MS);
  fail_unless (get (0, 1)->pending);
  assert_equals_uint64 (presumed, 6 * MS);
  record (&step);
  assert_equals_uint64 (presumed, 12 * MS);
}

GST_END_TEST;

GST_START_TEST (a_delay_lies_before_what_it_ends_with)
{
  GstProfThreadStep step = make_step (&running, &waiting, 4 * MS);

  step.changed = 103 * MS;
  step.growth.delay = MS / 2;
  record (&step);
  assert_equals_uint64 (get (0, 2)->delay, MS / 2);
  assert_equals_uint64 (get (1, 2)->delay, 0);

  step = make_step (&waiting, &running, 4 * MS);
  step.changed = 103 * MS;
  step.growth.delay = MS / 2;
  record (&step);
  assert_equals_uint64 (get (2, 4)->delay, 0);
  assert_equals_uint64 (get (3, 4)->delay, MS / 2);
}

GST_END_TEST;

/* It is shared by the parts, and whoever is looked at next finds it whole. */
GST_START_TEST (what_held_up_the_process_is_no_time_of_the_threads)
{
  GstProfThreadStep step = make_step (&locked, &running, 2 * MS);

  holdup.frozen = 4 * MS;
  holdup.starved = 1 * MS;
  step.changed = 103 * MS;
  record (&step);
  assert_equals_uint64 (get (0, 2)->frozen, 3 * MS);
  assert_equals_uint64 (get (1, 2)->frozen, 1 * MS);
  assert_equals_uint64 (get (0, 2)->starved + get (1, 2)->starved, 1 * MS);
  assert_equals_uint64 (holdup.frozen, 4 * MS);
  assert_equals_uint64 (holdup.starved, 1 * MS);

  /* For how long who is blocked lacked a CPU the kernel has told. */
  step = make_step (&locked, &locked, 0);
  record (&step);
  assert_equals_uint64 (get (2, 3)->starved, 0);
  assert_equals_uint64 (holdup.starved, 1 * MS);
}

GST_END_TEST;

static Suite *
threadstep_suite (void)
{
  Suite *s = suite_create ("threadstep");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_test (tc, who_waits_all_the_time_has_nothing_to_do);
  tcase_add_test (tc,
      what_came_with_an_event_is_told_from_what_came_with_data);
  tcase_add_test (tc, who_waits_for_a_lock_has_something_to_do);
  tcase_add_test (tc, who_was_blocked_and_runs_now_waited_first);
  tcase_add_test (tc, who_enters_an_element_did_two_things);
  tcase_add_test (tc, who_is_blocked_now_ran_first);
  tcase_add_test (tc, a_change_before_the_look_before_splits_nothing);
  tcase_add_test (tc, who_is_found_ready_to_run_is_presumed_to_have_waited);
  tcase_add_test (tc, a_delay_lies_before_what_it_ends_with);
  tcase_add_test (tc, what_held_up_the_process_is_no_time_of_the_threads);
  return s;
}

GST_CHECK_MAIN (threadstep);
