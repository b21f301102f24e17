/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What a sampler sees of threads goes to the pads that they are in. */

#include "samplerrun.h"

#include <gst/prof/gstprofclock.h>

static void
work_a_little (GstElement * identity, GstBuffer * buffer, gpointer user_data)
{
  GstClockTime end = gst_prof_clock_now () + 3 * MS;

  while (gst_prof_clock_now () < end);
}

static void
work_in (const gchar * name)
{
  GstElement *identity = gst_bin_get_by_name (GST_BIN (pipeline), name);

  g_object_set (identity, "signal-handoffs", TRUE, NULL);
  g_signal_connect (identity, "handoff", G_CALLBACK (work_a_little), NULL);
  gst_object_unref (identity);
}

/* Until the sink has been looked at for that long, or for long enough: where the
 * sampler rarely gets its turn there are fewer looks to judge by. */
static void
run_until_looked (const gchar * name, GstClockTime time)
{
  GstProfVisitTimes times = { 0 };
  GstClockTime end;

  run_play ();
  gst_element_get_state (pipeline, NULL, NULL, GST_CLOCK_TIME_NONE);
  gst_prof_coverage_refresh (coverage);
  end = gst_prof_clock_now () + 3 * time;
  while (times.looked + times.outside_looked < time
      && gst_prof_clock_now () < end) {
    g_usleep (10000);
    run_get_point (name, &times);
  }
}

static guint
share_of (GstClockTime part, GstClockTime whole)
{
  return whole > 0 ? part * 100 / whole : 0;
}

/* How many percent a share of what was looked at may be off: of n looks, two
 * standard deviations of what is half are 1 / sqrt (n). */
static guint
get_tolerance (GstClockTime looked)
{
  guint looks = looked / GST_PROF_SAMPLER_INTERVAL, percent = 5;

  while (percent < 100 && percent * percent * looks < 100 * 100)
    percent++;
  return 5 + percent;
}

/* As many buffers a second as looks. */
GST_START_TEST (a_sink_that_waits_for_the_clock_waits_and_who_computes_does_not)
{
  GstProfVisitTimes x, y;
  GstClockTime delay;
  guint looked, own, waited, ready;

  g_atomic_int_set (&run_noted, 0);
  run_make_counted ("audiotestsrc samplesperbuffer=441 ! audio/x-raw,rate=44100 "
      "! identity name=x ! fakesink name=y sync=true");
  work_in ("x");
  run_note_thread_of ("y");
  run_until_looked ("y", 4 * GST_SECOND);
  run_get_point ("x", &x);
  run_get_point ("y", &y);
  delay = fault_get_delay (g_atomic_int_get (&run_noted));
  fail_unless (x.run + x.waited <= x.looked && y.run + y.waited <= y.looked);
  /* It computes next to nothing: it waits where it is not ready without a CPU. */
  waited = share_of (y.waited, y.looked);
  ready = share_of (delay, y.own);
  fail_unless (waited + ready + get_tolerance (y.looked) >= 100, "%u %%, %u %%",
      waited, ready);
  fail_unless (x.waited <= x.looked / 10, "%u of %u ms",
      (guint) (x.waited / MS), (guint) (x.looked / MS));
  /* What is counted at the pads is exact. On a busy machine the sampler gets its
   * turn when others wait, and meets those less often that compute. */
  looked = share_of (x.looked, x.looked + y.looked);
  own = share_of (x.own, x.own + y.own);
  fail_unless (looked * 3 >= own && looked <= own + 15,
      "x has %u %% of the looks and %u %% of the time", looked, own);
  run_end ();
}

GST_END_TEST;

static void
assert_waits_outside (const GstProfVisitTimes * times)
{
  guint waited = share_of (times->outside_waited,
      times->outside_waited + times->outside_run);

  fail_unless (times->outside_waited > 0);
  fail_unless (waited + get_tolerance (times->outside_looked) >= 95, "%u %%",
      waited);
}

GST_START_TEST (a_live_source_and_a_queue_without_data_wait_outside)
{
  GstProfVisitTimes x, y;

  run_make_counted ("audiotestsrc is-live=true samplesperbuffer=441 ! "
      "identity name=x ! queue ! identity name=y ! "
      "fakesink sync=false async=false");
  run_until_looked ("y", 2 * GST_SECOND);
  run_get_point ("x", &x);
  run_get_point ("y", &y);
  assert_waits_outside (&x);
  assert_waits_outside (&y);
  fail_unless (x.outside_looked > 4 * x.looked);
  run_end ();
}

GST_END_TEST;

static Suite *
samplervisits_suite (void)
{
  Suite *s = suite_create ("samplervisits");
  TCase *tc = tcase_create ("general");

  tcase_set_timeout (tc, TIMEOUT);
  suite_add_tcase (s, tc);
  tcase_add_test (tc,
      a_sink_that_waits_for_the_clock_waits_and_who_computes_does_not);
  tcase_add_test (tc, a_live_source_and_a_queue_without_data_wait_outside);
  return s;
}

GST_CHECK_MAIN (samplervisits);
