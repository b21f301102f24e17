/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofreceivecounts.h"
#include "gstprofsummary.h"

G_BEGIN_DECLS

/**
 * GstProfReceived:
 *
 * What came in during a run, stream by stream.
 */
typedef struct _GstProfReceived GstProfReceived;

GstProfReceived *gst_prof_received_new       (void);
void             gst_prof_received_free      (GstProfReceived *received);

void             gst_prof_received_sample    (GstProfReceived *received,
                                              const GstProfReceiveCounts *counts,
                                              guint n_counts, guint64 refused,
                                              GstClockTime now);
void             gst_prof_received_summarize (GstProfReceived *received,
                                              GstProfSummary *summary);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfReceived, gst_prof_received_free)

G_END_DECLS
