/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Checks what a WHIP client offers, before a webrtcbin sees it: GStreamer's own
 * parser takes any text. What real clients send passes; what would not become a
 * recording is refused in words that name what is wrong. Passive.
 */

#include <string.h>

#include "whipoffer.h"
#include "whipsection.h"

#define PROTOCOL "UDP/TLS/RTP/SAVPF"
#define MAX_CANDIDATES 100
#define MAX_PAYLOAD_TYPE 127

#define RTPMAP "a=rtpmap:"
#define BUNDLE "a=group:BUNDLE "

typedef enum
{
  PAYLOAD_TYPE_FREE,
  PAYLOAD_TYPE_LISTED,          /* in the m= line */
  PAYLOAD_TYPE_MAPPED,          /* by an a=rtpmap */
} PayloadType;

typedef struct
{
  GPtrArray *sections;          /* the session's, then one for each m= line */
  const GstProfWhipSection *session;
  gchar **bundle;               /* mids */
  GHashTable *mids;             /* seen so far */
  guint n_video;                /* that send */
  guint n_audio;
} Offer;

static void
offer_clear (Offer * offer)
{
  g_clear_pointer (&offer->mids, g_hash_table_unref);
  g_clear_pointer (&offer->sections, g_ptr_array_unref);
  g_strfreev (offer->bundle);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Offer, offer_clear)

/* The first one is meant where none is said. */
static const gchar *const directions[] = { "sendrecv", "sendonly", "recvonly",
  "inactive", NULL
};

/* What is to be the same for all media of a bundle, as they have one connection;
 * and what a session may say for all of them, while webrtcbin asks each. */
static const gchar *const common[] = { "ice-ufrag", "ice-pwd", "fingerprint",
  "setup", NULL
};

typedef struct
{
  const gchar *name;
  const gchar *rates[3];        /* as an a=rtpmap may have them */
} Codec;

static const Codec video_codecs[] = {
  {"VP8", {"/90000"}}, {"VP9", {"/90000"}}, {"H264", {"/90000"}}, {NULL}
};

static const Codec audio_codecs[] = { {"opus", {"/48000/2", "/48000"}}, {NULL} };

/* What a section does not say itself, the session says for all of them. */
static const gchar *
find (const Offer * offer, const GstProfWhipSection * media, const gchar * name)
{
  const gchar *value = gst_prof_whip_section_get (media, name);

  return value ? value : gst_prof_whip_section_get (offer->session, name);
}

static gboolean
check_session (const Offer * offer, GError ** error)
{
  static const gchar *const needed[] = { "o=", "s=", "t=" };

  if (!g_str_has_prefix (g_ptr_array_index (offer->session->lines, 0), "v=")) {
    gst_prof_whip_section_refuse (offer->session, error,
        "does not begin with v=0");
    return FALSE;
  }
  for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
    if (!gst_prof_whip_section_get (offer->session, needed[i])) {
      gst_prof_whip_section_refuse (offer->session, error, "has no %s line",
          needed[i]);
      return FALSE;
    }
  if (offer->sections->len < 2) {
    gst_prof_whip_section_refuse (offer->session, error,
        "has no m= line: neither audio nor video");
    return FALSE;
  }
  return TRUE;
}

/* Payload types: numbers, each but once. Marks them in @types. */
static gboolean
check_formats (const GstProfWhipSection * media, gchar ** formats,
    PayloadType * types, GError ** error)
{
  guint64 type;

  for (; *formats; formats++) {
    if (!g_ascii_string_to_unsigned (*formats, 10, 0, MAX_PAYLOAD_TYPE, &type,
            NULL)) {
      gst_prof_whip_section_refuse (media, error,
          "has \"%.20s\" where a payload type, 0 to %d, should be", *formats,
          MAX_PAYLOAD_TYPE);
      return FALSE;
    }
    if (types[type] != PAYLOAD_TYPE_FREE) {
      gst_prof_whip_section_refuse (media, error,
          "has payload type %" G_GUINT64_FORMAT " twice", type);
      return FALSE;
    }
    types[type] = PAYLOAD_TYPE_LISTED;
  }
  return TRUE;
}

static const Codec *
find_codec (const Codec * codecs, const gchar * encoding)
{
  gsize length = strcspn (encoding, "/");

  for (; codecs->name; codecs++)
    if (strlen (codecs->name) == length
        && g_ascii_strncasecmp (codecs->name, encoding, length) == 0)
      return codecs;
  return NULL;
}

static gchar *
join_names (const Codec * codecs)
{
  GString *names = g_string_new (codecs->name);

  for (codecs++; codecs->name; codecs++)
    g_string_append_printf (names, ", %s", codecs->name);
  return g_string_free (names, FALSE);
}

