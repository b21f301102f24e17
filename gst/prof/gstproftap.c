/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Who looks at what passes a pad. The pad's threads walk the list, without a lock
 * and without counting themselves; whoever changes it does so under a lock of its
 * own (gstprofbracket.c). What is taken out of the list may still be looked at by
 * a thread that was in it, so it is only set aside, and freed once its owner
 * knows that no thread can be there.
 */

#include "gstproftap.h"

/*
 * gst_prof_taps_add:
 * @taps: taps
 * @func: is told of all that passes from now on
 * @user_data: for @func
 * @notify: (nullable): frees @user_data
 *
 * One thread at a time changes the list.
 *
 * Returns: (transfer none): the tap, which belongs to @taps
 */
GstProfTap *
gst_prof_taps_add (GstProfTaps * taps, GstProfTapFunc func,
    gpointer user_data, GDestroyNotify notify)
{
  GstProfTap *tap = g_new0 (GstProfTap, 1);

  tap->func = func;
  tap->user_data = user_data;
  tap->notify = notify;
  atomic_init (&tap->next, atomic_load (&taps->first));
  atomic_store (&taps->first, tap);
  return tap;
}

/*
 * gst_prof_taps_remove:
 * @taps: taps
 * @tap: one of them
 *
 * Whoever comes to the pad from now on does not see it; it is set aside. One
 * thread at a time changes the list.
 */
void
gst_prof_taps_remove (GstProfTaps * taps, GstProfTap * tap)
{
  GstProfTap *_Atomic * link = &taps->first;

  while (atomic_load (link) != tap)
    link = &atomic_load (link)->next;
  atomic_store (link, atomic_load (&tap->next));
  tap->next_retired = taps->retired;
  taps->retired = tap;
}

/*
 * gst_prof_taps_take_retired:
 * @taps: taps
 *
 * To be called while no thread can be in them. One thread at a time.
 *
 * Returns: (transfer full) (nullable): those that were set aside, for
 *   gst_prof_tap_free_all()
 */
GstProfTap *
gst_prof_taps_take_retired (GstProfTaps * taps)
{
  return g_steal_pointer (&taps->retired);
}

/*
 * gst_prof_tap_free_all:
 * @retired: (transfer full) (nullable): what gst_prof_taps_take_retired() gave
 */
void
gst_prof_tap_free_all (GstProfTap * retired)
{
  while (retired != NULL) {
    GstProfTap *tap = retired;

    retired = tap->next_retired;
    if (tap->notify != NULL)
      tap->notify (tap->user_data);
    g_free (tap);
  }
}

/*
 * gst_prof_taps_clear:
 * @taps: taps of a pad that is no more
 */
void
gst_prof_taps_clear (GstProfTaps * taps)
{
  while (!gst_prof_taps_is_empty (taps))
    gst_prof_taps_remove (taps, atomic_load (&taps->first));
  gst_prof_tap_free_all (gst_prof_taps_take_retired (taps));
}
