/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The wording of the log lines. What stands before the first " | " is fixed
 * text that scripts look for; behind it a line says more and may change. It
 * decides nothing and logs nothing. Passive; any thread.
 *
 * Numbers are written by integer arithmetic: printf() would write the decimal
 * comma of the application's locale.
 */

#include "gstprofline.h"

#include "gstprofprintable.h"
#include "gstprofstagename.h"

/*
 * gst_prof_line_append_seconds:
 * @line: a line
 * @time: nanoseconds
 * @decimals: digits behind the point, 1 to 3
 *
 * Appends "18.7s", rounded to the nearest.
 */
void
gst_prof_line_append_seconds (GString * line, GstClockTime time,
    guint decimals)
{
  static const guint64 units[] = { 1, 10, 100, 1000 };
  guint64 unit = units[CLAMP (decimals, 1, 3)];
  guint64 rounded = gst_util_uint64_scale_round (time, unit, GST_SECOND);

  g_string_append_printf (line, "%" G_GUINT64_FORMAT ".%0*" G_GUINT64_FORMAT
      "s", rounded / unit, (int) CLAMP (decimals, 1, 3), rounded % unit);
}

/*
 * gst_prof_line_append_ms:
 * @line: a line
 * @time: nanoseconds
 *
 * Appends "12.3ms", rounded to the nearest.
 */
void
gst_prof_line_append_ms (GString * line, GstClockTime time)
{
  guint64 tenths = gst_util_uint64_scale_round (time, 10, GST_MSECOND);

  g_string_append_printf (line, "%" G_GUINT64_FORMAT ".%" G_GUINT64_FORMAT
      "ms", tenths / 10, tenths % 10);
}

/* A setting, which people give in whole milliseconds: "50ms". */
static void
append_setting (GString * line, GstClockTime time)
{
  if (time % GST_MSECOND == 0)
    g_string_append_printf (line, "%" G_GUINT64_FORMAT "ms",
        time / GST_MSECOND);
  else
    gst_prof_line_append_ms (line, time);
}

/* A number with at most two decimals, and none that are 0: "30", "29.97". */
static void
append_hundredths (GString * line, guint64 hundredths)
{
  g_string_append_printf (line, "%" G_GUINT64_FORMAT, hundredths / 100);
  if (hundredths % 100 != 0)
    g_string_append_printf (line, ".%02" G_GUINT64_FORMAT, hundredths % 100);
}

static void
append_frame (GString * line, guint64 number)
{
  if (number > 0)
    g_string_append_printf (line, "frame %" G_GUINT64_FORMAT, number);
  else
    g_string_append (line, "no frame");
}

static void
append_cells (GString * line, const GstProfFrame * frame)
{
  for (guint i = 0; i < frame->n_cells; i++) {
    g_string_append_printf (line, "%s=", frame->cells[i].stage);
    gst_prof_line_append_ms (line, frame->cells[i].own);
    g_string_append (line, ", ");
  }
  g_string_append (line, "TOTAL=");
  gst_prof_line_append_ms (line, frame->total);
}

static void
append_fate (GString * line, const GstProfFrame * frame)
{
  const gchar *separator = " | ";

  if (frame->flags & GST_PROF_SPAN_FLAG_PREROLL) {
    g_string_append_printf (line, "%spreroll", separator);
    separator = ", ";
  }
  if (frame->state != GST_PROF_FRAME_COMPLETE) {
    g_string_append_printf (line, "%s%s", separator,
        frame->state == GST_PROF_FRAME_DROPPED ? "dropped" : "incomplete");
    if (frame->missing)
      g_string_append_printf (line, " before %s", frame->missing);
    separator = ", ";
  }
  for (guint i = 0; i < frame->n_unjoined; i++) {
    g_string_append_printf (line, "%s%s", i == 0 ? separator : " ",
        i == 0 ? "unjoined: " : "");
    g_string_append (line, frame->unjoined[i]);
  }
}

static GString *
new_duration (GstProfWarningKind kind, const gchar * stage,
    GstClockTime duration)
{
  const GstProfStageTraits *traits =
      stage ? gst_prof_stage_name_traits (stage) : NULL;
  g_autofree gchar *label = NULL;
  GString *line = g_string_new (NULL);

  switch (kind) {
    case GST_PROF_WARNING_GAP:
      g_string_append (line, "Long gap between frames: ");
      gst_prof_line_append_seconds (line, duration,
          duration < 10 * GST_SECOND ? 3 : 1);
      return line;
    case GST_PROF_WARNING_SLOW_SETUP:
      g_string_append (line, traits && traits->container ?
          "SLOW CONTAINER SETUP: " : "SLOW SETUP: ");
      break;
    case GST_PROF_WARNING_INIT_CHECK:
      g_string_append (line, "SLOW INIT CHECK: ");
      break;
    case GST_PROF_WARNING_MAIN_LOOP:
      g_string_append (line, "MAIN LOOP BLOCKED: ");
      break;
    case GST_PROF_WARNING_SLOW_ELEMENT:
      g_string_append_printf (line, "SLOW ELEMENT: %s ", stage);
      break;
    default:
      label = gst_prof_stage_name_dup_label (stage ? stage : "frame");
      g_string_append_printf (line, "SLOW %s: ", label);
      break;
  }
  gst_prof_line_append_ms (line, duration);
  return line;
}

