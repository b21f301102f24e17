/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What becomes of a run's end: the report and the exit status, by the options
 * that the verbs have in common. The report's words are the library's. Main
 * thread only.
 */

#include <string.h>
#include <unistd.h>

#include <gst/prof/gstprofdocument.h>
#include <gst/prof/gstprofreport.h>

#include "outcome.h"

/*
 * gst_prof_outcome_add_options:
 * @outcome: where the options go; must outlive the parsing
 * @context: gets the options
 */
void
gst_prof_outcome_add_options (GstProfOutcome * outcome,
    GOptionContext * context)
{
  const GOptionEntry entries[] = {
    {"fail-on", 0, 0, G_OPTION_ARG_STRING, &outcome->fail_on_text,
          "Exit with 3 when one of these was seen: critical, slow, gap",
        "WHAT[,WHAT...]"},
    {"report", 0, 0, G_OPTION_ARG_FILENAME, &outcome->report_path,
        "Write the report to FILE, not to standard output", "FILE"},
    {"json", 0, 0, G_OPTION_ARG_FILENAME, &outcome->json_path,
        "Write the summary to FILE, as JSON", "FILE"},
    {NULL}
  };

  g_option_context_add_main_entries (context, entries, NULL);
}

/*
 * gst_prof_outcome_check:
 * @outcome: with its options as they were given
 * @error: names the one that is wrong
 *
 * Returns: %FALSE when one is wrong
 */
gboolean
gst_prof_outcome_check (GstProfOutcome * outcome, GError ** error)
{
  if (outcome->fail_on_text == NULL)
    return TRUE;
  return gst_prof_fail_on_parse (outcome->fail_on_text, &outcome->fail_on,
      error);
}

/* "dir.d/report.txt" becomes "dir.d/report-NAME.txt". */
static gchar *
name_file (const gchar * path, const gchar * session)
{
  const gchar *dot = strrchr (path, '.');

  if (session == NULL)
    return g_strdup (path);
  if (dot == NULL || strchr (dot, G_DIR_SEPARATOR) || dot == path
      || dot[-1] == G_DIR_SEPARATOR)
    dot = path + strlen (path);
  return g_strdup_printf ("%.*s-%s%s", (gint) (dot - path), path, session, dot);
}

static void
write_file (const gchar * path, const gchar * session, const gchar * text,
    GstProfTerminal * terminal)
{
  g_autofree gchar *name = name_file (path, session);
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents (name, text, -1, &error))
    gst_prof_terminal_tell (terminal, "%s: %s", GST_PROF_PROGRAM,
        error->message);
}

/* As the tracer writes it of other programs. */
static gchar *
make_json (GstProfRun * run)
{
  g_autoptr (GstProfDocument) document =
      gst_prof_document_new (GST_PROF_PROGRAM, getpid (), "exit",
      g_get_real_time () / G_USEC_PER_SEC);

  gst_prof_document_add (document, gst_prof_run_get_name (run), 1, TRUE,
      gst_prof_run_get_summary (run));
  return gst_prof_document_to_json (document);
}

/*
 * gst_prof_outcome_report:
 * @outcome: the options
 * @run: a run that is over
 * @session: (nullable): which of several, for the names of the files
 * @terminal: where to print
 *
 * Prints the final report, or writes it where --report says, and the summary
 * where --json says.
 */
void
gst_prof_outcome_report (const GstProfOutcome * outcome, GstProfRun * run,
    const gchar * session, GstProfTerminal * terminal)
{
  const GstStructure *summary = gst_prof_run_get_summary (run);
  g_autofree gchar *text = NULL;
  g_autofree gchar *json = NULL;

  text = summary ? gst_prof_report_to_text (summary)
      : g_strdup ("No frames were measured.\n");
  if (outcome->report_path == NULL)
    gst_prof_terminal_print (terminal, text);
  else
    write_file (outcome->report_path, session, text, terminal);
  if (outcome->json_path == NULL)
    return;
  json = make_json (run);
  write_file (outcome->json_path, session, json, terminal);
}

/*
 * gst_prof_outcome_judge:
 * @outcome: the options
 * @run: a run that is over
 *
 * Returns: the exit status that it is worth: an error goes before what
 *   --fail-on names
 */
GstProfExit
gst_prof_outcome_judge (const GstProfOutcome * outcome, GstProfRun * run)
{
  if (!gst_prof_run_is_clean (run))
    return GST_PROF_EXIT_ERROR;
  if (gst_prof_run_get_seen (run) & outcome->fail_on)
    return GST_PROF_EXIT_SEEN;
  return GST_PROF_EXIT_CLEAN;
}

/*
 * gst_prof_outcome_conclude:
 * @outcome: the options
 * @run: a run that is over
 *
 * The last step, when all has been said. Does not return when an element's
 * thread still holds the pipeline: nothing can be freed then.
 *
 * Returns: the exit status
 */
GstProfExit
gst_prof_outcome_conclude (const GstProfOutcome * outcome, GstProfRun * run)
{
  GstProfExit status = gst_prof_outcome_judge (outcome, run);

  if (gst_prof_run_is_stuck (run))
    _exit (status);
  return status;
}

/*
 * gst_prof_outcome_clear:
 * @outcome: the options
 *
 * Frees what they hold.
 */
void
gst_prof_outcome_clear (GstProfOutcome * outcome)
{
  g_clear_pointer (&outcome->fail_on_text, g_free);
  g_clear_pointer (&outcome->report_path, g_free);
  g_clear_pointer (&outcome->json_path, g_free);
}
