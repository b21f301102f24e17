/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The fault element: other tests believe what it says of itself. */

#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>

#include <time.h>

static GstClockTime
monotonic_time (void)
{
  struct timespec ts;

  clock_gettime (CLOCK_MONOTONIC, &ts);
  return GST_TIMESPEC_TO_TIME (ts);
}

static GstBuffer *
new_buffer (guint64 number)
{
  GstBuffer *buffer = gst_buffer_new_memdup (&number, sizeof number);

  GST_BUFFER_PTS (buffer) = number * 33333333;
  return buffer;
}

static guint64
buffer_number (GstBuffer * buffer)
{
  guint64 number = G_MAXUINT64;

  fail_unless_equals_uint64 (gst_buffer_get_size (buffer), sizeof number);
  gst_buffer_extract (buffer, 0, &number, sizeof number);
  return number;
}

/* Pushes buffers 1 to n and checks that exactly "expected" come out. */
static void
push_and_expect (GstHarness * h, guint n, const guint64 * expected, guint n_out)
{
  for (guint i = 1; i <= n; i++)
    fail_unless_equals_int (gst_harness_push (h, new_buffer (i)), GST_FLOW_OK);

  fail_unless_equals_int (gst_harness_buffers_in_queue (h), n_out);
  for (guint i = 0; i < n_out; i++) {
    GstBuffer *buffer = gst_harness_pull (h);

    fail_unless_equals_uint64 (buffer_number (buffer), expected[i]);
    gst_buffer_unref (buffer);
  }
}

static void
assert_counters (GstHarness * h, guint64 buffers, guint64 hits, guint64 dropped)
{
  guint64 got_buffers, got_hits, got_dropped;

  gst_harness_get (h, "fault", "buffers", &got_buffers, "hits", &got_hits,
      "dropped", &got_dropped, NULL);
  fail_unless_equals_uint64 (got_buffers, buffers);
  fail_unless_equals_uint64 (got_hits, hits);
  fail_unless_equals_uint64 (got_dropped, dropped);
}

static GstHarness *
new_harness (const gchar * description)
{
  GstHarness *h = gst_harness_new_parse (description);

  gst_harness_set_src_caps_str (h, "application/x-test");
  return h;
}

GST_START_TEST (without_a_mode_the_same_buffers_come_out)
{
  GstHarness *h = new_harness ("fault delay=1000000000");
  GstBuffer *in = new_buffer (1), *out;

  out = gst_harness_push_and_pull (h, in);
  fail_unless (out == in);
  fail_unless_equals_uint64 (buffer_number (out), 1);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (out), 33333333);
  gst_buffer_unref (out);
  assert_counters (h, 1, 0, 0);
  gst_harness_teardown (h);
}

GST_END_TEST;

static const gchar *const spending_modes[] = { "spin", "sleep", "kernel" };

GST_START_TEST (spent_lies_between_the_delay_and_what_the_caller_measures)
{
  g_autofree gchar *description =
      g_strdup_printf ("fault mode=%s delay=3000000", spending_modes[__i__]);
  GstHarness *h = new_harness (description);
  GstClockTime start, wall, spent, last_spent;
  GstBuffer *in = new_buffer (1), *out;

  start = monotonic_time ();
  out = gst_harness_push_and_pull (h, in);
  wall = monotonic_time () - start;
  fail_unless (out == in);
  fail_unless_equals_uint64 (buffer_number (out), 1);
  gst_buffer_unref (out);

  gst_harness_get (h, "fault", "spent", &spent, "last-spent", &last_spent,
      NULL);
  fail_unless (spent >= 3 * GST_MSECOND);
  fail_unless (spent <= wall);
  fail_unless_equals_uint64 (spent, last_spent);
  gst_harness_teardown (h);
}

GST_END_TEST;

GST_START_TEST (spent_is_the_sum_over_the_buffers)
{
  GstHarness *h = new_harness ("fault mode=sleep delay=1000000");
  GstClockTime sum = 0, spent, last_spent;

  for (guint i = 1; i <= 3; i++) {
    gst_buffer_unref (gst_harness_push_and_pull (h, new_buffer (i)));
    gst_harness_get (h, "fault", "last-spent", &last_spent, NULL);
    sum += last_spent;
  }
  gst_harness_get (h, "fault", "spent", &spent, NULL);
  fail_unless_equals_uint64 (spent, sum);
  gst_harness_teardown (h);
}

GST_END_TEST;

GST_START_TEST (drop_drops_the_only_buffer_and_counts_it)
{
  GstHarness *h = new_harness ("fault mode=drop only-buffer=3");
  const guint64 expected[] = { 1, 2, 4, 5 };

  push_and_expect (h, 5, expected, 4);
  assert_counters (h, 5, 1, 1);
  gst_harness_teardown (h);
}

GST_END_TEST;

