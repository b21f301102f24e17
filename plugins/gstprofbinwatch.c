/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Tells of the elements of a bin. Owns the handlers of the bin's signals, not
 * what is done with the elements. Whoever adds or removes an element calls, on any
 * thread; what is told may be told once more when the watch begins, and still be
 * told while it is being stopped: who has a watch remembers both.
 */

#include "gstprofbinwatch.h"

typedef struct {
  GstProfBinWatch *watch;
  GstProfBinWatchFunc added;
  gpointer owner;
} Look;

static void
look_at_value (const GValue * value, gpointer user_data)
{
  Look *look = user_data;

  look->added (look->watch->bin, NULL, g_value_get_object (value),
      look->owner);
}

/*
 * gst_prof_bin_watch_start:
 * @self: zeroed memory, part of @owner
 * @bin: the bin
 * @added: told of all that is in @bin, and of what comes later
 * @removed: told of what goes. When a bin goes, what is in it goes without a word
 * @owner: data for both, from g_atomic_rc_box_new(): two references are taken
 * @release: lets go of such a reference
 */
void
gst_prof_bin_watch_start (GstProfBinWatch * self, GstBin * bin,
    GstProfBinWatchFunc added, GstProfBinWatchFunc removed, gpointer owner,
    GClosureNotify release)
{
  Look look = { self, added, owner };
  GstIterator *elements;

  self->bin = gst_object_ref (bin);
  self->added = g_signal_connect_data (bin, "deep-element-added",
      G_CALLBACK (added), g_atomic_rc_box_acquire (owner), release, 0);
  self->removed = g_signal_connect_data (bin, "deep-element-removed",
      G_CALLBACK (removed), g_atomic_rc_box_acquire (owner), release, 0);

  elements = gst_bin_iterate_recurse (bin);
  while (gst_iterator_foreach (elements, look_at_value,
          &look) == GST_ITERATOR_RESYNC)
    gst_iterator_resync (elements);
  gst_iterator_free (elements);
}

/*
 * gst_prof_bin_watch_stop:
 * @self: the watch
 *
 * A call that is under way may still end afterwards.
 */
void
gst_prof_bin_watch_stop (GstProfBinWatch * self)
{
  g_signal_handler_disconnect (self->bin, self->added);
  g_signal_handler_disconnect (self->bin, self->removed);
}

/*
 * gst_prof_bin_watch_clear:
 * @self: a watch that was stopped, whose owner goes
 */
void
gst_prof_bin_watch_clear (GstProfBinWatch * self)
{
  gst_object_unref (self->bin);
}

/*
 * gst_prof_bin_watch_is_gone:
 * @self: the watch
 * @object: an element or a pad that was in the bin
 * @removed: an element that goes
 *
 * What is not in the pipeline any more has no ancestor there; when a bin was
 * taken out, what is in it goes without a word.
 *
 * Returns: whether it goes too, or has gone
 */
gboolean
gst_prof_bin_watch_is_gone (const GstProfBinWatch * self, gpointer object,
    GstElement * removed)
{
  return object == (gpointer) removed
      || !gst_object_has_as_ancestor (object, GST_OBJECT (self->bin))
      || gst_object_has_as_ancestor (object, GST_OBJECT (removed));
}
