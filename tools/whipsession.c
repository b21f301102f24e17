/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * One WHIP session, from the offer to the finished file: its pipeline, its
 * answer, its time limits and what is told of it. Owns the recording, the run
 * and the file's name. Main thread only; nothing here waits.
 */

#include <glib/gstdio.h>

#include "counts.h"
#include "farewell.h"
#include "outputname.h"
#include "webrtcanswer.h"
#include "webrtcpeer.h"
#include "whipsession.h"

#define TICK_MS 20
/* Who was stopped for longer than that (SIGSTOP, a debugger, a busy machine) has
 * read nothing meanwhile: that the client sent nothing is not known. */
#define LATE G_USEC_PER_SEC
/* After the client said that it has ended: what it sent is on its way, or in its
 * encoder yet, and in the jitter buffers, which keep it for their latency. That and
 * so much more is waited for the next packet, and for the last one. */
#define QUIET_TIME (G_USEC_PER_SEC * 3 / 10)
#define DRAIN_TIMEOUT G_USEC_PER_SEC
/* A client that closed the connection and did not say so otherwise: asked after a
 * silence, each second, and believed after a longer one. */
#define FAREWELL_ASKED G_USEC_PER_SEC
#define FAREWELL_BELIEVED (3 * G_USEC_PER_SEC)
/* For webrtcbin to start and to gather its addresses, on a machine that is busy */
#define ANSWER_TIMEOUT 10
/* Of a name, enough to tell sessions apart; the whole is a secret. */
#define SHORT_NAME 8

typedef enum
{
  PHASE_STARTING,               /* until the pipeline can take the offer */
  PHASE_ANSWERING,
  PHASE_CONNECTING,
  PHASE_RECORDING,
  PHASE_DRAINING,               /* the client has ended, packets are on their way */
  PHASE_FINISHING,              /* EOS is on its way into the file, or the end is */
} Phase;

struct _GstProfWhipSession
{
  const GstProfRecordOptions *options;
  GstProfLoop *loop;
  GstProfTerminal *terminal;
  GstProfWhipSessionFunc over;
  gpointer data;

  gchar *name;
  gchar *short_name;
  gchar *path;
  GstProfWhipOffer *offer;      /* until it is answered */
  GstClockTime arrival;         /* CLOCK_MONOTONIC, as all times below */
  GstProfMediaChoice choice;
  GstProfRecording *recording;
  GstProfRun *run;
  GstProfWebRTCAnswer *answer;
  const gchar *end;             /* why it ended, NULL: not yet */
  Phase phase;
  gint64 phase_start;           /* g_get_monotonic_time */
  guint timer;
  gint64 last_tick;             /* g_get_monotonic_time */
  gint64 awake_since;           /* the ticks have come in time */
  gint64 farewell_asked;        /* g_get_monotonic_time */
  gboolean farewell;            /* was said when asked last */
  gboolean frame_seen;
};

static void
enter_phase (GstProfWhipSession * session, Phase phase)
{
  session->phase = phase;
  session->phase_start = g_get_monotonic_time ();
}

static gdouble
get_seconds_since_offer (GstProfWhipSession * session)
{
  return (g_get_monotonic_time () * GST_USECOND - session->arrival)
      / (gdouble) GST_SECOND;
}

static void
refuse (GstProfWhipSession * session, guint status, const gchar * reason)
{
  if (session->offer == NULL)
    return;
  gst_prof_whip_offer_refuse (g_steal_pointer (&session->offer), status,
      reason);
}

static gboolean
has_media (GstProfWhipSession * session)
{
  return gst_prof_recording_get_last_packet (session->recording) > 0;
}

/* Before any media EOS would not get through: there is nothing to finish. */
static void
finish (GstProfWhipSession * session)
{
  enter_phase (session, PHASE_FINISHING);
  if (has_media (session))
    gst_prof_recording_send_eos (session->recording);
  else
    gst_prof_run_stop (session->run);
}

static void
on_ending (GstProfRun * run, gpointer data)
{
  GstProfWhipSession *session = data;

  if (session->end == NULL)
    session->end = "interrupted";
  gst_prof_recording_announce_end (session->recording);
  if (session->phase == PHASE_RECORDING && has_media (session)
      && g_str_equal (session->end, "deleted"))
    enter_phase (session, PHASE_DRAINING);
  else
    finish (session);
}

static void
end (GstProfWhipSession * session, const gchar * why)
{
  if (session->end != NULL)
    return;
  session->end = why;
  gst_prof_run_end (session->run);
}

