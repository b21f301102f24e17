/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Prints verdicts: one a line, and all of them as a table and as a confusion
 * matrix, on stdout. Keeps numbers only. One thread.
 */

#include "faultreport.h"

#include <stdio.h>
#include <string.h>

/* What one fault came to at one duration. */
typedef struct
{
  const Fault *fault;
  GstClockTime duration;
  guint n;
  guint right;
  guint good;
  guint interfered;
  GArray *shares;               /* gdouble, as the next */
  GArray *unknowns;
  GArray *delays;               /* milliseconds */
  GHashTable *found;            /* root cause -> number of times */
} Tally;

struct _FaultReport
{
  GPtrArray *tallies;           /* of Tally, in the order of the table */
  GPtrArray *skips;             /* of text */
};

static void
free_tally (gpointer data)
{
  Tally *tally = data;

  g_array_unref (tally->shares);
  g_array_unref (tally->unknowns);
  g_array_unref (tally->delays);
  g_hash_table_unref (tally->found);
  g_free (tally);
}

FaultReport *
fault_report_new (void)
{
  FaultReport *report = g_new0 (FaultReport, 1);

  report->tallies = g_ptr_array_new_with_free_func (free_tally);
  report->skips = g_ptr_array_new_with_free_func (g_free);
  return report;
}

void
fault_report_free (FaultReport * report)
{
  g_ptr_array_unref (report->tallies);
  g_ptr_array_unref (report->skips);
  g_free (report);
}

static Tally *
get_tally (FaultReport * report, const FaultRun * run)
{
  Tally *tally;

  for (guint i = 0; i < report->tallies->len; i++) {
    tally = g_ptr_array_index (report->tallies, i);
    if (tally->fault == run->fault && tally->duration == run->duration)
      return tally;
  }
  tally = g_new0 (Tally, 1);
  tally->fault = run->fault;
  tally->duration = run->duration;
  tally->shares = g_array_new (FALSE, FALSE, sizeof (gdouble));
  tally->unknowns = g_array_new (FALSE, FALSE, sizeof (gdouble));
  tally->delays = g_array_new (FALSE, FALSE, sizeof (gdouble));
  tally->found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_ptr_array_add (report->tallies, tally);
  return tally;
}

static void
count (GHashTable * table, const gchar * what, guint n)
{
  guint before = GPOINTER_TO_UINT (g_hash_table_lookup (table, what));

  g_hash_table_insert (table, g_strdup (what), GUINT_TO_POINTER (before + n));
}

void
fault_report_add (FaultReport * report, const FaultRun * run,
    const FaultVerdict * verdict)
{
  Tally *tally = get_tally (report, run);
  gdouble delay = verdict->delay / 1e6;

  tally->n++;
  tally->right += verdict->right;
  tally->good += fault_verdict_is_good (verdict, run);
  tally->interfered += verdict->interfered;
  if (verdict->share >= 0)
    g_array_append_val (tally->shares, verdict->share);
  if (verdict->unknown >= 0)
    g_array_append_val (tally->unknowns, verdict->unknown);
  if (verdict->has_open)
    g_array_append_val (tally->delays, delay);
  count (tally->found, verdict->found, 1);
}

void
fault_report_skip (FaultReport * report, const Fault * fault,
    const gchar * reason)
{
  g_ptr_array_add (report->skips, g_strdup_printf ("%s: %s", fault->name,
          reason));
}

static gint
compare_doubles (gconstpointer a, gconstpointer b)
{
  gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;

  return (x > y) - (x < y);
}

/* Negative where there is nothing. */
static gdouble
get_median (GArray * values)
{
  if (values->len == 0)
    return -1;
  g_array_sort (values, compare_doubles);
  return g_array_index (values, gdouble, values->len / 2);
}

static void
print_number (gdouble number, gdouble factor, const gchar * unit)
{
  if (number < 0)
    printf (" %9s", "-");
  else
    printf (" %7.1f%s", number * factor, unit);
}

