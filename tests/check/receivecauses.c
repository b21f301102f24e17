/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The receive path's causes on real threads: RTP through a real jitterbuffer, one
 * thing that goes wrong, and what the wait behind it is said to be. The flows are
 * counted by probes of this file, so that what a plugin sees of a pipeline is not
 * what is tested here. Intervals are those that the flows themselves have seen,
 * and not what was slept.
 */

#include <gst/app/app.h>
#include <gst/check/gstcheck.h>

#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <gst/prof/gstprofclock.h>
#include <gst/prof/gstprofsampler.h>

#include "check-skip.h"

#define MS GST_MSECOND

/* How long what goes wrong lasts, and how much of that must be told rightly. */
#define FAULT (400 * MS)
#define SHARE 70

#define INTERFERENCE 10
#define RUNS 6

#define PACKET_INTERVAL (10 * MS)
#define LOST_PACKETS 5

#define PIPELINE \
  "appsrc name=src is-live=true format=time do-timestamp=true " \
  "caps=application/x-rtp,media=video,clock-rate=90000,encoding-name=TEST," \
  "payload=96 ! identity name=socket ! rtpjitterbuffer name=jitter ! " \
  "identity name=depay ! identity name=decoder ! fakesink async=false sync=false"

static GstElement *pipeline;
static GstProfCoverage *coverage;
static GstProfReceivers *receivers;
static GstProfReceiver *receiver;
static GstProfTransport *transport;
static GstProfSampler *sampler;

static GThread *feeder;
static _Atomic gboolean stop;
static _Atomic gboolean pause_feeding;
static _Atomic gboolean lose_packets;
static _Atomic gboolean tell_missing;
static _Atomic gboolean lose_frames;
static _Atomic gboolean sleep_in_socket;
static _Atomic gboolean sleep_in_decoder;
static _Atomic guint64 jitter_thread;

/* --- the stream --- */

static GstBuffer *
new_packet (guint16 seqnum, GstClockTime now)
{
  guint8 packet[64] = { 0x80, 96 };

  GST_WRITE_UINT16_BE (packet + 2, seqnum);
  GST_WRITE_UINT32_BE (packet + 4, now / 1000 * 9 / 100);
  GST_WRITE_UINT32_BE (packet + 8, 0x1234);
  return gst_buffer_new_memdup (packet, sizeof packet);
}

static gpointer
feed (gpointer data)
{
  GstAppSrc *src = data;
  guint16 seqnum = 1000;

  while (!atomic_load (&stop)) {
    if (atomic_exchange (&lose_packets, FALSE))
      seqnum += LOST_PACKETS;
    if (!atomic_load (&pause_feeding))
      gst_app_src_push_buffer (src, new_packet (seqnum++,
              gst_prof_clock_now ()));
    g_usleep (PACKET_INTERVAL / GST_USECOND);
  }
  return NULL;
}

/* --- what the plugin's probes do --- */

