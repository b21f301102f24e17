/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The process's resident memory, from a descriptor of /proc/self/statm that
 * stays open: a reading costs a microsecond, opening it five. One thread at a
 * time. After a fork the child reads its parent's numbers, and needs a reader
 * of its own.
 */

#include "gstprofprocess.h"

#include <fcntl.h>
#include <unistd.h>

struct _GstProfProcess
{
  int fd;                       /* -1: there is no such file */
  guint64 page_size;
};

/*
 * gst_prof_process_new:
 *
 * Returns: (transfer full): a reader, which may find that there is nothing to
 *   read
 */
GstProfProcess *
gst_prof_process_new (void)
{
  GstProfProcess *process = g_new (GstProfProcess, 1);
  long page_size = sysconf (_SC_PAGESIZE);

  process->fd = open ("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  process->page_size = page_size > 0 ? page_size : 4096;
  return process;
}

/*
 * gst_prof_process_free:
 * @process: (nullable) (transfer full): the reader
 */
void
gst_prof_process_free (GstProfProcess * process)
{
  if (process == NULL)
    return;
  if (process->fd >= 0)
    close (process->fd);
  g_free (process);
}

/*
 * gst_prof_process_get_rss:
 * @process: the reader
 *
 * Returns: bytes of this process that are in memory, what it shares with others
 *   included; 0: not known
 */
guint64
gst_prof_process_get_rss (GstProfProcess * process)
{
  gchar text[128], *resident, *end;
  gssize n;
  guint64 pages;

  if (process->fd < 0)
    return 0;
  n = pread (process->fd, text, sizeof (text) - 1, 0);
  if (n <= 0)
    return 0;
  text[n] = '\0';

  /* The second number; the first is the size of the address space. */
  g_ascii_strtoull (text, &resident, 10);
  pages = g_ascii_strtoull (resident, &end, 10);
  return end != resident ? pages * process->page_size : 0;
}
