/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * A FUSE file system that passes everything on to the folder in the environment
 * variable FAULT_SLOWFS_BACKING, but answers no read, write or sync before the
 * moment, in monotonic nanoseconds, that was written to its file "delay".
 *
 *   FAULT_SLOWFS_BACKING=/some/folder fault-slowfs -f /mount/point
 */

#define FUSE_USE_VERSION 31

#include <fuse.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define DELAY "/delay"
#define DELAY_HANDLE UINT64_MAX

static int backing;
static _Atomic int64_t until;   /* monotonic ns */

static void
wait_until (void)
{
  int64_t then = atomic_load (&until);
  struct timespec ts = { then / 1000000000, then % 1000000000 };

  while (clock_nanosleep (CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) == EINTR);
}

/* openat() takes no leading slash. */
static const char *
below (const char *path)
{
  return path[1] == '\0' ? "." : path + 1;
}

static int
slow_getattr (const char *path, struct stat *st, struct fuse_file_info *info)
{
  if (strcmp (path, DELAY) == 0) {
    memset (st, 0, sizeof *st);
    st->st_mode = S_IFREG | 0666;
    st->st_nlink = 1;
    return 0;
  }
  return fstatat (backing, below (path), st, AT_SYMLINK_NOFOLLOW) < 0
      ? -errno : 0;
}

static int
slow_readdir (const char *path, void *buffer, fuse_fill_dir_t fill,
    off_t offset, struct fuse_file_info *info, enum fuse_readdir_flags flags)
{
  int fd = openat (backing, below (path), O_RDONLY | O_DIRECTORY);
  DIR *dir = fd < 0 ? NULL : fdopendir (fd);
  struct dirent *entry;

  if (dir == NULL)
    return -errno;
  while ((entry = readdir (dir)) != NULL)
    fill (buffer, entry->d_name, NULL, 0, 0);
  closedir (dir);
  return 0;
}

static int
open_flags (const char *path, int flags, mode_t mode,
    struct fuse_file_info *info)
{
  int fd;

  if (strcmp (path, DELAY) == 0) {
    info->fh = DELAY_HANDLE;
    return 0;
  }
  /* Appending is done by the kernel, by offset. */
  fd = openat (backing, below (path), flags & ~(O_APPEND | O_SYNC), mode);
  if (fd < 0)
    return -errno;
  info->fh = fd;
  return 0;
}

static int
slow_open (const char *path, struct fuse_file_info *info)
{
  return open_flags (path, info->flags, 0, info);
}

static int
slow_create (const char *path, mode_t mode, struct fuse_file_info *info)
{
  return open_flags (path, info->flags | O_CREAT, mode, info);
}

static int
slow_release (const char *path, struct fuse_file_info *info)
{
  if (info->fh != DELAY_HANDLE)
    close (info->fh);
  return 0;
}

static int
slow_read (const char *path, char *bytes, size_t size, off_t offset,
    struct fuse_file_info *info)
{
  ssize_t n;

  if (info->fh == DELAY_HANDLE)
    return 0;
  wait_until ();
  n = pread (info->fh, bytes, size, offset);
  return n < 0 ? -errno : n;
}

static int
slow_write (const char *path, const char *bytes, size_t size, off_t offset,
    struct fuse_file_info *info)
{
  ssize_t n;

  if (info->fh == DELAY_HANDLE) {
    char text[32] = "";

    memcpy (text, bytes, size < sizeof text ? size : sizeof text - 1);
    atomic_store (&until, strtoll (text, NULL, 10));
    return size;
  }
  wait_until ();
  n = pwrite (info->fh, bytes, size, offset);
  return n < 0 ? -errno : n;
}

/* Nothing need survive: that it is slow is all. */
static int
slow_fsync (const char *path, int data_only, struct fuse_file_info *info)
{
  wait_until ();
  return 0;
}

static int
slow_truncate (const char *path, off_t size, struct fuse_file_info *info)
{
  int fd, result;

  if (strcmp (path, DELAY) == 0)
    return 0;
  fd = openat (backing, below (path), O_WRONLY);
  result = fd < 0 ? -errno : ftruncate (fd, size) < 0 ? -errno : 0;
  if (fd >= 0)
    close (fd);
  return result;
}

static int
slow_unlink (const char *path)
{
  return unlinkat (backing, below (path), 0) < 0 ? -errno : 0;
}

static int
slow_rename (const char *from, const char *to, unsigned int flags)
{
  return renameat (backing, below (from), backing, below (to)) < 0 ? -errno : 0;
}

static int
slow_chmod (const char *path, mode_t mode, struct fuse_file_info *info)
{
  return fchmodat (backing, below (path), mode, 0) < 0 ? -errno : 0;
}

static const struct fuse_operations operations = {
  .getattr = slow_getattr,
  .readdir = slow_readdir,
  .open = slow_open,
  .create = slow_create,
  .release = slow_release,
  .read = slow_read,
  .write = slow_write,
  .fsync = slow_fsync,
  .truncate = slow_truncate,
  .unlink = slow_unlink,
  .rename = slow_rename,
  .chmod = slow_chmod,
};

int
main (int argc, char **argv)
{
  const char *path = getenv ("FAULT_SLOWFS_BACKING");

  backing = path == NULL ? -1 : open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (backing < 0) {
    fprintf (stderr, "fault-slowfs: FAULT_SLOWFS_BACKING is no folder\n");
    return 1;
  }
  return fuse_main (argc, argv, &operations, NULL);
}
