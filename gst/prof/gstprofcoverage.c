/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What a pipeline consists of, so that a thread that is blocked can be told in
 * which element and by whom it should have been fed or drained. Brackets the
 * pads of all elements in a bin, those that come later included, and knows for
 * each pad the element whose task pushes into it and the pads that feed that
 * task.
 *
 * Elements and pads come by signals, in whatever thread; who feeds whom is
 * looked up anew from time to time, since links come and go
 * (gstprofcoveragelinks.c). What is kept of one pad is in gstprofcoveredpad.c, of
 * one element in gstprofcoveredelement.c. lock protects the tables; nothing of
 * GStreamer is called with it held, so that whoever looks something up
 * (gstprofcoveragelookup.c) never waits for a pipeline. An element is in the
 * table only as long as it is in the pipeline: then its memory may be looked at
 * with the lock held. What is counted of a pad outlives it until it has been read
 * (gstprofcoverageread.c).
 */

#include "gstprofcoverageprivate.h"

#define MAX_ELEMENTS 1024

typedef GstProfCoveredElement Element;
typedef GstProfCoveredPad Pad;

/*
 * gst_prof_coverage_ref:
 * @coverage: a coverage
 *
 * Returns: (transfer full): @coverage
 */
GstProfCoverage *
gst_prof_coverage_ref (GstProfCoverage * coverage)
{
  g_atomic_ref_count_inc (&coverage->refs);
  return coverage;
}

/*
 * gst_prof_coverage_unref:
 * @coverage: (transfer full): a coverage
 */
void
gst_prof_coverage_unref (GstProfCoverage * coverage)
{
  if (!g_atomic_ref_count_dec (&coverage->refs))
    return;
  g_ptr_array_unref (coverage->elements);
  g_ptr_array_unref (coverage->pads);
  g_hash_table_unref (coverage->elements_by_object);
  g_hash_table_unref (coverage->elements_left_out);
  g_hash_table_unref (coverage->pads_left_out);
  g_hash_table_unref (coverage->pads_by_object);
  g_queue_clear_full (&coverage->gone_pads, (GDestroyNotify)
      gst_prof_covered_pad_free);
  g_queue_clear_full (&coverage->gone_elements, (GDestroyNotify)
      gst_prof_covered_element_free);
  g_mutex_clear (&coverage->lock);
  g_mutex_clear (&coverage->read_lock);
  g_free (coverage);
}

static void
closure_unref (gpointer data, GClosure * closure)
{
  gst_prof_coverage_unref (data);
}

static gulong
connect (GstProfCoverage * coverage, gpointer object, const gchar * signal,
    GCallback callback)
{
  return g_signal_connect_data (object, signal, callback,
      gst_prof_coverage_ref (coverage), closure_unref, 0);
}

/* With lock held. */
GstProfCoveredElement *
gst_prof_coverage_find_element (GstProfCoverage * coverage, GstElement * element)
{
  return g_hash_table_lookup (coverage->elements_by_object, element);
}

/* With lock held. */
GstProfCoveredElement *
gst_prof_coverage_find_by_own_point (GstProfCoverage * coverage, guint point)
{
  for (guint i = 0; coverage->n_own > 0 && i < coverage->elements->len; i++) {
    Element *known = g_ptr_array_index (coverage->elements, i);

    if (known->own_point == point)
      return known;
  }
  return NULL;
}

static void
pad_added (GstElement * element, GstPad * pad, gpointer user_data)
{
  gst_prof_coverage_add_pad (user_data, element, pad);
}

/* With lock held, of what has been let go of: what was counted is read once more.
 * Takes @element. */
static void
keep_element (GstProfCoverage * coverage, Element * element)
{
  if (coverage->count)
    g_queue_push_tail (&coverage->gone_elements, g_steal_pointer (&element));
  if (g_queue_get_length (&coverage->gone_elements) > MAX_ELEMENTS)
    element = g_queue_pop_head (&coverage->gone_elements);
  g_clear_pointer (&element, gst_prof_covered_element_free);
}

