/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * A control group of our own in each hierarchy, below the one that the runner
 * is in, named after the runner so that whoever survives it can remove them.
 * Used by the runner and by its guard, each with one thread.
 */

#include "faultcgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Our place in a hierarchy by /proc/self/cgroup, "9:freezer:/path" a line. */
static gchar *
find_place (const gchar * controller)
{
  g_autofree gchar *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents ("/proc/self/cgroup", &text, NULL, NULL))
    return NULL;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) fields = g_strsplit (lines[i], ":", 3);
    g_auto (GStrv) names = NULL;

    if (g_strv_length (fields) != 3)
      continue;
    names = g_strsplit (fields[1], ",", -1);
    if (controller[0] == '\0' ? fields[1][0] == '\0'
        : g_strv_contains ((const gchar * const *) names, controller))
      return g_strdup (fields[2]);
  }
  return NULL;
}

/* Where it is mounted, by /proc/mounts. */
static gchar *
find_mount (const gchar * controller)
{
  g_autofree gchar *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents ("/proc/mounts", &text, NULL, NULL))
    return NULL;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) fields = g_strsplit (lines[i], " ", -1);
    g_auto (GStrv) options = NULL;

    if (g_strv_length (fields) < 4)
      continue;
    options = g_strsplit (fields[3], ",", -1);
    if (controller[0] == '\0' ? g_str_equal (fields[2], "cgroup2")
        : g_str_equal (fields[2], "cgroup")
        && g_strv_contains ((const gchar * const *) options, controller))
      return g_strdup (fields[1]);
  }
  return NULL;
}

static gchar *
get_path (const gchar * controller, pid_t runner)
{
  g_autofree gchar *mount = find_mount (controller);
  g_autofree gchar *place = find_place (controller);
  g_autofree gchar *name = g_strdup_printf ("gst-prof-fault-%d", (int) runner);

  if (mount == NULL || place == NULL)
    return NULL;
  return g_build_filename (mount, place, name, NULL);
}

/*
 * fault_cgroup_set:
 * @group: path of a control group
 *
 * Returns: whether @text could be written to its @file; errno says why not
 */
gboolean
fault_cgroup_set (const gchar * group, const gchar * file, const gchar * text)
{
  g_autofree gchar *path = g_build_filename (group, file, NULL);
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  gboolean done;

  if (fd < 0)
    return FALSE;
  done = write (fd, text, strlen (text)) == (ssize_t) strlen (text);
  close (fd);
  return done;
}

gboolean
fault_cgroup_enter (const gchar * group, pid_t pid)
{
  gchar text[16];

  g_snprintf (text, sizeof text, "%d", (int) pid);
  return fault_cgroup_set (group, "cgroup.procs", text);
}

/*
 * fault_cgroup_new:
 *
 * Returns: (nullable): path of our group in that hierarchy, which exists now;
 *   %NULL where there is none or we may not
 */
gchar *
fault_cgroup_new (const gchar * controller)
{
  gchar *group = get_path (controller, getpid ());

  if (group != NULL && mkdir (group, 0755) != 0 && errno != EEXIST)
    g_clear_pointer (&group, g_free);
  return group;
}

/* Lets everybody in it run, sends them where they came from, removes it. */
static void
dissolve (const gchar * group)
{
  g_autofree gchar *parent = g_path_get_dirname (group);

  fault_cgroup_set (group, "freezer.state", "THAWED");
  fault_cgroup_set (group, "cgroup.freeze", "0");
  fault_cgroup_set (group, "cpu.cfs_quota_us", "-1");
  for (guint attempt = 0; attempt < 50 && rmdir (group) != 0
      && errno != ENOENT; attempt++) {
    g_autofree gchar *path = g_build_filename (group, "cgroup.procs", NULL);
    g_autofree gchar *text = NULL;
    g_auto (GStrv) pids = NULL;

    if (!g_file_get_contents (path, &text, NULL, NULL))
      break;
    pids = g_strsplit (text, "\n", -1);
    for (guint i = 0; pids[i] != NULL; i++) {
      if (pids[i][0] != '\0')
        fault_cgroup_enter (parent, atoi (pids[i]));
    }
    /* Those who are dying are not listed, but in it for a moment. */
    g_usleep (20000);
  }
}

void
fault_cgroup_free (gchar * group)
{
  dissolve (group);
  g_free (group);
}

/*
 * fault_cgroup_undo:
 * @runner: who made them
 *
 * Removes every group that is left.
 */
void
fault_cgroup_undo (pid_t runner)
{
  static const gchar *const controllers[] = { "", "cpu", "freezer", "memory",
    "blkio"
  };

  for (guint i = 0; i < G_N_ELEMENTS (controllers); i++) {
    g_autofree gchar *group = get_path (controllers[i], runner);

    if (group != NULL && g_file_test (group, G_FILE_TEST_IS_DIR))
      dissolve (group);
  }
}
