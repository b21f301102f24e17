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

#include "gstprofledger.h"
#include "gstprofline.h"
#include "gstprofstagename.h"
#include "gstprofsummary.h"
#include "gstprofthreshold.h"

#include <stdlib.h>
#include <string.h>

#define COLUMNS 100
#define MAX_VERDICTS 3

/* Of what is missing in gaps, or of the gaps, that is worth a word. */
#define LARGE_PART_PERCENT 20
#define OVER_BUDGET_PERCENT 10

/* Appends @text, or as much space, so that it ends @width further right. */
static void
append_right (GString * report, guint width, const gchar * text)
{
  g_string_append_printf (report, "%*s", (int) width, text);
}

static void
append_ms_column (GString * report, guint width, GstClockTime time)
{
  g_autoptr (GString) text = g_string_new (NULL);

  gst_prof_line_append_ms (text, time);
  append_right (report, width, text->str);
}

static void
append_count_column (GString * report, guint width, guint64 count)
{
  g_autofree gchar *text = g_strdup_printf ("%" G_GUINT64_FORMAT, count);

  append_right (report, width, text);
}

/* Appends "13.3 %", with a point in every locale. */
static void
append_percent (GString * report, guint width, guint64 part, guint64 whole)
{
  guint64 tenths = whole ? gst_util_uint64_scale_round (part, 1000, whole) : 0;
  g_autofree gchar *text = g_strdup_printf ("%" G_GUINT64_FORMAT ".%"
      G_GUINT64_FORMAT " %%", tenths / 10, tenths % 10);

  append_right (report, width, text);
}

/* Long times in seconds, short ones in milliseconds. */
static void
append_time (GString * report, GstClockTime time)
{
  if (time >= GST_SECOND)
    gst_prof_line_append_seconds (report, time, time < 10 * GST_SECOND ? 2 : 1);
  else
    gst_prof_line_append_ms (report, time);
}

static void
append_times (GString * report, guint64 count, const gchar * one,
    const gchar * many)
{
  g_string_append_printf (report, "%" G_GUINT64_FORMAT " %s", count,
      count == 1 ? one : many);
}

/* Appends words, in lines of at most COLUMNS, the further ones indented. */
static void
append_wrapped (GString * report, const gchar * text, guint indent)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  const gchar *last = strrchr (report->str, '\n');
  gsize column = report->len - (last ? last + 1 - report->str : 0);

  for (guint i = 0; words[i]; i++) {
    if (i > 0 && column + 1 + strlen (words[i]) > COLUMNS) {
      g_string_append_printf (report, "\n%*s", (int) indent, "");
      column = indent;
    } else if (i > 0) {
      g_string_append_c (report, ' ');
      column++;
    }
    g_string_append (report, words[i]);
    column += strlen (words[i]);
  }
  g_string_append_c (report, '\n');
}

static gboolean
is_kind (const GstProfSummaryWarning * warning, GstProfWarningKind kind)
{
  return g_strcmp0 (warning->kind, gst_prof_threshold_get (kind)->nick) == 0;
}

/* Whether another line says the same: a wait is part of a gap, and a slow frame
 * is one with a slow stage. */
static gboolean
is_said_elsewhere (const GstProfSummary * summary,
    const GstProfSummaryWarning * warning)
{
  gboolean wait = is_kind (warning, GST_PROF_WARNING_UPSTREAM_WAIT);
  gboolean frame = is_kind (warning, GST_PROF_WARNING_SLOW_FRAME)
      || is_kind (warning, GST_PROF_WARNING_CRITICAL);

  for (guint i = 0; (wait || frame) && i < summary->worst->len; i++) {
    const GstProfSummaryWarning *other =
        &g_array_index (summary->worst, GstProfSummaryWarning, i);

    if (wait && is_kind (other, GST_PROF_WARNING_GAP))
      return TRUE;
    if (frame && other != warning && g_str_has_prefix (other->kind, "slow-")
        && !is_kind (other, GST_PROF_WARNING_SLOW_FRAME)
        && !is_kind (other, GST_PROF_WARNING_SLOW_SETUP)
        && g_strcmp0 (other->stage, warning->stage) == 0)
      return TRUE;
  }
  return FALSE;
}

static gint
compare_verdicts (gconstpointer a, gconstpointer b)
{
  const GstProfSummaryWarning *first = *(const GstProfSummaryWarning **) a;
  const GstProfSummaryWarning *second = *(const GstProfSummaryWarning **) b;
  gboolean first_lost = is_kind (first, GST_PROF_WARNING_FILE_REMOVED);
  gboolean second_lost = is_kind (second, GST_PROF_WARNING_FILE_REMOVED);

  /* A recording that is lost is worse than any time. */
  if (first_lost != second_lost)
    return first_lost ? -1 : 1;
  if (first->total != second->total)
    return first->total > second->total ? -1 : 1;
  return first < second ? -1 : 1;
}

