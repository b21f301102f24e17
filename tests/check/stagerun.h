/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>

#include <gst/prof/gstprofsetup.h>
#include <gst/prof/gstprofspan.h>

/**
 * StageRun:
 * @pipeline: (nullable): what runs, or
 * @harness: (nullable): what is pushed into
 * @bus: where the stages post
 * @spans: all spans that have been collected, in order of arrival
 * @setups: the same for prof-setup
 * @error: the first error, and
 * @debug: its debug text
 * @warning: the first warning
 * @n_warnings: how many there were
 * @missing: detail of the first missing-plugin message
 * @eos: whether EOS has been posted
 *
 * A pipeline or harness with stages in it, and all that they posted.
 */
typedef struct {
  GstElement *pipeline;
  GstHarness *harness;
  GstBus *bus;
  GArray *spans;
  GArray *setups;
  GError *error;
  gchar *debug;
  GError *warning;
  guint n_warnings;
  gchar *missing;
  gboolean eos;
} StageRun;

/* The core's clock stands still but for stage_clock_advance() and for faults
 * with mode=advance that stage_run_connect_faults() has found. */
void         stage_clock_start   (void);
GstClockTime stage_clock_get     (void);
void         stage_clock_advance (GstClockTime time);

StageRun *stage_run_new         (const gchar *description);
StageRun *stage_run_new_printf  (const gchar *format, ...) G_GNUC_PRINTF (1, 2);
StageRun *stage_run_new_harness (const gchar *description,
                                 const gchar *src_caps);
void      stage_run_free        (StageRun *run);

void      stage_run_connect_faults (GstElement *bin);
void      stage_run_to_end         (StageRun *run);
void      stage_run_collect        (StageRun *run);
void      stage_run_wait           (StageRun *run, const gchar *stage,
                                    GstProfSpanFlags with, guint n);

GstElement        *stage_run_get_element (StageRun *run, const gchar *name);
guint              stage_run_count   (StageRun *run, const gchar *stage,
                                      GstProfSpanFlags with,
                                      GstProfSpanFlags without);
const GstProfSpan *stage_run_get     (StageRun *run, const gchar *stage,
                                      GstProfSpanFlags with,
                                      GstProfSpanFlags without, guint n);
const GstProfSpan *stage_run_get_nth (StageRun *run, const gchar *stage,
                                      guint n);
void               stage_run_assert_own (StageRun *run, const gchar *stage,
                                         guint n, GstClockTime own);

/* By @time with each thing of @type that passes the pad */
void stage_clock_advance_at (StageRun *run, const gchar *element_name,
                             const gchar *pad_name, GstPadProbeType type,
                             GstClockTime *time);

GstBuffer *stage_new_frame (const gchar *caps, GstClockTime pts,
                            GstClockTime duration);
