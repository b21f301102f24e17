/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>
#include <gst/prof/gstprofholders.h>

G_BEGIN_DECLS

/**
 * GstProfLeak:
 *
 * Counts what goes into and out of a queue that throws buffers away.
 */
typedef struct _GstProfLeak GstProfLeak;

GstProfLeak *gst_prof_leak_new   (GstElement *element, GstProfHolderKind kind);
GstProfLeak *gst_prof_leak_ref   (GstProfLeak *leak);
void         gst_prof_leak_unref (GstProfLeak *leak);
void         gst_prof_leak_stop  (GstProfLeak *leak);
void         gst_prof_leak_read  (GstProfLeak *leak, GstElement *element,
                                  GstProfHolder *holder);

G_END_DECLS
