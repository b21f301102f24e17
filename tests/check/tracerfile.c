/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <gst/check/gstcheck.h>

#include "../../plugins/gstproftracerfile.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static gchar *folder;

static void
setup (void)
{
  folder = g_dir_make_tmp ("tracerfile-XXXXXX", NULL);
  fail_unless (folder != NULL);
}

static void
teardown (void)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const gchar *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *path = g_build_filename (folder, name, NULL);

    g_unlink (path);
  }
  g_rmdir (folder);
  g_clear_pointer (&folder, g_free);
}

static void
check_contents (const gchar * name, const gchar * expected)
{
  g_autofree gchar *text = NULL;

  fail_unless (g_file_get_contents (name, &text, NULL, NULL));
  assert_equals_string (text, expected);
}

static guint
count_files (void)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

GST_START_TEST (test_a_file_is_made_and_replaced)
{
  g_autofree gchar *name = g_build_filename (folder, "report", NULL);
  struct stat before, after;

  fail_unless (gst_prof_tracer_file_replace (name, "one, and longer", NULL));
  check_contents (name, "one, and longer");
  g_stat (name, &before);
  fail_unless (gst_prof_tracer_file_replace (name, "two", NULL));
  check_contents (name, "two");
  g_stat (name, &after);
  /* Whoever has the old one open reads it to its end. */
  fail_unless (before.st_ino != after.st_ino);
  assert_equals_int (count_files (), 1);
}

GST_END_TEST;

static void
check_refused (const gchar * name, gint code, const gchar * word)
{
  g_autoptr (GError) error = NULL;

  fail_if (gst_prof_tracer_file_check (name, &error), "%s", name);
  fail_unless (g_error_matches (error, G_FILE_ERROR, code), "%s",
      error->message);
  fail_unless (strstr (error->message, name) && strstr (error->message, word),
      "%s", error->message);
}

GST_START_TEST (test_whether_a_file_can_be_written_is_known_without_it)
{
  g_autofree gchar *name = g_build_filename (folder, "report", NULL);
  g_autofree gchar *lost = g_build_filename (folder, "no", "report", NULL);
  g_autofree gchar *below = g_build_filename (name, "report", NULL);
  g_autofree gchar *fifo = g_build_filename (folder, "fifo", NULL);

  fail_unless (gst_prof_tracer_file_check (name, NULL));
  assert_equals_int (count_files (), 0);
  fail_unless (gst_prof_tracer_file_replace (name, "old", NULL));
  fail_unless (gst_prof_tracer_file_check (name, NULL));
  check_contents (name, "old");
  fail_unless (gst_prof_tracer_file_check ("/dev/stderr", NULL));
  /* Nobody reads it, and it is not opened. */
  assert_equals_int (mkfifo (fifo, 0600), 0);
  fail_unless (gst_prof_tracer_file_check (fifo, NULL));

  check_refused (lost, G_FILE_ERROR_NOENT, "No such file");
  check_refused (below, G_FILE_ERROR_NOTDIR, "Not a directory");
  check_refused (folder, G_FILE_ERROR_ISDIR, "Is a directory");
}

GST_END_TEST;

GST_START_TEST (test_where_nothing_may_be_written_is_known)
{
  g_autofree gchar *name = g_build_filename (folder, "report", NULL);

  /* Root may. */
  if (geteuid () == 0 && (setegid (65534) < 0 || seteuid (65534) < 0))
    return;
  g_chmod (folder, 0555);
  check_refused (name, G_FILE_ERROR_ACCES, "Permission denied");
  if (getuid () == 0)
    assert_equals_int (seteuid (0), 0);
  g_chmod (folder, 0755);
}

GST_END_TEST;

GST_START_TEST (test_others_may_read_it_as_the_umask_says)
{
  g_autofree gchar *name = g_build_filename (folder, "report", NULL);
  struct stat info;

  umask (022);
  fail_unless (gst_prof_tracer_file_replace (name, "x", NULL));
  g_stat (name, &info);
  assert_equals_int (info.st_mode & 0777, 0644);
}

GST_END_TEST;

GST_START_TEST (test_a_file_keeps_its_mode)
{
  static const mode_t modes[] = { 0600, 0640, 0666 };
  g_autofree gchar *name = g_build_filename (folder, "report", NULL);
  struct stat info;

  umask (022);
  fail_unless (gst_prof_tracer_file_replace (name, "old", NULL));
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++) {
    assert_equals_int (g_chmod (name, modes[i]), 0);
    fail_unless (gst_prof_tracer_file_replace (name, "new", NULL));
    g_stat (name, &info);
    assert_equals_int (info.st_mode & 0777, modes[i]);
  }
  check_contents (name, "new");
}

GST_END_TEST;

