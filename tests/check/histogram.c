/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofhistogram.h>

#include <stdlib.h>

static gint
compare (gconstpointer a, gconstpointer b)
{
  guint64 x = *(const guint64 *) a, y = *(const guint64 *) b;

  return x < y ? -1 : x > y;
}

static void
assert_within_one_percent (guint64 got, guint64 expected)
{
  guint64 error = got > expected ? got - expected : expected - got;

  fail_unless (error * 100 <= expected,
      "got %" G_GUINT64_FORMAT ", recorded %" G_GUINT64_FORMAT, got, expected);
}

GST_START_TEST (test_empty_histogram_says_zero)
{
  g_autoptr (GstProfHistogram) histogram = gst_prof_histogram_new ();

  assert_equals_uint64 (gst_prof_histogram_get_count (histogram), 0);
  assert_equals_uint64 (gst_prof_histogram_get_min (histogram), 0);
  assert_equals_uint64 (gst_prof_histogram_get_max (histogram), 0);
  assert_equals_uint64 (gst_prof_histogram_get_mean (histogram), 0);
  assert_equals_uint64 (gst_prof_histogram_percentile (histogram, 50.0), 0);
  assert_equals_uint64 (gst_prof_histogram_percentile (histogram, 100.0), 0);
}

GST_END_TEST;

GST_START_TEST (test_min_max_sum_mean_are_exact)
{
  g_autoptr (GstProfHistogram) histogram = gst_prof_histogram_new ();

  gst_prof_histogram_record (histogram, 33333333);
  gst_prof_histogram_record (histogram, 18645000001);
  gst_prof_histogram_record (histogram, 12345);

  assert_equals_uint64 (gst_prof_histogram_get_count (histogram), 3);
  assert_equals_uint64 (gst_prof_histogram_get_min (histogram), 12345);
  assert_equals_uint64 (gst_prof_histogram_get_max (histogram), 18645000001);
  assert_equals_uint64 (gst_prof_histogram_get_sum (histogram), 18678345679);
  assert_equals_uint64 (gst_prof_histogram_get_mean (histogram), 6226115226);
  assert_equals_uint64 (gst_prof_histogram_percentile (histogram, 0.0), 12345);
  assert_equals_uint64 (gst_prof_histogram_percentile (histogram, 100.0),
      18645000001);
}

GST_END_TEST;

/* The middle one of three has to be read from its bucket. */
GST_START_TEST (test_every_octave_is_within_one_percent)
{
  for (guint bit = 0; bit < 44; bit++) {
    for (guint step = 0; step < 97; step++) {
      guint64 value = (G_GUINT64_CONSTANT (1) << bit)
          + ((G_GUINT64_CONSTANT (1) << bit) * step) / 97;
      g_autoptr (GstProfHistogram) histogram = gst_prof_histogram_new ();

      gst_prof_histogram_record (histogram, 0);
      gst_prof_histogram_record (histogram, value);
      gst_prof_histogram_record (histogram, G_GUINT64_CONSTANT (1) << 44);
      assert_within_one_percent (gst_prof_histogram_percentile (histogram,
              50.0), value);
    }
  }
}

GST_END_TEST;

GST_START_TEST (test_percentiles_are_within_one_percent_of_the_rank)
{
  g_autoptr (GstProfHistogram) histogram = gst_prof_histogram_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);
  guint64 values[5000];

  for (guint i = 0; i < G_N_ELEMENTS (values); i++) {
    guint shift = g_rand_int_range (rand, 0, 24);

    values[i] = (guint64) g_rand_int_range (rand, 1, 1 << 20) << shift;
    gst_prof_histogram_record (histogram, values[i]);
  }
  qsort (values, G_N_ELEMENTS (values), sizeof (values[0]), compare);

  for (guint p = 1; p <= 100; p++)
    assert_within_one_percent (gst_prof_histogram_percentile (histogram, p),
        values[G_N_ELEMENTS (values) * p / 100 - 1]);
}

GST_END_TEST;

GST_START_TEST (test_rank_is_not_moved_by_rounding)
{
  g_autoptr (GstProfHistogram) histogram = gst_prof_histogram_new ();

  /* 7 / 100.0 * 5000 is a little more than 350. */
  for (guint i = 1; i <= 5000; i++)
    gst_prof_histogram_record (histogram, i <= 350 ? 100 : 120);
  assert_equals_uint64 (gst_prof_histogram_percentile (histogram, 7.0), 100);
  gst_prof_histogram_reset (histogram);
  for (guint i = 1; i <= 1000; i++)
    gst_prof_histogram_record (histogram, i <= 999 ? 100 : 120);
  assert_equals_uint64 (gst_prof_histogram_percentile (histogram, 99.9), 100);
}

