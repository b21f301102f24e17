/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What the report says of a session: how it started, and what came in by RTP. A
 * function of the summary and nothing else. Passive; any thread.
 */

#include "gstprofreportreceive.h"

#include "gstprofbacklogline.h"
#include "gstprofline.h"
#include "gstprofreporttext.h"

#define COLUMNS "  %-18.18s %-5.5s %-6.6s"

/* How it is known that the peer is gone. */
static const gchar *
describe_gone (const gchar * gone)
{
  if (g_strcmp0 (gone, "bye") == 0)
    return "the peer said goodbye";
  if (g_strcmp0 (gone, "closed") == 0)
    return "the peer closed the connection";
  return "the peer could not be reached any more";
}

static void
append_bytes (GString * report, guint width, guint64 bytes)
{
  g_autoptr (GString) text = g_string_new (NULL);

  gst_prof_backlog_line_append_bytes (text, bytes);
  gst_prof_report_text_append_right (report, width, text->str);
}

static void
append_rate (GString * report, guint width, gdouble rate)
{
  g_autofree gchar *text =
      rate > 0.0 ? g_strdup_printf ("%" G_GUINT64_FORMAT "/s",
      (guint64) (rate + 0.5)) : g_strdup ("-");

  gst_prof_report_text_append_right (report, width, text);
}

static void
append_receiver (GString * report, const GstProfSummaryReceiver * receiver)
{
  g_string_append_printf (report, COLUMNS, receiver->name,
      receiver->media ? receiver->media : "-",
      receiver->encoding ? receiver->encoding : "-");
  gst_prof_report_text_append_count_column (report, 9, receiver->packets);
  append_bytes (report, 8, receiver->bytes);
  append_rate (report, 8, receiver->mean_rate);
  gst_prof_report_text_append_count_column (report, 7, receiver->lost);
  gst_prof_report_text_append_count_column (report, 6, receiver->late);
  gst_prof_report_text_append_ms_column (report, 9, receiver->jitter);
  gst_prof_report_text_append_count_column (report, 5, receiver->pli + receiver->fir);
  gst_prof_report_text_append_count_column (report, 6, receiver->nack);
  gst_prof_report_text_append_count_column (report, 6, receiver->held);
  g_string_append_c (report, '\n');
  if (receiver->gone != NULL)
    g_string_append_printf (report, "    %s\n",
        describe_gone (receiver->gone));
}

/* Retransmissions have a stream of their own, in which often nothing comes. */
static gboolean
has_news (const GstProfSummaryReceiver * receiver)
{
  return receiver->packets > 0 || receiver->lost > 0;
}

/*
 * gst_prof_report_receive_append:
 * @report: a report
 * @summary: a summary
 *
 * Appends what came in, a row for each stream with packets; nothing, where there
 * is no stream.
 */
void
gst_prof_report_receive_append (GString * report,
    const GstProfSummary * summary)
{
  guint silent = 0;

  if (summary->receivers->len == 0)
    return;

  g_string_append_printf (report, "\n" COLUMNS "%9s%8s%8s%7s%6s%9s%5s%6s%6s\n",
      "received", "media", "codec", "packets", "bytes", "rate", "lost", "late",
      "jitter", "key", "nack", "held");
  for (guint i = 0; i < summary->receivers->len; i++) {
    const GstProfSummaryReceiver *receiver =
        &g_array_index (summary->receivers, GstProfSummaryReceiver, i);

    if (has_news (receiver))
      append_receiver (report, receiver);
    else
      silent++;
  }
  if (silent > 0) {
    g_string_append (report, "  no packet came in ");
    gst_prof_report_text_append_times (report, silent, "more stream",
        "more streams");
    g_string_append_c (report, '\n');
  }
  if (summary->receivers_refused > 0)
    g_string_append_printf (report, "  and %" G_GUINT64_FORMAT " more, that "
        "there was no room for\n", summary->receivers_refused);
}

/* Where the total begins. */
static const gchar *
describe_from (const gchar * from)
{
  static const gchar *const words[][2] = {
    {"contact", "first contact"}, {"offer", "the offer"},
    {"answer", "the answer"}, {"packet", "the first packet"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    if (g_strcmp0 (words[i][0], from) == 0)
      return words[i][1];
  }
  return from;
}

typedef struct
{
  GString *text;
  guint n;
} Parts;

static gboolean
append_part (GQuark name, const GValue * value, gpointer user_data)
{
  Parts *parts = user_data;
  GstClockTime time;

  if (!G_VALUE_HOLDS_UINT64 (value)
      || g_strcmp0 (g_quark_to_string (name), "total") == 0)
    return TRUE;
  time = g_value_get_uint64 (value);
  if (time < GST_MSECOND / 2)
    return TRUE;
  g_string_append_printf (parts->text, "%s %s %" G_GUINT64_FORMAT "ms",
      parts->n++ > 0 ? "," : ":", g_quark_to_string (name),
      gst_util_uint64_scale_round (time, 1, GST_MSECOND));
  return TRUE;
}

/*
 * gst_prof_report_receive_append_startup:
 * @report: a report
 * @summary: a summary
 *
 * Appends how long the session took to its first recorded frame, and what that
 * was spent with; nothing, where that is not known.
 */
void
gst_prof_report_receive_append_startup (GString * report,
    const GstProfSummary * summary)
{
  g_autoptr (GString) text = g_string_new ("Startup: ");
  Parts parts = { text, 0 };
  const gchar *from;
  guint64 total;

  if (summary->startup == NULL
      || !gst_structure_get_uint64 (summary->startup, "total", &total))
    return;
  from = gst_structure_get_string (summary->startup, "from");
  gst_prof_line_append_seconds (text, total, 2);
  g_string_append_printf (text, " from %s to first recorded frame",
      describe_from (from ? from : "contact"));
  gst_structure_foreach (summary->startup, append_part, &parts);
  gst_prof_report_text_append_wrapped (report, text->str, 9);
}
