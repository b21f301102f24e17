/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * How webrtcbin comes from an offer to an answer that names all its candidates:
 * a chain of promises, and then a wait for the candidates.
 *
 * Promises are answered, and signals come, in webrtcbin's threads. They touch
 * only what does not change after the beginning; the result goes to the main
 * thread, which alone may free or call back. References are held by the main
 * thread, each promise, each signal and the result on its way.
 */

#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>

#include "webrtcanswer.h"

struct _GstProfWebRTCAnswer
{
  GstElement *webrtcbin;
  GstProfMediaChoice choice;
  gint done;                    /* atomic: the result is on its way */

  /* main thread */
  GstProfWebRTCAnswerFunc func; /* NULL: nobody waits any more */
  gpointer data;
  gulong new_transceiver;
  gulong gathering;
};

typedef struct
{
  GstProfWebRTCAnswer *answer;
  gchar *text;
  GError *error;
} Result;

static void
answer_clear (gpointer data)
{
  GstProfWebRTCAnswer *answer = data;

  gst_prof_media_choice_clear (&answer->choice);
  gst_object_unref (answer->webrtcbin);
}

static void
answer_unref (gpointer answer)
{
  g_atomic_rc_box_release_full (answer, answer_clear);
}

static void
closure_unref (gpointer answer, GClosure * closure)
{
  answer_unref (answer);
}

static gboolean
deliver (gpointer data)
{
  Result *result = data;
  GstProfWebRTCAnswer *answer = result->answer;

  if (answer->func)
    answer->func (result->text, result->error, answer->data);
  g_free (result->text);
  g_clear_error (&result->error);
  answer_unref (answer);
  g_free (result);
  return G_SOURCE_REMOVE;
}

/* Takes @text and @error. */
static void
finish (GstProfWebRTCAnswer * answer, gchar * text, GError * error)
{
  Result *result;

  if (!g_atomic_int_compare_and_exchange (&answer->done, FALSE, TRUE)) {
    g_free (text);
    g_clear_error (&error);
    return;
  }
  result = g_new0 (Result, 1);
  result->answer = g_atomic_rc_box_acquire (answer);
  result->text = text;
  result->error = error;
  g_main_context_invoke_full (NULL, G_PRIORITY_DEFAULT, deliver, result, NULL);
}

/* Returns: (transfer none) (nullable): what the promise brought, %NULL when it
 * failed, and that has been told then */
static const GstStructure *
get_reply (GstProfWebRTCAnswer * answer, GstPromise * promise,
    const gchar * step)
{
  const GstStructure *reply = NULL;
  GError *error = NULL;

  if (gst_promise_wait (promise) == GST_PROMISE_RESULT_REPLIED)
    reply = gst_promise_get_reply (promise);
  else
    error = g_error_new (GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_FAILED,
        "%s: no reply", step);
  if (reply != NULL)
    gst_structure_get (reply, "error", G_TYPE_ERROR, &error, NULL);
  if (error == NULL)
    return reply;
  finish (answer, NULL, error);
  return NULL;
}

/* Whether the promise was kept; not all that are bring something. */
static gboolean
was_kept (GstProfWebRTCAnswer * answer, GstPromise * promise,
    const gchar * step)
{
  get_reply (answer, promise, step);
  return !g_atomic_int_get (&answer->done);
}

static GstPromise *
new_promise (GstProfWebRTCAnswer * answer, GstPromiseChangeFunc func)
{
  return gst_promise_new_with_change_func (func,
      g_atomic_rc_box_acquire (answer), answer_unref);
}

static void
on_local_set (GstPromise * promise, gpointer data)
{
  was_kept (data, promise, "set-local-description");
  gst_promise_unref (promise);
}

static void
on_created (GstPromise * promise, gpointer data)
{
  GstProfWebRTCAnswer *answer = data;
  const GstStructure *reply = get_reply (answer, promise, "create-answer");
  GstWebRTCSessionDescription *description = NULL;
  GstPromise *next;

  if (reply != NULL)
    gst_structure_get (reply, "answer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION,
        &description, NULL);
  gst_promise_unref (promise);
  if (description == NULL) {
    finish (answer, NULL, g_error_new_literal (GST_RESOURCE_ERROR,
            GST_RESOURCE_ERROR_FAILED, "create-answer: no answer"));
    return;
  }
  next = new_promise (answer, on_local_set);
  g_signal_emit_by_name (answer->webrtcbin, "set-local-description",
      description, next);
  gst_webrtc_session_description_free (description);
}