/* No payload type is two codecs, and one of them can be recorded. */
static gboolean
check_codecs (const GstProfWhipSection * media, PayloadType * types,
    const Codec * codecs, GError ** error)
{
  g_autofree gchar *names = NULL;
  gboolean found = FALSE;

  for (guint i = 0; i < media->lines->len; i++) {
    const gchar *line = g_ptr_array_index (media->lines, i);
    const Codec *codec;
    gchar *end;
    guint64 type;

    if (!g_str_has_prefix (line, RTPMAP))
      continue;
    /* the line is well formed: a space is behind the type */
    type = g_ascii_strtoull (line + strlen (RTPMAP), &end, 10);
    codec = find_codec (codecs, end + 1);
    if (types[type] == PAYLOAD_TYPE_MAPPED) {
      gst_prof_whip_section_refuse (media, error,
          "has two a=rtpmap for payload type %" G_GUINT64_FORMAT, type);
      return FALSE;
    }
    if (codec && !g_strv_contains (codec->rates, strchr (end, '/'))) {
      gst_prof_whip_section_refuse (media, error, "has %.30s: it should be "
          "%s%s", end + 1, codec->name, codec->rates[0]);
      return FALSE;
    }
    found = found || (codec && types[type] == PAYLOAD_TYPE_LISTED);
    types[type] = PAYLOAD_TYPE_MAPPED;
  }
  names = join_names (codecs);
  if (!found)
    gst_prof_whip_section_refuse (media, error,
        "has no codec that can be recorded: %s", names);
  return found;
}

/* What makes a connection: ICE, DTLS, one port. */
static gboolean
check_transport (const Offer * offer, const GstProfWhipSection * media,
    GError ** error)
{
  const GstProfWhipSection *first = g_ptr_array_index (offer->sections, 1);
  guint candidates = 0;

  for (guint i = 0; common[i]; i++) {
    const gchar *value = find (offer, media, common[i]);
    const gchar *session;

    if (value == NULL) {
      gst_prof_whip_section_refuse (media, error, "has no a=%s", common[i]);
      return FALSE;
    }
    session = gst_prof_whip_section_get (offer->session, common[i]);
    if (!g_str_equal (value, find (offer, first, common[i]))
        || (session && !g_str_equal (value, session))) {
      gst_prof_whip_section_refuse (media, error,
          "has another a=%s than the session or the first m= line: all of an "
          "offer is bundled, and has one connection",
          common[i]);
      return FALSE;
    }
  }
  if (!gst_prof_whip_section_get (media, "rtcp-mux")) {
    gst_prof_whip_section_refuse (media, error, "has no a=rtcp-mux");
    return FALSE;
  }
  for (guint i = 0; i < media->lines->len; i++)
    if (g_str_has_prefix (g_ptr_array_index (media->lines, i), "a=candidate:"))
      candidates++;
  if (candidates > MAX_CANDIDATES) {
    gst_prof_whip_section_refuse (media, error,
        "has %u candidates: at most %d", candidates, MAX_CANDIDATES);
    return FALSE;
  }
  return TRUE;
}

/* Each section has a name of its own, and where there are several, all are in the
 * bundle: there is one connection for all of them. */
static gboolean
check_mid (Offer * offer, const GstProfWhipSection * media, GError ** error)
{
  const gchar *mid = gst_prof_whip_section_get (media, "mid");

  if (mid == NULL) {
    gst_prof_whip_section_refuse (media, error, "has no a=mid");
    return FALSE;
  }
  if (!g_hash_table_add (offer->mids, (gpointer) mid)) {
    gst_prof_whip_section_refuse (media, error,
        "has an a=mid that another has, too");
    return FALSE;
  }
  if (offer->sections->len > 2
      && !g_strv_contains ((const gchar * const *) offer->bundle, mid)) {
    gst_prof_whip_section_refuse (media, error, "is not in a=group:BUNDLE");
    return FALSE;
  }
  return TRUE;
}

static guint
count_directions (const GstProfWhipSection * section, const gchar ** ret_name)
{
  guint count = 0;

  for (guint i = 0; i < section->lines->len; i++) {
    const gchar *line = g_ptr_array_index (section->lines, i);

    for (guint j = 0; line[0] == 'a' && directions[j]; j++)
      if (g_str_has_prefix (line + 2, directions[j])
          && strchr (":", line[2 + strlen (directions[j])])) {
        *ret_name = directions[j];
        count++;
      }
  }
  return count;
}

/* Returns: "sendrecv" and the like, the default included; %NULL: several */
static const gchar *
get_direction (const Offer * offer, const GstProfWhipSection * media)
{
  const gchar *name = directions[0];
  guint count = count_directions (media, &name);

  if (count == 0)
    count = count_directions (offer->session, &name);
  return count <= 1 ? name : NULL;
}

