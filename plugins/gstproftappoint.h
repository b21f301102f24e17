/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/prof/gstprofbracket.h>

G_BEGIN_DECLS

/**
 * GstProfTapPoint:
 *
 * A pad that is tapped, or may be. Zero is none. The fields are its own; one
 * thread at a time.
 */
typedef struct {
  GstPad *pad;
  GstProfBracket *bracket;
  GstProfTap *tap;
} GstProfTapPoint;

void gst_prof_tap_point_set   (GstProfTapPoint *point, GstPad *pad,
                               GstProfTapFunc func, gpointer rc_box,
                               GDestroyNotify release);
void gst_prof_tap_point_clear (GstProfTapPoint *point);
void gst_prof_tap_point_renew (GstProfTapPoint *point);


guint64 gst_prof_tap_get_bytes (GstMiniObject *object, guint *packets);

G_END_DECLS
