/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What stages tell a monitor, in any thread, and what it has not taken in yet:
 * spans in a ring without locks, setups in a queue. Both are bounded; what finds
 * them full is dropped and counted.
 */

#include "gstprofinbox.h"

/* A recording sends 6 to 10 spans a frame. 4096 hold those of 10 s at 30 fps,
 * in 640 kB, should the monitor's thread not get to run. They are there from the
 * first stage on: most pipelines of a process that is traced have none. */
#define MAX_SPANS 4096

/* A stage tells of itself a few times in its life. */
#define MAX_SETUPS 256

/* A pipeline that is not live may send as many in a tick: so often the monitor is
 * woken out of turn. */
#define WAKE_SPANS 512

/*
 * gst_prof_inbox_init:
 * @inbox: (out caller-allocates): an inbox
 */
void
gst_prof_inbox_init (GstProfInbox * inbox)
{
  atomic_init (&inbox->ring, NULL);
  inbox->popped = 0;
  g_mutex_init (&inbox->lock);
  g_queue_init (&inbox->setups);
  inbox->setups_dropped = 0;
}

/*
 * gst_prof_inbox_free_setup:
 * @setup: (transfer full): what gst_prof_inbox_take_setups() gave
 */
void
gst_prof_inbox_free_setup (GstProfSetup * setup)
{
  gst_prof_setup_clear (setup);
  g_free (setup);
}

/*
 * gst_prof_inbox_clear:
 * @inbox: an inbox that nobody uses any more
 */
void
gst_prof_inbox_clear (GstProfInbox * inbox)
{
  GstProfRing *ring = atomic_load (&inbox->ring);

  if (ring != NULL)
    gst_prof_ring_free (ring);
  g_queue_clear_full (&inbox->setups, (GDestroyNotify)
      gst_prof_inbox_free_setup);
  g_mutex_clear (&inbox->lock);
}

static GstProfRing *
get_ring (GstProfInbox * inbox)
{
  GstProfRing *ring = atomic_load_explicit (&inbox->ring,
      memory_order_acquire);
  GstProfRing *none = NULL;

  if (G_LIKELY (ring != NULL))
    return ring;
  ring = gst_prof_ring_new (MAX_SPANS);
  if (atomic_compare_exchange_strong (&inbox->ring, &none, ring))
    return ring;
  gst_prof_ring_free (ring);
  return none;
}

/*
 * gst_prof_inbox_push_span:
 * @inbox: an inbox
 * @span: a span, of which a copy is taken
 *
 * Returns: whether so many have come that somebody should take them now
 */
gboolean
gst_prof_inbox_push_span (GstProfInbox * inbox, const GstProfSpan * span)
{
  GstProfRing *ring = get_ring (inbox);

  return gst_prof_ring_push (ring, span)
      && gst_prof_ring_get_pushed (ring) % WAKE_SPANS == 0;
}

/*
 * gst_prof_inbox_push_setup:
 * @inbox: an inbox
 * @setup: what a stage tells of itself, of which a copy is taken
 */
void
gst_prof_inbox_push_setup (GstProfInbox * inbox, const GstProfSetup * setup)
{
  GstProfSetup *copy = g_new (GstProfSetup, 1);

  /* Its spans are to find a place without allocating it. */
  if (setup->kind == GST_PROF_SETUP_ADDED)
    get_ring (inbox);
  gst_prof_setup_copy (copy, setup);
  g_mutex_lock (&inbox->lock);
  if (g_queue_get_length (&inbox->setups) < MAX_SETUPS)
    g_queue_push_tail (&inbox->setups, g_steal_pointer (&copy));
  else
    inbox->setups_dropped++;
  g_mutex_unlock (&inbox->lock);

  g_clear_pointer (&copy, gst_prof_inbox_free_setup);
}

/*
 * gst_prof_inbox_get_pushed:
 * @inbox: an inbox
 *
 * Returns: how many spans have found a place so far
 */
guint64
gst_prof_inbox_get_pushed (GstProfInbox * inbox)
{
  GstProfRing *ring = atomic_load (&inbox->ring);

  return ring ? gst_prof_ring_get_pushed (ring) : 0;
}

/*
 * gst_prof_inbox_get_lost:
 * @inbox: an inbox
 *
 * Returns: how many spans have found none
 */
guint64
gst_prof_inbox_get_lost (GstProfInbox * inbox)
{
  GstProfRing *ring = atomic_load (&inbox->ring);

  return ring ? gst_prof_ring_get_dropped (ring) : 0;
}

/*
 * gst_prof_inbox_get_setups_dropped:
 * @inbox: an inbox
 *
 * Returns: how many setups have found no place
 */
guint64
gst_prof_inbox_get_setups_dropped (GstProfInbox * inbox)
{
  guint64 dropped;

  g_mutex_lock (&inbox->lock);
  dropped = inbox->setups_dropped;
  g_mutex_unlock (&inbox->lock);
  return dropped;
}

/*
 * gst_prof_inbox_pop_span:
 * @inbox: an inbox
 * @until: what gst_prof_inbox_get_pushed() returned: no later span is taken
 * @span: (out caller-allocates) (transfer full): the oldest span
 *
 * Returns: %FALSE when there is none
 */
gboolean
gst_prof_inbox_pop_span (GstProfInbox * inbox, guint64 until,
    GstProfSpan * span)
{
  if (inbox->popped >= until
      || !gst_prof_ring_pop (atomic_load (&inbox->ring), span))
    return FALSE;
  inbox->popped++;
  return TRUE;
}

/*
 * gst_prof_inbox_take_setups:
 * @inbox: an inbox
 * @setups: (out caller-allocates): all setups, to be freed with
 *   gst_prof_inbox_free_setup()
 */
void
gst_prof_inbox_take_setups (GstProfInbox * inbox, GQueue * setups)
{
  g_mutex_lock (&inbox->lock);
  *setups = inbox->setups;
  g_queue_init (&inbox->setups);
  g_mutex_unlock (&inbox->lock);
}
