/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* profsink: the time of writes, and what happens to files. */

#include "check-skip.h"
#include "run.h"
#include "stagerun.h"

#include <glib/gstdio.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#define MS GST_MSECOND
#define RAW "video/x-raw,format=I420,width=64,height=64,framerate=25/1"
#define ENCODED "videotestsrc num-buffers=90 ! " RAW " ! " \
    "x264enc tune=zerolatency speed-preset=ultrafast ! h264parse ! "

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

GST_START_TEST (own_time_of_each_write_is_exact)
{
  StageRun *run;

  stage_clock_start ();
  run = stage_run_new_printf ("videotestsrc num-buffers=5 ! " RAW " ! profsink "
      "sink=\"fault mode=advance delay=6000000 ! filesink location=%s/a\"",
      dir);
  stage_run_to_end (run);
  fail_unless (run->eos);
  stage_run_assert_own (run, "write", 5, 6 * MS);
  fail_unless_equals_uint64 (stage_run_get_nth (run, "write", 0)->bytes,
      64 * 64 * 3 / 2);
  fail_unless_equals_uint64 (stage_run_get_nth (run, "write",
          4)->running_time, 160 * MS);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (the_stage_before_does_not_pay_for_the_write)
{
  StageRun *run;

  stage_clock_start ();
  run = stage_run_new ("videotestsrc num-buffers=5 ! " RAW " ! "
      "profencode encoder=\"fault mode=advance delay=7000000 ! x264enc "
      "tune=zerolatency\" ! "
      "profsink sink=\"fault mode=advance delay=6000000 ! fakesink\"");
  stage_run_to_end (run);
  stage_run_assert_own (run, "encode", 5, 7 * MS);
  stage_run_assert_own (run, "write", 5, 6 * MS);
  stage_run_free (run);
}

GST_END_TEST;

static guint64
get_file_size (const gchar * name)
{
  gchar *path = g_build_filename (dir, name, NULL);
  GStatBuf st = { 0, };

  fail_unless (g_stat (path, &st) == 0);
  g_free (path);
  return st.st_size;
}

/* A container's buffers are joined to one span per packet while a stage before
 * is still open; none is lost. */
static const struct
{
  const gchar *muxer;
  guint most_spans;
} muxers[] = {
  {"matroskamux", 100},
  {"mpegtsmux", 100},
};

GST_START_TEST (writes_are_one_span_per_packet)
{
  StageRun *run;
  guint packets = 0, buffers = 0;
  guint64 bytes = 0;
  GstClockTime own = 0;

  stage_clock_start ();
  run = stage_run_new_printf
      ("videotestsrc num-buffers=90 ! " RAW " ! profencode ! "
      "h264parse ! %s ! profsink sink=\"fault mode=advance delay=1000000 "
      "! filesink location=%s/a\"", muxers[__i__].muxer, dir);
  stage_run_to_end (run);
  fail_unless (run->eos);
  fail_unless (stage_run_count (run, "write", 0, 0) <=
      muxers[__i__].most_spans);
  for (guint i = 0; stage_run_get (run, "write", 0, 0, i); i++) {
    const GstProfSpan *span = stage_run_get (run, "write", 0, 0, i);

    packets += span->packets;
    buffers += span->buffers;
    bytes += span->bytes;
    own += span->own;
    fail_unless (span->packets <= 1);
  }
  fail_unless_equals_int (packets, 90);
  fail_unless_equals_uint64 (own, buffers * MS);
  /* Matroska writes its header's size and duration over again at the end. */
  fail_unless (bytes >= get_file_size ("a"));
  stage_run_free (run);
}

GST_END_TEST;

/* The child tells the bus of its state changes while they last. */
static GstBusSyncReply
advance_in_state_change (GstBus * bus, GstMessage * message, gpointer data)
{
  GstState state;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_STATE_CHANGED
      && g_str_equal (GST_MESSAGE_SRC_NAME (message), "file")) {
    gst_message_parse_state_changed (message, NULL, &state, NULL);
    if (state == GST_STATE_READY)
      stage_clock_advance (20 * MS);
    if (state == GST_STATE_PAUSED)
      stage_clock_advance (300 * MS);
    if (state == GST_STATE_PLAYING)
      stage_clock_advance (4000 * MS);
  }
  return GST_BUS_PASS;
}

