/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofarrivals.h>

#define MS GST_MSECOND

static GstProfArrivals *
new_playing (void)
{
  GstProfArrivals *arrivals = gst_prof_arrivals_new ();

  gst_prof_arrivals_set_playing (arrivals, TRUE, 0);
  return arrivals;
}

/* A span on thread 1, of the stream "v". */
static gboolean
push_full (GstProfArrivals * arrivals, const gchar * stage, GstClockTime enter,
    GstClockTime leave, GstClockTime own, GstProfSpanFlags flags,
    GstProfArrival * arrival)
{
  GstProfSpan span = GST_PROF_SPAN_INIT;
  gboolean ret;

  span.stage = g_ref_string_new (stage);
  span.stream_id = g_ref_string_new ("v");
  span.thread_id = 1;
  span.enter = enter;
  span.leave = leave;
  span.own = own;
  span.flags = flags;
  ret = gst_prof_arrivals_push (arrivals, &span, "normalize", arrival);
  gst_prof_span_clear (&span);
  return ret;
}

static gboolean
push (GstProfArrivals * arrivals, GstClockTime enter, GstClockTime leave,
    GstProfArrival * arrival)
{
  return push_full (arrivals, "normalize", enter, leave, leave - enter, 0,
      arrival);
}

GST_START_TEST (test_interval_is_from_entry_to_entry)
{
  g_autoptr (GstProfArrivals) arrivals = new_playing ();
  GstProfArrival arrival;

  fail_if (push (arrivals, 100 * MS, 110 * MS, &arrival));
  fail_unless (push (arrivals, 133 * MS, 140 * MS, &arrival));
  assert_equals_uint64 (arrival.start, 100 * MS);
  assert_equals_uint64 (arrival.interval, 33 * MS);
  assert_equals_uint64 (arrival.waited, 23 * MS);
}

GST_END_TEST;

GST_START_TEST (test_frame_that_comes_before_the_last_left_has_not_been_waited_for)
{
  g_autoptr (GstProfArrivals) arrivals = new_playing ();
  GstProfArrival arrival;

  push (arrivals, 100 * MS, 150 * MS, &arrival);
  fail_unless (push (arrivals, 140 * MS, 160 * MS, &arrival));
  assert_equals_uint64 (arrival.interval, 40 * MS);
  assert_equals_uint64 (arrival.waited, 0);
}

GST_END_TEST;

GST_START_TEST (test_other_stages_and_other_spans_are_no_arrivals)
{
  static const GstProfSpanFlags none[] = {
    GST_PROF_SPAN_FLAG_DRAIN, GST_PROF_SPAN_FLAG_OUTPUT,
    GST_PROF_SPAN_FLAG_HEADER, GST_PROF_SPAN_FLAG_NOT_VIDEO,
    GST_PROF_SPAN_FLAG_MUXED,
  };
  g_autoptr (GstProfArrivals) arrivals = new_playing ();
  GstProfArrival arrival;

  push (arrivals, 100 * MS, 110 * MS, &arrival);
  fail_if (push_full (arrivals, "encode", 120 * MS, 130 * MS, 10 * MS, 0,
          &arrival));
  for (guint i = 0; i < G_N_ELEMENTS (none); i++)
    fail_if (push_full (arrivals, "normalize", 120 * MS, 130 * MS, 10 * MS,
            none[i], &arrival));
  fail_unless (push (arrivals, 133 * MS, 140 * MS, &arrival));
  assert_equals_uint64 (arrival.interval, 33 * MS);
}

GST_END_TEST;

GST_START_TEST (test_flush_ends_the_interval)
{
  g_autoptr (GstProfArrivals) arrivals = new_playing ();
  GstProfArrival arrival;

  push (arrivals, 100 * MS, 110 * MS, &arrival);
  fail_if (push_full (arrivals, "normalize", 9000 * MS, 9010 * MS, 10 * MS,
          GST_PROF_SPAN_FLAG_RESET, &arrival));
  fail_unless (push (arrivals, 9033 * MS, 9040 * MS, &arrival));
  assert_equals_uint64 (arrival.interval, 33 * MS);
}

GST_END_TEST;

GST_START_TEST (test_preroll_begins_and_ends_no_interval)
{
  g_autoptr (GstProfArrivals) arrivals = new_playing ();
  GstProfArrival arrival;

  push (arrivals, 100 * MS, 110 * MS, &arrival);
  fail_if (push_full (arrivals, "normalize", 500 * MS, 2500 * MS, 2000 * MS,
          GST_PROF_SPAN_FLAG_PREROLL, &arrival));
  fail_if (push (arrivals, 2533 * MS, 2540 * MS, &arrival));
  fail_unless (push (arrivals, 2566 * MS, 2570 * MS, &arrival));
}

