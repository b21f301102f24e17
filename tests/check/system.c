/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What the kernel says: texts of /proc as literals, real descriptors and
 * threads, and, for root, a mount namespace in which /proc is what a case wants
 * it to be.
 */

#include <gst/check/gstcheck.h>

#include <dlfcn.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gst/prof/gstprofsystem.h>

#include "check-skip.h"

/* --- texts --- */

GST_START_TEST (schedstat_is_run_delay_and_turns)
{
  GstProfThreadTimes times;

  fail_unless (gst_prof_system_parse_schedstat ("123456789 42 7\n", &times));
  assert_equals_uint64 (times.run, 123456789);
  assert_equals_uint64 (times.delay, 42);
  assert_equals_uint64 (times.turns, 7);
}

GST_END_TEST;

GST_START_TEST (what_is_no_schedstat_changes_nothing)
{
  static const gchar *const texts[] = { "", "nothing", "12", "12 34", "\n" };
  GstProfThreadTimes times = { 1, 2, 3 };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    fail_if (gst_prof_system_parse_schedstat (texts[i], &times), "%s",
        texts[i]);
    assert_equals_uint64 (times.run, 1);
    assert_equals_uint64 (times.delay, 2);
    assert_equals_uint64 (times.turns, 3);
  }
}

GST_END_TEST;

#define STAT_REST " 1 2 3 0 -1 4194560 111 222 333 444 55 66 0 0 20 0 5 0"

static void
assert_stat (const gchar * text, gchar state)
{
  GstProfThreadStat stat;

  fail_unless (gst_prof_system_parse_stat (text, 10 * GST_MSECOND, &stat));
  fail_unless (stat.state == state, "%c in %s", stat.state, text);
  assert_equals_uint64 (stat.major_faults, 333);
  assert_equals_uint64 (stat.user, 550 * GST_MSECOND);
  assert_equals_uint64 (stat.system, 660 * GST_MSECOND);
}

GST_START_TEST (stat_has_state_faults_and_times)
{
  assert_stat ("4711 (queue0:src) S" STAT_REST, 'S');
  assert_stat ("4711 (x264enc) R" STAT_REST, 'R');
}

GST_END_TEST;

GST_START_TEST (a_name_with_spaces_and_parentheses_is_no_field)
{
  assert_stat ("4711 (a b c) D" STAT_REST, 'D');
  assert_stat ("4711 (a) R 9 9 (b)) t" STAT_REST, 't');
  assert_stat ("4711 (() S" STAT_REST, 'S');
  assert_stat ("4711 () T" STAT_REST, 'T');
}

GST_END_TEST;

GST_START_TEST (what_is_no_stat_changes_nothing)
{
  static const gchar *const texts[] = {
    "", "4711 (name", "4711 (name)", "4711 (name) S 1 2 3 0 -1 4 1 2 3 4",
  };
  GstProfThreadStat stat = { 'Z', 1, 2, 3 };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    fail_if (gst_prof_system_parse_stat (texts[i], 1, &stat), "%s", texts[i]);
    fail_unless (stat.state == 'Z');
    assert_equals_uint64 (stat.user, 1);
    assert_equals_uint64 (stat.system, 2);
    assert_equals_uint64 (stat.major_faults, 3);
  }
}

GST_END_TEST;

GST_START_TEST (a_running_thread_is_in_no_call)
{
  GstProfThreadCall call;

  fail_unless (gst_prof_system_parse_syscall ("running\n", &call));
  assert_equals_int (call.number, GST_PROF_SYSCALL_RUNNING);
}

GST_END_TEST;

GST_START_TEST (a_call_has_a_number_and_six_arguments)
{
  GstProfThreadCall call;

  fail_unless (gst_prof_system_parse_syscall ("202 0x7f6c5c0012d8 0x189 0x0 "
          "0x7f6c6a7fbd10 0x0 0xffffffff 0x7f6c6a7fbcb0 0x7f6c72c9ad36\n",
          &call));
  assert_equals_int (call.number, 202);
  assert_equals_uint64 (call.args[0], G_GUINT64_CONSTANT (0x7f6c5c0012d8));
  assert_equals_uint64 (call.args[1], 0x189);
  assert_equals_uint64 (call.args[2], 0);
  assert_equals_uint64 (call.args[3], G_GUINT64_CONSTANT (0x7f6c6a7fbd10));
  assert_equals_uint64 (call.args[5], 0xffffffff);
}

GST_END_TEST;

