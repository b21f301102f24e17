/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * When something passed a pad: the last times to 16 us, those before in steps of a
 * quarter of a second, and long silences exactly as far as they are remembered. So
 * it can be said afterwards that nothing came out of an element, and what had come
 * in meanwhile. Passive, time comes in.
 */

#include "gstprofpassed.h"

#define TICK_SHIFT 14
#define TICK (G_GUINT64_CONSTANT (1) << TICK_SHIFT)

/* The next tick: nothing looks as if it had come earlier than it did, such as into
 * a silence that it ended. */
static guint64
to_ticks (const GstProfPassed * passed, GstClockTime time)
{
  return (time - passed->first + TICK - 1) >> TICK_SHIFT;
}

/* Whoever came at that time may look as if it had come up to a tick later. */
static gboolean
is_after (GstClockTime time, GstClockTime from)
{
  return time >= from + TICK;
}

static GstClockTime
from_ticks (const GstProfPassed * passed, guint32 ticks)
{
  return passed->first + ((GstClockTime) ticks << TICK_SHIFT);
}

/* The last one is known to the nanosecond. */
static GstClockTime
get_time (const GstProfPassed * passed, guint64 number)
{
  return number + 1 == passed->n ? passed->last
      : from_ticks (passed, passed->times[number % GST_PROF_PASSED_KEPT]);
}

static guint64
get_first_step (const GstProfPassed * passed)
{
  return passed->n_steps - MIN (passed->n_steps, GST_PROF_PASSED_STEPS);
}

static const GstProfPassedStep *
get_step (const GstProfPassed * passed, guint64 number)
{
  return &passed->steps[number % GST_PROF_PASSED_STEPS];
}

/* A step that is being walked to, from the first one that is kept. */
typedef struct
{
  guint64 number;
  guint64 before;               /* how many had passed before */
  guint32 time;                 /* when the first of it did, ticks */
} Step;

/* Where all of them end is known. */
static Step
find_first_step (const GstProfPassed * passed)
{
  Step first = { get_first_step (passed), passed->n, passed->step_time };

  for (guint64 i = first.number; i < passed->n_steps; i++) {
    first.before -= get_step (passed, i)->n;
    if (i > first.number)
      first.time -= get_step (passed, i)->after;
  }
  return first;
}

/* After the last one, what is told of its time is nothing. */
static Step
get_next_step (const GstProfPassed * passed, const Step * step)
{
  return (Step) {
    step->number + 1,
    step->before + get_step (passed, step->number)->n,
    step->time + get_step (passed, step->number + 1)->after,
  };
}

static void
push_step (GstProfPassed * passed, guint16 after, guint16 n)
{
  passed->steps[passed->n_steps++ % GST_PROF_PASSED_STEPS] =
      (GstProfPassedStep) { after, n };
}

/* What is longer ago than all the steps reach is as good as that long ago. */
static void
begin_step (GstProfPassed * passed, guint32 time)
{
  guint32 after = time - passed->step_time;

  for (guint i = 0; i < MIN (after / G_MAXUINT16, GST_PROF_PASSED_STEPS); i++)
    push_step (passed, G_MAXUINT16, 0);
  push_step (passed, after % G_MAXUINT16, 0);
  passed->step_time = time;
}

static void
add_to_step (GstProfPassed * passed, GstClockTime time)
{
  if (passed->n_steps == 0
      || get_step (passed, passed->n_steps - 1)->n == G_MAXUINT16
      || time >= from_ticks (passed, passed->step_time) + GST_PROF_PASSED_STEP)
    begin_step (passed, to_ticks (passed, time));
  passed->steps[(passed->n_steps - 1) % GST_PROF_PASSED_STEPS].n++;
}

/*
 * gst_prof_passed_add:
 * @passed: what passed
 * @time: when one more did, CLOCK_MONOTONIC nanoseconds
 */
