/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "check-skip.h"

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofticker.h>

#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

/* Between two ticks, microseconds */
#define INTERVAL 1000

/* What a tick does, and where it has come to. */
typedef struct
{
  GstProfTicker ticker;
  GMutex lock;
  GCond cond;
  guint ticks;
  gboolean go_out;              /* a tick is to wait in foreign code */
  gboolean stay_in;             /* or in its own */
  gboolean stop_itself;
  gboolean waiting;
  gboolean may_go_on;
  gboolean was_over;            /* told to end, when it came back */
  guint kept;
  guint released;
} Work;

static void
tick (gpointer user_data)
{
  Work *work = user_data;
  gboolean out;

  g_mutex_lock (&work->lock);
  work->ticks++;
  out = work->go_out;
  if (out || work->stay_in) {
    if (out) {
      g_mutex_unlock (&work->lock);
      gst_prof_ticker_go_out ();
      g_mutex_lock (&work->lock);
    }
    work->waiting = TRUE;
    g_cond_broadcast (&work->cond);
    while (!work->may_go_on)
      g_cond_wait (&work->cond, &work->lock);
    g_mutex_unlock (&work->lock);
    if (out)
      gst_prof_ticker_come_back ();
    g_mutex_lock (&work->lock);
    work->was_over = gst_prof_ticker_is_over ();
  }
  g_cond_broadcast (&work->cond);
  g_mutex_unlock (&work->lock);
  if (work->stop_itself)
    gst_prof_ticker_stop (&work->ticker);
}

static void
keep (gpointer user_data)
{
  Work *work = user_data;

  g_mutex_lock (&work->lock);
  work->kept++;
  g_mutex_unlock (&work->lock);
}

static void
release (gpointer user_data)
{
  Work *work = user_data;

  g_mutex_lock (&work->lock);
  work->released++;
  g_cond_broadcast (&work->cond);
  g_mutex_unlock (&work->lock);
}

static const GstProfTickerFuncs funcs = { tick, keep, release, FALSE };

static void
work_init (Work * work)
{
  memset (work, 0, sizeof (*work));
  g_mutex_init (&work->lock);
  g_cond_init (&work->cond);
  gst_prof_ticker_init (&work->ticker);
}

static void
start (Work * work)
{
  gst_prof_ticker_start (&work->ticker, "ticker", INTERVAL, &funcs, work);
}

static void
wait_for_ticks (Work * work, guint ticks)
{
  g_mutex_lock (&work->lock);
  while (work->ticks < ticks)
    g_cond_wait (&work->cond, &work->lock);
  g_mutex_unlock (&work->lock);
}

static void
wait_until_waiting (Work * work)
{
  g_mutex_lock (&work->lock);
  while (!work->waiting)
    g_cond_wait (&work->cond, &work->lock);
  g_mutex_unlock (&work->lock);
}

static void
let_go_on (Work * work)
{
  g_mutex_lock (&work->lock);
  work->go_out = FALSE;
  work->may_go_on = TRUE;
  g_cond_broadcast (&work->cond);
  g_mutex_unlock (&work->lock);
}

static void
wait_for_release (Work * work)
{
  g_mutex_lock (&work->lock);
  while (work->released == 0)
    g_cond_wait (&work->cond, &work->lock);
  g_mutex_unlock (&work->lock);
}

GST_START_TEST (test_it_ticks_until_it_is_stopped)
{
  Work work;
  guint ticks;

  work_init (&work);
  start (&work);
  wait_for_ticks (&work, 3);
  gst_prof_ticker_stop (&work.ticker);
  ticks = work.ticks;
  g_usleep (10 * INTERVAL);
  assert_equals_int (work.ticks, ticks);
  assert_equals_int (work.kept, 0);
  gst_prof_ticker_clear (&work.ticker);
}

GST_END_TEST;

GST_START_TEST (test_it_may_be_started_and_stopped_again)
{
  Work work;

  work_init (&work);
  gst_prof_ticker_stop (&work.ticker);
  for (guint i = 0; i < 50; i++) {
    start (&work);
    start (&work);
    if (i % 2 == 0)
      wait_for_ticks (&work, i / 2 + 1);
    gst_prof_ticker_stop (&work.ticker);
    gst_prof_ticker_stop (&work.ticker);
  }
  gst_prof_ticker_clear (&work.ticker);
}

GST_END_TEST;

