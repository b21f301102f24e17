/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The meter: what one stage counts, and how it tells. */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofmessage.h>

#include "plugins/gstprofmeter.h"

#define FRAME (40 * GST_MSECOND)
#define NONE GST_CLOCK_TIME_NONE

static GstElement *element;
static GstBus *bus;
static GstProfMeter *meter;

static void
setup (void)
{
  element = gst_bin_new ("mine");
  bus = gst_bus_new ();
  gst_element_set_bus (element, bus);
  meter = g_new0 (GstProfMeter, 1);
  gst_prof_meter_init (meter, element, GST_CAT_DEFAULT, "encode");
  meter->has_output = TRUE;
}

static void
teardown (void)
{
  gst_prof_meter_clear (meter);
  g_free (meter);
  gst_object_unref (element);
  gst_object_unref (bus);
}

/* in = out + dropped + inside, always */
static void
assert_frames (guint64 in, guint64 out, guint64 dropped, guint inside)
{
  fail_unless_equals_uint64 (meter->frames_in, in);
  fail_unless_equals_uint64 (meter->frames_out, out);
  fail_unless_equals_uint64 (meter->frames_dropped, dropped);
  fail_unless_equals_int (gst_prof_meter_get_inside (meter), inside);
  fail_unless_equals_uint64 (in, out + dropped + inside);
}

static guint
in (guint frame)
{
  return gst_prof_meter_frame_in (meter, frame * FRAME, frame * 1000);
}

static GstClockTime
out (guint frame, GstClockTime oldest, GstClockTime now)
{
  return gst_prof_meter_frame_out (meter, frame * FRAME, oldest, now);
}

GST_START_TEST (a_frame_is_inside_until_it_comes_out)
{
  fail_unless_equals_int (in (0), 1);
  fail_unless_equals_int (in (1), 2);
  assert_frames (2, 0, 0, 2);
  fail_unless_equals_uint64 (out (0, 0, 1500), 1500);
  assert_frames (2, 1, 0, 1);
  fail_unless_equals_uint64 (out (1, FRAME, 1600), 600);
  assert_frames (2, 2, 0, 0);
}

GST_END_TEST;

GST_START_TEST (frames_come_out_in_decode_order_with_their_own_latency)
{
  for (guint i = 0; i < 4; i++)
    in (i);
  fail_unless_equals_uint64 (out (0, NONE, 5000), 5000);
  fail_unless_equals_uint64 (out (3, 0, 6000), 3000);
  fail_unless_equals_uint64 (out (1, FRAME, 7000), 6000);
  fail_unless_equals_uint64 (out (2, 2 * FRAME, 8000), 6000);
  assert_frames (4, 4, 0, 0);
}

GST_END_TEST;

GST_START_TEST (a_frame_that_can_no_longer_come_out_is_dropped)
{
  for (guint i = 0; i < 4; i++)
    in (i);
  fail_unless_equals_uint64 (out (2, 2 * FRAME, 5000), 3000);
  assert_frames (4, 1, 2, 1);
}

GST_END_TEST;

GST_START_TEST (a_second_packet_of_a_frame_has_no_latency)
{
  in (0);
  in (1);
  out (0, 0, 100);
  fail_unless_equals_uint64 (out (0, 0, 200), NONE);
  assert_frames (2, 1, 0, 1);
}

GST_END_TEST;

GST_START_TEST (rounding_to_another_clock_finds_the_frame)
{
  gst_prof_meter_frame_in (meter, 33333333, 0);
  fail_unless_equals_uint64 (gst_prof_meter_frame_out (meter, 33000000, NONE,
          70), 70);
  assert_frames (1, 1, 0, 0);
  gst_prof_meter_frame_in (meter, 66666666, 0);
  fail_unless_equals_uint64 (gst_prof_meter_frame_out (meter, 66000000, NONE,
          70), NONE);
  assert_frames (2, 1, 0, 1);
}

GST_END_TEST;

