/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofvisits.h"

G_BEGIN_DECLS

/* Of each kind, so many that wait for the other. */
#define GST_PROF_STANDSTILL_KEPT 32

/**
 * GstProfStandstill:
 * @point: the pad of a sink to which nothing came
 * @thread_id: the thread that brings it
 * @at: the pad of the element that held the thread up; 0: not known yet
 * @from: since when, CLOCK_MONOTONIC nanoseconds
 * @to: until when
 * @limit: from which duration on it is told
 *
 * A time in which nothing came to a sink.
 */
typedef struct {
  guint point;
  guint64 thread_id;
  guint at;
  GstClockTime from;
  GstClockTime to;
  GstClockTime limit;
} GstProfStandstill;

/**
 * GstProfHeldVisit:
 * @point: the pad that was visited
 * @event: when and by whom
 *
 * A visit that took long.
 */
typedef struct {
  guint point;
  GstProfVisitEvent event;
} GstProfHeldVisit;

/**
 * GstProfStandstills:
 *
 * What is known of one without the other. All 0 is nothing.
 */
typedef struct {
  guint next_silence;
  GstProfStandstill silences[GST_PROF_STANDSTILL_KEPT];
  guint next_visit;
  GstProfHeldVisit visits[GST_PROF_STANDSTILL_KEPT];
} GstProfStandstills;

gboolean gst_prof_standstills_add_silence (GstProfStandstills *standstills,
                                           GstProfStandstill *silence);
guint    gst_prof_standstills_add_visit   (GstProfStandstills *standstills,
                                           const GstProfHeldVisit *visit,
                                           GstProfStandstill found[GST_PROF_STANDSTILL_KEPT]);

G_END_DECLS
