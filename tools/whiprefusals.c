/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The words for clients that were refused: a line each, and of many a few lines
 * and their number, so that nobody fills a log by asking. Owns what was not told
 * yet. The thread of its context only.
 */

#include "whiprefusals.h"

/* So many of them get lines of their own in that time. */
#define MAX_LINES 5
#define WINDOW (10 * G_USEC_PER_SEC)
/* Characters of a reason; it may have words of the client's. */
#define MAX_REASON 200

struct _GstProfWhipRefusals
{
  GMainContext *context;
  GstProfWhipRefusalFunc func;
  gpointer user_data;
  GSource *timer;               /* while there is a window */
  gint64 start;                 /* of the window, g_get_monotonic_time */
  guint n_lines;
  guint n_more;
};

/*
 * gst_prof_whip_refusals_new:
 * @context: whose thread it is used in
 * @func: gets the lines
 * @user_data: for @func
 *
 * Returns: (transfer full): no refusals
 */
GstProfWhipRefusals *
gst_prof_whip_refusals_new (GMainContext * context,
    GstProfWhipRefusalFunc func, gpointer user_data)
{
  GstProfWhipRefusals *refusals = g_new0 (GstProfWhipRefusals, 1);

  refusals->context = g_main_context_ref (context);
  refusals->func = func;
  refusals->user_data = user_data;
  return refusals;
}

static void
end_window (GstProfWhipRefusals * refusals)
{
  gint64 elapsed = g_get_monotonic_time () - refusals->start;
  gint seconds = (elapsed + G_USEC_PER_SEC / 2) / G_USEC_PER_SEC;
  g_autofree gchar *text = NULL;

  if (refusals->n_more > 0) {
    text = g_strdup_printf ("and %u more refused in the last %d s",
        refusals->n_more, MAX (seconds, 1));
    refusals->func (text, refusals->user_data);
  }
  refusals->n_lines = refusals->n_more = 0;
  g_source_destroy (refusals->timer);
  g_clear_pointer (&refusals->timer, g_source_unref);
}

/*
 * gst_prof_whip_refusals_free:
 * @refusals: (transfer full): the refusals
 *
 * Tells how many there were that were not told yet.
 */
void
gst_prof_whip_refusals_free (GstProfWhipRefusals * refusals)
{
  if (refusals->timer)
    end_window (refusals);
  g_main_context_unref (refusals->context);
  g_free (refusals);
}

static gboolean
on_window_end (gpointer user_data)
{
  end_window (user_data);
  return G_SOURCE_REMOVE;
}

static void
begin_window (GstProfWhipRefusals * refusals)
{
  refusals->start = g_get_monotonic_time ();
  refusals->timer = g_timeout_source_new (WINDOW / G_TIME_SPAN_MILLISECOND);
  g_source_set_callback (refusals->timer, on_window_end, refusals, NULL);
  g_source_attach (refusals->timer, refusals->context);
}

/* On one line of a terminal, which it cannot play with. */
static gchar *
clean (const gchar * reason)
{
  g_autofree gchar *valid = g_utf8_make_valid (reason, -1);
  GString *text = g_string_new (NULL);
  guint n = 0;

  for (const gchar * c = valid; *c && n < MAX_REASON;
      c = g_utf8_next_char (c), n++) {
    gunichar character = g_utf8_get_char (c);

    g_string_append_unichar (text,
        g_unichar_isprint (character) ? character : '?');
  }
  return g_string_free (text, FALSE);
}

/*
 * gst_prof_whip_refusals_add:
 * @refusals: the refusals
 * @method: of the request
 * @client: who asked, ADDRESS:PORT
 * @status: of HTTP
 * @reason: (nullable): why
 *
 * Tells it now, or counts it.
 */
void
gst_prof_whip_refusals_add (GstProfWhipRefusals * refusals,
    const gchar * method, const gchar * client, guint status,
    const gchar * reason)
{
  g_autofree gchar *why = clean (reason ? reason : "no reason");
  g_autofree gchar *text = NULL;

  if (refusals->timer == NULL)
    begin_window (refusals);
  if (refusals->n_lines == MAX_LINES) {
    refusals->n_more++;
    return;
  }
  refusals->n_lines++;
  text = g_strdup_printf ("%s from %s refused: %u, %s",
      g_str_equal (method, "POST") ? "offer" : method, client, status, why);
  refusals->func (text, refusals->user_data);
}
