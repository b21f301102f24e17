/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The story that this project began with, for real: frames of a live source pile
 * up in a queue without limits, since processing takes three times as long as it
 * may. The source ends before a gigabyte is full, warned or not.
 */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofprocess.h>
#include <gst/prof/gstprofreport.h>

#include "check-skip.h"
#include "run.h"

#include <stdatomic.h>
#include <string.h>

/* 5 s of data flowing */
#define MAX_FRAMES 150
/* Seconds are not the same on a machine that has other work. */
#define ATTEMPTS 3
#define MAX_BYTES G_GUINT64_CONSTANT (500000000)

#define PIPELINE "videotestsrc name=source is-live=true pattern=black " \
    "num-buffers=200 ! " \
    "video/x-raw,format=I420,width=1920,height=1080,framerate=30/1 ! " \
    "queue name=backlog max-size-buffers=0 max-size-bytes=0 max-size-time=0 ! " \
    "profnormalize converter=\"fault mode=sleep delay=100000000\" ! " \
    "profencode ! h264parse ! profmuxsink location=@FILE@ " \
    "latencytracer name=tracer"

static GstPadProbeReturn
count (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  atomic_fetch_add ((_Atomic guint *) user_data, 1);
  return GST_PAD_PROBE_OK;
}

static void
count_frames (GstElement * pipeline, _Atomic guint * frames)
{
  GstElement *source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  GstPad *pad = gst_element_get_static_pad (source, "src");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, count, frames, NULL);
  gst_object_unref (pad);
  gst_object_unref (source);
}

/* The first of its kind, or fails. */
static GstStructure *
wait_for_warning (GstElement * pipeline, const gchar * kind)
{
  GstBus *bus = gst_element_get_bus (pipeline);
  GstStructure *warning = NULL;
  GstMessage *message;

  while (warning == NULL) {
    const GstStructure *structure;

    message = gst_bus_timed_pop_filtered (bus, 25 * GST_SECOND,
        GST_MESSAGE_ELEMENT | GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
    fail_unless (message != NULL, "no warning came");
    fail_unless (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT,
        "no warning before %s", GST_MESSAGE_TYPE_NAME (message));
    structure = gst_message_get_structure (message);
    if (gst_structure_has_name (structure, "prof-warning")
        && strcmp (gst_structure_get_string (structure, "kind"), kind) == 0)
      warning = gst_structure_copy (structure);
    gst_message_unref (message);
  }
  gst_object_unref (bus);
  return warning;
}

static void
check_figures (const GstStructure * figures)
{
  guint64 own = 0, occupancy = 0, budget = 0, bytes = 0, rate = 0;
  gdouble sustained = 0;

  fail_unless (gst_structure_get_uint64 (figures, "own", &own));
  fail_unless (gst_structure_get_uint64 (figures, "occupancy", &occupancy));
  fail_unless (gst_structure_get_uint64 (figures, "budget", &budget));
  fail_unless (gst_structure_get_double (figures, "sustained-fps",
          &sustained));
  fail_unless (gst_structure_get_uint64 (figures, "holder-bytes", &bytes));
  fail_unless (gst_structure_get_uint64 (figures, "holder-rate", &rate));

  fail_unless (own >= 100 * GST_MSECOND);
  fail_unless (occupancy >= own);
  assert_equals_uint64 (budget, 33333333);
  fail_unless (sustained <= 10.0);
  assert_equals_string (gst_structure_get_string (figures, "holder"),
      "backlog");
  fail_unless (bytes > 0 && bytes < MAX_BYTES);
  /* As it comes in at 93 MB/s and goes out at 31 at most */
  fail_unless (rate > 0 && rate < 100000000);
}

static void
check_text (const gchar * text)
{
  static const gchar *const parts[] = {
    "s per second | stage normalize takes 1", "ms p50 of a budget of 33.3ms",
    " fps of 30; lag ", "; backlog holds ", "MB, growing ", "MB/s; advice: ",
    "; nothing limits backlog: ",
  };

  fail_unless (g_str_has_prefix (text, "FALLING BEHIND: "), "%s", text);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    fail_unless (strstr (text, parts[i]) != NULL, "%s not in %s", parts[i],
        text);
}

static void
check_report (GstElement * pipeline)
{
  GstElement *tracer = gst_bin_get_by_name (GST_BIN (pipeline), "tracer");
  g_autoptr (GstStructure) stats = NULL;
  g_autofree gchar *report = NULL;

  g_object_get (tracer, "stats", &stats, NULL);
  report = gst_prof_report_to_text (stats);
  fail_unless (g_str_has_prefix (report, "Worst: fell behind by "), "%s",
      report);
  fail_unless (strstr (report, ": stage normalize takes 1") != NULL, "%s",
      report);
  fail_unless (strstr (report, "\nMemory: ") != NULL, "%s", report);
  gst_object_unref (tracer);
}

/* Returns whether the warning came in time: only then are the amounts right. */
static gboolean
try_story (void)
{
  g_autoptr (GstProfProcess) process = gst_prof_process_new ();
  gchar *directory = run_new_directory ();
  g_autofree gchar *location = g_build_filename (directory, "a.mkv", NULL);
  g_autofree gchar *text = run_expand (PIPELINE, location);
  g_autoptr (GstStructure) warning = NULL, figures = NULL;
  GstElement *pipeline;
  GError *error = NULL;
  _Atomic guint frames = 0;
  guint frames_before;
  guint64 before, after;
  gboolean in_time;

  pipeline = gst_parse_launch (text, &error);
  fail_unless (error == NULL, "%s", error ? error->message : "");
  count_frames (pipeline, &frames);

  before = gst_prof_process_get_rss (process);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  warning = wait_for_warning (pipeline, "falling-behind");
  frames_before = atomic_load (&frames);
  after = gst_prof_process_get_rss (process);

  in_time = frames_before <= MAX_FRAMES;
  if (in_time)
    fail_unless (after < before + MAX_BYTES);
  assert_equals_string (gst_structure_get_string (warning, "state"), "open");
  assert_equals_string (gst_structure_get_string (warning, "stage"),
      "normalize");
  check_text (gst_structure_get_string (warning, "text"));
  gst_structure_get (warning, "figures", GST_TYPE_STRUCTURE, &figures, NULL);
  if (in_time)
    check_figures (figures);

  gst_element_set_state (pipeline, GST_STATE_NULL);
  check_report (pipeline);
  gst_object_unref (pipeline);
  run_remove_directory (directory);
  return in_time;
}

GST_START_TEST (test_one_warning_says_what_piles_up_where_and_why)
{
  gboolean in_time = FALSE;

  GST_PROF_CHECK_NEED ("x264enc");
  GST_PROF_CHECK_NEED ("h264parse");
  for (guint i = 0; i < ATTEMPTS && !in_time; i++)
    in_time = try_story ();
  fail_unless (in_time, "no warning within %u frames", MAX_FRAMES);
}

GST_END_TEST;

static Suite *
story_suite (void)
{
  Suite *s = suite_create ("story");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, ATTEMPTS * 30);
  tcase_add_test (tc, test_one_warning_says_what_piles_up_where_and_why);
  return s;
}

GST_CHECK_MAIN (story);
