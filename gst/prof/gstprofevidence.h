/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofcause.h"
#include "gstprofsystem.h"

G_BEGIN_DECLS

/**
 * GstProfWaitObject:
 * @GST_PROF_WAIT_UNKNOWN: the address is in nothing that is known
 * @GST_PROF_WAIT_ELEMENT: in the element that the thread is in, or, outside of
 *   all, in the one whose task it is
 * @GST_PROF_WAIT_CLOCK: in the clock entry of that element
 * @GST_PROF_WAIT_PREROLL: in the condition on which a sink waits for PLAYING
 * @GST_PROF_WAIT_PAD: in a pad: a probe blocks it
 * @GST_PROF_WAIT_GIL: in Python's runtime
 *
 * What a thread waits at.
 */
typedef enum {
  GST_PROF_WAIT_UNKNOWN,
  GST_PROF_WAIT_ELEMENT,
  GST_PROF_WAIT_CLOCK,
  GST_PROF_WAIT_PREROLL,
  GST_PROF_WAIT_PAD,
  GST_PROF_WAIT_GIL,
} GstProfWaitObject;

/**
 * GstProfPlace:
 * @inside: whether the thread is inside an element; else it is in a task's own
 *   loop
 * @is_source: the element (that it is in, or whose task it is) has no sink pad
 * @is_sink: it has no source pad
 * @hands_over: it has sink pads and a task of its own: a queue
 * @joins: it has several sink pads and waits for all: a muxer
 * @object: what it waits at, if it waits at an address
 *
 * Where in the pipeline a thread is.
 */
typedef struct {
  gboolean inside;
  gboolean is_source;
  gboolean is_sink;
  gboolean hands_over;
  gboolean joins;
  GstProfWaitObject object;
} GstProfPlace;

/**
 * GstProfObservation:
 * @call: what the thread is blocked in
 * @state: its state letter, 0: not read
 * @file: what the call's first argument is, if it is a file descriptor
 * @wchan: the kernel function that it waits in; empty: not read
 * @place: where it is
 *
 * One look at a thread.
 */
typedef struct {
  GstProfThreadCall call;
  gchar state;
  GstProfFileKind file;
  gchar wchan[64];
  GstProfPlace place;
} GstProfObservation;

/**
 * GstProfFinding:
 * @cause: what a thread that looks like that waits for
 * @condition: it waits for a condition, of which nothing is known: whoever
 *   fulfils it may be a helper thread
 */
typedef struct {
  GstProfCause cause;
  gboolean condition;
} GstProfFinding;

gboolean       gst_prof_evidence_takes_fd   (gint call);
gboolean       gst_prof_evidence_is_futex   (gint call);
gboolean       gst_prof_evidence_is_path    (gint call);
gboolean       gst_prof_evidence_is_poll    (gint call);
GstProfFinding gst_prof_evidence_classify   (const GstProfObservation *observation);
GstClockTime   gst_prof_evidence_get_lost   (const GstProfThreadTimes *growth,
                                             GstClockTime wall,
                                             gboolean was_blocked,
                                             gboolean is_blocked);
const gchar   *gst_prof_evidence_call_name  (gint call);

G_END_DECLS
