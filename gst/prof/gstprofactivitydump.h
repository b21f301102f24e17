/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * GstProfActivityWriteFunc:
 * @line: a line without its end; not terminated
 * @length: its length in bytes
 *
 * Called in a signal handler.
 */
typedef void (*GstProfActivityWriteFunc) (const gchar *line, gsize length,
                                          gpointer user_data);

void gst_prof_activity_dump (GstProfActivityWriteFunc write, gpointer user_data);

G_END_DECLS
