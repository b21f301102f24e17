/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What comes into a pipeline, followed on real ones: a bare jitterbuffer that the
 * case feeds, UDP on 127.0.0.1, rtpbin, and two webrtcbins. Counts are compared
 * with what was sent; nothing is judged by how long it took.
 */

#include <gst/app/app.h>
#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofclock.h>

#include "../../plugins/gstprofreceivewatch.h"
#include "../../tools/streamingthreads.h"
#include "../../tools/webrtcpeer.h"
#include "check-skip.h"
#include "run.h"

#include <string.h>

/* Well over what anything here takes. */
#define PATIENCE (20 * GST_SECOND)

#define PACKET_SIZE 64

#define CAPS "application/x-rtp,media=video,clock-rate=90000," \
    "encoding-name=VP8,payload=96"

#define BARE "appsrc name=src is-live=true format=time do-timestamp=true " \
    "caps=" CAPS " ! rtpjitterbuffer name=jitter latency=0 ! " \
    "fakesink sync=false async=false"

#define SENDER "videotestsrc name=camera is-live=true num-buffers=60 ! " \
    "video/x-raw,width=160,height=120,framerate=30/1 ! " \
    "vp8enc deadline=1 cpu-used=8 keyframe-max-dist=30 ! rtpvp8pay ! "

#define DECODE "rtpvp8depay name=depay request-keyframe=true " \
    "wait-for-keyframe=true ! queue ! vp8dec name=decoder ! " \
    "fakesink sync=false async=false"

static GstElement *pipeline;
static GstProfReceivers *receivers;
static GstProfReceiveWatch *watch;
static GstProfBacklogSample *sample;

static void
start_watching (void)
{
  receivers = gst_prof_receivers_new ();
  watch = gst_prof_receive_watch_new (GST_BIN (pipeline), receivers);
  sample = g_new0 (GstProfBacklogSample, 1);
}

static void
launch (const gchar * description)
{
  GError *error = NULL;

  pipeline = gst_parse_launch (description, &error);
  fail_unless (error == NULL, "%s", error ? error->message : "");
  start_watching ();
}

static void
play (void)
{
  fail_if (gst_element_set_state (pipeline, GST_STATE_PLAYING)
      == GST_STATE_CHANGE_FAILURE);
}

/* GStreamer's own thread that carried an asynchronous state change on may hold a
 * reference for a moment longer. */
static void
wait_for_other_references (gpointer object)
{
  gint64 end = g_get_monotonic_time () + 5 * G_TIME_SPAN_SECOND;

  while (GST_OBJECT_REFCOUNT_VALUE (object) > 1
      && g_get_monotonic_time () < end)
    g_thread_yield ();
}

/* Nothing of ours holds the pipeline or what is in it any more. */
static void
finish (void)
{
  gst_prof_receive_watch_stop (watch);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  wait_for_other_references (pipeline);
  ASSERT_OBJECT_REFCOUNT (pipeline, "pipeline", 1);
  gst_object_unref (pipeline);
  gst_prof_receivers_unref (receivers);
  g_free (sample);
}

static GstElement *
get_element (const gchar * name)
{
  GstElement *element = gst_bin_get_by_name (GST_BIN (pipeline), name);

  fail_unless (element != NULL, "no element %s", name);
  gst_object_unref (element);
  return element;
}

static GstProfReceiveCounts *
read_now (void)
{
  gst_prof_receive_watch_read (watch, sample, gst_prof_clock_now ());
  return sample->n_receivers > 0 ? &sample->receivers[0] : NULL;
}

/* Reads until @expression holds of @counts, the first receiver's numbers. */
#define WAIT_FOR(counts, expression) G_STMT_START { \
  GstClockTime _begin = gst_prof_clock_now (); \
  \
  while ((counts = read_now ()) == NULL || !(expression)) { \
    fail_if (gst_prof_clock_now () > _begin + PATIENCE, \
        "never: " #expression); \
    g_usleep (5000); \
  } \
} G_STMT_END

static GstProfReceiver *
get_receiver (const gchar * name)
{
  GstProfReceiver *receiver = gst_prof_receivers_find (receivers,
      get_element (name));

  fail_unless (receiver != NULL);
  return receiver;
}

