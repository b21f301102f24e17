/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * Checks what a WHIP client offers. Passive.
 */

#include <gio/gio.h>
#include <string.h>

#include "whipoffer.h"

/*
 * gst_prof_whip_offer_parse:
 */
GstSDPMessage *
gst_prof_whip_offer_parse (const gchar * text, gsize size, GError ** error)
{
  GstSDPMessage *sdp;

  if (size < 4 || memcmp (text, "v=0", 3) != 0 || memchr (text, 0, size)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
        "an offer begins with v=0");
    return NULL;
  }
  gst_sdp_message_new (&sdp);
  gst_sdp_message_parse_buffer ((const guint8 *) text, size, sdp);
  if (gst_sdp_message_medias_len (sdp) == 0) {
    gst_sdp_message_free (sdp);
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
        "no m= line");
    return NULL;
  }
  return sdp;
}
