/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * From which silence on it is one, by when things came, with literal times.
 */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofcadence.h>

#define MS GST_MSECOND
#define THRESHOLD (200 * MS)
#define NONE GST_CLOCK_TIME_NONE

static GstProfCadence cadence;
static GstClockTime now;

static void
setup (void)
{
  cadence = (GstProfCadence) { 0 };
  now = GST_SECOND;
  gst_prof_cadence_add (&cadence, now);
}

static void
after (guint ms)
{
  now += ms * MS;
  gst_prof_cadence_add (&cadence, now);
}

static void
steady (guint ms, guint n)
{
  while (n-- > 0)
    after (ms);
}

static GstClockTime
limit (GstClockTime frame_duration)
{
  return gst_prof_cadence_find_limit (&cadence, frame_duration, THRESHOLD);
}

GST_START_TEST (nothing_is_known_of_what_has_hardly_begun)
{
  assert_equals_uint64 (limit (NONE), 0);
  after (33);
  assert_equals_uint64 (limit (33 * MS), 0);
  after (33);
  assert_equals_uint64 (limit (NONE), THRESHOLD);
  assert_equals_uint64 (gst_prof_cadence_find_limit (&cadence, NONE, 0), 0);
}

GST_END_TEST;

GST_START_TEST (of_thirty_frames_a_second_the_threshold_holds)
{
  steady (33, 100);
  assert_equals_uint64 (limit (NONE), THRESHOLD);
  assert_equals_uint64 (limit (GST_SECOND / 30), THRESHOLD);
}

GST_END_TEST;

/* However often, while what comes in between takes more than a third. */
GST_START_TEST (who_stutters_has_gaps)
{
  for (guint i = 0; i < 50; i++) {
    steady (33, 9);
    after (500);
    assert_equals_uint64 (limit (NONE), THRESHOLD);
  }
}

GST_END_TEST;

GST_START_TEST (gaps_without_a_rhythm_are_no_pattern)
{
  static const guint frames[] = { 1, 4, 2, 9, 1, 6 };

  steady (100, 20);
  for (guint i = 0; i < 60; i++) {
    steady (100, frames[i % G_N_ELEMENTS (frames)]);
    after (900);
    assert_equals_uint64 (limit (NONE), 300 * MS);
  }
}

GST_END_TEST;

GST_START_TEST (gaps_of_different_length_are_no_pattern)
{
  static const guint gaps[] = { 300, 900, 450, 2000, 250, 600 };

  for (guint i = 0; i < 60; i++) {
    steady (20, 3);
    after (gaps[i % G_N_ELEMENTS (gaps)]);
    assert_equals_uint64 (limit (NONE), THRESHOLD);
  }
}

GST_END_TEST;

/* What a muxer writes of a picture, and of the sound until the next. */
GST_START_TEST (of_a_frame_in_pieces_the_pause_after_it_counts)
{
  for (guint i = 0; i < 4; i++) {
    after (20);
    after (33);
    assert_equals_uint64 (limit (NONE), THRESHOLD);
    after (447);
  }
  for (guint i = 0; i < 100; i++) {
    assert_equals_uint64 (limit (NONE), 3 * 447 * MS);
    after (20);
    after (33);
    after (447);
  }
  /* A gap among these is forgotten, the pattern is not. */
  after (5000);
  assert_equals_uint64 (limit (NONE), 3 * 447 * MS);
}

GST_END_TEST;

/* Without sound a packet comes every 400 ms, some in two. */
GST_START_TEST (a_speaker_may_be_silent_again)
{
  steady (20, 100);
  assert_equals_uint64 (limit (NONE), THRESHOLD);
  for (guint i = 0; i < 4; i++) {
    assert_equals_uint64 (limit (NONE), THRESHOLD);
    after (400);
    after (20);
  }
  assert_equals_uint64 (limit (NONE), 1200 * MS);
  steady (20, 1000);
  assert_equals_uint64 (limit (NONE), 1200 * MS);
  /* After a minute of speech it is any stream again. */
  steady (20, 2100);
  after (60);
  assert_equals_uint64 (limit (NONE), THRESHOLD);
}

GST_END_TEST;

GST_START_TEST (the_caps_tell_at_once)
{
  steady (33, 100);
  /* From now on two a second */
  assert_equals_uint64 (limit (500 * MS), 1500 * MS);
  steady (500, 2);
  assert_equals_uint64 (limit (500 * MS), 1500 * MS);
}

GST_END_TEST;

GST_START_TEST (pictures_of_which_the_caps_tell_more_have_gaps)
{
  for (guint i = 0; i < 50; i++) {
    after (20);
    after (33);
    after (447);
  }
  assert_equals_uint64 (limit (GST_SECOND / 30), THRESHOLD);
}

GST_END_TEST;

GST_START_TEST (what_comes_seldom_may_stay_away_unless_the_caps_tell)
{
  steady (2000, 5);
  assert_equals_uint64 (limit (NONE), 0);
  assert_equals_uint64 (limit (2000 * MS), 6000 * MS);
}

GST_END_TEST;

static Suite *
cadence_suite (void)
{
  Suite *s = suite_create ("cadence");
  TCase *tc = tcase_create ("general");

  tcase_add_checked_fixture (tc, setup, NULL);
  suite_add_tcase (s, tc);
  tcase_add_test (tc, nothing_is_known_of_what_has_hardly_begun);
  tcase_add_test (tc, of_thirty_frames_a_second_the_threshold_holds);
  tcase_add_test (tc, who_stutters_has_gaps);
  tcase_add_test (tc, gaps_without_a_rhythm_are_no_pattern);
  tcase_add_test (tc, gaps_of_different_length_are_no_pattern);
  tcase_add_test (tc, of_a_frame_in_pieces_the_pause_after_it_counts);
  tcase_add_test (tc, a_speaker_may_be_silent_again);
  tcase_add_test (tc, the_caps_tell_at_once);
  tcase_add_test (tc, pictures_of_which_the_caps_tell_more_have_gaps);
  tcase_add_test (tc, what_comes_seldom_may_stay_away_unless_the_caps_tell);
  return s;
}

GST_CHECK_MAIN (cadence);
