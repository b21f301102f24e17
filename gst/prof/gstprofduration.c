/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * How long something took, in the words of the evidence. Passive; any thread.
 */

#include "gstprofduration.h"

/*
 * gst_prof_duration_append:
 * @text: a text
 * @time: nanoseconds
 *
 * Appends "120ms" or "3.02s".
 */
void
gst_prof_duration_append (GString * text, GstClockTime time)
{
  if (time < GST_SECOND)
    g_string_append_printf (text, "%" G_GUINT64_FORMAT "ms",
        (time + GST_MSECOND / 2) / GST_MSECOND);
  else
    g_string_append_printf (text, "%" G_GUINT64_FORMAT ".%02"
        G_GUINT64_FORMAT "s", time / GST_SECOND,
        time % GST_SECOND / (10 * GST_MSECOND));
}
