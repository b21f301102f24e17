/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * From what a thread did to what took an interval of its time: by cause and by
 * place. How waits are followed to other threads is in gstprofblamefollow.c.
 * Passive.
 *
 * The rules, in this order, each limited to what is left of the interval:
 * 1. time on a CPU, in user space and in the kernel
 * 2. time that the kernel says the thread was ready without a CPU; of that, up
 *    to the growth of the group's throttled time: throttled
 * 3. the whole process stopped or suspended, as the sampler knows from its own
 *    lateness
 * 4. what the thread was blocked in, by the time that each look stands for; then
 *    the whole process starved, as the sampler knows, too. Whoever has run since
 *    was told by rule 2 what that was for him
 * 5. on a CPU without having computed, as far as the host of the virtual machine
 *    took time from it: steal
 * 6. ready to run when looked at, and not yet credited: cpu-wait while it goes
 *    on. Afterwards it is unknown: the kernel has not confirmed it
 * The rest is unknown.
 */

#include "gstprofblameprivate.h"

/* Ready without a CPU for this long or less is the exactness of the clocks. */
#define PENDING_TOLERANCE (2 * GST_MSECOND)

/* A look that was longer ago says nothing of now. */
#define MAX_TAIL (30 * GST_MSECOND)

typedef struct
{
  GstProfBlame *blame;
  const GstProfBlameFilter *filter;
  guint64 thread_id;
  GstClockTime from;
  GstClockTime to;
  GstClockTime blocked;         /* of rule 4 */
  GstClockTime pending;
  GstProfSegment pending_segment;
} Tally;

/* Of several calls that of most of the time, found without a list of them: others
 * have to outweigh it. */
static void
note_call (GstProfBlameItem * known, const GstProfBlameItem * item,
    GstClockTime time)
{
  if (item->call < 0)
    return;
  if (item->call_time > 0)
    time = MIN (time, item->call_time);
  if (known->call == item->call && known->call >= 0) {
    known->call_time += time;
  } else if (known->call >= 0 && known->call_time >= time) {
    known->call_time -= time;
    return;
  } else {
    known->call_time = time - (known->call >= 0 ? known->call_time : 0);
  }
  known->call = item->call;
  known->object = item->object;
  known->state = item->state;
}

void
gst_prof_blame_add_item (GstProfBlame * blame, const GstProfBlameItem * item)
{
  GstClockTime time = MIN (item->time, blame->rest);
  guint i;

  if (item->cause == GST_PROF_CAUSE_UNKNOWN)
    gst_prof_blame_add_place (blame, item, time);
  if (time == 0 || item->cause == GST_PROF_CAUSE_UNKNOWN)
    return;
  for (i = 0; i < blame->n_items; i++) {
    GstProfBlameItem *known = &blame->items[i];

    if (known->cause == item->cause && known->doing == item->doing
        && known->thread_id == item->thread_id && known->point == item->point
        && known->home == item->home && known->event == item->event)
      break;
  }
  /* No place left: the cause counts, the place does not. */
  if (i == GST_PROF_BLAME_MAX_ITEMS) {
    for (i = 0; i < blame->n_items; i++) {
      if (blame->items[i].cause == item->cause)
        break;
    }
    if (i == GST_PROF_BLAME_MAX_ITEMS)
      return;
  }
  if (i == blame->n_items) {
    blame->items[i] = *item;
    blame->items[i].time = 0;
    blame->items[i].call_time = 0;
    blame->n_items++;
  }
  blame->items[i].time += time;
  note_call (&blame->items[i], item, time);
  blame->rest -= time;
}

static void
credit (Tally * tally, const GstProfSegment * segment, GstProfCause cause,
    GstClockTime time)
{
  GstProfBlameItem item = {
    .cause = cause,
    .time = time,
    .thread_id = tally->thread_id,
    .point = segment->point,
    .home = segment->home,
    .event = segment->event && cause == GST_PROF_CAUSE_CLOCK,
    .call = segment->call,
    .state = segment->state,
    .object = segment->object,
  };

  gst_prof_blame_add_item (tally->blame, &item);
}

static GstClockTime
overlap (GstClockTime a, GstClockTime b, GstClockTime from, GstClockTime to)
{
  GstClockTime start = MAX (a, from), end = MIN (b, to);

  return end > start ? end - start : 0;
}

