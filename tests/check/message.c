/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofmessage.h>

static void
fill_span (GstProfSpan * span)
{
  gst_prof_span_init (span);
  span->stage = g_ref_string_new ("encode");
  span->stream_id = g_ref_string_new ("a/video");
  span->thread_id = 4711;
  span->running_time = 1 * GST_SECOND;
  span->running_time_out = 900 * GST_MSECOND;
  span->dts_running_time = 800 * GST_MSECOND;
  span->enter = 100;
  span->leave = 350;
  span->own = 200;
  span->latency = 5000;
  span->frame_duration = 33333333;
  span->bytes = 15234;
  span->payload = G_GUINT64_CONSTANT (0x7fff12345678);
  span->payload_size = 16384;
  span->buffers = 1;
  span->packets = 2;
  span->inside = 47;
  span->flags = GST_PROF_SPAN_FLAG_KEYFRAME | GST_PROF_SPAN_FLAG_CORRECTED;
}

GST_START_TEST (test_span_survives_the_message)
{
  GstProfSpan span, parsed;
  GstMessage *message;

  fill_span (&span);
  message = gst_prof_message_new_span (NULL, &span);
  fail_unless (gst_prof_message_parse_span (message, &parsed));

  assert_equals_string (parsed.stage, "encode");
  assert_equals_string (parsed.stream_id, "a/video");
  assert_equals_uint64 (parsed.thread_id, span.thread_id);
  assert_equals_uint64 (parsed.running_time, span.running_time);
  assert_equals_uint64 (parsed.running_time_out, span.running_time_out);
  assert_equals_uint64 (parsed.dts_running_time, span.dts_running_time);
  assert_equals_uint64 (parsed.enter, span.enter);
  assert_equals_uint64 (parsed.leave, span.leave);
  assert_equals_uint64 (parsed.own, span.own);
  assert_equals_uint64 (parsed.latency, span.latency);
  assert_equals_uint64 (parsed.frame_duration, span.frame_duration);
  assert_equals_uint64 (parsed.bytes, span.bytes);
  assert_equals_uint64 (parsed.payload, span.payload);
  assert_equals_uint64 (parsed.payload_size, span.payload_size);
  assert_equals_int (parsed.buffers, span.buffers);
  assert_equals_int (parsed.packets, span.packets);
  assert_equals_int (parsed.inside, span.inside);
  assert_equals_int (parsed.flags, span.flags);

  gst_prof_span_clear (&parsed);
  gst_prof_span_clear (&span);
  gst_message_unref (message);
}

GST_END_TEST;

GST_START_TEST (test_empty_span_survives_the_message)
{
  GstProfSpan span = GST_PROF_SPAN_INIT, parsed;
  GstMessage *message;

  span.stage = g_ref_string_new ("write");
  message = gst_prof_message_new_span (NULL, &span);
  fail_unless (gst_prof_message_parse_span (message, &parsed));

  fail_unless (parsed.stream_id == NULL);
  assert_equals_uint64 (parsed.running_time, GST_CLOCK_TIME_NONE);
  assert_equals_uint64 (parsed.latency, GST_CLOCK_TIME_NONE);
  assert_equals_uint64 (parsed.frame_duration, GST_CLOCK_TIME_NONE);
  assert_equals_uint64 (parsed.payload, 0);
  assert_equals_int (parsed.inside, 0);
  assert_equals_int (parsed.flags, 0);

  gst_prof_span_clear (&parsed);
  gst_prof_span_clear (&span);
  gst_message_unref (message);
}

GST_END_TEST;

/* What an application without our library reads. */
GST_START_TEST (test_span_message_has_plain_fields)
{
  static const gchar *const uint64_fields[] = {
    "thread-id", "running-time", "running-time-out", "dts-running-time",
    "enter", "leave", "own", "bytes",
  };
  static const gchar *const uint_fields[] = { "buffers", "packets" };
  GstProfSpan span;
  GstMessage *message;
  const GstStructure *structure;

  fill_span (&span);
  message = gst_prof_message_new_span (NULL, &span);
  structure = gst_message_get_structure (message);

  assert_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_ELEMENT);
  assert_equals_string (gst_structure_get_name (structure), "prof-span");
  assert_equals_string (gst_structure_get_string (structure, "stage"),
      "encode");
  assert_equals_string (gst_structure_get_string (structure, "stream-id"),
      "a/video");
  assert_equals_string (gst_structure_get_string (structure, "flags"),
      "keyframe+corrected");
  for (guint i = 0; i < G_N_ELEMENTS (uint64_fields); i++)
    fail_unless (gst_structure_has_field_typed (structure, uint64_fields[i],
            G_TYPE_UINT64), "%s", uint64_fields[i]);
  for (guint i = 0; i < G_N_ELEMENTS (uint_fields); i++)
    fail_unless (gst_structure_has_field_typed (structure, uint_fields[i],
            G_TYPE_UINT), "%s", uint_fields[i]);

  gst_prof_span_clear (&span);
  gst_message_unref (message);
}