/*
 * gst_prof_line_new_telemetry:
 * @frame: a frame that ended
 *
 * Returns: (transfer full): its TELEMETRY line
 */
gchar *
gst_prof_line_new_telemetry (const GstProfFrame * frame)
{
  GString *line = g_string_new (NULL);

  g_string_append_printf (line, "[TELEMETRY] Frame %" G_GUINT64_FORMAT
      ": %u packet(s), %" G_GUINT64_FORMAT " bytes, timing: ", frame->number,
      frame->packets, frame->bytes);
  append_cells (line, frame);
  append_fate (line, frame);
  return g_string_free (line, FALSE);
}

/*
 * gst_prof_line_new_performance:
 * @last: TOTAL of the last frame, nanoseconds
 * @window: TOTAL of the last frames
 * @fps: frames per second among them, 0: unknown
 * @over_budget: how many of them were over budget
 *
 * Returns: (transfer full): the PERFORMANCE line
 */
gchar *
gst_prof_line_new_performance (GstClockTime last,
    const GstProfDistribution * window, gdouble fps, guint over_budget)
{
  GString *line = g_string_new ("PERFORMANCE: Last frame took ");

  gst_prof_line_append_ms (line, last);
  g_string_append_printf (line, " total | %" G_GUINT64_FORMAT " frames: p50 ",
      window->count);
  gst_prof_line_append_ms (line, window->p50);
  g_string_append (line, " p99 ");
  gst_prof_line_append_ms (line, window->p99);
  g_string_append (line, " max ");
  gst_prof_line_append_ms (line, window->max);
  if (fps > 0.0) {
    guint tenths = (guint) (fps * 10.0 + 0.5);

    g_string_append_printf (line, ", %u.%u fps", tenths / 10, tenths % 10);
  }
  g_string_append_printf (line, ", %u over budget", over_budget);
  return g_string_free (line, FALSE);
}

/*
 * gst_prof_line_new_buffering:
 * @threshold: from when on a frame is critical, nanoseconds
 * @critical: how many were
 * @frames: of how many
 *
 * Returns: (transfer full): the CRITICAL line that follows PERFORMANCE
 */
gchar *
gst_prof_line_new_buffering (GstClockTime threshold, guint critical,
    guint frames)
{
  GString *line = g_string_new ("CRITICAL: Frame processing >");

  append_setting (line, threshold);
  g_string_append_printf (line, " will cause buffering! | %u of the last %u "
      "frames", critical, frames);
  return g_string_free (line, FALSE);
}

/*
 * gst_prof_line_new_held_back:
 * @kind: a kind of warning
 * @n: how many were not told
 *
 * Returns: (transfer full): what is said of them at the end
 */
gchar *
gst_prof_line_new_held_back (GstProfWarningKind kind, guint n)
{
  return g_strdup_printf ("HELD BACK: %u more of kind %s | they are counted in "
      "the summary", n, gst_prof_threshold_get (kind)->nick);
}

/*
 * gst_prof_line_new_slow_span:
 * @span: a span whose own time was too long
 * @frame: its frame, 0: unknown
 *
 * Returns: (transfer full): the line but for its end, which
 *   gst_prof_line_finish() adds
 */
GString *
gst_prof_line_new_slow_span (const GstProfSpan * span, guint64 frame)
{
  g_autofree gchar *label = gst_prof_stage_name_dup_label (span->stage);
  GString *line = g_string_new (NULL);

  g_string_append_printf (line, "SLOW %s: ", label);
  gst_prof_line_append_ms (line, span->own);
  g_string_append (line, " | ");
  if (span->flags & GST_PROF_SPAN_FLAG_NOT_VIDEO)
    g_string_append (line, "no video");
  else if (span->flags & GST_PROF_SPAN_FLAG_HEADER)
    g_string_append (line, span->flags & GST_PROF_SPAN_FLAG_MUXED
        ? "container header" : "part of a frame");
  else
    append_frame (line, frame);
  return line;
}

