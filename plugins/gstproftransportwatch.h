/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofreceivepath.h"
#include "gstprofwebrtcwatch.h"

G_BEGIN_DECLS

/**
 * GstProfTransportWatch:
 *
 * Watches what brings packets from outside. Counted by references.
 */
typedef struct _GstProfTransportWatch GstProfTransportWatch;

/**
 * GstProfTransportUser:
 * @receiver: a receiver whose packets come by the transport
 * @ssrc: its SSRC; 0: not known
 */
typedef struct {
  GstProfReceiver *receiver;
  guint ssrc;
} GstProfTransportUser;

GstProfTransportWatch *gst_prof_transport_watch_new   (const GstProfReceiveOrigin *origin,
                                                       guint id);
GstProfTransportWatch *gst_prof_transport_watch_ref   (GstProfTransportWatch *watch);
void                   gst_prof_transport_watch_unref (gpointer watch);
void                   gst_prof_transport_watch_stop  (GstProfTransportWatch *watch);

void                   gst_prof_transport_watch_place (GstProfTransportWatch *watch,
                                                       const GstProfReceiveOrigin *origin);
guint                  gst_prof_transport_watch_get_id
                                                      (GstProfTransportWatch *watch);
GstElement            *gst_prof_transport_watch_get_source
                                                      (GstProfTransportWatch *watch);
GstProfTransport      *gst_prof_transport_watch_get_transport
                                                      (GstProfTransportWatch *watch);

void                   gst_prof_transport_watch_read  (GstProfTransportWatch *watch,
                                                       GstProfWebrtcWatch *webrtc,
                                                       gboolean alone,
                                                       const GstProfTransportUser *users,
                                                       guint n_users,
                                                       GstClockTime now);
const GstStructure    *gst_prof_transport_watch_get_session_stats
                                                      (GstProfTransportWatch *watch);
gboolean               gst_prof_transport_watch_has_socket
                                                      (GstProfTransportWatch *watch);

G_END_DECLS
