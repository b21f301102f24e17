/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Applications that are ended by a signal, each prepared for it in its way. They
 * play, say "playing" when they do, and then wait for the test to send SIGTERM.
 * pause() returns when a handler has: who gets there ends with a status that says
 * so. The main thread only, unless said otherwise.
 */

#include "tracerapp.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* Status of an application that ends when it wants to */
#define OWN_END 5
/* of one whose wait was interrupted, which it never is by default */
#define INTERRUPTED 6

static volatile sig_atomic_t told;
static struct sigaction before;

static void
play_on (GstElement * pipeline)
{
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  gst_element_get_state (pipeline, NULL, NULL, GST_CLOCK_TIME_NONE);
}

static void
say (const gchar * text)
{
  puts (text);
  fflush (stdout);
}

static int
stop (GstElement * pipeline)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
  return OWN_END;
}

static int
wait_for_end (void)
{
  say ("playing");
  pause ();
  return INTERRUPTED;
}

static int
end_unprepared (GstElement * pipeline)
{
  play_on (pipeline);
  return wait_for_end ();
}

static void
tell (int number)
{
  static const gchar text[] = "own handler\n";

  told = write (STDOUT_FILENO, text, sizeof (text) - 1) > 0;
}

static void
tell_and_chain (int number)
{
  tell (number);
  before.sa_handler (number);
}

static void
handle_by (void (*handler) (int))
{
  struct sigaction action = {.sa_handler = handler };

  sigaction (SIGTERM, &action, &before);
}

static void
get_term (sigset_t * set)
{
  sigemptyset (set);
  sigaddset (set, SIGTERM);
}

static void
block (void)
{
  sigset_t set;

  get_term (&set);
  pthread_sigmask (SIG_BLOCK, &set, NULL);
}

static int
end_handler (GstElement * pipeline)
{
  play_on (pipeline);
  handle_by (tell);
  say ("playing");
  while (!told)
    g_usleep (1000);
  return stop (pipeline);
}

static int
end_chain (GstElement * pipeline)
{
  play_on (pipeline);
  handle_by (tell_and_chain);
  return wait_for_end ();
}

static int
end_restored (GstElement * pipeline)
{
  play_on (pipeline);
  handle_by (tell);
  sigaction (SIGTERM, &before, NULL);
  return wait_for_end ();
}

static int
end_sigwait (GstElement * pipeline)
{
  sigset_t set;
  int number = 0;

  block ();
  play_on (pipeline);
  say ("playing");
  get_term (&set);
  sigwait (&set, &number);
  printf ("waited %d\n", number);
  return stop (pipeline);
}

static int
read_signal (GstElement * pipeline)
{
  struct signalfd_siginfo info = { 0 };
  sigset_t set;
  int fd;

  get_term (&set);
  fd = signalfd (-1, &set, SFD_CLOEXEC);
  say ("playing");
  if (read (fd, &info, sizeof (info)) == sizeof (info))
    printf ("waited %d\n", (int) info.ssi_signo);
  close (fd);
  return stop (pipeline);
}

static int
end_signalfd (GstElement * pipeline)
{
  block ();
  play_on (pipeline);
  return read_signal (pipeline);
}

/* It knows of no other thread. */
static int
end_blocked_late (GstElement * pipeline)
{
  play_on (pipeline);
  block ();
  return read_signal (pipeline);
}

/* Streaming threads have to take the signal. */
static int
end_elsewhere (GstElement * pipeline)
{
  play_on (pipeline);
  block ();
  return wait_for_end ();
}

/* The test ends the child first. */
static int
end_fork (GstElement * pipeline)
{
  int status = 0;
  pid_t child;

  play_on (pipeline);
  child = fork ();
  if (child == 0)
    _exit (wait_for_end ());
  printf ("child %d\n", (int) child);
  fflush (stdout);
  waitpid (child, &status, 0);
  printf ("ended %d\n", status);
  return wait_for_end ();
}

/* The child plays itself. Its parent has not yet: GStreamer's threads do not
 * outlive fork(). */
static int
end_child (GstElement * pipeline)
{
  int status = 0;
  pid_t child = fork ();

  if (child == 0)
    _exit (end_unprepared (pipeline));
  printf ("child %d\n", (int) child);
  fflush (stdout);
  waitpid (child, &status, 0);
  printf ("ended %d\n", status);
  return stop (pipeline);
}

static int
end_deinit (GstElement * pipeline)
{
  play_on (pipeline);
  stop (pipeline);
  gst_deinit ();
  sigaction (SIGTERM, NULL, &before);
  printf ("default %d\n", before.sa_handler == SIG_DFL);
  return wait_for_end ();
}

/*
 * app_end:
 * @kind: how it is prepared
 * @description: as gst-launch-1.0 takes it; must not end by itself
 *
 * Returns: its status, if it has one
 */
int
app_end (const gchar * kind, const gchar * description)
{
  static const struct
  {
    const gchar *kind;
    int (*func) (GstElement * pipeline);
  } kinds[] = {
    {"unprepared", end_unprepared}, {"handler", end_handler},
    {"chain", end_chain}, {"restored", end_restored},
    {"sigwait", end_sigwait}, {"signalfd", end_signalfd},
    {"blocked-late", end_blocked_late},
    {"elsewhere", end_elsewhere}, {"fork", end_fork}, {"child", end_child},
    {"deinit", end_deinit},
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    if (g_str_equal (kind, kinds[i].kind))
      return kinds[i].func (app_parse (description));
  }
  fprintf (stderr, "tracer-app: unknown kind \"%s\"\n", kind);
  return 2;
}
