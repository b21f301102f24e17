/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct _GstProfFiller GstProfFiller;

GstProfFiller *gst_prof_filler_new  (GstElement *video_queue, GstElement *audio_queue,
                                     const GstCaps *black);
void           gst_prof_filler_free (GstProfFiller *filler);

gboolean gst_prof_filler_fill          (GstProfFiller *filler, gint64 now);
guint64  gst_prof_filler_get_n_frames  (GstProfFiller *filler);
guint64  gst_prof_filler_get_n_packets (GstProfFiller *filler);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfFiller, gst_prof_filler_free)

G_END_DECLS
