/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The messages on the bus: the only place that knows the names and types of
 * their fields (those of the summary are in gstprofsummary.c). docs/messages.md
 * describes them to their readers. Passive; streaming threads make messages
 * here between frames, applications parse them in whatever thread they like.
 */

#include "gstprofmessage.h"

#include "gstproffield.h"
#include "gstprofsummary.h"

static const gchar *const span_flag_nicks[] = {
  "keyframe", "drain", "preroll", "corrected", "output", "muxed", "header",
  "not-video", "reset", "encoded", "starved", "nested",
};

static gpointer span_flag_cache[1 << G_N_ELEMENTS (span_flag_nicks)];
static const GstProfFieldNicks span_flags =
    { span_flag_nicks, G_N_ELEMENTS (span_flag_nicks), span_flag_cache };

#define FIELD(name, type, member, ...) \
    { name, GST_PROF_FIELD_ ## type, G_STRUCT_OFFSET (RECORD, member), \
      ## __VA_ARGS__ }

#define RECORD GstProfSpan
static GstProfField span_fields[] = {
  FIELD ("stage", REF_STRING, stage),
  FIELD ("stream-id", REF_STRING, stream_id),
  FIELD ("thread-id", UINT64, thread_id),
  FIELD ("running-time", TIME, running_time),
  FIELD ("running-time-out", TIME, running_time_out),
  FIELD ("dts-running-time", TIME, dts_running_time),
  FIELD ("enter", TIME, enter),
  FIELD ("leave", TIME, leave),
  FIELD ("own", TIME, own),
  FIELD ("waited", UINT64, waited, TRUE),
  FIELD ("bytes", UINT64, bytes),
  FIELD ("buffers", UINT, buffers),
  FIELD ("packets", UINT, packets),
  FIELD ("flags", NICKS, flags, FALSE, &span_flags),
  FIELD ("latency", TIME, latency, TRUE),
  FIELD ("inside", UINT, inside, TRUE),
  FIELD ("frame-duration", TIME, frame_duration, TRUE),
  FIELD ("payload-id", UINT64, payload, TRUE),
  FIELD ("payload-size", UINT64, payload_size, TRUE),
  FIELD ("sequence", UINT64, sequence, TRUE),
};
#undef RECORD

static const gchar *const setup_kind_nicks[] = {
  "added", "done", "renegotiated", "removed", "file-removed", "counters",
};

static const GstProfFieldNicks setup_kinds =
    { setup_kind_nicks, G_N_ELEMENTS (setup_kind_nicks), NULL };

#define RECORD GstProfSetup
static GstProfField setup_fields[] = {
  FIELD ("kind", NICK, kind, FALSE, &setup_kinds),
  FIELD ("stage", REF_STRING, stage),
  FIELD ("element", REF_STRING, element),
  FIELD ("state-changes", UINT64, state_changes),
  FIELD ("caps", UINT64, caps),
  FIELD ("first-buffer", UINT64, first_buffer),
  FIELD ("corrections", UINT64, corrections),
  FIELD ("largest-correction", UINT64, largest_correction),
  FIELD ("messages-dropped", UINT64, messages_dropped),
  FIELD ("spans-dropped", UINT64, spans_dropped),
  FIELD ("frames-in", UINT64, frames_in),
  FIELD ("frames-out", UINT64, frames_out),
  FIELD ("inside", UINT64, inside),
  FIELD ("detail", REF_STRING, detail),
};
#undef RECORD

static const gchar *const warning_state_nicks[] = { "open", "final" };

static const GstProfFieldNicks warning_states =
    { warning_state_nicks, G_N_ELEMENTS (warning_state_nicks), NULL };

#define RECORD GstProfWarning
static GstProfField warning_fields[] = {
  FIELD ("kind", STRING, kind),
  FIELD ("stage", STRING, stage),
  FIELD ("stream-id", STRING, stream_id),
  FIELD ("frame", UINT64, frame),
  FIELD ("running-time", TIME, running_time),
  FIELD ("start", TIME, start),
  FIELD ("duration", UINT64, duration),
  FIELD ("threshold", UINT64, threshold),
  FIELD ("state", NICK, state, FALSE, &warning_states),
  FIELD ("stages", STRUCTURE, stages, TRUE),
  FIELD ("causes", STRUCTURE, causes, TRUE),
  FIELD ("root-causes", STRUCTURE, root_causes, TRUE),
  FIELD ("root-cause", STRING, root_cause),
  FIELD ("elements", STRING, elements, TRUE),
  FIELD ("evidence", STRING, evidence, TRUE),
  FIELD ("figures", STRUCTURE, figures, TRUE),
  FIELD ("held-back", UINT, held_back),
  FIELD ("advice", STRING, advice),
  FIELD ("text", STRING, text),
};
#undef RECORD

static GQuark span_name, setup_name, warning_name;

static void
ensure_tables (void)
{
  static gsize once;

  if (g_once_init_enter (&once)) {
    span_name = g_quark_from_static_string (GST_PROF_MESSAGE_SPAN);
    setup_name = g_quark_from_static_string (GST_PROF_MESSAGE_SETUP);
    warning_name = g_quark_from_static_string (GST_PROF_MESSAGE_WARNING);
    gst_prof_fields_init (span_fields, G_N_ELEMENTS (span_fields));
    gst_prof_fields_init (setup_fields, G_N_ELEMENTS (setup_fields));
    gst_prof_fields_init (warning_fields, G_N_ELEMENTS (warning_fields));
    g_once_init_leave (&once, 1);
  }
}

static GstMessage *
new_message (GstObject * src, GQuark name, const GstProfField * fields,
    guint n_fields, gconstpointer record)
{
  GstStructure *structure = gst_structure_new_id_empty (name);

  gst_prof_fields_write (fields, n_fields, record, structure);
  return gst_message_new_element (src, structure);
}

static gboolean
parse_message (GstMessage * message, GQuark name, const GstProfField * fields,
    guint n_fields, gpointer record)
{
  const GstStructure *structure;

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ELEMENT)
    return FALSE;
  structure = gst_message_get_structure (message);
  if (structure == NULL || gst_structure_get_name_id (structure) != name)
    return FALSE;

  return gst_prof_fields_read (fields, n_fields, record, structure);
}

