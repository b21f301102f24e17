/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Whether the default main context dispatches. The time is the test's own; the
 * source is made ready, so that nothing is waited for.
 */

#include <gst/check/gstcheck.h>

#include <sys/syscall.h>
#include <unistd.h>

#include <gst/prof/gstprofclock.h>
#include <gst/prof/gstprofmainloop.h>

#define MS GST_MSECOND

/* As often as a loop must have run, and how it is meant to. */
#define DISPATCHES 3
#define INTERVAL 100

static GstProfMainLoop *loop;
static GstClockTime now;

static GstClockTime
get_now (void)
{
  return now;
}

static void
setup (void)
{
  now = 1000 * MS;
  gst_prof_clock_set_func (get_now);
  loop = gst_prof_main_loop_new ();
}

static void
teardown (void)
{
  gst_prof_main_loop_stop (loop);
  gst_prof_clock_set_func (NULL);
}

/* All watches have one source, without data of its own. */
static GSource *
find_source (void)
{
  return g_main_context_find_source_by_user_data (NULL, NULL);
}

static void
dispatch_at (GstClockTime time)
{
  GSource *source = find_source ();

  fail_unless (source != NULL);
  now = time * MS;
  g_source_set_ready_time (source, 0);
  fail_unless (g_main_context_iteration (NULL, FALSE));
}

/* The last of them at 1200 ms. */
static void
run_loop (void)
{
  for (guint i = 0; i < DISPATCHES; i++)
    dispatch_at (1000 + i * INTERVAL);
}

#define LAST 1200
#define DUE (LAST + INTERVAL)

static void
assert_no_delay (void)
{
  GstProfMainLoopDelay delay = { 7, 8, 9 };

  fail_if (gst_prof_main_loop_pop_delay (loop, &delay));
  assert_equals_uint64 (delay.thread_id, 7);
  assert_equals_uint64 (delay.from, 8);
  assert_equals_uint64 (delay.to, 9);
}

static void
assert_delay (GstClockTime from, GstClockTime to)
{
  GstProfMainLoopDelay delay;

  fail_unless (gst_prof_main_loop_pop_delay (loop, &delay));
  assert_equals_uint64 (delay.thread_id, syscall (SYS_gettid));
  assert_equals_uint64 (delay.from, from * MS);
  assert_equals_uint64 (delay.to, to * MS);
}

typedef struct
{
  GstClockTime now;
  gboolean found;
  GstProfMainLoopDelay delay;
} Look;

static gpointer
look (gpointer data)
{
  Look *l = data;

  l->found = gst_prof_main_loop_get_open (loop, l->now, &l->delay);
  return NULL;
}

/* From another thread, as the monitor does; whoever runs a loop owns it. */
static gboolean
look_at (GstClockTime time, gboolean running, GstProfMainLoopDelay * delay)
{
  Look l = {.now = time * MS };

  if (running)
    fail_unless (g_main_context_acquire (NULL));
  g_thread_join (g_thread_new ("monitor", look, &l));
  if (running)
    g_main_context_release (NULL);
  if (l.found && delay)
    *delay = l.delay;
  return l.found;
}

GST_START_TEST (a_loop_that_dispatches_in_time_is_not_told)
{
  for (guint i = 0; i < 50; i++) {
    dispatch_at (1000 + i * INTERVAL);
    assert_no_delay ();
    fail_if (look_at (1000 + i * INTERVAL + 99, TRUE, NULL));
  }
}

GST_END_TEST;

GST_START_TEST (a_loop_that_was_blocked_is_told_when_it_dispatches)
{
  run_loop ();
  dispatch_at (DUE + 500);
  assert_delay (DUE, DUE + 500);
  assert_no_delay ();
}

GST_END_TEST;

GST_START_TEST (a_loop_that_is_blocked_is_told_while_it_is)
{
  GstProfMainLoopDelay delay;

  run_loop ();
  fail_unless (look_at (DUE + 150, TRUE, &delay));
  assert_equals_uint64 (delay.thread_id, syscall (SYS_gettid));
  assert_equals_uint64 (delay.from, DUE * MS);
  assert_equals_uint64 (delay.to, (DUE + 150) * MS);
  fail_unless (look_at (DUE + 250, TRUE, &delay));
  assert_equals_uint64 (delay.from, DUE * MS);
}

GST_END_TEST;

GST_START_TEST (both_are_told_with_the_same_begin)
{
  GstProfMainLoopDelay delay;

  run_loop ();
  fail_unless (look_at (DUE + 150, TRUE, &delay));
  dispatch_at (DUE + 300);
  fail_if (look_at (DUE + 310, TRUE, NULL));
  assert_delay (delay.from / MS, DUE + 300);
}

GST_END_TEST;

GST_START_TEST (how_exactly_a_timer_is_kept_is_no_delay)
{
  run_loop ();
  fail_if (look_at (DUE + 20, TRUE, NULL));
  fail_unless (look_at (DUE + 21, TRUE, NULL));
  dispatch_at (DUE + 20);
  assert_no_delay ();
  dispatch_at (DUE + 20 + INTERVAL + 21);
  assert_delay (DUE + 20 + INTERVAL, DUE + 20 + INTERVAL + 21);
}

GST_END_TEST;

GST_START_TEST (a_loop_that_never_ran_is_not_blocked)
{
  fail_if (look_at (60000, FALSE, NULL));
  fail_if (look_at (60000, TRUE, NULL));
  assert_equals_uint64 (gst_prof_main_loop_get_thread_id (loop), 0);
}

