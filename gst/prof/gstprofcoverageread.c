/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What has been counted at the pads of a pipeline since it was read last: visits
 * and their times, what came in when, what took long. Part of the coverage.
 *
 * What goes into an element and what comes out of it is read at different pads,
 * one after the other. So that all that went in is known before what came out, the
 * pads are read twice: first for what came in, then, up to the moment at which the
 * first reading began, for what came in there as what came out of the element in
 * front.
 *
 * read_lock keeps two readers apart. lock is held for one pad at a time, and no
 * lock of ours while a pad is asked for its segment.
 */

#include "gstprofcoverageprivate.h"

#include "gstproflinks.h"

#include <string.h>

typedef struct
{
  guint point;
  GstPad *pad;                  /* a reference; NULL: it is gone */
  GstProfCoveredPad *gone;
  gboolean wants_caps;
  gboolean has_segment;
  gboolean renewed;
  GstCaps *caps;                /* a reference; NULL: not known */
  GstSegment segment;
} Moved;

/* With lock held. */
static const gchar *
find_coverage (const GstProfCoveredElement * element)
{
  if (element->excluded)
    return "excluded";
  if (element->n_missed > 0)
    return "incomplete";
  if (element->n_covering < element->n_pads || element->n_left_out > 0)
    return element->n_covering > 0 ? "part" : "none";
  return element->n_probed > 0 ? "probe" : "functions";
}

/* With lock held. */
static void
tell_element (GstProfCoveredElement * element, const gchar * how,
    const GstProfReader * reader, gpointer user_data)
{
  GstProfElementReading reading = {
    .number = element->number,
    .name = element->name,
    .factory = element->factory,
    .bin = element->bin,
    .stage = g_quark_to_string (element->stage),
    .coverage = how,
  };

  if (element->told_coverage == how && element->told_stage == element->stage)
    return;
  element->told_coverage = how;
  element->told_stage = element->stage;
  reader->element (&reading, user_data);
}

/* With lock held: one of its pads more. */
void
gst_prof_covered_element_count_pad (GstProfCoveredElement * element,
    const GstProfCoveredPad * pad)
{
  element->n_pads++;
  element->n_missed += gst_prof_bracket_has_missed (pad->bracket);
  switch (gst_prof_bracket_get_kind (pad->bracket)) {
    case GST_PROF_BRACKET_PROBE:
      element->n_probed++;
      /* fallthrough */
    case GST_PROF_BRACKET_FUNCTIONS:
      element->n_covering++;
      break;
    default:
      break;
  }
}

/* With lock held: those that came and went since the last reading. */
static void
tell_short_lived (GstProfCoverage * coverage, const GstProfReader * reader,
    gpointer user_data)
{
  for (GList * l = coverage->gone_elements.head; l != NULL; l = l->next) {
    GstProfCoveredElement *element = l->data;

    if (element->told_coverage == NULL && !element->is_bin)
      tell_element (element, find_coverage (element), reader, user_data);
  }
}

/* With lock held. What bins do is told by what is inside. */
static void
tell_elements (GstProfCoverage * coverage, const GstProfReader * reader,
    gpointer user_data)
{
  tell_short_lived (coverage, reader, user_data);
  for (guint i = 0; coverage->news && i < coverage->elements->len; i++) {
    GstProfCoveredElement *element = g_ptr_array_index (coverage->elements, i);

    element->n_pads = element->n_covering = 0;
    element->n_probed = element->n_missed = 0;
  }
  for (guint i = 0; coverage->news && i < coverage->pads->len; i++) {
    const GstProfCoveredPad *pad = g_ptr_array_index (coverage->pads, i);

    gst_prof_covered_element_count_pad (gst_prof_coverage_find_element
        (coverage, pad->element), pad);
  }
  for (guint i = 0; coverage->news && i < coverage->elements->len; i++) {
    GstProfCoveredElement *element = g_ptr_array_index (coverage->elements, i);

    if (!element->is_bin)
      tell_element (element, find_coverage (element), reader, user_data);
  }
  coverage->news = FALSE;
}

/* Takes @gone. */
static void
tell_gone (GQueue * gone, const GstProfReader * reader, gpointer user_data)
{
  GstProfCoveredElement *element;

  while ((element = g_queue_pop_head (gone)) != NULL) {
    reader->gone (element->number, user_data);
    gst_prof_covered_element_free (element);
  }
}

/* With lock held. */
static gboolean
has_moved (const GstProfCoveredPad * pad)
{
  static const GstProfPadCursor start = { 0 };
  const GstProfPadCursor *cursor = pad->cursor ? pad->cursor : &start;
  GstProfVisitTimes times;

  if (pad->visits == NULL)
    return FALSE;
  gst_prof_visits_get_times (pad->visits, &times);
  return cursor->next_out != cursor->next_in
      || gst_prof_visits_has_slow (pad->visits, cursor->next_slow)
      || times.buffers != cursor->times.buffers
      || times.visits != cursor->times.visits
      || times.outside != cursor->times.outside;
}

