/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Which of the streams and codecs of an offer are recorded: the first video and
 * the first audio that will be sent, each in the first codec, by the offer's
 * order, that can be decoded or, where nothing is encoded, that the file takes as
 * it is. Passive.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mediachoice.h"

#define TRANSPORT_CC \
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"

/* What a client sends, as far as its offer says. */
static gboolean
will_be_sent (const GstSDPMessage * offer, const GstSDPMedia * media)
{
  static const struct
  {
    const gchar *direction;
    gboolean sent;
  } directions[] = {
    {"sendrecv", TRUE}, {"sendonly", TRUE}, {"recvonly", FALSE},
    {"inactive", FALSE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (directions); i++)
    if (gst_sdp_media_get_attribute_val (media, directions[i].direction))
      return directions[i].sent;
  for (gsize i = 0; i < G_N_ELEMENTS (directions); i++)
    if (gst_sdp_message_get_attribute_val (offer, directions[i].direction))
      return directions[i].sent;
  return TRUE;
}

/* Returns: (transfer full) (nullable): the encoding's name of a payload type */
static gchar *
dup_encoding_name (const GstSDPMedia * media, gint payload, gint * clock_rate)
{
  const gchar *value;

  for (guint i = 0; (value = gst_sdp_media_get_attribute_val_n (media,
              "rtpmap", i)) != NULL; i++) {
    gchar *end;
    gint64 number = g_ascii_strtoll (value, &end, 10);
    const gchar *name = end + strspn (end, " ");
    gsize length = strcspn (name, "/");

    if (end == value || number != payload || name[length] != '/')
      continue;
    *clock_rate = (gint) g_ascii_strtoll (name + length + 1, NULL, 10);
    return g_strndup (name, length);
  }
  return NULL;
}

/* webrtcbin leaves header extensions out of its answer unless the preferences
 * name them, and without this one a browser's bit rate hardly rises. */
static void
add_transport_cc (GstCaps * caps, const GstSDPMedia * media)
{
  const gchar *value;

  for (guint i = 0; (value = gst_sdp_media_get_attribute_val_n (media,
              "extmap", i)) != NULL; i++) {
    const gchar *uri = strchr (value, ' ');
    gint64 id = g_ascii_strtoll (value, NULL, 10);
    g_autofree gchar *field = NULL;

    if (uri == NULL || id < 1 || id > 255
        || strcmp (uri + strspn (uri, " "), TRANSPORT_CC) != 0)
      continue;
    field = g_strdup_printf ("extmap-%d", (gint) id);
    gst_caps_set_simple (caps, field, G_TYPE_STRING, TRANSPORT_CC, NULL);
    return;
  }
}

static gboolean
is_taken (const GstProfCodec * codec, const gchar * location, gboolean encode)
{
  if (encode && g_str_equal (codec->media, "video"))
    return gst_prof_codec_get_decoder (codec) != NULL;
  return gst_prof_codec_fits (codec, location);
}

/* Adds the codec's name to @refused when it is not taken. */
static gboolean
take_payload (GstProfMediaLine * line, const GstSDPMedia * media, gint payload,
    const gchar * location, gboolean encode, GString * refused)
{
  gint clock_rate = 0;
  g_autofree gchar *name = dup_encoding_name (media, payload, &clock_rate);
  const GstProfCodec *codec = name
      ? gst_prof_codec_find (gst_sdp_media_get_media (media), name) : NULL;

  if (name == NULL)
    return FALSE;
  if (codec == NULL || !is_taken (codec, location, encode)) {
    if (strstr (refused->str, name) == NULL)
      g_string_append_printf (refused, "%s%s", refused->len ? ", " : "", name);
    return FALSE;
  }
  line->codec = codec;
  line->caps = gst_caps_new_simple ("application/x-rtp",
      "media", G_TYPE_STRING, codec->media, "encoding-name", G_TYPE_STRING,
      codec->name, "payload", G_TYPE_INT, payload, "clock-rate", G_TYPE_INT,
      clock_rate, NULL);
  add_transport_cc (line->caps, media);
  return TRUE;
}

static void
take_line (GstProfMediaLine * line, const GstSDPMessage * offer, guint mline,
    const gchar * location, gboolean encode, GString * refused)
{
  const GstSDPMedia *media = gst_sdp_message_get_media (offer, mline);

  if (line->codec != NULL || !will_be_sent (offer, media))
    return;
  for (guint i = 0; i < gst_sdp_media_formats_len (media); i++) {
    gint payload = atoi (gst_sdp_media_get_format (media, i));

    if (take_payload (line, media, payload, location, encode, refused)) {
      line->mline = mline;
      return;
    }
  }
}

/*
 * gst_prof_media_choice_make:
 * @choice: a fresh choice
 * @offer: the offer
 * @location: the file's name
 * @encode: whether video is decoded and encoded
 * @error: names what was offered, when nothing of it can be recorded
 *
 * A video that cannot be recorded is not left out silently: then the audio
 * alone is not taken.
 *
 * Returns: %FALSE when the offer is refused
 */
gboolean
gst_prof_media_choice_make (GstProfMediaChoice * choice,
    const GstSDPMessage * offer, const gchar * location, gboolean encode,
    GError ** error)
{
  g_autoptr (GString) no_video = g_string_new (NULL);
  g_autoptr (GString) no_audio = g_string_new (NULL);

  for (guint i = 0; i < gst_sdp_message_medias_len (offer); i++) {
    const gchar *media = gst_sdp_media_get_media (gst_sdp_message_get_media
        (offer, i));

    if (g_strcmp0 (media, "video") == 0)
      take_line (&choice->video, offer, i, location, encode, no_video);
    else if (g_strcmp0 (media, "audio") == 0)
      take_line (&choice->audio, offer, i, location, encode, no_audio);
  }

  if (choice->video.codec == NULL && no_video->len > 0 && encode)
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_CODEC_NOT_FOUND,
        "no video codec in common: offered are %s; VP8, VP9 and H264 are taken",
        no_video->str);
  else if (choice->video.codec == NULL && no_video->len > 0)
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_CODEC_NOT_FOUND,
        "no video codec that .%s takes as it is: offered are %s",
        gst_prof_codec_get_extension (location), no_video->str);
  else if (choice->audio.codec == NULL && no_audio->len > 0)
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_CODEC_NOT_FOUND,
        "no audio codec in common: offered are %s; Opus is taken",
        no_audio->str);
  else if (choice->video.codec == NULL && choice->audio.codec == NULL)
    g_set_error_literal (error, GST_STREAM_ERROR,
        GST_STREAM_ERROR_CODEC_NOT_FOUND,
        "the offer has no video and no audio that would be sent");
  else
    return TRUE;

  gst_prof_media_choice_clear (choice);
  return FALSE;
}

/*
 * gst_prof_media_choice_clear:
 * @choice: the choice
 *
 * Frees what it holds; it is a fresh one again.
 */
void
gst_prof_media_choice_clear (GstProfMediaChoice * choice)
{
  gst_clear_caps (&choice->video.caps);
  gst_clear_caps (&choice->audio.caps);
  *choice = (GstProfMediaChoice) {
  0};
}
