/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The words of the status line. Passive: numbers in, text out. Short enough for
 * the stages of a recording to fit on a terminal of usual width; what matters
 * most comes first, as the end may be cut.
 */

#include <gst/prof/gstprofsummary.h>

#include "statusline.h"

/* The frame rate over the samples, which are taken three times a second. */
static void
append_rate (GString * text, GstProfStatusLine * line, guint64 frames,
    GstClockTime elapsed)
{
  guint oldest, now = line->n_samples % GST_PROF_STATUS_LINE_SAMPLES;

  line->frames[now] = frames;
  line->times[now] = elapsed;
  line->n_samples++;
  oldest = line->n_samples < GST_PROF_STATUS_LINE_SAMPLES ? 0
      : line->n_samples % GST_PROF_STATUS_LINE_SAMPLES;
  if (elapsed > line->times[oldest])
    g_string_append_printf (text, " %.1f fps,",
        (frames - line->frames[oldest]) * (gdouble) GST_SECOND
        / (elapsed - line->times[oldest]));
}

/* Two digits are enough here: 0, 2.4, 63. */
static void
append_ms (GString * text, GstClockTime time)
{
  gdouble ms = time / (gdouble) GST_MSECOND;

  g_string_append_printf (text, "%.*f", ms >= 0.05 && ms < 9.95 ? 1 : 0, ms);
}

static void
append_stage (GString * text, const GstProfSummaryStage * stage)
{
  /* spans that belong to no known frame are better than nothing here */
  const GstProfDistribution *times =
      stage->own.count > 0 ? &stage->own : &stage->span;

  g_string_append_printf (text, " %s ", stage->name);
  append_ms (text, times->p50);
  g_string_append_c (text, '/');
  append_ms (text, times->p99);
}

/* Of all streams together; what is not worth a word has none. */
static void
append_received (GString * text, const GstProfSummary * summary)
{
  guint64 lost = 0, key = 0;
  gdouble rate = 0.0;
  GstClockTime lag = GST_CLOCK_TIME_IS_VALID (summary->lag_last)
      ? summary->lag_last : summary->lag_first;

  if (summary->receivers->len == 0)
    return;
  for (guint i = 0; i < summary->receivers->len; i++) {
    const GstProfSummaryReceiver *receiver =
        &g_array_index (summary->receivers, GstProfSummaryReceiver, i);

    rate += receiver->rate;
    lost += receiver->lost;
    /* Whichever of the two was agreed on with the peer asks for one. */
    key += receiver->pli + receiver->fir;
  }
  g_string_append_printf (text, ", rtp %.0f/s", rate);
  if (lost > 0)
    g_string_append_printf (text, " lost %" G_GUINT64_FORMAT, lost);
  if (key > 0)
    g_string_append_printf (text, " key %" G_GUINT64_FORMAT, key);
  if (GST_CLOCK_TIME_IS_VALID (lag))
    g_string_append_printf (text, " lag %.1fs", lag / (gdouble) GST_SECOND);
}

static gboolean
add_count (GQuark field, const GValue * value, gpointer data)
{
  guint64 *sum = data;

  if (G_VALUE_HOLDS_UINT64 (value))
    *sum += g_value_get_uint64 (value);
  else if (G_VALUE_HOLDS_UINT (value))
    *sum += g_value_get_uint (value);
  return TRUE;
}

/*
 * gst_prof_status_line_update:
 * @line: what was there before
 * @stats: (nullable): a latencytracer's stats
 * @elapsed: time since the start, nanoseconds
 *
 * Returns: (transfer full): one line: time, frames per second, warnings so far,
 *   what comes in by RTP, median and 99th percentile of each stage in
 *   milliseconds
 */
gchar *
gst_prof_status_line_update (GstProfStatusLine * line,
    const GstStructure * stats, GstClockTime elapsed)
{
  g_auto (GstProfSummary) summary = { 0 };
  GString *text = g_string_new (NULL);
  guint64 warnings = 0;

  g_string_append_printf (text, "%u:%02u", (guint) (elapsed / GST_SECOND / 60),
      (guint) (elapsed / GST_SECOND % 60));
  if (stats == NULL || !gst_prof_summary_parse (&summary, stats)
      || summary.frames == 0) {
    g_string_append (text, " no frames yet");
    if (summary.receivers != NULL)
      append_received (text, &summary);
    return g_string_free (text, FALSE);
  }

  if (summary.warnings)
    gst_structure_foreach (summary.warnings, add_count, &warnings);
  append_rate (text, line, summary.frames, elapsed);
  g_string_append_printf (text, " %" G_GUINT64_FORMAT " warning%s", warnings,
      warnings == 1 ? "" : "s");
  append_received (text, &summary);
  if (summary.stages->len > 0)
    g_string_append (text, " | p50/p99 ms:");
  for (guint i = 0; i < summary.stages->len; i++)
    append_stage (text, &g_array_index (summary.stages, GstProfSummaryStage,
            i));
  return g_string_free (text, FALSE);
}
