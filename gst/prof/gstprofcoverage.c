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
 * (gstprofcoveragelinks.c). lock protects the tables; nothing of GStreamer is
 * called with it held, so that whoever looks something up
 * (gstprofcoveragelookup.c) never waits for a pipeline. An element is in the
 * table only as long as it is in the pipeline: then its memory may be looked at
 * with the lock held.
 */

#include "gstprofcoverageprivate.h"

#include <gst/base/base.h>

/* Pads of a large conference; 4 KB each is the bound, this takes 200 bytes. */
#define MAX_PADS 2048
#define MAX_ELEMENTS 1024

typedef GstProfCoveredElement Element;
typedef GstProfCoveredPad Pad;

static GQuark
point_quark (void)
{
  return g_quark_from_static_string ("gst-prof-point");
}

/*
 * gst_prof_coverage_set_point:
 * @element: a stage
 * @point: the point that it enters itself, beside its pads
 *
 * To be called once, when the element is made.
 */
void
gst_prof_coverage_set_point (GstElement * element, GstProfPoint * point)
{
  g_object_set_qdata_full (G_OBJECT (element), point_quark (),
      gst_prof_point_ref (point), (GDestroyNotify) gst_prof_point_unref);
}

static void
element_free (gpointer data)
{
  Element *element = data;

  gst_object_unref (element->element);
  g_clear_pointer (&element->own, gst_prof_point_unref);
  g_free (element->name);
  g_free (element);
}

static void
pad_free (gpointer data)
{
  Pad *pad = data;

  gst_prof_bracket_remove (pad->bracket);
  gst_object_unref (pad->pad);
  g_free (pad->task_name);
  g_free (pad);
}

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
  g_mutex_clear (&coverage->lock);
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
GstProfCoveredElement *
gst_prof_coverage_find_element (GstProfCoverage * coverage, GstElement * element)
{
  for (guint i = 0; i < coverage->elements->len; i++) {
    Element *known = g_ptr_array_index (coverage->elements, i);

    if (known->element == element)
      return known;
  }
  return NULL;
}

/* With lock held. */
GstProfCoveredElement *
gst_prof_coverage_find_by_own_point (GstProfCoverage * coverage, guint point)
{
  for (guint i = 0; i < coverage->elements->len; i++) {
    Element *known = g_ptr_array_index (coverage->elements, i);

    if (known->own_point == point)
      return known;
  }
  return NULL;
}

static void
add_pad (GstProfCoverage * coverage, GstElement * element, GstPad * pad)
{
  GstProfBracket *bracket;
  Pad *entry;
  guint i;

  /* Ghost pads pass on what comes; stages bracket theirs themselves. */
  if (GST_IS_PROXY_PAD (pad)
      || (GST_PAD_IS_SRC (pad) && GST_PAD_GETRANGEFUNC (pad) == NULL))
    return;

  bracket = gst_prof_bracket_add (pad);
  entry = g_new0 (Pad, 1);
  entry->pad = gst_object_ref (pad);
  entry->bracket = bracket;
  entry->point = gst_prof_bracket_get_point (bracket);
  entry->element = element;

  g_mutex_lock (&coverage->lock);
  i = search_pad (coverage, entry->point->id);
  if (!coverage->stopped && coverage->pads->len < MAX_PADS
      && gst_prof_coverage_find_element (coverage, element) != NULL
      && gst_prof_coverage_find_pad (coverage, entry->point->id) == NULL)
    g_ptr_array_insert (coverage->pads, i, g_steal_pointer (&entry));
  else if (coverage->pads->len >= MAX_PADS)
    coverage->left_out++;
  g_mutex_unlock (&coverage->lock);

  g_clear_pointer (&entry, pad_free);
}

static void
pad_added (GstElement * element, GstPad * pad, gpointer user_data)
{
  add_pad (user_data, element, pad);
}

static void
pad_removed (GstElement * element, GstPad * pad, gpointer user_data)
{
  GstProfCoverage *coverage = user_data;
  Pad *found = NULL;

  g_mutex_lock (&coverage->lock);
  for (guint i = 0; i < coverage->pads->len && found == NULL; i++) {
    found = g_ptr_array_index (coverage->pads, i);
    if (found->pad == pad)
      g_ptr_array_steal_index (coverage->pads, i);
    else
      found = NULL;
  }
  g_mutex_unlock (&coverage->lock);
  g_clear_pointer (&found, pad_free);
}

static gboolean
has_private (GstElement * element)
{
  static const gchar *const types[] = {
    "GstRtpJitterBuffer", "GstAppSrc", "GstAppSink", "GstAggregator",
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    GType type = g_type_from_name (types[i]);

    if (type != 0 && g_type_is_a (G_OBJECT_TYPE (element), type))
      return TRUE;
  }
  return FALSE;
}

