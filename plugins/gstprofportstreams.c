/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Which streams reach a pad from upstream: behind a muxer a stream has an id
 * of its own, which no stage before it knows.
 */

#include "gstprofport.h"

#include <gst/prof/gstprofcontainer.h>

/* Adds the ids of the video streams that reach @sinkpad from upstream */
static void
collect_video_streams (GstPad * sinkpad, GPtrArray * ids, guint depth)
{
  GstPad *peer = gst_pad_get_peer (sinkpad);
  GstIterator *links;
  GValue item = G_VALUE_INIT;

  if (peer == NULL)
    return;
  links = depth > 0 ? gst_pad_iterate_internal_links (peer) : NULL;
  while (links != NULL && gst_iterator_next (links, &item) == GST_ITERATOR_OK) {
    GstPad *pad = g_value_get_object (&item);
    GstCaps *caps = gst_pad_get_current_caps (pad);
    GstProfContainer container = { 0, };
    const gchar *name = "";

    if (caps != NULL) {
      gst_prof_container_init (&container, caps);
      name = gst_structure_get_name (gst_caps_get_structure (caps, 0));
    }
    if (caps == NULL || gst_prof_container_is_container (&container)) {
      collect_video_streams (pad, ids, depth - 1);
    } else if (g_str_has_prefix (name, "video/")
        || g_str_has_prefix (name, "image/")) {
      gchar *id = gst_pad_get_stream_id (pad);

      if (id != NULL)
        g_ptr_array_add (ids, id);
    }
    gst_clear_caps (&caps);
    g_value_unset (&item);
  }
  g_clear_pointer (&links, gst_iterator_free);
  gst_object_unref (peer);
}

/*
 * gst_prof_port_find_video_stream_id:
 * @sinkpad: a sink pad behind a muxer, whose caps are known
 *
 * Follows the pads upstream through muxers and what is behind them to the
 * streams that went in. Not per buffer.
 *
 * Returns: (nullable) (transfer full): id of the one video stream that reaches
 *   the pad, %NULL if there is none or more than one
 */
GRefString *
gst_prof_port_find_video_stream_id (GstPad * sinkpad)
{
  /* Muxer, queues and bins between it and the sink */
  const guint max_depth = 16;
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);
  GRefString *id = NULL;

  collect_video_streams (sinkpad, ids, max_depth);
  if (ids->len == 1)
    id = g_ref_string_new (g_ptr_array_index (ids, 0));
  g_ptr_array_unref (ids);
  return id;
}