void
gst_prof_passed_add (GstProfPassed * passed, GstClockTime time)
{
  /* Two threads that pull. */
  time = MAX (time, passed->last);
  if (passed->n == 0 || to_ticks (passed, time) > G_MAXUINT32)
    *passed = (GstProfPassed) {.first = time };
  else if (time - passed->last >= GST_PROF_PASSED_SILENCE)
    passed->silences[passed->n_silences++ % GST_PROF_PASSED_SILENCES] =
        (GstProfPassedSilence) { passed->last, time };
  add_to_step (passed, time);
  passed->times[passed->n++ % GST_PROF_PASSED_KEPT] = to_ticks (passed, time);
  passed->last = time;
}

static GstClockTime
get_overlap (const GstProfPassedSilence * silence, GstClockTime from,
    GstClockTime to)
{
  from = MAX (from, silence->from);
  to = MIN (to, silence->to);
  return to > from ? to - from : 0;
}

/*
 * gst_prof_passed_find_silence:
 * @passed: what passed
 * @from: begin of an interval, CLOCK_MONOTONIC nanoseconds
 * @to: its end
 * @now: the time; a silence that goes on reaches as far
 * @silence: (out): the one that takes most of the interval; untouched on failure
 *
 * Returns: %FALSE when none takes half of it
 */
gboolean
gst_prof_passed_find_silence (const GstProfPassed * passed, GstClockTime from,
    GstClockTime to, GstClockTime now, GstProfPassedSilence * silence)
{
  guint64 first = passed->n_silences - MIN (passed->n_silences,
      GST_PROF_PASSED_SILENCES);
  GstProfPassedSilence open = { 0, now };
  GstClockTime most = 0;

  if (passed->n == 0)
    return FALSE;
  open.from = passed->last;
  for (guint64 i = first; i <= passed->n_silences; i++) {
    const GstProfPassedSilence *other = i == passed->n_silences ? &open
        : &passed->silences[i % GST_PROF_PASSED_SILENCES];
    GstClockTime time = get_overlap (other, from, to);

    if (time <= most || time < (to - from) / 2)
      continue;
    most = time;
    *silence = *other;
  }
  return most > 0;
}

/* Adds one mark: @more passed since the last one, the last of them at @time. */
static void
add_mark (GstProfPassedCount * count, GstClockTime * last, GstClockTime time,
    guint64 more)
{
  /* That before may be rounded up, and the very last one is not. */
  time = MAX (time, *last);
  count->pause = MAX (count->pause, time - *last);
  count->n += more;
  *last = time;
}

/* What passed before @until, by the steps, which begin before. */
static void
count_steps (const GstProfPassed * passed, guint64 kept, GstClockTime from,
    GstClockTime until, GstProfPassedCount * count, GstClockTime * last)
{
  Step step = find_first_step (passed), next;

  for (; step.number < passed->n_steps; step = next) {
    GstClockTime time = from_ticks (passed, step.time);
    gboolean is_cut = FALSE;

    next = get_next_step (passed, &step);
    if (step.before >= kept || time >= until)
      return;
    if (next.number < passed->n_steps)
      is_cut = from_ticks (passed, next.time) >= until;
    /* What came after the step's own is not known to be within the interval. */
    if (next.before > step.before && is_after (time, from))
      add_mark (count, last, time,
          is_cut ? 1 : MIN (next.before, kept) - step.before);
  }
}

/*
 * gst_prof_passed_count:
 * @passed: what passed
 * @from: begin of an interval, CLOCK_MONOTONIC nanoseconds, itself not in it
 * @to: its end, itself not in it
 * @count: (out): what passed meanwhile. Of what was long ago, not more than that
 */
void
gst_prof_passed_count (const GstProfPassed * passed, GstClockTime from,
    GstClockTime to, GstProfPassedCount * count)
{
  guint64 kept = passed->n - MIN (passed->n, GST_PROF_PASSED_KEPT);
  GstClockTime last;

  if (get_first_step (passed) > 0)
    from = MAX (from, from_ticks (passed, find_first_step (passed).time));
  *count = (GstProfPassedCount) {.from = from };
  last = from;
  if (to <= from)
    return;
  count_steps (passed, kept, from, to, count, &last);
  for (guint64 i = kept; i < passed->n && get_time (passed, i) < to; i++) {
    if (is_after (get_time (passed, i), from))
      add_mark (count, &last, get_time (passed, i), 1);
  }
  count->pause = MAX (count->pause, to - last);
}
