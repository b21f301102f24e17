/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What may be the child of a stage, and when it may change. */

#include "stagerun.h"

#include <string.h>

#define RAW "video/x-raw,format=I420,width=16,height=16,framerate=25/1"

/* Refusals. Each: description, what the error must say */
static const struct
{
  const gchar *description;
  const gchar *says[3];
} refused[] = {
  {"fakesrc ! profstage element=tee ! fakesink", {"tee"}},
  {"fakesrc ! profstage element=matroskamux ! fakesink", {"matroskamux",
          "profmuxsink"}},
  {"fakesrc ! profstage element=funnel ! fakesink", {"funnel"}},
  {"fakesrc ! profstage element=fakesrc ! fakesink", {"fakesrc",
          "0 sink pads"}},
  {"fakesrc ! profstage element=decodebin ! fakesink", {"decodebin"}},
  {"fakesrc ! profstage element=qtdemux ! fakesink", {"qtdemux"}},
  {"fakesrc ! profencode encoder=tee ! fakesink", {"tee", "encoder"}},
  {"fakesrc ! profstage ! fakesink", {"element", "not set"}},
  {"fakesrc ! profstage stage=\"\" element=identity ! fakesink", {"\"\"",
          "name"}},
  {"fakesrc ! profstage stage=9lives element=identity ! fakesink",
      {"\"9lives\""}},
  {"fakesrc ! profstage stage=\"a b\" element=identity ! fakesink",
      {"\"a b\""}},
  {"fakesrc ! profstage stage=a23456789012345678901234567890123 "
        "element=identity ! fakesink", {"a23456789012345678901234567890123"}},
};

GST_START_TEST (what_cannot_be_a_stage_is_refused_by_name)
{
  StageRun *run = stage_run_new (refused[__i__].description);

  stage_run_to_end (run);
  fail_unless (run->error != NULL);
  fail_unless (g_error_matches (run->error, GST_LIBRARY_ERROR,
          GST_LIBRARY_ERROR_SETTINGS), "%s", run->error->message);
  for (guint i = 0; refused[__i__].says[i]; i++)
    fail_unless (strstr (run->error->message, refused[__i__].says[i]) != NULL,
        "no %s in \"%s\"", refused[__i__].says[i], run->error->message);
  stage_run_free (run);
}

GST_END_TEST;

GST_START_TEST (a_refused_child_is_freed)
{
  GstElement *stage = gst_element_factory_make ("profstage", NULL);
  GstElement *tee = gst_element_factory_make ("tee", NULL), *child;

  gst_object_ref_sink (tee);
  g_object_set (stage, "element", tee, NULL);
  g_object_get (stage, "element", &child, NULL);
  fail_unless (child == NULL);
  ASSERT_OBJECT_REFCOUNT (tee, "tee", 1);
  gst_object_unref (tee);
  gst_object_unref (stage);
}

GST_END_TEST;

GST_START_TEST (an_element_of_another_bin_is_refused)
{
  GstElement *pipeline = gst_pipeline_new (NULL);
  GstElement *stage = gst_element_factory_make ("profstage", NULL), *child;
  GstElement *identity = gst_element_factory_make ("identity", "mine");

  gst_bin_add (GST_BIN (pipeline), identity);
  g_object_set (stage, "element", identity, NULL);
  g_object_get (stage, "element", &child, NULL);
  fail_unless (child == NULL);
  fail_unless (GST_OBJECT_PARENT (identity) == GST_OBJECT (pipeline));
  gst_object_unref (stage);
  gst_object_unref (pipeline);
}

GST_END_TEST;