static GstBuffer *
new_packet (guint16 number)
{
  guint8 packet[PACKET_SIZE] = { 0x80, 96 };

  GST_WRITE_UINT16_BE (packet + 2, number);
  GST_WRITE_UINT32_BE (packet + 4, number * 900);
  GST_WRITE_UINT32_BE (packet + 8, 0x1234);
  return gst_buffer_new_memdup (packet, sizeof (packet));
}

static void
send (guint16 number)
{
  assert_equals_int (gst_app_src_push_buffer (GST_APP_SRC (get_element ("src")),
          new_packet (number)), GST_FLOW_OK);
}

static guint
find_missing (GstProfReceiver * receiver, GstProfPeriod * found)
{
  return gst_prof_periods_find (&receiver->missing, 0, GST_CLOCK_TIME_NONE,
      found, 4);
}

GST_START_TEST (test_packets_and_bytes_are_those_that_were_sent)
{
  GstProfReceiveCounts *counts;
  GstProfReceiver *receiver;

  GST_PROF_CHECK_NEED ("rtpjitterbuffer");
  launch (BARE);
  play ();
  for (guint i = 0; i < 100; i++)
    send (65500 + i);
  receiver = get_receiver ("jitter");
  WAIT_FOR (counts, counts->packets == 100
      && gst_prof_flow_get_packets (&receiver->out) == 100);
  assert_equals_uint64 (counts->bytes, 100 * PACKET_SIZE);
  assert_equals_uint64 (counts->held, 0);
  assert_equals_string (counts->name, "jitter");
  assert_equals_string (counts->media, "video");
  assert_equals_string (counts->encoding, "VP8");
  fail_if (counts->has_depay || counts->has_decoder);
  assert_equals_uint64 (gst_prof_flow_get_packets
      (&((GstProfTransport *) receiver->transport)->any), 100);
  assert_equals_int (find_missing (receiver, (GstProfPeriod[4]) { }), 0);
  gst_prof_receiver_unref (receiver);
  finish ();
}

GST_END_TEST;

GST_START_TEST (test_lists_of_packets_are_counted_one_by_one)
{
  GstProfReceiveCounts *counts;
  GstBufferList *list = gst_buffer_list_new ();
  GstProfReceiver *receiver;
  GstProfPeriod found[4];

  GST_PROF_CHECK_NEED ("rtpjitterbuffer");
  launch (BARE);
  play ();
  gst_buffer_list_add (list, new_packet (1));
  gst_buffer_list_add (list, new_packet (2));
  gst_buffer_list_add (list, new_packet (5));
  assert_equals_int (gst_app_src_push_buffer_list (GST_APP_SRC (get_element
              ("src")), list), GST_FLOW_OK);
  receiver = get_receiver ("jitter");
  WAIT_FOR (counts, counts->packets == 3);
  assert_equals_uint64 (counts->bytes, 3 * PACKET_SIZE);
  assert_equals_int (find_missing (receiver, found), 1);
  assert_equals_uint64 (found[0].value, 2);
  gst_prof_receiver_unref (receiver);
  finish ();
}

GST_END_TEST;

/* With such a latency nothing is given up while the case runs. */
GST_START_TEST (test_what_is_missing_is_waited_for_until_it_comes)
{
  GstProfReceiveCounts *counts;
  GstProfReceiver *receiver;
  GstProfPeriod found[4];

  GST_PROF_CHECK_NEED ("rtpjitterbuffer");
  launch (BARE);
  g_object_set (get_element ("jitter"), "latency", 60000, NULL);
  play ();
  send (10);
  send (13);
  receiver = get_receiver ("jitter");
  WAIT_FOR (counts, counts->packets == 2);
  assert_equals_uint64 (counts->held, 2);
  assert_equals_int (find_missing (receiver, found), 1);
  fail_unless (found[0].to == GST_CLOCK_TIME_NONE);
  assert_equals_uint64 (found[0].value, 2);

  send (12);
  send (11);
  WAIT_FOR (counts, counts->packets == 4);
  assert_equals_int (find_missing (receiver, found), 1);
  fail_unless (found[0].to != GST_CLOCK_TIME_NONE);
  gst_prof_receiver_unref (receiver);
  finish ();
}

GST_END_TEST;

