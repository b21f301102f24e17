/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What passes a pad, and when nothing did. Passive: time comes in as an
 * argument. The thread that pushes there writes, once for each packet, and for
 * that there is no lock, no allocation and no locked instruction: one thread at
 * a time writes, so that reading and writing again is as good as adding.
 * Any thread reads.
 *
 * A pause is written before the time of the packet that ended it. So whoever
 * sees that time finds the pause, and whoever does not sees it going on.
 */

#include "gstprofflow.h"

#include <stdlib.h>

/* As many pauses tell how long they usually are. */
#define USUAL_PAUSES 15

/* A bin's word: which quarter of a second since boot, and how many. */
#define BIN_COUNT_BITS 24
#define BIN_COUNT_MASK ((G_GUINT64_CONSTANT (1) << BIN_COUNT_BITS) - 1)

static void
add (_Atomic guint64 * counter, guint64 more)
{
  atomic_store_explicit (counter,
      atomic_load_explicit (counter, memory_order_relaxed) + more,
      memory_order_relaxed);
}

static void
add_to_bin (GstProfFlow * flow, guint packets, GstClockTime now)
{
  guint64 number = now / GST_PROF_FLOW_BIN;
  _Atomic guint64 *bin = &flow->bins[number % GST_PROF_FLOW_BINS];
  guint64 word = atomic_load_explicit (bin, memory_order_relaxed);

  if (word >> BIN_COUNT_BITS != number)
    word = number << BIN_COUNT_BITS;
  atomic_store_explicit (bin, word + packets, memory_order_relaxed);
}

/*
 * gst_prof_flow_pass:
 * @flow: a flow
 * @packets: how many pass: one, or a list's
 * @bytes: how much they are
 * @skipped: sequence numbers that are missing between the packet before and the
 *   first of these
 * @now: CLOCK_MONOTONIC nanoseconds
 *
 * Counts what passes. The pad's thread only.
 */
void
gst_prof_flow_pass (GstProfFlow * flow, guint packets, guint64 bytes,
    guint skipped, GstClockTime now)
{
  GstClockTime last = atomic_load_explicit (&flow->last,
      memory_order_relaxed);

  add (&flow->packets, packets);
  add (&flow->bytes, bytes);
  add_to_bin (flow, packets, now);
  if (G_UNLIKELY (last == 0))
    atomic_store_explicit (&flow->first, now, memory_order_release);
  else if (G_UNLIKELY (now >= last + GST_PROF_FLOW_QUIET))
    gst_prof_periods_add (&flow->quiets, last, now, skipped);
  else if (G_UNLIKELY (now < last))
    return;                     /* two threads, and the other was faster */
  atomic_store_explicit (&flow->last, now, memory_order_release);
}

/*
 * gst_prof_flow_get_packets:
 * @flow: a flow
 *
 * Any thread.
 *
 * Returns: how many have passed
 */
guint64
gst_prof_flow_get_packets (GstProfFlow * flow)
{
  return atomic_load_explicit (&flow->packets, memory_order_relaxed);
}

/*
 * gst_prof_flow_get_bytes:
 * @flow: a flow
 *
 * Any thread.
 *
 * Returns: how many bytes they were
 */
guint64
gst_prof_flow_get_bytes (GstProfFlow * flow)
{
  return atomic_load_explicit (&flow->bytes, memory_order_relaxed);
}

/*
 * gst_prof_flow_get_first:
 * @flow: a flow
 *
 * Any thread.
 *
 * Returns: when the first one passed, CLOCK_MONOTONIC nanoseconds; 0: none has
 */
GstClockTime
gst_prof_flow_get_first (GstProfFlow * flow)
{
  return atomic_load_explicit (&flow->first, memory_order_acquire);
}

/*
 * gst_prof_flow_get_last:
 * @flow: a flow
 *
 * Any thread.
 *
 * Returns: when the last one passed, CLOCK_MONOTONIC nanoseconds; 0: none has
 */
GstClockTime
gst_prof_flow_get_last (GstProfFlow * flow)
{
  return atomic_load_explicit (&flow->last, memory_order_acquire);
}

/* How much of a bin lies within [from, to]. The bin that is being filled reaches
 * as far as the last packet does. */
