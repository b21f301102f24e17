/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "run.h"
#include "verb.h"

G_BEGIN_DECLS

/**
 * GstProfOutcome:
 * @fail_on_text: (nullable): value of --fail-on
 * @report_path: (nullable): value of --report
 * @json_path: (nullable): value of --json
 * @fail_on: @fail_on_text, parsed
 *
 * The options that say what becomes of a run's end. Zero is a fresh one.
 */
typedef struct {
  gchar *fail_on_text;
  gchar *report_path;
  gchar *json_path;
  GstProfFailOn fail_on;
} GstProfOutcome;

void        gst_prof_outcome_add_options (GstProfOutcome *outcome, GOptionContext *context);
gboolean    gst_prof_outcome_check       (GstProfOutcome *outcome, GError **error);
void        gst_prof_outcome_report      (const GstProfOutcome *outcome, GstProfRun *run,
                                          const gchar *session, GstProfTerminal *terminal);
GstProfExit gst_prof_outcome_judge       (const GstProfOutcome *outcome, GstProfRun *run);
GstProfExit gst_prof_outcome_conclude    (const GstProfOutcome *outcome, GstProfRun *run);
void        gst_prof_outcome_clear       (GstProfOutcome *outcome);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstProfOutcome, gst_prof_outcome_clear)

G_END_DECLS
