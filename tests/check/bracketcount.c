/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What brackets count: own times by a clock of the test's, which only the test
 * moves on, in pads of all sorts.
 */

#include "bracketrow.h"

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gst/prof/gstprofactivityprivate.h>
#include <gst/prof/gstprofclock.h>

static GstFlowReturn
chain_list (GstPad * pad, GstObject * parent, GstBufferList * list)
{
  row_spend (7);
  gst_buffer_list_unref (list);
  return GST_FLOW_OK;
}

GST_START_TEST (an_elements_own_time_is_without_what_is_downstream)
{
  GstProfVisit found[4];

  row_make (3);
  row_bracket ();
  row_start ();
  atomic_store (&row_now, 5000);
  row_push (42);
  row_push (43);
  for (guint i = 0; i < 3; i++)
    row_assert_times (hops[i].visits, 2, 2, 10);
  assert_equals_int (row_read_all (hops[1].visits, found, 4), 2);
  assert_equals_uint64 (found[0].pts, 42);
  assert_equals_uint64 (found[0].enter, 5002);
  assert_equals_uint64 (found[0].own, 5);
  assert_equals_uint64 (found[1].pts, 43);
  assert_equals_uint64 (found[1].enter, 5017);
}

GST_END_TEST;

/* Each hop reads the clock twice and does nothing else that depends on how many
 * there are: the row may be as long as it likes. */
static guint64
count_readings (guint n)
{
  guint64 before;

  row_make (n);
  row_bracket ();
  row_start ();
  before = atomic_load (&row_readings);
  for (guint i = 0; i < 10; i++)
    row_push (i);
  for (guint i = 0; i < n; i++)
    row_assert_times (hops[i].visits, 10, 10, 50);
  return atomic_load (&row_readings) - before;
}

GST_START_TEST (a_hop_in_a_row_of_100_is_a_hop_in_a_row_of_10)
{
  assert_equals_uint64 (count_readings (10), 10 * 10 * 2);
  row_teardown ();
  row_setup ();
  assert_equals_uint64 (count_readings (100), 10 * 100 * 2);
}

GST_END_TEST;

GST_START_TEST (own_times_are_known_however_deep_elements_nest)
{
  guint n = GST_PROF_ACTIVITY_LEVELS + 10;

  row_make (n);
  row_bracket ();
  row_start ();
  row_push (1);
  row_push (2);
  for (guint i = 0; i < n; i++)
    row_assert_times (hops[i].visits, 2, 2, 10);
  assert_equals_int (gst_prof_activity_get ()->pads, 0);
}

GST_END_TEST;

GST_START_TEST (an_event_on_the_way_is_no_time_of_who_sends_it)
{
  row_make (2);
  row_bracket ();
  row_start ();
  gst_prof_visits_reset (hops[0].visits);
  gst_prof_visits_reset (hops[1].visits);
  gst_pad_push_event (src, gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
          gst_structure_new_empty ("test")));
  row_assert_times (hops[0].visits, 0, 0, 0);
  row_push (1);
  row_assert_times (hops[0].visits, 1, 1, 5);
  row_assert_times (hops[1].visits, 1, 1, 5);
}

GST_END_TEST;

GST_START_TEST (an_event_that_is_held_for_long_can_be_read)
{
  GstProfVisitEvent found[2];
  guint64 next = 0, lost = 0;

  row_make (2);
  row_bracket ();
  row_start ();
  gst_prof_visits_set_limits (hops[0].visits, 12, 0);
  gst_prof_visits_set_limits (hops[1].visits, 11, 0);
  atomic_store (&row_now, 5000);
  gst_pad_push_event (src, gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
          gst_structure_new_empty ("test")));
  assert_equals_int (gst_prof_visits_read_slow (hops[0].visits, &next, &lost,
          found, 2), 0);
  assert_equals_int (gst_prof_visits_read_slow (hops[1].visits, &next, &lost,
          found, 2), 1);
  assert_equals_uint64 (found[0].own, 11);
  assert_equals_uint64 (found[0].to - found[0].from, 11);
  assert_equals_uint64 (found[0].thread_id, syscall (SYS_gettid));
  fail_unless (found[0].of_event);
}

