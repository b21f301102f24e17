/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofframetable.h"
#include "gstprofledger.h"
#include "gstprofmessage.h"
#include "gstprofsetup.h"
#include "gstprofsummary.h"
#include "gstprofthreshold.h"

G_BEGIN_DECLS

/**
 * GstProfStats:
 *
 * All that is counted from the start of a run to its summary.
 */
typedef struct _GstProfStats GstProfStats;

GstProfStats *gst_prof_stats_new         (void);
void          gst_prof_stats_free        (GstProfStats *stats);

void          gst_prof_stats_add_element (GstProfStats *stats, const gchar *stage);
void          gst_prof_stats_remove_element
                                         (GstProfStats *stats, const gchar *stage);
void          gst_prof_stats_add_span    (GstProfStats *stats, const GstProfSpan *span);
void          gst_prof_stats_add_frame   (GstProfStats *stats, const GstProfFrame *frame,
                                          GstClockTime budget, gboolean observed);
void          gst_prof_stats_add_gap     (GstProfStats *stats, const GstProfLedger *ledger,
                                          GstClockTime processing);
void          gst_prof_stats_add_gap_causes
                                         (GstProfStats *stats, const gchar *stage,
                                          const GstProfLedger *ledger);
void          gst_prof_stats_add_warning (GstProfStats *stats, GstProfWarningKind kind,
                                          const GstProfWarning *warning);
const gchar  *gst_prof_stats_get_usual_cause
                                         (GstProfStats *stats, GstProfWarningKind kind,
                                          const gchar *stage);
void          gst_prof_stats_add_setup   (GstProfStats *stats, const GstProfSetup *setup);

void          gst_prof_stats_summarize   (GstProfStats *stats,
                                          const GstProfFrameCounters *counters,
                                          GstProfSummary *summary);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfStats, gst_prof_stats_free)

G_END_DECLS
