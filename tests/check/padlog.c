/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Writes down what the neighbours of an element see of it: what comes out of it
 * on either side, in what order, and what it answers. Two elements whose
 * neighbours see the same cannot be told apart.
 *
 * All on one thread: what is tested may have none of its own.
 */

#include "padlog.h"

#include <gst/check/gstcheck.h>
#include <gst/video/video.h>

#include <string.h>

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

static GQuark
log_quark (void)
{
  return g_quark_from_static_string ("pad-log");
}

static PadLog *
get_log (GstPad * pad)
{
  return g_object_get_qdata (G_OBJECT (pad), log_quark ());
}

static void G_GNUC_PRINTF (2, 3)
note (PadLog * log, const gchar * format, ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (log->lines, g_strdup_vprintf (format, args));
  va_end (args);
}

/* Numbers are given by the process: which are the same is what counts. */
static guint
get_seqnum (PadLog * log, GstEvent * event)
{
  gpointer key = GUINT_TO_POINTER (gst_event_get_seqnum (event));

  if (!g_hash_table_contains (log->seqnums, key))
    g_hash_table_insert (log->seqnums, key,
        GUINT_TO_POINTER (g_hash_table_size (log->seqnums) + 1));
  return GPOINTER_TO_UINT (g_hash_table_lookup (log->seqnums, key));
}

static gchar *
describe_structure (const GstStructure * structure)
{
  return structure ? gst_structure_to_string (structure) : g_strdup ("");
}

static void
note_event (PadLog * log, const gchar * side, GstEvent * event)
{
  g_autofree gchar *text =
      describe_structure (gst_event_get_structure (event));

  note (log, "%s: event %s, seqnum %u, offset %" G_GINT64_FORMAT " %s", side,
      GST_EVENT_TYPE_NAME (event), get_seqnum (log, event),
      gst_event_get_running_time_offset (event), text);
}

static gchar *
describe_metas (GstBuffer * buffer)
{
  GString *text = g_string_new (NULL);
  gpointer state = NULL;
  GstMeta *meta;

  while ((meta = gst_buffer_iterate_meta (buffer, &state)) != NULL)
    g_string_append_printf (text, " %s", g_type_name (meta->info->api));
  return g_string_free (text, FALSE);
}

static void
note_buffer (PadLog * log, const gchar * side, GstBuffer * buffer)
{
  g_autofree gchar *sum = NULL, *metas = describe_metas (buffer);
  GstMapInfo map;

  gst_buffer_map (buffer, &map, GST_MAP_READ);
  sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, map.data, map.size);
  note (log, "%s: buffer of %" G_GSIZE_FORMAT " in %u, pts %" GST_TIME_FORMAT
      " dts %" GST_TIME_FORMAT " duration %" GST_TIME_FORMAT " offset %"
      G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT " flags %x %s%s", side,
      map.size, gst_buffer_n_memory (buffer), GST_TIME_ARGS (GST_BUFFER_PTS
          (buffer)), GST_TIME_ARGS (GST_BUFFER_DTS (buffer)),
      GST_TIME_ARGS (GST_BUFFER_DURATION (buffer)), GST_BUFFER_OFFSET (buffer),
      GST_BUFFER_OFFSET_END (buffer), GST_BUFFER_FLAGS (buffer), sum, metas);
  gst_buffer_unmap (buffer, &map);
}

static GstFlowReturn
sink_chain (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  PadLog *log = get_log (pad);

  note_buffer (log, "out", buffer);
  gst_buffer_unref (buffer);
  return log->flow;
}

static GstFlowReturn
sink_chain_list (GstPad * pad, GstObject * parent, GstBufferList * list)
{
  PadLog *log = get_log (pad);

  note (log, "out: list of %u", gst_buffer_list_length (list));
  for (guint i = 0; i < gst_buffer_list_length (list); i++)
    note_buffer (log, "out", gst_buffer_list_get (list, i));
  gst_buffer_list_unref (list);
  return log->flow;
}

