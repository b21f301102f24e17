/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What the kernel says of a process: control groups as literal texts, real
 * descriptors and libraries.
 */

#include <gst/check/gstcheck.h>

#include <dlfcn.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gst/prof/gstprofsystem.h>

#include "check-skip.h"

static void
assert_cgroup (const gchar * cgroup, const gchar * mountinfo,
    const gchar * cpu_stat, const gchar * pressure)
{
  g_autofree gchar *found_stat = NULL, *found_pressure = NULL;

  fail_unless (gst_prof_system_parse_cgroup (cgroup, mountinfo, &found_stat,
          &found_pressure) == (cpu_stat != NULL));
  assert_equals_string (found_stat, cpu_stat);
  assert_equals_string (found_pressure, pressure);
}

#define MOUNT_PROC "22 27 0:21 / /proc rw,relatime - proc proc rw\n"
#define MOUNT_V1 \
    "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup " \
    "cgroup rw,cpu,cpuacct\n" \
    "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
#define MOUNT_CPUSET \
    "34 31 0:31 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"
#define MOUNT_V2 \
    "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"
#define MOUNT_UNIFIED \
    "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"

GST_START_TEST (version_1_has_the_cpu_controller_in_a_list)
{
  assert_cgroup ("4:memory:/rec\n2:cpu,cpuacct:/rec/one\n",
      MOUNT_PROC MOUNT_V1, "/sys/fs/cgroup/cpu,cpuacct/rec/one/cpu.stat",
      NULL);
}

GST_END_TEST;

GST_START_TEST (version_2_has_all_in_one_place)
{
  assert_cgroup ("0::/system.slice/rec.service\n", MOUNT_PROC MOUNT_V2,
      "/sys/fs/cgroup/system.slice/rec.service/cpu.stat",
      "/sys/fs/cgroup/system.slice/rec.service/memory.pressure");
}

GST_END_TEST;

GST_START_TEST (of_both_versions_the_one_with_the_controller_counts)
{
  assert_cgroup ("2:cpu,cpuacct:/rec\n0::/rec2\n",
      MOUNT_PROC MOUNT_V1 MOUNT_UNIFIED,
      "/sys/fs/cgroup/cpu,cpuacct/rec/cpu.stat",
      "/sys/fs/cgroup/unified/rec2/memory.pressure");
  assert_cgroup ("4:memory:/rec\n0::/rec2\n", MOUNT_PROC MOUNT_UNIFIED,
      "/sys/fs/cgroup/unified/rec2/cpu.stat",
      "/sys/fs/cgroup/unified/rec2/memory.pressure");
}

GST_END_TEST;

GST_START_TEST (the_root_group_is_the_mount_itself)
{
  assert_cgroup ("0::/\n", MOUNT_V2, "/sys/fs/cgroup/cpu.stat",
      "/sys/fs/cgroup/memory.pressure");
}

GST_END_TEST;

GST_START_TEST (a_controller_whose_name_begins_alike_is_another)
{
  assert_cgroup ("3:cpuset:/rec\n2:cpuacct:/rec\n", MOUNT_CPUSET, NULL, NULL);
}

GST_END_TEST;

GST_START_TEST (without_groups_there_is_nothing_to_look_for)
{
  assert_cgroup ("", "", NULL, NULL);
  assert_cgroup ("0::/rec\n", MOUNT_PROC, NULL, NULL);
  assert_cgroup ("2:cpu:/rec\n", MOUNT_PROC MOUNT_CPUSET, NULL, NULL);
  assert_cgroup ("garbage\n\n::\n", "garbage - \n - - -\n1 2 - cgroup x cpu\n",
      NULL, NULL);
}

GST_END_TEST;

/* Docker with version 1: only the container's own group is mounted, while
 * /proc/self/cgroup counts from the host's root. */
GST_START_TEST (a_path_is_counted_from_what_is_mounted)
{
  assert_cgroup ("2:cpu,cpuacct:/docker/0123\n",
      "32 31 0:29 /docker/0123 /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup "
      "rw,cpu,cpuacct\n", "/sys/fs/cgroup/cpu,cpuacct/cpu.stat", NULL);
  assert_cgroup ("2:cpu,cpuacct:/docker/0123/rec\n",
      "32 31 0:29 /docker/0123 /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup "
      "rw,cpu,cpuacct\n", "/sys/fs/cgroup/cpu,cpuacct/rec/cpu.stat", NULL);
}

GST_END_TEST;

/* Of a process moved out of its cgroup namespace only what is mounted can be
 * seen. */
GST_START_TEST (a_group_that_is_not_mounted_is_the_mount)
{
  assert_cgroup ("2:cpu,cpuacct:/docker/01234\n",
      "32 31 0:29 /docker/0123 /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup "
      "rw,cpu,cpuacct\n", "/sys/fs/cgroup/cpu,cpuacct/cpu.stat", NULL);
  assert_cgroup ("0::/../other\n", MOUNT_V2, "/sys/fs/cgroup/cpu.stat",
      "/sys/fs/cgroup/memory.pressure");
}

GST_END_TEST;

