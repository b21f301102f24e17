/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofcause.h>
#include <gst/prof/gstprofreport.h>
#include <gst/prof/gstprofsummary.h>

#include <string.h>

#define MS GST_MSECOND

/* What a summary refers to. */
typedef struct
{
  GstProfSummary summary;
  GstStructure *warnings;
  GstStructure *gap_parts;
} Fixture;

static void
fixture_init (Fixture * f)
{
  gst_prof_summary_init (&f->summary);
  f->warnings = gst_structure_new_empty ("warnings");
  f->gap_parts = gst_structure_new_empty ("causes");
  f->summary.warnings = f->warnings;
  f->summary.gap_parts = f->gap_parts;
}

static void
fixture_clear (Fixture * f)
{
  gst_prof_summary_clear (&f->summary);
  gst_structure_free (f->warnings);
  gst_structure_free (f->gap_parts);
}

static gchar *
report (Fixture * f)
{
  g_autoptr (GstStructure) structure =
      gst_prof_summary_to_structure (&f->summary);
  gchar *text = gst_prof_report_to_text (structure);

  fail_unless (text != NULL);
  return text;
}

static void
add_stage (Fixture * f, const gchar * name, GstClockTime p50,
    GstClockTime max, guint64 unjoined)
{
  GstProfSummaryStage stage = {
    .name = name,
    .own = {450, p50, p50 + 1 * MS, p50 + 2 * MS, max, p50, 450 * p50},
    .unjoined = unjoined,
  };

  g_array_append_val (f->summary.stages, stage);
}

static void
add_warning (Fixture * f, const gchar * kind, const gchar * stage,
    guint64 count, GstClockTime total, GstClockTime longest, guint64 frame,
    const gchar * root_cause)
{
  GstProfSummaryWarning warning = {
    .kind = kind,
    .stage = stage,
    .count = count,
    .total = total,
    .duration = longest,
    .threshold = 50 * MS,
    .frame = frame,
    .root_cause = root_cause,
  };
  guint64 all = 0;

  gst_structure_get_uint64 (f->warnings, kind, &all);
  gst_structure_set (f->warnings, kind, G_TYPE_UINT64, all + count, NULL);
  g_array_append_val (f->summary.worst, warning);
}

/* A recording with three faults. */
static void
fill (Fixture * f)
{
  GstProfSummarySetup setup = {
    .stage = "encode",
    .element = "profencode0",
    .total = 13 * MS,
    .state_changes = 1 * MS,
    .caps = 10 * MS,
    .first_buffer = 2 * MS,
  };

  f->summary.frames = 450;
  f->summary.complete = 448;
  f->summary.dropped = 1;
  f->summary.incomplete = 1;
  f->summary.preroll = 1;
  f->summary.fps = 29.97;
  f->summary.duration = 15 * GST_SECOND;
  f->summary.budget = 33333333;
  f->summary.over_budget = 60;
  f->summary.total = (GstProfDistribution) {
  449, 25 * MS, 100 * MS, 150 * MS, 400 * MS, 30 * MS, 1};
  f->summary.occupancy = f->summary.total;
  f->summary.gaps = 4;
  f->summary.longest_gap = 2 * GST_SECOND;
  f->summary.gap_total = 3100 * MS;
  f->summary.missing_total = 2900 * MS;
  gst_structure_set (f->gap_parts,
      "encode", G_TYPE_UINT64, (guint64) (200 * MS),
      "upstream", G_TYPE_UINT64, (guint64) (2900 * MS),
      "unknown", G_TYPE_UINT64, (guint64) 0, NULL);
  f->summary.corrections = 2;
  f->summary.largest_correction = 33 * MS;
  f->summary.spans_dropped = 5;

  add_stage (f, "normalize", 8 * MS, 12 * MS, 0);
  add_stage (f, "pts", 0, 1 * MS, 0);
  add_stage (f, "encode", 52 * MS, 160 * MS, 0);
  add_stage (f, "write", 2 * MS, 400 * MS, 7);
  g_array_index (f->summary.stages, GstProfSummaryStage, 2).dropped = 1;
  g_array_append_val (f->summary.setups, setup);

  add_warning (f, "critical", "encode", 40, 6 * GST_SECOND, 160 * MS, 205,
      "encode");
  add_warning (f, "slow-encode", "encode", 41, 6100 * MS, 160 * MS, 205,
      "unknown");
  add_warning (f, "slow-write", "write", 3, 1200 * MS, 400 * MS, 330,
      "unknown");
  add_warning (f, "gap", "normalize", 4, 3100 * MS, 2 * GST_SECOND, 151,
      "upstream");
  add_warning (f, "upstream-wait", "normalize", 1, 1950 * MS, 1950 * MS, 151,
      "upstream");
}

static void
assert_contains (const gchar * text, const gchar * part)
{
  fail_unless (strstr (text, part) != NULL, "no \"%s\" in:\n%s", part, text);
}

static void
assert_lacks (const gchar * text, const gchar * part)
{
  fail_unless (strstr (text, part) == NULL, "\"%s\" is in:\n%s", part, text);
}

