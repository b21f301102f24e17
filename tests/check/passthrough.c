/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Wrapping changes nothing that a neighbour could see: caps, events, queries,
 * segments, buffers and flow returns are those of the bare child. The same is
 * done to both, and what the neighbours saw is compared.
 */

#include <gst/check/gstcheck.h>
#include <gst/video/video.h>

#include <string.h>

#include "check-skip.h"
#include "padlog.h"

#define WIDTH 64
#define HEIGHT 48
#define FRAME_SIZE (WIDTH * HEIGHT * 3 / 2)
#define FRAME_DURATION (GST_SECOND / 30)
#define CAPS "video/x-raw,format=I420,width=64,height=48,framerate=30/1," \
    "pixel-aspect-ratio=1/1,interlace-mode=progressive,colorimetry=bt601"
#define OTHER_CAPS "video/x-raw,format=I420,width=64,height=48," \
    "framerate=25/1,pixel-aspect-ratio=1/1,interlace-mode=progressive," \
    "colorimetry=bt601"

typedef struct
{
  const gchar *name;
  const gchar *bare;
  const gchar *wrapper;         /* factory */
  const gchar *role;            /* its property for the child, or NULL */
  guint delay;                  /* frames that it may keep */
  gboolean fixed_caps;          /* it has its own way to deal with caps */
  gboolean never_flush;         /* it cannot take that */
} Pair;

static const Pair pairs[] = {
  {"identity", "identity", "profstage", "element"},
  {"videobalance", "videobalance hue=0.4", "profstage", "element"},
  {"videoconvertscale", "videoconvertscale", "profstage", "element"},
  {"a bin", "identity ! videobalance hue=0.4 ! identity", "profstage",
      "element"},
  {"jpegenc", "jpegenc", "profencode", "encoder"},
  {"x264enc", "x264enc threads=1 bframes=2 rc-lookahead=5 sync-lookahead=0 "
        "speed-preset=ultrafast", "profencode", "encoder", 12},
  {"vp8enc", "vp8enc", "profencode", "encoder"},
  {"converter and caps filter", "videoconvertscale ! capsfilter caps="
        "video/x-raw,format=I420,width=64,height=48,pixel-aspect-ratio=1/1",
      "profnormalize", .fixed_caps = TRUE},
};

/*
 * What is done to both
 */

static GstBuffer *
new_frame (guint number, GstBufferFlags flags)
{
  GstBuffer *buffer = gst_buffer_new_and_alloc (FRAME_SIZE);

  gst_buffer_memset (buffer, 0, 16 + number * 7 % 200, FRAME_SIZE);
  gst_buffer_memset (buffer, 64 * (number % 40), 200, 256);
  GST_BUFFER_PTS (buffer) = number * FRAME_DURATION;
  GST_BUFFER_DURATION (buffer) = FRAME_DURATION;
  GST_BUFFER_OFFSET (buffer) = number;
  GST_BUFFER_FLAG_SET (buffer, flags);
  return buffer;
}

static void
push_frames (PadLog * log, guint first, guint n)
{
  for (guint i = first; i < first + n; i++)
    pad_log_push_buffer (log, new_frame (i, 0));
}

static GstEvent *
new_custom (GstEventType type, const gchar * name)
{
  return gst_event_new_custom (type, gst_structure_new (name, "value",
          G_TYPE_INT, 7, NULL));
}

static void
push_caps (PadLog * log, const gchar * description)
{
  GstCaps *caps = gst_caps_from_string (description);

  pad_log_push_event (log, gst_event_new_caps (caps));
  pad_log_query (log, log->src, gst_query_new_allocation (caps, TRUE));
  gst_caps_unref (caps);
}

static void
ask_for_caps (PadLog * log, GstPad * from)
{
  GstCaps *caps = gst_caps_from_string (CAPS);
  GstCaps *other_caps = gst_caps_from_string ("video/x-raw,format=RGB");

  pad_log_query (log, from, gst_query_new_accept_caps (caps));
  pad_log_query (log, from, gst_query_new_accept_caps (other_caps));
  pad_log_query (log, from, gst_query_new_caps (caps));
  pad_log_query (log, from, gst_query_new_caps (other_caps));
  pad_log_query (log, from, gst_query_new_caps (NULL));
  gst_caps_unref (caps);
  gst_caps_unref (other_caps);
}

/* Running time begins at 5 s. */
static void
push_segment (PadLog * log)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.base = 5 * GST_SECOND;
  segment.stop = 60 * GST_SECOND;
  pad_log_push_event (log, gst_event_new_segment (&segment));
}

