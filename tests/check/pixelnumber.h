/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define PIXEL_NUMBER_CAPS "video/x-raw,format=I420,width=160,height=120"

void  pixel_number_paint (GstBuffer *buffer, guint number);
guint pixel_number_read  (GstBuffer *buffer);

G_END_DECLS
