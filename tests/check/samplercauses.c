/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The sampler on real threads: one injected fault in a small pipeline, and what
 * it is said to be. The machine may have other work: who computes does so until it
 * has had that much CPU time, and who waits takes down how long it was blocked, by
 * the kernel's own count. That much must be told. Only where the whole machine
 * stood still, as the evidence itself says, a case is repeated. All faults, in
 * real recordings, are the fault suite's business.
 */

#include "samplerrun.h"

#include <string.h>

#include <gst/prof/gstprofclock.h>

static void
mix (void)
{
  fault_spin ();
  fault_sleep ();
  fault_write_to_slow_reader ();
}

/* The fault in the thread of "x"; @explanation is of the same thread and time.
 * Returns FALSE if the machine interfered. */
static gboolean
try_fault (const gchar * description, void (*inject) (void),
    GstProfExplanation * explanation, GstClockTime * blocked)
{
  gboolean calm;
  Fault fault;

  run_make (description);
  run_add_fault (&fault, "x", inject);
  run_play ();
  run_fault (&fault);
  fail_unless (run_explain (fault.thread_id, fault.from, fault.to,
          explanation));
  run_assert_conserved (&explanation->causes, fault.to - fault.from);
  run_assert_conserved (&explanation->root, fault.to - fault.from);
  calm = run_is_calm (&explanation->root);
  *blocked = fault.blocked;
  run_raise (&fault, &fault.end);
  run_end ();
  return calm;
}

static gboolean
find_calm_run (const gchar * description, void (*inject) (void),
    GstProfExplanation * explanation, GstClockTime * blocked)
{
  for (guint i = 0; i < RUNS; i++) {
    if (try_fault (description, inject, explanation, blocked))
      return TRUE;
  }
  return FALSE;
}

#define CALM_RUN(description, inject, explanation, blocked) G_STMT_START { \
  if (!find_calm_run (description, inject, explanation, blocked)) \
    GST_PROF_CHECK_SKIP ("the machine stood still"); \
} G_STMT_END

GST_START_TEST (a_thread_that_computes_is_on_cpu)
{
  GstProfExplanation explanation;
  GstClockTime blocked;

  CALM_RUN (SIMPLE, fault_spin, &explanation, &blocked);
  run_assert_told (&explanation.causes, GST_PROF_CAUSE_ON_CPU, FAULT);
  assert_equals_string (explanation.elements, "x");
  assert_equals_string (explanation.root_element, "x");
  /* It is about what took most. */
  fail_unless (g_str_has_prefix (explanation.evidence, gst_prof_blame_get
          (&explanation.root, GST_PROF_CAUSE_CPU_WAIT) < FAULT / 2
          ? "x: the thread was computing" : "x: the thread was "), "%s",
      explanation.evidence);
}

GST_END_TEST;

GST_START_TEST (a_thread_that_computes_in_the_kernel_is_told_apart)
{
  GstProfExplanation explanation;
  GstClockTime blocked;

  CALM_RUN (SIMPLE, fault_spin_in_kernel, &explanation, &blocked);
  run_assert_told (&explanation.causes, GST_PROF_CAUSE_KERNEL, FAULT);
}

GST_END_TEST;

GST_START_TEST (a_thread_that_sleeps_is_asleep)
{
  GstProfExplanation explanation;
  GstClockTime blocked;

  CALM_RUN (SIMPLE, fault_sleep, &explanation, &blocked);
  run_assert_told (&explanation.causes, GST_PROF_CAUSE_SLEEP, blocked);
  fail_unless (strstr (explanation.evidence, "nanosleep") != NULL, "%s",
      explanation.evidence);
}

GST_END_TEST;

GST_START_TEST (a_thread_at_a_mutex_waits_for_a_lock)
{
  GstProfExplanation explanation;
  GstClockTime blocked;

  CALM_RUN (SIMPLE, fault_wait_for_mutex, &explanation, &blocked);
  run_assert_told (&explanation.causes, GST_PROF_CAUSE_LOCK, blocked);
}

GST_END_TEST;

