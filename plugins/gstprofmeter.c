/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * A meter: what one stage counts, and how it tells. Spans come from the thread
 * record when no bracket is open, go to whoever listens in this process
 * (gstproffeed.c) and then, unless a listener takes them off again, to the bus
 * as messages. Setup goes the same way.
 *
 * Owned by the stage's element. The counters are atomics, since a stage may be
 * fed by one thread, drained by another and asked by a third.
 */

#include "gstprofmeter.h"

#include "gstproffeed.h"

#include <gst/prof/gstprofclock.h>
#include <gst/prof/gstprofmessage.h>

#include <string.h>

static void
post_or_drop (GstProfMeter * meter, GstMessage * message)
{
  if (!gst_prof_unread_post (meter->unread, meter->element, message))
    atomic_fetch_add (&meter->messages_dropped, 1);
}

static void
tell_pending (GstProfMeter * meter)
{
  static const GstProfSetupKind order[] = {
    GST_PROF_SETUP_DONE, GST_PROF_SETUP_RENEGOTIATED,
  };
  guint pending = atomic_exchange (&meter->pending, 0);

  for (guint i = 0; i < G_N_ELEMENTS (order); i++) {
    if (pending & (1u << order[i])) {
      GRefString *detail = NULL;

      if (order[i] == GST_PROF_SETUP_RENEGOTIATED) {
        g_mutex_lock (&meter->inside_lock);
        detail = g_steal_pointer (&meter->detail);
        g_mutex_unlock (&meter->inside_lock);
      }
      gst_prof_meter_tell (meter, order[i], detail);
      g_clear_pointer (&detail, g_ref_string_release);
    }
  }
}

static void
meter_deliver (GstProfThreadClient * client, const GstProfSpan * span)
{
  GstProfMeter *meter = (GstProfMeter *) client;

  gst_prof_meter_tell_newcomers (meter);
  if (G_UNLIKELY (atomic_load_explicit (&meter->pending,
              memory_order_relaxed) != 0))
    tell_pending (meter);

  GST_CAT_LOG_OBJECT (meter->category, meter->element, "stage %s, running time "
      "%" GST_TIME_FORMAT ": own %" G_GUINT64_FORMAT " ns, %u buffer(s), %u "
      "packet(s), %" G_GUINT64_FORMAT " bytes, %u inside", span->stage,
      GST_TIME_ARGS (span->running_time), span->own, span->buffers,
      span->packets, span->bytes, span->inside);

  if (gst_prof_feed_push_span (meter->element, span))
    return;
  /* A message costs more than all the rest: one that cannot be posted is not
   * made. */
  if (G_UNLIKELY (gst_prof_unread_is_full (meter->unread))) {
    atomic_fetch_add (&meter->messages_dropped, 1);
    return;
  }
  post_or_drop (meter,
      gst_prof_message_new_span (GST_OBJECT (meter->element), span));
}

static void
meter_drop (GstProfThreadClient * client)
{
  GstProfMeter *meter = (GstProfMeter *) client;

  atomic_fetch_add (&meter->spans_dropped, 1);
}

static void
meter_ref (GstProfThreadClient * client)
{
  gst_object_ref (((GstProfMeter *) client)->element);
}

static void
meter_unref (GstProfThreadClient * client)
{
  gst_object_unref (((GstProfMeter *) client)->element);
}

/*
 * gst_prof_meter_init:
 * @element: the element that owns the meter and posts for it
 * @category: the element's debug category
 * @stage: name of the stage
 */
void
gst_prof_meter_init (GstProfMeter * meter, GstElement * element,
    GstDebugCategory * category, const gchar * stage)
{
  meter->client.deliver = meter_deliver;
  meter->client.drop = meter_drop;
  meter->client.ref = meter_ref;
  meter->client.unref = meter_unref;
  meter->element = element;
  meter->category = category;
  meter->client.stage = g_quark_from_string (stage);
  meter->stage = g_ref_string_new (stage);
  meter->point = gst_prof_point_new (stage);
  atomic_store (&meter->point->stage, meter->client.stage);
  meter->unread = gst_prof_unread_new ();
  g_mutex_init (&meter->inside_lock);
}

