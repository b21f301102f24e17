/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _GstProfMailbox GstProfMailbox;

/**
 * GstProfMailboxFunc:
 * @item: (transfer full): what was put in
 *
 * Called in the thread of the mailbox's context.
 */
typedef void (*GstProfMailboxFunc) (gpointer item, gpointer user_data);

GstProfMailbox *gst_prof_mailbox_new  (GMainContext *context, GstProfMailboxFunc func,
                                       gpointer user_data, GDestroyNotify free_item);
void            gst_prof_mailbox_free (GstProfMailbox *mailbox);
void            gst_prof_mailbox_put  (GstProfMailbox *mailbox, gpointer item);
gpointer        gst_prof_mailbox_take (GstProfMailbox *mailbox);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfMailbox, gst_prof_mailbox_free)

G_END_DECLS
