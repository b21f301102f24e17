/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * A summary as a person reads it: what was worst, then the numbers. A function
 * of the summary and nothing else. Passive; any thread.
 */

#include "gstprofreport.h"

#include "gstprofline.h"
#include "gstprofreportbacklog.h"
#include "gstprofreportelements.h"
#include "gstprofreportreceive.h"
#include "gstprofreporttext.h"
#include "gstprofstagename.h"
#include "gstprofsummary.h"
#include "gstprofverdict.h"

#include <string.h>

/* What makes all that follows less sure than it looks */
static void
append_shared_names (GString * report, const GstProfSummary * summary)
{
  for (guint i = 0; i < summary->stages->len; i++) {
    const GstProfSummaryStage *stage =
        &g_array_index (summary->stages, GstProfSummaryStage, i);
    g_autofree gchar *text = NULL;

    if (stage->elements < 2)
      continue;
    text = g_strdup_printf ("%" G_GUINT64_FORMAT " elements share the stage "
        "name \"%s\": they have one row, and frames of the same stream cannot "
        "be told apart; give each branch a profstage with a name of its own, "
        "or a latencytracer of its own", stage->elements, stage->name);
    gst_prof_report_text_append_wrapped (report, text, 2);
  }
}

static gboolean
is_shared_name (const GstProfSummary * summary, const gchar * name)
{
  for (guint i = 0; i < summary->stages->len; i++) {
    const GstProfSummaryStage *stage =
        &g_array_index (summary->stages, GstProfSummaryStage, i);

    if (g_strcmp0 (stage->name, name) == 0)
      return stage->elements > 1;
  }
  return FALSE;
}

static void
append_frames (GString * report, const GstProfSummary * summary)
{
  guint64 tenths = (guint64) (summary->fps * 10.0 + 0.5);

  g_string_append_printf (report, "\nFrames: %" G_GUINT64_FORMAT " in ",
      summary->frames);
  gst_prof_report_text_append_time (report, summary->duration);
  if (tenths > 0)
    g_string_append_printf (report, " (%" G_GUINT64_FORMAT ".%"
        G_GUINT64_FORMAT " fps)", tenths / 10, tenths % 10);
  g_string_append_printf (report, ": %" G_GUINT64_FORMAT " complete, %"
      G_GUINT64_FORMAT " dropped, %" G_GUINT64_FORMAT " incomplete, %"
      G_GUINT64_FORMAT " inside", summary->complete, summary->dropped,
      summary->incomplete, summary->inside);
  if (summary->preroll > 0)
    g_string_append_printf (report, "; %" G_GUINT64_FORMAT " preroll",
        summary->preroll);
  g_string_append_c (report, '\n');

  if (!GST_CLOCK_TIME_IS_VALID (summary->budget)) {
    g_string_append (report, "Budget: unknown, neither caps nor intervals tell "
        "the frame rate\n");
    return;
  }
  g_string_append (report, "Budget: ");
  gst_prof_line_append_ms (report, summary->budget);
  g_string_append_printf (report, " per frame (%s); %" G_GUINT64_FORMAT
      " over budget (", summary->budget_observed ? "observed interval" :
      "from caps", summary->over_budget);
  gst_prof_report_text_append_percent (report, 0, summary->over_budget,
      summary->occupancy.count);
  g_string_append (report, ")\n");
}

static void
append_distribution (GString * report, const gchar * name,
    const GstProfDistribution * distribution)
{
  if (distribution->count == 0)
    return;
  g_string_append_printf (report, "  %-16s", name);
  gst_prof_report_text_append_count_column (report, 8, distribution->count);
  gst_prof_report_text_append_ms_column (report, 11, distribution->p50);
  gst_prof_report_text_append_ms_column (report, 11, distribution->p95);
  gst_prof_report_text_append_ms_column (report, 11, distribution->p99);
  gst_prof_report_text_append_ms_column (report, 11, distribution->max);
}

