/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Gives offers from stdin to the check, and those that pass to a webrtcbin, for
 * whipfuzz.py: each is a length, four bytes in this machine's order, and the
 * offer. Prints a line for each: "refused REASON", "failed REASON" (by the
 * webrtcbin), "answered". Whatever takes longer than the alarm hangs.
 *
 * With --make-offer: prints the offer of the built-in sender's kind.
 */

#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>
#include <stdio.h>
#include <unistd.h>

#include "tools/webrtcpeer.h"
#include "tools/webrtcsender.h"
#include "tools/whipoffer.h"

#define ALARM_S 20

/* Returns: (nullable): what went wrong */
static gchar *
do_promise (GstElement * webrtcbin, const gchar * signal, gpointer argument,
    const gchar * field, GstWebRTCSessionDescription ** description)
{
  g_autoptr (GstPromise) promise = gst_promise_new ();
  const GstStructure *reply;
  g_autoptr (GError) error = NULL;

  g_signal_emit_by_name (webrtcbin, signal, argument, promise);
  if (gst_promise_wait (promise) != GST_PROMISE_RESULT_REPLIED)
    return g_strdup_printf ("%s: no reply", signal);
  reply = gst_promise_get_reply (promise);
  if (reply)
    gst_structure_get (reply, "error", G_TYPE_ERROR, &error, NULL);
  if (error)
    return g_strdup_printf ("%s: %s", signal, error->message);
  if (field && (reply == NULL || !gst_structure_get (reply, field,
              GST_TYPE_WEBRTC_SESSION_DESCRIPTION, description, NULL)))
    return g_strdup_printf ("%s: no %s", signal, field);
  return NULL;
}

/* Takes @sdp. */
static gchar *
answer (GstSDPMessage * sdp)
{
  g_autoptr (GstElement) pipeline =
      gst_object_ref_sink (gst_pipeline_new (NULL));
  GstElement *webrtcbin = gst_element_factory_make ("webrtcbin", NULL);
  GstWebRTCSessionDescription *offer, *made = NULL;
  gchar *wrong;

  gst_bin_add (GST_BIN (pipeline), webrtcbin);
  gst_prof_webrtc_peer_configure (webrtcbin, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  offer =
      gst_webrtc_session_description_new (GST_WEBRTC_SDP_TYPE_OFFER, sdp);
  wrong = do_promise (webrtcbin, "set-remote-description", offer, NULL, NULL);
  if (wrong == NULL)
    wrong = do_promise (webrtcbin, "create-answer", NULL, "answer", &made);
  if (wrong == NULL)
    wrong = do_promise (webrtcbin, "set-local-description", made, NULL, NULL);
  if (made && g_getenv ("SHOW_ANSWER")) {
    g_autofree gchar *text = gst_sdp_message_as_text (made->sdp);
    g_printerr ("%s\n", text);
  }
  gst_webrtc_session_description_free (offer);
  g_clear_pointer (&made, gst_webrtc_session_description_free);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return wrong;
}

static void
try_offer (const gchar * text, gsize size)
{
  g_autoptr (GError) error = NULL;
  GstSDPMessage *sdp = gst_prof_whip_offer_parse (text, size, &error);
  g_autofree gchar *wrong = NULL;

  if (sdp == NULL) {
    g_print ("refused %s\n", error->message);
    return;
  }
  wrong = answer (sdp);
  if (wrong)
    g_print ("failed %s\n", g_strdelimit (wrong, "\r\n", ' '));
  else
    g_print ("answered\n");
}

static int
make_offer (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstProfWebRTCSender) sender =
      gst_prof_webrtc_sender_new (NULL, NULL, &error);
  GstWebRTCSessionDescription *offer;
  g_autofree gchar *text = NULL;
  GstElement *webrtcbin = gst_prof_webrtc_sender_get_webrtcbin (sender);

  gst_element_set_state (gst_prof_webrtc_sender_get_pipeline (sender),
      GST_STATE_PLAYING);
  g_free (do_promise (webrtcbin, "create-offer", NULL, "offer", &offer));
  g_free (do_promise (webrtcbin, "set-local-description", offer, NULL, NULL));
  gst_webrtc_session_description_free (offer);
  g_usleep (G_USEC_PER_SEC);
  g_object_get (webrtcbin, "local-description", &offer, NULL);
  text = gst_sdp_message_as_text (offer->sdp);
  g_print ("%s", text);
  gst_webrtc_session_description_free (offer);
  return 0;
}

int
main (int argc, char **argv)
{
  guint32 size;

  gst_init (&argc, &argv);
  if (argc > 1 && g_str_equal (argv[1], "--make-offer"))
    return make_offer ();
  setvbuf (stdout, NULL, _IOLBF, 0);
  while (fread (&size, sizeof (size), 1, stdin) == 1) {
    g_autofree gchar *text = g_malloc (size + 1);

    if (fread (text, 1, size, stdin) != size)
      return 1;
    alarm (ALARM_S);
    try_offer (text, size);
  }
  return 0;
}
