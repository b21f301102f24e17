/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Faults of memory: the streaming thread touches pages that are not there.
 */

#include "faultinject.h"
#include "gstproffaultspend.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096
/* Four times what the control group may have. */
#define RECLAIM_SIZE (96 << 20)
#define RECLAIM_LIMIT (24 << 20)

typedef struct
{
  FaultChild *child;
  int fd;
  guint8 *page;
} Userfault;

static gpointer
serve_page (gpointer data)
{
  Userfault *fault = data;
  struct uffd_msg message;
  struct uffdio_zeropage zero = {.range = {.start = (guintptr) fault->page,
          .len = PAGE}
  };

  if (read (fault->fd, &message, sizeof message) != sizeof message)
    fault_child_fail (fault->child, "userfaultfd: %s", g_strerror (errno));
  gst_prof_fault_sleep (fault->child->duration);
  if (ioctl (fault->fd, UFFDIO_ZEROPAGE, &zero) != 0)
    fault_child_fail (fault->child, "UFFDIO_ZEROPAGE: %s", g_strerror (errno));
  return NULL;
}

/* A page that a thread of ours has to bring, and brings late. */
void
fault_inject_userfault (FaultChild * child, GstClockTime duration)
{
  struct uffdio_api api = {.api = UFFD_API };
  struct uffdio_register range = {.mode = UFFDIO_REGISTER_MODE_MISSING };
  Userfault fault = {.child = child };
  GThread *thread;

  fault.fd = syscall (SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);
  fault.page = mmap (NULL, PAGE, PROT_READ | PROT_WRITE,
      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  range.range.start = (guintptr) fault.page;
  range.range.len = PAGE;
  if (fault.fd < 0 || ioctl (fault.fd, UFFDIO_API, &api) != 0
      || ioctl (fault.fd, UFFDIO_REGISTER, &range) != 0)
    fault_child_fail (child, "userfaultfd: %s", g_strerror (errno));

  thread = g_thread_new ("pager", serve_page, &fault);
  *(volatile guint8 *) fault.page = 1;
  g_thread_join (thread);
  close (fault.fd);
  munmap (fault.page, PAGE);
}

/* Maps @size bytes of a file, or fails. */
static volatile guint8 *
map_file (FaultChild * child, const gchar * path, gsize size, int *ret_fd)
{
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  void *map;

  if (fd < 0 || ftruncate (fd, size) != 0)
    fault_child_fail (child, "%s: %s", path, g_strerror (errno));
  map = mmap (NULL, size, PROT_READ, MAP_SHARED, fd, 0);
  if (map == MAP_FAILED)
    fault_child_fail (child, "mmap %s: %s", path, g_strerror (errno));
  *ret_fd = fd;
  return map;
}

static void
write_file (FaultChild * child, const gchar * path, gsize size)
{
  g_autofree gchar *bytes = g_malloc (size);
  g_autoptr (GError) error = NULL;

  memset (bytes, 'x', size);
  if (!g_file_set_contents (path, bytes, size, &error))
    fault_child_fail (child, "%s", error->message);
}

/* Has the process put into a control group with a limit that it keeps far
 * below until the fault, and swap to go to. */
void
fault_prepare_reclaim (FaultChild * child)
{
  fault_child_ask (child, "limit-memory", getpid (), RECLAIM_LIMIT);
}

/* Uses more memory than it may have, over and over, and the swap is slow. */
void
fault_inject_reclaim (FaultChild * child, GstClockTime duration)
{
  volatile guint8 *bytes = mmap (NULL, RECLAIM_SIZE, PROT_READ | PROT_WRITE,
      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  GstClockTime start = gst_prof_fault_monotonic_time ();
  gsize at = 0;

  if (bytes == MAP_FAILED)
    fault_child_fail (child, "mmap: %s", g_strerror (errno));
  /* A huge page would come and go as one. */
  madvise ((void *) bytes, RECLAIM_SIZE, MADV_NOHUGEPAGE);
  fault_file_slow (child, duration);
  while (gst_prof_fault_monotonic_time () - start < duration) {
    bytes[at]++;
    at = (at + PAGE) % RECLAIM_SIZE;
  }
  child->begin = start;
  child->end = gst_prof_fault_monotonic_time ();
  munmap ((void *) bytes, RECLAIM_SIZE);
}

/* Touches a page of a file that has to come over the slow file system. */
void
fault_inject_map_fuse (FaultChild * child, GstClockTime duration)
{
  g_autofree gchar *path = g_build_filename (child->slow_fs, "mapped", NULL);
  int fd;
  volatile guint8 *map;

  write_file (child, path, PAGE);
  map = map_file (child, path, PAGE, &fd);
  posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED);
  fault_file_slow (child, duration);
  child->begin = gst_prof_fault_monotonic_time ();
  if (map[0] != 'x')
    fault_child_fail (child, "%s: not what was written", path);
  child->end = gst_prof_fault_monotonic_time ();
  munmap ((void *) map, PAGE);
  close (fd);
}
