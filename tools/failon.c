/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What --fail-on may name, and which warnings are meant by it. Passive.
 */

#include "failon.h"

/* What passes from a sender's last frame to the end of its recording */
#define LEAVE_TIME (2 * GST_SECOND)

static const struct
{
  const gchar *name;
  GstProfFailOn flag;
} names[] = {
  {"critical", GST_PROF_FAIL_ON_CRITICAL},
  {"slow", GST_PROF_FAIL_ON_SLOW},
  {"gap", GST_PROF_FAIL_ON_GAP},
};

/* Kinds that begin with "slow-" are slow and need no row. */
static const struct
{
  const gchar *kind;
  GstProfFailOn flags;
} kinds[] = {
  {"critical", GST_PROF_FAIL_ON_CRITICAL | GST_PROF_FAIL_ON_SLOW},
  {"init-check", GST_PROF_FAIL_ON_SLOW},
  {"gap", GST_PROF_FAIL_ON_GAP},
  {"upstream-wait", GST_PROF_FAIL_ON_GAP},
};

/*
 * gst_prof_fail_on_parse:
 * @text: names, with commas between them
 * @fail_on: (out): what they mean; untouched on failure
 * @error: names the word that is none, and what would be accepted
 *
 * Returns: %FALSE on failure
 */
gboolean
gst_prof_fail_on_parse (const gchar * text, GstProfFailOn * fail_on,
    GError ** error)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);
  GstProfFailOn parsed = GST_PROF_FAIL_ON_NONE;

  for (gsize w = 0; w == 0 || words[w] != NULL; w++) {
    const gchar *word = words[w] ? g_strstrip (words[w]) : "";
    gsize i;

    for (i = 0; i < G_N_ELEMENTS (names); i++)
      if (g_str_equal (word, names[i].name))
        break;
    if (i == G_N_ELEMENTS (names)) {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
          "--fail-on=%s: \"%s\" is none of critical, slow, gap", text, word);
      return FALSE;
    }
    parsed |= names[i].flag;
  }
  *fail_on = parsed;
  return TRUE;
}

/* Who has nothing more to send, or is about to say so, is silent for a moment:
 * that is an end, and no gap. One that goes on is a gap when a frame ends it, or
 * when it lasts for longer than taking leave does. */
static gboolean
is_leave (const GstProfWarning * warning)
{
  return warning->frame == 0 && warning->duration <= LEAVE_TIME;
}

/*
 * gst_prof_fail_on_match:
 * @warning: a warning
 *
 * Returns: what this warning fails
 */
GstProfFailOn
gst_prof_fail_on_match (const GstProfWarning * warning)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++) {
    if (!g_str_equal (warning->kind, kinds[i].kind))
      continue;
    if (kinds[i].flags == GST_PROF_FAIL_ON_GAP && is_leave (warning))
      return GST_PROF_FAIL_ON_NONE;
    return kinds[i].flags;
  }
  return g_str_has_prefix (warning->kind, "slow-") ? GST_PROF_FAIL_ON_SLOW
      : GST_PROF_FAIL_ON_NONE;
}
