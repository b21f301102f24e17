/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofhistogram.h"

G_BEGIN_DECLS

#define GST_PROF_SUMMARY_NAME "prof-summary"

/**
 * GstProfDistribution:
 * @count: how many
 * @p50: the median, nanoseconds, as all that follow
 * @p95: what 95 of 100 stay below
 * @p99: what 99 of 100 stay below
 * @max: the largest
 * @mean: the mean
 * @sum: all together
 */
typedef struct {
  guint64 count;
  GstClockTime p50;
  GstClockTime p95;
  GstClockTime p99;
  GstClockTime max;
  GstClockTime mean;
  GstClockTime sum;
} GstProfDistribution;

/**
 * GstProfSummaryStage:
 * @name: the stage
 * @elements: the most elements with this name that were there at once
 * @dropped: frames that a later frame overtook, and that never came here
 * @own: own time per frame, of the frames that its spans were joined to
 * @share: part of @own.sum in that of all stages, 0 to 1
 * @span: own time per span, whatever it belongs to; not preroll, not drain
 * @spans: all spans: joined + unjoined + apart
 * @joined: spans whose time went to a frame
 * @unjoined: spans of video that could not be told to be a frame's
 * @apart: spans that belong to no frame by their nature
 * @apart_sum: own time of those of them that are headers or no video,
 *   nanoseconds
 * @waited_sum: time in which a muxer only waited for its other streams
 * @preroll: spans that overlap a time outside PLAYING
 * @preroll_sum: their own time
 * @preroll_max: the longest of them
 * @drain_sum: own time at EOS
 * @bytes: bytes of all spans
 * @thread_id: the thread that was in it last
 */
typedef struct {
  const gchar *name;
  guint64 elements;
  guint64 dropped;
  GstProfDistribution own;
  gdouble share;
  GstProfDistribution span;
  guint64 spans;
  guint64 joined;
  guint64 unjoined;
  guint64 apart;
  GstClockTime apart_sum;
  GstClockTime waited_sum;
  guint64 preroll;
  GstClockTime preroll_sum;
  GstClockTime preroll_max;
  GstClockTime drain_sum;
  guint64 bytes;
  guint64 thread_id;
} GstProfSummaryStage;

/**
 * GstProfSummaryWarning:
 * @kind: the kind's nick
 * @stage: (nullable): the stage
 * @count: how many of that kind about that stage
 * @total: their durations together, nanoseconds
 * @stream_id: (nullable): the stream of the longest of them
 * @frame: its frame, 0: unknown
 * @start: when it began, CLOCK_MONOTONIC nanoseconds
 * @duration: how long it took
 * @threshold: what it was compared with
 * @root_cause: (nullable): what took most of it
 * @evidence: (nullable): what shows that
 * @advice: (nullable): what helps, as the longest of them told
 * @causes: (nullable): of gaps, @total by root cause
 */
typedef struct {
  const gchar *kind;
  const gchar *stage;
  guint64 count;
  GstClockTime total;
  const gchar *stream_id;
  guint64 frame;
  GstClockTime start;
  GstClockTime duration;
  GstClockTime threshold;
  const gchar *root_cause;
  const gchar *evidence;
  const gchar *advice;
  const GstStructure *causes;
} GstProfSummaryWarning;

/**
 * GstProfSummarySetup:
 * @stage: the stage
 * @element: the element's name
 * @total: state changes, caps and first buffer together, nanoseconds
 * @state_changes: time in state changes up to PAUSED
 * @caps: time in handling CAPS
 * @first_buffer: own time of the first buffer
 * @renegotiations: how often CAPS came in mid-stream
 * @slowest_renegotiation: the longest handling of them
 */
typedef struct {
  const gchar *stage;
  const gchar *element;
  GstClockTime total;
  GstClockTime state_changes;
  GstClockTime caps;
  GstClockTime first_buffer;
  guint64 renegotiations;
  GstClockTime slowest_renegotiation;
} GstProfSummarySetup;

/**
 * GstProfSummaryThread:
 * @name: element and pad whose task it is, or the thread's name
 * @thread_id: the thread, as in /proc/self/task
 * @watched: how long it was watched, nanoseconds
 * @busy: how much of that it did not wait for upstream, downstream, the clock
 *   or PLAYING
 * @run: how much it was on a CPU
 * @delay: how much it was ready without a CPU
 * @fps: frames per second that it could sustain at this work; 0: not known
 * @headroom: @fps as a multiple of the stream's rate: below 1 it falls behind;
 *   0: not known
 * @stage: (nullable): the stage that took most of it; where there is none, and
 *   elements are counted, the element that did
 * @bottleneck: whether it is the busiest of all, and busy enough to hold up any
 * @inside: (nullable): the pads that it is in now, the innermost first, joined by
 *   " < "; %NULL: in none, or nobody looked
 * @unchanged: for how long it has entered and left none, nanoseconds; 0: nobody looked
 * @call: (nullable): the system call that it is blocked in, if that is known
 * @state: (nullable): its state as the kernel has it, if that is known: "S"
 */