static void
print_tally (Tally * tally)
{
  GHashTableIter iter;
  gpointer key, value;

  printf ("%-26s %5.0f %4u %6.1f%%", tally->fault->name,
      tally->duration / 1e6, tally->n, 100.0 * tally->right / tally->n);
  print_number (get_median (tally->shares), 100, " %");
  print_number (get_median (tally->unknowns), 100, " %");
  print_number (get_median (tally->delays), 1, "ms");
  printf ("  %s", tally->fault->expected);
  if (tally->fault->second != NULL)
    printf ("+%s", tally->fault->second);
  printf (":");
  g_hash_table_iter_init (&iter, tally->found);
  while (g_hash_table_iter_next (&iter, &key, &value))
    printf (" %s %u", (gchar *) key, GPOINTER_TO_UINT (value));
  if (tally->interfered > 0)
    printf (" (machine interfered: %u)", tally->interfered);
  printf ("\n");
}

static void
print_tallies (FaultReport * report, const gchar * title, gboolean held_out)
{
  guint n = 0, right = 0, good = 0;

  printf ("\n%s\n%-26s %5s %4s %7s %9s %9s %9s  %s\n", title, "fault", "ms",
      "n", "right", "share", "unknown", "delay", "expected: named");
  for (guint i = 0; i < report->tallies->len; i++) {
    Tally *tally = g_ptr_array_index (report->tallies, i);

    if (held_out != ((tally->fault->flags & FAULT_HELD_OUT) != 0))
      continue;
    print_tally (tally);
    n += tally->n;
    right += tally->right;
    good += tally->good;
  }
  if (n > 0)
    printf ("%u repetitions: right cause in %u (%.1f %%), also in time and with "
        "a right sum in %u (%.1f %%)\n", n, right, 100.0 * right / n, good,
        100.0 * good / n);
}

static gint
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar * const *) a, *(const gchar * const *) b);
}

static GPtrArray *
get_sorted_keys (GHashTable * table)
{
  GPtrArray *keys = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_ptr_array_add (keys, key);
  g_ptr_array_sort (keys, compare_texts);
  return keys;
}

/* A row for each expected cause, a column for each that was named. */
static void
print_matrix (FaultReport * report)
{
  g_autoptr (GHashTable) rows = g_hash_table_new_full (g_str_hash, g_str_equal,
      g_free, (GDestroyNotify) g_hash_table_unref);
  g_autoptr (GHashTable) all = g_hash_table_new_full (g_str_hash, g_str_equal,
      g_free, NULL);
  g_autoptr (GPtrArray) columns = NULL, names = NULL;

  for (guint i = 0; i < report->tallies->len; i++) {
    Tally *tally = g_ptr_array_index (report->tallies, i);
    g_autofree gchar *name = tally->fault->second == NULL
        ? g_strdup (tally->fault->expected)
        : g_strconcat (tally->fault->expected, "+", tally->fault->second, NULL);
    GHashTable *row = g_hash_table_lookup (rows, name);
    GHashTableIter iter;
    gpointer key, value;

    if (row == NULL) {
      row = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_hash_table_insert (rows, g_strdup (name), row);
    }
    g_hash_table_iter_init (&iter, tally->found);
    while (g_hash_table_iter_next (&iter, &key, &value)) {
      count (row, key, GPOINTER_TO_UINT (value));
      count (all, key, GPOINTER_TO_UINT (value));
    }
  }

  columns = get_sorted_keys (all);
  names = get_sorted_keys (rows);
  printf ("\nInjected (rows) and named (columns)\n%-26s", "");
  for (guint j = 0; j < columns->len; j++)
    printf (" %13s", (gchar *) g_ptr_array_index (columns, j));
  printf ("\n");
  for (guint i = 0; i < names->len; i++) {
    GHashTable *row = g_hash_table_lookup (rows, g_ptr_array_index (names, i));

    printf ("%-26s", (gchar *) g_ptr_array_index (names, i));
    for (guint j = 0; j < columns->len; j++) {
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (row,
              g_ptr_array_index (columns, j)));

      if (n > 0)
        printf (" %13u", n);
      else
        printf (" %13s", ".");
    }
    printf ("\n");
  }
}

