/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofsetup.h"
#include "gstprofspan.h"

G_BEGIN_DECLS

#define GST_PROF_MESSAGE_SPAN    "prof-span"
#define GST_PROF_MESSAGE_SETUP   "prof-setup"
#define GST_PROF_MESSAGE_FRAME   "prof-frame"
#define GST_PROF_MESSAGE_WARNING "prof-warning"

/**
 * GstProfWarningState:
 * @GST_PROF_WARNING_OPEN: it is still going on: the times are those until now
 * @GST_PROF_WARNING_FINAL: it has ended
 */
typedef enum {
  GST_PROF_WARNING_OPEN,
  GST_PROF_WARNING_FINAL,
} GstProfWarningState;

/**
 * GstProfWarning:
 * @kind: "slow-encode", "gap" …: see docs/messages.md
 * @stage: (nullable): the stage it is about
 * @stream_id: (nullable): the stream
 * @frame: number of the frame, from 1; 0 when it is about no frame or the frame
 *   is not known
 * @running_time: of that frame, or %GST_CLOCK_TIME_NONE
 * @start: CLOCK_MONOTONIC when it began, nanoseconds, or %GST_CLOCK_TIME_NONE
 * @duration: how long it took, nanoseconds
 * @threshold: what it was compared with, nanoseconds; 0: nothing
 * @state: whether it has ended
 * @stages: (nullable): of a frame or a gap, nanoseconds by stage, `upstream`,
 *   `downstream` and `unknown`; their sum is @duration
 * @causes: (nullable): nanoseconds by cause, as the thread itself spent them;
 *   their sum is @duration
 * @root_causes: (nullable): the same with `upstream` and `downstream` followed
 *   to the threads that should have fed or drained this one
 * @root_cause: (nullable): the cause to look at first: the largest of those
 * @elements: (nullable): the elements that the thread was in, outermost first,
 *   joined by " > "
 * @evidence: (nullable): what shows the root cause
 * @figures: (nullable): of what piles up, numbers that only this kind has
 * @held_back: warnings of this kind since the last one that were counted but
 *   not told
 * @advice: (nullable): what helps
 * @text: (nullable): the line that the log has
 *
 * The contents of a `prof-warning` message. The strings and the structure
 * belong to whoever made the struct: to the message when it was parsed.
 */
typedef struct {
  const gchar *kind;
  const gchar *stage;
  const gchar *stream_id;
  guint64 frame;
  GstClockTime running_time;
  GstClockTime start;
  GstClockTime duration;
  GstClockTime threshold;
  GstProfWarningState state;
  const GstStructure *stages;
  const GstStructure *causes;
  const GstStructure *root_causes;
  const gchar *root_cause;
  const gchar *elements;
  const gchar *evidence;
  const GstStructure *figures;
  guint held_back;
  const gchar *advice;
  const gchar *text;
} GstProfWarning;

GstMessage   *gst_prof_message_new_span      (GstObject *src, const GstProfSpan *span);
gboolean      gst_prof_message_parse_span    (GstMessage *message, GstProfSpan *span);

GstMessage   *gst_prof_message_new_setup     (GstObject *src, const GstProfSetup *setup);
gboolean      gst_prof_message_parse_setup   (GstMessage *message, GstProfSetup *setup);

GstStructure *gst_prof_warning_to_structure  (const GstProfWarning *warning);
gboolean      gst_prof_message_parse_warning (GstMessage *message,
                                              GstProfWarning *warning);

const gchar  *gst_prof_span_flags_to_string  (GstProfSpanFlags flags);

const GstStructure *
              gst_prof_message_parse_summary (GstMessage *message);

G_END_DECLS
