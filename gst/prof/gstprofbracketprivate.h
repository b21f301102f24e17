/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What a bracket is made of: for the files that make it up, gstprofbracket.c,
 * gstprofbracketcalls.c and gstprofbracketlayers.c, and for nobody else.
 */

#pragma once

#include "gstprofbracket.h"

G_BEGIN_DECLS

/* Functions of one kind that lie over each other in one pad. */
#define GST_PROF_BRACKET_MAX_LAYERS 8

/* What is ours to call, of one kind. Changed in a swap; a thread that has found
 * our function may read meanwhile, with GST_PROF_BRACKET_PEEK(). */
typedef struct
{
  GCallback functions[GST_PROF_BRACKET_MAX_LAYERS];     /* the pad's first one first */
  guint n;                      /* 0: there was none yet */
  gboolean is_in;               /* ours was put in place of the topmost */
} GstProfBracketLayers;

/* Those of all kinds, half a kilobyte. */
typedef struct
{
  GstProfBracketLayers chain;
  GstProfBracketLayers chain_list;
  GstProfBracketLayers event;
  GstProfBracketLayers event_full;
  GstProfBracketLayers getrange;
} GstProfBracketLayerSet;

/* On a thread's stack: a call of one of several layers. */
typedef struct _GstProfLayerCall GstProfLayerCall;
struct _GstProfLayerCall
{
  GstProfLayerCall *outer;
  const GstProfBracketLayers *layers;
  guint entered;                /* the thread's points then */
  guint level;
};

struct _GstProfBracket
{
  /* What each buffer touches: one cache line. */
  GstProfPoint *point;
  GstProfVisits *_Atomic visits;        /* the point's */
  _Atomic guint64 thread_id;    /* as the point's, when it was set last */
  guint id;                     /* the point's */
  _Atomic guint refs;
  GstProfTaps taps;             /* swap_lock to change them; walked without */
  /* These and the others are set in a swap. Whoever comes in meanwhile reads them
   * with GST_PROF_BRACKET_PEEK(). */
  GstPadChainFunction chain;
  GstPadGetRangeFunction getrange;

  GstPad *pad;                  /* not owned: the pad owns the bracket */
  GstPadChainListFunction chain_list;
  GstPadEventFunction event;
  GstPadEventFullFunction event_full;
  GstProfBracketLayerSet *layers;       /* NULL: there never was a second function
                                         * of any kind, those above are all */

  _Atomic gboolean covering;
  _Atomic guint in_events;      /* threads that walk the taps of a source pad */

  /* gstprofbracket.c's swap_lock */
  guint users;
  gboolean pending;             /* an IDLE probe is to swap */
  guint waits;                  /* renewals that found it not idle, in a row */
  guint resets;                 /* renewals that found other functions, in a row */
  gboolean missed;              /* the functions were others while it was active */
  gulong probe;                 /* counts what the functions do not see */
};

static inline GQuark
gst_prof_bracket_quark (void)
{
  static _Atomic GQuark quark;
  GQuark known = atomic_load_explicit (&quark, memory_order_relaxed);

  if (G_UNLIKELY (known == 0)) {
    known = g_quark_from_static_string ("gst-prof-bracket");
    atomic_store_explicit (&quark, known, memory_order_relaxed);
  }
  return known;
}

static inline GstProfBracket *
gst_prof_bracket_find (GstPad * pad)
{
  return g_object_get_qdata ((GObject *) pad, gst_prof_bracket_quark ());
}

static inline GstProfVisits *
gst_prof_bracket_get_visits (GstProfBracket * bracket)
{
  return atomic_load_explicit (&bracket->visits, memory_order_acquire);
}

/* Functions are swapped while nobody is in them, but somebody may be about to come
 * in: the pad is linked just then, or an event is not serialized and holds no lock.
 * He may find ours, and the pad's data gone or not there yet; the bracket stays for
 * as long as the pad. What he reads is written in the order in which he needs it,
 * the function last. */
#define GST_PROF_BRACKET_PEEK(field) __atomic_load_n (&(field), __ATOMIC_ACQUIRE)
#define GST_PROF_BRACKET_POKE(field, value) \
    __atomic_store_n (&(field), (value), __ATOMIC_RELEASE)

/* gstprofbracketlayers.c. The first four: in a swap. */
GstProfBracketLayerSet *
          gst_prof_bracket_ensure_layers    (GstProfBracket *bracket);
gboolean  gst_prof_bracket_layers_put       (GstProfBracketLayers *layers,
                                             GCallback function);
void      gst_prof_bracket_layers_drop      (GstProfBracketLayers *layers);
GCallback gst_prof_bracket_layers_get_called
                                            (const GstProfBracketLayers *layers,
                                             GCallback layered);
gboolean  gst_prof_bracket_layers_is_inside (const GstProfBracketLayers *layers,
                                             guint entered)
    __attribute__ ((cold));
GCallback gst_prof_bracket_layers_begin     (const GstProfBracketLayers *layers,
                                             GstProfLayerCall *call,
                                             guint entered, gboolean is_dropped);
void      gst_prof_bracket_layers_end       (GstProfLayerCall *call);

/* gstprofbracketcalls.c. Those that swap: while nobody is in the functions, one
 * thread at a time. */
void     gst_prof_bracket_ensure_defaults    (void);
gboolean gst_prof_bracket_are_functions_ours (GstProfBracket *bracket, GstPad *pad);
void     gst_prof_bracket_swap_in            (GstProfBracket *bracket, GstPad *pad);
void     gst_prof_bracket_swap_src_event     (GstProfBracket *bracket, GstPad *pad);
void     gst_prof_bracket_swap_out           (GstProfBracket *bracket, GstPad *pad);

GstPadProbeReturn gst_prof_bracket_count_probed (GstPad *pad, GstPadProbeInfo *info,
                                                 gpointer user_data);

G_END_DECLS