GST_START_TEST (test_worst_comes_first_and_names_stages)
{
  Fixture f;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  fill (&f);
  text = report (&f);
  fail_unless (g_str_has_prefix (text,
          "Worst: 1 of 450 frames was dropped before stage encode\n"
          "       encode does not keep up: 52.0ms per frame (p50) of a 33.3ms "
          "budget; 30.0 of 30.0 fps\n"
          "       stage encode was slow 41 times, 6.10s in all, longest 160.0ms "
          "at frame 205\n"
          "       4 gaps between frames before stage normalize, 3.10s in all, "
          "longest 2.00s at frame 151,\n       mostly upstream\n"
          "       stage write was slow 3 times, 1.20s in all, longest 400.0ms at "
          "frame 330\n"), "%s", text);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_removed_file_is_worse_than_any_time)
{
  Fixture f;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  fill (&f);
  add_warning (&f, "file-removed", "write", 1, 0, 0, 0, "unknown");
  text = report (&f);
  fail_unless (g_str_has_prefix (text,
          "Worst: the file of stage write was removed\n"), "%s", text);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_frames_add_up)
{
  Fixture f;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  fill (&f);
  text = report (&f);
  assert_contains (text, "\nFrames: 450 in 15.0s (30.0 fps): 448 complete, 1 "
      "dropped, 1 incomplete, 0 inside; 1 preroll\n");
  assert_contains (text, "\nBudget: 33.3ms per frame (from caps); 60 over "
      "budget (13.4 %)\n");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_stages_stand_beside_what_is_normal)
{
  Fixture f;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  fill (&f);
  text = report (&f);
  assert_contains (text, "\n  normalize            450      8.0ms      9.0ms"
      "     10.0ms     12.0ms   12.9 %   5-15ms\n");
  assert_contains (text, "\n  encode               450     52.0ms     53.0ms"
      "     54.0ms    160.0ms   83.9 %   15-40ms above\n");
  assert_contains (text, "\n  pts                  450      0.0ms      1.0ms"
      "      2.0ms      1.0ms    0.0 %\n");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_gaps_are_split)
{
  Fixture f;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  fill (&f);
  text = report (&f);
  assert_contains (text, "\nGaps: 4, 3.10s in all, longest 2.00s; processing "
      "200.0ms, missing 2.90s; encode 200.0ms, upstream\n      2.90s\n");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_warnings_setups_and_losses_are_listed)
{
  Fixture f;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  fill (&f);
  text = report (&f);
  assert_contains (text, "  critical              encode                40    "
      "160.0ms     50.0ms        205\n");
  assert_contains (text, "  encode               13.0ms      1.0ms     10.0ms   "
      "     2.0ms\n");
  assert_contains (text, "  7 spans of write that could not be told");
  assert_contains (text, "  5 spans lost: queue full\n");
  assert_contains (text, "\nTime stamps corrected: 2, by at most 33.0ms\n");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_advice_is_for_what_occurred)
{
  Fixture f;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  fill (&f);
  text = report (&f);
  assert_contains (text, "  encode: hardware encoder, faster preset");
  assert_contains (text, "  write: SSD");
  assert_lacks (text, "  normalize: ");
  assert_lacks (text, "init-check");
  fixture_clear (&f);
}

GST_END_TEST;

/* Gaps of a cause, that lay in a stage. */
static gchar *
report_gaps (guint n, const gchar * part, const gchar * cause,
    const gchar * advice)
{
  Fixture f;
  gchar *text;
  g_autoptr (GstStructure) causes = gst_structure_new ("prof-gap-causes",
      cause, G_TYPE_UINT64, (guint64) (1900 * MS),
      "unknown", G_TYPE_UINT64, (guint64) (100 * MS), NULL);

  fixture_init (&f);
  f.summary.frames = 100;
  f.summary.gaps = n;
  f.summary.gap_total = f.summary.missing_total = 2000 * MS;
  gst_structure_set (f.gap_parts, part, G_TYPE_UINT64,
      (guint64) (2000 * MS), NULL);
  f.summary.gap_causes = causes;
  add_warning (&f, "gap", "normalize", n, 2000 * MS, 2000 * MS, 2, cause);
  g_array_index (f.summary.worst, GstProfSummaryWarning, 0).advice = advice;
  text = report (&f);
  fixture_clear (&f);
  return text;
}

/* What the evidence says of the longest need not be so of the others. */
GST_START_TEST (test_advice_of_one_gap_is_what_its_evidence_leaves)
{
  g_autofree gchar *one = report_gaps (1, "upstream", "network-silent",
      "look at the sender");
  g_autofree gchar *two = report_gaps (2, "upstream", "network-silent",
      "look at the sender");

  assert_contains (one, "\n  network-silent: look at the sender\n");
  assert_contains (two, "\n  network-silent: look at the network between sender "
      "and recorder if packets were");
}

GST_END_TEST;

GST_START_TEST (test_a_stage_that_slept_in_a_gap_is_not_to_be_made_cheaper)
{
  g_autofree gchar *slept = report_gaps (1, "encode", "sleep", NULL);
  g_autofree gchar *worked = report_gaps (1, "encode", "on-cpu", NULL);

  assert_contains (slept, "\n  sleep: find the sleep");
  assert_lacks (slept, "\n  encode: ");
  assert_contains (worked, "\n  encode: hardware encoder");
  assert_lacks (worked, "\n  on-cpu: ");
}

GST_END_TEST;

/* The same advice under two names is said once, and that of a slow frame is its
 * stage's. */
