/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What the coverage knows, for whoever holds its lock: names, what an address
 * is, who should have fed or drained a thread. Calls nothing of GStreamer.
 */

#include "gstprofcoverageprivate.h"

#include <gst/base/base.h>

/* Private data lies in front of an object; that of the elements that wait in
 * theirs (rtpjitterbuffer, appsrc, appsink) takes less. */
#define MAX_PRIVATE 2048

/* As much of a clock entry as a waiting thread's address may be in. */
#define CLOCK_ENTRY_SIZE 256

/*
 * gst_prof_coverage_lock:
 * @coverage: a coverage
 */
void
gst_prof_coverage_lock (GstProfCoverage * coverage)
{
  g_mutex_lock (&coverage->lock);
}

/*
 * gst_prof_coverage_unlock:
 * @coverage: a coverage
 */
void
gst_prof_coverage_unlock (GstProfCoverage * coverage)
{
  g_mutex_unlock (&coverage->lock);
}

/*
 * gst_prof_coverage_has:
 * @coverage: a coverage, locked
 * @point: a point's id
 *
 * Returns: whether the point is in this pipeline
 */
gboolean
gst_prof_coverage_has (GstProfCoverage * coverage, guint point)
{
  return point != 0 && (gst_prof_coverage_find_pad (coverage, point) != NULL
      || gst_prof_coverage_find_by_own_point (coverage, point) != NULL);
}

/*
 * gst_prof_coverage_get_range:
 * @coverage: a coverage, locked
 * @first: (out): the lowest id of its points
 * @last: (out): the highest; below @first when there is none
 */
void
gst_prof_coverage_get_range (GstProfCoverage * coverage, guint * first,
    guint * last)
{
  *first = G_MAXUINT;
  *last = 0;
  if (coverage->pads->len > 0) {
    GstProfCoveredPad *low = g_ptr_array_index (coverage->pads, 0);
    GstProfCoveredPad *high =
        g_ptr_array_index (coverage->pads, coverage->pads->len - 1);

    *first = low->point->id;
    *last = high->point->id;
  }
  for (guint i = 0; i < coverage->elements->len; i++) {
    GstProfCoveredElement *element =
        g_ptr_array_index (coverage->elements, i);

    if (element->own_point != 0) {
      *first = MIN (*first, element->own_point);
      *last = MAX (*last, element->own_point);
    }
  }
}

/* With lock held: the element that a point is of. */
static GstProfCoveredElement *
find_element_of (GstProfCoverage * coverage, guint point)
{
  GstProfCoveredPad *pad = gst_prof_coverage_find_pad (coverage, point);

  return pad ? gst_prof_coverage_find_element (coverage, pad->element)
      : gst_prof_coverage_find_by_own_point (coverage, point);
}

/*
 * gst_prof_coverage_get_name:
 * @coverage: a coverage, locked
 * @point: a point's id
 *
 * Returns: (nullable) (transfer none): name of its element, valid while locked
 */
const gchar *
gst_prof_coverage_get_name (GstProfCoverage * coverage, guint point)
{
  GstProfCoveredElement *element = point ? find_element_of (coverage, point) : NULL;

  return element ? element->name : NULL;
}

/*
 * gst_prof_coverage_get_pad_name:
 * @coverage: a coverage, locked
 * @point: a point's id
 *
 * Returns: (nullable) (transfer none): name of its element and pad, or of its
 *   element, valid while locked
 */
const gchar *
gst_prof_coverage_get_pad_name (GstProfCoverage * coverage, guint point)
{
  GstProfCoveredPad *pad =
      point ? gst_prof_coverage_find_pad (coverage, point) : NULL;

  return pad ? pad->point->name : gst_prof_coverage_get_name (coverage, point);
}

/*
 * gst_prof_coverage_is_in_stage:
 * @coverage: a coverage, locked
 * @point: a point's id
 * @stage: a stage's name
 *
 * Returns: whether the point is that of an element in the stage
 */
gboolean
gst_prof_coverage_is_in_stage (GstProfCoverage * coverage, guint point,
    GQuark stage)
{
  GstProfCoveredElement *element = point ? find_element_of (coverage, point) : NULL;

  return element != NULL && element->stage == stage;
}

/*
 * gst_prof_coverage_get_entered:
 * @coverage: a coverage, locked
 * @stage: a stage
 * @thread_id: a thread
 * @entered: (out): when the thread entered the stage last, CLOCK_MONOTONIC
 *   nanoseconds; untouched on failure
 *
 * Returns: %FALSE when another thread was there last, or none
 */
