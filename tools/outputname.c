/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The names of the files of many sessions, from one pattern. A name is made
 * sure of by creating the file, so that two sessions or two recorders never
 * write into the same, and none into what was there before. Passive; any thread.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "codec.h"
#include "outputname.h"

#define DEFAULT_NAME "%t-%s.mkv"
#define MAX_WIDTH 9
#define MAX_TRIES 100000

/* What is at a '%': TRUE when it is a field, with its length */
static gboolean
parse_field (const gchar * text, gsize * length, gchar * kind, gint * width)
{
  gsize digits = strspn (text + 1, "0123456789");

  *length = digits + 2;
  *kind = text[digits + 1];
  *width = 0;
  if (*kind == 'd' && digits <= 2) {
    *width = (gint) g_ascii_strtoll (text + 1, NULL, 10);
    return *width <= MAX_WIDTH && (digits == 0 || text[1] == '0');
  }
  return digits == 0 && strchr ("%st", *kind) != NULL && *kind != '\0';
}

/*
 * gst_prof_output_name_complete:
 * @output: a folder, or a pattern
 *
 * Returns: (transfer full): the pattern: in a folder, one that names files by
 *   time and session
 */
gchar *
gst_prof_output_name_complete (const gchar * output)
{
  if (g_str_has_suffix (output, G_DIR_SEPARATOR_S)
      || g_file_test (output, G_FILE_TEST_IS_DIR)) {
    g_auto (GStrv) parts = g_strsplit (output, "%", -1);
    g_autofree gchar *folder = g_strjoinv ("%%", parts);

    return g_build_filename (folder, DEFAULT_NAME, NULL);
  }
  return g_strdup (output);
}

/*
 * gst_prof_output_name_check:
 * @pattern: the pattern
 * @error: names what is wrong, and what would be accepted
 *
 * Returns: %FALSE when a field in it is none, or its folder is not there
 */
gboolean
gst_prof_output_name_check (const gchar * pattern, GError ** error)
{
  g_autofree gchar *folder = g_path_get_dirname (pattern);
  const gchar *at = pattern;
  gsize length;
  gint width;
  gchar kind;

  while ((at = strchr (at, '%')) != NULL) {
    if (!parse_field (at, &length, &kind, &width)) {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
          "--output=%s: \"%.2s\" is no field; %%d and %%05d (a number), %%t "
          "(the time), %%s (the session) and %%%% are", pattern, at);
      return FALSE;
    }
    at += length;
  }
  if (strchr (folder, '%') == NULL && !g_file_test (folder, G_FILE_TEST_IS_DIR)) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "--output=%s: there is no folder \"%s\"", pattern, folder);
    return FALSE;
  }
  return TRUE;
}

/* Returns: (transfer full): the name with that number. What has no place for a
 * number gets one before its extension, from the second on. */
static gchar *
expand (const gchar * pattern, const gchar * session, GDateTime * time,
    guint number)
{
  GString *name = g_string_new (NULL);
  gboolean numbered = FALSE;
  const gchar *at = pattern;
  gsize length;
  gint width;
  gchar kind;

  while (*at != '\0') {
    g_autofree gchar *date = NULL;

    if (*at != '%' || !parse_field (at, &length, &kind, &width)) {
      g_string_append_c (name, *at++);
      continue;
    }
    at += length;
    if (kind == 'd') {
      g_string_append_printf (name, "%0*u", width, number);
      numbered = TRUE;
    } else if (kind == 't') {
      date = g_date_time_format (time, "%Y%m%d-%H%M%S");
      g_string_append (name, date);
    } else if (kind == 's') {
      g_string_append (name, session);
    } else {
      g_string_append_c (name, '%');
    }
  }
  if (!numbered && number > 1) {
    const gchar *extension = gst_prof_codec_get_extension (name->str);
    gssize end = (gssize) (name->len - strlen (extension))
        - (*extension ? 1 : 0);
    g_autofree gchar *suffix = g_strdup_printf ("-%u", number);

    g_string_insert (name, end, suffix);
  }
  return g_string_free (name, FALSE);
}

/*
 * gst_prof_output_name_reserve:
 * @pattern: a pattern that was checked
 * @session: what the session is called
 * @time: when it began
 * @error: why no file can be made there
 *
 * Creates an empty file under the first name that is free.
 *
 * Returns: (transfer full) (nullable): its name
 */
gchar *
gst_prof_output_name_reserve (const gchar * pattern, const gchar * session,
    GDateTime * time, GError ** error)
{
  for (guint number = 1; number < MAX_TRIES; number++) {
    g_autofree gchar *name = expand (pattern, session, time, number);
    gint fd = g_open (name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

    if (fd >= 0) {
      close (fd);
      return g_steal_pointer (&name);
    }
    if (errno != EEXIST) {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
          "%s: %s", name, g_strerror (errno));
      return NULL;
    }
  }
  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_EXIST,
      "%s: no name is free", pattern);
  return NULL;
}
