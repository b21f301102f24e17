/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofdocument.h>
#include <gst/prof/gstprofreportjson.h>
#include <gst/prof/gstprofsummary.h>

#include <json-glib/json-glib.h>

#include <math.h>
#include <string.h>

#define MS GST_MSECOND

/* 2026-11-27T08:00:00Z */
#define TIME 1795766400

static GstStructure *
make_summary (void)
{
  g_auto (GstProfSummary) summary = { 0 };
  GstProfSummaryHolder holders[] = {
    {.name = "empty",.kind = "queue",.peak_buffers = 2},
    {.name = "bytes",.kind = "queue",.buffers = 1,.bytes = 100},
    {.name = "queue0",.kind = "queue",.buffers = 42,.bytes = 2,
        .time = 1400 * MS},
  };
  GstProfSummaryElement element = {
    .name = "x264enc0",
    .factory = "x264enc",
    .coverage = "functions",
    .buffers_in = 90,
    .buffers_out = 90,
    .visits = 90,
    .own = {90, 4 * MS, 5 * MS, 6 * MS, 7 * MS, 4 * MS, 360 * MS},
    .busy = 0.25,
  };
  g_autoptr (GstStructure) warnings = gst_structure_new ("warnings",
      "gap", G_TYPE_UINT64, G_GUINT64_CONSTANT (2), NULL);

  gst_prof_summary_init (&summary);
  summary.duration = 3 * GST_SECOND;
  summary.warnings = warnings;
  g_array_append_val (summary.per_element, element);
  g_array_append_vals (summary.holders, holders, G_N_ELEMENTS (holders));
  return gst_prof_summary_to_structure (&summary);
}

static JsonNode *
parse (const gchar * text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *root = json_from_string (text, &error);

  fail_unless (root != NULL, "%s in:\n%s", error ? error->message : "nothing",
      text);
  return root;
}

static void
assert_contains (const gchar * text, const gchar * part)
{
  fail_unless (strstr (text, part) != NULL, "no \"%s\" in:\n%s", part, text);
}

static void
assert_null (JsonObject * object, const gchar * name)
{
  fail_unless (json_object_has_member (object, name), "no %s", name);
  fail_unless (json_object_get_null_member (object, name), "%s is set", name);
}

GST_START_TEST (test_each_field_is_there_by_its_name)
{
  g_autoptr (GstStructure) structure = make_summary ();
  g_autofree gchar *text = gst_prof_report_to_json (structure);
  g_autoptr (JsonNode) root = parse (text);
  JsonObject *object = json_node_get_object (root), *element;
  JsonArray *elements;

  fail_unless (g_str_has_suffix (text, "}\n"));
  assert_equals_int (json_object_get_size (object),
      gst_structure_n_fields (structure));
  for (gint i = 0; i < gst_structure_n_fields (structure); i++)
    fail_unless (json_object_has_member (object,
            gst_structure_nth_field_name (structure, i)));

  assert_equals_int64 (json_object_get_int_member (object, "duration"),
      3 * GST_SECOND);
  assert_null (object, "budget");
  assert_null (object, "lag-max");
  assert_equals_int64 (json_object_get_int_member (json_object_get_object_member
          (object, "warnings"), "gap"), 2);
  assert_equals_int64 (json_object_get_int_member (json_object_get_object_member
          (object, "total"), "count"), 0);
  assert_equals_int (json_array_get_length (json_object_get_array_member
          (object, "stages")), 0);

  elements = json_object_get_array_member (object, "per-element");
  assert_equals_int (json_array_get_length (elements), 1);
  element = json_array_get_object_element (elements, 0);
  assert_equals_string (json_object_get_string_member (element, "name"),
      "x264enc0");
  assert_equals_string (json_object_get_string_member (element, "stage"), "");
  assert_equals_int64 (json_object_get_int_member (element, "own-p99"), 6 * MS);
  assert_equals_float (json_object_get_double_member (element, "busy"), 0.25);
  fail_if (json_object_get_boolean_member (element, "looked"));
}

