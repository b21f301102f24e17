/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Brackets around a pad's functions: that they tell where a thread is, and that
 * neither the pad nor what passes it can tell that they are there.
 */

#include "bracketpads.h"

static GstFlowReturn
other_chain (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  pads_look (pad->chaindata, buffer);
  seen.calls += 100;
  gst_buffer_unref (buffer);
  return flow;
}

static GstFlowReturn
event_full (GstPad * pad, GstObject * parent, GstEvent * event)
{
  pads_look (pad->eventdata, event);
  gst_event_unref (event);
  return flow;
}

GST_START_TEST (a_buffer_passes_as_it_is_and_is_told)
{
  GstProfBracket *bracket = gst_prof_bracket_add (sink);
  GstBuffer *buffer = gst_buffer_new ();

  fail_unless (gst_prof_bracket_is_covering (bracket));
  pads_start ();
  fail_unless (gst_pad_push (src, buffer) == GST_FLOW_OK);
  assert_equals_int (seen.calls, 1);
  fail_unless (seen.object == GST_MINI_OBJECT (buffer));
  assert_equals_int (seen.refcount, 1);
  pads_assert_inside (bracket);
  pads_assert_outside ();
  assert_equals_string (gst_prof_bracket_get_point (bracket)->name, "?:sink");
  pads_stop ();
  gst_prof_bracket_remove (bracket);
}

GST_END_TEST;

GST_START_TEST (flow_returns_pass_as_they_are)
{
  static const GstFlowReturn flows[] = {
    GST_FLOW_OK, GST_FLOW_FLUSHING, GST_FLOW_EOS, GST_FLOW_NOT_LINKED,
    GST_FLOW_NOT_NEGOTIATED, GST_FLOW_ERROR, GST_FLOW_CUSTOM_SUCCESS,
    GST_FLOW_CUSTOM_ERROR_2,
  };
  GstProfBracket *bracket = gst_prof_bracket_add (sink);

  gst_prof_bracket_count (bracket);
  pads_start ();
  for (guint i = 0; i < G_N_ELEMENTS (flows); i++) {
    flow = flows[i];
    assert_equals_int (gst_pad_push (src, gst_buffer_new ()), flows[i]);
  }
  assert_equals_uint64 (pads_get_visits (bracket), G_N_ELEMENTS (flows));
  pads_stop ();
  gst_prof_bracket_remove (bracket);
}

GST_END_TEST;

GST_START_TEST (a_list_passes_as_it_is_and_is_told)
{
  GstBufferList *list = gst_buffer_list_new ();
  GstProfBracket *bracket;

  gst_pad_set_chain_list_function (sink, pads_chain_list);
  gst_buffer_list_add (list, gst_buffer_new ());
  bracket = gst_prof_bracket_add (sink);
  pads_start ();
  flow = GST_FLOW_CUSTOM_SUCCESS_1;
  assert_equals_int (gst_pad_push_list (src, list), GST_FLOW_CUSTOM_SUCCESS_1);
  fail_unless (seen.object == GST_MINI_OBJECT (list));
  assert_equals_int (seen.refcount, 1);
  pads_assert_inside (bracket);
  pads_stop ();
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_CHAINLISTFUNC (sink) == pads_chain_list);
}

GST_END_TEST;

GST_START_TEST (a_list_that_the_pad_takes_apart_is_told_buffer_by_buffer)
{
  GstPadChainListFunction before = GST_PAD_CHAINLISTFUNC (sink);
  GstProfBracket *bracket = gst_prof_bracket_add (sink);
  GstBufferList *list = gst_buffer_list_new ();

  fail_unless (GST_PAD_CHAINLISTFUNC (sink) == before);
  gst_prof_bracket_count (bracket);
  for (guint i = 0; i < 3; i++)
    gst_buffer_list_add (list, gst_buffer_new ());
  pads_start ();
  fail_unless (gst_pad_push_list (src, list) == GST_FLOW_OK);
  assert_equals_int (seen.calls, 3);
  assert_equals_uint64 (pads_get_visits (bracket), 3);
  pads_stop ();
  gst_prof_bracket_remove (bracket);
}

GST_END_TEST;

