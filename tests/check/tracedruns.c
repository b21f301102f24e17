/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <gst/check/gstcheck.h>

#include "../../plugins/gstprofruns.h"

#include <gst/prof/gstprofsummary.h>

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static guint64 running_id;
static guint unanswered;

static GstStructure *
new_summary (void)
{
  g_auto (GstProfSummary) summary = { 0 };

  gst_prof_summary_init (&summary);
  return gst_prof_summary_to_structure (&summary);
}

static guint
ask (GPtrArray * runs, GstClockTime timeout)
{
  if (running_id != 0)
    gst_prof_runs_add_running (runs, running_id, "running", 3, new_summary ());
  return unanswered;
}

static void
setup (void)
{
  gst_prof_runs_init ();
  gst_prof_runs_set_source (ask);
}

static gchar *
get_text (guint * missed)
{
  g_autoptr (GstProfDocument) document =
      gst_prof_document_new ("test", 1, "exit", 0);

  *missed = gst_prof_runs_fill (document, GST_SECOND);
  return gst_prof_document_to_json (document);
}

static guint
count (const gchar * text, const gchar * part)
{
  guint n = 0;

  while ((text = strstr (text, part)) != NULL) {
    n++;
    text += strlen (part);
  }
  return n;
}

static void
check (guint ended, guint running, guint forgotten)
{
  guint missed;
  g_autofree gchar *text = get_text (&missed);
  g_autofree gchar *last = g_strdup_printf ("\"runs-forgotten\" : %u",
      forgotten);

  assert_equals_int (count (text, "\"state\" : \"ended\""), ended);
  assert_equals_int (count (text, "\"state\" : \"running\""), running);
  fail_unless (strstr (text, last) != NULL, "no %s in %s", last, text);
  assert_equals_int (missed, unanswered);
}

static void
end_one (const gchar * name)
{
  gst_prof_runs_add_ended (gst_prof_runs_new_id (), name, 1, new_summary ());
}

GST_START_TEST (test_there_is_nothing_before_the_first_run)
{
  fail_if (gst_prof_runs_any ());
  check (0, 0, 0);
  end_one ("a");
  fail_unless (gst_prof_runs_any ());
  check (1, 0, 0);
}

GST_END_TEST;

GST_START_TEST (test_the_last_runs_are_kept_and_the_others_counted)
{
  guint missed;
  g_autofree gchar *text = NULL;

  for (guint i = 0; i < GST_PROF_RUNS_MAX + 5; i++) {
    g_autofree gchar *name = g_strdup_printf ("p%u", i);

    end_one (name);
  }
  check (GST_PROF_RUNS_MAX, 0, 5);
  text = get_text (&missed);
  fail_unless (strstr (text, "\"p4\"") == NULL);
  fail_unless (strstr (text, "\"p5\"") != NULL);
}

GST_END_TEST;

GST_START_TEST (test_what_ends_while_it_is_asked_is_told_once)
{
  running_id = gst_prof_runs_new_id ();
  check (0, 1, 0);
  gst_prof_runs_add_ended (running_id, "running", 3, new_summary ());
  check (1, 0, 0);
}

GST_END_TEST;

GST_START_TEST (test_who_does_not_answer_is_counted)
{
  unanswered = 2;
  end_one ("a");
  check (1, 0, 0);
}

GST_END_TEST;

GST_START_TEST (test_nobody_is_asked_after_the_shutdown)
{
  running_id = gst_prof_runs_new_id ();
  assert_equals_int (gst_prof_runs_keep_running (GST_SECOND), 0);
  running_id = gst_prof_runs_new_id ();
  check (0, 1, 0);
}

GST_END_TEST;

GST_START_TEST (test_a_child_has_nothing_of_its_parent)
{
  int status = -1;
  pid_t child;

  end_one ("parent");
  child = fork ();
  if (child == 0) {
    guint missed;
    g_autofree gchar *text = NULL;

    if (gst_prof_runs_any ())
      _exit (1);
    end_one ("child");
    text = get_text (&missed);
    _exit (strstr (text, "\"parent\"") == NULL
        && strstr (text, "\"child\"") != NULL ? 7 : 2);
  }
  assert_equals_int (waitpid (child, &status, 0), child);
  fail_unless (WIFEXITED (status) && WEXITSTATUS (status) == 7, "status %d",
      status);
  check (1, 0, 0);
}

GST_END_TEST;

static Suite *
tracedruns_suite (void)
{
  Suite *s = suite_create ("tracedruns");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, NULL);
  tcase_add_test (tc, test_there_is_nothing_before_the_first_run);
  tcase_add_test (tc, test_the_last_runs_are_kept_and_the_others_counted);
  tcase_add_test (tc, test_what_ends_while_it_is_asked_is_told_once);
  tcase_add_test (tc, test_who_does_not_answer_is_counted);
  tcase_add_test (tc, test_nobody_is_asked_after_the_shutdown);
  tcase_add_test (tc, test_a_child_has_nothing_of_its_parent);
  return s;
}

GST_CHECK_MAIN (tracedruns);