GST_START_TEST (test_advice_of_a_warning_is_that_which_was_told)
{
  Fixture f;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  f.summary.frames = 100;
  add_warning (&f, "slow-frame", "write", 3, 200 * MS, 70 * MS, 2, "write");
  add_warning (&f, "slow-mux", "mux", 3, 200 * MS, 70 * MS, 2, "sleep");
  g_array_index (f.summary.worst, GstProfSummaryWarning, 0).advice =
      g_array_index (f.summary.worst, GstProfSummaryWarning, 1).advice =
      "find the sleep";
  text = report (&f);
  assert_contains (text, "\n  write: find the sleep\n");
  assert_lacks (text, "SSD");
  assert_lacks (text, "\n  sleep: find the sleep\n");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_no_line_is_wider_than_a_hundred_columns)
{
  Fixture f;
  g_autofree gchar *text = NULL;
  g_auto (GStrv) lines = NULL;

  fixture_init (&f);
  fill (&f);
  for (guint i = 0; i < f.summary.worst->len; i++) {
    GstProfSummaryWarning *warning =
        &g_array_index (f.summary.worst, GstProfSummaryWarning, i);

    warning->duration = 3700 * GST_SECOND;
    warning->frame = 12345678;
  }
  text = report (&f);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i]; i++)
    fail_unless (strlen (lines[i]) <= 100, "%s", lines[i]);
  fixture_clear (&f);
}

GST_END_TEST;

static void
add_holder (Fixture * f, const gchar * name, guint64 peak_bytes,
    GstClockTime peak_time)
{
  GstProfSummaryHolder holder = {
    .name = name,
    .kind = "queue",
    .peak_bytes = peak_bytes,
    .peak_time = peak_time,
  };

  g_array_append_val (f->summary.holders, holder);
}

/* The story's: a queue that nothing limits, and a stage that is too slow. */
static void
fill_behind (Fixture * f)
{
  GstProfSummaryBehind behind = {
    .stream_id = "v",
    .stage = "normalize",
    .place = "stage",
    .own = 100 * MS,
    .occupancy = 105 * MS,
    .budget = 33333333,
    .gained = 31 * GST_SECOND,
    .duration = 45 * GST_SECOND,
    .holder = "queue0",
    .holder_bytes = G_GUINT64_CONSTANT (2700000000),
    .holder_rate = 62000000,
  };

  g_array_append_val (f->summary.behind, behind);
  add_warning (f, "falling-behind", "normalize", 1, 45 * GST_SECOND,
      45 * GST_SECOND, 0, NULL);
  add_holder (f, "small", 2000000, 0);
  add_holder (f, "queue0", G_GUINT64_CONSTANT (2700000000), 31 * GST_SECOND);
  add_holder (f, "empty", 0, 0);
  f->summary.rss = 2800000000;
  f->summary.rss_base = 150000000;
  f->summary.rss_peak = 2906000000;
  f->summary.rss_unexplained = 40000000;
  f->summary.lag_first = f->summary.lag_last = 30 * GST_SECOND;
  f->summary.lag_max = 31 * GST_SECOND;
  f->summary.disk_free = 5000000000;
  f->summary.disk_size = G_GUINT64_CONSTANT (20000000000);
  f->summary.disk_rate = 500000;
  f->summary.disk_left = 10000 * GST_SECOND;
}

