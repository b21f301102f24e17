/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Who listens to which part of a pipeline. A latencytracer attaches its
 * monitor to the object whose stages it wants to hear (itself, or the
 * pipeline it floats in); a stage hands its spans to the listeners of all its
 * ancestors. The bus is no way to do that: an application's sync handler may
 * drop what is posted there.
 *
 * The listeners of an object are an immutable list in its qdata, replaced as a
 * whole; a streaming thread takes a reference to it and calls nothing with a
 * lock held. Only attach and detach take list_lock; so does a fork, so that it is
 * free in the child.
 */

#include "gstproffeed.h"

#include <pthread.h>
#include <stdatomic.h>

typedef struct {
  GstProfMonitor *monitor;
  GstProfFeedFlags flags;
} Listener;

typedef struct {
  gatomicrefcount refs;
  guint n;
  Listener listeners[];
} ListenerList;

static GMutex list_lock;
static gboolean handles_fork;   /* list_lock */

/* How many listeners the process has: without one, no stage looks for any */
static _Atomic guint n_listeners;

/* Counts listeners as they come, so that a stage notices a new one */
static _Atomic guint generation;

typedef struct {
  GWeakRef object;
  GObject *key;                 /* only compared */
  GstProfFeedPrepareFunc func;
  GstProfFeedPrepareFunc leave;
} Registered;

/* Who wants to know of stages before they are set up; list_lock */
static GList *registered;

/* Asked for at each level of each span's way up: kept, since the string's hash
 * is behind a lock. */
static GQuark
feed_quark (void)
{
  static _Atomic GQuark quark;
  GQuark known = atomic_load_explicit (&quark, memory_order_relaxed);

  if (G_UNLIKELY (known == 0)) {
    known = g_quark_from_static_string ("gst-prof-feed");
    atomic_store_explicit (&quark, known, memory_order_relaxed);
  }
  return known;
}

static void
lock_list (void)
{
  g_mutex_lock (&list_lock);
}

static void
unlock_list (void)
{
  g_mutex_unlock (&list_lock);
}

/* With list_lock held. */
static void
handle_fork (void)
{
  if (handles_fork)
    return;
  pthread_atfork (lock_list, unlock_list, unlock_list);
  handles_fork = TRUE;
}

static ListenerList *
listener_list_new (guint n)
{
  ListenerList *list =
      g_malloc0 (sizeof (ListenerList) + n * sizeof (Listener));

  g_atomic_ref_count_init (&list->refs);
  return list;
}

static void
listener_list_add (ListenerList * list, GstProfMonitor * monitor,
    GstProfFeedFlags flags)
{
  list->listeners[list->n].monitor = g_object_ref (monitor);
  list->listeners[list->n].flags = flags;
  list->n++;
}

static void
listener_list_unref (gpointer data)
{
  ListenerList *list = data;

  if (!g_atomic_ref_count_dec (&list->refs))
    return;
  for (guint i = 0; i < list->n; i++)
    g_object_unref (list->listeners[i].monitor);
  g_free (list);
}

static gpointer
listener_list_dup (gpointer data, gpointer user_data)
{
  ListenerList *list = data;

  if (list != NULL)
    g_atomic_ref_count_inc (&list->refs);
  return list;
}

static ListenerList *
get_listeners (GstObject * scope)
{
  return g_object_dup_qdata ((GObject *) scope, feed_quark (),
      listener_list_dup, NULL);
}

/*
 * gst_prof_feed_attach:
 * @scope: an object in the pipeline: all stages below it are heard
 * @monitor: who listens
 * @flags: what that means for the stages' messages
 *
 * Any thread.
 */
void
gst_prof_feed_attach (GstObject * scope, GstProfMonitor * monitor,
    GstProfFeedFlags flags)
{
  ListenerList *old, *list;

  g_mutex_lock (&list_lock);
  handle_fork ();
  old = get_listeners (scope);
  list = listener_list_new ((old ? old->n : 0) + 1);
  for (guint i = 0; old && i < old->n; i++)
    listener_list_add (list, old->listeners[i].monitor,
        old->listeners[i].flags);
  listener_list_add (list, monitor, flags);
  atomic_fetch_add (&n_listeners, 1);
  atomic_fetch_add (&generation, 1);
  g_object_set_qdata_full (G_OBJECT (scope), feed_quark (), list,
      listener_list_unref);
  g_mutex_unlock (&list_lock);

  g_clear_pointer (&old, listener_list_unref);
}

/*
 * gst_prof_feed_detach:
 * @scope: the object that was given to gst_prof_feed_attach()
 * @monitor: who listened
 *
 * A span that is being handed over may still reach the monitor afterwards.
 * Does nothing if it is not attached.
 */
void
gst_prof_feed_detach (GstObject * scope, GstProfMonitor * monitor)
{
  ListenerList *old, *list;
  gboolean found = FALSE;

  g_mutex_lock (&list_lock);
  old = get_listeners (scope);
  if (old != NULL) {
    list = listener_list_new (old->n);
    for (guint i = 0; i < old->n; i++) {
      if (!found && old->listeners[i].monitor == monitor) {
        found = TRUE;
        continue;
      }
      listener_list_add (list, old->listeners[i].monitor,
          old->listeners[i].flags);
    }
    if (found)
      atomic_fetch_sub (&n_listeners, 1);
    if (list->n == 0)
      g_clear_pointer (&list, listener_list_unref);
    g_object_set_qdata_full (G_OBJECT (scope), feed_quark (), list,
        list ? listener_list_unref : NULL);
  }
  g_mutex_unlock (&list_lock);

  g_clear_pointer (&old, listener_list_unref);
}

