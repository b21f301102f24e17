/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* All stage elements through what pipelines do to them: states, flushes,
 * seeks, events without data, removal. */

#include "check-skip.h"
#include "run.h"
#include "stagerun.h"

#include <stdatomic.h>
#include <string.h>

#define MS GST_MSECOND
#define FRAME (40 * GST_MSECOND)
#define RAW "video/x-raw,format=I420,width=64,height=64,framerate=25/1"
#define STAGES "profstage stage=pre element=identity ! " \
    "profnormalize name=n ! profencode ! h264parse ! "

static gchar *dir;

static void
setup (void)
{
  dir = run_new_directory ();
}

static void
teardown (void)
{
  run_remove_directory (dir);
}

static StageRun *
new_recording (const gchar * source)
{
  gchar *description = g_strdup_printf ("%s ! " RAW " ! " STAGES
      "profmuxsink location=%s/a.mkv", source, dir);
  StageRun *run = stage_run_new (description);

  g_free (description);
  return run;
}

static void
element_finalized (gpointer counter, GObject * where_it_was)
{
  g_atomic_int_add ((gint *) counter, -1);
}

static void
count_element (const GValue * item, gpointer counter)
{
  g_object_weak_ref (g_value_get_object (item), element_finalized, counter);
  g_atomic_int_inc ((gint *) counter);
}

/* Counts in @alive the elements that have not been finalized. */
static void
watch_elements (GstElement * bin, gint * alive)
{
  GstIterator *elements = gst_bin_iterate_recurse (GST_BIN (bin));

  gst_iterator_foreach (elements, count_element, alive);
  gst_iterator_free (elements);
}

/* GStreamer's own thread that carried an asynchronous state change on may hold
 * the pipeline for a moment longer. */
static void
assert_none_alive (gint * alive)
{
  gint64 end = g_get_monotonic_time () + 5 * G_TIME_SPAN_SECOND;

  while (g_atomic_int_get (alive) != 0 && g_get_monotonic_time () < end)
    g_thread_yield ();
  fail_unless_equals_int (g_atomic_int_get (alive), 0);
}

static void
drop_messages (StageRun * run)
{
  gst_bus_set_flushing (run->bus, TRUE);
  gst_bus_set_flushing (run->bus, FALSE);
}

GST_START_TEST (two_hundred_runs_leave_nothing_behind)
{
  StageRun *run = new_recording ("videotestsrc");
  gint alive = 0;

  watch_elements (run->pipeline, &alive);
  fail_unless (alive > 10);
  for (guint i = 0; i < 200; i++) {
    gst_element_set_state (run->pipeline, GST_STATE_PLAYING);
    /* Stopped at once, when it has prerolled, or when it runs */
    if (i % 3 == 1)
      fail_unless_equals_int (gst_element_get_state (run->pipeline, NULL, NULL,
              20 * GST_SECOND), GST_STATE_CHANGE_SUCCESS);
    if (i % 3 == 2)
      gst_message_unref (gst_bus_timed_pop_filtered (run->bus,
              20 * GST_SECOND, GST_MESSAGE_ELEMENT));
    fail_unless_equals_int (gst_element_set_state (run->pipeline,
            GST_STATE_NULL), GST_STATE_CHANGE_SUCCESS);
    drop_messages (run);
  }
  stage_run_free (run);
  assert_none_alive (&alive);
}

GST_END_TEST;

GST_START_TEST (new_pipelines_are_finalized_with_all_they_hold)
{
  for (guint i = 0; i < 10; i++) {
    StageRun *run = new_recording ("videotestsrc num-buffers=5");
    gint alive = 0;

    watch_elements (run->pipeline, &alive);
    stage_run_to_end (run);
    fail_unless (run->eos, "%s", run->error ? run->error->message : "");
    stage_run_free (run);
    assert_none_alive (&alive);
  }
}

GST_END_TEST;

/* gst-launch-1.0 under the leaks tracer. Returns how many objects it names */
static guint
count_leaks (const gchar * pipeline)
{
  gchar *command = g_strdup_printf ("gst-launch-1.0 -q %s", pipeline);
  gchar *err = NULL, **lines;
  gchar **argv = NULL;
  gchar **envp = g_get_environ ();
  guint n = 0;
  gint status;

  envp = g_environ_setenv (envp, "GST_TRACERS", "leaks", TRUE);
  envp = g_environ_setenv (envp, "GST_DEBUG", "GST_TRACER:7", TRUE);
  envp = g_environ_setenv (envp, "GST_DEBUG_NO_COLOR", "1", TRUE);
  fail_unless (g_shell_parse_argv (command, NULL, &argv, NULL));
  fail_unless (g_spawn_sync (NULL, argv, envp, G_SPAWN_SEARCH_PATH
          | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &err, &status,
          NULL));
  fail_unless (g_spawn_check_wait_status (status, NULL), "%s", err);
  lines = g_strsplit (err, "\n", -1);
  for (guint i = 0; lines[i]; i++) {
    if (strstr (lines[i], "object-alive,")
        && !strstr (lines[i], "new format string")) {
      g_printerr ("%s\n", lines[i]);
      n++;
    }
  }
  g_strfreev (lines);
  g_strfreev (argv);
  g_strfreev (envp);
  g_free (err);
  g_free (command);
  return n;
}

