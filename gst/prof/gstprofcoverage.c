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
 * looked up anew by gst_prof_coverage_refresh(), from time to time, since links
 * come and go. lock protects the tables; nothing of GStreamer is called with it
 * held, so that whoever looks something up never waits for a pipeline. An
 * element is in the table only as long as it is in the pipeline: then its memory
 * may be looked at with the lock held.
 */

#include "gstprofcoverage.h"

#include <gst/base/base.h>

#include "gstprofbracket.h"

/* Pads of a large conference; 4 KB each is the bound, this takes 200 bytes. */
#define MAX_PADS 2048
#define MAX_ELEMENTS 1024

/* Pads that feed one task: the sink pads of a muxer. */
#define MAX_FEEDERS 8

/* Pads of one element at which a probe may block. */
#define MAX_OWN_PADS 16

/* Private data lies in front of an object; that of the elements that wait in
 * theirs (rtpjitterbuffer, appsrc, appsink) takes less. */
#define MAX_PRIVATE 2048

/* As much of a clock entry as a waiting thread's address may be in. */
#define CLOCK_ENTRY_SIZE 256

typedef struct
{
  GstElement *element;          /* a reference */
  gchar *name;
  guint64 start;                /* its memory */
  guint64 size;
  gboolean has_private;
  gboolean is_source;
  gboolean is_sink;
  gboolean is_base_sink;
  gboolean is_base_src;
  gboolean hands_over;          /* as of the last refresh */
  gboolean joins;
  guint n_own_pads;             /* as of the last refresh; only addresses */
  guint64 own_pads[MAX_OWN_PADS];
  guint own_point;              /* of a stage, 0: none */
  GstProfPoint *own;            /* the same; a reference */
  GQuark stage;                 /* the stage that it is or is in, 0: none */
  gulong pad_added;
  gulong pad_removed;
} Element;

typedef struct
{
  GstPad *pad;                  /* a reference */
  GstProfBracket *bracket;
  GstProfPoint *point;
  GstElement *element;          /* whose it is; only compared */
  /* As of the last refresh: of a sink pad */
  GstElement *upstream;         /* whose task pushes into it; only compared */
  gchar *task_name;
  guint n_feeders;
  guint feeders[MAX_FEEDERS];   /* points of that element's sink pads */
} Pad;

struct _GstProfCoverage
{
  gatomicrefcount refs;
  GstObject *scope;             /* a reference until it is stopped */
  gulong added;
  gulong removed;

  GMutex lock;
  gboolean stopped;
  guint left_out;
  GPtrArray *elements;          /* Element */
  GPtrArray *pads;              /* Pad, by point id */
};

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
static Pad *
find_pad (GstProfCoverage * coverage, guint point)
{
  guint i = search_pad (coverage, point);
  Pad *pad;

  if (i == coverage->pads->len)
    return NULL;
  pad = g_ptr_array_index (coverage->pads, i);
  return pad->point->id == point ? pad : NULL;
}

/* With lock held. */
static Element *
find_element (GstProfCoverage * coverage, GstElement * element)
{
  for (guint i = 0; i < coverage->elements->len; i++) {
    Element *known = g_ptr_array_index (coverage->elements, i);

    if (known->element == element)
      return known;
  }
  return NULL;
}

/* With lock held. */
static Element *
find_by_own_point (GstProfCoverage * coverage, guint point)
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
      && find_element (coverage, element) != NULL
      && find_pad (coverage, entry->point->id) == NULL)
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

static GQuark
find_stage (GstElement * element)
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
  entry->stage = find_stage (element);
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
    wanted = find_element (coverage, element) == NULL;
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
  entry = find_element (coverage, element);
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

/* The pad of an element that pushes into @pad, through ghost pads. */
static GstPad *
find_real_peer (GstPad * pad)
{
  GstPad *peer = gst_pad_get_peer (pad);

  while (peer != NULL && GST_IS_PROXY_PAD (peer)) {
    GstPad *next;

    if (GST_IS_GHOST_PAD (peer)) {
      next = gst_ghost_pad_get_target (GST_GHOST_PAD (peer));
    } else {
      GstPad *ghost =
          GST_PAD (gst_proxy_pad_get_internal (GST_PROXY_PAD (peer)));

      next = ghost ? gst_pad_get_peer (ghost) : NULL;
      gst_clear_object (&ghost);
    }
    gst_object_unref (peer);
    peer = next;
  }
  return peer;
}

/* Whoever is stuck with an object's lock held must not hold up the one who is
 * to tell of it: what is locked now is looked at the next time. */