GST_START_TEST (test_falling_behind_is_the_first_verdict_and_said_once)
{
  Fixture f;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  fill (&f);
  f.summary.dropped = 0;
  fill_behind (&f);
  text = report (&f);
  fail_unless (g_str_has_prefix (text,
          "Worst: fell behind by 31.0s in 45.0s: stage normalize takes 100.0ms "
          "of a 33.3ms budget; queue0 held\n       2700.0MB and grew by "
          "62.0MB/s\n"), "%s", text);
  assert_lacks (text, "does not keep up");
  assert_lacks (text, "stage normalize was slow");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_memory_stands_beside_what_is_normal)
{
  Fixture f;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  fill (&f);
  fill_behind (&f);
  text = report (&f);
  assert_contains (text, "\nMemory: 150.0MB after warm-up, 2906.0MB at most "
      "(normal 150-240MB); most in queue0 2700.0MB (31.0s),\n        small "
      "2.0MB; unexplained 40.0MB of 2756.0MB\n");
  assert_lacks (text, "empty 0");
  assert_contains (text, "\nLag: 30.0s at the first stage, 30.0s at the last, "
      "31.0s at most\n");
  assert_contains (text, "\nDisk: 5000.0MB free of 20.0GB, full in 2 h 46 min "
      "at 0.5MB/s\n");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_memory_that_grew_is_a_verdict_of_bytes)
{
  Fixture f;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  fill_behind (&f);
  g_array_set_size (f.summary.behind, 0);
  add_warning (&f, "memory-growth", NULL, 1, 40 * GST_SECOND,
      40 * GST_SECOND, 0, NULL);
  text = report (&f);
  fail_unless (g_str_has_prefix (text, "Worst: memory grew from 150.0MB to "
          "2906.0MB; most in queue0 2700.0MB (31.0s), small 2.0MB\n"), "%s",
      text);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_good_recording_is_called_good)
{
  Fixture f;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  f.summary.frames = f.summary.complete = 450;
  f.summary.duration = 15 * GST_SECOND;
  text = report (&f);
  fail_unless (g_str_has_prefix (text, "Nothing was slow.\n"), "%s", text);
  assert_lacks (text, "Advice");
  assert_lacks (text, "Gaps");
  assert_lacks (text, "Not in these times");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_empty_recording_is_called_empty)
{
  Fixture f;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  text = report (&f);
  fail_unless (g_str_has_prefix (text, "No stage in this pipeline: nothing was "
          "measured (use profnormalize, "), "%s", text);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_gap_is_mostly_what_the_sum_is)
{
  Fixture f;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  f.summary.frames = f.summary.complete = 90;
  f.summary.gaps = 89;
  f.summary.gap_total = 27000 * MS;
  f.summary.missing_total = 26500 * MS;
  gst_structure_set (f.gap_parts,
      "encode", G_TYPE_UINT64, (guint64) (500 * MS),
      "downstream", G_TYPE_UINT64, (guint64) (20000 * MS),
      "upstream", G_TYPE_UINT64, (guint64) (6000 * MS),
      "unknown", G_TYPE_UINT64, (guint64) (500 * MS), NULL);
  add_warning (&f, "gap", "normalize", 89, 27000 * MS, 500 * MS, 2, "unknown");
  text = report (&f);
  assert_contains (text, "mostly downstream\n");
  assert_contains (text, "\n  downstream: look at what follows");
  assert_contains (text, "\n  upstream: look at what feeds");
  assert_lacks (text, "\n  unknown: ");
  assert_lacks (text, "\n  encode: ");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_each_row_of_gaps_is_mostly_what_its_own_sum_is)
{
  g_autoptr (GstStructure) first = gst_structure_new ("causes",
      "sleep", G_TYPE_UINT64, (guint64) (1300 * MS),
      "upstream", G_TYPE_UINT64, (guint64) (2050 * MS), NULL);
  g_autoptr (GstStructure) second = gst_structure_new ("causes",
      "sleep", G_TYPE_UINT64, (guint64) (3300 * MS),
      "unknown", G_TYPE_UINT64, (guint64) (50 * MS), NULL);
  g_autoptr (GstStructure) all = gst_structure_new ("causes",
      "sleep", G_TYPE_UINT64, (guint64) (4600 * MS),
      "upstream", G_TYPE_UINT64, (guint64) (2050 * MS),
      "unknown", G_TYPE_UINT64, (guint64) (50 * MS), NULL);
  Fixture f;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  f.summary.gaps = 3;
  f.summary.gap_total = f.summary.missing_total = 6700 * MS;
  f.summary.gap_causes = all;
  add_warning (&f, "gap", "video", 1, 3390 * MS, 3390 * MS, 0, "upstream");
  add_warning (&f, "gap", "audio", 2, 3350 * MS, 3000 * MS, 0, "sleep");
  g_array_index (f.summary.worst, GstProfSummaryWarning, 0).causes = first;
  g_array_index (f.summary.worst, GstProfSummaryWarning, 1).causes = second;
  text = report (&f);
  assert_contains (text, "before stage video: 3.39s, mostly upstream\n");
  assert_contains (text, "longest 3.00s, mostly sleep\n");
  fixture_clear (&f);
}

GST_END_TEST;

static void
fill_load (Fixture * f, GstClockTime encode, GstClockTime busiest,
    guint64 over_budget)
{
  f->summary.frames = f->summary.complete = 89;
  f->summary.budget = 33333333;
  f->summary.fps = 24.2;
  f->summary.over_budget = over_budget;
  f->summary.occupancy = (GstProfDistribution) {
  89, busiest, busiest, busiest, busiest, busiest, 89 * busiest};
  f->summary.total = f->summary.occupancy;
  add_stage (f, "normalize", 10 * MS, 11 * MS, 0);
  add_stage (f, "encode", encode, encode, 0);
}

GST_START_TEST (test_overload_is_said_with_stage_and_advice)
{
  Fixture f;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  fill_load (&f, 40600 * GST_USECOND, 41 * MS, 89);
  text = report (&f);
  fail_unless (g_str_has_prefix (text, "Worst: encode does not keep up: 40.6ms "
          "per frame (p50) of a 33.3ms budget; 24.2 of 30.0 fps\n"), "%s", text);
  assert_contains (text, "\n  encode: hardware encoder");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_overload_of_several_stages_is_the_threads)
{
  Fixture f;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  fill_load (&f, 25 * MS, 35 * MS, 89);
  text = report (&f);
  fail_unless (g_str_has_prefix (text, "Worst: the stages on one thread do not "
          "keep up: 35.0ms per frame (p50) of a 33.3ms budget, the\n"
          "       longest stage is encode with 25.0ms; 24.2 of 30.0 fps\n"), "%s", text);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_some_late_frames_are_no_overload)
{
  Fixture f;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  fill_load (&f, 20 * MS, 30 * MS, 8);
  text = report (&f);
  fail_unless (g_str_has_prefix (text, "No single frame was slow, but 8 of 89 "
          "were over budget: see below.\n"), "%s", text);
  assert_lacks (text, "Advice");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_elements_with_one_name_are_told)
{
  Fixture f;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  fill (&f);
  g_array_index (f.summary.stages, GstProfSummaryStage, 2).elements = 2;
  text = report (&f);
  assert_contains (text, "\n2 elements share the stage name \"encode\": ");
  assert_contains (text, "   profencode0\n");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_only_other_spans_are_called_so)
{
  Fixture f;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  f.summary.elements = 1;
  f.summary.spans = 120;
  add_stage (&f, "write", 0, 0, 0);
  g_array_index (f.summary.stages, GstProfSummaryStage, 0).apart = 120;
  text = report (&f);
  fail_unless (g_str_has_prefix (text, "No video frame came, but 120 spans of "
          "audio"), "%s", text);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_other_structures_are_refused)
{
  g_autoptr (GstStructure) other = gst_structure_new_empty ("level");
  g_autoptr (GstStructure) empty = gst_structure_new_empty ("prof-summary");

  fail_unless (gst_prof_report_to_text (other) == NULL);
  fail_unless (gst_prof_report_to_text (empty) == NULL);
}

