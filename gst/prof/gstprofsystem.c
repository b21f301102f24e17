/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What the kernel says of the process: its control group's throttling, memory
 * pressure, steal, suspend; what its file descriptors are; where Python keeps
 * its interpreter lock. Files are kept open; what is missing is known and can
 * be told. Belongs to the sampler's thread.
 *
 * A process may be moved to another control group while it runs, so
 * gst_prof_system_refresh() looks at that from time to time. A quota may sit on
 * any ancestor: the throttled time of all of them is added up.
 */

#include "gstprofsystem.h"

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

/* A control group this deep below the root is rare. */
#define MAX_CGROUPS 8

/* File systems met by their device number. Few processes write to more. */
#define MAX_DEVICES 8

struct _GstProfSystem
{
  gchar *cgroup;                /* /proc/self/cgroup as it was */
  guint n_cpu_stats;
  gint cpu_stats[MAX_CGROUPS];
  GstClockTime throttled_before;        /* in groups that were left */
  GstClockTime throttled;       /* as last read in this one */
  gint pressure;
  gint stat;
  guintptr gil_start;
  guintptr gil_end;
  GstClockTime boottime_offset;
};

static gint
open_path (const gchar * path)
{
  return path ? open (path, O_RDONLY | O_CLOEXEC) : -1;
}

static gboolean
read_fd (gint fd, gchar * text, gsize size)
{
  gssize n = fd >= 0 ? pread (fd, text, size - 1, 0) : -1;

  if (n <= 0)
    return FALSE;
  text[n] = '\0';
  return TRUE;
}

/* The mount point of a line of mountinfo whose file system is @type and, if it
 * is not NULL, whose options name @controller; in @root, what of that file
 * system is mounted there. */
static gchar *
find_mount (const gchar * mountinfo, const gchar * type,
    const gchar * controller, gchar ** root)
{
  g_auto (GStrv) lines = g_strsplit (mountinfo, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) halves = g_strsplit (lines[i], " - ", 2);
    g_auto (GStrv) left = NULL, right = NULL, options = NULL;

    if (g_strv_length (halves) != 2)
      continue;
    left = g_strsplit (halves[0], " ", -1);
    right = g_strsplit (halves[1], " ", 3);
    if (g_strv_length (left) < 5 || g_strv_length (right) != 3
        || !g_str_equal (right[0], type))
      continue;
    options = g_strsplit (right[2], ",", -1);
    if (controller == NULL
        || g_strv_contains ((const gchar * const *) options, controller)) {
      *root = g_strdup (left[3]);
      return g_strdup (left[4]);
    }
  }
  return NULL;
}

/* The path of the line of /proc/self/cgroup that has the controller; "" is
 * that of version 2. */
static gchar *
find_cgroup (const gchar * cgroup, const gchar * controller)
{
  g_auto (GStrv) lines = g_strsplit (cgroup, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) fields = g_strsplit (lines[i], ":", 3);
    g_auto (GStrv) names = NULL;

    if (g_strv_length (fields) != 3)
      continue;
    names = g_strsplit (fields[1], ",", -1);
    if (*controller == '\0' ? *fields[1] == '\0'
        : g_strv_contains ((const gchar * const *) names, controller))
      return g_strdup (fields[2]);
  }
  return NULL;
}

/* A path counts from the hierarchy's root, of which a container may have only
 * its own part mounted. Of a group that lies elsewhere nothing can be seen: the
 * nearest is what is mounted. */
static const gchar *
find_below (const gchar * path, const gchar * root)
{
  gsize length = g_str_equal (root, "/") ? 0 : strlen (root);

  if (g_str_has_prefix (path, "/..") || strncmp (path, root, length) != 0
      || (path[length] != '/' && path[length] != '\0'))
    return "";
  return path + length;
}

static gchar *
join (const gchar * mount, const gchar * root, const gchar * path,
    const gchar * file)
{
  return g_build_filename (mount, find_below (path, root), file, NULL);
}

/*
 * gst_prof_system_parse_cgroup:
 * @cgroup: text of /proc/self/cgroup
 * @mountinfo: text of /proc/self/mountinfo
 * @cpu_stat: (out) (nullable) (transfer full): path of the cpu.stat
 * @memory_pressure: (out) (nullable) (transfer full): path of the
 *   memory.pressure; only version 2 has one
 *
 * Where there are both versions, the one that has the controller counts.
 *
 * Returns: whether there is a cpu.stat to look for
 */
