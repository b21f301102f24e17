/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The words for what became of the frames of a recording, for people and, in
 * one line, for scripts. Numbers in, text out; but for the size of the file,
 * which is read here. Passive.
 */

#include <glib/gstdio.h>

#include "counts.h"

static void
append_sentence (GString * text, const GstProfCounts * counts)
{
  const GstProfRecordingCounts *recording = &counts->recording;

  g_string_append (text, "Frames: ");
  if (counts->has_sender)
    g_string_append_printf (text, "%" G_GUINT64_FORMAT " sent, %"
        G_GUINT64_FORMAT " decoded, ", counts->sent, recording->decoded);
  else
    g_string_append_printf (text, "%" G_GUINT64_FORMAT " received, ",
        recording->received);
  g_string_append_printf (text, "%" G_GUINT64_FORMAT " recorded",
      recording->recorded);
  if (recording->dropped > 0)
    g_string_append_printf (text, ", %" G_GUINT64_FORMAT
        " dropped before the encoder %s", recording->dropped,
        counts->clean ? "(it was too slow)" : "or still waiting there");
  if (counts->has_sender && counts->sent > recording->decoded)
    g_string_append_printf (text, "; %" G_GUINT64_FORMAT
        " lost on the way to the decoder", counts->sent - recording->decoded);
  if (counts->paused > 0)
    g_string_append_printf (text, "; %" G_GUINT64_FORMAT
        " more were never sent (the sender paused)", counts->paused);
  if (recording->repeated > 0)
    g_string_append_printf (text, "; %" G_GUINT64_FORMAT " of those recorded "
        "were put in while no video came", recording->repeated);
  if (recording->packets_dropped > 0)
    g_string_append_printf (text, "; %" G_GUINT64_FORMAT
        " packets dropped before the decoder%s", recording->packets_dropped,
        counts->clean ? "" : " or still waiting there");
  g_string_append_c (text, '\n');
}

/* A name may hold anything but the end of the line, so it comes last. */
static void
append_line (GString * text, const GstProfCounts * counts, gint64 bytes)
{
  const GstProfRecordingCounts *recording = &counts->recording;

  if (counts->has_sender)
    g_string_append_printf (text, "sent=%" G_GUINT64_FORMAT " paused=%"
        G_GUINT64_FORMAT, counts->sent, counts->paused);
  else
    g_string_append_printf (text, "session=%s video=%s audio=%s",
        counts->session, counts->video ? counts->video : "none",
        counts->audio ? counts->audio : "none");
  g_string_append_printf (text, " received=%" G_GUINT64_FORMAT " decoded=%"
      G_GUINT64_FORMAT " dropped=%" G_GUINT64_FORMAT " packets-dropped=%"
      G_GUINT64_FORMAT " repeated=%" G_GUINT64_FORMAT " recorded=%"
      G_GUINT64_FORMAT " sound=%" G_GUINT64_FORMAT " silence=%"
      G_GUINT64_FORMAT " duration=%.3f bytes=%" G_GINT64_FORMAT " clean=%s",
      recording->received, recording->decoded, recording->dropped,
      recording->packets_dropped, recording->repeated, recording->recorded,
      recording->sound, recording->silence,
      recording->duration / (gdouble) GST_SECOND, bytes,
      counts->clean ? "yes" : "no");
  if (counts->end)
    g_string_append_printf (text, " end=%s file=%s", counts->end,
        counts->output);
  g_string_append_c (text, '\n');
}

/*
 * gst_prof_counts_to_text:
 * @counts: the counts
 *
 * Returns: (transfer full): some lines; the last one is for scripts
 */
gchar *
gst_prof_counts_to_text (const GstProfCounts * counts)
{
  GString *text = g_string_new (NULL);
  GStatBuf status = { 0 };

  if (g_stat (counts->output, &status) == 0)
    g_string_append_printf (text, "\nRecording: %s, %.2f s, %.1f MB\n",
        counts->output, counts->recording.duration / (gdouble) GST_SECOND,
        status.st_size / 1e6);
  else
    g_string_append (text, "\nRecording: none\n");
  append_sentence (text, counts);
  append_line (text, counts, (gint64) status.st_size);
  return g_string_free (text, FALSE);
}
