/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * BenchFeed:
 * @pipeline: what is measured
 * @bus: its bus
 * @tracer: (nullable): the latencytracer in it
 * @pad: what buffers are pushed from, linked to the element named "in"
 * @frames: how many buffers went in
 *
 * A pipeline that the benchmark's own thread pushes into.
 */
typedef struct {
  GstElement *pipeline;
  GstBus *bus;
  GstElement *tracer;
  GstPad *pad;
  guint64 frames;
} BenchFeed;

GstElement *bench_parse      (const gchar *description);
void        bench_run_to_end (GstElement *pipeline,
                              void (*func) (GstMessage *message,
                                            gpointer user_data),
                              gpointer user_data);

BenchFeed *bench_feed_new   (const gchar *description);
void       bench_feed_start (BenchFeed *feed, GstCaps *caps);
void       bench_feed_push  (BenchFeed *feed, GstBuffer *packet);
guint      bench_feed_read  (BenchFeed *feed);
void       bench_feed_catch_up (BenchFeed *feed);
guint64    bench_feed_get_stat (BenchFeed *feed, const gchar *field);
void       bench_feed_end   (BenchFeed *feed);
void       bench_feed_free  (BenchFeed *feed);

G_END_DECLS