gboolean
gst_prof_system_parse_cgroup (const gchar * cgroup, const gchar * mountinfo,
    gchar ** cpu_stat, gchar ** memory_pressure)
{
  g_autofree gchar *v1_path = find_cgroup (cgroup, "cpu");
  g_autofree gchar *v1_root = NULL, *v2_root = NULL;
  g_autofree gchar *v1_mount =
      find_mount (mountinfo, "cgroup", "cpu", &v1_root);
  g_autofree gchar *v2_path = find_cgroup (cgroup, "");
  g_autofree gchar *v2_mount =
      find_mount (mountinfo, "cgroup2", NULL, &v2_root);
  gboolean has_v2 = v2_path != NULL && v2_mount != NULL;

  *cpu_stat = NULL;
  *memory_pressure = has_v2 ?
      join (v2_mount, v2_root, v2_path, "memory.pressure") : NULL;
  if (v1_path != NULL && v1_mount != NULL)
    *cpu_stat = join (v1_mount, v1_root, v1_path, "cpu.stat");
  else if (has_v2)
    *cpu_stat = join (v2_mount, v2_root, v2_path, "cpu.stat");
  return *cpu_stat != NULL;
}

static void
close_cgroup (GstProfSystem * system)
{
  for (guint i = 0; i < system->n_cpu_stats; i++)
    close (system->cpu_stats[i]);
  system->n_cpu_stats = 0;
  if (system->pressure >= 0)
    close (system->pressure);
  system->pressure = -1;
}

/* Where pressure is not accounted the file may be there all the same. */
static gint
open_pressure (const gchar * path)
{
  gint fd = open_path (path);
  gchar text[256];

  if (fd >= 0 && !read_fd (fd, text, sizeof text)) {
    close (fd);
    fd = -1;
  }
  return fd;
}

static void
open_cgroup (GstProfSystem * system)
{
  g_autofree gchar *mountinfo = NULL, *cpu_stat = NULL, *pressure = NULL;

  if (system->cgroup != NULL
      && g_file_get_contents ("/proc/self/mountinfo", &mountinfo, NULL, NULL))
    gst_prof_system_parse_cgroup (system->cgroup, mountinfo, &cpu_stat,
        &pressure);

  /* The group and all above it, until there is no such file any more. */
  while (cpu_stat != NULL && system->n_cpu_stats < MAX_CGROUPS) {
    gint fd = open_path (cpu_stat);
    gchar *directory = g_path_get_dirname (cpu_stat);
    gchar *parent = g_path_get_dirname (directory);

    if (fd >= 0)
      system->cpu_stats[system->n_cpu_stats++] = fd;
    g_free (cpu_stat);
    cpu_stat = fd >= 0 && strlen (parent) > 1 ?
        g_build_filename (parent, "cpu.stat", NULL) : NULL;
    g_free (directory);
    g_free (parent);
  }

  system->pressure = open_pressure (pressure);
  if (system->pressure < 0)
    system->pressure = open_pressure ("/proc/pressure/memory");
}

static void
find_gil (GstProfSystem * system)
{
  gpointer address = dlsym (RTLD_DEFAULT, "_PyRuntime");
  const ElfW (Sym) * symbol = NULL;
  Dl_info info;

  if (address == NULL
      || dladdr1 (address, &info, (void **) &symbol, RTLD_DL_SYMENT) == 0
      || symbol == NULL || symbol->st_size == 0)
    return;
  system->gil_start = (guintptr) address;
  system->gil_end = system->gil_start + symbol->st_size;
}

/*
 * gst_prof_system_new:
 *
 * Returns: (transfer full): what can be read of the process
 */
GstProfSystem *
gst_prof_system_new (void)
{
  GstProfSystem *system = g_new0 (GstProfSystem, 1);

  system->pressure = -1;
  system->stat = open_path ("/proc/stat");
  find_gil (system);
  gst_prof_system_refresh (system);
  system->boottime_offset = gst_prof_system_read_suspended (system);
  return system;
}

/*
 * gst_prof_system_free:
 * @system: (transfer full): a system
 */
void
gst_prof_system_free (GstProfSystem * system)
{
  close_cgroup (system);
  if (system->stat >= 0)
    close (system->stat);
  g_free (system->cgroup);
  g_free (system);
}

/*
 * gst_prof_system_refresh:
 * @system: a system
 *
 * Looks whether the process is in another control group than before.
 */