/*
 * gst_prof_feed_register:
 * @object: who may have to listen before its own state changes; not owned
 * @func: is called with it
 * @leave: is called with it when a stage is in NULL again
 *
 * A pipeline brings its elements to READY in an order of its own: one that only
 * floats in it may be the last, when the stages have been set up.
 */
void
gst_prof_feed_register (GObject * object, GstProfFeedPrepareFunc func,
    GstProfFeedPrepareFunc leave)
{
  Registered *entry = g_new0 (Registered, 1);

  gst_prof_feed_unregister (object);
  g_weak_ref_init (&entry->object, object);
  entry->key = object;
  entry->func = func;
  entry->leave = leave;
  g_mutex_lock (&list_lock);
  handle_fork ();
  registered = g_list_prepend (registered, entry);
  g_mutex_unlock (&list_lock);
}

/*
 * gst_prof_feed_unregister:
 * @object: who was registered; nothing happens if it was not
 */
void
gst_prof_feed_unregister (GObject * object)
{
  Registered *found = NULL;

  g_mutex_lock (&list_lock);
  for (GList * l = registered; l != NULL && found == NULL; l = l->next) {
    found = l->data;
    if (found->key == object)
      registered = g_list_delete_link (registered, l);
    else
      found = NULL;
  }
  g_mutex_unlock (&list_lock);

  if (found != NULL) {
    g_weak_ref_clear (&found->object);
    g_free (found);
  }
}

static void
call_registered (GstElement * stage, gboolean leaves)
{
  GPtrArray *objects = g_ptr_array_new_with_free_func (g_object_unref);
  GArray *funcs = g_array_new (FALSE, FALSE, sizeof (GstProfFeedPrepareFunc));

  g_mutex_lock (&list_lock);
  for (GList * l = registered; l != NULL; l = l->next) {
    Registered *entry = l->data;
    GObject *object = g_weak_ref_get (&entry->object);

    if (object == NULL)
      continue;
    g_ptr_array_add (objects, object);
    g_array_append_val (funcs, *(leaves ? &entry->leave : &entry->func));
  }
  g_mutex_unlock (&list_lock);

  for (guint i = 0; i < objects->len; i++)
    g_array_index (funcs, GstProfFeedPrepareFunc, i)
        (g_ptr_array_index (objects, i), stage);
  g_ptr_array_unref (objects);
  g_array_unref (funcs);
}

/*
 * gst_prof_feed_prepare:
 * @stage: a stage that is about to go to READY
 *
 * Lets all who are registered look whether it is theirs.
 */
void
gst_prof_feed_prepare (GstElement * stage)
{
  call_registered (stage, FALSE);
}

/*
 * gst_prof_feed_leave:
 * @stage: a stage that is in NULL again, or never left it
 *
 * The opposite.
 */
void
gst_prof_feed_leave (GstElement * stage)
{
  call_registered (stage, TRUE);
}

/*
 * gst_prof_feed_get_generation:
 *
 * Returns: a number that changes when somebody begins to listen anywhere
 */
guint
gst_prof_feed_get_generation (void)
{
  return atomic_load_explicit (&generation, memory_order_relaxed);
}

typedef void (*PushFunc) (GstProfMonitor * monitor, gconstpointer what);

static gboolean
push (GstElement * stage, PushFunc func, gconstpointer what)
{
  GstObject *object;
  gboolean swallowed = FALSE;

  if (atomic_load_explicit (&n_listeners, memory_order_relaxed) == 0)
    return FALSE;

  object = gst_object_ref (GST_OBJECT_CAST (stage));
  while (object != NULL) {
    ListenerList *list = get_listeners (object);
    GstObject *parent;

    if (list != NULL) {
      for (guint i = 0; i < list->n; i++) {
        func (list->listeners[i].monitor, what);
        if (list->listeners[i].flags & GST_PROF_FEED_FLAG_SWALLOW)
          swallowed = TRUE;
      }
      listener_list_unref (list);
    }
    parent = gst_object_get_parent (object);
    gst_object_unref (object);
    object = parent;
  }
  return swallowed;
}

static void
push_span (GstProfMonitor * monitor, gconstpointer span)
{
  gst_prof_monitor_push_span (monitor, span);
}

static void
push_setup (GstProfMonitor * monitor, gconstpointer setup)
{
  gst_prof_monitor_push_setup (monitor, setup);
}

/*
 * gst_prof_feed_push_span:
 * @stage: the element that measured
 * @span: the span
 *
 * Hands the span to all who listen to the stage or to what it is in. Streaming
 * threads, outside of brackets.
 *
 * Returns: %TRUE if a listener takes the span's message off the bus, so that
 *   it need not be posted
 */
gboolean
gst_prof_feed_push_span (GstElement * stage, const GstProfSpan * span)
{
  return push (stage, push_span, span);
}

/*
 * gst_prof_feed_push_setup:
 * @stage: the element that measured
 * @setup: what it tells
 *
 * The same for a stage's setup. Any thread.
 *
 * Returns: %TRUE as for gst_prof_feed_push_span()
 */
gboolean
gst_prof_feed_push_setup (GstElement * stage, const GstProfSetup * setup)
{
  return push (stage, push_setup, setup);
}
