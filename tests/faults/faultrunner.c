/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * One repetition: starts the child (faultchild.c, or the Python script), does
 * what it asks for, and collects what it says until it ends. One thread.
 */

#include "faultrunner.h"
#include "faultagent.h"
#include "faultmount.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* The child's end of the socket. */
#define CHILD_FD 3
/* More than a child takes at its slowest; it is killed then. */
#define PATIENCE_MS 35000
/* A message is a warning with its evidence at most. */
#define MESSAGE_SIZE (64 << 10)

static void
free_warning (gpointer data)
{
  FaultWarning *warning = data;

  gst_structure_free (warning->structure);
  g_free (warning);
}

/* In the child, before exec: the socket goes where the child expects it. */
static void
set_up_child (gpointer data)
{
  int fd = GPOINTER_TO_INT (data);

  if (fd != CHILD_FD)
    dup2 (fd, CHILD_FD);
  else
    fcntl (fd, F_SETFD, 0);
}

static gboolean
start_child (FaultRun * run, const gchar * folder, const gchar * own, int fd,
    GPid * pid)
{
  g_autofree gchar *duration = g_strdup_printf ("%" G_GUINT64_FORMAT,
      run->duration);
  const gchar *fs = "", *disk = "";
  const gchar *program = "/proc/self/exe", *script = "--child";
  g_autoptr (GError) error = NULL;

  if (run->fault->needs & FAULT_NEED_FUSE) {
    fs = fault_mount_get_fs (folder);
    if (run->fault->needs & FAULT_NEED_LOOP)
      disk = fault_mount_get_disk (folder);
    if (fs == NULL || disk == NULL) {
      run->trouble = g_strdup ("the slow file system or disk did not mount");
      return FALSE;
    }
  }
  if (run->fault->needs & FAULT_NEED_PYTHON) {
    program = FAULT_PYTHON;
    script = FAULT_GIL_SCRIPT;
  }
  if (!g_spawn_async (NULL, (gchar *[]) {(gchar *) program, (gchar *) script,
          (gchar *) run->fault->name, duration, (gchar *) own,
          (gchar *) fs, (gchar *) disk, NULL},
          NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_LEAVE_DESCRIPTORS_OPEN,
          set_up_child, GINT_TO_POINTER (fd), pid, &error)) {
    run->trouble = g_strdup (error->message);
    return FALSE;
  }
  return TRUE;
}

static void
do_what_it_asks (FaultRun * run, const gchar * text, const gchar * folder,
    int fd)
{
  g_autoptr (GString) answer = g_string_new (NULL);
  gchar action[32];
  gint tid;
  guint64 amount;

  if (sscanf (text, "ask %31s %d %" G_GUINT64_FORMAT, action, &tid,
          &amount) == 3)
    fault_agent_act (action, tid, amount, folder, answer);
  send (fd, answer->str, answer->len, MSG_NOSIGNAL);
}

static void
take_warning (FaultRun * run, const gchar * text)
{
  FaultWarning *warning = g_new0 (FaultWarning, 1);
  gint at = 0;

  if (sscanf (text, "warning %u %" G_GUINT64_FORMAT " %n", &warning->pipeline,
          &warning->seen, &at) == 2 && at > 0)
    warning->structure = gst_structure_from_string (text + at, NULL);
  if (warning->structure != NULL) {
    g_ptr_array_add (run->warnings, warning);
    return;
  }
  g_free (warning);
  if (run->trouble == NULL)
    run->trouble = g_strdup_printf ("cannot be parsed: %s", text);
}

static void
take_message (FaultRun * run, const gchar * text, const gchar * folder, int fd)
{
  guint which;
  guint64 begin, end, starved = 0;

  if (g_str_has_prefix (text, "ask "))
    do_what_it_asks (run, text, folder, fd);
  else if (g_str_has_prefix (text, "warning "))
    take_warning (run, text);
  else if (g_str_has_prefix (text, "trouble ") && run->trouble == NULL)
    run->trouble = g_strdup (text + strlen ("trouble "));
  else if (sscanf (text, "inject %u %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT
          " %" G_GUINT64_FORMAT, &which, &begin, &end, &starved) >= 3
      && which < G_N_ELEMENTS (run->begin)) {
    run->begin[which] = begin;
    run->end[which] = end;
    run->starved[which] = starved;
  }
}

/* There are no folders in it. */
static void
remove_files (const gchar * folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const gchar *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *path = g_build_filename (folder, name, NULL);

    unlink (path);
  }
  rmdir (folder);
}

/* Until the child closes its end. */
static void
listen_to_child (FaultRun * run, const gchar * folder, int fd, GPid pid)
{
  g_autofree gchar *text = g_malloc (MESSAGE_SIZE);
  gint64 patience =
      g_get_monotonic_time () + PATIENCE_MS * G_TIME_SPAN_MILLISECOND;
  ssize_t n;

  for (;;) {
    struct pollfd poll_fd = {.fd = fd,.events = POLLIN };
    gint64 left = (patience - g_get_monotonic_time ()) / 1000;

    n = poll (&poll_fd, 1, MAX (left, 0));
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) {
      kill (pid, SIGKILL);
      if (run->trouble == NULL)
        run->trouble = g_strdup ("the child did not end");
      return;
    }
    n = recv (fd, text, MESSAGE_SIZE - 1, 0);
    if (n <= 0)
      return;
    text[n] = '\0';
    take_message (run, text, folder, fd);
  }
}

/*
 * fault_run_new:
 * @fault: what to inject
 * @duration: for how long, in nanoseconds
 * @folder: the runner's own; the repetition gets one inside
 *
 * Blocks while it runs.
 *
 * Returns: (transfer full): what it brought
 */
FaultRun *
fault_run_new (const Fault * fault, GstClockTime duration, const gchar * folder)
{
  FaultRun *run = g_new0 (FaultRun, 1);
  g_autofree gchar *own = g_strdup_printf ("%s/run-XXXXXX", folder);
  int fds[2];
  GPid pid;
  gboolean started;
  int status;

  run->fault = fault;
  run->duration = duration;
  run->begin[0] = run->begin[1] = GST_CLOCK_TIME_NONE;
  run->end[0] = run->end[1] = GST_CLOCK_TIME_NONE;
  run->warnings = g_ptr_array_new_with_free_func (free_warning);
  if (g_mkdtemp (own) == NULL
      || socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0) {
    run->trouble = g_strdup (g_strerror (errno));
    return run;
  }

  started = start_child (run, folder, own, fds[1], &pid);
  close (fds[1]);
  if (started) {
    listen_to_child (run, own, fds[0], pid);
    waitpid (pid, &status, 0);
    if (status != 0 && run->trouble == NULL)
      run->trouble = g_strdup_printf ("the child died (status %d)", status);
    fault_agent_end ();
  }
  close (fds[0]);
  remove_files (own);
  if (run->trouble == NULL && !GST_CLOCK_TIME_IS_VALID (run->begin[0]))
    run->trouble = g_strdup ("nothing was injected");
  return run;
}

void
fault_run_free (FaultRun * run)
{
  g_ptr_array_unref (run->warnings);
  g_free (run->trouble);
  g_free (run);
}
