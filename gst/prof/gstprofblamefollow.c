/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What took an interval of a thread's time, by the causes behind `upstream` and
 * `downstream`: followed to the threads that should have fed or drained it.
 * Behind a jitterbuffer the packets say more than the threads: a wait is split by what
 * they did, and only the parts in which the threads before it may be to blame are
 * followed to them. Passive.
 */

#include "gstprofblameprivate.h"

/* How many threads in a row are followed. */
#define MAX_FOLLOWED 8

/* Threads that may be behind one wait: the pads of a muxer. */
#define MAX_FOLLOWERS 4

/* Stretches of waiting that are followed one by one; further ones stay what
 * they are. */
#define MAX_STRETCHES 512

/* Those of threads before a jitterbuffer, counted apart: where sound goes on there
 * are a hundred a second. When they are used up, what the packets say stands. */
#define MAX_STRETCHES_BEFORE 1024

/* Parts of one stretch behind a jitterbuffer; further ones stay `upstream`. */
#define MAX_PARTS 32

typedef struct
{
  const GstProfBlameFuncs *funcs;
  gboolean live;
  guint n_path;
  guint64 path[MAX_FOLLOWED];
  guint n_stretches;
  gboolean before;              /* a jitterbuffer */
  guint n_stretches_before;
} Follow;

static void follow_thread (Follow * follow, guint64 thread_id,
    GstClockTime from, GstClockTime to, const GstProfBlameFilter * filter,
    GstProfBlame * blame);

static gboolean
is_on_path (const Follow * follow, guint64 thread_id)
{
  for (guint i = 0; i < follow->n_path; i++) {
    if (follow->path[i] == thread_id)
      return TRUE;
  }
  return FALSE;
}

/* Of several that feed a muxer the culprit is the one that is not itself held
 * up by it: the one that waits downstream least. */
static gboolean
find_culprit (Follow * follow, const GstProfSegment * s, GstClockTime from,
    GstClockTime to, guint64 * culprit)
{
  guint64 ids[MAX_FOLLOWERS];
  guint n = follow->funcs->followers (s->cause, s->home, s->point, ids,
      MAX_FOLLOWERS, follow->funcs->user_data);
  GstClockTime least = GST_CLOCK_TIME_NONE;

  for (guint i = 0; i < n; i++) {
    const GstProfHistory *history =
        follow->funcs->history (ids[i], follow->funcs->user_data);
    GstProfBlame blame;
    GstClockTime held;

    if (history == NULL || is_on_path (follow, ids[i]))
      continue;
    held = 0;
    if (n > 1) {
      gst_prof_blame_thread (history, ids[i], from, to, follow->live, NULL,
          &blame);
      held = gst_prof_blame_get (&blame, GST_PROF_CAUSE_DOWNSTREAM);
    }
    if (held < least) {
      least = held;
      *culprit = ids[i];
    }
  }
  return GST_CLOCK_TIME_IS_VALID (least);
}

static gboolean
is_to_follow (const GstProfSegment * s)
{
  return !s->pending && (s->cause == GST_PROF_CAUSE_UPSTREAM
      || s->cause == GST_PROF_CAUSE_DOWNSTREAM);
}

/* Takes the followed thread's blame for a stretch in place of the wait. */
static void
replace_wait (GstProfBlame * blame, const GstProfSegment * s,
    guint64 thread_id, const GstProfBlame * behind)
{
  for (guint i = 0; i < blame->n_items; i++) {
    GstProfBlameItem *item = &blame->items[i];
    GstClockTime time;

    if (item->cause != s->cause || item->thread_id != thread_id
        || item->point != s->point || item->home != s->home)
      continue;
    /* As much as there is: the wait may have been limited. */
    time = MIN (item->time, behind->wall);
    item->time -= time;
    blame->rest += time;
    for (guint j = 0; j < behind->n_items; j++) {
      GstProfBlameItem other = behind->items[j];

      other.time = gst_util_uint64_scale (other.time, time, behind->wall);
      gst_prof_blame_add_item (blame, &other);
    }
    gst_prof_blame_add_places (blame, behind, time, behind->wall);
    return;
  }
}

/* Whether one more stretch may be followed. */
static gboolean
count_stretch (Follow * follow)
{
  guint *n = follow->before ? &follow->n_stretches_before
      : &follow->n_stretches;

  if (*n == (follow->before ? MAX_STRETCHES_BEFORE : MAX_STRETCHES))
    return FALSE;
  (*n)++;
  return TRUE;
}

/* What the culprit did in a stretch of the wait. */
static gboolean
follow_stretch (Follow * follow, const GstProfSegment * s, GstClockTime from,
    GstClockTime to, GstProfBlame * behind)
{
  guint64 culprit;

  if (!count_stretch (follow)
      || !find_culprit (follow, s, from, to, &culprit))
    return FALSE;
  follow_thread (follow, culprit, from, to, NULL, behind);
  return TRUE;
}

/* What keeps a thread from reading the socket in time. A thread that gets no CPU
 * or is stopped reads none either, but that is not its own doing. */
static gboolean
keeps_from_reading (GstProfCause cause)
{
  return gst_prof_blame_is_work (cause)
      || cause == GST_PROF_CAUSE_BLOCKED_PAD;
}

/* What the threads before the jitterbuffer did, by what the packets and the
 * socket say of it: if they only waited, @own has the cause. */
