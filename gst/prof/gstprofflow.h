/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofperiods.h"

G_BEGIN_DECLS

/* A pause of this length is remembered. */
#define GST_PROF_FLOW_QUIET (50 * GST_MSECOND)

/* How much passed is known for the last 32 s, in bins of a quarter of a second. */
#define GST_PROF_FLOW_BINS 128
#define GST_PROF_FLOW_BIN (250 * GST_MSECOND)

/**
 * GstProfFlow:
 *
 * What passes a pad: how much, when last, and when nothing did. Zero is a fresh
 * one. The pad's thread writes, any thread reads; neither ever waits. The fields
 * are its own.
 */
typedef struct {
  _Atomic guint64 packets;
  _Atomic guint64 bytes;
  _Atomic guint64 first;        /* CLOCK_MONOTONIC nanoseconds, 0: none yet */
  _Atomic guint64 last;
  GstProfPeriods quiets;        /* value: sequence numbers that were skipped */
  _Atomic guint64 bins[GST_PROF_FLOW_BINS];     /* which, and packets in it */
} GstProfFlow;

/* Writer: @skipped sequence numbers are missing between the packet before and
 * this one. */
void         gst_prof_flow_pass        (GstProfFlow *flow, guint packets,
                                        guint64 bytes, guint skipped,
                                        GstClockTime now);

guint64      gst_prof_flow_get_packets (GstProfFlow *flow);
guint64      gst_prof_flow_get_bytes   (GstProfFlow *flow);
GstClockTime gst_prof_flow_get_first   (GstProfFlow *flow);
GstClockTime gst_prof_flow_get_last    (GstProfFlow *flow);

/* Of the last GST_PROF_FLOW_BINS * GST_PROF_FLOW_BIN; about as many as passed. */
guint64      gst_prof_flow_count       (GstProfFlow *flow, GstClockTime from,
                                        GstClockTime to);

/* How long a pause usually is; 0: there was none yet. */
GstClockTime gst_prof_flow_get_usual_pause (GstProfFlow *flow, GstClockTime until);

/* Pauses that overlap [from, to], the oldest first; one that goes on at @to is
 * among them, with @to unset. */
guint        gst_prof_flow_find_quiets (GstProfFlow *flow, GstClockTime from,
                                        GstClockTime to, GstProfPeriod *found,
                                        guint max);

G_END_DECLS
