/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A session's start in literal numbers: the parts add up to the total, whatever
 * is known. */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofreport.h>
#include <gst/prof/gstprofstartup.h>
#include <gst/prof/gstprofsummary.h>

#include <string.h>

#define MS GST_MSECOND
#define BEGIN (1000 * GST_SECOND)

/* All is known: a session as it should be. */
static const GstProfStartupMarks whole = {
  .times = {
        [GST_PROF_STARTUP_CONTACT] = BEGIN,
        [GST_PROF_STARTUP_OFFERED] = BEGIN + 8 * MS,
        [GST_PROF_STARTUP_AGREED] = BEGIN + 12 * MS,
        [GST_PROF_STARTUP_GATHERED] = BEGIN + 113 * MS,
        [GST_PROF_STARTUP_ICE] = BEGIN + 177 * MS,
        [GST_PROF_STARTUP_DTLS] = BEGIN + 182 * MS,
        [GST_PROF_STARTUP_PACKET] = BEGIN + 222 * MS,
        [GST_PROF_STARTUP_RELEASED] = BEGIN + 422 * MS,
        [GST_PROF_STARTUP_DECODED] = BEGIN + 431 * MS,
        [GST_PROF_STARTUP_STAGE] = BEGIN + 433 * MS,
        [GST_PROF_STARTUP_ENCODER] = BEGIN + 438 * MS,
        [GST_PROF_STARTUP_ENCODED] = BEGIN + 468 * MS,
        [GST_PROF_STARTUP_WRITTEN] = BEGIN + 480 * MS,
      },
};

static gboolean
add_part (GQuark name, const GValue * value, gpointer user_data)
{
  if (G_VALUE_HOLDS_UINT64 (value)
      && strcmp (g_quark_to_string (name), "total") != 0)
    *(guint64 *) user_data += g_value_get_uint64 (value);
  return TRUE;
}

static guint64
get (const GstStructure * parts, const gchar * name)
{
  guint64 time = 0;

  gst_structure_get_uint64 (parts, name, &time);
  return time;
}

/* Whatever is known, nothing is lost and nothing comes twice. */
static void
assert_adds_up (const GstStructure * parts)
{
  guint64 sum = 0;

  gst_structure_foreach (parts, add_part, &sum);
  assert_equals_uint64 (sum, get (parts, "total"));
}

static GstStructure *
split (const GstProfStartupMarks * marks)
{
  GstStructure *parts = gst_prof_startup_marks_split (marks);

  fail_unless (parts != NULL);
  assert_adds_up (parts);
  return parts;
}

GST_START_TEST (test_parts_telescope)
{
  g_autoptr (GstStructure) parts = split (&whole);

  assert_equals_string (gst_structure_get_string (parts, "from"), "contact");
  assert_equals_uint64 (get (parts, "total"), 480 * MS);
  assert_equals_uint64 (get (parts, "signalling"), 12 * MS);
  assert_equals_uint64 (get (parts, "gathering"), 101 * MS);
  assert_equals_uint64 (get (parts, "ice"), 64 * MS);
  assert_equals_uint64 (get (parts, "dtls"), 5 * MS);
  assert_equals_uint64 (get (parts, "sender"), 40 * MS);
  assert_equals_uint64 (get (parts, "jitterbuffer"), 200 * MS);
  assert_equals_uint64 (get (parts, "decoder"), 9 * MS);
  assert_equals_uint64 (get (parts, "queue"), 2 * MS);
  assert_equals_uint64 (get (parts, "normalize"), 5 * MS);
  assert_equals_uint64 (get (parts, "encoder"), 30 * MS);
  assert_equals_uint64 (get (parts, "container"), 12 * MS);
  fail_if (gst_structure_has_field (parts, "unknown"));
}

GST_END_TEST;

GST_START_TEST (test_missing_mark_is_part_of_the_next)
{
  GstProfStartupMarks marks = whole;
  g_autoptr (GstStructure) parts = NULL;

  marks.times[GST_PROF_STARTUP_GATHERED] = 0;
  marks.times[GST_PROF_STARTUP_ENCODER] = 0;
  marks.times[GST_PROF_STARTUP_ENCODED] = 0;
  parts = split (&marks);
  assert_equals_uint64 (get (parts, "total"), 480 * MS);
  fail_if (gst_structure_has_field (parts, "gathering"));
  assert_equals_uint64 (get (parts, "ice"), 165 * MS);
  fail_if (gst_structure_has_field (parts, "normalize"));
  fail_if (gst_structure_has_field (parts, "encoder"));
  fail_if (gst_structure_has_field (parts, "container"));
  assert_equals_uint64 (get (parts, "stages"), 47 * MS);
}