/*
 * gst_prof_line_new_slow_element:
 * @element: the element that took too long
 * @own: how long, nanoseconds
 * @buffer: with which of its buffers, from 1; 0: not known
 *
 * Returns: (transfer full): the line but for the causes and its end
 */
GString *
gst_prof_line_new_slow_element (const gchar * element, GstClockTime own,
    guint64 buffer)
{
  GString *line = new_duration (GST_PROF_WARNING_SLOW_ELEMENT, element, own);

  if (buffer > 0)
    g_string_append_printf (line, " | buffer %" G_GUINT64_FORMAT, buffer);
  else
    g_string_append (line, " | no buffer");
  return line;
}

/*
 * gst_prof_line_new_slow_frame:
 * @kind: %GST_PROF_WARNING_SLOW_FRAME or %GST_PROF_WARNING_CRITICAL
 * @frame: the frame
 * @budget: one frame's duration, or %GST_CLOCK_TIME_NONE
 *
 * Returns: (transfer full): the line but for its end
 */
GString *
gst_prof_line_new_slow_frame (GstProfWarningKind kind,
    const GstProfFrame * frame, GstClockTime budget)
{
  GString *line = g_string_new (NULL);

  if (kind == GST_PROF_WARNING_CRITICAL) {
    g_string_append (line, "CRITICAL PERFORMANCE: Frame took ");
    gst_prof_line_append_ms (line, frame->total);
    if (GST_CLOCK_TIME_IS_VALID (budget) && budget > 0) {
      g_string_append (line, " (should be <");
      gst_prof_line_append_ms (line, budget);
      g_string_append (line, " for ");
      append_hundredths (line,
          gst_util_uint64_scale_round (GST_SECOND, 100, budget));
      g_string_append (line, "fps)");
    }
  } else {
    g_string_append (line, "SLOW FRAME: ");
    gst_prof_line_append_ms (line, frame->total);
  }
  g_string_append (line, " | ");
  append_frame (line, frame->number);
  g_string_append (line, ": ");
  append_cells (line, frame);
  return line;
}

/*
 * gst_prof_line_new_gap:
 * @wall: how long it was, nanoseconds
 * @processing: time in our stages within it
 *
 * Returns: (transfer full): the line but for the causes, what
 *   gst_prof_line_new_gap_tail() gives, and its end
 */
GString *
gst_prof_line_new_gap (GstClockTime wall, GstClockTime processing)
{
  GString *line = g_string_new ("Long gap between frames: ");

  gst_prof_line_append_seconds (line, wall, wall < 10 * GST_SECOND ? 3 : 1);
  g_string_append (line, " | processing ");
  gst_prof_line_append_seconds (line, processing, 3);
  g_string_append (line, ", missing ");
  gst_prof_line_append_seconds (line, wall - processing, 3);
  return line;
}

/*
 * gst_prof_line_new_silence:
 * @element: the element that nothing came to
 * @wall: for how long, nanoseconds
 *
 * Returns: (transfer full): the line but for the causes and its end
 */
GString *
gst_prof_line_new_silence (const gchar * element, GstClockTime wall)
{
  GString *line = new_duration (GST_PROF_WARNING_GAP, NULL, wall);

  g_string_append_printf (line, " | nothing came to %s", element);
  return line;
}

/*
 * gst_prof_line_new_gap_tail:
 * @frame: the frame that ended the gap, 0: unknown
 *
 * Returns: (transfer full): what follows the causes
 */
gchar *
gst_prof_line_new_gap_tail (guint64 frame)
{
  GString *line = g_string_new ("; before ");

  append_frame (line, frame);
  return g_string_free (line, FALSE);
}

/*
 * gst_prof_line_new_open:
 * @kind: what goes on
 * @stage: (nullable): where
 * @duration: for how long, nanoseconds
 *
 * Returns: (transfer full): the line but for the causes and its end
 */
GString *
gst_prof_line_new_open (GstProfWarningKind kind, const gchar * stage,
    GstClockTime duration)
{
  GString *line = new_duration (kind, stage, duration);

  g_string_append (line, " | still going on");
  return line;
}

/*
 * gst_prof_line_new_ended:
 * @kind: what was told while it went on
 * @stage: (nullable): where
 * @duration: how long it was seen, nanoseconds
 * @counts: whether the report has it
 *
 * Returns: (transfer full): the line for one that no frame ended
 */
GString *
gst_prof_line_new_ended (GstProfWarningKind kind, const gchar * stage,
    GstClockTime duration, gboolean counts)
{
  GString *line = new_duration (kind, stage, duration);

  g_string_append (line, kind == GST_PROF_WARNING_GAP ?
      " | ended without a frame" : " | its end was not seen");
  if (!counts)
    g_string_append (line, ", taken for the end of the stream and not counted");
  return line;
}

