/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What helps: the advice that the report ends its judgement with, each once, of what
 * goes on, of what did not keep up, and of what was worst. A function of the summary
 * and nothing else. Passive; any thread.
 */

#include "gstprofverdictprivate.h"

#include "gstprofadvice.h"
#include "gstprofcause.h"
#include "gstprofledger.h"
#include "gstprofreportelements.h"
#include "gstprofreporttext.h"
#include "gstprofthreshold.h"

/* Of what is missing in gaps, or of the gaps, that is worth a word. */
#define LARGE_PART_PERCENT 20

static gboolean
is_missing_part (const gchar * name)
{
  return g_str_equal (name, GST_PROF_PART_UPSTREAM)
      || g_str_equal (name, GST_PROF_PART_DOWNSTREAM)
      || g_str_equal (name, GST_PROF_PART_UNKNOWN);
}

/* Of a part that is missing, its share in what is missing counts, unless that
 * is little itself. */
static gboolean
is_large_gap_part (const GstProfSummary * summary, const gchar * name,
    guint64 time)
{
  if (!is_missing_part (name))
    return gst_prof_verdict_is_large (time, summary->gap_total,
        LARGE_PART_PERCENT);
  return gst_prof_verdict_is_large (time, summary->missing_total,
      LARGE_PART_PERCENT)
      && gst_prof_verdict_is_large (summary->missing_total, summary->gap_total,
      LARGE_PART_PERCENT);
}

static void
append_advice_once (GString * report, GPtrArray * said, const gchar * label,
    const gchar * advice)
{
  if (g_ptr_array_find_with_equal_func (said, advice, g_str_equal, NULL))
    return;
  if (said->len == 0)
    g_string_append (report, "\nAdvice:\n");
  g_ptr_array_add (said, (gpointer) advice);
  g_string_append_printf (report, "  %s: ", label);
  gst_prof_report_text_append_wrapped (report, advice, 4);
}

static const gchar *
get_part_advice (const GstProfSummary * summary, const gchar * name)
{
  GstProfWarningKind kind;

  if (gst_prof_report_elements_has (summary, name)
      && gst_prof_threshold_find ("slow-element", &kind))
    return gst_prof_threshold_get (kind)->advice;
  return gst_prof_threshold_get_advice (GST_PROF_WARNING_GAP, name);
}

static GstProfCause
get_cause (const gchar * name)
{
  GstProfCause cause = GST_PROF_CAUSE_UNKNOWN;

  if (name != NULL)
    gst_prof_cause_find (name, &cause);
  return cause;
}

/* What the evidence of one says need not be so of the others. */
static const gchar *
find_gap_advice (const GstProfSummary * summary,
    const GstProfSummaryWarning * gap, const gchar * name)
{
  if (summary->gaps == 1 && gap->advice != NULL
      && g_strcmp0 (gap->root_cause, name) == 0)
    return gap->advice;
  return gst_prof_cause_get_info (get_cause (name))->advice;
}

/* Whether the stages had too much to do in the gaps, or may have had: else they
 * were held up by something, which is said as a cause. */
static gboolean
is_gap_work (const GstProfSummary * summary)
{
  gint n = summary->gap_causes ? gst_structure_n_fields (summary->gap_causes)
      : 0;
  guint64 work = 0;

  for (gint i = 0; i < n; i++) {
    const gchar *name;
    guint64 time = gst_prof_verdict_get_part (summary->gap_causes, i, &name);
    GstProfCause cause = get_cause (name);

    if (cause == GST_PROF_CAUSE_UNKNOWN || gst_prof_advice_is_work (cause))
      work += time;
  }
  return summary->gap_causes == NULL
      || gst_prof_verdict_is_large (work, summary->gap_total,
      LARGE_PART_PERCENT);
}

static gboolean
is_gap_stage (const GstProfSummary * summary, const gchar * name,
    guint64 time)
{
  if (is_missing_part (name) && summary->gap_causes != NULL)
    return FALSE;
  return is_large_gap_part (summary, name, time);
}

/* Gaps have as many causes as they like: those that took much of them. Without
 * evidence, and for what the stages did themselves, the stages are what there
 * is to go by. */
static void
append_gap_advice (GString * report, GPtrArray * said,
    const GstProfSummary * summary, const GstProfSummaryWarning * gap)
{
  gboolean work = is_gap_work (summary), stages = FALSE;
  gint n = summary->gap_parts ? gst_structure_n_fields (summary->gap_parts)
      : 0;

  for (gint i = 0; i < n && work; i++) {
    const gchar *name;
    guint64 time = gst_prof_verdict_get_part (summary->gap_parts, i, &name);

    if (!is_gap_stage (summary, name, time))
      continue;
    stages |= !is_missing_part (name);
    append_advice_once (report, said, name, get_part_advice (summary, name));
  }

  n = summary->gap_causes ? gst_structure_n_fields (summary->gap_causes) : 0;
  for (gint i = 0; i < n; i++) {
    const gchar *name;
    guint64 time = gst_prof_verdict_get_part (summary->gap_causes, i, &name);
    GstProfCause cause = get_cause (name);

    if (cause == GST_PROF_CAUSE_UNKNOWN
        || (stages && gst_prof_advice_is_work (cause))
        || !gst_prof_verdict_is_large (time, summary->gap_total,
            LARGE_PART_PERCENT))
      continue;
    append_advice_once (report, said, name, find_gap_advice (summary, gap,
            name));
  }
}

