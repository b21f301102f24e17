/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Which tasks were paused since what follows them did not take what they push, and
 * who that was. Small real pipelines, whose own threads are waited for.
 */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofbracket.h>
#include <gst/prof/gstprofclock.h>
#include <gst/prof/gstprofcoverage.h>

#define DESCRIPTION "fakesrc name=src ! identity name=a sleep-time=1000 ! " \
    "identity name=i ! queue name=q ! fakesink name=sink async=false"

static GstElement *pipeline;
static GstProfCoverage *coverage;
static gint n_came;             /* to the sink; atomic */

static GstElement *
get (const gchar * name)
{
  GstElement *element = gst_bin_get_by_name (GST_BIN (pipeline), name);

  fail_unless (element != NULL, "%s", name);
  /* The pipeline has it. */
  gst_object_unref (element);
  return element;
}

static GstPad *
get_pad (const gchar * name, const gchar * pad_name)
{
  GstPad *pad = gst_element_get_static_pad (get (name), pad_name);

  gst_object_unref (pad);
  return pad;
}

static void
note (GstElement * sink, GstBuffer * buffer, GstPad * pad, gpointer user_data)
{
  g_atomic_int_inc (&n_came);
}

static void
await_buffers (void)
{
  gint n = g_atomic_int_get (&n_came);

  while (g_atomic_int_get (&n_came) < n + 3)
    g_usleep (100);
}

