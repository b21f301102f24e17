/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/prof/gstprofdocument.h>

G_BEGIN_DECLS

/* Runs that have ended whose summaries are kept; of older ones is said how many
 * there were. A summary takes some 10 kB for ten elements. */
#define GST_PROF_RUNS_MAX 64

/**
 * GstProfRunsSource:
 * @runs: what goes on is to be added to it, by gst_prof_runs_add_running()
 * @timeout: nanoseconds that this may take
 *
 * Returns: how many pipelines could not be asked
 */
typedef guint (*GstProfRunsSource) (GPtrArray *runs, GstClockTime timeout);

void    gst_prof_runs_init        (void);
void    gst_prof_runs_set_source  (GstProfRunsSource source);

guint64 gst_prof_runs_new_id      (void);
gboolean gst_prof_runs_any        (void);
void    gst_prof_runs_add_ended   (guint64 id, const gchar *name, guint run,
                                   GstStructure *summary);
void    gst_prof_runs_add_running (GPtrArray *runs, guint64 id,
                                   const gchar *name, guint run,
                                   GstStructure *summary);

guint   gst_prof_runs_keep_running (GstClockTime timeout);
guint   gst_prof_runs_fill        (GstProfDocument *document,
                                   GstClockTime timeout);

G_END_DECLS
