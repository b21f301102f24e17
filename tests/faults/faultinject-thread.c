/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Faults of the streaming thread itself: it is busy, asleep, or waits for the
 * kernel. Each runs on the streaming thread, where nothing else is said.
 */

#include "faultinject.h"
#include "gstproffaultspend.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define N_HOGS 4

void
fault_inject_spin (FaultChild * child, GstClockTime duration)
{
  gst_prof_fault_spin (duration);
}

/* User time that is spent waiting for memory, not computing. */
void
fault_inject_copy (FaultChild * child, GstClockTime duration)
{
  GstClockTime start = gst_prof_fault_monotonic_time ();
  gsize size = 8 << 20;
  g_autofree guint8 *from = g_malloc0 (size), *to = g_malloc0 (size);

  while (gst_prof_fault_monotonic_time () - start < duration) {
    from[0]++;
    memcpy (to, from, size);
  }
}

void
fault_inject_kernel (FaultChild * child, GstClockTime duration)
{
  gst_prof_fault_kernel (duration);
}

/* Clearing memory in the kernel: a call that moves data, but waits for none. */
void
fault_inject_kernel_read (FaultChild * child, GstClockTime duration)
{
  GstClockTime start = gst_prof_fault_monotonic_time ();
  static guint8 bytes[256 << 10];
  int fd = open ("/dev/zero", O_RDONLY | O_CLOEXEC);

  if (fd < 0)
    fault_child_fail (child, "/dev/zero: %s", g_strerror (errno));
  while (gst_prof_fault_monotonic_time () - start < duration) {
    if (read (fd, bytes, sizeof bytes) <= 0)
      break;
  }
  close (fd);
}

void
fault_inject_sleep (FaultChild * child, GstClockTime duration)
{
  g_usleep (GST_TIME_AS_USECONDS (duration));
}

/* A sleep in disguise: nothing is polled, only the time. */
void
fault_inject_poll_sleep (FaultChild * child, GstClockTime duration)
{
  while (poll (NULL, 0, GST_TIME_AS_MSECONDS (duration)) < 0
      && errno == EINTR);
}

void
fault_inject_nothing (FaultChild * child, GstClockTime duration)
{
  gst_prof_fault_sleep (duration);
}

static void
hog (FaultChild * child, GstClockTime duration)
{
  setpriority (PRIO_PROCESS, 0, 0);
  gst_prof_fault_spin (duration);
}

static void
pin (int cpu)
{
  cpu_set_t set;

  CPU_ZERO (&set);
  CPU_SET (cpu, &set);
  sched_setaffinity (0, sizeof set, &set);
}

/*
 * Work at nice 19 beside processes at nice 0 on the same processor. They are
 * children of this process and so in its autogroup, within which nice counts.
 */
void
fault_inject_hogs (FaultChild * child, GstClockTime duration)
{
  pid_t hogs[N_HOGS];
  cpu_set_t all;

  sched_getaffinity (0, sizeof all, &all);
  pin (sched_getcpu ());
  for (guint i = 0; i < N_HOGS; i++)
    hogs[i] = fault_child_fork (child, hog, duration);
  if (setpriority (PRIO_PROCESS, gettid (), 19) != 0)
    fault_child_fail (child, "nice: %s", g_strerror (errno));
  child->begin = gst_prof_fault_monotonic_time ();
  gst_prof_fault_spin (duration);
  /* Slowly, since they still hog. */
  for (guint i = 0; i < N_HOGS; i++) {
    kill (hogs[i], SIGKILL);
    waitpid (hogs[i], NULL, 0);
  }
  /* Without the right to do it, the rest is recorded at nice 19. */
  setpriority (PRIO_PROCESS, gettid (), 0);
  sched_setaffinity (0, sizeof all, &all);
}

static void
idle_hog (FaultChild * child, GstClockTime duration)
{
  setpriority (PRIO_PROCESS, 0, 19);
  gst_prof_fault_spin (duration);
}

/* Load that leaves the pipeline its CPU. On the application's thread. */
void
fault_inject_idle_hogs (FaultChild * child, GstClockTime duration)
{
  pid_t hogs[N_HOGS];

  for (guint i = 0; i < N_HOGS; i++)
    hogs[i] = fault_child_fork (child, idle_hog, duration);
  for (guint i = 0; i < N_HOGS; i++)
    waitpid (hogs[i], NULL, 0);
}

/*
 * In vfork() the parent waits in state D until the child has gone: not every D
 * is a disk.
 */
void
fault_inject_vfork (FaultChild * child, GstClockTime duration)
{
  struct timespec ts;
  pid_t pid;

  GST_TIME_TO_TIMESPEC (duration, ts);
  pid = vfork ();
  if (pid == 0) {
    nanosleep (&ts, NULL);
    _exit (0);
  }
  if (pid < 0)
    fault_child_fail (child, "vfork: %s", g_strerror (errno));
  waitpid (pid, NULL, 0);
}

static gpointer
type_a_key (gpointer data)
{
  FaultChild *child = data;

  gst_prof_fault_sleep (child->duration);
  if (write (child->pipe[1], "x", 1) != 1)
    fault_child_fail (child, "pty: %s", g_strerror (errno));
  return NULL;
}

/* Reading from a terminal at which nobody types. */
void
fault_inject_tty (FaultChild * child, GstClockTime duration)
{
  struct termios raw;
  gchar key;

  if (openpty (&child->pipe[1], &child->pipe[0], NULL, NULL, NULL) != 0)
    fault_child_fail (child, "openpty: %s", g_strerror (errno));
  tcgetattr (child->pipe[0], &raw);
  cfmakeraw (&raw);
  tcsetattr (child->pipe[0], TCSANOW, &raw);
  fault_child_thread ("typist", type_a_key, child);
  while (read (child->pipe[0], &key, 1) < 0 && errno == EINTR);
}
