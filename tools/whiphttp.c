/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The HTTP side of the WHIP server: libmicrohttpd on a main context with a thread
 * of its own, so that whoever is slow or stuck out there holds up neither the main
 * thread nor the others, and a busy main thread does not hold up the network.
 * Owns the connections and their deadlines.
 *
 * All of it runs in the HTTP thread, but new, free and get_inbox, which are the
 * main thread's. There are no locks: what must go to the main thread goes as
 * an errand through its mailbox, and comes back through ours. Meanwhile the
 * connection is suspended.
 */

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gio/gio.h>
#include <gst/gst.h>
#include <microhttpd.h>

#include "httpsource.h"
#include "whipaddress.h"
#include "whipanswer.h"
#include "whiperrand.h"
#include "whiphttp.h"
#include "whipoffer.h"
#include "whiprefusals.h"
#include "whiproute.h"

/* Signalling only, which takes a connection for moments. Above MAX_CONNECTIONS
 * the others wait to be accepted; above the other one they are turned away. */
#define MAX_CONNECTIONS 128
#define MAX_CONNECTIONS_PER_IP 64
#define MEMORY_PER_CONNECTION (32 * 1024)
/* Who is told early that a body is not wanted sees a reset, and not the answer,
 * when the rest of it is still on its way. So that much is read and forgotten. */
#define MAX_DISCARDED (1024 * 1024)
#define REQUEST_TIMEOUT (10 * GST_SECOND)
#define ANSWER_TIMEOUT (20 * GST_SECOND)
/* At the end, for answers to get out */
#define STOP_TIMEOUT (G_USEC_PER_SEC / 2)
#define SWEEP_INTERVAL_MS 100

struct _GstProfWhipHttp
{
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  struct MHD_Daemon *daemon;
  GSource *source;              /* the daemon's */
  GSource *sweeper;             /* while there are connections */
  GstProfMailbox *inbox;
  GstProfMailbox *outbox;       /* the main thread's */
  GQueue connections;
  GstProfWhipRefusals *refusals;
  gboolean stopping;
  gchar *token;
  gint64 request_timeout;       /* microseconds */
  gint64 answer_timeout;        /* microseconds */
};

typedef enum
{
  STAGE_RECEIVING,              /* a request, or waiting for the next one */
  STAGE_WAITING,                /* for the main thread */
  STAGE_SENDING,
} Stage;

typedef struct _Request Request;

typedef struct
{
  GList link;                   /* in connections */
  struct MHD_Connection *connection;
  gint fd;
  Stage stage;
  gint64 deadline;              /* of the stage, g_get_monotonic_time */
  Request *request;             /* while waiting */
} Connection;

struct _Request
{
  GstProfWhipHttp *http;
  struct MHD_Connection *connection;
  GstClockTime arrival;
  gboolean routed;
  gchar *method;
  gboolean answered;            /* by the main thread, or for it */
  GstProfWhipAction action;
  guint status;                 /* of REPLY */
  gchar *text;                  /* the same */
  const gchar *allow;           /* the same, static */
  GByteArray *body;             /* of an offer */
  guint64 received;             /* bytes, kept or not */
  GstProfWhipErrand *errand;
};

static void
enter_stage (GstProfWhipHttp * http, Connection * connection, Stage stage,
    Request * request)
{
  connection->stage = stage;
  connection->request = request;
  connection->deadline = g_get_monotonic_time () +
      (stage == STAGE_WAITING ? http->answer_timeout : http->request_timeout);
}