/* Returns: the stage that an element is or is in, a quark; 0: none */
GQuark
gst_prof_coverage_find_stage (GstElement * element)
{
  GstObject *object = gst_object_ref (GST_OBJECT (element));
  GQuark stage = 0;

  while (object != NULL && stage == 0) {
    GstProfPoint *point = g_object_get_qdata (G_OBJECT (object),
        point_quark ());
    GstObject *parent = gst_object_get_parent (object);

    if (point != NULL)
      stage = atomic_load (&point->stage);
    gst_object_unref (object);
    object = parent;
  }
  gst_clear_object (&object);
  return stage;
}

/* Returns: how many bins an element is in, at most MAX_BINS; the innermost
 * stands first. They are no references. */
guint
gst_prof_coverage_find_bins (GstElement * element, gconstpointer * bins)
{
  GstObject *object = gst_object_get_parent (GST_OBJECT (element));
  guint n = 0;

  while (object != NULL && n < GST_PROF_COVERAGE_MAX_BINS) {
    GstObject *parent = gst_object_get_parent (object);

    bins[n++] = object;
    gst_object_unref (object);
    object = parent;
  }
  gst_clear_object (&object);
  return n;
}

static Element *
element_new (GstElement * element)
{
  GstProfPoint *point = g_object_get_qdata (G_OBJECT (element), point_quark ());
  Element *entry = g_new0 (Element, 1);
  GTypeQuery query;

  g_type_query (G_OBJECT_TYPE (element), &query);
  entry->element = gst_object_ref (element);
  entry->name = gst_object_get_name (GST_OBJECT (element));
  entry->start = (guint64) (guintptr) element;
  entry->size = query.instance_size;
  entry->has_private = has_private (element);
  entry->is_base_sink = GST_IS_BASE_SINK (element);
  entry->is_base_src = GST_IS_BASE_SRC (element);
  entry->own_point = point ? point->id : 0;
  entry->own = point ? gst_prof_point_ref (point) : NULL;
  entry->stage = gst_prof_coverage_find_stage (element);
  entry->n_bins = gst_prof_coverage_find_bins (element, entry->bins);
  return entry;
}

static gboolean
add_pad_of (GstElement * element, GstPad * pad, gpointer user_data)
{
  add_pad (user_data, element, pad);
  return TRUE;
}

static void
add_element (GstProfCoverage * coverage, GstElement * element)
{
  Element *entry = element_new (element);
  gboolean wanted = FALSE;

  g_mutex_lock (&coverage->lock);
  if (!coverage->stopped && coverage->elements->len < MAX_ELEMENTS) {
    wanted = gst_prof_coverage_find_element (coverage, element) == NULL;
    if (wanted) {
      entry->pad_added = connect (coverage, element, "pad-added",
          G_CALLBACK (pad_added));
      entry->pad_removed = connect (coverage, element, "pad-removed",
          G_CALLBACK (pad_removed));
      g_ptr_array_add (coverage->elements, g_steal_pointer (&entry));
    }
  } else if (!coverage->stopped) {
    coverage->left_out++;
  }
  g_mutex_unlock (&coverage->lock);

  g_clear_pointer (&entry, element_free);
  if (wanted)
    gst_element_foreach_pad (element, add_pad_of, coverage);
}

static void
forget_element (Element * entry)
{
  g_signal_handler_disconnect (entry->element, entry->pad_added);
  g_signal_handler_disconnect (entry->element, entry->pad_removed);
  element_free (entry);
}

static void
remove_element (GstProfCoverage * coverage, GstElement * element)
{
  g_autoptr (GPtrArray) pads = g_ptr_array_new_with_free_func (pad_free);
  Element *entry;

  g_mutex_lock (&coverage->lock);
  entry = gst_prof_coverage_find_element (coverage, element);
  for (guint i = 0; i < coverage->elements->len; i++) {
    if (g_ptr_array_index (coverage->elements, i) == entry)
      g_ptr_array_steal_index (coverage->elements, i);
  }
  for (guint i = coverage->pads->len; i-- > 0;) {
    Pad *pad = g_ptr_array_index (coverage->pads, i);

    if (pad->element == element)
      g_ptr_array_add (pads, g_ptr_array_steal_index (coverage->pads, i));
  }
  g_mutex_unlock (&coverage->lock);

  if (entry != NULL)
    forget_element (entry);
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
  GstProfCoverage *coverage = g_new0 (GstProfCoverage, 1);

  g_atomic_ref_count_init (&coverage->refs);
  g_mutex_init (&coverage->lock);
  coverage->elements = g_ptr_array_new_with_free_func (element_free);
  coverage->pads = g_ptr_array_new_with_free_func (pad_free);
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
  coverage->elements = g_ptr_array_new_with_free_func (element_free);
  coverage->pads = g_ptr_array_new_with_free_func (pad_free);
  g_mutex_unlock (&coverage->lock);

  g_ptr_array_unref (pads);
  g_ptr_array_set_free_func (elements, (GDestroyNotify) forget_element);
  g_ptr_array_unref (elements);
  gst_clear_object (&coverage->scope);
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