GST_END_TEST;

GST_START_TEST (test_what_json_cannot_say_stays_json)
{
  g_autoptr (GstStructure) structure = gst_structure_new ("odd",
      "b\xff", G_TYPE_STRING, "a\x01\"\n", "nothing", G_TYPE_STRING, NULL,
      "nan", G_TYPE_DOUBLE, NAN, "infinite", G_TYPE_DOUBLE, INFINITY,
      "unset", G_TYPE_UINT64, GST_CLOCK_TIME_NONE,
      "large", G_TYPE_UINT64, G_MAXUINT64 - 1,
      "negative", G_TYPE_INT, -3, "unsigned", G_TYPE_UINT, G_MAXUINT,
      "fraction", GST_TYPE_FRACTION, 30, 1,
      "structure", GST_TYPE_STRUCTURE, NULL, NULL);
  g_autofree gchar *text = NULL;
  g_autoptr (JsonNode) root = NULL;
  JsonObject *object;
  GValue list = G_VALUE_INIT, entry = G_VALUE_INIT;

  /* What is directly in a structure, GStreamer has looked at. */
  g_value_init (&entry, G_TYPE_STRING);
  g_value_set_static_string (&entry, "c\xff");
  gst_value_list_init (&list, 1);
  gst_value_list_append_and_take_value (&list, &entry);
  gst_structure_take_value (structure, "list", &list);

  text = gst_prof_report_to_json (structure);
  root = parse (text);
  object = json_node_get_object (root);
  fail_unless (g_utf8_validate (text, -1, NULL));
  assert_equals_string (json_object_get_string_member (object,
          "b\357\277\275"), "a\x01\"\n");
  assert_equals_string (json_array_get_string_element
      (json_object_get_array_member (object, "list"), 0), "c\357\277\275");
  assert_null (object, "nothing");
  assert_null (object, "nan");
  assert_null (object, "infinite");
  assert_null (object, "unset");
  assert_null (object, "structure");
  fail_unless (json_object_get_double_member (object, "large") > 1.8e19);
  assert_equals_int64 (json_object_get_int_member (object, "negative"), -3);
  assert_equals_int64 (json_object_get_int_member (object, "unsigned"),
      G_MAXUINT);
  assert_equals_string (json_object_get_string_member (object, "fraction"),
      "30/1");
}

GST_END_TEST;

GST_START_TEST (test_document_holds_all_pipelines)
{
  g_autoptr (GstProfDocument) document =
      gst_prof_document_new ("gst-launch-1.0", 123, "exit", TIME);
  g_autoptr (GstStructure) summary = make_summary ();
  g_autofree gchar *json = NULL;
  g_autoptr (JsonNode) root = NULL;
  JsonObject *object, *pipeline;
  JsonArray *pipelines;

  gst_prof_document_add (document, "pipeline0", 1, TRUE, summary);
  gst_prof_document_add (document, "pipeline0", 2, FALSE, summary);
  gst_prof_document_set_forgotten (document, 7);
  json = gst_prof_document_to_json (document);
  root = parse (json);
  object = json_node_get_object (root);
  assert_equals_string (json_object_get_string_member (object, "program"),
      "gst-launch-1.0");
  assert_equals_int64 (json_object_get_int_member (object, "pid"), 123);
  assert_equals_string (json_object_get_string_member (object, "reason"),
      "exit");
  assert_equals_string (json_object_get_string_member (object, "time"),
      "2026-11-27T08:00:00Z");
  assert_equals_int64 (json_object_get_int_member (object, "runs-forgotten"),
      7);
  fail_unless (json_object_has_member (object, "gst-prof"));

  pipelines = json_object_get_array_member (object, "pipelines");
  assert_equals_int (json_array_get_length (pipelines), 2);
  pipeline = json_array_get_object_element (pipelines, 1);
  assert_equals_string (json_object_get_string_member (pipeline, "name"),
      "pipeline0");
  assert_equals_int64 (json_object_get_int_member (pipeline, "run"), 2);
  assert_equals_string (json_object_get_string_member (pipeline, "state"),
      "running");
  assert_equals_int64 (json_object_get_int_member (json_object_get_object_member
          (pipeline, "summary"), "duration"), 3 * GST_SECOND);
}

