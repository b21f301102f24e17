/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What the kernel says where /proc and the control groups are what a case wants
 * them to be: for root, in a mount namespace of the case's own.
 */

#include <gst/check/gstcheck.h>

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gst/prof/gstprofsystem.h>

#include "check-skip.h"

#define CANNOT 77

/* Runs @func in a child with mounts of its own. */
static gint
run_with_mounts (gint (*func) (const gchar * directory))
{
  g_autofree gchar *directory = g_dir_make_tmp ("check-system-XXXXXX", NULL);
  gint status = 0;
  pid_t pid = fork ();

  fail_unless (pid >= 0 && directory != NULL);
  if (pid == 0) {
    if (unshare (CLONE_NEWNS) != 0
        || mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0
        || mount ("none", directory, "tmpfs", 0, NULL) != 0)
      _exit (CANNOT);
    _exit (func (directory));
  }
  fail_unless (waitpid (pid, &status, 0) == pid);
  g_rmdir (directory);
  fail_unless (WIFEXITED (status));
  return WEXITSTATUS (status);
}

#define EXPECT(condition) G_STMT_START { \
  if (!(condition)) { \
    g_printerr ("line %d: %s\n", __LINE__, #condition); \
    return 1; \
  } \
} G_STMT_END

static gboolean
write_text (const gchar * directory, const gchar * name, const gchar * text)
{
  g_autofree gchar *path = g_build_filename (directory, name, NULL);
  g_autofree gchar *parent = g_path_get_dirname (path);
  FILE *file;

  g_mkdir_with_parents (parent, 0700);
  /* Not replaced: it may be open or mounted. */
  file = fopen (path, "w");
  if (file == NULL)
    return FALSE;
  fputs (text, file);
  return fclose (file) == 0;
}

static gboolean
cover (const gchar * directory, const gchar * name, const gchar * path)
{
  g_autofree gchar *source = g_build_filename (directory, name, NULL);

  return mount (source, path, NULL, MS_BIND, NULL) == 0;
}

/* A process in /a/b of a version 2 hierarchy that is the case's directory. */
static gboolean
make_groups (const gchar * directory)
{
  g_autofree gchar *mountinfo =
      g_strdup_printf ("30 23 0:26 / %s rw - cgroup2 cgroup2 rw\n", directory);

  return write_text (directory, "a/cpu.stat", "throttled_usec 1000\n")
      && write_text (directory, "a/b/cpu.stat",
      "usage_usec 5\nnr_throttled 2\nthrottled_usec 30000\n")
      && write_text (directory, "a/b/memory.pressure",
      "some avg10=0.00 avg60=0.00 avg300=0.00 total=700\n"
      "full avg10=0.00 avg60=0.00 avg300=0.00 total=600\n")
      && write_text (directory, "a/c/cpu.stat", "throttled_usec 9000000\n")
      && write_text (directory, "mountinfo", mountinfo)
      && write_text (directory, "cgroup", "0::/a/b\n")
      && cover (directory, "mountinfo", "/proc/self/mountinfo")
      && cover (directory, "cgroup", "/proc/self/cgroup");
}

static gint
check_throttled (const gchar * directory)
{
  GstProfSystem *system;

  if (!make_groups (directory))
    return CANNOT;
  system = gst_prof_system_new ();
  EXPECT (gst_prof_system_read_throttled (system) == 0);
  write_text (directory, "a/b/cpu.stat", "throttled_usec 30250\n");
  EXPECT (gst_prof_system_read_throttled (system) == 250 * GST_USECOND);
  write_text (directory, "a/cpu.stat", "throttled_usec 1500\n");
  EXPECT (gst_prof_system_read_throttled (system) == 750 * GST_USECOND);
  gst_prof_system_free (system);
  return 0;
}

static gint
check_moved (const gchar * directory)
{
  GstProfSystem *system;

  if (!make_groups (directory))
    return CANNOT;
  system = gst_prof_system_new ();
  write_text (directory, "a/b/cpu.stat", "throttled_usec 30250\n");
  EXPECT (gst_prof_system_read_throttled (system) == 250 * GST_USECOND);
  write_text (directory, "cgroup", "0::/a/c\n");
  gst_prof_system_refresh (system);
  EXPECT (gst_prof_system_read_throttled (system) == 250 * GST_USECOND);
  write_text (directory, "a/c/cpu.stat", "throttled_usec 9000040\n");
  EXPECT (gst_prof_system_read_throttled (system) == 290 * GST_USECOND);
  gst_prof_system_free (system);
  return 0;
}

