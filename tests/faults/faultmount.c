/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The slow file system (fault-slowfs.c) and the slow disk, which is ext4 in a
 * file on it; and swap. Mounted by the runner when they are wanted first, unmounted by
 * its guard. One thread each.
 */

#include "faultmount.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/swap.h>
#include <unistd.h>

#define FS "slow-fs"
#define DISK "slow-disk"
#define IMAGE "image"
/* What mkfs.ext4 takes with a journal, and a recording. */
#define IMAGE_SIZE "256M"
#define SWAP "swap"
#define SWAP_SIZE (128 << 20)

static gboolean
run (const gchar * const *argv)
{
  gint status;

  return g_spawn_sync (NULL, (gchar **) argv, NULL, G_SPAWN_SEARCH_PATH
      | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL, &status, NULL)
      && status == 0;
}

/*
 * fault_mount_get_fs:
 * @folder: the runner's own
 *
 * Returns: (nullable): where the slow file system is mounted
 */
const gchar *
fault_mount_get_fs (const gchar * folder)
{
  static gchar *path, *delay;
  g_autofree gchar *backing = NULL;
  const gchar *argv[] = { FAULT_SLOWFS, "-f", "-o", "allow_other", NULL, NULL,
    NULL
  };

  if (path != NULL)
    return g_file_test (delay, G_FILE_TEST_EXISTS) ? path : NULL;

  path = g_build_filename (folder, FS, NULL);
  delay = g_build_filename (path, "delay", NULL);
  backing = g_build_filename (folder, "backing", NULL);
  g_mkdir_with_parents (path, 0755);
  g_mkdir_with_parents (backing, 0755);
  g_setenv ("FAULT_SLOWFS_BACKING", backing, TRUE);
  argv[4] = path;
  if (!g_spawn_async (NULL, (gchar **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL,
          NULL, NULL))
    return NULL;
  for (guint i = 0; i < 100 && !g_file_test (delay, G_FILE_TEST_EXISTS); i++)
    g_usleep (20000);
  return g_file_test (delay, G_FILE_TEST_EXISTS) ? path : NULL;
}

/*
 * fault_mount_get_disk:
 * @folder: the runner's own
 *
 * Returns: (nullable): where the slow disk is mounted
 */
const gchar *
fault_mount_get_disk (const gchar * folder)
{
  static gchar *path;
  static gboolean mounted;
  const gchar *fs = fault_mount_get_fs (folder);
  g_autofree gchar *image = NULL;

  if (path != NULL || fs == NULL)
    return mounted ? path : NULL;
  path = g_build_filename (folder, DISK, NULL);
  image = g_build_filename (fs, IMAGE, NULL);
  g_mkdir_with_parents (path, 0755);
  mounted = run ((const gchar *[]) {"truncate", "-s", IMAGE_SIZE, image, NULL})
      && run ((const gchar *[]) {"mkfs.ext4", "-q", "-F", image, NULL})
      && run ((const gchar *[]) {"mount", "-o", "loop", image, path, NULL});
  return mounted ? path : NULL;
}

/*
 * fault_mount_swap_on:
 * @folder: the runner's own
 *
 * Gives the machine a little swap on the slow disk, which only those use who
 * are short of memory.
 *
 * Returns: whether it could be had
 */
gboolean
fault_mount_swap_on (const gchar * folder)
{
  g_autofree gchar *path = g_build_filename (folder, DISK, SWAP, NULL);
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  gboolean done;

  if (fd < 0)
    return FALSE;
  done = posix_fallocate (fd, 0, SWAP_SIZE) == 0;
  close (fd);
  return done && run ((const gchar *[]) {"mkswap", "-q", path, NULL})
      && swapon (path, 0) == 0;
}

void
fault_mount_swap_off (const gchar * folder)
{
  g_autofree gchar *path = g_build_filename (folder, DISK, SWAP, NULL);

  swapoff (path);
  unlink (path);
}

/* The disk first: it lies on the file system, and its loop device goes with
 * the mount. */
void
fault_mount_undo (const gchar * folder)
{
  g_autofree gchar *disk = g_build_filename (folder, DISK, NULL);
  g_autofree gchar *fs = g_build_filename (folder, FS, NULL);

  fault_mount_swap_off (folder);
  umount2 (disk, 0);
  umount2 (disk, MNT_DETACH);
  umount2 (fs, 0);
  umount2 (fs, MNT_DETACH);
}
