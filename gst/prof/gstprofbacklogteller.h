/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofbacklog.h"
#include "gstproflimiter.h"
#include "gstprofoutput.h"
#include "gstprofstats.h"

G_BEGIN_DECLS

/**
 * GstProfBacklogTeller:
 *
 * Limits what is told of each kind. All 0 is a fresh one.
 */
typedef struct {
  GstProfLimiter limiters[GST_PROF_WARNING_N_KINDS];
} GstProfBacklogTeller;

void gst_prof_backlog_teller_tell (GstProfBacklogTeller *teller,
                                   GstProfBacklog *backlog,
                                   const GstProfThresholds *thresholds,
                                   GstProfStats *stats,
                                   GstProfOutputQueue *output, GstClockTime now);

G_END_DECLS