GST_START_TEST (a_thread_at_a_full_pipe_has_a_slow_reader)
{
  GstProfExplanation explanation;
  GstClockTime blocked;

  CALM_RUN (SIMPLE, fault_write_to_slow_reader, &explanation, &blocked);
  run_assert_told (&explanation.causes, GST_PROF_CAUSE_SLOW_READER, blocked);
}

GST_END_TEST;

/* Where the helper got less than a quarter of a CPU that is told instead. */
GST_START_TEST (a_thread_whose_helpers_compute_waits_for_helpers)
{
  GstProfExplanation explanation;
  GstClockTime blocked, without;

  CALM_RUN (SIMPLE, fault_wait_for_computing_helper, &explanation, &blocked);
  without = MIN (fault_helper_delay / 3 * 4 + 5 * GST_PROF_SAMPLER_INTERVAL,
      blocked);
  run_assert_told (&explanation.causes, GST_PROF_CAUSE_HELPERS,
      blocked - without);
  fail_unless (run_get_share (&explanation.causes, GST_PROF_CAUSE_HELPERS)
      + run_get_share (&explanation.causes, GST_PROF_CAUSE_CPU_WAIT) >= SHARE);
  fail_unless (run_get_share (&explanation.causes, GST_PROF_CAUSE_LOCK) < 10);
}

GST_END_TEST;

/* The near miss: nobody computes meanwhile. */
GST_START_TEST (a_thread_whose_helpers_sleep_does_not_compute)
{
  GstProfExplanation explanation;
  GstClockTime blocked;

  CALM_RUN (SIMPLE, fault_wait_for_sleeping_helper, &explanation, &blocked);
  fail_unless (run_get_share (&explanation.causes,
          GST_PROF_CAUSE_HELPERS) < 10);
  fail_unless (run_get_share (&explanation.causes, GST_PROF_CAUSE_ON_CPU) < 10);
  fail_unless (run_get_share (&explanation.causes, GST_PROF_CAUSE_LOCK) < 10);
}

GST_END_TEST;

GST_START_TEST (three_causes_in_a_row_are_told_apart)
{
  GstProfExplanation explanation;
  GstClockTime blocked, slept;

  CALM_RUN (SIMPLE, mix, &explanation, &blocked);
  slept = gst_prof_blame_get (&explanation.causes, GST_PROF_CAUSE_SLEEP);
  run_assert_told (&explanation.causes, GST_PROF_CAUSE_ON_CPU, FAULT);
  run_assert_told (&explanation.causes, GST_PROF_CAUSE_SLEEP, FAULT);
  run_assert_told (&explanation.causes, GST_PROF_CAUSE_SLOW_READER,
      blocked - MIN (slept, blocked));
}

GST_END_TEST;

/* Whether it waits at a futex whose value was that. */
static gboolean
waits_at (guint64 thread_id, guint64 value)
{
  g_autofree gchar *path = g_strdup_printf ("/proc/self/task/%" G_GUINT64_FORMAT
      "/syscall", thread_id);
  g_autofree gchar *text = NULL;
  guint64 address, operation, read;

  return g_file_get_contents (path, &text, NULL, NULL)
      && sscanf (text, "202 0x%" G_GINT64_MODIFIER "x 0x%" G_GINT64_MODIFIER
      "x 0x%" G_GINT64_MODIFIER "x", &address, &operation, &read) == 3
      && read == value;
}

/* Gives an appsrc packets until the counter of the condition that its thread
 * waits at is 2, as that of a mutex that another thread holds is. */
static gboolean
push_until_the_counter_is_two (GstElement * source)
{
  for (guint i = 0; i < 200; i++) {
    GstFlowReturn ret;

    g_signal_emit_by_name (source, "push-buffer", gst_buffer_new (), &ret);
    for (guint j = 0; j < 20; j++) {
      g_usleep (1000);
      if (g_atomic_int_get (&run_noted) != 0
          && waits_at (g_atomic_int_get (&run_noted), 2))
        return TRUE;
    }
  }
  return FALSE;
}

static gboolean
link_to (GstElement * source, const gchar * name)
{
  GstElement *element = gst_bin_get_by_name (GST_BIN (pipeline), name);
  gboolean linked = gst_element_link (source, element);

  gst_object_unref (element);
  return linked;
}

