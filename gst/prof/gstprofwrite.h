/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

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

void     gst_prof_write_begin       (GstProfWrite *self,
                                    const GstProfSpan *span);
void     gst_prof_write_add         (GstProfWrite *self,
                                    const GstProfSpan *span);
void     gst_prof_write_set_payload (GstProfWrite *self,
                                    const GstProfSpan *span);
gboolean gst_prof_write_is_whole    (const GstProfWrite *self);

G_END_DECLS
