/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The state change that a pipeline is at: which thread makes it since when, and in
 * which element it is now; or for which sinks the pipeline waits after it. The
 * thread that changes the state begins and ends it, the hub's looks at it meanwhile.
 *
 * Which element it is is told by the states of the elements themselves, as they
 * stand there: a state lock, which is held all the time that a change lasts, is
 * never taken, and an object's only if nobody has it. @lock is a leaf.
 */

#include "gstprofchanging.h"

#include <gst/prof/gstprofclock.h>

#include <sys/syscall.h>
#include <unistd.h>

/* Who changes the state is looked at when that takes longer. */
#define NOTICED (200 * GST_MSECOND)

/* Bins in one another that are looked into. */
#define MAX_DEPTH 8

#define MAX_NAME 64
#define MAX_NAMES 192

typedef struct
{
  guint n_sinks;
  guint n_others;
  gboolean unsure;              /* not all could be looked at */
  gchar sink[MAX_NAME];
  gchar other[MAX_NAME];
  gchar lacking[MAX_NAMES];
} Found;

typedef struct
{
  GstClockTime since;           /* 0: none */
  GstStateChange transition;
  guint64 thread_id;            /* 0: the sinks are waited for */
  gchar element[MAX_NAME];      /* where it was seen last; empty: not seen */
  GstClockTime from;            /* since when it may be there */
  GstClockTime seen;            /* when it was last */
  gchar lacking[MAX_NAMES];
  GstClockTime waiting;         /* when it still lacked these */
} Change;

struct _GstProfChanging
{
  GstElement *pipeline;         /* whoever owns this has a reference */
  gchar *name;                  /* its */
  GstProfMonitor *monitor;

  GMutex lock;
  Change now;
  Change before;                /* of the run that is to come */
  GstClockTime ended;           /* that one */
};

/*
 * gst_prof_changing_new:
 * @pipeline: a pipeline, which stays alive
 * @monitor: its monitor, which does, too
 *
 * Returns: (transfer full): at no state change
 */
GstProfChanging *
gst_prof_changing_new (GstElement * pipeline, GstProfMonitor * monitor)
{
  GstProfChanging *changing = g_new0 (GstProfChanging, 1);

  changing->pipeline = pipeline;
  changing->name = gst_object_get_name (GST_OBJECT (pipeline));
  changing->monitor = monitor;
  g_mutex_init (&changing->lock);
  return changing;
}

/*
 * gst_prof_changing_free:
 * @changing: (transfer full): one that nobody looks at any more
 */
void
gst_prof_changing_free (GstProfChanging * changing)
{
  g_mutex_clear (&changing->lock);
  g_free (changing->name);
  g_free (changing);
}

static gint
peek (gconstpointer field)
{
  return __atomic_load_n ((const gint *) field, __ATOMIC_RELAXED);
}

static void
find_in (GstBin * bin, guint depth, Found * found)
{
  if (depth == MAX_DEPTH || !GST_OBJECT_TRYLOCK (bin)) {
    found->unsure = TRUE;
    return;
  }
  for (GList * item = bin->children; item != NULL; item = item->next) {
    GstElement *child = item->data;
    const gchar *name = GST_OBJECT_NAME (child);

    if (peek (&GST_STATE_NEXT (child)) == GST_STATE_VOID_PENDING)
      continue;
    if (GST_IS_BIN (child)) {
      find_in (GST_BIN (child), depth + 1, found);
    } else if (!GST_OBJECT_FLAG_IS_SET (child, GST_ELEMENT_FLAG_SINK)) {
      found->n_others++;
      g_strlcpy (found->other, name, sizeof found->other);
    } else {
      found->n_sinks++;
      g_strlcpy (found->sink, name, sizeof found->sink);
      if (found->lacking[0] != '\0')
        g_strlcat (found->lacking, ", ", sizeof found->lacking);
      g_strlcat (found->lacking, name, sizeof found->lacking);
    }
  }
  GST_OBJECT_UNLOCK (bin);
}

/* Sinks wait for their first buffer after their change is made: others are changed
 * meanwhile. Where it may be one of several it is not known which. */
static const gchar *
get_only (const Found * found)
{
  if (found->unsure)
    return NULL;
  if (found->n_others == 1)
    return found->other;
  return found->n_others == 0 && found->n_sinks == 1 ? found->sink : NULL;
}

/* Without lock: the monitor's is taken. */
static void
push (GstProfChanging * changing, const Change * change, GstClockTime end,
    gboolean live)
{
  GstProfStateChange told = {
    .element = change->element[0] != '\0' ? change->element : changing->name,
    .from = GST_STATE_TRANSITION_CURRENT (change->transition),
    .to = GST_STATE_TRANSITION_NEXT (change->transition),
    .lacking = change->thread_id == 0 ? change->lacking : NULL,
    .thread_id = change->thread_id,
    .start = change->from,
    .end = end,
    .live = live,
  };

  gst_prof_monitor_push_state_change (changing->monitor, &told, end);
}

