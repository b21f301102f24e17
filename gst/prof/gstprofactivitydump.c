/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What all threads are in, told from a signal handler of a process that crashes:
 * no lock, no allocation, nothing but calls that POSIX allows there, and one bare
 * system call. The other threads go on meanwhile.
 *
 * Records of threads are never freed (gstprofactivity.c). A point may be, but not
 * while a thread is in it: its name is copied, and believed only if the thread
 * entered and left nothing meanwhile. If it did, what was copied may have been
 * memory that was freed just then, and what is taken for a name may point anywhere:
 * so the kernel copies it, which does not mind what is not there.
 */

#include "gstprofactivitydump.h"

#include "gstprofactivityprivate.h"
#include "gstprofsafeline.h"
#include "gstprofsystem.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define MAX_TRIES 1000

/* Elements that are named, the innermost first; more are counted. */
#define MAX_NAMED 8
#define MAX_NAME 64

/* The smallest unit in which memory is there or not */
#define PAGE 4096

#define LOAD GST_PROF_ACTIVITY_LOAD

typedef struct
{
  guint depth;
  guint64 changed;
  gchar names[MAX_NAMED][MAX_NAME];
} Look;

/* As far as the kernel has it. */
static void
add_thread_name (GstProfSafeLine * line, guint64 thread_id)
{
  GstProfSafeLine path = { 0 };
  gchar name[32];
  gssize length;
  int fd;

  gst_prof_safe_line_add (&path, "/proc/self/task/");
  gst_prof_safe_line_add_number (&path, thread_id, 1);
  gst_prof_safe_line_add (&path, "/comm");
  path.text[path.length] = '\0';
  fd = open (path.text, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return;
  length = read (fd, name, sizeof (name) - 1);
  close (fd);
  if (length <= 0)
    return;
  name[length] = '\0';
  gst_prof_system_trim_comm (name);
  gst_prof_safe_line_add (line, " (");
  gst_prof_safe_line_add (line, name);
  gst_prof_safe_line_add (line, ")");
}

__attribute__ ((no_sanitize ("address"), no_sanitize ("thread")))
static gsize
copy_bytes (gchar * to, const gchar * from, gsize size)
{
  for (gsize i = 0; i < size; i++)
    to[i] = from[i];
  return size;
}

/* Returns: how much of it is there */
static gsize
read_memory (gpointer to, gconstpointer from, gsize size)
{
  /* A part that is not there takes nothing away from the one before. */
  gsize first = MIN (size, PAGE - (gsize) from % PAGE);
  struct iovec local = { to, size };
  struct iovec remote[] = {
    {(gpointer) from, first}, {(gchar *) from + first, size - first},
  };
  gssize n = process_vm_readv (getpid (), &local, 1, remote, 2, 0);

  if (n >= 0)
    return n;
  /* Not every container allows it. */
  return errno == EFAULT ? 0 : copy_bytes (to, from, first);
}

/* A point that was left meanwhile may be freed, and its name be anything: what was
 * read of such a one is not believed later. */
static void
copy_name (gchar * name, const GstProfPoint * point)
{
  const gchar *from = NULL;
  gsize length = 0;

  if (point != NULL
      && read_memory (&from, &point->name, sizeof (from)) == sizeof (from)
      && from != NULL)
    length = read_memory (name, from, MAX_NAME - 1);
  if (length == 0)
    name[length++] = '?';
  name[length] = '\0';
}

static void
copy (GstProfActivity * activity, Look * look)
{
  look->depth = MIN (LOAD (activity->depth), GST_PROF_ACTIVITY_LEVELS);
  look->changed = LOAD (activity->changed);
  for (guint i = 0; i < MIN (look->depth, MAX_NAMED); i++)
    copy_name (look->names[i],
        LOAD (activity->levels[look->depth - i].point));
}

/* The calling thread stands still; the others may never be met between two
 * changes. */
static gboolean
look_at (GstProfActivity * activity, gboolean is_own, Look * look)
{
  if (is_own) {
    copy (activity, look);
    return TRUE;
  }
  for (guint i = 0; i < MAX_TRIES; i++) {
    guint before = atomic_load_explicit (&activity->sequence,
        memory_order_acquire);

    if (before & 1)
      continue;
    copy (activity, look);
    atomic_thread_fence (memory_order_acquire);
    if (LOAD (activity->sequence) == before)
      return TRUE;
  }
  return FALSE;
}

static GstClockTime
read_clock (void)
{
  struct timespec ts;

  clock_gettime (CLOCK_MONOTONIC, &ts);
  return GST_TIMESPEC_TO_TIME (ts);
}

static void
add_look (GstProfSafeLine * line, const Look * look)
{
  GstClockTime now = read_clock ();
  guint64 since = now > look->changed ? (now - look->changed) / GST_MSECOND : 0;

  if (look->depth == 0)
    gst_prof_safe_line_add (line, " in no element");
  for (guint i = 0; i < MIN (look->depth, MAX_NAMED); i++) {
    gst_prof_safe_line_add (line, i == 0 ? " in " : " < ");
    gst_prof_safe_line_add (line, look->names[i]);
  }
  if (look->depth > MAX_NAMED) {
    gst_prof_safe_line_add (line, " < ");
    gst_prof_safe_line_add_number (line, look->depth - MAX_NAMED, 1);
    gst_prof_safe_line_add (line, " more");
  }
  if (look->changed == 0)
    return;
  gst_prof_safe_line_add (line, ", for ");
  gst_prof_safe_line_add_number (line, since / 1000, 1);
  gst_prof_safe_line_add (line, ".");
  gst_prof_safe_line_add_number (line, since % 1000, 3);
  gst_prof_safe_line_add (line, " s");
}

/*
 * gst_prof_activity_dump:
 * @write: is called for each thread that ever met an element
 * @user_data: for @write
 *
 * In a signal handler: each thread's id and name, the pads that it is in, the
 * innermost first, and for how long it has not entered or left one.
 */
void
gst_prof_activity_dump (GstProfActivityWriteFunc write, gpointer user_data)
{
  guint64 own_id = syscall (SYS_gettid);

  for (GstProfActivity * activity = gst_prof_activity_get_first ();
      activity != NULL; activity = activity->next) {
    guint64 thread_id = LOAD (activity->thread_id);
    GstProfSafeLine line = { 0 };
    Look look;

    if (thread_id == 0)
      continue;
    gst_prof_safe_line_add (&line, "thread ");
    gst_prof_safe_line_add_number (&line, thread_id, 1);
    add_thread_name (&line, thread_id);
    if (thread_id == own_id)
      gst_prof_safe_line_add (&line, ", this one,");
    if (look_at (activity, thread_id == own_id, &look))
      add_look (&line, &look);
    else
      gst_prof_safe_line_add (&line, " goes from element to element");
    write (line.text, line.length, user_data);
  }
}
