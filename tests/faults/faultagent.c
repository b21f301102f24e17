/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What the runner does to a child that asks for it: stops it, takes the CPU or
 * the disk away, limits its memory. Each action blocks until it is over; only
 * what a child is put into before it starts lasts until it has gone. One
 * thread. What is left when the runner dies, its guard restores (faultguard.c).
 */

#include "faultagent.h"
#include "faultcgroup.h"
#include "faultmount.h"
#include "gstproffaultspend.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

/* Half a hundredth of a processor, paid out twice a second. */
#define QUOTA_US "5000"
#define QUOTA_PERIOD_US "500000"
/* Above whatever ordinary work has. */
#define HOG_PRIORITY 50

static gchar *lasting_group;    /* until the child has gone, as the next */
static gchar *swap_folder;

typedef struct
{
  pid_t pid;
  guint64 amount;               /* nanoseconds, or bytes */
  const gchar *folder;
  GstClockTime begin;
  GstClockTime end;
} Deed;

static void
last (Deed * deed)
{
  deed->begin = gst_prof_fault_monotonic_time ();
  gst_prof_fault_sleep (deed->amount);
}

static gboolean
stop (Deed * deed)
{
  if (kill (deed->pid, SIGSTOP) != 0)
    return FALSE;
  last (deed);
  return kill (deed->pid, SIGCONT) == 0;
}

static gboolean
trace (Deed * deed)
{
  if (ptrace (PTRACE_SEIZE, deed->pid, NULL, NULL) != 0)
    return FALSE;
  ptrace (PTRACE_INTERRUPT, deed->pid, NULL, NULL);
  waitpid (deed->pid, NULL, __WALL);
  last (deed);
  return ptrace (PTRACE_DETACH, deed->pid, NULL, NULL) == 0;
}

/* Puts the process into a group of its own, sets a file to one text for the
 * duration and then to the other. */
static gboolean
confine (Deed * deed, const gchar * controller, const gchar * file,
    const gchar * during, const gchar * after)
{
  gchar *group = fault_cgroup_new (controller);
  gboolean done;

  if (group == NULL)
    return FALSE;
  done = fault_cgroup_enter (group, deed->pid)
      && fault_cgroup_set (group, file, during);
  if (done) {
    last (deed);
    done = fault_cgroup_set (group, file, after);
    deed->end = gst_prof_fault_monotonic_time ();
  }
  fault_cgroup_free (group);
  return done;
}

static gboolean
freeze_v1 (Deed * deed)
{
  return confine (deed, "freezer", "freezer.state", "FROZEN", "THAWED");
}

static gboolean
freeze_v2 (Deed * deed)
{
  return confine (deed, "", "cgroup.freeze", "1", "0");
}

/* Before it starts, as those who have a quota do. */
static gboolean
enter_cpu (Deed * deed)
{
  lasting_group = fault_cgroup_new ("cpu");
  return lasting_group != NULL
      && fault_cgroup_set (lasting_group, "cpu.cfs_period_us", QUOTA_PERIOD_US)
      && fault_cgroup_enter (lasting_group, deed->pid);
}

static gboolean
throttle (Deed * deed)
{
  if (lasting_group == NULL
      || !fault_cgroup_set (lasting_group, "cpu.cfs_quota_us", QUOTA_US))
    return FALSE;
  last (deed);
  return fault_cgroup_set (lasting_group, "cpu.cfs_quota_us", "-1");
}

/* The disk below the folder, as blkio names it. */
static gchar *
find_disk (const gchar * folder)
{
  struct stat st;
  g_autofree gchar *path = NULL, *text = NULL;

  if (stat (folder, &st) != 0)
    return NULL;
  path = g_strdup_printf ("/sys/dev/block/%u:%u/%s", major (st.st_dev),
      minor (st.st_dev), "../dev");
  if (g_file_get_contents (path, &text, NULL, NULL))
    return g_strdup (g_strstrip (text));
  return g_strdup_printf ("%u:%u", major (st.st_dev), minor (st.st_dev));
}

