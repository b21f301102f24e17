/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * All that happens to a pipeline that is watched, at once: branches come and go
 * while data flows, out of band events pass them, one thread reads what was counted
 * as the monitor does, the sampler looks, others cover the pipeline a second time
 * and tap its pads, and let go again. For memory errors and races; what a pad was
 * told to count it has to have counted all the same.
 */

#include <gst/check/gstcheck.h>

#include <stdatomic.h>

#include <gst/prof/gstprofbracket.h>
#include <gst/prof/gstprofclock.h>
#include <gst/prof/gstprofcoverage.h>
#include <gst/prof/gstprofreading.h>
#include <gst/prof/gstprofsampler.h>

#define ROUNDS 300

/* Branches that are there at a time. */
#define BRANCHES 3

static GstElement *pipeline, *tee;
static GstPad *entry;           /* what all that flows comes in by */
static GstProfCoverage *coverage;
static guint entry_point;
static _Atomic gboolean stop;
static _Atomic guint64 sent;
static guint64 counted;         /* the reading thread, then the case */

static void
take_element (const GstProfElementReading * reading, gpointer user_data)
{
}

static void
take_gone (guint number, gpointer user_data)
{
}

static void
take_pad (const GstProfPadReading * reading, gpointer user_data)
{
  if (reading->point == entry_point)
    counted += reading->times.buffers;
}

/* As the watch does, which has another limit each time. */
static void
read_all (void)
{
  static const GstProfReader reader = { take_element, take_gone, take_pad };
  GstClockTime now = gst_prof_clock_now ();

  gst_prof_coverage_set_limits (coverage, 1 + now % 1000, 1 + now % 1000);
  if (gst_prof_coverage_is_changed (coverage))
    gst_prof_coverage_refresh (coverage);
  gst_prof_coverage_read (coverage, &reader, NULL, now);
}

static gpointer
keep_reading (gpointer unused)
{
  while (!stop) {
    read_all ();
    gst_prof_coverage_refresh (coverage);
    gst_prof_coverage_get_uncovered (coverage);
    g_thread_yield ();
  }
  return NULL;
}

/* Another one that looks at the same pipeline for a moment. */
static gpointer
keep_covering (gpointer unused)
{
  while (!stop) {
    GstProfCoverage *other = gst_prof_coverage_new_full (GST_OBJECT (pipeline),
        TRUE, NULL);
    GstProfSampler *sampler = gst_prof_sampler_new (other, NULL, GST_MSECOND);

    gst_prof_sampler_start (sampler);
    g_usleep (2000);
    gst_prof_sampler_stop (sampler);
    gst_prof_sampler_free (sampler);
    gst_prof_coverage_stop (other);
    gst_prof_coverage_unref (other);
  }
  return NULL;
}

/* What taps count; in a g_atomic_rc_box. */
typedef struct
{
  _Atomic guint64 n;
} Count;

static void
count_one (gpointer user_data, GstMiniObject * object, GstClockTime now)
{
  Count *count = user_data;

  atomic_fetch_add (&count->n, 1);
}

static void
count_release (gpointer count)
{
  g_atomic_rc_box_release (count);
}

static void
tap_for_a_moment (GstPad * pad)
{
  Count *count = g_atomic_rc_box_new0 (Count);
  GstProfBracket *bracket = gst_prof_bracket_add (pad);
  GstProfTap *tap = gst_prof_bracket_tap (bracket, count_one, count,
      count_release);

  g_usleep (200);
  gst_prof_bracket_untap (bracket, tap);
  gst_prof_bracket_remove (bracket);
}

static void
tap_pads (const GValue * value, gpointer unused)
{
  GstIterator *pads = gst_element_iterate_pads (g_value_get_object (value));
  GValue item = G_VALUE_INIT;

  while (gst_iterator_next (pads, &item) == GST_ITERATOR_OK) {
    tap_for_a_moment (g_value_get_object (&item));
    g_value_reset (&item);
  }
  if (G_IS_VALUE (&item))
    g_value_unset (&item);
  gst_iterator_free (pads);
}

