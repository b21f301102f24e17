/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* profnormalize: what comes out, whatever comes in. */

#include "check-skip.h"
#include "run.h"
#include "stagerun.h"

#include <gst/video/video.h>

#include <string.h>

#define MS GST_MSECOND
#define FRAME (40 * GST_MSECOND)
#define NONE GST_CLOCK_TIME_NONE

#define CAPS(format, width, height, more) "video/x-raw,format=" format \
    ",width=" #width ",height=" #height ",framerate=25/1" more
#define RAW CAPS ("I420", 320, 240, "")

static StageRun *
new_run (const gchar * description, const gchar * downstream)
{
  StageRun *run = stage_run_new_harness (description, NULL);

  if (downstream != NULL)
    gst_harness_set_sink_caps_str (run->harness, downstream);
  return run;
}

static GstBuffer *
convert (StageRun * run, const gchar * caps, GstClockTime pts)
{
  gst_harness_set_src_caps_str (run->harness, caps);
  fail_unless_equals_int (gst_harness_push (run->harness,
          stage_new_frame (caps, pts, FRAME)), GST_FLOW_OK);
  return gst_harness_pull (run->harness);
}

static void
get_out_info (StageRun * run, GstVideoInfo * info)
{
  GstCaps *caps = gst_pad_get_current_caps (run->harness->sinkpad);

  fail_unless (caps != NULL);
  fail_unless (gst_video_info_from_caps (info, caps));
  gst_caps_unref (caps);
}

static void
assert_output (StageRun * run, const gchar * format, gint width, gint height)
{
  GstVideoInfo info;

  get_out_info (run, &info);
  fail_unless_equals_string (gst_video_format_to_string
      (GST_VIDEO_INFO_FORMAT (&info)), format);
  fail_unless_equals_int (GST_VIDEO_INFO_WIDTH (&info), width);
  fail_unless_equals_int (GST_VIDEO_INFO_HEIGHT (&info), height);
  fail_unless_equals_int (GST_VIDEO_INFO_PAR_N (&info), 1);
  fail_unless_equals_int (GST_VIDEO_INFO_PAR_D (&info), 1);
}

static const struct
{
  const gchar *description;
  const gchar *in;
  const gchar *downstream;
  const gchar *format;
  gint width, height;
} outputs[] = {
  {"profnormalize", CAPS ("RGBA", 320, 240, ""), NULL, "I420", 320, 240},
  {"profnormalize", CAPS ("Y444", 320, 240, ""), "video/x-raw", "I420",
      320, 240},
  {"profnormalize", CAPS ("I420", 320, 240, ""),
      "video/x-raw,format=NV12", "NV12", 320, 240},
  {"profnormalize format=NV12", RAW, NULL, "NV12", 320, 240},
  {"profnormalize format=NV12", CAPS ("RGB", 320, 240, ""),
      "video/x-raw,format=I420", "I420", 320, 240},
  /* x264enc refuses odd sizes. */
  {"profnormalize", CAPS ("I420", 321, 240, ""), NULL, "I420", 320, 240},
  {"profnormalize", CAPS ("RGBA", 321, 241, ""), NULL, "I420", 320, 240},
  {"profnormalize", CAPS ("RGBA", 1, 1, ""), NULL, "I420", 2, 2},
  {"profnormalize width=641 height=361", RAW, NULL, "I420", 640, 360},
  {"profnormalize width=640", RAW, NULL, "I420", 640, 240},
  {"profnormalize height=100", RAW, NULL, "I420", 320, 100},
  {"profnormalize", CAPS ("I420", 320, 240, ",pixel-aspect-ratio=2/1"), NULL,
      "I420", 320, 240},
  {"profnormalize", CAPS ("I420", 320, 240, ",interlace-mode=interleaved"),
      NULL, "I420", 320, 240},
};

GST_START_TEST (frames_come_out_fit_for_an_encoder)
{
  StageRun *run = new_run (outputs[__i__].description,
      outputs[__i__].downstream);
  GstVideoInfo info;
  GstBuffer *buffer = convert (run, outputs[__i__].in, 0);

  assert_output (run, outputs[__i__].format, outputs[__i__].width,
      outputs[__i__].height);
  get_out_info (run, &info);
  fail_unless_equals_uint64 (gst_buffer_get_size (buffer),
      GST_VIDEO_INFO_SIZE (&info));
  gst_buffer_unref (buffer);
  stage_run_free (run);
}

