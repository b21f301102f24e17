/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Posts messages, but only so many as are not yet freed. Owns one counter,
 * which the messages share: they may outlive the element. Any thread.
 */

#include "gstprofunread.h"

#include <stdatomic.h>

struct _GstProfUnread {
  _Atomic guint count;
};

static void
message_freed (gpointer user_data, GstMiniObject * message)
{
  GstProfUnread *unread = user_data;

  atomic_fetch_sub_explicit (&unread->count, 1, memory_order_relaxed);
  gst_prof_unread_unref (unread);
}

/*
 * gst_prof_unread_new:
 *
 * Returns: (transfer full): a counter of messages on their way
 */
GstProfUnread *
gst_prof_unread_new (void)
{
  return g_atomic_rc_box_new0 (GstProfUnread);
}

/*
 * gst_prof_unread_unref:
 * @unread: (transfer full): a counter
 */
void
gst_prof_unread_unref (GstProfUnread * unread)
{
  g_atomic_rc_box_release (unread);
}

/*
 * gst_prof_unread_is_full:
 * @unread: the counter
 *
 * Returns: %TRUE if no message would be posted, so that none need be made
 */
gboolean
gst_prof_unread_is_full (GstProfUnread * unread)
{
  return atomic_load_explicit (&unread->count,
      memory_order_relaxed) >= GST_PROF_UNREAD_MAX;
}

/*
 * gst_prof_unread_post:
 * @unread: the counter
 * @element: who posts
 * @message: (transfer full): the message
 *
 * Returns: %FALSE when there are %GST_PROF_UNREAD_MAX messages unread: @message
 *   was not posted
 */
gboolean
gst_prof_unread_post (GstProfUnread * unread, GstElement * element,
    GstMessage * message)
{
  if (gst_prof_unread_is_full (unread)) {
    gst_message_unref (message);
    return FALSE;
  }

  atomic_fetch_add_explicit (&unread->count, 1, memory_order_relaxed);
  gst_mini_object_weak_ref (GST_MINI_OBJECT_CAST (message), message_freed,
      g_atomic_rc_box_acquire (unread));
  gst_element_post_message (element, message);
  return TRUE;
}