static void
name_part (const GstProfReceivePart * part, const GstProfBlameItem * own,
    const GstProfBlame * did, GstProfBlame * behind)
{
  gboolean full = part->socket_full > 0;

  gst_prof_blame_init (behind, did->wall);
  for (guint i = 0; i < did->n_items; i++) {
    GstProfBlameItem item = did->items[i];

    if (full && keeps_from_reading (item.cause)) {
      item.doing = item.cause;
      item.cause = GST_PROF_CAUSE_RECEIVE_THREAD;
    } else if (item.cause == GST_PROF_CAUSE_UPSTREAM
        && part->socket_full > (part->to - part->from) / 2) {
      /* It waits, while there is something to read: who knows for what. */
      item.cause = GST_PROF_CAUSE_RECEIVE_THREAD;
    } else if (item.cause == GST_PROF_CAUSE_UPSTREAM
        && own->cause != GST_PROF_CAUSE_UPSTREAM) {
      GstClockTime time = item.time;

      item = *own;
      item.time = time;
    }
    gst_prof_blame_add_item (behind, &item);
  }
  gst_prof_blame_add_places (behind, did, did->wall, did->wall);
  if (full) {
    GstProfBlameItem rest = did->n_items > 0 ? did->items[0] : *own;

    rest.cause = GST_PROF_CAUSE_RECEIVE_THREAD;
    rest.doing = GST_PROF_CAUSE_UNKNOWN;
    rest.time = behind->rest;
    rest.call = -1;
    gst_prof_blame_add_item (behind, &rest);
  }
}

static void
follow_part (Follow * follow, const GstProfSegment * s, guint64 thread_id,
    const GstProfReceivePart * part, GstProfBlame * behind)
{
  const GstProfBlameItem own = {
    .cause = part->cause,
    .time = part->to - part->from,
    .thread_id = thread_id,
    .point = s->point,
    .home = s->home,
    .call = s->call,
    .state = s->state,
    .object = s->object,
  };
  gboolean before = follow->before, followed;
  GstProfBlame did;

  follow->before = TRUE;
  followed = !gst_prof_receive_is_final (part->cause)
      && follow_stretch (follow, s, part->from, part->to, &did);
  follow->before = before;
  if (followed) {
    name_part (part, &own, &did, behind);
  } else {
    gst_prof_blame_init (behind, own.time);
    gst_prof_blame_add_item (behind, &own);
  }
}

/* By parts, if that is known: else it is all one. */
static gboolean
follow_parts (Follow * follow, const GstProfSegment * s, guint64 thread_id,
    GstClockTime from, GstClockTime to, GstProfBlame * behind)
{
  const GstProfBlameFuncs *funcs = follow->funcs;
  GstProfReceivePart parts[MAX_PARTS];
  guint n = 0;

  if (funcs->split != NULL && s->cause == GST_PROF_CAUSE_UPSTREAM)
    n = funcs->split (s->home, s->point, from, to, parts, MAX_PARTS,
        funcs->user_data);
  gst_prof_blame_init (behind, 0);
  for (guint i = 0; i < n; i++) {
    GstProfBlame part;

    follow_part (follow, s, thread_id, &parts[i], &part);
    gst_prof_blame_merge (behind, &part);
  }
  return n > 0;
}

static void
follow_segment (Follow * follow, const GstProfSegment * s, guint64 thread_id,
    GstClockTime from, GstClockTime to, GstProfBlame * blame)
{
  GstClockTime run_from, run_to, rest_from, rest_to;
  GstProfBlame behind;

  gst_prof_blame_get_halves (s, &run_from, &run_to, &rest_from, &rest_to);
  rest_from = MAX (rest_from, from);
  rest_to = MIN (rest_to, to);
  if (rest_to <= rest_from)
    return;
  if (follow_parts (follow, s, thread_id, rest_from, rest_to, &behind)
      || follow_stretch (follow, s, rest_from, rest_to, &behind))
    replace_wait (blame, s, thread_id, &behind);
}

static void
follow_thread (Follow * follow, guint64 thread_id, GstClockTime from,
    GstClockTime to, const GstProfBlameFilter * filter, GstProfBlame * blame)
{
  const GstProfHistory *history =
      follow->funcs->history (thread_id, follow->funcs->user_data);
  guint n;

  gst_prof_blame_thread (history, thread_id, from, to, follow->live, filter,
      blame);
  if (history == NULL || follow->n_path == MAX_FOLLOWED)
    return;
  follow->path[follow->n_path++] = thread_id;
  n = gst_prof_history_get_length (history);
  for (guint i = gst_prof_history_find (history, from); i < n; i++) {
    const GstProfSegment *segment = gst_prof_history_get (history, i);

    if (segment->from >= to)
      break;
    if (is_to_follow (segment) && gst_prof_blame_is_wanted (filter, segment))
      follow_segment (follow, segment, thread_id, from, to, blame);
  }
  follow->n_path--;
}

/*
 * gst_prof_blame_follow:
 * @funcs: how threads are found
 * @thread_id: the thread
 * @from: begin of the interval, CLOCK_MONOTONIC nanoseconds
 * @to: its end
 * @live: it still goes on
 * @filter: (nullable): which places of that thread count
 * @blame: (out caller-allocates): the interval by cause, where `upstream` and
 *   `downstream` are what the other thread did meanwhile, or why no packets
 *   came; they stand only where there is no such thread
 */
void
gst_prof_blame_follow (const GstProfBlameFuncs * funcs, guint64 thread_id,
    GstClockTime from, GstClockTime to, gboolean live,
    const GstProfBlameFilter * filter, GstProfBlame * blame)
{
  Follow follow = {.funcs = funcs,.live = live };

  follow_thread (&follow, thread_id, from, to, filter, blame);
}
