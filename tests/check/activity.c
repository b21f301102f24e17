/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What a thread is doing, as other threads see it. */

#include "activityfind.h"

#include <gst/prof/gstprofactivityprivate.h>

#define NONE GST_CLOCK_TIME_NONE
#define DEPTH GST_PROF_ACTIVITY_DEPTH
#define LEVELS GST_PROF_ACTIVITY_LEVELS

static GstProfActivityState
own_state (void)
{
  GstProfActivityState state;

  fail_unless (activity_find (activity_own_id (), &state));
  return state;
}

GST_START_TEST (a_point_has_a_number_that_no_other_has)
{
  GstProfPoint *a = gst_prof_point_new ("a:sink");
  GstProfPoint *b = gst_prof_point_new ("a:sink");

  fail_unless (a->id > 0);
  fail_unless (b->id > a->id);
  assert_equals_string (a->name, "a:sink");
  gst_prof_point_unref (gst_prof_point_ref (a));
  assert_equals_string (a->name, "a:sink");
  gst_prof_point_unref (a);
  gst_prof_point_unref (b);
}

GST_END_TEST;

GST_START_TEST (a_thread_has_one_activity)
{
  GstProfActivity *activity = gst_prof_activity_get ();
  GstProfActivityState state = own_state ();

  fail_unless (gst_prof_activity_get () == activity);
  assert_equals_int (state.depth, 0);
  assert_equals_int (state.home, 0);
  assert_equals_uint64 (state.changes, 0);
  assert_equals_int (state.stage, 0);
}

GST_END_TEST;

GST_START_TEST (what_a_thread_enters_and_leaves_is_seen)
{
  GstProfActivity *activity = gst_prof_activity_get ();
  GstProfPoint *a = gst_prof_point_new ("a");
  GstProfPoint *b = gst_prof_point_new ("b");
  GstProfActivityState state;

  gst_prof_activity_enter_pad (activity, a, 100);
  gst_prof_activity_enter (activity, b, 110);
  state = own_state ();
  assert_equals_int (state.depth, 2);
  assert_equals_int (state.points[0], a->id);
  assert_equals_int (state.points[1], b->id);
  assert_equals_uint64 (state.changes, 2);
  assert_equals_uint64 (state.changed, 110);

  gst_prof_activity_leave (activity, 120);
  state = own_state ();
  assert_equals_int (state.depth, 1);
  assert_equals_int (state.points[0], a->id);
  assert_equals_uint64 (state.changes, 3);
  assert_equals_uint64 (state.changed, 120);

  gst_prof_activity_leave (activity, 130);
  assert_equals_int (own_state ().depth, 0);
  gst_prof_point_unref (a);
  gst_prof_point_unref (b);
}

GST_END_TEST;

static gpointer
come_in_once (gpointer data)
{
  GstProfActivity *activity = gst_prof_activity_get ();

  gst_prof_activity_enter_pad (activity, data, 100);
  gst_prof_activity_leave (activity, 110);
  return NULL;
}

/* The application ends a stream with EOS: it does not feed it. */
GST_START_TEST (who_brings_an_event_does_not_bring_data)
{
  GstProfActivity *activity = gst_prof_activity_get ();
  GstProfPoint *a = gst_prof_point_new ("a");

  gst_prof_activity_enter_pad_aside (activity, a, 100);
  assert_equals_int (own_state ().points[0], a->id);
  assert_equals_uint64 (atomic_load (&a->thread_id), own_state ().thread_id);
  gst_prof_activity_leave (activity, 110);

  atomic_store (&a->thread_id, 4711);
  gst_prof_activity_enter_pad_aside (activity, a, 120);
  assert_equals_int (own_state ().depth, 1);
  assert_equals_uint64 (atomic_load (&a->thread_id), 4711);
  gst_prof_activity_leave (activity, 130);

  g_thread_join (g_thread_new ("streaming", come_in_once, a));
  fail_unless (atomic_load (&a->thread_id) != 4711);
  gst_prof_point_unref (a);
}

GST_END_TEST;

