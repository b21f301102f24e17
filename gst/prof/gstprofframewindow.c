/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Sums up so many frames at a time for the PERFORMANCE line, and for the one that
 * says what becomes of critical ones. Owns the counts since the last. Passive;
 * the analysis calls it, under the monitor's lock.
 */

#include "gstprofframewindow.h"

#include "gstprofline.h"
#include "gstprofsummary.h"

/*
 * gst_prof_frame_window_init:
 * @window: (out caller-allocates): gets no frame, to be cleared with
 *   gst_prof_frame_window_clear()
 */
void
gst_prof_frame_window_init (GstProfFrameWindow * window)
{
  *window = (GstProfFrameWindow) {
    .total = gst_prof_histogram_new (),
    .since = GST_CLOCK_TIME_NONE,
  };
}

/*
 * gst_prof_frame_window_clear:
 * @window: a window
 */
void
gst_prof_frame_window_clear (GstProfFrameWindow * window)
{
  g_clear_pointer (&window->total, gst_prof_histogram_free);
}

static void
tell (GstProfFrameWindow * window, const GstProfFrame * frame,
    GstClockTime critical, GstProfOutputQueue * output)
{
  GstProfDistribution total;
  gdouble fps = 0.0;

  gst_prof_distribution_init (&total, window->total);
  if (window->intervals > 0 && frame->first_enter > window->since)
    fps = (gdouble) window->intervals * GST_SECOND
        / (frame->first_enter - window->since);

  if (gst_prof_output_queue_wants (output, GST_LEVEL_INFO))
    gst_prof_output_queue_push_line (output, GST_LEVEL_INFO,
        gst_prof_line_new_performance (frame->total, &total, fps,
            window->over_budget));
  if (window->critical > 0
      && gst_prof_output_queue_wants (output, GST_LEVEL_ERROR))
    gst_prof_output_queue_push_line (output, GST_LEVEL_ERROR,
        gst_prof_line_new_buffering (critical, window->critical,
            total.count));
}

static void
begin_again (GstProfFrameWindow * window, const GstProfFrame * frame)
{
  gst_prof_histogram_reset (window->total);
  window->critical = window->over_budget = 0;
  window->since = frame->first_enter;
  window->intervals = 0;
}

/*
 * gst_prof_frame_window_add:
 * @window: a window
 * @frame: a frame that ended, in PLAYING and not dropped
 * @budget: one frame's duration, or %GST_CLOCK_TIME_NONE
 * @critical: a TOTAL above it is critical, nanoseconds; 0: none is
 * @size: frames in the window; 0: it has no end
 * @output: gets the lines when the window is full
 */
void
gst_prof_frame_window_add (GstProfFrameWindow * window,
    const GstProfFrame * frame, GstClockTime budget, GstClockTime critical,
    guint size, GstProfOutputQueue * output)
{
  if (GST_CLOCK_TIME_IS_VALID (window->since))
    window->intervals++;
  else
    window->since = frame->first_enter;

  gst_prof_histogram_record (window->total, frame->total);
  if (critical != 0 && frame->total > critical)
    window->critical++;
  if (GST_CLOCK_TIME_IS_VALID (budget) && frame->occupancy > budget)
    window->over_budget++;

  if (size > 0 && gst_prof_histogram_get_count (window->total) >= size) {
    tell (window, frame, critical, output);
    begin_again (window, frame);
  }
}