GST_END_TEST;

GST_START_TEST (test_interval_with_a_pause_in_it_does_not_count)
{
  g_autoptr (GstProfArrivals) arrivals = new_playing ();
  GstProfArrival arrival;

  push (arrivals, 100 * MS, 110 * MS, &arrival);
  gst_prof_arrivals_set_playing (arrivals, FALSE, 120 * MS);
  gst_prof_arrivals_set_playing (arrivals, TRUE, 5000 * MS);
  fail_if (push (arrivals, 5010 * MS, 5020 * MS, &arrival));
  fail_unless (push (arrivals, 5043 * MS, 5050 * MS, &arrival));
}

GST_END_TEST;

GST_START_TEST (test_interval_before_a_pause_counts_when_told_after_it)
{
  g_autoptr (GstProfArrivals) arrivals = new_playing ();
  GstProfArrival arrival;

  push (arrivals, 100 * MS, 110 * MS, &arrival);
  gst_prof_arrivals_set_playing (arrivals, FALSE, 450 * MS);
  fail_unless (push (arrivals, 400 * MS, 440 * MS, &arrival));
  fail_if (push (arrivals, 460 * MS, 470 * MS, &arrival));
}

GST_END_TEST;

GST_START_TEST (test_nothing_counts_before_playing)
{
  g_autoptr (GstProfArrivals) arrivals = gst_prof_arrivals_new ();
  GstProfArrival arrival;

  push (arrivals, 100 * MS, 110 * MS, &arrival);
  fail_if (push (arrivals, 400 * MS, 440 * MS, &arrival));
}

GST_END_TEST;

GST_START_TEST (test_loss_ends_the_interval)
{
  g_autoptr (GstProfArrivals) arrivals = new_playing ();
  GstProfArrival arrival;

  push (arrivals, 100 * MS, 110 * MS, &arrival);
  gst_prof_arrivals_note_loss (arrivals);
  fail_if (push (arrivals, 9000 * MS, 9010 * MS, &arrival));
}

GST_END_TEST;

/* normalize 4 ms, encode 40 ms, 6 ms in elements that are no stages, then
 * 18.65 s outside. */
GST_START_TEST (test_split_subtracts_our_stages_on_the_thread)
{
  g_autoptr (GstProfArrivals) arrivals = new_playing ();
  GstProfArrival arrival;
  GstProfLedger ledger;
  GstClockTime processing;

  push (arrivals, 60 * MS, 70 * MS, &arrival);
  push_full (arrivals, "encode", 104 * MS, 145 * MS, 40 * MS, 0, &arrival);
  push_full (arrivals, "normalize", 100 * MS, 150 * MS, 4 * MS, 0, &arrival);
  fail_unless (push (arrivals, 18800 * MS, 18810 * MS, &arrival));

  gst_prof_arrivals_split (arrivals, &arrival, &ledger, &processing);
  assert_equals_uint64 (ledger.wall, 18700 * MS);
  assert_equals_uint64 (processing, 44 * MS);
  assert_equals_uint64 (gst_prof_ledger_get (&ledger, "normalize"), 4 * MS);
  assert_equals_uint64 (gst_prof_ledger_get (&ledger, "encode"), 40 * MS);
  assert_equals_uint64 (gst_prof_ledger_get (&ledger, "downstream"), 6 * MS);
  assert_equals_uint64 (gst_prof_ledger_get (&ledger, "upstream"), 18650 * MS);
  assert_equals_uint64 (gst_prof_ledger_get (&ledger, "unknown"), 0);
}

GST_END_TEST;

GST_START_TEST (test_interval_after_the_first_frame_is_split)
{
  g_autoptr (GstProfArrivals) arrivals = new_playing ();
  GstProfArrival arrival;
  GstProfLedger ledger;
  GstClockTime processing;

  /* Whether what is nested comes first or last. */
  push_full (arrivals, "encode", 104 * MS, 145 * MS, 40 * MS, 0, &arrival);
  push_full (arrivals, "normalize", 100 * MS, 400 * MS, 4 * MS, 0, &arrival);
  push_full (arrivals, "write", 146 * MS, 147 * MS, 1 * MS,
      GST_PROF_SPAN_FLAG_HEADER, &arrival);
  fail_unless (push (arrivals, 500 * MS, 510 * MS, &arrival));

  gst_prof_arrivals_split (arrivals, &arrival, &ledger, &processing);
  assert_equals_uint64 (processing, 45 * MS);
  assert_equals_uint64 (gst_prof_ledger_get (&ledger, "downstream"), 255 * MS);
  assert_equals_uint64 (gst_prof_ledger_get (&ledger, "upstream"), 100 * MS);
  assert_equals_uint64 (gst_prof_ledger_get (&ledger, "unknown"), 0);
}

