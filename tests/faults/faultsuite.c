/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * fault-suite: injects each fault of the table for real into a recording
 * pipeline and compares the cause that gst-prof names with it.
 *
 *   fault-suite --list
 *   fault-suite --only=spin,mutex --repeat=10 --duration=150
 *   fault-suite --cheap --tap
 *   fault-suite --bench --repeat=3 --cheap-repeat=10
 *
 * Exits 1 when a TAP case failed, otherwise 0: without --tap it decides
 * nothing. One thread; what records runs in a process of its own each time.
 */

#include "faultchild.h"
#include "faultguard.h"
#include "faultneed.h"
#include "faultreport.h"

#include <stdio.h>

/* The child's end of the socket, as faultrunner.c puts it. */
#define CHILD_FD 3
/* --bench takes each fault at both. */
#define LONG_MS 1500
#define SHORT_MS 150
/* A repetition more, only when the machine took a part of the time. */
#define TAP_ATTEMPTS 3

static gboolean list, cheap_only, tap, json, bench;
static gchar *only;
static gint repeat = 1, cheap_repeat, duration_ms = LONG_MS;

static const GOptionEntry entries[] = {
  {"list", 0, 0, G_OPTION_ARG_NONE, &list, "List the faults", NULL},
  {"only", 0, 0, G_OPTION_ARG_STRING, &only, "Only these faults", "NAME,…"},
  {"cheap", 0, 0, G_OPTION_ARG_NONE, &cheap_only, "Only the cheap ones", NULL},
  {"repeat", 0, 0, G_OPTION_ARG_INT, &repeat, "Repetitions of each", "N"},
  {"cheap-repeat", 0, 0, G_OPTION_ARG_INT, &cheap_repeat,
      "Repetitions of each that is cheap (otherwise as the others)", "N"},
  {"duration", 0, 0, G_OPTION_ARG_INT, &duration_ms,
      "How long a fault lasts; below 500 thresholds are 50 ms", "MS"},
  {"tap", 0, 0, G_OPTION_ARG_NONE, &tap, "TAP, and an exit code", NULL},
  {"json", 0, 0, G_OPTION_ARG_NONE, &json, "An object for each repetition",
      NULL},
  {"bench", 0, 0, G_OPTION_ARG_NONE, &bench,
      "Long and short, with the confusion matrix", NULL},
  {NULL}
};

static gboolean
is_wanted (const Fault * fault)
{
  g_auto (GStrv) names = NULL;

  if (cheap_only && !(fault->flags & FAULT_CHEAP))
    return FALSE;
  if (only == NULL)
    return TRUE;
  names = g_strsplit (only, ",", -1);
  return g_strv_contains ((const gchar * const *) names, fault->name);
}

/* A name that is no fault's is a mistake, not an empty run. */
static gboolean
check_names (void)
{
  g_auto (GStrv) names = only ? g_strsplit (only, ",", -1) : NULL;

  for (guint i = 0; names != NULL && names[i] != NULL; i++) {
    if (fault_table_find (names[i]) == NULL) {
      fprintf (stderr, "fault-suite: no fault \"%s\"; --list lists them\n",
          names[i]);
      return FALSE;
    }
  }
  return TRUE;
}

static void
print_list (void)
{
  guint n;
  const Fault *table = fault_table_get (&n);

  for (guint i = 0; i < n; i++) {
    g_autofree gchar *missing = fault_need_find_missing (table[i].needs);

    printf ("%-26s %-26s %-5s %-8s %s\n", table[i].name, table[i].expected,
        table[i].flags & FAULT_CHEAP ? "cheap" : "",
        table[i].flags & FAULT_HELD_OUT ? "held-out" : "",
        missing ? missing : "");
  }
}

