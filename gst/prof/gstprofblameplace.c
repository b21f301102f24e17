/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Of what no cause explains: where the threads were meanwhile, and in which system
 * call. It is no cause, and takes nothing from what is unknown. Passive.
 */

#include "gstprofblameprivate.h"

static gboolean
is_same (const GstProfBlameItem * a, const GstProfBlameItem * b)
{
  return a->thread_id == b->thread_id && a->point == b->point
      && a->home == b->home && a->call == b->call;
}

/* Only those in a call: who runs, or could not be looked at, was nowhere. */
void
gst_prof_blame_add_place (GstProfBlame * blame, const GstProfBlameItem * place,
    GstClockTime time)
{
  guint i = 0;

  if (time == 0 || place->call < 0)
    return;
  while (i < blame->n_places && !is_same (&blame->places[i], place))
    i++;
  if (i == GST_PROF_BLAME_MAX_PLACES)
    return;
  if (i == blame->n_places) {
    blame->places[i] = *place;
    blame->places[i].time = 0;
    blame->n_places++;
  }
  blame->places[i].time += time;
  if (place->state != 0)
    blame->places[i].state = place->state;
}

/* Of the places of another interval as much as @part is of @whole. */
void
gst_prof_blame_add_places (GstProfBlame * blame, const GstProfBlame * other,
    GstClockTime part, GstClockTime whole)
{
  for (guint i = 0; i < other->n_places && whole > 0; i++)
    gst_prof_blame_add_place (blame, &other->places[i],
        gst_util_uint64_scale (other->places[i].time, part, whole));
}

void
gst_prof_blame_scale_places (GstProfBlame * blame, GstClockTime part,
    GstClockTime whole)
{
  for (guint i = 0; i < blame->n_places; i++)
    blame->places[i].time = whole == 0 ? 0
        : gst_util_uint64_scale (blame->places[i].time, part, whole);
}

/*
 * gst_prof_blame_doubt:
 * @blame: a blame
 * @i: one of its items, whose cause is not certain
 *
 * Makes that unknown, and keeps where it was.
 */
void
gst_prof_blame_doubt (GstProfBlame * blame, guint i)
{
  const GstProfBlameItem item = blame->items[i];

  blame->items[i] = blame->items[--blame->n_items];
  blame->rest += item.time;
  gst_prof_blame_add_place (blame, &item, item.time);
}

/*
 * gst_prof_blame_get_place:
 * @blame: a blame
 *
 * Returns: (nullable) (transfer none): where most of what is unknown was spent, with
 *   its time, and the call that the thread was blocked in; %NULL when that is not
 *   known of more than half of it
 */
const GstProfBlameItem *
gst_prof_blame_get_place (const GstProfBlame * blame)
{
  const GstProfBlameItem *largest = NULL;

  for (guint i = 0; i < blame->n_places; i++) {
    if (largest == NULL || blame->places[i].time > largest->time)
      largest = &blame->places[i];
  }
  return largest != NULL && largest->time > blame->rest / 2 ? largest : NULL;
}