static void
moved_clear (gpointer data)
{
  Moved *moved = data;

  gst_clear_object (&moved->pad);
  gst_clear_caps (&moved->caps);
  g_clear_pointer (&moved->gone, gst_prof_covered_pad_free);
}

/* With lock held. */
static GArray *
find_moved (GstProfCoverage * coverage)
{
  GArray *all = g_array_new (FALSE, TRUE, sizeof (Moved));
  GstProfCoveredPad *gone;

  g_array_set_clear_func (all, moved_clear);
  while ((gone = g_queue_pop_head (&coverage->gone_pads)) != NULL) {
    Moved moved = {.gone = gone };

    g_array_append_val (all, moved);
  }
  for (guint i = 0; i < coverage->pads->len; i++) {
    const GstProfCoveredPad *pad = g_ptr_array_index (coverage->pads, i);
    Moved moved = {.point = pad->point->id };

    if (!has_moved (pad))
      continue;
    moved.pad = gst_object_ref (pad->pad);
    /* Pictures may come at another rate, with no other segment. */
    moved.wants_caps = pad->cursor == NULL || pad->cursor->caps == NULL
        || pad->cursor->is_video;
    g_array_append_val (all, moved);
  }
  return all;
}

/* What kind of pictures, if any. */
static void
take_caps (GstCaps * caps, GstProfPadCursor * cursor)
{
  const GstStructure *s;
  gint n, d;

  if (caps == NULL || caps == cursor->caps)
    return;
  gst_caps_replace (&cursor->caps, caps);
  s = gst_caps_get_structure (caps, 0);
  cursor->is_video = g_str_has_prefix (gst_structure_get_name (s), "video/")
      || g_str_has_prefix (gst_structure_get_name (s), "image/");
  cursor->frame_duration = 0;
  if (gst_structure_get_fraction (s, "framerate", &n, &d) && n > 0 && d > 0)
    cursor->frame_duration = gst_util_uint64_scale (GST_SECOND, d, n);
}

/* What is locked keeps the segment that was known. */
static void
read_segment (Moved * moved)
{
  GstEvent *event;

  if (moved->pad == NULL || GST_PAD_IS_SRC (moved->pad)
      || gst_prof_links_is_locked (moved->pad))
    return;
  event = gst_pad_get_sticky_event (moved->pad, GST_EVENT_SEGMENT, 0);
  if (event == NULL)
    return;
  gst_event_copy_segment (event, &moved->segment);
  moved->has_segment = TRUE;
  gst_event_unref (event);
  if (moved->wants_caps)
    moved->caps = gst_pad_get_current_caps (moved->pad);
}

/* With lock held. */
static void
take_segment (Moved * moved, GstProfPadCursor * cursor)
{
  if (!moved->has_segment)
    return;
  moved->renewed = cursor->has_segment
      && !gst_segment_is_equal (&moved->segment, &cursor->segment);
  cursor->segment = moved->segment;
  cursor->has_segment = TRUE;
  /* With another segment may come other caps. */
  if (moved->renewed)
    gst_caps_replace (&cursor->caps, NULL);
  take_caps (moved->caps, cursor);
}

/* Behind an encoder time stamps may lie in front of the segment. */
static gint64
find_running_time (const GstProfPadCursor * cursor, GstClockTime pts)
{
  guint64 time;
  gint sign = 0;

  if (cursor->has_segment && cursor->segment.format == GST_FORMAT_TIME
      && GST_CLOCK_TIME_IS_VALID (pts))
    sign = gst_segment_to_running_time_full (&cursor->segment,
        GST_FORMAT_TIME, pts, &time);
  return sign == 0 ? GST_PROF_PASSING_NO_TIME : sign * (gint64) time;
}

/* Of a visit or a pause that goes on the sampler has seen a part, and nobody has
 * counted it yet: the one is told with the other. A task that has ended stands in
 * its last pause for ever. */
static void
hold_back_looks (GstProfVisitTimes * times, const GstProfVisitTimes * before)
{
  if (times->visits == before->visits) {
    times->looked = before->looked;
    times->run = before->run;
    times->waited = before->waited;
  }
  if (times->outside == before->outside) {
    times->outside_looked = before->outside_looked;
    times->outside_run = before->outside_run;
    times->outside_waited = before->outside_waited;
  }
}