static void
on_answer (const gchar * text, const GError * error, gpointer data)
{
  GstProfWhipSession *session = data;

  if (session->offer == NULL)
    return;
  if (text == NULL) {
    refuse (session, 400, error->message);
    end (session, "refused");
    return;
  }
  gst_prof_whip_offer_accept (g_steal_pointer (&session->offer),
      session->name, text);
  if (session->options->verbose)
    gst_prof_terminal_tell_timed (session->terminal,
        "answered, %.3f s after the offer", get_seconds_since_offer (session));
  enter_phase (session, PHASE_CONNECTING);
}

static void
on_started (GstProfRun * run, gpointer data)
{
  GstProfWhipSession *session = data;

  if (session->end != NULL)
    return;
  session->answer = gst_prof_webrtc_answer_begin
      (gst_prof_recording_get_webrtcbin (session->recording),
      gst_prof_whip_offer_get_sdp (session->offer), &session->choice, on_answer,
      session);
  enter_phase (session, PHASE_ANSWERING);
}

static void
tell_first_frame (GstProfWhipSession * session)
{
  GstProfRecordingCounts counts;

  if (session->frame_seen)
    return;
  gst_prof_recording_get_counts (session->recording, &counts);
  session->frame_seen = counts.recorded > 0;
  if (session->frame_seen)
    gst_prof_terminal_tell_timed (session->terminal,
        "first frame, %.3f s after the offer",
        get_seconds_since_offer (session));
}

static void
tell_farewell (GstProfWhipSession * session)
{
  gst_prof_terminal_tell_timed (session->terminal,
      "the client has closed the connection");
}

/* Whether the client closed the connection; @silence: since its last packet */
static gboolean
has_left (GstProfWhipSession * session, gint64 now, gint64 silence)
{
  if (silence < FAREWELL_ASKED) {
    session->farewell = FALSE;
  } else if (!session->farewell
      && now - session->farewell_asked >= FAREWELL_ASKED) {
    session->farewell_asked = now;
    session->farewell = gst_prof_farewell_was_said
        (gst_prof_recording_get_tracer (session->recording));
  }
  return session->farewell && silence >= FAREWELL_BELIEVED;
}

static void
watch_recording (GstProfWhipSession * session, gint64 now)
{
  const GstProfRecordOptions *options = session->options;
  gint64 last = MAX (gst_prof_recording_get_last_packet (session->recording),
      MAX (session->phase_start, session->awake_since));

  tell_first_frame (session);
  if (!gst_prof_recording_fill (session->recording))
    gst_prof_terminal_tell_timed (session->terminal,
        "no video comes: from now on it is left out");
  if (gst_prof_webrtc_peer_is_gone (gst_prof_recording_get_webrtcbin
          (session->recording))) {
    gst_prof_terminal_tell_timed (session->terminal, "the client has gone");
    end (session, "gone");
  } else if (has_left (session, now, now - last)) {
    tell_farewell (session);
    end (session, "gone");
  } else if (now - last > options->idle_timeout * G_USEC_PER_SEC) {
    gst_prof_terminal_tell_timed (session->terminal,
        "no packet for %g s, ending", options->idle_timeout);
    end (session, "idle");
  } else if (options->duration > 0 && now - session->phase_start
      >= options->duration * G_USEC_PER_SEC) {
    end (session, "duration");
  }
}

static void
watch_connecting (GstProfWhipSession * session, gint64 now)
{
  GstElement *webrtcbin =
      gst_prof_recording_get_webrtcbin (session->recording);
  gdouble timeout = session->phase == PHASE_CONNECTING
      ? session->options->ice_timeout : ANSWER_TIMEOUT;

  if (session->phase == PHASE_CONNECTING
      && gst_prof_webrtc_peer_is_connected (webrtcbin)) {
    gst_prof_terminal_tell_timed (session->terminal,
        "connected, %.3f s after the offer",
        get_seconds_since_offer (session));
    enter_phase (session, PHASE_RECORDING);
  } else if (now - MAX (session->phase_start, session->awake_since)
      > timeout * G_USEC_PER_SEC || gst_prof_webrtc_peer_is_gone (webrtcbin)) {
    if (session->offer)
      refuse (session, 500, "no answer could be made in time");
    else
      gst_prof_terminal_tell_timed (session->terminal,
          "the client did not connect within %g s", timeout);
    end (session, "unconnected");
  }
}

static gboolean
on_tick (gpointer data)
{
  GstProfWhipSession *session = data;
  gint64 now = g_get_monotonic_time ();
  gint64 elapsed = now - session->phase_start;
  gint64 latency = session->options->settings.latency * G_TIME_SPAN_MILLISECOND;
  gint64 quiet = latency + QUIET_TIME;

  if (now - session->last_tick > LATE)
    session->awake_since = now;
  session->last_tick = now;
  switch (session->phase) {
    case PHASE_STARTING:
    case PHASE_ANSWERING:
    case PHASE_CONNECTING:
      watch_connecting (session, now);
      break;
    case PHASE_RECORDING:
      watch_recording (session, now);
      break;
    case PHASE_DRAINING:
      if (elapsed > latency + DRAIN_TIMEOUT || (elapsed > quiet && now -
              gst_prof_recording_get_last_packet (session->recording) > quiet))
        finish (session);
      break;
    case PHASE_FINISHING:
      break;
  }
  return G_SOURCE_CONTINUE;
}

