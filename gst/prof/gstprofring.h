/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofspan.h"

G_BEGIN_DECLS

/**
 * GstProfRing:
 *
 * A bounded queue of spans from many threads. Full: the newest span is
 * dropped and counted.
 */
typedef struct _GstProfRing GstProfRing;

GstProfRing *gst_prof_ring_new         (guint size);
void         gst_prof_ring_free        (GstProfRing *ring);

gboolean     gst_prof_ring_push        (GstProfRing *ring, const GstProfSpan *span);
gboolean     gst_prof_ring_pop         (GstProfRing *ring, GstProfSpan *span);

guint64      gst_prof_ring_get_dropped (GstProfRing *ring);
guint64      gst_prof_ring_get_pushed  (GstProfRing *ring);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstProfRing, gst_prof_ring_free)

G_END_DECLS
