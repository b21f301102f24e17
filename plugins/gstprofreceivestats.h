/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/prof/gstprofreceivecounts.h>

#include <stdatomic.h>

G_BEGIN_DECLS

void gst_prof_receive_stats_take_caps    (GstCaps *caps,
                                          GstProfReceiveCounts *counts,
                                          _Atomic guint *clock_rate);
void gst_prof_receive_stats_take_buffer  (const GstStructure *stats,
                                          GstProfReceiveCounts *counts,
                                          guint64 *given);
void gst_prof_receive_stats_take_session (const GstStructure *stats,
                                          guint clock_rate,
                                          GstProfReceiveCounts *counts);

G_END_DECLS
