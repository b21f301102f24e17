/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The codecs that can be received: what takes them out of their packets, what
 * decodes them, and which files take them as they are. Owns these tables. Any
 * thread.
 */

#include <string.h>

#include "codec.h"

/* Without the two properties a lost packet of H.264 would freeze the picture
 * for good: the sender has to be asked for a key frame. */
#define KEYFRAMES "request-keyframe=true wait-for-keyframe=true "

static const GstProfCodec codecs[] = {
  {"VP8", "video", "rtpvp8depay " KEYFRAMES, {"vp8dec", "avdec_vp8"},
      NULL, {"mkv", "webm"}},
  {"VP9", "video", "rtpvp9depay " KEYFRAMES, {"vp9dec", "avdec_vp9"},
      "vp9parse", {"mkv", "webm"}},
  /* the parameter sets stay in the stream, where they may change */
  {"H264", "video", "rtph264depay " KEYFRAMES, {"avdec_h264", "openh264dec"},
      "h264parse config-interval=-1 ! "
        "video/x-h264,stream-format=(string){avc3,byte-stream}", {"mkv", "mp4", "ts"}},
  {"OPUS", "audio", "rtpopusdepay ", {NULL}, "opusparse",
        {"mkv", "webm", "mp4", "ts"}},
};

/* What can be asked for, with the reason where it cannot be had. */
static const struct
{
  const gchar *extension;
  const gchar *refusal;         /* NULL: takes H.264 and Opus */
  gboolean remux_only;
} containers[] = {
  {"mkv"}, {"mp4"}, {"ts"},
  {"flv", "takes no Opus audio"},
  {"webm", "takes no H.264 video", TRUE},
};

/*
 * gst_prof_codec_find:
 * @media: "video" or "audio"
 * @name: as in an offer, in whatever case
 *
 * Returns: (nullable): the codec, if it can be received
 */
const GstProfCodec *
gst_prof_codec_find (const gchar * media, const gchar * name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (codecs); i++)
    if (g_str_equal (media, codecs[i].media)
        && g_ascii_strcasecmp (name, codecs[i].name) == 0)
      return &codecs[i];
  return NULL;
}

/*
 * gst_prof_codec_get_decoder:
 * @codec: a codec
 *
 * Returns: (nullable): description of the best decoder that is installed
 */
const gchar *
gst_prof_codec_get_decoder (const GstProfCodec * codec)
{
  for (gsize i = 0; codec->decoders[i] != NULL; i++) {
    g_autoptr (GstElementFactory) factory =
        gst_element_factory_find (codec->decoders[i]);

    if (factory != NULL)
      return codec->decoders[i];
  }
  return NULL;
}

/*
 * gst_prof_codec_get_extension:
 * @location: a file's name
 *
 * Returns: its extension, without the dot; "" when it has none
 */
const gchar *
gst_prof_codec_get_extension (const gchar * location)
{
  const gchar *dot = strrchr (location, '.');

  return dot && !strchr (dot, '/') ? dot + 1 : "";
}

/*
 * gst_prof_codec_fits:
 * @codec: a codec
 * @location: a file's name
 *
 * Returns: whether the file takes the codec as it is
 */
gboolean
gst_prof_codec_fits (const GstProfCodec * codec, const gchar * location)
{
  const gchar *extension = gst_prof_codec_get_extension (location);

  for (gsize i = 0; codec->containers[i] != NULL; i++)
    if (g_ascii_strcasecmp (extension, codec->containers[i]) == 0)
      return TRUE;
  return FALSE;
}

/*
 * gst_prof_codec_check_container:
 * @location: the file's name that --output gave
 * @encode: whether video will be H.264 in any case
 * @error: names what is wrong, and what would be accepted
 *
 * Returns: %FALSE when the container can take nothing of what will come
 */
gboolean
gst_prof_codec_check_container (const gchar * location, gboolean encode,
    GError ** error)
{
  const gchar *extension = gst_prof_codec_get_extension (location);

  for (gsize i = 0; i < G_N_ELEMENTS (containers); i++) {
    if (g_ascii_strcasecmp (extension, containers[i].extension) != 0)
      continue;
    if (containers[i].refusal == NULL || (containers[i].remux_only && !encode))
      return TRUE;
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "--output=%s: %s %s; mkv, mp4 and ts do", location,
        containers[i].extension, containers[i].refusal);
    return FALSE;
  }
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
      "--output=%s: the name must end in .mkv, .mp4 or .ts%s", location,
      encode ? "" : ", or .webm");
  return FALSE;
}