GST_START_TEST (test_what_is_missing_is_waited_for_until_it_is_given_up)
{
  GstProfReceiveCounts *counts;
  GstProfReceiver *receiver;
  GstProfPeriod found[4];

  GST_PROF_CHECK_NEED ("rtpjitterbuffer");
  launch (BARE);
  g_object_set (get_element ("jitter"), "latency", 100, NULL);
  play ();
  receiver = get_receiver ("jitter");
  for (guint i = 0; i < 30; i++) {
    if (i != 10 && i != 11)
      send (i);
    g_usleep (10000);
  }
  WAIT_FOR (counts, counts->packets == 28
      && gst_prof_flow_get_packets (&receiver->out) == 28);
  assert_equals_uint64 (counts->lost, 2);
  assert_equals_int (find_missing (receiver, found), 1);
  fail_unless (found[0].to != GST_CLOCK_TIME_NONE);
  assert_equals_uint64 (found[0].value, 2);
  gst_prof_receiver_unref (receiver);
  finish ();
}

GST_END_TEST;

GST_START_TEST (test_key_frames_that_are_asked_for_are_counted)
{
  GstProfReceiveCounts *counts;
  GstProfReceiver *receiver;
  GstPad *pad;

  GST_PROF_CHECK_NEED ("rtpjitterbuffer");
  launch (BARE);
  play ();
  send (1);
  receiver = get_receiver ("jitter");
  WAIT_FOR (counts, counts->packets == 1);
  pad = gst_element_get_static_pad (get_element ("jitter"), "src");
  for (guint i = 0; i < 3; i++)
    gst_pad_send_event (pad, gst_event_new_custom (GST_EVENT_CUSTOM_UPSTREAM,
            gst_structure_new_empty ("GstForceKeyUnit")));
  gst_pad_send_event (pad, gst_event_new_custom (GST_EVENT_CUSTOM_UPSTREAM,
          gst_structure_new_empty ("something-else")));
  gst_pad_send_event (pad, gst_event_new_reconfigure ());
  gst_object_unref (pad);

  assert_equals_uint64 (read_now ()->keyframe_requests, 3);
  fail_unless (atomic_load (&receiver->last_keyframe_request) > 0);
  gst_prof_receiver_unref (receiver);
  finish ();
}

GST_END_TEST;

