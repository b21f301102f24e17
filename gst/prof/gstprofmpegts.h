/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofcontainerunit.h"

G_BEGIN_DECLS

/* Bytes of a packet */
#define GST_PROF_MPEG_TS_PACKET_SIZE 188

void gst_prof_mpeg_ts_read (GstProfContainerState *self,
                            const guint8 *data, gsize size,
                            GstProfContainerUnit *unit);

G_END_DECLS
