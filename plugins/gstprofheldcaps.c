/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The rules for caps that stay as they were negotiated first. Passive; any
 * thread.
 */

#include "gstprofheldcaps.h"

#include <gst/video/video.h>

/* Fields that a converter passes on as they are: while the caps are held they
 * are given the held value before the converter sees them. */
static const gchar *const held_fields[] = {
  "framerate", "max-framerate", "interlace-mode", "field-order",
  "multiview-mode", "multiview-flags", "views",
};

/*
 * gst_prof_held_caps_is_raw:
 * @caps: fixed caps
 *
 * Returns: whether they are raw video that a converter can read
 */
gboolean
gst_prof_held_caps_is_raw (GstCaps * caps)
{
  GstCapsFeatures *features = gst_caps_get_features (caps, 0);

  return gst_structure_has_name (gst_caps_get_structure (caps, 0),
      "video/x-raw")
      && gst_caps_features_is_equal (features,
      GST_CAPS_FEATURES_MEMORY_SYSTEM_MEMORY);
}

/*
 * gst_prof_held_caps_even:
 * @wanted: a width or height in pixels, 0: the first frame's
 * @first: the first frame's
 *
 * Returns: the size, rounded down: encoders of 4:2:0 refuse odd ones
 */
gint
gst_prof_held_caps_even (gint wanted, gint first)
{
  gint size = wanted > 0 ? wanted : first;

  return MAX (size & ~1, 2);
}

/*
 * gst_prof_held_caps_pretend:
 * @in: raw video caps that arrived
 * @held: the output's caps
 *
 * Returns: (transfer full): the caps as the converter is to see them, so that
 *   it can give @held
 */
GstCaps *
gst_prof_held_caps_pretend (GstCaps * in, GstCaps * held)
{
  GstCaps *caps = gst_caps_copy (in);
  GstStructure *to = gst_caps_get_structure (caps, 0);
  GstStructure *from = gst_caps_get_structure (held, 0);

  for (guint i = 0; i < G_N_ELEMENTS (held_fields); i++) {
    const GValue *value = gst_structure_get_value (from, held_fields[i]);

    if (value != NULL)
      gst_structure_set_value (to, held_fields[i], value);
    else
      gst_structure_remove_field (to, held_fields[i]);
  }
  /* Where the held caps name a site, the converter moves the chroma there. */
  if (!gst_structure_has_field (from, "chroma-site"))
    gst_structure_remove_field (to, "chroma-site");
  return caps;
}

/*
 * gst_prof_held_caps_spell_out:
 * @held: the output's caps
 *
 * Caps that do not name their colorimetry have that of their size; a converter
 * that is asked for such caps would take it that any will do.
 *
 * Returns: (transfer full): the same caps with their colorimetry
 */
GstCaps *
gst_prof_held_caps_spell_out (GstCaps * held)
{
  GstCaps *caps = gst_caps_copy (held);
  GstStructure *s = gst_caps_get_structure (caps, 0);
  GstVideoInfo info;
  gchar *colorimetry;

  if (gst_structure_has_field (s, "colorimetry")
      || !gst_video_info_from_caps (&info, held))
    return caps;
  colorimetry = gst_video_colorimetry_to_string (&info.colorimetry);
  if (colorimetry != NULL)
    gst_structure_set (s, "colorimetry", G_TYPE_STRING, colorimetry, NULL);
  g_free (colorimetry);
  return caps;
}

/*
 * gst_prof_held_caps_open:
 * @caps: raw video caps that a converter takes
 *
 * Returns: (transfer full): the caps without what is given the held value
 *   anyway: any value will do
 */
GstCaps *
gst_prof_held_caps_open (GstCaps * caps)
{
  caps = gst_caps_copy (caps);
  for (guint i = 0; i < gst_caps_get_size (caps); i++)
    for (guint f = 0; f < G_N_ELEMENTS (held_fields); f++)
      gst_structure_remove_field (gst_caps_get_structure (caps, i),
          held_fields[f]);
  return caps;
}
