/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What one thread did of late: that it is kept in order, in little room. */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofhistory.h>

#define MS GST_MSECOND

static GstProfHistory *history;

static void
setup (void)
{
  history = gst_prof_history_new (4);
}

static void
teardown (void)
{
  gst_prof_history_free (history);
}

static GstProfSegment
make_wait (GstClockTime from, GstClockTime to, GstProfCause cause)
{
  const GstProfSegment segment = {.from = from * MS,.to = to * MS,
    .cause = cause,.blocked = TRUE,.point = 1,.home = 1,.call = 202,
    .state = 'S'
  };

  return segment;
}

static GstProfSegment
make_run (GstClockTime from, GstClockTime to)
{
  const GstProfSegment segment = {.from = from * MS,.to = to * MS,
    .run = (to - from) * MS,.point = 1,.home = 1,.call = -2
  };

  return segment;
}

static void
push (GstProfSegment segment)
{
  gst_prof_history_push (history, &segment);
}

static void
assert_segment (guint i, GstClockTime from, GstClockTime to,
    GstProfCause cause)
{
  const GstProfSegment *segment = gst_prof_history_get (history, i);

  assert_equals_uint64 (segment->from, from * MS);
  assert_equals_uint64 (segment->to, to * MS);
  assert_equals_int (segment->cause, cause);
}

GST_START_TEST (a_new_history_is_empty)
{
  assert_equals_int (gst_prof_history_get_length (history), 0);
  assert_equals_int (gst_prof_history_find (history, 0), 0);
}

GST_END_TEST;

GST_START_TEST (segments_stay_in_order)
{
  push (make_wait (0, 10, GST_PROF_CAUSE_DISK));
  push (make_wait (10, 20, GST_PROF_CAUSE_SLEEP));
  push (make_run (20, 30));
  assert_equals_int (gst_prof_history_get_length (history), 3);
  assert_segment (0, 0, 10, GST_PROF_CAUSE_DISK);
  assert_segment (1, 10, 20, GST_PROF_CAUSE_SLEEP);
  assert_segment (2, 20, 30, GST_PROF_CAUSE_UNKNOWN);
}

GST_END_TEST;

GST_START_TEST (a_wait_that_goes_on_takes_one_place)
{
  for (guint i = 0; i < 1000; i++)
    push (make_wait (i * 10, i * 10 + 10, GST_PROF_CAUSE_UPSTREAM));
  assert_equals_int (gst_prof_history_get_length (history), 1);
  assert_segment (0, 0, 10000, GST_PROF_CAUSE_UPSTREAM);
}

GST_END_TEST;

GST_START_TEST (run_time_adds_up_when_segments_become_one)
{
  for (guint i = 0; i < 10; i++) {
    GstProfSegment segment = make_run (i * 10, i * 10 + 10);

    segment.kernel = 3 * MS;
    push (segment);
  }
  assert_equals_int (gst_prof_history_get_length (history), 1);
  assert_equals_uint64 (gst_prof_history_get (history, 0)->run, 100 * MS);
  assert_equals_uint64 (gst_prof_history_get (history, 0)->kernel, 30 * MS);
}

GST_END_TEST;

GST_START_TEST (kernel_time_that_is_told_late_goes_to_what_ran)
{
  GstProfSegment run;

  push (make_run (0, 10));
  push (make_wait (10, 20, GST_PROF_CAUSE_SLEEP));
  run = make_run (20, 40);
  run.run = 10 * MS;
  push (run);
  run = make_run (40, 60);
  run.run = 10 * MS;
  run.kernel = 4 * MS;
  push (run);
  gst_prof_history_add_kernel (history, 10 * MS, 9 * MS);
  assert_equals_uint64 (gst_prof_history_get (history, 3)->kernel, 10 * MS);
  assert_equals_uint64 (gst_prof_history_get (history, 2)->kernel, 3 * MS);
  /* No more than was run since, and nothing to what was before. */
  gst_prof_history_add_kernel (history, 10 * MS, 100 * MS);
  assert_equals_uint64 (gst_prof_history_get (history, 2)->kernel, 10 * MS);
  assert_equals_uint64 (gst_prof_history_get (history, 1)->kernel, 0);
  assert_equals_uint64 (gst_prof_history_get (history, 0)->kernel, 0);
}

GST_END_TEST;

