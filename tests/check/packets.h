/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef void (*PacketFunc) (const gchar *stream, GstSample *sample,
                            gpointer user_data);

void       packets_foreach (const gchar *location, PacketFunc func,
                            gpointer user_data);
void       packets_foreach_picture (const gchar *location, const gchar *caps,
                                    PacketFunc func, gpointer user_data);
GPtrArray *packets_list    (const gchar *location);

G_END_DECLS
