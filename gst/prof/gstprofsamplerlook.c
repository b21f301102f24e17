/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * One look at all threads of the process: whose they are, which are new, which have
 * ended. A thread belongs to the samplers whose coverage has the pad that it came
 * in by last. That is remembered, and looked up anew when that pad is another or
 * samplers were started, and from time to time: so a look takes as long as there
 * are threads, however many pipelines there are.
 *
 * All with the process's lock held, but for gst_prof_sampler_take_states().
 */

#include "gstprofsamplerprivate.h"

/* Looks after which it is looked up again whose a thread is, for each sampler
 * that has to be asked. */
#define SEARCH_LOOKS 16

typedef GstProfSampledThread Thread;
typedef GstProfSamplerProcess Process;

GstProfSampledThread *
gst_prof_sampler_find_thread (GstProfSamplerProcess * process,
    guint64 thread_id)
{
  return g_hash_table_lookup (process->by_id, &thread_id);
}

/* Returns: the thread, which may not be watched */
GstProfSampledThread *
gst_prof_sampler_ensure_thread (GstProfSamplerProcess * process,
    guint64 thread_id)
{
  Thread *thread = gst_prof_sampler_find_thread (process, thread_id);

  /* The kernel gave the number of one that has ended to a new one. */
  if (thread != NULL && !thread->ended)
    return thread;
  thread = gst_prof_sampled_thread_new (thread_id);
  g_ptr_array_add (process->threads, thread);
  g_hash_table_replace (process->by_id, &thread->thread_id, thread);
  return thread;
}

static void
forget (Process * process, Thread * thread)
{
  if (gst_prof_sampler_find_thread (process, thread->thread_id) == thread)
    g_hash_table_remove (process->by_id, &thread->thread_id);
  g_ptr_array_remove_fast (process->threads, thread);
  process->n_ended--;
  gst_prof_sampled_thread_free (thread);
}

/* Returns: whether there is place for it */
gboolean
gst_prof_sampler_watch (GstProfSamplerProcess * process,
    GstProfSampledThread * thread)
{
  if (thread->watched)
    return TRUE;
  if (process->n_watched == GST_PROF_SAMPLER_MAX_THREADS)
    return FALSE;
  process->n_watched++;
  gst_prof_sampled_thread_begin (thread);
  return TRUE;
}

void
gst_prof_sampler_unwatch (GstProfSamplerProcess * process,
    GstProfSampledThread * thread)
{
  if (thread->helper)
    g_ptr_array_remove_fast (process->helpers, thread);
  thread->helper = FALSE;
  if (!thread->watched)
    return;
  process->n_watched--;
  gst_prof_sampled_thread_end (thread);
}

/* What ended longest ago gives way: first what it did, then that it was. */
static void
limit_ended (Process * process)
{
  Thread *oldest = NULL, *oldest_history = NULL;
  guint n_histories = 0;

  for (guint i = 0; i < process->threads->len; i++) {
    Thread *thread = g_ptr_array_index (process->threads, i);

    if (!thread->ended)
      continue;
    if (oldest == NULL || thread->sampled < oldest->sampled)
      oldest = thread;
    if (thread->history == NULL)
      continue;
    n_histories++;
    if (oldest_history == NULL || thread->sampled < oldest_history->sampled)
      oldest_history = thread;
  }
  if (n_histories > GST_PROF_SAMPLER_MAX_ENDED_HISTORIES)
    g_clear_pointer (&oldest_history->history, gst_prof_history_free);
  if (process->n_ended > GST_PROF_SAMPLER_MAX_ENDED)
    forget (process, oldest);
}

/* A thread that has ended is remembered for those that it worked for. */
void
gst_prof_sampler_retire (GstProfSamplerProcess * process,
    GstProfSampledThread * thread)
{
  gst_prof_sampler_unwatch (process, thread);
  if (thread->ended)
    return;
  thread->ended = TRUE;
  process->n_ended++;
  if (gst_prof_thread_shares_is_empty (&thread->shares))
    forget (process, thread);
  else
    limit_ended (process);
}

/* A sampler is gone, and nobody will ask for it. */
void
gst_prof_sampler_forget_share (GstProfSamplerProcess * process, guint64 number)
{
  for (guint i = process->threads->len; i-- > 0;) {
    Thread *thread = g_ptr_array_index (process->threads, i);
    GstProfThreadShare *share =
        gst_prof_thread_shares_find (&thread->shares, number);

    if (share != NULL)
      *share = (GstProfThreadShare) {
      0};
    if (thread->ended && gst_prof_thread_shares_is_empty (&thread->shares))
      forget (process, thread);
  }
}

static guint
innermost (const GstProfActivityState * state)
{
  return state->depth > 0 ? state->points[state->depth - 1] : 0;
}

static gboolean
is_its (const GstProfSampler * sampler, const GstProfActivityState * state)
{
  gboolean found;

  gst_prof_coverage_lock (sampler->coverage);
  found = gst_prof_coverage_has (sampler->coverage, state->home)
      || gst_prof_coverage_has (sampler->coverage, innermost (state));
  gst_prof_coverage_unlock (sampler->coverage);
  return found;
}

