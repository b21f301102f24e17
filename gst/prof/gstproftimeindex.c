/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * A hash table of times that also finds near ones. Owns no items. Passive: its
 * owner's thread.
 */

#include "gstproftimeindex.h"

static GstProfTimeNode **
get_bucket (GstProfTimeIndex * self, guint64 millisecond)
{
  return &self->buckets[millisecond % GST_PROF_TIME_INDEX_BUCKETS];
}

/*
 * gst_prof_time_index_add:
 * @self: the index
 * @node: a node that is in no index
 * @time: the time to find it by; with %GST_CLOCK_TIME_NONE it is not found
 * @item: what it stands for
 */
void
gst_prof_time_index_add (GstProfTimeIndex * self, GstProfTimeNode * node,
    GstClockTime time, gpointer item)
{
  GstProfTimeNode **bucket;

  node->time = time;
  node->item = item;
  node->next = node->prev = NULL;
  if (!GST_CLOCK_TIME_IS_VALID (time))
    return;
  bucket = get_bucket (self, time / GST_MSECOND);
  node->next = *bucket;
  if (node->next)
    node->next->prev = node;
  *bucket = node;
}

/*
 * gst_prof_time_index_remove:
 * @self: the index
 * @node: a node that was added to it
 */
void
gst_prof_time_index_remove (GstProfTimeIndex * self, GstProfTimeNode * node)
{
  if (!GST_CLOCK_TIME_IS_VALID (node->time))
    return;
  if (node->prev)
    node->prev->next = node->next;
  else
    *get_bucket (self, node->time / GST_MSECOND) = node->next;
  if (node->next)
    node->next->prev = node->prev;
  node->time = GST_CLOCK_TIME_NONE;
}

/*
 * gst_prof_time_index_foreach:
 * @self: the index
 * @time: a time
 * @tolerance: how far from it a time may be, at most a millisecond
 * @func: (scope call): called for each node within, in no order; must not
 *   change the index
 * @user_data: data for @func
 */
void
gst_prof_time_index_foreach (const GstProfTimeIndex * self, GstClockTime time,
    GstClockTime tolerance, GstProfTimeIndexFunc func, gpointer user_data)
{
  guint64 first, last;

  if (!GST_CLOCK_TIME_IS_VALID (time))
    return;
  first = (time - MIN (time, tolerance)) / GST_MSECOND;
  last = (time + tolerance) / GST_MSECOND;
  for (guint64 ms = first; ms <= last; ms++) {
    const GstProfTimeNode *node =
        self->buckets[ms % GST_PROF_TIME_INDEX_BUCKETS];

    for (; node; node = node->next) {
      GstClockTime distance =
          node->time > time ? node->time - time : time - node->time;

      if (node->time / GST_MSECOND == ms && distance <= tolerance)
        func (node->item, distance, user_data);
    }
  }
}
