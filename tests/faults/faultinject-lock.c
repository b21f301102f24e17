/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Faults of locks: a thread of the application's, or another process, holds
 * for the duration what the streaming thread then wants. All but the bodies of
 * threads and processes runs on the streaming thread.
 */

#include "faultinject.h"
#include "gstproffaultspend.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct
{
  void (*lock) (gpointer);
  void (*unlock) (gpointer);
  void (*hold) (GstClockTime);  /* what the holder does meanwhile */
  gpointer what;
  GstClockTime duration;
  gint held;                    /* atomic */
} Holding;

static GMutex mutex;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;

static void
lock_mutex (gpointer what)
{
  g_mutex_lock (what);
}

static void
unlock_mutex (gpointer what)
{
  g_mutex_unlock (what);
}

static void
lock_rwlock (gpointer what)
{
  pthread_rwlock_wrlock (what);
}

static void
unlock_rwlock (gpointer what)
{
  pthread_rwlock_unlock (what);
}

static gpointer
hold (gpointer data)
{
  Holding *holding = data;

  holding->lock (holding->what);
  g_atomic_int_set (&holding->held, TRUE);
  holding->hold (holding->duration);
  holding->unlock (holding->what);
  return NULL;
}

/* Joined, not let go: the holder looks at our stack. */
static void
want (Holding * holding)
{
  GThread *holder = g_thread_new ("holder", hold, holding);

  while (!g_atomic_int_get (&holding->held))
    g_usleep (50);
  holding->lock (holding->what);
  holding->unlock (holding->what);
  g_thread_join (holder);
}

void
fault_inject_mutex (FaultChild * child, GstClockTime duration)
{
  Holding holding = { lock_mutex, unlock_mutex, gst_prof_fault_sleep, &mutex,
    duration
  };

  want (&holding);
}

/* The holder is busy: its work, but not that of a helper. */
void
fault_inject_mutex_spin (FaultChild * child, GstClockTime duration)
{
  Holding holding = { lock_mutex, unlock_mutex, gst_prof_fault_spin, &mutex,
    duration
  };

  want (&holding);
}

void
fault_inject_rwlock (FaultChild * child, GstClockTime duration)
{
  Holding holding = { lock_rwlock, unlock_rwlock, gst_prof_fault_sleep, &rwlock,
    duration
  };

  want (&holding);
}

/* A mutex that lies inside of an element's instance, as a queue's own do. */
void
fault_inject_object_lock (FaultChild * child, GstClockTime duration)
{
  g_autoptr (GstElement) spot = fault_child_element (child, "spot");
  Holding holding = { lock_mutex, unlock_mutex, gst_prof_fault_sleep,
    GST_OBJECT_GET_LOCK (spot), duration
  };

  want (&holding);
}

typedef struct
{
  GMutex lock;
  GCond cond;
  gboolean ready;               /* the lock */
  GstClockTime duration;
} Promise;

static gpointer
keep_promise (gpointer data)
{
  Promise *promise = data;

  gst_prof_fault_sleep (promise->duration);
  g_mutex_lock (&promise->lock);
  promise->ready = TRUE;
  g_cond_signal (&promise->cond);
  g_mutex_unlock (&promise->lock);
  return NULL;
}

/* Waiting for the application to say something, under no held lock. */
void
fault_inject_cond (FaultChild * child, GstClockTime duration)
{
  Promise promise = {.duration = duration };
  GThread *thread;

  g_mutex_init (&promise.lock);
  g_cond_init (&promise.cond);
  thread = g_thread_new ("application", keep_promise, &promise);
  g_mutex_lock (&promise.lock);
  while (!promise.ready)
    g_cond_wait (&promise.cond, &promise.lock);
  g_mutex_unlock (&promise.lock);
  g_thread_join (thread);
}

static int
lock_file (int fd, int how, gboolean wait)
{
  struct flock whole = {.l_type = F_WRLCK,.l_whence = SEEK_SET };

  switch (how) {
    case F_SETLKW:
      return fcntl (fd, wait ? F_SETLKW : F_SETLK, &whole);
    case F_OFD_SETLKW:
      return fcntl (fd, wait ? F_OFD_SETLKW : F_OFD_SETLK, &whole);
    default:
      return flock (fd, wait ? LOCK_EX : LOCK_EX | LOCK_NB);
  }
}

/* A process of its own: record locks are between processes. */
static void
want_file (FaultChild * child, GstClockTime duration, int how)
{
  g_autofree gchar *path = g_build_filename (child->folder, "locked", NULL);
  int told[2], result, fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  pid_t pid;
  gchar byte;

  if (fd < 0 || pipe2 (told, O_CLOEXEC) != 0)
    fault_child_fail (child, "%s: %s", path, g_strerror (errno));
  pid = fork ();
  if (pid < 0)
    fault_child_fail (child, "fork: %s", g_strerror (errno));
  if (pid == 0) {
    int other = open (path, O_RDWR | O_CLOEXEC);

    /* Inherited, it would keep the lock of the one who waits. */
    close (fd);
    if (lock_file (other, how, FALSE) == 0 && write (told[1], "x", 1) == 1)
      gst_prof_fault_sleep (duration);
    _exit (0);
  }
  close (told[1]);
  if (read (told[0], &byte, 1) != 1)
    fault_child_fail (child, "nobody holds %s", path);
  do {
    result = lock_file (fd, how, TRUE);
  } while (result != 0 && errno == EINTR);
  if (result != 0)
    fault_child_fail (child, "%s: %s", path, g_strerror (errno));
  waitpid (pid, NULL, 0);
  close (told[0]);
  close (fd);
}

void
fault_inject_fcntl_lock (FaultChild * child, GstClockTime duration)
{
  want_file (child, duration, F_SETLKW);
}

void
fault_inject_ofd_lock (FaultChild * child, GstClockTime duration)
{
  want_file (child, duration, F_OFD_SETLKW);
}

void
fault_inject_flock (FaultChild * child, GstClockTime duration)
{
  want_file (child, duration, LOCK_EX);
}
