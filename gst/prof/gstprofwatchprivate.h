/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofmainloop.h"
#include "gstprofwatch.h"

G_BEGIN_DECLS

/* Shared by the files that make up the watch, and by nobody else. */

/* Threads that change the pipeline's state. */
#define GST_PROF_WATCH_MAX_ADDED 8

/* Streaming threads that a report lists. */
#define GST_PROF_WATCH_MAX_USES 32

struct _GstProfWatch
{
  GstProfCoverage *coverage;
  GstProfSampler *sampler;      /* NULL: threads are not looked at */
  GstProfMainLoop *main_loop;
  guint64 main_thread;
  guint n_added;
  guint64 added[GST_PROF_WATCH_MAX_ADDED];
  gboolean count;
  GstClockTime pause;           /* what the pads were told last */
  GstClockTime asked;
  GstClockTime refreshed;
  gboolean lull;                /* a thread brings nothing, since the last refresh */
  gboolean missing_taken;
  gboolean failed;              /* of the stall that is open */

  /* the monitor's lock */
  GstProfThreadUse uses[GST_PROF_WATCH_MAX_USES];
  GStringChunk *texts;          /* of the last summary */
};

/* The innermost element that a thread is in; 0: it is in none. */
static inline guint
gst_prof_watch_get_innermost (const GstProfActivityState * state)
{
  return state->depth > 0 ? state->points[state->depth - 1] : 0;
}

G_END_DECLS