/* What a queue's name makes more of than the kind alone. */
static gboolean
is_backlog (GstProfWarningKind kind)
{
  return kind == GST_PROF_WARNING_FALLING_BEHIND
      || kind == GST_PROF_WARNING_MEMORY_GROWTH;
}

/* Of a frame the root cause is a stage, and of what it names the advice tells. */
static void
append_warning_advice (GString * report, GPtrArray * said,
    const GstProfSummaryWarning * warning, GstProfWarningKind kind)
{
  const gchar *where = warning->stage;
  const gchar *advice = warning->advice;
  GstProfCause cause = get_cause (warning->root_cause);

  if (kind == GST_PROF_WARNING_UPSTREAM_WAIT) {
    where = warning->root_cause;
    if (warning->count > 1)
      advice = NULL;
  }
  if (advice == NULL)
    advice = gst_prof_advice_get (kind, where, cause);
  if (!is_backlog (kind) && cause != GST_PROF_CAUSE_UNKNOWN
      && !gst_prof_advice_is_work (cause))
    where = warning->root_cause;
  append_advice_once (report, said, where ? where : warning->kind, advice);
}

/* Nothing of a stage that is not known to be slow says why it is. */
static void
append_stage_advice (GString * report, GPtrArray * said,
    const GstProfSummary * summary, const gchar * stage)
{
  GstProfWarningKind kind = gst_prof_threshold_kind_for_stage (stage);
  const gchar *nick = gst_prof_threshold_get (kind)->nick;

  for (guint i = 0; i < summary->worst->len; i++) {
    const GstProfSummaryWarning *warning =
        &g_array_index (summary->worst, GstProfSummaryWarning, i);

    if (g_strcmp0 (warning->kind, nick) == 0
        && g_strcmp0 (warning->stage, stage) == 0) {
      append_warning_advice (report, said, warning, kind);
      return;
    }
  }
  append_advice_once (report, said, stage,
      gst_prof_threshold_get (kind)->advice);
}

/* Of what is no warning: no single frame is to blame for it. */
static void
append_load_advice (GString * report, GPtrArray * said,
    const GstProfSummary * summary)
{
  static const gchar dropped[] = "what follows the drop is too slow for the "
      "frames that come, or a leaky queue before it throws them away: make "
      "the slow stage cheaper, or give it a queue that does not leak";
  const GstProfSummaryStage *most = gst_prof_verdict_find_most_dropped (summary);
  const GstProfSummaryStage *longest =
      gst_prof_verdict_find_longest_stage (summary);

  if (summary->dropped > 0)
    append_advice_once (report, said, most ? most->name : "dropped", dropped);
  if (!gst_prof_verdict_keeps_up (summary) && longest != NULL)
    append_stage_advice (report, said, summary, longest->name);
}

/* Each has advice of its own. */
static void
append_open_advice (GString * report, GPtrArray * said,
    const GstProfSummary * summary)
{
  for (guint i = 0; i < summary->open->len; i++) {
    const GstProfSummaryWarning *open =
        &g_array_index (summary->open, GstProfSummaryWarning, i);
    const gchar *where = open->stage ? open->stage : open->kind;
    GstProfCause cause;

    if (open->advice == NULL)
      continue;
    if (open->root_cause != NULL
        && gst_prof_cause_find (open->root_cause, &cause)
        && g_str_equal (gst_prof_cause_get_info (cause)->advice, open->advice))
      where = open->root_cause;
    append_advice_once (report, said, where, open->advice);
  }
}

/*
 * gst_prof_verdict_append_advice:
 * @report: a report
 * @summary: a summary
 *
 * Appends what helps, once, though several kinds of warning may call for it.
 */
void
gst_prof_verdict_append_advice (GString * report,
    const GstProfSummary * summary)
{
  g_autoptr (GPtrArray) said = g_ptr_array_new ();

  append_open_advice (report, said, summary);
  append_load_advice (report, said, summary);

  for (guint i = 0; i < summary->worst->len; i++) {
    const GstProfSummaryWarning *worst =
        &g_array_index (summary->worst, GstProfSummaryWarning, i);
    GstProfWarningKind kind;

    /* A slow frame is one with a slow stage: that one's cause tells more. */
    if (!gst_prof_threshold_find (worst->kind, &kind)
        || ((kind == GST_PROF_WARNING_SLOW_FRAME
                || kind == GST_PROF_WARNING_CRITICAL)
            && gst_prof_verdict_is_said_elsewhere (summary, worst)))
      continue;
    if (kind == GST_PROF_WARNING_GAP)
      append_gap_advice (report, said, summary, worst);
    else
      append_warning_advice (report, said, worst, kind);
  }
}
