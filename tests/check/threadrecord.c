/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The thread record: how a thread's time is split between nested stages. */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofclock.h>
#include <gst/prof/gstprofthreadrecord.h>

typedef struct
{
  GstProfThreadClient client;
  const gchar *name;
  gint refs;
  guint dropped;
  guint delivered;
  GstClockTime own;             /* of the span that was delivered last */
  GstClockTime total;
  GstProfSpanFlags flags;
  void (*on_deliver) (void);
} Stage;

/* Names in order of delivery */
static GString *order;

static void
stage_deliver (GstProfThreadClient * client, const GstProfSpan * span)
{
  Stage *stage = (Stage *) client;

  stage->delivered++;
  stage->own = span->own;
  stage->total += span->own;
  stage->flags = span->flags;
  g_string_append (order, stage->name);
  if (stage->on_deliver)
    stage->on_deliver ();
}

static void
stage_drop (GstProfThreadClient * client)
{
  ((Stage *) client)->dropped++;
}

static void
stage_ref (GstProfThreadClient * client)
{
  ((Stage *) client)->refs++;
}

static void
stage_unref (GstProfThreadClient * client)
{
  ((Stage *) client)->refs--;
}

#define STAGE(id) \
    { { stage_deliver, stage_drop, stage_ref, stage_unref }, #id }

static Stage a, b, c;
static GstProfThreadRecord *record;

static void
setup (void)
{
  const Stage fresh[] = { STAGE (a), STAGE (b), STAGE (c) };

  a = fresh[0];
  b = fresh[1];
  c = fresh[2];
  order = g_string_new (NULL);
  record = gst_prof_thread_record_get ();
}

static void
teardown (void)
{
  fail_unless_equals_int (gst_prof_thread_record_get_depth (record), 0);
  fail_unless_equals_int (a.refs, 0);
  fail_unless_equals_int (b.refs, 0);
  fail_unless_equals_int (c.refs, 0);
  g_string_free (order, TRUE);
}

static GstProfSpan *
enter (Stage * stage, GstClockTime now)
{
  GstProfSpan *span = gst_prof_thread_record_prepare (record, &stage->client);

  gst_prof_thread_record_enter (record, now);
  return span;
}

static GstProfSpan *
leave (GstClockTime now)
{
  GstProfSpan *span = gst_prof_thread_record_leave (record, now);

  gst_prof_thread_record_settle (record);
  return span;
}

static void
push (Stage * stage, GstClockTime now)
{
  gst_prof_thread_record_enter_outside (record, &stage->client, now);
}

static void
back (GstClockTime now)
{
  gst_prof_thread_record_leave_outside (record, now);
  gst_prof_thread_record_settle (record);
}

GST_START_TEST (own_time_excludes_the_push_downstream)
{
  enter (&a, 100);
  push (&a, 130);
  back (180);
  leave (200);

  fail_unless_equals_int (a.delivered, 1);
  fail_unless_equals_uint64 (a.own, 50);
}

GST_END_TEST;

GST_START_TEST (stages_in_a_row_get_each_their_own)
{
  enter (&a, 0);
  push (&a, 10);
  enter (&b, 15);
  push (&b, 35);
  enter (&c, 36);
  leave (66);
  back (70);
  leave (100);
  back (101);
  leave (105);

  fail_unless_equals_uint64 (a.own, 14);
  fail_unless_equals_uint64 (b.own, 50);
  fail_unless_equals_uint64 (c.own, 30);
}

GST_END_TEST;

GST_START_TEST (a_stage_inside_another_is_charged_alone)
{
  enter (&a, 0);
  enter (&b, 10);
  push (&b, 40);                /* back in what is left of a */
  push (&a, 45);                /* out of both */
  back (95);
  back (100);
  leave (110);
  leave (113);

  fail_unless_equals_uint64 (a.own, 10 + 5 + 5 + 3);
  fail_unless_equals_uint64 (b.own, 30 + 10);
  fail_unless_equals_int (a.flags, 0);
  fail_unless_equals_int (b.flags, GST_PROF_SPAN_FLAG_NESTED);
}

GST_END_TEST;

GST_START_TEST (a_stage_behind_a_queue_has_no_span_and_charges_nobody)
{
  push (&a, 0);
  enter (&b, 10);
  leave (30);
  back (50);

  fail_unless_equals_int (a.delivered, 0);
  fail_unless_equals_uint64 (b.own, 20);
}

GST_END_TEST;

GST_START_TEST (own_times_never_exceed_the_wall_time)
{
  /* The same stage twice on one thread */
  enter (&a, 0);
  enter (&a, 10);
  push (&a, 20);
  enter (&b, 20);
  leave (30);
  back (30);
  leave (40);
  leave (50);

  fail_unless_equals_int (a.delivered, 2);
  fail_unless_equals_uint64 (a.total + b.total, 50);
  fail_unless_equals_uint64 (b.total, 10);
}

GST_END_TEST;

GST_START_TEST (spans_come_in_order_of_entry_when_no_bracket_is_open)
{
  enter (&a, 0);
  push (&a, 1);
  enter (&b, 2);
  leave (3);
  enter (&c, 4);
  leave (5);
  fail_unless_equals_string (order->str, "");
  back (6);
  fail_unless_equals_string (order->str, "");
  leave (7);
  fail_unless_equals_string (order->str, "abc");
}

GST_END_TEST;

GST_START_TEST (a_span_added_is_delivered_behind_the_one_it_came_out_of)
{
  enter (&a, 0);
  gst_prof_thread_record_add (record, &b.client)->stage = NULL;
  leave (1);
  fail_unless_equals_string (order->str, "ab");
}

GST_END_TEST;

GST_START_TEST (a_discarded_span_is_not_delivered_and_keeps_its_time)
{
  enter (&a, 0);
  enter (&b, 10);
  gst_prof_thread_record_discard (record,
      gst_prof_thread_record_leave (record, 30));
  leave (50);

  fail_unless_equals_string (order->str, "a");
  fail_unless_equals_uint64 (a.own, 30);
}

GST_END_TEST;

GST_START_TEST (get_last_finds_what_is_closed_and_not_delivered)
{
  GstProfSpan *first, *second;

  enter (&b, 0);
  push (&b, 0);
  enter (&a, 0);
  first = gst_prof_thread_record_leave (record, 1);
  enter (&c, 2);
  leave (3);
  enter (&a, 4);
  second = gst_prof_thread_record_leave (record, 5);
  fail_unless (gst_prof_thread_record_get_last (record, &a.client,
          second) == first);
  fail_unless (gst_prof_thread_record_get_last (record, &a.client,
          first) == NULL);
  fail_unless (gst_prof_thread_record_get_last (record, &b.client,
          second) == NULL);
  back (6);
  leave (7);
}

GST_END_TEST;

GST_START_TEST (too_deep_a_nesting_is_dropped_and_counted)
{
  const guint depth = GST_PROF_THREAD_RECORD_DEPTH + 36;

  for (guint i = 0; i < depth; i++)
    enter (&a, i);
  for (guint i = 0; i < depth; i++)
    leave (depth + i);

  fail_unless_equals_int (a.delivered, GST_PROF_THREAD_RECORD_DEPTH);
  fail_unless_equals_int (a.dropped, 36);
  enter (&b, 1000);
  leave (1010);
  fail_unless_equals_uint64 (b.own, 10);
}

GST_END_TEST;

GST_START_TEST (more_spans_than_a_thread_holds_are_dropped_and_counted)
{
  enter (&a, 0);
  push (&a, 0);
  for (guint i = 0; i < GST_PROF_THREAD_RECORD_SPANS + 100; i++) {
    GstProfSpan *span = gst_prof_thread_record_prepare (record, &b.client);

    span->stage = g_ref_string_new_intern ("b");
    gst_prof_thread_record_enter (record, 10 * i);
    leave (10 * i + 1);
  }
  back (20000);
  leave (20005);

  fail_unless_equals_int (a.delivered, 1);
  fail_unless_equals_uint64 (a.own, 5);
  fail_unless_equals_int (b.delivered, GST_PROF_THREAD_RECORD_SPANS - 1);
  fail_unless_equals_int (b.dropped, 101);
}

GST_END_TEST;

static void
push_from_deliver (void)
{
  a.on_deliver = NULL;
  enter (&b, 100);
  leave (140);
}

GST_START_TEST (whoever_takes_a_span_may_push_a_buffer_of_its_own)
{
  a.on_deliver = push_from_deliver;
  enter (&a, 0);
  leave (10);
  fail_unless_equals_string (order->str, "ab");
  fail_unless_equals_uint64 (b.own, 40);
}

GST_END_TEST;

static GstClockTime
clock_at_500 (void)
{
  return 500;
}

GST_START_TEST (a_flush_delivers_what_is_closed_under_open_brackets)
{
  gst_prof_clock_set_func (clock_at_500);
  enter (&a, 0);
  push (&a, 100);
  enter (&b, 200);
  leave (250);
  gst_prof_thread_record_flush ();
  fail_unless_equals_string (order->str, "b");
  back (600);
  leave (700);
  fail_unless_equals_string (order->str, "ba");
  fail_unless_equals_uint64 (a.own, 200);
}

GST_END_TEST;

GST_START_TEST (a_span_that_stands_is_closed_by_its_loop)
{
  _Atomic guint epoch = 7;

  enter (&a, 0);
  fail_unless (gst_prof_thread_record_stand (record, &epoch));
  fail_unless (gst_prof_thread_record_is_standing (record));
  push (&a, 10);
  enter (&b, 20);
  leave (25);
  back (30);
  fail_unless_equals_string (order->str, "");
  leave (40);
  fail_unless (!gst_prof_thread_record_is_standing (record));
  fail_unless_equals_string (order->str, "ab");
  fail_unless_equals_uint64 (a.own, 20);
}

GST_END_TEST;

GST_START_TEST (a_thread_that_comes_back_for_others_inherits_no_bracket)
{
  _Atomic guint epoch = 7;

  enter (&a, 0);
  fail_unless (gst_prof_thread_record_stand (record, &epoch));
  epoch++;                      /* the loop has been ended */

  enter (&b, 1000);
  push (&b, 1010);
  back (1020);
  leave (1025);
  fail_unless_equals_string (order->str, "b");
  fail_unless_equals_uint64 (b.own, 15);
  fail_unless_equals_int (b.flags, 0);
}

GST_END_TEST;

GST_START_TEST (a_push_by_others_after_a_stale_bracket_charges_nobody)
{
  _Atomic guint epoch = 7;

  enter (&a, 0);
  fail_unless (gst_prof_thread_record_stand (record, &epoch));
  epoch++;

  push (&b, 1000);
  enter (&c, 1001);
  leave (1002);
  back (1010);
  fail_unless_equals_string (order->str, "c");
  fail_unless_equals_uint64 (c.own, 1);
}

GST_END_TEST;

GST_START_TEST (a_loop_ended_during_its_push_unwinds_and_is_forgotten)
{
  _Atomic guint epoch = 7;

  enter (&a, 0);
  fail_unless (gst_prof_thread_record_stand (record, &epoch));
  push (&a, 10);
  epoch++;                      /* by another thread */
  enter (&b, 20);
  leave (25);
  back (30);
  fail_unless_equals_string (order->str, "");

  fail_if (gst_prof_thread_record_is_standing (record));
  fail_unless_equals_string (order->str, "b");
  enter (&c, 1000);
  leave (1003);
  fail_unless_equals_string (order->str, "bc");
  fail_unless_equals_uint64 (c.own, 3);
}

GST_END_TEST;

GST_START_TEST (only_the_outermost_span_can_stand)
{
  _Atomic guint epoch = 0;

  enter (&a, 0);
  enter (&b, 0);
  fail_if (gst_prof_thread_record_stand (record, &epoch));
  leave (1);
  leave (2);
}

GST_END_TEST;

static gpointer
other_thread (gpointer data)
{
  GstProfThreadRecord *other = gst_prof_thread_record_get ();
  _Atomic guint *epoch = data;

  fail_unless (other != record);
  gst_prof_thread_record_prepare (other, &b.client);
  gst_prof_thread_record_enter (other, 10);
  gst_prof_thread_record_stand (other, epoch);
  return NULL;
}

GST_START_TEST (each_thread_has_its_own_and_lets_go_of_it_at_its_end)
{
  _Atomic guint epoch = 0;

  enter (&a, 0);
  g_thread_join (g_thread_new ("other", other_thread, &epoch));
  leave (100);
  fail_unless_equals_uint64 (a.own, 100);
  fail_unless_equals_int (b.delivered, 0);
}

GST_END_TEST;

static Suite *
threadrecord_suite (void)
{
  Suite *suite = suite_create ("threadrecord");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, own_time_excludes_the_push_downstream);
  tcase_add_test (tcase, stages_in_a_row_get_each_their_own);
  tcase_add_test (tcase, a_stage_inside_another_is_charged_alone);
  tcase_add_test (tcase, a_stage_behind_a_queue_has_no_span_and_charges_nobody);
  tcase_add_test (tcase, own_times_never_exceed_the_wall_time);
  tcase_add_test (tcase, spans_come_in_order_of_entry_when_no_bracket_is_open);
  tcase_add_test (tcase,
      a_span_added_is_delivered_behind_the_one_it_came_out_of);
  tcase_add_test (tcase, a_discarded_span_is_not_delivered_and_keeps_its_time);
  tcase_add_test (tcase, get_last_finds_what_is_closed_and_not_delivered);
  tcase_add_test (tcase, too_deep_a_nesting_is_dropped_and_counted);
  tcase_add_test (tcase,
      more_spans_than_a_thread_holds_are_dropped_and_counted);
  tcase_add_test (tcase, whoever_takes_a_span_may_push_a_buffer_of_its_own);
  tcase_add_test (tcase, a_flush_delivers_what_is_closed_under_open_brackets);
  tcase_add_test (tcase, a_span_that_stands_is_closed_by_its_loop);
  tcase_add_test (tcase,
      a_thread_that_comes_back_for_others_inherits_no_bracket);
  tcase_add_test (tcase,
      a_push_by_others_after_a_stale_bracket_charges_nobody);
  tcase_add_test (tcase,
      a_loop_ended_during_its_push_unwinds_and_is_forgotten);
  tcase_add_test (tcase, only_the_outermost_span_can_stand);
  tcase_add_test (tcase,
      each_thread_has_its_own_and_lets_go_of_it_at_its_end);
  return suite;
}

GST_CHECK_MAIN (threadrecord);
