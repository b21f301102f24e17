/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The table of what holds buffers: levels, peaks, and how they change. It reads
 * none of them itself and judges nothing. Passive; at most 64 holders are known
 * at a time, one that is gone gives way to a new one, and those for which there
 * is no room are counted.
 */

#include "gstprofholders.h"

#include <string.h>

/* As often as levels are read. The trends reach back 16 s: a queue that grows
 * shows it sooner. */
#define INTERVAL (250 * GST_MSECOND)

/* How a holder grows now, in place of how it did before. */
static const GstClockTime windows[] = { 2 * GST_SECOND, 8 * GST_SECOND };

/* Bytes per second below which a queue does not count as growing. In front of a
 * muxer that waits for late video encoded audio piles up too, and is no cause;
 * packets in a jitterbuffer are as small, and are one. */
#define LEAST_RATE 30000

/* Buffers thrown away in a window that are more than an accident. */
#define LEAST_DROPS 4

static const gchar *const kind_nicks[] = {
  [GST_PROF_HOLDER_QUEUE] = "queue",
  [GST_PROF_HOLDER_QUEUE2] = "queue2",
  [GST_PROF_HOLDER_MULTIQUEUE] = "multiqueue",
  [GST_PROF_HOLDER_JITTERBUFFER] = "jitterbuffer",
  [GST_PROF_HOLDER_APPSRC] = "appsrc",
  [GST_PROF_HOLDER_ENCODER] = "encoder",
};

G_STATIC_ASSERT (G_N_ELEMENTS (kind_nicks) == GST_PROF_HOLDER_N_KINDS);

struct _GstProfHolders
{
  guint n;
  guint64 refused;              /* at once, the most */
  guint64 refused_now;
  GstProfHolderState *states[GST_PROF_HOLDERS_MAX];
  gboolean seen[GST_PROF_HOLDERS_MAX];
};

/*
 * gst_prof_holder_kind_get_nick:
 * @kind: a kind
 *
 * Returns: (transfer none): the word for it in messages
 */
const gchar *
gst_prof_holder_kind_get_nick (GstProfHolderKind kind)
{
  g_return_val_if_fail (kind < GST_PROF_HOLDER_N_KINDS, NULL);

  return kind_nicks[kind];
}

/*
 * gst_prof_holder_is_bounded:
 * @holder: a holder
 *
 * Returns: whether it has any limit
 */
gboolean
gst_prof_holder_is_bounded (const GstProfHolder * holder)
{
  return holder->max_buffers > 0 || holder->max_bytes > 0
      || holder->max_time > 0;
}

/*
 * gst_prof_holder_is_full:
 * @holder: a holder
 *
 * Returns: whether it has reached one of its limits
 */
gboolean
gst_prof_holder_is_full (const GstProfHolder * holder)
{
  return (holder->max_buffers > 0 && holder->buffers >= holder->max_buffers)
      || (holder->max_bytes > 0 && holder->bytes >= holder->max_bytes)
      || (holder->max_time > 0 && holder->time >= holder->max_time);
}

/*
 * gst_prof_holders_new:
 *
 * Returns: (transfer full): an empty table
 */
GstProfHolders *
gst_prof_holders_new (void)
{
  return g_new0 (GstProfHolders, 1);
}

/*
 * gst_prof_holders_free:
 * @holders: (nullable) (transfer full): a table
 */
void
gst_prof_holders_free (GstProfHolders * holders)
{
  if (holders == NULL)
    return;
  for (guint i = 0; i < holders->n; i++)
    g_free (holders->states[i]);
  g_free (holders);
}

/*
 * gst_prof_holders_begin:
 * @holders: the table
 *
 * The levels of all that are there follow.
 */
void
gst_prof_holders_begin (GstProfHolders * holders)
{
  memset (holders->seen, 0, sizeof (holders->seen));
  holders->refused_now = 0;
}

static GstProfHolderState *
add_state (GstProfHolders * holders, guint * i)
{
  for (*i = 0; *i < holders->n; (*i)++) {
    if (holders->n == GST_PROF_HOLDERS_MAX && !holders->states[*i]->present
        && !holders->seen[*i])
      return holders->states[*i];
  }
  if (holders->n == GST_PROF_HOLDERS_MAX)
    return NULL;
  holders->states[holders->n] = g_new0 (GstProfHolderState, 1);
  return holders->states[holders->n++];
}

