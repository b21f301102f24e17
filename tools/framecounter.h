/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstProfFrameCounter:
 *
 * Counts the buffers that pass a pad. Zero is a fresh one; it must outlive the
 * pad's pipeline, and stay where it is.
 */
typedef struct {
  guint64 n_buffers;            /* atomic, written by the pad's thread */
  gboolean timed;               /* the pad's thread: there is a start */
  GstClockTime start;           /* the pad's thread; read after the end */
  GstClockTime end;             /* likewise */
  gint64 last;                  /* atomic, g_get_monotonic_time; 0: none yet */
} GstProfFrameCounter;

void         gst_prof_frame_counter_attach       (GstProfFrameCounter *counter, GstPad *pad);
guint64      gst_prof_frame_counter_get_count    (GstProfFrameCounter *counter);
gint64       gst_prof_frame_counter_get_last     (GstProfFrameCounter *counter);
GstClockTime gst_prof_frame_counter_get_duration (GstProfFrameCounter *counter);

G_END_DECLS
