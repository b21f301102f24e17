/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofspan.h"

G_BEGIN_DECLS

/* Spans that wait for one that is missing: what a muxer writes in a second or
 * two. A thread that is held up for longer is not waited for. */
#define GST_PROF_SPAN_ORDER_MAX_HELD 64

typedef struct _GstProfSpanOrder GstProfSpanOrder;

GstProfSpanOrder *gst_prof_span_order_new   (void);
void              gst_prof_span_order_free  (GstProfSpanOrder *self);

void              gst_prof_span_order_push  (GstProfSpanOrder *self,
                                             const GstProfSpan *span);
gboolean          gst_prof_span_order_pop   (GstProfSpanOrder *self,
                                             GstProfSpan *ret_span);
void              gst_prof_span_order_flush (GstProfSpanOrder *self);

G_END_DECLS
