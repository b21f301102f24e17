/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Faults of file systems. The slow file system (fault-slowfs.c) answers no
 * read, write or sync until a moment that is written to its file "delay"; the
 * slow disk is a file on it.
 */

#include "faultinject.h"
#include "gstproffaultspend.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* From now on, and for the duration, the slow file system does not answer. */
void
fault_file_slow (FaultChild * child, GstClockTime duration)
{
  g_autofree gchar *path = g_build_filename (child->slow_fs, "delay", NULL);
  gchar text[32];
  int fd = open (path, O_WRONLY | O_CLOEXEC);

  g_snprintf (text, sizeof text, "%" G_GUINT64_FORMAT,
      gst_prof_fault_monotonic_time () + duration);
  if (fd < 0 || write (fd, text, strlen (text)) < 0)
    fault_child_fail (child, "%s: %s", path, g_strerror (errno));
  close (fd);
}

void
fault_prepare_fs (FaultChild * child)
{
  child->location = g_build_filename (child->slow_fs, "out.mkv", NULL);
}

void
fault_prepare_disk (FaultChild * child)
{
  child->location = g_build_filename (child->slow_disk, "out.mkv", NULL);
}

/* On the application's thread: the sink writes there itself. */
void
fault_inject_fs (FaultChild * child, GstClockTime duration)
{
  fault_file_slow (child, duration);
  gst_prof_fault_sleep (duration);
}

/* On the streaming thread: one write of ours and a sync. */
static void
write_and_sync (FaultChild * child, const gchar * folder, GstClockTime duration)
{
  g_autofree gchar *path = g_build_filename (folder, "note", NULL);
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  if (fd < 0 || write (fd, "note", 4) != 4)
    fault_child_fail (child, "%s: %s", path, g_strerror (errno));
  fault_file_slow (child, duration);
  child->begin = gst_prof_fault_monotonic_time ();
  if (fsync (fd) != 0)
    fault_child_fail (child, "fsync: %s", g_strerror (errno));
  child->end = gst_prof_fault_monotonic_time ();
  close (fd);
}

void
fault_inject_fs_sync (FaultChild * child, GstClockTime duration)
{
  write_and_sync (child, child->slow_fs, duration);
}

void
fault_inject_disk_sync (FaultChild * child, GstClockTime duration)
{
  write_and_sync (child, child->slow_disk, duration);
}

/* On the application's thread: the sink's writes get no bandwidth. */
void
fault_inject_blkio (FaultChild * child, GstClockTime duration)
{
  fault_child_ask (child, "throttle-disk", getpid (), duration);
}
