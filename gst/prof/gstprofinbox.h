/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofring.h"
#include "gstprofsetup.h"

#include <stdatomic.h>

G_BEGIN_DECLS

/**
 * GstProfInbox:
 *
 * What stages tell a monitor, until it takes it in. The fields are its own.
 */
typedef struct {
  GstProfRing *_Atomic ring;    /* made when a stage first tells something */
  guint64 popped;               /* whoever takes */

  GMutex lock;                  /* a leaf, held for a few instructions */
  GQueue setups;
  guint64 setups_dropped;
} GstProfInbox;

void     gst_prof_inbox_init  (GstProfInbox *inbox);
void     gst_prof_inbox_clear (GstProfInbox *inbox);

/* Any thread. */
gboolean gst_prof_inbox_push_span  (GstProfInbox *inbox, const GstProfSpan *span);
void     gst_prof_inbox_push_setup (GstProfInbox *inbox, const GstProfSetup *setup);
guint64  gst_prof_inbox_get_pushed (GstProfInbox *inbox);
guint64  gst_prof_inbox_get_lost   (GstProfInbox *inbox);
guint64  gst_prof_inbox_get_setups_dropped (GstProfInbox *inbox);

/* One thread at a time. */
gboolean gst_prof_inbox_pop_span    (GstProfInbox *inbox, guint64 until,
                                     GstProfSpan *span);
void     gst_prof_inbox_take_setups (GstProfInbox *inbox, GQueue *setups);
void     gst_prof_inbox_free_setup  (GstProfSetup *setup);

G_END_DECLS
