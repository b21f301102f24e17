/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* So many at once, then one in each interval. A log with ten lines shows the
 * kind of trouble; one more each second shows that it goes on. */
#define GST_PROF_LIMITER_BURST 10
#define GST_PROF_LIMITER_INTERVAL GST_SECOND

/**
 * GstProfLimiter:
 * @due: when the allowance is whole again, nanoseconds
 * @held_back: how many were refused since the last that was let through
 *
 * Limits the rate of one kind of thing. All 0 is a fresh one.
 */
typedef struct {
  GstClockTime due;
  guint held_back;
} GstProfLimiter;

gboolean gst_prof_limiter_admit (GstProfLimiter *limiter, GstClockTime now,
                                 guint *held_back);
guint    gst_prof_limiter_flush (GstProfLimiter *limiter);

G_END_DECLS