GST_START_TEST (an_event_passes_as_it_is_and_is_told)
{
  GstEvent *sent = gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
      gst_structure_new_empty ("test"));
  GstProfBracket *bracket;

  gst_pad_set_event_function (sink, pads_event);
  bracket = gst_prof_bracket_add (sink);
  pads_start ();
  fail_unless (gst_pad_push_event (src, sent));
  fail_unless (seen.object == GST_MINI_OBJECT (sent));
  pads_assert_inside (bracket);
  flow = GST_FLOW_ERROR;
  fail_if (gst_pad_push_event (src,
          gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
              gst_structure_new_empty ("test"))));
  pads_stop ();
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_EVENTFUNC (sink) == pads_event);
  fail_unless (sink->eventdata == NULL);
}

GST_END_TEST;

GST_START_TEST (an_event_with_a_flow_return_passes_as_it_is_and_is_told)
{
  GstProfBracket *bracket;

  gst_pad_set_event_full_function (sink, event_full);
  bracket = gst_prof_bracket_add (sink);
  pads_start ();
  fail_unless (gst_pad_push_event (src,
          gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
              gst_structure_new_empty ("test"))));
  pads_assert_inside (bracket);
  pads_stop ();
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_EVENTFULLFUNC (sink) == event_full);
}

GST_END_TEST;

GST_START_TEST (an_event_function_that_nobody_gave_is_left_alone)
{
  GstPadEventFunction before = GST_PAD_EVENTFUNC (sink);
  GstProfBracket *bracket = gst_prof_bracket_add (sink);

  fail_unless (before != NULL);
  fail_unless (GST_PAD_EVENTFUNC (sink) == before);
  gst_prof_bracket_remove (bracket);
}

GST_END_TEST;

static void
pull_one (guint size, GstFlowReturn expected)
{
  GstBuffer *buffer = NULL;

  flow = expected;
  assert_equals_int (gst_pad_pull_range (sink, 0, size, &buffer), expected);
  fail_unless ((buffer != NULL) == (expected == GST_FLOW_OK));
  if (buffer != NULL) {
    assert_equals_uint64 (gst_buffer_get_size (buffer), size);
    gst_buffer_unref (buffer);
  }
}

GST_START_TEST (a_pull_passes_as_it_is_and_is_told)
{
  GstProfBracket *bracket;

  gst_pad_set_getrange_function (src, pads_getrange);
  bracket = gst_prof_bracket_add (src);
  gst_prof_bracket_count (bracket);
  fail_unless (gst_prof_bracket_is_covering (bracket));
  fail_unless (gst_pad_activate_mode (sink, GST_PAD_MODE_PULL, TRUE));
  pull_one (100, GST_FLOW_OK);
  pads_assert_inside (bracket);
  pull_one (7, GST_FLOW_EOS);
  assert_equals_uint64 (pads_get_visits (bracket), 2);
  pads_assert_outside ();
  pads_stop ();
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_GETRANGEFUNC (src) == pads_getrange);
  fail_unless (src->getrangedata == NULL);
}

GST_END_TEST;

GST_START_TEST (a_pad_gets_back_what_it_had)
{
  GstProfBracket *bracket;

  gst_pad_set_chain_list_function (sink, pads_chain_list);
  gst_pad_set_event_function (sink, pads_event);
  bracket = gst_prof_bracket_add (sink);
  fail_if (GST_PAD_CHAINFUNC (sink) == pads_chain);
  fail_if (GST_PAD_CHAINLISTFUNC (sink) == pads_chain_list);
  fail_if (GST_PAD_EVENTFUNC (sink) == pads_event);
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_CHAINFUNC (sink) == pads_chain);
  fail_unless (GST_PAD_CHAINLISTFUNC (sink) == pads_chain_list);
  fail_unless (GST_PAD_EVENTFUNC (sink) == pads_event);
  fail_unless (sink->chaindata == NULL);
  fail_unless (sink->chainlistdata == NULL);
  fail_unless (sink->eventdata == NULL);
}

GST_END_TEST;

/* Bindings keep their closure there and free it with the pad. */
static gint notified;

static void
notify (gpointer data)
{
  notified++;
}

