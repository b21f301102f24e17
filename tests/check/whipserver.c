/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * A WHIP server that records nothing, for whip.py. What becomes of an offer, its
 * session name tells: "refuse", "never" (is answered), "slow" (after a while),
 * "late" (after the time limit); any other is accepted at once. Says on stdout what comes, stops when stdin ends.
 */

#include <stdio.h>

#include <gst/gst.h>

#include "tools/whipserver.h"

#define SLOW_MS 200
#define ANSWER "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"

typedef struct
{
  GMainLoop *loop;
  GHashTable *sessions;
  guint n_sessions;
  GQueue kept;                  /* offers that are never answered */
  gint answer_ms;
} Recorder;

static void
accept_offer (Recorder * recorder, GstProfWhipOffer * offer)
{
  gchar *name = g_strdup_printf ("s%u", recorder->n_sessions++);

  g_hash_table_add (recorder->sessions, name);
  gst_prof_whip_offer_accept (offer, name, ANSWER);
  g_print ("accepted %s\n", name);
}

typedef struct
{
  Recorder *recorder;
  GstProfWhipOffer *offer;
} Late;

static gboolean
on_late (gpointer user_data)
{
  Late *late = user_data;

  accept_offer (late->recorder, late->offer);
  g_free (late);
  return G_SOURCE_REMOVE;
}

static void
accept_later (Recorder * recorder, GstProfWhipOffer * offer, guint ms)
{
  Late *late = g_new0 (Late, 1);

  late->recorder = recorder;
  late->offer = offer;
  g_timeout_add (ms, on_late, late);
}

static void
on_offered (GstProfWhipOffer * offer, gpointer user_data)
{
  Recorder *recorder = user_data;
  const gchar *name =
      gst_sdp_message_get_session_name (gst_prof_whip_offer_get_sdp (offer));
  GstClockTime arrival = gst_prof_whip_offer_get_arrival (offer);
  GstClockTime now = gst_util_get_timestamp ();

  g_assert (arrival <= now);
  g_print ("offered %s\n", name);
  if (g_str_equal (name, "refuse")) {
    gst_prof_whip_offer_refuse (offer, 503, "too many sessions");
  } else if (g_str_equal (name, "never")) {
    g_queue_push_tail (&recorder->kept, offer);
  } else if (g_str_equal (name, "slow")) {
    accept_later (recorder, offer, SLOW_MS);
  } else if (g_str_equal (name, "late")) {
    accept_later (recorder, offer, recorder->answer_ms * 3 / 2);
  } else {
    accept_offer (recorder, offer);
  }
}

static gboolean
on_deleted (const gchar * session, gpointer user_data)
{
  Recorder *recorder = user_data;

  g_print ("deleted %s\n", session);
  return g_hash_table_remove (recorder->sessions, session);
}

static void
on_refused (const gchar * text, gpointer user_data)
{
  g_print ("refused: %s\n", text);
}

static gboolean
on_stdin (GIOChannel * channel, GIOCondition condition, gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

int
main (int argc, char **argv)
{
  g_autofree gchar *address = NULL;
  g_autofree gchar *token = NULL;
  gint request_ms = 10000;
  Recorder recorder = {.answer_ms = 20000 };
  const GOptionEntry entries[] = {
    {"address", 0, 0, G_OPTION_ARG_STRING, &address, NULL, NULL},
    {"token", 0, 0, G_OPTION_ARG_STRING, &token, NULL, NULL},
    {"request-ms", 0, 0, G_OPTION_ARG_INT, &request_ms, NULL, NULL},
    {"answer-ms", 0, 0, G_OPTION_ARG_INT, &recorder.answer_ms, NULL, NULL},
    {NULL}
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  GstProfWhipSettings settings = { 0 };
  const GstProfWhipHandlers handlers = {
    on_offered, on_deleted, on_refused
  };
  GstProfWhipServer *server;
  GstProfWhipOffer *offer;
  GIOChannel *input;

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);

  settings.address = address ? address : ":0";
  settings.token = token;
  settings.request_timeout = request_ms * GST_MSECOND;
  settings.answer_timeout = recorder.answer_ms * GST_MSECOND;
  recorder.loop = g_main_loop_new (NULL, FALSE);
  recorder.sessions =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  server = gst_prof_whip_server_new (&settings, &handlers, &recorder, &error);
  if (server == NULL) {
    g_print ("error %s\n", error->message);
    return 1;
  }
  setvbuf (stdout, NULL, _IOLBF, 0);
  g_print ("url %s\n", gst_prof_whip_server_get_url (server));

  input = g_io_channel_unix_new (0);
  g_io_add_watch (input, G_IO_IN | G_IO_HUP | G_IO_ERR, on_stdin,
      recorder.loop);
  g_main_loop_run (recorder.loop);

  gst_prof_whip_server_free (server);
  /* nobody hears it, and nothing breaks */
  while ((offer = g_queue_pop_head (&recorder.kept)) != NULL)
    gst_prof_whip_offer_refuse (offer, 500, "too late");
  g_io_channel_unref (input);
  g_hash_table_unref (recorder.sessions);
  g_main_loop_unref (recorder.loop);
  return 0;
}
