/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/prof/gstprofdiskuse.h>

G_BEGIN_DECLS

/**
 * GstProfDiskWatch:
 *
 * Asks a file system how much room it has.
 */
typedef struct _GstProfDiskWatch GstProfDiskWatch;

GstProfDiskWatch *gst_prof_disk_watch_new  (void);
void              gst_prof_disk_watch_stop (GstProfDiskWatch *watch);

gboolean          gst_prof_disk_watch_ask  (GstProfDiskWatch *watch,
                                            const gchar *location);
void              gst_prof_disk_watch_get  (GstProfDiskWatch *watch,
                                            GstProfDiskSpace *space);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfDiskWatch, gst_prof_disk_watch_stop)

G_END_DECLS