static gpointer
keep_tapping (gpointer unused)
{
  while (!stop) {
    GstIterator *elements = gst_bin_iterate_elements (GST_BIN (pipeline));

    gst_iterator_foreach (elements, tap_pads, NULL);
    gst_iterator_free (elements);
  }
  return NULL;
}

/* Down and up, beside the data and without its lock. */
static gpointer
keep_sending (gpointer unused)
{
  while (!stop) {
    gst_pad_send_event (entry, gst_event_new_custom
        (GST_EVENT_CUSTOM_DOWNSTREAM_OOB, gst_structure_new_empty ("down")));
    gst_element_send_event (pipeline, gst_event_new_custom
        (GST_EVENT_CUSTOM_UPSTREAM, gst_structure_new_empty ("up")));
    g_thread_yield ();
  }
  return NULL;
}

static GstPadProbeReturn
count_sent (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  atomic_fetch_add (&sent, 1);
  return GST_PAD_PROBE_OK;
}

static GstElement *
add_branch (void)
{
  GstElement *branch = gst_parse_bin_from_description ("identity ! "
      "queue max-size-buffers=4 ! identity ! "
      "fakesink async=false sync=false", TRUE, NULL);

  gst_bin_add (GST_BIN (pipeline), branch);
  gst_element_sync_state_with_parent (branch);
  fail_unless (gst_element_link (tee, branch));
  return branch;
}

static void
remove_branch (GstElement * branch)
{
  GstPad *sink = gst_element_get_static_pad (branch, "sink");
  GstPad *src = gst_pad_get_peer (sink);

  gst_pad_unlink (src, sink);
  gst_element_release_request_pad (tee, src);
  gst_element_set_locked_state (branch, TRUE);
  gst_element_set_state (branch, GST_STATE_NULL);
  gst_bin_remove (GST_BIN (pipeline), branch);
  gst_object_unref (src);
  gst_object_unref (sink);
}

static void
start (void)
{
  GstProfBracket *bracket;

  pipeline = gst_parse_launch ("fakesrc sizetype=fixed sizemax=8 ! "
      "tee name=t allow-not-linked=true ! fakesink async=false sync=false",
      NULL);
  tee = gst_bin_get_by_name (GST_BIN (pipeline), "t");
  entry = gst_element_get_static_pad (tee, "sink");
  gst_pad_add_probe (entry, GST_PAD_PROBE_TYPE_BUFFER, count_sent, NULL, NULL);
  coverage = gst_prof_coverage_new_full (GST_OBJECT (pipeline), TRUE, NULL);
  bracket = gst_prof_bracket_add (entry);
  entry_point = gst_prof_bracket_get_point (bracket)->id;
  gst_prof_bracket_remove (bracket);
  fail_if (gst_element_set_state (pipeline, GST_STATE_PLAYING)
      == GST_STATE_CHANGE_FAILURE);
}

static void
finish (void)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
  read_all ();
  gst_prof_coverage_stop (coverage);
  gst_prof_coverage_unref (coverage);
  gst_object_unref (entry);
  gst_object_unref (tee);
  ASSERT_OBJECT_REFCOUNT (pipeline, "pipeline", 1);
  gst_object_unref (pipeline);
}

GST_START_TEST (branches_come_and_go_while_all_look)
{
  static const GThreadFunc others[] = { keep_reading, keep_covering,
    keep_tapping, keep_sending
  };
  GThread *threads[G_N_ELEMENTS (others)];
  GstElement *branches[BRANCHES] = { NULL };

  start ();
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    threads[i] = g_thread_new ("other", others[i], NULL);
  for (guint i = 0; i < ROUNDS; i++) {
    GstElement **branch = &branches[i % BRANCHES];

    if (*branch != NULL)
      remove_branch (*branch);
    *branch = add_branch ();
    g_usleep (1000 * (i % 4));
  }
  stop = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_thread_join (threads[i]);
  finish ();
  fail_unless (sent > 0);
  assert_equals_uint64 (counted, sent);
}

GST_END_TEST;

static Suite *
coveragestress_suite (void)
{
  Suite *suite = suite_create ("coveragestress");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_set_timeout (tc, 60);
  tcase_add_test (tc, branches_come_and_go_while_all_look);
  return suite;
}

GST_CHECK_MAIN (coveragestress);
