/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * From what was counted at pads to a row for each element, with literal numbers:
 * own times, what went in and came out, what its threads did.
 */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofelementtable.h>

#define MS GST_MSECOND
#define US GST_USECOND

static GstProfElementTable *table;
static GstProfPadReading reading;
static GstProfSummary summary;

static void
setup (void)
{
  table = gst_prof_element_table_new ();
  gst_prof_summary_init (&summary);
}

static void
teardown (void)
{
  gst_prof_summary_clear (&summary);
  gst_prof_element_table_free (table);
}

static void
add (guint number, const gchar * name)
{
  GstProfElementReading element = {
    .number = number,
    .name = name,
    .factory = "identity",
    .coverage = "functions",
  };

  gst_prof_element_table_add (table, &element);
}

/* What there is about the pad of @element that @from pushes into. */
static GstProfPadReading *
begin (guint element, guint from)
{
  reading = (GstProfPadReading) {
    .element = element,
    .from = from,
    .task = from,
  };
  return &reading;
}

static void
take (GstClockTime now)
{
  gst_prof_element_table_take (table, &reading, now);
}

static void
came_in (gint64 running_time, GstClockTime time)
{
  reading.in[reading.n_in++] = (GstProfPassing) { running_time, time };
}

static void
came_out (gint64 running_time, GstClockTime time)
{
  reading.out[reading.n_out++] = (GstProfPassing) { running_time, time };
}

static const GstProfSummaryElement *
summarize (guint i)
{
  gst_prof_summary_clear (&summary);
  gst_prof_summary_init (&summary);
  gst_prof_element_table_summarize (table, &summary);
  fail_unless (i < summary.per_element->len);
  return &g_array_index (summary.per_element, GstProfSummaryElement, i);
}

GST_START_TEST (own_times_add_up)
{
  const GstProfSummaryElement *row;

  add (1, "a");
  begin (1, 0);
  reading.times = (GstProfVisitTimes) {
  .buffers = 12,.visits = 4,.own = 10 * MS,.max = 4 * MS};
  reading.own[0] = 1 * MS;
  reading.own[1] = 2 * MS;
  reading.own[2] = 3 * MS;
  reading.own[3] = 4 * MS;
  reading.n_own = 4;
  take (100 * MS);
  begin (1, 0);
  reading.times = (GstProfVisitTimes) {
  .buffers = 1,.visits = 1,.own = 90 * MS,.max = 90 * MS};
  reading.unseen = 1;
  take (200 * MS);

  row = summarize (0);
  assert_equals_string (row->name, "a");
  assert_equals_string (row->factory, "identity");
  assert_equals_string (row->coverage, "functions");
  fail_unless (row->bin == NULL && row->stage == NULL);
  assert_equals_uint64 (row->buffers_in, 13);
  assert_equals_uint64 (row->visits, 5);
  assert_equals_uint64 (row->own.count, 5);
  assert_equals_uint64 (row->own.sum, 100 * MS);
  assert_equals_uint64 (row->own.mean, 20 * MS);
  assert_equals_uint64 (row->own.max, 90 * MS);
  assert_equals_uint64 (row->unseen, 1);
  /* To 7 % */
  fail_unless (row->own.p50 > 1.86 * MS && row->own.p50 < 2.14 * MS);
  fail_unless (row->own.p99 > 3.72 * MS && row->own.p99 <= 4 * MS);
  fail_if (row->looked);
}
GST_END_TEST;

GST_START_TEST (what_goes_in_is_found_when_it_comes_out)
{
  const GstProfSummaryElement *row;

  add (1, "queue0");
  add (2, "sink");
  begin (1, 0);
  for (guint i = 0; i < 3; i++)
    came_in (i * 33 * MS, (100 + i * 33) * MS);
  take (200 * MS);
  begin (2, 1);
  reading.times.buffers = 3;
  for (guint i = 0; i < 3; i++)
    came_out (i * 33 * MS, (350 + i * 33) * MS);
  take (500 * MS);

  row = summarize (0);
  assert_equals_uint64 (row->buffers_out, 3);
  assert_equals_uint64 (row->latency.count, 3);
  assert_equals_uint64 (row->latency.sum, 750 * MS);
  assert_equals_uint64 (row->latency.mean, 250 * MS);
  assert_equals_uint64 (row->latency.max, 250 * MS);
  assert_equals_uint64 (row->latency.p50, 250 * MS);
  row = summarize (1);
  assert_equals_uint64 (row->buffers_in, 3);
  assert_equals_uint64 (row->buffers_out, 0);
  assert_equals_uint64 (row->latency.count, 0);
}
GST_END_TEST;