GST_END_TEST;

GST_START_TEST (test_span_message_leaves_out_what_is_not_known)
{
  GstProfSpan span = GST_PROF_SPAN_INIT;
  GstMessage *message;
  const GstStructure *structure;

  span.stage = g_ref_string_new ("write");
  message = gst_prof_message_new_span (NULL, &span);
  structure = gst_message_get_structure (message);

  assert_equals_int (gst_structure_n_fields (structure), 13);
  assert_equals_string (gst_structure_get_string (structure, "flags"), "");
  assert_equals_string (gst_structure_get_string (structure, "stream-id"), "");

  gst_prof_span_clear (&span);
  gst_message_unref (message);
}

GST_END_TEST;

GST_START_TEST (test_every_flag_has_a_word)
{
  assert_equals_string (gst_prof_span_flags_to_string ((1 << 12) - 1),
      "keyframe+drain+preroll+corrected+output+muxed+header+not-video+reset+"
      "encoded+starved+nested");
  assert_equals_string (gst_prof_span_flags_to_string
      (GST_PROF_SPAN_FLAG_NESTED), "nested");
}

GST_END_TEST;

GST_START_TEST (test_unknown_flag_is_skipped)
{
  GstProfSpan span, parsed;
  GstMessage *message;

  fill_span (&span);
  message = gst_prof_message_new_span (NULL, &span);
  gst_structure_set (gst_message_writable_structure (message), "flags",
      G_TYPE_STRING, "key+keyframe+some-new-word+drain", NULL);
  fail_unless (gst_prof_message_parse_span (message, &parsed));
  assert_equals_int (parsed.flags,
      GST_PROF_SPAN_FLAG_KEYFRAME | GST_PROF_SPAN_FLAG_DRAIN);

  gst_prof_span_clear (&parsed);
  gst_prof_span_clear (&span);
  gst_message_unref (message);
}

GST_END_TEST;

GST_START_TEST (test_message_without_a_field_is_refused_untouched)
{
  GstProfSpan span, parsed = GST_PROF_SPAN_INIT;
  GstMessage *message;

  fill_span (&span);
  parsed.bytes = 1;
  message = gst_prof_message_new_span (NULL, &span);
  gst_structure_remove_field (gst_message_writable_structure (message), "own");
  fail_if (gst_prof_message_parse_span (message, &parsed));

  fail_unless (parsed.stage == NULL);
  assert_equals_uint64 (parsed.bytes, 1);
  gst_prof_span_clear (&span);
  gst_message_unref (message);
}

GST_END_TEST;

GST_START_TEST (test_field_of_another_type_is_refused)
{
  GstProfSpan span, parsed;
  GstMessage *message;

  fill_span (&span);
  message = gst_prof_message_new_span (NULL, &span);
  gst_structure_set (gst_message_writable_structure (message), "own",
      G_TYPE_INT, 5, NULL);
  fail_if (gst_prof_message_parse_span (message, &parsed));

  gst_prof_span_clear (&span);
  gst_message_unref (message);
}

GST_END_TEST;

GST_START_TEST (test_other_messages_are_refused)
{
  GstMessage *eos = gst_message_new_eos (NULL);
  GstMessage *other = gst_message_new_element (NULL,
      gst_structure_new_empty ("level"));
  GstProfSpan span;
  GstProfSetup setup;
  GstProfWarning warning;

  fail_if (gst_prof_message_parse_span (eos, &span));
  fail_if (gst_prof_message_parse_span (other, &span));
  fail_if (gst_prof_message_parse_setup (other, &setup));
  fail_if (gst_prof_message_parse_warning (other, &warning));
  fail_unless (gst_prof_message_parse_summary (other) == NULL);
  fail_unless (gst_prof_message_parse_summary (eos) == NULL);

  gst_message_unref (eos);
  gst_message_unref (other);
}

GST_END_TEST;