static void
subtract_times (GstProfVisitTimes * times, const GstProfVisitTimes * before)
{
  times->buffers -= before->buffers;
  times->visits -= before->visits;
  times->own -= before->own;
  times->outside -= before->outside;
  times->looked -= before->looked;
  times->run -= before->run;
  times->waited -= before->waited;
  times->outside_looked -= before->outside_looked;
  times->outside_run -= before->outside_run;
  times->outside_waited -= before->outside_waited;
}

/* A visit that took long is among those that have ended. */
static void
take_slow (const GstProfCoveredPad * pad, const GstProfVisit * ended,
    guint n_ended, GstProfPadReading * reading)
{
  GstProfVisitEvent events[GST_PROF_VISITS_EVENTS];
  guint64 lost = 0;

  reading->n_slow = gst_prof_visits_read_slow (pad->visits,
      &pad->cursor->next_slow, &lost, events, G_N_ELEMENTS (events));
  for (guint i = 0; i < reading->n_slow; i++) {
    GstProfSlowVisit *slow = &reading->slow[i];

    slow->event = events[i];
    slow->running_time = GST_PROF_PASSING_NO_TIME;
    for (guint k = 0; k < n_ended; k++) {
      if (ended[k].enter != events[i].from)
        continue;
      slow->number = ended[k].number + 1;
      slow->running_time = find_running_time (pad->cursor, ended[k].pts);
    }
  }
}

/* With lock held. */
static void
take_pauses (GstProfCoverage * coverage, const GstProfCoveredPad * pad,
    GstProfPadReading * reading)
{
  GstProfVisitEvent events[GST_PROF_VISITS_EVENTS];
  guint64 lost = 0;
  guint n = gst_prof_visits_read_pauses (pad->visits,
      &pad->cursor->next_pause, &lost, events, G_N_ELEMENTS (events));

  for (guint i = 0; i < n; i++) {
    if (!gst_prof_coverage_feeds_another (coverage, events[i].thread_id))
      reading->pauses[reading->n_pauses++] = events[i];
  }
}

/* With lock held, or of a pad that is gone. What came in before a segment changed
 * is not told from what came after: neither is matched. */
static void
take_in (const GstProfCoveredPad * pad, const Moved * moved,
    GstProfPadReading * reading)
{
  GstProfPadCursor *cursor = pad->cursor;
  GstProfVisit visits[GST_PROF_VISITS_KEPT];
  GstProfVisitTimes times;
  guint64 lost = 0;
  guint n;

  gst_prof_visits_get_times (pad->visits, &times);
  hold_back_looks (&times, &cursor->times);
  reading->times = times;
  subtract_times (&reading->times, &cursor->times);
  cursor->times = times;
  reading->renewed = moved->renewed;

  n = gst_prof_visits_read (pad->visits, &cursor->next_in, &lost, visits,
      G_N_ELEMENTS (visits));
  for (guint i = 0; i < n; i++) {
    reading->in[i].running_time = moved->renewed ? GST_PROF_PASSING_NO_TIME
        : find_running_time (cursor, visits[i].pts);
    reading->in[i].time = visits[i].enter;
  }
  reading->n_in = n;

  n = gst_prof_visits_read_ended (pad->visits, &cursor->next_own,
      &reading->unseen, visits, G_N_ELEMENTS (visits));
  for (guint i = 0; i < n; i++) {
    if (GST_CLOCK_TIME_IS_VALID (visits[i].own))
      reading->own[reading->n_own++] = visits[i].own;
  }
  take_slow (pad, visits, n, reading);
}

/* With lock held, or of a pad that is gone or that nobody else knows of. */
static void
ensure_cursor (GstProfCoveredPad * pad)
{
  if (pad->cursor == NULL)
    pad->cursor = g_new0 (GstProfPadCursor, 1);
}

/* Of a pad that nobody else knows of yet: what was counted for another coverage is
 * not told again. */
void
gst_prof_covered_pad_skip (GstProfCoveredPad * pad)
{
  g_autofree GstProfPadReading *reading = NULL;
  GstProfVisitEvent events[GST_PROF_VISITS_EVENTS];
  Moved moved = { 0 };

  if (!has_moved (pad))
    return;
  ensure_cursor (pad);
  reading = g_new0 (GstProfPadReading, 1);
  take_in (pad, &moved, reading);
  pad->cursor->next_out = pad->cursor->next_in;
  gst_prof_visits_read_pauses (pad->visits, &pad->cursor->next_pause,
      &reading->unseen, events, G_N_ELEMENTS (events));
}