static void
append_subject (GString * report, const GstProfSummaryWarning * warning)
{
  const gchar *stage = warning->stage ? warning->stage : "pipeline";

  if (is_kind (warning, GST_PROF_WARNING_GAP)) {
    append_times (report, warning->count, "gap", "gaps");
    g_string_append_printf (report, " between frames before stage %s", stage);
  } else if (is_kind (warning, GST_PROF_WARNING_UPSTREAM_WAIT)) {
    g_string_append_printf (report, "stage %s waited ", stage);
    append_times (report, warning->count, "time", "times");
    g_string_append (report, " for upstream");
  } else if (is_kind (warning, GST_PROF_WARNING_SLOW_SETUP)) {
    g_string_append_printf (report, "setup of stage %s was slow", stage);
  } else if (is_kind (warning, GST_PROF_WARNING_INIT_CHECK)) {
    g_string_append_printf (report, "stage %s was set up again slowly ",
        stage);
    append_times (report, warning->count, "time", "times");
  } else if (is_kind (warning, GST_PROF_WARNING_ENCODER_STARVATION)) {
    g_string_append_printf (report, "stage %s took frames and gave no packets ",
        stage);
    append_times (report, warning->count, "time", "times");
  } else if (is_kind (warning, GST_PROF_WARNING_FILE_REMOVED)) {
    g_string_append_printf (report, "the file of stage %s was removed", stage);
  } else if (is_kind (warning, GST_PROF_WARNING_SLOW_FRAME)
      || is_kind (warning, GST_PROF_WARNING_CRITICAL)) {
    append_times (report, warning->count, "frame was", "frames were");
    g_string_append_printf (report, " too slow in all stages together, most in "
        "%s", stage);
  } else {
    g_string_append_printf (report, "stage %s was slow ", stage);
    append_times (report, warning->count, "time", "times");
  }
}

static guint64
get_gap_part (const GstProfSummary * summary, guint i, const gchar ** name)
{
  guint64 time = 0;

  *name = gst_structure_nth_field_name (summary->gap_parts, i);
  gst_structure_get_uint64 (summary->gap_parts, *name, &time);
  return time;
}

/* Of all gaps together: the longest may be unlike the others. */
static const gchar *
find_largest_gap_part (const GstProfSummary * summary)
{
  const gchar *largest = NULL, *name;
  guint64 most = 0;
  gint n = summary->gap_parts ? gst_structure_n_fields (summary->gap_parts) : 0;

  for (gint i = 0; i < n; i++) {
    guint64 time = get_gap_part (summary, i, &name);

    if (time > most) {
      largest = name;
      most = time;
    }
  }
  return largest;
}

static gboolean
is_missing_part (const gchar * name)
{
  return g_str_equal (name, GST_PROF_PART_UPSTREAM)
      || g_str_equal (name, GST_PROF_PART_DOWNSTREAM)
      || g_str_equal (name, GST_PROF_PART_UNKNOWN);
}

static gboolean
is_large (guint64 part, guint64 whole, guint percent)
{
  return gst_util_uint64_scale (part, 100, MAX (whole, 1)) > percent;
}

/* Of a part that is missing, its share in what is missing counts, unless that
 * is little itself. */
static gboolean
is_large_gap_part (const GstProfSummary * summary, const gchar * name,
    guint64 time)
{
  if (!is_missing_part (name))
    return is_large (time, summary->gap_total, LARGE_PART_PERCENT);
  return is_large (time, summary->missing_total, LARGE_PART_PERCENT)
      && is_large (summary->missing_total, summary->gap_total,
      LARGE_PART_PERCENT);
}

static void
append_verdict (GString * report, const GstProfSummary * summary,
    const GstProfSummaryWarning * warning)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const gchar *mostly = NULL;

  append_subject (text, warning);
  if (warning->duration > 0) {
    if (warning->count > 1) {
      g_string_append (text, ", ");
      append_time (text, warning->total);
      g_string_append (text, " in all, longest ");
    } else {
      g_string_append (text, ": ");
    }
    append_time (text, warning->duration);
  }
  if (warning->frame > 0)
    g_string_append_printf (text, " at frame %" G_GUINT64_FORMAT,
        warning->frame);
  if (is_kind (warning, GST_PROF_WARNING_GAP))
    mostly = find_largest_gap_part (summary);
  if (mostly != NULL)
    g_string_append_printf (text, ", mostly %s", mostly);
  append_wrapped (report, text->str, 7);
}

