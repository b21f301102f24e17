/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * gst_prof_clock_now() without a call, for what every buffer goes through.
 */

#pragma once

#include "gstprofclock.h"

#include <stdatomic.h>
#include <time.h>

G_BEGIN_DECLS

extern G_GNUC_INTERNAL _Atomic (GstProfClockFunc) gst_prof_clock_func;

static inline GstClockTime
gst_prof_clock_read (void)
{
  GstProfClockFunc func =
      atomic_load_explicit (&gst_prof_clock_func, memory_order_relaxed);
  struct timespec ts;

  if (G_UNLIKELY (func != NULL))
    return func ();

  clock_gettime (CLOCK_MONOTONIC, &ts);
  return GST_TIMESPEC_TO_TIME (ts);
}

G_END_DECLS
