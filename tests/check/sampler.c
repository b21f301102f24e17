/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Samplers that come and go, several in one process, and in forked children: one
 * thread looks for all of them, and leaves nothing.
 */

#include "samplerrun.h"

#include <sys/wait.h>
#include <unistd.h>

#include <gst/prof/gstprofclock.h>

static guint
count_fds (void)
{
  GDir *dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  g_dir_close (dir);
  return n;
}

static void
wait_for_eos (void)
{
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message = gst_bus_timed_pop_filtered (bus, 20 * GST_SECOND,
      GST_MESSAGE_EOS);

  fail_unless (message != NULL);
  gst_message_unref (message);
  gst_object_unref (bus);
}

GST_START_TEST (a_sampler_may_stop_and_start_again)
{
  Fault fault;

  run_make (SIMPLE);
  gst_prof_sampler_stop (sampler);
  gst_prof_sampler_stop (sampler);
  gst_prof_sampler_start (sampler);
  gst_prof_sampler_start (sampler);
  run_add_fault (&fault, "x", fault_sleep);
  run_play ();
  run_wait (&fault, &fault.arrived);
  run_wait_until_watched (fault.thread_id);
  run_raise (&fault, &fault.go);
  run_raise (&fault, &fault.end);
  run_end ();
}

GST_END_TEST;

/* It ends itself, some time after the last sampler is stopped. */
static void
wait_for_no_sampler_thread (void)
{
  while (run_count_sampler_threads (NULL) > 0)
    g_usleep (1000);
}

GST_START_TEST (a_sampler_that_looks_rarely_stops_at_once)
{
  GstClockTime before;

  run_make (SIMPLE);
  gst_prof_sampler_set_interval (sampler, 1000 * GST_SECOND);
  run_wait_until_settled (gst_prof_clock_now ());
  before = gst_prof_clock_now ();
  run_end ();
  wait_for_no_sampler_thread ();
  fail_unless (gst_prof_clock_now () - before < 10 * GST_SECOND);
}

GST_END_TEST;

GST_START_TEST (threads_may_come_and_go_and_leave_nothing)
{
  guint before;

  /* What GStreamer and GLib open once is open after this. */
  run_make ("fakesrc num-buffers=5 ! queue ! fakesink async=false");
  run_play ();
  wait_for_eos ();
  run_end ();
  wait_for_no_sampler_thread ();

  before = count_fds ();
  run_make ("fakesrc num-buffers=500 ! queue ! fakesink async=false");
  gst_prof_sampler_set_interval (sampler, MS);
  for (guint i = 0; i < 50; i++) {
    run_play ();
    wait_for_eos ();
    gst_element_set_state (pipeline, GST_STATE_NULL);
  }
  run_end ();
  wait_for_no_sampler_thread ();
  assert_equals_int (count_fds (), before);
}

GST_END_TEST;

typedef struct
{
  GstElement *pipeline;
  GstProfCoverage *coverage;
  GstProfSampler *sampler;
} Watched;

static void
watch (Watched * watched, GstElement * element)
{
  watched->pipeline = element;
  watched->coverage = gst_prof_coverage_new (GST_OBJECT (element));
  watched->sampler = gst_prof_sampler_new (watched->coverage, NULL,
      GST_PROF_SAMPLER_INTERVAL);
  gst_prof_sampler_start (watched->sampler);
}

static void
unwatch (Watched * watched)
{
  gst_prof_sampler_stop (watched->sampler);
  gst_prof_sampler_free (watched->sampler);
  gst_prof_coverage_stop (watched->coverage);
  gst_prof_coverage_unref (watched->coverage);
}

