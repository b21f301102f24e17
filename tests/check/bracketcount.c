/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What brackets count: own times by a clock of the test's, which only the test
 * moves on, and what is counted where the functions cannot be had.
 */

#include <gst/check/gstcheck.h>

#include <sys/wait.h>
#include <unistd.h>

#include <gst/prof/gstprofactivityprivate.h>
#include <gst/prof/gstprofbracket.h>
#include <gst/prof/gstprofclock.h>

#define NONE GST_CLOCK_TIME_NONE
#define MAX_HOPS 300

static _Atomic guint64 now;
static _Atomic guint64 readings;

static GstClockTime
read_clock (void)
{
  atomic_fetch_add (&readings, 1);
  return atomic_load (&now);
}

static void
spend (GstClockTime time)
{
  atomic_fetch_add (&now, time);
}

/* --- elements in a row --- */

/* One that takes 2 before and 3 after what is downstream of it. */
typedef struct
{
  GstPad *sink;
  GstPad *src;                  /* of the last: not linked */
  GstProfBracket *bracket;
  GstProfVisits *visits;
} Hop;

static GstPad *src;
static Hop hops[MAX_HOPS];
static guint n_hops;

static GstFlowReturn
chain (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  Hop *hop = gst_pad_get_element_private (pad);
  GstFlowReturn flow = GST_FLOW_OK;

  spend (2);
  if (hop == &hops[n_hops - 1])
    gst_buffer_unref (buffer);
  else
    flow = gst_pad_push (hop->src, buffer);
  spend (3);
  return flow;
}

static GstFlowReturn
chain_list (GstPad * pad, GstObject * parent, GstBufferList * list)
{
  spend (7);
  gst_buffer_list_unref (list);
  return GST_FLOW_OK;
}

static gboolean
event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  Hop *hop = gst_pad_get_element_private (pad);

  spend (11);
  if (hop == &hops[n_hops - 1]) {
    gst_event_unref (event);
    return TRUE;
  }
  return gst_pad_push_event (hop->src, event);
}

static GstFlowReturn
getrange (GstPad * pad, GstObject * parent, guint64 offset, guint size,
    GstBuffer ** buffer)
{
  spend (13);
  if (offset == 0)
    return GST_FLOW_EOS;
  *buffer = gst_buffer_new ();
  GST_BUFFER_PTS (*buffer) = offset;
  return GST_FLOW_OK;
}

static void
make_row (guint n)
{
  GstPad *last = src;

  n_hops = n;
  for (guint i = 0; i < n; i++) {
    Hop *hop = &hops[i];

    hop->sink = gst_object_ref_sink (gst_pad_new ("sink", GST_PAD_SINK));
    hop->src = gst_object_ref_sink (gst_pad_new ("src", GST_PAD_SRC));
    gst_pad_set_chain_function (hop->sink, chain);
    gst_pad_set_event_function (hop->sink, event);
    gst_pad_set_element_private (hop->sink, hop);
    fail_unless (gst_pad_link (last, hop->sink) == GST_PAD_LINK_OK);
    last = hop->src;
  }
}

static void
bracket_row (void)
{
  for (guint i = 0; i < n_hops; i++) {
    hops[i].bracket = gst_prof_bracket_add (hops[i].sink);
    hops[i].visits = gst_prof_bracket_count (hops[i].bracket);
  }
}

static void
start (void)
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

static void
stop (void)
{
  gst_pad_set_active (src, FALSE);
  for (guint i = 0; i < n_hops; i++) {
    gst_pad_set_active (hops[i].sink, FALSE);
    gst_pad_set_active (hops[i].src, FALSE);
  }
}

static void
push (GstClockTime pts)
{
  GstBuffer *buffer = gst_buffer_new ();

  GST_BUFFER_PTS (buffer) = pts;
  assert_equals_int (gst_pad_push (src, buffer), GST_FLOW_OK);
}