/* 90 frames, 45 of them inside, P frames in front of the B frames between. */
GST_START_TEST (an_encoder_that_looks_ahead_and_reorders_has_all_frames)
{
  const GstProfSummaryElement *row;
  guint n_out = 0;

  add (1, "x264enc0");
  add (2, "mux");
  for (guint i = 0; i < 135; i++) {
    GstClockTime now = i * 33 * MS;

    if (i < 90) {
      begin (1, 0);
      came_in (i * 33 * MS, now);
      take (now);
    }
    if (i >= 45) {
      guint n = n_out++;
      guint shown = n % 3 == 0 ? n : n % 3 == 1 ? n + 1 : n - 1;

      begin (2, 1);
      reading.times.buffers = 1;
      came_out (shown * 33 * MS, now + 5 * MS);
      take (now + 5 * MS);
    }
  }

  row = summarize (0);
  assert_equals_uint64 (row->buffers_out, 90);
  assert_equals_uint64 (row->latency.count, 90);
  assert_equals_uint64 (row->latency.mean, 1490 * MS);
  assert_equals_uint64 (row->latency.max, 1523 * MS);
}
GST_END_TEST;

GST_START_TEST (rounding_is_borne_and_other_times_are_not_guessed)
{
  const GstProfSummaryElement *row;

  add (1, "mux");
  add (2, "sink");
  begin (1, 0);
  came_in (33333333, 10 * MS);
  came_in (66666667, 20 * MS);
  take (20 * MS);
  begin (2, 1);
  came_out (33 * MS, 30 * MS);
  came_out (70 * MS, 30 * MS);
  came_out (GST_PROF_PASSING_NO_TIME, 30 * MS);
  take (30 * MS);

  row = summarize (0);
  assert_equals_uint64 (row->latency.count, 1);
  assert_equals_uint64 (row->latency.sum, 20 * MS);
}
GST_END_TEST;

/* The second one that comes out is that of the other branch. */
GST_START_TEST (each_buffer_comes_out_once)
{
  const GstProfSummaryElement *row;

  add (1, "tee0");
  add (2, "a");
  add (3, "b");
  begin (1, 0);
  came_in (0, 10 * MS);
  take (10 * MS);
  begin (2, 1);
  reading.times.buffers = 1;
  came_out (0, 10 * MS + 5 * US);
  take (20 * MS);
  begin (3, 1);
  reading.times.buffers = 1;
  came_out (0, 90 * MS);
  take (90 * MS);

  row = summarize (0);
  assert_equals_uint64 (row->buffers_out, 2);
  assert_equals_uint64 (row->latency.count, 1);
  assert_equals_uint64 (row->latency.max, 5 * US);
}
GST_END_TEST;

GST_START_TEST (nothing_comes_out_before_it_came_in)
{
  add (1, "a");
  add (2, "b");
  begin (1, 0);
  came_in (0, 50 * MS);
  take (50 * MS);
  begin (2, 1);
  came_out (0, 40 * MS);
  take (60 * MS);
  assert_equals_uint64 (summarize (0)->latency.count, 0);
}
GST_END_TEST;

GST_START_TEST (what_was_in_before_a_seek_is_forgotten)
{
  add (1, "a");
  add (2, "b");
  begin (1, 0);
  came_in (0, 50 * MS);
  take (50 * MS);
  begin (1, 0);
  reading.renewed = TRUE;
  take (60 * MS);
  begin (2, 1);
  came_out (0, 70 * MS);
  take (70 * MS);
  assert_equals_uint64 (summarize (0)->latency.count, 0);
}
GST_END_TEST;

/* A full queue of the default size. */
GST_START_TEST (two_hundred_may_be_inside)
{
  const GstProfSummaryElement *row;

  add (1, "queue0");
  add (2, "sink");
  for (guint i = 0; i < 1001; i++) {
    begin (1, 0);
    came_in (i * 10 * MS, i * 10 * MS);
    take (i * 10 * MS);
    if (i > 0 && i < 201)
      continue;
    begin (2, 1);
    came_out ((i > 0 ? i - 200 : 0) * 10 * MS, i * 10 * MS);
    take (i * 10 * MS);
  }
  row = summarize (0);
  assert_equals_uint64 (row->latency.count, 801);
  assert_equals_uint64 (row->latency.max, 2000 * MS);
}
GST_END_TEST;