GST_START_TEST (what_brought_a_thread_in_is_known_of_the_innermost)
{
  static const gboolean events[] = { TRUE, FALSE, TRUE, TRUE, FALSE };
  GstProfActivity *activity = gst_prof_activity_get ();
  GstProfPoint *a = gst_prof_point_new ("a");

  for (guint i = 0; i < G_N_ELEMENTS (events); i++) {
    if (events[i])
      gst_prof_activity_enter_pad_aside (activity, a, 100 + i);
    else
      gst_prof_activity_enter_pad (activity, a, 100 + i);
    assert_equals_int (own_state ().is_event, events[i]);
  }
  for (guint i = G_N_ELEMENTS (events); i > 0; i--) {
    assert_equals_int (own_state ().is_event, events[i - 1]);
    gst_prof_activity_leave (activity, 200 - i);
  }
  fail_if (own_state ().is_event);
  gst_prof_activity_enter_pad (activity, a, 300);
  fail_if (own_state ().is_event);
  gst_prof_activity_leave (activity, 310);
  gst_prof_point_unref (a);
}

GST_END_TEST;

GST_START_TEST (a_point_knows_who_came_in_last)
{
  GstProfActivity *activity = gst_prof_activity_get ();
  GstProfPoint *a = gst_prof_point_new ("a");

  for (guint i = 0; i < 5; i++) {
    gst_prof_activity_enter_pad (activity, a, 100 + i);
    gst_prof_activity_leave (activity, 200 + i);
  }
  assert_equals_uint64 (atomic_load (&a->thread_id), activity_own_id ());

  for (guint i = 0; i < 5; i++) {
    gst_prof_activity_enter (activity, a, 300 + i);
    gst_prof_activity_leave (activity, 400 + i);
  }
  assert_equals_uint64 (atomic_load (&a->thread_id), activity_own_id ());
  assert_equals_uint64 (atomic_load (&a->entered), 304);
  gst_prof_point_unref (a);
}

GST_END_TEST;

/* Else a pause that the application bridges would be the application's. */
GST_START_TEST (what_the_main_thread_puts_in_between_leaves_the_thread_known)
{
  GstProfActivity *activity = gst_prof_activity_get ();
  GstProfPoint *a = gst_prof_point_new ("a");

  g_thread_join (g_thread_new ("streaming", come_in_once, a));
  gst_prof_activity_enter_pad (activity, a, 200);
  assert_equals_int (own_state ().depth, 1);
  gst_prof_activity_leave (activity, 210);
  fail_unless (atomic_load (&a->thread_id) != 0);
  fail_unless (atomic_load (&a->thread_id) != activity_own_id ());
  gst_prof_point_unref (a);
}

GST_END_TEST;

/* A frame may be inside meanwhile. */
GST_START_TEST (who_changes_a_state_did_not_come_in)
{
  GstProfActivity *activity = gst_prof_activity_get ();
  GstProfPoint *a = gst_prof_point_new ("a");

  gst_prof_activity_enter_aside (activity, a, 100);
  assert_equals_int (own_state ().depth, 1);
  assert_equals_int (own_state ().points[0], a->id);
  assert_equals_uint64 (own_state ().changed, 100);
  gst_prof_activity_leave (activity, 110);
  assert_equals_int (own_state ().depth, 0);
  assert_equals_uint64 (atomic_load (&a->thread_id), 0);
  assert_equals_uint64 (atomic_load (&a->entered), 0);
  gst_prof_point_unref (a);
}

GST_END_TEST;

