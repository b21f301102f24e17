/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Functions that somebody puts around a bracket's, and keeps for as long as he
 * likes: all that comes goes once through each, whatever is given back meanwhile.
 */

#include "bracketpads.h"

#include <stdatomic.h>
#include <string.h>

/* All kinds at once: what an application does that counts what comes. */
static struct
{
  GstPadChainFunction chain;
  GstPadChainListFunction chain_list;
  GstPadEventFunction event;
  GstPadGetRangeFunction getrange;
} inner;

static guint around, around_again;

static GstFlowReturn
around_chain (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  fail_unless (around++ < 100);
  return inner.chain (pad, parent, buffer);
}

static GstFlowReturn
around_chain_list (GstPad * pad, GstObject * parent, GstBufferList * list)
{
  fail_unless (around++ < 100);
  return inner.chain_list (pad, parent, list);
}

static gboolean
around_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  fail_unless (around++ < 100);
  return inner.event (pad, parent, event);
}

static GstFlowReturn
around_getrange (GstPad * pad, GstObject * parent, guint64 offset, guint size,
    GstBuffer ** buffer)
{
  fail_unless (around++ < 100);
  return inner.getrange (pad, parent, offset, size, buffer);
}

static void
put_around (void)
{
  inner.chain = GST_PAD_CHAINFUNC (sink);
  inner.chain_list = GST_PAD_CHAINLISTFUNC (sink);
  inner.event = GST_PAD_EVENTFUNC (sink);
  inner.getrange = GST_PAD_GETRANGEFUNC (src);
  gst_pad_set_chain_function (sink, around_chain);
  gst_pad_set_chain_list_function (sink, around_chain_list);
  gst_pad_set_event_function (sink, around_event);
  gst_pad_set_getrange_function (src, around_getrange);
}

static void
take_away (void)
{
  gst_pad_set_chain_function (sink, inner.chain);
  gst_pad_set_chain_list_function (sink, inner.chain_list);
  gst_pad_set_event_function (sink, inner.event);
  gst_pad_set_getrange_function (src, inner.getrange);
}

static GstProfBracket *brackets[2];

static void
cover (void)
{
  brackets[0] = gst_prof_bracket_add (sink);
  brackets[1] = gst_prof_bracket_add (src);
}

static void
uncover (void)
{
  gst_prof_bracket_remove (brackets[0]);
  gst_prof_bracket_remove (brackets[1]);
}

static void
renew (void)
{
  gst_prof_bracket_renew_pad (sink);
  gst_prof_bracket_renew_pad (src);
}

/* Of each kind one: each comes once to the element, and once to what is around. */
static void
assert_each_comes_once (guint n_around)
{
  GstBufferList *list = gst_buffer_list_new ();
  GstBuffer *buffer = NULL;

  memset (&seen, 0, sizeof (seen));
  around = around_again = 0;
  gst_buffer_list_add (list, gst_buffer_new ());
  assert_equals_int (gst_pad_push (src, gst_buffer_new ()), GST_FLOW_OK);
  assert_equals_int (gst_pad_push_list (src, list), GST_FLOW_OK);
  fail_unless (gst_pad_push_event (src,
          gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
              gst_structure_new_empty ("test"))));
  assert_equals_int (seen.calls, 3);
  assert_equals_int (GST_PAD_GETRANGEFUNC (src) (src, NULL, 0, 1, &buffer),
      GST_FLOW_OK);
  gst_buffer_unref (buffer);
  assert_equals_int (seen.calls, 4);
  assert_equals_int (around, 4 * n_around);
}

static void
play (guint n_around)
{
  pads_start ();
  assert_each_comes_once (n_around);
  renew ();
  assert_each_comes_once (n_around);
  renew ();
  assert_each_comes_once (n_around);
  pads_stop ();
  renew ();
}

static void
set_all_functions (void)
{
  gst_pad_set_chain_list_function (sink, pads_chain_list);
  gst_pad_set_event_function (sink, pads_event);
  gst_pad_set_getrange_function (src, pads_getrange);
}

static void
assert_functions_are_the_pads_own (void)
{
  fail_unless (GST_PAD_CHAINFUNC (sink) == pads_chain);
  fail_unless (GST_PAD_CHAINLISTFUNC (sink) == pads_chain_list);
  fail_unless (GST_PAD_EVENTFUNC (sink) == pads_event);
  fail_unless (GST_PAD_GETRANGEFUNC (src) == pads_getrange);
}