GST_END_TEST;

GST_START_TEST (a_list_counts_its_buffers)
{
  GstProfVisit found[4];

  row_make (1);
  gst_pad_set_chain_list_function (hops[0].sink, chain_list);
  row_bracket ();
  row_start ();
  row_push_list (5);
  row_push (3);
  row_assert_times (hops[0].visits, 6, 2, 7 + 5);
  assert_equals_int (row_read_all (hops[0].visits, found, 4), 2);
  assert_equals_uint64 (found[0].pts, 70);
  assert_equals_uint64 (found[1].pts, 3);
}

GST_END_TEST;

GST_START_TEST (a_list_that_the_pad_takes_apart_counts_its_buffers)
{
  row_make (1);
  row_bracket ();
  row_start ();
  row_push_list (5);
  row_assert_times (hops[0].visits, 5, 5, 25);
}

GST_END_TEST;

GST_START_TEST (to_count_again_in_a_pad_that_is_not_active_begins_anew)
{
  row_make (1);
  row_bracket ();
  row_start ();
  row_push (1);
  fail_unless (gst_prof_bracket_count (hops[0].bracket) == hops[0].visits);
  row_assert_times (hops[0].visits, 1, 1, 5);
  row_stop ();
  fail_unless (gst_prof_bracket_count (hops[0].bracket) == hops[0].visits);
  row_assert_times (hops[0].visits, 0, 0, 0);
}

GST_END_TEST;

static GstClockTime
get_outside (guint i)
{
  return row_get_times (hops[i].visits).outside;
}

GST_START_TEST (between_its_visits_a_task_is_outside)
{
  row_make (2);
  row_bracket ();
  row_start ();
  row_spend (1000);
  row_push (1);
  assert_equals_uint64 (get_outside (0), 0);
  row_spend (20);
  row_push (2);
  row_spend (30);
  gst_pad_push_event (src, gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
          gst_structure_new_empty ("test")));
  row_spend (40);
  row_push (3);
  assert_equals_uint64 (get_outside (0), 20 + 30 + 40);
  assert_equals_uint64 (get_outside (1), 0);
}

GST_END_TEST;

static gpointer
push_aside (gpointer data)
{
  row_push (7);
  row_spend (500);
  row_push (8);
  return NULL;
}

/* Else a pool's thread would bring along what it did elsewhere. */
GST_START_TEST (who_did_not_come_in_last_was_not_outside_of_it)
{
  row_make (1);
  row_bracket ();
  row_start ();
  row_push (1);
  row_spend (100);
  g_thread_join (g_thread_new ("other", push_aside, NULL));
  assert_equals_uint64 (get_outside (0), 500);
  row_spend (100);
  row_push (2);
  assert_equals_uint64 (get_outside (0), 500);
}

GST_END_TEST;

GST_START_TEST (a_new_stream_is_a_new_run)
{
  row_make (1);
  row_bracket ();
  row_start ();
  row_push (1);
  row_stop ();
  row_spend (100000);
  row_start ();
  row_spend (10);
  row_push (2);
  row_spend (5);
  row_push (3);
  assert_equals_uint64 (get_outside (0), 5);
}

GST_END_TEST;

GST_START_TEST (a_pad_that_was_seen_inactive_begins_a_new_run)
{
  row_make (1);
  gst_pad_set_event_function (hops[0].sink, gst_pad_event_default);
  row_bracket ();
  row_start ();
  row_push (1);
  row_stop ();
  gst_prof_bracket_renew_pad (hops[0].sink);
  row_spend (100000);
  row_start ();
  row_push (2);
  assert_equals_uint64 (get_outside (0), 0);
  gst_pad_set_event_function (hops[0].sink, row_event);
}

GST_END_TEST;