GST_END_TEST;

GST_START_TEST (test_p99_of_thirty_is_the_largest)
{
  g_autoptr (GstProfHistogram) histogram = gst_prof_histogram_new ();

  for (guint i = 0; i < 29; i++)
    gst_prof_histogram_record (histogram, 31200000);
  gst_prof_histogram_record (histogram, 61100000);

  assert_equals_uint64 (gst_prof_histogram_percentile (histogram, 99.0),
      61100000);
}

GST_END_TEST;

GST_START_TEST (test_value_beyond_the_range_is_counted)
{
  g_autoptr (GstProfHistogram) histogram = gst_prof_histogram_new ();

  gst_prof_histogram_record (histogram, G_MAXUINT64);
  assert_equals_uint64 (gst_prof_histogram_get_count (histogram), 1);
  assert_equals_uint64 (gst_prof_histogram_get_max (histogram), G_MAXUINT64);
  assert_equals_uint64 (gst_prof_histogram_percentile (histogram, 50.0),
      G_MAXUINT64);
}

GST_END_TEST;

GST_START_TEST (test_merge_equals_recording_everything_in_one)
{
  g_autoptr (GstProfHistogram) one = gst_prof_histogram_new ();
  g_autoptr (GstProfHistogram) other = gst_prof_histogram_new ();
  g_autoptr (GstProfHistogram) both = gst_prof_histogram_new ();

  for (guint64 i = 1; i <= 1000; i++) {
    gst_prof_histogram_record (i % 3 ? one : other, i * i * 1000);
    gst_prof_histogram_record (both, i * i * 1000);
  }
  gst_prof_histogram_merge (one, other);

  assert_equals_uint64 (gst_prof_histogram_get_count (one), 1000);
  assert_equals_uint64 (gst_prof_histogram_get_min (one), 1000);
  assert_equals_uint64 (gst_prof_histogram_get_max (one), 1000000000);
  assert_equals_uint64 (gst_prof_histogram_get_sum (one),
      gst_prof_histogram_get_sum (both));
  for (guint p = 0; p <= 100; p++)
    assert_equals_uint64 (gst_prof_histogram_percentile (one, p),
        gst_prof_histogram_percentile (both, p));
}

GST_END_TEST;

GST_START_TEST (test_merge_of_an_empty_one_changes_nothing)
{
  g_autoptr (GstProfHistogram) histogram = gst_prof_histogram_new ();
  g_autoptr (GstProfHistogram) empty = gst_prof_histogram_new ();

  gst_prof_histogram_record (histogram, 7);
  gst_prof_histogram_merge (histogram, empty);
  assert_equals_uint64 (gst_prof_histogram_get_min (histogram), 7);
  gst_prof_histogram_merge (empty, histogram);
  assert_equals_uint64 (gst_prof_histogram_get_min (empty), 7);
}

GST_END_TEST;

GST_START_TEST (test_boxed_copy_is_independent)
{
  GstProfHistogram *histogram = gst_prof_histogram_new ();
  GstProfHistogram *copy;

  gst_prof_histogram_record (histogram, 5);
  copy = g_boxed_copy (GST_TYPE_PROF_HISTOGRAM, histogram);
  gst_prof_histogram_reset (histogram);

  assert_equals_uint64 (gst_prof_histogram_get_count (histogram), 0);
  assert_equals_uint64 (gst_prof_histogram_get_count (copy), 1);
  g_boxed_free (GST_TYPE_PROF_HISTOGRAM, histogram);
  g_boxed_free (GST_TYPE_PROF_HISTOGRAM, copy);
}

GST_END_TEST;

static Suite *
histogram_suite (void)
{
  Suite *s = suite_create ("histogram");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_empty_histogram_says_zero);
  tcase_add_test (tc, test_min_max_sum_mean_are_exact);
  tcase_add_test (tc, test_every_octave_is_within_one_percent);
  tcase_add_test (tc, test_percentiles_are_within_one_percent_of_the_rank);
  tcase_add_test (tc, test_rank_is_not_moved_by_rounding);
  tcase_add_test (tc, test_p99_of_thirty_is_the_largest);
  tcase_add_test (tc, test_value_beyond_the_range_is_counted);
  tcase_add_test (tc, test_merge_equals_recording_everything_in_one);
  tcase_add_test (tc, test_merge_of_an_empty_one_changes_nothing);
  tcase_add_test (tc, test_boxed_copy_is_independent);
  return s;
}

GST_CHECK_MAIN (histogram);