GST_END_TEST;

GST_START_TEST (test_split_leaves_other_threads_out)
{
  g_autoptr (GstProfArrivals) arrivals = new_playing ();
  GstProfSpan other = GST_PROF_SPAN_INIT;
  GstProfArrival arrival;
  GstProfLedger ledger;
  GstClockTime processing;

  push (arrivals, 60 * MS, 70 * MS, &arrival);
  push (arrivals, 100 * MS, 110 * MS, &arrival);
  other.stage = g_ref_string_new ("write");
  other.thread_id = 2;
  other.enter = 120 * MS;
  other.leave = 320 * MS;
  other.own = 200 * MS;
  gst_prof_arrivals_push (arrivals, &other, "normalize", &arrival);
  fail_unless (push (arrivals, 400 * MS, 410 * MS, &arrival));

  gst_prof_arrivals_split (arrivals, &arrival, &ledger, &processing);
  assert_equals_uint64 (processing, 10 * MS);
  assert_equals_uint64 (gst_prof_ledger_get (&ledger, "write"), 0);
  assert_equals_uint64 (gst_prof_ledger_get (&ledger, "upstream"), 290 * MS);
  gst_prof_span_clear (&other);
}

GST_END_TEST;

GST_START_TEST (test_split_counts_our_stages_outside_of_the_first)
{
  g_autoptr (GstProfArrivals) arrivals = new_playing ();
  GstProfArrival arrival;
  GstProfLedger ledger;
  GstClockTime processing;

  push (arrivals, 60 * MS, 70 * MS, &arrival);
  push (arrivals, 100 * MS, 110 * MS, &arrival);
  push_full (arrivals, "overlay", 120 * MS, 220 * MS, 100 * MS,
      GST_PROF_SPAN_FLAG_NOT_VIDEO, &arrival);
  fail_unless (push (arrivals, 400 * MS, 410 * MS, &arrival));

  gst_prof_arrivals_split (arrivals, &arrival, &ledger, &processing);
  assert_equals_uint64 (processing, 110 * MS);
  assert_equals_uint64 (gst_prof_ledger_get (&ledger, "upstream"), 190 * MS);
  assert_equals_uint64 (gst_prof_ledger_get (&ledger, "unknown"), 0);
}

GST_END_TEST;

GST_START_TEST (test_what_is_not_remembered_stays_unknown)
{
  g_autoptr (GstProfArrivals) arrivals = new_playing ();
  GstProfArrival arrival;
  GstProfLedger ledger;
  GstClockTime processing;

  push (arrivals, 60 * MS, 70 * MS, &arrival);
  push_full (arrivals, "normalize", 100 * MS, 3000 * MS, 10 * MS, 0, &arrival);
  for (guint i = 0; i < 2000; i++)
    push_full (arrivals, "write", (110 + i) * MS, (111 + i) * MS, 1 * MS, 0,
        &arrival);
  fail_unless (push (arrivals, 4000 * MS, 4010 * MS, &arrival));

  gst_prof_arrivals_split (arrivals, &arrival, &ledger, &processing);
  fail_unless (processing > 0 && processing < 2010 * MS);
  assert_equals_uint64 (gst_prof_ledger_get (&ledger, "upstream"), 0);
  assert_equals_uint64 (gst_prof_ledger_get (&ledger, "downstream"), 0);
  assert_equals_uint64 (gst_prof_ledger_get (&ledger, "unknown"),
      3900 * MS - processing);
}

GST_END_TEST;

GST_START_TEST (test_cadence_is_the_median_interval)
{
  g_autoptr (GstProfArrivals) arrivals = new_playing ();
  GstClockTime cadence, enter = 0;
  GstProfArrival arrival;

  for (guint i = 0; i < 10; i++, enter += 40 * MS)
    push (arrivals, enter, enter + MS, &arrival);
  assert_equals_uint64 (gst_prof_arrivals_get_cadence (arrivals, "v"),
      GST_CLOCK_TIME_NONE);
  push (arrivals, enter, enter + MS, &arrival);
  push (arrivals, enter + 18 * GST_SECOND, enter + 19 * GST_SECOND, &arrival);

  cadence = gst_prof_arrivals_get_cadence (arrivals, "v");
  fail_unless (cadence > 39600 * GST_USECOND && cadence < 40400 * GST_USECOND);
}

