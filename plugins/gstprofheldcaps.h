/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

gboolean gst_prof_held_caps_is_raw    (GstCaps *caps);
gint     gst_prof_held_caps_even      (gint wanted, gint first);
GstCaps *gst_prof_held_caps_pretend   (GstCaps *in, GstCaps *held);
GstCaps *gst_prof_held_caps_spell_out (GstCaps *held);
GstCaps *gst_prof_held_caps_open      (GstCaps *caps);

G_END_DECLS
