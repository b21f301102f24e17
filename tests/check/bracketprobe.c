/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What is counted where a pad's functions cannot be had: it is probed until they
 * can be, its own time is unknown, and what was missed is said.
 */

#include "bracketrow.h"

GST_START_TEST (an_active_pad_that_is_pulled_from_is_probed)
{
  GstProfBracket *bracket;
  GstProfVisits *visits;
  GstProfVisit found[4];

  row_make_pulled ();
  row_start_pulling ();
  bracket = gst_prof_bracket_add (src);
  assert_equals_int (gst_prof_bracket_get_kind (bracket), GST_PROF_BRACKET_NONE);
  visits = gst_prof_bracket_count (bracket);
  assert_equals_int (gst_prof_bracket_get_kind (bracket),
      GST_PROF_BRACKET_PROBE);
  row_pull (5);
  row_pull (0);
  row_pull (6);
  row_assert_times (visits, 2, 0, 0);
  assert_equals_int (row_read_all (visits, found, 4), 2);
  assert_equals_uint64 (found[1].pts, 6);
  assert_equals_uint64 (found[1].own, NONE);

  row_stop ();
  gst_prof_bracket_renew_pad (src);
  assert_equals_int (gst_prof_bracket_get_kind (bracket),
      GST_PROF_BRACKET_FUNCTIONS);
  assert_equals_int (src->num_probes, 0);
  row_start_pulling ();
  row_pull (7);
  row_assert_times (visits, 3, 1, 13);
  row_stop ();
  gst_prof_bracket_remove (bracket);
}

GST_END_TEST;

/* Stands in the chain function until it is let go. */
static GMutex gate_lock;
static GCond gate_cond;
static gboolean gate_inside, gate_open;

static GstFlowReturn
chain_gated (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  g_mutex_lock (&gate_lock);
  gate_inside = TRUE;
  g_cond_broadcast (&gate_cond);
  while (!gate_open)
    g_cond_wait (&gate_cond, &gate_lock);
  g_mutex_unlock (&gate_lock);
  return row_chain (pad, parent, buffer);
}

static gpointer
push_four (gpointer data)
{
  for (guint i = 0; i < 4; i++)
    row_push (i);
  return NULL;
}

GST_START_TEST (a_pad_that_is_not_idle_for_long_is_probed_until_it_is)
{
  GThread *thread;
  Hop *hop = &hops[0];

  gate_inside = gate_open = FALSE;
  row_make (1);
  gst_pad_set_chain_function (hop->sink, chain_gated);
  row_start ();
  thread = g_thread_new ("pusher", push_four, NULL);
  g_mutex_lock (&gate_lock);
  while (!gate_inside)
    g_cond_wait (&gate_cond, &gate_lock);
  g_mutex_unlock (&gate_lock);

  row_bracket ();
  assert_equals_int (gst_prof_bracket_get_kind (hop->bracket),
      GST_PROF_BRACKET_NONE);
  for (guint i = 0; i < 10; i++)
    gst_prof_bracket_renew_pad (hop->sink);
  assert_equals_int (gst_prof_bracket_get_kind (hop->bracket),
      GST_PROF_BRACKET_PROBE);
  assert_equals_int (hop->sink->num_probes, 1);

  g_mutex_lock (&gate_lock);
  gate_open = TRUE;
  g_cond_broadcast (&gate_cond);
  g_mutex_unlock (&gate_lock);
  g_thread_join (thread);

  /* The first was inside before, the others come through the functions, in spite
   * of the probe. */
  row_assert_times (hop->visits, 3, 3, 15);
  gst_prof_bracket_renew_pad (hop->sink);
  assert_equals_int (gst_prof_bracket_get_kind (hop->bracket),
      GST_PROF_BRACKET_FUNCTIONS);
  assert_equals_int (hop->sink->num_probes, 0);
  row_push (5);
  row_assert_times (hop->visits, 4, 4, 20);
  row_stop ();
  gst_prof_bracket_remove (g_steal_pointer (&hop->bracket));
}

