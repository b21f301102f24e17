/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The one thread that looks after all traced pipelines of a process, whatever
 * their number: 25 ms after it has been through with them it begins again, or
 * later, so that it takes no more than one percent of a CPU. Owns that thread and
 * the list of its members.
 *
 * list_lock protects the list; a leaf, held for a few instructions, and by a fork.
 * A member's lock is held while the member is ticked or visited, and by no one
 * else: who leaves waits for his own tick, never for that of others. It is
 * recursive, for a member that leaves on its own tick. No member's lock is taken
 * with another's held, nor with list_lock.
 *
 * The thread is woken by a futex, as signal handlers may do that, and as there is no
 * descriptor that an application which closes all of them could take away. Without a
 * thread to be had there are no ticks; the next member tries again.
 *
 * Locks and counters are POSIX and C11 ones, as thread checkers know them.
 */

#include "gstprofhub.h"

#include <gst/prof/gstprofclock.h>
#include <gst/prof/gstprofsignalmask.h>
#include <gst/prof/gstprofticker.h>

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

/* How soon something that goes on is told, and how late it may be on a machine
 * with hundreds of pipelines. */
#define MIN_INTERVAL (25 * GST_MSECOND)
#define MAX_INTERVAL (1 * GST_SECOND)

/* One percent of a CPU. */
#define INTERVALS_PER_CPU_TIME 100

struct _GstProfHubMember
{
  _Atomic guint refs;
  pthread_mutex_t lock;

  /* lock */
  GstProfHubTickFunc func;      /* NULL: has left */
  gpointer user_data;
};

static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static GPtrArray *members;
static gboolean running;
static gboolean handles_fork;

/* Set before there is a thread */
static void (*request_func) (void);

/* Grows with each call to wake(), by signal handlers too */
static _Atomic guint32 wakes;
static _Atomic gboolean listening;
static _Atomic gboolean requested;
static _Atomic gboolean stopping;

static void
member_unref (gpointer data)
{
  GstProfHubMember *member = data;

  if (atomic_fetch_sub (&member->refs, 1) > 1)
    return;
  pthread_mutex_destroy (&member->lock);
  g_free (member);
}

static GstProfHubMember *
member_new (GstProfHubTickFunc func, gpointer user_data)
{
  GstProfHubMember *member = g_new0 (GstProfHubMember, 1);
  pthread_mutexattr_t attributes;

  atomic_init (&member->refs, 1);
  pthread_mutexattr_init (&attributes);
  pthread_mutexattr_settype (&attributes, PTHREAD_MUTEX_RECURSIVE);
  pthread_mutex_init (&member->lock, &attributes);
  pthread_mutexattr_destroy (&attributes);
  member->func = func;
  member->user_data = user_data;
  return member;
}

/* Returns: (transfer full): those that are members now */
static GPtrArray *
dup_members (void)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func (member_unref);

  pthread_mutex_lock (&list_lock);
  for (guint i = 0; members != NULL && i < members->len; i++) {
    GstProfHubMember *member = g_ptr_array_index (members, i);

    atomic_fetch_add (&member->refs, 1);
    g_ptr_array_add (copy, member);
  }
  pthread_mutex_unlock (&list_lock);
  return copy;
}

static void
tick_all (GPtrArray * all, GstProfActivities * threads)
{
  gst_prof_activities_take (threads);
  for (guint i = 0; i < all->len && !atomic_load (&stopping); i++) {
    GstProfHubMember *member = g_ptr_array_index (all, i);

    pthread_mutex_lock (&member->lock);
    if (member->func != NULL)
      member->func (threads, gst_prof_clock_now (), member->user_data);
    pthread_mutex_unlock (&member->lock);
  }
}

/* Returns at once when there have been other wakes than those seen. */
static void
wait_for_wake (guint32 seen, GstClockTime timeout)
{
  /* As this system call takes it, whatever time_t is */
  const struct
  {
    glong seconds;
    glong nanoseconds;
  } relative = { timeout / GST_SECOND, timeout % GST_SECOND };

  syscall (SYS_futex, &wakes, FUTEX_WAIT_PRIVATE, seen,
      GST_CLOCK_TIME_IS_VALID (timeout) ? &relative : NULL, NULL, 0);
}

static gpointer
run_thread (gpointer data)
{
  g_autofree GstProfActivities *threads = g_new (GstProfActivities, 1);

  while (!atomic_load (&stopping)) {
    GstClockTime before = gst_prof_clock_thread_cpu ();
    guint32 seen = atomic_load (&wakes);
    GPtrArray *all = dup_members ();
    gboolean idle = all->len == 0;
    GstClockTime interval;

    tick_all (all, threads);
    g_ptr_array_unref (all);
    if (atomic_exchange (&requested, FALSE) && request_func != NULL)
      request_func ();

    interval = INTERVALS_PER_CPU_TIME * (gst_prof_clock_thread_cpu () - before);
    interval = CLAMP (interval, MIN_INTERVAL, MAX_INTERVAL);
    wait_for_wake (seen, idle ? GST_CLOCK_TIME_NONE : interval);
  }
  atomic_store (&listening, FALSE);
  pthread_mutex_lock (&list_lock);
  running = FALSE;
  pthread_mutex_unlock (&list_lock);
  return NULL;
}

static void
lock_list (void)
{
  pthread_mutex_lock (&list_lock);
}

static void
unlock_list (void)
{
  pthread_mutex_unlock (&list_lock);
}

