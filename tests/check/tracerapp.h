/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* tracerapp.c */
GstElement *app_parse    (const gchar *description);
int         app_run      (const gchar *description);
int         app_play     (GstElement *pipeline);

/* tracerappends.c */
int         app_end      (const gchar *kind, const gchar *description);

/* tracerappstress.c */
int         app_starts   (guint n_threads, guint n_runs);
int         app_relink   (guint n_times);
int         app_memory   (guint64 n_buffers);
int         app_heap     (const gchar *description);

G_END_DECLS
