/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The packets that are in a container file, as a demuxer gives them. For files
 * that are never the same twice, because they carry a time or a random number.
 */

#include "packets.h"

#include <gst/app/gstappsink.h>
#include <gst/check/gstcheck.h>

#include "run.h"

static const struct
{
  const gchar *extension;
  const gchar *demuxer;
} demuxers[] = {
  {".mkv", "matroskademux"},
  {".webm", "matroskademux"},
  {".mp4", "qtdemux"},
  {".mov", "qtdemux"},
  {".flv", "flvdemux"},
  {".ts", "tsdemux"},
  {".avi", "avidemux"},
};

static const gchar *
find_demuxer (const gchar * location)
{
  for (guint i = 0; i < G_N_ELEMENTS (demuxers); i++) {
    if (g_str_has_suffix (location, demuxers[i].extension))
      return demuxers[i].demuxer;
  }
  fail ("no demuxer is known for %s", location);
  return NULL;
}

/* The demuxer's streaming thread */
static void
pad_added (GstElement * demuxer, GstPad * pad, gpointer pipeline)
{
  GstElement *sink = gst_element_factory_make ("appsink", GST_PAD_NAME (pad));
  GstPad *sinkpad = gst_element_get_static_pad (sink, "sink");

  /* Nobody takes a packet before the end: nothing may wait for that. */
  g_object_set (sink, "sync", FALSE, "async", FALSE, "wait-on-eos", FALSE,
      NULL);
  gst_bin_add (GST_BIN (pipeline), sink);
  gst_element_sync_state_with_parent (sink);
  gst_pad_link (pad, sinkpad);
  gst_object_unref (sinkpad);
}

static void
wait_for_end (GstElement * pipeline)
{
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 20 * GST_SECOND,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    GError *error = NULL;
    gchar *debug = NULL;

    gst_message_parse_error (message, &error, &debug);
    fail ("%s (%s)", error->message, debug);
  }
  gst_message_unref (message);
  gst_object_unref (bus);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (GST_OBJECT_NAME (a), GST_OBJECT_NAME (b));
}

static void
read_file (const gchar * location, const gchar * description,
    GCallback pad_added, PacketFunc func, gpointer user_data)
{
  GstElement *pipeline = gst_parse_launch (description, NULL), *element;
  GList *sinks = NULL, *l;

  element = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  g_object_set (element, "location", location, NULL);
  gst_object_unref (element);
  element = gst_bin_get_by_name (GST_BIN (pipeline), "demuxer");
  if (pad_added != NULL)
    g_signal_connect (element, "pad-added", pad_added, pipeline);
  gst_object_unref (element);
  wait_for_end (pipeline);

  for (l = GST_BIN_CHILDREN (pipeline); l != NULL; l = l->next) {
    if (GST_IS_APP_SINK (l->data))
      sinks = g_list_insert_sorted (sinks, l->data, compare_names);
  }
  for (l = sinks; l != NULL; l = l->next) {
    GstSample *sample;

    while ((sample = gst_app_sink_pull_sample (l->data)) != NULL) {
      func (GST_OBJECT_NAME (l->data), sample, user_data);
      gst_sample_unref (sample);
    }
  }
  g_list_free (sinks);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

/*
 * packets_foreach:
 * @location: a file
 * @func: told of each packet, stream by stream, in the order of the file
 * @user_data: data for @func
 */
void
packets_foreach (const gchar * location, PacketFunc func, gpointer user_data)
{
  g_autofree gchar *text =
      g_strdup_printf ("filesrc name=source ! %s name=demuxer",
      find_demuxer (location));

  read_file (location, text, G_CALLBACK (pad_added), func, user_data);
}

/*
 * packets_foreach_picture:
 * @location: a file with video
 * @caps: what the pictures are to be like
 * @func: told of each picture, in the order in which they are shown
 * @user_data: data for @func
 */
void
packets_foreach_picture (const gchar * location, const gchar * caps,
    PacketFunc func, gpointer user_data)
{
  g_autofree gchar *text = g_strdup_printf ("filesrc name=source ! "
      "%s name=demuxer demuxer. ! decodebin ! videoconvert ! %s ! appsink "
      "name=pictures sync=false async=false wait-on-eos=false",
      find_demuxer (location), caps);

  read_file (location, text, NULL, func, user_data);
}

static void
describe (const gchar * stream, GstSample * sample, gpointer user_data)
{
  const GstBufferFlags ignored = GST_BUFFER_FLAG_TAG_MEMORY;
  GPtrArray *list = user_data;
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  g_autofree gchar *sum = NULL, *caps = NULL;
  GstMapInfo map;

  gst_buffer_map (buffer, &map, GST_MAP_READ);
  sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, map.data, map.size);
  caps = gst_caps_to_string (gst_sample_get_caps (sample));
  g_ptr_array_add (list, g_strdup_printf ("%s pts %" GST_TIME_FORMAT " dts %"
          GST_TIME_FORMAT " duration %" GST_TIME_FORMAT " flags %x size %"
          G_GSIZE_FORMAT " %s %s", stream, GST_TIME_ARGS (GST_BUFFER_PTS
              (buffer)), GST_TIME_ARGS (GST_BUFFER_DTS (buffer)),
          GST_TIME_ARGS (GST_BUFFER_DURATION (buffer)),
          GST_BUFFER_FLAGS (buffer) & ~ignored, map.size, sum, caps));
  gst_buffer_unmap (buffer, &map);
}

/*
 * packets_list:
 * @location: a file
 *
 * Returns: (transfer full) (element-type utf8): a line for each packet: its
 *   stream, times, flags, size, the sum of its bytes and its caps
 */
GPtrArray *
packets_list (const gchar * location)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);

  packets_foreach (location, describe, list);
  return list;
}