/* Looked at for a tenth of the time: of that, a quarter was waiting. */
GST_START_TEST (what_the_sampler_saw_holds_for_all)
{
  const GstProfSummaryElement *row;

  add (1, "src");
  add (2, "work");
  begin (2, 1);
  reading.times = (GstProfVisitTimes) {
  .buffers = 10,.visits = 10,.own = 400 * MS,.max = 40 * MS,.outside =
        500 * MS,.looked = 40 * MS,.run = 30 * MS,.waited = 10 * MS,
        .outside_looked = 50 * MS,.outside_run = 1 * MS,.outside_waited =
        49 * MS};
  came_in (0, 1000 * MS);
  came_out (0, 1000 * MS);
  take (2000 * MS);

  row = summarize (1);
  fail_unless (row->looked);
  assert_equals_uint64 (row->waited, 100 * MS);
  assert_equals_uint64 (row->task, 0);
  fail_unless (ABS (row->busy - 0.3) < 1e-6, "%f", row->busy);
  row = summarize (0);
  fail_unless (row->looked);
  assert_equals_uint64 (row->own.sum, 0);
  assert_equals_uint64 (row->task, 500 * MS);
  assert_equals_uint64 (row->task_waited, 490 * MS);
  fail_unless (ABS (row->busy - 0.01) < 1e-6, "%f", row->busy);
}
GST_END_TEST;

/* What ended took 10 ms; since 1010 ms one is inside, and of that half waits. */
GST_START_TEST (a_visit_that_goes_on_counts_until_it_is_over)
{
  const GstProfVisitTimes looks = {
    .looked = 900 * MS,.run = 90 * MS,.waited = 450 * MS
  };
  const GstProfSummaryElement *row;
  GstClockTime work, sum;

  add (1, "sink");
  begin (1, 0);
  reading.times = (GstProfVisitTimes) {
  .buffers = 2,.visits = 1,.own = 10 * MS,.max = 10 * MS,.looked = 10 * MS};
  came_in (0, 1000 * MS);
  take (1020 * MS);
  gst_prof_element_table_add_open (table, 1, 7, 990 * MS, &looks, 2000 * MS);

  row = summarize (0);
  assert_equals_uint64 (row->own.max, 10 * MS);
  assert_equals_uint64 (row->own.sum, 10 * MS);
  assert_equals_uint64 (row->open, 990 * MS);
  assert_equals_uint64 (row->open_max, 990 * MS);
  assert_equals_uint64 (row->open_waited, 495 * MS);
  assert_equals_uint64 (row->on_cpu, 99 * MS);
  /* Of the second until now, though nothing came since. */
  fail_unless (ABS (row->busy - 0.505) < 1e-6, "%f", row->busy);
  fail_unless (gst_prof_element_table_find_busiest (table, 7, FALSE, &work,
          &sum) != NULL);
  assert_equals_uint64 (work, 495 * MS);

  gst_prof_element_table_forget_open (table);
  row = summarize (0);
  assert_equals_uint64 (row->open, 0);
  fail_unless (gst_prof_element_table_find_busiest (table, 7, FALSE, &work,
          &sum) == NULL);
}
GST_END_TEST;

/* A source whose packets wait in the kernel for its task is idle, whatever the
 * time between its buffers. */
GST_START_TEST (a_live_source_that_waits_is_not_busy)
{
  const GstProfSummaryElement *row;

  add (1, "udpsrc0");
  add (2, "sink");
  begin (2, 1);
  reading.times = (GstProfVisitTimes) {
  .buffers = 2,.visits = 2,.own = 1 * MS,.outside = 9999 * MS,
        .outside_looked = 9990 * MS,.outside_waited = 9990 * MS};
  came_in (0, 1 * MS);
  came_out (0, 1 * MS);
  take (10000 * MS);
  row = summarize (0);
  fail_unless (row->busy < 1e-6, "%f", row->busy);
  assert_equals_uint64 (row->task_waited, row->task);
}
GST_END_TEST;