GST_END_TEST;

/* ICE connects while candidates are still being gathered: that is not what was
 * waited for. */
GST_START_TEST (test_gathering_that_outlasts_ice_is_no_part)
{
  GstProfStartupMarks marks = whole;
  g_autoptr (GstStructure) parts = NULL;

  marks.times[GST_PROF_STARTUP_GATHERED] = BEGIN + 178 * MS;
  parts = split (&marks);
  fail_if (gst_structure_has_field (parts, "gathering"));
  assert_equals_uint64 (get (parts, "ice"), 165 * MS);
  assert_equals_uint64 (get (parts, "dtls"), 5 * MS);
}

GST_END_TEST;

/* webrtcbin tells its state in a thread of its own: the first packet may be
 * faster. */
GST_START_TEST (test_state_told_after_the_first_packet_is_as_old_as_that)
{
  GstProfStartupMarks marks = whole;
  g_autoptr (GstStructure) parts = NULL;

  marks.times[GST_PROF_STARTUP_DTLS] = BEGIN + 230 * MS;
  parts = split (&marks);
  assert_equals_uint64 (get (parts, "dtls"), 45 * MS);
  fail_unless (gst_structure_has_field (parts, "sender"));
  assert_equals_uint64 (get (parts, "sender"), 0);
  assert_equals_uint64 (get (parts, "jitterbuffer"), 200 * MS);
}

GST_END_TEST;

GST_START_TEST (test_without_a_contact_it_begins_with_the_first_mark)
{
  GstProfStartupMarks marks = whole;
  g_autoptr (GstStructure) parts = NULL, bare = NULL;

  marks.times[GST_PROF_STARTUP_CONTACT] = 0;
  parts = split (&marks);
  assert_equals_string (gst_structure_get_string (parts, "from"), "offer");
  assert_equals_uint64 (get (parts, "total"), 472 * MS);
  assert_equals_uint64 (get (parts, "signalling"), 4 * MS);

  for (guint i = GST_PROF_STARTUP_OFFERED; i < GST_PROF_STARTUP_PACKET; i++)
    marks.times[i] = 0;
  bare = split (&marks);
  assert_equals_string (gst_structure_get_string (bare, "from"), "packet");
  assert_equals_uint64 (get (bare, "total"), 258 * MS);
  fail_if (gst_structure_has_field (bare, "sender"));
  assert_equals_uint64 (get (bare, "jitterbuffer"), 200 * MS);
}

GST_END_TEST;

/* What is in between is not seen at all. */
GST_START_TEST (test_what_cannot_be_told_is_unknown)
{
  GstProfStartupMarks marks = whole;
  g_autoptr (GstStructure) parts = NULL, undecoded = NULL;

  for (guint i = GST_PROF_STARTUP_OFFERED; i < GST_PROF_STARTUP_STAGE; i++)
    marks.times[i] = 0;
  parts = split (&marks);
  assert_equals_uint64 (get (parts, "total"), 480 * MS);
  assert_equals_uint64 (get (parts, "unknown"), 433 * MS);
  assert_equals_uint64 (get (parts, "normalize"), 5 * MS);

  marks = whole;
  marks.times[GST_PROF_STARTUP_DECODED] = 0;
  undecoded = split (&marks);
  assert_equals_uint64 (get (undecoded, "jitterbuffer"), 200 * MS);
  assert_equals_uint64 (get (undecoded, "unknown"), 11 * MS);
}

GST_END_TEST;

/* The first stage's pad may note it, or the decoder be in that stage. */
GST_START_TEST (test_decoder_ends_with_the_first_stage_at_the_latest)
{
  GstProfStartupMarks marks = whole;
  g_autoptr (GstStructure) parts = NULL;

  marks.times[GST_PROF_STARTUP_STAGE] = BEGIN + 424 * MS;
  marks.times[GST_PROF_STARTUP_DECODED] = BEGIN + 426 * MS;
  marks.times[GST_PROF_STARTUP_ENCODER] = 0;
  marks.times[GST_PROF_STARTUP_ENCODED] = 0;
  parts = split (&marks);
  assert_equals_uint64 (get (parts, "decoder"), 2 * MS);
  assert_equals_uint64 (get (parts, "queue"), 0);
  assert_equals_uint64 (get (parts, "stages"), 56 * MS);
  fail_if (gst_structure_has_field (parts, "unknown"));
}

GST_END_TEST;

