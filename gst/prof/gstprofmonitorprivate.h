/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofinbox.h"
#include "gstprofmonitor.h"
#include "gstproftelling.h"
#include "gstprofticker.h"
#include "gstprofwatch.h"

#include <stdatomic.h>

G_BEGIN_DECLS

/* Shared by the files that make up the monitor, and by nobody else. */

/* Stages that are in the pipeline: more would not be analysed anyway. */
#define GST_PROF_MONITOR_MAX_PRESENT 64

typedef struct
{
  GRefString *stage;
  GRefString *element;
} GstProfPresentStage;

struct _GstProfMonitor
{
  GObject parent;

  /* set once */
  GstProfMonitorClient client;
  gpointer user_data;

  /* which process it belongs to, and RENEWING while that changes */
  _Atomic guint generation;

  /* locks of its own, leaves */
  GstProfInbox inbox;

  /* a lock of its own, a leaf */
  GstProfTelling telling;

  /* messages that the client could not post; atomic, as no lock is held then */
  _Atomic guint64 not_posted;

  /* lock: held for as long as the analysis takes */
  GMutex lock;
  GstProfConfig config;
  GstProfAnalysis *analysis;
  gboolean running;
  gboolean news;
  gboolean playing;
  GstClockTime playing_since;
  guint64 spans_lost;           /* as far as the analysis knows of it */
  guint64 spans_lost_before;    /* before this run */
  guint64 setups_dropped_before;
  guint64 not_posted_before;
  guint n_present;
  GstProfPresentStage present[GST_PROF_MONITOR_MAX_PRESENT];

  /* a lock of its own, taken alone */
  GstProfTicker ticker;

  /* watch_lock: what there is to look at; taken before lock */
  GMutex watch_lock;
  GstProfWatch *watch;
  GstProfActivities *threads;   /* of whoever ticks without any */

  /* whoever ticks */
  GstProfBacklogSample *sample;
  GstClockTime ticked;
  GstClockTime sampled;
};

/* First thing in whatever is called from outside. */
void gst_prof_monitor_be_in_this_process  (GstProfMonitor *monitor);

/* With lock held. */
void gst_prof_monitor_update_explain_func (GstProfMonitor *monitor);
void gst_prof_monitor_take_all            (GstProfMonitor *monitor,
                                           GstClockTime now);
void gst_prof_monitor_take_output         (GstProfMonitor *monitor);

/* Without. */
void gst_prof_monitor_say                 (GstProfMonitor *monitor);

G_END_DECLS
