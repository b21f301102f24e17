/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

GStrv gst_prof_webrtc_peer_find_addresses (const gchar *listen, GError **error);
void  gst_prof_webrtc_peer_configure      (GstElement *webrtcbin,
                                           const gchar *const *addresses);
void  gst_prof_webrtc_peer_connect        (GstElement *offerer, GstElement *answerer);
gboolean gst_prof_webrtc_peer_is_connected (GstElement *webrtcbin);
gboolean gst_prof_webrtc_peer_is_gone      (GstElement *webrtcbin);

G_END_DECLS
