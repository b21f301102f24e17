/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/prof/gstprofmonitor.h>

G_BEGIN_DECLS

/**
 * GstProfChanging:
 *
 * The state change that a pipeline is at.
 */
typedef struct _GstProfChanging GstProfChanging;

GstProfChanging *gst_prof_changing_new   (GstElement *pipeline,
                                          GstProfMonitor *monitor);
void             gst_prof_changing_free  (GstProfChanging *changing);

void             gst_prof_changing_begin (GstProfChanging *changing,
                                          GstStateChange transition);
void             gst_prof_changing_end   (GstProfChanging *changing,
                                          GstStateChange transition,
                                          GstStateChangeReturn ret);
void             gst_prof_changing_begin_run
                                         (GstProfChanging *changing);
void             gst_prof_changing_tick  (GstProfChanging *changing,
                                          GstClockTime now);

G_END_DECLS