GST_START_TEST (data_of_the_pads_own_stays_untouched)
{
  gint own;
  GstProfBracket *bracket;

  notified = 0;
  gst_pad_set_chain_function_full (sink, pads_chain, &own, notify);
  gst_pad_set_event_function_full (sink, pads_event, &own, notify);
  bracket = gst_prof_bracket_add (sink);
  fail_unless (gst_prof_bracket_is_covering (bracket));
  fail_unless (sink->chaindata == &own && sink->eventdata == &own);
  pads_start ();
  fail_unless (gst_pad_push (src, gst_buffer_new ()) == GST_FLOW_OK);
  fail_unless (seen.data == &own);
  pads_assert_inside (bracket);
  pads_stop ();
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_CHAINFUNC (sink) == pads_chain);
  fail_unless (GST_PAD_EVENTFUNC (sink) == pads_event);
  fail_unless (sink->chaindata == &own && sink->eventdata == &own);
  assert_equals_int (notified, 0);

  gst_pad_set_chain_function (sink, pads_chain);
  gst_pad_set_event_function (sink, pads_event);
  assert_equals_int (notified, 2);
}

GST_END_TEST;

static void
notify_nothing (gpointer data)
{
  fail_unless (data == NULL);
  notified++;
}

GST_START_TEST (data_that_is_none_but_is_to_be_freed_stays_none)
{
  GstProfBracket *bracket;

  notified = 0;
  gst_pad_set_chain_function_full (sink, pads_chain, NULL, notify_nothing);
  gst_pad_set_event_function_full (sink, pads_event, NULL, notify_nothing);
  bracket = gst_prof_bracket_add (sink);
  fail_unless (gst_prof_bracket_is_covering (bracket));
  fail_unless (sink->chaindata == NULL && sink->eventdata == NULL);
  pads_start ();
  fail_unless (gst_pad_push (src, gst_buffer_new ()) == GST_FLOW_OK);
  pads_assert_inside (bracket);

  gst_pad_set_chain_function (sink, pads_chain);
  gst_pad_set_event_function (sink, pads_event);
  assert_equals_int (notified, 2);
  pads_stop ();
  gst_prof_bracket_remove (bracket);
}

GST_END_TEST;

/* As a thread sees it that has found the function just before the pad got its own
 * back. */
GST_START_TEST (a_function_whose_data_is_gone_finds_its_bracket)
{
  GstProfBracket *bracket;

  gst_pad_set_event_function (sink, pads_event);
  bracket = gst_prof_bracket_add (sink);
  fail_unless (sink->chaindata == bracket && sink->eventdata == bracket);
  sink->chaindata = sink->eventdata = NULL;
  pads_start ();
  fail_unless (gst_pad_push (src, gst_buffer_new ()) == GST_FLOW_OK);
  pads_assert_inside (bracket);
  gst_pad_send_event (sink, gst_event_new_flush_start ());
  pads_assert_inside (bracket);
  pads_stop ();
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_CHAINFUNC (sink) == pads_chain);
}

GST_END_TEST;

GST_START_TEST (a_function_set_again_is_bracketed_when_looked_at)
{
  GstProfBracket *bracket = gst_prof_bracket_add (sink);

  gst_pad_set_chain_function (sink, other_chain);
  gst_prof_bracket_renew_pad (sink);
  fail_unless (gst_prof_bracket_is_covering (bracket));
  pads_start ();
  fail_unless (gst_pad_push (src, gst_buffer_new ()) == GST_FLOW_OK);
  assert_equals_int (seen.calls, 101);
  pads_assert_inside (bracket);
  pads_stop ();
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_CHAINFUNC (sink) == other_chain);
}

GST_END_TEST;

/* Somebody else's way to put a function around the one that is there. */
static GstPadChainFunction wrapped;

static GstFlowReturn
wrapping_chain (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  seen.calls += 1000;
  return wrapped (pad, parent, buffer);
}

GST_START_TEST (a_function_put_around_ours_works_before_and_after_a_look)
{
  GstProfBracket *bracket = gst_prof_bracket_add (sink);

  wrapped = GST_PAD_CHAINFUNC (sink);
  gst_pad_set_chain_function (sink, wrapping_chain);
  pads_start ();
  assert_equals_int (gst_pad_push (src, gst_buffer_new ()), GST_FLOW_OK);
  assert_equals_int (seen.calls, 1001);
  assert_equals_int (seen.depth, 1);

  /* Now ours is outside and inside. */
  gst_prof_bracket_renew_pad (sink);
  assert_equals_int (gst_pad_push (src, gst_buffer_new ()), GST_FLOW_OK);
  assert_equals_int (seen.calls, 2002);
  assert_equals_int (seen.depth, 1);
  pads_stop ();
  gst_prof_bracket_remove (bracket);
}

