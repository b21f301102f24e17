/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

void gst_prof_webrtc_peer_configure (GstElement *webrtcbin);
void gst_prof_webrtc_peer_connect   (GstElement *offerer, GstElement *answerer);
gboolean gst_prof_webrtc_peer_is_connected (GstElement *webrtcbin);

G_END_DECLS