/* A camera is recorded, and some other stream comes in beside it. */
GST_START_TEST (test_stream_that_came_later_says_nothing)
{
  GstProfStartupMarks marks = whole;

  for (guint i = 0; i < GST_PROF_STARTUP_STAGE; i++) {
    if (marks.times[i] != 0)
      marks.times[i] += 10 * GST_SECOND;
  }
  fail_unless (gst_prof_startup_marks_split (&marks) == NULL);
}

GST_END_TEST;

GST_START_TEST (test_nothing_before_the_stages_is_no_startup)
{
  GstProfStartupMarks marks = whole;

  for (guint i = 0; i < GST_PROF_STARTUP_STAGE; i++)
    marks.times[i] = 0;
  fail_unless (gst_prof_startup_marks_split (&marks) == NULL);

  marks = whole;
  marks.times[GST_PROF_STARTUP_WRITTEN] = 0;
  fail_unless (gst_prof_startup_marks_split (&marks) == NULL);
}

GST_END_TEST;

/* Each of 8192 sets of marks, and each of them with one mark too late. */
GST_START_TEST (test_parts_add_up_whatever_is_known)
{
  for (guint known = 0; known < 1 << GST_PROF_STARTUP_N_MARKS; known++) {
    for (guint late = 0; late < GST_PROF_STARTUP_N_MARKS; late++) {
      GstProfStartupMarks marks = { 0 };
      g_autoptr (GstStructure) parts = NULL;

      for (guint i = 0; i < GST_PROF_STARTUP_N_MARKS; i++) {
        if (known & (1 << i))
          marks.times[i] = whole.times[i] + (i == late ? 100 * MS : 0);
      }
      parts = gst_prof_startup_marks_split (&marks);
      if (parts == NULL)
        continue;
      assert_adds_up (parts);
      fail_unless (get (parts, "total") <= 580 * MS);
    }
  }
}

GST_END_TEST;

static GstProfFrame
make_frame (GstClockTime enter, GstProfFrameState state)
{
  return (GstProfFrame) {
    .number = 1,
    .state = state,
    .first_enter = enter,
    .last_leave = enter + 47 * MS,
    .encode_latency = 30 * MS,
    .n_cells = 3,
    .cells = {
          {.stage = "normalize",.enter = enter,.leave = enter + 5 * MS},
          /* what follows the encoder is on its thread */
          {.stage = "encode",.enter = enter + 5 * MS,.leave = enter + 48 * MS},
          {.stage = "write",.enter = enter + 40 * MS,.leave = enter + 47 * MS},
        },
  };
}

static GstProfStartupMarks
before_the_stages (void)
{
  GstProfStartupMarks marks = whole;

  for (guint i = GST_PROF_STARTUP_STAGE; i < GST_PROF_STARTUP_N_MARKS; i++)
    marks.times[i] = 0;
  return marks;
}

GST_START_TEST (test_first_complete_frame_is_the_one)
{
  g_autoptr (GstProfStartup) startup = gst_prof_startup_new ();
  GstProfStartupMarks marks = before_the_stages ();
  GstProfFrame dropped = make_frame (BEGIN + 433 * MS, GST_PROF_FRAME_DROPPED);
  GstProfFrame untold = make_frame (BEGIN + 466 * MS, GST_PROF_FRAME_COMPLETE);
  GstProfFrame first = make_frame (BEGIN + 500 * MS, GST_PROF_FRAME_COMPLETE);
  GstProfFrame second = make_frame (BEGIN + 533 * MS, GST_PROF_FRAME_COMPLETE);
  const GstStructure *parts;

  untold.n_unjoined = 1;
  first.flags = GST_PROF_SPAN_FLAG_PREROLL;
  gst_prof_startup_add_frame (startup, &dropped);
  gst_prof_startup_add_frame (startup, &untold);
  gst_prof_startup_add_frame (startup, &first);
  gst_prof_startup_add_frame (startup, &second);
  gst_prof_startup_sample (startup, &marks, BEGIN + 600 * MS);

  parts = gst_prof_startup_get_parts (startup);
  fail_unless (parts != NULL);
  assert_adds_up (parts);
  assert_equals_uint64 (get (parts, "total"), 547 * MS);
  assert_equals_uint64 (get (parts, "queue"), 69 * MS);
  assert_equals_uint64 (get (parts, "normalize"), 5 * MS);
  assert_equals_uint64 (get (parts, "encoder"), 30 * MS);
  assert_equals_uint64 (get (parts, "container"), 12 * MS);
}

GST_END_TEST;

