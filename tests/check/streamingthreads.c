/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The wait for threads that are about to end. */

#include <gst/check/gstcheck.h>

#include "../../tools/streamingthreads.h"

#include <sys/prctl.h>

typedef struct
{
  const gchar *name;
  gboolean waited_for;
} Named;

static const Named names[] = {
  {"nicesrc0:src", TRUE},
  /* the kernel cuts names */
  {"rtpjitterbuffer1:src", TRUE},
  {"pool-gst", TRUE},
  {"pool-spawner", FALSE},
  {"gmain", FALSE},
};

static GMutex lock;
static GCond cond;
static gboolean running, released;

static gpointer
run (gpointer name)
{
  prctl (PR_SET_NAME, name);
  g_mutex_lock (&lock);
  running = TRUE;
  g_cond_broadcast (&cond);
  while (!released)
    g_cond_wait (&cond, &lock);
  g_mutex_unlock (&lock);
  return NULL;
}

GST_START_TEST (threads_that_stream_are_waited_for_and_such_that_last_are_not)
{
  const Named *named = &names[__i__];
  GThread *thread;

  fail_unless (gst_prof_streaming_threads_wait (G_MAXINT32));
  thread = g_thread_new (NULL, run, (gpointer) named->name);
  g_mutex_lock (&lock);
  while (!running)
    g_cond_wait (&cond, &lock);
  g_mutex_unlock (&lock);
  fail_unless_equals_int (gst_prof_streaming_threads_wait (1000),
      !named->waited_for);

  g_mutex_lock (&lock);
  released = TRUE;
  g_cond_broadcast (&cond);
  g_mutex_unlock (&lock);
  fail_unless (gst_prof_streaming_threads_wait (G_MAXINT32));
  g_thread_join (thread);
  running = released = FALSE;
}

GST_END_TEST;

static void
push_nothing (gpointer item, gpointer unused)
{
}

GST_START_TEST (threads_that_a_pool_keeps_are_sent_home)
{
  GThreadPool *pool = g_thread_pool_new (push_nothing, NULL, 2, FALSE, NULL);

  g_thread_pool_push (pool, GINT_TO_POINTER (1), NULL);
  g_thread_pool_free (pool, FALSE, TRUE);
  fail_unless (gst_prof_streaming_threads_wait (G_MAXINT32));
  fail_unless_equals_int (g_thread_pool_get_num_unused_threads (), 0);
}

GST_END_TEST;

static Suite *
streamingthreads_suite (void)
{
  Suite *suite = suite_create ("streamingthreads");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase,
      threads_that_stream_are_waited_for_and_such_that_last_are_not, 0,
      G_N_ELEMENTS (names));
  tcase_add_test (tcase, threads_that_a_pool_keeps_are_sent_home);
  return suite;
}

GST_CHECK_MAIN (streamingthreads);
