/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The end of a frame: when it has ended, how, and what is told of it. Owns
 * nothing. Passive: its owner's thread.
 *
 * Each stage delivers in order. So a frame that lacks a stage which a later
 * frame has passed will never pass it, however the threads' deliveries are
 * mixed. Frames end in order of their numbers: one that is still on its way
 * holds back those behind it, 512 at most.
 */

#include "gstprofstreamend.h"

#include "gstprofstreamstages.h"

/* Newer frames after which one is given up. x264enc keeps at most 250. */
#define MAX_INSIDE 512

/* After this time a stage that has joined nothing is not waited for: one that
 * is silent, and one that only other streams pass */
#define SILENT_AFTER (5 * GST_SECOND)
#define FOREIGN_AFTER GST_SECOND

#define FRAME_FLAGS (GST_PROF_SPAN_FLAG_KEYFRAME \
    | GST_PROF_SPAN_FLAG_PREROLL | GST_PROF_SPAN_FLAG_CORRECTED \
    | GST_PROF_SPAN_FLAG_RESET)

static gboolean
was_overtaken (GstProfFrameStream * self, const GstProfFrameEntry * frame,
    guint s)
{
  const GstProfFrameEntry *last = self->stage[s].last;

  if (last == NULL || last->number <= frame->number)
    return FALSE;
  /* Stages in decode order and such in order of time see different orders. */
  return !GST_CLOCK_TIME_IS_VALID (frame->out.time)
      || !GST_CLOCK_TIME_IS_VALID (last->out.time)
      || last->out.time > frame->out.time;
}

/* Whether it is sure that the frame will not pass the stage any more */
static gboolean
is_skipped (GstProfFrameStream * self, const GstProfFrameEntry * frame,
    guint s, guint32 sources)
{
  const GstProfStreamStage *stage = &self->stage[s];

  if (!stage->encoded || stage->encoding == GST_PROF_STREAM_SIDE_BEFORE)
    return was_overtaken (self, frame, s);
  if (frame->no_packet)
    return TRUE;
  if (frame->first_seq > 0)
    return frame->last_seq < stage->passed_seq;
  if (sources == 0)
    return was_overtaken (self, frame, s);
  for (guint e = 0; e < self->stages->n_stages; e++) {
    if ((sources & GST_PROF_STREAM_BIT (e))
        && !(frame->passed & GST_PROF_STREAM_BIT (e))
        && was_overtaken (self, frame, e))
      return TRUE;
  }
  return FALSE;
}

/*
 * gst_prof_stream_end_get_waited:
 * @self: the stream
 * @frame: a frame on its way
 *
 * Returns: bits of the stages that are still waited for; of a source that it
 *   has passed, when it is the packet
 */
guint32
gst_prof_stream_end_get_waited (GstProfFrameStream * self,
    const GstProfFrameEntry * frame)
{
  guint32 sources = gst_prof_stream_stages_get_sources (self);
  guint32 expected = gst_prof_stream_stages_get_expected (self);
  guint32 missing = expected & ~(frame->passed | frame->unjoined);
  guint32 waited = 0;

  for (guint s = 0; s < self->stages->n_stages; s++) {
    if ((missing & GST_PROF_STREAM_BIT (s))
        && !is_skipped (self, frame, s, sources))
      waited |= GST_PROF_STREAM_BIT (s);
  }
  if (!(frame->passed & GST_PROF_STREAM_HAS_PACKET) && !frame->no_packet)
    waited |= sources & frame->passed;
  return waited;
}

/* Whether a stage that it lacks is likely to have been passed unseen */
static gboolean
is_unjoined (GstProfFrameStream * self, const GstProfFrameEntry * entry,
    guint s)
{
  if (self->stage[s].absent)
    return !gst_prof_stream_stages_is_foreign (self, s);
  return (entry->unjoined & GST_PROF_STREAM_BIT (s))
      || gst_prof_stream_stages_got_further (self, entry, s);
}

