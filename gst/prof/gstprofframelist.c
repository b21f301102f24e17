/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The frames of one stream that are on their way: their order, their numbers,
 * and how they are found by time. Owns the frames; knows nothing of stages but
 * their bits. Passive: its owner's thread.
 *
 * Threads deliver in bursts, so that a frame may be heard of first from a late
 * stage. The order is that of the first entries that are known, and numbers
 * follow it: they are final only when a frame ends.
 */

#include "gstprofframelist.h"

/* Stages may round times. Half a millisecond is far less than the distance of
 * two frames. */
#define TIME_TOLERANCE (GST_MSECOND / 2)

static GstProfTimeIndex *
get_index (GstProfFrameList * self, GstProfFrameKey key)
{
  return key == GST_PROF_FRAME_KEY_IN ? &self->in : &self->out;
}

static void
unlink_frame (GstProfFrameList * self, GstProfFrameEntry * frame)
{
  if (frame->prev)
    frame->prev->next = frame->next;
  else
    self->head = frame->next;
  if (frame->next)
    frame->next->prev = frame->prev;
  else
    self->tail = frame->prev;
  frame->prev = frame->next = NULL;
  self->length--;
}

/* Puts the frame where its entry belongs, looking from behind, where nearly all
 * belong. Numbers are left to be set. */
static void
link_frame (GstProfFrameList * self, GstProfFrameEntry * frame)
{
  GstProfFrameEntry *prev = self->tail;

  while (prev && prev->first_enter > frame->first_enter)
    prev = prev->prev;
  frame->prev = prev;
  frame->next = prev ? prev->next : self->head;
  if (frame->prev)
    frame->prev->next = frame;
  else
    self->head = frame;
  if (frame->next)
    frame->next->prev = frame;
  else
    self->tail = frame;
  self->length++;
}

static void
renumber_from (GstProfFrameList * self, GstProfFrameEntry * frame)
{
  guint64 number;

  if (frame == NULL)
    return;
  number = frame->prev ? frame->prev->number : self->ended;
  for (; frame; frame = frame->next)
    frame->number = ++number;
}

/*
 * gst_prof_frame_list_add:
 * @self: the list
 * @enter: when it entered a stage, CLOCK_MONOTONIC nanoseconds
 * @in: its time before the correction, or %GST_CLOCK_TIME_NONE
 * @out: its time behind it, or %GST_CLOCK_TIME_NONE
 *
 * Returns: (transfer none): a new frame
 */
GstProfFrameEntry *
gst_prof_frame_list_add (GstProfFrameList * self, GstClockTime enter,
    GstClockTime in, GstClockTime out)
{
  GstProfFrameEntry *frame = g_new0 (GstProfFrameEntry, 1);

  frame->first_enter = enter;
  frame->frame_duration = frame->encode_latency = GST_CLOCK_TIME_NONE;
  gst_prof_time_index_add (&self->in, &frame->in, in, frame);
  gst_prof_time_index_add (&self->out, &frame->out, out, frame);
  link_frame (self, frame);
  renumber_from (self, frame);
  return frame;
}

/*
 * gst_prof_frame_list_set_times:
 * @self: the list
 * @frame: a frame of it
 * @in: its time before the correction, or %GST_CLOCK_TIME_NONE
 * @out: its time behind it, or %GST_CLOCK_TIME_NONE
 */
void
gst_prof_frame_list_set_times (GstProfFrameList * self,
    GstProfFrameEntry * frame, GstClockTime in, GstClockTime out)
{
  gst_prof_time_index_remove (&self->in, &frame->in);
  gst_prof_time_index_remove (&self->out, &frame->out);
  gst_prof_time_index_add (&self->in, &frame->in, in, frame);
  gst_prof_time_index_add (&self->out, &frame->out, out, frame);
}

/*
 * gst_prof_frame_list_touch:
 * @self: the list
 * @frame: a frame of it
 * @enter: when it entered a stage, CLOCK_MONOTONIC nanoseconds
 */
void
gst_prof_frame_list_touch (GstProfFrameList * self, GstProfFrameEntry * frame,
    GstClockTime enter)
{
  if (enter >= frame->first_enter)
    return;
  frame->first_enter = enter;
  if (frame->prev == NULL || frame->prev->first_enter <= enter)
    return;
  unlink_frame (self, frame);
  link_frame (self, frame);
  renumber_from (self, frame);
}