static GstClockTime
scale (GstClockTime part, GstClockTime num, GstClockTime denom)
{
  return denom == 0 ? 0 : gst_util_uint64_scale (part, num, denom);
}

/* What a segment's rest begins and ends with: a thread that was blocked at the
 * end had run before, one that ran at the end had been blocked before. */
void
gst_prof_blame_get_halves (const GstProfSegment * s, GstClockTime * run_from,
    GstClockTime * run_to, GstClockTime * rest_from, GstClockTime * rest_to)
{
  GstClockTime length = s->to - s->from;
  GstClockTime run = MIN (s->run, length);

  *run_from = *rest_from = s->from;
  *run_to = *rest_to = s->to;
  if (s->blocked)
    *run_to = *rest_from = s->from + run;
  else
    *run_from = *rest_to = s->to - run;
}

static void
credit_run (Tally * tally, const GstProfSegment * s)
{
  GstClockTime run_from, run_to, rest_from, rest_to, run, kernel;

  gst_prof_blame_get_halves (s, &run_from, &run_to, &rest_from, &rest_to);
  run = overlap (run_from, run_to, tally->from, tally->to);
  if (run == 0)
    return;
  kernel = scale (run, MIN (s->kernel, s->run), s->run);
  credit (tally, s, s->reclaim ? GST_PROF_CAUSE_RECLAIM
      : GST_PROF_CAUSE_KERNEL, kernel);
  credit (tally, s, GST_PROF_CAUSE_ON_CPU, run - kernel);
}

gboolean
gst_prof_blame_is_wanted (const GstProfBlameFilter * filter,
    const GstProfSegment * s)
{
  return filter == NULL || filter->wants (s->point, filter->user_data);
}

static void
credit_delay_in (Tally * tally, const GstProfSegment * reporting,
    const GstProfSegment * spent, GstClockTime from, GstClockTime to)
{
  GstClockTime delay = overlap (from, to, tally->from, tally->to);
  GstClockTime throttled = scale (delay, MIN (reporting->throttled,
          reporting->delay), reporting->delay);

  credit (tally, spent, GST_PROF_CAUSE_CPU_THROTTLED, throttled);
  credit (tally, spent, GST_PROF_CAUSE_CPU_WAIT, delay - throttled);
}

/* The kernel tells of a delay when it is over: it was spent before, perhaps in
 * segments before this one, and there in other places. */
static void
credit_delay (Tally * tally, const GstProfHistory * history, guint index)
{
  const GstProfSegment *s = gst_prof_history_get (history, index);
  GstClockTime run_from, run_to, rest_from, rest_to, from, to;

  if (s->delay == 0)
    return;
  gst_prof_blame_get_halves (s, &run_from, &run_to, &rest_from, &rest_to);
  /* Before it ran, or in the middle of running. */
  to = s->blocked ? s->to : MAX (run_from, s->from);
  from = to - MIN (s->delay, to);
  if (tally->filter == NULL) {
    credit_delay_in (tally, s, s, from, to);
    return;
  }
  for (guint i = gst_prof_history_find (history, from); i <= index; i++) {
    const GstProfSegment *spent = gst_prof_history_get (history, i);

    if (gst_prof_blame_is_wanted (tally->filter, spent))
      credit_delay_in (tally, s, spent, MAX (from, spent->from), MIN (to,
              spent->to));
  }
}

static void
credit_delays (Tally * tally, const GstProfHistory * history)
{
  guint n = gst_prof_history_get_length (history);

  for (guint i = gst_prof_history_find (history, tally->from); i < n; i++)
    credit_delay (tally, history, i);
}

static GstClockTime
get_rest (const Tally * tally, const GstProfSegment * s)
{
  GstClockTime run_from, run_to, rest_from, rest_to, rest, delay;

  gst_prof_blame_get_halves (s, &run_from, &run_to, &rest_from, &rest_to);
  rest = overlap (rest_from, rest_to, tally->from, tally->to);
  delay = MIN (s->delay, rest_to - rest_from);
  return rest - MIN (rest, scale (rest, delay, rest_to - rest_from));
}

static void
credit_process (Tally * tally, const GstProfSegment * s)
{
  GstClockTime rest = get_rest (tally, s);
  GstClockTime time;

  time = MIN (s->suspended, rest);
  credit (tally, s, GST_PROF_CAUSE_SUSPENDED, time);
  rest -= time;
  time = MIN (s->frozen, rest);
  credit (tally, s, GST_PROF_CAUSE_FROZEN, time);
}