static void
pad_removed (GstElement * element, GstPad * pad, gpointer user_data)
{
  gst_prof_coverage_remove_pad (user_data, element, pad);
}

static gboolean
add_pad_of (GstElement * element, GstPad * pad, gpointer user_data)
{
  gst_prof_coverage_add_pad (user_data, element, pad);
  return TRUE;
}

static void
add_element (GstProfCoverage * coverage, GstElement * element)
{
  Element *entry = gst_prof_covered_element_new (coverage, element);
  gboolean wanted = FALSE;

  g_mutex_lock (&coverage->lock);
  if (!coverage->stopped && coverage->elements->len < MAX_ELEMENTS) {
    wanted = gst_prof_coverage_find_element (coverage, element) == NULL;
    if (wanted) {
      entry->pad_added = connect (coverage, element, "pad-added",
          G_CALLBACK (pad_added));
      entry->pad_removed = connect (coverage, element, "pad-removed",
          G_CALLBACK (pad_removed));
      entry->number = ++coverage->last_number;
      coverage->n_own += entry->own != NULL;
      coverage->changed = coverage->news = TRUE;
      g_hash_table_insert (coverage->elements_by_object, element, entry);
      g_ptr_array_add (coverage->elements, g_steal_pointer (&entry));
    }
  } else if (!coverage->stopped
      && !GST_IS_BIN (element)
      && gst_prof_coverage_find_element (coverage, element) == NULL
      && g_hash_table_add (coverage->elements_left_out, element)) {
    coverage->left_out++;
  }
  g_mutex_unlock (&coverage->lock);

  g_clear_pointer (&entry, gst_prof_covered_element_free);
  if (wanted)
    gst_element_foreach_pad (element, add_pad_of, coverage);
}

/* Lets go of the element. */
static void
release_element (Element * entry)
{
  g_signal_handler_disconnect (entry->element, entry->pad_added);
  g_signal_handler_disconnect (entry->element, entry->pad_removed);
  g_clear_pointer (&entry->own, gst_prof_point_unref);
  gst_clear_object (&entry->element);
}

static void
forget_element (Element * entry)
{
  release_element (entry);
  gst_prof_covered_element_free (entry);
}

static gboolean
is_its (gpointer pad, gpointer element, gpointer user_data)
{
  return element == user_data;
}

static void
remove_element (GstProfCoverage * coverage, GstElement * element)
{
  g_autoptr (GPtrArray) pads = g_ptr_array_new ();
  Element *entry;
  guint place;

  g_mutex_lock (&coverage->lock);
  g_hash_table_remove (coverage->elements_left_out, element);
  entry = gst_prof_coverage_find_element (coverage, element);
  if (entry != NULL) {
    g_hash_table_foreach_remove (coverage->pads_left_out, is_its, element);
    g_hash_table_remove (coverage->elements_by_object, element);
    coverage->n_own -= entry->own != NULL;
    if (g_ptr_array_find (coverage->elements, entry, &place))
      g_ptr_array_steal_index (coverage->elements, place);
  }
  if (entry != NULL) {
    entry->n_pads = entry->n_covering = 0;
    entry->n_probed = entry->n_missed = 0;
  }
  for (guint i = coverage->pads->len; i-- > 0;) {
    Pad *pad = g_ptr_array_index (coverage->pads, i);

    if (pad->element != element)
      continue;
    if (entry != NULL)
      gst_prof_covered_element_count_pad (entry, pad);
    g_ptr_array_add (pads, gst_prof_coverage_steal_pad (coverage, i));
  }
  g_mutex_unlock (&coverage->lock);

  for (guint i = 0; i < pads->len; i++)
    gst_prof_covered_pad_release (g_ptr_array_index (pads, i));
  if (entry != NULL)
    release_element (entry);
  g_mutex_lock (&coverage->lock);
  for (guint i = 0; i < pads->len; i++)
    gst_prof_coverage_keep_pad (coverage, g_ptr_array_index (pads, i));
  if (entry != NULL)
    keep_element (coverage, entry);
  g_mutex_unlock (&coverage->lock);
}

