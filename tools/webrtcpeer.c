/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What the two webrtcbins of this process have in common: settings that keep
 * them on 127.0.0.1, and the signalling between them, which is a chain of
 * promises. A promise is answered in the webrtcbin's own thread; each link of
 * the chain only asks for the next and returns. What goes wrong is posted as
 * the webrtcbin's error.
 */

#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>

#include "webrtcpeer.h"

#define LOOPBACK "127.0.0.1"

typedef struct
{
  GstElement *offerer;
  GstElement *answerer;
} Link;

static void
link_free (Link * link)
{
  gst_object_unref (link->offerer);
  gst_object_unref (link->answerer);
  g_free (link);
}

static void
on_new_transceiver (GstElement * webrtcbin,
    GstWebRTCRTPTransceiver * transceiver, gpointer unused)
{
  g_object_set (transceiver, "do-nack", TRUE, NULL);
}

/*
 * gst_prof_webrtc_peer_configure:
 * @webrtcbin: a webrtcbin in NULL
 *
 * Lets it talk over 127.0.0.1 only, with one transport for all media, and ask
 * again for lost packets. libnice leaves the loopback out unless told, and
 * looks for routers (UPnP) and opens TCP ports unless told not to.
 */
void
gst_prof_webrtc_peer_configure (GstElement * webrtcbin)
{
  g_autoptr (GObject) ice = NULL;
  g_autoptr (GObject) agent = NULL;
  gboolean added = FALSE;

  g_object_set (webrtcbin, "bundle-policy", GST_WEBRTC_BUNDLE_POLICY_MAX_BUNDLE,
      NULL);
  g_object_get (webrtcbin, "ice-agent", &ice, NULL);
  g_signal_emit_by_name (ice, "add-local-ip-address", LOOPBACK, &added);
  g_object_get (ice, "agent", &agent, NULL);
  g_object_set (agent, "upnp", FALSE, "ice-tcp", FALSE, NULL);
  g_signal_connect (webrtcbin, "on-new-transceiver",
      G_CALLBACK (on_new_transceiver), NULL);
}

/* Returns: (nullable): the description that a promise brought */
static GstWebRTCSessionDescription *
take_description (GstPromise * promise, const gchar * field,
    GstElement * webrtcbin)
{
  GstWebRTCSessionDescription *description = NULL;
  const GstStructure *reply = NULL;
  g_autoptr (GError) error = NULL;

  if (gst_promise_wait (promise) == GST_PROMISE_RESULT_REPLIED)
    reply = gst_promise_get_reply (promise);
  if (reply) {
    gst_structure_get (reply, "error", G_TYPE_ERROR, &error, NULL);
    gst_structure_get (reply, field, GST_TYPE_WEBRTC_SESSION_DESCRIPTION,
        &description, NULL);
  }
  if (description == NULL)
    GST_ELEMENT_ERROR (webrtcbin, RESOURCE, FAILED,
        ("The WebRTC session could not be agreed on."), ("no %s: %s", field,
            error ? error->message : "no reply"));
  gst_promise_unref (promise);
  return description;
}

static void
set_description (GstElement * webrtcbin, const gchar * signal,
    GstWebRTCSessionDescription * description)
{
  GstPromise *promise = gst_promise_new ();

  g_signal_emit_by_name (webrtcbin, signal, description, promise);
  /* what follows is queued behind it in the webrtcbin's thread: no need to wait
   * for the answer here, where a wait could be one for ourselves */
  gst_promise_unref (promise);
}

static void
on_answer (GstPromise * promise, gpointer data)
{
  Link *link = data;
  GstWebRTCSessionDescription *answer =
      take_description (promise, "answer", link->answerer);

  if (answer == NULL)
    return;
  set_description (link->answerer, "set-local-description", answer);
  set_description (link->offerer, "set-remote-description", answer);
  gst_webrtc_session_description_free (answer);
}

static void
on_offer (GstPromise * promise, gpointer data)
{
  Link *link = data;
  GstWebRTCSessionDescription *offer =
      take_description (promise, "offer", link->offerer);
  Link *next;

  if (offer == NULL)
    return;
  set_description (link->offerer, "set-local-description", offer);
  set_description (link->answerer, "set-remote-description", offer);
  gst_webrtc_session_description_free (offer);

  next = g_new0 (Link, 1);
  next->offerer = gst_object_ref (link->offerer);
  next->answerer = gst_object_ref (link->answerer);
  promise = gst_promise_new_with_change_func (on_answer, next,
      (GDestroyNotify) link_free);
  g_signal_emit_by_name (next->answerer, "create-answer", NULL, promise);
}

static void
on_ice_candidate (GstElement * webrtcbin, guint mline, const gchar * candidate,
    GstElement * other)
{
  g_signal_emit_by_name (other, "add-ice-candidate", mline, candidate);
}

/*
 * gst_prof_webrtc_peer_connect:
 * @offerer: the webrtcbin that makes the offer, with its media
 * @answerer: the other one; both at least in READY
 *
 * Begins to connect the two.
 */
void
gst_prof_webrtc_peer_connect (GstElement * offerer, GstElement * answerer)
{
  Link *link = g_new0 (Link, 1);

  link->offerer = gst_object_ref (offerer);
  link->answerer = gst_object_ref (answerer);
  g_signal_connect_object (offerer, "on-ice-candidate",
      G_CALLBACK (on_ice_candidate), answerer, 0);
  g_signal_connect_object (answerer, "on-ice-candidate",
      G_CALLBACK (on_ice_candidate), offerer, 0);
  g_signal_emit_by_name (offerer, "create-offer", NULL,
      gst_promise_new_with_change_func (on_offer, link,
          (GDestroyNotify) link_free));
}

/*
 * gst_prof_webrtc_peer_is_connected:
 * @webrtcbin: a webrtcbin
 *
 * Returns: whether ICE and DTLS are through. Any thread.
 */
gboolean
gst_prof_webrtc_peer_is_connected (GstElement * webrtcbin)
{
  GstWebRTCPeerConnectionState state;

  g_object_get (webrtcbin, "connection-state", &state, NULL);
  return state == GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED;
}
