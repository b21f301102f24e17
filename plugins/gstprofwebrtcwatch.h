/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/prof/gstprofreceiver.h>

#include "gstprofsocketwatch.h"

G_BEGIN_DECLS

/**
 * GstProfWebrtcWatch:
 *
 * Hears what a webrtcbin says of its connection. Counted by references.
 */
typedef struct _GstProfWebrtcWatch GstProfWebrtcWatch;

GstProfWebrtcWatch *gst_prof_webrtc_watch_new   (GstElement *webrtcbin);
GstProfWebrtcWatch *gst_prof_webrtc_watch_ref   (GstProfWebrtcWatch *watch);
void                gst_prof_webrtc_watch_unref (gpointer watch);
void                gst_prof_webrtc_watch_stop  (GstProfWebrtcWatch *watch);

gboolean     gst_prof_webrtc_watch_is_element     (GstElement *element);
GstElement  *gst_prof_webrtc_watch_get_element    (GstProfWebrtcWatch *watch);
const gchar *gst_prof_webrtc_watch_get_state      (GstProfWebrtcWatch *watch,
                                                   GstClockTime *since);
gboolean     gst_prof_webrtc_watch_has_failed     (const gchar *state);
guint        gst_prof_webrtc_watch_find_negotiations
                                                  (GstProfWebrtcWatch *watch,
                                                   GstClockTime from,
                                                   GstClockTime to,
                                                   GstProfPeriod *found,
                                                   guint max);
guint        gst_prof_webrtc_watch_find_sockets   (GstProfWebrtcWatch *watch,
                                                   GstProfSocketWatch *sockets);
guint        gst_prof_webrtc_watch_get_n_candidates
                                                  (GstProfWebrtcWatch *watch);

G_END_DECLS