static gboolean
sink_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  note_event (get_log (pad), "out", event);
  gst_event_unref (event);
  return TRUE;
}

static gboolean
src_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  note_event (get_log (pad), "up", event);
  gst_event_unref (event);
  return TRUE;
}

static gint
compare_fields (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar * const *) a, *(const gchar * const *) b);
}

static gboolean
add_field (GQuark field, const GValue * value, gpointer fields)
{
  g_autofree gchar *text = gst_value_serialize (value);

  g_ptr_array_add (fields, g_strdup_printf ("%s=%s", g_quark_to_string (field),
          text));
  return TRUE;
}

/* The order of fields means nothing. */
static gchar *
describe_caps (GstCaps * caps)
{
  GString *text = g_string_new (NULL);

  if (caps == NULL || gst_caps_is_any (caps))
    g_string_append (text, caps ? "ANY" : "NULL");
  for (guint i = 0; caps && i < gst_caps_get_size (caps); i++) {
    g_autoptr (GPtrArray) fields = g_ptr_array_new_with_free_func (g_free);
    const GstStructure *structure = gst_caps_get_structure (caps, i);
    g_autofree gchar *features =
        gst_caps_features_to_string (gst_caps_get_features (caps, i));

    gst_structure_foreach (structure, add_field, fields);
    g_ptr_array_sort (fields, compare_fields);
    g_string_append_printf (text, "%s (%s)", gst_structure_get_name (structure),
        features);
    for (guint f = 0; f < fields->len; f++)
      g_string_append_printf (text, ", %s",
          (const gchar *) g_ptr_array_index (fields, f));
    g_string_append (text, "; ");
  }
  return g_string_free (text, FALSE);
}

static gchar *
describe_allocation (GstQuery * query)
{
  GString *text = g_string_new (NULL);
  gboolean need_pool;
  GstCaps *caps;

  gst_query_parse_allocation (query, &caps, &need_pool);
  g_string_append_printf (text, "need pool %d", need_pool);
  for (guint i = 0; i < gst_query_get_n_allocation_pools (query); i++) {
    guint size, min, max;

    gst_query_parse_nth_allocation_pool (query, i, NULL, &size, &min, &max);
    g_string_append_printf (text, ", pool %u %u-%u", size, min, max);
  }
  for (guint i = 0; i < gst_query_get_n_allocation_params (query); i++) {
    GstAllocationParams params;

    gst_query_parse_nth_allocation_param (query, i, NULL, &params);
    g_string_append_printf (text, ", align %" G_GSIZE_FORMAT " prefix %"
        G_GSIZE_FORMAT " padding %" G_GSIZE_FORMAT, params.align,
        params.prefix, params.padding);
  }
  for (guint i = 0; i < gst_query_get_n_allocation_metas (query); i++)
    g_string_append_printf (text, ", %s",
        g_type_name (gst_query_parse_nth_allocation_meta (query, i, NULL)));
  return g_string_free (text, FALSE);
}

static void
note_query (PadLog * log, const gchar * what, GstQuery * query)
{
  g_autofree gchar *text = NULL;
  GstCaps *caps;

  if (GST_QUERY_TYPE (query) == GST_QUERY_CAPS) {
    gst_query_parse_caps_result (query, &caps);
    text = describe_caps (caps);
  } else if (GST_QUERY_TYPE (query) == GST_QUERY_ALLOCATION) {
    text = describe_allocation (query);
  } else {
    text = describe_structure (gst_query_get_structure (query));
  }
  note (log, "%s %s %s", what, GST_QUERY_TYPE_NAME (query), text);
}

static void
answer_allocation (GstQuery * query)
{
  GstAllocationParams params;

  gst_allocation_params_init (&params);
  params.align = 31;
  params.padding = 16;
  gst_query_add_allocation_param (query, NULL, &params);
  gst_query_add_allocation_pool (query, NULL, 9000, 3, 7);
  gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
}