GST_END_TEST;

GST_START_TEST (test_text_names_process_and_pipelines)
{
  g_autoptr (GstProfDocument) document =
      gst_prof_document_new ("gst-launch-1.0", 123, "signal", TIME);
  g_autoptr (GstStructure) summary = make_summary ();
  g_autofree gchar *text = NULL;

  gst_prof_document_add (document, "pipeline0", 1, TRUE, summary);
  gst_prof_document_add (document, "pipeline1", 2, FALSE, summary);
  gst_prof_document_set_forgotten (document, 7);
  text = gst_prof_document_to_text (document);
  fail_unless (g_str_has_prefix (text, "gst-prof: gst-launch-1.0 (123), asked "
          "by a signal, 2026-11-27T08:00:00Z\n\n== pipeline0, run 1: ended ==\n"),
      "%s", text);
  assert_contains (text, "\n== pipeline1, run 2: still running ==\n");
  assert_contains (text, "because there were too many: 7\n");
}

GST_END_TEST;

GST_START_TEST (test_of_what_goes_on_is_said_what_its_queues_hold)
{
  g_autoptr (GstProfDocument) ended =
      gst_prof_document_new ("a", 1, "exit", TIME);
  g_autoptr (GstProfDocument) running =
      gst_prof_document_new ("a", 1, "signal", TIME);
  g_autoptr (GstStructure) summary = make_summary ();
  g_autofree gchar *after = NULL, *now = NULL;

  gst_prof_document_add (ended, "pipeline0", 1, TRUE, summary);
  after = gst_prof_document_to_text (ended);
  fail_unless (strstr (after, "Held") == NULL, "%s", after);

  gst_prof_document_add (running, "pipeline0", 1, FALSE, summary);
  now = gst_prof_document_to_text (running);
  fail_unless (g_str_has_suffix (now, "\nHeld when last looked at: queue0 42 "
          "buffers (1.40s), bytes 1 buffer\n"), "%s", now);
}

GST_END_TEST;

GST_START_TEST (test_of_what_goes_on_is_said_what_its_threads_are_in)
{
  g_autoptr (GstProfDocument) ended =
      gst_prof_document_new ("a", 1, "exit", TIME);
  g_autoptr (GstProfDocument) running =
      gst_prof_document_new ("a", 1, "signal", TIME);
  const GstProfSummaryThread threads[] = {
    {.name = "src:src",.thread_id = 12,.unchanged = 20 * GST_MSECOND},
    {.name = "queue0:src",.thread_id = 11,.inside = "sink0:sink < i:sink",
          .unchanged = 6150 * GST_MSECOND,.call = "writev",.state = "S"},
    {.name = "nobody looked",.thread_id = 13},
  };
  g_auto (GstProfSummary) contents = { 0 };
  g_autoptr (GstStructure) summary = NULL;
  g_autofree gchar *after = NULL, *now = NULL;

  gst_prof_summary_init (&contents);
  g_array_append_vals (contents.threads, threads, G_N_ELEMENTS (threads));
  summary = gst_prof_summary_to_structure (&contents);
  gst_prof_document_add (ended, "pipeline0", 1, TRUE, summary);
  after = gst_prof_document_to_text (ended);
  fail_unless (strstr (after, "threads are in") == NULL, "%s", after);

  gst_prof_document_add (running, "pipeline0", 1, FALSE, summary);
  now = gst_prof_document_to_text (running);
  fail_unless (g_str_has_suffix (now, "\nWhat the threads are in now:\n"
          "  thread 11 (queue0:src) in sink0:sink < i:sink, for 6.15s, in writev "
          "(state S)\n"
          "  thread 12 (src:src) in no element, for 20.0ms\n"), "%s", now);
}

