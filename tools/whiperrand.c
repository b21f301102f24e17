/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * What goes from the HTTP thread to the main thread and back. Whose fields they
 * are is in the header; referencing is for any thread.
 */

#include "whiperrand.h"

GstProfWhipErrand *
gst_prof_whip_errand_new (void)
{
  GstProfWhipErrand *errand = g_new0 (GstProfWhipErrand, 1);

  g_atomic_ref_count_init (&errand->references);
  return errand;
}

GstProfWhipErrand *
gst_prof_whip_errand_ref (GstProfWhipErrand * errand)
{
  g_atomic_ref_count_inc (&errand->references);
  return errand;
}

void
gst_prof_whip_errand_unref (GstProfWhipErrand * errand)
{
  if (!g_atomic_ref_count_dec (&errand->references))
    return;
  if (errand->sdp)
    gst_sdp_message_free (errand->sdp);
  g_free (errand->refusal);
  g_free (errand->session);
  g_free (errand->text);
  g_free (errand);
}