static void
credit_starved (Tally * tally, const GstProfSegment * s)
{
  GstClockTime rest = get_rest (tally, s);

  rest -= MIN (rest, s->suspended + s->frozen);
  credit (tally, s, s->starved_throttled ? GST_PROF_CAUSE_CPU_THROTTLED
      : GST_PROF_CAUSE_CPU_WAIT, MIN (s->starved, rest));
}

static void
credit_blocked (Tally * tally, const GstProfSegment * s)
{
  GstClockTime rest = get_rest (tally, s), stolen;

  rest -= MIN (rest, s->suspended + s->frozen + s->starved);
  stolen = MIN (s->stolen, rest);
  credit (tally, s, GST_PROF_CAUSE_STEAL, stolen);
  rest -= stolen;
  if (s->pending) {
    tally->pending += rest;
    tally->pending_segment = *s;
    return;
  }
  credit (tally, s, s->reclaim && s->cause == GST_PROF_CAUSE_PAGE_FAULT ?
      GST_PROF_CAUSE_RECLAIM : s->cause, rest);
}

static void
for_each (Tally * tally, const GstProfHistory * history, GstClockTime until,
    void (*func) (Tally * tally, const GstProfSegment * segment))
{
  guint n = gst_prof_history_get_length (history);

  for (guint i = gst_prof_history_find (history, tally->from); i < n; i++) {
    const GstProfSegment *segment = gst_prof_history_get (history, i);

    if (segment->from >= until)
      break;
    if (gst_prof_blame_is_wanted (tally->filter, segment))
      func (tally, segment);
  }
}

/* While it goes on, the time since the last look is taken to be like it. */
static void
credit_tail (Tally * tally, const GstProfHistory * history)
{
  guint n = gst_prof_history_get_length (history);
  const GstProfSegment *last = n > 0 ? gst_prof_history_get (history, n - 1)
      : NULL;
  GstClockTime time;

  if (last == NULL || last->to >= tally->to
      || tally->to - last->to > MAX_TAIL
      || !gst_prof_blame_is_wanted (tally->filter, last))
    return;
  time = tally->to - MAX (last->to, tally->from);
  if (last->blocked)
    credit (tally, last, last->cause, time);
  else if (last->run >= (last->to - last->from) / 2)
    credit (tally, last, GST_PROF_CAUSE_ON_CPU, time);
  else
    credit (tally, last, GST_PROF_CAUSE_CPU_WAIT, time);
}

static void
measure (Tally * tally, const GstProfSegment * s)
{
  tally->blame->wall += overlap (s->from, s->to, tally->from, tally->to);
}

/*
 * gst_prof_blame_is_work:
 * @cause: a cause
 *
 * Returns: whether a thread that does that is about its own work, so that it can
 *   be told whose work it is
 */
gboolean
gst_prof_blame_is_work (GstProfCause cause)
{
  return cause == GST_PROF_CAUSE_ON_CPU || cause == GST_PROF_CAUSE_KERNEL
      || cause == GST_PROF_CAUSE_HELPERS || cause == GST_PROF_CAUSE_SLEEP
      || cause == GST_PROF_CAUSE_LOCK;
}

/*
 * gst_prof_blame_init:
 * @blame: (out caller-allocates): a blame
 * @wall: length of the interval, nanoseconds
 *
 * Starts with everything unknown.
 */
void
gst_prof_blame_init (GstProfBlame * blame, GstClockTime wall)
{
  blame->wall = blame->rest = wall;
  blame->n_items = blame->n_places = 0;
}

/*
 * gst_prof_blame_scale:
 * @blame: a blame
 * @wall: nanoseconds
 *
 * Makes it that of an interval of another length, in the same proportions.
 */
void
gst_prof_blame_scale (GstProfBlame * blame, GstClockTime wall)
{
  GstClockTime old = blame->wall;

  blame->wall = blame->rest = wall;
  gst_prof_blame_scale_places (blame, wall, old);
  for (guint i = 0; i < blame->n_items; i++) {
    blame->items[i].time = MIN (scale (blame->items[i].time, wall, old),
        blame->rest);
    blame->rest -= blame->items[i].time;
  }
}

/*
 * gst_prof_blame_merge:
 * @blame: a blame
 * @other: that of another interval
 *
 * Makes @blame that of both together.
 */
