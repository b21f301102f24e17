/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The readers of a pipeline, on elements that hold what the case put into them:
 * their source pad is blocked with one buffer in it, and the rest waits.
 */

#include <gst/check/gstcheck.h>
#include <gst/check/gsttestclock.h>

#include <gst/prof/gstprofclock.h>
#include <gst/prof/gstprofprocess.h>

#include "../../plugins/gstprofdiskwatch.h"
#include "../../plugins/gstproflevels.h"
#include "../../plugins/gstprofpipelinewatch.h"
#include "check-skip.h"
#include "run.h"

#include <string.h>

#define BUFFER_BYTES 100

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

typedef struct
{
  GstElement *bin;
  GstElement *element;
  GstPad *src;                  /* pushes into the element */
  GstPad *blocked;              /* the element's */
  GstPad *sink;                 /* behind that */
  GMutex lock;
  GCond cond;
  gboolean reached;             /* by a buffer */
  GstProfBacklogSample sample;
} Fixture;

static GstPadProbeReturn
block (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Fixture *f = user_data;

  g_mutex_lock (&f->lock);
  f->reached = TRUE;
  g_cond_signal (&f->cond);
  g_mutex_unlock (&f->lock);
  return GST_PAD_PROBE_OK;
}

static void
wait_until_reached (Fixture * f)
{
  g_mutex_lock (&f->lock);
  while (!f->reached)
    g_cond_wait (&f->cond, &f->lock);
  g_mutex_unlock (&f->lock);
}

static void
block_pad (Fixture * f, const gchar * src_pad)
{
  f->blocked = gst_element_get_static_pad (f->element, src_pad);
  gst_pad_add_probe (f->blocked, GST_PAD_PROBE_TYPE_BLOCK |
      GST_PAD_PROBE_TYPE_BUFFER, block, f, NULL);
  f->sink = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_active (f->sink, TRUE);
  assert_equals_int (gst_pad_link (f->blocked, f->sink), GST_PAD_LINK_OK);
}

static void
fixture_init (Fixture * f, const gchar * factory, const gchar * src_pad)
{
  memset (f, 0, sizeof (*f));
  g_mutex_init (&f->lock);
  g_cond_init (&f->cond);
  f->bin = gst_bin_new ("bin");
  f->element = gst_element_factory_make (factory, "it");
  gst_bin_add (GST_BIN (f->bin), f->element);
  if (src_pad != NULL)
    block_pad (f, src_pad);
}

static void
fixture_clear (Fixture * f)
{
  if (f->src != NULL) {
    gst_pad_set_active (f->src, FALSE);
    gst_object_unref (f->src);
  }
  gst_element_set_state (f->bin, GST_STATE_NULL);
  gst_clear_object (&f->sink);
  gst_clear_object (&f->blocked);
  gst_object_unref (f->bin);
  g_mutex_clear (&f->lock);
  g_cond_clear (&f->cond);
}

static void
connect_source (Fixture * f, const gchar * sink_pad, const gchar * caps_text)
{
  GstPad *sink = gst_element_get_static_pad (f->element, sink_pad);
  GstSegment segment;

  f->src = gst_pad_new_from_static_template (&src_template, "source");
  gst_pad_set_active (f->src, TRUE);
  assert_equals_int (gst_pad_link (f->src, sink), GST_PAD_LINK_OK);
  gst_object_unref (sink);

  gst_element_set_state (f->bin, GST_STATE_PLAYING);
  gst_pad_push_event (f->src, gst_event_new_stream_start ("levels"));
  if (caps_text != NULL) {
    GstCaps *caps = gst_caps_from_string (caps_text);

    gst_pad_push_event (f->src, gst_event_new_caps (caps));
    gst_caps_unref (caps);
  }
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (f->src, gst_event_new_segment (&segment));
}

static GstBuffer *
new_buffer (guint i)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, BUFFER_BYTES, NULL);

  gst_buffer_memset (buffer, 0, 0, BUFFER_BYTES);
  GST_BUFFER_PTS (buffer) = GST_BUFFER_DTS (buffer) = i * GST_SECOND;
  GST_BUFFER_DURATION (buffer) = GST_SECOND;
  return buffer;
}

