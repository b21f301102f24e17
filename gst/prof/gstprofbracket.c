/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Brackets around the functions of any element's pad: chain, chain-list and
 * event of a sink pad, getrange of a source pad. Each is replaced by one that
 * reads the clock, tells the thread's activity, calls the original and reads the
 * clock again (gstprofbracketcalls.c). This costs a fifth of a GstTracer hook.
 *
 * Functions are swapped while nobody can be in them: when the pad is not active
 * or not linked, else in an IDLE probe of the pad that pushes into it. A pad that is
 * not idle for long, or that is pulled from, or whose functions are set again and
 * again, is not covered, and its bracket says so. If somebody counts, a pad probe
 * does it meanwhile, which does not know what time is spent.
 *
 * The pad keeps the bracket: whoever removes it while data flows leaves the
 * functions in place; they do little more than nothing. lock protects the swaps.
 *
 * What passes can be tapped (gstproftap.c): buffers at a sink pad, upstream events
 * at a source pad. That costs a fifth of a pad probe, since the function is ours
 * already and the time is known; a probe for events alone would cost each buffer
 * as much as one for buffers.
 */

#include "gstprofbracketprivate.h"

#include <stdlib.h>
#include <string.h>

/* Renewals, one a second, after which a pad that was not idle yet is probed, and
 * those in a row that find the functions set again after which they are left. */
#define MAX_WAITS 3
#define MAX_RESETS 2

#define CACHE_LINE 64

static GMutex swap_lock;

static GstProfBracket *
bracket_new (GstPad * pad, GstProfPoint * point)
{
  gsize size = (sizeof (GstProfBracket) + CACHE_LINE - 1) & ~(CACHE_LINE - 1);
  GstProfBracket *bracket = aligned_alloc (CACHE_LINE, size);

  if (bracket == NULL)
    g_error ("no memory for the bracket of a pad");
  memset (bracket, 0, size);
  atomic_init (&bracket->refs, 1);
  bracket->pad = pad;
  bracket->point = point;
  bracket->id = point->id;
  return bracket;
}

static void
bracket_unref (gpointer data)
{
  GstProfBracket *bracket = data;

  if (atomic_fetch_sub (&bracket->refs, 1) > 1)
    return;
  gst_prof_taps_clear (&bracket->taps);
  gst_prof_point_unref (bracket->point);
  g_free (bracket->layers);
  free (bracket);
}

/* With swap_lock held: whether the functions cannot be swapped, or could not for
 * so long that somebody should count meanwhile. Nobody ever waits for a pad that
 * is pulled from. */
static gboolean
is_probe_wanted (GstProfBracket * bracket)
{
  return bracket->users > 0 && gst_prof_bracket_get_visits (bracket) != NULL
      && !atomic_load (&bracket->covering)
      && (GST_PAD_IS_SRC (bracket->pad) || bracket->waits >= MAX_WAITS
      || bracket->resets >= MAX_RESETS);
}

static void
update_probe (GstProfBracket * bracket)
{
  GstPad *pad = bracket->pad;
  GstPadProbeType type = GST_PAD_IS_SRC (pad)
      ? GST_PAD_PROBE_TYPE_PULL | GST_PAD_PROBE_TYPE_BUFFER
      : GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST;
  gulong unwanted = 0;

  g_mutex_lock (&swap_lock);
  if (!is_probe_wanted (bracket)) {
    unwanted = bracket->probe;
    bracket->probe = 0;
  } else if (bracket->probe == 0) {
    atomic_fetch_add (&bracket->refs, 1);
    bracket->probe = gst_pad_add_probe (pad, type, gst_prof_bracket_count_probed, bracket,
        bracket_unref);
  }
  g_mutex_unlock (&swap_lock);
  if (unwanted != 0)
    gst_pad_remove_probe (pad, unwanted);
}

static GstPadProbeReturn
swap_when_idle (GstPad * peer, GstPadProbeInfo * info, gpointer user_data)
{
  GstProfBracket *bracket = user_data;
  GstPad *pad = gst_pad_get_peer (peer);

  g_mutex_lock (&swap_lock);
  bracket->pending = FALSE;
  /* It may have been linked to another one meanwhile. */
  if (pad == bracket->pad && bracket->users > 0)
    gst_prof_bracket_swap_in (bracket, pad);
  g_mutex_unlock (&swap_lock);

  gst_clear_object (&pad);
  return GST_PAD_PROBE_REMOVE;
}

/* Who cannot be in a function: nobody pushes into a pad that is not active or
 * not linked, and nobody pulls from one that is not in pull mode. */
static gboolean
is_unused (GstPad * pad, GstPad * peer)
{
  if (GST_PAD_IS_SRC (pad))
    return GST_PAD_MODE (pad) != GST_PAD_MODE_PULL;
  return !GST_PAD_IS_ACTIVE (pad) || peer == NULL;
}

