/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* profmuxsink: which muxer, which pads, and the times of mux and write. */

#include "check-skip.h"
#include "run.h"
#include "stagerun.h"

#include <string.h>

#define MS GST_MSECOND
#define RAW "video/x-raw,format=I420,width=64,height=64,framerate=25/1"
#define H264 "videotestsrc num-buffers=50 ! " RAW " ! " \
    "x264enc tune=zerolatency speed-preset=ultrafast ! h264parse ! "
#define VP8 "videotestsrc num-buffers=50 ! " RAW " ! vp8enc deadline=1 ! "

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

static const struct
{
  const gchar *name;
  const gchar *source;
  const gchar *muxer;
  const gchar *demuxer;
} containers[] = {
  {"a.mkv", H264, "matroskamux", "matroskademux"},
  {"a.MKV", H264, "matroskamux", "matroskademux"},
  {"a.webm", VP8, "webmmux", "matroskademux"},
  {"a.mp4", H264, "mp4mux", "qtdemux"},
  {"a.m4v", H264, "mp4mux", "qtdemux"},
  {"a.mov", H264, "qtmux", "qtdemux"},
  {"a.ts", H264, "mpegtsmux", "tsdemux"},
  {"a.b.flv", H264, "flvmux", "flvdemux"},
};

static gchar *
get_factory (GstElement * element)
{
  return g_strdup (GST_OBJECT_NAME (gst_element_get_factory (element)));
}

static gchar *
get_muxer (GstElement * muxsink)
{
  GstElement *muxer;
  gchar *name;

  g_object_get (muxsink, "muxer", &muxer, NULL);
  if (muxer == NULL)
    return NULL;
  name = get_factory (muxer);
  gst_object_unref (muxer);
  return name;
}

static void
count_handoff (GstElement * sink, GstBuffer * buffer, GstPad * pad,
    gpointer count)
{
  *(guint *) count += 1;
}