typedef struct {
  const gchar *name;
  guint64 thread_id;
  GstClockTime watched;
  GstClockTime busy;
  GstClockTime run;
  GstClockTime delay;
  gdouble fps;
  gdouble headroom;
  const gchar *stage;
  gboolean bottleneck;
  const gchar *inside;
  GstClockTime unchanged;
  const gchar *call;
  const gchar *state;
} GstProfSummaryThread;

/**
 * GstProfSummaryElement:
 * @name: the element's name
 * @factory: (nullable): its factory's name
 * @bin: (nullable): the bins between the pipeline and the element, "a/b"
 * @stage: (nullable): the stage that it is in; its time is then told there
 * @coverage: how it is measured: "functions", "probe" (only counted), "part"
 *   (not all of its pads), "incomplete" (its functions were set again while it was
 *   active, and what came meanwhile may not be counted), "none" or "excluded" (the user wants it left alone: its
 *   time counts as that of what pushes into it)
 * @buffers_in: buffers that came in at its sink pads, or were pulled from it
 * @buffers_out: buffers that came out at its source pads
 * @visits: calls that brought them, or pulled
 * @own: own time per visit: all in @count, @sum, @mean and @max, percentiles of
 *   those that were looked at in time
 * @unseen: visits that were not
 * @looked: whether the sampler looked at it, so that what follows is known
 * @waited: how much of @own.sum it waited: for room downstream, the clock,
 *   PLAYING
 * @task: time of its own streaming threads outside of other elements
 * @task_waited: how much of @task it waited: for upstream, the clock, PLAYING
 * @on_cpu: how much of @own.sum, @open and @task it was on a CPU
 * @open: own time so far of visits that still go on, which are in @own when they
 *   have ended; 0: there are none, or nobody looked
 * @open_max: the longest of them
 * @open_waited: how much of @open it waited
 * @busy: work per second of the time watched: @own.sum, @open and @task less the waits;
 *   above 1 with several threads
 * @latency: from a buffer's coming in to its coming out, by running time; of
 *   those that could be matched
 *
 * An element of any pipeline, whatever it is.
 */
typedef struct {
  const gchar *name;
  const gchar *factory;
  const gchar *bin;
  const gchar *stage;
  const gchar *coverage;
  guint64 buffers_in;
  guint64 buffers_out;
  guint64 visits;
  GstProfDistribution own;
  guint64 unseen;
  gboolean looked;
  GstClockTime waited;
  GstClockTime task;
  GstClockTime task_waited;
  GstClockTime on_cpu;
  GstClockTime open;
  GstClockTime open_max;
  GstClockTime open_waited;
  gdouble busy;
  GstProfDistribution latency;
} GstProfSummaryElement;

/**
 * GstProfSummaryHolder:
 * @name: the element's name, of an encoder the stage's
 * @kind: queue, queue2, multiqueue, jitterbuffer, appsrc or encoder
 * @buffers: buffers in it; of a jitterbuffer packets, of an encoder frames
 * @bytes: bytes in it
 * @time: time in it, nanoseconds; 0: not known
 * @peak_buffers: the most that were in it
 * @peak_bytes: the same
 * @peak_time: the same
 *
 * What holds buffers.
 */
typedef struct {
  const gchar *name;
  const gchar *kind;
  guint64 buffers;
  guint64 bytes;
  GstClockTime time;
  guint64 peak_buffers;
  guint64 peak_bytes;
  GstClockTime peak_time;
} GstProfSummaryHolder;

/**
 * GstProfSummaryBehind:
 * @stream_id: (nullable): the stream
 * @stage: (nullable): the stage that was too slow, or near which it was
 * @place: stage, thread, behind or before: see docs/messages.md
 * @cause: (nullable): what kept it from its work, when that took most of the time
 * @own: median own time of @stage, nanoseconds
 * @occupancy: median time that the busiest thread took for a frame
 * @budget: one frame's duration, or %GST_CLOCK_TIME_NONE
 * @sustained: frames per second that it could do
 * @lag: how late frames were at the end, nanoseconds
 * @gained: how much of that in this time
 * @lag_rate: seconds gained per second
 * @dropped: frames that a queue threw away meanwhile, so that the lag did not
 *   grow; 0: it did
 * @duration: how long it went on
 * @holder: (nullable): what held the backlog
 * @holder_buffers: buffers in it
 * @holder_bytes: bytes in it
 * @holder_rate: bytes per second by which that grew
 *
 * When a stream fell behind most.
 */
