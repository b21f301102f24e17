/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The page on GET /, built in from whippage.html, and what a browser is to let
 * it do. Any thread.
 */

#include <gio/gio.h>
#include <string.h>

#include "whippage.h"

#define PATH "/gst-prof/whippage.html"

/*
 * gst_prof_whip_page_get:
 * @size: (out): in bytes
 *
 * Returns: (transfer none): the page
 */
const gchar *
gst_prof_whip_page_get (gsize * size)
{
  /* It is in the program: the bytes stay where they are. */
  g_autoptr (GBytes) bytes =
      g_resources_lookup_data (PATH, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  return g_bytes_get_data (bytes, size);
}

/* Returns: the source expression that allows just what is between the tags */
static gchar *
hash_between (const gchar * page, const gchar * open, const gchar * close)
{
  const gchar *begin = strstr (page, open) + strlen (open);
  const gchar *end = strstr (begin, close);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree gchar *encoded = NULL;
  guint8 digest[32];
  gsize size = sizeof (digest);

  g_checksum_update (checksum, (const guchar *) begin, end - begin);
  g_checksum_get_digest (checksum, digest, &size);
  encoded = g_base64_encode (digest, size);
  return g_strdup_printf ("'sha256-%s'", encoded);
}

/*
 * gst_prof_whip_page_get_policy:
 *
 * Returns: (transfer none): the page's Content-Security-Policy: its own script
 *   and style, and requests to where it came from
 */
const gchar *
gst_prof_whip_page_get_policy (void)
{
  static gsize policy = 0;

  if (g_once_init_enter (&policy)) {
    gsize size;
    g_autofree gchar *page = NULL;
    g_autofree gchar *script = NULL;
    g_autofree gchar *style = NULL;
    const gchar *bytes = gst_prof_whip_page_get (&size);

    page = g_strndup (bytes, size);
    script = hash_between (page, "<script>", "</script>");
    style = hash_between (page, "<style>", "</style>");
    g_once_init_leave (&policy, (gsize) g_strdup_printf ("default-src 'none'; "
            "script-src %s; style-src %s; connect-src 'self'; "
            "img-src data:; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'none'", script, style));
  }
  return (const gchar *) policy;
}
