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
 * GstProfRunEndFunc:
 * @run: the run
 * @data: data of gst_prof_run_set_end_func()
 *
 * Begins the end: whoever feeds the pipeline stops and EOS is on its way.
 */
typedef void (*GstProfRunEndFunc) (GstProfRun *run, gpointer data);

GstProfRun *gst_prof_run_new  (GstElement *pipeline, GstElement *tracer,
                               GstProfTerminal *terminal);
void        gst_prof_run_free (GstProfRun *run);

void     gst_prof_run_set_end_func   (GstProfRun *run, GstProfRunEndFunc func, gpointer data);
void     gst_prof_run_set_eos_source (GstProfRun *run, GstElement *element);
void     gst_prof_run_watch          (GstProfRun *run, GstElement *pipeline);

gboolean gst_prof_run_execute (GstProfRun *run);
void     gst_prof_run_end     (GstProfRun *run);
void     gst_prof_run_fail    (GstProfRun *run);

const GstStructure *gst_prof_run_get_summary (GstProfRun *run);
GstProfFailOn       gst_prof_run_get_seen    (GstProfRun *run);
gboolean            gst_prof_run_is_stuck    (GstProfRun *run);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfRun, gst_prof_run_free)

G_END_DECLS
