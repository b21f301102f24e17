/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The thread that looks at the others, 100 times a second: how long each
 * streaming thread of the process ran and waited for a CPU, and what it is blocked
 * in. It stops nobody, and does nothing else, so that its own lateness means that
 * the whole process was held up. What it sees goes to one bounded history for each
 * thread. There is one such thread, however many pipelines have a sampler. It looks
 * as long as one of these is started, stays for a second after that, as the next may
 * come soon, and ends itself: nobody waits for it. Where no thread can be had nothing
 * is seen; the next sampler that is started tries again.
 *
 * What is read of a thread is in gstprofsampledthread.c, whose threads are looked
 * at in gstprofsamplerlook.c and gstprofsamplerhelpers.c, how often in gstprofpace.c,
 * what held up the whole process in gstprofholdup.c, what an interval went to in
 * gstprofsamplerexplain.c, and what shows that in gstprofsamplerevidence.c. Here are
 * the samplers of the pipelines, and the thread.
 *
 * Lock order: lock, a coverage's, receivers'. lock protects all that is remembered,
 * which is given back with the last sampler, or when the thread ends: the thread has
 * it during a look, others while they ask. The activity registry's is taken alone,
 * before. A fork takes lock and the coverages' of the samplers that are started, so
 * that in the child all of them are free; the thread is not there, and is started
 * again when the child starts a sampler.
 */

#include "gstprofsamplerprivate.h"

#include "gstprofclock.h"
#include "gstprofsignalmask.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* While nobody asks for a look. */
#define LONGEST_INTERVAL (1000 * GST_SECOND)

/* How long the thread stays when nobody has a use for it. */
#define IDLE_TIME (1 * GST_SECOND)

typedef GstProfSampledThread Thread;
typedef GstProfSamplerProcess Process;

static Process the_process;

/* Several samplers may look at the same. */
static gboolean
is_first_of_coverage (Process * process, guint index)
{
  const GstProfSampler *sampler = g_ptr_array_index (process->started, index);

  for (guint i = 0; i < index; i++) {
    const GstProfSampler *other = g_ptr_array_index (process->started, i);

    if (other->coverage == sampler->coverage)
      return FALSE;
  }
  return TRUE;
}

static void
for_each_coverage (Process * process, void (*func) (GstProfCoverage *))
{
  for (guint i = 0; process->started && i < process->started->len; i++) {
    const GstProfSampler *sampler = g_ptr_array_index (process->started, i);

    if (is_first_of_coverage (process, i))
      func (sampler->coverage);
  }
}

static void
before_fork (void)
{
  g_mutex_lock (&the_process.lock);
  for_each_coverage (&the_process, gst_prof_coverage_lock);
}

static void
after_fork (void)
{
  for_each_coverage (&the_process, gst_prof_coverage_unlock);
  g_mutex_unlock (&the_process.lock);
}

static void
after_fork_in_child (void)
{
  the_process.lost = the_process.running;
  the_process.forked = TRUE;
  after_fork ();
}

static Process *
get_process (void)
{
  static gsize made;

  if (g_once_init_enter (&made)) {
    pthread_atfork (before_fork, after_fork, after_fork_in_child);
    g_once_init_leave (&made, 1);
  }
  return &the_process;
}

/* With lock held: the files that a child has open are of its parent's threads. */
static void
forget_parent (Process * process)
{
  if (!process->forked)
    return;
  process->forked = FALSE;
  for (guint i = process->threads->len; i-- > 0;) {
    Thread *thread = g_ptr_array_index (process->threads, i);

    if (!thread->ended)
      gst_prof_sampler_retire (process, thread);
  }
}

static void
lock_process (Process * process)
{
  g_mutex_lock (&process->lock);
  forget_parent (process);
}

static void
unlock_process (Process * process)
{
  g_mutex_unlock (&process->lock);
}

/* With lock held. */
static void
add_user (Process * process)
{
  if (process->n_users++ > 0)
    return;
  process->started = g_ptr_array_new ();
  process->threads = g_ptr_array_new ();
  process->by_id = g_hash_table_new (g_int64_hash, g_int64_equal);
  process->helpers = g_ptr_array_new ();
  gst_prof_holdup_init (&process->holdup);
}