GST_START_TEST (a_pull_counts_what_it_got)
{
  GstProfVisit found[4];
  GstProfBracket *bracket;
  GstProfVisits *visits;

  row_make_pulled ();
  bracket = gst_prof_bracket_add (src);
  visits = gst_prof_bracket_count (bracket);
  row_start_pulling ();
  row_pull (5);
  row_spend (100);
  row_pull (0);
  row_assert_times (visits, 1, 2, 26);
  assert_equals_uint64 (row_get_times (visits).outside, 100);
  assert_equals_int (row_read_all (visits, found, 4), 2);
  assert_equals_uint64 (found[0].pts, 5);
  assert_equals_uint64 (found[0].own, 13);
  assert_equals_uint64 (found[1].pts, NONE);
  row_stop ();
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_GETRANGEFUNC (src) == row_getrange);
}

GST_END_TEST;

#define PULLERS 4
#define PULLS 20000

static gpointer
pull_often (gpointer data)
{
  for (guint i = 0; i < PULLS; i++)
    row_pull (1 + i % 2);
  return NULL;
}

GST_START_TEST (of_several_that_pull_at_once_none_is_lost)
{
  GThread *threads[PULLERS];
  GstProfBracket *bracket;
  GstProfVisits *visits;

  row_make_pulled ();
  bracket = gst_prof_bracket_add (src);
  visits = gst_prof_bracket_count (bracket);
  row_start_pulling ();
  for (guint i = 0; i < PULLERS; i++)
    threads[i] = g_thread_new ("puller", pull_often, NULL);
  for (guint i = 0; i < PULLERS; i++)
    g_thread_join (threads[i]);
  assert_equals_uint64 (row_get_times (visits).buffers, PULLERS * PULLS);
  assert_equals_uint64 (row_get_times (visits).visits, PULLERS * PULLS);
  row_stop ();
  gst_prof_bracket_remove (bracket);
}

GST_END_TEST;

GST_START_TEST (a_pad_keeps_its_count_when_it_is_linked_elsewhere)
{
  GstPad *other = gst_object_ref_sink (gst_pad_new ("other", GST_PAD_SRC));
  GstPad *first = src;
  GstSegment segment;

  row_make (1);
  row_bracket ();
  row_start ();
  row_push (1);
  gst_pad_unlink (src, hops[0].sink);
  assert_equals_int (gst_pad_push (src, gst_buffer_new ()),
      GST_FLOW_NOT_LINKED);
  gst_prof_bracket_renew_pad (hops[0].sink);
  fail_unless (gst_pad_link (other, hops[0].sink) == GST_PAD_LINK_OK);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_set_active (other, TRUE);
  gst_pad_push_event (other, gst_event_new_stream_start ("other"));
  gst_pad_push_event (other, gst_event_new_segment (&segment));
  src = other;
  row_push (2);
  row_assert_times (hops[0].visits, 2, 2, 10);
  row_stop ();
  gst_pad_unlink (other, hops[0].sink);
  gst_object_unref (first);
}

GST_END_TEST;

/* What comes by ghost and proxy pads comes to the pad behind them once. */
GST_START_TEST (a_pad_behind_a_ghost_pad_counts_as_any_other)
{
  GstElement *bin = gst_object_ref_sink (gst_bin_new ("bin"));
  GstElement *inside = gst_element_factory_make ("fakesink", "inside");
  GstPad *target = gst_element_get_static_pad (inside, "sink");
  GstPad *ghost;
  GstProfBracket *bracket;
  GstSegment segment;

  g_object_set (inside, "async", FALSE, "sync", FALSE, NULL);
  gst_bin_add (GST_BIN (bin), inside);
  ghost = gst_ghost_pad_new ("sink", target);
  gst_element_add_pad (bin, ghost);
  fail_unless (gst_pad_link (src, ghost) == GST_PAD_LINK_OK);
  bracket = gst_prof_bracket_add (target);
  gst_prof_bracket_count (bracket);
  assert_equals_string (gst_prof_bracket_get_point (bracket)->name,
      "inside:sink");
  fail_unless (gst_element_set_state (bin, GST_STATE_PLAYING)
      == GST_STATE_CHANGE_SUCCESS);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_set_active (src, TRUE);
  gst_pad_push_event (src, gst_event_new_stream_start ("test"));
  gst_pad_push_event (src, gst_event_new_segment (&segment));
  for (guint i = 0; i < 3; i++)
    row_push (i);
  row_assert_times (gst_prof_bracket_count (bracket), 3, 3, 0);
  gst_pad_set_active (src, FALSE);
  gst_element_set_state (bin, GST_STATE_NULL);
  gst_prof_bracket_remove (bracket);
  gst_pad_unlink (src, ghost);
  gst_object_unref (target);
  ASSERT_OBJECT_REFCOUNT (bin, "bin", 1);
  ASSERT_OBJECT_REFCOUNT (inside, "inside", 1);
  gst_object_unref (bin);
}

