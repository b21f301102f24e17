/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * One thread that is looked at again and again: what it did between two looks
 * becomes segments of its history. Owns the thread's files, history and stuck
 * stacks, and whom it works for. Belongs to whoever looks, who serializes.
 *
 * Cheap evidence is read at each look: activity, CPU clock, schedstat. The
 * expensive kind (state, what a descriptor or an address is) only where the
 * thread is blocked and the cheap kind says that something changed. Nothing here
 * allocates, but for a thread that is new.
 */

#include "gstprofsampledthread.h"

#include "gstprofclock.h"

#include <string.h>

/* Segments kept of a thread: 20 s of the busiest kind, in 220 kB. */
#define HISTORY_SIZE 2048

/* When a thread stands still that long, its stack is kept. */
#define STUCK (30 * GST_MSECOND)

/* Every so many looks a thread that was blocked and has not run is looked at
 * closely again. */
#define BLOCKED_LOOKS 4

/* Whoever waits for the next frame waits less, at the usual rates. */
#define LONG_WAIT (45 * GST_MSECOND)

/* How often times are read that do not come at once. */
#define MAX_READS 3

/* What the thread was in at the look before. */
typedef struct
{
  GstProfThreadCall call;
  GstProfFinding finding;
  gboolean blocked;
  gchar letter;
  guint point;
  guint64 changes;
} Before;

/*
 * gst_prof_sampled_thread_new:
 * @thread_id: a thread of this process
 *
 * Returns: (transfer full): a thread that is not looked at yet
 */
GstProfSampledThread *
gst_prof_sampled_thread_new (guint64 thread_id)
{
  GstProfSampledThread *thread = g_new0 (GstProfSampledThread, 1);

  thread->thread_id = thread_id;
  thread->files = GST_PROF_THREAD_FILES_NONE;
  return thread;
}

/*
 * gst_prof_sampled_thread_free:
 * @thread: (transfer full): a thread
 */
void
gst_prof_sampled_thread_free (GstProfSampledThread * thread)
{
  gst_prof_sampled_thread_end (thread);
  gst_prof_history_free (thread->history);
  g_free (thread);
}

/*
 * gst_prof_sampled_thread_begin:
 * @thread: a thread
 *
 * It will be looked at. What is known of it stays.
 */
void
gst_prof_sampled_thread_begin (GstProfSampledThread * thread)
{
  if (thread->watched)
    return;
  thread->watched = TRUE;
  if (thread->history == NULL)
    thread->history = gst_prof_history_new (HISTORY_SIZE);
  thread->sampled = 0;
  thread->blocked = FALSE;
  thread->presumed = 0;
  thread->times = (GstProfThreadTimes) {
  0};
  gst_prof_thread_files_open (&thread->files, thread->thread_id);
  gst_prof_system_read_comm (thread->thread_id, thread->comm);
}

/*
 * gst_prof_sampled_thread_end:
 * @thread: a thread that has ended, or that is not to be looked at any more
 *
 * What is known of it stays.
 */
void
gst_prof_sampled_thread_end (GstProfSampledThread * thread)
{
  if (!thread->watched)
    return;
  thread->watched = FALSE;
  gst_prof_thread_files_close (&thread->files);
}

/* The state letter costs as much as all the rest. Of a thread that waits in the
 * ordinary way it is read when it has done so for longer than from one frame to
 * the next: then something may have stopped it. */
static gboolean
is_letter_wanted (const GstProfSampledThread * thread, gboolean again)
{
  return again || thread->call.number == GST_PROF_SYSCALL_NONE
      || !(gst_prof_evidence_is_futex (thread->call.number)
      || gst_prof_evidence_is_poll (thread->call.number));
}

static void
look_closer (GstProfSampledThread * thread, const GstProfLook * look,
    guint home, gboolean again)
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
    gst_prof_system_read_wchan (thread->thread_id, o.wchan);
  if (gst_prof_evidence_is_futex (thread->call.number))
    address = thread->call.args[0];
  o.place.inside = thread->point != 0;
  if (look->coverage != NULL) {
    gst_prof_coverage_lock (look->coverage);
    gst_prof_coverage_describe (look->coverage, thread->point, home, address,
        &o.place);
    gst_prof_coverage_unlock (look->coverage);
  }
  if (address != 0 && gst_prof_system_is_gil (look->holdup->system, address))
    o.place.object = GST_PROF_WAIT_GIL;
  thread->finding = gst_prof_evidence_classify (&o);
  /* To be stopped it ran a little: so it has been since it ran last. */
  if (again && (o.state == 't' || o.state == 'T'))
    gst_prof_history_rename_since (thread->history, thread->since,
        thread->finding.cause);
  /* A helper has no place in the pipeline: it waits for work. */
  if (thread->helper && (thread->finding.cause == GST_PROF_CAUSE_UPSTREAM
          || thread->finding.cause == GST_PROF_CAUSE_DOWNSTREAM))
    thread->finding.cause = GST_PROF_CAUSE_UNKNOWN;
}

