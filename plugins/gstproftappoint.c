/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * A tap on a pad that may turn out to be another one later, since links change:
 * together with the bracket and the reference that it needs. Judges nothing.
 */

#include "gstproftappoint.h"

#include <gst/prof/gstproflinks.h>

/*
 * gst_prof_tap_point_clear:
 * @point: a point
 *
 * Does not wait for a thread that is in the tap just now.
 */
void
gst_prof_tap_point_clear (GstProfTapPoint * point)
{
  if (point->tap != NULL)
    gst_prof_bracket_untap (point->bracket, g_steal_pointer (&point->tap));
  g_clear_pointer (&point->bracket, gst_prof_bracket_remove);
  gst_clear_object (&point->pad);
}

/*
 * gst_prof_tap_point_set:
 * @point: a point
 * @pad: (nullable): where it is to be; %NULL: nowhere
 * @func: what is told
 * @rc_box: for @func; a g_atomic_rc_box, of which it takes a reference
 * @release: gives that back
 *
 * Does nothing if it is there already. Not from inside @func.
 */
void
gst_prof_tap_point_set (GstProfTapPoint * point, GstPad * pad,
    GstProfTapFunc func, gpointer rc_box, GDestroyNotify release)
{
  if (point->pad == pad)
    return;
  gst_prof_tap_point_clear (point);
  if (pad == NULL)
    return;
  point->pad = gst_object_ref (pad);
  point->bracket = gst_prof_bracket_add (pad);
  point->tap = gst_prof_bracket_tap (point->bracket, func,
      g_atomic_rc_box_acquire (rc_box), release);
}

/*
 * gst_prof_tap_point_renew:
 * @point: a point
 *
 * Elements may set a pad's functions late, or again. To be called from time to
 * time.
 */
void
gst_prof_tap_point_renew (GstProfTapPoint * point)
{
  if (point->pad != NULL && !gst_prof_links_is_locked (point->pad))
    gst_prof_bracket_renew_pad (point->pad);
}

static gboolean
add_size (GstBuffer ** buffer, guint i, gpointer user_data)
{
  *(guint64 *) user_data += gst_buffer_get_size (*buffer);
  return TRUE;
}

/*
 * gst_prof_tap_get_bytes:
 * @object: a buffer or a list of buffers
 * @packets: (out): how many buffers these are
 *
 * Returns: how many bytes they have
 */
guint64
gst_prof_tap_get_bytes (GstMiniObject * object, guint * packets)
{
  guint64 bytes = 0;

  if (G_LIKELY (GST_IS_BUFFER (object))) {
    *packets = 1;
    return gst_buffer_get_size (GST_BUFFER_CAST (object));
  }
  *packets = gst_buffer_list_length (GST_BUFFER_LIST_CAST (object));
  gst_buffer_list_foreach (GST_BUFFER_LIST_CAST (object), add_size, &bytes);
  return bytes;
}
