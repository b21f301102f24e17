/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Moves a C struct into a GstStructure and back by a table of its fields, so
 * that each message's names and types stand in one place. Knows no message.
 * Passive; streaming threads write with it, so it avoids variadic setters and
 * looks no name up.
 */

#include "gstproffield.h"

#include <string.h>

/*
 * gst_prof_fields_init:
 * @fields: (array length=n_fields): a table
 * @n_fields: its length
 *
 * Fills in what cannot be static. To be called once for each table, before its
 * first use and under a once-guard.
 */
void
gst_prof_fields_init (GstProfField * fields, guint n_fields)
{
  for (guint i = 0; i < n_fields; i++)
    fields[i].quark = g_quark_from_static_string (fields[i].name);
}

/*
 * gst_prof_field_nicks_to_string:
 * @nicks: the words
 * @flags: which of them
 *
 * Allocates when a combination is seen for the first time; of these there is a
 * bounded number.
 *
 * Returns: (transfer none): the words joined by '+'; it lives as long as the
 *   process
 */
const gchar *
gst_prof_field_nicks_to_string (const GstProfFieldNicks * nicks, guint flags)
{
  const gchar *known;
  g_autoptr (GString) text = NULL;

  flags &= (1u << nicks->n_nicks) - 1;
  known = g_atomic_pointer_get (&nicks->cache[flags]);
  if (G_LIKELY (known != NULL))
    return known;

  text = g_string_new (NULL);
  for (guint i = 0; i < nicks->n_nicks; i++) {
    if (flags & (1u << i))
      g_string_append_printf (text, "%s%s", text->len ? "+" : "",
          nicks->nicks[i]);
  }
  known = g_intern_string (text->str);
  g_atomic_pointer_set (&nicks->cache[flags], (gpointer) known);
  return known;
}

/* Words that a newer writer may have added are skipped. */
static guint
flags_from_string (const GstProfFieldNicks * nicks, const gchar * text)
{
  guint flags = 0;

  while (*text) {
    gsize len = strcspn (text, "+");

    for (guint i = 0; i < nicks->n_nicks; i++) {
      if (strlen (nicks->nicks[i]) == len
          && strncmp (nicks->nicks[i], text, len) == 0)
        flags |= 1u << i;
    }
    text += len;
    if (*text == '+')
      text++;
  }
  return flags;
}

static gboolean
nick_from_string (const GstProfFieldNicks * nicks, const gchar * text,
    guint * index)
{
  for (guint i = 0; i < nicks->n_nicks; i++) {
    if (g_str_equal (nicks->nicks[i], text)) {
      *index = i;
      return TRUE;
    }
  }
  return FALSE;
}

/* A value of a fundamental type is its type and its data: to set the two costs a
 * tenth of what g_value_init() and the setter do. */
static inline void
take_uint64 (GstStructure * structure, GQuark quark, guint64 number)
{
  GValue value = {.g_type = G_TYPE_UINT64,.data[0].v_uint64 = number };

  gst_structure_id_take_value (structure, quark, &value);
}

static inline void
take_string (GstStructure * structure, GQuark quark, const gchar * text)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_STRING);
  if (text != NULL)
    g_value_set_string (&value, text);
  else
    g_value_set_static_string (&value, "");
  gst_structure_id_take_value (structure, quark, &value);
}

/* Threads and elements have any names, and one that was cut ends anywhere; a
 * structure takes UTF-8 and nothing else. Not for what is written for each
 * span. */
static void
take_any_string (GstStructure * structure, GQuark quark, const gchar * text)
{
  g_autofree gchar *valid = NULL;

  if (text != NULL && !g_utf8_validate (text, -1, NULL))
    text = valid = g_utf8_make_valid (text, -1);
  take_string (structure, quark, text);
}

static inline void
take_static_string (GstStructure * structure, GQuark quark, const gchar * text)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_static_string (&value, text);
  gst_structure_id_take_value (structure, quark, &value);
}

static void
write_field (const GstProfField * field, gconstpointer member,
    GstStructure * structure)
{
  GValue value = G_VALUE_INIT;
  guint64 number;

  switch (field->type) {
    case GST_PROF_FIELD_UINT64:
      number = *(const guint64 *) member;
      if (!field->optional || number != 0)
        take_uint64 (structure, field->quark, number);
      break;
    case GST_PROF_FIELD_TIME:
      number = *(const guint64 *) member;
      if (!field->optional || number != GST_CLOCK_TIME_NONE)
        take_uint64 (structure, field->quark, number);
      break;
    case GST_PROF_FIELD_UINT:
      number = *(const guint *) member;
      if (!field->optional || number != 0) {
        value.g_type = G_TYPE_UINT;
        value.data[0].v_uint = number;
        gst_structure_id_take_value (structure, field->quark, &value);
      }
      break;
    case GST_PROF_FIELD_DOUBLE:
      g_value_init (&value, G_TYPE_DOUBLE);
      g_value_set_double (&value, *(const gdouble *) member);
      gst_structure_id_take_value (structure, field->quark, &value);
      break;
    case GST_PROF_FIELD_BOOLEAN:
      g_value_init (&value, G_TYPE_BOOLEAN);
      g_value_set_boolean (&value, *(const gboolean *) member);
      gst_structure_id_take_value (structure, field->quark, &value);
      break;
    case GST_PROF_FIELD_STRING:
      take_any_string (structure, field->quark,
          *(const gchar * const *) member);
      break;
    case GST_PROF_FIELD_REF_STRING:
      take_string (structure, field->quark, *(const gchar * const *) member);
      break;
    case GST_PROF_FIELD_NICKS:
      take_static_string (structure, field->quark,
          gst_prof_field_nicks_to_string (field->nicks, *(const guint *) member));
      break;
    case GST_PROF_FIELD_NICK:
      take_static_string (structure, field->quark,
          field->nicks->nicks[*(const guint *) member]);
      break;
    case GST_PROF_FIELD_STRUCTURE:
      if (*(GstStructure * const *) member == NULL)
        break;
      g_value_init (&value, GST_TYPE_STRUCTURE);
      gst_value_set_structure (&value, *(GstStructure * const *) member);
      gst_structure_id_take_value (structure, field->quark, &value);
      break;
  }
}

