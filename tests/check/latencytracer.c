/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <gst/check/gstcheck.h>

#include <gst/prof/gstprofmessage.h>

#define STAGES "profstage name=a stage=first element=identity ! " \
    "profstage name=b stage=last element=identity"
/* Live, so that there is no preroll; 30 ms long. */
#define SOURCE "videotestsrc is-live=true num-buffers=30 ! " \
    "video/x-raw,width=16,height=16,framerate=1000/1"

#define BIN "latencytracer. ( name=t " SOURCE " ! " STAGES " ! fakesink )"
#define FLOATING "latencytracer name=t " SOURCE " ! " STAGES " ! fakesink"

/* What a sync handler saw, in order. */
typedef struct
{
  GMutex lock;
  GCond cond;
  gboolean gone;                /* the pipeline */
  GstBusSyncReply reply;
  GstStructure *summary;        /* the last */
  guint spans;
  guint warnings;
  guint frames;
  guint summaries;
  guint summaries_at_eos;       /* seen when EOS came */
  guint eos;
} Seen;

static void
note (Seen * seen, GstMessage * message)
{
  const GstStructure *structure = gst_message_get_structure (message);

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS) {
    seen->eos++;
    seen->summaries_at_eos = seen->summaries;
  } else if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ELEMENT) {
    return;
  } else if (gst_structure_has_name (structure, "prof-summary")) {
    seen->summaries++;
    gst_clear_structure (&seen->summary);
    seen->summary = gst_structure_copy (structure);
  } else if (gst_structure_has_name (structure, "prof-span")) {
    seen->spans++;
  } else if (gst_structure_has_name (structure, "prof-warning")) {
    seen->warnings++;
  } else if (gst_structure_has_name (structure, "prof-frame")) {
    seen->frames++;
  }
}

static GstBusSyncReply
see (GstBus * bus, GstMessage * message, gpointer user_data)
{
  Seen *seen = user_data;

  g_mutex_lock (&seen->lock);
  note (seen, message);
  g_mutex_unlock (&seen->lock);

  if (seen->reply == GST_BUS_DROP && GST_MESSAGE_TYPE (message)
      != GST_MESSAGE_EOS && GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR) {
    gst_message_unref (message);
    return GST_BUS_DROP;
  }
  return GST_BUS_PASS;
}

/* A pipeline, also around a description that is a bin of its own. */
static GstElement *
new_pipeline (const gchar * description, Seen * seen)
{
  GError *error = NULL;
  GstElement *parsed = gst_parse_launch (description, &error);
  GstElement *pipeline = parsed;
  GstBus *bus;

  fail_unless (error == NULL, "%s", error ? error->message : "");
  if (!GST_IS_PIPELINE (parsed)) {
    pipeline = gst_pipeline_new (NULL);
    gst_bin_add (GST_BIN (pipeline), parsed);
  }

  memset (seen, 0, sizeof (*seen));
  g_mutex_init (&seen->lock);
  g_cond_init (&seen->cond);
  seen->reply = GST_BUS_PASS;
  bus = gst_element_get_bus (pipeline);
  gst_bus_set_sync_handler (bus, see, seen, NULL);
  gst_object_unref (bus);
  return pipeline;
}

static void
seen_clear (Seen * seen)
{
  gst_clear_structure (&seen->summary);
  g_mutex_clear (&seen->lock);
  g_cond_clear (&seen->cond);
}

static void
free_pipeline (GstElement * pipeline, Seen * seen)
{
  fail_unless_equals_int (gst_element_set_state (pipeline, GST_STATE_NULL),
      GST_STATE_CHANGE_SUCCESS);
  gst_object_unref (pipeline);
  seen_clear (seen);
}

static void
run_to_eos (GstElement * pipeline)
{
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  assert_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_EOS);
  gst_message_unref (message);
  gst_object_unref (bus);
}

