/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * A WHIP server (RFC 9725): what the rest of the program sees of it. The thread
 * with the connections is in whiphttp.c; here is the main thread's side, which
 * hands offers and deletions to the handlers and their answers back. Main thread
 * only.
 */

#include <unistd.h>

#include "whipaddress.h"
#include "whiperrand.h"
#include "whiphttp.h"

struct _GstProfWhipServer
{
  GstProfWhipHandlers handlers;
  gpointer user_data;
  gchar *url;
  gboolean is_open;
  GstProfMailbox *inbox;
  GstProfWhipHttp *http;
  GQueue offers;                /* that a handler has and has not answered */
};

static void
hand_back (GstProfWhipServer * server, GstProfWhipErrand * errand)
{
  gst_prof_mailbox_put (gst_prof_whip_http_get_inbox (server->http), errand);
}

static void
on_errand (gpointer item, gpointer user_data)
{
  GstProfWhipServer *server = user_data;
  GstProfWhipErrand *errand = item;
  gboolean deleted;

  if (errand->refusal) {
    server->handlers.refused (errand->refusal, server->user_data);
    gst_prof_whip_errand_unref (errand);
    return;
  }
  if (errand->sdp) {
    errand->server = server;
    g_queue_push_tail (&server->offers, errand);
    server->handlers.offered (errand, server->user_data);
    return;
  }
  deleted = server->handlers.deleted (errand->session, server->user_data);
  errand->status = deleted ? 200 : 404;
  if (!deleted)
    errand->text = g_strdup ("there is no such session");
  hand_back (server, errand);
}

/*
 * gst_prof_whip_server_new:
 * @settings: how to serve
 * @handlers: what to do with what comes
 * @user_data: for @handlers
 * @error: why it cannot serve
 *
 * Listens from now on, in a thread of its own. The handlers are called when the
 * default main context runs.
 *
 * Returns: (transfer full) (nullable): a server
 */
GstProfWhipServer *
gst_prof_whip_server_new (const GstProfWhipSettings * settings,
    const GstProfWhipHandlers * handlers, gpointer user_data, GError ** error)
{
  g_autoptr (GstProfWhipServer) server = NULL;
  gchar *url;
  gint fd = gst_prof_whip_address_listen (settings->address, &url, error);

  if (fd < 0)
    return NULL;
  server = g_new0 (GstProfWhipServer, 1);
  server->url = url;
  server->is_open = settings->token == NULL
      && !gst_prof_whip_address_is_loopback (fd);
  server->handlers = *handlers;
  server->user_data = user_data;
  server->inbox = gst_prof_mailbox_new (NULL, on_errand, server,
      (GDestroyNotify) gst_prof_whip_errand_unref);
  server->http = gst_prof_whip_http_new (settings, fd, server->inbox, error);
  return server->http ? g_steal_pointer (&server) : NULL;
}

/*
 * gst_prof_whip_server_free:
 * @server: (transfer full): the server
 *
 * Answers what still waits with 503, and stops listening. Offers that a handler
 * has may be answered later; nobody hears it.
 */
void
gst_prof_whip_server_free (GstProfWhipServer * server)
{
  GstProfWhipErrand *errand;

  while ((errand = g_queue_pop_head (&server->offers)) != NULL)
    errand->server = NULL;
  g_clear_pointer (&server->http, gst_prof_whip_http_free);
  while ((errand = gst_prof_mailbox_take (server->inbox)) != NULL) {
    if (errand->refusal)
      server->handlers.refused (errand->refusal, server->user_data);
    gst_prof_whip_errand_unref (errand);
  }
  gst_prof_mailbox_free (server->inbox);
  g_free (server->url);
  g_free (server);
}

/*
 * gst_prof_whip_server_get_url:
 * @server: the server
 *
 * Returns: (transfer none): the address of the page
 */
const gchar *
gst_prof_whip_server_get_url (GstProfWhipServer * server)
{
  return server->url;
}

/*
 * gst_prof_whip_server_is_open:
 * @server: the server
 *
 * Returns: whether other machines reach it, and need no token
 */
gboolean
gst_prof_whip_server_is_open (GstProfWhipServer * server)
{
  return server->is_open;
}

/*
 * gst_prof_whip_offer_get_sdp:
 * @offer: an offer that was not answered yet
 *
 * Returns: (transfer none): what it says
 */
const GstSDPMessage *
gst_prof_whip_offer_get_sdp (GstProfWhipOffer * offer)
{
  return offer->sdp;
}

/*
 * gst_prof_whip_offer_get_arrival:
 * @offer: an offer that was not answered yet
 *
 * Returns: when its request began to come in, CLOCK_MONOTONIC nanoseconds
 */
GstClockTime
gst_prof_whip_offer_get_arrival (GstProfWhipOffer * offer)
{
  return offer->arrival;
}

static void
answer (GstProfWhipOffer * offer, guint status, const gchar * text)
{
  GstProfWhipServer *server = offer->server;

  if (server == NULL) {
    gst_prof_whip_errand_unref (offer);
    return;
  }
  g_queue_remove (&server->offers, offer);
  offer->status = status;
  offer->text = g_strdup (text);
  hand_back (server, offer);
}

/*
 * gst_prof_whip_offer_accept:
 * @offer: (transfer full): the offer
 * @session: name of the session that it became, letters, digits and -._~
 * @answer_sdp: the SDP of the answer
 *
 * When the client cannot hear of it any more, the session is deleted through the
 * handler, not from in here.
 */
void
gst_prof_whip_offer_accept (GstProfWhipOffer * offer, const gchar * session,
    const gchar * answer_sdp)
{
  offer->session = g_strdup (session);
  answer (offer, 201, answer_sdp);
}

/*
 * gst_prof_whip_offer_refuse:
 * @offer: (transfer full): the offer
 * @status: of HTTP, 400 or more
 * @reason: for people
 */
void
gst_prof_whip_offer_refuse (GstProfWhipOffer * offer, guint status,
    const gchar * reason)
{
  answer (offer, status, reason);
}
