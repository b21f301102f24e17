/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * GstProfWhipSection:
 * @number: of its first line, from 1
 * @lines: the lines of it, "x=value"
 *
 * What comes before the first m= line of an offer, or from one to the next.
 */
typedef struct {
  guint number;
  GPtrArray *lines;
} GstProfWhipSection;

GPtrArray   *gst_prof_whip_section_split   (const gchar *text, gsize size, GError **error);
const gchar *gst_prof_whip_section_get     (const GstProfWhipSection *section,
                                            const gchar *name);
gboolean     gst_prof_whip_section_check   (const GstProfWhipSection *section,
                                            GError **error);
void         gst_prof_whip_section_refuse  (const GstProfWhipSection *section, GError **error,
                                            const gchar *format, ...) G_GNUC_PRINTF (3, 4);

G_END_DECLS
