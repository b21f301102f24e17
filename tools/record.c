/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The verb record: a WebRTC session into a file, through the measured stages.
 * Owns the verb's options and the session's course: connect, send, drain,
 * finish. Main thread only.
 */

#include <errno.h>
#include <stdio.h>

#include <glib/gstdio.h>
#include <gst/gst.h>

#include "outcome.h"
#include "recording.h"
#include "run.h"
#include "verb.h"
#include "webrtcpeer.h"
#include "webrtcsender.h"

#define VERB "record"
#define TICK_MS 20
#define CONNECT_TIMEOUT (10 * G_USEC_PER_SEC)
/* No packet for that long after the sender stopped: the jitter buffers, which
 * keep 200 ms, are empty. */
#define QUIET_TIME (G_USEC_PER_SEC / 2)
#define DRAIN_TIMEOUT (2 * G_USEC_PER_SEC)

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
  GstProfOutcome outcome;
  gchar *output;
  gchar *size;
  gchar *converter;
  gchar *encoder;
  gchar *sink;
  gchar *sender_video;
  gchar *sender_audio;
  gint bitrate;
  gdouble duration;
  gboolean test_sender;
  gboolean verbose;
} Options;

typedef struct
{
  const Options *options;
  GstProfTerminal *terminal;
  GstProfRun *run;
  GstProfRecording *recording;
  GstProfWebRTCSender *sender;
  Phase phase;
  gint64 phase_start;           /* g_get_monotonic_time */
} Session;

static void
options_clear (Options * options)
{
  gst_prof_outcome_clear (&options->outcome);
  g_free (options->output);
  g_free (options->size);
  g_free (options->converter);
  g_free (options->encoder);
  g_free (options->sink);
  g_free (options->sender_video);
  g_free (options->sender_audio);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

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
on_end (GstProfRun * run, gpointer data)
{
  Session *session = data;
  gboolean sending = session->phase == PHASE_SENDING;

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

/* What was sent and what became of it; the last line is for scripts. */
static void
print_counts (Session * session, gboolean clean)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint64 sent = gst_prof_webrtc_sender_get_n_sent (session->sender);
  guint64 paused = gst_prof_webrtc_sender_get_n_paused (session->sender);
  GstProfRecordingCounts counts;
  GStatBuf status = { 0 };
  gdouble seconds;

  gst_prof_recording_get_counts (session->recording, &counts);
  g_stat (session->options->output, &status);
  seconds = counts.duration / (gdouble) GST_SECOND;

  g_string_append_printf (text, "\nRecording: %s, %.2f s, %.1f MB\n",
      session->options->output, seconds, status.st_size / 1e6);
  g_string_append_printf (text, "Frames: %" G_GUINT64_FORMAT " sent, %"
      G_GUINT64_FORMAT " decoded, %" G_GUINT64_FORMAT " recorded", sent,
      counts.decoded, counts.recorded);
  if (counts.dropped > 0)
    g_string_append_printf (text, ", %" G_GUINT64_FORMAT
        " dropped before the encoder (it was too slow)", counts.dropped);
  if (sent > counts.decoded)
    g_string_append_printf (text, "; %" G_GUINT64_FORMAT
        " lost on the way to the decoder", sent - counts.decoded);
  if (paused > 0)
    g_string_append_printf (text, "; %" G_GUINT64_FORMAT
        " more were never sent (the sender paused)", paused);
  if (counts.packets_dropped > 0)
    g_string_append_printf (text, "; %" G_GUINT64_FORMAT
        " packets dropped before the decoder", counts.packets_dropped);
  g_string_append_printf (text, "\nsent=%" G_GUINT64_FORMAT " paused=%"
      G_GUINT64_FORMAT " decoded=%" G_GUINT64_FORMAT " dropped=%"
      G_GUINT64_FORMAT " recorded=%" G_GUINT64_FORMAT
      " duration=%.3f bytes=%" G_GINT64_FORMAT " clean=%s\n", sent, paused,
      counts.decoded, counts.dropped, counts.recorded, seconds,
      (gint64) status.st_size, clean ? "yes" : "no");
  gst_prof_terminal_print (session->terminal, text->str);
}

static GstProfExit
run_session (Session * session)
{
  GstElement *sender = gst_prof_webrtc_sender_get_pipeline (session->sender);
  guint timer;
  gboolean clean;

  session->run =
      gst_prof_run_new (gst_prof_recording_get_pipeline (session->recording),
      gst_prof_recording_get_tracer (session->recording), session->terminal);
  gst_prof_run_watch (session->run, sender);
  gst_prof_run_set_eos_source (session->run,
      gst_prof_recording_get_sink (session->recording));
  gst_prof_run_set_end_func (session->run, on_end, session);

  enter_phase (session, PHASE_STARTING, NULL);
  gst_element_set_state (sender, GST_STATE_PLAYING);
  timer = g_timeout_add (TICK_MS, on_tick, session);
  clean = gst_prof_run_execute (session->run);
  g_source_remove (timer);
  gst_element_set_state (sender, GST_STATE_NULL);

  gst_prof_outcome_report (&session->options->outcome, session->run,
      session->terminal);
  print_counts (session, clean);
  return gst_prof_outcome_conclude (&session->options->outcome, session->run,
      clean);
}

static GstProfExit
record (const Options * options, gint width, gint height)
{
  const GstProfRecordingSettings settings = {
    .output = options->output,
    .width = width,
    .height = height,
    .bitrate = options->bitrate,
    .converter = options->converter,
    .encoder = options->encoder,
    .sink = options->sink,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GstProfTerminal) terminal = NULL;
  g_autoptr (GstProfRecording) recording = NULL;
  g_autoptr (GstProfWebRTCSender) sender = NULL;
  Session session = { options };
  GstProfExit status;

  recording = gst_prof_recording_new (&settings, &error);
  if (recording)
    sender = gst_prof_webrtc_sender_new (options->sender_video,
        options->sender_audio, &error);
  if (sender == NULL)
    return gst_prof_verb_refuse (VERB, "%s", error->message);

  terminal = gst_prof_terminal_new ();
  session.terminal = terminal;
  session.recording = recording;
  session.sender = sender;
  status = run_session (&session);
  gst_prof_run_free (session.run);
  return status;
}

static gboolean
parse_size (const gchar * text, gint * width, gint * height, GError ** error)
{
  gint w, h, end = 0;

  if (sscanf (text, "%dx%d%n", &w, &h, &end) == 2 && text[end] == '\0'
      && ((w == 0 && h == 0) || (w >= 16 && h >= 16 && w <= 16384
              && h <= 16384))) {
    *width = w;
    *height = h;
    return TRUE;
  }
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
      "--size=%s: not WIDTHxHEIGHT with 16 to 16384 pixels each, nor 0x0 for "
      "the size of the first frame", text);
  return FALSE;
}

