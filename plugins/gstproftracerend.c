/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * SIGTERM, SIGINT and SIGHUP, where nobody handles them: the report is written,
 * then the process dies of the signal as it would have, so that whoever waits for
 * it sees the same.
 *
 * The handlers are installed when the first pipeline of a process leaves NULL, for
 * those signals that have the default action then. Who installs his own later
 * replaces ours; who calls ours from it, as what was there before, ends the process.
 *
 * The handler only asks the hub's thread and waits for it, for a limited time. It
 * does not return meanwhile: the thread would find that its sleep() is over, and
 * might well end the process in another way. What it holds stays held: a report that
 * needs that does not come. A timer in the kernel sends the signal again, when its
 * action is the default one, whatever hangs.
 *
 * Any thread; all of it but installing is async-signal-safe.
 */

#include "gstproftracerend.h"

#include "gstprofruns.h"
#include "gstproftracerfile.h"
#include "gstproftracerreport.h"

#include <gst/prof/gstprofclock.h>
#include <gst/prof/gstprofsignalmask.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* How long the process lives on, at most: the report, then why there is none, and
 * when the kernel ends it in spite of all. */
#define REPORT_TIME (800 * GST_MSECOND)
#define SAY_TIME (150 * GST_MSECOND)
#define END_TIME (1 * GST_SECOND)

/* timeout(1) sends a signal to its child, then to the group that the child is in; a
 * terminal that goes sends one, and so does the shell in it. These belong together;
 * who sends one later is in a hurry. */
#define SAME_TIME (100 * GST_MSECOND)

typedef struct {
  int number;
  const gchar *name;
} End;

static const End ends[] = {
  {SIGHUP, "SIGHUP"}, {SIGINT, "SIGINT"}, {SIGTERM, "SIGTERM"},
};

/* The process whose report it is: a child has the handlers, but no pipelines. */
static _Atomic pid_t owner;

/* The signal that the process dies of; 0: it does not. */
static _Atomic int ending;

static void handle (int number);

static gboolean
has_handler (int number, void (*handler) (int))
{
  struct sigaction action;

  return sigaction (number, NULL, &action) == 0
      && !(action.sa_flags & SA_SIGINFO) && action.sa_handler == handler;
}

static void
set_default (int number)
{
  const struct sigaction action = {.sa_handler = SIG_DFL };

  sigaction (number, &action, NULL);
}

static void
set_ours (int number)
{
  struct sigaction action = {.sa_handler = handle };

  /* What other handlers there are need not run in a thread that is about to end. */
  gst_prof_signal_mask_fill (&action.sa_mask);
  action.sa_flags = SA_RESTART | SA_ONSTACK;
  sigaction (number, &action, NULL);
}

/* Returns only where signals do not end the process: in process 1. */
static void
die (int number)
{
  sigset_t set;

  set_default (number);
  sigemptyset (&set);
  sigaddset (&set, number);
  pthread_sigmask (SIG_UNBLOCK, &set, NULL);
  raise (number);
}

/* From now on the next signal ends the process at once. Those that came until now
 * are told with the first. */
static void
put_defaults_back (void)
{
  const struct timespec now = { 0 };
  sigset_t set;

  sigemptyset (&set);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    if (has_handler (ends[i].number, handle))
      sigaddset (&set, ends[i].number);
  }
  /* The application may call ours from its own. */
  sigaddset (&set, atomic_load (&ending));
  while (sigtimedwait (&set, NULL, &now) > 0);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    if (sigismember (&set, ends[i].number))
      set_default (ends[i].number);
  }
  pthread_sigmask (SIG_UNBLOCK, &set, NULL);
}

/* The kernel's own call: the C library's may allocate.
 *
 * Returns: the timer; -1: none can be had */
static int
start_timer (int number)
{
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL };
  /* As these system calls take it, whatever time_t is */
  const struct
  {
    glong interval[2];
    glong seconds;
    glong nanoseconds;
  } once = { {0, 0}, END_TIME / GST_SECOND, END_TIME % GST_SECOND };
  int timer;

  event.sigev_signo = number;
  if (syscall (SYS_timer_create, CLOCK_MONOTONIC, &event, &timer) < 0)
    return -1;
  syscall (SYS_timer_settime, timer, 0, &once, NULL);
  return timer;
}

/* Returns: whether it was written in time */
static gboolean
wait_for_report (void)
{
  GstClockTime begin = gst_prof_clock_now (), now = begin;
  gboolean same = TRUE;

  while (!gst_prof_tracer_report_is_written ()) {
    now = gst_prof_clock_now ();
    if (now >= begin + REPORT_TIME)
      return FALSE;
    if (same && now >= begin + SAME_TIME) {
      put_defaults_back ();
      same = FALSE;
    }
    poll (NULL, 0, 1);
  }
  return TRUE;
}

static void
end (const End * how)
{
  struct sigaction before[G_N_ELEMENTS (ends)];
  const gchar *failure = NULL;
  int timer = start_timer (how->number);
  sigset_t mask;

  pthread_sigmask (SIG_SETMASK, NULL, &mask);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    sigaction (ends[i].number, NULL, &before[i]);
  if (!gst_prof_tracer_report_end (how->name))
    failure = "gst-prof: no report, as there is no thread that could write it\n";
  else if (!wait_for_report ())
    failure = "gst-prof: no report, as it does not come to its end\n";
  if (failure != NULL) {
    put_defaults_back ();
    gst_prof_tracer_file_say (failure, SAY_TIME);
  }
  die (how->number);

  /* It goes on, as process 1 would have. */
  if (timer >= 0)
    syscall (SYS_timer_delete, timer);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    if (has_handler (ends[i].number, SIG_DFL))
      sigaction (ends[i].number, &before[i], NULL);
  }
  gst_prof_tracer_report_go_on (how->name);
  atomic_store (&ending, 0);
  pthread_sigmask (SIG_SETMASK, &mask, NULL);
}

/* What came with the first signal, in another thread */
static void
wait_for_end (int number)
{
  GstClockTime until = gst_prof_clock_now () + END_TIME;

  while (atomic_load (&ending) != 0) {
    if (gst_prof_clock_now () >= until)
      die (number);
    poll (NULL, 0, 1);
  }
}

static void
install (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    if (has_handler (ends[i].number, SIG_DFL))
      set_ours (ends[i].number);
  }
}

static const End *
find (int number)
{
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    if (ends[i].number == number)
      return &ends[i];
  }
  return NULL;
}

static void
handle (int number)
{
  const End *how = find (number);
  int code = errno, none = 0;

  /* The first word decides: the memory may be the parent's, after vfork(). */
  if (how == NULL || getpid () != atomic_load (&owner)
      || !gst_prof_runs_any ()) {
    die (number);
  } else if (!atomic_compare_exchange_strong (&ending, &none, number)) {
    wait_for_end (none);
  } else {
    end (how);
  }
  errno = code;
}

/*
 * gst_prof_tracer_end_install:
 *
 * From now on the signals that end this process by default have a report written
 * before. To be called when a pipeline begins; the first time counts.
 */
void
gst_prof_tracer_end_install (void)
{
  pid_t process = getpid ();

  if (atomic_exchange (&owner, process) == process)
    return;
  atomic_store (&ending, 0);
  gst_prof_tracer_report_prepare ();
  install ();
}

/*
 * gst_prof_tracer_end_uninstall:
 *
 * These signals do again what they did, unless somebody handles them.
 */
void
gst_prof_tracer_end_uninstall (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    if (has_handler (ends[i].number, handle))
      set_default (ends[i].number);
  }
}
