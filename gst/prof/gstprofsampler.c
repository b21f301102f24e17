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
 * Cheap evidence is read for each thread at each tick: activity, CPU clock,
 * schedstat. The expensive kind (stat, what a descriptor or an address is) only
 * where the thread is blocked and the cheap kind says that something changed.
 * The loop allocates nothing, but for a thread that is new.
 *
 * lock protects the threads and histories: the sampler has it during a tick,
 * others while they ask. Lock order: lock, coverage's. The activity registry's
 * is taken alone.
 */

#include "gstprofsampler.h"

#include "gstprofclock.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Streaming threads and helpers of a pipeline that are watched at once. */
#define MAX_THREADS 96

/* Segments kept of a thread: 20 s of the busiest kind, in 350 kB. */
#define HISTORY_SIZE 2048

/* Steps of the group's throttled time that are remembered: at the usual period
 * of 100 ms, those of 6 s. */
#define MAX_THROTTLED 64

/* Memory that is short stays short for a while, though not every fault waits
 * for it. */
#define PRESSURE_LASTS (500 * GST_MSECOND)

/* Stuck stacks kept of a thread. */
#define MAX_STACKS 8
#define MAX_STACK_DEPTH 12

/* When a thread stands still that long, its stack is kept. */
#define STUCK (30 * GST_MSECOND)

/* A sampler that is later than this was held up. */
#define LATE (15 * GST_MSECOND)

/* Every so many looks a thread that was blocked and has not run is looked at
 * closely again. */
#define BLOCKED_LOOKS 4

/* How often new helper threads are looked for while someone waits for them. */
#define HELPER_INTERVAL (100 * GST_MSECOND)

/* Helpers are looked at until nobody has waited for any for that long. */
#define HELPERS_FORGOTTEN (2 * GST_SECOND)

/* How often the machine's numbers are read whether or not something is up. */
#define REFRESH_INTERVAL GST_SECOND

/* Threads of a process that can be told from helpers. */
#define MAX_LISTED 1024

typedef struct
{
  GstClockTime from;
  GstClockTime to;
  guint depth;
  guint points[MAX_STACK_DEPTH];
} Stack;

typedef struct
{
  GstProfThreadFiles files;
  gchar comm[16];
  gboolean helper;
  gboolean added;               /* by gst_prof_sampler_add_thread() */
  gboolean ended;
  gboolean seen;                /* in this tick */

  GstProfActivityState state;
  GstProfThreadTimes times;
  GstProfThreadStat stat;
  GstClockTime unsplit;         /* run time since @stat last told anything new */
  GstProfThreadCall call;
  gchar letter;                 /* its state, 0: not read since it blocked */
  GstProfFinding finding;
  gboolean blocked;
  gboolean pending;
  guint point;
  GstClockTime sampled;         /* 0: never */
  GstClockTime first;
  GstProfThreadTimes first_times;
  GstClockTime idle;

  GstProfHistory *history;
  guint n_stacks;
  Stack stacks[MAX_STACKS];
} Thread;

/* The throttled time of the control group, when it had grown. */
typedef struct
{
  GstClockTime when;
  GstClockTime total;
} Throttled;

struct _GstProfSampler
{
  GstProfCoverage *coverage;    /* a reference */
  GstProfSystem *system;
  _Atomic guint64 interval;
  _Atomic gboolean stop;
  GThread *thread;
  guint64 own_id;
  pid_t pid;

  /* only the sampler's thread */
  GstProfThreadFiles own_files;
  GstProfThreadTimes own_times;
  glong own_major_faults;
  GstClockTime last_tick;
  guint64 ticks;
  GstClockTime refreshed;
  GstClockTime helpers_listed;
  GstClockTime helpers_wanted;
  guint64 listed[MAX_LISTED];

  /* what the process was held up by since the tick before */
  GstClockTime frozen;
  GstClockTime starved;
  GstClockTime suspended_growth;
  gboolean starved_throttled;
  gboolean reclaim;
  gboolean throttled_read;
  guint n_throttled;
  Throttled throttled[MAX_THROTTLED];
  GstClockTime pressure;
  GstClockTime pressure_growth; /* at the last reading */
  GstClockTime pressure_read;
  GstClockTime pressure_high;   /* when it was high last */
  GstClockTime suspended;

