/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Faults of the reader: what the sink writes to is read by a thread or a
 * process of ours, which takes a rest. It holds little, so that the next frame
 * already has no room. prepare: main thread; injections: as the table says.
 */

#include "faultinject.h"
#include "gstproffaultspend.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* The least that the kernel gives. */
#define SMALL_PIPE 4096
#define SMALL_SOCKET 2048

static void
drain (int fd, gint * paused)
{
  static gchar bytes[65536];

  do {
    while (paused != NULL && g_atomic_int_get (paused))
      g_usleep (1000);
  } while (read (fd, bytes, sizeof bytes) > 0);
}

static gpointer
read_pipe (gpointer data)
{
  FaultChild *child = data;

  drain (child->pipe[0], &child->paused);
  return NULL;
}

/* Opening blocks until the sink has opened, too. */
static gpointer
read_fifo (gpointer data)
{
  FaultChild *child = data;

  child->pipe[0] = open (child->location, O_RDONLY | O_CLOEXEC);
  if (child->pipe[0] < 0)
    fault_child_fail (child, "%s: %s", child->location, g_strerror (errno));
  fcntl (child->pipe[0], F_SETPIPE_SZ, SMALL_PIPE);
  return read_pipe (data);
}

void
fault_prepare_fifo (FaultChild * child)
{
  child->location = g_build_filename (child->folder, "fifo", NULL);
  if (mkfifo (child->location, 0600) != 0)
    fault_child_fail (child, "%s: %s", child->location, g_strerror (errno));
  fault_child_thread ("reader", read_fifo, child);
}

static void
make_pipe (FaultChild * child)
{
  if (pipe2 (child->pipe, O_CLOEXEC) != 0)
    fault_child_fail (child, "pipe: %s", g_strerror (errno));
  fcntl (child->pipe[1], F_SETPIPE_SZ, SMALL_PIPE);
}

void
fault_prepare_pipe (FaultChild * child)
{
  make_pipe (child);
  fault_child_thread ("reader", read_pipe, child);
}

static void
read_alone (FaultChild * child, GstClockTime duration)
{
  close (child->pipe[1]);
  drain (child->pipe[0], NULL);
}

void
fault_prepare_pipe_process (FaultChild * child)
{
  make_pipe (child);
  child->reader = fault_child_fork (child, read_alone, 0);
  close (child->pipe[0]);
}

static void
make_small (int fd)
{
  int size = SMALL_SOCKET;

  setsockopt (fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

void
fault_prepare_unix (FaultChild * child)
{
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, child->pipe) != 0)
    fault_child_fail (child, "socketpair: %s", g_strerror (errno));
  make_small (child->pipe[0]);
  make_small (child->pipe[1]);
  fault_child_thread ("reader", read_pipe, child);
}

/* Returns a socket that listens on child->port of the loopback. */
static int
listen_tcp (FaultChild * child)
{
  struct sockaddr_in address = {.sin_family = AF_INET,
    .sin_addr.s_addr = htonl (INADDR_LOOPBACK)
  };
  socklen_t size = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  /* Accepted sockets inherit it; later it would not shrink the window. */
  make_small (fd);
  if (bind (fd, (struct sockaddr *) &address, size) != 0
      || listen (fd, 1) != 0
      || getsockname (fd, (struct sockaddr *) &address, &size) != 0)
    fault_child_fail (child, "TCP: %s", g_strerror (errno));
  child->port = ntohs (address.sin_port);
  return fd;
}

void
fault_prepare_tcp (FaultChild * child)
{
  struct sockaddr_in address = {.sin_family = AF_INET,
    .sin_addr.s_addr = htonl (INADDR_LOOPBACK)
  };
  int listening = listen_tcp (child);

  child->pipe[1] = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  make_small (child->pipe[1]);
  address.sin_port = htons (child->port);
  if (connect (child->pipe[1], (struct sockaddr *) &address,
          sizeof address) != 0)
    fault_child_fail (child, "TCP: %s", g_strerror (errno));
  child->pipe[0] = accept4 (listening, NULL, NULL, SOCK_CLOEXEC);
  close (listening);
  fault_child_thread ("reader", read_pipe, child);
}

/* The element's own socket, which it does not hand out. */
static int
find_client (int port)
{
  for (int fd = 3; fd < 256; fd++) {
    struct sockaddr_in peer;
    socklen_t size = sizeof peer;

    if (getpeername (fd, (struct sockaddr *) &peer, &size) == 0
        && peer.sin_family == AF_INET && ntohs (peer.sin_port) == port)
      return fd;
  }
  return -1;
}

static gpointer
serve (gpointer data)
{
  FaultChild *child = data;
  int listening = child->pipe[0];

  child->pipe[0] = accept4 (listening, NULL, NULL, SOCK_CLOEXEC);
  make_small (find_client (child->port));
  close (listening);
  return read_pipe (data);
}

void
fault_prepare_tcp_client (FaultChild * child)
{
  child->pipe[0] = listen_tcp (child);
  fault_child_thread ("reader", serve, child);
}

/* On the application's thread: the reader, or the feeder, takes a rest. */
void
fault_inject_pause (FaultChild * child, GstClockTime duration)
{
  g_atomic_int_set (&child->paused, TRUE);
  gst_prof_fault_sleep (duration);
  g_atomic_int_set (&child->paused, FALSE);
}

/* As fault_inject_pause(), but the reader cannot help it. */
void
fault_inject_stop_reader (FaultChild * child, GstClockTime duration)
{
  kill (child->reader, SIGSTOP);
  gst_prof_fault_sleep (duration);
  kill (child->reader, SIGCONT);
}

static gpointer
resume (gpointer data)
{
  FaultChild *child = data;

  gst_prof_fault_sleep (child->duration / 3);
  g_atomic_int_set (&child->paused, FALSE);
  return NULL;
}

/*
 * On the streaming thread: a third busy, a third asleep, and then this same
 * frame is not read for a third.
 */
void
fault_inject_mixed (FaultChild * child, GstClockTime duration)
{
  child->begin = gst_prof_fault_monotonic_time ();
  gst_prof_fault_spin (duration / 3);
  gst_prof_fault_sleep (duration / 3);
  g_atomic_int_set (&child->paused, TRUE);
  child->end = gst_prof_fault_monotonic_time () + duration / 3;
  fault_child_thread ("resumer", resume, child);
}