static GstProfHolderState *
ensure_state (GstProfHolders * holders, const GstProfHolder * level, guint * i)
{
  GstProfHolderState *state;

  for (*i = 0; *i < holders->n; (*i)++) {
    state = holders->states[*i];
    if (state->now.id == level->id && state->now.kind == level->kind
        && strcmp (state->now.name, level->name) == 0)
      return state;
  }
  state = add_state (holders, i);
  if (state == NULL)
    return NULL;
  *state = (GstProfHolderState) {.now = *level,.peak = *level };
  gst_prof_trend_init (&state->bytes, INTERVAL);
  gst_prof_trend_init (&state->buffers, INTERVAL);
  gst_prof_trend_init (&state->taken, INTERVAL);
  gst_prof_trend_init (&state->dropped, INTERVAL);
  return state;
}

/* Queues count their bytes in 32 bits, and one that nothing limits passes that.
 * Between two looks at it a level moves by less than half of it. */
static guint64
unwrap_bytes (const GstProfHolder * before, const GstProfHolder * level)
{
  gint32 step = (gint32) ((guint32) level->bytes - (guint32) before->bytes);

  if (level->kind > GST_PROF_HOLDER_MULTIQUEUE || level->buffers == 0
      || level->bytes > G_MAXUINT32)
    return level->bytes;
  if (step < 0 && before->bytes < (guint64) - (gint64) step)
    return level->bytes;
  return before->bytes + step;
}

/*
 * gst_prof_holders_update:
 * @holders: the table
 * @level: what is in one of them
 * @now: the time, nanoseconds
 *
 * To be called between gst_prof_holders_begin() and gst_prof_holders_end().
 */
void
gst_prof_holders_update (GstProfHolders * holders, const GstProfHolder * level,
    GstClockTime now)
{
  guint i;
  GstProfHolderState *state = ensure_state (holders, level, &i);
  guint64 bytes;

  if (state == NULL) {
    holders->refused_now++;
    return;
  }
  bytes = unwrap_bytes (&state->now, level);
  state->now = *level;
  state->now.bytes = bytes;
  state->present = TRUE;
  holders->seen[i] = TRUE;
  state->peak.buffers = MAX (state->peak.buffers, level->buffers);
  state->peak.bytes = MAX (state->peak.bytes, bytes);
  state->peak.time = MAX (state->peak.time, level->time);
  gst_prof_trend_add (&state->bytes, now, bytes);
  gst_prof_trend_add (&state->buffers, now, level->buffers);
  if (level->leaky) {
    gst_prof_trend_add (&state->taken, now, level->taken);
    gst_prof_trend_add (&state->dropped, now, level->dropped);
  }
}

/*
 * gst_prof_holders_end:
 * @holders: the table
 *
 * What was not updated since gst_prof_holders_begin() is gone.
 */
void
gst_prof_holders_end (GstProfHolders * holders)
{
  for (guint i = 0; i < holders->n; i++) {
    GstProfHolderState *state = holders->states[i];

    if (holders->seen[i])
      continue;
    state->present = FALSE;
    state->now.buffers = state->now.bytes = state->now.time = 0;
  }
  holders->refused = MAX (holders->refused, holders->refused_now);
}

/*
 * gst_prof_holders_get_count:
 * @holders: the table
 *
 * Returns: how many are known
 */
guint
gst_prof_holders_get_count (GstProfHolders * holders)
{
  return holders->n;
}

/*
 * gst_prof_holders_get:
 * @holders: the table
 * @i: less than their number
 *
 * Returns: (transfer none): one of them
 */
const GstProfHolderState *
gst_prof_holders_get (GstProfHolders * holders, guint i)
{
  return holders->states[i];
}

/*
 * gst_prof_holders_get_refused:
 * @holders: the table
 *
 * Returns: the most that there was no room for at once
 */
guint64
gst_prof_holders_get_refused (GstProfHolders * holders)
{
  return holders->refused;
}

/*
 * gst_prof_holder_state_get_growth:
 * @state: a holder
 *
 * Returns: bytes that are in it and were not at the end of the warm-up
 */
guint64
gst_prof_holder_state_get_growth (const GstProfHolderState * state)
{
  return state->now.bytes - MIN (state->now.bytes, state->base_bytes);
}

/* In the shortest window that shows it; a queue that is empty now and holds a
 * buffer then does not grow. */
static gboolean
measure (const GstProfTrend * trend, GstProfTrendGrowth * growth)
{
  gboolean found = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (windows); i++) {
    if (gst_prof_trend_measure (trend, windows[i], growth)) {
      found = TRUE;
      if (growth->steady)
        break;
    }
  }
  return found;
}

