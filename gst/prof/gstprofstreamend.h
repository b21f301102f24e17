/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofstreamstate.h"

G_BEGIN_DECLS

guint32 gst_prof_stream_end_get_waited (GstProfFrameStream *self,
    const GstProfFrameEntry *frame);
void gst_prof_stream_end_first (GstProfFrameStream *self, guint32 waited);
void gst_prof_stream_end_ready (GstProfFrameStream *self);
gboolean gst_prof_stream_end_is_late (GstProfFrameStream *self, guint s,
    GstClockTime in, GstClockTime out);

G_END_DECLS