typedef struct {
  const gchar *stream_id;
  const gchar *stage;
  const gchar *place;
  const gchar *cause;
  GstClockTime own;
  GstClockTime occupancy;
  GstClockTime budget;
  gdouble sustained;
  GstClockTime lag;
  GstClockTime gained;
  gdouble lag_rate;
  guint64 dropped;
  GstClockTime duration;
  const gchar *holder;
  guint64 holder_buffers;
  guint64 holder_bytes;
  guint64 holder_rate;
} GstProfSummaryBehind;

/**
 * GstProfSummaryReceiver:
 * @name: the jitterbuffer's
 * @media: (nullable): audio, video or another one
 * @encoding: (nullable): as SDP has it, such as VP8
 * @ssrc: who sends; 0: not known
 * @ended: whether its jitterbuffer has left
 * @packets: packets that came
 * @bytes: bytes of them, RTP headers included
 * @rate: packets per second in the last 2 seconds
 * @mean_rate: packets per second from the first to the last
 * @lost: packets that were given up
 * @late: packets that came after that
 * @duplicates: packets that had come before
 * @rtx_requested: packets asked for again
 * @rtx_received: those of these that came
 * @jitter: inter-arrival jitter, nanoseconds
 * @round_trip: nanoseconds; 0: not known
 * @pli: Picture Loss Indications sent
 * @fir: Full Intra Requests sent
 * @nack: generic NACKs sent
 * @keyframe_requests: key frames that depayloader or decoder asked for
 * @held: packets in the jitterbuffer
 * @depay: buffers out of the depayloader
 * @decoded: buffers out of the decoder
 * @latency: the jitterbuffer's, nanoseconds
 * @packet_age: since the last packet, or %GST_CLOCK_TIME_NONE: none came
 * @rtcp_age: since RTCP came last, or %GST_CLOCK_TIME_NONE: never
 * @socket_drops: packets that the kernel dropped because nobody read them
 * @gone: (nullable): how it is known that the peer is gone: bye, closed or ice
 * @state: (nullable): ICE or connection state
 *
 * What was counted of a received stream.
 */
typedef struct {
  const gchar *name;
  const gchar *media;
  const gchar *encoding;
  guint ssrc;
  gboolean ended;
  guint64 packets;
  guint64 bytes;
  gdouble rate;
  gdouble mean_rate;
  guint64 lost;
  guint64 late;
  guint64 duplicates;
  guint64 rtx_requested;
  guint64 rtx_received;
  GstClockTime jitter;
  GstClockTime round_trip;
  guint64 pli;
  guint64 fir;
  guint64 nack;
  guint64 keyframe_requests;
  guint64 held;
  guint64 depay;
  guint64 decoded;
  GstClockTime latency;
  GstClockTime packet_age;
  GstClockTime rtcp_age;
  guint64 socket_drops;
  const gchar *gone;
  const gchar *state;
} GstProfSummaryReceiver;