/*
 * gst_prof_meter_set_stage:
 * @stage: name of the stage
 *
 * Only while no data flows.
 */
void
gst_prof_meter_set_stage (GstProfMeter * meter, const gchar * stage)
{
  g_ref_string_release (meter->stage);
  meter->client.stage = g_quark_from_string (stage);
  atomic_store (&meter->point->stage, meter->client.stage);
  meter->stage = g_ref_string_new (stage);
}

/*
 * gst_prof_meter_clear:
 *
 * From the element's finalize.
 */
void
gst_prof_meter_clear (GstProfMeter * meter)
{
  g_clear_pointer (&meter->stage, g_ref_string_release);
  g_clear_pointer (&meter->point, gst_prof_point_unref);
  g_clear_pointer (&meter->detail, g_ref_string_release);
  g_clear_pointer (&meter->unread, gst_prof_unread_unref);
  g_mutex_clear (&meter->inside_lock);
}

/*
 * gst_prof_meter_reset:
 *
 * A new run begins: nothing of the last one may show in it.
 */
void
gst_prof_meter_reset (GstProfMeter * meter)
{
  gst_prof_meter_clear_inside (meter);
  atomic_store (&meter->frames_in, 0);
  atomic_store (&meter->frames_out, 0);
  atomic_store (&meter->frames_dropped, 0);
  atomic_store (&meter->messages_dropped, 0);
  atomic_store (&meter->spans_dropped, 0);
  atomic_store (&meter->corrections, 0);
  atomic_store (&meter->largest_correction, 0);
  g_mutex_lock (&meter->inside_lock);
  meter->n_pieces = 0;
  g_mutex_unlock (&meter->inside_lock);
  atomic_store (&meter->state_changes, 0);
  atomic_store (&meter->caps, 0);
  atomic_store (&meter->renegotiation, 0);
  atomic_store (&meter->first_buffer, 0);
  atomic_store (&meter->first_seen, FALSE);
  atomic_store (&meter->pending, 0);
}

/*
 * gst_prof_meter_note_piece:
 * @kind: %GST_PROF_SETUP_DONE or %GST_PROF_SETUP_RENEGOTIATED
 * @start: when the calling thread began to set the stage up
 * @end: when it had
 * @own: how much of that was the stage's, nanoseconds
 */
void
gst_prof_meter_note_piece (GstProfMeter * meter, GstProfSetupKind kind,
    GstClockTime start, GstClockTime end, GstClockTime own)
{
  GstProfSetupPiece piece = { gst_prof_thread_record_get_id (), start, end,
    own
  };

  g_mutex_lock (&meter->inside_lock);
  if (kind == GST_PROF_SETUP_RENEGOTIATED)
    meter->renegotiated = piece;
  else if (meter->n_pieces < GST_PROF_SETUP_MAX_PIECES)
    meter->pieces[meter->n_pieces++] = piece;
  g_mutex_unlock (&meter->inside_lock);
}

/*
 * gst_prof_meter_enter:
 *
 * The calling thread does something for the stage: shows it to whoever looks.
 */
void
gst_prof_meter_enter (GstProfMeter * meter)
{
  gst_prof_activity_enter (gst_prof_activity_get (), meter->point,
      gst_prof_clock_now ());
}

/*
 * gst_prof_meter_enter_aside:
 *
 * The same for what is done beside the data: a state change.
 */
void
gst_prof_meter_enter_aside (GstProfMeter * meter)
{
  gst_prof_activity_enter_aside (gst_prof_activity_get (), meter->point,
      gst_prof_clock_now ());
}

