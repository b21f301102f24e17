/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <gst/check/gstcheck.h>

#include "../../plugins/gstproftracerparams.h"

#include <string.h>

static gchar *
parse (GstProfTracerParams * params, const gchar * text)
{
  gst_prof_tracer_params_init (params);
  return gst_prof_tracer_params_parse (params, text);
}

static void
check_threshold (const gchar * text, GstProfWarningKind kind, guint64 expected)
{
  GstProfTracerParams params;
  g_autofree gchar *complaints = parse (&params, text);

  fail_unless (complaints == NULL, "%s: %s", text, complaints);
  assert_equals_uint64 (params.thresholds.values[kind], expected);
  gst_prof_tracer_params_clear (&params);
}

/* Each of @expected stands in what is complained of. */
static void
check_complaint (const gchar * text, const gchar * const *expected)
{
  GstProfTracerParams params;
  g_autofree gchar *complaints = parse (&params, text);

  fail_unless (complaints != NULL, "%s is accepted", text);
  for (guint i = 0; expected[i] != NULL; i++)
    fail_unless (strstr (complaints, expected[i]) != NULL, "%s: no \"%s\" in "
        "\"%s\"", text, expected[i], complaints);
  gst_prof_tracer_params_clear (&params);
}

GST_START_TEST (test_nothing_means_the_defaults)
{
  static const gchar *const texts[] = { NULL, "", " , ," };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    GstProfTracerParams params;
    GstProfThresholds defaults;

    fail_unless (parse (&params, texts[i]) == NULL);
    gst_prof_thresholds_init (&defaults);
    assert_equals_string (params.report, "-");
    fail_unless (params.json == NULL && params.exclude == NULL);
    assert_equals_uint64 (params.sample_interval, 10 * GST_MSECOND);
    fail_unless (memcmp (&params.thresholds, &defaults,
            sizeof (defaults)) == 0);
    gst_prof_tracer_params_clear (&params);
  }
}

GST_END_TEST;

GST_START_TEST (test_words_are_taken_with_blanks_around_them)
{
  GstProfTracerParams params;
  g_autofree gchar *complaints = parse (&params,
      " report = /tmp/a b.txt , json=times-%p.json,exclude=identity0| queue* ||");

  fail_unless (complaints == NULL, "%s", complaints);
  assert_equals_string (params.report, "/tmp/a b.txt");
  assert_equals_string (params.json, "times-%p.json");
  assert_equals_int (g_strv_length (params.exclude), 2);
  assert_equals_string (params.exclude[0], "identity0");
  assert_equals_string (params.exclude[1], "queue*");
  gst_prof_tracer_params_clear (&params);
}

GST_END_TEST;

GST_START_TEST (test_the_last_of_two_values_holds)
{
  static const gchar *const expected[] = {
    "json is given more than once", "b, is used", "y, is used", NULL,
  };
  static const gchar text[] = "json=a,exclude=x,json=b,exclude=y";
  GstProfTracerParams params;
  g_autofree gchar *complaints = parse (&params, text);

  fail_unless (complaints != NULL);
  check_complaint (text, expected);
  assert_equals_string (params.json, "b");
  assert_equals_string (params.exclude[0], "y");
  fail_unless (params.exclude[1] == NULL);
  gst_prof_tracer_params_clear (&params);
}

GST_END_TEST;

GST_START_TEST (test_quotes_are_not_part_of_a_name)
{
  static const gchar *const expected[] = { "json=\"b", "is missing", NULL };
  GstProfTracerParams params;
  g_autofree gchar *complaints = parse (&params,
      "report=\"/tmp/a, b.txt\" , json=\"x\",threshold=\"20ms\"");

  fail_unless (complaints == NULL, "%s", complaints);
  assert_equals_string (params.report, "/tmp/a, b.txt");
  assert_equals_string (params.json, "x");
  assert_equals_uint64 (params.thresholds.values
      [GST_PROF_WARNING_SLOW_ELEMENT], 20 * GST_MSECOND);
  gst_prof_tracer_params_clear (&params);
  check_complaint ("report=none,json=\"b", expected);
}

GST_END_TEST;

GST_START_TEST (test_times_have_units)
{
  check_threshold ("gap-threshold=300ms", GST_PROF_WARNING_GAP,
      300 * GST_MSECOND);
  check_threshold ("gap-threshold=1.5s", GST_PROF_WARNING_GAP,
      1500 * GST_MSECOND);
  check_threshold ("gap-threshold=20us", GST_PROF_WARNING_GAP,
      20 * GST_USECOND);
  check_threshold ("gap-threshold=7ns", GST_PROF_WARNING_GAP, 7);
  check_threshold ("gap-threshold=50000000", GST_PROF_WARNING_GAP,
      50 * GST_MSECOND);
  check_threshold ("gap-threshold=0", GST_PROF_WARNING_GAP, 0);
  check_threshold ("encode-threshold=0.1ms", GST_PROF_WARNING_SLOW_ENCODE,
      100 * GST_USECOND);
}

GST_END_TEST;

GST_START_TEST (test_threshold_is_that_of_an_element)
{
  check_threshold ("threshold=20ms", GST_PROF_WARNING_SLOW_ELEMENT,
      20 * GST_MSECOND);
  assert_equals_string (gst_prof_tracer_params_get_key
      (GST_PROF_WARNING_SLOW_ELEMENT), "threshold");
  assert_equals_string (gst_prof_tracer_params_get_key (GST_PROF_WARNING_GAP),
      "gap-threshold");
  fail_unless (gst_prof_tracer_params_get_key
      (GST_PROF_WARNING_ENCODER_STARVATION) == NULL);
}

