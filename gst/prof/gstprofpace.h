/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* What looking may take of one core: one part in so many. */
#define GST_PROF_PACE_BUDGET 100

/**
 * GstProfPace:
 * @interval: from one look to the next, on average, nanoseconds
 *
 * When the next look is due, so that looking costs no more than it may. The other
 * fields are its own.
 */
typedef struct {
  GstClockTime interval;

  GstClockTime cost;
  gint64 credit;
  guint32 random;
} GstProfPace;

void         gst_prof_pace_init (GstProfPace *pace, GstClockTime interval);
GstClockTime gst_prof_pace_next (GstProfPace *pace, GstClockTime interval,
                                 GstClockTime elapsed, GstClockTime cost);

G_END_DECLS
