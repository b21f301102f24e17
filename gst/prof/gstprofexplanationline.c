/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The wording of causes in the log lines. Passive; any thread.
 */

#include "gstprofexplanationline.h"

#include "gstprofline.h"

/* Parts that are less than this share of the whole are not in the line. */
#define MIN_SHARE 50            /* a fiftieth */
#define MAX_PARTS 4

/* All that a run can have. */
G_STATIC_ASSERT (GST_PROF_LEDGER_MAX_PARTS >= GST_PROF_CAUSE_N);

/*
 * gst_prof_explanation_fill_ledger:
 * @ledger: (out caller-allocates): the interval by the causes' nicks
 * @blame: the same by cause and place
 */
void
gst_prof_explanation_fill_ledger (GstProfLedger * ledger, const GstProfBlame * blame)
{
  gst_prof_ledger_init (ledger, blame->wall);
  for (guint i = 0; i < blame->n_items; i++)
    gst_prof_ledger_add (ledger,
        gst_prof_cause_get_info (blame->items[i].cause)->nick,
        blame->items[i].time);
}

static gboolean
is_wait (GstProfCause cause)
{
  return cause == GST_PROF_CAUSE_UPSTREAM
      || cause == GST_PROF_CAUSE_DOWNSTREAM;
}

typedef struct
{
  GstProfCause cause;
  GstClockTime time;
} Part;

static gint
compare_parts (gconstpointer a, gconstpointer b)
{
  const Part *left = a, *right = b;

  return left->time < right->time ? 1 : left->time > right->time ? -1 : 0;
}

/* The parts worth a word, the largest first. With @less, only what @blame has
 * more than that one, and of waits what is left of them. */
static guint
list_parts (const GstProfBlame * blame, const GstProfBlame * less,
    Part * parts)
{
  GstClockTime least = MAX (blame->wall / MIN_SHARE, GST_MSECOND / 2);
  guint n = 0;

  for (guint cause = 0; cause < GST_PROF_CAUSE_N; cause++) {
    GstClockTime time = gst_prof_blame_get (blame, cause);

    if (less != NULL && !is_wait (cause))
      time -= MIN (time, gst_prof_blame_get (less, cause));
    if (time >= least)
      parts[n++] = (Part) { cause, time };
  }
  qsort (parts, n, sizeof (Part), compare_parts);
  return MIN (n, MAX_PARTS);
}

static void
append_parts (GString * line, const Part * parts, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_string_append_printf (line, "%s%s ", i > 0 ? ", " : "",
        gst_prof_cause_get_info (parts[i].cause)->nick);
    gst_prof_line_append_seconds (line, parts[i].time,
        parts[i].time >= GST_SECOND ? 1 : 3);
  }
}

/*
 * gst_prof_explanation_append:
 * @line: a line
 * @explanation: where an interval went
 *
 * Appends "upstream 18.6s <- on-cpu 18.5s (decoder0: …)".
 */
void
gst_prof_explanation_append (GString * line, const GstProfExplanation * explanation)
{
  Part causes[GST_PROF_CAUSE_N], root[GST_PROF_CAUSE_N];
  guint n = list_parts (&explanation->causes, NULL, causes);
  guint n_root = list_parts (&explanation->root, &explanation->causes, root);

  append_parts (line, causes, n);
  if (n_root > 0 && !(n_root == 1 && is_wait (root[0].cause))) {
    g_string_append (line, " <- ");
    append_parts (line, root, n_root);
  }
  if (explanation->evidence[0] != '\0')
    g_string_append_printf (line, " (%s)", explanation->evidence);
}