void
gst_prof_system_refresh (GstProfSystem * system)
{
  gchar *cgroup = NULL;

  g_file_get_contents ("/proc/self/cgroup", &cgroup, NULL, NULL);
  if (g_strcmp0 (cgroup, system->cgroup) == 0) {
    g_free (cgroup);
    return;
  }
  g_free (system->cgroup);
  system->cgroup = cgroup;
  system->throttled_before = system->throttled;
  close_cgroup (system);
  open_cgroup (system);
  /* What the new group had before does not count. */
  system->throttled = system->throttled_before;
  system->throttled_before -= gst_prof_system_read_throttled (system)
      - system->throttled_before;
  gst_prof_system_read_throttled (system);
}

static GstClockTime
parse_throttled (const gchar * text)
{
  const gchar *found = strstr (text, "throttled_time ");

  if (found != NULL)
    return g_ascii_strtoull (found + strlen ("throttled_time "), NULL, 10);
  found = strstr (text, "throttled_usec ");
  if (found != NULL)
    return g_ascii_strtoull (found + strlen ("throttled_usec "), NULL, 10)
        * 1000;
  return 0;
}

/*
 * gst_prof_system_read_throttled:
 * @system: a system
 *
 * Returns: how long the process's control groups were throttled, nanoseconds,
 *   summed over CPUs; only its growth means anything
 */
GstClockTime
gst_prof_system_read_throttled (GstProfSystem * system)
{
  GstClockTime sum = system->throttled_before;
  gchar text[1024];

  for (guint i = 0; i < system->n_cpu_stats; i++) {
    if (read_fd (system->cpu_stats[i], text, sizeof text))
      sum += parse_throttled (text);
  }
  system->throttled = sum;
  return sum;
}

/*
 * gst_prof_system_read_memory_pressure:
 * @system: a system
 *
 * Returns: how long some task waited for memory, nanoseconds; only its growth
 *   means anything, and that machine-wide where there is no group's own
 */
GstClockTime
gst_prof_system_read_memory_pressure (GstProfSystem * system)
{
  const gchar *found;
  gchar text[256];

  if (!read_fd (system->pressure, text, sizeof text))
    return 0;
  found = strstr (text, "total=");
  return found ? g_ascii_strtoull (found + strlen ("total="), NULL, 10) * 1000
      : 0;
}

/*
 * gst_prof_system_read_steal:
 * @system: a system
 *
 * Returns: time that the host took from the machine, nanoseconds, summed over
 *   CPUs
 */
GstClockTime
gst_prof_system_read_steal (GstProfSystem * system)
{
  const gchar *p;
  gchar text[256];

  if (!read_fd (system->stat, text, sizeof text))
    return 0;
  /* "cpu  user nice system idle iowait irq softirq steal …" */
  p = text + strcspn (text, "0123456789");
  for (guint i = 0; i < 7; i++) {
    p = strchr (p, ' ');
    if (p == NULL)
      return 0;
    p++;
  }
  return g_ascii_strtoull (p, NULL, 10)
      * (GST_SECOND / MAX (sysconf (_SC_CLK_TCK), 1));
}

/*
 * gst_prof_system_read_suspended:
 * @system: a system
 *
 * Returns: how much further the time with suspends is than the one without,
 *   since @system was made
 */
GstClockTime
gst_prof_system_read_suspended (GstProfSystem * system)
{
  struct timespec boot, monotonic;
  GstClockTime offset;

  /* In this order the difference is never too large. */
  clock_gettime (CLOCK_BOOTTIME, &boot);
  clock_gettime (CLOCK_MONOTONIC, &monotonic);
  offset = GST_TIMESPEC_TO_TIME (boot);
  offset -= MIN (offset, GST_TIMESPEC_TO_TIME (monotonic));
  return offset > system->boottime_offset ?
      offset - system->boottime_offset : 0;
}

static gboolean
read_path (const gchar * path, gchar * text, gsize size)
{
  gint fd = open_path (path);
  gboolean readable = read_fd (fd, text, size);

  if (fd >= 0)
    close (fd);
  return readable;
}

/* A kernel that does not account writes zeros. */
static gboolean
has_schedstat (void)
{
  GstProfThreadTimes times;
  gchar text[96];

  return read_path ("/proc/thread-self/schedstat", text, sizeof text)
      && gst_prof_system_parse_schedstat (text, &times) && times.turns > 0;
}

/*
 * gst_prof_system_describe_missing:
 * @system: a system
 *
 * Returns: (nullable) (transfer full): which evidence there is none of here and
 *   what therefore cannot be told; %NULL when all is there
 */
