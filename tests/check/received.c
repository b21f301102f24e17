/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What came in, from readings to the summary and the words for it. */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofreceived.h>
#include <gst/prof/gstprofreceiver.h>
#include <gst/prof/gstprofreport.h>

#include "../../tools/statusline.h"

#include <string.h>

#define MS GST_MSECOND
#define BEGIN (1000 * GST_SECOND)
#define STEP (250 * MS)

static GstProfReceiveCounts
make_counts (guint64 id, const gchar * media, const gchar * encoding)
{
  GstProfReceiveCounts counts = {
    .id = id,
    .ssrc = 4711,
    .jitter = 1500 * GST_USECOND,
    .latency = 200 * MS,
    .packet_age = GST_CLOCK_TIME_NONE,
    .rtcp_age = GST_CLOCK_TIME_NONE,
    .transport = 1,
    .state = "connected",
  };

  g_snprintf (counts.name, sizeof (counts.name), "rtpjitterbuffer%u",
      (guint) id - 1);
  g_strlcpy (counts.media, media, sizeof (counts.media));
  g_strlcpy (counts.encoding, encoding, sizeof (counts.encoding));
  return counts;
}

/* 45 packets a second, the last 10 ms ago. */
static void
advance (GstProfReceiveCounts * counts, guint reading)
{
  counts->packets = 45 + reading * 45 / 4;
  counts->bytes = counts->packets * 1000;
  counts->packet_age = 10 * MS;
  counts->rtcp_age = 500 * MS;
}

static GstProfSummaryReceiver *
get_receiver (GstProfSummary * summary, guint i)
{
  fail_unless (i < summary->receivers->len);
  return &g_array_index (summary->receivers, GstProfSummaryReceiver, i);
}

GST_START_TEST (test_last_counts_and_rate_are_summed_up)
{
  g_autoptr (GstProfReceived) received = gst_prof_received_new ();
  g_auto (GstProfSummary) summary = { 0 };
  GstProfReceiveCounts counts = make_counts (1, "video", "VP8");
  GstProfSummaryReceiver *receiver;

  for (guint i = 0; i <= 40; i++) {
    advance (&counts, i);
    counts.lost = i / 20;
    gst_prof_received_sample (received, &counts, 1, 0, BEGIN + i * STEP);
  }
  gst_prof_summary_init (&summary);
  gst_prof_received_summarize (received, &summary);
  assert_equals_int (summary.receivers->len, 1);
  receiver = get_receiver (&summary, 0);
  assert_equals_string (receiver->name, "rtpjitterbuffer0");
  assert_equals_string (receiver->media, "video");
  assert_equals_string (receiver->encoding, "VP8");
  assert_equals_string (receiver->state, "connected");
  fail_unless (receiver->gone == NULL);
  assert_equals_uint64 (receiver->packets, 495);
  assert_equals_uint64 (receiver->lost, 2);
  assert_equals_uint64 (receiver->packet_age, 10 * MS);
  assert_equals_float (receiver->rate, 45.0);
  /* 450 packets in 9.99 s */
  fail_unless (receiver->mean_rate > 45.0 && receiver->mean_rate < 45.1);
  assert_equals_uint64 (summary.receivers_refused, 0);
}

GST_END_TEST;

GST_START_TEST (test_rate_is_that_of_now)
{
  g_autoptr (GstProfReceived) received = gst_prof_received_new ();
  g_auto (GstProfSummary) summary = { 0 };
  GstProfReceiveCounts counts = make_counts (1, "video", "VP8");

  for (guint i = 0; i <= 40; i++) {
    advance (&counts, MIN (i, 20));
    if (i > 20)
      counts.packet_age = 10 * MS + (i - 20) * STEP;
    gst_prof_received_sample (received, &counts, 1, 0, BEGIN + i * STEP);
  }
  gst_prof_summary_init (&summary);
  gst_prof_received_summarize (received, &summary);
  assert_equals_float (get_receiver (&summary, 0)->rate, 0.0);
  /* 225 packets in 4.99 s: the silence does not count */
  fail_unless (get_receiver (&summary, 0)->mean_rate > 45.0
      && get_receiver (&summary, 0)->mean_rate < 45.2);
}

GST_END_TEST;

GST_START_TEST (test_stream_that_has_gone_is_kept)
{
  g_autoptr (GstProfReceived) received = gst_prof_received_new ();
  g_auto (GstProfSummary) summary = { 0 };
  GstProfReceiveCounts counts[2] = {
    make_counts (1, "video", "VP8"), make_counts (2, "audio", "OPUS"),
  };

  advance (&counts[0], 0);
  advance (&counts[1], 0);
  gst_prof_received_sample (received, counts, 2, 0, BEGIN);
  advance (&counts[0], 4);
  counts[0].ended = TRUE;
  counts[0].gone = GST_PROF_GONE_CLOSED;
  gst_prof_received_sample (received, counts, 2, 0, BEGIN + STEP);
  gst_prof_received_sample (received, counts + 1, 1, 0, BEGIN + 2 * STEP);
  gst_prof_received_sample (received, counts, 0, 0, BEGIN + 3 * STEP);

  gst_prof_summary_init (&summary);
  gst_prof_received_summarize (received, &summary);
  assert_equals_int (summary.receivers->len, 2);
  fail_unless (get_receiver (&summary, 0)->ended);
  assert_equals_uint64 (get_receiver (&summary, 0)->packets, 90);
  assert_equals_string (get_receiver (&summary, 0)->gone, "closed");
  assert_equals_float (get_receiver (&summary, 0)->rate, 0.0);
  fail_if (get_receiver (&summary, 1)->ended);
}

