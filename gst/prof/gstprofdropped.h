/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofelementtable.h"
#include "gstprofexplanation.h"
#include "gstprofpadtable.h"

G_BEGIN_DECLS

/**
 * GstProfDroppedVerdict:
 * @GST_PROF_DROPPED_NOWHERE: as far as the way is known, nothing came
 * @GST_PROF_DROPPED_HELD: something came into the element and nothing out, and that
 *   may be its way: it queues, joins, or looks ahead
 * @GST_PROF_DROPPED_ELSEWHERE: the element gave what came to others
 * @GST_PROF_DROPPED_HERE: the element took what came and let nothing out
 */
typedef enum {
  GST_PROF_DROPPED_NOWHERE,
  GST_PROF_DROPPED_HELD,
  GST_PROF_DROPPED_ELSEWHERE,
  GST_PROF_DROPPED_HERE,
} GstProfDroppedVerdict;

/**
 * GstProfDropped:
 * @verdict: what became of what came
 * @element: number of the element; 0: none
 * @point: a pad into which it came
 * @next: number of the element that nothing came to from there
 * @silence: when nothing came to that
 * @came: what came in meanwhile
 * @other: number of the element that got most; 0: it was not given elsewhere
 * @went: what that one got
 *
 * Why nothing comes to a pad, by what passes the others.
 */
typedef struct {
  GstProfDroppedVerdict verdict;
  guint element;
  guint point;
  guint next;
  GstProfPassedSilence silence;
  GstProfPassedCount came;
  guint other;
  GstProfPassedCount went;
} GstProfDropped;

void gst_prof_dropped_find   (GstProfPadTable *pads,
                              GstProfElementTable *elements, guint silent,
                              GstClockTime from, GstClockTime to,
                              GstClockTime now, GstProfDropped *dropped);
void gst_prof_dropped_name   (GstProfPadTable *pads,
                              GstProfElementTable *elements,
                              const GstProfQuestion *question,
                              GstClockTime now,
                              GstProfExplanation *explanation);

G_END_DECLS
