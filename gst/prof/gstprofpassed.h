/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* The last ones one by one, those before in steps, half a minute of them. */
#define GST_PROF_PASSED_KEPT 128
#define GST_PROF_PASSED_STEPS 128
#define GST_PROF_PASSED_STEP (250 * GST_MSECOND)

/* What is a silence, and how many are remembered. */
#define GST_PROF_PASSED_SILENCE (100 * GST_MSECOND)
#define GST_PROF_PASSED_SILENCES 8

/**
 * GstProfPassedStep:
 * @after: when something passed, in ticks since the step before
 * @n: how many did from then until the next step; 0: none, it only bridges a time
 *   that @after has no room for
 */
typedef struct {
  guint16 after;
  guint16 n;
} GstProfPassedStep;

/**
 * GstProfPassedSilence:
 * @from: when something passed last, CLOCK_MONOTONIC nanoseconds
 * @to: when it did again, or the time of the question
 */
typedef struct {
  GstClockTime from;
  GstClockTime to;
} GstProfPassedSilence;

/**
 * GstProfPassedCount:
 * @from: from when on it is known, nanoseconds: the begin of the interval, or later
 * @n: how many passed since, within the interval
 * @pause: the longest time in which none did, as far as that is known: not longer
 *   than this
 *
 * What passed in an interval.
 */
typedef struct {
  GstClockTime from;
  guint64 n;
  GstClockTime pause;
} GstProfPassedCount;

/**
 * GstProfPassed:
 *
 * When something passed a pad: 1.2 KB, however much it is. A tick is 16384 ns:
 * they last for 19 hours, after which it is begun anew. The fields are its
 * own. All 0 is a fresh one.
 */
typedef struct {
  guint64 n;
  GstClockTime first;
  GstClockTime last;
  guint32 times[GST_PROF_PASSED_KEPT];
  guint64 n_steps;
  guint32 step_time;            /* of the last one, in ticks */
  GstProfPassedStep steps[GST_PROF_PASSED_STEPS];
  guint64 n_silences;
  GstProfPassedSilence silences[GST_PROF_PASSED_SILENCES];
} GstProfPassed;

void     gst_prof_passed_add          (GstProfPassed *passed, GstClockTime time);
gboolean gst_prof_passed_find_silence (const GstProfPassed *passed,
                                       GstClockTime from, GstClockTime to,
                                       GstClockTime now,
                                       GstProfPassedSilence *silence);
void     gst_prof_passed_count        (const GstProfPassed *passed,
                                       GstClockTime from, GstClockTime to,
                                       GstProfPassedCount *count);

G_END_DECLS
