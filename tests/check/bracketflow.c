/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Brackets that come and go while data flows: a pad gets them when it is idle,
 * and nobody waits for that.
 */

#include "bracketpads.h"

GST_START_TEST (an_idle_pad_is_bracketed_at_once)
{
  GstProfBracket *bracket;

  pads_start ();
  fail_unless (gst_pad_push (src, gst_buffer_new ()) == GST_FLOW_OK);
  bracket = gst_prof_bracket_add (sink);
  fail_unless (gst_prof_bracket_is_covering (bracket));
  fail_unless (gst_pad_push (src, gst_buffer_new ()) == GST_FLOW_OK);
  pads_assert_inside (bracket);
  pads_stop ();
  gst_prof_bracket_remove (bracket);
}

GST_END_TEST;

/* Stands in the chain function until it is let go. */
typedef struct
{
  GMutex lock;
  GCond cond;
  gboolean inside;
  gboolean open;
} Gate;

static Gate gate;

static GstFlowReturn
chain_gated (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  gst_buffer_unref (buffer);
  g_mutex_lock (&gate.lock);
  gate.inside = TRUE;
  g_cond_broadcast (&gate.cond);
  while (!gate.open)
    g_cond_wait (&gate.cond, &gate.lock);
  g_mutex_unlock (&gate.lock);
  return GST_FLOW_OK;
}

static gpointer
push_one (gpointer data)
{
  return GINT_TO_POINTER (gst_pad_push (data, gst_buffer_new ()));
}

static GThread *
gate_enter (void)
{
  GThread *thread;

  gate.inside = gate.open = FALSE;
  thread = g_thread_new ("pusher", push_one, src);
  g_mutex_lock (&gate.lock);
  while (!gate.inside)
    g_cond_wait (&gate.cond, &gate.lock);
  g_mutex_unlock (&gate.lock);
  return thread;
}

static void
gate_leave (GThread * thread)
{
  g_mutex_lock (&gate.lock);
  gate.open = TRUE;
  g_cond_broadcast (&gate.cond);
  g_mutex_unlock (&gate.lock);
  assert_equals_int (GPOINTER_TO_INT (g_thread_join (thread)), GST_FLOW_OK);
}

GST_START_TEST (a_pad_that_is_not_idle_says_so_and_is_bracketed_later)
{
  GstProfBracket *bracket;
  GThread *thread;

  gst_pad_set_chain_function (sink, chain_gated);
  pads_start ();
  thread = gate_enter ();
  bracket = gst_prof_bracket_add (sink);
  fail_if (gst_prof_bracket_is_covering (bracket));
  fail_unless (GST_PAD_CHAINFUNC (sink) == chain_gated);
  /* Asked for again and again there is still one probe. */
  for (guint i = 0; i < 10; i++)
    gst_prof_bracket_renew_pad (sink);
  assert_equals_int (src->num_probes, 1);
  gate_leave (thread);

  fail_unless (gst_prof_bracket_is_covering (bracket));
  assert_equals_int (src->num_probes, 0);
  gst_prof_bracket_count (bracket);
  gate.open = TRUE;
  fail_unless (gst_pad_push (src, gst_buffer_new ()) == GST_FLOW_OK);
  assert_equals_uint64 (pads_get_visits (bracket), 1);
  pads_stop ();
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_CHAINFUNC (sink) == chain_gated);
}

GST_END_TEST;

GST_START_TEST (what_is_given_back_before_it_was_idle_is_not_bracketed)
{
  GThread *thread;

  gst_pad_set_chain_function (sink, chain_gated);
  pads_start ();
  thread = gate_enter ();
  gst_prof_bracket_remove (gst_prof_bracket_add (sink));
  gate_leave (thread);
  fail_unless (GST_PAD_CHAINFUNC (sink) == chain_gated);
  assert_equals_int (src->num_probes, 0);
}

GST_END_TEST;

GST_START_TEST (a_pad_linked_elsewhere_before_it_was_idle_is_not_bracketed)
{
  GstPad *other = gst_object_ref_sink (gst_pad_new ("other", GST_PAD_SINK));
  GstProfBracket *bracket;
  GThread *thread;

  gst_pad_set_chain_function (sink, chain_gated);
  pads_start ();
  thread = gate_enter ();
  bracket = gst_prof_bracket_add (sink);
  gst_pad_unlink (src, sink);
  gst_pad_link (src, other);
  gate_leave (thread);
  fail_if (gst_prof_bracket_is_covering (bracket));
  fail_unless (GST_PAD_CHAINFUNC (sink) == chain_gated);

  /* On its own nobody can be in it: the next look has it. */
  gst_prof_bracket_renew_pad (sink);
  fail_unless (gst_prof_bracket_is_covering (bracket));
  pads_stop ();
  gst_prof_bracket_remove (bracket);
  gst_pad_unlink (src, other);
  gst_object_unref (other);
}

