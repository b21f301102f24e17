/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Brackets around a pad's functions: that they tell where a thread is, and that
 * neither the pad nor what passes it can tell that they are there.
 */

#include <gst/check/gstcheck.h>

#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <gst/prof/gstprofbracket.h>

/* What the pad's functions saw of the thread that was in them. */
typedef struct
{
  guint calls;
  gpointer data;                /* the pad's, of that function */
  GstMiniObject *object;
  gint refcount;
  guint depth;
  guint innermost;
  guint home;
} Seen;

static GstPad *src, *sink;
static Seen seen;
static GstFlowReturn flow;

static void
take_own (const GstProfActivityState * state, gpointer user_data)
{
  if (state->thread_id != (guint64) syscall (SYS_gettid))
    return;
  seen.depth = state->depth;
  seen.innermost = state->depth > 0 ? state->points[state->depth - 1] : 0;
  seen.home = state->home;
}

static void
look (gpointer data, gpointer object)
{
  seen.calls++;
  seen.data = data;
  seen.object = object;
  seen.refcount = object ? GST_MINI_OBJECT_REFCOUNT_VALUE (object) : 0;
  seen.depth = seen.innermost = seen.home = 0;
  gst_prof_activity_foreach (take_own, NULL);
}

static GstFlowReturn
chain (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  look (pad->chaindata, buffer);
  gst_buffer_unref (buffer);
  return flow;
}

static GstFlowReturn
other_chain (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  look (pad->chaindata, buffer);
  seen.calls += 100;
  gst_buffer_unref (buffer);
  return flow;
}

static GstFlowReturn
chain_list (GstPad * pad, GstObject * parent, GstBufferList * list)
{
  look (pad->chainlistdata, list);
  gst_buffer_list_unref (list);
  return flow;
}

static gboolean
event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  look (pad->eventdata, event);
  gst_event_unref (event);
  return flow == GST_FLOW_OK;
}

static GstFlowReturn
event_full (GstPad * pad, GstObject * parent, GstEvent * event)
{
  look (pad->eventdata, event);
  gst_event_unref (event);
  return flow;
}

static GstFlowReturn
getrange (GstPad * pad, GstObject * parent, guint64 offset, guint size,
    GstBuffer ** buffer)
{
  look (pad->getrangedata, NULL);
  if (flow == GST_FLOW_OK)
    *buffer = gst_buffer_new_allocate (NULL, size, NULL);
  return flow;
}

static void
setup (void)
{
  flow = GST_FLOW_OK;
  src = gst_object_ref_sink (gst_pad_new ("src", GST_PAD_SRC));
  sink = gst_object_ref_sink (gst_pad_new ("sink", GST_PAD_SINK));
  gst_pad_set_chain_function (sink, chain);
  fail_unless (gst_pad_link (src, sink) == GST_PAD_LINK_OK);
}

static void
teardown (void)
{
  gst_pad_set_active (src, FALSE);
  gst_pad_set_active (sink, FALSE);
  gst_pad_unlink (src, sink);
  ASSERT_OBJECT_REFCOUNT (src, "src", 1);
  ASSERT_OBJECT_REFCOUNT (sink, "sink", 1);
  gst_object_unref (src);
  gst_object_unref (sink);
}

static void
start (void)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_set_active (sink, TRUE);
  gst_pad_set_active (src, TRUE);
  gst_pad_push_event (src, gst_event_new_stream_start ("test"));
  gst_pad_push_event (src, gst_event_new_segment (&segment));
  memset (&seen, 0, sizeof seen);
}

static void
stop (void)
{
  gst_pad_set_active (src, FALSE);
  gst_pad_set_active (sink, FALSE);
}

static guint64
get_visits (GstProfBracket * bracket)
{
  GstProfVisitTimes times;

  gst_prof_visits_get_times (gst_prof_bracket_get_point (bracket)->visits,
      &times);
  return times.visits;
}

static void
assert_inside (GstProfBracket * bracket)
{
  guint id = gst_prof_bracket_get_point (bracket)->id;

  assert_equals_int (seen.depth, 1);
  assert_equals_int (seen.innermost, id);
  assert_equals_int (seen.home, id);
}

static void
assert_outside (void)
{
  look (NULL, NULL);
  assert_equals_int (seen.depth, 0);
}

GST_START_TEST (a_buffer_passes_as_it_is_and_is_told)
{
  GstProfBracket *bracket = gst_prof_bracket_add (sink);
  GstBuffer *buffer = gst_buffer_new ();

  fail_unless (gst_prof_bracket_is_covering (bracket));
  start ();
  fail_unless (gst_pad_push (src, buffer) == GST_FLOW_OK);
  assert_equals_int (seen.calls, 1);
  fail_unless (seen.object == GST_MINI_OBJECT (buffer));
  assert_equals_int (seen.refcount, 1);
  assert_inside (bracket);
  assert_outside ();
  assert_equals_string (gst_prof_bracket_get_point (bracket)->name, "?:sink");
  stop ();
  gst_prof_bracket_remove (bracket);
}

GST_END_TEST;

GST_START_TEST (flow_returns_pass_as_they_are)
{
  static const GstFlowReturn flows[] = {
    GST_FLOW_OK, GST_FLOW_FLUSHING, GST_FLOW_EOS, GST_FLOW_NOT_LINKED,
    GST_FLOW_NOT_NEGOTIATED, GST_FLOW_ERROR, GST_FLOW_CUSTOM_SUCCESS,
    GST_FLOW_CUSTOM_ERROR_2,
  };
  GstProfBracket *bracket = gst_prof_bracket_add (sink);

  gst_prof_bracket_count (bracket);
  start ();
  for (guint i = 0; i < G_N_ELEMENTS (flows); i++) {
    flow = flows[i];
    assert_equals_int (gst_pad_push (src, gst_buffer_new ()), flows[i]);
  }
  assert_equals_uint64 (get_visits (bracket), G_N_ELEMENTS (flows));
  stop ();
  gst_prof_bracket_remove (bracket);
}

GST_END_TEST;

GST_START_TEST (a_list_passes_as_it_is_and_is_told)
{
  GstBufferList *list = gst_buffer_list_new ();
  GstProfBracket *bracket;

  gst_pad_set_chain_list_function (sink, chain_list);
  gst_buffer_list_add (list, gst_buffer_new ());
  bracket = gst_prof_bracket_add (sink);
  start ();
  flow = GST_FLOW_CUSTOM_SUCCESS_1;
  assert_equals_int (gst_pad_push_list (src, list), GST_FLOW_CUSTOM_SUCCESS_1);
  fail_unless (seen.object == GST_MINI_OBJECT (list));
  assert_equals_int (seen.refcount, 1);
  assert_inside (bracket);
  stop ();
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_CHAINLISTFUNC (sink) == chain_list);
}