gchar *
gst_prof_system_describe_missing (GstProfSystem * system)
{
  GString *missing = g_string_new (NULL);
  gchar text[512];

  if (!read_path ("/proc/thread-self/stat", text, sizeof text))
    g_string_append (missing, "/proc (no cause can be told), ");
  else {
    if (!has_schedstat ())
      g_string_append (missing, "schedstat (cpu-wait cannot be told), ");
    if (!read_path ("/proc/thread-self/syscall", text, sizeof text))
      g_string_append (missing, "syscall (what a blocked thread waits for "
          "cannot be told), ");
  }
  if (system->n_cpu_stats == 0)
    g_string_append (missing, "cgroup cpu.stat (cpu-throttled shows as "
        "cpu-wait), ");
  if (system->pressure < 0)
    g_string_append (missing, "memory pressure (reclaim shows as page-fault), ");

  if (missing->len == 0)
    return g_string_free (missing, TRUE);
  g_string_truncate (missing, missing->len - 2);
  return g_string_free (missing, FALSE);
}

/*
 * gst_prof_system_is_gil:
 * @system: a system
 * @address: what a thread waits at
 *
 * Returns: whether that is in Python's runtime, if there is one
 */
gboolean
gst_prof_system_is_gil (GstProfSystem * system, guint64 address)
{
  return address >= system->gil_start && address < system->gil_end;
}

/*
 * gst_prof_system_list_threads:
 * @ids: (out caller-allocates) (array length=max): the threads of the process
 * @max: how many fit
 *
 * Returns: how many were found
 */
guint
gst_prof_system_list_threads (guint64 * ids, guint max)
{
  DIR *dir = opendir ("/proc/self/task");
  struct dirent *entry;
  guint n = 0;

  if (dir == NULL)
    return 0;
  while (n < max && (entry = readdir (dir)) != NULL) {
    guint64 id = g_ascii_strtoull (entry->d_name, NULL, 10);

    if (id != 0)
      ids[n++] = id;
  }
  closedir (dir);
  return n;
}

static gboolean
is_network_type (const gchar * type)
{
  static const gchar *const types[] = {
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "afs", "glusterfs",
    "lustre", "virtiofs", "fuseblk",
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    if (g_str_equal (type, types[i]))
      return TRUE;
  }
  return g_str_has_prefix (type, "fuse");
}

static gboolean
look_up_network_fs (guint major_number, guint minor_number)
{
  g_autofree gchar *mountinfo = NULL;
  g_auto (GStrv) lines = NULL;
  gchar device[32];

  if (!g_file_get_contents ("/proc/self/mountinfo", &mountinfo, NULL, NULL))
    return FALSE;
  g_snprintf (device, sizeof device, " %u:%u ", major_number, minor_number);
  lines = g_strsplit (mountinfo, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    const gchar *type = strstr (lines[i], " - ");
    g_autofree gchar *word = NULL;

    if (type == NULL || strstr (lines[i], device) == NULL)
      continue;
    type += strlen (" - ");
    word = g_strndup (type, strcspn (type, " "));
    return is_network_type (word);
  }
  return FALSE;
}

/* A device's file system is looked up once. */
static gboolean
is_network_fs (guint major_number, guint minor_number)
{
  static __thread guint n_known;
  static __thread struct
  {
    guint64 device;
    gboolean network;
  } known[MAX_DEVICES];
  guint64 device = ((guint64) major_number << 32) | minor_number;
  guint i;

  for (i = 0; i < MIN (n_known, MAX_DEVICES); i++) {
    if (known[i].device == device)
      return known[i].network;
  }
  i = n_known++ % MAX_DEVICES;
  known[i].device = device;
  known[i].network = look_up_network_fs (major_number, minor_number);
  return known[i].network;
}

/*
 * gst_prof_system_get_file_kind:
 * @fd: a file descriptor of this process
 *
 * Asks for nothing that a file system's server would have to answer, since
 * that may be what hangs.
 *
 * Returns: what it is
 */
GstProfFileKind
gst_prof_system_get_file_kind (gint fd)
{
  struct statx st;

  if (statx (fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE, &st) != 0)
    return GST_PROF_FILE_UNKNOWN;
  switch (st.stx_mode & S_IFMT) {
    case S_IFREG:
      return is_network_fs (st.stx_dev_major, st.stx_dev_minor) ?
          GST_PROF_FILE_NETWORK_FS : GST_PROF_FILE_REGULAR;
    case S_IFBLK:
      return GST_PROF_FILE_BLOCK;
    case S_IFCHR:
      return GST_PROF_FILE_CHARACTER;
    case S_IFIFO:
      return GST_PROF_FILE_PIPE;
    case S_IFSOCK:
      return GST_PROF_FILE_SOCKET;
    default:
      return GST_PROF_FILE_UNKNOWN;
  }
}
