/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <gst/check/gstcheck.h>
#include <string.h>

#include "tools/whipoffer.h"

static gchar *
get_offers_path (void)
{
  return g_build_filename (g_getenv ("GST_PROF_SOURCE"), "tests", "check",
      "offers", NULL);
}

static gchar *
read_offer (const gchar * name)
{
  g_autofree gchar *folder = get_offers_path ();
  g_autofree gchar *path = g_build_filename (folder, name, NULL);
  gchar *text;

  fail_unless (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

static gchar *
replace (const gchar * text, const gchar * from, const gchar * to)
{
  g_auto (GStrv) parts = g_strsplit (text, from, -1);

  fail_unless (parts[1] != NULL, "\"%s\" is not in the offer", from);
  return g_strjoinv (to, parts);
}

static void
assert_taken (const gchar * text)
{
  g_autoptr (GError) error = NULL;
  GstSDPMessage *sdp =
      gst_prof_whip_offer_parse (text, strlen (text), &error);

  fail_unless (sdp != NULL, "%s", error ? error->message : "no error");
  gst_sdp_message_free (sdp);
}

static void
assert_refused (const gchar * text, gsize size, const gchar * words)
{
  g_autoptr (GError) error = NULL;

  fail_unless (gst_prof_whip_offer_parse (text, size, &error) == NULL,
      "was taken, though: %s", words);
  fail_unless (strstr (error->message, words) != NULL,
      "no word of \"%s\" in: %s", words, error->message);
}

GST_START_TEST (test_offers_of_real_clients_are_taken)
{
  g_autofree gchar *folder = get_offers_path ();
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const gchar *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *text = read_offer (name);
    g_autofree gchar *with_lf = replace (text, "\r\n", "\n");

    assert_taken (text);
    assert_taken (with_lf);
    n++;
  }
  fail_unless (n >= 11);
}

GST_END_TEST;

/* OBS before version 31 says it once, for all. */
GST_START_TEST (test_what_the_session_says_each_media_says)
{
  g_autofree gchar *text = read_offer ("obs-session-level.sdp");
  GstSDPMessage *sdp =
      gst_prof_whip_offer_parse (text, strlen (text), NULL);

  for (guint i = 0; i < 2; i++) {
    const GstSDPMedia *media = gst_sdp_message_get_media (sdp, i);

    fail_unless_equals_string (gst_sdp_media_get_attribute_val (media,
            "setup"), "actpass");
    fail_unless_equals_string (gst_sdp_media_get_attribute_val (media,
            "ice-ufrag"), "4rTz");
    fail_unless (gst_sdp_media_get_attribute_val (media, "fingerprint"));
  }
  gst_sdp_message_free (sdp);
}

GST_END_TEST;

GST_START_TEST (test_no_direction_is_sendrecv)
{
  g_autofree gchar *text = read_offer ("obs.sdp");
  g_autofree gchar *without = replace (text, "a=sendonly\r\n", "");
  GstSDPMessage *sdp =
      gst_prof_whip_offer_parse (without, strlen (without), NULL);

  fail_unless (gst_sdp_media_get_attribute_val (gst_sdp_message_get_media (sdp,
              0), "sendrecv") != NULL);
  gst_sdp_message_free (sdp);
}

GST_END_TEST;

/* In OBS's offer, all places of it. */
static const struct
{
  const gchar *from;
  const gchar *to;
  const gchar *words;
} edits[] = {
  {"v=0", "v=1", "line 1 is \"v=1\": v= should be version 0"},
  {"v=0\r\n", "", "does not begin with v=0"},
  {"o=rtc 2840193765 0", "o=rtc", "o= should be"},
  {"s=-\r\n", "", "no s= line"},
  {"t=0 0\r\n", "", "no t= line"},
  {"t=0 0", "t=0", "t= should be"},
  {"t=0 0\r\n", "t=0 0\r\n\r\n", "line 5 is not LETTER=VALUE"},
  {"s=-", "s =-", "line 3 is not LETTER=VALUE"},
  {"s=-", "s=\xff", "line 3 is not UTF-8"},
  {"s=-", "s=\x1b[2J", "line 3 has a byte 0x1b"},
  {"m=audio", "m=text", "m=text, line 10, is neither audio nor video"},
  {"m=audio", "m=video", "no codec that can be recorded: VP8, VP9, H264"},
  {"m=audio 9", "m=audio 65536", "m= should be MEDIA PORT"},
  {"m=audio 9 UDP/TLS/RTP/SAVPF 111", "m=audio 9 UDP/TLS/RTP/SAVPF",
      "m= should be MEDIA PORT PROTOCOL FORMATS"},
  {"m=audio 9 UDP/TLS/RTP/SAVPF 111", "m=audio 9 UDP/TLS/RTP/SAVPF 128",
      "has \"128\" where a payload type"},
  {"m=audio 9 UDP/TLS/RTP/SAVPF 111", "m=audio 9 UDP/TLS/RTP/SAVPF 111 111",
      "has payload type 111 twice"},
  {"UDP/TLS/RTP/SAVPF", "RTP/AVP", "should be UDP/TLS/RTP/SAVPF"},
  {"opus", "PCMU", "m=audio, line 10, has no codec that can be recorded: opus"},
  {"H264/90000", "AV1/90000", "no codec that can be recorded: VP8"},
  {"H264/90000", "H264/8000", "has H264/8000: it should be H264/90000"},
  {"opus/48000/2", "OPUS/8000/2", "it should be opus/48000/2"},
  {"H264/90000", "H264/0", "a=rtpmap should be"},
  {"H264/90000", "H264", "a=rtpmap should be"},
  {"a=rtpmap:96 H264/90000\r\n", "", "no codec that can be recorded"},
  {"a=rtpmap:96 H264/90000", "a=rtpmap:96 H264/90000\r\na=rtpmap:96 VP8/90000",
      "two a=rtpmap for payload type 96"},
  {"a=fmtp:96 ", "a=fmtp:", "a=fmtp should be"},
  {"a=rtcp-fb:96 nack", "a=rtcp-fb:nack", "a=rtcp-fb should be"},
  {"a=ice-ufrag:4rTz\r\n", "", "has no a=ice-ufrag"},
  {"a=ice-ufrag:4rTz", "a=ice-ufrag:4rT", "a=ice-ufrag should be 4 to 256"},
  {"a=ice-pwd:8uV1kLmN3pQr5sTw7xYz9a\r\n", "", "has no a=ice-pwd"},
  {"a=ice-pwd:8uV1kLmN3pQr5sTw7xYz9a", "a=ice-pwd:8uV1kLmN3pQr5sTw7xYz9",
      "a=ice-pwd should be 22 to 256"},
  {"a=fingerprint:sha-256 6A", "a=fingerprint:sha-256 ", "a=fingerprint should"},
  {"a=fingerprint:sha-256", "a=fingerprint:md5", "a=fingerprint should"},
  {"a=fingerprint:", "a=finger:", "has no a=fingerprint"},
  {"a=setup:actpass\r\n", "", "has no a=setup"},
  {"a=setup:actpass", "a=setup:holdconn", "a=setup should be actpass"},
  {"a=rtcp-mux\r\n", "", "has no a=rtcp-mux"},
  {"a=mid:1\r\n", "", "has no a=mid"},
  {"a=mid:1", "a=mid:0", "a=mid that another has"},
  {"a=mid:1", "a=mid:1\r\na=mid:2", "second of its kind"},
  {"a=group:BUNDLE 0 1\r\n", "", "is not in a=group:BUNDLE"},
  {"a=group:BUNDLE 0 1", "a=group:BUNDLE 0 1 2", "bundles \"2\""},
  {"a=sendonly", "a=recvonly", "sends nothing"},
  {"a=sendonly", "a=sendonly\r\na=inactive", "has several directions"},
  {"a=ssrc:2719283746 cname", "a=ssrc:0 cname", "the SSRC not 0"},
  {"a=mid:1", "a=mid:1\r\na=candidate:1 1 TCP 1 192.0.2.1 9 typ host",
      "TCP with a tcptype"},
  {"a=mid:1", "a=mid:1\r\na=candidate:1 1 UDP 1 example.org 9 typ host",
      "the address a number or a .local name"},
  {"a=mid:1", "a=mid:1\r\na=candidate:1 1 UDP 1 192.0.2.1 99999 typ host",
      "a=candidate should be"},
  {"a=mid:1", "a=mid:1\r\na=extmap:0 urn:x", "a=extmap should be"},
  {"a=mid:1", "a=mid:1\r\nk=prompt", "keys come with DTLS"},
};

GST_START_TEST (test_the_reason_names_what_is_wrong)
{
  g_autofree gchar *text = read_offer ("obs.sdp");
  g_autofree gchar *changed =
      replace (text, edits[__i__].from, edits[__i__].to);

  assert_refused (changed, strlen (changed), edits[__i__].words);
}

GST_END_TEST;

GST_START_TEST (test_media_of_one_bundle_have_one_connection)
{
  g_autofree gchar *text = read_offer ("obs.sdp");
  gchar *second = strstr (strstr (text, "a=ice-ufrag:") + 1, "a=ice-ufrag:");

  second[strlen ("a=ice-ufrag:")] = 'X';
  assert_refused (text, strlen (text), "another a=ice-ufrag");
}

GST_END_TEST;

GST_START_TEST (test_a_second_video_is_refused)
{
  g_autofree gchar *text = read_offer ("obs.sdp");
  g_autofree gchar *bundled = replace (text, "BUNDLE 0 1", "BUNDLE 0 1 2");
  g_autofree gchar *third = replace (strstr (text, "m=video"), "a=mid:1",
      "a=mid:2");
  g_autofree gchar *whole = g_strconcat (bundled, third, NULL);

  assert_refused (whole, strlen (whole), "second of its kind");
}

GST_END_TEST;

/* A line, lines, m= lines, candidates: each has a limit. */
GST_START_TEST (test_there_is_a_limit_to_everything)
{
  g_autofree gchar *text = read_offer ("obs.sdp");
  g_autofree gchar *name = g_strnfill (3000, 'x');
  g_autofree gchar *long_line = replace (text, "s=-", name);
  g_autoptr (GString) lines = g_string_new (text);
  g_autoptr (GString) medias = g_string_new (text);
  g_autoptr (GString) candidates = g_string_new (text);

  for (guint i = 0; i < 2000; i++)
    g_string_append (lines, "a=x\r\n");
  for (guint i = 0; i < 8; i++)
    g_string_append (medias, strstr (text, "m=video"));
  for (guint i = 0; i < 101; i++)
    g_string_append (candidates,
        "a=candidate:1 1 UDP 1 192.0.2.1 9 typ host\r\n");
  assert_refused (long_line, strlen (long_line), "more than 2048 bytes");
  assert_refused (lines->str, lines->len, "line 2001 is one too many");
  assert_refused (medias->str, medias->len, "at most 8");
  assert_refused (candidates->str, candidates->len, "101 candidates");
}

GST_END_TEST;

GST_START_TEST (test_what_is_no_text_is_refused)
{
  g_autofree gchar *text = read_offer ("obs.sdp");
  gsize size = strlen (text), size_16;
  g_autofree gchar *utf16 =
      g_convert (text, size, "UTF-16LE", "UTF-8", NULL, &size_16, NULL);

  assert_refused ("", 0, "empty");
  assert_refused ("garbage", 7, "line 1 is not LETTER=VALUE");
  assert_refused (utf16, size_16, "has a byte 0x00");
  assert_refused ("\x1f\x8b\x08", 3, "has a byte 0x1f");
  assert_refused ("{\"sdp\": \"v=0\"}", 14, "line 1 is not LETTER=VALUE");
  text[size / 2] = '\0';
  assert_refused (text, size, "has a byte 0x00");
}

GST_END_TEST;

/* Wherever it is cut, it is refused or it is whole enough; nothing reads behind
 * its end, which a sanitizer would see. */
GST_START_TEST (test_cut_offers_are_refused)
{
  g_autofree gchar *text = read_offer ("obs.sdp");
  gsize video = strstr (text, "m=video") - text;

  for (gsize size = 0; size < video; size++) {
    g_autofree gchar *cut = g_memdup2 (text, size);

    fail_unless (gst_prof_whip_offer_parse (cut, size, NULL) == NULL);
  }
}

GST_END_TEST;

static Suite *
whipoffer_suite (void)
{
  Suite *suite = suite_create ("whipoffer");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_add_test (tc, test_offers_of_real_clients_are_taken);
  tcase_add_test (tc, test_what_the_session_says_each_media_says);
  tcase_add_test (tc, test_no_direction_is_sendrecv);
  tcase_add_loop_test (tc, test_the_reason_names_what_is_wrong, 0,
      G_N_ELEMENTS (edits));
  tcase_add_test (tc, test_media_of_one_bundle_have_one_connection);
  tcase_add_test (tc, test_a_second_video_is_refused);
  tcase_add_test (tc, test_there_is_a_limit_to_everything);
  tcase_add_test (tc, test_what_is_no_text_is_refused);
  tcase_add_test (tc, test_cut_offers_are_refused);
  return suite;
}

GST_CHECK_MAIN (whipoffer);