static void
set_state (GstElement * pipeline, GstState state)
{
  fail_if (gst_element_set_state (pipeline, state) == GST_STATE_CHANGE_FAILURE);
  fail_if (gst_element_get_state (pipeline, NULL, NULL, GST_CLOCK_TIME_NONE)
      == GST_STATE_CHANGE_FAILURE);
}

static guint64
get_uint64 (const GstStructure * structure, const gchar * field)
{
  guint64 value = 0;

  fail_unless (gst_structure_get_uint64 (structure, field, &value), "%s",
      field);
  return value;
}

static guint64
get_stat (GstElement * pipeline, const gchar * field)
{
  GstElement *tracer = gst_bin_get_by_name (GST_BIN (pipeline), "t");
  GstStructure *stats = NULL;
  guint64 value;

  g_object_get (tracer, "stats", &stats, NULL);
  value = get_uint64 (stats, field);
  gst_structure_free (stats);
  gst_object_unref (tracer);
  return value;
}

static const gchar *const forms[] = { BIN, FLOATING };

GST_START_TEST (test_one_summary_comes_before_eos)
{
  Seen seen;
  GstElement *pipeline = new_pipeline (forms[__i__], &seen);

  run_to_eos (pipeline);
  assert_equals_int (seen.summaries_at_eos, 1);
  assert_equals_uint64 (get_uint64 (seen.summary, "frames"), 30);
  assert_equals_uint64 (get_uint64 (seen.summary, "complete"), 30);
  assert_equals_uint64 (get_uint64 (seen.summary, "inside"), 0);

  /* Nothing has come since, so it is not said again. */
  set_state (pipeline, GST_STATE_READY);
  assert_equals_int (seen.summaries, 1);
  free_pipeline (pipeline, &seen);
}

GST_END_TEST;

GST_START_TEST (test_handler_that_drops_everything_blinds_neither_form)
{
  Seen seen;
  GstElement *pipeline = new_pipeline (forms[__i__], &seen);

  seen.reply = GST_BUS_DROP;
  run_to_eos (pipeline);
  assert_equals_int (seen.summaries_at_eos, 1);
  assert_equals_uint64 (get_uint64 (seen.summary, "complete"), 30);
  free_pipeline (pipeline, &seen);
}

GST_END_TEST;

static const gchar *const two_sinks[] = {
  "latencytracer. ( name=t " SOURCE " ! " STAGES " ! tee name=x "
      "x. ! queue ! fakesink x. ! queue ! fakesink )",
  "latencytracer name=t " SOURCE " ! " STAGES " ! tee name=x "
      "x. ! queue ! fakesink x. ! queue ! fakesink",
};

GST_START_TEST (test_two_sinks_have_one_summary)
{
  Seen seen;
  GstElement *pipeline = new_pipeline (two_sinks[__i__], &seen);

  run_to_eos (pipeline);
  assert_equals_int (seen.summaries_at_eos, 1);
  assert_equals_uint64 (get_uint64 (seen.summary, "complete"), 30);
  free_pipeline (pipeline, &seen);
}

GST_END_TEST;

GST_START_TEST (test_bin_takes_spans_off_the_bus)
{
  Seen seen;
  GstElement *pipeline = new_pipeline (BIN, &seen);

  run_to_eos (pipeline);
  assert_equals_int (seen.spans, 0);
  free_pipeline (pipeline, &seen);
}

GST_END_TEST;

GST_START_TEST (test_bin_forwards_spans_when_told_to)
{
  Seen seen;
  GstElement *pipeline = new_pipeline ("latencytracer. ( name=t "
      "forward-spans=true " SOURCE " ! " STAGES " ! fakesink )", &seen);

  run_to_eos (pipeline);
  set_state (pipeline, GST_STATE_READY);
  fail_unless (seen.spans >= 60);
  assert_equals_uint64 (get_uint64 (seen.summary, "complete"), 30);
  free_pipeline (pipeline, &seen);
}

