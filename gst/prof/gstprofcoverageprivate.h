/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofbracket.h"
#include "gstprofcoverage.h"

G_BEGIN_DECLS

/* Shared by the files that make up the coverage, and by nobody else. */

/* Pads that feed one task: the sink pads of a muxer. */
#define GST_PROF_COVERAGE_MAX_FEEDERS 8

/* Pads of one element at which a probe may block. */
#define GST_PROF_COVERAGE_MAX_OWN_PADS 16

/* Bins that one element is in, one in the other. */
#define GST_PROF_COVERAGE_MAX_BINS 8

typedef struct
{
  GstElement *element;          /* a reference */
  gchar *name;
  guint64 start;                /* its memory */
  guint64 size;
  gboolean has_private;
  gboolean is_source;
  gboolean is_sink;
  gboolean is_base_sink;
  gboolean is_base_src;
  gboolean hands_over;          /* as of the last refresh */
  gboolean joins;
  guint n_own_pads;             /* as of the last refresh; only addresses */
  guint64 own_pads[GST_PROF_COVERAGE_MAX_OWN_PADS];
  guint n_bins;                 /* that it is in, as of the last refresh; only compared */
  gconstpointer bins[GST_PROF_COVERAGE_MAX_BINS];
  guint own_point;              /* of a stage, 0: none */
  GstProfPoint *own;            /* the same; a reference */
  GQuark stage;                 /* the stage that it is or is in, 0: none */
  gulong pad_added;
  gulong pad_removed;
} GstProfCoveredElement;

typedef struct
{
  GstPad *pad;                  /* a reference */
  GstProfBracket *bracket;
  GstProfPoint *point;
  GstElement *element;          /* whose it is; only compared */
  /* As of the last refresh: of a sink pad */
  GstElement *upstream;         /* whose task pushes into it; only compared */
  gchar *task_name;
  guint n_feeders;
  guint feeders[GST_PROF_COVERAGE_MAX_FEEDERS];   /* points of that element's sink pads */
} GstProfCoveredPad;

struct _GstProfCoverage
{
  gatomicrefcount refs;
  GstObject *scope;             /* a reference until it is stopped */
  gulong added;
  gulong removed;

  GMutex lock;
  gboolean stopped;
  guint left_out;
  GPtrArray *elements;          /* GstProfCoveredElement */
  GPtrArray *pads;              /* GstProfCoveredPad, by point id */
};

/* With lock held. */
GstProfCoveredPad     *gst_prof_coverage_find_pad          (GstProfCoverage *coverage,
                                                            guint point);
GstProfCoveredElement *gst_prof_coverage_find_element      (GstProfCoverage *coverage,
                                                            GstElement *element);
GstProfCoveredElement *gst_prof_coverage_find_by_own_point (GstProfCoverage *coverage,
                                                            guint point);

/* Without. */
GQuark                 gst_prof_coverage_find_stage        (GstElement *element);
guint                  gst_prof_coverage_find_bins         (GstElement *element,
                                                            gconstpointer *bins);

G_END_DECLS