static void
judge (GstProfFrameStream * self, const GstProfFrameEntry * entry,
    guint32 waited, GstProfFrame * frame)
{
  guint32 lacking = ~(entry->passed | waited), missing = 0;

  for (guint s = 0; s < self->stages->n_stages; s++) {
    if (self->stages->stages[s].announced == 0
        || !(lacking & GST_PROF_STREAM_BIT (s)))
      continue;
    if (is_unjoined (self, entry, s))
      frame->unjoined[frame->n_unjoined++] =
          gst_prof_stream_stages_get_name (self, s);
    else if (!self->stage[s].absent)
      missing |= GST_PROF_STREAM_BIT (s);
  }

  frame->state = GST_PROF_FRAME_COMPLETE;
  if (waited != 0) {
    frame->state = GST_PROF_FRAME_INCOMPLETE;
  } else if (missing != 0 || entry->no_packet) {
    frame->state = entry->lossy ? GST_PROF_FRAME_INCOMPLETE
        : GST_PROF_FRAME_DROPPED;
    waited = missing != 0 ? missing
        : gst_prof_stream_stages_get_sources (self) & entry->passed;
  }
  frame->missing = gst_prof_stream_stages_get_earliest (self, waited);
}

/* Few cells, nearly in order */
static void
sort_cells (GstProfFrame * frame)
{
  for (guint i = 1; i < frame->n_cells; i++) {
    GstProfFrameCell cell = frame->cells[i];
    guint j = i;

    for (; j > 0 && frame->cells[j - 1].enter > cell.enter; j--)
      frame->cells[j] = frame->cells[j - 1];
    frame->cells[j] = cell;
  }
}

static void
sum_up (GstProfFrame * frame)
{
  for (guint i = 0; i < frame->n_cells; i++) {
    GstClockTime on_thread = 0;

    frame->total += frame->cells[i].own;
    for (guint j = 0; j < frame->n_cells; j++) {
      if (frame->cells[j].thread_id == frame->cells[i].thread_id)
        on_thread += frame->cells[j].own;
    }
    if (i == 0 || on_thread > frame->occupancy) {
      frame->occupancy = on_thread;
      frame->occupancy_thread = frame->cells[i].thread_id;
    }
  }
}

static void
fill_frame (GstProfFrameStream * self, const GstProfFrameEntry * entry,
    GstProfFrame * frame)
{
  gint last = -1;

  frame->number = entry->number;
  frame->stream_id = self->stream_id;
  frame->flags = entry->flags & FRAME_FLAGS;
  frame->running_time = entry->out.time;
  frame->encode_latency = entry->encode_latency;
  frame->frame_duration = entry->frame_duration;
  frame->packets = entry->packets;
  frame->bytes = entry->bytes;
  for (guint s = 0; s < self->stages->n_stages; s++) {
    if (!(entry->passed & GST_PROF_STREAM_BIT (s)))
      continue;
    frame->cells[frame->n_cells] = entry->cells[s];
    frame->cells[frame->n_cells++].stage =
        gst_prof_stream_stages_get_name (self, s);
    if (last < 0 || entry->cells[s].enter >= entry->cells[last].enter)
      last = s;
  }
  sort_cells (frame);
  sum_up (frame);

  frame->first_enter = entry->first_enter;
  frame->last_leave = entry->first_enter;
  if (last >= 0) {
    frame->last_leave = entry->cells[last].leave;
    /* It came out of the encoder while another frame was in there. */
    if (self->stage[last].source
        && GST_CLOCK_TIME_IS_VALID (entry->encode_latency))
      frame->last_leave = entry->cells[last].enter + entry->encode_latency;
  }
  frame->latency = frame->last_leave - frame->first_enter;
}

static void
remember_end (GstProfFrameStream * self, const GstProfFrameEntry * entry)
{
  self->history[self->n_history++ % GST_PROF_STREAM_HISTORY] =
      (GstProfStreamEnded) {
  entry->in.time, entry->out.time, entry->passed};
}

/*
 * gst_prof_stream_end_first:
 * @self: the stream, with frames on their way
 * @waited: bits of the stages that are still waited for
 *
 * Ends the first frame, and tells of it.
 */