GST_END_TEST;

GST_START_TEST (test_floating_form_leaves_spans_on_the_bus)
{
  Seen seen;
  GstElement *pipeline = new_pipeline (FLOATING, &seen);

  run_to_eos (pipeline);
  set_state (pipeline, GST_STATE_READY);
  fail_unless (seen.spans >= 60);
  free_pipeline (pipeline, &seen);
}

GST_END_TEST;

GST_START_TEST (test_spans_of_other_libraries_are_taken_off)
{
  Seen seen;
  GstElement *pipeline = new_pipeline (BIN, &seen);
  GstElement *source = gst_bin_get_by_name (GST_BIN (pipeline), "a");

  gst_element_post_message (source, gst_message_new_element (GST_OBJECT (source),
          gst_structure_new_empty ("prof-span")));
  assert_equals_int (seen.spans, 0);
  gst_element_post_message (source, gst_message_new_element (GST_OBJECT (source),
          gst_structure_new_empty ("prof-warning")));
  assert_equals_int (seen.warnings, 1);
  gst_object_unref (source);
  free_pipeline (pipeline, &seen);
}

GST_END_TEST;

GST_START_TEST (test_slow_stage_posts_a_warning)
{
  Seen seen;
  GstElement *pipeline = new_pipeline (forms[__i__], &seen);

  /* No stage takes less than 1 ns. */
  gst_child_proxy_set (GST_CHILD_PROXY (pipeline), "t::stage-threshold",
      G_GUINT64_CONSTANT (1), NULL);
  run_to_eos (pipeline);
  fail_unless (seen.warnings >= 10);
  free_pipeline (pipeline, &seen);
}

GST_END_TEST;

GST_START_TEST (test_each_frame_is_posted_when_asked_for)
{
  Seen seen;
  GstElement *pipeline = new_pipeline (forms[__i__], &seen);

  gst_child_proxy_set (GST_CHILD_PROXY (pipeline), "t::forward-frames", TRUE,
      NULL);
  run_to_eos (pipeline);
  assert_equals_int (seen.frames, 30);
  free_pipeline (pipeline, &seen);
}

GST_END_TEST;

static const gchar *const prerolled[] = {
  "latencytracer. ( name=t videotestsrc ! " STAGES " ! fakesink )",
  "latencytracer name=t videotestsrc ! " STAGES " ! fakesink",
};

GST_START_TEST (test_summary_comes_without_eos_too)
{
  Seen seen;
  GstElement *pipeline = new_pipeline (prerolled[__i__], &seen);

  set_state (pipeline, GST_STATE_PAUSED);
  assert_equals_int (seen.summaries, 0);
  set_state (pipeline, GST_STATE_READY);
  assert_equals_int (seen.summaries, 1);
  assert_equals_int (seen.eos, 0);
  free_pipeline (pipeline, &seen);
}

GST_END_TEST;

GST_START_TEST (test_stats_stay_until_the_next_start)
{
  Seen seen;
  GstElement *pipeline = new_pipeline (forms[__i__], &seen);

  run_to_eos (pipeline);
  assert_equals_uint64 (get_stat (pipeline, "frames"), 30);
  set_state (pipeline, GST_STATE_NULL);
  assert_equals_uint64 (get_stat (pipeline, "frames"), 30);
  free_pipeline (pipeline, &seen);
}

GST_END_TEST;

GST_START_TEST (test_second_run_has_its_own_numbers)
{
  Seen seen;
  GstElement *pipeline = new_pipeline (forms[__i__], &seen);

  run_to_eos (pipeline);
  set_state (pipeline, __i__ ? GST_STATE_READY : GST_STATE_NULL);
  run_to_eos (pipeline);
  assert_equals_int (seen.summaries, 2);
  assert_equals_uint64 (get_uint64 (seen.summary, "frames"), 30);
  assert_equals_uint64 (get_uint64 (seen.summary, "complete"), 30);
  assert_equals_uint64 (get_stat (pipeline, "frames"), 30);
  free_pipeline (pipeline, &seen);
}

