/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The wording of what is told of frames, memory and files that pile up. As in
 * gstprofline.c, what stands before the first " | " begins with fixed text, and
 * no number depends on the locale. Decides nothing. Passive; any thread.
 */

#include "gstprofbacklogline.h"

#include "gstprofadvice.h"
#include "gstprofline.h"

static void
append_tenths (GString * line, gdouble value)
{
  guint64 tenths = (guint64) (MAX (value, 0) * 10.0 + 0.5);

  g_string_append_printf (line, "%" G_GUINT64_FORMAT ".%" G_GUINT64_FORMAT,
      tenths / 10, tenths % 10);
}

/* "30", "29.97" */
static void
append_fps (GString * line, GstClockTime budget)
{
  guint64 hundredths = gst_util_uint64_scale_round (GST_SECOND, 100, budget);

  g_string_append_printf (line, "%" G_GUINT64_FORMAT, hundredths / 100);
  if (hundredths % 100 != 0)
    g_string_append_printf (line, ".%02" G_GUINT64_FORMAT, hundredths % 100);
}

/*
 * gst_prof_backlog_line_append_bytes:
 * @line: a line
 * @bytes: a number of bytes
 *
 * Appends "305.2MB": decimal megabytes, from ten thousand on gigabytes.
 */
void
gst_prof_backlog_line_append_bytes (GString * line, guint64 bytes)
{
  gboolean giga = bytes >= G_GUINT64_CONSTANT (10000000000);

  append_tenths (line, bytes / (giga ? 1e9 : 1e6));
  g_string_append (line, giga ? "GB" : "MB");
}

static void
append_rate (GString * line, gdouble rate)
{
  gst_prof_backlog_line_append_bytes (line, (guint64) MAX (rate, 0));
  g_string_append (line, "/s");
}

static const gchar *
get_unit (const GstProfHolder * holder)
{
  if (holder->kind == GST_PROF_HOLDER_JITTERBUFFER)
    return holder->buffers == 1 ? "packet" : "packets";
  return holder->buffers == 1 ? "frame" : "frames";
}

static void
append_budget (GString * line, GstClockTime budget)
{
  g_string_append (line, " p50 of a budget of ");
  gst_prof_line_append_ms (line, budget);
}

/* In a pipeline without stages. */
static void
append_element (GString * line, const GstProfLoadFigures * load)
{
  switch (load->place) {
    case GST_PROF_LOAD_STAGE:
      g_string_append_printf (line, "element %s takes ", load->stage);
      gst_prof_line_append_ms (line, load->own);
      break;
    case GST_PROF_LOAD_THREAD:
      g_string_append (line, "the elements on one thread take ");
      gst_prof_line_append_ms (line, load->occupancy);
      break;
    case GST_PROF_LOAD_UNMEASURED:
      g_string_append_printf (line, "no element that is measured takes too long, "
          "and %u elements and pads are not: the busiest thread, with %s, takes ",
          load->unmeasured, load->stage);
      gst_prof_line_append_ms (line, load->occupancy);
      break;
    default:
      g_string_append_printf (line, "no element takes too long: the busiest "
          "thread, with %s, takes ", load->stage);
      gst_prof_line_append_ms (line, load->occupancy);
      break;
  }
  g_string_append (line, " of a budget of ");
  gst_prof_line_append_ms (line, load->budget);
  if (load->place == GST_PROF_LOAD_THREAD) {
    g_string_append_printf (line, ", most of it %s with ", load->stage);
    gst_prof_line_append_ms (line, load->own);
  }
}