/**
 * gst_prof_message_new_span:
 * @src: (nullable): the stage element
 * @span: a span
 *
 * Makes a `prof-span` element message. Any thread.
 *
 * Returns: (transfer full): the message
 *
 * Since: 0.1
 */
GstMessage *
gst_prof_message_new_span (GstObject * src, const GstProfSpan * span)
{
  ensure_tables ();
  return new_message (src, span_name, span_fields, G_N_ELEMENTS (span_fields),
      span);
}

/**
 * gst_prof_message_parse_span:
 * @message: a message of whatever kind
 * @span: (out caller-allocates): the span, to be cleared with
 *   gst_prof_span_clear(); untouched when %FALSE is returned
 *
 * Reads a `prof-span` message. Any thread.
 *
 * Returns: %FALSE when @message is something else, or lacks a field
 *
 * Since: 0.1
 */
gboolean
gst_prof_message_parse_span (GstMessage * message, GstProfSpan * span)
{
  GstProfSpan parsed = GST_PROF_SPAN_INIT;

  g_return_val_if_fail (GST_IS_MESSAGE (message), FALSE);
  g_return_val_if_fail (span != NULL, FALSE);

  ensure_tables ();
  if (!parse_message (message, span_name, span_fields,
          G_N_ELEMENTS (span_fields), &parsed))
    return FALSE;
  *span = parsed;
  return TRUE;
}

/*
 * gst_prof_span_flags_to_string:
 * @flags: flags of a span
 *
 * Returns: (transfer none): their words joined by '+', as in messages
 */
const gchar *
gst_prof_span_flags_to_string (GstProfSpanFlags flags)
{
  return gst_prof_field_nicks_to_string (&span_flags, flags);
}

/**
 * gst_prof_message_new_setup:
 * @src: (nullable): the stage element
 * @setup: what the stage tells
 *
 * Makes a `prof-setup` element message. Any thread.
 *
 * Returns: (transfer full): the message
 *
 * Since: 0.1
 */
GstMessage *
gst_prof_message_new_setup (GstObject * src, const GstProfSetup * setup)
{
  ensure_tables ();
  return new_message (src, setup_name, setup_fields,
      G_N_ELEMENTS (setup_fields), setup);
}

/**
 * gst_prof_message_parse_setup:
 * @message: a message of whatever kind
 * @setup: (out caller-allocates): what the stage tells, to be cleared with
 *   gst_prof_setup_clear(); untouched when %FALSE is returned
 *
 * Reads a `prof-setup` message. Any thread.
 *
 * Returns: %FALSE when @message is something else, or lacks a field
 *
 * Since: 0.1
 */
gboolean
gst_prof_message_parse_setup (GstMessage * message, GstProfSetup * setup)
{
  GstProfSetup parsed = { 0 };

  g_return_val_if_fail (GST_IS_MESSAGE (message), FALSE);
  g_return_val_if_fail (setup != NULL, FALSE);

  ensure_tables ();
  if (!parse_message (message, setup_name, setup_fields,
          G_N_ELEMENTS (setup_fields), &parsed))
    return FALSE;
  *setup = parsed;
  return TRUE;
}

/**
 * gst_prof_warning_to_structure:
 * @warning: a warning
 *
 * Returns: (transfer full): the structure of a `prof-warning` message
 *
 * Since: 0.1
 */
GstStructure *
gst_prof_warning_to_structure (const GstProfWarning * warning)
{
  GstStructure *structure;

  g_return_val_if_fail (warning != NULL, NULL);

  ensure_tables ();
  structure = gst_structure_new_id_empty (warning_name);
  gst_prof_fields_write (warning_fields, G_N_ELEMENTS (warning_fields),
      warning, structure);
  return structure;
}

/**
 * gst_prof_message_parse_warning:
 * @message: a message of whatever kind
 * @warning: (out caller-allocates): the warning, whose strings and structure
 *   belong to @message; untouched when %FALSE is returned
 *
 * Reads a `prof-warning` message. Any thread.
 *
 * Returns: %FALSE when @message is something else, or lacks a field
 *
 * Since: 0.1
 */
gboolean
gst_prof_message_parse_warning (GstMessage * message, GstProfWarning * warning)
{
  GstProfWarning parsed = { 0 };

  g_return_val_if_fail (GST_IS_MESSAGE (message), FALSE);
  g_return_val_if_fail (warning != NULL, FALSE);

  ensure_tables ();
  if (!parse_message (message, warning_name, warning_fields,
          G_N_ELEMENTS (warning_fields), &parsed))
    return FALSE;
  *warning = parsed;
  return TRUE;
}

/**
 * gst_prof_message_parse_summary:
 * @message: a message of whatever kind
 *
 * Any thread.
 *
 * Returns: (nullable) (transfer none): the structure of a `prof-summary`
 *   message, %NULL when @message is something else. It belongs to @message
 *
 * Since: 0.1
 */
const GstStructure *
gst_prof_message_parse_summary (GstMessage * message)
{
  g_return_val_if_fail (GST_IS_MESSAGE (message), NULL);

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ELEMENT
      || !gst_message_has_name (message, GST_PROF_SUMMARY_NAME))
    return NULL;
  return gst_message_get_structure (message);
}
