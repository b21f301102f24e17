/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What helps, by what was slow and why. A stage has a remedy for its own work; of
 * all else the cause has one, whatever the stage: who sleeps in an encoder needs no
 * faster encoder. The texts are those of gstprofthreshold.c and gstprofcause.c.
 * Passive; any thread.
 */

#include "gstprofadvice.h"

#include "gstprofledger.h"

/*
 * gst_prof_advice_is_work:
 * @cause: a cause
 *
 * Returns: whether it says that a stage has too much to do
 */
gboolean
gst_prof_advice_is_work (GstProfCause cause)
{
  return cause == GST_PROF_CAUSE_ON_CPU || cause == GST_PROF_CAUSE_HELPERS;
}

/*
 * gst_prof_advice_is_machine:
 * @cause: a cause
 *
 * Returns: whether it comes from outside of the process, so that nothing that is
 *   done to the pipeline helps
 */
gboolean
gst_prof_advice_is_machine (GstProfCause cause)
{
  switch (cause) {
    case GST_PROF_CAUSE_CPU_WAIT:
    case GST_PROF_CAUSE_CPU_THROTTLED:
    case GST_PROF_CAUSE_STEAL:
    case GST_PROF_CAUSE_RECLAIM:
    case GST_PROF_CAUSE_FROZEN:
    case GST_PROF_CAUSE_SUSPENDED:
    case GST_PROF_CAUSE_TRACED:
      return TRUE;
    default:
      return FALSE;
  }
}

static gboolean
is_stage (const gchar * where)
{
  return where != NULL && !g_str_equal (where, GST_PROF_PART_UPSTREAM)
      && !g_str_equal (where, GST_PROF_PART_DOWNSTREAM)
      && !g_str_equal (where, GST_PROF_PART_UNKNOWN);
}

/* A disk is not made faster where the writer computes, no time stamp costs so
 * much, and of a state change only waits have a remedy. */
static gboolean
has_remedy_for_work (GstProfWarningKind kind, const gchar * where)
{
  switch (kind) {
    case GST_PROF_WARNING_GAP:
    case GST_PROF_WARNING_UPSTREAM_WAIT:
    case GST_PROF_WARNING_CRITICAL:
    case GST_PROF_WARNING_SLOW_FRAME:
    case GST_PROF_WARNING_FALLING_BEHIND:
      return is_stage (where) && has_remedy_for_work
          (gst_prof_threshold_kind_for_stage (where), where);
    case GST_PROF_WARNING_SLOW_WRITE:
    case GST_PROF_WARNING_SLOW_PTS:
    case GST_PROF_WARNING_STATE_CHANGE:
      return FALSE;
    default:
      return TRUE;
  }
}

/* Of a wait the kind says nothing of stages. */
static const gchar *
get_remedy (GstProfWarningKind kind, const gchar * where)
{
  return gst_prof_threshold_get_advice
      (kind == GST_PROF_WARNING_UPSTREAM_WAIT && is_stage (where)
      ? GST_PROF_WARNING_GAP : kind, where);
}

/*
 * gst_prof_advice_get:
 * @kind: what is told
 * @where: (nullable): the stage or element that was slow; of a frame or a gap
 *   which part of it was the largest
 * @cause: why, or of a frame why that stage was
 *
 * Returns: (transfer none): what helps
 */
const gchar *
gst_prof_advice_get (GstProfWarningKind kind, const gchar * where,
    GstProfCause cause)
{
  switch (cause) {
    case GST_PROF_CAUSE_UNKNOWN:
      return gst_prof_threshold_get_advice (kind, where);
    case GST_PROF_CAUSE_SLEEP:
    case GST_PROF_CAUSE_LOCK:
    case GST_PROF_CAUSE_DISK:
    case GST_PROF_CAUSE_NETWORK_FS:
    case GST_PROF_CAUSE_KERNEL:
      /* Whatever it is: it does not belong into a main loop. */
      if (kind == GST_PROF_WARNING_MAIN_LOOP)
        return gst_prof_threshold_get_advice (kind, NULL);
      break;
    case GST_PROF_CAUSE_ON_CPU:
    case GST_PROF_CAUSE_HELPERS:
      if (has_remedy_for_work (kind, where))
        return get_remedy (kind, where);
      break;
    default:
      break;
  }
  return gst_prof_cause_get_info (cause)->advice;
}

/*
 * gst_prof_advice_find_cause:
 * @root: an interval by cause and place
 *
 * Returns: the cause that took most of it, of however many places; unknown among
 *   them, which of equal ones comes last
 */
GstProfCause
gst_prof_advice_find_cause (const GstProfBlame * root)
{
  GstClockTime most = 0;
  GstProfCause found = GST_PROF_CAUSE_UNKNOWN;

  for (guint cause = GST_PROF_CAUSE_UNKNOWN + 1; cause < GST_PROF_CAUSE_N;
      cause++) {
    GstClockTime time = gst_prof_blame_get (root, cause);

    if (time > most) {
      most = time;
      found = cause;
    }
  }
  return root->rest + gst_prof_blame_get (root, GST_PROF_CAUSE_UNKNOWN) > most
      ? GST_PROF_CAUSE_UNKNOWN : found;
}

/* What most of the work was that is named by whose it was; unknown: it is not. */
static GstProfCause
find_doing (const GstProfBlame * root, GstProfCause cause)
{
  GstClockTime times[GST_PROF_CAUSE_N] = { 0 };
  GstProfCause doing = GST_PROF_CAUSE_UNKNOWN;

  for (guint i = 0; i < root->n_items; i++) {
    const GstProfBlameItem *item = &root->items[i];

    if (item->cause != cause || item->doing == GST_PROF_CAUSE_UNKNOWN)
      continue;
    times[item->doing] += item->time;
    if (times[item->doing] > times[doing])
      doing = item->doing;
  }
  return doing;
}

/*
 * gst_prof_advice_explain:
 * @kind: what is told
 * @where: (nullable): as for gst_prof_advice_get()
 * @explanation: where it went
 *
 * Returns: (transfer none): what helps
 */
const gchar *
gst_prof_advice_explain (GstProfWarningKind kind, const gchar * where,
    const GstProfExplanation * explanation)
{
  GstProfCause cause = gst_prof_advice_find_cause (&explanation->root);
  GstProfCause doing = find_doing (&explanation->root, cause);

  /* A decoder that sleeps is not made faster by hardware. */
  if (cause == GST_PROF_CAUSE_DECODER_SLOW && doing != GST_PROF_CAUSE_UNKNOWN
      && !gst_prof_advice_is_work (doing))
    cause = doing;
  if (explanation->detail != GST_PROF_CAUSE_DETAIL_NONE)
    return gst_prof_cause_get_advice (cause, explanation->detail);
  return gst_prof_advice_get (kind, where, cause);
}