/*
 * gst_prof_meter_leave:
 *
 * The end of gst_prof_meter_enter() or gst_prof_meter_enter_aside().
 */
void
gst_prof_meter_leave (GstProfMeter * meter)
{
  gst_prof_activity_leave (gst_prof_activity_get (), gst_prof_clock_now ());
}

/*
 * gst_prof_meter_state_changing:
 * @transition: the transition that the element is about to make
 *
 * A run begins from NULL to READY; PLAYING ends before it is left.
 */
void
gst_prof_meter_state_changing (GstProfMeter * meter, GstStateChange transition)
{
  switch (transition) {
    case GST_STATE_CHANGE_NULL_TO_READY:
      gst_prof_feed_prepare (meter->element);
      gst_prof_meter_reset (meter);
      gst_prof_meter_tell (meter, GST_PROF_SETUP_ADDED, NULL);
      break;
    case GST_STATE_CHANGE_READY_TO_PAUSED:
      gst_prof_meter_tell_newcomers (meter);
      break;
    case GST_STATE_CHANGE_PLAYING_TO_PAUSED:
      gst_prof_meter_set_playing (meter, FALSE);
      break;
    default:
      break;
  }
}

/*
 * gst_prof_meter_state_changed:
 * @transition: the transition that was just made
 * @start: when the calling thread began it
 * @duration: how much of it is the stage's, in nanoseconds
 */
void
gst_prof_meter_state_changed (GstProfMeter * meter, GstStateChange transition,
    GstClockTime start, GstClockTime duration)
{
  switch (transition) {
    case GST_STATE_CHANGE_NULL_TO_READY:
    case GST_STATE_CHANGE_READY_TO_PAUSED:
      atomic_fetch_add (&meter->state_changes, duration);
      if (duration > 0)
        gst_prof_meter_note_piece (meter, GST_PROF_SETUP_DONE, start,
            gst_prof_clock_now (), duration);
      break;
    case GST_STATE_CHANGE_PAUSED_TO_PLAYING:
      gst_prof_meter_set_playing (meter, TRUE);
      break;
    case GST_STATE_CHANGE_READY_TO_NULL:
      gst_prof_meter_tell (meter, GST_PROF_SETUP_REMOVED, NULL);
      gst_prof_feed_leave (meter->element);
      break;
    default:
      break;
  }
}

/*
 * gst_prof_meter_set_playing:
 * @playing: whether the stage is PLAYING
 *
 * To be called after it went to PLAYING and before it leaves it, so that a
 * span is taken for one of PLAYING only when all of it was.
 */
void
gst_prof_meter_set_playing (GstProfMeter * meter, gboolean playing)
{
  guint epoch = atomic_load (&meter->epoch);

  if (((epoch & 1) != 0) != (playing != FALSE))
    atomic_store (&meter->epoch, epoch + 1);
}

/*
 * gst_prof_meter_note_preroll:
 * @span: a span that was closed
 * @epoch: the meter's epoch when it was opened
 *
 * Flags the span unless all of it was in PLAYING. Streaming thread.
 */
void
gst_prof_meter_note_preroll (GstProfMeter * meter, GstProfSpan * span,
    guint epoch)
{
  if ((epoch & 1) == 0
      || epoch != atomic_load_explicit (&meter->epoch, memory_order_relaxed))
    span->flags |= GST_PROF_SPAN_FLAG_PREROLL;
}

static void
copy_pieces (GstProfMeter * meter, GstProfSetup * setup)
{
  g_mutex_lock (&meter->inside_lock);
  if (setup->kind == GST_PROF_SETUP_RENEGOTIATED) {
    setup->pieces[0] = meter->renegotiated;
    setup->n_pieces = 1;
  } else {
    setup->n_pieces = meter->n_pieces;
    for (guint i = 0; i < meter->n_pieces; i++)
      setup->pieces[i] = meter->pieces[i];
  }
  g_mutex_unlock (&meter->inside_lock);
}

