/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What a thread's activity is made of, and what every buffer goes through: for
 * gstprofactivity.c, the bracket, which has it inline, and the dump. What holds
 * for the threads stands in gstprofactivity.c.
 */

#pragma once

#include "gstprofactivity.h"

G_BEGIN_DECLS

/* Points on one thread's stack that are known. How many lie deeper is counted. */
#define GST_PROF_ACTIVITY_LEVELS 256

typedef struct
{
  GstProfPoint *_Atomic point;
  _Atomic guint id;             /* its */
} GstProfActivityLevel;

/* What whoever enters by a function of gstprofactivity.h has to know when he
 * leaves; a bracket has it on the stack. */
typedef struct
{
  GstClockTime enter;
  GstClockTime called;
  gboolean is_pad;
  guint aside;                  /* as it was before */
} GstProfActivityStay;

struct _GstProfActivity
{
  GstProfActivity *next;        /* in the list of all; never changes */
  _Atomic guint64 thread_id;    /* 0: of no thread now */
  gboolean is_main;             /* the process's first thread */
  gboolean is_watched;          /* registry_lock */

  /* only its thread */
  guint entered;                /* points, those too deep included */
  guint pads;                   /* pads among them */
  GstClockTime left;            /* when it left the outermost pad last; 0: never */
  GstClockTime called;          /* what the pads took that were entered from the
                                 * innermost one */

  /* written by its thread, read by anyone */
  _Atomic guint sequence;
  _Atomic guint home;
  _Atomic guint64 changes;
  _Atomic guint64 changed;
  _Atomic guint depth;
  _Atomic guint aside;          /* the depth of the innermost that came as an event */
  _Atomic guint stage;
  _Atomic guint64 stage_enter;
  _Atomic guint64 stage_own;
  _Atomic guint64 stage_since;
  _Atomic guint stage_flags;
  /* The first is of no point: what the outermost is entered from. */
  GstProfActivityLevel levels[GST_PROF_ACTIVITY_LEVELS + 1];

  /* only its thread */
  GstProfActivityStay stays[GST_PROF_ACTIVITY_LEVELS];

  /* registry_lock: what a reader saw last */
  GstProfActivityState seen;
};

extern G_GNUC_INTERNAL __thread GstProfActivity *gst_prof_activity_own;

/* All that were ever made, also those that no thread has now. Any thread, also
 * in a signal handler. */
G_GNUC_INTERNAL GstProfActivity *gst_prof_activity_get_first (void);

#define GST_PROF_ACTIVITY_LOAD(field) \
    atomic_load_explicit (&(field), memory_order_relaxed)
#define GST_PROF_ACTIVITY_STORE(field, value) \
    atomic_store_explicit (&(field), (value), memory_order_relaxed)

static inline guint
gst_prof_activity_begin_write (GstProfActivity * activity)
{
  guint sequence = GST_PROF_ACTIVITY_LOAD (activity->sequence);

  GST_PROF_ACTIVITY_STORE (activity->sequence, sequence + 1);
  atomic_thread_fence (memory_order_release);
  return sequence + 2;
}

static inline void
gst_prof_activity_end_write (GstProfActivity * activity, guint sequence)
{
  atomic_store_explicit (&activity->sequence, sequence, memory_order_release);
}

static inline GstProfActivity *
gst_prof_activity_get_inline (void)
{
  GstProfActivity *activity = gst_prof_activity_own;

  return G_LIKELY (activity != NULL) ? activity : gst_prof_activity_get ();
}

/* The thread comes to the pad with data. An application that puts something in
 * now and then, silence in a pause say, is not who should have fed what follows:
 * that is still the streaming thread. */
static inline void
gst_prof_activity_claim (GstProfActivity * activity, GstProfPoint * point)
{
  guint64 thread_id = GST_PROF_ACTIVITY_LOAD (activity->thread_id);
  guint64 last = GST_PROF_ACTIVITY_LOAD (point->thread_id);

  if (G_UNLIKELY (last != thread_id) && (!activity->is_main || last == 0))
    GST_PROF_ACTIVITY_STORE (point->thread_id, thread_id);
}

/* Whether that is what the thread entered last, or may be: it lies too deep. */
static inline gboolean
gst_prof_activity_may_be_innermost (GstProfActivity * activity,
    GstProfPoint * point)
{
  return activity->entered > GST_PROF_ACTIVITY_LEVELS
      || GST_PROF_ACTIVITY_LOAD (activity->levels[activity->entered].point) ==
      point;
}

/* @id is the point's: the caller has it at hand. */
static inline void
gst_prof_activity_push (GstProfActivity * activity, GstProfPoint * point,
    guint id, GstClockTime now, gboolean is_pad)
{
  guint depth = ++activity->entered;
  gboolean is_home = is_pad && activity->pads++ == 0;
  guint sequence;

  if (G_UNLIKELY (depth > GST_PROF_ACTIVITY_LEVELS))
    return;
  sequence = gst_prof_activity_begin_write (activity);
  GST_PROF_ACTIVITY_STORE (activity->levels[depth].point, point);
  GST_PROF_ACTIVITY_STORE (activity->levels[depth].id, id);
  GST_PROF_ACTIVITY_STORE (activity->depth, depth);
  if (is_home)
    GST_PROF_ACTIVITY_STORE (activity->home, id);
  GST_PROF_ACTIVITY_STORE (activity->changes,
      GST_PROF_ACTIVITY_LOAD (activity->changes) + 1);
  GST_PROF_ACTIVITY_STORE (activity->changed, now);
  gst_prof_activity_end_write (activity, sequence);
}

static inline void
gst_prof_activity_pop (GstProfActivity * activity, GstClockTime now)
{
  guint depth = activity->entered--;
  guint sequence;

  if (G_UNLIKELY (depth > GST_PROF_ACTIVITY_LEVELS))
    return;
  sequence = gst_prof_activity_begin_write (activity);
  GST_PROF_ACTIVITY_STORE (activity->depth, depth - 1);
  GST_PROF_ACTIVITY_STORE (activity->changes,
      GST_PROF_ACTIVITY_LOAD (activity->changes) + 1);
  GST_PROF_ACTIVITY_STORE (activity->changed, now);
  gst_prof_activity_end_write (activity, sequence);
}

/* Of a pad: what the thread then spends in pads that it enters from there counts
 * anew. A stage's own point does not: what it calls is called by whom it is in.
 * Returns: to be given to gst_prof_activity_end_stay() */
static inline GstClockTime
gst_prof_activity_begin_stay (GstProfActivity * activity)
{
  GstClockTime called = activity->called;

  activity->called = 0;
  return called;
}

/* When the pad was left. Returns: own time of the stay, nanoseconds */
static inline GstClockTime
gst_prof_activity_end_stay (GstProfActivity * activity, GstClockTime called,
    GstClockTime enter, GstClockTime now)
{
  GstClockTime own = now - enter - activity->called;

  activity->called = called + (now - enter);
  if (--activity->pads == 0)
    activity->left = now;
  return own;
}

G_END_DECLS
