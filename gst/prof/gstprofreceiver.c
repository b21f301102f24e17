/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The receivers of a pipeline: what comes in, by which transport, and which
 * elements decode it. Owns the list and counts the references; what they hold is
 * written by the plugin's probes without any of this. No thread of its own.
 *
 * Lock order: the list's lock is a leaf. Nothing is called or freed under it.
 */

#include "gstprofreceiver.h"

/* Jitterbuffer, depayloader, parser, decoder, and what decodebin puts between. */
#define MAX_DECODE_PATH 16

typedef struct
{
  GstProfReceiver *receiver;    /* a reference */
  guint n_elements;
  gconstpointer elements[MAX_DECODE_PATH];
} Entry;

struct _GstProfReceivers
{
  GMutex lock;
  guint n;                      /* lock */
  Entry entries[GST_PROF_RECEIVERS_MAX];        /* lock */
};

/*
 * gst_prof_transport_new:
 *
 * Returns: (transfer full): a transport by which nothing has come yet
 */
GstProfTransport *
gst_prof_transport_new (void)
{
  return g_atomic_rc_box_new0 (GstProfTransport);
}

/*
 * gst_prof_transport_ref:
 * @transport: a transport
 *
 * Any thread.
 *
 * Returns: (transfer full): the same
 */
GstProfTransport *
gst_prof_transport_ref (GstProfTransport * transport)
{
  return g_atomic_rc_box_acquire (transport);
}

/*
 * gst_prof_transport_unref:
 * @transport: (transfer full): a transport
 *
 * Any thread.
 */
void
gst_prof_transport_unref (GstProfTransport * transport)
{
  g_atomic_rc_box_release (transport);
}

/*
 * gst_prof_receiver_new:
 * @name: the jitterbuffer's name
 * @element: the jitterbuffer
 * @transport: (nullable): what its packets come in by
 *
 * Returns: (transfer full): a receiver that has got nothing yet
 */
GstProfReceiver *
gst_prof_receiver_new (const gchar * name, gconstpointer element,
    GstProfTransport * transport)
{
  GstProfReceiver *receiver = g_atomic_rc_box_new0 (GstProfReceiver);

  g_strlcpy (receiver->name, name, sizeof receiver->name);
  receiver->element = element;
  if (transport != NULL)
    gst_prof_receiver_set_transport (receiver, transport);
  return receiver;
}

/*
 * gst_prof_receiver_set_transport:
 * @receiver: a receiver
 * @transport: what its packets come in by
 *
 * Only the first one counts: whoever has read it relies on it. Any thread.
 */
void
gst_prof_receiver_set_transport (GstProfReceiver * receiver,
    GstProfTransport * transport)
{
  GstProfTransport *none = NULL;

  gst_prof_transport_ref (transport);
  if (!atomic_compare_exchange_strong (&receiver->transport, &none, transport))
    gst_prof_transport_unref (transport);
}

/*
 * gst_prof_receiver_ref:
 * @receiver: a receiver
 *
 * Any thread.
 *
 * Returns: (transfer full): the same
 */
GstProfReceiver *
gst_prof_receiver_ref (GstProfReceiver * receiver)
{
  return g_atomic_rc_box_acquire (receiver);
}

static void
clear_receiver (gpointer data)
{
  GstProfReceiver *receiver = data;

  GstProfTransport *transport = atomic_load (&receiver->transport);

  if (transport != NULL)
    gst_prof_transport_unref (transport);
}

/*
 * gst_prof_receiver_unref:
 * @receiver: (transfer full): a receiver
 *
 * Any thread.
 */
void
gst_prof_receiver_unref (GstProfReceiver * receiver)
{
  g_atomic_rc_box_release_full (receiver, clear_receiver);
}

/*
 * gst_prof_receivers_new:
 *
 * Returns: (transfer full): a list without any receiver
 */
