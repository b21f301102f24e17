/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofspanorder.h>

static void
push (GstProfSpanOrder * order, guint64 sequence)
{
  GstProfSpan span = GST_PROF_SPAN_INIT;

  span.sequence = sequence;
  gst_prof_span_order_push (order, &span);
}

static void
expect (GstProfSpanOrder * order, guint64 sequence)
{
  GstProfSpan span;

  fail_unless (gst_prof_span_order_pop (order, &span));
  fail_unless_equals_uint64 (span.sequence, sequence);
  gst_prof_span_clear (&span);
}

static void
expect_none (GstProfSpanOrder * order)
{
  GstProfSpan span;

  fail_if (gst_prof_span_order_pop (order, &span));
}

GST_START_TEST (spans_in_order_pass_at_once)
{
  GstProfSpanOrder *order = gst_prof_span_order_new ();

  for (guint i = 1; i <= 200; i++) {
    push (order, i);
    expect (order, i);
    expect_none (order);
  }
  gst_prof_span_order_free (order);
}

GST_END_TEST;

GST_START_TEST (a_span_that_was_overtaken_comes_first)
{
  GstProfSpanOrder *order = gst_prof_span_order_new ();

  push (order, 3);
  push (order, 2);
  push (order, 4);
  expect_none (order);
  push (order, 1);
  for (guint i = 1; i <= 4; i++)
    expect (order, i);
  expect_none (order);
  gst_prof_span_order_free (order);
}

GST_END_TEST;

GST_START_TEST (a_span_that_never_comes_is_waited_for_no_longer_than_the_bound)
{
  GstProfSpanOrder *order = gst_prof_span_order_new ();
  guint i;

  for (i = 2; i <= GST_PROF_SPAN_ORDER_MAX_HELD; i++) {
    push (order, i);
    expect_none (order);
  }
  push (order, i);
  for (guint k = 2; k <= i; k++)
    expect (order, k);
  push (order, i + 1);
  expect (order, i + 1);
  gst_prof_span_order_free (order);
}

GST_END_TEST;

GST_START_TEST (who_comes_late_begins_with_what_comes)
{
  GstProfSpanOrder *order = gst_prof_span_order_new ();

  push (order, 5000);
  expect (order, 5000);
  push (order, 5002);
  expect_none (order);
  push (order, 5001);
  expect (order, 5001);
  expect (order, 5002);
  gst_prof_span_order_free (order);
}

GST_END_TEST;

GST_START_TEST (another_element_that_begins_with_1_is_not_held_up)
{
  GstProfSpanOrder *order = gst_prof_span_order_new ();

  push (order, 5000);
  expect (order, 5000);
  push (order, 1);
  expect (order, 1);
  push (order, 5001);
  expect (order, 5001);
  gst_prof_span_order_free (order);
}

GST_END_TEST;

GST_START_TEST (a_flush_gives_out_what_waits_and_then_whatever_comes)
{
  GstProfSpanOrder *order = gst_prof_span_order_new ();

  push (order, 3);
  push (order, 5);
  expect_none (order);
  gst_prof_span_order_flush (order);
  expect (order, 3);
  expect (order, 5);
  push (order, 9);
  expect (order, 9);
  push (order, 11);
  expect_none (order);
  push (order, 10);
  expect (order, 10);
  expect (order, 11);
  gst_prof_span_order_free (order);
}

GST_END_TEST;

static Suite *
spanorder_suite (void)
{
  Suite *suite = suite_create ("spanorder");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, spans_in_order_pass_at_once);
  tcase_add_test (tcase, a_span_that_was_overtaken_comes_first);
  tcase_add_test (tcase,
      a_span_that_never_comes_is_waited_for_no_longer_than_the_bound);
  tcase_add_test (tcase, who_comes_late_begins_with_what_comes);
  tcase_add_test (tcase, another_element_that_begins_with_1_is_not_held_up);
  tcase_add_test (tcase, a_flush_gives_out_what_waits_and_then_whatever_comes);
  return suite;
}

GST_CHECK_MAIN (spanorder);
