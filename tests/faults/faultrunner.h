/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "fault.h"

G_BEGIN_DECLS

/**
 * FaultWarning:
 * @pipeline: 0, or 1 for the neighbour
 * @seen: monotonic time at which it was on the bus
 */
typedef struct {
  guint         pipeline;
  GstClockTime  seen;
  GstStructure *structure;
} FaultWarning;

/**
 * FaultRun:
 * @begin: of what was injected, by the two places; none: not injected
 * @end: its end
 * @starved: nanoseconds of it for which its thread was ready without a CPU, as
 *   the kernel says; 0 also where it does not
 * @warnings: (element-type FaultWarning): in the order in which they came
 * @trouble: (nullable): why it cannot be judged
 *
 * What one repetition brought.
 */
typedef struct {
  const Fault *fault;
  GstClockTime duration;
  GstClockTime begin[2];
  GstClockTime end[2];
  GstClockTime starved[2];
  GPtrArray   *warnings;
  gchar       *trouble;
} FaultRun;

FaultRun *fault_run_new  (const Fault *fault, GstClockTime duration,
                          const gchar *folder);
void      fault_run_free (FaultRun *run);

G_END_DECLS