static gboolean
check_options (Options * options, gint * width, gint * height, GError ** error)
{
  if (!gst_prof_outcome_check (&options->outcome, error)
      || !parse_size (options->size ? options->size : "1280x720", width,
          height, error)
      || !gst_prof_recording_check_output (options->output, error))
    return FALSE;
  if (!options->test_sender) {
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
        "the only sender there is yet is the built-in one: --test-sender");
    return FALSE;
  }
  if (options->bitrate < 0 || options->duration < 0) {
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "--bitrate and --duration cannot be negative");
    return FALSE;
  }
  if (options->bitrate > 0 && options->encoder) {
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "--bitrate is for the default encoder; with --encoder the description "
        "sets it");
    return FALSE;
  }
  return TRUE;
}

static GOptionContext *
new_option_context (Options * options)
{
  const GOptionEntry entries[] = {
    {"output", 'o', 0, G_OPTION_ARG_FILENAME, &options->output,
          "Record to FILE, .mkv, .mp4 or .ts (default: recording.mkv)", "FILE"},
    {"duration", 'd', 0, G_OPTION_ARG_DOUBLE, &options->duration,
        "Stop by itself after this time (default: at Ctrl-C)", "SECONDS"},
    {"size", 0, 0, G_OPTION_ARG_STRING, &options->size,
        "Size of the picture, with borders where it does not fit; 0x0: that of "
          "the first frame (default: 1280x720)", "WxH"},
    {"bitrate", 0, 0, G_OPTION_ARG_INT, &options->bitrate,
        "Of the default encoder", "KBIT/S"},
    {"converter", 0, 0, G_OPTION_ARG_STRING, &options->converter,
        "Child of profnormalize", "DESCRIPTION"},
    {"encoder", 0, 0, G_OPTION_ARG_STRING, &options->encoder,
        "Child of profencode, an H.264 encoder", "DESCRIPTION"},
    {"sink", 0, 0, G_OPTION_ARG_STRING, &options->sink,
        "Sink of profmuxsink", "DESCRIPTION"},
    {"test-sender", 0, 0, G_OPTION_ARG_NONE, &options->test_sender,
        "Record the built-in sender: a moving picture and a tone", NULL},
    {"sender-video", 0, 0, G_OPTION_ARG_STRING, &options->sender_video,
        "What the sender's frames pass before they are encoded", "DESCRIPTION"},
    {"sender-audio", 0, 0, G_OPTION_ARG_STRING, &options->sender_audio,
        "What the sender's samples pass before they are encoded",
        "DESCRIPTION"},
    {"verbose", 'v', 0, G_OPTION_ARG_NONE, &options->verbose,
        "Tell each step of the session", NULL},
    {NULL}
  };
  GOptionContext *context = g_option_context_new (NULL);

  g_option_context_set_summary (context,
      "Records a WebRTC session and says where the time of its frames went.");
  g_option_context_add_main_entries (context, entries, NULL);
  gst_prof_outcome_add_options (&options->outcome, context);
  g_option_context_add_group (context, gst_init_get_option_group ());
  return context;
}

/*
 * gst_prof_verb_record:
 * @argc: number of arguments
 * @argv: the arguments, the verb first
 *
 * Returns: the exit status
 */
GstProfExit
gst_prof_verb_record (gint argc, gchar ** argv)
{
  g_auto (Options) options = { 0 };
  g_autoptr (GOptionContext) context = new_option_context (&options);
  g_autoptr (GError) error = NULL;
  gint width, height;

  if (!g_option_context_parse (context, &argc, &argv, &error))
    return gst_prof_verb_refuse (VERB, "%s", error->message);
  if (argc > 1)
    return gst_prof_verb_refuse (VERB, "\"%s\" is no option", argv[1]);
  if (options.output == NULL)
    options.output = g_strdup ("recording.mkv");
  if (!check_options (&options, &width, &height, &error))
    return gst_prof_verb_refuse (VERB, "%s", error->message);

  return record (&options, width, height);
}