GST_START_TEST (blocked_outside_of_a_call_is_minus_one)
{
  GstProfThreadCall call = {.args = {9} };

  fail_unless (gst_prof_system_parse_syscall ("-1 0x7ffd1c6f2a38 "
          "0x7f0f1e0e0b2a\n", &call));
  assert_equals_int (call.number, GST_PROF_SYSCALL_NONE);
  assert_equals_uint64 (call.args[0], 0);
}

GST_END_TEST;

GST_START_TEST (what_is_no_call_changes_nothing)
{
  GstProfThreadCall call = {.number = 77 };

  fail_if (gst_prof_system_parse_syscall ("", &call));
  fail_if (gst_prof_system_parse_syscall ("what", &call));
  assert_equals_int (call.number, 77);
}

GST_END_TEST;

/* --- control groups --- */

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

/* --- descriptors --- */

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

/* --- threads --- */

typedef struct
{
  GMutex lock;
  GCond cond;
  guint64 id;
  gboolean end;
  GThread *thread;
} Sleeper;

static gpointer
sleeper_run (gpointer data)
{
  Sleeper *sleeper = data;

  prctl (PR_SET_NAME, "a (b) c");
  g_mutex_lock (&sleeper->lock);
  sleeper->id = syscall (SYS_gettid);
  g_cond_broadcast (&sleeper->cond);
  while (!sleeper->end)
    g_cond_wait (&sleeper->cond, &sleeper->lock);
  g_mutex_unlock (&sleeper->lock);
  return NULL;
}

static void
sleeper_start (Sleeper * sleeper)
{
  memset (sleeper, 0, sizeof *sleeper);
  g_mutex_init (&sleeper->lock);
  g_cond_init (&sleeper->cond);
  sleeper->thread = g_thread_new ("sleeper", sleeper_run, sleeper);
  g_mutex_lock (&sleeper->lock);
  while (sleeper->id == 0)
    g_cond_wait (&sleeper->cond, &sleeper->lock);
  g_mutex_unlock (&sleeper->lock);
}

static void
sleeper_stop (Sleeper * sleeper)
{
  g_mutex_lock (&sleeper->lock);
  sleeper->end = TRUE;
  g_cond_broadcast (&sleeper->cond);
  g_mutex_unlock (&sleeper->lock);
  g_thread_join (sleeper->thread);
  g_mutex_clear (&sleeper->lock);
  g_cond_clear (&sleeper->cond);
}

GST_START_TEST (the_files_of_a_thread_that_waits_say_so)
{
  GstProfThreadFiles files;
  GstProfThreadTimes times = { 0 };
  GstProfThreadStat stat;
  GstProfThreadCall call = { 0 };
  Sleeper sleeper;

  sleeper_start (&sleeper);
  gst_prof_thread_files_open (&files, sleeper.id);
  if (files.syscall < 0) {
    gst_prof_thread_files_close (&files);
    sleeper_stop (&sleeper);
    GST_PROF_CHECK_SKIP ("syscall is not readable");
  }
  /* It has said that it waits, and will in a moment. */
  while (call.number != SYS_futex)
    gst_prof_thread_files_read_call (&files, &call);
  fail_unless (call.args[0] != 0);
  fail_unless (gst_prof_thread_files_read_stat (&files, &stat));
  fail_unless (stat.state == 'S', "%c", stat.state);
  fail_unless (gst_prof_thread_files_read_times (&files, &times));
  fail_unless (times.run > 0);
  gst_prof_thread_files_close (&files);
  sleeper_stop (&sleeper);
}

GST_END_TEST;

typedef struct
{
  gint id;
  gint stop;
} Spinner;

static gpointer
spinner_run (gpointer data)
{
  Spinner *spinner = data;

  g_atomic_int_set (&spinner->id, syscall (SYS_gettid));
  while (!g_atomic_int_get (&spinner->stop));
  return NULL;
}

GST_START_TEST (a_thread_on_a_cpu_is_running_and_its_time_grows)
{
  Spinner spinner = { 0 };
  GThread *thread = g_thread_new ("spinner", spinner_run, &spinner);
  GstProfThreadTimes first = { 0 }, times;
  GstProfThreadFiles files;
  GstProfThreadCall call;

  while (g_atomic_int_get (&spinner.id) == 0)
    g_thread_yield ();
  gst_prof_thread_files_open (&files, g_atomic_int_get (&spinner.id));
  gst_prof_thread_files_read_call (&files, &call);
  fail_unless (call.number == (files.syscall < 0 ?
          GST_PROF_SYSCALL_UNREADABLE : GST_PROF_SYSCALL_RUNNING));
  fail_unless (gst_prof_thread_files_read_times (&files, &first));
  times = first;
  while (times.run < first.run + 5 * GST_MSECOND)
    fail_unless (gst_prof_thread_files_read_times (&files, &times));
  g_atomic_int_set (&spinner.stop, 1);
  g_thread_join (thread);
  gst_prof_thread_files_close (&files);
}