static gboolean
throttle_disk (Deed * deed)
{
  g_autofree gchar *disk = find_disk (deed->folder);
  g_autofree gchar *during = g_strdup_printf ("%s 1024", disk);
  g_autofree gchar *after = g_strdup_printf ("%s 0", disk);

  return confine (deed, "blkio", "blkio.throttle.write_bps_device", during,
      after);
}

static gboolean
limit_memory (Deed * deed)
{
  g_autofree gchar *bytes = g_strdup_printf ("%" G_GUINT64_FORMAT,
      deed->amount);
  g_autofree gchar *folder = g_path_get_dirname (deed->folder);

  if (!fault_mount_swap_on (folder))
    return FALSE;
  swap_folder = g_steal_pointer (&folder);
  lasting_group = fault_cgroup_new ("memory");
  return lasting_group != NULL
      && fault_cgroup_set (lasting_group, "memory.limit_in_bytes", bytes)
      && fault_cgroup_enter (lasting_group, deed->pid);
}

static void G_GNUC_NORETURN
hog (int cpu, GstClockTime until)
{
  struct sched_param param = {.sched_priority = HOG_PRIORITY };
  cpu_set_t set;

  CPU_ZERO (&set);
  CPU_SET (cpu, &set);
  alarm (10);
  if (sched_setaffinity (0, sizeof set, &set) != 0
      || sched_setscheduler (0, SCHED_FIFO, &param) != 0)
    _exit (1);
  while (gst_prof_fault_monotonic_time () < until);
  _exit (0);
}

/* One on each processor. They end by themselves: the runner starves, too. */
static gboolean
hog_all (Deed * deed)
{
  g_autoptr (GArray) hogs = g_array_new (FALSE, FALSE, sizeof (pid_t));
  cpu_set_t all;
  gboolean done = TRUE;

  sched_getaffinity (0, sizeof all, &all);
  deed->begin = gst_prof_fault_monotonic_time ();
  deed->end = deed->begin + deed->amount;
  for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
    pid_t pid;

    if (!CPU_ISSET (cpu, &all))
      continue;
    pid = fork ();
    if (pid == 0)
      hog (cpu, deed->end);
    g_array_append_val (hogs, pid);
  }
  for (guint i = 0; i < hogs->len; i++) {
    int status;

    done = waitpid (g_array_index (hogs, pid_t, i), &status, 0) > 0
        && status == 0 && done;
  }
  return done;
}

static const struct
{
  const gchar *name;
  gboolean (*act) (Deed *);
} actions[] = {
  {"stop", stop},
  {"trace", trace},
  {"freeze-v1", freeze_v1},
  {"freeze-v2", freeze_v2},
  {"enter-cpu", enter_cpu},
  {"throttle", throttle},
  {"throttle-disk", throttle_disk},
  {"limit-memory", limit_memory},
  {"fifo-hogs", hog_all},
};

/*
 * fault_agent_act:
 * @action: name of what is to be done
 * @pid: process or thread to do it to
 * @amount: nanoseconds for which to do it, or bytes
 * @folder: lies on the disk that is meant
 * @answer: gets "BEGIN END" in monotonic nanoseconds, or what went wrong
 */
void
fault_agent_act (const gchar * action, pid_t pid, guint64 amount,
    const gchar * folder, GString * answer)
{
  Deed deed = {.pid = pid,.amount = amount,.folder = folder };

  g_string_assign (answer, "no such action");
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++) {
    if (!g_str_equal (actions[i].name, action))
      continue;
    errno = 0;
    if (!actions[i].act (&deed)) {
      g_string_printf (answer, "failed: %s", g_strerror (errno));
      continue;
    }
    if (deed.end == 0)
      deed.end = gst_prof_fault_monotonic_time ();
    g_string_printf (answer, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT,
        deed.begin, deed.end);
  }
}

/* After the child has gone. */
void
fault_agent_end (void)
{
  g_clear_pointer (&lasting_group, fault_cgroup_free);
  if (swap_folder != NULL)
    fault_mount_swap_off (swap_folder);
  g_clear_pointer (&swap_folder, g_free);
}