static guint64
count_bin (GstProfFlow * flow, guint64 number, GstClockTime from,
    GstClockTime to, GstClockTime last)
{
  guint64 word = atomic_load_explicit (&flow->bins[number
          % GST_PROF_FLOW_BINS], memory_order_relaxed);
  GstClockTime start = number * GST_PROF_FLOW_BIN;
  GstClockTime end = start + GST_PROF_FLOW_BIN;

  if (word >> BIN_COUNT_BITS != number)
    return 0;
  if (last >= start && last < end)
    end = last + 1;
  from = MAX (from, start);
  to = MIN (to, end);
  return to <= from ? 0 : gst_util_uint64_scale_round (word & BIN_COUNT_MASK,
      to - from, end - start);
}

/*
 * gst_prof_flow_count:
 * @flow: a flow
 * @from: begin of an interval, CLOCK_MONOTONIC nanoseconds, of the last 32 s
 *   before @to: what was before is not counted
 * @to: its end
 *
 * Any thread.
 *
 * Returns: how many passed meanwhile, as exactly as the bins are: at the ends
 *   they are taken to have passed evenly
 */
guint64
gst_prof_flow_count (GstProfFlow * flow, GstClockTime from, GstClockTime to)
{
  GstClockTime last = gst_prof_flow_get_last (flow);
  guint64 first_bin = from / GST_PROF_FLOW_BIN;
  guint64 last_bin = to / GST_PROF_FLOW_BIN;
  guint64 n = 0;

  if (last_bin >= GST_PROF_FLOW_BINS)
    first_bin = MAX (first_bin, last_bin + 1 - GST_PROF_FLOW_BINS);
  for (guint64 i = first_bin; i <= last_bin; i++)
    n += count_bin (flow, i, from, to, last);
  return n;
}

/*
 * gst_prof_flow_find_quiets:
 * @flow: a flow
 * @from: begin of an interval, CLOCK_MONOTONIC nanoseconds
 * @to: its end
 * @found: (out caller-allocates) (array length=max): a place for pauses
 * @max: how many have room there
 *
 * The time before the first packet is no pause: nothing has begun yet. Any
 * thread.
 *
 * Returns: how many pauses overlap the interval, the newest @max of them. The
 *   oldest stands first; one that goes on at @to has no end.
 */
guint
gst_prof_flow_find_quiets (GstProfFlow * flow, GstClockTime from,
    GstClockTime to, GstProfPeriod * found, guint max)
{
  GstClockTime last = gst_prof_flow_get_last (flow);
  guint n = gst_prof_periods_find (&flow->quiets, from, to, found, max);

  if (last == 0 || to < last + GST_PROF_FLOW_QUIET || max == 0)
    return n;
  /* It may have ended in between. */
  if (n > 0 && found[n - 1].from >= last)
    return n;
  if (n == max) {
    for (guint i = 1; i < n; i++)
      found[i - 1] = found[i];
    n--;
  }
  found[n] = (GstProfPeriod) { last, GST_CLOCK_TIME_NONE, 0 };
  return n + 1;
}

static gint
compare_times (gconstpointer a, gconstpointer b)
{
  GstClockTime left = *(const GstClockTime *) a;
  GstClockTime right = *(const GstClockTime *) b;

  return left < right ? -1 : left > right;
}

/*
 * gst_prof_flow_get_usual_pause:
 * @flow: a flow
 * @until: pauses that were over by then count, CLOCK_MONOTONIC nanoseconds
 *
 * Any thread.
 *
 * Returns: the median of the last pauses that are over, nanoseconds: one that
 *   was unusual does not make it so; 0: there was none
 */
GstClockTime
gst_prof_flow_get_usual_pause (GstProfFlow * flow, GstClockTime until)
{
  GstProfPeriod found[USUAL_PAUSES];
  GstClockTime times[USUAL_PAUSES];
  guint n_found = gst_prof_periods_find (&flow->quiets, 0, until, found,
      USUAL_PAUSES);
  guint n = 0;

  for (guint i = 0; i < n_found; i++) {
    if (found[i].to <= until)
      times[n++] = found[i].to - found[i].from;
  }
  qsort (times, n, sizeof times[0], compare_times);
  return n == 0 ? 0 : times[n / 2];
}
