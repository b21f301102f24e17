/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/prof/gstprofmonitor.h>

G_BEGIN_DECLS

void gst_prof_monitor_properties_install (GObjectClass *klass, guint first);
void gst_prof_monitor_properties_set     (GstProfMonitor *monitor,
                                          GObject *object, guint id,
                                          const GValue *value,
                                          GParamSpec *pspec);
void gst_prof_monitor_properties_get     (GstProfMonitor *monitor,
                                          GObject *object, guint id,
                                          GValue *value, GParamSpec *pspec);

G_END_DECLS