GST_END_TEST;

GST_START_TEST (a_list_that_the_pad_takes_apart_is_told_buffer_by_buffer)
{
  GstPadChainListFunction before = GST_PAD_CHAINLISTFUNC (sink);
  GstProfBracket *bracket = gst_prof_bracket_add (sink);
  GstBufferList *list = gst_buffer_list_new ();

  fail_unless (GST_PAD_CHAINLISTFUNC (sink) == before);
  gst_prof_bracket_count (bracket);
  for (guint i = 0; i < 3; i++)
    gst_buffer_list_add (list, gst_buffer_new ());
  start ();
  fail_unless (gst_pad_push_list (src, list) == GST_FLOW_OK);
  assert_equals_int (seen.calls, 3);
  assert_equals_uint64 (get_visits (bracket), 3);
  stop ();
  gst_prof_bracket_remove (bracket);
}

GST_END_TEST;

GST_START_TEST (an_event_passes_as_it_is_and_is_told)
{
  GstEvent *sent = gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
      gst_structure_new_empty ("test"));
  GstProfBracket *bracket;

  gst_pad_set_event_function (sink, event);
  bracket = gst_prof_bracket_add (sink);
  start ();
  fail_unless (gst_pad_push_event (src, sent));
  fail_unless (seen.object == GST_MINI_OBJECT (sent));
  assert_inside (bracket);
  flow = GST_FLOW_ERROR;
  fail_if (gst_pad_push_event (src,
          gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
              gst_structure_new_empty ("test"))));
  stop ();
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_EVENTFUNC (sink) == event);
  fail_unless (sink->eventdata == NULL);
}

GST_END_TEST;

GST_START_TEST (an_event_with_a_flow_return_passes_as_it_is_and_is_told)
{
  GstProfBracket *bracket;

  gst_pad_set_event_full_function (sink, event_full);
  bracket = gst_prof_bracket_add (sink);
  start ();
  fail_unless (gst_pad_push_event (src,
          gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
              gst_structure_new_empty ("test"))));
  assert_inside (bracket);
  stop ();
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_EVENTFULLFUNC (sink) == event_full);
}

GST_END_TEST;

GST_START_TEST (an_event_function_that_nobody_gave_is_left_alone)
{
  GstPadEventFunction before = GST_PAD_EVENTFUNC (sink);
  GstProfBracket *bracket = gst_prof_bracket_add (sink);

  fail_unless (before != NULL);
  fail_unless (GST_PAD_EVENTFUNC (sink) == before);
  gst_prof_bracket_remove (bracket);
}

GST_END_TEST;

static void
pull_one (guint size, GstFlowReturn expected)
{
  GstBuffer *buffer = NULL;

  flow = expected;
  assert_equals_int (gst_pad_pull_range (sink, 0, size, &buffer), expected);
  fail_unless ((buffer != NULL) == (expected == GST_FLOW_OK));
  if (buffer != NULL) {
    assert_equals_uint64 (gst_buffer_get_size (buffer), size);
    gst_buffer_unref (buffer);
  }
}

GST_START_TEST (a_pull_passes_as_it_is_and_is_told)
{
  GstProfBracket *bracket;

  gst_pad_set_getrange_function (src, getrange);
  bracket = gst_prof_bracket_add (src);
  gst_prof_bracket_count (bracket);
  fail_unless (gst_prof_bracket_is_covering (bracket));
  fail_unless (gst_pad_activate_mode (sink, GST_PAD_MODE_PULL, TRUE));
  pull_one (100, GST_FLOW_OK);
  assert_inside (bracket);
  pull_one (7, GST_FLOW_EOS);
  assert_equals_uint64 (get_visits (bracket), 2);
  assert_outside ();
  stop ();
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_GETRANGEFUNC (src) == getrange);
  fail_unless (src->getrangedata == NULL);
}

GST_END_TEST;

GST_START_TEST (a_pad_gets_back_what_it_had)
{
  GstProfBracket *bracket;

  gst_pad_set_chain_list_function (sink, chain_list);
  gst_pad_set_event_function (sink, event);
  bracket = gst_prof_bracket_add (sink);
  fail_if (GST_PAD_CHAINFUNC (sink) == chain);
  fail_if (GST_PAD_CHAINLISTFUNC (sink) == chain_list);
  fail_if (GST_PAD_EVENTFUNC (sink) == event);
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_CHAINFUNC (sink) == chain);
  fail_unless (GST_PAD_CHAINLISTFUNC (sink) == chain_list);
  fail_unless (GST_PAD_EVENTFUNC (sink) == event);
  fail_unless (sink->chaindata == NULL);
  fail_unless (sink->chainlistdata == NULL);
  fail_unless (sink->eventdata == NULL);
}

GST_END_TEST;

/* Bindings keep their closure there and free it with the pad. */
static gint notified;

static void
notify (gpointer data)
{
  notified++;
}

GST_START_TEST (data_of_the_pads_own_stays_untouched)
{
  gint own;
  GstProfBracket *bracket;

  notified = 0;
  gst_pad_set_chain_function_full (sink, chain, &own, notify);
  gst_pad_set_event_function_full (sink, event, &own, notify);
  bracket = gst_prof_bracket_add (sink);
  fail_unless (gst_prof_bracket_is_covering (bracket));
  fail_unless (sink->chaindata == &own && sink->eventdata == &own);
  start ();
  fail_unless (gst_pad_push (src, gst_buffer_new ()) == GST_FLOW_OK);
  fail_unless (seen.data == &own);
  assert_inside (bracket);
  stop ();
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_CHAINFUNC (sink) == chain);
  fail_unless (GST_PAD_EVENTFUNC (sink) == event);
  fail_unless (sink->chaindata == &own && sink->eventdata == &own);
  assert_equals_int (notified, 0);

  gst_pad_set_chain_function (sink, chain);
  gst_pad_set_event_function (sink, event);
  assert_equals_int (notified, 2);
}

GST_END_TEST;

static void
notify_nothing (gpointer data)
{
  fail_unless (data == NULL);
  notified++;
}

