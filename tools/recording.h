/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

#include "codec.h"

G_BEGIN_DECLS

/**
 * GstProfOverload:
 * @GST_PROF_OVERLOAD_DROP: frames that the encoder has no time for are dropped
 * @GST_PROF_OVERLOAD_BLOCK: frames wait, and what comes waits as packets; when
 *   these have no room either, they are dropped until the next key frame
 *
 * What becomes of frames when the encoder does not keep up.
 */
typedef enum {
  GST_PROF_OVERLOAD_DROP,
  GST_PROF_OVERLOAD_BLOCK,
} GstProfOverload;

/**
 * GstProfRecordingSettings:
 * @output: the file
 * @width: of the recorded picture, 0: the first frame's
 * @height: the same
 * @bitrate: of the default encoder, kbit/s, 0: its own
 * @converter: (nullable): description of profnormalize's child
 * @encoder: (nullable): description of profencode's child
 * @sink: (nullable): description of profmuxsink's sink
 * @decoder: (nullable): description of the decoder
 * @remux: whether video goes into the file as it came
 * @overload: what to do with frames that come too fast
 * @latency: of the jitter buffers, ms
 */
typedef struct {
  const gchar *output;
  gint width;
  gint height;
  gint bitrate;
  const gchar *converter;
  const gchar *encoder;
  const gchar *sink;
  const gchar *decoder;
  gboolean remux;
  GstProfOverload overload;
  gint latency;
} GstProfRecordingSettings;

/**
 * GstProfRecordingCounts:
 * @received: frames that came out of the depayloader
 * @decoded: frames that came out of the decoder
 * @recorded: frames that went into the file
 * @repeated: pictures that were put in because video was silent
 * @sound: packets of sound that went into the file
 * @silence: those of them that were put in because sound was silent
 * @dropped: decoded frames that the queue before the encoder had no room for
 * @packets_dropped: RTP packets that the queues before decoder and depayloader
 *   had no room for
 * @duration: of the recorded video, else of the sound, nanoseconds
 */
typedef struct {
  guint64 received;
  guint64 decoded;
  guint64 recorded;
  guint64 repeated;
  guint64 sound;
  guint64 silence;
  guint64 dropped;
  guint64 packets_dropped;
  GstClockTime duration;
} GstProfRecordingCounts;

typedef struct _GstProfRecording GstProfRecording;

GstProfRecording *gst_prof_recording_new  (const GstProfRecordingSettings *settings,
                                           const GstProfCodec *video,
                                           const GstProfCodec *audio, GError **error);
void              gst_prof_recording_free (GstProfRecording *recording);

GstElement *gst_prof_recording_get_pipeline  (GstProfRecording *recording);
GstElement *gst_prof_recording_get_tracer    (GstProfRecording *recording);
GstElement *gst_prof_recording_get_webrtcbin (GstProfRecording *recording);
GstElement *gst_prof_recording_get_sink      (GstProfRecording *recording);
void        gst_prof_recording_announce_end  (GstProfRecording *recording);
void        gst_prof_recording_send_eos      (GstProfRecording *recording);
gboolean    gst_prof_recording_fill          (GstProfRecording *recording);
gboolean    gst_prof_recording_goes_on       (GstProfRecording *recording);
gchar      *gst_prof_recording_describe_rest (GstProfRecording *recording);
gchar      *gst_prof_recording_describe_missing (GstProfRecording *recording);
gint64      gst_prof_recording_get_last_packet (GstProfRecording *recording);
void        gst_prof_recording_get_counts    (GstProfRecording *recording,
                                              GstProfRecordingCounts *counts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfRecording, gst_prof_recording_free)

G_END_DECLS
