/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Intervals that are remembered: four times a dozen. */
#define GST_PROF_CADENCE_INTERVALS 48

/**
 * GstProfCadence:
 * @last: when something came last that is not of the same burst; 0: never
 * @n: how many @intervals there are
 * @next: where the next one goes
 * @intervals: the last ones, microseconds
 * @pause: the long interval of a repeating pattern; 0: there is none
 * @pause_seen: when that was so last
 *
 * In which intervals something usually comes. All 0 is a fresh one.
 */
typedef struct {
  GstClockTime last;
  guint n;
  guint next;
  guint32 intervals[GST_PROF_CADENCE_INTERVALS];
  GstClockTime pause;
  GstClockTime pause_seen;
} GstProfCadence;

void         gst_prof_cadence_add        (GstProfCadence *cadence,
                                          GstClockTime time);
GstClockTime gst_prof_cadence_get_usual  (const GstProfCadence *cadence);
GstClockTime gst_prof_cadence_find_limit (const GstProfCadence *cadence,
                                          GstClockTime frame_duration,
                                          GstClockTime threshold);

G_END_DECLS
