/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstProfSpanFlags:
 * @GST_PROF_SPAN_FLAG_KEYFRAME: the packet that came out is a key frame
 * @GST_PROF_SPAN_FLAG_DRAIN: time spent at EOS, belongs to no frame
 * @GST_PROF_SPAN_FLAG_PREROLL: overlaps a time when the stage was not PLAYING;
 *   counted apart and never slow
 * @GST_PROF_SPAN_FLAG_CORRECTED: the time stamp was corrected: running-time is
 *   what came, running-time-out what left
 * @GST_PROF_SPAN_FLAG_OUTPUT: no stay of its own, but one more packet that came
 *   out of a stay (draining, or several packets out of one frame): enter,
 *   leave: when it came out; own is 0 and running-time is none
 * @GST_PROF_SPAN_FLAG_MUXED: bytes of a container: the times are the
 *   container's, and packets counts the video packets that begin in them
 * @GST_PROF_SPAN_FLAG_HEADER: bytes of a container that belong to no packet; or
 *   RTP packets with which no frame came out
 * @GST_PROF_SPAN_FLAG_NOT_VIDEO: bytes or buffers that are not video: audio,
 *   text, data. They are timed and counted, but are no frames
 * @GST_PROF_SPAN_FLAG_RESET: first after a flush, seek or new stream: what came
 *   before says nothing about this span's place in time
 * @GST_PROF_SPAN_FLAG_ENCODED: what came in was encoded video, in decode order
 * @GST_PROF_SPAN_FLAG_STARVED: the encoder has not given a packet for 10 frames
 *   more than it usually keeps
 * @GST_PROF_SPAN_FLAG_NESTED: inside another span on its thread
 */
typedef enum {
  GST_PROF_SPAN_FLAG_NONE      = 0,
  GST_PROF_SPAN_FLAG_KEYFRAME  = 1 << 0,
  GST_PROF_SPAN_FLAG_DRAIN     = 1 << 1,
  GST_PROF_SPAN_FLAG_PREROLL   = 1 << 2,
  GST_PROF_SPAN_FLAG_CORRECTED = 1 << 3,
  GST_PROF_SPAN_FLAG_OUTPUT    = 1 << 4,
  GST_PROF_SPAN_FLAG_MUXED     = 1 << 5,
  GST_PROF_SPAN_FLAG_HEADER    = 1 << 6,
  GST_PROF_SPAN_FLAG_NOT_VIDEO = 1 << 7,
  GST_PROF_SPAN_FLAG_RESET     = 1 << 8,
  GST_PROF_SPAN_FLAG_ENCODED   = 1 << 9,
  GST_PROF_SPAN_FLAG_STARVED   = 1 << 10,
  GST_PROF_SPAN_FLAG_NESTED    = 1 << 11,
} GstProfSpanFlags;

/**
 * GstProfSpan:
 * @stage: name of the stage, a GRefString
 * @stream_id: (nullable): the stream's id, a GRefString. Behind a
 *   muxer: the id of the one video stream that goes into it, if there is one
 * @thread_id: kernel id of the thread, as in /proc/self/task
 * @running_time: running time of what came in, in nanoseconds, or
 *   %GST_CLOCK_TIME_NONE. A container's own PTS with #GST_PROF_SPAN_FLAG_MUXED
 * @running_time_out: running time of the (first) packet that came out, or
 *   %GST_CLOCK_TIME_NONE
 * @dts_running_time: decode time of that packet, as running time; with
 *   #GST_PROF_SPAN_FLAG_MUXED or _ENCODED input of what came in
 * @enter: CLOCK_MONOTONIC when the buffer came in, in nanoseconds
 * @leave: the same when the stage gave control back
 * @own: wall time between the two on this thread, less the time spent
 *   downstream and in stages nested inside
 * @waited: in a muxer with several streams and in a sink that synchronizes:
 *   time in the stage without CPU, which there is waiting for the other streams
 *   or the clock; not part of @own
 * @latency: from a frame's entry to the exit of its (first) packet, for the
 *   packet at @running_time_out; %GST_CLOCK_TIME_NONE when nothing came out
 * @frame_duration: one frame's duration by the caps' framerate, or
 *   %GST_CLOCK_TIME_NONE
 * @bytes: bytes that came in; for stages with an output that is encoded, bytes
 *   of the packet that came out
 * @payload: identity of the packet's memory while it is in flight, 0: unknown.
 *   What a muxer passes on uncopied keeps it
 * @payload_size: size of that memory in bytes
 * @sequence: place in the order of the stage's spans, from 1, where threads take
 *   turns in the stage and may deliver late; 0: not numbered
 * @buffers: buffers that came in
 * @packets: packets that came out
 * @inside: frames still inside the stage when it gave control back
 * @flags: what kind of span it is
 *
 * One buffer's stay in one stage on one thread.
 */
typedef struct {
  GRefString *stage;
  GRefString *stream_id;
  guint64 thread_id;
  GstClockTime running_time;
  GstClockTime running_time_out;
  GstClockTime dts_running_time;
  GstClockTime enter;
  GstClockTime leave;
  GstClockTime own;
  GstClockTime waited;
  GstClockTime latency;
  GstClockTime frame_duration;
  guint64 bytes;
  guint64 payload;
  guint64 payload_size;
  guint64 sequence;
  guint buffers;
  guint packets;
  guint inside;
  GstProfSpanFlags flags;
} GstProfSpan;

#define GST_PROF_SPAN_INIT { \
  .running_time = GST_CLOCK_TIME_NONE, \
  .running_time_out = GST_CLOCK_TIME_NONE, \
  .dts_running_time = GST_CLOCK_TIME_NONE, \
  .latency = GST_CLOCK_TIME_NONE, \
  .frame_duration = GST_CLOCK_TIME_NONE, \
}

void gst_prof_span_init  (GstProfSpan *span);
void gst_prof_span_copy  (GstProfSpan *dest, const GstProfSpan *src);
void gst_prof_span_clear (GstProfSpan *span);

G_END_DECLS