GST_END_TEST;

GST_START_TEST (a_loop_that_hardly_ran_is_not_blocked)
{
  dispatch_at (1000);
  dispatch_at (1100);
  fail_if (look_at (9000, TRUE, NULL));
  assert_equals_uint64 (gst_prof_main_loop_get_thread_id (loop), 0);
  dispatch_at (9000);
  assert_no_delay ();
}

GST_END_TEST;

GST_START_TEST (a_loop_that_has_ended_is_not_blocked)
{
  run_loop ();
  fail_if (look_at (DUE + 500, FALSE, NULL));

  /* Nor was it, when the application runs one later. */
  dispatch_at (60000);
  assert_no_delay ();
  fail_if (look_at (70000, TRUE, NULL));
}

GST_END_TEST;

GST_START_TEST (a_loop_that_runs_again_is_watched_again)
{
  run_loop ();
  fail_if (look_at (DUE + 500, FALSE, NULL));
  for (guint i = 0; i < DISPATCHES; i++)
    dispatch_at (60000 + i * INTERVAL);
  fail_unless (look_at (60000 + DISPATCHES * INTERVAL + 50, TRUE, NULL));
}

GST_END_TEST;

GST_START_TEST (the_thread_of_the_loop_is_known)
{
  run_loop ();
  assert_equals_uint64 (gst_prof_main_loop_get_thread_id (loop),
      syscall (SYS_gettid));
}

GST_END_TEST;

/* What nobody took for long gives way. */
GST_START_TEST (delays_come_in_order_and_are_bounded)
{
  GstClockTime time = DUE;

  run_loop ();
  for (guint i = 0; i < 20; i++) {
    dispatch_at (time + 200);
    time += 200 + INTERVAL;
  }
  time = DUE + 4 * (200 + INTERVAL);
  for (guint i = 0; i < 16; i++) {
    assert_delay (time, time + 200);
    time += 200 + INTERVAL;
  }
  assert_no_delay ();
}

GST_END_TEST;

GST_START_TEST (all_watches_have_one_source_that_goes_with_the_last)
{
  GSource *source = find_source ();
  GstProfMainLoop *other = gst_prof_main_loop_new ();

  fail_unless (source != NULL && find_source () == source);
  gst_prof_main_loop_stop (other);
  fail_unless (find_source () == source);
  gst_prof_main_loop_stop (loop);
  fail_unless (find_source () == NULL);
  loop = gst_prof_main_loop_new ();
  fail_unless (find_source () != NULL);
}

GST_END_TEST;

GST_START_TEST (each_watch_is_told_what_happened_since_it_is_there)
{
  GstProfMainLoop *first = loop, *second;

  run_loop ();
  dispatch_at (DUE + 500);
  second = gst_prof_main_loop_new ();
  loop = second;
  assert_no_delay ();
  dispatch_at (DUE + 900);
  assert_delay (DUE + 500 + INTERVAL, DUE + 900);
  assert_no_delay ();
  loop = first;
  assert_delay (DUE, DUE + 500);
  assert_delay (DUE + 500 + INTERVAL, DUE + 900);
  assert_no_delay ();
  gst_prof_main_loop_stop (second);
}

GST_END_TEST;

/* The monitor may stop it from its own thread while the loop dispatches. */
static gpointer
iterate (gpointer data)
{
  while (!g_atomic_int_get ((gint *) data))
    g_main_context_iteration (NULL, FALSE);
  return NULL;
}

GST_START_TEST (a_watch_may_be_stopped_while_it_is_dispatched)
{
  gint stop = 0;
  GThread *thread = g_thread_new ("loop", iterate, &stop);

  for (guint i = 0; i < 200; i++) {
    g_source_set_ready_time (find_source (), 0);
    g_main_context_wakeup (NULL);
    gst_prof_main_loop_stop (loop);
    loop = gst_prof_main_loop_new ();
  }
  g_atomic_int_set (&stop, 1);
  g_thread_join (thread);
  fail_unless (find_source () != NULL);
}

GST_END_TEST;

static Suite *
mainloop_suite (void)
{
  Suite *s = suite_create ("mainloop");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_test (tc, a_loop_that_dispatches_in_time_is_not_told);
  tcase_add_test (tc, a_loop_that_was_blocked_is_told_when_it_dispatches);
  tcase_add_test (tc, a_loop_that_is_blocked_is_told_while_it_is);
  tcase_add_test (tc, both_are_told_with_the_same_begin);
  tcase_add_test (tc, how_exactly_a_timer_is_kept_is_no_delay);
  tcase_add_test (tc, a_loop_that_never_ran_is_not_blocked);
  tcase_add_test (tc, a_loop_that_hardly_ran_is_not_blocked);
  tcase_add_test (tc, a_loop_that_has_ended_is_not_blocked);
  tcase_add_test (tc, a_loop_that_runs_again_is_watched_again);
  tcase_add_test (tc, the_thread_of_the_loop_is_known);
  tcase_add_test (tc, delays_come_in_order_and_are_bounded);
  tcase_add_test (tc, all_watches_have_one_source_that_goes_with_the_last);
  tcase_add_test (tc, each_watch_is_told_what_happened_since_it_is_there);
  tcase_add_test (tc, a_watch_may_be_stopped_while_it_is_dispatched);
  return s;
}

GST_CHECK_MAIN (mainloop);
