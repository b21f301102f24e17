/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofmonitor.h>

#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#define MS GST_MSECOND
#define FRAME(n) ((n) * G_GUINT64_CONSTANT (33333333))

typedef struct
{
  GMutex lock;
  GCond cond;
  guint lines;
  guint posted;
  gboolean full;                /* refuse what is to be posted */
  _Atomic gboolean hold;        /* the monitor's lock, when it is asked */
  _Atomic gboolean held;
} Client;

static gboolean
client_wants (GstDebugLevel level, gpointer user_data)
{
  Client *client = user_data;

  while (client->hold) {
    client->held = TRUE;
    g_usleep (1000);
  }
  return TRUE;
}

static void
client_log (GstDebugLevel level, const gchar * line, gpointer user_data)
{
  Client *client = user_data;

  g_mutex_lock (&client->lock);
  client->lines++;
  g_cond_signal (&client->cond);
  g_mutex_unlock (&client->lock);
}

static gboolean
client_post (GstStructure * structure, gpointer user_data)
{
  Client *client = user_data;

  gst_structure_free (structure);
  if (client->full)
    return FALSE;
  client->posted++;
  return TRUE;
}

static GstProfMonitor *
new_monitor (Client * client)
{
  static const GstProfMonitorClient functions = {
    client_wants, client_log, client_post,
  };

  memset (client, 0, sizeof (*client));
  g_mutex_init (&client->lock);
  g_cond_init (&client->cond);
  return gst_prof_monitor_new (&functions, client);
}

static void
push_setup (GstProfMonitor * monitor, GstProfSetupKind kind,
    const gchar * stage, const gchar * element)
{
  GstProfSetup setup = {
    .kind = kind,
    .stage = g_ref_string_new (stage),
    .element = g_ref_string_new (element),
    .state_changes = kind == GST_PROF_SETUP_DONE ? 5 * MS : 0,
    .messages_dropped = kind == GST_PROF_SETUP_COUNTERS ? 9 : 0,
  };

  gst_prof_monitor_push_setup (monitor, &setup);
  gst_prof_setup_clear (&setup);
}

static void
push_span (GstProfMonitor * monitor, const gchar * stage, guint n,
    GstClockTime own, GstProfSpanFlags flags)
{
  GstProfSpan span = GST_PROF_SPAN_INIT;

  span.stage = g_ref_string_new (stage);
  span.stream_id = g_ref_string_new ("v");
  span.thread_id = 1;
  span.running_time = span.running_time_out = FRAME (n);
  span.enter = FRAME (n);
  span.leave = FRAME (n) + own;
  span.own = own;
  span.frame_duration = FRAME (1);
  span.buffers = 1;
  span.flags = flags;
  gst_prof_monitor_push_span (monitor, &span);
  gst_prof_span_clear (&span);
}

static guint64
get_uint64 (const GstStructure * structure, const gchar * field)
{
  guint64 value = 0;

  fail_unless (gst_structure_get_uint64 (structure, field, &value), "%s",
      field);
  return value;
}

static guint64
get_summary_uint64 (GstProfMonitor * monitor, const gchar * field)
{
  g_autoptr (GstStructure) summary = gst_prof_monitor_get_summary (monitor);

  return get_uint64 (summary, field);
}

GST_START_TEST (test_nothing_is_taken_in_before_process)
{
  Client client;
  g_autoptr (GstProfMonitor) monitor = new_monitor (&client);

  gst_prof_monitor_begin_run (monitor, 0);
  push_span (monitor, "normalize", 0, 8 * MS, 0);
  assert_equals_uint64 (get_summary_uint64 (monitor, "frames"), 0);
  gst_prof_monitor_process (monitor, 0);
  assert_equals_uint64 (get_summary_uint64 (monitor, "frames"), 1);
}

GST_END_TEST;

GST_START_TEST (test_stages_are_known_before_their_spans)
{
  Client client;
  g_autoptr (GstProfMonitor) monitor = new_monitor (&client);

  push_setup (monitor, GST_PROF_SETUP_ADDED, "normalize", "a");
  push_setup (monitor, GST_PROF_SETUP_ADDED, "overlay", "b");
  gst_prof_monitor_begin_run (monitor, 0);
  push_span (monitor, "normalize", 0, 8 * MS, 0);
  gst_prof_monitor_process (monitor, 0);
  /* It is waited for. */
  assert_equals_uint64 (get_summary_uint64 (monitor, "inside"), 1);
  push_span (monitor, "overlay", 0, 8 * MS, 0);
  gst_prof_monitor_process (monitor, 0);
  assert_equals_uint64 (get_summary_uint64 (monitor, "complete"), 1);
}

