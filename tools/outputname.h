/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gchar    *gst_prof_output_name_complete (const gchar *output);
gboolean  gst_prof_output_name_check    (const gchar *pattern, GError **error);
gchar    *gst_prof_output_name_reserve  (const gchar *pattern, const gchar *session,
                                         GDateTime *time, GError **error);

G_END_DECLS
