/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What waits in the kernel's queues of a transport's sockets. When nobody takes
 * packets out of them, it is our side that does not read, whatever the network
 * does.
 *
 * The sockets belong to somebody else in this process, who may close them at any
 * moment and get their numbers for something else. So each is known by its inode
 * too, and what was read counts only if that is still the same afterwards. None is
 * held open by us: that would keep a port in use. One call tells all there is to
 * know (SO_MEMINFO), without root and without /proc/net. The reading thread only.
 */

#include "gstprofsocketwatch.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <linux/sock_diag.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>

/* Packets that nobody has taken for so long: a thread that reads takes them at
 * once. */
#define NOT_TAKEN (100 * GST_MSECOND)

typedef struct
{
  gint fd;
  ino_t inode;
} Socket;

struct _GstProfSocketWatch
{
  guint n;
  Socket sockets[GST_PROF_SOCKETS_MAX];
  guint64 drops;                /* when they were read last */
  GstClockTime last;            /* what the transport had taken last then */
  GstClockTime waiting_since;   /* packets have, and none was taken; NONE: not */
  gboolean has_drops;
  gboolean full;
};

GstProfSocketWatch *
gst_prof_socket_watch_new (void)
{
  GstProfSocketWatch *watch = g_new0 (GstProfSocketWatch, 1);

  watch->waiting_since = GST_CLOCK_TIME_NONE;
  return watch;
}

void
gst_prof_socket_watch_free (GstProfSocketWatch * watch)
{
  g_free (watch);
}

static gboolean
find_inode (gint fd, ino_t * inode)
{
  struct stat info;

  if (fd < 0 || fstat (fd, &info) != 0 || !S_ISSOCK (info.st_mode))
    return FALSE;
  *inode = info.st_ino;
  return TRUE;
}

/*
 * gst_prof_socket_watch_set_fd:
 * @watch: a watch
 * @fd: a socket's descriptor; it stays the caller's. -1: none
 */
void
gst_prof_socket_watch_set_fd (GstProfSocketWatch * watch, gint fd)
{
  ino_t inode;

  if (!find_inode (fd, &inode)) {
    watch->n = 0;
    return;
  }
  if (watch->n == 1 && watch->sockets[0].fd == fd
      && watch->sockets[0].inode == inode)
    return;
  watch->n = 1;
  watch->sockets[0] = (Socket) { fd, inode };
  watch->has_drops = FALSE;
}

/* Of a datagram socket. */
static gboolean
get_local_address (gint fd, gchar * address, gsize size, guint * port)
{
  union
  {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
  } name;
  socklen_t length = sizeof (name), type_length = sizeof (gint);
  gint type = 0;

  if (getsockopt (fd, SOL_SOCKET, SO_TYPE, &type, &type_length) != 0
      || type != SOCK_DGRAM || getsockname (fd, &name.any, &length) != 0)
    return FALSE;
  if (name.any.sa_family == AF_INET) {
    *port = ntohs (name.v4.sin_port);
    return inet_ntop (AF_INET, &name.v4.sin_addr, address, size) != NULL;
  }
  if (name.any.sa_family == AF_INET6) {
    *port = ntohs (name.v6.sin6_port);
    return inet_ntop (AF_INET6, &name.v6.sin6_addr, address, size) != NULL;
  }
  return FALSE;
}

static void
add_if_named (GstProfSocketWatch * watch, gint fd,
    const gchar * const *addresses, const guint * ports, guint n)
{
  gchar address[INET6_ADDRSTRLEN];
  Socket found = {.fd = fd };
  guint port;

  if (watch->n == GST_PROF_SOCKETS_MAX || !find_inode (fd, &found.inode)
      || !get_local_address (fd, address, sizeof (address), &port))
    return;
  for (guint i = 0; i < n; i++) {
    if (port != ports[i] || g_strcmp0 (address, addresses[i]) != 0)
      continue;
    watch->sockets[watch->n++] = found;
    return;
  }
}

/*
 * gst_prof_socket_watch_find:
 * @watch: a watch
 * @addresses: (array length=n): addresses that the sockets are bound to, as text
 * @ports: (array length=n): the port of each
 * @n: how many they are
 *
 * Looks for the sockets among all that this process has open. No two of a
 * process have the same address and port.
 *
 * Returns: how many were found
 */
