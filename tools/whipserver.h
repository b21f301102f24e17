/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/sdp/sdp.h>

G_BEGIN_DECLS

typedef struct _GstProfWhipServer GstProfWhipServer;

/**
 * GstProfWhipOffer:
 *
 * A POST that waits for its answer.
 */
typedef struct _GstProfWhipOffer GstProfWhipOffer;

/**
 * GstProfWhipSettings:
 * @address: ADDRESS:PORT to listen at; port 0: any
 * @token: (nullable): what clients must send as bearer token
 * @request_timeout: for a request to come in, and for its answer to go out,
 *   nanoseconds; 0: 10 s
 * @answer_timeout: for an offer to be answered, nanoseconds; 0: 20 s
 *
 * How to serve.
 */
typedef struct {
  const gchar *address;
  const gchar *token;
  GstClockTime request_timeout;
  GstClockTime answer_timeout;
} GstProfWhipSettings;

/**
 * GstProfWhipHandlers:
 * @offered: an offer that was checked has come. Takes @offer, to be answered
 *   with gst_prof_whip_offer_accept() or gst_prof_whip_offer_refuse(), now or
 *   later
 * @deleted: a client ends the session of that name, or went or was told 504
 *   before it could learn that there is one. Returns %FALSE when there is none
 * @refused: clients were refused, by whomever: a line that says who and why; of
 *   many a few lines, and how many more there were
 *
 * Called in the main thread, out of the main loop; refused also by
 * gst_prof_whip_server_free().
 */
typedef struct {
  void     (*offered) (GstProfWhipOffer *offer, gpointer user_data);
  gboolean (*deleted) (const gchar *session, gpointer user_data);
  void     (*refused) (const gchar *text, gpointer user_data);
} GstProfWhipHandlers;

GstProfWhipServer *gst_prof_whip_server_new  (const GstProfWhipSettings *settings,
                                              const GstProfWhipHandlers *handlers,
                                              gpointer user_data, GError **error);
/* Offers that still wait are answered with 503. */
void               gst_prof_whip_server_free (GstProfWhipServer *server);
/* As it can be opened in a browser: "http://127.0.0.1:8088/". */
const gchar       *gst_prof_whip_server_get_url (GstProfWhipServer *server);
/* Whether anyone on the network may come: no loopback, and no token. */
gboolean           gst_prof_whip_server_is_open (GstProfWhipServer *server);

const GstSDPMessage *gst_prof_whip_offer_get_sdp     (GstProfWhipOffer *offer);
/* When its first byte came, CLOCK_MONOTONIC nanoseconds. */
GstClockTime         gst_prof_whip_offer_get_arrival (GstProfWhipOffer *offer);
/* Both: main thread, take @offer; the client may have gone meanwhile. */
void gst_prof_whip_offer_accept (GstProfWhipOffer *offer, const gchar *session,
                                 const gchar *answer);
void gst_prof_whip_offer_refuse (GstProfWhipOffer *offer, guint status,
                                 const gchar *reason);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfWhipServer, gst_prof_whip_server_free)

G_END_DECLS