static void
append_slow_place (GString * line, const GstProfLoadFigures * load)
{
  if (load->of_elements) {
    append_element (line, load);
    return;
  }
  switch (load->place) {
    case GST_PROF_LOAD_STAGE:
      g_string_append_printf (line, "stage %s takes ", load->stage);
      gst_prof_line_append_ms (line, load->own);
      append_budget (line, load->budget);
      break;
    case GST_PROF_LOAD_THREAD:
      g_string_append (line, "the stages on one thread take ");
      gst_prof_line_append_ms (line, load->occupancy);
      append_budget (line, load->budget);
      g_string_append_printf (line, ", most of it %s with ", load->stage);
      gst_prof_line_append_ms (line, load->own);
      break;
    case GST_PROF_LOAD_BEHIND:
      g_string_append_printf (line, "what follows stage %s on its thread and is "
          "not measured takes ", load->stage);
      gst_prof_line_append_ms (line, load->stay - MIN (load->stay, load->own));
      append_budget (line, load->budget);
      break;
    case GST_PROF_LOAD_BETWEEN:
      g_string_append_printf (line, "something behind stage %s that is not "
          "measured is too slow: the stages take ", load->stage);
      gst_prof_line_append_ms (line, load->occupancy);
      append_budget (line, load->budget);
      break;
    case GST_PROF_LOAD_BEFORE:
      g_string_append_printf (line, "what comes before stage %s is too slow: "
          "the stages take ", load->stage);
      gst_prof_line_append_ms (line, load->occupancy);
      append_budget (line, load->budget);
      break;
    case GST_PROF_LOAD_UNMEASURED:
      g_assert_not_reached ();
  }
}

static void
append_numbers (GString * line, const GstProfLoadFigures * load)
{
  if (load->frames == 0) {
    g_string_append (line, "no frame has passed all stages");
    return;
  }
  if (!GST_CLOCK_TIME_IS_VALID (load->budget) || load->budget == 0) {
    g_string_append_printf (line, "%s %s takes ", load->of_elements
        ? "element" : "stage", load->stage);
    gst_prof_line_append_ms (line, load->own);
    g_string_append (line, load->of_elements ? "" : " p50");
    return;
  }
  append_slow_place (line, load);
  g_string_append (line, load->place == GST_PROF_LOAD_BEFORE
      || load->place == GST_PROF_LOAD_UNMEASURED ? "; it delivers "
      : load->place == GST_PROF_LOAD_BETWEEN ? "; coming in "
      : ": sustains ");
  append_tenths (line, load->sustained);
  g_string_append (line, " fps of ");
  append_fps (line, load->budget);
}

static void
append_load (GString * line, const GstProfLoadFigures * load)
{
  append_numbers (line, load);
  if (load->frames > 0 && load->cause != GST_PROF_CAUSE_UNKNOWN)
    g_string_append_printf (line, ", cause: %s",
        gst_prof_cause_get_info (load->cause)->nick);
}

static void
append_holder (GString * line, const GstProfHolderGrowth * growth)
{
  const GstProfHolder *holder = &growth->holder;

  if (holder->name[0] == '\0') {
    g_string_append (line, "no queue that is known holds them");
    return;
  }
  g_string_append_printf (line, "%s holds %" G_GUINT64_FORMAT " %s, ",
      holder->name, holder->buffers, get_unit (holder));
  gst_prof_backlog_line_append_bytes (line, holder->bytes);
  if (growth->full) {
    g_string_append (line, ", and is full");
  } else if (growth->buffer_rate > 0) {
    g_string_append (line, ", growing ");
    append_rate (line, growth->rate);
  }
}

/* "120 frames dropped before encode" */
static void
append_dropped (GString * line, const GstProfJudgement * judgement)
{
  g_string_append_printf (line, "%" G_GUINT64_FORMAT " frame%s dropped%s%s",
      judgement->dropped, judgement->dropped == 1 ? "" : "s",
      judgement->load.stage ? " before " : "",
      judgement->load.stage ? judgement->load.stage : "");
}

