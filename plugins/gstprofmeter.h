/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/prof/gstprofactivity.h>
#include <gst/prof/gstprofsetup.h>
#include <gst/prof/gstprofthreadrecord.h>

#include <stdatomic.h>

#include "gstprofunread.h"

G_BEGIN_DECLS

/* Frames whose entry is remembered until they come out. x264enc keeps at most
 * 250 frames for look-ahead. */
#define GST_PROF_METER_MAX_INSIDE 512

typedef struct _GstProfMeter GstProfMeter;

/**
 * GstProfMeterInside:
 * @running_time: the frame's running time, nanoseconds
 * @enter: when it entered, CLOCK_MONOTONIC nanoseconds
 */
typedef struct {
  GstClockTime running_time;
  GstClockTime enter;
} GstProfMeterInside;

/**
 * GstProfMeter:
 *
 * What one stage counts and posts. Lives as long as the element that has it.
 * Fields are atomic, or belong to inside_lock, or are set once by init.
 */
struct _GstProfMeter {
  GstProfThreadClient client;

  /* set once */
  GstElement *element;
  GstDebugCategory *category;   /* the element's, for its spans at LOG */
  GRefString *stage;
  GstProfUnread *unread;
  GstProfPoint *point;          /* entered by who does something for the stage */
  gboolean has_output;          /* frames stay until they come out */

  /* Which listeners have been told that the stage exists */
  _Atomic guint generation;

  /* Odd while PLAYING: a span is preroll unless it began and ended in the
   * same odd epoch */
  _Atomic guint epoch;

  /* What comes in are packets, of which several make a frame: frames are what
   * comes out */
  _Atomic gboolean packetized;

  _Atomic guint64 frames_in;
  _Atomic guint64 frames_out;
  _Atomic guint64 frames_dropped;
  _Atomic guint64 messages_dropped;
  _Atomic guint64 spans_dropped;
  _Atomic guint64 corrections;
  _Atomic guint64 largest_correction;

  _Atomic guint64 state_changes;
  _Atomic guint64 caps;
  _Atomic guint64 renegotiation;
  _Atomic guint64 first_buffer;
  _Atomic gboolean first_seen;
  _Atomic guint pending;        /* GstProfSetupKind bits to be told */

  /* Protects the frames inside; leaf lock, held for a few instructions */
  GMutex inside_lock;
  guint n_inside;
  GstProfMeterInside inside[GST_PROF_METER_MAX_INSIDE];

  /* What was renegotiated last; inside_lock */
  GRefString *detail;
  GstProfSetupPiece renegotiated;

  /* When the stage was set up; inside_lock */
  guint n_pieces;
  GstProfSetupPiece pieces[GST_PROF_SETUP_MAX_PIECES];
};

void gst_prof_meter_init      (GstProfMeter *meter, GstElement *element,
                               GstDebugCategory *category,
                               const gchar *stage);
void gst_prof_meter_set_stage (GstProfMeter *meter, const gchar *stage);
void gst_prof_meter_clear     (GstProfMeter *meter);
void gst_prof_meter_reset     (GstProfMeter *meter);

void gst_prof_meter_note_piece (GstProfMeter *meter, GstProfSetupKind kind,
                                GstClockTime start, GstClockTime end,
                                GstClockTime own);
void gst_prof_meter_enter     (GstProfMeter *meter);
void gst_prof_meter_enter_aside (GstProfMeter *meter);
void gst_prof_meter_leave     (GstProfMeter *meter);

void gst_prof_meter_state_changing (GstProfMeter *meter,
                                    GstStateChange transition);
void gst_prof_meter_state_changed (GstProfMeter *meter,
                                   GstStateChange transition,
                                   GstClockTime start,
                                   GstClockTime duration);
void gst_prof_meter_set_playing   (GstProfMeter *meter, gboolean playing);
void gst_prof_meter_note_preroll  (GstProfMeter *meter, GstProfSpan *span,
                                   guint epoch);
void gst_prof_meter_tell          (GstProfMeter *meter, GstProfSetupKind kind,
                                   const gchar *detail);
void gst_prof_meter_tell_newcomers (GstProfMeter *meter);
void gst_prof_meter_note_setup    (GstProfMeter *meter, GstProfSetupKind kind,
                                   GRefString *detail);

guint        gst_prof_meter_frame_in  (GstProfMeter *meter,
                                       GstClockTime running_time,
                                       GstClockTime enter);
GstClockTime gst_prof_meter_frame_out (GstProfMeter *meter,
                                       GstClockTime running_time,
                                       GstClockTime oldest,
                                       GstClockTime now);
guint        gst_prof_meter_get_inside   (GstProfMeter *meter);
void         gst_prof_meter_clear_inside (GstProfMeter *meter);

G_END_DECLS