GST_END_TEST;

GST_START_TEST (test_streams_are_apart_and_bounded)
{
  g_autoptr (GstProfArrivals) arrivals = new_playing ();
  GstProfSpan span = GST_PROF_SPAN_INIT;
  GstProfArrival arrival;

  span.stage = g_ref_string_new ("normalize");
  for (guint i = 0; i < 9; i++) {
    g_autofree gchar *id = g_strdup_printf ("stream-%u", i);

    span.stream_id = g_ref_string_new (id);
    span.enter = span.leave = i * MS;
    fail_if (gst_prof_arrivals_push (arrivals, &span, "normalize", &arrival));
    g_clear_pointer (&span.stream_id, g_ref_string_release);
  }
  assert_equals_uint64 (gst_prof_arrivals_get_evicted (arrivals), 1);
  gst_prof_span_clear (&span);
}

GST_END_TEST;

/* --- intervals that are open --- */

typedef struct
{
  guint n;
  GstProfOpenArrival last;
} Opens;

static void
take_open (const GstProfOpenArrival * open, gpointer user_data)
{
  Opens *opens = user_data;

  opens->n++;
  opens->last = *open;
}

static guint
count_open (GstProfArrivals * arrivals, GstClockTime now, Opens * opens)
{
  Opens found = { 0 };

  gst_prof_arrivals_foreach_open (arrivals, now, take_open, &found);
  if (opens != NULL)
    *opens = found;
  return found.n;
}

GST_START_TEST (after_a_frame_an_interval_is_open)
{
  g_autoptr (GstProfArrivals) arrivals = new_playing ();
  GstProfArrival arrival;
  Opens opens;

  assert_equals_int (count_open (arrivals, 90 * MS, NULL), 0);
  push (arrivals, 100 * MS, 110 * MS, &arrival);
  assert_equals_int (count_open (arrivals, 300 * MS, &opens), 1);
  assert_equals_string (opens.last.stream_id, "v");
  assert_equals_string (opens.last.stage, "normalize");
  assert_equals_uint64 (opens.last.start, 100 * MS);
  assert_equals_uint64 (opens.last.thread_id, 1);
  assert_equals_uint64 (opens.last.frame_duration, GST_CLOCK_TIME_NONE);

  push (arrivals, 320 * MS, 330 * MS, &arrival);
  assert_equals_int (count_open (arrivals, 340 * MS, &opens), 1);
  assert_equals_uint64 (opens.last.start, 320 * MS);
}

GST_END_TEST;

GST_START_TEST (other_stages_open_no_interval)
{
  g_autoptr (GstProfArrivals) arrivals = new_playing ();
  GstProfArrival arrival;

  push_full (arrivals, "encode", 100 * MS, 110 * MS, 10 * MS, 0, &arrival);
  assert_equals_int (count_open (arrivals, 300 * MS, NULL), 0);
}

GST_END_TEST;

GST_START_TEST (in_a_pause_no_interval_is_open)
{
  g_autoptr (GstProfArrivals) arrivals = new_playing ();
  GstProfArrival arrival;

  push (arrivals, 100 * MS, 110 * MS, &arrival);
  gst_prof_arrivals_set_playing (arrivals, FALSE, 200 * MS);
  assert_equals_int (count_open (arrivals, 300 * MS, NULL), 0);
  gst_prof_arrivals_set_playing (arrivals, TRUE, 400 * MS);
  assert_equals_int (count_open (arrivals, 700 * MS, NULL), 0);
  push (arrivals, 710 * MS, 720 * MS, &arrival);
  assert_equals_int (count_open (arrivals, 900 * MS, NULL), 1);
}

GST_END_TEST;

GST_START_TEST (preroll_and_loss_leave_no_interval_open)
{
  g_autoptr (GstProfArrivals) arrivals = new_playing ();
  GstProfArrival arrival;

  push_full (arrivals, "normalize", 100 * MS, 110 * MS, 10 * MS,
      GST_PROF_SPAN_FLAG_PREROLL, &arrival);
  assert_equals_int (count_open (arrivals, 300 * MS, NULL), 0);
  push (arrivals, 310 * MS, 320 * MS, &arrival);
  gst_prof_arrivals_note_loss (arrivals);
  assert_equals_int (count_open (arrivals, 600 * MS, NULL), 0);
}

GST_END_TEST;