GST_START_TEST (count_limits_the_buffers_hit)
{
  GstHarness *h = new_harness ("fault mode=drop count=2");
  const guint64 expected[] = { 3, 4, 5 };

  push_and_expect (h, 5, expected, 3);
  assert_counters (h, 5, 2, 2);
  gst_harness_teardown (h);
}

GST_END_TEST;

GST_START_TEST (before_its_time_nothing_is_hit)
{
  GstHarness *h = new_harness ("fault mode=drop at=3600000000000");
  const guint64 expected[] = { 1, 2 };

  push_and_expect (h, 2, expected, 2);
  assert_counters (h, 2, 0, 0);
  gst_harness_teardown (h);
}

GST_END_TEST;

GST_START_TEST (after_its_time_nothing_is_hit)
{
  /* The first buffer is at 0 and takes longer than the fault lasts. */
  GstHarness *h = new_harness ("fault mode=sleep delay=1000000 duration=1");
  const guint64 expected[] = { 1, 2, 3 };

  push_and_expect (h, 3, expected, 3);
  assert_counters (h, 3, 1, 0);
  gst_harness_teardown (h);
}

GST_END_TEST;

static GstPadProbeReturn
count_probe (GstPad * pad, GstPadProbeInfo * info, gpointer count)
{
  *(guint *) count += 1;
  return GST_PAD_PROBE_OK;
}

GST_START_TEST (a_list_stays_one_list)
{
  GstHarness *h = new_harness ("fault");
  GstBufferList *list = gst_buffer_list_new ();
  guint n_lists = 0, n_buffers = 0;

  /* The harness takes lists apart, so look at the pad before it. */
  gst_pad_add_probe (GST_PAD_PEER (h->sinkpad), GST_PAD_PROBE_TYPE_BUFFER_LIST,
      count_probe, &n_lists, NULL);
  gst_pad_add_probe (GST_PAD_PEER (h->sinkpad), GST_PAD_PROBE_TYPE_BUFFER,
      count_probe, &n_buffers, NULL);
  gst_buffer_list_add (list, new_buffer (1));
  gst_buffer_list_add (list, new_buffer (2));
  fail_unless_equals_int (gst_pad_push_list (h->srcpad, list), GST_FLOW_OK);
  fail_unless_equals_int (n_lists, 1);
  fail_unless_equals_int (n_buffers, 0);
  assert_counters (h, 2, 0, 0);
  gst_harness_teardown (h);
}

GST_END_TEST;

GST_START_TEST (drop_takes_single_buffers_out_of_a_shared_list)
{
  GstHarness *h = new_harness ("fault mode=drop count=2");
  GstBufferList *list = gst_buffer_list_new ();
  const guint64 expected[] = { 3, 4 };

  for (guint i = 1; i <= 4; i++)
    gst_buffer_list_add (list, new_buffer (i));
  gst_buffer_list_ref (list);
  fail_unless_equals_int (gst_pad_push_list (h->srcpad, list), GST_FLOW_OK);
  fail_unless_equals_int (gst_buffer_list_length (list), 4);
  gst_buffer_list_unref (list);

  push_and_expect (h, 0, expected, 2);
  assert_counters (h, 4, 2, 2);
  gst_harness_teardown (h);
}

GST_END_TEST;

GST_START_TEST (a_list_of_which_nothing_is_left_is_not_pushed)
{
  GstHarness *h = new_harness ("fault mode=drop");
  GstBufferList *list = gst_buffer_list_new ();
  guint n_lists = 0;

  gst_pad_add_probe (GST_PAD_PEER (h->sinkpad), GST_PAD_PROBE_TYPE_BUFFER_LIST,
      count_probe, &n_lists, NULL);
  gst_buffer_list_add (list, new_buffer (1));
  gst_buffer_list_add (list, new_buffer (2));
  fail_unless_equals_int (gst_pad_push_list (h->srcpad, list), GST_FLOW_OK);
  fail_unless_equals_int (n_lists, 0);
  assert_counters (h, 2, 2, 2);
  gst_harness_teardown (h);
}

GST_END_TEST;

static void
add_to_clock (GstElement * fault, guint64 delay, gpointer clock)
{
  *(GstClockTime *) clock += delay;
}

GST_START_TEST (advance_moves_a_clock_of_the_test_and_takes_no_time)
{
  GstHarness *h =
      new_harness ("fault mode=advance delay=42000000 only-buffer=2");
  GstElement *fault = gst_harness_find_element (h, "fault");
  GstClockTime clock = 1000, spent;
  const guint64 expected[] = { 1, 2, 3 };

  g_signal_connect (fault, "advance", G_CALLBACK (add_to_clock), &clock);
  push_and_expect (h, 3, expected, 3);
  fail_unless_equals_uint64 (clock, 42001000);
  g_object_get (fault, "spent", &spent, NULL);
  fail_unless_equals_uint64 (spent, 42000000);
  gst_object_unref (fault);
  gst_harness_teardown (h);
}

GST_END_TEST;