static void
begin (PadLog * log)
{
  GstEvent *event = gst_event_new_stream_start ("stream");

  gst_event_set_group_id (event, 3);
  pad_log_push_event (log, event);
  push_caps (log, CAPS);
  push_segment (log);
}

static void
push_events (PadLog * log)
{
  pad_log_push_event (log, gst_event_new_tag (gst_tag_list_new (GST_TAG_TITLE,
              "title", NULL)));
  pad_log_push_event (log, new_custom (GST_EVENT_CUSTOM_DOWNSTREAM, "serial"));
  pad_log_push_event (log, new_custom (GST_EVENT_CUSTOM_DOWNSTREAM_STICKY,
          "sticky"));
  pad_log_push_event (log, new_custom (GST_EVENT_CUSTOM_DOWNSTREAM_OOB,
          "overtakes"));
  pad_log_push_event (log, new_custom (GST_EVENT_CUSTOM_BOTH, "both"));
  pad_log_push_event (log, gst_video_event_new_downstream_force_key_unit
      (GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE, TRUE,
          1));
  pad_log_push_event (log, gst_event_new_sink_message ("message",
          gst_message_new_application (NULL, gst_structure_new_empty ("a"))));
}

static void
push_gap (PadLog * log)
{
  pad_log_push_event (log, gst_event_new_gap (20 * FRAME_DURATION,
          FRAME_DURATION));
  pad_log_push_buffer (log, new_frame (21, GST_BUFFER_FLAG_DISCONT));
}

static void
push_list (PadLog * log)
{
  GstBufferList *list = gst_buffer_list_new ();

  gst_buffer_list_add (list, new_frame (22, 0));
  gst_buffer_list_add (list, new_frame (23, GST_BUFFER_FLAG_MARKER));
  gst_buffer_list_add (list, new_frame (24, GST_BUFFER_FLAG_DROPPABLE));
  pad_log_push_list (log, list);
}

static void
send_events (PadLog * log)
{
  pad_log_send_event (log, gst_event_new_qos (GST_QOS_TYPE_UNDERFLOW, 1.1,
          3 * GST_MSECOND, 6 * GST_SECOND));
  pad_log_send_event (log, gst_event_new_latency (70 * GST_MSECOND));
  pad_log_send_event (log, gst_event_new_seek (1.0, GST_FORMAT_TIME,
          GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_NONE, 0));
  pad_log_send_event (log, gst_event_new_navigation (gst_structure_new_empty
          ("application/x-gst-navigation")));
  pad_log_send_event (log, new_custom (GST_EVENT_CUSTOM_UPSTREAM, "upwards"));
  pad_log_send_event (log, gst_video_event_new_upstream_force_key_unit
      (GST_CLOCK_TIME_NONE, TRUE, 2));
}

static GstQuery *
new_custom_query (void)
{
  return gst_query_new_custom (GST_QUERY_CUSTOM,
      gst_structure_new_empty ("question"));
}

static void
ask (PadLog * log)
{
  pad_log_query (log, log->sink, gst_query_new_latency ());
  pad_log_query (log, log->sink, gst_query_new_duration (GST_FORMAT_TIME));
  pad_log_query (log, log->sink, gst_query_new_position (GST_FORMAT_TIME));
  pad_log_query (log, log->sink, gst_query_new_seeking (GST_FORMAT_TIME));
  pad_log_query (log, log->sink, gst_query_new_segment (GST_FORMAT_TIME));
  pad_log_query (log, log->sink, gst_query_new_convert (GST_FORMAT_TIME,
          GST_SECOND, GST_FORMAT_BYTES));
  pad_log_query (log, log->sink, gst_query_new_scheduling ());
  pad_log_query (log, log->sink, gst_query_new_uri ());
  pad_log_query (log, log->sink, gst_query_new_context ("gst.test"));
  pad_log_query (log, log->sink, new_custom_query ());
  pad_log_query (log, log->src, new_custom_query ());
  pad_log_query (log, log->src, gst_query_new_drain ());
  pad_log_query (log, log->src, gst_query_new_position (GST_FORMAT_TIME));
  pad_log_query (log, log->src, gst_query_new_duration (GST_FORMAT_BYTES));
}

static void
flush (PadLog * log)
{
  pad_log_push_event (log, gst_event_new_flush_start ());
  pad_log_push_event (log, gst_event_new_flush_stop (TRUE));
  push_segment (log);
}