static GstPadProbeReturn
count_in (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  static guint16 last;
  GstClockTime now = gst_prof_clock_now ();
  guint8 bytes[2];
  guint skipped;
  guint16 seqnum;

  gst_buffer_extract (GST_PAD_PROBE_INFO_BUFFER (info), 2, bytes, 2);
  seqnum = GST_READ_UINT16_BE (bytes);
  skipped = gst_prof_flow_get_packets (&receiver->in) > 0 ?
      (guint16) (seqnum - last - 1) : 0;
  last = seqnum;
  gst_prof_flow_pass (&transport->any, 1, 64, 0, now);
  gst_prof_flow_pass (&receiver->in, 1, 64, skipped, now);
  if (skipped > 0 && atomic_load (&tell_missing))
    gst_prof_periods_open (&receiver->missing, now, skipped);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
count_out (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstClockTime now = gst_prof_clock_now ();

  /* What is missing was given up. */
  if (now >= gst_prof_flow_get_last (&receiver->out) + FAULT / 2)
    gst_prof_periods_close (&receiver->missing, now, LOST_PACKETS);
  gst_prof_flow_pass (&receiver->out, 1, 64, 0, now);
  atomic_store (&jitter_thread, syscall (SYS_gettid));
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
count_depay (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  if (atomic_load (&lose_frames))
    return GST_PAD_PROBE_DROP;
  gst_prof_flow_pass (&receiver->depay, 1, 64, 0, gst_prof_clock_now ());
  return GST_PAD_PROBE_OK;
}

static void
sleep_if (GstElement * identity, GstBuffer * buffer, gpointer user_data)
{
  _Atomic gboolean *wanted = user_data;

  if (atomic_exchange (wanted, FALSE))
    g_usleep (FAULT / GST_USECOND);
}

/* --- the pipeline --- */

static GstElement *
get_element (const gchar * name)
{
  GstElement *element = gst_bin_get_by_name (GST_BIN (pipeline), name);

  gst_object_unref (element);
  return element;
}

static void
add_probe (const gchar * name, const gchar * pad_name, GstPadProbeCallback func)
{
  GstPad *pad = gst_element_get_static_pad (get_element (name), pad_name);

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, func, NULL, NULL);
  gst_object_unref (pad);
}

static void
add_sleep (const gchar * name, _Atomic gboolean * wanted)
{
  g_object_set (get_element (name), "signal-handoffs", TRUE, NULL);
  g_signal_connect (get_element (name), "handoff", G_CALLBACK (sleep_if),
      (gpointer) wanted);
}

static void
wait_for_packets (guint64 n)
{
  while (gst_prof_flow_get_packets (&receiver->out) < n)
    g_usleep (1000);
}

static gboolean
is_watched (guint64 thread_id)
{
  GstProfThreadUse uses[16];
  guint n = gst_prof_sampler_get_use (sampler, uses, G_N_ELEMENTS (uses));

  for (guint i = 0; i < n; i++) {
    if (uses[i].thread_id == thread_id && uses[i].watched >= 50 * MS)
      return TRUE;
  }
  return FALSE;
}

/* Until it plays, its links are known and its threads watched. */
static void
begin (guint latency)
{
  gconstpointer path[2];
  GError *error = NULL;

  pipeline = gst_parse_launch (PIPELINE, &error);
  fail_unless (pipeline != NULL && error == NULL);
  g_object_set (get_element ("jitter"), "latency", latency, NULL);
  transport = gst_prof_transport_new ();
  receiver = gst_prof_receiver_new ("jitter", get_element ("jitter"),
      transport);
  atomic_store (&receiver->latency, latency * MS);
  atomic_store (&receiver->has_depay, TRUE);
  receivers = gst_prof_receivers_new ();
  fail_unless (gst_prof_receivers_add (receivers, receiver));
  path[0] = get_element ("depay");
  path[1] = get_element ("decoder");
  gst_prof_receivers_set_decode_path (receivers, receiver->element, path, 2);

  add_probe ("jitter", "sink", count_in);
  add_probe ("jitter", "src", count_out);
  add_probe ("depay", "src", count_depay);
  add_sleep ("socket", &sleep_in_socket);
  add_sleep ("decoder", &sleep_in_decoder);
  coverage = gst_prof_coverage_new (GST_OBJECT (pipeline));
  sampler = gst_prof_sampler_new (coverage, receivers,
      GST_PROF_SAMPLER_INTERVAL);
  gst_prof_sampler_start (sampler);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);

  atomic_store (&stop, FALSE);
  feeder = g_thread_new ("feeder", feed, get_element ("src"));
  wait_for_packets (5);
  gst_prof_coverage_refresh (coverage);
  while (!is_watched (atomic_load (&jitter_thread)))
    g_usleep (1000);
}

static void
end (void)
{
  atomic_store (&stop, TRUE);
  g_thread_join (feeder);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_prof_sampler_stop (sampler);
  gst_prof_sampler_free (sampler);
  gst_prof_coverage_stop (coverage);
  gst_prof_coverage_unref (coverage);
  gst_prof_receivers_unref (receivers);
  gst_prof_receiver_unref (receiver);
  gst_prof_transport_unref (transport);
  gst_object_unref (pipeline);
}

/* --- asking --- */

