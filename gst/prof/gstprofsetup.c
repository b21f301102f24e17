/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What a stage tells besides its spans: plain data with counted strings.
 * Passive; the thread that holds one owns it.
 */

#include "gstprofsetup.h"

/*
 * gst_prof_setup_copy:
 * @dest: (out caller-allocates): the copy, to be cleared with
 *   gst_prof_setup_clear()
 * @src: the setup
 */
void
gst_prof_setup_copy (GstProfSetup * dest, const GstProfSetup * src)
{
  *dest = *src;
  if (dest->stage)
    g_ref_string_acquire (dest->stage);
  if (dest->element)
    g_ref_string_acquire (dest->element);
  if (dest->detail)
    g_ref_string_acquire (dest->detail);
}

/*
 * gst_prof_setup_clear:
 * @setup: the setup
 *
 * Gives back the strings. May be called twice.
 */
void
gst_prof_setup_clear (GstProfSetup * setup)
{
  g_clear_pointer (&setup->stage, g_ref_string_release);
  g_clear_pointer (&setup->element, g_ref_string_release);
  g_clear_pointer (&setup->detail, g_ref_string_release);
}
