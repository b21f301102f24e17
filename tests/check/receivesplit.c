/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Why nothing came out of a receive path, and what shows it, from literal times:
 * packets at 100 a second into a jitterbuffer of 200 ms, three to a frame.
 * Whatever happens, the parts follow each other and add up; each case ends with
 * that. All times are milliseconds, the first packet comes at 10 s. */

#include <gst/check/gstcheck.h>

#include <stdlib.h>
#include <string.h>

#include <gst/prof/gstprofreceivetext.h>

#define MS GST_MSECOND
#define LATENCY 200

static GstProfTransport *transport;
static GstProfReceiver *receiver;
static GstProfReceived received;
static GstProfReceivePart parts[64];
static guint n_parts;
static GString *text;
static GstProfCauseDetail detail;

static void
setup (void)
{
  transport = gst_prof_transport_new ();
  receiver = gst_prof_receiver_new ("jitter0", &receiver, transport);
  atomic_store (&receiver->latency, LATENCY * MS);
  atomic_store (&receiver->has_depay, TRUE);
  text = g_string_new (NULL);
}

static void
teardown (void)
{
  gst_prof_receiver_unref (receiver);
  gst_prof_transport_unref (transport);
  g_string_free (text, TRUE);
}

static void
pass (GstProfFlow * flow, guint from, guint to, guint interval)
{
  for (guint t = from; t <= to; t += interval)
    gst_prof_flow_pass (flow, 1, 1000, 0, t * MS);
}

/* Packets that come in now, and what they become. */
static void
receive (guint from, guint to)
{
  pass (&receiver->in, from, to, 10);
  pass (&transport->any, from, to, 10);
  pass (&receiver->out, from + LATENCY, to + LATENCY, 10);
  pass (&receiver->depay, from + LATENCY, to + LATENCY, 30);
}

static void
take (guint from, guint until)
{
  received.receiver = receiver;
  gst_prof_receive_timeline_take (&received.timeline, receiver, from * MS,
      until * MS);
}

static void
assert_conserved (guint from, guint to)
{
  GstClockTime time = from * MS;

  for (guint i = 0; i < n_parts; i++) {
    assert_equals_uint64 (parts[i].from, time);
    fail_unless (parts[i].to > time);
    fail_unless (i == 0 || parts[i].cause != parts[i - 1].cause);
    fail_unless (parts[i].socket_full <= parts[i].to - parts[i].from);
    time = parts[i].to;
  }
  assert_equals_uint64 (time, to * MS);
}

static void
split (guint from, guint to)
{
  n_parts = gst_prof_receive_timeline_split (&received.timeline, from * MS,
      to * MS, parts, G_N_ELEMENTS (parts));
  assert_conserved (from, to);
}

static void
ask (guint from, guint until)
{
  take (from, until);
  split (from, until);
}

static void
assert_part (guint i, GstProfCause cause, guint from, guint to)
{
  fail_unless (i < n_parts);
  fail_unless (parts[i].cause == cause, "part %u is %s, not %s", i,
      gst_prof_cause_get_info (parts[i].cause)->nick,
      gst_prof_cause_get_info (cause)->nick);
  assert_equals_uint64 (parts[i].from, from * MS);
  assert_equals_uint64 (parts[i].to, to * MS);
}

static guint
get_time (GstProfCause cause)
{
  GstClockTime time = 0;

  for (guint i = 0; i < n_parts; i++) {
    if (parts[i].cause == cause)
      time += parts[i].to - parts[i].from;
  }
  return time / MS;
}

static const gchar *
describe (GstProfCause cause, gboolean live)
{
  GstClockTime wall = received.timeline.until - received.timeline.from;

  g_string_truncate (text, 0);
  fail_unless (gst_prof_receive_text_append (text, &received, cause,
          get_time (cause) * MS, wall, live, &detail));
  return text->str;
}

/* --- what is flowing --- */

GST_START_TEST (what_flows_stays_upstream)
{
  receive (10000, 12000);
  ask (11000, 12000);
  assert_equals_int (n_parts, 1);
  assert_part (0, GST_PROF_CAUSE_UPSTREAM, 11000, 12000);
}

GST_END_TEST;

/* Three packets a second. */
GST_START_TEST (a_slow_stream_waits_for_keyframes_never)
{
  pass (&receiver->in, 10000, 20000, 333);
  pass (&receiver->out, 10200, 20200, 333);
  pass (&receiver->depay, 10200, 20200, 333);
  ask (12000, 20000);
  assert_equals_int (get_time (GST_PROF_CAUSE_KEYFRAME_WAIT), 0);
  assert_equals_int (get_time (GST_PROF_CAUSE_PACKET_LOSS), 0);
}

