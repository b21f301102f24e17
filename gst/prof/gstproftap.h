/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

#include <stdatomic.h>

G_BEGIN_DECLS

/**
 * GstProfTapFunc:
 * @object: (transfer none): a buffer, a list of buffers or an event that passes;
 *   only to be looked at
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * Called by the thread that passes it: must not wait, allocate or call out.
 */
typedef void (*GstProfTapFunc) (gpointer user_data, GstMiniObject *object,
                                GstClockTime now);

/**
 * GstProfTap:
 *
 * One who looks at what passes.
 */
typedef struct _GstProfTap GstProfTap;

struct _GstProfTap {
  GstProfTap *_Atomic next;     /* in GstProfTaps.first */
  GstProfTap *next_retired;
  GstProfTapFunc func;
  gpointer user_data;
  GDestroyNotify notify;
};

/**
 * GstProfTaps:
 *
 * All who look at what passes one pad. Zero is nobody. The fields are its own.
 */
typedef struct {
  GstProfTap *_Atomic first;
  GstProfTap *retired;
} GstProfTaps;

GstProfTap *gst_prof_taps_add          (GstProfTaps *taps, GstProfTapFunc func,
                                        gpointer user_data,
                                        GDestroyNotify notify);
void        gst_prof_taps_remove       (GstProfTaps *taps, GstProfTap *tap);
GstProfTap *gst_prof_taps_take_retired (GstProfTaps *taps);
void        gst_prof_taps_clear        (GstProfTaps *taps);
void        gst_prof_tap_free_all      (GstProfTap *retired);

static inline gboolean
gst_prof_taps_is_empty (GstProfTaps *taps)
{
  return atomic_load_explicit (&taps->first, memory_order_relaxed) == NULL;
}

static inline void
gst_prof_taps_tell (GstProfTaps *taps, GstMiniObject *object, GstClockTime now)
{
  GstProfTap *tap = atomic_load_explicit (&taps->first, memory_order_acquire);

  while (G_UNLIKELY (tap != NULL)) {
    tap->func (tap->user_data, object, now);
    tap = atomic_load_explicit (&tap->next, memory_order_acquire);
  }
}

G_END_DECLS
