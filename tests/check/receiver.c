/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The receivers of a pipeline: found by their jitterbuffers, with what decodes
 * them, and alive as long as somebody has one. */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofreceiver.h>

static GstProfReceivers *receivers;

static void
setup (void)
{
  receivers = gst_prof_receivers_new ();
}

static void
teardown (void)
{
  gst_prof_receivers_unref (receivers);
}

#define ELEMENT(n) GUINT_TO_POINTER (n)

static gboolean
add (guint element)
{
  g_autoptr (GstProfReceiver) receiver =
      gst_prof_receiver_new ("jitter", ELEMENT (element), NULL);

  return gst_prof_receivers_add (receivers, receiver);
}

static gboolean
has (guint element)
{
  GstProfReceiver *found = gst_prof_receivers_find (receivers,
      ELEMENT (element));

  if (found == NULL)
    return FALSE;
  fail_unless (found->element == ELEMENT (element));
  gst_prof_receiver_unref (found);
  return TRUE;
}

static gboolean
decodes (guint element)
{
  return gst_prof_receivers_is_on_decode_path (receivers, ELEMENT (element));
}

GST_START_TEST (a_receiver_is_found_by_its_jitterbuffer)
{
  fail_if (has (1));
  fail_unless (add (1));
  fail_unless (add (2));
  fail_unless (has (1) && has (2));
  fail_if (has (3));
  gst_prof_receivers_remove (receivers, ELEMENT (1));
  fail_if (has (1));
  fail_unless (has (2));
  gst_prof_receivers_remove (receivers, ELEMENT (1));
}

GST_END_TEST;

GST_START_TEST (a_jitterbuffer_has_one_receiver)
{
  fail_unless (add (1));
  fail_if (add (1));
}

GST_END_TEST;

GST_START_TEST (there_are_only_so_many)
{
  GstProfReceiver *found[GST_PROF_RECEIVERS_MAX];

  for (guint i = 1; i <= GST_PROF_RECEIVERS_MAX; i++)
    fail_unless (add (i));
  fail_if (add (GST_PROF_RECEIVERS_MAX + 1));
  assert_equals_int (gst_prof_receivers_list (receivers, found, 3), 3);
  for (guint i = 0; i < 3; i++)
    gst_prof_receiver_unref (found[i]);
  gst_prof_receivers_remove (receivers, ELEMENT (5));
  fail_unless (add (GST_PROF_RECEIVERS_MAX + 1));
  assert_equals_int (gst_prof_receivers_list (receivers, found,
          GST_PROF_RECEIVERS_MAX), GST_PROF_RECEIVERS_MAX);
  for (guint i = 0; i < GST_PROF_RECEIVERS_MAX; i++)
    gst_prof_receiver_unref (found[i]);
}

GST_END_TEST;

GST_START_TEST (what_is_in_use_outlives_the_list)
{
  GstProfTransport *transport = gst_prof_transport_new ();
  GstProfReceiver *receiver =
      gst_prof_receiver_new ("jitter", ELEMENT (1), transport);
  GstProfReceiver *found;

  gst_prof_transport_unref (transport);
  fail_unless (gst_prof_receivers_add (receivers, receiver));
  gst_prof_receiver_unref (receiver);
  found = gst_prof_receivers_find (receivers, ELEMENT (1));
  gst_prof_receivers_remove (receivers, ELEMENT (1));
  assert_equals_string (found->name, "jitter");
  gst_prof_flow_pass (&found->transport->any, 1, 10, 0, 1);
  assert_equals_uint64 (gst_prof_flow_get_packets (&found->transport->any), 1);
  gst_prof_receiver_unref (found);
}

GST_END_TEST;

GST_START_TEST (a_long_name_is_cut)
{
  g_autoptr (GstProfReceiver) receiver = gst_prof_receiver_new
      ("a-name-that-is-longer-than-the-forty-seven-bytes-it-has", NULL, NULL);

  assert_equals_string (receiver->name,
      "a-name-that-is-longer-than-the-forty-seven-byte");
}