static void
append_falling_behind (GString * line, const GstProfJudgement * judgement)
{
  gboolean final = judgement->state == GST_PROF_WARNING_FINAL;
  guint64 hundredths = (guint64) (MAX (judgement->lag_rate, 0) * 100.0 + 0.5);

  g_string_append (line, "FALLING BEHIND: ");
  if (judgement->dropped > 0 && final) {
    append_dropped (line, judgement);
    g_string_append (line, " in ");
    gst_prof_line_append_seconds (line, judgement->duration, 1);
  } else if (judgement->dropped > 0) {
    append_tenths (line, judgement->drop_rate);
    g_string_append (line, " frames per second dropped");
  } else if (final) {
    gst_prof_line_append_seconds (line, MAX (judgement->gained, 0), 1);
    g_string_append (line, " in ");
    gst_prof_line_append_seconds (line, judgement->duration, 1);
    g_string_append (line, " in all");
  } else {
    g_string_append_printf (line, "%" G_GUINT64_FORMAT ".%02"
        G_GUINT64_FORMAT "s per second", hundredths / 100, hundredths % 100);
  }
  g_string_append (line, " | ");
  append_load (line, &judgement->load);
  g_string_append (line, "; lag ");
  gst_prof_line_append_seconds (line, MAX (judgement->lag, 0), 1);
  if (judgement->at_last_stage)
    g_string_append (line, " behind the first stage");
  if (judgement->dropped > 0 && !final) {
    g_string_append (line, "; ");
    append_dropped (line, judgement);
  }
  if (final && judgement->holder.holder.name[0] == '\0')
    return;
  g_string_append (line, "; ");
  append_holder (line, &judgement->holder);
}

static void
append_memory_growth (GString * line, const GstProfJudgement * judgement,
    guint64 threshold)
{
  g_string_append (line, "MEMORY GROWTH: ");
  gst_prof_backlog_line_append_bytes (line, judgement->rss
      - MIN (judgement->rss, judgement->base));
  g_string_append (line, " more | ");
  gst_prof_backlog_line_append_bytes (line, judgement->rss);
  g_string_append (line, ", ");
  gst_prof_backlog_line_append_bytes (line, judgement->base);
  g_string_append (line, " after warm-up, ");
  if (judgement->state == GST_PROF_WARNING_FINAL)
    g_string_append (line, judgement->at_end ? "until the stream ended"
        : "growing no more");
  else
    append_rate (line, judgement->rss_rate);
  g_string_append (line, ": ");
  for (guint i = 0; i < judgement->n_shares; i++) {
    g_string_append_printf (line, "%s ", judgement->shares[i].holder.name);
    gst_prof_backlog_line_append_bytes (line, judgement->shares[i].growth);
    g_string_append (line, ", ");
  }
  g_string_append (line, "unexplained ");
  gst_prof_backlog_line_append_bytes (line, judgement->unexplained);
  if (threshold > 0) {
    g_string_append (line, ", threshold ");
    gst_prof_backlog_line_append_bytes (line, threshold);
  }
}

static void
append_disk_space (GString * line, const GstProfJudgement * judgement,
    GstClockTime threshold)
{
  g_string_append (line, "DISK SPACE: ");
  gst_prof_backlog_line_append_bytes (line, judgement->disk.free);
  g_string_append_printf (line, " free | %s", judgement->disk.path);
  if (GST_CLOCK_TIME_IS_VALID (judgement->disk_left)) {
    g_string_append (line, ", full in ");
    gst_prof_line_append_seconds (line, judgement->disk_left, 1);
    g_string_append (line, " at ");
    append_rate (line, judgement->disk_rate);
  }
  if (judgement->state == GST_PROF_WARNING_FINAL)
    g_string_append (line, judgement->at_end
        ? ", still short when the stream ended" : ", no longer short");
  if (threshold > 0) {
    g_string_append (line, ", threshold ");
    gst_prof_line_append_seconds (line, threshold, 1);
  }
}

/*
 * gst_prof_backlog_line_new:
 * @judgement: what there is to tell
 * @threshold: what was compared with; 0: nothing
 *
 * Returns: (transfer full): the line, threshold included, but for the advice,
 *   which gst_prof_line_finish() adds
 */