/* Else a state that was reached but not read yet would look as if it was never
 * waited for. */
GST_START_TEST (test_nothing_is_said_before_all_is_read)
{
  g_autoptr (GstProfStartup) startup = gst_prof_startup_new ();
  GstProfStartupMarks none = { 0 }, marks = before_the_stages ();
  GstProfFrame frame = make_frame (BEGIN + 433 * MS, GST_PROF_FRAME_COMPLETE);
  const GstStructure *parts;

  gst_prof_startup_sample (startup, &none, BEGIN + 250 * MS);
  fail_unless (gst_prof_startup_get_parts (startup) == NULL);
  gst_prof_startup_sample (startup, &marks, BEGIN + 479 * MS);
  gst_prof_startup_add_frame (startup, &frame);
  fail_unless (gst_prof_startup_get_parts (startup) == NULL);
  /* the peer has gone since, and its jitterbuffer with it */
  gst_prof_startup_sample (startup, &none, BEGIN + 729 * MS);
  parts = gst_prof_startup_get_parts (startup);
  fail_unless (parts != NULL);
  assert_equals_uint64 (get (parts, "total"), 480 * MS);
  assert_equals_uint64 (get (parts, "jitterbuffer"), 200 * MS);
  /* and nothing that comes later changes it */
  marks.times[GST_PROF_STARTUP_CONTACT] += 1 * MS;
  gst_prof_startup_sample (startup, &marks, BEGIN + 979 * MS);
  fail_unless (gst_prof_startup_get_parts (startup) == parts);
  assert_equals_uint64 (get (parts, "total"), 480 * MS);
}

GST_END_TEST;

static gchar *
report (const GstStructure * startup)
{
  g_auto (GstProfSummary) summary = { 0 };
  g_autoptr (GstStructure) structure = NULL;

  gst_prof_summary_init (&summary);
  summary.startup = startup;
  structure = gst_prof_summary_to_structure (&summary);
  return gst_prof_report_to_text (structure);
}

GST_START_TEST (test_report_names_the_parts_in_order)
{
  GstProfStartupMarks marks = whole;
  g_autoptr (GstStructure) parts = split (&marks), late = NULL;
  g_autofree gchar *text = report (parts), *late_text = NULL;
  g_autofree gchar *none = report (NULL);

  fail_unless (strstr (text, "\nStartup: 0.48s from first contact to first "
          "recorded frame: signalling 12ms, gathering 101ms, ice\n"
          "         64ms, dtls 5ms, sender 40ms, jitterbuffer 200ms, "
          "decoder 9ms, queue 2ms, normalize 5ms,\n"
          "         encoder 30ms, container 12ms\n") != NULL, "%s", text);
  fail_unless (strstr (none, "Startup") == NULL, "%s", none);

  /* what is not worth a millisecond is not named */
  marks.times[GST_PROF_STARTUP_CONTACT] = 0;
  marks.times[GST_PROF_STARTUP_OFFERED] = 0;
  marks.times[GST_PROF_STARTUP_DTLS] =
      marks.times[GST_PROF_STARTUP_ICE] + MS / 2 - 1;
  late = split (&marks);
  late_text = report (late);
  fail_unless (strstr (late_text, "\nStartup: 0.47s from the answer to first "
          "recorded frame: gathering 101ms, ice 64ms, sender 45ms,") != NULL,
      "%s", late_text);
}

GST_END_TEST;

static Suite *
startup_suite (void)
{
  Suite *s = suite_create ("startup");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_parts_telescope);
  tcase_add_test (tc, test_missing_mark_is_part_of_the_next);
  tcase_add_test (tc, test_gathering_that_outlasts_ice_is_no_part);
  tcase_add_test (tc,
      test_state_told_after_the_first_packet_is_as_old_as_that);
  tcase_add_test (tc, test_without_a_contact_it_begins_with_the_first_mark);
  tcase_add_test (tc, test_what_cannot_be_told_is_unknown);
  tcase_add_test (tc, test_decoder_ends_with_the_first_stage_at_the_latest);
  tcase_add_test (tc, test_stream_that_came_later_says_nothing);
  tcase_add_test (tc, test_nothing_before_the_stages_is_no_startup);
  tcase_add_test (tc, test_parts_add_up_whatever_is_known);
  tcase_add_test (tc, test_first_complete_frame_is_the_one);
  tcase_add_test (tc, test_nothing_is_said_before_all_is_read);
  tcase_add_test (tc, test_report_names_the_parts_in_order);
  return s;
}

GST_CHECK_MAIN (startup);