/* Whether a thread that is blocked can be taken to be so still. It has not run;
 * that it is ready to run by now would be seen a few looks later, and is
 * credited exactly when it has run. Where the process lacks a CPU that is likely. */
static gboolean
is_still_blocked (const GstProfSampledThread * thread, const GstProfLook * look,
    guint point, gboolean ran)
{
  return !ran && thread->sampled != 0 && thread->blocked
      && point == thread->point && look->holdup->starved == 0
      && look->number % BLOCKED_LOOKS != thread->thread_id % BLOCKED_LOOKS;
}

/* Links are learnt some time after they are made: whoever waits behind one that is
 * not known yet waits at an address that is in no element, and with the counter of
 * its condition at 2 that looks like a lock, for as long as it does not move. */
static gboolean
is_to_be_looked_at_again (const GstProfSampledThread * thread,
    GstClockTime now)
{
  return (thread->letter == 0 && now - thread->since >= LONG_WAIT)
      || thread->finding.cause == GST_PROF_CAUSE_LOCK;
}

/* What the thread does now. */
static void
look_at (GstProfSampledThread * thread, const GstProfLook * look,
    const GstProfActivityState * state, gboolean ran, gboolean all_run,
    GstClockTime now)
{
  GstProfThreadCall call = {.number = GST_PROF_SYSCALL_RUNNING };
  guint point = state->depth > 0 ? state->points[state->depth - 1] : 0;
  gboolean same;

  if (is_still_blocked (thread, look, point, ran))
    return;
  /* On a CPU all the time: there is nothing to read. */
  if (!all_run)
    gst_prof_thread_files_read_call (&thread->files, &call);
  same = !ran && point == thread->point && call.number == thread->call.number
      && call.args[0] == thread->call.args[0] && thread->sampled != 0;
  if (!same)
    thread->since = now;
  thread->call = call;
  thread->point = point;
  thread->blocked = call.number != GST_PROF_SYSCALL_RUNNING
      && call.number != GST_PROF_SYSCALL_UNREADABLE;
  thread->pending = call.number == GST_PROF_SYSCALL_RUNNING && !all_run;
  if (thread->blocked && (!same || is_to_be_looked_at_again (thread, now)))
    look_closer (thread, look, state->home, same);
  else if (!thread->blocked)
    thread->finding = (GstProfFinding) { GST_PROF_CAUSE_UNKNOWN, FALSE };
}