GST_START_TEST (data_that_is_none_but_is_to_be_freed_stays_none)
{
  GstProfBracket *bracket;

  notified = 0;
  gst_pad_set_chain_function_full (sink, chain, NULL, notify_nothing);
  gst_pad_set_event_function_full (sink, event, NULL, notify_nothing);
  bracket = gst_prof_bracket_add (sink);
  fail_unless (gst_prof_bracket_is_covering (bracket));
  fail_unless (sink->chaindata == NULL && sink->eventdata == NULL);
  start ();
  fail_unless (gst_pad_push (src, gst_buffer_new ()) == GST_FLOW_OK);
  assert_inside (bracket);

  gst_pad_set_chain_function (sink, chain);
  gst_pad_set_event_function (sink, event);
  assert_equals_int (notified, 2);
  stop ();
  gst_prof_bracket_remove (bracket);
}

GST_END_TEST;

/* As a thread sees it that has found the function just before the pad got its own
 * back. */
GST_START_TEST (a_function_whose_data_is_gone_finds_its_bracket)
{
  GstProfBracket *bracket;

  gst_pad_set_event_function (sink, event);
  bracket = gst_prof_bracket_add (sink);
  fail_unless (sink->chaindata == bracket && sink->eventdata == bracket);
  sink->chaindata = sink->eventdata = NULL;
  start ();
  fail_unless (gst_pad_push (src, gst_buffer_new ()) == GST_FLOW_OK);
  assert_inside (bracket);
  gst_pad_send_event (sink, gst_event_new_flush_start ());
  assert_inside (bracket);
  stop ();
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_CHAINFUNC (sink) == chain);
}

GST_END_TEST;

GST_START_TEST (a_function_set_again_is_bracketed_when_looked_at)
{
  GstProfBracket *bracket = gst_prof_bracket_add (sink);

  gst_pad_set_chain_function (sink, other_chain);
  gst_prof_bracket_renew_pad (sink);
  fail_unless (gst_prof_bracket_is_covering (bracket));
  start ();
  fail_unless (gst_pad_push (src, gst_buffer_new ()) == GST_FLOW_OK);
  assert_equals_int (seen.calls, 101);
  assert_inside (bracket);
  stop ();
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_CHAINFUNC (sink) == other_chain);
}

GST_END_TEST;

/* Somebody else's way to put a function around the one that is there. */
static GstPadChainFunction wrapped;

static GstFlowReturn
wrapping_chain (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  seen.calls += 1000;
  return wrapped (pad, parent, buffer);
}

GST_START_TEST (a_function_put_around_ours_works_before_and_after_a_look)
{
  GstProfBracket *bracket = gst_prof_bracket_add (sink);

  wrapped = GST_PAD_CHAINFUNC (sink);
  gst_pad_set_chain_function (sink, wrapping_chain);
  start ();
  assert_equals_int (gst_pad_push (src, gst_buffer_new ()), GST_FLOW_OK);
  assert_equals_int (seen.calls, 1001);
  assert_equals_int (seen.depth, 1);

  /* Now ours is outside and inside. */
  gst_prof_bracket_renew_pad (sink);
  assert_equals_int (gst_pad_push (src, gst_buffer_new ()), GST_FLOW_OK);
  assert_equals_int (seen.calls, 2002);
  assert_equals_int (seen.depth, 1);
  stop ();
  gst_prof_bracket_remove (bracket);
}

GST_END_TEST;

GST_START_TEST (an_event_function_set_again_is_bracketed_when_looked_at)
{
  GstProfBracket *bracket = gst_prof_bracket_add (sink);

  gst_pad_set_event_function (sink, event);
  gst_prof_bracket_renew_pad (sink);
  start ();
  gst_pad_push_event (src, gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
          gst_structure_new_empty ("test")));
  assert_equals_int (seen.calls, 1);
  assert_inside (bracket);
  stop ();
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_EVENTFUNC (sink) == event);
}

GST_END_TEST;

GST_START_TEST (a_list_function_set_late_is_bracketed_when_looked_at)
{
  GstProfBracket *bracket = gst_prof_bracket_add (sink);

  gst_pad_set_chain_list_function (sink, chain_list);
  gst_prof_bracket_renew_pad (sink);
  fail_if (GST_PAD_CHAINLISTFUNC (sink) == chain_list);
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_CHAINLISTFUNC (sink) == chain_list);
}

GST_END_TEST;

GST_START_TEST (to_look_at_a_pad_that_is_ours_changes_nothing)
{
  GstProfBracket *bracket = gst_prof_bracket_add (sink);
  GstPadChainFunction ours = GST_PAD_CHAINFUNC (sink);

  gst_prof_bracket_renew_pad (sink);
  fail_unless (GST_PAD_CHAINFUNC (sink) == ours);
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_CHAINFUNC (sink) == chain);
}

GST_END_TEST;

GST_START_TEST (to_look_at_a_pad_that_nobody_brackets_changes_nothing)
{
  gst_prof_bracket_renew_pad (sink);
  fail_unless (GST_PAD_CHAINFUNC (sink) == chain);

  gst_prof_bracket_remove (gst_prof_bracket_add (sink));
  gst_prof_bracket_renew_pad (sink);
  fail_unless (GST_PAD_CHAINFUNC (sink) == chain);
}

GST_END_TEST;

GST_START_TEST (two_users_share_one_bracket)
{
  GstProfBracket *first = gst_prof_bracket_add (sink);
  GstProfBracket *second = gst_prof_bracket_add (sink);

  fail_unless (first == second);
  gst_prof_bracket_count (first);
  gst_prof_bracket_remove (first);
  fail_if (GST_PAD_CHAINFUNC (sink) == chain);
  fail_unless (gst_prof_bracket_is_covering (second));
  start ();
  fail_unless (gst_pad_push (src, gst_buffer_new ()) == GST_FLOW_OK);
  assert_inside (second);
  assert_equals_uint64 (get_visits (second), 1);
  stop ();
  gst_prof_bracket_remove (second);
  fail_unless (GST_PAD_CHAINFUNC (sink) == chain);
}

GST_END_TEST;