/*
 * gst_prof_meter_tell:
 * @kind: what happened
 * @detail: (nullable): caps or a file's name
 *
 * Tells listeners and the bus about the stage itself. Any thread, but not
 * inside a bracket: see gst_prof_meter_note_setup().
 */
void
gst_prof_meter_tell (GstProfMeter * meter, GstProfSetupKind kind,
    const gchar * detail)
{
  GstProfSetup setup = {
    .kind = kind,
    .stage = g_ref_string_acquire (meter->stage),
    .state_changes = atomic_load (&meter->state_changes),
    .caps = kind == GST_PROF_SETUP_RENEGOTIATED ?
        atomic_load (&meter->renegotiation) : atomic_load (&meter->caps),
    .first_buffer = atomic_load (&meter->first_buffer),
    .corrections = atomic_load (&meter->corrections),
    .largest_correction = atomic_load (&meter->largest_correction),
    .messages_dropped = atomic_load (&meter->messages_dropped),
    .spans_dropped = atomic_load (&meter->spans_dropped),
    .frames_in = atomic_load (&meter->frames_in),
    .frames_out = atomic_load (&meter->frames_out),
    .inside = gst_prof_meter_get_inside (meter),
  };
  gchar *name = gst_object_get_name (GST_OBJECT (meter->element));

  setup.element = g_ref_string_new (name);
  g_free (name);
  copy_pieces (meter, &setup);
  if (detail != NULL)
    setup.detail = g_ref_string_new (detail);

  if (kind == GST_PROF_SETUP_ADDED)
    atomic_store (&meter->generation, gst_prof_feed_get_generation ());
  gst_prof_feed_push_setup (meter->element, &setup);
  /* The stages' coming and going is news for listeners only. */
  if (kind == GST_PROF_SETUP_DONE || kind == GST_PROF_SETUP_RENEGOTIATED)
    post_or_drop (meter,
        gst_prof_message_new_setup (GST_OBJECT (meter->element), &setup));
  gst_prof_setup_clear (&setup);
}

/*
 * gst_prof_meter_tell_newcomers:
 *
 * Tells that the stage exists if a latencytracer has come after it. Before the
 * first frame: else that would not wait for a stage that it has not heard of.
 */
void
gst_prof_meter_tell_newcomers (GstProfMeter * meter)
{
  if (G_UNLIKELY (atomic_load_explicit (&meter->generation,
              memory_order_relaxed) != gst_prof_feed_get_generation ()))
    gst_prof_meter_tell (meter, GST_PROF_SETUP_ADDED, NULL);
}

/*
 * gst_prof_meter_note_setup:
 * @kind: what happened
 * @detail: (nullable) (transfer full): caps
 *
 * Has it told when the next span is delivered. Streaming threads, inside of
 * brackets.
 */
void
gst_prof_meter_note_setup (GstProfMeter * meter, GstProfSetupKind kind,
    GRefString * detail)
{
  g_mutex_lock (&meter->inside_lock);
  if (detail != NULL) {
    g_clear_pointer (&meter->detail, g_ref_string_release);
    meter->detail = detail;
  }
  g_mutex_unlock (&meter->inside_lock);
  atomic_fetch_or (&meter->pending, 1u << kind);
}

/*
 * gst_prof_meter_frame_in:
 * @running_time: the frame's running time, or %GST_CLOCK_TIME_NONE
 * @enter: the time, CLOCK_MONOTONIC nanoseconds
 *
 * A frame has entered and may stay. Streaming thread.
 *
 * Returns: frames inside, this one included; 0 in a stage without an output
 */