static void
merge_cell (GstProfFrameCell * cell, const GstProfFrameCell * other)
{
  if (other->spans > 0)
    *cell = *other;
}

/*
 * gst_prof_frame_list_merge:
 * @self: the list
 * @frame: a frame of it
 * @other: another one, that turned out to be the same
 *
 * Adds what is known of @other to @frame and frees @other. Its packets have to
 * be taken over by the caller before.
 *
 * Returns: %FALSE when they passed the same stage, and so are two
 */
gboolean
gst_prof_frame_list_merge (GstProfFrameList * self, GstProfFrameEntry * frame,
    GstProfFrameEntry * other)
{
  GstProfFrameEntry *next = other->next;

  if (frame->passed & other->passed)
    return FALSE;
  for (guint i = 0; i < GST_PROF_FRAME_MAX_STAGES; i++)
    merge_cell (&frame->cells[i], &other->cells[i]);
  frame->passed |= other->passed;
  frame->unjoined |= other->unjoined;
  frame->flags |= other->flags;
  frame->lossy |= other->lossy;
  if (!GST_CLOCK_TIME_IS_VALID (frame->frame_duration))
    frame->frame_duration = other->frame_duration;
  if (other->payload != 0) {
    frame->payload = other->payload;
    frame->payload_size = other->payload_size;
  }
  gst_prof_time_index_remove (&self->in, &other->in);
  gst_prof_time_index_remove (&self->out, &other->out);
  unlink_frame (self, other);
  renumber_from (self, next);
  gst_prof_frame_list_touch (self, frame, other->first_enter);
  g_free (other);
  return TRUE;
}

/*
 * gst_prof_frame_list_end:
 * @self: the list, not empty
 *
 * Frees the first frame.
 */
void
gst_prof_frame_list_end (GstProfFrameList * self)
{
  GstProfFrameEntry *frame = self->head;

  gst_prof_time_index_remove (&self->in, &frame->in);
  gst_prof_time_index_remove (&self->out, &frame->out);
  self->ended = frame->number;
  unlink_frame (self, frame);
  g_free (frame);
}

typedef struct
{
  GstProfFrameEntry *found;
  guint32 lacking;
  gboolean unresolved;
  gboolean ambiguous;
} Search;

static void
find_oldest (gpointer item, GstClockTime distance, gpointer user_data)
{
  GstProfFrameEntry *frame = item;
  Search *search = user_data;

  if ((frame->passed & search->lacking)
      || (search->unresolved && frame->resolved))
    return;
  if (search->found == NULL || frame->number < search->found->number)
    search->found = frame;
}

static void
find_only (gpointer item, GstClockTime distance, gpointer user_data)
{
  GstProfFrameEntry *frame = item;
  Search *search = user_data;

  if (frame->passed & search->lacking)
    return;
  search->ambiguous = search->found != NULL;
  search->found = frame;
}

/*
 * gst_prof_frame_list_find:
 * @self: the list
 * @key: which time to look at
 * @time: the time
 * @lacking: bits of stages that the frame must not have passed
 * @unresolved: the frame's corrected time must not be known yet
 *
 * Returns: (transfer none) (nullable): the oldest frame that has exactly this
 *   time
 */
GstProfFrameEntry *
gst_prof_frame_list_find (GstProfFrameList * self, GstProfFrameKey key,
    GstClockTime time, guint32 lacking, gboolean unresolved)
{
  Search search = {.lacking = lacking,.unresolved = unresolved };

  gst_prof_time_index_foreach (get_index (self, key), time, 0, find_oldest,
      &search);
  return search.found;
}

/*
 * gst_prof_frame_list_find_near:
 * @self: the list
 * @key: which time to look at
 * @time: the time
 * @lacking: bits of stages that the frame must not have passed
 *
 * Returns: (transfer none) (nullable): the frame that has this time but for
 *   rounding, if there is only one
 */
GstProfFrameEntry *
gst_prof_frame_list_find_near (GstProfFrameList * self, GstProfFrameKey key,
    GstClockTime time, guint32 lacking)
{
  Search search = {.lacking = lacking };

  gst_prof_time_index_foreach (get_index (self, key), time, TIME_TOLERANCE,
      find_only, &search);
  return search.ambiguous ? NULL : search.found;
}
