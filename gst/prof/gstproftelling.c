/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Has what there is to say said in order, by whichever threads come, without any
 * lock while it is said: the listener may be the application. Owns what is not
 * said yet. Any thread; its lock is a leaf, held for a few instructions.
 */

#include "gstproftelling.h"

/* How long EOS may be held up. */
#define MAX_WAIT (100 * G_TIME_SPAN_MILLISECOND)

/*
 * gst_prof_telling_init:
 * @telling: (out caller-allocates): there is nothing to say, to be cleared with
 *   gst_prof_telling_clear()
 */
void
gst_prof_telling_init (GstProfTelling * telling)
{
  g_mutex_init (&telling->lock);
  g_cond_init (&telling->cond);
  g_queue_init (&telling->items);
  telling->n_telling = 0;
}

/*
 * gst_prof_telling_clear:
 * @telling: what nobody says any more
 */
void
gst_prof_telling_clear (GstProfTelling * telling)
{
  g_queue_clear_full (&telling->items, (GDestroyNotify) gst_prof_output_free);
  g_mutex_clear (&telling->lock);
  g_cond_clear (&telling->cond);
}

/*
 * gst_prof_telling_push:
 * @telling: what there is to say
 * @item: (transfer full): one more
 */
void
gst_prof_telling_push (GstProfTelling * telling, GstProfOutput * item)
{
  g_mutex_lock (&telling->lock);
  g_queue_push_tail (&telling->items, item);
  g_mutex_unlock (&telling->lock);
}

/*
 * gst_prof_telling_tell:
 * @telling: what there is to say
 * @func: says it
 * @user_data: for @func
 *
 * Threads that come together say one thing each in turn, so that none has to
 * wait for all that another has to say. Returns when nothing is left.
 */
void
gst_prof_telling_tell (GstProfTelling * telling, GstProfTellFunc func,
    gpointer user_data)
{
  GstProfOutput *item;

  g_mutex_lock (&telling->lock);
  while ((item = g_queue_pop_head (&telling->items)) != NULL) {
    telling->n_telling++;
    g_mutex_unlock (&telling->lock);
    func (item, user_data);
    g_mutex_lock (&telling->lock);
    telling->n_telling--;
    g_cond_broadcast (&telling->cond);
  }
  g_mutex_unlock (&telling->lock);
}

/*
 * gst_prof_telling_wait:
 * @telling: what there is to say
 *
 * What another thread is just saying shall come before a summary; but an
 * application that holds that thread up shall not hold up EOS.
 */
void
gst_prof_telling_wait (GstProfTelling * telling)
{
  gint64 until = g_get_monotonic_time () + MAX_WAIT;

  g_mutex_lock (&telling->lock);
  while (telling->n_telling > 0
      && g_cond_wait_until (&telling->cond, &telling->lock, until));
  g_mutex_unlock (&telling->lock);
}