/* Ghost pads have their own ways to find out about caps: how often they ask
 * does not matter, only what is answered. */
static void
note_question (PadLog * log, const gchar * side, GstQuery * query)
{
  if (GST_QUERY_TYPE (query) != GST_QUERY_CAPS
      && GST_QUERY_TYPE (query) != GST_QUERY_ACCEPT_CAPS)
    note_query (log, side, query);
}

static gboolean
sink_query (GstPad * pad, GstObject * parent, GstQuery * query)
{
  PadLog *log = get_log (pad);

  note_question (log, "out: query", query);
  switch (GST_QUERY_TYPE (query)) {
    case GST_QUERY_ALLOCATION:
      answer_allocation (query);
      return TRUE;
    case GST_QUERY_DRAIN:
      return TRUE;
    case GST_QUERY_CUSTOM:
      gst_structure_set (gst_query_writable_structure (query), "answer",
          G_TYPE_INT, 42, NULL);
      return TRUE;
    default:
      return gst_pad_query_default (pad, parent, query);
  }
}

static gboolean
src_query (GstPad * pad, GstObject * parent, GstQuery * query)
{
  PadLog *log = get_log (pad);

  note_question (log, "up: query", query);
  switch (GST_QUERY_TYPE (query)) {
    case GST_QUERY_LATENCY:
      gst_query_set_latency (query, TRUE, 20 * GST_MSECOND, 80 * GST_MSECOND);
      return TRUE;
    case GST_QUERY_DURATION:
      gst_query_set_duration (query, GST_FORMAT_TIME, 90 * GST_SECOND);
      return TRUE;
    case GST_QUERY_POSITION:
      gst_query_set_position (query, GST_FORMAT_TIME, 3 * GST_SECOND);
      return TRUE;
    case GST_QUERY_SEEKING:
      gst_query_set_seeking (query, GST_FORMAT_TIME, TRUE, 0, 90 * GST_SECOND);
      return TRUE;
    case GST_QUERY_CUSTOM:
      gst_structure_set (gst_query_writable_structure (query), "answer",
          G_TYPE_INT, 24, NULL);
      return TRUE;
    default:
      return gst_pad_query_default (pad, parent, query);
  }
}

/*
 * pad_log_new:
 *
 * Returns: (transfer full): neighbours, active, to be linked
 */
PadLog *
pad_log_new (void)
{
  PadLog *log = g_new0 (PadLog, 1);

  log->lines = g_ptr_array_new_with_free_func (g_free);
  log->seqnums = g_hash_table_new (NULL, NULL);
  log->src = gst_object_ref_sink (gst_pad_new_from_static_template
      (&src_template, "src"));
  log->sink = gst_object_ref_sink (gst_pad_new_from_static_template
      (&sink_template, "sink"));
  g_object_set_qdata (G_OBJECT (log->src), log_quark (), log);
  g_object_set_qdata (G_OBJECT (log->sink), log_quark (), log);
  gst_pad_set_event_function (log->src, src_event);
  gst_pad_set_query_function (log->src, src_query);
  gst_pad_set_event_function (log->sink, sink_event);
  gst_pad_set_query_function (log->sink, sink_query);
  gst_pad_set_chain_function (log->sink, sink_chain);
  gst_pad_set_chain_list_function (log->sink, sink_chain_list);
  gst_pad_set_active (log->src, TRUE);
  gst_pad_set_active (log->sink, TRUE);
  return log;
}

/*
 * pad_log_free:
 * @log: (transfer full): the neighbours, unlinked
 */
void
pad_log_free (PadLog * log)
{
  gst_pad_set_active (log->src, FALSE);
  gst_pad_set_active (log->sink, FALSE);
  gst_object_unref (log->src);
  gst_object_unref (log->sink);
  g_hash_table_unref (log->seqnums);
  g_ptr_array_unref (log->lines);
  g_free (log);
}