GST_START_TEST (nested_pads_are_a_stack_whose_home_is_the_outermost)
{
  GstPad *inner_src = gst_object_ref_sink (gst_pad_new ("src", GST_PAD_SRC));
  GstProfBracket *bracket = gst_prof_bracket_add (sink);
  GstProfActivity *activity = gst_prof_activity_get ();
  GstProfPoint *outer = gst_prof_point_new ("outer");

  start ();
  gst_prof_activity_enter_pad (activity, outer, 1);
  gst_pad_push (src, gst_buffer_new ());
  gst_prof_activity_leave (activity, 2);
  assert_equals_int (seen.depth, 2);
  assert_equals_int (seen.innermost, gst_prof_bracket_get_point (bracket)->id);
  assert_equals_int (seen.home, outer->id);
  stop ();
  gst_prof_bracket_remove (bracket);
  gst_prof_point_unref (outer);
  gst_object_unref (inner_src);
}

GST_END_TEST;

/* --- while data flows --- */

GST_START_TEST (an_idle_pad_is_bracketed_at_once)
{
  GstProfBracket *bracket;

  start ();
  fail_unless (gst_pad_push (src, gst_buffer_new ()) == GST_FLOW_OK);
  bracket = gst_prof_bracket_add (sink);
  fail_unless (gst_prof_bracket_is_covering (bracket));
  fail_unless (gst_pad_push (src, gst_buffer_new ()) == GST_FLOW_OK);
  assert_inside (bracket);
  stop ();
  gst_prof_bracket_remove (bracket);
}

GST_END_TEST;

/* Stands in the chain function until it is let go. */
typedef struct
{
  GMutex lock;
  GCond cond;
  gboolean inside;
  gboolean open;
} Gate;

static Gate gate;

static GstFlowReturn
chain_gated (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  gst_buffer_unref (buffer);
  g_mutex_lock (&gate.lock);
  gate.inside = TRUE;
  g_cond_broadcast (&gate.cond);
  while (!gate.open)
    g_cond_wait (&gate.cond, &gate.lock);
  g_mutex_unlock (&gate.lock);
  return GST_FLOW_OK;
}

static gpointer
push_one (gpointer data)
{
  return GINT_TO_POINTER (gst_pad_push (data, gst_buffer_new ()));
}

static GThread *
gate_enter (void)
{
  GThread *thread;

  gate.inside = gate.open = FALSE;
  thread = g_thread_new ("pusher", push_one, src);
  g_mutex_lock (&gate.lock);
  while (!gate.inside)
    g_cond_wait (&gate.cond, &gate.lock);
  g_mutex_unlock (&gate.lock);
  return thread;
}

static void
gate_leave (GThread * thread)
{
  g_mutex_lock (&gate.lock);
  gate.open = TRUE;
  g_cond_broadcast (&gate.cond);
  g_mutex_unlock (&gate.lock);
  assert_equals_int (GPOINTER_TO_INT (g_thread_join (thread)), GST_FLOW_OK);
}

GST_START_TEST (a_pad_that_is_not_idle_says_so_and_is_bracketed_later)
{
  GstProfBracket *bracket;
  GThread *thread;

  gst_pad_set_chain_function (sink, chain_gated);
  start ();
  thread = gate_enter ();
  bracket = gst_prof_bracket_add (sink);
  fail_if (gst_prof_bracket_is_covering (bracket));
  fail_unless (GST_PAD_CHAINFUNC (sink) == chain_gated);
  /* Asked for again and again there is still one probe. */
  for (guint i = 0; i < 10; i++)
    gst_prof_bracket_renew_pad (sink);
  assert_equals_int (src->num_probes, 1);
  gate_leave (thread);

  fail_unless (gst_prof_bracket_is_covering (bracket));
  assert_equals_int (src->num_probes, 0);
  gst_prof_bracket_count (bracket);
  gate.open = TRUE;
  fail_unless (gst_pad_push (src, gst_buffer_new ()) == GST_FLOW_OK);
  assert_equals_uint64 (get_visits (bracket), 1);
  stop ();
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_CHAINFUNC (sink) == chain_gated);
}

GST_END_TEST;

GST_START_TEST (what_is_given_back_before_it_was_idle_is_not_bracketed)
{
  GThread *thread;

  gst_pad_set_chain_function (sink, chain_gated);
  start ();
  thread = gate_enter ();
  gst_prof_bracket_remove (gst_prof_bracket_add (sink));
  gate_leave (thread);
  fail_unless (GST_PAD_CHAINFUNC (sink) == chain_gated);
  assert_equals_int (src->num_probes, 0);
}

GST_END_TEST;

GST_START_TEST (a_pad_linked_elsewhere_before_it_was_idle_is_not_bracketed)
{
  GstPad *other = gst_object_ref_sink (gst_pad_new ("other", GST_PAD_SINK));
  GstProfBracket *bracket;
  GThread *thread;

  gst_pad_set_chain_function (sink, chain_gated);
  start ();
  thread = gate_enter ();
  bracket = gst_prof_bracket_add (sink);
  gst_pad_unlink (src, sink);
  gst_pad_link (src, other);
  gate_leave (thread);
  fail_if (gst_prof_bracket_is_covering (bracket));
  fail_unless (GST_PAD_CHAINFUNC (sink) == chain_gated);

  /* On its own nobody can be in it: the next look has it. */
  gst_prof_bracket_renew_pad (sink);
  fail_unless (gst_prof_bracket_is_covering (bracket));
  stop ();
  gst_prof_bracket_remove (bracket);
  gst_pad_unlink (src, other);
  gst_object_unref (other);
}

GST_END_TEST;

GST_START_TEST (an_active_pad_that_is_pulled_from_is_not_covered)
{
  GstProfBracket *bracket;

  gst_pad_set_getrange_function (src, getrange);
  fail_unless (gst_pad_activate_mode (sink, GST_PAD_MODE_PULL, TRUE));
  bracket = gst_prof_bracket_add (src);
  fail_if (gst_prof_bracket_is_covering (bracket));
  fail_unless (GST_PAD_GETRANGEFUNC (src) == getrange);
  stop ();
  gst_prof_bracket_renew_pad (src);
  fail_unless (gst_prof_bracket_is_covering (bracket));
  gst_prof_bracket_remove (bracket);
}

GST_END_TEST;

GST_START_TEST (a_source_that_pushes_is_pulled_from_by_nobody)
{
  GstProfBracket *bracket;

  gst_pad_set_getrange_function (src, getrange);
  start ();
  bracket = gst_prof_bracket_add (src);
  fail_unless (gst_prof_bracket_is_covering (bracket));
  stop ();
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_GETRANGEFUNC (src) == getrange);
}

GST_END_TEST;

