/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

GstPad   *gst_prof_links_find_peer   (GstPad *pad, GstPad **end);
guint     gst_prof_links_find_inside (GstPad *pad, GstPad **found, guint max);
gboolean  gst_prof_links_is_locked   (gpointer object);

G_END_DECLS