/* The stage before which most frames were lost, %NULL: none, or not known */
static const GstProfSummaryStage *
find_most_dropped (const GstProfSummary * summary)
{
  const GstProfSummaryStage *most = NULL;

  for (guint i = 0; i < summary->stages->len; i++) {
    const GstProfSummaryStage *stage =
        &g_array_index (summary->stages, GstProfSummaryStage, i);

    if (stage->dropped > (most ? most->dropped : 0))
      most = stage;
  }
  return most;
}

static const GstProfSummaryStage *
find_longest_stage (const GstProfSummary * summary)
{
  const GstProfSummaryStage *longest = NULL;

  for (guint i = 0; i < summary->stages->len; i++) {
    const GstProfSummaryStage *stage =
        &g_array_index (summary->stages, GstProfSummaryStage, i);

    if (stage->own.p50 > (longest ? longest->own.p50 : 0))
      longest = stage;
  }
  return longest;
}

/* Now and then a frame may be late: queues take that up. */
static gboolean
keeps_up (const GstProfSummary * summary)
{
  return !GST_CLOCK_TIME_IS_VALID (summary->budget) || summary->budget == 0
      || summary->occupancy.count == 0
      || (summary->occupancy.p50 <= summary->budget
      && !is_large (summary->over_budget, summary->occupancy.count,
          OVER_BUDGET_PERCENT));
}

static void
append_tenths (GString * text, gdouble value)
{
  guint64 tenths = (guint64) (value * 10.0 + 0.5);

  g_string_append_printf (text, "%" G_GUINT64_FORMAT ".%" G_GUINT64_FORMAT,
      tenths / 10, tenths % 10);
}

static void
append_dropped (GString * report, const GstProfSummary * summary)
{
  const GstProfSummaryStage *most = find_most_dropped (summary);
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
      " frames %s dropped", summary->dropped, summary->frames,
      summary->dropped == 1 ? "was" : "were");
  if (most != NULL && most->dropped == summary->dropped)
    g_string_append_printf (text, " before stage %s", most->name);
  else if (most != NULL)
    g_string_append_printf (text, ", %" G_GUINT64_FORMAT " of them before "
        "stage %s", most->dropped, most->name);
  append_wrapped (report, text->str, 7);
}

static void
append_overload (GString * report, const GstProfSummary * summary)
{
  const GstProfSummaryStage *longest = find_longest_stage (summary);
  g_autoptr (GString) text = g_string_new (NULL);

  if (longest != NULL && longest->own.p50 > summary->budget) {
    g_string_append_printf (text, "%s does not keep up: ", longest->name);
    gst_prof_line_append_ms (text, longest->own.p50);
  } else if (summary->occupancy.p50 > summary->budget) {
    g_string_append (text, "the stages on one thread do not keep up: ");
    gst_prof_line_append_ms (text, summary->occupancy.p50);
  } else {
    g_string_append_printf (text, "%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
        " frames do not keep up: ", summary->over_budget,
        summary->occupancy.count);
    gst_prof_line_append_ms (text, summary->occupancy.p95);
  }
  g_string_append_printf (text, " per frame (%s) of a ",
      summary->occupancy.p50 > summary->budget
      || (longest && longest->own.p50 > summary->budget) ? "p50" : "p95");
  gst_prof_line_append_ms (text, summary->budget);
  g_string_append (text, " budget");
  if (longest != NULL && longest->own.p50 <= summary->budget) {
    g_string_append_printf (text, ", the longest stage is %s with ",
        longest->name);
    gst_prof_line_append_ms (text, longest->own.p50);
  }
  if (summary->fps > 0.0) {
    g_string_append (text, "; ");
    append_tenths (text, summary->fps);
    g_string_append (text, " of ");
    append_tenths (text, (gdouble) GST_SECOND / summary->budget);
    g_string_append (text, " fps");
  }
  append_wrapped (report, text->str, 7);
}

static void
append_nothing_slow (GString * report, const GstProfSummary * summary)
{
  guint64 apart = 0;

  for (guint i = 0; i < summary->stages->len; i++)
    apart += g_array_index (summary->stages, GstProfSummaryStage, i).apart;

  if (summary->frames == 0 && summary->elements == 0 && summary->spans == 0)
    g_string_append (report, "No stage in this pipeline: nothing was measured "
        "(use profnormalize, profencode,\nprofmuxsink, profsink or "
        "profstage).\n");
  else if (summary->frames == 0 && apart > 0)
    g_string_append_printf (report, "No video frame came, but %"
        G_GUINT64_FORMAT " spans of audio, container headers or other data.\n",
        apart);
  else if (summary->frames == 0)
    g_string_append (report, "No frame came.\n");
  else if (summary->over_budget == 0)
    g_string_append (report, "Nothing was slow.\n");
  else
    g_string_append_printf (report, "No single frame was slow, but %"
        G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " were over budget: see "
        "below.\n", summary->over_budget, summary->occupancy.count);
}