GST_START_TEST (given_back_while_data_flows_the_functions_stay_and_work)
{
  GstProfBracket *bracket = gst_prof_bracket_add (sink);

  start ();
  gst_prof_bracket_remove (bracket);
  fail_if (GST_PAD_CHAINFUNC (sink) == chain);
  fail_unless (gst_pad_push (src, gst_buffer_new ()) == GST_FLOW_OK);
  assert_equals_int (seen.calls, 1);

  /* Whoever comes next finds them. */
  fail_unless (gst_prof_bracket_add (sink) == bracket);
  fail_unless (gst_prof_bracket_is_covering (bracket));
  stop ();
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_CHAINFUNC (sink) == chain);
}

GST_END_TEST;

static gpointer
deactivate (gpointer data)
{
  gst_pad_set_active (data, FALSE);
  return NULL;
}

/* A pad is not active any more as soon as it begins to be stopped, when its
 * thread may still be on its way into a function. */
GST_START_TEST (given_back_while_a_thread_is_inside_the_functions_stay)
{
  GstProfBracket *bracket;
  GThread *pusher, *stopper;

  gst_pad_set_chain_function (sink, chain_gated);
  bracket = gst_prof_bracket_add (sink);
  start ();
  pusher = gate_enter ();
  stopper = g_thread_new ("stopper", deactivate, sink);
  while (GST_PAD_IS_ACTIVE (sink))
    g_thread_yield ();
  gst_prof_bracket_remove (bracket);
  fail_if (GST_PAD_CHAINFUNC (sink) == chain_gated);
  fail_unless (sink->chaindata == bracket);
  gate_leave (pusher);
  g_thread_join (stopper);
}

GST_END_TEST;

/* Data flows without a pause while brackets come and go. */
static gint pushing;

static gpointer
push_many (gpointer data)
{
  while (g_atomic_int_get (&pushing)) {
    if (gst_pad_push (data, gst_buffer_new ()) != GST_FLOW_OK)
      return GINT_TO_POINTER (1);
  }
  return NULL;
}

static GstFlowReturn
chain_quietly (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  gst_buffer_unref (buffer);
  return GST_FLOW_OK;
}

GST_START_TEST (brackets_may_come_and_go_while_data_flows)
{
  GThread *thread;

  gst_pad_set_chain_function (sink, chain_quietly);
  start ();
  pushing = TRUE;
  thread = g_thread_new ("pusher", push_many, src);
  for (guint i = 0; i < 100; i++) {
    GstProfBracket *bracket = gst_prof_bracket_add (sink);

    while (!gst_prof_bracket_is_covering (bracket))
      g_thread_yield ();
    gst_prof_bracket_remove (bracket);
  }
  g_atomic_int_set (&pushing, FALSE);
  fail_unless (g_thread_join (thread) == NULL);
}

GST_END_TEST;

/* --- taps --- */

typedef struct
{
  _Atomic guint calls;
  GstMiniObject *object;
  gint refcount;
  _Atomic guint freed;
} Tapped;

static void
tap (gpointer user_data, GstMiniObject * object, GstClockTime now)
{
  Tapped *tapped = user_data;

  atomic_fetch_add (&tapped->calls, 1);
  tapped->object = object;
  tapped->refcount = GST_MINI_OBJECT_REFCOUNT_VALUE (object);
}

static void
note_freed (gpointer user_data)
{
  atomic_fetch_add (&((Tapped *) user_data)->freed, 1);
}

GST_START_TEST (a_tap_is_told_of_buffers_and_lists_but_not_of_events)
{
  GstProfBracket *bracket = gst_prof_bracket_add (sink);
  Tapped before = { 0, }, after = { 0, };
  GstBuffer *buffer = gst_buffer_new ();
  GstBufferList *list = gst_buffer_list_new ();
  GstProfTap *taps[2];

  gst_pad_set_chain_list_function (sink, chain_list);
  gst_prof_bracket_renew_pad (sink);
  taps[0] = gst_prof_bracket_tap (bracket, tap, &before, note_freed);
  taps[1] = gst_prof_bracket_tap (bracket, tap, &after, note_freed);
  start ();
  assert_equals_int (before.calls, 0);
  gst_pad_push (src, buffer);
  fail_unless (before.object == GST_MINI_OBJECT (buffer));
  assert_equals_int (before.refcount, 1);
  gst_buffer_list_add (list, gst_buffer_new ());
  gst_pad_push_list (src, list);
  fail_unless (before.object == GST_MINI_OBJECT (list));

  gst_prof_bracket_untap (bracket, taps[0]);
  assert_equals_int (before.freed, 1);
  gst_pad_push (src, gst_buffer_new ());
  assert_equals_int (before.calls, 2);
  assert_equals_int (after.calls, 3);
  assert_equals_int (seen.calls, 3);
  gst_prof_bracket_untap (bracket, taps[1]);
  stop ();
  gst_prof_bracket_remove (bracket);
}

GST_END_TEST;

static gboolean
src_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  look (pad->eventdata, event);
  gst_event_unref (event);
  return TRUE;
}

GST_START_TEST (a_tap_of_a_source_pad_is_told_of_events_that_go_upstream)
{
  GstProfBracket *bracket = gst_prof_bracket_add (src);
  Tapped tapped = { 0, };
  GstProfTap *one;

  gst_pad_set_event_function (src, src_event);
  one = gst_prof_bracket_tap (bracket, tap, &tapped, note_freed);
  start ();
  fail_unless (gst_pad_push_event (sink, gst_event_new_reconfigure ()));
  assert_equals_int (tapped.calls, 1);
  assert_equals_int (seen.calls, 1);
  fail_unless (seen.object == tapped.object);
  assert_equals_int (tapped.refcount, seen.refcount);
  gst_pad_push (src, gst_buffer_new ());
  assert_equals_int (tapped.calls, 1);

  gst_prof_bracket_untap (bracket, one);
  assert_equals_int (tapped.freed, 1);
  fail_unless (gst_pad_push_event (sink, gst_event_new_reconfigure ()));
  assert_equals_int (tapped.calls, 1);
  stop ();
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_EVENTFUNC (src) == src_event);
}

GST_END_TEST;

/* The thread may be in a tap that is just being removed: what that needs is freed
 * later, and once. */
