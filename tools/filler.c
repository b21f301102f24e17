/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What goes into a file in place of a stream that says nothing, while the other
 * one goes on. A muxer writes nothing of one stream until it knows what comes
 * before it of the other: with a microphone that was offered and never sends, or
 * a camera that was switched off, all of the rest would wait in the queues, and
 * be dropped there. So silence is put in for sound, and the last picture again,
 * or a black one, for video.
 *
 * It owns probes on two queues' sink pads, which remember the last buffer. The
 * streaming threads pass these, the main thread fills; what both touch is under
 * the stream's lock, a leaf. The pad's stream lock is taken before it: whether a
 * buffer fits what the pad was told last is looked at while nobody can tell it
 * something else.
 */

#include <string.h>

#include <gst/video/video.h>

#include "filler.h"

/* A stream is silent when it has been for so long, while the other was not.
 * Pictures that are put in look to the stages like ones that came: a stall of the
 * video must be told as it is, so this comes only when sound, whose queue has room
 * for twice as much, would soon be lost. Sound goes by no stage. */
#define SOUND_PATIENCE (2 * G_USEC_PER_SEC)
#define VIDEO_PATIENCE (10 * G_USEC_PER_SEC)
/* What comes after a longer pause begins anew: a sender may pause both. */
#define PAUSE (G_USEC_PER_SEC / 2)
/* How far the filling stays behind the other stream, for what is late still */
#define MARGIN (GST_SECOND / 2)
#define PACKET_DURATION (20 * GST_MSECOND)
#define FRAME_DURATION (500 * GST_MSECOND)
/* A tick of the main loop is not to take long, whatever there is to catch up. */
#define MAX_AT_ONCE 50

/* Opus: CELT, full band, 20 ms, and nothing to be heard */
static const guint8 silence[] = { 0xf8, 0xff, 0xfe };

#define SILENCE_CAPS "audio/x-opus,rate=48000,channels=2," \
    "channel-mapping-family=0"

typedef struct
{
  GstElement *queue;
  GstPad *pad;                  /* its sink pad */
  GstCaps *caps;                /* when none have come; NULL: cannot be filled */
  GstClockTime step;
  gint64 patience;              /* microseconds */
  gboolean repeats;             /* its last buffer, where there is one */
  gulong probe;
  GThread *filling_thread;      /* its buffers are our own */
  guint64 n_filled;

  GMutex lock;
  GstBuffer *last;              /* lock */
  GstCaps *last_caps;           /* lock; its */
  GstClockTime first_pts;       /* lock; NONE: nothing came */
  GstClockTime last_pts;        /* lock; ours included */
  gint64 since;                 /* lock; it has come without a pause */
  gint64 last_time;             /* lock; g_get_monotonic_time, 0: nothing came */
} Stream;

struct _GstProfFiller
{
  Stream video;
  Stream audio;
};

static GstPadProbeReturn
on_buffer (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  Stream *stream = data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  gint64 now = g_get_monotonic_time ();

  if (g_thread_self () == stream->filling_thread)
    return GST_PAD_PROBE_OK;
  g_mutex_lock (&stream->lock);
  if (stream->repeats) {
    gst_buffer_replace (&stream->last, buffer);
    gst_caps_take (&stream->last_caps, gst_pad_get_current_caps (pad));
  }
  if (now - stream->last_time > PAUSE)
    stream->since = now;
  stream->last_time = now;
  if (GST_BUFFER_PTS_IS_VALID (buffer)) {
    if (stream->first_pts == GST_CLOCK_TIME_NONE)
      stream->first_pts = GST_BUFFER_PTS (buffer);
    if (stream->last_pts == GST_CLOCK_TIME_NONE
        || GST_BUFFER_PTS (buffer) > stream->last_pts)
      stream->last_pts = GST_BUFFER_PTS (buffer);
  }
  g_mutex_unlock (&stream->lock);
  return GST_PAD_PROBE_OK;
}

static void
stream_init (Stream * stream, GstElement * queue, const GstCaps * caps,
    GstClockTime step, gint64 patience)
{
  g_mutex_init (&stream->lock);
  stream->first_pts = stream->last_pts = GST_CLOCK_TIME_NONE;
  stream->step = step;
  stream->patience = patience;
  stream->repeats = step == FRAME_DURATION;
  stream->filling_thread = g_thread_self ();
  if (caps)
    stream->caps = gst_caps_copy (caps);
  if (queue == NULL)
    return;
  stream->queue = gst_object_ref (queue);
  stream->pad = gst_element_get_static_pad (queue, "sink");
  stream->probe = gst_pad_add_probe (stream->pad, GST_PAD_PROBE_TYPE_BUFFER,
      on_buffer, stream, NULL);
}