GST_END_TEST;

GST_START_TEST (a_thread_that_has_ended_is_told)
{
  GstProfThreadFiles files;
  GstProfThreadTimes times = { 0 };
  GstProfThreadStat stat = {.state = 'Z' };
  GstProfThreadCall call;
  Sleeper sleeper;

  sleeper_start (&sleeper);
  gst_prof_thread_files_open (&files, sleeper.id);
  fail_unless (gst_prof_thread_files_read_times (&files, &times));
  sleeper_stop (&sleeper);
  /* Joined, it may still be on its last instructions. */
  while (gst_prof_thread_files_read_times (&files, &times))
    g_thread_yield ();
  fail_unless (times.run > 0);
  fail_if (gst_prof_thread_files_read_stat (&files, &stat));
  fail_unless (stat.state == 'Z');
  gst_prof_thread_files_read_call (&files, &call);
  assert_equals_int (call.number, GST_PROF_SYSCALL_UNREADABLE);
  gst_prof_thread_files_close (&files);
}

GST_END_TEST;

GST_START_TEST (files_that_are_not_there_are_told)
{
  GstProfThreadFiles files;
  GstProfThreadStat stat;
  GstProfThreadCall call;

  gst_prof_thread_files_open (&files, 1 << 30);
  assert_equals_int (files.schedstat, -1);
  assert_equals_int (files.syscall, -1);
  fail_if (gst_prof_thread_files_read_stat (&files, &stat));
  gst_prof_thread_files_read_call (&files, &call);
  assert_equals_int (call.number, GST_PROF_SYSCALL_UNREADABLE);
  gst_prof_thread_files_close (&files);
}

GST_END_TEST;

static guint
count_fds (void)
{
  GDir *dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  g_dir_close (dir);
  return n;
}

GST_START_TEST (half_of_the_descriptors_is_left_to_the_application)
{
  GstProfThreadFiles files;
  GstProfThreadCall call;
  struct rlimit limit, low;

  fail_unless (getrlimit (RLIMIT_NOFILE, &limit) == 0);
  low = limit;
  low.rlim_cur = 6;             /* the next one is in the upper half */
  fail_unless (setrlimit (RLIMIT_NOFILE, &low) == 0);
  gst_prof_thread_files_open (&files, syscall (SYS_gettid));
  fail_unless (files.transient);
  assert_equals_int (files.schedstat, -1);
  assert_equals_int (files.syscall, -1);
  gst_prof_thread_files_read_call (&files, &call);
  fail_unless (setrlimit (RLIMIT_NOFILE, &limit) == 0);
  /* Whoever reads its own is in that call. */
  assert_equals_int (call.number, SYS_pread64);
  gst_prof_thread_files_close (&files);
}

GST_END_TEST;

GST_START_TEST (closed_files_leave_no_descriptor)
{
  guint before = count_fds ();
  GstProfThreadFiles files;
  GstProfSystem *system;

  gst_prof_thread_files_open (&files, syscall (SYS_gettid));
  fail_unless (count_fds () > before);
  gst_prof_thread_files_close (&files);
  gst_prof_thread_files_close (&files);
  assert_equals_int (count_fds (), before);

  system = gst_prof_system_new ();
  gst_prof_system_refresh (system);
  gst_prof_system_free (system);
  assert_equals_int (count_fds (), before);
}

GST_END_TEST;

GST_START_TEST (the_name_of_a_thread_is_read)
{
  gchar comm[16] = "before";
  Sleeper sleeper;

  sleeper_start (&sleeper);
  gst_prof_system_read_comm (sleeper.id, comm);
  assert_equals_string (comm, "a (b) c");
  sleeper_stop (&sleeper);
  gst_prof_system_read_comm (1 << 30, comm);
  assert_equals_string (comm, "");
}

GST_END_TEST;

