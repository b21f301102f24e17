/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What one thread did of late, as segments in order of time. Segments that say
 * the same and follow each other become one, so that a thread that waits for an
 * hour takes one place. Full: the oldest goes. Allocates only when made.
 * Passive; whoever holds it serializes.
 */

#include "gstprofhistory.h"

struct _GstProfHistory
{
  guint size;
  guint64 pushed;
  GstProfSegment segments[];
};

/*
 * gst_prof_history_new:
 * @size: how many segments are kept
 *
 * Returns: (transfer full): an empty history
 */
GstProfHistory *
gst_prof_history_new (guint size)
{
  GstProfHistory *history =
      g_malloc0 (sizeof (GstProfHistory) + size * sizeof (GstProfSegment));

  history->size = size;
  return history;
}

/*
 * gst_prof_history_free:
 * @history: (nullable) (transfer full): a history
 */
void
gst_prof_history_free (GstProfHistory * history)
{
  g_free (history);
}

/*
 * gst_prof_history_clear:
 * @history: a history
 *
 * Forgets all: the history is another thread's from now on.
 */
void
gst_prof_history_clear (GstProfHistory * history)
{
  history->pushed = 0;
}

/*
 * gst_prof_history_get_length:
 * @history: a history
 *
 * Returns: how many segments there are
 */
guint
gst_prof_history_get_length (const GstProfHistory * history)
{
  return MIN (history->pushed, history->size);
}

/*
 * gst_prof_history_get:
 * @history: a history
 * @i: 0 is the oldest
 *
 * Returns: (transfer none): a segment
 */
const GstProfSegment *
gst_prof_history_get (const GstProfHistory * history, guint i)
{
  guint64 first = history->pushed - gst_prof_history_get_length (history);

  return &history->segments[(first + i) % history->size];
}

/* Only what all of was one thing: where a thread ran and waited, their order
 * would be lost. */
static gboolean
is_pure (const GstProfSegment * s)
{
  return s->delay == 0 && s->frozen == 0 && s->starved == 0
      && s->suspended == 0 && s->stolen == 0 && (s->run == 0
      || s->run >= (s->to - s->from) / 10 * 9);
}

static gboolean
is_same (const GstProfSegment * a, const GstProfSegment * b)
{
  return is_pure (a) && is_pure (b) && a->to == b->from
      && (a->run == 0) == (b->run == 0) && a->cause == b->cause
      && a->pending == b->pending && a->condition == b->condition
      && a->blocked == b->blocked
      && a->reclaim == b->reclaim && a->point == b->point && a->home == b->home
      && a->event == b->event
      && a->call == b->call && a->state == b->state;
}

/*
 * gst_prof_history_push:
 * @history: a history
 * @segment: what follows; it must not begin before the last one ends
 */
void
gst_prof_history_push (GstProfHistory * history, const GstProfSegment * segment)
{
  GstProfSegment *last = NULL;

  if (segment->to <= segment->from)
    return;
  if (history->pushed > 0)
    last = &history->segments[(history->pushed - 1) % history->size];
  if (last != NULL && is_same (last, segment)) {
    last->to = segment->to;
    last->run += segment->run;
    last->kernel += segment->kernel;
    last->object = segment->object;
    return;
  }
  history->segments[history->pushed++ % history->size] = *segment;
}

/*
 * gst_prof_history_explain_condition:
 * @history: a history
 * @cause: what the wait for a condition is found to be for
 *
 * Who could fulfil it is known only some looks after the wait began: gives its
 * cause to what came before in the same wait.
 */
void
gst_prof_history_explain_condition (GstProfHistory * history,
    GstProfCause cause)
{
  guint n = gst_prof_history_get_length (history);

  while (n-- > 0) {
    guint64 first = history->pushed - gst_prof_history_get_length (history);
    GstProfSegment *segment = &history->segments[(first + n) % history->size];

    if (!segment->condition || segment->cause != GST_PROF_CAUSE_UNKNOWN)
      return;
    segment->cause = cause;
    /* It ran before it waited. */
    if (segment->run > 0)
      return;
  }
}

/*
 * gst_prof_history_rename_since:
 * @history: a history
 * @from: since when the thread has not run, CLOCK_MONOTONIC nanoseconds
 * @cause: what it has been waiting for since, as is found only now
 *
 * Gives that cause to what is remembered of the wait.
 */
void
gst_prof_history_rename_since (GstProfHistory * history, GstClockTime from,
    GstProfCause cause)
{
  guint n = gst_prof_history_get_length (history);

  while (n-- > 0) {
    guint64 first = history->pushed - gst_prof_history_get_length (history);
    GstProfSegment *segment = &history->segments[(first + n) % history->size];

    if (segment->from < from || !segment->blocked)
      return;
    segment->cause = cause;
  }
}

/*
 * gst_prof_history_add_kernel:
 * @history: a history
 * @since: CLOCK_MONOTONIC nanoseconds
 * @kernel: how much of what the thread has run since then turns out only now to
 *   have been in the kernel, nanoseconds
 *
 * Gives it to what is remembered of that time, the newest first, which takes no
 * more than it ran.
 */
void
gst_prof_history_add_kernel (GstProfHistory * history, GstClockTime since,
    GstClockTime kernel)
{
  guint n = gst_prof_history_get_length (history);

  while (n-- > 0 && kernel > 0) {
    guint64 first = history->pushed - gst_prof_history_get_length (history);
    GstProfSegment *segment = &history->segments[(first + n) % history->size];
    GstClockTime part = MIN (kernel,
        segment->run - MIN (segment->kernel, segment->run));

    if (segment->to <= since)
      return;
    segment->kernel += part;
    kernel -= part;
  }
}

/*
 * gst_prof_history_find:
 * @history: a history
 * @time: CLOCK_MONOTONIC nanoseconds
 *
 * Returns: index of the first segment that ends after @time; the length when
 *   there is none
 */
guint
gst_prof_history_find (const GstProfHistory * history, GstClockTime time)
{
  guint low = 0, high = gst_prof_history_get_length (history);

  while (low < high) {
    guint middle = low + (high - low) / 2;

    if (gst_prof_history_get (history, middle)->to > time)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}
