/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What packets come in by: counts them where they leave the element that brings
 * them, listens to RTCP and DTLS for the peer's farewell, looks into the socket's
 * queue, and says from all that whether the peer is gone.
 *
 * Packets are counted by their own threads. Signals come in threads of the
 * session's or of DTLS, and only leave a note in numbers that the reading thread
 * judges. It alone writes what the core reads of the transport, but for the flows.
 * lock protects where we are placed: pads and what we listen to. No element's lock
 * is taken with it held but a pad's, for a moment.
 */

#include "gstproftransportwatch.h"

#include "gstproftappoint.h"

#include <gst/prof/gstprofclock.h>

#define SESSION_INTERVAL GST_SECOND

/* How often the sockets of a session are looked for that were not found. */
#define FIND_INTERVAL GST_SECOND

/* As long as packets come, ICE may say what it likes. */
#define STILL_COMES GST_SECOND

/* Streams that said BYE, the last ones */
#define MAX_BYES GST_PROF_RECEIVERS_MAX

/* As GstDtlsConnectionState has them, by nick */
#define DTLS_CLOSED "closed"
#define DTLS_FAILED "failed"

/* What signals leave; in a g_atomic_rc_box. */
typedef struct
{
  _Atomic guint n_byes;
  struct
  {
    _Atomic guint ssrc;
    _Atomic guint64 when;
  } byes[MAX_BYES];
  _Atomic guint64 closed;       /* when DTLS was; 0: it is not */
} Notes;

struct _GstProfTransportWatch
{
  gatomicrefcount refs;
  guint id;
  GstElement *source;
  GstProfTransport *transport;
  Notes *notes;

  GMutex lock;
  gboolean stopped;
  GstProfTapPoint any;
  GstProfTapPoint rtcp;
  GstElement *session;
  gulong bye_handler;
  GstElement *dtls;
  gulong dtls_handler;

  /* the reading thread */
  GstProfSocketWatch *sockets;
  GObject *socket;              /* the GSocket of a udpsrc */
  guint candidates;             /* known when sockets were looked for */
  GstClockTime find_due;
  GstStructure *session_stats;
  GstClockTime session_due;
  GstClockTime negotiation;     /* begin of the last one taken over */
};

static void
pass_any (gpointer user_data, GstMiniObject * object, GstClockTime now)
{
  GstProfTransport *transport = user_data;
  guint packets;
  guint64 bytes = gst_prof_tap_get_bytes (object, &packets);

  gst_prof_flow_pass (&transport->any, packets, bytes, 0, now);
}

static void
pass_rtcp (gpointer user_data, GstMiniObject * object, GstClockTime now)
{
  GstProfTransport *transport = user_data;
  guint packets;
  guint64 bytes = gst_prof_tap_get_bytes (object, &packets);

  gst_prof_flow_pass (&transport->rtcp, packets, bytes, 0, now);
}

static void
transport_release (gpointer transport)
{
  gst_prof_transport_unref (transport);
}

static void
notes_release (gpointer notes, GClosure * closure)
{
  g_atomic_rc_box_release (notes);
}

/*
 * gst_prof_transport_watch_new:
 * @origin: where packets come from
 * @id: tells it from others
 *
 * Returns: (transfer full): a watch, to be stopped before it is given back
 */
GstProfTransportWatch *
gst_prof_transport_watch_new (const GstProfReceiveOrigin * origin, guint id)
{
  GstProfTransportWatch *watch = g_new0 (GstProfTransportWatch, 1);

  g_atomic_ref_count_init (&watch->refs);
  g_mutex_init (&watch->lock);
  watch->id = id;
  watch->source = gst_object_ref (origin->source);
  watch->transport = gst_prof_transport_new ();
  watch->notes = g_atomic_rc_box_new0 (Notes);
  watch->sockets = gst_prof_socket_watch_new ();
  gst_prof_transport_watch_place (watch, origin);
  return watch;
}

GstProfTransportWatch *
gst_prof_transport_watch_ref (GstProfTransportWatch * watch)
{
  g_atomic_ref_count_inc (&watch->refs);
  return watch;
}

void
gst_prof_transport_watch_unref (gpointer data)
{
  GstProfTransportWatch *watch = data;

  if (!g_atomic_ref_count_dec (&watch->refs))
    return;
  gst_clear_object (&watch->source);
  g_clear_object (&watch->socket);
  if (watch->session_stats != NULL)
    gst_structure_free (watch->session_stats);
  gst_prof_socket_watch_free (watch->sockets);
  gst_prof_transport_unref (watch->transport);
  g_atomic_rc_box_release (watch->notes);
  g_mutex_clear (&watch->lock);
  g_free (watch);
}

