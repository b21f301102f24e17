/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofstreamstate.h"

G_BEGIN_DECLS

void gst_prof_stream_frames_count_unjoined (GstProfFrameStream *self, guint s,
    guint spans);
void gst_prof_stream_frames_add_cell (GstProfFrameStream *self,
    GstProfFrameEntry *frame, guint s, const GstProfFrameCell *part);
void gst_prof_stream_frames_add_span (GstProfFrameStream *self,
    GstProfFrameEntry *frame, guint s, const GstProfSpan *span);
GstProfFrameEntry *gst_prof_stream_frames_find (GstProfFrameStream *self,
    guint s, const GstProfSpan *span);

G_END_DECLS