/* Links are known only from the next refresh on; the thread does not move
 * meanwhile. */
GST_START_TEST (a_condition_that_looks_like_a_lock_is_none_once_links_are_known)
{
  GstProfExplanation explanation;
  GstElement *source;
  GstClockTime from, to;
  guint64 thread_id;

  g_atomic_int_set (&run_noted, 0);
  run_make ("identity name=y ! fakesink async=false sync=false");
  source = gst_element_factory_make ("appsrc", NULL);
  gst_bin_add (GST_BIN (pipeline), gst_object_ref (source));
  fail_unless (link_to (source, "y"));
  run_note_thread_of ("y");
  run_play ();
  if (!push_until_the_counter_is_two (source)) {
    gst_object_unref (source);
    run_end ();
    GST_PROF_CHECK_SKIP ("the counter never was 2 when looked at");
  }
  thread_id = g_atomic_int_get (&run_noted);
  run_wait_until_watched (thread_id);
  run_note_late ();
  from = gst_prof_clock_now ();
  fault_sleep ();
  to = gst_prof_clock_now ();
  run_wait_until_settled (to);
  fail_unless (run_explain (thread_id, from, to, &explanation));
  run_assert_told (&explanation.causes, GST_PROF_CAUSE_LOCK, to - from);

  gst_prof_coverage_refresh (coverage);
  fault_sleep ();
  from = gst_prof_clock_now ();
  fault_sleep ();
  to = gst_prof_clock_now ();
  run_wait_until_settled (to);
  fail_unless (waits_at (thread_id, 2));
  fail_unless (run_explain (thread_id, from, to, &explanation));
  run_assert_told (&explanation.causes, GST_PROF_CAUSE_UPSTREAM, to - from);
  gst_object_unref (source);
  run_end ();
}

GST_END_TEST;

/* The fault in the thread of "x"; @explanation is of the one that passes "y"
 * meanwhile. */
static gboolean
try_other (const gchar * description, void (*inject) (void),
    GstProfExplanation * explanation, GstClockTime * blocked)
{
  gboolean calm;
  Fault fault;

  run_make (description);
  run_add_fault (&fault, "x", inject);
  run_note_thread_of ("y");
  run_play ();
  run_fault (&fault);
  fail_unless (run_explain (g_atomic_int_get (&run_noted), fault.from, fault.to,
          explanation));
  run_assert_conserved (&explanation->causes, fault.to - fault.from);
  run_assert_conserved (&explanation->root, fault.to - fault.from);
  calm = run_is_calm (&explanation->root);
  *blocked = fault.blocked;
  run_raise (&fault, &fault.end);
  run_end ();
  return calm;
}

#define CALM_RUN_OF_OTHER(description, inject, explanation, blocked) \
  G_STMT_START { \
  guint _runs = 0; \
  \
  while (!try_other (description, inject, explanation, blocked)) { \
    if (++_runs == RUNS) \
      GST_PROF_CHECK_SKIP ("the machine stood still"); \
  } \
} G_STMT_END

GST_START_TEST (who_waits_for_an_empty_queue_waits_for_its_feeder)
{
  GstProfExplanation explanation;
  GstClockTime blocked;

  CALM_RUN_OF_OTHER ("fakesrc num-buffers=10 ! identity name=x ! queue ! "
      "identity name=y ! fakesink async=false", fault_sleep, &explanation,
      &blocked);
  run_assert_told (&explanation.causes, GST_PROF_CAUSE_UPSTREAM, blocked);
  run_assert_told (&explanation.root, GST_PROF_CAUSE_SLEEP, blocked);
  assert_equals_string (explanation.root_element, "x");
}

GST_END_TEST;

GST_START_TEST (who_waits_at_a_full_queue_waits_for_its_drain)
{
  GstProfExplanation explanation;
  GstClockTime blocked;

  CALM_RUN_OF_OTHER ("fakesrc num-buffers=10 ! identity name=y ! "
      "queue max-size-buffers=1 ! identity name=x ! fakesink async=false",
      fault_spin, &explanation, &blocked);
  run_assert_told (&explanation.causes, GST_PROF_CAUSE_DOWNSTREAM, FAULT);
  run_assert_told (&explanation.root, GST_PROF_CAUSE_ON_CPU, FAULT);
  assert_equals_string (explanation.root_element, "x");
}