guint
gst_prof_socket_watch_find (GstProfSocketWatch * watch,
    const gchar * const *addresses, const guint * ports, guint n)
{
  DIR *directory = opendir ("/proc/self/fd");
  struct dirent *entry;

  watch->n = 0;
  watch->has_drops = FALSE;
  while (directory != NULL && (entry = readdir (directory)) != NULL) {
    if (g_ascii_isdigit (entry->d_name[0]))
      add_if_named (watch, atoi (entry->d_name), addresses, ports, n);
  }
  if (directory != NULL)
    closedir (directory);
  return watch->n;
}

/*
 * gst_prof_socket_watch_is_set:
 * @watch: a watch
 *
 * Returns: whether there is a socket to read
 */
gboolean
gst_prof_socket_watch_is_set (GstProfSocketWatch * watch)
{
  return watch->n > 0;
}

/* Untouched when it is not that socket any more. */
static gboolean
read_socket (const Socket * socket, guint32 * info)
{
  guint32 read[SK_MEMINFO_VARS] = { 0, };
  socklen_t length = sizeof (read);
  ino_t inode;

  if (getsockopt (socket->fd, SOL_SOCKET, SO_MEMINFO, read, &length) != 0
      || length <= SK_MEMINFO_DROPS * sizeof (guint32)
      || !find_inode (socket->fd, &inode) || inode != socket->inode)
    return FALSE;
  memcpy (info, read, sizeof (read));
  return TRUE;
}

/* What waits may have come just now, after a silence of any length: it counts from
 * when it was seen, and only if nothing was taken since. */
static gboolean
is_not_taken (GstProfSocketWatch * watch, guint64 bytes, GstClockTime last,
    GstClockTime now)
{
  if (bytes == 0 || last == 0)
    watch->waiting_since = GST_CLOCK_TIME_NONE;
  else if (watch->waiting_since == GST_CLOCK_TIME_NONE || last != watch->last)
    watch->waiting_since = now;
  watch->last = last;
  return watch->waiting_since != GST_CLOCK_TIME_NONE
      && now > watch->waiting_since + NOT_TAKEN;
}

static void
note_full (GstProfSocketWatch * watch, GstProfTransport * transport,
    gboolean full, gboolean not_taken, GstClockTime now)
{
  if (full && !watch->full)
    gst_prof_periods_open (&transport->socket_full, not_taken
        ? watch->waiting_since : now, watch->drops);
  else if (full)
    gst_prof_periods_open (&transport->socket_full, now, watch->drops);
  else if (watch->full)
    gst_prof_periods_close (&transport->socket_full, now, watch->drops);
  watch->full = full;
}

/*
 * gst_prof_socket_watch_read:
 * @watch: a watch
 * @transport: (inout): gets what waits and what was dropped
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * Sockets that were closed are forgotten.
 */
void
gst_prof_socket_watch_read (GstProfSocketWatch * watch,
    GstProfTransport * transport, GstClockTime now)
{
  GstClockTime last = gst_prof_flow_get_last (&transport->any);
  guint64 bytes = 0, drops = 0;
  gboolean half = FALSE, not_taken, drops_more;

  for (guint i = watch->n; i-- > 0;) {
    guint32 info[SK_MEMINFO_VARS];

    if (!read_socket (&watch->sockets[i], info)) {
      watch->sockets[i] = watch->sockets[--watch->n];
      watch->has_drops = FALSE;
      continue;
    }
    bytes += info[SK_MEMINFO_RMEM_ALLOC];
    drops += info[SK_MEMINFO_DROPS];
    half = half
        || info[SK_MEMINFO_RMEM_ALLOC] > info[SK_MEMINFO_RCVBUF] / 2;
  }

  drops_more = watch->has_drops && drops > watch->drops;
  not_taken = is_not_taken (watch, bytes, last, now);
  watch->drops = drops;
  watch->has_drops = watch->n > 0;
  note_full (watch, transport, half || drops_more || not_taken, not_taken,
      now);
  atomic_store (&transport->socket_bytes, bytes);
  atomic_store (&transport->socket_drops, drops);
}