static void
setup (void)
{
  pipeline = gst_parse_launch (DESCRIPTION, NULL);
  g_object_set (get ("sink"), "signal-handoffs", TRUE, NULL);
  g_signal_connect (get ("sink"), "handoff", G_CALLBACK (note), NULL);
  coverage = gst_prof_coverage_new_full (GST_OBJECT (pipeline), TRUE, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  await_buffers ();
  gst_prof_coverage_refresh (coverage);
}

/* Before the test waits for the tasks at its end. */
static void
stop (void)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

static void
teardown (void)
{
  gst_prof_coverage_stop (coverage);
  gst_prof_coverage_unref (coverage);
  gst_object_unref (pipeline);
}

static gboolean
is_paused (const gchar * name)
{
  GstPad *pad = get_pad (name, "src");
  gboolean paused;

  GST_OBJECT_LOCK (pad);
  paused = GST_PAD_TASK (pad) != NULL
      && gst_task_get_state (GST_PAD_TASK (pad)) == GST_TASK_PAUSED;
  GST_OBJECT_UNLOCK (pad);
  return paused;
}

static void
await_pause (const gchar * name)
{
  while (!is_paused (name))
    g_usleep (100);
}

/* Of the task that pushes into it. Nobody but the test refreshes: it stays. */
static const GstProfRefusal *
find (const gchar * name, GstClockTime from, GstClockTime to)
{
  GstProfBracket *bracket = gst_prof_bracket_add (get_pad (name, "sink"));
  guint point = gst_prof_bracket_get_point (bracket)->id;
  const GstProfRefusal *refusal;

  gst_prof_bracket_remove (bracket);
  gst_prof_coverage_lock (coverage);
  refusal = gst_prof_coverage_find_refusal (coverage, point, from, to);
  gst_prof_coverage_unlock (coverage);
  return refusal;
}

/* Whoever is locked when it is looked at is looked at again. */
static const GstProfRefusal *
await_refusal (const gchar * name)
{
  const GstProfRefusal *refusal;

  do {
    GstClockTime now = gst_prof_clock_now ();

    gst_prof_coverage_refresh (coverage);
    refusal = find (name, now, gst_prof_clock_now ());
  } while (refusal == NULL || !refusal->lasts);
  return refusal;
}

static void
assert_refused (const gchar * name, const gchar * by, GstFlowReturn flow)
{
  const GstProfRefusal *refusal = await_refusal (name);

  assert_equals_string (refusal->name, by);
  assert_equals_int (refusal->flow, flow);
}

GST_START_TEST (who_is_flushing_paused_the_task)
{
  GstClockTime before = gst_prof_clock_now (), paused;

  gst_element_set_state (get ("i"), GST_STATE_READY);
  await_pause ("src");
  paused = gst_prof_clock_now ();
  assert_refused ("a", "i", GST_FLOW_FLUSHING);
  /* It goes on not to, whatever its refuser does by then. */
  gst_element_set_state (get ("i"), GST_STATE_PLAYING);
  assert_refused ("a", "i", GST_FLOW_FLUSHING);
  fail_unless (find ("a", paused, gst_prof_clock_now ()) != NULL);
  fail_unless (find ("a", before - GST_SECOND, before) == NULL);
  fail_unless (find ("i", paused, gst_prof_clock_now ()) == NULL);
  stop ();
}
GST_END_TEST;

GST_START_TEST (a_task_that_was_started_again_was_paused)
{
  GstClockTime paused, again, later;

  gst_element_set_state (get ("i"), GST_STATE_READY);
  await_pause ("src");
  paused = gst_prof_clock_now ();
  assert_refused ("a", "i", GST_FLOW_FLUSHING);
  gst_element_set_state (get ("i"), GST_STATE_PLAYING);
  gst_element_set_state (get ("src"), GST_STATE_READY);
  again = gst_prof_clock_now ();
  gst_element_set_state (get ("src"), GST_STATE_PLAYING);
  await_buffers ();
  while (find ("a", paused, again) == NULL || find ("a", paused, again)->lasts)
    gst_prof_coverage_refresh (coverage);
  assert_equals_string (find ("a", paused, again)->name, "i");
  later = gst_prof_clock_now ();
  fail_unless (find ("a", later, later + GST_SECOND) == NULL);
  /* Nor does another pause make it forgotten. */
  gst_element_set_state (get ("i"), GST_STATE_READY);
  await_pause ("src");
  assert_refused ("a", "i", GST_FLOW_FLUSHING);
  fail_unless (find ("a", paused, again) != NULL);
  fail_if (find ("a", paused, again)->lasts);
  stop ();
}
GST_END_TEST;

/* The source tells of an error and ends its stream, which is what it got last; just
 * before it is known who refused. Who only passed that on is not accused. */
GST_START_TEST (who_ended_its_stream_is_not_refused_by_another)
{
  const GstProfRefusal *refusal;

  gst_pad_unlink (get_pad ("i", "src"), get_pad ("q", "sink"));
  await_pause ("src");
  refusal = await_refusal ("a");
  assert_equals_string (refusal->name,
      refusal->flow == GST_FLOW_NOT_LINKED ? "i" : "src");
  fail_unless (refusal->flow == GST_FLOW_NOT_LINKED
      || refusal->flow == GST_FLOW_EOS);
  stop ();
}
GST_END_TEST;

/* A queue gives back what its own task got. */
GST_START_TEST (a_queue_is_not_who_refused)
{
  gst_element_set_locked_state (get ("sink"), TRUE);
  gst_element_set_state (get ("sink"), GST_STATE_READY);
  await_pause ("q");
  await_pause ("src");
  assert_refused ("sink", "sink", GST_FLOW_FLUSHING);
  assert_refused ("a", "sink", GST_FLOW_FLUSHING);
  gst_element_set_locked_state (get ("sink"), FALSE);
  stop ();
}
GST_END_TEST;

GST_START_TEST (who_goes_on_was_not_refused)
{
  GstClockTime begun = gst_prof_clock_now ();

  await_buffers ();
  gst_prof_coverage_refresh (coverage);
  fail_unless (find ("a", begun, gst_prof_clock_now ()) == NULL);
  fail_unless (find ("sink", begun, gst_prof_clock_now ()) == NULL);
  stop ();
}
GST_END_TEST;

static Suite *
coveragepause_suite (void)
{
  Suite *suite = suite_create ("coveragepause");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, who_is_flushing_paused_the_task);
  tcase_add_test (tcase, a_task_that_was_started_again_was_paused);
  tcase_add_test (tcase, who_ended_its_stream_is_not_refused_by_another);
  tcase_add_test (tcase, a_queue_is_not_who_refused);
  tcase_add_test (tcase, who_goes_on_was_not_refused);
  return suite;
}

GST_CHECK_MAIN (coveragepause);
