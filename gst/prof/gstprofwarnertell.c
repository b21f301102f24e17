/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What is said of a notice: its causes, what helps, and the line and the message with
 * these. That and when it is to be said is for the warner. Owns nothing. Passive; part
 * of the warner, under its lock.
 */

#include "gstprofwarnerprivate.h"

#include "gstprofadvice.h"
#include "gstprofexplanationline.h"
#include "gstprofline.h"

/* Without evidence, what the spans say: who should have been there. */
static void
append_fallback (GString * line, const gchar * separator,
    const GstProfLedger * spans)
{
  static const gchar *const names[] = {
    GST_PROF_PART_UPSTREAM, GST_PROF_PART_DOWNSTREAM, GST_PROF_PART_UNKNOWN,
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    GstClockTime time = gst_prof_ledger_get (spans, names[i]);

    /* What would be written as 0 says nothing. */
    if (time < GST_MSECOND / 2)
      continue;
    g_string_append_printf (line, "%s%s ", separator, names[i]);
    gst_prof_line_append_seconds (line, time, time >= GST_SECOND ? 1 : 3);
    separator = ", ";
  }
}

/* Where it was, as far as the spans tell. */
static const gchar *
find_place (const GstProfNotice * notice)
{
  if (notice->kind != GST_PROF_WARNING_GAP
      && notice->kind != GST_PROF_WARNING_UPSTREAM_WAIT)
    return notice->warning.stage;
  if (notice->stages != NULL)
    return gst_prof_ledger_largest (notice->stages);
  return notice->fallback ? gst_prof_ledger_largest (notice->fallback) : NULL;
}

/* Where a thread is stuck is known also when nobody can tell what it waits for: what
 * feeds it is not to blame then. What a main loop is blocked in does not belong there,
 * whatever it is. */
static gboolean
is_stuck (const GstProfNotice * notice, const GstProfExplanation * explanation)
{
  if (notice->kind == GST_PROF_WARNING_MAIN_LOOP)
    return FALSE;
  return explanation != NULL ? explanation->evidence[0] != '\0'
      && gst_prof_blame_get_place (&explanation->root) != NULL
      && gst_prof_advice_find_cause (&explanation->root) ==
      GST_PROF_CAUSE_UNKNOWN : notice->warning.elements != NULL;
}

const gchar *
gst_prof_notice_find_advice (const GstProfNotice * notice,
    const GstProfExplanation * explanation)
{
  const gchar *where = find_place (notice);

  if (is_stuck (notice, explanation))
    return "find what the thread waits for there: a callback or pad probe of the "
        "application, a library, a device, another process";
  return explanation == NULL
      ? gst_prof_advice_get (notice->kind, where, GST_PROF_CAUSE_UNKNOWN)
      : gst_prof_advice_explain (notice->kind, where, explanation);
}

/* Of a frame: why the stage was slow that the advice is for. */
void
gst_prof_notice_append_stage_cause (GString * line, const GstProfNotice * notice,
    const GstProfExplanation * explanation)
{
  GstProfCause cause = gst_prof_advice_find_cause (&explanation->root);

  if (cause != GST_PROF_CAUSE_UNKNOWN)
    g_string_append_printf (line, "; %s: %s", notice->warning.stage,
        gst_prof_cause_get_info (cause)->nick);
}

/* As far as is known of what goes on. */
const gchar *
gst_prof_stall_find_advice (const GstProfStall * stall,
    const GstProfExplanation * explanation)
{
  const GstProfNotice notice = {
    .kind = stall->kind,.warning.stage = stall->stage
  };

  return gst_prof_notice_find_advice (&notice, explanation);
}

/* That it waited is known, and for whom, but not what held that one up. */
static gboolean
is_wait_unexplained (const GstProfNotice * notice)
{
  return notice->stages != NULL && gst_prof_ledger_get (notice->stages,
      GST_PROF_PART_UPSTREAM) > gst_prof_ledger_get (notice->fallback,
      GST_PROF_PART_UPSTREAM);
}

/* Completes the warning and says it. */
void
gst_prof_warner_tell (GstProfWarner * warner, GstProfNotice * notice,
    const GstProfExplanation * explanation)
{
  GstDebugLevel level = gst_prof_threshold_get (notice->kind)->level;
  g_autoptr (GstStructure) stages = NULL, causes = NULL, root_causes = NULL;
  GstProfWarning *warning = &notice->warning;
  GString *line = g_steal_pointer (&notice->line);
  GstProfLedger ledger;

  if (explanation != NULL) {
    gst_prof_explanation_fill_ledger (&ledger, &explanation->causes);
    causes = gst_prof_ledger_to_structure (&ledger);
    gst_prof_explanation_fill_ledger (&ledger, &explanation->root);
    root_causes = gst_prof_ledger_to_structure (&ledger);
    warning->elements = explanation->elements[0] != '\0'
        ? explanation->elements : NULL;
    if (explanation->evidence[0] != '\0')
      warning->evidence = explanation->evidence;
    g_string_append (line, notice->separator);
    gst_prof_explanation_append (line, explanation);
  } else if (notice->fallback != NULL) {
    causes = gst_prof_ledger_to_structure (notice->fallback);
    if (notice->stages != NULL)
      append_fallback (line, notice->separator, notice->stages);
    if (is_wait_unexplained (notice)) {
      g_string_append (line, " <- ");
      append_fallback (line, "", notice->fallback);
    }
  }
  if (notice->stages != NULL)
    stages = gst_prof_ledger_to_structure (notice->stages);
  warning->stages = stages;
  warning->causes = causes;
  warning->root_causes = root_causes;

  if (notice->tail != NULL)
    g_string_append (line, notice->tail);
  if (warning->elements != NULL && (warning->state == GST_PROF_WARNING_OPEN
          || notice->kind == GST_PROF_WARNING_SLOW_ELEMENT
          || explanation == NULL))
    g_string_append_printf (line, "; in %s", warning->elements);
  gst_prof_line_finish (line, warning->advice, warning->threshold,
      warning->held_back);
  warning->text = line->str;
  gst_prof_output_queue_push_structure (warner->output,
      gst_prof_warning_to_structure (warning));
  if (gst_prof_output_queue_wants (warner->output, level))
    gst_prof_output_queue_push_line (warner->output, level,
        g_string_free (line, FALSE));
  else
    g_string_free (line, TRUE);
}

void
gst_prof_notice_set_root_cause (GstProfNotice * notice,
    const GstProfExplanation * explanation)
{
  GstProfLedger ledger;

  if (explanation != NULL) {
    gst_prof_explanation_fill_ledger (&ledger, &explanation->root);
    notice->warning.root_cause = gst_prof_ledger_largest (&ledger);
  } else if (notice->fallback != NULL) {
    notice->warning.root_cause = gst_prof_ledger_largest (notice->fallback);
  }
}