gboolean
gst_prof_coverage_get_entered (GstProfCoverage * coverage, GQuark stage,
    guint64 thread_id, GstClockTime * entered)
{
  for (guint i = 0; i < coverage->elements->len; i++) {
    const GstProfCoveredElement *element = g_ptr_array_index (coverage->elements, i);

    if (element->own == NULL || element->stage != stage
        || atomic_load (&element->own->thread_id) != thread_id)
      continue;
    *entered = atomic_load (&element->own->entered);
    return TRUE;
  }
  return FALSE;
}

/*
 * gst_prof_coverage_get_own_stage:
 * @coverage: a coverage, locked
 * @point: a point's id
 *
 * Returns: the stage, a quark, if the point is not a pad's but a stage's own;
 *   else 0
 */
GQuark
gst_prof_coverage_get_own_stage (GstProfCoverage * coverage, guint point)
{
  GstProfCoveredElement *element = point ? gst_prof_coverage_find_by_own_point (coverage, point) : NULL;

  return element ? element->stage : 0;
}

/*
 * gst_prof_coverage_get_task_name:
 * @coverage: a coverage, locked
 * @home: a point's id
 *
 * Returns: (nullable) (transfer none): element and pad whose task pushes into
 *   it, valid while locked
 */
const gchar *
gst_prof_coverage_get_task_name (GstProfCoverage * coverage, guint home)
{
  GstProfCoveredPad *pad = gst_prof_coverage_find_pad (coverage, home);

  return pad ? pad->task_name : NULL;
}

/*
 * gst_prof_coverage_get_task_element:
 * @coverage: a coverage, locked
 * @home: a point's id
 *
 * Returns: (nullable): the element whose task pushes into it; only to be
 *   compared
 */
gconstpointer
gst_prof_coverage_get_task_element (GstProfCoverage * coverage, guint home)
{
  GstProfCoveredPad *pad = gst_prof_coverage_find_pad (coverage, home);

  return pad ? pad->upstream : NULL;
}

/*
 * gst_prof_coverage_is_in_any:
 * @coverage: a coverage, locked
 * @point: a point's id
 * @is_element: which elements are looked for; must take no lock but a leaf
 * @user_data: for @is_element
 *
 * Returns: whether the point's element, or a bin that it is in, is one of those
 */
