/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What the report says of what still goes on when it is made: stalls whose end has not
 * come, and what the threads are in. A function of the summary and nothing else.
 * Passive; any thread.
 */

#include "gstprofreportopen.h"

#include "gstprofcause.h"
#include "gstprofreportelements.h"
#include "gstprofreporttext.h"
#include "gstprofthreshold.h"

/* As many as there are worst ones. */
#define MAX_OPEN 3

static gint
compare_open (gconstpointer a, gconstpointer b)
{
  const GstProfSummaryWarning *first = *(const GstProfSummaryWarning **) a;
  const GstProfSummaryWarning *second = *(const GstProfSummaryWarning **) b;

  if (first->duration != second->duration)
    return first->duration > second->duration ? -1 : 1;
  return first < second ? -1 : first > second;
}

static void
append_subject (GString * text, const GstProfSummary * summary,
    const GstProfSummaryWarning * warning)
{
  g_autoptr (GString) place = g_string_new (NULL);
  GstProfWarningKind kind = GST_PROF_WARNING_N_KINDS;

  gst_prof_report_elements_append_place (place, summary, warning->stage);
  gst_prof_threshold_find (warning->kind, &kind);
  switch (kind) {
    case GST_PROF_WARNING_GAP:
      g_string_append_printf (text, "gap between frames before %s", place->str);
      break;
    case GST_PROF_WARNING_SLOW_SETUP:
      g_string_append_printf (text, "%s is being set up", place->str);
      break;
    case GST_PROF_WARNING_MAIN_LOOP:
      g_string_append (text, "the application's main loop is blocked");
      break;
    default:
      g_string_append_printf (text, "%s is slow", place->str);
      break;
  }
}

static void
append_one (GString * report, const GstProfSummary * summary,
    const GstProfSummaryWarning * warning)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GstProfCause cause;

  append_subject (text, summary, warning);
  g_string_append (text, ", still going on: ");
  gst_prof_report_text_append_time (text, warning->duration);
  if (warning->root_cause != NULL
      && gst_prof_cause_find (warning->root_cause, &cause)
      && cause != GST_PROF_CAUSE_UNKNOWN) {
    g_string_append_printf (text, ", cause: %s", warning->root_cause);
    if (warning->evidence != NULL)
      g_string_append_printf (text, " (%s)", warning->evidence);
  }
  gst_prof_report_text_append_wrapped (report, text->str, 7);
}

/*
 * gst_prof_report_open_append:
 * @report: a report, empty
 * @summary: a summary
 *
 * Appends what still goes on, the longest first; nothing, where nothing does.
 */
void
gst_prof_report_open_append (GString * report, const GstProfSummary * summary)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();

  for (guint i = 0; i < summary->open->len; i++)
    g_ptr_array_add (sorted, &g_array_index (summary->open,
            GstProfSummaryWarning, i));
  g_ptr_array_sort (sorted, compare_open);
  for (guint i = 0; i < MIN (sorted->len, MAX_OPEN); i++) {
    g_string_append (report, i == 0 ? "Now:   " : "       ");
    append_one (report, summary, g_ptr_array_index (sorted, i));
  }
  if (sorted->len > MAX_OPEN)
    g_string_append_printf (report, "       %u more still going on: the JSON has "
        "them\n", sorted->len - MAX_OPEN);
}

static gint
compare_threads (gconstpointer a, gconstpointer b)
{
  const GstProfSummaryThread *first = *(const GstProfSummaryThread **) a;
  const GstProfSummaryThread *second = *(const GstProfSummaryThread **) b;

  if (first->unchanged != second->unchanged)
    return first->unchanged > second->unchanged ? -1 : 1;
  return first < second ? -1 : first > second;
}

static void
append_thread (GString * report, const GstProfSummaryThread * thread)
{
  g_autoptr (GString) text = g_string_new ("  thread ");

  g_string_append_printf (text, "%" G_GUINT64_FORMAT " (%s) in %s, for ",
      thread->thread_id, thread->name ? thread->name : "unknown",
      thread->inside ? thread->inside : "no element");
  gst_prof_report_text_append_time (text, thread->unchanged);
  if (thread->call != NULL)
    g_string_append_printf (text, ", in %s", thread->call);
  if (thread->state != NULL)
    g_string_append_printf (text, " (state %s)", thread->state);
  gst_prof_report_text_append_wrapped (report, text->str, 4);
}

/*
 * gst_prof_report_open_append_threads:
 * @report: a report
 * @summary: a summary of a run that goes on
 *
 * Appends what the threads are in, who has not moved for longest first; nothing,
 * where nobody looked.
 */
void
gst_prof_report_open_append_threads (GString * report,
    const GstProfSummary * summary)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();

  for (guint i = 0; i < summary->threads->len; i++) {
    GstProfSummaryThread *thread =
        &g_array_index (summary->threads, GstProfSummaryThread, i);

    if (thread->unchanged > 0)
      g_ptr_array_add (sorted, thread);
  }
  if (sorted->len == 0)
    return;
  g_ptr_array_sort (sorted, compare_threads);
  g_string_append (report, "\nWhat the threads are in now:\n");
  for (guint i = 0; i < sorted->len; i++)
    append_thread (report, g_ptr_array_index (sorted, i));
}
