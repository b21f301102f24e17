/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* profencode: frames in, packets out, and how long each was inside. */

#include "check-skip.h"
#include "stagerun.h"

#include <string.h>

#define MS GST_MSECOND
#define FRAME GST_MSECOND * 40
#define RAW "video/x-raw,format=I420,width=64,height=64,framerate=25/1"
#define SOURCE "videotestsrc pattern=ball num-buffers=90 ! " RAW " ! " \
    "fault mode=advance delay=40000000 ! "

#define NOT_FRAME (GST_PROF_SPAN_FLAG_DRAIN | GST_PROF_SPAN_FLAG_OUTPUT)

GST_START_TEST (a_frame_rate_beyond_reason_does_no_harm)
{
  StageRun *run = stage_run_new ("videotestsrc num-buffers=3 ! "
      "video/x-raw,format=I420,width=64,height=64,framerate=2147483647/1 ! "
      "profencode ! fakesink");
  const GstProfSpan *span;

  stage_run_to_end (run);
  span = stage_run_get_nth (run, "encode", 0);
  fail_unless_equals_uint64 (span->frame_duration, GST_CLOCK_TIME_NONE);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (own_time_is_exact_and_excludes_downstream)
{
  StageRun *run;

  stage_clock_start ();
  run = stage_run_new (SOURCE "profencode encoder=\"fault mode=advance "
      "delay=7000000 ! x264enc tune=zerolatency speed-preset=ultrafast ! "
      "fault mode=advance delay=5000000\" ! "
      "fault mode=advance delay=1000000000 ! fakesink");
  stage_run_to_end (run);
  fail_unless (run->eos);
  stage_run_assert_own (run, "encode", 90, 12 * MS);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (the_default_encoder_gives_a_packet_per_frame)
{
  StageRun *run;
  const GstProfSpan *span;

  stage_clock_start ();
  run = stage_run_new (SOURCE "profencode ! fakesink");
  stage_run_to_end (run);
  for (guint i = 0; i < 90; i++) {
    span = stage_run_get_nth (run, "encode", i);
    fail_unless_equals_int (span->packets, 1);
    fail_unless_equals_int (span->inside, 0);
    fail_unless_equals_uint64 (span->running_time, i * FRAME);
    fail_unless_equals_uint64 (span->running_time_out, i * FRAME);
    fail_unless_equals_uint64 (span->latency, 0);
    /* key-int-max=60 */
    fail_unless_equals_int ((span->flags & GST_PROF_SPAN_FLAG_KEYFRAME) != 0,
        i == 0 || i == 60);
  }
  stage_run_free (run);
}

GST_END_TEST;

/* Each gives 90 packets for 90 frames. */
static const gchar *const encoders[] = {
  "x264enc tune=zerolatency",
  "x264enc tune=zerolatency sliced-threads=true threads=4",
  "x264enc",
  "x264enc rc-lookahead=20 bframes=3 b-adapt=false threads=1",
  "x264enc bframes=4 threads=4 rc-lookahead=10",
  "x264enc intra-refresh=true bframes=0 sync-lookahead=0 threads=2",
  "jpegenc",
  "vp8enc deadline=1 lag-in-frames=10",
};

typedef struct
{
  guint64 bytes;
  guint packets;
  guint keyframes;
} Received;

static GstPadProbeReturn
receive (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  Received *received = data;

  received->bytes += gst_buffer_get_size (buffer);
  received->packets++;
  received->keyframes +=
      !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  return GST_PAD_PROBE_OK;
}

static StageRun *
run_encoder (const gchar * encoder, Received * received)
{
  gchar *description = g_strdup_printf (SOURCE "profencode encoder=\"%s\" ! "
      "identity name=out ! fakesink", encoder);
  StageRun *run;
  GstElement *out;
  GstPad *pad;

  stage_clock_start ();
  run = stage_run_new (description);
  out = stage_run_get_element (run, "out");
  pad = gst_element_get_static_pad (out, "sink");
  memset (received, 0, sizeof (*received));
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, receive, received, NULL);
  gst_object_unref (pad);
  gst_object_unref (out);
  stage_run_to_end (run);
  fail_unless (run->eos);
  g_free (description);
  return run;
}

GST_START_TEST (ninety_frames_in_are_ninety_packets_out)
{
  Received received;
  StageRun *run = run_encoder (encoders[__i__], &received);
  guint frames = 0, packets = 0, keyframes = 0;
  guint64 bytes = 0;

  for (guint i = 0; i < run->spans->len; i++) {
    GstProfSpan *span = &g_array_index (run->spans, GstProfSpan, i);

    if (!(span->flags & NOT_FRAME))
      frames += span->buffers;
    packets += span->packets;
    fail_unless (span->packets <= 1);
    if (span->packets == 1)
      bytes += span->bytes;
    if (span->flags & GST_PROF_SPAN_FLAG_KEYFRAME)
      keyframes++;
    /* in = out + dropped + inside, at the end of each stay */
    if (!(span->flags & NOT_FRAME))
      fail_unless_equals_int (span->inside, frames - packets);
  }
  fail_unless_equals_int (frames, 90);
  fail_unless_equals_int (packets, 90);
  fail_unless_equals_int (received.packets, 90);
  fail_unless_equals_uint64 (bytes, received.bytes);
  fail_unless_equals_int (keyframes, received.keyframes);
  fail_unless_equals_int (stage_run_count (run, "encode",
          GST_PROF_SPAN_FLAG_STARVED, 0), 0);
  stage_run_free (run);
}

GST_END_TEST;

static const GstProfSpan *
find_frame (StageRun * run, GstClockTime running_time)
{
  for (guint i = 0; i < 90; i++) {
    const GstProfSpan *span = stage_run_get_nth (run, "encode", i);

    if (span->running_time == running_time)
      return span;
  }
  fail ("no frame at %" GST_TIME_FORMAT, GST_TIME_ARGS (running_time));
  return NULL;
}

GST_START_TEST (a_packets_latency_is_its_own_frames)
{
  Received received;
  StageRun *run = run_encoder (encoders[__i__], &received);
  guint64 seen[90] = { 0, };

  for (guint i = 0; i < run->spans->len; i++) {
    GstProfSpan *span = &g_array_index (run->spans, GstProfSpan, i);
    const GstProfSpan *frame;

    if (span->packets == 0) {
      fail_unless_equals_uint64 (span->latency, GST_CLOCK_TIME_NONE);
      continue;
    }
    /* The clock moves between the frames only, so that the packet came out
     * when its span was entered. */
    frame = find_frame (run, span->running_time_out);
    fail_unless_equals_uint64 (span->latency, span->enter - frame->enter);
    seen[span->running_time_out / (FRAME)]++;
  }
  for (guint i = 0; i < 90; i++)
    fail_unless_equals_uint64 (seen[i], 1);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (with_b_frames_decode_times_rise_and_are_never_behind)
{
  Received received;
  StageRun *run = run_encoder ("x264enc bframes=3 b-adapt=false threads=1",
      &received);
  gint64 last = G_MININT64;
  guint reordered = 0;

  for (guint i = 0; i < run->spans->len; i++) {
    GstProfSpan *span = &g_array_index (run->spans, GstProfSpan, i);

    if (span->packets == 0
        || !GST_CLOCK_TIME_IS_VALID (span->dts_running_time))
      continue;
    fail_unless ((gint64) span->dts_running_time > last);
    fail_unless (span->dts_running_time <= span->running_time_out);
    reordered += span->dts_running_time < span->running_time_out;
    last = span->dts_running_time;
  }
  fail_unless (reordered > 0);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (the_drain_at_eos_is_a_span_without_a_frame)
{
  StageRun *run;
  const GstProfSpan *drain;
  guint drained;

  stage_clock_start ();
  run = stage_run_new (SOURCE "profencode encoder=\"x264enc ! "
      "fault mode=advance delay=2000000\" ! "
      "fault mode=advance delay=1000000000 ! fakesink");
  stage_run_to_end (run);
  fail_unless_equals_int (stage_run_count (run, "encode",
          GST_PROF_SPAN_FLAG_DRAIN, 0), 1);
  drained = stage_run_count (run, "encode", GST_PROF_SPAN_FLAG_OUTPUT, 0);
  fail_unless (drained > 0);
  drain = stage_run_get (run, "encode", GST_PROF_SPAN_FLAG_DRAIN, 0, 0);
  fail_unless_equals_uint64 (drain->own, drained * 2 * MS);
  fail_unless_equals_uint64 (drain->running_time, GST_CLOCK_TIME_NONE);
  fail_unless_equals_int (drain->buffers, 0);
  fail_unless_equals_int (drain->packets, 0);
  fail_unless_equals_uint64 (stage_run_get (run, "encode",
          GST_PROF_SPAN_FLAG_OUTPUT, 0, 0)->own, 0);
  stage_run_free (run);
}

GST_END_TEST;

static void
push_frames (StageRun * run, guint first, guint n)
{
  for (guint i = first; i < first + n; i++)
    fail_unless_equals_int (gst_harness_push (run->harness,
            stage_new_frame (RAW, i * FRAME, FRAME)), GST_FLOW_OK);
  stage_run_collect (run);
}

static guint
count_starved (StageRun * run)
{
  return stage_run_count (run, "encode", GST_PROF_SPAN_FLAG_STARVED, 0);
}

GST_START_TEST (an_encoder_is_starved_after_ten_frames_without_a_packet)
{
  StageRun *run = stage_run_new_harness ("profencode encoder=\"x264enc "
      "tune=zerolatency speed-preset=ultrafast ! fault name=f\"", RAW);
  GstElement *fault = stage_run_get_element (run, "f");

  push_frames (run, 0, 5);
  gst_util_set_object_arg (G_OBJECT (fault), "mode", "drop");
  push_frames (run, 5, 9);
  fail_unless_equals_int (count_starved (run), 0);
  push_frames (run, 14, 1);
  fail_unless_equals_int (count_starved (run), 1);
  fail_unless_equals_int (stage_run_get (run, "encode",
          GST_PROF_SPAN_FLAG_STARVED, 0, 0)->inside, 10);
  push_frames (run, 15, 2);
  fail_unless_equals_int (count_starved (run), 3);
  gst_util_set_object_arg (G_OBJECT (fault), "mode", "none");
  push_frames (run, 17, 1);
  fail_unless_equals_int (count_starved (run), 3);
  /* What was kept back is dropped: the encoder gives later ones. */
  fail_unless_equals_int (stage_run_get_nth (run, "encode", 17)->inside, 0);
  gst_object_unref (fault);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (an_encoder_that_never_gives_a_packet_is_starved)
{
  StageRun *run = stage_run_new_harness ("profencode encoder=\"x264enc "
      "tune=zerolatency speed-preset=ultrafast ! fault mode=drop\"", RAW);

  push_frames (run, 0, 9);
  fail_unless_equals_int (count_starved (run), 0);
  push_frames (run, 9, 1);
  fail_unless_equals_int (count_starved (run), 1);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (looking_ahead_is_not_starving)
{
  StageRun *run = stage_run_new_harness ("profencode encoder=\"x264enc "
      "rc-lookahead=20 bframes=0 threads=1 sync-lookahead=0 ! fault name=f\"",
      RAW);
  GstElement *fault = stage_run_get_element (run, "f");
  guint depth;

  push_frames (run, 0, 40);
  fail_unless_equals_int (count_starved (run), 0);
  depth = stage_run_get_nth (run, "encode", 39)->inside;
  fail_unless_equals_int (depth, 20);
  gst_util_set_object_arg (G_OBJECT (fault), "mode", "drop");
  push_frames (run, 40, 9);
  fail_unless_equals_int (count_starved (run), 0);
  push_frames (run, 49, 1);
  fail_unless_equals_int (count_starved (run), 1);
  gst_object_unref (fault);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (a_caps_change_loses_no_packet)
{
  StageRun *run = stage_run_new_harness ("profencode encoder=\"x264enc "
      "rc-lookahead=20 bframes=2 threads=1\"", RAW);
  guint packets = 0;

  push_frames (run, 0, 30);
  gst_harness_set_src_caps_str (run->harness, "video/x-raw,format=I420,"
      "width=64,height=64,framerate=50/1");
  push_frames (run, 30, 30);
  gst_harness_push_event (run->harness, gst_event_new_eos ());
  stage_run_collect (run);
  for (guint i = 0; i < run->spans->len; i++)
    packets += g_array_index (run->spans, GstProfSpan, i).packets;
  fail_unless_equals_int (packets, 60);
  fail_unless_equals_int (gst_harness_buffers_received (run->harness), 60);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (a_flush_empties_it_and_the_next_frame_says_so)
{
  StageRun *run = stage_run_new_harness ("profencode encoder=\"x264enc "
      "rc-lookahead=20 threads=1\"", RAW);
  GstSegment segment;

  push_frames (run, 0, 10);
  fail_unless_equals_int (stage_run_get_nth (run, "encode", 9)->inside, 10);
  gst_harness_push_event (run->harness, gst_event_new_flush_start ());
  gst_harness_push_event (run->harness, gst_event_new_flush_stop (TRUE));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (run->harness, gst_event_new_segment (&segment));
  push_frames (run, 10, 1);
  fail_unless_equals_int (stage_run_get_nth (run, "encode", 10)->inside, 1);
  fail_unless (stage_run_get_nth (run, "encode", 10)->flags &
      GST_PROF_SPAN_FLAG_RESET);
  stage_run_free (run);
}

GST_END_TEST;

/* Times are running times, wherever the segment begins. */
GST_START_TEST (a_segment_that_starts_late_is_followed)
{
  StageRun *run = stage_run_new_harness ("profencode encoder=\"x264enc "
      "tune=zerolatency\"", NULL);
  GstSegment segment;
  const GstProfSpan *span;

  gst_harness_push_event (run->harness, gst_event_new_stream_start ("s"));
  gst_harness_push_event (run->harness, gst_event_new_caps
      (gst_caps_from_string (RAW)));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = 10 * GST_SECOND;
  segment.base = 3 * GST_SECOND;
  gst_harness_push_event (run->harness, gst_event_new_segment (&segment));
  gst_harness_push (run->harness, stage_new_frame (RAW, 12 * GST_SECOND,
          FRAME));
  stage_run_collect (run);
  span = stage_run_get_nth (run, "encode", 0);
  fail_unless_equals_uint64 (span->running_time, 5 * GST_SECOND);
  fail_unless_equals_uint64 (span->running_time_out, 5 * GST_SECOND);
  fail_unless_equals_string (span->stream_id, "s");
  stage_run_free (run);
}

GST_END_TEST;

/* What a reader without our library needs, of an encoder */
GST_START_TEST (a_span_message_reads_with_gst_structure_get)
{
  StageRun *run = stage_run_new_harness ("profencode", RAW);
  GstMessage *message = NULL;
  const GstStructure *s;
  gchar *stage, *flags;
  guint64 running_time, running_time_out, own, bytes, latency, duration;
  guint packets;
  GstBuffer *packet;

  gst_harness_push (run->harness, stage_new_frame (RAW, GST_SECOND, FRAME));
  packet = gst_harness_pull (run->harness);
  do {
    gst_clear_message (&message);
    message = gst_bus_pop (run->bus);
    fail_unless (message != NULL);
  } while (!gst_message_has_name (message, "prof-span"));
  s = gst_message_get_structure (message);
  fail_unless (gst_structure_get (s, "stage", G_TYPE_STRING, &stage,
          "running-time", G_TYPE_UINT64, &running_time, "running-time-out",
          G_TYPE_UINT64, &running_time_out, "own", G_TYPE_UINT64, &own,
          "bytes", G_TYPE_UINT64, &bytes, "latency", G_TYPE_UINT64, &latency,
          "frame-duration", G_TYPE_UINT64, &duration, "packets", G_TYPE_UINT,
          &packets, "flags", G_TYPE_STRING, &flags, NULL));
  fail_unless_equals_string (stage, "encode");
  fail_unless_equals_uint64 (running_time, GST_SECOND);
  fail_unless_equals_uint64 (running_time_out, GST_SECOND);
  fail_unless (own > 0 && latency > 0);
  fail_unless_equals_uint64 (bytes, gst_buffer_get_size (packet));
  fail_unless_equals_uint64 (duration, FRAME);
  fail_unless_equals_int (packets, 1);
  fail_unless_equals_string (flags, "keyframe+reset");
  g_free (stage);
  g_free (flags);
  gst_buffer_unref (packet);
  gst_message_unref (message);
  stage_run_free (run);
}

GST_END_TEST;

static guint
get_bitrate (GstElement * pipeline, const gchar * name)
{
  GstElement *stage = gst_bin_get_by_name (GST_BIN (pipeline), name);
  guint bitrate;

  gst_child_proxy_get (GST_CHILD_PROXY (stage), "encoder::bitrate", &bitrate,
      NULL);
  gst_object_unref (stage);
  return bitrate;
}

GST_START_TEST (the_encoder_is_reached_by_child_proxy)
{
  static const gchar *const descriptions[] = {
    "profencode name=e encoder::bitrate=4000 ! fakesink",
    "profencode name=e encoder=\"x264enc tune=zerolatency bitrate=4000\" ! "
        "fakesink",
    "profencode name=e encoder=\"identity ! x264enc ! h264parse\" "
        "encoder::bitrate=4000 ! fakesink",
  };

  for (guint i = 0; i < G_N_ELEMENTS (descriptions); i++) {
    StageRun *run = stage_run_new (descriptions[i]);

    fail_unless_equals_int (get_bitrate (run->pipeline, "e"), 4000);
    stage_run_free (run);
  }
}

GST_END_TEST;

GST_START_TEST (the_encoder_is_replaced_in_null)
{
  StageRun *run = stage_run_new (SOURCE "profencode name=e ! fakesink");
  GstElement *stage = stage_run_get_element (run, "e"), *child;
  GstElement *old;

  g_object_get (stage, "encoder", &old, NULL);
  g_object_set (stage, "encoder", gst_element_factory_make ("jpegenc",
          "other"), NULL);
  g_object_get (stage, "encoder", &child, NULL);
  fail_unless_equals_string (GST_OBJECT_NAME (child), "other");
  ASSERT_OBJECT_REFCOUNT (old, "old", 1);
  gst_object_unref (old);
  gst_object_unref (child);
  gst_object_unref (stage);
  stage_run_to_end (run);
  fail_unless (run->eos);
  fail_unless_equals_int (stage_run_count (run, "encode",
          GST_PROF_SPAN_FLAG_KEYFRAME, 0), 90);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (a_missing_encoder_is_named_with_its_package)
{
  GstRegistry *registry = gst_registry_get ();
  GstPluginFeature *feature =
      gst_registry_lookup_feature (registry, "x264enc");
  StageRun *run;

  gst_registry_remove_feature (registry, feature);
  gst_object_unref (feature);
  run = stage_run_new (SOURCE "profencode ! fakesink");
  stage_run_to_end (run);
  fail_unless (run->error != NULL);
  fail_unless (g_error_matches (run->error, GST_CORE_ERROR,
          GST_CORE_ERROR_MISSING_PLUGIN));
  fail_unless (strstr (run->error->message, "\"x264enc\"") != NULL);
  fail_unless (strstr (run->error->message, "plugin \"x264\"") != NULL);
  fail_unless (strstr (run->error->message,
          "gstreamer1.0-plugins-ugly") != NULL);
  fail_unless (run->missing != NULL);
  fail_unless (strstr (run->missing, "element-x264enc") != NULL);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (caps_that_the_encoder_cannot_take_are_named_when_linked)
{
  GError *error = NULL;
  GstElement *pipeline = gst_parse_launch ("videotestsrc ! "
      "video/x-raw,format=RGBA ! profencode encoder=x264enc ! fakesink",
      &error);

  fail_unless (error != NULL);
  fail_unless (strstr (error->message, "RGBA") != NULL, "%s", error->message);
  g_error_free (error);
  gst_clear_object (&pipeline);
}

GST_END_TEST;

GST_START_TEST (caps_that_the_encoder_refuses_later_are_named_once)
{
  StageRun *run = stage_run_new ("appsrc name=src format=time "
      "caps=video/x-raw,format=RGBA,width=64,height=64,framerate=25/1 ! "
      "profencode encoder=x264enc ! fakesink");
  GstElement *src = stage_run_get_element (run, "src");
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 64 * 64 * 4, NULL);
  GstFlowReturn ret;

  g_signal_emit_by_name (src, "push-buffer", buffer, &ret);
  gst_buffer_unref (buffer);
  gst_object_unref (src);
  stage_run_to_end (run);
  fail_unless (run->error != NULL);
  fail_unless (strstr (run->debug, "not-negotiated") != NULL, "%s",
      run->debug);
  fail_unless_equals_int (run->n_warnings, 1);
  fail_unless (g_error_matches (run->warning, GST_CORE_ERROR,
          GST_CORE_ERROR_NEGOTIATION));
  fail_unless (strstr (run->warning->message, "format=(string)RGBA") != NULL,
      "%s", run->warning->message);
  fail_unless_equals_int (stage_run_count (run, "encode", 0,
          GST_PROF_SPAN_FLAG_DRAIN), 0);
  stage_run_free (run);
}

GST_END_TEST;

static Suite *
encode_suite (void)
{
  Suite *suite = suite_create ("encode");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, own_time_is_exact_and_excludes_downstream);
  tcase_add_test (tcase, the_default_encoder_gives_a_packet_per_frame);
  tcase_add_loop_test (tcase, ninety_frames_in_are_ninety_packets_out, 0,
      G_N_ELEMENTS (encoders));
  tcase_add_loop_test (tcase, a_packets_latency_is_its_own_frames, 0,
      G_N_ELEMENTS (encoders));
  tcase_add_test (tcase, with_b_frames_decode_times_rise_and_are_never_behind);
  tcase_add_test (tcase, the_drain_at_eos_is_a_span_without_a_frame);
  tcase_add_test (tcase,
      an_encoder_is_starved_after_ten_frames_without_a_packet);
  tcase_add_test (tcase, an_encoder_that_never_gives_a_packet_is_starved);
  tcase_add_test (tcase, looking_ahead_is_not_starving);
  tcase_add_test (tcase, a_caps_change_loses_no_packet);
  tcase_add_test (tcase, a_flush_empties_it_and_the_next_frame_says_so);
  tcase_add_test (tcase, a_segment_that_starts_late_is_followed);
  tcase_add_test (tcase, a_span_message_reads_with_gst_structure_get);
  tcase_add_test (tcase, the_encoder_is_reached_by_child_proxy);
  tcase_add_test (tcase, the_encoder_is_replaced_in_null);
  tcase_add_test (tcase, a_missing_encoder_is_named_with_its_package);
  tcase_add_test (tcase,
      caps_that_the_encoder_cannot_take_are_named_when_linked);
  tcase_add_test (tcase, a_frame_rate_beyond_reason_does_no_harm);
  tcase_add_test (tcase, caps_that_the_encoder_refuses_later_are_named_once);
  return suite;
}

GST_CHECK_MAIN (encode);
