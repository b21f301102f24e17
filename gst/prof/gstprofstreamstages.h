/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofstreamstate.h"

G_BEGIN_DECLS

const gchar *gst_prof_stream_stages_get_name (GstProfFrameStream *self,
    guint s);
gboolean gst_prof_stream_stages_is_foreign (GstProfFrameStream *self, guint s);
gboolean gst_prof_stream_stages_is_source (GstProfFrameStream *self, guint s);
guint32 gst_prof_stream_stages_get_sources (GstProfFrameStream *self);
guint32 gst_prof_stream_stages_get_expected (GstProfFrameStream *self);
const gchar *gst_prof_stream_stages_get_earliest (GstProfFrameStream *self,
    guint32 stages);
gboolean gst_prof_stream_stages_got_further (GstProfFrameStream *self,
    const GstProfFrameEntry *frame, guint s);
void gst_prof_stream_stages_learn (GstProfFrameStream *self,
    const GstProfFrameEntry *frame);

G_END_DECLS
