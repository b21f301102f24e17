/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofblame.h"

G_BEGIN_DECLS

#define GST_PROF_EXPLANATION_MAX_STRETCHES 4

/* How long after the end of an interval all is known of it: the sampler has
 * seen its own lateness, and the kernel has credited what it owed. */
#define GST_PROF_EXPLANATION_SETTLE (50 * GST_MSECOND)

/**
 * GstProfStretch:
 * @thread_id: a thread, 0: not known
 * @from: begin of an interval, CLOCK_MONOTONIC nanoseconds
 * @to: its end
 */
typedef struct {
  guint64 thread_id;
  GstClockTime from;
  GstClockTime to;
} GstProfStretch;

/**
 * GstProfQuestion:
 * @n_stretches: how many @stretches there are
 * @stretches: (array length=n_stretches): one after the other
 * @stage: only what the threads did in that stage counts, a quark; 0: all does
 * @point: only what they did with that point innermost counts; 0: all does
 * @silent: the point of the pad to which nothing came; 0: it is none of an
 *   element, or not known
 * @silent_stage: the stage to which nothing came, a quark; 0: none
 * @application: the thread is the application's own, so that nobody feeds it
 * @changes_state: the thread changes the pipeline's state: nor does anybody feed it,
 *   and what it waits in is an element's
 * @duration: what it took, nanoseconds: all of the stretches, or what of them
 *   was the stage's or the point's own
 * @live: it still goes on
 *
 * What is to be explained.
 */
typedef struct {
  guint n_stretches;
  GstProfStretch stretches[GST_PROF_EXPLANATION_MAX_STRETCHES];
  GQuark stage;
  guint point;
  guint silent;
  GQuark silent_stage;
  gboolean application;
  gboolean changes_state;
  GstClockTime duration;
  gboolean live;
} GstProfQuestion;

/**
 * GstProfExplanation:
 * @causes: the interval by cause, as the threads themselves spent it
 * @root: the same with waits followed to other threads
 * @elements: the elements that the thread was in, outermost first, joined by
 *   " > "; empty: in none, or not known
 * @evidence: what shows the root cause; when that is unknown where the thread was,
 *   or what the application waited in, or empty
 * @missing: RTP packets that were missing behind the jitterbuffers that were asked
 *   for a reason
 * @root_element: where the root cause is; empty when that is not known
 * @detail: what @evidence says of it that makes a difference to what helps
 *
 * Where an interval went.
 */
typedef struct {
  GstProfBlame causes;
  GstProfBlame root;
  gchar elements[256];
  gchar evidence[256];
  guint64 missing;
  gchar root_element[64];
  GstProfCauseDetail detail;
} GstProfExplanation;

/**
 * GstProfExplainFunc:
 * @question: what is to be explained
 * @explanation: (out caller-allocates): where it went; untouched on failure
 * @user_data: of whoever gave the function
 *
 * Returns: %FALSE when nothing is known of the threads
 */
typedef gboolean (*GstProfExplainFunc) (const GstProfQuestion *question,
                                        GstProfExplanation *explanation,
                                        gpointer user_data);

/**
 * GstProfEnteredFunc:
 * @stage: a stage
 * @thread_id: a thread
 * @entered: (out): when the thread entered it last; untouched on failure
 * @user_data: of whoever gave the function
 *
 * A frame that is inside has no span yet: this tells when it came.
 *
 * Returns: %FALSE when that is not known
 */
typedef gboolean (*GstProfEnteredFunc) (GQuark stage, guint64 thread_id,
                                        GstClockTime *entered,
                                        gpointer user_data);

G_END_DECLS