static gboolean
is_locked (gpointer object)
{
  if (!GST_OBJECT_TRYLOCK (object))
    return TRUE;
  GST_OBJECT_UNLOCK (object);
  return FALSE;
}

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
  GstIterator *sinks = gst_pad_iterate_internal_links (srcpad);
  GValue item = G_VALUE_INIT;
  guint n = 0;

  while (sinks != NULL && n < MAX_FEEDERS
      && gst_iterator_next (sinks, &item) == GST_ITERATOR_OK) {
    GstPad *sink = g_value_get_object (&item);

    g_mutex_lock (&coverage->lock);
    for (guint i = 0; i < coverage->pads->len; i++) {
      Pad *pad = g_ptr_array_index (coverage->pads, i);

      if (pad->pad == sink)
        feeders[n++] = pad->point->id;
    }
    g_mutex_unlock (&coverage->lock);
    g_value_reset (&item);
  }
  if (G_IS_VALUE (&item))
    g_value_unset (&item);
  if (sinks != NULL)
    gst_iterator_free (sinks);
  return n;
}

static void
refresh_pad (GstProfCoverage * coverage, GstPad * pad, guint point)
{
  GstPad *peer = GST_PAD_IS_SINK (pad) ? find_real_peer (pad) : NULL;
  GstElement *upstream = NULL;
  guint feeders[MAX_FEEDERS], n = 0;
  gchar *task_name = NULL;
  Pad *entry;

  if (peer != NULL) {
    upstream = gst_pad_get_parent_element (peer);
    n = find_feeders (coverage, peer, feeders);
    if (upstream != NULL)
      task_name = g_strdup_printf ("%s:%s", GST_OBJECT_NAME (upstream),
          GST_OBJECT_NAME (peer));
  }

  g_mutex_lock (&coverage->lock);
  entry = find_pad (coverage, point);
  if (entry != NULL) {
    entry->upstream = upstream;
    entry->n_feeders = n;
    for (guint i = 0; i < n; i++)
      entry->feeders[i] = feeders[i];
    if (g_strcmp0 (entry->task_name, task_name) != 0) {
      gchar *old = entry->task_name;

      entry->task_name = task_name;
      task_name = old;
    }
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
  guint64 own_pads[MAX_OWN_PADS];
  GQuark stage = find_stage (element);
  gboolean is_source, is_sink, joins;
  guint n_own_pads = 0;
  Element *entry;

  GST_OBJECT_LOCK (element);
  is_source = element->sinkpads == NULL;
  joins = element->numsinkpads > 1 && !GST_IS_BIN (element);
  is_sink = element->srcpads == NULL
      || GST_OBJECT_FLAG_IS_SET (element, GST_ELEMENT_FLAG_SINK);
  for (GList * l = element->pads; l && n_own_pads < MAX_OWN_PADS; l = l->next)
    own_pads[n_own_pads++] = (guint64) (guintptr) l->data;
  GST_OBJECT_UNLOCK (element);

  g_mutex_lock (&coverage->lock);
  entry = find_element (coverage, element);
  if (entry != NULL) {
    if (hands_over != TASK_NOT_KNOWN)
      entry->hands_over = hands_over == TASK_SOME;
    entry->stage = stage;
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
  for (guint i = 0; i < coverage->elements->len; i++) {
    Element *element = g_ptr_array_index (coverage->elements, i);

    g_ptr_array_add (elements, gst_object_ref (element->element));
  }
  for (guint i = 0; i < coverage->pads->len; i++) {
    Pad *pad = g_ptr_array_index (coverage->pads, i);

    g_ptr_array_add (pads, gst_object_ref (pad->pad));
    g_array_append_val (points, pad->point->id);
  }
  g_mutex_unlock (&coverage->lock);

  for (guint i = 0; i < elements->len; i++) {
    GstElement *element = g_ptr_array_index (elements, i);

    if (!is_locked (element))
      refresh_element (coverage, element);
  }
  for (guint i = 0; i < pads->len; i++) {
    GstPad *pad = g_ptr_array_index (pads, i);

    if (is_locked (pad))
      continue;
    refresh_pad (coverage, pad, g_array_index (points, guint, i));
    gst_prof_bracket_renew_pad (pad);
  }
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

/*
 * gst_prof_coverage_lock:
 * @coverage: a coverage
 */
void
gst_prof_coverage_lock (GstProfCoverage * coverage)
{
  g_mutex_lock (&coverage->lock);
}

/*
 * gst_prof_coverage_unlock:
 * @coverage: a coverage
 */
void
gst_prof_coverage_unlock (GstProfCoverage * coverage)
{
  g_mutex_unlock (&coverage->lock);
}

/*
 * gst_prof_coverage_has:
 * @coverage: a coverage, locked
 * @point: a point's id
 *
 * Returns: whether the point is in this pipeline
 */
gboolean
gst_prof_coverage_has (GstProfCoverage * coverage, guint point)
{
  return point != 0 && (find_pad (coverage, point) != NULL
      || find_by_own_point (coverage, point) != NULL);
}

/* With lock held: the element that a point is of. */
static Element *
find_element_of (GstProfCoverage * coverage, guint point)
{
  Pad *pad = find_pad (coverage, point);

  return pad ? find_element (coverage, pad->element)
      : find_by_own_point (coverage, point);
}

/*
 * gst_prof_coverage_get_name:
 * @coverage: a coverage, locked
 * @point: a point's id
 *
 * Returns: (nullable) (transfer none): name of its element, valid while locked
 */
const gchar *
gst_prof_coverage_get_name (GstProfCoverage * coverage, guint point)
{
  Element *element = point ? find_element_of (coverage, point) : NULL;

  return element ? element->name : NULL;
}

/*
 * gst_prof_coverage_is_in_stage:
 * @coverage: a coverage, locked
 * @point: a point's id
 * @stage: a stage's name
 *
 * Returns: whether the point is that of an element in the stage
 */
gboolean
gst_prof_coverage_is_in_stage (GstProfCoverage * coverage, guint point,
    GQuark stage)
{
  Element *element = point ? find_element_of (coverage, point) : NULL;

  return element != NULL && element->stage == stage;
}

/*
 * gst_prof_coverage_get_entered:
 * @coverage: a coverage, locked
 * @stage: a stage
 * @thread_id: a thread
 * @entered: (out): when the thread entered the stage last, CLOCK_MONOTONIC
 *   nanoseconds; untouched on failure
 *
 * Returns: %FALSE when another thread was there last, or none
 */
gboolean
gst_prof_coverage_get_entered (GstProfCoverage * coverage, GQuark stage,
    guint64 thread_id, GstClockTime * entered)
{
  for (guint i = 0; i < coverage->elements->len; i++) {
    const Element *element = g_ptr_array_index (coverage->elements, i);

    if (element->own == NULL || element->stage != stage
        || atomic_load (&element->own->thread_id) != thread_id)
      continue;
    *entered = atomic_load (&element->own->entered);
    return TRUE;
  }
  return FALSE;
}

/*
 * gst_prof_coverage_get_own_stage:
 * @coverage: a coverage, locked
 * @point: a point's id
 *
 * Returns: the stage, a quark, if the point is not a pad's but a stage's own;
 *   else 0
 */
GQuark
gst_prof_coverage_get_own_stage (GstProfCoverage * coverage, guint point)
{
  Element *element = point ? find_by_own_point (coverage, point) : NULL;

  return element ? element->stage : 0;
}

/*
 * gst_prof_coverage_get_task_name:
 * @coverage: a coverage, locked
 * @home: a point's id
 *
 * Returns: (nullable) (transfer none): element and pad whose task pushes into
 *   it, valid while locked
 */
const gchar *
gst_prof_coverage_get_task_name (GstProfCoverage * coverage, guint home)
{
  Pad *pad = find_pad (coverage, home);

  return pad ? pad->task_name : NULL;
}

static gboolean
is_in (guint64 address, guint64 start, guint64 size)
{
  return address >= start && address - start < size;
}

static gboolean
is_in_clock_entry (const Element * element, guint64 address)
{
  GstClockID id = NULL;

  /* Whoever waits has put it there, and takes it away when it has waited. */
  if (element->is_base_sink)
    id = __atomic_load_n (&GST_BASE_SINK_CAST (element->element)->clock_id,
        __ATOMIC_RELAXED);
  else if (element->is_base_src)
    id = __atomic_load_n (&GST_BASE_SRC_CAST (element->element)->clock_id,
        __ATOMIC_RELAXED);
  return id != NULL && is_in (address, (guint64) (guintptr) id,
      CLOCK_ENTRY_SIZE);
}

/* With lock held. The pad may be a bin's: one of a stage, say. */
static gboolean
is_in_pad (GstProfCoverage * coverage, guint64 address)
{
  for (guint i = 0; i < coverage->elements->len; i++) {
    Element *element = g_ptr_array_index (coverage->elements, i);

    for (guint j = 0; j < element->n_own_pads; j++) {
      if (is_in (address, element->own_pads[j], sizeof (GstPad)))
        return TRUE;
    }
  }
  return FALSE;
}

static GstProfWaitObject
find_object (GstProfCoverage * coverage, const Element * element,
    guint64 address)
{
  guint64 front = element->has_private ? MAX_PRIVATE : 0;

  if (address == 0)
    return GST_PROF_WAIT_UNKNOWN;
  if (element->is_base_sink && is_in (address, (guint64) (guintptr)
          & GST_BASE_SINK_CAST (element->element)->preroll_cond,
          sizeof (GCond)))
    return GST_PROF_WAIT_PREROLL;
  if (is_in_clock_entry (element, address))
    return GST_PROF_WAIT_CLOCK;
  if (is_in (address, element->start - front, element->size + front))
    return GST_PROF_WAIT_ELEMENT;
  if (is_in_pad (coverage, address))
    return GST_PROF_WAIT_PAD;
  return GST_PROF_WAIT_UNKNOWN;
}

/*
 * gst_prof_coverage_describe:
 * @coverage: a coverage, locked
 * @point: the innermost point that a thread is in, 0: none
 * @home: the outermost pad that it came in by last
 * @address: what it waits at, 0: no address
 * @place: (out caller-allocates): what is known of it
 */
void
gst_prof_coverage_describe (GstProfCoverage * coverage, guint point,
    guint home, guint64 address, GstProfPlace * place)
{
  Element *element = NULL;

  *place = (GstProfPlace) {
  .inside = point != 0};
  if (point != 0) {
    element = find_element_of (coverage, point);
  } else {
    Pad *pad = find_pad (coverage, home);

    if (pad != NULL && pad->upstream != NULL)
      element = find_element (coverage, pad->upstream);
  }
  if (element == NULL)
    return;
  place->is_source = element->is_source;
  place->is_sink = element->is_sink;
  place->hands_over = element->hands_over;
  place->joins = element->joins;
  place->object = find_object (coverage, element, address);
}

/*
 * gst_prof_coverage_get_feeders:
 * @coverage: a coverage, locked
 * @home: the pad that a task pushes into
 * @thread_ids: (out caller-allocates) (array length=max): the threads that came
 *   last to the pads which feed that task
 * @max: how many fit
 *
 * Returns: how many there are; 0 for a source
 */
guint
gst_prof_coverage_get_feeders (GstProfCoverage * coverage, guint home,
    guint64 * thread_ids, guint max)
{
  Pad *pad = find_pad (coverage, home);
  guint n = 0;

  for (guint i = 0; pad != NULL && i < pad->n_feeders && n < max; i++) {
    Pad *feeder = find_pad (coverage, pad->feeders[i]);
    guint64 id = feeder ? atomic_load_explicit (&feeder->point->thread_id,
        memory_order_relaxed) : 0;

    if (id != 0)
      thread_ids[n++] = id;
  }
  return n;
}

/*
 * gst_prof_coverage_get_siblings:
 * @coverage: a coverage, locked
 * @point: a sink pad of an element with several
 * @thread_ids: (out caller-allocates) (array length=max): the threads that came
 *   last to the other ones
 * @max: how many fit
 *
 * Returns: how many there are
 */
guint
gst_prof_coverage_get_siblings (GstProfCoverage * coverage, guint point,
    guint64 * thread_ids, guint max)
{
  Pad *own = find_pad (coverage, point);
  guint n = 0;

  for (guint i = 0; own != NULL && i < coverage->pads->len && n < max; i++) {
    Pad *pad = g_ptr_array_index (coverage->pads, i);
    guint64 id = atomic_load_explicit (&pad->point->thread_id,
        memory_order_relaxed);

    if (pad != own && pad->element == own->element && id != 0)
      thread_ids[n++] = id;
  }
  return n;
}

/*
 * gst_prof_coverage_get_drains:
 * @coverage: a coverage, locked
 * @point: a sink pad of an element with a task
 * @homes: (out caller-allocates) (array length=max): the pads into which the
 *   task pushes that takes from there
 * @max: how many fit
 *
 * Returns: how many there are
 */
guint
gst_prof_coverage_get_drains (GstProfCoverage * coverage, guint point,
    guint * homes, guint max)
{
  guint n = 0;

  for (guint i = 0; i < coverage->pads->len && n < max; i++) {
    Pad *pad = g_ptr_array_index (coverage->pads, i);

    for (guint j = 0; j < pad->n_feeders; j++) {
      if (pad->feeders[j] == point) {
        homes[n++] = pad->point->id;
        break;
      }
    }
  }
  return n;
}