static void
begin_verdict (GString * report)
{
  g_string_append (report, report->len == 0 ? "Worst: " : "       ");
}

static void
append_verdicts (GString * report, const GstProfSummary * summary)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  guint i = 0, n;

  for (guint i = 0; i < summary->worst->len; i++) {
    GstProfSummaryWarning *warning =
        &g_array_index (summary->worst, GstProfSummaryWarning, i);

    if (!is_said_elsewhere (summary, warning))
      g_ptr_array_add (sorted, warning);
  }
  g_ptr_array_sort (sorted, compare_verdicts);

  n = MIN (sorted->len, MAX_VERDICTS);
  for (; i < n && is_kind (g_ptr_array_index (sorted, i),
          GST_PROF_WARNING_FILE_REMOVED); i++) {
    begin_verdict (report);
    append_verdict (report, summary, g_ptr_array_index (sorted, i));
  }
  if (summary->dropped > 0) {
    begin_verdict (report);
    append_dropped (report, summary);
  }
  if (!keeps_up (summary)) {
    begin_verdict (report);
    append_overload (report, summary);
  }
  for (; i < n; i++) {
    begin_verdict (report);
    append_verdict (report, summary, g_ptr_array_index (sorted, i));
  }
  if (report->len == 0)
    append_nothing_slow (report, summary);
}

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
    append_wrapped (report, text, 2);
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
  append_time (report, summary->duration);
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
  append_percent (report, 0, summary->over_budget, summary->occupancy.count);
  g_string_append (report, ")\n");
}

static void
append_distribution (GString * report, const gchar * name,
    const GstProfDistribution * distribution)
{
  if (distribution->count == 0)
    return;
  g_string_append_printf (report, "  %-16s", name);
  append_count_column (report, 8, distribution->count);
  append_ms_column (report, 11, distribution->p50);
  append_ms_column (report, 11, distribution->p95);
  append_ms_column (report, 11, distribution->p99);
  append_ms_column (report, 11, distribution->max);
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
      append_percent (report, 9, stage->own.sum, sum);
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
  append_time (report, g_value_get_uint64 (value));
  return TRUE;
}

static void
append_gaps (GString * report, const GstProfSummary * summary)
{
  g_autoptr (GString) text = g_string_new ("Gaps: ");

  if (summary->gaps == 0)
    return;

  g_string_append_printf (text, "%" G_GUINT64_FORMAT ", ", summary->gaps);
  append_time (text, summary->gap_total);
  g_string_append (text, " in all, longest ");
  append_time (text, summary->longest_gap);
  g_string_append (text, "; processing ");
  append_time (text, summary->gap_total - MIN (summary->gap_total,
          summary->missing_total));
  g_string_append (text, ", missing ");
  append_time (text, summary->missing_total);
  if (summary->gap_parts) {
    gsize start = text->len;

    gst_structure_foreach (summary->gap_parts, append_part, text);
    if (text->len > start)
      text->str[start] = ';';
  }
  g_string_append_c (report, '\n');
  append_wrapped (report, text->str, 6);
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
    append_ms_column (report, 11, setup->total);
    append_ms_column (report, 11, setup->state_changes);
    append_ms_column (report, 11, setup->caps);
    append_ms_column (report, 13, setup->first_buffer);
    if (setup->renegotiations > 0) {
      g_string_append (report, "   again ");
      append_times (report, setup->renegotiations, "time", "times");
      g_string_append (report, ", longest ");
      gst_prof_line_append_ms (report, setup->slowest_renegotiation);
    }
    if (is_shared_name (summary, setup->stage) && setup->element != NULL)
      g_string_append_printf (report, "   %s", setup->element);
    g_string_append_c (report, '\n');
  }
}

