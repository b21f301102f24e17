/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What a thread did from one look to the next, as segments of its history: one,
 * or two where it entered or left an element in between. Owns nothing; takes
 * from what held up the process what is credited. Passive: whoever looks.
 */

#include "gstprofthreadstep.h"

static GstClockTime
take (GstClockTime * from, GstClockTime at_most)
{
  GstClockTime time = MIN (*from, at_most);

  *from -= time;
  return time;
}

/*
 * gst_prof_thread_step_is_idle:
 * @cause: what a thread waits for
 *
 * Returns: whether it has nothing to do meanwhile
 */
gboolean
gst_prof_thread_step_is_idle (GstProfCause cause)
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

/* How much of what was looked at of a segment the thread waited in that. Who is
 * found ready to run may be so only just now. For how long is known when he has
 * run: until then he is taken to have waited. */
static GstClockTime
get_idle (const GstProfSegment * s, GstClockTime * presumed)
{
  GstClockTime length = s->to - s->from;
  GstClockTime looked = length - MIN (length,
      s->frozen + s->starved + s->suspended);
  GstClockTime idle = gst_util_uint64_scale (looked,
      length - MIN (length, s->run + (s->pending ? s->delay : 0)), length);

  if (s->pending)
    *presumed += idle;
  return s->pending || gst_prof_thread_step_is_idle (s->cause) ? idle : 0;
}

/* Returns: how much of it the thread had nothing to do */
static GstClockTime
push_segment (GstProfHistory * history, GstProfHoldup * holdup,
    GstProfSegment * segment, GstClockTime * presumed)
{
  GstClockTime length = segment->to - segment->from;

  if (segment->to <= segment->from)
    return 0;
  segment->frozen = take (&holdup->frozen, length);
  segment->starved = take (&holdup->starved, length - segment->frozen);
  segment->suspended = MIN (holdup->suspended, length);
  segment->starved_throttled = holdup->starved_throttled;
  gst_prof_history_push (history, segment);
  return get_idle (segment, presumed);
}

/* It was in that, and ran after it. */
static void
set_waited (GstProfSegment * segment, const GstProfThreadFound * found)
{
  segment->cause = found->finding.cause;
  segment->condition = found->finding.condition;
  segment->pending = FALSE;
  segment->call = found->call.number;
  segment->object = found->call.args[0];
  segment->state = found->letter;
}

/* Where the thread entered or left an element in between, that is where one thing
 * ended and the next began. Who is blocked now ran first, else last. */
static void
split (const GstProfThreadStep * self, GstProfSegment * first,
    GstProfSegment * last)
{
  GstClockTime run = self->growth.run;

  first->to = last->from = self->changed;
  first->point = self->before->point;
  first->event = self->before->event;
  first->condition = FALSE;
  first->blocked = FALSE;
  if (self->before->blocked)
    set_waited (first, self->before);
  if (self->now->blocked) {
    first->run = take (&run, first->to - first->from);
    last->run = run;
  } else {
    last->run = take (&run, last->to - last->from);
    first->run = run;
  }
  if (self->growth.run > 0)
    first->kernel = gst_util_uint64_scale (self->kernel, first->run,
        self->growth.run);
}

/* A delay lies before what it ends with. */
static void
spread_delay (const GstProfThreadStep * self, GstProfHoldup * holdup,
    gboolean is_split, GstProfSegment * first, GstProfSegment * last)
{
  GstClockTime delay = self->growth.delay, throttled;

  if (is_split && self->now->blocked)
    first->delay = delay;
  else
    last->delay = delay;
  if (delay <= GST_MSECOND)
    return;
  gst_prof_holdup_read_throttled (holdup, self->to);
  throttled = gst_prof_holdup_get_throttled (holdup,
      self->to - MIN (self->to, delay + (self->to - self->from)));
  first->throttled = MIN (first->delay, throttled);
  last->throttled = MIN (last->delay, throttled);
}

/*
 * gst_prof_thread_step_record:
 * @self: a step
 * @holdup: what held up the process in it; is read further where that takes it
 * @history: the thread's
 * @presumed: (inout): idle time that is only presumed, which may grow,
 *   nanoseconds
 *
 * Adds what the thread did to its history.
 *
 * Returns: how much of it the thread had nothing to do
 */
GstClockTime
gst_prof_thread_step_record (const GstProfThreadStep * self,
    GstProfHoldup * holdup, GstProfHistory * history, GstClockTime * presumed)
{
  const GstProfThreadFound *now = self->now;
  GstClockTime frozen = holdup->frozen, starved = holdup->starved;
  GstClockTime length, idle = 0;
  GstProfSegment last = {
    .from = self->from,
    .to = self->to,
    .cause = now->finding.cause,
    .pending = now->pending,
    .blocked = now->blocked,
    .condition = now->blocked && now->finding.condition,
    .reclaim = self->reclaim,
    .point = now->point,
    .event = now->event,
    .home = self->home,
    .call = now->call.number,
    .object = now->call.args[0],
    .state = now->blocked ? now->letter : 0,
  };
  GstProfSegment first = last;
  gboolean is_split = self->changed > self->from && self->changed < self->to;

  /* Who is blocked has been told by the kernel for how long he lacked a CPU. */
  if (now->blocked)
    holdup->starved = 0;
  if (is_split) {
    split (self, &first, &last);
  } else {
    last.run = self->growth.run;
    /* It ran last, so that it was blocked first, if it was. */
    if (!now->blocked && self->before->blocked)
      set_waited (&last, self->before);
  }
  last.kernel = self->kernel - first.kernel;
  length = last.to - last.from;
  last.stolen = MIN (length - MIN (length, last.run),
      gst_prof_holdup_take_steal (holdup, gst_prof_evidence_get_lost
          (&self->growth, self->to - self->from, self->before->blocked,
              now->blocked)));
  spread_delay (self, holdup, is_split, &first, &last);

  if (is_split)
    idle += push_segment (history, holdup, &first, presumed);
  idle += push_segment (history, holdup, &last, presumed);
  holdup->frozen = frozen;
  holdup->starved = starved;
  return idle;
}