GST_END_TEST;

GST_START_TEST (test_last_spans_of_a_removed_stage_are_taken_first)
{
  Client client;
  g_autoptr (GstProfMonitor) monitor = new_monitor (&client);

  push_setup (monitor, GST_PROF_SETUP_ADDED, "normalize", "a");
  push_setup (monitor, GST_PROF_SETUP_ADDED, "overlay", "b");
  gst_prof_monitor_begin_run (monitor, 0);
  push_span (monitor, "normalize", 0, 8 * MS, 0);
  push_span (monitor, "overlay", 0, 8 * MS, 0);
  push_setup (monitor, GST_PROF_SETUP_REMOVED, "overlay", "b");
  gst_prof_monitor_process (monitor, 0);
  assert_equals_uint64 (get_summary_uint64 (monitor, "complete"), 1);

  /* Not waited for any more. */
  push_span (monitor, "normalize", 1, 8 * MS, 0);
  gst_prof_monitor_process (monitor, 0);
  assert_equals_uint64 (get_summary_uint64 (monitor, "complete"), 2);
}

GST_END_TEST;

GST_START_TEST (test_stage_that_is_there_twice_stays_until_both_are_gone)
{
  Client client;
  g_autoptr (GstProfMonitor) monitor = new_monitor (&client);

  push_setup (monitor, GST_PROF_SETUP_ADDED, "normalize", "a");
  push_setup (monitor, GST_PROF_SETUP_ADDED, "overlay", "b");
  push_setup (monitor, GST_PROF_SETUP_ADDED, "overlay", "b");
  push_setup (monitor, GST_PROF_SETUP_ADDED, "overlay", "c");
  gst_prof_monitor_begin_run (monitor, 0);
  push_setup (monitor, GST_PROF_SETUP_REMOVED, "overlay", "b");
  push_span (monitor, "normalize", 0, 8 * MS, 0);
  gst_prof_monitor_process (monitor, 0);
  assert_equals_uint64 (get_summary_uint64 (monitor, "inside"), 1);
  push_setup (monitor, GST_PROF_SETUP_REMOVED, "overlay", "c");
  push_span (monitor, "normalize", 1, 8 * MS, 0);
  gst_prof_monitor_process (monitor, 0);
  assert_equals_uint64 (get_summary_uint64 (monitor, "inside"), 0);
}

GST_END_TEST;

GST_START_TEST (test_new_run_shows_nothing_of_the_old_one)
{
  Client client;
  g_autoptr (GstProfMonitor) monitor = new_monitor (&client);
  g_autoptr (GstStructure) summary = NULL;

  push_setup (monitor, GST_PROF_SETUP_ADDED, "normalize", "a");
  gst_prof_monitor_begin_run (monitor, 0);
  for (guint i = 0; i < 5; i++)
    push_span (monitor, "normalize", i, 60 * MS, 0);
  gst_prof_monitor_end_run (monitor, 0);
  assert_equals_uint64 (get_summary_uint64 (monitor, "frames"), 5);

  gst_prof_monitor_begin_run (monitor, 0);
  summary = gst_prof_monitor_get_summary (monitor);
  assert_equals_uint64 (get_uint64 (summary, "frames"), 0);
  assert_equals_uint64 (get_uint64 (summary, "spans"), 0);
  assert_equals_uint64 (get_uint64 (gst_value_get_structure
          (gst_structure_get_value (summary, "warnings")), "slow-normalize"),
      0);
  assert_equals_int (gst_value_array_get_size (gst_structure_get_value
          (summary, "worst")), 0);

  /* The stage told that it is there only once. */
  push_span (monitor, "normalize", 0, 8 * MS, 0);
  gst_prof_monitor_process (monitor, 0);
  assert_equals_uint64 (get_summary_uint64 (monitor, "complete"), 1);
}

GST_END_TEST;

GST_START_TEST (test_late_span_belongs_to_the_run_that_ended)
{
  Client client;
  g_autoptr (GstProfMonitor) monitor = new_monitor (&client);

  gst_prof_monitor_begin_run (monitor, 0);
  push_span (monitor, "normalize", 0, 8 * MS, GST_PROF_SPAN_FLAG_RESET);
  gst_prof_monitor_end_run (monitor, 0);
  push_span (monitor, "normalize", 1, 8 * MS, 0);
  gst_prof_monitor_process (monitor, 0);
  assert_equals_uint64 (get_summary_uint64 (monitor, "frames"), 2);
}

