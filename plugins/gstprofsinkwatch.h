/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstProfSinkWatchFunc:
 * @object: the object that was given to gst_prof_sink_watch_new()
 *
 * Called on the streaming thread that brings EOS to the last sink, before the
 * sink sees it; or by gst_prof_sink_watch_new() when all have it already.
 */
typedef void (*GstProfSinkWatchFunc) (GObject *object);

typedef struct _GstProfSinkWatch GstProfSinkWatch;

GstProfSinkWatch *gst_prof_sink_watch_new  (GstBin *bin,
                                            GstProfSinkWatchFunc func,
                                            GObject *object);
void              gst_prof_sink_watch_stop (GstProfSinkWatch *watch);

G_END_DECLS