GST_START_TEST (what_is_not_the_same_is_not_merged)
{
  GstProfSegment other[] = {
    make_wait (10, 20, GST_PROF_CAUSE_DISK),
    make_wait (10, 20, GST_PROF_CAUSE_SLEEP),
    make_wait (10, 20, GST_PROF_CAUSE_SLEEP),
    make_wait (10, 20, GST_PROF_CAUSE_SLEEP),
    make_wait (10, 20, GST_PROF_CAUSE_SLEEP),
    make_wait (10, 20, GST_PROF_CAUSE_SLEEP),
    make_wait (10, 20, GST_PROF_CAUSE_SLEEP),
    make_wait (10, 20, GST_PROF_CAUSE_SLEEP),
    make_wait (10, 20, GST_PROF_CAUSE_SLEEP),
  };

  other[1].point = 2;
  other[2].home = 2;
  other[3].call = 35;
  other[4].state = 'D';
  other[5].pending = TRUE;
  other[6].condition = TRUE;
  other[7].reclaim = TRUE;
  other[8].blocked = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (other); i++) {
    gst_prof_history_clear (history);
    push (make_wait (0, 10, GST_PROF_CAUSE_SLEEP));
    push (other[i]);
    fail_unless (gst_prof_history_get_length (history) == 2, "row %u", i);
  }
}

GST_END_TEST;

/* Their share of the time would be spread over all of it. */
GST_START_TEST (mixed_segments_keep_their_place)
{
  GstProfSegment mixed[] = {
    make_wait (10, 20, GST_PROF_CAUSE_SLEEP),
    make_wait (10, 20, GST_PROF_CAUSE_SLEEP),
    make_wait (10, 20, GST_PROF_CAUSE_SLEEP),
    make_wait (10, 20, GST_PROF_CAUSE_SLEEP),
    make_wait (10, 20, GST_PROF_CAUSE_SLEEP),
    make_wait (10, 20, GST_PROF_CAUSE_SLEEP),
  };

  mixed[0].run = 4 * MS;
  mixed[1].delay = 1;
  mixed[2].frozen = 1;
  mixed[3].starved = 1;
  mixed[4].suspended = 1;
  mixed[5].stolen = 1;
  for (guint i = 0; i < G_N_ELEMENTS (mixed); i++) {
    gst_prof_history_clear (history);
    push (make_wait (0, 10, GST_PROF_CAUSE_SLEEP));
    push (mixed[i]);
    push (make_wait (20, 30, GST_PROF_CAUSE_SLEEP));
    fail_unless (gst_prof_history_get_length (history) == 3, "row %u", i);
  }
}

GST_END_TEST;

GST_START_TEST (a_hole_in_time_is_not_merged_over)
{
  push (make_wait (0, 10, GST_PROF_CAUSE_SLEEP));
  push (make_wait (11, 20, GST_PROF_CAUSE_SLEEP));
  assert_equals_int (gst_prof_history_get_length (history), 2);
}

GST_END_TEST;

GST_START_TEST (empty_segments_are_left_out)
{
  push (make_wait (10, 10, GST_PROF_CAUSE_SLEEP));
  push (make_wait (10, 9, GST_PROF_CAUSE_SLEEP));
  assert_equals_int (gst_prof_history_get_length (history), 0);
}

GST_END_TEST;

GST_START_TEST (the_oldest_gives_way_when_it_is_full)
{
  static const GstProfCause causes[] = {
    GST_PROF_CAUSE_DISK, GST_PROF_CAUSE_SLEEP, GST_PROF_CAUSE_LOCK,
  };

  for (guint i = 0; i < 103; i++)
    push (make_wait (i * 10, i * 10 + 10, causes[i % 3]));
  assert_equals_int (gst_prof_history_get_length (history), 4);
  for (guint i = 0; i < 4; i++)
    assert_segment (i, 990 + i * 10, 1000 + i * 10, causes[i % 3]);
}

GST_END_TEST;

GST_START_TEST (find_gives_the_first_that_ends_later)
{
  push (make_wait (0, 10, GST_PROF_CAUSE_DISK));
  push (make_wait (10, 20, GST_PROF_CAUSE_SLEEP));
  push (make_wait (30, 40, GST_PROF_CAUSE_LOCK));
  assert_equals_int (gst_prof_history_find (history, 0), 0);
  assert_equals_int (gst_prof_history_find (history, 10 * MS - 1), 0);
  assert_equals_int (gst_prof_history_find (history, 10 * MS), 1);
  assert_equals_int (gst_prof_history_find (history, 25 * MS), 2);
  assert_equals_int (gst_prof_history_find (history, 39 * MS), 2);
  assert_equals_int (gst_prof_history_find (history, 40 * MS), 3);
}

GST_END_TEST;

GST_START_TEST (find_knows_only_what_is_still_there)
{
  for (guint i = 0; i < 10; i++)
    push (make_wait (i * 10, i * 10 + 10,
            i % 2 ? GST_PROF_CAUSE_DISK : GST_PROF_CAUSE_SLEEP));
  assert_equals_int (gst_prof_history_find (history, 0), 0);
  assert_segment (0, 60, 70, GST_PROF_CAUSE_SLEEP);
  assert_equals_int (gst_prof_history_find (history, 75 * MS), 1);
}