/* "matroskademux0:sink", of which the kernel keeps so much. */
GST_START_TEST (a_name_that_was_cut_at_the_pad_is_the_elements)
{
  static const gchar *const names[][2] = {
    {"matroskademux0:", "matroskademux0"}, {"queue0:src\n", "queue0:src"},
    {"videotestsrc0:\n", "videotestsrc0"}, {"python3\n", "python3"},
    {":", ":"}, {"", ""},
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree gchar *name = g_strdup (names[i][0]);

    gst_prof_system_trim_comm (name);
    assert_equals_string (name, names[i][1]);
  }
}

GST_END_TEST;

GST_START_TEST (all_threads_are_listed_as_far_as_they_fit)
{
  guint64 ids[64], own = syscall (SYS_gettid);
  gboolean has_own = FALSE, has_sleeper = FALSE;
  Sleeper sleeper;
  guint n;

  sleeper_start (&sleeper);
  n = gst_prof_system_list_threads (ids, G_N_ELEMENTS (ids));
  fail_unless (n >= 2);
  for (guint i = 0; i < n; i++) {
    has_own |= ids[i] == own;
    has_sleeper |= ids[i] == sleeper.id;
  }
  fail_unless (has_own && has_sleeper);
  assert_equals_int (gst_prof_system_list_threads (ids, 1), 1);
  sleeper_stop (&sleeper);
}

GST_END_TEST;

/* --- the process --- */

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

/* --- a /proc of the case's own --- */

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

static void
add_texts (TCase * tc)
{
  tcase_add_test (tc, schedstat_is_run_delay_and_turns);
  tcase_add_test (tc, what_is_no_schedstat_changes_nothing);
  tcase_add_test (tc, stat_has_state_faults_and_times);
  tcase_add_test (tc, a_name_with_spaces_and_parentheses_is_no_field);
  tcase_add_test (tc, what_is_no_stat_changes_nothing);
  tcase_add_test (tc, a_running_thread_is_in_no_call);
  tcase_add_test (tc, a_call_has_a_number_and_six_arguments);
  tcase_add_test (tc, blocked_outside_of_a_call_is_minus_one);
  tcase_add_test (tc, what_is_no_call_changes_nothing);
  tcase_add_test (tc, version_1_has_the_cpu_controller_in_a_list);
  tcase_add_test (tc, version_2_has_all_in_one_place);
  tcase_add_test (tc, of_both_versions_the_one_with_the_controller_counts);
  tcase_add_test (tc, the_root_group_is_the_mount_itself);
  tcase_add_test (tc, a_controller_whose_name_begins_alike_is_another);
  tcase_add_test (tc, without_groups_there_is_nothing_to_look_for);
  tcase_add_test (tc, a_path_is_counted_from_what_is_mounted);
  tcase_add_test (tc, a_group_that_is_not_mounted_is_the_mount);
}

static void
add_real (TCase * tc)
{
  tcase_add_test (tc, a_file_is_regular_even_when_it_is_removed);
  tcase_add_test (tc, both_ends_of_a_pipe_are_pipes);
  tcase_add_test (tc, sockets_of_all_families_are_sockets);
  tcase_add_test (tc, dev_null_is_a_character_device);
  tcase_add_test (tc, other_descriptors_and_none_are_unknown);
  tcase_add_test (tc, the_files_of_a_thread_that_waits_say_so);
  tcase_add_test (tc, a_thread_on_a_cpu_is_running_and_its_time_grows);
  tcase_add_test (tc, a_thread_that_has_ended_is_told);
  tcase_add_test (tc, files_that_are_not_there_are_told);
  tcase_add_test (tc, closed_files_leave_no_descriptor);
  tcase_add_test (tc, half_of_the_descriptors_is_left_to_the_application);
  tcase_add_test (tc, the_name_of_a_thread_is_read);
  tcase_add_test (tc, a_name_that_was_cut_at_the_pad_is_the_elements);
  tcase_add_test (tc, all_threads_are_listed_as_far_as_they_fit);
  tcase_add_test (tc, without_python_no_address_is_its_lock);
  tcase_add_test (tc, pythons_lock_lies_in_its_runtime);
  tcase_add_test (tc, nobody_was_throttled_or_suspended_since_it_was_made);
}

static void
add_mounts (TCase * tc)
{
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
}

static Suite *
system_suite (void)
{
  Suite *s = suite_create ("system");
  TCase *texts = tcase_create ("texts");
  TCase *real = tcase_create ("real");
  TCase *mounts = tcase_create ("mounts");

  suite_add_tcase (s, texts);
  add_texts (texts);
  suite_add_tcase (s, real);
  add_real (real);
  suite_add_tcase (s, mounts);
  add_mounts (mounts);
  return s;
}

GST_CHECK_MAIN (system);
