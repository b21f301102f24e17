/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofreceivesplit.h"

G_BEGIN_DECLS

/* Receivers that one interval is asked of: sound and picture, mostly. */
#define GST_PROF_RECEIVE_LOOKUP_MAX 4

/**
 * GstProfReceived:
 * @receiver: a receiver, a reference
 * @timeline: what it did in the interval
 */
typedef struct {
  GstProfReceiver *receiver;
  GstProfReceiveTimeline timeline;
} GstProfReceived;

/**
 * GstProfReceiveLookup:
 * @receivers: (nullable): the receivers, a reference
 * @from: begin of an interval, CLOCK_MONOTONIC nanoseconds
 * @until: its end
 * @n: how many were asked for
 * @found: (array length=n): these
 *
 * Receivers by their jitterbuffers, for one interval.
 */
typedef struct {
  GstProfReceivers *receivers;
  GstClockTime from;
  GstClockTime until;
  guint n;
  GstProfReceived *found[GST_PROF_RECEIVE_LOOKUP_MAX];
} GstProfReceiveLookup;

void gst_prof_receive_lookup_init  (GstProfReceiveLookup *lookup,
                                    GstProfReceivers *receivers,
                                    GstClockTime from, GstClockTime until);
void gst_prof_receive_lookup_clear (GstProfReceiveLookup *lookup);
const GstProfReceived *
     gst_prof_receive_lookup_find  (GstProfReceiveLookup *lookup,
                                    gconstpointer element);

G_END_DECLS
