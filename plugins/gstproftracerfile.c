/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Writes a report where others may be reading: a file is replaced as a whole, by
 * one beside it. What is no file (a FIFO, a terminal) is written to. Passive, but
 * for the file. Any thread.
 */

#include "gstproftracerfile.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * gst_prof_tracer_file_write:
 * @fd: a file descriptor
 * @text: what to write
 *
 * Returns: %FALSE when not all of it could be written, with errno set
 */
gboolean
gst_prof_tracer_file_write (int fd, const gchar * text)
{
  gsize left = strlen (text);

  while (left > 0) {
    gssize written = write (fd, text, left);

    if (written < 0 && errno != EINTR)
      return FALSE;
    if (written > 0) {
      text += written;
      left -= written;
    }
  }
  return TRUE;
}

static gboolean
fail (GError ** error, const gchar * name)
{
  int code = errno;

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code), "%s: %s",
      name, g_strerror (code));
  return FALSE;
}

static gboolean
write_and_close (int fd, const gchar * text)
{
  gboolean written = gst_prof_tracer_file_write (fd, text);
  int code = errno;

  if (close (fd) < 0 && written)
    return FALSE;
  errno = code;
  return written;
}

/* A FIFO that nobody reads must not hold up the end of the process. */
static gboolean
write_in_place (const gchar * name, const gchar * text, GError ** error)
{
  int fd = g_open (name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK,
      0666);

  if (fd < 0)
    return fail (error, name);
  if (fcntl (fd, F_SETFL, 0) < 0 || !write_and_close (fd, text))
    return fail (error, name);
  return TRUE;
}

/*
 * gst_prof_tracer_file_replace:
 * @name: a file, which need not be there
 * @text: its contents from now on
 * @error: says which name, and what is wrong with it
 *
 * Whoever opens the file finds all of the old contents, or all of the new.
 *
 * Returns: %FALSE when it could not be written; the old contents are still there
 */
gboolean
gst_prof_tracer_file_replace (const gchar * name, const gchar * text,
    GError ** error)
{
  g_autofree gchar *target = realpath (name, NULL);
  g_autofree gchar *beside = NULL;
  struct stat info;
  int fd;

  if (target == NULL)
    target = g_strdup (name);
  if (stat (target, &info) == 0 && !S_ISREG (info.st_mode))
    return write_in_place (target, text, error);

  beside = g_strconcat (target, ".XXXXXX", NULL);
  fd = g_mkstemp_full (beside, O_WRONLY | O_CLOEXEC, 0666);
  /* There may be a file to write to in a folder that is not. */
  if (fd < 0)
    return write_in_place (target, text, error);
  if (!write_and_close (fd, text) || rename (beside, target) < 0) {
    fail (error, name);
    unlink (beside);
    return FALSE;
  }
  return TRUE;
}