GST_START_TEST (setup_holds_the_state_changes_up_to_paused)
{
  StageRun *run;
  GstProfSetup *setup;

  stage_clock_start ();
  run = stage_run_new_printf
      ("videotestsrc num-buffers=5 is-live=true ! " RAW " ! profsink "
      "sink=\"fault mode=advance delay=6000000 ! filesink async=false "
      "name=file location=%s/a\"", dir);
  gst_bus_set_sync_handler (run->bus, advance_in_state_change, NULL, NULL);
  stage_run_to_end (run);
  fail_unless (run->setups->len > 0);
  setup = &g_array_index (run->setups, GstProfSetup, 0);
  fail_unless_equals_int (setup->kind, GST_PROF_SETUP_DONE);
  fail_unless_equals_string (setup->stage, "write");
  fail_unless_equals_uint64 (setup->state_changes, 320 * MS);
  fail_unless_equals_uint64 (setup->first_buffer, 6 * MS);
  fail_unless_equals_uint64 (setup->frames_in, 1);
  stage_run_free (run);
}

GST_END_TEST;

static void
assert_location (GstElement * sink, const gchar * expected)
{
  gchar *location;

  g_object_get (sink, "location", &location, NULL);
  fail_unless_equals_string (location, expected);
  g_free (location);
}

GST_START_TEST (the_location_is_the_sinks)
{
  GstElement *sink = gst_element_factory_make ("profsink", NULL), *child;

  assert_location (sink, NULL);
  g_object_set (sink, "location", "/tmp/a", NULL);
  g_object_get (sink, "sink", &child, NULL);
  assert_location (child, "/tmp/a");
  g_object_set (child, "location", "/tmp/b", NULL);
  assert_location (sink, "/tmp/b");
  g_object_set (sink, "location", NULL, NULL);
  assert_location (sink, NULL);
  gst_object_unref (child);
  gst_object_unref (sink);
}

GST_END_TEST;

GST_START_TEST (a_new_sink_gets_the_location)
{
  GstElement *sink = gst_element_factory_make ("profsink", NULL), *child;

  g_object_set (sink, "location", "/tmp/a", NULL);
  child = gst_element_factory_make ("filesink", "new");
  g_object_set (sink, "sink", child, NULL);
  assert_location (child, "/tmp/a");
  g_object_set (sink, "location", "/tmp/b", NULL);
  assert_location (child, "/tmp/b");
  gst_object_unref (sink);
}

GST_END_TEST;

GST_START_TEST (the_location_waits_for_a_sink_that_has_one)
{
  GstElement *sink = gst_element_factory_make ("profsink", NULL), *child;

  g_object_set (sink, "sink", gst_element_factory_make ("fakesink", NULL),
      NULL);
  g_object_set (sink, "location", "/tmp/a", NULL);
  assert_location (sink, "/tmp/a");
  child = gst_parse_bin_from_description ("queue ! filesink", TRUE, NULL);
  g_object_set (sink, "sink", child, NULL);
  assert_location (sink, "/tmp/a");
  gst_child_proxy_get (GST_CHILD_PROXY (sink), "sink::location", &child, NULL);
  fail_unless_equals_string ((gchar *) child, "/tmp/a");
  g_free (child);
  gst_object_unref (sink);
}

GST_END_TEST;

