/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Who writes on the terminal: results on standard output, everything told on
 * the way on standard error, and there, on a terminal only, status lines that
 * are erased before anything else is written. Several may share the screen: each
 * has a label and a status line of its own. It owns no text but these. Main
 * thread only.
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

/* What those who share it have in common. */
typedef struct
{
  gint n_users;
  gint64 start;                 /* g_get_monotonic_time, microseconds */
  gboolean live;
  guint n_shown;                /* status lines on the screen */
  gboolean output_gone;
  guint draw_source;
  GQueue terminals;             /* in the order they came */
} Screen;

struct _GstProfTerminal
{
  Screen *screen;
  gchar *label;
  gchar *status;
};

static GstProfTerminal *
add_terminal (Screen * screen, const gchar * label)
{
  GstProfTerminal *terminal = g_new0 (GstProfTerminal, 1);

  terminal->screen = screen;
  terminal->label = g_strdup (label);
  screen->n_users++;
  g_queue_push_tail (&screen->terminals, terminal);
  return terminal;
}

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
  Screen *screen = g_new0 (Screen, 1);
  const gchar *type = g_getenv ("TERM");

  screen->start = g_get_monotonic_time ();
  screen->live = isatty (STDERR_FILENO) && type != NULL
      && !g_str_equal (type, "dumb");
  /* the debug log goes to standard error line by line and knows nothing of a
   * status line there */
  if (gst_debug_is_active () && g_getenv ("GST_DEBUG_FILE") == NULL)
    screen->live = FALSE;
  signal (SIGPIPE, SIG_IGN);
  return add_terminal (screen, NULL);
}

/*
 * gst_prof_terminal_share:
 * @terminal: a terminal
 * @label: what stands before all that is told
 *
 * Returns: (transfer full): another user of the same screen, with a status line
 *   of its own and the same start
 */
GstProfTerminal *
gst_prof_terminal_share (GstProfTerminal * terminal, const gchar * label)
{
  return add_terminal (terminal->screen, label);
}

static void
erase_status (Screen * screen)
{
  if (screen->n_shown == 0)
    return;
  fputs ("\r\033[K", stderr);
  for (guint i = 1; i < screen->n_shown; i++)
    fputs ("\033[A\033[K", stderr);
  fflush (stderr);
  screen->n_shown = 0;
}

static void
draw_line (Screen * screen, GstProfTerminal * terminal, glong columns)
{
  g_autofree gchar *line = NULL;
  g_autofree gchar *cut = NULL;

  line = g_strconcat (terminal->label ? terminal->label : "",
      terminal->label ? " " : "", terminal->status, NULL);
  /* the last column stays free: some terminals wrap when it is written */
  if (g_utf8_strlen (line, -1) > columns - 1)
    cut = g_utf8_substring (line, 0, columns - 1);
  fprintf (stderr, "%s%s", screen->n_shown > 0 ? "\n" : "", cut ? cut : line);
  screen->n_shown++;
}

/* What does not fit on the screen could not be erased: it is left out. */
static gboolean
draw_status (gpointer data)
{
  Screen *screen = data;
  struct winsize size = { 0 };
  glong columns = 80;
  guint rows = 24;

  screen->draw_source = 0;
  erase_status (screen);
  if (ioctl (STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1) {
    columns = size.ws_col;
    rows = MAX (size.ws_row, 2);
  }
  for (GList * l = screen->terminals.head; l; l = l->next) {
    GstProfTerminal *terminal = l->data;

    if (terminal->status != NULL && screen->n_shown < rows - 1)
      draw_line (screen, terminal, columns);
  }
  fflush (stderr);
  return G_SOURCE_REMOVE;
}

/*
 * gst_prof_terminal_free:
 * @terminal: (transfer full): the terminal
 *
 * Erases its status line and frees the terminal.
 */
void
gst_prof_terminal_free (GstProfTerminal * terminal)
{
  Screen *screen = terminal->screen;

  erase_status (screen);
  g_queue_remove (&screen->terminals, terminal);
  g_free (terminal->label);
  g_free (terminal->status);
  g_free (terminal);
  if (--screen->n_users > 0)
    return;
  g_clear_handle_id (&screen->draw_source, g_source_remove);
  g_free (screen);
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
  return terminal->screen->live;
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
  return (g_get_monotonic_time () - terminal->screen->start) * GST_USECOND;
}

/*
 * gst_prof_terminal_set_status:
 * @terminal: the terminal
 * @status: (nullable): the status line, cut to the terminal's width; %NULL
 *   erases it
 *
 * The lines of all are drawn together, when the main loop gets to it.
 */
void
gst_prof_terminal_set_status (GstProfTerminal * terminal, const gchar * status)
{
  Screen *screen = terminal->screen;

  if (!screen->live)
    return;
  g_free (terminal->status);
  terminal->status = status && *status ? g_strdup (status) : NULL;
  if (terminal->status == NULL)
    erase_status (screen);
  if (screen->draw_source == 0)
    screen->draw_source = g_idle_add (draw_status, screen);
}

static void
tell (GstProfTerminal * terminal, const gchar * time, const gchar * text)
{
  erase_status (terminal->screen);
  fprintf (stderr, "%s%s%s%s\n", time, terminal->label ? terminal->label : "",
      terminal->label ? ": " : "", text);
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
  tell (terminal, "", text);
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
  g_autofree gchar *time = g_strdup_printf ("[%8.3fs] ",
      gst_prof_terminal_get_elapsed (terminal) / (gdouble) GST_SECOND);
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  tell (terminal, time, text);
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
  Screen *screen = terminal->screen;

  if (screen->output_gone)
    return FALSE;

  erase_status (screen);
  if (fputs (text, stdout) != EOF && fflush (stdout) == 0)
    return TRUE;

  screen->output_gone = TRUE;
  if (errno != EPIPE)
    gst_prof_terminal_tell (terminal, "%s: writing to standard output: %s",
        GST_PROF_PROGRAM, g_strerror (errno));
  return FALSE;
}
