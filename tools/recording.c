/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The recorder: what webrtcbin receives, through the measured stages, into a
 * file. Owns the pipeline and the counts of what went through it. When to
 * connect and when to stop is the caller's.
 *
 * Every queue is bounded. Those before the decoder and before the stages drop
 * their oldest when full, and that is counted: a slow encoder must never hold
 * up the jitter buffers, which have no bound of their own.
 *
 * Main thread, but for pads that webrtcbin adds in its threads.
 */

#include "description.h"
#include "framecounter.h"
#include "recording.h"
#include "webrtcpeer.h"

/* Packets: 4 s of a fast stream. Frames: 3 s at 30 fps, in memory no more than
 * 41 frames of 1080p. Encoded frames never drop: what is full here fills the
 * frames' queue. */
#define PACKET_QUEUE \
    "leaky=downstream max-size-buffers=0 max-size-bytes=16777216 " \
    "max-size-time=4000000000 "
#define FRAME_QUEUE \
    "leaky=downstream max-size-buffers=90 max-size-bytes=134217728 " \
    "max-size-time=0 "
#define ENCODED_QUEUE \
    "max-size-buffers=0 max-size-bytes=33554432 max-size-time=3000000000 "

#define DESCRIPTION \
    "webrtcbin name=webrtc " \
    "queue name=video-packets " PACKET_QUEUE \
    "! rtpvp8depay request-keyframe=true wait-for-keyframe=true " \
    "! vp8dec name=decoder ! queue name=frames " FRAME_QUEUE \
    "! profnormalize name=normalize ! profencode name=encode ! h264parse " \
    "! queue name=encoded " ENCODED_QUEUE \
    "queue name=audio-packets " PACKET_QUEUE \
    "! rtpopusdepay ! opusparse name=audio " \
    "profmuxsink name=file "

/* What comes in and what goes out of a queue: the difference was dropped, when
 * the queue is empty. */
typedef struct
{
  GstProfFrameCounter in;
  GstProfFrameCounter out;
} Queue;

enum
{
  VIDEO_PACKETS,
  AUDIO_PACKETS,
  FRAMES,
  ENCODED,
  N_QUEUES
};

struct _GstProfRecording
{
  GstElement *pipeline;
  GstElement *tracer;
  GstElement *webrtcbin;
  GstElement *sink;
  GstPad *video_pad;            /* where webrtcbin's pads are linked to */
  GstPad *audio_pad;
  Queue queues[N_QUEUES];
};

/*
 * gst_prof_recording_check_output:
 * @output: a file's name
 * @error: names what is wrong, and what would be accepted
 *
 * Returns: %FALSE when its container cannot take H.264 and Opus
 */
gboolean
gst_prof_recording_check_output (const gchar * output, GError ** error)
{
  static const struct
  {
    const gchar *extension;
    const gchar *refusal;
  } containers[] = {
    {"mkv", NULL}, {"mp4", NULL}, {"ts", NULL},
    {"flv", "takes no Opus audio"}, {"webm", "takes no H.264 video"},
  };
  const gchar *dot = strrchr (output, '.');
  const gchar *extension = dot && !strchr (dot, '/') ? dot + 1 : "";

  for (gsize i = 0; i < G_N_ELEMENTS (containers); i++) {
    if (g_ascii_strcasecmp (extension, containers[i].extension) != 0)
      continue;
    if (containers[i].refusal == NULL)
      return TRUE;
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "--output=%s: %s %s; mkv, mp4 and ts do", output,
        containers[i].extension, containers[i].refusal);
    return FALSE;
  }
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
      "--output=%s: the name must end in .mkv, .mp4 or .ts", output);
  return FALSE;
}

/* Webrtcbin's thread. */
static void
on_pad_added (GstElement * webrtcbin, GstPad * pad, GstProfRecording * self)
{
  g_autoptr (GstCaps) caps = NULL;
  const gchar *media = NULL;
  GstPad *target = NULL;

  if (GST_PAD_IS_SINK (pad))
    return;
  caps = gst_pad_get_current_caps (pad);
  if (caps == NULL)
    caps = gst_pad_query_caps (pad, NULL);
  if (!gst_caps_is_empty (caps) && !gst_caps_is_any (caps))
    media = gst_structure_get_string (gst_caps_get_structure (caps, 0),
        "media");
  if (g_strcmp0 (media, "video") == 0)
    target = self->video_pad;
  else if (g_strcmp0 (media, "audio") == 0)
    target = self->audio_pad;

  if (target == NULL || gst_pad_link (pad, target) != GST_PAD_LINK_OK)
    GST_ELEMENT_WARNING (webrtcbin, STREAM, FAILED,
        ("A stream that came in is not recorded."), ("%" GST_PTR_FORMAT, caps));
}