static gboolean
append_normal (GString * report, const GstProfSummaryStage * stage)
{
  const GstProfStageTraits *traits = gst_prof_stage_name_traits (stage->name);

  if (traits == NULL || traits->normal_max == 0)
    return FALSE;
  g_string_append_printf (report, "   %" G_GUINT64_FORMAT "-%"
      G_GUINT64_FORMAT "ms", traits->normal_min / GST_MSECOND,
      traits->normal_max / GST_MSECOND);
  if (stage->own.p50 > traits->normal_max)
    g_string_append (report, " above");
  return TRUE;
}

static void
append_table_notes (GString * report, const GstProfSummary * summary,
    gboolean normal)
{
  gboolean differ = FALSE;

  for (guint i = 0; i < summary->stages->len; i++)
    differ |= g_array_index (summary->stages, GstProfSummaryStage,
        i).own.count != summary->frames;
  if (normal)
    g_string_append (report, "  normal: usual in the recordings this began "
        "with (1080p, software encoder)\n");
  if (differ)
    g_string_append (report, "  rows differ by frames in preroll, dropped or "
        "unjoined\n");
}

static void
append_stages (GString * report, const GstProfSummary * summary)
{
  GstClockTime sum = 0;
  gboolean normal = FALSE;

  if (summary->stages->len == 0)
    return;

  g_string_append (report, "\n  stage             frames        p50"
      "        p95        p99        max    share   normal\n");
  for (guint i = 0; i < summary->stages->len; i++)
    sum += g_array_index (summary->stages, GstProfSummaryStage, i).own.sum;

  for (guint i = 0; i < summary->stages->len; i++) {
    const GstProfSummaryStage *stage =
        &g_array_index (summary->stages, GstProfSummaryStage, i);

    if (stage->own.count > 0) {
      append_distribution (report, stage->name, &stage->own);
      gst_prof_report_text_append_percent (report, 9, stage->own.sum, sum);
      normal |= append_normal (report, stage);
    } else {
      g_string_append_printf (report, "  %-16s       0", stage->name);
    }
    g_string_append_c (report, '\n');
  }
  if (summary->total.count > 0) {
    append_distribution (report, "TOTAL", &summary->total);
    g_string_append (report, "\n");
    append_distribution (report, "busiest thread", &summary->occupancy);
    g_string_append (report, "\n");
  }
  if (summary->total.count > 0 && summary->latency.count > 0) {
    append_distribution (report, "frame latency", &summary->latency);
    g_string_append (report, "\n");
  }
  append_table_notes (report, summary, normal);
}

static gboolean
append_part (GQuark name, const GValue * value, gpointer user_data)
{
  const gchar *text = g_quark_to_string (name);
  GString *report = user_data;

  if (!G_VALUE_HOLDS_UINT64 (value)
      || g_value_get_uint64 (value) < GST_MSECOND / 2)
    return TRUE;
  g_string_append_printf (report, ", %s ", text);
  gst_prof_report_text_append_time (report, g_value_get_uint64 (value));
  return TRUE;
}

/* Goes on while there is nothing to tell. */
static gboolean
is_no_part (GQuark name, const GValue * value, gpointer user_data)
{
  return !G_VALUE_HOLDS_UINT64 (value)
      || g_value_get_uint64 (value) < GST_MSECOND / 2;
}

/* Without stages there is nothing but the threads to go by: what they did follows. */
static gboolean
is_told_by_cause (const GstProfSummary * summary)
{
  return gst_prof_report_elements_are_all (summary)
      && summary->gap_causes != NULL
      && !gst_structure_foreach (summary->gap_causes, is_no_part, NULL);
}

