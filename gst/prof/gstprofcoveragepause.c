/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Tasks that were paused since what they push into did not take it: a flow return
 * that is not OK. From outside such a thread looks like one that has nothing to give.
 * GStreamer keeps the last flow return of each pad that pushes; who refused is found
 * with the stream, as far as these are the same. Part of the coverage; takes locks of
 * pads and tasks like gstprofcoveragelinks.c does, and in the same thread.
 *
 * It is looked again until nothing changes: what is read of the pads behind after a
 * task was seen paused is what paused it, or newer, and all of it was so at one moment.
 */

#include "gstprofcoverageprivate.h"

#include "gstprofclock.h"
#include "gstproflinks.h"

/* So often it is looked, until it is left for the next time. */
#define MAX_LOOKS 4

/* Elements in a row. */
#define MAX_DEPTH 64

/* Of an interval a task has to have been paused so much to be what took it. */
#define PART_DIVISOR 2

/*
 * gst_prof_pad_push_read:
 * @pad: a sink pad
 * @peer: the pad of an element that pushes into it
 * @push: (out): what is known of that; untouched on failure
 *
 * Returns: %FALSE when somebody has a lock of theirs
 */
gboolean
gst_prof_pad_push_read (GstPad * pad, GstPad * peer, GstProfPadPush * push)
{
  gboolean flushing;

  if (!GST_OBJECT_TRYLOCK (pad))
    return FALSE;
  flushing = GST_PAD_IS_FLUSHING (pad);
  GST_OBJECT_UNLOCK (pad);
  if (!GST_OBJECT_TRYLOCK (peer))
    return FALSE;
  push->flushing = flushing;
  push->flow = GST_PAD_LAST_FLOW_RETURN (peer);
  push->paused = GST_PAD_TASK (peer) != NULL
      && g_atomic_int_get (&GST_TASK_STATE (GST_PAD_TASK (peer)))
      == GST_TASK_PAUSED;
  GST_OBJECT_UNLOCK (peer);
  return TRUE;
}

/* With lock held: the one that lasts. */
static GstProfRefusal *
find_open (const GstProfCoveredPad * pad)
{
  GstProfRefusals *all = pad->refusals;
  GstProfRefusal *last = all != NULL
      ? &all->kept[(all->n - 1) % GST_PROF_COVERAGE_REFUSALS] : NULL;

  return last != NULL && last->lasts ? last : NULL;
}

static gboolean
is_refused (const GstProfCoveredPad * pad)
{
  return pad->push.paused && pad->push.flow != GST_FLOW_OK;
}

/* With lock held: a pad that @element pushes into, with that flow return. */
static GstProfCoveredPad *
find_next (GstProfCoverage * coverage, GstElement * element, GstFlowReturn flow)
{
  for (guint i = 0; i < coverage->pads->len; i++) {
    GstProfCoveredPad *pad = g_ptr_array_index (coverage->pads, i);

    if (!pad->is_src && pad->upstream == element && pad->push.flow == flow)
      return pad;
  }
  return NULL;
}

/* With lock held. A pad that is flushing refuses itself, and what its element pushed
 * last says nothing. Who has ended its stream got EOS for the event, whatever it got
 * before: that is its own doing, or what it made of an error. */
static const GstProfCoveredElement *
find_refuser (GstProfCoverage * coverage, const GstProfCoveredPad * pad)
{
  if (pad->push.flow == GST_FLOW_EOS)
    return pad->upstream != NULL
        ? gst_prof_coverage_find_element (coverage, pad->upstream) : NULL;
  for (guint i = 0; i < MAX_DEPTH; i++) {
    const GstProfCoveredPad *next = pad->push.flushing ? NULL
        : find_next (coverage, pad->element, pad->push.flow);

    if (next == NULL)
      return gst_prof_coverage_find_element (coverage, pad->element);
    pad = next;
  }
  return NULL;
}

/* Returns: whether it is as it was */
static gboolean
read_again (GstProfCoverage * coverage, GstPad * pad, guint point)
{
  GstPad *peer = gst_prof_links_find_peer (pad, NULL);
  GstProfPadPush push;
  GstProfCoveredPad *entry;
  gboolean same = peer == NULL;

  if (peer != NULL && gst_prof_pad_push_read (pad, peer, &push)) {
    g_mutex_lock (&coverage->lock);
    entry = gst_prof_coverage_find_pad (coverage, point);
    same = entry == NULL || (entry->push.flow == push.flow
        && entry->push.flushing == push.flushing
        && entry->push.paused == push.paused);
    if (entry != NULL)
      entry->push = push;
    g_mutex_unlock (&coverage->lock);
  }
  gst_clear_object (&peer);
  return same;
}

static gboolean
read_all_again (GstProfCoverage * coverage, GPtrArray * pads, GArray * points)
{
  gboolean same = TRUE;

  for (guint i = 0; i < pads->len; i++) {
    GstPad *pad = g_ptr_array_index (pads, i);

    if (GST_PAD_IS_SINK (pad) && !gst_prof_links_is_locked (pad))
      same &= read_again (coverage, pad, g_array_index (points, guint, i));
  }
  return same;
}

