/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Buffers that an element may have inside and that are found again: an encoder
 * that looks ahead has some 60, a queue of the default size up to 200. */
#define GST_PROF_INSIDE_MAX 256

/* A running time that is not known. */
#define GST_PROF_PASSING_NO_TIME G_MININT64

/**
 * GstProfPassing:
 * @running_time: of a buffer, nanoseconds; %GST_PROF_PASSING_NO_TIME: it has none
 * @time: when it came, CLOCK_MONOTONIC nanoseconds
 *
 * A buffer at a pad.
 */
typedef struct {
  gint64 running_time;
  GstClockTime time;
} GstProfPassing;

/**
 * GstProfInside:
 * @n: how many there are
 * @size: for how many there is room
 * @found: how many have been found again
 * @passings: (array length=n): in the order in which they came
 *
 * What went into an element and has not come out.
 */
typedef struct {
  guint n;
  guint size;
  guint64 found;
  GstProfPassing *passings;
} GstProfInside;

void     gst_prof_inside_clear (GstProfInside *inside);
void     gst_prof_inside_add   (GstProfInside *inside,
                                const GstProfPassing *passing);
gboolean gst_prof_inside_take  (GstProfInside *inside,
                                const GstProfPassing *passing,
                                GstClockTime *stay);

G_END_DECLS