  GMutex lock;
  GCond cond;
  guint n_states;
  GstProfActivityState states[GST_PROF_ACTIVITY_MAX_THREADS];
  guint n_threads;
  Thread threads[MAX_THREADS];
  guint64 left_out;
};

static void
thread_clear (Thread * thread)
{
  gst_prof_thread_files_close (&thread->files);
  gst_prof_history_free (thread->history);
}

/*
 * gst_prof_sampler_new:
 * @coverage: the pipeline to look at
 * @interval: from one look to the next, nanoseconds
 *
 * Returns: (transfer full): a sampler that does not run yet
 */
GstProfSampler *
gst_prof_sampler_new (GstProfCoverage * coverage, GstClockTime interval)
{
  GstProfSampler *sampler = g_new0 (GstProfSampler, 1);

  sampler->coverage = gst_prof_coverage_ref (coverage);
  sampler->system = gst_prof_system_new ();
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
    thread_clear (&sampler->threads[i]);
  gst_prof_system_free (sampler->system);
  gst_prof_coverage_unref (sampler->coverage);
  g_mutex_clear (&sampler->lock);
  g_cond_clear (&sampler->cond);
  g_free (sampler);
}

static Thread *
find_thread (GstProfSampler * sampler, guint64 thread_id)
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

  if (sampler->n_threads < MAX_THREADS) {
    Thread *thread = &sampler->threads[sampler->n_threads++];

    thread->history = gst_prof_history_new (HISTORY_SIZE);
    return thread;
  }
  for (guint i = 0; i < sampler->n_threads; i++) {
    Thread *thread = &sampler->threads[i];

    if (thread->ended && (oldest == NULL || thread->sampled < oldest->sampled))
      oldest = thread;
  }
  if (oldest != NULL)
    gst_prof_history_clear (oldest->history);
  return oldest;
}

static Thread *
ensure_thread (GstProfSampler * sampler, guint64 thread_id)
{
  Thread *thread = find_thread (sampler, thread_id);
  GstProfHistory *history;

  if (thread != NULL && !thread->ended)
    return thread;
  if (thread == NULL) {
    thread = take_place (sampler);
  } else {
    /* The kernel gave the number to a new thread. */
    gst_prof_thread_files_close (&thread->files);
    gst_prof_history_clear (thread->history);
  }
  if (thread == NULL) {
    sampler->left_out++;
    return NULL;
  }
  history = thread->history;
  memset (thread, 0, sizeof *thread);
  thread->history = history;
  gst_prof_thread_files_open (&thread->files, thread_id);
  gst_prof_system_read_comm (thread_id, thread->comm);
  return thread;
}

static void
end_thread (Thread * thread)
{
  guint64 thread_id = thread->files.thread_id;

  gst_prof_thread_files_close (&thread->files);
  thread->files.thread_id = thread_id;
  thread->ended = TRUE;
}

static void
read_throttled (GstProfSampler * sampler, GstClockTime now)
{
  GstClockTime total;
  guint n = sampler->n_throttled;

  if (sampler->throttled_read)
    return;
  sampler->throttled_read = TRUE;
  total = gst_prof_system_read_throttled (sampler->system);
  if (n > 0 && sampler->throttled[(n - 1) % MAX_THROTTLED].total == total)
    return;
  sampler->throttled[n % MAX_THROTTLED] = (Throttled) { now, total };
  sampler->n_throttled++;
}

/* How much the throttled time grew in an interval. It grows when throttling
 * ends, and the threads that had to wait are credited when they run, which may
 * be seen some looks later. */
static GstClockTime
get_throttled (GstProfSampler * sampler, GstClockTime from)
{
  guint n = sampler->n_throttled;
  guint oldest = n > MAX_THROTTLED ? n - MAX_THROTTLED : 0;
  GstClockTime newest, before;

  if (n == 0)
    return 0;
  newest = sampler->throttled[(n - 1) % MAX_THROTTLED].total;
  before = sampler->throttled[oldest % MAX_THROTTLED].total;
  for (guint i = oldest; i < n; i++) {
    if (sampler->throttled[i % MAX_THROTTLED].when <= from)
      before = sampler->throttled[i % MAX_THROTTLED].total;
  }
  return newest - MIN (before, newest);
}

