/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The rule for time stamps that no muxer drops: strictly increasing in running
 * time. Passive.
 */

#include "gstprofpts.h"

/*
 * gst_prof_pts_reset:
 *
 * Forgets the frames before: after a flush, any time is the first.
 */
void
gst_prof_pts_reset (GstProfPts * self)
{
  self->last = GST_CLOCK_TIME_NONE;
  self->interval = GST_CLOCK_TIME_NONE;
}

/*
 * gst_prof_pts_next:
 * @running_time: the frame's, nanoseconds, or %GST_CLOCK_TIME_NONE
 * @frame_duration: by the buffer or the caps, or %GST_CLOCK_TIME_NONE
 *
 * Returns: the running time that the frame should have: its own if it is later
 *   than the last frame's by %GST_PROF_PTS_MIN_STEP or more, else just that
 *   much; where it has none, the last frame's and one frame duration
 */
GstClockTime
gst_prof_pts_next (GstProfPts * self, GstClockTime running_time,
    GstClockTime frame_duration)
{
  GstClockTime step = frame_duration;

  if (self->last == GST_CLOCK_TIME_NONE)
    return GST_CLOCK_TIME_IS_VALID (running_time) ? running_time : 0;
  if (!GST_CLOCK_TIME_IS_VALID (running_time)) {
    if (!GST_CLOCK_TIME_IS_VALID (step))
      step = self->interval;
    if (!GST_CLOCK_TIME_IS_VALID (step))
      step = 0;
    return self->last + MAX (step, GST_PROF_PTS_MIN_STEP);
  }
  return MAX (running_time, self->last + GST_PROF_PTS_MIN_STEP);
}

/*
 * gst_prof_pts_keep:
 * @running_time: the running time that the frame has been given
 */
void
gst_prof_pts_keep (GstProfPts * self, GstClockTime running_time)
{
  if (self->last != GST_CLOCK_TIME_NONE && running_time > self->last)
    self->interval = running_time - self->last;
  self->last = running_time;
}