static void
swap_soon (GstProfBracket * bracket)
{
  GstPad *pad = bracket->pad;
  GstPad *peer = gst_pad_get_peer (pad);
  gboolean idle = is_unused (pad, peer);

  g_mutex_lock (&swap_lock);
  if (bracket->users == 0 || bracket->resets >= MAX_RESETS)
    idle = TRUE;
  else if (idle)
    gst_prof_bracket_swap_in (bracket, pad);
  else if (peer == NULL || GST_PAD_IS_SRC (pad) || bracket->pending)
    idle = TRUE;
  else
    bracket->pending = TRUE;
  g_mutex_unlock (&swap_lock);

  if (!idle) {
    atomic_fetch_add (&bracket->refs, 1);
    gst_pad_add_probe (peer, GST_PAD_PROBE_TYPE_IDLE, swap_when_idle, bracket,
        bracket_unref);
  }
  gst_clear_object (&peer);
}

/*
 * gst_prof_bracket_add:
 * @pad: a pad of an element; not a ghost or proxy pad
 *
 * Brackets the pad's functions, at once or as soon as it is idle. Several may
 * do so with one pad, which then has one bracket. Any thread but the pad's own
 * from inside its functions.
 *
 * Returns: (transfer full): the bracket, to be given back with
 *   gst_prof_bracket_remove()
 */
GstProfBracket *
gst_prof_bracket_add (GstPad * pad)
{
  GstProfBracket *bracket;

  gst_prof_bracket_ensure_defaults ();
  g_mutex_lock (&swap_lock);
  bracket = gst_prof_bracket_find (pad);
  if (bracket == NULL) {
    GstObject *parent = gst_object_get_parent (GST_OBJECT (pad));
    gchar *name = g_strdup_printf ("%s:%s",
        parent ? GST_OBJECT_NAME (parent) : "?", GST_OBJECT_NAME (pad));

    bracket = bracket_new (pad, gst_prof_point_new (name));
    g_object_set_qdata_full (G_OBJECT (pad), gst_prof_bracket_quark (), bracket,
        bracket_unref);
    g_free (name);
    gst_clear_object (&parent);
  }
  atomic_fetch_add (&bracket->refs, 1);
  bracket->users++;
  g_mutex_unlock (&swap_lock);

  if (!gst_prof_bracket_is_covering (bracket))
    swap_soon (bracket);
  update_probe (bracket);
  return bracket;
}

/*
 * gst_prof_bracket_count:
 * @bracket: a bracket
 *
 * From now on it is counted what passes: buffers that come to a sink pad, and those
 * that are pulled from a source pad. Who is the pad's only user and finds it not
 * active begins anew. Any thread.
 *
 * Returns: (transfer none): what is counted; valid for as long as the bracket's
 *   point
 */
GstProfVisits *
gst_prof_bracket_count (GstProfBracket * bracket)
{
  GstProfVisits *visits;

  g_mutex_lock (&swap_lock);
  visits = gst_prof_point_count (bracket->point);
  atomic_store_explicit (&bracket->visits, visits, memory_order_release);
  if (bracket->users == 1 && !GST_PAD_IS_ACTIVE (bracket->pad)
      && GST_PAD_STREAM_TRYLOCK (bracket->pad)) {
    gst_prof_visits_reset (visits);
    bracket->missed = FALSE;
    GST_PAD_STREAM_UNLOCK (bracket->pad);
  }
  g_mutex_unlock (&swap_lock);
  update_probe (bracket);
  return visits;
}

/* With swap_lock held: taps that were removed and that no thread can be in. Who
 * pushes into a pad has its stream lock; who has it and is here is in none. */
static GstProfTap *
take_retired (GstProfBracket * bracket)
{
  GstProfTap *retired = NULL;

  if (bracket->taps.retired == NULL)
    return NULL;
  if (GST_PAD_IS_SRC (bracket->pad)) {
    if (atomic_load (&bracket->in_events) == 0)
      retired = gst_prof_taps_take_retired (&bracket->taps);
  } else if (GST_PAD_STREAM_TRYLOCK (bracket->pad)) {
    retired = gst_prof_taps_take_retired (&bracket->taps);
    GST_PAD_STREAM_UNLOCK (bracket->pad);
  }
  return retired;
}

/*
 * gst_prof_bracket_tap:
 * @bracket: a bracket
 * @func: of a sink pad, is told of buffers and lists that come in; of a source
 *   pad, of events that go upstream
 * @user_data: for @func
 * @notify: (nullable): frees @user_data, some time after the tap was removed
 *
 * Any thread but the pad's own from inside @func. While the bracket does not
 * cover the pad, nothing is told.
 *
 * Returns: (transfer none): the tap, to be given to gst_prof_bracket_untap()
 */
GstProfTap *
gst_prof_bracket_tap (GstProfBracket * bracket, GstProfTapFunc func,
    gpointer user_data, GDestroyNotify notify)
{
  GstProfTap *tap, *retired;

  g_mutex_lock (&swap_lock);
  retired = take_retired (bracket);
  tap = gst_prof_taps_add (&bracket->taps, func, user_data, notify);
  if (GST_PAD_IS_SRC (bracket->pad))
    gst_prof_bracket_swap_src_event (bracket, bracket->pad);
  g_mutex_unlock (&swap_lock);
  gst_prof_tap_free_all (retired);
  return tap;
}