static void
attach_queue (Queue * queue, GstBin * bin, const gchar * name)
{
  g_autoptr (GstElement) element = gst_bin_get_by_name (bin, name);
  g_autoptr (GstPad) sink = gst_element_get_static_pad (element, "sink");
  g_autoptr (GstPad) src = gst_element_get_static_pad (element, "src");

  gst_prof_frame_counter_attach (&queue->in, sink);
  gst_prof_frame_counter_attach (&queue->out, src);
}

static GstPad *
get_sink_pad (GstBin * bin, const gchar * name)
{
  g_autoptr (GstElement) element = gst_bin_get_by_name (bin, name);

  return gst_element_get_static_pad (element, "sink");
}

static gboolean
set_child (GstElement * stage, const gchar * property,
    const gchar * description, GError ** error)
{
  GstElement *child;

  if (description == NULL)
    return TRUE;
  child = gst_prof_description_parse_child (description, error);
  if (child == NULL)
    return FALSE;
  g_object_set (stage, property, child, NULL);
  return TRUE;
}

static gboolean
configure (GstProfRecording * self, GstBin * bin,
    const GstProfRecordingSettings * settings, GError ** error)
{
  g_autoptr (GstElement) normalize = gst_bin_get_by_name (bin, "normalize");
  g_autoptr (GstElement) encode = gst_bin_get_by_name (bin, "encode");

  if (!set_child (normalize, "converter", settings->converter, error)
      || !set_child (encode, "encoder", settings->encoder, error)
      || !set_child (self->sink, "sink", settings->sink, error))
    return FALSE;

  g_object_set (normalize, "width", settings->width, "height",
      settings->height, NULL);
  if (settings->bitrate > 0)
    gst_child_proxy_set (GST_CHILD_PROXY (encode), "encoder::bitrate",
        settings->bitrate, NULL);
  return TRUE;
}

/* Only when it knows the container has the file pads to link to. */
static gboolean
link_file (GstProfRecording * self, GstBin * bin, const gchar * output,
    GError ** error)
{
  g_autoptr (GstElement) video = gst_bin_get_by_name (bin, "encoded");
  g_autoptr (GstElement) audio = gst_bin_get_by_name (bin, "audio");

  g_object_set (self->sink, "location", output, NULL);
  if (gst_element_link_pads (video, "src", self->sink, "video_%u")
      && gst_element_link_pads (audio, "src", self->sink, "audio_%u"))
    return TRUE;
  g_set_error (error, GST_PARSE_ERROR, GST_PARSE_ERROR_LINK,
      "the muxer for \"%s\" takes no H.264 and Opus, or is not installed",
      output);
  return FALSE;
}

/*
 * gst_prof_recording_new:
 * @settings: what to record, and how
 * @error: what was wrong, naming the word
 *
 * Returns: (transfer full) (nullable): a recorder in NULL
 */
GstProfRecording *
gst_prof_recording_new (const GstProfRecordingSettings * settings,
    GError ** error)
{
  static const gchar *const names[N_QUEUES] = {
    [VIDEO_PACKETS] = "video-packets",[AUDIO_PACKETS] = "audio-packets",
    [FRAMES] = "frames",[ENCODED] = "encoded",
  };
  g_autoptr (GstProfRecording) self = g_new0 (GstProfRecording, 1);
  gchar *words[] = { (gchar *) DESCRIPTION, NULL };
  GstElement *element = gst_prof_description_parse (words, error);
  GstBin *bin = GST_BIN (element);

  if (element == NULL)
    return NULL;
  self->webrtcbin = gst_bin_get_by_name (bin, "webrtc");
  self->sink = gst_bin_get_by_name (bin, "file");
  self->video_pad = get_sink_pad (bin, "video-packets");
  self->audio_pad = get_sink_pad (bin, "audio-packets");
  for (gsize i = 0; i < N_QUEUES; i++)
    attach_queue (&self->queues[i], bin, names[i]);

  /* so that the file's EOS is seen: webrtcbin has sinks inside that EOS never
   * reaches, and the pipeline would wait for them */
  g_object_set (bin, "message-forward", TRUE, NULL);
  self->pipeline = gst_prof_description_trace (element, &self->tracer, error);
  if (self->pipeline == NULL || !configure (self, bin, settings, error)
      || !link_file (self, bin, settings->output, error))
    return NULL;

  gst_prof_webrtc_peer_configure (self->webrtcbin);
  g_signal_connect (self->webrtcbin, "pad-added", G_CALLBACK (on_pad_added),
      self);
  return g_steal_pointer (&self);
}

