/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Tells whether what was made in another process is used in a child of it, where
 * the threads that held its locks do not exist. Owns one number. Any thread.
 */

#include "gstproffork.h"

#include <pthread.h>
#include <stdatomic.h>

static _Atomic guint generation;

static void
count (void)
{
  atomic_fetch_add_explicit (&generation, 1, memory_order_relaxed);
}

static void
handle_fork (void)
{
  pthread_atfork (NULL, NULL, count);
}

/*
 * gst_prof_fork_get_generation:
 *
 * Returns: a number that grows with each fork that led to this process, since
 *   the first call. It costs a load or two, where getpid() is a system call.
 */
guint
gst_prof_fork_get_generation (void)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;

  pthread_once (&once, handle_fork);
  return atomic_load_explicit (&generation, memory_order_relaxed);
}