/* Its clock may be read before the frame's. */
GST_START_TEST (a_frame_of_just_now_opens_no_interval_of_negative_length)
{
  g_autoptr (GstProfArrivals) arrivals = new_playing ();
  GstProfArrival arrival;

  push (arrivals, 100 * MS, 110 * MS, &arrival);
  assert_equals_int (count_open (arrivals, 100 * MS, NULL), 0);
  assert_equals_int (count_open (arrivals, 99 * MS, NULL), 0);
}

GST_END_TEST;

GST_START_TEST (each_stream_has_an_interval_of_its_own)
{
  g_autoptr (GstProfArrivals) arrivals = new_playing ();
  GstProfSpan span = GST_PROF_SPAN_INIT;
  GstProfArrival arrival;

  push (arrivals, 100 * MS, 110 * MS, &arrival);
  span.stage = g_ref_string_new ("normalize");
  span.stream_id = g_ref_string_new ("w");
  span.thread_id = 2;
  span.enter = 150 * MS;
  span.leave = 160 * MS;
  gst_prof_arrivals_push (arrivals, &span, "normalize", &arrival);
  gst_prof_span_clear (&span);
  assert_equals_int (count_open (arrivals, 300 * MS, NULL), 2);
}

GST_END_TEST;

GST_START_TEST (the_end_of_a_stage_ends_its_intervals)
{
  g_autoptr (GstProfArrivals) arrivals = new_playing ();
  GstProfArrival arrival;

  push (arrivals, 100 * MS, 110 * MS, &arrival);
  gst_prof_arrivals_end_stage (arrivals, "encode");
  gst_prof_arrivals_end_stage (arrivals, "never heard of");
  assert_equals_int (count_open (arrivals, 300 * MS, NULL), 1);
  gst_prof_arrivals_end_stage (arrivals, "normalize");
  assert_equals_int (count_open (arrivals, 300 * MS, NULL), 0);

  /* What comes next there begins anew. */
  fail_if (push (arrivals, 400 * MS, 410 * MS, &arrival));
  assert_equals_int (count_open (arrivals, 500 * MS, NULL), 1);
}

GST_END_TEST;

/* A stage that has seen no frame has no name: an unknown one must not match. */
GST_START_TEST (the_end_of_an_unknown_stage_ends_nothing)
{
  g_autoptr (GstProfArrivals) arrivals = new_playing ();
  GstProfArrival arrival;

  gst_prof_arrivals_end_stage (arrivals, "no quark yet");
  push (arrivals, 100 * MS, 110 * MS, &arrival);
  assert_equals_int (count_open (arrivals, 300 * MS, NULL), 1);
}

GST_END_TEST;

static Suite *
arrivals_suite (void)
{
  Suite *s = suite_create ("arrivals");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_interval_is_from_entry_to_entry);
  tcase_add_test (tc,
      test_frame_that_comes_before_the_last_left_has_not_been_waited_for);
  tcase_add_test (tc, test_other_stages_and_other_spans_are_no_arrivals);
  tcase_add_test (tc, test_flush_ends_the_interval);
  tcase_add_test (tc, test_preroll_begins_and_ends_no_interval);
  tcase_add_test (tc, test_interval_with_a_pause_in_it_does_not_count);
  tcase_add_test (tc, test_interval_before_a_pause_counts_when_told_after_it);
  tcase_add_test (tc, test_nothing_counts_before_playing);
  tcase_add_test (tc, test_loss_ends_the_interval);
  tcase_add_test (tc, test_split_subtracts_our_stages_on_the_thread);
  tcase_add_test (tc, test_interval_after_the_first_frame_is_split);
  tcase_add_test (tc, test_split_leaves_other_threads_out);
  tcase_add_test (tc, test_split_counts_our_stages_outside_of_the_first);
  tcase_add_test (tc, test_what_is_not_remembered_stays_unknown);
  tcase_add_test (tc, test_cadence_is_the_median_interval);
  tcase_add_test (tc, test_streams_are_apart_and_bounded);
  tcase_add_test (tc, after_a_frame_an_interval_is_open);
  tcase_add_test (tc, other_stages_open_no_interval);
  tcase_add_test (tc, in_a_pause_no_interval_is_open);
  tcase_add_test (tc, preroll_and_loss_leave_no_interval_open);
  tcase_add_test (tc,
      a_frame_of_just_now_opens_no_interval_of_negative_length);
  tcase_add_test (tc, each_stream_has_an_interval_of_its_own);
  tcase_add_test (tc, the_end_of_a_stage_ends_its_intervals);
  tcase_add_test (tc, the_end_of_an_unknown_stage_ends_nothing);
  return s;
}

GST_CHECK_MAIN (arrivals);
