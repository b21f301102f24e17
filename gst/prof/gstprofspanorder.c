/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Puts the spans of a stage back into the order in which they were measured.
 * Threads deliver when they have left the last stage. Where they take turns in
 * a stage, as those that feed matroskamux do in the sink behind it, one of them
 * may be held up with what it has written, while another writes on and
 * delivers. Owns the spans that wait for an earlier one. Passive: its owner's
 * thread.
 */

#include "gstprofspanorder.h"

struct _GstProfSpanOrder
{
  /* The number that comes next */
  guint64 next;
  /* Whatever comes is next */
  gboolean begins;
  /* All up to this number are given out, missing ones or not */
  guint64 due;
  GArray *held;                 /* of GstProfSpan, sorted */
};

/*
 * gst_prof_span_order_new:
 *
 * Returns: (transfer full): an order that begins with number 1
 */
GstProfSpanOrder *
gst_prof_span_order_new (void)
{
  GstProfSpanOrder *self = g_new0 (GstProfSpanOrder, 1);

  self->next = 1;
  self->held = g_array_new (FALSE, FALSE, sizeof (GstProfSpan));
  return self;
}

/*
 * gst_prof_span_order_free:
 * @self: (transfer full): the order
 */
void
gst_prof_span_order_free (GstProfSpanOrder * self)
{
  for (guint i = 0; i < self->held->len; i++)
    gst_prof_span_clear (&g_array_index (self->held, GstProfSpan, i));
  g_array_unref (self->held);
  g_free (self);
}

/*
 * gst_prof_span_order_push:
 * @self: the order
 * @span: a span with a number, of which a copy is taken
 *
 * To be followed by gst_prof_span_order_pop() until that has no more.
 */
void
gst_prof_span_order_push (GstProfSpanOrder * self, const GstProfSpan * span)
{
  GstProfSpan copy;
  guint i = self->held->len;

  gst_prof_span_copy (&copy, span);
  while (i > 0 && g_array_index (self->held, GstProfSpan, i - 1).sequence
      > span->sequence)
    i--;
  g_array_insert_val (self->held, i, copy);

  /* So far ahead is nothing that has been overtaken: whoever takes spans has
   * come late, or some were lost. */
  if (self->begins
      || span->sequence >= self->next + GST_PROF_SPAN_ORDER_MAX_HELD)
    self->due = MAX (self->due, span->sequence);
  self->begins = FALSE;
}

/*
 * gst_prof_span_order_pop:
 * @self: the order
 * @ret_span: (out caller-allocates): the span that comes next, to be cleared
 *   with gst_prof_span_clear()
 *
 * Returns: %FALSE if there is none, or an earlier one is waited for
 */
gboolean
gst_prof_span_order_pop (GstProfSpanOrder * self, GstProfSpan * ret_span)
{
  const GstProfSpan *first;

  if (self->held->len == 0)
    return FALSE;
  first = &g_array_index (self->held, GstProfSpan, 0);
  if (first->sequence > MAX (self->next, self->due))
    return FALSE;
  *ret_span = *first;
  g_array_remove_index (self->held, 0);
  /* A late one, or one of another element's, changes nothing. */
  self->next = MAX (self->next, ret_span->sequence + 1);
  return TRUE;
}

/*
 * gst_prof_span_order_flush:
 * @self: the order
 *
 * What is missing will not come, or has been lost: all that waits is given out,
 * and then whatever comes.
 */
void
gst_prof_span_order_flush (GstProfSpanOrder * self)
{
  if (self->held->len > 0)
    self->due = g_array_index (self->held, GstProfSpan,
        self->held->len - 1).sequence;
  self->begins = TRUE;
}
