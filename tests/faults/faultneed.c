/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Whether the machine has what a fault needs. What it has not is a skip, which
 * is counted and says why.
 */

#include "faultneed.h"
#include "faultcgroup.h"

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/syscall.h>
#include <unistd.h>

static gboolean
is_root (const gchar * unused)
{
  return geteuid () == 0;
}

/* By making one. */
static gboolean
has_cgroup (const gchar * controller)
{
  gchar *group = fault_cgroup_new (controller);

  if (group == NULL)
    return FALSE;
  fault_cgroup_free (group);
  return TRUE;
}

static gboolean
has_fuse (const gchar * unused)
{
  return FAULT_SLOWFS[0] != '\0' && access ("/dev/fuse", R_OK | W_OK) == 0;
}

static gboolean
has_loop (const gchar * unused)
{
  g_autofree gchar *mkfs = g_find_program_in_path ("mkfs.ext4");
  g_autofree gchar *mount = g_find_program_in_path ("mount");

  return mkfs != NULL && mount != NULL
      && access ("/dev/loop-control", R_OK | W_OK) == 0;
}

static gboolean
has_swap (const gchar * unused)
{
  g_autofree gchar *mkswap = g_find_program_in_path ("mkswap");

  return mkswap != NULL && access ("/proc/swaps", R_OK) == 0;
}

static gboolean
has_python (const gchar * unused)
{
  return FAULT_PYTHON[0] != '\0';
}

static gboolean
has_userfault (const gchar * unused)
{
  int fd = syscall (SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);

  if (fd < 0)
    return FALSE;
  close (fd);
  return TRUE;
}

static gboolean
never (const gchar * unused)
{
  return FALSE;
}

static const struct
{
  FaultNeed need;
  gboolean (*is_there) (const gchar *);
  const gchar *what;
  const gchar *reason;
} needs_table[] = {
  {FAULT_NEED_ROOT, is_root, NULL, "takes root"},
  {FAULT_NEED_CPU_V1, has_cgroup, "cpu", "no cgroup v1 controller cpu"},
  {FAULT_NEED_FREEZER_V1, has_cgroup, "freezer",
      "no cgroup v1 controller freezer"},
  {FAULT_NEED_CGROUP_V2, has_cgroup, "", "no cgroup v2 mount to write to"},
  {FAULT_NEED_MEMORY_V1, has_cgroup, "memory",
      "no cgroup v1 controller memory"},
  {FAULT_NEED_BLKIO_V1, has_cgroup, "blkio", "no cgroup v1 controller blkio"},
  {FAULT_NEED_FUSE, has_fuse, NULL, "built without fuse3, or no /dev/fuse"},
  {FAULT_NEED_LOOP, has_loop, NULL, "no loop devices or no mkfs.ext4"},
  {FAULT_NEED_SWAP, has_swap, NULL, "a kernel without swap, or no mkswap"},
  {FAULT_NEED_PYTHON, has_python, NULL, "no Python with gi and Gst"},
  {FAULT_NEED_UFFD, has_userfault, NULL, "no userfaultfd here"},
  {FAULT_NEED_HOST, never, NULL, "takes the host of the virtual machine"},
};

/*
 * fault_need_find_missing:
 * @needs: set of #FaultNeed
 *
 * Returns: (nullable): why it cannot be had, %NULL when it can
 */
gchar *
fault_need_find_missing (guint needs)
{
  for (guint i = 0; i < G_N_ELEMENTS (needs_table); i++) {
    if ((needs & needs_table[i].need)
        && !needs_table[i].is_there (needs_table[i].what))
      return g_strdup (needs_table[i].reason);
  }
  return NULL;
}
