/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/prof/gstprofmessage.h>

G_BEGIN_DECLS

/**
 * GstProfFailOn:
 * @GST_PROF_FAIL_ON_CRITICAL: a CRITICAL frame
 * @GST_PROF_FAIL_ON_SLOW: a SLOW line of any stage, frame, set-up or check; a
 *   CRITICAL frame is slow, too
 * @GST_PROF_FAIL_ON_GAP: a gap between frames, or a long wait for upstream; not
 *   the moment of silence at an end
 *
 * What a run can be asked to fail on.
 */
typedef enum {
  GST_PROF_FAIL_ON_NONE     = 0,
  GST_PROF_FAIL_ON_CRITICAL = 1 << 0,
  GST_PROF_FAIL_ON_SLOW     = 1 << 1,
  GST_PROF_FAIL_ON_GAP      = 1 << 2,
} GstProfFailOn;

gboolean      gst_prof_fail_on_parse (const gchar *text, GstProfFailOn *fail_on,
                                      GError **error);
GstProfFailOn gst_prof_fail_on_match (const GstProfWarning *warning);

G_END_DECLS
