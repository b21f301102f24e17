/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * How many references a session has to its pipeline: the tracer takes a pipeline
 * for dropped when it has no others, so the number has to be right to one. Nobody
 * ticks the monitor here, and the threads are not looked at, so that there is
 * nobody who has one for a moment.
 */

#include <gst/check/gstcheck.h>

#include "../../plugins/gstprofsession.h"

static const gchar *const descriptions[] = {
  "fakesrc ! fakesink",
  "fakesrc ! tee name=t ! queue ! fakesink t. ! queue ! fakesink",
  "udpsrc port=0 caps=application/x-rtp,media=video,encoding-name=VP8,"
      "clock-rate=90000 ! rtpjitterbuffer ! rtpvp8depay ! fakesink",
  "fakesrc ! bin.( identity ! bin.( fakesink ) )",
  "fakesrc ! filesink location=/dev/null",
};

static gboolean
wants (GstDebugLevel level, gpointer user_data)
{
  return FALSE;
}

static void
log_line (GstDebugLevel level, const gchar * line, gpointer user_data)
{
}

static gboolean
post (GstStructure * structure, gpointer user_data)
{
  gst_structure_free (structure);
  return TRUE;
}

static void
fail_with (const gchar * text, gpointer user_data)
{
}

static gboolean
sample (GstProfBacklogSample * sample, gpointer user_data)
{
  return FALSE;
}

static const GstProfMonitorClient client = {
  wants, log_line, post, fail_with, sample,
};

static void
assert_refs (GstElement * pipeline, GstProfSession * session, const gchar * when)
{
  guint refs = GST_OBJECT_REFCOUNT_VALUE (pipeline) - 1;
  guint counted = gst_prof_session_count_refs (session);

  fail_unless (refs == counted, "%s: it has %u, and counts %u", when, refs,
      counted);
}

GST_START_TEST (it_counts_the_references_that_it_has)
{
  GstElement *pipeline = gst_parse_launch (descriptions[__i__], NULL);
  GstProfSession *session = gst_prof_session_new (&client, NULL);
  GstProfConfig config;

  fail_unless (pipeline != NULL);
  gst_prof_config_init (&config);
  config.count_elements = TRUE;
  config.sample_interval = 0;
  gst_prof_monitor_set_config (gst_prof_session_get_monitor (session), &config);
  gst_prof_session_attach (session, GST_OBJECT (pipeline),
      GST_PROF_FEED_FLAG_NONE);
  assert_refs (pipeline, session, "attached");
  for (guint run = 0; run < 2; run++) {
    gst_prof_session_begin (session, pipeline);
    assert_refs (pipeline, session, "in a run");
    gst_prof_session_end (session);
    assert_refs (pipeline, session, "after it");
    gst_structure_free (gst_prof_monitor_get_summary
        (gst_prof_session_get_monitor (session)));
    gst_prof_monitor_end_run (gst_prof_session_get_monitor (session), 0);
  }
  gst_prof_session_detach (session);
  ASSERT_OBJECT_REFCOUNT (pipeline, "pipeline", 1);
  gst_prof_session_free (session);
  gst_object_unref (pipeline);
}
GST_END_TEST;

static Suite *
sessionrefs_suite (void)
{
  Suite *suite = suite_create ("sessionrefs");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, it_counts_the_references_that_it_has, 0,
      G_N_ELEMENTS (descriptions));
  return suite;
}

GST_CHECK_MAIN (sessionrefs);