static void
on_remote_set (GstPromise * promise, gpointer data)
{
  GstProfWebRTCAnswer *answer = data;
  gboolean kept = was_kept (answer, promise, "set-remote-description");

  gst_promise_unref (promise);
  if (kept)
    g_signal_emit_by_name (answer->webrtcbin, "create-answer", NULL,
        new_promise (answer, on_created));
}

static void
on_gathering (GstElement * webrtcbin, GParamSpec * pspec, gpointer data)
{
  GstWebRTCSessionDescription *description = NULL;
  GstWebRTCICEGatheringState state;

  g_object_get (webrtcbin, "ice-gathering-state", &state, NULL);
  if (state != GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE)
    return;
  g_object_get (webrtcbin, "local-description", &description, NULL);
  if (description == NULL)
    return;
  finish (data, gst_sdp_message_as_text (description->sdp), NULL);
  gst_webrtc_session_description_free (description);
}

static void
on_new_transceiver (GstElement * webrtcbin,
    GstWebRTCRTPTransceiver * transceiver, gpointer data)
{
  GstProfWebRTCAnswer *answer = data;
  const GstProfMediaLine *lines[] = {
    &answer->choice.video, &answer->choice.audio
  };
  guint mline;

  g_object_get (transceiver, "mlineindex", &mline, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++) {
    if (lines[i]->codec == NULL || lines[i]->mline != mline)
      continue;
    g_object_set (transceiver, "direction",
        GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY, "do-nack", TRUE,
        "codec-preferences", lines[i]->caps, NULL);
    return;
  }
  g_object_set (transceiver, "direction",
      GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_INACTIVE, NULL);
}

static gulong
connect_to (GstProfWebRTCAnswer * answer, const gchar * signal,
    GCallback callback)
{
  return g_signal_connect_data (answer->webrtcbin, signal, callback,
      g_atomic_rc_box_acquire (answer), closure_unref, 0);
}

/*
 * gst_prof_webrtc_answer_begin:
 * @webrtcbin: a webrtcbin, at least in READY
 * @offer: the offer
 * @choice: what is taken of it
 * @func: called once, unless the answer is freed before
 * @data: for @func
 *
 * Returns: (transfer full): an answer under way. @func is still to come
 */
GstProfWebRTCAnswer *
gst_prof_webrtc_answer_begin (GstElement * webrtcbin,
    const GstSDPMessage * offer, const GstProfMediaChoice * choice,
    GstProfWebRTCAnswerFunc func, gpointer data)
{
  GstProfWebRTCAnswer *answer = g_atomic_rc_box_new0 (GstProfWebRTCAnswer);
  GstWebRTCSessionDescription *description;
  GstSDPMessage *copy = NULL;

  answer->webrtcbin = gst_object_ref (webrtcbin);
  answer->choice = *choice;
  if (choice->video.caps)
    gst_caps_ref (choice->video.caps);
  if (choice->audio.caps)
    gst_caps_ref (choice->audio.caps);
  answer->func = func;
  answer->data = data;
  answer->new_transceiver = connect_to (answer, "on-new-transceiver",
      G_CALLBACK (on_new_transceiver));
  answer->gathering = connect_to (answer, "notify::ice-gathering-state",
      G_CALLBACK (on_gathering));

  gst_sdp_message_copy (offer, &copy);
  description = gst_webrtc_session_description_new (GST_WEBRTC_SDP_TYPE_OFFER,
      copy);
  g_signal_emit_by_name (webrtcbin, "set-remote-description", description,
      new_promise (answer, on_remote_set));
  gst_webrtc_session_description_free (description);
  return answer;
}

/*
 * gst_prof_webrtc_answer_free:
 * @answer: (transfer full): the answer
 *
 * Nobody is called back any more.
 */
void
gst_prof_webrtc_answer_free (GstProfWebRTCAnswer * answer)
{
  answer->func = NULL;
  g_signal_handler_disconnect (answer->webrtcbin, answer->new_transceiver);
  g_signal_handler_disconnect (answer->webrtcbin, answer->gathering);
  answer_unref (answer);
}
