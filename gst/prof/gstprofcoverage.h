/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofactivity.h"
#include "gstprofevidence.h"
#include "gstprofreading.h"

G_BEGIN_DECLS

/**
 * GstProfCoverage:
 *
 * The elements of a pipeline, their pads in brackets, and who feeds whom.
 * Counted by references.
 */
typedef struct _GstProfCoverage GstProfCoverage;

/**
 * GstProfIsElementFunc:
 * @element: an element; must only be compared
 * @user_data: of whoever gave the function
 *
 * Returns: whether it is one of those that are looked for
 */
typedef gboolean (*GstProfIsElementFunc) (gconstpointer element,
                                          gpointer user_data);

/**
 * GstProfRefusal:
 * @lasts: whether the task is paused still
 * @from: since when it is, as far as is known, CLOCK_MONOTONIC nanoseconds
 * @to: until when it was, unless it @lasts
 * @flow: what it got for what it pushed
 * @name: (nullable): the element that returned that, or the task's own, if that has
 *   ended its stream (EOS); %NULL: not known
 *
 * Why a task was paused.
 */
typedef struct {
  gboolean lasts;
  GstClockTime from;
  GstClockTime to;
  GstFlowReturn flow;
  gchar *name;
} GstProfRefusal;

GstProfCoverage *gst_prof_coverage_new     (GstObject *scope);
GstProfCoverage *gst_prof_coverage_new_full (GstObject *scope, gboolean count,
                                            const gchar *const *exclude);
GstProfCoverage *gst_prof_coverage_ref     (GstProfCoverage *coverage);
void             gst_prof_coverage_unref   (GstProfCoverage *coverage);
void             gst_prof_coverage_stop    (GstProfCoverage *coverage);
void             gst_prof_coverage_refresh (GstProfCoverage *coverage);
gboolean         gst_prof_coverage_is_changed (GstProfCoverage *coverage);
guint            gst_prof_coverage_get_uncovered (GstProfCoverage *coverage);
guint            gst_prof_coverage_get_left_out (GstProfCoverage *coverage);

void             gst_prof_coverage_set_limits (GstProfCoverage *coverage,
                                               GstClockTime slow,
                                               GstClockTime pause);
void             gst_prof_coverage_tell_again (GstProfCoverage *coverage);
void             gst_prof_coverage_read       (GstProfCoverage *coverage,
                                               const GstProfReader *reader,
                                               gpointer user_data,
                                               GstClockTime now);

void             gst_prof_coverage_set_point (GstElement *element, GstProfPoint *point);

/* With the coverage locked, which must be short and call nothing else. */
void         gst_prof_coverage_lock            (GstProfCoverage *coverage);
void         gst_prof_coverage_unlock          (GstProfCoverage *coverage);
gboolean     gst_prof_coverage_has             (GstProfCoverage *coverage, guint point);
void         gst_prof_coverage_get_range       (GstProfCoverage *coverage, guint *first,
                                                guint *last);
const gchar *gst_prof_coverage_get_name        (GstProfCoverage *coverage, guint point);
const gchar *gst_prof_coverage_get_pad_name    (GstProfCoverage *coverage, guint point);
void         gst_prof_coverage_get_unread_looks (GstProfCoverage *coverage, guint point,
                                                GstProfVisitTimes *looks);
gboolean     gst_prof_coverage_is_in_stage     (GstProfCoverage *coverage, guint point,
                                                GQuark stage);
gboolean     gst_prof_coverage_get_entered     (GstProfCoverage *coverage, GQuark stage,
                                                guint64 thread_id, GstClockTime *entered);
GQuark       gst_prof_coverage_get_own_stage   (GstProfCoverage *coverage, guint point);
const gchar *gst_prof_coverage_get_task_name   (GstProfCoverage *coverage, guint home);
const GstProfRefusal *
             gst_prof_coverage_find_refusal    (GstProfCoverage *coverage, guint home,
                                                GstClockTime from,
                                                GstClockTime to);
gconstpointer gst_prof_coverage_get_task_element (GstProfCoverage *coverage, guint home);
gboolean     gst_prof_coverage_is_in_any       (GstProfCoverage *coverage, guint point,
                                                GstProfIsElementFunc is_element,
                                                gpointer user_data);
void         gst_prof_coverage_describe        (GstProfCoverage *coverage, guint point,
                                                guint home, guint64 address,
                                                GstProfPlace *place);
guint        gst_prof_coverage_get_number      (GstProfCoverage *coverage, guint point);
gboolean     gst_prof_coverage_feeds_another   (GstProfCoverage *coverage,
                                                guint64 thread_id);
gboolean     gst_prof_coverage_is_flowing      (GstProfCoverage *coverage, guint home,
                                                guint64 thread_id);
gboolean     gst_prof_coverage_may_be_in_probe (GstProfCoverage *coverage,
                                                guint home, guint64 address);
guint        gst_prof_coverage_get_feeders     (GstProfCoverage *coverage, guint home,
                                                guint64 *thread_ids, guint max);
guint        gst_prof_coverage_get_siblings    (GstProfCoverage *coverage, guint point,
                                                guint64 *thread_ids, guint max);
void         gst_prof_coverage_add_look        (GstProfCoverage *coverage, guint point,
                                                gboolean inside, GstClockTime time,
                                                GstClockTime run, GstClockTime waited);
guint        gst_prof_coverage_get_drains      (GstProfCoverage *coverage, guint point,
                                                guint *homes, guint max);

G_END_DECLS
