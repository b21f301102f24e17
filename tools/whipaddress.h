/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <sys/socket.h>

#include <gio/gio.h>

G_BEGIN_DECLS

gint   gst_prof_whip_address_listen     (const gchar *address, gchar **ret_url, GError **error);
gboolean gst_prof_whip_address_is_loopback (gint fd);
gchar *gst_prof_whip_address_describe   (const struct sockaddr *address);
gchar *gst_prof_whip_address_read_token (const gchar *path, GError **error);

G_END_DECLS
