/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_PROF_STATUS_LINE_SAMPLES 4

/**
 * GstProfStatusLine:
 *
 * The last few numbers of frames, and when they were read, so that the frame
 * rate is that of the last moments. Zero is a fresh one.
 */
typedef struct {
  guint64 frames[GST_PROF_STATUS_LINE_SAMPLES];
  GstClockTime times[GST_PROF_STATUS_LINE_SAMPLES];
  guint n_samples;
} GstProfStatusLine;

gchar *gst_prof_status_line_update (GstProfStatusLine *line, const GstStructure *stats,
                                    GstClockTime elapsed);

G_END_DECLS
