/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The built-in WebRTC sender: a moving picture and a tone, VP8 and Opus, out
 * of a pipeline of its own. It owns that pipeline and the counts of what it
 * sent; who it talks to is the caller's. Main thread only, but for the gates,
 * which the streaming threads pass.
 */

#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>

#include "description.h"
#include "framecounter.h"
#include "webrtcpeer.h"
#include "webrtcsender.h"

/* The clock rates are spelled out, as the offer is made before any data flows;
 * the payload types are apart, as webrtcbin takes the next ones for RTX.
 * The encoder's settings are its cheapest: the sender shares the processor with
 * the recorder that is measured. */
#define CAMERA \
    "videotestsrc is-live=true pattern=ball " \
    "! capsfilter name=camera caps=video/x-raw,format=I420,width=640," \
    "height=360,framerate=30/1 "
#define VIDEO_ENCODER \
    "vp8enc name=video-encoder deadline=1 cpu-used=8 threads=1 " \
    "target-bitrate=1500000 keyframe-max-dist=60 " \
    "! rtpvp8pay ! application/x-rtp,media=video,encoding-name=VP8," \
    "clock-rate=90000,payload=96 "
#define MICROPHONE \
    "audiotestsrc is-live=true wave=sine freq=440 volume=0.2 " \
    "samplesperbuffer=960 " \
    "! capsfilter name=microphone caps=audio/x-raw,rate=48000,channels=2 "
#define AUDIO_ENCODER \
    "opusenc name=audio-encoder ! rtpopuspay " \
    "! application/x-rtp,media=audio,encoding-name=OPUS,clock-rate=48000," \
    "encoding-params=(string)2,payload=111 "

#define DESCRIPTION \
    CAMERA MICROPHONE \
    "webrtcbin name=webrtc " \
    VIDEO_ENCODER "! webrtc. " \
    AUDIO_ENCODER "! webrtc. "

struct _GstProfWebRTCSender
{
  GstElement *pipeline;
  GstElement *webrtcbin;
  GstProfFrameCounter generated;        /* frames that passed the gate */
  GstProfFrameCounter sent;     /* frames that left the encoder */
  gint sending;                 /* atomic: the gates are open */
};

static GstPadProbeReturn
on_gate (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  GstProfWebRTCSender *sender = data;

  return g_atomic_int_get (&sender->sending) ? GST_PAD_PROBE_OK
      : GST_PAD_PROBE_DROP;
}

static void
add_gate (GstProfWebRTCSender * sender, GstPad * pad)
{
  gst_pad_add_probe (pad,
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_gate,
      sender, NULL);
}

/* Links two elements of @bin, with what @filter describes between them. The
 * first passes data only while the sender is sending. */
static gboolean
link_through (GstProfWebRTCSender * sender, GstBin * bin, const gchar * from,
    const gchar * filter, const gchar * to, GError ** error)
{
  g_autoptr (GstElement) first = gst_bin_get_by_name (bin, from);
  g_autoptr (GstElement) last = gst_bin_get_by_name (bin, to);
  g_autoptr (GstPad) gate = gst_element_get_static_pad (first, "src");
  GstElement *middle = NULL;
  gboolean linked;

  add_gate (sender, gate);
  if (filter == NULL) {
    linked = gst_element_link (first, last);
  } else {
    middle = gst_prof_description_parse_child (filter, error);
    if (middle == NULL)
      return FALSE;
    gst_bin_add (bin, middle);
    linked = gst_element_link_many (first, middle, last, NULL);
  }
  if (!linked)
    g_set_error (error, GST_PARSE_ERROR, GST_PARSE_ERROR_LINK,
        "\"%s\" does not link between %s and %s", filter ? filter : "", from,
        to);
  return linked;
}

static void
attach_counter (GstProfFrameCounter * counter, GstBin * bin, const gchar * name)
{
  g_autoptr (GstElement) element = gst_bin_get_by_name (bin, name);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "src");

  gst_prof_frame_counter_attach (counter, pad);
}

