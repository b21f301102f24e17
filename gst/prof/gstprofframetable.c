/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * From spans to frames: which stages and streams there are, and what became of
 * it all. Owns the stages' names, the streams and the counters; how a span
 * finds its frame is the stream's. Passive: one thread at a time, in practice
 * the monitor's.
 */

#include "gstprofframetable.h"

#include "gstprofframestream.h"
#include "gstprofspanorder.h"

#include <string.h>

/* A recording has one video stream, simulcast three or four. */
#define MAX_STREAMS 8

typedef struct
{
  GstProfFrameStream *frames;
  guint64 last_used;
} Stream;

struct _GstProfFrameTable
{
  GstProfFrameFunc func;
  gpointer user_data;

  GstProfFrameStages stages;
  GstProfSpanOrder *orders[GST_PROF_FRAME_MAX_STAGES];  /* or NULL */
  Stream streams[MAX_STREAMS];
  guint n_streams;
  guint64 uses;

  GstProfFrameTotals totals;
  guint64 evicted_streams;
  guint64 refused_stages;
};

/*
 * gst_prof_frame_table_new:
 * @func: (scope notified): called for each frame that ends
 * @user_data: data for @func
 *
 * Returns: (transfer full): a table without stages
 */
GstProfFrameTable *
gst_prof_frame_table_new (GstProfFrameFunc func, gpointer user_data)
{
  GstProfFrameTable *self;

  g_return_val_if_fail (func != NULL, NULL);

  self = g_new0 (GstProfFrameTable, 1);
  self->func = func;
  self->user_data = user_data;
  return self;
}

/*
 * gst_prof_frame_table_free:
 * @self: (transfer full): the table
 *
 * Frees it with the frames on their way, of which nobody is told; see
 * gst_prof_frame_table_flush().
 */
void
gst_prof_frame_table_free (GstProfFrameTable * self)
{
  for (guint i = 0; i < self->n_streams; i++)
    gst_prof_frame_stream_free (self->streams[i].frames);
  for (guint s = 0; s < self->stages.n_stages; s++) {
    g_clear_pointer (&self->orders[s], gst_prof_span_order_free);
    g_ref_string_release (self->stages.stages[s].name);
  }
  g_free (self);
}

/* Most spans of a stage carry the same string, found by its address.
 * Returns: the index, -1 when there are too many. */
static gint
find_stage (GstProfFrameTable * self, const gchar * name, gboolean add)
{
  GstProfFrameStages *stages = &self->stages;

  for (guint s = 0; s < stages->n_stages; s++) {
    if (stages->stages[s].name == name)
      return s;
  }
  for (guint s = 0; s < stages->n_stages; s++) {
    if (strcmp (stages->stages[s].name, name) == 0)
      return s;
  }
  if (!add)
    return -1;
  if (stages->n_stages == GST_PROF_FRAME_MAX_STAGES) {
    self->refused_stages++;
    return -1;
  }
  stages->stages[stages->n_stages].name = g_ref_string_new (name);
  return stages->n_stages++;
}

/*
 * gst_prof_frame_table_add_stage:
 * @self: the table
 * @stage: the name of a stage that came into the pipeline
 *
 * From now on frames wait for this stage, unless it turns out not to be on
 * their way. A stage has to be added before its first span: frames that came
 * before have ended without it. One name may be added more than once.
 */
void
gst_prof_frame_table_add_stage (GstProfFrameTable * self, const gchar * stage)
{
  gint s;

  g_return_if_fail (self != NULL);
  g_return_if_fail (stage != NULL);

  s = find_stage (self, stage, TRUE);
  if (s >= 0)
    self->stages.stages[s].announced++;
}

/*
 * gst_prof_frame_table_remove_stage:
 * @self: the table
 * @stage: the name of a stage that left the pipeline
 *
 * Takes back one call of gst_prof_frame_table_add_stage().
 */
void
gst_prof_frame_table_remove_stage (GstProfFrameTable * self,
    const gchar * stage)
{
  gint s;

  g_return_if_fail (self != NULL);
  g_return_if_fail (stage != NULL);

  s = find_stage (self, stage, FALSE);
  if (s < 0 || self->stages.stages[s].announced == 0)
    return;
  self->stages.stages[s].announced--;
  for (guint i = 0; i < self->n_streams; i++)
    gst_prof_frame_stream_update (self->streams[i].frames);
}