gboolean
gst_prof_coverage_is_in_any (GstProfCoverage * coverage, guint point,
    GstProfIsElementFunc is_element, gpointer user_data)
{
  GstProfCoveredElement *element = point ? find_element_of (coverage, point) : NULL;

  if (element == NULL)
    return FALSE;
  if (is_element (element->element, user_data))
    return TRUE;
  for (guint i = 0; i < element->n_bins; i++) {
    if (is_element (element->bins[i], user_data))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_in (guint64 address, guint64 start, guint64 size)
{
  return address >= start && address - start < size;
}

static gboolean
is_in_clock_entry (const GstProfCoveredElement * element, guint64 address)
{
  GstClockID id = NULL;

  /* Whoever waits has put it there, and takes it away when it has waited. */
  if (element->is_base_sink)
    id = __atomic_load_n (&GST_BASE_SINK_CAST (element->element)->clock_id,
        __ATOMIC_RELAXED);
  else if (element->is_base_src)
    id = __atomic_load_n (&GST_BASE_SRC_CAST (element->element)->clock_id,
        __ATOMIC_RELAXED);
  return id != NULL && is_in (address, (guint64) (guintptr) id,
      CLOCK_ENTRY_SIZE);
}

/* With lock held. The pad may be a bin's: one of a stage, say. */
static gboolean
is_in_pad (GstProfCoverage * coverage, guint64 address)
{
  for (guint i = 0; i < coverage->elements->len; i++) {
    GstProfCoveredElement *element = g_ptr_array_index (coverage->elements, i);

    for (guint j = 0; j < element->n_own_pads; j++) {
      if (is_in (address, element->own_pads[j], sizeof (GstPad)))
        return TRUE;
    }
  }
  return FALSE;
}

static GstProfWaitObject
find_object (GstProfCoverage * coverage, const GstProfCoveredElement * element,
    guint64 address)
{
  guint64 front = element->has_private ? MAX_PRIVATE : 0;

  if (address == 0)
    return GST_PROF_WAIT_UNKNOWN;
  if (element->is_base_sink && is_in (address, (guint64) (guintptr)
          & GST_BASE_SINK_CAST (element->element)->preroll_cond,
          sizeof (GCond)))
    return GST_PROF_WAIT_PREROLL;
  if (is_in_clock_entry (element, address))
    return GST_PROF_WAIT_CLOCK;
  if (is_in (address, element->start - front, element->size + front))
    return GST_PROF_WAIT_ELEMENT;
  if (is_in_pad (coverage, address))
    return GST_PROF_WAIT_PAD;
  return GST_PROF_WAIT_UNKNOWN;
}

/*
 * gst_prof_coverage_describe:
 * @coverage: a coverage, locked
 * @point: the innermost point that a thread is in, 0: none
 * @home: the outermost pad that it came in by last
 * @address: what it waits at, 0: no address
 * @place: (out caller-allocates): what is known of it
 */
void
gst_prof_coverage_describe (GstProfCoverage * coverage, guint point,
    guint home, guint64 address, GstProfPlace * place)
{
  GstProfCoveredElement *element = NULL;

  *place = (GstProfPlace) {
  .inside = point != 0};
  if (point != 0) {
    element = find_element_of (coverage, point);
  } else {
    GstProfCoveredPad *pad = gst_prof_coverage_find_pad (coverage, home);

    if (pad != NULL && pad->upstream != NULL)
      element = gst_prof_coverage_find_element (coverage, pad->upstream);
  }
  if (element == NULL)
    return;
  place->is_source = element->is_source;
  place->is_sink = element->is_sink;
  place->hands_over = element->hands_over;
  place->joins = element->joins;
  place->object = find_object (coverage, element, address);
}

/*
 * gst_prof_coverage_get_feeders:
 * @coverage: a coverage, locked
 * @home: the pad that a task pushes into
 * @thread_ids: (out caller-allocates) (array length=max): the threads that came
 *   last to the pads which feed that task
 * @max: how many fit
 *
 * Returns: how many there are; 0 for a source
 */
guint
gst_prof_coverage_get_feeders (GstProfCoverage * coverage, guint home,
    guint64 * thread_ids, guint max)
{
  GstProfCoveredPad *pad = gst_prof_coverage_find_pad (coverage, home);
  guint n = 0;

  for (guint i = 0; pad != NULL && i < pad->n_feeders && n < max; i++) {
    GstProfCoveredPad *feeder = gst_prof_coverage_find_pad (coverage, pad->feeders[i]);
    guint64 id = feeder ? atomic_load_explicit (&feeder->point->thread_id,
        memory_order_relaxed) : 0;

    if (id != 0)
      thread_ids[n++] = id;
  }
  return n;
}

/*
 * gst_prof_coverage_get_number:
 * @coverage: a coverage, locked
 * @point: a pad's point
 *
 * Returns: number of the pad's element; 0: it is not here, or a stage's point
 */
guint
gst_prof_coverage_get_number (GstProfCoverage * coverage, guint point)
{
  GstProfCoveredPad *pad =
      point ? gst_prof_coverage_find_pad (coverage, point) : NULL;

  return pad ? pad->number : 0;
}

/*
 * gst_prof_coverage_get_unread_looks:
 * @coverage: a coverage, locked
 * @point: a pad's point
 * @looks: (out caller-allocates): what the sampler saw inside of the visit that goes
 *   on there: only @looked, @run and @waited
 */
void
gst_prof_coverage_get_unread_looks (GstProfCoverage * coverage, guint point,
    GstProfVisitTimes * looks)
{
  GstProfCoveredPad *pad =
      point ? gst_prof_coverage_find_pad (coverage, point) : NULL;
  GstProfVisitTimes now;

  *looks = (GstProfVisitTimes) { 0 };
  if (pad == NULL || pad->visits == NULL || pad->cursor == NULL)
    return;
  gst_prof_visits_get_times (pad->visits, &now);
  /* Some of it is of a visit that has ended and was not read yet. */
  if (now.visits != pad->cursor->times.visits)
    return;
  looks->looked = now.looked - pad->cursor->times.looked;
  looks->run = now.run - pad->cursor->times.run;
  looks->waited = now.waited - pad->cursor->times.waited;
}

/* Between a segment that is done and the next one nothing is to come. */
static gboolean
is_waiting_for_run (const GstProfCoveredPad * pad)
{
  GstProfVisits *visits = atomic_load (&pad->point->visits);

  return visits != NULL && gst_prof_visits_is_fresh (visits);
}

static guint64
get_thread (const GstProfCoveredPad * pad)
{
  return atomic_load_explicit (&pad->point->thread_id, memory_order_relaxed);
}

/*
 * gst_prof_coverage_feeds_another:
 * @coverage: a coverage, locked
 * @thread_id: a thread
 *
 * Returns: whether it brings what another thread of the pipeline goes on with
 */
gboolean
gst_prof_coverage_feeds_another (GstProfCoverage * coverage,
    guint64 thread_id)
{
  for (guint i = 0; i < coverage->pads->len; i++) {
    GstProfCoveredPad *pad = g_ptr_array_index (coverage->pads, i);
    guint64 fed = get_thread (pad);

    if (fed == 0 || fed == thread_id)
      continue;
    for (guint j = 0; j < pad->n_feeders; j++) {
      GstProfCoveredPad *feeder =
          gst_prof_coverage_find_pad (coverage, pad->feeders[j]);

      if (feeder != NULL && get_thread (feeder) == thread_id)
        return TRUE;
    }
  }
  return FALSE;
}

/*
 * gst_prof_coverage_is_flowing:
 * @coverage: a coverage, not locked
 * @home: a pad that a thread comes to outermost
 * @thread_id: the thread
 *
 * Returns: whether something may still come there by that thread, which feeds no
 *   other one of the pipeline: not after EOS or SEGMENT_DONE, nor when the pad is
 *   not active
 */
gboolean
gst_prof_coverage_is_flowing (GstProfCoverage * coverage, guint home,
    guint64 thread_id)
{
  GstProfCoveredPad *found;
  GstPad *pad = NULL;
  gboolean flowing = FALSE;

  g_mutex_lock (&coverage->lock);
  found = gst_prof_coverage_find_pad (coverage, home);
  if (found != NULL && get_thread (found) == thread_id
      && !is_waiting_for_run (found)
      && !gst_prof_coverage_feeds_another (coverage, thread_id))
    pad = gst_object_ref (found->pad);
  g_mutex_unlock (&coverage->lock);

  if (pad != NULL && GST_OBJECT_TRYLOCK (pad)) {
    flowing = GST_PAD_IS_ACTIVE (pad) && !GST_PAD_IS_EOS (pad)
        && !GST_PAD_IS_FLUSHING (pad);
    GST_OBJECT_UNLOCK (pad);
  }
  gst_clear_object (&pad);
  return flowing;
}

/*
 * gst_prof_coverage_get_siblings:
 * @coverage: a coverage, locked
 * @point: a sink pad of an element with several
 * @thread_ids: (out caller-allocates) (array length=max): the threads that came
 *   last to the other ones
 * @max: how many fit
 *
 * Returns: how many there are
 */
guint
gst_prof_coverage_get_siblings (GstProfCoverage * coverage, guint point,
    guint64 * thread_ids, guint max)
{
  GstProfCoveredPad *own = gst_prof_coverage_find_pad (coverage, point);
  guint n = 0;

  for (guint i = 0; own != NULL && i < coverage->pads->len && n < max; i++) {
    GstProfCoveredPad *pad = g_ptr_array_index (coverage->pads, i);
    guint64 id = atomic_load_explicit (&pad->point->thread_id,
        memory_order_relaxed);

    if (pad != own && pad->element == own->element && id != 0)
      thread_ids[n++] = id;
  }
  return n;
}

/*
 * gst_prof_coverage_add_look:
 * @coverage: a coverage, locked
 * @point: a pad's point's id
 * @inside: whether a thread is in the pad's element, or outside of all and came in
 *   there last
 * @time: how long, as the sampler sees it, nanoseconds
 * @run: how much of that it was on a CPU
 * @waited: how much of that it had nothing to do
 *
 * Adds that to the pad's visits, if they are counted.
 */
void
gst_prof_coverage_add_look (GstProfCoverage * coverage, guint point,
    gboolean inside, GstClockTime time, GstClockTime run, GstClockTime waited)
{
  GstProfCoveredPad *pad =
      point ? gst_prof_coverage_find_pad (coverage, point) : NULL;
  GstProfVisits *visits = pad ? atomic_load (&pad->point->visits) : NULL;

  if (visits != NULL)
    gst_prof_visits_add_look (visits, inside, time, run, waited);
}

/*
 * gst_prof_coverage_get_drains:
 * @coverage: a coverage, locked
 * @point: a sink pad of an element with a task
 * @homes: (out caller-allocates) (array length=max): the pads into which the
 *   task pushes that takes from there
 * @max: how many fit
 *
 * Returns: how many there are
 */
guint
gst_prof_coverage_get_drains (GstProfCoverage * coverage, guint point,
    guint * homes, guint max)
{
  guint n = 0;

  for (guint i = 0; i < coverage->pads->len && n < max; i++) {
    GstProfCoveredPad *pad = g_ptr_array_index (coverage->pads, i);

    for (guint j = 0; j < pad->n_feeders; j++) {
      if (pad->feeders[j] == point) {
        homes[n++] = pad->point->id;
        break;
      }
    }
  }
  return n;
}
