/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * RTP sequence numbers before and behind a jitterbuffer: which were skipped, and
 * from when to when something was missing. Passive: time comes in as an argument.
 *
 * Two threads tell of it: one brings packets, one takes them out. Either may find
 * that nothing is missing any more: the packets came after all, or the
 * jitterbuffer went past them. So the period, which has one writer at a time, is
 * handed back and forth by state. Nobody waits: who finds it busy leaves it to
 * the other, or to the next packet.
 */

#include "gstprofsequence.h"

/* How far back a number may lie and still be of the same series; RFC 3550 takes
 * less, but there are no retransmissions in it. */
#define MAX_BEHIND GST_PROF_SEQUENCE_WINDOW

enum
{
  IDLE,                         /* nothing is missing */
  WAITING,                      /* a period is open */
  BUSY,                         /* someone writes */
};

static gboolean
take_over (GstProfSequence * sequence, guint from)
{
  return atomic_compare_exchange_strong (&sequence->state, &from, BUSY);
}

static gboolean
has_come (GstProfSequence * sequence, guint64 number)
{
  guint at = number % GST_PROF_SEQUENCE_WINDOW;

  return (sequence->came[at / 64] >> (at % 64)) & 1;
}

static void
set_came (GstProfSequence * sequence, guint64 number, gboolean came)
{
  guint at = number % GST_PROF_SEQUENCE_WINDOW;
  guint64 bit = G_GUINT64_CONSTANT (1) << (at % 64);

  if (came)
    sequence->came[at / 64] |= bit;
  else
    sequence->came[at / 64] &= ~bit;
}

/* Ends the period that is open, if it is. */
static void
close_period (GstProfSequence * sequence, GstProfPeriods * missing,
    GstClockTime now)
{
  if (!take_over (sequence, WAITING))
    return;
  gst_prof_periods_close (missing, now, sequence->count);
  atomic_store (&sequence->state, IDLE);
}

/* What was noticed, unless the other thread is at it: then the next packet does. */
static void
write_down (GstProfSequence * sequence, GstProfPeriods * missing)
{
  if (sequence->pending == 0) {
    sequence->noticed = 0;
    return;
  }
  if (take_over (sequence, WAITING)) {
    sequence->count += sequence->pending;
    sequence->absent += sequence->pending;
  } else if (take_over (sequence, IDLE)) {
    /* What was missing before was gone past. */
    sequence->floor = sequence->noticed_floor;
    sequence->absent = sequence->count = sequence->pending;
  } else {
    return;
  }
  gst_prof_periods_open (missing, sequence->noticed, sequence->count);
  sequence->noticed = 0;
  atomic_store (&sequence->last_absent, sequence->noticed_last);
  atomic_store (&sequence->state, WAITING);
}

/* Numbers were skipped, up to the one before the highest. */
static void
note_jump (GstProfSequence * sequence, GstProfPeriods * missing,
    guint64 highest_before, guint skipped, GstClockTime now)
{
  if (sequence->noticed == 0) {
    sequence->noticed = now;
    sequence->noticed_floor = highest_before;
    sequence->pending = 0;
  }
  sequence->pending += skipped;
  sequence->noticed_last = (guint16) (sequence->highest - 1);
  write_down (sequence, missing);
}

/* It lies behind the highest. */
static void
take_late (GstProfSequence * sequence, GstProfPeriods * missing,
    guint64 number, GstClockTime now)
{
  if (number <= sequence->floor || has_come (sequence, number))
    return;
  set_came (sequence, number, TRUE);
  if (sequence->noticed != 0 && number > sequence->noticed_floor)
    sequence->pending -= MIN (sequence->pending, 1);
  else if (sequence->absent > 0 && --sequence->absent == 0)
    close_period (sequence, missing, now);
}

/* The sender began anew; what was before does not count. */
static void
restart (GstProfSequence * sequence, GstProfPeriods * missing,
    guint16 number, GstClockTime now)
{
  close_period (sequence, missing, now);
  /* Rounds enough for a number behind it not to be negative */
  sequence->highest = (((sequence->highest >> 16) + 2) << 16) | number;
  sequence->floor = sequence->highest;
  sequence->absent = 0;
  sequence->noticed = 0;
  sequence->next_stray = -1;
  sequence->started = TRUE;
  set_came (sequence, sequence->highest, TRUE);
}

static guint
take_new (GstProfSequence * sequence, GstProfPeriods * missing, guint step,
    GstClockTime now)
{
  guint64 before = sequence->highest;

  for (guint i = 1; i < MIN (step, GST_PROF_SEQUENCE_WINDOW); i++)
    set_came (sequence, before + step - i, FALSE);
  sequence->highest = before + step;
  sequence->next_stray = -1;
  set_came (sequence, sequence->highest, TRUE);
  if (G_UNLIKELY (step > 1))
    note_jump (sequence, missing, before, step - 1, now);
  return step - 1;
}

/*
 * gst_prof_sequence_take_in:
 * @sequence: a sequence
 * @missing: gets the times in which something was missing
 * @number: a packet's, that goes into the jitterbuffer
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * One that comes late, or a second time, skips nothing. A number far behind the
 * others is a stray one, unless its successor follows: then the sender began
 * anew. The thread that brings packets.
 *
 * Returns: how many numbers are missing between those before and this one
 */
guint
gst_prof_sequence_take_in (GstProfSequence * sequence,
    GstProfPeriods * missing, guint16 number, GstClockTime now)
{
  gint step = (gint16) (number - (guint16) sequence->highest);

  if (G_UNLIKELY (!sequence->started)) {
    restart (sequence, missing, number, now);
    return 0;
  }
  if (G_UNLIKELY (sequence->noticed != 0))
    write_down (sequence, missing);

  if (G_LIKELY (step > 0))
    return take_new (sequence, missing, step, now);
  if (-step < MAX_BEHIND)
    take_late (sequence, missing, sequence->highest + step, now);
  else if (number == sequence->next_stray)
    restart (sequence, missing, number, now);
  else
    sequence->next_stray = (guint16) (number + 1);
  return 0;
}

/*
 * gst_prof_sequence_is_waiting:
 * @sequence: a sequence
 *
 * Any thread.
 *
 * Returns: whether something is missing, so that it matters what comes out
 */
gboolean
gst_prof_sequence_is_waiting (GstProfSequence * sequence)
{
  return atomic_load_explicit (&sequence->state, memory_order_relaxed)
      == WAITING;
}

static gboolean
is_past (GstProfSequence * sequence, guint16 number)
{
  return (gint16) (number - (guint16) atomic_load (&sequence->last_absent)) > 0;
}

/*
 * gst_prof_sequence_give_out:
 * @sequence: a sequence
 * @missing: the times in which something was missing
 * @number: a packet's, that came out of the jitterbuffer
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * Only matters while gst_prof_sequence_is_waiting(). The thread that takes
 * packets out.
 */
void
gst_prof_sequence_give_out (GstProfSequence * sequence,
    GstProfPeriods * missing, guint16 number, GstClockTime now)
{
  if (!is_past (sequence, number) || !take_over (sequence, WAITING))
    return;
  /* More may have been found missing in between. */
  if (is_past (sequence, number)) {
    gst_prof_periods_close (missing, now, sequence->count);
    atomic_store (&sequence->state, IDLE);
  } else {
    atomic_store (&sequence->state, WAITING);
  }
}
