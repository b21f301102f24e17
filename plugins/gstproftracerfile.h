/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean gst_prof_tracer_file_replace (const gchar *name, const gchar *text,
                                       GError **error);
gboolean gst_prof_tracer_file_write   (int fd, const gchar *text);

G_END_DECLS