static void
read_pressure (GstProfSampler * sampler, GstClockTime now)
{
  GstClockTime pressure =
      gst_prof_system_read_memory_pressure (sampler->system);
  GstClockTime growth = pressure - MIN (sampler->pressure, pressure);
  GstClockTime elapsed = now - sampler->pressure_read;

  /* A twentieth of the time is more than the usual background. */
  if (sampler->pressure_read != 0 && growth > elapsed / 20)
    sampler->pressure_high = now;
  sampler->pressure = pressure;
  sampler->pressure_growth = sampler->pressure_read != 0 ? growth : 0;
  sampler->pressure_read = now;
}

/* How late the sampler is, and why. */
static void
judge_process (GstProfSampler * sampler, GstClockTime now)
{
  GstClockTime interval = sampler->interval;
  GstClockTime gone = now - sampler->last_tick;
  GstProfThreadTimes times = sampler->own_times;
  GstClockTime late, delay, suspended;
  struct rusage usage;

  sampler->frozen = sampler->starved = 0;
  sampler->starved_throttled = FALSE;
  gst_prof_thread_files_read_times (&sampler->own_files, &times);
  delay = times.delay - sampler->own_times.delay;
  sampler->own_times = times;
  getrusage (RUSAGE_THREAD, &usage);
  suspended = gst_prof_system_read_suspended (sampler->system);
  sampler->suspended_growth =
      suspended - MIN (suspended, sampler->suspended);
  sampler->suspended = suspended;

  if (sampler->last_tick != 0 && gone > interval + LATE) {
    late = gone - interval;
    sampler->starved = MIN (delay, late);
    if (sampler->starved > 0) {
      read_throttled (sampler, now);
      sampler->starved_throttled =
          get_throttled (sampler, sampler->last_tick) >= sampler->starved / 2;
    }
    /* What it waited for itself says nothing of the others: pages, or memory
     * that it was not given. */
    read_pressure (sampler, now);
    if (usage.ru_majflt == sampler->own_major_faults
        && sampler->pressure_growth < late / 5)
      sampler->frozen = late - sampler->starved;
    if (sampler->frozen < late / 10)
      sampler->frozen = 0;
  }
  sampler->own_major_faults = usage.ru_majflt;
}

/* The state letter costs as much as all the rest. Of a thread that waits in the
 * ordinary way it is read when it still does some looks later: by then it may
 * have been stopped. */
static gboolean
is_letter_wanted (const Thread * thread, gboolean again)
{
  return again || thread->call.number == GST_PROF_SYSCALL_NONE
      || !(gst_prof_evidence_is_futex (thread->call.number)
      || gst_prof_evidence_is_poll (thread->call.number));
}

static void
look_closer (GstProfSampler * sampler, Thread * thread, guint home,
    gboolean again)
{
  GstProfObservation o = {.call = thread->call };
  guint64 address = 0;

  thread->letter = 0;
  if (is_letter_wanted (thread, again)
      && gst_prof_thread_files_read_stat (&thread->files, &thread->stat))
    thread->letter = thread->stat.state;
  o.state = thread->letter;
  if (gst_prof_evidence_takes_fd (thread->call.number))
    o.file = gst_prof_system_get_file_kind (thread->call.args[0]);
  if (gst_prof_evidence_is_path (thread->call.number))
    gst_prof_system_read_wchan (thread->files.thread_id, o.wchan);
  if (gst_prof_evidence_is_futex (thread->call.number))
    address = thread->call.args[0];
  gst_prof_coverage_lock (sampler->coverage);
  gst_prof_coverage_describe (sampler->coverage, thread->point, home, address,
      &o.place);
  gst_prof_coverage_unlock (sampler->coverage);
  if (address != 0 && gst_prof_system_is_gil (sampler->system, address))
    o.place.object = GST_PROF_WAIT_GIL;
  thread->finding = gst_prof_evidence_classify (&o);
  /* A helper has no place in the pipeline: it waits for work. */
  if (thread->helper && (thread->finding.cause == GST_PROF_CAUSE_UPSTREAM
          || thread->finding.cause == GST_PROF_CAUSE_DOWNSTREAM))
    thread->finding.cause = GST_PROF_CAUSE_UNKNOWN;
}

/* Whether a thread that is blocked can be taken to be so still. It has not run;
 * that it is ready to run by now would be seen a few looks later, and is
 * credited exactly when it has run. */
