/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Names the elements that a pipeline waits for. It keeps nothing, takes no
 * state lock and never blocks, so that it may ask a pipeline that hangs. Any
 * thread.
 */

#include "waiting.h"

typedef gboolean (*WaitFunc) (GstElement * element);

typedef struct
{
  WaitFunc is_waited_for;
  GString *names;
} Search;

static gboolean
changes_state (GstElement * element)
{
  return gst_element_get_state (element, NULL, NULL, 0) ==
      GST_STATE_CHANGE_ASYNC;
}

/* A pad has the flag when its element has done with EOS. */
static gboolean
lacks_eos (GstElement * element)
{
  gboolean lacks = FALSE;

  if (!GST_OBJECT_FLAG_IS_SET (element, GST_ELEMENT_FLAG_SINK))
    return FALSE;
  GST_OBJECT_LOCK (element);
  for (GList * item = element->sinkpads; item != NULL; item = item->next)
    lacks |= !GST_PAD_IS_EOS (GST_PAD (item->data));
  GST_OBJECT_UNLOCK (element);
  return lacks;
}

static void
look_at (const GValue * item, gpointer data)
{
  GstElement *element = g_value_get_object (item);
  Search *search = data;
  g_autofree gchar *name = NULL;

  /* bins wait for what is in them */
  if (GST_IS_BIN (element) || !search->is_waited_for (element))
    return;
  name = gst_object_get_name (GST_OBJECT (element));
  g_string_append_printf (search->names, "%s%s", search->names->len ? ", " : "",
      name);
}

static gchar *
find (GstElement * element, WaitFunc is_waited_for)
{
  Search search = { is_waited_for, g_string_new (NULL) };
  GstIterator *iter;

  if (GST_IS_BIN (element)) {
    iter = gst_bin_iterate_recurse (GST_BIN (element));
    while (gst_iterator_foreach (iter, look_at, &search) == GST_ITERATOR_RESYNC) {
      g_string_truncate (search.names, 0);
      gst_iterator_resync (iter);
    }
    gst_iterator_free (iter);
  } else {
    g_auto (GValue) item = G_VALUE_INIT;

    g_value_init (&item, GST_TYPE_ELEMENT);
    g_value_set_object (&item, element);
    look_at (&item, &search);
  }
  return g_string_free (search.names, search.names->len == 0);
}

/*
 * gst_prof_waiting_for_state:
 * @element: an element, or a bin with elements
 *
 * Returns: (transfer full) (nullable): the names of those whose state change
 *   has not ended
 */
gchar *
gst_prof_waiting_for_state (GstElement * element)
{
  return find (element, changes_state);
}

/*
 * gst_prof_waiting_for_eos:
 * @element: an element, or a bin with elements
 *
 * Returns: (transfer full) (nullable): the names of the sinks that EOS has not
 *   reached
 */
gchar *
gst_prof_waiting_for_eos (GstElement * element)
{
  return find (element, lacks_eos);
}
