/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstProfSetupKind:
 * @GST_PROF_SETUP_ADDED: a stage came into the pipeline and will send spans
 * @GST_PROF_SETUP_DONE: its first buffer has passed: the times of its setup
 * @GST_PROF_SETUP_RENEGOTIATED: it handled CAPS in mid-stream
 * @GST_PROF_SETUP_REMOVED: it went back to NULL and sends no more spans
 * @GST_PROF_SETUP_FILE_REMOVED: the file that it writes has lost its name
 * @GST_PROF_SETUP_COUNTERS: nothing but the counters, at the end of a stream
 */
typedef enum {
  GST_PROF_SETUP_ADDED,
  GST_PROF_SETUP_DONE,
  GST_PROF_SETUP_RENEGOTIATED,
  GST_PROF_SETUP_REMOVED,
  GST_PROF_SETUP_FILE_REMOVED,
  GST_PROF_SETUP_COUNTERS,
} GstProfSetupKind;

#define GST_PROF_SETUP_MAX_PIECES 4

/**
 * GstProfSetupPiece:
 * @thread_id: the thread, as in /proc/self/task
 * @start: CLOCK_MONOTONIC nanoseconds
 * @end: the same
 * @own: how much of that was the stage's
 *
 * A stretch of time in which a stage was set up.
 */
typedef struct {
  guint64 thread_id;
  GstClockTime start;
  GstClockTime end;
  GstClockTime own;
} GstProfSetupPiece;

/**
 * GstProfSetup:
 * @kind: what happened
 * @stage: the stage's name, a GRefString
 * @element: name of the element, a GRefString
 * @state_changes: time in the state changes from NULL to PAUSED, nanoseconds
 * @caps: time in handling CAPS, downstream excluded, nanoseconds
 * @first_buffer: own time of the first buffer, nanoseconds; 0 when it waited
 *   for PLAYING, which says nothing about the stage
 * @corrections: time stamps corrected, told in %GST_PROF_SETUP_REMOVED
 * @largest_correction: the largest of them, nanoseconds
 * @messages_dropped: span messages not posted because 1024 were unread
 * @spans_dropped: spans lost because a thread held too many at once
 * @frames_in: frames that entered the stage
 * @frames_out: frames that left it
 * @inside: frames that were still inside
 * @detail: (nullable): the caps that were handled, or the file's name; a
 *   GRefString
 * @n_pieces: how many @pieces there are
 * @pieces: (array length=n_pieces): when and where the times were spent, as far
 *   as there is room; not in messages
 *
 * What a stage tells besides its spans. The counters are those at the moment
 * of the message, whatever its kind.
 */
typedef struct {
  GstProfSetupKind kind;
  GRefString *stage;
  GRefString *element;
  GstClockTime state_changes;
  GstClockTime caps;
  GstClockTime first_buffer;
  guint64 corrections;
  GstClockTime largest_correction;
  guint64 messages_dropped;
  guint64 spans_dropped;
  guint64 frames_in;
  guint64 frames_out;
  guint64 inside;
  GRefString *detail;
  guint n_pieces;
  GstProfSetupPiece pieces[GST_PROF_SETUP_MAX_PIECES];
} GstProfSetup;

void gst_prof_setup_copy  (GstProfSetup *dest, const GstProfSetup *src);
void gst_prof_setup_clear (GstProfSetup *setup);

G_END_DECLS
