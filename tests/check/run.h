/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct _RunLoad RunLoad;

gchar *run_expand      (const gchar *description, const gchar *location);
void   run_to_end      (GstElement *pipeline);
void   run_description (const gchar *description, const gchar *location);

RunLoad *run_load_start (guint n_threads);
void     run_load_stop  (RunLoad *load);

gchar *run_new_directory    (void);
void   run_remove_directory (gchar *directory);

G_END_DECLS
