/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofvisits.h"

G_BEGIN_DECLS

/* How many of the elements that nest on one thread are seen. Of more, those in
 * front of the innermost are left out. */
#define GST_PROF_ACTIVITY_DEPTH 48

/* Threads that can be watched at once in a process; more are counted. */
#define GST_PROF_ACTIVITY_MAX_THREADS 512

/**
 * GstProfPoint:
 * @id: from 1, never used again in the process
 * @name: element and pad, or element
 * @stage: a quark: the stage whose point it is; 0: a pad's
 * @thread_id: the last thread that came in (of a pad: with data), as in
 *   /proc/self/task
 * @entered: of a stage: when it did, CLOCK_MONOTONIC nanoseconds
 * @visits: of a pad: what is counted of it; %NULL: nobody counts. Once it is
 *   there, it stays for as long as the point
 *
 * A place that threads pass: a pad that is bracketed, or a stage. Counted by
 * references; the numbers are atomic.
 */
typedef struct {
  _Atomic guint refs;
  guint id;
  GstProfVisits *_Atomic visits;
  _Atomic guint64 thread_id;
  _Atomic guint64 entered;
  gchar *name;
  _Atomic guint stage;
} GstProfPoint;

GstProfPoint  *gst_prof_point_new   (const gchar *name);
GstProfPoint  *gst_prof_point_ref   (GstProfPoint *point);
void           gst_prof_point_unref (GstProfPoint *point);
GstProfVisits *gst_prof_point_count (GstProfPoint *point);

/* In @stage_flags, beside #GstProfSpanFlags: the stage waits for more than its
 * own work, so that its own time is CPU time */
#define GST_PROF_ACTIVITY_WAITS (1u << 31)

/**
 * GstProfActivityState:
 * @thread_id: the thread
 * @changes: grows with each element that the thread enters or leaves
 * @changed: when it last did, CLOCK_MONOTONIC nanoseconds
 * @home: the pad's point that the thread came in by last, outermost: tells
 *   whose task it is; 0: none yet
 * @depth: how many elements it is in now, at most %GST_PROF_ACTIVITY_DEPTH
 * @points: (array length=depth): ids of these, outermost first; the last is the
 *   innermost always
 * @is_event: whether an event brought it into the innermost one, and no data
 * @stage: the stage that is charged now, a quark; 0: none
 * @stage_enter: when the thread entered it
 * @stage_own: the stage's own time until @stage_since
 * @stage_since: since when it is charged
 * @stage_flags: for whoever charges: #GstProfSpanFlags
 *
 * What a thread is doing, as it was at one moment.
 */
typedef struct {
  guint64 thread_id;
  guint64 changes;
  GstClockTime changed;
  guint home;
  guint depth;
  guint points[GST_PROF_ACTIVITY_DEPTH];
  gboolean is_event;
  GQuark stage;
  GstClockTime stage_enter;
  GstClockTime stage_own;
  GstClockTime stage_since;
  guint stage_flags;
} GstProfActivityState;

/**
 * GstProfActivity:
 *
 * What one thread is doing: written by the thread, read by anyone.
 */
typedef struct _GstProfActivity GstProfActivity;

GstProfActivity *gst_prof_activity_get (void);

void gst_prof_activity_enter_pad   (GstProfActivity *activity, GstProfPoint *point,
                                    GstClockTime now);
void gst_prof_activity_enter_pad_aside (GstProfActivity *activity,
                                    GstProfPoint *point, GstClockTime now);
void gst_prof_activity_enter       (GstProfActivity *activity, GstProfPoint *point,
                                    GstClockTime now);
void gst_prof_activity_enter_aside (GstProfActivity *activity, GstProfPoint *point,
                                    GstClockTime now);
GstClockTime gst_prof_activity_leave (GstProfActivity *activity, GstClockTime now);
void gst_prof_activity_set_stage   (GstProfActivity *activity, GQuark stage,
                                    GstClockTime enter, GstClockTime own,
                                    GstClockTime since, guint flags);

/**
 * GstProfActivityFunc:
 * @state: one thread's; valid during the call
 *
 * Called with the registry's lock held: must be quick, and must not enter or
 * leave anything.
 */
typedef void (*GstProfActivityFunc) (const GstProfActivityState *state,
                                     gpointer user_data);

void  gst_prof_activity_foreach      (GstProfActivityFunc func, gpointer user_data);
guint gst_prof_activity_get_unwatched (void);

G_END_DECLS
