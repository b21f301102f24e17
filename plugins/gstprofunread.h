/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* An application that never reads its bus loses 0.5 MB per poster to us, not
 * its memory. */
#define GST_PROF_UNREAD_MAX 1024

typedef struct _GstProfUnread GstProfUnread;

GstProfUnread *gst_prof_unread_new   (void);
void           gst_prof_unread_unref (GstProfUnread *unread);

gboolean       gst_prof_unread_is_full (GstProfUnread *unread);
gboolean       gst_prof_unread_post  (GstProfUnread *unread, GstElement *element,
                                      GstMessage *message);

G_END_DECLS
