/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Hands things to the thread that runs a main context, in order. Put is for any
 * thread; new and free are for the context's thread, or for times when nobody
 * else knows the mailbox.
 */

#include "mailbox.h"

struct _GstProfMailbox
{
  GSource *source;
  GAsyncQueue *items;
  GstProfMailboxFunc func;
  gpointer user_data;
};

static gboolean
mailbox_dispatch (GSource * source, GSourceFunc func, gpointer user_data)
{
  return func (user_data);
}

static GSourceFuncs mailbox_source_funcs = {
  .dispatch = mailbox_dispatch,
};

static gboolean
on_ready (gpointer user_data)
{
  GstProfMailbox *mailbox = user_data;
  /* func may free the mailbox */
  g_autoptr (GSource) source = g_source_ref (mailbox->source);
  g_autoptr (GAsyncQueue) items = g_async_queue_ref (mailbox->items);
  gpointer item;

  /* Before looking: whoever puts something in after the last look makes it ready
   * again. */
  g_source_set_ready_time (source, -1);
  while (!g_source_is_destroyed (source)
      && (item = g_async_queue_try_pop (items)) != NULL)
    mailbox->func (item, mailbox->user_data);
  return G_SOURCE_CONTINUE;
}

/*
 * gst_prof_mailbox_new:
 * @context: (nullable): whose thread gets the items; %NULL: the default one
 * @func: gets each of them
 * @user_data: for @func
 * @free_item: frees what nobody got
 *
 * Returns: (transfer full): an empty mailbox
 */
GstProfMailbox *
gst_prof_mailbox_new (GMainContext * context, GstProfMailboxFunc func,
    gpointer user_data, GDestroyNotify free_item)
{
  GstProfMailbox *mailbox = g_new0 (GstProfMailbox, 1);

  mailbox->func = func;
  mailbox->user_data = user_data;
  mailbox->items = g_async_queue_new_full (free_item);
  mailbox->source = g_source_new (&mailbox_source_funcs, sizeof (GSource));
  g_source_set_callback (mailbox->source, on_ready, mailbox, NULL);
  g_source_attach (mailbox->source, context);
  return mailbox;
}

/*
 * gst_prof_mailbox_free:
 * @mailbox: (transfer full): the mailbox, which nobody puts anything into
 *
 * Frees it with what is in it.
 */
void
gst_prof_mailbox_free (GstProfMailbox * mailbox)
{
  g_source_destroy (mailbox->source);
  g_source_unref (mailbox->source);
  g_async_queue_unref (mailbox->items);
  g_free (mailbox);
}

/*
 * gst_prof_mailbox_put:
 * @mailbox: the mailbox
 * @item: (transfer full): not %NULL
 *
 * Any thread.
 */
void
gst_prof_mailbox_put (GstProfMailbox * mailbox, gpointer item)
{
  g_async_queue_push (mailbox->items, item);
  g_source_set_ready_time (mailbox->source, 0);
}

/*
 * gst_prof_mailbox_take:
 * @mailbox: the mailbox
 *
 * For what came too late for the main loop. The thread that gets the items.
 *
 * Returns: (transfer full) (nullable): the next item, %NULL: there is none
 */
gpointer
gst_prof_mailbox_take (GstProfMailbox * mailbox)
{
  return g_async_queue_try_pop (mailbox->items);
}
