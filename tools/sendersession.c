/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * A recording of the built-in sender. Owns the session's course: connect, send,
 * drain, finish. Main thread only.
 */

#include <unistd.h>

#include "counts.h"
#include "loop.h"
#include "sendersession.h"
#include "webrtcpeer.h"
#include "webrtcsender.h"

#define TICK_MS 20
#define CONNECT_TIMEOUT (10 * G_USEC_PER_SEC)
/* No packet for that long after the sender stopped: the jitter buffers, which
 * keep 200 ms, are empty. */
#define QUIET_TIME (G_USEC_PER_SEC / 2)
#define DRAIN_TIMEOUT (2 * G_USEC_PER_SEC)
/* For the sender to get to NULL, when all is over */
#define STOP_TIMEOUT (3 * G_USEC_PER_SEC)

typedef enum
{
  PHASE_STARTING,               /* until the recorder can take an offer */
  PHASE_CONNECTING,
  PHASE_SENDING,
  PHASE_DRAINING,               /* the sender has stopped, packets are on their way */
  PHASE_FINISHING,              /* EOS is on its way into the file */
} Phase;

typedef struct
{
  const GstProfRecordOptions *options;
  GstProfTerminal *terminal;
  GstProfLoop *loop;
  GstProfRun *run;
  GstProfRecording *recording;
  GstProfWebRTCSender *sender;
  Phase phase;
  gint64 phase_start;           /* g_get_monotonic_time */
} Session;

static void
enter_phase (Session * session, Phase phase, const gchar * text)
{
  session->phase = phase;
  session->phase_start = g_get_monotonic_time ();
  if (text)
    gst_prof_terminal_tell_timed (session->terminal, "%s", text);
}

static gboolean
is_connected (Session * session)
{
  GstElement *receiver = gst_prof_recording_get_webrtcbin (session->recording);
  GstElement *sender = gst_prof_webrtc_sender_get_webrtcbin (session->sender);

  return gst_prof_webrtc_peer_is_connected (receiver)
      && gst_prof_webrtc_peer_is_connected (sender);
}

static void
try_to_connect (Session * session)
{
  GstElement *pipeline = gst_prof_recording_get_pipeline (session->recording);

  if (GST_STATE (pipeline) < GST_STATE_PAUSED)
    return;
  g_object_set (gst_prof_recording_get_tracer (session->recording),
      "startup-origin", (guint64) g_get_monotonic_time () * GST_USECOND, NULL);
  gst_prof_webrtc_peer_connect (gst_prof_webrtc_sender_get_webrtcbin
      (session->sender), gst_prof_recording_get_webrtcbin (session->recording));
  enter_phase (session, PHASE_CONNECTING,
      session->options->verbose ? "connecting over 127.0.0.1" : NULL);
}

static void
finish (Session * session)
{
  if (gst_prof_recording_get_last_packet (session->recording) == 0) {
    gst_prof_terminal_tell_timed (session->terminal, "no media came in");
    gst_prof_run_fail (session->run);
    return;
  }
  gst_prof_recording_send_eos (session->recording);
  enter_phase (session, PHASE_FINISHING,
      session->options->verbose ? "finishing the file" : NULL);
}

/* Begins the end, by --duration or by a signal. */
static void
on_ending (GstProfRun * run, gpointer data)
{
  Session *session = data;
  gboolean sending = session->phase == PHASE_SENDING;

  gst_prof_recording_announce_end (session->recording);
  gst_prof_webrtc_sender_set_sending (session->sender, FALSE);
  if (sending)
    enter_phase (session, PHASE_DRAINING, "the sender stops");
  else
    finish (session);
}

static gboolean
on_tick (gpointer data)
{
  Session *session = data;
  gint64 now = g_get_monotonic_time ();
  gint64 elapsed = now - session->phase_start;
  gdouble duration = session->options->duration;

  switch (session->phase) {
    case PHASE_STARTING:
      try_to_connect (session);
      break;
    case PHASE_CONNECTING:
      if (is_connected (session)) {
        enter_phase (session, PHASE_SENDING, "connected, the sender starts");
        gst_prof_webrtc_sender_set_sending (session->sender, TRUE);
      } else if (elapsed > CONNECT_TIMEOUT) {
        gst_prof_terminal_tell (session->terminal,
            "ERROR: sender and recorder did not connect within %d s",
            (gint) (CONNECT_TIMEOUT / G_USEC_PER_SEC));
        gst_prof_run_fail (session->run);
      }
      break;
    case PHASE_SENDING:
      gst_prof_recording_fill (session->recording);
      if (duration > 0 && elapsed >= duration * G_USEC_PER_SEC)
        gst_prof_run_end (session->run);
      break;
    case PHASE_DRAINING:
      if (elapsed > DRAIN_TIMEOUT || (elapsed > QUIET_TIME && now -
              gst_prof_recording_get_last_packet (session->recording) >
              QUIET_TIME))
        finish (session);
      break;
    case PHASE_FINISHING:
      break;
  }
  return G_SOURCE_CONTINUE;
}

