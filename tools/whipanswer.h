/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <microhttpd.h>

G_BEGIN_DECLS

gboolean gst_prof_whip_answer_status  (struct MHD_Connection *connection, guint status,
                                       const gchar *text, const gchar *allow);
gboolean gst_prof_whip_answer_session (struct MHD_Connection *connection,
                                       const gchar *session, const gchar *sdp);
gboolean gst_prof_whip_answer_page    (struct MHD_Connection *connection);

G_END_DECLS
