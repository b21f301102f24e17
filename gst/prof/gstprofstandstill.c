/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * A thread that is held up in an element, and a sink to which it brings nothing
 * meanwhile, are told at different pads: either may be known first, since the
 * element may let go of its thread long after it gave something out, or before.
 * Owns those of which the other is not known yet, the last few of each. Passive.
 */

#include "gstprofstandstill.h"

/* Of the time that is told the element has to have had so much for itself. */
#define OWN_DIVISOR 2

/* Only that part of the silence in which the thread was there: what was before and
 * after may be told as another thing. */
static gboolean
match (GstProfStandstill * silence, const GstProfHeldVisit * visit)
{
  GstClockTime from = MAX (silence->from, visit->event.from);
  GstClockTime to = MIN (silence->to, visit->event.to);

  if (silence->thread_id == 0
      || silence->thread_id != visit->event.thread_id || to <= from
      || to - from <= silence->limit
      || visit->event.own < (to - from) / OWN_DIVISOR)
    return FALSE;
  silence->from = from;
  silence->to = to;
  silence->at = visit->point;
  return TRUE;
}

/*
 * gst_prof_standstills_add_silence:
 * @standstills: standstills
 * @silence: (inout): a time in which nothing came to a sink
 *
 * Returns: whether it is known who held up the thread: then @silence is the part
 *   in which he did
 */
gboolean
gst_prof_standstills_add_silence (GstProfStandstills * standstills,
    GstProfStandstill * silence)
{
  for (guint i = 0; i < GST_PROF_STANDSTILL_KEPT; i++) {
    if (match (silence, &standstills->visits[i]))
      return TRUE;
  }
  standstills->silences[standstills->next_silence] = *silence;
  standstills->next_silence =
      (standstills->next_silence + 1) % GST_PROF_STANDSTILL_KEPT;
  return FALSE;
}

/*
 * gst_prof_standstills_add_visit:
 * @standstills: standstills
 * @visit: a visit that took long
 * @found: (out caller-allocates): the times in which nothing came to a sink for it,
 *   each told once
 *
 * Returns: how many there are
 */
guint
gst_prof_standstills_add_visit (GstProfStandstills * standstills,
    const GstProfHeldVisit * visit,
    GstProfStandstill found[GST_PROF_STANDSTILL_KEPT])
{
  guint n = 0;

  for (guint i = 0; i < GST_PROF_STANDSTILL_KEPT; i++) {
    GstProfStandstill *silence = &standstills->silences[i];

    if (!match (silence, visit))
      continue;
    found[n++] = *silence;
    *silence = (GstProfStandstill) { 0 };
  }
  standstills->visits[standstills->next_visit] = *visit;
  standstills->next_visit =
      (standstills->next_visit + 1) % GST_PROF_STANDSTILL_KEPT;
  return n;
}