/* A sink that comes with a location of its own keeps it. */
GST_START_TEST (a_sinks_own_location_stays_when_none_was_set)
{
  StageRun *run = stage_run_new_printf
      ("profsink name=s sink=\"filesink location=/tmp/c\"");
  GstElement *sink = stage_run_get_element (run, "s");

  assert_location (sink, "/tmp/c");
  gst_object_unref (sink);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (a_sink_that_is_refused_leaves_no_trace)
{
  StageRun *run = stage_run_new_printf
      ("videotestsrc num-buffers=2 ! " RAW " ! "
      "profsink name=s location=%s/a", dir);
  GstElement *sink = stage_run_get_element (run, "s");
  GstElement *other = gst_object_ref_sink (gst_element_factory_make
      ("filesink", NULL));

  gst_element_set_state (run->pipeline, GST_STATE_PLAYING);
  gst_element_get_state (run->pipeline, NULL, NULL, GST_CLOCK_TIME_NONE);
  ASSERT_WARNING (g_object_set (sink, "sink", other, NULL));
  gst_element_set_state (run->pipeline, GST_STATE_NULL);
  stage_run_to_end (run);
  fail_unless (run->eos);
  ASSERT_OBJECT_REFCOUNT (other, "other", 1);
  gst_object_unref (other);
  gst_object_unref (sink);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (a_location_that_no_sink_takes_is_an_error)
{
  StageRun *run = stage_run_new ("fakesrc ! profsink location=/tmp/a "
      "sink=fakesink");

  stage_run_to_end (run);
  fail_unless (run->error != NULL);
  fail_unless (strstr (run->error->message, "\"/tmp/a\"") != NULL);
  stage_run_free (run);
}

GST_END_TEST;

static gchar *
start_recording (StageRun ** run)
{
  gchar *path = g_build_filename (dir, "a.mkv", NULL);
  GstMessage *message;

  *run = stage_run_new_printf ("videotestsrc is-live=true ! " RAW " ! x264enc "
      "tune=zerolatency speed-preset=ultrafast ! matroskamux ! "
      "profsink location=%s", path);
  gst_element_set_state ((*run)->pipeline, GST_STATE_PLAYING);
  do {
    message = gst_bus_timed_pop_filtered ((*run)->bus, 10 * GST_SECOND,
        GST_MESSAGE_ELEMENT);
    fail_unless (message != NULL);
    gst_message_unref (message);
  } while (!g_file_test (path, G_FILE_TEST_EXISTS));
  return path;
}

GST_START_TEST (a_file_that_is_removed_is_warned_about_once)
{
  StageRun *run;
  gchar *path = start_recording (&run), *debug;
  GstMessage *message;
  GError *warning;

  fail_unless (g_unlink (path) == 0);
  message = gst_bus_timed_pop_filtered (run->bus, 5 * GST_SECOND,
      GST_MESSAGE_WARNING | GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  fail_unless (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING);
  gst_message_parse_warning (message, &warning, &debug);
  fail_unless (g_error_matches (warning, GST_RESOURCE_ERROR,
          GST_RESOURCE_ERROR_WRITE));
  fail_unless (strstr (warning->message, path) != NULL);
  g_error_free (warning);
  g_free (debug);
  gst_message_unref (message);
  gst_element_set_state (run->pipeline, GST_STATE_READY);
  fail_unless (gst_bus_pop_filtered (run->bus, GST_MESSAGE_WARNING) == NULL);
  stage_run_free (run);
  g_free (path);
}

GST_END_TEST;

/* The near miss: it has another name, and another file has the old one. The
 * watch looks once a second; a file that is gone shows that it has looked. */
GST_START_TEST (a_file_that_is_renamed_is_not_removed)
{
  StageRun *renamed, *removed;
  gchar *path = start_recording (&renamed), *other;
  GstMessage *message;

  other = g_strconcat (path, ".renamed", NULL);
  fail_unless (g_rename (path, other) == 0);
  for (guint i = 0; i < 2; i++) {
    g_free (path);
    path = start_recording (&removed);
    fail_unless (g_unlink (path) == 0);
    message = gst_bus_timed_pop_filtered (removed->bus, 5 * GST_SECOND,
        GST_MESSAGE_WARNING);
    fail_unless (message != NULL);
    gst_message_unref (message);
    stage_run_free (removed);
  }
  fail_unless (gst_bus_pop_filtered (renamed->bus,
          GST_MESSAGE_WARNING) == NULL);
  stage_run_free (renamed);
  g_free (other);
  g_free (path);
}

GST_END_TEST;

GST_START_TEST (an_unwritable_location_is_the_sinks_error)
{
  StageRun *run = stage_run_new_printf (ENCODED "matroskamux ! "
      "profsink location=%s/nowhere/a.mkv", dir);

  stage_run_to_end (run);
  fail_unless (run->error != NULL);
  fail_unless (g_error_matches (run->error, GST_RESOURCE_ERROR,
          GST_RESOURCE_ERROR_OPEN_WRITE));
  fail_unless (strstr (run->error->message, "nowhere/a.mkv") != NULL);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (without_a_location_the_sinks_error_passes)
{
  StageRun *run = stage_run_new (ENCODED "matroskamux ! profsink");

  stage_run_to_end (run);
  fail_unless (run->error != NULL);
  fail_unless (g_error_matches (run->error, GST_RESOURCE_ERROR,
          GST_RESOURCE_ERROR_NOT_FOUND));
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (on_a_full_disk_all_but_the_last_64_kb_is_in_the_file)
{
  const guint64 disk = 1024 * 1024;
  StageRun *run;
  gchar *path;

  /* In a mount namespace of this case's process: nothing is left behind. */
  if (unshare (CLONE_NEWNS) != 0
      || mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0
      || mount ("tmpfs", dir, "tmpfs", 0, "size=1m") != 0)
    GST_PROF_CHECK_SKIP ("no permission to mount a small disk");
  path = g_build_filename (dir, "a.mkv", NULL);
  run = stage_run_new_printf ("videotestsrc pattern=snow num-buffers=500 ! "
      "video/x-raw,format=I420,width=320,height=240,framerate=25/1 ! "
      "profencode encoder=\"x264enc tune=zerolatency speed-preset=ultrafast\" "
      "! h264parse ! matroskamux ! profsink location=%s", path);
  stage_run_to_end (run);
  fail_unless (run->error != NULL);
  fail_unless (g_error_matches (run->error, GST_RESOURCE_ERROR,
          GST_RESOURCE_ERROR_NO_SPACE_LEFT), "%s", run->error->message);
  fail_unless (get_file_size ("a.mkv") >= disk - 64 * 1024);
  stage_run_free (run);
  g_unlink (path);
  g_free (path);
  fail_unless (umount (dir) == 0);
}

GST_END_TEST;

GST_START_TEST (a_new_run_measures_its_setup_anew)
{
  StageRun *run;

  stage_clock_start ();
  run = stage_run_new_printf
      ("videotestsrc num-buffers=5 is-live=true ! " RAW " ! profsink "
      "sink=\"filesink async=false name=file location=%s/a\"", dir);
  gst_bus_set_sync_handler (run->bus, advance_in_state_change, NULL, NULL);
  for (guint i = 0; i < 2; i++) {
    stage_run_to_end (run);
    fail_unless (run->eos);
    run->eos = FALSE;
    gst_element_set_state (run->pipeline, GST_STATE_NULL);
  }
  fail_unless_equals_int (run->setups->len, 2);
  for (guint i = 0; i < 2; i++) {
    GstProfSetup *setup = &g_array_index (run->setups, GstProfSetup, i);

    fail_unless_equals_uint64 (setup->state_changes, 320 * MS);
    fail_unless_equals_uint64 (setup->frames_in, 1);
  }
  stage_run_free (run);
}

GST_END_TEST;

static Suite *
sink_suite (void)
{
  Suite *suite = suite_create ("sink");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, own_time_of_each_write_is_exact);
  tcase_add_test (tcase, the_stage_before_does_not_pay_for_the_write);
  tcase_add_loop_test (tcase, writes_are_one_span_per_packet, 0,
      G_N_ELEMENTS (muxers));
  tcase_add_test (tcase, setup_holds_the_state_changes_up_to_paused);
  tcase_add_test (tcase, the_location_is_the_sinks);
  tcase_add_test (tcase, a_new_sink_gets_the_location);
  tcase_add_test (tcase, the_location_waits_for_a_sink_that_has_one);
  tcase_add_test (tcase, a_sinks_own_location_stays_when_none_was_set);
  tcase_add_test (tcase, a_sink_that_is_refused_leaves_no_trace);
  tcase_add_test (tcase, a_location_that_no_sink_takes_is_an_error);
  tcase_add_test (tcase, a_file_that_is_removed_is_warned_about_once);
  tcase_add_test (tcase, a_file_that_is_renamed_is_not_removed);
  tcase_add_test (tcase, an_unwritable_location_is_the_sinks_error);
  tcase_add_test (tcase, without_a_location_the_sinks_error_passes);
  tcase_add_test (tcase, on_a_full_disk_all_but_the_last_64_kb_is_in_the_file);
  tcase_add_test (tcase, a_new_run_measures_its_setup_anew);
  return suite;
}

GST_CHECK_MAIN (sink);
