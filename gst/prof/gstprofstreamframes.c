/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Finds the frame of a span by running time. Owns nothing. Passive: its owner's
 * thread.
 *
 * A stage may correct times: stages before it see another time than those
 * behind, and only the first may be there twice. Until the correction is known
 * a frame is found by either, and may for a while be two.
 */

#include "gstprofstreamframes.h"

#include "gstprofstreamend.h"

static void
count_joined (GstProfFrameStream * self, guint s, guint spans)
{
  self->stages->stages[s].joined += spans;
  self->stage[s].joined += spans;
  self->stage[s].absent = FALSE;
}

/*
 * gst_prof_stream_frames_count_unjoined:
 * @self: the stream
 * @s: index of the stage
 * @spans: spans of video that cannot be joined
 */
void
gst_prof_stream_frames_count_unjoined (GstProfFrameStream * self, guint s,
    guint spans)
{
  self->stages->stages[s].unjoined += spans;
  self->stage[s].unjoined += spans;
}

/*
 * gst_prof_stream_frames_add_cell:
 * @self: the stream
 * @frame: a frame on its way
 * @s: index of the stage that it passed
 * @part: what is known of that, or one more part of it
 */
void
gst_prof_stream_frames_add_cell (GstProfFrameStream * self,
    GstProfFrameEntry * frame, guint s, const GstProfFrameCell * part)
{
  GstProfFrameCell *cell = &frame->cells[s];
  GstProfStreamStage *stage = &self->stage[s];

  if (cell->spans == 0) {
    *cell = *part;
  } else {
    cell->own += part->own;
    cell->enter = MIN (cell->enter, part->enter);
    cell->leave = MAX (cell->leave, part->leave);
    cell->spans += part->spans;
    cell->bytes += part->bytes;
    cell->flags |= part->flags;
  }
  frame->passed |= GST_PROF_STREAM_BIT (s);
  frame->flags |= part->flags;
  gst_prof_frame_list_touch (&self->list, frame, part->enter);
  if (stage->last == NULL || stage->last->number < frame->number)
    stage->last = frame;
  if (stage->encoded)
    stage->passed_seq = MAX (stage->passed_seq, frame->first_seq);
  count_joined (self, s, part->spans);
  /* Joining one span may join others that waited for it. */
  if (s == self->pushed_stage && part->enter == self->pushed_enter)
    self->pushed_number = frame->number;
}

/*
 * gst_prof_stream_frames_add_span:
 * @self: the stream
 * @frame: a frame on its way
 * @s: index of the stage that it passed
 * @span: its stay there
 */
void
gst_prof_stream_frames_add_span (GstProfFrameStream * self,
    GstProfFrameEntry * frame, guint s, const GstProfSpan * span)
{
  GstProfFrameCell part = {
    .own = span->own,
    .enter = span->enter,
    .leave = span->leave,
    .thread_id = span->thread_id,
    .spans = 1,
    .bytes = span->bytes,
    .flags = span->flags,
  };

  /* What came out of an encoder meanwhile is another frame's. */
  if (self->stage[s].source) {
    part.bytes = 0;
    part.flags &= ~GST_PROF_SPAN_FLAG_KEYFRAME;
  }
  if (!GST_CLOCK_TIME_IS_VALID (frame->frame_duration))
    frame->frame_duration = span->frame_duration;
  gst_prof_stream_frames_add_cell (self, frame, s, &part);
}

static GstProfFrameEntry *
create_frame (GstProfFrameStream * self, guint s, GstClockTime enter,
    GstClockTime in, GstClockTime out)
{
  if (gst_prof_stream_end_is_late (self, s, in, out))
    return NULL;
  self->totals->frames++;
  return gst_prof_frame_list_add (&self->list, enter, in, out);
}

/* Makes one frame of two, unless both passed the same stage. The packets know
 * their frame: the one that has some is kept. */
