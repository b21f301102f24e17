/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What was worst: the part of the report that judges. What helps is in
 * gstprofverdictadvice.c. A function of the summary and nothing else. Passive; any
 * thread.
 */

#include "gstprofverdictprivate.h"

#include "gstprofcause.h"
#include "gstprofline.h"
#include "gstprofreportbacklog.h"
#include "gstprofreportelements.h"
#include "gstprofreportopen.h"
#include "gstprofreporttext.h"
#include "gstprofthreshold.h"

#define MAX_VERDICTS 3

#define OVER_BUDGET_PERCENT 10

static gboolean
is_kind (const GstProfSummaryWarning * warning, GstProfWarningKind kind)
{
  return g_strcmp0 (warning->kind, gst_prof_threshold_get (kind)->nick) == 0;
}

/* Whether another line says the same: a wait is part of a gap, and a slow frame
 * is one with a slow stage. */
gboolean
gst_prof_verdict_is_said_elsewhere (const GstProfSummary * summary,
    const GstProfSummaryWarning * warning)
{
  gboolean wait = is_kind (warning, GST_PROF_WARNING_UPSTREAM_WAIT);
  gboolean frame = is_kind (warning, GST_PROF_WARNING_SLOW_FRAME)
      || is_kind (warning, GST_PROF_WARNING_CRITICAL);

  if (is_kind (warning, GST_PROF_WARNING_FALLING_BEHIND))
    return TRUE;
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
append_subject (GString * report, const GstProfSummary * summary,
    const GstProfSummaryWarning * warning)
{
  g_autoptr (GString) place = g_string_new (NULL);

  gst_prof_report_elements_append_place (place, summary, warning->stage);
  if (is_kind (warning, GST_PROF_WARNING_GAP)) {
    gst_prof_report_text_append_times (report, warning->count, "gap", "gaps");
    g_string_append_printf (report, " between frames before %s", place->str);
  } else if (is_kind (warning, GST_PROF_WARNING_UPSTREAM_WAIT)) {
    g_string_append_printf (report, "%s waited ", place->str);
    gst_prof_report_text_append_times (report, warning->count, "time", "times");
    g_string_append (report, " for upstream");
  } else if (is_kind (warning, GST_PROF_WARNING_STATE_CHANGE)) {
    g_string_append_printf (report, "state change of %s was slow ",
        gst_prof_report_elements_has (summary, warning->stage)
        ? place->str : "the pipeline");
    gst_prof_report_text_append_times (report, warning->count, "time", "times");
  } else if (is_kind (warning, GST_PROF_WARNING_SLOW_SETUP)) {
    g_string_append_printf (report, "setup of %s was slow", place->str);
  } else if (is_kind (warning, GST_PROF_WARNING_INIT_CHECK)) {
    g_string_append_printf (report, "%s was set up again slowly ",
        place->str);
    gst_prof_report_text_append_times (report, warning->count, "time", "times");
  } else if (is_kind (warning, GST_PROF_WARNING_ENCODER_STARVATION)) {
    g_string_append_printf (report, "%s took frames and gave no packets ",
        place->str);
    gst_prof_report_text_append_times (report, warning->count, "time", "times");
  } else if (is_kind (warning, GST_PROF_WARNING_FILE_REMOVED)) {
    g_string_append_printf (report, "the file of %s was removed", place->str);
  } else if (is_kind (warning, GST_PROF_WARNING_MAIN_LOOP)) {
    g_string_append (report, "the application's main loop was blocked ");
    gst_prof_report_text_append_times (report, warning->count, "time", "times");
  } else if (is_kind (warning, GST_PROF_WARNING_SLOW_FRAME)
      || is_kind (warning, GST_PROF_WARNING_CRITICAL)) {
    gst_prof_report_text_append_times (report, warning->count, "frame was",
        "frames were");
    g_string_append_printf (report, " too slow in all stages together, most in "
        "%s", warning->stage ? warning->stage : "pipeline");
  } else {
    g_string_append_printf (report, "%s was slow ", place->str);
    gst_prof_report_text_append_times (report, warning->count, "time", "times");
  }
}

guint64
gst_prof_verdict_get_part (const GstStructure * parts, guint i,
    const gchar ** name)
{
  guint64 time = 0;

  *name = gst_structure_nth_field_name (parts, i);
  gst_structure_get_uint64 (parts, *name, &time);
  return time;
}

static const gchar *
find_largest_part (const GstStructure * parts)
{
  const gchar *largest = NULL, *name;
  guint64 most = 0;
  gint n = parts ? gst_structure_n_fields (parts) : 0;

  for (gint i = 0; i < n; i++) {
    guint64 time = gst_prof_verdict_get_part (parts, i, &name);

    if (time > most) {
      largest = name;
      most = time;
    }
  }
  return largest;
}

gboolean
gst_prof_verdict_is_large (guint64 part, guint64 whole, guint percent)
{
  return gst_util_uint64_scale (part, 100, MAX (whole, 1)) > percent;
}

/* What took most of all gaps of a row. Of one whose causes nobody said, it is that of
 * all gaps if there are no others. */
static const gchar *
find_mostly (const GstProfSummary * summary,
    const GstProfSummaryWarning * warning)
{
  const gchar *mostly = find_largest_part (warning->causes);

  if (mostly != NULL || warning->count < summary->gaps)
    return mostly;
  mostly = find_largest_part (summary->gap_causes);
  return mostly != NULL ? mostly : find_largest_part (summary->gap_parts);
}

/* Of all gaps together what took most; the longest may be unlike the others.
 * Of everything else the root cause of the longest. */
static void
append_root_cause (GString * text, const GstProfSummary * summary,
    const GstProfSummaryWarning * warning)
{
  gboolean gap = is_kind (warning, GST_PROF_WARNING_GAP);
  const gchar *mostly = NULL;
  GstProfCause cause;
  gboolean shown = warning->evidence != NULL && warning->evidence[0] != '\0';
  gboolean known = warning->root_cause != NULL
      && gst_prof_cause_find (warning->root_cause, &cause)
      && (cause != GST_PROF_CAUSE_UNKNOWN || shown);

  if (gap)
    mostly = find_mostly (summary, warning);
  if (mostly != NULL)
    g_string_append_printf (text, ", mostly %s", mostly);
  if (!known)
    return;
  if (mostly == NULL)
    g_string_append_printf (text, ", cause: %s", warning->root_cause);
  else if (!g_str_equal (mostly, warning->root_cause))
    g_string_append_printf (text, ", the longest %s", warning->root_cause);
  if (shown)
    g_string_append_printf (text, " (%s)", warning->evidence);
}

static void
append_verdict (GString * report, const GstProfSummary * summary,
    const GstProfSummaryWarning * warning)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GstProfWarningKind kind;

  if (gst_prof_threshold_find (warning->kind, &kind)
      && (kind == GST_PROF_WARNING_MEMORY_GROWTH
          || kind == GST_PROF_WARNING_DISK_SPACE)) {
    gst_prof_report_backlog_append_warning (text, summary, kind);
    gst_prof_report_text_append_wrapped (report, text->str, 7);
    return;
  }
  append_subject (text, summary, warning);
  if (warning->duration > 0) {
    if (warning->count > 1) {
      g_string_append (text, ", ");
      gst_prof_report_text_append_time (text, warning->total);
      g_string_append (text, " in all, longest ");
    } else {
      g_string_append (text, ": ");
    }
    gst_prof_report_text_append_time (text, warning->duration);
  }
  if (warning->frame > 0)
    g_string_append_printf (text, " at frame %" G_GUINT64_FORMAT,
        warning->frame);
  append_root_cause (text, summary, warning);
  gst_prof_report_text_append_wrapped (report, text->str, 7);
}