GST_START_TEST (home_is_the_outermost_pad)
{
  GstProfActivity *activity = gst_prof_activity_get ();
  GstProfPoint *stage = gst_prof_point_new ("stage");
  GstProfPoint *a = gst_prof_point_new ("a");
  GstProfPoint *b = gst_prof_point_new ("b");

  gst_prof_activity_enter (activity, stage, 1);
  assert_equals_int (own_state ().home, 0);
  gst_prof_activity_enter_pad (activity, a, 2);
  assert_equals_int (own_state ().home, a->id);
  gst_prof_activity_enter_pad (activity, b, 3);
  assert_equals_int (own_state ().home, a->id);
  gst_prof_activity_leave (activity, 4);
  gst_prof_activity_enter (activity, stage, 5);
  gst_prof_activity_enter_pad (activity, b, 6);
  assert_equals_int (own_state ().home, a->id);
  for (guint i = 0; i < 4; i++)
    gst_prof_activity_leave (activity, 7 + i);

  assert_equals_int (own_state ().depth, 0);
  assert_equals_int (own_state ().home, a->id);
  gst_prof_activity_enter_pad (activity, b, 20);
  assert_equals_int (own_state ().home, b->id);
  gst_prof_activity_leave (activity, 21);

  gst_prof_point_unref (stage);
  gst_prof_point_unref (a);
  gst_prof_point_unref (b);
}

GST_END_TEST;

GST_START_TEST (of_a_deep_nesting_the_outermost_and_the_innermost_are_seen)
{
  GstProfActivity *activity = gst_prof_activity_get ();
  GstProfPoint *a = gst_prof_point_new ("a");
  GstProfPoint *b = gst_prof_point_new ("b");
  GstProfActivityState state;

  for (guint i = 0; i < DEPTH; i++)
    gst_prof_activity_enter_pad (activity, a, i);
  for (guint i = 0; i < 20; i++)
    gst_prof_activity_enter_pad (activity, b, 1000 + i);
  state = own_state ();
  assert_equals_int (state.depth, DEPTH);
  assert_equals_uint64 (state.changed, 1019);
  for (guint i = 0; i < DEPTH - 1; i++)
    assert_equals_int (state.points[i], a->id);
  assert_equals_int (state.points[DEPTH - 1], b->id);

  for (guint i = 0; i < 20; i++)
    gst_prof_activity_leave (activity, 2000);
  assert_equals_int (own_state ().points[DEPTH - 1], a->id);
  for (guint i = 0; i < DEPTH; i++)
    gst_prof_activity_leave (activity, 2000);
  gst_prof_point_unref (a);
  gst_prof_point_unref (b);
}

GST_END_TEST;

GST_START_TEST (too_deep_a_nesting_stays_in_step)
{
  GstProfActivity *activity = gst_prof_activity_get ();
  GstProfPoint *a = gst_prof_point_new ("a");
  GstProfPoint *deep = gst_prof_point_new ("deep");
  GstProfActivityState state;

  for (guint i = 0; i < LEVELS; i++)
    gst_prof_activity_enter_pad (activity, a, i);
  for (guint i = 0; i < 20; i++)
    gst_prof_activity_enter_pad (activity, deep, 1000 + i);
  state = own_state ();
  assert_equals_int (state.points[DEPTH - 1], a->id);
  assert_equals_uint64 (state.changed, LEVELS - 1);
  assert_equals_uint64 (atomic_load (&deep->thread_id), activity_own_id ());

  /* What lies too deep belongs to the last that does not. */
  for (guint i = 0; i < 20; i++)
    assert_equals_uint64 (gst_prof_activity_leave (activity, 2000 + i), NONE);
  assert_equals_uint64 (gst_prof_activity_leave (activity, 3000),
      3000 - (LEVELS - 1));
  assert_equals_uint64 (own_state ().changed, 3000);
  for (guint i = 1; i < LEVELS; i++)
    gst_prof_activity_leave (activity, 3000 + i);

  /* The pads were counted right: this one is the outermost again. */
  gst_prof_activity_enter_pad (activity, deep, 5000);
  assert_equals_int (own_state ().home, deep->id);
  gst_prof_activity_leave (activity, 5001);
  gst_prof_point_unref (a);
  gst_prof_point_unref (deep);
}

GST_END_TEST;

