/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofinside.h"
#include "gstprofvisits.h"

G_BEGIN_DECLS

/* Pads that feed one pad through its element: the sink pads of a muxer. */
#define GST_PROF_READING_MAX_FEEDERS 8

/**
 * GstProfElementReading:
 * @number: of the element, from 1, never used again in its coverage
 * @name: its name
 * @factory: (nullable): its factory's name
 * @bin: (nullable): the bins between the pipeline and the element, "a/b"
 * @stage: (nullable): the stage that it is in; interned
 * @coverage: how it is measured, as in #GstProfSummaryElement; static
 *
 * What there is to know of an element. Strings are valid during the call.
 */
typedef struct {
  guint number;
  const gchar *name;
  const gchar *factory;
  const gchar *bin;
  const gchar *stage;
  const gchar *coverage;
} GstProfElementReading;

/**
 * GstProfSlowVisit:
 * @event: when and how long
 * @number: of the visit, from 1; 0: not known
 * @running_time: of what it brought, or %GST_PROF_PASSING_NO_TIME
 *
 * A visit that took long.
 */
typedef struct {
  GstProfVisitEvent event;
  guint64 number;
  gint64 running_time;
} GstProfSlowVisit;

/**
 * GstProfPadReading:
 * @point: the pad's point
 * @element: number of the element that is visited there
 * @from: number of the element out of which the buffers come, 0: not known. Of a
 *   pad that is pulled from, @element
 * @task: number of the element whose task pushes into the pad or pulls from it,
 *   if any does, 0: not known
 * @thread_id: the thread that came in last
 * @at_end: whether @element is a sink
 * @gone: whether the pad is not there any more, and this the last that is told
 * @handed_over: whether @from takes what comes in with one thread and gives it out
 *   with another one
 * @n_feeders: how many are in @feeders
 * @feeders: (array length=n_feeders): points of the pads through which what comes
 *   here went into @from
 * @is_video: whether pictures come there, raw or encoded
 * @frame_duration: of these by the caps, or %GST_CLOCK_TIME_NONE
 * @renewed: what went in before has another time base than what comes now
 * @times: what has been added since it was read last; the longest is the longest
 *   of all
 * @unseen: visits that had been overwritten when they were to be read
 * @n_in: how many are in @in
 * @in: (array length=n_in): what came in; what has no running time too
 * @n_own: how many are in @own
 * @own: (array length=n_own): own times of visits that have ended
 * @n_out: how many are in @out
 * @out: (array length=n_out): what came in, as what came out of @from: told when
 *   all is known of what went in there
 * @n_slow: how many are in @slow
 * @slow: (array length=n_slow): visits that took long
 * @n_pauses: how many are in @pauses
 * @pauses: (array length=n_pauses): times in which the task brought nothing, of
 *   tasks that feed no other one of the pipeline
 *
 * What has happened at a pad since it was read last.
 */
typedef struct {
  guint point;
  guint element;
  guint from;
  guint task;
  guint64 thread_id;
  gboolean at_end;
  gboolean gone;
  gboolean handed_over;
  guint n_feeders;
  guint feeders[GST_PROF_READING_MAX_FEEDERS];
  gboolean is_video;
  GstClockTime frame_duration;
  gboolean renewed;
  GstProfVisitTimes times;
  guint64 unseen;
  guint n_in;
  GstProfPassing in[GST_PROF_VISITS_KEPT];
  guint n_own;
  GstClockTime own[GST_PROF_VISITS_KEPT];
  guint n_out;
  GstProfPassing out[GST_PROF_VISITS_KEPT];
  guint n_slow;
  GstProfSlowVisit slow[GST_PROF_VISITS_EVENTS];
  guint n_pauses;
  GstProfVisitEvent pauses[GST_PROF_VISITS_EVENTS];
} GstProfPadReading;

/**
 * GstProfReader:
 * @element: there is an element, or there is news of it. Called with the
 *   coverage locked: must be short and call nothing else
 * @gone: the element of that number is not there any more; likewise
 * @pad: something has happened at a pad
 *
 * Who is told what is read.
 */
typedef struct {
  void (*element) (const GstProfElementReading *reading, gpointer user_data);
  void (*gone)    (guint number, gpointer user_data);
  void (*pad)     (const GstProfPadReading *reading, gpointer user_data);
} GstProfReader;

G_END_DECLS