/* The pause of @flow that a fault made, when it is over and all is known. */
static GstProfPeriod
wait_for_pause (GstProfFlow * flow)
{
  GstProfPeriod found[GST_PROF_PERIODS_MAX];

  for (;;) {
    guint n = gst_prof_flow_find_quiets (flow, 0, gst_prof_clock_now (),
        found, G_N_ELEMENTS (found));

    for (guint i = 0; i < n; i++) {
      if (found[i].to != GST_CLOCK_TIME_NONE
          && found[i].to - found[i].from >= FAULT * 3 / 4) {
        while (gst_prof_clock_now () <= found[i].to
            + GST_PROF_EXPLANATION_SETTLE)
          g_usleep (1000);
        return found[i];
      }
    }
    g_usleep (1000);
  }
}

static void
explain (GstClockTime from, GstClockTime to, gboolean live,
    GstProfExplanation * explanation)
{
  const GstProfQuestion question = {
    .n_stretches = 1,
    .stretches = {{atomic_load (&jitter_thread), from, to}},
    .duration = to - from,
    .live = live,
  };
  GstClockTime sum;

  fail_unless (gst_prof_sampler_explain (sampler, &question, explanation));
  sum = explanation->root.rest;
  for (guint i = 0; i < explanation->root.n_items; i++)
    sum += explanation->root.items[i].time;
  assert_equals_uint64 (sum, to - from);
}

static guint
get_share (const GstProfBlame * blame, GstProfCause cause)
{
  return gst_prof_blame_get (blame, cause) * 100 / blame->wall;
}

static gboolean
is_calm (const GstProfExplanation * explanation)
{
  const GstProfBlame *root = &explanation->root;

  return get_share (root, GST_PROF_CAUSE_CPU_WAIT)
      + get_share (root, GST_PROF_CAUSE_CPU_THROTTLED)
      + get_share (root, GST_PROF_CAUSE_STEAL)
      + get_share (root, GST_PROF_CAUSE_FROZEN) <= INTERFERENCE;
}

static void
assert_root (const GstProfExplanation * explanation, GstProfCause cause,
    const gchar * element)
{
  guint share = get_share (&explanation->root, cause);

  fail_unless (share >= SHARE, "%s is %u %%, upstream %u %%, unknown %u %%: %s",
      gst_prof_cause_get_info (cause)->nick, share,
      get_share (&explanation->root, GST_PROF_CAUSE_UPSTREAM),
      get_share (&explanation->root, GST_PROF_CAUSE_UNKNOWN),
      explanation->evidence);
  assert_equals_string (explanation->root_element, element);
}

static void
assert_evidence (const GstProfExplanation * explanation, const gchar * part)
{
  fail_unless (strstr (explanation->evidence, part) != NULL, "%s",
      explanation->evidence);
}

/* What one fault is said to be; FALSE if the machine had other work. */
typedef gboolean (*TryFunc) (GstProfExplanation * explanation);

static gboolean
find_calm_run (TryFunc try, GstProfExplanation * explanation)
{
  for (guint i = 0; i < RUNS; i++) {
    if (try (explanation))
      return TRUE;
  }
  return FALSE;
}

#define CALM_RUN(try, explanation) G_STMT_START { \
  GST_PROF_CHECK_NEED ("rtpjitterbuffer"); \
  if (!find_calm_run (try, explanation)) \
    GST_PROF_CHECK_SKIP ("the machine is too busy"); \
} G_STMT_END

/* Explains a pause of a flow, and ends. */
static gboolean
finish (GstProfFlow * flow, GstProfExplanation * explanation)
{
  GstProfPeriod pause = wait_for_pause (flow);

  explain (pause.from, pause.to, FALSE, explanation);
  end ();
  return is_calm (explanation);
}

/* --- the faults --- */

static gboolean
try_silence (GstProfExplanation * explanation)
{
  begin (50);
  atomic_store (&pause_feeding, TRUE);
  g_usleep (FAULT / GST_USECOND);
  atomic_store (&pause_feeding, FALSE);
  return finish (&receiver->out, explanation);
}

