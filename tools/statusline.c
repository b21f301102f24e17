/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The words of the status line. Passive: numbers in, text out.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/prof/gstprofsummary.h>

#include "statusline.h"

#define MS(time) ((time) / (gdouble) GST_MSECOND)

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
 * gst_prof_status_line_new:
 * @stats: (nullable): a latencytracer's stats
 * @elapsed: time since the start, nanoseconds
 *
 * Returns: (transfer full): one line: time, frames per second, median and 99th
 *   percentile of each stage in milliseconds, warnings so far
 */
gchar *
gst_prof_status_line_new (const GstStructure * stats, GstClockTime elapsed)
{
  g_auto (GstProfSummary) summary = { 0 };
  GString *line = g_string_new (NULL);
  guint64 warnings = 0;

  g_string_append_printf (line, "%u:%02u:%02u",
      (guint) (elapsed / (3600 * GST_SECOND)),
      (guint) (elapsed / (60 * GST_SECOND) % 60),
      (guint) (elapsed / GST_SECOND % 60));
  if (stats == NULL || !gst_prof_summary_parse (&summary, stats)
      || summary.frames == 0) {
    g_string_append (line, " | no frames yet");
    return g_string_free (line, FALSE);
  }

  g_string_append_printf (line, " | %" G_GUINT64_FORMAT " frames, %.1f fps",
      summary.frames, summary.fps);
  for (guint i = 0; i < summary.stages->len; i++) {
    const GstProfSummaryStage *stage =
        &g_array_index (summary.stages, GstProfSummaryStage, i);
    /* spans that belong to no known frame are better than nothing here */
    const GstProfDistribution *times =
        stage->own.count > 0 ? &stage->own : &stage->span;

    g_string_append_printf (line, "%s%s %.1f/%.1f", i == 0 ? " | " : ", ",
        stage->name, MS (times->p50), MS (times->p99));
  }
  if (summary.stages->len > 0)
    g_string_append (line, " ms (p50/p99)");

  if (summary.warnings)
    gst_structure_foreach (summary.warnings, add_count, &warnings);
  g_string_append_printf (line, " | %" G_GUINT64_FORMAT " warning%s", warnings,
      warnings == 1 ? "" : "s");
  return g_string_free (line, FALSE);
}