/* a 100-200 [ b 110-150 [ c 120-130 ], c 160-165 ] */
GST_START_TEST (own_time_is_what_no_pad_within_took)
{
  GstProfActivity *activity = gst_prof_activity_get ();
  GstProfPoint *point = gst_prof_point_new ("point");

  gst_prof_activity_enter_pad (activity, point, 100);
  gst_prof_activity_enter_pad (activity, point, 110);
  gst_prof_activity_enter_pad (activity, point, 120);
  assert_equals_uint64 (gst_prof_activity_leave (activity, 130), 10);
  assert_equals_uint64 (gst_prof_activity_leave (activity, 150), 30);
  gst_prof_activity_enter_pad_aside (activity, point, 160);
  assert_equals_uint64 (gst_prof_activity_leave (activity, 165), 5);
  assert_equals_uint64 (gst_prof_activity_leave (activity, 200), 55);
  gst_prof_point_unref (point);
}

GST_END_TEST;

/* pad 100-200 [ stage 110-190 [ pad 120-130, stage 140-180 [ pad 150-170 ] ] ] */
GST_START_TEST (a_stages_own_point_takes_no_time_from_the_pad_it_is_in)
{
  GstProfActivity *activity = gst_prof_activity_get ();
  GstProfPoint *point = gst_prof_point_new ("point");

  gst_prof_activity_enter_pad (activity, point, 100);
  gst_prof_activity_enter (activity, point, 110);
  gst_prof_activity_enter_pad (activity, point, 120);
  gst_prof_activity_leave (activity, 130);
  gst_prof_activity_enter_aside (activity, point, 140);
  gst_prof_activity_enter_pad (activity, point, 150);
  assert_equals_uint64 (gst_prof_activity_leave (activity, 170), 20);
  assert_equals_uint64 (gst_prof_activity_leave (activity, 180), NONE);
  assert_equals_uint64 (gst_prof_activity_leave (activity, 190), NONE);
  assert_equals_uint64 (gst_prof_activity_leave (activity, 200), 70);
  gst_prof_point_unref (point);
}

GST_END_TEST;

GST_START_TEST (what_is_counted_of_a_point_is_there_once_somebody_asks)
{
  GstProfPoint *point = gst_prof_point_new ("point");
  GstProfVisits *visits;

  fail_unless (atomic_load (&point->visits) == NULL);
  visits = gst_prof_point_count (point);
  fail_unless (visits != NULL);
  fail_unless (gst_prof_point_count (point) == visits);
  fail_unless (atomic_load (&point->visits) == visits);
  gst_prof_point_unref (point);
}

GST_END_TEST;

GST_START_TEST (to_leave_what_was_not_entered_is_a_bug_of_the_caller)
{
  GstProfActivity *activity = gst_prof_activity_get ();

  ASSERT_CRITICAL (gst_prof_activity_leave (activity, 1));
  assert_equals_int (own_state ().depth, 0);
}

GST_END_TEST;

GST_START_TEST (the_stage_that_is_charged_is_seen)
{
  GstProfActivity *activity = gst_prof_activity_get ();
  GstProfActivityState state;

  gst_prof_activity_set_stage (activity, 7, 100, 20, 150, 3);
  state = own_state ();
  assert_equals_int (state.stage, 7);
  assert_equals_uint64 (state.stage_enter, 100);
  assert_equals_uint64 (state.stage_own, 20);
  assert_equals_uint64 (state.stage_since, 150);
  assert_equals_int (state.stage_flags, 3);
  gst_prof_activity_set_stage (activity, 0, 0, 0, 0, 0);
  assert_equals_int (own_state ().stage, 0);
}

GST_END_TEST;

#define RAMP 10
/* A write under way hides most looks, and where both threads share a CPU there
 * is a new state in each turn only: so many looks, and so many states. */
#define LOOKS 20000
#define STATES 100
/* Between two ramps, long enough to be looked at. */
#define REST 200

typedef struct
{
  gint id;
  gint stop;
  GstProfPoint *points[RAMP];
} Writer;

static void
rest (void)
{
  for (volatile guint i = 0; i < REST; i++);
}

/* All that is written follows from how many changes there were: the depth goes
 * up and down a ramp, the times count the changes; the stage's numbers follow
 * from its entry. */
