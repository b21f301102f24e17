/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/prof/gstprofbacklog.h>

G_BEGIN_DECLS

/**
 * GstProfPipelineWatch:
 *
 * Reads of a pipeline what the analysis does not get from spans.
 */
typedef struct _GstProfPipelineWatch GstProfPipelineWatch;

GstProfPipelineWatch *gst_prof_pipeline_watch_new  (GstElement *element,
                                                    GstBin *bin,
                                                    GstProfReceivers *receivers);
void                  gst_prof_pipeline_watch_stop (GstProfPipelineWatch *watch);

void                  gst_prof_pipeline_watch_read (GstProfPipelineWatch *watch,
                                                    GstProfBacklogSample *sample,
                                                    GstClockTime now);

G_END_DECLS
