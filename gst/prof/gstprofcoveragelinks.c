/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Who feeds whom in a pipeline, looked up anew from time to time, since links come
 * and go. Takes locks of the pipeline's objects, each for a moment; none that
 * somebody is stuck with.
 */

#include "gstprofcoverageprivate.h"

#include "gstproflinks.h"

typedef enum
{
  TASK_NONE,
  TASK_SOME,
  TASK_NOT_KNOWN,
} Task;

static Task
find_task (GstPad * pad)
{
  Task task;

  if (!GST_OBJECT_TRYLOCK (pad))
    return TASK_NOT_KNOWN;
  task = GST_PAD_TASK (pad) != NULL ? TASK_SOME : TASK_NONE;
  GST_OBJECT_UNLOCK (pad);
  return task;
}

/* Whether an element has a task that takes what comes in. What the pads of a bin
 * are is told by those inside. */
static Task
find_hands_over (GstElement * element)
{
  Task found = TASK_NONE;

  if (GST_IS_BIN (element))
    return TASK_NONE;
  GST_OBJECT_LOCK (element);
  for (GList * l = element->srcpads; element->sinkpads && l; l = l->next) {
    Task task = find_task (l->data);

    if (task == TASK_SOME || found == TASK_NONE)
      found = task;
    if (found == TASK_SOME)
      break;
  }
  GST_OBJECT_UNLOCK (element);
  return found;
}

/* The points of the pads through which what comes out of @srcpad went in. */
static guint
find_feeders (GstProfCoverage * coverage, GstPad * srcpad, guint * feeders)
{
  GstPad *sinks[GST_PROF_COVERAGE_MAX_FEEDERS];
  guint n_sinks = gst_prof_links_find_inside (srcpad, sinks,
      G_N_ELEMENTS (sinks));
  guint n = 0;

  for (guint s = 0; s < n_sinks; s++) {
    const GstProfCoveredPad *pad;

    g_mutex_lock (&coverage->lock);
    pad = gst_prof_coverage_find_object (coverage, sinks[s]);
    if (pad != NULL)
      feeders[n++] = pad->point->id;
    g_mutex_unlock (&coverage->lock);
    gst_object_unref (sinks[s]);
  }
  return n;
}

/* With lock held. Takes @task_name. */
static void
take_task (GstProfCoverage * coverage, GstProfCoveredPad * pad,
    GstElement * element, gchar * task_name)
{
  const GstProfCoveredElement *task =
      element ? gst_prof_coverage_find_element (coverage, element) : NULL;

  pad->upstream = element;
  /* What came while it was linked may still have to be read. */
  if (element != NULL)
    pad->task = task ? task->number : 0;
  if (g_strcmp0 (pad->task_name, task_name) != 0) {
    g_free (pad->task_name);
    pad->task_name = g_steal_pointer (&task_name);
  }
  g_free (task_name);
}

/* Who pushes into a sink pad, or pulls from a source pad. */
static void
refresh_pad (GstProfCoverage * coverage, GstPad * pad, guint point)
{
  GstPad *peer = gst_prof_links_find_peer (pad, NULL);
  GstElement *upstream = NULL;
  guint feeders[GST_PROF_COVERAGE_MAX_FEEDERS], n = 0;
  gchar *task_name = NULL;
  GstProfPadPush push = { 0 };
  GstProfCoveredPad *entry;
  gboolean has_push = TRUE;

  /* To ask a pad for what is linked inside takes its element's lock. */
  if (peer != NULL && !gst_prof_links_is_locked (peer))
    upstream = gst_pad_get_parent_element (peer);
  if (peer != NULL
      && (upstream == NULL || gst_prof_links_is_locked (upstream))) {
    gst_clear_object (&upstream);
    gst_object_unref (peer);
    return;
  }

  if (peer != NULL) {
    has_push = GST_PAD_IS_SINK (pad) && gst_prof_pad_push_read (pad, peer, &push);
    n = GST_PAD_IS_SINK (pad) ? find_feeders (coverage, peer, feeders) : 0;
    task_name = g_strdup_printf ("%s:%s", GST_OBJECT_NAME (upstream),
        GST_OBJECT_NAME (peer));
  }

  g_mutex_lock (&coverage->lock);
  entry = gst_prof_coverage_find_pad (coverage, point);
  if (entry != NULL) {
    take_task (coverage, entry, upstream, g_steal_pointer (&task_name));
    if (has_push)
      entry->push = push;
    entry->n_feeders = n;
    for (guint i = 0; i < n; i++)
      entry->feeders[i] = feeders[i];
    entry->refreshed = atomic_load_explicit (&entry->point->thread_id,
        memory_order_relaxed) != 0;
  }
  g_mutex_unlock (&coverage->lock);

  g_free (task_name);
  gst_clear_object (&upstream);
  gst_clear_object (&peer);
}