/* With lock held. Returns: (transfer full) (nullable): what we listened to */
static GstElement *
stop_listening (GstElement ** element, gulong handler)
{
  if (*element != NULL)
    g_signal_handler_disconnect (*element, handler);
  return g_steal_pointer (element);
}

/*
 * gst_prof_transport_watch_stop:
 * @watch: a watch
 *
 * Lets go of the pipeline. Any thread.
 */
void
gst_prof_transport_watch_stop (GstProfTransportWatch * watch)
{
  GstElement *session, *dtls;

  g_mutex_lock (&watch->lock);
  watch->stopped = TRUE;
  gst_prof_tap_point_clear (&watch->any);
  gst_prof_tap_point_clear (&watch->rtcp);
  session = stop_listening (&watch->session, watch->bye_handler);
  dtls = stop_listening (&watch->dtls, watch->dtls_handler);
  g_mutex_unlock (&watch->lock);

  gst_clear_object (&session);
  gst_clear_object (&dtls);
}

static void
said_bye (GstElement * session, guint ssrc, gpointer user_data)
{
  Notes *notes = user_data;
  guint at = atomic_load (&notes->n_byes) % MAX_BYES;

  atomic_store (&notes->byes[at].ssrc, ssrc);
  atomic_store (&notes->byes[at].when, gst_prof_clock_now ());
  atomic_fetch_add (&notes->n_byes, 1);
}

static void
dtls_changed (GObject * dtls, GParamSpec * pspec, gpointer user_data)
{
  Notes *notes = user_data;
  GValue value = G_VALUE_INIT;
  const GEnumValue *state = NULL;
  gboolean closed;

  g_value_init (&value, pspec->value_type);
  g_object_get_property (dtls, pspec->name, &value);
  if (G_VALUE_HOLDS_ENUM (&value))
    state = g_enum_get_value (G_PARAM_SPEC_ENUM (pspec)->enum_class,
        g_value_get_enum (&value));
  closed = state != NULL && (g_str_equal (state->value_nick, DTLS_CLOSED)
      || g_str_equal (state->value_nick, DTLS_FAILED));
  atomic_store (&notes->closed, closed ? gst_prof_clock_now () : 0);
  g_value_unset (&value);
}

static gulong
connect (GstProfTransportWatch * watch, gpointer object, const gchar * signal,
    GCallback callback)
{
  return g_signal_connect_data (object, signal, callback,
      g_atomic_rc_box_acquire (watch->notes), notes_release, 0);
}

/* With lock held. Returns: (transfer full) (nullable): the one before */
static GstElement *
listen_to_session (GstProfTransportWatch * watch, GstElement * session)
{
  GstElement *before = NULL;
  GstPad *pad;

  if (session == NULL)
    return NULL;
  if (watch->session != session) {
    before = stop_listening (&watch->session, watch->bye_handler);
    watch->session = gst_object_ref (session);
    watch->bye_handler = connect (watch, session, "on-bye-ssrc",
        G_CALLBACK (said_bye));
  }
  pad = gst_element_get_static_pad (session, "recv_rtcp_sink");
  gst_prof_tap_point_set (&watch->rtcp, pad, pass_rtcp, watch->transport,
      transport_release);
  gst_clear_object (&pad);
  return before;
}

/* With lock held. Returns: (transfer full) (nullable): the one before */
static GstElement *
listen_to_dtls (GstProfTransportWatch * watch, GstElement * dtls)
{
  GstElement *before;

  if (dtls == NULL || watch->dtls == dtls
      || g_object_class_find_property (G_OBJECT_GET_CLASS (dtls),
          "connection-state") == NULL)
    return NULL;
  before = stop_listening (&watch->dtls, watch->dtls_handler);
  watch->dtls = gst_object_ref (dtls);
  watch->dtls_handler = connect (watch, dtls, "notify::connection-state",
      G_CALLBACK (dtls_changed));
  return before;
}

/*
 * gst_prof_transport_watch_place:
 * @watch: a watch
 * @origin: where packets come from now; the source is the same as ever
 *
 * Counts and listens there. Any thread.
 */