GST_END_TEST;

/* --- nothing comes --- */

GST_START_TEST (what_never_came_is_network_silent)
{
  ask (10000, 13000);
  assert_equals_int (n_parts, 1);
  assert_part (0, GST_PROF_CAUSE_NETWORK_SILENT, 10000, 13000);
  assert_equals_string (describe (GST_PROF_CAUSE_NETWORK_SILENT, TRUE),
      "no RTP packet for 3.00s of 3.00s, no RTCP ever");
  assert_equals_int (detail, GST_PROF_CAUSE_DETAIL_NONE);
}

GST_END_TEST;

static void
receive_with_pause (guint skipped)
{
  receive (10000, 11000);
  gst_prof_flow_pass (&receiver->in, 1, 1000, skipped, 14000 * MS);
  receive (14010, 15000);
}

/* The frames come late by the jitterbuffer's latency. */
GST_START_TEST (a_silence_is_followed_by_the_latency)
{
  receive_with_pause (0);
  ask (11200, 14210);
  assert_equals_int (n_parts, 2);
  assert_part (0, GST_PROF_CAUSE_NETWORK_SILENT, 11200, 14000);
  assert_part (1, GST_PROF_CAUSE_JITTERBUFFER, 14000, 14210);
}

GST_END_TEST;

GST_START_TEST (packets_missing_after_a_silence_were_lost_on_the_way)
{
  receive_with_pause (238);
  pass (&transport->rtcp, 10500, 14500, 1000);
  ask (11200, 14200);
  assert_equals_string (describe (GST_PROF_CAUSE_NETWORK_SILENT, FALSE),
      "no RTP packet for 2.80s of 3.00s, RTCP came meanwhile; then 238 packets "
      "were missing: lost on the way");
  assert_equals_int (detail, GST_PROF_CAUSE_DETAIL_LOST);
}

GST_END_TEST;

GST_START_TEST (no_packet_missing_after_a_silence_the_sender_paused)
{
  receive_with_pause (0);
  pass (&transport->rtcp, 10500, 10500, 1000);
  pass (&transport->rtcp, 14500, 14500, 1000);
  ask (11200, 14200);
  assert_equals_string (describe (GST_PROF_CAUSE_NETWORK_SILENT, FALSE),
      "no RTP packet for 2.80s of 3.00s, no RTCP either; then none was missing: "
      "the sender paused");
  assert_equals_int (detail, GST_PROF_CAUSE_DETAIL_PAUSED);
}

GST_END_TEST;

GST_START_TEST (a_silence_that_goes_on_has_no_afterwards)
{
  receive (10000, 11000);
  pass (&transport->rtcp, 10500, 12600, 700);
  ask (11200, 13000);
  assert_equals_int (n_parts, 1);
  assert_part (0, GST_PROF_CAUSE_NETWORK_SILENT, 11200, 13000);
  assert_equals_string (describe (GST_PROF_CAUSE_NETWORK_SILENT, TRUE),
      "no RTP packet for 1.80s of 1.80s, RTCP 0.4s ago");
  assert_equals_int (detail, GST_PROF_CAUSE_DETAIL_NONE);
}

GST_END_TEST;

GST_START_TEST (without_a_transport_it_is_still_silent)
{
  gst_prof_receiver_unref (receiver);
  receiver = gst_prof_receiver_new ("jitter0", &receiver, NULL);
  pass (&receiver->in, 10000, 11000, 10);
  pass (&receiver->out, 10200, 11200, 10);
  ask (11200, 20000);
  assert_part (0, GST_PROF_CAUSE_NETWORK_SILENT, 11200, 20000);
  assert_equals_string (describe (GST_PROF_CAUSE_NETWORK_SILENT, TRUE),
      "no RTP packet for 8.80s of 8.80s");
}

GST_END_TEST;

/* --- the peer --- */

