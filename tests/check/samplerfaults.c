/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What threads do that are to be looked at: one thing for a while, and they take
 * down for how long they were blocked in it.
 */

#include "samplerfaults.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <gst/prof/gstprofclock.h>

/* What a thread has done, says the kernel. */
typedef struct
{
  GstClockTime now;
  GstClockTime run;
  GstClockTime delay;
} Times;

guint64
fault_own_id (void)
{
  return syscall (SYS_gettid);
}

static GstClockTime
get_cpu_time (void)
{
  struct timespec time;

  fail_unless (clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time) == 0);
  return GST_TIMESPEC_TO_TIME (time);
}

GstClockTime
fault_get_delay (guint64 thread_id)
{
  g_autofree gchar *path = g_strdup_printf ("/proc/self/task/%" G_GUINT64_FORMAT
      "/schedstat", thread_id);
  g_autofree gchar *text = NULL;
  guint64 run, delay;

  fail_unless (g_file_get_contents (path, &text, NULL, NULL));
  fail_unless (sscanf (text, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, &run,
          &delay) == 2);
  return delay;
}

static Times
get_own_times (void)
{
  return (Times) {
  gst_prof_clock_now (), get_cpu_time (), fault_get_delay (fault_own_id ())};
}

static GstClockTime
get_blocked (const Times * from, const Times * to)
{
  GstClockTime ready = to->run - from->run + to->delay - from->delay;

  return to->now - from->now - MIN (ready, to->now - from->now);
}

/* How long the thread of a fault was blocked in it. */
__thread GstClockTime fault_was_blocked;

static void
add_blocked (const Times * from)
{
  Times to = get_own_times ();

  fault_was_blocked += get_blocked (from, &to);
}

static void
spin_once (void)
{
  GstClockTime end = gst_prof_clock_now () + MS;

  while (gst_prof_clock_now () < end);
}

void
fault_spin (void)
{
  GstClockTime end = get_cpu_time () + FAULT;

  /* To ask for the CPU time is a system call. */
  while (get_cpu_time () < end)
    spin_once ();
}

void
fault_spin_in_kernel (void)
{
  GstClockTime end = get_cpu_time () + FAULT;
  static gchar bytes[1 << 16];

  while (get_cpu_time () < end)
    fail_unless (getrandom (bytes, sizeof bytes, 0) > 0);
}

void
fault_sleep (void)
{
  Times from = get_own_times ();

  g_usleep (FAULT / GST_USECOND);
  add_blocked (&from);
}

static GMutex contended;
static gint held;

static gpointer
hold_mutex (gpointer data)
{
  g_mutex_lock (&contended);
  g_atomic_int_set (&held, 1);
  fault_sleep ();
  g_mutex_unlock (&contended);
  return NULL;
}

void
fault_wait_for_mutex (void)
{
  GThread *thread;
  Times from;

  held = 0;
  thread = g_thread_new ("holder", hold_mutex, NULL);
  while (!g_atomic_int_get (&held))
    g_thread_yield ();
  from = get_own_times ();
  g_mutex_lock (&contended);
  add_blocked (&from);
  g_mutex_unlock (&contended);
  g_thread_join (thread);
}

static gint fds[2];

static gpointer
read_late (gpointer data)
{
  static gchar bytes[1 << 20];

  fault_sleep ();
  while (read (fds[0], bytes, sizeof bytes) > 0);
  return NULL;
}

void
fault_write_to_slow_reader (void)
{
  static gchar bytes[1 << 18];
  GThread *thread;
  Times from;

  fail_unless (pipe (fds) == 0);
  thread = g_thread_new ("reader", read_late, NULL);
  from = get_own_times ();
  fail_unless (write (fds[1], bytes, sizeof bytes) == sizeof bytes);
  add_blocked (&from);
  close (fds[1]);
  g_thread_join (thread);
  close (fds[0]);
}

/* Not by GLib, which gives threads names of their own: an encoder's helper
 * threads have that of the thread which made them. */
GstClockTime fault_helper_delay;

static gpointer
help_by_computing (gpointer data)
{
  fault_spin ();
  fault_helper_delay = fault_get_delay (fault_own_id ());
  return NULL;
}

static gpointer
help_by_sleeping (gpointer data)
{
  fault_sleep ();
  return NULL;
}

static void
wait_for_helper (gpointer (*func) (gpointer))
{
  pthread_t thread;
  Times from;

  fail_unless (pthread_create (&thread, NULL, func, NULL) == 0);
  from = get_own_times ();
  pthread_join (thread, NULL);
  add_blocked (&from);
}

void
fault_wait_for_computing_helper (void)
{
  wait_for_helper (help_by_computing);
}

void
fault_wait_for_sleeping_helper (void)
{
  wait_for_helper (help_by_sleeping);
}
