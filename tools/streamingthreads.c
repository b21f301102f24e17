/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Waits for the threads that GStreamer and GLib have in pools to be gone. Owns
 * nothing. Main thread only.
 *
 * When a pipeline is in NULL its threads have done their work, but those that the
 * pool does not keep are only about to end. What a thread frees then, OpenSSL's
 * handler frees as well when the process ends at that moment. Nobody joins these
 * threads, so the kernel has to be asked.
 */

#include <string.h>
#include <unistd.h>

#include "streamingthreads.h"

#define POLL_INTERVAL (G_USEC_PER_SEC / 1000)
/* What the kernel keeps of a name */
#define MAX_NAME 15

/* GLib's own threads, which last, bear other names; so do those of libraries. */
static gboolean
is_of_pool (const gchar * name)
{
  if (g_str_has_prefix (name, "pool-"))
    return !g_str_equal (name, "pool-spawner");
  /* element:pad, the pad's part of which may be cut off */
  return strchr (name, ':') != NULL || strlen (name) == MAX_NAME;
}

static gboolean
has_pool_threads (void)
{
  g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);
  g_autofree gchar *self = g_strdup_printf ("%" G_PID_FORMAT, getpid ());
  gboolean found = FALSE;
  const gchar *task;

  /* without /proc nothing is known, and nothing can be waited for */
  while (tasks && !found && (task = g_dir_read_name (tasks)) != NULL) {
    g_autofree gchar *path = g_build_filename ("/proc/self/task", task, "comm",
        NULL);
    g_autofree gchar *name = NULL;

    found = !g_str_equal (task, self)
        && g_file_get_contents (path, &name, NULL, NULL)
        && is_of_pool (g_strchomp (name));
  }
  return found;
}

/*
 * gst_prof_streaming_threads_wait:
 * @timeout: how long at most, microseconds
 *
 * To be called when nothing plays any more. From now on pools keep no thread that
 * has nothing to do.
 *
 * Returns: %FALSE when there is still one
 */
gboolean
gst_prof_streaming_threads_wait (gint64 timeout)
{
  gint64 end = g_get_monotonic_time () + timeout;

  g_thread_pool_set_max_unused_threads (0);
  while (has_pool_threads ()) {
    if (g_get_monotonic_time () >= end)
      return FALSE;
    g_usleep (POLL_INTERVAL);
  }
  return TRUE;
}