GST_END_TEST;

GST_START_TEST (test_memory_is_counted_in_bytes)
{
  static const gchar *const expected[] = {
    "memory-threshold=5ms", "100MB", NULL,
  };

  check_threshold ("memory-threshold=250MB", GST_PROF_WARNING_MEMORY_GROWTH,
      250000000);
  check_threshold ("memory-threshold=1.5GB", GST_PROF_WARNING_MEMORY_GROWTH,
      1500000000);
  check_complaint ("memory-threshold=5ms", expected);
}

GST_END_TEST;

GST_START_TEST (test_what_is_no_time_is_named_and_the_default_holds)
{
  static const gchar *const texts[] = {
    "gap-threshold=soon", "gap-threshold=5x", "gap-threshold=-1ms",
    "gap-threshold=", "gap-threshold=5 ms 3", "gap-threshold=inf",
    "gap-threshold=1e300s", "gap-threshold=1e400s", "gap-threshold=nan",
    "gap-threshold=0x10ms", "gap-threshold=0X10", "gap-threshold=1e-30s",
    "gap-threshold=1e-400s", "gap-threshold=0.4ns",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    const gchar *const expected[] = {
      texts[i], "a time like 50ms", "200ms is used", NULL,
    };
    GstProfTracerParams params;
    g_autofree gchar *complaints = parse (&params, texts[i]);

    fail_unless (complaints != NULL, "%s", texts[i]);
    assert_equals_uint64 (params.thresholds.values[GST_PROF_WARNING_GAP],
        200 * GST_MSECOND);
    gst_prof_tracer_params_clear (&params);
    check_complaint (texts[i], expected);
  }
}

GST_END_TEST;

GST_START_TEST (test_unknown_words_are_named_with_those_that_are_known)
{
  static const gchar *const expected[] = {
    "\"treshold\"", "report, json, exclude, sample-interval", " threshold,",
    "gap-threshold", NULL,
  };
  static const gchar *const bare[] = { "\"verbose\"", "value is missing", NULL };
  static const gchar *const nameless[] = { "json=", "missing", NULL };

  check_complaint ("treshold=5ms", expected);
  check_complaint ("verbose", bare);
  check_complaint ("json=", nameless);
}

GST_END_TEST;

GST_START_TEST (test_a_wrong_word_leaves_the_others_alone)
{
  GstProfTracerParams params;
  g_autofree gchar *complaints = parse (&params,
      "treshold=1ms,threshold=2ms,sample-interval=10us,json=x");
  g_auto (GStrv) lines = g_strsplit (complaints, "\n", -1);

  assert_equals_int (g_strv_length (lines), 2);
  fail_unless (g_str_has_prefix (lines[1], "sample-interval=10us:"), "%s",
      lines[1]);
  assert_equals_uint64 (params.thresholds.values[GST_PROF_WARNING_SLOW_ELEMENT],
      2 * GST_MSECOND);
  assert_equals_string (params.json, "x");
  assert_equals_uint64 (params.sample_interval, 10 * GST_MSECOND);
  gst_prof_tracer_params_clear (&params);
}

GST_END_TEST;

GST_START_TEST (test_the_sample_interval_has_limits)
{
  static const struct {
    const gchar *text;
    GstClockTime interval;
    gboolean accepted;
  } cases[] = {
    {"sample-interval=0", 0, TRUE},
    {"sample-interval=1ms", GST_MSECOND, TRUE},
    {"sample-interval=999us", 10 * GST_MSECOND, FALSE},
    {"sample-interval=1s", GST_SECOND, TRUE},
    {"sample-interval=1001ms", 10 * GST_MSECOND, FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    GstProfTracerParams params;
    g_autofree gchar *complaints = parse (&params, cases[i].text);

    fail_unless ((complaints == NULL) == cases[i].accepted, "%s",
        cases[i].text);
    assert_equals_uint64 (params.sample_interval, cases[i].interval);
    gst_prof_tracer_params_clear (&params);
  }
}

GST_END_TEST;

GST_START_TEST (test_p_stands_for_the_process)
{
  g_autofree gchar *once = gst_prof_tracer_params_expand ("a-%p.json", 123);
  g_autofree gchar *twice = gst_prof_tracer_params_expand ("%p/%p%", 7);
  g_autofree gchar *none = gst_prof_tracer_params_expand ("100%", 7);

  assert_equals_string (once, "a-123.json");
  assert_equals_string (twice, "7/7%");
  assert_equals_string (none, "100%");
}

GST_END_TEST;

static Suite *
tracerparams_suite (void)
{
  Suite *s = suite_create ("tracerparams");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_nothing_means_the_defaults);
  tcase_add_test (tc, test_words_are_taken_with_blanks_around_them);
  tcase_add_test (tc, test_the_last_of_two_values_holds);
  tcase_add_test (tc, test_quotes_are_not_part_of_a_name);
  tcase_add_test (tc, test_times_have_units);
  tcase_add_test (tc, test_threshold_is_that_of_an_element);
  tcase_add_test (tc, test_memory_is_counted_in_bytes);
  tcase_add_test (tc, test_what_is_no_time_is_named_and_the_default_holds);
  tcase_add_test (tc, test_unknown_words_are_named_with_those_that_are_known);
  tcase_add_test (tc, test_a_wrong_word_leaves_the_others_alone);
  tcase_add_test (tc, test_the_sample_interval_has_limits);
  tcase_add_test (tc, test_p_stands_for_the_process);
  return s;
}

GST_CHECK_MAIN (tracerparams);
