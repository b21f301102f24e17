/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What a thread of the application's waits in, outside of all elements. A streaming
 * thread waits there for what comes next; this one is fed by nobody, and whom its
 * own code waits for is not known. Passive.
 */

#include "gstprofblameprivate.h"

/* Of more calls in one interval than that none is the one. */
#define MAX_CALLS 8

static gboolean
is_wait (const GstProfSegment * s)
{
  return s->point == 0 && !s->pending && s->call >= 0
      && (s->cause == GST_PROF_CAUSE_UPSTREAM
      || s->cause == GST_PROF_CAUSE_UNKNOWN);
}

static GstClockTime
get_length (const GstProfSegment * s, GstClockTime from, GstClockTime to)
{
  GstClockTime run_from, run_to, rest_from, rest_to;

  gst_prof_blame_get_halves (s, &run_from, &run_to, &rest_from, &rest_to);
  rest_from = MAX (rest_from, from);
  rest_to = MIN (rest_to, to);
  return rest_to > rest_from ? rest_to - rest_from : 0;
}

/*
 * gst_prof_blame_find_wait:
 * @history: what the thread did
 * @from: begin of the interval, CLOCK_MONOTONIC nanoseconds
 * @to: its end
 * @wait: (out): in which call it waited longest
 *
 * Returns: %FALSE when it waited in none
 */
gboolean
gst_prof_blame_find_wait (const GstProfHistory * history, GstClockTime from,
    GstClockTime to, GstProfBlameWait * wait)
{
  GstProfBlameWait waits[MAX_CALLS];
  guint n = 0, n_segments = gst_prof_history_get_length (history);

  *wait = (GstProfBlameWait) { 0 };
  for (guint i = gst_prof_history_find (history, from); i < n_segments; i++) {
    const GstProfSegment *s = gst_prof_history_get (history, i);
    guint k = 0;

    if (s->from >= to)
      break;
    if (!is_wait (s))
      continue;
    while (k < n && waits[k].call != s->call)
      k++;
    if (k == MAX_CALLS)
      continue;
    if (k == n)
      waits[n++] = (GstProfBlameWait) {.call = s->call };
    waits[k].time += get_length (s, from, to);
    if (s->state != 0)
      waits[k].state = s->state;
  }
  for (guint k = 0; k < n; k++) {
    if (waits[k].time > wait->time)
      *wait = waits[k];
  }
  return wait->time > 0;
}

/*
 * gst_prof_blame_forget_source:
 * @blame: an interval of threads
 * @thread_id: one of them, that is the application's own
 *
 * Nothing came from upstream is what is said of a thread that something should come
 * to: what this one did outside of all elements becomes unknown.
 */
void
gst_prof_blame_forget_source (GstProfBlame * blame, guint64 thread_id)
{
  for (guint i = 0; i < blame->n_items; i++) {
    GstProfBlameItem *item = &blame->items[i];

    if (item->cause != GST_PROF_CAUSE_UPSTREAM || item->point != 0
        || item->thread_id != thread_id)
      continue;
    blame->rest += item->time;
    item->time = 0;
  }
}