/* Counts what sends: one of each kind is what a recording can have. */
static gboolean
check_sending (Offer * offer, const GstProfWhipSection * media,
    gboolean is_video, gboolean is_rejected, GError ** error)
{
  const gchar *direction = get_direction (offer, media);
  guint *count = is_video ? &offer->n_video : &offer->n_audio;

  if (direction == NULL) {
    gst_prof_whip_section_refuse (media, error, "has several directions");
    return FALSE;
  }
  if (is_rejected || !g_str_has_prefix (direction, "send"))
    return TRUE;
  if (++*count > 1) {
    gst_prof_whip_section_refuse (media, error,
        "is the second of its kind: one video and one audio can be recorded");
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_media (Offer * offer, const GstProfWhipSection * media, GError ** error)
{
  PayloadType types[MAX_PAYLOAD_TYPE + 1] = { PAYLOAD_TYPE_FREE };
  const gchar *line = gst_prof_whip_section_get (media, "m=");
  /* the line is well formed: there are four words */
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  gboolean is_video = g_str_equal (words[0], "video");
  gboolean is_rejected = g_ascii_strtoull (words[1], NULL, 10) == 0
      && !gst_prof_whip_section_get (media, "bundle-only");

  if (!is_video && !g_str_equal (words[0], "audio")) {
    gst_prof_whip_section_refuse (media, error,
        "is neither audio nor video: nothing else can be recorded");
    return FALSE;
  }
  if (!g_str_equal (words[2], PROTOCOL)) {
    gst_prof_whip_section_refuse (media, error, "has the protocol %.30s: it "
        "should be " PROTOCOL, words[2]);
    return FALSE;
  }
  return check_formats (media, words + 3, types, error)
      && check_codecs (media, types, is_video ? video_codecs : audio_codecs,
      error)
      && check_transport (offer, media, error)
      && check_mid (offer, media, error)
      && check_sending (offer, media, is_video, is_rejected, error);
}

/* Returns: (transfer full): its mids; there may be groups of other kinds */
static gchar **
find_bundle (const GstProfWhipSection * session)
{
  const gchar *line = "";

  for (guint i = 0; i < session->lines->len; i++)
    if (g_str_has_prefix (g_ptr_array_index (session->lines, i), BUNDLE)) {
      line = g_ptr_array_index (session->lines, i);
      break;
    }
  return g_strsplit (line, " ", -1);
}

static gboolean
check_offer (Offer * offer, GError ** error)
{
  for (guint i = 0; i < offer->sections->len; i++)
    if (!gst_prof_whip_section_check (g_ptr_array_index (offer->sections, i),
            error))
      return FALSE;
  if (!check_session (offer, error))
    return FALSE;
  offer->bundle = find_bundle (offer->session);
  for (guint i = 1; i < offer->sections->len; i++)
    if (!check_media (offer, g_ptr_array_index (offer->sections, i), error))
      return FALSE;
  for (guint i = 1; i < g_strv_length (offer->bundle); i++)
    if (!g_hash_table_contains (offer->mids, offer->bundle[i])) {
      gst_prof_whip_section_refuse (offer->session, error,
          "bundles \"%s\", which is no a=mid", offer->bundle[i]);
      return FALSE;
    }
  if (offer->n_video + offer->n_audio == 0) {
    gst_prof_whip_section_refuse (offer->session, error,
        "sends nothing: neither its audio nor its video is a=sendonly or "
        "a=sendrecv");
    return FALSE;
  }
  return TRUE;
}

static void
add_missing (GstSDPMedia * media, const gchar * name, const gchar * value)
{
  if (value && !gst_sdp_media_get_attribute_val (media, name))
    gst_sdp_media_add_attribute (media, name, value);
}

/* Lets each media say itself what it leaves to the session or to the default. */
static void
complete (GstSDPMessage * sdp, const Offer * offer)
{
  for (guint i = 0; i < gst_sdp_message_medias_len (sdp); i++) {
    GstSDPMedia *media = (GstSDPMedia *) gst_sdp_message_get_media (sdp, i);
    const GstProfWhipSection *section =
        g_ptr_array_index (offer->sections, i + 1);
    const gchar *direction;

    for (guint j = 0; common[j]; j++)
      add_missing (media, common[j], find (offer, section, common[j]));
    if (count_directions (section, &direction) == 0)
      gst_sdp_media_add_attribute (media, get_direction (offer, section), "");
  }
}

static GstSDPMessage *
parse (const gchar * text, gsize size, const Offer * offer, GError ** error)
{
  GstSDPMessage *sdp;

  gst_sdp_message_new (&sdp);
  if (gst_sdp_message_parse_buffer ((const guint8 *) text, size,
          sdp) == GST_SDP_OK
      && gst_sdp_message_medias_len (sdp) == offer->sections->len - 1) {
    complete (sdp, offer);
    return sdp;
  }
  gst_sdp_message_free (sdp);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
      "the offer is not understood");
  return NULL;
}

/*
 * gst_prof_whip_offer_parse:
 * @text: an offer, not terminated
 * @size: of it, in bytes
 * @error: what is wrong with it, for who sent it
 *
 * Returns: (transfer full) (nullable): the offer, which can be recorded
 */
GstSDPMessage *
gst_prof_whip_offer_parse (const gchar * text, gsize size, GError ** error)
{
  g_auto (Offer) offer = { 0 };

  offer.sections = gst_prof_whip_section_split (text, size, error);
  if (offer.sections == NULL)
    return NULL;
  offer.session = g_ptr_array_index (offer.sections, 0);
  offer.mids = g_hash_table_new (g_str_hash, g_str_equal);
  if (!check_offer (&offer, error))
    return NULL;
  return parse (text, size, &offer, error);
}
