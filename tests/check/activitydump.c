/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What a crash prints of each thread. */

#include "activityfind.h"

#include <malloc.h>
#include <string.h>

#include <gst/prof/gstprofactivitydump.h>

/* Inside of a point, long enough to be looked at */
#define REST 200

typedef struct
{
  gchar *id;                    /* of the thread whose line is looked for */
  gchar *line;
} DumpSearch;

static void
take_line (const gchar * line, gsize length, gpointer user_data)
{
  DumpSearch *search = user_data;
  gchar *copy = g_strndup (line, length);

  if (strstr (copy, search->id) != NULL) {
    fail_unless (search->line == NULL);
    search->line = copy;
  } else {
    g_free (copy);
  }
}

static gchar *
dump_thread (guint64 thread_id)
{
  DumpSearch search = { 0 };

  search.id = g_strdup_printf ("thread %" G_GUINT64_FORMAT " (", thread_id);
  gst_prof_activity_dump (take_line, &search);
  g_free (search.id);
  return search.line;
}

static void
assert_has (const gchar * line, const gchar * part)
{
  fail_unless (line != NULL && strstr (line, part) != NULL, "\"%s\" has no "
      "\"%s\"", line, part);
}

GST_START_TEST (a_dump_names_what_each_thread_is_in)
{
  GstProfActivity *activity = gst_prof_activity_get ();
  GstProfPoint *a = gst_prof_point_new ("a:sink");
  GstProfPoint *b = gst_prof_point_new ("b:sink");
  gchar *line;

  line = dump_thread (activity_own_id ());
  assert_has (line, "this one, in no element");
  g_free (line);

  gst_prof_activity_enter_pad (activity, a, 1);
  gst_prof_activity_enter_pad (activity, b, 2);
  line = dump_thread (activity_own_id ());
  assert_has (line, "this one, in b:sink < a:sink, for ");
  g_free (line);

  for (guint i = 0; i < 20; i++)
    gst_prof_activity_enter_pad (activity, b, 3);
  line = dump_thread (activity_own_id ());
  assert_has (line, "b:sink < b:sink < 14 more, for ");
  g_free (line);
  for (guint i = 0; i < 22; i++)
    gst_prof_activity_leave (activity, 4);
  gst_prof_point_unref (a);
  gst_prof_point_unref (b);
}

GST_END_TEST;

typedef struct
{
  gint id;
  gint stop;
} Passing;

/* Points come and go while it is looked at. */
static gpointer
pass_many (gpointer data)
{
  Passing *passing = data;
  GstProfActivity *activity = gst_prof_activity_get ();

  g_atomic_int_set (&passing->id, activity_own_id ());
  while (!g_atomic_int_get (&passing->stop)) {
    GstProfPoint *point = gst_prof_point_new ("come and go");

    gst_prof_activity_enter_pad (activity, point, 1);
    for (volatile guint i = 0; i < REST; i++);
    gst_prof_activity_leave (activity, 2);
    gst_prof_point_unref (point);
  }
  return NULL;
}

GST_START_TEST (a_dump_believes_no_name_of_a_point_that_was_left)
{
  Passing passing = { 0 };
  guint named = 0, rounds = 0;
  GThread *thread;

  /* What is freed is overwritten: a name in it lies nowhere. */
  mallopt (M_PERTURB, 85);
  thread = g_thread_new ("passing", pass_many, &passing);
  while (g_atomic_int_get (&passing.id) == 0)
    g_thread_yield ();
  for (; rounds < 1000 || named == 0; rounds++) {
    gchar *line = dump_thread (g_atomic_int_get (&passing.id));

    assert_has (line, "passing");
    if (strstr (line, " in no element") == NULL
        && strstr (line, " goes from") == NULL)
      assert_has (line, " in come and go, for ");
    named += strstr (line, "come and go") != NULL;
    g_free (line);
  }
  g_atomic_int_set (&passing.stop, 1);
  g_thread_join (thread);
  fail_unless (dump_thread (g_atomic_int_get (&passing.id)) == NULL);
}

GST_END_TEST;

static Suite *
activitydump_suite (void)
{
  Suite *s = suite_create ("activitydump");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, a_dump_names_what_each_thread_is_in);
  tcase_add_test (tc, a_dump_believes_no_name_of_a_point_that_was_left);
  return s;
}

GST_CHECK_MAIN (activitydump);
