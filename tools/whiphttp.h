/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "mailbox.h"
#include "whipserver.h"

G_BEGIN_DECLS

typedef struct _GstProfWhipHttp GstProfWhipHttp;

GstProfWhipHttp *gst_prof_whip_http_new    (const GstProfWhipSettings *settings, gint fd,
                                            GstProfMailbox *outbox, GError **error);
void             gst_prof_whip_http_free   (GstProfWhipHttp *http);
GstProfMailbox  *gst_prof_whip_http_get_inbox (GstProfWhipHttp *http);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfWhipHttp, gst_prof_whip_http_free)

G_END_DECLS
