/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstProfRecordingSettings:
 * @output: the file
 * @width: of the recorded picture, 0: the first frame's
 * @height: the same
 * @bitrate: of the default encoder, kbit/s, 0: its own
 * @converter: (nullable): description of profnormalize's child
 * @encoder: (nullable): description of profencode's child
 * @sink: (nullable): description of profmuxsink's sink
 */
typedef struct {
  const gchar *output;
  gint width;
  gint height;
  gint bitrate;
  const gchar *converter;
  const gchar *encoder;
  const gchar *sink;
} GstProfRecordingSettings;

/**
 * GstProfRecordingCounts:
 * @decoded: frames that came out of the decoder
 * @recorded: frames that went into the file
 * @dropped: decoded frames that the queue before the encoder had no room for
 * @packets_dropped: RTP packets that the queues before decoder and depayloader
 *   had no room for
 * @duration: of what was recorded, nanoseconds
 */
typedef struct {
  guint64 decoded;
  guint64 recorded;
  guint64 dropped;
  guint64 packets_dropped;
  GstClockTime duration;
} GstProfRecordingCounts;

typedef struct _GstProfRecording GstProfRecording;

gboolean          gst_prof_recording_check_output (const gchar *output, GError **error);

GstProfRecording *gst_prof_recording_new  (const GstProfRecordingSettings *settings,
                                           GError **error);
void              gst_prof_recording_free (GstProfRecording *recording);

GstElement *gst_prof_recording_get_pipeline  (GstProfRecording *recording);
GstElement *gst_prof_recording_get_tracer    (GstProfRecording *recording);
GstElement *gst_prof_recording_get_webrtcbin (GstProfRecording *recording);
GstElement *gst_prof_recording_get_sink      (GstProfRecording *recording);
void        gst_prof_recording_send_eos      (GstProfRecording *recording);
gint64      gst_prof_recording_get_last_packet (GstProfRecording *recording);
void        gst_prof_recording_get_counts    (GstProfRecording *recording,
                                              GstProfRecordingCounts *counts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfRecording, gst_prof_recording_free)

G_END_DECLS