GST_START_TEST (an_element_that_comes_again_goes_on)
{
  const GstProfSummaryElement *row;

  for (guint i = 0; i < 10; i++) {
    add (i + 1, "queue0");
    begin (i + 1, 0);
    reading.times.buffers = 1;
    reading.times.visits = 1;
    reading.times.own = 100 * MS;
    came_in (0, i * 1000 * MS + 1);
    take (i * 1000 * MS + 500 * MS + 1);
    gst_prof_element_table_remove (table, i + 1, i * 1000 * MS + 500 * MS + 1);
  }
  row = summarize (0);
  assert_equals_int (summary.per_element->len, 1);
  assert_equals_uint64 (row->buffers_in, 10);
  /* Of the time that it was there. */
  fail_unless (ABS (row->busy - 0.2) < 1e-6, "%f", row->busy);
}
GST_END_TEST;

GST_START_TEST (the_same_name_in_another_bin_is_another)
{
  GstProfElementReading element = {
    .name = "depay",.coverage = "functions",
  };

  element.number = 1;
  element.bin = "a";
  gst_prof_element_table_add (table, &element);
  element.number = 2;
  element.bin = "b/c";
  element.stage = "encode";
  gst_prof_element_table_add (table, &element);
  assert_equals_string (summarize (0)->bin, "a");
  assert_equals_string (summarize (1)->bin, "b/c");
  assert_equals_string (summarize (1)->stage, "encode");
}
GST_END_TEST;

GST_START_TEST (there_are_only_so_many_rows)
{
  for (guint i = 0; i < GST_PROF_ELEMENT_TABLE_MAX + 7; i++) {
    g_autofree gchar *name = g_strdup_printf ("identity%u", i);

    add (i + 1, name);
  }
  summarize (0);
  assert_equals_int (summary.per_element->len, GST_PROF_ELEMENT_TABLE_MAX);
  assert_equals_uint64 (summary.elements_refused, 7);
  assert_equals_int (gst_prof_element_table_get_n_waiting (table), 7);
  /* Said again, it is no other one. */
  add (GST_PROF_ELEMENT_TABLE_MAX + 1, "identity1024");
  summarize (0);
  assert_equals_uint64 (summary.elements_refused, 7);
  fail_unless (gst_prof_element_table_find (table,
          GST_PROF_ELEMENT_TABLE_MAX + 1) == NULL);
  /* Nobody's. */
  begin (GST_PROF_ELEMENT_TABLE_MAX + 1, GST_PROF_ELEMENT_TABLE_MAX + 2);
  came_in (0, 1);
  came_out (0, 2);
  take (3);
}
GST_END_TEST;

/* A source that takes long to find out that there is no more. */
GST_START_TEST (what_a_task_does_before_the_end_is_in_the_time_watched)
{
  const GstProfSummaryElement *row;

  add (1, "src");
  add (2, "sink");
  begin (2, 1);
  reading.times = (GstProfVisitTimes) {
  .buffers = 2,.visits = 2,.own = 10 * MS,.max = 5 * MS,.outside = 50 * MS};
  reading.in[reading.n_in++] = (GstProfPassing) { 0, 1000 * MS };
  reading.in[reading.n_in++] = (GstProfPassing) { 0, 1055 * MS };
  came_out (0, 1000 * MS);
  take (1100 * MS);
  begin (2, 1);
  reading.times.outside = 140 * MS;
  take (1200 * MS);

  row = summarize (0);
  assert_equals_uint64 (row->task, 190 * MS);
  fail_unless (row->busy > 0.949 && row->busy < 0.951, "%f", row->busy);
}
GST_END_TEST;

static void
fill (void)
{
  for (guint i = 0; i < GST_PROF_ELEMENT_TABLE_MAX; i++) {
    g_autofree gchar *name = g_strdup_printf ("identity%u", i);

    add (i + 1, name);
  }
}

static void
works (guint number, GstClockTime own)
{
  begin (number, 0);
  reading.times = (GstProfVisitTimes) {
  .buffers = 2,.visits = 1,.own = own,.max = own};
  reading.own[reading.n_own++] = own;
  take (100 * MS);
}

