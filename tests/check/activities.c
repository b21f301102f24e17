/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Threads that come and go while others look at them, and in a forked child. */

#include "activityfind.h"

#include "check-skip.h"

#include <sys/wait.h>
#include <unistd.h>

#include <gst/prof/gstprofactivityprivate.h>

typedef struct
{
  GMutex lock;
  GCond cond;
  guint arrived;
  gboolean go;
  GPtrArray *threads;
} Crowd;

static gpointer
crowd_run (gpointer data)
{
  Crowd *crowd = data;

  gst_prof_activity_get ();
  g_mutex_lock (&crowd->lock);
  crowd->arrived++;
  g_cond_broadcast (&crowd->cond);
  while (!crowd->go)
    g_cond_wait (&crowd->cond, &crowd->lock);
  g_mutex_unlock (&crowd->lock);
  return NULL;
}

static void
crowd_start (Crowd * crowd, guint n)
{
  g_mutex_init (&crowd->lock);
  g_cond_init (&crowd->cond);
  crowd->arrived = 0;
  crowd->go = FALSE;
  crowd->threads = g_ptr_array_new ();
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (crowd->threads, g_thread_new ("crowd", crowd_run, crowd));
  g_mutex_lock (&crowd->lock);
  while (crowd->arrived < n)
    g_cond_wait (&crowd->cond, &crowd->lock);
  g_mutex_unlock (&crowd->lock);
}

static void
crowd_stop (Crowd * crowd)
{
  g_mutex_lock (&crowd->lock);
  crowd->go = TRUE;
  g_cond_broadcast (&crowd->cond);
  g_mutex_unlock (&crowd->lock);
  for (guint i = 0; i < crowd->threads->len; i++)
    g_thread_join (g_ptr_array_index (crowd->threads, i));
  g_ptr_array_unref (crowd->threads);
  g_mutex_clear (&crowd->lock);
  g_cond_clear (&crowd->cond);
}

static void
count (const GstProfActivityState * state, gpointer user_data)
{
  (*(guint *) user_data)++;
}

static guint
count_threads (void)
{
  guint n = 0;

  gst_prof_activity_foreach (count, &n);
  return n;
}

GST_START_TEST (a_thread_is_seen_for_as_long_as_it_lives)
{
  guint before = count_threads ();
  Crowd crowd;

  for (guint i = 0; i < 20; i++) {
    crowd_start (&crowd, 5);
    assert_equals_int (count_threads (), before + 5);
    crowd_stop (&crowd);
    assert_equals_int (count_threads (), before);
  }
}

GST_END_TEST;

GST_START_TEST (more_threads_than_fit_are_counted)
{
  guint before = count_threads ();
  Crowd crowd;

  crowd_start (&crowd, GST_PROF_ACTIVITY_MAX_THREADS + 4 - before);
  assert_equals_int (count_threads (), GST_PROF_ACTIVITY_MAX_THREADS);
  assert_equals_int (gst_prof_activity_get_unwatched (), 4);
  crowd_stop (&crowd);
  assert_equals_int (count_threads (), before);
  assert_equals_int (gst_prof_activity_get_unwatched (), 0);
}

GST_END_TEST;

typedef struct
{
  gint rounds;
  gint stop;
} Reader;

static gpointer
reader_run (gpointer data)
{
  Reader *reader = data;

  while (!g_atomic_int_get (&reader->stop)) {
    count_threads ();
    g_atomic_int_inc (&reader->rounds);
  }
  return NULL;
}

/* It is under way when this returns: while a thread begins, sanitizers hold
 * locks that no fork may come across. */
static GThread *
reader_start (Reader * reader)
{
  GThread *thread;

  reader->rounds = reader->stop = 0;
  thread = g_thread_new ("reader", reader_run, reader);
  while (g_atomic_int_get (&reader->rounds) == 0)
    g_thread_yield ();
  return thread;
}

static void
reader_stop (Reader * reader, GThread * thread)
{
  g_atomic_int_set (&reader->stop, 1);
  g_thread_join (thread);
}

