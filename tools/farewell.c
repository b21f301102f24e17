/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Whether a peer has taken its leave without a DELETE: webrtcbin stays connected
 * when its peer closes DTLS, but latencytracer hears it. Keeps nothing. Any thread
 * but a streaming thread.
 */

#include <gst/prof/gstprofsummary.h>

#include "farewell.h"

/*
 * gst_prof_farewell_was_said:
 * @tracer: the latencytracer of a pipeline that receives
 *
 * Returns: whether the peer of a stream has closed DTLS. A BYE is none: browsers
 *   send one also when they change a track
 */
gboolean
gst_prof_farewell_was_said (GstElement * tracer)
{
  g_auto (GstProfSummary) summary = { 0 };
  g_autoptr (GstStructure) stats = NULL;

  g_object_get (tracer, "stats", &stats, NULL);
  if (stats == NULL || !gst_prof_summary_parse (&summary, stats))
    return FALSE;
  for (guint i = 0; i < summary.receivers->len; i++) {
    const GstProfSummaryReceiver *receiver =
        &g_array_index (summary.receivers, GstProfSummaryReceiver, i);

    if (g_strcmp0 (receiver->gone, "closed") == 0)
      return TRUE;
  }
  return FALSE;
}