/* The transceivers came with the pads, before anyone could listen. */
static void
configure_transceivers (GstElement * webrtcbin)
{
  g_autoptr (GArray) transceivers = NULL;

  g_signal_emit_by_name (webrtcbin, "get-transceivers", &transceivers);
  for (guint i = 0; i < transceivers->len; i++)
    g_object_set (g_array_index (transceivers, GstWebRTCRTPTransceiver *, i),
        "direction", GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDONLY,
        "do-nack", TRUE, NULL);
}

/*
 * gst_prof_webrtc_sender_new:
 * @video_filter: (nullable): description of what the raw frames pass before
 *   they are encoded
 * @audio_filter: (nullable): the same for the samples
 * @error: what was wrong, naming the word
 *
 * Returns: (transfer full) (nullable): a sender, in NULL, that sends nothing
 */
GstProfWebRTCSender *
gst_prof_webrtc_sender_new (const gchar * video_filter,
    const gchar * audio_filter, GError ** error)
{
  g_autoptr (GstProfWebRTCSender) sender = g_new0 (GstProfWebRTCSender, 1);
  gchar *words[] = { (gchar *) DESCRIPTION, NULL };
  GstElement *bin = gst_prof_description_parse (words, error);

  if (bin == NULL)
    return NULL;
  sender->pipeline = gst_object_ref_sink (gst_pipeline_new ("sender"));
  gst_bin_add (GST_BIN (sender->pipeline), bin);
  sender->webrtcbin = gst_bin_get_by_name (GST_BIN (bin), "webrtc");

  gst_prof_webrtc_peer_configure (sender->webrtcbin, NULL);
  configure_transceivers (sender->webrtcbin);
  if (!link_through (sender, GST_BIN (bin), "camera", video_filter,
          "video-encoder", error)
      || !link_through (sender, GST_BIN (bin), "microphone", audio_filter,
          "audio-encoder", error))
    return NULL;

  attach_counter (&sender->generated, GST_BIN (bin), "camera");
  attach_counter (&sender->sent, GST_BIN (bin), "video-encoder");
  return g_steal_pointer (&sender);
}

/*
 * gst_prof_webrtc_sender_free:
 * @sender: (transfer full): the sender
 *
 * Stops and frees it.
 */
void
gst_prof_webrtc_sender_free (GstProfWebRTCSender * sender)
{
  if (sender->pipeline)
    gst_element_set_state (sender->pipeline, GST_STATE_NULL);
  gst_clear_object (&sender->webrtcbin);
  gst_clear_object (&sender->pipeline);
  g_free (sender);
}

/*
 * gst_prof_webrtc_sender_get_pipeline:
 * @sender: the sender
 *
 * Returns: (transfer none): its pipeline
 */
GstElement *
gst_prof_webrtc_sender_get_pipeline (GstProfWebRTCSender * sender)
{
  return sender->pipeline;
}

/*
 * gst_prof_webrtc_sender_get_webrtcbin:
 * @sender: the sender
 *
 * Returns: (transfer none): its webrtcbin
 */
GstElement *
gst_prof_webrtc_sender_get_webrtcbin (GstProfWebRTCSender * sender)
{
  return sender->webrtcbin;
}

/*
 * gst_prof_webrtc_sender_set_sending:
 * @sender: the sender
 * @sending: whether media is sent
 *
 * Opens or closes the gates. Behind closed gates the session stays up, so that
 * the other side can still ask for lost packets.
 */
void
gst_prof_webrtc_sender_set_sending (GstProfWebRTCSender * sender,
    gboolean sending)
{
  g_atomic_int_set (&sender->sending, sending);
}

/*
 * gst_prof_webrtc_sender_get_n_sent:
 * @sender: the sender
 *
 * Returns: video frames that were sent
 */
guint64
gst_prof_webrtc_sender_get_n_sent (GstProfWebRTCSender * sender)
{
  return gst_prof_frame_counter_get_count (&sender->sent);
}

/*
 * gst_prof_webrtc_sender_get_n_paused:
 * @sender: a sender that is not sending
 *
 * Returns: video frames that the filter kept back
 */
guint64
gst_prof_webrtc_sender_get_n_paused (GstProfWebRTCSender * sender)
{
  return gst_prof_frame_counter_get_count (&sender->generated) -
      gst_prof_frame_counter_get_count (&sender->sent);
}
