/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstproftrend.h"

G_BEGIN_DECLS

/* More than the queues of a pipeline that people can read. */
#define GST_PROF_HOLDERS_MAX 64

#define GST_PROF_HOLDER_NAME_SIZE 48

/**
 * GstProfHolderKind:
 *
 * What can hold buffers.
 */
typedef enum {
  GST_PROF_HOLDER_QUEUE,
  GST_PROF_HOLDER_QUEUE2,
  GST_PROF_HOLDER_MULTIQUEUE,
  GST_PROF_HOLDER_JITTERBUFFER,
  GST_PROF_HOLDER_APPSRC,
  GST_PROF_HOLDER_ENCODER,
  GST_PROF_HOLDER_N_KINDS,
} GstProfHolderKind;

/**
 * GstProfHolder:
 * @id: tells it from others of the same name
 * @kind: what it is
 * @name: the element's name, of an encoder the stage's; cut when too long
 * @buffers: buffers (of a jitterbuffer packets, of an encoder frames) in it
 * @bytes: bytes in it; of a jitterbuffer and an encoder an estimate
 * @time: time in it, nanoseconds; 0: not known
 * @max_buffers: its limit; 0: none
 * @max_bytes: its limit; 0: none
 * @max_time: its limit, nanoseconds; 0: none
 * @leaky: whether it throws frames of video away when it is full
 * @taken: if so, frames that came to it
 * @dropped: how many of them it has thrown away
 *
 * What is in a queue, or in something like it, at a moment.
 */
typedef struct {
  guint64 id;
  GstProfHolderKind kind;
  gchar name[GST_PROF_HOLDER_NAME_SIZE];
  guint64 buffers;
  guint64 bytes;
  GstClockTime time;
  guint64 max_buffers;
  guint64 max_bytes;
  GstClockTime max_time;
  gboolean leaky;
  guint64 taken;
  guint64 dropped;
} GstProfHolder;

/**
 * GstProfHolderState:
 * @now: what was in it last
 * @present: whether it is still there
 * @peak: the most that was in it, each number for itself
 * @base_bytes: what was in it at the end of the warm-up
 * @bytes: how that changed
 * @buffers: how that changed
 * @taken: how what came to it changed
 * @dropped: how what it has thrown away changed
 *
 * What is known of one holder.
 */
typedef struct {
  GstProfHolder now;
  gboolean present;
  GstProfHolder peak;
  guint64 base_bytes;
  GstProfTrend bytes;
  GstProfTrend buffers;
  GstProfTrend taken;
  GstProfTrend dropped;
} GstProfHolderState;

/**
 * GstProfHolderGrowth:
 * @holder: what is in it; without a name: there is none
 * @rate: how fast that grows, bytes per second
 * @buffer_rate: the same in buffers
 * @full: whether it has reached its limit
 */
typedef struct {
  GstProfHolder holder;
  gdouble rate;
  gdouble buffer_rate;
  gboolean full;
} GstProfHolderGrowth;

/**
 * GstProfHolderDrops:
 * @holder: what throws frames away
 * @since: the beginning of the time in which it was seen to
 * @before: how many it had thrown away then
 * @rate: frames per second that it throws away
 * @taken_rate: frames per second that come to it
 */
typedef struct {
  GstProfHolderGrowth holder;
  GstClockTime since;
  guint64 before;
  gdouble rate;
  gdouble taken_rate;
} GstProfHolderDrops;

/**
 * GstProfHolders:
 *
 * All that hold buffers in a pipeline.
 */
typedef struct _GstProfHolders GstProfHolders;

GstProfHolders *gst_prof_holders_new    (void);
void            gst_prof_holders_free   (GstProfHolders *holders);

void            gst_prof_holders_begin  (GstProfHolders *holders);
void            gst_prof_holders_update (GstProfHolders *holders,
                                         const GstProfHolder *level,
                                         GstClockTime now);
void            gst_prof_holders_end    (GstProfHolders *holders);
guint64         gst_prof_holders_set_base (GstProfHolders *holders);

guint           gst_prof_holders_get_count (GstProfHolders *holders);
const GstProfHolderState *
                gst_prof_holders_get    (GstProfHolders *holders, guint i);
guint64         gst_prof_holders_get_refused (GstProfHolders *holders);

void            gst_prof_holders_find_backlog (GstProfHolders *holders,
                                               GstProfHolderGrowth *growth);
gboolean        gst_prof_holders_find_drops   (GstProfHolders *holders,
                                               GstClockTime now,
                                               GstProfHolderDrops *drops);
guint64         gst_prof_holder_state_get_growth
                                        (const GstProfHolderState *state);

const gchar    *gst_prof_holder_kind_get_nick (GstProfHolderKind kind);
gboolean        gst_prof_holder_is_bounded    (const GstProfHolder *holder);
gboolean        gst_prof_holder_is_full       (const GstProfHolder *holder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfHolders, gst_prof_holders_free)

G_END_DECLS
