/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * A span: plain data with two counted strings. Passive; the thread that holds
 * a span owns it.
 */

#include "gstprofspan.h"

/*
 * gst_prof_span_init:
 * @span: (out caller-allocates): the span
 *
 * Sets all times to none and all counts to 0.
 */
void
gst_prof_span_init (GstProfSpan * span)
{
  *span = (GstProfSpan) GST_PROF_SPAN_INIT;
}

/*
 * gst_prof_span_copy:
 * @dest: (out caller-allocates): the copy, to be cleared with
 *   gst_prof_span_clear()
 * @src: the span
 */
void
gst_prof_span_copy (GstProfSpan * dest, const GstProfSpan * src)
{
  *dest = *src;
  if (dest->stage)
    g_ref_string_acquire (dest->stage);
  if (dest->stream_id)
    g_ref_string_acquire (dest->stream_id);
}

/*
 * gst_prof_span_clear:
 * @span: the span
 *
 * Gives back the strings. May be called twice.
 */
void
gst_prof_span_clear (GstProfSpan * span)
{
  g_clear_pointer (&span->stage, g_ref_string_release);
  g_clear_pointer (&span->stream_id, g_ref_string_release);
}