GST_END_TEST;

GST_START_TEST (an_active_pad_that_is_pulled_from_is_not_covered)
{
  GstProfBracket *bracket;

  gst_pad_set_getrange_function (src, pads_getrange);
  fail_unless (gst_pad_activate_mode (sink, GST_PAD_MODE_PULL, TRUE));
  bracket = gst_prof_bracket_add (src);
  fail_if (gst_prof_bracket_is_covering (bracket));
  fail_unless (GST_PAD_GETRANGEFUNC (src) == pads_getrange);
  pads_stop ();
  gst_prof_bracket_renew_pad (src);
  fail_unless (gst_prof_bracket_is_covering (bracket));
  gst_prof_bracket_remove (bracket);
}

GST_END_TEST;

GST_START_TEST (a_source_that_pushes_is_pulled_from_by_nobody)
{
  GstProfBracket *bracket;

  gst_pad_set_getrange_function (src, pads_getrange);
  pads_start ();
  bracket = gst_prof_bracket_add (src);
  fail_unless (gst_prof_bracket_is_covering (bracket));
  pads_stop ();
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_GETRANGEFUNC (src) == pads_getrange);
}

GST_END_TEST;

GST_START_TEST (given_back_while_data_flows_the_functions_stay_and_work)
{
  GstProfBracket *bracket = gst_prof_bracket_add (sink);

  pads_start ();
  gst_prof_bracket_remove (bracket);
  fail_if (GST_PAD_CHAINFUNC (sink) == pads_chain);
  fail_unless (gst_pad_push (src, gst_buffer_new ()) == GST_FLOW_OK);
  assert_equals_int (seen.calls, 1);

  /* Whoever comes next finds them. */
  fail_unless (gst_prof_bracket_add (sink) == bracket);
  fail_unless (gst_prof_bracket_is_covering (bracket));
  pads_stop ();
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_CHAINFUNC (sink) == pads_chain);
}

GST_END_TEST;

static gpointer
deactivate (gpointer data)
{
  gst_pad_set_active (data, FALSE);
  return NULL;
}

/* A pad is not active any more as soon as it begins to be stopped, when its
 * thread may still be on its way into a function. */
GST_START_TEST (given_back_while_a_thread_is_inside_the_functions_stay)
{
  GstProfBracket *bracket;
  GThread *pusher, *stopper;

  gst_pad_set_chain_function (sink, chain_gated);
  bracket = gst_prof_bracket_add (sink);
  pads_start ();
  pusher = gate_enter ();
  stopper = g_thread_new ("stopper", deactivate, sink);
  while (GST_PAD_IS_ACTIVE (sink))
    g_thread_yield ();
  gst_prof_bracket_remove (bracket);
  fail_if (GST_PAD_CHAINFUNC (sink) == chain_gated);
  fail_unless (sink->chaindata == bracket);
  gate_leave (pusher);
  g_thread_join (stopper);
}

GST_END_TEST;

GST_START_TEST (brackets_may_come_and_go_while_data_flows)
{
  GThread *thread;

  gst_pad_set_chain_function (sink, pads_chain_quietly);
  pads_start ();
  thread = pads_start_pushing ();
  for (guint i = 0; i < 100; i++) {
    GstProfBracket *bracket = gst_prof_bracket_add (sink);

    while (!gst_prof_bracket_is_covering (bracket))
      g_thread_yield ();
    gst_prof_bracket_remove (bracket);
  }
  pads_stop_pushing (thread);
}

GST_END_TEST;

static Suite *
bracketflow_suite (void)
{
  Suite *s = suite_create ("bracketflow");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, pads_setup, pads_teardown);
  tcase_add_test (tc, an_idle_pad_is_bracketed_at_once);
  tcase_add_test (tc, a_pad_that_is_not_idle_says_so_and_is_bracketed_later);
  tcase_add_test (tc, what_is_given_back_before_it_was_idle_is_not_bracketed);
  tcase_add_test (tc,
      a_pad_linked_elsewhere_before_it_was_idle_is_not_bracketed);
  tcase_add_test (tc, an_active_pad_that_is_pulled_from_is_not_covered);
  tcase_add_test (tc, a_source_that_pushes_is_pulled_from_by_nobody);
  tcase_add_test (tc, given_back_while_data_flows_the_functions_stay_and_work);
  tcase_add_test (tc, given_back_while_a_thread_is_inside_the_functions_stay);
  tcase_add_test (tc, brackets_may_come_and_go_while_data_flows);
  return s;
}

GST_CHECK_MAIN (bracketflow);