GST_END_TEST;

static guint8
luma (StageRun * run, GstBuffer * buffer, gint x, gint y)
{
  GstVideoInfo info;
  GstVideoFrame frame;
  guint8 value;

  get_out_info (run, &info);
  fail_unless (gst_video_frame_map (&frame, &info, buffer, GST_MAP_READ));
  value = ((guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&frame, 0))
      [y * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0) + x];
  gst_video_frame_unmap (&frame);
  return value;
}

#define BLACK 16
#define GREY 128

GST_START_TEST (another_aspect_ratio_gets_borders_at_the_sides)
{
  StageRun *run = new_run ("profnormalize width=640 height=360", NULL);
  GstBuffer *buffer = convert (run, RAW, 0);

  assert_output (run, "I420", 640, 360);
  /* 480x360 in the middle */
  fail_unless_equals_int (luma (run, buffer, 0, 0), BLACK);
  fail_unless_equals_int (luma (run, buffer, 639, 359), BLACK);
  fail_unless_equals_int (luma (run, buffer, 70, 180), BLACK);
  fail_unless_equals_int (luma (run, buffer, 90, 0), GREY);
  fail_unless_equals_int (luma (run, buffer, 550, 359), GREY);
  gst_buffer_unref (buffer);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (wide_pixels_are_made_square_with_borders_above_and_below)
{
  StageRun *run = new_run ("profnormalize", NULL);
  GstBuffer *buffer = convert (run, CAPS ("I420", 320, 240,
          ",pixel-aspect-ratio=2/1"), 0);

  /* 640x240 becomes 320x120 in the middle. */
  fail_unless_equals_int (luma (run, buffer, 160, 0), BLACK);
  fail_unless_equals_int (luma (run, buffer, 160, 50), BLACK);
  fail_unless_equals_int (luma (run, buffer, 0, 120), GREY);
  fail_unless_equals_int (luma (run, buffer, 319, 120), GREY);
  fail_unless_equals_int (luma (run, buffer, 160, 190), BLACK);
  gst_buffer_unref (buffer);
  stage_run_free (run);
}

GST_END_TEST;

static GstPadProbeReturn
count_caps (GstPad * pad, GstPadProbeInfo * info, gpointer count)
{
  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_CAPS)
    *(guint *) count += 1;
  return GST_PAD_PROBE_OK;
}

static const gchar *const changes[] = {
  CAPS ("I420", 320, 180, ""),
  CAPS ("I420", 1280, 720, ""),
  CAPS ("I420", 161, 121, ""),
  CAPS ("RGBA", 320, 240, ""),
  CAPS ("NV12", 640, 480, ""),
  CAPS ("I420", 320, 240, ",colorimetry=bt709"),
  CAPS ("I420", 320, 240, ",colorimetry=bt601,chroma-site=jpeg"),
  CAPS ("I420", 320, 240, ",interlace-mode=interleaved"),
  CAPS ("I420", 320, 240, ",pixel-aspect-ratio=4/3"),
  "video/x-raw,format=I420,width=320,height=240,framerate=0/1,"
      "max-framerate=60/1",
  "video/x-raw,format=I420,width=320,height=240,framerate=15/1",
  "video/x-raw,format=I420,width=320,height=240",
  RAW,
};

GST_START_TEST (held_caps_hide_every_change_from_downstream)
{
  StageRun *run = new_run ("profnormalize", NULL);
  GstCaps *first, *last;
  GstBuffer *buffer;
  guint n_caps = 0;

  gst_pad_add_probe (run->harness->sinkpad,
      GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, count_caps, &n_caps, NULL);
  gst_buffer_unref (convert (run, RAW, 0));
  first = gst_pad_get_current_caps (run->harness->sinkpad);
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++) {
    buffer = convert (run, changes[i], (i + 1) * FRAME);
    fail_unless_equals_uint64 (gst_buffer_get_size (buffer), 320 * 240 * 3 / 2);
    fail_unless_equals_uint64 (GST_BUFFER_PTS (buffer), (i + 1) * FRAME);
    gst_buffer_unref (buffer);
  }
  last = gst_pad_get_current_caps (run->harness->sinkpad);
  fail_unless (gst_caps_is_strictly_equal (first, last));
  fail_unless_equals_int (n_caps, 1);
  gst_caps_unref (first);
  gst_caps_unref (last);
  stage_run_free (run);
}

