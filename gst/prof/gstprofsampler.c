/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The thread that looks at the others, 100 times a second: how long each
 * streaming thread of a pipeline ran and waited for a CPU, and what it is
 * blocked in. It stops nobody, and does nothing else, so that its own lateness
 * means that the whole process was held up. What it sees goes to one bounded
 * history for each thread.
 *
 * What is read of a thread is in gstprofsampledthread.c, what held up the whole
 * process in gstprofholdup.c, and what an interval went to in
 * gstprofsamplerexplain.c. Here is who is looked at: the streaming threads that are
 * in elements of the pipeline, threads that somebody added, and the helper
 * threads of those that wait for a condition.
 *
 * lock protects the threads and histories: the sampler has it during a tick,
 * others while they ask. Lock order: lock, coverage's, receivers'. The activity
 * registry's is taken alone.
 */

#include "gstprofsamplerprivate.h"

#include "gstprofclock.h"

#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* How often new helper threads are looked for while someone waits for them. */
#define HELPER_INTERVAL (100 * GST_MSECOND)

/* Helpers are looked at until nobody has waited for any for that long. */
#define HELPERS_FORGOTTEN (2 * GST_SECOND)

typedef GstProfSampledThread Thread;

/*
 * gst_prof_sampler_new:
 * @coverage: the pipeline to look at
 * @receivers: (nullable): what comes in, in that pipeline
 * @interval: from one look to the next, nanoseconds
 *
 * Returns: (transfer full): a sampler that does not run yet
 */
GstProfSampler *
gst_prof_sampler_new (GstProfCoverage * coverage,
    GstProfReceivers * receivers, GstClockTime interval)
{
  GstProfSampler *sampler = g_new0 (GstProfSampler, 1);

  sampler->coverage = gst_prof_coverage_ref (coverage);
  sampler->receivers = receivers ? gst_prof_receivers_ref (receivers) : NULL;
  gst_prof_holdup_init (&sampler->holdup);
  sampler->look.coverage = sampler->coverage;
  sampler->look.holdup = &sampler->holdup;
  sampler->interval = interval;
  g_mutex_init (&sampler->lock);
  g_cond_init (&sampler->cond);
  return sampler;
}

/*
 * gst_prof_sampler_free:
 * @sampler: (nullable) (transfer full): a sampler that does not run
 */
void
gst_prof_sampler_free (GstProfSampler * sampler)
{
  if (sampler == NULL)
    return;
  g_assert (sampler->thread == NULL);
  for (guint i = 0; i < sampler->n_threads; i++)
    gst_prof_sampled_thread_clear (&sampler->threads[i]);
  gst_prof_holdup_clear (&sampler->holdup);
  g_clear_pointer (&sampler->receivers, gst_prof_receivers_unref);
  gst_prof_coverage_unref (sampler->coverage);
  g_mutex_clear (&sampler->lock);
  g_cond_clear (&sampler->cond);
  g_free (sampler);
}

GstProfSampledThread *
gst_prof_sampler_find_thread (GstProfSampler * sampler, guint64 thread_id)
{
  for (guint i = 0; i < sampler->n_threads; i++) {
    Thread *thread = &sampler->threads[i];

    if (thread->files.thread_id == thread_id)
      return thread;
  }
  return NULL;
}

/* A place for a new thread: a new one, or that of the thread that ended
 * longest ago. */
static Thread *
take_place (GstProfSampler * sampler)
{
  Thread *oldest = NULL;

  if (sampler->n_threads < GST_PROF_SAMPLER_MAX_THREADS)
    return &sampler->threads[sampler->n_threads++];
  for (guint i = 0; i < sampler->n_threads; i++) {
    Thread *thread = &sampler->threads[i];

    if (thread->ended && (oldest == NULL || thread->sampled < oldest->sampled))
      oldest = thread;
  }
  return oldest;
}