static void
try_flow_returns (PadLog * log, guint delay)
{
  static const GstFlowReturn flows[] = {
    GST_FLOW_FLUSHING, GST_FLOW_EOS, GST_FLOW_NOT_LINKED,
    GST_FLOW_NOT_NEGOTIATED, GST_FLOW_ERROR, GST_FLOW_CUSTOM_SUCCESS,
    GST_FLOW_CUSTOM_SUCCESS_2, GST_FLOW_CUSTOM_ERROR, GST_FLOW_CUSTOM_ERROR_1,
  };

  for (guint i = 0; i < G_N_ELEMENTS (flows); i++) {
    log->flow = flows[i];
    push_frames (log, 30, delay + 2);
    log->flow = GST_FLOW_OK;
    flush (log);
    push_frames (log, 60, 1);
    flush (log);
  }
}

static void
finish (PadLog * log)
{
  push_frames (log, 80, 3);
  pad_log_push_event (log, gst_event_new_eos ());
  pad_log_push_buffer (log, new_frame (90, 0));
  flush (log);
  push_frames (log, 91, 2);
  pad_log_push_event (log, gst_event_new_eos ());
}

static void
perform (PadLog * log, const Pair * pair)
{
  begin (log);
  push_frames (log, 0, 3 + pair->delay);
  push_events (log);
  send_events (log);
  ask (log);
  push_gap (log);
  push_list (log);
  if (pair->never_flush) {
    pad_log_push_event (log, gst_event_new_eos ());
    return;
  }
  try_flow_returns (log, pair->delay);
  if (!pair->fixed_caps) {
    ask_for_caps (log, log->src);
    ask_for_caps (log, log->sink);
    push_caps (log, OTHER_CAPS);
  }
  finish (log);
}

/*
 * The two
 */

/* Several elements are put into a bin, as a wrapper does it. */
static GstElement *
new_element (const gchar * description)
{
  GError *error = NULL;
  GstElement *element = strchr (description, '!') ?
      gst_parse_bin_from_description (description, TRUE, &error) :
      gst_parse_launch (description, &error);

  fail_unless (error == NULL, "%s: %s", description,
      error ? error->message : "");
  return element;
}

static GstElement *
new_wrapped (const Pair * pair)
{
  GstElement *wrapper = gst_element_factory_make (pair->wrapper, NULL);

  if (g_object_class_find_property (G_OBJECT_GET_CLASS (wrapper), "stage"))
    g_object_set (wrapper, "stage", "tested", NULL);
  if (pair->role != NULL)
    g_object_set (wrapper, pair->role, new_element (pair->bare), NULL);
  return wrapper;
}

/* Links the neighbours to an element of a pipeline, each of whose pads may be
 * NULL, does to it what is to be done, and takes it down. */
static void
observe_pads (PadLog * log, GstElement * pipeline, GstPad * sink, GstPad * src,
    const Pair * pair)
{
  GstBus *bus = gst_element_get_bus (pipeline);

  gst_pad_link_full (log->src, sink, GST_PAD_LINK_CHECK_NOTHING);
  if (src != NULL)
    gst_pad_link_full (src, log->sink, GST_PAD_LINK_CHECK_NOTHING);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);

  perform (log, pair);

  gst_element_set_state (pipeline, GST_STATE_READY);
  pad_log_messages (log, bus);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_pad_unlink (log->src, sink);
  if (src != NULL)
    gst_pad_unlink (src, log->sink);
  gst_object_unref (sink);
  gst_clear_object (&src);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
}

static PadLog *
observe (GstElement * element, const Pair * pair)
{
  PadLog *log = pad_log_new ();
  GstElement *pipeline = gst_pipeline_new (NULL);

  gst_bin_add (GST_BIN (pipeline), element);
  observe_pads (log, pipeline, gst_element_get_static_pad (element, "sink"),
      gst_element_get_static_pad (element, "src"), pair);
  return log;
}

/* A sink that is nothing but its pad */
static GstElement *
new_sink (PadLog * log)
{
  GstElement *sink = gst_bin_new (NULL);

  GST_OBJECT_FLAG_SET (sink, GST_ELEMENT_FLAG_SINK);
  gst_element_add_pad (sink, log->sink);
  return sink;
}

static PadLog *
observe_sink (const gchar * wrapper, const gchar * role, const Pair * pair)
{
  PadLog *log = pad_log_new ();
  GstElement *pipeline = gst_pipeline_new (NULL), *sink = new_sink (log);

  if (wrapper != NULL) {
    GstElement *element = gst_element_factory_make (wrapper, NULL);

    if (strcmp (wrapper, "profstage") == 0)
      g_object_set (element, "stage", "tested", NULL);
    g_object_set (element, role, sink, NULL);
    sink = element;
  }
  gst_bin_add (GST_BIN (pipeline), sink);
  observe_pads (log, pipeline, gst_element_get_static_pad (sink, "sink"), NULL,
      pair);
  return log;
}

