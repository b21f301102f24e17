/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofsystem.h"

G_BEGIN_DECLS

/* Steps of the group's throttled time that are remembered: at the usual period
 * of 100 ms, those of 6 s. */
#define GST_PROF_HOLDUP_MAX_THROTTLED 64

/* The throttled time of the control group, when it had grown. */
typedef struct {
  GstClockTime when;
  GstClockTime total;
} GstProfThrottled;

/**
 * GstProfHoldup:
 * @frozen: since the look before, how long the whole process was stopped,
 *   nanoseconds
 * @starved: how long it got no CPU
 * @suspended: how long the machine was suspended
 * @starved_throttled: it got no CPU because its control group was throttled
 *
 * What held up the process as a whole, as the one who looks knows from its own
 * lateness. The other fields are its own.
 */
typedef struct {
  GstClockTime frozen;
  GstClockTime starved;
  GstClockTime suspended;
  gboolean starved_throttled;

  GstProfSystem *system;
  GstProfThreadFiles own_files;
  GstProfThreadTimes own_times;
  glong own_major_faults;
  GstClockTime last_look;
  GstClockTime refreshed;
  GstClockTime suspended_before;
  GstClockTime pressure;
  GstClockTime pressure_growth; /* at the last reading */
  GstClockTime pressure_read;
  GstClockTime pressure_high;   /* when it was high last */
  gboolean steal_read;          /* in this look */
  GstClockTime steal;           /* of the machine, as last read */
  GstClockTime steal_left;      /* of its growth, what no look has used */
  GstClockTime steal_used;      /* by the thread that lost most in this look */
  gboolean throttled_read;
  guint n_throttled;
  GstProfThrottled throttled[GST_PROF_HOLDUP_MAX_THROTTLED];
} GstProfHoldup;

void         gst_prof_holdup_init           (GstProfHoldup *holdup);
void         gst_prof_holdup_clear          (GstProfHoldup *holdup);
void         gst_prof_holdup_begin          (GstProfHoldup *holdup,
                                             guint64 own_id, GstClockTime now);
void         gst_prof_holdup_resume         (GstProfHoldup *holdup,
                                             GstClockTime now);
void         gst_prof_holdup_end            (GstProfHoldup *holdup);
void         gst_prof_holdup_look           (GstProfHoldup *holdup,
                                             GstClockTime interval,
                                             GstClockTime now);
void         gst_prof_holdup_read_throttled (GstProfHoldup *holdup,
                                             GstClockTime now);
GstClockTime gst_prof_holdup_get_throttled  (const GstProfHoldup *holdup,
                                             GstClockTime from);
void         gst_prof_holdup_add_steal      (GstProfHoldup *holdup,
                                             GstClockTime steal);
GstClockTime gst_prof_holdup_take_steal     (GstProfHoldup *holdup,
                                             GstClockTime lost);
gboolean     gst_prof_holdup_is_memory_short (GstProfHoldup *holdup,
                                             GstClockTime now);

G_END_DECLS