/*
 * gst_prof_line_new_main_loop:
 * @duration: how late a source of the default main context was dispatched
 *
 * Returns: (transfer full): the line but for the causes and its end
 */
GString *
gst_prof_line_new_main_loop (GstClockTime duration)
{
  GString *line = new_duration (GST_PROF_WARNING_MAIN_LOOP, NULL, duration);

  g_string_append (line, " | the default GMainContext dispatched nothing");
  return line;
}

/*
 * gst_prof_line_new_wait:
 * @waited: how long nothing came in, nanoseconds
 * @frame: the frame that ended the wait, 0: unknown
 *
 * Returns: (transfer full): the line but for its end
 */
GString *
gst_prof_line_new_wait (GstClockTime waited, guint64 frame)
{
  GString *line = g_string_new ("Upstream yielded after ");

  gst_prof_line_append_ms (line, waited);
  g_string_append (line, " wait | ");
  append_frame (line, frame);
  return line;
}

static void
append_setup_stage (GString * line, const GstProfSetup * setup)
{
  g_string_append_printf (line, " | stage %s", setup->stage);
  if (setup->element)
    g_string_append_printf (line, " (%s)", setup->element);
}

/*
 * gst_prof_line_new_setup:
 * @setup: the times of a stage's setup
 *
 * Returns: (transfer full): the line but for its end
 */
GString *
gst_prof_line_new_setup (const GstProfSetup * setup)
{
  const GstProfStageTraits *traits = gst_prof_stage_name_traits (setup->stage);
  GString *line = g_string_new (traits && traits->container ?
      "SLOW CONTAINER SETUP: " : "SLOW SETUP: ");

  gst_prof_line_append_ms (line,
      setup->state_changes + setup->caps + setup->first_buffer);
  append_setup_stage (line, setup);
  g_string_append (line, ": state changes ");
  gst_prof_line_append_ms (line, setup->state_changes);
  g_string_append (line, ", caps ");
  gst_prof_line_append_ms (line, setup->caps);
  g_string_append (line, ", first buffer ");
  gst_prof_line_append_ms (line, setup->first_buffer);
  return line;
}

/*
 * gst_prof_line_new_init_check:
 * @setup: a stage's handling of new caps
 *
 * Returns: (transfer full): the line but for its end
 */
GString *
gst_prof_line_new_init_check (const GstProfSetup * setup)
{
  GString *line = g_string_new ("SLOW INIT CHECK: ");

  gst_prof_line_append_ms (line, setup->caps);
  append_setup_stage (line, setup);
  if (setup->detail)
    g_string_append_printf (line, ", new caps %s", setup->detail);
  return line;
}

/*
 * gst_prof_line_new_starvation:
 * @span: the span that showed it
 * @frame: its frame, 0: unknown
 *
 * Returns: (transfer full): the line but for its end
 */
GString *
gst_prof_line_new_starvation (const GstProfSpan * span, guint64 frame)
{
  GString *line = g_string_new (NULL);

  g_string_append_printf (line, "ENCODER STARVATION: %u frames inside, no "
      "packet | stage %s, ", span->inside, span->stage);
  append_frame (line, frame);
  return line;
}

/*
 * gst_prof_line_new_file_removed:
 * @setup: what the stage told
 *
 * Returns: (transfer full): the line but for its end
 */
GString *
gst_prof_line_new_file_removed (const GstProfSetup * setup)
{
  GString *line = g_string_new (NULL);

  g_string_append_printf (line, "FILE REMOVED: %s",
      setup->detail ? setup->detail : "unknown");
  append_setup_stage (line, setup);
  return line;
}

/*
 * gst_prof_line_finish:
 * @line: (inout): a line
 * @advice: (nullable): what helps
 * @threshold: what was compared with, nanoseconds; 0: nothing
 * @held_back: warnings of this kind that were not told before it
 *
 * Appends threshold, advice and what was held back. What names have that would end the
 * line is written as in C.
 */
void
gst_prof_line_finish (GString * line, const gchar * advice,
    GstClockTime threshold, guint held_back)
{
  g_autofree gchar *escaped = NULL;

  if (threshold > 0) {
    g_string_append (line, ", threshold ");
    append_setting (line, threshold);
  }
  if (advice != NULL)
    g_string_append_printf (line, "; advice: %s", advice);
  if (held_back > 0)
    g_string_append_printf (line, " (%u more held back before)", held_back);
  escaped = gst_prof_printable_escape (line->str);
  if (escaped != NULL)
    g_string_assign (line, escaped);
}
