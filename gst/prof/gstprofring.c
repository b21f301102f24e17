/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The bounded queue between the streaming threads, which push, and the
 * monitor, which pops. Owns the spans in it (their strings are counted
 * references). Neither side ever waits or allocates.
 *
 * Each cell has a turn number that says whose it is. A cell at position p is
 * free for the producer of position p when its turn is p, and holds a span for
 * the consumer of position p when its turn is p + 1; the consumer gives it back
 * with p + size, the position that the cell has in the next round. Producers
 * take positions from each other with a compare-and-swap of `tail`. Only the
 * turn hands the span over: it is stored with release and loaded with acquire.
 *
 * A producer that is interrupted between taking a position and storing the
 * turn hides what others pushed behind it until it goes on; then it all comes
 * in order. Nothing is lost by it.
 */

#include "gstprofring.h"

#include <stdatomic.h>

typedef struct
{
  _Atomic guint64 turn;
  GstProfSpan span;
} Cell;

struct _GstProfRing
{
  Cell *cells;
  guint64 mask;

  /* Producers and consumers write these; apart, so that they do not share a
   * cache line. */
  _Alignas (64) _Atomic guint64 tail;
  _Alignas (64) _Atomic guint64 head;
  _Alignas (64) _Atomic guint64 dropped;
};

/*
 * gst_prof_ring_new:
 * @size: how many spans it holds, a power of two
 *
 * Returns: (transfer full): an empty queue
 */
GstProfRing *
gst_prof_ring_new (guint size)
{
  GstProfRing *ring;

  g_return_val_if_fail (size >= 2 && (size & (size - 1)) == 0, NULL);

  ring = g_aligned_alloc0 (1, sizeof (GstProfRing), 64);
  ring->cells = g_new0 (Cell, size);
  ring->mask = size - 1;
  for (guint i = 0; i < size; i++)
    atomic_init (&ring->cells[i].turn, i);

  return ring;
}

/*
 * gst_prof_ring_free:
 * @ring: (nullable) (transfer full): a queue that no thread uses any more
 */
void
gst_prof_ring_free (GstProfRing * ring)
{
  GstProfSpan span;

  if (ring == NULL)
    return;

  while (gst_prof_ring_pop (ring, &span))
    gst_prof_span_clear (&span);
  g_free (ring->cells);
  g_aligned_free (ring);
}

/*
 * gst_prof_ring_push:
 * @ring: a queue
 * @span: the span, of which a copy is put in
 *
 * Any thread.
 *
 * Returns: %FALSE when the queue was full: the span is counted as dropped
 */
gboolean
gst_prof_ring_push (GstProfRing * ring, const GstProfSpan * span)
{
  guint64 pos = atomic_load_explicit (&ring->tail, memory_order_relaxed);

  for (;;) {
    Cell *cell = &ring->cells[pos & ring->mask];
    guint64 turn = atomic_load_explicit (&cell->turn, memory_order_acquire);

    if (turn == pos) {
      if (atomic_compare_exchange_weak_explicit (&ring->tail, &pos, pos + 1,
              memory_order_release, memory_order_relaxed)) {
        gst_prof_span_copy (&cell->span, span);
        atomic_store_explicit (&cell->turn, pos + 1, memory_order_release);
        return TRUE;
      }
    } else if ((gint64) (turn - pos) < 0) {
      /* Still holds the span of one round before. */
      atomic_fetch_add_explicit (&ring->dropped, 1, memory_order_relaxed);
      return FALSE;
    } else {
      pos = atomic_load_explicit (&ring->tail, memory_order_relaxed);
    }
  }
}

/*
 * gst_prof_ring_pop:
 * @ring: a queue
 * @span: (out caller-allocates): the oldest span, to be cleared with
 *   gst_prof_span_clear()
 *
 * Any thread, though the monitor has one consumer at a time.
 *
 * Returns: %FALSE when the queue is empty; @span is then untouched
 */
gboolean
gst_prof_ring_pop (GstProfRing * ring, GstProfSpan * span)
{
  guint64 pos = atomic_load_explicit (&ring->head, memory_order_relaxed);

  for (;;) {
    Cell *cell = &ring->cells[pos & ring->mask];
    guint64 turn = atomic_load_explicit (&cell->turn, memory_order_acquire);

    if (turn == pos + 1) {
      if (atomic_compare_exchange_weak_explicit (&ring->head, &pos, pos + 1,
              memory_order_relaxed, memory_order_relaxed)) {
        *span = cell->span;
        atomic_store_explicit (&cell->turn, pos + ring->mask + 1,
            memory_order_release);
        return TRUE;
      }
    } else if ((gint64) (turn - (pos + 1)) < 0) {
      return FALSE;
    } else {
      pos = atomic_load_explicit (&ring->head, memory_order_relaxed);
    }
  }
}

/*
 * gst_prof_ring_get_dropped:
 * @ring: a queue
 *
 * Returns: spans that found the queue full
 */
guint64
gst_prof_ring_get_dropped (GstProfRing * ring)
{
  return atomic_load_explicit (&ring->dropped, memory_order_relaxed);
}

/*
 * gst_prof_ring_get_pushed:
 * @ring: a queue
 *
 * What a thread did before its push is seen by whoever sees the push counted
 * here.
 *
 * Returns: spans that have been put in, or are just being put in
 */
guint64
gst_prof_ring_get_pushed (GstProfRing * ring)
{
  return atomic_load_explicit (&ring->tail, memory_order_acquire);
}