/**
 * GstProfSummary:
 * @frames: frames that came: complete + dropped + incomplete + inside
 * @complete: frames that passed every stage
 * @dropped: frames that a later frame overtook
 * @incomplete: frames given up without an explanation
 * @inside: frames still on their way
 * @preroll: frames that have a time outside PLAYING; not in @total and
 *   @occupancy
 * @unjoined: spans of video that could not be told to be a frame's
 * @fps: frames per second at the first stage
 * @duration: from the first span's enter to the last one's leave
 * @budget: one frame's duration, or %GST_CLOCK_TIME_NONE
 * @budget_observed: whether @budget is the frames' median interval, because
 *   the caps say nothing
 * @over_budget: frames, not dropped, whose occupancy was above the budget
 * @total: TOTAL per frame
 * @occupancy: largest occupancy of a thread per frame
 * @latency: frame latency
 * @gaps: number of gaps
 * @longest_gap: the longest, nanoseconds
 * @gap_total: all of them together
 * @missing_total: the same less our own processing
 * @gap_parts: (nullable): @gap_total by stage, `upstream` and `downstream`
 * @gap_causes: (nullable): the same time by root cause
 * @warnings: (nullable): number of warnings by kind, told or not
 * @corrections: time stamps corrected
 * @largest_correction: the largest of them
 * @elements: the most measured elements that were there at once
 * @spans: spans that were taken in
 * @spans_dropped: spans that found the monitor's queue or their thread's full
 * @messages_dropped: span messages not posted because 1024 were unread
 * @setups_dropped: setups that found the queue full
 * @warnings_dropped: warnings and frames not posted for the same reason
 * @stages_refused: spans of stages beyond the 16th
 * @streams_evicted: streams given up because there were too many
 * @lag_first: how late the last frame was at the first stage, nanoseconds; in
 *   pipelines that are not live %GST_CLOCK_TIME_NONE
 * @lag_last: the same at the last stage
 * @lag_max: the largest of all
 * @rss: resident bytes of the process; 0: not known
 * @rss_base: the same after the warm-up; 0: it has not ended
 * @rss_peak: the most
 * @rss_unexplained: bytes of @rss_peak that no holder explains
 * @disk_free: bytes free where the recording goes
 * @disk_size: bytes of that file system; 0: not known
 * @disk_rate: bytes per second that are written there
 * @disk_left: time until it is full, or %GST_CLOCK_TIME_NONE
 * @holders_refused: holders beyond the 64th
 * @receivers_refused: received streams beyond the 32nd
 * @elements_merged: elements that were removed and have one row together in
 *   @per_element, called "removed elements": those that worked least, of more than
 *   there is room for
 * @elements_refused: elements that have no row in @per_element, since there are
 *   too many
 * @startup: (nullable): from the first contact to the first recorded frame:
 *   `from` (string), `total`, and the parts that it consists of (uint64)
 * @stages: (element-type GstProfSummaryStage): in pipeline order
 * @worst: (element-type GstProfSummaryWarning): by kind and stage
 * @open: (element-type GstProfSummaryWarning): what still goes on, one by one, and
 *   is not among @worst, the gaps or their causes; times are those until now
 * @setups: (element-type GstProfSummarySetup): by stage, in pipeline order
 * @threads: (element-type GstProfSummaryThread): the streaming threads, as they
 *   were first seen
 * @uncovered: pads and elements whose threads cannot be followed
 * @threads_unwatched: threads of the process that are not looked at, since there
 *   are too many
 * @look_interval: how long it is from one look at the threads to the next, on
 *   average, nanoseconds; 0: nobody looks
 * @holders: (element-type GstProfSummaryHolder): what holds buffers
 * @behind: (element-type GstProfSummaryBehind): streams that fell behind
 * @receivers: (element-type GstProfSummaryReceiver): streams that came in by
 *   RTP, also those that have ended
 * @per_element: (element-type GstProfSummaryElement): all elements, when they are
 *   counted
 *
 * The contents of a `prof-summary`. Strings and structures belong to whoever
 * made it: when parsed, to the structure it was parsed from.
 */
typedef struct {
  guint64 frames;
  guint64 complete;
  guint64 dropped;
  guint64 incomplete;
  guint64 inside;
  guint64 preroll;
  guint64 unjoined;
  gdouble fps;
  GstClockTime duration;
  GstClockTime budget;
  gboolean budget_observed;
  guint64 over_budget;
  GstProfDistribution total;
  GstProfDistribution occupancy;
  GstProfDistribution latency;
  guint64 gaps;
  GstClockTime longest_gap;
  GstClockTime gap_total;
  GstClockTime missing_total;
  const GstStructure *gap_parts;
  const GstStructure *gap_causes;
  const GstStructure *warnings;
  guint64 corrections;
  GstClockTime largest_correction;
  guint64 elements;
  guint64 spans;
  guint64 spans_dropped;
  guint64 messages_dropped;
  guint64 setups_dropped;
  guint64 warnings_dropped;
  guint64 stages_refused;
  guint64 streams_evicted;
  guint64 uncovered;
  guint64 threads_unwatched;
  guint64 look_interval;
  GstClockTime lag_first;
  GstClockTime lag_last;
  GstClockTime lag_max;
  guint64 rss;
  guint64 rss_base;
  guint64 rss_peak;
  guint64 rss_unexplained;
  guint64 disk_free;
  guint64 disk_size;
  guint64 disk_rate;
  GstClockTime disk_left;
  guint64 holders_refused;
  guint64 receivers_refused;
  guint64 elements_merged;
  guint64 elements_refused;
  const GstStructure *startup;
  GArray *stages;
  GArray *worst;
  GArray *open;
  GArray *setups;
  GArray *threads;
  GArray *holders;
  GArray *behind;
  GArray *receivers;
  GArray *per_element;
} GstProfSummary;

void          gst_prof_distribution_init    (GstProfDistribution *distribution,
                                             const GstProfHistogram *histogram);

void          gst_prof_summary_init         (GstProfSummary *summary);
void          gst_prof_summary_clear        (GstProfSummary *summary);
void          gst_prof_summary_make_printable
                                            (GstProfSummary *summary,
                                             GStringChunk *texts);
GstStructure *gst_prof_summary_to_structure (const GstProfSummary *summary);
gboolean      gst_prof_summary_parse        (GstProfSummary *summary,
                                             const GstStructure *structure);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstProfSummary, gst_prof_summary_clear)

G_END_DECLS