GST_END_TEST;

GST_START_TEST (test_streams_beyond_the_last_are_counted_once)
{
  g_autoptr (GstProfReceived) received = gst_prof_received_new ();
  g_auto (GstProfSummary) summary = { 0 };

  for (guint i = 1; i <= GST_PROF_RECEIVERS_MAX + 3; i++) {
    GstProfReceiveCounts counts = make_counts (i, "video", "VP8");

    gst_prof_received_sample (received, &counts, 1, 2, BEGIN + i * STEP);
    gst_prof_received_sample (received, &counts, 1, 2, BEGIN + i * STEP);
  }
  gst_prof_summary_init (&summary);
  gst_prof_received_summarize (received, &summary);
  assert_equals_int (summary.receivers->len, GST_PROF_RECEIVERS_MAX);
  assert_equals_uint64 (summary.receivers_refused, 5);
}

GST_END_TEST;

GST_START_TEST (test_stream_without_a_packet_has_no_rate)
{
  g_autoptr (GstProfReceived) received = gst_prof_received_new ();
  g_auto (GstProfSummary) summary = { 0 };
  GstProfReceiveCounts counts = make_counts (1, "", "");

  gst_prof_received_sample (received, &counts, 1, 0, BEGIN);
  gst_prof_received_sample (received, &counts, 1, 0, BEGIN + STEP);
  gst_prof_summary_init (&summary);
  gst_prof_received_summarize (received, &summary);
  fail_unless (get_receiver (&summary, 0)->media == NULL);
  fail_unless (get_receiver (&summary, 0)->encoding == NULL);
  assert_equals_float (get_receiver (&summary, 0)->rate, 0.0);
  assert_equals_float (get_receiver (&summary, 0)->mean_rate, 0.0);
  fail_if (GST_CLOCK_TIME_IS_VALID (get_receiver (&summary, 0)->packet_age));
}

GST_END_TEST;

/* Video with losses, and audio whose peer has gone. */
static void
fill (GstProfSummary * summary)
{
  GstProfSummaryReceiver video = {
    .name = "rtpjitterbuffer0",
    .media = "video",
    .encoding = "VP8",
    .ssrc = 4711,
    .packets = 13117,
    .bytes = 15100000,
    .rate = 45.2,
    .mean_rate = 131.17,
    .lost = 64,
    .late = 3,
    .duplicates = 1,
    .rtx_requested = 70,
    .rtx_received = 6,
    .jitter = 1500 * GST_USECOND,
    .round_trip = 20 * MS,
    .pli = 2,
    .fir = 5,
    .nack = 71,
    .keyframe_requests = 4,
    .held = 9,
    .depay = 3000,
    .decoded = 2999,
    .latency = 200 * MS,
    .packet_age = 10 * MS,
    .rtcp_age = GST_CLOCK_TIME_NONE,
    .socket_drops = 8,
    .state = "connected",
  };
  GstProfSummaryReceiver audio = {
    .name = "rtpjitterbuffer1",
    .media = "audio",
    .encoding = "OPUS",
    .packets = 500,
    .bytes = 60000,
    .rate = 50.0,
    .gone = "bye",
    .packet_age = GST_CLOCK_TIME_NONE,
    .rtcp_age = GST_CLOCK_TIME_NONE,
  };

  g_array_append_val (summary->receivers, video);
  g_array_append_val (summary->receivers, audio);
}

GST_START_TEST (test_receivers_survive_the_structure)
{
  g_auto (GstProfSummary) summary = { 0 }, parsed = { 0 };
  g_autoptr (GstStructure) structure = NULL;
  g_autoptr (GstStructure) startup = gst_structure_new ("startup",
      "from", G_TYPE_STRING, "contact", "total", G_TYPE_UINT64,
      (guint64) (480 * MS), "encoder", G_TYPE_UINT64, (guint64) (480 * MS),
      NULL);
  const GstProfSummaryReceiver *video;

  gst_prof_summary_init (&summary);
  fill (&summary);
  summary.receivers_refused = 3;
  summary.startup = startup;
  structure = gst_prof_summary_to_structure (&summary);
  fail_unless (gst_prof_summary_parse (&parsed, structure));
  assert_equals_int (parsed.receivers->len, 2);
  video = get_receiver (&parsed, 0);
  assert_equals_string (video->name, "rtpjitterbuffer0");
  assert_equals_string (video->encoding, "VP8");
  assert_equals_int (video->ssrc, 4711);
  assert_equals_uint64 (video->packets, 13117);
  assert_equals_float (video->rate, 45.2);
  assert_equals_uint64 (video->lost, 64);
  assert_equals_uint64 (video->rtx_received, 6);
  assert_equals_uint64 (video->jitter, 1500 * GST_USECOND);
  assert_equals_uint64 (video->nack, 71);
  assert_equals_uint64 (video->held, 9);
  assert_equals_uint64 (video->packet_age, 10 * MS);
  assert_equals_uint64 (video->rtcp_age, GST_CLOCK_TIME_NONE);
  assert_equals_uint64 (video->socket_drops, 8);
  fail_unless (video->gone == NULL);
  assert_equals_string (get_receiver (&parsed, 1)->gone, "bye");
  assert_equals_uint64 (parsed.receivers_refused, 3);
  fail_unless (gst_structure_is_equal (parsed.startup, startup));
}