guint
gst_prof_meter_frame_in (GstProfMeter * meter, GstClockTime running_time,
    GstClockTime enter)
{
  guint inside;

  atomic_fetch_add_explicit (&meter->frames_in, 1, memory_order_relaxed);
  if (!meter->has_output) {
    atomic_fetch_add_explicit (&meter->frames_out, 1, memory_order_relaxed);
    return 0;
  }
  g_mutex_lock (&meter->inside_lock);
  if (G_UNLIKELY (meter->n_inside == GST_PROF_METER_MAX_INSIDE)) {
    memmove (meter->inside, meter->inside + 1,
        (meter->n_inside - 1) * sizeof (GstProfMeterInside));
    meter->n_inside--;
    atomic_fetch_add (&meter->frames_dropped, 1);
  }
  meter->inside[meter->n_inside].running_time = running_time;
  meter->inside[meter->n_inside].enter = enter;
  inside = ++meter->n_inside;
  g_mutex_unlock (&meter->inside_lock);
  return inside;
}

/*
 * gst_prof_meter_frame_out:
 * @running_time: running time of what came out, or %GST_CLOCK_TIME_NONE
 * @oldest: nothing before this running time can still come out, or
 *   %GST_CLOCK_TIME_NONE
 * @now: the time, CLOCK_MONOTONIC nanoseconds
 *
 * Finds the frame that came out by its running time: with look-ahead and
 * B-frames it is not the one that went in last. Frames that can no longer
 * come out count as dropped by the stage. Streaming thread.
 *
 * Returns: the frame's latency, %GST_CLOCK_TIME_NONE when it is not one that
 *   went in, as the second packet of a frame
 */
GstClockTime
gst_prof_meter_frame_out (GstProfMeter * meter, GstClockTime running_time,
    GstClockTime oldest, GstClockTime now)
{
  /* Encoders may round times to a clock of their own (90 kHz, 1 ms). */
  const GstClockTime tolerance = GST_MSECOND / 2;
  GstClockTime latency = GST_CLOCK_TIME_NONE;
  guint kept = 0, dropped = 0;

  g_mutex_lock (&meter->inside_lock);
  for (guint i = 0; i < meter->n_inside; i++) {
    GstProfMeterInside *inside = &meter->inside[i];

    if (latency == GST_CLOCK_TIME_NONE
        && (running_time == inside->running_time
            || (GST_CLOCK_TIME_IS_VALID (running_time)
                && GST_CLOCK_TIME_IS_VALID (inside->running_time)
                && MAX (running_time, inside->running_time)
                - MIN (running_time, inside->running_time) < tolerance))) {
      latency = now - inside->enter;
      continue;
    }
    if (GST_CLOCK_TIME_IS_VALID (oldest)
        && GST_CLOCK_TIME_IS_VALID (inside->running_time)
        && inside->running_time + tolerance < oldest) {
      dropped++;
      continue;
    }
    meter->inside[kept++] = *inside;
  }
  meter->n_inside = kept;
  g_mutex_unlock (&meter->inside_lock);

  if (latency != GST_CLOCK_TIME_NONE)
    atomic_fetch_add_explicit (&meter->frames_out, 1, memory_order_relaxed);
  if (dropped > 0)
    atomic_fetch_add (&meter->frames_dropped, dropped);
  return latency;
}

/*
 * gst_prof_meter_get_inside:
 *
 * Returns: frames inside the stage now. Any thread.
 */
guint
gst_prof_meter_get_inside (GstProfMeter * meter)
{
  guint inside;

  g_mutex_lock (&meter->inside_lock);
  inside = meter->n_inside;
  g_mutex_unlock (&meter->inside_lock);
  return inside;
}

/*
 * gst_prof_meter_clear_inside:
 *
 * A flush, or the end of a drain: what is inside will not come out.
 */
void
gst_prof_meter_clear_inside (GstProfMeter * meter)
{
  g_mutex_lock (&meter->inside_lock);
  atomic_fetch_add (&meter->frames_dropped, meter->n_inside);
  meter->n_inside = 0;
  g_mutex_unlock (&meter->inside_lock);
}
