/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/prof/gstprofbacklog.h>

#include "gstprofreceivewatch.h"

G_BEGIN_DECLS

/**
 * GstProfLevels:
 *
 * Reads what the queues of a pipeline hold.
 */
typedef struct _GstProfLevels GstProfLevels;

GstProfLevels *gst_prof_levels_new  (GstBin *bin,
                                     GstProfReceiveWatch *receive);
void           gst_prof_levels_stop (GstProfLevels *levels);

void           gst_prof_levels_read (GstProfLevels *levels,
                                     GstProfBacklogSample *sample);
gchar         *gst_prof_levels_dup_location (GstProfLevels *levels);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfLevels, gst_prof_levels_stop)

G_END_DECLS
