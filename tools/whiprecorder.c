/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The recorder for whoever comes: the WHIP server's offers become sessions, as
 * many as are allowed, and these end without a word to the others. Owns the list
 * of sessions. Main thread only.
 */

#include <malloc.h>
#include <unistd.h>

#include "warmup.h"
#include "webrtcpeer.h"
#include "whiprecorder.h"
#include "whipsession.h"

typedef struct
{
  const GstProfRecordOptions *options;
  GstProfTerminal *terminal;
  GstProfLoop *loop;
  GStrv addresses;
  GPtrArray *sessions;
  GstProfExit status;
  guint n_stuck;                /* sessions that a thread still holds */
} Recorder;

/* An error goes before what --fail-on names. */
static GstProfExit
get_worse (GstProfExit a, GstProfExit b)
{
  if (a == GST_PROF_EXIT_ERROR || b == GST_PROF_EXIT_ERROR)
    return GST_PROF_EXIT_ERROR;
  return MAX (a, b);
}

static void
on_over (GstProfWhipSession * session, GstProfExit status, gpointer data)
{
  Recorder *recorder = data;

  recorder->status = get_worse (recorder->status, status);
  recorder->n_stuck += gst_prof_whip_session_is_stuck (session);
  g_ptr_array_remove (recorder->sessions, session);
#ifdef __GLIBC__
  /* Each session's threads have had heaps of their own, which keep what was
   * freed: 1.3 MB a session without this. */
  malloc_trim (0);
#endif
}

/* Sessions that only finish their files take no place of those that record: a page
 * that is loaded again is back before its last session is through. But they take
 * what they take, so that there are no more than that of both. Those that do not
 * stop keep what they have, and so their place. Else both would grow in number
 * without bound. */
static gboolean
is_full (Recorder * recorder)
{
  guint max = recorder->options->max_sessions;
  guint recording = recorder->n_stuck;

  for (guint i = 0; i < recorder->sessions->len; i++)
    recording += !gst_prof_whip_session_is_ending (g_ptr_array_index
        (recorder->sessions, i));
  return recording >= max
      || recorder->sessions->len + recorder->n_stuck >= 2 * max;
}

static gchar *
describe_full (Recorder * recorder)
{
  guint ending = 0;

  for (guint i = 0; i < recorder->sessions->len; i++)
    ending += gst_prof_whip_session_is_ending (g_ptr_array_index
        (recorder->sessions, i));
  if (recorder->n_stuck > 0)
    return g_strdup_printf ("there are as many sessions as --max-sessions "
        "allows (%d), and of %u an element does not stop",
        recorder->options->max_sessions, recorder->n_stuck);
  if (ending > 0)
    return g_strdup_printf ("there are as many sessions as --max-sessions "
        "allows (%d), and %u still finish their files",
        recorder->options->max_sessions, ending);
  return g_strdup_printf ("there are as many sessions as --max-sessions allows "
      "(%d)", recorder->options->max_sessions);
}

static void
on_offered (GstProfWhipOffer * offer, gpointer data)
{
  Recorder *recorder = data;
  GstProfWhipSession *session;

  if (gst_prof_loop_is_interrupted (recorder->loop)) {
    gst_prof_whip_offer_refuse (offer, 503, "the recorder is about to end");
    return;
  }
  if (is_full (recorder)) {
    g_autofree gchar *reason = describe_full (recorder);

    gst_prof_whip_offer_refuse (offer, 503, reason);
    return;
  }
  session = gst_prof_whip_session_new (recorder->options,
      (const gchar * const *) recorder->addresses, recorder->loop,
      recorder->terminal, offer, on_over, recorder);
  if (session)
    g_ptr_array_add (recorder->sessions, session);
}

static gboolean
on_deleted (const gchar * name, gpointer data)
{
  Recorder *recorder = data;

  for (guint i = 0; i < recorder->sessions->len; i++) {
    GstProfWhipSession *session = g_ptr_array_index (recorder->sessions, i);

    if (!g_str_equal (name, gst_prof_whip_session_get_name (session)))
      continue;
    gst_prof_whip_session_delete (session);
    return TRUE;
  }
  return FALSE;
}

static void
on_refused (const gchar * text, gpointer data)
{
  Recorder *recorder = data;

  gst_prof_terminal_tell_timed (recorder->terminal, "%s", text);
}

/* What takes longest until a session is answered is to make the key of its
 * certificate, half a second on a busy machine. GStreamer makes one, and gives it
 * to all sessions for as long as one of them is there: this is one that stays. */
static GstElement *
hold_certificate (void)
{
  GstElement *element = gst_element_factory_make ("dtlsdec", NULL);

  return element ? gst_object_ref_sink (element) : NULL;
}

/*
 * gst_prof_whip_recorder_execute:
 * @options: the options
 * @error: why it cannot be served there
 *
 * Records whoever comes until a signal comes, and then until the last file is
 * finished.
 *
 * Returns: the exit status, the worst of its sessions'; %GST_PROF_EXIT_USAGE
 *   with @error set
 */
GstProfExit
gst_prof_whip_recorder_execute (const GstProfRecordOptions * options,
    GError ** error)
{
  const GstProfWhipSettings settings = {
    .address = options->whip,.token = options->token
  };
  static const GstProfWhipHandlers handlers = {
    on_offered, on_deleted, on_refused
  };
  g_autoptr (GstProfTerminal) terminal = gst_prof_terminal_new ();
  g_autoptr (GstProfLoop) loop = gst_prof_loop_new (terminal);
  g_autoptr (GstProfWhipServer) server = NULL;
  g_auto (GStrv) addresses = NULL;
  g_autoptr (GstElement) certificate = NULL;
  Recorder recorder = { options, terminal, loop };

  recorder.sessions = g_ptr_array_new_with_free_func
      ((GDestroyNotify) gst_prof_whip_session_free);
  server = gst_prof_whip_server_new (&settings, &handlers, &recorder, error);
  if (server)
    addresses = gst_prof_webrtc_peer_find_addresses (options->whip, error);
  if (addresses == NULL) {
    g_ptr_array_unref (recorder.sessions);
    return GST_PROF_EXIT_USAGE;
  }
  recorder.addresses = addresses;
  gst_prof_warm_up (&options->settings, options->output);

  certificate = hold_certificate ();
  gst_prof_loop_set_serving (loop, TRUE);
  gst_prof_terminal_tell_timed (terminal, "recording whoever opens %s (by "
      "WHIP: %swhip) into %s", gst_prof_whip_server_get_url (server),
      gst_prof_whip_server_get_url (server), options->output);
  if (gst_prof_whip_server_is_open (server))
    gst_prof_terminal_tell_timed (terminal, "whoever reaches %s can record: "
        "--token-file=FILE asks for a token", options->whip);
  gst_prof_loop_execute (loop);
  g_clear_pointer (&server, gst_prof_whip_server_free);
  g_ptr_array_unref (recorder.sessions);
  if (recorder.n_stuck > 0)
    _exit (recorder.status);
  return recorder.status;
}
