/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What the report says of memory, lag and disk, and how it words that a stream
 * fell behind. A function of the summary and nothing else. Passive; any thread.
 */

#include "gstprofreportbacklog.h"

#include "gstprofbacklogline.h"
#include "gstprofline.h"
#include "gstprofreportelements.h"
#include "gstprofreporttext.h"

/* Usual in the recordings that this project began with (1080p, software
 * encoder). */
#define NORMAL_MEMORY "150-240MB"

/* More holders than these say nothing more. */
#define MAX_HOLDERS 3
#define MAX_HELD 8

/* Less is what any queue holds. */
#define LEAST_BYTES 1000000
#define LEAST_TIME (500 * GST_MSECOND)

/* No recording lasts longer. */
#define LONGEST_LEFT (7 * 24 * 3600 * GST_SECOND)

/* A lag that is worth a line. */
#define LEAST_LAG GST_SECOND

static gint
compare_holders (gconstpointer a, gconstpointer b)
{
  const GstProfSummaryHolder *first = *(const GstProfSummaryHolder **) a;
  const GstProfSummaryHolder *second = *(const GstProfSummaryHolder **) b;

  if (first->peak_bytes != second->peak_bytes)
    return first->peak_bytes > second->peak_bytes ? -1 : 1;
  return first < second ? -1 : first > second;
}

static void
append_holders (GString * text, const GstProfSummary * summary)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();

  for (guint i = 0; i < summary->holders->len; i++) {
    GstProfSummaryHolder *holder =
        &g_array_index (summary->holders, GstProfSummaryHolder, i);

    if (holder->peak_bytes >= LEAST_BYTES || holder->peak_time >= LEAST_TIME)
      g_ptr_array_add (sorted, holder);
  }
  g_ptr_array_sort (sorted, compare_holders);
  for (guint i = 0; i < MIN (sorted->len, MAX_HOLDERS); i++) {
    const GstProfSummaryHolder *holder = g_ptr_array_index (sorted, i);

    g_string_append_printf (text, "%s%s ", i == 0 ? "; most in " : ", ",
        holder->name);
    gst_prof_backlog_line_append_bytes (text, holder->peak_bytes);
    if (holder->peak_time > 0) {
      g_string_append (text, " (");
      gst_prof_report_text_append_time (text, holder->peak_time);
      g_string_append_c (text, ')');
    }
  }
}

static void
append_memory (GString * report, const GstProfSummary * summary)
{
  g_autoptr (GString) text = g_string_new ("Memory: ");

  if (summary->rss == 0)
    return;
  if (summary->rss_base > 0) {
    gst_prof_backlog_line_append_bytes (text, summary->rss_base);
    g_string_append (text, " after warm-up, ");
  }
  gst_prof_backlog_line_append_bytes (text, summary->rss_peak);
  g_string_append (text, " at most");
  if (!gst_prof_report_elements_are_all (summary))
    g_string_append (text, " (normal " NORMAL_MEMORY ")");
  append_holders (text, summary);
  if (summary->rss_base > 0
      && summary->rss_peak >= summary->rss_base + LEAST_BYTES) {
    g_string_append (text, "; unexplained ");
    gst_prof_backlog_line_append_bytes (text, summary->rss_unexplained);
    g_string_append (text, " of ");
    gst_prof_backlog_line_append_bytes (text, summary->rss_peak
        - summary->rss_base);
  }
  gst_prof_report_text_append_wrapped (report, text->str, 8);
}

static void
append_lag (GString * report, const GstProfSummary * summary)
{
  gboolean stages = !gst_prof_report_elements_are_all (summary);

  if (!GST_CLOCK_TIME_IS_VALID (summary->lag_max)
      || summary->lag_max < LEAST_LAG)
    return;
  g_string_append (report, "Lag: ");
  if (stages && GST_CLOCK_TIME_IS_VALID (summary->lag_first)) {
    gst_prof_report_text_append_time (report, summary->lag_first);
    g_string_append (report, " at the first stage, ");
  }
  if (GST_CLOCK_TIME_IS_VALID (summary->lag_last)) {
    gst_prof_report_text_append_time (report, summary->lag_last);
    g_string_append (report, stages ? " at the last, " : " at the end, ");
  }
  gst_prof_report_text_append_time (report, summary->lag_max);
  g_string_append (report, " at most\n");
}

static void
append_left (GString * text, const GstProfSummary * summary)
{
  if (!GST_CLOCK_TIME_IS_VALID (summary->disk_left)
      || summary->disk_left > LONGEST_LEFT)
    return;
  g_string_append_printf (text, ", full in %" G_GUINT64_FORMAT " h %"
      G_GUINT64_FORMAT " min at ", summary->disk_left / (3600 * GST_SECOND),
      summary->disk_left / (60 * GST_SECOND) % 60);
  gst_prof_backlog_line_append_bytes (text, summary->disk_rate);
  g_string_append (text, "/s");
}

static void
append_disk (GString * report, const GstProfSummary * summary)
{
  if (summary->disk_size == 0)
    return;
  g_string_append (report, "Disk: ");
  gst_prof_backlog_line_append_bytes (report, summary->disk_free);
  g_string_append (report, " free of ");
  gst_prof_backlog_line_append_bytes (report, summary->disk_size);
  append_left (report, summary);
  g_string_append_c (report, '\n');
}

/*
 * gst_prof_report_backlog_append:
 * @report: a report
 * @summary: a summary
 *
 * Appends what is known of memory, lag and disk; nothing, where nothing is.
 */
void
gst_prof_report_backlog_append (GString * report,
    const GstProfSummary * summary)
{
  if (summary->rss == 0 && summary->disk_size == 0)
    return;
  g_string_append_c (report, '\n');
  append_memory (report, summary);
  append_lag (report, summary);
  append_disk (report, summary);
}

