/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The answers of the WHIP server, with their headers. HTTP thread only.
 */

#include <string.h>

#include "whipanswer.h"
#include "whippage.h"

#define RETRY_AFTER_S "5"
#define PREFLIGHT_MAX_AGE_S "86400"

/* Pages from elsewhere may publish here, so they may read the answers. */
static void
add_common_headers (struct MHD_Response *response)
{
  MHD_add_response_header (response, "Access-Control-Allow-Origin", "*");
  MHD_add_response_header (response, "Access-Control-Expose-Headers",
      "Location, Retry-After");
  MHD_add_response_header (response, "Cache-Control", "no-store");
  MHD_add_response_header (response, "X-Content-Type-Options", "nosniff");
}

static gboolean
send_response (struct MHD_Connection *connection, guint status,
    struct MHD_Response *response)
{
  enum MHD_Result queued;

  add_common_headers (response);
  queued = MHD_queue_response (connection, status, response);
  MHD_destroy_response (response);
  return queued == MHD_YES;
}

static void
add_status_headers (struct MHD_Response *response, guint status,
    const gchar * allow)
{
  if (allow && (status == 204 || status == 405))
    MHD_add_response_header (response, "Allow", allow);
  switch (status) {
    case 204:
      MHD_add_response_header (response, "Access-Control-Allow-Methods", allow);
      MHD_add_response_header (response, "Access-Control-Allow-Headers",
          "Authorization, Content-Type");
      MHD_add_response_header (response, "Access-Control-Max-Age",
          PREFLIGHT_MAX_AGE_S);
      if (strstr (allow, "POST"))
        MHD_add_response_header (response, "Accept-Post", "application/sdp");
      break;
    case 401:
      MHD_add_response_header (response, "WWW-Authenticate", "Bearer");
      break;
    case 415:
      MHD_add_response_header (response, "Accept-Post", "application/sdp");
      break;
    case 503:
      MHD_add_response_header (response, "Retry-After", RETRY_AFTER_S);
      break;
    default:
      break;
  }
}

/*
 * gst_prof_whip_answer_status:
 * @connection: whom to answer
 * @status: of HTTP
 * @text: (nullable): for people
 * @allow: (nullable): methods that the path knows; for 204 and 405
 *
 * Returns: whether the answer is on its way
 */
gboolean
gst_prof_whip_answer_status (struct MHD_Connection *connection, guint status,
    const gchar * text, const gchar * allow)
{
  g_autofree gchar *line = text ? g_strconcat (text, "\n", NULL) : NULL;
  struct MHD_Response *response =
      MHD_create_response_from_buffer (line ? strlen (line) : 0, line,
      MHD_RESPMEM_MUST_COPY);

  if (line)
    MHD_add_response_header (response, "Content-Type",
        "text/plain; charset=utf-8");
  add_status_headers (response, status, allow);
  return send_response (connection, status, response);
}

/*
 * gst_prof_whip_answer_session:
 * @connection: whom to answer
 * @session: what the offer became
 * @sdp: the answer
 *
 * Returns: whether the answer is on its way
 */
gboolean
gst_prof_whip_answer_session (struct MHD_Connection *connection,
    const gchar * session, const gchar * sdp)
{
  g_autofree gchar *name = g_uri_escape_string (session, NULL, FALSE);
  g_autofree gchar *location = g_strconcat ("/whip/", name, NULL);
  struct MHD_Response *response =
      MHD_create_response_from_buffer (strlen (sdp), (gpointer) sdp,
      MHD_RESPMEM_MUST_COPY);

  MHD_add_response_header (response, "Content-Type", "application/sdp");
  MHD_add_response_header (response, "Location", location);
  return send_response (connection, 201, response);
}

/*
 * gst_prof_whip_answer_page:
 * @connection: whom to answer
 *
 * Returns: whether the answer is on its way
 */
gboolean
gst_prof_whip_answer_page (struct MHD_Connection *connection)
{
  gsize size;
  const gchar *page = gst_prof_whip_page_get (&size);
  struct MHD_Response *response = MHD_create_response_from_buffer (size,
      (gpointer) page, MHD_RESPMEM_PERSISTENT);

  MHD_add_response_header (response, "Content-Type",
      "text/html; charset=utf-8");
  MHD_add_response_header (response, "Content-Security-Policy",
      gst_prof_whip_page_get_policy ());
  MHD_add_response_header (response, "Referrer-Policy", "no-referrer");
  return send_response (connection, 200, response);
}