static void
stream_clear (Stream * stream)
{
  if (stream->probe != 0)
    gst_pad_remove_probe (stream->pad, stream->probe);
  gst_clear_object (&stream->pad);
  gst_clear_object (&stream->queue);
  gst_clear_caps (&stream->caps);
  gst_clear_buffer (&stream->last);
  gst_clear_caps (&stream->last_caps);
  g_mutex_clear (&stream->lock);
}

/*
 * gst_prof_filler_new:
 * @video_queue: (nullable): takes the decoded frames
 * @audio_queue: (nullable): takes packets of Opus
 * @black: (nullable): the caps of a picture for the time before the first frame;
 *   %NULL: video is not decoded and cannot be filled
 *
 * Returns: (transfer full): a filler of the two
 */
GstProfFiller *
gst_prof_filler_new (GstElement * video_queue, GstElement * audio_queue,
    const GstCaps * black)
{
  GstProfFiller *filler = g_new0 (GstProfFiller, 1);
  g_autoptr (GstCaps) caps = gst_caps_from_string (SILENCE_CAPS);

  stream_init (&filler->video, video_queue, black, FRAME_DURATION,
      VIDEO_PATIENCE);
  stream_init (&filler->audio, audio_queue, caps, PACKET_DURATION,
      SOUND_PATIENCE);
  return filler;
}

/*
 * gst_prof_filler_free:
 * @filler: (transfer full): a filler of a pipeline that is in NULL again
 */
void
gst_prof_filler_free (GstProfFiller * filler)
{
  stream_clear (&filler->video);
  stream_clear (&filler->audio);
  g_free (filler);
}

static GstBuffer *
new_silence (void)
{
  return gst_buffer_new_memdup (silence, sizeof silence);
}

static GstBuffer *
new_black (GstCaps * caps)
{
  GstVideoInfo info;
  GstBuffer *buffer;
  GstMapInfo map;

  if (!gst_video_info_from_caps (&info, caps))
    return NULL;
  buffer = gst_buffer_new_and_alloc (info.size);
  if (gst_buffer_map (buffer, &map, GST_MAP_WRITE)) {
    gsize luma = GST_VIDEO_INFO_PLANE_OFFSET (&info, 1);

    /* I420, whose luma begins at 16 */
    memset (map.data, 16, luma);
    memset (map.data + luma, 128, map.size - luma);
    gst_buffer_unmap (buffer, &map);
  }
  return buffer;
}

/* With the pad's stream lock held. FALSE: whoever feeds it has just begun, or its
 * next picture is another size: it has told its caps, and comes itself. */
static gboolean
begin_stream (Stream * stream, GstCaps * buffer_caps)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (stream->pad);
  GstEvent *event = gst_pad_get_sticky_event (stream->pad, GST_EVENT_SEGMENT,
      0);
  GstSegment segment;

  if (event != NULL) {
    gst_event_unref (event);
    return !stream->repeats || gst_caps_is_equal (caps, buffer_caps);
  }
  if (caps != NULL)
    return FALSE;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_send_event (stream->pad, gst_event_new_stream_start ("filler"));
  gst_pad_send_event (stream->pad, gst_event_new_caps (stream->caps));
  gst_pad_send_event (stream->pad, gst_event_new_segment (&segment));
  return TRUE;
}

/* Half full is enough: the filling must never wait for room. With the pad's stream
 * lock held nobody else puts anything in. */
static gboolean
has_room (Stream * stream)
{
  guint buffers, max_buffers, bytes, max_bytes;

  g_object_get (stream->queue, "current-level-buffers", &buffers,
      "max-size-buffers", &max_buffers, "current-level-bytes", &bytes,
      "max-size-bytes", &max_bytes, NULL);
  return (max_buffers == 0 || buffers < max_buffers / 2)
      && bytes < max_bytes / 2;
}

