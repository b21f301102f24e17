/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What latencytracer says while something goes on, in real pipelines: a stall
 * that has no end, a set-up that hangs, a main loop that is blocked, and the
 * watchdog. That each cause is told from the others is the fault suite's
 * business; here it is that something is told, when, and only then.
 */

#include <gst/check/gstcheck.h>

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gst/prof/gstprofclock.h>

#define RAW "video/x-raw,width=64,height=48,framerate=30/1"

/* How long a test waits for what must come; the program's timeout is longer. */
#define PATIENCE (15 * GST_SECOND)

typedef struct
{
  GstElement *pipeline;
  GstBus *bus;
} Run;

static Run
run_start (const gchar * description)
{
  GError *error = NULL;
  Run run;

  run.pipeline = gst_parse_launch (description, &error);
  fail_unless (run.pipeline != NULL && error == NULL, "%s",
      error ? error->message : "");
  run.bus = gst_element_get_bus (run.pipeline);
  return run;
}

static void
run_end (Run * run)
{
  gst_element_set_state (run->pipeline, GST_STATE_NULL);
  gst_object_unref (run->bus);
  gst_object_unref (run->pipeline);
}

static gboolean
is_warning (GstMessage * message, const gchar * kind, const gchar * state)
{
  const GstStructure *s = gst_message_get_structure (message);

  return GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT && s != NULL
      && gst_structure_has_name (s, "prof-warning")
      && g_strcmp0 (gst_structure_get_string (s, "kind"), kind) == 0
      && g_strcmp0 (gst_structure_get_string (s, "state"), state) == 0;
}

/* The next warning of that kind and state. */
static GstMessage *
wait_for_warning (Run * run, const gchar * kind, const gchar * state)
{
  GstClockTime end = gst_util_get_timestamp () + PATIENCE;

  while (gst_util_get_timestamp () < end) {
    GstMessage *message = gst_bus_timed_pop_filtered (run->bus, GST_SECOND,
        GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR);

    if (message == NULL)
      continue;
    if (is_warning (message, kind, state))
      return message;
    gst_message_unref (message);
  }
  fail ("no %s warning %s", state, kind);
  return NULL;
}

static const gchar *
get_text (GstMessage * message, const gchar * field)
{
  return gst_structure_get_string (gst_message_get_structure (message), field);
}

static guint64
get_number (GstMessage * message, const gchar * field)
{
  guint64 number;

  fail_unless (gst_structure_get_uint64 (gst_message_get_structure (message),
          field, &number), "%s", field);
  return number;
}

static guint64
sum_of (GstMessage * message, const gchar * field)
{
  const GValue *value =
      gst_structure_get_value (gst_message_get_structure (message), field);
  const GstStructure *parts;
  guint64 sum = 0, part;

  fail_unless (value != NULL, "%s", field);
  parts = gst_value_get_structure (value);
  for (gint i = 0; i < gst_structure_n_fields (parts); i++) {
    fail_unless (gst_structure_get_uint64 (parts,
            gst_structure_nth_field_name (parts, i), &part));
    sum += part;
  }
  return sum;
}

/* Holds up the 20th buffer until it is let go. */
typedef struct
{
  GMutex lock;
  GCond cond;
  guint n;
  gboolean held;
  gboolean open;
} Gate;

static GstPadProbeReturn
gate_probe (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Gate *gate = user_data;

  g_mutex_lock (&gate->lock);
  if (++gate->n == 20) {
    gate->held = TRUE;
    g_cond_broadcast (&gate->cond);
    while (!gate->open)
      g_cond_wait (&gate->cond, &gate->lock);
  }
  g_mutex_unlock (&gate->lock);
  return GST_PAD_PROBE_OK;
}

static void
gate_add (Gate * gate, Run * run, const gchar * element, const gchar * pad)
{
  GstElement *found = gst_bin_get_by_name (GST_BIN (run->pipeline), element);
  GstPad *at = gst_element_get_static_pad (found, pad);

  memset (gate, 0, sizeof *gate);
  g_mutex_init (&gate->lock);
  g_cond_init (&gate->cond);
  gst_pad_add_probe (at, GST_PAD_PROBE_TYPE_BUFFER, gate_probe, gate, NULL);
  gst_object_unref (at);
  gst_object_unref (found);
}

static void
gate_open (Gate * gate)
{
  g_mutex_lock (&gate->lock);
  gate->open = TRUE;
  g_cond_broadcast (&gate->cond);
  g_mutex_unlock (&gate->lock);
}