GST_START_TEST (frames_without_a_time_come_out_first_in_first_out)
{
  gst_prof_meter_frame_in (meter, NONE, 10);
  gst_prof_meter_frame_in (meter, NONE, 20);
  fail_unless_equals_uint64 (gst_prof_meter_frame_out (meter, NONE, NONE,
          30), 20);
  fail_unless_equals_uint64 (gst_prof_meter_frame_out (meter, NONE, NONE,
          40), 20);
  assert_frames (2, 2, 0, 0);
}

GST_END_TEST;

GST_START_TEST (what_stays_for_ever_is_bounded_and_counted)
{
  for (guint i = 0; i < GST_PROF_METER_MAX_INSIDE + 88; i++)
    in (i);
  assert_frames (600, 0, 88, 512);
  fail_unless_equals_uint64 (out (599, NONE, 600000), 1000);
  fail_unless_equals_uint64 (out (87, NONE, 600000), NONE);
}

GST_END_TEST;

GST_START_TEST (a_flush_drops_what_is_inside)
{
  in (0);
  in (1);
  gst_prof_meter_clear_inside (meter);
  assert_frames (2, 0, 2, 0);
}

GST_END_TEST;

GST_START_TEST (in_a_stage_without_an_output_nothing_stays)
{
  meter->has_output = FALSE;
  fail_unless_equals_int (in (0), 0);
  assert_frames (1, 1, 0, 0);
}

GST_END_TEST;

GST_START_TEST (a_reset_leaves_no_number)
{
  in (0);
  meter->corrections = 3;
  meter->largest_correction = 4;
  gst_prof_meter_state_changed (meter, GST_STATE_CHANGE_NULL_TO_READY, 0, 5);
  gst_prof_meter_reset (meter);
  assert_frames (0, 0, 0, 0);
  fail_unless_equals_uint64 (meter->corrections, 0);
  fail_unless_equals_uint64 (meter->largest_correction, 0);
  fail_unless_equals_uint64 (meter->state_changes, 0);
}

GST_END_TEST;

GST_START_TEST (setup_is_the_state_changes_up_to_paused)
{
  gst_prof_meter_state_changed (meter, GST_STATE_CHANGE_NULL_TO_READY, 0, 5);
  gst_prof_meter_state_changed (meter, GST_STATE_CHANGE_READY_TO_PAUSED, 0, 70);
  gst_prof_meter_state_changed (meter, GST_STATE_CHANGE_PAUSED_TO_PLAYING, 0, 900);
  gst_prof_meter_state_changed (meter, GST_STATE_CHANGE_PLAYING_TO_PAUSED, 0, 900);
  gst_prof_meter_state_changed (meter, GST_STATE_CHANGE_PAUSED_TO_READY, 0, 900);
  gst_prof_meter_state_changed (meter, GST_STATE_CHANGE_READY_TO_NULL, 0, 900);
  fail_unless_equals_uint64 (meter->state_changes, 75);
}

GST_END_TEST;

GST_START_TEST (each_stay_in_playing_is_an_epoch_of_its_own)
{
  fail_unless_equals_int (meter->epoch, 0);
  gst_prof_meter_set_playing (meter, FALSE);
  fail_unless_equals_int (meter->epoch, 0);
  gst_prof_meter_set_playing (meter, TRUE);
  gst_prof_meter_set_playing (meter, TRUE);
  fail_unless_equals_int (meter->epoch, 1);
  gst_prof_meter_set_playing (meter, FALSE);
  gst_prof_meter_set_playing (meter, TRUE);
  fail_unless_equals_int (meter->epoch, 3);
}

GST_END_TEST;

static void
deliver (guint n)
{
  GstProfSpan span = GST_PROF_SPAN_INIT;

  span.stage = g_ref_string_new_intern ("encode");
  while (n-- > 0)
    meter->client.deliver (&meter->client, &span);
  gst_prof_span_clear (&span);
}

