/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * One thread that is looked at again and again: what it did between two looks
 * becomes segments of its history (gstprofthreadstep.c). Owns the thread's files,
 * history and stuck stacks, and whom it works for. Belongs to whoever looks, who
 * serializes.
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
  thread->found.blocked = FALSE;
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
  return again || thread->found.call.number == GST_PROF_SYSCALL_NONE
      || !(gst_prof_evidence_is_futex (thread->found.call.number)
      || gst_prof_evidence_is_poll (thread->found.call.number));
}

static void
look_closer (GstProfSampledThread * thread, const GstProfLook * look,
    guint home, gboolean again)
{
  GstProfThreadFound *found = &thread->found;
  GstProfObservation o = {.call = found->call };
  guint64 address = 0;

  found->letter = 0;
  if (is_letter_wanted (thread, again)
      && gst_prof_thread_files_read_stat (&thread->files, &thread->stat))
    found->letter = thread->stat.state;
  o.state = found->letter;
  if (gst_prof_evidence_takes_fd (found->call.number))
    o.file = gst_prof_system_get_file_kind (found->call.args[0]);
  if (gst_prof_evidence_is_path (found->call.number))
    gst_prof_system_read_wchan (thread->thread_id, o.wchan);
  if (gst_prof_evidence_is_futex (found->call.number))
    address = found->call.args[0];
  o.place.inside = found->point != 0;
  if (look->coverage != NULL) {
    gst_prof_coverage_lock (look->coverage);
    gst_prof_coverage_describe (look->coverage, found->point, home, address,
        &o.place);
    gst_prof_coverage_unlock (look->coverage);
  }
  if (address != 0 && gst_prof_system_is_gil (look->holdup->system, address))
    o.place.object = GST_PROF_WAIT_GIL;
  found->finding = gst_prof_evidence_classify (&o);
  /* To be stopped it ran a little: so it has been since it ran last. */
  if (again && (o.state == 't' || o.state == 'T'))
    gst_prof_history_rename_since (thread->history, thread->since,
        found->finding.cause);
  /* A helper has no place in the pipeline: it waits for work. */
  if (thread->helper && (found->finding.cause == GST_PROF_CAUSE_UPSTREAM
          || found->finding.cause == GST_PROF_CAUSE_DOWNSTREAM))
    found->finding.cause = GST_PROF_CAUSE_UNKNOWN;
}

/* Whether a thread that is blocked can be taken to be so still. It has not run;
 * that it is ready to run by now would be seen a few looks later, and is
 * credited exactly when it has run. Where the process lacks a CPU that is likely. */
static gboolean
is_still_blocked (const GstProfSampledThread * thread, const GstProfLook * look,
    guint point, gboolean ran)
{
  return !ran && thread->sampled != 0 && thread->found.blocked
      && point == thread->found.point && look->holdup->starved == 0
      && look->number % BLOCKED_LOOKS != thread->thread_id % BLOCKED_LOOKS;
}

/* Links are learnt some time after they are made: whoever waits behind one that is
 * not known yet waits at an address that is in no element, and with the counter of
 * its condition at 2 that looks like a lock, for as long as it does not move. */
static gboolean
is_to_be_looked_at_again (const GstProfSampledThread * thread,
    GstClockTime now)
{
  return (thread->found.letter == 0 && now - thread->since >= LONG_WAIT)
      || thread->found.finding.cause == GST_PROF_CAUSE_LOCK;
}

/* What the thread does now. */
static void
look_at (GstProfSampledThread * thread, const GstProfLook * look,
    const GstProfActivityState * state, gboolean ran, gboolean all_run,
    GstClockTime now)
{
  GstProfThreadFound *found = &thread->found;
  GstProfThreadCall call = {.number = GST_PROF_SYSCALL_RUNNING };
  guint point = state->depth > 0 ? state->points[state->depth - 1] : 0;
  gboolean same;

  if (is_still_blocked (thread, look, point, ran))
    return;
  /* On a CPU all the time: there is nothing to read. */
  if (!all_run)
    gst_prof_thread_files_read_call (&thread->files, &call);
  same = !ran && thread->sampled != 0 && point == found->point
      && call.number == found->call.number
      && call.args[0] == found->call.args[0];
  if (!same)
    thread->since = now;
  found->call = call;
  found->point = point;
  found->event = state->is_event;
  found->blocked = call.number != GST_PROF_SYSCALL_RUNNING
      && call.number != GST_PROF_SYSCALL_UNREADABLE;
  found->pending = call.number == GST_PROF_SYSCALL_RUNNING && !all_run;
  if (found->blocked && (!same || is_to_be_looked_at_again (thread, now)))
    look_closer (thread, look, state->home, same);
  else if (!found->blocked)
    found->finding = (GstProfFinding) { GST_PROF_CAUSE_UNKNOWN, FALSE };
}

static void
keep_stack (GstProfSampledThread * thread, const GstProfActivityState * state,
    GstClockTime now)
{
  GstProfStuckStack *stack;

  if (now - state->changed < STUCK && thread->n_stacks > 0)
    return;
  stack = &thread->stacks[(thread->n_stacks
          + GST_PROF_SAMPLED_THREAD_STACKS - 1)
      % GST_PROF_SAMPLED_THREAD_STACKS];
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

/* While the process is held up nobody looks: that is neither work nor waiting. */
static GstClockTime
get_looked (const GstProfHoldup * holdup, GstClockTime time)
{
  return time - MIN (time, holdup->frozen + holdup->starved
      + holdup->suspended);
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
  const GstProfThreadFound *found = &thread->found;
  GstClockTime time = get_looked (look->holdup, elapsed), run = 0, waited = 0;
  gboolean inside = found->point != 0;

  if (look->coverage == NULL || time == 0)
    return;
  if (found->blocked && gst_prof_thread_step_is_idle (found->finding.cause))
    waited = time;
  else if (!found->blocked && growth->run > 0)
    run = gst_util_uint64_scale (time, growth->run,
        growth->run + growth->delay);
  gst_prof_coverage_lock (look->coverage);
  gst_prof_coverage_add_look (look->coverage,
      inside ? found->point : thread->home, inside, time, run, waited);
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
  const GstProfThreadFound before = thread->found;
  GstProfThreadStep step;

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
  if (state->changes == thread->changes && !thread->found.blocked)
    kernel = split_run (thread, growth.run);
  else
    thread->unsplit = 0;
  if (thread->stat.major_faults > faults || (thread->found.blocked
          && thread->found.call.number == GST_PROF_SYSCALL_NONE))
    reclaim = gst_prof_holdup_is_memory_short (look->holdup, now);

  if (thread->sampled != 0) {
    back = take_back (thread, &growth);
    step = (GstProfThreadStep) {
      .from = thread->sampled, .to = now, .before = &before,
      .now = &thread->found, .home = state->home,
      .changed = state->changes != thread->changes ? state->changed : 0,
      .growth = growth, .kernel = kernel, .reclaim = reclaim,
    };
    idle = gst_prof_thread_step_record (&step, look->holdup, thread->history,
        &thread->presumed);
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
