/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Who writes on the terminal: results on standard output, everything told on
 * the way on standard error, and there, on a terminal only, one status line
 * that is erased before anything else is written. It owns no text but the
 * status line. Main thread only.
 */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <gst/gst.h>

#include "terminal.h"
#include "verb.h"

struct _GstProfTerminal
{
  gint64 start;                 /* g_get_monotonic_time, microseconds */
  gboolean live;
  gboolean status_shown;
  gboolean output_gone;
};

/*
 * gst_prof_terminal_new:
 *
 * From now on a reader of our output who goes away ends the output, not the
 * recording: SIGPIPE is ignored.
 *
 * Returns: (transfer full): the terminal; its time starts now
 */
GstProfTerminal *
gst_prof_terminal_new (void)
{
  GstProfTerminal *terminal = g_new0 (GstProfTerminal, 1);
  const gchar *type = g_getenv ("TERM");

  terminal->start = g_get_monotonic_time ();
  terminal->live = isatty (STDERR_FILENO) && type != NULL
      && !g_str_equal (type, "dumb");
  /* the debug log goes to standard error line by line and knows nothing of a
   * status line there */
  if (gst_debug_is_active () && g_getenv ("GST_DEBUG_FILE") == NULL)
    terminal->live = FALSE;
  signal (SIGPIPE, SIG_IGN);
  return terminal;
}

static void
erase_status (GstProfTerminal * terminal)
{
  if (!terminal->status_shown)
    return;
  fputs ("\r\033[K", stderr);
  fflush (stderr);
  terminal->status_shown = FALSE;
}

/*
 * gst_prof_terminal_free:
 * @terminal: (transfer full): the terminal
 *
 * Erases the status line and frees the terminal.
 */
void
gst_prof_terminal_free (GstProfTerminal * terminal)
{
  erase_status (terminal);
  g_free (terminal);
}

/*
 * gst_prof_terminal_is_live:
 * @terminal: the terminal
 *
 * Returns: whether a status line would be seen
 */
gboolean
gst_prof_terminal_is_live (GstProfTerminal * terminal)
{
  return terminal->live;
}

/*
 * gst_prof_terminal_get_elapsed:
 * @terminal: the terminal
 *
 * Returns: nanoseconds since the start
 */
GstClockTime
gst_prof_terminal_get_elapsed (GstProfTerminal * terminal)
{
  return (g_get_monotonic_time () - terminal->start) * GST_USECOND;
}

/*
 * gst_prof_terminal_set_status:
 * @terminal: the terminal
 * @status: (nullable): the status line, cut to the terminal's width; %NULL
 *   erases it
 */
void
gst_prof_terminal_set_status (GstProfTerminal * terminal, const gchar * status)
{
  g_autofree gchar *shown = NULL;
  struct winsize size = { 0 };
  glong columns = 80;

  if (!terminal->live)
    return;
  erase_status (terminal);
  if (status == NULL || *status == '\0')
    return;

  if (ioctl (STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1)
    columns = size.ws_col;
  /* the last column stays free: some terminals wrap when it is written */
  if (g_utf8_strlen (status, -1) > columns - 1)
    shown = g_utf8_substring (status, 0, columns - 1);
  fputs (shown ? shown : status, stderr);
  fflush (stderr);
  terminal->status_shown = TRUE;
}

/*
 * gst_prof_terminal_tell:
 * @terminal: the terminal
 * @format: what to write, without the newline
 *
 * Writes a line on standard error.
 */
void
gst_prof_terminal_tell (GstProfTerminal * terminal, const gchar * format, ...)
{
  g_autofree gchar *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  erase_status (terminal);
  fprintf (stderr, "%s\n", text);
}

/*
 * gst_prof_terminal_tell_timed:
 * @terminal: the terminal
 * @format: what to write, without the newline
 *
 * Writes a line on standard error, the seconds since the start before it.
 */
void
gst_prof_terminal_tell_timed (GstProfTerminal * terminal,
    const gchar * format, ...)
{
  g_autofree gchar *text = NULL;
  GstClockTime elapsed = gst_prof_terminal_get_elapsed (terminal);
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  gst_prof_terminal_tell (terminal, "[%8.3fs] %s",
      elapsed / (gdouble) GST_SECOND, text);
}

/*
 * gst_prof_terminal_print:
 * @terminal: the terminal
 * @text: a result, with its newlines
 *
 * Writes on standard output. When its reader has gone, this and what follows
 * is silently lost; any other failure is told once.
 *
 * Returns: %FALSE when the text could not be written
 */
gboolean
gst_prof_terminal_print (GstProfTerminal * terminal, const gchar * text)
{
  if (terminal->output_gone)
    return FALSE;

  erase_status (terminal);
  if (fputs (text, stdout) != EOF && fflush (stdout) == 0)
    return TRUE;

  terminal->output_gone = TRUE;
  if (errno != EPIPE)
    gst_prof_terminal_tell (terminal, "%s: writing to standard output: %s",
        GST_PROF_PROGRAM, g_strerror (errno));
  return FALSE;
}