static gboolean
is_still_blocked (GstProfSampler * sampler, const Thread * thread,
    guint point, gboolean ran)
{
  return !ran && thread->sampled != 0 && thread->blocked
      && point == thread->point
      && sampler->ticks % BLOCKED_LOOKS != thread->files.thread_id %
      BLOCKED_LOOKS;
}

/* What the thread does now. */
static void
look (GstProfSampler * sampler, Thread * thread,
    const GstProfActivityState * state, gboolean ran, gboolean all_run)
{
  GstProfThreadCall call = {.number = GST_PROF_SYSCALL_RUNNING };
  guint point = state->depth > 0 ? state->points[state->depth - 1] : 0;
  gboolean same;

  if (is_still_blocked (sampler, thread, point, ran))
    return;
  /* On a CPU all the time: there is nothing to read. */
  if (!all_run)
    gst_prof_thread_files_read_call (&thread->files, &call);
  same = !ran && point == thread->point && call.number == thread->call.number
      && call.args[0] == thread->call.args[0] && thread->sampled != 0;
  thread->call = call;
  thread->point = point;
  thread->blocked = call.number != GST_PROF_SYSCALL_RUNNING
      && call.number != GST_PROF_SYSCALL_UNREADABLE;
  thread->pending = call.number == GST_PROF_SYSCALL_RUNNING && !all_run;
  if (thread->blocked && (!same || thread->letter == 0))
    look_closer (sampler, thread, state->home, same);
  else if (!thread->blocked)
    thread->finding = (GstProfFinding) { GST_PROF_CAUSE_UNKNOWN, FALSE };
}

static void
keep_stack (Thread * thread, const GstProfActivityState * state,
    GstClockTime now)
{
  Stack *stack;

  if (now - state->changed < STUCK && thread->n_stacks > 0)
    return;
  stack = &thread->stacks[(thread->n_stacks + MAX_STACKS - 1) % MAX_STACKS];
  if (thread->n_stacks == 0 || stack->from != state->changed) {
    stack = &thread->stacks[thread->n_stacks % MAX_STACKS];
    thread->n_stacks++;
    stack->from = state->changed;
    /* The innermost ones, if there are more. */
    stack->depth = MIN (state->depth, MAX_STACK_DEPTH);
    memcpy (stack->points, state->points + state->depth - stack->depth,
        stack->depth * sizeof (guint));
  }
  stack->to = now;
}

static GstClockTime
take (GstClockTime * from, GstClockTime at_most)
{
  GstClockTime time = MIN (*from, at_most);

  *from -= time;
  return time;
}

/* What a thread waits in that has nothing to do. */
static gboolean
is_idle (const GstProfSegment * segment)
{
  switch (segment->cause) {
    case GST_PROF_CAUSE_UPSTREAM:
    case GST_PROF_CAUSE_DOWNSTREAM:
    case GST_PROF_CAUSE_CLOCK:
    case GST_PROF_CAUSE_PREROLL:
    case GST_PROF_CAUSE_BLOCKED_PAD:
      return !segment->pending;
    default:
      return FALSE;
  }
}

static void
push_segment (GstProfSampler * sampler, Thread * thread,
    GstProfSegment * segment)
{
  GstClockTime length = segment->to - segment->from;

  if (segment->to <= segment->from)
    return;
  segment->frozen = take (&sampler->frozen, length);
  segment->starved = take (&sampler->starved, length - segment->frozen);
  segment->suspended = MIN (sampler->suspended_growth, length);
  segment->starved_throttled = sampler->starved_throttled;
  if (is_idle (segment))
    thread->idle += length - MIN (length, segment->run + segment->frozen
        + segment->starved + segment->suspended);
  gst_prof_history_push (thread->history, segment);
}

/* From the tick before to this one. Where the thread entered or left an element
 * in between, that is where one thing ended and the next began. */