GST_START_TEST (the_extension_decides_on_the_muxer)
{
  StageRun *run = stage_run_new_printf ("%s profmuxsink name=s location=%s/%s",
      containers[__i__].source, dir, containers[__i__].name);
  GstElement *muxsink = stage_run_get_element (run, "s"), *sink;
  gchar *muxer = get_muxer (muxsink);
  guint n = 0;

  fail_unless_equals_string (muxer, containers[__i__].muxer);
  stage_run_to_end (run);
  fail_unless (run->eos, "%s", run->error ? run->error->message : "");
  g_free (muxer);
  gst_object_unref (muxsink);
  stage_run_free (run);

  run = stage_run_new_printf
      ("filesrc location=%s/%s ! %s ! parsebin ! fakesink name=s "
      "signal-handoffs=true", dir, containers[__i__].name,
      containers[__i__].demuxer);
  sink = stage_run_get_element (run, "s");
  g_signal_connect (sink, "handoff", G_CALLBACK (count_handoff), &n);
  stage_run_to_end (run);
  fail_unless (run->eos, "%s", run->error ? run->error->message : "");
  fail_unless_equals_int (n, 50);
  gst_object_unref (sink);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (mux_and_write_have_a_span_for_each_packet)
{
  StageRun *run = stage_run_new_printf ("%s profmuxsink location=%s/%s",
      containers[__i__].source, dir, containers[__i__].name);
  guint written = 0;

  stage_run_to_end (run);
  fail_unless_equals_int (stage_run_count (run, "mux", 0,
          GST_PROF_SPAN_FLAG_DRAIN), 50);
  for (guint i = 0; stage_run_get (run, "write", 0, 0, i); i++)
    written += stage_run_get (run, "write", 0, 0, i)->packets;
  fail_unless_equals_int (written, 50);
  stage_run_free (run);
}

GST_END_TEST;

static const struct
{
  const gchar *description;
  const gchar *says[2];
} refused[] = {
  {"fakesrc ! profmuxsink location=/tmp/a.xyz", {"\"/tmp/a.xyz\"", ".mkv"}},
  {"fakesrc ! profmuxsink location=/tmp/mkv", {"\"/tmp/mkv\"", ".mkv"}},
  {"fakesrc ! profmuxsink location=/tmp.mkv/a", {"\"/tmp.mkv/a\"", ".mkv"}},
  {"fakesrc ! profmuxsink", {"location", ".flv"}},
};

GST_START_TEST (without_a_known_extension_the_error_names_those_known)
{
  StageRun *run = stage_run_new (refused[__i__].description);

  stage_run_to_end (run);
  fail_unless (run->error != NULL);
  fail_unless (g_error_matches (run->error, GST_LIBRARY_ERROR,
          GST_LIBRARY_ERROR_SETTINGS), "%s", run->error->message);
  for (guint i = 0; i < 2; i++)
    fail_unless (strstr (run->error->message, refused[__i__].says[i]) != NULL,
        "%s", run->error->message);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (a_missing_muxer_is_named_with_its_package)
{
  GstRegistry *registry = gst_registry_get ();
  GstPluginFeature *feature = gst_registry_lookup_feature (registry, "flvmux");
  StageRun *run;

  gst_registry_remove_feature (registry, feature);
  gst_object_unref (feature);
  run = stage_run_new_printf ("fakesrc ! profmuxsink location=%s/a.flv", dir);
  stage_run_to_end (run);
  fail_unless (run->error != NULL);
  fail_unless (g_error_matches (run->error, GST_CORE_ERROR,
          GST_CORE_ERROR_MISSING_PLUGIN));
  fail_unless (strstr (run->error->message, "\"flvmux\"") != NULL);
  fail_unless (strstr (run->error->message, "gstreamer1.0-plugins-good"));
  fail_unless (strstr (run->missing, "element-flvmux") != NULL);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (a_muxer_that_is_given_takes_any_location)
{
  StageRun *run = stage_run_new_printf
      (H264 "profmuxsink name=s location=%s/a.bin "
      "muxer=\"matroskamux streamable=true\"", dir);
  GstElement *muxsink = stage_run_get_element (run, "s");
  gchar *muxer = get_muxer (muxsink);

  fail_unless_equals_string (muxer, "matroskamux");
  stage_run_to_end (run);
  fail_unless (run->eos, "%s", run->error ? run->error->message : "");
  fail_unless_equals_int (stage_run_count (run, "mux", 0,
          GST_PROF_SPAN_FLAG_DRAIN), 50);
  g_free (muxer);
  gst_object_unref (muxsink);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (a_new_location_brings_another_muxer_until_pads_are_requested)
{
  GstElement *sink = gst_element_factory_make ("profmuxsink", NULL);
  gchar *muxer;
  GstPad *pad;
  GstBus *bus = gst_bus_new ();
  GstMessage *message;

  g_object_set (sink, "location", "/tmp/a.mkv", NULL);
  pad = gst_element_request_pad_simple (sink, "video_%u");
  muxer = get_muxer (sink);
  fail_unless_equals_string (muxer, "matroskamux");
  g_free (muxer);
  gst_element_release_request_pad (sink, pad);
  gst_object_unref (pad);

  g_object_set (sink, "location", "/tmp/a.ts", NULL);
  muxer = get_muxer (sink);
  fail_unless_equals_string (muxer, "mpegtsmux");
  g_free (muxer);

  pad = gst_element_request_pad_simple (sink, "video_%u");
  g_object_set (sink, "location", "/tmp/b.ts", NULL);
  fail_unless_equals_int (gst_element_set_state (sink, GST_STATE_READY),
      GST_STATE_CHANGE_SUCCESS);
  gst_element_set_state (sink, GST_STATE_NULL);

  g_object_set (sink, "location", "/tmp/b.mp4", NULL);
  gst_element_set_bus (sink, bus);
  fail_unless_equals_int (gst_element_set_state (sink, GST_STATE_READY),
      GST_STATE_CHANGE_FAILURE);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_unref (message);
  gst_element_set_bus (sink, NULL);

  /* Back to one that fits */
  g_object_set (sink, "location", "/tmp/c.ts", NULL);
  fail_unless_equals_int (gst_element_set_state (sink, GST_STATE_READY),
      GST_STATE_CHANGE_SUCCESS);
  gst_element_set_state (sink, GST_STATE_NULL);
  gst_element_release_request_pad (sink, pad);
  gst_object_unref (pad);
  gst_object_unref (bus);
  gst_object_unref (sink);
}

GST_END_TEST;

GST_START_TEST (a_wrong_location_may_be_put_right)
{
  StageRun *run = stage_run_new_printf
      (H264 "profmuxsink name=s location=%s/a.xyz", dir);
  GstElement *muxsink = stage_run_get_element (run, "s");
  gchar *path = g_build_filename (dir, "a.mkv", NULL);

  stage_run_to_end (run);
  fail_unless (run->error != NULL);
  g_clear_error (&run->error);
  gst_element_set_state (run->pipeline, GST_STATE_NULL);
  g_object_set (muxsink, "location", path, NULL);
  stage_run_to_end (run);
  fail_unless (run->eos, "%s", run->error ? run->error->message : "");
  fail_unless_equals_int (stage_run_count (run, "mux", 0,
          GST_PROF_SPAN_FLAG_DRAIN), 50);
  g_free (path);
  gst_object_unref (muxsink);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (pads_come_and_go_with_the_muxers)
{
  GstElement *sink = gst_element_factory_make ("profmuxsink", NULL), *muxer;
  GstPad *video, *audio, *second;

  g_object_set (sink, "location", "/tmp/a.mkv", NULL);
  video = gst_element_request_pad_simple (sink, "video_%u");
  audio = gst_element_request_pad_simple (sink, "audio_%u");
  second = gst_element_request_pad_simple (sink, "video_7");
  fail_unless (video && audio && second);
  fail_unless (g_str_has_prefix (GST_PAD_NAME (video), "video_"));
  fail_unless (g_str_has_prefix (GST_PAD_NAME (audio), "audio_"));
  fail_unless_equals_string (GST_PAD_NAME (second), "video_7");
  g_object_get (sink, "muxer", &muxer, NULL);
  fail_unless_equals_int (muxer->numsinkpads, 3);
  fail_unless_equals_int (sink->numsinkpads, 3);

  gst_element_release_request_pad (sink, audio);
  fail_unless_equals_int (muxer->numsinkpads, 2);
  ASSERT_OBJECT_REFCOUNT (audio, "audio", 1);
  gst_object_unref (audio);
  gst_element_release_request_pad (sink, video);
  gst_element_release_request_pad (sink, second);
  fail_unless_equals_int (muxer->numsinkpads, 0);
  fail_unless_equals_int (sink->numsinkpads, 0);
  gst_object_unref (video);
  gst_object_unref (second);

  /* Names are not given twice. */
  video = gst_element_request_pad_simple (sink, "video_%u");
  audio = gst_element_request_pad_simple (sink, "video_%u");
  gst_element_release_request_pad (sink, video);
  gst_object_unref (video);
  video = gst_element_request_pad_simple (sink, "video_%u");
  fail_unless (video != NULL);
  fail_if (g_str_equal (GST_PAD_NAME (video), GST_PAD_NAME (audio)));
  gst_object_unref (video);
  gst_object_unref (audio);
  gst_object_unref (muxer);
  gst_object_unref (sink);
}

GST_END_TEST;

static GstPadProbeReturn
advance_probe (GstPad * pad, GstPadProbeInfo * info, gpointer count)
{
  stage_clock_advance (3 * MS);
  *(guint *) count += 1;
  return GST_PAD_PROBE_OK;
}

GST_START_TEST (own_times_of_mux_and_write_are_exact)
{
  StageRun *run;
  GstElement *muxsink, *muxer;
  GstPad *pad;
  guint pushed = 0, written = 0;
  GstClockTime mux = 0, write = 0;

  stage_clock_start ();
  run = stage_run_new_printf (H264 "profmuxsink name=s location=%s/a.mkv "
      "sink=\"fault mode=advance delay=20000000 ! filesink\"", dir);
  muxsink = stage_run_get_element (run, "s");
  g_object_get (muxsink, "muxer", &muxer, NULL);
  pad = gst_element_get_static_pad (muxer, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, advance_probe, &pushed,
      NULL);
  gst_object_unref (pad);
  gst_object_unref (muxer);
  gst_object_unref (muxsink);
  stage_run_to_end (run);
  for (guint i = 0; stage_run_get (run, "mux", 0, 0, i); i++)
    mux += stage_run_get (run, "mux", 0, 0, i)->own;
  for (guint i = 0; stage_run_get (run, "write", 0, 0, i); i++) {
    write += stage_run_get (run, "write", 0, 0, i)->own;
    written += stage_run_get (run, "write", 0, 0, i)->buffers;
  }
  fail_unless (pushed >= 50);
  fail_unless_equals_int (written, pushed);
  fail_unless_equals_uint64 (mux, pushed * 3 * MS);
  fail_unless_equals_uint64 (write, pushed * 20 * MS);
  stage_run_free (run);
}

GST_END_TEST;

static const gchar *const with_audio[] = {
  "a.mkv", "a.mp4", "a.ts", "a.flv", "a.mov",
};

GST_START_TEST (audio_is_muxed_beside_and_is_not_video)
{
  StageRun *run = stage_run_new_printf
      (H264 "profmuxsink name=s location=%s/%s "
      "audiotestsrc num-buffers=80 ! audio/x-raw,rate=48000 ! avenc_aac ! "
      "aacparse ! s.audio_0", dir, with_audio[__i__]);
  guint written = 0;

  stage_run_to_end (run);
  fail_unless (run->eos, "%s", run->error ? run->error->message : "");
  fail_unless_equals_int (stage_run_count (run, "mux", 0,
          GST_PROF_SPAN_FLAG_NOT_VIDEO | GST_PROF_SPAN_FLAG_DRAIN), 50);
  fail_unless (stage_run_count (run, "mux", GST_PROF_SPAN_FLAG_NOT_VIDEO,
          GST_PROF_SPAN_FLAG_DRAIN) >= 80);
  for (guint i = 0; stage_run_get (run, "write", 0, 0, i); i++)
    written += stage_run_get (run, "write", 0, 0, i)->packets;
  fail_unless_equals_int (written, 50);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (children_are_reached_by_child_proxy)
{
  StageRun *run = stage_run_new_printf ("fakesrc ! profmuxsink name=s "
      "location=%s/a.mkv muxer::min-index-interval=7 sink::buffer-size=12345",
      dir);
  GstElement *sink = stage_run_get_element (run, "s");
  guint64 interval;
  guint size;

  gst_child_proxy_get (GST_CHILD_PROXY (sink), "muxer::min-index-interval",
      &interval, "sink::buffer-size", &size, NULL);
  fail_unless_equals_uint64 (interval, 7);
  fail_unless_equals_int (size, 12345);
  gst_object_unref (sink);
  stage_run_free (run);
}

GST_END_TEST;

static gpointer
ask_for_caps (gpointer data)
{
  GstPad *pad = data;

  while (g_object_get_data (G_OBJECT (pad), "stop") == NULL)
    gst_caps_unref (gst_pad_query_caps (pad, NULL));
  return NULL;
}

/* Under AddressSanitizer, or valgrind, this is a use after free if the pad's
 * bracket goes before the query that is in it. */
GST_START_TEST (a_pad_may_be_released_while_it_is_asked)
{
  GstElement *sink = gst_element_factory_make ("profmuxsink", NULL);

  g_object_set (sink, "location", "/tmp/a.mkv", NULL);
  for (guint i = 0; i < 300; i++) {
    GstPad *pad = gst_element_request_pad_simple (sink, "video_%u");
    GThread *thread = g_thread_new ("ask", ask_for_caps, pad);

    g_thread_yield ();
    gst_element_release_request_pad (sink, pad);
    g_object_set_data (G_OBJECT (pad), "stop", pad);
    g_thread_join (thread);
    gst_object_unref (pad);
  }
  gst_object_unref (sink);
}

GST_END_TEST;

GST_START_TEST (a_muxer_that_writes_nowhere_is_refused_by_name)
{
  StageRun *run = stage_run_new ("videotestsrc num-buffers=3 ! " RAW " ! "
      "x264enc ! profmuxsink muxer=\"fakesink name=nowhere\" location=/tmp/a.x");

  stage_run_to_end (run);
  fail_unless (run->error != NULL);
  fail_unless (strstr (run->error->message, "nowhere") != NULL, "%s",
      run->error->message);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (another_muxer_is_refused_once_pads_are_requested)
{
  GstElement *sink = gst_element_factory_make ("profmuxsink", NULL);
  GstElement *other = gst_object_ref_sink (gst_element_factory_make ("flvmux",
          NULL));
  GstPad *pad;
  gchar *muxer;

  g_object_set (sink, "location", "/tmp/a.mkv", NULL);
  pad = gst_element_request_pad_simple (sink, "video_%u");
  ASSERT_WARNING (g_object_set (sink, "muxer", other, NULL));
  muxer = get_muxer (sink);
  fail_unless_equals_string (muxer, "matroskamux");
  ASSERT_OBJECT_REFCOUNT (other, "other", 1);
  g_free (muxer);
  gst_element_release_request_pad (sink, pad);
  gst_object_unref (pad);
  g_object_set (sink, "muxer", other, NULL);
  muxer = get_muxer (sink);
  fail_unless_equals_string (muxer, "flvmux");
  g_free (muxer);
  gst_object_unref (other);
  gst_object_unref (sink);
}

GST_END_TEST;

GST_START_TEST (a_recording_may_be_made_again)
{
  StageRun *run = stage_run_new_printf
      (H264 "profmuxsink name=s location=%s/a.mkv", dir);

  for (guint i = 0; i < 2; i++) {
    stage_run_to_end (run);
    fail_unless (run->eos, "%s", run->error ? run->error->message : "");
    run->eos = FALSE;
    gst_element_set_state (run->pipeline, GST_STATE_NULL);
    fail_unless_equals_int (stage_run_count (run, "mux", 0,
            GST_PROF_SPAN_FLAG_DRAIN), 50 * (i + 1));
  }
  stage_run_free (run);
}

GST_END_TEST;

static Suite *
muxsink_suite (void)
{
  Suite *suite = suite_create ("muxsink");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, the_extension_decides_on_the_muxer, 0,
      G_N_ELEMENTS (containers));
  tcase_add_loop_test (tcase, mux_and_write_have_a_span_for_each_packet, 0,
      G_N_ELEMENTS (containers));
  tcase_add_loop_test (tcase,
      without_a_known_extension_the_error_names_those_known, 0,
      G_N_ELEMENTS (refused));
  tcase_add_test (tcase, a_missing_muxer_is_named_with_its_package);
  tcase_add_test (tcase, a_muxer_that_is_given_takes_any_location);
  tcase_add_test (tcase,
      a_new_location_brings_another_muxer_until_pads_are_requested);
  tcase_add_test (tcase, a_wrong_location_may_be_put_right);
  tcase_add_test (tcase, pads_come_and_go_with_the_muxers);
  tcase_add_test (tcase, own_times_of_mux_and_write_are_exact);
  tcase_add_loop_test (tcase, audio_is_muxed_beside_and_is_not_video, 0,
      G_N_ELEMENTS (with_audio));
  tcase_add_test (tcase, children_are_reached_by_child_proxy);
  tcase_add_test (tcase, a_pad_may_be_released_while_it_is_asked);
  tcase_add_test (tcase, a_muxer_that_writes_nowhere_is_refused_by_name);
  tcase_add_test (tcase, another_muxer_is_refused_once_pads_are_requested);
  tcase_add_test (tcase, a_recording_may_be_made_again);
  return suite;
}

GST_CHECK_MAIN (muxsink);
