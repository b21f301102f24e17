/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The judge of the fault suite: what is wrong must not be called right. */

#include <gst/check/gstcheck.h>

#include "tests/faults/faultexpect.h"
#include "tests/faults/faultjudge.h"

#define MS GST_MSECOND

static const Fault sleep_fault = { "sleep", "sleep", "", 0 };
static const Fault blind_fault = { "frozen", "frozen", "", FAULT_BLIND };
static const Fault no_fault = { "none", "-", "", 0 };

static void
free_warning (gpointer data)
{
  gst_structure_free (((FaultWarning *) data)->structure);
  g_free (data);
}

/* A repetition in which 1000 ms were injected, from 5 s on. */
static FaultRun *
new_run (const Fault * fault)
{
  FaultRun *run = g_new0 (FaultRun, 1);

  run->fault = fault;
  run->duration = 1000 * MS;
  run->begin[0] = 5000 * MS;
  run->end[0] = 6000 * MS;
  run->warnings = g_ptr_array_new_with_free_func (free_warning);
  return run;
}

static void
free_run (FaultRun * run)
{
  g_ptr_array_unref (run->warnings);
  g_free (run);
}

/* Lets a warning of 50 ms upwards come that began at @start and had come to
 * @duration when it was seen. */
static void
warn (FaultRun * run, guint pipeline, const gchar * kind, const gchar * state,
    guint64 start, guint64 duration, const gchar * root, const gchar * parts)
{
  FaultWarning *warning = g_new0 (FaultWarning, 1);
  g_autofree gchar *text = g_strdup_printf ("parts, %s;", parts);
  g_autoptr (GstStructure) causes = gst_structure_from_string (text, NULL);

  fail_unless (causes != NULL);
  warning->pipeline = pipeline;
  warning->seen = (start + duration) * MS;
  warning->structure = gst_structure_new ("prof-warning",
      "kind", G_TYPE_STRING, kind, "stage", G_TYPE_STRING, "encode",
      "state", G_TYPE_STRING, state, "start", G_TYPE_UINT64, start * MS,
      "duration", G_TYPE_UINT64, duration * MS,
      "threshold", G_TYPE_UINT64, 50 * MS,
      "causes", GST_TYPE_STRUCTURE, causes,
      "root-causes", GST_TYPE_STRUCTURE, causes,
      "root-cause", G_TYPE_STRING, root, NULL);
  g_ptr_array_add (run->warnings, warning);
}

#define SLEPT "sleep=(guint64)990000000, on-cpu=(guint64)20000000"
#define STARVED "sleep=(guint64)500000000, cpu-wait=(guint64)510000000"

static void
expect (FaultRun * run, gboolean right, gboolean good, const gchar * found)
{
  FaultVerdict *verdict = fault_verdict_new (run);

  fail_unless_equals_int (verdict->right, right);
  fail_unless_equals_int (fault_verdict_is_good (verdict, run), good);
  fail_unless_equals_string (verdict->found, found);
  fault_verdict_free (verdict);
}

GST_START_TEST (right_cause_in_time_is_good)
{
  FaultRun *run = new_run (&sleep_fault);
  FaultVerdict *verdict;

  warn (run, 0, "slow-encode", "open", 4995, 100, "sleep", SLEPT);
  warn (run, 0, "slow-encode", "final", 4995, 1010, "sleep", SLEPT);
  expect (run, TRUE, TRUE, "sleep");

  verdict = fault_verdict_new (run);
  fail_unless_equals_uint64 (verdict->delay, 50 * MS);
  fail_unless (verdict->share > 0.989 && verdict->share < 0.991);
  fail_unless (verdict->unknown == 0);
  fail_if (verdict->interfered);
  fault_verdict_free (verdict);
  free_run (run);
}

GST_END_TEST;

GST_START_TEST (wrong_cause_is_wrong)
{
  FaultRun *run = new_run (&sleep_fault);

  warn (run, 0, "slow-encode", "open", 4995, 100, "lock", SLEPT);
  warn (run, 0, "slow-encode", "final", 4995, 1010, "lock", SLEPT);
  expect (run, FALSE, FALSE, "lock");
  free_run (run);
}

