/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofactivities.h"
#include "gstprofanalysis.h"
#include "gstprofreceiver.h"
#include "gstprofsetup.h"
#include "gstprofspan.h"

G_BEGIN_DECLS

/**
 * GstProfMonitorClient:
 * @wants: whether lines of a level are read by anyone. Called with the
 *   monitor's lock held: must only look
 * @log: a line for the log
 * @fail: the pipeline hangs, and the user wants that to be an error
 * @post: contents of a message, to be taken. Returns %FALSE when it could not
 *   be posted, which is counted
 * @sample: (nullable): reads levels, memory and time of the pipeline. Called
 *   four times a second without any lock, by whoever ticks. Returns %FALSE when
 *   there is nothing to read
 * @keep: (nullable): takes a reference to what these functions need, for the
 *   monitor's thread, which is told to end while it is in one of them
 * @release: (nullable): gives that back
 *
 * Who the monitor speaks to. @log, @post and @fail are called without any lock, by the
 * threads that call gst_prof_monitor_process(), gst_prof_monitor_tick() and
 * gst_prof_monitor_finish(), one of which may be the monitor's own.
 */
typedef struct {
  gboolean (*wants) (GstDebugLevel level, gpointer user_data);
  void     (*log)   (GstDebugLevel level, const gchar *line, gpointer user_data);
  gboolean (*post)  (GstStructure *structure, gpointer user_data);
  void     (*fail)  (const gchar *text, gpointer user_data);
  gboolean (*sample) (GstProfBacklogSample *sample, gpointer user_data);
  void     (*keep)    (gpointer user_data);
  void     (*release) (gpointer user_data);
} GstProfMonitorClient;

#define GST_TYPE_PROF_MONITOR (gst_prof_monitor_get_type ())
G_DECLARE_FINAL_TYPE (GstProfMonitor, gst_prof_monitor, GST, PROF_MONITOR, GObject)

GstProfMonitor *gst_prof_monitor_new (const GstProfMonitorClient *client,
                                      gpointer user_data);

/* Called by streaming threads: return at once, take no lock that slow work
 * holds, allocate nothing. */
void gst_prof_monitor_push_span  (GstProfMonitor *monitor, const GstProfSpan *span);

/* Called at state changes and caps events by whichever thread does them. */
void gst_prof_monitor_push_setup (GstProfMonitor *monitor, const GstProfSetup *setup);

void gst_prof_monitor_attach (GstProfMonitor *monitor, GstObject *scope,
                              GstProfReceivers *receivers);
void gst_prof_monitor_detach (GstProfMonitor *monitor);

void gst_prof_monitor_get_config (GstProfMonitor *monitor, GstProfConfig *config);
void gst_prof_monitor_set_config (GstProfMonitor *monitor,
                                  const GstProfConfig *config);

void     gst_prof_monitor_begin_run   (GstProfMonitor *monitor, GstClockTime now);
void     gst_prof_monitor_end_run     (GstProfMonitor *monitor, GstClockTime now);
void     gst_prof_monitor_set_ending  (GstProfMonitor *monitor, GstClockTime now);
void     gst_prof_monitor_set_playing (GstProfMonitor *monitor, gboolean playing,
                                       GstClockTime now);
void     gst_prof_monitor_stop_playing (GstProfMonitor *monitor,
                                        GstClockTime now);

void     gst_prof_monitor_read        (GstProfMonitor *monitor, GstClockTime now);
void     gst_prof_monitor_process     (GstProfMonitor *monitor, GstClockTime now);
gboolean gst_prof_monitor_finish      (GstProfMonitor *monitor, GstClockTime now);

void     gst_prof_monitor_tick        (GstProfMonitor *monitor,
                                       const GstProfActivities *threads,
                                       GstClockTime now);

GstStructure *gst_prof_monitor_get_summary (GstProfMonitor *monitor);
GstStructure *gst_prof_monitor_get_summary_now (GstProfMonitor *monitor);

void     gst_prof_monitor_start_thread (GstProfMonitor *monitor);
void     gst_prof_monitor_stop_thread  (GstProfMonitor *monitor);

G_END_DECLS
