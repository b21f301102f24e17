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

static GstClockTime
get_step_time (const GstProfPassed * passed, guint64 number)
{
  return from_ticks (passed, passed->steps[number % GST_PROF_PASSED_STEPS].time);
}

static guint64
get_before (const GstProfPassed * passed, guint64 number)
{
  guint32 before = passed->steps[number % GST_PROF_PASSED_STEPS].before;

  return passed->n - (guint32) ((guint32) passed->n - before);
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
  if (passed->n_steps == 0 || time - get_step_time (passed,
          passed->n_steps - 1) >= GST_PROF_PASSED_STEP)
    passed->steps[passed->n_steps++ % GST_PROF_PASSED_STEPS] =
        (GstProfPassedStep) { to_ticks (passed, time), passed->n };
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
  count->pause = MAX (count->pause, time - *last);
  count->n += more;
  *last = time;
}

/* What passed before @until, by the steps, which begin before. */
static void
count_steps (const GstProfPassed * passed, guint64 kept, GstClockTime from,
    GstClockTime until, GstProfPassedCount * count, GstClockTime * last)
{
  guint64 first = passed->n_steps - MIN (passed->n_steps,
      GST_PROF_PASSED_STEPS);

  for (guint64 i = first; i < passed->n_steps; i++) {
    GstClockTime time = get_step_time (passed, i);
    guint64 before = get_before (passed, i);
    gboolean is_last = i + 1 == passed->n_steps;
    guint64 number = is_last ? kept : MIN (get_before (passed, i + 1), kept);

    if (before >= kept || time >= until)
      return;
    /* What came after the step's own is not known to be within the interval. */
    if (is_after (time, from))
      add_mark (count, last, time, !is_last
          && get_step_time (passed, i + 1) >= until ? 1 : number - before);
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
  guint64 first_step = passed->n_steps - MIN (passed->n_steps,
      GST_PROF_PASSED_STEPS);
  GstClockTime last;

  if (first_step > 0)
    from = MAX (from, get_step_time (passed, first_step));
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
