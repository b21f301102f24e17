/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Of an offer. Chromium's with all its codecs has 7000 bytes. */
#define GST_PROF_WHIP_MAX_BODY 65536

/**
 * GstProfWhipHead:
 * @method: of the request
 * @path: the same, unescaped
 * @content_type: (nullable): the header
 * @content_encoding: (nullable): the header
 * @authorization: (nullable): the header
 * @repeated: (nullable): a header that must not come twice, and does
 * @content_length: -1 when it is not told
 *
 * What a request says before its body.
 */
typedef struct {
  const gchar *method;
  const gchar *path;
  const gchar *content_type;
  const gchar *content_encoding;
  const gchar *authorization;
  const gchar *repeated;
  gint64 content_length;
} GstProfWhipHead;

/**
 * GstProfWhipAction:
 * @GST_PROF_WHIP_REPLY: the answer is known
 * @GST_PROF_WHIP_PAGE: send the page
 * @GST_PROF_WHIP_OFFER: the body is an offer
 * @GST_PROF_WHIP_DELETE: end a session
 *
 * What to do.
 */
typedef enum {
  GST_PROF_WHIP_REPLY,
  GST_PROF_WHIP_PAGE,
  GST_PROF_WHIP_OFFER,
  GST_PROF_WHIP_DELETE,
} GstProfWhipAction;

/**
 * GstProfWhipRoute:
 * @action: what to do
 * @session: the path's, when @action is %GST_PROF_WHIP_DELETE
 * @allow: (nullable): methods that the path knows
 * @status: when @action is %GST_PROF_WHIP_REPLY
 * @reason: (nullable): the same
 *
 * What a request asks for. The strings live as long as the head's.
 */
typedef struct {
  GstProfWhipAction action;
  const gchar *session;
  const gchar *allow;
  guint status;
  const gchar *reason;
} GstProfWhipRoute;

/* The reason of a 413 */
extern const gchar gst_prof_whip_route_too_long[];

void gst_prof_whip_route (const GstProfWhipHead *head, const gchar *token,
                          GstProfWhipRoute *route);

G_END_DECLS