static gpointer
writer_run (gpointer data)
{
  Writer *writer = data;
  GstProfActivity *activity = gst_prof_activity_get ();
  guint64 n = 0;

  g_atomic_int_set (&writer->id, activity_own_id ());
  while (!g_atomic_int_get (&writer->stop)) {
    for (guint i = 0; i < RAMP; i++)
      gst_prof_activity_enter_pad (activity, writer->points[i], 10 * ++n);
    gst_prof_activity_set_stage (activity, n & 0xffff, n, 2 * n, 3 * n, n);
    /* At another depth each time. */
    for (guint i = 0; i < RAMP; i++) {
      gst_prof_activity_leave (activity, 10 * ++n);
      if (i == n / (2 * RAMP) % RAMP)
        rest ();
    }
  }
  return NULL;
}

static void
assert_whole (const Writer * writer, const GstProfActivityState * state)
{
  guint step = state->changes % (2 * RAMP);
  guint depth = step <= RAMP ? step : 2 * RAMP - step;

  assert_equals_uint64 (state->changed, 10 * state->changes);
  assert_equals_int (state->depth, depth);
  for (guint i = 0; i < depth; i++)
    assert_equals_int (state->points[i], writer->points[i]->id);
  if (state->changes > 0)
    assert_equals_int (state->home, writer->points[0]->id);
  assert_equals_int (state->stage, state->stage_enter & 0xffff);
  assert_equals_uint64 (state->stage_own, 2 * state->stage_enter);
  assert_equals_uint64 (state->stage_since, 3 * state->stage_enter);
  assert_equals_int (state->stage_flags, (guint) state->stage_enter);
}

GST_START_TEST (a_reader_never_sees_a_torn_state)
{
  Writer writer = { 0 };
  guint64 last = 0, looks = 0, seen = 0;
  GThread *thread;

  for (guint i = 0; i < RAMP; i++)
    writer.points[i] = gst_prof_point_new ("point");
  thread = g_thread_new ("writer", writer_run, &writer);
  while (g_atomic_int_get (&writer.id) == 0)
    g_thread_yield ();
  for (; looks < LOOKS || seen < STATES; looks++) {
    GstProfActivityState state;

    fail_unless (activity_find (g_atomic_int_get (&writer.id), &state));
    assert_whole (&writer, &state);
    fail_unless (state.changes >= last);
    if (state.changes != last)
      seen++;
    last = state.changes;
  }
  g_atomic_int_set (&writer.stop, 1);
  g_thread_join (thread);
  for (guint i = 0; i < RAMP; i++)
    gst_prof_point_unref (writer.points[i]);
}

GST_END_TEST;

static Suite *
activity_suite (void)
{
  Suite *s = suite_create ("activity");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, a_point_has_a_number_that_no_other_has);
  tcase_add_test (tc, a_thread_has_one_activity);
  tcase_add_test (tc, what_a_thread_enters_and_leaves_is_seen);
  tcase_add_test (tc, who_brings_an_event_does_not_bring_data);
  tcase_add_test (tc, what_brought_a_thread_in_is_known_of_the_innermost);
  tcase_add_test (tc, a_point_knows_who_came_in_last);
  tcase_add_test (tc,
      what_the_main_thread_puts_in_between_leaves_the_thread_known);
  tcase_add_test (tc, who_changes_a_state_did_not_come_in);
  tcase_add_test (tc, home_is_the_outermost_pad);
  tcase_add_test (tc,
      of_a_deep_nesting_the_outermost_and_the_innermost_are_seen);
  tcase_add_test (tc, too_deep_a_nesting_stays_in_step);
  tcase_add_test (tc, own_time_is_what_no_pad_within_took);
  tcase_add_test (tc, a_stages_own_point_takes_no_time_from_the_pad_it_is_in);
  tcase_add_test (tc, what_is_counted_of_a_point_is_there_once_somebody_asks);
  tcase_add_test (tc, to_leave_what_was_not_entered_is_a_bug_of_the_caller);
  tcase_add_test (tc, the_stage_that_is_charged_is_seen);
  tcase_add_test (tc, a_reader_never_sees_a_torn_state);
  return s;
}

GST_CHECK_MAIN (activity);