static Connection *
connection_of (struct MHD_Connection *connection)
{
  return MHD_get_connection_info (connection,
      MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

/* The main thread made a session of which no client knows. */
static void
give_up_session (GstProfWhipHttp * http, const gchar * session)
{
  GstProfWhipErrand *errand = gst_prof_whip_errand_new ();

  errand->session = g_strdup (session);
  gst_prof_mailbox_put (http->outbox, errand);
}

static void
reply_with (Request * request, guint status, const gchar * text)
{
  request->action = GST_PROF_WHIP_REPLY;
  request->status = status;
  g_free (request->text);
  request->text = g_strdup (text);
}

static gpointer
on_request_line (gpointer user_data, const char *uri,
    struct MHD_Connection *connection)
{
  GstProfWhipHttp *http = user_data;
  Request *request = g_new0 (Request, 1);

  request->http = http;
  request->connection = connection;
  request->arrival = gst_util_get_timestamp ();
  request->body = g_byte_array_new ();
  /* of the request now, not of waiting for it */
  enter_stage (http, connection_of (connection), STAGE_RECEIVING, NULL);
  return request;
}

static void
on_request_completed (gpointer user_data, struct MHD_Connection *connection,
    gpointer * request_data, enum MHD_RequestTerminationCode code)
{
  GstProfWhipHttp *http = user_data;
  Request *request = *request_data;
  GstProfWhipErrand *errand;

  if (request == NULL)
    return;
  *request_data = NULL;
  errand = request->errand;
  if (errand) {
    if (request->answered && request->status == 201
        && code != MHD_REQUEST_TERMINATED_COMPLETED_OK)
      give_up_session (http, errand->session);
    errand->request = NULL;
    gst_prof_whip_errand_unref (errand);
  }
  enter_stage (http, connection_of (connection), STAGE_RECEIVING, NULL);
  g_byte_array_unref (request->body);
  g_free (request->text);
  g_free (request->method);
  g_free (request);
}

typedef struct
{
  GstProfWhipHead *head;
  guint seen;                   /* bits of once_headers */
} HeadReader;

static enum MHD_Result
read_header (gpointer user_data, enum MHD_ValueKind kind, const char *name,
    const char *value)
{
  static const gchar *const once_headers[] = { "Content-Type",
    "Content-Encoding", "Authorization", "Content-Length"
  };
  HeadReader *reader = user_data;
  GstProfWhipHead *head = reader->head;
  guint64 length;

  for (guint i = 0; i < G_N_ELEMENTS (once_headers); i++) {
    if (g_ascii_strcasecmp (name, once_headers[i]) != 0)
      continue;
    if (reader->seen & (1u << i))
      head->repeated = once_headers[i];
    reader->seen |= 1u << i;
    if (value == NULL)
      value = "";
    if (i == 0)
      head->content_type = value;
    else if (i == 1)
      head->content_encoding = value;
    else if (i == 2)
      head->authorization = value;
    else
      head->content_length =
          g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT64, &length, NULL)
          ? (gint64) length : G_MAXINT64;
  }
  return MHD_YES;
}

static void
on_refusal (const gchar * text, gpointer user_data)
{
  GstProfWhipHttp *http = user_data;
  GstProfWhipErrand *errand = gst_prof_whip_errand_new ();

  errand->refusal = g_strdup (text);
  gst_prof_mailbox_put (http->outbox, errand);
}

/* Who wanted to record and may not, and who did not know the token. Who asks for
 * other things, as browsers do for an icon, is nobody that misses a recording. */
static void
tell_refusal (Request * request, struct MHD_Connection *connection)
{
  g_autofree gchar *client = NULL;

  if (request->action != GST_PROF_WHIP_REPLY || request->status < 400
      || (request->status != 401 && !g_str_equal (request->method, "POST")))
    return;
  client = gst_prof_whip_address_describe (MHD_get_connection_info
      (connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr);
  gst_prof_whip_refusals_add (request->http->refusals, request->method, client,
      request->status, request->text);
}

static gboolean
send_answer (Request * request, struct MHD_Connection *connection)
{
  enter_stage (request->http, connection_of (connection), STAGE_SENDING, NULL);
  tell_refusal (request, connection);
  if (request->action == GST_PROF_WHIP_PAGE)
    return gst_prof_whip_answer_page (connection);
  if (request->status == 201)
    return gst_prof_whip_answer_session (connection, request->errand->session,
        request->text);
  return gst_prof_whip_answer_status (connection, request->status,
      request->text, request->allow);
}

/* Returns: whether the connection may go on */
static gboolean
route_request (Request * request, struct MHD_Connection *connection,
    const gchar * method, const gchar * path)
{
  GstProfWhipHead head = {.method = method,.path = path,.content_length = -1 };
  HeadReader reader = { &head };
  GstProfWhipRoute route;

  MHD_get_connection_values (connection, MHD_HEADER_KIND, read_header, &reader);
  gst_prof_whip_route (&head, request->http->token, &route);
  request->routed = TRUE;
  request->method = g_strdup (method);
  request->action = route.action;
  request->allow = route.allow;
  if (route.action == GST_PROF_WHIP_REPLY)
    reply_with (request, route.status, route.reason);
  else if (route.action == GST_PROF_WHIP_DELETE) {
    request->errand = gst_prof_whip_errand_new ();
    request->errand->session = g_strdup (route.session);
  }
  /* Whoever asks first whether to send the body is told now, and so is who would
   * send more of it than we care to read. */
  if (route.action == GST_PROF_WHIP_REPLY
      && (head.content_length > MAX_DISCARDED
          || MHD_lookup_connection_value (connection, MHD_HEADER_KIND,
              "Expect")))
    return send_answer (request, connection);
  return TRUE;
}

/* Returns: whether the connection may go on */
static gboolean
take_body (Request * request, const gchar * data, gsize size)
{
  request->received += size;
  if (request->action == GST_PROF_WHIP_OFFER
      && request->received > GST_PROF_WHIP_MAX_BODY)
    reply_with (request, 413, gst_prof_whip_route_too_long);
  if (request->action == GST_PROF_WHIP_OFFER)
    g_byte_array_append (request->body, (const guint8 *) data, size);
  return request->received <= MAX_DISCARDED;
}

static void
parse_offer (Request * request)
{
  g_autoptr (GError) error = NULL;
  GstSDPMessage *sdp =
      gst_prof_whip_offer_parse ((const gchar *) request->body->data,
      request->body->len, &error);

  if (sdp == NULL) {
    reply_with (request, 400, error->message);
    return;
  }
  request->errand = gst_prof_whip_errand_new ();
  request->errand->sdp = sdp;
  request->errand->arrival = request->arrival;
}

/* The request is here: answers it, or asks the main thread. */
static gboolean
handle_request (Request * request, struct MHD_Connection *connection)
{
  GstProfWhipHttp *http = request->http;

  if (request->action == GST_PROF_WHIP_OFFER)
    parse_offer (request);
  if (request->action == GST_PROF_WHIP_REPLY
      || request->action == GST_PROF_WHIP_PAGE)
    return send_answer (request, connection);
  if (http->stopping) {
    reply_with (request, 503, "the server stops");
    return send_answer (request, connection);
  }
  request->errand->request = request;
  enter_stage (http, connection_of (connection), STAGE_WAITING, request);
  MHD_suspend_connection (connection);
  gst_prof_mailbox_put (http->outbox,
      gst_prof_whip_errand_ref (request->errand));
  return TRUE;
}

static enum MHD_Result
on_access (gpointer user_data, struct MHD_Connection *connection,
    const char *path, const char *method, const char *version,
    const char *data, size_t * size, gpointer * request_data)
{
  Request *request = *request_data;
  gboolean go_on;

  if (!request->routed) {
    go_on = route_request (request, connection, method, path);
  } else if (*size > 0) {
    go_on = take_body (request, data, *size);
    *size = 0;
  } else if (request->answered) {
    go_on = send_answer (request, connection);
  } else {
    go_on = handle_request (request, connection);
  }
  return go_on ? MHD_YES : MHD_NO;
}

static void
resume (Request * request, struct MHD_Connection *connection, guint status,
    const gchar * text)
{
  request->errand->request = NULL;
  request->answered = TRUE;
  reply_with (request, status, text);
  enter_stage (request->http, connection_of (connection), STAGE_SENDING, NULL);
  MHD_resume_connection (connection);
}

/* An errand is back from the main thread. */
static void
on_errand (gpointer item, gpointer user_data)
{
  GstProfWhipHttp *http = user_data;
  GstProfWhipErrand *errand = item;
  Request *request = errand->request;

  if (request) {
    resume (request, request->connection, errand->status, errand->text);
    MHD_run (http->daemon);
  } else if (errand->status == 201) {
    give_up_session (http, errand->session);
  }
  gst_prof_whip_errand_unref (errand);
}

static void
expire (Connection * connection)
{
  if (connection->stage == STAGE_WAITING)
    resume (connection->request, connection->connection, 504,
        "the recorder did not answer in time");
  else
    /* the daemon sees the end of it, and cleans up */
    shutdown (connection->fd, SHUT_RDWR);
}

static gboolean
on_sweep (gpointer user_data)
{
  GstProfWhipHttp *http = user_data;
  gint64 now = g_get_monotonic_time ();

  for (GList * l = http->connections.head; l; l = l->next) {
    Connection *connection = l->data;

    if (now >= connection->deadline)
      expire (connection);
  }
  MHD_run (http->daemon);
  return G_SOURCE_CONTINUE;
}

static void
start_sweeping (GstProfWhipHttp * http)
{
  http->sweeper = g_timeout_source_new (SWEEP_INTERVAL_MS);
  g_source_set_callback (http->sweeper, on_sweep, http, NULL);
  g_source_attach (http->sweeper, http->context);
}

static void
stop_sweeping (GstProfWhipHttp * http)
{
  g_source_destroy (http->sweeper);
  g_clear_pointer (&http->sweeper, g_source_unref);
}

static void
on_connection (gpointer user_data, struct MHD_Connection *mhd_connection,
    gpointer * socket_context, enum MHD_ConnectionNotificationCode code)
{
  GstProfWhipHttp *http = user_data;
  Connection *connection = *socket_context;

  if (code == MHD_CONNECTION_NOTIFY_STARTED) {
    connection = g_new0 (Connection, 1);
    connection->connection = mhd_connection;
    connection->fd = MHD_get_connection_info (mhd_connection,
        MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    connection->link.data = connection;
    g_queue_push_tail_link (&http->connections, &connection->link);
    enter_stage (http, connection, STAGE_RECEIVING, NULL);
    *socket_context = connection;
  } else {
    g_queue_unlink (&http->connections, &connection->link);
    g_free (connection);
    *socket_context = NULL;
  }
  if (http->connections.length > 0 && http->sweeper == NULL)
    start_sweeping (http);
  else if (http->connections.length == 0 && http->sweeper)
    stop_sweeping (http);
}

static gboolean
is_answering (GstProfWhipHttp * http)
{
  for (GList * l = http->connections.head; l; l = l->next)
    if (((Connection *) l->data)->stage == STAGE_SENDING)
      return TRUE;
  return FALSE;
}

/* Takes no more, and tells those who wait. */
static void
begin_stop (GstProfWhipHttp * http)
{
  int fd = MHD_quiesce_daemon (http->daemon);

  if (fd >= 0)
    close (fd);
  http->stopping = TRUE;
  for (GList * l = http->connections.head; l; l = l->next) {
    Connection *connection = l->data;

    if (connection->stage == STAGE_WAITING)
      resume (connection->request, connection->connection, 503,
          "the recorder stops");
  }
}

static gpointer
run_thread (gpointer user_data)
{
  GstProfWhipHttp *http = user_data;
  gint64 end;

  g_main_context_push_thread_default (http->context);
  g_main_loop_run (http->loop);

  begin_stop (http);
  end = g_get_monotonic_time () + STOP_TIMEOUT;
  /* as long as there are connections, the sweeper ends each iteration */
  do
    MHD_run (http->daemon);
  while (is_answering (http) && g_get_monotonic_time () < end
      && (g_main_context_iteration (http->context, TRUE) || TRUE));
  g_source_destroy (http->source);
  MHD_stop_daemon (g_steal_pointer (&http->daemon));
  g_clear_pointer (&http->refusals, gst_prof_whip_refusals_free);
  g_main_context_pop_thread_default (http->context);
  return NULL;
}

static gboolean
on_stop (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

static gint64
microseconds_or (GstClockTime time, GstClockTime otherwise)
{
  return GST_TIME_AS_USECONDS (time > 0 ? time : otherwise);
}

/*
 * gst_prof_whip_http_new:
 * @settings: how to serve
 * @fd: (transfer full): a socket that listens
 * @outbox: the main thread's, for errands; outlives the server
 * @error: why it cannot serve
 *
 * Serves from now on.
 *
 * Returns: (transfer full) (nullable): the server
 */
GstProfWhipHttp *
gst_prof_whip_http_new (const GstProfWhipSettings * settings, gint fd,
    GstProfMailbox * outbox, GError ** error)
{
  GstProfWhipHttp *http = g_new0 (GstProfWhipHttp, 1);

  http->outbox = outbox;
  http->token = g_strdup (settings->token);
  http->request_timeout =
      microseconds_or (settings->request_timeout, REQUEST_TIMEOUT);
  http->answer_timeout =
      microseconds_or (settings->answer_timeout, ANSWER_TIMEOUT);
  http->context = g_main_context_new ();
  http->loop = g_main_loop_new (http->context, FALSE);
  http->refusals = gst_prof_whip_refusals_new (http->context, on_refusal, http);
  http->inbox = gst_prof_mailbox_new (http->context, on_errand, http,
      (GDestroyNotify) gst_prof_whip_errand_unref);
  http->daemon = MHD_start_daemon (MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME,
      0, NULL, NULL, on_access, http,
      MHD_OPTION_LISTEN_SOCKET, fd,
      MHD_OPTION_NOTIFY_CONNECTION, on_connection, http,
      MHD_OPTION_URI_LOG_CALLBACK, on_request_line, http,
      MHD_OPTION_NOTIFY_COMPLETED, on_request_completed, http,
      MHD_OPTION_CONNECTION_LIMIT, (unsigned int) MAX_CONNECTIONS,
      MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned int) MAX_CONNECTIONS_PER_IP,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t) MEMORY_PER_CONNECTION,
      MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
  if (http->daemon == NULL) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
        "cannot serve HTTP: %s", g_strerror (errno));
    close (fd);
    gst_prof_whip_http_free (http);
    return NULL;
  }
  http->source = gst_prof_http_source_new (http->daemon);
  g_source_attach (http->source, http->context);
  http->thread = g_thread_new ("whip-http", run_thread, http);
  return http;
}

/*
 * gst_prof_whip_http_free:
 * @http: (transfer full): the server
 *
 * Answers what waits with 503, and stops.
 */
void
gst_prof_whip_http_free (GstProfWhipHttp * http)
{
  if (http->thread) {
    GSource *source = g_idle_source_new ();

    g_source_set_callback (source, on_stop, http->loop, NULL);
    g_source_attach (source, http->context);
    g_source_unref (source);
    g_thread_join (http->thread);
    g_source_unref (http->source);
  }
  g_clear_pointer (&http->refusals, gst_prof_whip_refusals_free);
  gst_prof_mailbox_free (http->inbox);
  g_main_loop_unref (http->loop);
  g_main_context_unref (http->context);
  g_free (http->token);
  g_free (http);
}

/*
 * gst_prof_whip_http_get_inbox:
 * @http: the server
 *
 * Returns: (transfer none): where errands come back to
 */
GstProfMailbox *
gst_prof_whip_http_get_inbox (GstProfWhipHttp * http)
{
  return http->inbox;
}
