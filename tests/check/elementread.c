/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What is read of the elements of real pipelines: how many buffers went through
 * which, whose time it was, what is left alone, and that nothing is kept of what
 * is gone. Numbers of buffers are exact; of times only those are looked at that
 * the test injected, as a lower bound.
 */

#include <gst/check/gstcheck.h>

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include <gst/prof/gstprofclock.h>
#include <gst/prof/gstprofcoverage.h>
#include <gst/prof/gstprofelementtable.h>

#include "check-skip.h"

#define MS GST_MSECOND

static GstElement *pipeline;
static GstProfCoverage *coverage;
static GstProfElementTable *table;
static GstProfSummary summary;
static guint n_pauses;
static guint n_slow;

/* Of what came last */
static GstClockTime frame_duration;

static void
take_element (const GstProfElementReading * reading, gpointer user_data)
{
  gst_prof_element_table_add (table, reading);
}

static void
take_gone (guint number, gpointer user_data)
{
  gst_prof_element_table_remove (table, number, gst_prof_clock_now ());
}

static void
take_pad (const GstProfPadReading * reading, gpointer user_data)
{
  n_pauses += reading->n_pauses;
  n_slow += reading->n_slow;
  if (reading->n_in > 0)
    frame_duration = reading->frame_duration;
  gst_prof_element_table_take (table, reading, gst_prof_clock_now ());
}

/* As the watch does. */
static void
look (void)
{
  static const GstProfReader reader = { take_element, take_gone, take_pad };

  if (gst_prof_coverage_is_changed (coverage))
    gst_prof_coverage_refresh (coverage);
  gst_prof_coverage_read (coverage, &reader, NULL, gst_prof_clock_now ());
}

static void
cover (const gchar * description, const gchar * const *exclude)
{
  GError *error = NULL;

  pipeline = gst_parse_launch (description, &error);
  fail_unless (pipeline != NULL && error == NULL, "%s",
      error ? error->message : "");
  coverage = gst_prof_coverage_new_full (GST_OBJECT (pipeline), TRUE, exclude);
  table = gst_prof_element_table_new ();
  n_pauses = n_slow = 0;
  gst_prof_coverage_set_limits (coverage, 50 * MS, 200 * MS);
  gst_prof_summary_init (&summary);
}

static void
clear (void)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_prof_summary_clear (&summary);
  gst_prof_element_table_free (table);
  gst_prof_coverage_stop (coverage);
  gst_prof_coverage_unref (coverage);
  gst_object_unref (pipeline);
}

static GstElement *
get (const gchar * name)
{
  GstElement *element = gst_bin_get_by_name (GST_BIN (pipeline), name);

  fail_unless (element != NULL, "%s", name);
  gst_object_unref (element);
  return element;
}