GST_START_TEST (after_five_seconds_of_nothing_the_peer_was_gone_all_along)
{
  receive (10000, 11000);
  pass (&transport->rtcp, 10000, 11500, 500);
  ask (11200, 16400);
  assert_part (0, GST_PROF_CAUSE_NETWORK_SILENT, 11200, 16400);
  ask (11200, 16500);
  assert_equals_int (n_parts, 1);
  assert_part (0, GST_PROF_CAUSE_PEER_GONE, 11200, 16500);
  assert_equals_string (describe (GST_PROF_CAUSE_PEER_GONE, TRUE),
      "no RTP packet for 5.30s of 5.30s, RTCP 5.0s ago");
  assert_equals_int (detail, GST_PROF_CAUSE_DETAIL_MUTE);
}

GST_END_TEST;

/* 94 s long, in fact. */
GST_START_TEST (a_connection_that_looks_alive_is_named)
{
  receive (10000, 11000);
  pass (&transport->rtcp, 10000, 11000, 500);
  atomic_store (&transport->state, "connected");
  ask (11200, 20000);
  assert_equals_string (describe (GST_PROF_CAUSE_PEER_GONE, TRUE),
      "no RTP packet for 8.80s of 8.80s, RTCP 9.0s ago; though still connected");
}

GST_END_TEST;

GST_START_TEST (a_stretch_of_a_silence_has_the_name_of_the_whole)
{
  receive (10000, 11000);
  pass (&transport->rtcp, 10000, 11000, 500);
  take (11200, 20000);
  split (11300, 11400);
  assert_part (0, GST_PROF_CAUSE_PEER_GONE, 11300, 11400);
}

GST_END_TEST;

GST_START_TEST (whoever_sends_rtcp_is_not_gone)
{
  receive (10000, 11000);
  pass (&transport->rtcp, 10000, 30000, 1000);
  ask (11200, 30500);
  assert_part (0, GST_PROF_CAUSE_NETWORK_SILENT, 11200, 30500);
}

GST_END_TEST;

/* DTLS, say */
GST_START_TEST (whoever_sends_anything_is_not_gone)
{
  receive (10000, 11000);
  pass (&transport->rtcp, 10000, 11000, 1000);
  gst_prof_flow_pass (&transport->any, 1, 60, 0, 14000 * MS);
  ask (11200, 18900);
  assert_part (0, GST_PROF_CAUSE_NETWORK_SILENT, 11200, 18900);
}

GST_END_TEST;

/* Five seconds are RFC 3550's own interval. */
GST_START_TEST (whoever_seldom_sends_rtcp_may_pause_for_longer)
{
  pass (&transport->rtcp, 10000, 30000, 4000);
  receive (10000, 31000);
  ask (31200, 42900);
  assert_part (0, GST_PROF_CAUSE_NETWORK_SILENT, 31200, 42900);
  fail_unless (strstr (describe (GST_PROF_CAUSE_NETWORK_SILENT, TRUE),
          ", RTCP 12.9s ago") != NULL);
  ask (31200, 43000);
  assert_part (0, GST_PROF_CAUSE_PEER_GONE, 31200, 43000);
}

GST_END_TEST;

GST_START_TEST (rtcp_that_was_not_due_is_not_missed)
{
  pass (&transport->rtcp, 10000, 30000, 4000);
  receive (10000, 31000);
  receive (34000, 35000);
  ask (31200, 34200);
  assert_equals_string (describe (GST_PROF_CAUSE_NETWORK_SILENT, FALSE),
      "no RTP packet for 2.80s of 3.00s; then none was missing: the sender "
      "paused");
}

GST_END_TEST;

GST_START_TEST (whoever_never_sent_rtcp_may_pause)
{
  receive (10000, 11000);
  ask (11200, 30000);
  assert_part (0, GST_PROF_CAUSE_NETWORK_SILENT, 11200, 30000);
}

GST_END_TEST;

/* The 18.7 seconds */
GST_START_TEST (whoever_comes_back_was_not_gone)
{
  receive (10000, 11000);
  pass (&transport->rtcp, 10000, 11000, 1000);
  receive (29500, 30000);
  ask (11200, 29700);
  assert_part (0, GST_PROF_CAUSE_NETWORK_SILENT, 11200, 29500);
}

GST_END_TEST;

