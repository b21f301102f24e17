/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/prof/gstprofbacklog.h>

G_BEGIN_DECLS

/**
 * GstProfStartupWatch:
 *
 * Sees how far the session of a pipeline has got.
 */
typedef struct _GstProfStartupWatch GstProfStartupWatch;

GstProfStartupWatch *gst_prof_startup_watch_new  (GstBin *bin);
void                 gst_prof_startup_watch_stop (GstProfStartupWatch *watch);

void                 gst_prof_startup_watch_read (GstProfStartupWatch *watch,
                                                  GstProfReceivers *receivers,
                                                  GstProfBacklogSample *sample);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfStartupWatch, gst_prof_startup_watch_stop)

G_END_DECLS
