/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstProfStateChange:
 * @element: whose it is, as far as that is known: the pipeline's, or that of one
 *   element in it which the pipeline waits for
 * @from: state from which it goes
 * @to: state to which it goes
 * @lacking: (nullable): sinks that have not got anything yet, for which the pipeline
 *   waits after the change; %NULL: the change itself goes on, or did
 * @thread_id: the thread that makes it; 0: none does any more
 * @start: when it began, CLOCK_MONOTONIC nanoseconds
 * @end: when it ended, or now
 * @live: it has not ended
 *
 * A change of a pipeline's state that takes long.
 */
typedef struct {
  const gchar *element;
  GstState from;
  GstState to;
  const gchar *lacking;
  guint64 thread_id;
  GstClockTime start;
  GstClockTime end;
  gboolean live;
} GstProfStateChange;

G_END_DECLS