static PadLog *
observe_muxer (const gchar * muxer_name, gboolean wrap, const Pair * pair)
{
  PadLog *log = pad_log_new ();
  GstElement *pipeline = gst_pipeline_new (NULL), *sink = new_sink (log);
  GstElement *muxer = gst_element_factory_make (muxer_name, NULL);

  /* It takes its stream's id from there. */
  g_random_set_seed (1);
  if (wrap) {
    GstElement *element = gst_element_factory_make ("profmuxsink", NULL);

    g_object_set (element, "muxer", muxer, "sink", sink, NULL);
    gst_bin_add (GST_BIN (pipeline), element);
    muxer = element;
  } else {
    gst_bin_add_many (GST_BIN (pipeline), muxer, sink, NULL);
    gst_element_link (muxer, sink);
  }
  observe_pads (log, pipeline, gst_element_request_pad_simple (muxer,
          "video_%u"), NULL, pair);
  return log;
}

static void
assert_same (PadLog * expected, PadLog * got, const gchar * name)
{
  g_autofree gchar *difference = pad_log_compare (expected, got);

  fail_unless (difference == NULL, "%s: %s", name, difference);
}

GST_START_TEST (neighbours_see_no_difference)
{
  const Pair *pair = &pairs[__i__];
  PadLog *bare, *again, *wrapped;

  GST_PROF_CHECK_NEED ("x264enc");
  GST_PROF_CHECK_NEED ("vp8enc");
  bare = observe (new_element (pair->bare), pair);
  again = observe (new_element (pair->bare), pair);
  assert_same (bare, again, "the same thing twice");
  wrapped = observe (new_wrapped (pair), pair);
  assert_same (bare, wrapped, pair->name);
  pad_log_free (bare);
  pad_log_free (again);
  pad_log_free (wrapped);
}

GST_END_TEST;

static const Pair sink_pair = { "a sink" };

static const struct
{
  const gchar *wrapper;
  const gchar *role;
} sink_wrappers[] = {
  {"profsink", "sink"},
  {"profstage", "element"},
};

GST_START_TEST (neighbours_of_a_sink_see_no_difference)
{
  PadLog *bare = observe_sink (NULL, NULL, &sink_pair);
  PadLog *wrapped = observe_sink (sink_wrappers[__i__].wrapper,
      sink_wrappers[__i__].role, &sink_pair);

  assert_same (bare, wrapped, sink_wrappers[__i__].wrapper);
  pad_log_free (bare);
  pad_log_free (wrapped);
}

GST_END_TEST;

/* One that works on the thread that comes, and writes the same each time */
static const Pair mux_pair = { "a muxer",.never_flush = TRUE };

GST_START_TEST (neighbours_of_muxer_and_sink_see_no_difference)
{
  PadLog *bare, *again, *wrapped;

  GST_PROF_CHECK_NEED ("avimux");
  bare = observe_muxer ("avimux", FALSE, &mux_pair);
  again = observe_muxer ("avimux", FALSE, &mux_pair);
  assert_same (bare, again, "the same thing twice");
  wrapped = observe_muxer ("avimux", TRUE, &mux_pair);
  assert_same (bare, wrapped, "profmuxsink");
  pad_log_free (bare);
  pad_log_free (again);
  pad_log_free (wrapped);
}

GST_END_TEST;

GST_START_TEST (neighbours_would_see_a_difference)
{
  const Pair *pair = &pairs[0];
  PadLog *one = observe (new_element ("identity"), pair);
  PadLog *other = observe (new_element ("videobalance hue=0.4"), pair);
  g_autofree gchar *difference = pad_log_compare (one, other);

  fail_unless (difference != NULL);
  pad_log_free (one);
  pad_log_free (other);
}

GST_END_TEST;

static Suite *
passthrough_suite (void)
{
  Suite *suite = suite_create ("passthrough");
  TCase *tcase = tcase_create ("pads");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, neighbours_see_no_difference, 0,
      G_N_ELEMENTS (pairs));
  tcase_add_loop_test (tcase, neighbours_of_a_sink_see_no_difference, 0,
      G_N_ELEMENTS (sink_wrappers));
  tcase_add_test (tcase, neighbours_of_muxer_and_sink_see_no_difference);
  tcase_add_test (tcase, neighbours_would_see_a_difference);
  return suite;
}

GST_CHECK_MAIN (passthrough);