static void
record_segments (GstProfSampler * sampler, Thread * thread,
    const Thread * before, const GstProfActivityState * state,
    const GstProfThreadTimes * growth, GstClockTime kernel, gboolean reclaim,
    GstClockTime now)
{
  GstClockTime frozen = sampler->frozen, starved = sampler->starved;
  GstClockTime run = growth->run, changed = state->changed;
  GstProfSegment last = {
    .from = thread->sampled,
    .to = now,
    .cause = thread->finding.cause,
    .pending = thread->pending,
    .blocked = thread->blocked,
    .condition = thread->blocked && thread->finding.condition,
    .reclaim = reclaim,
    .point = thread->point,
    .home = state->home,
    .call = thread->call.number,
    .object = thread->call.args[0],
    .state = thread->blocked ? thread->letter : 0,
  };
  GstProfSegment first = last;
  gboolean split = changed > thread->sampled && changed < now
      && state->changes != before->state.changes;

  /* It ran last, so that it was blocked first, if it was. */
  if (!split && !thread->blocked && before->blocked) {
    last.cause = before->finding.cause;
    last.condition = before->finding.condition;
    last.pending = FALSE;
    last.call = before->call.number;
    last.object = before->call.args[0];
    last.state = before->letter;
  }
  if (split) {
    first.to = last.from = changed;
    first.point = before->point;
    first.condition = FALSE;
    if (before->blocked) {
      first.cause = before->finding.cause;
      first.condition = before->finding.condition;
      first.pending = FALSE;
      first.blocked = FALSE;
      first.call = before->call.number;
      first.object = before->call.args[0];
      first.state = before->letter;
    } else {
      first.blocked = FALSE;
    }
    if (thread->blocked) {
      first.run = take (&run, first.to - first.from);
      last.run = run;
    } else {
      last.run = take (&run, last.to - last.from);
      first.run = run;
    }
    first.kernel = growth->run ? gst_util_uint64_scale (kernel, first.run,
        growth->run) : 0;
  } else {
    last.run = run;
  }
  last.kernel = kernel - first.kernel;

  /* A delay lies before what it ends with. */
  if (split && thread->blocked)
    first.delay = growth->delay;
  else
    last.delay = growth->delay;
  if (growth->delay > GST_MSECOND) {
    GstClockTime throttled;

    read_throttled (sampler, now);
    throttled = get_throttled (sampler, now - MIN (now, growth->delay
            + (now - thread->sampled)));
    first.throttled = MIN (first.delay, throttled);
    last.throttled = MIN (last.delay, throttled);
  }

  if (split)
    push_segment (sampler, thread, &first);
  push_segment (sampler, thread, &last);
  sampler->frozen = frozen;
  sampler->starved = starved;
}

/* How much of a thread's run time was in the kernel. Its user and system time
 * advance in steps of 10 ms, so that a look may find nothing new: what it ran
 * then is split with the next. */
static GstClockTime
split_run (Thread * thread, const GstProfThreadStat * before,
    GstClockTime run)
{
  GstClockTime system = thread->stat.system - before->system;
  GstClockTime user = thread->stat.user - before->user;

  thread->unsplit += run;
  if (system + user == 0)
    return 0;
  run = thread->unsplit;
  thread->unsplit = 0;
  return gst_util_uint64_scale (run, system, system + user);
}

static void
sample_thread (GstProfSampler * sampler, Thread * thread,
    const GstProfActivityState * state)
{
  static const Thread nothing;
  GstProfThreadTimes times = thread->times, growth = { 0 };
  GstProfThreadStat stat = thread->stat;
  GstClockTime now, kernel = 0;
  gboolean reclaim = FALSE;
  Thread before = nothing;

  thread->seen = TRUE;
  if (!gst_prof_thread_files_read_times (&thread->files, &times)) {
    end_thread (thread);
    return;
  }
  now = gst_prof_clock_now ();
  if (thread->sampled != 0) {
    growth.run = times.run - MIN (thread->times.run, times.run);
    growth.delay = times.delay - MIN (thread->times.delay, times.delay);
    growth.turns = times.turns - MIN (thread->times.turns, times.turns);
  } else {
    thread->first = now;
    thread->first_times = times;
  }

  before.state = thread->state;
  before.call = thread->call;
  before.finding = thread->finding;
  before.blocked = thread->blocked;
  before.point = thread->point;
  before.letter = thread->letter;
  look (sampler, thread, state, growth.run > 0 || growth.turns > 0,
      thread->sampled != 0 && growth.run >= (now - thread->sampled) / 20 * 19);

  /* What a thread that computes computes in, when it does not get on. */
  if (state->changes == thread->state.changes && growth.run > GST_MSECOND
      && !thread->blocked) {
    gst_prof_thread_files_read_stat (&thread->files, &thread->stat);
    kernel = split_run (thread, &stat, growth.run);
  } else {
    thread->unsplit = 0;
  }
  if (thread->stat.major_faults > stat.major_faults
      || (thread->blocked && thread->call.number == GST_PROF_SYSCALL_NONE)) {
    read_pressure (sampler, now);
    reclaim = sampler->pressure_high != 0
        && now - sampler->pressure_high < PRESSURE_LASTS;
  }

  if (thread->sampled != 0)
    record_segments (sampler, thread, &before, state, &growth, kernel, reclaim,
        now);
  keep_stack (thread, state, now);
  thread->state = *state;
  thread->times = times;
  thread->sampled = now;
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
  n = gst_prof_system_list_threads (sampler->listed, MAX_LISTED);
  for (guint i = 0; i < n; i++) {
    gchar comm[16];
    Thread *thread;

    if (sampler->listed[i] == sampler->own_id
        || find_thread (sampler, sampler->listed[i]) != NULL)
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
      end_thread (thread);
    else
      sample_thread (sampler, thread, &nowhere);
  }
}

