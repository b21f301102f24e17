/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * A pipeline that is pushed into by hand. So one thread does what a streaming
 * thread does, its CPU time can be read around the pushes, and what is not to
 * be measured (reading the bus, waiting for the monitor) is done in between.
 */

#include "feed.h"

#include <stdio.h>
#include <stdlib.h>

#include "series.h"

static void
give_up (const gchar * what, const GError * error)
{
  fprintf (stderr, "%s: %s\n", what, error ? error->message : "failed");
  exit (1);
}

static void
fail_with (GstMessage * message)
{
  GError *error = NULL;

  gst_message_parse_error (message, &error, NULL);
  give_up (GST_MESSAGE_SRC_NAME (message), error);
}

/*
 * bench_parse:
 * @description: a pipeline; of several elements on the top level, or one that
 *   is a bin
 *
 * Returns: (transfer full): a pipeline, which has a bus
 */
GstElement *
bench_parse (const gchar * description)
{
  GError *error = NULL;
  GstElement *element = gst_parse_launch_full (description, NULL,
      GST_PARSE_FLAG_FATAL_ERRORS, &error);
  GstElement *pipeline;

  if (element == NULL)
    give_up (description, error);
  gst_object_ref_sink (element);
  if (GST_IS_PIPELINE (element))
    return element;

  pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  gst_bin_add (GST_BIN (pipeline), element);
  gst_object_unref (element);
  return pipeline;
}

/* Ends the program if there is an error on the bus: numbers of a pipeline that
 * failed say nothing. */
static void
fail_on_error (GstBus * bus)
{
  GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);

  if (message != NULL)
    fail_with (message);
}

/*
 * bench_run_to_end:
 * @pipeline: a pipeline in NULL, with a source
 * @func: (nullable): is given every message
 *
 * Plays it until EOS and brings it back to NULL. An error ends the program.
 */
void
bench_run_to_end (GstElement * pipeline,
    void (*func) (GstMessage * message, gpointer user_data), gpointer user_data)
{
  GstBus *bus = gst_element_get_bus (pipeline);
  gboolean ended = FALSE;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (!ended) {
    GstMessage *message = gst_bus_timed_pop (bus, GST_CLOCK_TIME_NONE);

    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
      fail_with (message);
    ended = GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
    if (func != NULL)
      func (message, user_data);
    gst_message_unref (message);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);
}

static GstElement *
find_tracer (GstElement * pipeline)
{
  GstIterator *elements = gst_bin_iterate_recurse (GST_BIN (pipeline));
  GstElement *found = NULL;
  GValue item = G_VALUE_INIT;

  while (found == NULL
      && gst_iterator_next (elements, &item) == GST_ITERATOR_OK) {
    GstElement *element = g_value_get_object (&item);
    GstElementFactory *factory = gst_element_get_factory (element);

    if (factory && g_str_equal (GST_OBJECT_NAME (factory), "latencytracer"))
      found = gst_object_ref (element);
    g_value_unset (&item);
  }
  gst_iterator_free (elements);
  return found;
}

/* Parsed bins have ghost pads only where they are linked. */
static GstPad *
get_sink_pad (GstElement * element)
{
  GstPad *pad = gst_element_get_static_pad (element, "sink");
  GstPad *target;

  if (pad == NULL && GST_IS_BIN (element)) {
    target = gst_bin_find_unlinked_pad (GST_BIN (element), GST_PAD_SINK);
    pad = gst_object_ref_sink (gst_ghost_pad_new ("sink", target));
    gst_element_add_pad (element, pad);
    gst_object_unref (target);
  }
  return pad;
}

/*
 * bench_feed_new:
 * @description: a pipeline whose first element is named "in"
 *
 * Returns: (transfer full): the pipeline, not started
 */
BenchFeed *
bench_feed_new (const gchar * description)
{
  BenchFeed *feed = g_new0 (BenchFeed, 1);
  GstElement *in;
  GstPad *peer;

  feed->pipeline = bench_parse (description);
  feed->bus = gst_element_get_bus (feed->pipeline);
  feed->tracer = find_tracer (feed->pipeline);

  in = gst_bin_get_by_name (GST_BIN (feed->pipeline), "in");
  peer = get_sink_pad (in);
  feed->pad = gst_object_ref_sink (gst_pad_new ("feed", GST_PAD_SRC));
  /* It is in no bin, which the other checks would not like. */
  gst_pad_link_full (feed->pad, peer, GST_PAD_LINK_CHECK_NOTHING);
  gst_object_unref (peer);
  gst_object_unref (in);
  return feed;
}

