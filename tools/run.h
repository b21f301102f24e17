/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

#include "failon.h"
#include "terminal.h"

G_BEGIN_DECLS

typedef struct _GstProfRun GstProfRun;

/**
 * GstProfRunHandlers:
 * @started: (nullable): the pipeline has been asked to play and did not refuse
 * @not_playing: (nullable): the pipeline is not PLAYING after three seconds. Returns
 *   (transfer full) (nullable) why, in words; %NULL: the elements are told that it
 *   waits for
 * @ending: (nullable): begins the end, instead of sending EOS to the pipeline:
 *   whoever feeds it stops, and EOS is on its way
 * @goes_on: (nullable): EOS has not got through yet. Returns whether something did
 *   since it was asked last, so that it is worth waiting
 * @waiting: (nullable): EOS has not got through yet. Returns (transfer full)
 *   (nullable) what is in front of it
 * @ended: (nullable): all is over, and the run may be freed; called once
 *
 * Called in the main thread, out of the main loop; @ending out of
 * gst_prof_run_end(), too.
 */
typedef struct {
  void (*started) (GstProfRun *run, gpointer data);
  gchar *(*not_playing) (GstProfRun *run, gpointer data);
  void (*ending)  (GstProfRun *run, gpointer data);
  gboolean (*goes_on) (GstProfRun *run, gpointer data);
  gchar *(*waiting) (GstProfRun *run, gpointer data);
  void (*ended)   (GstProfRun *run, gpointer data);
} GstProfRunHandlers;

GstProfRun *gst_prof_run_new  (GstElement *pipeline, GstElement *tracer,
                               GstProfTerminal *terminal);
void        gst_prof_run_free (GstProfRun *run);

void     gst_prof_run_set_handlers   (GstProfRun *run, const GstProfRunHandlers *handlers,
                                      gpointer data);
void     gst_prof_run_set_eos_source (GstProfRun *run, GstElement *element);
void     gst_prof_run_watch          (GstProfRun *run, GstElement *pipeline);

void     gst_prof_run_start (GstProfRun *run);
void     gst_prof_run_end   (GstProfRun *run);
void     gst_prof_run_stop  (GstProfRun *run);
void     gst_prof_run_fail  (GstProfRun *run);
void     gst_prof_run_abort (GstProfRun *run);

gboolean            gst_prof_run_is_clean    (GstProfRun *run);
const gchar        *gst_prof_run_get_name    (GstProfRun *run);
const GstStructure *gst_prof_run_get_summary (GstProfRun *run);
GstProfFailOn       gst_prof_run_get_seen    (GstProfRun *run);
gboolean            gst_prof_run_is_stuck    (GstProfRun *run);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfRun, gst_prof_run_free)

G_END_DECLS
