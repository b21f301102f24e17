/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What the first session would otherwise wait for: that the plugins are loaded,
 * and that what they do once in a process is done. Owns nothing afterwards. Main
 * thread, before anybody can come.
 */

#include "codec.h"
#include "recording.h"
#include "warmup.h"

/* What webrtcbin makes when it knows what comes, and not before */
static const gchar *const on_demand[] = {
  "nicesrc", "nicesink", "dtlsenc", "dtlsdec", "dtlssrtpenc", "dtlssrtpdec",
  "srtpenc", "srtpdec", "rtpbin", "rtpsession", "rtpssrcdemux", "rtpptdemux",
  "rtpjitterbuffer", "rtpfunnel", "rtprtxsend", "rtprtxreceive", "rtpstorage",
  "rtpulpfecdec", "rtpreddec", "clocksync",
};

static void
load (const gchar * name)
{
  GstElementFactory *factory = gst_element_factory_find (name);
  GstElement *element = factory ? gst_element_factory_create (factory, NULL)
      : NULL;

  gst_clear_object (&factory);
  if (element)
    gst_object_unref (gst_object_ref_sink (element));
}

/*
 * gst_prof_warm_up:
 * @settings: as sessions will be recorded
 * @output: a name with the extension of the files, which are not made
 *
 * Makes a recorder for each kind of video, and throws it away. Of what does not
 * work here the first client will hear.
 */
void
gst_prof_warm_up (const GstProfRecordingSettings * settings,
    const gchar * output)
{
  static const gchar *const videos[] = { "VP8", "VP9", "H264" };
  const GstProfCodec *audio = gst_prof_codec_find ("audio", "OPUS");
  GstProfRecordingSettings own = *settings;

  own.output = output;
  for (gsize i = 0; i < G_N_ELEMENTS (on_demand); i++)
    load (on_demand[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (videos); i++) {
    GstProfRecording *recording = gst_prof_recording_new (&own,
        gst_prof_codec_find ("video", videos[i]), audio, NULL);
    GstElement *webrtcbin;

    if (recording == NULL)
      continue;
    /* not the pipeline: in READY its sink makes the file, or empties it */
    webrtcbin = gst_prof_recording_get_webrtcbin (recording);
    gst_element_set_state (webrtcbin, GST_STATE_READY);
    gst_element_set_state (webrtcbin, GST_STATE_NULL);
    gst_prof_recording_free (recording);
  }
}
