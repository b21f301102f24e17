/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * A counter on a pad: how many buffers, and the time they span. It changes
 * nothing that passes. The pad's streaming thread counts, the main thread
 * reads.
 */

#include "framecounter.h"

static void
count (GstProfFrameCounter * counter, GstBuffer * buffer)
{
  GstClockTime start = GST_BUFFER_PTS (buffer), end;

  __atomic_add_fetch (&counter->n_buffers, 1, __ATOMIC_RELAXED);
  __atomic_store_n (&counter->last, g_get_monotonic_time (), __ATOMIC_RELAXED);
  if (!GST_CLOCK_TIME_IS_VALID (start))
    return;

  end = start;
  if (GST_BUFFER_DURATION_IS_VALID (buffer))
    end += GST_BUFFER_DURATION (buffer);
  if (!counter->timed) {
    counter->timed = TRUE;
    counter->start = start;
    counter->end = end;
  } else {
    counter->start = MIN (counter->start, start);
    counter->end = MAX (counter->end, end);
  }
}

static GstPadProbeReturn
on_data (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  GstProfFrameCounter *counter = data;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER) {
    count (counter, GST_PAD_PROBE_INFO_BUFFER (info));
  } else {
    GstBufferList *list = GST_PAD_PROBE_INFO_BUFFER_LIST (info);

    for (guint i = 0; i < gst_buffer_list_length (list); i++)
      count (counter, gst_buffer_list_get (list, i));
  }
  return GST_PAD_PROBE_OK;
}

/*
 * gst_prof_frame_counter_attach:
 * @counter: a fresh counter
 * @pad: the pad
 *
 * Counts from now on what passes @pad.
 */
void
gst_prof_frame_counter_attach (GstProfFrameCounter * counter, GstPad * pad)
{
  gst_pad_add_probe (pad,
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_data,
      counter, NULL);
}

/*
 * gst_prof_frame_counter_get_count:
 * @counter: the counter
 *
 * Returns: buffers until now
 */
guint64
gst_prof_frame_counter_get_count (GstProfFrameCounter * counter)
{
  return __atomic_load_n (&counter->n_buffers, __ATOMIC_RELAXED);
}

/*
 * gst_prof_frame_counter_get_last:
 * @counter: the counter
 *
 * Returns: when the last buffer passed, as g_get_monotonic_time(), 0: none did
 */
gint64
gst_prof_frame_counter_get_last (GstProfFrameCounter * counter)
{
  return __atomic_load_n (&counter->last, __ATOMIC_RELAXED);
}

/*
 * gst_prof_frame_counter_get_duration:
 * @counter: a counter whose pad is quiet
 *
 * Returns: from the first buffer's PTS to the end of the last, nanoseconds
 */
GstClockTime
gst_prof_frame_counter_get_duration (GstProfFrameCounter * counter)
{
  return counter->end - counter->start;
}
