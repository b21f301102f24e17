/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What there is to know of an element when it comes into a pipeline that is covered:
 * its name and place, its memory, the stage that it is in, whether the user wants it
 * left alone. Part of the coverage. Called without its lock.
 */

#include "gstprofcoverageprivate.h"

#include <gst/base/base.h>

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

/* Of an element that is not in the table any more. */
void
gst_prof_covered_element_free (GstProfCoveredElement * element)
{
  gst_clear_object (&element->element);
  g_clear_pointer (&element->own, gst_prof_point_unref);
  g_free (element->name);
  g_free (element->factory);
  g_free (element->bin);
  g_free (element);
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

/* Returns: the bins between the scope and an element, "a/b", or NULL */
static gchar *
find_bin_path (GstProfCoverage * coverage, GstElement * element)
{
  GstObject *object = gst_object_get_parent (GST_OBJECT (element));
  gchar *path = NULL;

  while (object != NULL && object != coverage->top) {
    GstObject *parent = gst_object_get_parent (object);
    gchar *name = gst_object_get_name (object);
    gchar *longer = path ? g_strconcat (name, "/", path, NULL) : g_strdup (name);

    g_free (name);
    g_free (path);
    path = longer;
    gst_object_unref (object);
    object = parent;
  }
  gst_clear_object (&object);
  return path;
}

static gboolean
is_excluded (GstProfCoverage * coverage, const GstProfCoveredElement * element)
{
  const gchar *const *patterns = coverage->exclude;

  for (guint i = 0; patterns != NULL && patterns[i] != NULL; i++) {
    if (g_pattern_match_simple (patterns[i], element->name)
        || (element->factory != NULL
            && g_pattern_match_simple (patterns[i], element->factory)))
      return TRUE;
  }
  return FALSE;
}

/* Returns: (transfer full): what is known of an element that has come */
GstProfCoveredElement *
gst_prof_covered_element_new (GstProfCoverage * coverage, GstElement * element)
{
  GstProfPoint *point = g_object_get_qdata (G_OBJECT (element), point_quark ());
  GstElementFactory *factory = gst_element_get_factory (element);
  GstProfCoveredElement *entry = g_new0 (GstProfCoveredElement, 1);
  GTypeQuery query;

  g_type_query (G_OBJECT_TYPE (element), &query);
  entry->element = gst_object_ref (element);
  entry->name = gst_object_get_name (GST_OBJECT (element));
  entry->factory = factory ? g_strdup (GST_OBJECT_NAME (factory)) : NULL;
  entry->bin = find_bin_path (coverage, element);
  entry->is_bin = GST_IS_BIN (element);
  entry->excluded = is_excluded (coverage, entry);
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
