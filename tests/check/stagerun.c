/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What the tests of the stage elements share: a clock that only the test
 * moves, and a run of a pipeline or a harness with all that its stages posted.
 * The test's thread calls it; the clock may be moved from any.
 */

#include "stagerun.h"

#include <gst/pbutils/missing-plugins.h>
#include <gst/prof/gstprofclock.h>
#include <gst/prof/gstprofmessage.h>
#include <gst/video/video.h>

#include <glib/gstdio.h>
#include <stdatomic.h>

static _Atomic guint64 clock_time;

static GstClockTime
read_clock (void)
{
  return atomic_load (&clock_time);
}

void
stage_clock_start (void)
{
  atomic_store (&clock_time, 1000 * GST_SECOND);
  gst_prof_clock_set_func (read_clock);
}

GstClockTime
stage_clock_get (void)
{
  return atomic_load (&clock_time);
}

void
stage_clock_advance (GstClockTime time)
{
  atomic_fetch_add (&clock_time, time);
}

static GstPadProbeReturn
advance_probe (GstPad * pad, GstPadProbeInfo * info, gpointer time)
{
  stage_clock_advance (*(GstClockTime *) time);
  return GST_PAD_PROBE_OK;
}

void
stage_clock_advance_at (StageRun * run, const gchar * element_name,
    const gchar * pad_name, GstPadProbeType type, GstClockTime * time)
{
  GstElement *element = stage_run_get_element (run, element_name);
  GstPad *pad = gst_element_get_static_pad (element, pad_name);

  gst_pad_add_probe (pad, type, advance_probe, time, NULL);
  gst_object_unref (pad);
  gst_object_unref (element);
}

static void
fault_advance (GstElement * fault, guint64 delay, gpointer user_data)
{
  stage_clock_advance (delay);
}

static void
connect_fault (const GValue * item, gpointer user_data)
{
  GstElement *element = g_value_get_object (item);

  if (g_signal_lookup ("advance", G_OBJECT_TYPE (element)) == 0)
    return;
  g_signal_handlers_disconnect_by_func (element, fault_advance, NULL);
  g_signal_connect (element, "advance", G_CALLBACK (fault_advance), NULL);
}

void
stage_run_connect_faults (GstElement * bin)
{
  GstIterator *elements = gst_bin_iterate_recurse (GST_BIN (bin));

  gst_iterator_foreach (elements, connect_fault, NULL);
  gst_iterator_free (elements);
}

static StageRun *
run_new (void)
{
  StageRun *run = g_new0 (StageRun, 1);

  run->spans = g_array_new (FALSE, FALSE, sizeof (GstProfSpan));
  g_array_set_clear_func (run->spans, (GDestroyNotify) gst_prof_span_clear);
  run->setups = g_array_new (FALSE, FALSE, sizeof (GstProfSetup));
  g_array_set_clear_func (run->setups, (GDestroyNotify) gst_prof_setup_clear);
  return run;
}

StageRun *
stage_run_new (const gchar * description)
{
  StageRun *run = run_new ();
  GError *error = NULL;

  run->pipeline = gst_parse_launch_full (description, NULL,
      GST_PARSE_FLAG_FATAL_ERRORS, &error);
  fail_unless (error == NULL, "%s: %s", description,
      error ? error->message : "");
  /* A description of one element is no pipeline. */
  if (!GST_IS_PIPELINE (run->pipeline)) {
    GstElement *pipeline = gst_pipeline_new (NULL);

    gst_bin_add (GST_BIN (pipeline), run->pipeline);
    run->pipeline = pipeline;
  }
  run->bus = gst_element_get_bus (run->pipeline);
  stage_run_connect_faults (run->pipeline);
  return run;
}

StageRun *
stage_run_new_printf (const gchar * format, ...)
{
  g_autofree gchar *description = NULL;
  va_list args;

  va_start (args, format);
  description = g_strdup_vprintf (format, args);
  va_end (args);
  return stage_run_new (description);
}

StageRun *
stage_run_new_harness (const gchar * description, const gchar * src_caps)
{
  StageRun *run = run_new ();

  run->harness = gst_harness_new_parse (description);
  run->bus = gst_bus_new ();
  gst_element_set_bus (run->harness->element, run->bus);
  stage_run_connect_faults (run->harness->element);
  if (src_caps != NULL)
    gst_harness_set_src_caps_str (run->harness, src_caps);
  return run;
}

void
stage_run_free (StageRun * run)
{
  if (run->pipeline != NULL) {
    gst_element_set_state (run->pipeline, GST_STATE_NULL);
    gst_object_unref (run->pipeline);
  }
  if (run->harness != NULL) {
    gst_element_set_bus (run->harness->element, NULL);
    gst_harness_teardown (run->harness);
  }
  gst_object_unref (run->bus);
  g_array_unref (run->spans);
  g_array_unref (run->setups);
  g_clear_error (&run->error);
  g_clear_error (&run->warning);
  g_free (run->debug);
  g_free (run->missing);
  g_free (run);
}

static gboolean
is_of (const GstProfSpan * span, const gchar * stage, GstProfSpanFlags with,
    GstProfSpanFlags without)
{
  return g_str_equal (span->stage, stage) && (span->flags & with) == with
      && !(span->flags & without);
}

