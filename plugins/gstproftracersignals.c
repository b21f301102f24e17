/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What the process is told by signals: SIGUSR2 asks for a report, and those of a
 * crash have said which thread crashed and what all threads were in, before
 * whoever handled them first does, or the process dies of it as it would have.
 * Those that end it in peace are gstproftracerend.c's.
 *
 * SIGUSR2 is taken in gst_init(), if nobody has it. The handlers for crashes are
 * installed when the first pipeline leaves NULL: gst-launch-1.0 sets its own after
 * gst_init(), which would replace ours.
 *
 * The handlers do only what is async-signal-safe, and wait for nobody for long.
 * That of a crash puts the one before it back and has the signal happen again, so
 * that the kernel honours whatever that one asked for.
 */

#include "gstproftracersignals.h"

#include "gstprofhub.h"
#include "gstproftracerend.h"
#include "gstproftracerfile.h"

#include <gst/prof/gstprofactivitydump.h>
#include <gst/prof/gstprofclock.h>
#include <gst/prof/gstprofsafeline.h>
#include <gst/prof/gstprofsystem.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A crash is told with a few kB of stack, also when the thread's own is used up. */
#define STACK_SIZE (64 * 1024)

/* How long whoever reads what is written may hold up a handler. */
#define WRITE_TIME (200 * GST_MSECOND)

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
static const GstProfTracerParams *params;

static atomic_flag crashed = ATOMIC_FLAG_INIT;

static void free_stack (gpointer stack);
static GPrivate stack_private = G_PRIVATE_INIT (free_stack);

/* Returns: the report's file with the process in place of each %p; -1: none */
static int
open_report (void)
{
  /* Only the first crash is told, and the stack may be an application's. */
  static gchar name[PATH_MAX];
  gsize length = 0;

  if (g_str_equal (params->report, GST_PROF_TRACER_REPORT_STDERR))
    return -1;
  for (const gchar * c = params->report; *c != '\0'; c++) {
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
  int fds[2];                   /* -1: takes no more */
  GstClockTime until;
} Places;

static void
write_line (const gchar * text, gsize length, gpointer user_data)
{
  Places *places = user_data;

  for (guint i = 0; i < places->n; i++) {
    if (places->fds[i] >= 0
        && (!gst_prof_tracer_file_write_until (places->fds[i], text, length,
                places->until)
            || !gst_prof_tracer_file_write_until (places->fds[i], "\n", 1,
                places->until)))
      places->fds[i] = -1;
  }
}

static void
tell_crash (const gchar * signal_name)
{
  Places places = { 0, {-1, -1}, gst_prof_clock_now () + WRITE_TIME };
  GstProfTracerFileSignals signals;
  GstProfSafeLine line = { 0 };
  gchar thread[17] = "";
  int fd = open_report ();

  gst_prof_tracer_file_hold_signals (&signals);
  /* The file first: it takes no time. */
  if (fd >= 0)
    places.fds[places.n++] = fd;
  places.fds[places.n++] = STDERR_FILENO;
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
  gst_prof_tracer_file_release_signals (&signals);
}

/* A fault that the kernel found, which happens again when the handler returns */
static gboolean
is_fault (int number, const siginfo_t * info)
{
  return info->si_code > 0 && number != SIGTRAP && number != SIGABRT;
}

static gboolean
ignores (const struct sigaction *action)
{
  return !(action->sa_flags & SA_SIGINFO) && action->sa_handler == SIG_IGN;
}

/* As if we had not been there: the kernel takes the signal to whoever handled it
 * before, with the flags, the mask and the stack that he wants. A signal that was
 * sent, or whose instruction is over, has to be sent again. It is blocked until the
 * handler returns. */
static void
hand_on (const struct sigaction * action, int number, siginfo_t * info)
{
  struct sigaction deadly = { 0 };

  /* Who ignores a fault dies of it. */
  deadly.sa_handler = SIG_DFL;
  sigaction (number, ignores (action) ? &deadly : action, NULL);
  if (!is_fault (number, info)
      && syscall (SYS_rt_tgsigqueueinfo, getpid (), syscall (SYS_gettid),
          number, info) < 0)
    raise (number);
}

static void
handle_crash (int number, siginfo_t * info, void *context)
{
  int code = errno;

  for (guint i = 0; i < G_N_ELEMENTS (crashes); i++) {
    /* One that is sent is ignored where the application wants that. */
    if (crashes[i].number != number
        || (ignores (&previous[i]) && info->si_code <= 0))
      continue;
    if (!atomic_flag_test_and_set (&crashed))
      tell_crash (crashes[i].name);
    hand_on (&previous[i], number, info);
  }
  errno = code;
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

/* What is below the stack cannot be touched: who needs more does not write over
 * somebody's memory. */
static gsize
get_guard_size (void)
{
  return sysconf (_SC_PAGESIZE);
}

static gpointer
make_stack (void)
{
  gsize guard = get_guard_size ();
  guint8 *memory = mmap (NULL, guard + STACK_SIZE, PROT_READ | PROT_WRITE,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);

  if (memory == MAP_FAILED)
    return NULL;
  mprotect (memory, guard, PROT_NONE);
  return memory + guard;
}

static void
unmap_stack (gpointer stack)
{
  gsize guard = get_guard_size ();

  munmap ((guint8 *) stack - guard, guard + STACK_SIZE);
}

/* The application may have given the thread another one since. */
static void
free_stack (gpointer memory)
{
  const stack_t none = { .ss_flags = SS_DISABLE };
  stack_t stack;

  if (sigaltstack (NULL, &stack) == 0 && stack.ss_sp == memory)
    sigaltstack (&none, NULL);
  unmap_stack (memory);
}

/* Of the calling thread, unless it has one. */
static void
provide_stack (void)
{
  stack_t stack;

  if (sigaltstack (NULL, &stack) < 0 || !(stack.ss_flags & SS_DISABLE))
    return;
  /* The application has taken ours away: it is not given back. */
  if (g_private_get (&stack_private) != NULL)
    return;
  stack = (stack_t) {
  .ss_sp = make_stack (),.ss_size = STACK_SIZE};
  if (stack.ss_sp == NULL)
    return;
  if (sigaltstack (&stack, NULL) == 0)
    g_private_set (&stack_private, stack.ss_sp);
  else
    unmap_stack (stack.ss_sp);
}

static void
handle_request (int number)
{
  static const gchar *nothing =
      "gst-prof: no report yet, as no pipeline has been started, or there is no "
      "thread that could write it\n";
  int code = errno;

  if (!gst_prof_hub_request ())
    gst_prof_tracer_file_say (nothing, WRITE_TIME);
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

/* The registry is among the first that gst_deinit() lets go of. Nobody could write a
 * report then but exit(). */
static void
gstreamer_ends (gpointer data, GObject * registry)
{
  gst_prof_tracer_end_uninstall ();
}

/*
 * gst_prof_tracer_signals_init:
 * @wanted: what the user set; must stay valid
 *
 * Once.
 */
void
gst_prof_tracer_signals_init (const GstProfTracerParams * wanted)
{
  params = wanted;
  g_object_weak_ref (G_OBJECT (gst_registry_get ()), gstreamer_ends, NULL);
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
  gboolean text = !g_str_equal (params->report, GST_PROF_TRACER_REPORT_NONE);

  if (text || params->json != NULL)
    gst_prof_tracer_end_install ();
  if (!text)
    return;
  if (!atomic_flag_test_and_set (&installed))
    install_crash_handlers ();
  provide_stack ();
}