static void
assert_info (GstBus * bus, const gchar * expected)
{
  GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_INFO);
  g_autoptr (GError) error = NULL;

  fail_unless (message != NULL, "no message \"%s\"", expected);
  gst_message_parse_info (message, &error, NULL);
  fail_unless_equals_string (error->message, expected);
  gst_message_unref (message);
}

GST_START_TEST (begin_and_end_are_announced_once)
{
  GstHarness *h = new_harness ("fault mode=drop only-buffer=2 "
      "delay=2500000000 announce=\"lost frame\"");
  GstElement *fault = gst_harness_find_element (h, "fault");
  GstBus *bus = gst_bus_new ();
  const guint64 expected[] = { 1, 3, 4 };

  gst_element_set_bus (fault, bus);
  push_and_expect (h, 4, expected, 3);
  assert_info (bus, "lost frame begins (2.5 s)");
  assert_info (bus, "lost frame ends");
  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_INFO) == NULL);

  gst_element_set_bus (fault, NULL);
  gst_object_unref (bus);
  gst_object_unref (fault);
  gst_harness_teardown (h);
}

GST_END_TEST;

GST_START_TEST (eos_ends_a_fault_that_lasts)
{
  GstHarness *h = new_harness ("fault mode=drop announce=loss");
  GstElement *fault = gst_harness_find_element (h, "fault");
  GstBus *bus = gst_bus_new ();

  gst_element_set_bus (fault, bus);
  push_and_expect (h, 1, NULL, 0);
  assert_info (bus, "loss begins");
  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_INFO) == NULL);
  fail_unless (gst_harness_push_event (h, gst_event_new_eos ()));
  assert_info (bus, "loss ends");

  gst_element_set_bus (fault, NULL);
  gst_object_unref (bus);
  gst_object_unref (fault);
  gst_harness_teardown (h);
}

GST_END_TEST;

GST_START_TEST (a_restart_counts_anew)
{
  GstHarness *h = new_harness ("fault mode=drop count=1");
  GstElement *fault = gst_harness_find_element (h, "fault");

  push_and_expect (h, 1, NULL, 0);
  assert_counters (h, 1, 1, 1);
  gst_element_set_state (fault, GST_STATE_READY);
  gst_element_set_state (fault, GST_STATE_PLAYING);
  assert_counters (h, 0, 0, 0);
  gst_object_unref (fault);
  gst_harness_teardown (h);
}

GST_END_TEST;

/* The process ends; what follows the push is never reached. */
static void
push_one (const gchar * mode)
{
  GstHarness *h = gst_harness_new ("fault");

  gst_harness_set_src_caps_str (h, "application/x-test");
  gst_util_set_object_arg (G_OBJECT (h->element), "mode", mode);
  gst_harness_push (h, new_buffer (1));
}

#ifndef __SANITIZE_ADDRESS__
GST_START_TEST (segfault_ends_by_its_signal)
{
  push_one ("segfault");
}

GST_END_TEST;
#endif

GST_START_TEST (abort_ends_by_its_signal)
{
  push_one ("abort");
}

GST_END_TEST;

GST_START_TEST (exit_ends_with_its_status)
{
  push_one ("exit");
}

GST_END_TEST;

static Suite *
fault_suite (void)
{
  Suite *suite = suite_create ("fault");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, without_a_mode_the_same_buffers_come_out);
  tcase_add_loop_test (tcase,
      spent_lies_between_the_delay_and_what_the_caller_measures, 0,
      G_N_ELEMENTS (spending_modes));
  tcase_add_test (tcase, spent_is_the_sum_over_the_buffers);
  tcase_add_test (tcase, drop_drops_the_only_buffer_and_counts_it);
  tcase_add_test (tcase, count_limits_the_buffers_hit);
  tcase_add_test (tcase, before_its_time_nothing_is_hit);
  tcase_add_test (tcase, after_its_time_nothing_is_hit);
  tcase_add_test (tcase, a_list_stays_one_list);
  tcase_add_test (tcase, drop_takes_single_buffers_out_of_a_shared_list);
  tcase_add_test (tcase, a_list_of_which_nothing_is_left_is_not_pushed);
  tcase_add_test (tcase, advance_moves_a_clock_of_the_test_and_takes_no_time);
  tcase_add_test (tcase, begin_and_end_are_announced_once);
  tcase_add_test (tcase, eos_ends_a_fault_that_lasts);
  tcase_add_test (tcase, a_restart_counts_anew);
#ifndef __SANITIZE_ADDRESS__
  /* which handles the signal itself */
  tcase_add_test_raise_signal (tcase, segfault_ends_by_its_signal, SIGSEGV);
#endif
  tcase_add_test_raise_signal (tcase, abort_ends_by_its_signal, SIGABRT);
  tcase_add_exit_test (tcase, exit_ends_with_its_status, 3);
  return suite;
}

GST_CHECK_MAIN (fault);