GST_START_TEST (test_a_pipe_that_is_full_or_closed_is_given_up)
{
  GstProfTracerFileSignals signals;
  const gchar text[4096] = "";
  sigset_t pending;
  int fds[2];

  assert_equals_int (pipe (fds), 0);
  fail_unless (gst_prof_tracer_file_write_until (fds[1], text, sizeof (text),
          0));
  while (gst_prof_tracer_file_write_until (fds[1], text, sizeof (text), 0));
  close (fds[0]);
  gst_prof_tracer_file_hold_signals (&signals);
  fail_if (gst_prof_tracer_file_write (fds[1], "x"));
  fail_if (gst_prof_tracer_file_write_until (fds[1], text, sizeof (text),
          gst_util_get_timestamp () + GST_SECOND));
  gst_prof_tracer_file_release_signals (&signals);
  sigpending (&pending);
  fail_if (sigismember (&pending, SIGPIPE));
  close (fds[1]);
}

GST_END_TEST;

GST_START_TEST (test_a_link_stays_one)
{
  g_autofree gchar *name = g_build_filename (folder, "report", NULL);
  g_autofree gchar *link = g_build_filename (folder, "link", NULL);
  struct stat info;

  fail_unless (gst_prof_tracer_file_replace (name, "old", NULL));
  assert_equals_int (symlink (name, link), 0);
  fail_unless (gst_prof_tracer_file_replace (link, "new", NULL));
  check_contents (name, "new");
  assert_equals_int (g_lstat (link, &info), 0);
  fail_unless (S_ISLNK (info.st_mode));
}

GST_END_TEST;

GST_START_TEST (test_a_fifo_is_written_to)
{
  g_autofree gchar *name = g_build_filename (folder, "fifo", NULL);
  gchar text[16] = "";
  struct stat info;
  int fd;

  assert_equals_int (mkfifo (name, 0600), 0);
  fd = g_open (name, O_RDONLY | O_NONBLOCK, 0);
  fail_unless (gst_prof_tracer_file_replace (name, "report", NULL));
  assert_equals_int (read (fd, text, sizeof (text)), strlen ("report"));
  assert_equals_string (text, "report");
  close (fd);
  assert_equals_int (g_stat (name, &info), 0);
  fail_unless (S_ISFIFO (info.st_mode));
}

GST_END_TEST;

GST_START_TEST (test_a_fifo_that_nobody_reads_is_an_error)
{
  g_autofree gchar *name = g_build_filename (folder, "fifo", NULL);
  g_autoptr (GError) error = NULL;

  assert_equals_int (mkfifo (name, 0600), 0);
  fail_if (gst_prof_tracer_file_replace (name, "report", &error));
  fail_unless (strstr (error->message, name) != NULL, "%s", error->message);
}

GST_END_TEST;

GST_START_TEST (test_a_name_that_cannot_be_is_told)
{
  g_autofree gchar *name = g_build_filename (folder, "none", "report", NULL);
  g_autoptr (GError) error = NULL;

  fail_if (gst_prof_tracer_file_replace (name, "x", &error));
  fail_unless (error->domain == G_FILE_ERROR
      && error->code == G_FILE_ERROR_NOENT);
  fail_unless (strstr (error->message, name) != NULL, "%s", error->message);
}

GST_END_TEST;

GST_START_TEST (test_a_disk_that_is_full_is_told)
{
  g_autoptr (GError) error = NULL;

  /* What is no file is written to: the error is that of the write. */
  fail_if (gst_prof_tracer_file_replace ("/dev/full", "x", &error));
  fail_unless (strstr (error->message, "/dev/full: No space") != NULL, "%s",
      error->message);
}

GST_END_TEST;

static Suite *
tracerfile_suite (void)
{
  Suite *s = suite_create ("tracerfile");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_checked_fixture (tc, setup, teardown);
  tcase_add_test (tc, test_a_file_is_made_and_replaced);
  tcase_add_test (tc, test_whether_a_file_can_be_written_is_known_without_it);
  tcase_add_test (tc, test_where_nothing_may_be_written_is_known);
  tcase_add_test (tc, test_others_may_read_it_as_the_umask_says);
  tcase_add_test (tc, test_a_file_keeps_its_mode);
  tcase_add_test (tc, test_a_pipe_that_is_full_or_closed_is_given_up);
  tcase_add_test (tc, test_a_link_stays_one);
  tcase_add_test (tc, test_a_fifo_is_written_to);
  tcase_add_test (tc, test_a_fifo_that_nobody_reads_is_an_error);
  tcase_add_test (tc, test_a_name_that_cannot_be_is_told);
  tcase_add_test (tc, test_a_disk_that_is_full_is_told);
  return s;
}

GST_CHECK_MAIN (tracerfile);