GST_START_TEST (an_element_gets_the_room_of_those_that_are_gone)
{
  guint last = GST_PROF_ELEMENT_TABLE_MAX;
  const GstProfSummaryElement *row;

  fill ();
  works (1, 30 * MS);
  works (2, 10 * MS);
  works (3, 20 * MS);
  for (guint i = 1; i <= 3; i++)
    gst_prof_element_table_remove (table, i, 200 * MS);
  add (last + 1, "new1");
  add (last + 2, "new2");
  fail_if (gst_prof_element_table_find (table, last + 1) == NULL);
  fail_if (gst_prof_element_table_find (table, last + 2) == NULL);
  assert_equals_int (gst_prof_element_table_get_n_waiting (table), 0);

  /* Who worked most of those has its row still; what the others did is kept. */
  row = summarize (0);
  assert_equals_string (row->name, "identity0");
  assert_equals_int (summary.per_element->len, last + 1);
  assert_equals_uint64 (summary.elements_merged, 2);
  assert_equals_uint64 (summary.elements_refused, 0);
  row = summarize (last);
  assert_equals_string (row->name, GST_PROF_ELEMENT_TABLE_REMOVED);
  assert_equals_uint64 (row->own.sum, 30 * MS);
  assert_equals_uint64 (row->own.max, 20 * MS);
  assert_equals_uint64 (row->visits, 2);
  assert_equals_uint64 (row->buffers_in, 4);
  fail_unless (row->own.p50 > 9.3 * MS && row->own.p50 < 10.7 * MS);
}
GST_END_TEST;

GST_START_TEST (who_waits_for_a_row_gets_the_first_that_is_free)
{
  guint last = GST_PROF_ELEMENT_TABLE_MAX;

  fill ();
  add (last + 1, "late");
  fail_unless (gst_prof_element_table_find (table, last + 1) == NULL);
  gst_prof_element_table_remove (table, 7, 100 * MS);
  fail_if (gst_prof_element_table_find (table, last + 1) == NULL);
  assert_equals_int (gst_prof_element_table_get_n_waiting (table), 0);
  summarize (0);
  assert_equals_uint64 (summary.elements_refused, 0);

  /* Who leaves without having got one has been refused. */
  add (last + 2, "later");
  gst_prof_element_table_remove (table, last + 2, 200 * MS);
  assert_equals_int (gst_prof_element_table_get_n_waiting (table), 0);
  summarize (0);
  assert_equals_uint64 (summary.elements_refused, 1);
}
GST_END_TEST;

GST_START_TEST (sessions_that_come_and_go_do_not_fill_the_table)
{
  guint number = 0;

  for (guint i = 0; i < 20 * GST_PROF_ELEMENT_TABLE_MAX; i++) {
    g_autofree gchar *name = g_strdup_printf ("identity%u", i);

    add (++number, name);
    works (number, MS);
    fail_if (gst_prof_element_table_find (table, number) == NULL);
    gst_prof_element_table_remove (table, number, 200 * MS);
  }
  summarize (0);
  assert_equals_int (summary.per_element->len, GST_PROF_ELEMENT_TABLE_MAX + 1);
  assert_equals_uint64 (summary.elements_merged,
      19 * GST_PROF_ELEMENT_TABLE_MAX);
  assert_equals_uint64 (summarize (GST_PROF_ELEMENT_TABLE_MAX)->own.sum,
      19 * GST_PROF_ELEMENT_TABLE_MAX * MS);
}
GST_END_TEST;

GST_START_TEST (merged_spreads_are_spread_as_all_values)
{
  GstProfSpread all = { 0 }, often = { 0 }, seldom = { 0 };

  for (guint i = 0; i < 1000000; i++)
    gst_prof_spread_add (&often, MS);
  for (guint i = 0; i < 100000; i++)
    gst_prof_spread_add (&seldom, 100 * MS);
  gst_prof_spread_merge (&all, &seldom);
  gst_prof_spread_merge (&all, &often);
  gst_prof_spread_merge (&all, &(GstProfSpread) { 0 });
  assert_equals_uint64 (all.total, 1100000);
  assert_equals_uint64 (all.min, MS);
  assert_equals_uint64 (all.max, 100 * MS);
  fail_unless (gst_prof_spread_percentile (&all, 90) < 2 * MS);
  fail_unless (gst_prof_spread_percentile (&all, 92) > 90 * MS);
}
GST_END_TEST;

/* What does not come out, and what is not counted in time, is forgotten. */
GST_START_TEST (a_hundred_million_buffers_take_no_more_room)
{
  GstProfInside inside = { 0 };
  GstProfPassing passing = { 0 };
  GstClockTime stay;

  for (guint i = 0; i < 1000000; i++) {
    passing.running_time = passing.time = i * 10 * MS;
    gst_prof_inside_add (&inside, &passing);
  }
  assert_equals_int (inside.size, GST_PROF_INSIDE_MAX / 2);
  passing.running_time = (1000000 - 100) * 10 * MS;
  fail_unless (gst_prof_inside_take (&inside, &passing, &stay));
  assert_equals_uint64 (stay, 990 * MS);
  for (guint i = 0; i < 1000000; i++)
    gst_prof_inside_add (&inside, &passing);
  assert_equals_int (inside.size, GST_PROF_INSIDE_MAX);
  assert_equals_int (inside.n, GST_PROF_INSIDE_MAX);
  gst_prof_inside_clear (&inside);

  add (1, "a");
  for (guint i = 0; i < 1000; i++) {
    begin (1, 0);
    reading.times.buffers = reading.times.visits = 100000;
    take (i);
  }
  assert_equals_uint64 (summarize (0)->buffers_in, 100000000);
}
GST_END_TEST;

