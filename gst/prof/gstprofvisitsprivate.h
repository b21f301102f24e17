/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What a pad's visits are made of, and the two functions that every buffer goes
 * through: for gstprofvisits.c, and for the bracket, which has them inline. What
 * holds for the threads stands in gstprofvisits.c, and for readers in
 * gstprofvisitsread.c.
 */

#pragma once

#include "gstprofvisits.h"

G_BEGIN_DECLS

/* In own_of[] */
#define GST_PROF_VISITS_INSIDE  G_MAXUINT32
#define GST_PROF_VISITS_UNKNOWN (G_MAXUINT32 - 1)
/* Set: microseconds of 1024 ns; else nanoseconds. */
#define GST_PROF_VISITS_COARSE  (1u << 31)
#define GST_PROF_VISITS_SHIFT   10

/* What gst_prof_visits_enter() returns of a visit that is not kept. */
#define GST_PROF_VISITS_NO_PLACE G_MAXUINT
#define GST_PROF_VISITS_PLACES   (1u << 31)

typedef struct
{
  _Atomic guint64 pts;
  _Atomic guint64 enter;
} GstProfVisitSlot;

typedef struct
{
  _Atomic guint64 from;
  _Atomic guint64 to;
  _Atomic guint64 own;
  _Atomic guint64 thread_id;
  _Atomic gboolean of_event;
} GstProfVisitEventSlot;

/* One more than can be read: that which is being written. */
#define GST_PROF_VISITS_EVENT_SLOTS (GST_PROF_VISITS_EVENTS + 1)

typedef struct
{
  _Atomic guint64 n;
  GstProfVisitEventSlot slots[GST_PROF_VISITS_EVENT_SLOTS];
} GstProfVisitEvents;

/* What somebody may read one by one. */
typedef struct
{
  GstProfVisitSlot slots[GST_PROF_VISITS_KEPT];
  _Atomic guint32 own_of[GST_PROF_VISITS_KEPT];
} GstProfKeptVisits;

struct _GstProfVisits
{
  /* What each visit touches: one cache line, beside its place in the ring. */
  _Atomic guint64 begun;        /* those in the ring: the number of the next */
  _Atomic guint64 buffers;
  _Atomic guint64 visits;       /* that ended */
  _Atomic guint64 own;
  _Atomic guint64 max;
  _Atomic guint64 slow;         /* limit; G_MAXUINT64: none */
  GstProfKeptVisits *_Atomic kept;      /* made when the first one comes: most
                                         * source pads are never pulled from */
  _Atomic guint fresh;          /* nobody came in yet in this run */
  _Atomic guint busy;           /* a thread changes what only one may */

  _Atomic guint64 unkept;
  _Atomic guint64 outside;
  _Atomic guint64 pause;        /* limit; G_MAXUINT64: none */
  GstProfVisitEvents *_Atomic slow_visits;      /* made when there is the first one: */
  GstProfVisitEvents *_Atomic pauses;   /* most pads never have any */

  /* the sampler */
  _Atomic guint64 looked;
  _Atomic guint64 run;
  _Atomic guint64 waited;
  _Atomic guint64 outside_looked;
  _Atomic guint64 outside_run;
  _Atomic guint64 outside_waited;
};

GstProfKeptVisits *gst_prof_visits_keep (GstProfVisits *visits);
void gst_prof_visits_add_slow (GstProfVisits *visits, GstClockTime enter,
                               GstClockTime now, GstClockTime own,
                               guint64 thread_id);

#define GST_PROF_VISITS_LOAD(field) \
    atomic_load_explicit (&(field), memory_order_relaxed)
#define GST_PROF_VISITS_STORE(field, value) \
    atomic_store_explicit (&(field), (value), memory_order_relaxed)
/* Of what one thread at a time writes. */
#define GST_PROF_VISITS_ADD(field, value) \
    GST_PROF_VISITS_STORE (field, GST_PROF_VISITS_LOAD (field) + (value))

static inline GstProfKeptVisits *
gst_prof_visits_get_kept (GstProfVisits * visits)
{
  return atomic_load_explicit (&visits->kept, memory_order_acquire);
}

static inline GstProfVisitEvents *
gst_prof_visits_get_events (GstProfVisitEvents * _Atomic * events)
{
  return atomic_load_explicit (events, memory_order_acquire);
}

static inline guint32
gst_prof_visits_pack_own (GstClockTime own)
{
  if (G_LIKELY (own < GST_PROF_VISITS_COARSE))
    return own;
  own >>= GST_PROF_VISITS_SHIFT;
  if (own >= GST_PROF_VISITS_COARSE - 2)
    own = GST_PROF_VISITS_COARSE - 3;
  return GST_PROF_VISITS_COARSE | own;
}

/* One thread at a time. */
static inline guint
gst_prof_visits_begin (GstProfVisits * visits, GstClockTime pts,
    GstClockTime now, guint32 own)
{
  GstProfKeptVisits *kept = GST_PROF_VISITS_LOAD (visits->kept);
  guint64 number = GST_PROF_VISITS_LOAD (visits->begun);
  guint i = number % GST_PROF_VISITS_KEPT;

  if (G_UNLIKELY (kept == NULL))
    kept = gst_prof_visits_keep (visits);
  /* Whoever sees something of the new one sees that the old one is gone. */
  atomic_thread_fence (memory_order_release);
  GST_PROF_VISITS_STORE (kept->slots[i].pts, pts);
  GST_PROF_VISITS_STORE (kept->slots[i].enter, now);
  GST_PROF_VISITS_STORE (kept->own_of[i], own);
  atomic_store_explicit (&visits->begun, number + 1, memory_order_release);
  return number % GST_PROF_VISITS_PLACES;
}

static inline guint
gst_prof_visits_enter_inline (GstProfVisits * visits, GstClockTime pts,
    guint n_buffers, GstClockTime now)
{
  GST_PROF_VISITS_ADD (visits->buffers, n_buffers);
  return gst_prof_visits_begin (visits, pts, now, GST_PROF_VISITS_INSIDE);
}

static inline void
gst_prof_visits_leave_inline (GstProfVisits * visits, guint place,
    GstClockTime enter, GstClockTime now, GstClockTime own, guint64 thread_id)
{
  GstProfKeptVisits *kept = GST_PROF_VISITS_LOAD (visits->kept);

  GST_PROF_VISITS_STORE (kept->own_of[place % GST_PROF_VISITS_KEPT],
      gst_prof_visits_pack_own (own));
  GST_PROF_VISITS_ADD (visits->own, own);
  GST_PROF_VISITS_ADD (visits->visits, 1);
  if (G_UNLIKELY (own > GST_PROF_VISITS_LOAD (visits->max)))
    GST_PROF_VISITS_STORE (visits->max, own);
  if (G_UNLIKELY (own >= GST_PROF_VISITS_LOAD (visits->slow)))
    gst_prof_visits_add_slow (visits, enter, now, own, thread_id);
}

G_END_DECLS