/* Returns: whether something of it is worth keeping */
static gboolean
report (GstProfWhipSession * session)
{
  GstProfCounts counts = {
    .output = session->path,
    .session = session->name,
    .video = session->choice.video.codec ? session->choice.video.codec->name
        : NULL,
    .audio = session->choice.audio.codec ? session->choice.audio.codec->name
        : NULL,
    .end = session->end,
    .clean = gst_prof_run_is_clean (session->run),
  };
  g_autofree gchar *head = NULL;
  g_autofree gchar *text = NULL;
  gboolean recorded;

  gst_prof_recording_get_counts (session->recording, &counts.recording);
  recorded = counts.recording.recorded > 0 || counts.recording.sound > 0;
  if (!recorded)
    g_remove (session->path);
  if (recorded && session->options->outcome.report_path == NULL) {
    head = g_strdup_printf ("\nSession %s\n", session->short_name);
    gst_prof_terminal_print (session->terminal, head);
  }
  if (recorded)
    gst_prof_outcome_report (&session->options->outcome, session->run,
        session->short_name, session->terminal);
  text = gst_prof_counts_to_text (&counts);
  gst_prof_terminal_print (session->terminal, text);
  return recorded;
}

static gboolean
on_goes_on (GstProfRun * run, gpointer data)
{
  GstProfWhipSession *session = data;

  return gst_prof_recording_goes_on (session->recording);
}

/* The file waits for media, and says nothing of why there is none. */
static gchar *
on_not_playing (GstProfRun * run, gpointer data)
{
  GstProfWhipSession *session = data;

  switch (session->phase) {
    case PHASE_STARTING:
    case PHASE_ANSWERING:
      return g_strdup ("the answer to the client's offer is not made yet");
    case PHASE_CONNECTING:
      return g_strdup ("the client has its answer, but has not connected yet");
    case PHASE_RECORDING:
      return gst_prof_recording_describe_missing (session->recording);
    default:
      return NULL;
  }
}

static gchar *
on_waiting (GstProfRun * run, gpointer data)
{
  GstProfWhipSession *session = data;

  return gst_prof_recording_describe_rest (session->recording);
}

/* An element may end the streams by itself; so does, now and then, webrtcbin, when
 * the connection was closed. */
static const gchar *
name_eos (GstProfWhipSession * session)
{
  if (!gst_prof_farewell_was_said (gst_prof_recording_get_tracer
          (session->recording)))
    return "eos";
  tell_farewell (session);
  return "gone";
}

static void
on_ended (GstProfRun * run, gpointer data)
{
  GstProfWhipSession *session = data;
  GstProfExit status;
  gboolean recorded;

  if (session->end == NULL)
    session->end = gst_prof_run_is_clean (session->run)
        ? name_eos (session) : "failed";
  if (g_str_equal (session->end, "interrupted"))
    refuse (session, 503, "the recorder ends");
  else
    refuse (session, 500, "the recorder's pipeline failed");
  recorded = report (session);
  gst_prof_terminal_tell_timed (session->terminal, "ended (%s)%s%s",
      session->end, recorded ? ": " : ": nothing was recorded",
      recorded ? session->path : "");
  status = gst_prof_outcome_judge (&session->options->outcome, run);
  gst_prof_loop_remove (session->loop, run);
  session->over (session, status, session->data);
}

static gboolean
build (GstProfWhipSession * session, const gchar * const *addresses,
    GError ** error)
{
  static const GstProfRunHandlers handlers = {
    .started = on_started,.not_playing = on_not_playing,.ending = on_ending,
    .goes_on = on_goes_on,.waiting = on_waiting,.ended = on_ended
  };
  GstProfRecordingSettings settings = session->options->settings;

  settings.output = session->path;
  session->recording = gst_prof_recording_new (&settings,
      session->choice.video.codec, session->choice.audio.codec, error);
  if (session->recording == NULL)
    return FALSE;
  gst_prof_webrtc_peer_configure (gst_prof_recording_get_webrtcbin
      (session->recording), addresses);
  g_object_set (gst_prof_recording_get_tracer (session->recording),
      "startup-origin", session->arrival, NULL);
  session->run = gst_prof_run_new (gst_prof_recording_get_pipeline
      (session->recording), gst_prof_recording_get_tracer (session->recording),
      session->terminal);
  gst_prof_run_set_eos_source (session->run,
      gst_prof_recording_get_sink (session->recording));
  gst_prof_run_set_handlers (session->run, &handlers, session);
  return TRUE;
}

