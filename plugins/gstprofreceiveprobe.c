/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What one receiver gets, counted packet by packet at four places: into the
 * jitterbuffer, out of it, out of the depayloader, out of the decoder; and the key
 * frames that are asked for on the way back. What comes out of an element is seen
 * where it goes into the next one, since that pad has a bracket anyway.
 *
 * Each place has one thread at a time, which counts without a lock and without
 * memory of its own. Whoever places the taps does so one at a time, and not from
 * inside them.
 */

#include "gstprofreceiveprobe.h"

#include "gstproftappoint.h"

#include <gst/prof/gstprofclock.h>
#include <gst/prof/gstprofsequence.h>

/* Of an RTP header: where its sequence number stands */
#define RTP_SEQUENCE_OFFSET 2

/* What the taps share; in a g_atomic_rc_box. */
typedef struct
{
  GstProfReceiver *receiver;
  GstProfSequence sequence;
} Counting;

struct _GstProfReceiveProbe
{
  Counting *counting;
  GstProfTapPoint in;
  GstProfTapPoint requests;
  GstProfTapPoint out;
  GstProfTapPoint depayed;
  GstProfTapPoint decoded;
};

static void
counting_clear (gpointer data)
{
  Counting *counting = data;

  gst_prof_receiver_unref (counting->receiver);
}

static void
counting_release (gpointer counting)
{
  g_atomic_rc_box_release_full (counting, counting_clear);
}

static gboolean
get_number (GstBuffer * buffer, guint16 * number)
{
  GstMemory *memory = gst_buffer_n_memory (buffer) > 0 ?
      gst_buffer_peek_memory (buffer, 0) : NULL;
  guint8 bytes[2];
  GstMapInfo info;
  gboolean found = FALSE;

  /* The header mostly lies in one piece; going there takes a third less time
   * than gst_buffer_extract(). */
  if (G_LIKELY (memory != NULL && gst_memory_map (memory, &info,
              GST_MAP_READ))) {
    found = info.size >= RTP_SEQUENCE_OFFSET + 2;
    if (found)
      *number = GST_READ_UINT16_BE (info.data + RTP_SEQUENCE_OFFSET);
    gst_memory_unmap (memory, &info);
  }
  if (G_LIKELY (found))
    return TRUE;
  if (gst_buffer_extract (buffer, RTP_SEQUENCE_OFFSET, bytes, 2) != 2)
    return FALSE;
  *number = GST_READ_UINT16_BE (bytes);
  return TRUE;
}

static guint
take_in_buffer (Counting * counting, GstBuffer * buffer, GstClockTime now)
{
  guint16 number;

  if (!get_number (buffer, &number))
    return 0;
  return gst_prof_sequence_take_in (&counting->sequence,
      &counting->receiver->missing, number, now);
}

static void
take_in (gpointer user_data, GstMiniObject * object, GstClockTime now)
{
  Counting *counting = user_data;
  guint packets, skipped = 0;
  guint64 bytes = gst_prof_tap_get_bytes (object, &packets);

  if (G_LIKELY (GST_IS_BUFFER (object))) {
    skipped = take_in_buffer (counting, GST_BUFFER_CAST (object), now);
  } else {
    for (guint i = 0; i < packets; i++)
      skipped += take_in_buffer (counting,
          gst_buffer_list_get (GST_BUFFER_LIST_CAST (object), i), now);
  }
  gst_prof_flow_pass (&counting->receiver->in, packets, bytes, skipped, now);
}

static void
give_out (Counting * counting, GstMiniObject * object, GstClockTime now)
{
  GstBuffer *buffer = GST_BUFFER_CAST (object);
  guint16 number;

  /* The last one has gone past all that the others have. */
  if (GST_IS_BUFFER_LIST (object))
    buffer = gst_buffer_list_get (GST_BUFFER_LIST_CAST (object),
        gst_buffer_list_length (GST_BUFFER_LIST_CAST (object)) - 1);
  if (buffer != NULL && get_number (buffer, &number))
    gst_prof_sequence_give_out (&counting->sequence,
        &counting->receiver->missing, number, now);
}

static void
pass (GstProfFlow * flow, GstMiniObject * object, GstClockTime now)
{
  guint packets;
  guint64 bytes = gst_prof_tap_get_bytes (object, &packets);

  gst_prof_flow_pass (flow, packets, bytes, 0, now);
}

