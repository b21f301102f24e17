/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofline.h>

#include <locale.h>

#define MS GST_MSECOND

static void
assert_ms (GstClockTime time, const gchar * expected)
{
  g_autoptr (GString) line = g_string_new (NULL);

  gst_prof_line_append_ms (line, time);
  assert_equals_string (line->str, expected);
}

static void
assert_seconds (GstClockTime time, guint decimals, const gchar * expected)
{
  g_autoptr (GString) line = g_string_new (NULL);

  gst_prof_line_append_seconds (line, time, decimals);
  assert_equals_string (line->str, expected);
}

static void
assert_line (GString * line, const gchar * expected)
{
  assert_equals_string (line->str, expected);
  g_string_free (line, TRUE);
}

GST_START_TEST (test_times_are_rounded_to_the_nearest)
{
  assert_ms (0, "0.0ms");
  assert_ms (49999, "0.0ms");
  assert_ms (50000, "0.1ms");
  assert_ms (61100000, "61.1ms");
  assert_ms (18645 * MS, "18645.0ms");
  assert_seconds (18700 * MS, 1, "18.7s");
  assert_seconds (18749999999, 1, "18.7s");
  assert_seconds (55 * MS, 3, "0.055s");
  assert_seconds (1999600000, 3, "2.000s");
}

GST_END_TEST;

GST_START_TEST (test_locale_changes_no_number)
{
  static const gchar *const locales[] = {
    "de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "C.UTF-8",
  };

  for (guint i = 0; i < G_N_ELEMENTS (locales); i++) {
    if (setlocale (LC_ALL, locales[i]) != NULL)
      assert_ms (12300 * GST_USECOND, "12.3ms");
  }
}

GST_END_TEST;

static void
assert_budget (GstClockTime budget, const gchar * expected)
{
  GstProfFrame frame = {.number = 45,.total = 165200 * GST_USECOND };
  g_autoptr (GString) line =
      gst_prof_line_new_slow_frame (GST_PROF_WARNING_CRITICAL, &frame, budget);

  fail_unless (g_str_has_prefix (line->str, expected), "%s", line->str);
}

GST_START_TEST (test_critical_line_names_budget_and_rate)
{
  assert_budget (33333333, "CRITICAL PERFORMANCE: Frame took 165.2ms (should be "
      "<33.3ms for 30fps) | frame 45: TOTAL=165.2ms");
  assert_budget (33366667, "CRITICAL PERFORMANCE: Frame took 165.2ms (should be "
      "<33.4ms for 29.97fps) | ");
  assert_budget (20 * MS, "CRITICAL PERFORMANCE: Frame took 165.2ms (should be "
      "<20.0ms for 50fps) | ");
  assert_budget (GST_CLOCK_TIME_NONE,
      "CRITICAL PERFORMANCE: Frame took 165.2ms | ");
}

GST_END_TEST;

GST_START_TEST (test_slow_lines_have_the_labels_of_the_service)
{
  GstProfSpan span = GST_PROF_SPAN_INIT;

  span.own = 75200 * GST_USECOND;
  span.stage = g_ref_string_new ("normalize");
  assert_line (gst_prof_line_new_slow_span (&span, 7),
      "SLOW NORMALIZE: 75.2ms | frame 7");
  gst_prof_span_clear (&span);

  span.own = 11 * MS;
  span.stage = g_ref_string_new ("pts");
  assert_line (gst_prof_line_new_slow_span (&span, 0),
      "SLOW PTS CALC: 11.0ms | no frame");
  gst_prof_span_clear (&span);

  span.own = 85300 * GST_USECOND;
  span.stage = g_ref_string_new ("write");
  span.flags = GST_PROF_SPAN_FLAG_HEADER | GST_PROF_SPAN_FLAG_MUXED;
  assert_line (gst_prof_line_new_slow_span (&span, 0),
      "SLOW WRITE: 85.3ms | container header");
  gst_prof_span_clear (&span);

  span.stage = g_ref_string_new ("depay");
  span.flags = GST_PROF_SPAN_FLAG_HEADER;
  assert_line (gst_prof_line_new_slow_span (&span, 0),
      "SLOW DEPAY: 85.3ms | part of a frame");
  gst_prof_span_clear (&span);
}

GST_END_TEST;

GST_START_TEST (test_telemetry_says_what_became_of_the_frame)
{
  GstProfFrame frame = {
    .number = 46,
    .state = GST_PROF_FRAME_DROPPED,
    .total = 8 * MS,
    .n_cells = 1,
    .cells[0] = {.stage = "normalize",.own = 8 * MS},
    .missing = "encode",
  };
  g_autofree gchar *dropped = gst_prof_line_new_telemetry (&frame);
  g_autofree gchar *unjoined = NULL;

  assert_equals_string (dropped, "[TELEMETRY] Frame 46: 0 packet(s), 0 bytes, "
      "timing: normalize=8.0ms, TOTAL=8.0ms | dropped before encode");

  frame.state = GST_PROF_FRAME_COMPLETE;
  frame.flags = GST_PROF_SPAN_FLAG_PREROLL;
  frame.n_unjoined = 2;
  frame.unjoined[0] = "mux";
  frame.unjoined[1] = "write";
  unjoined = gst_prof_line_new_telemetry (&frame);
  fail_unless (g_str_has_suffix (unjoined,
          "TOTAL=8.0ms | preroll, unjoined: mux write"), "%s", unjoined);
}

