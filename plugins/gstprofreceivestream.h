/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/prof/gstprofreceivecounts.h>

#include "gstprofreceivepath.h"
#include "gstprofreceiveprobe.h"
#include "gstproftransportwatch.h"

G_BEGIN_DECLS

/**
 * GstProfReceiveStream:
 * @id: tells it from others of the same name
 * @element: the jitterbuffer
 * @receiver: what is counted of it
 * @probe: who counts; %NULL when stopped
 * @transport: (nullable): what its packets come in by
 * @n_waits: number of @waits
 * @waits: where the way to the decoder goes no further yet, and the handler that
 *   tells when it does
 * @counts: what was read last
 * @held_bytes: what the packets in the jitterbuffer have; an estimate
 * @clock_rate: Hz; 0: not known
 * @thrown_away: packets that it took in and threw away
 *
 * One jitterbuffer that is followed. Counted by references. The fields after
 * @receiver are for whoever has the list's lock; the last one for the reading
 * thread.
 */
typedef struct {
  guint64 id;
  GstElement *element;
  GstProfReceiver *receiver;
  GstProfReceiveProbe *probe;
  GstProfTransportWatch *transport;
  guint n_waits;
  struct {
    GstObject *object;
    gulong handler;
  } waits[GST_PROF_RECEIVE_PATH_MAX_ENDS];
  GstProfReceiveCounts counts;
  guint64 held_bytes;
  _Atomic guint clock_rate;

  guint64 thrown_away;
} GstProfReceiveStream;

GstProfReceiveStream *gst_prof_receive_stream_new   (GstElement *jitterbuffer,
                                                     guint64 id);
GstProfReceiveStream *gst_prof_receive_stream_ref   (GstProfReceiveStream *stream);
void                  gst_prof_receive_stream_unref (gpointer stream);

gboolean gst_prof_receive_stream_waits_at (GstProfReceiveStream *stream,
                                           const GstProfReceivePath *path);
void     gst_prof_receive_stream_place    (GstProfReceiveStream *stream,
                                           const GstProfReceivePath *path);
void     gst_prof_receive_stream_read     (GstProfReceiveStream *stream,
                                           GstProfTransportWatch *transport,
                                           GstProfReceiveCounts *counts,
                                           guint64 *held_bytes);
void     gst_prof_receive_stream_count    (GstProfReceiveStream *stream,
                                           GstProfReceiveCounts *counts,
                                           GstClockTime now);

G_END_DECLS