void
gst_prof_transport_watch_place (GstProfTransportWatch * watch,
    const GstProfReceiveOrigin * origin)
{
  GstElement *session = NULL, *dtls = NULL;

  g_mutex_lock (&watch->lock);
  if (!watch->stopped) {
    gst_prof_tap_point_set (&watch->any, origin->incoming, pass_any,
        watch->transport, transport_release);
    session = listen_to_session (watch, origin->session);
    dtls = listen_to_dtls (watch, origin->dtls);
  }
  g_mutex_unlock (&watch->lock);

  gst_clear_object (&session);
  gst_clear_object (&dtls);
}

guint
gst_prof_transport_watch_get_id (GstProfTransportWatch * watch)
{
  return watch->id;
}

/*
 * gst_prof_transport_watch_get_source:
 * @watch: a watch
 *
 * Returns: (transfer none): the element that brings the packets
 */
GstElement *
gst_prof_transport_watch_get_source (GstProfTransportWatch * watch)
{
  return watch->source;
}

/*
 * gst_prof_transport_watch_get_transport:
 * @watch: a watch
 *
 * Returns: (transfer none): what it writes
 */
GstProfTransport *
gst_prof_transport_watch_get_transport (GstProfTransportWatch * watch)
{
  return watch->transport;
}

/* A udpsrc tells its socket; it is its own, and may close it. */
static void
find_udp_socket (GstProfTransportWatch * watch)
{
  gint fd = -1;

  if (watch->socket == NULL && GST_STATE (watch->source) >= GST_STATE_PAUSED)
    g_object_get (watch->source, "used-socket", &watch->socket, NULL);
  if (watch->socket != NULL)
    g_object_get (watch->socket, "fd", &fd, NULL);
  if (fd < 0)
    g_clear_object (&watch->socket);
  gst_prof_socket_watch_set_fd (watch->sockets, fd);
}

/* The addresses of a session are those of all its transports together. */
static void
find_ice_sockets (GstProfTransportWatch * watch, GstProfWebrtcWatch * webrtc,
    GstClockTime now)
{
  guint n = gst_prof_webrtc_watch_get_n_candidates (webrtc);

  if ((n == watch->candidates && gst_prof_socket_watch_is_set (watch->sockets))
      || now < watch->find_due)
    return;
  watch->candidates = n;
  watch->find_due = now + FIND_INTERVAL;
  gst_prof_webrtc_watch_find_sockets (webrtc, watch->sockets);
}

static void
read_sockets (GstProfTransportWatch * watch, GstProfWebrtcWatch * webrtc,
    gboolean alone, GstClockTime now)
{
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (watch->source),
          "used-socket") != NULL)
    find_udp_socket (watch);
  else if (webrtc != NULL && alone)
    find_ice_sockets (watch, webrtc, now);
  else
    gst_prof_socket_watch_set_fd (watch->sockets, -1);
  gst_prof_socket_watch_read (watch->sockets, watch->transport, now);
}

/* Returns: when a stream said BYE, if nothing of it came since; 0: it did not */
static GstClockTime
find_bye (GstProfTransportWatch * watch, const GstProfTransportUser * user)
{
  GstClockTime last = gst_prof_flow_get_last (&user->receiver->in);
  guint n = MIN (atomic_load (&watch->notes->n_byes), MAX_BYES);

  for (guint i = 0; i < n; i++) {
    GstClockTime when = atomic_load (&watch->notes->byes[i].when);

    if (atomic_load (&watch->notes->byes[i].ssrc) == user->ssrc && when >= last)
      return when;
  }
  return 0;
}

/* Returns: when the last of the streams said BYE, if all did; 0: not all did */
static GstClockTime
find_byes (GstProfTransportWatch * watch, const GstProfTransportUser * users,
    guint n_users)
{
  GstClockTime last = 0;

  for (guint i = 0; i < n_users; i++) {
    GstClockTime when = find_bye (watch, &users[i]);

    if (when == 0)
      return 0;
    last = MAX (last, when);
  }
  return last;
}

static GstProfGone
find_gone (GstProfTransportWatch * watch, GstProfWebrtcWatch * webrtc,
    const GstProfTransportUser * users, guint n_users, GstClockTime now,
    GstClockTime * since)
{
  GstClockTime last_any = gst_prof_flow_get_last (&watch->transport->any);
  GstClockTime last_media = 0;
  const gchar *state;

  for (guint i = 0; i < n_users; i++)
    last_media = MAX (last_media,
        gst_prof_flow_get_last (&users[i].receiver->in));
  *since = atomic_load (&watch->notes->closed);
  if (*since != 0 && *since >= last_media)
    return GST_PROF_GONE_CLOSED;

  /* Who says that may come back, unless he closes, too. */
  *since = find_byes (watch, users, n_users);
  if (*since != 0)
    return GST_PROF_GONE_BYE;

  state = webrtc ? gst_prof_webrtc_watch_get_state (webrtc, since) : NULL;
  if (!gst_prof_webrtc_watch_has_failed (state))
    return GST_PROF_GONE_NOT;
  if (*since < last_any && now < last_any + STILL_COMES)
    return GST_PROF_GONE_NOT;
  *since = MAX (*since, last_any);
  return GST_PROF_GONE_ICE;
}