GST_START_TEST (test_setup_survives_the_message)
{
  GstProfSetup setup = {
    .kind = GST_PROF_SETUP_FILE_REMOVED,
    .stage = g_ref_string_new ("write"),
    .element = g_ref_string_new ("profsink0"),
    .state_changes = 1,
    .caps = 2,
    .first_buffer = 3,
    .corrections = 4,
    .largest_correction = 5,
    .messages_dropped = 6,
    .spans_dropped = 7,
    .frames_in = 8,
    .frames_out = 9,
    .inside = 10,
    .detail = g_ref_string_new ("/tmp/demo.mkv"),
  };
  GstProfSetup parsed;
  GstMessage *message = gst_prof_message_new_setup (NULL, &setup);

  assert_equals_string (gst_structure_get_string (gst_message_get_structure
          (message), "kind"), "file-removed");
  fail_unless (gst_prof_message_parse_setup (message, &parsed));
  assert_equals_int (parsed.kind, setup.kind);
  assert_equals_string (parsed.stage, setup.stage);
  assert_equals_string (parsed.element, setup.element);
  assert_equals_string (parsed.detail, setup.detail);
  assert_equals_uint64 (parsed.state_changes, 1);
  assert_equals_uint64 (parsed.caps, 2);
  assert_equals_uint64 (parsed.first_buffer, 3);
  assert_equals_uint64 (parsed.corrections, 4);
  assert_equals_uint64 (parsed.largest_correction, 5);
  assert_equals_uint64 (parsed.messages_dropped, 6);
  assert_equals_uint64 (parsed.spans_dropped, 7);
  assert_equals_uint64 (parsed.frames_in, 8);
  assert_equals_uint64 (parsed.frames_out, 9);
  assert_equals_uint64 (parsed.inside, 10);

  gst_prof_setup_clear (&parsed);
  gst_prof_setup_clear (&setup);
  gst_message_unref (message);
}

GST_END_TEST;

GST_START_TEST (test_every_kind_of_setup_has_a_word)
{
  for (guint kind = 0; kind <= GST_PROF_SETUP_COUNTERS; kind++) {
    GstProfSetup setup = {.kind = kind }, parsed;
    GstMessage *message = gst_prof_message_new_setup (NULL, &setup);

    fail_unless (gst_prof_message_parse_setup (message, &parsed));
    assert_equals_int (parsed.kind, kind);
    gst_prof_setup_clear (&parsed);
    gst_message_unref (message);
  }
}

GST_END_TEST;

GST_START_TEST (test_warning_survives_the_message)
{
  GstStructure *causes = gst_structure_new ("causes", "upstream",
      G_TYPE_UINT64, G_GUINT64_CONSTANT (18645000000), NULL);
  GstProfWarning warning = {
    .kind = "gap",
    .stage = "normalize",
    .stream_id = "a/video",
    .frame = 46,
    .running_time = 5,
    .start = 6,
    .duration = 18700 * GST_MSECOND,
    .threshold = 200 * GST_MSECOND,
    .state = GST_PROF_WARNING_FINAL,
    .causes = causes,
    .root_cause = "upstream",
    .held_back = 3,
    .advice = "look",
    .text = "Long gap",
  };
  GstProfWarning parsed;
  GstMessage *message = gst_message_new_element (NULL,
      gst_prof_warning_to_structure (&warning));
  guint64 upstream;

  fail_unless (gst_prof_message_parse_warning (message, &parsed));
  assert_equals_string (parsed.kind, "gap");
  assert_equals_string (parsed.stage, "normalize");
  assert_equals_string (parsed.stream_id, "a/video");
  assert_equals_uint64 (parsed.frame, 46);
  assert_equals_uint64 (parsed.running_time, 5);
  assert_equals_uint64 (parsed.start, 6);
  assert_equals_uint64 (parsed.duration, 18700 * GST_MSECOND);
  assert_equals_uint64 (parsed.threshold, 200 * GST_MSECOND);
  assert_equals_int (parsed.state, GST_PROF_WARNING_FINAL);
  assert_equals_string (parsed.root_cause, "upstream");
  assert_equals_int (parsed.held_back, 3);
  assert_equals_string (parsed.advice, "look");
  assert_equals_string (parsed.text, "Long gap");
  fail_unless (gst_structure_get_uint64 (parsed.causes, "upstream",
          &upstream));
  assert_equals_uint64 (upstream, 18645000000);
  assert_equals_string (gst_structure_get_string (gst_message_get_structure
          (message), "state"), "final");

  gst_structure_free (causes);
  gst_message_unref (message);
}

GST_END_TEST;

static Suite *
message_suite (void)
{
  Suite *s = suite_create ("message");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_span_survives_the_message);
  tcase_add_test (tc, test_empty_span_survives_the_message);
  tcase_add_test (tc, test_span_message_has_plain_fields);
  tcase_add_test (tc, test_span_message_leaves_out_what_is_not_known);
  tcase_add_test (tc, test_every_flag_has_a_word);
  tcase_add_test (tc, test_unknown_flag_is_skipped);
  tcase_add_test (tc, test_message_without_a_field_is_refused_untouched);
  tcase_add_test (tc, test_field_of_another_type_is_refused);
  tcase_add_test (tc, test_other_messages_are_refused);
  tcase_add_test (tc, test_setup_survives_the_message);
  tcase_add_test (tc, test_every_kind_of_setup_has_a_word);
  tcase_add_test (tc, test_warning_survives_the_message);
  return s;
}

GST_CHECK_MAIN (message);