GST_END_TEST;

GST_START_TEST (test_summary_survives_the_structure)
{
  Fixture f;
  GstProfSummary parsed;
  g_autoptr (GstStructure) structure = NULL;

  fixture_init (&f);
  fill (&f);
  structure = gst_prof_summary_to_structure (&f.summary);
  fail_unless (gst_prof_summary_parse (&parsed, structure));
  assert_equals_uint64 (parsed.frames, 450);
  assert_equals_uint64 (parsed.total.p99, 150 * MS);
  assert_equals_int (parsed.stages->len, 4);
  assert_equals_string (g_array_index (parsed.stages, GstProfSummaryStage,
          3).name, "write");
  assert_equals_uint64 (g_array_index (parsed.stages, GstProfSummaryStage,
          3).unjoined, 7);
  assert_equals_int (parsed.worst->len, 5);
  assert_equals_string (g_array_index (parsed.worst, GstProfSummaryWarning,
          3).root_cause, "upstream");
  assert_equals_int (parsed.setups->len, 1);
  gst_prof_summary_clear (&parsed);
  fixture_clear (&f);
}

GST_END_TEST;

static GstProfSummaryElement *
add_element (Fixture * f, const gchar * name, const gchar * factory,
    guint64 buffers, GstClockTime p50, gdouble busy)
{
  GstProfSummaryElement element = {
    .name = name,
    .factory = factory,
    .coverage = "functions",
    .buffers_in = buffers,
    .buffers_out = buffers,
    .visits = buffers,
    .own = {buffers, p50, 2 * p50, 3 * p50, 4 * p50, p50, buffers * p50},
    .looked = TRUE,
    .on_cpu = buffers * p50,
    .busy = busy,
  };

  g_array_append_val (f->summary.per_element, element);
  return &g_array_index (f->summary.per_element, GstProfSummaryElement,
      f->summary.per_element->len - 1);
}

/* A player that nobody has put a stage into. */
static void
fill_elements (Fixture * f)
{
  GstProfSummaryElement *element;

  f->summary.duration = 15 * GST_SECOND;
  element = add_element (f, "videotestsrc0", "videotestsrc", 0, 0, 0.021);
  element->own = (GstProfDistribution) { 0 };
  element->buffers_out = 450;
  element->task = 3 * GST_SECOND;
  element->task_waited = 2700 * MS;
  element = add_element (f, "slow", "identity", 450, 52 * GST_USECOND, 0.0016);
  element->bin = "bin0";
  element->waited = 1 * MS;
  add_element (f, "encoder", "x264enc", 450, 21 * MS, 0.63);
  element = add_element (f, "queue0", "queue", 450, 3 * GST_USECOND, 0.0001);
  element->latency = (GstProfDistribution) {
  450, 400 * MS, 950 * MS, 990 * MS, 1000 * MS, 410 * MS, 184 * GST_SECOND};
  element = add_element (f, "fakesink0", "fakesink", 450, 90 * GST_USECOND,
      0.003);
  element->latency = (GstProfDistribution) {
  450, 10, 10, 10, 10, 10, 4500};
}

GST_START_TEST (test_without_stages_elements_are_what_there_is)
{
  Fixture f;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  fill_elements (&f);
  text = report (&f);
  assert_equals_string (text,
      "Nothing was slow.\n"
      "Busiest: encoder (x264enc) was busy 63.0 % of the time, 9.45s in all; own "
      "time of a call 21.0ms p50,\n         84.0ms max\n"
      "\nElements: 5 in 15.0s\n"
      "\n  element                         in     out     p50     p95     p99"
      "     max    busy  waited    task\n"
      "  encoder (x264enc)              450     450  21.0ms  42.0ms  63.0ms"
      "  84.0ms  63.0 %     0us       -\n"
      "  videotestsrc0                    0     450       -       -       -"
      "       -   2.1 %  2700ms   300ms\n"
      "  fakesink0                      450     450    90us   180us   270us"
      "   360us   0.3 %     0us       -\n"
      "  slow (identity)                450     450    52us   104us   156us"
      "   208us   0.2 %   1.0ms       -\n"
      "  queue0                         450     450     3us     6us     9us"
      "    12us   0.0 %     0us       -\n"
      "  p50 to max: own time of a call, without what follows; busy: work of "
      "the time watched;\n  task: work of its own thread between calls\n"
      "\n  longest inside             buffers     p50     p95     p99     max\n"
      "  queue0                         450   400ms   950ms   990ms  1000ms\n");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_what_sleeps_is_busy_and_what_waits_is_not_slow)
{
  Fixture f;
  GstProfSummaryElement *element;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  f.summary.duration = 5 * GST_SECOND;
  element = add_element (&f, "i", "identity", 100, 49900 * GST_USECOND, 0.998);
  element->on_cpu = 7 * MS;
  element = add_element (&f, "fakesink0", "fakesink", 100, 32500 * GST_USECOND,
      0.01);
  element->waited = 3200 * MS;
  text = report (&f);
  assert_contains (text, "Busiest: i (identity) was busy 99.8 % of the time, "
      "4.99s in all, of which 0.1 % on a CPU; own time\n"
      "         of a call 49.9ms p50, ");
  assert_contains (text, "\n  own time that is mostly waiting (clock, room, PLAYING, "
      "blocked pad): fakesink0\n");
  fixture_clear (&f);
}

