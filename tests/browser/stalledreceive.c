/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * A recorder whose thread at the socket does not come to read: preloaded (see
 * LD_PRELOAD in ld.so(8)), it makes the next call that receives datagrams in a
 * thread of a nicesrc wait for GST_PROF_STALL_MS, each time that the process gets
 * SIGUSR1. All threads that receive come through here.
 */

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

static _Atomic int stall_wanted;

static void
on_signal (int number)
{
  atomic_store (&stall_wanted, 1);
}

__attribute__ ((constructor))
static void
listen_to_signal (void)
{
  struct sigaction action = { .sa_handler = on_signal,.sa_flags = SA_RESTART };

  sigaction (SIGUSR1, &action, NULL);
}

static void
stall (void)
{
  const char *text = getenv ("GST_PROF_STALL_MS");
  long ms = text ? atol (text) : 1000;
  struct timespec left = { ms / 1000, ms % 1000 * 1000000 };
  char name[16] = "";

  if (!atomic_load (&stall_wanted)
      || pthread_getname_np (pthread_self (), name, sizeof name) != 0
      || strncmp (name, "nicesrc", strlen ("nicesrc")) != 0
      || !atomic_exchange (&stall_wanted, 0))
    return;
  while (nanosleep (&left, &left) != 0);
}

ssize_t
recvmsg (int fd, struct msghdr *message, int flags)
{
  static ssize_t (*next) (int, struct msghdr *, int);

  if (next == NULL)
    next = (ssize_t (*)(int, struct msghdr *, int)) dlsym (RTLD_NEXT, "recvmsg");
  stall ();
  return next (fd, message, flags);
}

int
recvmmsg (int fd, struct mmsghdr *messages, unsigned int n, int flags,
    struct timespec *timeout)
{
  static int (*next) (int, struct mmsghdr *, unsigned int, int,
      struct timespec *);

  if (next == NULL)
    next = (int (*)(int, struct mmsghdr *, unsigned int, int,
            struct timespec *)) dlsym (RTLD_NEXT, "recvmmsg");
  stall ();
  return next (fd, messages, n, flags, timeout);
}