/* The application keeps what it found for as long as it likes. */
GST_START_TEST (what_is_put_around_ours_survives_any_number_of_plays)
{
  set_all_functions ();
  cover ();
  put_around ();
  for (guint i = 0; i < 4; i++)
    play (1);
  for (guint i = 0; i < 4; i++) {
    uncover ();
    fail_unless (GST_PAD_CHAINFUNC (sink) == around_chain);
    play (1);
    cover ();
    play (1);
  }
  uncover ();
}

GST_END_TEST;

GST_START_TEST (what_is_put_around_ours_while_data_flows_survives_it)
{
  set_all_functions ();
  cover ();
  pads_start ();
  assert_each_comes_once (0);
  put_around ();
  assert_each_comes_once (1);
  renew ();
  assert_each_comes_once (1);
  uncover ();
  assert_each_comes_once (1);
  pads_stop ();
  cover ();
  play (1);
  uncover ();
  play (1);
}

GST_END_TEST;

/* Nobody holds a lock who sends an event that is not serialized. */
#define EVENTS_MEANWHILE 100

static _Atomic guint n_events;
static _Atomic gboolean sending;
static _Atomic GstPadEventFunction kept;

static gboolean
count_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  n_events++;
  gst_event_unref (event);
  return TRUE;
}

static gboolean
pass_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  GstPadEventFunction function = atomic_load (&kept);

  return function (pad, parent, event);
}

static gpointer
send_events (gpointer data)
{
  guint n_sent = 0;

  for (; sending; n_sent++)
    gst_pad_send_event (sink,
        gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM_OOB,
            gst_structure_new_empty ("test")));
  return GUINT_TO_POINTER (n_sent);
}

static void
wait_for_events (void)
{
  guint enough = n_events + EVENTS_MEANWHILE;

  while (n_events < enough)
    g_thread_yield ();
}

GST_START_TEST (what_is_put_around_ours_while_events_come_loses_none)
{
  GstProfBracket *bracket;
  GThread *thread;
  guint n_before, n_sent;

  gst_pad_set_event_function (sink, count_event);
  bracket = gst_prof_bracket_add (sink);
  pads_start ();
  n_before = n_events;
  sending = TRUE;
  thread = g_thread_new ("events", send_events, NULL);
  wait_for_events ();
  kept = GST_PAD_EVENTFUNC (sink);
  gst_pad_set_event_function (sink, pass_event);
  wait_for_events ();
  gst_prof_bracket_renew_pad (sink);
  wait_for_events ();
  fail_unless (gst_prof_bracket_is_covering (bracket));
  fail_unless (GST_PAD_EVENTFUNC (sink) == kept);
  sending = FALSE;
  n_sent = GPOINTER_TO_UINT (g_thread_join (thread));
  assert_equals_int (n_events, n_before + n_sent);
  pads_stop ();
  gst_prof_bracket_remove (bracket);
}

GST_END_TEST;

GST_START_TEST (what_was_put_around_ours_can_be_taken_away)
{
  set_all_functions ();
  cover ();
  /* Before anybody has looked, and after. */
  for (guint i = 0; i < 4; i++) {
    put_around ();
    if (i & 1)
      play (1);
    take_away ();
    play (0);
  }
  /* Found, taken away, and nobody looks before the end. */
  put_around ();
  play (1);
  take_away ();
  uncover ();
  assert_functions_are_the_pads_own ();

  cover ();
  put_around ();
  play (1);
  uncover ();
  play (1);
  take_away ();
  play (0);
  cover ();
  play (0);
  uncover ();
  assert_functions_are_the_pads_own ();
}

GST_END_TEST;

static GstPadChainFunction inner_again;

static GstFlowReturn
around_chain_again (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  fail_unless (around_again++ < 100);
  return inner_again (pad, parent, buffer);
}

static void
push_through_two (void)
{
  around = around_again = 0;
  memset (&seen, 0, sizeof (seen));
  assert_equals_int (gst_pad_push (src, gst_buffer_new ()), GST_FLOW_OK);
  assert_equals_int (around, 1);
  assert_equals_int (around_again, 1);
  assert_equals_int (seen.calls, 1);
}

GST_START_TEST (two_may_put_something_around_ours)
{
  cover ();
  pads_start ();
  inner.chain = GST_PAD_CHAINFUNC (sink);
  gst_pad_set_chain_function (sink, around_chain);
  renew ();
  inner_again = GST_PAD_CHAINFUNC (sink);
  gst_pad_set_chain_function (sink, around_chain_again);
  for (guint i = 0; i < 3; i++) {
    push_through_two ();
    renew ();
  }
  pads_stop ();
  for (guint i = 0; i < 3; i++) {
    uncover ();
    fail_unless (GST_PAD_CHAINFUNC (sink) == around_chain_again);
    pads_start ();
    push_through_two ();
    pads_stop ();
    cover ();
    pads_start ();
    push_through_two ();
    pads_stop ();
  }
  uncover ();
}