static void
append_cause (GString * text, const GstProfSummary * summary,
    const GstProfSummaryBehind * behind)
{
  g_autoptr (GString) place = g_string_new (NULL);

  if (behind->stage == NULL)
    return;
  gst_prof_report_elements_append_place (place, summary, behind->stage);
  if (g_strcmp0 (behind->place, "before") == 0) {
    g_string_append_printf (text, ", by what comes before %s", place->str);
    return;
  }
  if (g_strcmp0 (behind->place, "unmeasured") == 0) {
    g_string_append (text, ", by no element that was measured");
    return;
  }
  if (g_strcmp0 (behind->place, "behind") == 0)
    g_string_append_printf (text, ": what follows %s is not measured",
        place->str);
  else
    g_string_append_printf (text, ": %s%s takes ",
        g_strcmp0 (behind->place, "thread") == 0 ? "the thread of " : "",
        place->str);
  if (g_strcmp0 (behind->place, "behind") != 0)
    gst_prof_line_append_ms (text, g_strcmp0 (behind->place, "thread") == 0
        ? behind->occupancy : behind->own);
  if (GST_CLOCK_TIME_IS_VALID (behind->budget)) {
    g_string_append (text, " of a ");
    gst_prof_line_append_ms (text, behind->budget);
    g_string_append (text, " budget");
  }
  if (behind->cause != NULL)
    g_string_append_printf (text, ", cause: %s", behind->cause);
}

static gint
compare_held (gconstpointer a, gconstpointer b)
{
  const GstProfSummaryHolder *first = *(const GstProfSummaryHolder **) a;
  const GstProfSummaryHolder *second = *(const GstProfSummaryHolder **) b;

  if (first->time != second->time)
    return first->time > second->time ? -1 : 1;
  if (first->bytes != second->bytes)
    return first->bytes > second->bytes ? -1 : 1;
  return first < second ? -1 : first > second;
}

/*
 * gst_prof_report_backlog_append_held:
 * @report: a report
 * @summary: a summary of a run that goes on
 *
 * Appends what is in the queues; nothing, where nothing is. After a run the last
 * levels say nothing: what was in a queue may have come out since.
 */
void
gst_prof_report_backlog_append_held (GString * report,
    const GstProfSummary * summary)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  g_autoptr (GString) text = g_string_new ("Held when last looked at: ");

  for (guint i = 0; i < summary->holders->len; i++) {
    GstProfSummaryHolder *holder =
        &g_array_index (summary->holders, GstProfSummaryHolder, i);

    if (holder->buffers > 0)
      g_ptr_array_add (sorted, holder);
  }
  if (sorted->len == 0)
    return;
  g_ptr_array_sort (sorted, compare_held);
  for (guint i = 0; i < MIN (sorted->len, MAX_HELD); i++) {
    const GstProfSummaryHolder *holder = g_ptr_array_index (sorted, i);

    g_string_append_printf (text, "%s%s ", i > 0 ? ", " : "", holder->name);
    gst_prof_report_text_append_times (text, holder->buffers, "buffer",
        "buffers");
    if (holder->time > 0) {
      g_string_append (text, " (");
      gst_prof_report_text_append_time (text, holder->time);
      g_string_append_c (text, ')');
    }
  }
  if (sorted->len > MAX_HELD)
    g_string_append_printf (text, " and %u more", sorted->len - MAX_HELD);
  g_string_append_c (report, '\n');
  gst_prof_report_text_append_wrapped (report, text->str, 6);
}

/*
 * gst_prof_report_backlog_append_behind:
 * @text: gets the words
 * @summary: a summary
 * @i: which of the streams that fell behind
 */
void
gst_prof_report_backlog_append_behind (GString * text,
    const GstProfSummary * summary, guint i)
{
  const GstProfSummaryBehind *behind =
      &g_array_index (summary->behind, GstProfSummaryBehind, i);

  if (behind->dropped > 0) {
    g_string_append_printf (text, "fell behind: %" G_GUINT64_FORMAT
        " frames dropped", behind->dropped);
  } else {
    g_string_append (text, "fell behind by ");
    gst_prof_report_text_append_time (text, behind->gained);
  }
  g_string_append (text, " in ");
  gst_prof_report_text_append_time (text, behind->duration);
  append_cause (text, summary, behind);
  if (behind->holder == NULL)
    return;
  g_string_append_printf (text, "; %s held ", behind->holder);
  gst_prof_backlog_line_append_bytes (text, behind->holder_bytes);
  if (behind->holder_rate > 0) {
    g_string_append (text, " and grew by ");
    gst_prof_backlog_line_append_bytes (text, behind->holder_rate);
    g_string_append (text, "/s");
  }
}

/*
 * gst_prof_report_backlog_append_warning:
 * @text: gets the words
 * @summary: a summary
 * @kind: memory-growth or disk-space
 */
void
gst_prof_report_backlog_append_warning (GString * text,
    const GstProfSummary * summary, GstProfWarningKind kind)
{
  if (kind == GST_PROF_WARNING_MEMORY_GROWTH) {
    g_string_append (text, "memory grew from ");
    gst_prof_backlog_line_append_bytes (text, summary->rss_base);
    g_string_append (text, " to ");
    gst_prof_backlog_line_append_bytes (text, summary->rss_peak);
    append_holders (text, summary);
  } else {
    g_string_append (text, "the disk is nearly full: ");
    gst_prof_backlog_line_append_bytes (text, summary->disk_free);
    g_string_append (text, " free");
    append_left (text, summary);
  }
}
