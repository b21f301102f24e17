/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Text that is safe to be put into a line: an element or a thread may be called
 * anything, and what is in a name must neither end the line nor tell a terminal what to
 * do. Passive; any thread.
 */

#include "gstprofprintable.h"

/* What a terminal or an editor takes for a command or for the end of a line. */
static gboolean
is_control (gunichar character)
{
  switch (g_unichar_type (character)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return TRUE;
    default:
      return FALSE;
  }
}

static gboolean
is_printable (const gchar * text)
{
  if (!g_utf8_validate (text, -1, NULL))
    return FALSE;
  for (; *text != '\0'; text = g_utf8_next_char (text)) {
    if (is_control (g_utf8_get_char (text)))
      return FALSE;
  }
  return TRUE;
}

static void
append_escaped (GString * escaped, gunichar character)
{
  switch (character) {
    case '\n':
      g_string_append (escaped, "\\n");
      break;
    case '\r':
      g_string_append (escaped, "\\r");
      break;
    case '\t':
      g_string_append (escaped, "\\t");
      break;
    default:
      g_string_append_printf (escaped, character < 0x100 ? "\\x%02x"
          : "\\u%04x", character);
      break;
  }
}

/*
 * gst_prof_printable_escape:
 * @text: any text
 *
 * Returns: (nullable) (transfer full): the same with control characters and ends of
 *   lines written as in C, and what is no UTF-8 replaced; %NULL: there is nothing to
 *   change
 */
gchar *
gst_prof_printable_escape (const gchar * text)
{
  g_autofree gchar *valid = NULL;
  GString *escaped;

  if (is_printable (text))
    return NULL;
  valid = g_utf8_make_valid (text, -1);
  escaped = g_string_new (NULL);
  for (const gchar * at = valid; *at != '\0'; at = g_utf8_next_char (at)) {
    gunichar character = g_utf8_get_char (at);

    if (is_control (character))
      append_escaped (escaped, character);
    else
      g_string_append_unichar (escaped, character);
  }
  return g_string_free (escaped, FALSE);
}
