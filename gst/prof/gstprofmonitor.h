/* gst-prof
 * Copyright (C) 2026 the gst-prof authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "gstprofsetup.h"
#include "gstprofspan.h"

G_BEGIN_DECLS

#define GST_TYPE_PROF_MONITOR (gst_prof_monitor_get_type ())
G_DECLARE_FINAL_TYPE (GstProfMonitor, gst_prof_monitor, GST, PROF_MONITOR, GObject)

/* Called by streaming threads: return at once, take no lock that slow work
 * holds, allocate nothing. */
void gst_prof_monitor_push_span  (GstProfMonitor *monitor, const GstProfSpan *span);

/* Called at state changes and caps events by whichever thread does them. */
void gst_prof_monitor_push_setup (GstProfMonitor *monitor, const GstProfSetup *setup);

G_END_DECLS