#define GATED "videotestsrc is-live=true ! " RAW " ! queue ! " \
    "profstage name=first stage=first element=identity ! " \
    "profstage name=second stage=second element=\"identity name=inner\" ! " \
    "fakesink "

static const gchar *const forms[] = {
  GATED "latencytracer", "latencytracer.( " GATED ")",
};

GST_START_TEST (a_stall_without_an_end_is_told_again_and_again)
{
  gchar *description = g_str_has_suffix (forms[__i__], ")") ?
      g_strdup_printf ("pipeline. ( %s )", forms[__i__]) :
      g_strdup (forms[__i__]);
  Run run = run_start (description);
  GstMessage *once, *again, *final;
  Gate gate;

  gate_add (&gate, &run, "inner", "sink");
  gst_element_set_state (run.pipeline, GST_STATE_PLAYING);
  once = wait_for_warning (&run, "slow-stage", "open");
  again = wait_for_warning (&run, "slow-stage", "open");
  fail_unless (get_number (again, "start") == get_number (once, "start"));
  fail_unless (get_number (again, "duration") >= get_number (once,
          "duration") + GST_SECOND / 2);
  assert_equals_string (get_text (once, "stage"), "second");
  fail_unless (strstr (get_text (again, "elements"), "first") != NULL, "%s",
      get_text (again, "elements"));
  assert_equals_uint64 (sum_of (again, "causes"), get_number (again,
          "duration"));
  assert_equals_uint64 (sum_of (again, "root-causes"), get_number (again,
          "duration"));

  gate_open (&gate);
  final = wait_for_warning (&run, "slow-stage", "final");
  fail_unless (ABS (GST_CLOCK_DIFF (get_number (final, "start"),
              get_number (once, "start"))) < GST_MSECOND);
  fail_unless (get_number (final, "duration") >= get_number (again,
          "duration"));
  assert_equals_uint64 (sum_of (final, "causes"), get_number (final,
          "duration"));
  gst_message_unref (once);
  gst_message_unref (again);
  gst_message_unref (final);
  run_end (&run);
  g_free (description);
}

GST_END_TEST;

GST_START_TEST (a_gap_that_goes_on_is_told_with_the_thread_behind_it)
{
  /* The held thread feeds the queue that the first stage's thread waits at. */
  Run run = run_start ("videotestsrc is-live=true ! " RAW " ! "
      "identity name=feeder ! queue name=q ! "
      "profstage stage=first element=identity ! fakesink latencytracer");
  GstMessage *open, *final;
  Gate gate;

  gate_add (&gate, &run, "feeder", "sink");
  gst_element_set_state (run.pipeline, GST_STATE_PLAYING);
  open = wait_for_warning (&run, "gap", "open");
  gate_open (&gate);
  final = wait_for_warning (&run, "gap", "final");
  assert_equals_uint64 (sum_of (open, "root-causes"), get_number (open,
          "duration"));
  assert_equals_uint64 (sum_of (final, "root-causes"), get_number (final,
          "duration"));
  /* Nobody says who should have fulfilled the probe's condition; that it is
   * not put down to the source, is what counts. */
  fail_if (g_str_equal (get_text (final, "root-cause"), "upstream"));
  gst_message_unref (open);
  gst_message_unref (final);
  run_end (&run);
}

GST_END_TEST;

GST_START_TEST (the_end_of_the_stream_is_no_gap)
{
  Run run = run_start ("videotestsrc is-live=true num-buffers=10 ! " RAW " ! "
      "profstage stage=first element=identity ! tee name=t ! queue ! fakesink "
      "latencytracer t. ! queue ! fakesink name=late");
  GstMessage *message;
  gboolean eos = FALSE;
  guint n = 0;

  gst_element_set_state (run.pipeline, GST_STATE_PLAYING);
  while ((message = gst_bus_timed_pop (run.bus, eos ? 600 * GST_MSECOND :
              PATIENCE)) != NULL) {
    n += is_warning (message, "gap", "open");
    eos |= GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
    gst_message_unref (message);
  }
  fail_unless (eos);
  assert_equals_int (n, 0);
  run_end (&run);
}

GST_END_TEST;

static GstPadProbeReturn
hold_eos (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Gate *gate = user_data;

  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) != GST_EVENT_EOS)
    return GST_PAD_PROBE_OK;
  g_mutex_lock (&gate->lock);
  while (!gate->open)
    g_cond_wait (&gate->cond, &gate->lock);
  g_mutex_unlock (&gate->lock);
  return GST_PAD_PROBE_OK;
}

