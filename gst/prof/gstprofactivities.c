/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * One look at all threads, to be shared by all who want to know of some of them.
 * Owned by whoever takes it.
 */

#include "gstprofactivities.h"

static void
add (const GstProfActivityState * state, gpointer user_data)
{
  GstProfActivities *activities = user_data;

  activities->states[activities->n++] = *state;
}

/*
 * gst_prof_activities_take:
 * @activities: (out caller-allocates): what the threads are doing
 *
 * Any thread that is in no bracket.
 */
void
gst_prof_activities_take (GstProfActivities * activities)
{
  activities->n = 0;
  gst_prof_activity_foreach (add, activities);
}