GST_END_TEST;

static const gchar *
get_advice_of (const gchar * root_cause)
{
  GstProfCause cause;

  fail_unless (gst_prof_cause_find (root_cause, &cause));
  return gst_prof_cause_get_info (cause)->advice;
}

static void
add_open (Fixture * f, const gchar * kind, const gchar * stage,
    GstClockTime duration, const gchar * root_cause, const gchar * evidence)
{
  GstProfSummaryWarning warning = {
    .kind = kind,
    .stage = stage,
    .count = 1,
    .total = duration,
    .duration = duration,
    .threshold = 50 * MS,
    .root_cause = root_cause,
    .evidence = evidence,
    .advice = get_advice_of (root_cause),
  };

  g_array_append_val (f->summary.open, warning);
}

GST_START_TEST (test_what_goes_on_comes_first)
{
  Fixture f;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  fill_elements (&f);
  add_open (&f, "gap", "fakesink0", 6140 * MS, "slow-reader",
      "fakesink0: nobody reads");
  add_open (&f, "slow-element", "fakesink0", 6150 * MS, "slow-reader",
      "fakesink0: nobody reads");
  add_open (&f, "main-loop", NULL, 300 * MS, "unknown", NULL);
  text = report (&f);
  fail_unless (g_str_has_prefix (text,
          "Now:   element fakesink0 is slow, still going on: 6.15s, cause: "
          "slow-reader (fakesink0: nobody\n       reads)\n"
          "       gap between frames before element fakesink0, still going on: "
          "6.14s, cause: slow-reader\n       (fakesink0: nobody reads)\n"
          "       the application's main loop is blocked, still going on: "
          "300.0ms\n"
          "Nothing else was slow.\nBusiest: "), "%s", text);
  assert_contains (text, "\nAdvice:\n  slow-reader: ");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_what_goes_on_stands_before_what_is_over)
{
  Fixture f;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  fill (&f);
  for (guint i = 0; i < 5; i++)
    add_open (&f, "slow-write", "write", (3000 + i) * MS, "disk", NULL);
  text = report (&f);
  fail_unless (g_str_has_prefix (text, "Now:   stage write is slow, still going "
          "on: 3.00s, cause: disk\n"), "%s", text);
  assert_contains (text, "\n       2 more still going on: the JSON has them\n"
      "Worst: ");
  assert_lacks (text, "Nothing else");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_call_that_has_not_ended_is_in_its_row)
{
  Fixture f;
  GstProfSummaryElement *element;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  f.summary.duration = 5 * GST_SECOND;
  element = add_element (&f, "filesink0", "filesink", 100, 50 * GST_USECOND,
      0.834);
  element->open = element->open_max = 4961 * MS;
  element = add_element (&f, "queue0", "queue", 100, 10 * GST_USECOND, 0.001);
  element->open = element->open_max = 4565 * MS;
  element->open_waited = 4564 * MS;
  element = add_element (&f, "calm", "identity", 100, 50 * MS, 0.9);
  element->open = element->open_max = 30 * MS;
  text = report (&f);
  assert_contains (text, "\n  filesink0                      100     100    50us"
      "   100us   150us  4961ms  83.4 %     0us       -\n");
  assert_contains (text, "  4565ms   0.1 %  4564ms       -\n");
  assert_contains (text, "100ms   150ms   200ms  90.0 %     0us       -\n");
  assert_contains (text, "\n  in max and busy is a call that has not ended: "
      "filesink0, queue0\n");
  assert_contains (text, "blocked pad): queue0\n");
  assert_contains (text, "Busiest: calm (identity) was busy 90.0 % of the time, "
      "5.03s in all");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_gaps_of_elements_are_told_by_part_or_by_cause)
{
  Fixture f;
  GstStructure *causes;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  fill_elements (&f);
  f.summary.gaps = 1;
  f.summary.gap_total = 1500 * MS;
  f.summary.longest_gap = 1500 * MS;
  gst_structure_set (f.gap_parts,
      "unknown", G_TYPE_UINT64, (guint64) (1500 * MS), NULL);
  causes = gst_structure_new ("prof-gap-causes",
      "upstream", G_TYPE_UINT64, (guint64) (1500 * MS), NULL);
  f.summary.gap_causes = causes;
  text = report (&f);
  assert_contains (text, "\nGaps: 1, 1.50s in all, longest 1.50s\n"
      "Gaps by cause: upstream 1.50s\n");
  gst_structure_free (causes);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_slow_element_is_a_verdict_with_its_cause)
{
  Fixture f;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  fill_elements (&f);
  add_warning (&f, "slow-element", "slow", 3, 1200 * MS, 700 * MS, 0, "sleep");
  f.summary.gaps = 2;
  f.summary.gap_total = 900 * MS;
  f.summary.longest_gap = 500 * MS;
  gst_structure_set (f.gap_parts,
      "slow", G_TYPE_UINT64, (guint64) (900 * MS), NULL);
  add_warning (&f, "gap", "fakesink0", 2, 900 * MS, 500 * MS, 0, "sleep");
  text = report (&f);
  fail_unless (g_str_has_prefix (text,
          "Worst: element slow was slow 3 times, 1.20s in all, longest 700.0ms, "
          "cause: sleep\n"
          "       2 gaps between frames before element fakesink0, 900.0ms in all, "
          "longest 500.0ms, mostly slow,\n       the longest sleep\n"
          "Busiest: encoder (x264enc) was busy"), "%s", text);
  assert_contains (text, "\nGaps: 2, 900.0ms in all, longest 500.0ms; slow "
      "900.0ms\n");
  assert_contains (text, "\n  warnings              element            count "
      "   longest  threshold      frame\n"
      "  slow-element          slow                   3    700.0ms     50.0ms"
      "          -\n");
  assert_lacks (text, "\n  stage ");
  assert_lacks (text, "Frames:");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_element_in_a_stage_is_told_once)
{
  Fixture f;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  fill (&f);
  fill_elements (&f);
  g_array_index (f.summary.per_element, GstProfSummaryElement, 2).stage =
      "encode";
  g_array_index (f.summary.per_element, GstProfSummaryElement, 3).stage =
      "encode";
  text = report (&f);
  assert_contains (text, "\n  in stage encode, and told there: encoder "
      "(x264enc), queue0\n");
  assert_lacks (text, "encoder (x264enc)  ");
  assert_lacks (text, "longest inside");
  assert_lacks (text, "Busiest");
  assert_contains (text, "\nFrames: 450 in 15.0s");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_what_is_not_measured_is_said)
{
  Fixture f;
  GstProfSummaryElement *element;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  fill_elements (&f);
  element = add_element (&f, "counted", "appsink", 7, 0, 0);
  element->coverage = "probe";
  element->own = (GstProfDistribution) { 0 };
  element->looked = FALSE;
  add_element (&f, "half", "tee", 7, 1 * MS, 0)->coverage = "part";
  add_element (&f, "restless", "tee", 7, 1 * MS, 0)->coverage = "incomplete";
  add_element (&f, "refused", NULL, 0, 0, 0)->coverage = "none";
  add_element (&f, "alone", NULL, 0, 0, 0)->coverage = "excluded";
  add_element (&f, "valve0", "valve", 0, 0, 0);
  add_element (&f, "unseen", NULL, 9, 1 * MS, 0)->unseen = 4;
  f.summary.elements_refused = 3;
  text = report (&f);
  assert_contains (text, "\n  counted (appsink)                7       7       "
      "-       -       -       -       -       -       -\n");
  assert_contains (text, "\n  waited -: not looked at");
  assert_contains (text, "\n  only counted, because they cannot be measured: "
      "counted (appsink)\n");
  assert_contains (text, "\n  measured in part: not all of their pads can be: "
      "half (tee)\n");
  assert_contains (text, "\n  not all that came may be counted, because their "
      "functions");
  assert_contains (text, "restless (tee)\n");
  assert_contains (text, "\n  not measured: refused\n");
  assert_contains (text, "\n  excluded, so that their time is that of what "
      "pushes into them: alone\n");
  assert_contains (text, "\n  no buffer came: valve0\n");
  assert_contains (text, "\n  no room for 3 more elements\n");
  assert_contains (text, "\n  not in p50 to p99, but in all else: 4 calls\n");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_of_many_elements_the_busiest_are_told)
{
  Fixture f;
  g_autofree gchar *text = NULL;
  gchar *names[80];

  fixture_init (&f);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    names[i] = g_strdup_printf ("element-whose-name-is-long-%u", i);
    add_element (&f, names[i], "identity", 10, (i + 1) * MS, 0.01);
  }
  text = report (&f);
  assert_contains (text, "\n  ..nt-whose-name-is-long-50      10");
  assert_lacks (text, "long-49");
  assert_contains (text, "\n  50 more worked less: the JSON has them\n");
  fixture_clear (&f);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_free (names[i]);
}

