/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "whipserver.h"

G_BEGIN_DECLS

/**
 * GstProfWhipErrand:
 * @references: of the struct
 * @refusal: (nullable): what is to be told of who was refused; it does not come
 *   back
 * @sdp: (nullable): the offer; %NULL: @session is to be deleted
 * @arrival: when its first byte came
 * @server: the main thread's: %NULL when the server is gone
 * @session: what is to be deleted, or what @sdp became
 * @status: of the answer
 * @text: (nullable): the SDP of the answer, or a reason
 * @request: the HTTP thread's: who waits for it, %NULL: nobody any more
 *
 * A request on its way from the HTTP thread to the main thread and back. But
 * for @request, its fields are those of the thread that has it: the main thread
 * between the two mailboxes, the HTTP thread before and after. What handlers see
 * as #GstProfWhipOffer is an errand with an offer.
 */
typedef struct _GstProfWhipOffer GstProfWhipErrand;

struct _GstProfWhipOffer {
  gatomicrefcount references;
  gchar *refusal;
  GstSDPMessage *sdp;
  GstClockTime arrival;
  GstProfWhipServer *server;
  gchar *session;
  guint status;
  gchar *text;
  gpointer request;
};

GstProfWhipErrand *gst_prof_whip_errand_new   (void);
GstProfWhipErrand *gst_prof_whip_errand_ref   (GstProfWhipErrand *errand);
void               gst_prof_whip_errand_unref (GstProfWhipErrand *errand);

G_END_DECLS