GST_END_TEST;

GST_START_TEST (test_second_run_from_the_other_state_has_its_own_numbers)
{
  Seen seen;
  GstElement *pipeline = new_pipeline (forms[__i__], &seen);

  run_to_eos (pipeline);
  set_state (pipeline, __i__ ? GST_STATE_NULL : GST_STATE_READY);
  run_to_eos (pipeline);
  assert_equals_uint64 (get_uint64 (seen.summary, "complete"), 30);
  free_pipeline (pipeline, &seen);
}

GST_END_TEST;

static GstPadProbeReturn
count_frame (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  g_atomic_int_inc ((gint *) user_data);
  return GST_PAD_PROBE_OK;
}

/* Its messages are never freed, as nobody reads them. */
GST_START_TEST (test_unread_messages_are_bounded_and_drops_counted)
{
  Seen seen;
  GstElement *pipeline = new_pipeline ("latencytracer. ( name=t "
      "forward-frames=true videotestsrc num-buffers=3000 ! video/x-raw,"
      "width=16,height=16,framerate=30/1 ! " STAGES " ! fakesink name=s )",
      &seen);
  GstElement *sink = gst_bin_get_by_name (GST_BIN (pipeline), "s");
  GstPad *pad = gst_element_get_static_pad (sink, "sink");
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message;
  guint unread = 0;
  gint frames = 0;

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, count_frame, &frames,
      NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_mutex_lock (&seen.lock);
  while (seen.eos == 0) {
    g_mutex_unlock (&seen.lock);
    g_thread_yield ();
    g_mutex_lock (&seen.lock);
  }
  g_mutex_unlock (&seen.lock);

  assert_equals_int (frames, 3000);
  while ((message = gst_bus_pop (bus)) != NULL) {
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT
        && (gst_message_has_name (message, "prof-frame")
            || gst_message_has_name (message, "prof-warning")))
      unread++;
    gst_message_unref (message);
  }
  assert_equals_int (unread, 1024);
  /* On a busy machine spans are lost, as the frames come as fast as they can:
   * no frame is without a message that is either unread or counted. */
  fail_unless (get_uint64 (seen.summary, "frames") > 1024);
  fail_unless (get_uint64 (seen.summary, "warnings-dropped") + 1024
      >= get_uint64 (seen.summary, "frames"));

  gst_object_unref (bus);
  gst_object_unref (pad);
  gst_object_unref (sink);
  free_pipeline (pipeline, &seen);
}

GST_END_TEST;

static void
pipeline_gone (gpointer user_data, GObject * pipeline)
{
  Seen *seen = user_data;

  g_mutex_lock (&seen->lock);
  seen->gone = TRUE;
  g_cond_signal (&seen->cond);
  g_mutex_unlock (&seen->lock);
}

GST_START_TEST (test_many_state_changes_leak_nothing)
{
  Seen seen;
  GstElement *pipeline = new_pipeline (forms[__i__], &seen);
  GstElement *tracer = gst_bin_get_by_name (GST_BIN (pipeline), "t");
  GstBus *bus = gst_element_get_bus (pipeline);

  for (guint i = 0; i < 200; i++) {
    gst_element_set_state (pipeline,
        i % 3 ? GST_STATE_PAUSED : GST_STATE_PLAYING);
    gst_element_set_state (pipeline, i % 2 ? GST_STATE_NULL : GST_STATE_READY);
    gst_bus_set_flushing (bus, TRUE);
    gst_bus_set_flushing (bus, FALSE);
  }
  set_state (pipeline, GST_STATE_NULL);
  gst_bus_set_flushing (bus, TRUE);
  gst_object_unref (bus);

  /* A thread of the pipeline's that continues a state change may be the last to
   * have it. If it is never gone, the case times out. */
  g_object_weak_ref (G_OBJECT (pipeline), pipeline_gone, &seen);
  gst_object_unref (pipeline);
  g_mutex_lock (&seen.lock);
  while (!seen.gone)
    g_cond_wait (&seen.cond, &seen.lock);
  g_mutex_unlock (&seen.lock);
  ASSERT_OBJECT_REFCOUNT (tracer, "tracer", 1);
  gst_object_unref (tracer);
  seen_clear (&seen);
}