/* With lock held. */
static void
remove_user (Process * process)
{
  if (--process->n_users > 0)
    return;
  g_clear_pointer (&process->helpers, g_ptr_array_unref);
  g_clear_pointer (&process->by_id, g_hash_table_unref);
  g_ptr_array_set_free_func (process->threads,
      (GDestroyNotify) gst_prof_sampled_thread_free);
  g_clear_pointer (&process->threads, g_ptr_array_unref);
  g_clear_pointer (&process->started, g_ptr_array_unref);
  process->n_watched = process->n_ended = process->left_out = 0;
  gst_prof_holdup_clear (&process->holdup);
}

/*
 * gst_prof_sampler_new:
 * @coverage: the pipeline to look at
 * @receivers: (nullable): what comes in, in that pipeline
 * @interval: from one look to the next, nanoseconds
 *
 * Returns: (transfer full): a sampler that is not started yet
 */
GstProfSampler *
gst_prof_sampler_new (GstProfCoverage * coverage,
    GstProfReceivers * receivers, GstClockTime interval)
{
  GstProfSampler *sampler = g_new0 (GstProfSampler, 1);

  sampler->process = get_process ();
  sampler->coverage = gst_prof_coverage_ref (coverage);
  sampler->receivers = receivers ? gst_prof_receivers_ref (receivers) : NULL;
  sampler->interval = interval;
  sampler->added = g_array_new (FALSE, FALSE, sizeof (guint64));
  lock_process (sampler->process);
  add_user (sampler->process);
  unlock_process (sampler->process);
  return sampler;
}

/*
 * gst_prof_sampler_free:
 * @sampler: (nullable) (transfer full): a sampler that is not started
 */
void
gst_prof_sampler_free (GstProfSampler * sampler)
{
  Process *process;

  if (sampler == NULL)
    return;
  g_assert (!sampler->started);
  process = sampler->process;
  lock_process (process);
  for (guint i = 0; i < sampler->added->len; i++) {
    Thread *thread = gst_prof_sampler_find_thread (process,
        g_array_index (sampler->added, guint64, i));

    if (thread != NULL && thread->added > 0)
      thread->added--;
  }
  gst_prof_sampler_forget_share (process, sampler->number);
  remove_user (process);
  unlock_process (process);
  g_array_unref (sampler->added);
  g_clear_pointer (&sampler->receivers, gst_prof_receivers_unref);
  gst_prof_coverage_unref (sampler->coverage);
  g_free (sampler);
}

/* With lock held: who asks for the shortest is asked for by all. */
static GstClockTime
get_interval (const Process * process)
{
  GstClockTime shortest = LONGEST_INTERVAL;

  for (guint i = 0; i < process->started->len; i++) {
    const GstProfSampler *sampler = g_ptr_array_index (process->started, i);

    shortest = MIN (shortest, sampler->interval);
  }
  return shortest;
}

/* With lock held. A wake-up before it is due means that the interval, or who is
 * looked at, is another now. */
static void
wait_until (Process * process, GstClockTime due, GstClockTime looked,
    GstClockTime interval)
{
  while (g_cond_wait_until (&process->cond, &process->lock,
          due / GST_USECOND)) {
    GstClockTime shortest = get_interval (process);

    if (process->started->len == 0)
      return;
    if (shortest < interval && looked + shortest < due)
      return;
  }
}

/* With lock held. Returns: %FALSE when nobody has come in time */
static gboolean
wait_for_user (Process * process)
{
  GstClockTime until = gst_prof_clock_now () + IDLE_TIME;

  while (process->started->len == 0) {
    if (!g_cond_wait_until (&process->cond, &process->lock,
            until / GST_USECOND))
      return process->started->len > 0;
  }
  return TRUE;
}