static Stream *
find_stream (GstProfFrameTable * self, const gchar * stream_id)
{
  for (guint i = 0; i < self->n_streams; i++) {
    const gchar *id = gst_prof_frame_stream_get_id (self->streams[i].frames);

    if (id == stream_id || g_strcmp0 (id, stream_id) == 0)
      return &self->streams[i];
  }
  return NULL;
}

static Stream *
evict_stream (GstProfFrameTable * self)
{
  Stream *oldest = &self->streams[0];

  for (guint i = 1; i < self->n_streams; i++) {
    if (self->streams[i].last_used < oldest->last_used)
      oldest = &self->streams[i];
  }
  gst_prof_frame_stream_flush (oldest->frames);
  gst_prof_frame_stream_free (oldest->frames);
  self->evicted_streams++;
  return oldest;
}

static Stream *
add_stream (GstProfFrameTable * self, GRefString * stream_id)
{
  Stream *stream = self->n_streams < MAX_STREAMS ?
      &self->streams[self->n_streams++] : evict_stream (self);

  stream->frames = gst_prof_frame_stream_new (&self->stages, stream_id,
      &self->totals, self->func, self->user_data);
  return stream;
}

/* Behind a muxer the stream may not be known. It is if only one has packets. */
static Stream *
find_muxed_stream (GstProfFrameTable * self)
{
  Stream *found = NULL;

  for (guint i = 0; i < self->n_streams; i++) {
    if (!gst_prof_frame_stream_has_packets (self->streams[i].frames))
      continue;
    if (found)
      return NULL;
    found = &self->streams[i];
  }
  return found;
}

static gboolean
is_of_frames (const GstProfSpan * span)
{
  if (span->flags & GST_PROF_SPAN_FLAG_DRAIN)
    return FALSE;
  if (span->flags & GST_PROF_SPAN_FLAG_MUXED)
    return TRUE;
  return !(span->flags & (GST_PROF_SPAN_FLAG_NOT_VIDEO
          | GST_PROF_SPAN_FLAG_HEADER));
}

/* Returns: (nullable): the stream; %NULL when the span is of none, or of one
 * that is not known */
static Stream *
get_stream (GstProfFrameTable * self, const GstProfSpan * span)
{
  gboolean muxed = (span->flags & GST_PROF_SPAN_FLAG_MUXED) != 0;
  Stream *stream = NULL;

  if (muxed && span->stream_id == NULL)
    return find_muxed_stream (self);
  stream = find_stream (self, span->stream_id);
  if (stream == NULL && !(muxed && (span->flags
              & (GST_PROF_SPAN_FLAG_NOT_VIDEO | GST_PROF_SPAN_FLAG_HEADER))))
    stream = add_stream (self, span->stream_id);
  return stream;
}

static guint64
push_in_order (GstProfFrameTable * self, const GstProfSpan * span, guint s)
{
  GstProfFrameStage *stage = &self->stages.stages[s];
  Stream *stream;

  if (!is_of_frames (span)) {
    stage->apart++;
    return 0;
  }
  stream = get_stream (self, span);
  if (stream == NULL) {
    if (span->flags & (GST_PROF_SPAN_FLAG_NOT_VIDEO
            | GST_PROF_SPAN_FLAG_HEADER))
      stage->apart++;
    else
      stage->unjoined++;
    return 0;
  }
  stream->last_used = ++self->uses;
  return gst_prof_frame_stream_push (stream->frames, span, s);
}

static guint64
push_what_is_due (GstProfFrameTable * self, guint s)
{
  guint64 number = 0;
  GstProfSpan span;

  while (gst_prof_span_order_pop (self->orders[s], &span)) {
    number = push_in_order (self, &span, s);
    gst_prof_span_clear (&span);
  }
  return number;
}

static void
flush_orders (GstProfFrameTable * self)
{
  for (guint s = 0; s < self->stages.n_stages; s++) {
    if (self->orders[s] == NULL)
      continue;
    gst_prof_span_order_flush (self->orders[s]);
    push_what_is_due (self, s);
  }
}

