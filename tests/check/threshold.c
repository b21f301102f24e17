/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofthreshold.h>

#include <string.h>

static void
assert_default (const gchar * property, GstClockTime value)
{
  for (guint kind = 0; kind < GST_PROF_WARNING_N_KINDS; kind++) {
    const GstProfThreshold *threshold = gst_prof_threshold_get (kind);

    if (g_strcmp0 (threshold->property, property) == 0) {
      assert_equals_uint64 (threshold->value, value);
      return;
    }
  }
  fail ("no threshold %s", property);
}

GST_START_TEST (test_defaults_are_those_of_the_service)
{
  assert_default ("frame-threshold", 50 * GST_MSECOND);
  assert_default ("critical-threshold", 100 * GST_MSECOND);
  assert_default ("setup-threshold", 1 * GST_SECOND);
  assert_default ("init-check-threshold", 100 * GST_MSECOND);
  assert_default ("normalize-threshold", 50 * GST_MSECOND);
  assert_default ("pts-threshold", 10 * GST_MSECOND);
  assert_default ("encode-threshold", 50 * GST_MSECOND);
  assert_default ("mux-threshold", 50 * GST_MSECOND);
  assert_default ("write-threshold", 50 * GST_MSECOND);
  assert_default ("stage-threshold", 50 * GST_MSECOND);
  assert_default ("upstream-threshold", 1 * GST_SECOND);
  assert_default ("gap-threshold", 200 * GST_MSECOND);
}

GST_END_TEST;

GST_START_TEST (test_only_what_is_longer_exceeds)
{
  GstProfThresholds thresholds;
  GstProfWarningKind kind = GST_PROF_WARNING_SLOW_ENCODE;

  gst_prof_thresholds_init (&thresholds);
  fail_if (gst_prof_thresholds_exceeded (&thresholds, kind, 0));
  fail_if (gst_prof_thresholds_exceeded (&thresholds, kind, 50 * GST_MSECOND));
  fail_unless (gst_prof_thresholds_exceeded (&thresholds, kind,
          50 * GST_MSECOND + 1));
}

GST_END_TEST;

GST_START_TEST (test_zero_is_off)
{
  GstProfThresholds thresholds;

  gst_prof_thresholds_init (&thresholds);
  thresholds.values[GST_PROF_WARNING_GAP] = 0;
  fail_if (gst_prof_thresholds_exceeded (&thresholds, GST_PROF_WARNING_GAP,
          3600 * GST_SECOND));
}

GST_END_TEST;

GST_START_TEST (test_unknown_time_exceeds_nothing)
{
  GstProfThresholds thresholds;

  gst_prof_thresholds_init (&thresholds);
  fail_if (gst_prof_thresholds_exceeded (&thresholds, GST_PROF_WARNING_GAP,
          GST_CLOCK_TIME_NONE));
}

GST_END_TEST;

GST_START_TEST (test_each_stage_has_its_kind)
{
  assert_equals_int (gst_prof_threshold_kind_for_stage ("normalize"),
      GST_PROF_WARNING_SLOW_NORMALIZE);
  assert_equals_int (gst_prof_threshold_kind_for_stage ("pts"),
      GST_PROF_WARNING_SLOW_PTS);
  assert_equals_int (gst_prof_threshold_kind_for_stage ("encode"),
      GST_PROF_WARNING_SLOW_ENCODE);
  assert_equals_int (gst_prof_threshold_kind_for_stage ("mux"),
      GST_PROF_WARNING_SLOW_MUX);
  assert_equals_int (gst_prof_threshold_kind_for_stage ("write"),
      GST_PROF_WARNING_SLOW_WRITE);
  assert_equals_int (gst_prof_threshold_kind_for_stage ("overlay"),
      GST_PROF_WARNING_SLOW_STAGE);
}

GST_END_TEST;

GST_START_TEST (test_every_kind_is_found_by_its_nick_and_has_advice)
{
  for (guint kind = 0; kind < GST_PROF_WARNING_N_KINDS; kind++) {
    const GstProfThreshold *threshold = gst_prof_threshold_get (kind);
    GstProfWarningKind found;

    fail_unless (gst_prof_threshold_find (threshold->nick, &found));
    assert_equals_int (found, kind);
    fail_unless (strlen (threshold->advice) > 20);
    /* The tracer has parameters in place of properties. */
    fail_unless (kind == GST_PROF_WARNING_SLOW_ELEMENT
        || kind == GST_PROF_WARNING_STATE_CHANGE
        || (threshold->property == NULL) == (threshold->value == 0));
    fail_unless (threshold->property == NULL || threshold->blurb != NULL);
  }
}

GST_END_TEST;

GST_START_TEST (test_unknown_nick_is_not_found)
{
  GstProfWarningKind kind = GST_PROF_WARNING_GAP;

  fail_if (gst_prof_threshold_find ("slow-nothing", &kind));
  assert_equals_int (kind, GST_PROF_WARNING_GAP);
}

GST_END_TEST;

static Suite *
threshold_suite (void)
{
  Suite *s = suite_create ("threshold");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_defaults_are_those_of_the_service);
  tcase_add_test (tc, test_only_what_is_longer_exceeds);
  tcase_add_test (tc, test_zero_is_off);
  tcase_add_test (tc, test_unknown_time_exceeds_nothing);
  tcase_add_test (tc, test_each_stage_has_its_kind);
  tcase_add_test (tc, test_every_kind_is_found_by_its_nick_and_has_advice);
  tcase_add_test (tc, test_unknown_nick_is_not_found);
  return s;
}

GST_CHECK_MAIN (threshold);
