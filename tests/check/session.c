/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A real WebRTC session over 127.0.0.1, the built-in sender's: how it started,
 * and what came in. */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofsummary.h>

#include "../../tools/streamingthreads.h"
#include "../../tools/webrtcpeer.h"
#include "../../tools/webrtcsender.h"

#include <glib/gstdio.h>
#include <string.h>

/* The sender waits for so long before it sends. */
#define PAUSE (300 * GST_MSECOND)

#define RECEIVER \
    "latencytracer name=tracer webrtcbin name=webrtc " \
    "queue name=video ! rtpvp8depay request-keyframe=true " \
    "wait-for-keyframe=true ! vp8dec ! profnormalize " \
    "! profencode encoder=\"x264enc tune=zerolatency speed-preset=ultrafast\" " \
    "! h264parse ! profmuxsink location=%s " \
    "queue name=audio ! rtpopusdepay ! fakesink sync=false async=false"

typedef struct
{
  GstElement *pipeline;
  GstElement *tracer;
  GstElement *webrtcbin;
  GstProfWebRTCSender *sender;
  gchar *location;
} Session;

/* webrtcbin's thread */
static void
link_pad (GstElement * webrtcbin, GstPad * pad, GstElement * pipeline)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  g_autoptr (GstElement) queue = NULL;
  g_autoptr (GstPad) sink = NULL;

  if (GST_PAD_IS_SINK (pad))
    return;
  if (caps == NULL)
    caps = gst_pad_query_caps (pad, NULL);
  queue = gst_bin_get_by_name (GST_BIN (pipeline),
      gst_structure_get_string (gst_caps_get_structure (caps, 0), "media"));
  sink = gst_element_get_static_pad (queue, "sink");
  assert_equals_int (gst_pad_link (pad, sink), GST_PAD_LINK_OK);
}

static void
session_init (Session * s)
{
  GError *error = NULL;
  g_autofree gchar *description = NULL;
  gint fd = g_file_open_tmp ("session-XXXXXX.mkv", &s->location, &error);

  fail_unless (fd >= 0);
  close (fd);
  description = g_strdup_printf (RECEIVER, s->location);
  s->pipeline = gst_parse_launch (description, &error);
  fail_unless (error == NULL, "%s", error ? error->message : "");
  s->tracer = gst_bin_get_by_name (GST_BIN (s->pipeline), "tracer");
  s->webrtcbin = gst_bin_get_by_name (GST_BIN (s->pipeline), "webrtc");
  gst_prof_webrtc_peer_configure (s->webrtcbin, NULL);
  g_signal_connect (s->webrtcbin, "pad-added", G_CALLBACK (link_pad),
      s->pipeline);
  s->sender = gst_prof_webrtc_sender_new (NULL, NULL, &error);
  fail_unless (error == NULL, "%s", error ? error->message : "");
}

static void
session_clear (Session * s)
{
  gst_element_set_state (s->pipeline, GST_STATE_NULL);
  gst_prof_webrtc_sender_free (s->sender);
  gst_object_unref (s->tracer);
  gst_object_unref (s->webrtcbin);
  gst_object_unref (s->pipeline);
  g_unlink (s->location);
  g_free (s->location);
  /* the process ends next, see there */
  fail_unless (gst_prof_streaming_threads_wait (10 * G_USEC_PER_SEC));
}

/* A short pause in waiting for what nobody tells; errors end it. */
static void
wait_a_bit (Session * s)
{
  GstMessage *message = gst_bus_timed_pop_filtered (GST_ELEMENT_BUS
      (s->pipeline), 20 * GST_MSECOND, GST_MESSAGE_ERROR);

  fail_unless (message == NULL, "%s", message ? gst_structure_to_string
      (gst_message_get_structure (message)) : "");
}

static void
session_start (Session * s)
{
  GstElement *sending = gst_prof_webrtc_sender_get_webrtcbin (s->sender);

  gst_element_set_state (s->pipeline, GST_STATE_PLAYING);
  gst_element_set_state (gst_prof_webrtc_sender_get_pipeline (s->sender),
      GST_STATE_PLAYING);
  while (GST_STATE (s->webrtcbin) < GST_STATE_PAUSED)
    wait_a_bit (s);
  g_object_set (s->tracer, "startup-origin",
      (guint64) g_get_monotonic_time () * GST_USECOND, NULL);
  gst_prof_webrtc_peer_connect (sending, s->webrtcbin);
  while (!gst_prof_webrtc_peer_is_connected (sending)
      || !gst_prof_webrtc_peer_is_connected (s->webrtcbin))
    wait_a_bit (s);
  g_usleep (PAUSE / GST_USECOND);
  gst_prof_webrtc_sender_set_sending (s->sender, TRUE);
}