static gboolean
reserve_file (GstProfWhipSession * session, GError ** error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  session->path = gst_prof_output_name_reserve (session->options->output,
      session->short_name, now, error);
  return session->path != NULL;
}

static void
tell_begin (GstProfWhipSession * session)
{
  const GstProfCodec *video = session->choice.video.codec;
  const GstProfCodec *audio = session->choice.audio.codec;

  gst_prof_terminal_tell_timed (session->terminal, "begins: %s%s%s into %s",
      video ? video->name : "", video && audio ? " and " : "",
      audio ? audio->name : "", session->path);
}

/*
 * gst_prof_whip_session_new:
 * @options: the options; must outlive the session
 * @addresses: (array zero-terminated=1): where media may come to
 * @loop: where the session has its course
 * @terminal: where to tell; must outlive the session
 * @offer: (transfer full): the offer; it is answered by the session, also when
 *   there is none
 * @over: called when it is over
 * @data: for @over
 *
 * Returns: (transfer full) (nullable): a session that has begun, %NULL when the
 *   offer was refused
 */
GstProfWhipSession *
gst_prof_whip_session_new (const GstProfRecordOptions * options,
    const gchar * const *addresses, GstProfLoop * loop,
    GstProfTerminal * terminal, GstProfWhipOffer * offer,
    GstProfWhipSessionFunc over, gpointer data)
{
  g_autoptr (GstProfWhipSession) session = g_new0 (GstProfWhipSession, 1);
  g_autoptr (GError) error = NULL;

  session->options = options;
  session->loop = loop;
  session->over = over;
  session->data = data;
  session->offer = offer;
  session->arrival = gst_prof_whip_offer_get_arrival (offer);
  session->name = g_uuid_string_random ();
  session->short_name = g_strndup (session->name, SHORT_NAME);
  session->terminal = gst_prof_terminal_share (terminal, session->short_name);

  if (!gst_prof_media_choice_make (&session->choice,
          gst_prof_whip_offer_get_sdp (offer), options->output,
          !options->settings.remux, &error)) {
    refuse (session, 422, error->message);
    return NULL;
  }
  if (!reserve_file (session, &error)
      || !build (session, addresses, &error)) {
    refuse (session, 500, error->message);
    if (session->path)
      g_remove (session->path);
    return NULL;
  }
  tell_begin (session);
  enter_phase (session, PHASE_STARTING);
  session->last_tick = session->awake_since = session->phase_start;
  session->timer = g_timeout_add (TICK_MS, on_tick, session);
  gst_prof_loop_add (loop, session->run);
  return g_steal_pointer (&session);
}

/*
 * gst_prof_whip_session_free:
 * @session: (transfer full): a session that is over. What an element that does
 *   not stop still holds stays
 */
void
gst_prof_whip_session_free (GstProfWhipSession * session)
{
  g_clear_handle_id (&session->timer, g_source_remove);
  g_clear_pointer (&session->answer, gst_prof_webrtc_answer_free);
  if (session->recording && !gst_prof_whip_session_is_stuck (session))
    gst_prof_recording_free (session->recording);
  g_clear_pointer (&session->run, gst_prof_run_free);
  gst_prof_media_choice_clear (&session->choice);
  gst_prof_terminal_free (session->terminal);
  g_free (session->name);
  g_free (session->short_name);
  g_free (session->path);
  g_free (session);
}

/*
 * gst_prof_whip_session_get_name:
 * @session: the session
 *
 * Returns: its name, by which its client knows it
 */
const gchar *
gst_prof_whip_session_get_name (GstProfWhipSession * session)
{
  return session->name;
}

/*
 * gst_prof_whip_session_is_stuck:
 * @session: a session that is over
 *
 * Returns: whether a thread still holds its pipeline
 */
gboolean
gst_prof_whip_session_is_stuck (GstProfWhipSession * session)
{
  return session->run != NULL && gst_prof_run_is_stuck (session->run);
}

/*
 * gst_prof_whip_session_is_ending:
 * @session: a session
 *
 * Returns: whether it records nothing new any more, but is about to finish
 */
gboolean
gst_prof_whip_session_is_ending (GstProfWhipSession * session)
{
  return session->end != NULL;
}

/*
 * gst_prof_whip_session_delete:
 * @session: a session
 *
 * Its client has ended it.
 */
void
gst_prof_whip_session_delete (GstProfWhipSession * session)
{
  end (session, "deleted");
}