GST_END_TEST;

GST_START_TEST (an_event_function_set_again_is_bracketed_when_looked_at)
{
  GstProfBracket *bracket = gst_prof_bracket_add (sink);

  gst_pad_set_event_function (sink, pads_event);
  gst_prof_bracket_renew_pad (sink);
  pads_start ();
  gst_pad_push_event (src, gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
          gst_structure_new_empty ("test")));
  assert_equals_int (seen.calls, 1);
  pads_assert_inside (bracket);
  pads_stop ();
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_EVENTFUNC (sink) == pads_event);
}

GST_END_TEST;

GST_START_TEST (a_list_function_set_late_is_bracketed_when_looked_at)
{
  GstProfBracket *bracket = gst_prof_bracket_add (sink);

  gst_pad_set_chain_list_function (sink, pads_chain_list);
  gst_prof_bracket_renew_pad (sink);
  fail_if (GST_PAD_CHAINLISTFUNC (sink) == pads_chain_list);
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_CHAINLISTFUNC (sink) == pads_chain_list);
}

GST_END_TEST;

GST_START_TEST (to_look_at_a_pad_that_is_ours_changes_nothing)
{
  GstProfBracket *bracket = gst_prof_bracket_add (sink);
  GstPadChainFunction ours = GST_PAD_CHAINFUNC (sink);

  gst_prof_bracket_renew_pad (sink);
  fail_unless (GST_PAD_CHAINFUNC (sink) == ours);
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_CHAINFUNC (sink) == pads_chain);
}

GST_END_TEST;

GST_START_TEST (to_look_at_a_pad_that_nobody_brackets_changes_nothing)
{
  gst_prof_bracket_renew_pad (sink);
  fail_unless (GST_PAD_CHAINFUNC (sink) == pads_chain);

  gst_prof_bracket_remove (gst_prof_bracket_add (sink));
  gst_prof_bracket_renew_pad (sink);
  fail_unless (GST_PAD_CHAINFUNC (sink) == pads_chain);
}

GST_END_TEST;

GST_START_TEST (two_users_share_one_bracket)
{
  GstProfBracket *first = gst_prof_bracket_add (sink);
  GstProfBracket *second = gst_prof_bracket_add (sink);

  fail_unless (first == second);
  gst_prof_bracket_count (first);
  gst_prof_bracket_remove (first);
  fail_if (GST_PAD_CHAINFUNC (sink) == pads_chain);
  fail_unless (gst_prof_bracket_is_covering (second));
  pads_start ();
  fail_unless (gst_pad_push (src, gst_buffer_new ()) == GST_FLOW_OK);
  pads_assert_inside (second);
  assert_equals_uint64 (pads_get_visits (second), 1);
  pads_stop ();
  gst_prof_bracket_remove (second);
  fail_unless (GST_PAD_CHAINFUNC (sink) == pads_chain);
}

GST_END_TEST;

GST_START_TEST (nested_pads_are_a_stack_whose_home_is_the_outermost)
{
  GstPad *inner_src = gst_object_ref_sink (gst_pad_new ("src", GST_PAD_SRC));
  GstProfBracket *bracket = gst_prof_bracket_add (sink);
  GstProfActivity *activity = gst_prof_activity_get ();
  GstProfPoint *outer = gst_prof_point_new ("outer");

  pads_start ();
  gst_prof_activity_enter_pad (activity, outer, 1);
  gst_pad_push (src, gst_buffer_new ());
  gst_prof_activity_leave (activity, 2);
  assert_equals_int (seen.depth, 2);
  assert_equals_int (seen.innermost, gst_prof_bracket_get_point (bracket)->id);
  assert_equals_int (seen.home, outer->id);
  pads_stop ();
  gst_prof_bracket_remove (bracket);
  gst_prof_point_unref (outer);
  gst_object_unref (inner_src);
}

GST_END_TEST;