GstProfReceivers *
gst_prof_receivers_new (void)
{
  GstProfReceivers *receivers = g_atomic_rc_box_new0 (GstProfReceivers);

  g_mutex_init (&receivers->lock);
  return receivers;
}

/*
 * gst_prof_receivers_ref:
 * @receivers: a list
 *
 * Any thread.
 *
 * Returns: (transfer full): the same
 */
GstProfReceivers *
gst_prof_receivers_ref (GstProfReceivers * receivers)
{
  return g_atomic_rc_box_acquire (receivers);
}

static void
clear_receivers (gpointer data)
{
  GstProfReceivers *receivers = data;

  for (guint i = 0; i < receivers->n; i++)
    gst_prof_receiver_unref (receivers->entries[i].receiver);
  g_mutex_clear (&receivers->lock);
}

/*
 * gst_prof_receivers_unref:
 * @receivers: (transfer full): a list
 *
 * Any thread.
 */
void
gst_prof_receivers_unref (GstProfReceivers * receivers)
{
  g_atomic_rc_box_release_full (receivers, clear_receivers);
}

/* With lock held. */
static Entry *
find_entry (GstProfReceivers * receivers, gconstpointer element)
{
  for (guint i = 0; i < receivers->n; i++) {
    if (receivers->entries[i].receiver->element == element)
      return &receivers->entries[i];
  }
  return NULL;
}

/*
 * gst_prof_receivers_add:
 * @receivers: a list
 * @receiver: a receiver; the list takes a reference of its own
 *
 * Any thread but a streaming thread.
 *
 * Returns: %FALSE when there are %GST_PROF_RECEIVERS_MAX already, or one with
 *   the same jitterbuffer
 */
gboolean
gst_prof_receivers_add (GstProfReceivers * receivers,
    GstProfReceiver * receiver)
{
  gboolean added = FALSE;

  g_mutex_lock (&receivers->lock);
  if (receivers->n < GST_PROF_RECEIVERS_MAX
      && find_entry (receivers, receiver->element) == NULL) {
    Entry *entry = &receivers->entries[receivers->n++];

    entry->receiver = gst_prof_receiver_ref (receiver);
    entry->n_elements = 0;
    added = TRUE;
  }
  g_mutex_unlock (&receivers->lock);
  return added;
}

/*
 * gst_prof_receivers_remove:
 * @receivers: a list
 * @element: a jitterbuffer that is no more; its decode path goes with it
 *
 * Any thread but a streaming thread.
 */
void
gst_prof_receivers_remove (GstProfReceivers * receivers,
    gconstpointer element)
{
  GstProfReceiver *removed = NULL;
  Entry *entry;

  g_mutex_lock (&receivers->lock);
  entry = find_entry (receivers, element);
  if (entry != NULL) {
    removed = entry->receiver;
    *entry = receivers->entries[--receivers->n];
  }
  g_mutex_unlock (&receivers->lock);
  g_clear_pointer (&removed, gst_prof_receiver_unref);
}

/*
 * gst_prof_receivers_find:
 * @receivers: a list
 * @element: an element; only compared
 *
 * Any thread but a streaming thread.
 *
 * Returns: (transfer full) (nullable): the receiver whose jitterbuffer it is
 */
GstProfReceiver *
gst_prof_receivers_find (GstProfReceivers * receivers, gconstpointer element)
{
  GstProfReceiver *found = NULL;
  Entry *entry;

  g_mutex_lock (&receivers->lock);
  entry = find_entry (receivers, element);
  if (entry != NULL)
    found = gst_prof_receiver_ref (entry->receiver);
  g_mutex_unlock (&receivers->lock);
  return found;
}

/* With lock held: whether what they get is decoded by the same. */
static gboolean
share_element (const Entry * entry, const Entry * other)
{
  for (guint i = 0; i < entry->n_elements; i++) {
    for (guint j = 0; j < other->n_elements; j++) {
      if (entry->elements[i] == other->elements[j])
        return TRUE;
    }
  }
  return FALSE;
}