static GstStructure *
get_stats (Session * s, GstProfSummary * summary)
{
  GstStructure *stats = NULL;

  g_object_get (s->tracer, "stats", &stats, NULL);
  fail_unless (gst_prof_summary_parse (summary, stats));
  return stats;
}

/* Index of the stream of that media; none came of it yet: -1 */
static gint
find_media (const GstProfSummary * summary, const gchar * media)
{
  for (guint i = 0; i < summary->receivers->len; i++) {
    const GstProfSummaryReceiver *receiver =
        &g_array_index (summary->receivers, GstProfSummaryReceiver, i);

    if (g_strcmp0 (receiver->media, media) == 0 && receiver->packets > 0)
      return i;
  }
  return -1;
}

static gboolean
is_all_known (Session * s)
{
  g_auto (GstProfSummary) summary = { 0 };
  g_autoptr (GstStructure) stats = get_stats (s, &summary);

  return summary.startup != NULL && find_media (&summary, "video") >= 0
      && find_media (&summary, "audio") >= 0;
}

static gboolean
add_part (GQuark name, const GValue * value, gpointer user_data)
{
  if (G_VALUE_HOLDS_UINT64 (value)
      && strcmp (g_quark_to_string (name), "total") != 0)
    *(guint64 *) user_data += g_value_get_uint64 (value);
  return TRUE;
}

static guint64
get_part (const GstStructure * startup, const gchar * name)
{
  guint64 time = 0;

  fail_unless (gst_structure_get_uint64 (startup, name, &time), "no %s in %s",
      name, gst_structure_to_string (startup));
  return time;
}

static void
assert_startup (const GstStructure * startup)
{
  static const gchar *const names[] = {
    "signalling", "gathering", "ice", "dtls", "sender", "jitterbuffer",
    "decoder", "queue", "normalize", "encoder", "container",
  };
  guint64 sum = 0;

  assert_equals_string (gst_structure_get_string (startup, "from"), "contact");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    get_part (startup, names[i]);
  fail_if (gst_structure_has_field (startup, "unknown"), "%s",
      gst_structure_to_string (startup));
  gst_structure_foreach (startup, add_part, &sum);
  assert_equals_uint64 (sum, get_part (startup, "total"));
  fail_unless (get_part (startup, "sender") >= PAUSE, "%s",
      gst_structure_to_string (startup));
}

static guint64
get_packets (const GstProfSummary * summary, const gchar * media)
{
  gint i = find_media (summary, media);

  return i < 0 ? 0 : g_array_index (summary->receivers,
      GstProfSummaryReceiver, i).packets;
}

static void
assert_received (const GstProfSummary * summary, const gchar * media,
    const gchar * encoding, guint64 least)
{
  gint i = find_media (summary, media);
  const GstProfSummaryReceiver *receiver;

  fail_unless (i >= 0, "no %s", media);
  receiver = &g_array_index (summary->receivers, GstProfSummaryReceiver, i);
  assert_equals_string (receiver->encoding, encoding);
  fail_unless (receiver->packets >= least);
  fail_unless (receiver->bytes > receiver->packets);
}

GST_START_TEST (test_parts_of_a_start_add_up_and_none_is_missing)
{
  Session s = { NULL };
  g_auto (GstProfSummary) summary = { 0 };
  g_autoptr (GstStructure) stats = NULL;

  session_init (&s);
  session_start (&s);
  while (!is_all_known (&s))
    wait_a_bit (&s);
  stats = get_stats (&s, &summary);
  assert_startup (summary.startup);
  session_clear (&s);
}

GST_END_TEST;

GST_START_TEST (test_what_came_in_is_known_when_it_is_over)
{
  Session s = { NULL };
  g_auto (GstProfSummary) before = { 0 }, after = { 0 };
  g_autoptr (GstStructure) stats = NULL, final_stats = NULL;

  session_init (&s);
  session_start (&s);
  while (!is_all_known (&s))
    wait_a_bit (&s);
  stats = get_stats (&s, &before);
  gst_element_set_state (s.pipeline, GST_STATE_NULL);

  final_stats = get_stats (&s, &after);
  /* there may be more: retransmissions have streams of their own */
  fail_unless (after.receivers->len >= before.receivers->len);
  assert_received (&after, "video", "VP8", get_packets (&before, "video"));
  assert_received (&after, "audio", "OPUS", get_packets (&before, "audio"));
  assert_equals_uint64 (get_part (after.startup, "total"),
      get_part (before.startup, "total"));
  session_clear (&s);
}

GST_END_TEST;

static Suite *
session_suite (void)
{
  Suite *s = suite_create ("session");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_parts_of_a_start_add_up_and_none_is_missing);
  tcase_add_test (tc, test_what_came_in_is_known_when_it_is_over);
  return s;
}

GST_CHECK_MAIN (session);
