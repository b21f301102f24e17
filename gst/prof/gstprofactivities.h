/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofactivity.h"

G_BEGIN_DECLS

/**
 * GstProfActivities:
 * @n: how many threads there are
 * @states: (array length=n): what they are doing
 *
 * What all threads were doing at one moment.
 */
typedef struct {
  guint n;
  GstProfActivityState states[GST_PROF_ACTIVITY_MAX_THREADS];
} GstProfActivities;

void gst_prof_activities_take (GstProfActivities *activities);

G_END_DECLS