static guint
read_bus (void)
{
  GstMessage *message;
  guint n = 0;

  while ((message = gst_bus_pop (bus)) != NULL) {
    n++;
    gst_message_unref (message);
  }
  return n;
}

GST_START_TEST (unread_messages_are_bounded_and_what_is_read_makes_room)
{
  GstMessage *message;

  deliver (1500);
  fail_unless_equals_uint64 (meter->messages_dropped, 1500 - 1024);
  for (guint i = 0; i < 24; i++)
    gst_message_unref (gst_bus_pop (bus));
  deliver (30);
  fail_unless_equals_uint64 (meter->messages_dropped, 1500 - 1024 + 6);

  /* Kept by the application: still not free */
  message = gst_bus_pop (bus);
  deliver (1);
  fail_unless_equals_uint64 (meter->messages_dropped, 1500 - 1024 + 7);
  gst_message_unref (message);
  deliver (1);
  fail_unless_equals_uint64 (meter->messages_dropped, 1500 - 1024 + 7);
  fail_unless_equals_int (read_bus (), 1024);
}

GST_END_TEST;

GST_START_TEST (messages_may_outlive_the_meter)
{
  GstMessage *message;

  deliver (2);
  message = gst_bus_pop (bus);
  teardown ();
  gst_message_unref (message);
  setup ();
}

GST_END_TEST;

GST_START_TEST (what_a_bracket_noted_is_told_before_the_next_span)
{
  GstMessage *message;
  GstProfSetup told;

  gst_prof_meter_note_setup (meter, GST_PROF_SETUP_RENEGOTIATED,
      g_ref_string_new ("video/x-first"));
  gst_prof_meter_note_setup (meter, GST_PROF_SETUP_RENEGOTIATED,
      g_ref_string_new ("video/x-second"));
  fail_unless (gst_bus_pop (bus) == NULL);
  deliver (1);
  message = gst_bus_pop (bus);
  fail_unless (gst_prof_message_parse_setup (message, &told));
  fail_unless_equals_int (told.kind, GST_PROF_SETUP_RENEGOTIATED);
  fail_unless_equals_string (told.detail, "video/x-second");
  fail_unless_equals_string (told.element, "mine");
  gst_prof_setup_clear (&told);
  gst_message_unref (message);
  message = gst_bus_pop (bus);
  fail_unless (gst_message_has_name (message, GST_PROF_MESSAGE_SPAN));
  gst_message_unref (message);
  fail_unless (gst_bus_pop (bus) == NULL);
}

GST_END_TEST;

static Suite *
meter_suite (void)
{
  Suite *suite = suite_create ("meter");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, a_frame_is_inside_until_it_comes_out);
  tcase_add_test (tcase,
      frames_come_out_in_decode_order_with_their_own_latency);
  tcase_add_test (tcase, a_frame_that_can_no_longer_come_out_is_dropped);
  tcase_add_test (tcase, a_second_packet_of_a_frame_has_no_latency);
  tcase_add_test (tcase, rounding_to_another_clock_finds_the_frame);
  tcase_add_test (tcase, frames_without_a_time_come_out_first_in_first_out);
  tcase_add_test (tcase, what_stays_for_ever_is_bounded_and_counted);
  tcase_add_test (tcase, a_flush_drops_what_is_inside);
  tcase_add_test (tcase, in_a_stage_without_an_output_nothing_stays);
  tcase_add_test (tcase, a_reset_leaves_no_number);
  tcase_add_test (tcase, setup_is_the_state_changes_up_to_paused);
  tcase_add_test (tcase, each_stay_in_playing_is_an_epoch_of_its_own);
  tcase_add_test (tcase,
      unread_messages_are_bounded_and_what_is_read_makes_room);
  tcase_add_test (tcase, messages_may_outlive_the_meter);
  tcase_add_test (tcase, what_a_bracket_noted_is_told_before_the_next_span);
  return suite;
}

GST_CHECK_MAIN (meter);