/* With lock held: whether it began when nothing came to @entry any more. */
static gboolean
has_taken_over (Entry * entry, Entry * other)
{
  GstClockTime first = gst_prof_flow_get_first (&other->receiver->in);

  return first != 0 && first > gst_prof_flow_get_last (&entry->receiver->in)
      && share_element (entry, other);
}

/*
 * gst_prof_receivers_find_heir:
 * @receivers: a list
 * @element: an element; only compared
 *
 * A sender may go on as another source, for which there is a jitterbuffer of its
 * own. Then whoever waits behind the first one waits for that.
 *
 * Any thread but a streaming thread.
 *
 * Returns: (transfer full) (nullable): the receiver whose jitterbuffer it is, or
 *   the one that has taken its place
 */
GstProfReceiver *
gst_prof_receivers_find_heir (GstProfReceivers * receivers,
    gconstpointer element)
{
  GstProfReceiver *found = NULL;
  Entry *entry;

  g_mutex_lock (&receivers->lock);
  entry = find_entry (receivers, element);
  for (guint i = 0; entry != NULL && i < receivers->n; i++) {
    /* From one to the next, each of which began later: this ends. */
    if (has_taken_over (entry, &receivers->entries[i])) {
      entry = &receivers->entries[i];
      i = -1;
    }
  }
  if (entry != NULL)
    found = gst_prof_receiver_ref (entry->receiver);
  g_mutex_unlock (&receivers->lock);
  return found;
}

/*
 * gst_prof_receivers_list:
 * @receivers: a list
 * @found: (out caller-allocates) (array length=max) (transfer full): a place
 *   for receivers
 * @max: how many have room there
 *
 * Any thread but a streaming thread.
 *
 * Returns: how many were given
 */
guint
gst_prof_receivers_list (GstProfReceivers * receivers,
    GstProfReceiver ** found, guint max)
{
  guint n;

  g_mutex_lock (&receivers->lock);
  n = MIN (receivers->n, max);
  for (guint i = 0; i < n; i++)
    found[i] = gst_prof_receiver_ref (receivers->entries[i].receiver);
  g_mutex_unlock (&receivers->lock);
  return n;
}

/*
 * gst_prof_receivers_set_decode_path:
 * @receivers: a list
 * @jitterbuffer: the jitterbuffer of a receiver in it
 * @elements: (array length=n): the elements behind it, the decoder included;
 *   the first 16 count
 * @n: how many these are
 *
 * Says what decodes; takes the place of what was said before. Any thread but a
 * streaming thread.
 */
void
gst_prof_receivers_set_decode_path (GstProfReceivers * receivers,
    gconstpointer jitterbuffer, const gconstpointer * elements, guint n)
{
  Entry *entry;

  g_mutex_lock (&receivers->lock);
  entry = find_entry (receivers, jitterbuffer);
  if (entry != NULL) {
    entry->n_elements = MIN (n, MAX_DECODE_PATH);
    for (guint i = 0; i < entry->n_elements; i++)
      entry->elements[i] = elements[i];
  }
  g_mutex_unlock (&receivers->lock);
}

/*
 * gst_prof_receivers_is_on_decode_path:
 * @receivers: a list
 * @element: an element; only compared
 *
 * Any thread but a streaming thread.
 *
 * Returns: whether it decodes what some receiver gets
 */
gboolean
gst_prof_receivers_is_on_decode_path (GstProfReceivers * receivers,
    gconstpointer element)
{
  gboolean found = FALSE;

  g_mutex_lock (&receivers->lock);
  for (guint i = 0; i < receivers->n && !found; i++) {
    for (guint j = 0; j < receivers->entries[i].n_elements && !found; j++)
      found = receivers->entries[i].elements[j] == element;
  }
  g_mutex_unlock (&receivers->lock);
  return found;
}
