/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/prof/gstprofholders.h>

G_BEGIN_DECLS

gboolean gst_prof_level_find_kind (GstElement *element, GstProfHolderKind *kind);
void     gst_prof_level_read      (GstElement *element, GstProfHolder *holder);

G_END_DECLS