GST_START_TEST (all_samplers_share_one_thread_that_ends_with_the_last)
{
  Watched other;

  assert_equals_int (run_count_sampler_threads (NULL), 0);
  run_make (SIMPLE);
  watch (&other, pipeline);
  run_wait_until_settled (gst_prof_clock_now ());
  assert_equals_int (run_count_sampler_threads (NULL), 1);
  unwatch (&other);
  assert_equals_int (run_count_sampler_threads (NULL), 1);
  run_end ();
  wait_for_no_sampler_thread ();
  run_make (SIMPLE);
  run_end ();
}

GST_END_TEST;

GST_START_TEST (a_thread_of_two_samplers_is_watched_once)
{
  GstProfThreadUse use = { 0 };
  Watched other;
  Fault fault;
  guint fds;

  run_make (SIMPLE);
  run_add_fault (&fault, "x", fault_sleep);
  run_play ();
  run_wait (&fault, &fault.arrived);
  run_wait_until_watched (fault.thread_id);
  fds = count_fds ();
  watch (&other, pipeline);
  while (gst_prof_sampler_get_use (other.sampler, &use, 1) == 0
      || use.watched < 30 * MS)
    g_usleep (1000);
  assert_equals_uint64 (use.thread_id, fault.thread_id);
  assert_equals_int (count_fds (), fds);
  unwatch (&other);
  run_wait_until_watched (fault.thread_id);
  run_raise (&fault, &fault.go);
  run_raise (&fault, &fault.end);
  run_end ();
}

GST_END_TEST;

#define MANY 40

GST_START_TEST (of_many_pipelines_each_has_its_own_thread)
{
  Watched watched[MANY];
  guint64 ids[MANY];

  for (guint i = 0; i < MANY; i++) {
    watch (&watched[i], gst_parse_launch
        ("audiotestsrc is-live=true ! fakesink async=false", NULL));
    gst_element_set_state (watched[i].pipeline, GST_STATE_PLAYING);
  }
  for (guint i = 0; i < MANY; i++) {
    GstProfThreadUse uses[2] = { 0 };
    guint n;

    while ((n = gst_prof_sampler_get_use (watched[i].sampler, uses, 2)) == 0
        || uses[0].watched < 30 * MS)
      g_usleep (1000);
    assert_equals_int (n, 1);
    ids[i] = uses[0].thread_id;
    for (guint j = 0; j < i; j++)
      fail_if (ids[j] == ids[i]);
  }
  assert_equals_int (run_count_sampler_threads (NULL), 1);
  assert_equals_int (gst_prof_sampler_get_unwatched (watched[0].sampler), 0);
  fail_unless (gst_prof_sampler_get_interval (watched[0].sampler)
      >= GST_PROF_SAMPLER_INTERVAL);
  for (guint i = 0; i < MANY; i++) {
    gst_element_set_state (watched[i].pipeline, GST_STATE_NULL);
    unwatch (&watched[i]);
    gst_object_unref (watched[i].pipeline);
  }
}

GST_END_TEST;

static gboolean
try_namesake (GstProfExplanation * explanation)
{
  GstElement *other = gst_parse_launch ("fakesrc name=s num-buffers=10 ! "
      "identity name=z ! fakesink async=false", NULL);
  GstElement *first;
  Watched watched;
  gboolean calm;
  Fault x, z;

  run_make ("fakesrc name=s num-buffers=10 ! identity name=x ! "
      "fakesink async=false");
  watch (&watched, other);
  run_add_fault (&x, "x", fault_wait_for_sleeping_helper);
  first = pipeline;
  pipeline = other;
  run_add_fault (&z, "z", fault_spin);
  pipeline = first;
  run_play ();
  gst_element_set_state (other, GST_STATE_PLAYING);
  run_wait (&x, &x.arrived);
  run_wait (&z, &z.arrived);
  run_wait_until_watched (x.thread_id);
  run_raise (&z, &z.go);
  run_raise (&x, &x.go);
  run_wait (&x, &x.done);
  run_wait (&z, &z.done);
  run_wait_until_settled (x.to);
  fail_unless (run_explain (x.thread_id, x.from, x.to, explanation));
  calm = run_is_calm (&explanation->causes);
  run_raise (&x, &x.end);
  run_raise (&z, &z.end);
  gst_element_set_state (other, GST_STATE_NULL);
  unwatch (&watched);
  gst_object_unref (other);
  run_end ();
  return calm;
}