static void
tell_gone (GstProfTransportWatch * watch, GstProfGone gone, GstClockTime since)
{
  if (gone != GST_PROF_GONE_NOT
      && atomic_load (&watch->transport->gone) == GST_PROF_GONE_NOT)
    atomic_store (&watch->transport->gone_since, since);
  atomic_store (&watch->transport->gone, gone);
}

/* Those of a webrtcbin concern each of its transports. */
static void
take_negotiations (GstProfTransportWatch * watch, GstProfWebrtcWatch * webrtc,
    GstClockTime now)
{
  GstProfPeriod found[GST_PROF_PERIODS_MAX];
  GstProfPeriods *periods = &watch->transport->renegotiation;
  guint n = gst_prof_webrtc_watch_find_negotiations (webrtc,
      watch->negotiation, now, found, G_N_ELEMENTS (found));

  for (guint i = 0; i < n; i++) {
    gboolean known = found[i].from <= watch->negotiation;

    if (found[i].to == GST_CLOCK_TIME_NONE && !known)
      gst_prof_periods_open (periods, found[i].from, 0);
    else if (found[i].to != GST_CLOCK_TIME_NONE && known)
      gst_prof_periods_close (periods, found[i].to, 0);
    else if (!known)
      gst_prof_periods_add (periods, found[i].from, found[i].to, 0);
    watch->negotiation = MAX (watch->negotiation, found[i].from);
  }
}

static void
read_session (GstProfTransportWatch * watch, GstClockTime now)
{
  GstElement *session;

  if (now < watch->session_due)
    return;
  watch->session_due = now + SESSION_INTERVAL;
  g_mutex_lock (&watch->lock);
  session = watch->session ? gst_object_ref (watch->session) : NULL;
  g_mutex_unlock (&watch->lock);

  if (watch->session_stats != NULL)
    gst_structure_free (g_steal_pointer (&watch->session_stats));
  if (session != NULL)
    g_object_get (session, "stats", &watch->session_stats, NULL);
  gst_clear_object (&session);
}

/*
 * gst_prof_transport_watch_read:
 * @watch: a watch
 * @webrtc: (nullable): the webrtcbin that the transport is in
 * @alone: whether it is the only one in that
 * @users: (array length=n_users): the receivers whose packets come by it
 * @n_users: how many they are
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * To be called a few times a second, by the reading thread, without any lock.
 */
void
gst_prof_transport_watch_read (GstProfTransportWatch * watch,
    GstProfWebrtcWatch * webrtc, gboolean alone,
    const GstProfTransportUser * users, guint n_users, GstClockTime now)
{
  GstClockTime since;
  GstProfGone gone;

  read_sockets (watch, webrtc, alone, now);
  if (webrtc != NULL) {
    atomic_store (&watch->transport->state,
        gst_prof_webrtc_watch_get_state (webrtc, &since));
    take_negotiations (watch, webrtc, now);
  }
  gone = find_gone (watch, webrtc, users, n_users, now, &since);
  tell_gone (watch, gone, since);
  read_session (watch, now);

  g_mutex_lock (&watch->lock);
  gst_prof_tap_point_renew (&watch->any);
  gst_prof_tap_point_renew (&watch->rtcp);
  g_mutex_unlock (&watch->lock);
}

/*
 * gst_prof_transport_watch_get_session_stats:
 * @watch: a watch
 *
 * The reading thread.
 *
 * Returns: (nullable) (transfer none): the session's statistics, a second old at
 *   most
 */
const GstStructure *
gst_prof_transport_watch_get_session_stats (GstProfTransportWatch * watch)
{
  return watch->session_stats;
}

/*
 * gst_prof_transport_watch_has_socket:
 * @watch: a watch
 *
 * Returns: whether its sockets were found
 */
gboolean
gst_prof_transport_watch_has_socket (GstProfTransportWatch * watch)
{
  return gst_prof_socket_watch_is_set (watch->sockets);
}
