/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofpacketqueue.h"
#include "gstprofspan.h"

G_BEGIN_DECLS

/**
 * GstProfWrite:
 * @enter: when its first span began, CLOCK_MONOTONIC nanoseconds
 * @leave: when its last span ended
 * @own: sum of the own times of its spans
 * @thread_id: thread of the first one
 * @bytes: sum of their bytes
 * @spans: how many spans
 * @flags: their flags together
 * @packets: packets that begin in it; 0: it may be anything
 * @pts: the container's own time, or %GST_CLOCK_TIME_NONE
 * @payload: identity of the memory, 0: unknown
 * @payload_size: the packet's size, 0: unknown
 * @first_bytes: bytes of the first span
 * @index: number of its first packet among all written, from 0 since the last
 *   break
 *
 * The writing of one packet: of its header and of all its parts.
 */
typedef struct {
  GstClockTime enter;
  GstClockTime leave;
  GstClockTime own;
  guint64 thread_id;
  guint64 bytes;
  guint spans;
  GstProfSpanFlags flags;
  guint packets;
  GstClockTime pts;
  guint64 payload;
  guint64 payload_size;
  guint64 first_bytes;
  guint64 index;
} GstProfWrite;

/**
 * GstProfWriteFunc:
 * @write: a write that was decided on
 * @packet: (nullable): the packet that was written, %NULL: it cannot be told
 * @skipped: with @packet the number of the first packet that was passed over
 *   since the one before, which is @packet's own if none was
 * @user_data: the data given to gst_prof_write_join_new()
 */
typedef void (*GstProfWriteFunc) (const GstProfWrite *write,
    GstProfPacket *packet, guint64 skipped, gpointer user_data);

typedef struct _GstProfWriteJoin GstProfWriteJoin;

GstProfWriteJoin *gst_prof_write_join_new  (GstProfPacketQueue *packets,
                                            GstProfWriteFunc func,
                                            gpointer user_data);
void              gst_prof_write_join_free (GstProfWriteJoin *self);

void gst_prof_write_join_push    (GstProfWriteJoin *self,
                                  const GstProfSpan *span);
void gst_prof_write_join_close   (GstProfWriteJoin *self, guint64 thread_id);
void gst_prof_write_join_update  (GstProfWriteJoin *self);
void gst_prof_write_join_flush   (GstProfWriteJoin *self);
void gst_prof_write_join_restart (GstProfWriteJoin *self, GstClockTime since);

G_END_DECLS