GST_END_TEST;

GST_START_TEST (test_run_begins_by_itself_with_the_first_span_after_a_reset)
{
  Client client;
  g_autoptr (GstProfMonitor) monitor = new_monitor (&client);

  gst_prof_monitor_begin_run (monitor, 0);
  push_span (monitor, "normalize", 0, 8 * MS, GST_PROF_SPAN_FLAG_RESET);
  push_span (monitor, "normalize", 1, 8 * MS, 0);
  gst_prof_monitor_end_run (monitor, 0);

  /* The element that floats is the last to go to PAUSED. */
  push_span (monitor, "normalize", 0, 8 * MS, GST_PROF_SPAN_FLAG_RESET);
  gst_prof_monitor_begin_run (monitor, 0);
  assert_equals_uint64 (get_summary_uint64 (monitor, "frames"), 1);
}

GST_END_TEST;

GST_START_TEST (test_setup_that_is_done_begins_a_run)
{
  Client client;
  g_autoptr (GstProfMonitor) monitor = new_monitor (&client);
  g_autoptr (GstStructure) summary = NULL;

  gst_prof_monitor_begin_run (monitor, 0);
  gst_prof_monitor_end_run (monitor, 0);
  push_setup (monitor, GST_PROF_SETUP_DONE, "normalize", "a");
  gst_prof_monitor_process (monitor, 0);
  gst_prof_monitor_begin_run (monitor, 0);
  summary = gst_prof_monitor_get_summary (monitor);
  assert_equals_int (gst_value_array_get_size (gst_structure_get_value
          (summary, "setups")), 1);
}

GST_END_TEST;

GST_START_TEST (test_seek_within_a_run_begins_none)
{
  Client client;
  g_autoptr (GstProfMonitor) monitor = new_monitor (&client);

  gst_prof_monitor_begin_run (monitor, 0);
  push_span (monitor, "normalize", 0, 8 * MS, GST_PROF_SPAN_FLAG_RESET);
  push_span (monitor, "normalize", 1, 8 * MS, 0);
  push_span (monitor, "normalize", 30, 8 * MS, GST_PROF_SPAN_FLAG_RESET);
  gst_prof_monitor_process (monitor, 0);
  assert_equals_uint64 (get_summary_uint64 (monitor, "frames"), 3);
}

GST_END_TEST;

GST_START_TEST (test_finish_tells_whether_there_is_news)
{
  Client client;
  g_autoptr (GstProfMonitor) monitor = new_monitor (&client);

  gst_prof_monitor_begin_run (monitor, 0);
  fail_if (gst_prof_monitor_finish (monitor, 0));
  push_span (monitor, "normalize", 0, 8 * MS, 0);
  fail_unless (gst_prof_monitor_finish (monitor, 0));
  fail_if (gst_prof_monitor_finish (monitor, 0));

  /* What was measured while EOS went by is no reason for another summary. */
  push_span (monitor, "normalize", 1, 8 * MS, GST_PROF_SPAN_FLAG_DRAIN);
  fail_if (gst_prof_monitor_finish (monitor, 0));
}

GST_END_TEST;

GST_START_TEST (test_finish_ends_the_frames_inside)
{
  Client client;
  g_autoptr (GstProfMonitor) monitor = new_monitor (&client);

  push_setup (monitor, GST_PROF_SETUP_ADDED, "overlay", "b");
  push_setup (monitor, GST_PROF_SETUP_ADDED, "normalize", "a");
  gst_prof_monitor_begin_run (monitor, 0);
  push_span (monitor, "normalize", 0, 8 * MS, 0);
  gst_prof_monitor_finish (monitor, 0);
  assert_equals_uint64 (get_summary_uint64 (monitor, "inside"), 0);
  assert_equals_uint64 (get_summary_uint64 (monitor, "incomplete")
      + get_summary_uint64 (monitor, "dropped")
      + get_summary_uint64 (monitor, "complete"), 1);
}

GST_END_TEST;

