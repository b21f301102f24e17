/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstProfWarningKind:
 *
 * What can be warned about, in the order of the report.
 */
typedef enum {
  GST_PROF_WARNING_CRITICAL,
  GST_PROF_WARNING_SLOW_FRAME,
  GST_PROF_WARNING_SLOW_NORMALIZE,
  GST_PROF_WARNING_SLOW_PTS,
  GST_PROF_WARNING_SLOW_ENCODE,
  GST_PROF_WARNING_SLOW_MUX,
  GST_PROF_WARNING_SLOW_WRITE,
  GST_PROF_WARNING_SLOW_STAGE,
  GST_PROF_WARNING_SLOW_ELEMENT,
  GST_PROF_WARNING_GAP,
  GST_PROF_WARNING_UPSTREAM_WAIT,
  GST_PROF_WARNING_STATE_CHANGE,
  GST_PROF_WARNING_SLOW_SETUP,
  GST_PROF_WARNING_INIT_CHECK,
  GST_PROF_WARNING_ENCODER_STARVATION,
  GST_PROF_WARNING_FILE_REMOVED,
  GST_PROF_WARNING_MAIN_LOOP,
  GST_PROF_WARNING_FALLING_BEHIND,
  GST_PROF_WARNING_MEMORY_GROWTH,
  GST_PROF_WARNING_DISK_SPACE,
  GST_PROF_WARNING_N_KINDS,
} GstProfWarningKind;

/**
 * GstProfThreshold:
 * @nick: the kind as messages carry it
 * @property: (nullable): the property that sets the threshold; %NULL: there is
 *   none
 * @blurb: (nullable): what that property says of itself
 * @value: its default, nanoseconds; of %GST_PROF_WARNING_MEMORY_GROWTH bytes
 * @stage: (nullable): the stage whose own time is compared
 * @level: level of the log line
 * @advice: what helps
 *
 * What is known of a kind of warning.
 */
typedef struct {
  const gchar *nick;
  const gchar *property;
  const gchar *blurb;
  GstClockTime value;
  const gchar *stage;
  GstDebugLevel level;
  const gchar *advice;
} GstProfThreshold;

/**
 * GstProfThresholds:
 * @values: nanoseconds (memory: bytes) for each kind; 0: off
 */
typedef struct {
  GstClockTime values[GST_PROF_WARNING_N_KINDS];
} GstProfThresholds;

const GstProfThreshold *gst_prof_threshold_get (GstProfWarningKind kind);
gboolean gst_prof_threshold_find           (const gchar *nick, GstProfWarningKind *kind);
GstProfWarningKind
         gst_prof_threshold_kind_for_stage (const gchar *stage);
const gchar *
         gst_prof_threshold_get_advice     (GstProfWarningKind kind, const gchar *where);

void     gst_prof_thresholds_init     (GstProfThresholds *thresholds);
gboolean gst_prof_thresholds_exceeded (const GstProfThresholds *thresholds,
                                       GstProfWarningKind kind, GstClockTime value);

G_END_DECLS