GST_START_TEST (threads_may_come_and_go_while_someone_looks)
{
  Reader reader;
  GThread *thread = reader_start (&reader);
  Crowd crowd;

  for (guint i = 0; i < 50; i++) {
    crowd_start (&crowd, 4);
    crowd_stop (&crowd);
  }
  reader_stop (&reader, thread);
  assert_equals_int (count_threads (), 0);
}

GST_END_TEST;

/* What @func returns in a child: 0 is good. */
static gint
run_in_child (gint (*func) (void))
{
  gint status = 0;
  pid_t pid = fork ();

  fail_unless (pid >= 0);
  if (pid == 0)
    _exit (func ());
  fail_unless (waitpid (pid, &status, 0) == pid);
  fail_unless (WIFEXITED (status), "the child was killed");
  return WEXITSTATUS (status);
}

static gint
child_sees_itself (void)
{
  GstProfActivity *activity = gst_prof_activity_get ();
  GstProfPoint *point = gst_prof_point_new ("child");
  GstProfActivityState state;
  Crowd crowd;

  if (count_threads () != 1 || !activity_find (activity_own_id (), &state))
    return 1;
  gst_prof_activity_enter_pad (activity, point, 77);
  if (!activity_find (activity_own_id (), &state) || state.depth != 1
      || state.points[0] != point->id || state.changed != 77)
    return 2;
  gst_prof_activity_leave (activity, 78);
  crowd_start (&crowd, 3);
  if (count_threads () != 4)
    return 3;
  crowd_stop (&crowd);
  return count_threads () == 1 ? 0 : 4;
}

GST_START_TEST (in_a_forked_child_only_the_forking_thread_lives_on)
{
  Crowd crowd;

  GST_PROF_CHECK_FORKS ();
  gst_prof_activity_get ();
  crowd_start (&crowd, 5);
  assert_equals_int (run_in_child (child_sees_itself), 0);
  assert_equals_int (count_threads (), 6);
  crowd_stop (&crowd);
}

GST_END_TEST;

static gint
child_sees_nobody (void)
{
  if (count_threads () != 0)
    return 1;
  return child_sees_itself ();
}

GST_START_TEST (a_child_of_a_thread_that_was_not_watched_sees_nobody)
{
  Crowd crowd;

  GST_PROF_CHECK_FORKS ();
  crowd_start (&crowd, 2);
  assert_equals_int (run_in_child (child_sees_nobody), 0);
  crowd_stop (&crowd);
}

GST_END_TEST;

static gint
child_counts_no_others (void)
{
  return gst_prof_activity_get_unwatched ();
}

GST_START_TEST (in_a_forked_child_nobody_is_left_out)
{
  Crowd crowd;

  crowd_start (&crowd, GST_PROF_ACTIVITY_MAX_THREADS + 3);
  assert_equals_int (gst_prof_activity_get_unwatched (), 3);
  assert_equals_int (run_in_child (child_counts_no_others), 0);
  crowd_stop (&crowd);
}

GST_END_TEST;

/* The lock may be somebody's at that moment, who is not in the child. */
GST_START_TEST (a_fork_while_someone_looks_hangs_nobody)
{
  Reader reader;
  GThread *thread;

  GST_PROF_CHECK_FORKS ();
  gst_prof_activity_get ();
  thread = reader_start (&reader);
  for (guint i = 0; i < 100; i++)
    assert_equals_int (run_in_child (child_sees_itself), 0);
  reader_stop (&reader, thread);
}

GST_END_TEST;

static Suite *
activities_suite (void)
{
  Suite *s = suite_create ("activities");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, a_thread_is_seen_for_as_long_as_it_lives);
  tcase_add_test (tc, more_threads_than_fit_are_counted);
  tcase_add_test (tc, threads_may_come_and_go_while_someone_looks);
  tcase_add_test (tc, in_a_forked_child_only_the_forking_thread_lives_on);
  tcase_add_test (tc, a_child_of_a_thread_that_was_not_watched_sees_nobody);
  tcase_add_test (tc, in_a_forked_child_nobody_is_left_out);
  tcase_add_test (tc, a_fork_while_someone_looks_hangs_nobody);
  return s;
}

GST_CHECK_MAIN (activities);
