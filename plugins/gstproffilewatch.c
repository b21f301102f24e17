/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Notices that a file which is being written has been removed. A thread looks
 * at the link count of the opened file once a second: no streaming thread may
 * ask, since on a network file system even that may wait for a server.
 */

#include "gstproffilewatch.h"

#include <gst/prof/gstprofsignalmask.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define INTERVAL (1 * G_TIME_SPAN_SECOND)

struct _GstProfFileWatch
{
  /* set once */
  gint fd;
  gchar *location;
  GstProfFileWatchFunc func;
  gpointer user_data;
  GThread *thread;

  GMutex lock;
  GCond cond;
  gboolean stop;                /* lock */
};

static gboolean
wait_for_stop (GstProfFileWatch * watch)
{
  gint64 end = g_get_monotonic_time () + INTERVAL;
  gboolean stop;

  g_mutex_lock (&watch->lock);
  while (!watch->stop && g_cond_wait_until (&watch->cond, &watch->lock, end));
  stop = watch->stop;
  g_mutex_unlock (&watch->lock);
  return stop;
}

static gpointer
watch_thread (gpointer data)
{
  GstProfFileWatch *watch = data;
  struct stat st;

  while (!wait_for_stop (watch)) {
    if (fstat (watch->fd, &st) == 0 && st.st_nlink == 0) {
      watch->func (watch->location, watch->user_data);
      break;
    }
  }
  return NULL;
}

static void
free_watch (GstProfFileWatch * watch)
{
  close (watch->fd);
  g_mutex_clear (&watch->lock);
  g_cond_clear (&watch->cond);
  g_free (watch->location);
  g_free (watch);
}

/*
 * gst_prof_file_watch_new:
 * @location: name of a file that has just been opened for writing
 * @func: is told when it loses its last name
 * @user_data: for @func
 *
 * Returns: (nullable) (transfer full): the watch, %NULL if there is no regular
 *   file of that name
 */
GstProfFileWatch *
gst_prof_file_watch_new (const gchar * location, GstProfFileWatchFunc func,
    gpointer user_data)
{
  GstProfFileWatch *watch;
  struct stat st;
  gint fd;

  /* O_PATH takes part in nothing: no read, no write, no lock. */
  fd = open (location, O_PATH | O_CLOEXEC);
  if (fd < 0)
    return NULL;
  if (fstat (fd, &st) != 0 || !S_ISREG (st.st_mode)) {
    close (fd);
    return NULL;
  }

  watch = g_new0 (GstProfFileWatch, 1);
  watch->fd = fd;
  watch->location = g_strdup (location);
  watch->func = func;
  watch->user_data = user_data;
  g_mutex_init (&watch->lock);
  g_cond_init (&watch->cond);
  watch->thread = gst_prof_signal_mask_new_thread ("prof-file-watch",
      watch_thread, watch, NULL);
  if (watch->thread == NULL)
    g_clear_pointer (&watch, free_watch);
  return watch;
}

/*
 * gst_prof_file_watch_free:
 * @watch: (transfer full): the watch
 *
 * Waits for the function to return if it is being called.
 */
void
gst_prof_file_watch_free (GstProfFileWatch * watch)
{
  g_mutex_lock (&watch->lock);
  watch->stop = TRUE;
  g_cond_signal (&watch->cond);
  g_mutex_unlock (&watch->lock);
  g_thread_join (watch->thread);
  free_watch (watch);
}
