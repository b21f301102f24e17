/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Tells ThreadSanitizer of GLib's synchronisation. To be preloaded.
 *
 * GLib is not built with it and makes its locks of futexes, so that it sees no
 * order where there is one. The functions here stand before GLib's, call them,
 * and tell the order that they make: who takes a lock comes after whoever gave
 * it up, and who destroys an object comes after all that dropped a reference.
 * Nothing is told that GLib does not guarantee. Calls within GLib itself are not
 * seen; what they order is told at the functions that lead there.
 *
 * In a process without ThreadSanitizer they only call. Any thread.
 */

#include <glib-object.h>
#include <gst/gst.h>

#include <dlfcn.h>

/* ThreadSanitizer's, where it is */
extern void __tsan_acquire (void *address) __attribute__ ((weak));
extern void __tsan_release (void *address) __attribute__ ((weak));

static inline void
acquire (gpointer address)
{
  if (__tsan_acquire != NULL)
    __tsan_acquire (address);
}

static inline void
release (gpointer address)
{
  if (__tsan_release != NULL)
    __tsan_release (address);
}

/* Whichever thread comes first looks; all find the same. */
static inline gpointer
find_real (gpointer * place, const gchar * name)
{
  gpointer real = __atomic_load_n (place, __ATOMIC_RELAXED);

  if (real == NULL) {
    real = dlsym (RTLD_NEXT, name);
    __atomic_store_n (place, real, __ATOMIC_RELAXED);
  }
  return real;
}

/* The function of this name that is called without this file */
#define REAL(func) ({ \
  static gpointer place; \
  (__typeof__ (&func)) find_real (&place, #func); \
})

#define LOCK(func, type) \
void \
func (type * lock) \
{ \
  REAL (func) (lock); \
  acquire (lock); \
}

#define TRYLOCK(func, type) \
gboolean \
func (type * lock) \
{ \
  gboolean taken = REAL (func) (lock); \
\
  if (taken) \
    acquire (lock); \
  return taken; \
}

#define UNLOCK(func, type) \
void \
func (type * lock) \
{ \
  release (lock); \
  REAL (func) (lock); \
}

LOCK (g_mutex_lock, GMutex)
TRYLOCK (g_mutex_trylock, GMutex)
UNLOCK (g_mutex_unlock, GMutex)
LOCK (g_rec_mutex_lock, GRecMutex)
TRYLOCK (g_rec_mutex_trylock, GRecMutex)
UNLOCK (g_rec_mutex_unlock, GRecMutex)
/* Readers are told to be in an order, too, which hides no race: they only read. */
LOCK (g_rw_lock_writer_lock, GRWLock)
TRYLOCK (g_rw_lock_writer_trylock, GRWLock)
UNLOCK (g_rw_lock_writer_unlock, GRWLock)
LOCK (g_rw_lock_reader_lock, GRWLock)
TRYLOCK (g_rw_lock_reader_trylock, GRWLock)
UNLOCK (g_rw_lock_reader_unlock, GRWLock)

void
g_cond_wait (GCond * cond, GMutex * mutex)
{
  release (mutex);
  REAL (g_cond_wait) (cond, mutex);
  acquire (mutex);
}

gboolean
g_cond_wait_until (GCond * cond, GMutex * mutex, gint64 end_time)
{
  gboolean signalled;

  release (mutex);
  signalled = REAL (g_cond_wait_until) (cond, mutex, end_time);
  acquire (mutex);
  return signalled;
}

/* The last one destroys: after all others. */
#define UNREF(func, type) \
void \
func (type object) \
{ \
  release (object); \
  acquire (object); \
  REAL (func) (object); \
}

UNREF (g_object_unref, gpointer)
UNREF (gst_mini_object_unref, GstMiniObject *)

gboolean
(g_once_init_enter) (volatile void * location)
{
  gboolean first = REAL (g_once_init_enter) (location);

  if (!first)
    acquire ((gpointer) location);
  return first;
}

void
(g_once_init_leave) (volatile void * location, gsize result)
{
  release ((gpointer) location);
  REAL (g_once_init_leave) (location, result);
}

void
g_async_queue_push (GAsyncQueue * queue, gpointer data)
{
  release (queue);
  REAL (g_async_queue_push) (queue, data);
}

#define POP(func, decl, ...) \
gpointer \
func decl \
{ \
  gpointer data = REAL (func) (__VA_ARGS__); \
\
  acquire (queue); \
  return data; \
}

POP (g_async_queue_pop, (GAsyncQueue * queue), queue)
POP (g_async_queue_try_pop, (GAsyncQueue * queue), queue)
POP (g_async_queue_timeout_pop, (GAsyncQueue * queue, guint64 timeout), queue,
    timeout)
