/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/prof/gstprofbacklog.h>

G_BEGIN_DECLS

/**
 * GstProfReceiveWatch:
 *
 * Follows what comes into a pipeline from a network.
 */
typedef struct _GstProfReceiveWatch GstProfReceiveWatch;

GstProfReceiveWatch *gst_prof_receive_watch_new  (GstBin *bin,
                                                  GstProfReceivers *receivers);
void                 gst_prof_receive_watch_stop (GstProfReceiveWatch *watch);

void                 gst_prof_receive_watch_read (GstProfReceiveWatch *watch,
                                                  GstProfBacklogSample *sample,
                                                  GstClockTime now);
gboolean             gst_prof_receive_watch_get_held
                                                 (GstProfReceiveWatch *watch,
                                                  GstElement *jitterbuffer,
                                                  guint64 *buffers,
                                                  guint64 *bytes);

G_END_DECLS