GST_START_TEST (taps_may_come_and_go_while_data_flows)
{
  static Tapped tapped[1000];
  GstProfBracket *bracket;
  GThread *thread;
  guint freed = 0;

  memset (tapped, 0, sizeof (tapped));
  gst_pad_set_chain_function (sink, chain_quietly);
  bracket = gst_prof_bracket_add (sink);
  start ();
  pushing = TRUE;
  thread = g_thread_new ("pusher", push_many, src);
  for (guint i = 0; i < G_N_ELEMENTS (tapped); i++) {
    GstProfTap *one =
        gst_prof_bracket_tap (bracket, tap, &tapped[i], note_freed);

    g_thread_yield ();
    gst_prof_bracket_untap (bracket, one);
  }
  g_atomic_int_set (&pushing, FALSE);
  fail_unless (g_thread_join (thread) == NULL);
  gst_prof_bracket_renew_pad (sink);
  for (guint i = 0; i < G_N_ELEMENTS (tapped); i++)
    freed += tapped[i].freed;
  assert_equals_int (freed, G_N_ELEMENTS (tapped));
  stop ();
  gst_prof_bracket_remove (bracket);
}

GST_END_TEST;

GST_START_TEST (a_pad_lives_no_longer_than_without)
{
  GstPad *pad = gst_object_ref_sink (gst_pad_new ("sink", GST_PAD_SINK));
  GstProfBracket *bracket;
  gpointer weak = pad;

  gst_pad_set_chain_function (pad, chain);
  g_object_add_weak_pointer (G_OBJECT (pad), &weak);
  bracket = gst_prof_bracket_add (pad);
  ASSERT_OBJECT_REFCOUNT (pad, "pad", 1);
  gst_prof_bracket_remove (bracket);
  ASSERT_OBJECT_REFCOUNT (pad, "pad", 1);
  gst_object_unref (pad);
  fail_unless (weak == NULL);
}

GST_END_TEST;

GST_START_TEST (a_point_outlives_its_pad_for_whoever_has_a_reference)
{
  GstPad *pad = gst_object_ref_sink (gst_pad_new ("sink", GST_PAD_SINK));
  GstProfBracket *bracket = gst_prof_bracket_add (pad);
  GstProfPoint *point =
      gst_prof_point_ref (gst_prof_bracket_get_point (bracket));

  gst_prof_bracket_remove (bracket);
  gst_object_unref (pad);
  assert_equals_string (point->name, "?:sink");
  fail_unless (atomic_load (&point->refs) == 1);
  gst_prof_point_unref (point);
}

GST_END_TEST;

/* --- functions that are put around ours --- */

/* All kinds at once: what an application does that counts what comes. */
static struct
{
  GstPadChainFunction chain;
  GstPadChainListFunction chain_list;
  GstPadEventFunction event;
  GstPadGetRangeFunction getrange;
} inner;

static guint around, around_again;

static GstFlowReturn
around_chain (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  fail_unless (around++ < 100);
  return inner.chain (pad, parent, buffer);
}

static GstFlowReturn
around_chain_list (GstPad * pad, GstObject * parent, GstBufferList * list)
{
  fail_unless (around++ < 100);
  return inner.chain_list (pad, parent, list);
}

static gboolean
around_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  fail_unless (around++ < 100);
  return inner.event (pad, parent, event);
}

static GstFlowReturn
around_getrange (GstPad * pad, GstObject * parent, guint64 offset, guint size,
    GstBuffer ** buffer)
{
  fail_unless (around++ < 100);
  return inner.getrange (pad, parent, offset, size, buffer);
}

static void
put_around (void)
{
  inner.chain = GST_PAD_CHAINFUNC (sink);
  inner.chain_list = GST_PAD_CHAINLISTFUNC (sink);
  inner.event = GST_PAD_EVENTFUNC (sink);
  inner.getrange = GST_PAD_GETRANGEFUNC (src);
  gst_pad_set_chain_function (sink, around_chain);
  gst_pad_set_chain_list_function (sink, around_chain_list);
  gst_pad_set_event_function (sink, around_event);
  gst_pad_set_getrange_function (src, around_getrange);
}

static void
take_away (void)
{
  gst_pad_set_chain_function (sink, inner.chain);
  gst_pad_set_chain_list_function (sink, inner.chain_list);
  gst_pad_set_event_function (sink, inner.event);
  gst_pad_set_getrange_function (src, inner.getrange);
}

static GstProfBracket *brackets[2];

static void
cover (void)
{
  brackets[0] = gst_prof_bracket_add (sink);
  brackets[1] = gst_prof_bracket_add (src);
}

static void
uncover (void)
{
  gst_prof_bracket_remove (brackets[0]);
  gst_prof_bracket_remove (brackets[1]);
}

static void
renew (void)
{
  gst_prof_bracket_renew_pad (sink);
  gst_prof_bracket_renew_pad (src);
}

/* Of each kind one: each comes once to the element, and once to what is around. */
static void
assert_each_comes_once (guint n_around)
{
  GstBufferList *list = gst_buffer_list_new ();
  GstBuffer *buffer = NULL;

  memset (&seen, 0, sizeof (seen));
  around = around_again = 0;
  gst_buffer_list_add (list, gst_buffer_new ());
  assert_equals_int (gst_pad_push (src, gst_buffer_new ()), GST_FLOW_OK);
  assert_equals_int (gst_pad_push_list (src, list), GST_FLOW_OK);
  fail_unless (gst_pad_push_event (src,
          gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
              gst_structure_new_empty ("test"))));
  assert_equals_int (seen.calls, 3);
  assert_equals_int (GST_PAD_GETRANGEFUNC (src) (src, NULL, 0, 1, &buffer),
      GST_FLOW_OK);
  gst_buffer_unref (buffer);
  assert_equals_int (seen.calls, 4);
  assert_equals_int (around, 4 * n_around);
}

static void
play (guint n_around)
{
  start ();
  assert_each_comes_once (n_around);
  renew ();
  assert_each_comes_once (n_around);
  renew ();
  assert_each_comes_once (n_around);
  stop ();
  renew ();
}

static void
set_all_functions (void)
{
  gst_pad_set_chain_list_function (sink, chain_list);
  gst_pad_set_event_function (sink, event);
  gst_pad_set_getrange_function (src, getrange);
}

static void
assert_functions_are_the_pads_own (void)
{
  fail_unless (GST_PAD_CHAINFUNC (sink) == chain);
  fail_unless (GST_PAD_CHAINLISTFUNC (sink) == chain_list);
  fail_unless (GST_PAD_EVENTFUNC (sink) == event);
  fail_unless (GST_PAD_GETRANGEFUNC (src) == getrange);
}