GST_START_TEST (the_leaks_tracer_finds_nothing)
{
  gchar *program = g_find_program_in_path ("gst-launch-1.0");
  gchar *pipeline;

  if (program == NULL)
    GST_PROF_CHECK_SKIP ("no gst-launch-1.0");
#ifdef __SANITIZE_ADDRESS__
  GST_PROF_CHECK_SKIP ("gst-launch-1.0 cannot load what is sanitized");
#endif
  g_free (program);
  pipeline = g_strdup_printf ("videotestsrc num-buffers=30 ! " RAW " ! " STAGES
      "profmuxsink location=%s/a.mkv", dir);
  fail_unless_equals_int (count_leaks (pipeline), 0);
  g_free (pipeline);
  pipeline = g_strdup_printf ("filesrc location=%s/a.mkv ! profstage "
      "element=\"queue ! identity\" ! matroskademux ! h264parse ! "
      "video/x-h264,stream-format=byte-stream ! profsink location=%s/a.h264", dir, dir);
  fail_unless_equals_int (count_leaks (pipeline), 0);
  g_free (pipeline);
  pipeline = g_strdup_printf ("filesrc location=%s/a.h264 ! profstage "
      "element=h264parse ! fakesink", dir);
  fail_unless_equals_int (count_leaks (pipeline), 0);
  g_free (pipeline);
}

GST_END_TEST;

