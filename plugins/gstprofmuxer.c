/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What is known of muxers: which one goes with a file's name, and by what name
 * a pad of any muxer is had. Owns nothing; threads as those of the elements
 * that are given.
 */

#include "gstprofmuxer.h"

#include <string.h>

static const GstProfMuxer muxers[] = {
  {"mkv", "matroskamux", "matroska", "gstreamer1.0-plugins-good"},
  {"webm", "webmmux", "matroska", "gstreamer1.0-plugins-good"},
  {"mp4", "mp4mux", "isomp4", "gstreamer1.0-plugins-good"},
  {"m4v", "mp4mux", "isomp4", "gstreamer1.0-plugins-good"},
  {"mov", "qtmux", "isomp4", "gstreamer1.0-plugins-good"},
  {"ts", "mpegtsmux", "mpegtsmux", "gstreamer1.0-plugins-bad"},
  {"m2ts", "mpegtsmux", "mpegtsmux", "gstreamer1.0-plugins-bad"},
  {"flv", "flvmux", "flv", "gstreamer1.0-plugins-good"},
};

/*
 * gst_prof_muxer_find:
 * @location: (nullable): a file's name
 *
 * Returns: (nullable): the muxer that goes with its extension
 */
const GstProfMuxer *
gst_prof_muxer_find (const gchar * location)
{
  const gchar *dot = location ? strrchr (location, '.') : NULL;

  for (guint i = 0; dot && i < G_N_ELEMENTS (muxers); i++) {
    if (g_ascii_strcasecmp (dot + 1, muxers[i].extension) == 0)
      return &muxers[i];
  }
  return NULL;
}

/*
 * gst_prof_muxer_describe_extensions:
 *
 * Returns: (transfer full): all known extensions, as words for an error
 */
gchar *
gst_prof_muxer_describe_extensions (void)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (muxers); i++)
    g_string_append_printf (text, "%s.%s", i == 0 ? "" :
        i + 1 == G_N_ELEMENTS (muxers) ? " or " : ", ",
        muxers[i].extension);
  return g_string_free (text, FALSE);
}

/*
 * gst_prof_muxer_make:
 * @muxer: a muxer
 *
 * Returns: (transfer floating) (nullable): it, or %NULL if it is not installed
 */
GstElement *
gst_prof_muxer_make (const GstProfMuxer * muxer)
{
  GstElement *element = gst_element_factory_make (muxer->factory, NULL);

  /* Else the file of a live source begins at the time since PLAYING. */
  if (element != NULL && g_object_class_find_property
      (G_OBJECT_GET_CLASS (element), "offset-to-zero"))
    g_object_set (element, "offset-to-zero", TRUE, NULL);
  return element;
}

/*
 * gst_prof_muxer_request_pad:
 * @muxer: any muxer
 * @kind: "video" or "audio"
 *
 * Returns: (transfer full) (nullable): a pad of it for a stream of that kind
 */
GstPad *
gst_prof_muxer_request_pad (GstElement * muxer, const gchar * kind)
{
  gchar *numbered = g_strdup_printf ("%s_%%u", kind);
  const gchar *names[] = { numbered, kind, "sink_%u", "sink_%d", "sink" };
  GstPad *pad = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names) && pad == NULL; i++) {
    GstPadTemplate *template = gst_element_class_get_pad_template
        (GST_ELEMENT_GET_CLASS (muxer), names[i]);

    if (template == NULL)
      continue;
    if (GST_PAD_TEMPLATE_PRESENCE (template) == GST_PAD_REQUEST)
      pad = gst_element_request_pad (muxer, template, NULL, NULL);
    else
      pad = gst_element_get_static_pad (muxer, names[i]);
  }
  g_free (numbered);
  return pad;
}