static void
append_gaps (GString * report, const GstProfSummary * summary)
{
  g_autoptr (GString) text = g_string_new ("Gaps: ");

  if (summary->gaps == 0)
    return;

  g_string_append_printf (text, "%" G_GUINT64_FORMAT ", ", summary->gaps);
  gst_prof_report_text_append_time (text, summary->gap_total);
  g_string_append (text, " in all, longest ");
  gst_prof_report_text_append_time (text, summary->longest_gap);
  if (summary->stages->len > 0 || summary->per_element->len == 0) {
    g_string_append (text, "; processing ");
    gst_prof_report_text_append_time (text, summary->gap_total
        - MIN (summary->gap_total, summary->missing_total));
    g_string_append (text, ", missing ");
    gst_prof_report_text_append_time (text, summary->missing_total);
  }
  if (summary->gap_parts && !is_told_by_cause (summary)) {
    gsize start = text->len;

    gst_structure_foreach (summary->gap_parts, append_part, text);
    if (text->len > start)
      text->str[start] = ';';
  }
  g_string_append_c (report, '\n');
  gst_prof_report_text_append_wrapped (report, text->str, 6);
}

typedef struct
{
  const gchar *name;
  guint64 time;
} Part;

static gint
compare_parts (gconstpointer a, gconstpointer b)
{
  const Part *left = a, *right = b;

  return left->time < right->time ? 1 : left->time > right->time ? -1 : 0;
}

static gboolean
take_part (GQuark name, const GValue * value, gpointer user_data)
{
  Part part = { g_quark_to_string (name), 0 };

  if (G_VALUE_HOLDS_UINT64 (value))
    part.time = g_value_get_uint64 (value);
  if (part.time >= GST_MSECOND / 2)
    g_array_append_val ((GArray *) user_data, part);
  return TRUE;
}

/* The largest first. */
static void
append_gap_causes (GString * report, const GstProfSummary * summary)
{
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (Part));
  g_autoptr (GString) text = g_string_new ("Gaps by cause:");

  if (summary->gaps == 0 || summary->gap_causes == NULL)
    return;
  gst_structure_foreach (summary->gap_causes, take_part, parts);
  g_array_sort (parts, compare_parts);
  for (guint i = 0; i < parts->len; i++) {
    const Part *part = &g_array_index (parts, Part, i);

    g_string_append_printf (text, "%s %s ", i > 0 ? "," : "", part->name);
    gst_prof_report_text_append_time (text, part->time);
  }
  if (parts->len > 0)
    gst_prof_report_text_append_wrapped (report, text->str, 6);
}

static void
append_headroom (GString * report, const GstProfSummaryThread * thread)
{
  guint tenths = (guint) (MIN (thread->headroom, 9999.0) * 10.0 + 0.5);

  if (thread->fps > 0.0)
    g_string_append_printf (report, "   %4u fps",
        (guint) MIN (thread->fps, 9999.0));
  else
    g_string_append (report, "          -");
  if (thread->headroom > 0.0)
    g_string_append_printf (report, "  %4u.%ux", tenths / 10, tenths % 10);
  else if (thread->bottleneck)
    g_string_append (report, "         ");
}

static void
append_threads (GString * report, const GstProfSummary * summary)
{
  gboolean header = FALSE;

  for (guint i = 0; i < summary->threads->len; i++) {
    const GstProfSummaryThread *thread =
        &g_array_index (summary->threads, GstProfSummaryThread, i);

    /* Nobody looked: it is only known what it is in. */
    if (thread->watched == 0 && thread->unchanged > 0)
      continue;
    if (!header)
      g_string_append (report, "\n  thread                               busy"
          "    on CPU    no CPU   sustains  headroom\n");
    header = TRUE;
    g_string_append_printf (report, "  %-30.30s", thread->name);
    gst_prof_report_text_append_percent (report, 11, thread->busy,
        thread->watched);
    gst_prof_report_text_append_percent (report, 10, thread->run,
        thread->watched);
    gst_prof_report_text_append_percent (report, 10, thread->delay,
        thread->watched);
    append_headroom (report, thread);
    if (thread->bottleneck)
      g_string_append_printf (report, "  bottleneck%s%s",
          thread->stage ? ": " : "", thread->stage ? thread->stage : "");
    g_string_append_c (report, '\n');
  }
}