/* Returns: what it was at until now */
static Change
replace (GstProfChanging * changing, const Change * change)
{
  Change last;

  g_mutex_lock (&changing->lock);
  last = changing->now;
  changing->now = *change;
  g_mutex_unlock (&changing->lock);
  return last;
}

/* The run that it is a part of begins later. With lock: of several elements that
 * it was at the one that took longest is kept. */
static void
keep_before (GstProfChanging * changing, const Change * last,
    GstClockTime now)
{
  if (changing->before.since == last->since
      && changing->ended - changing->before.from >= now - last->from)
    return;
  changing->before = *last;
  changing->ended = now;
}

static void
end (GstProfChanging * changing, const Change * next, GstClockTime now)
{
  Change last = replace (changing, next);

  if (last.since == 0 || (last.thread_id == 0 && last.lacking[0] == '\0'))
    return;
  if (last.transition == GST_STATE_CHANGE_NULL_TO_READY) {
    g_mutex_lock (&changing->lock);
    keep_before (changing, &last, now);
    g_mutex_unlock (&changing->lock);
  } else {
    push (changing, &last, now, FALSE);
  }
}

/*
 * gst_prof_changing_begin:
 * @changing: of a pipeline
 * @transition: what the calling thread is about to do to it
 */
void
gst_prof_changing_begin (GstProfChanging * changing,
    GstStateChange transition)
{
  GstClockTime now = gst_prof_clock_now ();
  Change change = {
    .since = now,.from = now,.transition = transition,
    .thread_id = syscall (SYS_gettid),
  };

  end (changing, &change, now);
}

/*
 * gst_prof_changing_end:
 * @changing: of a pipeline
 * @transition: what the calling thread did to it
 * @ret: how that went
 */
void
gst_prof_changing_end (GstProfChanging * changing, GstStateChange transition,
    GstStateChangeReturn ret)
{
  GstClockTime now = gst_prof_clock_now ();
  Change change = { 0 };

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED
      && ret == GST_STATE_CHANGE_ASYNC) {
    change.since = change.from = now;
    change.transition = transition;
  }
  end (changing, &change, now);
}

/*
 * gst_prof_changing_begin_run:
 * @changing: of a pipeline whose run has just begun
 *
 * Tells what took long before it, which is a part of it.
 */
void
gst_prof_changing_begin_run (GstProfChanging * changing)
{
  Change before = changing->before;

  changing->before = (Change) { 0 };
  if (before.since != 0)
    push (changing, &before, changing->ended, FALSE);
}

static gboolean
waits_for_sinks (GstProfChanging * changing)
{
  return peek (&GST_STATE_RETURN (changing->pipeline)) ==
      GST_STATE_CHANGE_ASYNC
      && peek (&GST_STATE_NEXT (changing->pipeline)) == GST_STATE_PAUSED;
}

/* The pipeline may stay in PAUSED as long as the application likes, and be sought
 * in: what it waited for is over. When that was is known as exactly as it is looked
 * at. */
static void
end_waiting (GstProfChanging * changing, const Change * change)
{
  g_mutex_lock (&changing->lock);
  if (changing->now.since != change->since) {
    g_mutex_unlock (&changing->lock);
    return;
  }
  changing->now = (Change) { 0 };
  g_mutex_unlock (&changing->lock);
  if (change->lacking[0] != '\0')
    push (changing, change, change->waiting, FALSE);
}

/*
 * gst_prof_changing_tick:
 * @changing: of a pipeline
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * Tells what takes long while it does. One thread at a time.
 */
void
gst_prof_changing_tick (GstProfChanging * changing, GstClockTime now)
{
  Found found = { 0 };
  const gchar *only;
  Change change, left = { 0 };

  g_mutex_lock (&changing->lock);
  change = changing->now;
  g_mutex_unlock (&changing->lock);
  if (change.since == 0 || now < change.since + NOTICED)
    return;
  if (change.thread_id == 0 && !waits_for_sinks (changing)) {
    end_waiting (changing, &change);
    return;
  }

  find_in (GST_BIN (changing->pipeline), 0, &found);
  only = get_only (&found);
  if (change.thread_id != 0) {
    gst_prof_monitor_add_thread (changing->monitor, change.thread_id);
    /* What one element took is not the next one's. */
    if (only != NULL && change.element[0] != '\0'
        && !g_str_equal (only, change.element)) {
      left = change;
      change.from = now;
    }
    if (only != NULL) {
      g_strlcpy (change.element, only, sizeof change.element);
      change.seen = now;
    }
  } else if (!found.unsure && found.lacking[0] != '\0') {
    g_strlcpy (change.lacking, found.lacking, sizeof change.lacking);
    change.waiting = now;
  } else {
    return;
  }
  g_mutex_lock (&changing->lock);
  if (changing->now.since != change.since) {
    g_mutex_unlock (&changing->lock);
    return;
  }
  changing->now = change;
  if (left.since != 0 && left.transition == GST_STATE_CHANGE_NULL_TO_READY) {
    keep_before (changing, &left, left.seen);
    left.since = 0;
  }
  g_mutex_unlock (&changing->lock);
  if (left.since != 0)
    push (changing, &left, left.seen, FALSE);
  push (changing, &change, now, TRUE);
}
