/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What is learnt of the stages that one stream passes: their order, and which
 * of them are waited for. Owns nothing. Passive: its owner's thread.
 */

#include "gstprofstreamstages.h"

#include "gstprofstagename.h"

#include <string.h>

/*
 * gst_prof_stream_stages_get_name:
 * @self: the stream
 * @s: index of a stage
 *
 * Returns: its name
 */
const gchar *
gst_prof_stream_stages_get_name (GstProfFrameStream * self, guint s)
{
  return self->stages->stages[s].name;
}

/*
 * gst_prof_stream_stages_is_foreign:
 * @self: the stream
 * @s: index of a stage
 *
 * Returns: whether only other streams have passed it, or no video
 */
gboolean
gst_prof_stream_stages_is_foreign (GstProfFrameStream * self, guint s)
{
  const GstProfFrameStage *stage = &self->stages->stages[s];

  return !self->stage[s].seen && (stage->video || stage->other);
}

/*
 * gst_prof_stream_stages_is_source:
 * @self: the stream
 * @s: index of a stage
 *
 * An encoder may keep many frames before its first packet shows that it is
 * one.
 *
 * Returns: whether it makes packets out of the stream's frames
 */
gboolean
gst_prof_stream_stages_is_source (GstProfFrameStream * self, guint s)
{
  return self->stage[s].source || (self->stages->stages[s].announced > 0
      && !self->stage[s].absent && !gst_prof_stream_stages_is_foreign (self, s)
      && strcmp (gst_prof_stream_stages_get_name (self, s),
          GST_PROF_STAGE_ENCODE) == 0);
}

/*
 * gst_prof_stream_stages_get_sources:
 * @self: the stream
 *
 * Returns: bits of the stages that make packets out of frames
 */
guint32
gst_prof_stream_stages_get_sources (GstProfFrameStream * self)
{
  guint32 sources = 0;

  for (guint s = 0; s < self->stages->n_stages; s++) {
    if (gst_prof_stream_stages_is_source (self, s))
      sources |= GST_PROF_STREAM_BIT (s);
  }
  return sources;
}

/*
 * gst_prof_stream_stages_get_expected:
 * @self: the stream
 *
 * Returns: bits of the stages that a frame is expected to pass
 */
guint32
gst_prof_stream_stages_get_expected (GstProfFrameStream * self)
{
  guint32 expected = 0;

  for (guint s = 0; s < self->stages->n_stages; s++) {
    if (self->stages->stages[s].announced > 0 && !self->stage[s].absent)
      expected |= GST_PROF_STREAM_BIT (s);
  }
  return expected;
}

static guint
get_rank (const gchar * name)
{
  static const gchar *const names[] = {
    GST_PROF_STAGE_NORMALIZE, GST_PROF_STAGE_PTS, "", GST_PROF_STAGE_ENCODE,
    GST_PROF_STAGE_MUX, GST_PROF_STAGE_WRITE
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (strcmp (names[i], name) == 0)
      return i;
  }
  return 2;
}

/* Which of two stages comes first: as seen, else as usual */
static gboolean
precedes (GstProfFrameStream * self, guint a, guint b)
{
  if (self->stage[a].behind & GST_PROF_STREAM_BIT (b))
    return TRUE;
  if (self->stage[b].behind & GST_PROF_STREAM_BIT (a))
    return FALSE;
  return get_rank (gst_prof_stream_stages_get_name (self,
          a)) < get_rank (gst_prof_stream_stages_get_name (self, b));
}

/*
 * gst_prof_stream_stages_get_earliest:
 * @self: the stream
 * @stages: bits of stages
 *
 * Returns: (nullable): name of the one that frames come to first
 */
const gchar *
gst_prof_stream_stages_get_earliest (GstProfFrameStream * self, guint32 stages)
{
  gint first = -1;

  for (guint s = 0; s < self->stages->n_stages; s++) {
    if ((stages & GST_PROF_STREAM_BIT (s)) && (first < 0
            || precedes (self, s, first)))
      first = s;
  }
  return first < 0 ? NULL : gst_prof_stream_stages_get_name (self, first);
}

/*
 * gst_prof_stream_stages_got_further:
 * @self: the stream
 * @frame: a frame
 * @s: index of a stage
 *
 * Returns: whether it has been in a stage that comes later, and so must have
 *   passed this one
 */
gboolean
gst_prof_stream_stages_got_further (GstProfFrameStream * self,
    const GstProfFrameEntry * frame, guint s)
{
  for (guint t = 0; t < self->stages->n_stages; t++) {
    if ((frame->passed & GST_PROF_STREAM_BIT (t)) && precedes (self, s, t))
      return TRUE;
  }
  return FALSE;
}

/*
 * gst_prof_stream_stages_learn:
 * @self: the stream
 * @frame: a frame that ends
 *
 * Learns from it in which order the stages are passed.
 */
void
gst_prof_stream_stages_learn (GstProfFrameStream * self,
    const GstProfFrameEntry * frame)
{
  guint32 sources = gst_prof_stream_stages_get_sources (self);

  for (guint a = 0; a < self->stages->n_stages; a++) {
    GstProfStreamStage *stage = &self->stage[a];

    if (!(frame->passed & GST_PROF_STREAM_BIT (a)))
      continue;
    for (guint b = 0; b < self->stages->n_stages; b++) {
      gboolean before;

      if (a == b || !(frame->passed & GST_PROF_STREAM_BIT (b)))
        continue;
      before = frame->cells[a].enter < frame->cells[b].enter;
      if (before)
        stage->behind |= GST_PROF_STREAM_BIT (b);
      else
        stage->behind &= ~GST_PROF_STREAM_BIT (b);
      if (self->stage[b].corrector && !stage->corrector)
        stage->correction =
            before ? GST_PROF_STREAM_SIDE_BEFORE : GST_PROF_STREAM_SIDE_BEHIND;
      if (sources & GST_PROF_STREAM_BIT (b))
        stage->encoding =
            before ? GST_PROF_STREAM_SIDE_BEFORE : GST_PROF_STREAM_SIDE_BEHIND;
    }
  }
}