GST_END_TEST;

GST_START_TEST (a_cleared_history_begins_anew)
{
  push (make_wait (0, 10, GST_PROF_CAUSE_SLEEP));
  gst_prof_history_clear (history);
  assert_equals_int (gst_prof_history_get_length (history), 0);
  push (make_wait (10, 20, GST_PROF_CAUSE_SLEEP));
  assert_segment (0, 10, 20, GST_PROF_CAUSE_SLEEP);
}

GST_END_TEST;

GST_START_TEST (a_wait_may_be_named_when_it_has_lasted)
{
  push (make_wait (0, 10, GST_PROF_CAUSE_UPSTREAM));
  push (make_run (10, 20));
  push (make_wait (20, 30, GST_PROF_CAUSE_UPSTREAM));
  push (make_wait (30, 50, GST_PROF_CAUSE_LOCK));
  gst_prof_history_rename_since (history, 30 * MS, GST_PROF_CAUSE_TRACED);
  assert_segment (2, 20, 30, GST_PROF_CAUSE_UPSTREAM);
  assert_segment (3, 30, 50, GST_PROF_CAUSE_TRACED);
  gst_prof_history_rename_since (history, 0, GST_PROF_CAUSE_TRACED);
  assert_segment (0, 0, 10, GST_PROF_CAUSE_UPSTREAM);
  assert_segment (1, 10, 20, GST_PROF_CAUSE_UNKNOWN);
  assert_segment (2, 20, 30, GST_PROF_CAUSE_TRACED);
}

GST_END_TEST;

static GstProfSegment
make_condition (GstClockTime from, GstClockTime to)
{
  GstProfSegment segment = make_wait (from, to, GST_PROF_CAUSE_UNKNOWN);

  segment.condition = TRUE;
  return segment;
}

GST_START_TEST (a_condition_is_explained_back_to_its_begin)
{
  GstProfSegment begin = make_condition (10, 20);

  begin.run = 4 * MS;
  push (make_condition (0, 10));
  push (begin);
  push (make_condition (20, 30));
  gst_prof_history_explain_condition (history, GST_PROF_CAUSE_HELPERS);
  assert_equals_int (gst_prof_history_get_length (history), 3);
  assert_segment (0, 0, 10, GST_PROF_CAUSE_UNKNOWN);
  assert_segment (1, 10, 20, GST_PROF_CAUSE_HELPERS);
  assert_segment (2, 20, 30, GST_PROF_CAUSE_HELPERS);
}

GST_END_TEST;

GST_START_TEST (only_a_condition_that_nobody_explained_is)
{
  push (make_wait (0, 10, GST_PROF_CAUSE_SLEEP));
  push (make_condition (10, 20));
  push (make_wait (20, 30, GST_PROF_CAUSE_DISK));
  gst_prof_history_explain_condition (history, GST_PROF_CAUSE_HELPERS);
  assert_segment (1, 10, 20, GST_PROF_CAUSE_UNKNOWN);
  assert_segment (2, 20, 30, GST_PROF_CAUSE_DISK);

  push (make_condition (30, 40));
  gst_prof_history_explain_condition (history, GST_PROF_CAUSE_HELPERS);
  assert_segment (2, 20, 30, GST_PROF_CAUSE_DISK);
  assert_segment (3, 30, 40, GST_PROF_CAUSE_HELPERS);
}

GST_END_TEST;

static Suite *
history_suite (void)
{
  Suite *s = suite_create ("history");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_test (tc, a_new_history_is_empty);
  tcase_add_test (tc, segments_stay_in_order);
  tcase_add_test (tc, a_wait_that_goes_on_takes_one_place);
  tcase_add_test (tc, run_time_adds_up_when_segments_become_one);
  tcase_add_test (tc, kernel_time_that_is_told_late_goes_to_what_ran);
  tcase_add_test (tc, what_is_not_the_same_is_not_merged);
  tcase_add_test (tc, mixed_segments_keep_their_place);
  tcase_add_test (tc, a_hole_in_time_is_not_merged_over);
  tcase_add_test (tc, empty_segments_are_left_out);
  tcase_add_test (tc, the_oldest_gives_way_when_it_is_full);
  tcase_add_test (tc, find_gives_the_first_that_ends_later);
  tcase_add_test (tc, find_knows_only_what_is_still_there);
  tcase_add_test (tc, a_cleared_history_begins_anew);
  tcase_add_test (tc, a_wait_may_be_named_when_it_has_lasted);
  tcase_add_test (tc, a_condition_is_explained_back_to_its_begin);
  tcase_add_test (tc, only_a_condition_that_nobody_explained_is);
  return s;
}

GST_CHECK_MAIN (history);