GST_END_TEST;

GST_START_TEST (test_floating_element_can_go_while_playing)
{
  Seen seen;
  GstElement *pipeline = new_pipeline ("latencytracer name=t videotestsrc "
      "num-buffers=100 ! video/x-raw,width=16,height=16,framerate=30/1 ! "
      STAGES " ! fakesink", &seen);
  GstElement *tracer = gst_bin_get_by_name (GST_BIN (pipeline), "t");
  GstBus *bus = gst_element_get_bus (pipeline);

  set_state (pipeline, GST_STATE_PAUSED);
  gst_bin_remove (GST_BIN (pipeline), tracer);
  set_state (tracer, GST_STATE_NULL);
  gst_bus_set_flushing (bus, TRUE);
  gst_bus_set_flushing (bus, FALSE);
  ASSERT_OBJECT_REFCOUNT (tracer, "tracer", 1);
  gst_object_unref (tracer);
  gst_object_unref (bus);
  run_to_eos (pipeline);
  free_pipeline (pipeline, &seen);
}

GST_END_TEST;

GST_START_TEST (test_sink_that_comes_later_is_waited_for)
{
  Seen seen;
  GstElement *pipeline = new_pipeline (FLOATING, &seen);
  GstElement *source = gst_element_factory_make ("videotestsrc", NULL);
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);

  set_state (pipeline, GST_STATE_PAUSED);
  g_object_set (source, "num-buffers", 300, NULL);
  gst_bin_add_many (GST_BIN (pipeline), source, sink, NULL);
  fail_unless (gst_element_link (source, sink));
  gst_element_sync_state_with_parent (sink);
  gst_element_sync_state_with_parent (source);

  run_to_eos (pipeline);
  assert_equals_int (seen.summaries_at_eos, 1);
  free_pipeline (pipeline, &seen);
}

GST_END_TEST;

GST_START_TEST (test_sink_that_is_gone_is_not_waited_for)
{
  Seen seen;
  GstElement *pipeline = new_pipeline (FLOATING " videotestsrc is-live=true name=x ! "
      "fakesink name=y", &seen);
  GstElement *source = gst_bin_get_by_name (GST_BIN (pipeline), "x");
  GstElement *sink = gst_bin_get_by_name (GST_BIN (pipeline), "y");

  set_state (pipeline, GST_STATE_PAUSED);
  set_state (sink, GST_STATE_NULL);
  set_state (source, GST_STATE_NULL);
  gst_bin_remove_many (GST_BIN (pipeline), source, sink, NULL);
  gst_object_unref (source);
  gst_object_unref (sink);

  run_to_eos (pipeline);
  assert_equals_int (seen.summaries_at_eos, 1);
  free_pipeline (pipeline, &seen);
}

GST_END_TEST;

GST_START_TEST (test_eos_before_data_has_an_empty_summary)
{
  Seen seen;
  GstElement *pipeline = new_pipeline (__i__ == 0 ?
      "latencytracer. ( name=t videotestsrc num-buffers=0 ! " STAGES
      " ! fakesink )" : "latencytracer name=t videotestsrc num-buffers=0 ! "
      STAGES " ! fakesink", &seen);

  run_to_eos (pipeline);
  assert_equals_int (seen.summaries_at_eos, 1);
  assert_equals_uint64 (get_uint64 (seen.summary, "frames"), 0);
  free_pipeline (pipeline, &seen);
}