GST_START_TEST (the_child_and_its_source_pad_change_in_null)
{
  GstElement *stage = gst_element_factory_make ("profstage", NULL);
  GstPad *pad;

  g_object_set (stage, "element", gst_element_factory_make ("identity", NULL),
      NULL);
  pad = gst_element_get_static_pad (stage, "src");
  fail_unless (pad != NULL);
  gst_object_unref (pad);
  g_object_set (stage, "element", gst_element_factory_make ("fakesink", NULL),
      NULL);
  fail_unless (gst_element_get_static_pad (stage, "src") == NULL);
  g_object_set (stage, "element", gst_element_factory_make ("identity", NULL),
      NULL);
  pad = gst_element_get_static_pad (stage, "src");
  fail_unless (pad != NULL);
  gst_object_unref (pad);
  fail_unless_equals_int (GST_BIN_NUMCHILDREN (stage), 1);
  gst_object_unref (stage);
}

GST_END_TEST;

GST_START_TEST (a_stage_does_not_go_around_itself)
{
  GstElement *stage = gst_element_factory_make ("profstage", NULL), *child;

  gst_object_ref_sink (stage);
  g_object_set (stage, "element", stage, NULL);
  g_object_get (stage, "element", &child, NULL);
  fail_unless (child == NULL);
  ASSERT_OBJECT_REFCOUNT (stage, "stage", 1);
  gst_object_unref (stage);
}

GST_END_TEST;

GST_START_TEST (a_child_that_was_taken_out_is_gone)
{
  GstElement *stage = gst_element_factory_make ("profstage", NULL), *child;

  g_object_set (stage, "element", gst_element_factory_make ("identity", NULL),
      NULL);
  g_object_get (stage, "element", &child, NULL);
  gst_bin_remove (GST_BIN (stage), child);
  ASSERT_OBJECT_REFCOUNT (child, "child", 1);
  gst_object_unref (child);

  g_object_get (stage, "element", &child, NULL);
  fail_unless (child == NULL);
  fail_unless_equals_int (gst_element_set_state (stage, GST_STATE_READY),
      GST_STATE_CHANGE_FAILURE);
  g_object_set (stage, "element", gst_element_factory_make ("identity", NULL),
      NULL);
  fail_unless_equals_int (gst_element_set_state (stage, GST_STATE_READY),
      GST_STATE_CHANGE_SUCCESS);
  gst_element_set_state (stage, GST_STATE_NULL);
  gst_object_unref (stage);
}

GST_END_TEST;

GST_START_TEST (while_playing_another_child_is_refused_with_a_warning)
{
  StageRun *run = stage_run_new_harness ("profstage name=s stage=s "
      "element=\"identity name=first\"", RAW);
  GstElement *stage = stage_run_get_element (run, "s");
  GstElement *other = gst_object_ref_sink (gst_element_factory_make
      ("identity", "other"));
  GstElement *child;

  ASSERT_WARNING (g_object_set (stage, "element", other, NULL));
  ASSERT_WARNING (g_object_set (stage, "stage", "other", NULL));
  g_object_get (stage, "element", &child, NULL);
  fail_unless_equals_string (GST_OBJECT_NAME (child), "first");
  ASSERT_OBJECT_REFCOUNT (other, "other", 1);
  fail_unless_equals_int (gst_harness_push (run->harness, stage_new_frame (RAW,
              0, 1)), GST_FLOW_OK);
  stage_run_collect (run);
  fail_unless_equals_int (stage_run_count (run, "s", 0, 0), 1);
  gst_object_unref (child);
  gst_object_unref (other);
  gst_object_unref (stage);
  stage_run_free (run);
}

GST_END_TEST;

static Suite *
stagechild_suite (void)
{
  Suite *suite = suite_create ("stagechild");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, what_cannot_be_a_stage_is_refused_by_name, 0,
      G_N_ELEMENTS (refused));
  tcase_add_test (tcase, a_refused_child_is_freed);
  tcase_add_test (tcase, an_element_of_another_bin_is_refused);
  tcase_add_test (tcase, the_child_and_its_source_pad_change_in_null);
  tcase_add_test (tcase, a_stage_does_not_go_around_itself);
  tcase_add_test (tcase, a_child_that_was_taken_out_is_gone);
  tcase_add_test (tcase,
      while_playing_another_child_is_refused_with_a_warning);
  return suite;
}

GST_CHECK_MAIN (stagechild);
