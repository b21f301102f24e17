/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Elements in a row for the tests of what brackets count, and a clock that only
 * these elements move on.
 */

#include "bracketrow.h"

#include <gst/prof/gstprofclock.h>

_Atomic guint64 row_now;
_Atomic guint64 row_readings;

static GstClockTime
read_clock (void)
{
  atomic_fetch_add (&row_readings, 1);
  return atomic_load (&row_now);
}

void
row_spend (GstClockTime time)
{
  atomic_fetch_add (&row_now, time);
}

GstPad *src;
Hop hops[ROW_MAX_HOPS];
guint n_hops;

GstFlowReturn
row_chain (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  Hop *hop = gst_pad_get_element_private (pad);
  GstFlowReturn flow = GST_FLOW_OK;

  row_spend (2);
  if (hop == &hops[n_hops - 1])
    gst_buffer_unref (buffer);
  else
    flow = gst_pad_push (hop->src, buffer);
  row_spend (3);
  return flow;
}

gboolean
row_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  Hop *hop = gst_pad_get_element_private (pad);

  row_spend (11);
  if (hop == &hops[n_hops - 1]) {
    gst_event_unref (event);
    return TRUE;
  }
  return gst_pad_push_event (hop->src, event);
}

GstFlowReturn
row_getrange (GstPad * pad, GstObject * parent, guint64 offset, guint size,
    GstBuffer ** buffer)
{
  row_spend (13);
  if (offset == 0)
    return GST_FLOW_EOS;
  *buffer = gst_buffer_new ();
  GST_BUFFER_PTS (*buffer) = offset;
  return GST_FLOW_OK;
}

void
row_make (guint n)
{
  GstPad *last = src;

  n_hops = n;
  for (guint i = 0; i < n; i++) {
    Hop *hop = &hops[i];

    hop->sink = gst_object_ref_sink (gst_pad_new ("sink", GST_PAD_SINK));
    hop->src = gst_object_ref_sink (gst_pad_new ("src", GST_PAD_SRC));
    gst_pad_set_chain_function (hop->sink, row_chain);
    gst_pad_set_event_function (hop->sink, row_event);
    gst_pad_set_element_private (hop->sink, hop);
    fail_unless (gst_pad_link (last, hop->sink) == GST_PAD_LINK_OK);
    last = hop->src;
  }
}

void
row_bracket (void)
{
  for (guint i = 0; i < n_hops; i++) {
    hops[i].bracket = gst_prof_bracket_add (hops[i].sink);
    hops[i].visits = gst_prof_bracket_count (hops[i].bracket);
  }
}

void
row_start (void)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  for (guint i = n_hops; i-- > 0;) {
    gst_pad_set_active (hops[i].src, TRUE);
    gst_pad_set_active (hops[i].sink, TRUE);
  }
  gst_pad_set_active (src, TRUE);
  gst_pad_push_event (src, gst_event_new_stream_start ("test"));
  gst_pad_push_event (src, gst_event_new_segment (&segment));
}

void
row_stop (void)
{
  gst_pad_set_active (src, FALSE);
  for (guint i = 0; i < n_hops; i++) {
    gst_pad_set_active (hops[i].sink, FALSE);
    gst_pad_set_active (hops[i].src, FALSE);
  }
}

void
row_push (GstClockTime pts)
{
  GstBuffer *buffer = gst_buffer_new ();

  GST_BUFFER_PTS (buffer) = pts;
  assert_equals_int (gst_pad_push (src, buffer), GST_FLOW_OK);
}

void
row_push_list (guint n)
{
  GstBufferList *list = gst_buffer_list_new ();

  for (guint i = 0; i < n; i++) {
    GstBuffer *buffer = gst_buffer_new ();

    GST_BUFFER_PTS (buffer) = 70 + i;
    gst_buffer_list_add (list, buffer);
  }
  assert_equals_int (gst_pad_push_list (src, list), GST_FLOW_OK);
}

void
row_setup (void)
{
  atomic_store (&row_now, 1000);
  gst_prof_clock_set_func (read_clock);
  src = gst_object_ref_sink (gst_pad_new ("src", GST_PAD_SRC));
}

void
row_teardown (void)
{
  row_stop ();
  for (guint i = 0; i < n_hops; i++) {
    Hop *hop = &hops[i];

    if (hop->bracket != NULL) {
      gst_prof_bracket_remove (hop->bracket);
      fail_unless (GST_PAD_CHAINFUNC (hop->sink) == row_chain);
      fail_unless (GST_PAD_EVENTFUNC (hop->sink) == row_event);
      fail_unless (hop->sink->chaindata == NULL);
      fail_unless (hop->sink->eventdata == NULL);
      assert_equals_int (hop->sink->num_probes, 0);
    }
  }
  gst_object_unref (src);
  for (guint i = 0; i < n_hops; i++) {
    ASSERT_OBJECT_REFCOUNT (hops[i].sink, "sink", 1);
    ASSERT_OBJECT_REFCOUNT (hops[i].src, "src", 1);
    gst_object_unref (hops[i].sink);
    gst_object_unref (hops[i].src);
  }
  memset (hops, 0, sizeof (hops));
  n_hops = 0;
  gst_prof_clock_set_func (NULL);
}

GstProfVisitTimes
row_get_times (GstProfVisits * visits)
{
  GstProfVisitTimes times;

  gst_prof_visits_get_times (visits, &times);
  return times;
}

void
row_assert_times (GstProfVisits * visits, guint64 buffers, guint64 n_visits,
    GstClockTime own)
{
  GstProfVisitTimes times = row_get_times (visits);

  assert_equals_uint64 (times.buffers, buffers);
  assert_equals_uint64 (times.visits, n_visits);
  assert_equals_uint64 (times.own, own);
}

guint
row_read_all (GstProfVisits * visits, GstProfVisit * found, guint max)
{
  guint64 next = 0, lost = 0;
  guint n = gst_prof_visits_read (visits, &next, &lost, found, max);

  assert_equals_uint64 (lost, 0);
  return n;
}

void
row_make_pulled (void)
{
  row_make (1);
  gst_pad_set_getrange_function (src, row_getrange);
}

void
row_pull (guint64 offset)
{
  GstBuffer *buffer = NULL;

  assert_equals_int (gst_pad_pull_range (hops[0].sink, offset, 1, &buffer),
      offset == 0 ? GST_FLOW_EOS : GST_FLOW_OK);
  gst_clear_buffer (&buffer);
}

void
row_start_pulling (void)
{
  fail_unless (gst_pad_activate_mode (hops[0].sink, GST_PAD_MODE_PULL, TRUE));
}