static void
leave_all (Thread * thread)
{
  thread->owner = thread->newest = 0;
  gst_prof_thread_shares_leave (&thread->shares);
}

/* Asks the samplers that have not been asked. */
static void
search (Process * process, Thread * thread, const GstProfActivityState * state)
{
  for (guint i = process->started->len; i-- > 0;) {
    const GstProfSampler *sampler = g_ptr_array_index (process->started, i);

    if (sampler->number <= thread->newest)
      break;
    if (!is_its (sampler, state))
      continue;
    gst_prof_thread_shares_add (&thread->shares, sampler->number);
    thread->owner = sampler->number;
  }
  thread->newest = process->last_number;
}

static GstProfSampler *
find_sampler (Process * process, guint64 number)
{
  guint low = 0, high = process->started->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;
    GstProfSampler *sampler = g_ptr_array_index (process->started, middle);

    if (sampler->number == number)
      return sampler;
    if (sampler->number < number)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

/* A demuxer's task comes in by one pad or another: it is the same pipeline's. */
static gboolean
is_still_theirs (Process * process, const Thread * thread,
    const GstProfActivityState * state)
{
  for (guint i = 0; i < GST_PROF_THREAD_SHARES; i++) {
    const GstProfThreadShare *share = &thread->shares.shares[i];
    const GstProfSampler *sampler =
        share->current ? find_sampler (process, share->sampler) : NULL;

    if (share->current && (sampler == NULL || !is_its (sampler, state)))
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_to_be_searched (Process * process, const Thread * thread,
    const GstProfActivityState * state)
{
  guint64 every = (guint64) SEARCH_LOOKS * MAX (process->started->len, 1);

  /* A pad may come into the coverage some time after it was met first. */
  if (thread->owner == 0 && state->changes != thread->searched)
    return TRUE;
  if (process->number % every == thread->thread_id % every)
    return TRUE;
  return state->home != thread->home
      && !(thread->owner != 0 && is_still_theirs (process, thread, state));
}

/* Returns: (nullable): the coverage that knows most of where the thread is */
static GstProfCoverage *
find_owner (Process * process, Thread * thread,
    const GstProfActivityState * state)
{
  GstProfSampler *owner = find_sampler (process, thread->owner);
  guint64 before = thread->owner;

  if (owner == NULL || is_to_be_searched (process, thread, state))
    leave_all (thread);
  if (thread->newest != process->last_number) {
    search (process, thread, state);
    owner = find_sampler (process, thread->owner);
  }
  /* A pool's thread has another name in the next pipeline, and its helpers, too. */
  if (thread->watched && thread->owner != before)
    gst_prof_system_read_comm (thread->thread_id, thread->comm);
  thread->searched = state->changes;
  return owner ? owner->coverage : NULL;
}

static void
look_at_streaming (Process * process)
{
  GstProfLook look = {.holdup = &process->holdup,.number = process->number };

  for (guint i = 0; i < process->n_states; i++) {
    const GstProfActivityState *state = &process->states[i];
    Thread *thread =
        gst_prof_sampler_ensure_thread (process, state->thread_id);

    if (thread->helper)
      gst_prof_sampler_unwatch (process, thread);
    look.coverage = find_owner (process, thread, state);
    thread->seen = process->number;
    if (look.coverage == NULL && thread->added == 0) {
      gst_prof_sampler_unwatch (process, thread);
      thread->home = state->home;
    } else if (!gst_prof_sampler_watch (process, thread)) {
      process->left_out++;
      thread->home = state->home;
    } else {
      gst_prof_sampled_thread_look (thread, &look, state);
    }
  }
}

/* Those that were added, and those that are gone. */
static void
look_at_others (Process * process)
{
  static const GstProfActivityState nowhere;
  const GstProfLook look = {.holdup = &process->holdup,
    .number = process->number
  };

  for (guint i = process->threads->len; i-- > 0;) {
    Thread *thread = g_ptr_array_index (process->threads, i);

    if (thread->ended || thread->helper)
      continue;
    if (thread->seen != process->number && thread->added > 0
        && gst_prof_sampler_watch (process, thread))
      gst_prof_sampled_thread_look (thread, &look, &nowhere);
    /* It was not met, or it has ended since. */
    if (thread->seen != process->number || thread->gone)
      gst_prof_sampler_retire (process, thread);
  }
}

static void
take_state (const GstProfActivityState * state, gpointer user_data)
{
  Process *process = user_data;

  process->states[process->n_states++] = *state;
}

void
gst_prof_sampler_take_states (GstProfSamplerProcess * process)
{
  process->n_states = 0;
  gst_prof_activity_foreach (take_state, process);
}

void
gst_prof_sampler_look (GstProfSamplerProcess * process, GstClockTime planned,
    GstClockTime now)
{
  process->number++;
  process->left_out = 0;
  gst_prof_holdup_look (&process->holdup, planned, now);
  look_at_streaming (process);
  look_at_others (process);
  gst_prof_sampler_look_at_helpers (process, now);
}
