/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What a stage tells: spans and setup, as plain fields, and not without end. */

#include "stagerun.h"

#include <stdio.h>
#include <string.h>

#define RAW "video/x-raw,format=I420,width=16,height=16,framerate=25/1"
#define MS GST_MSECOND

/* What a reader without our library needs: plain fields of plain types */
GST_START_TEST (a_span_message_reads_with_gst_structure_get)
{
  StageRun *run = stage_run_new_harness ("profstage name=s stage=mine "
      "element=identity", RAW);
  GstMessage *message = NULL;
  const GstStructure *s;
  gchar *stage, *stream_id, *flags;
  guint64 thread, rt, rt_out, dts, enter, leave, own, bytes;
  guint buffers, packets;

  gst_harness_push (run->harness, stage_new_frame (RAW, 3 * GST_SECOND, 1));
  do {
    gst_clear_message (&message);
    message = gst_bus_pop (run->bus);
    fail_unless (message != NULL);
  } while (!gst_message_has_name (message, "prof-span"));
  fail_unless_equals_string (GST_MESSAGE_SRC_NAME (message), "s");
  s = gst_message_get_structure (message);
  fail_unless (gst_structure_get (s, "stage", G_TYPE_STRING, &stage,
          "stream-id", G_TYPE_STRING, &stream_id, "thread-id", G_TYPE_UINT64,
          &thread, "running-time", G_TYPE_UINT64, &rt, "running-time-out",
          G_TYPE_UINT64, &rt_out, "dts-running-time", G_TYPE_UINT64, &dts,
          "enter", G_TYPE_UINT64, &enter, "leave", G_TYPE_UINT64, &leave,
          "own", G_TYPE_UINT64, &own, "bytes", G_TYPE_UINT64, &bytes,
          "buffers", G_TYPE_UINT, &buffers, "packets", G_TYPE_UINT, &packets,
          "flags", G_TYPE_STRING, &flags, NULL));
  fail_unless_equals_string (stage, "mine");
  fail_unless (stream_id[0] != '\0');
  fail_unless_equals_uint64 (rt, 3 * GST_SECOND);
  fail_unless_equals_uint64 (rt_out, 3 * GST_SECOND);
  fail_unless_equals_uint64 (dts, GST_CLOCK_TIME_NONE);
  fail_unless (leave >= enter && own <= leave - enter);
  fail_unless_equals_uint64 (bytes, 384);
  fail_unless_equals_int (buffers, 1);
  fail_unless_equals_int (packets, 1);
  fail_unless_equals_string (flags, "reset");
  g_free (stage);
  g_free (stream_id);
  g_free (flags);
  gst_message_unref (message);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (setup_is_told_once_and_a_caps_change_apart)
{
  StageRun *run;
  GstProfSetup *setup;

  stage_clock_start ();
  run = stage_run_new_harness ("profstage stage=s "
      "element=\"fault mode=advance delay=7000000\"", RAW);
  for (guint i = 0; i < 3; i++)
    gst_harness_push (run->harness, stage_new_frame (RAW, i, 1));
  gst_harness_set_src_caps_str (run->harness, "video/x-raw,format=I420,"
      "width=32,height=16,framerate=25/1");
  gst_harness_push (run->harness, stage_new_frame (RAW, 4, 1));
  stage_run_collect (run);

  fail_unless_equals_int (run->setups->len, 2);
  setup = &g_array_index (run->setups, GstProfSetup, 0);
  fail_unless_equals_int (setup->kind, GST_PROF_SETUP_DONE);
  fail_unless_equals_string (setup->stage, "s");
  fail_unless_equals_uint64 (setup->first_buffer, 7 * MS);
  fail_unless_equals_uint64 (setup->caps, 0);
  setup = &g_array_index (run->setups, GstProfSetup, 1);
  fail_unless_equals_int (setup->kind, GST_PROF_SETUP_RENEGOTIATED);
  fail_unless (strstr (setup->detail, "width=(int)32") != NULL);
  fail_unless_equals_uint64 (setup->frames_in, 4);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (time_in_caps_is_setup_and_excludes_downstream)
{
  StageRun *run;
  GstClockTime in_child = 3 * MS, behind = 1000 * MS;
  GstProfSetup *setup;

  stage_clock_start ();
  run = stage_run_new_harness ("profstage stage=s "
      "element=\"identity name=p\" ! identity name=b", NULL);
  /* Segment, stream-start and caps pass; only caps may count */
  stage_clock_advance_at (run, "p", "src", GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, &in_child);
  stage_clock_advance_at (run, "b", "src", GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, &behind);
  gst_harness_set_src_caps_str (run->harness, RAW);
  gst_harness_push (run->harness, stage_new_frame (RAW, 0, 1));
  gst_harness_set_src_caps_str (run->harness, "video/x-raw,format=I420,"
      "width=32,height=16,framerate=25/1");
  gst_harness_push (run->harness, stage_new_frame (RAW, 1, 1));
  stage_run_collect (run);
  setup = &g_array_index (run->setups, GstProfSetup, 0);
  fail_unless_equals_uint64 (setup->caps, 3 * MS);
  setup = &g_array_index (run->setups, GstProfSetup, 1);
  fail_unless_equals_uint64 (setup->caps, 3 * MS);
  stage_run_free (run);
}

GST_END_TEST;

static guint64
resident_bytes (void)
{
  gchar *text;
  guint64 pages = 0;

  fail_unless (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  sscanf (text, "%*s %" G_GUINT64_FORMAT, &pages);
  g_free (text);
  return pages * sysconf (_SC_PAGESIZE);
}

GST_START_TEST (an_application_that_never_reads_its_bus_keeps_its_memory)
{
  StageRun *run = stage_run_new_harness ("profstage stage=s "
      "element=identity ! fakesink async=false", "application/x-test");
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 16, NULL);
  guint64 after_some = 0, after_all, dropped = 0;
  guint unread = 0;
  GstMessage *message;

  for (guint i = 0; i < 100000; i++) {
    fail_unless_equals_int (gst_harness_push (run->harness,
            gst_buffer_ref (buffer)), GST_FLOW_OK);
    if (i == 2000)
      after_some = resident_bytes ();
  }
  after_all = resident_bytes ();
  after_some = MIN (after_some, after_all);
#ifndef __SANITIZE_ADDRESS__    /* it keeps what is freed */
  fail_unless (after_all < after_some + 2 * 1024 * 1024,
      "%" G_GUINT64_FORMAT " bytes more", after_all - after_some);
#endif

  while ((message = gst_bus_pop (run->bus)) != NULL) {
    unread += GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT;
    gst_message_unref (message);
  }
  fail_unless_equals_int (unread, 1024);

  /* Once it reads again it is told how many it has missed. */
  gst_harness_set_src_caps_str (run->harness, "application/x-other");
  gst_harness_push (run->harness, buffer);
  stage_run_collect (run);
  fail_unless_equals_int (stage_run_count (run, "s", 0, 0), 1);
  for (guint i = 0; i < run->setups->len; i++)
    dropped = g_array_index (run->setups, GstProfSetup, i).messages_dropped;
  fail_unless_equals_uint64 (dropped + unread, 100001);
  stage_run_free (run);
}

GST_END_TEST;

static Suite *
stagemessages_suite (void)
{
  Suite *suite = suite_create ("stagemessages");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, a_span_message_reads_with_gst_structure_get);
  tcase_add_test (tcase, setup_is_told_once_and_a_caps_change_apart);
  tcase_add_test (tcase, time_in_caps_is_setup_and_excludes_downstream);
  tcase_add_test (tcase,
      an_application_that_never_reads_its_bus_keeps_its_memory);
  return suite;
}

GST_CHECK_MAIN (stagemessages);