static Thread *
ensure_thread (GstProfSampler * sampler, guint64 thread_id)
{
  Thread *thread = gst_prof_sampler_find_thread (sampler, thread_id);

  if (thread != NULL && !thread->ended)
    return thread;
  /* One that has ended: the kernel gave its number to a new thread. */
  if (thread == NULL)
    thread = take_place (sampler);
  if (thread == NULL)
    sampler->left_out++;
  else
    gst_prof_sampled_thread_begin (thread, thread_id);
  return thread;
}

static gboolean
is_ours (GstProfSampler * sampler, const GstProfActivityState * state)
{
  if (gst_prof_coverage_has (sampler->coverage, state->home))
    return TRUE;
  return state->depth > 0 && gst_prof_coverage_has (sampler->coverage,
      state->points[state->depth - 1]);
}

static void
take_state (const GstProfActivityState * state, gpointer user_data)
{
  GstProfSampler *sampler = user_data;

  sampler->states[sampler->n_states++] = *state;
}

/* Threads of the same name as one that waits for a condition, and that are no
 * streaming threads: an encoder's helpers inherit its name. */
static void
find_helpers (GstProfSampler * sampler, const Thread * waiting,
    GstClockTime now)
{
  guint n;

  if (now - sampler->helpers_listed < HELPER_INTERVAL)
    return;
  sampler->helpers_listed = now;
  n = gst_prof_system_list_threads (sampler->listed, GST_PROF_SAMPLER_MAX_LISTED);
  for (guint i = 0; i < n; i++) {
    gchar comm[16];
    Thread *thread;

    if (sampler->listed[i] == sampler->own_id
        || gst_prof_sampler_find_thread (sampler, sampler->listed[i]) != NULL)
      continue;
    gst_prof_system_read_comm (sampler->listed[i], comm);
    if (strcmp (comm, waiting->comm) != 0)
      continue;
    thread = ensure_thread (sampler, sampler->listed[i]);
    if (thread != NULL)
      thread->helper = TRUE;
  }
}

typedef struct
{
  GstProfCause cause;
  GstClockTime run;
} Helpers;

/* What the helpers of a thread did since the tick before. */
static void
ask_helpers (GstProfSampler * sampler, const Thread * waiting,
    Helpers * helpers)
{
  gboolean ready = FALSE;

  helpers->cause = GST_PROF_CAUSE_UNKNOWN;
  helpers->run = 0;
  for (guint i = 0; i < sampler->n_threads; i++) {
    Thread *thread = &sampler->threads[i];
    guint n = gst_prof_history_get_length (thread->history);
    const GstProfSegment *s;

    if (!thread->helper || thread->ended || n == 0
        || strcmp (thread->comm, waiting->comm) != 0)
      continue;
    s = gst_prof_history_get (thread->history, n - 1);
    if (s->run > (s->to - s->from) / 4)
      helpers->run += s->run;
    else if (s->pending)
      ready = TRUE;
    else if (s->blocked && s->cause != GST_PROF_CAUSE_UNKNOWN
        && s->cause != GST_PROF_CAUSE_LOCK)
      helpers->cause = s->cause;
  }
  if (helpers->run > 0)
    helpers->cause = GST_PROF_CAUSE_HELPERS;
  else if (ready)
    helpers->cause = GST_PROF_CAUSE_CPU_WAIT;
}

static void
sample_helpers (GstProfSampler * sampler, GstClockTime now)
{
  static const GstProfActivityState nowhere;

  for (guint i = 0; i < sampler->n_threads; i++) {
    Thread *thread = &sampler->threads[i];

    if (!thread->ended && !thread->helper && thread->blocked
        && thread->finding.condition) {
      sampler->helpers_wanted = now;
      find_helpers (sampler, thread, now);
      break;
    }
  }
  for (guint i = 0; i < sampler->n_threads; i++) {
    Thread *thread = &sampler->threads[i];

    if (!thread->helper || thread->ended || thread->seen)
      continue;
    if (now - sampler->helpers_wanted > HELPERS_FORGOTTEN)
      gst_prof_sampled_thread_end (thread);
    else
      gst_prof_sampled_thread_look (thread, &sampler->look, &nowhere);
  }
}