GST_END_TEST;

GST_START_TEST (waits_are_followed_through_two_queues)
{
  GstProfExplanation explanation;
  GstClockTime blocked;

  CALM_RUN_OF_OTHER ("fakesrc num-buffers=10 ! identity name=x ! queue ! "
      "identity ! queue ! identity name=y ! fakesink async=false",
      fault_wait_for_mutex, &explanation, &blocked);
  run_assert_told (&explanation.causes, GST_PROF_CAUSE_UPSTREAM, blocked);
  run_assert_told (&explanation.root, GST_PROF_CAUSE_LOCK, blocked);
  assert_equals_string (explanation.root_element, "x");
}

GST_END_TEST;

static gboolean
try_two (GstProfExplanation * of_x, GstProfExplanation * of_y)
{
  Fault x, y;
  gboolean calm;

  run_make ("fakesrc num-buffers=10 ! identity name=x ! fakesink async=false "
      "fakesrc num-buffers=10 ! identity name=y ! fakesink async=false");
  run_add_fault (&x, "x", fault_spin);
  run_add_fault (&y, "y", fault_sleep);
  run_play ();
  run_wait (&x, &x.arrived);
  run_wait (&y, &y.arrived);
  run_wait_until_watched (x.thread_id);
  run_wait_until_watched (y.thread_id);
  run_raise (&x, &x.go);
  run_raise (&y, &y.go);
  run_wait (&x, &x.done);
  run_wait (&y, &y.done);
  run_wait_until_settled (MAX (x.to, y.to));
  fail_unless (run_explain (x.thread_id, x.from, x.to, of_x));
  fail_unless (run_explain (y.thread_id, y.from, y.to, of_y));
  calm = run_is_calm (&of_x->causes) && run_is_calm (&of_y->causes);
  run_raise (&x, &x.end);
  run_raise (&y, &y.end);
  run_end ();
  return calm;
}

GST_START_TEST (two_faults_at_once_do_not_mix)
{
  GstProfExplanation of_x, of_y;
  guint runs = 0;

  while (!try_two (&of_x, &of_y)) {
    if (++runs == RUNS)
      GST_PROF_CHECK_SKIP ("the machine stood still");
  }
  run_assert_told (&of_x.causes, GST_PROF_CAUSE_ON_CPU, FAULT);
  run_assert_told (&of_y.causes, GST_PROF_CAUSE_SLEEP, FAULT);
  assert_equals_string (of_x.root_element, "x");
  assert_equals_string (of_y.root_element, "y");
}

GST_END_TEST;

static Suite *
samplercauses_suite (void)
{
  Suite *s = suite_create ("samplercauses");
  TCase *tc = tcase_create ("general");

  tcase_set_timeout (tc, TIMEOUT);
  suite_add_tcase (s, tc);
  tcase_add_test (tc, a_thread_that_computes_is_on_cpu);
  tcase_add_test (tc, a_thread_that_computes_in_the_kernel_is_told_apart);
  tcase_add_test (tc, a_thread_that_sleeps_is_asleep);
  tcase_add_test (tc, a_thread_at_a_mutex_waits_for_a_lock);
  tcase_add_test (tc, a_thread_at_a_full_pipe_has_a_slow_reader);
  tcase_add_test (tc, a_thread_whose_helpers_compute_waits_for_helpers);
  tcase_add_test (tc, a_thread_whose_helpers_sleep_does_not_compute);
  tcase_add_test (tc, three_causes_in_a_row_are_told_apart);
  tcase_add_test (tc,
      a_condition_that_looks_like_a_lock_is_none_once_links_are_known);
  tcase_add_test (tc, who_waits_for_an_empty_queue_waits_for_its_feeder);
  tcase_add_test (tc, who_waits_at_a_full_queue_waits_for_its_drain);
  tcase_add_test (tc, waits_are_followed_through_two_queues);
  tcase_add_test (tc, two_faults_at_once_do_not_mix);
  return s;
}

GST_CHECK_MAIN (samplercauses);
