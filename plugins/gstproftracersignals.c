/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What the process is told by signals: SIGUSR2 asks for a report, and those of a
 * crash have said which thread crashed and what all threads were in, before
 * whoever handled them first does, or the process dies of it as it would have.
 *
 * SIGUSR2 is taken in gst_init(), if nobody has it. The handlers for crashes are
 * installed when the first pipeline leaves NULL: gst-launch-1.0 sets its own after
 * gst_init(), which would replace ours.
 *
 * The handlers do only what is async-signal-safe. SIGTERM and SIGINT are left
 * alone: how a process ends by these is the application's choice.
 */

#include "gstproftracersignals.h"

#include "gstprofhub.h"

#include <gst/prof/gstprofactivitydump.h>
#include <gst/prof/gstprofsafeline.h>
#include <gst/prof/gstprofsystem.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A crash is told with a few kB of stack, also when the thread's own is used up. */
#define STACK_SIZE (64 * 1024)

typedef struct {
  int number;
  const gchar *name;
} Crash;

/* SIGTRAP is how GLib ends a process after g_error(). */
static const Crash crashes[] = {
  {SIGSEGV, "SIGSEGV"}, {SIGABRT, "SIGABRT"}, {SIGBUS, "SIGBUS"},
  {SIGFPE, "SIGFPE"}, {SIGILL, "SIGILL"}, {SIGTRAP, "SIGTRAP"},
};

/* Set before the handlers are installed */
static struct sigaction previous[G_N_ELEMENTS (crashes)];
static const gchar *report;

static atomic_flag crashed = ATOMIC_FLAG_INIT;

static void free_stack (gpointer stack);
static GPrivate stack_private = G_PRIVATE_INIT (free_stack);

static void
write_all (int fd, const gchar * text, gsize length)
{
  while (length > 0) {
    gssize written = write (fd, text, length);

    if (written <= 0)
      return;
    text += written;
    length -= written;
  }
}

/* Returns: the report's file with the process in place of each %p; -1: none */
static int
open_report (void)
{
  gchar name[PATH_MAX];
  gsize length = 0;

  if (g_str_equal (report, GST_PROF_TRACER_REPORT_STDERR))
    return -1;
  for (const gchar * c = report; *c != '\0'; c++) {
    GstProfSafeLine pid = { 0 };

    if (c[0] == '%' && c[1] == 'p') {
      gst_prof_safe_line_add_number (&pid, getpid (), 1);
      c++;
    } else {
      pid.text[pid.length++] = *c;
    }
    if (length + pid.length >= sizeof (name))
      return -1;
    memcpy (name + length, pid.text, pid.length);
    length += pid.length;
  }
  name[length] = '\0';
  return open (name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK,
      0666);
}

typedef struct {
  guint n;
  int fds[2];
} Places;

static void
write_line (const gchar * text, gsize length, gpointer user_data)
{
  const Places *places = user_data;

  for (guint i = 0; i < places->n; i++) {
    write_all (places->fds[i], text, length);
    write_all (places->fds[i], "\n", 1);
  }
}

static void
tell_crash (const gchar * signal_name)
{
  Places places = { 1, {STDERR_FILENO} };
  GstProfSafeLine line = { 0 };
  gchar thread[17] = "";
  int fd = open_report ();

  if (fd >= 0)
    places.fds[places.n++] = fd;
  prctl (PR_GET_NAME, thread);
  gst_prof_system_trim_comm (thread);
  gst_prof_safe_line_add (&line, "gst-prof: ");
  gst_prof_safe_line_add (&line, signal_name);
  gst_prof_safe_line_add (&line, " in thread ");
  gst_prof_safe_line_add_number (&line, syscall (SYS_gettid), 1);
  gst_prof_safe_line_add (&line, " (");
  gst_prof_safe_line_add (&line, thread);
  gst_prof_safe_line_add (&line, ") of process ");
  gst_prof_safe_line_add_number (&line, getpid (), 1);
  gst_prof_safe_line_add (&line, "; what the threads were in:");
  write_line (line.text, line.length, &places);
  gst_prof_activity_dump (write_line, &places);
  if (fd >= 0)
    close (fd);
}