GST_START_TEST (percentiles_are_right_to_seven_percent)
{
  GstProfSpread spread = { 0 };
  GstProfDistribution distribution = { 0 };

  assert_equals_uint64 (gst_prof_spread_percentile (&spread, 50), 0);
  for (guint i = 1; i <= 10000; i++)
    gst_prof_spread_add (&spread, i * 10 * US);
  gst_prof_spread_fill (&spread, &distribution);
  fail_unless (ABS ((gdouble) distribution.p50 / (50 * MS) - 1) < 0.07);
  fail_unless (ABS ((gdouble) distribution.p95 / (95 * MS) - 1) < 0.07);
  fail_unless (ABS ((gdouble) distribution.p99 / (99 * MS) - 1) < 0.07);
  fail_unless (sizeof (spread) < 512);

  gst_prof_spread_add (&spread, 0);
  gst_prof_spread_add (&spread, 3600 * GST_SECOND);
  assert_equals_uint64 (spread.min, 0);
  assert_equals_uint64 (spread.max, 3600 * GST_SECOND);
  fail_unless (gst_prof_spread_percentile (&spread, 100) >= 128 * GST_SECOND);

  /* In proportion, however many there are; a few are not lost. */
  spread = (GstProfSpread) { 0 };
  for (guint i = 0; i < 1000000; i++)
    gst_prof_spread_add (&spread, i % 100 < 60 ? 1 * MS : i % 100 < 98 ? 2 * MS
        : 50 * MS);
  gst_prof_spread_fill (&spread, &distribution);
  assert_equals_uint64 (spread.total, 1000000);
  fail_unless (distribution.p50 > 900 * US && distribution.p50 < 1100 * US);
  fail_unless (distribution.p95 > 1800 * US && distribution.p95 < 2200 * US);
  fail_unless (distribution.p99 > 46 * MS && distribution.p99 < 54 * MS);
}
GST_END_TEST;

static Suite *
elementtable_suite (void)
{
  Suite *suite = suite_create ("elementtable");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, own_times_add_up);
  tcase_add_test (tcase, what_goes_in_is_found_when_it_comes_out);
  tcase_add_test (tcase,
      an_encoder_that_looks_ahead_and_reorders_has_all_frames);
  tcase_add_test (tcase, rounding_is_borne_and_other_times_are_not_guessed);
  tcase_add_test (tcase, each_buffer_comes_out_once);
  tcase_add_test (tcase, nothing_comes_out_before_it_came_in);
  tcase_add_test (tcase, what_was_in_before_a_seek_is_forgotten);
  tcase_add_test (tcase, two_hundred_may_be_inside);
  tcase_add_test (tcase, what_the_sampler_saw_holds_for_all);
  tcase_add_test (tcase, a_visit_that_goes_on_counts_until_it_is_over);
  tcase_add_test (tcase, a_live_source_that_waits_is_not_busy);
  tcase_add_test (tcase, an_element_that_comes_again_goes_on);
  tcase_add_test (tcase, the_same_name_in_another_bin_is_another);
  tcase_add_test (tcase, there_are_only_so_many_rows);
  tcase_add_test (tcase,
      what_a_task_does_before_the_end_is_in_the_time_watched);
  tcase_add_test (tcase, an_element_gets_the_room_of_those_that_are_gone);
  tcase_add_test (tcase, who_waits_for_a_row_gets_the_first_that_is_free);
  tcase_add_test (tcase, sessions_that_come_and_go_do_not_fill_the_table);
  tcase_add_test (tcase, merged_spreads_are_spread_as_all_values);
  tcase_add_test (tcase, a_hundred_million_buffers_take_no_more_room);
  tcase_add_test (tcase, percentiles_are_right_to_seven_percent);
  return suite;
}

GST_CHECK_MAIN (elementtable);