/*
 * bench_feed_start:
 * @caps: (transfer none): caps of what will be pushed
 *
 * Brings the pipeline to PLAYING and sends what comes before buffers.
 */
void
bench_feed_start (BenchFeed * feed, GstCaps * caps)
{
  GstSegment segment;

  gst_pad_set_active (feed->pad, TRUE);
  if (gst_element_set_state (feed->pipeline, GST_STATE_PLAYING) ==
      GST_STATE_CHANGE_FAILURE) {
    fail_on_error (feed->bus);
    give_up ("PLAYING", NULL);
  }
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (feed->pad, gst_event_new_stream_start ("bench"));
  gst_pad_push_event (feed->pad, gst_event_new_caps (caps));
  gst_pad_push_event (feed->pad, gst_event_new_segment (&segment));
}

/*
 * bench_feed_push:
 * @packet: (transfer none): what the next frame carries
 *
 * Pushes a copy with the time stamps of the next frame at 30 per second. Not
 * inlined: callgrind knows it by its name.
 */
G_NO_INLINE void
bench_feed_push (BenchFeed * feed, GstBuffer * packet)
{
  GstBuffer *buffer = gst_buffer_copy (packet);
  GstClockTime pts = feed->frames * BENCH_BUDGET;
  GstFlowReturn ret;

  GST_BUFFER_PTS (buffer) = GST_BUFFER_DTS (buffer) = pts;
  GST_BUFFER_DURATION (buffer) = BENCH_BUDGET;
  feed->frames++;
  ret = gst_pad_push (feed->pad, buffer);
  if (G_UNLIKELY (ret != GST_FLOW_OK)) {
    fail_on_error (feed->bus);
    give_up (gst_flow_get_name (ret), NULL);
  }
}

/*
 * bench_feed_read:
 *
 * Does what an application does: takes all messages off the bus. An error ends
 * the program.
 *
 * Returns: how many there were
 */
guint
bench_feed_read (BenchFeed * feed)
{
  GstMessage *message;
  guint n = 0;

  while ((message = gst_bus_pop (feed->bus)) != NULL) {
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
      fail_with (message);
    gst_message_unref (message);
    n++;
  }
  return n;
}

/*
 * bench_feed_catch_up:
 *
 * Lets the monitor take in what was pushed: buffers come much faster here than
 * from a camera, and its queue is for 10 s of those.
 */
void
bench_feed_catch_up (BenchFeed * feed)
{
  GstStructure *stats = NULL;

  if (feed->tracer == NULL)
    return;
  g_object_get (feed->tracer, "stats", &stats, NULL);
  gst_structure_free (stats);
}

/*
 * bench_feed_get_stat:
 * @field: a field of `prof-summary` that is an uint64
 *
 * Returns: its value, 0 when there is none
 */
guint64
bench_feed_get_stat (BenchFeed * feed, const gchar * field)
{
  GstStructure *stats = NULL;
  guint64 value = 0;

  if (feed->tracer == NULL)
    return 0;
  g_object_get (feed->tracer, "stats", &stats, NULL);
  gst_structure_get_uint64 (stats, field, &value);
  gst_structure_free (stats);
  return value;
}

/*
 * bench_feed_end:
 *
 * Sends EOS and waits until it has come to the end: muxers with a thread of
 * their own are done then.
 */
void
bench_feed_end (BenchFeed * feed)
{
  GstMessage *message;

  gst_pad_push_event (feed->pad, gst_event_new_eos ());
  message = gst_bus_timed_pop_filtered (feed->bus, GST_CLOCK_TIME_NONE,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    fail_with (message);
  gst_message_unref (message);
}

/*
 * bench_feed_free:
 * @feed: (transfer full): a feed
 *
 * Brings the pipeline to NULL first.
 */
void
bench_feed_free (BenchFeed * feed)
{
  gst_element_set_state (feed->pipeline, GST_STATE_NULL);
  gst_pad_set_active (feed->pad, FALSE);
  gst_clear_object (&feed->pad);
  gst_clear_object (&feed->tracer);
  gst_clear_object (&feed->bus);
  gst_clear_object (&feed->pipeline);
  g_free (feed);
}
