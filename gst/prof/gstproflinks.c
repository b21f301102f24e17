/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * From pad to pad through a pipeline. Takes the locks of pads, each for a moment;
 * that of an element only when nobody is stuck with it. Keeps nothing.
 */

#include "gstproflinks.h"

/*
 * gst_prof_links_find_peer:
 * @pad: a pad of an element
 * @end: (out) (optional) (nullable) (transfer full): when there is no such pad,
 *   the one on the way there that is not linked; else %NULL
 *
 * Any thread.
 *
 * Returns: (transfer full) (nullable): the pad of an element that it is linked
 *   to, through the ghost pads of bins
 */
GstPad *
gst_prof_links_find_peer (GstPad * pad, GstPad ** end)
{
  GstPad *last = gst_object_ref (pad);
  GstPad *peer = gst_pad_get_peer (pad);

  while (peer != NULL && GST_IS_PROXY_PAD (peer)) {
    GstPad *other = GST_PAD (gst_proxy_pad_get_internal (GST_PROXY_PAD (peer)));

    gst_object_unref (last);
    gst_object_unref (peer);
    /* The other side of the bin's wall; NULL: it is being taken down. */
    last = other;
    peer = other ? gst_pad_get_peer (other) : NULL;
  }

  if (end != NULL)
    *end = peer == NULL ? g_steal_pointer (&last) : NULL;
  gst_clear_object (&last);
  return peer;
}

/*
 * gst_prof_links_is_locked:
 * @object: a GstObject
 *
 * Whoever is stuck with an object's lock held must not hold up the one who is
 * to tell of it: what is locked now is looked at the next time.
 *
 * Returns: whether somebody has its lock
 */
gboolean
gst_prof_links_is_locked (gpointer object)
{
  if (!GST_OBJECT_TRYLOCK (object))
    return TRUE;
  GST_OBJECT_UNLOCK (object);
  return FALSE;
}

/*
 * gst_prof_links_find_inside:
 * @pad: a pad of an element
 * @found: (out caller-allocates) (array length=max) (transfer full): a place for
 *   pads
 * @max: how many have room there
 *
 * To ask a pad for what is linked inside takes its element's lock. Any thread.
 *
 * Returns: how many pads of the element's other side it is linked to inside; 0
 *   too when somebody has the lock
 */
guint
gst_prof_links_find_inside (GstPad * pad, GstPad ** found, guint max)
{
  GstElement *element = gst_pad_get_parent_element (pad);
  GstIterator *others = NULL;
  GValue item = G_VALUE_INIT;
  guint n = 0;

  if (element != NULL && !gst_prof_links_is_locked (element))
    others = gst_pad_iterate_internal_links (pad);
  while (others != NULL && n < max
      && gst_iterator_next (others, &item) == GST_ITERATOR_OK) {
    found[n++] = g_value_dup_object (&item);
    g_value_reset (&item);
  }
  if (G_IS_VALUE (&item))
    g_value_unset (&item);
  if (others != NULL)
    gst_iterator_free (others);
  gst_clear_object (&element);
  return n;
}