/* With lock held, or of a pad that is gone. */
static void
take_out (const GstProfCoveredPad * pad, const Moved * moved,
    GstClockTime until, GstProfPadReading * reading)
{
  GstProfPadCursor *cursor = pad->cursor;
  GstProfVisit visits[GST_PROF_VISITS_KEPT];
  guint64 lost = 0;
  guint n = gst_prof_visits_read (pad->visits, &cursor->next_out, &lost,
      visits, G_N_ELEMENTS (visits));

  for (guint i = 0; i < n; i++) {
    if (visits[i].enter > until) {
      cursor->next_out = visits[i].number;
      return;
    }
    if (moved->renewed)
      continue;
    reading->out[reading->n_out++] = (GstProfPassing) {
    find_running_time (cursor, visits[i].pts), visits[i].enter};
  }
}

/* With lock held. */
static gboolean
is_at_end (GstProfCoverage * coverage, const GstProfCoveredPad * pad)
{
  const GstProfCoveredElement *element =
      gst_prof_coverage_find_element (coverage, pad->element);

  return element != NULL && element->number == pad->number
      && element->is_sink;
}

/* With lock held. */
static void
take_feeders (GstProfCoverage * coverage, const GstProfCoveredPad * pad,
    GstProfPadReading * reading)
{
  const GstProfCoveredElement *element = pad->upstream && !pad->is_src
      ? gst_prof_coverage_find_element (coverage, pad->upstream) : NULL;

  reading->handed_over = element != NULL && element->number == pad->task
      && element->hands_over;
  reading->n_feeders = pad->n_feeders;
  for (guint i = 0; i < pad->n_feeders; i++)
    reading->feeders[i] = pad->feeders[i];
}

static void
take (GstProfCoverage * coverage, Moved * moved, gboolean out,
    GstClockTime now, const GstProfReader * reader, gpointer user_data)
{
  GstProfPadReading *reading = &coverage->reading;
  GstProfCoveredPad *pad;

  memset (reading, 0, sizeof (*reading));
  g_mutex_lock (&coverage->lock);
  pad = moved->gone ? moved->gone
      : gst_prof_coverage_find_pad (coverage, moved->point);
  if (pad != NULL) {
    ensure_cursor (pad);
    reading->point = pad->point->id;
    reading->element = pad->number;
    reading->from = pad->is_src ? pad->number : pad->task;
    reading->task = pad->task;
    reading->at_end = is_at_end (coverage, pad);
    take_feeders (coverage, pad, reading);
    reading->thread_id = atomic_load_explicit (&pad->point->thread_id,
        memory_order_relaxed);
    if (!out) {
      take_segment (moved, pad->cursor);
      take_in (pad, moved, reading);
      take_pauses (coverage, pad, reading);
    } else {
      take_out (pad, moved, now, reading);
    }
    reading->gone = out && moved->gone != NULL;
    reading->is_video = pad->cursor->is_video;
    reading->frame_duration = pad->cursor->frame_duration > 0
        ? pad->cursor->frame_duration : GST_CLOCK_TIME_NONE;
  }
  g_mutex_unlock (&coverage->lock);
  if (pad != NULL)
    reader->pad (reading, user_data);
}

/*
 * gst_prof_coverage_tell_again:
 * @coverage: a coverage
 *
 * Whoever reads next does not know the elements yet.
 */
void
gst_prof_coverage_tell_again (GstProfCoverage * coverage)
{
  g_mutex_lock (&coverage->lock);
  for (guint i = 0; i < coverage->elements->len; i++) {
    GstProfCoveredElement *element = g_ptr_array_index (coverage->elements, i);

    element->told_coverage = NULL;
  }
  coverage->news = TRUE;
  g_mutex_unlock (&coverage->lock);
}

/*
 * gst_prof_coverage_read:
 * @coverage: a coverage that counts
 * @reader: who is told
 * @user_data: for @reader
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * Tells what has been counted since the last call. Any thread that is no streaming
 * thread.
 */
void
gst_prof_coverage_read (GstProfCoverage * coverage,
    const GstProfReader * reader, gpointer user_data, GstClockTime now)
{
  g_autoptr (GArray) moved = NULL;
  GQueue gone;

  g_mutex_lock (&coverage->read_lock);
  /* At one moment, so that of every pad the element is known. */
  g_mutex_lock (&coverage->lock);
  tell_elements (coverage, reader, user_data);
  moved = find_moved (coverage);
  gone = coverage->gone_elements;
  g_queue_init (&coverage->gone_elements);
  g_mutex_unlock (&coverage->lock);
  for (guint i = 0; i < moved->len; i++) {
    read_segment (&g_array_index (moved, Moved, i));
    take (coverage, &g_array_index (moved, Moved, i), FALSE, now, reader,
        user_data);
  }
  for (guint i = 0; i < moved->len; i++)
    take (coverage, &g_array_index (moved, Moved, i), TRUE, now, reader,
        user_data);
  tell_gone (&gone, reader, user_data);
  g_mutex_unlock (&coverage->read_lock);
}