/* The application keeps what it found for as long as it likes. */
GST_START_TEST (what_is_put_around_ours_survives_any_number_of_plays)
{
  set_all_functions ();
  cover ();
  put_around ();
  for (guint i = 0; i < 4; i++)
    play (1);
  for (guint i = 0; i < 4; i++) {
    uncover ();
    fail_unless (GST_PAD_CHAINFUNC (sink) == around_chain);
    play (1);
    cover ();
    play (1);
  }
  uncover ();
}

GST_END_TEST;

GST_START_TEST (what_is_put_around_ours_while_data_flows_survives_it)
{
  set_all_functions ();
  cover ();
  start ();
  assert_each_comes_once (0);
  put_around ();
  assert_each_comes_once (1);
  renew ();
  assert_each_comes_once (1);
  uncover ();
  assert_each_comes_once (1);
  stop ();
  cover ();
  play (1);
  uncover ();
  play (1);
}

GST_END_TEST;

GST_START_TEST (what_was_put_around_ours_can_be_taken_away)
{
  set_all_functions ();
  cover ();
  /* Before anybody has looked, and after. */
  for (guint i = 0; i < 4; i++) {
    put_around ();
    if (i & 1)
      play (1);
    take_away ();
    play (0);
  }
  /* Found, taken away, and nobody looks before the end. */
  put_around ();
  play (1);
  take_away ();
  uncover ();
  assert_functions_are_the_pads_own ();

  cover ();
  put_around ();
  play (1);
  uncover ();
  play (1);
  take_away ();
  play (0);
  cover ();
  play (0);
  uncover ();
  assert_functions_are_the_pads_own ();
}

GST_END_TEST;

static GstPadChainFunction inner_again;

static GstFlowReturn
around_chain_again (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  fail_unless (around_again++ < 100);
  return inner_again (pad, parent, buffer);
}

static void
push_through_two (void)
{
  around = around_again = 0;
  memset (&seen, 0, sizeof (seen));
  assert_equals_int (gst_pad_push (src, gst_buffer_new ()), GST_FLOW_OK);
  assert_equals_int (around, 1);
  assert_equals_int (around_again, 1);
  assert_equals_int (seen.calls, 1);
}

GST_START_TEST (two_may_put_something_around_ours)
{
  cover ();
  start ();
  inner.chain = GST_PAD_CHAINFUNC (sink);
  gst_pad_set_chain_function (sink, around_chain);
  renew ();
  inner_again = GST_PAD_CHAINFUNC (sink);
  gst_pad_set_chain_function (sink, around_chain_again);
  for (guint i = 0; i < 3; i++) {
    push_through_two ();
    renew ();
  }
  stop ();
  for (guint i = 0; i < 3; i++) {
    uncover ();
    fail_unless (GST_PAD_CHAINFUNC (sink) == around_chain_again);
    start ();
    push_through_two ();
    stop ();
    cover ();
    start ();
    push_through_two ();
    stop ();
  }
  uncover ();
}

GST_END_TEST;

/* Deeper than what is known of a thread's stack. */
GST_START_TEST (what_is_put_around_ours_works_however_deep_it_lies)
{
  GstProfActivity *activity = gst_prof_activity_get ();
  GstProfPoint *point = gst_prof_point_new ("above");

  set_all_functions ();
  cover ();
  put_around ();
  renew ();
  for (guint depth = 1; depth < 600; depth++) {
    gst_prof_activity_enter (activity, point, 1);
    if (depth % 50 == 0 || (depth > 250 && depth < 260))
      play (1);
  }
  for (guint depth = 1; depth < 600; depth++)
    gst_prof_activity_leave (activity, 2);
  gst_prof_point_unref (point);
  uncover ();
}

GST_END_TEST;

/* An element that calls itself is entered again: what is around it too. */
static GstFlowReturn
chain_twice (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  if (seen.calls++ > 0) {
    gst_buffer_unref (buffer);
    return GST_FLOW_OK;
  }
  return gst_pad_chain (pad, buffer);
}

GST_START_TEST (an_element_that_calls_itself_is_called_through_all_layers)
{
  gst_pad_set_chain_function (sink, chain_twice);
  cover ();
  inner.chain = GST_PAD_CHAINFUNC (sink);
  gst_pad_set_chain_function (sink, around_chain);
  for (guint i = 0; i < 3; i++) {
    start ();
    around = 0;
    assert_equals_int (gst_pad_push (src, gst_buffer_new ()), GST_FLOW_OK);
    assert_equals_int (seen.calls, 2);
    assert_equals_int (around, 2);
    stop ();
    renew ();
  }
  uncover ();
}

GST_END_TEST;

#define OTHER(n) \
static GstFlowReturn \
other_chain_ ## n (GstPad * pad, GstObject * parent, GstBuffer * buffer) \
{ \
  seen.calls += n; \
  gst_buffer_unref (buffer); \
  return GST_FLOW_OK; \
}

OTHER (1) OTHER (2) OTHER (3) OTHER (4) OTHER (5) OTHER (6) OTHER (7)
OTHER (8) OTHER (9) OTHER (10)

/* Who has ours may be anybody: beyond some, the pad is left alone. */
GST_START_TEST (a_pad_with_ever_other_functions_is_left_alone_at_last)
{
  static const GstPadChainFunction others[] = {
    other_chain_1, other_chain_2, other_chain_3, other_chain_4, other_chain_5,
    other_chain_6, other_chain_7, other_chain_8, other_chain_9, other_chain_10,
  };

  cover ();
  for (guint i = 0; i < 3 * G_N_ELEMENTS (others); i++) {
    guint n = i % G_N_ELEMENTS (others);

    gst_pad_set_chain_function (sink, others[n]);
    renew ();
    start ();
    assert_equals_int (gst_pad_push (src, gst_buffer_new ()), GST_FLOW_OK);
    assert_equals_int (seen.calls, n + 1);
    fail_unless (gst_prof_bracket_is_covering (brackets[0]) ==
        (GST_PAD_CHAINFUNC (sink) != others[n]));
    stop ();
    if (i == G_N_ELEMENTS (others) - 1)
      fail_if (gst_prof_bracket_is_covering (brackets[0]));
  }
  uncover ();
}

GST_END_TEST;

