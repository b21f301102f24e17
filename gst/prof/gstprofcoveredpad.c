/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The pads of a pipeline that are covered: which ones are, their brackets, and their
 * table, by point and by object. Those that are gone wait in a queue until what was
 * counted of them has been read. Part of the coverage: its lock protects the table,
 * and a bracket is added and removed without it. In whatever thread pads come and go.
 */

#include "gstprofcoverageprivate.h"

/* Pads of a large conference; 4 KB each is the bound, this takes 200 bytes. */
#define MAX_PADS 2048

typedef GstProfCoveredElement Element;
typedef GstProfCoveredPad Pad;

/* Lets go of the pad. What is counted of it can still be read. */
void
gst_prof_covered_pad_release (GstProfCoveredPad * pad)
{
  g_clear_pointer (&pad->bracket, gst_prof_bracket_remove);
  gst_clear_object (&pad->pad);
}

/* Without lock, if the pad is not gone. */
void
gst_prof_covered_pad_free (GstProfCoveredPad * pad)
{
  gst_prof_covered_pad_release (pad);
  gst_prof_point_unref (pad->point);
  if (pad->cursor != NULL)
    gst_caps_replace (&pad->cursor->caps, NULL);
  g_free (pad->cursor);
  g_free (pad->task_name);
  gst_prof_refusals_free (pad->refusals);
  g_free (pad);
}

/* With lock held: index of the pad with that point, or where it would be. */
static guint
search_pad (GstProfCoverage * coverage, guint point)
{
  guint low = 0, high = coverage->pads->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;
    Pad *pad = g_ptr_array_index (coverage->pads, middle);

    if (pad->point->id < point)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* With lock held. */
GstProfCoveredPad *
gst_prof_coverage_find_pad (GstProfCoverage * coverage, guint point)
{
  guint i = search_pad (coverage, point);
  Pad *pad;

  if (i == coverage->pads->len)
    return NULL;
  pad = g_ptr_array_index (coverage->pads, i);
  return pad->point->id == point ? pad : NULL;
}

/* With lock held. */
GstProfCoveredPad *
gst_prof_coverage_find_object (GstProfCoverage * coverage, GstPad * pad)
{
  return g_hash_table_lookup (coverage->pads_by_object, pad);
}

/* With lock held. */
static gboolean
is_wanted (GstProfCoverage * coverage, GstElement * element, GstPad * pad)
{
  Element *owner = gst_prof_coverage_find_element (coverage, element);

  if (coverage->stopped || owner == NULL || owner->excluded
      || gst_prof_coverage_find_object (coverage, pad) != NULL)
    return FALSE;
  if (coverage->pads->len < MAX_PADS)
    return TRUE;
  if (g_hash_table_insert (coverage->pads_left_out, pad, element)) {
    coverage->left_out++;
    owner->n_left_out++;
    coverage->news = TRUE;
  }
  return FALSE;
}

static Pad *
pad_new (GstProfCoverage * coverage, GstElement * element, GstPad * pad)
{
  Pad *entry = g_new0 (Pad, 1);

  entry->pad = gst_object_ref (pad);
  entry->bracket = gst_prof_bracket_add (pad);
  entry->point =
      gst_prof_point_ref (gst_prof_bracket_get_point (entry->bracket));
  entry->element = element;
  entry->is_src = GST_PAD_IS_SRC (pad);
  if (coverage->count) {
    entry->visits = gst_prof_bracket_count (entry->bracket);
    gst_prof_covered_pad_skip (entry);
  }
  return entry;
}

/* With lock held. */
static void
insert_pad (GstProfCoverage * coverage, Pad * pad)
{
  pad->number =
      gst_prof_coverage_find_element (coverage, pad->element)->number;
  if (pad->visits != NULL)
    gst_prof_visits_set_limits (pad->visits, coverage->slow, coverage->pause);
  g_ptr_array_insert (coverage->pads, search_pad (coverage, pad->point->id),
      pad);
  g_hash_table_insert (coverage->pads_by_object, pad->pad, pad);
  coverage->changed = TRUE;
}

/* Without lock. */
void
gst_prof_coverage_add_pad (GstProfCoverage * coverage, GstElement * element,
    GstPad * pad)
{
  Pad *entry;
  gboolean wanted;

  /* Ghost pads pass on what comes; stages bracket theirs themselves. */
  if (GST_IS_PROXY_PAD (pad) || (GST_PAD_IS_SRC (pad)
          && __atomic_load_n (&GST_PAD_GETRANGEFUNC (pad),
              __ATOMIC_RELAXED) == NULL))
    return;

  g_mutex_lock (&coverage->lock);
  wanted = is_wanted (coverage, element, pad);
  g_mutex_unlock (&coverage->lock);
  if (!wanted)
    return;

  entry = pad_new (coverage, element, pad);
  g_mutex_lock (&coverage->lock);
  if (is_wanted (coverage, element, pad))
    insert_pad (coverage, g_steal_pointer (&entry));
  g_mutex_unlock (&coverage->lock);

  g_clear_pointer (&entry, gst_prof_covered_pad_free);
}

/* With lock held. */
GstProfCoveredPad *
gst_prof_coverage_steal_pad (GstProfCoverage * coverage, guint i)
{
  Pad *pad = g_ptr_array_steal_index (coverage->pads, i);

  g_hash_table_remove (coverage->pads_by_object, pad->pad);
  coverage->changed = TRUE;
  return pad;
}

/* With lock held, of what has been let go of: what was counted is read once more.
 * Takes @pad. */
void
gst_prof_coverage_keep_pad (GstProfCoverage * coverage,
    GstProfCoveredPad * pad)
{
  if (pad->visits != NULL)
    g_queue_push_tail (&coverage->gone_pads, g_steal_pointer (&pad));
  if (g_queue_get_length (&coverage->gone_pads) > GST_PROF_COVERAGE_MAX_GONE)
    pad = g_queue_pop_head (&coverage->gone_pads);
  g_clear_pointer (&pad, gst_prof_covered_pad_free);
}

/* Without lock. */
void
gst_prof_coverage_remove_pad (GstProfCoverage * coverage, GstElement * element,
    GstPad * pad)
{
  Pad *found;

  g_mutex_lock (&coverage->lock);
  if (g_hash_table_remove (coverage->pads_left_out, pad)) {
    gst_prof_coverage_find_element (coverage, element)->n_left_out--;
    coverage->news = TRUE;
  }
  found = gst_prof_coverage_find_object (coverage, pad);
  if (found != NULL)
    gst_prof_coverage_steal_pad (coverage,
        search_pad (coverage, found->point->id));
  g_mutex_unlock (&coverage->lock);
  if (found == NULL)
    return;
  gst_prof_covered_pad_release (found);
  g_mutex_lock (&coverage->lock);
  gst_prof_coverage_keep_pad (coverage, found);
  g_mutex_unlock (&coverage->lock);
}
