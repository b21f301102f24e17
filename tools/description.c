/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Pipeline descriptions in gst-launch's language: from words to elements, with
 * errors that name the word. It keeps nothing. Main thread only.
 */

#include <string.h>

#include "description.h"

#define PARSE_FLAGS (GST_PARSE_FLAG_FATAL_ERRORS | GST_PARSE_FLAG_PLACE_IN_BIN)

#define PLUGIN_HINT "GStreamer does not find the plugin \"prof\"; " \
    "GST_PLUGIN_PATH names the folder it is in"

static const gchar *const our_elements[] = {
  "latencytracer", "profencode", "profmuxsink", "profnormalize", "profsink",
  "profstage", NULL
};

/* Properties of these that take a description. */
static const gchar *const our_children[] = {
  "converter", "element", "encoder", "muxer", "sink", NULL
};

/* The parser reports one error; the context knows every missing element, but is
 * to be asked only when there is one. */
static void
name_missing_elements (GError ** error, GstParseContext * context)
{
  g_auto (GStrv) missing = NULL;
  g_autoptr (GString) text = NULL;
  gboolean ours = FALSE;
  gsize i;

  if (!g_error_matches (*error, GST_PARSE_ERROR,
          GST_PARSE_ERROR_NO_SUCH_ELEMENT))
    return;
  missing = gst_parse_context_get_missing_elements (context);
  if (missing == NULL || missing[0] == NULL)
    return;

  text = g_string_new (NULL);
  for (i = 0; missing[i] != NULL; i++) {
    g_string_append_printf (text, "%sno element \"%s\"", i ? ", " : "",
        missing[i]);
    ours |= g_strv_contains (our_elements, missing[i]);
  }
  if (ours)
    g_string_append (text, ": " PLUGIN_HINT);
  g_clear_error (error);
  g_set_error_literal (error, GST_PARSE_ERROR, GST_PARSE_ERROR_NO_SUCH_ELEMENT,
      text->str);
}

/* The parser says only that a child's description does not do as a value. Its
 * message is: property "…" in element "…" to "…"; where a translation has it
 * otherwise it stays as it is. */
static void
explain_child (GError ** error)
{
  g_auto (GStrv) parts = NULL;
  g_autoptr (GError) reason = NULL;
  g_autoptr (GstElement) child = NULL;
  gsize length;

  if (!g_error_matches (*error, GST_PARSE_ERROR,
          GST_PARSE_ERROR_COULD_NOT_SET_PROPERTY))
    return;
  parts = g_strsplit ((*error)->message, "\"", 6);
  if (g_strv_length (parts) < 6 || !g_strv_contains (our_children, parts[1]))
    return;
  length = strlen (parts[5]);
  if (length > 0 && parts[5][length - 1] == '"')
    parts[5][length - 1] = '\0';

  child = gst_prof_description_parse_child (parts[5], &reason);
  if (child) {
    gst_object_ref_sink (child);
  } else {
    g_autofree gchar *text = g_strdup ((*error)->message);

    g_clear_error (error);
    g_set_error (error, GST_PARSE_ERROR,
        GST_PARSE_ERROR_COULD_NOT_SET_PROPERTY, "%s: %s", text,
        reason->message);
  }
}

static GstElement *
finish_parse (GstElement * element, GstParseContext * context,
    GError * parse_error, GError ** error)
{
  if (parse_error == NULL && element != NULL)
    return element;

  if (element)
    gst_object_unref (gst_object_ref_sink (element));
  if (parse_error == NULL)
    parse_error = g_error_new_literal (GST_PARSE_ERROR, GST_PARSE_ERROR_EMPTY,
        "empty pipeline description");
  name_missing_elements (&parse_error, context);
  explain_child (&parse_error);
  g_propagate_error (error, parse_error);
  return NULL;
}

/*
 * gst_prof_description_parse:
 * @words: (array zero-terminated=1): the description, a word each, as a shell
 *   splits it; or one word that is all of it
 * @error: what was wrong, naming the word
 *
 * Returns: (transfer floating) (nullable): a bin with the elements
 */
GstElement *
gst_prof_description_parse (gchar ** words, GError ** error)
{
  g_autoptr (GstParseContext) context = gst_parse_context_new ();
  GError *parse_error = NULL;
  GstElement *bin;

  if (words[0] != NULL && words[1] == NULL)
    bin = gst_parse_launch_full (words[0], context, PARSE_FLAGS, &parse_error);
  else
    bin = gst_parse_launchv_full ((const gchar **) words, context, PARSE_FLAGS,
        &parse_error);
  return finish_parse (bin, context, parse_error, error);
}

/*
 * gst_prof_description_parse_child:
 * @text: a description of one element or of several in a row
 * @error: what was wrong, naming the word
 *
 * Returns: (transfer floating) (nullable): the element, or a bin with ghost
 *   pads where the description's ends are open
 */
GstElement *
gst_prof_description_parse_child (const gchar * text, GError ** error)
{
  g_autoptr (GstParseContext) context = gst_parse_context_new ();
  GError *parse_error = NULL;
  GstElement *child;

  child = gst_parse_bin_from_description_full (text, TRUE, context,
      GST_PARSE_FLAG_FATAL_ERRORS | GST_PARSE_FLAG_NO_SINGLE_ELEMENT_BINS,
      &parse_error);
  return finish_parse (child, context, parse_error, error);
}

static GstElement *
find_tracer (GstBin * bin)
{
  g_autoptr (GstIterator) iter =
      gst_bin_iterate_all_by_element_factory_name (bin, "latencytracer");
  g_auto (GValue) item = G_VALUE_INIT;
  GstElement *tracer = NULL;

  if (gst_iterator_next (iter, &item) == GST_ITERATOR_OK)
    tracer = g_value_dup_object (&item);
  return tracer;
}

/*
 * gst_prof_description_trace:
 * @bin: (transfer floating): the elements
 * @ret_tracer: (out) (transfer full): the latencytracer that watches them: the
 *   first that is among them, else one put around them
 * @error: when there is no latencytracer
 *
 * Returns: (transfer full) (nullable): a pipeline with all of it
 */
GstElement *
gst_prof_description_trace (GstElement * bin, GstElement ** ret_tracer,
    GError ** error)
{
  GstElement *pipeline, *tracer, *content = bin;

  tracer = find_tracer (GST_BIN (bin));
  if (tracer == NULL) {
    content = gst_element_factory_make ("latencytracer", NULL);
    if (content == NULL) {
      g_set_error (error, GST_PARSE_ERROR, GST_PARSE_ERROR_NO_SUCH_ELEMENT,
          "no element \"latencytracer\": " PLUGIN_HINT);
      gst_object_unref (gst_object_ref_sink (bin));
      return NULL;
    }
    gst_bin_add (GST_BIN (content), bin);
    tracer = gst_object_ref_sink (content);
  }

  pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  gst_bin_add (GST_BIN (pipeline), content);
  *ret_tracer = tracer;
  return pipeline;
}