/* One that goes to the blocked pad, and then five. */
static void
push_six (Fixture * f)
{
  for (guint i = 0; i < 6; i++) {
    assert_equals_int (gst_pad_push (f->src, new_buffer (i)), GST_FLOW_OK);
    if (i == 0)
      wait_until_reached (f);
  }
}

static const GstProfHolder *
read_only_holder (Fixture * f, GstProfHolderKind kind)
{
  g_autoptr (GstProfLevels) levels = gst_prof_levels_new (GST_BIN (f->bin), NULL);

  gst_prof_levels_read (levels, &f->sample);
  assert_equals_int (f->sample.n_holders, 1);
  assert_equals_int (f->sample.holders[0].kind, kind);
  assert_equals_string (f->sample.holders[0].name, "it");
  return &f->sample.holders[0];
}

GST_START_TEST (test_a_queue_tells_what_is_in_it)
{
  Fixture f;
  const GstProfHolder *holder;

  fixture_init (&f, "queue", "src");
  g_object_set (f.element, "max-size-buffers", 7, "max-size-bytes", 0,
      "max-size-time", G_GUINT64_CONSTANT (0), NULL);
  connect_source (&f, "sink", NULL);
  push_six (&f);

  holder = read_only_holder (&f, GST_PROF_HOLDER_QUEUE);
  assert_equals_uint64 (holder->buffers, 5);
  assert_equals_uint64 (holder->bytes, 5 * BUFFER_BYTES);
  fail_unless (holder->time >= 4 * GST_SECOND);
  assert_equals_uint64 (holder->max_buffers, 7);
  assert_equals_uint64 (holder->max_bytes, 0);
  assert_equals_uint64 (holder->max_time, 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_leaky_queue_tells_what_it_threw_away)
{
  Fixture f;
  GstProfBacklogSample sample = { 0 };
  GstProfLevels *levels;

  fixture_init (&f, "queue", "src");
  gst_util_set_object_arg (G_OBJECT (f.element), "leaky", "downstream");
  g_object_set (f.element, "max-size-buffers", 2, "max-size-bytes", 0,
      "max-size-time", G_GUINT64_CONSTANT (0), NULL);
  levels = gst_prof_levels_new (GST_BIN (f.bin), NULL);
  connect_source (&f, "sink", "video/x-raw");
  push_six (&f);

  gst_prof_levels_read (levels, &sample);
  assert_equals_int (sample.n_holders, 1);
  fail_unless (sample.holders[0].leaky);
  assert_equals_uint64 (sample.holders[0].taken, 6);
  /* one is on its way out, and has not passed */
  assert_equals_uint64 (sample.holders[0].dropped,
      6 - 1 - sample.holders[0].buffers + 1);
  gst_prof_levels_stop (levels);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_leaky_queue_of_packets_drops_no_frames)
{
  Fixture f;
  GstProfBacklogSample sample = { 0 };
  GstProfLevels *levels;

  fixture_init (&f, "queue", "src");
  gst_util_set_object_arg (G_OBJECT (f.element), "leaky", "downstream");
  g_object_set (f.element, "max-size-buffers", 2, NULL);
  levels = gst_prof_levels_new (GST_BIN (f.bin), NULL);
  connect_source (&f, "sink", "application/x-rtp");
  push_six (&f);

  gst_prof_levels_read (levels, &sample);
  fail_unless (!sample.holders[0].leaky);
  assert_equals_uint64 (sample.holders[0].dropped, 0);
  gst_prof_levels_stop (levels);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_queue2_tells_what_is_in_it)
{
  Fixture f;
  const GstProfHolder *holder;

  fixture_init (&f, "queue2", "src");
  g_object_set (f.element, "max-size-time", G_GUINT64_CONSTANT (0), NULL);
  connect_source (&f, "sink", NULL);
  push_six (&f);

  holder = read_only_holder (&f, GST_PROF_HOLDER_QUEUE2);
  assert_equals_uint64 (holder->buffers, 5);
  assert_equals_uint64 (holder->bytes, 5 * BUFFER_BYTES);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_queue2_that_lies_on_disk_is_left_alone)
{
  Fixture f;
  g_autoptr (GstProfLevels) levels = NULL;

  fixture_init (&f, "queue2", "src");
  g_object_set (f.element, "temp-template", "/nowhere/XXXXXX", NULL);
  levels = gst_prof_levels_new (GST_BIN (f.bin), NULL);
  gst_prof_levels_read (levels, &f.sample);
  assert_equals_int (f.sample.n_holders, 0);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_multiqueue_tells_what_is_in_its_queues)
{
  Fixture f;
  const GstProfHolder *holder;
  GstPad *sink;

  fixture_init (&f, "multiqueue", NULL);
  sink = gst_element_request_pad_simple (f.element, "sink_0");
  block_pad (&f, "src_0");
  g_object_set (f.element, "max-size-buffers", 20, "max-size-time",
      G_GUINT64_CONSTANT (0), NULL);
  connect_source (&f, "sink_0", NULL);
  push_six (&f);

  holder = read_only_holder (&f, GST_PROF_HOLDER_MULTIQUEUE);
  assert_equals_uint64 (holder->buffers, 5);
  assert_equals_uint64 (holder->bytes, 5 * BUFFER_BYTES);
  assert_equals_uint64 (holder->max_buffers, 20);
  gst_object_unref (sink);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_an_appsrc_tells_what_is_in_it)
{
  Fixture f;
  const GstProfHolder *holder;
  GstFlowReturn flow;

  fixture_init (&f, "appsrc", "src");
  g_object_set (f.element, "format", GST_FORMAT_TIME, NULL);
  gst_element_set_state (f.bin, GST_STATE_PAUSED);
  for (guint i = 0; i < 6; i++) {
    GstBuffer *buffer = new_buffer (i);

    g_signal_emit_by_name (f.element, "push-buffer", buffer, &flow);
    gst_buffer_unref (buffer);
    if (i == 0)
      wait_until_reached (&f);
  }

  holder = read_only_holder (&f, GST_PROF_HOLDER_APPSRC);
  assert_equals_uint64 (holder->buffers, 5);
  assert_equals_uint64 (holder->bytes, 5 * BUFFER_BYTES);
  /* Its max-bytes is only advice */
  fail_if (gst_prof_holder_is_bounded (holder));
  g_object_set (f.element, "block", TRUE, NULL);
  holder = read_only_holder (&f, GST_PROF_HOLDER_APPSRC);
  fail_unless (gst_prof_holder_is_bounded (holder));
  fixture_clear (&f);
}

GST_END_TEST;

static GstBuffer *
new_rtp_packet (guint i)
{
  GstBuffer *buffer = new_buffer (i);
  guint8 header[12] = { 0x80, 96, 0, i, 0, 0, 0, i, 1, 2, 3, 4 };

  gst_buffer_fill (buffer, 0, header, sizeof (header));
  GST_BUFFER_PTS (buffer) = GST_BUFFER_DTS (buffer) = i * GST_MSECOND;
  return buffer;
}

/* The levels must be there before the first packet is. */
GST_START_TEST (test_what_a_jitterbuffer_took_and_did_not_give_is_in_it)
{
  Fixture f;
  GstProfReceivers *receivers = gst_prof_receivers_new ();
  GstProfReceiveWatch *receive;
  GstProfLevels *levels;
  GstClock *clock = gst_test_clock_new ();

  GST_PROF_CHECK_NEED ("rtpjitterbuffer");
  fixture_init (&f, "rtpjitterbuffer", NULL);
  /* On a clock that stands still they wait for ever. */
  g_object_set (f.element, "latency", 1000, NULL);
  gst_element_set_clock (f.bin, clock);
  gst_element_set_base_time (f.bin, 0);
  receive = gst_prof_receive_watch_new (GST_BIN (f.bin), receivers);
  levels = gst_prof_levels_new (GST_BIN (f.bin), receive);
  connect_source (&f, "sink", "application/x-rtp,media=video,payload=96,"
      "clock-rate=90000,encoding-name=H264");

  gst_prof_receive_watch_read (receive, &f.sample, 1);
  gst_prof_levels_read (levels, &f.sample);
  assert_equals_uint64 (f.sample.holders[0].buffers, 0);
  for (guint i = 0; i < 5; i++)
    assert_equals_int (gst_pad_push (f.src, new_rtp_packet (i)), GST_FLOW_OK);
  /* A second time: that is no packet more */
  assert_equals_int (gst_pad_push (f.src, new_rtp_packet (3)), GST_FLOW_OK);

  gst_prof_receive_watch_read (receive, &f.sample, 1);
  gst_prof_levels_read (levels, &f.sample);
  assert_equals_int (f.sample.holders[0].kind, GST_PROF_HOLDER_JITTERBUFFER);
  assert_equals_uint64 (f.sample.holders[0].buffers, 5);
  assert_equals_uint64 (f.sample.holders[0].bytes, 5 * BUFFER_BYTES);
  /* It is a live source as well: what it gives comes from a network. */
  fail_unless (f.sample.live);
  gst_prof_levels_stop (levels);
  gst_prof_receive_watch_stop (receive);
  gst_prof_receivers_unref (receivers);
  fixture_clear (&f);
  gst_object_unref (clock);
}

GST_END_TEST;

GST_START_TEST (test_queues_that_come_and_go_later_are_found_in_any_depth)
{
  Fixture f;
  GstElement *inner = gst_bin_new ("inner");
  GstElement *late = gst_element_factory_make ("queue", "late");
  GstProfLevels *levels;

  fixture_init (&f, "queue", NULL);
  levels = gst_prof_levels_new (GST_BIN (f.bin), NULL);
  gst_bin_add (GST_BIN (inner), late);
  gst_bin_add (GST_BIN (f.bin), inner);
  gst_prof_levels_read (levels, &f.sample);
  assert_equals_int (f.sample.n_holders, 2);
  assert_equals_string (f.sample.holders[1].name, "late");
  fail_if (f.sample.holders[0].id == f.sample.holders[1].id);

  gst_object_ref (inner);
  gst_bin_remove (GST_BIN (f.bin), inner);
  gst_prof_levels_read (levels, &f.sample);
  assert_equals_int (f.sample.n_holders, 1);
  assert_equals_string (f.sample.holders[0].name, "it");
  ASSERT_OBJECT_REFCOUNT (late, "late", 1);
  gst_object_unref (inner);
  gst_prof_levels_stop (levels);
  ASSERT_OBJECT_REFCOUNT (f.element, "it", 1);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_more_holders_than_there_is_room_for_are_counted)
{
  Fixture f;
  g_autoptr (GstProfLevels) levels = NULL;

  fixture_init (&f, "queue", NULL);
  for (guint i = 0; i < 69; i++)
    gst_bin_add (GST_BIN (f.bin), gst_element_factory_make ("queue", NULL));
  levels = gst_prof_levels_new (GST_BIN (f.bin), NULL);
  gst_prof_levels_read (levels, &f.sample);
  assert_equals_int (f.sample.n_holders, GST_PROF_HOLDERS_MAX);
  assert_equals_uint64 (f.sample.holders_refused,
      70 - GST_PROF_HOLDERS_MAX);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_a_source_that_is_live_makes_the_pipeline_live)
{
  Fixture f;
  g_autoptr (GstProfLevels) levels = NULL;

  fixture_init (&f, "fakesrc", NULL);
  levels = gst_prof_levels_new (GST_BIN (f.bin), NULL);
  gst_prof_levels_read (levels, &f.sample);
  fail_if (f.sample.live);
  g_object_set (f.element, "is-live", TRUE, NULL);
  gst_prof_levels_read (levels, &f.sample);
  fail_unless (f.sample.live);
  gst_bin_remove (GST_BIN (f.bin), f.element);
  gst_prof_levels_read (levels, &f.sample);
  fail_if (f.sample.live);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_the_file_that_is_written_is_found)
{
  Fixture f;
  g_autoptr (GstProfLevels) levels = NULL;
  g_autofree gchar *none = NULL, *location = NULL;

  fixture_init (&f, "profmuxsink", NULL);
  levels = gst_prof_levels_new (GST_BIN (f.bin), NULL);
  none = gst_prof_levels_dup_location (levels);
  fail_unless (none == NULL);
  g_object_set (f.element, "location", "/tmp/a.mkv", NULL);
  location = gst_prof_levels_dup_location (levels);
  assert_equals_string (location, "/tmp/a.mkv");
  fixture_clear (&f);
}

GST_END_TEST;

static void
wait_for_answer (GstProfDiskWatch * watch, GstProfDiskSpace * space)
{
  do {
    g_thread_yield ();
    gst_prof_disk_watch_get (watch, space);
  } while (space->path[0] == '\0');
}

GST_START_TEST (test_the_file_system_of_a_file_tells_its_room)
{
  g_autoptr (GstProfDiskWatch) watch = gst_prof_disk_watch_new ();
  gchar *directory = run_new_directory ();
  g_autofree gchar *location = g_build_filename (directory, "a.mkv", NULL);
  GstProfDiskSpace space = { 0 };

  gst_prof_disk_watch_get (watch, &space);
  assert_equals_string (space.path, "");
  fail_unless (gst_prof_disk_watch_ask (watch, location));
  wait_for_answer (watch, &space);
  fail_unless (g_str_has_prefix (directory, space.path));
  fail_unless (space.size > 0 && space.free <= space.size);
  fail_unless (space.time > 0);
  run_remove_directory (directory);
}

GST_END_TEST;

GST_START_TEST (test_a_process_reads_its_memory)
{
  const gsize size = 50000000;
  g_autoptr (GstProfProcess) process = gst_prof_process_new ();
  guint64 before = gst_prof_process_get_rss (process), after;
  volatile gchar *memory = g_malloc (size);

  if (before == 0) {
    g_free ((gpointer) memory);
    GST_PROF_CHECK_SKIP ("no /proc/self/statm");
  }
  for (gsize i = 0; i < size; i += 1024)
    memory[i] = 1;
  after = gst_prof_process_get_rss (process);
  fail_unless (after >= before + size * 9 / 10);
  g_free ((gpointer) memory);
}

GST_END_TEST;

static GstClockTime
hundred_seconds (void)
{
  return 100 * GST_SECOND;
}

GST_START_TEST (test_the_running_time_is_known_in_playing_only)
{
  GstElement *pipeline = gst_pipeline_new (NULL);
  GstClock *clock = g_object_new (GST_TYPE_TEST_CLOCK, "start-time",
      5 * GST_SECOND, NULL);
  GstProfReceivers *receivers = gst_prof_receivers_new ();
  GstProfPipelineWatch *watch =
      gst_prof_pipeline_watch_new (pipeline, GST_BIN (pipeline), receivers);
  g_autofree GstProfBacklogSample *sample = g_new0 (GstProfBacklogSample, 1);

  gst_prof_clock_set_func (hundred_seconds);
  gst_element_set_start_time (pipeline, GST_CLOCK_TIME_NONE);
  gst_pipeline_use_clock (GST_PIPELINE (pipeline), clock);
  gst_prof_pipeline_watch_read (watch, sample, 1);
  fail_if (sample->has_offset);

  gst_element_set_base_time (pipeline, 2 * GST_SECOND);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  gst_prof_pipeline_watch_read (watch, sample, 2);
  fail_unless (sample->has_offset);
  fail_unless (sample->offset == -97 * (GstClockTimeDiff) GST_SECOND);

  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  gst_prof_pipeline_watch_read (watch, sample, 3);
  fail_if (sample->has_offset);

  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_prof_pipeline_watch_stop (watch);
  gst_prof_receivers_unref (receivers);
  gst_prof_clock_set_func (NULL);
  gst_object_unref (pipeline);
  gst_object_unref (clock);
}

GST_END_TEST;

static Suite *
levels_suite (void)
{
  Suite *s = suite_create ("levels");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_a_queue_tells_what_is_in_it);
  tcase_add_test (tc, test_a_leaky_queue_tells_what_it_threw_away);
  tcase_add_test (tc, test_a_leaky_queue_of_packets_drops_no_frames);
  tcase_add_test (tc, test_a_queue2_tells_what_is_in_it);
  tcase_add_test (tc, test_a_queue2_that_lies_on_disk_is_left_alone);
  tcase_add_test (tc, test_a_multiqueue_tells_what_is_in_its_queues);
  tcase_add_test (tc, test_an_appsrc_tells_what_is_in_it);
  tcase_add_test (tc, test_what_a_jitterbuffer_took_and_did_not_give_is_in_it);
  tcase_add_test (tc, test_queues_that_come_and_go_later_are_found_in_any_depth);
  tcase_add_test (tc, test_more_holders_than_there_is_room_for_are_counted);
  tcase_add_test (tc, test_a_source_that_is_live_makes_the_pipeline_live);
  tcase_add_test (tc, test_the_file_that_is_written_is_found);
  tcase_add_test (tc, test_the_file_system_of_a_file_tells_its_room);
  tcase_add_test (tc, test_a_process_reads_its_memory);
  tcase_add_test (tc, test_the_running_time_is_known_in_playing_only);
  return s;
}

GST_CHECK_MAIN (levels);