static void
append_setups (GString * report, const GstProfSummary * summary)
{
  gboolean header = FALSE;

  for (guint i = 0; i < summary->setups->len; i++) {
    const GstProfSummarySetup *setup =
        &g_array_index (summary->setups, GstProfSummarySetup, i);

    if (setup->total == 0 && setup->renegotiations == 0)
      continue;
    if (!header)
      g_string_append (report, "\n  setup                 total   = states"
          "     + caps + 1st buffer\n");
    header = TRUE;
    g_string_append_printf (report, "  %-16s", setup->stage);
    gst_prof_report_text_append_ms_column (report, 11, setup->total);
    gst_prof_report_text_append_ms_column (report, 11, setup->state_changes);
    gst_prof_report_text_append_ms_column (report, 11, setup->caps);
    gst_prof_report_text_append_ms_column (report, 13, setup->first_buffer);
    if (setup->renegotiations > 0) {
      g_string_append (report, "   again ");
      gst_prof_report_text_append_times (report, setup->renegotiations,
          "time", "times");
      g_string_append (report, ", longest ");
      gst_prof_line_append_ms (report, setup->slowest_renegotiation);
    }
    if (is_shared_name (summary, setup->stage) && setup->element != NULL)
      g_string_append_printf (report, "   %s", setup->element);
    g_string_append_c (report, '\n');
  }
}

/* An element may have a longer name than any stage. */
static guint
measure_places (const GstProfSummary * summary)
{
  glong width = 16;

  for (guint i = 0; summary->per_element->len > 0
      && i < summary->worst->len; i++) {
    const gchar *place = g_array_index (summary->worst, GstProfSummaryWarning,
        i).stage;

    if (place != NULL)
      width = MAX (width, g_utf8_strlen (place, -1));
  }
  return MIN (width, 35);
}

static void
append_warnings (GString * report, const GstProfSummary * summary)
{
  gint width = measure_places (summary);

  if (summary->worst->len == 0)
    return;

  g_string_append_printf (report, "\n  warnings              %-*s   count"
      "    longest  threshold      frame\n", width,
      summary->stages->len == 0 && summary->per_element->len > 0
      ? "element" : "stage");
  for (guint i = 0; i < summary->worst->len; i++) {
    const GstProfSummaryWarning *warning =
        &g_array_index (summary->worst, GstProfSummaryWarning, i);

    g_string_append_printf (report, "  %-20s  %-*s", warning->kind,
        width, warning->stage ? warning->stage : "-");
    gst_prof_report_text_append_count_column (report, 8, warning->count);
    if (warning->duration > 0)
      gst_prof_report_text_append_ms_column (report, 11, warning->duration);
    else
      gst_prof_report_text_append_right (report, 11, "-");
    if (warning->threshold > 0
        && g_strcmp0 (warning->kind, "memory-growth") != 0)
      gst_prof_report_text_append_ms_column (report, 11, warning->threshold);
    else
      gst_prof_report_text_append_right (report, 11, "-");
    if (warning->frame > 0)
      gst_prof_report_text_append_count_column (report, 11, warning->frame);
    else
      gst_prof_report_text_append_right (report, 11, "-");
    g_string_append_c (report, '\n');
  }
}

static void
append_loss (GString * report, guint64 count, const gchar * what)
{
  if (count > 0)
    g_string_append_printf (report, "  %" G_GUINT64_FORMAT " %s\n", count,
        what);
}