void
gst_prof_blame_merge (GstProfBlame * blame, const GstProfBlame * other)
{
  blame->wall += other->wall;
  blame->rest += other->wall;
  for (guint i = 0; i < other->n_items; i++)
    gst_prof_blame_add_item (blame, &other->items[i]);
  gst_prof_blame_add_places (blame, other, other->wall, other->wall);
}

/*
 * gst_prof_blame_thread:
 * @history: (nullable): what the thread did
 * @thread_id: the thread
 * @from: begin of the interval, CLOCK_MONOTONIC nanoseconds
 * @to: its end
 * @live: it still goes on
 * @filter: (nullable): which places count
 * @blame: (out caller-allocates): the interval by cause and place, as the thread
 *   itself spent it
 */
void
gst_prof_blame_thread (const GstProfHistory * history, guint64 thread_id,
    GstClockTime from, GstClockTime to, gboolean live,
    const GstProfBlameFilter * filter, GstProfBlame * blame)
{
  Tally tally = {.blame = blame,.filter = filter,.thread_id = thread_id,
    .from = from,.to = to
  };

  gst_prof_blame_init (blame, filter ? 0 : to - from);
  if (history == NULL)
    return;
  if (filter != NULL) {
    for_each (&tally, history, to, measure);
    blame->rest = blame->wall;
  }
  for_each (&tally, history, to, credit_run);
  credit_delays (&tally, history);
  for_each (&tally, history, to, credit_process);
  for_each (&tally, history, to, credit_blocked);
  for_each (&tally, history, to, credit_starved);
  if (live)
    credit_tail (&tally, history);
  if (tally.pending > 0 && (live || tally.pending <= PENDING_TOLERANCE))
    credit (&tally, &tally.pending_segment, GST_PROF_CAUSE_CPU_WAIT,
        tally.pending);
}

/*
 * gst_prof_blame_limit:
 * @blame: an interval of a thread that was in an element, what it did elsewhere
 *   included
 * @thread_id: that thread
 * @point: the element
 * @own: how much of the interval was the element's own, nanoseconds
 *
 * Makes it the blame of that part, where it was not seen in which of the looks the
 * thread was in the element: as much of each cause as must have been there, however
 * the rest was spent.
 */
void
gst_prof_blame_limit (GstProfBlame * blame, guint64 thread_id, guint point,
    GstClockTime own)
{
  GstClockTime elsewhere = blame->wall - MIN (blame->wall, own);

  blame->wall = blame->rest = own;
  for (guint i = 0; i < blame->n_items; i++) {
    GstProfBlameItem *item = &blame->items[i];
    gboolean its = item->thread_id == thread_id;

    if (!its || item->point != point)
      item->time -= MIN (item->time, elsewhere);
    item->time = MIN (item->time, blame->rest);
    blame->rest -= item->time;
    if (its)
      item->point = point;
  }
}

/*
 * gst_prof_blame_get:
 * @blame: a blame
 * @cause: a cause; unknown: what is left
 *
 * Returns: what it took, nanoseconds
 */
GstClockTime
gst_prof_blame_get (const GstProfBlame * blame, GstProfCause cause)
{
  GstClockTime time = 0;

  if (cause == GST_PROF_CAUSE_UNKNOWN)
    return blame->rest;
  for (guint i = 0; i < blame->n_items; i++) {
    if (blame->items[i].cause == cause)
      time += blame->items[i].time;
  }
  return time;
}

/*
 * gst_prof_blame_get_largest:
 * @blame: a blame
 *
 * Returns: (nullable) (transfer none): the largest item of the largest cause;
 *   %NULL when more is unknown
 */
const GstProfBlameItem *
gst_prof_blame_get_largest (const GstProfBlame * blame)
{
  GstProfCause cause = GST_PROF_CAUSE_UNKNOWN;
  GstClockTime time = blame->rest;
  const GstProfBlameItem *largest = NULL;

  for (guint i = 0; i < blame->n_items; i++) {
    GstClockTime other = gst_prof_blame_get (blame, blame->items[i].cause);

    if (other > time || (other == time && cause == GST_PROF_CAUSE_UNKNOWN)) {
      cause = blame->items[i].cause;
      time = other;
    }
  }
  for (guint i = 0; i < blame->n_items; i++) {
    const GstProfBlameItem *item = &blame->items[i];

    if (item->cause == cause && (largest == NULL || item->time > largest->time))
      largest = item;
  }
  return largest;
}