GST_START_TEST (whoever_says_goodbye_is_gone_at_once)
{
  receive (10000, 11000);
  pass (&transport->rtcp, 10000, 11100, 100);
  atomic_store (&transport->gone_since, 11100 * MS);
  atomic_store (&transport->gone, GST_PROF_GONE_BYE);
  ask (11200, 12000);
  assert_part (0, GST_PROF_CAUSE_PEER_GONE, 11200, 12000);
  assert_equals_string (describe (GST_PROF_CAUSE_PEER_GONE, TRUE),
      "no RTP packet for 800ms of 800ms, RTCP 0.9s ago; it said so (RTCP BYE)");
  assert_equals_int (detail, GST_PROF_CAUSE_DETAIL_SAID_SO);
  atomic_store (&transport->gone, GST_PROF_GONE_CLOSED);
  fail_unless (g_str_has_suffix (describe (GST_PROF_CAUSE_PEER_GONE, TRUE),
          "; DTLS was closed"));
  assert_equals_int (detail, GST_PROF_CAUSE_DETAIL_SAID_SO);
  atomic_store (&transport->gone, GST_PROF_GONE_ICE);
  ask (11200, 12000);
  assert_part (0, GST_PROF_CAUSE_PEER_GONE, 11200, 12000);
  fail_unless (g_str_has_suffix (describe (GST_PROF_CAUSE_PEER_GONE, TRUE),
          "; ICE failed"));
  assert_equals_int (detail, GST_PROF_CAUSE_DETAIL_ICE_LOST);
}

GST_END_TEST;

GST_START_TEST (what_happened_later_does_not_count_before)
{
  receive (10000, 11000);
  atomic_store (&transport->gone_since, 13000 * MS);
  atomic_store (&transport->gone, GST_PROF_GONE_BYE);
  ask (11200, 12000);
  assert_part (0, GST_PROF_CAUSE_NETWORK_SILENT, 11200, 12000);
}

GST_END_TEST;

GST_START_TEST (a_silence_spent_negotiating_is_renegotiation)
{
  receive (10000, 11000);
  gst_prof_periods_open (&transport->renegotiation, 11100 * MS, 0);
  ask (11200, 12000);
  assert_equals_int (n_parts, 1);
  assert_part (0, GST_PROF_CAUSE_RENEGOTIATION, 11200, 12000);
  gst_prof_periods_close (&transport->renegotiation, 12300 * MS, 0);
  receive (12400, 13000);
  ask (11200, 12600);
  assert_part (0, GST_PROF_CAUSE_RENEGOTIATION, 11200, 12400);
  assert_part (1, GST_PROF_CAUSE_JITTERBUFFER, 12400, 12600);
  assert_equals_string (describe (GST_PROF_CAUSE_RENEGOTIATION, FALSE),
      "no RTP packet for 1.20s of 1.40s, offers and answers took 1.20s; then none "
      "was missing: the sender paused");
}

GST_END_TEST;

/* Somebody restarts ICE because nothing comes. */
GST_START_TEST (negotiating_at_the_end_of_a_silence_is_not_its_cause)
{
  receive (10000, 11000);
  gst_prof_periods_add (&transport->renegotiation, 15000 * MS, 15500 * MS, 0);
  receive (15600, 16000);
  ask (11200, 15800);
  assert_part (0, GST_PROF_CAUSE_NETWORK_SILENT, 11200, 15600);
}

GST_END_TEST;

/* --- the jitterbuffer --- */

/* Its latency is set to two seconds while it plays. */
GST_START_TEST (what_came_and_did_not_go_out_is_held)
{
  receive (10000, 11000);
  pass (&receiver->in, 11010, 15000, 10);
  pass (&receiver->out, 13100, 15000, 10);
  atomic_store (&receiver->latency, 2000 * MS);
  ask (11250, 13100);
  assert_equals_int (n_parts, 1);
  assert_part (0, GST_PROF_CAUSE_JITTERBUFFER, 11250, 13100);
  assert_equals_string (describe (GST_PROF_CAUSE_JITTERBUFFER, FALSE),
      "185 packets came in and 0 went out for 1.85s, latency 2.00s");
  assert_equals_int (detail, GST_PROF_CAUSE_DETAIL_LATENCY);
  describe (GST_PROF_CAUSE_JITTERBUFFER, TRUE);
  assert_equals_int (detail, GST_PROF_CAUSE_DETAIL_NONE);
  atomic_store (&receiver->latency, 200 * MS);
  describe (GST_PROF_CAUSE_JITTERBUFFER, TRUE);
  assert_equals_int (detail, GST_PROF_CAUSE_DETAIL_BEYOND_LATENCY);
}

GST_END_TEST;

/* Between two packets there is always a pause: none of them is to blame. */
GST_START_TEST (what_comes_slowly_is_held_as_well)
{
  pass (&receiver->in, 10000, 15000, 100);
  pass (&receiver->out, 10200, 11200, 100);
  pass (&receiver->out, 13100, 15000, 100);
  ask (11250, 13100);
  fail_unless (get_time (GST_PROF_CAUSE_NETWORK_SILENT) <= 100);
  fail_unless (get_time (GST_PROF_CAUSE_JITTERBUFFER) >= 1750);
}