/* As if we had not been there. A fault happens again as soon as the handler
 * returns; a signal that was sent has to be sent again. */
static void
hand_on (const struct sigaction * action, int number, siginfo_t * info,
    void *context)
{
  if (action->sa_flags & SA_SIGINFO) {
    action->sa_sigaction (number, info, context);
  } else if (action->sa_handler == SIG_DFL) {
    sigaction (number, action, NULL);
    if (info->si_code <= 0)
      raise (number);
  } else if (action->sa_handler != SIG_IGN) {
    action->sa_handler (number);
  }
}

static void
handle_crash (int number, siginfo_t * info, void *context)
{
  int code = errno;

  for (guint i = 0; i < G_N_ELEMENTS (crashes); i++) {
    if (crashes[i].number != number)
      continue;
    if (!atomic_flag_test_and_set (&crashed))
      tell_crash (crashes[i].name);
    errno = code;
    hand_on (&previous[i], number, info, context);
  }
}

static void
install_crash_handlers (void)
{
  struct sigaction action = { 0 };

  action.sa_sigaction = handle_crash;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset (&action.sa_mask);
  for (guint i = 0; i < G_N_ELEMENTS (crashes); i++) {
    sigaction (crashes[i].number, NULL, &previous[i]);
    sigaction (crashes[i].number, &action, NULL);
  }
}

static void
free_stack (gpointer memory)
{
  stack_t none = { .ss_flags = SS_DISABLE };

  sigaltstack (&none, NULL);
  g_free (memory);
}

/* Of the calling thread, unless it has one. */
static void
provide_stack (void)
{
  stack_t stack;

  if (sigaltstack (NULL, &stack) < 0 || !(stack.ss_flags & SS_DISABLE))
    return;
  stack = (stack_t) {
  .ss_sp = g_malloc (STACK_SIZE),.ss_size = STACK_SIZE};
  if (sigaltstack (&stack, NULL) == 0)
    g_private_set (&stack_private, stack.ss_sp);
  else
    g_free (stack.ss_sp);
}

static void
handle_request (int number)
{
  static const gchar nothing[] =
      "gst-prof: no report yet, as no pipeline has been started\n";
  int code = errno;

  if (!gst_prof_hub_request ()
      && write (STDERR_FILENO, nothing, sizeof (nothing) - 1) < 0) {
    /* There is nobody to be told. */
  }
  errno = code;
}

static void
install_request_handler (void)
{
  struct sigaction action = { 0 };

  if (sigaction (SIGUSR2, NULL, &action) < 0
      || (action.sa_flags & SA_SIGINFO) || action.sa_handler != SIG_DFL)
    return;
  action.sa_handler = handle_request;
  action.sa_flags = SA_RESTART;
  sigemptyset (&action.sa_mask);
  sigaction (SIGUSR2, &action, NULL);
}

/*
 * gst_prof_tracer_signals_init:
 * @params: what the user set; must stay valid
 *
 * Once.
 */
void
gst_prof_tracer_signals_init (const GstProfTracerParams * params)
{
  report = params->report;
  install_request_handler ();
}

/*
 * gst_prof_tracer_signals_pipeline_begins:
 *
 * Called by each thread that brings a pipeline from NULL to READY.
 */
void
gst_prof_tracer_signals_pipeline_begins (void)
{
  static atomic_flag installed = ATOMIC_FLAG_INIT;

  if (g_str_equal (report, GST_PROF_TRACER_REPORT_NONE))
    return;
  if (!atomic_flag_test_and_set (&installed))
    install_crash_handlers ();
  provide_stack ();
}