/* Of all that the sender gives, this is dropped: it never gets to us. */
static GstPadProbeReturn
drop_some (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  _Atomic guint *passed = user_data;
  guint i = atomic_fetch_add (passed, 1);

  return i % 10 == 5 ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

static void
wait_for_eos (GstElement * from)
{
  GstBus *bus = gst_element_get_bus (from);
  GstMessage *message = gst_bus_timed_pop_filtered (bus, PATIENCE,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);

  fail_unless (message != NULL && GST_MESSAGE_TYPE (message) ==
      GST_MESSAGE_EOS);
  gst_message_unref (message);
  gst_object_unref (bus);
}

GST_START_TEST (test_the_way_to_the_decoder_is_found_through_bins_and_queues)
{
  GstProfReceiveCounts *counts;
  _Atomic guint passed = 0;
  GstPad *pad;

  GST_PROF_CHECK_NEED ("rtpvp8depay");
  GST_PROF_CHECK_NEED ("vp8enc");
  GST_PROF_CHECK_NEED ("profstage");
  launch (SENDER "identity name=net ! rtpjitterbuffer name=jitter latency=50 "
      "! queue name=q1 ! tee name=t ! queue ! fakesink sync=false async=false "
      "t. ! queue name=q2 ! rtpvp8depay name=depay ! "
      "profstage name=stage stage=decode element=\"identity name=slow ! "
      "vp8dec name=decoder\" ! fakesink sync=false async=false");
  pad = gst_element_get_static_pad (get_element ("net"), "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, drop_some,
      (gpointer) & passed, NULL);
  gst_object_unref (pad);
  play ();
  wait_for_eos (pipeline);

  counts = read_now ();
  fail_unless (counts->has_depay && counts->has_decoder);
  assert_equals_uint64 (counts->packets,
      passed - (passed + 4) / 10);
  fail_unless (counts->depay > 0 && counts->depay < 60);
  fail_unless (counts->decoded > 0 && counts->decoded <= counts->depay);
  fail_unless (counts->lost > 0);

  fail_unless (gst_prof_receivers_is_on_decode_path (receivers,
          get_element ("q2")));
  fail_unless (gst_prof_receivers_is_on_decode_path (receivers,
          get_element ("depay")));
  fail_unless (gst_prof_receivers_is_on_decode_path (receivers,
          get_element ("slow")));
  fail_unless (gst_prof_receivers_is_on_decode_path (receivers,
          get_element ("stage")));
  fail_if (gst_prof_receivers_is_on_decode_path (receivers, pipeline));
  fail_if (gst_prof_receivers_is_on_decode_path (receivers,
          get_element ("net")));
  finish ();
}

GST_END_TEST;

GST_START_TEST (test_packets_made_in_this_process_have_no_transport)
{
  GST_PROF_CHECK_NEED ("vp8enc");
  launch (SENDER "rtpjitterbuffer name=jitter ! " DECODE);
  assert_equals_int (read_now ()->transport, 0);
  finish ();
}

GST_END_TEST;

GST_START_TEST (test_a_jitterbuffer_is_followed_from_when_it_comes_until_it_goes)
{
  GstElement *jitterbuffer, *bin;
  GstProfReceiver *receiver;

  GST_PROF_CHECK_NEED ("rtpjitterbuffer");
  pipeline = gst_pipeline_new (NULL);
  start_watching ();
  read_now ();
  assert_equals_int (sample->n_receivers, 0);

  bin = gst_bin_new ("inner");
  jitterbuffer = gst_element_factory_make ("rtpjitterbuffer", "jitter");
  gst_bin_add (GST_BIN (bin), jitterbuffer);
  gst_bin_add (GST_BIN (pipeline), bin);
  read_now ();
  assert_equals_int (sample->n_receivers, 1);
  fail_if (sample->receivers[0].ended);
  receiver = gst_prof_receivers_find (receivers, jitterbuffer);
  fail_unless (receiver != NULL);
  gst_prof_receiver_unref (receiver);

  gst_object_ref (jitterbuffer);
  gst_bin_remove (GST_BIN (pipeline), bin);
  fail_unless (gst_prof_receivers_find (receivers, jitterbuffer) == NULL);
  read_now ();
  assert_equals_int (sample->n_receivers, 1);
  fail_unless (sample->receivers[0].ended);
  assert_equals_uint64 (sample->receivers[0].id, 1);
  read_now ();
  assert_equals_int (sample->n_receivers, 0);
  ASSERT_OBJECT_REFCOUNT (jitterbuffer, "jitterbuffer", 1);
  gst_object_unref (jitterbuffer);
  finish ();
}

GST_END_TEST;

GST_START_TEST (test_too_many_are_refused_and_counted)
{
  GST_PROF_CHECK_NEED ("rtpjitterbuffer");
  pipeline = gst_pipeline_new (NULL);
  for (guint i = 0; i < GST_PROF_RECEIVERS_MAX + 2; i++)
    gst_bin_add (GST_BIN (pipeline),
        gst_element_factory_make ("rtpjitterbuffer", NULL));
  start_watching ();
  read_now ();
  assert_equals_int (sample->n_receivers, GST_PROF_RECEIVERS_MAX);
  assert_equals_uint64 (sample->receivers_refused, 2);
  finish ();
}

GST_END_TEST;

static gint
get_port (const gchar * name)
{
  gint port;

  g_object_get (get_element (name), "port", &port, NULL);
  return port;
}

static GstElement *sender;

static void
send_to (gint port)
{
  g_autofree gchar *description = g_strdup_printf (SENDER
      "udpsink host=127.0.0.1 port=%d sync=false async=false", port);

  sender = gst_parse_launch (description, NULL);
  gst_element_set_state (sender, GST_STATE_PLAYING);
}

static void
stop_sender (void)
{
  gst_element_set_state (sender, GST_STATE_NULL);
  gst_clear_object (&sender);
}

/* Holds the thread that reads the socket until it is let go. */
typedef struct
{
  GMutex lock;
  GCond cond;
  gboolean held;
  gboolean let_go;
} Hold;

static GstPadProbeReturn
hold (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Hold *self = user_data;

  g_mutex_lock (&self->lock);
  self->held = TRUE;
  while (!self->let_go)
    g_cond_wait (&self->cond, &self->lock);
  g_mutex_unlock (&self->lock);
  return GST_PAD_PROBE_REMOVE;
}

static void
let_go (Hold * self)
{
  g_mutex_lock (&self->lock);
  self->let_go = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
}

GST_START_TEST (test_a_socket_that_nobody_reads_is_full_until_somebody_does)
{
  GstProfReceiveCounts *counts;
  GstProfReceiver *receiver;
  GstProfTransport *transport;
  GstProfPeriod found[4];
  Hold holding = { 0, };
  GstPad *pad;

  GST_PROF_CHECK_NEED ("udpsrc");
  GST_PROF_CHECK_NEED ("vp8enc");
  g_mutex_init (&holding.lock);
  g_cond_init (&holding.cond);
  launch ("udpsrc name=udp address=127.0.0.1 port=0 caps=\"" CAPS "\" ! "
      "rtpjitterbuffer name=jitter ! " DECODE);
  play ();
  send_to (get_port ("udp"));
  WAIT_FOR (counts, counts->packets > 5);
  fail_unless (counts->has_socket);
  assert_equals_int (counts->transport, 1);
  receiver = get_receiver ("jitter");
  transport = receiver->transport;
  assert_equals_int (gst_prof_periods_find (&transport->socket_full, 0,
          GST_CLOCK_TIME_NONE, found, 4), 0);

  pad = gst_element_get_static_pad (get_element ("udp"), "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, hold, &holding, NULL);
  WAIT_FOR (counts, gst_prof_periods_find (&transport->socket_full, 0,
          GST_CLOCK_TIME_NONE, found, 4) == 1);
  fail_unless (counts->socket_bytes > 0);
  fail_unless (found[0].to == GST_CLOCK_TIME_NONE);

  let_go (&holding);
  WAIT_FOR (counts, gst_prof_periods_find (&transport->socket_full, 0,
          GST_CLOCK_TIME_NONE, found, 4) == 1
      && found[0].to != GST_CLOCK_TIME_NONE);
  gst_object_unref (pad);
  gst_prof_receiver_unref (receiver);
  stop_sender ();
  finish ();
}

GST_END_TEST;

static void
link_decoder (GstElement * element, GstPad * pad, gpointer user_data)
{
  GstElement *decoder;
  GstPad *sink;

  if (!GST_PAD_IS_SRC (pad)
      || !g_str_has_prefix (GST_PAD_NAME (pad), user_data))
    return;
  decoder = gst_parse_bin_from_description (DECODE, TRUE, NULL);
  gst_bin_add (GST_BIN (pipeline), decoder);
  gst_element_sync_state_with_parent (decoder);
  sink = gst_element_get_static_pad (decoder, "sink");
  gst_pad_link (pad, sink);
  gst_object_unref (sink);
}

/* rtpbin makes the jitterbuffer with the first packet, and the pad behind it
 * when something comes out. */
GST_START_TEST (test_what_rtpbin_makes_is_counted_from_the_first_packet)
{
  GstProfReceiveCounts *counts;

  GST_PROF_CHECK_NEED ("rtpbin");
  GST_PROF_CHECK_NEED ("vp8enc");
  launch ("rtpbin name=rtp latency=50 udpsrc name=udp address=127.0.0.1 port=0 "
      "caps=\"" CAPS "\" ! rtp.recv_rtp_sink_0");
  g_signal_connect (get_element ("rtp"), "pad-added",
      G_CALLBACK (link_decoder), "recv_rtp_src");
  play ();
  send_to (get_port ("udp"));
  wait_for_eos (sender);
  WAIT_FOR (counts, counts->decoded == 60);

  assert_equals_uint64 (counts->depay, 60);
  assert_equals_uint64 (counts->lost, 0);
  fail_unless (counts->ssrc != 0);
  fail_unless (counts->has_socket);
  stop_sender ();
  finish ();
}

GST_END_TEST;

#define WEBRTC_SENDER SENDER "application/x-rtp,media=video," \
    "encoding-name=VP8,clock-rate=90000,payload=96 ! webrtcbin name=webrtc"

static gboolean
has_webrtc (void)
{
  /* nicesrc says a version that no registry takes for a new one. */
  return gst_registry_check_feature_version (gst_registry_get (), "nicesrc", 0,
      1, 0) && gst_registry_check_feature_version (gst_registry_get (),
      "dtlssrtpdec", 1, 0, 0);
}

/* Two that are connected: one sends, one is in the pipeline. */
typedef struct
{
  GstElement *sender;
  GstElement *offerer;
  GstElement *answerer;
} Session;

static void
session_init (Session * session)
{
  GstElement *camera;

  session->sender = gst_parse_launch (WEBRTC_SENDER, NULL);
  camera = gst_bin_get_by_name (GST_BIN (session->sender), "camera");
  g_object_set (camera, "num-buffers", -1, NULL);
  gst_object_unref (camera);
  session->offerer = gst_bin_get_by_name (GST_BIN (session->sender), "webrtc");
  session->answerer = gst_element_factory_make ("webrtcbin", NULL);
  gst_bin_add (GST_BIN (pipeline), session->answerer);
  gst_prof_webrtc_peer_configure (session->offerer, NULL);
  gst_prof_webrtc_peer_configure (session->answerer, NULL);
  g_signal_connect (session->answerer, "pad-added", G_CALLBACK (link_decoder),
      "src_");
}

static void
session_connect (Session * session)
{
  gst_element_set_state (session->sender, GST_STATE_PLAYING);
  gst_prof_webrtc_peer_connect (session->offerer, session->answerer);
}

static void
session_clear (Session * session)
{
  gst_element_set_state (session->sender, GST_STATE_NULL);
  gst_object_unref (session->offerer);
  gst_object_unref (session->sender);
}

/* The process ends next: what OpenSSL's exit handler frees, threads that have used
 * it and are about to end would free too. */
static void
finish_sessions (Session * sessions, guint n)
{
  for (guint i = 0; i < n; i++)
    session_clear (&sessions[i]);
  finish ();
  fail_unless (gst_prof_streaming_threads_wait (10 * G_USEC_PER_SEC));
}

static gint
compare_type (gconstpointer value, gconstpointer name)
{
  return g_strcmp0 (G_OBJECT_TYPE_NAME (g_value_get_object (value)), name);
}

/* Returns: (transfer none): an element of that type in it */
static GstElement *
find_in (GstElement * bin, const gchar * type)
{
  GstIterator *elements = gst_bin_iterate_recurse (GST_BIN (bin));
  GValue found = G_VALUE_INIT;
  GstElement *element = NULL;

  if (gst_iterator_find_custom (elements, compare_type, &found,
          (gpointer) type)) {
    element = g_value_get_object (&found);
    g_value_unset (&found);
  }
  gst_iterator_free (elements);
  fail_unless (element != NULL, "no %s", type);
  return element;
}

static GstProfTransport *
find_transport (Session * session)
{
  GstProfReceiver *receiver = gst_prof_receivers_find (receivers,
      find_in (session->answerer, "GstRtpJitterBuffer"));
  GstProfTransport *transport = receiver->transport;

  gst_prof_receiver_unref (receiver);
  return transport;
}

#define NEED_WEBRTC() G_STMT_START { \
  GST_PROF_CHECK_NEED ("webrtcbin"); \
  GST_PROF_CHECK_NEED ("vp8enc"); \
  if (!has_webrtc ()) \
    GST_PROF_CHECK_SKIP ("no elements of libnice and DTLS"); \
} G_STMT_END

GST_START_TEST (test_webrtcbin_is_followed_from_the_socket_to_the_decoder)
{
  GstProfReceiveCounts *counts;
  Session session;
  guint64 packets;
  guint ssrc;

  NEED_WEBRTC ();
  pipeline = gst_pipeline_new (NULL);
  session_init (&session);
  start_watching ();
  play ();
  session_connect (&session);

  WAIT_FOR (counts, counts->decoded > 30 && counts->has_socket
      && counts->rtcp_age != GST_CLOCK_TIME_NONE);
  fail_unless (counts->ssrc != 0);
  fail_unless (counts->packets >= counts->decoded);
  fail_unless (counts->has_depay && counts->has_decoder);
  assert_equals_int (counts->transport, 1);
  assert_equals_string (counts->encoding, "VP8");
  assert_equals_string (counts->media, "video");
  fail_unless (g_str_equal (counts->state, "connected")
      || g_str_equal (counts->state, "completed"));
  assert_equals_int (counts->gone, GST_PROF_GONE_NOT);
  assert_equals_uint64 (counts->socket_drops, 0);
  assert_equals_int (gst_prof_periods_find (&find_transport
          (&session)->renegotiation, 0, GST_CLOCK_TIME_NONE,
          (GstProfPeriod[4]) { }, 4), 0);

  /* As the session tells it; while packets come it would mean nothing. */
  ssrc = counts->ssrc;
  gst_element_set_state (session.sender, GST_STATE_NULL);
  do {
    packets = read_now ()->packets;
    g_usleep (50000);
  } while (read_now ()->packets != packets);
  g_signal_emit_by_name (find_in (session.answerer, "GstRtpSession"),
      "on-bye-ssrc", ssrc);
  assert_equals_int (read_now ()->gone, GST_PROF_GONE_BYE);
  fail_unless (atomic_load (&find_transport (&session)->gone_since) > 0);
  finish_sessions (&session, 1);
}

GST_END_TEST;

GST_START_TEST (test_to_negotiate_again_is_told_of_the_transport)
{
  GstProfReceiveCounts *counts;
  GstProfPeriod found[4];
  Session session;

  NEED_WEBRTC ();
  pipeline = gst_pipeline_new (NULL);
  session_init (&session);
  start_watching ();
  play ();
  session_connect (&session);
  WAIT_FOR (counts, counts->decoded > 5);

  gst_prof_webrtc_peer_connect (session.offerer, session.answerer);
  WAIT_FOR (counts, gst_prof_periods_find (&find_transport
          (&session)->renegotiation, 0, GST_CLOCK_TIME_NONE, found, 4) == 1
      && found[0].to != GST_CLOCK_TIME_NONE);
  fail_unless (found[0].from < found[0].to);
  finish_sessions (&session, 1);
}

GST_END_TEST;

GST_START_TEST (test_of_two_sessions_the_one_that_is_not_read_has_a_full_socket)
{
  GstProfReceiveCounts *counts;
  GstProfTransport *read, *not_read;
  Session sessions[2];
  Hold holding = { 0, };
  GstPad *pad;

  NEED_WEBRTC ();
  g_mutex_init (&holding.lock);
  g_cond_init (&holding.cond);
  pipeline = gst_pipeline_new (NULL);
  session_init (&sessions[0]);
  session_init (&sessions[1]);
  start_watching ();
  play ();
  session_connect (&sessions[0]);
  session_connect (&sessions[1]);
  WAIT_FOR (counts, sample->n_receivers == 2
      && sample->receivers[0].decoded > 5 && sample->receivers[1].decoded > 5
      && sample->receivers[0].has_socket && sample->receivers[1].has_socket);
  fail_if (sample->receivers[0].transport == sample->receivers[1].transport);
  read = find_transport (&sessions[0]);
  not_read = find_transport (&sessions[1]);

  pad = gst_element_get_static_pad (find_in (sessions[1].answerer,
          "GstNiceSrc"), "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER |
      GST_PAD_PROBE_TYPE_BUFFER_LIST, hold, &holding, NULL);
  WAIT_FOR (counts, gst_prof_periods_find (&not_read->socket_full, 0,
          GST_CLOCK_TIME_NONE, (GstProfPeriod[4]) { }, 4) == 1
      && atomic_load (&not_read->socket_bytes) > 10000);
  fail_unless (atomic_load (&read->socket_bytes) < 10000);

  let_go (&holding);
  WAIT_FOR (counts, atomic_load (&not_read->socket_bytes) == 0);
  gst_object_unref (pad);
  finish_sessions (sessions, G_N_ELEMENTS (sessions));
}

GST_END_TEST;

static Suite *
receivewatch_suite (void)
{
  Suite *suite = suite_create ("receivewatch");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_set_timeout (tc, 30);
  tcase_add_test (tc, test_packets_and_bytes_are_those_that_were_sent);
  tcase_add_test (tc, test_lists_of_packets_are_counted_one_by_one);
  tcase_add_test (tc, test_what_is_missing_is_waited_for_until_it_comes);
  tcase_add_test (tc, test_what_is_missing_is_waited_for_until_it_is_given_up);
  tcase_add_test (tc, test_key_frames_that_are_asked_for_are_counted);
  tcase_add_test (tc,
      test_the_way_to_the_decoder_is_found_through_bins_and_queues);
  tcase_add_test (tc, test_packets_made_in_this_process_have_no_transport);
  tcase_add_test (tc,
      test_a_jitterbuffer_is_followed_from_when_it_comes_until_it_goes);
  tcase_add_test (tc, test_too_many_are_refused_and_counted);
  tcase_add_test (tc,
      test_a_socket_that_nobody_reads_is_full_until_somebody_does);
  tcase_add_test (tc, test_what_rtpbin_makes_is_counted_from_the_first_packet);
  tcase_add_test (tc, test_webrtcbin_is_followed_from_the_socket_to_the_decoder);
  tcase_add_test (tc, test_to_negotiate_again_is_told_of_the_transport);
  tcase_add_test (tc,
      test_of_two_sessions_the_one_that_is_not_read_has_a_full_socket);
  return suite;
}

GST_CHECK_MAIN (receivewatch);
