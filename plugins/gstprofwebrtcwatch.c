/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What a webrtcbin says of its connection: the state of ICE, when offers and
 * answers were exchanged again, and the addresses of its sockets. Everything by
 * signals and properties that an application has too; nothing of libnice or of the
 * WebRTC library is linked.
 *
 * The addresses come with the candidates that it offers to the peer: all sockets
 * of a session are read by one thread, so it does not matter which of them was
 * chosen. Those that were told before we listened are not known.
 *
 * Signals come in threads of webrtcbin's own, which may hold locks of its; they
 * write a few numbers here, and call nothing but for the property that changed.
 * lock protects the candidates, a leaf.
 */

#include "gstprofwebrtcwatch.h"

#include <gst/prof/gstprofclock.h>

#include <stdlib.h>
#include <string.h>

/* Of "candidate:FOUNDATION COMPONENT PROTOCOL PRIORITY ADDRESS PORT typ TYPE" */
enum
{
  FIELD_PROTOCOL = 2,
  FIELD_ADDRESS = 4,
  FIELD_PORT = 5,
  FIELD_TYPE = 7,
  N_FIELDS,
};

struct _GstProfWebrtcWatch
{
  GstElement *element;
  gulong state_handler;
  gulong signaling_handler;
  gulong candidate_handler;

  /* webrtcbin's threads write, the reading thread reads */
  const gchar *_Atomic state;   /* a nick: static */
  _Atomic guint64 state_since;
  GstProfPeriods negotiations;
  gboolean agreed;              /* once before; webrtcbin's threads only */

  GMutex lock;
  guint n_candidates;
  gchar *addresses[GST_PROF_SOCKETS_MAX];
  guint ports[GST_PROF_SOCKETS_MAX];
};

static void
watch_clear (gpointer data)
{
  GstProfWebrtcWatch *watch = data;

  for (guint i = 0; i < watch->n_candidates; i++)
    g_free (watch->addresses[i]);
  g_mutex_clear (&watch->lock);
  gst_object_unref (watch->element);
}

static void
watch_release (gpointer watch, GClosure * closure)
{
  g_atomic_rc_box_release_full (watch, watch_clear);
}

/* Returns: (nullable): the nick of an enumeration's value, a static string */
static const gchar *
get_nick (GObject * object, GParamSpec * pspec)
{
  GValue value = G_VALUE_INIT;
  const GEnumValue *found = NULL;

  g_value_init (&value, pspec->value_type);
  g_object_get_property (object, pspec->name, &value);
  if (G_VALUE_HOLDS_ENUM (&value))
    found = g_enum_get_value (G_PARAM_SPEC_ENUM (pspec)->enum_class,
        g_value_get_enum (&value));
  g_value_unset (&value);
  return found ? found->value_nick : NULL;
}

static void
state_changed (GObject * object, GParamSpec * pspec, gpointer user_data)
{
  GstProfWebrtcWatch *watch = user_data;

  atomic_store (&watch->state, get_nick (object, pspec));
  atomic_store (&watch->state_since, gst_prof_clock_now ());
}

static void
signaling_changed (GObject * object, GParamSpec * pspec, gpointer user_data)
{
  GstProfWebrtcWatch *watch = user_data;
  const gchar *state = get_nick (object, pspec);
  GstClockTime now = gst_prof_clock_now ();

  if (g_strcmp0 (state, "stable") == 0) {
    gst_prof_periods_close (&watch->negotiations, now, 0);
    watch->agreed = TRUE;
  } else if (watch->agreed && state != NULL
      && g_str_has_prefix (state, "have-")) {
    gst_prof_periods_open (&watch->negotiations, now, 0);
  }
}

/* With lock held. */
static void
add_candidate (GstProfWebrtcWatch * watch, const gchar * address, guint port)
{
  for (guint i = 0; i < watch->n_candidates; i++) {
    if (watch->ports[i] == port
        && g_strcmp0 (watch->addresses[i], address) == 0)
      return;
  }
  if (watch->n_candidates == GST_PROF_SOCKETS_MAX)
    return;
  watch->addresses[watch->n_candidates] = g_strdup (address);
  watch->ports[watch->n_candidates++] = port;
}

static void
candidate_told (GstElement * element, guint line, const gchar * candidate,
    gpointer user_data)
{
  GstProfWebrtcWatch *watch = user_data;
  gchar **fields = g_strsplit (candidate, " ", N_FIELDS + 1);

  /* Only those of the host are addresses that a socket is bound to. */
  if (g_strv_length (fields) >= N_FIELDS
      && g_ascii_strcasecmp (fields[FIELD_PROTOCOL], "udp") == 0
      && g_str_equal (fields[FIELD_TYPE], "host")) {
    g_mutex_lock (&watch->lock);
    add_candidate (watch, fields[FIELD_ADDRESS], atoi (fields[FIELD_PORT]));
    g_mutex_unlock (&watch->lock);
  }
  g_strfreev (fields);
}

static gulong
connect (GstProfWebrtcWatch * watch, const gchar * signal, GCallback callback)
{
  return g_signal_connect_data (watch->element, signal, callback,
      g_atomic_rc_box_acquire (watch), watch_release, 0);
}

static gboolean
has_agreed (GstElement * element)
{
  gpointer description = NULL;
  GParamSpec *pspec = g_object_class_find_property
      (G_OBJECT_GET_CLASS (element), "current-remote-description");

  if (pspec == NULL)
    return FALSE;
  g_object_get (element, "current-remote-description", &description, NULL);
  if (description == NULL)
    return FALSE;
  g_boxed_free (pspec->value_type, description);
  return TRUE;
}