/*
 * gst_prof_bracket_untap:
 * @bracket: a bracket
 * @tap: one of its taps
 *
 * Does not wait for a thread that is in the tap's function: it may be in it for
 * the last time when this returns, and only then is the data freed. Any thread.
 */
void
gst_prof_bracket_untap (GstProfBracket * bracket, GstProfTap * tap)
{
  GstProfTap *retired;

  g_mutex_lock (&swap_lock);
  gst_prof_taps_remove (&bracket->taps, tap);
  retired = take_retired (bracket);
  g_mutex_unlock (&swap_lock);
  gst_prof_tap_free_all (retired);
}

/*
 * gst_prof_bracket_remove:
 * @bracket: (transfer full): what gst_prof_bracket_add() gave; its pad must
 *   still be alive
 *
 * When nobody else brackets the pad, it is not active and no thread is in it any
 * more, it gets its functions back. Else it keeps them: nobody may wait for it.
 */
void
gst_prof_bracket_remove (GstProfBracket * bracket)
{
  g_mutex_lock (&swap_lock);
  /* It is not active as soon as it begins to be stopped. */
  if (--bracket->users == 0 && !GST_PAD_IS_ACTIVE (bracket->pad)
      && GST_PAD_STREAM_TRYLOCK (bracket->pad)) {
    gst_prof_bracket_swap_out (bracket, bracket->pad);
    GST_PAD_STREAM_UNLOCK (bracket->pad);
  }
  if (bracket->users == 0)
    bracket->waits = bracket->resets = 0;
  g_mutex_unlock (&swap_lock);
  update_probe (bracket);
  bracket_unref (bracket);
}

/* With swap_lock held. A pad that was started anew may be less restless. */
static gboolean
look_at_functions (GstProfBracket * bracket)
{
  gboolean covered = atomic_load (&bracket->covering);
  gboolean ours = covered && gst_prof_bracket_are_functions_ours (bracket, bracket->pad);
  GstProfVisits *visits = gst_prof_bracket_get_visits (bracket);

  if (!GST_PAD_IS_ACTIVE (bracket->pad)) {
    bracket->waits = bracket->resets = 0;
    if (visits != NULL)
      gst_prof_visits_begin_run (visits);
  } else if (ours) {
    bracket->waits = bracket->resets = 0;
  } else if (!covered && bracket->resets < MAX_RESETS) {
    bracket->waits++;
  } else {
    bracket->resets++;
    bracket->missed |= covered;
  }
  if (!ours)
    atomic_store (&bracket->covering, FALSE);
  return ours;
}

/*
 * gst_prof_bracket_renew_pad:
 * @pad: a pad that is bracketed
 *
 * Elements may set a pad's functions late, or again. To be called from time to
 * time; does nothing as long as they are ours, or when nobody brackets the pad
 * any more.
 */
void
gst_prof_bracket_renew_pad (GstPad * pad)
{
  GstProfBracket *bracket = gst_prof_bracket_find (pad);
  GstProfTap *retired;
  gboolean ours;

  if (bracket == NULL)
    return;
  g_mutex_lock (&swap_lock);
  retired = take_retired (bracket);
  ours = look_at_functions (bracket);
  g_mutex_unlock (&swap_lock);
  gst_prof_tap_free_all (retired);
  if (!ours)
    swap_soon (bracket);
  update_probe (bracket);
}

/*
 * gst_prof_bracket_get_point:
 * @bracket: a bracket
 *
 * Returns: (transfer none): its point
 */
GstProfPoint *
gst_prof_bracket_get_point (GstProfBracket * bracket)
{
  return bracket->point;
}

/*
 * gst_prof_bracket_is_covering:
 * @bracket: a bracket
 *
 * Returns: whether the pad's functions are ours; not, while it is not idle
 */
gboolean
gst_prof_bracket_is_covering (GstProfBracket * bracket)
{
  return atomic_load (&bracket->covering);
}

/*
 * gst_prof_bracket_get_kind:
 * @bracket: a bracket
 *
 * Returns: how the pad is watched now
 */
GstProfBracketKind
gst_prof_bracket_get_kind (GstProfBracket * bracket)
{
  GstProfBracketKind kind = GST_PROF_BRACKET_NONE;

  g_mutex_lock (&swap_lock);
  if (atomic_load (&bracket->covering))
    kind = GST_PROF_BRACKET_FUNCTIONS;
  else if (bracket->probe != 0)
    kind = GST_PROF_BRACKET_PROBE;
  g_mutex_unlock (&swap_lock);
  return kind;
}

/*
 * gst_prof_bracket_has_missed:
 * @bracket: a bracket
 *
 * Returns: whether the functions were found set by somebody else while the pad was
 *   active, so that more may have passed than was counted
 */
gboolean
gst_prof_bracket_has_missed (GstProfBracket * bracket)
{
  gboolean missed;

  g_mutex_lock (&swap_lock);
  missed = bracket->missed;
  g_mutex_unlock (&swap_lock);
  return missed;
}
