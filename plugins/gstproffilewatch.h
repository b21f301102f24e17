/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct _GstProfFileWatch GstProfFileWatch;

/**
 * GstProfFileWatchFunc:
 * @location: the file's name as it was given
 * @user_data: as given
 *
 * The file has no name any more. Called once, from the watch's thread.
 */
typedef void (*GstProfFileWatchFunc) (const gchar *location,
                                      gpointer user_data);

GstProfFileWatch *gst_prof_file_watch_new  (const gchar *location,
                                            GstProfFileWatchFunc func,
                                            gpointer user_data);
void              gst_prof_file_watch_free (GstProfFileWatch *watch);

G_END_DECLS
