/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Faults of helper threads: the streaming thread has started some, as encoders
 * do, and waits on a condition until they are done. They have its name, since
 * a thread inherits the name of the one that creates it.
 */

#include "faultinject.h"
#include "gstproffaultspend.h"

#include <pthread.h>

typedef struct
{
  pthread_mutex_t lock;
  pthread_cond_t done_cond;
  gboolean done;                /* the lock */
  void (*work) (GstClockTime);
  GstClockTime duration;
  GstClockTime starved;
} Job;

static void *
help (void *data)
{
  Job *job = data;

  job->work (job->duration);
  job->starved = fault_child_get_starved ();
  pthread_mutex_lock (&job->lock);
  job->done = TRUE;
  pthread_cond_signal (&job->done_cond);
  pthread_mutex_unlock (&job->lock);
  return NULL;
}

static void
wait_for_helper (FaultChild * child, GstClockTime duration,
    void (*work) (GstClockTime))
{
  Job job = {.lock = PTHREAD_MUTEX_INITIALIZER,
    .done_cond = PTHREAD_COND_INITIALIZER,.work = work,.duration = duration
  };
  pthread_t thread;

  if (pthread_create (&thread, NULL, help, &job) != 0)
    fault_child_fail (child, "no thread");
  pthread_mutex_lock (&job.lock);
  while (!job.done)
    pthread_cond_wait (&job.done_cond, &job.lock);
  pthread_mutex_unlock (&job.lock);
  pthread_join (thread, NULL);
  child->helper_starved += job.starved;
}

void
fault_inject_helper_spin (FaultChild * child, GstClockTime duration)
{
  wait_for_helper (child, duration, gst_prof_fault_spin);
}

void
fault_inject_helper_sleep (FaultChild * child, GstClockTime duration)
{
  wait_for_helper (child, duration, gst_prof_fault_sleep);
}
