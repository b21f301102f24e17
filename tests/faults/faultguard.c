/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The guard: a process that waits for the runner to end, however it ends, and
 * then restores the machine: control groups, mounts, files. The runner leaves
 * all tidying to it, so that there is one way to do it and it is always taken.
 */

#include "faultguard.h"
#include "faultcgroup.h"
#include "faultmount.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static int lifeline = -1;
static pid_t guard;

static void G_GNUC_NORETURN
keep_watch (int fd, pid_t runner, const gchar * folder)
{
  const gchar *const remove[] = { "rm", "-rf", "--one-file-system", folder,
    NULL
  };
  gchar byte;

  /* Not to die with the runner's process group. */
  setsid ();
  signal (SIGINT, SIG_IGN);
  signal (SIGTERM, SIG_IGN);
  signal (SIGHUP, SIG_IGN);
  signal (SIGPIPE, SIG_IGN);
  while (read (fd, &byte, 1) > 0);

  fault_cgroup_undo (runner);
  fault_mount_undo (folder);
  g_spawn_sync (NULL, (gchar **) remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
      NULL, NULL, NULL, NULL);
  _exit (0);
}

/*
 * fault_guard_start:
 * @folder: the runner's own, to be removed at the end
 *
 * To be called before anything is changed and before there are threads.
 */
void
fault_guard_start (const gchar * folder)
{
  int fds[2];
  pid_t runner = getpid ();

  if (!g_unix_open_pipe (fds, FD_CLOEXEC, NULL))
    g_error ("no pipe for the guard");
  guard = fork ();
  if (guard < 0)
    g_error ("no process for the guard");
  if (guard == 0) {
    close (fds[1]);
    keep_watch (fds[0], runner, folder);
  }
  close (fds[0]);
  lifeline = fds[1];
}

/* Has everything restored, and waits until it is. */
void
fault_guard_end (void)
{
  close (lifeline);
  waitpid (guard, NULL, 0);
}