/*
 * gst_prof_webrtc_watch_is_element:
 * @element: an element
 *
 * Returns: whether it is a webrtcbin
 */
gboolean
gst_prof_webrtc_watch_is_element (GstElement * element)
{
  GType type = g_type_from_name ("GstWebRTCBin");

  return type != 0 && g_type_is_a (G_OBJECT_TYPE (element), type);
}

/*
 * gst_prof_webrtc_watch_new:
 * @webrtcbin: a webrtcbin
 *
 * Best before it has begun to gather candidates. Any thread.
 *
 * Returns: (transfer full): a watch, to be stopped before it is given back
 */
GstProfWebrtcWatch *
gst_prof_webrtc_watch_new (GstElement * webrtcbin)
{
  GstProfWebrtcWatch *watch = g_atomic_rc_box_new0 (GstProfWebrtcWatch);

  g_mutex_init (&watch->lock);
  watch->element = gst_object_ref (webrtcbin);
  watch->agreed = has_agreed (webrtcbin);
  watch->state_handler = connect (watch, "notify::ice-connection-state",
      G_CALLBACK (state_changed));
  watch->signaling_handler = connect (watch, "notify::signaling-state",
      G_CALLBACK (signaling_changed));
  watch->candidate_handler = connect (watch, "on-ice-candidate",
      G_CALLBACK (candidate_told));
  return watch;
}

GstProfWebrtcWatch *
gst_prof_webrtc_watch_ref (GstProfWebrtcWatch * watch)
{
  return g_atomic_rc_box_acquire (watch);
}

void
gst_prof_webrtc_watch_unref (gpointer watch)
{
  watch_release (watch, NULL);
}

/*
 * gst_prof_webrtc_watch_stop:
 * @watch: a watch
 *
 * Listens no more. To be called once.
 */
void
gst_prof_webrtc_watch_stop (GstProfWebrtcWatch * watch)
{
  g_signal_handler_disconnect (watch->element, watch->state_handler);
  g_signal_handler_disconnect (watch->element, watch->signaling_handler);
  g_signal_handler_disconnect (watch->element, watch->candidate_handler);
}

/*
 * gst_prof_webrtc_watch_get_element:
 * @watch: a watch
 *
 * Returns: (transfer none): the webrtcbin
 */
GstElement *
gst_prof_webrtc_watch_get_element (GstProfWebrtcWatch * watch)
{
  return watch->element;
}

/*
 * gst_prof_webrtc_watch_get_state:
 * @watch: a watch
 * @since: (out): when that was told, CLOCK_MONOTONIC nanoseconds
 *
 * Returns: (nullable) (transfer none): the ICE state, a static string; %NULL: it
 *   has not changed since we listen
 */
const gchar *
gst_prof_webrtc_watch_get_state (GstProfWebrtcWatch * watch,
    GstClockTime * since)
{
  *since = atomic_load (&watch->state_since);
  return atomic_load (&watch->state);
}

/*
 * gst_prof_webrtc_watch_has_failed:
 * @state: (nullable): an ICE state
 *
 * Returns: whether nothing can be expected from the peer in it
 */
gboolean
gst_prof_webrtc_watch_has_failed (const gchar * state)
{
  return g_strcmp0 (state, "failed") == 0
      || g_strcmp0 (state, "disconnected") == 0
      || g_strcmp0 (state, "closed") == 0;
}

/*
 * gst_prof_webrtc_watch_find_negotiations:
 * @watch: a watch
 * @from: begin of an interval, CLOCK_MONOTONIC nanoseconds
 * @to: its end
 * @found: (out caller-allocates) (array length=max): a place for them
 * @max: how many have room there
 *
 * Returns: how many times it was negotiated anew in that interval; the first
 *   agreement is none
 */
guint
gst_prof_webrtc_watch_find_negotiations (GstProfWebrtcWatch * watch,
    GstClockTime from, GstClockTime to, GstProfPeriod * found, guint max)
{
  return gst_prof_periods_find (&watch->negotiations, from, to, found, max);
}

/*
 * gst_prof_webrtc_watch_get_n_candidates:
 * @watch: a watch
 *
 * Returns: how many addresses are known; it only grows
 */
guint
gst_prof_webrtc_watch_get_n_candidates (GstProfWebrtcWatch * watch)
{
  guint n;

  g_mutex_lock (&watch->lock);
  n = watch->n_candidates;
  g_mutex_unlock (&watch->lock);
  return n;
}

/*
 * gst_prof_webrtc_watch_find_sockets:
 * @watch: a watch
 * @sockets: gets the sockets that the session has
 *
 * Reads the list of this process's descriptors. The reading thread.
 *
 * Returns: how many were found
 */
guint
gst_prof_webrtc_watch_find_sockets (GstProfWebrtcWatch * watch,
    GstProfSocketWatch * sockets)
{
  gchar *addresses[GST_PROF_SOCKETS_MAX];
  guint ports[GST_PROF_SOCKETS_MAX], n, found;

  g_mutex_lock (&watch->lock);
  n = watch->n_candidates;
  for (guint i = 0; i < n; i++) {
    addresses[i] = g_strdup (watch->addresses[i]);
    ports[i] = watch->ports[i];
  }
  g_mutex_unlock (&watch->lock);

  found = gst_prof_socket_watch_find (sockets,
      (const gchar * const *) addresses, ports, n);
  for (guint i = 0; i < n; i++)
    g_free (addresses[i]);
  return found;
}