/* STAGE_RUN_DUMP=1 shows what a failing test was given */
static void
dump (GstMessage * message)
{
  const GstStructure *s = gst_message_get_structure (message);
  gchar *text = s ? gst_structure_to_string (s) : NULL;

  if (g_getenv ("STAGE_RUN_DUMP"))
    g_printerr ("%s: %s %s\n", GST_MESSAGE_SRC_NAME (message),
        GST_MESSAGE_TYPE_NAME (message), text ? text : "");
  g_free (text);
}

static void
take (StageRun * run, GstMessage * message)
{
  GstProfSpan span;
  GstProfSetup setup;

  dump (message);
  if (gst_prof_message_parse_span (message, &span))
    g_array_append_val (run->spans, span);
  else if (gst_prof_message_parse_setup (message, &setup))
    g_array_append_val (run->setups, setup);
  else if (gst_is_missing_plugin_message (message) && run->missing == NULL)
    run->missing = gst_missing_plugin_message_get_installer_detail (message);
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR
      && run->error == NULL)
    gst_message_parse_error (message, &run->error, &run->debug);
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING
      && run->n_warnings++ == 0)
    gst_message_parse_warning (message, &run->warning, NULL);
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    run->eos = TRUE;
  gst_message_unref (message);
}

/* All that is on the bus now */
void
stage_run_collect (StageRun * run)
{
  GstMessage *message;

  while ((message = gst_bus_pop (run->bus)) != NULL)
    take (run, message);
}

/* Plays until EOS or an error, which is the test's to look at, and goes to
 * READY: the spans that the sink's EOS came out of close behind its message. */
void
stage_run_to_end (StageRun * run)
{
  gst_element_set_state (run->pipeline, GST_STATE_PLAYING);
  while (!run->eos && run->error == NULL) {
    GstMessage *message = gst_bus_timed_pop (run->bus, 20 * GST_SECOND);

    fail_unless (message != NULL, "neither EOS nor error within 20 s");
    take (run, message);
  }
  gst_element_set_state (run->pipeline, GST_STATE_READY);
  stage_run_collect (run);
}

/* Waits until @n spans of the stage that have all flags @with have come */
void
stage_run_wait (StageRun * run, const gchar * stage, GstProfSpanFlags with,
    guint n)
{
  guint seen = run->spans->len, count = stage_run_count (run, stage, with, 0);

  while (count < n) {
    GstMessage *message = gst_bus_timed_pop (run->bus, 20 * GST_SECOND);

    fail_unless (message != NULL, "no %u spans of %s within 20 s", n, stage);
    take (run, message);
    for (; seen < run->spans->len; seen++)
      count += is_of (&g_array_index (run->spans, GstProfSpan, seen), stage,
          with, 0);
  }
}

/* Returns: (transfer full) */
GstElement *
stage_run_get_element (StageRun * run, const gchar * name)
{
  GstElement *element = gst_bin_get_by_name (GST_BIN (run->pipeline ?
          run->pipeline : run->harness->element), name);

  fail_unless (element != NULL, "no element \"%s\"", name);
  return element;
}

/* Returns the nth span, from 0, of the stage that has all flags @with and none
 * of @without */
const GstProfSpan *
stage_run_get (StageRun * run, const gchar * stage, GstProfSpanFlags with,
    GstProfSpanFlags without, guint n)
{
  for (guint i = 0; i < run->spans->len; i++) {
    GstProfSpan *span = &g_array_index (run->spans, GstProfSpan, i);

    if (is_of (span, stage, with, without) && n-- == 0)
      return span;
  }
  return NULL;
}

/* The nth span of a buffer */
const GstProfSpan *
stage_run_get_nth (StageRun * run, const gchar * stage, guint n)
{
  const GstProfSpan *span = stage_run_get (run, stage, 0,
      GST_PROF_SPAN_FLAG_DRAIN | GST_PROF_SPAN_FLAG_OUTPUT, n);

  fail_unless (span != NULL, "no span %u of %s", n, stage);
  return span;
}

guint
stage_run_count (StageRun * run, const gchar * stage, GstProfSpanFlags with,
    GstProfSpanFlags without)
{
  guint n = 0;

  for (guint i = 0; i < run->spans->len; i++)
    n += is_of (&g_array_index (run->spans, GstProfSpan, i), stage, with,
        without);
  return n;
}

/* Each of the @n buffers of the stage had that own time */
void
stage_run_assert_own (StageRun * run, const gchar * stage, guint n,
    GstClockTime own)
{
  fail_unless_equals_int (stage_run_count (run, stage, 0,
          GST_PROF_SPAN_FLAG_DRAIN | GST_PROF_SPAN_FLAG_OUTPUT), n);
  for (guint i = 0; i < n; i++)
    fail_unless_equals_uint64 (stage_run_get_nth (run, stage, i)->own, own);
}

/* A frame that has all its bytes at 128: grey in YUV formats */
GstBuffer *
stage_new_frame (const gchar * caps_string, GstClockTime pts,
    GstClockTime duration)
{
  GstCaps *caps = gst_caps_from_string (caps_string);
  GstVideoInfo info;
  GstBuffer *buffer;

  fail_unless (gst_video_info_from_caps (&info, caps));
  gst_caps_unref (caps);
  buffer = gst_buffer_new_allocate (NULL, info.size, NULL);
  gst_buffer_memset (buffer, 0, 128, info.size);
  GST_BUFFER_PTS (buffer) = pts;
  GST_BUFFER_DURATION (buffer) = duration;
  return buffer;
}
