/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Taps in brackets: whoever listens to what passes a pad. */

#include "bracketpads.h"

#include <string.h>

typedef struct
{
  _Atomic guint calls;
  GstMiniObject *object;
  gint refcount;
  _Atomic guint freed;
} Tapped;

static void
tap (gpointer user_data, GstMiniObject * object, GstClockTime now)
{
  Tapped *tapped = user_data;

  atomic_fetch_add (&tapped->calls, 1);
  tapped->object = object;
  tapped->refcount = GST_MINI_OBJECT_REFCOUNT_VALUE (object);
}

static void
note_freed (gpointer user_data)
{
  atomic_fetch_add (&((Tapped *) user_data)->freed, 1);
}

GST_START_TEST (a_tap_is_told_of_buffers_and_lists_but_not_of_events)
{
  GstProfBracket *bracket = gst_prof_bracket_add (sink);
  Tapped before = { 0, }, after = { 0, };
  GstBuffer *buffer = gst_buffer_new ();
  GstBufferList *list = gst_buffer_list_new ();
  GstProfTap *taps[2];

  gst_pad_set_chain_list_function (sink, pads_chain_list);
  gst_prof_bracket_renew_pad (sink);
  taps[0] = gst_prof_bracket_tap (bracket, tap, &before, note_freed);
  taps[1] = gst_prof_bracket_tap (bracket, tap, &after, note_freed);
  pads_start ();
  assert_equals_int (before.calls, 0);
  gst_pad_push (src, buffer);
  fail_unless (before.object == GST_MINI_OBJECT (buffer));
  assert_equals_int (before.refcount, 1);
  gst_buffer_list_add (list, gst_buffer_new ());
  gst_pad_push_list (src, list);
  fail_unless (before.object == GST_MINI_OBJECT (list));

  gst_prof_bracket_untap (bracket, taps[0]);
  assert_equals_int (before.freed, 1);
  gst_pad_push (src, gst_buffer_new ());
  assert_equals_int (before.calls, 2);
  assert_equals_int (after.calls, 3);
  assert_equals_int (seen.calls, 3);
  gst_prof_bracket_untap (bracket, taps[1]);
  pads_stop ();
  gst_prof_bracket_remove (bracket);
}

GST_END_TEST;

static gboolean
src_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  pads_look (pad->eventdata, event);
  gst_event_unref (event);
  return TRUE;
}

GST_START_TEST (a_tap_of_a_source_pad_is_told_of_events_that_go_upstream)
{
  GstProfBracket *bracket = gst_prof_bracket_add (src);
  Tapped tapped = { 0, };
  GstProfTap *one;

  gst_pad_set_event_function (src, src_event);
  one = gst_prof_bracket_tap (bracket, tap, &tapped, note_freed);
  pads_start ();
  fail_unless (gst_pad_push_event (sink, gst_event_new_reconfigure ()));
  assert_equals_int (tapped.calls, 1);
  assert_equals_int (seen.calls, 1);
  fail_unless (seen.object == tapped.object);
  assert_equals_int (tapped.refcount, seen.refcount);
  gst_pad_push (src, gst_buffer_new ());
  assert_equals_int (tapped.calls, 1);

  gst_prof_bracket_untap (bracket, one);
  assert_equals_int (tapped.freed, 1);
  fail_unless (gst_pad_push_event (sink, gst_event_new_reconfigure ()));
  assert_equals_int (tapped.calls, 1);
  pads_stop ();
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_EVENTFUNC (src) == src_event);
}

GST_END_TEST;

/* The thread may be in a tap that is just being removed: what that needs is freed
 * later, and once. */
GST_START_TEST (taps_may_come_and_go_while_data_flows)
{
  static Tapped tapped[1000];
  GstProfBracket *bracket;
  GThread *thread;
  guint freed = 0;

  memset (tapped, 0, sizeof (tapped));
  gst_pad_set_chain_function (sink, pads_chain_quietly);
  bracket = gst_prof_bracket_add (sink);
  pads_start ();
  thread = pads_start_pushing ();
  for (guint i = 0; i < G_N_ELEMENTS (tapped); i++) {
    GstProfTap *one =
        gst_prof_bracket_tap (bracket, tap, &tapped[i], note_freed);

    g_thread_yield ();
    gst_prof_bracket_untap (bracket, one);
  }
  pads_stop_pushing (thread);
  gst_prof_bracket_renew_pad (sink);
  for (guint i = 0; i < G_N_ELEMENTS (tapped); i++)
    freed += tapped[i].freed;
  assert_equals_int (freed, G_N_ELEMENTS (tapped));
  pads_stop ();
  gst_prof_bracket_remove (bracket);
}

GST_END_TEST;

static GstPadEventFunction inner;
static guint around;

static gboolean
around_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  fail_unless (around++ < 100);
  return inner (pad, parent, event);
}

GST_START_TEST (what_is_put_around_a_tapped_event_function_survives)
{
  GstProfBracket *bracket = gst_prof_bracket_add (sink), *tapped_bracket;
  Tapped tapped = { 0, };
  GstProfTap *one;

  gst_pad_set_event_function (src, src_event);
  tapped_bracket = gst_prof_bracket_add (src);
  one = gst_prof_bracket_tap (tapped_bracket, tap, &tapped, note_freed);
  inner = GST_PAD_EVENTFUNC (src);
  gst_pad_set_event_function (src, around_event);
  for (guint i = 1; i <= 4; i++) {
    pads_start ();
    around = 0;
    fail_unless (gst_pad_push_event (sink, gst_event_new_reconfigure ()));
    assert_equals_int (around, 1);
    assert_equals_int (seen.calls, 1);
    assert_equals_int (tapped.calls, i);
    pads_stop ();
    if (i == 3) {
      gst_prof_bracket_remove (tapped_bracket);
      fail_unless (GST_PAD_EVENTFUNC (src) == around_event);
      tapped_bracket = gst_prof_bracket_add (src);
    }
    gst_prof_bracket_renew_pad (sink);
    gst_prof_bracket_renew_pad (src);
  }
  gst_prof_bracket_untap (tapped_bracket, one);
  gst_prof_bracket_remove (bracket);
  gst_prof_bracket_remove (tapped_bracket);
}

GST_END_TEST;

static Suite *
brackettap_suite (void)
{
  Suite *s = suite_create ("brackettap");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, pads_setup, pads_teardown);
  tcase_add_test (tc, a_tap_is_told_of_buffers_and_lists_but_not_of_events);
  tcase_add_test (tc, a_tap_of_a_source_pad_is_told_of_events_that_go_upstream);
  tcase_add_test (tc, taps_may_come_and_go_while_data_flows);
  tcase_add_test (tc, what_is_put_around_a_tapped_event_function_survives);
  return s;
}

GST_CHECK_MAIN (brackettap);
