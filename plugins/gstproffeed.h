/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/prof/gstprofmonitor.h>

G_BEGIN_DECLS

/**
 * GstProfFeedFlags:
 * @GST_PROF_FEED_FLAG_SWALLOW: the span messages of this scope need not be
 *   posted: who listens here takes them off the bus
 */
typedef enum {
  GST_PROF_FEED_FLAG_NONE    = 0,
  GST_PROF_FEED_FLAG_SWALLOW = 1 << 0,
} GstProfFeedFlags;

void     gst_prof_feed_attach (GstObject *scope, GstProfMonitor *monitor,
                               GstProfFeedFlags flags);
void     gst_prof_feed_detach (GstObject *scope, GstProfMonitor *monitor);

/**
 * GstProfFeedPrepareFunc:
 * @object: who was registered
 * @stage: a stage that is about to be set up
 */
typedef void (*GstProfFeedPrepareFunc) (GObject *object, GstElement *stage);

void     gst_prof_feed_register   (GObject *object, GstProfFeedPrepareFunc func,
                                   GstProfFeedPrepareFunc leave);
void     gst_prof_feed_unregister (GObject *object);
void     gst_prof_feed_prepare    (GstElement *stage);
void     gst_prof_feed_leave      (GstElement *stage);

guint    gst_prof_feed_get_generation (void);
gboolean gst_prof_feed_push_span  (GstElement *stage, const GstProfSpan *span);
gboolean gst_prof_feed_push_setup (GstElement *stage, const GstProfSetup *setup);

G_END_DECLS
