/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * GstProfSafeLine:
 * @length: bytes of @text that are used
 * @text: not terminated, unless it is all zeroes behind @length
 *
 * A line that is put together in a signal handler: nothing is allocated, locked or
 * formatted by others. What does not fit is cut off. Zeroes are an empty line.
 */
typedef struct {
  gsize length;
  gchar text[1024];
} GstProfSafeLine;

void gst_prof_safe_line_add        (GstProfSafeLine *line, const gchar *text);
void gst_prof_safe_line_add_number (GstProfSafeLine *line, guint64 number,
                                    guint n_digits);

G_END_DECLS
