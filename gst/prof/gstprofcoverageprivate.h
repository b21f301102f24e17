/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofbracket.h"
#include "gstprofcoverage.h"
#include "gstprofreading.h"

G_BEGIN_DECLS

/* Shared by the files that make up the coverage, and by nobody else. */

/* Pads that feed one task. */
#define GST_PROF_COVERAGE_MAX_FEEDERS GST_PROF_READING_MAX_FEEDERS

/* Pads of one element at which a probe may block. */
#define GST_PROF_COVERAGE_MAX_OWN_PADS 16

/* Bins that one element is in, one in the other. */
#define GST_PROF_COVERAGE_MAX_BINS 8

/* What is gone and was not read: the oldest is forgotten. */
#define GST_PROF_COVERAGE_MAX_GONE 256

typedef struct
{
  guint number;                 /* never used again */
  GstElement *element;          /* a reference; NULL: it is gone */
  gchar *name;
  gchar *factory;
  gchar *bin;                   /* "a/b": those between the scope and it */
  gboolean is_bin;
  gboolean excluded;
  const gchar *told_coverage;   /* as whoever reads was told last */
  GQuark told_stage;
  guint n_left_out;             /* pads of it that there was no room for */
  guint n_pads;                 /* as of that: covered ones, and of those */
  guint n_covering;             /* the ones that tell what comes */
  guint n_probed;               /* of those, the ones that tell no times */
  guint n_missed;               /* those at which something may have been missed */
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

/* How far the visits of a pad have been read. */
typedef struct
{
  guint64 next_in;
  guint64 next_own;
  guint64 next_out;
  guint64 next_slow;
  guint64 next_pause;
  GstProfVisitTimes times;
  gboolean has_segment;
  GstSegment segment;
  GstCaps *caps;                /* a reference, by which others are told apart */
  gboolean is_video;
  GstClockTime frame_duration;
} GstProfPadCursor;

/* Times in which a task was paused that are remembered: a run's end is one. */
#define GST_PROF_COVERAGE_REFUSALS 4

typedef struct
{
  guint n;                      /* in all; the last ones are kept */
  GstProfRefusal kept[GST_PROF_COVERAGE_REFUSALS];
} GstProfRefusals;

/* What the pad that pushes into a sink pad got for it. */
typedef struct
{
  GstFlowReturn flow;           /* the last one */
  gboolean paused;              /* its task, if it has one */
  gboolean flushing;            /* the sink pad itself */
} GstProfPadPush;

typedef struct
{
  GstPad *pad;                  /* a reference; NULL: it is gone */
  GstProfBracket *bracket;      /* NULL then too */
  GstProfPoint *point;          /* a reference */
  GstProfVisits *visits;        /* the point's; NULL: they are not counted */
  GstProfPadCursor *cursor;     /* NULL: nobody has come yet, as to most source pads */
  GstElement *element;          /* whose it is; only compared */
  guint number;                 /* of the same */
  gboolean is_src;
  /* As of the last refresh */
  gboolean refreshed;           /* since data came */
  GstElement *upstream;         /* whose task pushes into it, or pulls; only compared */
  guint task;                   /* number of the same; 0: not known */
  gchar *task_name;
  guint n_feeders;
  guint feeders[GST_PROF_COVERAGE_MAX_FEEDERS];   /* points of that element's sink pads */
  GstProfPadPush push;
  GstProfRefusals *refusals;    /* of what the task pushed; NULL: there was none yet */
} GstProfCoveredPad;

struct _GstProfCoverage
{
  gatomicrefcount refs;
  GstObject *scope;             /* a reference until it is stopped */
  gconstpointer top;            /* the same; set once, only compared */
  gulong added;
  gulong removed;

  GMutex lock;
  gboolean stopped;
  guint left_out;               /* ever */
  GHashTable *elements_left_out;  /* that are there; only compared */
  GHashTable *pads_left_out;    /* the same -> element */
  guint last_number;
  guint n_own;                  /* elements with a point of their own: stages */
  gboolean changed;             /* elements or pads, since the last refresh */
  GstClockTime pauses_read;     /* when tasks were last looked at */
  gboolean news;                /* there is something to tell of elements */
  GPtrArray *elements;          /* GstProfCoveredElement */
  GHashTable *elements_by_object;
  GPtrArray *pads;              /* GstProfCoveredPad, by point id */
  GHashTable *pads_by_object;
  GQueue gone_pads;             /* GstProfCoveredPad, to be read once more */
  GQueue gone_elements;         /* GstProfCoveredElement without its element */

  /* set once */
  gboolean count;
  const gchar *const *exclude;

  /* lock */
  GstClockTime slow;
  GstClockTime pause;

  /* read_lock: taken before lock, by whoever reads */
  GMutex read_lock;
  GstProfPadReading reading;
};

/* With lock held. */
GstProfCoveredPad     *gst_prof_coverage_find_pad          (GstProfCoverage *coverage,
                                                            guint point);
GstProfCoveredPad     *gst_prof_coverage_find_object       (GstProfCoverage *coverage,
                                                            GstPad *pad);
GstProfCoveredElement *gst_prof_coverage_find_element      (GstProfCoverage *coverage,
                                                            GstElement *element);
GstProfCoveredPad     *gst_prof_coverage_steal_pad         (GstProfCoverage *coverage,
                                                            guint i);
void                   gst_prof_coverage_keep_pad          (GstProfCoverage *coverage,
                                                            GstProfCoveredPad *pad);
void                   gst_prof_covered_pad_free           (GstProfCoveredPad *pad);
void                   gst_prof_covered_element_count_pad  (GstProfCoveredElement *element,
                                                            const GstProfCoveredPad *pad);
GstProfCoveredElement *gst_prof_coverage_find_by_own_point (GstProfCoverage *coverage,
                                                            guint point);

/* Without. */
void                   gst_prof_coverage_add_pad           (GstProfCoverage *coverage,
                                                            GstElement *element,
                                                            GstPad *pad);
void                   gst_prof_coverage_remove_pad        (GstProfCoverage *coverage,
                                                            GstElement *element,
                                                            GstPad *pad);
void                   gst_prof_covered_pad_release        (GstProfCoveredPad *pad);
gboolean               gst_prof_pad_push_read              (GstPad *pad, GstPad *peer,
                                                            GstProfPadPush *push);
void                   gst_prof_coverage_refresh_pauses    (GstProfCoverage *coverage,
                                                            GPtrArray *pads,
                                                            GArray *points);
void                   gst_prof_refusals_free              (GstProfRefusals *refusals);
GstProfCoveredElement *gst_prof_covered_element_new        (GstProfCoverage *coverage,
                                                            GstElement *element);
void                   gst_prof_covered_element_free       (GstProfCoveredElement *element);
GQuark                 gst_prof_coverage_find_stage        (GstElement *element);
guint                  gst_prof_coverage_find_bins         (GstElement *element,
                                                            gconstpointer *bins);
void                   gst_prof_covered_pad_skip           (GstProfCoveredPad *pad);

G_END_DECLS
