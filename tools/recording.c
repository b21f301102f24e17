/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The recorder: what webrtcbin receives, through the measured stages, into a
 * file. Owns the pipeline and the counts of what went through it, which
 * recordingprogress.c reads. When to connect and when to stop is the caller's.
 *
 * Every queue is bounded. The packets' queues drop their oldest when full, and
 * that is counted: a slow encoder must never hold up the jitter buffers, which
 * have no bound of their own. The frames' queue drops, too, or holds up the
 * decoder, so that the packets' queue fills: whichever was asked for.
 *
 * Main thread, but for pads that webrtcbin adds in its threads, and for probes.
 */

#include "description.h"
#include "recordingprivate.h"
#include "webrtcpeer.h"

/* Packets: 4 s of a fast stream; sound, of which there is little, waits for as
 * long as video can be behind. */
#define PACKET_QUEUE \
    "leaky=downstream max-size-buffers=0 max-size-bytes=16777216 " \
    "max-size-time=4000000000 "
#define SOUND_QUEUE \
    "leaky=downstream max-size-buffers=0 max-size-bytes=4194304 " \
    "max-size-time=20000000000 "
/* A second of frames at 30 fps, 0.8 s of 720p, 0.3 s of 1080p. Where the oldest
 * are dropped it is also how far the recording is behind, however slow the
 * encoder. */
#define FRAME_QUEUE \
    "max-size-buffers=30 max-size-bytes=33554432 max-size-time=0 "
/* Encoded frames never drop: what is full here fills the frames' queue. */
#define ENCODED_QUEUE \
    "max-size-buffers=0 max-size-bytes=33554432 max-size-time=5000000000 "

static GstPadProbeReturn
on_gate (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  GstProfRecordingInput *input = data;

  return g_atomic_int_get (&input->ended) ? GST_PAD_PROBE_DROP
      : GST_PAD_PROBE_OK;
}

/* Webrtcbin's thread. */
static void
on_pad_added (GstElement * webrtcbin, GstPad * pad, GstProfRecording * self)
{
  g_autoptr (GstCaps) caps = NULL;
  const gchar *media = NULL;
  GstProfRecordingInput *input = NULL;

  if (GST_PAD_IS_SINK (pad))
    return;
  caps = gst_pad_get_current_caps (pad);
  if (caps == NULL)
    caps = gst_pad_query_caps (pad, NULL);
  if (!gst_caps_is_empty (caps) && !gst_caps_is_any (caps))
    media = gst_structure_get_string (gst_caps_get_structure (caps, 0),
        "media");
  if (g_strcmp0 (media, "video") == 0)
    input = &self->video;
  else if (g_strcmp0 (media, "audio") == 0)
    input = &self->audio;

  if (input)
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER |
        GST_PAD_PROBE_TYPE_BUFFER_LIST, on_gate, input, NULL);
  if (input == NULL || input->pad == NULL
      || gst_pad_link (pad, input->pad) != GST_PAD_LINK_OK)
    GST_ELEMENT_WARNING (webrtcbin, STREAM, FAILED,
        ("A stream that came in is not recorded."), ("%" GST_PTR_FORMAT, caps));
}

/* Muxers drop frames whose time stamps do not increase, and after a burst the
 * jitter buffer gives many frames the same. Where frames are decoded this is
 * profnormalize's part. Inside the stage: all that measure a frame behind the
 * packets are to see the same time. */
static GstPadProbeReturn
on_depayloaded (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  GstProfRecording *self = data;
  GstBuffer *buffer = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER
      (info));

  GST_BUFFER_PTS (buffer) = gst_prof_pts_next (&self->pts,
      GST_BUFFER_PTS (buffer), GST_BUFFER_DURATION (buffer));
  gst_prof_pts_keep (&self->pts, GST_BUFFER_PTS (buffer));
  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  return GST_PAD_PROBE_OK;
}

/* Muxers take no new caps, and browsers change their resolution all the time.
 * What a decoder needs for the new one is in the stream. */
static GstPadProbeReturn
on_remuxed (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  GstProfRecording *self = data;

  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) != GST_EVENT_CAPS)
    return GST_PAD_PROBE_OK;
  if (self->has_caps)
    return GST_PAD_PROBE_DROP;
  self->has_caps = TRUE;
  return GST_PAD_PROBE_OK;
}

/* The same, where silence was put in before the first packet. */
static GstPadProbeReturn
on_sound (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  GstProfRecording *self = data;

  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) != GST_EVENT_CAPS)
    return GST_PAD_PROBE_OK;
  if (self->has_sound_caps)
    return GST_PAD_PROBE_DROP;
  self->has_sound_caps = TRUE;
  return GST_PAD_PROBE_OK;
}

static GstPad *
get_pad (GstBin * bin, const gchar * name, const gchar * pad)
{
  g_autoptr (GstElement) element = gst_bin_get_by_name (bin, name);

  return element ? gst_element_get_static_pad (element, pad) : NULL;
}

