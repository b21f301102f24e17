/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

#include <stdatomic.h>

G_BEGIN_DECLS

/* Visits that are kept of a pad until somebody looks, which is every 25 ms: 2500 a
 * second. A power of two. */
#define GST_PROF_VISITS_KEPT 64

/* Long visits and long pauses that are kept until somebody looks. */
#define GST_PROF_VISITS_EVENTS 8

/**
 * GstProfVisit:
 * @number: counts the pad's visits, from 0
 * @pts: of the buffer, or of a list's first one; none: it has none
 * @enter: when the thread came in, CLOCK_MONOTONIC nanoseconds
 * @own: what the thread spent in the element itself, nanoseconds, not in what it
 *   called downstream or upstream; %GST_CLOCK_TIME_NONE: it is still inside, or
 *   the pad is only probed. Exact up to 2.1 s, then to the microsecond, and no
 *   longer than 36 min
 *
 * One call of a pad's chain, chain-list or getrange function.
 */
typedef struct {
  guint64 number;
  GstClockTime pts;
  GstClockTime enter;
  GstClockTime own;
} GstProfVisit;

/**
 * GstProfVisitEvent:
 * @from: begin, CLOCK_MONOTONIC nanoseconds
 * @to: end
 * @own: of a visit: how much of that was its own; of a pause: all
 * @thread_id: whose time it was
 * @of_event: it was no visit, but somebody who brought an event
 *
 * A visit that took long, or a time in which a task that pushes into the pad (or
 * pulls from it) did not.
 */
typedef struct {
  GstClockTime from;
  GstClockTime to;
  GstClockTime own;
  guint64 thread_id;
  gboolean of_event;
} GstProfVisitEvent;

/**
 * GstProfVisitTimes:
 * @buffers: buffers that came in, those in lists one by one
 * @visits: calls that ended
 * @unkept: calls and events that never were among those that can be read, since
 *   another thread that pulled was writing just then; such calls are counted
 * @own: their own time together, nanoseconds, as all that follow
 * @max: the longest own time
 * @outside: what the task that comes in here outermost spent between its visits,
 *   to whichever pad, outside of all elements that it calls: its own element's
 *   time, waiting included. That before the first visit is not counted
 * @looked: how much time the sampler has seen a thread inside, this element
 *   being the innermost
 * @run: how much of @looked it was on a CPU
 * @waited: how much of @looked it waited: for room downstream, the clock, PLAYING
 * @outside_looked: how much time the sampler has seen the task outside of all
 *   elements, having come in here last
 * @outside_run: how much of that it was on a CPU
 * @outside_waited: how much of that it waited: for upstream, the clock, PLAYING
 *
 * What is known of all visits of a pad. A visit that ends meanwhile may be in one
 * number and not yet in another.
 */
typedef struct {
  guint64 buffers;
  guint64 visits;
  guint64 unkept;
  GstClockTime own;
  GstClockTime max;
  GstClockTime outside;
  GstClockTime looked;
  GstClockTime run;
  GstClockTime waited;
  GstClockTime outside_looked;
  GstClockTime outside_run;
  GstClockTime outside_waited;
} GstProfVisitTimes;

/**
 * GstProfVisits:
 *
 * The visits of one pad: written by the thread that is in it, the @looked and
 * @run and @waited kind by the sampler; read by anyone, without a lock.
 */
typedef struct _GstProfVisits GstProfVisits;

GstProfVisits *gst_prof_visits_new       (void);
void           gst_prof_visits_free      (GstProfVisits *visits);

/* While no thread is in the pad and nobody reads: as if they were new. */
void           gst_prof_visits_reset     (GstProfVisits *visits);

/* Own nanoseconds from which on a visit is an event, and nanoseconds from which
 * on a pause is; 0: none is. */
void           gst_prof_visits_set_limits (GstProfVisits *visits,
                                           GstClockTime slow,
                                           GstClockTime pause);

/* The thread that is in the pad; n_buffers: 1, or those of the list. Returns
 * what gst_prof_visits_leave() takes. One thread at a time. */
guint          gst_prof_visits_enter     (GstProfVisits *visits,
                                          GstClockTime pts, guint n_buffers,
                                          GstClockTime now);
void           gst_prof_visits_leave     (GstProfVisits *visits, guint place,
                                          GstClockTime enter, GstClockTime now,
                                          GstClockTime own, guint64 thread_id);

/* The same where several threads may be in the pad at once: they pull. What they
 * get is known when they leave. */
guint          gst_prof_visits_enter_shared (GstProfVisits *visits,
                                          GstClockTime now);
void           gst_prof_visits_leave_shared (GstProfVisits *visits, guint place,
                                          GstClockTime enter, GstClockTime now,
                                          GstClockTime own, guint64 thread_id,
                                          GstClockTime pts, guint n_buffers);

/* An event was brought, which is no visit: counted only if it took long. Several
 * threads at once. */
void           gst_prof_visits_handle_event (GstProfVisits *visits,
                                          GstClockTime enter, GstClockTime now,
                                          GstClockTime own, guint64 thread_id);

/* Something passed, and nobody knows what the element does with it: only a probe
 * saw it. Several threads at once. */
void           gst_prof_visits_pass      (GstProfVisits *visits,
                                          GstClockTime pts, guint n_buffers,
                                          GstClockTime now);

/* A time in which the thread that comes in outermost was outside; not counted
 * when nobody came in since the visits were marked. One thread at a time. */
void           gst_prof_visits_add_outside (GstProfVisits *visits,
                                          GstClockTime from, GstClockTime to,
                                          guint64 thread_id);

/* A run of the pad begins: what its thread did before is nobody's. Any thread. */
void           gst_prof_visits_begin_run (GstProfVisits *visits);

/* Whether nobody came in since. Any thread. */
gboolean       gst_prof_visits_is_fresh  (GstProfVisits *visits);

/* The sampler. */
void           gst_prof_visits_add_look  (GstProfVisits *visits,
                                          gboolean inside, GstClockTime time,
                                          GstClockTime run, GstClockTime waited);

/* Readers. @next is the reader's own, 0 at first: the number of the first visit
 * or event that it has not seen. @lost is increased by what was overwritten
 * before it could be seen. */
void           gst_prof_visits_get_times (GstProfVisits *visits,
                                          GstProfVisitTimes *times);
guint          gst_prof_visits_read      (GstProfVisits *visits,
                                          guint64 *next, guint64 *lost,
                                          GstProfVisit *found, guint max);
guint          gst_prof_visits_read_ended (GstProfVisits *visits,
                                          guint64 *next, guint64 *lost,
                                          GstProfVisit *found, guint max);
guint          gst_prof_visits_read_slow (GstProfVisits *visits,
                                          guint64 *next, guint64 *lost,
                                          GstProfVisitEvent *found, guint max);
gboolean       gst_prof_visits_has_slow  (GstProfVisits *visits,
                                          guint64 next);
guint          gst_prof_visits_read_pauses (GstProfVisits *visits,
                                          guint64 *next, guint64 *lost,
                                          GstProfVisitEvent *found, guint max);

G_END_DECLS