/* What the numbers above do not hold, or what makes them less sure. */
static void
append_losses (GString * report, const GstProfSummary * summary)
{
  gsize start;
  guint64 preroll = 0, apart = 0;

  g_string_append (report, "\nNot in these times:\n");
  start = report->len;
  for (guint i = 0; i < summary->stages->len; i++) {
    const GstProfSummaryStage *stage =
        &g_array_index (summary->stages, GstProfSummaryStage, i);

    preroll += stage->preroll;
    apart += stage->apart;
    if (stage->unjoined > 0)
      g_string_append_printf (report, "  %" G_GUINT64_FORMAT " spans of %s that "
          "could not be told to be a frame's (unjoined)\n", stage->unjoined,
          stage->name);
    if (stage->waited_sum > 0) {
      g_string_append_printf (report, "  %s waited for its other streams for ",
          stage->name);
      gst_prof_report_text_append_time (report, stage->waited_sum);
      g_string_append_c (report, '\n');
    }
    if (stage->drain_sum >= GST_MSECOND) {
      g_string_append_printf (report, "  %s drained at the end for ",
          stage->name);
      gst_prof_report_text_append_time (report, stage->drain_sum);
      g_string_append_c (report, '\n');
    }
  }
  append_loss (report, preroll, "spans outside PLAYING (preroll)");
  append_loss (report, apart, "spans of no frame: audio, container headers, draining");
  append_loss (report, summary->spans_dropped, "spans lost: queue full");
  append_loss (report, summary->messages_dropped,
      "prof-span messages not posted: 1024 unread");
  append_loss (report, summary->warnings_dropped,
      "prof-warning or prof-frame messages not posted: 1024 unread");
  append_loss (report, summary->setups_dropped, "setups lost: queue full");
  append_loss (report, summary->stages_refused,
      "spans of stages beyond the 16th");
  append_loss (report, summary->streams_evicted,
      "streams given up: too many at once");
  append_loss (report, summary->uncovered,
      "pads that were never idle, so that no thread can be seen in them");
  append_loss (report, summary->threads_unwatched,
      "threads that are not looked at: too many in the process");
  if (report->len == start)
    g_string_truncate (report, start - strlen ("\nNot in these times:\n"));

  if (summary->corrections > 0) {
    g_string_append_printf (report, "\nTime stamps corrected: %"
        G_GUINT64_FORMAT ", by at most ", summary->corrections);
    gst_prof_report_text_append_time (report, summary->largest_correction);
    g_string_append_c (report, '\n');
  }
}

/**
 * gst_prof_report_to_text:
 * @summary: the structure of a `prof-summary` message, or the property `stats`
 *   of a latencytracer
 *
 * Writes the final report, at most 100 columns wide. Control characters of names are
 * written as in C. Any thread.
 *
 * Returns: (transfer full) (nullable): the report, %NULL when @summary is
 *   something else
 *
 * Since: 0.1
 */
gchar *
gst_prof_report_to_text (const GstStructure * summary)
{
  g_auto (GstProfSummary) contents = { 0 };
  GStringChunk *texts;
  GString *report;

  g_return_val_if_fail (summary != NULL, NULL);

  if (!gst_prof_summary_parse (&contents, summary))
    return NULL;
  texts = g_string_chunk_new (256);
  gst_prof_summary_make_printable (&contents, texts);

  report = g_string_new (NULL);
  gst_prof_verdict_append (report, &contents);
  append_shared_names (report, &contents);
  if (!gst_prof_report_elements_are_all (&contents))
    append_frames (report, &contents);
  gst_prof_report_receive_append_startup (report, &contents);
  append_stages (report, &contents);
  gst_prof_report_elements_append (report, &contents);
  append_gaps (report, &contents);
  append_gap_causes (report, &contents);
  append_threads (report, &contents);
  gst_prof_report_receive_append (report, &contents);
  gst_prof_report_backlog_append (report, &contents);
  append_setups (report, &contents);
  append_warnings (report, &contents);
  append_losses (report, &contents);
  gst_prof_verdict_append_advice (report, &contents);
  g_string_chunk_free (texts);
  return g_string_free (report, FALSE);
}
