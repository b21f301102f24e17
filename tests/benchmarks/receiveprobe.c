/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What following a received stream costs for each packet, in CPU nanoseconds of
 * the thread that pushes it. Four identities stand for the element behind the
 * socket, the jitterbuffer, the one behind it and the one behind the depayloader,
 * all on one thread. What is counted there is a packet at the first three, and a
 * frame at the last. Compared with the brackets that the pads have anyway, and with what pad
 * probes would have cost that count no more than packets and bytes.
 */

#include <gst/prof/gstprofbracket.h>
#include <gst/prof/gstprofclock.h>

#include "../../plugins/gstprofreceiveprobe.h"
#include "../../plugins/gstproftransportwatch.h"
#include "feed.h"
#include "series.h"

#define ROUNDS 200
#define SLICE 512
#define PACKET_SIZE 1200

#define PLACES 4

enum { BARE, AGAIN, BRACKETS, PACKETS, FRAMES, PROBES, N_VARIANTS };

static const gchar *const labels[] = {
  "nothing", "nothing, again (control)", "brackets",
  "brackets, packets followed", "brackets, packets and frames followed",
  "pad probes that count, without brackets",
};

static const gchar *const names[PLACES] = { "in", "jitter", "out", "depayed" };

typedef struct {
  BenchFeed *feed;
  GstPad *pads[PLACES];
  GstProfBracket *brackets[PLACES];
  gulong probes[PLACES];
  GstProfReceiver *receiver;
  GstProfReceiveProbe *probe;
  GstProfTransportWatch *transport;
  guint8 *header;
  GstBuffer *packet;
  guint16 number;
} Variant;

static GstPadProbeReturn
count (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  gst_prof_flow_pass (user_data, 1,
      gst_buffer_get_size (GST_PAD_PROBE_INFO_BUFFER (info)), 0,
      gst_prof_clock_now ());
  return GST_PAD_PROBE_OK;
}

static void
follow (Variant * v, gboolean frames)
{
  GstElement *jitter = gst_pad_get_parent_element (v->pads[1]);
  GstProfReceiveOrigin origin = {.source = jitter,.incoming = v->pads[0] };

  v->probe = gst_prof_receive_probe_new (v->receiver, jitter);
  gst_prof_receive_probe_place (v->probe, v->pads[2],
      frames ? v->pads[3] : NULL, NULL);
  v->transport = gst_prof_transport_watch_new (&origin, 1);
  gst_object_unref (jitter);
}

static void
add_probes (Variant * v)
{
  GstProfFlow *flows[PLACES] = { &v->receiver->in, &v->receiver->out,
    &v->receiver->depay, &v->receiver->decoded
  };

  for (guint i = 0; i < PLACES; i++)
    gst_pad_add_probe (v->pads[i], GST_PAD_PROBE_TYPE_BUFFER |
        GST_PAD_PROBE_TYPE_BUFFER_LIST, count, flows[i], NULL);
}

static void
variant_init (Variant * v, guint which)
{
  GstCaps *caps = gst_caps_from_string ("application/x-rtp");

  v->feed = bench_feed_new ("identity name=in ! identity name=jitter ! "
      "identity name=out ! identity name=depayed ! "
      "fakesink sync=false async=false");
  v->receiver = gst_prof_receiver_new ("bench", v, NULL);
  v->header = g_malloc0 (PACKET_SIZE);
  v->packet = gst_buffer_new_wrapped_full (0, v->header, PACKET_SIZE, 0,
      PACKET_SIZE, v->header, g_free);
  for (guint i = 0; i < PLACES; i++) {
    GstElement *element =
        gst_bin_get_by_name (GST_BIN (v->feed->pipeline), names[i]);

    v->pads[i] = gst_element_get_static_pad (element, "sink");
    gst_object_unref (element);
    if (which >= BRACKETS && which <= FRAMES)
      v->brackets[i] = gst_prof_bracket_add (v->pads[i]);
  }
  if (which == PACKETS || which == FRAMES)
    follow (v, which == FRAMES);
  if (which == PROBES)
    add_probes (v);
  bench_feed_start (v->feed, caps);
  gst_caps_unref (caps);
}

static void
variant_clear (Variant * v)
{
  bench_feed_end (v->feed);
  if (v->probe != NULL) {
    gst_prof_receive_probe_stop (v->probe);
    gst_prof_transport_watch_stop (v->transport);
    gst_prof_transport_watch_unref (v->transport);
  }
  for (guint i = 0; i < PLACES; i++) {
    if (v->brackets[i] != NULL)
      gst_prof_bracket_remove (v->brackets[i]);
    gst_object_unref (v->pads[i]);
  }
  bench_feed_free (v->feed);
  gst_buffer_unref (v->packet);
  gst_prof_receiver_unref (v->receiver);
}

static void
push (Variant * v)
{
  for (guint i = 0; i < SLICE; i++) {
    GST_WRITE_UINT16_BE (v->header + 2, v->number);
    v->number++;
    bench_feed_push (v->feed, v->packet);
  }
}

int
main (void)
{
  static BenchSeries series[N_VARIANTS];
  BenchSeries differences;
  Variant variants[N_VARIANTS] = { 0, };

  bench_init ();
  bench_stay_on_one_cpu ();
  for (guint i = 0; i < N_VARIANTS; i++)
    variant_init (&variants[i], i);
  for (guint round = 0; round < ROUNDS; round++) {
    for (guint i = 0; i < N_VARIANTS; i++) {
      guint64 start = bench_thread_cpu ();

      push (&variants[i]);
      bench_series_add (&series[i],
          (bench_thread_cpu () - start) / (gdouble) SLICE);
    }
  }

  bench_print_title ("A packet through %u elements, ns (%u rounds of %u)",
      PLACES + 1, ROUNDS, SLICE);
  for (guint i = 0; i < N_VARIANTS; i++)
    bench_print_series (labels[i], &series[i], 1);
  bench_print_title ("More than that, of the same round, ns");
  bench_series_get_differences (&series[AGAIN], &series[BARE], &differences);
  bench_print_series ("control", &differences, 1);
  bench_series_get_differences (&series[PACKETS], &series[BRACKETS],
      &differences);
  bench_print_series ("following a packet: three places", &differences, 1);
  bench_series_get_differences (&series[FRAMES], &series[PACKETS],
      &differences);
  bench_print_series ("following a frame: one place", &differences, 1);
  bench_series_get_differences (&series[PROBES], &series[BARE], &differences);
  bench_print_series ("pad probes, four places", &differences, 1);

  for (guint i = 0; i < N_VARIANTS; i++)
    variant_clear (&variants[i]);
  return 0;
}