GST_END_TEST;

GST_START_TEST (no_warning_is_wrong)
{
  FaultRun *run = new_run (&sleep_fault);

  expect (run, FALSE, FALSE, "-");
  /* Of another time, of another kind, of another pipeline, not the last word */
  warn (run, 0, "gap", "final", 2000, 1010, "sleep", SLEPT);
  warn (run, 0, "slow-frame", "final", 4995, 1010, "sleep", SLEPT);
  warn (run, 0, "gap", "open", 4995, 1010, "sleep", SLEPT);
  expect (run, FALSE, FALSE, "-");
  warn (run, 1, "gap", "final", 4995, 1010, "sleep", SLEPT);
  expect (run, FALSE, FALSE, "-");
  free_run (run);
}

GST_END_TEST;

GST_START_TEST (right_cause_without_open_is_not_good)
{
  FaultRun *run = new_run (&sleep_fault);

  warn (run, 0, "gap", "open", 4995, 100, "sleep", SLEPT);
  warn (run, 0, "slow-encode", "final", 4995, 1010, "sleep", SLEPT);
  expect (run, TRUE, FALSE, "sleep");
  free_run (run);
}

GST_END_TEST;

GST_START_TEST (blind_fault_needs_no_open)
{
  FaultRun *run = new_run (&blind_fault);

  warn (run, 0, "gap", "final", 4995, 1010, "frozen",
      "frozen=(guint64)1010000000");
  expect (run, TRUE, TRUE, "frozen");
  free_run (run);
}

GST_END_TEST;

GST_START_TEST (open_after_final_is_not_good)
{
  FaultRun *run = new_run (&sleep_fault);

  warn (run, 0, "slow-encode", "final", 4995, 1010, "sleep", SLEPT);
  warn (run, 0, "slow-encode", "open", 4995, 1100, "sleep", SLEPT);
  expect (run, TRUE, FALSE, "sleep");
  free_run (run);
}

GST_END_TEST;

GST_START_TEST (wrong_sum_is_not_good)
{
  FaultRun *run = new_run (&sleep_fault);

  warn (run, 0, "slow-encode", "open", 4995, 100, "sleep", SLEPT);
  warn (run, 0, "slow-encode", "final", 4995, 1011, "sleep", SLEPT);
  expect (run, TRUE, FALSE, "sleep");
  free_run (run);
}

GST_END_TEST;

GST_START_TEST (neighbour_must_not_be_blamed)
{
  FaultRun *run = new_run (&sleep_fault);

  warn (run, 0, "slow-encode", "open", 4995, 100, "sleep", SLEPT);
  warn (run, 0, "slow-encode", "final", 4995, 1010, "sleep", SLEPT);
  warn (run, 1, "gap", "final", 4995, 210, "upstream", SLEPT);
  expect (run, FALSE, FALSE, "sleep");
  free_run (run);
}

GST_END_TEST;

GST_START_TEST (any_warning_is_wrong_without_a_fault)
{
  FaultRun *run = new_run (&no_fault);

  expect (run, TRUE, TRUE, "-");
  warn (run, 0, "gap", "open", 8000, 210, "upstream", SLEPT);
  expect (run, FALSE, FALSE, "upstream");
  free_run (run);
}

GST_END_TEST;

GST_START_TEST (starved_machine_interferes)
{
  FaultRun *run = new_run (&sleep_fault);
  FaultVerdict *verdict;

  warn (run, 0, "slow-encode", "final", 4995, 1010, "cpu-wait", STARVED);
  verdict = fault_verdict_new (run);
  fail_unless (verdict->interfered);
  fail_if (verdict->right);
  fault_verdict_free (verdict);
  free_run (run);
}

GST_END_TEST;