static void
pass_out (gpointer user_data, GstMiniObject * object, GstClockTime now)
{
  Counting *counting = user_data;

  pass (&counting->receiver->out, object, now);
  if (G_UNLIKELY (gst_prof_sequence_is_waiting (&counting->sequence)))
    give_out (counting, object, now);
}

static void
pass_depayed (gpointer user_data, GstMiniObject * object, GstClockTime now)
{
  Counting *counting = user_data;

  pass (&counting->receiver->depay, object, now);
}

static void
pass_decoded (gpointer user_data, GstMiniObject * object, GstClockTime now)
{
  Counting *counting = user_data;

  pass (&counting->receiver->decoded, object, now);
}

/* Whoever asks, in whatever thread. */
static void
see_request (gpointer user_data, GstMiniObject * object, GstClockTime now)
{
  Counting *counting = user_data;
  GstEvent *event = GST_EVENT_CAST (object);

  if (GST_EVENT_TYPE (event) != GST_EVENT_CUSTOM_UPSTREAM
      || !gst_event_has_name (event, "GstForceKeyUnit"))
    return;
  atomic_fetch_add (&counting->receiver->keyframe_requests, 1);
  atomic_store (&counting->receiver->last_keyframe_request, now);
}

static void
tap_static_pad (GstProfTapPoint * point, GstElement * element,
    const gchar * name, GstProfTapFunc func, Counting * counting)
{
  GstPad *pad = gst_element_get_static_pad (element, name);

  gst_prof_tap_point_set (point, pad, func, counting, counting_release);
  gst_clear_object (&pad);
}

/*
 * gst_prof_receive_probe_new:
 * @receiver: where it is counted
 * @jitterbuffer: its jitterbuffer
 *
 * Counts at once what goes into the jitterbuffer. Any thread.
 *
 * Returns: (transfer full): a probe, to be stopped
 */
GstProfReceiveProbe *
gst_prof_receive_probe_new (GstProfReceiver * receiver,
    GstElement * jitterbuffer)
{
  GstProfReceiveProbe *probe = g_new0 (GstProfReceiveProbe, 1);

  probe->counting = g_atomic_rc_box_new0 (Counting);
  probe->counting->receiver = gst_prof_receiver_ref (receiver);
  tap_static_pad (&probe->in, jitterbuffer, "sink", take_in, probe->counting);
  tap_static_pad (&probe->requests, jitterbuffer, "src", see_request,
      probe->counting);
  return probe;
}

/*
 * gst_prof_receive_probe_stop:
 * @probe: (transfer full): a probe
 *
 * Does not wait for threads that count just now: what they need goes with the
 * last of them.
 */
void
gst_prof_receive_probe_stop (GstProfReceiveProbe * probe)
{
  gst_prof_tap_point_clear (&probe->in);
  gst_prof_tap_point_clear (&probe->requests);
  gst_prof_tap_point_clear (&probe->out);
  gst_prof_tap_point_clear (&probe->depayed);
  gst_prof_tap_point_clear (&probe->decoded);
  counting_release (probe->counting);
  g_free (probe);
}

/*
 * gst_prof_receive_probe_place:
 * @probe: a probe
 * @out: (nullable): the sink pad behind the jitterbuffer
 * @depayed: (nullable): the sink pad behind the depayloader
 * @decoded: (nullable): the sink pad behind the decoder
 *
 * Says where it is to count now; what was counted stays.
 */
void
gst_prof_receive_probe_place (GstProfReceiveProbe * probe, GstPad * out,
    GstPad * depayed, GstPad * decoded)
{
  gst_prof_tap_point_set (&probe->out, out, pass_out, probe->counting,
      counting_release);
  gst_prof_tap_point_set (&probe->depayed, depayed, pass_depayed,
      probe->counting, counting_release);
  gst_prof_tap_point_set (&probe->decoded, decoded, pass_decoded,
      probe->counting, counting_release);
}

/*
 * gst_prof_receive_probe_renew:
 * @probe: a probe
 *
 * To be called from time to time, as pads may get other functions.
 */
void
gst_prof_receive_probe_renew (GstProfReceiveProbe * probe)
{
  gst_prof_tap_point_renew (&probe->in);
  gst_prof_tap_point_renew (&probe->requests);
  gst_prof_tap_point_renew (&probe->out);
  gst_prof_tap_point_renew (&probe->depayed);
  gst_prof_tap_point_renew (&probe->decoded);
}
