/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

gboolean fault_expect_is_right (const gchar *expected, const gchar *found);
gdouble  fault_expect_share    (const gchar *expected,
                                const GstStructure *parts, guint64 stalled);
guint64  fault_expect_time     (const gchar *causes, const GstStructure *parts);
guint64  fault_expect_sum      (const GstStructure *parts);

G_END_DECLS