/* The stage before which most frames were lost, %NULL: none, or not known */
const GstProfSummaryStage *
gst_prof_verdict_find_most_dropped (const GstProfSummary * summary)
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

const GstProfSummaryStage *
gst_prof_verdict_find_longest_stage (const GstProfSummary * summary)
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
gboolean
gst_prof_verdict_keeps_up (const GstProfSummary * summary)
{
  return !GST_CLOCK_TIME_IS_VALID (summary->budget) || summary->budget == 0
      || summary->occupancy.count == 0
      || (summary->occupancy.p50 <= summary->budget
      && !gst_prof_verdict_is_large (summary->over_budget,
          summary->occupancy.count, OVER_BUDGET_PERCENT));
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
  const GstProfSummaryStage *most = gst_prof_verdict_find_most_dropped (summary);
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
      " frames %s dropped", summary->dropped, summary->frames,
      summary->dropped == 1 ? "was" : "were");
  if (most != NULL && most->dropped == summary->dropped)
    g_string_append_printf (text, " before stage %s", most->name);
  else if (most != NULL)
    g_string_append_printf (text, ", %" G_GUINT64_FORMAT " of them before "
        "stage %s", most->dropped, most->name);
  gst_prof_report_text_append_wrapped (report, text->str, 7);
}

static void
append_overload (GString * report, const GstProfSummary * summary)
{
  const GstProfSummaryStage *longest =
      gst_prof_verdict_find_longest_stage (summary);
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
  gst_prof_report_text_append_wrapped (report, text->str, 7);
}