GST_END_TEST;

GST_START_TEST (what_decodes_goes_with_its_receiver)
{
  const gconstpointer first[] = { ELEMENT (10), ELEMENT (11) };
  const gconstpointer second[] = { ELEMENT (20) };
  const gconstpointer other[] = { ELEMENT (12) };

  add (1);
  add (2);
  gst_prof_receivers_set_decode_path (receivers, ELEMENT (1), first, 2);
  gst_prof_receivers_set_decode_path (receivers, ELEMENT (2), second, 1);
  gst_prof_receivers_set_decode_path (receivers, ELEMENT (3), other, 1);
  fail_unless (decodes (10) && decodes (11) && decodes (20));
  fail_if (decodes (1) || decodes (12));
  gst_prof_receivers_set_decode_path (receivers, ELEMENT (1), other, 1);
  fail_unless (decodes (12));
  fail_if (decodes (10) || decodes (11));
  gst_prof_receivers_remove (receivers, ELEMENT (1));
  fail_if (decodes (12));
  fail_unless (decodes (20));
}

GST_END_TEST;

GST_START_TEST (a_long_decode_path_is_cut)
{
  gconstpointer elements[40];

  for (guint i = 0; i < G_N_ELEMENTS (elements); i++)
    elements[i] = ELEMENT (100 + i);
  add (1);
  gst_prof_receivers_set_decode_path (receivers, ELEMENT (1), elements,
      G_N_ELEMENTS (elements));
  fail_unless (decodes (100) && decodes (115));
  fail_if (decodes (116) || decodes (139));
}

GST_END_TEST;

static void
pass (guint number, GstClockTime now)
{
  GstProfReceiver *receiver =
      gst_prof_receivers_find (receivers, ELEMENT (number));

  gst_prof_flow_pass (&receiver->in, 1, 100, 0, now);
  gst_prof_receiver_unref (receiver);
}

static gboolean
is_heir (guint number, guint heir)
{
  GstProfReceiver *receiver =
      gst_prof_receivers_find_heir (receivers, ELEMENT (number));
  gboolean is = receiver != NULL && receiver->element == ELEMENT (heir);

  g_clear_pointer (&receiver, gst_prof_receiver_unref);
  return is;
}

GST_START_TEST (who_goes_on_the_same_way_when_nothing_comes_any_more_is_the_heir)
{
  gconstpointer same[] = { ELEMENT (100) }, other[] = { ELEMENT (200) };

  for (guint i = 1; i <= 4; i++) {
    add (i);
    gst_prof_receivers_set_decode_path (receivers, ELEMENT (i),
        i == 3 ? other : same, 1);
  }
  fail_unless (is_heir (1, 1));
  pass (1, 1000);
  /* It goes another way. */
  pass (3, 2000);
  fail_unless (is_heir (1, 1));
  /* Both at once. */
  pass (2, 3000);
  pass (1, 4000);
  fail_unless (is_heir (1, 1));
  pass (4, 5000);
  fail_unless (is_heir (1, 4) && is_heir (2, 4) && is_heir (4, 4));
  fail_unless (is_heir (3, 3));
  fail_if (is_heir (5, 5));
}

GST_END_TEST;

static Suite *
receiver_suite (void)
{
  Suite *s = suite_create ("receiver");
  TCase *tc = tcase_create ("receiver");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_test (tc, a_receiver_is_found_by_its_jitterbuffer);
  tcase_add_test (tc, a_jitterbuffer_has_one_receiver);
  tcase_add_test (tc, there_are_only_so_many);
  tcase_add_test (tc, what_is_in_use_outlives_the_list);
  tcase_add_test (tc, a_long_name_is_cut);
  tcase_add_test (tc, what_decodes_goes_with_its_receiver);
  tcase_add_test (tc, a_long_decode_path_is_cut);
  tcase_add_test (tc,
      who_goes_on_the_same_way_when_nothing_comes_any_more_is_the_heir);
  return s;
}

GST_CHECK_MAIN (receiver);