/*
 * pad_log_push_event:
 * @log: the neighbours
 * @event: (transfer full): what the one upstream sends
 */
void
pad_log_push_event (PadLog * log, GstEvent * event)
{
  note_event (log, "push", event);
  note (log, "= %d", gst_pad_push_event (log->src, event));
}

/*
 * pad_log_push_buffer:
 * @log: the neighbours
 * @buffer: (transfer full): what the one upstream sends
 */
void
pad_log_push_buffer (PadLog * log, GstBuffer * buffer)
{
  note_buffer (log, "push", buffer);
  note (log, "= %s", gst_flow_get_name (gst_pad_push (log->src, buffer)));
}

/*
 * pad_log_push_list:
 * @log: the neighbours
 * @list: (transfer full): what the one upstream sends
 */
void
pad_log_push_list (PadLog * log, GstBufferList * list)
{
  note (log, "push: list of %u", gst_buffer_list_length (list));
  note (log, "= %s", gst_flow_get_name (gst_pad_push_list (log->src, list)));
}

/*
 * pad_log_send_event:
 * @log: the neighbours
 * @event: (transfer full): what the one downstream sends
 */
void
pad_log_send_event (PadLog * log, GstEvent * event)
{
  note_event (log, "send", event);
  note (log, "= %d", gst_pad_push_event (log->sink, event));
}

/*
 * pad_log_query:
 * @log: the neighbours
 * @from: one of their pads
 * @query: (transfer full): what is asked there
 */
void
pad_log_query (PadLog * log, GstPad * from, GstQuery * query)
{
  gboolean answered;

  note_query (log, from == log->src ? "ask downstream" : "ask upstream",
      query);
  answered = gst_pad_peer_query (from, query);
  note (log, "= %d", answered);
  note_query (log, "answer", query);
  gst_query_unref (query);
}

static gboolean
is_our_own (GstMessage * message)
{
  const GstStructure *structure = gst_message_get_structure (message);

  return structure != NULL
      && g_str_has_prefix (gst_structure_get_name (structure), "prof-");
}

static void
note_message (PadLog * log, GstMessage * message)
{
  g_autofree gchar *debug = NULL;
  GError *error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, &debug);
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING)
    gst_message_parse_warning (message, &error, &debug);
  note (log, "message %s %s", GST_MESSAGE_TYPE_NAME (message),
      error ? error->message : "");
  g_clear_error (&error);
}

/*
 * pad_log_messages:
 * @log: the neighbours
 * @bus: where the application hears of the element
 *
 * Which messages were posted, but for those that wrappers are there for, and
 * for states, of which a bin has more.
 */
void
pad_log_messages (PadLog * log, GstBus * bus)
{
  GstMessage *message;

  while ((message = gst_bus_pop (bus)) != NULL) {
    if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_STATE_CHANGED
        && !is_our_own (message))
      note_message (log, message);
    gst_message_unref (message);
  }
}

/*
 * pad_log_compare:
 * @expected: what the neighbours of the one saw
 * @got: what those of the other saw
 *
 * Returns: (transfer full) (nullable): the first difference, %NULL when there
 *   is none
 */
gchar *
pad_log_compare (PadLog * expected, PadLog * got)
{
  for (guint i = 0; i < MIN (expected->lines->len, got->lines->len); i++) {
    const gchar *a = g_ptr_array_index (expected->lines, i);
    const gchar *b = g_ptr_array_index (got->lines, i);

    if (strcmp (a, b) != 0)
      return g_strdup_printf ("line %u, after\n  %s:\n  %s\ninstead of\n  %s",
          i, i > 0 ? (const gchar *) g_ptr_array_index (expected->lines, i - 1)
          : "nothing", b, a);
  }
  if (expected->lines->len == got->lines->len)
    return NULL;
  return g_strdup_printf ("%u lines instead of %u; the last is\n  %s",
      got->lines->len, expected->lines->len, (const gchar *) g_ptr_array_index
      (got->lines, got->lines->len - 1));
}