/* Work that hardly got a CPU did wait for one. */
GST_START_TEST (what_the_kernel_says_of_the_machine_is_right)
{
  FaultRun *run = new_run (&sleep_fault);
  FaultVerdict *verdict;

  warn (run, 0, "slow-encode", "open", 4995, 100, "cpu-wait", STARVED);
  warn (run, 0, "slow-encode", "final", 4995, 1010, "cpu-wait", STARVED);
  run->starved[0] = 390 * MS;
  expect (run, FALSE, FALSE, "cpu-wait");
  run->starved[0] = 410 * MS;
  expect (run, TRUE, TRUE, "cpu-wait");
  free_run (run);

  run = new_run (&sleep_fault);
  warn (run, 0, "slow-encode", "final", 4995, 1010, "lock", SLEPT);
  run->starved[0] = 410 * MS;
  expect (run, FALSE, FALSE, "lock");
  verdict = fault_verdict_new (run);
  fail_unless (verdict->interfered);
  fault_verdict_free (verdict);
  free_run (run);
}

GST_END_TEST;

GST_START_TEST (expectations_mean_what_they_say)
{
  static const struct
  {
    const gchar *expected;
    const gchar *found;
    gboolean right;
  } claims[] = {
    {"lock", "lock", TRUE}, {"lock", "file-lock", FALSE}, {"lock", "-", FALSE},
    {"lock|unknown", "unknown", TRUE}, {"lock|unknown", "sleep", FALSE},
    {"helpers>on-cpu", "helpers", TRUE}, {"helpers>on-cpu", "on-cpu", FALSE},
    {"on-cpu+sleep", "sleep", TRUE}, {"on-cpu+sleep", "disk", FALSE},
    {"!disk,network-fs", "unknown", TRUE}, {"!disk,network-fs", "disk", FALSE},
    {"!disk,network-fs", "network-fs", FALSE}, {"!disk", "-", FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (claims); i++)
    fail_unless_equals_int (fault_expect_is_right (claims[i].expected,
            claims[i].found), claims[i].right);
}

GST_END_TEST;

GST_START_TEST (shares_count_what_is_right)
{
  static const struct
  {
    const gchar *expected;
    guint percent;
  } claims[] = {
    {"sleep", 50}, {"sleep|disk", 60}, {"sleep>lock", 90}, {"!disk", 90},
    /* Of 50 and 10 each may count for a half at most. */
    {"sleep+disk", 60}, {"lock+disk", 50}, {"traced", 0},
  };
  g_autoptr (GstStructure) parts = gst_structure_new ("parts",
      "sleep", G_TYPE_UINT64, G_GUINT64_CONSTANT (50),
      "lock", G_TYPE_UINT64, G_GUINT64_CONSTANT (40),
      "disk", G_TYPE_UINT64, G_GUINT64_CONSTANT (10), NULL);

  fail_unless_equals_uint64 (fault_expect_sum (parts), 100);
  for (guint i = 0; i < G_N_ELEMENTS (claims); i++)
    fail_unless_equals_int (100 * fault_expect_share (claims[i].expected, parts,
            100) + 0.5, claims[i].percent);
}

GST_END_TEST;

static Suite *
fault_judge_suite (void)
{
  Suite *suite = suite_create ("faultjudge");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, right_cause_in_time_is_good);
  tcase_add_test (tcase, wrong_cause_is_wrong);
  tcase_add_test (tcase, no_warning_is_wrong);
  tcase_add_test (tcase, right_cause_without_open_is_not_good);
  tcase_add_test (tcase, blind_fault_needs_no_open);
  tcase_add_test (tcase, open_after_final_is_not_good);
  tcase_add_test (tcase, wrong_sum_is_not_good);
  tcase_add_test (tcase, neighbour_must_not_be_blamed);
  tcase_add_test (tcase, any_warning_is_wrong_without_a_fault);
  tcase_add_test (tcase, starved_machine_interferes);
  tcase_add_test (tcase, what_the_kernel_says_of_the_machine_is_right);
  tcase_add_test (tcase, expectations_mean_what_they_say);
  tcase_add_test (tcase, shares_count_what_is_right);
  return suite;
}

GST_CHECK_MAIN (fault_judge);