GST_END_TEST;

GST_START_TEST (test_rows_of_elements_are_as_wide_as_the_report)
{
  Fixture f;
  GstProfSummaryElement *element;
  g_autofree gchar *text = NULL;
  g_auto (GStrv) lines = NULL;

  fixture_init (&f);
  fill_elements (&f);
  element = add_element (&f, "an-element-with-a-name-that-is-long", "x",
      G_GUINT64_CONSTANT (100000000000), 3700 * GST_SECOND, 63.9);
  element->own.sum = 64 * 3700 * GST_SECOND;
  element->latency = element->own;
  element->task = element->task_waited = 200000 * GST_SECOND;
  add_warning (&f, "slow-element", element->name, 1234567, 3700 * GST_SECOND,
      3700 * GST_SECOND, 12345678, NULL);
  text = report (&f);
  assert_contains (text, " 100000M 100000M   3700s   7400s  11100s  14800s  "
      "6390 % 200000s     0us\n");
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i]; i++)
    fail_unless (strlen (lines[i]) <= 100, "%s", lines[i]);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_same_names_are_told_apart_by_their_bins)
{
  Fixture f;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  fill_elements (&f);
  add_element (&f, "queue0", "queue", 10, 1 * MS, 0.01)->bin = "decodebin0";
  text = report (&f);
  assert_contains (text, "\n  decodebin0/queue0   ");
  assert_contains (text, "\n  queue0   ");
  assert_lacks (text, "bin0/slow");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_thread_of_any_name_takes_nothing_from_the_report)
{
  Fixture f;
  g_autofree gchar *text = NULL;
  GstProfSummaryThread thread = {.name = "a\xff" };

  fixture_init (&f);
  fill (&f);
  g_array_append_val (f.summary.threads, thread);
  text = report (&f);
  assert_contains (text, "\n  a\357\277\275 ");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_names_end_no_line_and_tell_no_terminal)
{
  Fixture f;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  add_element (&f, "a\nb", "identity", 10, 5 * MS, 0.5);
  add_element (&f, "c\x1b[31m\tred\xc2\x9b", "queue", 10, 1 * MS, 0.1);
  add_element (&f, "d\xe2\x80\xa8\xc3\xbc \"<\\", "fakesink", 10, 9, 0.0);
  add_warning (&f, "slow-element", "a\nb", 3, 300 * MS, 120 * MS, 7, "sleep");
  g_array_index (f.summary.worst, GstProfSummaryWarning, 0).evidence =
      "a\nb: the thread slept";
  text = report (&f);
  assert_contains (text, "Worst: element a\\nb was slow 3 times, ");
  assert_contains (text, "\n       (a\\nb: the thread slept)\n");
  assert_contains (text, "\n  a\\nb (identity)                ");
  assert_contains (text, "\n  c\\x1b[31m\\tred\\x9b (queue) ");
  assert_contains (text, "\n  d\\u2028\xc3\xbc \"<\\ (fakesink) ");
  assert_lacks (text, "a\nb");
  assert_lacks (text, "\x1b");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_queue_that_nothing_limits_is_in_the_advice)
{
  static const gchar advice[] = "make it cheaper; nothing limits queue0: set "
      "max-size-buffers";
  Fixture f;
  g_autofree gchar *text = NULL;

  fixture_init (&f);
  fill (&f);
  fill_behind (&f);
  g_array_index (f.summary.worst, GstProfSummaryWarning,
      f.summary.worst->len - 1).advice = advice;
  add_warning (&f, "memory-growth", NULL, 1, 40 * GST_SECOND,
      40 * GST_SECOND, 0, NULL);
  g_array_index (f.summary.worst, GstProfSummaryWarning,
      f.summary.worst->len - 1).advice = "look for what keeps buffers; nothing "
      "limits queue0: set max-size-buffers";
  text = report (&f);
  assert_contains (text, "\n  normalize: make it cheaper; nothing limits queue0: "
      "set max-size-buffers\n");
  assert_contains (text, "\n  memory-growth: look for what keeps buffers; "
      "nothing limits queue0");
  fixture_clear (&f);
}