/* What the parent traces is none of the child's business, and its thread is not
 * there. The list is not given back: allocating is not safe here. */
static void
begin_anew (void)
{
  members = NULL;
  running = FALSE;
  atomic_store (&listening, FALSE);
  atomic_store (&requested, FALSE);
  atomic_store (&stopping, FALSE);
  pthread_mutex_unlock (&list_lock);
}

/* Async-signal-safe. */
static void
wake (void)
{
  int code = errno;

  atomic_fetch_add (&wakes, 1);
  syscall (SYS_futex, &wakes, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
  errno = code;
}

/* With list_lock held. */
static void
start_thread (GError ** error)
{
  GThread *thread;

  if (running || atomic_load (&stopping))
    return;
  if (!handles_fork) {
    pthread_atfork (lock_list, unlock_list, begin_anew);
    handles_fork = TRUE;
  }
  /* Before it is there: it may end at once. */
  running = TRUE;
  atomic_store (&listening, TRUE);
  thread = gst_prof_signal_mask_new_thread ("prof-tracer", run_thread, NULL,
      error);
  if (thread != NULL) {
    g_thread_unref (thread);
  } else {
    running = FALSE;
    atomic_store (&listening, FALSE);
  }
}

/*
 * gst_prof_hub_join:
 * @func: is called every so often
 * @user_data: for @func
 *
 * Any thread; waits for nothing.
 *
 * Returns: (transfer full): a member, to be given to gst_prof_hub_leave()
 */
GstProfHubMember *
gst_prof_hub_join (GstProfHubTickFunc func, gpointer user_data)
{
  GstProfHubMember *member = member_new (func, user_data);
  g_autoptr (GError) error = NULL;
  gboolean first;

  atomic_fetch_add (&member->refs, 1);
  pthread_mutex_lock (&list_lock);
  if (members == NULL)
    members = g_ptr_array_new ();
  first = members->len == 0;
  g_ptr_array_add (members, member);
  start_thread (&error);
  pthread_mutex_unlock (&list_lock);
  if (error != NULL)
    gst_prof_ticker_say_that_nobody_ticks (error);
  if (first)
    wake ();
  return member;
}

/*
 * gst_prof_hub_leave:
 * @member: (transfer full): a member of this process
 *
 * Any thread. Waits until its own tick, if it is under way, is over.
 */
void
gst_prof_hub_leave (GstProfHubMember * member)
{
  gboolean found;

  pthread_mutex_lock (&list_lock);
  found = members != NULL && g_ptr_array_remove_fast (members, member);
  pthread_mutex_unlock (&list_lock);

  pthread_mutex_lock (&member->lock);
  member->func = NULL;
  pthread_mutex_unlock (&member->lock);
  if (found)
    member_unref (member);
  member_unref (member);
}

/* Not pthread_mutex_clocklock(), which thread checkers take for no lock. */
static gboolean
lock_until (pthread_mutex_t * lock, GstClockTime until)
{
  while (pthread_mutex_trylock (lock) != 0) {
    if (gst_prof_clock_now () >= until)
      return FALSE;
    g_usleep (1000);
  }
  return TRUE;
}

/*
 * gst_prof_hub_visit:
 * @func: is called with each member, which does not leave meanwhile
 * @user_data: for @func
 * @timeout: nanoseconds that members may take to be ready, all together
 *
 * Any thread.
 *
 * Returns: how many members were not ready: their tick hangs
 */
guint
gst_prof_hub_visit (GstProfHubMemberFunc func, gpointer user_data,
    GstClockTime timeout)
{
  GstClockTime until = gst_prof_clock_now () + timeout;
  GPtrArray *all = dup_members ();
  guint n_missed = 0;

  for (guint i = 0; i < all->len; i++) {
    GstProfHubMember *member = g_ptr_array_index (all, i);

    if (!lock_until (&member->lock, until)) {
      n_missed++;
      continue;
    }
    if (member->func != NULL)
      func (member->user_data, user_data);
    pthread_mutex_unlock (&member->lock);
  }
  g_ptr_array_unref (all);
  return n_missed;
}

/*
 * gst_prof_hub_set_request_func:
 * @func: what the thread does when it is asked to by gst_prof_hub_request()
 *
 * To be called before anyone joins.
 */
void
gst_prof_hub_set_request_func (void (*func) (void))
{
  request_func = func;
}

/*
 * gst_prof_hub_request:
 *
 * Has the thread do what it is to do on request, soon. Async-signal-safe.
 *
 * Returns: %FALSE when there is no thread
 */
gboolean
gst_prof_hub_request (void)
{
  if (!atomic_load (&listening))
    return FALSE;
  atomic_store (&requested, TRUE);
  wake ();
  return TRUE;
}

/*
 * gst_prof_hub_stop:
 * @timeout: nanoseconds to wait for it
 *
 * Has the thread end, for good: the process does, or GStreamer. A thread that does
 * not come back in time ends when it does.
 */
void
gst_prof_hub_stop (GstClockTime timeout)
{
  GstClockTime until = gst_prof_clock_now () + timeout;
  gboolean ended = FALSE;

  atomic_store (&stopping, TRUE);
  wake ();
  while (!ended && gst_prof_clock_now () < until) {
    pthread_mutex_lock (&list_lock);
    ended = !running;
    pthread_mutex_unlock (&list_lock);
    if (!ended)
      g_usleep (1000);
  }
}