/* With lock held. */
static gboolean
is_one_new (GstProfCoverage * coverage)
{
  for (guint i = 0; i < coverage->pads->len; i++) {
    const GstProfCoveredPad *pad = g_ptr_array_index (coverage->pads, i);

    if (is_refused (pad) && find_open (pad) == NULL)
      return TRUE;
  }
  return FALSE;
}

/* With lock held. When something came in last, up to which the task was not paused;
 * now, if that is not known. */
static GstClockTime
find_last (const GstProfCoveredPad * pad, GstClockTime now)
{
  GstProfVisit visits[GST_PROF_VISITS_KEPT];
  guint64 next = 0, lost = 0;
  guint n = pad->visits != NULL ? gst_prof_visits_read (pad->visits, &next,
      &lost, visits, G_N_ELEMENTS (visits)) : 0;

  return n > 0 ? visits[n - 1].enter : now;
}

/* With lock held. It began since the look before. */
static void
begin (GstProfCoverage * coverage, GstProfCoveredPad * pad, GstClockTime now)
{
  const GstProfCoveredElement *refuser = find_refuser (coverage, pad);
  GstProfRefusal *refusal;

  if (pad->refusals == NULL)
    pad->refusals = g_new0 (GstProfRefusals, 1);
  refusal = &pad->refusals->kept[pad->refusals->n++
      % GST_PROF_COVERAGE_REFUSALS];
  g_free (refusal->name);
  *refusal = (GstProfRefusal) {
    .lasts = TRUE,
    .from = MAX (coverage->pauses_read, find_last (pad, now)),
    .flow = pad->push.flow,
    .name = refuser ? g_strdup (refuser->name) : NULL,
  };
}

/* With lock held. */
static void
take_refusals (GstProfCoverage * coverage, gboolean stands, GstClockTime now)
{
  for (guint i = 0; i < coverage->pads->len; i++) {
    GstProfCoveredPad *pad = g_ptr_array_index (coverage->pads, i);
    GstProfRefusal *open = find_open (pad);

    if (is_refused (pad) && open == NULL) {
      if (stands)
        begin (coverage, pad, now);
    } else if (!is_refused (pad) && open != NULL) {
      open->lasts = FALSE;
      open->to = now;
    }
  }
  /* Else what is new has begun before. */
  if (stands)
    coverage->pauses_read = now;
}

/*
 * gst_prof_coverage_refresh_pauses:
 * @coverage: a coverage
 * @pads: (element-type GstPad): its pads, of which has just been read what is pushed
 *   into them
 * @points: (element-type guint): theirs
 *
 * Notes which tasks have been paused since the last call, and by whom.
 */
void
gst_prof_coverage_refresh_pauses (GstProfCoverage * coverage, GPtrArray * pads,
    GArray * points)
{
  GstClockTime now = gst_prof_clock_now ();
  gboolean stands;

  g_mutex_lock (&coverage->lock);
  stands = !is_one_new (coverage);
  g_mutex_unlock (&coverage->lock);
  for (guint i = 0; i < MAX_LOOKS && !stands; i++)
    stands = read_all_again (coverage, pads, points);
  g_mutex_lock (&coverage->lock);
  take_refusals (coverage, stands, now);
  g_mutex_unlock (&coverage->lock);
}

/*
 * gst_prof_coverage_find_refusal:
 * @coverage: a coverage, locked
 * @home: a point's id
 * @from: begin of an interval, CLOCK_MONOTONIC nanoseconds
 * @to: its end
 *
 * Returns: (nullable) (transfer none): why the task that pushes into it was paused for
 *   most of the interval, valid while locked; %NULL: it was not, or that is not known
 */
const GstProfRefusal *
gst_prof_coverage_find_refusal (GstProfCoverage * coverage, guint home,
    GstClockTime from, GstClockTime to)
{
  const GstProfCoveredPad *pad = gst_prof_coverage_find_pad (coverage, home);
  const GstProfRefusals *all = pad != NULL ? pad->refusals : NULL;

  for (guint i = 0; all != NULL && i < GST_PROF_COVERAGE_REFUSALS; i++) {
    const GstProfRefusal *refusal = &all->kept[i];
    GstClockTime start = MAX (from, refusal->from);
    GstClockTime end = refusal->lasts ? to : MIN (to, refusal->to);

    if (refusal->name != NULL && end > start
        && end - start >= (to - from) / PART_DIVISOR)
      return refusal;
  }
  return NULL;
}

/*
 * gst_prof_refusals_free:
 * @refusals: (nullable) (transfer full): refusals
 */
void
gst_prof_refusals_free (GstProfRefusals * refusals)
{
  for (guint i = 0; refusals != NULL && i < GST_PROF_COVERAGE_REFUSALS; i++)
    g_free (refusals->kept[i].name);
  g_free (refusals);
}