static void
run_fault (const Fault * fault, GstClockTime duration, const gchar * folder,
    FaultReport * report)
{
  gint n = fault->flags & FAULT_CHEAP && cheap_repeat > 0 ? cheap_repeat
      : repeat;

  for (gint i = 0; i < n; i++) {
    FaultRun *run = fault_run_new (fault, duration, folder);
    FaultVerdict *verdict = fault_verdict_new (run);

    if (json)
      fault_report_print_json (run, verdict);
    else
      fault_report_print_line (run, verdict);
    fault_report_add (report, run, verdict);
    fault_verdict_free (verdict);
    fault_run_free (run);
  }
}

static void
run_faults (const gchar * folder)
{
  FaultReport *report = fault_report_new ();
  const gint durations[] = { bench ? LONG_MS : duration_ms, SHORT_MS };
  guint n;
  const Fault *table = fault_table_get (&n);

  for (guint i = 0; i < n; i++) {
    g_autofree gchar *missing = NULL;

    if (!is_wanted (&table[i]))
      continue;
    missing = fault_need_find_missing (table[i].needs);
    if (missing != NULL) {
      fault_report_skip (report, &table[i], missing);
      continue;
    }
    for (guint j = 0; j < (bench ? 2 : 1); j++)
      run_fault (&table[i], durations[j] * GST_MSECOND, folder, report);
  }
  if (!json)
    fault_report_print (report, bench);
  fault_report_free (report);
}

/* Returns whether it is well; says so. */
static gboolean
run_case (guint number, const Fault * fault, const gchar * folder)
{
  g_autofree gchar *missing = fault_need_find_missing (fault->needs);
  gboolean good = FALSE, again = TRUE;

  if (missing != NULL) {
    printf ("ok %u - %s # SKIP %s\n", number, fault->name, missing);
    return TRUE;
  }
  for (guint i = 0; i < TAP_ATTEMPTS && again; i++) {
    FaultRun *run = fault_run_new (fault, duration_ms * GST_MSECOND, folder);
    FaultVerdict *verdict = fault_verdict_new (run);

    good = fault_verdict_is_good (verdict, run);
    again = !good && verdict->interfered;
    printf ("# ");
    fault_report_print_line (run, verdict);
    fault_verdict_free (verdict);
    fault_run_free (run);
  }
  printf ("%s %u - %s is %s\n", good ? "ok" : "not ok", number, fault->name,
      fault->expected);
  fflush (stdout);
  return good;
}

static gboolean
run_cases (const gchar * folder)
{
  guint n, number = 0;
  const Fault *table = fault_table_get (&n);
  gboolean good = TRUE;

  for (guint i = 0; i < n; i++)
    number += is_wanted (&table[i]);
  printf ("1..%u\n", number);
  number = 0;
  for (guint i = 0; i < n; i++) {
    if (is_wanted (&table[i]))
      good = run_case (++number, &table[i], folder) && good;
  }
  return good;
}

/* NAME DURATION FOLDER SLOW-FS SLOW-DISK, from faultrunner.c. */
static int
run_child (gchar ** argv)
{
  gst_init (NULL, NULL);
  return fault_child_main (fault_table_find (argv[2]),
      g_ascii_strtoull (argv[3], NULL, 10), CHILD_FD, argv[4], argv[5],
      argv[6]);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autofree gchar *folder = NULL;
  g_autoptr (GError) error = NULL;
  gboolean good = TRUE;

  if (argc == 7 && g_str_equal (argv[1], "--child"))
    return run_child (argv);

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_summary (context, "Injects faults into recording "
      "pipelines and judges the causes that gst-prof names.");
  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    fprintf (stderr, "fault-suite: %s\n", error->message);
    return 2;
  }
  if (!check_names ())
    return 2;

  folder = g_dir_make_tmp ("gst-prof-faults-XXXXXX", &error);
  if (folder == NULL) {
    fprintf (stderr, "fault-suite: %s\n", error->message);
    return 2;
  }
  fault_guard_start (folder);
  gst_init (NULL, NULL);
  if (list)
    print_list ();
  else if (tap)
    good = run_cases (folder);
  else
    run_faults (folder);
  fflush (stdout);
  fault_guard_end ();
  return good ? 0 : 1;
}
