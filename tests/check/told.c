/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What an analysis has told, kept and counted. */

#include "told.h"

static GstProfAnalysis *source;
static GPtrArray *messages;
static GPtrArray *lines;

void
told_setup (GstProfAnalysis * analysis)
{
  source = analysis;
  messages =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_structure_free);
  lines = g_ptr_array_new_with_free_func (g_free);
}

void
told_teardown (void)
{
  g_clear_pointer (&messages, g_ptr_array_unref);
  g_clear_pointer (&lines, g_ptr_array_unref);
}

static void
collect (void)
{
  GstProfOutput *output;

  while ((output = gst_prof_analysis_pop_output (source)) != NULL) {
    if (output->structure)
      g_ptr_array_add (messages, g_steal_pointer (&output->structure));
    if (output->line)
      g_ptr_array_add (lines, g_strdup (output->line));
    gst_prof_output_free (output);
  }
}

guint
told_count_messages (void)
{
  collect ();
  return messages->len;
}

guint
told_count_lines (const gchar * beginning)
{
  guint n = 0;

  collect ();
  for (guint i = 0; i < lines->len; i++)
    n += g_str_has_prefix (g_ptr_array_index (lines, i), beginning);
  return n;
}

static gboolean
is_of (const GstStructure * s, const gchar * kind)
{
  return g_strcmp0 (gst_structure_get_string (s, "kind"), kind) == 0;
}

guint
told_count (const gchar * kind, const gchar * state)
{
  guint n = 0;

  collect ();
  for (guint i = 0; i < messages->len; i++) {
    const GstStructure *s = g_ptr_array_index (messages, i);

    n += is_of (s, kind)
        && g_strcmp0 (gst_structure_get_string (s, "state"), state) == 0;
  }
  return n;
}

void
assert_told (const gchar * kind, guint open, guint final)
{
  guint n_open = told_count (kind, "open");
  guint n_final = told_count (kind, "final");

  fail_unless (n_open == open && n_final == final,
      "%s: %u open, %u final; not %u, %u", kind, n_open, n_final, open, final);
}

static const GstStructure *
last (void)
{
  fail_unless (told_count_messages () > 0);
  return g_ptr_array_index (messages, messages->len - 1);
}

const gchar *
last_string (const gchar * field)
{
  return gst_structure_get_string (last (), field);
}

guint64
last_number (const gchar * field)
{
  guint64 number;

  fail_unless (gst_structure_get_uint64 (last (), field, &number));
  return number;
}

const gchar *
last_of (const gchar * kind, const gchar * field)
{
  for (guint i = told_count_messages (); i-- > 0;) {
    const GstStructure *s = g_ptr_array_index (messages, i);

    if (is_of (s, kind))
      return gst_structure_get_string (s, field);
  }
  return NULL;
}