GST_END_TEST;

/* A saturated red, by the matrices of BT.709 and BT.601 */
GST_START_TEST (another_colorimetry_is_converted_to_the_held_one)
{
  const gchar *bt709 = CAPS ("I420", 320, 240, ",colorimetry=bt709");
  StageRun *run = new_run ("profnormalize", NULL);
  GstBuffer *buffer;
  guint8 before, after;

  gst_buffer_unref (convert (run, RAW, 0));
  gst_harness_set_src_caps_str (run->harness, bt709);
  buffer = stage_new_frame (bt709, FRAME, FRAME);
  gst_buffer_memset (buffer, 0, 63, 320 * 240);
  gst_buffer_memset (buffer, 320 * 240, 102, 160 * 120);
  gst_buffer_memset (buffer, 320 * 240 * 5 / 4, 240, 160 * 120);
  before = 63;
  fail_unless_equals_int (gst_harness_push (run->harness, buffer),
      GST_FLOW_OK);
  buffer = gst_harness_pull (run->harness);
  after = luma (run, buffer, 160, 120);
  fail_unless (after > before + 10, "%u", after);
  gst_buffer_unref (buffer);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (while_caps_are_held_any_frame_rate_is_taken)
{
  StageRun *run = new_run ("profnormalize", NULL);
  GstCaps *caps = gst_caps_from_string
      ("video/x-raw,format=RGB,width=100,height=50,framerate=15/1");
  GstCaps *all;

  gst_buffer_unref (convert (run, RAW, 0));
  fail_unless (gst_pad_peer_query_accept_caps (run->harness->srcpad, caps));
  all = gst_pad_peer_query_caps (run->harness->srcpad, NULL);
  fail_unless (gst_caps_can_intersect (all, caps));
  gst_caps_unref (all);
  all = gst_pad_peer_query_caps (run->harness->srcpad, caps);
  fail_unless (gst_caps_can_intersect (all, caps)
      && gst_caps_is_subset (all, caps), "%s", gst_caps_to_string (all));
  gst_caps_unref (all);
  gst_caps_unref (caps);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (a_new_run_negotiates_anew)
{
  StageRun *run = stage_run_new ("videotestsrc num-buffers=2 name=src ! "
      "capsfilter name=filter caps=" CAPS ("I420", 320, 240, "") " ! "
      "profnormalize ! fakesink name=sink");
  GstElement *filter = stage_run_get_element (run, "filter");
  GstElement *sink = stage_run_get_element (run, "sink");
  const gint widths[] = { 320, 160 };

  for (guint i = 0; i < 2; i++) {
    GstPad *pad = gst_element_get_static_pad (sink, "sink");
    GstMessage *message;
    GstCaps *caps;
    gint width = 0;

    gst_element_set_state (run->pipeline, GST_STATE_PLAYING);
    message = gst_bus_timed_pop_filtered (run->bus, 20 * GST_SECOND,
        GST_MESSAGE_EOS);
    fail_unless (message != NULL);
    gst_message_unref (message);
    caps = gst_pad_get_current_caps (pad);
    gst_structure_get_int (gst_caps_get_structure (caps, 0), "width", &width);
    fail_unless_equals_int (width, widths[i]);
    gst_caps_unref (caps);
    gst_object_unref (pad);
    gst_element_set_state (run->pipeline, GST_STATE_READY);
    gst_util_set_object_arg (G_OBJECT (filter), "caps",
        CAPS ("I420", 160, 120, ""));
  }
  gst_object_unref (filter);
  gst_object_unref (sink);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (without_held_caps_changes_pass)
{
  StageRun *run = new_run ("profnormalize hold-caps=false", NULL);
  guint n_caps = 0;

  gst_pad_add_probe (run->harness->sinkpad,
      GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, count_caps, &n_caps, NULL);
  gst_buffer_unref (convert (run, RAW, 0));
  gst_buffer_unref (convert (run, CAPS ("RGBA", 641, 480, ""), FRAME));
  assert_output (run, "I420", 640, 480);
  fail_unless_equals_int (n_caps, 2);
  stage_run_free (run);
}

GST_END_TEST;

static void
count_handoff (GstElement * sink, GstBuffer * buffer, GstPad * pad,
    gpointer count)
{
  *(guint *) count += 1;
}

static guint
count_frames_in_file (const gchar * path)
{
  gchar *description = g_strdup_printf ("filesrc location=%s ! "
      "matroskademux ! fakesink name=sink signal-handoffs=true", path);
  StageRun *run = stage_run_new (description);
  GstElement *sink = stage_run_get_element (run, "sink");
  guint n = 0;

  g_signal_connect (sink, "handoff", G_CALLBACK (count_handoff), &n);
  stage_run_to_end (run);
  fail_unless (run->eos, "%s", run->error ? run->error->message : "");
  gst_object_unref (sink);
  stage_run_free (run);
  g_free (description);
  return n;
}

GST_START_TEST (a_matroska_recording_goes_on_through_all_changes)
{
  gchar *dir = run_new_directory ();
  gchar *path = g_build_filename (dir, "a.mkv", NULL);
  gchar *description = g_strdup_printf ("profnormalize ! profencode ! "
      "h264parse ! matroskamux ! filesink location=%s async=false", path);
  StageRun *run = stage_run_new_harness (description, NULL);
  GstMessage *message;

  for (guint i = 0; i < 3 * G_N_ELEMENTS (changes); i++) {
    const gchar *caps = changes[i / 3];

    gst_harness_set_src_caps_str (run->harness, caps);
    fail_unless_equals_int (gst_harness_push (run->harness,
            stage_new_frame (caps, i * FRAME, FRAME)), GST_FLOW_OK);
  }
  gst_harness_push_event (run->harness, gst_event_new_eos ());
  /* The harness is no pipeline: the sink's own message says it. */
  do {
    message = gst_bus_timed_pop_filtered (run->bus, 10 * GST_SECOND,
        GST_MESSAGE_EOS | GST_MESSAGE_ERROR | GST_MESSAGE_ELEMENT);
    fail_unless (message != NULL);
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT)
      gst_clear_message (&message);
  } while (message == NULL);
  fail_unless (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  gst_message_unref (message);
  stage_run_free (run);
  fail_unless_equals_int (count_frames_in_file (path),
      3 * G_N_ELEMENTS (changes));
  g_free (description);
  g_free (path);
  run_remove_directory (dir);
}

GST_END_TEST;

GST_START_TEST (own_time_is_exact_and_excludes_downstream)
{
  StageRun *run;

  stage_clock_start ();
  run = stage_run_new ("videotestsrc num-buffers=5 ! " RAW " ! profnormalize "
      "converter=\"fault mode=advance delay=9000000 ! videoconvertscale\" ! "
      "fault mode=advance delay=1000000000 ! fakesink");
  stage_run_to_end (run);
  fail_unless (run->eos);
  stage_run_assert_own (run, "normalize", 5, 9 * MS);
  stage_run_assert_own (run, "pts", 5, 0);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (normalize_and_pts_agree_on_the_frame)
{
  StageRun *run = new_run ("profnormalize", NULL);
  const GstProfSpan *normalize, *pts;

  gst_buffer_unref (convert (run, CAPS ("RGBA", 320, 240, ""), FRAME));
  gst_buffer_unref (convert (run, CAPS ("RGBA", 320, 240, ""), FRAME));
  stage_run_collect (run);
  fail_unless_equals_int (run->spans->len, 4);
  normalize = stage_run_get_nth (run, "normalize", 1);
  pts = stage_run_get_nth (run, "pts", 1);
  fail_unless_equals_uint64 (normalize->running_time, FRAME);
  fail_unless_equals_uint64 (normalize->running_time_out, FRAME + MS);
  fail_unless_equals_uint64 (pts->running_time, FRAME);
  fail_unless_equals_uint64 (pts->running_time_out, FRAME + MS);
  fail_unless_equals_uint64 (normalize->bytes, 320 * 240 * 4);
  fail_unless_equals_uint64 (pts->bytes, 320 * 240 * 3 / 2);
  fail_unless_equals_int (normalize->packets, 1);
  fail_unless_equals_int (normalize->inside, 0);
  fail_unless_equals_int (normalize->flags, GST_PROF_SPAN_FLAG_CORRECTED);
  fail_unless_equals_int (pts->flags, GST_PROF_SPAN_FLAG_CORRECTED |
      GST_PROF_SPAN_FLAG_NESTED);
  fail_unless_equals_string (pts->stream_id, normalize->stream_id);
  stage_run_free (run);
}

GST_END_TEST;

/* What is not raw video in system memory */
static const gchar *const others[] = {
  "audio/x-raw,format=S16LE,rate=48000,channels=2,layout=interleaved",
  "audio/x-opus,channel-mapping-family=0",
  "video/x-h264,stream-format=byte-stream,alignment=au",
  "video/x-raw(memory:DMABuf),format=I420,width=16,height=16",
  "application/x-something",
};

GST_START_TEST (what_is_not_raw_video_passes_untouched)
{
  StageRun *run = new_run ("profnormalize", NULL);
  GstBuffer *in = gst_buffer_new_allocate (NULL, 77, NULL), *out;
  GstCaps *caps = gst_caps_from_string (others[__i__]), *seen;
  GstStructure *s = gst_structure_new_empty ("mine");
  GstEvent *event;
  gboolean found = FALSE;

  GST_BUFFER_PTS (in) = GST_SECOND;
  GST_BUFFER_DTS (in) = GST_SECOND / 2;
  GST_BUFFER_OFFSET (in) = 12;
  gst_harness_set_src_caps_str (run->harness, others[__i__]);
  fail_unless_equals_int (gst_harness_push (run->harness, in), GST_FLOW_OK);
  out = gst_harness_pull (run->harness);
  fail_unless (out == in);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (out), GST_SECOND);
  fail_unless_equals_uint64 (GST_BUFFER_DTS (out), GST_SECOND / 2);
  fail_unless_equals_uint64 (GST_BUFFER_OFFSET (out), 12);
  seen = gst_pad_get_current_caps (run->harness->sinkpad);
  fail_unless (gst_caps_is_strictly_equal (seen, caps));

  /* The same time again, and a list */
  fail_unless_equals_int (gst_harness_push (run->harness, out), GST_FLOW_OK);
  out = gst_harness_pull (run->harness);
  fail_unless (out == in);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (out), GST_SECOND);
  gst_buffer_unref (out);

  gst_harness_push_event (run->harness,
      gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM, s));
  while (!found && (event = gst_harness_try_pull_event (run->harness))) {
    found = GST_EVENT_TYPE (event) == GST_EVENT_CUSTOM_DOWNSTREAM;
    gst_event_unref (event);
  }
  fail_unless (found);
  stage_run_collect (run);
  fail_unless_equals_int (run->spans->len, 0);
  gst_caps_unref (seen);
  gst_caps_unref (caps);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (a_list_that_is_not_raw_video_stays_a_list)
{
  StageRun *run = new_run ("profnormalize ! fault", NULL);
  GstBufferList *list = gst_buffer_list_new ();
  GstPad *pad = GST_PAD_PEER (run->harness->sinkpad);
  guint n_lists = 0;

  gst_harness_set_src_caps_str (run->harness, "application/x-rtp");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER_LIST,
      (GstPadProbeCallback) count_caps, &n_lists, NULL);
  gst_buffer_list_add (list, gst_buffer_new_allocate (NULL, 10, NULL));
  gst_buffer_list_add (list, gst_buffer_new_allocate (NULL, 10, NULL));
  fail_unless_equals_int (gst_pad_push_list (run->harness->srcpad, list),
      GST_FLOW_OK);
  fail_unless_equals_int (gst_harness_buffers_received (run->harness), 2);
  stage_run_free (run);
}

GST_END_TEST;

static const GstFlowReturn flows[] = {
  GST_FLOW_OK, GST_FLOW_EOS, GST_FLOW_NOT_LINKED, GST_FLOW_ERROR,
  GST_FLOW_FLUSHING,
};

static GstPadProbeReturn
answer_flow (GstPad * pad, GstPadProbeInfo * info, gpointer flow)
{
  gst_buffer_unref (GST_PAD_PROBE_INFO_BUFFER (info));
  GST_PAD_PROBE_INFO_DATA (info) = NULL;
  GST_PAD_PROBE_INFO_FLOW_RETURN (info) = *(const GstFlowReturn *) flow;
  return GST_PAD_PROBE_HANDLED;
}

GST_START_TEST (downstreams_answer_passes_for_what_is_not_raw_video)
{
  StageRun *run = new_run ("profnormalize", NULL);

  gst_harness_set_src_caps_str (run->harness, others[0]);
  gst_pad_add_probe (run->harness->sinkpad, GST_PAD_PROBE_TYPE_BUFFER,
      answer_flow, (gpointer) & flows[__i__], NULL);
  fail_unless_equals_int (gst_harness_push (run->harness,
          gst_buffer_new_allocate (NULL, 4, NULL)), flows[__i__]);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (downstreams_errors_pass_for_frames)
{
  StageRun *run = new_run ("profnormalize", NULL);

  gst_harness_set_src_caps_str (run->harness, RAW);
  gst_pad_add_probe (run->harness->sinkpad, GST_PAD_PROBE_TYPE_BUFFER,
      answer_flow, (gpointer) & flows[__i__], NULL);
  fail_unless_equals_int (gst_harness_push (run->harness,
          stage_new_frame (RAW, 0, FRAME)), flows[__i__]);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (an_unknown_format_is_refused_by_name)
{
  StageRun *run = stage_run_new ("videotestsrc ! profnormalize "
      "format=I42 ! fakesink");

  stage_run_to_end (run);
  fail_unless (run->error != NULL);
  fail_unless (strstr (run->error->message, "\"I42\"") != NULL);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (what_downstream_cannot_take_is_not_negotiated)
{
  StageRun *run = new_run ("profnormalize", "video/x-raw,width=100");

  gst_harness_set_src_caps_str (run->harness, RAW);
  fail_unless_equals_int (gst_harness_push (run->harness,
          stage_new_frame (RAW, 0, FRAME)), GST_FLOW_NOT_NEGOTIATED);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (gap_and_eos_pass_before_any_frame)
{
  StageRun *run = new_run ("profnormalize", NULL);
  GstEvent *event;
  guint gaps = 0, eos = 0;

  gst_harness_set_src_caps_str (run->harness, RAW);
  fail_unless (gst_harness_push_event (run->harness, gst_event_new_gap (0,
              FRAME)));
  fail_unless (gst_harness_push_event (run->harness, gst_event_new_eos ()));
  while ((event = gst_harness_try_pull_event (run->harness)) != NULL) {
    gaps += GST_EVENT_TYPE (event) == GST_EVENT_GAP;
    eos += GST_EVENT_TYPE (event) == GST_EVENT_EOS;
    gst_event_unref (event);
  }
  fail_unless_equals_int (gaps, 1);
  fail_unless_equals_int (eos, 1);
  stage_run_free (run);
}

GST_END_TEST;

static Suite *
normalize_suite (void)
{
  Suite *suite = suite_create ("normalize");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, frames_come_out_fit_for_an_encoder, 0,
      G_N_ELEMENTS (outputs));
  tcase_add_test (tcase, another_aspect_ratio_gets_borders_at_the_sides);
  tcase_add_test (tcase,
      wide_pixels_are_made_square_with_borders_above_and_below);
  tcase_add_test (tcase, held_caps_hide_every_change_from_downstream);
  tcase_add_test (tcase, another_colorimetry_is_converted_to_the_held_one);
  tcase_add_test (tcase, while_caps_are_held_any_frame_rate_is_taken);
  tcase_add_test (tcase, a_new_run_negotiates_anew);
  tcase_add_test (tcase, without_held_caps_changes_pass);
  tcase_add_test (tcase, a_matroska_recording_goes_on_through_all_changes);
  tcase_add_test (tcase, own_time_is_exact_and_excludes_downstream);
  tcase_add_test (tcase, normalize_and_pts_agree_on_the_frame);
  tcase_add_loop_test (tcase, what_is_not_raw_video_passes_untouched, 0,
      G_N_ELEMENTS (others));
  tcase_add_test (tcase, a_list_that_is_not_raw_video_stays_a_list);
  tcase_add_loop_test (tcase,
      downstreams_answer_passes_for_what_is_not_raw_video, 0,
      G_N_ELEMENTS (flows));
  tcase_add_loop_test (tcase, downstreams_errors_pass_for_frames, 0,
      G_N_ELEMENTS (flows));
  tcase_add_test (tcase, an_unknown_format_is_refused_by_name);
  tcase_add_test (tcase, what_downstream_cannot_take_is_not_negotiated);
  tcase_add_test (tcase, gap_and_eos_pass_before_any_frame);
  return suite;
}

GST_CHECK_MAIN (normalize);