GST_START_TEST (what_is_put_around_a_tapped_event_function_survives)
{
  Tapped tapped = { 0, };
  GstProfTap *one;

  gst_pad_set_event_function (src, src_event);
  cover ();
  one = gst_prof_bracket_tap (brackets[1], tap, &tapped, note_freed);
  inner.event = GST_PAD_EVENTFUNC (src);
  gst_pad_set_event_function (src, around_event);
  for (guint i = 1; i <= 4; i++) {
    start ();
    around = 0;
    fail_unless (gst_pad_push_event (sink, gst_event_new_reconfigure ()));
    assert_equals_int (around, 1);
    assert_equals_int (seen.calls, 1);
    assert_equals_int (tapped.calls, i);
    stop ();
    if (i == 3) {
      gst_prof_bracket_remove (brackets[1]);
      fail_unless (GST_PAD_EVENTFUNC (src) == around_event);
      brackets[1] = gst_prof_bracket_add (src);
    }
    renew ();
  }
  gst_prof_bracket_untap (brackets[1], one);
  uncover ();
}

GST_END_TEST;

/* Who frees data that is none is given none, also when the pad goes. */
GST_START_TEST (a_pad_that_goes_while_it_is_bracketed_frees_what_was_given)
{
  GstPad *pad = gst_object_ref_sink (gst_pad_new ("sink", GST_PAD_SINK));
  GstProfBracket *bracket;

  notified = 0;
  gst_pad_set_chain_function_full (pad, chain, NULL, notify_nothing);
  gst_pad_set_event_function_full (pad, event, NULL, notify_nothing);
  gst_pad_set_chain_list_function_full (pad, chain_list, NULL, notify_nothing);
  bracket = gst_prof_bracket_add (pad);
  fail_unless (gst_prof_bracket_is_covering (bracket));
  gst_pad_set_active (pad, TRUE);
  gst_prof_bracket_remove (bracket);
  fail_if (GST_PAD_CHAINFUNC (pad) == chain);
  gst_object_unref (pad);
  assert_equals_int (notified, 3);
}

GST_END_TEST;

static void
add_functions (TCase * tc)
{
  tcase_add_test (tc, a_buffer_passes_as_it_is_and_is_told);
  tcase_add_test (tc, flow_returns_pass_as_they_are);
  tcase_add_test (tc, a_list_passes_as_it_is_and_is_told);
  tcase_add_test (tc, a_list_that_the_pad_takes_apart_is_told_buffer_by_buffer);
  tcase_add_test (tc, an_event_passes_as_it_is_and_is_told);
  tcase_add_test (tc, an_event_with_a_flow_return_passes_as_it_is_and_is_told);
  tcase_add_test (tc, an_event_function_that_nobody_gave_is_left_alone);
  tcase_add_test (tc, a_pull_passes_as_it_is_and_is_told);
  tcase_add_test (tc, a_pad_gets_back_what_it_had);
  tcase_add_test (tc, data_of_the_pads_own_stays_untouched);
  tcase_add_test (tc, data_that_is_none_but_is_to_be_freed_stays_none);
  tcase_add_test (tc, a_function_whose_data_is_gone_finds_its_bracket);
  tcase_add_test (tc, a_function_set_again_is_bracketed_when_looked_at);
  tcase_add_test (tc,
      a_function_put_around_ours_works_before_and_after_a_look);
  tcase_add_test (tc, an_event_function_set_again_is_bracketed_when_looked_at);
  tcase_add_test (tc, a_list_function_set_late_is_bracketed_when_looked_at);
  tcase_add_test (tc, to_look_at_a_pad_that_is_ours_changes_nothing);
  tcase_add_test (tc, to_look_at_a_pad_that_nobody_brackets_changes_nothing);
  tcase_add_test (tc, two_users_share_one_bracket);
  tcase_add_test (tc, nested_pads_are_a_stack_whose_home_is_the_outermost);
}

static void
add_flow (TCase * tc)
{
  tcase_add_test (tc, an_idle_pad_is_bracketed_at_once);
  tcase_add_test (tc, a_pad_that_is_not_idle_says_so_and_is_bracketed_later);
  tcase_add_test (tc, what_is_given_back_before_it_was_idle_is_not_bracketed);
  tcase_add_test (tc,
      a_pad_linked_elsewhere_before_it_was_idle_is_not_bracketed);
  tcase_add_test (tc, an_active_pad_that_is_pulled_from_is_not_covered);
  tcase_add_test (tc, a_source_that_pushes_is_pulled_from_by_nobody);
  tcase_add_test (tc, given_back_while_data_flows_the_functions_stay_and_work);
  tcase_add_test (tc, given_back_while_a_thread_is_inside_the_functions_stay);
  tcase_add_test (tc, brackets_may_come_and_go_while_data_flows);
  tcase_add_test (tc, a_tap_is_told_of_buffers_and_lists_but_not_of_events);
  tcase_add_test (tc,
      a_tap_of_a_source_pad_is_told_of_events_that_go_upstream);
  tcase_add_test (tc, taps_may_come_and_go_while_data_flows);
  tcase_add_test (tc, a_pad_lives_no_longer_than_without);
  tcase_add_test (tc, a_point_outlives_its_pad_for_whoever_has_a_reference);
}

static void
add_around (TCase * tc)
{
  tcase_add_test (tc, what_is_put_around_ours_survives_any_number_of_plays);
  tcase_add_test (tc, what_is_put_around_ours_while_data_flows_survives_it);
  tcase_add_test (tc, what_was_put_around_ours_can_be_taken_away);
  tcase_add_test (tc, two_may_put_something_around_ours);
  tcase_add_test (tc, what_is_put_around_ours_works_however_deep_it_lies);
  tcase_add_test (tc, an_element_that_calls_itself_is_called_through_all_layers);
  tcase_add_test (tc, a_pad_with_ever_other_functions_is_left_alone_at_last);
  tcase_add_test (tc, what_is_put_around_a_tapped_event_function_survives);
  tcase_add_test (tc, a_pad_that_goes_while_it_is_bracketed_frees_what_was_given);
}

static Suite *
bracket_suite (void)
{
  Suite *s = suite_create ("bracket");
  TCase *functions = tcase_create ("functions");
  TCase *flows = tcase_create ("flow");
  TCase *around = tcase_create ("around");

  suite_add_tcase (s, functions);
  tcase_add_checked_fixture (functions, setup, teardown);
  add_functions (functions);
  suite_add_tcase (s, flows);
  tcase_add_checked_fixture (flows, setup, teardown);
  add_flow (flows);
  suite_add_tcase (s, around);
  tcase_add_checked_fixture (around, setup, teardown);
  add_around (around);
  return s;
}

GST_CHECK_MAIN (bracket);