GST_START_TEST (an_end_that_hangs_is_told)
{
  Run run = run_start ("videotestsrc is-live=true num-buffers=10 ! " RAW " ! "
      "profstage stage=first element=\"identity name=inner\" ! fakesink "
      "latencytracer");
  GstElement *inner = gst_bin_get_by_name (GST_BIN (run.pipeline), "inner");
  GstPad *pad = gst_element_get_static_pad (inner, "sink");
  GstMessage *open;
  Gate gate = { 0 };

  g_mutex_init (&gate.lock);
  g_cond_init (&gate.cond);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, hold_eos,
      &gate, NULL);
  gst_element_set_state (run.pipeline, GST_STATE_PLAYING);
  open = wait_for_warning (&run, "slow-stage", "open");
  fail_unless (get_number (open, "duration") > 5 * GST_SECOND);
  gst_message_unref (open);
  gate_open (&gate);
  gst_message_unref (gst_bus_timed_pop_filtered (run.bus, PATIENCE,
          GST_MESSAGE_EOS));
  gst_object_unref (pad);
  gst_object_unref (inner);
  run_end (&run);
}

GST_END_TEST;

GST_START_TEST (the_watchdog_makes_a_stall_an_error_once)
{
  Run run = run_start ("videotestsrc is-live=true ! " RAW " ! "
      "profstage stage=first element=\"identity name=inner\" ! fakesink "
      "latencytracer watchdog-timeout=500000000");
  GstMessage *message;
  GError *error = NULL;
  gchar *debug = NULL;
  Gate gate;

  gate_add (&gate, &run, "inner", "sink");
  gst_element_set_state (run.pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (run.bus, PATIENCE, GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_parse_error (message, &error, &debug);
  fail_unless (strstr (debug, "watchdog-timeout 0.5s") != NULL, "%s", debug);
  g_clear_error (&error);
  g_free (debug);
  gst_message_unref (message);
  message = gst_bus_timed_pop_filtered (run.bus, 300 * GST_MSECOND,
      GST_MESSAGE_ERROR);
  fail_unless (message == NULL);
  gate_open (&gate);
  run_end (&run);
}

GST_END_TEST;

GST_START_TEST (without_a_watchdog_a_stall_is_no_error)
{
  Run run = run_start ("videotestsrc is-live=true ! " RAW " ! "
      "profstage stage=first element=\"identity name=inner\" ! fakesink "
      "latencytracer");
  GstMessage *message;
  Gate gate;

  gate_add (&gate, &run, "inner", "sink");
  gst_element_set_state (run.pipeline, GST_STATE_PLAYING);
  gst_message_unref (wait_for_warning (&run, "slow-stage", "open"));
  gst_message_unref (wait_for_warning (&run, "slow-stage", "open"));
  message = gst_bus_pop_filtered (run.bus, GST_MESSAGE_ERROR);
  fail_unless (message == NULL);
  gate_open (&gate);
  run_end (&run);
}

GST_END_TEST;

/* Lets whoever opens the FIFO for writing go on, when it has hung for a
 * while. */
static gpointer
read_fifo (gpointer data)
{
  gchar buffer[4096];
  gint fd;

  g_usleep (1500 * 1000);       /* the fault: longer than the threshold */
  fd = open (data, O_RDONLY);
  while (read (fd, buffer, sizeof buffer) > 0);
  close (fd);
  return NULL;
}

static const gchar *const setups[] = {
  "videotestsrc num-buffers=5 ! " RAW " ! profsink location=%s latencytracer",
  "latencytracer videotestsrc num-buffers=5 ! " RAW " ! profsink location=%s",
  "pipeline. ( latencytracer.( videotestsrc num-buffers=5 ! " RAW
      " ! profsink location=%s ) )",
};

GST_START_TEST (a_setup_that_hangs_is_told_while_it_does_in_either_form)
{
  gchar *folder = g_dir_make_tmp ("gst-prof-XXXXXX", NULL);
  gchar *fifo = g_build_filename (folder, "fifo", NULL);
  gchar *description = g_strdup_printf (setups[__i__], fifo);
  Run run = run_start (description);
  GstMessage *open, *final;
  GThread *reader;

  fail_unless (mkfifo (fifo, 0600) == 0);
  reader = g_thread_new ("reader", read_fifo, fifo);
  gst_element_set_state (run.pipeline, GST_STATE_PLAYING);
  open = wait_for_warning (&run, "slow-setup", "open");
  final = wait_for_warning (&run, "slow-setup", "final");
  assert_equals_string (get_text (open, "stage"), "write");
  assert_equals_string (get_text (final, "root-cause"), "slow-reader");
  assert_equals_uint64 (sum_of (final, "causes"), get_number (final,
          "duration"));
  gst_message_unref (open);
  gst_message_unref (final);
  run_end (&run);
  g_thread_join (reader);
  g_unlink (fifo);
  g_rmdir (folder);
  g_free (description);
  g_free (fifo);
  g_free (folder);
}

GST_END_TEST;

static gboolean
block (gpointer user_data)
{
  g_usleep (400 * 1000);        /* the fault */
  return G_SOURCE_REMOVE;
}

static gboolean
quit (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

GST_START_TEST (a_blocked_main_loop_is_told)
{
  Run run = run_start ("videotestsrc is-live=true ! " RAW " ! "
      "profstage stage=first element=identity ! fakesink latencytracer");
  GMainLoop *loop = g_main_loop_new (NULL, FALSE);
  GstMessage *open, *final;

  gst_element_set_state (run.pipeline, GST_STATE_PLAYING);
  g_timeout_add (1200, block, NULL);
  g_timeout_add (2000, quit, loop);
  g_main_loop_run (loop);
  open = wait_for_warning (&run, "main-loop", "open");
  final = wait_for_warning (&run, "main-loop", "final");
  fail_unless (get_number (final, "duration") > 250 * GST_MSECOND);
  assert_equals_string (get_text (final, "root-cause"), "sleep");
  gst_message_unref (open);
  gst_message_unref (final);
  g_main_loop_unref (loop);
  run_end (&run);
}

GST_END_TEST;

GST_START_TEST (a_main_loop_that_has_ended_is_not_blocked)
{
  Run run = run_start ("videotestsrc is-live=true num-buffers=60 ! " RAW " ! "
      "profstage stage=first element=identity ! fakesink latencytracer");
  GMainLoop *loop = g_main_loop_new (NULL, FALSE);
  GstMessage *message;
  gboolean eos = FALSE;
  GstClockTime ended;

  gst_element_set_state (run.pipeline, GST_STATE_PLAYING);
  g_timeout_add (800, quit, loop);
  g_main_loop_run (loop);
  ended = gst_prof_clock_now ();
  while (!eos && (message = gst_bus_timed_pop (run.bus, PATIENCE)) != NULL) {
    /* While it ran it may have got no CPU. */
    if (is_warning (message, "main-loop", "open"))
      fail_unless (get_number (message, "start")
          + get_number (message, "duration") < ended + 500 * GST_MSECOND);
    eos = GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
    gst_message_unref (message);
  }
  fail_unless (eos);
  g_main_loop_unref (loop);
  run_end (&run);
}

GST_END_TEST;

GST_START_TEST (a_start_that_fails_leaves_nothing_behind)
{
  /* The sink fails before the pipeline has come to the latencytracer. */
  Run run = run_start ("latencytracer videotestsrc ! " RAW " ! "
      "profstage stage=first element=identity ! "
      "profsink location=/nonexistent/file");
  gpointer pipeline = run.pipeline;

  g_object_add_weak_pointer (pipeline, &pipeline);
  assert_equals_int (gst_element_set_state (run.pipeline, GST_STATE_PLAYING),
      GST_STATE_CHANGE_FAILURE);
  run_end (&run);
  fail_unless (pipeline == NULL);
}

GST_END_TEST;

static GstBusSyncReply
stop_on_error (GstBus * bus, GstMessage * message, gpointer user_data)
{
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_element_set_state (user_data, GST_STATE_NULL);
  return GST_BUS_PASS;
}

GST_START_TEST (the_watchdogs_error_may_be_answered_where_it_is_posted)
{
  /* The source waits for something that never comes, and can be stopped. */
  Run run = run_start ("appsrc name=source is-live=true format=time "
      "caps=\"" RAW ",format=GRAY8\" ! profstage stage=first "
      "element=identity ! fakesink sync=false async=false "
      "latencytracer watchdog-timeout=500000000");
  GstElement *source = gst_bin_get_by_name (GST_BIN (run.pipeline), "source");
  GstMessage *message;

  gst_bus_set_sync_handler (run.bus, stop_on_error, run.pipeline, NULL);
  gst_element_set_state (run.pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < 3; i++) {
    GstBuffer *buffer = gst_buffer_new_allocate (NULL, 64 * 48, NULL);
    GstFlowReturn ret;

    GST_BUFFER_PTS (buffer) = i * GST_SECOND / 30;
    g_signal_emit_by_name (source, "push-buffer", buffer, &ret);
    gst_buffer_unref (buffer);
  }
  message = gst_bus_timed_pop_filtered (run.bus, PATIENCE, GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_unref (message);
  gst_object_unref (source);
  gst_bus_set_sync_handler (run.bus, NULL, NULL, NULL);
  run_end (&run);
}

GST_END_TEST;

typedef struct
{
  GMutex lock;                  /* the application's */
  GMutex state_lock;
  GCond cond;
  gboolean told;
} Application;

/* As an application does that keeps what it knows of its pipelines under a lock. */
static GstBusSyncReply
lock_on_error (GstBus * bus, GstMessage * message, gpointer user_data)
{
  Application *application = user_data;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    g_mutex_lock (&application->state_lock);
    application->told = TRUE;
    g_cond_signal (&application->cond);
    g_mutex_unlock (&application->state_lock);
    g_mutex_lock (&application->lock);
    g_mutex_unlock (&application->lock);
  }
  return GST_BUS_PASS;
}

GST_START_TEST (a_handler_may_wait_for_whoever_stops_the_pipeline)
{
  Run run = run_start ("appsrc name=source is-live=true format=time "
      "caps=\"" RAW ",format=GRAY8\" ! profstage stage=first "
      "element=identity ! fakesink sync=false async=false "
      "latencytracer watchdog-timeout=500000000");
  GstElement *source = gst_bin_get_by_name (GST_BIN (run.pipeline), "source");
  Application application = { 0 };
  GstMessage *message;

  g_mutex_lock (&application.lock);
  gst_bus_set_sync_handler (run.bus, lock_on_error, &application, NULL);
  gst_element_set_state (run.pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < 3; i++) {
    GstBuffer *buffer = gst_buffer_new_allocate (NULL, 64 * 48, NULL);
    GstFlowReturn ret;

    GST_BUFFER_PTS (buffer) = i * GST_SECOND / 30;
    g_signal_emit_by_name (source, "push-buffer", buffer, &ret);
    gst_buffer_unref (buffer);
  }
  g_mutex_lock (&application.state_lock);
  while (!application.told)
    g_cond_wait (&application.cond, &application.state_lock);
  g_mutex_unlock (&application.state_lock);

  /* The monitor's thread is in the handler now, and stays there meanwhile. */
  gst_element_set_state (run.pipeline, GST_STATE_READY);
  gst_element_set_state (run.pipeline, GST_STATE_PLAYING);
  gst_element_set_state (run.pipeline, GST_STATE_READY);
  g_mutex_unlock (&application.lock);
  message = gst_bus_timed_pop_filtered (run.bus, PATIENCE, GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_unref (message);
  gst_object_unref (source);
  gst_bus_set_sync_handler (run.bus, NULL, NULL, NULL);
  run_end (&run);
}

GST_END_TEST;

GST_START_TEST (no_look_at_the_threads_means_no_causes)
{
  Run run = run_start ("videotestsrc is-live=true ! " RAW " ! "
      "profstage stage=first element=\"identity name=inner "
      "sleep-time=60000\" ! fakesink latencytracer sample-interval=0");
  GstMessage *final;

  gst_element_set_state (run.pipeline, GST_STATE_PLAYING);
  final = wait_for_warning (&run, "slow-stage", "final");
  fail_if (gst_structure_has_field (gst_message_get_structure (final),
          "root-causes"));
  assert_equals_string (get_text (final, "root-cause"), "unknown");
  gst_message_unref (final);
  run_end (&run);
}

GST_END_TEST;

static Suite *
live_suite (void)
{
  Suite *s = suite_create ("live");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, a_stall_without_an_end_is_told_again_and_again, 0,
      G_N_ELEMENTS (forms));
  tcase_add_test (tc, a_gap_that_goes_on_is_told_with_the_thread_behind_it);
  tcase_add_test (tc, the_end_of_the_stream_is_no_gap);
  tcase_add_test (tc, an_end_that_hangs_is_told);
  tcase_add_test (tc, the_watchdog_makes_a_stall_an_error_once);
  tcase_add_test (tc, without_a_watchdog_a_stall_is_no_error);
  tcase_add_loop_test (tc,
      a_setup_that_hangs_is_told_while_it_does_in_either_form, 0,
      G_N_ELEMENTS (setups));
  tcase_add_test (tc, a_blocked_main_loop_is_told);
  tcase_add_test (tc, a_main_loop_that_has_ended_is_not_blocked);
  tcase_add_test (tc, a_start_that_fails_leaves_nothing_behind);
  tcase_add_test (tc, the_watchdogs_error_may_be_answered_where_it_is_posted);
  tcase_add_test (tc, a_handler_may_wait_for_whoever_stops_the_pipeline);
  tcase_add_test (tc, no_look_at_the_threads_means_no_causes);
  return s;
}

GST_CHECK_MAIN (live);
