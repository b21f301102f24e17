/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What a bracket is made of: for the files that make it up, gstprofbracket.c and
 * gstprofbracketcalls.c, and for nobody else.
 */

#pragma once

#include "gstprofbracket.h"

G_BEGIN_DECLS

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
   * with PEEK (gstprofbracketcalls.c). */
  GstPadChainFunction chain;
  GstPadGetRangeFunction getrange;

  GstPad *pad;                  /* not owned: the pad owns the bracket */
  GstPadChainListFunction chain_list;
  GstPadEventFunction event;
  GstPadEventFullFunction event_full;

  /* those that were there when the pad was bracketed first; for who is called
   * by a function that was put around ours */
  GstPadChainFunction chain_first;
  GstPadChainListFunction chain_list_first;
  GstPadEventFunction event_first;
  GstPadEventFullFunction event_full_first;
  GstPadGetRangeFunction getrange_first;

  _Atomic gboolean covering;
  _Atomic guint in_events;      /* threads that walk the taps of a source pad */

  /* gstprofbracket.c's swap_lock */
  guint users;
  gboolean pending;             /* an IDLE probe is to swap */
  guint waits;                  /* renewals that found it not idle, in a row */
  guint resets;                 /* renewals that found other functions, in a row */
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
