/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What the last frames of a stream cost, against what they may: medians, since
 * one frame that took long is not what makes a pipeline too slow. Owns the last
 * 60 frames' numbers. Passive.
 */

#include "gstprofload.h"

#include <string.h>

/* Of fewer frames a median says nothing. */
#define MIN_FRAMES 3
#define MIN_INTERVALS 10

static const gchar *const place_nicks[] = {
  [GST_PROF_LOAD_STAGE] = "stage",
  [GST_PROF_LOAD_THREAD] = "thread",
  [GST_PROF_LOAD_BEHIND] = "behind",
  [GST_PROF_LOAD_BEFORE] = "before",
  [GST_PROF_LOAD_BETWEEN] = "between",
  [GST_PROF_LOAD_UNMEASURED] = "unmeasured",
};

/*
 * gst_prof_load_place_get_nick:
 * @place: a place
 *
 * Returns: (transfer none): the word for it in messages
 */
const gchar *
gst_prof_load_place_get_nick (GstProfLoadPlace place)
{
  return place_nicks[place];
}

/*
 * gst_prof_load_init:
 * @load: (out caller-allocates): of no frames
 */
void
gst_prof_load_init (GstProfLoad * load)
{
  *load = (GstProfLoad) {
    .budget = GST_CLOCK_TIME_NONE,
    .interval = GST_CLOCK_TIME_NONE,
  };
}

/* The names outlive the frame table: there are at most 16 in a run. */
static const gchar *
intern (const gchar * stage)
{
  return g_quark_to_string (g_quark_from_string (stage));
}

static const GstProfFrameCell *
find_slowest (const GstProfFrame * frame)
{
  const GstProfFrameCell *slowest = NULL;

  for (guint i = 0; i < frame->n_cells; i++) {
    const GstProfFrameCell *cell = &frame->cells[i];

    if (cell->thread_id == frame->occupancy_thread
        && (slowest == NULL || cell->own > slowest->own))
      slowest = cell;
  }
  return slowest;
}

/*
 * gst_prof_load_add:
 * @load: the load
 * @frame: a frame that passed all stages in PLAYING
 */
void
gst_prof_load_add (GstProfLoad * load, const GstProfFrame * frame)
{
  const GstProfFrameCell *slowest = find_slowest (frame);
  const GstProfFrameCell *first = &frame->cells[0];
  GstProfLoadFrame *entry = &load->frames[load->next];

  if (slowest == NULL)
    return;
  load->budget = frame->frame_duration;
  load->first_stage = intern (first->stage);
  *entry = (GstProfLoadFrame) {
    .enter = frame->first_enter,
    .running_time = frame->running_time,
    .occupancy = frame->occupancy,
    .stay = first->leave - MIN (first->leave, first->enter),
    .own = slowest->own,
    .stage = intern (slowest->stage),
  };
  load->next = (load->next + 1) % GST_PROF_LOAD_FRAMES;
  load->n = MIN (load->n + 1, GST_PROF_LOAD_FRAMES);
}

static int
compare_times (const void *a, const void *b)
{
  const GstClockTime first = *(const GstClockTime *) a;
  const GstClockTime second = *(const GstClockTime *) b;

  return first < second ? -1 : first > second;
}

/* %GST_CLOCK_TIME_NONE: of none */
static GstClockTime
get_median (GstClockTime * times, guint n)
{
  if (n == 0)
    return GST_CLOCK_TIME_NONE;
  qsort (times, n, sizeof (times[0]), compare_times);
  return times[(n - 1) / 2];
}

/* The member of each frame at @offset, of those with @stage (NULL: of all). */
static GstClockTime
find_median (const GstProfLoadFrame * const *frames, guint n, gsize offset,
    const gchar * stage)
{
  GstClockTime times[GST_PROF_LOAD_FRAMES];
  guint k = 0;

  for (guint i = 0; i < n; i++) {
    if (stage == NULL || frames[i]->stage == stage)
      times[k++] = G_STRUCT_MEMBER (GstClockTime, frames[i], offset);
  }
  return get_median (times, k);
}

/* Once a queue in front drops what is too much, the time stamps lie further apart
 * than what is to be recorded: the shortest interval that was seen counts. */