static gint
check_version_1 (const gchar * directory)
{
  g_autofree gchar *mountinfo = g_strdup_printf
      ("30 23 0:26 / %s rw - cgroup cgroup rw,cpu,cpuacct\n", directory);
  GstProfSystem *system;

  if (!write_text (directory, "a/cpu.stat",
          "nr_periods 9\nnr_throttled 1\nthrottled_time 5000\n")
      || !write_text (directory, "mountinfo", mountinfo)
      || !write_text (directory, "cgroup", "2:cpu,cpuacct:/a\n")
      || !cover (directory, "mountinfo", "/proc/self/mountinfo")
      || !cover (directory, "cgroup", "/proc/self/cgroup"))
    return CANNOT;
  system = gst_prof_system_new ();
  write_text (directory, "a/cpu.stat",
      "nr_periods 9\nnr_throttled 1\nthrottled_time 5123\n");
  EXPECT (gst_prof_system_read_throttled (system) == 123);
  gst_prof_system_free (system);
  return 0;
}

static gint
check_pressure (const gchar * directory)
{
  GstProfSystem *system;

  if (!make_groups (directory))
    return CANNOT;
  system = gst_prof_system_new ();
  EXPECT (gst_prof_system_read_memory_pressure (system) == 700 * GST_USECOND);
  gst_prof_system_free (system);
  return 0;
}

static gint
check_all_there (const gchar * directory)
{
  GstProfSystem *system;
  g_autofree gchar *missing = NULL;

  if (!make_groups (directory))
    return CANNOT;
  system = gst_prof_system_new ();
  missing = gst_prof_system_describe_missing (system);
  EXPECT (missing == NULL);
  gst_prof_system_free (system);
  return 0;
}

static gint
check_no_group (const gchar * directory)
{
  GstProfSystem *system;
  g_autofree gchar *missing = NULL;

  if (!write_text (directory, "cgroup", "")
      || !cover (directory, "cgroup", "/proc/self/cgroup"))
    return CANNOT;
  system = gst_prof_system_new ();
  missing = gst_prof_system_describe_missing (system);
  EXPECT (missing != NULL);
  EXPECT (strstr (missing, "cpu-throttled shows as cpu-wait") != NULL);
  EXPECT (strstr (missing, "schedstat") == NULL);
  EXPECT (!g_str_has_suffix (missing, ", "));
  EXPECT (gst_prof_system_read_throttled (system) == 0);
  gst_prof_system_free (system);
  return 0;
}

/* Where the group has no pressure file, and the machine's cannot be read. */
static gint
check_no_pressure (const gchar * directory)
{
  GstProfSystem *system;
  g_autofree gchar *missing = NULL;

  if (!write_text (directory, "cgroup", "") || !write_text (directory, "empty",
          "") || !cover (directory, "cgroup", "/proc/self/cgroup")
      || !cover (directory, "empty", "/proc/pressure/memory"))
    return CANNOT;
  system = gst_prof_system_new ();
  missing = gst_prof_system_describe_missing (system);
  EXPECT (missing != NULL);
  EXPECT (strstr (missing, "reclaim shows as page-fault") != NULL);
  EXPECT (gst_prof_system_read_memory_pressure (system) == 0);
  gst_prof_system_free (system);
  return 0;
}

/* So is what a kernel without accounting has. */
static gint
check_zero_schedstat (const gchar * directory)
{
  g_autofree gchar *path = g_strdup_printf ("/proc/self/task/%ld/schedstat",
      (glong) syscall (SYS_gettid));
  GstProfSystem *system;
  g_autofree gchar *missing = NULL;

  if (!make_groups (directory) || !write_text (directory, "zeros", "0 0 0\n")
      || !cover (directory, "zeros", path))
    return CANNOT;
  system = gst_prof_system_new ();
  missing = gst_prof_system_describe_missing (system);
  EXPECT (g_strcmp0 (missing, "schedstat (cpu-wait cannot be told)") == 0);
  gst_prof_system_free (system);
  return 0;
}