/* With lock held. */
static void
look_until_unused (Process * process)
{
  GstClockTime due = gst_prof_clock_now (), looked = 0, held_up = 0;
  GstClockTime run;

  gst_prof_holdup_resume (&process->holdup, due);
  run = process->holdup.own_times.run;
  gst_prof_pace_init (&process->pace, get_interval (process));
  while (process->started->len > 0) {
    GstClockTime now = gst_prof_clock_now (), interval, elapsed, step;

    g_mutex_unlock (&process->lock);
    gst_prof_sampler_take_states (process);
    held_up = gst_prof_clock_now ();
    lock_process (process);
    held_up = gst_prof_clock_now () - held_up;
    if (process->started->len == 0)
      return;
    interval = get_interval (process);
    elapsed = looked ? now - looked : 0;
    gst_prof_sampler_look (process, due > looked ? due - looked : 0, now);
    step = gst_prof_pace_next (&process->pace, interval, elapsed,
        process->holdup.own_times.run - run);
    run = process->holdup.own_times.run;
    atomic_store (&process->interval, process->pace.interval);
    looked = now;
    due = now + step;
    wait_until (process, due, looked, interval);
    /* Whoever asks something holds up only the sampler. */
    due += held_up;
  }
}

static gpointer
run_thread (gpointer data)
{
  Process *process = data;

  lock_process (process);
  process->own_id = syscall (SYS_gettid);
  gst_prof_holdup_begin (&process->holdup, process->own_id,
      gst_prof_clock_now ());
  while (wait_for_user (process))
    look_until_unused (process);
  gst_prof_holdup_end (&process->holdup);
  process->running = FALSE;
  remove_user (process);
  unlock_process (process);
  return NULL;
}

static void
say_that_nobody_looks (const GError * error)
{
  static atomic_flag said = ATOMIC_FLAG_INIT;

  if (!atomic_flag_test_and_set (&said))
    g_printerr ("gst-prof: %s; causes are not known, until there is a thread that "
        "looks for them\n", error->message);
}

/* With lock held. */
static void
start_thread (Process * process, GError ** error)
{
  GThread *thread;

  if (process->running && !process->lost) {
    g_cond_signal (&process->cond);
    return;
  }
  /* What the parent's thread had a use for is the new one's. */
  if (!process->lost)
    add_user (process);
  process->lost = FALSE;
  process->running = TRUE;
  thread = gst_prof_signal_mask_new_thread ("prof-sampler", run_thread, process,
      error);
  if (thread != NULL) {
    g_thread_unref (thread);
  } else {
    process->running = FALSE;
    remove_user (process);
  }
}

/* With lock held: by number. */
static void
insert_started (Process * process, GstProfSampler * sampler)
{
  guint i = process->started->len;

  if (sampler->number == 0) {
    sampler->number = ++process->last_number;
  } else {
    /* It has been started before: its threads know that it was not. */
    for (guint j = 0; j < process->threads->len; j++)
      ((Thread *) g_ptr_array_index (process->threads, j))->newest = 0;
  }
  while (i > 0 && ((GstProfSampler *) g_ptr_array_index (process->started,
              i - 1))->number > sampler->number)
    i--;
  g_ptr_array_insert (process->started, i, sampler);
}

/*
 * gst_prof_sampler_start:
 * @sampler: a sampler
 *
 * Not thread-safe against gst_prof_sampler_stop() of the same.
 */
void
gst_prof_sampler_start (GstProfSampler * sampler)
{
  Process *process = sampler->process;
  g_autoptr (GError) error = NULL;

  lock_process (process);
  if (!sampler->started) {
    sampler->started = TRUE;
    insert_started (process, sampler);
  }
  start_thread (process, &error);
  unlock_process (process);
  if (error != NULL)
    say_that_nobody_looks (error);
}

/*
 * gst_prof_sampler_stop:
 * @sampler: a sampler
 *
 * What is remembered stays. Waits for the look that is under way, and for no more:
 * when it returns, the coverage is not looked at any more.
 */
void
gst_prof_sampler_stop (GstProfSampler * sampler)
{
  Process *process = sampler->process;

  lock_process (process);
  sampler->started = FALSE;
  g_ptr_array_remove (process->started, sampler);
  for (guint i = 0; sampler->number != 0 && i < process->threads->len; i++) {
    Thread *thread = g_ptr_array_index (process->threads, i);
    GstProfThreadShare *share =
        gst_prof_thread_shares_find (&thread->shares, sampler->number);

    if (share != NULL)
      share->current = FALSE;
  }
  /* It is not woken for what it finds soon enough: the next may come before. */
  if (process->started->len == 0 && process->pace.interval >= IDLE_TIME)
    g_cond_signal (&process->cond);
  unlock_process (process);
}

