/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What a request of a WHIP client (RFC 9725) asks for, judged by its head:
 * paths, methods, token, type and length. Passive.
 */

#include <string.h>

#include "whiproute.h"

#define ENDPOINT "/whip"
#define TYPE "application/sdp"
#define SCHEME "Bearer "

#define STRING(number) STRING_OF (number)
#define STRING_OF(text) #text
const gchar gst_prof_whip_route_too_long[] =
    "an offer has at most " STRING (GST_PROF_WHIP_MAX_BODY) " bytes";

typedef struct
{
  const gchar *allow;
  GstProfWhipAction get;        /* REPLY: not allowed */
  GstProfWhipAction post;
  GstProfWhipAction delete;
} Resource;

static const Resource root = {
  .allow = "GET, HEAD, POST, OPTIONS",
  .get = GST_PROF_WHIP_PAGE,
  .post = GST_PROF_WHIP_OFFER,
};

/* GET is reserved there, and on sessions. */
static const Resource endpoint = {
  .allow = "POST, OPTIONS",
  .post = GST_PROF_WHIP_OFFER,
};

static const Resource session = {
  .allow = "DELETE, OPTIONS",
  .delete = GST_PROF_WHIP_DELETE,
};

static const Resource *
find_resource (const gchar * path, const gchar ** ret_session)
{
  const gchar *rest;

  if (g_str_equal (path, "/"))
    return &root;
  if (!g_str_has_prefix (path, ENDPOINT))
    return NULL;
  rest = path + strlen (ENDPOINT);
  if (g_str_equal (rest, "") || g_str_equal (rest, "/"))
    return &endpoint;
  if (rest[0] != '/' || strchr (rest + 1, '/'))
    return NULL;
  *ret_session = rest + 1;
  return &session;
}

static GstProfWhipAction
find_action (const Resource * resource, const gchar * method)
{
  if (g_str_equal (method, "GET") || g_str_equal (method, "HEAD"))
    return resource->get;
  if (g_str_equal (method, "POST"))
    return resource->post;
  if (g_str_equal (method, "DELETE"))
    return resource->delete;
  return GST_PROF_WHIP_REPLY;
}

/* Takes as long for a wrong token as for the right one. */
static gboolean
is_authorized (const gchar * authorization, const gchar * token)
{
  gsize length = strlen (token), given_length;
  const gchar *given;
  volatile guint difference;

  if (authorization == NULL
      || g_ascii_strncasecmp (authorization, SCHEME, strlen (SCHEME)) != 0)
    return FALSE;
  given = authorization + strlen (SCHEME);
  given += strspn (given, " ");
  given_length = strlen (given);
  difference = given_length != length;
  for (gsize i = 0; i < given_length; i++)
    difference |= (guchar) given[i] ^ (guchar) token[i % length];
  return difference == 0;
}

static gboolean
is_sdp (const gchar * content_type)
{
  gsize length = strlen (TYPE);

  return content_type != NULL
      && g_ascii_strncasecmp (content_type, TYPE, length) == 0
      && strchr ("; \t", content_type[length]) != NULL;
}

static void
reply (GstProfWhipRoute * route, guint status, const gchar * reason)
{
  route->action = GST_PROF_WHIP_REPLY;
  route->status = status;
  route->reason = reason;
}

static void
check_offer (const GstProfWhipHead * head, GstProfWhipRoute * route)
{
  if (!is_sdp (head->content_type))
    reply (route, 415, "an offer has the content type " TYPE);
  else if (head->content_encoding
      && g_ascii_strcasecmp (head->content_encoding, "identity") != 0)
    reply (route, 415, "an offer comes without a content encoding");
  else if (head->content_length > GST_PROF_WHIP_MAX_BODY)
    reply (route, 413, gst_prof_whip_route_too_long);
  else if (head->content_length == 0)
    reply (route, 400, "the offer is empty");
}

/*
 * gst_prof_whip_route:
 * @head: the request's
 * @token: (nullable): the token that clients must know
 * @route: (out caller-allocates): what to do
 *
 * The page and OPTIONS need no token: a browser cannot send one with them.
 */
void
gst_prof_whip_route (const GstProfWhipHead * head, const gchar * token,
    GstProfWhipRoute * route)
{
  const Resource *resource;

  memset (route, 0, sizeof (*route));
  resource = find_resource (head->path, &route->session);
  if (resource == NULL) {
    reply (route, 404, "nothing is here; offers are posted to " ENDPOINT);
    return;
  }
  route->allow = resource->allow;
  if (g_str_equal (head->method, "OPTIONS")) {
    reply (route, 204, NULL);
    return;
  }
  route->action = find_action (resource, head->method);
  if (route->action == GST_PROF_WHIP_REPLY) {
    reply (route, 405, g_str_equal (head->method, "PATCH") ?
        "neither trickle ICE nor ICE restarts are supported: an offer has all "
        "its candidates" : "this method is not for this path");
    return;
  }
  if (route->action == GST_PROF_WHIP_PAGE)
    return;
  if (head->repeated)
    reply (route, 400, "a header came twice that may come once");
  else if (token && !is_authorized (head->authorization, token))
    reply (route, 401, "a bearer token is needed, and that is not it");
  else if (route->action == GST_PROF_WHIP_OFFER)
    check_offer (head, route);
}