GST_START_TEST (a_streaming_thread_of_the_same_name_is_no_helper)
{
  GstProfExplanation explanation;
  guint runs = 0;

  while (!try_namesake (&explanation)) {
    if (++runs == RUNS)
      GST_PROF_CHECK_SKIP ("the machine stood still");
  }
  fail_unless (run_get_share (&explanation.causes,
          GST_PROF_CAUSE_HELPERS) < 10);
}

GST_END_TEST;

static void
wait_until_explained (void)
{
  GstProfExplanation explanation;
  GstClockTime now;

  do {
    g_usleep (1000);
    now = gst_prof_clock_now ();
  } while (!run_explain (fault_own_id (), now - MS, now, &explanation));
}

GST_START_TEST (a_forked_child_can_look_itself)
{
  GST_PROF_CHECK_FORKS ();
  run_make ("fakesrc ! queue ! fakesink async=false");
  run_play ();
  for (guint i = 0; i < 10; i++) {
    gint status;
    pid_t pid = fork ();

    fail_unless (pid >= 0);
    if (pid == 0) {
      alarm (20);
      gst_prof_sampler_stop (sampler);
      gst_prof_sampler_start (sampler);
      gst_prof_sampler_add_thread (sampler, fault_own_id ());
      wait_until_explained ();
      gst_prof_sampler_stop (sampler);
      _exit (0);
    }
    fail_unless (waitpid (pid, &status, 0) == pid);
    fail_unless (WIFEXITED (status) && WEXITSTATUS (status) == 0,
        "child %u: status %x", i, status);
  }
  run_end ();
}

GST_END_TEST;

/* Whatever the sampler is doing at that moment. */
GST_START_TEST (a_forked_child_can_let_go_of_a_sampler)
{
  run_make ("fakesrc ! queue ! fakesink async=false");
  gst_prof_sampler_set_interval (sampler, MS / 10);
  run_play ();
  for (guint i = 0; i < 100; i++) {
    gint status;
    pid_t pid = fork ();

    fail_unless (pid >= 0);
    if (pid == 0) {
      GstProfThreadUse use;

      alarm (20);
      gst_prof_sampler_get_use (sampler, &use, 1);
      gst_prof_sampler_stop (sampler);
      gst_prof_sampler_free (sampler);
      _exit (0);
    }
    fail_unless (waitpid (pid, &status, 0) == pid);
    fail_unless (WIFEXITED (status) && WEXITSTATUS (status) == 0,
        "child %u: status %x", i, status);
  }
  run_end ();
}

GST_END_TEST;

static Suite *
sampler_suite (void)
{
  Suite *s = suite_create ("sampler");
  TCase *tc = tcase_create ("general");

  tcase_set_timeout (tc, TIMEOUT);
  suite_add_tcase (s, tc);
  tcase_add_test (tc, a_sampler_may_stop_and_start_again);
  tcase_add_test (tc, a_sampler_that_looks_rarely_stops_at_once);
  tcase_add_test (tc, threads_may_come_and_go_and_leave_nothing);
  tcase_add_test (tc, all_samplers_share_one_thread_that_ends_with_the_last);
  tcase_add_test (tc, a_thread_of_two_samplers_is_watched_once);
  tcase_add_test (tc, of_many_pipelines_each_has_its_own_thread);
  tcase_add_test (tc, a_streaming_thread_of_the_same_name_is_no_helper);
  tcase_add_test (tc, a_forked_child_can_look_itself);
  tcase_add_test (tc, a_forked_child_can_let_go_of_a_sampler);
  return s;
}

GST_CHECK_MAIN (sampler);