GST_START_TEST (a_pad_lives_no_longer_than_without)
{
  GstPad *pad = gst_object_ref_sink (gst_pad_new ("sink", GST_PAD_SINK));
  GstProfBracket *bracket;
  gpointer weak = pad;

  gst_pad_set_chain_function (pad, pads_chain);
  g_object_add_weak_pointer (G_OBJECT (pad), &weak);
  bracket = gst_prof_bracket_add (pad);
  ASSERT_OBJECT_REFCOUNT (pad, "pad", 1);
  gst_prof_bracket_remove (bracket);
  ASSERT_OBJECT_REFCOUNT (pad, "pad", 1);
  gst_object_unref (pad);
  fail_unless (weak == NULL);
}

GST_END_TEST;

GST_START_TEST (a_point_outlives_its_pad_for_whoever_has_a_reference)
{
  GstPad *pad = gst_object_ref_sink (gst_pad_new ("sink", GST_PAD_SINK));
  GstProfBracket *bracket = gst_prof_bracket_add (pad);
  GstProfPoint *point =
      gst_prof_point_ref (gst_prof_bracket_get_point (bracket));

  gst_prof_bracket_remove (bracket);
  gst_object_unref (pad);
  assert_equals_string (point->name, "?:sink");
  fail_unless (atomic_load (&point->refs) == 1);
  gst_prof_point_unref (point);
}

GST_END_TEST;

/* Who frees data that is none is given none, also when the pad goes. */
GST_START_TEST (a_pad_that_goes_while_it_is_bracketed_frees_what_was_given)
{
  GstPad *pad = gst_object_ref_sink (gst_pad_new ("sink", GST_PAD_SINK));
  GstProfBracket *bracket;

  notified = 0;
  gst_pad_set_chain_function_full (pad, pads_chain, NULL, notify_nothing);
  gst_pad_set_event_function_full (pad, pads_event, NULL, notify_nothing);
  gst_pad_set_chain_list_function_full (pad, pads_chain_list, NULL,
      notify_nothing);
  bracket = gst_prof_bracket_add (pad);
  fail_unless (gst_prof_bracket_is_covering (bracket));
  gst_pad_set_active (pad, TRUE);
  gst_prof_bracket_remove (bracket);
  fail_if (GST_PAD_CHAINFUNC (pad) == pads_chain);
  gst_object_unref (pad);
  assert_equals_int (notified, 3);
}

GST_END_TEST;

static Suite *
bracket_suite (void)
{
  Suite *s = suite_create ("bracket");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, pads_setup, pads_teardown);
  tcase_add_test (tc, a_buffer_passes_as_it_is_and_is_told);
  tcase_add_test (tc, flow_returns_pass_as_they_are);
  tcase_add_test (tc, a_list_passes_as_it_is_and_is_told);
  tcase_add_test (tc, a_list_that_the_pad_takes_apart_is_told_buffer_by_buffer);
  tcase_add_test (tc, an_event_passes_as_it_is_and_is_told);
  tcase_add_test (tc, an_event_with_a_flow_return_passes_as_it_is_and_is_told);
  tcase_add_test (tc, an_event_function_that_nobody_gave_is_left_alone);
  tcase_add_test (tc, a_pull_passes_as_it_is_and_is_told);
  tcase_add_test (tc, a_pad_gets_back_what_it_had);
  tcase_add_test (tc, data_of_the_pads_own_stays_untouched);
  tcase_add_test (tc, data_that_is_none_but_is_to_be_freed_stays_none);
  tcase_add_test (tc, a_function_whose_data_is_gone_finds_its_bracket);
  tcase_add_test (tc, a_function_set_again_is_bracketed_when_looked_at);
  tcase_add_test (tc, a_function_put_around_ours_works_before_and_after_a_look);
  tcase_add_test (tc, an_event_function_set_again_is_bracketed_when_looked_at);
  tcase_add_test (tc, a_list_function_set_late_is_bracketed_when_looked_at);
  tcase_add_test (tc, to_look_at_a_pad_that_is_ours_changes_nothing);
  tcase_add_test (tc, to_look_at_a_pad_that_nobody_brackets_changes_nothing);
  tcase_add_test (tc, two_users_share_one_bracket);
  tcase_add_test (tc, nested_pads_are_a_stack_whose_home_is_the_outermost);
  tcase_add_test (tc, a_pad_lives_no_longer_than_without);
  tcase_add_test (tc, a_point_outlives_its_pad_for_whoever_has_a_reference);
  tcase_add_test (tc,
      a_pad_that_goes_while_it_is_bracketed_frees_what_was_given);
  return s;
}

GST_CHECK_MAIN (bracket);
