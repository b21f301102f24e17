/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * A structure as JSON, every field by its name, whatever the fields are. Knows
 * no message and no summary; it is the only file here that knows json-glib.
 * Passive; any thread.
 */

#include "gstprofreportjson.h"

#include <json-glib/json-glib.h>

#include <math.h>

static JsonNode *make_node (const GValue * value);

static void
take_string_node (JsonNode * node, gchar * text)
{
  /* A thread may be called anything, an element nearly so. */
  g_autofree gchar *valid = g_utf8_make_valid (text, -1);

  json_node_init_string (node, valid);
  g_free (text);
}

/* JSON has no NaN and no infinity. */
static void
set_double (JsonNode * node, gdouble number)
{
  if (isfinite (number))
    json_node_init_double (node, number);
  else
    json_node_init_null (node);
}

/* An integer is an int64 there: what is larger, and no unset time, keeps its
 * size and loses digits. */
static void
set_uint64 (JsonNode * node, guint64 number)
{
  if (number == GST_CLOCK_TIME_NONE)
    json_node_init_null (node);
  else if (number > G_MAXINT64)
    json_node_init_double (node, (gdouble) number);
  else
    json_node_init_int (node, number);
}

static gboolean
add_member (GQuark name, const GValue * value, gpointer object)
{
  g_autofree gchar *valid = g_utf8_make_valid (g_quark_to_string (name), -1);

  json_object_set_member (object, valid, make_node (value));
  return TRUE;
}

static void
set_structure (JsonNode * node, const GstStructure * structure)
{
  JsonObject *object;

  if (structure == NULL) {
    json_node_init_null (node);
    return;
  }
  object = json_object_new ();
  gst_structure_foreach (structure, add_member, object);
  json_node_init_object (node, object);
  json_object_unref (object);
}

static void
set_list (JsonNode * node, const GValue * value, guint n,
    const GValue * (*get) (const GValue * value, guint i))
{
  JsonArray *array = json_array_sized_new (n);

  for (guint i = 0; i < n; i++)
    json_array_add_element (array, make_node (get (value, i)));
  json_node_init_array (node, array);
  json_array_unref (array);
}

static void
set_string (JsonNode * node, const gchar * text)
{
  if (text == NULL)
    json_node_init_null (node);
  else
    take_string_node (node, g_strdup (text));
}

/* What is neither number nor word is written as GStreamer does. */
static void
set_other (JsonNode * node, const GValue * value)
{
  GValue number = G_VALUE_INIT;
  gchar *text;

  g_value_init (&number, G_TYPE_INT64);
  if (g_value_type_transformable (G_VALUE_TYPE (value), G_TYPE_INT64)
      && g_value_transform (value, &number)) {
    json_node_init_int (node, g_value_get_int64 (&number));
    return;
  }
  text = gst_value_serialize (value);
  if (text == NULL)
    json_node_init_null (node);
  else
    take_string_node (node, text);
}

static JsonNode *
make_node (const GValue * value)
{
  JsonNode *node = json_node_alloc ();

  if (G_VALUE_HOLDS_UINT64 (value))
    set_uint64 (node, g_value_get_uint64 (value));
  else if (G_VALUE_HOLDS_STRING (value))
    set_string (node, g_value_get_string (value));
  else if (G_VALUE_HOLDS_BOOLEAN (value))
    json_node_init_boolean (node, g_value_get_boolean (value));
  else if (G_VALUE_HOLDS_DOUBLE (value))
    set_double (node, g_value_get_double (value));
  else if (G_VALUE_HOLDS_FLOAT (value))
    set_double (node, g_value_get_float (value));
  else if (GST_VALUE_HOLDS_STRUCTURE (value))
    set_structure (node, gst_value_get_structure (value));
  else if (GST_VALUE_HOLDS_ARRAY (value))
    set_list (node, value, gst_value_array_get_size (value),
        gst_value_array_get_value);
  else if (GST_VALUE_HOLDS_LIST (value))
    set_list (node, value, gst_value_list_get_size (value),
        gst_value_list_get_value);
  else
    set_other (node, value);
  return node;
}

/**
 * gst_prof_report_to_json:
 * @structure: the structure of a `prof-summary` message, the property `stats`
 *   of a latencytracer, or any other
 *
 * Writes every field by its name: numbers as numbers, an unset time
 * (%GST_CLOCK_TIME_NONE) and what is no finite number as null, structures as
 * objects, lists as arrays. Times stay nanoseconds. Any thread.
 *
 * Returns: (transfer full): an object in JSON, indented, with a newline at its
 *   end
 *
 * Since: 0.1
 */
gchar *
gst_prof_report_to_json (const GstStructure * structure)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = json_node_alloc ();
  GString *text;

  g_return_val_if_fail (structure != NULL, NULL);

  set_structure (root, structure);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  text = g_string_new (NULL);
  json_generator_to_gstring (generator, text);
  g_string_append_c (text, '\n');
  return g_string_free (text, FALSE);
}