GST_END_TEST;

/* Deeper than what is known of a thread's stack. */
GST_START_TEST (what_is_put_around_ours_works_however_deep_it_lies)
{
  GstProfActivity *activity = gst_prof_activity_get ();
  GstProfPoint *point = gst_prof_point_new ("above");

  set_all_functions ();
  cover ();
  put_around ();
  renew ();
  for (guint depth = 1; depth < 600; depth++) {
    gst_prof_activity_enter (activity, point, 1);
    if (depth % 50 == 0 || (depth > 250 && depth < 260))
      play (1);
  }
  for (guint depth = 1; depth < 600; depth++)
    gst_prof_activity_leave (activity, 2);
  gst_prof_point_unref (point);
  uncover ();
}

GST_END_TEST;

/* An element that calls itself is entered again: what is around it too. */
static GstFlowReturn
chain_twice (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  if (seen.calls++ > 0) {
    gst_buffer_unref (buffer);
    return GST_FLOW_OK;
  }
  return gst_pad_chain (pad, buffer);
}

GST_START_TEST (an_element_that_calls_itself_is_called_through_all_layers)
{
  gst_pad_set_chain_function (sink, chain_twice);
  cover ();
  inner.chain = GST_PAD_CHAINFUNC (sink);
  gst_pad_set_chain_function (sink, around_chain);
  for (guint i = 0; i < 3; i++) {
    pads_start ();
    around = 0;
    assert_equals_int (gst_pad_push (src, gst_buffer_new ()), GST_FLOW_OK);
    assert_equals_int (seen.calls, 2);
    assert_equals_int (around, 2);
    pads_stop ();
    renew ();
  }
  uncover ();
}

GST_END_TEST;

#define OTHER(n) \
static GstFlowReturn \
other_chain_ ## n (GstPad * pad, GstObject * parent, GstBuffer * buffer) \
{ \
  seen.calls += n; \
  gst_buffer_unref (buffer); \
  return GST_FLOW_OK; \
}

OTHER (1) OTHER (2) OTHER (3) OTHER (4) OTHER (5) OTHER (6) OTHER (7)
OTHER (8) OTHER (9) OTHER (10)

/* Who has ours may be anybody: beyond some, the pad is left alone. */
GST_START_TEST (a_pad_with_ever_other_functions_is_left_alone_at_last)
{
  static const GstPadChainFunction others[] = {
    other_chain_1, other_chain_2, other_chain_3, other_chain_4, other_chain_5,
    other_chain_6, other_chain_7, other_chain_8, other_chain_9, other_chain_10,
  };

  cover ();
  for (guint i = 0; i < 3 * G_N_ELEMENTS (others); i++) {
    guint n = i % G_N_ELEMENTS (others);

    gst_pad_set_chain_function (sink, others[n]);
    renew ();
    pads_start ();
    assert_equals_int (gst_pad_push (src, gst_buffer_new ()), GST_FLOW_OK);
    assert_equals_int (seen.calls, n + 1);
    fail_unless (gst_prof_bracket_is_covering (brackets[0]) ==
        (GST_PAD_CHAINFUNC (sink) != others[n]));
    pads_stop ();
    if (i == G_N_ELEMENTS (others) - 1)
      fail_if (gst_prof_bracket_is_covering (brackets[0]));
  }
  uncover ();
}

GST_END_TEST;

static Suite *
bracketlayers_suite (void)
{
  Suite *s = suite_create ("bracketlayers");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, pads_setup, pads_teardown);
  tcase_add_test (tc, what_is_put_around_ours_survives_any_number_of_plays);
  tcase_add_test (tc, what_is_put_around_ours_while_data_flows_survives_it);
  tcase_add_loop_test (tc,
      what_is_put_around_ours_while_events_come_loses_none, 0, 20);
  tcase_add_test (tc, what_was_put_around_ours_can_be_taken_away);
  tcase_add_test (tc, two_may_put_something_around_ours);
  tcase_add_test (tc, what_is_put_around_ours_works_however_deep_it_lies);
  tcase_add_test (tc,
      an_element_that_calls_itself_is_called_through_all_layers);
  tcase_add_test (tc, a_pad_with_ever_other_functions_is_left_alone_at_last);
  return s;
}

GST_CHECK_MAIN (bracketlayers);
