/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofpacketqueue.h"
#include "gstprofwrite.h"

G_BEGIN_DECLS

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
