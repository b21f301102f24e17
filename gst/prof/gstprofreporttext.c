/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The pieces of the report's text: columns, times, wrapped lines. It knows
 * nothing of a summary. Passive; any thread.
 */

#include "gstprofreporttext.h"

#include "gstprofline.h"

#include <string.h>

#define COLUMNS 100

/*
 * gst_prof_report_text_append_right:
 * @report: a report
 * @width: columns
 * @text: what to append
 *
 * Appends @text, or as much space, so that it ends @width further right.
 */
void
gst_prof_report_text_append_right (GString * report, guint width,
    const gchar * text)
{
  g_string_append_printf (report, "%*s", (int) width, text);
}

/*
 * gst_prof_report_text_append_ms_column:
 * @report: a report
 * @width: columns
 * @time: nanoseconds
 *
 * Appends "12.3ms", so that it ends @width further right.
 */
void
gst_prof_report_text_append_ms_column (GString * report, guint width,
    GstClockTime time)
{
  g_autoptr (GString) text = g_string_new (NULL);

  gst_prof_line_append_ms (text, time);
  gst_prof_report_text_append_right (report, width, text->str);
}

/*
 * gst_prof_report_text_append_short_column:
 * @report: a report
 * @width: columns
 * @time: nanoseconds
 *
 * Appends "52us", "12.3ms", "1234ms" or "12.3s", whose six columns tell an
 * element of microseconds from one of seconds, so that it ends @width further
 * right.
 */
void
gst_prof_report_text_append_short_column (GString * report, guint width,
    GstClockTime time)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (time < GST_MSECOND - GST_USECOND / 2)
    g_string_append_printf (text, "%" G_GUINT64_FORMAT "us",
        gst_util_uint64_scale_round (time, 1, GST_USECOND));
  else if (time < 100 * GST_MSECOND - GST_MSECOND / 20)
    gst_prof_line_append_ms (text, time);
  else if (time < 10 * GST_SECOND - GST_MSECOND / 2)
    g_string_append_printf (text, "%" G_GUINT64_FORMAT "ms",
        gst_util_uint64_scale_round (time, 1, GST_MSECOND));
  else if (time < 1000 * GST_SECOND - GST_SECOND / 20)
    gst_prof_line_append_seconds (text, time, 1);
  else
    g_string_append_printf (text, "%" G_GUINT64_FORMAT "s",
        gst_util_uint64_scale_round (time, 1, GST_SECOND));
  gst_prof_report_text_append_right (report, width, text->str);
}

/*
 * gst_prof_report_text_append_count_column:
 * @report: a report
 * @width: columns
 * @count: a number
 *
 * Appends "123", so that it ends @width further right.
 */
void
gst_prof_report_text_append_count_column (GString * report, guint width,
    guint64 count)
{
  g_autofree gchar *text = g_strdup_printf ("%" G_GUINT64_FORMAT, count);

  gst_prof_report_text_append_right (report, width, text);
}

/*
 * gst_prof_report_text_append_short_count_column:
 * @report: a report
 * @width: columns
 * @count: a number
 *
 * Appends "1234567", "12345k" or "12345M": seven columns, so that it ends @width
 * further right.
 */
void
gst_prof_report_text_append_short_count_column (GString * report, guint width,
    guint64 count)
{
  static const gchar *const units[] = { "", "k", "M", "G", "T" };
  g_autofree gchar *text = NULL;
  guint unit = 0;

  while (count >= 10000000 && unit < G_N_ELEMENTS (units) - 1) {
    count = (count + 500) / 1000;
    unit++;
  }
  text = g_strdup_printf ("%" G_GUINT64_FORMAT "%s", count, units[unit]);
  gst_prof_report_text_append_right (report, width, text);
}

/*
 * gst_prof_report_text_append_percent:
 * @report: a report
 * @width: columns
 * @part: a number
 * @whole: what it is a part of
 *
 * Appends "13.3 %", with a point in every locale.
 */
void
gst_prof_report_text_append_percent (GString * report, guint width,
    guint64 part, guint64 whole)
{
  guint64 tenths = whole ? gst_util_uint64_scale_round (part, 1000, whole) : 0;
  g_autofree gchar *text = g_strdup_printf ("%" G_GUINT64_FORMAT ".%"
      G_GUINT64_FORMAT " %%", tenths / 10, tenths % 10);

  gst_prof_report_text_append_right (report, width, text);
}

/*
 * gst_prof_report_text_append_time:
 * @report: a report
 * @time: nanoseconds
 *
 * Appends long times in seconds, short ones in milliseconds.
 */
void
gst_prof_report_text_append_time (GString * report, GstClockTime time)
{
  if (time >= GST_SECOND)
    gst_prof_line_append_seconds (report, time, time < 10 * GST_SECOND ? 2 : 1);
  else
    gst_prof_line_append_ms (report, time);
}

/*
 * gst_prof_report_text_append_times:
 * @report: a report
 * @count: how many
 * @one: the word for one
 * @many: the word for any other number
 *
 * Appends "1 gap", "2 gaps".
 */
void
gst_prof_report_text_append_times (GString * report, guint64 count,
    const gchar * one, const gchar * many)
{
  g_string_append_printf (report, "%" G_GUINT64_FORMAT " %s", count,
      count == 1 ? one : many);
}

/*
 * gst_prof_report_text_append_wrapped:
 * @report: a report
 * @text: words
 * @indent: columns before the further lines
 *
 * Appends words, in lines of at most COLUMNS, the further ones indented.
 */
void
gst_prof_report_text_append_wrapped (GString * report, const gchar * text,
    guint indent)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  const gchar *last = strrchr (report->str, '\n');
  gsize column = report->len - (last ? last + 1 - report->str : 0);

  for (guint i = 0; words[i]; i++) {
    if (i > 0 && column + 1 + strlen (words[i]) > COLUMNS) {
      g_string_append_printf (report, "\n%*s", (int) indent, "");
      column = indent;
    } else if (i > 0) {
      g_string_append_c (report, ' ');
      column++;
    }
    g_string_append (report, words[i]);
    column += strlen (words[i]);
  }
  g_string_append_c (report, '\n');
}
