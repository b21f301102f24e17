/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstProfMainLoopDelay:
 * @thread_id: the thread that runs the loop
 * @from: when something was due, CLOCK_MONOTONIC nanoseconds
 * @to: when it was dispatched, or now
 *
 * A time in which the loop dispatched nothing.
 */
typedef struct {
  guint64 thread_id;
  GstClockTime from;
  GstClockTime to;
} GstProfMainLoopDelay;

/**
 * GstProfMainLoop:
 *
 * Watches whether the default main context dispatches.
 */
typedef struct _GstProfMainLoop GstProfMainLoop;

GstProfMainLoop *gst_prof_main_loop_new  (void);
void             gst_prof_main_loop_stop (GstProfMainLoop *loop);

guint64          gst_prof_main_loop_get_thread_id (GstProfMainLoop *loop);
gboolean         gst_prof_main_loop_pop_delay     (GstProfMainLoop *loop,
                                                   GstProfMainLoopDelay *delay);
gboolean         gst_prof_main_loop_get_open      (GstProfMainLoop *loop,
                                                   GstClockTime now,
                                                   GstProfMainLoopDelay *delay);

G_END_DECLS
