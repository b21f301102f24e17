/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What a single element that holds buffers says of its level, by properties.
 * Reading takes the element's own lock for as long as copying a number takes.
 * Not a streaming thread.
 */

#include "gstproflevel.h"

static const struct
{
  const gchar *type;
  GstProfHolderKind kind;
} kinds[] = {
  {"GstQueue", GST_PROF_HOLDER_QUEUE},
  {"GstQueue2", GST_PROF_HOLDER_QUEUE2},
  {"GstMultiQueue", GST_PROF_HOLDER_MULTIQUEUE},
  {"GstRtpJitterBuffer", GST_PROF_HOLDER_JITTERBUFFER},
  {"GstAppSrc", GST_PROF_HOLDER_APPSRC},
};

/* It holds nothing in memory then, and its lock while it writes. */
static gboolean
is_on_disk (GstElement * element, GstProfHolderKind kind)
{
  g_autofree gchar *template = NULL;

  if (kind == GST_PROF_HOLDER_QUEUE2)
    g_object_get (element, "temp-template", &template, NULL);
  return template != NULL;
}

/*
 * gst_prof_level_find_kind:
 * @element: an element
 * @kind: (out): what it is; untouched when it is none of these
 *
 * Returns: whether it holds buffers in memory
 */
gboolean
gst_prof_level_find_kind (GstElement * element, GstProfHolderKind * kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    GType type = g_type_from_name (kinds[i].type);

    if (type != 0 && g_type_is_a (G_OBJECT_TYPE (element), type)) {
      if (is_on_disk (element, kinds[i].kind))
        return FALSE;
      *kind = kinds[i].kind;
      return TRUE;
    }
  }
  return FALSE;
}

static void
read_queue (GstElement * element, GstProfHolder * holder)
{
  guint buffers = 0, bytes = 0, max_buffers = 0, max_bytes = 0;

  g_object_get (element, "current-level-buffers", &buffers,
      "current-level-bytes", &bytes, "current-level-time", &holder->time,
      "max-size-buffers", &max_buffers, "max-size-bytes", &max_bytes,
      "max-size-time", &holder->max_time, NULL);
  holder->buffers = buffers;
  holder->bytes = bytes;
  holder->max_buffers = max_buffers;
  holder->max_bytes = max_bytes;
}

/* Its queues together; the limits are of each of them. */
static void
read_multiqueue (GstElement * element, GstProfHolder * holder)
{
  guint max_buffers = 0, max_bytes = 0, n;
  g_autoptr (GstStructure) stats = NULL;
  const GValue *queues;

  g_object_get (element, "stats", &stats, "max-size-buffers", &max_buffers,
      "max-size-bytes", &max_bytes, "max-size-time", &holder->max_time, NULL);
  queues = stats ? gst_structure_get_value (stats, "queues") : NULL;
  if (queues == NULL || !GST_VALUE_HOLDS_ARRAY (queues))
    return;

  n = gst_value_array_get_size (queues);
  for (guint i = 0; i < n; i++) {
    const GValue *value = gst_value_array_get_value (queues, i);
    const GstStructure *queue = gst_value_get_structure (value);
    guint buffers = 0, bytes = 0;
    guint64 time = 0;

    gst_structure_get_uint (queue, "buffers", &buffers);
    gst_structure_get_uint (queue, "bytes", &bytes);
    gst_structure_get_uint64 (queue, "time", &time);
    holder->buffers += buffers;
    holder->bytes += bytes;
    holder->time = MAX (holder->time, time);
  }
  holder->max_buffers = (guint64) max_buffers * n;
  holder->max_bytes = (guint64) max_bytes * n;
}

/* Its limits are only advice to the application, unless it blocks or leaks. */
static void
read_appsrc (GstElement * element, GstProfHolder * holder)
{
  gboolean block = FALSE;
  gint leaky = 0;

  g_object_get (element, "current-level-buffers", &holder->buffers,
      "current-level-bytes", &holder->bytes,
      "current-level-time", &holder->time, "block", &block,
      "leaky-type", &leaky, NULL);
  if (block || leaky != 0)
    g_object_get (element, "max-buffers", &holder->max_buffers,
        "max-bytes", &holder->max_bytes, "max-time", &holder->max_time, NULL);
}

/*
 * gst_prof_level_read:
 * @element: an element
 * @holder: (inout): its @kind says what it is; gets level and limits. Of a
 *   jitterbuffer there is nothing to read
 */
void
gst_prof_level_read (GstElement * element, GstProfHolder * holder)
{
  switch (holder->kind) {
    case GST_PROF_HOLDER_QUEUE:
    case GST_PROF_HOLDER_QUEUE2:
      read_queue (element, holder);
      break;
    case GST_PROF_HOLDER_MULTIQUEUE:
      read_multiqueue (element, holder);
      break;
    case GST_PROF_HOLDER_APPSRC:
      read_appsrc (element, holder);
      break;
    default:
      break;
  }
}