GST_END_TEST;

static Suite *
report_suite (void)
{
  Suite *s = suite_create ("report");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_worst_comes_first_and_names_stages);
  tcase_add_test (tc, test_removed_file_is_worse_than_any_time);
  tcase_add_test (tc, test_frames_add_up);
  tcase_add_test (tc, test_stages_stand_beside_what_is_normal);
  tcase_add_test (tc, test_gaps_are_split);
  tcase_add_test (tc, test_warnings_setups_and_losses_are_listed);
  tcase_add_test (tc, test_advice_is_for_what_occurred);
  tcase_add_test (tc, test_advice_of_one_gap_is_what_its_evidence_leaves);
  tcase_add_test (tc, test_a_stage_that_slept_in_a_gap_is_not_to_be_made_cheaper);
  tcase_add_test (tc, test_advice_of_a_warning_is_that_which_was_told);
  tcase_add_test (tc, test_no_line_is_wider_than_a_hundred_columns);
  tcase_add_test (tc, test_falling_behind_is_the_first_verdict_and_said_once);
  tcase_add_test (tc, test_memory_stands_beside_what_is_normal);
  tcase_add_test (tc, test_memory_that_grew_is_a_verdict_of_bytes);
  tcase_add_test (tc, test_good_recording_is_called_good);
  tcase_add_test (tc, test_empty_recording_is_called_empty);
  tcase_add_test (tc, test_gap_is_mostly_what_the_sum_is);
  tcase_add_test (tc, test_each_row_of_gaps_is_mostly_what_its_own_sum_is);
  tcase_add_test (tc, test_overload_is_said_with_stage_and_advice);
  tcase_add_test (tc, test_overload_of_several_stages_is_the_threads);
  tcase_add_test (tc, test_some_late_frames_are_no_overload);
  tcase_add_test (tc, test_elements_with_one_name_are_told);
  tcase_add_test (tc, test_only_other_spans_are_called_so);
  tcase_add_test (tc, test_other_structures_are_refused);
  tcase_add_test (tc, test_summary_survives_the_structure);
  tcase_add_test (tc, test_without_stages_elements_are_what_there_is);
  tcase_add_test (tc, test_what_sleeps_is_busy_and_what_waits_is_not_slow);
  tcase_add_test (tc, test_gaps_of_elements_are_told_by_part_or_by_cause);
  tcase_add_test (tc, test_what_goes_on_comes_first);
  tcase_add_test (tc, test_what_goes_on_stands_before_what_is_over);
  tcase_add_test (tc, test_a_call_that_has_not_ended_is_in_its_row);
  tcase_add_test (tc, test_slow_element_is_a_verdict_with_its_cause);
  tcase_add_test (tc, test_element_in_a_stage_is_told_once);
  tcase_add_test (tc, test_what_is_not_measured_is_said);
  tcase_add_test (tc, test_of_many_elements_the_busiest_are_told);
  tcase_add_test (tc, test_rows_of_elements_are_as_wide_as_the_report);
  tcase_add_test (tc, test_same_names_are_told_apart_by_their_bins);
  tcase_add_test (tc, test_thread_of_any_name_takes_nothing_from_the_report);
  tcase_add_test (tc, test_names_end_no_line_and_tell_no_terminal);
  tcase_add_test (tc, test_queue_that_nothing_limits_is_in_the_advice);
  return s;
}

GST_CHECK_MAIN (report);