/*
 * gst_prof_frame_table_push:
 * @self: the table
 * @span: a span; those of one thread in order of entry, those of one stage in
 *   order unless they are numbered
 *
 * Joins the span to its frame, which may end frames.
 *
 * Returns: the number of the frame in its stream, 0 when it is of none or not
 *   known yet. Until the frame ends it may change, if another thread tells of
 *   an earlier frame only later
 */
guint64
gst_prof_frame_table_push (GstProfFrameTable * self, const GstProfSpan * span)
{
  GstProfFrameStage *stage;
  gint s;

  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (span != NULL && span->stage != NULL, 0);

  s = find_stage (self, span->stage, TRUE);
  if (s < 0)
    return 0;
  stage = &self->stages.stages[s];
  stage->spans++;

  if (span->flags & GST_PROF_SPAN_FLAG_NOT_VIDEO)
    stage->other = TRUE;
  else if (!(span->flags & (GST_PROF_SPAN_FLAG_HEADER
              | GST_PROF_SPAN_FLAG_DRAIN)))
    stage->video = TRUE;
  if (span->sequence == 0)
    return push_in_order (self, span, s);
  if (self->orders[s] == NULL)
    self->orders[s] = gst_prof_span_order_new ();
  gst_prof_span_order_push (self->orders[s], span);
  return push_what_is_due (self, s);
}

/*
 * gst_prof_frame_table_note_loss:
 * @self: the table
 *
 * To be called when spans were lost on their way to the table: frames that
 * lack some are then incomplete, not dropped.
 */
void
gst_prof_frame_table_note_loss (GstProfFrameTable * self)
{
  g_return_if_fail (self != NULL);

  flush_orders (self);
  for (guint i = 0; i < self->n_streams; i++)
    gst_prof_frame_stream_note_loss (self->streams[i].frames);
}

/*
 * gst_prof_frame_table_flush:
 * @self: the table
 *
 * Nothing more will come of what is on its way, at EOS say: ends all frames.
 */
void
gst_prof_frame_table_flush (GstProfFrameTable * self)
{
  g_return_if_fail (self != NULL);

  flush_orders (self);
  for (guint i = 0; i < self->n_streams; i++)
    gst_prof_frame_stream_flush (self->streams[i].frames);
}

/*
 * gst_prof_frame_table_get_first_stage:
 * @self: the table
 * @stream_id: (nullable): a stream
 *
 * Returns: (nullable): the stage that the stream's frames pass first, once a
 *   frame was complete
 */
const gchar *
gst_prof_frame_table_get_first_stage (GstProfFrameTable * self,
    const gchar * stream_id)
{
  Stream *stream;

  g_return_val_if_fail (self != NULL, NULL);

  stream = find_stream (self, stream_id);
  return stream ? gst_prof_frame_stream_get_first_stage (stream->frames) : NULL;
}

/*
 * gst_prof_frame_table_get_counters:
 * @self: the table
 * @ret_counters: (out caller-allocates): what became of it all so far; the
 *   names in it live as long as the table
 */
void
gst_prof_frame_table_get_counters (GstProfFrameTable * self,
    GstProfFrameCounters * ret_counters)
{
  const GstProfFrameTotals *totals = &self->totals;

  g_return_if_fail (self != NULL);
  g_return_if_fail (ret_counters != NULL);

  memset (ret_counters, 0, sizeof (*ret_counters));
  ret_counters->frames = totals->frames;
  ret_counters->complete = totals->complete;
  ret_counters->dropped = totals->dropped;
  ret_counters->incomplete = totals->incomplete;
  for (guint i = 0; i < self->n_streams; i++)
    ret_counters->inside +=
        gst_prof_frame_stream_count_inside (self->streams[i].frames);
  ret_counters->evicted_streams = self->evicted_streams;
  ret_counters->refused_stages = self->refused_stages;
  ret_counters->n_stages = self->stages.n_stages;
  for (guint s = 0; s < self->stages.n_stages; s++) {
    const GstProfFrameStage *stage = &self->stages.stages[s];

    ret_counters->stages[s] = (GstProfFrameStageCounters) {
      stage->name, stage->spans, stage->joined, stage->unjoined, stage->apart
    };
  }
}
