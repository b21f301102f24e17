/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What webrtcbins here have in common: settings that keep them on the addresses
 * they are to be reached at, and the signalling between two in this process,
 * which is a chain of promises. A promise is answered in the webrtcbin's own thread; each link of
 * the chain only asks for the next and returns. What goes wrong is posted as
 * the webrtcbin's error.
 */

#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>

#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <string.h>

#include "webrtcpeer.h"

#define LOOPBACK "127.0.0.1"

typedef struct
{
  GstElement *offerer;
  GstElement *answerer;
} Link;

G_STATIC_ASSERT (GST_WEBRTC_PEER_CONNECTION_STATE_NEW == 0);
static G_DEFINE_QUARK (gst-prof-connection-state, state);

static void
link_free (Link * link)
{
  gst_object_unref (link->offerer);
  gst_object_unref (link->answerer);
  g_free (link);
}

/* webrtcbin's lock may be held for as long as its thread has something to do, so
 * that the main thread does not ask: what is told is kept. webrtcbin's thread. */
static void
on_connection_state (GstElement * webrtcbin, GParamSpec * pspec,
    gpointer unused)
{
  GstWebRTCPeerConnectionState state;

  g_object_get (webrtcbin, "connection-state", &state, NULL);
  g_object_set_qdata (G_OBJECT (webrtcbin), state_quark (),
      GINT_TO_POINTER (state));
}

static GstWebRTCPeerConnectionState
get_connection_state (GstElement * webrtcbin)
{
  return GPOINTER_TO_INT (g_object_get_qdata (G_OBJECT (webrtcbin),
          state_quark ()));
}

static void
on_new_transceiver (GstElement * webrtcbin,
    GstWebRTCRTPTransceiver * transceiver, gpointer unused)
{
  g_object_set (transceiver, "do-nack", TRUE, NULL);
}

static void
add_address (GPtrArray * addresses, const struct sockaddr *address)
{
  gchar text[INET6_ADDRSTRLEN] = "";
  socklen_t length;

  if (address == NULL || (address->sa_family != AF_INET
          && address->sa_family != AF_INET6))
    return;
  length = address->sa_family == AF_INET ? sizeof (struct sockaddr_in)
      : sizeof (struct sockaddr_in6);
  if (address->sa_family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL
      (&((const struct sockaddr_in6 *) address)->sin6_addr))
    return;
  if (getnameinfo (address, length, text, sizeof text, NULL, 0,
          NI_NUMERICHOST) == 0
      && !g_ptr_array_find_with_equal_func (addresses, text, g_str_equal, NULL))
    g_ptr_array_add (addresses, g_strdup (text));
}

static void
add_interfaces (GPtrArray * addresses)
{
  struct ifaddrs *interfaces = NULL;

  if (getifaddrs (&interfaces) != 0)
    return;
  for (struct ifaddrs *i = interfaces; i; i = i->ifa_next)
    if (i->ifa_flags & IFF_UP)
      add_address (addresses, i->ifa_addr);
  freeifaddrs (interfaces);
}

static gboolean
is_any (const gchar * host)
{
  return g_str_equal (host, "0.0.0.0") || g_str_equal (host, "::");
}

/*
 * gst_prof_webrtc_peer_find_addresses:
 * @listen: ADDRESS:PORT, where clients reach us; without ADDRESS the loopback
 * @error: when ADDRESS is none
 *
 * Returns: (transfer full) (nullable): the addresses that media may come to: the
 *   same, or where that is all of them, those of all interfaces
 */
GStrv
gst_prof_webrtc_peer_find_addresses (const gchar * listen, GError ** error)
{
  g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (g_free);
  const gchar *colon = strrchr (listen, ':');
  gsize length = colon ? colon - listen : 0;
  g_autofree gchar *host = g_strndup (listen, length);
  const struct addrinfo hints = {
    .ai_flags = AI_NUMERICHOST,.ai_socktype = SOCK_DGRAM
  };
  struct addrinfo *found = NULL;
  gint status = 0;

  if (length == 0 || g_str_equal (host, "localhost")) {
    g_free (host);
    host = g_strdup (LOOPBACK);
    length = strlen (host);
  }
  if (length > 1 && host[0] == '[' && host[length - 1] == ']') {
    host[length - 1] = '\0';
    memmove (host, host + 1, length - 1);
  }
  if (is_any (host)) {
    add_interfaces (addresses);
  } else {
    status = getaddrinfo (host, NULL, &hints, &found);
  }
  if (status != 0) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s: %s",
        listen, gai_strerror (status));
    return NULL;
  }
  for (struct addrinfo *i = found; i; i = i->ai_next)
    add_address (addresses, i->ai_addr);
  if (found)
    freeaddrinfo (found);
  g_ptr_array_add (addresses, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&addresses), FALSE);
}

/*
 * gst_prof_webrtc_peer_configure:
 * @webrtcbin: a webrtcbin in NULL
 * @addresses: (array zero-terminated=1) (nullable): addresses of ours; %NULL:
 *   127.0.0.1
 *
 * Lets it talk over these addresses only, with one transport for all media, and
 * ask again for lost packets. libnice leaves the loopback and others out unless
 * told, and looks for routers (UPnP) and opens TCP ports unless told not to.
 */
void
gst_prof_webrtc_peer_configure (GstElement * webrtcbin,
    const gchar * const *addresses)
{
  static const gchar *const loopback[] = { LOOPBACK, NULL };
  g_autoptr (GObject) ice = NULL;
  g_autoptr (GObject) agent = NULL;
  gboolean added = FALSE;

  g_object_set (webrtcbin, "bundle-policy", GST_WEBRTC_BUNDLE_POLICY_MAX_BUNDLE,
      NULL);
  g_object_get (webrtcbin, "ice-agent", &ice, NULL);
  for (const gchar * const *i = addresses ? addresses : loopback; *i; i++)
    g_signal_emit_by_name (ice, "add-local-ip-address", *i, &added);
  g_object_get (ice, "agent", &agent, NULL);
  g_object_set (agent, "upnp", FALSE, "ice-tcp", FALSE, NULL);
  g_signal_connect (webrtcbin, "on-new-transceiver",
      G_CALLBACK (on_new_transceiver), NULL);
  g_signal_connect (webrtcbin, "notify::connection-state",
      G_CALLBACK (on_connection_state), NULL);
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
 * gst_prof_webrtc_peer_is_gone:
 * @webrtcbin: a webrtcbin that was configured here
 *
 * Returns: whether the connection was closed, or has failed for good. Any
 *   thread.
 */
gboolean
gst_prof_webrtc_peer_is_gone (GstElement * webrtcbin)
{
  GstWebRTCPeerConnectionState state = get_connection_state (webrtcbin);

  return state == GST_WEBRTC_PEER_CONNECTION_STATE_FAILED
      || state == GST_WEBRTC_PEER_CONNECTION_STATE_CLOSED;
}

/*
 * gst_prof_webrtc_peer_is_connected:
 * @webrtcbin: a webrtcbin that was configured here
 *
 * Returns: whether ICE and DTLS are through. Any thread.
 */
gboolean
gst_prof_webrtc_peer_is_connected (GstElement * webrtcbin)
{
  return get_connection_state (webrtcbin) ==
      GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED;
}