static void
attach_queue (GstProfRecordingQueue * queue, GstBin * bin, const gchar * name)
{
  g_autoptr (GstPad) sink = get_pad (bin, name, "sink");
  g_autoptr (GstPad) src = get_pad (bin, name, "src");

  if (sink == NULL)
    return;
  queue->element = gst_bin_get_by_name (bin, name);
  gst_prof_frame_counter_attach (&queue->in, sink);
  gst_prof_frame_counter_attach (&queue->out, src);
}

/* It guesses when the next packet is due and asks for it again. When a sender
 * pauses there is none: it would be given up as lost, and frames after the pause
 * be dropped until a key frame comes. Gaps between packets are asked for in any
 * case. */
static void
on_new_jitterbuffer (GstElement * rtpbin, GstElement * jitterbuffer,
    guint session, guint ssrc, gpointer unused)
{
  g_object_set (jitterbuffer, "rtx-next-seqnum", FALSE, NULL);
}

static void
attach_input (GstProfRecordingInput * input, GstBin * bin, const gchar * name)
{
  input->pad = get_pad (bin, name, "sink");
  if (input->pad)
    gst_prof_frame_counter_attach (&input->packets, input->pad);
}

/* Until the first frame has come; the size is only to be no other than what
 * --size=0x0 would be taken for most often. */
static void
attach_filler (GstProfRecording * self, GstBin * bin,
    const GstProfRecordingSettings * settings)
{
  g_autoptr (GstElement) frames = gst_bin_get_by_name (bin,
      settings->remux ? "encoded" : "frames");
  g_autoptr (GstElement) sound = gst_bin_get_by_name (bin, "sound");
  g_autoptr (GstCaps) black = NULL;

  if (!settings->remux)
    black = gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, "I420",
        "width", G_TYPE_INT, settings->width ? settings->width : 1280,
        "height", G_TYPE_INT, settings->height ? settings->height : 720,
        "framerate", GST_TYPE_FRACTION, 0, 1, NULL);
  self->filler = gst_prof_filler_new (frames, sound, black);
}

static void
attach_probes (GstProfRecording * self, GstBin * bin, gboolean remux)
{
  static const gchar *const names[N_QUEUES] = {
    [VIDEO_PACKETS] = "video-packets",[SOUND] = "sound",
    [FRAMES] = "frames",[ENCODED] = "encoded",
  };
  g_autoptr (GstPad) depay = get_pad (bin, "depay", "src");
  g_autoptr (GstPad) encoded = get_pad (bin, "encoded", "sink");
  g_autoptr (GstPad) audio = get_pad (bin, "audio", "src");

  attach_input (&self->video, bin, "video-packets");
  attach_input (&self->audio, bin, "audio-depay");
  if (encoded && depay && remux) {
    g_autoptr (GstPad) inside = gst_ghost_pad_get_target (GST_GHOST_PAD
        (depay));

    gst_prof_pts_reset (&self->pts);
    gst_pad_add_probe (inside, GST_PAD_PROBE_TYPE_BUFFER, on_depayloaded, self,
        NULL);
    gst_pad_add_probe (encoded, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
        on_remuxed, self, NULL);
  }
  if (depay)
    gst_prof_frame_counter_attach (&self->received, depay);
  if (audio)
    gst_pad_add_probe (audio, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_sound,
        self, NULL);
  for (gsize i = 0; i < N_QUEUES; i++)
    attach_queue (&self->queues[i], bin, names[i]);
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

  if (!set_child (self->sink, "sink", settings->sink, error))
    return FALSE;
  if (normalize == NULL)
    return TRUE;
  if (!set_child (normalize, "converter", settings->converter, error)
      || !set_child (encode, "encoder", settings->encoder, error))
    return FALSE;

  g_object_set (normalize, "width", settings->width, "height",
      settings->height, NULL);
  if (settings->bitrate > 0)
    gst_child_proxy_set (GST_CHILD_PROXY (encode), "encoder::bitrate",
        settings->bitrate, NULL);
  return TRUE;
}

static gboolean
link_to_file (GstProfRecording * self, GstBin * bin, const gchar * name,
    const gchar * pad)
{
  g_autoptr (GstElement) element = gst_bin_get_by_name (bin, name);

  return element == NULL
      || gst_element_link_pads (element, "src", self->sink, pad);
}

/* Only when it knows the container has the file pads to link to. */
static gboolean
link_file (GstProfRecording * self, GstBin * bin, const gchar * output,
    GError ** error)
{
  g_object_set (self->sink, "location", output, NULL);
  if (link_to_file (self, bin, "encoded", "video_%u")
      && link_to_file (self, bin, "audio", "audio_%u"))
    return TRUE;
  g_set_error (error, GST_PARSE_ERROR, GST_PARSE_ERROR_LINK,
      "the muxer for \"%s\" does not take these streams, or is not installed",
      output);
  return FALSE;
}

