/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The stage `pts`, between a converter and what follows: frames leave with times
 * that rise, by the rule of gstprofpts.c, and a span says what it took. Owns the
 * stage's meter and what is known of the frames before. The streaming thread of
 * the converter's output.
 */

#include "gstprofptsstage.h"

#include <gst/prof/gstprofclock.h>
#include <gst/prof/gstprofstagename.h>

GType
gst_prof_pts_mode_get_type (void)
{
  static const GEnumValue values[] = {
    {GST_PROF_PTS_MODE_FIX, "Make times strictly increasing", "fix"},
    {GST_PROF_PTS_MODE_KEEP, "Keep all times, count those that would be "
          "corrected", "keep"},
    {0, NULL, NULL}
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("GstProfPtsMode", values));
  return type;
}

/*
 * gst_prof_pts_stage_init:
 * @self: zeroed memory
 * @element: the element whose stage it is
 * @category: that element's
 */
void
gst_prof_pts_stage_init (GstProfPtsStage * self, GstElement * element,
    GstDebugCategory * category)
{
  gst_prof_meter_init (&self->meter, element, category, GST_PROF_STAGE_PTS);
  gst_prof_pts_reset (&self->pts);
}

/*
 * gst_prof_pts_stage_clear:
 * @self: the stage
 */
void
gst_prof_pts_stage_clear (GstProfPtsStage * self)
{
  gst_prof_meter_clear (&self->meter);
}

/*
 * gst_prof_pts_stage_reset:
 * @self: the stage
 *
 * Forgets the frames before.
 */
void
gst_prof_pts_stage_reset (GstProfPtsStage * self)
{
  gst_prof_pts_reset (&self->pts);
}

static void
count_correction (GstProfPtsStage * self, GstClockTime size)
{
  GstProfMeter *meter = &self->meter;

  atomic_fetch_add (&meter->corrections, 1);
  if (size > atomic_load (&meter->largest_correction))
    atomic_store (&meter->largest_correction, size);
}

/* Returns the running time that the frame leaves with */
static GstClockTime
correct (GstProfPtsStage * self, GstProfPort * port, GstBuffer ** buffer,
    GstClockTime running_time)
{
  GstClockTime pts = GST_BUFFER_PTS (*buffer);
  GstClockTime duration = port->frame_duration;
  GstClockTime next;

  /* Without a running time there is nothing to be strict about; a frame
   * outside of its segment is the encoder's to clip. */
  if (port->segment.format != GST_FORMAT_TIME || port->segment.rate <= 0.0
      || (GST_CLOCK_TIME_IS_VALID (pts)
          && !GST_CLOCK_TIME_IS_VALID (running_time)))
    return running_time;

  if (!GST_CLOCK_TIME_IS_VALID (duration))
    duration = GST_BUFFER_DURATION (*buffer);
  next = gst_prof_pts_next (&self->pts, running_time, duration);
  if (next == running_time) {
    gst_prof_pts_keep (&self->pts, next);
    return next;
  }

  /* A missing time has no size of its own: what it got is not counted. */
  count_correction (self,
      GST_CLOCK_TIME_IS_VALID (running_time) ? next - running_time : 0);
  if (self->mode == GST_PROF_PTS_MODE_KEEP) {
    if (GST_CLOCK_TIME_IS_VALID (running_time))
      gst_prof_pts_keep (&self->pts, running_time);
    return running_time;
  }
  gst_prof_pts_keep (&self->pts, next);
  *buffer = gst_buffer_make_writable (*buffer);
  GST_BUFFER_PTS (*buffer) =
      gst_segment_position_from_running_time (&port->segment, GST_FORMAT_TIME,
      next);
  return next;
}

/*
 * gst_prof_pts_stage_output:
 * @self: the stage
 * @port: where the frame comes out of the converter
 * @record: the thread's record, with the converter's span open in it
 * @buffer: (transfer full): the frame
 *
 * Gives the frame its time and passes it on.
 *
 * Returns: what downstream says of it
 */
GstFlowReturn
gst_prof_pts_stage_output (GstProfPtsStage * self, GstProfPort * port,
    GstProfThreadRecord * record, GstBuffer * buffer)
{
  GstProfMeter *meter = &self->meter;
  GstProfSpan *normalized =
      gst_prof_thread_record_get_open (record, &port->meter->client);
  GstProfSpan *span =
      gst_prof_thread_record_prepare (record, &meter->client);
  guint epoch = atomic_load_explicit (&meter->epoch, memory_order_relaxed);
  GstClockTime corrected, now;
  GstFlowReturn ret;

  gst_prof_port_label_span (port, meter, span);
  span->running_time =
      gst_prof_port_to_running_time (port, GST_BUFFER_PTS (buffer));
  span->buffers = span->packets = 1;
  span->bytes = gst_buffer_get_size (buffer);
  gst_prof_meter_frame_in (meter, span->running_time, 0);

  gst_prof_thread_record_enter (record, gst_prof_clock_now ());
  corrected = correct (self, port, &buffer, span->running_time);
  gst_prof_thread_record_enter_outside (record, &meter->client,
      gst_prof_clock_now ());

  span->running_time_out = corrected;
  if (normalized != NULL)
    normalized->running_time_out = corrected;
  if (corrected != span->running_time) {
    span->flags |= GST_PROF_SPAN_FLAG_CORRECTED;
    if (normalized != NULL)
      normalized->flags |= GST_PROF_SPAN_FLAG_CORRECTED;
  }
  ret = gst_prof_port_push_on (port, buffer);

  /* Nothing of the stage comes after the push: both end at once. */
  now = gst_prof_clock_now ();
  gst_prof_thread_record_leave_outside (record, now);
  span = gst_prof_thread_record_leave (record, now);
  gst_prof_meter_note_preroll (meter, span, epoch);
  return ret;
}