GST_END_TEST;

GST_START_TEST (in_a_child_of_a_fork_it_goes_on_counting)
{
  gint status = 0;
  pid_t pid;

  row_make (2);
  row_bracket ();
  row_start ();
  row_push (1);
  pid = fork ();
  fail_unless (pid >= 0);
  if (pid == 0) {
    row_push (2);
    _exit (row_get_times (hops[1].visits).visits == 2
        && row_get_times (hops[1].visits).own == 10 ? 0 : 1);
  }
  fail_unless (waitpid (pid, &status, 0) == pid);
  fail_unless (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  row_push (2);
  row_assert_times (hops[1].visits, 2, 2, 10);
}

GST_END_TEST;

GST_START_TEST (given_back_while_data_flows_it_is_given_back_whole_at_last)
{
  row_make (1);
  row_bracket ();
  row_start ();
  row_push (1);
  gst_prof_bracket_remove (hops[0].bracket);
  row_push (2);
  row_stop ();
  fail_unless (gst_prof_bracket_add (hops[0].sink) == hops[0].bracket);
}

GST_END_TEST;

#define MAX_PADS 16

/* What a pad had before anybody bracketed it. */
typedef struct
{
  GstPad *pad;
  gint refcount;
  gpointer functions[5];
  gpointer data[4];
  GstProfBracket *bracket;
} Before;

static Before befores[MAX_PADS];
static guint n_befores;

static void
look_at_pad (GstPad * pad, Before * before)
{
  const gpointer functions[5] = {
    GST_PAD_CHAINFUNC (pad), GST_PAD_CHAINLISTFUNC (pad),
    GST_PAD_EVENTFUNC (pad), GST_PAD_EVENTFULLFUNC (pad),
    GST_PAD_GETRANGEFUNC (pad),
  };
  const gpointer data[4] = {
    pad->chaindata, pad->chainlistdata, pad->eventdata, pad->getrangedata,
  };

  memcpy (before->functions, functions, sizeof (functions));
  memcpy (before->data, data, sizeof (data));
  before->refcount = GST_OBJECT_REFCOUNT_VALUE (pad);
}

static gboolean
bracket_pad (GstElement * element, GstPad * pad, gpointer user_data)
{
  Before *before = &befores[n_befores++];

  fail_unless (n_befores <= MAX_PADS);
  before->pad = pad;
  look_at_pad (pad, before);
  before->refcount--;           /* who walks through the pads has one */
  before->bracket = gst_prof_bracket_add (pad);
  gst_prof_bracket_count (before->bracket);
  return TRUE;
}

static void
assert_as_before (const Before * before)
{
  Before after;

  gst_object_ref (before->pad);
  gst_prof_bracket_remove (before->bracket);
  gst_object_unref (before->pad);
  look_at_pad (before->pad, &after);
  assert_equals_int (after.refcount, before->refcount);
  for (guint i = 0; i < G_N_ELEMENTS (after.functions); i++)
    fail_unless (after.functions[i] == before->functions[i], "%s:%s has another "
        "function %u", GST_DEBUG_PAD_NAME (before->pad), i);
  for (guint i = 0; i < G_N_ELEMENTS (after.data); i++)
    fail_unless (after.data[i] == before->data[i], "%s:%s has other data %u",
        GST_DEBUG_PAD_NAME (before->pad), i);
  assert_equals_int (before->pad->num_probes, 0);
}

GST_START_TEST (after_a_run_all_pads_are_what_they_were)
{
  GstElement *pipeline = gst_parse_launch ("fakesrc num-buffers=20 ! queue "
      "! tee name=tee ! queue ! identity ! fakesink async=false "
      "tee. ! queue ! fakesink async=false", NULL);
  GstBus *bus = gst_element_get_bus (pipeline);
  GstIterator *elements = gst_bin_iterate_elements (GST_BIN (pipeline));
  GValue item = G_VALUE_INIT;
  guint64 buffers = 0;

  gst_prof_clock_set_func (NULL);
  n_befores = 0;
  while (gst_iterator_next (elements, &item) == GST_ITERATOR_OK) {
    gst_element_foreach_pad (g_value_get_object (&item), bracket_pad, NULL);
    g_value_reset (&item);
  }
  g_value_unset (&item);
  gst_iterator_free (elements);

  for (guint run = 0; run < 3; run++) {
    gst_element_set_state (pipeline, GST_STATE_PLAYING);
    gst_message_unref (gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE,
            GST_MESSAGE_EOS));
    gst_element_set_state (pipeline, GST_STATE_NULL);
  }
  for (guint i = 0; i < n_befores; i++) {
    if (GST_PAD_IS_SINK (befores[i].pad))
      buffers += row_get_times (gst_prof_bracket_get_point
          (befores[i].bracket)->visits).buffers;
    assert_as_before (&befores[i]);
  }
  /* queue, tee, queue, identity, fakesink, queue, fakesink */
  assert_equals_uint64 (buffers, 3 * 20 * 7);
  gst_object_unref (bus);
  ASSERT_OBJECT_REFCOUNT (pipeline, "pipeline", 1);
  gst_object_unref (pipeline);
}

