/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What a sampler is asked of real threads: what goes on, what was in one stage or
 * at one pad, who had nothing to do, and what it cannot know.
 */

#include "samplerrun.h"

#include <gst/prof/gstprofclock.h>
#include <gst/prof/gstprofsystem.h>

static gint asleep;

static void
sleep_until_told (void)
{
  while (g_atomic_int_get (&asleep))
    fault_sleep ();
}

GST_START_TEST (what_goes_on_is_explained_while_it_does)
{
  GstProfQuestion question = {.n_stretches = 1,.live = TRUE };
  GstProfExplanation explanation;
  GstClockTime begun, now;
  Fault fault;

  g_atomic_int_set (&asleep, TRUE);
  run_make (SIMPLE);
  run_add_fault (&fault, "x", sleep_until_told);
  run_play ();
  run_wait (&fault, &fault.arrived);
  run_wait_until_watched (fault.thread_id);
  begun = gst_prof_clock_now ();
  run_raise (&fault, &fault.go);
  /* The sampler may get its turn late, but it does. */
  do {
    g_usleep (FAULT / 10 / GST_USECOND);
    now = gst_prof_clock_now ();
    question.stretches[0] = (GstProfStretch) {
    fault.thread_id, begun, now};
    question.duration = now - begun;
    fail_unless (gst_prof_sampler_explain (sampler, &question, &explanation));
    run_assert_conserved (&explanation.causes, now - begun);
  } while (now - begun < FAULT / 2
      || run_get_share (&explanation.causes, GST_PROF_CAUSE_SLEEP) < SHARE);
  g_atomic_int_set (&asleep, FALSE);
  run_wait (&fault, &fault.done);
  run_raise (&fault, &fault.end);
  run_end ();
}

GST_END_TEST;

GST_START_TEST (of_a_thread_that_nobody_knows_nothing_is_said)
{
  GstProfExplanation explanation = {.elements = "before" };

  run_make (SIMPLE);
  fail_if (run_explain (1 << 30, 1000 * MS, 2000 * MS, &explanation));
  assert_equals_string (explanation.elements, "before");
  run_end ();
}

GST_END_TEST;

GST_START_TEST (a_stretch_of_a_thread_that_nobody_knows_is_unknown)
{
  GstProfQuestion question = {.n_stretches = 2 };
  GstProfExplanation explanation;
  Fault fault;

  run_make (SIMPLE);
  run_add_fault (&fault, "x", fault_sleep);
  run_play ();
  run_fault (&fault);
  question.stretches[0] = (GstProfStretch) {
  1 << 30, fault.from - FAULT, fault.from};
  question.stretches[1] = (GstProfStretch) {
  fault.thread_id, fault.from, fault.from + FAULT};
  question.duration = 2 * FAULT;
  fail_unless (gst_prof_sampler_explain (sampler, &question, &explanation));
  run_assert_conserved (&explanation.causes, 2 * FAULT);
  fail_unless (gst_prof_blame_get (&explanation.causes,
          GST_PROF_CAUSE_UNKNOWN) >= FAULT);
  run_raise (&fault, &fault.end);
  run_end ();
}

GST_END_TEST;

/* So much of FAULT as @part is of the fault. */
static GstClockTime
get_part (const Fault * fault, GstClockTime part)
{
  return gst_util_uint64_scale (FAULT, part, fault->to - fault->from);
}

/* The stage's element sleeps, and hands over to one that computes. */
static gboolean
try_stage (GstProfExplanation * explanation, GstClockTime * slept)
{
  GstProfPoint *point = gst_prof_point_new ("encode");
  GstProfQuestion question = {.n_stretches = 1,.duration = FAULT };
  GstElement *element;
  gboolean calm;
  Fault x, y;

  run_make ("fakesrc num-buffers=10 ! identity name=x ! identity name=y ! "
      "fakesink async=false");
  element = gst_bin_get_by_name (GST_BIN (pipeline), "x");
  question.stage = g_quark_from_static_string ("encode");
  atomic_store (&point->stage, question.stage);
  gst_prof_coverage_set_point (element, point);
  gst_object_unref (element);
  gst_prof_coverage_refresh (coverage);
  run_add_fault (&x, "x", fault_sleep);
  run_add_fault (&y, "y", fault_spin);
  x.end = y.go = TRUE;
  run_play ();
  run_wait (&x, &x.arrived);
  run_wait_until_watched (x.thread_id);
  run_raise (&x, &x.go);
  run_wait (&y, &y.done);
  run_wait_until_settled (y.to);
  question.stretches[0] = (GstProfStretch) {
  x.thread_id, x.from, y.to};
  fail_unless (gst_prof_sampler_explain (sampler, &question, explanation));
  run_assert_conserved (&explanation->causes, FAULT);
  *slept = get_part (&x, x.blocked);
  calm = run_is_calm (&explanation->causes);
  run_raise (&y, &y.end);
  run_end ();
  gst_prof_point_unref (point);
  return calm;
}

