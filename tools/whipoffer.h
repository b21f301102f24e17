/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/sdp/sdp.h>

G_BEGIN_DECLS

GstSDPMessage *gst_prof_whip_offer_parse (const gchar *text, gsize size, GError **error);

G_END_DECLS