/*
 * gst_prof_sampler_set_interval:
 * @sampler: a sampler
 * @interval: nanoseconds from one look to the next
 *
 * The shortest of all samplers holds, as long as that is not too dear.
 */
void
gst_prof_sampler_set_interval (GstProfSampler * sampler, GstClockTime interval)
{
  lock_process (sampler->process);
  sampler->interval = interval;
  g_cond_signal (&sampler->process->cond);
  unlock_process (sampler->process);
}

/*
 * gst_prof_sampler_get_interval:
 * @sampler: a sampler
 *
 * Returns: how long it is from one look to the next, on average, nanoseconds; 0:
 *   there was none yet
 */
GstClockTime
gst_prof_sampler_get_interval (GstProfSampler * sampler)
{
  return atomic_load (&sampler->process->interval);
}

/*
 * gst_prof_sampler_get_unwatched:
 * @sampler: a sampler
 *
 * Returns: how many threads of the process are not looked at, as there are too
 *   many
 */
guint
gst_prof_sampler_get_unwatched (GstProfSampler * sampler)
{
  guint n;

  lock_process (sampler->process);
  n = sampler->process->left_out;
  unlock_process (sampler->process);
  return n + gst_prof_activity_get_unwatched ();
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
  Process *process = sampler->process;

  lock_process (process);
  gst_prof_sampler_ensure_thread (process, thread_id)->added++;
  g_array_append_val (sampler->added, thread_id);
  unlock_process (process);
}

/*
 * gst_prof_thread_use_get_busy:
 * @use: how a thread was used
 *
 * Returns: how long it did not wait: as much of all as of what was looked at, and
 *   no less than it was on a CPU
 */
GstClockTime
gst_prof_thread_use_get_busy (const GstProfThreadUse * use)
{
  GstClockTime busy = 0;

  if (use->looked > 0)
    busy = gst_util_uint64_scale (use->watched,
        use->looked - MIN (use->looked, use->idle), use->looked);
  return MIN (use->watched, MAX (busy, use->run));
}

/* With the coverage locked. */
static gboolean
describe_use (GstProfSampler * sampler, Thread * thread,
    GstProfThreadUse * use)
{
  const GstProfThreadShare *share = sampler->number == 0 ? NULL :
      gst_prof_thread_shares_find (&thread->shares, sampler->number);
  const gchar *task;

  if (share == NULL || thread->home == 0 || thread->sampled == 0)
    return FALSE;
  task = gst_prof_coverage_get_task_name (sampler->coverage, thread->home);
  g_strlcpy (use->name, task ? task : thread->comm, sizeof use->name);
  use->thread_id = thread->thread_id;
  use->watched = share->watched;
  use->run = share->run;
  use->delay = share->delay;
  use->looked = share->looked;
  use->idle = share->idle;
  use->call = thread->watched ? thread->found.call.number
      : GST_PROF_SYSCALL_UNREADABLE;
  use->state = thread->found.blocked ? thread->found.letter : 0;
  return TRUE;
}

/*
 * gst_prof_sampler_get_use:
 * @sampler: a sampler
 * @uses: (out caller-allocates) (array length=max): how busy the streaming
 *   threads of its pipeline are
 * @max: how many fit
 *
 * Returns: how many there are
 */
guint
gst_prof_sampler_get_use (GstProfSampler * sampler, GstProfThreadUse * uses,
    guint max)
{
  Process *process = sampler->process;
  guint n = 0;

  lock_process (process);
  gst_prof_coverage_lock (sampler->coverage);
  for (guint i = 0; i < process->threads->len && n < max; i++) {
    if (describe_use (sampler, g_ptr_array_index (process->threads, i),
            &uses[n]))
      n++;
  }
  gst_prof_coverage_unlock (sampler->coverage);
  unlock_process (process);
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
  return gst_prof_system_describe_missing (sampler->process->holdup.system);
}