GST_START_TEST (of_a_stage_only_what_is_in_it_counts)
{
  GstProfExplanation explanation;
  GstClockTime slept;
  guint runs = 0;

  while (!try_stage (&explanation, &slept)) {
    if (++runs == RUNS)
      GST_PROF_CHECK_SKIP ("the machine stood still");
  }
  run_assert_told (&explanation.causes, GST_PROF_CAUSE_SLEEP, slept);
  fail_unless (run_get_share (&explanation.causes, GST_PROF_CAUSE_ON_CPU) < 10);
}

GST_END_TEST;

/* One element sleeps, and hands over to one that computes. */
static gboolean
try_point (GstProfExplanation * of_x, GstProfExplanation * of_y,
    GstClockTime * slept, GstClockTime * computed)
{
  GstProfQuestion question = {.n_stretches = 1,.duration = FAULT };
  gboolean calm;
  Fault x, y;

  run_make ("fakesrc num-buffers=10 ! identity name=x ! identity name=y ! "
      "fakesink async=false");
  run_add_fault (&x, "x", fault_sleep);
  run_add_fault (&y, "y", fault_spin);
  x.end = y.go = TRUE;
  run_play ();
  run_wait (&x, &x.arrived);
  run_wait_until_watched (x.thread_id);
  run_raise (&x, &x.go);
  run_wait (&y, &y.done);
  run_wait_until_settled (y.to);
  question.stretches[0] = (GstProfStretch) {
  x.thread_id, x.from, y.to};
  question.point = run_get_point ("x", NULL);
  fail_unless (gst_prof_sampler_explain (sampler, &question, of_x));
  run_assert_conserved (&of_x->causes, FAULT);
  question.point = run_get_point ("y", NULL);
  fail_unless (gst_prof_sampler_explain (sampler, &question, of_y));
  run_assert_conserved (&of_y->causes, FAULT);
  *slept = get_part (&x, x.blocked);
  *computed = get_part (&y, FAULT);
  calm = run_is_calm (&of_x->causes) && run_is_calm (&of_y->causes);
  run_raise (&y, &y.end);
  run_end ();
  return calm;
}

GST_START_TEST (of_a_point_only_what_is_innermost_there_counts)
{
  GstProfExplanation of_x, of_y;
  GstClockTime slept, computed;
  guint runs = 0;

  while (!try_point (&of_x, &of_y, &slept, &computed)) {
    if (++runs == RUNS)
      GST_PROF_CHECK_SKIP ("the machine stood still");
  }
  run_assert_told (&of_x.causes, GST_PROF_CAUSE_SLEEP, slept);
  run_assert_told (&of_y.causes, GST_PROF_CAUSE_ON_CPU, computed);
  fail_unless (run_get_share (&of_x.causes, GST_PROF_CAUSE_ON_CPU) < 10);
  fail_unless (run_get_share (&of_y.causes, GST_PROF_CAUSE_SLEEP) < 10);
}

GST_END_TEST;