static void
assert_kind (gint fd, GstProfFileKind kind)
{
  fail_unless (fd >= 0);
  assert_equals_int (gst_prof_system_get_file_kind (fd), kind);
  close (fd);
}

GST_START_TEST (a_file_is_regular_even_when_it_is_removed)
{
  g_autofree gchar *name = NULL;
  gint fd = g_file_open_tmp ("check-system-XXXXXX", &name, NULL);

  fail_unless (fd >= 0);
  assert_equals_int (gst_prof_system_get_file_kind (fd),
      GST_PROF_FILE_REGULAR);
  g_remove (name);
  assert_kind (fd, GST_PROF_FILE_REGULAR);
}

GST_END_TEST;

GST_START_TEST (both_ends_of_a_pipe_are_pipes)
{
  gint fds[2];

  fail_unless (pipe (fds) == 0);
  assert_kind (fds[0], GST_PROF_FILE_PIPE);
  assert_kind (fds[1], GST_PROF_FILE_PIPE);
}

GST_END_TEST;

GST_START_TEST (sockets_of_all_families_are_sockets)
{
  assert_kind (socket (AF_UNIX, SOCK_STREAM, 0), GST_PROF_FILE_SOCKET);
  assert_kind (socket (AF_INET, SOCK_DGRAM, 0), GST_PROF_FILE_SOCKET);
}

GST_END_TEST;

GST_START_TEST (dev_null_is_a_character_device)
{
  assert_kind (open ("/dev/null", O_WRONLY), GST_PROF_FILE_CHARACTER);
}

GST_END_TEST;

GST_START_TEST (other_descriptors_and_none_are_unknown)
{
  assert_kind (eventfd (0, 0), GST_PROF_FILE_UNKNOWN);
  assert_kind (open ("/", O_RDONLY | O_DIRECTORY), GST_PROF_FILE_UNKNOWN);
  assert_equals_int (gst_prof_system_get_file_kind (-1),
      GST_PROF_FILE_UNKNOWN);
  assert_equals_int (gst_prof_system_get_file_kind (1000000),
      GST_PROF_FILE_UNKNOWN);
}

GST_END_TEST;

GST_START_TEST (without_python_no_address_is_its_lock)
{
  GstProfSystem *system = gst_prof_system_new ();

  fail_if (gst_prof_system_is_gil (system, 0));
  fail_if (gst_prof_system_is_gil (system, 0x7f6c5c0012d8));
  fail_if (gst_prof_system_is_gil (system, G_MAXUINT64));
  gst_prof_system_free (system);
}

GST_END_TEST;

GST_START_TEST (pythons_lock_lies_in_its_runtime)
{
  gpointer library = dlopen ("libpython3.11.so.1.0", RTLD_NOW | RTLD_GLOBAL);
  guint64 start;
  GstProfSystem *system;

  if (library == NULL)
    GST_PROF_CHECK_SKIP ("no libpython3.11");
  start = (guintptr) dlsym (library, "_PyRuntime");
  fail_unless (start != 0);
  system = gst_prof_system_new ();
  fail_unless (gst_prof_system_is_gil (system, start));
  fail_unless (gst_prof_system_is_gil (system, start + 600));
  fail_if (gst_prof_system_is_gil (system, start - 1));
  fail_if (gst_prof_system_is_gil (system, start + (1 << 24)));
  gst_prof_system_free (system);
}

GST_END_TEST;

GST_START_TEST (nobody_was_throttled_or_suspended_since_it_was_made)
{
  GstProfSystem *system = gst_prof_system_new ();

  assert_equals_uint64 (gst_prof_system_read_suspended (system) / GST_SECOND,
      0);
  assert_equals_uint64 (gst_prof_system_read_throttled (system) / GST_SECOND,
      0);
  gst_prof_system_free (system);
}

GST_END_TEST;

static Suite *
system_suite (void)
{
  Suite *s = suite_create ("system");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, version_1_has_the_cpu_controller_in_a_list);
  tcase_add_test (tc, version_2_has_all_in_one_place);
  tcase_add_test (tc, of_both_versions_the_one_with_the_controller_counts);
  tcase_add_test (tc, the_root_group_is_the_mount_itself);
  tcase_add_test (tc, a_controller_whose_name_begins_alike_is_another);
  tcase_add_test (tc, without_groups_there_is_nothing_to_look_for);
  tcase_add_test (tc, a_path_is_counted_from_what_is_mounted);
  tcase_add_test (tc, a_group_that_is_not_mounted_is_the_mount);
  tcase_add_test (tc, a_file_is_regular_even_when_it_is_removed);
  tcase_add_test (tc, both_ends_of_a_pipe_are_pipes);
  tcase_add_test (tc, sockets_of_all_families_are_sockets);
  tcase_add_test (tc, dev_null_is_a_character_device);
  tcase_add_test (tc, other_descriptors_and_none_are_unknown);
  tcase_add_test (tc, without_python_no_address_is_its_lock);
  tcase_add_test (tc, pythons_lock_lies_in_its_runtime);
  tcase_add_test (tc, nobody_was_throttled_or_suspended_since_it_was_made);
  return s;
}

GST_CHECK_MAIN (system);