GString *
gst_prof_backlog_line_new (const GstProfJudgement * judgement,
    guint64 threshold)
{
  GString *line = g_string_new (NULL);

  switch (judgement->kind) {
    case GST_PROF_WARNING_FALLING_BEHIND:
      append_falling_behind (line, judgement);
      break;
    case GST_PROF_WARNING_MEMORY_GROWTH:
      append_memory_growth (line, judgement, threshold);
      break;
    case GST_PROF_WARNING_DISK_SPACE:
      append_disk_space (line, judgement, threshold);
      break;
    default:
      g_assert_not_reached ();
  }
  return line;
}

static const gchar *
get_place_advice (const GstProfLoadFigures * load, GstProfCause cause)
{
  /* What was seen of the thread lately; else what its slow calls were told with. */
  if (load->cause != GST_PROF_CAUSE_UNKNOWN)
    return gst_prof_cause_get_info (load->cause)->advice;
  if (gst_prof_advice_is_machine (cause))
    return gst_prof_cause_get_info (cause)->advice;
  if (load->of_elements && load->place == GST_PROF_LOAD_STAGE)
    return gst_prof_advice_get (GST_PROF_WARNING_SLOW_ELEMENT, NULL, cause);
  if (load->of_elements && load->place == GST_PROF_LOAD_THREAD)
    return "put a queue between the elements, so that they share the work, or "
        "make the slowest cheaper";
  if (load->place == GST_PROF_LOAD_UNMEASURED)
    return "what is slow may be among the elements that are not measured: look "
        "with fewer of them in the pipeline";
  if (load->of_elements)
    return "look at what feeds the pipeline: a source whose time stamps advance "
        "more slowly than time, or a network";
  switch (load->place) {
    case GST_PROF_LOAD_THREAD:
      return "put a queue between the stages, so that they share the work, or "
          "make the slowest cheaper";
    case GST_PROF_LOAD_BEHIND:
      return "put a profstage around what follows the first stage, to see "
          "which element is slow";
    case GST_PROF_LOAD_BETWEEN:
      return "put a profstage around what follows the queue that is full, to "
          "see which element is slow";
    case GST_PROF_LOAD_BEFORE:
      return "look at what feeds the first stage: a slow decoder (put a "
          "profstage around it), or a source whose time stamps advance more "
          "slowly than time";
    default:
      return gst_prof_advice_get (GST_PROF_WARNING_FALLING_BEHIND, load->stage,
          cause);
  }
}

/*
 * gst_prof_backlog_line_dup_advice:
 * @judgement: what there is to tell
 * @cause: why the stage or element that it names was slow of late, if it was
 *
 * Returns: (transfer full) (nullable): what helps; %NULL: what was short no
 *   longer is
 */
gchar *
gst_prof_backlog_line_dup_advice (const GstProfJudgement * judgement,
    GstProfCause cause)
{
  const GstProfHolder *holder = NULL;
  const gchar *advice = gst_prof_threshold_get_advice (judgement->kind, NULL);

  if (judgement->kind == GST_PROF_WARNING_DISK_SPACE
      && judgement->state == GST_PROF_WARNING_FINAL && !judgement->at_end)
    return NULL;
  if (judgement->kind == GST_PROF_WARNING_FALLING_BEHIND) {
    advice = get_place_advice (&judgement->load, cause);
    holder = &judgement->holder.holder;
  } else if (judgement->n_shares > 0
      && judgement->shares[0].growth > judgement->unexplained) {
    holder = &judgement->shares[0].holder;
  }
  if (holder != NULL && holder->name[0] != '\0'
      && holder->kind <= GST_PROF_HOLDER_MULTIQUEUE
      && !gst_prof_holder_is_bounded (holder))
    return g_strdup_printf ("%s; nothing limits %s: set max-size-buffers and "
        "leaky=downstream, so that late frames are dropped and memory stays",
        advice, holder->name);
  return g_strdup (advice);
}
