/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/prof/gstprofreceiver.h>

G_BEGIN_DECLS

/* Addresses that a session offers: one for each network interface. */
#define GST_PROF_SOCKETS_MAX 16

/**
 * GstProfSocketWatch:
 *
 * Reads what waits in the kernel's queues of the sockets of one transport.
 */
typedef struct _GstProfSocketWatch GstProfSocketWatch;

GstProfSocketWatch *gst_prof_socket_watch_new     (void);
void                gst_prof_socket_watch_free    (GstProfSocketWatch *watch);

void                gst_prof_socket_watch_set_fd  (GstProfSocketWatch *watch,
                                                   gint fd);
guint               gst_prof_socket_watch_find    (GstProfSocketWatch *watch,
                                                   const gchar *const *addresses,
                                                   const guint *ports, guint n);
gboolean            gst_prof_socket_watch_is_set  (GstProfSocketWatch *watch);
void                gst_prof_socket_watch_read    (GstProfSocketWatch *watch,
                                                   GstProfTransport *transport,
                                                   GstClockTime now);

G_END_DECLS
