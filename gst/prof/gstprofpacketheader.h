/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofcontainerunit.h"

G_BEGIN_DECLS

void gst_prof_packet_header_read_flv (GstProfContainerState *self,
                                      const guint8 *data, gsize size,
                                      GstProfContainerUnit *unit);
void gst_prof_packet_header_read_avi (GstProfContainerState *self,
                                      const guint8 *data, gsize size,
                                      guint64 buffer_size, GstClockTime pts,
                                      GstClockTime dts,
                                      GstProfContainerUnit *unit);
void gst_prof_packet_header_read_ivf (GstProfContainerState *self,
                                      const guint8 *data, gsize size,
                                      guint64 buffer_size,
                                      GstProfContainerUnit *unit);

G_END_DECLS