GST_START_TEST (a_sender_that_pauses_is_network_silent)
{
  GstProfExplanation explanation;

  CALM_RUN (try_silence, &explanation);
  assert_root (&explanation, GST_PROF_CAUSE_NETWORK_SILENT, "jitter");
  assert_evidence (&explanation, "jitter: no RTP packet for ");
  assert_evidence (&explanation, "then none was missing: the sender paused");
  fail_unless (get_share (&explanation.causes, GST_PROF_CAUSE_UPSTREAM)
      >= SHARE);
}

GST_END_TEST;

static gboolean
try_lost_network (GstProfExplanation * explanation)
{
  begin (50);
  atomic_store (&pause_feeding, TRUE);
  g_usleep (FAULT / GST_USECOND);
  atomic_store (&lose_packets, TRUE);
  while (atomic_load (&lose_packets))
    g_usleep (1000);
  atomic_store (&pause_feeding, FALSE);
  return finish (&receiver->in, explanation);
}

GST_START_TEST (a_network_that_loses_all_is_network_silent)
{
  GstProfExplanation explanation;

  CALM_RUN (try_lost_network, &explanation);
  assert_root (&explanation, GST_PROF_CAUSE_NETWORK_SILENT, "jitter");
  assert_evidence (&explanation,
      "then 5 packets were missing: lost on the way");
}

GST_END_TEST;

static gboolean
try_open_silence (GstProfExplanation * explanation)
{
  GstClockTime from;

  begin (50);
  atomic_store (&pause_feeding, TRUE);
  g_usleep (FAULT / GST_USECOND);
  from = gst_prof_flow_get_last (&receiver->out);
  explain (from, gst_prof_clock_now (), TRUE, explanation);
  atomic_store (&pause_feeding, FALSE);
  end ();
  return is_calm (explanation);
}

GST_START_TEST (a_silence_is_told_while_it_lasts)
{
  GstProfExplanation explanation;

  CALM_RUN (try_open_silence, &explanation);
  assert_root (&explanation, GST_PROF_CAUSE_NETWORK_SILENT, "jitter");
  fail_unless (strstr (explanation.evidence, "then") == NULL);
}

GST_END_TEST;

static gboolean
try_loss (GstProfExplanation * explanation)
{
  begin (FAULT / MS);
  atomic_store (&lose_packets, TRUE);
  return finish (&receiver->out, explanation);
}

/* Who does not know that packets are missing sees that they are held. */
GST_START_TEST (packets_that_are_held_are_in_the_jitterbuffer)
{
  GstProfExplanation explanation;

  atomic_store (&tell_missing, FALSE);
  CALM_RUN (try_loss, &explanation);
  assert_root (&explanation, GST_PROF_CAUSE_JITTERBUFFER, "jitter");
  assert_evidence (&explanation, " packets came in and 0 went out for ");
  assert_evidence (&explanation, ", latency 400ms");
  assert_equals_uint64 (explanation.missing, 0);
}

GST_END_TEST;

GST_START_TEST (packets_that_are_held_for_lost_ones_are_packet_loss)
{
  GstProfExplanation explanation;

  atomic_store (&tell_missing, TRUE);
  CALM_RUN (try_loss, &explanation);
  assert_root (&explanation, GST_PROF_CAUSE_PACKET_LOSS, "jitter");
  assert_evidence (&explanation, "waiting for missing packets (5 in 1 place)");
  assert_equals_uint64 (explanation.missing, LOST_PACKETS);
}

GST_END_TEST;

static gboolean
try_lost_keyframe (GstProfExplanation * explanation)
{
  begin (50);
  atomic_store (&receiver->keyframe_requests, 2);
  atomic_store (&lose_frames, TRUE);
  g_usleep (FAULT / GST_USECOND);
  atomic_store (&receiver->last_keyframe_request, gst_prof_clock_now ());
  atomic_store (&lose_frames, FALSE);
  return finish (&receiver->depay, explanation);
}