static GstClockTime
find_interval (GstProfLoad * load, const GstProfLoadFrame * const *frames,
    guint n)
{
  GstClockTime times[GST_PROF_LOAD_FRAMES];
  guint k = 0;

  for (guint i = 1; i < n; i++) {
    if (GST_CLOCK_TIME_IS_VALID (frames[i]->running_time)
        && GST_CLOCK_TIME_IS_VALID (frames[i - 1]->running_time)
        && frames[i]->running_time > frames[i - 1]->running_time)
      times[k++] = frames[i]->running_time - frames[i - 1]->running_time;
  }
  if (k >= MIN_INTERVALS)
    load->interval = MIN (load->interval, get_median (times, k));
  return GST_CLOCK_TIME_IS_VALID (load->interval) ? load->interval :
      get_median (times, k);
}

/* The one that was slowest in most of them. */
static const gchar *
find_stage (const GstProfLoadFrame * const *frames, guint n)
{
  const gchar *most = NULL;
  guint most_count = 0;

  for (guint i = 0; i < n; i++) {
    guint count = 0;

    for (guint k = 0; k < n; k++)
      count += frames[k]->stage == frames[i]->stage;
    if (count > most_count) {
      most = frames[i]->stage;
      most_count = count;
    }
  }
  return most;
}

static guint
select_frames (const GstProfLoad * load, GstClockTime since,
    const GstProfLoadFrame ** frames)
{
  guint n = 0, first;

  for (guint i = 0; i < load->n; i++)
    frames[n++] = &load->frames[(load->next + GST_PROF_LOAD_FRAMES - load->n
            + i) % GST_PROF_LOAD_FRAMES];
  for (first = 0; first + MIN_FRAMES < n && frames[first]->enter < since;)
    first++;
  memmove (frames, frames + first, (n - first) * sizeof (frames[0]));
  return n - first;
}

static gdouble
get_rate (GstClockTime time)
{
  return GST_CLOCK_TIME_IS_VALID (time) && time > 0
      ? (gdouble) GST_SECOND / time : 0;
}

static GstProfLoadPlace
find_place (const GstProfLoadFigures * figures)
{
  if (!GST_CLOCK_TIME_IS_VALID (figures->budget)
      || figures->own > figures->budget)
    return GST_PROF_LOAD_STAGE;
  if (figures->occupancy > figures->budget)
    return GST_PROF_LOAD_THREAD;
  return figures->stay > figures->budget ? GST_PROF_LOAD_BEHIND :
      GST_PROF_LOAD_BEFORE;
}

/*
 * gst_prof_load_measure:
 * @load: the load
 * @since: frames that came in before do not count, while others are left
 * @figures: (out caller-allocates): gets the numbers
 */
void
gst_prof_load_measure (GstProfLoad * load, GstClockTime since,
    GstProfLoadFigures * figures)
{
  const GstProfLoadFrame *frames[GST_PROF_LOAD_FRAMES];
  guint n = select_frames (load, since, frames);

  *figures = (GstProfLoadFigures) {.budget = GST_CLOCK_TIME_NONE };
  if (n < MIN_FRAMES)
    return;

  figures->frames = n;
  figures->budget = GST_CLOCK_TIME_IS_VALID (load->budget) ? load->budget :
      find_interval (load, frames, n);
  figures->stage = find_stage (frames, n);
  figures->own = find_median (frames, n, G_STRUCT_OFFSET (GstProfLoadFrame,
          own), figures->stage);
  figures->occupancy = find_median (frames, n,
      G_STRUCT_OFFSET (GstProfLoadFrame, occupancy), NULL);
  figures->stay = find_median (frames, n, G_STRUCT_OFFSET (GstProfLoadFrame,
          stay), NULL);

  figures->place = find_place (figures);
  figures->sustained = get_rate (figures->place == GST_PROF_LOAD_BEHIND
      ? figures->stay : figures->occupancy);
  if (figures->place == GST_PROF_LOAD_BEHIND
      || figures->place == GST_PROF_LOAD_BEFORE)
    figures->stage = load->first_stage;
  if (figures->place == GST_PROF_LOAD_BEFORE)
    figures->sustained = frames[n - 1]->enter > frames[0]->enter
        ? (gdouble) (n - 1) * GST_SECOND
        / (frames[n - 1]->enter - frames[0]->enter) : 0;
}
