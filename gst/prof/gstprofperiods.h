/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

#include <stdatomic.h>

G_BEGIN_DECLS

#define GST_PROF_PERIODS_MAX 128

/**
 * GstProfPeriod:
 * @from: begin, CLOCK_MONOTONIC nanoseconds
 * @to: end; %GST_CLOCK_TIME_NONE: it goes on
 * @value: what its writer says of it
 *
 * A time in which something was so.
 */
typedef struct {
  GstClockTime from;
  GstClockTime to;
  guint64 value;
} GstProfPeriod;

/**
 * GstProfPeriods:
 *
 * The last periods of one thing, in a ring. Zero is a fresh one. One thread at a
 * time writes, any thread reads; neither ever waits. The fields are its own.
 */
typedef struct {
  _Atomic guint64 n;            /* periods begun */
  struct {
    _Atomic guint64 from;
    _Atomic guint64 to;
    _Atomic guint64 value;
  } ring[GST_PROF_PERIODS_MAX];
} GstProfPeriods;

/* Writer. */
void  gst_prof_periods_add   (GstProfPeriods *periods, GstClockTime from,
                              GstClockTime to, guint64 value);
void  gst_prof_periods_open  (GstProfPeriods *periods, GstClockTime from,
                              guint64 value);
void  gst_prof_periods_close (GstProfPeriods *periods, GstClockTime to,
                              guint64 value);

/* Reader: those that overlap [from, to], the oldest first. */
guint gst_prof_periods_find  (GstProfPeriods *periods, GstClockTime from,
                              GstClockTime to, GstProfPeriod *found, guint max);

G_END_DECLS