/* Threads that came to their end, or work for somebody else now. */
static void
end_unseen (GstProfSampler * sampler)
{
  for (guint i = 0; i < sampler->n_threads; i++) {
    Thread *thread = &sampler->threads[i];

    if (!thread->seen && !thread->ended)
      gst_prof_sampled_thread_end (thread);
  }
}

/* A thread that waits for a condition is blocked in what its helpers do. */
static void
credit_helpers (GstProfSampler * sampler)
{
  for (guint i = 0; i < sampler->n_threads; i++) {
    Thread *thread = &sampler->threads[i];
    Helpers helpers;

    if (thread->ended || thread->helper || !thread->blocked
        || !thread->finding.condition)
      continue;
    ask_helpers (sampler, thread, &helpers);
    if (thread->finding.cause == GST_PROF_CAUSE_UNKNOWN
        && helpers.cause != GST_PROF_CAUSE_UNKNOWN)
      gst_prof_history_explain_condition (thread->history, helpers.cause);
    thread->finding.cause = helpers.cause;
  }
}

static void
sample_streaming (GstProfSampler * sampler)
{
  gst_prof_coverage_lock (sampler->coverage);
  for (guint i = 0; i < sampler->n_states; i++) {
    if (!is_ours (sampler, &sampler->states[i]))
      sampler->states[i].thread_id = 0;
  }
  gst_prof_coverage_unlock (sampler->coverage);

  for (guint i = 0; i < sampler->n_states; i++) {
    const GstProfActivityState *state = &sampler->states[i];
    Thread *thread;

    if (state->thread_id == 0)
      continue;
    thread = ensure_thread (sampler, state->thread_id);
    if (thread == NULL)
      continue;
    thread->helper = FALSE;
    gst_prof_sampled_thread_look (thread, &sampler->look, state);
  }
}

static void
sample_added (GstProfSampler * sampler)
{
  static const GstProfActivityState nowhere;

  for (guint i = 0; i < sampler->n_threads; i++) {
    Thread *thread = &sampler->threads[i];

    if (thread->added && !thread->ended && !thread->seen)
      gst_prof_sampled_thread_look (thread, &sampler->look, &nowhere);
  }
}

static void
tick (GstProfSampler * sampler, GstClockTime now)
{
  sampler->n_states = 0;
  gst_prof_activity_foreach (take_state, sampler);

  g_mutex_lock (&sampler->lock);
  gst_prof_holdup_look (&sampler->holdup, sampler->interval, now);
  for (guint i = 0; i < sampler->n_threads; i++)
    sampler->threads[i].seen = FALSE;
  credit_helpers (sampler);
  sample_streaming (sampler);
  sample_added (sampler);
  sample_helpers (sampler, now);
  end_unseen (sampler);
  credit_helpers (sampler);
  sampler->look.number++;
  g_mutex_unlock (&sampler->lock);
}

static gpointer
run_thread (gpointer data)
{
  GstProfSampler *sampler = data;
  gint64 due = g_get_monotonic_time ();

  sampler->own_id = syscall (SYS_gettid);
  gst_prof_holdup_begin (&sampler->holdup, sampler->own_id,
      gst_prof_clock_now ());
  while (!atomic_load (&sampler->stop)) {
    gint64 interval = sampler->interval / GST_USECOND;

    tick (sampler, gst_prof_clock_now ());
    due = MAX (due + interval, g_get_monotonic_time () + interval / 2);
    g_mutex_lock (&sampler->lock);
    while (!atomic_load (&sampler->stop)
        && g_cond_wait_until (&sampler->cond, &sampler->lock, due));
    g_mutex_unlock (&sampler->lock);
  }
  gst_prof_holdup_end (&sampler->holdup);
  return NULL;
}

