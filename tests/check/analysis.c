/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofanalysis.h>
#include <gst/prof/gstprofmessage.h>

#define MS GST_MSECOND
#define FRAME(n) ((n) * G_GUINT64_CONSTANT (33333333))

typedef struct
{
  GstProfAnalysis *analysis;
  GstProfConfig config;
  GstDebugLevel level;          /* lines up to this level are read */
  GPtrArray *lines;
  GPtrArray *structures;
} Fixture;

static gboolean
wants (GstDebugLevel level, gpointer user_data)
{
  return level <= ((Fixture *) user_data)->level;
}

static void
fixture_init_with (Fixture * f, const GstProfConfig * config)
{
  f->config = *config;
  f->level = GST_LEVEL_INFO;
  f->lines = g_ptr_array_new_with_free_func (g_free);
  f->structures =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_structure_free);
  f->analysis = gst_prof_analysis_new (config, wants, f);
  gst_prof_analysis_add_stage (f->analysis, "normalize");
  gst_prof_analysis_add_stage (f->analysis, "encode");
  gst_prof_analysis_add_stage (f->analysis, "write");
  gst_prof_analysis_set_playing (f->analysis, TRUE, 0);
}

/* Without telemetry, so that lines are warnings. */
static void
fixture_init (Fixture * f)
{
  GstProfConfig config;

  gst_prof_config_init (&config);
  config.telemetry_frames = 0;
  config.performance_interval = 0;
  fixture_init_with (f, &config);
}

static void
fixture_clear (Fixture * f)
{
  gst_prof_analysis_free (f->analysis);
  g_ptr_array_unref (f->lines);
  g_ptr_array_unref (f->structures);
}

static void
collect (Fixture * f)
{
  GstProfOutput *output;

  while ((output = gst_prof_analysis_pop_output (f->analysis)) != NULL) {
    if (output->line)
      g_ptr_array_add (f->lines, g_steal_pointer (&output->line));
    if (output->structure)
      g_ptr_array_add (f->structures, g_steal_pointer (&output->structure));
    gst_prof_output_free (output);
  }
}

/* The span's strings are borrowed. */
static void
push (Fixture * f, const gchar * stage, GstProfSpan span, GstClockTime now)
{
  span.stage = g_ref_string_new (stage);
  if (span.stream_id == NULL)
    span.stream_id = g_ref_string_new ("v");
  gst_prof_analysis_push_span (f->analysis, &span, now);
  gst_prof_span_clear (&span);
  collect (f);
}

static GstProfSpan
make_span (GstClockTime running_time, GstClockTime enter, GstClockTime own)
{
  GstProfSpan span = GST_PROF_SPAN_INIT;

  span.running_time = span.running_time_out = running_time;
  span.enter = enter;
  span.leave = enter + own;
  span.own = own;
  span.frame_duration = 33333333;
  span.thread_id = 1;
  span.buffers = 1;
  return span;
}

/* The nth frame comes in at @enter and passes three stages on one thread, one
 * after the other. */
static void
push_frame_flags (Fixture * f, guint n, GstClockTime enter,
    GstClockTime normalize, GstClockTime encode, GstClockTime write,
    GstProfSpanFlags flags)
{
  GstProfSpan span = make_span (FRAME (n), enter, normalize);

  span.flags = flags;
  span.leave = enter + normalize + encode + write;
  push (f, "normalize", span, span.leave);

  span = make_span (FRAME (n), enter + normalize, encode);
  span.flags = flags;
  span.packets = 1;
  span.dts_running_time = FRAME (n);
  span.bytes = span.payload_size = 5000 + n;
  span.payload = 0x100000 + n * 0x10000;
  span.latency = encode;
  push (f, "encode", span, span.leave);

  span = make_span (FRAME (n), enter + normalize + encode, write);
  span.flags = GST_PROF_SPAN_FLAG_MUXED | flags;
  span.packets = 1;
  span.payload = 0x100000 + n * 0x10000;
  span.payload_size = 5000 + n;
  span.bytes = 5007 + n;
  push (f, "write", span, span.leave);
}

static void
push_frame (Fixture * f, guint n, GstClockTime enter, GstClockTime normalize,
    GstClockTime encode, GstClockTime write)
{
  push_frame_flags (f, n, enter, normalize, encode, write, 0);
}

static void
push_good_frame (Fixture * f, guint n)
{
  push_frame (f, n, FRAME (n), 8 * MS, 15 * MS, 2 * MS);
}

static guint
count_lines (Fixture * f, const gchar * start)
{
  guint n = 0;

  for (guint i = 0; i < f->lines->len; i++) {
    if (g_str_has_prefix (g_ptr_array_index (f->lines, i), start))
      n++;
  }
  return n;
}

static const gchar *
get_line (Fixture * f, const gchar * start)
{
  for (guint i = 0; i < f->lines->len; i++) {
    if (g_str_has_prefix (g_ptr_array_index (f->lines, i), start))
      return g_ptr_array_index (f->lines, i);
  }
  for (guint i = 0; i < f->lines->len; i++)
    g_printerr ("%s\n", (gchar *) g_ptr_array_index (f->lines, i));
  fail ("no line %s", start);
  return NULL;
}

static const GstStructure *
get_warning (Fixture * f, const gchar * kind)
{
  for (guint i = 0; i < f->structures->len; i++) {
    const GstStructure *structure = g_ptr_array_index (f->structures, i);

    if (g_strcmp0 (gst_structure_get_string (structure, "kind"), kind) == 0)
      return structure;
  }
  fail ("no warning %s", kind);
  return NULL;
}