GST_END_TEST;

/* Copies that a browser sends to try out the bandwidth are thrown away. It was
 * killed just then. */
GST_START_TEST (what_is_held_for_no_longer_than_it_can_be_is_a_silence)
{
  receive (10000, 11000);
  pass (&receiver->in, 11010, 11240, 10);
  ask (11200, 15000);
  assert_equals_int (n_parts, 2);
  assert_part (0, GST_PROF_CAUSE_JITTERBUFFER, 11200, 11540);
  assert_part (1, GST_PROF_CAUSE_NETWORK_SILENT, 11540, 15000);
}

GST_END_TEST;

GST_START_TEST (the_first_packet_is_held_for_the_latency)
{
  receive (10000, 11000);
  ask (9000, 10200);
  assert_part (0, GST_PROF_CAUSE_NETWORK_SILENT, 9000, 10000);
  assert_part (1, GST_PROF_CAUSE_JITTERBUFFER, 10000, 10200);
}

GST_END_TEST;

GST_START_TEST (what_is_held_for_a_missing_packet_is_packet_loss)
{
  receive (10000, 11000);
  pass (&receiver->in, 11010, 12000, 10);
  gst_prof_periods_add (&receiver->missing, 11220 * MS, 11400 * MS, 3);
  pass (&receiver->out, 11450, 12000, 10);
  ask (11200, 11450);
  assert_part (0, GST_PROF_CAUSE_JITTERBUFFER, 11200, 11220);
  assert_part (1, GST_PROF_CAUSE_PACKET_LOSS, 11220, 11400);
  assert_part (2, GST_PROF_CAUSE_JITTERBUFFER, 11400, 11450);
  assert_equals_string (describe (GST_PROF_CAUSE_PACKET_LOSS, FALSE),
      "what came was held for 180ms of 250ms, waiting for missing packets (3 in "
      "1 place), latency 200ms");
}

GST_END_TEST;

GST_START_TEST (a_missing_packet_that_holds_nothing_up_is_no_cause)
{
  receive (10000, 12000);
  gst_prof_periods_add (&receiver->missing, 11220 * MS, 11400 * MS, 3);
  ask (11000, 12000);
  assert_equals_int (get_time (GST_PROF_CAUSE_PACKET_LOSS), 0);
}

GST_END_TEST;

/* --- no frame --- */

static void
lose_keyframe (void)
{
  receive (10000, 11000);
  pass (&receiver->in, 11010, 13000, 10);
  pass (&receiver->out, 11210, 13000, 10);
  atomic_store (&receiver->keyframe_requests, 3);
  atomic_store (&receiver->last_keyframe_request, 12190 * MS);
}

GST_START_TEST (packets_without_a_frame_are_a_wait_for_a_keyframe)
{
  lose_keyframe ();
  pass (&receiver->depay, 12400, 13000, 30);
  ask (11190, 12390);
  assert_equals_int (n_parts, 1);
  assert_part (0, GST_PROF_CAUSE_KEYFRAME_WAIT, 11190, 12390);
  assert_equals_string (describe (GST_PROF_CAUSE_KEYFRAME_WAIT, FALSE),
      "100 packets/s went to the depayloader, no frame came out for 1.20s; 3 key "
      "frames asked for so far, the last 0.2s ago");
  assert_equals_int (detail, GST_PROF_CAUSE_DETAIL_ASKED);
}

GST_END_TEST;

/* The thread waits for a moment before each packet. */
GST_START_TEST (each_moment_of_a_wait_for_a_keyframe_is_one)
{
  lose_keyframe ();
  take (11200, 12400);
  for (guint t = 11200; t < 12400; t += 10) {
    split (t, t + 10);
    assert_part (0, GST_PROF_CAUSE_KEYFRAME_WAIT, t, t + 10);
  }
}

GST_END_TEST;