/*
 * gst_prof_sampler_start:
 * @sampler: a sampler
 *
 * Not thread-safe against gst_prof_sampler_stop().
 */
void
gst_prof_sampler_start (GstProfSampler * sampler)
{
  if (sampler->thread != NULL)
    return;
  sampler->pid = getpid ();
  atomic_store (&sampler->stop, FALSE);
  sampler->thread = g_thread_new ("prof-sampler", run_thread, sampler);
}

/*
 * gst_prof_sampler_stop:
 * @sampler: a sampler
 *
 * Waits until the thread has ended. What is remembered stays. In the child of a
 * fork there is no thread to wait for.
 */
void
gst_prof_sampler_stop (GstProfSampler * sampler)
{
  if (sampler->thread == NULL)
    return;
  if (sampler->pid != getpid ()) {
    g_thread_unref (g_steal_pointer (&sampler->thread));
    /* It may have had the lock when this process was forked off. */
    g_mutex_init (&sampler->lock);
    g_cond_init (&sampler->cond);
    return;
  }
  g_mutex_lock (&sampler->lock);
  atomic_store (&sampler->stop, TRUE);
  g_cond_signal (&sampler->cond);
  g_mutex_unlock (&sampler->lock);
  g_thread_join (g_steal_pointer (&sampler->thread));
}

/*
 * gst_prof_sampler_set_interval:
 * @sampler: a sampler
 * @interval: nanoseconds from one look to the next
 *
 * Holds from the next look on.
 */
void
gst_prof_sampler_set_interval (GstProfSampler * sampler, GstClockTime interval)
{
  sampler->interval = interval;
}

/*
 * gst_prof_sampler_add_thread:
 * @sampler: a sampler
 * @thread_id: a thread of the process
 *
 * Looks at a thread that is in no element as well: the main thread.
 */
void
gst_prof_sampler_add_thread (GstProfSampler * sampler, guint64 thread_id)
{
  Thread *thread;

  g_mutex_lock (&sampler->lock);
  thread = ensure_thread (sampler, thread_id);
  if (thread != NULL)
    thread->added = TRUE;
  g_mutex_unlock (&sampler->lock);
}

/*
 * gst_prof_sampler_get_use:
 * @sampler: a sampler
 * @uses: (out caller-allocates) (array length=max): how busy the streaming
 *   threads are
 * @max: how many fit
 *
 * Returns: how many there are
 */
guint
gst_prof_sampler_get_use (GstProfSampler * sampler, GstProfThreadUse * uses,
    guint max)
{
  guint n = 0;

  g_mutex_lock (&sampler->lock);
  gst_prof_coverage_lock (sampler->coverage);
  for (guint i = 0; i < sampler->n_threads && n < max; i++) {
    Thread *thread = &sampler->threads[i];
    GstProfThreadUse *use = &uses[n];
    const gchar *task;

    if (thread->helper || thread->state.home == 0 || thread->sampled == 0)
      continue;
    task = gst_prof_coverage_get_task_name (sampler->coverage,
        thread->state.home);
    g_strlcpy (use->name, task ? task : thread->comm, sizeof use->name);
    use->thread_id = thread->files.thread_id;
    use->watched = thread->sampled - thread->first;
    use->run = thread->times.run - thread->first_times.run;
    use->delay = thread->times.delay - thread->first_times.delay;
    use->idle = thread->idle;
    n++;
  }
  gst_prof_coverage_unlock (sampler->coverage);
  g_mutex_unlock (&sampler->lock);
  return n;
}

/*
 * gst_prof_sampler_describe_missing:
 * @sampler: a sampler
 *
 * Returns: (nullable) (transfer full): which evidence there is none of here
 */
gchar *
gst_prof_sampler_describe_missing (GstProfSampler * sampler)
{
  return gst_prof_system_describe_missing (sampler->holdup.system);
}