static gboolean
measure_state (const GstProfHolderState * state, GstProfHolderGrowth * found)
{
  GstProfTrendGrowth bytes, buffers;

  if (!state->present || !measure (&state->bytes, &bytes)
      || !measure (&state->buffers, &buffers))
    return FALSE;
  found->holder = state->now;
  found->rate = bytes.rate;
  found->buffer_rate = buffers.steady ? buffers.rate : 0;
  found->full = gst_prof_holder_is_full (&state->now);
  return TRUE;
}

/* What grows says more than what is full and has stopped growing, and that more
 * than what just holds something. */
static guint
get_rank (const GstProfHolderGrowth * growth)
{
  if (growth->full)
    return 1;
  return growth->buffer_rate > 0 && (growth->rate >= LEAST_RATE
      || growth->holder.kind == GST_PROF_HOLDER_JITTERBUFFER) ? 2 : 0;
}

static gboolean
holds_more (const GstProfHolderGrowth * a, const GstProfHolderGrowth * b)
{
  if (get_rank (a) != get_rank (b))
    return get_rank (a) > get_rank (b);
  if (get_rank (a) == 2 && a->rate != b->rate)
    return a->rate > b->rate;
  return a->holder.bytes > b->holder.bytes;
}

/*
 * gst_prof_holders_find_backlog:
 * @holders: the table
 * @growth: (out caller-allocates): the one that grows most, else the one that
 *   holds most of those that are full, else of all; without a name when nothing
 *   holds anything
 */
void
gst_prof_holders_find_backlog (GstProfHolders * holders,
    GstProfHolderGrowth * growth)
{
  *growth = (GstProfHolderGrowth) { 0 };

  for (guint i = 0; i < holders->n; i++) {
    GstProfHolderGrowth found;

    if (!measure_state (holders->states[i], &found)
        || found.holder.buffers == 0)
      continue;
    if (growth->holder.name[0] == '\0' || holds_more (&found, growth))
      *growth = found;
  }
}

/* In the longest window: a network brings frames in bursts. */
static gdouble
measure_taken (const GstProfHolderState * state)
{
  GstProfTrendGrowth taken;

  for (guint i = G_N_ELEMENTS (windows); i-- > 0;) {
    if (gst_prof_trend_measure (&state->taken, windows[i], &taken)
        && taken.to > taken.from)
      return (gdouble) (taken.last - taken.first) * GST_SECOND
          / (taken.to - taken.from);
  }
  return 0;
}

/* In the shortest window that shows it, and until now: one that was full for a
 * moment does not count. */
static gboolean
measure_drops (const GstProfHolderState * state, GstClockTime now,
    GstProfHolderDrops * drops)
{
  GstProfTrendGrowth dropped;

  if (!state->present || !state->now.leaky)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (windows); i++) {
    if (!gst_prof_trend_measure (&state->dropped, windows[i], &dropped)
        || !dropped.steady || dropped.last - dropped.first < LEAST_DROPS
        || now - MIN (now, dropped.to) > windows[0])
      continue;
    *drops = (GstProfHolderDrops) {
      .holder.holder = state->now,
      .holder.full = gst_prof_holder_is_full (&state->now),
      .since = dropped.from,
      .before = dropped.first,
      .rate = dropped.rate,
      .taken_rate = measure_taken (state),
    };
    return TRUE;
  }
  return FALSE;
}

/*
 * gst_prof_holders_find_drops:
 * @holders: the table
 * @now: the time, nanoseconds
 * @drops: (out caller-allocates): the one that throws most frames away, all the
 *   time; untouched when none does
 *
 * Returns: %FALSE when none does
 */
gboolean
gst_prof_holders_find_drops (GstProfHolders * holders, GstClockTime now,
    GstProfHolderDrops * drops)
{
  GstProfHolderDrops measured;
  gboolean found = FALSE;

  for (guint i = 0; i < holders->n; i++) {
    if (!measure_drops (holders->states[i], now, &measured)
        || (found && measured.rate <= drops->rate))
      continue;
    found = TRUE;
    *drops = measured;
  }
  return found;
}

/*
 * gst_prof_holders_set_base:
 * @holders: the table
 *
 * The warm-up is over: growth counts from here, but for what grows without a
 * limit already.
 *
 * Returns: the bytes in those that do
 */
guint64
gst_prof_holders_set_base (GstProfHolders * holders)
{
  guint64 growing = 0;

  for (guint i = 0; i < holders->n; i++) {
    GstProfHolderState *state = holders->states[i];
    GstProfHolderGrowth found;

    if (measure_state (state, &found) && get_rank (&found) == 2
        && !gst_prof_holder_is_bounded (&state->now)) {
      state->base_bytes = 0;
      growing += state->now.bytes;
    } else {
      state->base_bytes = state->now.bytes;
    }
  }
  return growing;
}