static GstProfFrameEntry *
merge (GstProfFrameStream * self, GstProfFrameEntry * frame,
    GstProfFrameEntry * other)
{
  gboolean swap = (other->passed & GST_PROF_STREAM_HAS_PACKET) != 0;
  GstProfFrameEntry *kept = swap ? other : frame;
  GstProfFrameEntry *gone = swap ? frame : other;

  if (!gst_prof_frame_list_merge (&self->list, kept, gone))
    return frame;
  self->totals->frames--;
  for (guint s = 0; s < GST_PROF_FRAME_MAX_STAGES; s++) {
    if (self->stage[s].last == gone)
      self->stage[s].last = kept;
  }
  return kept;
}

/* A stage that corrects times knows both. The frame may be known by either, or
 * by each as if it were two. */
static GstProfFrameEntry *
find_corrected (GstProfFrameStream * self, guint s, const GstProfSpan * span)
{
  GstClockTime in = span->running_time, out = span->running_time_out;
  GstProfFrameEntry *by_out = gst_prof_frame_list_find (&self->list,
      GST_PROF_FRAME_KEY_OUT, out, GST_PROF_STREAM_BIT (s), FALSE);
  GstProfFrameEntry *frame;

  if (by_out && by_out->resolved)
    return by_out;
  frame = gst_prof_frame_list_find (&self->list, GST_PROF_FRAME_KEY_IN, in,
      GST_PROF_STREAM_BIT (s), TRUE);
  if (frame == NULL)
    frame = by_out;
  if (frame == NULL)
    frame = create_frame (self, s, span->enter, in, out);
  if (frame == NULL)
    return NULL;

  if (by_out && by_out != frame)
    frame = merge (self, frame, by_out);
  frame->resolved = TRUE;
  gst_prof_frame_list_set_times (&self->list, frame, in, out);
  return frame;
}

/* Of a stage whose place is not known yet, the corrected time is tried first:
 * it is never there twice. */
static GstProfFrameEntry *
find_plain (GstProfFrameStream * self, guint s, GstClockTime time)
{
  GstProfStreamSide side = self->stage[s].correction;
  GstProfFrameEntry *frame = NULL;

  if (side != GST_PROF_STREAM_SIDE_BEFORE)
    frame = gst_prof_frame_list_find (&self->list, GST_PROF_FRAME_KEY_OUT,
        time, GST_PROF_STREAM_BIT (s), FALSE);
  if (frame == NULL && side != GST_PROF_STREAM_SIDE_BEHIND)
    frame = gst_prof_frame_list_find (&self->list, GST_PROF_FRAME_KEY_IN,
        time, GST_PROF_STREAM_BIT (s), FALSE);
  if (frame == NULL)
    frame =
        gst_prof_frame_list_find_near (&self->list,
        side ==
        GST_PROF_STREAM_SIDE_BEFORE ? GST_PROF_FRAME_KEY_IN :
        GST_PROF_FRAME_KEY_OUT, time, GST_PROF_STREAM_BIT (s));
  return frame;
}

/*
 * gst_prof_stream_frames_find:
 * @self: the stream
 * @s: index of the stage
 * @span: a span that is known by its running time
 *
 * Returns: (nullable): its frame, which may be new; %NULL when it has no time
 *   or its frame has ended
 */
GstProfFrameEntry *
gst_prof_stream_frames_find (GstProfFrameStream * self, guint s,
    const GstProfSpan * span)
{
  GstProfStreamStage *stage = &self->stage[s];
  GstProfFrameEntry *frame;

  if ((span->flags & GST_PROF_SPAN_FLAG_CORRECTED)
      && GST_CLOCK_TIME_IS_VALID (span->running_time_out)) {
    stage->corrector = TRUE;
    return find_corrected (self, s, span);
  }
  if (!GST_CLOCK_TIME_IS_VALID (span->running_time))
    return NULL;
  frame = find_plain (self, s, span->running_time);
  if (frame == NULL)
    frame = create_frame (self, s, span->enter, span->running_time,
        span->running_time);
  if (frame && stage->corrector)
    frame->resolved = TRUE;
  return frame;
}