/* Threads that came to their end, or work for somebody else now. */
static void
end_unseen (GstProfSampler * sampler)
{
  for (guint i = 0; i < sampler->n_threads; i++) {
    Thread *thread = &sampler->threads[i];

    if (!thread->seen && !thread->ended)
      end_thread (thread);
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
    sample_thread (sampler, thread, state);
  }
}

static void
sample_added (GstProfSampler * sampler)
{
  static const GstProfActivityState nowhere;

  for (guint i = 0; i < sampler->n_threads; i++) {
    Thread *thread = &sampler->threads[i];

    if (thread->added && !thread->ended && !thread->seen)
      sample_thread (sampler, thread, &nowhere);
  }
}

static void
tick (GstProfSampler * sampler, GstClockTime now)
{
  sampler->n_states = 0;
  gst_prof_activity_foreach (take_state, sampler);

  g_mutex_lock (&sampler->lock);
  sampler->throttled_read = FALSE;
  judge_process (sampler, now);
  if (now - sampler->refreshed >= REFRESH_INTERVAL) {
    gst_prof_system_refresh (sampler->system);
    read_throttled (sampler, now);
    read_pressure (sampler, now);
    sampler->refreshed = now;
  }
  for (guint i = 0; i < sampler->n_threads; i++)
    sampler->threads[i].seen = FALSE;
  credit_helpers (sampler);
  sample_streaming (sampler);
  sample_added (sampler);
  sample_helpers (sampler, now);
  end_unseen (sampler);
  credit_helpers (sampler);
  sampler->last_tick = now;
  sampler->ticks++;
  g_mutex_unlock (&sampler->lock);
}

