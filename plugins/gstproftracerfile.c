/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Writes a report where others may be reading: a file is replaced as a whole, by
 * one beside it. What is no file (a FIFO, a terminal) is written to. Passive, but
 * for the file. Any thread; what is said to be async-signal-safe in handlers, too.
 */

#include "gstproftracerfile.h"

#include <gst/prof/gstprofclock.h>

#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A pipe that poll() says can be written to takes as much without blocking. */
#define PIECE 512

/* What writing may bring about, besides an error. */
static const int write_signals[] = { SIGPIPE, SIGXFSZ };

/*
 * gst_prof_tracer_file_hold_signals:
 * @signals: (out caller-allocates): for gst_prof_tracer_file_release_signals()
 *
 * What the calling thread writes from now on ends in an error at worst: neither a
 * pipe that nobody reads any more nor a limit ends the process. Async-signal-safe.
 */
void
gst_prof_tracer_file_hold_signals (GstProfTracerFileSignals * signals)
{
  sigset_t set;

  sigemptyset (&set);
  for (guint i = 0; i < G_N_ELEMENTS (write_signals); i++)
    sigaddset (&set, write_signals[i]);
  sigemptyset (&signals->pending);
  sigpending (&signals->pending);
  pthread_sigmask (SIG_BLOCK, &set, &signals->before);
}

/*
 * gst_prof_tracer_file_release_signals:
 * @signals: what gst_prof_tracer_file_hold_signals() gave
 *
 * As before, with no signal left of what was written. Async-signal-safe.
 */
void
gst_prof_tracer_file_release_signals (const GstProfTracerFileSignals * signals)
{
  const struct timespec now = { 0 };
  sigset_t set;

  sigemptyset (&set);
  for (guint i = 0; i < G_N_ELEMENTS (write_signals); i++) {
    if (!sigismember (&signals->pending, write_signals[i]))
      sigaddset (&set, write_signals[i]);
  }
  while (sigtimedwait (&set, NULL, &now) > 0);
  pthread_sigmask (SIG_SETMASK, &signals->before, NULL);
}

/*
 * gst_prof_tracer_file_write_until:
 * @fd: a file descriptor
 * @text: what to write
 * @length: how much
 * @until: when to give up, CLOCK_MONOTONIC nanoseconds
 *
 * Async-signal-safe. What is full, and read by nobody, holds up nobody.
 *
 * Returns: %FALSE when not all of it could be written
 */
gboolean
gst_prof_tracer_file_write_until (int fd, const gchar * text, gsize length,
    GstClockTime until)
{
  while (length > 0) {
    struct pollfd place = { fd, POLLOUT };
    GstClockTime now = gst_prof_clock_now ();
    int n = poll (&place, 1, now < until ? (until - now) / GST_MSECOND : 0);
    gssize written;

    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0 || !(place.revents & POLLOUT))
      return FALSE;
    written = write (fd, text, MIN (length, PIECE));
    if (written < 0 && errno == EAGAIN && now >= until)
      return FALSE;
    if (written < 0 && errno != EINTR && errno != EAGAIN)
      return FALSE;
    if (written > 0) {
      text += written;
      length -= written;
    }
  }
  return TRUE;
}

/*
 * gst_prof_tracer_file_say:
 * @text: what goes to stderr
 * @timeout: nanoseconds that whoever reads that may take
 *
 * Async-signal-safe. A pipe that nobody reads any more ends nothing.
 */
void
gst_prof_tracer_file_say (const gchar * text, GstClockTime timeout)
{
  GstProfTracerFileSignals signals;

  gst_prof_tracer_file_hold_signals (&signals);
  gst_prof_tracer_file_write_until (STDERR_FILENO, text, strlen (text),
      gst_prof_clock_now () + timeout);
  gst_prof_tracer_file_release_signals (&signals);
}

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

/* Who may read the old file may read the new one, and nobody else. */
static gboolean
take_over_rights (int fd, const struct stat *old)
{
  struct stat own;

  return fstat (fd, &own) == 0
      && ((own.st_uid == old->st_uid && own.st_gid == old->st_gid)
      || fchown (fd, old->st_uid, old->st_gid) == 0)
      && fchmod (fd, old->st_mode & 0777) == 0;
}

/*
 * gst_prof_tracer_file_check:
 * @name: a file, which need not be there
 * @error: says which name, and what is wrong with it
 *
 * Touches nothing: what there is stays, and what there is not does not come to be.
 *
 * Returns: %FALSE when it could not be written if it were now
 */
gboolean
gst_prof_tracer_file_check (const gchar * name, GError ** error)
{
  g_autofree gchar *target = realpath (name, NULL);
  g_autofree gchar *folder = NULL;
  struct stat info;
  gboolean there;

  if (target == NULL)
    target = g_strdup (name);
  there = stat (target, &info) == 0;
  if (!there && errno != ENOENT)
    return fail (error, name);
  if (there && S_ISDIR (info.st_mode)) {
    errno = EISDIR;
    return fail (error, name);
  }
  if (faccessat (AT_FDCWD, target, W_OK, AT_EACCESS) == 0)
    return TRUE;
  /* What may not be written to may be replaced; what is not there may be made. */
  if (there && !S_ISREG (info.st_mode))
    return fail (error, name);
  folder = g_path_get_dirname (target);
  if (faccessat (AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0)
    return TRUE;
  return fail (error, name);
}

/*
 * gst_prof_tracer_file_replace:
 * @name: a file, which need not be there
 * @text: its contents from now on
 * @error: says which name, and what is wrong with it
 *
 * Whoever opens the file finds all of the old contents, or all of the new. It keeps
 * its owner and mode; where these cannot be given to another file, it is written to.
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
  gboolean there;
  int fd;

  if (target == NULL)
    target = g_strdup (name);
  there = stat (target, &info) == 0;
  if (there && !S_ISREG (info.st_mode))
    return write_in_place (target, text, error);

  beside = g_strconcat (target, ".XXXXXX", NULL);
  fd = g_mkstemp_full (beside, O_WRONLY | O_CLOEXEC, 0666);
  /* There may be a file to write to in a folder that is not. */
  if (fd < 0)
    return write_in_place (target, text, error);
  if (there && !take_over_rights (fd, &info)) {
    close (fd);
    unlink (beside);
    return write_in_place (target, text, error);
  }
  if (!write_and_close (fd, text) || rename (beside, target) < 0) {
    fail (error, name);
    unlink (beside);
    return FALSE;
  }
  return TRUE;
}