GST_START_TEST (test_full_queue_drops_and_counts_spans)
{
  Client client;
  g_autoptr (GstProfMonitor) monitor = new_monitor (&client);

  gst_prof_monitor_begin_run (monitor, 0);
  for (guint i = 0; i < 5000; i++)
    push_span (monitor, "normalize", i, 8 * MS, 0);
  gst_prof_monitor_process (monitor, 0);
  assert_equals_uint64 (get_summary_uint64 (monitor, "spans"), 4096);
  assert_equals_uint64 (get_summary_uint64 (monitor, "spans-dropped"), 904);

  /* The next run has its own count. */
  gst_prof_monitor_end_run (monitor, 0);
  gst_prof_monitor_begin_run (monitor, 0);
  assert_equals_uint64 (get_summary_uint64 (monitor, "spans-dropped"), 0);
}

GST_END_TEST;

GST_START_TEST (test_full_queue_drops_and_counts_setups)
{
  Client client;
  g_autoptr (GstProfMonitor) monitor = new_monitor (&client);

  gst_prof_monitor_begin_run (monitor, 0);
  for (guint i = 0; i < 300; i++)
    push_setup (monitor, GST_PROF_SETUP_COUNTERS, "normalize", "a");
  gst_prof_monitor_process (monitor, 0);
  assert_equals_uint64 (get_summary_uint64 (monitor, "setups-dropped"), 44);
  assert_equals_uint64 (get_summary_uint64 (monitor, "messages-dropped"), 9);
}

GST_END_TEST;

GST_START_TEST (test_warnings_that_cannot_be_posted_are_counted)
{
  Client client;
  g_autoptr (GstProfMonitor) monitor = new_monitor (&client);

  client.full = TRUE;
  gst_prof_monitor_begin_run (monitor, 0);
  push_span (monitor, "normalize", 0, 60 * MS, 0);
  gst_prof_monitor_process (monitor, 0);
  fail_unless (client.lines > 0);
  /* SLOW NORMALIZE and SLOW FRAME */
  assert_equals_uint64 (get_summary_uint64 (monitor, "warnings-dropped"), 2);
}

GST_END_TEST;

GST_START_TEST (test_gap_is_not_counted_across_a_pause)
{
  Client client;
  g_autoptr (GstProfMonitor) monitor = new_monitor (&client);

  gst_prof_monitor_begin_run (monitor, 0);
  gst_prof_monitor_set_playing (monitor, TRUE, 0);
  push_span (monitor, "normalize", 0, 8 * MS, 0);
  push_span (monitor, "normalize", 30, 8 * MS, 0);
  gst_prof_monitor_set_playing (monitor, FALSE, FRAME (31));
  gst_prof_monitor_set_playing (monitor, TRUE, FRAME (90));
  push_span (monitor, "normalize", 91, 8 * MS, 0);
  gst_prof_monitor_process (monitor, FRAME (92));
  assert_equals_uint64 (get_summary_uint64 (monitor, "gaps"), 1);
  assert_equals_uint64 (get_summary_uint64 (monitor, "longest-gap"), FRAME (30));
}

GST_END_TEST;

GST_START_TEST (test_thread_takes_in_what_is_pushed)
{
  Client client;
  g_autoptr (GstProfMonitor) monitor = new_monitor (&client);

  gst_prof_monitor_begin_run (monitor, 0);
  gst_prof_monitor_start_thread (monitor);
  push_span (monitor, "normalize", 0, 8 * MS, 0);
  /* Its TELEMETRY line, written by the monitor's thread. */
  g_mutex_lock (&client.lock);
  while (client.lines == 0)
    g_cond_wait (&client.cond, &client.lock);
  g_mutex_unlock (&client.lock);
  gst_prof_monitor_stop_thread (monitor);
  gst_prof_monitor_stop_thread (monitor);
  assert_equals_uint64 (get_summary_uint64 (monitor, "frames"), 1);
}

GST_END_TEST;

static gpointer
push_many (gpointer data)
{
  for (guint i = 0; i < 1000; i++)
    push_span (data, "normalize", i, 1 * MS, GST_PROF_SPAN_FLAG_NOT_VIDEO);
  return NULL;
}

GST_START_TEST (test_spans_of_many_threads_are_conserved)
{
  Client client;
  g_autoptr (GstProfMonitor) monitor = new_monitor (&client);
  g_autoptr (GstStructure) summary = NULL;
  GThread *threads[4];

  gst_prof_monitor_begin_run (monitor, 0);
  gst_prof_monitor_start_thread (monitor);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("pusher", push_many, monitor);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  gst_prof_monitor_stop_thread (monitor);
  gst_prof_monitor_process (monitor, 0);

  summary = gst_prof_monitor_get_summary (monitor);
  assert_equals_uint64 (get_uint64 (summary, "spans")
      + get_uint64 (summary, "spans-dropped"), 4000);
}