GST_START_TEST (the_first_keyframe_is_waited_for_as_well)
{
  pass (&receiver->in, 10000, 13000, 10);
  pass (&receiver->out, 10200, 13000, 10);
  ask (9900, 12000);
  assert_part (0, GST_PROF_CAUSE_NETWORK_SILENT, 9900, 10000);
  assert_part (1, GST_PROF_CAUSE_JITTERBUFFER, 10000, 10200);
  assert_part (2, GST_PROF_CAUSE_KEYFRAME_WAIT, 10200, 12000);
  fail_unless (g_str_has_suffix (describe (GST_PROF_CAUSE_KEYFRAME_WAIT, TRUE),
          "; no key frame was asked for"), "%s", text->str);
  assert_equals_int (detail, GST_PROF_CAUSE_DETAIL_NOT_ASKED);
}

GST_END_TEST;

/* Ten frames a second, whose packets are spread over their time */
GST_START_TEST (what_a_frame_takes_is_no_wait_for_a_keyframe)
{
  pass (&receiver->in, 10000, 12000, 10);
  pass (&receiver->out, 10200, 12200, 10);
  pass (&receiver->depay, 10200, 12200, 100);
  ask (11000, 12000);
  assert_equals_int (n_parts, 1);
  assert_part (0, GST_PROF_CAUSE_UPSTREAM, 11000, 12000);
}

GST_END_TEST;

GST_START_TEST (a_silence_while_a_keyframe_is_waited_for_is_a_silence)
{
  receive (10000, 11000);
  pass (&receiver->in, 11010, 12000, 10);
  pass (&receiver->out, 11210, 12200, 10);
  pass (&receiver->in, 15000, 16000, 10);
  pass (&receiver->out, 15200, 16000, 10);
  ask (11200, 16000);
  assert_part (0, GST_PROF_CAUSE_KEYFRAME_WAIT, 11200, 12200);
  assert_part (1, GST_PROF_CAUSE_NETWORK_SILENT, 12200, 15000);
  assert_part (2, GST_PROF_CAUSE_JITTERBUFFER, 15000, 15200);
  assert_part (3, GST_PROF_CAUSE_KEYFRAME_WAIT, 15200, 16000);
}

GST_END_TEST;

/* It takes a moment until the packets make a frame again. */
GST_START_TEST (the_first_frame_after_a_silence_is_no_wait_for_a_keyframe)
{
  receive (10000, 11000);
  pass (&receiver->in, 14000, 15000, 10);
  pass (&receiver->out, 14000, 15000, 10);
  pass (&receiver->depay, 14080, 15000, 30);
  ask (11200, 14080);
  assert_equals_int (n_parts, 2);
  assert_part (0, GST_PROF_CAUSE_NETWORK_SILENT, 11200, 14000);
  assert_part (1, GST_PROF_CAUSE_UPSTREAM, 14000, 14080);
}

GST_END_TEST;

/* 20 packets a second, with a pause between any two */
GST_START_TEST (a_slow_stream_waits_for_its_keyframe_all_the_time)
{
  pass (&receiver->in, 10000, 15000, 60);
  pass (&receiver->out, 10200, 15000, 60);
  pass (&receiver->depay, 10200, 11000, 60);
  ask (11100, 14000);
  assert_equals_int (get_time (GST_PROF_CAUSE_KEYFRAME_WAIT), 2900);
}

GST_END_TEST;

static void
decode_until (guint to)
{
  receive (10000, 14000);
  atomic_store (&receiver->has_decoder, TRUE);
  pass (&receiver->decoded, 10210, to, 30);
}

GST_START_TEST (a_decoder_that_asked_waits_for_a_keyframe)
{
  decode_until (11200);
  atomic_store (&receiver->keyframe_requests, 1);
  atomic_store (&receiver->last_keyframe_request, 11300 * MS);
  ask (11210, 12210);
  assert_equals_int (n_parts, 1);
  assert_part (0, GST_PROF_CAUSE_KEYFRAME_WAIT, 11210, 12210);
  fail_unless (g_str_has_suffix (describe (GST_PROF_CAUSE_KEYFRAME_WAIT, TRUE),
          " buffers/s went to the decoder, no frame came out for 1.00s; 1 key "
          "frame asked for so far, the last 0.9s ago"), "%s", text->str);
  fail_unless (ABS (atoi (text->str) - 33) <= 1, "%s", text->str);
}

GST_END_TEST;

GST_START_TEST (a_decoder_that_did_not_ask_waits_for_no_keyframe)
{
  decode_until (11200);
  atomic_store (&receiver->last_keyframe_request, 10500 * MS);
  ask (11210, 12210);
  assert_equals_int (n_parts, 1);
  assert_part (0, GST_PROF_CAUSE_UPSTREAM, 11210, 12210);
}

GST_END_TEST;