static void
for_each_element (GstBin * bin, void (*func) (GstProfCoverage * coverage,
        GstElement * element), GstProfCoverage * coverage)
{
  GstIterator *elements = gst_bin_iterate_recurse (bin);
  GValue item = G_VALUE_INIT;
  gboolean done = FALSE;

  while (!done) {
    switch (gst_iterator_next (elements, &item)) {
      case GST_ITERATOR_OK:
        func (coverage, g_value_get_object (&item));
        g_value_reset (&item);
        break;
      case GST_ITERATOR_RESYNC:
        /* Those that were there already are found again. */
        gst_iterator_resync (elements);
        break;
      default:
        done = TRUE;
        break;
    }
  }
  g_value_unset (&item);
  gst_iterator_free (elements);
}

static void
element_added (GstBin * bin, GstBin * sub_bin, GstElement * element,
    gpointer user_data)
{
  add_element (user_data, element);
  if (GST_IS_BIN (element))
    for_each_element (GST_BIN (element), add_element, user_data);
}

static void
element_removed (GstBin * bin, GstBin * sub_bin, GstElement * element,
    gpointer user_data)
{
  remove_element (user_data, element);
  if (GST_IS_BIN (element))
    for_each_element (GST_BIN (element), remove_element, user_data);
}

/*
 * gst_prof_coverage_new:
 * @scope: a bin, of which all elements are covered; something else covers
 *   nothing
 *
 * Brackets what is there, and what will come. Any thread; best while the
 * elements are not active.
 *
 * Returns: (transfer full): a coverage, to be stopped before it is given back
 */
GstProfCoverage *
gst_prof_coverage_new (GstObject * scope)
{
  return gst_prof_coverage_new_full (scope, FALSE, NULL);
}

/*
 * gst_prof_coverage_new_full:
 * @scope: as for gst_prof_coverage_new()
 * @count: whether the visits of the pads are counted, so that they can be read
 *   with gst_prof_coverage_read()
 * @exclude: (nullable) (array zero-terminated=1): patterns of the names of
 *   elements and factories that are left alone; must outlive the coverage
 *
 * Returns: (transfer full): a coverage, to be stopped before it is given back
 */
GstProfCoverage *
gst_prof_coverage_new_full (GstObject * scope, gboolean count,
    const gchar * const *exclude)
{
  GstProfCoverage *coverage = g_new0 (GstProfCoverage, 1);

  g_atomic_ref_count_init (&coverage->refs);
  g_mutex_init (&coverage->lock);
  g_mutex_init (&coverage->read_lock);
  coverage->elements = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_prof_covered_element_free);
  coverage->elements_by_object = g_hash_table_new (NULL, NULL);
  coverage->elements_left_out = g_hash_table_new (NULL, NULL);
  coverage->pads_left_out = g_hash_table_new (NULL, NULL);
  coverage->pads = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_prof_covered_pad_free);
  coverage->pads_by_object = g_hash_table_new (NULL, NULL);
  coverage->count = count;
  coverage->exclude = exclude;
  coverage->top = scope;
  if (!GST_IS_BIN (scope))
    return coverage;

  coverage->scope = gst_object_ref (scope);
  coverage->added = connect (coverage, scope, "deep-element-added",
      G_CALLBACK (element_added));
  coverage->removed = connect (coverage, scope, "deep-element-removed",
      G_CALLBACK (element_removed));
  for_each_element (GST_BIN (scope), add_element, coverage);
  gst_prof_coverage_refresh (coverage);
  return coverage;
}

/*
 * gst_prof_coverage_stop:
 * @coverage: a coverage
 *
 * Lets go of the pipeline. Whoever still has a reference finds nothing any
 * more. May be called twice.
 */