static void
refresh_element (GstProfCoverage * coverage, GstElement * element)
{
  Task hands_over = find_hands_over (element);
  guint64 own_pads[GST_PROF_COVERAGE_MAX_OWN_PADS];
  GQuark stage = gst_prof_coverage_find_stage (element);
  gconstpointer bins[GST_PROF_COVERAGE_MAX_BINS];
  guint n_bins = gst_prof_coverage_find_bins (element, bins);
  gboolean is_source, is_sink, joins;
  guint n_own_pads = 0;
  GstProfCoveredElement *entry;

  GST_OBJECT_LOCK (element);
  is_source = element->sinkpads == NULL;
  joins = element->numsinkpads > 1 && !GST_IS_BIN (element);
  is_sink = element->srcpads == NULL
      || GST_OBJECT_FLAG_IS_SET (element, GST_ELEMENT_FLAG_SINK);
  for (GList * l = element->pads; l && n_own_pads < GST_PROF_COVERAGE_MAX_OWN_PADS; l = l->next)
    own_pads[n_own_pads++] = (guint64) (guintptr) l->data;
  GST_OBJECT_UNLOCK (element);

  g_mutex_lock (&coverage->lock);
  entry = gst_prof_coverage_find_element (coverage, element);
  if (entry != NULL) {
    if (hands_over != TASK_NOT_KNOWN)
      entry->hands_over = hands_over == TASK_SOME;
    entry->stage = stage;
    entry->n_bins = n_bins;
    for (guint i = 0; i < n_bins; i++)
      entry->bins[i] = bins[i];
    entry->is_source = is_source;
    entry->is_sink = is_sink;
    entry->joins = joins;
    entry->n_own_pads = n_own_pads;
    for (guint i = 0; i < n_own_pads; i++)
      entry->own_pads[i] = own_pads[i];
  }
  g_mutex_unlock (&coverage->lock);
}

/*
 * gst_prof_coverage_refresh:
 * @coverage: a coverage
 *
 * Looks who feeds whom now, and whether the pads' functions are still ours. Any
 * thread that is no streaming thread.
 */
void
gst_prof_coverage_refresh (GstProfCoverage * coverage)
{
  g_autoptr (GPtrArray) elements =
      g_ptr_array_new_with_free_func (gst_object_unref);
  g_autoptr (GPtrArray) pads =
      g_ptr_array_new_with_free_func (gst_object_unref);
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (guint));

  g_mutex_lock (&coverage->lock);
  coverage->changed = FALSE;
  for (guint i = 0; i < coverage->elements->len; i++) {
    GstProfCoveredElement *element = g_ptr_array_index (coverage->elements, i);

    g_ptr_array_add (elements, gst_object_ref (element->element));
  }
  for (guint i = 0; i < coverage->pads->len; i++) {
    GstProfCoveredPad *pad = g_ptr_array_index (coverage->pads, i);

    g_ptr_array_add (pads, gst_object_ref (pad->pad));
    g_array_append_val (points, pad->point->id);
  }
  g_mutex_unlock (&coverage->lock);

  for (guint i = 0; i < elements->len; i++) {
    GstElement *element = g_ptr_array_index (elements, i);

    if (!gst_prof_links_is_locked (element))
      refresh_element (coverage, element);
  }
  for (guint i = 0; i < pads->len; i++) {
    GstPad *pad = g_ptr_array_index (pads, i);

    if (gst_prof_links_is_locked (pad))
      continue;
    refresh_pad (coverage, pad, g_array_index (points, guint, i));
    gst_prof_bracket_renew_pad (pad);
  }
  gst_prof_coverage_refresh_pauses (coverage, pads, points);

  g_mutex_lock (&coverage->lock);
  coverage->news = TRUE;
  g_mutex_unlock (&coverage->lock);
}
