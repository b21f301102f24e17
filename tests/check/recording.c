/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The recordings that are made to see whether each write finds its frame:
 * encoder settings by muxers by ways to build a pipeline.
 */

#include "recording.h"

#include "pixelnumber.h"

static const RecordingEncoder encoders[] = {
  {"zerolatency", "x264enc", "x264enc tune=zerolatency speed-preset=ultrafast",
      "h264parse ! "},
  {"look-ahead", "x264enc", "x264enc bframes=0 rc-lookahead=40 "
        "speed-preset=superfast", "h264parse ! "},
  {"B-frames", "x264enc", "x264enc bframes=3 b-adapt=false rc-lookahead=20 "
        "threads=1 speed-preset=superfast", "h264parse ! "},
  {"threads", "x264enc", "x264enc bframes=2 threads=4 sliced-threads=false "
        "speed-preset=superfast", "h264parse ! "},
};

static const RecordingEncoder vp8_encoders[] = {
  {"vp8", "vp8enc", "vp8enc deadline=1", ""},
  {"vp8 look-ahead", "vp8enc", "vp8enc deadline=1 lag-in-frames=20", ""},
};

#define MP3 "lamemp3enc ! mpegaudioparse"

static const RecordingMuxer muxers[] = {
  {"matroskamux", "mkv", "matroskamux", "matroskamux", MP3,
      RECORDING_JOINS_ALL, FALSE},
  {"mp4mux", "mp4", "mp4mux", "mp4mux", MP3, RECORDING_JOINS_ALL, FALSE},
  {"mp4mux fragmented", "mp4", "mp4mux", "mp4mux fragment-duration=1000", MP3,
      RECORDING_JOINS_ALL, TRUE},
  {"mp4mux faststart", "mp4", "mp4mux", "mp4mux faststart=true", MP3,
      RECORDING_JOINS_NONE, FALSE},
  {"mpegtsmux", "ts", "mpegtsmux", "mpegtsmux", MP3, RECORDING_JOINS_ALL,
      FALSE},
  {"mpegtsmux aligned", "ts", "mpegtsmux", "mpegtsmux alignment=7", MP3,
      RECORDING_JOINS_FIRST, FALSE},
  {"flvmux", "flv", "flvmux", "flvmux", MP3, RECORDING_JOINS_ALL, FALSE},
};

static const RecordingMuxer webm_muxers[] = {
  {"webmmux", "webm", "webmmux", "webmmux", "vorbisenc", RECORDING_JOINS_ALL,
      FALSE},
};

static const RecordingVariant variants[] = {
  {FALSE, FALSE, FALSE, FALSE},
  {TRUE, FALSE, FALSE, FALSE},
  {FALSE, TRUE, TRUE, FALSE},
  {TRUE, TRUE, TRUE, FALSE},
  {FALSE, TRUE, FALSE, TRUE},
  {TRUE, FALSE, TRUE, TRUE},
};

#define N_VARIANTS G_N_ELEMENTS (variants)
#define N_H264 (G_N_ELEMENTS (encoders) * G_N_ELEMENTS (muxers) * N_VARIANTS)
#define N_WEBM (G_N_ELEMENTS (vp8_encoders) * G_N_ELEMENTS (webm_muxers) \
    * N_VARIANTS)

/*
 * recording_count:
 *
 * Returns: how many recordings there are
 */
guint
recording_count (void)
{
  return N_H264 + N_WEBM;
}

/*
 * recording_get:
 * @index: less than recording_count()
 *
 * Returns: one of them
 */
Recording
recording_get (guint index)
{
  Recording recording = {.variant = &variants[index % N_VARIANTS] };
  guint i = index / N_VARIANTS;

  if (i < N_H264 / N_VARIANTS) {
    recording.encoder = &encoders[i % G_N_ELEMENTS (encoders)];
    recording.muxer = &muxers[i / G_N_ELEMENTS (encoders)];
  } else {
    i -= N_H264 / N_VARIANTS;
    recording.encoder = &vp8_encoders[i % G_N_ELEMENTS (vp8_encoders)];
    recording.muxer = &webm_muxers[i / G_N_ELEMENTS (vp8_encoders)];
  }
  return recording;
}

/*
 * recording_describe_name:
 * @self: a recording
 *
 * Returns: (transfer full): what is special about it
 */
gchar *
recording_describe_name (const Recording * self)
{
  const RecordingVariant *v = self->variant;

  return g_strdup_printf ("%s, %s %s%s%s%s", self->encoder->name,
      self->muxer->name, v->mux_sink ? "in profmuxsink" : "and profsink",
      v->audio ? ", audio beside" : "", v->offset ? ", from 5 s" : "",
      v->queues ? ", queues" : "");
}

static gchar *
describe_audio (const Recording * self, const gchar * offset)
{
  if (!self->variant->audio)
    return g_strdup ("");
  return g_strdup_printf ("audiotestsrc num-buffers=135 samplesperbuffer=1024 "
      "%s ! audio/x-raw,rate=44100,channels=1 ! audioconvert ! %s ! mux.",
      offset, self->muxer->audio);
}

static gchar *
describe_end (const Recording * self, const gchar * queue,
    const gchar * location)
{
  if (self->variant->mux_sink)
    return g_strdup_printf ("profmuxsink name=mux muxer=\"%s\" location=%s",
        self->muxer->description, location);
  return g_strdup_printf ("%s name=mux ! %s profsink name=sink location=%s",
      self->muxer->description, queue, location);
}

/*
 * recording_describe:
 * @self: a recording
 * @location: the file's name
 *
 * Returns: (transfer full): the pipeline. Raw frames go through the element
 *   "normalize", packets on their way to the muxer through "packets"; the
 *   sink is the child of "mux" or "sink"
 */
gchar *
recording_describe (const Recording * self, const gchar * location)
{
  const gchar *offset =
      self->variant->offset ? "timestamp-offset=5000000000" : "";
  const gchar *queue = self->variant->queues ? "queue ! " : "";
  g_autofree gchar *audio = describe_audio (self, offset);
  g_autofree gchar *end = describe_end (self, queue, location);

  return g_strdup_printf ("latencytracer forward-frames=true "
      "videotestsrc num-buffers=%u pattern=ball %s ! " PIXEL_NUMBER_CAPS
      ",framerate=30/1 ! profnormalize name=normalize ! %s"
      "profencode encoder=\"%s\" ! %s identity name=packets ! %s mux. %s %s",
      RECORDING_FRAMES, offset, queue, self->encoder->description,
      self->encoder->parser, queue, end, audio);
}
