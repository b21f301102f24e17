/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/check/gstcheck.h>

#define MS GST_MSECOND

/* How long a fault is: who computes does so until he has had that much CPU time. */
#define FAULT (300 * MS)

/* How long the thread that calls was blocked in faults, by the kernel's own
 * count, and how long the helper that computed last was ready without a CPU. */
extern __thread GstClockTime fault_was_blocked;
extern GstClockTime fault_helper_delay;

guint64      fault_own_id    (void);
GstClockTime fault_get_delay (guint64 thread_id);

void fault_spin                      (void);
void fault_spin_in_kernel            (void);
void fault_sleep                     (void);
void fault_wait_for_mutex            (void);
void fault_write_to_slow_reader      (void);
void fault_wait_for_computing_helper (void);
void fault_wait_for_sleeping_helper  (void);