GST_START_TEST (time_in_paused_is_preroll)
{
  StageRun *run;
  guint paused = 0;

  stage_clock_start ();
  run = stage_run_new ("videotestsrc num-buffers=20 ! " RAW " ! "
      "profencode ! profsink sink=\"fakesink sync=true\"");
  gst_element_set_state (run->pipeline, GST_STATE_PAUSED);
  fail_unless_equals_int (gst_element_get_state (run->pipeline, NULL, NULL,
          20 * GST_SECOND), GST_STATE_CHANGE_SUCCESS);
  stage_clock_advance (3 * GST_SECOND);
  gst_element_set_state (run->pipeline, GST_STATE_PLAYING);
  stage_run_wait (run, "write", 0, 5);
  gst_element_set_state (run->pipeline, GST_STATE_PAUSED);
  fail_unless_equals_int (gst_element_get_state (run->pipeline, NULL, NULL,
          20 * GST_SECOND), GST_STATE_CHANGE_SUCCESS);
  stage_clock_advance (2 * GST_SECOND);
  stage_run_to_end (run);
  fail_unless (run->eos);

  for (guint i = 0; i < 20; i++) {
    const GstProfSpan *span = stage_run_get_nth (run, "write", i);

    if (span->own > 0) {
      fail_unless (span->flags & GST_PROF_SPAN_FLAG_PREROLL);
      paused++;
    }
    fail_unless_equals_uint64 (stage_run_get_nth (run, "encode", i)->own, 0);
  }
  fail_unless_equals_int (paused, 2);
  fail_if (stage_run_get_nth (run, "write",
          19)->flags & GST_PROF_SPAN_FLAG_PREROLL);
  fail_unless_equals_uint64 (g_array_index (run->setups, GstProfSetup,
          0).first_buffer, 0);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (flushing_seeks_keep_it_going)
{
  StageRun *run = stage_run_new ("videotestsrc num-buffers=400 ! " RAW " ! "
      STAGES "profstage stage=last element=identity ! profsink sink=fakesink");

  gst_element_set_state (run->pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < 10; i++) {
    guint n = stage_run_count (run, "write", 0, 0);

    stage_run_wait (run, "write", 0, n + 3);
    fail_unless (gst_element_seek_simple (run->pipeline, GST_FORMAT_TIME,
            GST_SEEK_FLAG_FLUSH | (i & 1 ? GST_SEEK_FLAG_KEY_UNIT : 0),
            (10 - i) * GST_SECOND));
    fail_unless_equals_int (gst_element_get_state (run->pipeline, NULL, NULL,
            20 * GST_SECOND), GST_STATE_CHANGE_SUCCESS);
  }
  stage_run_to_end (run);
  fail_unless (run->eos, "%s", run->error ? run->error->message : "");
  fail_unless_equals_int (stage_run_count (run, "pts",
          GST_PROF_SPAN_FLAG_CORRECTED, 0), 0);
  fail_unless (stage_run_count (run, "encode", GST_PROF_SPAN_FLAG_RESET,
          0) >= 10);
  for (guint i = 0; i < run->spans->len; i++)
    fail_unless (g_array_index (run->spans, GstProfSpan, i).inside <= 1);
  stage_run_free (run);
}

GST_END_TEST;

static void
push_start (StageRun * run, gboolean with_caps)
{
  GstSegment segment;

  gst_harness_push_event (run->harness, gst_event_new_stream_start ("s"));
  if (with_caps)
    gst_harness_push_event (run->harness, gst_event_new_caps
        (gst_caps_from_string (RAW)));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (run->harness, gst_event_new_segment (&segment));
}

static void
assert_eos_comes_out (StageRun * run)
{
  GstEvent *event;
  gboolean eos = FALSE;

  fail_unless (gst_harness_push_event (run->harness, gst_event_new_eos ()));
  while (!eos && (event = gst_harness_pull_event (run->harness)) != NULL) {
    eos = GST_EVENT_TYPE (event) == GST_EVENT_EOS;
    gst_event_unref (event);
  }
  fail_unless (eos);
}

GST_START_TEST (eos_before_any_data_passes)
{
  StageRun *run = stage_run_new_harness (STAGES "identity", NULL);

  push_start (run, __i__);
  assert_eos_comes_out (run);
  stage_run_collect (run);
  fail_unless (run->error == NULL);
  for (guint i = 0; i < run->spans->len; i++)
    fail_unless (g_array_index (run->spans, GstProfSpan,
            i).flags & GST_PROF_SPAN_FLAG_DRAIN);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (gaps_pass_between_frames)
{
  StageRun *run = stage_run_new_harness (STAGES "identity", NULL);

  push_start (run, TRUE);
  for (guint i = 0; i < 6; i += 2) {
    gst_harness_push (run->harness, stage_new_frame (RAW, i * FRAME, FRAME));
    fail_unless (gst_harness_push_event (run->harness, gst_event_new_gap (
                (i + 1) * FRAME, FRAME)));
  }
  assert_eos_comes_out (run);
  stage_run_collect (run);
  fail_unless_equals_int (stage_run_count (run, "encode", 0,
          GST_PROF_SPAN_FLAG_DRAIN), 3);
  fail_unless_equals_int (gst_harness_buffers_received (run->harness), 3);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (caps_may_change_in_mid_stream)
{
  StageRun *run = stage_run_new_harness ("profstage stage=pre "
      "element=identity ! profnormalize hold-caps=false ! profencode ! "
      "h264parse", NULL);
  const gchar *const caps[] = { RAW, "video/x-raw,format=RGB,width=33,"
        "height=35,framerate=10/1", RAW
  };

  for (guint i = 0; i < 30; i++) {
    if (i % 10 == 0)
      gst_harness_set_src_caps_str (run->harness, caps[i / 10]);
    fail_unless_equals_int (gst_harness_push (run->harness,
            stage_new_frame (caps[i / 10], i * FRAME, FRAME)), GST_FLOW_OK);
  }
  assert_eos_comes_out (run);
  stage_run_collect (run);
  fail_unless_equals_int (gst_harness_buffers_received (run->harness), 30);
  fail_unless_equals_int (stage_run_count (run, "encode", 0,
          GST_PROF_SPAN_FLAG_DRAIN | GST_PROF_SPAN_FLAG_OUTPUT), 30);
  stage_run_free (run);
}

GST_END_TEST;

typedef struct
{
  GstElement *pipeline;
  GstElement *stage;
  const gchar *factory;
  guint n;
  _Atomic gboolean done;
} Swap;

static GstElement *
make_stage (const gchar * factory, guint n)
{
  gchar *name = g_strdup_printf ("n%u", n);
  GstElement *stage = gst_element_factory_make (factory, NULL);

  if (g_str_equal (factory, "profstage"))
    g_object_set (stage, "stage", name, "element",
        gst_element_factory_make ("identity", NULL), NULL);
  g_free (name);
  return stage;
}

/* The next buffer waits before the stage, which makes room for another. */
static GstPadProbeReturn
swap_stage (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Swap *swap = user_data;
  GstElement *after = gst_bin_get_by_name (GST_BIN (swap->pipeline), "after");
  GstElement *before = gst_bin_get_by_name (GST_BIN (swap->pipeline),
      "before");

  gst_element_set_state (swap->stage, GST_STATE_NULL);
  gst_bin_remove (GST_BIN (swap->pipeline), swap->stage);
  swap->stage = make_stage (swap->factory, swap->n);
  gst_bin_add (GST_BIN (swap->pipeline), swap->stage);
  fail_unless (gst_element_link_many (before, swap->stage, after, NULL));
  fail_unless (gst_element_sync_state_with_parent (swap->stage));
  gst_object_unref (before);
  gst_object_unref (after);
  atomic_store (&swap->done, TRUE);
  return GST_PAD_PROBE_REMOVE;
}

static const gchar *const swapped[] = { "profstage", "profnormalize" };

GST_START_TEST (a_stage_may_be_replaced_while_playing)
{
  StageRun *run = stage_run_new ("videotestsrc ! " RAW " ! "
      "profstage stage=outer element=identity ! identity name=before "
      "fakesink name=after");
  Swap swap = {.pipeline = run->pipeline,.factory = swapped[__i__] };
  GstElement *before = stage_run_get_element (run, "before");
  GstElement *after = stage_run_get_element (run, "after");
  GstPad *pad = gst_element_get_static_pad (before, "src");
  gint alive = 0;

  swap.stage = make_stage (swap.factory, 0);
  gst_bin_add (GST_BIN (run->pipeline), swap.stage);
  fail_unless (gst_element_link_many (before, swap.stage, after, NULL));
  gst_element_set_state (run->pipeline, GST_STATE_PLAYING);
  /* While the pipeline is on its way there it may set the state of a stage that
   * has just been taken out. */
  gst_element_get_state (run->pipeline, NULL, NULL, GST_CLOCK_TIME_NONE);

  for (guint i = 1; i <= 20; i++) {
    gchar *name = g_str_equal (swap.factory, "profstage") ?
        g_strdup_printf ("n%u", i) : g_strdup ("normalize");
    guint seen;

    watch_elements (swap.stage, &alive);
    swap.n = i;
    atomic_store (&swap.done, FALSE);
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BLOCK
        | GST_PAD_PROBE_TYPE_BUFFER, swap_stage, &swap, NULL);
    while (!atomic_load (&swap.done))
      stage_run_wait (run, "outer", 0, stage_run_count (run, "outer", 0,
              0) + 1);
    seen = stage_run_count (run, name, 0, 0);
    stage_run_wait (run, name, 0, seen + 2);
    g_free (name);
  }
  gst_object_unref (pad);
  gst_object_unref (before);
  gst_object_unref (after);
  gst_element_set_state (run->pipeline, GST_STATE_NULL);
  drop_messages (run);
  assert_none_alive (&alive);
  stage_run_free (run);
}

GST_END_TEST;

/* What was told at the end of the setup, by stage */
static void
read_counters (StageRun * run, const gchar * const *stages, guint64 * frames)
{
  for (guint s = 0; stages[s]; s++) {
    frames[s] = 0;
    for (guint n = 0; n < run->setups->len; n++) {
      GstProfSetup *told = &g_array_index (run->setups, GstProfSetup, n);

      if (!g_str_equal (told->stage, stages[s]))
        continue;
      frames[s] = told->frames_in;
      fail_unless_equals_uint64 (told->corrections, 0);
      fail_unless_equals_uint64 (told->messages_dropped, 0);
    }
    fail_unless (frames[s] > 0, "%s", stages[s]);
  }
}

GST_START_TEST (a_second_run_counts_from_zero)
{
  StageRun *run = new_recording ("videotestsrc num-buffers=7");
  const gchar *const stages[] = { "pre", "normalize", "encode", "write", NULL };
  guint64 frames[2][4];

  for (guint i = 0; i < 2; i++) {
    stage_run_to_end (run);
    fail_unless (run->eos);
    run->eos = FALSE;
    gst_element_set_state (run->pipeline, GST_STATE_NULL);
    read_counters (run, stages, frames[i]);
    g_array_set_size (run->setups, 0);
  }
  for (guint s = 0; stages[s]; s++)
    fail_unless_equals_uint64 (frames[1][s], frames[0][s]);
  stage_run_free (run);
}

GST_END_TEST;

static Suite *
states_suite (void)
{
  Suite *suite = suite_create ("states");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, two_hundred_runs_leave_nothing_behind);
  tcase_add_test (tcase, new_pipelines_are_finalized_with_all_they_hold);
  tcase_add_test (tcase, the_leaks_tracer_finds_nothing);
  tcase_add_test (tcase, time_in_paused_is_preroll);
  tcase_add_test (tcase, flushing_seeks_keep_it_going);
  tcase_add_loop_test (tcase, eos_before_any_data_passes, 0, 2);
  tcase_add_test (tcase, gaps_pass_between_frames);
  tcase_add_test (tcase, caps_may_change_in_mid_stream);
  tcase_add_loop_test (tcase, a_stage_may_be_replaced_while_playing, 0,
      G_N_ELEMENTS (swapped));
  tcase_add_test (tcase, a_second_run_counts_from_zero);
  return suite;
}

GST_CHECK_MAIN (states);