static void
keep_stack (GstProfSampledThread * thread, const GstProfActivityState * state,
    GstClockTime now)
{
  GstProfStuckStack *stack;

  if (now - state->changed < STUCK && thread->n_stacks > 0)
    return;
  stack = &thread->stacks[(thread->n_stacks + GST_PROF_SAMPLED_THREAD_STACKS - 1) % GST_PROF_SAMPLED_THREAD_STACKS];
  if (thread->n_stacks == 0 || stack->from != state->changed) {
    stack = &thread->stacks[thread->n_stacks % GST_PROF_SAMPLED_THREAD_STACKS];
    thread->n_stacks++;
    stack->from = state->changed;
    /* The innermost ones, if there are more. */
    stack->depth = MIN (state->depth, GST_PROF_SAMPLED_THREAD_STACK_DEPTH);
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
is_idle (GstProfCause cause)
{
  switch (cause) {
    case GST_PROF_CAUSE_UPSTREAM:
    case GST_PROF_CAUSE_DOWNSTREAM:
    case GST_PROF_CAUSE_CLOCK:
    case GST_PROF_CAUSE_PREROLL:
    case GST_PROF_CAUSE_BLOCKED_PAD:
      return TRUE;
    default:
      return FALSE;
  }
}

/* While the process is held up nobody looks: that is neither work nor waiting. */
static GstClockTime
get_looked (const GstProfHoldup * holdup, GstClockTime time)
{
  return time - MIN (time, holdup->frozen + holdup->starved
      + holdup->suspended);
}

/* How much of what was looked at of a segment the thread waited in that. Who is
 * found ready to run may be so only just now. For how long is known when he has
 * run: until then he is taken to have waited. */
static GstClockTime
get_idle (GstProfSampledThread * thread, const GstProfSegment * s)
{
  GstClockTime length = s->to - s->from;
  GstClockTime looked = length - MIN (length,
      s->frozen + s->starved + s->suspended);
  GstClockTime idle = gst_util_uint64_scale (looked,
      length - MIN (length, s->run + (s->pending ? s->delay : 0)), length);

  if (s->pending)
    thread->presumed += idle;
  return s->pending || is_idle (s->cause) ? idle : 0;
}

/* Returns: how much of it the thread had nothing to do */
static GstClockTime
push_segment (GstProfSampledThread * thread, const GstProfLook * look,
    GstProfSegment * segment)
{
  GstClockTime length = segment->to - segment->from;

  if (segment->to <= segment->from)
    return 0;
  segment->frozen = take (&look->holdup->frozen, length);
  segment->starved = take (&look->holdup->starved, length - segment->frozen);
  segment->suspended = MIN (look->holdup->suspended, length);
  segment->starved_throttled = look->holdup->starved_throttled;
  gst_prof_history_push (thread->history, segment);
  return get_idle (thread, segment);
}

/* From the look before to this one. Where the thread entered or left an element
 * in between, that is where one thing ended and the next began. Returns how much
 * of it the thread had nothing to do. */
static GstClockTime
record_segments (GstProfSampledThread * thread, const GstProfLook * look,
    const Before * before, const GstProfActivityState * state,
    const GstProfThreadTimes * growth, GstClockTime kernel, gboolean reclaim,
    GstClockTime now)
{
  GstClockTime frozen = look->holdup->frozen, starved = look->holdup->starved;
  GstClockTime run = growth->run, changed = state->changed, idle = 0;
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
      && state->changes != before->changes;

  /* Who is blocked has been told by the kernel for how long he lacked a CPU. */
  if (thread->blocked)
    look->holdup->starved = 0;
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
  last.stolen = MIN (last.to - last.from - MIN (last.to - last.from, last.run),
      gst_prof_holdup_take_steal (look->holdup, gst_prof_evidence_get_lost
          (growth, now - thread->sampled, before->blocked, thread->blocked)));

  /* A delay lies before what it ends with. */
  if (split && thread->blocked)
    first.delay = growth->delay;
  else
    last.delay = growth->delay;
  if (growth->delay > GST_MSECOND) {
    GstClockTime throttled;

    gst_prof_holdup_read_throttled (look->holdup, now);
    throttled = gst_prof_holdup_get_throttled (look->holdup, now - MIN (now, growth->delay
            + (now - thread->sampled)));
    first.throttled = MIN (first.delay, throttled);
    last.throttled = MIN (last.delay, throttled);
  }

  if (split)
    idle += push_segment (thread, look, &first);
  idle += push_segment (thread, look, &last);
  look->holdup->frozen = frozen;
  look->holdup->starved = starved;
  return idle;
}

/* How much of what a thread ran since the look before was in the kernel. Its user
 * and system time advance in steps of 10 ms, so that a look may find nothing new:
 * what it ran then is split with the next, and the history is told. */
static GstClockTime
split_run (GstProfSampledThread * thread, GstClockTime run)
{
  const GstProfThreadStat before = thread->stat;
  GstClockTime system, user, kernel, last;

  if (thread->unsplit == 0)
    thread->unsplit_since = thread->sampled;
  thread->unsplit += run;
  if (run <= GST_MSECOND)
    return 0;
  gst_prof_thread_files_read_stat (&thread->files, &thread->stat);
  system = thread->stat.system - before.system;
  user = thread->stat.user - before.user;
  if (system + user == 0)
    return 0;
  kernel = gst_util_uint64_scale (thread->unsplit, system, system + user);
  last = gst_util_uint64_scale (kernel, run, thread->unsplit);
  gst_prof_history_add_kernel (thread->history, thread->unsplit_since,
      kernel - last);
  thread->unsplit = 0;
  return last;
}

/* That it was ready without a CPU has come to be known. */
static GstClockTime
take_back (GstProfSampledThread * thread, const GstProfThreadTimes * growth)
{
  GstClockTime back = MIN (thread->presumed, growth->delay);

  if (growth->run > 0 || growth->turns > 0)
    thread->presumed = 0;
  return back;
}

/* To the pad that the thread is in now, or that it came in by last, goes all the
 * time since the look before: short visits are met rarely and count for more, so
 * that over many looks it is right for all. Were only the time of a visit that is
 * met counted, long ones would weigh too much. */
static void
credit_visits (const GstProfSampledThread * thread, const GstProfLook * look,
    const GstProfThreadTimes * growth, GstClockTime elapsed)
{
  GstClockTime time = get_looked (look->holdup, elapsed), run = 0, waited = 0;
  gboolean inside = thread->point != 0;

  if (look->coverage == NULL || time == 0)
    return;
  if (thread->blocked && is_idle (thread->finding.cause))
    waited = time;
  else if (!thread->blocked && growth->run > 0)
    run = gst_util_uint64_scale (time, growth->run,
        growth->run + growth->delay);
  gst_prof_coverage_lock (look->coverage);
  gst_prof_coverage_add_look (look->coverage,
      inside ? thread->point : thread->home, inside, time, run, waited);
  gst_prof_coverage_unlock (look->coverage);
}

static GstProfThreadTimes
get_growth (const GstProfThreadTimes * from, const GstProfThreadTimes * to)
{
  return (GstProfThreadTimes) {
  to->run - MIN (from->run, to->run),
        to->delay - MIN (from->delay, to->delay),
        to->turns - MIN (from->turns, to->turns)};
}

/* What the thread has run, and when it was that much: of times that are read while
 * the one who reads gets no CPU that is not known. */
static gboolean
read_times (GstProfSampledThread * thread, GstProfThreadTimes * times,
    GstClockTime * now)
{
  GstClockTime before = gst_prof_clock_now ();

  for (guint i = 0; i < MAX_READS; i++) {
    if (!gst_prof_thread_files_read_times (&thread->files, times))
      return FALSE;
    *now = gst_prof_clock_now ();
    if (*now - before < GST_MSECOND)
      break;
    before = *now;
  }
  return TRUE;
}

/*
 * gst_prof_sampled_thread_look:
 * @thread: a thread that is watched
 * @look: who looks
 * @state: what it is in
 *
 * Reads what the kernel says of the thread, and adds to its history what it did
 * since the look before.
 */
void
gst_prof_sampled_thread_look (GstProfSampledThread * thread,
    const GstProfLook * look, const GstProfActivityState * state)
{
  GstProfThreadTimes times = thread->times, growth = { 0 };
  guint64 faults = thread->stat.major_faults;
  GstClockTime now, elapsed = 0, kernel = 0, back, idle;
  gboolean reclaim = FALSE;
  GstProfThreadShare did;
  Before before = {
    thread->call, thread->finding, thread->blocked, thread->letter,
    thread->point, thread->changes
  };

  thread->seen = look->number;
  thread->home = state->home;
  if (!read_times (thread, &times, &now)) {
    thread->gone = TRUE;
    return;
  }
  if (thread->sampled != 0) {
    elapsed = now - thread->sampled;
    growth = get_growth (&thread->times, &times);
  }
  look_at (thread, look, state, growth.run > 0 || growth.turns > 0,
      thread->sampled != 0 && growth.run >= elapsed / 20 * 19, now);

  /* What a thread that computes computes in, when it does not get on. */
  if (state->changes == thread->changes && !thread->blocked)
    kernel = split_run (thread, growth.run);
  else
    thread->unsplit = 0;
  if (thread->stat.major_faults > faults
      || (thread->blocked && thread->call.number == GST_PROF_SYSCALL_NONE)) {
    reclaim = gst_prof_holdup_is_memory_short (look->holdup, now);
  }

  if (thread->sampled != 0) {
    back = take_back (thread, &growth);
    idle = record_segments (thread, look, &before, state, &growth, kernel,
        reclaim, now);
    did = (GstProfThreadShare) {
      .watched = elapsed, .run = growth.run, .delay = growth.delay,
      .looked = get_looked (look->holdup, elapsed), .idle = idle
    };
    gst_prof_thread_shares_credit (&thread->shares, &did, back);
    credit_visits (thread, look, &growth, elapsed);
  }
  keep_stack (thread, state, now);
  thread->changes = state->changes;
  thread->times = times;
  thread->sampled = now;
}