static guint64
get_uint64 (const GstStructure * structure, const gchar * field)
{
  guint64 value;

  fail_unless (gst_structure_get_uint64 (structure, field, &value), "%s",
      field);
  return value;
}

static guint64
get_cause (const GstStructure * warning, const gchar * cause)
{
  const GValue *causes = gst_structure_get_value (warning, "causes");

  return get_uint64 (gst_value_get_structure (causes), cause);
}

static guint64
get_stage (const GstStructure * warning, const gchar * stage)
{
  const GValue *stages = gst_structure_get_value (warning, "stages");

  return get_uint64 (gst_value_get_structure (stages), stage);
}

static void
summarize (Fixture * f, GstProfSummary * summary)
{
  gst_prof_summary_init (summary);
  gst_prof_analysis_summarize (f->analysis, summary);
}

static guint64
get_count (const GstProfSummary * summary, const gchar * kind)
{
  return get_uint64 (summary->warnings, kind);
}

GST_START_TEST (test_good_frames_say_nothing)
{
  Fixture f;
  g_auto (GstProfSummary) summary = { 0 };

  fixture_init (&f);
  for (guint i = 0; i < 90; i++)
    push_good_frame (&f, i);
  assert_equals_int (f.lines->len, 0);
  assert_equals_int (f.structures->len, 0);

  summarize (&f, &summary);
  assert_equals_uint64 (summary.frames, 90);
  assert_equals_uint64 (summary.complete, 90);
  assert_equals_uint64 (summary.over_budget, 0);
  assert_equals_uint64 (summary.budget, 33333333);
  assert_equals_uint64 (summary.total.count, 90);
  assert_equals_uint64 (summary.total.max, 25 * MS);
  assert_equals_uint64 (summary.latency.max, 25 * MS);
  fail_unless (summary.fps > 29.9 && summary.fps < 30.1);
  assert_equals_uint64 (summary.gaps, 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_telemetry_line_is_that_of_the_service)
{
  Fixture f;
  GstProfConfig config;

  gst_prof_config_init (&config);
  fixture_init_with (&f, &config);
  push_frame (&f, 0, 0, 12300 * GST_USECOND, 45600 * GST_USECOND,
      3200 * GST_USECOND);
  assert_equals_string (get_line (&f, "[TELEMETRY]"),
      "[TELEMETRY] Frame 1: 1 packet(s), 5000 bytes, timing: normalize=12.3ms, "
      "encode=45.6ms, write=3.2ms, TOTAL=61.1ms");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_telemetry_is_of_the_first_sixty_frames)
{
  Fixture f;
  GstProfConfig config;

  gst_prof_config_init (&config);
  fixture_init_with (&f, &config);
  for (guint i = 0; i < 90; i++)
    push_good_frame (&f, i);
  assert_equals_int (count_lines (&f, "[TELEMETRY]"), 60);
  assert_equals_int (count_lines (&f, "PERFORMANCE"), 3);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_lines_that_nobody_reads_are_not_made)
{
  Fixture f;
  GstProfConfig config;

  gst_prof_config_init (&config);
  fixture_init_with (&f, &config);
  f.level = GST_LEVEL_WARNING;
  for (guint i = 0; i < 90; i++)
    push_good_frame (&f, i);
  assert_equals_int (f.lines->len, 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_performance_sums_up_thirty_frames)
{
  Fixture f;
  GstProfConfig config;

  gst_prof_config_init (&config);
  config.telemetry_frames = 0;
  fixture_init_with (&f, &config);
  for (guint i = 0; i < 29; i++)
    push_good_frame (&f, i);
  push_frame (&f, 29, FRAME (29), 12300 * GST_USECOND, 45600 * GST_USECOND,
      3200 * GST_USECOND);
  fail_unless (g_str_has_prefix (get_line (&f, "PERFORMANCE"),
          "PERFORMANCE: Last frame took 61.1ms total | 30 frames: p50 25."));
  fail_unless (g_str_has_suffix (get_line (&f, "PERFORMANCE"),
          "p99 61.1ms max 61.1ms, 30.0 fps, 1 over budget"));
  assert_equals_int (count_lines (&f, "CRITICAL"), 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_critical_frames_are_said_to_cause_buffering)
{
  Fixture f;
  GstProfConfig config;

  gst_prof_config_init (&config);
  config.telemetry_frames = 0;
  fixture_init_with (&f, &config);
  for (guint i = 0; i < 30; i++)
    push_frame (&f, i, i * 200 * MS, 8 * MS, i < 4 ? 150 * MS : 15 * MS,
        2 * MS);
  assert_equals_string (get_line (&f, "CRITICAL: "),
      "CRITICAL: Frame processing >100ms will cause buffering! | 4 of the last "
      "30 frames");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_slow_encode_names_frame_and_threshold)
{
  Fixture f;
  const GstStructure *warning;

  fixture_init (&f);
  for (guint i = 0; i < 44; i++)
    push_good_frame (&f, i);
  push_frame (&f, 44, FRAME (44), 8 * MS, 150500 * GST_USECOND, 2 * MS);

  assert_equals_string (get_line (&f, "SLOW ENCODE"),
      "SLOW ENCODE: 150.5ms | frame 45, threshold 50ms; advice: hardware "
      "encoder, faster preset or lower resolution");
  warning = get_warning (&f, "slow-encode");
  assert_equals_string (gst_structure_get_string (warning, "stage"), "encode");
  assert_equals_string (gst_structure_get_string (warning, "stream-id"), "v");
  assert_equals_uint64 (get_uint64 (warning, "frame"), 45);
  assert_equals_uint64 (get_uint64 (warning, "duration"), 150500 * GST_USECOND);
  assert_equals_uint64 (get_uint64 (warning, "threshold"), 50 * MS);
  assert_equals_uint64 (get_cause (warning, "unknown"), 150500 * GST_USECOND);
  assert_equals_string (gst_structure_get_string (warning, "root-cause"),
      "unknown");
  assert_equals_string (gst_structure_get_string (warning, "text"),
      get_line (&f, "SLOW ENCODE"));
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_exactly_the_threshold_is_not_slow)
{
  Fixture f;

  fixture_init (&f);
  push_frame (&f, 0, 0, 0, 50 * MS, 0);
  assert_equals_int (f.lines->len, 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_threshold_of_zero_is_off)
{
  Fixture f;
  GstProfConfig config;

  gst_prof_config_init (&config);
  config.telemetry_frames = config.performance_interval = 0;
  for (guint i = 0; i < GST_PROF_WARNING_N_KINDS; i++)
    config.thresholds.values[i] = 0;
  fixture_init_with (&f, &config);
  push_frame (&f, 0, 0, 500 * MS, 500 * MS, 500 * MS);
  push_frame (&f, 1, 90 * GST_SECOND, 500 * MS, 500 * MS, 500 * MS);
  assert_equals_int (f.lines->len, 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_slow_frame_compares_total)
{
  Fixture f;
  const GstStructure *warning;

  fixture_init (&f);
  push_frame (&f, 0, 0, 12300 * GST_USECOND, 45600 * GST_USECOND,
      3200 * GST_USECOND);
  fail_unless (g_str_has_prefix (get_line (&f, "SLOW"),
          "SLOW FRAME: 61.1ms | frame 1: normalize=12.3ms, encode=45.6ms, "
          "write=3.2ms, TOTAL=61.1ms, threshold 50ms; advice: "));
  warning = get_warning (&f, "slow-frame");
  assert_equals_string (gst_structure_get_string (warning, "stage"), "encode");
  assert_equals_string (gst_structure_get_string (warning, "root-cause"),
      "encode");
  assert_equals_uint64 (get_stage (warning, "encode"), 45600 * GST_USECOND);
  assert_equals_uint64 (get_stage (warning, "unknown"), 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_critical_replaces_slow_frame)
{
  Fixture f;

  fixture_init (&f);
  push_frame (&f, 0, 0, 40 * MS, 45200 * GST_USECOND, 80 * MS);
  fail_unless (g_str_has_prefix (get_line (&f, "CRITICAL"),
          "CRITICAL PERFORMANCE: Frame took 165.2ms (should be <33.3ms for "
          "30fps) | frame 1: "));
  assert_equals_int (count_lines (&f, "SLOW FRAME"), 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_over_budget_compares_the_busiest_thread)
{
  Fixture f;
  g_auto (GstProfSummary) summary = { 0 };
  GstProfSpan span;

  fixture_init (&f);
  gst_prof_analysis_remove_stage (f.analysis, "write");
  /* 40 ms on two threads, then 40 ms on one. */
  for (guint i = 0; i < 2; i++) {
    push (&f, "normalize", make_span (FRAME (i), FRAME (i), 20 * MS), 0);
    span = make_span (FRAME (i), FRAME (i) + 20 * MS, 20 * MS);
    span.thread_id = i == 0 ? 2 : 1;
    span.packets = 1;
    span.dts_running_time = FRAME (i);
    push (&f, "encode", span, 0);
  }
  summarize (&f, &summary);
  assert_equals_uint64 (summary.complete, 2);
  assert_equals_uint64 (summary.over_budget, 1);
  assert_equals_uint64 (summary.total.max, 40 * MS);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_budget_is_observed_when_caps_do_not_tell)
{
  Fixture f;
  g_auto (GstProfSummary) summary = { 0 };

  fixture_init (&f);
  gst_prof_analysis_remove_stage (f.analysis, "write");
  gst_prof_analysis_remove_stage (f.analysis, "encode");
  for (guint i = 0; i < 30; i++) {
    GstProfSpan span = make_span (i * 40 * MS, i * 40 * MS, 10 * MS);

    span.frame_duration = GST_CLOCK_TIME_NONE;
    push (&f, "normalize", span, 0);
  }
  summarize (&f, &summary);
  fail_unless (summary.budget_observed);
  fail_unless (summary.budget > 39600 * GST_USECOND
      && summary.budget < 40400 * GST_USECOND);
  fixture_clear (&f);
}

GST_END_TEST;

/* 2 s in PAUSED gave a 1993 ms "write". */
GST_START_TEST (test_preroll_is_never_slow_and_counted_apart)
{
  Fixture f;
  g_auto (GstProfSummary) summary = { 0 };
  const GstProfSummaryStage *write;

  fixture_init (&f);
  push_frame_flags (&f, 0, 0, 8 * MS, 15 * MS, 1993 * MS,
      GST_PROF_SPAN_FLAG_PREROLL);
  for (guint i = 1; i < 5; i++)
    push_frame (&f, i, 2 * GST_SECOND + FRAME (i), 8 * MS, 15 * MS, 2 * MS);
  assert_equals_int (f.lines->len, 0);

  summarize (&f, &summary);
  assert_equals_uint64 (summary.frames, 5);
  assert_equals_uint64 (summary.preroll, 1);
  assert_equals_uint64 (summary.total.count, 4);
  assert_equals_uint64 (summary.over_budget, 0);
  write = &g_array_index (summary.stages, GstProfSummaryStage, 2);
  assert_equals_string (write->name, "write");
  assert_equals_uint64 (write->preroll, 1);
  assert_equals_uint64 (write->preroll_max, 1993 * MS);
  assert_equals_uint64 (write->own.count, 4);
  assert_equals_uint64 (write->own.max, 2 * MS);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_drain_is_not_slow)
{
  Fixture f;
  g_auto (GstProfSummary) summary = { 0 };
  GstProfSpan span;

  fixture_init (&f);
  push_good_frame (&f, 0);
  span = make_span (GST_CLOCK_TIME_NONE, FRAME (1), 700 * MS);
  span.flags = GST_PROF_SPAN_FLAG_DRAIN;
  push (&f, "encode", span, 0);
  assert_equals_int (f.lines->len, 0);

  summarize (&f, &summary);
  assert_equals_uint64 (summary.frames, 1);
  assert_equals_uint64 (g_array_index (summary.stages, GstProfSummaryStage,
          1).drain_sum, 700 * MS);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_slow_write_of_audio_is_told_without_a_frame)
{
  Fixture f;
  GstProfSpan span;

  fixture_init (&f);
  push_good_frame (&f, 0);
  span = make_span (GST_CLOCK_TIME_NONE, 30 * MS, 85300 * GST_USECOND);
  span.flags = GST_PROF_SPAN_FLAG_NOT_VIDEO | GST_PROF_SPAN_FLAG_MUXED;
  push (&f, "write", span, 0);
  fail_unless (g_str_has_prefix (get_line (&f, "SLOW"),
          "SLOW WRITE: 85.3ms | no video, threshold 50ms; advice: SSD"));
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_user_stage_has_a_threshold_and_a_label)
{
  Fixture f;

  fixture_init (&f);
  push (&f, "overlay", make_span (FRAME (0), 0, 60 * MS), 0);
  fail_unless (g_str_has_prefix (get_line (&f, "SLOW"),
          "SLOW OVERLAY: 60.0ms | "));
  assert_equals_string (gst_structure_get_string (get_warning (&f,
              "slow-stage"), "stage"), "overlay");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_gap_line_subtracts_processing)
{
  Fixture f;
  const GstStructure *warning;
  g_auto (GstProfSummary) summary = { 0 };

  fixture_init (&f);
  for (guint i = 0; i < 10; i++)
    push_good_frame (&f, i);
  push_frame (&f, 10, FRAME (10), 8 * MS, 45 * MS, 2 * MS);
  push_frame (&f, 11, FRAME (10) + 18700 * MS, 8 * MS, 15 * MS, 2 * MS);

  fail_unless (g_str_has_prefix (get_line (&f, "Upstream"),
          "Upstream yielded after 18645.0ms wait | frame 12, threshold 1000ms"));
  fail_unless (g_str_has_prefix (get_line (&f, "Long gap"),
          "Long gap between frames: 18.7s | processing 0.055s, missing "
          "18.645s: upstream 18.6s; before frame 12, threshold 200ms; advice"));
  warning = get_warning (&f, "gap");
  assert_equals_uint64 (get_uint64 (warning, "frame"), 12);
  assert_equals_uint64 (get_uint64 (warning, "duration"), 18700 * MS);
  assert_equals_uint64 (get_cause (warning, "upstream"), 18645 * MS);
  assert_equals_uint64 (get_cause (warning, "unknown"), 55 * MS);
  assert_equals_uint64 (get_stage (warning, "upstream"), 18645 * MS);
  assert_equals_uint64 (get_stage (warning, "encode"), 45 * MS);
  assert_equals_uint64 (get_stage (warning, "unknown"), 0);
  assert_equals_string (gst_structure_get_string (warning, "root-cause"),
      "upstream");
  assert_equals_string (gst_structure_get_string (warning, "state"), "final");

  summarize (&f, &summary);
  assert_equals_uint64 (summary.gaps, 1);
  assert_equals_uint64 (summary.longest_gap, 18700 * MS);
  assert_equals_uint64 (summary.missing_total, 18645 * MS);
  assert_equals_uint64 (get_uint64 (summary.gap_parts, "upstream"), 18645 * MS);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_gap_after_the_first_frame_is_seen)
{
  Fixture f;

  fixture_init (&f);
  push_good_frame (&f, 0);
  push_frame (&f, 1, 2 * GST_SECOND, 8 * MS, 15 * MS, 2 * MS);
  assert_equals_int (count_lines (&f, "Long gap between frames: 2.000s"), 1);
  fixture_clear (&f);
}

GST_END_TEST;

static void
push_slow_stream (Fixture * f, guint n, GstClockTime interval,
    GstClockTime frame_duration)
{
  for (guint i = 0; i < n; i++) {
    GstProfSpan span = make_span (i * interval, i * interval, 5 * MS);

    span.frame_duration = frame_duration;
    push (f, "normalize", span, span.leave);
  }
}

GST_START_TEST (test_few_frames_per_second_are_no_gap)
{
  Fixture f;
  GstProfSpan span;

  fixture_init (&f);
  push_slow_stream (&f, 10, 1010 * MS, 1000 * MS);
  assert_equals_int (f.lines->len, 0);
  span = make_span (12 * GST_SECOND, 9 * 1010 * MS + 2001 * MS, 5 * MS);
  span.frame_duration = 1000 * MS;
  push (&f, "normalize", span, 0);
  assert_equals_int (count_lines (&f, "Long gap between frames: 2.001s"), 1);
  assert_equals_uint64 (get_uint64 (get_warning (&f, "gap"), "threshold"),
      2000 * MS);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_few_observed_frames_per_second_are_no_gap)
{
  Fixture f;
  guint early;

  fixture_init (&f);
  push_slow_stream (&f, 10, 333 * MS, GST_CLOCK_TIME_NONE);
  early = count_lines (&f, "Long gap");
  assert_equals_int (early, 9);
  for (guint i = 10; i < 20; i++) {
    GstProfSpan span = make_span (i * 333 * MS, i * 333 * MS, 5 * MS);

    span.frame_duration = GST_CLOCK_TIME_NONE;
    push (&f, "normalize", span, span.leave);
  }
  assert_equals_int (count_lines (&f, "Long gap"), early);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_loss_makes_no_gap)
{
  Fixture f;

  fixture_init (&f);
  push_good_frame (&f, 0);
  gst_prof_analysis_note_loss (f.analysis);
  push_frame (&f, 100, 5 * GST_SECOND, 8 * MS, 15 * MS, 2 * MS);
  assert_equals_int (f.lines->len, 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_starvation_is_told_once_in_an_episode)
{
  Fixture f;
  g_auto (GstProfSummary) summary = { 0 };

  fixture_init (&f);
  for (guint i = 0; i < 20; i++) {
    GstProfSpan span = make_span (FRAME (i), FRAME (i), 10 * MS);

    span.inside = i + 1;
    span.running_time_out = GST_CLOCK_TIME_NONE;
    if (i >= 10)
      span.flags = GST_PROF_SPAN_FLAG_STARVED;
    push (&f, "encode", span, 0);
  }
  assert_equals_int (count_lines (&f,
          "ENCODER STARVATION: 11 frames inside, no packet | stage encode, "
          "frame 11; advice: "), 1);
  assert_equals_int (f.lines->len, 1);

  /* A packet ends it; the next episode is told again. */
  push_good_frame (&f, 20);
  {
    GstProfSpan span = make_span (FRAME (21), FRAME (21), 10 * MS);

    span.flags = GST_PROF_SPAN_FLAG_STARVED;
    push (&f, "encode", span, 0);
  }
  assert_equals_int (count_lines (&f, "ENCODER STARVATION"), 2);
  summarize (&f, &summary);
  assert_equals_uint64 (get_count (&summary, "encoder-starvation"), 2);
  fixture_clear (&f);
}

GST_END_TEST;

static void
push_setup (Fixture * f, GstProfSetupKind kind, const gchar * stage,
    GstClockTime state_changes, GstClockTime caps, GstClockTime first_buffer,
    const gchar * detail)
{
  GstProfSetup setup = {
    .kind = kind,
    .stage = g_ref_string_new (stage),
    .element = g_ref_string_new ("prof0"),
    .state_changes = state_changes,
    .caps = caps,
    .first_buffer = first_buffer,
    .detail = detail ? g_ref_string_new (detail) : NULL,
  };

  gst_prof_analysis_push_setup (f->analysis, &setup, 0);
  gst_prof_setup_clear (&setup);
  collect (f);
}

GST_START_TEST (test_slow_container_setup)
{
  Fixture f;
  g_auto (GstProfSummary) summary = { 0 };
  const GstProfSummarySetup *setup;

  fixture_init (&f);
  push_setup (&f, GST_PROF_SETUP_DONE, "write", 2000 * MS, 400 * MS, 100 * MS,
      NULL);
  fail_unless (g_str_has_prefix (get_line (&f, "SLOW"),
          "SLOW CONTAINER SETUP: 2500.0ms | stage write (prof0): state changes "
          "2000.0ms, caps 400.0ms, first buffer 100.0ms, threshold 1000ms; "));
  assert_equals_string (gst_structure_get_string (get_warning (&f,
              "slow-setup"), "stage"), "write");

  summarize (&f, &summary);
  assert_equals_int (summary.setups->len, 1);
  setup = &g_array_index (summary.setups, GstProfSummarySetup, 0);
  assert_equals_string (setup->stage, "write");
  assert_equals_string (setup->element, "prof0");
  assert_equals_uint64 (setup->total, 2500 * MS);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_slow_setup_of_another_stage)
{
  Fixture f;

  fixture_init (&f);
  push_setup (&f, GST_PROF_SETUP_DONE, "encode", 1001 * MS, 0, 0, NULL);
  fail_unless (g_str_has_prefix (get_line (&f, "SLOW"),
          "SLOW SETUP: 1001.0ms | stage encode (prof0)"));
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_setup_of_a_second_is_not_slow)
{
  Fixture f;

  fixture_init (&f);
  push_setup (&f, GST_PROF_SETUP_DONE, "write", 1 * GST_SECOND, 0, 0, NULL);
  push_setup (&f, GST_PROF_SETUP_COUNTERS, "write", 5 * GST_SECOND, 0, 0, NULL);
  assert_equals_int (f.lines->len, 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_slow_init_check)
{
  Fixture f;
  g_auto (GstProfSummary) summary = { 0 };
  const GstProfSummarySetup *setup;

  fixture_init (&f);
  push_setup (&f, GST_PROF_SETUP_DONE, "encode", 1 * MS, 2 * MS, 3 * MS, NULL);
  push_setup (&f, GST_PROF_SETUP_RENEGOTIATED, "encode", 1 * MS, 120 * MS,
      3 * MS, "video/x-raw");
  fail_unless (g_str_has_prefix (get_line (&f, "SLOW"),
          "SLOW INIT CHECK: 120.0ms | stage encode (prof0), new caps "
          "video/x-raw, threshold 100ms; "));

  summarize (&f, &summary);
  setup = &g_array_index (summary.setups, GstProfSummarySetup, 0);
  assert_equals_uint64 (setup->total, 6 * MS);
  assert_equals_uint64 (setup->renegotiations, 1);
  assert_equals_uint64 (setup->slowest_renegotiation, 120 * MS);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_removed_file_is_told)
{
  Fixture f;
  g_auto (GstProfSummary) summary = { 0 };

  fixture_init (&f);
  push_setup (&f, GST_PROF_SETUP_FILE_REMOVED, "write", 0, 0, 0,
      "/tmp/demo.mkv");
  fail_unless (g_str_has_prefix (get_line (&f, "FILE"),
          "FILE REMOVED: /tmp/demo.mkv | stage write (prof0); advice: "));
  summarize (&f, &summary);
  assert_equals_uint64 (get_count (&summary, "file-removed"), 1);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_lines_are_limited_and_all_are_counted)
{
  Fixture f;
  g_auto (GstProfSummary) summary = { 0 };
  const GstProfSummaryWarning *worst = NULL;

  fixture_init (&f);
  f.config.thresholds.values[GST_PROF_WARNING_SLOW_FRAME] = 0;
  gst_prof_analysis_set_config (f.analysis, &f.config);
  for (guint i = 0; i < 20; i++)
    push_frame (&f, i, FRAME (i), 1 * MS, (i == 15 ? 70 : 60) * MS, 1 * MS);
  assert_equals_int (count_lines (&f, "SLOW ENCODE"), 10);
  assert_equals_int (f.structures->len, 10);

  /* A second later one more passes, and says so. */
  push_frame (&f, 60, FRAME (60), 1 * MS, 60 * MS, 1 * MS);
  assert_equals_int (count_lines (&f, "SLOW ENCODE"), 11);
  fail_unless (g_str_has_suffix (g_ptr_array_index (f.lines,
              f.lines->len - 1), " (10 more held back before)"));

  summarize (&f, &summary);
  assert_equals_uint64 (get_count (&summary, "slow-encode"), 21);
  for (guint i = 0; i < summary.worst->len; i++) {
    if (g_str_equal (g_array_index (summary.worst, GstProfSummaryWarning,
                i).kind, "slow-encode"))
      worst = &g_array_index (summary.worst, GstProfSummaryWarning, i);
  }
  fail_unless (worst != NULL);
  assert_equals_uint64 (worst->count, 21);
  assert_equals_uint64 (worst->frame, 16);
  assert_equals_uint64 (worst->duration, 70 * MS);
  assert_equals_uint64 (worst->total, 1270 * MS);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_flush_says_what_was_held_back)
{
  Fixture f;

  fixture_init (&f);
  f.config.thresholds.values[GST_PROF_WARNING_SLOW_FRAME] = 0;
  gst_prof_analysis_set_config (f.analysis, &f.config);
  for (guint i = 0; i < 12; i++)
    push_frame (&f, i, 0, 1 * MS, 60 * MS, 1 * MS);
  gst_prof_analysis_flush (f.analysis, GST_SECOND);
  collect (&f);
  assert_equals_int (count_lines (&f, "HELD BACK: 2 more of kind slow-encode"),
      1);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_frames_are_conserved)
{
  Fixture f;
  g_auto (GstProfSummary) summary = { 0 };

  fixture_init (&f);
  for (guint i = 0; i < 10; i++)
    push_good_frame (&f, i);
  /* Two that come in and are never seen again, then more. */
  push (&f, "normalize", make_span (FRAME (10), FRAME (10), 8 * MS), 0);
  push (&f, "normalize", make_span (FRAME (11), FRAME (11), 8 * MS), 0);
  for (guint i = 12; i < 20; i++)
    push_good_frame (&f, i);
  push (&f, "normalize", make_span (FRAME (20), FRAME (20), 8 * MS), 0);

  summarize (&f, &summary);
  assert_equals_uint64 (summary.frames, 21);
  assert_equals_uint64 (summary.complete, 18);
  assert_equals_uint64 (summary.frames, summary.complete + summary.dropped
      + summary.incomplete + summary.inside);
  gst_prof_summary_clear (&summary);

  gst_prof_analysis_flush (f.analysis, GST_SECOND);
  summarize (&f, &summary);
  assert_equals_uint64 (summary.inside, 0);
  assert_equals_uint64 (summary.frames, 21);
  assert_equals_uint64 (summary.frames, summary.complete + summary.dropped
      + summary.incomplete);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_stages_are_in_pipeline_order_with_shares)
{
  Fixture f;
  g_auto (GstProfSummary) summary = { 0 };
  const GstProfSummaryStage *stages;

  fixture_init (&f);
  for (guint i = 0; i < 10; i++)
    push_frame (&f, i, FRAME (i), 5 * MS, 14 * MS, 1 * MS);
  summarize (&f, &summary);

  assert_equals_int (summary.stages->len, 3);
  stages = (const GstProfSummaryStage *) summary.stages->data;
  assert_equals_string (stages[0].name, "normalize");
  assert_equals_string (stages[1].name, "encode");
  assert_equals_string (stages[2].name, "write");
  assert_equals_float (stages[0].share, 0.25);
  assert_equals_float (stages[1].share, 0.7);
  assert_equals_float (stages[2].share, 0.05);
  assert_equals_uint64 (stages[1].own.count, 10);
  assert_equals_uint64 (stages[1].own.sum, 140 * MS);
  assert_equals_uint64 (stages[1].joined, 10);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_dropped_frames_are_counted_before_their_stage)
{
  Fixture f;
  g_auto (GstProfSummary) summary = { 0 };
  const GstProfSummaryStage *stages;

  fixture_init (&f);
  for (guint i = 0; i < 10; i++)
    push_good_frame (&f, i);
  push (&f, "normalize", make_span (FRAME (10), FRAME (10), 40 * MS), 0);
  push (&f, "normalize", make_span (FRAME (11), FRAME (11), 40 * MS), 0);
  for (guint i = 12; i < 20; i++)
    push_good_frame (&f, i);
  gst_prof_analysis_flush (f.analysis, GST_SECOND);
  summarize (&f, &summary);

  assert_equals_uint64 (summary.dropped, 2);
  stages = (const GstProfSummaryStage *) summary.stages->data;
  assert_equals_uint64 (stages[0].dropped, 0);
  assert_equals_string (stages[1].name, "encode");
  assert_equals_uint64 (stages[1].dropped, 2);
  assert_equals_uint64 (summary.over_budget, 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_elements_of_one_stage_are_counted)
{
  Fixture f;
  g_auto (GstProfSummary) summary = { 0 };
  const GstProfSummaryStage *stages;

  fixture_init (&f);
  /* One that replaces another is not one more. */
  gst_prof_analysis_remove_stage (f.analysis, "normalize");
  gst_prof_analysis_add_stage (f.analysis, "normalize");
  gst_prof_analysis_add_stage (f.analysis, "encode");
  push_good_frame (&f, 0);
  gst_prof_analysis_remove_stage (f.analysis, "encode");
  summarize (&f, &summary);

  assert_equals_uint64 (summary.elements, 4);
  stages = (const GstProfSummaryStage *) summary.stages->data;
  assert_equals_uint64 (stages[0].elements, 1);
  assert_equals_uint64 (stages[1].elements, 2);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_setups_are_in_pipeline_order)
{
  Fixture f;
  g_auto (GstProfSummary) summary = { 0 };
  const GstProfSummarySetup *setups;

  fixture_init (&f);
  push_setup (&f, GST_PROF_SETUP_DONE, "write", 1, 1, 1, NULL);
  push_setup (&f, GST_PROF_SETUP_DONE, "encode", 1, 1, 1, NULL);
  push_setup (&f, GST_PROF_SETUP_DONE, "normalize", 1, 1, 1, NULL);
  push_good_frame (&f, 0);
  push_good_frame (&f, 1);
  summarize (&f, &summary);

  assert_equals_int (summary.setups->len, 3);
  setups = (const GstProfSummarySetup *) summary.setups->data;
  assert_equals_string (setups[0].stage, "normalize");
  assert_equals_string (setups[1].stage, "encode");
  assert_equals_string (setups[2].stage, "write");
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_corrections_are_counted_from_the_spans)
{
  Fixture f;
  g_auto (GstProfSummary) summary = { 0 };
  GstProfSpan span = make_span (10 * MS, 0, 1);

  fixture_init (&f);
  span.running_time_out = 43 * MS;
  span.flags = GST_PROF_SPAN_FLAG_CORRECTED;
  push (&f, "pts", span, 0);
  summarize (&f, &summary);
  assert_equals_uint64 (summary.corrections, 1);
  assert_equals_uint64 (summary.largest_correction, 33 * MS);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_frames_are_forwarded_when_asked_for)
{
  Fixture f;
  GstProfConfig config;
  const GstStructure *frame;
  const GstStructure *stages;

  gst_prof_config_init (&config);
  config.forward_frames = TRUE;
  fixture_init_with (&f, &config);
  push_good_frame (&f, 0);

  assert_equals_int (f.structures->len, 1);
  frame = g_ptr_array_index (f.structures, 0);
  assert_equals_string (gst_structure_get_name (frame), "prof-frame");
  assert_equals_uint64 (get_uint64 (frame, "number"), 1);
  assert_equals_uint64 (get_uint64 (frame, "total"), 25 * MS);
  assert_equals_uint64 (get_uint64 (frame, "occupancy"), 25 * MS);
  assert_equals_string (gst_structure_get_string (frame, "state"), "complete");
  assert_equals_string (gst_structure_get_string (frame, "unjoined"), "");
  stages = gst_value_get_structure (gst_structure_get_value (frame, "stages"));
  assert_equals_uint64 (get_uint64 (stages, "encode"), 15 * MS);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_what_was_sampled_of_a_session_is_summed_up)
{
  Fixture f;
  GstProfConfig config;
  g_auto (GstProfSummary) summary = { 0 };
  g_autofree GstProfBacklogSample *sample = g_new0 (GstProfBacklogSample, 1);

  gst_prof_config_init (&config);
  config.startup_origin = 100 * MS;
  fixture_init_with (&f, &config);
  sample->startup.times[GST_PROF_STARTUP_PACKET] = 250 * MS;
  sample->startup.times[GST_PROF_STARTUP_RELEASED] = 450 * MS;
  sample->startup.times[GST_PROF_STARTUP_DECODED] = 460 * MS;
  sample->n_receivers = 1;
  sample->receivers[0].id = 1;
  sample->receivers[0].packets = 45;
  sample->receivers_refused = 2;
  push_frame (&f, 15, 500 * MS, 8 * MS, 15 * MS, 2 * MS);
  push_frame (&f, 16, 533 * MS, 8 * MS, 15 * MS, 2 * MS);
  gst_prof_analysis_sample (f.analysis, sample, 600 * MS);
  gst_prof_analysis_flush (f.analysis, 610 * MS);

  gst_prof_summary_init (&summary);
  gst_prof_analysis_summarize (f.analysis, &summary);
  assert_equals_int (summary.receivers->len, 1);
  assert_equals_uint64 (g_array_index (summary.receivers,
          GstProfSummaryReceiver, 0).packets, 45);
  assert_equals_uint64 (summary.receivers_refused, 2);
  fail_unless (summary.startup != NULL);
  assert_equals_uint64 (get_uint64 (summary.startup, "total"), 425 * MS);
  assert_equals_uint64 (get_uint64 (summary.startup, "sender"), 150 * MS);
  assert_equals_uint64 (get_uint64 (summary.startup, "jitterbuffer"),
      200 * MS);
  assert_equals_uint64 (get_uint64 (summary.startup, "decoder"), 10 * MS);
  assert_equals_uint64 (get_uint64 (summary.startup, "queue"), 40 * MS);
  assert_equals_uint64 (get_uint64 (summary.startup, "normalize"), 8 * MS);
  assert_equals_uint64 (get_uint64 (summary.startup, "encoder"), 15 * MS);
  assert_equals_uint64 (get_uint64 (summary.startup, "container"), 2 * MS);
  fixture_clear (&f);
}

GST_END_TEST;

static Suite *
analysis_suite (void)
{
  Suite *s = suite_create ("analysis");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_good_frames_say_nothing);
  tcase_add_test (tc, test_telemetry_line_is_that_of_the_service);
  tcase_add_test (tc, test_telemetry_is_of_the_first_sixty_frames);
  tcase_add_test (tc, test_lines_that_nobody_reads_are_not_made);
  tcase_add_test (tc, test_performance_sums_up_thirty_frames);
  tcase_add_test (tc, test_critical_frames_are_said_to_cause_buffering);
  tcase_add_test (tc, test_slow_encode_names_frame_and_threshold);
  tcase_add_test (tc, test_exactly_the_threshold_is_not_slow);
  tcase_add_test (tc, test_threshold_of_zero_is_off);
  tcase_add_test (tc, test_slow_frame_compares_total);
  tcase_add_test (tc, test_critical_replaces_slow_frame);
  tcase_add_test (tc, test_over_budget_compares_the_busiest_thread);
  tcase_add_test (tc, test_budget_is_observed_when_caps_do_not_tell);
  tcase_add_test (tc, test_preroll_is_never_slow_and_counted_apart);
  tcase_add_test (tc, test_drain_is_not_slow);
  tcase_add_test (tc, test_slow_write_of_audio_is_told_without_a_frame);
  tcase_add_test (tc, test_user_stage_has_a_threshold_and_a_label);
  tcase_add_test (tc, test_gap_line_subtracts_processing);
  tcase_add_test (tc, test_gap_after_the_first_frame_is_seen);
  tcase_add_test (tc, test_few_frames_per_second_are_no_gap);
  tcase_add_test (tc, test_few_observed_frames_per_second_are_no_gap);
  tcase_add_test (tc, test_dropped_frames_are_counted_before_their_stage);
  tcase_add_test (tc, test_elements_of_one_stage_are_counted);
  tcase_add_test (tc, test_setups_are_in_pipeline_order);
  tcase_add_test (tc, test_loss_makes_no_gap);
  tcase_add_test (tc, test_starvation_is_told_once_in_an_episode);
  tcase_add_test (tc, test_slow_container_setup);
  tcase_add_test (tc, test_slow_setup_of_another_stage);
  tcase_add_test (tc, test_setup_of_a_second_is_not_slow);
  tcase_add_test (tc, test_slow_init_check);
  tcase_add_test (tc, test_removed_file_is_told);
  tcase_add_test (tc, test_lines_are_limited_and_all_are_counted);
  tcase_add_test (tc, test_flush_says_what_was_held_back);
  tcase_add_test (tc, test_frames_are_conserved);
  tcase_add_test (tc, test_stages_are_in_pipeline_order_with_shares);
  tcase_add_test (tc, test_corrections_are_counted_from_the_spans);
  tcase_add_test (tc, test_frames_are_forwarded_when_asked_for);
  tcase_add_test (tc, test_what_was_sampled_of_a_session_is_summed_up);
  return s;
}

GST_CHECK_MAIN (analysis);
