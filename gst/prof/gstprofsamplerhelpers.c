/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Threads that work for one which waits for a condition: an encoder's helpers
 * inherit its name. A thread that came into an element itself is a streaming
 * thread, whatever its name is, and nobody's helper. Helpers are looked for and at
 * only as long as someone waits for a condition; those of the same name are shared
 * by all that wait under it. With the process's lock held.
 */

#include "gstprofsamplerprivate.h"

#include <string.h>

/* How often new helper threads are looked for while someone waits for them, in a
 * process of LIST_THREADS threads; in larger ones less often, since that is how much
 * longer it takes. */
#define LIST_INTERVAL (100 * GST_MSECOND)
#define LIST_THREADS 64

/* Helpers are looked at until nobody has waited for any for that long. */
#define FORGOTTEN (2 * GST_SECOND)

typedef GstProfSampledThread Thread;
typedef GstProfSamplerProcess Process;

static gboolean
waits_for_condition (const Thread * thread)
{
  return thread->watched && !thread->helper && thread->found.blocked
      && thread->found.finding.condition;
}

static gboolean
is_streaming (Process * process, guint64 thread_id)
{
  for (guint i = 0; i < process->n_states; i++) {
    if (process->states[i].thread_id == thread_id)
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_wanted (Process * process, const gchar * comm)
{
  for (guint i = 0; i < process->threads->len; i++) {
    const Thread *thread = g_ptr_array_index (process->threads, i);

    if (waits_for_condition (thread) && strcmp (thread->comm, comm) == 0)
      return TRUE;
  }
  return FALSE;
}

static void
add_helper (Process * process, guint64 thread_id, GstClockTime now)
{
  Thread *thread = gst_prof_sampler_ensure_thread (process, thread_id);

  if (!gst_prof_sampler_watch (process, thread)) {
    process->left_out++;
    return;
  }
  thread->helper = TRUE;
  thread->wanted = now;
  g_ptr_array_add (process->helpers, thread);
}

static void
find_helpers (Process * process, GstClockTime now)
{
  guint scale = MAX (process->n_listed / LIST_THREADS, 1);

  if (now - process->helpers_listed < scale * LIST_INTERVAL)
    return;
  process->helpers_listed = now;
  process->n_listed = gst_prof_system_list_threads (process->listed,
      GST_PROF_SAMPLER_MAX_LISTED);
  for (guint i = 0; i < process->n_listed; i++) {
    guint64 id = process->listed[i];
    const Thread *known = gst_prof_sampler_find_thread (process, id);
    gchar comm[16];

    if (id == process->own_id || (known != NULL && known->watched))
      continue;
    gst_prof_system_read_comm (id, comm);
    if (is_wanted (process, comm) && !is_streaming (process, id))
      add_helper (process, id, now);
  }
}

static void
want_helpers (Process * process, const Thread * waiting, GstClockTime now)
{
  for (guint i = 0; i < process->helpers->len; i++) {
    Thread *helper = g_ptr_array_index (process->helpers, i);

    if (strcmp (helper->comm, waiting->comm) == 0)
      helper->wanted = now;
  }
}

/* What the helpers of a thread did since the look before. */
static GstProfCause
ask_helpers (Process * process, const Thread * waiting)
{
  GstProfCause cause = GST_PROF_CAUSE_UNKNOWN;
  gboolean ready = FALSE;

  for (guint i = 0; i < process->helpers->len; i++) {
    const Thread *helper = g_ptr_array_index (process->helpers, i);
    guint n = gst_prof_history_get_length (helper->history);
    const GstProfSegment *s;

    if (n == 0 || strcmp (helper->comm, waiting->comm) != 0)
      continue;
    s = gst_prof_history_get (helper->history, n - 1);
    if (s->run > (s->to - s->from) / 4)
      return GST_PROF_CAUSE_HELPERS;
    if (s->pending)
      ready = TRUE;
    else if (s->blocked && s->cause != GST_PROF_CAUSE_UNKNOWN
        && s->cause != GST_PROF_CAUSE_LOCK)
      cause = s->cause;
  }
  return ready ? GST_PROF_CAUSE_CPU_WAIT : cause;
}

/* A thread that waits for a condition is blocked in what its helpers do. */
static void
credit_helpers (Process * process, Thread * thread)
{
  GstProfCause cause = ask_helpers (process, thread);

  if (thread->found.finding.cause == GST_PROF_CAUSE_UNKNOWN
      && cause != GST_PROF_CAUSE_UNKNOWN)
    gst_prof_history_explain_condition (thread->history, cause);
  thread->found.finding.cause = cause;
}

static void
look_at_helper (Process * process, Thread * helper, GstClockTime now)
{
  static const GstProfActivityState nowhere;
  const GstProfLook look = {.holdup = &process->holdup,
    .number = process->number
  };

  if (now - helper->wanted > FORGOTTEN)
    gst_prof_sampler_unwatch (process, helper);
  else
    gst_prof_sampled_thread_look (helper, &look, &nowhere);
  if (helper->gone)
    gst_prof_sampler_retire (process, helper);
}

void
gst_prof_sampler_look_at_helpers (GstProfSamplerProcess * process,
    GstClockTime now)
{
  gboolean waiting = FALSE;

  for (guint i = 0; i < process->threads->len; i++) {
    const Thread *thread = g_ptr_array_index (process->threads, i);

    if (!waits_for_condition (thread))
      continue;
    waiting = TRUE;
    want_helpers (process, thread, now);
  }
  if (waiting)
    find_helpers (process, now);
  for (guint i = process->helpers->len; i-- > 0;)
    look_at_helper (process, g_ptr_array_index (process->helpers, i), now);
  for (guint i = 0; waiting && i < process->threads->len; i++) {
    Thread *thread = g_ptr_array_index (process->threads, i);

    if (waits_for_condition (thread))
      credit_helpers (process, thread);
  }
}