static void
push_list (guint n)
{
  GstBufferList *list = gst_buffer_list_new ();

  for (guint i = 0; i < n; i++) {
    GstBuffer *buffer = gst_buffer_new ();

    GST_BUFFER_PTS (buffer) = 70 + i;
    gst_buffer_list_add (list, buffer);
  }
  assert_equals_int (gst_pad_push_list (src, list), GST_FLOW_OK);
}

static void
setup (void)
{
  atomic_store (&now, 1000);
  gst_prof_clock_set_func (read_clock);
  src = gst_object_ref_sink (gst_pad_new ("src", GST_PAD_SRC));
}

static void
teardown (void)
{
  stop ();
  for (guint i = 0; i < n_hops; i++) {
    Hop *hop = &hops[i];

    if (hop->bracket != NULL) {
      gst_prof_bracket_remove (hop->bracket);
      fail_unless (GST_PAD_CHAINFUNC (hop->sink) == chain);
      fail_unless (GST_PAD_EVENTFUNC (hop->sink) == event);
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

static GstProfVisitTimes
get_times (GstProfVisits * visits)
{
  GstProfVisitTimes times;

  gst_prof_visits_get_times (visits, &times);
  return times;
}

static void
assert_times (GstProfVisits * visits, guint64 buffers, guint64 n_visits,
    GstClockTime own)
{
  GstProfVisitTimes times = get_times (visits);

  assert_equals_uint64 (times.buffers, buffers);
  assert_equals_uint64 (times.visits, n_visits);
  assert_equals_uint64 (times.own, own);
}

static guint
read_all (GstProfVisits * visits, GstProfVisit * found, guint max)
{
  guint64 next = 0, lost = 0;
  guint n = gst_prof_visits_read (visits, &next, &lost, found, max);

  assert_equals_uint64 (lost, 0);
  return n;
}

/* --- own time --- */

GST_START_TEST (an_elements_own_time_is_without_what_is_downstream)
{
  GstProfVisit found[4];

  make_row (3);
  bracket_row ();
  start ();
  atomic_store (&now, 5000);
  push (42);
  push (43);
  for (guint i = 0; i < 3; i++)
    assert_times (hops[i].visits, 2, 2, 10);
  assert_equals_int (read_all (hops[1].visits, found, 4), 2);
  assert_equals_uint64 (found[0].pts, 42);
  assert_equals_uint64 (found[0].enter, 5002);
  assert_equals_uint64 (found[0].own, 5);
  assert_equals_uint64 (found[1].pts, 43);
  assert_equals_uint64 (found[1].enter, 5017);
}

GST_END_TEST;

/* Each hop reads the clock twice and does nothing else that depends on how many
 * there are: the row may be as long as it likes. */
static guint64
count_readings (guint n)
{
  guint64 before;

  make_row (n);
  bracket_row ();
  start ();
  before = atomic_load (&readings);
  for (guint i = 0; i < 10; i++)
    push (i);
  for (guint i = 0; i < n; i++)
    assert_times (hops[i].visits, 10, 10, 50);
  return atomic_load (&readings) - before;
}

GST_START_TEST (a_hop_in_a_row_of_100_is_a_hop_in_a_row_of_10)
{
  assert_equals_uint64 (count_readings (10), 10 * 10 * 2);
  teardown ();
  setup ();
  assert_equals_uint64 (count_readings (100), 10 * 100 * 2);
}

GST_END_TEST;

GST_START_TEST (own_times_are_known_however_deep_elements_nest)
{
  guint n = GST_PROF_ACTIVITY_LEVELS + 10;

  make_row (n);
  bracket_row ();
  start ();
  push (1);
  push (2);
  for (guint i = 0; i < n; i++)
    assert_times (hops[i].visits, 2, 2, 10);
  assert_equals_int (gst_prof_activity_get ()->pads, 0);
}

GST_END_TEST;

GST_START_TEST (an_event_on_the_way_is_no_time_of_who_sends_it)
{
  make_row (2);
  bracket_row ();
  start ();
  gst_prof_visits_reset (hops[0].visits);
  gst_prof_visits_reset (hops[1].visits);
  gst_pad_push_event (src, gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
          gst_structure_new_empty ("test")));
  assert_times (hops[0].visits, 0, 0, 0);
  push (1);
  assert_times (hops[0].visits, 1, 1, 5);
  assert_times (hops[1].visits, 1, 1, 5);
}

GST_END_TEST;

GST_START_TEST (a_list_counts_its_buffers)
{
  GstProfVisit found[4];

  make_row (1);
  gst_pad_set_chain_list_function (hops[0].sink, chain_list);
  bracket_row ();
  start ();
  push_list (5);
  push (3);
  assert_times (hops[0].visits, 6, 2, 7 + 5);
  assert_equals_int (read_all (hops[0].visits, found, 4), 2);
  assert_equals_uint64 (found[0].pts, 70);
  assert_equals_uint64 (found[1].pts, 3);
}

GST_END_TEST;

GST_START_TEST (a_list_that_the_pad_takes_apart_counts_its_buffers)
{
  make_row (1);
  bracket_row ();
  start ();
  push_list (5);
  assert_times (hops[0].visits, 5, 5, 25);
}

GST_END_TEST;

GST_START_TEST (to_count_again_in_a_pad_that_is_not_active_begins_anew)
{
  make_row (1);
  bracket_row ();
  start ();
  push (1);
  fail_unless (gst_prof_bracket_count (hops[0].bracket) == hops[0].visits);
  assert_times (hops[0].visits, 1, 1, 5);
  stop ();
  fail_unless (gst_prof_bracket_count (hops[0].bracket) == hops[0].visits);
  assert_times (hops[0].visits, 0, 0, 0);
}

GST_END_TEST;

/* --- outside --- */

static GstClockTime
get_outside (guint i)
{
  return get_times (hops[i].visits).outside;
}

GST_START_TEST (between_its_visits_a_task_is_outside)
{
  make_row (2);
  bracket_row ();
  start ();
  spend (1000);
  push (1);
  assert_equals_uint64 (get_outside (0), 0);
  spend (20);
  push (2);
  spend (30);
  gst_pad_push_event (src, gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
          gst_structure_new_empty ("test")));
  spend (40);
  push (3);
  assert_equals_uint64 (get_outside (0), 20 + 30 + 40);
  assert_equals_uint64 (get_outside (1), 0);
}

GST_END_TEST;

static gpointer
push_aside (gpointer data)
{
  push (7);
  spend (500);
  push (8);
  return NULL;
}

/* Else a pool's thread would bring along what it did elsewhere. */
GST_START_TEST (who_did_not_come_in_last_was_not_outside_of_it)
{
  make_row (1);
  bracket_row ();
  start ();
  push (1);
  spend (100);
  g_thread_join (g_thread_new ("other", push_aside, NULL));
  assert_equals_uint64 (get_outside (0), 500);
  spend (100);
  push (2);
  assert_equals_uint64 (get_outside (0), 500);
}

GST_END_TEST;

GST_START_TEST (a_new_stream_is_a_new_run)
{
  make_row (1);
  bracket_row ();
  start ();
  push (1);
  stop ();
  spend (100000);
  start ();
  spend (10);
  push (2);
  spend (5);
  push (3);
  assert_equals_uint64 (get_outside (0), 5);
}

GST_END_TEST;

GST_START_TEST (a_pad_that_was_seen_inactive_begins_a_new_run)
{
  make_row (1);
  gst_pad_set_event_function (hops[0].sink, gst_pad_event_default);
  bracket_row ();
  start ();
  push (1);
  stop ();
  gst_prof_bracket_renew_pad (hops[0].sink);
  spend (100000);
  start ();
  push (2);
  assert_equals_uint64 (get_outside (0), 0);
  gst_pad_set_event_function (hops[0].sink, event);
}

GST_END_TEST;

/* --- pulls --- */

static void
make_pulled (void)
{
  make_row (1);
  gst_pad_set_getrange_function (src, getrange);
}

static void
pull (guint64 offset)
{
  GstBuffer *buffer = NULL;

  assert_equals_int (gst_pad_pull_range (hops[0].sink, offset, 1, &buffer),
      offset == 0 ? GST_FLOW_EOS : GST_FLOW_OK);
  gst_clear_buffer (&buffer);
}

static void
start_pulling (void)
{
  fail_unless (gst_pad_activate_mode (hops[0].sink, GST_PAD_MODE_PULL, TRUE));
}

GST_START_TEST (a_pull_counts_what_it_got)
{
  GstProfVisit found[4];
  GstProfBracket *bracket;
  GstProfVisits *visits;

  make_pulled ();
  bracket = gst_prof_bracket_add (src);
  visits = gst_prof_bracket_count (bracket);
  start_pulling ();
  pull (5);
  spend (100);
  pull (0);
  assert_times (visits, 1, 2, 26);
  assert_equals_uint64 (get_times (visits).outside, 100);
  assert_equals_int (read_all (visits, found, 4), 2);
  assert_equals_uint64 (found[0].pts, 5);
  assert_equals_uint64 (found[0].own, 13);
  assert_equals_uint64 (found[1].pts, NONE);
  stop ();
  gst_prof_bracket_remove (bracket);
  fail_unless (GST_PAD_GETRANGEFUNC (src) == getrange);
}

GST_END_TEST;

#define PULLERS 4
#define PULLS 20000

static gpointer
pull_often (gpointer data)
{
  for (guint i = 0; i < PULLS; i++)
    pull (1 + i % 2);
  return NULL;
}

GST_START_TEST (of_several_that_pull_at_once_none_is_lost)
{
  GThread *threads[PULLERS];
  GstProfBracket *bracket;
  GstProfVisits *visits;

  make_pulled ();
  bracket = gst_prof_bracket_add (src);
  visits = gst_prof_bracket_count (bracket);
  start_pulling ();
  for (guint i = 0; i < PULLERS; i++)
    threads[i] = g_thread_new ("puller", pull_often, NULL);
  for (guint i = 0; i < PULLERS; i++)
    g_thread_join (threads[i]);
  assert_equals_uint64 (get_times (visits).buffers, PULLERS * PULLS);
  assert_equals_uint64 (get_times (visits).visits, PULLERS * PULLS);
  stop ();
  gst_prof_bracket_remove (bracket);
}

GST_END_TEST;

/* --- where the functions cannot be had --- */

GST_START_TEST (an_active_pad_that_is_pulled_from_is_probed)
{
  GstProfBracket *bracket;
  GstProfVisits *visits;
  GstProfVisit found[4];

  make_pulled ();
  start_pulling ();
  bracket = gst_prof_bracket_add (src);
  assert_equals_int (gst_prof_bracket_get_kind (bracket), GST_PROF_BRACKET_NONE);
  visits = gst_prof_bracket_count (bracket);
  assert_equals_int (gst_prof_bracket_get_kind (bracket),
      GST_PROF_BRACKET_PROBE);
  pull (5);
  pull (0);
  pull (6);
  assert_times (visits, 2, 0, 0);
  assert_equals_int (read_all (visits, found, 4), 2);
  assert_equals_uint64 (found[1].pts, 6);
  assert_equals_uint64 (found[1].own, NONE);

  stop ();
  gst_prof_bracket_renew_pad (src);
  assert_equals_int (gst_prof_bracket_get_kind (bracket),
      GST_PROF_BRACKET_FUNCTIONS);
  assert_equals_int (src->num_probes, 0);
  start_pulling ();
  pull (7);
  assert_times (visits, 3, 1, 13);
  stop ();
  gst_prof_bracket_remove (bracket);
}

GST_END_TEST;

/* Stands in the chain function until it is let go. */
static GMutex gate_lock;
static GCond gate_cond;
static gboolean gate_inside, gate_open;

static GstFlowReturn
chain_gated (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  g_mutex_lock (&gate_lock);
  gate_inside = TRUE;
  g_cond_broadcast (&gate_cond);
  while (!gate_open)
    g_cond_wait (&gate_cond, &gate_lock);
  g_mutex_unlock (&gate_lock);
  return chain (pad, parent, buffer);
}

static gpointer
push_four (gpointer data)
{
  for (guint i = 0; i < 4; i++)
    push (i);
  return NULL;
}

GST_START_TEST (a_pad_that_is_not_idle_for_long_is_probed_until_it_is)
{
  GThread *thread;
  Hop *hop = &hops[0];

  gate_inside = gate_open = FALSE;
  make_row (1);
  gst_pad_set_chain_function (hop->sink, chain_gated);
  start ();
  thread = g_thread_new ("pusher", push_four, NULL);
  g_mutex_lock (&gate_lock);
  while (!gate_inside)
    g_cond_wait (&gate_cond, &gate_lock);
  g_mutex_unlock (&gate_lock);

  bracket_row ();
  assert_equals_int (gst_prof_bracket_get_kind (hop->bracket),
      GST_PROF_BRACKET_NONE);
  for (guint i = 0; i < 10; i++)
    gst_prof_bracket_renew_pad (hop->sink);
  assert_equals_int (gst_prof_bracket_get_kind (hop->bracket),
      GST_PROF_BRACKET_PROBE);
  assert_equals_int (hop->sink->num_probes, 1);

  g_mutex_lock (&gate_lock);
  gate_open = TRUE;
  g_cond_broadcast (&gate_cond);
  g_mutex_unlock (&gate_lock);
  g_thread_join (thread);

  /* The first was inside before, the others come through the functions, in spite
   * of the probe. */
  assert_times (hop->visits, 3, 3, 15);
  gst_prof_bracket_renew_pad (hop->sink);
  assert_equals_int (gst_prof_bracket_get_kind (hop->bracket),
      GST_PROF_BRACKET_FUNCTIONS);
  assert_equals_int (hop->sink->num_probes, 0);
  push (5);
  assert_times (hop->visits, 4, 4, 20);
  stop ();
  gst_prof_bracket_remove (g_steal_pointer (&hop->bracket));
}

GST_END_TEST;

GST_START_TEST (a_pad_whose_functions_are_set_again_and_again_is_probed)
{
  guint n = 0;

  make_row (1);
  bracket_row ();
  start ();
  for (; n < 20 && gst_prof_bracket_get_kind (hops[0].bracket)
      != GST_PROF_BRACKET_PROBE; n++) {
    gst_pad_set_chain_function (hops[0].sink, chain);
    gst_prof_bracket_renew_pad (hops[0].sink);
    push (n);
  }
  assert_equals_int (n, 2);
  fail_unless (gst_prof_bracket_has_missed (hops[0].bracket));
  assert_times (hops[0].visits, n, n - 1, 5 * (n - 1));
  fail_unless (GST_PAD_CHAINFUNC (hops[0].sink) == chain);
  push_list (4);
  assert_equals_uint64 (get_times (hops[0].visits).buffers, n + 4);
  gst_prof_bracket_renew_pad (hops[0].sink);
  fail_unless (GST_PAD_CHAINFUNC (hops[0].sink) == chain);

  /* In its next run it has another chance, and whoever counts anew misses nothing. */
  stop ();
  gst_prof_bracket_renew_pad (hops[0].sink);
  assert_equals_int (gst_prof_bracket_get_kind (hops[0].bracket),
      GST_PROF_BRACKET_FUNCTIONS);
  fail_unless (gst_prof_bracket_has_missed (hops[0].bracket));
  gst_pad_set_chain_function (hops[0].sink, chain);
  gst_prof_bracket_renew_pad (hops[0].sink);
  gst_prof_bracket_count (hops[0].bracket);
  fail_if (gst_prof_bracket_has_missed (hops[0].bracket));
}

GST_END_TEST;

/* Once in a while is nothing to worry about. */
GST_START_TEST (a_pad_whose_functions_are_set_now_and_then_keeps_ours)
{
  make_row (1);
  bracket_row ();
  start ();
  for (guint i = 0; i < 20; i++) {
    gst_pad_set_chain_function (hops[0].sink, chain);
    gst_prof_bracket_renew_pad (hops[0].sink);
    gst_prof_bracket_renew_pad (hops[0].sink);
    push (i);
  }
  assert_times (hops[0].visits, 20, 20, 100);
  assert_equals_int (gst_prof_bracket_get_kind (hops[0].bracket),
      GST_PROF_BRACKET_FUNCTIONS);
}

GST_END_TEST;

GST_START_TEST (nobody_is_probed_for_who_does_not_count)
{
  GstProfBracket *bracket;

  make_pulled ();
  start_pulling ();
  bracket = gst_prof_bracket_add (src);
  for (guint i = 0; i < 10; i++)
    gst_prof_bracket_renew_pad (src);
  assert_equals_int (gst_prof_bracket_get_kind (bracket), GST_PROF_BRACKET_NONE);
  assert_equals_int (src->num_probes, 0);
  gst_prof_bracket_count (bracket);
  assert_equals_int (src->num_probes, 1);
  gst_prof_bracket_remove (bracket);
  assert_equals_int (src->num_probes, 0);
}

GST_END_TEST;

/* --- pads of all sorts --- */

GST_START_TEST (a_pad_keeps_its_count_when_it_is_linked_elsewhere)
{
  GstPad *other = gst_object_ref_sink (gst_pad_new ("other", GST_PAD_SRC));
  GstPad *first = src;
  GstSegment segment;

  make_row (1);
  bracket_row ();
  start ();
  push (1);
  gst_pad_unlink (src, hops[0].sink);
  assert_equals_int (gst_pad_push (src, gst_buffer_new ()),
      GST_FLOW_NOT_LINKED);
  gst_prof_bracket_renew_pad (hops[0].sink);
  fail_unless (gst_pad_link (other, hops[0].sink) == GST_PAD_LINK_OK);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_set_active (other, TRUE);
  gst_pad_push_event (other, gst_event_new_stream_start ("other"));
  gst_pad_push_event (other, gst_event_new_segment (&segment));
  src = other;
  push (2);
  assert_times (hops[0].visits, 2, 2, 10);
  stop ();
  gst_pad_unlink (other, hops[0].sink);
  gst_object_unref (first);
}

GST_END_TEST;

/* What comes by ghost and proxy pads comes to the pad behind them once. */
GST_START_TEST (a_pad_behind_a_ghost_pad_counts_as_any_other)
{
  GstElement *bin = gst_object_ref_sink (gst_bin_new ("bin"));
  GstElement *inside = gst_element_factory_make ("fakesink", "inside");
  GstPad *target = gst_element_get_static_pad (inside, "sink");
  GstPad *ghost;
  GstProfBracket *bracket;
  GstSegment segment;

  g_object_set (inside, "async", FALSE, "sync", FALSE, NULL);
  gst_bin_add (GST_BIN (bin), inside);
  ghost = gst_ghost_pad_new ("sink", target);
  gst_element_add_pad (bin, ghost);
  fail_unless (gst_pad_link (src, ghost) == GST_PAD_LINK_OK);
  bracket = gst_prof_bracket_add (target);
  gst_prof_bracket_count (bracket);
  assert_equals_string (gst_prof_bracket_get_point (bracket)->name,
      "inside:sink");
  fail_unless (gst_element_set_state (bin, GST_STATE_PLAYING)
      == GST_STATE_CHANGE_SUCCESS);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_set_active (src, TRUE);
  gst_pad_push_event (src, gst_event_new_stream_start ("test"));
  gst_pad_push_event (src, gst_event_new_segment (&segment));
  for (guint i = 0; i < 3; i++)
    push (i);
  assert_times (gst_prof_bracket_count (bracket), 3, 3, 0);
  gst_pad_set_active (src, FALSE);
  gst_element_set_state (bin, GST_STATE_NULL);
  gst_prof_bracket_remove (bracket);
  gst_pad_unlink (src, ghost);
  gst_object_unref (target);
  ASSERT_OBJECT_REFCOUNT (bin, "bin", 1);
  ASSERT_OBJECT_REFCOUNT (inside, "inside", 1);
  gst_object_unref (bin);
}

GST_END_TEST;

GST_START_TEST (in_a_child_of_a_fork_it_goes_on_counting)
{
  gint status = 0;
  pid_t pid;

  make_row (2);
  bracket_row ();
  start ();
  push (1);
  pid = fork ();
  fail_unless (pid >= 0);
  if (pid == 0) {
    push (2);
    _exit (get_times (hops[1].visits).visits == 2
        && get_times (hops[1].visits).own == 10 ? 0 : 1);
  }
  fail_unless (waitpid (pid, &status, 0) == pid);
  fail_unless (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  push (2);
  assert_times (hops[1].visits, 2, 2, 10);
}

GST_END_TEST;

GST_START_TEST (given_back_while_data_flows_it_is_given_back_whole_at_last)
{
  make_row (1);
  bracket_row ();
  start ();
  push (1);
  gst_prof_bracket_remove (hops[0].bracket);
  push (2);
  stop ();
  fail_unless (gst_prof_bracket_add (hops[0].sink) == hops[0].bracket);
}

GST_END_TEST;

/* --- a pipeline --- */

#define MAX_PADS 16

/* What a pad had before anybody bracketed it. */
typedef struct
{
  GstPad *pad;
  gint refcount;
  gpointer functions[5];
  gpointer data[4];
  GstProfBracket *bracket;
} Before;

static Before befores[MAX_PADS];
static guint n_befores;

static void
look_at_pad (GstPad * pad, Before * before)
{
  const gpointer functions[5] = {
    GST_PAD_CHAINFUNC (pad), GST_PAD_CHAINLISTFUNC (pad),
    GST_PAD_EVENTFUNC (pad), GST_PAD_EVENTFULLFUNC (pad),
    GST_PAD_GETRANGEFUNC (pad),
  };
  const gpointer data[4] = {
    pad->chaindata, pad->chainlistdata, pad->eventdata, pad->getrangedata,
  };

  memcpy (before->functions, functions, sizeof (functions));
  memcpy (before->data, data, sizeof (data));
  before->refcount = GST_OBJECT_REFCOUNT_VALUE (pad);
}

static gboolean
bracket_pad (GstElement * element, GstPad * pad, gpointer user_data)
{
  Before *before = &befores[n_befores++];

  fail_unless (n_befores <= MAX_PADS);
  before->pad = pad;
  look_at_pad (pad, before);
  before->refcount--;           /* who walks through the pads has one */
  before->bracket = gst_prof_bracket_add (pad);
  gst_prof_bracket_count (before->bracket);
  return TRUE;
}

static void
assert_as_before (const Before * before)
{
  Before after;

  gst_object_ref (before->pad);
  gst_prof_bracket_remove (before->bracket);
  gst_object_unref (before->pad);
  look_at_pad (before->pad, &after);
  assert_equals_int (after.refcount, before->refcount);
  for (guint i = 0; i < G_N_ELEMENTS (after.functions); i++)
    fail_unless (after.functions[i] == before->functions[i], "%s:%s has another "
        "function %u", GST_DEBUG_PAD_NAME (before->pad), i);
  for (guint i = 0; i < G_N_ELEMENTS (after.data); i++)
    fail_unless (after.data[i] == before->data[i], "%s:%s has other data %u",
        GST_DEBUG_PAD_NAME (before->pad), i);
  assert_equals_int (before->pad->num_probes, 0);
}

GST_START_TEST (after_a_run_all_pads_are_what_they_were)
{
  GstElement *pipeline = gst_parse_launch ("fakesrc num-buffers=20 ! queue "
      "! tee name=tee ! queue ! identity ! fakesink async=false "
      "tee. ! queue ! fakesink async=false", NULL);
  GstBus *bus = gst_element_get_bus (pipeline);
  GstIterator *elements = gst_bin_iterate_elements (GST_BIN (pipeline));
  GValue item = G_VALUE_INIT;
  guint64 buffers = 0;

  gst_prof_clock_set_func (NULL);
  n_befores = 0;
  while (gst_iterator_next (elements, &item) == GST_ITERATOR_OK) {
    gst_element_foreach_pad (g_value_get_object (&item), bracket_pad, NULL);
    g_value_reset (&item);
  }
  g_value_unset (&item);
  gst_iterator_free (elements);

  for (guint run = 0; run < 3; run++) {
    gst_element_set_state (pipeline, GST_STATE_PLAYING);
    gst_message_unref (gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE,
            GST_MESSAGE_EOS));
    gst_element_set_state (pipeline, GST_STATE_NULL);
  }
  for (guint i = 0; i < n_befores; i++) {
    if (GST_PAD_IS_SINK (befores[i].pad))
      buffers += get_times (gst_prof_bracket_get_point
          (befores[i].bracket)->visits).buffers;
    assert_as_before (&befores[i]);
  }
  /* queue, tee, queue, identity, fakesink, queue, fakesink */
  assert_equals_uint64 (buffers, 3 * 20 * 7);
  gst_object_unref (bus);
  ASSERT_OBJECT_REFCOUNT (pipeline, "pipeline", 1);
  gst_object_unref (pipeline);
}

GST_END_TEST;

static void
add_times (TCase * tc)
{
  tcase_add_test (tc, an_elements_own_time_is_without_what_is_downstream);
  tcase_add_test (tc, a_hop_in_a_row_of_100_is_a_hop_in_a_row_of_10);
  tcase_add_test (tc, own_times_are_known_however_deep_elements_nest);
  tcase_add_test (tc, an_event_on_the_way_is_no_time_of_who_sends_it);
  tcase_add_test (tc, a_list_counts_its_buffers);
  tcase_add_test (tc, a_list_that_the_pad_takes_apart_counts_its_buffers);
  tcase_add_test (tc, to_count_again_in_a_pad_that_is_not_active_begins_anew);
  tcase_add_test (tc, between_its_visits_a_task_is_outside);
  tcase_add_test (tc, who_did_not_come_in_last_was_not_outside_of_it);
  tcase_add_test (tc, a_new_stream_is_a_new_run);
  tcase_add_test (tc, a_pad_that_was_seen_inactive_begins_a_new_run);
  tcase_add_test (tc, a_pull_counts_what_it_got);
  tcase_add_test (tc, of_several_that_pull_at_once_none_is_lost);
}

static void
add_kinds (TCase * tc)
{
  tcase_add_test (tc, an_active_pad_that_is_pulled_from_is_probed);
  tcase_add_test (tc, a_pad_that_is_not_idle_for_long_is_probed_until_it_is);
  tcase_add_test (tc, a_pad_whose_functions_are_set_again_and_again_is_probed);
  tcase_add_test (tc, a_pad_whose_functions_are_set_now_and_then_keeps_ours);
  tcase_add_test (tc, nobody_is_probed_for_who_does_not_count);
  tcase_add_test (tc, a_pad_keeps_its_count_when_it_is_linked_elsewhere);
  tcase_add_test (tc, a_pad_behind_a_ghost_pad_counts_as_any_other);
  tcase_add_test (tc, in_a_child_of_a_fork_it_goes_on_counting);
  tcase_add_test (tc, after_a_run_all_pads_are_what_they_were);
  tcase_add_test (tc, given_back_while_data_flows_it_is_given_back_whole_at_last);
}

static Suite *
bracketcount_suite (void)
{
  Suite *s = suite_create ("bracketcount");
  TCase *times = tcase_create ("times");
  TCase *kinds = tcase_create ("kinds");

  suite_add_tcase (s, times);
  tcase_add_checked_fixture (times, setup, teardown);
  add_times (times);
  suite_add_tcase (s, kinds);
  tcase_add_checked_fixture (kinds, setup, teardown);
  add_kinds (kinds);
  return s;
}

GST_CHECK_MAIN (bracketcount);