/*
 * fault_report_print:
 * @matrix: whether to print the confusion matrix, too
 */
void
fault_report_print (FaultReport * report, gboolean matrix)
{
  if (report->tallies->len > 0) {
    print_tallies (report, "Faults", FALSE);
    print_tallies (report, "Faults held out of tuning", TRUE);
    if (matrix)
      print_matrix (report);
  }
  if (report->skips->len > 0)
    printf ("\n%u faults were skipped\n", report->skips->len);
  for (guint i = 0; i < report->skips->len; i++)
    printf ("  %s\n", (gchar *) g_ptr_array_index (report->skips, i));
}

/*
 * fault_report_print_line:
 *
 * One repetition, for people.
 */
void
fault_report_print_line (const FaultRun * run, const FaultVerdict * verdict)
{
  printf ("%-5s %-24s %4.0f ms %s: %s %s", verdict->right ? "right" : "WRONG",
      run->fault->name, run->duration / 1e6, run->fault->expected,
      verdict->found, verdict->kind ? verdict->kind : "");
  if (verdict->stall > 0)
    printf (" %.0f ms of %.0f ms", verdict->stall / 1e6,
        (run->end[0] - run->begin[0]) / 1e6);
  if (verdict->share >= 0)
    printf (", share %.1f %%", 100 * verdict->share);
  if (verdict->parts != NULL && verdict->parts[0] != '\0')
    printf (" (%s)", verdict->parts);
  if (verdict->has_open)
    printf (", open after %.0f ms%s", verdict->delay / 1e6,
        verdict->order_ok ? "" : " BUT AFTER THE FINAL ONE");
  else
    printf (", no open");
  printf (", sum %s", verdict->sum_ok ? "ok" : "WRONG");
  if (verdict->other != NULL)
    printf (", but %s", verdict->other);
  if (run->starved[0] > 0)
    printf (", starved for %.0f ms", run->starved[0] / 1e6);
  if (verdict->interfered)
    printf (", the machine interfered");
  if (verdict->evidence != NULL && verdict->evidence[0] != '\0')
    printf (" | %s", verdict->evidence);
  if (verdict->trouble != NULL)
    printf (" | %s", verdict->trouble);
  printf ("\n");
  fflush (stdout);
}

static void
print_json_string (const gchar * name, const gchar * value)
{
  g_autofree gchar *escaped = g_strescape (value ? value : "", NULL);

  printf (", \"%s\": \"%s\"", name, escaped);
}

/*
 * fault_report_print_json:
 *
 * One repetition as a JSON object on a line, times in nanoseconds.
 */
void
fault_report_print_json (const FaultRun * run, const FaultVerdict * verdict)
{
  printf ("{\"duration\": %" G_GUINT64_FORMAT ", \"stall\": %" G_GUINT64_FORMAT
      ", \"right\": %s, \"open\": %s, \"order\": %s, \"sum\": %s, "
      "\"held-out\": %s, \"interfered\": %s, \"share\": %.4f, "
      "\"unknown\": %.4f, \"delay\": %" G_GINT64_FORMAT, run->duration,
      verdict->stall, verdict->right ? "true" : "false",
      verdict->has_open ? "true" : "false",
      verdict->order_ok ? "true" : "false", verdict->sum_ok ? "true" : "false",
      run->fault->flags & FAULT_HELD_OUT ? "true" : "false",
      verdict->interfered ? "true" : "false", verdict->share,
      verdict->unknown, verdict->delay);
  print_json_string ("fault", run->fault->name);
  print_json_string ("expected", run->fault->expected);
  print_json_string ("found", verdict->found);
  print_json_string ("kind", verdict->kind);
  print_json_string ("parts", verdict->parts);
  print_json_string ("evidence", verdict->evidence);
  print_json_string ("trouble", verdict->trouble);
  printf ("}\n");
  fflush (stdout);
}
