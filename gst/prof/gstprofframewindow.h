/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofframe.h"
#include "gstprofhistogram.h"
#include "gstprofoutput.h"

G_BEGIN_DECLS

/**
 * GstProfFrameWindow:
 *
 * The frames since the last PERFORMANCE line. The fields are its own.
 */
typedef struct {
  GstProfHistogram *total;
  guint critical;
  guint over_budget;
  GstClockTime since;           /* entry of the frame before the first */
  guint intervals;
} GstProfFrameWindow;

void     gst_prof_frame_window_init  (GstProfFrameWindow *window);
void     gst_prof_frame_window_clear (GstProfFrameWindow *window);

void     gst_prof_frame_window_add   (GstProfFrameWindow *window,
                                      const GstProfFrame *frame,
                                      GstClockTime budget,
                                      GstClockTime critical, guint size,
                                      GstProfOutputQueue *output);

G_END_DECLS
