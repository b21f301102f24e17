/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What the kernel says of a thread: texts of /proc as literals, and the files of
 * real threads.
 */

#include <gst/check/gstcheck.h>

#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <gst/prof/gstprofsystem.h>

#include "check-skip.h"

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

static Suite *
threadfiles_suite (void)
{
  Suite *s = suite_create ("threadfiles");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, schedstat_is_run_delay_and_turns);
  tcase_add_test (tc, what_is_no_schedstat_changes_nothing);
  tcase_add_test (tc, stat_has_state_faults_and_times);
  tcase_add_test (tc, a_name_with_spaces_and_parentheses_is_no_field);
  tcase_add_test (tc, what_is_no_stat_changes_nothing);
  tcase_add_test (tc, a_running_thread_is_in_no_call);
  tcase_add_test (tc, a_call_has_a_number_and_six_arguments);
  tcase_add_test (tc, blocked_outside_of_a_call_is_minus_one);
  tcase_add_test (tc, what_is_no_call_changes_nothing);
  tcase_add_test (tc, the_files_of_a_thread_that_waits_say_so);
  tcase_add_test (tc, a_thread_on_a_cpu_is_running_and_its_time_grows);
  tcase_add_test (tc, a_thread_that_has_ended_is_told);
  tcase_add_test (tc, files_that_are_not_there_are_told);
  tcase_add_test (tc, half_of_the_descriptors_is_left_to_the_application);
  tcase_add_test (tc, closed_files_leave_no_descriptor);
  tcase_add_test (tc, the_name_of_a_thread_is_read);
  tcase_add_test (tc, a_name_that_was_cut_at_the_pad_is_the_elements);
  tcase_add_test (tc, all_threads_are_listed_as_far_as_they_fit);
  return s;
}

GST_CHECK_MAIN (threadfiles);