static gpointer
run_thread (gpointer data)
{
  GstProfSampler *sampler = data;
  gint64 due = g_get_monotonic_time ();

  sampler->own_id = syscall (SYS_gettid);
  gst_prof_thread_files_open (&sampler->own_files, sampler->own_id);
  gst_prof_thread_files_read_times (&sampler->own_files, &sampler->own_times);
  sampler->suspended = gst_prof_system_read_suspended (sampler->system);
  read_throttled (sampler, gst_prof_clock_now ());
  while (!atomic_load (&sampler->stop)) {
    gint64 interval = sampler->interval / GST_USECOND;

    tick (sampler, gst_prof_clock_now ());
    due = MAX (due + interval, g_get_monotonic_time () + interval / 2);
    g_mutex_lock (&sampler->lock);
    while (!atomic_load (&sampler->stop)
        && g_cond_wait_until (&sampler->cond, &sampler->lock, due));
    g_mutex_unlock (&sampler->lock);
  }
  gst_prof_thread_files_close (&sampler->own_files);
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
  sampler->last_tick = 0;
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

static const GstProfHistory *
get_history (guint64 thread_id, gpointer user_data)
{
  Thread *thread = find_thread (user_data, thread_id);

  return thread ? thread->history : NULL;
}

/* With the coverage locked. */
static guint
get_followers (GstProfCause cause, guint home, guint point,
    guint64 * thread_ids, guint max, gpointer user_data)
{
  GstProfSampler *sampler = user_data;
  guint homes[8], n_homes, n = 0;

  /* In a muxer it waits for what the other pads are to get. */
  if (cause == GST_PROF_CAUSE_UPSTREAM && point != 0)
    return gst_prof_coverage_get_siblings (sampler->coverage, point,
        thread_ids, max);
  if (cause == GST_PROF_CAUSE_UPSTREAM)
    return gst_prof_coverage_get_feeders (sampler->coverage, home, thread_ids,
        max);

  n_homes = gst_prof_coverage_get_drains (sampler->coverage, point, homes,
      G_N_ELEMENTS (homes));
  for (guint i = 0; i < sampler->n_threads && n < max; i++) {
    Thread *thread = &sampler->threads[i];

    for (guint j = 0; j < n_homes && n < max; j++) {
      if (!thread->ended && thread->state.home == homes[j])
        thread_ids[n++] = thread->files.thread_id;
    }
  }
  return n;
}

/* With the coverage locked: the elements of the stack that the thread stood in
 * for the longest time within the interval. */
static void
describe_elements (GstProfSampler * sampler, const Thread * thread,
    GstClockTime from, GstClockTime to, gchar * text, gsize size)
{
  const Stack *longest = NULL;
  GstClockTime most = 0;
  const gchar *last = NULL;
  gsize length = 0;

  for (guint i = 0; i < MIN (thread->n_stacks, MAX_STACKS); i++) {
    const Stack *stack = &thread->stacks[i];
    GstClockTime start = MAX (stack->from, from), end = MIN (stack->to, to);

    if (end > start && end - start > most) {
      most = end - start;
      longest = stack;
    }
  }
  text[0] = '\0';
  for (guint i = 0; longest != NULL && i < longest->depth; i++) {
    const gchar *name =
        gst_prof_coverage_get_name (sampler->coverage, longest->points[i]);

    if (name == NULL || name == last)
      continue;
    length += g_snprintf (text + length, size - length, "%s%s",
        length > 0 ? " > " : "", name);
    if (length >= size)
      break;
    last = name;
  }
}

static void
append_time (GString * text, GstClockTime time)
{
  if (time < GST_SECOND)
    g_string_append_printf (text, "%" G_GUINT64_FORMAT "ms",
        (time + GST_MSECOND / 2) / GST_MSECOND);
  else
    g_string_append_printf (text, "%" G_GUINT64_FORMAT ".%02"
        G_GUINT64_FORMAT "s", time / GST_SECOND,
        time % GST_SECOND / (10 * GST_MSECOND));
}

static void
append_call (GString * text, const GstProfBlameItem * item)
{
  const gchar *name;

  /* What it had been blocked in before says nothing of what it ran. */
  if (item->call < 0 || item->cause == GST_PROF_CAUSE_ON_CPU
      || item->cause == GST_PROF_CAUSE_KERNEL
      || item->cause == GST_PROF_CAUSE_CPU_WAIT
      || item->cause == GST_PROF_CAUSE_CPU_THROTTLED)
    return;
  name = gst_prof_evidence_call_name (item->call);
  if (name != NULL)
    g_string_append_printf (text, " in %s", name);
  else
    g_string_append_printf (text, " in system call %d", item->call);
  if (item->state != 0 && item->state != 'R')
    g_string_append_printf (text, " (state %c)", item->state);
}

/* With the coverage locked. */
static void
describe_evidence (GstProfSampler * sampler, const GstProfBlame * root,
    GstProfExplanation * explanation)
{
  const GstProfBlameItem *item = gst_prof_blame_get_largest (root);
  const gchar *element, *task;
  GString *text;
  Thread *thread;

  explanation->evidence[0] = explanation->root_element[0] = '\0';
  if (item == NULL)
    return;

  text = g_string_new (NULL);
  thread = find_thread (sampler, item->thread_id);
  element = gst_prof_coverage_get_name (sampler->coverage, item->point);
  task = gst_prof_coverage_get_task_name (sampler->coverage, item->home);
  if (element != NULL)
    g_strlcpy (explanation->root_element, element,
        sizeof explanation->root_element);
  else if (task != NULL)
    g_strlcpy (explanation->root_element, task,
        MIN (sizeof explanation->root_element, strcspn (task, ":") + 1));

  if (explanation->root_element[0] != '\0')
    g_string_append_printf (text, "%s: ", explanation->root_element);
  g_string_append (text, gst_prof_cause_get_info (item->cause)->meaning);
  g_string_append (text, " for ");
  append_time (text, gst_prof_blame_get (root, item->cause));
  g_string_append (text, " of ");
  append_time (text, root->wall);
  append_call (text, item);
  if (task != NULL)
    g_string_append_printf (text, "; thread of %s", task);
  else if (thread != NULL && thread->comm[0] != '\0')
    g_string_append_printf (text, "; thread %s", thread->comm);
  g_strlcpy (explanation->evidence, text->str, sizeof explanation->evidence);
  g_string_free (text, TRUE);
}

typedef struct
{
  GstProfCoverage *coverage;
  GQuark stage;
} StageFilter;

static gboolean
is_in_stage (guint point, gpointer user_data)
{
  StageFilter *filter = user_data;

  return gst_prof_coverage_is_in_stage (filter->coverage, point,
      filter->stage);
}

/* With the coverage locked. */
static gboolean
explain_stretch (GstProfSampler * sampler, const GstProfQuestion * question,
    const GstProfStretch * stretch, GstProfExplanation * explanation)
{
  const GstProfBlameFuncs funcs = { get_history, get_followers, sampler };
  StageFilter stage = { sampler->coverage, question->stage };
  GstProfBlameFilter filter = { is_in_stage, &stage };
  const GstProfBlameFilter *wanted = question->stage ? &filter : NULL;
  Thread *thread = find_thread (sampler, stretch->thread_id);
  GstProfBlame blame;

  if (thread == NULL || gst_prof_history_get_length (thread->history) == 0)
    return FALSE;
  gst_prof_blame_thread (thread->history, stretch->thread_id, stretch->from,
      stretch->to, question->live, wanted, &blame);
  /* Too short for the sampler to have seen it there. */
  if (blame.wall < question->duration / 2)
    wanted = NULL;
  if (wanted == NULL)
    gst_prof_blame_thread (thread->history, stretch->thread_id, stretch->from,
        stretch->to, question->live, NULL, &blame);
  gst_prof_blame_merge (&explanation->causes, &blame);
  gst_prof_blame_follow (&funcs, stretch->thread_id, stretch->from,
      stretch->to, question->live, wanted, &blame);
  gst_prof_blame_merge (&explanation->root, &blame);
  if (explanation->elements[0] == '\0')
    describe_elements (sampler, thread, stretch->from, stretch->to,
        explanation->elements, sizeof explanation->elements);
  return TRUE;
}

/*
 * gst_prof_sampler_explain:
 * @sampler: a sampler
 * @question: what is to be explained: %GST_PROF_EXPLANATION_SETTLE ago, unless
 *   it is live
 * @explanation: (out caller-allocates): where it went; untouched on failure
 *
 * Any thread but a streaming thread.
 *
 * Returns: %FALSE when no thread of it was watched
 */
gboolean
gst_prof_sampler_explain (GstProfSampler * sampler,
    const GstProfQuestion * question, GstProfExplanation * explanation)
{
  GstProfExplanation found = { 0 };
  GstProfBlame unknown;
  gboolean known = FALSE;

  g_mutex_lock (&sampler->lock);
  gst_prof_coverage_lock (sampler->coverage);
  for (guint i = 0; i < question->n_stretches; i++) {
    const GstProfStretch *stretch = &question->stretches[i];

    if (explain_stretch (sampler, question, stretch, &found)) {
      known = TRUE;
    } else {
      gst_prof_blame_init (&unknown, stretch->to - stretch->from);
      gst_prof_blame_merge (&found.causes, &unknown);
      gst_prof_blame_merge (&found.root, &unknown);
    }
  }
  if (known && found.causes.wall > 0) {
    gst_prof_blame_scale (&found.causes, question->duration);
    gst_prof_blame_scale (&found.root, question->duration);
    describe_evidence (sampler, &found.root, &found);
    *explanation = found;
  } else {
    known = FALSE;
  }
  gst_prof_coverage_unlock (sampler->coverage);
  g_mutex_unlock (&sampler->lock);
  return known;
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
  return gst_prof_system_describe_missing (sampler->system);
}
