/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Gives offers from stdin to the check, and those that pass to a webrtcbin, for
 * whipfuzz.py: each is a length, four bytes in this machine's order, and the
 * offer. Prints a line for each: "refused REASON" (by the check), "unrecordable
 * REASON", "failed REASON" (by the webrtcbin), "answered". Whatever takes longer than the alarm hangs.
 *
 * With --make-offer: prints the offer of the built-in sender's kind.
 */

#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>
#include <stdio.h>
#include <unistd.h>

#include "tools/mediachoice.h"
#include "tools/webrtcanswer.h"
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

static void
on_answer (const gchar * text, const GError * error, gpointer data)
{
  gchar **outcome = data;

  *outcome = text ? g_strdup ("answered")
      : g_strdup_printf ("failed %s", error->message);
  if (text && g_getenv ("SHOW_ANSWER"))
    g_printerr ("%s\n", text);
}

/* As the recorder does it. Returns: the line to print */
static gchar *
answer (const GstSDPMessage * sdp, const GstProfMediaChoice * choice)
{
  static const gchar *const addresses[] = { "127.0.0.1", NULL };
  g_autoptr (GstElement) pipeline =
      gst_object_ref_sink (gst_pipeline_new (NULL));
  GstElement *webrtcbin = gst_element_factory_make ("webrtcbin", NULL);
  GstProfWebRTCAnswer *made;
  gchar *outcome = NULL;

  gst_bin_add (GST_BIN (pipeline), webrtcbin);
  gst_prof_webrtc_peer_configure (webrtcbin, addresses);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  made = gst_prof_webrtc_answer_begin (webrtcbin, sdp, choice, on_answer,
      &outcome);
  while (outcome == NULL)
    g_main_context_iteration (NULL, TRUE);
  gst_prof_webrtc_answer_free (made);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return outcome;
}

static void
try_offer (const gchar * text, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_auto (GstProfMediaChoice) choice = { 0 };
  GstSDPMessage *sdp = gst_prof_whip_offer_parse (text, size, &error);
  g_autofree gchar *outcome = NULL;

  if (sdp == NULL)
    outcome = g_strdup_printf ("refused %s", error->message);
  else if (!gst_prof_media_choice_make (&choice, sdp, "x.mkv", TRUE, &error))
    outcome = g_strdup_printf ("unrecordable %s", error->message);
  else
    outcome = answer (sdp, &choice);
  g_print ("%s\n", g_strdelimit (outcome, "\r\n", ' '));
  if (sdp)
    gst_sdp_message_free (sdp);
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