GST_END_TEST;

GST_START_TEST (test_gap_line_tells_processing_and_what_is_missing)
{
  g_autofree gchar *tail = gst_prof_line_new_gap_tail (12);

  assert_line (gst_prof_line_new_gap (250 * MS, 40 * MS),
      "Long gap between frames: 0.250s | processing 0.040s, missing 0.210s");
  assert_equals_string (tail, "; before frame 12");
}

GST_END_TEST;

GST_START_TEST (test_headline_of_a_gap_from_ten_seconds_on_has_one_decimal)
{
  assert_line (gst_prof_line_new_gap (9999 * MS, 9999 * MS),
      "Long gap between frames: 9.999s | processing 9.999s, missing 0.000s");
  assert_line (gst_prof_line_new_gap (18700 * MS, 18700 * MS),
      "Long gap between frames: 18.7s | processing 18.700s, missing 0.000s");
}

GST_END_TEST;

GST_START_TEST (test_line_of_what_goes_on_begins_like_that_of_its_end)
{
  assert_line (gst_prof_line_new_open (GST_PROF_WARNING_GAP, "normalize",
          18700 * MS), "Long gap between frames: 18.7s | still going on");
  assert_line (gst_prof_line_new_open (GST_PROF_WARNING_SLOW_ENCODE, "encode",
          1250 * MS), "SLOW ENCODE: 1250.0ms | still going on");
  assert_line (gst_prof_line_new_open (GST_PROF_WARNING_SLOW_SETUP, "write",
          2500 * MS), "SLOW CONTAINER SETUP: 2500.0ms | still going on");
  assert_line (gst_prof_line_new_ended (GST_PROF_WARNING_SLOW_STAGE, "blur",
          1250 * MS, TRUE), "SLOW BLUR: 1250.0ms | its end was not seen");
  assert_line (gst_prof_line_new_ended (GST_PROF_WARNING_GAP, "normalize",
          1250 * MS, TRUE), "Long gap between frames: 1.250s | ended without a "
      "frame");
  assert_line (gst_prof_line_new_ended (GST_PROF_WARNING_GAP, "normalize",
          250 * MS, FALSE), "Long gap between frames: 0.250s | ended without a "
      "frame, taken for the end of the stream and not counted");
}

GST_END_TEST;

GST_START_TEST (test_end_of_a_line_tells_threshold_advice_and_what_was_held_back)
{
  GString *line = g_string_new ("X | y");

  gst_prof_line_finish (line, "do z", 50 * MS, 3);
  assert_line (line, "X | y, threshold 50ms; advice: do z (3 more held back "
      "before)");

  line = g_string_new ("X | y");
  gst_prof_line_finish (line, "do z", 1500 * GST_USECOND, 0);
  assert_line (line, "X | y, threshold 1.5ms; advice: do z");
}

GST_END_TEST;

GST_START_TEST (test_a_line_is_one_whatever_names_are_in_it)
{
  GString *line = g_string_new ("SLOW ELEMENT: a\nb\x1b[31m \xc3\xbc\xff");

  gst_prof_line_finish (line, "do z", 0, 0);
  assert_line (line, "SLOW ELEMENT: a\\nb\\x1b[31m \xc3\xbc\357\277\275; "
      "advice: do z");
}

GST_END_TEST;

static Suite *
line_suite (void)
{
  Suite *s = suite_create ("line");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_times_are_rounded_to_the_nearest);
  tcase_add_test (tc, test_locale_changes_no_number);
  tcase_add_test (tc, test_critical_line_names_budget_and_rate);
  tcase_add_test (tc, test_slow_lines_have_the_labels_of_the_service);
  tcase_add_test (tc, test_telemetry_says_what_became_of_the_frame);
  tcase_add_test (tc, test_gap_line_tells_processing_and_what_is_missing);
  tcase_add_test (tc, test_line_of_what_goes_on_begins_like_that_of_its_end);
  tcase_add_test (tc,
      test_headline_of_a_gap_from_ten_seconds_on_has_one_decimal);
  tcase_add_test (tc,
      test_end_of_a_line_tells_threshold_advice_and_what_was_held_back);
  tcase_add_test (tc, test_a_line_is_one_whatever_names_are_in_it);
  return s;
}

GST_CHECK_MAIN (line);
