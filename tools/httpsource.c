/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * A source that runs a libmicrohttpd daemon without threads when something
 * comes to its epoll descriptor, or when it has something left to do. The thread
 * of the source's context.
 */

#include "httpsource.h"

typedef struct
{
  GSource source;
  struct MHD_Daemon *daemon;
  gpointer tag;
} DaemonSource;

/* Returns: milliseconds until the daemon wants to run, -1: whenever something
 * comes */
static gint
get_wait (DaemonSource * source)
{
  MHD_UNSIGNED_LONG_LONG wait;

  if (MHD_get_timeout (source->daemon, &wait) != MHD_YES)
    return -1;
  return MIN (wait, G_MAXINT);
}

static gboolean
daemon_source_prepare (GSource * source, gint * wait)
{
  *wait = get_wait ((DaemonSource *) source);
  return *wait == 0;
}

static gboolean
daemon_source_check (GSource * source)
{
  DaemonSource *daemon_source = (DaemonSource *) source;

  return g_source_query_unix_fd (source, daemon_source->tag) != 0
      || get_wait (daemon_source) == 0;
}

static gboolean
daemon_source_dispatch (GSource * source, GSourceFunc func, gpointer unused)
{
  MHD_run (((DaemonSource *) source)->daemon);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs daemon_source_funcs = {
  .prepare = daemon_source_prepare,
  .check = daemon_source_check,
  .dispatch = daemon_source_dispatch,
};

/*
 * gst_prof_http_source_new:
 * @daemon: a daemon started with MHD_USE_EPOLL and no thread, which must not be
 *   stopped while the source is attached
 *
 * Returns: (transfer full): a source to be attached
 */
GSource *
gst_prof_http_source_new (struct MHD_Daemon *daemon)
{
  GSource *source =
      g_source_new (&daemon_source_funcs, sizeof (DaemonSource));
  DaemonSource *daemon_source = (DaemonSource *) source;

  daemon_source->daemon = daemon;
  daemon_source->tag = g_source_add_unix_fd (source,
      MHD_get_daemon_info (daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd,
      G_IO_IN);
  return source;
}