GST_END_TEST;

static Suite *
bracketcount_suite (void)
{
  Suite *s = suite_create ("bracketcount");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, row_setup, row_teardown);
  tcase_add_test (tc, an_elements_own_time_is_without_what_is_downstream);
  tcase_add_test (tc, a_hop_in_a_row_of_100_is_a_hop_in_a_row_of_10);
  tcase_add_test (tc, own_times_are_known_however_deep_elements_nest);
  tcase_add_test (tc, an_event_on_the_way_is_no_time_of_who_sends_it);
  tcase_add_test (tc, an_event_that_is_held_for_long_can_be_read);
  tcase_add_test (tc, a_list_counts_its_buffers);
  tcase_add_test (tc, a_list_that_the_pad_takes_apart_counts_its_buffers);
  tcase_add_test (tc, to_count_again_in_a_pad_that_is_not_active_begins_anew);
  tcase_add_test (tc, between_its_visits_a_task_is_outside);
  tcase_add_test (tc, who_did_not_come_in_last_was_not_outside_of_it);
  tcase_add_test (tc, a_new_stream_is_a_new_run);
  tcase_add_test (tc, a_pad_that_was_seen_inactive_begins_a_new_run);
  tcase_add_test (tc, a_pull_counts_what_it_got);
  tcase_add_test (tc, of_several_that_pull_at_once_none_is_lost);
  tcase_add_test (tc, a_pad_keeps_its_count_when_it_is_linked_elsewhere);
  tcase_add_test (tc, a_pad_behind_a_ghost_pad_counts_as_any_other);
  tcase_add_test (tc, in_a_child_of_a_fork_it_goes_on_counting);
  tcase_add_test (tc,
      given_back_while_data_flows_it_is_given_back_whole_at_last);
  tcase_add_test (tc, after_a_run_all_pads_are_what_they_were);
  return s;
}

GST_CHECK_MAIN (bracketcount);
