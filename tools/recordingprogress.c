/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * How far a recording is: what went through it, what waits in it, what has not
 * come, in numbers and in words. Owns nothing; the counters are the pads'. Main
 * thread, and nothing here waits.
 */

#include "recordingprivate.h"

/*
 * gst_prof_recording_goes_on:
 * @self: a recorder that EOS was sent to
 *
 * Returns: whether frames were recorded since it was asked last: those that wait
 *   for a slow encoder are bounded
 */
gboolean
gst_prof_recording_goes_on (GstProfRecording * self)
{
  guint64 before = self->recorded_before;

  self->recorded_before =
      gst_prof_frame_counter_get_count (&self->queues[ENCODED].out);
  return self->recorded_before > before;
}

static guint
get_level (GstProfRecordingQueue * queue)
{
  guint buffers = 0;

  /* of the queue's lock only, which nobody holds while waiting */
  if (queue->element)
    g_object_get (queue->element, "current-level-buffers", &buffers, NULL);
  return buffers;
}

/*
 * gst_prof_recording_describe_rest:
 * @self: a recorder
 *
 * Returns: (transfer full) (nullable): the video that EOS waits behind; %NULL
 *   when there is none, or EOS was not sent
 */
gchar *
gst_prof_recording_describe_rest (GstProfRecording * self)
{
  guint packets = get_level (&self->queues[VIDEO_PACKETS]);
  guint frames = get_level (&self->queues[FRAMES]);
  guint encoded = get_level (&self->queues[ENCODED]);

  if (!g_atomic_int_get (&self->video.ended))
    return NULL;
  if (self->queues[FRAMES].element == NULL)
    frames = encoded;
  if (packets > 0)
    return g_strdup_printf ("%u frames and %u packets still to %s", frames,
        packets, self->queues[FRAMES].element ? "encode" : "write");
  if (frames > 0 && self->queues[FRAMES].element)
    return g_strdup_printf ("%u frames still to encode", frames);
  if (encoded > 0)
    return g_strdup_printf ("%u frames still to write", encoded);
  return NULL;
}

static gboolean
is_missing (GstProfRecordingInput * input)
{
  return input->pad != NULL
      && gst_prof_frame_counter_get_last (&input->packets) == 0;
}

/*
 * gst_prof_recording_describe_missing:
 * @self: a recorder that is connected
 *
 * Returns: (transfer full) (nullable): of what was agreed on nothing has come yet;
 *   %NULL: all has
 */
gchar *
gst_prof_recording_describe_missing (GstProfRecording * self)
{
  gboolean video = is_missing (&self->video), audio = is_missing (&self->audio);

  if (video || audio)
    return g_strdup_printf ("no packet of %s has come yet", video && audio
        ? "video or sound" : video ? "video" : "sound");
  if (self->video.pad != NULL
      && gst_prof_frame_counter_get_count (&self->received) == 0)
    return g_strdup ("packets of video come, but no whole frame has yet");
  return NULL;
}

/*
 * gst_prof_recording_get_last_packet:
 * @self: the recorder
 *
 * Returns: when the jitter buffers gave the last packet, as
 *   g_get_monotonic_time(), 0: none yet
 */
gint64
gst_prof_recording_get_last_packet (GstProfRecording * self)
{
  return MAX (gst_prof_frame_counter_get_last (&self->video.packets),
      gst_prof_frame_counter_get_last (&self->audio.packets));
}

static guint64
get_dropped (GstProfRecordingQueue * queue)
{
  return gst_prof_frame_counter_get_count (&queue->in) -
      gst_prof_frame_counter_get_count (&queue->out);
}

/*
 * gst_prof_recording_get_counts:
 * @self: a recorder that is in NULL again
 * @counts: (out caller-allocates): what went through it
 */
void
gst_prof_recording_get_counts (GstProfRecording * self,
    GstProfRecordingCounts * counts)
{
  GstProfRecordingQueue *queues = self->queues;

  counts->received = gst_prof_frame_counter_get_count (&self->received);
  counts->repeated = gst_prof_filler_get_n_frames (self->filler);
  counts->decoded = gst_prof_frame_counter_get_count (&queues[FRAMES].in)
      - counts->repeated;
  counts->recorded = gst_prof_frame_counter_get_count (&queues[ENCODED].out);
  counts->sound = gst_prof_frame_counter_get_count (&queues[SOUND].out);
  counts->silence = gst_prof_filler_get_n_packets (self->filler);
  counts->dropped = get_dropped (&queues[FRAMES]);
  counts->packets_dropped = get_dropped (&queues[VIDEO_PACKETS])
      + get_dropped (&queues[SOUND]);
  counts->duration = gst_prof_frame_counter_get_duration
      (&queues[counts->recorded > 0 ? ENCODED : SOUND].out);
}