GST_END_TEST;

GST_START_TEST (a_pad_whose_functions_are_set_again_and_again_is_probed)
{
  guint n = 0;

  row_make (1);
  row_bracket ();
  row_start ();
  for (; n < 20 && gst_prof_bracket_get_kind (hops[0].bracket)
      != GST_PROF_BRACKET_PROBE; n++) {
    gst_pad_set_chain_function (hops[0].sink, row_chain);
    gst_prof_bracket_renew_pad (hops[0].sink);
    row_push (n);
  }
  assert_equals_int (n, 2);
  fail_unless (gst_prof_bracket_has_missed (hops[0].bracket));
  row_assert_times (hops[0].visits, n, n - 1, 5 * (n - 1));
  fail_unless (GST_PAD_CHAINFUNC (hops[0].sink) == row_chain);
  row_push_list (4);
  assert_equals_uint64 (row_get_times (hops[0].visits).buffers, n + 4);
  gst_prof_bracket_renew_pad (hops[0].sink);
  fail_unless (GST_PAD_CHAINFUNC (hops[0].sink) == row_chain);

  /* In its next run it has another chance, and whoever counts anew misses nothing. */
  row_stop ();
  gst_prof_bracket_renew_pad (hops[0].sink);
  assert_equals_int (gst_prof_bracket_get_kind (hops[0].bracket),
      GST_PROF_BRACKET_FUNCTIONS);
  fail_unless (gst_prof_bracket_has_missed (hops[0].bracket));
  gst_pad_set_chain_function (hops[0].sink, row_chain);
  gst_prof_bracket_renew_pad (hops[0].sink);
  gst_prof_bracket_count (hops[0].bracket);
  fail_if (gst_prof_bracket_has_missed (hops[0].bracket));
}

GST_END_TEST;

/* Once in a while is nothing to worry about. */
GST_START_TEST (a_pad_whose_functions_are_set_now_and_then_keeps_ours)
{
  row_make (1);
  row_bracket ();
  row_start ();
  for (guint i = 0; i < 20; i++) {
    gst_pad_set_chain_function (hops[0].sink, row_chain);
    gst_prof_bracket_renew_pad (hops[0].sink);
    gst_prof_bracket_renew_pad (hops[0].sink);
    row_push (i);
  }
  row_assert_times (hops[0].visits, 20, 20, 100);
  assert_equals_int (gst_prof_bracket_get_kind (hops[0].bracket),
      GST_PROF_BRACKET_FUNCTIONS);
}

GST_END_TEST;

GST_START_TEST (nobody_is_probed_for_who_does_not_count)
{
  GstProfBracket *bracket;

  row_make_pulled ();
  row_start_pulling ();
  bracket = gst_prof_bracket_add (src);
  for (guint i = 0; i < 10; i++)
    gst_prof_bracket_renew_pad (src);
  assert_equals_int (gst_prof_bracket_get_kind (bracket), GST_PROF_BRACKET_NONE);
  assert_equals_int (src->num_probes, 0);
  gst_prof_bracket_count (bracket);
  assert_equals_int (src->num_probes, 1);
  gst_prof_bracket_remove (bracket);
  assert_equals_int (src->num_probes, 0);
}

GST_END_TEST;

static Suite *
bracketprobe_suite (void)
{
  Suite *s = suite_create ("bracketprobe");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, row_setup, row_teardown);
  tcase_add_test (tc, an_active_pad_that_is_pulled_from_is_probed);
  tcase_add_test (tc, a_pad_that_is_not_idle_for_long_is_probed_until_it_is);
  tcase_add_test (tc, a_pad_whose_functions_are_set_again_and_again_is_probed);
  tcase_add_test (tc, a_pad_whose_functions_are_set_now_and_then_keeps_ours);
  tcase_add_test (tc, nobody_is_probed_for_who_does_not_count);
  return s;
}

GST_CHECK_MAIN (bracketprobe);