GST_START_TEST (a_thread_that_is_in_no_element_can_be_added)
{
  GstProfExplanation explanation;
  GstClockTime from, to;

  run_make (SIMPLE);
  gst_prof_sampler_add_thread (sampler, fault_own_id ());
  /* Only threads of elements have a use: the look has to be waited for. */
  do {
    g_usleep (1000);
    from = gst_prof_clock_now ();
  } while (!run_explain (fault_own_id (), from - MS, from, &explanation));
  run_note_late ();
  fault_was_blocked = 0;
  from = gst_prof_clock_now ();
  fault_sleep ();
  to = gst_prof_clock_now ();
  run_wait_until_settled (to);
  fail_unless (run_explain (fault_own_id (), from, to, &explanation));
  run_assert_conserved (&explanation.causes, to - from);
  run_assert_told (&explanation.causes, GST_PROF_CAUSE_SLEEP,
      fault_was_blocked);
  run_end ();
}

GST_END_TEST;

GST_START_TEST (a_thread_that_waits_for_another_is_idle_and_one_that_works_is_not)
{
  GstProfThreadUse x = { 0 }, y = { 0 };
  Fault fault;

  run_make ("fakesrc num-buffers=10 ! identity name=x ! queue name=q ! "
      "identity name=y ! fakesink async=false");
  run_add_fault (&fault, "x", fault_spin);
  run_note_thread_of ("y");
  run_play ();
  run_fault (&fault);
  fail_unless (run_get_use (fault.thread_id, &x));
  fail_unless (run_get_use (g_atomic_int_get (&run_noted), &y));
  assert_equals_string (x.name, "fakesrc0:src");
  assert_equals_string (y.name, "q:src");
  fail_unless (x.run + x.delay >= FAULT / 2 && x.run + x.delay <= x.watched);
  fail_unless (x.idle <= x.watched - x.run);
  fail_unless (y.looked <= y.watched && y.idle <= y.looked);
  fail_unless (y.idle >= y.looked / 10 * 8, "%u of %u ms",
      (guint) (y.idle / MS), (guint) (y.looked / MS));
  run_raise (&fault, &fault.end);
  run_end ();
}

GST_END_TEST;

/* On a machine on which the sampler gets to look for a fifth of the time. */
GST_START_TEST (who_is_idle_whenever_somebody_looks_is_idle)
{
  GstProfThreadUse use = {
    .watched = 10000 * MS,
    .run = 10 * MS,
    .delay = 300 * MS,
    .looked = 2000 * MS,
    .idle = 1990 * MS,
  };

  assert_equals_uint64 (gst_prof_thread_use_get_busy (&use), 50 * MS);
  use.idle = 0;
  assert_equals_uint64 (gst_prof_thread_use_get_busy (&use), 10000 * MS);
  use.idle = 2000 * MS;
  assert_equals_uint64 (gst_prof_thread_use_get_busy (&use), 10 * MS);
  use.looked = 0;
  assert_equals_uint64 (gst_prof_thread_use_get_busy (&use), 10 * MS);
}

GST_END_TEST;

GST_START_TEST (what_is_missing_is_told)
{
  GstProfSystem *system = gst_prof_system_new ();
  g_autofree gchar *expected = gst_prof_system_describe_missing (system);
  g_autofree gchar *missing = NULL;

  run_make (SIMPLE);
  missing = gst_prof_sampler_describe_missing (sampler);
  assert_equals_string (missing, expected);
  run_end ();
  gst_prof_system_free (system);
}

GST_END_TEST;

static Suite *
samplerquestions_suite (void)
{
  Suite *s = suite_create ("samplerquestions");
  TCase *tc = tcase_create ("general");

  tcase_set_timeout (tc, TIMEOUT);
  suite_add_tcase (s, tc);
  tcase_add_test (tc, what_goes_on_is_explained_while_it_does);
  tcase_add_test (tc, of_a_thread_that_nobody_knows_nothing_is_said);
  tcase_add_test (tc, a_stretch_of_a_thread_that_nobody_knows_is_unknown);
  tcase_add_test (tc, of_a_stage_only_what_is_in_it_counts);
  tcase_add_test (tc, of_a_point_only_what_is_innermost_there_counts);
  tcase_add_test (tc, a_thread_that_is_in_no_element_can_be_added);
  tcase_add_test (tc,
      a_thread_that_waits_for_another_is_idle_and_one_that_works_is_not);
  tcase_add_test (tc, who_is_idle_whenever_somebody_looks_is_idle);
  tcase_add_test (tc, what_is_missing_is_told);
  return s;
}

GST_CHECK_MAIN (samplerquestions);
