/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofmeter.h"

G_BEGIN_DECLS

typedef struct _GstProfPort GstProfPort;

/**
 * GstProfPortHooks:
 * @classify: completes the span of a buffer that is about to come in; of a list
 *   with the first buffer, and then again with each that follows. No
 *   allocation, no I/O
 * @closed: the span of a buffer has been closed; may merge it into an earlier
 *   one with gst_prof_thread_record_discard()
 * @event: an event that is about to be passed on; may replace it. Returns
 *   %TRUE if it has dealt with the event, with the result in @ret
 * @caps_done: CAPS have been handled
 * @chain: a buffer that is about to come in. Returns %TRUE if it has dealt
 *   with it, unmeasured, with the result in @ret
 * @query: a query at the ghost pad. Returns %TRUE if it has dealt with it, with the
 *   result in @ret. Any thread
 * @output: what comes out: takes the buffer and passes it on with
 *   gst_prof_port_push_on()
 *
 * What an element adds to the measuring of one of its pads. All are optional
 * and, but for @query, are called on the pad's streaming thread.
 */
typedef struct {
  void     (*classify)  (GstProfPort *port, GstBuffer *buffer,
                         GstProfSpan *span);
  void     (*closed)    (GstProfPort *port, GstProfThreadRecord *record,
                         GstProfSpan *span);
  gboolean (*event)     (GstProfPort *port, GstEvent **event, gboolean *ret);
  void     (*caps_done) (GstProfPort *port);
  gboolean (*chain)     (GstProfPort *port, GstBuffer *buffer,
                         GstFlowReturn *ret);
  gboolean (*query)     (GstProfPort *port, GstQuery *query, gboolean *ret);
  GstFlowReturn (*output) (GstProfPort *port, GstProfThreadRecord *record,
                           GstBuffer *buffer);
} GstProfPortHooks;

/**
 * GstProfPort:
 *
 * One bracketed pad of a stage. The fields that are not atomic belong to the
 * pad's streaming thread, or are set once.
 */
struct _GstProfPort {
  /* set once */
  GstProfMeter *meter;
  GstPad *pad;                  /* whose chain function is bracketed */
  const GstProfPortHooks *hooks;
  gpointer owner;

  GstSegment segment;
  GRefString *stream_id;
  GstClockTime frame_duration;
  gboolean not_video;
  gboolean encoded;
  gboolean packetized;          /* RTP of video: several make a frame */
  gboolean reset;
  GstCaps *caps;
  GstCaps *refused;             /* the caps that were warned about last */

  /* Of an encoder: with which frame inside, counted from 1, it gives a packet:
   * one more than it keeps. 0: not known yet; @expected_depth is what the
   * encoder says itself, 0: nobody waits for packets */
  guint since_output;
  guint settled_depth;
  guint expected_depth;

  /* CPU time of the thread when the open span began, where it is wanted */
  GstClockTime cpu;

  /* The thread in which a caps event is about to be looked at */
  _Atomic gpointer arriving;

  /* Counted up when the element's own loop, which pulls from this port, ends */
  _Atomic guint pull_epoch;
};

GstProfPort *gst_prof_port_new_input  (GstProfMeter *meter, GstPad *ghost_sink,
                                       const GstProfPortHooks *hooks,
                                       gpointer owner);
GstProfPort *gst_prof_port_new_output (GstProfMeter *meter, GstPad *ghost_src,
                                       const GstProfPortHooks *hooks,
                                       gpointer owner);
void         gst_prof_port_unref      (GstProfPort *port);
void         gst_prof_port_reset      (GstProfPort *port);
void         gst_prof_port_forget_loop (GstProfPort *port);

GstFlowReturn gst_prof_port_push_on   (GstProfPort *port, GstBuffer *buffer);
GstClockTime  gst_prof_port_to_running_time (GstProfPort *port,
                                             GstClockTime time);

void          gst_prof_port_set_payload (GstProfSpan *span, GstBuffer *buffer);

GRefString  *gst_prof_port_find_video_stream_id (GstPad *sinkpad);

/* Whose a new span is: the stage's, and of what passes the port */
static inline void
gst_prof_port_label_span (const GstProfPort * port, const GstProfMeter * meter,
    GstProfSpan * span)
{
  span->stage = g_ref_string_acquire (meter->stage);
  if (port->stream_id != NULL)
    span->stream_id = g_ref_string_acquire (port->stream_id);
  span->frame_duration = port->frame_duration;
}

G_END_DECLS
