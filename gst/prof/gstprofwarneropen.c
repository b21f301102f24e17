/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What is known of that which goes on: why, so far, and of what is over why, if that
 * cannot be found any more. Part of the warner.
 */

#include "gstprofwarnerprivate.h"

#include "gstprofexplanationline.h"

/* What was not seen for so long goes on no more, though its end has not come: who
 * looks does so more often. */
#define OPEN_SEEN (250 * GST_MSECOND)

gboolean
gst_prof_warner_explain (GstProfWarner * warner,
    const GstProfQuestion * question, GstProfExplanation * explanation)
{
  return warner->explain != NULL && question->n_stretches > 0
      && warner->explain (question, explanation, warner->explain_data);
}

/* One that names a place. */
void
gst_prof_stall_keep_explanation (GstProfStall * stall,
    const GstProfExplanation * explanation)
{
  if (explanation->root_element[0] == '\0')
    return;
  if (stall->kept == NULL)
    stall->kept = g_new (GstProfExplanation, 1);
  *stall->kept = *explanation;
}

static void
fit (GstProfBlame * blame, GstClockTime wall)
{
  GstProfBlame unknown;

  if (blame->wall > wall)
    gst_prof_blame_scale (blame, wall);
  gst_prof_blame_init (&unknown, wall - blame->wall);
  gst_prof_blame_merge (blame, &unknown);
}

/* Of something that is over. With its elements what was known of them may have gone,
 * so that a wait is not followed any more, nor a place named. Then what was found
 * while it went on holds, and what came after that is not known. */
gboolean
gst_prof_warner_explain_ended (GstProfWarner * warner,
    const GstProfQuestion * question, const GstProfExplanation * kept,
    GstProfExplanation * explanation)
{
  gboolean known = gst_prof_warner_explain (warner, question, explanation);

  if (kept == NULL || (known && explanation->root_element[0] != '\0'))
    return known;
  *explanation = *kept;
  fit (&explanation->causes, question->duration);
  fit (&explanation->root, question->duration);
  return TRUE;
}

/*
 * gst_prof_warner_keep:
 * @warner: a warner
 *
 * Elements may be taken away now: what is known by them of what goes on is to be kept.
 */
void
gst_prof_warner_keep (GstProfWarner * warner)
{
  GstProfExplanation found;

  for (guint i = 0; i < warner->n_stalls; i++) {
    GstProfStall *stall = &warner->stalls[i];

    if (!stall->lost
        && gst_prof_warner_explain (warner, &stall->question, &found))
      gst_prof_stall_keep_explanation (stall, &found);
  }
}

/*
 * gst_prof_warner_get_longest_open:
 * @warner: a warner
 * @kind: (out): what the longest stall that is open is
 * @stage: (out) (nullable) (transfer none): where
 * @duration: (out): how long it is, nanoseconds
 *
 * Returns: %FALSE when none is open
 */
gboolean
gst_prof_warner_get_longest_open (GstProfWarner * warner,
    GstProfWarningKind * kind, const gchar ** stage, GstClockTime * duration)
{
  const GstProfStall *longest = NULL;

  for (guint i = 0; i < warner->n_stalls; i++) {
    const GstProfStall *stall = &warner->stalls[i];

    if (!stall->lost && (longest == NULL
            || stall->duration > longest->duration))
      longest = stall;
  }
  if (longest == NULL)
    return FALSE;
  *kind = longest->kind;
  *stage = longest->stage;
  *duration = longest->duration;
  return TRUE;
}

static void
summarize_stall (GstProfWarner * warner, GstProfStall * stall,
    GstProfSummaryWarning * record)
{
  GstProfExplanation found;
  GstProfLedger ledger;
  gboolean known = gst_prof_warner_explain (warner, &stall->question, &found);
  const gchar *root_cause = NULL;

  g_clear_pointer (&stall->evidence, g_free);
  gst_clear_structure (&stall->causes);
  if (known) {
    gst_prof_explanation_fill_ledger (&ledger, &found.root);
    root_cause = gst_prof_ledger_largest (&ledger);
    stall->evidence = g_strdup (found.evidence);
    stall->causes = gst_prof_ledger_to_structure (&ledger);
  }
  *record = (GstProfSummaryWarning) {
    .kind = gst_prof_threshold_get (stall->kind)->nick,
    .stage = stall->stage,
    .count = 1,
    .total = stall->duration,
    .stream_id = stall->stream_id,
    .start = stall->start,
    .duration = stall->duration,
    .threshold = stall->threshold,
    .root_cause = root_cause,
    .evidence = stall->evidence,
    .advice = gst_prof_stall_find_advice (stall, known ? &found : NULL),
    .causes = stall->causes,
  };
}

/*
 * gst_prof_warner_summarize:
 * @warner: a warner
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 * @summary: (inout): an initialised summary. It refers to @warner, and is valid
 *   until the next call on it
 *
 * Adds what still goes on, with its causes so far.
 */
void
gst_prof_warner_summarize (GstProfWarner * warner, GstClockTime now,
    GstProfSummary * summary)
{
  for (guint i = 0; i < warner->n_stalls; i++) {
    GstProfStall *stall = &warner->stalls[i];
    GstProfSummaryWarning record;

    if (stall->lost || now > stall->seen + OPEN_SEEN)
      continue;
    summarize_stall (warner, stall, &record);
    g_array_append_val (summary->open, record);
  }
}