static void
set_default (const GstProfField * field, gpointer member)
{
  switch (field->type) {
    case GST_PROF_FIELD_TIME:
      *(guint64 *) member = GST_CLOCK_TIME_NONE;
      break;
    case GST_PROF_FIELD_UINT64:
      *(guint64 *) member = 0;
      break;
    case GST_PROF_FIELD_DOUBLE:
      *(gdouble *) member = 0.0;
      break;
    case GST_PROF_FIELD_UINT:
    case GST_PROF_FIELD_BOOLEAN:
    case GST_PROF_FIELD_NICKS:
    case GST_PROF_FIELD_NICK:
      *(guint *) member = 0;
      break;
    case GST_PROF_FIELD_STRING:
    case GST_PROF_FIELD_REF_STRING:
    case GST_PROF_FIELD_STRUCTURE:
      *(gpointer *) member = NULL;
      break;
  }
}

static gboolean
read_string (const GstProfField * field, gpointer member, const gchar * text)
{
  if (text == NULL)
    text = "";

  switch (field->type) {
    case GST_PROF_FIELD_STRING:
      *(const gchar **) member = *text ? text : NULL;
      return TRUE;
    case GST_PROF_FIELD_REF_STRING:
      /* Not interned: GLib may find an interned string that another thread is
       * just freeing. */
      *(GRefString **) member = *text ? g_ref_string_new (text) : NULL;
      return TRUE;
    case GST_PROF_FIELD_NICKS:
      *(guint *) member = flags_from_string (field->nicks, text);
      return TRUE;
    default:
      return nick_from_string (field->nicks, text, member);
  }
}

static gboolean
read_field (const GstProfField * field, gpointer member, const GValue * value)
{
  switch (field->type) {
    case GST_PROF_FIELD_UINT64:
    case GST_PROF_FIELD_TIME:
      if (!G_VALUE_HOLDS_UINT64 (value))
        return FALSE;
      *(guint64 *) member = g_value_get_uint64 (value);
      return TRUE;
    case GST_PROF_FIELD_UINT:
      if (!G_VALUE_HOLDS_UINT (value))
        return FALSE;
      *(guint *) member = g_value_get_uint (value);
      return TRUE;
    case GST_PROF_FIELD_DOUBLE:
      if (!G_VALUE_HOLDS_DOUBLE (value))
        return FALSE;
      *(gdouble *) member = g_value_get_double (value);
      return TRUE;
    case GST_PROF_FIELD_BOOLEAN:
      if (!G_VALUE_HOLDS_BOOLEAN (value))
        return FALSE;
      *(gboolean *) member = g_value_get_boolean (value);
      return TRUE;
    case GST_PROF_FIELD_STRUCTURE:
      if (!GST_VALUE_HOLDS_STRUCTURE (value))
        return FALSE;
      *(const GstStructure **) member = gst_value_get_structure (value);
      return TRUE;
    default:
      return G_VALUE_HOLDS_STRING (value)
          && read_string (field, member, g_value_get_string (value));
  }
}

/*
 * gst_prof_fields_write:
 * @fields: (array length=n_fields): a table
 * @n_fields: its length
 * @record: the C struct
 * @structure: (inout): gets one field for each of the table; those that it has
 *   already are replaced
 */
void
gst_prof_fields_write (const GstProfField * fields, guint n_fields,
    gconstpointer record, GstStructure * structure)
{
  for (guint i = 0; i < n_fields; i++)
    write_field (&fields[i], (const guint8 *) record + fields[i].offset,
        structure);
}

/*
 * gst_prof_fields_read:
 * @fields: (array length=n_fields): a table
 * @n_fields: its length
 * @record: (out caller-allocates): the C struct; members that are not in the
 *   table are left alone
 * @structure: a structure
 *
 * Returns: %FALSE when a field is missing that may not be, or has another type;
 *   no member then holds a reference
 */
gboolean
gst_prof_fields_read (const GstProfField * fields, guint n_fields,
    gpointer record, const GstStructure * structure)
{
  for (guint i = 0; i < n_fields; i++)
    set_default (&fields[i], (guint8 *) record + fields[i].offset);

  for (guint i = 0; i < n_fields; i++) {
    const GValue *value =
        gst_structure_id_get_value (structure, fields[i].quark);

    if (value == NULL ? fields[i].optional : read_field (&fields[i],
            (guint8 *) record + fields[i].offset, value))
      continue;

    for (guint k = 0; k < i; k++) {
      if (fields[k].type == GST_PROF_FIELD_REF_STRING)
        g_clear_pointer ((GRefString **) ((guint8 *) record +
                fields[k].offset), g_ref_string_release);
    }
    return FALSE;
  }
  return TRUE;
}