static gboolean
push_buffer (Stream * stream, GstBuffer * buffer, GstCaps * caps)
{
  gboolean pushed;

  /* Who feeds the queue holds it for as long as the queue has no room; then there
   * is nothing to fill either. */
  if (!GST_PAD_STREAM_TRYLOCK (stream->pad)) {
    gst_buffer_unref (buffer);
    return FALSE;
  }
  pushed = has_room (stream) && begin_stream (stream, caps);
  if (pushed)
    pushed = gst_pad_chain (stream->pad, buffer) == GST_FLOW_OK;
  else
    gst_buffer_unref (buffer);
  GST_PAD_STREAM_UNLOCK (stream->pad);
  return pushed;
}

static gboolean
fill_one (Stream * stream, GstClockTime pts)
{
  g_autoptr (GstCaps) caps = NULL;
  GstBuffer *buffer = NULL;

  if (!has_room (stream))
    return FALSE;
  g_mutex_lock (&stream->lock);
  if (stream->last != NULL) {
    buffer = gst_buffer_copy (stream->last);
    caps = gst_caps_ref (stream->last_caps);
  }
  stream->last_pts = pts;
  g_mutex_unlock (&stream->lock);

  if (buffer == NULL) {
    caps = gst_caps_ref (stream->caps);
    buffer = stream->repeats ? new_black (caps) : new_silence ();
  }
  if (buffer == NULL)
    return FALSE;
  GST_BUFFER_PTS (buffer) = pts;
  GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DURATION (buffer) = stream->step;
  if (!push_buffer (stream, buffer, caps))
    return FALSE;
  stream->n_filled++;
  return TRUE;
}

/* Where the filling goes on, and how far; FALSE: there is nothing to fill */
static gboolean
find_gap (Stream * stream, Stream * other, gint64 now, GstClockTime * from,
    GstClockTime * to)
{
  GstClockTime other_first, other_last;
  gint64 other_since, other_time;
  gboolean silent;

  g_mutex_lock (&other->lock);
  other_first = other->first_pts;
  other_last = other->last_pts;
  other_since = other->since;
  other_time = other->last_time;
  g_mutex_unlock (&other->lock);
  if (other_first == GST_CLOCK_TIME_NONE || now - other_time > PAUSE
      || now - other_since < stream->patience
      || other_last < other_first + MARGIN)
    return FALSE;

  g_mutex_lock (&stream->lock);
  silent = now - stream->last_time > stream->patience;
  *from = stream->last_pts == GST_CLOCK_TIME_NONE ? other_first
      : stream->last_pts + stream->step;
  g_mutex_unlock (&stream->lock);
  *to = other_last - MARGIN;
  /* what never came is missed from the other's beginning on */
  return silent && (stream->last_time != 0
      || other_last - other_first >
          (GstClockTime) stream->patience * GST_USECOND);
}

static void
fill_stream (Stream * stream, Stream * other, gint64 now)
{
  GstClockTime from, to;
  guint n = 0;

  if (!find_gap (stream, other, now, &from, &to))
    return;
  for (; from + stream->step <= to && n < MAX_AT_ONCE; n++) {
    if (!fill_one (stream, from))
      break;
    from += stream->step;
  }
}

/*
 * gst_prof_filler_fill:
 * @filler: the filler
 * @now: g_get_monotonic_time()
 *
 * Fills what is missing until now. To be called some times a second; does not
 * block, as the queues drop, or have room.
 *
 * Returns: %FALSE when video would have to be filled and cannot be
 */
gboolean
gst_prof_filler_fill (GstProfFiller * filler, gint64 now)
{
  GstClockTime from, to;

  if (filler->video.pad == NULL || filler->audio.pad == NULL)
    return TRUE;
  fill_stream (&filler->audio, &filler->video, now);
  if (filler->video.caps == NULL)
    return !find_gap (&filler->video, &filler->audio, now, &from, &to);
  fill_stream (&filler->video, &filler->audio, now);
  return TRUE;
}

/*
 * gst_prof_filler_get_n_frames:
 * @filler: the filler
 *
 * Returns: pictures put in
 */
guint64
gst_prof_filler_get_n_frames (GstProfFiller * filler)
{
  return filler->video.n_filled;
}

/*
 * gst_prof_filler_get_n_packets:
 * @filler: the filler
 *
 * Returns: packets of silence put in
 */
guint64
gst_prof_filler_get_n_packets (GstProfFiller * filler)
{
  return filler->audio.n_filled;
}
