/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What went into an element and has not come out, so that it is found again when
 * it does: by running time, in whatever order. That is all that a buffer that came
 * out has in common with the one that went in. Passive. All 0 is an empty one.
 */

#include "gstprofinside.h"

#include <string.h>

/* What most elements never have inside at once, in half a kilobyte. */
#define FIRST_SIZE 32

/* Running times that differ by less are the same, but for rounding. */
#define SAME (GST_USECOND)

/* Containers round to milliseconds: that one is it if none is nearer. */
#define NEAR (GST_MSECOND)

/*
 * gst_prof_inside_clear:
 * @inside: what is inside
 *
 * Forgets all.
 */
void
gst_prof_inside_clear (GstProfInside * inside)
{
  g_clear_pointer (&inside->passings, g_free);
  *inside = (GstProfInside) { 0 };
}

static void
remove_at (GstProfInside * inside, guint i)
{
  /* What came first leaves first, or nearly. */
  memmove (inside->passings + i, inside->passings + i + 1,
      (inside->n - i - 1) * sizeof (GstProfPassing));
  inside->n--;
}

/* An element out of which nothing has come that went in does not get more. */
static void
make_room (GstProfInside * inside)
{
  if (inside->n < inside->size)
    return;
  if (inside->size == 0 || (inside->size < GST_PROF_INSIDE_MAX
          && (inside->found > 0 || inside->size < GST_PROF_INSIDE_MAX / 2))) {
    inside->size = MAX (FIRST_SIZE, 2 * inside->size);
    inside->passings = g_renew (GstProfPassing, inside->passings,
        inside->size);
  } else {
    remove_at (inside, 0);
  }
}

/*
 * gst_prof_inside_add:
 * @inside: what is inside
 * @passing: what has come in. When there are too many, the oldest is forgotten
 */
void
gst_prof_inside_add (GstProfInside * inside, const GstProfPassing * passing)
{
  make_room (inside);
  inside->passings[inside->n++] = *passing;
}

/*
 * gst_prof_inside_take:
 * @inside: what is inside
 * @passing: what has come out
 * @stay: (out): how long it was inside, nanoseconds; untouched on failure
 *
 * Returns: %FALSE when nothing of that running time had come in
 */
gboolean
gst_prof_inside_take (GstProfInside * inside, const GstProfPassing * passing,
    GstClockTime * stay)
{
  guint64 least = G_MAXUINT64;
  guint best = 0;

  for (guint i = 0; i < inside->n && least > SAME; i++) {
    const GstProfPassing *known = &inside->passings[i];
    guint64 apart = known->running_time > passing->running_time
        ? (guint64) known->running_time - (guint64) passing->running_time
        : (guint64) passing->running_time - (guint64) known->running_time;

    if (apart < least && known->time <= passing->time) {
      least = apart;
      best = i;
    }
  }
  if (least > NEAR)
    return FALSE;
  *stay = passing->time - inside->passings[best].time;
  remove_at (inside, best);
  inside->found++;
  /* Between two looks many may have passed an element that keeps none. */
  if (inside->n == 0) {
    g_clear_pointer (&inside->passings, g_free);
    inside->size = 0;
  }
  return TRUE;
}
