/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

GstClockTime gst_prof_fault_monotonic_time (void);
void         gst_prof_fault_spin   (GstClockTime duration);
void         gst_prof_fault_sleep  (GstClockTime duration);
void         gst_prof_fault_kernel (GstClockTime duration);
void         gst_prof_fault_segfault (void);

G_END_DECLS
