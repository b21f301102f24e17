/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What is known about a stage by its name alone: how log lines write it and
 * which times are usual. Passive; any thread.
 */

#include "gstprofstagename.h"

#include <string.h>

/* The usual times were given by the service whose recordings this project
 * began with (1080p, software encoder). */
static const GstProfStageTraits traits[] = {
  {GST_PROF_STAGE_NORMALIZE, "NORMALIZE", 5 * GST_MSECOND, 15 * GST_MSECOND,
      FALSE},
  {GST_PROF_STAGE_PTS, "PTS CALC", 0, 0, FALSE},
  {GST_PROF_STAGE_ENCODE, "ENCODE", 15 * GST_MSECOND, 40 * GST_MSECOND, FALSE},
  {GST_PROF_STAGE_MUX, "MUX", 0, 0, TRUE},
  {GST_PROF_STAGE_WRITE, "WRITE", 1 * GST_MSECOND, 5 * GST_MSECOND, TRUE},
};

/*
 * gst_prof_stage_name_traits:
 * @name: a stage name
 *
 * Returns: (nullable) (transfer none): what is known about the stage, %NULL
 *   for a name of the user's own
 */
const GstProfStageTraits *
gst_prof_stage_name_traits (const gchar * name)
{
  for (guint i = 0; i < G_N_ELEMENTS (traits); i++) {
    if (strcmp (traits[i].name, name) == 0)
      return &traits[i];
  }
  return NULL;
}

/*
 * gst_prof_stage_name_dup_label:
 * @name: a stage name
 *
 * Returns: (transfer full): the name as log lines write it, upper case
 */
gchar *
gst_prof_stage_name_dup_label (const gchar * name)
{
  const GstProfStageTraits *known = gst_prof_stage_name_traits (name);

  return known ? g_strdup (known->label) : g_ascii_strup (name, -1);
}

/*
 * gst_prof_stage_name_is_valid:
 * @name: (nullable): a candidate
 *
 * A name becomes a word in log lines and a field name in structures.
 *
 * Returns: %TRUE for a letter followed by up to 31 letters, digits, '-' or '_'
 */
gboolean
gst_prof_stage_name_is_valid (const gchar * name)
{
  gsize len;

  if (name == NULL || !g_ascii_isalpha (name[0]))
    return FALSE;
  len = strspn (name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_");
  return name[len] == '\0' && len <= 32;
}
