/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The files of one thread under /proc/self/task: those that are read at every
 * look are opened once and read again and again (0.7 to 1.5 us each; opening them
 * anew takes 5 us more). Where a process has few descriptors left they are opened
 * each time.
 * Nothing here allocates. A file that is not there, or that this user may not
 * read, is left out; who reads is told. One thread at a time.
 */

#include "gstprofsystem.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static gint
open_file (guint64 thread_id, const gchar * name)
{
  gchar path[64];

  snprintf (path, sizeof path, "/proc/self/task/%" G_GUINT64_FORMAT "/%s",
      thread_id, name);
  return open (path, O_RDONLY | O_CLOEXEC);
}

static void
close_file (gint * fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

static gboolean
read_file (gint fd, gchar * text, gsize size)
{
  gssize n;

  if (fd < 0)
    return FALSE;
  n = pread (fd, text, size - 1, 0);
  if (n <= 0)
    return FALSE;
  text[n] = '\0';
  return TRUE;
}

static gboolean
read_once (guint64 thread_id, const gchar * name, gchar * text, gsize size)
{
  gint fd = open_file (thread_id, name);
  gboolean read = read_file (fd, text, size);

  close_file (&fd);
  return read;
}

/* The upper half of what a process may have open belongs to the application. */
static gint
open_to_keep (guint64 thread_id, const gchar * name, gboolean * ret_transient)
{
  gint fd = open_file (thread_id, name);
  struct rlimit limit;

  if (fd >= 0 && getrlimit (RLIMIT_NOFILE, &limit) == 0
      && (rlim_t) fd >= limit.rlim_cur / 2) {
    close_file (&fd);
    *ret_transient = TRUE;
  }
  return fd;
}

static gboolean
read_kept (GstProfThreadFiles * files, gint fd, const gchar * name,
    gchar * text, gsize size)
{
  if (fd < 0 && files->transient)
    return read_once (files->thread_id, name, text, size);
  return read_file (fd, text, size);
}

/*
 * gst_prof_thread_files_open:
 * @files: (out caller-allocates): gets what can be opened
 * @thread_id: a thread of this process
 */
void
gst_prof_thread_files_open (GstProfThreadFiles * files, guint64 thread_id)
{
  files->thread_id = thread_id;
  files->transient = FALSE;
  files->schedstat =
      open_to_keep (thread_id, "schedstat", &files->transient);
  files->syscall = open_to_keep (thread_id, "syscall", &files->transient);
}

/*
 * gst_prof_thread_files_close:
 * @files: files that were opened
 */
void
gst_prof_thread_files_close (GstProfThreadFiles * files)
{
  close_file (&files->schedstat);
  close_file (&files->syscall);
  files->thread_id = 0;
}

/*
 * gst_prof_system_parse_schedstat:
 * @text: the file's
 * @times: (out caller-allocates): untouched on failure
 *
 * Returns: %FALSE if @text is something else
 */
gboolean
gst_prof_system_parse_schedstat (const gchar * text, GstProfThreadTimes * times)
{
  GstProfThreadTimes parsed;
  gchar *end;

  parsed.run = g_ascii_strtoull (text, &end, 10);
  if (end == text || *end != ' ')
    return FALSE;
  parsed.delay = g_ascii_strtoull (end, &end, 10);
  if (*end != ' ')
    return FALSE;
  parsed.turns = g_ascii_strtoull (end, &end, 10);
  *times = parsed;
  return TRUE;
}

/* A thread's CPU clock is exact at the moment of reading; schedstat's time on
 * the CPU is that of the last tick or switch. The id is the kernel's for the
 * CPU clock of a thread of this process. */
static gboolean
read_cpu_clock (guint64 thread_id, GstClockTime * run)
{
  clockid_t id = (clockid_t) ((~(guint32) thread_id << 3) | 6);
  struct timespec ts;

  if (clock_gettime (id, &ts) != 0)
    return FALSE;
  *run = GST_TIMESPEC_TO_TIME (ts);
  return TRUE;
}

/*
 * gst_prof_thread_files_read_times:
 * @files: a thread's
 * @times: (inout): what was read before, or 0; untouched on failure. Without
 *   schedstat the delay is 0
 *
 * A thread that has not run since has not been given a CPU either, so that
 * there is nothing to read.
 *
 * Returns: %FALSE when the thread has ended
 */
gboolean
gst_prof_thread_files_read_times (GstProfThreadFiles * files,
    GstProfThreadTimes * times)
{
  GstProfThreadTimes found = { 0 };
  GstClockTime run;
  gboolean has_run = read_cpu_clock (files->thread_id, &run);
  gchar text[96];

  if (!has_run)
    return FALSE;
  if (run == times->run)
    return TRUE;
  if (read_kept (files, files->schedstat, "schedstat", text, sizeof text))
    gst_prof_system_parse_schedstat (text, &found);
  found.run = run;
  *times = found;
  return TRUE;
}

static const gchar *
skip_fields (const gchar * text, guint n)
{
  while (n-- > 0) {
    text = strchr (text, ' ');
    if (text == NULL)
      return NULL;
    text++;
  }
  return text;
}

/*
 * gst_prof_system_parse_stat:
 * @text: the file's
 * @tick: what its times count in, nanoseconds
 * @stat: (out caller-allocates): untouched on failure
 *
 * Returns: %FALSE if @text is something else
 */
gboolean
gst_prof_system_parse_stat (const gchar * text, GstClockTime tick,
    GstProfThreadStat * stat)
{
  /* The name may hold spaces and parentheses. */
  const gchar *state = strrchr (text, ')');
  const gchar *faults, *user;
  gchar *end;

  if (state == NULL || state[1] != ' ')
    return FALSE;
  state += 2;
  faults = skip_fields (state, 9);
  user = faults ? skip_fields (faults, 2) : NULL;
  if (user == NULL)
    return FALSE;
  stat->state = *state;
  stat->major_faults = g_ascii_strtoull (faults, NULL, 10);
  stat->user = g_ascii_strtoull (user, &end, 10) * tick;
  stat->system = g_ascii_strtoull (end, NULL, 10) * tick;
  return TRUE;
}

/*
 * gst_prof_thread_files_read_stat:
 * @files: a thread's
 * @stat: (out caller-allocates): untouched on failure
 *
 * Returns: %FALSE when it cannot be read
 */
gboolean
gst_prof_thread_files_read_stat (GstProfThreadFiles * files,
    GstProfThreadStat * stat)
{
  static GstClockTime tick;
  gchar text[512];

  if (tick == 0)
    tick = GST_SECOND / MAX (sysconf (_SC_CLK_TCK), 1);
  return read_once (files->thread_id, "stat", text, sizeof text)
      && gst_prof_system_parse_stat (text, tick, stat);
}

/*
 * gst_prof_system_parse_syscall:
 * @text: the file's
 * @call: (out caller-allocates): untouched on failure
 *
 * Returns: %FALSE if @text is something else
 */
gboolean
gst_prof_system_parse_syscall (const gchar * text, GstProfThreadCall * call)
{
  GstProfThreadCall parsed = { 0 };
  gchar *end;

  if (g_str_has_prefix (text, "running")) {
    parsed.number = GST_PROF_SYSCALL_RUNNING;
    *call = parsed;
    return TRUE;
  }
  parsed.number = strtol (text, &end, 10);
  if (end == text)
    return FALSE;
  if (parsed.number >= 0) {
    for (guint i = 0; i < G_N_ELEMENTS (parsed.args) && *end == ' '; i++)
      parsed.args[i] = strtoull (end, &end, 16);
  } else {
    parsed.number = GST_PROF_SYSCALL_NONE;
  }
  *call = parsed;
  return TRUE;
}

/*
 * gst_prof_thread_files_read_call:
 * @files: a thread's
 * @call: (out caller-allocates): what it is blocked in
 */
void
gst_prof_thread_files_read_call (GstProfThreadFiles * files,
    GstProfThreadCall * call)
{
  gchar text[256];

  if (!read_kept (files, files->syscall, "syscall", text, sizeof text)
      || !gst_prof_system_parse_syscall (text, call))
    *call = (GstProfThreadCall) {
    .number = GST_PROF_SYSCALL_UNREADABLE};
}

/*
 * gst_prof_system_trim_comm:
 * @comm: (inout): a thread's name, as the kernel has it
 *
 * GStreamer calls a thread "element:pad", of which the kernel keeps 15 letters.
 * Where nothing is left of the pad's name it is the element's. Async-signal-safe.
 */
void
gst_prof_system_trim_comm (gchar * comm)
{
  gsize length = strcspn (comm, "\n");

  if (length > 1 && comm[length - 1] == ':')
    length--;
  comm[length] = '\0';
}

/*
 * gst_prof_system_read_comm:
 * @thread_id: a thread of this process
 * @comm: (out caller-allocates) (array fixed-size=16): its name, empty when it
 *   cannot be read
 */
void
gst_prof_system_read_comm (guint64 thread_id, gchar comm[16])
{
  gint fd = open_file (thread_id, "comm");

  if (!read_file (fd, comm, 16))
    comm[0] = '\0';
  gst_prof_system_trim_comm (comm);
  close_file (&fd);
}

/*
 * gst_prof_system_read_wchan:
 * @thread_id: a thread of this process
 * @wchan: (out caller-allocates) (array fixed-size=64): the kernel function that
 *   it waits in, empty when it cannot be read; names change between kernels
 */
void
gst_prof_system_read_wchan (guint64 thread_id, gchar wchan[64])
{
  gint fd = open_file (thread_id, "wchan");

  if (!read_file (fd, wchan, 64))
    wchan[0] = '\0';
  close_file (&fd);
}