void
gst_prof_stream_end_first (GstProfFrameStream * self, guint32 waited)
{
  GstProfFrameEntry *entry = self->list.head;
  GstProfFrame frame = {.frame_duration = GST_CLOCK_TIME_NONE };

  gst_prof_stream_stages_learn (self, entry);
  fill_frame (self, entry, &frame);
  judge (self, entry, waited, &frame);
  if (frame.state == GST_PROF_FRAME_COMPLETE) {
    self->totals->complete++;
    for (guint s = 0; s < self->stages->n_stages; s++) {
      if (frame.n_cells > 0
          && frame.cells[0].stage == gst_prof_stream_stages_get_name (self, s))
        self->first_stage = s;
    }
  } else if (frame.state == GST_PROF_FRAME_DROPPED) {
    self->totals->dropped++;
  } else {
    self->totals->incomplete++;
  }

  for (guint64 seq = entry->first_seq; seq > 0 && seq <= entry->last_seq;
      seq++) {
    GstProfPacket *packet = gst_prof_packet_queue_get (self->packets, seq);

    if (packet && packet->frame == entry)
      packet->frame = NULL;
  }
  for (guint s = 0; s < GST_PROF_FRAME_MAX_STAGES; s++) {
    if (self->stage[s].last == entry)
      self->stage[s].last = NULL;
  }
  remember_end (self, entry);
  gst_prof_frame_list_end (&self->list);
  self->func (&frame, self->user_data);
}

/* A stage that has never joined anything may be in another branch, or write in
 * a way that cannot be read. Frames must not wait for it for ever. */
static gboolean
give_up_stages (GstProfFrameStream * self, const GstProfFrameEntry * frame,
    guint32 waited)
{
  GstClockTime since = frame->first_enter;
  gboolean changed = FALSE;

  if (frame->passed & GST_PROF_STREAM_HAS_PACKET) {
    GstProfPacket *packet =
        gst_prof_packet_queue_get (self->packets, frame->first_seq);

    if (packet)
      since = MAX (since, packet->out);
  } else if (waited & frame->passed) {
    /* It is the packet that is waited for. */
    return FALSE;
  }
  for (guint s = 0; s < self->stages->n_stages; s++) {
    GstProfStreamStage *stage = &self->stage[s];

    if ((waited & GST_PROF_STREAM_BIT (s)) && stage->joined == 0
        && self->now > since + (gst_prof_stream_stages_is_foreign (self,
                s) ? FOREIGN_AFTER : SILENT_AFTER)) {
      stage->absent = TRUE;
      changed = TRUE;
    }
  }
  return changed;
}

/*
 * gst_prof_stream_end_ready:
 * @self: the stream
 *
 * Ends the frames that wait for nothing any more, as far as they are first.
 */
void
gst_prof_stream_end_ready (GstProfFrameStream * self)
{
  while (self->list.head) {
    guint32 waited = gst_prof_stream_end_get_waited (self, self->list.head);

    if (waited == 0 || self->list.length > MAX_INSIDE)
      gst_prof_stream_end_first (self, waited);
    else if (!give_up_stages (self, self->list.head, waited))
      return;
  }
}

/*
 * gst_prof_stream_end_is_late:
 * @self: the stream
 * @s: index of a stage
 * @in: a running time before the correction, or none
 * @out: a running time behind it, or none
 *
 * Returns: whether that is a frame which has ended without passing the stage
 */
gboolean
gst_prof_stream_end_is_late (GstProfFrameStream * self, guint s,
    GstClockTime in, GstClockTime out)
{
  for (guint i = 0; i < MIN (self->n_history, GST_PROF_STREAM_HISTORY); i++) {
    const GstProfStreamEnded *ended = &self->history[i];

    if (!(ended->passed & GST_PROF_STREAM_BIT (s))
        && ((GST_CLOCK_TIME_IS_VALID (in)
                && ended->in == in) || (GST_CLOCK_TIME_IS_VALID (out)
                && ended->out == out)))
      return TRUE;
  }
  return FALSE;
}