/*
 * gst_prof_recording_free:
 * @self: (transfer full): a recorder whose pipeline is in NULL
 *
 * Frees it.
 */
void
gst_prof_recording_free (GstProfRecording * self)
{
  gst_clear_object (&self->video_pad);
  gst_clear_object (&self->audio_pad);
  gst_clear_object (&self->webrtcbin);
  gst_clear_object (&self->sink);
  gst_clear_object (&self->tracer);
  gst_clear_object (&self->pipeline);
  g_free (self);
}

/*
 * gst_prof_recording_get_pipeline:
 * @self: the recorder
 *
 * Returns: (transfer none): its pipeline
 */
GstElement *
gst_prof_recording_get_pipeline (GstProfRecording * self)
{
  return self->pipeline;
}

/*
 * gst_prof_recording_get_tracer:
 * @self: the recorder
 *
 * Returns: (transfer none): its latencytracer
 */
GstElement *
gst_prof_recording_get_tracer (GstProfRecording * self)
{
  return self->tracer;
}

/*
 * gst_prof_recording_get_webrtcbin:
 * @self: the recorder
 *
 * Returns: (transfer none): its webrtcbin
 */
GstElement *
gst_prof_recording_get_webrtcbin (GstProfRecording * self)
{
  return self->webrtcbin;
}

/*
 * gst_prof_recording_get_sink:
 * @self: the recorder
 *
 * Returns: (transfer none): the element whose EOS says that the file is done
 */
GstElement *
gst_prof_recording_get_sink (GstProfRecording * self)
{
  return self->sink;
}

/*
 * gst_prof_recording_send_eos:
 * @self: the recorder
 *
 * Ends the media behind webrtcbin, which itself never ends. The queues there
 * never block, so neither does this.
 */
void
gst_prof_recording_send_eos (GstProfRecording * self)
{
  gst_pad_send_event (self->video_pad, gst_event_new_eos ());
  gst_pad_send_event (self->audio_pad, gst_event_new_eos ());
}

/*
 * gst_prof_recording_get_last_packet:
 * @self: the recorder
 *
 * Returns: when the jitter buffers gave the last packet, as
 *   g_get_monotonic_time(), 0: none yet
 */
gint64
gst_prof_recording_get_last_packet (GstProfRecording * self)
{
  return MAX (gst_prof_frame_counter_get_last (&self->queues[VIDEO_PACKETS].in),
      gst_prof_frame_counter_get_last (&self->queues[AUDIO_PACKETS].in));
}

static guint64
get_dropped (Queue * queue)
{
  return gst_prof_frame_counter_get_count (&queue->in) -
      gst_prof_frame_counter_get_count (&queue->out);
}

/*
 * gst_prof_recording_get_counts:
 * @self: a recorder that is in NULL again
 * @counts: (out caller-allocates): what went through it
 */
void
gst_prof_recording_get_counts (GstProfRecording * self,
    GstProfRecordingCounts * counts)
{
  Queue *queues = self->queues;

  counts->decoded = gst_prof_frame_counter_get_count (&queues[FRAMES].in);
  counts->recorded = gst_prof_frame_counter_get_count (&queues[ENCODED].out);
  counts->dropped = get_dropped (&queues[FRAMES]);
  counts->packets_dropped = get_dropped (&queues[VIDEO_PACKETS])
      + get_dropped (&queues[AUDIO_PACKETS]);
  counts->duration = gst_prof_frame_counter_get_duration (&queues[ENCODED].out);
}