static gint
check_no_proc (const gchar * directory)
{
  GstProfThreadFiles files;
  GstProfThreadTimes times = { 0 };
  GstProfSystem *system;
  g_autofree gchar *missing = NULL;
  guint64 ids[4];

  if (mount ("none", "/proc", "tmpfs", 0, NULL) != 0)
    return CANNOT;
  system = gst_prof_system_new ();
  missing = gst_prof_system_describe_missing (system);
  EXPECT (missing != NULL && g_str_has_prefix (missing,
          "/proc (no cause can be told)"));
  EXPECT (strstr (missing, "syscall") == NULL);
  EXPECT (gst_prof_system_read_steal (system) == 0);
  EXPECT (gst_prof_system_read_throttled (system) == 0);
  EXPECT (gst_prof_system_list_threads (ids, G_N_ELEMENTS (ids)) == 0);
  gst_prof_system_refresh (system);
  gst_prof_system_free (system);

  /* The CPU clock is there without /proc. */
  gst_prof_thread_files_open (&files, syscall (SYS_gettid));
  EXPECT (files.schedstat == -1 && files.syscall == -1);
  EXPECT (gst_prof_thread_files_read_times (&files, &times));
  EXPECT (times.run > 0 && times.delay == 0);
  gst_prof_thread_files_close (&files);
  return 0;
}

static gint
check_network_fs (const gchar * directory)
{
  g_autofree gchar *path = g_build_filename (directory, "file", NULL);
  g_autofree gchar *text = NULL;
  GstProfFileKind kind;
  struct stat st;
  gint fd = open (path, O_CREAT | O_RDWR, 0600);

  EXPECT (fd >= 0 && fstat (fd, &st) == 0);
  text = g_strdup_printf ("30 23 0:1 / /other rw - ext4 /dev/vda rw\n"
      "31 23 0:%u / %s rw shared:1 - fuse.sshfs host: rw\n",
      (guint) (st.st_dev & 0xff), directory);
  if (st.st_dev > 0xff || !write_text (directory, "mountinfo", text)
      || !cover (directory, "mountinfo", "/proc/self/mountinfo"))
    return CANNOT;
  kind = gst_prof_system_get_file_kind (fd);
  EXPECT (kind == GST_PROF_FILE_NETWORK_FS);
  return 0;
}

#define MOUNTS_TEST(name, func) \
GST_START_TEST (name) \
{ \
  gint status = run_with_mounts (func); \
  \
  if (status == CANNOT) \
    GST_PROF_CHECK_SKIP ("may not mount"); \
  assert_equals_int (status, 0); \
} \
GST_END_TEST

MOUNTS_TEST (throttled_time_of_a_group_and_all_above_it_adds_up,
    check_throttled);
MOUNTS_TEST (what_a_group_had_before_the_process_came_does_not_count,
    check_moved);
MOUNTS_TEST (version_1_counts_nanoseconds, check_version_1);
MOUNTS_TEST (pressure_is_the_groups_own_where_there_is_one, check_pressure);
MOUNTS_TEST (nothing_is_missing_where_all_is_there, check_all_there);
MOUNTS_TEST (a_missing_group_is_told_with_what_it_means, check_no_group);
MOUNTS_TEST (pressure_that_cannot_be_read_is_told, check_no_pressure);
MOUNTS_TEST (a_schedstat_of_zeros_is_missing, check_zero_schedstat);
MOUNTS_TEST (without_proc_nothing_breaks_and_it_is_told, check_no_proc);
MOUNTS_TEST (a_file_on_a_network_fs_is_known_by_its_type, check_network_fs);

static Suite *
systemmounts_suite (void)
{
  Suite *s = suite_create ("systemmounts");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, throttled_time_of_a_group_and_all_above_it_adds_up);
  tcase_add_test (tc, what_a_group_had_before_the_process_came_does_not_count);
  tcase_add_test (tc, version_1_counts_nanoseconds);
  tcase_add_test (tc, pressure_is_the_groups_own_where_there_is_one);
  tcase_add_test (tc, nothing_is_missing_where_all_is_there);
  tcase_add_test (tc, a_missing_group_is_told_with_what_it_means);
  tcase_add_test (tc, pressure_that_cannot_be_read_is_told);
  tcase_add_test (tc, a_schedstat_of_zeros_is_missing);
  tcase_add_test (tc, without_proc_nothing_breaks_and_it_is_told);
  tcase_add_test (tc, a_file_on_a_network_fs_is_known_by_its_type);
  return s;
}

GST_CHECK_MAIN (systemmounts);
