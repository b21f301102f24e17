/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "filler.h"
#include "framecounter.h"
#include "recording.h"

#include "../plugins/gstprofpts.h"

G_BEGIN_DECLS

/* Shared by the files that make up the recorder, and by nobody else. */

/* What comes in and what goes out of a queue: the difference was dropped, when
 * the queue is empty. */
typedef struct
{
  GstElement *element;          /* NULL: there is none */
  GstProfFrameCounter in;
  GstProfFrameCounter out;
} GstProfRecordingQueue;

enum
{
  VIDEO_PACKETS,
  SOUND,
  FRAMES,
  ENCODED,
  N_QUEUES
};

/* Where a pad of webrtcbin is linked to. */
typedef struct
{
  GstPad *pad;                  /* NULL: nothing is taken */
  GstProfFrameCounter packets;
  gint ended;                   /* atomic: EOS was sent, nothing may follow */
} GstProfRecordingInput;

struct _GstProfRecording
{
  GstElement *pipeline;
  GstElement *tracer;
  GstElement *webrtcbin;
  GstElement *sink;
  GstProfRecordingInput video;
  GstProfRecordingInput audio;
  GstProfRecordingQueue queues[N_QUEUES];
  GstProfFrameCounter received;
  GstProfFiller *filler;
  guint64 recorded_before;      /* when it was asked whether it goes on */

  /* of the threads before the muxer */
  GstProfPts pts;
  gboolean has_caps;
  gboolean has_sound_caps;
};

G_END_DECLS
