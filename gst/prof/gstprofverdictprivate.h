/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofverdict.h"

G_BEGIN_DECLS

/* Shared by the files that make up the verdict, and by nobody else. Functions of the
 * summary; any thread. */

gboolean gst_prof_verdict_is_said_elsewhere (const GstProfSummary *summary,
                                             const GstProfSummaryWarning *warning);
guint64  gst_prof_verdict_get_part          (const GstStructure *parts, guint i,
                                             const gchar **name);
gboolean gst_prof_verdict_is_large          (guint64 part, guint64 whole,
                                             guint percent);
gboolean gst_prof_verdict_keeps_up          (const GstProfSummary *summary);

const GstProfSummaryStage *
         gst_prof_verdict_find_most_dropped (const GstProfSummary *summary);
const GstProfSummaryStage *
         gst_prof_verdict_find_longest_stage
                                            (const GstProfSummary *summary);

G_END_DECLS
