/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * profstage, and with it what all stages have of their base: own times with
 * the core's clock in the test's hand, and which frames are inside.
 */

#include "run.h"
#include "stagerun.h"

#define RAW "video/x-raw,format=I420,width=16,height=16,framerate=25/1"
#define MS GST_MSECOND

GST_START_TEST (own_time_is_exact_and_excludes_downstream)
{
  StageRun *run;

  stage_clock_start ();
  run = stage_run_new ("videotestsrc num-buffers=5 ! " RAW " ! "
      "profstage stage=first element=\"fault mode=advance delay=7000000\" ! "
      "fault mode=advance delay=11000000 ! "
      "profstage stage=second element=\"fault mode=advance delay=13000000\" ! "
      "fakesink");
  stage_run_to_end (run);
  stage_run_assert_own (run, "first", 5, 7 * MS);
  stage_run_assert_own (run, "second", 5, 13 * MS);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (enter_and_leave_hold_the_whole_stay)
{
  StageRun *run;
  const GstProfSpan *span;

  stage_clock_start ();
  run = stage_run_new_harness ("profstage name=s stage=first "
      "element=\"fault mode=advance delay=7000000\" ! "
      "fault mode=advance delay=11000000", RAW);
  gst_harness_push (run->harness, stage_new_frame (RAW, 2 * GST_SECOND,
          40 * MS));
  stage_run_collect (run);
  span = stage_run_get_nth (run, "first", 0);
  fail_unless_equals_uint64 (span->enter, 1000 * GST_SECOND);
  fail_unless_equals_uint64 (span->leave, 1000 * GST_SECOND + 18 * MS);
  fail_unless_equals_uint64 (span->own, 7 * MS);
  fail_unless_equals_uint64 (span->latency, 7 * MS);
  fail_unless_equals_uint64 (span->running_time, 2 * GST_SECOND);
  fail_unless_equals_uint64 (span->running_time_out, 2 * GST_SECOND);
  fail_unless_equals_uint64 (span->frame_duration, 40 * MS);
  fail_unless_equals_uint64 (span->bytes, 16 * 16 * 3 / 2);
  fail_unless_equals_int (span->buffers, 1);
  fail_unless_equals_int (span->packets, 1);
  fail_unless_equals_int (span->inside, 0);
  fail_unless_equals_int (span->flags, GST_PROF_SPAN_FLAG_RESET);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (on_the_real_clock_own_is_no_less_than_the_fault_measured)
{
  StageRun *run = stage_run_new_harness ("profstage stage=slow "
      "element=\"fault name=f mode=sleep delay=2000000\" ! "
      "fault name=behind mode=sleep delay=5000000", RAW);
  GstElement *fault = stage_run_get_element (run, "f");
  GstElement *behind = stage_run_get_element (run, "behind");
  GstClockTime spent, spent_behind;
  const GstProfSpan *span;

  gst_harness_push (run->harness, stage_new_frame (RAW, 0, 40 * MS));
  stage_run_collect (run);
  g_object_get (fault, "spent", &spent, NULL);
  g_object_get (behind, "spent", &spent_behind, NULL);
  span = stage_run_get_nth (run, "slow", 0);
  fail_unless (span->own >= spent);
  fail_unless (span->own <= span->leave - span->enter - spent_behind);
  gst_object_unref (fault);
  gst_object_unref (behind);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (time_in_a_nested_stage_counts_once_for_the_inner_one)
{
  StageRun *run;

  stage_clock_start ();
  run = stage_run_new ("videotestsrc num-buffers=5 ! " RAW " ! "
      "profstage stage=outer element=\"fault mode=advance delay=1000000 ! "
      "profstage stage=inner element=\\\"fault mode=advance "
      "delay=10000000\\\" ! fault mode=advance delay=100000000\" ! "
      "fault mode=advance delay=1000000000 ! fakesink");
  stage_run_to_end (run);
  stage_run_assert_own (run, "outer", 5, 101 * MS);
  stage_run_assert_own (run, "inner", 5, 10 * MS);
  fail_unless_equals_int (stage_run_count (run, "inner",
          GST_PROF_SPAN_FLAG_NESTED, 0), 6);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (spans_of_a_thread_come_in_order_of_entry)
{
  StageRun *run = stage_run_new_harness ("profstage stage=a element=identity ! "
      "profstage stage=b element=identity ! profstage stage=c "
      "element=identity", RAW);

  for (guint i = 0; i < 2; i++)
    gst_harness_push (run->harness, stage_new_frame (RAW, i, 1));
  stage_run_collect (run);
  fail_unless_equals_int (run->spans->len, 6);
  for (guint i = 0; i < 6; i++) {
    const gchar name[] = { "abc"[i % 3], '\0' };

    fail_unless_equals_string (g_array_index (run->spans, GstProfSpan,
            i).stage, name);
  }
  stage_run_free (run);
}

GST_END_TEST;

static GstPadProbeReturn
expect_no_span (GstPad * pad, GstPadProbeInfo * info, gpointer bus)
{
  GstMessage *message =
      gst_bus_pop_filtered (bus, GST_MESSAGE_ELEMENT);

  fail_unless (message == NULL);
  return GST_PAD_PROBE_OK;
}

GST_START_TEST (nothing_is_posted_while_a_bracket_is_open)
{
  StageRun *run = stage_run_new_harness ("profstage stage=a element=identity ! "
      "profstage stage=b element=identity ! identity name=last", RAW);
  GstElement *last = stage_run_get_element (run, "last");
  GstPad *pad = gst_element_get_static_pad (last, "src");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, expect_no_span, run->bus,
      NULL);
  gst_harness_push (run->harness, stage_new_frame (RAW, 0, 1));
  stage_run_collect (run);
  fail_unless_equals_int (run->spans->len, 2);
  gst_object_unref (pad);
  gst_object_unref (last);
  stage_run_free (run);
}

GST_END_TEST;

/* Held while a buffer is pushed: behind the queue nothing moves the clock until
 * the pushing thread has closed its brackets. */
static GMutex pushing;

static GstPadProbeReturn
wait_for_push (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  g_mutex_lock (&pushing);
  g_mutex_unlock (&pushing);
  return GST_PAD_PROBE_OK;
}

static void
push_through_queue (StageRun * run, guint n)
{
  GstElement *queue = stage_run_get_element (run, "q");
  GstPad *pad = gst_element_get_static_pad (queue, "src");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, wait_for_push, NULL, NULL);
  for (guint i = 0; i < n; i++) {
    g_mutex_lock (&pushing);
    gst_harness_push (run->harness, stage_new_frame (RAW, i * MS, MS));
    g_mutex_unlock (&pushing);
    gst_buffer_unref (gst_harness_pull (run->harness));
  }
  gst_object_unref (pad);
  gst_object_unref (queue);
}

GST_START_TEST (stages_on_both_sides_of_a_queue_are_measured_on_their_threads)
{
  StageRun *run;

  stage_clock_start ();
  run = stage_run_new_harness ("profstage stage=before "
      "element=\"fault mode=advance delay=7000000\" ! queue name=q ! "
      "fault mode=advance delay=1000000000 ! "
      "profstage stage=behind element=\"fault mode=advance delay=13000000\"",
      RAW);
  push_through_queue (run, 5);
  stage_run_wait (run, "behind", 0, 5);
  stage_run_assert_own (run, "before", 5, 7 * MS);
  stage_run_assert_own (run, "behind", 5, 13 * MS);
  fail_unless (stage_run_get_nth (run, "before", 0)->thread_id !=
      stage_run_get_nth (run, "behind", 0)->thread_id);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (with_a_queue_in_the_child_own_is_the_pushing_threads)
{
  StageRun *run;

  stage_clock_start ();
  run = stage_run_new_harness ("profstage stage=threaded "
      "element=\"fault mode=advance delay=7000000 ! queue name=q ! "
      "fault mode=advance delay=1000000000\" ! "
      "fault mode=advance delay=1000000000", RAW);
  push_through_queue (run, 5);
  stage_run_collect (run);
  stage_run_assert_own (run, "threaded", 5, 7 * MS);
  stage_run_free (run);
}

GST_END_TEST;

static GstPadProbeReturn
count_lists (GstPad * pad, GstPadProbeInfo * info, gpointer count)
{
  *(guint *) count += 1;
  return GST_PAD_PROBE_OK;
}

GST_START_TEST (a_buffer_list_is_one_span_and_stays_a_list)
{
  StageRun *run;
  GstBufferList *list = gst_buffer_list_new ();
  guint n_lists = 0;
  const GstProfSpan *span;

  stage_clock_start ();
  run = stage_run_new_harness ("profstage stage=s "
      "element=\"fault mode=advance delay=7000000\" ! "
      "fault mode=advance delay=1000000000", RAW);
  gst_pad_add_probe (GST_PAD_PEER (run->harness->sinkpad),
      GST_PAD_PROBE_TYPE_BUFFER_LIST, count_lists, &n_lists, NULL);
  for (guint i = 0; i < 3; i++)
    gst_buffer_list_add (list, stage_new_frame (RAW, i * 40 * MS, 40 * MS));
  fail_unless_equals_int (gst_pad_push_list (run->harness->srcpad, list),
      GST_FLOW_OK);
  stage_run_collect (run);
  fail_unless_equals_int (n_lists, 1);
  fail_unless_equals_int (stage_run_count (run, "s", 0, 0), 1);
  span = stage_run_get_nth (run, "s", 0);
  fail_unless_equals_uint64 (span->own, 21 * MS);
  fail_unless_equals_int (span->buffers, 3);
  fail_unless_equals_int (span->packets, 3);
  fail_unless_equals_int (span->inside, 0);
  fail_unless_equals_uint64 (span->bytes, 3 * 384);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (audio_is_timed_but_is_not_video)
{
  StageRun *run = stage_run_new ("audiotestsrc num-buffers=4 ! "
      "profstage stage=s element=identity ! fakesink");

  stage_run_to_end (run);
  fail_unless_equals_int (stage_run_count (run, "s",
          GST_PROF_SPAN_FLAG_NOT_VIDEO, GST_PROF_SPAN_FLAG_DRAIN), 4);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (a_sink_may_be_the_element)
{
  StageRun *run;

  stage_clock_start ();
  run = stage_run_new ("videotestsrc num-buffers=4 ! " RAW " ! profstage "
      "stage=show element=\"fault mode=advance delay=9000000 ! fakesink\"");
  stage_run_to_end (run);
  fail_unless (run->eos);
  stage_run_assert_own (run, "show", 4, 9 * MS);
  fail_unless_equals_int (stage_run_get_nth (run, "show", 3)->packets, 0);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (frames_that_the_child_drops_do_not_stay_inside)
{
  StageRun *run = stage_run_new_harness ("profstage stage=s "
      "element=\"fault mode=drop only-buffer=2\"", RAW);
  const guint packets[] = { 1, 0, 1 }, inside[] = { 0, 1, 0 };

  for (guint i = 0; i < 3; i++)
    gst_harness_push (run->harness, stage_new_frame (RAW, i * 40 * MS,
            40 * MS));
  stage_run_collect (run);
  for (guint i = 0; i < 3; i++) {
    fail_unless_equals_int (stage_run_get_nth (run, "s", i)->packets,
        packets[i]);
    fail_unless_equals_int (stage_run_get_nth (run, "s", i)->inside,
        inside[i]);
  }
  stage_run_free (run);
}

GST_END_TEST;

static GstBuffer *
new_packet (guint frame, gboolean last)
{
  GstBuffer *buffer = stage_new_frame (RAW, frame * 40 * MS, 0);

  if (last)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_MARKER);
  return buffer;
}

static GstPadProbeReturn
drop_unless_last (GstPad * pad, GstPadProbeInfo * info, gpointer unused)
{
  return GST_BUFFER_FLAG_IS_SET (GST_PAD_PROBE_INFO_BUFFER (info),
      GST_BUFFER_FLAG_MARKER) ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

/* As in a depayloader: caps of packets come in, of frames go out, and times may
 * have been made to increase. */
static GstPadProbeReturn
unpack (GstPad * pad, GstPadProbeInfo * info, gpointer unused)
{
  GstEvent *event;
  GstCaps *caps;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER) {
    GstBuffer *buffer = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER
        (info));

    GST_BUFFER_PTS (buffer) += MS;
    GST_PAD_PROBE_INFO_DATA (info) = buffer;
    return GST_PAD_PROBE_OK;
  }
  event = GST_PAD_PROBE_INFO_EVENT (info);
  if (GST_EVENT_TYPE (event) != GST_EVENT_CAPS)
    return GST_PAD_PROBE_OK;
  caps = gst_caps_from_string ("video/x-vp8");
  gst_event_unref (event);
  GST_PAD_PROBE_INFO_DATA (info) = gst_event_new_caps (caps);
  gst_caps_unref (caps);
  return GST_PAD_PROBE_OK;
}

/* The first frame lacks its end: its packets have gone in, and it never left. */
GST_START_TEST (of_rtp_packets_a_frame_is_what_comes_out)
{
  StageRun *run = stage_run_new_harness ("profstage stage=s "
      "element=\"identity name=i\" ! identity", NULL);
  GstElement *child = stage_run_get_element (run, "i");
  GstPad *sink = gst_element_get_static_pad (child, "sink");
  GstPad *src = gst_element_get_static_pad (child, "src");
  const GstProfSpan *span;

  gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_BUFFER, drop_unless_last, NULL,
      NULL);
  gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_BUFFER |
      GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, unpack, NULL, NULL);
  gst_harness_set_src_caps_str (run->harness, "application/x-rtp,media=video,"
      "clock-rate=90000,encoding-name=VP8,payload=96");
  for (guint frame = 0; frame < 3; frame++) {
    gst_harness_push (run->harness, new_packet (frame, FALSE));
    gst_harness_push (run->harness, new_packet (frame, frame > 0));
  }
  gst_harness_push_event (run->harness, gst_event_new_eos ());
  stage_run_collect (run);

  fail_unless_equals_int (stage_run_count (run, "s",
          GST_PROF_SPAN_FLAG_HEADER, GST_PROF_SPAN_FLAG_DRAIN), 4);
  fail_unless_equals_int (stage_run_count (run, "s", 0,
          GST_PROF_SPAN_FLAG_HEADER | GST_PROF_SPAN_FLAG_DRAIN), 2);
  for (guint i = 0; i < 2; i++) {
    span = stage_run_get (run, "s", GST_PROF_SPAN_FLAG_ENCODED,
        GST_PROF_SPAN_FLAG_HEADER | GST_PROF_SPAN_FLAG_DRAIN, i);
    fail_unless_equals_int (span->packets, 1);
    /* behind the stage it has this time, and there it is to be found again */
    fail_unless_equals_uint64 (span->running_time, (i + 1) * 40 * MS + MS);
    /* the beginning of the stream waits for its first frame */
    fail_unless_equals_int ((span->flags & GST_PROF_SPAN_FLAG_RESET) != 0,
        i == 0);
    fail_unless (GST_CLOCK_TIME_IS_VALID (span->latency));
    fail_unless_equals_int (span->inside, 0);
  }
  gst_object_unref (sink);
  gst_object_unref (src);
  gst_object_unref (child);
  stage_run_free (run);
}

GST_END_TEST;

static Suite *
stage_suite (void)
{
  Suite *suite = suite_create ("stage");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, own_time_is_exact_and_excludes_downstream);
  tcase_add_test (tcase, enter_and_leave_hold_the_whole_stay);
  tcase_add_test (tcase,
      on_the_real_clock_own_is_no_less_than_the_fault_measured);
  tcase_add_test (tcase,
      time_in_a_nested_stage_counts_once_for_the_inner_one);
  tcase_add_test (tcase, spans_of_a_thread_come_in_order_of_entry);
  tcase_add_test (tcase, nothing_is_posted_while_a_bracket_is_open);
  tcase_add_test (tcase,
      stages_on_both_sides_of_a_queue_are_measured_on_their_threads);
  tcase_add_test (tcase, with_a_queue_in_the_child_own_is_the_pushing_threads);
  tcase_add_test (tcase, a_buffer_list_is_one_span_and_stays_a_list);
  tcase_add_test (tcase, audio_is_timed_but_is_not_video);
  tcase_add_test (tcase, a_sink_may_be_the_element);
  tcase_add_test (tcase, frames_that_the_child_drops_do_not_stay_inside);
  tcase_add_test (tcase, of_rtp_packets_a_frame_is_what_comes_out);
  return suite;
}

GST_CHECK_MAIN (stage);
