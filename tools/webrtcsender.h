/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct _GstProfWebRTCSender GstProfWebRTCSender;

GstProfWebRTCSender *gst_prof_webrtc_sender_new  (const gchar *video_filter,
                                                  const gchar *audio_filter,
                                                  GError **error);
void                 gst_prof_webrtc_sender_free (GstProfWebRTCSender *sender);

GstElement *gst_prof_webrtc_sender_get_pipeline  (GstProfWebRTCSender *sender);
GstElement *gst_prof_webrtc_sender_get_webrtcbin (GstProfWebRTCSender *sender);
void        gst_prof_webrtc_sender_set_sending   (GstProfWebRTCSender *sender, gboolean sending);
guint64     gst_prof_webrtc_sender_get_n_sent    (GstProfWebRTCSender *sender);
guint64     gst_prof_webrtc_sender_get_n_paused  (GstProfWebRTCSender *sender);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfWebRTCSender, gst_prof_webrtc_sender_free)

G_END_DECLS