GST_END_TEST;

GST_START_TEST (test_names_are_printable_in_the_text_and_whole_in_json)
{
  g_autoptr (GstProfDocument) document =
      gst_prof_document_new ("a\x1b", 1, "exit", TIME);
  g_autoptr (GstStructure) summary = make_summary ();
  g_autofree gchar *text = NULL, *json = NULL;
  g_autoptr (JsonNode) root = NULL;
  JsonArray *pipelines;

  gst_prof_document_add (document, "b\nc", 1, TRUE, summary);
  text = gst_prof_document_to_text (document);
  fail_unless (g_str_has_prefix (text, "gst-prof: a\\x1b (1), "), "%s", text);
  fail_unless (strstr (text, "\n== b\\nc, run 1: ended ==\n") != NULL, "%s",
      text);
  json = gst_prof_document_to_json (document);
  root = parse (json);
  pipelines = json_object_get_array_member (json_node_get_object (root),
      "pipelines");
  assert_equals_string (json_object_get_string_member
      (json_array_get_object_element (pipelines, 0), "name"), "b\nc");
}

GST_END_TEST;

GST_START_TEST (test_what_is_no_summary_is_called_so)
{
  g_autoptr (GstProfDocument) document =
      gst_prof_document_new (NULL, 0, NULL, G_MAXINT64);
  g_autoptr (GstStructure) other = gst_structure_new_empty ("level");
  g_autoptr (GstStructure) part = gst_structure_new ("prof-summary",
      "frames", G_TYPE_UINT64, G_GUINT64_CONSTANT (2), NULL);
  g_autofree gchar *text = NULL, *json = NULL, *empty = NULL;
  g_autoptr (JsonNode) root = NULL;
  JsonObject *object;
  JsonArray *pipelines;

  empty = gst_prof_document_to_text (document);
  assert_equals_string (empty, "gst-prof: unknown (0)\nNo pipeline ran.\n");
  gst_prof_document_add (document, "a\xff", 1, TRUE, other);
  gst_prof_document_add (document, NULL, 1, TRUE, part);
  gst_prof_document_add (document, "c", 1, FALSE, NULL);
  text = gst_prof_document_to_text (document);
  fail_unless (g_utf8_validate (text, -1, NULL));
  assert_contains (text, "\n== unknown, run 1: ended ==\n"
      "There is no summary of this run.\n");
  assert_contains (text, "\n== c, run 1: still running ==\n"
      "There is no summary of this run.\n");

  json = gst_prof_document_to_json (document);
  root = parse (json);
  object = json_node_get_object (root);
  assert_null (object, "time");
  assert_null (object, "reason");
  pipelines = json_object_get_array_member (object, "pipelines");
  assert_equals_int (json_array_get_length (pipelines), 3);
  for (guint i = 0; i < 3; i++)
    assert_null (json_array_get_object_element (pipelines, i), "summary");
}

GST_END_TEST;

static Suite *
document_suite (void)
{
  Suite *s = suite_create ("document");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_each_field_is_there_by_its_name);
  tcase_add_test (tc, test_what_json_cannot_say_stays_json);
  tcase_add_test (tc, test_document_holds_all_pipelines);
  tcase_add_test (tc, test_text_names_process_and_pipelines);
  tcase_add_test (tc, test_of_what_goes_on_is_said_what_its_queues_hold);
  tcase_add_test (tc, test_names_are_printable_in_the_text_and_whole_in_json);
  tcase_add_test (tc, test_of_what_goes_on_is_said_what_its_threads_are_in);
  tcase_add_test (tc, test_what_is_no_summary_is_called_so);
  return s;
}

GST_CHECK_MAIN (document);