static gboolean
on_goes_on (GstProfRun * run, gpointer data)
{
  Session *session = data;

  return gst_prof_recording_goes_on (session->recording);
}

static gchar *
on_waiting (GstProfRun * run, gpointer data)
{
  Session *session = data;

  return gst_prof_recording_describe_rest (session->recording);
}

static void
on_ended (GstProfRun * run, gpointer data)
{
  Session *session = data;

  gst_prof_loop_remove (session->loop, run);
}

/* What was sent and what became of it. */
static void
print_counts (Session * session)
{
  GstProfCounts counts = {
    .output = session->options->output,
    .has_sender = TRUE,
    .sent = gst_prof_webrtc_sender_get_n_sent (session->sender),
    .paused = gst_prof_webrtc_sender_get_n_paused (session->sender),
    .clean = gst_prof_run_is_clean (session->run),
  };
  g_autofree gchar *text = NULL;

  gst_prof_recording_get_counts (session->recording, &counts.recording);
  text = gst_prof_counts_to_text (&counts);
  gst_prof_terminal_print (session->terminal, text);
}

/* In a thread of its own. */
static void
take_down (GstElement * sender, gpointer done)
{
  gst_element_set_state (sender, GST_STATE_NULL);
  g_async_queue_push (done, sender);
}

/* Returns: %FALSE when an element of the sender's does not stop */
static gboolean
stop_sender (GstElement * sender)
{
  GAsyncQueue *done = g_async_queue_new ();
  gboolean stopped;

  gst_element_call_async (sender, take_down, g_async_queue_ref (done),
      (GDestroyNotify) g_async_queue_unref);
  stopped = g_async_queue_timeout_pop (done, STOP_TIMEOUT) != NULL;
  g_async_queue_unref (done);
  return stopped;
}

static GstProfExit
run_session (Session * session)
{
  static const GstProfRunHandlers handlers = {
    .ending = on_ending,.goes_on = on_goes_on,.waiting = on_waiting,
    .ended = on_ended
  };
  GstElement *sender = gst_prof_webrtc_sender_get_pipeline (session->sender);
  const GstProfOutcome *outcome = &session->options->outcome;
  gboolean stopped;
  guint timer;

  gst_prof_run_set_handlers (session->run, &handlers, session);
  gst_prof_run_watch (session->run, sender);
  gst_prof_run_set_eos_source (session->run,
      gst_prof_recording_get_sink (session->recording));

  enter_phase (session, PHASE_STARTING, NULL);
  gst_element_set_state (sender, GST_STATE_PLAYING);
  timer = g_timeout_add (TICK_MS, on_tick, session);
  gst_prof_loop_add (session->loop, session->run);
  gst_prof_loop_execute (session->loop);
  g_source_remove (timer);
  stopped = stop_sender (sender);
  if (!stopped)
    gst_prof_terminal_tell (session->terminal,
        "an element of the sender does not stop, leaving it");

  gst_prof_outcome_report (outcome, session->run, NULL, session->terminal);
  print_counts (session);
  if (!stopped)
    _exit (gst_prof_outcome_judge (outcome, session->run));
  return gst_prof_outcome_conclude (outcome, session->run);
}

/*
 * gst_prof_sender_session_execute:
 * @options: the options
 * @error: which of them makes no pipeline
 *
 * Records the built-in sender until --duration is over or a signal comes.
 *
 * Returns: the exit status, %GST_PROF_EXIT_USAGE with @error set
 */
GstProfExit
gst_prof_sender_session_execute (const GstProfRecordOptions * options,
    GError ** error)
{
  GstProfRecordingSettings settings = options->settings;
  g_autoptr (GstProfTerminal) terminal = NULL;
  g_autoptr (GstProfLoop) loop = NULL;
  g_autoptr (GstProfRecording) recording = NULL;
  g_autoptr (GstProfWebRTCSender) sender = NULL;
  g_autoptr (GstProfRun) run = NULL;
  Session session = { options };

  settings.output = options->output;
  recording = gst_prof_recording_new (&settings,
      gst_prof_codec_find ("video", "VP8"),
      gst_prof_codec_find ("audio", "OPUS"), error);
  if (recording)
    sender = gst_prof_webrtc_sender_new (options->sender_video,
        options->sender_audio, error);
  if (sender == NULL)
    return GST_PROF_EXIT_USAGE;

  gst_prof_webrtc_peer_configure (gst_prof_recording_get_webrtcbin (recording),
      NULL);
  terminal = gst_prof_terminal_new ();
  loop = gst_prof_loop_new (terminal);
  run = gst_prof_run_new (gst_prof_recording_get_pipeline (recording),
      gst_prof_recording_get_tracer (recording), terminal);
  session.terminal = terminal;
  session.loop = loop;
  session.run = run;
  session.recording = recording;
  session.sender = sender;
  return run_session (&session);
}
