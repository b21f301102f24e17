/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * profstage, and with it what all stages have of their base: own times with
 * the core's clock in the test's hand, children, messages.
 */

#include "check-skip.h"
#include "run.h"
#include "stagerun.h"

#include <gst/prof/gstprofmessage.h>

#include <string.h>

#define RAW "video/x-raw,format=I420,width=16,height=16,framerate=25/1"
#define MS GST_MSECOND

GST_START_TEST (own_time_is_exact_and_excludes_downstream)
{
  StageRun *run;

  stage_clock_start ();
  run = stage_run_new ("videotestsrc num-buffers=5 ! " RAW " ! "
      "profstage stage=first element=\"fault mode=advance delay=7000000\" ! "
      "fault mode=advance delay=11000000 ! "
      "profstage stage=second element=\"fault mode=advance delay=13000000\" ! "
      "fakesink");
  stage_run_to_end (run);
  stage_run_assert_own (run, "first", 5, 7 * MS);
  stage_run_assert_own (run, "second", 5, 13 * MS);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (enter_and_leave_hold_the_whole_stay)
{
  StageRun *run;
  const GstProfSpan *span;

  stage_clock_start ();
  run = stage_run_new_harness ("profstage name=s stage=first "
      "element=\"fault mode=advance delay=7000000\" ! "
      "fault mode=advance delay=11000000", RAW);
  gst_harness_push (run->harness, stage_new_frame (RAW, 2 * GST_SECOND,
          40 * MS));
  stage_run_collect (run);
  span = stage_run_get_nth (run, "first", 0);
  fail_unless_equals_uint64 (span->enter, 1000 * GST_SECOND);
  fail_unless_equals_uint64 (span->leave, 1000 * GST_SECOND + 18 * MS);
  fail_unless_equals_uint64 (span->own, 7 * MS);
  fail_unless_equals_uint64 (span->latency, 7 * MS);
  fail_unless_equals_uint64 (span->running_time, 2 * GST_SECOND);
  fail_unless_equals_uint64 (span->running_time_out, 2 * GST_SECOND);
  fail_unless_equals_uint64 (span->frame_duration, 40 * MS);
  fail_unless_equals_uint64 (span->bytes, 16 * 16 * 3 / 2);
  fail_unless_equals_int (span->buffers, 1);
  fail_unless_equals_int (span->packets, 1);
  fail_unless_equals_int (span->inside, 0);
  fail_unless_equals_int (span->flags, GST_PROF_SPAN_FLAG_RESET);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (on_the_real_clock_own_is_no_less_than_the_fault_measured)
{
  StageRun *run = stage_run_new_harness ("profstage stage=slow "
      "element=\"fault name=f mode=sleep delay=2000000\" ! "
      "fault name=behind mode=sleep delay=5000000", RAW);
  GstElement *fault = stage_run_get_element (run, "f");
  GstElement *behind = stage_run_get_element (run, "behind");
  GstClockTime spent, spent_behind;
  const GstProfSpan *span;

  gst_harness_push (run->harness, stage_new_frame (RAW, 0, 40 * MS));
  stage_run_collect (run);
  g_object_get (fault, "spent", &spent, NULL);
  g_object_get (behind, "spent", &spent_behind, NULL);
  span = stage_run_get_nth (run, "slow", 0);
  fail_unless (span->own >= spent);
  fail_unless (span->own <= span->leave - span->enter - spent_behind);
  gst_object_unref (fault);
  gst_object_unref (behind);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (time_in_a_nested_stage_counts_once_for_the_inner_one)
{
  StageRun *run;

  stage_clock_start ();
  run = stage_run_new ("videotestsrc num-buffers=5 ! " RAW " ! "
      "profstage stage=outer element=\"fault mode=advance delay=1000000 ! "
      "profstage stage=inner element=\\\"fault mode=advance "
      "delay=10000000\\\" ! fault mode=advance delay=100000000\" ! "
      "fault mode=advance delay=1000000000 ! fakesink");
  stage_run_to_end (run);
  stage_run_assert_own (run, "outer", 5, 101 * MS);
  stage_run_assert_own (run, "inner", 5, 10 * MS);
  fail_unless_equals_int (stage_run_count (run, "inner",
          GST_PROF_SPAN_FLAG_NESTED, 0), 6);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (spans_of_a_thread_come_in_order_of_entry)
{
  StageRun *run = stage_run_new_harness ("profstage stage=a element=identity ! "
      "profstage stage=b element=identity ! profstage stage=c "
      "element=identity", RAW);

  for (guint i = 0; i < 2; i++)
    gst_harness_push (run->harness, stage_new_frame (RAW, i, 1));
  stage_run_collect (run);
  fail_unless_equals_int (run->spans->len, 6);
  for (guint i = 0; i < 6; i++) {
    const gchar name[] = { "abc"[i % 3], '\0' };

    fail_unless_equals_string (g_array_index (run->spans, GstProfSpan,
            i).stage, name);
  }
  stage_run_free (run);
}

GST_END_TEST;

static GstPadProbeReturn
expect_no_span (GstPad * pad, GstPadProbeInfo * info, gpointer bus)
{
  GstMessage *message =
      gst_bus_pop_filtered (bus, GST_MESSAGE_ELEMENT);

  fail_unless (message == NULL);
  return GST_PAD_PROBE_OK;
}

GST_START_TEST (nothing_is_posted_while_a_bracket_is_open)
{
  StageRun *run = stage_run_new_harness ("profstage stage=a element=identity ! "
      "profstage stage=b element=identity ! identity name=last", RAW);
  GstElement *last = stage_run_get_element (run, "last");
  GstPad *pad = gst_element_get_static_pad (last, "src");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, expect_no_span, run->bus,
      NULL);
  gst_harness_push (run->harness, stage_new_frame (RAW, 0, 1));
  stage_run_collect (run);
  fail_unless_equals_int (run->spans->len, 2);
  gst_object_unref (pad);
  gst_object_unref (last);
  stage_run_free (run);
}

GST_END_TEST;

/* Held while a buffer is pushed: behind the queue nothing moves the clock until
 * the pushing thread has closed its brackets. */
static GMutex pushing;

static GstPadProbeReturn
wait_for_push (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  g_mutex_lock (&pushing);
  g_mutex_unlock (&pushing);
  return GST_PAD_PROBE_OK;
}

static void
push_through_queue (StageRun * run, guint n)
{
  GstElement *queue = stage_run_get_element (run, "q");
  GstPad *pad = gst_element_get_static_pad (queue, "src");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, wait_for_push, NULL, NULL);
  for (guint i = 0; i < n; i++) {
    g_mutex_lock (&pushing);
    gst_harness_push (run->harness, stage_new_frame (RAW, i * MS, MS));
    g_mutex_unlock (&pushing);
    gst_buffer_unref (gst_harness_pull (run->harness));
  }
  gst_object_unref (pad);
  gst_object_unref (queue);
}

GST_START_TEST (stages_on_both_sides_of_a_queue_are_measured_on_their_threads)
{
  StageRun *run;

  stage_clock_start ();
  run = stage_run_new_harness ("profstage stage=before "
      "element=\"fault mode=advance delay=7000000\" ! queue name=q ! "
      "fault mode=advance delay=1000000000 ! "
      "profstage stage=behind element=\"fault mode=advance delay=13000000\"",
      RAW);
  push_through_queue (run, 5);
  stage_run_wait (run, "behind", 0, 5);
  stage_run_assert_own (run, "before", 5, 7 * MS);
  stage_run_assert_own (run, "behind", 5, 13 * MS);
  fail_unless (stage_run_get_nth (run, "before", 0)->thread_id !=
      stage_run_get_nth (run, "behind", 0)->thread_id);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (with_a_queue_in_the_child_own_is_the_pushing_threads)
{
  StageRun *run;

  stage_clock_start ();
  run = stage_run_new_harness ("profstage stage=threaded "
      "element=\"fault mode=advance delay=7000000 ! queue name=q ! "
      "fault mode=advance delay=1000000000\" ! "
      "fault mode=advance delay=1000000000", RAW);
  push_through_queue (run, 5);
  stage_run_collect (run);
  stage_run_assert_own (run, "threaded", 5, 7 * MS);
  stage_run_free (run);
}

GST_END_TEST;

static GstPadProbeReturn
count_lists (GstPad * pad, GstPadProbeInfo * info, gpointer count)
{
  *(guint *) count += 1;
  return GST_PAD_PROBE_OK;
}

GST_START_TEST (a_buffer_list_is_one_span_and_stays_a_list)
{
  StageRun *run;
  GstBufferList *list = gst_buffer_list_new ();
  guint n_lists = 0;
  const GstProfSpan *span;

  stage_clock_start ();
  run = stage_run_new_harness ("profstage stage=s "
      "element=\"fault mode=advance delay=7000000\" ! "
      "fault mode=advance delay=1000000000", RAW);
  gst_pad_add_probe (GST_PAD_PEER (run->harness->sinkpad),
      GST_PAD_PROBE_TYPE_BUFFER_LIST, count_lists, &n_lists, NULL);
  for (guint i = 0; i < 3; i++)
    gst_buffer_list_add (list, stage_new_frame (RAW, i * 40 * MS, 40 * MS));
  fail_unless_equals_int (gst_pad_push_list (run->harness->srcpad, list),
      GST_FLOW_OK);
  stage_run_collect (run);
  fail_unless_equals_int (n_lists, 1);
  fail_unless_equals_int (stage_run_count (run, "s", 0, 0), 1);
  span = stage_run_get_nth (run, "s", 0);
  fail_unless_equals_uint64 (span->own, 21 * MS);
  fail_unless_equals_int (span->buffers, 3);
  fail_unless_equals_int (span->packets, 3);
  fail_unless_equals_int (span->inside, 0);
  fail_unless_equals_uint64 (span->bytes, 3 * 384);
  stage_run_free (run);
}

GST_END_TEST;

/* A file with 30 frames of H.264 */
static gchar *
make_h264 (const gchar * dir)
{
  gchar *path = g_build_filename (dir, "a.h264", NULL);
  gchar *description = g_strdup_printf ("videotestsrc num-buffers=30 ! "
      "video/x-raw,width=64,height=64,framerate=30/1 ! x264enc "
      "tune=zerolatency ! video/x-h264,stream-format=byte-stream ! "
      "filesink location=%s", path);
  StageRun *run = stage_run_new (description);

  stage_run_to_end (run);
  fail_unless (run->eos);
  stage_run_free (run);
  g_free (description);
  return path;
}

static GstPadProbeReturn
advance_probe (GstPad * pad, GstPadProbeInfo * info, gpointer time)
{
  stage_clock_advance (*(GstClockTime *) time);
  return GST_PAD_PROBE_OK;
}

static void
advance_at (StageRun * run, const gchar * element_name, const gchar * pad_name,
    GstPadProbeType type, GstClockTime * time)
{
  GstElement *element = stage_run_get_element (run, element_name);
  GstPad *pad = gst_element_get_static_pad (element, pad_name);

  gst_pad_add_probe (pad, type, advance_probe, time, NULL);
  gst_object_unref (pad);
  gst_object_unref (element);
}

static GstClockTime
sum_own (StageRun * run, const gchar * stage)
{
  GstClockTime sum = 0;

  for (guint i = 0; stage_run_get (run, stage, 0, 0, i); i++)
    sum += stage_run_get (run, stage, 0, 0, i)->own;
  return sum;
}

GST_START_TEST (a_child_that_pulls_in_its_own_loop_is_measured)
{
  gchar *dir = run_new_directory (), *path = make_h264 (dir), *description;
  GstClockTime in_child = 3 * MS, in_source = 1000 * MS, behind = 100 * MS;
  StageRun *run;

  stage_clock_start ();
  description = g_strdup_printf ("filesrc location=%s name=src ! "
      "profstage stage=parse element=\"h264parse name=p\" ! "
      "identity name=i ! fakesink", path);
  run = stage_run_new (description);
  /* Pulling goes through the source's pad when its block is back. */
  advance_at (run, "src", "src",
      GST_PAD_PROBE_TYPE_PULL | GST_PAD_PROBE_TYPE_BUFFER, &in_source);
  advance_at (run, "p", "src", GST_PAD_PROBE_TYPE_BUFFER, &in_child);
  advance_at (run, "i", "src", GST_PAD_PROBE_TYPE_BUFFER, &behind);
  stage_run_to_end (run);
  fail_unless (run->eos);
  fail_unless_equals_uint64 (sum_own (run, "parse"), 30 * in_child);
  /* What the parser gives at the end of the file is no frame's stay */
  fail_unless (stage_run_count (run, "parse", GST_PROF_SPAN_FLAG_DRAIN,
          0) > 0);
  stage_run_free (run);
  g_free (description);
  g_free (path);
  run_remove_directory (dir);
}

GST_END_TEST;

GST_START_TEST (a_child_that_is_pulled_through_is_measured)
{
  gchar *dir = run_new_directory (), *path = make_h264 (dir), *description;
  GstClockTime in_child = 3 * MS, in_source = 1000 * MS;
  StageRun *run;
  guint n;

  stage_clock_start ();
  description = g_strdup_printf ("filesrc location=%s name=src ! "
      "profstage stage=through element=\"identity name=p\" ! "
      "h264parse ! fakesink", path);
  run = stage_run_new (description);
  advance_at (run, "src", "src",
      GST_PAD_PROBE_TYPE_PULL | GST_PAD_PROBE_TYPE_BUFFER, &in_source);
  advance_at (run, "p", "src",
      GST_PAD_PROBE_TYPE_PULL | GST_PAD_PROBE_TYPE_BUFFER, &in_child);
  stage_run_to_end (run);
  fail_unless (run->eos);
  n = stage_run_count (run, "through", 0, GST_PROF_SPAN_FLAG_DRAIN);
  fail_unless (n > 0);
  for (guint i = 0; i < n; i++) {
    const GstProfSpan *span = stage_run_get_nth (run, "through", i);

    fail_unless_equals_uint64 (span->own, span->buffers * in_child);
  }
  stage_run_free (run);
  g_free (description);
  g_free (path);
  run_remove_directory (dir);
}

GST_END_TEST;

GST_START_TEST (a_seek_in_pull_mode_leaves_no_bracket_open)
{
  gchar *dir = run_new_directory (), *path = make_h264 (dir), *description;
  StageRun *run;
  GstMessage *message;

  description = g_strdup_printf ("filesrc location=%s ! "
      "profstage stage=parse element=h264parse ! "
      "video/x-h264,framerate=30/1 ! fakesink", path);
  run = stage_run_new (description);
  gst_element_set_state (run->pipeline, GST_STATE_PAUSED);
  gst_element_get_state (run->pipeline, NULL, NULL, GST_CLOCK_TIME_NONE);
  for (guint i = 0; i < 3; i++) {
    fail_unless (gst_element_seek_simple (run->pipeline, GST_FORMAT_TIME,
            GST_SEEK_FLAG_FLUSH, 0));
    message = gst_bus_timed_pop_filtered (run->bus, 10 * GST_SECOND,
        GST_MESSAGE_ASYNC_DONE);
    fail_unless (message != NULL);
    gst_message_unref (message);
  }
  stage_run_to_end (run);
  fail_unless (run->eos);
  for (guint i = 0; i < run->spans->len; i++)
    fail_if (g_array_index (run->spans, GstProfSpan,
            i).flags & GST_PROF_SPAN_FLAG_NESTED);
  stage_run_free (run);
  g_free (description);
  g_free (path);
  run_remove_directory (dir);
}

GST_END_TEST;

GST_START_TEST (a_thread_that_pulled_is_free_for_the_next_pipeline)
{
  gchar *dir = run_new_directory (), *path = make_h264 (dir), *description;
  StageRun *run;

  description = g_strdup_printf ("filesrc location=%s ! "
      "profstage stage=parse element=h264parse ! fakesink sync=false", path);
  for (guint i = 0; i < 20; i++) {
    run = stage_run_new (description);
    gst_element_set_state (run->pipeline, GST_STATE_PLAYING);
    if (i & 1)
      gst_element_get_state (run->pipeline, NULL, NULL, GST_CLOCK_TIME_NONE);
    stage_run_free (run);

    stage_clock_start ();
    run = stage_run_new ("videotestsrc num-buffers=3 ! " RAW " ! "
        "profstage stage=push element=\"fault mode=advance delay=7000000\" ! "
        "fakesink");
    stage_run_to_end (run);
    stage_run_assert_own (run, "push", 3, 7 * MS);
    for (guint n = 0; n < 3; n++)
      fail_if (stage_run_get_nth (run, "push",
              n)->flags & GST_PROF_SPAN_FLAG_NESTED);
    fail_unless_equals_int (stage_run_count (run, "parse", 0, 0), 0);
    stage_run_free (run);
  }
  g_free (description);
  g_free (path);
  run_remove_directory (dir);
}

GST_END_TEST;

GST_START_TEST (spans_are_on_the_bus_before_eos)
{
  gchar *dir = run_new_directory (), *path = make_h264 (dir), *description;
  StageRun *run;

  description = g_strdup_printf ("filesrc location=%s ! h264parse ! "
      "profstage stage=a element=identity ! fakesink", path);
  run = stage_run_new (description);
  gst_element_set_state (run->pipeline, GST_STATE_PLAYING);
  while (!run->eos) {
    GstMessage *message = gst_bus_timed_pop (run->bus, 10 * GST_SECOND);
    GstProfSpan span;

    fail_unless (message != NULL);
    if (gst_prof_message_parse_span (message, &span))
      g_array_append_val (run->spans, span);
    run->eos = GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
    gst_message_unref (message);
  }
  fail_unless_equals_int (stage_run_count (run, "a", 0,
          GST_PROF_SPAN_FLAG_DRAIN), 30);
  stage_run_free (run);
  g_free (description);
  g_free (path);
  run_remove_directory (dir);
}

GST_END_TEST;

GST_START_TEST (audio_is_timed_but_is_not_video)
{
  StageRun *run = stage_run_new ("audiotestsrc num-buffers=4 ! "
      "profstage stage=s element=identity ! fakesink");

  stage_run_to_end (run);
  fail_unless_equals_int (stage_run_count (run, "s",
          GST_PROF_SPAN_FLAG_NOT_VIDEO, GST_PROF_SPAN_FLAG_DRAIN), 4);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (a_sink_may_be_the_element)
{
  StageRun *run;

  stage_clock_start ();
  run = stage_run_new ("videotestsrc num-buffers=4 ! " RAW " ! profstage "
      "stage=show element=\"fault mode=advance delay=9000000 ! fakesink\"");
  stage_run_to_end (run);
  fail_unless (run->eos);
  stage_run_assert_own (run, "show", 4, 9 * MS);
  fail_unless_equals_int (stage_run_get_nth (run, "show", 3)->packets, 0);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (frames_that_the_child_drops_do_not_stay_inside)
{
  StageRun *run = stage_run_new_harness ("profstage stage=s "
      "element=\"fault mode=drop only-buffer=2\"", RAW);
  const guint packets[] = { 1, 0, 1 }, inside[] = { 0, 1, 0 };

  for (guint i = 0; i < 3; i++)
    gst_harness_push (run->harness, stage_new_frame (RAW, i * 40 * MS,
            40 * MS));
  stage_run_collect (run);
  for (guint i = 0; i < 3; i++) {
    fail_unless_equals_int (stage_run_get_nth (run, "s", i)->packets,
        packets[i]);
    fail_unless_equals_int (stage_run_get_nth (run, "s", i)->inside,
        inside[i]);
  }
  stage_run_free (run);
}

GST_END_TEST;

/* Refusals. Each: description, what the error must say */
static const struct
{
  const gchar *description;
  const gchar *says[3];
} refused[] = {
  {"fakesrc ! profstage element=tee ! fakesink", {"tee"}},
  {"fakesrc ! profstage element=matroskamux ! fakesink", {"matroskamux",
          "profmuxsink"}},
  {"fakesrc ! profstage element=funnel ! fakesink", {"funnel"}},
  {"fakesrc ! profstage element=fakesrc ! fakesink", {"fakesrc",
          "0 sink pads"}},
  {"fakesrc ! profstage element=decodebin ! fakesink", {"decodebin"}},
  {"fakesrc ! profstage element=qtdemux ! fakesink", {"qtdemux"}},
  {"fakesrc ! profencode encoder=tee ! fakesink", {"tee", "encoder"}},
  {"fakesrc ! profstage ! fakesink", {"element", "not set"}},
  {"fakesrc ! profstage stage=\"\" element=identity ! fakesink", {"\"\"",
          "name"}},
  {"fakesrc ! profstage stage=9lives element=identity ! fakesink",
      {"\"9lives\""}},
  {"fakesrc ! profstage stage=\"a b\" element=identity ! fakesink",
      {"\"a b\""}},
  {"fakesrc ! profstage stage=a23456789012345678901234567890123 "
        "element=identity ! fakesink", {"a23456789012345678901234567890123"}},
};

GST_START_TEST (what_cannot_be_a_stage_is_refused_by_name)
{
  StageRun *run = stage_run_new (refused[__i__].description);

  stage_run_to_end (run);
  fail_unless (run->error != NULL);
  fail_unless (g_error_matches (run->error, GST_LIBRARY_ERROR,
          GST_LIBRARY_ERROR_SETTINGS), "%s", run->error->message);
  for (guint i = 0; refused[__i__].says[i]; i++)
    fail_unless (strstr (run->error->message, refused[__i__].says[i]) != NULL,
        "no %s in \"%s\"", refused[__i__].says[i], run->error->message);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (a_refused_child_is_freed)
{
  GstElement *stage = gst_element_factory_make ("profstage", NULL);
  GstElement *tee = gst_element_factory_make ("tee", NULL), *child;

  gst_object_ref_sink (tee);
  g_object_set (stage, "element", tee, NULL);
  g_object_get (stage, "element", &child, NULL);
  fail_unless (child == NULL);
  ASSERT_OBJECT_REFCOUNT (tee, "tee", 1);
  gst_object_unref (tee);
  gst_object_unref (stage);
}

GST_END_TEST;

GST_START_TEST (an_element_of_another_bin_is_refused)
{
  GstElement *pipeline = gst_pipeline_new (NULL);
  GstElement *stage = gst_element_factory_make ("profstage", NULL), *child;
  GstElement *identity = gst_element_factory_make ("identity", "mine");

  gst_bin_add (GST_BIN (pipeline), identity);
  g_object_set (stage, "element", identity, NULL);
  g_object_get (stage, "element", &child, NULL);
  fail_unless (child == NULL);
  fail_unless (GST_OBJECT_PARENT (identity) == GST_OBJECT (pipeline));
  gst_object_unref (stage);
  gst_object_unref (pipeline);
}

GST_END_TEST;

GST_START_TEST (the_child_and_its_source_pad_change_in_null)
{
  GstElement *stage = gst_element_factory_make ("profstage", NULL);
  GstPad *pad;

  g_object_set (stage, "element", gst_element_factory_make ("identity", NULL),
      NULL);
  pad = gst_element_get_static_pad (stage, "src");
  fail_unless (pad != NULL);
  gst_object_unref (pad);
  g_object_set (stage, "element", gst_element_factory_make ("fakesink", NULL),
      NULL);
  fail_unless (gst_element_get_static_pad (stage, "src") == NULL);
  g_object_set (stage, "element", gst_element_factory_make ("identity", NULL),
      NULL);
  pad = gst_element_get_static_pad (stage, "src");
  fail_unless (pad != NULL);
  gst_object_unref (pad);
  fail_unless_equals_int (GST_BIN_NUMCHILDREN (stage), 1);
  gst_object_unref (stage);
}

GST_END_TEST;

GST_START_TEST (a_stage_does_not_go_around_itself)
{
  GstElement *stage = gst_element_factory_make ("profstage", NULL), *child;

  gst_object_ref_sink (stage);
  g_object_set (stage, "element", stage, NULL);
  g_object_get (stage, "element", &child, NULL);
  fail_unless (child == NULL);
  ASSERT_OBJECT_REFCOUNT (stage, "stage", 1);
  gst_object_unref (stage);
}

GST_END_TEST;

GST_START_TEST (a_child_that_was_taken_out_is_gone)
{
  GstElement *stage = gst_element_factory_make ("profstage", NULL), *child;

  g_object_set (stage, "element", gst_element_factory_make ("identity", NULL),
      NULL);
  g_object_get (stage, "element", &child, NULL);
  gst_bin_remove (GST_BIN (stage), child);
  ASSERT_OBJECT_REFCOUNT (child, "child", 1);
  gst_object_unref (child);

  g_object_get (stage, "element", &child, NULL);
  fail_unless (child == NULL);
  fail_unless_equals_int (gst_element_set_state (stage, GST_STATE_READY),
      GST_STATE_CHANGE_FAILURE);
  g_object_set (stage, "element", gst_element_factory_make ("identity", NULL),
      NULL);
  fail_unless_equals_int (gst_element_set_state (stage, GST_STATE_READY),
      GST_STATE_CHANGE_SUCCESS);
  gst_element_set_state (stage, GST_STATE_NULL);
  gst_object_unref (stage);
}

GST_END_TEST;

GST_START_TEST (while_playing_another_child_is_refused_with_a_warning)
{
  StageRun *run = stage_run_new_harness ("profstage name=s stage=s "
      "element=\"identity name=first\"", RAW);
  GstElement *stage = stage_run_get_element (run, "s");
  GstElement *other = gst_object_ref_sink (gst_element_factory_make
      ("identity", "other"));
  GstElement *child;

  ASSERT_WARNING (g_object_set (stage, "element", other, NULL));
  ASSERT_WARNING (g_object_set (stage, "stage", "other", NULL));
  g_object_get (stage, "element", &child, NULL);
  fail_unless_equals_string (GST_OBJECT_NAME (child), "first");
  ASSERT_OBJECT_REFCOUNT (other, "other", 1);
  fail_unless_equals_int (gst_harness_push (run->harness, stage_new_frame (RAW,
              0, 1)), GST_FLOW_OK);
  stage_run_collect (run);
  fail_unless_equals_int (stage_run_count (run, "s", 0, 0), 1);
  gst_object_unref (child);
  gst_object_unref (other);
  gst_object_unref (stage);
  stage_run_free (run);
}

GST_END_TEST;

/* What a reader without our library needs: plain fields of plain types */
GST_START_TEST (a_span_message_reads_with_gst_structure_get)
{
  StageRun *run = stage_run_new_harness ("profstage name=s stage=mine "
      "element=identity", RAW);
  GstMessage *message = NULL;
  const GstStructure *s;
  gchar *stage, *stream_id, *flags;
  guint64 thread, rt, rt_out, dts, enter, leave, own, bytes;
  guint buffers, packets;

  gst_harness_push (run->harness, stage_new_frame (RAW, 3 * GST_SECOND, 1));
  do {
    gst_clear_message (&message);
    message = gst_bus_pop (run->bus);
    fail_unless (message != NULL);
  } while (!gst_message_has_name (message, "prof-span"));
  fail_unless_equals_string (GST_MESSAGE_SRC_NAME (message), "s");
  s = gst_message_get_structure (message);
  fail_unless (gst_structure_get (s, "stage", G_TYPE_STRING, &stage,
          "stream-id", G_TYPE_STRING, &stream_id, "thread-id", G_TYPE_UINT64,
          &thread, "running-time", G_TYPE_UINT64, &rt, "running-time-out",
          G_TYPE_UINT64, &rt_out, "dts-running-time", G_TYPE_UINT64, &dts,
          "enter", G_TYPE_UINT64, &enter, "leave", G_TYPE_UINT64, &leave,
          "own", G_TYPE_UINT64, &own, "bytes", G_TYPE_UINT64, &bytes,
          "buffers", G_TYPE_UINT, &buffers, "packets", G_TYPE_UINT, &packets,
          "flags", G_TYPE_STRING, &flags, NULL));
  fail_unless_equals_string (stage, "mine");
  fail_unless (stream_id[0] != '\0');
  fail_unless_equals_uint64 (rt, 3 * GST_SECOND);
  fail_unless_equals_uint64 (rt_out, 3 * GST_SECOND);
  fail_unless_equals_uint64 (dts, GST_CLOCK_TIME_NONE);
  fail_unless (leave >= enter && own <= leave - enter);
  fail_unless_equals_uint64 (bytes, 384);
  fail_unless_equals_int (buffers, 1);
  fail_unless_equals_int (packets, 1);
  fail_unless_equals_string (flags, "reset");
  g_free (stage);
  g_free (stream_id);
  g_free (flags);
  gst_message_unref (message);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (setup_is_told_once_and_a_caps_change_apart)
{
  StageRun *run;
  GstProfSetup *setup;

  stage_clock_start ();
  run = stage_run_new_harness ("profstage stage=s "
      "element=\"fault mode=advance delay=7000000\"", RAW);
  for (guint i = 0; i < 3; i++)
    gst_harness_push (run->harness, stage_new_frame (RAW, i, 1));
  gst_harness_set_src_caps_str (run->harness, "video/x-raw,format=I420,"
      "width=32,height=16,framerate=25/1");
  gst_harness_push (run->harness, stage_new_frame (RAW, 4, 1));
  stage_run_collect (run);

  fail_unless_equals_int (run->setups->len, 2);
  setup = &g_array_index (run->setups, GstProfSetup, 0);
  fail_unless_equals_int (setup->kind, GST_PROF_SETUP_DONE);
  fail_unless_equals_string (setup->stage, "s");
  fail_unless_equals_uint64 (setup->first_buffer, 7 * MS);
  fail_unless_equals_uint64 (setup->caps, 0);
  setup = &g_array_index (run->setups, GstProfSetup, 1);
  fail_unless_equals_int (setup->kind, GST_PROF_SETUP_RENEGOTIATED);
  fail_unless (strstr (setup->detail, "width=(int)32") != NULL);
  fail_unless_equals_uint64 (setup->frames_in, 4);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (time_in_caps_is_setup_and_excludes_downstream)
{
  StageRun *run;
  GstClockTime in_child = 3 * MS, behind = 1000 * MS;
  GstProfSetup *setup;

  stage_clock_start ();
  run = stage_run_new_harness ("profstage stage=s "
      "element=\"identity name=p\" ! identity name=b", NULL);
  /* Segment, stream-start and caps pass; only caps may count */
  advance_at (run, "p", "src", GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, &in_child);
  advance_at (run, "b", "src", GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, &behind);
  gst_harness_set_src_caps_str (run->harness, RAW);
  gst_harness_push (run->harness, stage_new_frame (RAW, 0, 1));
  gst_harness_set_src_caps_str (run->harness, "video/x-raw,format=I420,"
      "width=32,height=16,framerate=25/1");
  gst_harness_push (run->harness, stage_new_frame (RAW, 1, 1));
  stage_run_collect (run);
  setup = &g_array_index (run->setups, GstProfSetup, 0);
  fail_unless_equals_uint64 (setup->caps, 3 * MS);
  setup = &g_array_index (run->setups, GstProfSetup, 1);
  fail_unless_equals_uint64 (setup->caps, 3 * MS);
  stage_run_free (run);
}

GST_END_TEST;

static guint64
resident_bytes (void)
{
  gchar *text;
  guint64 pages = 0;

  fail_unless (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  sscanf (text, "%*s %" G_GUINT64_FORMAT, &pages);
  g_free (text);
  return pages * sysconf (_SC_PAGESIZE);
}

GST_START_TEST (an_application_that_never_reads_its_bus_keeps_its_memory)
{
  StageRun *run = stage_run_new_harness ("profstage stage=s "
      "element=identity ! fakesink async=false", "application/x-test");
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 16, NULL);
  guint64 after_some = 0, after_all, dropped = 0;
  guint unread = 0;
  GstMessage *message;

  for (guint i = 0; i < 100000; i++) {
    fail_unless_equals_int (gst_harness_push (run->harness,
            gst_buffer_ref (buffer)), GST_FLOW_OK);
    if (i == 2000)
      after_some = resident_bytes ();
  }
  after_all = resident_bytes ();
  after_some = MIN (after_some, after_all);
#ifndef __SANITIZE_ADDRESS__    /* it keeps what is freed */
  fail_unless (after_all < after_some + 2 * 1024 * 1024,
      "%" G_GUINT64_FORMAT " bytes more", after_all - after_some);
#endif

  while ((message = gst_bus_pop (run->bus)) != NULL) {
    unread += GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT;
    gst_message_unref (message);
  }
  fail_unless_equals_int (unread, 1024);

  /* Once it reads again it is told how many it has missed. */
  gst_harness_set_src_caps_str (run->harness, "application/x-other");
  gst_harness_push (run->harness, buffer);
  stage_run_collect (run);
  fail_unless_equals_int (stage_run_count (run, "s", 0, 0), 1);
  for (guint i = 0; i < run->setups->len; i++)
    dropped = g_array_index (run->setups, GstProfSetup, i).messages_dropped;
  fail_unless_equals_uint64 (dropped + unread, 100001);
  stage_run_free (run);
}

GST_END_TEST;

static GstBuffer *
new_packet (guint frame, gboolean last)
{
  GstBuffer *buffer = stage_new_frame (RAW, frame * 40 * MS, 0);

  if (last)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_MARKER);
  return buffer;
}

static GstPadProbeReturn
drop_unless_last (GstPad * pad, GstPadProbeInfo * info, gpointer unused)
{
  return GST_BUFFER_FLAG_IS_SET (GST_PAD_PROBE_INFO_BUFFER (info),
      GST_BUFFER_FLAG_MARKER) ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

/* As in a depayloader: caps of packets come in, of frames go out, and times may
 * have been made to increase. */
static GstPadProbeReturn
unpack (GstPad * pad, GstPadProbeInfo * info, gpointer unused)
{
  GstEvent *event;
  GstCaps *caps;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER) {
    GstBuffer *buffer = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER
        (info));

    GST_BUFFER_PTS (buffer) += MS;
    GST_PAD_PROBE_INFO_DATA (info) = buffer;
    return GST_PAD_PROBE_OK;
  }
  event = GST_PAD_PROBE_INFO_EVENT (info);
  if (GST_EVENT_TYPE (event) != GST_EVENT_CAPS)
    return GST_PAD_PROBE_OK;
  caps = gst_caps_from_string ("video/x-vp8");
  gst_event_unref (event);
  GST_PAD_PROBE_INFO_DATA (info) = gst_event_new_caps (caps);
  gst_caps_unref (caps);
  return GST_PAD_PROBE_OK;
}

/* The first frame lacks its end: its packets have gone in, and it never left. */
GST_START_TEST (of_rtp_packets_a_frame_is_what_comes_out)
{
  StageRun *run = stage_run_new_harness ("profstage stage=s "
      "element=\"identity name=i\" ! identity", NULL);
  GstElement *child = stage_run_get_element (run, "i");
  GstPad *sink = gst_element_get_static_pad (child, "sink");
  GstPad *src = gst_element_get_static_pad (child, "src");
  const GstProfSpan *span;

  gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_BUFFER, drop_unless_last, NULL,
      NULL);
  gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_BUFFER |
      GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, unpack, NULL, NULL);
  gst_harness_set_src_caps_str (run->harness, "application/x-rtp,media=video,"
      "clock-rate=90000,encoding-name=VP8,payload=96");
  for (guint frame = 0; frame < 3; frame++) {
    gst_harness_push (run->harness, new_packet (frame, FALSE));
    gst_harness_push (run->harness, new_packet (frame, frame > 0));
  }
  gst_harness_push_event (run->harness, gst_event_new_eos ());
  stage_run_collect (run);

  fail_unless_equals_int (stage_run_count (run, "s",
          GST_PROF_SPAN_FLAG_HEADER, GST_PROF_SPAN_FLAG_DRAIN), 4);
  fail_unless_equals_int (stage_run_count (run, "s", 0,
          GST_PROF_SPAN_FLAG_HEADER | GST_PROF_SPAN_FLAG_DRAIN), 2);
  for (guint i = 0; i < 2; i++) {
    span = stage_run_get (run, "s", GST_PROF_SPAN_FLAG_ENCODED,
        GST_PROF_SPAN_FLAG_HEADER | GST_PROF_SPAN_FLAG_DRAIN, i);
    fail_unless_equals_int (span->packets, 1);
    /* behind the stage it has this time, and there it is to be found again */
    fail_unless_equals_uint64 (span->running_time, (i + 1) * 40 * MS + MS);
    /* the beginning of the stream waits for its first frame */
    fail_unless_equals_int ((span->flags & GST_PROF_SPAN_FLAG_RESET) != 0,
        i == 0);
    fail_unless (GST_CLOCK_TIME_IS_VALID (span->latency));
    fail_unless_equals_int (span->inside, 0);
  }
  gst_object_unref (sink);
  gst_object_unref (src);
  gst_object_unref (child);
  stage_run_free (run);
}

GST_END_TEST;

static Suite *
stage_suite (void)
{
  Suite *suite = suite_create ("stage");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, own_time_is_exact_and_excludes_downstream);
  tcase_add_test (tcase, enter_and_leave_hold_the_whole_stay);
  tcase_add_test (tcase,
      on_the_real_clock_own_is_no_less_than_the_fault_measured);
  tcase_add_test (tcase,
      time_in_a_nested_stage_counts_once_for_the_inner_one);
  tcase_add_test (tcase, spans_of_a_thread_come_in_order_of_entry);
  tcase_add_test (tcase, nothing_is_posted_while_a_bracket_is_open);
  tcase_add_test (tcase,
      stages_on_both_sides_of_a_queue_are_measured_on_their_threads);
  tcase_add_test (tcase, with_a_queue_in_the_child_own_is_the_pushing_threads);
  tcase_add_test (tcase, a_buffer_list_is_one_span_and_stays_a_list);
  tcase_add_test (tcase, a_child_that_pulls_in_its_own_loop_is_measured);
  tcase_add_test (tcase, a_child_that_is_pulled_through_is_measured);
  tcase_add_test (tcase, a_seek_in_pull_mode_leaves_no_bracket_open);
  tcase_add_test (tcase, a_thread_that_pulled_is_free_for_the_next_pipeline);
  tcase_add_test (tcase, spans_are_on_the_bus_before_eos);
  tcase_add_test (tcase, audio_is_timed_but_is_not_video);
  tcase_add_test (tcase, a_sink_may_be_the_element);
  tcase_add_test (tcase, frames_that_the_child_drops_do_not_stay_inside);
  tcase_add_loop_test (tcase, what_cannot_be_a_stage_is_refused_by_name, 0,
      G_N_ELEMENTS (refused));
  tcase_add_test (tcase, a_refused_child_is_freed);
  tcase_add_test (tcase, an_element_of_another_bin_is_refused);
  tcase_add_test (tcase, a_stage_does_not_go_around_itself);
  tcase_add_test (tcase, a_child_that_was_taken_out_is_gone);
  tcase_add_test (tcase, the_child_and_its_source_pad_change_in_null);
  tcase_add_test (tcase,
      while_playing_another_child_is_refused_with_a_warning);
  tcase_add_test (tcase, a_span_message_reads_with_gst_structure_get);
  tcase_add_test (tcase, setup_is_told_once_and_a_caps_change_apart);
  tcase_add_test (tcase, time_in_caps_is_setup_and_excludes_downstream);
  tcase_add_test (tcase, of_rtp_packets_a_frame_is_what_comes_out);
  tcase_add_test (tcase,
      an_application_that_never_reads_its_bus_keeps_its_memory);
  return suite;
}

GST_CHECK_MAIN (stage);
