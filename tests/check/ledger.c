/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofledger.h>

GST_START_TEST (test_new_ledger_is_all_unknown)
{
  GstProfLedger ledger;

  gst_prof_ledger_init (&ledger, 100);
  assert_equals_uint64 (gst_prof_ledger_get (&ledger, "unknown"), 100);
  assert_equals_uint64 (gst_prof_ledger_get (&ledger, "upstream"), 0);
  assert_equals_string (gst_prof_ledger_largest (&ledger), "unknown");
}

GST_END_TEST;

GST_START_TEST (test_parts_never_exceed_the_wall_time)
{
  GstProfLedger ledger;

  gst_prof_ledger_init (&ledger, 100);
  assert_equals_uint64 (gst_prof_ledger_add (&ledger, "encode", 60), 60);
  assert_equals_uint64 (gst_prof_ledger_add (&ledger, "write", 60), 40);
  assert_equals_uint64 (gst_prof_ledger_add (&ledger, "upstream", 1), 0);
  assert_equals_uint64 (gst_prof_ledger_get (&ledger, "write"), 40);
  assert_equals_uint64 (gst_prof_ledger_get (&ledger, "upstream"), 0);
  assert_equals_uint64 (gst_prof_ledger_get (&ledger, "unknown"), 0);
}

GST_END_TEST;

GST_START_TEST (test_part_named_again_grows)
{
  GstProfLedger ledger;

  gst_prof_ledger_init (&ledger, 100);
  gst_prof_ledger_add (&ledger, "write", 20);
  gst_prof_ledger_add (&ledger, "write", 30);
  assert_equals_int (ledger.n_parts, 1);
  assert_equals_uint64 (gst_prof_ledger_get (&ledger, "write"), 50);
  assert_equals_uint64 (gst_prof_ledger_get (&ledger, "unknown"), 50);
}

GST_END_TEST;

GST_START_TEST (test_unknown_cannot_be_credited)
{
  GstProfLedger ledger;

  gst_prof_ledger_init (&ledger, 100);
  assert_equals_uint64 (gst_prof_ledger_add (&ledger, "unknown", 30), 0);
  assert_equals_int (ledger.n_parts, 0);
  assert_equals_uint64 (gst_prof_ledger_get (&ledger, "unknown"), 100);
}

GST_END_TEST;

GST_START_TEST (test_part_without_a_row_stays_unknown)
{
  GstProfLedger ledger;

  gst_prof_ledger_init (&ledger, 100);
  for (guint i = 0; i < GST_PROF_LEDGER_MAX_PARTS; i++) {
    g_autofree gchar *name = g_strdup_printf ("part-%u", i);

    assert_equals_uint64 (gst_prof_ledger_add (&ledger, name, 1), 1);
  }
  assert_equals_uint64 (gst_prof_ledger_add (&ledger, "one-more", 1), 0);
  assert_equals_uint64 (gst_prof_ledger_get (&ledger, "unknown"),
      100 - GST_PROF_LEDGER_MAX_PARTS);
}

GST_END_TEST;

GST_START_TEST (test_largest_part_is_named)
{
  GstProfLedger ledger;

  gst_prof_ledger_init (&ledger, 100);
  gst_prof_ledger_add (&ledger, "encode", 20);
  gst_prof_ledger_add (&ledger, "upstream", 50);
  assert_equals_string (gst_prof_ledger_largest (&ledger), "upstream");
}

GST_END_TEST;

GST_START_TEST (test_unknown_is_named_when_it_is_largest)
{
  GstProfLedger ledger;

  gst_prof_ledger_init (&ledger, 100);
  gst_prof_ledger_add (&ledger, "encode", 49);
  assert_equals_string (gst_prof_ledger_largest (&ledger), "unknown");
  gst_prof_ledger_add (&ledger, "encode", 1);
  assert_equals_string (gst_prof_ledger_largest (&ledger), "encode");
}

GST_END_TEST;

GST_START_TEST (test_structure_sums_up_to_the_wall_time)
{
  GstProfLedger ledger;
  g_autoptr (GstStructure) structure = NULL;
  guint64 sum = 0;

  gst_prof_ledger_init (&ledger, 100);
  gst_prof_ledger_add (&ledger, "encode", 20);
  gst_prof_ledger_add (&ledger, "upstream", 50);
  structure = gst_prof_ledger_to_structure (&ledger);

  assert_equals_int (gst_structure_n_fields (structure), 3);
  for (gint i = 0; i < 3; i++) {
    guint64 part;

    fail_unless (gst_structure_get_uint64 (structure,
            gst_structure_nth_field_name (structure, i), &part));
    sum += part;
  }
  assert_equals_uint64 (sum, 100);
}

GST_END_TEST;

GST_START_TEST (test_merge_is_the_ledger_of_both_intervals)
{
  GstProfLedger ledger, other;

  gst_prof_ledger_init (&ledger, 100);
  gst_prof_ledger_add (&ledger, "upstream", 50);
  gst_prof_ledger_init (&other, 30);
  gst_prof_ledger_add (&other, "upstream", 10);
  gst_prof_ledger_add (&other, "write", 15);
  gst_prof_ledger_merge (&ledger, &other);

  assert_equals_uint64 (ledger.wall, 130);
  assert_equals_uint64 (gst_prof_ledger_get (&ledger, "upstream"), 60);
  assert_equals_uint64 (gst_prof_ledger_get (&ledger, "write"), 15);
  assert_equals_uint64 (gst_prof_ledger_get (&ledger, "unknown"), 55);
}

GST_END_TEST;

static Suite *
ledger_suite (void)
{
  Suite *s = suite_create ("ledger");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_new_ledger_is_all_unknown);
  tcase_add_test (tc, test_parts_never_exceed_the_wall_time);
  tcase_add_test (tc, test_part_named_again_grows);
  tcase_add_test (tc, test_unknown_cannot_be_credited);
  tcase_add_test (tc, test_part_without_a_row_stays_unknown);
  tcase_add_test (tc, test_largest_part_is_named);
  tcase_add_test (tc, test_unknown_is_named_when_it_is_largest);
  tcase_add_test (tc, test_structure_sums_up_to_the_wall_time);
  tcase_add_test (tc, test_merge_is_the_ledger_of_both_intervals);
  return s;
}

GST_CHECK_MAIN (ledger);
