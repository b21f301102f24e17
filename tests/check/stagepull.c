/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Stages whose child pulls, or is pulled from. */

#include "run.h"
#include "stagerun.h"

#include <gst/prof/gstprofmessage.h>

#define RAW "video/x-raw,format=I420,width=16,height=16,framerate=25/1"
#define MS GST_MSECOND

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
  stage_clock_advance_at (run, "src", "src",
      GST_PAD_PROBE_TYPE_PULL | GST_PAD_PROBE_TYPE_BUFFER, &in_source);
  stage_clock_advance_at (run, "p", "src", GST_PAD_PROBE_TYPE_BUFFER, &in_child);
  stage_clock_advance_at (run, "i", "src", GST_PAD_PROBE_TYPE_BUFFER, &behind);
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
  stage_clock_advance_at (run, "src", "src",
      GST_PAD_PROBE_TYPE_PULL | GST_PAD_PROBE_TYPE_BUFFER, &in_source);
  stage_clock_advance_at (run, "p", "src",
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

static Suite *
stagepull_suite (void)
{
  Suite *suite = suite_create ("stagepull");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_child_that_pulls_in_its_own_loop_is_measured);
  tcase_add_test (tcase, a_child_that_is_pulled_through_is_measured);
  tcase_add_test (tcase, a_seek_in_pull_mode_leaves_no_bracket_open);
  tcase_add_test (tcase, a_thread_that_pulled_is_free_for_the_next_pipeline);
  tcase_add_test (tcase, spans_are_on_the_bus_before_eos);
  return suite;
}

GST_CHECK_MAIN (stagepull);