/* A recording without decoding */
GST_START_TEST (without_a_decoder_none_is_waited_for)
{
  receive (10000, 14000);
  atomic_store (&receiver->last_keyframe_request, 11300 * MS);
  ask (11210, 12210);
  assert_part (0, GST_PROF_CAUSE_UPSTREAM, 11210, 12210);
}

GST_END_TEST;

/* --- the socket --- */

GST_START_TEST (a_full_socket_is_told_with_each_part)
{
  receive (10000, 11000);
  receive (14000, 15000);
  gst_prof_periods_add (&transport->socket_full, 12000 * MS, 14100 * MS, 312);
  atomic_store (&transport->socket_drops, 312);
  atomic_store (&transport->socket_bytes, 208 * 1000);
  ask (11200, 14200);
  assert_equals_int (n_parts, 2);
  assert_equals_uint64 (parts[0].socket_full, 2000 * MS);
  assert_equals_uint64 (parts[1].socket_full, 100 * MS);
  gst_prof_receive_text_append_socket (text, &received);
  assert_equals_string (text->str, "; the socket's queue was full for 2.10s "
      "(208 kB now), 312 packets dropped there so far");
}

GST_END_TEST;

GST_START_TEST (an_empty_socket_is_not_worth_a_word)
{
  receive (10000, 11000);
  ask (11200, 12000);
  gst_prof_receive_text_append_socket (text, &received);
  assert_equals_string (text->str, "");
}

GST_END_TEST;

/* --- all of it --- */

GST_START_TEST (what_threads_did_has_no_text_here)
{
  ask (11200, 12000);
  fail_if (gst_prof_receive_text_append (text, &received,
          GST_PROF_CAUSE_ON_CPU, 1, 1, FALSE, &detail));
  assert_equals_string (text->str, "");
}

GST_END_TEST;

GST_START_TEST (parts_without_room_are_upstream)
{
  receive_with_pause (0);
  take (10000, 15000);
  n_parts = gst_prof_receive_timeline_split (&received.timeline, 11300 * MS,
      14210 * MS, parts, 2);
  assert_conserved (11300, 14210);
  assert_equals_int (n_parts, 2);
  assert_part (0, GST_PROF_CAUSE_NETWORK_SILENT, 11300, 14000);
  assert_part (1, GST_PROF_CAUSE_UPSTREAM, 14000, 14210);
  n_parts = gst_prof_receive_timeline_split (&received.timeline, 11300 * MS,
      14210 * MS, parts, 1);
  assert_equals_int (n_parts, 1);
  assert_part (0, GST_PROF_CAUSE_UPSTREAM, 11300, 14210);
}

GST_END_TEST;

static GstClockTime
pass_randomly (GRand * rand, GstProfFlow * flow, GstClockTime now)
{
  guint most = g_rand_int_range (rand, 0, 20) == 0 ? 900 : 70;

  now += g_rand_int_range (rand, 1, most) * MS;
  gst_prof_flow_pass (flow, 1, 100, 0, now);
  return now;
}

/* All that can happen, by a fixed sequence of numbers. */
GST_START_TEST (whatever_happens_the_parts_add_up)
{
  GRand *rand = g_rand_new_with_seed (4);
  GstProfFlow *flows[] = { &receiver->in, &receiver->out, &receiver->depay,
    &receiver->decoded, &transport->any, &transport->rtcp,
  };
  GstProfPeriods *periods[] = { &receiver->missing, &transport->socket_full,
    &transport->renegotiation,
  };
  GstClockTime times[G_N_ELEMENTS (flows)] = { 0 };
  GstClockTime ends[G_N_ELEMENTS (periods)] = { 0 };

  atomic_store (&receiver->has_decoder, TRUE);
  for (guint round = 1; round <= 300; round++) {
    GstClockTime now = (10000 + 100 * round) * MS;

    for (guint i = 0; i < G_N_ELEMENTS (flows); i++) {
      times[i] = MAX (times[i], 10000 * MS);
      while (times[i] < now)
        times[i] = pass_randomly (rand, flows[i], times[i]);
    }
    for (guint i = 0; i < G_N_ELEMENTS (periods); i++) {
      GstClockTime from = MAX (ends[i], now);

      ends[i] = from + g_rand_int_range (rand, 1, 200) * MS;
      gst_prof_periods_add (periods[i], from, ends[i], round);
    }
    if (g_rand_int_range (rand, 0, 10) == 0)
      atomic_store (&receiver->last_keyframe_request, now);
    for (guint length = 1; length < 100 * round; length = length * 3 + 7) {
      guint to = now / MS - g_rand_int_range (rand, 0, 100 * round - length);

      ask (to - length, to);
      take (to - length, now / MS);
      split (to - length, to);
    }
  }
  g_rand_free (rand);
}