static void
append_warnings (GString * report, const GstProfSummary * summary)
{
  if (summary->worst->len == 0)
    return;

  g_string_append (report, "\n  warnings              stage           "
      "   count    longest  threshold      frame\n");
  for (guint i = 0; i < summary->worst->len; i++) {
    const GstProfSummaryWarning *warning =
        &g_array_index (summary->worst, GstProfSummaryWarning, i);

    g_string_append_printf (report, "  %-20s  %-16s", warning->kind,
        warning->stage ? warning->stage : "-");
    append_count_column (report, 8, warning->count);
    if (warning->duration > 0)
      append_ms_column (report, 11, warning->duration);
    else
      append_right (report, 11, "-");
    if (warning->threshold > 0)
      append_ms_column (report, 11, warning->threshold);
    else
      append_right (report, 11, "-");
    if (warning->frame > 0)
      append_count_column (report, 11, warning->frame);
    else
      append_right (report, 11, "-");
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
      append_time (report, stage->waited_sum);
      g_string_append_c (report, '\n');
    }
    if (stage->drain_sum >= GST_MSECOND) {
      g_string_append_printf (report, "  %s drained at the end for ",
          stage->name);
      append_time (report, stage->drain_sum);
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
  if (report->len == start)
    g_string_truncate (report, start - strlen ("\nNot in these times:\n"));

  if (summary->corrections > 0) {
    g_string_append_printf (report, "\nTime stamps corrected: %"
        G_GUINT64_FORMAT ", by at most ", summary->corrections);
    append_time (report, summary->largest_correction);
    g_string_append_c (report, '\n');
  }
}

static void
append_advice_once (GString * report, GPtrArray * said, const gchar * label,
    const gchar * advice)
{
  if (g_ptr_array_find (said, advice, NULL))
    return;
  if (said->len == 0)
    g_string_append (report, "\nAdvice:\n");
  g_ptr_array_add (said, (gpointer) advice);
  g_string_append_printf (report, "  %s: ", label);
  append_wrapped (report, advice, 4);
}

static void
append_gap_advice (GString * report, GPtrArray * said,
    const GstProfSummary * summary)
{
  gint n = summary->gap_parts ? gst_structure_n_fields (summary->gap_parts) : 0;

  for (gint i = 0; i < n; i++) {
    const gchar *name;
    guint64 time = get_gap_part (summary, i, &name);

    if (is_large_gap_part (summary, name, time))
      append_advice_once (report, said, name,
          gst_prof_threshold_get_advice (GST_PROF_WARNING_GAP, name));
  }
}

/* Of what is no warning: no single frame is to blame for it. */
static void
append_load_advice (GString * report, GPtrArray * said,
    const GstProfSummary * summary)
{
  static const gchar dropped[] = "what follows the drop is too slow for the "
      "frames that come, or a leaky queue before it throws them away: make "
      "the slow stage cheaper, or give it a queue that does not leak";
  const GstProfSummaryStage *most = find_most_dropped (summary);
  const GstProfSummaryStage *longest = find_longest_stage (summary);

  if (summary->dropped > 0)
    append_advice_once (report, said, most ? most->name : "dropped", dropped);
  if (!keeps_up (summary) && longest != NULL)
    append_advice_once (report, said, longest->name,
        gst_prof_threshold_get (gst_prof_threshold_kind_for_stage
            (longest->name))->advice);
}

/* What helps, once, though several kinds of warning may call for it */
static void
append_advice (GString * report, const GstProfSummary * summary)
{
  g_autoptr (GPtrArray) said = g_ptr_array_new ();

  append_load_advice (report, said, summary);

  for (guint i = 0; i < summary->worst->len; i++) {
    const GstProfSummaryWarning *worst =
        &g_array_index (summary->worst, GstProfSummaryWarning, i);
    GstProfWarningKind kind;
    const gchar *where = worst->stage;

    if (!gst_prof_threshold_find (worst->kind, &kind))
      continue;
    if (kind == GST_PROF_WARNING_GAP) {
      append_gap_advice (report, said, summary);
      continue;
    }
    if (kind == GST_PROF_WARNING_UPSTREAM_WAIT)
      where = worst->root_cause;
    append_advice_once (report, said, where ? where : worst->kind,
        gst_prof_threshold_get_advice (kind, where));
  }
}

/**
 * gst_prof_report_to_text:
 * @summary: the structure of a `prof-summary` message, or the property `stats`
 *   of a latencytracer
 *
 * Writes the final report, at most 100 columns wide. Any thread.
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
  GString *report;

  g_return_val_if_fail (summary != NULL, NULL);

  if (!gst_prof_summary_parse (&contents, summary))
    return NULL;

  report = g_string_new (NULL);
  append_verdicts (report, &contents);
  append_shared_names (report, &contents);
  append_frames (report, &contents);
  append_stages (report, &contents);
  append_gaps (report, &contents);
  append_setups (report, &contents);
  append_warnings (report, &contents);
  append_losses (report, &contents);
  append_advice (report, &contents);
  return g_string_free (report, FALSE);
}
