/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What the receivers did in one interval, each copied when it is first asked
 * for. A wait of a second behind a jitterbuffer may be a hundred stretches.
 * Belongs to one thread.
 */

#include "gstprofreceivelookup.h"

/*
 * gst_prof_receive_lookup_init:
 * @lookup: (out caller-allocates): a lookup, to be cleared
 * @receivers: (nullable): the receivers
 * @from: begin of the interval, CLOCK_MONOTONIC nanoseconds
 * @until: its end
 */
void
gst_prof_receive_lookup_init (GstProfReceiveLookup * lookup,
    GstProfReceivers * receivers, GstClockTime from, GstClockTime until)
{
  lookup->receivers = receivers ? gst_prof_receivers_ref (receivers) : NULL;
  lookup->from = from;
  lookup->until = until;
  lookup->n = 0;
}

static void
received_free (GstProfReceived * received)
{
  gst_prof_receiver_unref (received->receiver);
  g_free (received);
}

/*
 * gst_prof_receive_lookup_clear:
 * @lookup: a lookup
 */
void
gst_prof_receive_lookup_clear (GstProfReceiveLookup * lookup)
{
  for (guint i = 0; i < lookup->n; i++)
    received_free (lookup->found[i]);
  lookup->n = 0;
  g_clear_pointer (&lookup->receivers, gst_prof_receivers_unref);
}

/*
 * gst_prof_receive_lookup_find:
 * @lookup: a lookup
 * @element: (nullable): an element; only compared
 *
 * Returns: (nullable) (transfer none): the receiver whose jitterbuffer it is, or
 *   the one that has taken its place.
 *   Those beyond %GST_PROF_RECEIVE_LOOKUP_MAX are not found
 */
const GstProfReceived *
gst_prof_receive_lookup_find (GstProfReceiveLookup * lookup,
    gconstpointer element)
{
  GstProfReceived *received;
  GstProfReceiver *receiver;

  if (lookup->receivers == NULL || element == NULL)
    return NULL;
  receiver = gst_prof_receivers_find_heir (lookup->receivers, element);
  for (guint i = 0; i < lookup->n && receiver != NULL; i++) {
    if (lookup->found[i]->receiver == receiver) {
      gst_prof_receiver_unref (receiver);
      return lookup->found[i];
    }
  }
  if (receiver == NULL || lookup->n == GST_PROF_RECEIVE_LOOKUP_MAX) {
    g_clear_pointer (&receiver, gst_prof_receiver_unref);
    return NULL;
  }
  received = g_new (GstProfReceived, 1);
  received->receiver = receiver;
  gst_prof_receive_timeline_take (&received->timeline, receiver, lookup->from,
      lookup->until);
  lookup->found[lookup->n++] = received;
  return received;
}
