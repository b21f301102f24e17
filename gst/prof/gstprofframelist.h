/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofframe.h"
#include "gstproftimeindex.h"

G_BEGIN_DECLS

typedef struct _GstProfFrameEntry GstProfFrameEntry;

/**
 * GstProfFrameEntry:
 * @number: place in the stream, from 1
 * @prev: the frame before
 * @next: the frame behind
 * @in: running time as it came in
 * @out: running time as corrected; the same until it is known
 * @resolved: @out is known to be what the stages behind the correction see
 * @first_enter: the earliest entry into a stage that is known
 * @cells: by index of the stage
 * @passed: bit for each stage with a cell
 * @unjoined: bit for each stage it is likely to have passed unseen
 * @flags: flags of all its spans
 * @frame_duration: by the caps, or none
 * @packets: packets that came out
 * @bytes: size of these
 * @first_seq: number of its first packet, 0: none came
 * @last_seq: number of its last packet
 * @no_packet: none will come
 * @lossy: spans of the time it was on its way were lost
 * @encode_latency: of its first packet, or none
 * @payload: identity of the memory that a stage behind the encoder was given
 *   before the packet was known, 0: none
 * @payload_size: its size
 *
 * A frame on its way.
 */
struct _GstProfFrameEntry {
  guint64 number;
  GstProfFrameEntry *prev;
  GstProfFrameEntry *next;
  GstProfTimeNode in;
  GstProfTimeNode out;
  gboolean resolved;
  GstClockTime first_enter;
  GstProfFrameCell cells[GST_PROF_FRAME_MAX_STAGES];
  guint32 passed;
  guint32 unjoined;
  GstProfSpanFlags flags;
  GstClockTime frame_duration;
  guint packets;
  guint64 bytes;
  guint64 first_seq;
  guint64 last_seq;
  gboolean no_packet;
  gboolean lossy;
  GstClockTime encode_latency;
  guint64 payload;
  guint64 payload_size;
};

/**
 * GstProfFrameList:
 * @head: the first frame on its way
 * @tail: the last one
 * @length: how many
 * @ended: frames that have left the list in order: number of the last one
 *
 * The frames of one stream that are on their way, in order of their first
 * entry.
 */
typedef struct {
  GstProfFrameEntry *head;
  GstProfFrameEntry *tail;
  guint length;
  guint64 ended;

  /*< private >*/
  GstProfTimeIndex in;
  GstProfTimeIndex out;
} GstProfFrameList;

/**
 * GstProfFrameKey:
 * @GST_PROF_FRAME_KEY_IN: time before the correction
 * @GST_PROF_FRAME_KEY_OUT: time behind it
 */
typedef enum {
  GST_PROF_FRAME_KEY_IN,
  GST_PROF_FRAME_KEY_OUT,
} GstProfFrameKey;

GstProfFrameEntry *
         gst_prof_frame_list_add       (GstProfFrameList *self,
                                        GstClockTime enter, GstClockTime in,
                                        GstClockTime out);
void     gst_prof_frame_list_set_times (GstProfFrameList *self,
                                        GstProfFrameEntry *frame,
                                        GstClockTime in, GstClockTime out);
void     gst_prof_frame_list_touch     (GstProfFrameList *self,
                                        GstProfFrameEntry *frame,
                                        GstClockTime enter);
gboolean gst_prof_frame_list_merge     (GstProfFrameList *self,
                                        GstProfFrameEntry *frame,
                                        GstProfFrameEntry *other);
void     gst_prof_frame_list_end       (GstProfFrameList *self);

GstProfFrameEntry *
         gst_prof_frame_list_find      (GstProfFrameList *self,
                                        GstProfFrameKey key, GstClockTime time,
                                        guint32 lacking, gboolean unresolved);
GstProfFrameEntry *
         gst_prof_frame_list_find_near (GstProfFrameList *self,
                                        GstProfFrameKey key, GstClockTime time,
                                        guint32 lacking);

G_END_DECLS