void
gst_prof_coverage_stop (GstProfCoverage * coverage)
{
  GPtrArray *elements, *pads;

  if (coverage->scope != NULL) {
    g_signal_handler_disconnect (coverage->scope, coverage->added);
    g_signal_handler_disconnect (coverage->scope, coverage->removed);
  }

  g_mutex_lock (&coverage->lock);
  coverage->stopped = TRUE;
  elements = coverage->elements;
  pads = coverage->pads;
  coverage->elements = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_prof_covered_element_free);
  coverage->pads = g_ptr_array_new_with_free_func ((GDestroyNotify)
      gst_prof_covered_pad_free);
  g_hash_table_remove_all (coverage->elements_by_object);
  g_hash_table_remove_all (coverage->elements_left_out);
  g_hash_table_remove_all (coverage->pads_left_out);
  g_hash_table_remove_all (coverage->pads_by_object);
  g_mutex_unlock (&coverage->lock);

  g_ptr_array_unref (pads);
  g_ptr_array_set_free_func (elements, (GDestroyNotify) forget_element);
  g_ptr_array_unref (elements);
  gst_clear_object (&coverage->scope);
}

/*
 * gst_prof_coverage_is_changed:
 * @coverage: a coverage
 *
 * Returns: whether elements or pads have come or gone since it was refreshed, or
 *   data to a pad of which it is not known whence
 */
gboolean
gst_prof_coverage_is_changed (GstProfCoverage * coverage)
{
  gboolean changed;

  g_mutex_lock (&coverage->lock);
  changed = coverage->changed;
  for (guint i = 0; i < coverage->pads->len && !changed; i++) {
    const Pad *pad = g_ptr_array_index (coverage->pads, i);

    changed = pad->upstream == NULL && !pad->refreshed
        && atomic_load_explicit (&pad->point->thread_id,
        memory_order_relaxed) != 0;
  }
  g_mutex_unlock (&coverage->lock);
  return changed;
}

/*
 * gst_prof_coverage_set_limits:
 * @coverage: a coverage
 * @slow: nanoseconds from which on a visit is told; 0: none is
 * @pause: the same of times in which a task brings nothing
 */
void
gst_prof_coverage_set_limits (GstProfCoverage * coverage, GstClockTime slow,
    GstClockTime pause)
{
  g_mutex_lock (&coverage->lock);
  if (slow != coverage->slow || pause != coverage->pause) {
    coverage->slow = slow;
    coverage->pause = pause;
    for (guint i = 0; i < coverage->pads->len; i++) {
      Pad *pad = g_ptr_array_index (coverage->pads, i);

      if (pad->visits != NULL)
        gst_prof_visits_set_limits (pad->visits, slow, pause);
    }
  }
  g_mutex_unlock (&coverage->lock);
}

/*
 * gst_prof_coverage_get_left_out:
 * @coverage: a coverage
 *
 * Returns: how many pads and elements that are there are not covered, since there
 *   are too many
 */
guint
gst_prof_coverage_get_left_out (GstProfCoverage * coverage)
{
  guint n;

  g_mutex_lock (&coverage->lock);
  n = g_hash_table_size (coverage->elements_left_out)
      + g_hash_table_size (coverage->pads_left_out);
  g_mutex_unlock (&coverage->lock);
  return n;
}

/*
 * gst_prof_coverage_get_uncovered:
 * @coverage: a coverage
 *
 * Returns: how many pads and elements are not covered: they were never idle, or
 *   there are too many
 */
guint
gst_prof_coverage_get_uncovered (GstProfCoverage * coverage)
{
  guint n;

  g_mutex_lock (&coverage->lock);
  n = coverage->left_out;
  for (guint i = 0; i < coverage->pads->len; i++) {
    Pad *pad = g_ptr_array_index (coverage->pads, i);

    if (!gst_prof_bracket_is_covering (pad->bracket))
      n++;
  }
  g_mutex_unlock (&coverage->lock);
  return n;
}