static void
wait_for_end (void)
{
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message = NULL;

  for (guint i = 0; i < 1000 && message == NULL; i++) {
    message = gst_bus_timed_pop_filtered (bus, 20 * MS,
        GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
    look ();
  }
  fail_unless (message != NULL);
  fail_unless (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  gst_message_unref (message);
  gst_object_unref (bus);
}

static void
summarize (void)
{
  look ();
  gst_prof_summary_clear (&summary);
  gst_prof_summary_init (&summary);
  gst_prof_element_table_summarize (table, &summary);
}

static void
run (void)
{
  fail_if (gst_element_set_state (pipeline, GST_STATE_PLAYING)
      == GST_STATE_CHANGE_FAILURE);
  wait_for_end ();
  summarize ();
}

static const GstProfSummaryElement *
row (const gchar * name)
{
  const GstProfSummaryElement *found = NULL;

  for (guint i = 0; i < summary.per_element->len; i++) {
    const GstProfSummaryElement *element =
        &g_array_index (summary.per_element, GstProfSummaryElement, i);

    if (strcmp (element->name, name) == 0) {
      fail_unless (found == NULL, "%s twice", name);
      found = element;
    }
  }
  fail_unless (found != NULL, "no row %s", name);
  return found;
}

static void
assert_buffers (const gchar * name, guint64 in, guint64 out)
{
  const GstProfSummaryElement *element = row (name);

  fail_unless (element->buffers_in == in && element->buffers_out == out,
      "%s: %" G_GUINT64_FORMAT " in, %" G_GUINT64_FORMAT " out", name,
      element->buffers_in, element->buffers_out);
}

GST_START_TEST (each_element_has_its_own_time)
{
  cover ("fakesrc num-buffers=10 name=src ! identity name=slow "
      "sleep-time=20000 ! identity name=fast ! fakesink name=end "
      "signal-handoffs=false", NULL);
  run ();
  assert_buffers ("src", 0, 10);
  assert_buffers ("slow", 10, 10);
  assert_buffers ("fast", 10, 10);
  assert_buffers ("end", 10, 0);
  fail_unless (row ("slow")->own.sum >= 200 * MS);
  fail_unless (row ("slow")->own.p50 >= 18 * MS);
  assert_equals_uint64 (row ("slow")->own.count, 10);
  fail_unless (row ("fast")->own.sum < row ("slow")->own.sum);
  assert_equals_string (row ("slow")->factory, "identity");
  assert_equals_string (row ("slow")->coverage, "functions");
  fail_unless (row ("slow")->busy > 0.3);
  clear ();
}
GST_END_TEST;

GST_START_TEST (the_time_of_a_branch_is_not_the_tee_s)
{
  cover ("fakesrc num-buffers=10 ! tee name=t t. ! identity name=slow "
      "sleep-time=20000 ! fakesink async=false t. ! fakesink async=false "
      "name=other", NULL);
  run ();
  assert_buffers ("t", 10, 20);
  assert_buffers ("other", 10, 0);
  fail_unless (row ("slow")->own.sum >= 200 * MS);
  fail_unless (row ("t")->own.sum < row ("slow")->own.sum);
  clear ();
}
GST_END_TEST;

GST_START_TEST (how_long_buffers_stay_in_a_queue_is_no_work)
{
  cover ("videotestsrc num-buffers=20 ! video/x-raw,width=16,height=16,"
      "framerate=30/1 ! queue name=q ! identity name=slow sleep-time=20000 ! "
      "fakesink", NULL);
  run ();
  assert_buffers ("q", 20, 20);
  assert_equals_uint64 (row ("q")->latency.count, 20);
  /* The last one waits for all before it. */
  fail_unless (row ("q")->latency.max >= 10 * 20 * MS);
  assert_equals_uint64 (row ("slow")->latency.count, 20);
  fail_unless (row ("slow")->latency.mean >= 20 * MS);
  clear ();
}
GST_END_TEST;

GST_START_TEST (buffers_in_lists_are_counted_one_by_one)
{
  cover ("audiotestsrc num-buffers=10 samplesperbuffer=1000 ! audio/x-raw,"
      "rate=10000,channels=1 ! rtpL16pay mtu=200 name=pay ! fakesink name=end",
      NULL);
  run ();
  assert_equals_uint64 (row ("pay")->buffers_in, 10);
  assert_equals_uint64 (row ("pay")->buffers_out, row ("end")->buffers_in);
  fail_unless (row ("end")->buffers_in > 100);
  clear ();
}
GST_END_TEST;

GST_START_TEST (what_is_pulled_is_counted_where_it_is_pulled_from)
{
  g_autofree gchar *path = g_strdup_printf ("%s/elementread-%u.wav",
      g_get_tmp_dir (), (guint) getpid ());
  g_autofree gchar *writing = g_strdup_printf ("audiotestsrc num-buffers=10 ! "
      "wavenc ! filesink location=%s", path);
  g_autofree gchar *reading = g_strdup_printf ("filesrc name=src location=%s ! "
      "wavparse name=parse ! fakesink name=end", path);

  GST_PROF_CHECK_NEED ("wavparse");
  cover (writing, NULL);
  run ();
  clear ();
  cover (reading, NULL);
  run ();
  fail_unless (row ("src")->buffers_in > 0);
  assert_equals_uint64 (row ("src")->buffers_in, row ("src")->buffers_out);
  assert_equals_uint64 (row ("parse")->buffers_out, row ("end")->buffers_in);
  fail_unless (row ("end")->buffers_in > 0);
  /* It has a task of its own. */
  fail_unless (row ("parse")->task > 0);
  clear ();
  g_unlink (path);
}
GST_END_TEST;

GST_START_TEST (an_encoder_that_looks_ahead_has_all_its_frames)
{
  GST_PROF_CHECK_NEED ("x264enc");
  cover ("videotestsrc num-buffers=90 ! video/x-raw,width=32,height=32,"
      "framerate=30/1 ! identity sleep-time=2000 ! x264enc name=enc bframes=3 "
      "rc-lookahead=40 ! fakesink",
      NULL);
  run ();
  assert_buffers ("enc", 90, 90);
  assert_equals_uint64 (row ("enc")->latency.count, 90);
  fail_unless (row ("enc")->latency.p50 > row ("enc")->own.p50);
  clear ();
}
GST_END_TEST;

GST_START_TEST (what_the_user_excludes_is_left_alone)
{
  static const gchar *const exclude[] = { "not*", "fakesink", NULL };
  GstPad *pad;

  cover ("fakesrc num-buffers=5 ! identity name=notme ! identity name=me ! "
      "fakesink name=end", exclude);
  pad = gst_element_get_static_pad (get ("notme"), "sink");
  fail_unless (g_object_get_qdata (G_OBJECT (pad),
          g_quark_from_static_string ("gst-prof-bracket")) == NULL);
  gst_object_unref (pad);
  run ();
  assert_equals_string (row ("notme")->coverage, "excluded");
  assert_equals_string (row ("end")->coverage, "excluded");
  assert_equals_uint64 (row ("notme")->visits, 0);
  assert_buffers ("me", 5, 0);
  clear ();
}
GST_END_TEST;

GST_START_TEST (bins_are_named_but_have_no_rows)
{
  cover ("fakesrc num-buffers=5 ! bin.( name=outer bin.( name=inner identity "
      "name=i ) ) ! fakesink", NULL);
  gst_element_set_state (pipeline, GST_STATE_READY);
  summarize ();
  assert_equals_string (row ("i")->bin, "outer/inner");
  fail_unless (row ("fakesink0")->bin == NULL);
  for (guint i = 0; i < summary.per_element->len; i++)
    fail_if (strcmp (g_array_index (summary.per_element,
                GstProfSummaryElement, i).name, "outer") == 0);
  clear ();
}
GST_END_TEST;

/* The pads of what is gone are read once more, and then forgotten. */
GST_START_TEST (an_element_that_is_removed_leaves_its_row)
{
  GstElement *identity;

  cover ("fakesrc num-buffers=5 ! identity name=i ! fakesink", NULL);
  identity = gst_object_ref (get ("i"));
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  {
    GstBus *bus = gst_element_get_bus (pipeline);
    GstMessage *message = gst_bus_timed_pop_filtered (bus, 20 * GST_SECOND,
        GST_MESSAGE_EOS);

    fail_unless (message != NULL);
    gst_message_unref (message);
    gst_object_unref (bus);
  }
  /* Nothing has been read yet. */
  look ();
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_bin_remove (GST_BIN (pipeline), identity);
  ASSERT_OBJECT_REFCOUNT (identity, "identity", 1);
  gst_object_unref (identity);
  summarize ();
  assert_buffers ("i", 5, 5);
  summarize ();
  assert_buffers ("i", 5, 5);
  clear ();
}
GST_END_TEST;

/* Between two readings. */
GST_START_TEST (an_element_that_came_and_went_has_its_row)
{
  GstElement *bin = gst_bin_new ("b"), *identity, *sink;
  GstSegment segment;
  GstPad *pad;

  cover ("fakesrc num-buffers=5 ! identity name=i ! fakesink", NULL);
  identity = gst_element_factory_make ("identity", "short");
  sink = gst_element_factory_make ("fakesink", NULL);
  g_object_set (sink, "async", FALSE, NULL);
  gst_bin_add_many (GST_BIN (bin), identity, sink, NULL);
  fail_unless (gst_element_link (identity, sink));
  gst_bin_add (GST_BIN (pipeline), gst_object_ref (bin));
  gst_element_set_state (bin, GST_STATE_PLAYING);
  pad = gst_element_get_static_pad (identity, "sink");
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_send_event (pad, gst_event_new_stream_start ("s"));
  gst_pad_send_event (pad, gst_event_new_segment (&segment));
  assert_equals_int (gst_pad_chain (pad, gst_buffer_new ()), GST_FLOW_OK);
  gst_object_unref (pad);
  gst_element_set_state (bin, GST_STATE_NULL);
  gst_bin_remove (GST_BIN (pipeline), bin);
  gst_object_unref (bin);
  summarize ();
  assert_equals_string (row ("short")->factory, "identity");
  assert_equals_string (row ("short")->bin, "b");
  assert_equals_string (row ("short")->coverage, "functions");
  assert_equals_uint64 (row ("short")->buffers_in, 1);
  clear ();
}
GST_END_TEST;

static GstFlowReturn
chain_of_its_own (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  gst_buffer_unref (buffer);
  return GST_FLOW_OK;
}

/* Until somebody looks, nothing of it is seen. */
GST_START_TEST (an_element_that_sets_its_functions_again_counts_incompletely)
{
  GstPad *pad;

  cover ("fakesrc ! identity name=i sleep-time=1000 ! fakesink name=end "
      "async=false", NULL);
  pad = gst_element_get_static_pad (get ("end"), "sink");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  gst_prof_coverage_refresh (coverage);
  summarize ();
  assert_equals_string (row ("end")->coverage, "functions");

  GST_PAD_STREAM_LOCK (pad);
  gst_pad_set_chain_function (pad, chain_of_its_own);
  GST_PAD_STREAM_UNLOCK (pad);
  for (guint i = 0; i < 3; i++) {
    gst_prof_coverage_refresh (coverage);
    summarize ();
    assert_equals_string (row ("end")->coverage, "incomplete");
    assert_equals_string (row ("i")->coverage, "functions");
  }
  gst_object_unref (pad);
  clear ();
}
GST_END_TEST;

GST_START_TEST (another_coverage_starts_from_zero)
{
  GstProfCoverage *first;

  cover ("fakesrc num-buffers=5 ! identity name=i ! fakesink", NULL);
  run ();
  assert_buffers ("i", 5, 5);
  first = coverage;
  gst_element_set_state (pipeline, GST_STATE_READY);
  coverage = gst_prof_coverage_new_full (GST_OBJECT (pipeline), TRUE, NULL);
  gst_prof_element_table_free (table);
  table = gst_prof_element_table_new ();
  run ();
  assert_buffers ("i", 5, 5);
  gst_prof_coverage_stop (first);
  gst_prof_coverage_unref (first);
  clear ();
}
GST_END_TEST;

static GstPadProbeReturn
sleep_once (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  guint *n = user_data;

  if (++*n == 8)
    g_usleep (400000);
  return GST_PAD_PROBE_OK;
}

/* The source's thread is silent too, but feeds the one that is told. */
GST_START_TEST (a_pause_is_told_of_the_last_thread_only)
{
  guint n = 0;
  GstPad *pad;

  cover ("videotestsrc num-buffers=20 is-live=true name=src ! video/x-raw,"
      "width=16,height=16,framerate=30/1 ! identity name=i ! queue ! identity ! "
      "fakesink sync=false", NULL);
  pad = gst_element_get_static_pad (get ("src"), "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, sleep_once, &n, NULL);
  gst_object_unref (pad);
  run ();
  assert_equals_int (n_pauses, 1);
  assert_equals_int (n_slow, 0);
  clear ();
}
GST_END_TEST;

static void
give (GstPad * pad, const gchar * caps, GstClockTime pts)
{
  GstBuffer *buffer = gst_buffer_new ();

  if (caps != NULL)
    fail_unless (gst_pad_send_event (pad,
            gst_event_new_caps (gst_caps_from_string (caps))));
  if (pts == 0) {
    GstSegment segment;

    gst_segment_init (&segment, GST_FORMAT_TIME);
    gst_pad_send_event (pad, gst_event_new_segment (&segment));
  }
  GST_BUFFER_PTS (buffer) = pts;
  assert_equals_int (gst_pad_chain (pad, buffer), GST_FLOW_OK);
  look ();
}

/* In the same segment. */
GST_START_TEST (pictures_may_come_at_another_rate)
{
  GstPad *pad;

  cover ("identity name=i ! fakesink async=false sync=false", NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  pad = gst_element_get_static_pad (get ("i"), "sink");
  gst_pad_send_event (pad, gst_event_new_stream_start ("x"));
  give (pad, "video/x-raw,framerate=30/1", 0);
  /* Of both pads, one behind the other */
  look ();
  assert_equals_uint64 (frame_duration, GST_SECOND / 30);
  give (pad, NULL, 33 * MS);
  assert_equals_uint64 (frame_duration, GST_SECOND / 30);
  give (pad, "video/x-raw,framerate=2/1", 66 * MS);
  assert_equals_uint64 (frame_duration, GST_SECOND / 2);
  give (pad, "video/x-raw", 566 * MS);
  fail_if (GST_CLOCK_TIME_IS_VALID (frame_duration));
  gst_object_unref (pad);
  clear ();
}
GST_END_TEST;

static Suite *
elementread_suite (void)
{
  Suite *suite = suite_create ("elementread");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, each_element_has_its_own_time);
  tcase_add_test (tcase, the_time_of_a_branch_is_not_the_tee_s);
  tcase_add_test (tcase, how_long_buffers_stay_in_a_queue_is_no_work);
  tcase_add_test (tcase, buffers_in_lists_are_counted_one_by_one);
  tcase_add_test (tcase, what_is_pulled_is_counted_where_it_is_pulled_from);
  tcase_add_test (tcase, an_encoder_that_looks_ahead_has_all_its_frames);
  tcase_add_test (tcase, what_the_user_excludes_is_left_alone);
  tcase_add_test (tcase, bins_are_named_but_have_no_rows);
  tcase_add_test (tcase, an_element_that_is_removed_leaves_its_row);
  tcase_add_test (tcase, an_element_that_came_and_went_has_its_row);
  tcase_add_test (tcase,
      an_element_that_sets_its_functions_again_counts_incompletely);
  tcase_add_test (tcase, another_coverage_starts_from_zero);
  tcase_add_test (tcase, a_pause_is_told_of_the_last_thread_only);
  tcase_add_test (tcase, pictures_may_come_at_another_rate);
  return suite;
}

GST_CHECK_MAIN (elementread);
