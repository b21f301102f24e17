/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Two pads for the tests of brackets: their functions note what they see of the
 * thread that is in them.
 */

#include "bracketpads.h"

#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

GstPad *src, *sink;
Seen seen;
GstFlowReturn flow;

static void
take_own (const GstProfActivityState * state, gpointer user_data)
{
  if (state->thread_id != (guint64) syscall (SYS_gettid))
    return;
  seen.depth = state->depth;
  seen.innermost = state->depth > 0 ? state->points[state->depth - 1] : 0;
  seen.home = state->home;
}

void
pads_look (gpointer data, gpointer object)
{
  seen.calls++;
  seen.data = data;
  seen.object = object;
  seen.refcount = object ? GST_MINI_OBJECT_REFCOUNT_VALUE (object) : 0;
  seen.depth = seen.innermost = seen.home = 0;
  gst_prof_activity_foreach (take_own, NULL);
}

GstFlowReturn
pads_chain (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  pads_look (pad->chaindata, buffer);
  gst_buffer_unref (buffer);
  return flow;
}

GstFlowReturn
pads_chain_list (GstPad * pad, GstObject * parent, GstBufferList * list)
{
  pads_look (pad->chainlistdata, list);
  gst_buffer_list_unref (list);
  return flow;
}

gboolean
pads_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  pads_look (pad->eventdata, event);
  gst_event_unref (event);
  return flow == GST_FLOW_OK;
}

GstFlowReturn
pads_getrange (GstPad * pad, GstObject * parent, guint64 offset, guint size,
    GstBuffer ** buffer)
{
  pads_look (pad->getrangedata, NULL);
  if (flow == GST_FLOW_OK)
    *buffer = gst_buffer_new_allocate (NULL, size, NULL);
  return flow;
}

void
pads_setup (void)
{
  flow = GST_FLOW_OK;
  src = gst_object_ref_sink (gst_pad_new ("src", GST_PAD_SRC));
  sink = gst_object_ref_sink (gst_pad_new ("sink", GST_PAD_SINK));
  gst_pad_set_chain_function (sink, pads_chain);
  fail_unless (gst_pad_link (src, sink) == GST_PAD_LINK_OK);
}

void
pads_teardown (void)
{
  gst_pad_set_active (src, FALSE);
  gst_pad_set_active (sink, FALSE);
  gst_pad_unlink (src, sink);
  ASSERT_OBJECT_REFCOUNT (src, "src", 1);
  ASSERT_OBJECT_REFCOUNT (sink, "sink", 1);
  gst_object_unref (src);
  gst_object_unref (sink);
}

void
pads_start (void)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_set_active (sink, TRUE);
  gst_pad_set_active (src, TRUE);
  gst_pad_push_event (src, gst_event_new_stream_start ("test"));
  gst_pad_push_event (src, gst_event_new_segment (&segment));
  memset (&seen, 0, sizeof seen);
}

void
pads_stop (void)
{
  gst_pad_set_active (src, FALSE);
  gst_pad_set_active (sink, FALSE);
}

guint64
pads_get_visits (GstProfBracket * bracket)
{
  GstProfVisitTimes times;

  gst_prof_visits_get_times (gst_prof_bracket_get_point (bracket)->visits,
      &times);
  return times.visits;
}

void
pads_assert_inside (GstProfBracket * bracket)
{
  guint id = gst_prof_bracket_get_point (bracket)->id;

  assert_equals_int (seen.depth, 1);
  assert_equals_int (seen.innermost, id);
  assert_equals_int (seen.home, id);
}

void
pads_assert_outside (void)
{
  pads_look (NULL, NULL);
  assert_equals_int (seen.depth, 0);
}

static gint pushing;

GstFlowReturn
pads_chain_quietly (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  gst_buffer_unref (buffer);
  return GST_FLOW_OK;
}

static gpointer
push_many (gpointer data)
{
  while (g_atomic_int_get (&pushing)) {
    if (gst_pad_push (data, gst_buffer_new ()) != GST_FLOW_OK)
      return GINT_TO_POINTER (1);
  }
  return NULL;
}

GThread *
pads_start_pushing (void)
{
  g_atomic_int_set (&pushing, TRUE);
  return g_thread_new ("pusher", push_many, src);
}

void
pads_stop_pushing (GThread * thread)
{
  g_atomic_int_set (&pushing, FALSE);
  fail_unless (g_thread_join (thread) == NULL);
}
