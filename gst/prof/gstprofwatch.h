/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofactivities.h"
#include "gstprofanalysis.h"
#include "gstprofsampler.h"

G_BEGIN_DECLS

/**
 * GstProfWatch:
 *
 * What the monitor looks at in a pipeline: its threads, its elements, the main
 * loop.
 */
typedef struct _GstProfWatch GstProfWatch;

GstProfWatch *gst_prof_watch_new  (GstObject *scope,
                                   GstProfReceivers *receivers,
                                   const GstProfConfig *config);
void          gst_prof_watch_free (GstProfWatch *watch);
void          gst_prof_watch_set_interval (GstProfWatch *watch,
                                           GstClockTime interval);

void          gst_prof_watch_refresh (GstProfWatch *watch, gboolean at_once,
                                       GstClockTime now);
void          gst_prof_watch_look    (GstProfWatch *watch,
                                      GstProfAnalysis *analysis,
                                      const GstProfActivities *threads,
                                      GstClockTime now);
void          gst_prof_watch_read    (GstProfWatch *watch,
                                      GstProfAnalysis *analysis,
                                      GstClockTime now);
gchar        *gst_prof_watch_judge   (GstProfWatch *watch,
                                      GstProfAnalysis *analysis,
                                      GstClockTime timeout);
gchar        *gst_prof_watch_take_missing (GstProfWatch *watch);

gboolean      gst_prof_watch_explain (GstProfWatch *watch,
                                      const GstProfQuestion *question,
                                      GstProfExplanation *explanation);
gboolean      gst_prof_watch_get_entered (GstProfWatch *watch, GQuark stage,
                                          guint64 thread_id,
                                          GstClockTime *entered);
void          gst_prof_watch_count_open (GstProfWatch *watch,
                                        GstProfAnalysis *analysis,
                                        const GstProfActivities *threads,
                                        GstClockTime now);
void          gst_prof_watch_summarize (GstProfWatch *watch,
                                        GstProfSummary *summary,
                                        const GstProfActivities *threads,
                                        GstClockTime now);

G_END_DECLS