static gchar *
describe (const GstProfRecordingSettings * settings,
    const GstProfCodec * video, const GstProfCodec * audio)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "webrtcbin name=webrtc latency=%d ",
      settings->latency);
  if (video && settings->remux)
    g_string_append_printf (text, "queue name=video-packets " PACKET_QUEUE
        "! profstage name=depay stage=depay element=\"%s\" %s%s "
        "! queue name=encoded " ENCODED_QUEUE, video->depay,
        video->remux ? "! " : "", video->remux ? video->remux : "");
  else if (video)
    g_string_append_printf (text, "queue name=video-packets " PACKET_QUEUE
        "! %s name=depay ! %s ! queue name=frames %s" FRAME_QUEUE
        "! profnormalize name=normalize ! profencode name=encode ! h264parse "
        "! queue name=encoded " ENCODED_QUEUE, video->depay,
        settings->decoder ? settings->decoder :
        gst_prof_codec_get_decoder (video),
        settings->overload == GST_PROF_OVERLOAD_DROP ? "leaky=downstream "
        : "");
  if (audio)
    g_string_append_printf (text, "%s name=audio-depay ! queue name=sound "
        SOUND_QUEUE "! %s name=audio ", audio->depay, audio->remux);
  g_string_append (text, "profmuxsink name=file ");
  return g_string_free (text, FALSE);
}

/*
 * gst_prof_recording_new:
 * @settings: what to record, and how
 * @video: (nullable): the codec of the video that comes
 * @audio: (nullable): that of the audio
 * @error: what was wrong, naming the word
 *
 * Returns: (transfer full) (nullable): a recorder in NULL
 */
GstProfRecording *
gst_prof_recording_new (const GstProfRecordingSettings * settings,
    const GstProfCodec * video, const GstProfCodec * audio, GError ** error)
{
  g_autoptr (GstProfRecording) self = g_new0 (GstProfRecording, 1);
  g_autofree gchar *text = describe (settings, video, audio);
  gchar *words[] = { text, NULL };
  GstElement *element = gst_prof_description_parse (words, error);
  GstBin *bin = GST_BIN (element);
  g_autoptr (GstElement) rtpbin = NULL;

  if (element == NULL)
    return NULL;
  self->webrtcbin = gst_bin_get_by_name (bin, "webrtc");
  self->sink = gst_bin_get_by_name (bin, "file");
  attach_probes (self, bin, settings->remux);
  attach_filler (self, bin, settings);

  /* so that the file's EOS is seen: webrtcbin has sinks inside that EOS never
   * reaches, and the pipeline would wait for them */
  g_object_set (bin, "message-forward", TRUE, NULL);
  self->pipeline = gst_prof_description_trace (element, &self->tracer, error);
  if (self->pipeline == NULL || !configure (self, bin, settings, error)
      || !link_file (self, bin, settings->output, error))
    return NULL;

  g_signal_connect (self->webrtcbin, "pad-added", G_CALLBACK (on_pad_added),
      self);
  rtpbin = gst_bin_get_by_name (GST_BIN (self->webrtcbin), "rtpbin");
  if (rtpbin)
    g_signal_connect (rtpbin, "new-jitterbuffer",
        G_CALLBACK (on_new_jitterbuffer), NULL);
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
  g_clear_pointer (&self->filler, gst_prof_filler_free);
  for (gsize i = 0; i < N_QUEUES; i++)
    gst_clear_object (&self->queues[i].element);
  gst_clear_object (&self->video.pad);
  gst_clear_object (&self->audio.pad);
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
 * gst_prof_recording_announce_end:
 * @self: the recorder
 *
 * Nothing more is due: what follows is on its way already.
 */
void
gst_prof_recording_announce_end (GstProfRecording * self)
{
  g_object_set (self->tracer, "ending", TRUE, NULL);
}

static void
end_input (GstProfRecordingInput * input)
{
  if (input->pad == NULL || g_atomic_int_get (&input->ended))
    return;
  g_atomic_int_set (&input->ended, TRUE);
  gst_pad_send_event (input->pad, gst_event_new_eos ());
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
  gst_prof_recording_goes_on (self);
  end_input (&self->video);
  end_input (&self->audio);
}

/*
 * gst_prof_recording_fill:
 * @self: a recorder that is recording
 *
 * Puts something in where one stream is silent and the other is not. To be
 * called some times a second.
 *
 * Returns: %FALSE, once, when video has been left out from now on: it does not
 *   come, and nothing can be put in
 */
gboolean
gst_prof_recording_fill (GstProfRecording * self)
{
  if (gst_prof_filler_fill (self->filler, g_get_monotonic_time ())
      || g_atomic_int_get (&self->video.ended))
    return TRUE;
  end_input (&self->video);
  return FALSE;
}