GST_END_TEST;

GST_START_TEST (test_summary_of_before_has_no_receivers)
{
  g_auto (GstProfSummary) summary = { 0 }, parsed = { 0 };
  g_autoptr (GstStructure) structure = NULL;
  g_autofree gchar *text = NULL;

  gst_prof_summary_init (&summary);
  structure = gst_prof_summary_to_structure (&summary);
  gst_structure_remove_field (structure, "receivers");
  fail_unless (gst_prof_summary_parse (&parsed, structure));
  assert_equals_int (parsed.receivers->len, 0);
  fail_unless (parsed.startup == NULL);
  text = gst_prof_report_to_text (structure);
  fail_unless (strstr (text, "received") == NULL, "%s", text);

  gst_structure_set (structure, "receivers", G_TYPE_STRING, "none", NULL);
  fail_if (gst_prof_summary_parse (&parsed, structure));
}

GST_END_TEST;

GST_START_TEST (test_report_has_a_row_for_each_stream)
{
  g_auto (GstProfSummary) summary = { 0 };
  g_autoptr (GstStructure) structure = NULL;
  g_autofree gchar *text = NULL;
  GstProfSummaryReceiver silent = {.name = "rtpjitterbuffer2" };

  gst_prof_summary_init (&summary);
  fill (&summary);
  g_array_append_val (summary.receivers, silent);
  summary.receivers_refused = 1;
  structure = gst_prof_summary_to_structure (&summary);
  text = gst_prof_report_to_text (structure);
  fail_unless (strstr (text, "\n\n"
          "  received           media codec   packets   bytes    rate   lost"
          "  late   jitter  key  nack  held\n"
          "  rtpjitterbuffer0   video VP8       13117  15.1MB   131/s     64"
          "     3    1.5ms    7    71     9\n"
          "  rtpjitterbuffer1   audio OPUS        500   0.1MB       -      0"
          "     0    0.0ms    0     0     0\n"
          "    the peer said goodbye\n"
          "  no packet came in 1 more stream\n"
          "  and 1 more, that there was no room for\n") != NULL, "%s", text);
}

GST_END_TEST;

static gchar *
get_status (GstProfSummary * summary)
{
  GstProfStatusLine line = { 0 };
  g_autoptr (GstStructure) structure = gst_prof_summary_to_structure (summary);

  return gst_prof_status_line_update (&line, structure, 5 * GST_SECOND);
}

GST_START_TEST (test_status_line_has_a_short_word_for_it)
{
  g_auto (GstProfSummary) summary = { 0 };
  g_autofree gchar *none = NULL, *early = NULL, *text = NULL, *good = NULL;
  GstProfSummaryStage stage = {
    .name = "encode",.own = {.count = 1,.p50 = 20 * MS,.p99 = 30 * MS}
  };

  gst_prof_summary_init (&summary);
  none = get_status (&summary);
  assert_equals_string (none, "0:05 no frames yet");
  fill (&summary);
  early = get_status (&summary);
  assert_equals_string (early, "0:05 no frames yet, rtp 95/s lost 64 key 7");

  summary.frames = 100;
  summary.lag_first = 40 * MS;
  summary.lag_last = 130 * MS;
  g_array_append_val (summary.stages, stage);
  text = get_status (&summary);
  assert_equals_string (text, "0:05 0 warnings, rtp 95/s lost 64 "
      "key 7 lag 0.1s | p50/p99 ms: encode 20/30");

  g_array_set_size (summary.receivers, 0);
  good = get_status (&summary);
  assert_equals_string (good, "0:05 0 warnings | p50/p99 ms: encode 20/30");
}

GST_END_TEST;

static Suite *
received_suite (void)
{
  Suite *s = suite_create ("received");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_last_counts_and_rate_are_summed_up);
  tcase_add_test (tc, test_rate_is_that_of_now);
  tcase_add_test (tc, test_stream_that_has_gone_is_kept);
  tcase_add_test (tc, test_streams_beyond_the_last_are_counted_once);
  tcase_add_test (tc, test_stream_without_a_packet_has_no_rate);
  tcase_add_test (tc, test_receivers_survive_the_structure);
  tcase_add_test (tc, test_summary_of_before_has_no_receivers);
  tcase_add_test (tc, test_report_has_a_row_for_each_stream);
  tcase_add_test (tc, test_status_line_has_a_short_word_for_it);
  return s;
}

GST_CHECK_MAIN (received);
