/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofstreamstate.h"

G_BEGIN_DECLS

void gst_prof_stream_packets_update_writes (GstProfFrameStream *self);
void gst_prof_stream_packets_note_empty (GstProfFrameStream *self, guint s,
    const GstProfSpan *span);
void gst_prof_stream_packets_give (GstProfFrameStream *self,
    GstProfFrameEntry *frame, const GstProfPacket *template);
GstProfPacket gst_prof_stream_packets_make (const GstProfSpan *span,
    GstClockTime pts, GstClockTime out);
void gst_prof_stream_packets_push (GstProfFrameStream *self, guint s,
    const GstProfSpan *span);
gboolean gst_prof_stream_packets_came_out (GstProfFrameStream *self, guint s,
    const GstProfSpan *span);
void gst_prof_stream_packets_note_muxed (GstProfFrameStream *self,
    GstProfFrameEntry *frame, const GstProfSpan *span);

G_END_DECLS