GST_END_TEST;

static gpointer
process (gpointer monitor)
{
  gst_prof_monitor_process (monitor, 0);
  return NULL;
}

/* What the parent's pipeline is used for in the child. */
static guint64
use_in_child (GstProfMonitor * monitor)
{
  GstStructure *summary;
  guint64 spans = 0;

  gst_prof_monitor_stop_thread (monitor);
  gst_prof_monitor_detach (monitor);
  gst_prof_monitor_begin_run (monitor, 0);
  push_span (monitor, "encode", 1, 8 * MS, 0);
  gst_prof_monitor_tick (monitor, NULL, 0);
  gst_prof_monitor_finish (monitor, 0);
  summary = gst_prof_monitor_get_summary (monitor);
  gst_structure_get_uint64 (summary, "spans", &spans);
  gst_structure_free (summary);
  return spans;
}

GST_START_TEST (test_a_child_begins_anew_though_the_lock_is_held)
{
  Client client;
  g_autoptr (GstProfMonitor) monitor = new_monitor (&client);
  GThread *thread;
  int status = -1;
  pid_t child;

  gst_prof_monitor_begin_run (monitor, 0);
  for (guint i = 0; i < 3; i++)
    push_span (monitor, "normalize", i, 8 * MS, 0);
  client.hold = TRUE;
  thread = g_thread_new ("process", process, monitor);
  while (!client.held)
    g_usleep (1000);

  child = fork ();
  if (child == 0) {
    client.hold = FALSE;
    _exit (use_in_child (monitor) == 1 ? 7 : 1);
  }
  assert_equals_int (waitpid (child, &status, 0), child);
  fail_unless (WIFEXITED (status) && WEXITSTATUS (status) == 7, "status %d",
      status);

  client.hold = FALSE;
  g_thread_join (thread);
  assert_equals_uint64 (get_summary_uint64 (monitor, "spans"), 3);
}

GST_END_TEST;

GST_START_TEST (test_somebody_else_may_tick)
{
  Client client;
  g_autoptr (GstProfMonitor) monitor = new_monitor (&client);
  GstProfActivities *threads = g_new0 (GstProfActivities, 1);

  gst_prof_monitor_begin_run (monitor, 0);
  push_span (monitor, "normalize", 0, 8 * MS, 0);
  gst_prof_monitor_tick (monitor, threads, 0);
  assert_equals_uint64 (get_summary_uint64 (monitor, "frames"), 1);
  g_free (threads);
}

GST_END_TEST;

static Suite *
monitor_suite (void)
{
  Suite *s = suite_create ("monitor");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_nothing_is_taken_in_before_process);
  tcase_add_test (tc, test_stages_are_known_before_their_spans);
  tcase_add_test (tc, test_last_spans_of_a_removed_stage_are_taken_first);
  tcase_add_test (tc, test_stage_that_is_there_twice_stays_until_both_are_gone);
  tcase_add_test (tc, test_new_run_shows_nothing_of_the_old_one);
  tcase_add_test (tc, test_late_span_belongs_to_the_run_that_ended);
  tcase_add_test (tc,
      test_run_begins_by_itself_with_the_first_span_after_a_reset);
  tcase_add_test (tc, test_setup_that_is_done_begins_a_run);
  tcase_add_test (tc, test_seek_within_a_run_begins_none);
  tcase_add_test (tc, test_finish_tells_whether_there_is_news);
  tcase_add_test (tc, test_finish_ends_the_frames_inside);
  tcase_add_test (tc, test_full_queue_drops_and_counts_spans);
  tcase_add_test (tc, test_full_queue_drops_and_counts_setups);
  tcase_add_test (tc, test_warnings_that_cannot_be_posted_are_counted);
  tcase_add_test (tc, test_gap_is_not_counted_across_a_pause);
  tcase_add_test (tc, test_thread_takes_in_what_is_pushed);
  tcase_add_test (tc, test_spans_of_many_threads_are_conserved);
  tcase_add_test (tc, test_somebody_else_may_tick);
  tcase_add_test (tc, test_a_child_begins_anew_though_the_lock_is_held);
  return s;
}

GST_CHECK_MAIN (monitor);