static void
append_nothing_slow (GString * report, const GstProfSummary * summary)
{
  guint64 apart = 0;

  if (gst_prof_report_elements_are_all (summary)) {
    g_string_append (report, "Nothing was slow.\n");
    return;
  }
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

/* What does not keep up and is not live only takes longer. */
static void
append_load (GString * report, const GstProfSummary * summary)
{
  for (guint i = 0; i < summary->behind->len; i++) {
    g_autoptr (GString) text = g_string_new (NULL);

    begin_verdict (report);
    gst_prof_report_backlog_append_behind (text, summary, i);
    gst_prof_report_text_append_wrapped (report, text->str, 7);
  }
  if (summary->behind->len == 0 && !gst_prof_verdict_keeps_up (summary)) {
    begin_verdict (report);
    append_overload (report, summary);
  }
}

/*
 * gst_prof_verdict_append:
 * @report: a report, empty
 * @summary: a summary
 *
 * Appends what still goes on and what was worst, or that nothing was; of a pipeline
 * without stages which element worked most, too.
 */
void
gst_prof_verdict_append (GString * report, const GstProfSummary * summary)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  guint i = 0, n;

  for (guint i = 0; i < summary->worst->len; i++) {
    GstProfSummaryWarning *warning =
        &g_array_index (summary->worst, GstProfSummaryWarning, i);

    if (!gst_prof_verdict_is_said_elsewhere (summary, warning))
      g_ptr_array_add (sorted, warning);
  }
  g_ptr_array_sort (sorted, compare_verdicts);

  n = MIN (sorted->len, MAX_VERDICTS);
  for (; i < n && is_kind (g_ptr_array_index (sorted, i),
          GST_PROF_WARNING_FILE_REMOVED); i++) {
    begin_verdict (text);
    append_verdict (text, summary, g_ptr_array_index (sorted, i));
  }
  if (summary->dropped > 0) {
    begin_verdict (text);
    append_dropped (text, summary);
  }
  append_load (text, summary);
  for (; i < n; i++) {
    begin_verdict (text);
    append_verdict (text, summary, g_ptr_array_index (sorted, i));
  }
  if (text->len == 0 && summary->open->len > 0)
    g_string_append (text, "Nothing else was slow.\n");
  else if (text->len == 0)
    append_nothing_slow (text, summary);
  gst_prof_report_open_append (report, summary);
  g_string_append (report, text->str);
  if (gst_prof_report_elements_are_all (summary))
    gst_prof_report_elements_append_busiest (report, summary);
}