GST_END_TEST;

/* A second ago, and a live source: there is a frame, and later a reading. */
static GstPadProbeReturn
drop_eos (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  return GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_EOS
      ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

/* Of a pipeline whose source keeps EOS for itself. */
static guint
count_warnings_of_silence (gboolean announce)
{
  Seen seen;
  GstElement *pipeline = new_pipeline ("latencytracer. ( name=t "
      "gap-threshold=700000000 appsrc name=s is-live=true format=time "
      "caps=video/x-raw,format=I420,width=16,height=16,framerate=30/1 ! "
      STAGES " ! fakesink async=false )", &seen);
  GstElement *source = gst_bin_get_by_name (GST_BIN (pipeline), "s");
  GstPad *pad = gst_element_get_static_pad (source, "src");
  GstFlowReturn ret;
  guint warnings;

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, drop_eos, NULL,
      NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < 3; i++) {
    GstBuffer *buffer = gst_buffer_new_allocate (NULL, 16 * 16 * 3 / 2, NULL);

    GST_BUFFER_PTS (buffer) = i * 33 * GST_MSECOND;
    g_signal_emit_by_name (source, "push-buffer", buffer, &ret);
    gst_buffer_unref (buffer);
    fail_unless_equals_int (ret, GST_FLOW_OK);
  }
  if (announce)
    fail_unless (gst_element_send_event (pipeline, gst_event_new_eos ()));
  /* for what must not come there is nothing to wait for */
  g_usleep (G_USEC_PER_SEC * 3 / 2);
  gst_element_set_state (pipeline, GST_STATE_READY);
  g_mutex_lock (&seen.lock);
  warnings = seen.warnings;
  g_mutex_unlock (&seen.lock);
  gst_object_unref (pad);
  gst_object_unref (source);
  free_pipeline (pipeline, &seen);
  return warnings;
}

GST_START_TEST (test_silence_after_eos_was_sent_is_no_gap)
{
  fail_unless_equals_int (count_warnings_of_silence (TRUE), 0);
}

GST_END_TEST;

GST_START_TEST (test_silence_before_eos_is_a_gap)
{
  fail_unless (count_warnings_of_silence (FALSE) > 0);
}

GST_END_TEST;

GST_START_TEST (test_startup_counts_from_its_origin_for_one_run)
{
  Seen seen;
  GstElement *pipeline = new_pipeline ("latencytracer name=t videotestsrc "
      "is-live=true ! video/x-raw,framerate=30/1,width=64,height=64 "
      "! profnormalize ! fakesink", &seen);
  GstElement *tracer = gst_bin_get_by_name (GST_BIN (pipeline), "t");
  guint64 origin = g_get_monotonic_time () * GST_USECOND - GST_SECOND, value;
  const GstStructure *startup = NULL;
  g_autoptr (GstStructure) stats = NULL;

  g_object_set (tracer, "startup-origin", origin, NULL);
  g_object_get (tracer, "startup-origin", &value, NULL);
  assert_equals_uint64 (value, origin);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (startup == NULL) {
    g_clear_pointer (&stats, gst_structure_free);
    g_usleep (10000);
    g_object_get (tracer, "stats", &stats, NULL);
    if (gst_structure_has_field (stats, "startup"))
      startup = gst_value_get_structure (gst_structure_get_value (stats,
              "startup"));
  }
  fail_unless (get_uint64 (startup, "total") > GST_SECOND);
  /* nothing is known of how the source came to its first frame */
  fail_unless (get_uint64 (startup, "unknown") > GST_SECOND);
  assert_equals_uint64 (get_uint64 (startup, "total"),
      get_uint64 (startup, "unknown") + get_uint64 (startup, "stages"));

  set_state (pipeline, GST_STATE_READY);
  g_object_get (tracer, "startup-origin", &value, NULL);
  assert_equals_uint64 (value, 0);
  gst_object_unref (tracer);
  free_pipeline (pipeline, &seen);
}

