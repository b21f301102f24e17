/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What jitterbuffer and session say of a stream in their own statistics, taken
 * over into our counts. A number that is not there stays as it was. Not a
 * streaming thread.
 */

#include "gstprofreceivestats.h"

/*
 * gst_prof_receive_stats_take_caps:
 * @caps: caps of RTP packets
 * @counts: (inout): gets media, encoding and SSRC
 * @clock_rate: (inout): gets the clock rate, Hz
 */
void
gst_prof_receive_stats_take_caps (GstCaps * caps,
    GstProfReceiveCounts * counts, _Atomic guint * clock_rate)
{
  const GstStructure *s = gst_caps_get_structure (caps, 0);
  const gchar *text;
  gint rate;

  text = gst_structure_get_string (s, "media");
  if (text != NULL)
    g_strlcpy (counts->media, text, sizeof (counts->media));
  text = gst_structure_get_string (s, "encoding-name");
  if (text != NULL)
    g_strlcpy (counts->encoding, text, sizeof (counts->encoding));
  gst_structure_get_uint (s, "ssrc", &counts->ssrc);
  if (gst_structure_get_int (s, "clock-rate", &rate) && rate > 0)
    *clock_rate = rate;
}

/*
 * gst_prof_receive_stats_take_buffer:
 * @stats: the property stats of a jitterbuffer
 * @counts: (inout): gets what it lost and asked for again
 * @given: (out): packets that are no more in it, whatever became of them
 */
void
gst_prof_receive_stats_take_buffer (const GstStructure * stats,
    GstProfReceiveCounts * counts, guint64 * given)
{
  guint64 pushed = 0;

  gst_structure_get_uint64 (stats, "num-pushed", &pushed);
  gst_structure_get_uint64 (stats, "num-lost", &counts->lost);
  gst_structure_get_uint64 (stats, "num-late", &counts->late);
  gst_structure_get_uint64 (stats, "num-duplicates", &counts->duplicates);
  gst_structure_get_uint64 (stats, "rtx-count", &counts->rtx_requested);
  gst_structure_get_uint64 (stats, "rtx-success-count", &counts->rtx_received);
  gst_structure_get_uint64 (stats, "avg-jitter", &counts->jitter);
  *given = pushed + counts->late + counts->duplicates;
}

static void
take_source (const GstStructure * source, guint clock_rate,
    GstProfReceiveCounts * counts)
{
  guint pli = 0, fir = 0, nack = 0, jitter = 0, round_trip = 0;
  gint rate = 0;

  if (gst_structure_get_uint (source, "sent-pli-count", &pli))
    counts->pli = pli;
  if (gst_structure_get_uint (source, "sent-fir-count", &fir))
    counts->fir = fir;
  if (gst_structure_get_uint (source, "sent-nack-count", &nack))
    counts->nack = nack;
  if (gst_structure_get_int (source, "clock-rate", &rate) && rate > 0)
    clock_rate = rate;
  /* In units of the clock rate; that is what RFC 3550 says. */
  if (gst_structure_get_uint (source, "jitter", &jitter) && clock_rate > 0)
    counts->jitter = gst_util_uint64_scale (jitter, GST_SECOND, clock_rate);
  /* In units of 2^-16 s */
  if (gst_structure_get_uint (source, "rb-round-trip", &round_trip))
    counts->round_trip = gst_util_uint64_scale (round_trip, GST_SECOND, 65536);
}

/*
 * gst_prof_receive_stats_take_session:
 * @stats: the property stats of an rtpsession
 * @clock_rate: Hz; 0: not known
 * @counts: (inout): gets what the session sent and measured; its SSRC says which
 *   source of the session it is
 */
void
gst_prof_receive_stats_take_session (const GstStructure * stats,
    guint clock_rate, GstProfReceiveCounts * counts)
{
  const GValue *value = gst_structure_get_value (stats, "source-stats");
  GValueArray *sources;

  /* An old kind of array, deprecated, which is still what a session gives. */
  if (value == NULL || g_strcmp0 (G_VALUE_TYPE_NAME (value), "GValueArray") != 0)
    return;
  sources = g_value_get_boxed (value);
  for (guint i = 0; sources != NULL && i < sources->n_values; i++) {
    const GstStructure *source =
        gst_value_get_structure (&sources->values[i]);
    gboolean internal = TRUE;
    guint ssrc = 0;

    gst_structure_get_boolean (source, "internal", &internal);
    gst_structure_get_uint (source, "ssrc", &ssrc);
    if (!internal && ssrc == counts->ssrc)
      take_source (source, clock_rate, counts);
  }
}