GST_START_TEST (packets_of_which_no_frame_comes_are_a_keyframe_wait)
{
  GstProfExplanation explanation;

  CALM_RUN (try_lost_keyframe, &explanation);
  assert_root (&explanation, GST_PROF_CAUSE_KEYFRAME_WAIT, "jitter");
  assert_evidence (&explanation, " packets/s went to the depayloader, no frame "
      "came out for ");
  assert_evidence (&explanation, "; 2 key frames asked for so far, the last 0.");
}

GST_END_TEST;

static gboolean
try_slow_decoder (GstProfExplanation * explanation)
{
  begin (50);
  atomic_store (&sleep_in_decoder, TRUE);
  return finish (&receiver->depay, explanation);
}

GST_START_TEST (work_in_the_decode_path_is_decoder_slow)
{
  GstProfExplanation explanation;

  CALM_RUN (try_slow_decoder, &explanation);
  assert_root (&explanation, GST_PROF_CAUSE_DECODER_SLOW, "decoder");
  assert_evidence (&explanation, "decoder: the decode path was at work for ");
  assert_evidence (&explanation, ": sleep ");
  assert_evidence (&explanation, "; thread of jitter:src");
  fail_unless (get_share (&explanation.causes, GST_PROF_CAUSE_SLEEP) >= SHARE);
  fail_unless (get_share (&explanation.causes, GST_PROF_CAUSE_DECODER_SLOW)
      == 0);
}

GST_END_TEST;

static gboolean
try_blocked_receive_thread (GstProfExplanation * explanation)
{
  begin (50);
  atomic_store (&sleep_in_socket, TRUE);
  g_usleep (FAULT / 2 / GST_USECOND);
  gst_prof_periods_open (&transport->socket_full, gst_prof_clock_now (), 0);
  atomic_store (&transport->socket_bytes, 208 * 1000);
  atomic_store (&transport->socket_drops, 312);
  wait_for_pause (&receiver->in);
  gst_prof_periods_close (&transport->socket_full, gst_prof_clock_now (), 312);
  return finish (&receiver->in, explanation);
}

GST_START_TEST (who_sleeps_before_a_full_socket_is_the_receive_thread)
{
  GstProfExplanation explanation;

  CALM_RUN (try_blocked_receive_thread, &explanation);
  assert_root (&explanation, GST_PROF_CAUSE_RECEIVE_THREAD, "socket");
  assert_evidence (&explanation,
      "socket: the recorder did not read its socket for ");
  assert_evidence (&explanation, ": sleep ");
  assert_evidence (&explanation, " in clock_nanosleep");
  assert_evidence (&explanation, "(208 kB now), 312 packets dropped there so "
      "far; thread of src:src");
}

GST_END_TEST;

/* A near miss: nothing is kept from being read. */
static gboolean
try_sleeping_receive_thread (GstProfExplanation * explanation)
{
  begin (50);
  atomic_store (&sleep_in_socket, TRUE);
  return finish (&receiver->in, explanation);
}

GST_START_TEST (who_sleeps_before_an_empty_socket_just_sleeps)
{
  GstProfExplanation explanation;

  CALM_RUN (try_sleeping_receive_thread, &explanation);
  assert_root (&explanation, GST_PROF_CAUSE_SLEEP, "socket");
}

GST_END_TEST;

static Suite *
receivecauses_suite (void)
{
  Suite *s = suite_create ("receivecauses");
  TCase *tc = tcase_create ("receivecauses");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, a_sender_that_pauses_is_network_silent);
  tcase_add_test (tc, a_network_that_loses_all_is_network_silent);
  tcase_add_test (tc, a_silence_is_told_while_it_lasts);
  tcase_add_test (tc, packets_that_are_held_are_in_the_jitterbuffer);
  tcase_add_test (tc, packets_that_are_held_for_lost_ones_are_packet_loss);
  tcase_add_test (tc, packets_of_which_no_frame_comes_are_a_keyframe_wait);
  tcase_add_test (tc, work_in_the_decode_path_is_decoder_slow);
  tcase_add_test (tc, who_sleeps_before_a_full_socket_is_the_receive_thread);
  tcase_add_test (tc, who_sleeps_before_an_empty_socket_just_sleeps);
  return s;
}

GST_CHECK_MAIN (receivecauses);
