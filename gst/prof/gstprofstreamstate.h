/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofframelist.h"
#include "gstprofwritejoin.h"

G_BEGIN_DECLS

/* Frames that have ended, remembered to tell a late span from a new frame */
#define GST_PROF_STREAM_HISTORY 128

/* The bit of a stage, by its index */
#define GST_PROF_STREAM_BIT(stage) (((guint32) 1) << (stage))

/* Bit in a frame's passed beside those of the stages: a packet came out */
#define GST_PROF_STREAM_HAS_PACKET (((guint32) 1) << 31)

/**
 * GstProfFrameStage:
 * @name: the stage's name
 * @announced: how many elements with this name are in the pipeline
 * @video: it has sent spans of video
 * @other: it has sent spans of something else
 * @spans: spans that came
 * @joined: spans whose time went to a frame
 * @unjoined: spans of video that could not be told to be a frame's
 * @apart: spans that belong to no frame by their nature
 *
 * One stage, for all streams.
 */
typedef struct {
  GRefString *name;
  guint announced;
  gboolean video;
  gboolean other;
  guint64 spans;
  guint64 joined;
  guint64 unjoined;
  guint64 apart;
} GstProfFrameStage;

/**
 * GstProfFrameStages:
 * @n_stages: how many
 * @stages: by index
 */
typedef struct {
  guint n_stages;
  GstProfFrameStage stages[GST_PROF_FRAME_MAX_STAGES];
} GstProfFrameStages;

/**
 * GstProfFrameTotals:
 * @frames: frames that came
 * @complete: frames that ended complete
 * @dropped: frames that ended dropped
 * @incomplete: frames that were given up
 */
typedef struct {
  guint64 frames;
  guint64 complete;
  guint64 dropped;
  guint64 incomplete;
} GstProfFrameTotals;

/**
 * GstProfStreamSide:
 * @GST_PROF_STREAM_SIDE_UNKNOWN: not known yet
 * @GST_PROF_STREAM_SIDE_BEFORE: before it
 * @GST_PROF_STREAM_SIDE_BEHIND: behind it
 *
 * Where a stage is, seen from another.
 */
typedef enum {
  GST_PROF_STREAM_SIDE_UNKNOWN,
  GST_PROF_STREAM_SIDE_BEFORE,
  GST_PROF_STREAM_SIDE_BEHIND,
} GstProfStreamSide;

/**
 * GstProfStreamStage:
 * @seen: it has sent spans of this stream
 * @source: it makes packets out of frames
 * @corrector: it corrects times
 * @encoded: it is passed in decode order
 * @correction: where it is, seen from the corrector
 * @encoding: where it is, seen from the source
 * @absent: it is not waited for
 * @behind: bits of the stages that are known to come later
 * @joined: spans that were joined
 * @unjoined: spans of video that were not
 * @unjoined_run: writes since the last one that was joined
 * @last: (nullable): the last frame that passed it, unless that has ended
 * @passed_seq: number of the last packet that passed it
 * @restarted: it has begun anew since the last restart
 * @write: (nullable): how writes behind a muxer find their packets
 *
 * What one stage is for one stream.
 */
typedef struct {
  gboolean seen;
  gboolean source;
  gboolean corrector;
  gboolean encoded;
  GstProfStreamSide correction;
  GstProfStreamSide encoding;
  gboolean absent;
  guint32 behind;
  guint64 joined;
  guint64 unjoined;
  guint unjoined_run;
  GstProfFrameEntry *last;
  guint64 passed_seq;
  gboolean restarted;
  GstProfWriteJoin *write;
} GstProfStreamStage;

/**
 * GstProfStreamEnded:
 * @in: its running time before the correction
 * @out: its running time behind it
 * @passed: bits of the stages it passed
 *
 * A frame that has ended.
 */
typedef struct {
  GstClockTime in;
  GstClockTime out;
  guint32 passed;
} GstProfStreamEnded;

typedef struct _GstProfFrameStream GstProfFrameStream;

/**
 * GstProfStreamWriter:
 * @stream: the stream
 * @stage: index of the stage
 *
 * Who is told of the writes that were joined.
 */
typedef struct {
  GstProfFrameStream *stream;
  guint stage;
} GstProfStreamWriter;

/**
 * GstProfFrameStream:
 * @stages: the stages of all streams
 * @stream_id: (nullable): the stream's id
 * @totals: where to count
 * @func: told of the frames that end
 * @user_data: data for @func
 * @stage: what each stage is for this stream, by index
 * @writers: for the write joins of the stages
 * @list: the frames on their way
 * @packets: the packets on their way
 * @parked: spans of encoded video whose frame has not been heard of
 * @history: the frames that ended last
 * @n_history: how many ever ended since the last restart
 * @now: the latest time of any span
 * @has_restart: there was a flush, or a beginning
 * @restart: when
 * @last_dts: decode time of the last packet, or none
 * @empty_since: the encoder held nothing after this entry, or none
 * @first_stage: the stage that frames pass first, -1: not known
 * @pushed_number: the frame that the span pushed last was joined to, 0: none
 * @pushed_stage: the stage of that span
 * @pushed_enter: when it began
 *
 * What is known of one stream. Shared by the files that join its spans; the
 * table above sees it from outside only.
 */
struct _GstProfFrameStream {
  GstProfFrameStages *stages;
  GRefString *stream_id;
  GstProfFrameTotals *totals;
  GstProfFrameFunc func;
  gpointer user_data;

  GstProfStreamStage stage[GST_PROF_FRAME_MAX_STAGES];
  GstProfStreamWriter writers[GST_PROF_FRAME_MAX_STAGES];
  GstProfFrameList list;
  GstProfPacketQueue *packets;
  GArray *parked;

  GstProfStreamEnded history[GST_PROF_STREAM_HISTORY];
  guint n_history;

  GstClockTime now;
  gboolean has_restart;
  GstClockTime restart;
  GstClockTime last_dts;
  GstClockTime empty_since;
  gint first_stage;
  guint64 pushed_number;
  guint pushed_stage;
  GstClockTime pushed_enter;
};

G_END_DECLS
