/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * How much room the file system of a file has. On a network file system that
 * does not answer the question hangs for ever, so that each is asked by a thread
 * of its own that nobody waits for. While one hangs, no other is asked: there is
 * at most one such thread for each watch.
 *
 * The thread shares the watch; lock protects the answer, a leaf.
 */

#include "gstprofdiskwatch.h"

#include <gst/prof/gstprofclock.h>
#include <gst/prof/gstprofsignalmask.h>

#include <sys/statvfs.h>

struct _GstProfDiskWatch
{
  GMutex lock;
  gboolean asking;
  GstProfDiskSpace space;
};

typedef struct
{
  GstProfDiskWatch *watch;
  gchar *directory;
} Question;

static void
watch_clear (gpointer data)
{
  g_mutex_clear (&((GstProfDiskWatch *) data)->lock);
}

/*
 * gst_prof_disk_watch_new:
 *
 * Returns: (transfer full): a watch that knows nothing yet
 */
GstProfDiskWatch *
gst_prof_disk_watch_new (void)
{
  GstProfDiskWatch *watch = g_atomic_rc_box_new0 (GstProfDiskWatch);

  g_mutex_init (&watch->lock);
  return watch;
}

/*
 * gst_prof_disk_watch_stop:
 * @watch: (transfer full): the watch
 *
 * Waits for nothing.
 */
void
gst_prof_disk_watch_stop (GstProfDiskWatch * watch)
{
  g_atomic_rc_box_release_full (watch, watch_clear);
}

static gpointer
ask (gpointer data)
{
  Question *question = data;
  GstProfDiskWatch *watch = question->watch;
  GstProfDiskSpace space = { 0 };
  struct statvfs stat;
  gboolean known = statvfs (question->directory, &stat) == 0;

  if (known) {
    g_strlcpy (space.path, question->directory, sizeof (space.path));
    space.free = (guint64) stat.f_bavail * stat.f_frsize;
    space.size = (guint64) stat.f_blocks * stat.f_frsize;
    space.time = gst_prof_clock_now ();
  }
  g_mutex_lock (&watch->lock);
  if (known)
    watch->space = space;
  watch->asking = FALSE;
  g_mutex_unlock (&watch->lock);

  g_atomic_rc_box_release_full (watch, watch_clear);
  g_free (question->directory);
  g_free (question);
  return NULL;
}

/*
 * gst_prof_disk_watch_ask:
 * @watch: the watch
 * @location: a file
 *
 * Has the file system of @location asked, and does not wait for the answer. Any
 * thread.
 *
 * Returns: %FALSE when the question before has not been answered yet
 */
gboolean
gst_prof_disk_watch_ask (GstProfDiskWatch * watch, const gchar * location)
{
  Question *question;
  GThread *thread;
  gboolean busy;

  g_mutex_lock (&watch->lock);
  busy = watch->asking;
  watch->asking = TRUE;
  g_mutex_unlock (&watch->lock);
  if (busy)
    return FALSE;

  question = g_new (Question, 1);
  question->watch = g_atomic_rc_box_acquire (watch);
  question->directory = g_path_get_dirname (location);
  thread = gst_prof_signal_mask_new_thread ("prof-disk", ask, question, NULL);
  if (thread != NULL) {
    g_thread_unref (thread);
    return TRUE;
  }

  g_mutex_lock (&watch->lock);
  watch->asking = FALSE;
  g_mutex_unlock (&watch->lock);
  g_atomic_rc_box_release_full (watch, watch_clear);
  g_free (question->directory);
  g_free (question);
  return FALSE;
}

/*
 * gst_prof_disk_watch_get:
 * @watch: the watch
 * @space: (out caller-allocates): the last answer; with an empty path: there
 *   was none
 *
 * Any thread.
 */
void
gst_prof_disk_watch_get (GstProfDiskWatch * watch, GstProfDiskSpace * space)
{
  g_mutex_lock (&watch->lock);
  *space = watch->space;
  g_mutex_unlock (&watch->lock);
}