GST_START_TEST (test_a_thread_in_foreign_code_is_not_waited_for)
{
  Work work;

  work_init (&work);
  work.go_out = TRUE;
  start (&work);
  wait_until_waiting (&work);

  gst_prof_ticker_stop (&work.ticker);
  assert_equals_int (work.kept, 1);
  assert_equals_int (work.released, 0);

  let_go_on (&work);
  wait_for_release (&work);
  fail_unless (work.was_over);
  assert_equals_int (work.ticks, 1);
  gst_prof_ticker_clear (&work.ticker);
}

GST_END_TEST;

GST_START_TEST (test_a_new_start_does_not_revive_the_old_thread)
{
  Work work;

  work_init (&work);
  work.go_out = TRUE;
  start (&work);
  wait_until_waiting (&work);
  gst_prof_ticker_stop (&work.ticker);

  g_mutex_lock (&work.lock);
  work.go_out = FALSE;
  g_mutex_unlock (&work.lock);
  start (&work);
  wait_for_ticks (&work, 3);
  let_go_on (&work);
  wait_for_release (&work);
  fail_unless (work.was_over);

  gst_prof_ticker_stop (&work.ticker);
  assert_equals_int (work.released, 1);
  gst_prof_ticker_clear (&work.ticker);
}

GST_END_TEST;

static gpointer
go_on_soon (gpointer data)
{
  g_usleep (20 * INTERVAL);
  let_go_on (data);
  return NULL;
}

GST_START_TEST (test_a_thread_in_its_own_code_is_waited_for)
{
  Work work;
  GThread *thread;

  work_init (&work);
  work.stay_in = TRUE;
  start (&work);
  wait_until_waiting (&work);
  thread = g_thread_new ("go-on", go_on_soon, &work);
  gst_prof_ticker_stop (&work.ticker);
  fail_unless (work.may_go_on);
  assert_equals_int (work.kept, 0);
  g_thread_join (thread);
  gst_prof_ticker_clear (&work.ticker);
}

GST_END_TEST;

GST_START_TEST (test_who_cannot_be_kept_is_waited_for_in_foreign_code_too)
{
  const GstProfTickerFuncs waiting = { tick, keep, release, TRUE };
  Work work;
  GThread *thread;

  work_init (&work);
  work.go_out = TRUE;
  gst_prof_ticker_start (&work.ticker, "ticker", INTERVAL, &waiting, &work);
  wait_until_waiting (&work);
  thread = g_thread_new ("go-on", go_on_soon, &work);
  gst_prof_ticker_stop (&work.ticker);
  fail_unless (work.may_go_on);
  assert_equals_int (work.kept, 0);
  g_thread_join (thread);
  gst_prof_ticker_clear (&work.ticker);
}

GST_END_TEST;

GST_START_TEST (test_a_thread_may_stop_itself)
{
  Work work;

  work_init (&work);
  work.stop_itself = TRUE;
  start (&work);
  wait_for_release (&work);
  assert_equals_int (work.ticks, 1);
  assert_equals_int (work.kept, 1);
  gst_prof_ticker_clear (&work.ticker);
}

GST_END_TEST;

GST_START_TEST (test_a_child_does_not_wait_for_the_parents_thread)
{
  Work work;
  int status = -1;
  pid_t child;

  GST_PROF_CHECK_FORKS ();
  work_init (&work);
  work.stay_in = TRUE;
  start (&work);
  wait_until_waiting (&work);
  child = fork ();
  if (child == 0) {
    Work own;

    gst_prof_ticker_stop (&work.ticker);
    work_init (&own);
    start (&own);
    wait_for_ticks (&own, 2);
    gst_prof_ticker_stop (&own.ticker);
    _exit (7);
  }
  assert_equals_int (waitpid (child, &status, 0), child);
  fail_unless (WIFEXITED (status) && WEXITSTATUS (status) == 7);
  let_go_on (&work);
  gst_prof_ticker_stop (&work.ticker);
  gst_prof_ticker_clear (&work.ticker);
}

GST_END_TEST;

static Suite *
ticker_suite (void)
{
  Suite *s = suite_create ("ticker");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_it_ticks_until_it_is_stopped);
  tcase_add_test (tc, test_it_may_be_started_and_stopped_again);
  tcase_add_test (tc, test_a_thread_in_foreign_code_is_not_waited_for);
  tcase_add_test (tc, test_a_new_start_does_not_revive_the_old_thread);
  tcase_add_test (tc, test_a_thread_in_its_own_code_is_waited_for);
  tcase_add_test (tc,
      test_who_cannot_be_kept_is_waited_for_in_foreign_code_too);
  tcase_add_test (tc, test_a_thread_may_stop_itself);
  tcase_add_test (tc, test_a_child_does_not_wait_for_the_parents_thread);
  return s;
}

GST_CHECK_MAIN (ticker);