GST_END_TEST;

static TCase *
new_case (Suite * s, const gchar * name)
{
  TCase *tc = tcase_create (name);

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, teardown);
  return tc;
}

static void
add_silences (TCase * tc)
{
  tcase_add_test (tc, what_flows_stays_upstream);
  tcase_add_test (tc, a_slow_stream_waits_for_keyframes_never);
  tcase_add_test (tc, what_never_came_is_network_silent);
  tcase_add_test (tc, a_silence_is_followed_by_the_latency);
  tcase_add_test (tc, packets_missing_after_a_silence_were_lost_on_the_way);
  tcase_add_test (tc, no_packet_missing_after_a_silence_the_sender_paused);
  tcase_add_test (tc, a_silence_that_goes_on_has_no_afterwards);
  tcase_add_test (tc, without_a_transport_it_is_still_silent);
  tcase_add_test (tc,
      after_five_seconds_of_nothing_the_peer_was_gone_all_along);
  tcase_add_test (tc, a_connection_that_looks_alive_is_named);
  tcase_add_test (tc, a_stretch_of_a_silence_has_the_name_of_the_whole);
  tcase_add_test (tc, whoever_sends_rtcp_is_not_gone);
  tcase_add_test (tc, whoever_sends_anything_is_not_gone);
  tcase_add_test (tc, whoever_seldom_sends_rtcp_may_pause_for_longer);
  tcase_add_test (tc, rtcp_that_was_not_due_is_not_missed);
  tcase_add_test (tc, whoever_never_sent_rtcp_may_pause);
  tcase_add_test (tc, whoever_comes_back_was_not_gone);
  tcase_add_test (tc, whoever_says_goodbye_is_gone_at_once);
  tcase_add_test (tc, what_happened_later_does_not_count_before);
  tcase_add_test (tc, a_silence_spent_negotiating_is_renegotiation);
  tcase_add_test (tc, negotiating_at_the_end_of_a_silence_is_not_its_cause);
}

static void
add_holdups (TCase * tc)
{
  tcase_add_test (tc, what_came_and_did_not_go_out_is_held);
  tcase_add_test (tc, what_comes_slowly_is_held_as_well);
  tcase_add_test (tc, what_is_held_for_no_longer_than_it_can_be_is_a_silence);
  tcase_add_test (tc, the_first_packet_is_held_for_the_latency);
  tcase_add_test (tc, what_is_held_for_a_missing_packet_is_packet_loss);
  tcase_add_test (tc, a_missing_packet_that_holds_nothing_up_is_no_cause);
  tcase_add_test (tc, packets_without_a_frame_are_a_wait_for_a_keyframe);
  tcase_add_test (tc, each_moment_of_a_wait_for_a_keyframe_is_one);
  tcase_add_test (tc, the_first_keyframe_is_waited_for_as_well);
  tcase_add_test (tc, what_a_frame_takes_is_no_wait_for_a_keyframe);
  tcase_add_test (tc, a_silence_while_a_keyframe_is_waited_for_is_a_silence);
  tcase_add_test (tc, the_first_frame_after_a_silence_is_no_wait_for_a_keyframe);
  tcase_add_test (tc, a_slow_stream_waits_for_its_keyframe_all_the_time);
  tcase_add_test (tc, a_decoder_that_asked_waits_for_a_keyframe);
  tcase_add_test (tc, a_decoder_that_did_not_ask_waits_for_no_keyframe);
  tcase_add_test (tc, without_a_decoder_none_is_waited_for);
  tcase_add_test (tc, a_full_socket_is_told_with_each_part);
  tcase_add_test (tc, an_empty_socket_is_not_worth_a_word);
  tcase_add_test (tc, what_threads_did_has_no_text_here);
  tcase_add_test (tc, parts_without_room_are_upstream);
  tcase_add_test (tc, whatever_happens_the_parts_add_up);
}

static Suite *
receivesplit_suite (void)
{
  Suite *s = suite_create ("receivesplit");

  add_silences (new_case (s, "silences"));
  add_holdups (new_case (s, "holdups"));
  return s;
}

GST_CHECK_MAIN (receivesplit);