GST_END_TEST;

GST_START_TEST (test_properties_are_read_back)
{
  GstElement *tracer = gst_element_factory_make ("latencytracer", NULL);
  guint n_specs, thresholds = 0;
  GParamSpec **specs = g_object_class_list_properties
      (G_OBJECT_GET_CLASS (tracer), &n_specs);

  for (guint i = 0; i < n_specs; i++) {
    guint64 value;

    if (!g_str_has_suffix (specs[i]->name, "-threshold"))
      continue;
    thresholds++;
    g_object_get (tracer, specs[i]->name, &value, NULL);
    assert_equals_uint64 (value,
        G_PARAM_SPEC_UINT64 (specs[i])->default_value);
    g_object_set (tracer, specs[i]->name, G_GUINT64_CONSTANT (12345) + i,
        NULL);
    g_object_get (tracer, specs[i]->name, &value, NULL);
    assert_equals_uint64 (value, 12345 + i);
  }
  assert_equals_int (thresholds, 16);
  g_free (specs);
  gst_object_unref (tracer);
}

GST_END_TEST;

GST_START_TEST (test_type_name_is_ours)
{
  GstElement *tracer = gst_element_factory_make ("latencytracer", NULL);

  assert_equals_string (G_OBJECT_TYPE_NAME (tracer), "GstProfLatencyTracer");
  /* Disposed before it ever ran, and twice. */
  g_object_run_dispose (G_OBJECT (tracer));
  gst_object_unref (tracer);
}

GST_END_TEST;

static Suite *
latencytracer_suite (void)
{
  Suite *s = suite_create ("latencytracer");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_one_summary_comes_before_eos, 0, 2);
  tcase_add_loop_test (tc,
      test_handler_that_drops_everything_blinds_neither_form, 0, 2);
  tcase_add_loop_test (tc, test_two_sinks_have_one_summary, 0, 2);
  tcase_add_test (tc, test_bin_takes_spans_off_the_bus);
  tcase_add_test (tc, test_bin_forwards_spans_when_told_to);
  tcase_add_test (tc, test_floating_form_leaves_spans_on_the_bus);
  tcase_add_test (tc, test_spans_of_other_libraries_are_taken_off);
  tcase_add_loop_test (tc, test_slow_stage_posts_a_warning, 0, 2);
  tcase_add_loop_test (tc, test_each_frame_is_posted_when_asked_for, 0, 2);
  tcase_add_loop_test (tc, test_summary_comes_without_eos_too, 0, 2);
  tcase_add_loop_test (tc, test_stats_stay_until_the_next_start, 0, 2);
  tcase_add_loop_test (tc, test_second_run_has_its_own_numbers, 0, 2);
  tcase_add_loop_test (tc,
      test_second_run_from_the_other_state_has_its_own_numbers, 0, 2);
  tcase_add_test (tc, test_unread_messages_are_bounded_and_drops_counted);
  tcase_add_loop_test (tc, test_many_state_changes_leak_nothing, 0, 2);
  tcase_add_test (tc, test_floating_element_can_go_while_playing);
  tcase_add_test (tc, test_sink_that_comes_later_is_waited_for);
  tcase_add_test (tc, test_sink_that_is_gone_is_not_waited_for);
  tcase_add_loop_test (tc, test_eos_before_data_has_an_empty_summary, 0, 2);
  tcase_add_test (tc, test_silence_after_eos_was_sent_is_no_gap);
  tcase_add_test (tc, test_silence_before_eos_is_a_gap);
  tcase_add_test (tc, test_startup_counts_from_its_origin_for_one_run);
  tcase_add_test (tc, test_properties_are_read_back);
  tcase_add_test (tc, test_type_name_is_ours);
  return s;
}

GST_CHECK_MAIN (latencytracer);
